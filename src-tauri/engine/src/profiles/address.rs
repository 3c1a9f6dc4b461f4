//! A connection from one line of text, and back: `mqtt://user@host:1883`.
//!
//! A path counts only for WebSockets. A password in the text is handed out separately, because it
//! belongs into the keyring; [`Profile::address`] never has one.

use url::Url;

use super::{Profile, ProfileId, Secret, Transport};

/// Why a text is not an address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Nothing but white space.
    #[error("the address is empty")]
    Empty,
    /// Not one of `mqtt`, `mqtts`, `ws`, `wss` (or `tcp`, `ssl`, `tls`).
    #[error("the scheme `{scheme}` is not known")]
    UnknownScheme {
        /// The scheme as given, in lower case.
        scheme: String,
    },
    /// There is no host.
    #[error("the address has no host")]
    NoHost,
    /// The port is not a number from 1 to 65,535.
    #[error("the port is not a number from 1 to 65535")]
    BadPort,
    /// Anything else that makes it no address.
    #[error("this is not an address")]
    Malformed,
}

impl Profile {
    /// A new profile from an address, and the password if it has one. Without a scheme it is
    /// `mqtt`. A WebSocket without a path gets `/mqtt`, which most brokers expect.
    pub fn from_address(
        address: &str,
        id: ProfileId,
        client_id: String,
    ) -> Result<(Self, Option<Secret>), AddressError> {
        let address = address.trim();
        if address.is_empty() {
            return Err(AddressError::Empty);
        }
        let whole = match address.contains("://") {
            true => address.to_owned(),
            false => format!("mqtt://{address}"),
        };
        let url = Url::parse(&whole).map_err(|error| match error {
            url::ParseError::EmptyHost => AddressError::NoHost,
            url::ParseError::InvalidPort => AddressError::BadPort,
            _ => AddressError::Malformed,
        })?;
        let transport = match url.scheme() {
            "mqtt" | "tcp" => Transport::Mqtt,
            "mqtts" | "ssl" | "tls" => Transport::Mqtts,
            "ws" => Transport::Ws,
            "wss" => Transport::Wss,
            other => {
                return Err(AddressError::UnknownScheme {
                    scheme: other.to_owned(),
                });
            }
        };
        let host = url.host_str().unwrap_or_default();
        let host = decoded(host.trim_start_matches('[').trim_end_matches(']'))?;
        if host.is_empty() {
            return Err(AddressError::NoHost);
        }
        let port = url.port().unwrap_or(transport.default_port());
        if port == 0 {
            return Err(AddressError::BadPort);
        }
        let mut profile = Self::new(id, client_id);
        if transport.is_websocket() && (url.path() != "/" || url.query().is_some()) {
            profile.path = url[url::Position::BeforePath..url::Position::AfterQuery].to_owned();
        }
        profile.name.clone_from(&host);
        (profile.host, profile.port, profile.transport) = (host, port, transport);
        profile.username = decoded(url.username())?;
        let password = url.password().map(decoded).transpose()?.map(Secret::new);
        Ok((profile, password))
    }

    /// The address in one line, without a password; [`Profile::from_address`] reads it back.
    pub fn address(&self) -> String {
        let host = match self.host.contains(':') {
            true => format!("[{}]", self.host),
            false => self.host.clone(),
        };
        let user = match self.username.is_empty() {
            true => String::new(),
            false => format!("{}@", encoded(&self.username)),
        };
        let path = if self.transport.is_websocket() {
            self.path.as_str()
        } else {
            ""
        };
        format!("{}://{user}{host}:{}{path}", self.transport.scheme(), self.port)
    }
}

/// Text with `%XX` replaced by its bytes (RFC 3986, 2.1).
fn decoded(text: &str) -> Result<String, AddressError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).map_err(|_| AddressError::Malformed)
}

/// Text with everything but unreserved characters as `%XX` (RFC 3986, 2.3).
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(byte as char),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn parse(address: &str) -> Result<(Profile, Option<Secret>), AddressError> {
        Profile::from_address(address, ProfileId("id".into()), "client".into())
    }

    #[test]
    fn addresses_go_in_and_come_out() {
        for (given, address) in [
            ("mqtt://user@host:1883/path", "mqtt://user@host:1883"),
            ("broker.example", "mqtt://broker.example:1883"),
            (" broker.example:2000 ", "mqtt://broker.example:2000"),
            ("SSL://Broker", "mqtts://Broker:8883"),
            ("tcp://10.0.0.1", "mqtt://10.0.0.1:1883"),
            ("[::1]:99", "mqtt://[::1]:99"),
            ("wss://host", "wss://host:8084/mqtt"),
            ("ws://[::1]", "ws://[::1]:8083/mqtt"),
            ("ws://host:9001/a/b?token=1%2F2", "ws://host:9001/a/b?token=1%2F2"),
            ("mqtt://a%40b:c%3Ad@host", "mqtt://a%40b@host:1883"),
            ("mqtt://50%@host", "mqtt://50%25@host:1883"),
        ] {
            let (profile, _) = parse(given).unwrap();
            assert_eq!(profile.address(), address, "{given}");
            let (again, password) = parse(address).unwrap();
            assert_eq!((again, password.is_some()), (profile, false), "{given}");
        }
    }

    #[test]
    fn a_password_is_handed_out_and_kept_nowhere_else() {
        let (profile, password) = parse("mqtt://a%40b:c%3Ad%25@host").unwrap();
        assert_eq!(
            (profile.username.as_str(), profile.host.as_str()),
            ("a@b", "host")
        );
        assert_eq!(password.unwrap().reveal(), "c:d%");
        assert!(!format!("{profile:?}").contains("c:d%"));
    }

    #[test]
    fn an_ipv6_host_has_no_brackets() {
        assert_eq!(parse("mqtts://[fe80::1]").unwrap().0.host, "fe80::1");
    }

    #[test]
    fn what_is_no_address_says_why() {
        let why = |address: &str| parse(address).unwrap_err();
        assert_eq!(why("  "), AddressError::Empty);
        assert_eq!(
            why("http://host"),
            AddressError::UnknownScheme {
                scheme: "http".into()
            }
        );
        assert_eq!(why("mqtt://"), AddressError::NoHost);
        assert_eq!(why("mqtt://user@:1883"), AddressError::NoHost);
        assert_eq!(why("host:65536"), AddressError::BadPort);
        assert_eq!(why("host:0"), AddressError::BadPort);
        assert_eq!(why("two words"), AddressError::Malformed);
        assert_eq!(why("mqtt://%ff@host"), AddressError::Malformed);
    }
}
