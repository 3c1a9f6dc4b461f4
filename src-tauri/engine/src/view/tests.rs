#![allow(clippy::unwrap_used)]
use super::*;
use crate::message::{Message, MessageId, QoS};
use bytes::Bytes;

pub(super) const NOW: Timestamp = Timestamp(1_000_000_000);

pub(super) fn send(tree: &mut Tree, id: i64, topic: &str, payload: &'static str) -> NodeId {
    let message = Message {
        topic: topic.into(),
        payload: Bytes::from_static(payload.as_bytes()),
        qos: QoS::AtMostOnce,
        retain: false,
        dup: false,
        properties: None,
    };
    tree.apply(MessageId(id), &message)
}

fn tree_of(topics: &[&str]) -> Tree {
    let mut tree = Tree::new();
    for (id, topic) in topics.iter().enumerate() {
        send(&mut tree, id as i64 + 1, topic, "1");
    }
    tree
}

pub(super) fn segments(frame: &Frame) -> Vec<&str> {
    frame.rows.iter().map(|row| row.segment.as_str()).collect()
}

pub(super) fn expand(view: &mut TreeView, tree: &Tree, topic: &str) {
    view.set_expanded(tree, tree.find(topic).unwrap(), true, false);
}

#[test]
fn an_empty_tree_has_no_rows() {
    let mut view = TreeView::new();
    let frame = view.rows(&Tree::new(), 10, 60, NOW);
    assert_eq!(
        (
            frame.total_rows,
            frame.first,
            frame.rows.len(),
            frame.sticky.len()
        ),
        (0, 0, 0, 0)
    );
    assert_eq!(frame.hits, None);
}

#[test]
fn rows_carry_the_value_and_its_trend() {
    let mut tree = tree_of(&["a/t"]);
    let mut view = TreeView::new();
    expand(&mut view, &tree, "a");
    tree.watch(tree.find("a/t"));
    send(&mut tree, 10, "a/t", "2.5");
    let frame = view.rows(&tree, 0, 60, NOW);
    let (branch, leaf) = (&frame.rows[0], &frame.rows[1]);
    assert_eq!(
        (
            branch.value.as_ref(),
            branch.topics,
            branch.messages,
            branch.bytes
        ),
        (None, 1, 2, 4)
    );
    assert_eq!(branch.last_message, Some(Timestamp(10)));
    assert_eq!(
        leaf.value,
        Some(ValuePrefix {
            bytes: b"2.5".to_vec(),
            size: 3,
            whole: true
        })
    );
    assert_eq!(
        (leaf.trend, leaf.changed_at),
        (crate::tree::Trend::Up, Some(Timestamp(10)))
    );
}

#[test]
fn a_window_is_capped_and_ends_at_the_last_row() {
    let topics: Vec<String> = (0..3_000).map(|i| format!("t{i}")).collect();
    let tree = tree_of(&topics.iter().map(String::as_str).collect::<Vec<_>>());
    let mut view = TreeView::new();
    assert_eq!(
        view.rows(&tree, 0, u32::MAX, NOW).rows.len(),
        WINDOW_ROWS as usize
    );
    let frame = view.rows(&tree, u64::MAX, 60, NOW);
    assert_eq!((frame.first, frame.rows.len()), (2_940, 60));
    assert_eq!(frame.rows[59].segment, "t2999");
}

#[test]
fn the_deepest_chain_neither_recurses_nor_floods_the_frame() {
    let deep = vec!["d"; 1_000].join("/");
    let longest = "/".repeat(65_535);
    let tree = tree_of(&[&deep, &longest]);
    let mut view = TreeView::new();
    assert_eq!(view.expand_to(&tree, &longest), Some(65_535));
    assert_eq!(view.total_rows(&tree), 65_537);
    assert_eq!(view.expand_to(&tree, &deep), Some(65_536 + 999));
    let frame = view.rows(&tree, 65_536 + 990, 60, NOW);
    assert_eq!((frame.rows.len(), frame.sticky.len()), (10, STICKY_ROWS));
    assert_eq!(frame.rows[9].depth, 999);
    assert_eq!(frame.sticky.last().unwrap().depth, 989);
    view.set_expanded(&tree, tree.find("d").unwrap(), false, true);
    assert_eq!(view.total_rows(&tree), 65_537);
    view.set_filter(&tree, "D/d");
    assert_eq!(view.rows(&tree, 0, 1, NOW).hits, Some(1));
    assert_eq!(view.total_rows(&tree), 1_000);
}

#[test]
fn branches_above_the_window_stick() {
    let tree = tree_of(&["a/b/c1", "a/b/c2", "a/b/c3", "z"]);
    let mut view = TreeView::new();
    view.set_expanded(&tree, tree.find("a").unwrap(), true, true);
    let frame = view.rows(&tree, 3, 60, NOW);
    assert_eq!(segments(&frame), ["c2", "c3", "z"]);
    assert_eq!(
        frame
            .sticky
            .iter()
            .map(|row| row.segment.as_str())
            .collect::<Vec<_>>(),
        ["a", "b"]
    );
    assert!(frame.sticky[0].expanded);
    assert_eq!(view.rows(&tree, 0, 60, NOW).sticky, []);
    assert_eq!(view.rows(&tree, 5, 60, NOW).sticky, []);
}

#[test]
fn a_filter_shows_branches_around_hits_and_marks_the_text() {
    let mut tree = tree_of(&[
        "plant/press-04/oil_temp",
        "plant/press-04/mode",
        "plant/Press-14",
        "other",
    ]);
    let mut view = TreeView::new();
    view.set_filter(&tree, "PRESS-04");
    let frame = view.rows(&tree, 0, 60, NOW);
    assert_eq!(segments(&frame), ["plant", "press-04", "mode", "oil_temp"]);
    assert_eq!(frame.hits, Some(2));
    assert_eq!(
        frame.rows.iter().map(|row| row.hits.first()).collect::<Vec<_>>(),
        [None, Some(&(0, 8)), None, None]
    );
    // A text over a slash marks both levels.
    view.set_filter(&tree, "4/oil");
    let frame = view.rows(&tree, 0, 60, NOW);
    assert_eq!(segments(&frame), ["plant", "press-04", "oil_temp"]);
    assert_eq!(
        frame.rows.iter().map(|row| row.hits.first()).collect::<Vec<_>>(),
        [None, Some(&(7, 8)), Some(&(0, 3))]
    );
    // It stays live, and what it hid stays as it was.
    send(&mut tree, 50, "new/press-4/oil", "1");
    assert_eq!(view.rows(&tree, 0, 60, NOW).hits, Some(2));
    view.set_filter(&tree, "nothing has this");
    let frame = view.rows(&tree, 0, 60, NOW);
    assert_eq!((frame.hits, frame.total_rows), (Some(0), 0));
    view.set_filter(&tree, "");
    assert_eq!(segments(&view.rows(&tree, 0, 60, NOW)), ["new", "other", "plant"]);
}

#[test]
fn a_hit_lies_between_whole_characters() {
    let tree = tree_of(&["İSTANBUL-온도센서", "straße/ÄÖ"]);
    let mut view = TreeView::new();
    for (text, hit) in [
        ("온도", (10, 16)),
        ("stan", (2, 6)),
        ("i̇s", (0, 3)),
        ("ße", (4, 7)),
    ] {
        view.set_filter(&tree, text);
        let row = &view.rows(&tree, 0, 1, NOW).rows[0];
        assert_eq!(row.hits, [hit], "{text}");
        assert!(row.segment.get(hit.0 as usize..hit.1 as usize).is_some());
    }
}

#[test]
fn a_branch_closed_under_a_filter_stays_closed_until_the_filter_changes() {
    let mut tree = tree_of(&["a/x1", "a/x2"]);
    let mut view = TreeView::new();
    view.set_filter(&tree, "x");
    view.set_expanded(&tree, tree.find("a").unwrap(), false, false);
    send(&mut tree, 9, "a/x3", "1");
    assert_eq!(segments(&view.rows(&tree, 0, 60, NOW)), ["a"]);
    view.set_filter(&tree, "x2");
    assert_eq!(segments(&view.rows(&tree, 0, 60, NOW)), ["a", "x2"]);
}

#[test]
fn held_rows_stay_and_move_once_let_go() {
    let mut tree = tree_of(&["a", "b", "c"]);
    let mut view = TreeView::new();
    view.set_sort(Sort::Latest);
    assert_eq!(segments(&view.rows(&tree, 0, 60, NOW)), ["c", "b", "a"]);
    let later = |millis: i64| Timestamp(NOW.0 + millis * 1_000);
    send(&mut tree, 10, "a", "1");
    assert_eq!(
        segments(&view.rows(&tree, 0, 60, later(900))),
        ["c", "b", "a"],
        "steady for a second"
    );
    view.hold(true);
    send(&mut tree, 11, "aa", "1");
    assert_eq!(
        segments(&view.rows(&tree, 0, 60, later(9_000))),
        ["c", "b", "a", "aa"]
    );
    view.hold(false);
    assert_eq!(
        segments(&view.rows(&tree, 0, 60, later(9_000))),
        ["aa", "a", "c", "b"]
    );
}

#[test]
fn of_many_siblings_the_first_are_ranked_and_the_others_follow_by_name() {
    let mut tree = Tree::new();
    let count = sort::RANKED + 2_000;
    for i in 0..count {
        send(&mut tree, i as i64, &format!("t{i}"), "1");
    }
    send(&mut tree, 1 << 20, "t11990", "1");
    let mut view = TreeView::new();
    view.set_sort(Sort::Messages);
    assert_eq!(segments(&view.rows(&tree, 0, 3, NOW)), ["t11990", "t0", "t1"]);
    let end = view.rows(&tree, sort::RANKED as u64 - 1, 3, NOW);
    assert_eq!(segments(&end), ["t9998", "t9999", "t10000"]);
    assert_eq!(end.rows[0].pos_in_set as usize, sort::RANKED);
    let mut seen: Vec<String> = Vec::new();
    for first in (0..count).step_by(1_000) {
        seen.extend(
            segments(&view.rows(&tree, first as u64, 1_000, NOW))
                .iter()
                .map(|name| (*name).to_owned()),
        );
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), count, "each sibling has exactly one row");
    let last = tree.find("t11999").unwrap();
    assert_eq!(view.row_of(&tree, last), Some(count as u64 - 1));
}

#[test]
fn a_pause_freezes_rows_counts_and_values() {
    let mut tree = tree_of(&["a/x", "a/y", "b"]);
    let mut view = TreeView::new();
    expand(&mut view, &tree, "a");
    let before = view.rows(&tree, 0, 60, NOW);
    view.pause(true);
    for i in 0..2_000 {
        send(&mut tree, 100 + i, &format!("a/new{i}"), "9");
        send(&mut tree, 10_000 + i, "a/x", "7");
    }
    send(&mut tree, 20_000, "b/below", "1");
    assert_eq!(view.rows(&tree, 0, 60, NOW), before);
    // What is opened or filtered during the pause shows the topics of before.
    expand(&mut view, &tree, "b");
    view.set_filter(&tree, "a/");
    let frame = view.rows(&tree, 0, 60, NOW);
    assert_eq!((segments(&frame), frame.hits), (vec!["a", "x", "y"], Some(2)));
    view.set_filter(&tree, "");
    assert_eq!(view.rows(&tree, 0, 60, NOW), before);
    view.pause(false);
    let after = view.rows(&tree, 0, 60, NOW);
    assert_eq!(after.total_rows, 2_000 + 5);
    assert_eq!((after.rows[0].messages, after.rows.len()), (4_002, 60));
    assert!(after.revision > before.revision);
}

#[test]
fn typing_jumps_to_the_next_sibling() {
    let tree = tree_of(&["alpha", "Beta", "beta2/x", "gamma", "한국"]);
    let mut view = TreeView::new();
    expand(&mut view, &tree, "beta2");
    let at = |topic: &str| tree.find(topic).unwrap();
    assert_eq!(view.type_ahead(&tree, at("alpha"), "b"), Some(1));
    assert_eq!(view.type_ahead(&tree, at("Beta"), "B"), Some(2));
    assert_eq!(
        view.type_ahead(&tree, at("beta2"), "b"),
        Some(1),
        "from the first again"
    );
    assert_eq!(
        view.type_ahead(&tree, at("gamma"), "g"),
        Some(4),
        "nobody else is called so"
    );
    assert_eq!(
        view.type_ahead(&tree, at("Beta"), "be"),
        Some(1),
        "typing on stays"
    );
    assert_eq!(view.type_ahead(&tree, at("Beta"), "beta2"), Some(2));
    assert_eq!(view.type_ahead(&tree, at("alpha"), "한"), Some(5));
    assert_eq!(view.type_ahead(&tree, at("alpha"), "z"), None);
    assert_eq!(view.type_ahead(&tree, at("alpha"), ""), None);
    assert_eq!(
        view.type_ahead(&tree, at("beta2/x"), "a"),
        None,
        "only siblings count"
    );
    view.set_filter(&tree, "beta");
    assert_eq!(view.type_ahead(&tree, at("Beta"), "b"), Some(1));
}

#[test]
fn a_row_knows_how_far_new_topics_moved_it() {
    let mut tree = tree_of(&["b/x", "c", "d/y"]);
    let mut view = TreeView::new();
    expand(&mut view, &tree, "b");
    let at = |tree: &Tree, topic: &str| tree.find(topic).unwrap();
    assert_eq!(view.moved(&tree, at(&tree, "c"), 2), Some(0));
    for topic in ["a1", "a2", "b/a", "e"] {
        send(&mut tree, 10, topic, "1");
    }
    assert_eq!(view.moved(&tree, at(&tree, "c"), 2), Some(3));
    assert_eq!(
        view.moved(&tree, at(&tree, "d/y"), 4),
        Some(2),
        "its branch is closed"
    );
    view.set_filter(&tree, "e");
    assert_eq!(
        view.moved(&tree, at(&tree, "c"), 2),
        None,
        "nothing of it is shown"
    );
    view.set_filter(&tree, "");
    view.set_sort(Sort::Latest);
    view.rows(&tree, 0, 60, NOW);
    assert_eq!(
        view.moved(&tree, at(&tree, "c"), 2),
        None,
        "an order that goes on moves rows"
    );
    view.hold(true);
    assert!(view.moved(&tree, at(&tree, "c"), 2).is_some());
}

#[test]
fn a_topic_that_a_closed_branch_hides_has_the_place_of_the_branch() {
    let tree = tree_of(&["a", "b/c/d", "b/e", "f"]);
    let mut view = TreeView::new();
    let node = tree.find("b/c/d").unwrap();
    assert_eq!(view.nearest(&tree, node), Some(1));
    expand(&mut view, &tree, "b");
    assert_eq!(view.nearest(&tree, node), Some(2));
    view.collapse_all();
    assert_eq!(view.nearest(&tree, node), Some(1));
    assert_eq!(view.total_rows(&tree), 3, "nothing was opened");
}
