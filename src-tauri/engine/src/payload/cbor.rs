//! Reads CBOR (RFC 8949) one event at a time, indefinite lengths and tags included. Well-known tags are
//! shown with what they stand for: times as dates, big numbers as digits. The value itself stays as sent.

use std::borrow::Cow;

use super::event::{Container, DecodeProblem, Event, Problem, Scalar, Source};
use super::frames::{Cursor, Frames, Place, problem};
use super::moment;

/// A CBOR reader over bytes.
pub(super) struct Reader<'a> {
    cursor: Cursor<'a>,
    frames: Frames,
    /// Tags that were read and whose value is due.
    tags: usize,
    /// The value that is due is the magnitude of a big number; below zero or not.
    big: Option<bool>,
}

struct Head {
    major: u8,
    info: u8,
    /// None for an indefinite length or a break.
    argument: Option<u64>,
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self {
            cursor: Cursor::new(bytes),
            frames: Frames::default(),
            tags: 0,
            big: None,
        }
    }

    /// What a tag is shown as (the registry of RFC 8949, 9.2); the value follows.
    fn tag(&self, tag: u64) -> String {
        let meaning = match tag {
            0 => "time".to_owned(),
            1 => self.epoch().unwrap_or_else(|| "time".to_owned()),
            2 | 3 => "bignum".to_owned(),
            4 => "decimal".to_owned(),
            5 => "bigfloat".to_owned(),
            21 => "base64url".to_owned(),
            22 => "base64".to_owned(),
            23 => "base16".to_owned(),
            24 => "CBOR".to_owned(),
            32 => "URI".to_owned(),
            33 => "base64url text".to_owned(),
            34 => "base64 text".to_owned(),
            36 => "MIME".to_owned(),
            37 => "UUID".to_owned(),
            55799 => "self-described".to_owned(),
            _ => return format!("tag {tag}"),
        };
        format!("tag {tag} {meaning}")
    }

    /// The seconds since 1970 that follow, as a date.
    fn epoch(&self) -> Option<String> {
        let mut ahead = Self::new(self.cursor.rest());
        let head = ahead.head().ok()?;
        let seconds = match (head.major, head.argument?) {
            (0, seconds) => seconds as f64,
            (1, seconds) => -1.0 - seconds as f64,
            (7, _) => match ahead.simple(0, &head).ok()? {
                Scalar::F32(seconds) => f64::from(seconds),
                Scalar::F64(seconds) => seconds,
                _ => return None,
            },
            _ => return None,
        };
        moment::seconds(seconds)
    }

    fn head(&mut self) -> Result<Head, DecodeProblem> {
        let start = self.cursor.at;
        let first = self.cursor.number(1)? as u8;
        let (major, info) = (first >> 5, first & 31);
        let argument = match info {
            0..=23 => Some(u64::from(info)),
            24..=27 => Some(self.cursor.number(1 << (info - 24))?),
            31 if matches!(major, 2..=5 | 7) => None,
            _ => return Err(problem(start, Problem::UnexpectedByte)),
        };
        Ok(Head {
            major,
            info,
            argument,
        })
    }

    fn string(&mut self, major: u8, length: Option<u64>) -> Result<Cow<'a, [u8]>, DecodeProblem> {
        if let Some(length) = length {
            return Ok(Cow::Borrowed(self.cursor.take(length)?));
        }
        let mut joined = Vec::new();
        loop {
            let start = self.cursor.at;
            let head = self.head()?;
            match head.argument {
                Some(length) if head.major == major => joined.extend_from_slice(self.cursor.take(length)?),
                None if head.major == 7 => return Ok(Cow::Owned(joined)),
                _ => return Err(problem(start, Problem::UnexpectedByte)),
            }
        }
    }

    fn simple(&self, start: usize, head: &Head) -> Result<Scalar<'a>, DecodeProblem> {
        let bits = head.argument.unwrap_or_default();
        Ok(match head.info {
            20 => Scalar::Bool(false),
            21 => Scalar::Bool(true),
            22 => Scalar::Null,
            23 => Scalar::Undefined,
            25 => Scalar::F32(half(bits as u16)),
            26 => Scalar::F32(f32::from_bits(bits as u32)),
            27 => Scalar::F64(f64::from_bits(bits)),
            24 if bits < 32 => return Err(problem(start, Problem::UnexpectedByte)),
            _ => Scalar::Word(format!("simple({bits})").into()),
        })
    }
}

/// Nobody nests more tags around one value, and all of them stand on its line.
const MOST_TAGS: usize = 32;

/// Longer big numbers are left as bytes: their digits take time that grows with the square.
const MOST_BIG: usize = 512;

/// The digits of a big number (RFC 8949, 3.4.3); a negative one is -1 minus the magnitude.
fn big_number(bytes: &[u8], is_negative: bool) -> Option<String> {
    if bytes.len() > MOST_BIG {
        return None;
    }
    // Groups of nine digits, the least first.
    const GROUP: u64 = 1_000_000_000;
    let mut groups = vec![0];
    for byte in bytes {
        let mut carry = u64::from(*byte);
        for group in &mut groups {
            let sum = *group * 256 + carry;
            *group = sum % GROUP;
            carry = sum / GROUP;
        }
        if carry > 0 {
            groups.push(carry);
        }
    }
    if is_negative {
        let mut carry = 1;
        for group in &mut groups {
            let sum = *group + carry;
            *group = sum % GROUP;
            carry = sum / GROUP;
        }
        if carry > 0 {
            groups.push(carry);
        }
    }
    let mut digits = String::from(if is_negative { "-" } else { "" });
    let mut rest = groups.iter().rev();
    if let Some(first) = rest.next() {
        digits.push_str(&first.to_string());
    }
    for group in rest {
        digits.push_str(&format!("{group:09}"));
    }
    Some(digits)
}

/// The half precision float of RFC 8949, appendix D.
fn half(bits: u16) -> f32 {
    let (exponent, mantissa) = (i32::from(bits >> 10 & 0x1f), f32::from(bits & 0x3ff));
    let size = match exponent {
        0 => mantissa * 2f32.powi(-24),
        31 if mantissa == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        _ => (mantissa + 1024.0) * 2f32.powi(exponent - 25),
    };
    if bits & 0x8000 == 0 { size } else { -size }
}

impl<'a> Source<'a> for Reader<'a> {
    fn next(&mut self) -> Result<Option<Event<'a>>, DecodeProblem> {
        let place = self.frames.place();
        let start = self.cursor.at;
        match place {
            Place::Done if self.cursor.is_at_end() => return Ok(None),
            Place::Done => return Err(problem(start, Problem::TrailingBytes)),
            Place::End => {
                self.frames.close();
                return Ok(Some(Event::End));
            }
            Place::Key | Place::Item => {}
        }
        let head = self.head()?;
        let scalar = match (head.major, head.argument) {
            (0, Some(value)) => Scalar::Int(i128::from(value)),
            (1, Some(value)) => Scalar::Int(-1 - i128::from(value)),
            (2, length) => {
                let bytes = self.string(2, length)?;
                match self
                    .big
                    .take()
                    .and_then(|is_negative| big_number(&bytes, is_negative))
                {
                    Some(digits) => Scalar::Number(digits.into_bytes().into()),
                    None => Scalar::Bytes(bytes),
                }
            }
            (3, length) => Scalar::Text(self.string(3, length)?),
            (4 | 5, entries) => {
                let container = if head.major == 4 {
                    Container::List
                } else {
                    Container::Map
                };
                self.tags = 0;
                self.big = None;
                self.frames.open(start, container, entries)?;
                return Ok(Some(Event::Begin(container)));
            }
            (6, Some(_)) if self.tags == MOST_TAGS => return Err(problem(start, Problem::TooDeep)),
            (6, Some(tag)) => {
                self.tags += 1;
                self.big = match tag {
                    2 => Some(false),
                    3 => Some(true),
                    _ => None,
                };
                return Ok(Some(Event::Tag(self.tag(tag))));
            }
            (7, None) if self.frames.can_break() && self.tags == 0 => {
                self.frames.close();
                return Ok(Some(Event::End));
            }
            (7, Some(_)) => self.simple(start, &head)?,
            _ => return Err(problem(start, Problem::UnexpectedByte)),
        };
        self.tags = 0;
        self.big = None;
        self.frames.count();
        Ok(Some(if place == Place::Key {
            Event::Key(scalar)
        } else {
            Event::Value(scalar)
        }))
    }

    fn offset(&self) -> usize {
        self.cursor.at
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use ciborium::cbor;

    use super::*;
    use crate::payload::nasty::events;

    fn read(bytes: &[u8]) -> Result<String, DecodeProblem> {
        events(Reader::new(bytes))
    }

    #[test]
    fn reads_what_another_encoder_writes() {
        let value = cbor!({
            "a" => [1, -2, 1.5, "한", null, true],
            "big" => 18446744073709551615u64,
            "time" => ciborium::Value::Tag(1, Box::new(1_700_000_000.into())),
        });
        let mut bytes = Vec::new();
        ciborium::into_writer(&value.unwrap(), &mut bytes).unwrap();
        assert_eq!(
            read(&bytes).unwrap(),
            "{ \"a\": [ 1 -2 1.5 \"한\" null true ] \"big\": 18446744073709551615 \"time\": <tag 1 2023-11-14T22:13:20Z> 1700000000 ]"
        );
    }

    #[test]
    fn tags_say_what_they_stand_for() {
        use ciborium::Value::{Bytes, Float, Tag, Text};
        let shown = |tag, value| {
            let mut bytes = Vec::new();
            ciborium::into_writer(&Tag(tag, Box::new(value)), &mut bytes).unwrap();
            read(&bytes).unwrap()
        };
        assert_eq!(shown(32, Text("coap://x".into())), "<tag 32 URI> \"coap://x\"");
        assert_eq!(shown(1, Float(-0.5)), "<tag 1 1969-12-31T23:59:59.5Z> -0.5");
        assert_eq!(shown(1, Float(1e300)), "<tag 1 time> 1e300");
        assert_eq!(
            shown(0, Text("2026-01-01T00:00:00Z".into())),
            "<tag 0 time> \"2026-01-01T00:00:00Z\""
        );
        let big = [1, 0, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(
            shown(2, Bytes(big.to_vec())),
            "<tag 2 bignum> 18446744073709551616"
        );
        assert_eq!(
            shown(3, Bytes(big.to_vec())),
            "<tag 3 bignum> -18446744073709551617"
        );
        assert_eq!(shown(3, Bytes(vec![])), "<tag 3 bignum> -1");
        assert_eq!(
            shown(2, Bytes(vec![0x3b, 0x9a, 0xca, 0x00])),
            "<tag 2 bignum> 1000000000"
        );
        assert_eq!(shown(77, Bytes(vec![1])), "<tag 77> h'01'");
        assert!(shown(2, Bytes(vec![0xff; 600])).starts_with("<tag 2 bignum> h'ffff"));
    }

    #[test]
    fn reads_indefinite_lengths_halves_and_simple_values() {
        let bytes = [
            0x9f, 0x7f, 0x61, b'a', 0x61, b'b', 0xff, 0xf9, 0x3c, 0x00, 0xf9, 0x00, 0x01, 0xf7, 0xf8, 0x40,
            0xbf, 0x01, 0x20, 0xff, 0x42, 0xde, 0xad, 0xff,
        ];
        assert_eq!(
            read(&bytes).unwrap(),
            "[ \"ab\" 1.0 5.9604645e-8 undefined simple(64) { 1: -1 ] h'dead' ]"
        );
    }

    #[test]
    fn refuses_what_is_not_well_formed() {
        let cases: [(&[u8], u64, Problem); 8] = [
            (&[0xff], 0, Problem::UnexpectedByte),
            (&[0x1c], 0, Problem::UnexpectedByte),
            (&[0x82, 0x01], 2, Problem::UnexpectedEnd),
            (&[0xbf, 0x01, 0xff], 2, Problem::UnexpectedByte),
            (&[0x81, 0xc1, 0xff], 2, Problem::UnexpectedByte),
            (&[0xa1, 0x80, 0x01], 1, Problem::UnsupportedKey),
            (&[0x01, 0x02], 1, Problem::TrailingBytes),
            (
                &[0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
                9,
                Problem::UnexpectedEnd,
            ),
        ];
        for (bytes, offset, kind) in cases {
            assert_eq!(read(bytes), Err(DecodeProblem { offset, kind }), "{bytes:02x?}");
        }
        let tags = |count| read(&[vec![0xd5; count], vec![0]].concat());
        assert!(tags(32).unwrap().ends_with("<tag 21 base64url> 0"));
        let (offset, kind) = (32, Problem::TooDeep);
        assert_eq!(tags(33), Err(DecodeProblem { offset, kind }));
        assert_eq!(read(&vec![0x81; 300_000]).unwrap_err().kind, Problem::TooDeep);
    }
}
