//! A long series into what a chart of the window draws.

use std::time::{Duration, Instant};

use treetop_engine::chart::Series;
use treetop_engine::message::Timestamp;

use crate::Size;
use crate::marks::Marks;

/// Columns of a wide chart.
const COLUMNS: usize = 1_200;

/// Measures the whole series and a part of it.
pub fn measure(size: &Size, marks: &mut Marks) {
    let points = size.tree as i64;
    let mut series = Series::default();
    for at in 0..points {
        let value = (at as f64 / 5_000.0).sin() * 40.0 + (at % 97) as f64 / 10.0;
        series.push(Timestamp(at * 1_000), value);
    }
    marks.title(&format!("a series of {} points", series.len()));
    let mut times: Vec<Duration> = (0..9)
        .map(|_| {
            let began = Instant::now();
            let window = series.window(Timestamp(0), Timestamp(points * 1_000), COLUMNS);
            assert!(!window.points.is_empty(), "a full series has points");
            began.elapsed()
        })
        .collect();
    times.sort_unstable();
    marks.told(
        &format!("all of it into {COLUMNS} columns, median"),
        &format!("{:.1} ms", times[times.len() / 2].as_secs_f64() * 1e3),
        "≤ 30 ms",
    );
}
