//! One line of a payload for a row of the tree. It may be given only the beginning of a payload, and it
//! reads no more of it than it shows.

use super::detect::is_utf8;
use super::event::{Container, Event};
use super::hex::BASE64_ROW;
use super::model::{Format, Hint, ImageKind, Known};
use super::open::open;
use super::text::picture;
use super::{hex, number, reader, sparkplug};
use crate::unseen::characters;

/// What the preview is about. Where `text` is empty the window says it in its language.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PreviewKind {
    /// No bytes.
    Empty,
    /// A number or a switch; `text` has it as sent.
    Number(f64),
    /// A text.
    Text,
    /// JSON without white space.
    Json,
    /// CBOR or MessagePack, written like JSON.
    Decoded,
    /// The first bytes in hex.
    Binary,
    /// An image of so many bytes.
    Image {
        /// Its format.
        kind: ImageKind,
        /// Size of the payload.
        bytes: u64,
    },
    /// A Sparkplug B payload; no number of metrics if only a part of it was given.
    Sparkplug {
        /// How many metrics it has.
        metrics: Option<u32>,
    },
}

/// What one line needs of a payload that unpacks to more.
const MOST_UNPACKED: usize = 8 * 1024;

/// One line about a payload.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// At most `max_chars` characters; the last one is `…` where more follows. Control characters are
    /// shown as their pictures.
    pub text: String,
    /// What it is about.
    pub kind: PreviewKind,
}

/// The preview of a payload of `size` bytes that begins with `bytes`.
pub fn preview(bytes: &[u8], size: usize, hint: Hint<'_>, max_chars: usize) -> Preview {
    let opened = open(bytes, hint, None, MOST_UNPACKED);
    let is_lost = opened
        .problem
        .is_some_and(|unread| matches!(unread.decoder, Format::Inside(_)));
    let is_part = bytes.len() < size || is_lost;
    let bytes = opened.bytes.as_ref();
    let mut out = Short {
        text: String::new(),
        room: max_chars,
        is_cut: false,
    };
    let format = if is_part {
        of_part(opened.format, bytes, hint)
    } else {
        opened.format
    };
    let kind = match format {
        Format::Empty => PreviewKind::Empty,
        Format::Image(kind) => PreviewKind::Image {
            kind,
            bytes: size as u64,
        },
        Format::SparkplugB => PreviewKind::Sparkplug {
            metrics: sparkplug::count_metrics(bytes).ok().filter(|_| !is_part),
        },
        Format::Json | Format::Cbor | Format::MessagePack | Format::Protobuf => {
            let number = structured(&mut out, bytes, format, hint.known);
            match number {
                Some(value) => PreviewKind::Number(value),
                None if format == Format::Json => PreviewKind::Json,
                None => PreviewKind::Decoded,
            }
        }
        Format::Text | Format::Xml => {
            text(&mut out, bytes);
            match number::plain(bytes, format).filter(|_| !is_part) {
                Some((value, _)) => PreviewKind::Number(value),
                None => PreviewKind::Text,
            }
        }
        Format::Base64 => {
            // Three bytes are four characters; what a cut left of them would not be.
            let whole = if is_part { bytes.len() / 3 * 3 } else { bytes.len() };
            let rows = hex::base64(&bytes[..whole], out.room / BASE64_ROW + 1).0;
            let _all_fit = rows.iter().all(|row| out.push(&row.text()));
            PreviewKind::Text
        }
        Format::Hex | Format::Inside(_) => {
            for (at, byte) in bytes.iter().enumerate() {
                let gap = if at == 0 { "" } else { " " };
                if !out.push(&format!("{gap}{byte:02x}")) {
                    break;
                }
            }
            PreviewKind::Binary
        }
    };
    let has_text = !matches!(
        kind,
        PreviewKind::Image { .. } | PreviewKind::Sparkplug { .. } | PreviewKind::Empty
    );
    Preview {
        text: out.finish(is_part && has_text),
        kind,
    }
}

/// The beginning of a payload says less: what is cut cannot be told from what is broken.
fn of_part(format: Format, bytes: &[u8], hint: Hint<'_>) -> Format {
    if hint.known.is_some_and(|known| known.format.is_some()) {
        return format;
    }
    if sparkplug::is_topic(hint.topic) {
        return Format::SparkplugB;
    }
    match format {
        Format::Text | Format::Hex if is_utf8(bytes, true) => {
            let first = bytes.trim_ascii_start().first();
            if matches!(first, Some(b'{' | b'[')) {
                Format::Json
            } else {
                Format::Text
            }
        }
        other => other,
    }
}

/// A text that stops growing when it is full.
struct Short {
    text: String,
    room: usize,
    is_cut: bool,
}

impl Short {
    /// False once nothing more fits.
    fn push(&mut self, text: &str) -> bool {
        for (c, unseen) in characters(text) {
            if self.room == 0 {
                self.is_cut = true;
                return false;
            }
            self.text.push(picture(c, unseen));
            self.room -= 1;
        }
        true
    }

    fn finish(mut self, more: bool) -> String {
        if self.is_cut || more {
            if self.room == 0 {
                self.text.pop();
            }
            self.text.push('…');
        }
        self.text
    }
}

fn text(out: &mut Short, bytes: &[u8]) {
    // Four bytes a character are the most that can be shown.
    let end = bytes.len().min(out.room.saturating_add(1).saturating_mul(4));
    let head = String::from_utf8_lossy(&bytes[..end]);
    let (head, rest) = (head.trim_start(), end < bytes.len());
    let line = head.trim_end_matches(['\r', '\n']);
    if out.push(line) && rest {
        out.is_cut = true;
    }
}

/// Writes the events without white space, up to a cut or a fault; returns a number that stands alone.
fn structured(out: &mut Short, bytes: &[u8], format: Format, known: Option<&Known>) -> Option<f64> {
    let mut source = reader::source(bytes, format, known)?;
    let mut open: Vec<(Container, bool)> = Vec::new();
    let mut after_key = false;
    loop {
        let event = match source.next() {
            Ok(Some(event)) => event,
            Ok(None) => return None,
            Err(_) => {
                let rest = bytes.get(source.offset()..).unwrap_or_default();
                if format == Format::Json {
                    text(out, rest);
                } else {
                    out.is_cut = true;
                }
                return None;
            }
        };
        if !matches!(event, Event::End)
            && let Some((_, has_entries)) = open.last_mut()
            && !std::mem::replace(&mut after_key, false)
            && std::mem::replace(has_entries, true)
            && !out.push(",")
        {
            return None;
        }
        let fits = match event {
            Event::Key(key) => {
                after_key = true;
                out.push(&key.text()) && out.push(":")
            }
            Event::Value(value) => {
                if open.is_empty() {
                    out.push(&value.text());
                    return value.number().map(|(number, _)| number);
                }
                out.push(&value.text())
            }
            Event::Tag(_) => {
                after_key = true;
                true
            }
            Event::Begin(container) => {
                // A tag around the whole payload has no entry before it that would have taken this back.
                after_key = false;
                open.push((container, false));
                out.push(if container == Container::Map { "{" } else { "[" })
            }
            Event::End => out.push(match open.pop() {
                Some((Container::Map, _)) => "}",
                _ => "]",
            }),
        };
        if !fits {
            return None;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn of(bytes: &[u8], max: usize) -> (String, PreviewKind) {
        let preview = preview(bytes, bytes.len(), Hint::default(), max);
        (preview.text, preview.kind)
    }

    #[test]
    fn one_line_for_every_kind() {
        use PreviewKind::*;
        let cases: [(&[u8], &str, PreviewKind); 15] = [
            (b"", "", Empty),
            (b"61.40", "61.40", Number(61.4)),
            (b" on\n", "on", Number(1.0)),
            (b"RUNNING", "RUNNING", Text),
            (
                b"{ \"code\" : 0,\n \"text\": \"none\" }",
                "{\"code\":0,\"text\":\"none\"}",
                Json,
            ),
            (b"[[ ], {}, [1, 2]]", "[[],{},[1,2]]", Json),
            (b"\"20.0 \xc2\xb0C\"", "\"20.0 °C\"", Number(20.0)),
            (b"\xde\xad\xbe\xef", "de ad be ef", Binary),
            (b"abcd\0e\x1b", "abcd␀e␛", Text),
            (
                b"\xff\xd8\xff\xe0",
                "",
                Image {
                    kind: ImageKind::Jpeg,
                    bytes: 4,
                },
            ),
            (b"\xa2\x61a\x01\x61b\xc1\x02", "{\"a\":1,\"b\":2}", Decoded),
            (b"\xd9\xd9\xf7\x83\x01\x02\x03", "[1,2,3]", Decoded),
            (b"\x82\xa1a\x01\xa1b\xc0", "{\"a\":1,\"b\":null}", Decoded),
            (
                b"{\"big\":12345678901234567890.10}",
                "{\"big\":12345678901234567890.10}",
                Json,
            ),
            ("한글".as_bytes(), "한글", Text),
        ];
        for (bytes, text, kind) in cases {
            assert_eq!(of(bytes, 100), (text.into(), kind), "{bytes:02x?}");
        }
    }

    #[test]
    fn what_was_chosen_for_the_topic_counts() {
        let known = |format| Known {
            format: Some(format),
            ..Known::default()
        };
        let read = |bytes: &[u8], size, format| {
            let known = known(format);
            let hint = Hint {
                known: Some(&known),
                ..Hint::default()
            };
            preview(bytes, size, hint, 20).text
        };
        assert_eq!(read(b"61.4", 4, Format::Hex), "36 31 2e 34");
        assert_eq!(read(b"61.4", 4, Format::Base64), "NjEuNA==");
        assert_eq!(read(b"61.4", 9, Format::Base64), "NjEu…");
        assert_eq!(read(&[b'a'; 100], 100, Format::Base64), "YWFhYWFhYWFhYWFhYWF…");
        assert_eq!(
            read(b"\x0a\x01a\x10\x07", 5, Format::Protobuf),
            "{\"1\":\"a\",\"2\":7}"
        );
    }

    #[test]
    fn it_is_never_longer_than_asked() {
        assert_eq!(of(b"{\"code\":0,\"text\":\"none\"}", 10).0, "{\"code\":0…");
        assert_eq!(of(b"abc", 3).0, "abc");
        assert_eq!(of(b"abcd", 3).0, "ab…");
        assert_eq!(of("x".repeat(1_000_000).as_bytes(), 5).0, "xxxx…");
        assert_eq!(of(&[0xfe; 100], 8).0, "fe fe f…");
        assert_eq!(of(b"abc", 0).0, "…");
    }

    #[test]
    fn a_beginning_is_enough() {
        let hint = Hint::default();
        let cut = preview(b"{\"a\":1,\"b\":\"wor", 1000, hint, 100);
        assert_eq!(
            (cut.text.as_str(), cut.kind),
            ("{\"a\":1,\"b\":\"wor…", PreviewKind::Json)
        );
        assert_eq!(preview(b"12", 100, hint, 9).kind, PreviewKind::Text);
        assert_eq!(
            preview("가나".as_bytes().split_at(4).0, 6, hint, 9).text,
            "가\u{fffd}…"
        );
        let topic = Hint {
            topic: "spBv1.0/g/DDATA/e",
            ..hint
        };
        assert_eq!(
            preview(b"\x08", 9, topic, 9).kind,
            PreviewKind::Sparkplug { metrics: None }
        );
        let sample = sparkplug::tests::sample();
        let whole = preview(&sample, sample.len(), topic, 9);
        assert_eq!(
            (whole.text.as_str(), whole.kind),
            ("", PreviewKind::Sparkplug { metrics: Some(3) })
        );
    }
}
