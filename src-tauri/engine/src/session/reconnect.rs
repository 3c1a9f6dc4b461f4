//! When a lost or failed connection is tried again.
//!
//! Pure: it reads no clock and draws no random number; both come in.

use std::time::Duration;

/// A connection that lasted this long starts the counting of tries anew.
const STABLE: Duration = Duration::from_secs(60);

/// The share of a delay that is added at random, so that many clients do not return at once.
const JITTER: f64 = 0.2;

/// How long to wait between tries: `first`, doubled each time, at most `longest`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The wait after the first failure.
    pub first: Duration,
    /// The longest wait, before the random part is added.
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
    /// The wait after failed try number `attempt` (from 1), lengthened by up to 20 % by `random`,
    /// a number from 0 to 1.
    pub fn delay(&self, attempt: u32, random: f64) -> Duration {
        let doublings = attempt.saturating_sub(1).min(31);
        let delay = self.first.saturating_mul(1 << doublings).min(self.longest);
        delay + delay.mul_f64(JITTER * random.clamp(0.0, 1.0))
    }
}

/// Counts tries since the last connection that was stable.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Attempts(u32);

impl Attempts {
    /// Counts one more try that ended, after `lasted` if it was connected at all, and returns the
    /// number of tries that ended since the last stable connection.
    pub(super) fn ended(&mut self, lasted: Option<Duration>) -> u32 {
        if lasted.is_some_and(|lasted| lasted >= STABLE) {
            self.0 = 0;
        }
        self.0 = self.0.saturating_add(1);
        self.0
    }

    /// The number of the try that is under way.
    pub(super) fn current(self) -> u32 {
        self.0.saturating_add(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_a_minute() {
        let seconds: Vec<u64> = (1..=9)
            .map(|n| Backoff::default().delay(n, 0.0).as_secs())
            .collect();
        assert_eq!(seconds, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(Backoff::default().delay(u32::MAX, 0.0).as_secs(), 60);
    }

    #[test]
    fn chance_adds_at_most_a_fifth() {
        assert_eq!(Backoff::default().delay(1, 1.0), Duration::from_millis(1200));
        assert_eq!(Backoff::default().delay(7, 1.0), Duration::from_secs(72));
        assert_eq!(Backoff::default().delay(1, 7.0), Duration::from_millis(1200));
    }

    #[test]
    fn only_a_stable_minute_resets_the_count() {
        let mut attempts = Attempts::default();
        assert_eq!(attempts.current(), 1);
        assert_eq!(attempts.ended(None), 1);
        assert_eq!(attempts.ended(Some(Duration::from_secs(59))), 2);
        assert_eq!(attempts.current(), 3);
        assert_eq!(attempts.ended(Some(STABLE)), 1);
    }
}
