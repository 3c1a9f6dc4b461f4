//! When a lost or failed connection is tried again.
//!
//! Pure: it reads no clock and draws no random number; both come in.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// A connection that lasted this long starts the counting of tries anew.
const STABLE: Duration = Duration::from_secs(60);

/// Drops older than this say nothing of the link as it is now.
const FLAP_WINDOW: Duration = Duration::from_secs(300);

/// So many drops within the window are no accident.
const FLAP_DROPS: usize = 4;

/// More drops than this are counted as this many: the waits can't get longer.
const MOST_DROPS: usize = 100;

/// How long to wait between tries: at random between `first` and a limit that begins at twice
/// `first` and doubles with each try, up to `longest`.
///
/// The whole wait is random but for its least part, so that the clients of a broker that comes
/// back do not return at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The shortest wait.
    pub first: Duration,
    /// The longest wait.
    pub longest: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self {
            first: Duration::from_secs(1),
            longest: Duration::from_secs(60),
        }
    }
}

impl Backoff {
    /// The longest wait after failed try number `attempt` (from 1).
    fn limit(&self, attempt: u32) -> Duration {
        self.first.saturating_mul(1 << attempt.min(31)).min(self.longest)
    }

    /// The wait after failed try number `attempt` (from 1), chosen by `random`, a number from 0 to 1.
    pub fn delay(&self, attempt: u32, random: f64) -> Duration {
        self.between(self.first, self.limit(attempt), random)
    }

    /// The wait on a flapping link that dropped so many times: the upper half of its range, because
    /// a quick return is what makes it flap.
    fn calm(&self, attempt: u32, random: f64) -> Duration {
        let limit = self.limit(attempt);
        self.between(limit / 2, limit, random)
    }

    fn between(&self, least: Duration, most: Duration, random: f64) -> Duration {
        let least = least.min(most);
        least + (most - least).mul_f64(random.clamp(0.0, 1.0))
    }
}

/// A link that comes and goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flapping {
    /// How many times an established connection was lost …
    pub drops: u32,
    /// … within this time up to now.
    pub within: Duration,
}

/// What is known of the tries so far, and how long to wait for the next.
#[derive(Clone, Debug)]
pub(super) struct Reconnect {
    backoff: Backoff,
    /// Tries that ended since the last stable connection.
    ended: u32,
    /// When established connections were lost, oldest first.
    drops: VecDeque<Instant>,
}

impl Reconnect {
    pub(super) fn new(backoff: Backoff) -> Self {
        Self {
            backoff,
            ended: 0,
            drops: VecDeque::new(),
        }
    }

    /// The number of the try that is under way.
    pub(super) fn current(&self) -> u32 {
        self.ended.saturating_add(1)
    }

    /// Takes note that a try ended at `now`, after it had been connected for `lasted`, if it was
    /// connected at all. Returns its number since the last stable connection.
    pub(super) fn ended(&mut self, now: Instant, lasted: Option<Duration>) -> u32 {
        if lasted.is_some_and(|lasted| lasted >= STABLE) {
            self.ended = 0;
        }
        self.ended = self.ended.saturating_add(1);
        if lasted.is_some() {
            if self.drops.len() == MOST_DROPS {
                self.drops.pop_front();
            }
            self.drops.push_back(now);
        }
        self.ended
    }

    /// Whether the link flaps at `now`.
    pub(super) fn flapping(&self, now: Instant) -> Option<Flapping> {
        let drops = self.recent(now);
        (drops >= FLAP_DROPS).then_some(Flapping {
            drops: drops as u32,
            within: FLAP_WINDOW,
        })
    }

    /// How long to wait at `now` for the next try; `random` is a number from 0 to 1.
    pub(super) fn delay(&self, now: Instant, random: f64) -> Duration {
        match self.flapping(now) {
            // Each drop counts like a failed try, also after a stable minute.
            Some(flapping) => self.backoff.calm(flapping.drops.max(self.ended), random),
            None => self.backoff.delay(self.ended, random),
        }
    }

    fn recent(&self, now: Instant) -> usize {
        let recent = |drop: &&Instant| now.saturating_duration_since(**drop) <= FLAP_WINDOW;
        self.drops.iter().filter(recent).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn seconds(random: f64) -> Vec<u64> {
        (1..=9)
            .map(|n| Backoff::default().delay(n, random).as_secs())
            .collect()
    }

    #[test]
    fn the_limit_doubles_up_to_a_minute_and_the_least_stays_a_second() {
        assert_eq!(seconds(1.0), [2, 4, 8, 16, 32, 60, 60, 60, 60]);
        assert_eq!(seconds(0.0), [1; 9]);
        assert_eq!(Backoff::default().delay(u32::MAX, 1.0).as_secs(), 60);
    }

    #[test]
    fn chance_chooses_from_the_whole_range_and_never_leaves_it() {
        let backoff = Backoff::default();
        assert_eq!(backoff.delay(3, 0.5), Duration::from_millis(4500));
        assert_eq!(backoff.delay(3, 7.0), backoff.delay(3, 1.0));
        assert_eq!(backoff.delay(3, -1.0), backoff.delay(3, 0.0));
    }

    #[test]
    fn a_first_wait_above_the_longest_is_the_longest() {
        let backoff = Backoff {
            first: 90 * SECOND,
            longest: 5 * SECOND,
        };
        assert_eq!(backoff.delay(1, 0.7), 5 * SECOND);
    }

    #[test]
    fn only_a_stable_minute_resets_the_count() {
        let now = Instant::now();
        let mut tries = Reconnect::new(Backoff::default());
        assert_eq!(tries.current(), 1);
        assert_eq!(tries.ended(now, None), 1);
        assert_eq!(tries.ended(now, Some(59 * SECOND)), 2);
        assert_eq!(tries.current(), 3);
        assert_eq!(tries.ended(now, Some(STABLE)), 1);
    }

    #[test]
    fn four_drops_in_five_minutes_are_flapping_and_end_with_their_window() {
        let began = Instant::now();
        let mut tries = Reconnect::new(Backoff::default());
        for drop in 0..4 {
            assert_eq!(tries.flapping(began + 70 * drop * SECOND), None);
            tries.ended(began + 70 * drop * SECOND, Some(69 * SECOND));
        }
        let last = began + 210 * SECOND;
        let flapping = Flapping {
            drops: 4,
            within: FLAP_WINDOW,
        };
        assert_eq!(tries.flapping(last), Some(flapping));
        assert_eq!(tries.flapping(began + FLAP_WINDOW), Some(flapping));
        assert_eq!(tries.flapping(began + FLAP_WINDOW + SECOND), None);
    }

    #[test]
    fn tries_that_never_connected_are_no_drops() {
        let now = Instant::now();
        let mut tries = Reconnect::new(Backoff::default());
        for _ in 0..20 {
            tries.ended(now, None);
        }
        assert_eq!(tries.flapping(now), None);
    }

    #[test]
    fn a_flapping_link_waits_longer_with_every_drop_though_each_connection_was_stable() {
        let mut now = Instant::now();
        let mut tries = Reconnect::new(Backoff::default());
        let mut waits = Vec::new();
        for _ in 0..7 {
            assert_eq!(tries.ended(now, Some(STABLE)), 1);
            waits.push((tries.delay(now, 0.0).as_secs(), tries.delay(now, 1.0).as_secs()));
            now += SECOND;
        }
        assert_eq!(
            waits,
            [(1, 2), (1, 2), (1, 2), (8, 16), (16, 32), (30, 60), (30, 60)]
        );
    }

    #[test]
    fn drops_without_end_are_counted_up_to_a_bound() {
        let now = Instant::now();
        let mut tries = Reconnect::new(Backoff::default());
        for _ in 0..1000 {
            tries.ended(now, Some(SECOND));
        }
        assert_eq!(tries.flapping(now).map(|flapping| flapping.drops), Some(100));
    }
}
