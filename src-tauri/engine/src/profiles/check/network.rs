//! What is wrong with the way to the broker and the way of signing in.

use rustls_pki_types::ServerName;

use super::{Found, MAX_STRING, ProblemKind, ProfileField};
use crate::profiles::{Profile, ProfileProxy, ProxyKind, SignIn};
use crate::session::words;

/// The longest user name SOCKS 5 can carry (RFC 1929, 2).
const MAX_SOCKS_NAME: usize = 255;

/// Headers that the handshake of a WebSocket sets itself (RFC 6455, 4.1).
const RESERVED: [&str; 8] = [
    "host",
    "upgrade",
    "connection",
    "content-length",
    "transfer-encoding",
    "sec-websocket-key",
    "sec-websocket-version",
    "sec-websocket-protocol",
];

/// True for files that hold a certificate and its key.
pub(super) fn holds_a_key(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    path.ends_with(".p12") || path.ends_with(".pfx")
}

impl Found {
    pub(super) fn headers(&mut self, headers: &[(String, String)]) {
        for (index, (name, value)) in headers.iter().enumerate() {
            let field = ProfileField::Header(index);
            if name.is_empty() {
                self.add(field, ProblemKind::Empty);
            }
            // A token, and text that can be seen (RFC 9110, 5.1 and 5.5).
            self.none_of(field, name, |character| {
                !character.is_ascii_alphanumeric() && !"!#$%&'*+-.^_`|~".contains(character)
            });
            self.none_of(field, value, |character| {
                character != '\t' && !(' '..='~').contains(&character)
            });
            if RESERVED.contains(&name.to_ascii_lowercase().as_str()) {
                self.add(field, ProblemKind::ReservedHeader);
            }
            self.length(field, name.len().max(value.len()), MAX_STRING);
        }
    }

    pub(super) fn proxy(&mut self, proxy: &ProfileProxy) {
        self.host(ProfileField::ProxyHost, &proxy.host);
        self.at_least(ProfileField::ProxyPort, proxy.port.into(), 1);
        let field = ProfileField::ProxyUsername;
        match proxy.kind {
            ProxyKind::Socks5 => self.length(field, proxy.username.len(), MAX_SOCKS_NAME),
            // A colon ends the user name (RFC 7617, 2).
            ProxyKind::Http => self.none_of(field, &proxy.username, |character| character == ':'),
        }
        self.none_of(field, &proxy.username, char::is_control);
    }

    pub(super) fn server_name(&mut self, name: &str) {
        if !name.is_empty() && ServerName::try_from(name).is_err() {
            self.add(ProfileField::ServerName, ProblemKind::NotAServerName);
        }
    }

    pub(super) fn sign_in(&mut self, profile: &Profile) {
        match &profile.sign_in {
            SignIn::Password | SignIn::Token => {}
            SignIn::TokenFile { path } => {
                if path.trim().is_empty() {
                    self.add(ProfileField::TokenFile, ProblemKind::Empty);
                }
            }
            SignIn::TokenCommand { command } => match words(command) {
                None => self.add(ProfileField::TokenCommand, ProblemKind::OpenQuote),
                Some(words) if words.is_empty() => self.add(ProfileField::TokenCommand, ProblemKind::Empty),
                Some(_) => {}
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profiles::{ProfileId, Transport};

    fn problems(change: impl FnOnce(&mut Profile)) -> Vec<(ProfileField, ProblemKind)> {
        let mut profile = Profile::new(ProfileId("id".into()), "client".into());
        profile.transport = Transport::Wss;
        change(&mut profile);
        let problems = profile.validate().into_iter();
        problems.map(|problem| (problem.field, problem.kind)).collect()
    }

    #[test]
    fn headers_are_headers_and_leave_the_handshake_alone() {
        use ProblemKind::*;
        let header = |name: &str, value: &str| {
            let pairs = vec![("X-Good".into(), "yes; q=1".into()), (name.into(), value.into())];
            problems(|profile| profile.headers = pairs)
        };
        let at = |kind| vec![(ProfileField::Header(1), kind)];
        assert_eq!(header("Authorization", "Bearer a.b"), []);
        assert_eq!(header("", "x"), at(Empty));
        assert_eq!(header("a b", "x"), at(BadCharacter { character: ' ' }));
        assert_eq!(header("a", "x\r\nb: c"), at(BadCharacter { character: '\r' }));
        assert_eq!(header("Upgrade", "x"), at(ReservedHeader));
        let plain = |profile: &mut Profile| {
            profile.transport = Transport::Mqtt;
            profile.headers = vec![Default::default()];
        };
        assert_eq!(problems(plain), [], "without a WebSocket they play no part");
    }

    #[test]
    fn a_proxy_has_a_host_a_port_and_a_name_that_fits() {
        let proxy = |kind, host: &str, port, username: String| {
            let proxy = ProfileProxy {
                kind,
                host: host.into(),
                port,
                username,
                ..Default::default()
            };
            problems(|profile| profile.proxy = Some(proxy))
        };
        let good = |kind| proxy(kind, "::1", 1080, "me".into());
        assert_eq!(good(ProxyKind::Http), []);
        assert_eq!(good(ProxyKind::Socks5), []);
        assert_eq!(
            proxy(ProxyKind::Http, "", 0, "a:b".into()),
            [
                (ProfileField::ProxyHost, ProblemKind::Empty),
                (ProfileField::ProxyPort, ProblemKind::TooSmall { least: 1 }),
                (
                    ProfileField::ProxyUsername,
                    ProblemKind::BadCharacter { character: ':' }
                ),
            ]
        );
        assert_eq!(
            proxy(ProxyKind::Socks5, "p", 1, "x".repeat(256)),
            [(ProfileField::ProxyUsername, ProblemKind::TooLong { bytes: 256 })]
        );
    }

    #[test]
    fn a_token_says_where_it_comes_from() {
        let sign_in = |sign_in| problems(|profile| profile.sign_in = sign_in);
        let file = |path: &str| sign_in(SignIn::TokenFile { path: path.into() });
        let command = |command: &str| {
            sign_in(SignIn::TokenCommand {
                command: command.into(),
            })
        };
        assert_eq!(file("/run/token"), []);
        assert_eq!(file(" "), [(ProfileField::TokenFile, ProblemKind::Empty)]);
        assert_eq!(command("print-token --for 'press 4'"), []);
        assert_eq!(command(""), [(ProfileField::TokenCommand, ProblemKind::Empty)]);
        assert_eq!(
            command("a 'b"),
            [(ProfileField::TokenCommand, ProblemKind::OpenQuote)]
        );
    }

    #[test]
    fn a_pkcs12_file_needs_no_key_beside_it() {
        let alone = |path: &str| problems(|profile| profile.client_cert_file = Some(path.into()));
        assert_eq!(alone("me.P12"), []);
        assert_eq!(alone("me.pfx"), []);
        assert_eq!(
            alone("me.crt"),
            [(ProfileField::ClientKeyFile, ProblemKind::PairIncomplete)]
        );
        let name = |name: &str| problems(|profile| profile.server_name = name.into());
        assert_eq!(name("broker.example"), []);
        assert_eq!(
            name("no name"),
            [(ProfileField::ServerName, ProblemKind::NotAServerName)]
        );
    }
}
