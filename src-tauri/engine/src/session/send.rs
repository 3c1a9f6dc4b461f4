//! What becomes of publishes of ours, as the client library tells it: their identifiers and their last packets.
//!
//! Which publish has which identifier is known in [`super::flights`]; what is kept of it, elsewhere.

use rumqttc::{Event as MqttEvent, EventLoop, Incoming, Outgoing};

use super::driver::Driver;

impl Driver {
    /// The last packet about a publish of ours, if it is one.
    pub(super) fn flown(&self, packet: Incoming) {
        let (id, code, said) = match packet {
            Incoming::PubAck(ack) => {
                let said = ack.properties.and_then(|properties| properties.reason_string);
                (ack.pkid, ack.reason as u8, said)
            }
            Incoming::PubRec(ack) if ack.reason as u8 >= 0x80 => {
                let said = ack.properties.and_then(|properties| properties.reason_string);
                (ack.pkid, ack.reason as u8, said)
            }
            Incoming::PubComp(ack) => {
                let said = ack.properties.and_then(|properties| properties.reason_string);
                (ack.pkid, ack.reason as u8, said)
            }
            _ => return,
        };
        self.wire.flights.ended(id, code, said);
    }

    /// Takes what the library knows of publishes and did not tell before the connection ended. It
    /// would tell after the next connect, when it is too late to know what was sent.
    pub(super) fn settle_flights(&self, events: &mut EventLoop) {
        for event in std::mem::take(&mut events.state.events) {
            match event {
                MqttEvent::Outgoing(Outgoing::Publish(packet)) => self.wire.flights.numbered(packet),
                MqttEvent::Incoming(
                    packet @ (Incoming::PubAck(_) | Incoming::PubRec(_) | Incoming::PubComp(_)),
                ) => self.flown(packet),
                other => events.state.events.push_back(other),
            }
        }
    }
}
