//! What the broker holds retained, as far as the subscriptions of one connection show it.
//!
//! With "retain as published" (MQTT 5, 3.8.3.1) the flag of a live message says that the broker now
//! holds it; an empty one says that it holds nothing there. The index keeps no payloads, since a broker
//! may hold a million: the tree has the start of each topic's latest one, and the history the whole under
//! the message's id. It does not talk to the broker: `removal` does.

mod list;
pub mod removal;

use std::collections::{BTreeMap, HashSet};
use std::hash::BuildHasher;
use std::sync::Arc;

use hashbrown::DefaultHashBuilder;

use crate::message::{Message, MessageId, QoS, Timestamp};

pub use list::{Counts, Group, Page, Query, RetainedList, Sort};

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

/// All retained messages of a connection by topic.
#[derive(Debug, Default)]
pub struct RetainedIndex {
    entries: BTreeMap<Box<str>, Entry>,
    /// What was held before a new session and was not delivered again yet; tells unchanged content from new.
    /// A topic is here or in `entries`, never in both.
    before: BTreeMap<Box<str>, Entry>,
    content_types: HashSet<Arc<str>>,
    hasher: DefaultHashBuilder,
    bytes: u64,
    /// Grows with every change of `entries`.
    revision: u64,
}

impl RetainedIndex {
    /// A new session began: the broker sends again whatever it holds.
    pub fn begin(&mut self) {
        self.before.append(&mut self.entries);
        self.bytes = 0;
        self.revision += 1;
    }

    /// Takes in a delivered message. Returns whether the topic now is retained, if the message says so.
    pub fn apply(&mut self, id: MessageId, message: &Message) -> Option<bool> {
        if !message.retain {
            return None;
        }
        if message.payload.is_empty() {
            self.remove(&message.topic);
            return Some(false);
        }
        let size = message.payload.len();
        let content = self.hasher.hash_one(&message.payload);
        let content_type = message
            .properties
            .as_ref()
            .and_then(|p| p.content_type.as_deref());
        let content_type = content_type.map(|name| self.shared(name));
        let topic = message.topic.as_str();
        let present = self.entries.get(topic);
        let earlier = present.or_else(|| self.before.get(topic));
        // The same content again is the same retained message, seen once more.
        let (first_seen, or_older) = match earlier {
            Some(entry) if (entry.size, entry.content) == (size, content) => {
                (entry.first_seen, entry.or_older)
            }
            _ => (id.received(), present.is_none()),
        };
        let entry = Entry {
            message: id,
            size,
            qos: message.qos,
            first_seen,
            or_older,
            content_type,
            content,
        };
        self.bytes += size as u64;
        self.revision += 1;
        if let Some(held) = self.entries.get_mut(topic) {
            self.bytes -= held.size as u64;
            *held = entry;
        } else {
            let topic = self
                .before
                .remove_entry(topic)
                .map_or_else(|| topic.into(), |(topic, _)| topic);
            self.entries.insert(topic, entry);
        }
        Some(true)
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
    pub fn remove(&mut self, topic: &str) {
        self.before.remove(topic);
        if let Some(old) = self.entries.remove(topic) {
            self.bytes -= old.size as u64;
            self.revision += 1;
        }
    }

    /// The entry of a topic.
    pub fn get(&self, topic: &str) -> Option<&Entry> {
        self.entries.get(topic)
    }

    /// All entries in the order of their topics.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.entries.iter().map(|(topic, entry)| (&**topic, entry))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Bytes of all payloads.
    pub fn bytes(&self) -> u64 {
        self.bytes
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

    fn message(topic: &str, payload: &'static [u8], retain: bool) -> Message {
        Message {
            topic: topic.into(),
            payload: Bytes::from_static(payload),
            qos: QoS::AtMostOnce,
            retain,
            dup: false,
            properties: None,
        }
    }

    #[test]
    fn only_the_retain_flag_makes_an_entry_and_an_empty_payload_removes_it() {
        let mut index = RetainedIndex::default();
        assert_eq!(index.apply(MessageId(1), &message("a", b"1", false)), None);
        assert!(index.is_empty());
        assert_eq!(index.apply(MessageId(2), &message("a", b"12", true)), Some(true));
        assert_eq!((index.len(), index.bytes()), (1, 2));
        assert_eq!(index.apply(MessageId(3), &message("a", b"", true)), Some(false));
        assert_eq!((index.len(), index.bytes()), (0, 0));
    }

    #[test]
    fn content_seen_before_a_new_session_keeps_its_age() {
        let mut index = RetainedIndex::default();
        index.apply(MessageId(10), &message("a", b"on", true));
        index.apply(MessageId(11), &message("b", b"on", true));
        index.begin();
        assert!(index.is_empty(), "what the broker holds is read again");
        index.apply(MessageId(20), &message("a", b"on", true));
        index.apply(MessageId(21), &message("b", b"off", true));
        assert_eq!(index.get("a").unwrap().first_seen, Timestamp(10));
        assert_eq!(index.get("b").unwrap().first_seen, Timestamp(21));
    }

    #[test]
    fn content_is_told_apart_to_its_last_byte_and_over_two_new_sessions() {
        let (same, other) = ([b'x'; 5_000], [[b'x'; 4_999].as_slice(), b"y"].concat());
        let long = |topic: &str, payload: &[u8]| Message {
            payload: Bytes::copy_from_slice(payload),
            ..message(topic, b"", true)
        };
        let mut index = RetainedIndex::default();
        index.apply(MessageId(1), &long("same", &same));
        index.apply(MessageId(2), &long("other", &same));
        index.begin();
        // The connection drops again before the broker has sent anything.
        index.begin();
        index.apply(MessageId(11), &long("same", &same));
        index.apply(MessageId(12), &long("other", &other));
        assert_eq!(index.get("same").unwrap().first_seen, Timestamp(1));
        assert_eq!(index.get("other").unwrap().first_seen, Timestamp(12));
    }

    #[test]
    fn a_topic_deleted_between_sessions_is_new_when_it_comes_back() {
        let mut index = RetainedIndex::default();
        index.apply(MessageId(1), &message("a", b"on", true));
        index.begin();
        index.apply(MessageId(2), &message("a", b"", true));
        index.apply(MessageId(3), &message("a", b"on", true));
        assert_eq!(index.get("a").unwrap().first_seen, Timestamp(3));
    }

    #[test]
    fn a_first_copy_may_be_older_and_a_live_change_is_not() {
        let mut index = RetainedIndex::default();
        index.apply(MessageId(1), &message("a", b"1", true));
        assert!(index.get("a").unwrap().or_older);
        index.apply(MessageId(2), &message("a", b"2", true));
        assert!(!index.get("a").unwrap().or_older);
    }

    #[test]
    fn hints_go_by_whole_levels() {
        let mut index = RetainedIndex::default();
        index.apply(MessageId(1), &message("line/press/cmd", b"{}", true));
        index.apply(MessageId(2), &message("line/cmdline", b"{}", true));
        assert_eq!(
            index.get("line/press/cmd").unwrap().hint("line/press/cmd"),
            Some(Hint::Command)
        );
        assert_eq!(index.get("line/cmdline").unwrap().hint("line/cmdline"), None);
    }
}
