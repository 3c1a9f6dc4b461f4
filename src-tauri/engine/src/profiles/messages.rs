//! The messages a saved connection begins and ends with: what it subscribes to, and its will.

use serde::{Deserialize, Serialize};

use super::Extra;
use crate::message::QoS;

/// One subscription that a connection begins with (MQTT 5, 3.8.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProfileSubscription {
    /// False keeps it in the list without subscribing.
    pub enabled: bool,
    /// The filter as typed.
    pub filter: String,
    /// The QoS asked for.
    #[serde(with = "level")]
    pub qos: QoS,
    /// Don't send back what this client published.
    pub no_local: bool,
    /// Keep the retain flag of messages that are passed on.
    pub retain_as_published: bool,
    /// 0 send retained messages, 1 only to a new subscription, 2 never.
    pub retain_handling: u8,
    /// Subscription identifier.
    pub id: Option<u32>,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Default for ProfileSubscription {
    fn default() -> Self {
        Self {
            enabled: true,
            filter: String::new(),
            qos: QoS::AtMostOnce,
            no_local: false,
            retain_as_published: true,
            retain_handling: 0,
            id: None,
            extra: Extra::new(),
        }
    }
}

/// What the broker publishes when the connection is lost (MQTT 5, 3.1.2.5 and 3.1.3.2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProfileWill {
    /// The topic.
    pub topic: String,
    /// The payload; base64 in JSON.
    #[serde(with = "base64_bytes")]
    pub payload: Vec<u8>,
    /// The QoS.
    #[serde(with = "level")]
    pub qos: QoS,
    /// The retain flag.
    pub retain: bool,
    /// Seconds between losing the connection and publishing.
    pub delay_secs: u32,
    /// Seconds until the published will expires.
    pub expiry_secs: Option<u32>,
    /// True if the payload is announced as UTF-8 text.
    pub is_text: bool,
    /// Content type; empty sends none.
    pub content_type: String,
    /// Response topic; empty sends none.
    pub response_topic: String,
    /// Correlation data; empty sends none; base64 in JSON.
    #[serde(with = "base64_bytes")]
    pub correlation_data: Vec<u8>,
    /// User properties in the order they are sent.
    pub user_properties: Vec<(String, String)>,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Extra,
}

mod level {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use crate::message::QoS;

    #[allow(clippy::trivially_copy_pass_by_ref)]
    pub(super) fn serialize<S: Serializer>(qos: &QoS, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u8(qos.level())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<QoS, D::Error> {
        QoS::from_level(u8::deserialize(from)?).ok_or_else(|| D::Error::custom("QoS is 0, 1 or 2"))
    }
}

mod base64_bytes {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        STANDARD
            .decode(String::deserialize(from)?)
            .map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_qos_above_two_is_no_qos() {
        assert!(serde_json::from_str::<ProfileSubscription>(r#"{"qos":3}"#).is_err());
    }
}
