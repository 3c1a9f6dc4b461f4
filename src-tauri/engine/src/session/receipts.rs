//! Which QoS 2 messages of a session were taken, and which of them are kept (MQTT 5, 4.3.3, method B).
//!
//! It outlives connections, and sessions that continue one another: a message that is on its way to the
//! history when the connection is lost is neither taken twice nor acknowledged before it is kept. What must
//! outlive the process is the history's to keep. It knows no packet and no message.

use std::sync::{Mutex, MutexGuard, PoisonError};

use hashbrown::HashMap;

/// The packet identifiers of one session.
#[derive(Debug, Default)]
pub struct Receipts(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    known: HashMap<u16, Receipt>,
    last: u64,
}

#[derive(Clone, Copy, Debug)]
struct Receipt {
    /// Tells this message from another that had the identifier before.
    serial: u64,
    kept: bool,
}

/// What was known of a message when it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// Nothing: it is new, and this is its serial number.
    Now(u64),
    /// It came before and is on its way to where it is kept.
    Before,
    /// It came before and is kept.
    AndKept,
}

impl Receipts {
    /// Of a session in which these messages are kept and not released.
    pub fn kept_before(ids: impl IntoIterator<Item = u16>) -> Self {
        let receipts = Self::default();
        let mut state = receipts.state();
        for id in ids {
            state.last += 1;
            let receipt = Receipt {
                serial: state.last,
                kept: true,
            };
            state.known.insert(id, receipt);
        }
        drop(state);
        receipts
    }

    // No method panics between two changes that belong together.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn take(&self, id: u16) -> Taken {
        let mut state = self.state();
        match state.known.get(&id) {
            Some(Receipt { kept: true, .. }) => return Taken::AndKept,
            Some(_) => return Taken::Before,
            None => {}
        }
        state.last += 1;
        let serial = state.last;
        state.known.insert(id, Receipt { serial, kept: false });
        Taken::Now(serial)
    }

    /// The message is kept; nothing if it was released or belongs to a session that is gone.
    pub(super) fn keep(&self, id: u16, serial: u64) {
        if let Some(receipt) = self.state().known.get_mut(&id)
            && receipt.serial == serial
        {
            receipt.kept = true;
        }
    }

    /// The message that has this identifier is kept.
    pub(super) fn is_kept(&self, id: u16) -> bool {
        self.state().known.get(&id).is_some_and(|receipt| receipt.kept)
    }

    /// The message that has this identifier now.
    pub(super) fn serial(&self, id: u16) -> Option<u64> {
        self.state().known.get(&id).map(|receipt| receipt.serial)
    }

    /// The broker released the message; nothing if the identifier stands for another by now.
    pub(super) fn release(&self, id: u16, serial: u64) {
        let mut state = self.state();
        if state
            .known
            .get(&id)
            .is_some_and(|receipt| receipt.serial == serial)
        {
            state.known.remove(&id);
        }
    }

    /// The broker began a new session; true if anything was known of the old one.
    pub(super) fn forget(&self) -> bool {
        let mut state = self.state();
        let some = !state.known.is_empty();
        state.known.clear();
        some
    }

    /// The messages that are kept and not released.
    pub(super) fn kept(&self) -> Vec<u16> {
        let state = self.state();
        let kept = state.known.iter().filter(|(_, receipt)| receipt.kept);
        kept.map(|(id, _)| *id).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_taken_once_until_it_is_released() {
        let receipts = Receipts::default();
        let Taken::Now(serial) = receipts.take(7) else {
            panic!("not new")
        };
        assert_eq!(receipts.take(7), Taken::Before);
        assert!(receipts.kept().is_empty());
        receipts.keep(7, serial);
        assert_eq!(receipts.take(7), Taken::AndKept);
        assert_eq!(receipts.kept(), [7]);
        receipts.release(7, serial);
        assert!(matches!(receipts.take(7), Taken::Now(_)));
    }

    #[test]
    fn what_is_late_does_not_touch_another_message_with_the_same_identifier() {
        let receipts = Receipts::kept_before([7]);
        let old = receipts.serial(7).expect("kept before");
        assert!(receipts.forget());
        assert!(!receipts.forget());
        assert!(matches!(receipts.take(7), Taken::Now(_)));
        receipts.keep(7, old);
        receipts.release(7, old);
        assert_eq!(receipts.take(7), Taken::Before);
    }
}
