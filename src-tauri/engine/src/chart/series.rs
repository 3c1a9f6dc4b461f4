//! The points of one series in memory: bounded, in order of time.

use std::collections::VecDeque;

use super::downsample::m4;
use crate::message::Timestamp;

/// Most points of a series; the oldest go first. A million points take 16 MB.
const MAX_POINTS: usize = 1_000_000;

/// One value at one time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// When it was received.
    pub at: Timestamp,
    /// Finite.
    pub value: f64,
}

/// Points in ascending order of time.
#[derive(Clone, Debug, Default)]
pub struct Series {
    points: VecDeque<Point>,
    /// Points that had to make room.
    forgotten: u64,
}

/// What a stretch of time holds, thinned.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Window {
    /// At most four a column.
    pub points: Vec<Point>,
    /// Points before thinning.
    pub count: usize,
    /// The smallest value.
    pub min: Option<f64>,
    /// The mean of all values.
    pub mean: Option<f64>,
    /// The largest value.
    pub max: Option<f64>,
    /// The newest value.
    pub last: Option<f64>,
}

impl Series {
    /// Adds the newest point. What is not finite is left out.
    pub fn push(&mut self, at: Timestamp, value: f64) {
        if !value.is_finite() {
            return;
        }
        // Receive times never go back, so that the order holds.
        self.points.push_back(Point { at, value });
        self.bound();
    }

    /// Puts older points in front. Those that are there already, because they also came live, are left
    /// out.
    pub fn prepend(&mut self, older: Vec<Point>) {
        let first = self.points.front().map(|point| point.at);
        let fitting = older
            .into_iter()
            .filter(|point| point.value.is_finite() && first.is_none_or(|first| point.at < first));
        let live = std::mem::take(&mut self.points);
        self.points = fitting.collect();
        self.points.extend(live);
        self.bound();
    }

    fn bound(&mut self) {
        while self.points.len() > MAX_POINTS {
            self.points.pop_front();
            self.forgotten += 1;
        }
    }

    /// The oldest point.
    pub fn first(&self) -> Option<Point> {
        self.points.front().copied()
    }

    /// Points from `from` to `to`, both included.
    pub fn range(&self, from: Timestamp, to: Timestamp) -> Vec<Point> {
        let start = self.points.partition_point(|point| point.at < from);
        let end = self.points.partition_point(|point| point.at <= to).max(start);
        self.points.range(start..end).copied().collect()
    }

    /// What a stretch of time holds, thinned to columns of pixels.
    pub fn window(&self, from: Timestamp, to: Timestamp, columns: usize) -> Window {
        let points = self.range(from, to);
        let Some(last) = points.last().map(|point| point.value) else {
            return Window::default();
        };
        let sum: f64 = points.iter().map(|point| point.value).sum();
        Window {
            count: points.len(),
            min: points.iter().map(|point| point.value).reduce(f64::min),
            mean: Some(sum / points.len() as f64),
            max: points.iter().map(|point| point.value).reduce(f64::max),
            last: Some(last),
            points: m4(&points, from, to, columns),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp(seconds * 1_000_000)
    }

    fn values(series: &Series) -> Vec<f64> {
        series
            .range(at(0), at(1_000))
            .iter()
            .map(|point| point.value)
            .collect()
    }

    #[test]
    fn older_points_go_in_front_and_none_is_there_twice() {
        let mut series = Series::default();
        series.push(at(3), 3.0);
        series.push(at(4), 4.0);
        let older = (1..=3)
            .map(|n| Point {
                at: at(n),
                value: n as f64,
            })
            .collect();
        series.prepend(older);
        assert_eq!(values(&series), [1.0, 2.0, 3.0, 4.0]);
    }

    #[test]
    fn what_is_no_number_is_left_out() {
        let mut series = Series::default();
        for value in [1.0, f64::NAN, f64::INFINITY, 2.0] {
            series.push(at(1), value);
        }
        assert_eq!(values(&series), [1.0, 2.0]);
    }

    #[test]
    fn a_window_counts_what_thinning_leaves_out() {
        let mut series = Series::default();
        for n in 0..1_000 {
            series.push(at(n), n as f64);
        }
        let window = series.window(at(100), at(299), 10);
        assert_eq!(
            (window.count, window.min, window.max, window.last),
            (200, Some(100.0), Some(299.0), Some(299.0))
        );
        assert_eq!(window.mean, Some(199.5));
        assert!(window.points.len() <= 40);
        assert_eq!(Series::default().window(at(0), at(1), 10), Window::default());
    }
}
