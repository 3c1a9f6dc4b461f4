//! The common stream that every structured format is read as. It says what comes next and never
//! holds a document, so depth, size and cut payloads cost nothing.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::model::TokenKind;
use super::{json, quantity};

/// Where and why bytes do not decode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} at byte {offset}")]
pub struct DecodeProblem {
    /// Byte offset from the start of the payload.
    pub offset: u64,
    /// What is wrong there.
    pub kind: Problem,
}

/// What can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Problem {
    /// The bytes end before the value does.
    #[error("unexpected end")]
    UnexpectedEnd,
    /// A byte that cannot stand there.
    #[error("unexpected byte")]
    UnexpectedByte,
    /// A number that JSON does not know, such as `01` or `1.`.
    #[error("not a number")]
    BadNumber,
    /// An unknown escape in a string.
    #[error("unknown escape")]
    BadEscape,
    /// A control character inside a JSON string.
    #[error("control character in a string")]
    ControlCharacter,
    /// Bytes that are not UTF-8 where text is due.
    #[error("not UTF-8")]
    InvalidUtf8,
    /// The value is over and bytes follow.
    #[error("bytes after the end")]
    TrailingBytes,
    /// More than 200,000 levels.
    #[error("nested too deep")]
    TooDeep,
    /// A map key that is itself a map or list.
    #[error("a key that is a map or list")]
    UnsupportedKey,
    /// Compressed bytes that do not unpack.
    #[error("does not unpack")]
    BadCompression,
    /// Unpacks to more than 64 MB.
    #[error("unpacks to more than 64 MB")]
    TooLarge,
    /// Half of a surrogate pair where UTF-16 is due.
    #[error("not UTF-16")]
    InvalidUtf16,
    /// A closing tag that closes nothing that is open.
    #[error("a closing tag without its opening one")]
    WrongClosingTag,
    /// A field of protocol buffers with number 0 or an unknown wire type.
    #[error("not a field")]
    BadField,
}

/// Deeper than any payload that means well; a bound for memory.
pub(super) const MAX_DEPTH: usize = 200_000;

/// A map or a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Container {
    Map,
    List,
}

/// The next thing in a payload. Keys and values alternate inside a map.
#[derive(Debug, PartialEq)]
pub(super) enum Event<'a> {
    Begin(Container),
    End,
    Key(Scalar<'a>),
    Value(Scalar<'a>),
    /// Stands before the value it describes.
    Tag(String),
}

/// Reads a payload piece by piece.
pub(super) trait Source<'a> {
    /// The next event; `None` after the last.
    fn next(&mut self) -> Result<Option<Event<'a>>, DecodeProblem>;
    /// The offset after what was read.
    fn offset(&self) -> usize;
}

/// A value that holds no others.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Scalar<'a> {
    Null,
    Undefined,
    Bool(bool),
    Int(i128),
    F32(f32),
    F64(f64),
    /// A JSON number as sent.
    Number(Cow<'a, [u8]>),
    /// A JSON string as sent, without its quotes.
    Quoted(&'a [u8]),
    Text(Cow<'a, [u8]>),
    Bytes(Cow<'a, [u8]>),
    /// A word that stands for no JSON value: `NaN`, `simple(19)`.
    Word(Cow<'a, str>),
}

impl Scalar<'_> {
    pub fn kind(&self) -> TokenKind {
        match self {
            Self::Null | Self::Undefined => TokenKind::Null,
            Self::Bool(_) => TokenKind::Bool,
            Self::Int(_) | Self::F32(_) | Self::F64(_) | Self::Number(_) => TokenKind::Num,
            Self::Quoted(_) | Self::Text(_) | Self::Bytes(_) => TokenKind::Str,
            Self::Word(_) => TokenKind::Invalid,
        }
    }

    /// As it is shown: JSON notation, and the diagnostic notation of CBOR for what JSON lacks.
    pub fn text(&self) -> String {
        match self {
            Self::Null => "null".into(),
            Self::Undefined => "undefined".into(),
            Self::Bool(value) => value.to_string(),
            Self::Int(value) => value.to_string(),
            Self::F32(value) => format!("{value:?}"),
            Self::F64(value) => format!("{value:?}"),
            Self::Number(raw) => String::from_utf8_lossy(raw).into_owned(),
            Self::Quoted(raw) => format!("\"{}\"", json::seen(&String::from_utf8_lossy(raw))),
            Self::Text(raw) => json::quote(&String::from_utf8_lossy(raw)),
            Self::Bytes(raw) => {
                let mut text = String::with_capacity(raw.len() * 2 + 3);
                text.push_str("h'");
                for byte in raw.iter() {
                    let _ = write!(text, "{byte:02x}");
                }
                text.push('\'');
                text
            }
            Self::Word(word) => word.clone().into_owned(),
        }
    }

    /// As the name of a map entry, escapes resolved.
    pub fn name(&self) -> Cow<'_, str> {
        match self {
            Self::Quoted(raw) => json::unescape(raw),
            Self::Text(raw) => String::from_utf8_lossy(raw),
            other => Cow::Owned(other.text()),
        }
    }

    /// The value as a number that can be charted, with a unit if the text names one.
    pub fn number(&self) -> Option<(f64, Option<String>)> {
        let value = match self {
            Self::Bool(value) => f64::from(u8::from(*value)),
            Self::Int(value) => *value as f64,
            Self::F32(value) => f64::from(*value),
            Self::F64(value) => *value,
            Self::Number(raw) => std::str::from_utf8(raw).ok()?.parse().ok()?,
            Self::Quoted(_) | Self::Text(_) => return quantity::parse(&self.name()),
            Self::Null | Self::Undefined | Self::Bytes(_) | Self::Word(_) => return None,
        };
        value.is_finite().then_some((value, None))
    }
}
