//! The tree and a view of it, at a size that nobody scrolls through.

use std::time::{Duration, Instant};

use treetop_engine::message::{MessageId, QoS, Timestamp};
use treetop_engine::tree::{Restored, Tree};
use treetop_engine::view::TreeView;

use crate::Size;
use crate::marks::Marks;

const ROWS: u32 = 60;
const TIMES: u64 = 200;

/// So many topics, of which a tenth are named `vibration`.
fn plant(topics: u64) -> Tree {
    let mut tree = Tree::new();
    let mut topic = String::new();
    for number in 0..topics {
        let kind = [
            "temp",
            "pressure",
            "speed",
            "state",
            "vibration",
            "load",
            "torque",
            "flow",
            "level",
            "power",
        ][(number % 10) as usize];
        topic.clear();
        let _infallible = std::fmt::Write::write_fmt(
            &mut topic,
            format_args!(
                "plant/area-{}/line-{}/cell-{}/{kind}",
                number / 10_000,
                number / 100 % 100,
                number / 10
            ),
        );
        tree.restore(Restored {
            topic: &topic,
            messages: 1,
            bytes: 100,
            id: MessageId(number as i64),
            qos: QoS::AtMostOnce,
            retain: true,
            size: 100,
            prefix: br#"{"value":21.5,"unit":"C","quality":"good"}"#,
        });
    }
    tree
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// Measures a tenth of the size and the size.
pub fn measure(size: &Size, marks: &mut Marks) {
    for (topics, first_answer) in [(size.tree / 10, "≤ 20 ms"), (size.tree, "≤ 50 ms")] {
        let tree = plant(topics);
        marks.title(&format!("a tree of {} topics", tree.topics()));
        marks.line(
            "memory of the tree, a topic",
            &format!("{:.0} B", tree.memory_bytes() as f64 / tree.topics() as f64),
        );
        let mut times = Vec::new();
        for _ in 0..5 {
            let mut view = TreeView::new();
            view.rows(&tree, 0, ROWS, Timestamp(1));
            let began = Instant::now();
            view.set_filter(&tree, "vibration");
            let frame = view.rows(&tree, 0, ROWS, Timestamp(2));
            times.push(began.elapsed());
            assert!(!frame.rows.is_empty(), "the filter finds what is there");
        }
        let took = median(times);
        marks.told(
            "filter with 10 % hits, first answer",
            &format!("{:.1} ms", took.as_secs_f64() * 1e3),
            first_answer,
        );
    }
    let tree = plant(size.tree);
    let mut view = TreeView::new();
    let Some(root) = tree.find("plant") else { return };
    view.set_expanded(&tree, root, true, false);
    // Every second area and all that is below it.
    let areas: Vec<_> = tree.children(root).step_by(2).collect();
    for area in areas {
        view.set_expanded(&tree, area, true, true);
    }
    let total = view.total_rows(&tree);
    let mut times = Vec::new();
    for turn in 0..TIMES {
        let first = turn.wrapping_mul(0x9e37_79b9_7f4a_7c15) % total;
        let began = Instant::now();
        view.rows(&tree, first, ROWS, Timestamp(3));
        times.push(began.elapsed());
    }
    marks.told(
        &format!("{ROWS} rows anywhere in {total} rows, median"),
        &format!("{:.0} µs", median(times).as_secs_f64() * 1e6),
        "≤ 100 µs",
    );
}
