//! What the broker holds retained, as far as the subscriptions of one connection show it.
//!
//! With "retain as published" (MQTT 5, 3.8.3.1) the flag of a live message says that the broker now
//! holds it; an empty one says that it holds nothing there. The index keeps the start of each payload
//! only: the whole is in the history under the message's id. It does not talk to the broker:
//! `removal` does.

mod list;
pub mod removal;

use std::collections::BTreeMap;

use bytes::Bytes;

use crate::message::{Message, MessageId, QoS, Timestamp};

pub use list::{Counts, Group, Page, Query, RetainedList, Sort};

/// Bytes of a payload kept for the one-line preview.
const PREFIX_BYTES: usize = 256;
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
    /// The first bytes of the payload, at most 256.
    pub prefix: Bytes,
    /// Bytes of the whole payload.
    pub size: usize,
    /// The QoS it was delivered with.
    pub qos: QoS,
    /// When this content was first seen.
    pub first_seen: Timestamp,
    /// It was there when the subscription began, so it may be older than `first_seen`.
    pub or_older: bool,
    /// As the publisher called it.
    pub content_type: Option<String>,
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
    entries: BTreeMap<String, Entry>,
    /// What was held before the last new session; tells unchanged content from new.
    before: BTreeMap<String, Entry>,
    bytes: u64,
    /// Grows with every change of `entries`.
    revision: u64,
}

impl RetainedIndex {
    /// A new session began: the broker sends again whatever it holds.
    pub fn begin(&mut self) {
        let held = std::mem::take(&mut self.entries);
        if !held.is_empty() {
            self.before = held;
        }
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
        let prefix = Bytes::copy_from_slice(&message.payload[..size.min(PREFIX_BYTES)]);
        let present = self.entries.get(&message.topic);
        let before = present.or_else(|| self.before.get(&message.topic));
        // The same content again is the same retained message, seen once more.
        let (first_seen, or_older) = match before {
            Some(entry) if entry.size == size && entry.prefix == prefix => (entry.first_seen, entry.or_older),
            _ => (id.received(), present.is_none()),
        };
        let entry = Entry {
            message: id,
            prefix,
            size,
            qos: message.qos,
            first_seen,
            or_older,
            content_type: message.properties.as_ref().and_then(|p| p.content_type.clone()),
        };
        self.bytes += size as u64;
        self.revision += 1;
        if let Some(old) = self.entries.insert(message.topic.clone(), entry) {
            self.bytes -= old.size as u64;
        }
        Some(true)
    }

    /// The broker no longer holds a message there.
    pub fn remove(&mut self, topic: &str) {
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
        self.entries.iter().map(|(topic, entry)| (topic.as_str(), entry))
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
