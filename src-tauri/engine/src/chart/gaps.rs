//! Stretches of time without a connection. All series of a connection share them.

use crate::message::Timestamp;

/// Stretches that are remembered.
const MAX_GAPS: usize = 10_000;

/// When there was no connection.
#[derive(Clone, Debug, Default)]
pub struct Gaps {
    /// In order, not overlapping.
    past: Vec<(Timestamp, Timestamp)>,
    offline_since: Option<Timestamp>,
}

impl Gaps {
    /// The connection is gone since `at`.
    pub fn offline(&mut self, at: Timestamp) {
        self.offline_since.get_or_insert(at);
    }

    /// The connection is back.
    pub fn online(&mut self, at: Timestamp) {
        if let Some(since) = self.offline_since.take() {
            self.add(since, at);
        }
    }

    /// Stretches that touch become one, as after a clock was set back.
    fn add(&mut self, from: Timestamp, to: Timestamp) {
        if to <= from {
            return;
        }
        let first = self.past.partition_point(|gap| gap.1 < from);
        let end = self.past.partition_point(|gap| gap.0 <= to);
        let joined = self.past[first..end].iter().fold((from, to), |joined, gap| {
            (joined.0.min(gap.0), joined.1.max(gap.1))
        });
        self.past.splice(first..end, [joined]);
        let surplus = self.past.len().saturating_sub(MAX_GAPS);
        self.past.drain(..surplus);
    }

    /// The stretches that touch a window; one that lasts ends at `now`.
    pub fn window(&self, from: Timestamp, to: Timestamp, now: Timestamp) -> Vec<(Timestamp, Timestamp)> {
        let lasting = self.offline_since.map(|since| (since, now.max(since)));
        let gaps = self.past.iter().copied().chain(lasting);
        gaps.filter(|gap| gap.0 <= to && gap.1 >= from).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_join_and_a_lasting_one_reaches_now() {
        let t = Timestamp;
        let mut gaps = Gaps::default();
        gaps.offline(t(10));
        gaps.offline(t(12));
        assert_eq!(gaps.window(t(0), t(100), t(15)), [(t(10), t(15))]);
        gaps.online(t(20));
        gaps.online(t(25));
        for (from, to) in [(30, 40), (20, 30), (50, 50), (1, 2)] {
            gaps.offline(t(from));
            gaps.online(t(to));
        }
        assert_eq!(gaps.window(t(0), t(100), t(60)), [(t(1), t(2)), (t(10), t(40))]);
        assert_eq!(gaps.window(t(3), t(9), t(60)), []);
    }
}
