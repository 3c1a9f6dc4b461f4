//! What is wrong with a profile before it is used.
//!
//! It checks what MQTT and the transport demand, not whether a broker or a file is there.

mod network;

use std::net::Ipv6Addr;

use super::{Profile, ProfileSubscription, ProfileWill};
use crate::message::MAX_SUBSCRIPTION_ID;
use crate::topic::{TopicError, TopicFilter, TopicName};

/// The longest string of MQTT in bytes (MQTT 5, 1.5.4).
const MAX_STRING: usize = 65_535;
/// A shorter keep alive makes pings overtake each other.
const MIN_KEEP_ALIVE: u16 = 5;

/// Where a problem is; numbers count from zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum ProfileField {
    Host,
    Port,
    Path,
    Header(usize),
    ProxyHost,
    ProxyPort,
    ProxyUsername,
    TokenFile,
    TokenCommand,
    ServerName,
    ClientId,
    Username,
    KeepAlive,
    ReceiveMaximum,
    MaximumPacketSize,
    ClientCertFile,
    ClientKeyFile,
    Alpn,
    UserProperty(usize),
    Subscription(usize),
    WillTopic,
    WillPayload,
    WillContentType,
    WillResponseTopic,
    WillCorrelationData,
    WillUserProperty(usize),
    FirstRetry,
    LongestRetry,
}

/// What the problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// Something is needed.
    Empty,
    /// More bytes than fit.
    TooLong {
        /// Its length in bytes.
        bytes: usize,
    },
    /// Contains a character that is not allowed there.
    BadCharacter {
        /// The first such character.
        character: char,
    },
    /// A smaller number than allowed.
    TooSmall {
        /// The smallest.
        least: u32,
    },
    /// A larger number than allowed.
    TooLarge {
        /// The largest.
        most: u32,
    },
    /// Not a topic name or filter.
    Topic(TopicError),
    /// Has to begin with a slash.
    NoSlash,
    /// The handshake of a WebSocket sets this header itself.
    ReservedHeader,
    /// Neither a host name nor an address.
    NotAServerName,
    /// A quote is not closed.
    OpenQuote,
    /// A certificate without its key, or a key without its certificate.
    PairIncomplete,
    /// No Local on a shared subscription is a protocol error (MQTT 5, 3.8.3.1).
    NoLocalOnShared,
    /// The same filter is enabled before; the later would replace the earlier (MQTT 5, 3.8.4).
    SameFilter {
        /// Which subscription has it.
        first: usize,
    },
}

/// One thing that is wrong with a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProfileProblem {
    /// Where.
    pub field: ProfileField,
    /// What.
    pub kind: ProblemKind,
}

impl Profile {
    /// Everything that is wrong, in the order of the fields; empty if the profile can be used.
    pub fn validate(&self) -> Vec<ProfileProblem> {
        use ProfileField as Field;
        let mut found = Found(Vec::new());
        found.host(Field::Host, &self.host);
        found.at_least(Field::Port, self.port.into(), 1);
        if self.transport.is_websocket() {
            found.path(&self.path);
            found.headers(&self.headers);
        }
        if let Some(proxy) = &self.proxy {
            found.proxy(proxy);
        }
        found.sign_in(self);
        found.string(Field::ClientId, &self.client_id);
        found.string(Field::Username, &self.username);
        if self.keep_alive_secs != 0 {
            found.at_least(
                Field::KeepAlive,
                self.keep_alive_secs.into(),
                MIN_KEEP_ALIVE.into(),
            );
        }
        found.at_least(Field::ReceiveMaximum, self.receive_maximum.into(), 1);
        // The smallest packet that can carry a message with a topic of a few characters.
        found.at_least(Field::MaximumPacketSize, self.maximum_packet_size, 16);
        if self.transport.is_encrypted() {
            match (&self.client_cert_file, &self.client_key_file) {
                (Some(cert), None) if network::holds_a_key(cert) => {}
                (Some(_), None) => found.add(Field::ClientKeyFile, ProblemKind::PairIncomplete),
                (None, Some(_)) => found.add(Field::ClientCertFile, ProblemKind::PairIncomplete),
                _ => {}
            }
            found.server_name(&self.server_name);
            found.alpn(&self.alpn);
        }
        found.pairs(&self.user_properties, Field::UserProperty);
        found.subscriptions(&self.subscriptions);
        if let Some(will) = &self.will {
            found.will(will);
        }
        found.at_least(Field::FirstRetry, self.first_retry_secs, 1);
        found.at_least(
            Field::LongestRetry,
            self.longest_retry_secs,
            self.first_retry_secs,
        );
        found.0
    }
}

struct Found(Vec<ProfileProblem>);

impl Found {
    fn add(&mut self, field: ProfileField, kind: ProblemKind) {
        self.0.push(ProfileProblem { field, kind });
    }

    fn at_least(&mut self, field: ProfileField, number: u32, least: u32) {
        if number < least {
            self.add(field, ProblemKind::TooSmall { least });
        }
    }

    fn none_of(&mut self, field: ProfileField, text: &str, bad: impl Fn(char) -> bool) {
        if let Some(character) = text.chars().find(|character| bad(*character)) {
            self.add(field, ProblemKind::BadCharacter { character });
        }
    }

    fn length(&mut self, field: ProfileField, bytes: usize, most: usize) {
        if bytes > most {
            self.add(field, ProblemKind::TooLong { bytes });
        }
    }

    /// A UTF-8 string of MQTT (1.5.4).
    fn string(&mut self, field: ProfileField, text: &str) {
        self.length(field, text.len(), MAX_STRING);
        self.none_of(field, text, |character| character == '\0');
    }

    fn pairs(&mut self, pairs: &[(String, String)], field: fn(usize) -> ProfileField) {
        for (index, (name, value)) in pairs.iter().enumerate() {
            self.string(field(index), name);
            self.string(field(index), value);
        }
    }

    fn host(&mut self, field: ProfileField, host: &str) {
        if host.is_empty() {
            self.add(field, ProblemKind::Empty);
        }
        self.length(field, host.len(), 253);
        // An IPv6 address may name its zone after a percent sign.
        let address = host.split('%').next().unwrap_or_default();
        let colon_is_bad = address.parse::<Ipv6Addr>().is_err();
        self.none_of(field, host, |character| {
            character.is_whitespace()
                || character.is_control()
                || "/@?#[]\\".contains(character)
                || (character == ':' && colon_is_bad)
        });
    }

    fn path(&mut self, path: &str) {
        match path.chars().next() {
            None => self.add(ProfileField::Path, ProblemKind::Empty),
            Some('/') => {}
            Some(_) => self.add(ProfileField::Path, ProblemKind::NoSlash),
        }
        self.none_of(ProfileField::Path, path, |character| {
            character.is_whitespace() || character.is_control() || character == '#'
        });
    }

    /// Names of 1 to 255 bytes (RFC 7301, 3.1), comma separated.
    fn alpn(&mut self, alpn: &str) {
        if alpn.trim().is_empty() {
            return;
        }
        for name in alpn.split(',').map(str::trim) {
            if name.is_empty() {
                self.add(ProfileField::Alpn, ProblemKind::Empty);
            }
            self.length(ProfileField::Alpn, name.len(), 255);
        }
    }

    fn subscriptions(&mut self, subscriptions: &[ProfileSubscription]) {
        for (index, one) in subscriptions.iter().enumerate().filter(|(_, one)| one.enabled) {
            let field = ProfileField::Subscription(index);
            if let Err(error) = TopicFilter::new(one.filter.as_str()) {
                self.add(field, ProblemKind::Topic(error));
            }
            let same = |earlier: &ProfileSubscription| earlier.enabled && earlier.filter == one.filter;
            if let Some(first) = subscriptions[..index].iter().position(same) {
                self.add(field, ProblemKind::SameFilter { first });
            }
            if one.no_local && one.filter.starts_with("$share/") {
                self.add(field, ProblemKind::NoLocalOnShared);
            }
            if one.retain_handling > 2 {
                self.add(field, ProblemKind::TooLarge { most: 2 });
            }
            if let Some(id) = one.id {
                self.at_least(field, id, 1);
                if id > MAX_SUBSCRIPTION_ID {
                    self.add(
                        field,
                        ProblemKind::TooLarge {
                            most: MAX_SUBSCRIPTION_ID,
                        },
                    );
                }
            }
        }
    }

    fn will(&mut self, will: &ProfileWill) {
        use ProfileField as Field;
        if let Err(error) = TopicName::new(will.topic.as_str()) {
            self.add(Field::WillTopic, ProblemKind::Topic(error));
        }
        // Payload and correlation data of a will are binary data with a two-byte length.
        self.length(Field::WillPayload, will.payload.len(), MAX_STRING);
        self.length(
            Field::WillCorrelationData,
            will.correlation_data.len(),
            MAX_STRING,
        );
        self.string(Field::WillContentType, &will.content_type);
        if !will.response_topic.is_empty()
            && let Err(error) = TopicName::new(will.response_topic.as_str())
        {
            self.add(Field::WillResponseTopic, ProblemKind::Topic(error));
        }
        self.pairs(&will.user_properties, Field::WillUserProperty);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profiles::{ProfileId, Transport};

    fn new() -> Profile {
        Profile::new(ProfileId("id".into()), "client".into())
    }

    fn problems(change: impl FnOnce(&mut Profile)) -> Vec<(ProfileField, ProblemKind)> {
        let mut profile = new();
        change(&mut profile);
        profile
            .validate()
            .into_iter()
            .map(|problem| (problem.field, problem.kind))
            .collect()
    }

    #[test]
    fn a_new_profile_has_no_problem() {
        assert_eq!(new().validate(), []);
        for host in ["fe80::1", "::1", "fe80::1%eth0", "10.0.0.1", "münchen.example"] {
            assert_eq!(problems(|profile| profile.host = host.into()), [], "{host}");
        }
    }

    #[test]
    fn each_problem_names_its_field() {
        use ProblemKind::*;
        use ProfileField as Field;
        let bad = |character| BadCharacter { character };
        assert_eq!(problems(|p| p.host.clear()), [(Field::Host, Empty)]);
        assert_eq!(problems(|p| p.host = "a b".into()), [(Field::Host, bad(' '))]);
        assert_eq!(
            problems(|p| p.host = "host:1883".into()),
            [(Field::Host, bad(':'))]
        );
        assert_eq!(problems(|p| p.port = 0), [(Field::Port, TooSmall { least: 1 })]);
        assert_eq!(problems(|p| p.path = "mqtt".into()), []);
        let websocket = |p: &mut Profile| (p.transport, p.path) = (Transport::Ws, "mqtt".into());
        assert_eq!(problems(websocket), [(Field::Path, NoSlash)]);
        assert_eq!(
            problems(|p| p.client_id = "a\0".into()),
            [(Field::ClientId, bad('\0'))]
        );
        let long = "x".repeat(65_536);
        assert_eq!(
            problems(|p| p.username = long.clone()),
            [(Field::Username, TooLong { bytes: 65_536 })]
        );
        assert_eq!(problems(|p| p.keep_alive_secs = 0), []);
        assert_eq!(
            problems(|p| p.keep_alive_secs = 4),
            [(Field::KeepAlive, TooSmall { least: 5 })]
        );
        assert_eq!(
            problems(|p| p.receive_maximum = 0),
            [(Field::ReceiveMaximum, TooSmall { least: 1 })]
        );
        assert_eq!(
            problems(|p| p.maximum_packet_size = 0),
            [(Field::MaximumPacketSize, TooSmall { least: 16 })]
        );
        let half = |p: &mut Profile| (p.transport, p.client_cert_file) = (Transport::Mqtts, Some("c".into()));
        assert_eq!(problems(half), [(Field::ClientKeyFile, PairIncomplete)]);
        let alpn = |p: &mut Profile| (p.transport, p.alpn) = (Transport::Mqtts, "mqtt,,x".into());
        assert_eq!(problems(alpn), [(Field::Alpn, Empty)]);
        let pair = |p: &mut Profile| p.user_properties = vec![Default::default(), ("a".into(), long.clone())];
        assert_eq!(
            problems(pair),
            [(Field::UserProperty(1), TooLong { bytes: 65_536 })]
        );
        let retry = |p: &mut Profile| (p.first_retry_secs, p.longest_retry_secs) = (9, 8);
        assert_eq!(problems(retry), [(Field::LongestRetry, TooSmall { least: 9 })]);
    }

    #[test]
    fn subscriptions_are_checked_only_if_enabled() {
        use ProblemKind::*;
        let one = |filter: &str| ProfileSubscription {
            filter: filter.into(),
            ..Default::default()
        };
        let subscribe = |all: Vec<ProfileSubscription>| problems(|profile| profile.subscriptions = all);
        let at = |index, kind| (ProfileField::Subscription(index), kind);
        assert_eq!(subscribe(vec![]), []);
        assert_eq!(
            subscribe(vec![ProfileSubscription {
                enabled: false,
                ..one("a#")
            }]),
            []
        );
        assert_eq!(
            subscribe(vec![one("a"), one("a#")]),
            [at(1, Topic(TopicError::MultiLevelNotLast))]
        );
        assert_eq!(
            subscribe(vec![one("a"), one("b"), one("a")]),
            [at(2, SameFilter { first: 0 })]
        );
        let shared = ProfileSubscription {
            no_local: true,
            ..one("$share/g/a")
        };
        assert_eq!(subscribe(vec![shared]), [at(0, NoLocalOnShared)]);
        let handling = ProfileSubscription {
            retain_handling: 3,
            ..one("a")
        };
        assert_eq!(subscribe(vec![handling]), [at(0, TooLarge { most: 2 })]);
        let id = |id| {
            subscribe(vec![ProfileSubscription {
                id: Some(id),
                ..one("a")
            }])
        };
        assert_eq!(id(268_369_919), []);
        assert_eq!(id(0), [at(0, TooSmall { least: 1 })]);
        assert_eq!(id(268_369_920), [at(0, TooLarge { most: 268_369_919 })]);
    }

    #[test]
    fn a_will_needs_a_topic_name() {
        let will = |will| problems(|profile| profile.will = Some(will));
        let good = ProfileWill {
            topic: "t".into(),
            ..Default::default()
        };
        assert_eq!(will(good.clone()), []);
        let empty = ProblemKind::Topic(TopicError::Empty);
        assert_eq!(will(ProfileWill::default()), [(ProfileField::WillTopic, empty)]);
        let wild = ProblemKind::Topic(TopicError::WildcardInName { character: '+' });
        let answer = ProfileWill {
            response_topic: "a/+".into(),
            ..good.clone()
        };
        assert_eq!(will(answer), [(ProfileField::WillResponseTopic, wild)]);
        let long = ProfileWill {
            payload: vec![0; 65_536],
            ..good
        };
        assert_eq!(
            will(long),
            [(ProfileField::WillPayload, ProblemKind::TooLong { bytes: 65_536 })]
        );
    }
}
