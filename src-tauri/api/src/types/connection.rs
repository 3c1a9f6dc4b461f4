//! Saved connections: what is edited, listed, tested.

use super::publish::Correlation;
use super::session::{Failure, Phase, Step};
use super::wire;

wire! {
    /// How bytes reach the broker.
    #[serde(rename_all = "camelCase")]
    #[derive(Copy, Eq)]
    pub enum Transport { Mqtt, Mqtts, Ws, Wss }

    /// How a connection signs in; what is secret about it is kept elsewhere.
    #[serde(tag = "kind", rename_all = "camelCase")]
    pub enum SignIn {
        /// With the user name and the stored password, or with neither.
        Password,
        /// With the stored token in the place of the password.
        Token,
        /// With the token in a file, read before each try.
        TokenFile { path: String },
        /// With what a command prints, run before each try.
        TokenCommand { command: String },
    }

    /// Whether the client identifier stays the same.
    #[serde(rename_all = "camelCase")]
    #[derive(Copy, Eq)]
    pub enum ClientIdMode { Fixed, Random }

    /// The protocol of a proxy.
    #[serde(rename_all = "camelCase")]
    #[derive(Copy, Eq)]
    pub enum ProxyKind { Http, Socks5 }

    /// What a connection goes through; its password is kept elsewhere.
    #[serde(rename_all = "camelCase")]
    pub struct Proxy { pub kind: ProxyKind, pub host: String, pub port: u16, pub username: String }

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
        /// Headers of the request for a WebSocket, used by `ws` and `wss`.
        pub headers: Vec<UserProperty>,
        pub proxy: Option<Proxy>,
        pub client_id: String,
        pub client_id_mode: ClientIdMode,
        pub sign_in: SignIn,
        pub username: String,
        pub keep_alive_secs: u16,
        pub clean_start: bool,
        /// 0 ends the session with the connection; 4,294,967,295 keeps it for ever.
        pub session_expiry_secs: u32,
        pub receive_maximum: u16,
        /// The largest packet taken, in bytes.
        pub maximum_packet_size: u32,
        pub topic_alias_maximum: u16,
        pub request_response_information: bool,
        pub request_problem_information: bool,
        /// A PEM or DER file; none means the system's roots.
        pub ca_file: Option<String>,
        pub client_cert_file: Option<String>,
        pub client_key_file: Option<String>,
        pub verify_certificate: bool,
        pub check_host_name: bool,
        /// The name to ask for and to expect in the certificate; empty takes the host.
        pub server_name: String,
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
        /// The payload is typed as hexadecimal digits.
        pub payload_hex: bool,
        pub qos: u8,
        pub retain: bool,
        pub delay_secs: u32,
        pub expiry_secs: Option<u32>,
        /// The payload is announced as UTF-8 text.
        pub is_text: bool,
        pub content_type: Option<String>,
        pub response_topic: Option<String>,
        pub correlation: Option<Correlation>,
        pub user_properties: Vec<UserProperty>,
    }

    /// What to do with every stored secret of a connection on saving or testing.
    #[serde(rename_all = "camelCase")]
    #[derive(Default)]
    pub struct SecretChanges {
        /// The password or token it signs in with.
        pub sign_in: PasswordChange,
        /// The passphrase of the client key.
        pub key: PasswordChange,
        /// The password of the proxy.
        pub proxy: PasswordChange,
    }

    /// A saved connection, and which secrets are stored for it.
    #[serde(rename_all = "camelCase")]
    pub struct ProfileEntry {
        pub profile: Profile,
        pub has_password: bool,
        pub has_key_passphrase: bool,
        pub has_proxy_password: bool,
    }

    /// What a token says about itself; a text that is no JWT says nothing.
    #[serde(rename_all = "camelCase")]
    pub struct TokenInfo {
        pub claims: Option<Vec<UserProperty>>,
        pub expires: Option<f64>,
        pub not_before: Option<f64>,
    }

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
        /// Has to begin with a slash.
        NoSlash,
        /// The handshake of a WebSocket sets this header itself.
        ReservedHeader,
        /// Neither a host name nor an address.
        NotAServerName,
        /// A quote is not closed.
        OpenQuote,
        /// Not pairs of hexadecimal digits.
        NotHex,
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
        /// The certificate of the broker is not checked.
        pub unverified: bool,
        /// What a try to connect goes through, without the subscriptions.
        pub steps: Vec<Step>,
        pub phase: Phase,
        /// Its history is open, so it can be browsed.
        pub open: bool,
        pub last_connected: Option<f64>,
        pub ping_millis: Option<f64>,
        pub history_bytes: f64,
        /// The file its history was read from: it is a history file and has no broker.
        pub recording: Option<String>,
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

    /// A test of a connection as far as it is.
    #[serde(rename_all = "camelCase")]
    pub struct TestFrame {
        /// Grows with each step.
        pub revision: f64,
        pub steps: Vec<TestStep>,
        /// The step under way.
        pub running: Option<Step>,
        /// It ended, or another one took its place.
        pub over: bool,
    }
}

/// What to do with the stored password on saving or testing.
#[derive(Clone, Default, PartialEq, serde::Serialize, serde::Deserialize, ts_rs::TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum PasswordChange {
    #[default]
    Keep,
    Set {
        password: String,
    },
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
