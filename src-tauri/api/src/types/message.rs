//! One message, its payload as lines, its history, its differences.

use super::connection::UserProperty;
use super::decoders::DecoderRule;
use super::tree::Preview;
use super::wire;

wire! {
    /// A message without its payload.
    #[serde(rename_all = "camelCase")]
    pub struct MessageInfo {
        /// Its identity: the receive time in microseconds since the Unix epoch, made unique.
        pub id: f64,
        pub topic: String,
        pub received: f64,
        pub qos: u8,
        pub retain: bool,
        pub dup: bool,
        /// Stored before: the broker sent it again, because our acknowledgement did not reach it.
        pub redelivered: bool,
        /// Published while we were away, as well as can be told.
        pub late: bool,
        /// Bytes of payload.
        pub size: f64,
        pub properties: MessageProperties,
    }

    /// Every property of a PUBLISH (MQTT 5, 3.3.2.3).
    #[serde(rename_all = "camelCase")]
    pub struct MessageProperties {
        pub payload_format: Option<u8>,
        /// Seconds the message had left when it was received.
        pub expiry_secs: Option<u32>,
        pub content_type: Option<String>,
        pub response_topic: Option<String>,
        /// Lower-case hexadecimal.
        pub correlation_hex: Option<String>,
        /// The same as text, where it is printable UTF-8.
        pub correlation_text: Option<String>,
        pub subscription_ids: Vec<u32>,
        pub user: Vec<UserProperty>,
    }

    /// What is known of the selected topic.
    #[serde(rename_all = "camelCase")]
    pub struct TopicFrame {
        pub topic: String,
        /// The latest message in the history, by the time that is shown.
        pub message: Option<MessageInfo>,
        /// Its payload, where a look was given and the message is not the known one.
        pub payload: Option<RenderedPayload>,
        /// Messages of this topic in the history, up to the time that is shown.
        pub count: f64,
        /// Messages per second, mean of the last ten seconds.
        pub rate: f64,
        /// The broker holds a retained message here.
        pub retained: bool,
        /// Topics below this one, itself included.
        pub topics: f64,
        /// Messages here and below since the connection was opened; 0 at a past time, when they are not counted.
        pub messages: f64,
    }

    /// How bytes are shown. Compression and encodings of text are chosen to be taken off; then what is inside
    /// decides.
    #[serde(rename_all = "camelCase")]
    #[derive(Copy, Eq)]
    pub enum Format {
        Json, Xml, Text, Hex, Base64, MessagePack, Cbor, Sparkplug, Protobuf, Image, Empty,
        Gzip, Zlib, Zstd, Brotli, Utf16Le, Utf16Be, Latin1, Windows1252,
    }

    /// How a payload is shown.
    #[serde(rename_all = "camelCase")]
    #[derive(Copy, Eq)]
    pub struct PayloadLook {
        /// None lets the content decide.
        pub format: Option<Format>,
        /// All of it; otherwise the first 64 kB.
        pub whole: bool,
        /// Values that differ from the topic's message before are named as "was".
        pub changes: bool,
    }

    /// A payload as lines of coloured text.
    #[serde(rename_all = "camelCase")]
    pub struct RenderedPayload {
        pub message: f64,
        pub format: Format,
        /// What was taken off before, from the outside in.
        pub layers: Vec<Format>,
        pub detected: Format,
        pub detected_layers: Vec<Format>,
        /// The choice for this topic, if there is one.
        pub rule: Option<DecoderRule>,
        pub lines: Vec<Line>,
        pub shown_bytes: f64,
        pub total_bytes: f64,
        pub complete: bool,
        pub problem: Option<DecodeProblem>,
        /// For images: a `data:` address with the bytes, at most 8 MB of them.
        pub image: Option<String>,
    }

    /// Where a decoder gave up.
    #[serde(rename_all = "camelCase")]
    pub struct DecodeProblem {
        /// What the bytes were taken for.
        pub decoder: Format,
        pub offset: f64,
        /// The offset counts in what was unpacked, not in the payload as it came.
        pub unpacked: bool,
        pub kind: DecodeProblemKind,
    }

    /// What is wrong with the bytes.
    #[serde(rename_all = "camelCase")]
    #[derive(Copy, Eq)]
    pub enum DecodeProblemKind {
        UnexpectedEnd, UnexpectedByte, BadNumber, BadEscape, ControlCharacter, InvalidUtf8, TrailingBytes,
        TooDeep, UnsupportedKey, BadCompression, TooLarge, InvalidUtf16, WrongClosingTag, BadField,
    }

    /// One line.
    #[serde(rename_all = "camelCase")]
    pub struct Line {
        /// Counted from 1; none for a removed line shown between the others.
        pub no: Option<u32>,
        pub indent: u32,
        pub tokens: Vec<Token>,
        /// The number of the line that closes the bracket opened here.
        pub fold_to: Option<u32>,
        /// What the folded part holds.
        pub fold_items: Option<u32>,
        /// Which value of the payload begins here, where lines are of a structure; none on closing brackets.
        pub value: Option<u32>,
        pub change: Option<LineChange>,
    }

    /// A piece of a line.
    #[serde(rename_all = "camelCase")]
    pub struct Token {
        pub kind: TokenKind,
        pub text: String,
        /// The path of the value, where this is one that can be charted.
        pub path: Option<String>,
        /// What stood here in the message compared with, where it differs.
        pub was: Option<String>,
    }

    /// What a piece of a line is.
    #[serde(rename_all = "camelCase")]
    #[derive(Copy, Eq)]
    pub enum TokenKind { Key, Str, Num, Bool, Null, Punct, Tag, Text, Invalid, Offset, Byte, Ascii }

    /// How a line differs from the message compared with.
    #[serde(rename_all = "camelCase")]
    #[derive(Copy, Eq)]
    pub enum LineChange { Added, Removed, Changed }

    /// A stretch of a topic's history, newest first.
    pub struct HistoryPage { pub rows: Vec<HistoryRow>, pub more: bool }

    /// One stored message in the list.
    #[serde(rename_all = "camelCase")]
    pub struct HistoryRow {
        pub id: f64,
        pub received: f64,
        /// Milliseconds since the message before it.
        pub gap_millis: Option<f64>,
        pub qos: u8,
        pub retain: bool,
        pub dup: bool,
        /// As in [`MessageInfo`].
        pub redelivered: bool,
        pub late: bool,
        pub size: f64,
        pub preview: Preview,
        /// What changed from the message before, at most a few fields; nothing where they are the same. None
        /// where they were not compared: at the end of the list, and where one of them is long.
        pub changes: Option<Vec<FieldChange>>,
    }

    /// One changed field.
    pub struct FieldChange { pub path: String, pub before: Option<String>, pub after: Option<String> }
}
