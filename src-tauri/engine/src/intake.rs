//! The queue between a session and its ingest: the session puts in without ever waiting.
//!
//! Bounded by count and by bytes. Over the bound QoS 0 messages are dropped and counted; QoS 1 and 2 are
//! taken always, because the receive maximum bounds how many can be unacknowledged. It keeps the order in
//! which messages and events came.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

use crate::message::{QoS, Timestamp};
use crate::session::{Delivery, Event, Release, Sink};

/// What waits for the ingest.
pub enum Arrival {
    /// Messages in the order they were received.
    Messages(Vec<Delivery>),
    /// QoS 2 messages that the broker released, in order.
    Releases(Vec<Release>),
    /// Something that happened to the connection.
    Event(Timestamp, Event),
}

/// Most messages that wait. What is dropped here never comes into the tree, so that a million retained topics
/// have to fit, which a broker sends as fast as it can; each takes some 100 bytes besides its topic and payload.
const MAX_MESSAGES: usize = 1_000_000;
/// Most bytes of topics, payloads and properties that wait.
const MAX_BYTES: usize = 128 << 20;

#[derive(Default)]
struct Waiting {
    arrivals: VecDeque<Arrival>,
    /// Messages in `arrivals`.
    messages: usize,
    /// Bytes of topics, payloads and properties in `arrivals`.
    bytes: usize,
    /// QoS 0 messages dropped so far.
    dropped: u64,
    closed: bool,
}

/// The queue.
#[derive(Default)]
pub struct Intake {
    waiting: Mutex<Waiting>,
    /// Told after every change of `waiting`; one task listens.
    arrived: Notify,
}

fn size(delivery: &Delivery) -> usize {
    delivery.message.size()
}

impl Intake {
    /// Puts messages in; never blocks.
    pub fn push(&self, mut batch: Vec<Delivery>) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes: usize = batch.iter().map(size).sum();
        if waiting.messages + batch.len() > MAX_MESSAGES || waiting.bytes + bytes > MAX_BYTES {
            let before = batch.len();
            let (mut messages, mut bytes) = (waiting.messages, waiting.bytes);
            batch.retain(|delivery| {
                let size = size(delivery);
                // A message that is larger than the bound has to come through when nothing else waits.
                let fits = messages < MAX_MESSAGES && (bytes == 0 || bytes + size <= MAX_BYTES);
                let taken = fits || delivery.message.qos != QoS::AtMostOnce;
                if taken {
                    (messages, bytes) = (messages + 1, bytes + size);
                }
                taken
            });
            waiting.dropped += (before - batch.len()) as u64;
        }
        if !batch.is_empty() {
            waiting.messages += batch.len();
            waiting.bytes += batch.iter().map(size).sum::<usize>();
            waiting.arrivals.push_back(Arrival::Messages(batch));
        }
        drop(waiting);
        self.arrived.notify_one();
    }

    /// Puts an event in, behind the messages that came before it.
    pub fn put(&self, at: Timestamp, event: Event) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.arrivals.push_back(Arrival::Event(at, event));
        drop(waiting);
        self.arrived.notify_one();
    }

    /// Puts in that a message was released; the receive maximum bounds how many there are.
    fn put_release(&self, release: Release) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Arrival::Releases(releases)) = waiting.arrivals.back_mut() {
            releases.push(release);
        } else {
            waiting.arrivals.push_back(Arrival::Releases(vec![release]));
        }
        drop(waiting);
        self.arrived.notify_one();
    }

    /// Nothing more comes; `next` answers `None` once all was taken.
    pub fn close(&self) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).closed = true;
        self.arrived.notify_one();
    }

    /// The next arrival; waits for one. `None` after `close`.
    pub async fn next(&self) -> Option<Arrival> {
        loop {
            {
                let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(arrival) = waiting.arrivals.pop_front() {
                    if let Arrival::Messages(batch) = &arrival {
                        waiting.messages -= batch.len();
                        waiting.bytes -= batch.iter().map(size).sum::<usize>();
                    }
                    return Some(arrival);
                }
                if waiting.closed {
                    return None;
                }
            }
            self.arrived.notified().await;
        }
    }

    /// QoS 0 messages dropped so far.
    pub fn dropped(&self) -> u64 {
        self.waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .dropped
    }
}

impl Sink for Intake {
    fn deliver(&self, batch: Vec<Delivery>) {
        self.push(batch);
    }

    fn event(&self, at: Timestamp, event: Event) {
        self.put(at, event);
    }

    fn release(&self, release: Release) {
        self.put_release(release);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::message::Message;
    use crate::message::tests::large_properties;
    use bytes::Bytes;

    fn delivery(qos: QoS, bytes: usize) -> Delivery {
        let payload = Bytes::from(vec![0; bytes]);
        let message = Message {
            topic: "t".into(),
            payload,
            qos,
            retain: false,
            dup: false,
            properties: None,
        };
        Delivery {
            message,
            received: Timestamp(1),
            ack: None,
            late: false,
        }
    }

    #[tokio::test]
    async fn a_flood_drops_and_counts_qos_0_only() {
        let intake = Intake::default();
        intake.push(vec![delivery(QoS::AtMostOnce, MAX_BYTES - 10)]);
        intake.push(vec![
            delivery(QoS::AtMostOnce, 100),
            delivery(QoS::AtLeastOnce, 100),
            delivery(QoS::ExactlyOnce, 1),
        ]);
        assert_eq!(intake.dropped(), 1);
        let Some(Arrival::Messages(first)) = intake.next().await else {
            panic!("messages come first")
        };
        assert_eq!(first.len(), 1);
        let Some(Arrival::Messages(second)) = intake.next().await else {
            panic!("then the rest")
        };
        assert_eq!(
            second.iter().map(|d| d.message.qos).collect::<Vec<_>>(),
            [QoS::AtLeastOnce, QoS::ExactlyOnce]
        );
        intake.push(vec![delivery(QoS::AtMostOnce, 100)]);
        assert_eq!(intake.dropped(), 1, "there is room again");
    }

    #[test]
    fn every_property_counts() {
        for (name, properties) in large_properties() {
            let intake = Intake::default();
            intake.push(vec![delivery(QoS::AtMostOnce, MAX_BYTES - 100_000)]);
            for _ in 0..2 {
                let mut next = delivery(QoS::AtMostOnce, 0);
                next.message.properties = Some(Box::new(properties.clone()));
                intake.push(vec![next]);
            }
            assert_eq!(intake.dropped(), 1, "{name}");
        }
    }

    #[test]
    fn a_message_larger_than_all_bytes_comes_through_alone() {
        let intake = Intake::default();
        intake.push(vec![delivery(QoS::AtMostOnce, MAX_BYTES + 1)]);
        assert_eq!(intake.dropped(), 0);
        intake.push(vec![delivery(QoS::AtMostOnce, 1)]);
        assert_eq!(intake.dropped(), 1);
    }

    #[tokio::test]
    async fn events_keep_their_place_and_closing_ends_it() {
        let intake = Intake::default();
        intake.push(vec![delivery(QoS::AtMostOnce, 1)]);
        intake.put(Timestamp(2), Event::Stopped);
        intake.close();
        assert!(matches!(intake.next().await, Some(Arrival::Messages(_))));
        assert!(matches!(
            intake.next().await,
            Some(Arrival::Event(Timestamp(2), Event::Stopped))
        ));
        assert!(intake.next().await.is_none());
    }
}
