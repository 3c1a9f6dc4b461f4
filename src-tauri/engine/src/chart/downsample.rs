//! M4: of each column of pixels the first, smallest, largest and last point. A line through them looks
//! the same as one through all points, so no spike is ever hidden.

use super::series::Point;
use crate::message::Timestamp;

#[derive(Clone, Copy)]
struct Column {
    first: Point,
    min: Point,
    max: Point,
    last: Point,
}

impl Column {
    fn add(&mut self, point: Point) {
        if point.value < self.min.value {
            self.min = point;
        }
        if point.value > self.max.value {
            self.max = point;
        }
        self.last = point;
    }

    /// Its points in order of time, each once.
    fn write(&self, out: &mut Vec<Point>) {
        let (early, late) = if self.min.at <= self.max.at {
            (self.min, self.max)
        } else {
            (self.max, self.min)
        };
        for point in [self.first, early, late, self.last] {
            if out.last().is_none_or(|last| last.at < point.at) {
                out.push(point);
            }
        }
    }
}

/// At most four points a column of the points between two times (both included). The points come in
/// order of time; values that are not finite are passed over.
pub fn m4(
    points: impl IntoIterator<Item = Point>,
    from: Timestamp,
    to: Timestamp,
    columns: usize,
) -> Vec<Point> {
    let mut out = Vec::new();
    if columns == 0 || to < from {
        return out;
    }
    let scale = columns as f64 / (to.0.saturating_sub(from.0) as f64).max(1.0);
    let mut open: Option<(usize, Column)> = None;
    for point in points {
        if point.at < from || point.at > to || !point.value.is_finite() {
            continue;
        }
        let at = ((point.at.0.saturating_sub(from.0)) as f64 * scale) as usize;
        let at = at.min(columns - 1);
        match &mut open {
            Some((column, four)) if *column == at => four.add(point),
            _ => {
                if let Some((_, four)) = open.take() {
                    four.write(&mut out);
                }
                open = Some((
                    at,
                    Column {
                        first: point,
                        min: point,
                        max: point,
                        last: point,
                    },
                ));
            }
        }
    }
    if let Some((_, four)) = open {
        four.write(&mut out);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(values: &[f64]) -> Vec<Point> {
        values
            .iter()
            .zip(0i64..)
            .map(|(value, at)| Point {
                at: Timestamp(at),
                value: *value,
            })
            .collect()
    }

    #[test]
    fn a_column_keeps_its_four() {
        let all = points(&[5., 9., 6., 1., 7., 3., 3., 3.]);
        let few = m4(all.clone(), Timestamp(0), Timestamp(7), 1);
        assert_eq!(few, [all[0], all[1], all[3], all[7]]);
        assert_eq!(m4(all[..1].to_vec(), Timestamp(0), Timestamp(7), 1), all[..1]);
    }

    #[test]
    fn no_spike_is_hidden() {
        let mut values = vec![0.0; 100_000];
        values[77_777] = 1e9;
        values[22_222] = -1e9;
        let few = m4(points(&values), Timestamp(0), Timestamp(99_999), 200);
        assert!(few.len() <= 800);
        assert!(few.iter().any(|point| point.value == 1e9) && few.iter().any(|point| point.value == -1e9));
        assert!(few.is_sorted_by(|a, b| a.at < b.at));
        assert_eq!(
            (few.first().map(|p| p.at.0), few.last().map(|p| p.at.0)),
            (Some(0), Some(99_999))
        );
    }

    #[test]
    fn what_is_no_number_or_outside_is_passed_over() {
        let all = points(&[1., f64::NAN, f64::INFINITY, 2., f64::NEG_INFINITY, 3.]);
        let few = m4(all.clone(), Timestamp(1), Timestamp(4), 10);
        assert_eq!(few, [all[3]]);
        assert!(m4(all.clone(), Timestamp(4), Timestamp(1), 10).is_empty());
        assert!(m4(all.clone(), Timestamp(0), Timestamp(5), 0).is_empty());
        assert_eq!(m4(all, Timestamp(0), Timestamp(0), 4).len(), 1);
        let extremes = [
            Point {
                at: Timestamp(i64::MIN),
                value: 1.,
            },
            Point {
                at: Timestamp(i64::MAX),
                value: 2.,
            },
        ];
        assert_eq!(m4(extremes, Timestamp(i64::MIN), Timestamp(i64::MAX), 4).len(), 2);
    }
}
