//! What a session is asked to be. Plain data; secrets do not show in logs.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;

use super::reconnect::Backoff;
use crate::message::{Properties, QoS};
use crate::topic::{TopicFilter, TopicName};

/// How bytes reach the broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transport {
    /// Plain TCP.
    Tcp,
    /// TLS over TCP.
    Tls,
    /// WebSocket over TCP (MQTT 5, 6).
    Ws {
        /// The path of the request, such as `/mqtt`.
        path: String,
    },
    /// WebSocket over TLS.
    Wss {
        /// The path of the request, such as `/mqtt`.
        path: String,
    },
}

impl Transport {
    pub(super) fn uses_tls(&self) -> bool {
        matches!(self, Self::Tls | Self::Wss { .. })
    }

    pub(super) fn websocket_path(&self) -> Option<&str> {
        match self {
            Self::Ws { path } | Self::Wss { path } => Some(path),
            Self::Tcp | Self::Tls => None,
        }
    }
}

/// How the broker proves who it is, and how we do.
#[derive(Clone, PartialEq, Eq)]
pub struct TlsOptions {
    /// Certificates to trust instead of those of the system, PEM or DER. A self-signed server
    /// certificate given here is trusted as such.
    pub ca: Option<Vec<u8>>,
    /// Our certificate chain, PEM or DER; or, without a key, PKCS#12 or PEM with the key in it.
    pub client_cert: Option<Vec<u8>>,
    /// The key of our certificate, PEM or DER: PKCS#8, PKCS#1 or SEC1.
    pub client_key: Option<Vec<u8>>,
    /// What protects the key, for PKCS#8 and PKCS#12.
    pub passphrase: Option<Secret>,
    /// False accepts any certificate: protection from eavesdropping, none from an impostor.
    pub verify: bool,
    /// False accepts a trusted certificate that is for another name.
    pub check_name: bool,
    /// The name to expect in the certificate, if it is not the host.
    pub server_name: Option<String>,
    /// The protocols to announce, separated by commas (RFC 7301); some clouds serve MQTT on port 443 by it.
    pub alpn: Option<String>,
}

impl Default for TlsOptions {
    fn default() -> Self {
        Self {
            ca: None,
            client_cert: None,
            client_key: None,
            passphrase: None,
            verify: true,
            check_name: true,
            server_name: None,
            alpn: None,
        }
    }
}

impl fmt::Debug for TlsOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsOptions")
            .field("ca", &self.ca.as_ref().map(Vec::len))
            .field("client_cert", &self.client_cert.as_ref().map(Vec::len))
            .field("client_key", &self.client_key.is_some())
            .field("passphrase", &self.passphrase)
            .field("verify", &self.verify)
            .field("check_name", &self.check_name)
            .field("server_name", &self.server_name)
            .field("alpn", &self.alpn)
            .finish()
    }
}

/// Bytes that are sent but never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Bytes);

impl Secret {
    /// Wraps a password or token.
    pub fn new(secret: impl Into<Bytes>) -> Self {
        Self(secret.into())
    }

    pub(super) fn expose(&self) -> Bytes {
        self.0.clone()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// Names and values of HTTP headers. Values do not show: some sign in with them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers(pub Vec<(String, String)>);

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}

/// Where the token comes from that takes the place of the password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenSource {
    /// It was given.
    Given(Secret),
    /// The text of a file, read for each try.
    File(PathBuf),
    /// What a command prints, run for each try: program and arguments, with quotes around spaces.
    Command(String),
}

/// The protocol of a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProxyKind {
    /// HTTP CONNECT.
    Http,
    /// SOCKS 5.
    Socks5,
}

/// What TCP goes through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proxy {
    /// Its protocol.
    pub kind: ProxyKind,
    /// Name or address, IPv6 without brackets.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// User name, if it wants one.
    pub username: Option<String>,
    /// Its password.
    pub password: Option<Secret>,
}

/// The message the broker sends when the connection is lost (MQTT 5, 3.1.2.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Will {
    /// Where it goes.
    pub topic: TopicName,
    /// What it says, at most 65,535 bytes.
    pub payload: Bytes,
    /// Its QoS.
    pub qos: QoS,
    /// Its retain flag.
    pub retain: bool,
    /// Seconds the broker waits before it sends it.
    pub delay: u32,
    /// Its properties; subscription identifiers are not sent.
    pub properties: Properties,
}

/// When retained messages are sent for a subscription (MQTT 5, 3.8.3.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RetainHandling {
    /// At every SUBSCRIBE.
    #[default]
    EverySubscribe,
    /// Only if the subscription is new.
    NewSubscribe,
    /// Never.
    Never,
}

/// One filter of a SUBSCRIBE (MQTT 5, 3.8.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// What to receive.
    pub filter: TopicFilter,
    /// The highest QoS to receive it with.
    pub qos: QoS,
    /// Skip what this client publishes.
    pub no_local: bool,
    /// Keep the retain flag as published.
    pub retain_as_published: bool,
    /// When to send retained messages.
    pub retain_handling: RetainHandling,
    /// Subscription identifier, 1 to [`crate::message::MAX_SUBSCRIPTION_ID`].
    pub id: Option<u32>,
}

impl Subscription {
    /// A subscription with the defaults of the protocol.
    pub fn new(filter: TopicFilter, qos: QoS) -> Self {
        Self {
            filter,
            qos,
            no_local: false,
            retain_as_published: false,
            retain_handling: RetainHandling::EverySubscribe,
            id: None,
        }
    }
}

/// Everything a session needs to know.
#[derive(Clone, Debug)]
pub struct SessionOptions {
    /// Name or address, IPv6 with or without brackets.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How bytes reach the broker.
    pub transport: Transport,
    /// Added to the request for a WebSocket, in order; used by `Ws` and `Wss`.
    pub headers: Headers,
    /// What TCP goes through, if anything.
    pub proxy: Option<Proxy>,
    /// Used by `Tls` and `Wss`.
    pub tls: TlsOptions,
    /// Empty lets the broker assign one, which is kept for later tries.
    pub client_id: String,
    /// User name.
    pub username: Option<String>,
    /// Password.
    pub password: Option<Secret>,
    /// A token in the place of the password.
    pub token: Option<TokenSource>,
    /// Seconds between signs of life; 0 is off, 1 to 4 become 5.
    pub keep_alive_secs: u16,
    /// Discard an earlier session at the first connect. Later connects of the same `Session`
    /// continue theirs, if it does not expire at once.
    pub clean_start: bool,
    /// Seconds the broker keeps the session after a loss: 0 none, `u32::MAX` for ever.
    pub session_expiry_secs: u32,
    /// QoS 1 and 2 messages the broker may send before the first is acknowledged; at least 1.
    pub receive_maximum: u16,
    /// The largest packet to receive in bytes; the broker silently skips larger messages.
    pub maximum_packet_size: u32,
    /// Topic aliases the broker may use; 0 is none.
    pub topic_alias_maximum: u16,
    /// Ask for response information (MQTT 5, 3.1.2.11.6).
    pub request_response_information: bool,
    /// Ask for reason strings and user properties (MQTT 5, 3.1.2.11.7).
    pub request_problem_information: bool,
    /// User properties of CONNECT.
    pub user_properties: Vec<(String, String)>,
    /// Sent by the broker if the connection is lost.
    pub will: Option<Will>,
    /// What to subscribe to as soon as connected.
    pub subscriptions: Vec<Subscription>,
    /// Waits between tries.
    pub backoff: Backoff,
    /// From the name's resolution to CONNACK.
    pub connect_timeout: Duration,
}

impl SessionOptions {
    /// Plain TCP with the defaults of Treetop and no subscription.
    pub fn new(host: impl Into<String>, port: u16, client_id: impl Into<String>) -> Self {
        Self {
            host: host.into(),
            port,
            transport: Transport::Tcp,
            headers: Headers::default(),
            proxy: None,
            tls: TlsOptions::default(),
            client_id: client_id.into(),
            username: None,
            password: None,
            token: None,
            keep_alive_secs: 60,
            clean_start: true,
            session_expiry_secs: 0,
            receive_maximum: 1000,
            maximum_packet_size: 16 * 1024 * 1024,
            topic_alias_maximum: 0,
            request_response_information: true,
            request_problem_information: true,
            user_properties: Vec::new(),
            will: None,
            subscriptions: Vec::new(),
            backoff: Backoff::default(),
            connect_timeout: Duration::from_secs(15),
        }
    }

    /// The broker may keep the session of this client longer than a connection.
    pub fn keeps_session(&self) -> bool {
        self.session_expiry_secs > 0 || !self.clean_start
    }

    /// What tells the session that the broker keeps from other sessions: client identifier and address.
    pub fn session_key(&self) -> String {
        format!("{}@{}:{}", self.client_id, self.host, self.port)
    }

    /// The host as the resolver and certificates know it: without the brackets of IPv6.
    pub(super) fn bare_host(&self) -> &str {
        self.host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'))
            .unwrap_or(&self.host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_do_not_show() {
        let mut options = SessionOptions::new("localhost", 1883, "a");
        options.password = Some(Secret::new("hunter2"));
        options.tls.client_key = Some(b"hunter2".to_vec());
        options.tls.passphrase = Some(Secret::new("hunter2"));
        options.token = Some(TokenSource::Given(Secret::new("hunter2")));
        options.proxy = Some(Proxy {
            kind: ProxyKind::Http,
            host: "proxy".to_owned(),
            port: 3128,
            username: None,
            password: Some(Secret::new("hunter2")),
        });
        options.headers = Headers(vec![("Authorization".to_owned(), "hunter2".to_owned())]);
        let shown = format!("{options:?} {}", Secret::new("hunter2"));
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(!shown.contains("104, 117"), "{shown}");
    }
}
