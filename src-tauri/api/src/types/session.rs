//! The life of a connection: phases, failures, limits, counters.

use super::connection::UserProperty;
use super::wire;

wire! {
    /// The steps from a name to a subscription.
    #[serde(rename_all = "camelCase")]
    pub enum Step { Token, Proxy, Resolve, Tcp, Tls, WebSocket, Connack, Suback }

    /// Where a connection stands.
    #[serde(tag = "kind", rename_all = "camelCase")]
    pub enum Phase {
        /// Nobody asked to connect; its history may be open.
        Offline,
        Connecting { attempt: u32, step: Step },
        #[serde(rename_all = "camelCase")]
        Connected { since: f64, session_present: bool },
        /// Lost or refused; tries again by itself at `retry_at`.
        #[serde(rename_all = "camelCase")]
        Waiting { attempt: u32, retry_at: f64, failure: Failure },
        /// Does not try again by itself.
        Refused { at: f64, failure: Failure },
    }

    /// Why a connection could not be made, or ended.
    #[serde(tag = "kind", rename_all = "camelCase")]
    pub enum Failure {
        Resolve { host: String, detail: String },
        Tcp { address: String, detail: String },
        Tls { problem: TlsProblem, detail: String },
        Proxy { address: String, problem: ProxyProblem, detail: String },
        Token { problem: TokenProblem, detail: String },
        WebSocket { status: Option<u16>, detail: String },
        Timeout { step: Step },
        /// The CONNACK has a reason code of 128 or more.
        Refused { reason: Reason },
        /// The broker sent a DISCONNECT.
        Disconnected { reason: Reason },
        Lost { detail: String },
        /// Ended by the other side before it answered CONNECT.
        Unanswered { detail: String },
        Protocol { detail: String },
    }

    /// Why a proxy did not open the way.
    #[serde(tag = "kind", rename_all = "camelCase")]
    pub enum ProxyProblem {
        Unreachable,
        NotAProxy,
        SignIn,
        /// The status of an HTTP proxy (RFC 9110, 15).
        RefusedHttp { status: u16 },
        /// The reply of a SOCKS proxy (RFC 1928, 6).
        RefusedSocks { reply: u8 },
        Closed,
    }

    /// Why there is no token to sign in with.
    #[serde(tag = "kind", rename_all = "camelCase")]
    pub enum TokenProblem {
        UnreadableFile { path: String },
        BadCommand,
        NoSuchCommand { program: String },
        CommandFailed { code: Option<i32> },
        CommandTimeout,
        NotText,
        Empty,
        TooLong { bytes: u32 },
        Expired { at: f64 },
        NotYetValid { at: f64 },
    }

    /// What TLS did not accept. Fields that an earlier Treetop did not write down are empty.
    #[serde(tag = "kind", rename_all = "camelCase")]
    pub enum TlsProblem {
        UnknownIssuer {
            /// Who signed the certificate.
            #[serde(default)]
            issuer: String,
        },
        SelfSigned {
            #[serde(default)]
            subject: String,
        },
        Expired {
            /// When it began to be valid, if known.
            #[serde(default)]
            from: Option<f64>,
            /// When it ended, if known.
            at: Option<f64>,
        },
        NotYetValid {
            /// From when on, if known.
            at: Option<f64>,
            /// When it will end, if known.
            #[serde(default)]
            until: Option<f64>,
        },
        NameMismatch {
            /// The name that was looked for.
            #[serde(default)]
            asked: String,
            /// The hosts and addresses the certificate is for.
            presented: Vec<String>,
        },
        Revoked,
        BadCertificate,
        ClientCertificateRequired,
        ClientCertificateRejected,
        /// The name of another alert that ended the handshake.
        Alert { name: String },
        NotTls,
        /// The port speaks TLS, the connection does not.
        TlsExpected,
        /// No version or cipher in common.
        NoCommonParameters,
        Closed,
        NoRoots,
        UnreadableCa,
        UnreadableClientCertificate,
        UnreadableClientKey,
        KeyMismatch,
        PassphraseNeeded,
        WrongPassphrase,
        OldKeyProtection,
        BadServerName,
        Other,
    }

    /// A reason code as the broker gave it.
    #[serde(rename_all = "camelCase")]
    pub struct Reason {
        pub code: u8,
        /// Its name in the specification (MQTT 5, 2.4).
        pub name: String,
        /// The broker's own words.
        pub reason_string: Option<String>,
        pub server_reference: Option<String>,
        pub user_properties: Vec<UserProperty>,
    }

    /// What the broker said it can do (MQTT 5, 3.2.2.3).
    #[serde(rename_all = "camelCase")]
    pub struct Connack {
        pub session_present: bool,
        pub maximum_qos: u8,
        pub retain_available: bool,
        pub wildcard_available: bool,
        pub subscription_ids_available: bool,
        pub shared_available: bool,
        pub server_keep_alive: Option<u16>,
        pub assigned_client_id: Option<String>,
        pub receive_maximum: u16,
        pub maximum_packet_size: Option<u32>,
        pub topic_alias_maximum: u16,
        pub session_expiry_secs: Option<u32>,
        pub reason_string: Option<String>,
        pub server_reference: Option<String>,
        pub user_properties: Vec<UserProperty>,
    }

    /// What was asked for with one topic filter, and what the broker answered.
    #[serde(rename_all = "camelCase")]
    pub struct Subscribed {
        pub filter: String,
        pub qos: u8,
        pub no_local: bool,
        pub retain_as_published: bool,
        /// 0 send, 1 send if new, 2 do not send (MQTT 5, 3.8.3.1).
        pub retain_handling: u8,
        pub identifier: Option<u32>,
        pub reason: Reason,
    }

    /// A connection that comes and goes.
    #[serde(rename_all = "camelCase")]
    #[derive(Copy)]
    pub struct Flapping {
        pub drops: u32,
        /// In the last so many milliseconds.
        pub within_millis: f64,
    }

    /// A span whose messages may be missing.
    #[derive(Copy)]
    pub struct Missed { pub from: f64, pub to: f64, pub why: MissedWhy }

    /// Why messages of a span may be missing.
    #[serde(tag = "kind", rename_all = "camelCase")]
    #[derive(Copy)]
    pub enum MissedWhy {
        /// The broker was asked to keep no session.
        NotKept,
        /// The session expired before the return.
        #[serde(rename_all = "camelCase")]
        Expired { after_secs: u32 },
        /// The broker was to keep the session and no longer had it.
        Forgotten,
        /// The session went on; subscriptions at QoS 0 need not be kept in it.
        OnlyQos0,
    }

    /// Why messages were not kept.
    #[serde(rename_all = "camelCase")]
    #[derive(Copy, Eq, PartialOrd, Ord)]
    pub enum DropCause {
        /// More arrived than could be taken in (QoS 0 only).
        Intake,
        /// The history could not keep up (QoS 0 only); the tree shows them.
        History,
    }

    /// How many were dropped for one cause since the connection was opened.
    pub struct Dropped { pub cause: DropCause, pub count: f64 }

    /// Whether the history takes what arrives.
    #[serde(tag = "kind", rename_all = "camelCase")]
    pub enum HistoryHealth {
        Well,
        ReadOnly,
        DiskFull,
        Failed { detail: String },
        /// A damaged file was set aside under this name and a new one begun.
        #[serde(rename_all = "camelCase")]
        SetAside { kept_as: String },
    }

    /// What the status bar shows.
    #[serde(rename_all = "camelCase")]
    pub struct StatusFrame {
        pub revision: f64,
        pub name: String,
        pub address: String,
        pub phase: Phase,
        /// It is a history file and has no broker.
        pub recording: bool,
        /// The certificate of the broker is not checked.
        pub unverified: bool,
        /// What a try to connect goes through, without the subscriptions.
        pub steps: Vec<Step>,
        pub connack: Option<Connack>,
        pub subscriptions: Vec<Subscribed>,
        pub flapping: Option<Flapping>,
        /// At the latest loss in which anything could be missed.
        pub missed: Option<Missed>,
        /// Entries added to the log since the connection was opened; a change means new ones.
        pub logged: f64,
        /// Messages per second over the last second.
        pub rate: f64,
        /// Messages per second over the last seconds, oldest first.
        pub rates: Vec<f64>,
        pub messages: f64,
        pub topics: f64,
        pub dropped: Vec<Dropped>,
        pub history_bytes: f64,
        pub history: HistoryHealth,
        pub ping_millis: Option<f64>,
    }

    /// One entry of a connection's log.
    pub struct TimelineEntry { pub at: f64, pub event: TimelineEvent }

    /// What can happen to a connection.
    #[serde(tag = "kind", rename_all = "camelCase")]
    pub enum TimelineEvent {
        #[serde(rename_all = "camelCase")]
        Connected {
            session_present: bool,
            /// Since the broker was last heard; none at the first connect.
            away_millis: Option<f64>,
        },
        Missed { missed: Missed },
        Lost { failure: Failure },
        Refused { failure: Failure },
        #[serde(rename_all = "camelCase")]
        Waiting {
            attempt: u32,
            retry_at: f64,
            failure: Option<Failure>,
            flapping: Option<Flapping>,
        },
        /// The filters granted after a connect.
        Subscribed { filters: f64 },
        /// One filter that was subscribed to while connected.
        Granted { filter: String, reason: Reason },
        Unsubscribed { filter: String, reason: Reason },
        /// The subscriptions were not even sent.
        NotSubscribed { detail: String },
        SubscriptionRefused { filter: String, reason: Reason },
        Stopped,
    }
}
