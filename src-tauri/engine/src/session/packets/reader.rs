//! Bytes of a packet and the forms in which MQTT 5 writes things into them (1.5): numbers, text, binary data.
//!
//! Which of them follow each other in which packet is not known here.

use std::ops::Range;

use super::field::{Decoded, Field, Problem, Value, Wrong};
use super::property::Place;

pub(super) type Read<T> = Result<T, Problem>;

pub(super) struct Reader<'a> {
    pub(super) bytes: &'a [u8],
    /// Where the next byte is.
    pub(super) at: usize,
    /// Where what is read now ends: the packet, or its properties.
    pub(super) end: usize,
    pub(super) out: Decoded,
    pub(super) place: Place,
    /// Secrets may be in this packet.
    pub(super) secrets: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            end: usize::MAX,
            out: Decoded::default(),
            place: Place::Will,
            secrets: false,
        }
    }

    pub(super) fn wrong<T>(&self, wrong: Wrong) -> Read<T> {
        Err(Problem { at: self.at, wrong })
    }

    /// Notes what is wrong and does not keep from reading on.
    pub(super) fn note(&mut self, at: usize, wrong: Wrong) {
        self.out.problems.push(Problem { at, wrong });
    }

    pub(super) fn take(&mut self, n: usize) -> Read<&'a [u8]> {
        if n > self.end - self.at {
            return self.wrong(Wrong::Short);
        }
        let Some(taken) = self.bytes.get(self.at..self.at + n) else {
            return self.wrong(Wrong::Missing);
        };
        self.at += n;
        Ok(taken)
    }

    pub(super) fn u8(&mut self) -> Read<u8> {
        Ok(self.take(1)?[0])
    }

    pub(super) fn number(&mut self, bytes: usize) -> Read<u32> {
        let taken = self.take(bytes)?;
        Ok(taken.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte)))
    }

    /// Variable byte integer (MQTT 5, 1.5.5).
    pub(super) fn varint(&mut self) -> Read<u32> {
        let start = self.at;
        let mut value = 0;
        for shift in [0, 7, 14, 21] {
            let byte = self.u8()?;
            value |= u32::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Problem {
            at: start,
            wrong: Wrong::Length,
        })
    }

    pub(super) fn binary(&mut self) -> Read<&'a [u8]> {
        let start = self.at;
        let len = self.number(2)?;
        self.take(len as usize)
            .map_err(|problem| Problem { at: start, ..problem })
    }

    /// Text (MQTT 5, 1.5.4); what is not text is noted and shown as well as it goes.
    pub(super) fn text(&mut self) -> Read<String> {
        let start = self.at;
        let bytes = self.binary()?;
        match std::str::from_utf8(bytes) {
            Err(_) => self.note(start, Wrong::Text),
            Ok(text) if text.contains('\0') => self.note(start, Wrong::Null),
            Ok(_) => {}
        }
        Ok(String::from_utf8_lossy(bytes).into_owned())
    }

    pub(super) fn push(&mut self, name: &'static str, value: Value, depth: u8, at: Range<usize>) {
        self.out.fields.push(Field {
            name,
            value,
            depth,
            at,
            secret: None,
        });
    }

    /// Reads a field of the packet itself.
    pub(super) fn field(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Self) -> Read<Value>,
    ) -> Read<()> {
        let start = self.at;
        let value = read(self)?;
        self.push(name, value, 0, start..self.at);
        Ok(())
    }

    /// A field that is a few bits of the byte before.
    pub(super) fn bits(&mut self, name: &'static str, value: Value) {
        let at = self.at - 1..self.at;
        self.push(name, value, 1, at);
    }
}
