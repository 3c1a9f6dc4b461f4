//! Reads MessagePack one event at a time. Extension types are shown with their number and bytes.

use super::event::{Container, DecodeProblem, Event, Problem, Scalar, Source};
use super::frames::{Cursor, Frames, Place, problem};
use super::moment;

/// A MessagePack reader over bytes.
pub(super) struct Reader<'a> {
    cursor: Cursor<'a>,
    frames: Frames,
    /// The bytes of an extension whose tag was just given out.
    extension: Option<&'a [u8]>,
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self {
            cursor: Cursor::new(bytes),
            frames: Frames::default(),
            extension: None,
        }
    }

    fn begin(
        &mut self,
        start: usize,
        container: Container,
        entries: u64,
    ) -> Result<Option<Event<'a>>, DecodeProblem> {
        self.frames.open(start, container, Some(entries))?;
        Ok(Some(Event::Begin(container)))
    }

    fn tag(&mut self, length: u64) -> Result<Option<Event<'a>>, DecodeProblem> {
        let kind = self.cursor.number(1)? as u8 as i8;
        let bytes = self.cursor.take(length)?;
        self.extension = Some(bytes);
        let moment = Some(bytes).filter(|_| kind == -1).and_then(timestamp);
        Ok(Some(Event::Tag(match moment {
            Some(moment) => format!("ext {kind} {moment}"),
            None => format!("ext {kind}"),
        })))
    }

    fn text(&mut self, length: u64) -> Result<Scalar<'a>, DecodeProblem> {
        Ok(Scalar::Text(self.cursor.take(length)?.into()))
    }

    fn unsigned(&mut self, width: u64) -> Result<Scalar<'a>, DecodeProblem> {
        Ok(Scalar::Int(i128::from(self.cursor.number(width)?)))
    }

    fn signed(&mut self, width: u64) -> Result<Scalar<'a>, DecodeProblem> {
        let shift = 64 - 8 * width;
        Ok(Scalar::Int(i128::from(
            (self.cursor.number(width)? << shift) as i64 >> shift,
        )))
    }
}

/// The timestamp extension: seconds, 34 bits of them under 30 of nanoseconds, or both whole.
fn timestamp(bytes: &[u8]) -> Option<String> {
    let mut cursor = Cursor::new(bytes);
    let (seconds, nanos) = match bytes.len() {
        4 => (cursor.number(4).ok()? as f64, 0),
        8 => {
            let both = cursor.number(8).ok()?;
            ((both & ((1 << 34) - 1)) as f64, both >> 34)
        }
        12 => {
            let nanos = cursor.number(4).ok()?;
            (cursor.number(8).ok()? as i64 as f64, nanos)
        }
        _ => return None,
    };
    moment::seconds(seconds + nanos as f64 / 1e9)
}

impl<'a> Source<'a> for Reader<'a> {
    fn next(&mut self) -> Result<Option<Event<'a>>, DecodeProblem> {
        use Container::{List, Map};
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
        let scalar = if let Some(bytes) = self.extension.take() {
            Scalar::Bytes(bytes.into())
        } else {
            let first = self.cursor.number(1)? as u8;
            // The sized types come in rows of 1, 2, 4 and 8 bytes.
            let width = |base: u8| 1u64 << (first - base);
            match first {
                0x00..=0x7f => Scalar::Int(i128::from(first)),
                0x80..=0x8f => return self.begin(start, Map, u64::from(first & 15)),
                0x90..=0x9f => return self.begin(start, List, u64::from(first & 15)),
                0xa0..=0xbf => self.text(u64::from(first & 31))?,
                0xc0 => Scalar::Null,
                0xc1 => return Err(problem(start, Problem::UnexpectedByte)),
                0xc2 | 0xc3 => Scalar::Bool(first == 0xc3),
                0xc4..=0xc6 => {
                    let length = self.cursor.number(width(0xc4))?;
                    Scalar::Bytes(self.cursor.take(length)?.into())
                }
                0xc7..=0xc9 => {
                    let length = self.cursor.number(width(0xc7))?;
                    return self.tag(length);
                }
                0xca => Scalar::F32(f32::from_bits(self.cursor.number(4)? as u32)),
                0xcb => Scalar::F64(f64::from_bits(self.cursor.number(8)?)),
                0xcc..=0xcf => self.unsigned(width(0xcc))?,
                0xd0..=0xd3 => self.signed(width(0xd0))?,
                0xd4..=0xd8 => return self.tag(width(0xd4)),
                0xd9..=0xdb => {
                    let length = self.cursor.number(width(0xd9))?;
                    self.text(length)?
                }
                0xdc | 0xdd => {
                    let entries = self.cursor.number(width(0xdc) * 2)?;
                    return self.begin(start, List, entries);
                }
                0xde | 0xdf => {
                    let entries = self.cursor.number(width(0xde) * 2)?;
                    return self.begin(start, Map, entries);
                }
                0xe0..=0xff => Scalar::Int(i128::from(first as i8)),
            }
        };
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
    use super::*;
    use crate::payload::nasty::events;

    fn read(bytes: &[u8]) -> Result<String, DecodeProblem> {
        events(Reader::new(bytes))
    }

    #[test]
    fn reads_what_another_encoder_writes() {
        use rmpv::Value;
        let numbers: [i64; 12] = [
            0,
            127,
            128,
            256,
            65_536,
            1 << 40,
            -1,
            -32,
            -33,
            -129,
            -32_769,
            i64::MIN,
        ];
        let value = Value::Map(vec![
            (
                "n".into(),
                Value::Array(numbers.iter().map(|n| Value::from(*n)).collect()),
            ),
            (Value::from(7), Value::Map(vec![])),
            (
                "f".into(),
                Value::Array(vec![Value::F32(2.5), Value::F64(0.1), Value::Nil, true.into()]),
            ),
            ("x".into(), Value::Ext(-1, vec![1, 2, 3, 4])),
            ("y".into(), Value::Ext(5, vec![1, 2, 3])),
            ("b".into(), Value::Binary(vec![0xff])),
            ("s".into(), "한".repeat(20).into()),
            ("l".into(), Value::Array(vec![Value::Nil; 20])),
        ]);
        let mut bytes = Vec::new();
        rmpv::encode::write_value(&mut bytes, &value).unwrap();
        let numbers = numbers.map(|n| n.to_string()).join(" ");
        assert_eq!(
            read(&bytes).unwrap(),
            format!(
                "{{ \"n\": [ {numbers} ] 7: {{ ] \"f\": [ 2.5 0.1 null true ] \"x\": <ext -1 1970-07-15T16:57:40Z> h'01020304' \
                 \"y\": <ext 5> h'010203' \"b\": h'ff' \"s\": \"{}\" \"l\": [ {} ] ]",
                "한".repeat(20),
                ["null"; 20].join(" ")
            )
        );
    }

    #[test]
    fn refuses_what_is_not_well_formed() {
        let cases: [(&[u8], u64, Problem); 5] = [
            (&[0xc1], 0, Problem::UnexpectedByte),
            (&[0x92, 0x01], 2, Problem::UnexpectedEnd),
            (&[0x81, 0x90, 0x01], 1, Problem::UnsupportedKey),
            (&[0x01, 0x02], 1, Problem::TrailingBytes),
            (&[0xdb, 0xff, 0xff, 0xff, 0xff], 5, Problem::UnexpectedEnd),
        ];
        for (bytes, offset, kind) in cases {
            assert_eq!(read(bytes), Err(DecodeProblem { offset, kind }), "{bytes:02x?}");
        }
        assert_eq!(read(&vec![0x91; 300_000]).unwrap_err().kind, Problem::TooDeep);
    }
}
