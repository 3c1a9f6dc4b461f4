//! Which format a payload has. What the publisher says is believed first; then the bytes speak.
//! Large payloads are judged by their beginning, except where only the whole decides.

use super::event::{Problem, Source};
use super::model::{Format, Hint};
use super::{cbor, image, json, msgpack, sparkplug};

/// Text and JSON are judged by so many bytes.
const LOOK: usize = 16 * 1024;

/// Binary formats are only tried on payloads up to this size, because all of it must decode.
const WHOLE: usize = 256 * 1024;

/// The format of a payload.
pub fn detect(bytes: &[u8], hint: Hint<'_>) -> Format {
    if bytes.is_empty() {
        return Format::Empty;
    }
    announced(bytes, hint).unwrap_or_else(|| by_bytes(bytes, hint))
}

fn announced(bytes: &[u8], hint: Hint<'_>) -> Option<Format> {
    let name = hint.content_type?.split(';').next()?.trim().to_ascii_lowercase();
    if name.starts_with("image/") {
        return image::kind(bytes).map(Format::Image);
    }
    let (_, kind) = name.split_once('/')?;
    match kind
        .strip_prefix("x-")
        .or(kind.strip_prefix("vnd."))
        .unwrap_or(kind)
    {
        "json" => Some(Format::Json),
        "cbor" => Some(Format::Cbor),
        "msgpack" | "messagepack" => Some(Format::MessagePack),
        kind if kind.ends_with("+json") => Some(Format::Json),
        kind if kind.ends_with("+cbor") => Some(Format::Cbor),
        _ if name.starts_with("text/") => Some(Format::Text),
        _ => None,
    }
}

fn by_bytes(bytes: &[u8], hint: Hint<'_>) -> Format {
    let head = &bytes[..bytes.len().min(LOOK)];
    let is_cut = head.len() < bytes.len();
    let is_text = is_utf8(head, is_cut);
    if is_text && is_json(head, is_cut) {
        return Format::Json;
    }
    if let Some(kind) = image::kind(bytes) {
        return Format::Image(kind);
    }
    if sparkplug::is_topic(hint.topic) && sparkplug::count_metrics(bytes).is_some() {
        return Format::SparkplugB;
    }
    if hint.payload_format == Some(1) || (is_text && looks_readable(head)) {
        return Format::Text;
    }
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
fn looks_readable(bytes: &[u8]) -> bool {
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
