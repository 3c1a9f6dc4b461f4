//! The fields of a protocol buffers message as they stand on the wire.

use crate::payload::event::{DecodeProblem, Problem};
use crate::payload::frames::problem;

/// The content of a field; bytes with their offset in the payload.
#[derive(Clone, Copy, Debug)]
pub(in crate::payload) enum Data<'a> {
    Varint(u64),
    Fixed32(u32),
    Fixed64(u64),
    Bytes(usize, &'a [u8]),
    /// A group begins; its fields follow.
    Start,
    /// A group ends.
    End,
}

/// Reads fields in order.
#[derive(Clone)]
pub(in crate::payload) struct Fields<'a> {
    bytes: &'a [u8],
    pub at: usize,
    /// Where the message begins in the payload.
    base: usize,
}

impl<'a> Fields<'a> {
    pub fn new(bytes: &'a [u8], base: usize) -> Self {
        Self { bytes, at: 0, base }
    }

    /// The place in the payload.
    pub fn offset(&self) -> usize {
        self.base + self.at
    }

    pub fn is_at_end(&self) -> bool {
        self.at == self.bytes.len()
    }

    fn fail<T>(&self, at: usize, kind: Problem) -> Result<T, DecodeProblem> {
        Err(problem(self.base + at, kind))
    }

    pub fn varint(&mut self) -> Result<u64, DecodeProblem> {
        let start = self.at;
        let mut value = 0u64;
        for shift in (0..70).step_by(7) {
            let Some(byte) = self.bytes.get(self.at).copied() else {
                return self.fail(self.at, Problem::UnexpectedEnd);
            };
            self.at += 1;
            value |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        self.fail(start, Problem::UnexpectedByte)
    }

    pub fn take(&mut self, count: u64) -> Result<&'a [u8], DecodeProblem> {
        let rest = &self.bytes[self.at..];
        match usize::try_from(count).ok().and_then(|count| rest.get(..count)) {
            Some(taken) => {
                self.at += taken.len();
                Ok(taken)
            }
            None => self.fail(self.bytes.len(), Problem::UnexpectedEnd),
        }
    }

    pub fn fixed32(&mut self) -> Result<u32, DecodeProblem> {
        Ok(self.little(4)? as u32)
    }

    pub fn fixed64(&mut self) -> Result<u64, DecodeProblem> {
        self.little(8)
    }

    fn little(&mut self, width: u64) -> Result<u64, DecodeProblem> {
        let bytes = self.take(width)?;
        Ok(bytes.iter().rev().fold(0, |n, byte| n << 8 | u64::from(*byte)))
    }

    /// The number of the next field and what it holds.
    pub fn next(&mut self) -> Result<Option<(u64, Data<'a>)>, DecodeProblem> {
        if self.is_at_end() {
            return Ok(None);
        }
        let start = self.at;
        let tag = self.varint()?;
        if tag >> 3 == 0 || tag >> 3 > MOST_NUMBER {
            return self.fail(start, Problem::BadField);
        }
        let data = match tag & 7 {
            0 => Data::Varint(self.varint()?),
            1 => Data::Fixed64(self.fixed64()?),
            2 => {
                let length = self.varint()?;
                let at = self.offset();
                Data::Bytes(at, self.take(length)?)
            }
            3 => Data::Start,
            4 => Data::End,
            5 => Data::Fixed32(self.fixed32()?),
            _ => return self.fail(start, Problem::BadField),
        };
        Ok(Some((tag >> 3, data)))
    }
}

impl<'a> Fields<'a> {
    /// The next field of a message whose schema has no groups.
    pub fn next_without_groups(&mut self) -> Result<Option<(u64, Data<'a>)>, DecodeProblem> {
        let start = self.at;
        match self.next()? {
            Some((_, Data::Start | Data::End)) => self.fail(start, Problem::BadField),
            field => Ok(field),
        }
    }
}

/// The largest number of a field.
const MOST_NUMBER: u64 = (1 << 29) - 1;

/// True if the bytes could be a message: every field of them is whole. Bytes inside are not looked into.
pub(super) fn could_be_message(bytes: &[u8]) -> bool {
    let mut fields = Fields::new(bytes, 0);
    let mut count = 0usize;
    loop {
        match fields.next_without_groups() {
            Err(_) => return false,
            Ok(Some(_)) => count += 1,
            Ok(None) => return count > 0,
        }
    }
}
