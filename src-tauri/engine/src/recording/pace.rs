//! When each message of a replay is due, and the clock it is measured by.
//!
//! The clock comes from outside, so that an hour of a recording is tested in a moment.

use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant};

use crate::message::Timestamp;

/// Time that passes, and waiting for it.
pub trait Clock: Send + Sync {
    /// Since some fixed moment.
    fn now(&self) -> Duration;
    /// Ends when this much has passed.
    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// The clock of the computer.
#[derive(Clone, Copy, Debug)]
pub struct WallClock(Instant);

impl WallClock {
    /// Begins now.
    pub fn begin() -> Self {
        Self(Instant::now())
    }
}

impl Clock for WallClock {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::time::sleep(time))
    }
}

/// How fast a recording is sent again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Speed {
    /// This many times as fast as it came, 0.1 to 1,000.
    Times(f64),
    /// As fast as the broker takes it.
    Fastest,
}

/// When messages are due. Pure.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    speed: Speed,
    /// When the first one was due, on the clock.
    begun: Duration,
    first: Option<Timestamp>,
}

impl Pace {
    pub(super) fn new(speed: Speed, now: Duration) -> Self {
        let speed = match speed {
            Speed::Times(times) if times.is_finite() => Speed::Times(times.clamp(0.1, 1_000.0)),
            Speed::Times(_) => Speed::Times(1.0),
            Speed::Fastest => Speed::Fastest,
        };
        Self {
            speed,
            begun: now,
            first: None,
        }
    }

    /// When a message that was received then is due, on the clock.
    pub(super) fn due(&mut self, received: Timestamp) -> Duration {
        let first = *self.first.get_or_insert(received);
        match self.speed {
            Speed::Fastest => Duration::ZERO,
            Speed::Times(times) => {
                let after = received.since(first).as_secs_f64() / times;
                // Longer than a clock can count is as good as never.
                self.begun
                    + Duration::try_from_secs_f64(after).unwrap_or(Duration::from_secs(u32::MAX.into()))
            }
        }
    }

    /// Everything is due later by a pause.
    pub(super) fn shift(&mut self, by: Duration) {
        self.begun += by;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_kept_by_the_speed_and_pauses_shift_them() {
        let at = |millis: i64| Timestamp(1_700_000_000_000_000 + millis * 1_000);
        let mut pace = Pace::new(Speed::Times(10.0), Duration::from_secs(5));
        assert_eq!(pace.due(at(0)), Duration::from_secs(5));
        assert_eq!(pace.due(at(2_000)), Duration::from_millis(5_200));
        pace.shift(Duration::from_secs(60));
        assert_eq!(pace.due(at(2_000)), Duration::from_millis(65_200));
        let mut slow = Pace::new(Speed::Times(0.0), Duration::ZERO);
        slow.due(at(0));
        assert_eq!(
            slow.due(at(1_000)),
            Duration::from_secs(10),
            "no slower than a tenth"
        );
        let mut fastest = Pace::new(Speed::Fastest, Duration::from_secs(5));
        fastest.due(at(0));
        assert_eq!(fastest.due(at(1_000_000)), Duration::ZERO);
        let mut odd = Pace::new(Speed::Times(f64::NAN), Duration::ZERO);
        odd.due(at(0));
        assert_eq!(
            odd.due(at(-5_000)),
            Duration::ZERO,
            "times that go back are due at once"
        );
    }
}
