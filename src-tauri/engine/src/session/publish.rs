//! Publishing: what goes out, what came back, and what is refused before it is sent.
//!
//! The checks exist because the client library does not make them: one packet that the broker or
//! the codec cannot take would end the connection, again and again on a session that is kept.

use std::time::Duration;

use bytes::Bytes;
use rumqttc::{PublishNoticeError, PublishOptions, PublishProperties, PublishResult};

use super::status::Connack;
use crate::message::{Properties, QoS};
use crate::topic::TopicName;

/// The largest packet of the protocol in bytes (MQTT 5, 1.5.5), with its fixed header.
const LARGEST_PACKET: u64 = 268_435_455 + 5;

/// A message to publish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// Where it goes.
    pub topic: TopicName,
    /// What it says; empty with `retain` deletes the retained message.
    pub payload: Bytes,
    /// Its QoS.
    pub qos: QoS,
    /// Its retain flag.
    pub retain: bool,
    /// Its properties; subscription identifiers are not sent (MQTT 5, 3.3.4).
    pub properties: Properties,
}

/// The end of a publish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// Reason code of PUBACK, PUBREC or PUBCOMP; 0 for QoS 0, 0x80 and more is a refusal.
    pub code: u8,
    /// Reason string, word for word.
    pub reason_string: Option<String>,
    /// User properties of the answer in received order.
    pub user_properties: Vec<(String, String)>,
    /// From the call to the answer; for QoS 0 until it was written.
    pub round_trip: Duration,
}

/// Why a publish came to no end that the broker knows of.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublishError {
    /// There is no connection now; nothing was sent.
    #[error("not connected")]
    NotConnected,
    /// The broker takes no packet of this size; nothing was sent.
    #[error("the packet has {size} bytes, the broker takes {max}")]
    TooLarge {
        /// Bytes of the packet.
        size: u64,
        /// What the broker said in CONNACK, or the largest of the protocol.
        max: u64,
    },
    /// The broker takes no such QoS; nothing was sent.
    #[error("the broker takes at most QoS {max}")]
    QosNotSupported {
        /// What the broker said in CONNACK.
        max: QoS,
    },
    /// The broker keeps no messages; nothing was sent.
    #[error("the broker has no retained messages")]
    RetainNotSupported,
    /// A property is longer than 65,535 bytes or has a NUL character; nothing was sent.
    #[error("a property is too long or has a NUL character")]
    BadProperty,
    /// The connection was lost and the session with it: the message may or may not have arrived.
    #[error("the connection was lost before the answer")]
    Unknown,
    /// The session ended first: the message may or may not have arrived.
    #[error("the session ended before the answer")]
    Stopped,
}

fn bad_text(text: &str) -> bool {
    text.len() > usize::from(u16::MAX) || text.contains('\0')
}

/// Finds what would end the connection. Without a CONNACK, what no broker takes.
pub fn check(outgoing: &Outgoing, connack: Option<&Connack>) -> Result<(), PublishError> {
    let properties = &outgoing.properties;
    let texts = properties.content_type.iter().chain(&properties.response_topic);
    let user = properties.user.iter().flat_map(|(name, value)| [name, value]);
    let correlation = properties.correlation_data.as_ref().map_or(0, Bytes::len);
    if texts.chain(user).any(|text| bad_text(text)) || correlation > usize::from(u16::MAX) {
        return Err(PublishError::BadProperty);
    }
    let max = connack.and_then(|connack| connack.maximum_packet_size);
    let max = max.map_or(LARGEST_PACKET, u64::from);
    let size = size(outgoing);
    if size > max {
        return Err(PublishError::TooLarge { size, max });
    }
    if let Some(connack) = connack {
        if outgoing.qos > connack.maximum_qos {
            return Err(PublishError::QosNotSupported {
                max: connack.maximum_qos,
            });
        }
        if outgoing.retain && !connack.retain_available {
            return Err(PublishError::RetainNotSupported);
        }
    }
    Ok(())
}

/// Bytes of the packet, at most some bytes more than it will have.
fn size(outgoing: &Outgoing) -> u64 {
    let properties = &outgoing.properties;
    let user: usize = properties
        .user
        .iter()
        .map(|(name, value)| 5 + name.len() + value.len())
        .sum();
    let optional = |len: Option<usize>| len.map_or(0, |len| 3 + len);
    let properties = user
        + properties.payload_format.map_or(0, |_| 2)
        + properties.expiry.map_or(0, |_| 5)
        + optional(properties.content_type.as_ref().map(String::len))
        + optional(properties.response_topic.as_ref().map(String::len))
        + optional(properties.correlation_data.as_ref().map(Bytes::len));
    let packet_id = if outgoing.qos == QoS::AtMostOnce { 0 } else { 2 };
    let body = 2 + outgoing.topic.as_str().len() + packet_id + properties + outgoing.payload.len();
    let body = body as u64 + varint_len(properties as u64);
    1 + varint_len(body) + body
}

fn varint_len(value: u64) -> u64 {
    match value {
        0..0x80 => 1,
        0x80..0x4000 => 2,
        0x4000..0x20_0000 => 3,
        _ => 4,
    }
}

pub(super) fn options(outgoing: &Outgoing) -> PublishOptions {
    let options = PublishOptions::new(super::convert::qos(outgoing.qos)).retain(outgoing.retain);
    let properties = &outgoing.properties;
    if properties.is_empty() {
        return options;
    }
    options.properties(PublishProperties {
        payload_format_indicator: properties.payload_format,
        message_expiry_interval: properties.expiry,
        topic_alias: None,
        response_topic: properties.response_topic.clone(),
        correlation_data: properties.correlation_data.clone(),
        user_properties: properties.user.clone(),
        subscription_identifiers: Vec::new(),
        content_type: properties.content_type.clone(),
    })
}

/// Why a publish ended before it had a packet identifier.
pub(super) fn unsent(error: &PublishNoticeError) -> PublishError {
    match error {
        PublishNoticeError::RetainNotSupported => PublishError::RetainNotSupported,
        // Whoever would know is gone.
        PublishNoticeError::Recv => PublishError::Unknown,
        _ => PublishError::NotConnected,
    }
}

/// Turns what the library says into what happened.
pub(super) fn published(
    result: Result<PublishResult, PublishNoticeError>,
    round_trip: Duration,
) -> Result<Published, PublishError> {
    let (code, properties) = match result {
        Ok(PublishResult::Qos0Flushed) => (0, None),
        Ok(PublishResult::Qos1(ack)) => (
            ack.reason as u8,
            ack.properties.map(|p| (p.reason_string, p.user_properties)),
        ),
        Ok(PublishResult::Qos2Completed(comp)) => (
            comp.reason as u8,
            comp.properties.map(|p| (p.reason_string, p.user_properties)),
        ),
        Ok(PublishResult::Qos2PubRecRejected(rec)) => (
            rec.reason as u8,
            rec.properties.map(|p| (p.reason_string, p.user_properties)),
        ),
        Err(PublishNoticeError::RetainNotSupported) => {
            return Err(PublishError::RetainNotSupported);
        }
        Err(PublishNoticeError::Recv) => return Err(PublishError::Stopped),
        Err(_lost) => return Err(PublishError::Unknown),
    };
    let (reason_string, user_properties) = properties.unwrap_or_default();
    Ok(Published {
        code,
        reason_string,
        user_properties,
        round_trip,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn outgoing(payload: usize) -> Outgoing {
        Outgoing {
            topic: TopicName::new("a/b").unwrap(),
            payload: vec![0; payload].into(),
            qos: QoS::AtLeastOnce,
            retain: false,
            properties: Properties::default(),
        }
    }

    #[test]
    fn the_size_is_that_of_the_packet() {
        let mut message = outgoing(120);
        message.properties.content_type = Some("text".to_owned());
        message.properties.user = vec![("k".to_owned(), "v".to_owned())];
        let mut packet = rumqttc::Publish::new(
            "a/b",
            rumqttc::QoS::AtLeastOnce,
            message.payload.clone(),
            Some(PublishProperties {
                content_type: message.properties.content_type.clone(),
                user_properties: message.properties.user.clone(),
                ..PublishProperties::default()
            }),
        );
        packet.pkid = 1;
        assert_eq!(size(&message), packet.size() as u64);
    }

    #[test]
    fn what_would_end_the_connection_is_not_sent() {
        assert_eq!(check(&outgoing(10), None), Ok(()));
        let mut bad = outgoing(0);
        bad.properties.response_topic = Some("a\0".to_owned());
        assert_eq!(check(&bad, None), Err(PublishError::BadProperty));
        let mut connack = super::super::decode::connack(&[0, 0, 0]).unwrap();
        connack.maximum_packet_size = Some(50);
        connack.maximum_qos = QoS::AtMostOnce;
        assert_eq!(
            check(&outgoing(100), Some(&connack)),
            Err(PublishError::TooLarge { size: 110, max: 50 })
        );
        let low = PublishError::QosNotSupported { max: QoS::AtMostOnce };
        assert_eq!(check(&outgoing(1), Some(&connack)), Err(low));
    }
}
