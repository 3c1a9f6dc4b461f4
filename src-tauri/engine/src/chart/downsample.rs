//! Thins a series to columns of pixels without hiding a peak.
//!
//! Of each column the first, smallest, largest and last point stay (M4, Jugel et al. 2014), which draws
//! the same line as all points would.

use super::series::Point;
use crate::message::Timestamp;

/// At most four points a column, in order of time.
pub fn m4(points: &[Point], from: Timestamp, to: Timestamp, columns: usize) -> Vec<Point> {
    let columns = columns.max(1);
    if points.len() <= columns * 4 {
        return points.to_vec();
    }
    let width = ((to.0 - from.0).max(1) as f64) / columns as f64;
    let column = |point: &Point| (((point.at.0 - from.0) as f64 / width) as usize).min(columns - 1);
    let mut thin = Vec::with_capacity(columns * 4);
    let mut start = 0;
    while start < points.len() {
        let here = column(&points[start]);
        let length = points[start..].partition_point(|point| column(point) == here);
        keep(&points[start..start + length], &mut thin);
        start += length;
    }
    thin
}

fn keep(column: &[Point], thin: &mut Vec<Point>) {
    let (mut low, mut high) = (0, 0);
    for (at, point) in column.iter().enumerate() {
        if point.value < column[low].value {
            low = at;
        }
        if point.value > column[high].value {
            high = at;
        }
    }
    let mut kept = [0, low, high, column.len() - 1];
    kept.sort_unstable();
    let mut before = None;
    for at in kept {
        if before != Some(at) {
            thin.push(column[at]);
        }
        before = Some(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_peak_is_hidden_and_time_goes_on() {
        let point = |n: i64| Point {
            at: Timestamp(n),
            value: if n == 54_321 { 1e9 } else { (n % 100) as f64 },
        };
        let points: Vec<Point> = (0..100_000).map(point).collect();
        let thin = m4(&points, Timestamp(0), Timestamp(100_000), 300);
        assert!(thin.len() <= 1_200);
        assert!(thin.iter().any(|point| point.value == 1e9));
        assert!(thin.windows(2).all(|pair| pair[0].at < pair[1].at));
        assert_eq!((thin.first(), thin.last()), (points.first(), points.last()));
    }

    #[test]
    fn few_points_stay_as_they_are() {
        let points = [Point {
            at: Timestamp(5),
            value: 1.0,
        }];
        assert_eq!(m4(&points, Timestamp(0), Timestamp(10), 1), points);
        assert!(m4(&[], Timestamp(0), Timestamp(10), 1).is_empty());
    }
}
