//! Packets in a line: what a row of the list says, and what a search looks through.

use std::fmt::Write as _;

use super::field::{Decoded, Field, Kind, Value};

/// Characters of a line at most.
const LINE: usize = 200;

/// What sets this packet apart from others of its kind, in the words of the protocol.
pub fn summary(packet: &Decoded) -> String {
    let Some(kind) = packet.kind else {
        return String::new();
    };
    let mut line = Line::default();
    match kind {
        Kind::Connect => {
            line.value(packet, "Client Identifier");
            line.named(packet, "Keep Alive");
            line.named(packet, "Clean Start");
        }
        Kind::Connack => {
            line.value(packet, "Reason Code");
            line.value(packet, "Reason String");
            line.named(packet, "Session Present");
        }
        Kind::Publish => {
            line.value(packet, "Topic Name");
            line.named(packet, "QoS");
            line.id(packet);
            line.flag(packet, "RETAIN");
            line.flag(packet, "DUP");
            line.value(packet, "Payload");
        }
        Kind::Subscribe | Kind::Unsubscribe => {
            line.id(packet);
            for field in all(packet, "Topic Filter") {
                line.add(&field.value.to_string());
            }
        }
        Kind::Puback
        | Kind::Pubrec
        | Kind::Pubrel
        | Kind::Pubcomp
        | Kind::Suback
        | Kind::Unsuback
        | Kind::Disconnect
        | Kind::Auth => {
            line.id(packet);
            for field in all(packet, "Reason Code") {
                line.add(&field.value.to_string());
            }
            line.value(packet, "Reason String");
            line.value(packet, "Authentication Method");
        }
        Kind::Pingreq | Kind::Pingresp => {}
    }
    line.0
}

fn all<'a>(packet: &'a Decoded, name: &'a str) -> impl Iterator<Item = &'a Field> {
    packet.fields.iter().filter(move |field| field.name == name)
}

#[derive(Default)]
struct Line(String);

impl Line {
    fn add(&mut self, part: &str) {
        if part.is_empty() || self.0.len() >= LINE {
            return;
        }
        if !self.0.is_empty() {
            self.0.push_str("  ");
        }
        let room = LINE - self.0.len().min(LINE);
        self.0.extend(part.chars().take(room));
        if part.chars().nth(room).is_some() {
            self.0.push('…');
        }
    }

    fn value(&mut self, packet: &Decoded, name: &str) {
        if let Some(field) = packet.field(name) {
            self.add(&field.value.to_string());
        }
    }

    fn named(&mut self, packet: &Decoded, name: &str) {
        if let Some(field) = packet.field(name) {
            self.add(&format!("{name} {}", field.value));
        }
    }

    fn flag(&mut self, packet: &Decoded, name: &str) {
        if packet
            .field(name)
            .is_some_and(|field| field.value == Value::Flag(true))
        {
            self.add(name);
        }
    }

    fn id(&mut self, packet: &Decoded) {
        if let Some(field) = packet.field("Packet Identifier") {
            self.add(&format!("#{}", field.value));
        }
    }
}

/// The technical form: numbers with their unit, flags as 0 and 1, bytes as hex.
impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(value) => write!(f, "{value}"),
            Self::Seconds(value) => write!(f, "{value} s"),
            Self::Bytes(value) => write!(f, "{value} B"),
            Self::Flag(value) => write!(f, "{}", u8::from(*value)),
            Self::Text(text) => f.write_str(text),
            Self::Binary { len, .. } => write!(f, "{len} B"),
            Self::Pair(name, Some(value)) => write!(f, "{name}: {value}"),
            Self::Pair(name, None) => write!(f, "{name}: ***"),
            Self::Reason(code, name) => write!(f, "{code} {name}"),
            Self::Secret => f.write_str("***"),
        }
    }
}

/// True if a text in lower case is in the packet: in its kind, a name or a value. Bytes are looked
/// through as text, as far as they are shown.
pub(super) fn contains(packet: &Decoded, text: &str) -> bool {
    if packet
        .kind
        .is_some_and(|kind| kind.name().to_lowercase().contains(text))
    {
        return true;
    }
    let mut line = String::new();
    packet.fields.iter().any(|field| {
        line.clear();
        // Writing to a String can't fail.
        let _ = write!(line, "{} {}", field.name, field.value);
        if let Value::Binary { start, .. } = &field.value {
            line.push(' ');
            line.push_str(&String::from_utf8_lossy(start));
        }
        line.to_lowercase().contains(text)
    })
}
