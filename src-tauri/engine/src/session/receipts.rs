//! Which QoS 2 messages of a session were taken, kept and released (MQTT 5, 4.3.3, method B).
//!
//! It outlives connections, and sessions that continue one another: a message that is on its way to the
//! history when the connection is lost is neither taken twice nor acknowledged before it is kept. What must
//! outlive the process is the history's to keep.
//!
//! A broker must not send a message again once it has sent PUBREL. One does: mosquitto 2.0, restarted before
//! it sees PUBCOMP. The packet identifier may by then stand for another message, so the released ones are
//! remembered with a digest of what they said. A message with the duplicate flag, a released identifier and
//! the same words is taken for the released one, but only if the broker is known not to give out identifiers
//! again soon: it has used one above the receive maximum, so it does not choose the lowest free one, and
//! fewer messages came since the release than there are identifiers. Otherwise it is taken as new, because a
//! message too many can be seen and one that is lost can't.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hashbrown::HashMap;

/// Released messages that are remembered: more than a receive maximum, because a restarted mosquitto ignores it.
const REMEMBERED: usize = 5_000;
/// Steps of `State::last` in which identifiers can't have gone round: half of those there are.
const ROUND: u64 = 32_767;

/// The packet identifiers of one session.
#[derive(Debug, Default)]
pub struct Receipts(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    known: HashMap<u16, Receipt>,
    /// Released ones, oldest first, with their serial numbers; some were used again since.
    released: VecDeque<(u16, u64)>,
    /// Grows by one at least with each message of QoS 1 or 2.
    last: u64,
    /// The largest identifier the broker used.
    largest: u16,
    receive_maximum: u16,
}

#[derive(Clone, Copy, Debug)]
struct Receipt {
    /// Tells this message from another that had the identifier before.
    serial: u64,
    digest: i64,
    phase: Phase,
    /// `State::last` when it was released.
    released: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Taken,
    Kept,
    Released,
}

/// A message that an earlier process kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptBefore {
    /// Its packet identifier.
    pub id: u16,
    /// Its digest, see [`digest`].
    pub digest: i64,
    /// Its place in the order of releases; `None` if the broker has not released it.
    pub released: Option<i64>,
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

/// A message that is being released.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Releasing {
    pub(super) serial: u64,
    /// Its place in the order of releases.
    pub(super) order: i64,
    /// An identifier that was released so long ago that it need not be known any more.
    pub(super) forgotten: Option<u16>,
}

/// A number for what a message says, the same in every process (FNV-1a).
pub fn digest(topic: &str, payload: &[u8]) -> i64 {
    let bytes = topic.as_bytes().iter().chain(&[0]).chain(payload);
    bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    }) as i64
}

impl Receipts {
    /// Of a session in which these messages were kept, the released ones in their order.
    pub fn kept_before(messages: impl IntoIterator<Item = KeptBefore>) -> Self {
        let receipts = Self::default();
        let mut state = receipts.state();
        for KeptBefore { id, digest, released } in messages {
            state.last = match released.and_then(|order| u64::try_from(order).ok()) {
                Some(order) => order.max(state.last + 1),
                None => state.last + 1,
            };
            let (serial, phase) = match released {
                Some(_) => (state.last, Phase::Released),
                None => (state.last, Phase::Kept),
            };
            state.largest = state.largest.max(id);
            state.known.insert(
                id,
                Receipt {
                    serial,
                    digest,
                    phase,
                    released: serial,
                },
            );
            if released.is_some() {
                state.released.push_back((id, serial));
            }
        }
        drop(state);
        receipts
    }

    // No method panics between two changes that belong together.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many messages the broker may send before the first is answered; the most there ever were count.
    pub(super) fn bound(&self, receive_maximum: u16) {
        let mut state = self.state();
        state.receive_maximum = state.receive_maximum.max(receive_maximum);
    }

    /// A message of QoS 1 came, which uses an identifier too.
    pub(super) fn count(&self, id: u16) {
        let mut state = self.state();
        state.last += 1;
        state.largest = state.largest.max(id);
    }

    pub(super) fn take(&self, id: u16, dup: bool, digest: i64) -> Taken {
        let mut state = self.state();
        let cycles = state.largest > state.receive_maximum;
        state.largest = state.largest.max(id);
        let State {
            known,
            released,
            last,
            ..
        } = &mut *state;
        if let Some(receipt) = known.get_mut(&id) {
            match receipt.phase {
                Phase::Taken => return Taken::Before,
                Phase::Kept => return Taken::AndKept,
                Phase::Released
                    if dup && cycles && receipt.digest == digest && *last - receipt.released < ROUND =>
                {
                    receipt.phase = Phase::Kept;
                    released.retain(|(_, serial)| *serial != receipt.serial);
                    return Taken::AndKept;
                }
                Phase::Released => {}
            }
        }
        state.last += 1;
        let (serial, phase) = (state.last, Phase::Taken);
        state.known.insert(
            id,
            Receipt {
                serial,
                digest,
                phase,
                released: 0,
            },
        );
        Taken::Now(serial)
    }

    /// The message is kept; nothing if it was released or belongs to a session that is gone.
    pub(super) fn keep(&self, id: u16, serial: u64) {
        if let Some(receipt) = self.state().known.get_mut(&id)
            && receipt.serial == serial
            && receipt.phase == Phase::Taken
        {
            receipt.phase = Phase::Kept;
        }
    }

    /// The message that has this identifier is kept and not released.
    pub(super) fn is_kept(&self, id: u16) -> bool {
        let state = self.state();
        state
            .known
            .get(&id)
            .is_some_and(|receipt| receipt.phase == Phase::Kept)
    }

    /// The digest of the message that has this identifier now.
    pub(super) fn digest(&self, id: u16) -> Option<i64> {
        self.state().known.get(&id).map(|receipt| receipt.digest)
    }

    /// The broker releases a message; `None` if there is nothing to be released.
    pub(super) fn releasing(&self, id: u16) -> Option<Releasing> {
        let mut state = self.state();
        let serial = match state.known.get(&id) {
            Some(receipt) if receipt.phase != Phase::Released => receipt.serial,
            _ => return None,
        };
        state.last += 1;
        let order = state.last as i64;
        let mut forgotten = None;
        if state.released.len() >= REMEMBERED
            && let Some((oldest, was)) = state.released.pop_front()
            && state
                .known
                .get(&oldest)
                .is_some_and(|receipt| receipt.serial == was && receipt.phase == Phase::Released)
        {
            state.known.remove(&oldest);
            forgotten = Some(oldest);
        }
        Some(Releasing {
            serial,
            order,
            forgotten,
        })
    }

    /// The message is released; nothing if the identifier stands for another by now.
    pub(super) fn release(&self, id: u16, serial: u64) {
        let mut state = self.state();
        let last = state.last;
        if let Some(receipt) = state.known.get_mut(&id)
            && receipt.serial == serial
            && receipt.phase != Phase::Released
        {
            receipt.phase = Phase::Released;
            receipt.released = last;
            state.released.push_back((id, serial));
        }
    }

    /// The broker began a new session; true if anything was known of the old one.
    pub(super) fn forget(&self) -> bool {
        let mut state = self.state();
        let some = !state.known.is_empty();
        state.known.clear();
        state.released.clear();
        state.largest = 0;
        some
    }

    /// The messages that are kept and not released.
    pub(super) fn kept(&self) -> Vec<u16> {
        let state = self.state();
        let kept = state
            .known
            .iter()
            .filter(|(_, receipt)| receipt.phase == Phase::Kept);
        kept.map(|(id, _)| *id).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(receipts: &Receipts, id: u16, text: &str) -> u64 {
        let Taken::Now(serial) = receipts.take(id, false, digest("t", text.as_bytes())) else {
            panic!("not new")
        };
        serial
    }

    fn again(receipts: &Receipts, id: u16, text: &str) -> Taken {
        receipts.take(id, true, digest("t", text.as_bytes()))
    }

    /// Takes, keeps and releases a message.
    fn complete(receipts: &Receipts, id: u16, text: &str) -> Option<u16> {
        let serial = taken(receipts, id, text);
        receipts.keep(id, serial);
        let releasing = receipts.releasing(id).expect("it is kept");
        receipts.release(id, serial);
        releasing.forgotten
    }

    #[test]
    fn a_message_is_taken_once_until_it_is_released() {
        let receipts = Receipts::default();
        let serial = taken(&receipts, 7, "a");
        assert_eq!(again(&receipts, 7, "a"), Taken::Before);
        assert!(receipts.kept().is_empty());
        receipts.keep(7, serial);
        assert_eq!(again(&receipts, 7, "a"), Taken::AndKept);
        assert_eq!(receipts.kept(), [7]);
        receipts.release(7, serial);
        assert!(receipts.kept().is_empty());
        taken(&receipts, 7, "a");
    }

    #[test]
    fn what_is_late_does_not_touch_another_message_with_the_same_identifier() {
        let receipts = Receipts::default();
        let old = taken(&receipts, 7, "a");
        assert!(receipts.forget());
        assert!(!receipts.forget());
        taken(&receipts, 7, "a");
        receipts.keep(7, old);
        receipts.release(7, old);
        assert_eq!(again(&receipts, 7, "a"), Taken::Before);
    }

    #[test]
    fn a_released_message_is_known_again_where_identifiers_go_round() {
        let receipts = Receipts::default();
        receipts.bound(10);
        complete(&receipts, 3, "a");
        assert!(
            matches!(again(&receipts, 3, "a"), Taken::Now(_)),
            "the broker may always use the lowest identifier"
        );
        complete(&receipts, 11, "b");
        assert_eq!(again(&receipts, 11, "b"), Taken::AndKept);
        complete(&receipts, 12, "c");
        assert!(matches!(again(&receipts, 12, "other words"), Taken::Now(_)));
        complete(&receipts, 13, "d");
        taken(&receipts, 13, "d");
    }

    #[test]
    fn so_many_are_remembered_and_no_more() {
        let receipts = Receipts::default();
        receipts.bound(2);
        for id in 1..=REMEMBERED as u16 {
            assert_eq!(complete(&receipts, id, "a"), None);
        }
        assert_eq!(complete(&receipts, 6_000, "a"), Some(1));
        assert!(matches!(again(&receipts, 1, "a"), Taken::Now(_)));
        assert_eq!(again(&receipts, 2, "a"), Taken::AndKept);
    }

    #[test]
    fn identifiers_that_may_have_gone_round_prove_nothing() {
        let receipts = Receipts::default();
        receipts.bound(2);
        complete(&receipts, 7, "on");
        (0..40_000).for_each(|id| receipts.count(id));
        assert!(matches!(again(&receipts, 7, "on"), Taken::Now(_)));
    }

    #[test]
    fn an_earlier_process_is_continued() {
        let before = |id, released| KeptBefore {
            id,
            digest: digest("t", b"a"),
            released,
        };
        let receipts = Receipts::kept_before([before(900, None), before(901, Some(40))]);
        receipts.bound(10);
        assert_eq!(receipts.kept(), [900]);
        assert_eq!(again(&receipts, 901, "a"), Taken::AndKept);
        let releasing = receipts.releasing(900).expect("it is kept");
        assert!(releasing.order > 40);
    }
}
