//! Which messages come from the broker's queue: published while we were away, delivered after.
//!
//! MQTT 5 has no flag for it, so it is told by when a message comes: after a CONNACK with "session
//! present", the broker sends again what we had not acknowledged (with the duplicate flag) and then, without
//! a break, what it queued (4.4). So a message of QoS 1 or 2, neither retained nor a duplicate, is late
//! as long as there was no break. A break is a time without such a message that is longer than a
//! round trip, during which we owed the broker no acknowledgement that it could be waiting for.
//!
//! What this cannot know: on a busy connection live messages follow the queue without a break, and the
//! first of them are taken for late. Therefore it ends after half a minute at most; of a queue that takes
//! longer, the rest is not marked. It reads no clock.

use std::time::{Duration, Instant};

/// The shortest break; on a fast network it is a hundred round trips.
const BREAK: Duration = Duration::from_millis(100);
/// The longest break that is waited for, on the slowest network.
const LONGEST_BREAK: Duration = Duration::from_secs(5);
/// After this no message is taken for late.
const LIMIT: Duration = Duration::from_secs(30);

/// The queue of one connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Queue {
    began: Instant,
    last: Instant,
    pause: Duration,
    open: bool,
}

impl Queue {
    /// Of a session that was resumed now; connecting took so long, which is more than one round trip.
    pub(super) fn resumed(now: Instant, connecting: Duration) -> Self {
        Self {
            began: now,
            last: now,
            pause: connecting.clamp(BREAK, LONGEST_BREAK),
            open: true,
        }
    }

    /// True if a message of QoS 1 or 2 that comes now comes from the queue. `owes`: there are messages
    /// that we have not acknowledged.
    pub(super) fn take(&mut self, now: Instant, owes: bool) -> bool {
        let pause = now.saturating_duration_since(self.last);
        let since = now.saturating_duration_since(self.began);
        self.open &= since < LIMIT && (owes || pause < self.pause);
        self.last = now;
        self.open
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(start: Instant) -> Queue {
        Queue::resumed(start, Duration::from_millis(3))
    }

    #[test]
    fn what_comes_without_a_break_is_late_and_nothing_after_it() {
        let start = Instant::now();
        let mut queue = queue(start);
        assert!(queue.take(start + BREAK / 2, false));
        assert!(queue.take(start + BREAK, false));
        assert!(!queue.take(start + BREAK * 2, false));
        assert!(!queue.take(start + BREAK * 2, false));
    }

    #[test]
    fn a_broker_that_waits_for_us_makes_no_break() {
        let start = Instant::now();
        let mut queue = queue(start);
        assert!(queue.take(start + BREAK * 20, true));
        assert!(!queue.take(start + BREAK * 40, false));
    }

    #[test]
    fn a_slow_network_has_longer_breaks_and_every_queue_an_end() {
        let start = Instant::now();
        let mut queue = Queue::resumed(start, Duration::from_secs(2));
        assert!(queue.take(start + Duration::from_secs(1), false));
        assert!(!queue.take(start + LIMIT, true));
    }
}
