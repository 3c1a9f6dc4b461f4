//! Reads any control packet of MQTT 5, with every property, strictly by the specification.
//!
//! It is total: any bytes give fields and, where something is wrong, where and what. It reads no
//! more than it is given and keeps no more than is shown. It decides nothing: what the session does
//! with a broken packet is the business of others.

use super::field::{Decoded, Kind, Problem, SHOWN, Value, Wrong};
use super::property::{self, Form, Place};
use super::reader::{Read, Reader};
use crate::session::reason;

/// Reads the packet at the start of `bytes`, which may be cut off anywhere.
pub fn decode(bytes: &[u8]) -> Decoded {
    let mut reader = Reader::new(bytes);
    match reader.packet() {
        Ok(()) => reader.out.whole = true,
        Err(problem) => reader.out.problems.push(problem),
    }
    reader.out
}

impl Reader<'_> {
    fn packet(&mut self) -> Read<()> {
        let first = self.u8()?;
        self.out.flags = first & 0x0f;
        let Some(kind) = Kind::from_number(first >> 4) else {
            self.at = 0;
            return self.wrong(Wrong::Type);
        };
        self.out.kind = Some(kind);
        self.place = Place::Packet(kind);
        self.secrets = kind.may_hold_secrets();
        let required = match kind {
            Kind::Publish => self.out.flags,
            Kind::Pubrel | Kind::Subscribe | Kind::Unsubscribe => 0b0010,
            _ => 0,
        };
        if self.out.flags != required {
            self.note(0, Wrong::Reserved);
        }
        let length = self.varint()? as usize;
        self.end = self.at + length;
        match kind {
            Kind::Connect => self.connect(),
            Kind::Connack => self.connack(),
            Kind::Publish => self.publish(first),
            Kind::Puback | Kind::Pubrec | Kind::Pubrel | Kind::Pubcomp => self.acknowledgement(kind),
            Kind::Subscribe => self.subscribe(),
            Kind::Unsubscribe => self.unsubscribe(),
            Kind::Suback | Kind::Unsuback => self.answers(kind),
            Kind::Pingreq | Kind::Pingresp => Ok(()),
            Kind::Disconnect | Kind::Auth => self.ending(kind),
        }?;
        if self.at < self.end {
            return self.wrong(Wrong::Trailing);
        }
        Ok(())
    }

    /// MQTT 5, 2.2.1: not zero.
    fn identifier(&mut self) -> Read<()> {
        self.field("Packet Identifier", |reader| {
            let at = reader.at;
            let id = reader.number(2)?;
            if id == 0 {
                reader.note(at, Wrong::Value("Packet Identifier"));
            }
            Ok(Value::Number(id))
        })
    }

    fn reason(&mut self, kind: Kind) -> Read<()> {
        self.field("Reason Code", |reader| {
            let code = reader.u8()?;
            let name = kind
                .reasons()
                .map_or("Unknown reason code", |kind| reason::name(code, kind));
            Ok(Value::Reason(code, name))
        })
    }

    /// CONNECT (MQTT 5, 3.1).
    fn connect(&mut self) -> Read<()> {
        self.field("Protocol Name", |reader| {
            let at = reader.at;
            let name = reader.text()?;
            if name != "MQTT" {
                reader.note(at, Wrong::Value("Protocol Name"));
            }
            Ok(Value::Text(name))
        })?;
        let mut version = 0;
        self.field("Protocol Version", |reader| {
            version = reader.u8()?;
            if version != 5 {
                reader.note(reader.at - 1, Wrong::Value("Protocol Version"));
            }
            Ok(Value::Number(version.into()))
        })?;
        let flags = self.u8()?;
        let flag = |bit: u8| flags >> bit & 1 == 1;
        if flag(0) {
            self.note(self.at - 1, Wrong::Reserved);
        }
        let at = self.at - 1..self.at;
        self.push("Connect Flags", Value::Number(flags.into()), 0, at);
        self.bits("User Name Flag", Value::Flag(flag(7)));
        self.bits("Password Flag", Value::Flag(flag(6)));
        self.bits("Will Retain", Value::Flag(flag(5)));
        self.quality("Will QoS", flags >> 3 & 3);
        self.bits("Will Flag", Value::Flag(flag(2)));
        self.bits("Clean Start", Value::Flag(flag(1)));
        self.field("Keep Alive", |reader| reader.number(2).map(Value::Seconds))?;
        // An older protocol has no properties.
        let modern = version >= 5;
        if modern {
            self.properties(Place::Packet(Kind::Connect), "Properties")?;
        }
        self.field("Client Identifier", |reader| reader.text().map(Value::Text))?;
        if flag(2) {
            if modern {
                self.properties(Place::Will, "Will Properties")?;
            }
            self.field("Will Topic", |reader| reader.text().map(Value::Text))?;
            self.field("Will Payload", |reader| reader.binary().map(shown))?;
        }
        if flag(7) {
            // Without a password the name is often the token itself.
            let secret = !flag(6);
            self.credential("User Name", secret)?;
        }
        if flag(6) {
            let empty = self.credential("Password", true)?;
            let name = self.out.fields.iter().position(|field| field.name == "User Name");
            if let (true, Some(name)) = (empty, name) {
                self.hide(name);
            }
        }
        Ok(())
    }

    /// Reads a name or a password; true if it is empty.
    fn credential(&mut self, name: &'static str, secret: bool) -> Read<bool> {
        let start = self.at;
        let empty = if secret {
            self.binary()?.is_empty()
        } else {
            let text = self.text()?;
            let empty = text.is_empty();
            self.push(name, Value::Text(text), 0, start..self.at);
            return Ok(empty);
        };
        self.push(name, Value::Secret, 0, start..self.at);
        self.hide(self.out.fields.len() - 1);
        Ok(empty)
    }

    /// Makes a field with a length in front a secret.
    fn hide(&mut self, index: usize) {
        let field = &mut self.out.fields[index];
        field.value = Value::Secret;
        field.secret = Some(field.at.start + 2..field.at.end);
    }

    /// A quality of service in bits of the byte before (MQTT 5, 3.1.2.6, 3.3.1.2, 3.8.3.1).
    fn quality(&mut self, name: &'static str, level: u8) {
        if level > 2 {
            self.note(self.at - 1, Wrong::Value(name));
        }
        self.bits(name, Value::Number(level.into()));
    }

    /// CONNACK (MQTT 5, 3.2).
    fn connack(&mut self) -> Read<()> {
        let flags = self.u8()?;
        if flags > 1 {
            self.note(self.at - 1, Wrong::Reserved);
        }
        let at = self.at - 1..self.at;
        self.push("Session Present", Value::Flag(flags & 1 == 1), 0, at);
        self.reason(Kind::Connack)?;
        self.properties(self.place, "Properties")
    }

    /// PUBLISH (MQTT 5, 3.3).
    fn publish(&mut self, first: u8) -> Read<()> {
        let flag = |bit: u8| first >> bit & 1 == 1;
        let level = first >> 1 & 3;
        for (name, value) in [
            ("DUP", Value::Flag(flag(3))),
            ("QoS", Value::Number(level.into())),
            ("RETAIN", Value::Flag(flag(0))),
        ] {
            self.push(name, value, 0, 0..1);
        }
        if level > 2 || level == 0 && flag(3) {
            self.note(0, Wrong::Value(if level > 2 { "QoS" } else { "DUP" }));
        }
        self.field("Topic Name", |reader| {
            let at = reader.at;
            let topic = reader.text()?;
            if topic.contains(['+', '#']) {
                reader.note(at, Wrong::Value("Topic Name"));
            }
            Ok(Value::Text(topic))
        })?;
        if level > 0 {
            self.identifier()?;
        }
        self.properties(self.place, "Properties")?;
        let len = self.end - self.at;
        let there = self.bytes.get(self.at..).unwrap_or_default();
        let start = there[..there.len().min(len).min(SHOWN)].to_vec();
        let at = self.at..self.end;
        self.push("Payload", Value::Binary { len, start }, 0, at);
        self.at = self.end;
        Ok(())
    }

    /// PUBACK, PUBREC, PUBREL, PUBCOMP (MQTT 5, 3.4 to 3.7): the code and the properties may be left out.
    fn acknowledgement(&mut self, kind: Kind) -> Read<()> {
        self.identifier()?;
        self.code_and_properties(kind)
    }

    /// DISCONNECT and AUTH (MQTT 5, 3.14 and 3.15): the code and the properties may be left out.
    fn ending(&mut self, kind: Kind) -> Read<()> {
        self.code_and_properties(kind)
    }

    fn code_and_properties(&mut self, kind: Kind) -> Read<()> {
        if self.at < self.end {
            self.reason(kind)?;
        }
        if self.at < self.end {
            self.properties(self.place, "Properties")?;
        }
        Ok(())
    }

    /// SUBSCRIBE (MQTT 5, 3.8).
    fn subscribe(&mut self) -> Read<()> {
        self.identifier()?;
        self.properties(self.place, "Properties")?;
        self.some()?;
        while self.at < self.end {
            self.field("Topic Filter", |reader| reader.text().map(Value::Text))?;
            let options = self.u8()?;
            let handling = options >> 4 & 3;
            if options >> 6 != 0 {
                self.note(self.at - 1, Wrong::Reserved);
            }
            self.quality("Maximum QoS", options & 3);
            self.bits("No Local", Value::Flag(options >> 2 & 1 == 1));
            self.bits("Retain As Published", Value::Flag(options >> 3 & 1 == 1));
            if handling > 2 {
                self.note(self.at - 1, Wrong::Value("Retain Handling"));
            }
            self.bits("Retain Handling", Value::Number(handling.into()));
        }
        Ok(())
    }

    /// UNSUBSCRIBE (MQTT 5, 3.10).
    fn unsubscribe(&mut self) -> Read<()> {
        self.identifier()?;
        self.properties(self.place, "Properties")?;
        self.some()?;
        while self.at < self.end {
            self.field("Topic Filter", |reader| reader.text().map(Value::Text))?;
        }
        Ok(())
    }

    /// SUBACK and UNSUBACK (MQTT 5, 3.9 and 3.11).
    fn answers(&mut self, kind: Kind) -> Read<()> {
        self.identifier()?;
        self.properties(self.place, "Properties")?;
        self.some()?;
        while self.at < self.end {
            self.reason(kind)?;
        }
        Ok(())
    }

    /// At least one entry has to follow.
    fn some(&self) -> Read<()> {
        if self.at < self.end {
            Ok(())
        } else {
            self.wrong(Wrong::Short)
        }
    }

    /// The length of properties and all of them (MQTT 5, 2.2.2).
    fn properties(&mut self, place: Place, name: &'static str) -> Read<()> {
        let start = self.at;
        let length = self.varint()?;
        self.push(name, Value::Bytes(length), 0, start..self.at);
        if length as usize > self.end - self.at {
            self.at = start;
            return self.wrong(Wrong::Short);
        }
        let outer = std::mem::replace(&mut self.end, self.at + length as usize);
        let mut seen = 0_u64;
        while self.at < self.end {
            self.property(place, &mut seen)?;
        }
        self.end = outer;
        Ok(())
    }

    fn property(&mut self, place: Place, seen: &mut u64) -> Read<()> {
        let start = self.at;
        let id = self.varint()?;
        let Some(property) = property::find(id) else {
            self.at = start;
            return self.wrong(Wrong::UnknownProperty(u8::try_from(id).unwrap_or(u8::MAX)));
        };
        let bit = 1 << property.id;
        if !property.may_be_in(place) {
            self.note(start, Wrong::Misplaced(property.name));
        } else if *seen & bit != 0 && !property.may_repeat_in(place) {
            self.note(start, Wrong::Repeated(property.name));
        }
        *seen |= bit;
        let mut secret = None;
        let number = |reader: &mut Self, bytes: usize| {
            let value = reader.number(bytes)?;
            if value < property.least || bytes == 1 && value > 1 {
                reader.note(start, Wrong::Value(property.name));
            }
            Ok::<_, Problem>(value)
        };
        let value = match property.form {
            Form::Flag => Value::Flag(number(self, 1)? == 1),
            Form::Byte => Value::Number(number(self, 1)?),
            Form::Two => Value::Number(number(self, 2)?),
            Form::ShortSeconds => Value::Seconds(number(self, 2)?),
            Form::Seconds => Value::Seconds(number(self, 4)?),
            Form::Size => Value::Bytes(number(self, 4)?),
            Form::Varint => {
                let value = self.varint()?;
                if value < property.least {
                    self.note(start, Wrong::Value(property.name));
                }
                Value::Number(value)
            }
            Form::Text => Value::Text(self.text()?),
            Form::Binary => shown(self.binary()?),
            Form::Secret => {
                let from = self.at + 2;
                self.binary()?;
                secret = Some(from..self.at);
                Value::Secret
            }
            Form::Pair => {
                let name = self.text()?;
                let from = self.at + 2;
                let value = self.text()?;
                let hidden = self.secrets && property::names_a_secret(&name);
                secret = hidden.then_some(from..self.at);
                Value::Pair(name, (!hidden).then_some(value))
            }
        };
        self.push(property.name, value, 1, start..self.at);
        if let Some(field) = self.out.fields.last_mut() {
            field.secret = secret;
        }
        Ok(())
    }
}

fn shown(bytes: &[u8]) -> Value {
    Value::Binary {
        len: bytes.len(),
        start: bytes[..bytes.len().min(SHOWN)].to_vec(),
    }
}
