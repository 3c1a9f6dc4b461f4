//! What each level has had lately, for its rate.
//!
//! Time goes in periods of five seconds. The first message of a level in a period notes where its
//! counters stood; every other message costs one comparison. A rate covers the open period and the
//! one before it, so the last five to ten seconds, and is exact for them. Only levels that had a
//! message in that time are listed: whoever looks for the busiest reads this list and never the
//! tree. It counts with the receive times of message ids, which never go back.

use super::NodeId;
use super::arena::Arena;
use super::node::Node;
use crate::message::Timestamp;

/// Microseconds of a period.
const PERIOD: i64 = 5_000_000;
/// A rate never covers less, so that the first message after a start is not a flood.
const LEAST: f64 = 1.0;

/// What flows through a level, here and below.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Flow {
    /// Messages per second.
    pub messages: f64,
    /// Payload bytes per second.
    pub bytes: f64,
}

/// Where the counters of a level stood at its first message of a period. Only their low halves: what
/// comes in ten seconds is far below four billion.
#[derive(Clone, Copy, Debug)]
struct Beat {
    node: NodeId,
    /// Its beat in the period before, [`Node::NOWHERE`] if there is none.
    earlier: u32,
    messages: u32,
    bytes: u32,
}

#[derive(Debug)]
struct Period {
    start: Timestamp,
    beats: Arena<Beat>,
}

impl Period {
    fn empty(start: Timestamp) -> Self {
        Self {
            start,
            beats: Arena::new(),
        }
    }

    /// The beat of a node whose last message lies in this period.
    fn beat(&self, index: u32, node: NodeId) -> Option<&Beat> {
        ((index as usize) < self.beats.len())
            .then(|| self.beats.get(index))
            .filter(|beat| beat.node == node)
    }
}

#[derive(Debug)]
pub(crate) struct Pulse {
    /// The number of the open period; it goes on with the messages.
    number: i64,
    open: Period,
    before: Period,
}

/// The time that rates cover when they are asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Span {
    /// Seconds.
    pub seconds: f64,
    /// The number of the open period. With another number, places in the list name other levels.
    pub period: i64,
    with_before: bool,
    with_open: bool,
}

impl Default for Pulse {
    fn default() -> Self {
        Self {
            number: i64::MIN,
            open: Period::empty(Timestamp(i64::MIN)),
            before: Period::empty(Timestamp(i64::MIN)),
        }
    }
}

fn number(at: Timestamp) -> i64 {
    at.0.div_euclid(PERIOD)
}

impl Pulse {
    /// Goes on to the time of a message.
    pub fn go_on(&mut self, at: Timestamp) {
        let now = number(at);
        if now <= self.number {
            return;
        }
        let follows = self.number.checked_add(1) == Some(now);
        // The first period begins with the first message, so that what is older is not taken for news.
        let start = if self.number == i64::MIN {
            at
        } else {
            Timestamp(now * PERIOD)
        };
        let ended = std::mem::replace(&mut self.open, Period::empty(start));
        self.before = if follows { ended } else { Period::empty(start) };
        self.number = now;
    }

    /// The time from which on a message belongs to the open period.
    pub fn open_since(&self) -> Timestamp {
        self.open.start
    }

    /// The first message of a level in the open period is about to be counted; answers its beat.
    pub fn note(&mut self, id: NodeId, node: &Node) -> u32 {
        let known = node.last >= self.before.start && self.before.beat(node.beat, id).is_some();
        self.open.beats.push(Beat {
            node: id,
            earlier: if known { node.beat } else { Node::NOWHERE },
            messages: node.messages as u32,
            bytes: node.bytes as u32,
        })
    }

    pub fn span(&self, now: Timestamp) -> Span {
        let periods_ago = number(now).max(self.number).saturating_sub(self.number);
        let start = match periods_ago {
            0 => self.before.start,
            _ => self.open.start,
        };
        let seconds = now.0.saturating_sub(start.0) as f64 / 1e6;
        Span {
            seconds: seconds.max(LEAST),
            period: self.number,
            with_before: periods_ago == 0,
            with_open: periods_ago <= 1,
        }
    }

    /// Messages and bytes that a level had in the span.
    pub fn gained(&self, id: NodeId, node: &Node, span: Span) -> (u32, u32) {
        let beat = if node.last >= self.open.start {
            let newest = self.open.beat(node.beat, id).filter(|_| span.with_open);
            newest.map(|beat| match self.before.beat(beat.earlier, id) {
                Some(earlier) if span.with_before => earlier,
                _ => beat,
            })
        } else {
            self.before.beat(node.beat, id).filter(|_| span.with_before)
        };
        beat.map_or((0, 0), |beat| {
            let messages = (node.messages as u32).wrapping_sub(beat.messages);
            (messages, (node.bytes as u32).wrapping_sub(beat.bytes))
        })
    }

    /// How long the list of levels is that had a message in the span.
    pub fn len(&self, span: Span) -> usize {
        let before = if span.with_before {
            self.before.beats.len()
        } else {
            0
        };
        let open = if span.with_open { self.open.beats.len() } else { 0 };
        before + open
    }

    /// An entry of that list; `None` for a level that has another entry in it.
    pub fn nth(&self, span: Span, index: usize) -> Option<NodeId> {
        let before = if span.with_before {
            self.before.beats.len()
        } else {
            0
        };
        if index < before {
            return Some(self.before.beats.get(index as u32).node);
        }
        let beat = self.open.beats.get((index - before) as u32);
        let listed = span.with_before && beat.earlier != Node::NOWHERE;
        (!listed).then_some(beat.node)
    }

    pub fn memory_bytes(&self) -> usize {
        self.open.beats.memory_bytes() + self.before.beats.memory_bytes()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::message::{Message, MessageId, QoS, Timestamp};
    use crate::tree::{Flow, Tree};
    use bytes::Bytes;

    const SECOND: i64 = 1_000_000;

    fn send(tree: &mut Tree, seconds: f64, topic: &str, payload: &'static str) {
        let message = Message {
            topic: topic.into(),
            payload: Bytes::from_static(payload.as_bytes()),
            qos: QoS::AtMostOnce,
            retain: false,
            dup: false,
            properties: None,
        };
        tree.apply(MessageId((seconds * 1e6) as i64), &message);
    }

    fn flow(tree: &Tree, topic: &str, seconds: i64) -> Flow {
        tree.flow(tree.find(topic).unwrap(), Timestamp(seconds * SECOND))
    }

    #[test]
    fn a_rate_covers_the_last_five_to_ten_seconds_here_and_below() {
        let mut tree = Tree::new();
        send(&mut tree, 1.0, "a/x", "12345");
        for tenth in 0..100 {
            send(&mut tree, 100.0 + f64::from(tenth) / 10.0, "a/x", "12345");
        }
        send(&mut tree, 109.95, "a/y", "1");
        // From second 100 on: the period before and the open one.
        let close = |flow: Flow, messages: f64, bytes: f64| {
            assert!((flow.messages - messages).abs() < 1e-9, "{flow:?}");
            assert!((flow.bytes - bytes).abs() < 1e-9, "{flow:?}");
        };
        close(flow(&tree, "a/x", 110), 50.0 / 5.0, 250.0 / 5.0);
        let at_its_end = Timestamp(109_999_999);
        let branch = tree.flow(tree.find("a").unwrap(), at_its_end);
        close(branch, 101.0 / 9.999_999, 501.0 / 9.999_999);
        // Silence makes it less, and then nothing.
        close(flow(&tree, "a/x", 114), 50.0 / 9.0, 250.0 / 9.0);
        assert_eq!(flow(&tree, "a/x", 115), Flow::default());
        assert_eq!(flow(&tree, "a", 1_000_000), Flow::default());
    }

    #[test]
    fn a_topic_that_comes_rarely_counts_from_where_it_stood() {
        let mut tree = Tree::new();
        for (second, count) in [(100, 3), (104, 2), (107, 4), (111, 1)] {
            for _ in 0..count {
                send(&mut tree, f64::from(second), "t", "1");
            }
        }
        // 107 is in the period before, 111 in the open one; 104 is past.
        assert_eq!(flow(&tree, "t", 113).messages, 5.0 / 8.0);
        send(&mut tree, 116.0, "other", "1");
        assert_eq!(flow(&tree, "t", 118).messages, 1.0 / 8.0);
        assert_eq!(flow(&tree, "other", 118).messages, 1.0 / 8.0);
    }

    #[test]
    fn what_was_stored_before_is_not_a_flow() {
        let mut tree = Tree::new();
        tree.restore(crate::tree::Restored {
            topic: "t",
            messages: 1_000,
            bytes: 10_000,
            id: MessageId(100 * SECOND),
            qos: QoS::AtMostOnce,
            retain: false,
            size: 0,
            prefix: b"",
        });
        assert_eq!(flow(&tree, "t", 101), Flow::default());
        send(&mut tree, 100.5, "t", "1");
        assert_eq!(flow(&tree, "t", 101).messages, 1.0);
    }

    #[test]
    fn the_list_names_each_level_once() {
        let mut tree = Tree::new();
        for i in 0..10 {
            send(&mut tree, 100.0, &format!("a/{i}"), "1");
        }
        for i in 5..15 {
            send(&mut tree, 106.0, &format!("a/{i}"), "1");
        }
        let listed = |now: i64| {
            let span = tree.span(Timestamp(now * SECOND));
            let mut topics: Vec<String> = (0..tree.lately_len(span))
                .filter_map(|index| tree.lately(span, index))
                .map(|node| tree.topic(node))
                .collect();
            let all = topics.len();
            topics.sort();
            topics.dedup();
            assert_eq!(topics.len(), all, "each is named once");
            all
        };
        // Fifteen topics, their branch and the root, which has no name.
        assert_eq!(listed(107), 17);
        assert_eq!(listed(111), 12);
        assert_eq!(listed(120), 0);
    }
}
