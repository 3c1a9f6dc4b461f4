//! Reads a protocol buffers message one event at a time. Fields that the message type knows have its
//! names and types; all others appear by number, with what the wire tells: `varint`, `i32`, `i64`, and
//! for bytes a message, a text or bytes, whichever they can be. A field that is not of the type it should
//! be is shown in the same way under its name. Fields that were not sent are not shown.

use std::collections::VecDeque;

use protox::prost_reflect::{FieldDescriptor, Kind, MessageDescriptor};

use super::MessageType;
use super::fields::{Data, Fields, could_be_message};
use super::scalar::{can_be_packed, element, scalar};
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
            let data = element(&kind, &mut frame.fields)?;
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
            (Some(Container::List), Data::Bytes(at, bytes), kind) if can_be_packed(kind) => {
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
