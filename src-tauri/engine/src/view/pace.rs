//! When a view may be answered again.
//!
//! At most ten times a second, however fast messages arrive; at once after a command, because a
//! person waits for its effect. It reads no clock and sleeps nowhere: the caller asks how long to
//! wait.

use std::time::Duration;

use crate::message::Timestamp;

/// The shortest time between two answers that nobody asked for with a command.
pub const FRAME: Duration = Duration::from_millis(100);

/// The pace of one view.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pace {
    answered: Option<Timestamp>,
    commanded: bool,
}

impl Pace {
    /// A view that was never answered.
    pub fn new() -> Self {
        Self::default()
    }

    /// A person did something that changes the view: the next answer is due at once.
    pub fn command(&mut self) {
        self.commanded = true;
    }

    /// How long the next answer has to wait; zero if it is due. A clock that was set back makes it
    /// due.
    pub fn wait(&self, now: Timestamp) -> Duration {
        match self.answered {
            Some(answered) if !self.commanded && now >= answered => FRAME.saturating_sub(now.since(answered)),
            _ => Duration::ZERO,
        }
    }

    /// The view was answered.
    pub fn answered(&mut self, now: Timestamp) {
        *self = Self {
            answered: Some(now),
            commanded: false,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp(millis * 1_000)
    }

    #[test]
    fn ten_answers_a_second_and_no_more() {
        let mut pace = Pace::new();
        let mut answers = 0;
        for millis in 0..1_000 {
            if pace.wait(at(millis)).is_zero() {
                pace.answered(at(millis));
                answers += 1;
            }
        }
        assert_eq!(answers, 10);
        assert_eq!(pace.wait(at(930)), Duration::from_millis(70));
    }

    #[test]
    fn a_command_is_answered_at_once_and_only_once() {
        let mut pace = Pace::new();
        pace.answered(at(0));
        assert!(!pace.wait(at(1)).is_zero());
        pace.command();
        assert!(pace.wait(at(1)).is_zero());
        pace.answered(at(1));
        assert_eq!(pace.wait(at(2)), Duration::from_millis(99));
    }

    #[test]
    fn a_clock_set_back_does_not_stop_the_view() {
        let mut pace = Pace::new();
        pace.answered(at(3_600_000));
        assert!(pace.wait(at(0)).is_zero());
    }
}
