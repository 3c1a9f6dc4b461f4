//! Reads CBOR (RFC 8949) one event at a time, indefinite lengths and tags included. Tags are shown
//! and not interpreted.

use std::borrow::Cow;

use super::event::{Container, DecodeProblem, Event, Problem, Scalar, Source};
use super::frames::{Cursor, Frames, Place, problem};

/// A CBOR reader over bytes.
pub(super) struct Reader<'a> {
    cursor: Cursor<'a>,
    frames: Frames,
    /// A tag was read and its value is due.
    tagged: bool,
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
            tagged: false,
        }
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
            (2, length) => Scalar::Bytes(self.string(2, length)?),
            (3, length) => Scalar::Text(self.string(3, length)?),
            (4 | 5, entries) => {
                let container = if head.major == 4 {
                    Container::List
                } else {
                    Container::Map
                };
                self.tagged = false;
                self.frames.open(start, container, entries)?;
                return Ok(Some(Event::Begin(container)));
            }
            (6, Some(tag)) => {
                self.tagged = true;
                return Ok(Some(Event::Tag(format!("tag {tag}"))));
            }
            (7, None) if self.frames.can_break() && !self.tagged => {
                self.frames.close();
                return Ok(Some(Event::End));
            }
            (7, Some(_)) => self.simple(start, &head)?,
            _ => return Err(problem(start, Problem::UnexpectedByte)),
        };
        self.tagged = false;
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
            "{ \"a\": [ 1 -2 1.5 \"한\" null true ] \"big\": 18446744073709551615 \"time\": <tag 1> 1700000000 ]"
        );
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
        assert_eq!(read(&vec![0x81; 300_000]).unwrap_err().kind, Problem::TooDeep);
    }
}
