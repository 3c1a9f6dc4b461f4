//! What the broker holds retained, as far as the subscriptions of one connection show it.
//!
//! With "retain as published" (MQTT 5, 3.8.3.1) the flag of a live message says that the broker now
//! holds it; an empty one says that it holds nothing there. The index keeps neither topics nor payloads, since
//! a broker may hold a million: the tree has the topic and the start of its latest payload, and the history the
//! whole under the message's id. It does not talk to the broker: `removal` does.

mod change;
mod list;
mod making;
pub mod removal;
mod sender;

use std::collections::HashSet;
use std::hash::BuildHasher;
use std::sync::Arc;

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::message::{Message, MessageId, QoS, Timestamp};
use crate::tree::{Arena, NodeId};

pub use change::{Change, Failed, Going, WhyNot};
pub use list::{Counts, Group, Page, Query, RetainedList, Sort};
pub use making::{Made, Making};

/// Content types of which one copy is shared; with more different ones each message has its own.
const SHARED_CONTENT_TYPES: usize = 1_000;
/// From this size on a retained message is called large: 10 kB.
pub const LARGE_BYTES: usize = 10_000;
/// From this age on a retained message is called old: 30 days in microseconds.
pub const OLD_MICROS: i64 = 30 * 24 * 3600 * 1_000_000;

/// Why a retained message may be a mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    /// A command runs again for everyone who subscribes.
    Command,
    /// An event looks as if it had just happened.
    Event,
    /// It costs every new subscriber its size.
    Large,
}

/// One retained message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its message in the history.
    pub message: MessageId,
    /// Bytes of the whole payload.
    pub size: usize,
    /// The QoS it was delivered with.
    pub qos: QoS,
    /// When this content was first seen.
    pub first_seen: Timestamp,
    /// It was there when the subscription began, so it may be older than `first_seen`.
    pub or_older: bool,
    /// As the publisher called it.
    pub content_type: Option<Arc<str>>,
    /// A hash of the payload, good for this run: tells the same content from new.
    content: u64,
}

impl Entry {
    /// What may be wrong with it, judged by its topic and size.
    pub fn hint(&self, topic: &str) -> Option<Hint> {
        let is = |words: &[&str]| {
            topic
                .split('/')
                .any(|level| words.iter().any(|w| level.eq_ignore_ascii_case(w)))
        };
        if is(&["cmd", "command", "commands", "set", "action"]) {
            Some(Hint::Command)
        } else if is(&["event", "events"]) {
            Some(Hint::Event)
        } else if self.size > LARGE_BYTES {
            Some(Hint::Large)
        } else {
            None
        }
    }
}

/// Stands for no session: the broker holds nothing there.
const GONE: u32 = 0;

/// What is known of one topic.
#[derive(Debug)]
struct Held {
    /// Which node of the tree.
    node: NodeId,
    /// The session in which the broker sent it last, or [`GONE`]. In an earlier one it only tells unchanged
    /// content from new.
    session: u32,
    entry: Entry,
}

/// All retained messages of a connection, each by the node of its topic in the one tree of that connection.
#[derive(Debug)]
pub struct RetainedIndex {
    /// One of each topic that ever was retained; like the nodes, never removed.
    held: Arena<Held>,
    /// Where the one of a node lies.
    places: HashTable<u32>,
    /// The session that goes on; never [`GONE`].
    session: u32,
    content_types: HashSet<Arc<str>>,
    hasher: DefaultHashBuilder,
    /// How many the broker holds.
    len: usize,
    /// Their payloads.
    bytes: u64,
    /// Grows with every change of what the broker holds.
    revision: u64,
}

impl Default for RetainedIndex {
    fn default() -> Self {
        Self {
            held: Arena::new(),
            places: HashTable::new(),
            session: GONE + 1,
            content_types: HashSet::new(),
            hasher: DefaultHashBuilder::default(),
            len: 0,
            bytes: 0,
            revision: 0,
        }
    }
}

/// Node numbers are dense: a multiplication spreads them over the table.
fn spread(node: NodeId) -> u64 {
    u64::from(node.raw()).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

impl RetainedIndex {
    /// A new session began: the broker sends again whatever it holds.
    pub fn begin(&mut self) {
        self.session += 1;
        (self.len, self.bytes) = (0, 0);
        self.revision += 1;
    }

    /// Nodes of the topics that the broker holds a message for.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> {
        let held = (0..self.held.len() as u32).map(|place| self.held.get(place));
        held.filter(|held| held.session == self.session)
            .map(|held| held.node)
    }

    /// Takes in a delivered message of the topic of a node. Returns whether it now is retained, if the message
    /// says so.
    pub fn apply(&mut self, node: NodeId, id: MessageId, message: &Message) -> Option<bool> {
        if !message.retain {
            return None;
        }
        if message.payload.is_empty() {
            self.remove(node);
            return Some(false);
        }
        let content_type = message
            .properties
            .as_ref()
            .and_then(|p| p.content_type.as_deref());
        let mut entry = Entry {
            message: id,
            size: message.payload.len(),
            qos: message.qos,
            first_seen: id.received(),
            or_older: true,
            content_type: content_type.map(|name| self.shared(name)),
            content: self.hasher.hash_one(&message.payload),
        };
        self.revision += 1;
        self.bytes += entry.size as u64;
        let session = self.session;
        let Some(place) = self.place(node) else {
            let place = self.held.push(Held { node, session, entry });
            let held = &self.held;
            self.places
                .insert_unique(spread(node), place, |place| spread(held.get(*place).node));
            self.len += 1;
            return Some(true);
        };
        let held = self.held.get_mut(place);
        let before = &held.entry;
        if held.session == session {
            self.bytes -= before.size as u64;
            entry.or_older = false;
        } else {
            self.len += 1;
        }
        // The same content again is the same retained message, seen once more.
        if held.session != GONE && (before.size, before.content) == (entry.size, entry.content) {
            (entry.first_seen, entry.or_older) = (before.first_seen, before.or_older);
        }
        (held.session, held.entry) = (session, entry);
        Some(true)
    }

    fn place(&self, node: NodeId) -> Option<u32> {
        let same = |place: &u32| self.held.get(*place).node == node;
        self.places.find(spread(node), same).copied()
    }

    fn shared(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.content_types.get(name) {
            return known.clone();
        }
        let name: Arc<str> = name.into();
        if self.content_types.len() < SHARED_CONTENT_TYPES {
            self.content_types.insert(name.clone());
        }
        name
    }

    /// The broker no longer holds a message there.
    pub fn remove(&mut self, node: NodeId) {
        let Some(place) = self.place(node) else { return };
        let held = self.held.get_mut(place);
        if held.session == self.session {
            self.len -= 1;
            self.bytes -= held.entry.size as u64;
            self.revision += 1;
        }
        held.session = GONE;
    }

    /// What the broker holds with the topic of a node.
    pub fn get(&self, node: NodeId) -> Option<&Entry> {
        let held = self.held.get(self.place(node)?);
        (held.session == self.session).then_some(&held.entry)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Bytes of all payloads.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Bytes that it takes, but for the few shared content types.
    pub fn memory_bytes(&self) -> usize {
        self.held.memory_bytes() + self.places.allocation_size()
    }

    /// Which session goes on: another one means that the broker sends again whatever it holds.
    pub fn session(&self) -> u32 {
        self.session
    }

    /// Grows with every change.
    pub fn revision(&self) -> u64 {
        self.revision
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use bytes::Bytes;

    use super::*;

    fn message(payload: &'static [u8], retain: bool) -> Message {
        Message {
            topic: String::new(),
            payload: Bytes::from_static(payload),
            qos: QoS::AtMostOnce,
            retain,
            dup: false,
            properties: None,
        }
    }

    const A: NodeId = NodeId(1);
    const B: NodeId = NodeId(2);

    #[test]
    fn only_the_retain_flag_makes_an_entry_and_an_empty_payload_removes_it() {
        let mut index = RetainedIndex::default();
        assert_eq!(index.apply(A, MessageId(1), &message(b"1", false)), None);
        assert!(index.is_empty());
        assert_eq!(index.apply(A, MessageId(2), &message(b"12", true)), Some(true));
        assert_eq!((index.len(), index.bytes()), (1, 2));
        assert_eq!(index.apply(A, MessageId(3), &message(b"", true)), Some(false));
        assert_eq!((index.len(), index.bytes()), (0, 0));
    }

    #[test]
    fn content_seen_before_a_new_session_keeps_its_age() {
        let mut index = RetainedIndex::default();
        index.apply(A, MessageId(10), &message(b"on", true));
        index.apply(B, MessageId(11), &message(b"on", true));
        index.begin();
        assert!(index.is_empty(), "what the broker holds is read again");
        index.apply(A, MessageId(20), &message(b"on", true));
        index.apply(B, MessageId(21), &message(b"off", true));
        assert_eq!(index.get(A).unwrap().first_seen, Timestamp(10));
        assert_eq!(index.get(B).unwrap().first_seen, Timestamp(21));
    }

    #[test]
    fn content_is_told_apart_to_its_last_byte_and_over_two_new_sessions() {
        let (same, other) = ([b'x'; 5_000], [[b'x'; 4_999].as_slice(), b"y"].concat());
        let long = |payload: &[u8]| Message {
            payload: Bytes::copy_from_slice(payload),
            ..message(b"", true)
        };
        let mut index = RetainedIndex::default();
        index.apply(A, MessageId(1), &long(&same));
        index.apply(B, MessageId(2), &long(&same));
        index.begin();
        // The connection drops again before the broker has sent anything.
        index.begin();
        index.apply(A, MessageId(11), &long(&same));
        index.apply(B, MessageId(12), &long(&other));
        assert_eq!(index.get(A).unwrap().first_seen, Timestamp(1));
        assert_eq!(index.get(B).unwrap().first_seen, Timestamp(12));
    }

    #[test]
    fn a_topic_deleted_between_sessions_is_new_when_it_comes_back() {
        let mut index = RetainedIndex::default();
        index.apply(A, MessageId(1), &message(b"on", true));
        index.begin();
        index.apply(A, MessageId(2), &message(b"", true));
        index.apply(A, MessageId(3), &message(b"on", true));
        assert_eq!(index.get(A).unwrap().first_seen, Timestamp(3));
    }

    #[test]
    fn a_first_copy_may_be_older_and_a_live_change_is_not() {
        let mut index = RetainedIndex::default();
        index.apply(A, MessageId(1), &message(b"1", true));
        assert!(index.get(A).unwrap().or_older);
        index.apply(A, MessageId(2), &message(b"2", true));
        assert!(!index.get(A).unwrap().or_older);
    }

    #[test]
    fn hints_go_by_whole_levels() {
        let mut index = RetainedIndex::default();
        index.apply(A, MessageId(1), &message(b"{}", true));
        let entry = index.get(A).unwrap();
        assert_eq!(entry.hint("line/press/cmd"), Some(Hint::Command));
        assert_eq!(entry.hint("line/cmdline"), None);
    }
}
