//! A message as it was received: bytes and every MQTT 5 property, nothing decoded.
//!
//! Payloads stay bytes until `payload` formats them; text that is not UTF-8 is normal. Nothing here
//! knows a broker, a file or a window.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;

/// The largest subscription identifier that a broker is given. MQTT 5 allows 65,536 more (3.8.2.1.2); those stand
/// for sets of identifiers in here.
pub const MAX_SUBSCRIPTION_ID: u32 = 268_369_919;

/// A point in time in microseconds since the Unix epoch (UTC).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The wall clock. Logic takes a `Timestamp`; only the outermost layer calls this.
    pub fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }

    /// How long after `earlier` this is; zero if it is not after it.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Milliseconds since the Unix epoch, as windows count them.
    pub fn millis(self) -> f64 {
        self.0 as f64 / 1000.0
    }
}

/// The identity of a stored message inside one connection: its receive time in microseconds, made
/// unique by `max(now, last + 1)`. It therefore also is the order of arrival.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(pub i64);

impl MessageId {
    /// The time the message was received.
    pub fn received(self) -> Timestamp {
        Timestamp(self.0)
    }
}

/// Quality of service (MQTT 5, 4.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum QoS {
    /// At most once.
    #[default]
    AtMostOnce,
    /// At least once.
    AtLeastOnce,
    /// Exactly once.
    ExactlyOnce,
}

impl QoS {
    /// 0, 1 or 2 as on the wire.
    pub fn level(self) -> u8 {
        self as u8
    }

    /// The QoS of a level; `None` above 2.
    pub fn from_level(level: u8) -> Option<Self> {
        match level {
            0 => Some(Self::AtMostOnce),
            1 => Some(Self::AtLeastOnce),
            2 => Some(Self::ExactlyOnce),
            _ => None,
        }
    }
}

impl fmt::Display for QoS {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.level())
    }
}

/// The properties of a PUBLISH (MQTT 5, 3.3.2.3), except the topic alias, which is resolved before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Properties {
    /// Payload format indicator: 0 unspecified bytes, 1 UTF-8 text.
    pub payload_format: Option<u8>,
    /// Message expiry interval in seconds, as received (what was left when it was sent on).
    pub expiry: Option<u32>,
    /// MIME type or anything else the publisher calls it.
    pub content_type: Option<String>,
    /// Where an answer is expected.
    pub response_topic: Option<String>,
    /// Bytes that tie an answer to its request.
    pub correlation_data: Option<Bytes>,
    /// Identifiers of the subscriptions that matched, in received order.
    pub subscription_ids: Vec<u32>,
    /// Name and value pairs in received order; names may repeat.
    pub user: Vec<(String, String)>,
}

impl Properties {
    /// True if nothing is set.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn size(&self) -> usize {
        let text = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let user = self.user.iter().map(|(name, value)| name.len() + value.len());
        size_of::<Self>()
            + text(&self.content_type)
            + text(&self.response_topic)
            + self.correlation_data.as_ref().map_or(0, Bytes::len)
            + size_of_val(&self.subscription_ids[..])
            + size_of_val(&self.user[..])
            + user.sum::<usize>()
    }
}

/// One application message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The topic name, alias resolved, valid UTF-8.
    pub topic: String,
    /// The payload, copied out of the network buffer so that it does not pin it.
    pub payload: Bytes,
    /// The QoS it was delivered with.
    pub qos: QoS,
    /// The retain flag as delivered.
    pub retain: bool,
    /// The duplicate flag as delivered.
    pub dup: bool,
    /// `None` where the message has no property, which is the common case.
    pub properties: Option<Box<Properties>>,
}

impl Message {
    /// The bytes of memory that it takes beside itself: topic, payload and properties. Whatever holds messages is
    /// bounded by it.
    pub fn size(&self) -> usize {
        let properties = self.properties.as_ref().map_or(0, |properties| properties.size());
        self.topic.len() + self.payload.len() + properties
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Properties in which one takes some 65,000 bytes, with the name of that one.
    pub(crate) fn large_properties() -> [(&'static str, Properties); 6] {
        let none = Properties::default;
        let text = || "x".repeat(65_535);
        [
            (
                "content type",
                Properties {
                    content_type: Some(text()),
                    ..none()
                },
            ),
            (
                "response topic",
                Properties {
                    response_topic: Some(text()),
                    ..none()
                },
            ),
            (
                "correlation data",
                Properties {
                    correlation_data: Some(text().into()),
                    ..none()
                },
            ),
            (
                "subscription identifiers",
                Properties {
                    subscription_ids: vec![1; 17_000],
                    ..none()
                },
            ),
            (
                "a user property",
                Properties {
                    user: vec![(String::new(), text())],
                    ..none()
                },
            ),
            (
                "user properties",
                Properties {
                    user: vec![(String::new(), String::new()); 1_400],
                    ..none()
                },
            ),
        ]
    }
}
