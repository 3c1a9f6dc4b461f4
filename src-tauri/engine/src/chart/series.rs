//! The points of one topic and path in memory, in order of time and bounded.

use std::collections::VecDeque;

use super::downsample::m4;
use crate::message::Timestamp;

/// Points kept of one series unless told otherwise: 16 MB.
pub const DEFAULT_LIMIT: usize = 1_000_000;

/// A value at a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// When it was received. Unique in a series, because it is unique in a connection.
    pub at: Timestamp,
    /// A finite number.
    pub value: f64,
}

/// The points of one topic and path.
#[derive(Clone, Debug)]
pub struct Series {
    /// In order of time, no time twice, at most `limit`.
    points: VecDeque<Point>,
    limit: usize,
    dropped: u64,
}

/// What a window shows of a series.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Window {
    /// All if they are few, else at most four a column; and the neighbours on both sides, so that lines
    /// reach the edges.
    pub points: Vec<Point>,
    /// Smallest value inside; this and the following are none where no point is inside.
    pub min: Option<f64>,
    /// Largest value inside.
    pub max: Option<f64>,
    /// Mean of the values inside, each counting the same.
    pub mean: Option<f64>,
    /// The newest value inside.
    pub last: Option<f64>,
    /// How many points are inside.
    pub count: usize,
}

impl Default for Series {
    fn default() -> Self {
        Self::new(DEFAULT_LIMIT)
    }
}

impl Series {
    /// An empty series that keeps the newest `limit` points.
    pub fn new(limit: usize) -> Self {
        Self {
            points: VecDeque::new(),
            limit,
            dropped: 0,
        }
    }

    /// Adds a live point. Values that are not finite are no points; a time that exists is replaced, and
    /// one that lies before the newest, as after a clock was set back, is put in its place.
    pub fn push(&mut self, at: Timestamp, value: f64) {
        if !value.is_finite() {
            return;
        }
        let point = Point { at, value };
        match self.points.back() {
            Some(last) if last.at >= at => {
                let place = self.points.partition_point(|other| other.at < at);
                match self.points.get_mut(place) {
                    Some(other) if other.at == at => *other = point,
                    _ => self.points.insert(place, point),
                }
            }
            _ => self.points.push_back(point),
        }
        self.shrink();
    }

    /// Adds points from the history, in order of time. Points that came live meanwhile stay and win over
    /// a stored one of the same time.
    pub fn fill(&mut self, history: impl IntoIterator<Item = Point>) {
        let live = std::mem::take(&mut self.points);
        let mut merged = VecDeque::with_capacity(live.len());
        let mut live = live.into_iter().peekable();
        for stored in history.into_iter().filter(|point| point.value.is_finite()) {
            while let Some(point) = live.next_if(|point| point.at <= stored.at) {
                merged.push_back(point);
            }
            if merged.back().is_none_or(|last: &Point| last.at < stored.at) {
                merged.push_back(stored);
            }
        }
        merged.extend(live);
        self.points = merged;
        self.shrink();
    }

    /// Forgets the points up to a time, that included.
    pub fn forget(&mut self, until: Timestamp) {
        let gone = self.points.partition_point(|point| point.at <= until);
        self.points.drain(..gone);
    }

    fn shrink(&mut self) {
        let surplus = self.points.len().saturating_sub(self.limit);
        self.points.drain(..surplus);
        self.dropped += surplus as u64;
    }

    /// All points in order of time.
    pub fn points(&self) -> impl ExactSizeIterator<Item = Point> + '_ {
        self.points.iter().copied()
    }

    /// How many points are kept.
    pub fn len(&self) -> usize {
        self.points.len()
    }

    /// True if no point is kept.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// The newest point.
    pub fn last(&self) -> Option<Point> {
        self.points.back().copied()
    }

    /// How many points had to go because the series was full.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// What is between two times (both included), for a plot of so many columns.
    pub fn window(&self, from: Timestamp, to: Timestamp, columns: usize) -> Window {
        let first = self.points.partition_point(|point| point.at < from);
        let end = self.points.partition_point(|point| point.at <= to).max(first);
        let inside = || self.points.range(first..end);
        let count = end - first;
        let mut points: Vec<Point> = first
            .checked_sub(1)
            .map(|before| self.points[before])
            .into_iter()
            .collect();
        if count <= columns.saturating_mul(4) {
            points.extend(inside());
        } else {
            points.extend(m4(inside().copied(), from, to, columns));
        }
        points.extend(self.points.get(end));
        // The mean of means cannot overflow where the sum of large values could.
        let mean = inside().zip(1u64..).fold(0.0, |mean, (point, n)| {
            mean + (point.value / n as f64 - mean / n as f64)
        });
        Window {
            points,
            min: inside().map(|point| point.value).reduce(f64::min),
            max: inside().map(|point| point.value).reduce(f64::max),
            mean: (count > 0).then_some(mean),
            last: inside().next_back().map(|point| point.value),
            count,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(at: i64, value: f64) -> Point {
        Point {
            at: Timestamp(at),
            value,
        }
    }

    fn series(points: &[(i64, f64)]) -> Series {
        let mut series = Series::new(5);
        points
            .iter()
            .for_each(|(at, value)| series.push(Timestamp(*at), *value));
        series
    }

    fn times(series: &Series) -> Vec<i64> {
        series.points().map(|point| point.at.0).collect()
    }

    #[test]
    fn keeps_order_and_the_newest_and_counts_the_rest() {
        let series = series(&[
            (1, 0.),
            (2, 0.),
            (5, 0.),
            (3, 1.),
            (3, 2.),
            (4, f64::NAN),
            (6, 0.),
            (7, 0.),
            (8, 0.),
        ]);
        assert_eq!(times(&series), [3, 5, 6, 7, 8]);
        assert_eq!(series.dropped(), 2);
        assert_eq!(series.points().next(), Some(point(3, 2.)));
        assert_eq!(series.last(), Some(point(8, 0.)));
    }

    #[test]
    fn history_joins_what_came_live_meanwhile() {
        let mut series = series(&[(10, 1.), (12, 2.)]);
        series.fill([
            point(8, 0.),
            point(10, 9.),
            point(11, 9.),
            point(12, 9.),
            point(13, 9.),
        ]);
        let values: Vec<_> = series.points().map(|point| (point.at.0, point.value)).collect();
        assert_eq!(values, [(8, 0.), (10, 1.), (11, 9.), (12, 2.), (13, 9.)]);
        series.fill([point(1, 0.)]);
        assert_eq!((times(&series)[0], series.dropped()), (8, 1));
    }

    #[test]
    fn a_window_has_statistics_of_the_inside_and_its_neighbours() {
        let series = series(&[(1, 100.), (2, 1.), (3, 3.), (4, 2.), (5, -100.)]);
        let window = series.window(Timestamp(2), Timestamp(4), 10);
        assert_eq!(
            (window.min, window.max, window.mean, window.last),
            (Some(1.), Some(3.), Some(2.), Some(2.))
        );
        assert_eq!(window.count, 3);
        assert_eq!(
            window.points.iter().map(|point| point.at.0).collect::<Vec<_>>(),
            [1, 2, 3, 4, 5]
        );
        let empty = series.window(Timestamp(9), Timestamp(7), 10);
        assert_eq!((empty.count, empty.mean), (0, None));
        let mut huge = Series::default();
        huge.push(Timestamp(1), f64::MAX);
        huge.push(Timestamp(2), f64::MAX);
        assert_eq!(huge.window(Timestamp(0), Timestamp(9), 1).mean, Some(f64::MAX));
    }
}
