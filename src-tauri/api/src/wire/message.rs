//! Messages, payload lines and previews, as the window gets them.

use std::fmt::Write;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use treetop_engine::history::{Stored, marks};
use treetop_engine::message::{Message, MessageId};
use treetop_engine::payload as engine;
use treetop_engine::payload::{Hint, ImageKind, Known, Layer, PreviewKind, Problem};

use crate::types::chart::NumberField;
use crate::types::decoders::DecoderRule;
use crate::types::message::{
    DecodeProblem, DecodeProblemKind, FieldChange, Format, Line, LineChange, MessageInfo, MessageProperties,
    RenderedPayload, Token, TokenKind,
};
use crate::types::payload::PayloadRow;
use crate::types::publish::{Correlation, Draft, DraftProperties, InputFormat};
use crate::types::tree::Preview;
use crate::wire;

/// Characters of a one-line preview; a row shows fewer.
const PREVIEW_CHARS: usize = 160;

pub(crate) fn id(id: MessageId) -> f64 {
    id.0 as f64
}

pub(crate) fn id_from(id: f64) -> MessageId {
    MessageId(id as i64)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a String can't fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

pub(crate) fn printable(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    (!text.chars().any(char::is_control)).then(|| text.to_owned())
}

pub(crate) fn info(Stored { id, message, marks }: &Stored) -> MessageInfo {
    let properties = message.properties.as_deref().cloned().unwrap_or_default();
    MessageInfo {
        id: self::id(*id),
        topic: message.topic.clone(),
        received: id.received().millis(),
        qos: message.qos.level(),
        retain: message.retain,
        dup: message.dup,
        redelivered: marks & marks::REDELIVERED != 0,
        late: marks & marks::LATE != 0,
        size: message.payload.len() as f64,
        properties: MessageProperties {
            payload_format: properties.payload_format,
            expiry_secs: properties.expiry,
            content_type: properties.content_type,
            response_topic: properties.response_topic,
            correlation_hex: properties.correlation_data.as_deref().map(hex),
            correlation_text: properties.correlation_data.as_deref().and_then(printable),
            subscription_ids: properties.subscription_ids,
            user: wire::session::user_properties(&properties.user),
        },
    }
}

/// A message as one would type it.
pub(crate) fn draft(message: &Message) -> Draft {
    let properties = message.properties.as_deref().cloned().unwrap_or_default();
    let (payload, format) = match std::str::from_utf8(&message.payload) {
        Ok(text) => match engine::detect(&message.payload, treetop_engine::series::hint(message)) {
            engine::Format::Json => (text.to_owned(), InputFormat::Json),
            _ => (text.to_owned(), InputFormat::Text),
        },
        Err(_) => (hex(&message.payload), InputFormat::Hex),
    };
    let correlation = properties
        .correlation_data
        .as_deref()
        .map(|bytes| match printable(bytes) {
            Some(text) => Correlation { text, hex: false },
            None => Correlation {
                text: hex(bytes),
                hex: true,
            },
        });
    Draft {
        topic: message.topic.clone(),
        payload,
        format,
        qos: message.qos.level(),
        retain: message.retain,
        properties: DraftProperties {
            content_type: properties.content_type,
            payload_format: properties.payload_format,
            expiry_secs: properties.expiry,
            response_topic: properties.response_topic,
            correlation,
            user: wire::session::user_properties(&properties.user),
        },
    }
}

pub(crate) fn input_format(format: InputFormat) -> engine::InputFormat {
    match format {
        InputFormat::Json => engine::InputFormat::Json,
        InputFormat::Text => engine::InputFormat::Text,
        InputFormat::Hex => engine::InputFormat::Hex,
        InputFormat::Base64 => engine::InputFormat::Base64,
    }
}

pub(crate) fn format_from(format: Format) -> engine::Format {
    match format {
        Format::Json => engine::Format::Json,
        Format::Text => engine::Format::Text,
        Format::Hex => engine::Format::Hex,
        Format::Base64 => engine::Format::Base64,
        Format::MessagePack => engine::Format::MessagePack,
        Format::Cbor => engine::Format::Cbor,
        Format::Sparkplug => engine::Format::SparkplugB,
        // Which kind of picture it is, the bytes say.
        Format::Image => engine::Format::Image(ImageKind::Png),
        Format::Empty => engine::Format::Empty,
        Format::Xml => engine::Format::Xml,
        Format::Protobuf => engine::Format::Protobuf,
        Format::Gzip => engine::Format::Inside(Layer::Gzip),
        Format::Zlib => engine::Format::Inside(Layer::Zlib),
        Format::Zstd => engine::Format::Inside(Layer::Zstd),
        Format::Brotli => engine::Format::Inside(Layer::Brotli),
        Format::Utf16Le => engine::Format::Inside(Layer::Utf16Le),
        Format::Utf16Be => engine::Format::Inside(Layer::Utf16Be),
        Format::Latin1 => engine::Format::Inside(Layer::Latin1),
        Format::Windows1252 => engine::Format::Inside(Layer::Windows1252),
    }
}

fn layer(layer: Layer) -> Format {
    match layer {
        Layer::Gzip => Format::Gzip,
        Layer::Zlib => Format::Zlib,
        Layer::Zstd => Format::Zstd,
        Layer::Brotli => Format::Brotli,
        Layer::Utf16Le => Format::Utf16Le,
        Layer::Utf16Be => Format::Utf16Be,
        Layer::Latin1 => Format::Latin1,
        Layer::Windows1252 => Format::Windows1252,
    }
}

fn problem_kind(problem: Problem) -> DecodeProblemKind {
    match problem {
        Problem::UnexpectedEnd => DecodeProblemKind::UnexpectedEnd,
        Problem::UnexpectedByte => DecodeProblemKind::UnexpectedByte,
        Problem::BadNumber => DecodeProblemKind::BadNumber,
        Problem::BadEscape => DecodeProblemKind::BadEscape,
        Problem::ControlCharacter => DecodeProblemKind::ControlCharacter,
        Problem::InvalidUtf8 => DecodeProblemKind::InvalidUtf8,
        Problem::TrailingBytes => DecodeProblemKind::TrailingBytes,
        Problem::TooDeep => DecodeProblemKind::TooDeep,
        Problem::UnsupportedKey => DecodeProblemKind::UnsupportedKey,
        Problem::BadCompression => DecodeProblemKind::BadCompression,
        Problem::TooLarge => DecodeProblemKind::TooLarge,
        Problem::InvalidUtf16 => DecodeProblemKind::InvalidUtf16,
        Problem::WrongClosingTag => DecodeProblemKind::WrongClosingTag,
        Problem::BadField => DecodeProblemKind::BadField,
    }
}

pub(crate) fn format(format: engine::Format) -> Format {
    match format {
        engine::Format::Json => Format::Json,
        engine::Format::Text => Format::Text,
        engine::Format::Hex => Format::Hex,
        engine::Format::Base64 => Format::Base64,
        engine::Format::MessagePack => Format::MessagePack,
        engine::Format::Cbor => Format::Cbor,
        engine::Format::SparkplugB => Format::Sparkplug,
        engine::Format::Xml => Format::Xml,
        engine::Format::Protobuf => Format::Protobuf,
        engine::Format::Image(_) => Format::Image,
        engine::Format::Empty => Format::Empty,
        engine::Format::Inside(inside) => layer(inside),
    }
}

fn mime(kind: ImageKind) -> &'static str {
    match kind {
        ImageKind::Png => "image/png",
        ImageKind::Jpeg => "image/jpeg",
        ImageKind::Gif => "image/gif",
        ImageKind::WebP => "image/webp",
        ImageKind::Bmp => "image/bmp",
        ImageKind::Avif => "image/avif",
        // In an <img> it runs no scripts and loads nothing.
        ImageKind::Svg => "image/svg+xml",
    }
}

fn image_name(kind: ImageKind) -> &'static str {
    match kind {
        ImageKind::Png => "PNG",
        ImageKind::Jpeg => "JPEG",
        ImageKind::Gif => "GIF",
        ImageKind::WebP => "WebP",
        ImageKind::Bmp => "BMP",
        ImageKind::Avif => "AVIF",
        ImageKind::Svg => "SVG",
    }
}

/// The ending of a file that holds such a payload as it came.
pub(crate) fn extension(opened: &engine::Opened<'_>) -> &'static str {
    match opened.layers.first() {
        Some(Layer::Gzip) => return "gz",
        Some(Layer::Zlib) => return "zz",
        Some(Layer::Zstd) => return "zst",
        Some(Layer::Brotli) => return "br",
        _ => {}
    }
    match opened.format {
        engine::Format::Json => "json",
        engine::Format::Xml => "xml",
        engine::Format::Text => "txt",
        engine::Format::MessagePack => "msgpack",
        engine::Format::Cbor => "cbor",
        engine::Format::Image(kind) => match kind {
            ImageKind::Png => "png",
            ImageKind::Jpeg => "jpg",
            ImageKind::Gif => "gif",
            ImageKind::WebP => "webp",
            ImageKind::Bmp => "bmp",
            ImageKind::Avif => "avif",
            ImageKind::Svg => "svg",
        },
        _ => "bin",
    }
}

fn token(token: engine::Token) -> Token {
    Token {
        kind: match token.kind {
            engine::TokenKind::Key => TokenKind::Key,
            engine::TokenKind::Str => TokenKind::Str,
            engine::TokenKind::Num => TokenKind::Num,
            engine::TokenKind::Bool => TokenKind::Bool,
            engine::TokenKind::Null => TokenKind::Null,
            engine::TokenKind::Punct => TokenKind::Punct,
            engine::TokenKind::Tag => TokenKind::Tag,
            engine::TokenKind::Text => TokenKind::Text,
            engine::TokenKind::Invalid => TokenKind::Invalid,
            engine::TokenKind::Offset => TokenKind::Offset,
            engine::TokenKind::Byte => TokenKind::Byte,
            engine::TokenKind::Ascii => TokenKind::Ascii,
        },
        text: token.text,
        path: token.path.filter(|_| token.chartable),
        was: match token.change {
            Some(engine::Change::Was(text)) => Some(text),
            _ => None,
        },
    }
}

pub(crate) fn line_change(change: engine::LineChange) -> LineChange {
    match change {
        engine::LineChange::Added => LineChange::Added,
        engine::LineChange::Removed => LineChange::Removed,
        engine::LineChange::Changed => LineChange::Changed,
    }
}

/// A row; where it is closed, with the bracket or tag that would close it.
pub(crate) fn row(row: usize, mut shown: engine::Line, closed: bool, hits: Vec<(u32, u32)>) -> PayloadRow {
    let opening = shown.tokens.last().and_then(|token| token.text.chars().last());
    let closing = match opening.filter(|_| closed) {
        Some('{') => Some("}".to_owned()),
        Some('[') => Some("]".to_owned()),
        Some('>') => shown.tokens.get(1).map(|name| format!("</{}>", name.text)),
        _ => None,
    };
    shown
        .tokens
        .extend(closing.map(|text| engine::Token::plain(engine::TokenKind::Punct, text)));
    PayloadRow {
        row: row as f64,
        closed,
        continues: shown.continues,
        hits,
        line: line(shown),
    }
}

pub(crate) fn line(line: engine::Line) -> Line {
    Line {
        no: line.no,
        indent: line.indent.into(),
        fold_to: line.fold,
        fold_items: line.fold.map(|_| line.children),
        value: line.value,
        change: line.change.map(line_change),
        tokens: line.tokens.into_iter().map(token).collect(),
    }
}

pub(crate) fn problem(unread: engine::Unread) -> DecodeProblem {
    DecodeProblem {
        decoder: format(unread.decoder),
        offset: unread.problem.offset as f64,
        unpacked: unread.inside > 0,
        kind: problem_kind(unread.problem.kind),
    }
}

pub(crate) fn rendered(
    message: f64,
    rendered: engine::Rendered,
    rule: Option<DecoderRule>,
) -> RenderedPayload {
    let image = match (rendered.format, &rendered.picture) {
        (engine::Format::Image(kind), Some(bytes)) => {
            Some(format!("data:{};base64,{}", mime(kind), STANDARD.encode(bytes)))
        }
        _ => None,
    };
    RenderedPayload {
        message,
        format: format(rendered.format),
        layers: rendered.layers.into_iter().map(layer).collect(),
        detected: format(rendered.detected),
        detected_layers: rendered.detected_layers.into_iter().map(layer).collect(),
        rule,
        lines: rendered.lines.into_iter().map(line).collect(),
        shown_bytes: rendered.shown_bytes as f64,
        total_bytes: rendered.total_bytes as f64,
        complete: rendered.complete,
        problem: rendered.problem.map(problem),
        image,
    }
}

/// One line of a payload, read as was chosen for its topic.
pub(crate) fn preview(
    prefix: &[u8],
    size: usize,
    topic: &str,
    content_type: Option<&str>,
    known: Option<&Known>,
) -> Preview {
    let hint = Hint {
        topic,
        content_type,
        known,
        ..Hint::default()
    };
    preview_of(prefix, size, hint)
}

pub(crate) fn preview_of(prefix: &[u8], size: usize, hint: Hint<'_>) -> Preview {
    let preview = engine::preview(prefix, size, hint, PREVIEW_CHARS);
    let text = preview.text;
    match preview.kind {
        PreviewKind::Empty => Preview::Empty,
        PreviewKind::Number(_) => Preview::Number { text },
        PreviewKind::Text => Preview::Text { text },
        PreviewKind::Json => Preview::Json { text },
        PreviewKind::Image { kind, .. } => Preview::Image {
            format: image_name(kind).to_owned(),
            size: size as f64,
        },
        PreviewKind::Sparkplug { metrics } => Preview::Sparkplug { metrics },
        PreviewKind::Decoded => Preview::Packed { text },
        PreviewKind::Binary => Preview::Binary {
            hex: text,
            size: size as f64,
        },
    }
}

pub(crate) fn field_change(change: engine::FieldChange) -> FieldChange {
    FieldChange {
        path: change.path,
        before: change.before,
        after: change.after,
    }
}

pub(crate) fn number_field(found: engine::Found) -> NumberField {
    NumberField {
        path: found.path,
        value: found.value,
        unit: found.unit,
    }
}

/// A range of bytes as a range of UTF-16 units, as strings count in the window.
pub(crate) fn utf16(text: &str, from: usize, to: usize) -> (u32, u32) {
    let units = |part: Option<&str>| part.map_or(0, |part| part.encode_utf16().count() as u32);
    let start = units(text.get(..from));
    (start, start + units(text.get(from..to)))
}
