//! Which format a payload has. What the publisher says is believed first; then the bytes speak.
//! Large payloads are judged by their beginning, except where only the whole decides.

use super::event::{DecodeProblem, Problem, Source};
use super::layer::Layer;
use super::model::{Format, Hint, ImageKind};
use super::open::{TASTE, open};
use super::{cbor, image, json, msgpack, sparkplug, xml};

/// Text and JSON are judged by so many bytes.
const LOOK: usize = 16 * 1024;

/// Binary formats are only tried on payloads up to this size, because all of it must decode.
const WHOLE: usize = 256 * 1024;

/// The format of a payload, inside of everything it is wrapped in.
pub fn detect(bytes: &[u8], hint: Hint<'_>) -> Format {
    open(bytes, hint, None, TASTE).format
}

/// What a content type says.
#[derive(Clone, Debug, Default)]
pub(super) struct Announced {
    pub format: Option<Format>,
    /// Compression, from the outside in.
    pub layers: Vec<Layer>,
    /// The encoding of the text, where it is not UTF-8.
    pub charset: Option<Layer>,
}

impl Announced {
    /// Reads a content type (MQTT 5, 3.3.2.3.9) as HTTP has it: `application/json; charset=utf-16`.
    pub fn by(content_type: Option<&str>) -> Self {
        let mut announced = Self::default();
        let Some(content_type) = content_type else {
            return announced;
        };
        let content_type = content_type.to_ascii_lowercase();
        let mut parts = content_type.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        announced.charset = parts
            .find_map(|part| part.strip_prefix("charset="))
            .and_then(|charset| charset_of(charset.trim_matches('"')));
        let Some((group, kind)) = name.split_once('/') else {
            return announced;
        };
        let mut kind = kind
            .strip_prefix("x-")
            .or(kind.strip_prefix("vnd."))
            .unwrap_or(kind);
        while let Some((inner, layer)) = kind
            .rsplit_once('+')
            .and_then(|(inner, end)| Some((inner, compression(end)?)))
        {
            announced.layers.push(layer);
            kind = inner;
        }
        if let Some(layer) = compression(kind) {
            announced.layers.push(layer);
            return announced;
        }
        announced.format = match kind {
            // Which picture, the bytes tell.
            _ if group == "image" => Some(Format::Image(ImageKind::Png)),
            "json" => Some(Format::Json),
            "xml" => Some(Format::Xml),
            "cbor" => Some(Format::Cbor),
            "msgpack" | "messagepack" => Some(Format::MessagePack),
            "protobuf" | "google.protobuf" => Some(Format::Protobuf),
            kind if kind.ends_with("+json") => Some(Format::Json),
            kind if kind.ends_with("+xml") => Some(Format::Xml),
            kind if kind.ends_with("+cbor") => Some(Format::Cbor),
            kind if kind.ends_with("+msgpack") => Some(Format::MessagePack),
            kind if kind.ends_with("+protobuf") => Some(Format::Protobuf),
            _ if group == "text" => Some(Format::Text),
            _ => None,
        };
        announced
    }
}

fn compression(name: &str) -> Option<Layer> {
    match name {
        "gzip" => Some(Layer::Gzip),
        "zlib" | "deflate" => Some(Layer::Zlib),
        "zstd" => Some(Layer::Zstd),
        "br" | "brotli" => Some(Layer::Brotli),
        _ => None,
    }
}

fn charset_of(name: &str) -> Option<Layer> {
    match name {
        "utf-16" | "utf-16be" | "utf16" => Some(Layer::Utf16Be),
        "utf-16le" | "utf16le" => Some(Layer::Utf16Le),
        "iso-8859-1" | "latin1" | "latin-1" => Some(Layer::Latin1),
        "windows-1252" | "cp1252" => Some(Layer::Windows1252),
        _ => None,
    }
}

/// The format of bytes that nothing is wrapped around, which are not empty; and where they are not the Sparkplug B
/// that their topic promises.
pub(super) fn inside(
    bytes: &[u8],
    hint: Hint<'_>,
    announced: Option<Format>,
) -> (Format, Option<DecodeProblem>) {
    match announced {
        Some(Format::Image(_)) => match picture(bytes) {
            Some(kind) => (Format::Image(kind), None),
            None => by_bytes(bytes, hint),
        },
        Some(format) => (format, None),
        None => by_bytes(bytes, hint),
    }
}

fn picture(bytes: &[u8]) -> Option<ImageKind> {
    let head = &bytes[..bytes.len().min(LOOK)];
    let is_svg = || xml::kind(head, head.len() < bytes.len()) == Some(xml::Kind::Svg);
    image::kind(bytes).or_else(|| is_svg().then_some(ImageKind::Svg))
}

fn by_bytes(bytes: &[u8], hint: Hint<'_>) -> (Format, Option<DecodeProblem>) {
    let head = &bytes[..bytes.len().min(LOOK)];
    let is_cut = head.len() < bytes.len();
    let is_text = is_utf8(head, is_cut);
    if is_text && is_json(head, is_cut) {
        return (Format::Json, None);
    }
    if let Some(kind) = image::kind(bytes) {
        return (Format::Image(kind), None);
    }
    if is_text && let Some(kind) = xml::kind(head, is_cut) {
        let format = match kind {
            xml::Kind::Xml => Format::Xml,
            xml::Kind::Svg => Format::Image(ImageKind::Svg),
        };
        return (format, None);
    }
    let broken = if sparkplug::is_topic(hint.topic) {
        match sparkplug::count_metrics(bytes) {
            Ok(_) => return (Format::SparkplugB, None),
            Err(problem) => Some(problem),
        }
    } else {
        None
    };
    if hint.payload_format == Some(1) || (is_text && looks_readable(head)) {
        return (Format::Text, broken);
    }
    (without_marks(bytes), broken)
}

/// Of what has no marks, only all of it tells what it is.
fn without_marks(bytes: &[u8]) -> Format {
    if bytes.len() <= WHOLE && cbor_opens(bytes[0]) && decodes(&mut cbor::Reader::new(bytes)) {
        return Format::Cbor;
    }
    if bytes.len() <= WHOLE && msgpack_opens(bytes[0]) && decodes(&mut msgpack::Reader::new(bytes)) {
        return Format::MessagePack;
    }
    Format::Hex
}

/// UTF-8, apart from a character that the cut divides.
pub(super) fn is_utf8(bytes: &[u8], is_cut: bool) -> bool {
    match std::str::from_utf8(bytes) {
        Ok(_) => true,
        Err(error) => is_cut && error.error_len().is_none(),
    }
}

/// Control characters other than white space and the escape of terminals are rare in a text; a NUL at
/// its end or a stray one inside does not make it binary.
pub(super) fn looks_readable(bytes: &[u8]) -> bool {
    let controls = bytes
        .iter()
        .filter(|byte| matches!(byte, 0..=8 | 14..=26 | 28..=31))
        .count();
    controls * 5 <= bytes.len()
}

/// A map, a list or a string that reads as JSON as far as it goes. Bare numbers and words are text.
fn is_json(head: &[u8], is_cut: bool) -> bool {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    if !matches!(text.trim_ascii_start().first(), Some(b'{' | b'[' | b'"')) {
        return false;
    }
    let mut scanner = json::Scanner::new(head);
    loop {
        match scanner.next() {
            Ok(Some(_)) => {}
            Ok(None) => return true,
            Err(problem) => return is_cut && problem.kind == Problem::UnexpectedEnd,
        }
    }
}

fn cbor_opens(first: u8) -> bool {
    matches!(first >> 5, 4..=6)
}

fn msgpack_opens(first: u8) -> bool {
    matches!(first, 0x80..=0x9f | 0xdc..=0xdf)
}

/// True if all of it decodes. Empty containers prove nothing.
fn decodes<'a>(source: &mut impl Source<'a>) -> bool {
    let mut count = 0usize;
    loop {
        match source.next() {
            Ok(Some(_)) => count += 1,
            Ok(None) => return count > 2,
            Err(_) => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::payload::ImageKind;

    fn plain(bytes: &[u8]) -> Format {
        detect(bytes, Hint::default())
    }

    #[test]
    fn bytes_speak_for_themselves() {
        assert_eq!(plain(b""), Format::Empty);
        assert_eq!(plain(b" {\"a\":1}\n"), Format::Json);
        assert_eq!(plain(b"\xef\xbb\xbf[]"), Format::Json);
        assert_eq!(plain(b"\"quoted\""), Format::Json);
        assert_eq!(plain(b"{\"a\":"), Format::Text);
        assert_eq!(plain(b"{not json}"), Format::Text);
        assert_eq!(plain(b"61.4"), Format::Text);
        assert_eq!(plain("창원 2공장".as_bytes()), Format::Text);
        assert_eq!(plain(b"\xff\xd8\xff\xe0"), Format::Image(ImageKind::Jpeg));
        assert_eq!(plain(b"\xde\xad\xbe\xef"), Format::Hex);
        assert_eq!(plain(b"\x00\x01\x02"), Format::Hex);
        assert_eq!(plain(b"RUNNING\0"), Format::Text);
        assert_eq!(plain(b"\xa1\x61a\x01"), Format::Cbor);
        assert_eq!(plain(b"\x81\xa1a\xcd\x01\x00"), Format::MessagePack);
        assert_eq!(plain(b"\x92\x01"), Format::Hex);
    }

    #[test]
    fn the_publisher_is_believed() {
        let told = |bytes: &[u8], content_type| {
            detect(
                bytes,
                Hint {
                    content_type: Some(content_type),
                    ..Hint::default()
                },
            )
        };
        assert_eq!(told(b"{", "application/json; charset=utf-8"), Format::Json);
        assert_eq!(told(b"{}", "text/plain"), Format::Text);
        assert_eq!(told(b"\x01", "application/cbor"), Format::Cbor);
        assert_eq!(told(b"\x01", "application/vnd.msgpack"), Format::MessagePack);
        assert_eq!(told(b"1", "application/senml+json"), Format::Json);
        assert_eq!(told(b"not an image", "image/png"), Format::Text);
        assert_eq!(told(b"{}", "application/octet-stream"), Format::Json);
        assert_eq!(
            detect(
                b"a\x01",
                Hint {
                    payload_format: Some(1),
                    ..Hint::default()
                }
            ),
            Format::Text
        );
    }

    #[test]
    fn markup_is_xml_or_a_picture() {
        assert_eq!(plain(b"<a>1</a>"), Format::Xml);
        assert_eq!(plain(b"<a>1</b>"), Format::Text);
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
        assert_eq!(plain(svg), Format::Image(ImageKind::Svg));
        let told = |content_type| Announced::by(Some(content_type));
        assert_eq!(told("text/xml").format, Some(Format::Xml));
        assert_eq!(
            told("application/soap+xml; charset=UTF-16LE").charset,
            Some(Layer::Utf16Le)
        );
        assert_eq!(
            told("application/json+zlib+gzip").layers,
            [Layer::Gzip, Layer::Zlib]
        );
        assert_eq!(told("application/json+gzip").format, Some(Format::Json));
        assert_eq!(told("application/x-protobuf").format, Some(Format::Protobuf));
    }

    #[test]
    fn sparkplug_goes_by_its_topic() {
        let bytes = sparkplug::tests::sample();
        let hint = Hint {
            topic: "spBv1.0/Plant7/DDATA/edge-02",
            ..Hint::default()
        };
        assert_eq!(detect(&bytes, hint), Format::SparkplugB);
        assert_ne!(plain(&bytes), Format::SparkplugB);
    }

    #[test]
    fn large_payloads_are_judged_by_their_beginning() {
        let list = format!("[{}1]", "\"한글\",".repeat(2_000_000));
        assert_eq!(plain(list.as_bytes()), Format::Json);
        assert_eq!(plain("한".repeat(1_000_000).as_bytes()), Format::Text);
    }
}
