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

    /// What becomes of a QoS 1 or 2 message that is published without a connection.
    #[serde(rename_all = "camelCase")]
    #[derive(Copy, Eq)]
    pub enum WhileOffline { Keep, Refuse }

    /// Where a published message stands.
    #[serde(tag = "kind", rename_all = "camelCase")]
    pub enum SentState {
        /// For a connection, or for its turn.
        Waiting,
        /// Handed over, not answered.
        UnderWay,
        /// At QoS 0, which is not answered.
        Sent,
        /// By PUBACK, PUBREC or PUBCOMP; a code of 128 and more is a refusal.
        Answered { reason: Reason },
        /// Not sent: its expiry interval passed before.
        Expired,
        /// The connection was lost with its session: it may or may not have arrived.
        Unknown,
        /// Not sent: the broker takes no packet of its size.
        TooLarge,
        /// Not sent: the broker does not take its QoS.
        QosNotSupported,
        /// Not sent: the broker keeps no retained messages.
        RetainNotSupported,
    }

    /// A message that was published.
    #[serde(rename_all = "camelCase")]
    pub struct Sent {
        pub id: f64,
        pub at: f64,
        pub topic: String,
        pub qos: u8,
        pub retain: bool,
        pub size: f64,
        pub state: SentState,
        pub round_trip_millis: Option<f64>,
        /// When it is given up if it still waits then.
        pub expires_at: Option<f64>,
        /// It outlives the program.
        pub kept: bool,
    }

    /// What was published, newest first, and how full the outbox is.
    #[serde(rename_all = "camelCase")]
    pub struct SentFrame {
        pub revision: f64,
        pub sent: Vec<Sent>,
        /// Messages that wait.
        pub waiting: f64,
        /// Messages that wait or are under way, and how many may.
        pub open: f64,
        pub open_limit: f64,
        /// Messages that expired unsent since the connection was opened.
        pub expired: f64,
        /// New messages outlive the program.
        pub keeps: bool,
    }
}
