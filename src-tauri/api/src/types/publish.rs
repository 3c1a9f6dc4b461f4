//! Publishing: what is sent, and what came of it.

use super::connection::UserProperty;
use super::error::PayloadProblem;
use super::session::Reason;
use super::wire;

wire! {
    /// How a typed payload becomes bytes.
    #[serde(rename_all = "camelCase")]
    #[derive(Copy, Eq)]
    pub enum InputFormat { Json, Text, Hex, Base64 }

    /// A message to publish.
    #[serde(rename_all = "camelCase")]
    pub struct Draft {
        pub topic: String,
        pub payload: String,
        pub format: InputFormat,
        pub qos: u8,
        pub retain: bool,
        pub properties: DraftProperties,
    }

    /// The properties of a message to publish.
    #[serde(rename_all = "camelCase")]
    pub struct DraftProperties {
        pub content_type: Option<String>,
        pub payload_format: Option<u8>,
        pub expiry_secs: Option<u32>,
        pub response_topic: Option<String>,
        pub correlation: Option<Correlation>,
        pub user: Vec<UserProperty>,
    }

    /// Correlation data as typed.
    pub struct Correlation { pub text: String, pub hex: bool }

    /// What is wrong with a draft, and how large it would be.
    #[serde(rename_all = "camelCase")]
    pub struct PayloadCheck { pub bytes: f64, pub problem: Option<PayloadProblem> }

    /// A message that was sent, and the broker's answer.
    #[serde(rename_all = "camelCase")]
    pub struct Sent {
        pub id: f64,
        pub at: f64,
        pub draft: Draft,
        pub size: f64,
        /// None for QoS 0, which is not answered.
        pub reason: Option<Reason>,
        pub round_trip_millis: Option<f64>,
    }
}
