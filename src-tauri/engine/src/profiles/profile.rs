//! What a saved connection is made of.
//!
//! It is stored as JSON. Fields that are missing take the value of a new profile; fields that are
//! unknown are kept, so that saving with an older version loses nothing a newer one wrote.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::kept::{ProfileRetention, Recording};
use super::messages::{ProfileSubscription, ProfileWill};

/// Fields that this version does not know, as they were read.
pub type Extra = serde_json::Map<String, serde_json::Value>;

/// The identity of a saved connection: a UUID as text.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProfileId(pub String);

impl fmt::Display for ProfileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How bytes travel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// TCP.
    #[default]
    Mqtt,
    /// TLS over TCP.
    Mqtts,
    /// WebSocket.
    Ws,
    /// WebSocket over TLS.
    Wss,
}

impl Transport {
    /// The port used where none is given.
    pub fn default_port(self) -> u16 {
        match self {
            Self::Mqtt => 1883,
            Self::Mqtts => 8883,
            // HTTP's own ports belong to web servers; brokers listen here.
            Self::Ws => 8083,
            Self::Wss => 8084,
        }
    }

    /// The scheme of an address.
    pub fn scheme(self) -> &'static str {
        match self {
            Self::Mqtt => "mqtt",
            Self::Mqtts => "mqtts",
            Self::Ws => "ws",
            Self::Wss => "wss",
        }
    }

    /// True if certificates play a part.
    pub fn is_encrypted(self) -> bool {
        matches!(self, Self::Mqtts | Self::Wss)
    }

    /// True if the path plays a part.
    pub fn is_websocket(self) -> bool {
        matches!(self, Self::Ws | Self::Wss)
    }
}

/// How a connection signs in. What is secret about it is in [`super::Secrets`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SignIn {
    /// With the user name and the stored password, or with nothing if there is neither.
    #[default]
    Password,
    /// With the stored token in the place of the password.
    Token,
    /// With the token in a file, read again for each try.
    TokenFile {
        /// The file.
        path: String,
    },
    /// With the token a command prints, run again for each try.
    TokenCommand {
        /// Program and arguments; quotes keep spaces together, no shell takes part.
        command: String,
    },
}

/// Whether the client identifier stays the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientIdMode {
    /// The one that is saved, always; an empty one lets the broker choose.
    #[default]
    Fixed,
    /// A new one each time a person connects; it stays while that connection is tried again.
    Random,
}

/// The protocol of a proxy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProxyKind {
    /// HTTP CONNECT (RFC 9110, 9.3.6).
    #[default]
    Http,
    /// SOCKS 5 (RFC 1928); the proxy looks up the host's name.
    Socks5,
}

/// What a connection goes through. Its password is in [`super::Secrets`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProfileProxy {
    /// Its protocol.
    pub kind: ProxyKind,
    /// Host name or IP address, an IPv6 address without brackets.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// User name; empty signs in nowhere.
    pub username: String,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A saved connection. Its password is in [`super::Secrets`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// Its identity.
    pub id: ProfileId,
    /// What it is called; may be empty.
    pub name: String,
    /// Host name or IP address, an IPv6 address without brackets.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How bytes travel.
    pub transport: Transport,
    /// Path and query of a WebSocket, beginning with `/`.
    pub path: String,
    /// Headers added to the request for a WebSocket, in the order they are sent.
    pub headers: Vec<(String, String)>,
    /// The proxy on the way, if any.
    pub proxy: Option<ProfileProxy>,
    /// Client identifier; empty lets the broker choose one.
    pub client_id: String,
    /// Whether it stays the same.
    pub client_id_mode: ClientIdMode,
    /// How to sign in.
    pub sign_in: SignIn,
    /// User name; empty sends none.
    pub username: String,
    /// Seconds; 0 turns keep alive off.
    pub keep_alive_secs: u16,
    /// Begin a new session.
    pub clean_start: bool,
    /// Seconds a session outlives its connection; `u32::MAX` for ever.
    pub session_expiry_secs: u32,
    /// How many QoS 1 and 2 messages may be unacknowledged.
    pub receive_maximum: u16,
    /// The largest packet accepted, in bytes.
    pub maximum_packet_size: u32,
    /// How many topic aliases are accepted.
    pub topic_alias_maximum: u16,
    /// Ask the broker for response information (MQTT 5, 3.1.2.11.6).
    pub request_response_information: bool,
    /// Ask the broker for reason strings and user properties (MQTT 5, 3.1.2.11.7).
    pub request_problem_information: bool,
    /// A file of certificate authorities to trust instead of the system's.
    pub ca_file: Option<String>,
    /// A client certificate.
    pub client_cert_file: Option<String>,
    /// Its private key.
    pub client_key_file: Option<String>,
    /// Check the broker's certificate at all.
    pub verify_certificate: bool,
    /// Check that the certificate is for this host.
    pub check_host_name: bool,
    /// The name to ask for (SNI) and to expect in the certificate; empty takes the host.
    pub server_name: String,
    /// ALPN protocols, comma separated; empty sends none.
    pub alpn: String,
    /// User properties of CONNECT in the order they are sent.
    pub user_properties: Vec<(String, String)>,
    /// What is subscribed to after connecting.
    pub subscriptions: Vec<ProfileSubscription>,
    /// The will.
    pub will: Option<ProfileWill>,
    /// Keep what arrives in a history file.
    pub keep_history: bool,
    /// What of it is kept.
    pub retention: ProfileRetention,
    /// It is the history of a recording: it is read, never connected and never changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recording: Option<Recording>,
    /// Seconds between attempts to reconnect at least.
    pub first_retry_secs: u32,
    /// Seconds between attempts at most.
    pub longest_retry_secs: u32,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Default for Profile {
    fn default() -> Self {
        Self::new(ProfileId::default(), String::new())
    }
}

impl Profile {
    /// A connection to a broker on this computer that sees everything at QoS 0.
    pub fn new(id: ProfileId, client_id: String) -> Self {
        let everything = |filter: &str| ProfileSubscription {
            filter: filter.into(),
            ..Default::default()
        };
        Self {
            id,
            name: String::new(),
            host: "localhost".into(),
            port: Transport::Mqtt.default_port(),
            transport: Transport::Mqtt,
            path: "/mqtt".into(),
            headers: Vec::new(),
            proxy: None,
            client_id,
            client_id_mode: ClientIdMode::default(),
            sign_in: SignIn::default(),
            username: String::new(),
            keep_alive_secs: 30,
            clean_start: true,
            session_expiry_secs: 0,
            receive_maximum: 1_024,
            maximum_packet_size: 16 << 20,
            topic_alias_maximum: 0,
            request_response_information: true,
            request_problem_information: true,
            ca_file: None,
            client_cert_file: None,
            client_key_file: None,
            verify_certificate: true,
            check_host_name: true,
            server_name: String::new(),
            alpn: String::new(),
            user_properties: Vec::new(),
            subscriptions: vec![everything("#"), everything("$SYS/#")],
            will: None,
            keep_history: true,
            retention: ProfileRetention::default(),
            recording: None,
            first_retry_secs: 1,
            longest_retry_secs: 60,
            extra: Extra::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::message::QoS;

    #[test]
    fn what_is_missing_takes_the_value_of_a_new_profile() {
        let profile: Profile = serde_json::from_str(r#"{"id":"a","client_id":"c"}"#).unwrap();
        assert_eq!(profile, Profile::new(ProfileId("a".into()), "c".into()));
        assert_eq!(profile.subscriptions[1].filter, "$SYS/#");
        assert!(
            profile
                .subscriptions
                .iter()
                .all(|one| one.enabled && one.retain_as_published)
        );
    }

    #[test]
    fn what_is_unknown_is_kept_at_every_level() {
        let written = r##"{"id":"a","port":8883,"future":{"n":123456789012345678901234567890,"f":0.10},
            "subscriptions":[{"filter":"#","qos":2,"colour":7}],
            "will":{"topic":"t","payload":"/wA=","delay_secs":3,"later":[1,null]}}"##;
        let profile: Profile = serde_json::from_str(written).unwrap();
        assert_eq!(
            (profile.port, profile.subscriptions[0].qos),
            (8_883, QoS::ExactlyOnce)
        );
        assert_eq!(profile.will.as_ref().unwrap().payload, [0xff, 0]);
        let again: serde_json::Value = serde_json::to_value(&profile).unwrap();
        let before: serde_json::Value = serde_json::from_str(written).unwrap();
        assert_eq!(again["future"], before["future"]);
        assert_eq!(
            again["subscriptions"][0]["colour"],
            before["subscriptions"][0]["colour"]
        );
        assert_eq!(again["will"]["later"], before["will"]["later"]);
        let text = serde_json::to_string(&profile).unwrap();
        assert_eq!(serde_json::from_str::<Profile>(&text).unwrap(), profile);
    }
}
