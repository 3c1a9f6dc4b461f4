//! Saved connections: what is edited, listed, tested.

use super::session::{Failure, Phase, Step};
use super::wire;

wire! {
    /// How bytes reach the broker.
    #[serde(rename_all = "camelCase")]
    #[derive(Copy, Eq)]
    pub enum Transport { Mqtt, Mqtts, Ws, Wss }

    /// Everything that is saved of a connection; the password is kept elsewhere.
    #[serde(rename_all = "camelCase")]
    pub struct Profile {
        pub id: String,
        pub name: String,
        pub host: String,
        pub port: u16,
        pub transport: Transport,
        /// Path of the WebSocket, used by `ws` and `wss`.
        pub path: String,
        pub client_id: String,
        pub username: String,
        pub keep_alive_secs: u16,
        pub clean_start: bool,
        /// 0 ends the session with the connection; 4,294,967,295 keeps it for ever.
        pub session_expiry_secs: u32,
        pub receive_maximum: u16,
        /// The largest packet taken, in bytes.
        pub maximum_packet_size: u32,
        pub topic_alias_maximum: u16,
        /// A PEM or DER file; none means the system's roots.
        pub ca_file: Option<String>,
        pub client_cert_file: Option<String>,
        pub client_key_file: Option<String>,
        pub verify_certificate: bool,
        pub check_host_name: bool,
        pub alpn: String,
        pub user_properties: Vec<UserProperty>,
        pub subscriptions: Vec<Subscription>,
        pub will: Option<Will>,
        pub first_retry_secs: u32,
        pub longest_retry_secs: u32,
    }

    /// One pair; names may repeat and order counts.
    pub struct UserProperty { pub name: String, pub value: String }

    /// One subscription of a saved connection.
    #[serde(rename_all = "camelCase")]
    pub struct Subscription {
        pub enabled: bool,
        pub filter: String,
        pub qos: u8,
        pub no_local: bool,
        pub retain_as_published: bool,
        /// 0 send, 1 send if new, 2 do not send (MQTT 5, 3.8.3.1).
        pub retain_handling: u8,
        pub identifier: Option<u32>,
    }

    /// The last will.
    #[serde(rename_all = "camelCase")]
    pub struct Will {
        pub topic: String,
        pub payload: String,
        pub qos: u8,
        pub retain: bool,
        pub delay_secs: u32,
        pub content_type: Option<String>,
    }

    /// A saved connection, and whether a password is stored for it.
    #[serde(rename_all = "camelCase")]
    pub struct ProfileEntry { pub profile: Profile, pub has_password: bool }

    /// What is wrong with a field of a connection.
    #[serde(rename_all = "camelCase")]
    pub struct ProfileProblem {
        /// The field's name as in `Profile`; `subscriptions.2.filter` for parts of lists.
        pub field: String,
        pub problem: FieldProblem,
    }

    /// The ways a field can be wrong.
    #[serde(tag = "kind", rename_all = "camelCase")]
    pub enum FieldProblem {
        Empty,
        TooLong { bytes: u32 },
        BadCharacter { character: String },
        TooSmall { least: u32 },
        TooLarge { most: u32 },
        Topic { problem: TopicProblem },
        /// A certificate without its key, or the other way round.
        PairIncomplete,
        /// "No local" on a shared subscription (MQTT 5, 3.8.3.1).
        NoLocalOnShared,
        /// The same filter is enabled before, at this place of the list.
        SameFilter { first: u32 },
    }

    /// Why a text is not a topic name or filter (MQTT 5, 4.7).
    #[serde(tag = "kind", rename_all = "camelCase")]
    pub enum TopicProblem {
        Empty,
        Nul,
        TooLong { bytes: u32 },
        WildcardInName { character: String },
        MultiLevelNotLast,
        SingleLevelNotAlone,
        BadShare,
    }

    /// A row of the list of connections.
    #[serde(rename_all = "camelCase")]
    pub struct ConnectionRow {
        pub id: String,
        pub name: String,
        /// `mqtt://host:port`, without the user.
        pub address: String,
        /// The broker inside the app.
        pub demo: bool,
        pub phase: Phase,
        /// Its history is open, so it can be browsed.
        pub open: bool,
        pub last_connected: Option<f64>,
        pub ping_millis: Option<f64>,
        pub history_bytes: f64,
    }

    /// The list of connections at a revision.
    pub struct ConnectionsFrame { pub revision: f64, pub connections: Vec<ConnectionRow> }

    /// One step of "Test connection".
    #[serde(rename_all = "camelCase")]
    pub struct TestStep {
        pub step: Step,
        pub took_millis: f64,
        /// What was found: an address, a TLS version, a count of subscriptions.
        pub detail: Option<String>,
        pub failure: Option<Failure>,
    }
}

/// What to do with the stored password on saving or testing.
#[derive(Clone, PartialEq, serde::Serialize, serde::Deserialize, ts_rs::TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum PasswordChange {
    Keep,
    Set { password: String },
    Clear,
}

impl std::fmt::Debug for PasswordChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Keep => "Keep",
            Self::Set { .. } => "Set(…)",
            Self::Clear => "Clear",
        })
    }
}
