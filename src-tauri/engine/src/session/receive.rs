//! What is owed to the broker for what it sends: PUBACK, PUBREC, and no PUBCOMP too early (MQTT 5, 4.3, 4.4).
//!
//! A message is acknowledged once it is kept. A QoS 2 message is known from there until its PUBREL, over lost
//! connections and dead processes, so that it is delivered once however often it comes.

use std::sync::Arc;
use std::time::Instant;

use rumqttc::{ManualAck, Publish, QoS};
use tokio::sync::oneshot;

use super::driver::{Connection, Driver};
use super::receipts::{Receipts, Releasing, Taken, digest};
use super::stream::Gate;
use super::{Ack, Release, Released, Sink};

/// Has a released message forgotten, and lets its PUBREL through after that. Of a message that is not known
/// there is nothing to forget.
pub(super) fn release(receipts: &Arc<Receipts>, sink: &dyn Sink, id: u16, gate: Arc<Gate>) {
    let Some(Releasing {
        serial,
        order,
        forgotten,
    }) = receipts.releasing(id)
    else {
        return gate.open(id);
    };
    let receipts = receipts.clone();
    sink.release(Release {
        what: Released::One { id, order, forgotten },
        done: Box::new(move || {
            receipts.release(id, serial);
            gate.open(id);
        }),
    });
}

fn words(publish: &Publish) -> i64 {
    digest(&String::from_utf8_lossy(&publish.topic), &publish.payload)
}

impl Driver {
    /// What is owed for a message, or `None` if it came before and is not to be delivered again: a broker
    /// that repeats an identifier before PUBREL repeats the message (MQTT 5, 4.3.3), also on a later
    /// connection of the same session.
    pub(super) fn take(
        &self,
        connection: &mut Connection,
        publish: &Publish,
        ack: Option<Ack>,
    ) -> Option<Option<Ack>> {
        match publish.qos {
            QoS::AtMostOnce => {}
            QoS::AtLeastOnce => {
                connection.owed.insert(publish.pkid);
                self.receipts.count(publish.pkid);
            }
            QoS::ExactlyOnce => match self.receipts.take(publish.pkid, publish.dup, words(publish)) {
                Taken::Now(serial) => {
                    connection.unrecorded += 1;
                    let receipt = Some((self.receipts.clone(), serial));
                    return Some(ack.map(|ack| Ack { receipt, ..ack }));
                }
                Taken::Before => {
                    connection.repeated.insert(publish.pkid);
                    return None;
                }
                Taken::AndKept => {
                    if let Some(Ack { packet, .. }) = ack {
                        self.record(connection, publish.pkid, packet);
                    }
                    return None;
                }
            },
        }
        Some(ack)
    }

    /// Sends PUBREC, once for each time the library asks for it: it takes a second one for a breach of the
    /// protocol.
    fn record(&self, connection: &mut Connection, id: u16, packet: ManualAck) {
        connection.repeated.remove(&id);
        if connection.recorded.insert(id) {
            let _only_a_dead_loop_refuses = self.shared.client.try_manual_ack(packet);
        }
    }

    /// True for a message that the broker queued while we were away.
    pub(super) fn is_late(&self, connection: &mut Connection, publish: &Publish) -> bool {
        // After our own SUBSCRIBE, a message with the retain flag may be a copy of a retained one.
        let copy = publish.retain && connection.subscribing.is_some();
        if publish.qos == QoS::AtMostOnce || publish.dup || copy {
            return false;
        }
        let owes = !connection.owed.is_empty() || connection.unrecorded > 0;
        let queue = connection.queue.as_mut();
        queue.is_some_and(|queue| queue.take(Instant::now(), owes))
    }

    /// Has everything forgotten that belonged to the session that is gone. Without a subscription there is no
    /// message in the new one, so subscribing waits: a process that died in between would take new messages
    /// for old ones.
    pub(super) fn forget(&self) -> Option<oneshot::Receiver<()>> {
        if !self.receipts.forget() {
            return None;
        }
        let (done, forgotten) = oneshot::channel();
        self.sink.release(Release {
            what: Released::All,
            done: Box::new(move || {
                let _gone_with_its_connection = done.send(());
            }),
        });
        Some(forgotten)
    }

    /// Passes on the acknowledgements of this connection. An older one is void, unless the broker repeated
    /// its QoS 2 message on this connection and waits for it. A broker that repeats a QoS 1 message on
    /// one connection is answered once: the library takes a second answer for a breach of the protocol
    /// and ends the connection.
    pub(super) fn acknowledge(&self, connection: &mut Connection, acks: &mut Vec<(u64, ManualAck)>) {
        for (generation, packet) in acks.drain(..) {
            let here = generation == self.generation;
            match &packet {
                // The channel is unbounded and the loop is alive: only the broker's receive maximum
                // bounds what is in it.
                ManualAck::PubAck(ack) => {
                    if here && connection.owed.remove(&ack.pkid) {
                        let _only_a_dead_loop_refuses = self.shared.client.try_manual_ack(packet);
                    }
                }
                ManualAck::PubRec(ack) => {
                    connection.unrecorded -= usize::from(here);
                    let id = ack.pkid;
                    let repeated = connection.repeated.contains(&id) && self.receipts.is_kept(id);
                    if here || repeated {
                        self.record(connection, id, packet);
                    }
                }
            }
        }
    }
}
