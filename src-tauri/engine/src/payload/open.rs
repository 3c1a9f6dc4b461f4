//! From the bytes of a message to those that mean something: what they are wrapped in comes off, and
//! what is inside gets its format. A choice beats what the publisher says, that beats the bytes.
//! Whoever wants the bytes as they came chooses hex or Base64; then nothing is taken off.

use std::borrow::Cow;

use super::detect::{Announced, inside, looks_readable};
use super::event::DecodeProblem;
use super::layer::{Layer, unpack};
use super::model::{Format, Hint, Unread};

/// More layers than this are left on.
const MOST_LAYERS: usize = 4;

/// Enough of a payload to tell what it is.
pub(super) const TASTE: usize = 64 * 1024;

/// A payload without what it was wrapped in.
#[derive(Clone, Debug)]
pub struct Opened<'a> {
    /// What came off, from the outside in.
    pub layers: Vec<Layer>,
    /// What is inside of them.
    pub bytes: Cow<'a, [u8]>,
    /// What that is.
    pub format: Format,
    /// Why a layer came off in part or not at all, or why the bytes are not what their topic promises.
    pub problem: Option<Unread>,
}

/// Opens a payload; each layer gives at most `most` bytes. `choice` is `None` for what is known about
/// the topic and, without that, what the publisher and the bytes say.
pub fn open<'a>(bytes: &'a [u8], hint: Hint<'_>, choice: Option<Format>, most: usize) -> Opened<'a> {
    let choice = choice.or_else(|| hint.known?.format);
    let mut opened = Opened {
        layers: Vec::new(),
        bytes: Cow::Borrowed(bytes),
        format: Format::Empty,
        problem: None,
    };
    if let Some(format @ (Format::Hex | Format::Base64)) = choice {
        opened.format = format;
        return opened;
    }
    let chosen = match choice {
        Some(Format::Inside(layer)) => Some(layer),
        _ => None,
    };
    let announced = Announced::by(hint.content_type);
    let told: Vec<Layer> = match chosen {
        Some(layer) if !layer.is_text() => vec![layer],
        _ => announced.layers.clone(),
    };
    for layer in told {
        if !opened.take_off(layer, most) {
            opened.format = Format::Hex;
            return opened;
        }
    }
    while opened.problem.is_none()
        && let Some(layer) = by_mark(&opened.bytes)
        && opened.take_off(layer, most)
    {}
    let charset = match choice {
        Some(Format::Inside(layer)) if layer.is_text() => Some(layer),
        None | Some(Format::Text | Format::Json | Format::Xml | Format::Inside(_)) => match announced.charset
        {
            // "utf-16" leaves the order of the bytes to a mark.
            Some(Layer::Utf16Be) if opened.bytes.starts_with(b"\xff\xfe") => Some(Layer::Utf16Le),
            Some(layer) => Some(layer),
            None if hint.payload_format == Some(1) => None,
            None => utf16_mark(&opened.bytes),
        },
        Some(_) => None,
    };
    if let Some(layer) = charset {
        opened.take_off(layer, most);
    }
    opened.format = match choice {
        Some(format) if !matches!(format, Format::Inside(_)) => format,
        _ if opened.bytes.is_empty() => Format::Empty,
        _ => {
            let announced = announced.format.filter(|_| chosen.is_none());
            let (format, broken) = inside(&opened.bytes, hint, announced);
            opened.note(broken.map(|problem| (Format::SparkplugB, problem)));
            format
        }
    };
    opened
}

impl Opened<'_> {
    /// True if the layer came off, at least in part. Where it did not the bytes stay, with the reason.
    fn take_off(&mut self, layer: Layer, most: usize) -> bool {
        if self.layers.len() == MOST_LAYERS {
            return false;
        }
        let unpacked = unpack(&self.bytes, layer, most);
        let came_off = !unpacked.bytes.is_empty() || unpacked.problem.is_none();
        self.note(unpacked.problem.map(|problem| (Format::Inside(layer), problem)));
        if came_off {
            self.layers.push(layer);
            self.bytes = Cow::Owned(unpacked.bytes);
        }
        came_off
    }

    /// What was lost first is the cause of what is missing later.
    fn note(&mut self, broken: Option<(Format, DecodeProblem)>) {
        self.problem = self.problem.or(broken.map(|(decoder, problem)| Unread {
            decoder,
            problem,
            inside: self.layers.len(),
        }));
    }
}

/// What the first bytes announce. zlib and Brotli have no mark that a guess could hold on to.
fn by_mark(bytes: &[u8]) -> Option<Layer> {
    match bytes {
        [0x1f, 0x8b, 8, flags, ..] if flags & 0xe0 == 0 => Some(Layer::Gzip),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Layer::Zstd),
        _ => None,
    }
}

/// A byte order mark, if text follows it as far as can be seen.
fn utf16_mark(bytes: &[u8]) -> Option<Layer> {
    let layer = match bytes {
        [0xff, 0xfe, ..] => Layer::Utf16Le,
        [0xfe, 0xff, ..] => Layer::Utf16Be,
        _ => return None,
    };
    let head = &bytes[..bytes.len().min(1024)];
    let text = unpack(head, layer, usize::MAX);
    // The cut may stand between the halves of a pair.
    let is_whole = text
        .problem
        .is_none_or(|problem| head.len() < bytes.len() && problem.offset + 2 >= head.len() as u64);
    (is_whole && !text.bytes.is_empty() && looks_readable(&text.bytes)).then_some(layer)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::payload::layer::tests::{ZSTD, brotli, gzip, zlib};
    use crate::payload::{Known, Problem};

    fn told(
        bytes: &[u8],
        content_type: &str,
        choice: Option<Format>,
    ) -> (Vec<Layer>, Format, Option<Problem>) {
        let hint = Hint {
            content_type: (!content_type.is_empty()).then_some(content_type),
            ..Hint::default()
        };
        let opened = open(bytes, hint, choice, TASTE);
        (
            opened.layers,
            opened.format,
            opened.problem.map(|unread| unread.problem.kind),
        )
    }

    #[test]
    fn marks_are_followed_four_layers_deep() {
        use Layer::{Gzip, Zstd};
        assert_eq!(told(ZSTD, "", None), (vec![Zstd], Format::Json, None));
        assert_eq!(
            told(&gzip(ZSTD), "", None),
            (vec![Gzip, Zstd], Format::Json, None)
        );
        let mut deep = b"{}".to_vec();
        for _ in 0..5 {
            deep = gzip(&deep);
        }
        assert_eq!(told(&deep, "", None), (vec![Gzip; 4], Format::Hex, None));
        let broken = told(b"\x1f\x8b\x08\0broken", "", None);
        assert_eq!((broken.0, broken.1), (vec![], Format::Hex));
        assert!(broken.2.is_some());
        assert_eq!(told(&gzip(b""), "", None), (vec![Gzip], Format::Empty, None));
    }

    #[test]
    fn what_has_no_mark_is_told_or_chosen() {
        let json = zlib(b"{\"a\":1}");
        assert_eq!(told(&json, "", None), (vec![], Format::Hex, None));
        assert_eq!(
            told(&json, "application/zlib", None),
            (vec![Layer::Zlib], Format::Json, None)
        );
        assert_eq!(
            told(&brotli(b"<a/>"), "", Some(Format::Inside(Layer::Brotli))),
            (vec![Layer::Brotli], Format::Xml, None)
        );
        assert_eq!(
            told(&gzip(b"1"), "application/json+gzip", None),
            (vec![Layer::Gzip], Format::Json, None)
        );
        assert_eq!(
            told(b"no", "application/gzip", None),
            (vec![], Format::Hex, Some(Problem::UnexpectedEnd))
        );
    }

    #[test]
    fn what_its_topic_promises_and_it_is_not_is_told() {
        let opened = |topic, bytes| {
            let hint = Hint {
                topic,
                ..Hint::default()
            };
            let opened = open(bytes, hint, None, TASTE);
            let told = opened.problem.map(|unread| {
                let DecodeProblem { offset, kind } = unread.problem;
                (unread.decoder, offset, kind)
            });
            (opened.format, told)
        };
        let topic = "spBv1.0/g/DDATA/n/d";
        let cut = Some((Format::SparkplugB, 4, Problem::UnexpectedEnd));
        assert_eq!(opened(topic, b"\x08\x01\x12\x0b"), (Format::Hex, cut));
        let wrong = Some((Format::SparkplugB, 2, Problem::BadField));
        assert_eq!(opened(topic, b"\x08\x01\x07\xff"), (Format::Hex, wrong));
        assert_eq!(opened(topic, b"\x08\x01"), (Format::SparkplugB, None));
        assert_eq!(opened("a/b", b"\x08\x01\x12\x0b"), (Format::Hex, None));
        assert_eq!(opened(topic, b"{}"), (Format::Json, None));
    }

    #[test]
    fn raw_bytes_are_never_hidden() {
        assert_eq!(
            told(ZSTD, "application/zstd", Some(Format::Hex)),
            (vec![], Format::Hex, None)
        );
        assert_eq!(open(ZSTD, Hint::default(), Some(Format::Base64), 9).bytes, ZSTD);
    }

    #[test]
    fn text_is_read_in_the_encoding_it_has() {
        let utf16: Vec<u8> = "\u{feff}{\"온도\":1}"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        assert_eq!(told(&utf16, "", None), (vec![Layer::Utf16Be], Format::Json, None));
        assert_eq!(
            told(&utf16[2..], "text/plain; charset=UTF-16BE", None),
            (vec![Layer::Utf16Be], Format::Text, None)
        );
        assert_eq!(
            told(&gzip(b"20 \xb0C"), "text/plain; charset=\"iso-8859-1\"", None),
            (vec![Layer::Gzip, Layer::Latin1], Format::Text, None)
        );
        assert_eq!(
            told(b"20 \xb0C", "", Some(Format::Inside(Layer::Latin1))),
            (vec![Layer::Latin1], Format::Text, None)
        );
        assert_eq!(told(b"\xff\xfe\x00\xd8\x00\x00", "", None).0, []);
        assert_eq!(told(b"\xff\xfe\x01\x00\x02\x00\x03\x00", "", None).0, []);
    }

    #[test]
    fn a_choice_for_the_topic_beats_the_publisher_and_one_for_now_beats_both() {
        let known = Known {
            format: Some(Format::Text),
            ..Known::default()
        };
        let hint = Hint {
            content_type: Some("application/json"),
            known: Some(&known),
            ..Hint::default()
        };
        assert_eq!(open(b"{}", hint, None, TASTE).format, Format::Text);
        assert_eq!(open(b"{}", hint, Some(Format::Json), TASTE).format, Format::Json);
    }
}
