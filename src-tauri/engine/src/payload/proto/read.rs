//! Reads a protocol buffers message one event at a time. Fields that the message type knows have its
//! names and types; all others appear by number, with what the wire tells: `varint`, `i32`, `i64`, and
//! for bytes a message, a text or bytes, whichever they can be. A field that is not of the type it should
//! be is shown in the same way under its name. Fields that were not sent are not shown.

use std::collections::VecDeque;

use protox::prost_reflect::{FieldDescriptor, Kind, MessageDescriptor};

use super::MessageType;
use super::fields::{Data, Fields, could_be_message};
use crate::payload::event::{Container, DecodeProblem, Event, MAX_DEPTH, Problem, Scalar, Source};
use crate::payload::frames::problem;

/// Without a type, bytes so deep inside are no longer taken for messages: a bound for what guessing costs.
const MOST_GUESSED: usize = 64;

/// A message, a group or a packed list whose end is not read yet.
struct Frame<'a> {
    fields: Fields<'a>,
    message: Option<MessageDescriptor>,
    /// The repeated field whose list or map is open.
    open: Option<u64>,
    /// The number of the group, for one.
    group: Option<u64>,
    /// The type of the elements, for a packed list.
    packed: Option<Kind>,
}

/// A reader over the bytes of a message.
pub(in crate::payload) struct Reader<'a> {
    frames: Vec<Frame<'a>>,
    ready: VecDeque<Event<'a>>,
    begun: bool,
    at: usize,
}

fn text<'a>(text: impl Into<String>) -> Scalar<'a> {
    Scalar::Text(text.into().into_bytes().into())
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8], message: Option<&MessageType>) -> Self {
        let frame = Frame {
            fields: Fields::new(bytes, 0),
            message: message.map(|message| message.0.clone()),
            open: None,
            group: None,
            packed: None,
        };
        Self {
            frames: vec![frame],
            ready: VecDeque::new(),
            begun: false,
            at: 0,
        }
    }

    fn push(&mut self, frame: Frame<'a>) -> Result<(), DecodeProblem> {
        if self.frames.len() == MAX_DEPTH {
            return Err(problem(frame.fields.offset(), Problem::TooDeep));
        }
        self.frames.push(frame);
        Ok(())
    }

    fn push_message(
        &mut self,
        at: usize,
        bytes: &'a [u8],
        message: Option<MessageDescriptor>,
    ) -> Result<(), DecodeProblem> {
        self.ready.push_back(Event::Begin(Container::Map));
        self.push(Frame {
            fields: Fields::new(bytes, at),
            message,
            open: None,
            group: None,
            packed: None,
        })
    }

    /// Reads one field, one packed element or one end.
    fn step(&mut self) -> Result<(), DecodeProblem> {
        let Some(frame) = self.frames.last_mut() else {
            return Ok(());
        };
        if let Some(kind) = &frame.packed {
            if frame.fields.is_at_end() {
                self.frames.pop();
                return Ok(());
            }
            let kind = kind.clone();
            let data = match wire_of(&kind) {
                Some(Wire::Fixed32) => Data::Fixed32(frame.fields.fixed32()?),
                Some(Wire::Fixed64) => Data::Fixed64(frame.fields.fixed64()?),
                _ => Data::Varint(frame.fields.varint()?),
            };
            self.value(&kind, data)?;
            return Ok(());
        }
        let before = frame.fields.offset();
        let Some((number, data)) = frame.fields.next()? else {
            if frame.group.is_some() {
                return Err(problem(before, Problem::UnexpectedEnd));
            }
            self.close();
            return Ok(());
        };
        if matches!(data, Data::End) {
            if frame.group != Some(number) {
                return Err(problem(before, Problem::BadField));
            }
            let after = frame.fields.at;
            self.close();
            // A group has no length: what encloses it goes on where it ended.
            if let Some(outer) = self.frames.last_mut() {
                outer.fields.at = after;
            }
            return Ok(());
        }
        let field = frame
            .message
            .as_ref()
            .and_then(|message| message.get_field(number as u32));
        if frame.open.is_some_and(|open| open != number) {
            frame.open = None;
            self.ready.push_back(Event::End);
        }
        match field {
            Some(field) => self.known(number, &field, data),
            None => {
                self.ready.push_back(Event::Key(text(number.to_string())));
                self.unknown(number, data)
            }
        }
    }

    /// The innermost message is over.
    fn close(&mut self) {
        if let Some(frame) = self.frames.pop() {
            if frame.open.is_some() {
                self.ready.push_back(Event::End);
            }
            self.ready.push_back(Event::End);
        }
    }

    fn known(&mut self, number: u64, field: &FieldDescriptor, data: Data<'a>) -> Result<(), DecodeProblem> {
        let kind = field.kind();
        let container = match (field.is_map(), field.is_list()) {
            (true, _) if matches!(data, Data::Bytes(..)) => Some(Container::Map),
            (false, true) => Some(Container::List),
            _ => None,
        };
        let Some(frame) = self.frames.last_mut() else {
            return Ok(());
        };
        match container {
            Some(_) if frame.open == Some(number) => {}
            Some(container) => {
                frame.open = Some(number);
                self.ready.push_back(Event::Key(text(field.name())));
                self.ready.push_back(Event::Begin(container));
            }
            None => {
                if frame.open.take().is_some() {
                    self.ready.push_back(Event::End);
                }
                self.ready.push_back(Event::Key(text(field.name())));
            }
        }
        match (container, data, &kind) {
            (Some(Container::Map), Data::Bytes(at, entry), Kind::Message(entry_type)) => {
                self.entry(at, entry, entry_type)
            }
            (Some(Container::List), Data::Bytes(at, bytes), kind) if wire_of(kind).is_some() => {
                self.push(Frame {
                    fields: Fields::new(bytes, at),
                    message: None,
                    open: None,
                    group: None,
                    packed: Some(kind.clone()),
                })
            }
            (_, Data::Start, Kind::Message(message)) => self.group(number, Some(message.clone())),
            (_, data, kind) => {
                if self.value(kind, data)? {
                    Ok(())
                } else {
                    self.unknown(number, data)
                }
            }
        }
    }

    fn group(&mut self, number: u64, message: Option<MessageDescriptor>) -> Result<(), DecodeProblem> {
        let Some(fields) = self.frames.last().map(|frame| frame.fields.clone()) else {
            return Ok(());
        };
        self.ready.push_back(Event::Begin(Container::Map));
        self.push(Frame {
            fields,
            message,
            open: None,
            group: Some(number),
            packed: None,
        })
    }

    /// An entry of a map: a message with a key and a value.
    fn entry(&mut self, at: usize, bytes: &'a [u8], entry: &MessageDescriptor) -> Result<(), DecodeProblem> {
        let (mut key, mut value) = (None, None);
        let mut fields = Fields::new(bytes, at);
        while let Some((number, data)) = fields.next()? {
            match number {
                1 => key = Some(data),
                2 => value = Some(data),
                _ => {}
            }
        }
        let key_kind = entry.map_entry_key_field().kind();
        let key = key
            .and_then(|key| scalar(&key_kind, key))
            .unwrap_or(match key_kind {
                Kind::String => text(""),
                Kind::Bool => Scalar::Bool(false),
                _ => Scalar::Int(0),
            });
        self.ready.push_back(Event::Key(key));
        let value_kind = entry.map_entry_value_field().kind();
        match value {
            Some(Data::Start | Data::End) => Err(problem(at, Problem::BadField)),
            Some(value) if self.value(&value_kind, value)? => Ok(()),
            Some(value) => self.unknown(2, value),
            None => match value_kind {
                Kind::Message(message) => self.push_message(at, &[], Some(message)),
                Kind::String => self.ready_value(text("")),
                Kind::Bytes => self.ready_value(Scalar::Bytes((&[][..]).into())),
                Kind::Bool => self.ready_value(Scalar::Bool(false)),
                _ => self.ready_value(Scalar::Int(0)),
            },
        }
    }

    fn ready_value(&mut self, value: Scalar<'a>) -> Result<(), DecodeProblem> {
        self.ready.push_back(Event::Value(value));
        Ok(())
    }

    /// False if what was sent is not of this type.
    fn value(&mut self, kind: &Kind, data: Data<'a>) -> Result<bool, DecodeProblem> {
        if let (Kind::Message(message), Data::Bytes(at, bytes)) = (kind, data) {
            self.push_message(at, bytes, Some(message.clone()))?;
            return Ok(true);
        }
        let Some(value) = scalar(kind, data) else {
            return Ok(false);
        };
        if let (Kind::Enum(names), Scalar::Int(number)) = (kind, &value)
            && let Some(name) = i32::try_from(*number)
                .ok()
                .and_then(|number| names.get_value(number))
        {
            self.ready.push_back(Event::Tag(name.name().to_owned()));
        }
        self.ready.push_back(Event::Value(value));
        Ok(true)
    }

    /// A value of which only the wire tells something.
    fn unknown(&mut self, number: u64, data: Data<'a>) -> Result<(), DecodeProblem> {
        let (tag, value) = match data {
            Data::Varint(value) => ("varint".into(), Scalar::Int(value.into())),
            Data::Fixed32(bits) => (
                format!("i32 {:?}", f32::from_bits(bits)),
                Scalar::Int(bits.into()),
            ),
            Data::Fixed64(bits) => (
                format!("i64 {:?}", f64::from_bits(bits)),
                Scalar::Int(bits.into()),
            ),
            Data::Start => return self.group(number, None),
            // Taken care of where fields are read.
            Data::End => return Ok(()),
            Data::Bytes(_, bytes) if is_readable(bytes) => ("len".into(), Scalar::Text(bytes.into())),
            Data::Bytes(at, bytes) if self.frames.len() < MOST_GUESSED && could_be_message(bytes) => {
                return self.push_message(at, bytes, None);
            }
            Data::Bytes(_, bytes) => ("len".into(), Scalar::Bytes(bytes.into())),
        };
        self.ready.push_back(Event::Tag(tag));
        self.ready_value(value)
    }
}

fn is_readable(bytes: &[u8]) -> bool {
    let is_control = |byte: &u8| *byte < 0x20 && !matches!(*byte, b'\t' | b'\r' | b'\n');
    std::str::from_utf8(bytes).is_ok() && !bytes.iter().any(is_control)
}

/// How the elements of a packed list are written.
enum Wire {
    Varint,
    Fixed32,
    Fixed64,
}

fn wire_of(kind: &Kind) -> Option<Wire> {
    match kind {
        Kind::Fixed32 | Kind::Sfixed32 | Kind::Float => Some(Wire::Fixed32),
        Kind::Fixed64 | Kind::Sfixed64 | Kind::Double => Some(Wire::Fixed64),
        Kind::String | Kind::Bytes | Kind::Message(_) => None,
        _ => Some(Wire::Varint),
    }
}

fn scalar<'a>(kind: &Kind, data: Data<'a>) -> Option<Scalar<'a>> {
    let zigzag = |value: u64| (value >> 1) as i64 ^ -((value & 1) as i64);
    Some(match (kind, data) {
        (Kind::Int32 | Kind::Enum(_), Data::Varint(value)) => Scalar::Int((value as i32).into()),
        (Kind::Int64, Data::Varint(value)) => Scalar::Int((value as i64).into()),
        (Kind::Uint32, Data::Varint(value)) => Scalar::Int((value as u32).into()),
        (Kind::Uint64, Data::Varint(value)) => Scalar::Int(value.into()),
        (Kind::Sint32 | Kind::Sint64, Data::Varint(value)) => Scalar::Int(zigzag(value).into()),
        (Kind::Bool, Data::Varint(value)) => Scalar::Bool(value != 0),
        (Kind::Fixed32, Data::Fixed32(value)) => Scalar::Int(value.into()),
        (Kind::Sfixed32, Data::Fixed32(value)) => Scalar::Int((value as i32).into()),
        (Kind::Float, Data::Fixed32(value)) => Scalar::F32(f32::from_bits(value)),
        (Kind::Fixed64, Data::Fixed64(value)) => Scalar::Int(value.into()),
        (Kind::Sfixed64, Data::Fixed64(value)) => Scalar::Int((value as i64).into()),
        (Kind::Double, Data::Fixed64(value)) => Scalar::F64(f64::from_bits(value)),
        (Kind::String, Data::Bytes(_, bytes)) => Scalar::Text(bytes.into()),
        (Kind::Bytes, Data::Bytes(_, bytes)) => Scalar::Bytes(bytes.into()),
        _ => return None,
    })
}

impl<'a> Source<'a> for Reader<'a> {
    fn next(&mut self) -> Result<Option<Event<'a>>, DecodeProblem> {
        if !std::mem::replace(&mut self.begun, true) {
            return Ok(Some(Event::Begin(Container::Map)));
        }
        while self.ready.is_empty() && !self.frames.is_empty() {
            self.at = self.frames.last().map_or(self.at, |frame| frame.fields.offset());
            self.step()?;
        }
        Ok(self.ready.pop_front())
    }

    fn offset(&self) -> usize {
        self.frames.last().map_or(self.at, |frame| frame.fields.offset())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use protox::prost_reflect::prost::Message as _;
    use protox::prost_reflect::{DynamicMessage, MapKey, Value};

    use super::*;
    use crate::payload::nasty::events;
    use crate::payload::proto::schema::tests::{PLANT, schemas};

    fn plant() -> MessageType {
        schemas(&[("plant.proto", PLANT)]).message("plant.Press").unwrap()
    }

    /// Written by another encoder.
    fn sample() -> Vec<u8> {
        let plant = plant();
        let mut press = DynamicMessage::new(plant.0.clone());
        let mut set = |name: &str, value| press.set_field_by_name(name, value);
        set("name", Value::String("P-1 온도".into()));
        set("force", Value::F64(611.5));
        set("count", Value::U64(u64::MAX));
        set("offset", Value::I32(-3));
        set("state", Value::EnumNumber(2));
        set(
            "codes",
            Value::List(vec![Value::I32(1), Value::I32(-2), Value::I32(300)]),
        );
        set(
            "notes",
            Value::List(vec![Value::String("a".into()), Value::String("b".into())]),
        );
        set(
            "limits",
            Value::Map(
                [(MapKey::String("max".into()), Value::F32(2.5))]
                    .into_iter()
                    .collect(),
            ),
        );
        let axis = plant.0.get_field_by_name("axes").unwrap().kind();
        let mut axis = DynamicMessage::new(axis.as_message().unwrap().clone());
        axis.set_field_by_name("x", Value::F32(0.5));
        set(
            "axes",
            Value::List(vec![Value::Message(axis.clone()), Value::Message(axis)]),
        );
        press.encode_to_vec()
    }

    const SHOWN: &str = "{ \"name\": \"P-1 온도\" \"force\": 611.5 \"count\": 18446744073709551615 \"offset\": -3 \
                         \"state\": <RUNNING> 2 \"codes\": [ 1 -2 300 ] \"notes\": [ \"a\" \"b\" ] \
                         \"limits\": { \"max\": 2.5 ] \"axes\": [ { \"x\": 0.5 ] { \"x\": 0.5 ] ] ]";

    #[test]
    fn fields_have_their_names_and_types() {
        assert_eq!(events(Reader::new(&sample(), Some(&plant()))).unwrap(), SHOWN);
    }

    #[test]
    fn without_a_type_numbers_and_the_wire_are_shown() {
        let bytes =
            b"\x0a\x02hi\x11\0\0\0\0\0\0\xf8\x3f\x18\xac\x02\x25\0\0\x20\x40\x2a\x02\x08\x01\x32\x01\xff";
        assert_eq!(
            events(Reader::new(bytes, None)).unwrap(),
            "{ \"1\": <len> \"hi\" \"2\": <i64 1.5> 4609434218613702656 \"3\": <varint> 300 \
             \"4\": <i32 2.5> 1075838976 \"5\": { \"1\": <varint> 1 ] \"6\": <len> h'ff' ]"
        );
        assert_eq!(
            events(Reader::new(b"\x0b\x10\x05\x0c\x18\x01", None)).unwrap(),
            "{ \"1\": { \"2\": <varint> 5 ] \"3\": <varint> 1 ]"
        );
    }

    #[test]
    fn what_the_type_does_not_know_is_shown_by_number() {
        let odd = [&sample()[..], b"\xf8\x07\x05", b"\x10\x07"].concat();
        assert_eq!(
            events(Reader::new(&odd, Some(&plant()))).unwrap(),
            SHOWN.strip_suffix(" ]").unwrap().to_owned() + " \"127\": <varint> 5 \"force\": <varint> 7 ]"
        );
    }

    #[test]
    fn faults_have_a_place() {
        let cases: [(&[u8], u64, Problem); 6] = [
            (b"\x08", 1, Problem::UnexpectedEnd),
            (b"\x0a\x05ab", 4, Problem::UnexpectedEnd),
            (b"\x08\x01\x00\x01", 2, Problem::BadField),
            (b"\x08\x01\x0f", 2, Problem::BadField),
            (b"\x0c", 0, Problem::BadField),
            (b"\x0b\x10\x01", 3, Problem::UnexpectedEnd),
        ];
        for (bytes, offset, kind) in cases {
            let read = events(Reader::new(bytes, None));
            assert_eq!(read, Err(DecodeProblem { offset, kind }), "{bytes:02x?}");
        }
        assert_eq!(
            events(Reader::new(&vec![0x0b; 300_000], None)).unwrap_err().kind,
            Problem::TooDeep
        );
    }
}
