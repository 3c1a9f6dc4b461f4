//! The words of this module: formats, hints, lines and tokens. No behaviour beyond small helpers.

use super::event::DecodeProblem;
use super::layer::Layer;
use super::proto::MessageType;
use super::sparkplug::Aliases;

/// What a payload is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// No bytes at all.
    Empty,
    /// A JSON value (RFC 8259).
    Json,
    /// XML: elements indented as they are nested. Entities are shown as sent.
    Xml,
    /// Lines of UTF-8 text; a plain number is text.
    Text,
    /// Rows of 16 bytes.
    Hex,
    /// Base64 of the bytes. Never detected, only chosen.
    Base64,
    /// MessagePack.
    MessagePack,
    /// CBOR (RFC 8949).
    Cbor,
    /// A Sparkplug B payload (protocol buffers).
    SparkplugB,
    /// Protocol buffers: by the message type that is known, otherwise by field numbers. Never detected.
    Protobuf,
    /// An image; the window draws the bytes itself.
    Image(ImageKind),
    /// Only ever chosen: takes this off, then what is inside decides.
    Inside(Layer),
}

impl Format {
    /// True where values have paths.
    pub fn is_structured(self) -> bool {
        matches!(
            self,
            Self::Json | Self::Cbor | Self::MessagePack | Self::SparkplugB | Self::Protobuf
        )
    }
}

/// The image formats that a web view draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ImageKind {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF.
    Gif,
    /// WebP.
    WebP,
    /// Windows bitmap.
    Bmp,
    /// AVIF.
    Avif,
    /// SVG. It is markup: only to be shown where a picture cannot run scripts or load anything.
    Svg,
}

/// What a person chose for the payloads of a topic, and what earlier messages tell about them.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Chosen; it beats the content type.
    pub format: Option<Format>,
    /// The message type by which [`Format::Protobuf`] is read.
    pub message: Option<MessageType>,
    /// Names of the metrics of Sparkplug B that come without one.
    pub aliases: Option<Aliases>,
}

/// What a payload, or a layer of it, could not be read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unread {
    /// What its bytes were taken for; a layer is [`Format::Inside`].
    pub decoder: Format,
    /// Where and why that ended.
    pub problem: DecodeProblem,
    /// How many layers are off where the offset counts.
    pub inside: usize,
}

/// What is known about a payload beside its bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hint<'a> {
    /// The topic, because Sparkplug B is known by `spBv1.0/`.
    pub topic: &'a str,
    /// The content type property (MQTT 5, 3.3.2.3.9).
    pub content_type: Option<&'a str>,
    /// The payload format indicator (MQTT 5, 3.3.2.3.2); 1 says UTF-8.
    pub payload_format: Option<u8>,
    /// What is known about the payloads of this topic.
    pub known: Option<&'a Known>,
}

/// What a piece of text in a line is, for its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// The key of a map entry, quotes included.
    Key,
    /// A string, quotes included, or a byte string `h'…'`.
    Str,
    /// A number, exactly as sent where the format is text.
    Num,
    /// `true` or `false`.
    Bool,
    /// `null`, `undefined`.
    Null,
    /// Brackets, colons, commas.
    Punct,
    /// A CBOR tag, MessagePack extension or Sparkplug data type before a value.
    Tag,
    /// Plain text.
    Text,
    /// Bytes that do not decode.
    Invalid,
    /// The offset at the start of a hex row.
    Offset,
    /// One byte in hex.
    Byte,
    /// The readable side of a hex row; `·` stands for what cannot be printed.
    Ascii,
}

/// How a value differs from the one compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Only on this side, and this side is the newer one.
    Added,
    /// Only on this side, and this side is the older one.
    Removed,
    /// The text on the other side.
    Was(String),
}

/// How a line differs from the one compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LineChange {
    /// The line is new.
    Added,
    /// The line is gone; it is shown between the others and has no number.
    Removed,
    /// Some token on it differs.
    Changed,
}

/// A run of text of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its kind.
    pub kind: TokenKind,
    /// Its text, to be shown as text and never as markup.
    pub text: String,
    /// The path of the value, for scalars; none where it would be longer than 1 KiB.
    pub path: Option<String>,
    /// True if [`super::number_at`] finds a number at `path`.
    pub chartable: bool,
    /// How it differs from the payload compared with.
    pub change: Option<Change>,
}

impl Token {
    /// A token that is not a value.
    pub fn plain(kind: TokenKind, text: impl Into<String>) -> Self {
        Self {
            kind,
            text: text.into(),
            path: None,
            chartable: false,
            change: None,
        }
    }

    /// The same for another text.
    pub(super) fn clone_without_text(&self) -> Self {
        Self {
            text: String::new(),
            kind: self.kind,
            path: self.path.clone(),
            chartable: self.chartable,
            change: self.change.clone(),
        }
    }
}

/// A line of a laid out payload.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// From 1; none for a removed line shown between the others.
    pub no: Option<u32>,
    /// Levels of indentation.
    pub indent: u16,
    /// What it consists of.
    pub tokens: Vec<Token>,
    /// It goes on where the line before was cut, because that would have been too long.
    pub continues: bool,
    /// The path of the value that starts here; none on closing brackets.
    pub path: Option<String>,
    /// Which of all values that is, counted from 0 as they are read: the same however the lines are laid out.
    pub value: Option<u32>,
    /// The number of the line with the closing bracket, where the line can be folded.
    pub fold: Option<u32>,
    /// How many entries the folded brackets hold.
    pub children: u32,
    /// How it differs from the payload compared with.
    pub change: Option<LineChange>,
}

impl Line {
    /// The text of all tokens, without indentation.
    pub fn text(&self) -> String {
        self.tokens.iter().map(|token| token.text.as_str()).collect()
    }
}

/// A payload as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Rendered {
    /// What it was read as.
    pub format: Format,
    /// What was taken off before, from the outside in.
    pub layers: Vec<Layer>,
    /// What it would be read as without a choice.
    pub detected: Format,
    /// What would be taken off without a choice.
    pub detected_layers: Vec<Layer>,
    /// The lines, from the first; empty for an image.
    pub lines: Vec<Line>,
    /// How many bytes the lines cover, of those inside all layers.
    pub shown_bytes: u64,
    /// How many bytes there are inside all layers.
    pub total_bytes: u64,
    /// False if the payload goes on after the lines.
    pub complete: bool,
    /// Where and why decoding stopped; the lines up to there are right.
    pub problem: Option<Unread>,
    /// The bytes of a picture that is shown as one, where they are no more than 8 MB.
    pub picture: Option<Vec<u8>>,
}
