//! What the tree knows about one level of a topic, and about the last message of a topic.
//!
//! Counts cover the node and everything below it. A payload is kept up to 256 bytes, enough for a
//! row; whole payloads are the history's.

use super::children::Children;
use super::names::Name;
use super::values::{Value, Values};
use crate::message::{MessageId, QoS, Timestamp};

/// Most bytes of a payload that the tree keeps.
pub const PREFIX_BYTES: usize = 256;
/// Most bytes of a payload that it keeps once the payloads of all topics take [`PREFIX_BUDGET`]: still
/// enough for a row of the tree.
pub const LEAN_PREFIX_BYTES: usize = 64;
/// Bytes that the kept starts of payloads may take before they become shorter.
pub const PREFIX_BUDGET: usize = 64 * 1024 * 1024;

/// Longest text that is tried as a number.
const NUMBER_BYTES: usize = 64;

/// A node of one tree: stable for the life of the tree, never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(crate) u32);

impl NodeId {
    /// The node above all topics; it has no name and is never a row.
    pub const ROOT: Self = Self(0);

    /// As a number for a window; [`super::Tree::node_id`] turns it back.
    pub fn raw(self) -> u32 {
        self.0
    }

    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// How the last value differs from the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Trend {
    /// The same bytes, the first value, or one that came while nobody watched.
    #[default]
    None,
    /// Two plain numbers, the new one greater.
    Up,
    /// Two plain numbers, the new one smaller.
    Down,
    /// Other bytes.
    Changed,
}

/// The last message of a topic.
#[derive(Clone, Debug)]
pub struct Latest {
    /// Messages with exactly this topic.
    pub messages: u64,
    /// Its id, and with it the time it was received.
    pub id: MessageId,
    /// The size of the whole payload in bytes; a packet has less than 2^28 (MQTT 5, 2.1.4).
    pub size: u32,
    /// The QoS it was delivered with.
    pub qos: QoS,
    /// Its retain flag as delivered.
    pub retain: bool,
    /// How it differs from the message before, if it is watched.
    pub trend: Trend,
    /// Somebody looks at it: a payload is compared with the one before.
    pub(super) watched: bool,
    /// When the payload was last seen to differ from the one before; [`Latest::NEVER`] if it never was.
    pub(super) changed_at: Timestamp,
    /// The first [`PREFIX_BYTES`] of the payload, over the budget [`LEAN_PREFIX_BYTES`], or all of it.
    pub(super) value: Value,
    /// A hash of what `value` leaves out, so that a change far behind is seen too; [`Latest::UNHASHED`] if it
    /// came while nobody watched.
    pub(super) tail: u64,
    pub(super) node: NodeId,
}

impl Latest {
    /// Stands for "no time" in a field that a million topics have.
    pub(super) const NEVER: Timestamp = Timestamp(i64::MIN);
    /// Stands for "no hash", and for the hash of nothing.
    pub(super) const UNHASHED: u64 = 0;

    /// When the payload was last seen to differ from the one before; `None` if it never was.
    pub fn changed_at(&self) -> Option<Timestamp> {
        Some(self.changed_at).filter(|at| *at != Self::NEVER)
    }

    /// True if the tree keeps the whole payload.
    pub fn is_whole(&self) -> bool {
        self.value.len() == self.size as usize
    }

    /// Takes the payload of a newer message and keeps at most so many bytes of it.
    pub(super) fn replace(
        &mut self,
        values: &mut Values,
        payload: &[u8],
        keep: usize,
        hash: impl Fn(&[u8]) -> u64,
        at: Timestamp,
    ) {
        if !self.watched {
            (self.trend, self.changed_at) = (Trend::None, Self::NEVER);
            self.set(values, payload, keep);
            return;
        }
        let rest = payload.strip_prefix(values.get(self.value));
        if let Some(rest) = rest.filter(|_| self.size as usize == payload.len()) {
            let tail = hash_of(rest, &hash);
            if self.tail == tail || self.tail == Self::UNHASHED {
                (self.trend, self.tail) = (Trend::None, tail);
                return;
            }
        }
        self.trend = match (self.number(values), number(payload)) {
            (Some(old), Some(new)) if new > old => Trend::Up,
            (Some(old), Some(new)) if new < old => Trend::Down,
            _ => Trend::Changed,
        };
        self.changed_at = at;
        self.set(values, payload, keep);
        self.tail = hash_of(&payload[self.value.len()..], &hash);
    }

    /// Keeps the start of a payload, whatever was before.
    pub(super) fn set(&mut self, values: &mut Values, payload: &[u8], keep: usize) {
        values.set(&mut self.value, &payload[..payload.len().min(keep)]);
        self.size = u32::try_from(payload.len()).unwrap_or(u32::MAX);
        self.tail = Self::UNHASHED;
    }

    fn number(&self, values: &Values) -> Option<f64> {
        if self.is_whole() {
            number(values.get(self.value))
        } else {
            None
        }
    }
}

fn hash_of(rest: &[u8], hash: impl Fn(&[u8]) -> u64) -> u64 {
    if rest.is_empty() {
        Latest::UNHASHED
    } else {
        hash(rest)
    }
}

/// A payload that is nothing but a finite number.
fn number(payload: &[u8]) -> Option<f64> {
    // Most payloads are objects or words, which their first letter tells.
    let first = payload.trim_ascii_start().first()?;
    if payload.len() > NUMBER_BYTES || !(first.is_ascii_digit() || b"+-.".contains(first)) {
        return None;
    }
    let value: f64 = std::str::from_utf8(payload).ok()?.trim().parse().ok()?;
    value.is_finite().then_some(value)
}

/// One level of a topic.
#[derive(Debug)]
pub(crate) struct Node {
    pub parent: NodeId,
    pub name: Name,
    /// The chunk of siblings it lies in; [`Node::NOWHERE`] for an only child and the root.
    pub chunk: u32,
    /// The index of its own last message; [`Node::NOWHERE`] if it never had one.
    pub topic: u32,
    /// Where its counters stood when its flow was noted last; [`Node::NOWHERE`] if it never was.
    pub beat: u32,
    /// Nodes with a message of their own, here or below.
    pub topics: u32,
    /// Levels above it; 0 at the top.
    pub depth: u16,
    /// The broker is known to hold a retained message with exactly this topic.
    pub retained: bool,
    pub children: Children,
    pub messages: u64,
    pub bytes: u64,
    /// When the last message here or below was received.
    pub last: Timestamp,
}

impl Node {
    /// Stands for "no chunk" and "no message" in a field that has no room for an `Option`.
    pub const NOWHERE: u32 = u32::MAX;
}

/// A node as others see it.
#[derive(Clone, Debug)]
pub struct NodeFacts<'a> {
    /// The text of this level; may be empty.
    pub segment: &'a str,
    /// Levels above it; 0 at the top.
    pub depth: u16,
    /// Direct children.
    pub children: usize,
    /// Topics that had a message, here or below.
    pub topics: u64,
    /// Messages, here and below.
    pub messages: u64,
    /// Payload bytes, here and below.
    pub bytes: u64,
    /// When the last message was received, here or below.
    pub last_message: Option<Timestamp>,
    /// The broker is known to hold a retained message with exactly this topic.
    pub retained: bool,
    /// The last message with exactly this topic.
    pub latest: Option<&'a Latest>,
    /// The start of its payload, or all of it: at most [`PREFIX_BYTES`], over the budget [`LEAN_PREFIX_BYTES`].
    pub prefix: &'a [u8],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_nothing_but_a_number() {
        assert_eq!(number(b" 21.5\n"), Some(21.5));
        assert_eq!(number(b"-1e3"), Some(-1000.0));
        for other in [
            &b""[..],
            b"12,5",
            b"on",
            b"20 C",
            b"nan",
            b"inf",
            b"\xff",
            &[b'1'; 65],
        ] {
            assert_eq!(number(other), None, "{other:?}");
        }
    }
}
