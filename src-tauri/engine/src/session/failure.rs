//! Why a connection could not be made or did not last.
//!
//! Data for a person's sentence in any language; `detail` is the technical text as it came, for
//! those who want it. The short English texts here are for logs.

use std::net::SocketAddr;

use super::reason;
use super::status::Step;
use crate::message::Timestamp;

/// Why a connection ended or was not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The name has no address.
    #[error("cannot resolve {host}: {detail}")]
    Resolve {
        /// The name.
        host: String,
        /// From the system.
        detail: String,
    },
    /// No TCP connection to any address.
    #[error("no TCP connection: {detail}")]
    Tcp {
        /// The address of the last try.
        address: Option<SocketAddr>,
        /// What went wrong.
        kind: TcpFailure,
        /// From the system.
        detail: String,
    },
    /// TLS did not come about.
    #[error("TLS: {detail}")]
    Tls {
        /// What went wrong.
        kind: TlsFailure,
        /// From the TLS library.
        detail: String,
    },
    /// The proxy did not open the way.
    #[error("proxy {address}: {detail}")]
    Proxy {
        /// Its host and port.
        address: String,
        /// What went wrong.
        kind: ProxyFailure,
        /// From the proxy or the system.
        detail: String,
    },
    /// There is no token to sign in with.
    #[error("token: {detail}")]
    Token {
        /// What went wrong.
        kind: TokenFailure,
        /// From the system; never what was read.
        detail: String,
    },
    /// The WebSocket handshake failed, or the peer broke its rules later.
    #[error("WebSocket: {detail}")]
    WebSocket {
        /// The HTTP status, if it was another than 101.
        status: Option<u16>,
        /// From the WebSocket library.
        detail: String,
    },
    /// A step took longer than the connect timeout allows.
    #[error("timed out at {step:?}")]
    Timeout {
        /// The step that was under way.
        step: Step,
    },
    /// CONNACK with a reason code of 0x80 or more (MQTT 5, 3.2.2.2).
    #[error("refused with {:#04x}", .0.code)]
    Refused(Reason),
    /// DISCONNECT from the broker (MQTT 5, 3.14).
    #[error("disconnected by the broker with {:#04x}", .0.code)]
    Disconnected(Reason),
    /// The connection ended without a word.
    #[error("connection lost: {detail}")]
    ConnectionLost {
        /// From the system.
        detail: String,
    },
    /// The other side ended the connection before it answered CONNECT.
    #[error("closed before CONNACK: {detail}")]
    Unanswered {
        /// From the system.
        detail: String,
    },
    /// The broker did not answer a PINGREQ within the keep alive time.
    #[error("no sign of life from the broker for {seconds} s")]
    KeepAlive {
        /// The keep alive time in effect.
        seconds: u16,
    },
    /// The peer does not follow MQTT 5.
    #[error("protocol: {detail}")]
    Protocol {
        /// What was broken.
        kind: ProtocolFailure,
        /// More about it.
        detail: String,
    },
}

/// What a broker says with a refusal or a disconnect, word for word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reason {
    /// Reason code (MQTT 5, 2.4).
    pub code: u8,
    /// Reason string.
    pub reason_string: Option<String>,
    /// Another broker to use.
    pub server_reference: Option<String>,
    /// User properties in received order.
    pub user_properties: Vec<(String, String)>,
}

/// Why there is no TCP connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TcpFailure {
    /// Nothing listens there.
    Refused,
    /// The host or network cannot be reached.
    Unreachable,
    /// The system gave up waiting.
    TimedOut,
    /// Anything else; the detail says what.
    Other,
}

/// Why there is no TLS connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TlsFailure {
    /// The certificate is not signed by a trusted one.
    UnknownIssuer {
        /// Who signed it; empty if that can't be read.
        issuer: String,
    },
    /// The certificate is signed by itself and not among the trusted ones.
    SelfSigned {
        /// Whose it is; empty if that can't be read.
        subject: String,
    },
    /// The certificate is for other names.
    WrongName {
        /// The name that was looked for.
        asked: String,
        /// The hosts and addresses it is for.
        presented: Vec<String>,
    },
    /// The certificate is no longer valid.
    Expired {
        /// Since when it was valid, if known.
        not_before: Option<Timestamp>,
        /// Until when, if known.
        not_after: Option<Timestamp>,
    },
    /// The certificate is not valid yet.
    NotYetValid {
        /// From when, if known.
        not_before: Option<Timestamp>,
        /// Until when, if known.
        not_after: Option<Timestamp>,
    },
    /// The certificate was revoked.
    Revoked,
    /// The certificate is damaged or not meant for a server.
    BadCertificate,
    /// The broker asks for a client certificate and got none.
    ClientCertificateRequired,
    /// The broker does not accept our certificate.
    ClientCertificateRejected,
    /// The peer ended the handshake with another alert.
    Alert {
        /// Its name (RFC 8446, 6.2).
        name: String,
    },
    /// The peer does not speak TLS.
    NotTls,
    /// The peer speaks TLS, and we do not.
    TlsExpected,
    /// The peer speaks no version or cipher that we do.
    NoCommonParameters,
    /// The peer closed the connection during the handshake.
    Closed,
    /// No trusted certificate was found on this system.
    NoRoots,
    /// The CA certificate given cannot be read.
    UnreadableCa,
    /// The client certificate given cannot be read, or its key is missing.
    UnreadableClientCertificate,
    /// The client key given cannot be read.
    UnreadableClientKey,
    /// The client key is not that of the client certificate.
    KeyMismatch,
    /// The client key is protected, and no passphrase was given.
    PassphraseNeeded,
    /// The passphrase is not that of the client key.
    WrongPassphrase,
    /// The client key is protected in a way that is not supported.
    OldKeyProtection,
    /// The host or server name cannot be in a certificate.
    BadServerName,
    /// Anything else; the detail says what.
    Other,
}

/// Why a proxy did not open the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProxyFailure {
    /// It has no address, or no TCP connection to it.
    Unreachable,
    /// What answers is no proxy of this kind.
    NotAProxy,
    /// It wants a user name and password, or others.
    SignIn,
    /// An HTTP proxy refused with this status.
    RefusedHttp {
        /// The status (RFC 9110, 15).
        status: u16,
    },
    /// A SOCKS proxy refused with this reply.
    RefusedSocks {
        /// The reply (RFC 1928, 6).
        reply: u8,
    },
    /// It closed the connection.
    Closed,
}

/// Why there is no token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenFailure {
    /// Its file can't be read.
    UnreadableFile {
        /// The file.
        path: String,
    },
    /// The command has a quote that is not closed, or no word.
    BadCommand,
    /// The command can't be started.
    NoSuchCommand {
        /// Its program.
        program: String,
    },
    /// The command ended with a code other than 0.
    CommandFailed {
        /// The code; none if a signal ended it.
        code: Option<i32>,
    },
    /// The command did not end in time.
    CommandTimeout,
    /// It is not UTF-8.
    NotText,
    /// It is empty.
    Empty,
    /// It is longer than CONNECT can carry.
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// It says that its time is over.
    Expired {
        /// Since when.
        at: Timestamp,
    },
    /// It says that its time is to come.
    NotYetValid {
        /// From when.
        at: Timestamp,
    },
}

/// How a peer broke the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProtocolFailure {
    /// The first bytes are not a CONNACK.
    NotMqtt,
    /// A packet cannot be decoded.
    Malformed,
    /// A packet is larger than we said we take.
    PacketTooLarge {
        /// Its size in bytes.
        size: u32,
        /// What we announced.
        max: u32,
    },
    /// CONNACK with receive maximum 0 (MQTT 5, 3.2.2.3.3).
    ReceiveMaximumZero,
    /// Session present although a clean start was asked for (MQTT 5, 3.2.2.1.1).
    SessionPresent,
    /// A valid packet at the wrong time.
    Unexpected,
}

impl Failure {
    /// True if trying again by itself makes no sense: the broker said so, or what was given cannot
    /// be read and will not change.
    pub fn stops_retry(&self) -> bool {
        match self {
            Self::Refused(reason) | Self::Disconnected(reason) => reason::stops_retry(reason.code),
            Self::Tls { kind, .. } => matches!(
                kind,
                TlsFailure::UnreadableCa
                    | TlsFailure::UnreadableClientCertificate
                    | TlsFailure::UnreadableClientKey
                    | TlsFailure::KeyMismatch
                    | TlsFailure::PassphraseNeeded
                    | TlsFailure::WrongPassphrase
                    | TlsFailure::OldKeyProtection
                    | TlsFailure::BadServerName
            ),
            // A proxy locks out who tries again and again; a command with a typing mistake keeps it.
            Self::Proxy { kind, .. } => *kind == ProxyFailure::SignIn,
            Self::Token { kind, .. } => {
                matches!(
                    kind,
                    TokenFailure::BadCommand | TokenFailure::NoSuchCommand { .. }
                )
            }
            _ => false,
        }
    }
}
