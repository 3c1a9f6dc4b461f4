//! What may have been missed while there was no connection.
//!
//! Pure. It can't know whether anything was published meanwhile: it says what the broker was asked
//! to keep, what it said on the return, and the span in which that matters.

use std::time::Duration;

use super::status::Status;
use crate::message::Timestamp;

/// A span of time whose messages may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missed {
    /// The last moment at which the connection is known to have worked.
    pub from: Timestamp,
    /// From when on messages arrive again.
    pub to: Timestamp,
    /// Why they may be missing.
    pub why: Why,
}

/// Why messages of a span may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The broker was asked to keep no session (session expiry 0; MQTT 5, 3.1.2.11.2).
    NotKept,
    /// The session expired before the return.
    Expired {
        /// After so many seconds.
        after: u32,
    },
    /// The broker was to keep the session and no longer has it: it was restarted, or another client
    /// ended it.
    Forgotten,
    /// The session went on, but a broker need not keep messages for subscriptions at QoS 0.
    OnlyQos0,
}

/// What may have been missed between a loss and the return. `keeps` is the session expiry in effect
/// in seconds, `at_qos_0` whether any subscription is at QoS 0.
fn missed(
    from: Timestamp,
    to: Timestamp,
    keeps: u32,
    session_present: bool,
    at_qos_0: bool,
) -> Option<Missed> {
    let why = match (session_present, keeps) {
        (true, _) if at_qos_0 => Why::OnlyQos0,
        (true, _) => return None,
        (false, 0) => Why::NotKept,
        // The broker began to count a little later than we did.
        (false, after) if after != u32::MAX && to.since(from) >= Duration::from_secs(after.into()) => {
            Why::Expired { after }
        }
        (false, _) => Why::Forgotten,
    };
    Some(Missed { from, to, why })
}

/// What may have been missed by a session that was lost at `lost` and is back at `now`; `status` is
/// what it knew before the loss, `asked` the session expiry it asked for in seconds.
pub(super) fn on_return(
    status: &Status,
    lost: Timestamp,
    now: Timestamp,
    asked: u32,
    session_present: bool,
) -> Option<Missed> {
    let mut granted = status.subscriptions.iter().filter(|answer| answer.code < 0x80);
    // Whoever was to receive nothing has missed nothing.
    let first = granted.next()?;
    let at_qos_0 = first.code == 0 || granted.any(|answer| answer.code == 0);
    let said = status.connack.as_ref().and_then(|connack| connack.session_expiry);
    missed(lost, now, said.unwrap_or(asked), session_present, at_qos_0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FROM: Timestamp = Timestamp(1_000_000_000);

    fn why(gap_secs: i64, keeps: u32, session_present: bool, at_qos_0: bool) -> Option<Why> {
        let to = Timestamp(FROM.0 + gap_secs * 1_000_000);
        let missed = missed(FROM, to, keeps, session_present, at_qos_0)?;
        assert_eq!((missed.from, missed.to), (FROM, to));
        Some(missed.why)
    }

    #[test]
    fn a_session_that_went_on_misses_qos_0_alone() {
        assert_eq!(why(10, 60, true, true), Some(Why::OnlyQos0));
        assert_eq!(why(10, 60, true, false), None);
    }

    #[test]
    fn a_session_that_is_gone_says_why() {
        assert_eq!(why(10, 0, false, true), Some(Why::NotKept));
        assert_eq!(why(300, 300, false, false), Some(Why::Expired { after: 300 }));
        assert_eq!(why(299, 300, false, false), Some(Why::Forgotten));
        assert_eq!(why(1_000_000, u32::MAX, false, false), Some(Why::Forgotten));
    }
}
