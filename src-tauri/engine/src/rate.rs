//! Messages per second over the last seconds, counted in whole seconds of the receive time.
//!
//! It has no clock: the time comes with each message and with each question.

use std::collections::VecDeque;

use crate::message::Timestamp;

/// Seconds kept.
const SECONDS: usize = 16;

/// Counts per second.
#[derive(Debug, Default)]
pub struct Rate {
    /// (second since the epoch, messages in it), ascending, at most `SECONDS` of them.
    buckets: VecDeque<(i64, u64)>,
}

fn second(at: Timestamp) -> i64 {
    at.0.div_euclid(1_000_000)
}

impl Rate {
    /// Counts messages received at a time.
    pub fn add(&mut self, at: Timestamp, messages: u64) {
        let second = second(at);
        match self.buckets.back_mut() {
            // A clock that went back counts into the newest second.
            Some((newest, count)) if *newest >= second => *count += messages,
            _ => self.buckets.push_back((second, messages)),
        }
        while self.buckets.len() > SECONDS {
            self.buckets.pop_front();
        }
    }

    /// Messages in the last whole second before `now`.
    pub fn last(&self, now: Timestamp) -> u64 {
        self.of(second(now) - 1)
    }

    /// Messages in each of the last fifteen whole seconds, oldest first.
    pub fn recent(&self, now: Timestamp) -> Vec<u64> {
        let now = second(now);
        (1..SECONDS as i64).rev().map(|ago| self.of(now - ago)).collect()
    }

    /// True if there was no message in any of the last fifteen seconds, nor in the one that runs.
    pub fn is_silent(&self, now: Timestamp) -> bool {
        let from = second(now) - (SECONDS as i64 - 1);
        self.buckets.back().is_none_or(|(newest, _)| *newest < from)
    }

    fn of(&self, second: i64) -> u64 {
        self.buckets
            .iter()
            .find(|(at, _)| *at == second)
            .map_or(0, |(_, count)| *count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_seconds_are_counted_and_silence_is_zero() {
        let mut rate = Rate::default();
        let at = |millis: i64| Timestamp(1_000_000_000 + millis * 1_000);
        rate.add(at(0), 2);
        rate.add(at(999), 3);
        rate.add(at(1_000), 7);
        assert_eq!(rate.last(at(1_500)), 5);
        assert_eq!(rate.last(at(2_100)), 7);
        assert_eq!(rate.last(at(3_100)), 0);
        assert_eq!(rate.recent(at(2_100))[13..], [5, 7]);
        assert_eq!(rate.recent(at(2_100)).len(), 15);
        assert!(
            !rate.is_silent(at(16_900)),
            "one of the last fifteen has messages"
        );
        assert_eq!(rate.recent(at(16_900))[0], 7);
        assert!(rate.is_silent(at(17_000)));
        assert!(Rate::default().is_silent(at(0)));
    }
}
