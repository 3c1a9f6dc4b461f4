//! Takes off what a payload is wrapped in: compression, and text that is not UTF-8. The output is
//! bounded by who asks, so a small payload that unpacks to a huge one costs no more than that. Which
//! layers there are is decided elsewhere.

use std::io::{self, BufRead, Read};

use brotli_decompressor::{BrotliDecompressStream, BrotliResult, BrotliState, StandardAlloc};
use flate2::bufread::{MultiGzDecoder, ZlibDecoder};
use ruzstd::decoding::StreamingDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};

use super::event::{DecodeProblem, Problem};
use super::frames::problem;

/// Something around a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Layer {
    /// gzip (RFC 1952), several members included.
    Gzip,
    /// zlib (RFC 1950).
    Zlib,
    /// Zstandard (RFC 8878), several frames included.
    Zstd,
    /// Brotli (RFC 7932).
    Brotli,
    /// UTF-16 text, little end first.
    Utf16Le,
    /// UTF-16 text, big end first.
    Utf16Be,
    /// ISO 8859-1 text: a byte a character.
    Latin1,
    /// Windows-1252 text: as ISO 8859-1, with signs such as `€` in the place of control characters.
    Windows1252,
}

impl Layer {
    /// True for what is about characters, false for what is about size.
    pub fn is_text(self) -> bool {
        matches!(
            self,
            Self::Utf16Le | Self::Utf16Be | Self::Latin1 | Self::Windows1252
        )
    }
}

/// The most that is ever unpacked: 64 MB.
pub const MOST_UNPACKED: usize = 64_000_000;

/// Every decoder of Zstandard shall manage windows of 8 MB; larger ones only where so much is asked for.
const USUAL_WINDOW: usize = 8 * 1024 * 1024;

/// Bytes unpacked at a time.
const STEP: usize = 32 * 1024;

/// What came out, and where and why it ended early.
#[derive(Default)]
pub(super) struct Unpacked {
    pub bytes: Vec<u8>,
    pub problem: Option<DecodeProblem>,
}

/// Takes a layer off; no more than `most` bytes come out. Offsets of problems count in `bytes`.
pub(super) fn unpack(bytes: &[u8], layer: Layer, most: usize) -> Unpacked {
    match layer {
        Layer::Gzip => {
            let mut reader = MultiGzDecoder::new(bytes);
            read(&mut reader, most, |reader| bytes.len() - reader.get_ref().len())
        }
        Layer::Zlib => {
            let mut reader = ZlibDecoder::new(bytes);
            let mut unpacked = read(&mut reader, most, |reader| bytes.len() - reader.get_ref().len());
            let rest = reader.get_ref().len();
            if unpacked.problem.is_none() && rest > 0 {
                unpacked.problem = Some(problem(bytes.len() - rest, Problem::TrailingBytes));
            }
            unpacked
        }
        Layer::Zstd => zstd(bytes, most),
        Layer::Brotli => brotli(bytes, most),
        Layer::Utf16Le => utf16(bytes, u16::from_le_bytes, most),
        Layer::Utf16Be => utf16(bytes, u16::from_be_bytes, most),
        Layer::Latin1 => single_bytes(bytes, char::from, most),
        Layer::Windows1252 => single_bytes(bytes, windows_1252, most),
    }
}

fn read<R: Read>(reader: &mut R, most: usize, at: impl Fn(&R) -> usize) -> Unpacked {
    let mut unpacked = Unpacked::default();
    let mut step = vec![0; STEP];
    loop {
        match reader.read(&mut step) {
            Ok(0) => return unpacked,
            Ok(count) => {
                let room = most - unpacked.bytes.len();
                unpacked.bytes.extend_from_slice(&step[..count.min(room)]);
                if count > room {
                    unpacked.problem = Some(problem(at(reader), Problem::TooLarge));
                    return unpacked;
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                unpacked.problem = Some(problem(at(reader), kind_of(&error)));
                return unpacked;
            }
        }
    }
}

fn kind_of(error: &io::Error) -> Problem {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        Problem::UnexpectedEnd
    } else {
        Problem::BadCompression
    }
}

/// Frames behind each other; those that a reader shall skip are skipped.
fn zstd(bytes: &[u8], most: usize) -> Unpacked {
    let mut unpacked = Unpacked::default();
    let mut rest = bytes;
    while !rest.is_empty() {
        let start = bytes.len() - rest.len();
        if window(rest).is_some_and(|window| window > most.max(USUAL_WINDOW) as u64) {
            unpacked.problem = Some(problem(start, Problem::TooLarge));
            break;
        }
        match StreamingDecoder::new(&mut rest) {
            Ok(mut reader) => {
                let room = most - unpacked.bytes.len();
                let part = read(&mut reader, room, |reader| bytes.len() - reader.get_ref().len());
                unpacked.bytes.extend_from_slice(&part.bytes);
                unpacked.problem = part.problem;
                drop(reader);
                if let Some(found) = unpacked.problem.as_mut()
                    && found.kind == Problem::BadCompression
                    && rest.is_empty()
                {
                    found.kind = Problem::UnexpectedEnd;
                }
            }
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                length, ..
            })) => rest.consume((length as usize).min(rest.len())),
            Err(_) => unpacked.problem = Some(problem(start, Problem::BadCompression)),
        }
        if unpacked.problem.is_some() {
            break;
        }
    }
    unpacked
}

/// The window that a frame asks for (RFC 8878, 3.1.1.1.2). It is memory that the sender decides about.
fn window(frame: &[u8]) -> Option<u64> {
    let little = |at: usize, width: usize| -> Option<u64> {
        let bytes = frame.get(at..at + width)?;
        Some(bytes.iter().rev().fold(0, |n, byte| n << 8 | u64::from(*byte)))
    };
    let descriptor = *frame.get(4)?;
    if descriptor & 0x20 == 0 {
        let window = *frame.get(5)?;
        let base = 1u64 << (10 + (window >> 3));
        return Some(base + base / 8 * u64::from(window & 7));
    }
    let at = 5 + [0, 1, 2, 4][usize::from(descriptor & 3)];
    little(at, 1 << (descriptor >> 6))
}

fn brotli(bytes: &[u8], most: usize) -> Unpacked {
    let mut unpacked = Unpacked::default();
    // Strict: windows of no more than 16 MB, as the standard has it.
    let allocator = StandardAlloc::default;
    let mut state = BrotliState::new_strict(allocator(), allocator(), allocator());
    let (mut left, mut at, mut total) = (bytes.len(), 0, 0);
    let mut step = vec![0; STEP];
    loop {
        let (mut room, mut written) = (step.len(), 0);
        let result = BrotliDecompressStream(
            &mut left,
            &mut at,
            bytes,
            &mut room,
            &mut written,
            &mut step,
            &mut total,
            &mut state,
        );
        let fits = written.min(most - unpacked.bytes.len());
        unpacked.bytes.extend_from_slice(&step[..fits]);
        let kind = match result {
            _ if fits < written => Problem::TooLarge,
            BrotliResult::NeedsMoreOutput => continue,
            BrotliResult::ResultSuccess if left == 0 => return unpacked,
            BrotliResult::ResultSuccess => Problem::TrailingBytes,
            BrotliResult::NeedsMoreInput => Problem::UnexpectedEnd,
            BrotliResult::ResultFailure => Problem::BadCompression,
        };
        unpacked.problem = Some(problem(at.min(bytes.len()), kind));
        return unpacked;
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16, most: usize) -> Unpacked {
    let mut text = String::with_capacity(bytes.len().min(most));
    let mut found = None;
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut at = 0;
    for character in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        let character = character.unwrap_or_else(|_| {
            found.get_or_insert(problem(at, Problem::InvalidUtf16));
            char::REPLACEMENT_CHARACTER
        });
        let is_mark = at == 0 && character == '\u{feff}';
        at += 2 * character.len_utf16();
        if is_mark {
            continue;
        }
        if text.len() + character.len_utf8() > most {
            found = Some(problem(at, Problem::TooLarge));
            break;
        }
        text.push(character);
    }
    if !rest.is_empty() {
        found.get_or_insert(problem(bytes.len(), Problem::UnexpectedEnd));
    }
    Unpacked {
        bytes: text.into_bytes(),
        problem: found,
    }
}

/// The characters of Windows-1252 from 0x80 to 0x9f; what is not assigned stays a control character (WHATWG
/// Encoding, 9).
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

fn windows_1252(byte: u8) -> char {
    let place = usize::from(byte).checked_sub(0x80);
    let sign = place.and_then(|place| WINDOWS_1252.get(place));
    sign.copied().unwrap_or(char::from(byte))
}

/// A character for each byte.
fn single_bytes(bytes: &[u8], character: fn(u8) -> char, most: usize) -> Unpacked {
    let mut text = String::with_capacity(bytes.len().min(most));
    for (at, byte) in bytes.iter().enumerate() {
        let character = character(*byte);
        if text.len() + character.len_utf8() > most {
            return Unpacked {
                bytes: text.into_bytes(),
                problem: Some(problem(at, Problem::TooLarge)),
            };
        }
        text.push(character);
    }
    Unpacked {
        bytes: text.into_bytes(),
        problem: None,
    }
}

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::unwrap_used)]
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::{GzEncoder, ZlibEncoder};

    use super::*;

    pub fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    pub fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    pub fn brotli(bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        brotli::BrotliCompress(&mut &bytes[..], &mut out, &Default::default()).unwrap();
        out
    }

    /// `printf '{"level": 7, "list": [1, 2, 3]}' | zstd -19`
    pub const ZSTD: &[u8] = b"\x28\xb5\x2f\xfd\x04\x68\xf9\x00\x00\x7b\x22\x6c\x65\x76\x65\x6c\x22\x3a\x20\x37\x2c\x20\x22\x6c\x69\x73\x74\x22\x3a\x20\x5b\x31\x2c\x20\x32\x2c\x20\x33\x5d\x7d\xe9\x29\xc0\xfc";

    fn off(bytes: &[u8], layer: Layer) -> (String, Option<DecodeProblem>) {
        let unpacked = unpack(bytes, layer, 1_000_000);
        (
            String::from_utf8_lossy(&unpacked.bytes).into_owned(),
            unpacked.problem,
        )
    }

    #[test]
    fn takes_off_what_other_encoders_put_on() {
        let text = "{\"level\": 7, \"list\": [1, 2, 3]}";
        for (bytes, layer) in [
            (gzip(text.as_bytes()), Layer::Gzip),
            (zlib(text.as_bytes()), Layer::Zlib),
            (brotli(text.as_bytes()), Layer::Brotli),
            (ZSTD.to_vec(), Layer::Zstd),
        ] {
            assert_eq!(off(&bytes, layer), (text.into(), None), "{layer:?}");
            let cut = unpack(&bytes[..bytes.len() - 6], layer, 1_000_000);
            let cut = cut.problem.unwrap();
            assert_eq!(cut.kind, Problem::UnexpectedEnd, "{layer:?}");
            assert!(cut.offset <= bytes.len() as u64 - 6);
            let small = unpack(&bytes, layer, 10);
            assert_eq!(
                (&small.bytes[..], small.problem.unwrap().kind),
                (&text.as_bytes()[..10], Problem::TooLarge)
            );
        }
    }

    #[test]
    fn members_and_frames_follow_each_other() {
        let members = [gzip(b"one "), gzip(b"two")].concat();
        assert_eq!(off(&members, Layer::Gzip), ("one two".into(), None));
        let skipped = [ZSTD, b"\x50\x2a\x4d\x18\x02\0\0\0ab", ZSTD].concat();
        let (text, problem) = off(&skipped, Layer::Zstd);
        assert_eq!((text.len(), problem), (62, None));
        let (text, problem) = off(&[zlib(b"one"), b"?".to_vec()].concat(), Layer::Zlib);
        assert_eq!(
            (text.as_str(), problem.unwrap().kind),
            ("one", Problem::TrailingBytes)
        );
    }

    #[test]
    fn a_bomb_says_so() {
        let bomb = gzip(&gzip(&vec![0; 100_000_000]));
        assert!(bomb.len() < 10_000);
        let inner = unpack(&bomb, Layer::Gzip, MOST_UNPACKED).bytes;
        let unpacked = unpack(&inner, Layer::Gzip, MOST_UNPACKED);
        assert_eq!(
            (unpacked.bytes.len(), unpacked.problem.unwrap().kind),
            (MOST_UNPACKED, Problem::TooLarge)
        );
        // A frame of Zstandard that asks for a window of 2 TB, and one that says it holds as much.
        for frame in [
            &b"\x28\xb5\x2f\xfd\x00\xf8\x01\0\0"[..],
            b"\x28\xb5\x2f\xfd\xe0\0\0\0\0\0\x02\0\0\x01\0\0",
        ] {
            assert_eq!(
                unpack(frame, Layer::Zstd, 1_000_000).problem,
                Some(problem(0, Problem::TooLarge))
            );
        }
    }

    #[test]
    fn text_becomes_utf8() {
        let units = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
        let big = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>();
        assert_eq!(
            off(&units("\u{feff}온도 20 °C 🌡"), Layer::Utf16Le),
            ("온도 20 °C 🌡".into(), None)
        );
        assert_eq!(off(&big("온도"), Layer::Utf16Be), ("온도".into(), None));
        assert_eq!(off(b"20 \xb0C", Layer::Latin1), ("20 °C".into(), None));
        assert_eq!(
            off(b"20 \xb0C, 5 \x80 \x9f", Layer::Windows1252),
            ("20 °C, 5 € Ÿ".into(), None)
        );
        let half = [units("ab"), vec![0x00, 0xd8], units("c"), vec![1]].concat();
        assert_eq!(
            off(&half, Layer::Utf16Le),
            ("ab\u{fffd}c".into(), Some(problem(4, Problem::InvalidUtf16)))
        );
        assert_eq!(
            off(b"a\0b", Layer::Utf16Le),
            ("a".into(), Some(problem(3, Problem::UnexpectedEnd)))
        );
    }
}
