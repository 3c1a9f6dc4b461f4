//! The last QoS 1 messages taken in, to know one that the broker delivers again.
//!
//! A broker sends a QoS 1 message again after a lost connection if it has not seen our acknowledgement, with
//! the duplicate flag and in the same words (MQTT 5, 4.3.2 and 4.4). The flag alone does not say that the
//! first delivery reached us, so the words are compared: topic and payload, as hashes. They must be among
//! the last ones received, because a broker sends only so many before the first is acknowledged.
//!
//! It errs where a message was lost on its way to us and an equal one had arrived shortly before.

use std::collections::VecDeque;
use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashMap};

use crate::message::{Message, QoS};

/// The last messages of QoS 1.
#[derive(Debug)]
pub struct Recent {
    hasher: DefaultHashBuilder,
    /// Oldest first.
    order: VecDeque<u64>,
    /// How many of `order` are equal.
    counts: HashMap<u64, u32>,
    most: usize,
}

impl Recent {
    /// Remembers so many at most.
    pub fn new(most: usize) -> Self {
        Self {
            hasher: DefaultHashBuilder::default(),
            order: VecDeque::new(),
            counts: HashMap::new(),
            most,
        }
    }

    /// Adds a message that was stored before those that are known.
    pub fn add_older(&mut self, topic: &str, payload: &[u8]) {
        if self.order.len() < self.most {
            let digest = self.hasher.hash_one((topic, payload));
            self.order.push_front(digest);
            *self.counts.entry(digest).or_default() += 1;
        }
    }

    /// Takes a message in; true if it was delivered before.
    pub fn take_in(&mut self, message: &Message) -> bool {
        if message.qos != QoS::AtLeastOnce {
            return false;
        }
        let digest = self.hasher.hash_one((message.topic.as_str(), &*message.payload));
        let again = message.dup && self.counts.contains_key(&digest);
        self.order.push_back(digest);
        *self.counts.entry(digest).or_default() += 1;
        self.trim();
        again
    }

    fn trim(&mut self) {
        while self.order.len() > self.most
            && let Some(oldest) = self.order.pop_front()
        {
            if let Some(count) = self.counts.get_mut(&oldest) {
                *count -= 1;
                if *count == 0 {
                    self.counts.remove(&oldest);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn message(payload: &'static str, qos: QoS, dup: bool) -> Message {
        Message {
            topic: "t".into(),
            payload: Bytes::from_static(payload.as_bytes()),
            qos,
            retain: false,
            dup,
            properties: None,
        }
    }

    #[test]
    fn only_a_flagged_message_in_known_words_was_delivered_before() {
        let mut recent = Recent::new(2);
        recent.add_older("t", b"stored");
        let one = QoS::AtLeastOnce;
        assert!(recent.take_in(&message("stored", one, true)));
        assert!(
            !recent.take_in(&message("stored", one, false)),
            "the same words, a new message"
        );
        assert!(!recent.take_in(&message("lost on the way", one, true)));
        assert!(!recent.take_in(&message("stored", QoS::ExactlyOnce, true)));
    }

    #[test]
    fn what_is_far_back_was_acknowledged() {
        let mut recent = Recent::new(2);
        let one = QoS::AtLeastOnce;
        for payload in ["a", "b", "c"] {
            recent.take_in(&message(payload, one, false));
        }
        assert!(!recent.take_in(&message("a", one, true)));
        assert!(recent.take_in(&message("c", one, true)));
    }
}
