//! A message as a call of `mosquitto_pub`, for a POSIX shell. Secrets are never part of it. What the tool
//! or a shell cannot do is said beside it instead of being done wrong.

use std::fmt::Write as _;

use treetop_engine::message::{Message, Properties};
use treetop_engine::profiles::{Profile, ProxyKind, SignIn, Transport};

use crate::types::payload::{CommandNote, PublishCommand};

/// A payload with more bytes goes through a file: a shell takes 128 kB for one argument.
const MOST_INLINE: usize = 64_000;

/// The call that publishes a message again through a saved connection. `signs_in` says that a password or
/// token is stored for it.
pub(crate) fn mosquitto_pub(profile: &Profile, signs_in: bool, message: &Message) -> PublishCommand {
    let mut call = Call::default();
    call.connection(profile, signs_in);
    call.pair("-t", &message.topic);
    call.pair("-q", &message.qos.level().to_string());
    if message.retain {
        call.words.push("-r".into());
    }
    if let Some(properties) = &message.properties {
        call.properties(properties);
    }
    call.payload(message)
}

#[derive(Default)]
struct Call {
    words: Vec<String>,
    notes: Vec<CommandNote>,
}

impl Call {
    fn pair(&mut self, option: &str, value: &str) {
        self.words.push(format!("{option} {}", quoted(value)));
    }

    fn connection(&mut self, profile: &Profile, signs_in: bool) {
        self.pair("-V", "mqttv5");
        self.pair("-h", &profile.host);
        self.pair("-p", &profile.port.to_string());
        if profile.transport.is_websocket() {
            self.notes.push(CommandNote::WebSocket);
        }
        if matches!(profile.transport, Transport::Mqtts | Transport::Wss) {
            self.tls(profile);
        }
        if !profile.username.is_empty() {
            self.pair("-u", &profile.username);
        }
        if signs_in || profile.sign_in != SignIn::Password {
            self.notes.push(CommandNote::Password);
        }
        if let Some(proxy) = &profile.proxy {
            if proxy.kind == ProxyKind::Socks5 {
                let user = if proxy.username.is_empty() {
                    String::new()
                } else {
                    format!("{}@", proxy.username)
                };
                self.pair(
                    "--proxy",
                    &format!("socks5h://{user}{}:{}", proxy.host, proxy.port),
                );
            } else {
                self.notes.push(CommandNote::Proxy);
            }
        }
    }

    fn tls(&mut self, profile: &Profile) {
        match &profile.ca_file {
            Some(file) => self.pair("--cafile", file),
            None => self.words.push("--tls-use-os-certs".into()),
        }
        match (&profile.client_cert_file, &profile.client_key_file) {
            (Some(cert), Some(key)) => {
                self.pair("--cert", cert);
                self.pair("--key", key);
            }
            (Some(_), None) => self.notes.push(CommandNote::Certificate),
            (None, _) => {}
        }
        if !profile.alpn.is_empty() {
            self.pair("--tls-alpn", &profile.alpn);
        }
        let other_name = !profile.server_name.is_empty() && profile.server_name != profile.host;
        if !profile.check_host_name || !profile.verify_certificate || other_name {
            self.words.push("--insecure".into());
        }
        if !profile.verify_certificate && !self.notes.contains(&CommandNote::Certificate) {
            self.notes.push(CommandNote::Certificate);
        }
    }

    fn property(&mut self, name: &str, value: &str) {
        self.words.push(format!("-D publish {name} {}", quoted(value)));
    }

    /// All of MQTT 5, 3.3.2.3 that a publisher sends.
    fn properties(&mut self, properties: &Properties) {
        if let Some(format) = properties.payload_format {
            self.property("payload-format-indicator", &format.to_string());
        }
        if let Some(expiry) = properties.expiry {
            self.property("message-expiry-interval", &expiry.to_string());
        }
        if let Some(kind) = &properties.content_type {
            self.property("content-type", kind);
        }
        if let Some(topic) = &properties.response_topic {
            self.property("response-topic", topic);
        }
        if let Some(data) = &properties.correlation_data {
            match argument(data) {
                Some(argument) => self.words.push(format!("-D publish correlation-data {argument}")),
                None => self.notes.push(CommandNote::Correlation),
            }
        }
        for (name, value) in &properties.user {
            let pair = format!("-D publish user-property {} {}", quoted(name), quoted(value));
            self.words.push(pair);
        }
    }

    fn payload(mut self, message: &Message) -> PublishCommand {
        let bytes = &message.payload;
        let text = std::str::from_utf8(bytes).ok().filter(|text| is_plain(text));
        let mut before = String::new();
        match text {
            _ if bytes.is_empty() => self.words.push("-n".into()),
            _ if bytes.len() > MOST_INLINE => {
                let name = "payload.bin".to_owned();
                self.pair("-f", &name);
                self.notes.push(CommandNote::File { name });
            }
            Some(text) => self.pair("-m", text),
            None => {
                before = format!("printf '{}' | ", octal(bytes));
                self.words.push("-s".into());
            }
        }
        PublishCommand {
            text: format!("{before}mosquitto_pub {}", self.words.join(" ")),
            notes: self.notes,
        }
    }
}

/// One word, whatever a shell would make of its characters.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-' | '_' | ':' | ',' | '+');
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    if !is_plain(text) {
        return printed(text.as_bytes());
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A terminal takes control characters for keys when a command is pasted: one of them ends the line, and what
/// follows is a command of its own. Whoever published the message must not be able to type there.
fn is_plain(text: &str) -> bool {
    !text.contains(|c: char| c.is_control() && c != '\n')
}

/// Bytes without a NUL as one word of visible characters. A shell takes line feeds off the end of what it inserts,
/// so those stand behind it.
fn printed(bytes: &[u8]) -> String {
    let end = bytes
        .iter()
        .rposition(|byte| *byte != b'\n')
        .map_or(0, |last| last + 1);
    let (body, feeds) = bytes.split_at(end);
    let feeds = if feeds.is_empty() {
        String::new()
    } else {
        format!("'{}'", "\n".repeat(feeds.len()))
    };
    format!("\"$(printf '{}')\"{feeds}", octal(body))
}

/// Bytes as one word. No argument holds a NUL.
fn argument(bytes: &[u8]) -> Option<String> {
    match std::str::from_utf8(bytes) {
        _ if bytes.contains(&0) => None,
        Ok(text) => Some(quoted(text)),
        Err(_) => Some(printed(bytes)),
    }
}

/// Bytes as `printf` of any shell reads them.
fn octal(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            match byte {
                b' ' | b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'{' | b'}' | b'"' | b':' | b',' | b'.' => {
                    text.push(char::from(*byte));
                }
                // Writing to a String can't fail. Three digits, so that a digit may follow.
                _ => _ = write!(text, "\\{byte:03o}"),
            }
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stays_one_word() {
        assert_eq!(quoted("a/b-c_1.d"), "a/b-c_1.d");
        assert_eq!(quoted(""), "''");
        assert_eq!(quoted("it's $HOME `x` \\ \n"), "'it'\\''s $HOME `x` \\ \n'");
        assert_eq!(quoted("~"), "'~'");
    }

    #[test]
    fn nothing_in_a_word_is_a_key_to_a_terminal() {
        for text in [
            "\x03\ntouch /tmp/x\n",
            "\x1b[201~\nrm -r x",
            "a\tb",
            "a\rb",
            "\u{9b}A",
            "\x7f",
        ] {
            let word = quoted(text);
            assert!(!word.contains(|c: char| c.is_control() && c != '\n'), "{word:?}");
            assert!(word.starts_with("\"$(printf '"), "{word:?}");
        }
        assert_eq!(quoted("a\tb\n\n"), "\"$(printf 'a\\011b')\"'\n\n'");
    }

    #[test]
    fn bytes_become_what_printf_reads() {
        assert_eq!(octal(b"a%\\'1\x00\xff\n"), "a\\045\\134\\0471\\000\\377\\012");
        assert_eq!(argument(b"\xff1"), Some("\"$(printf '\\3771')\"".into()));
        assert_eq!(argument(b"a\0"), None);
        assert_eq!(argument(b"\xff\n"), Some("\"$(printf '\\377')\"'\n'".into()));
    }
}
