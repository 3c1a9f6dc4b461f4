//! What CBOR and MessagePack share: a cursor over big-endian bytes, and the count of what is still
//! due in each open map and list. Counts come from the sender, so nothing is reserved by them.

use super::event::{Container, DecodeProblem, MAX_DEPTH, Problem};

/// Reads bytes in order.
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    pub at: usize,
}

impl<'a> Cursor<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub fn is_at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// What is not read yet.
    pub fn rest(&self) -> &'a [u8] {
        &self.bytes[self.at..]
    }

    /// The next `count` bytes.
    pub fn take(&mut self, count: u64) -> Result<&'a [u8], DecodeProblem> {
        let rest = &self.bytes[self.at..];
        match usize::try_from(count).ok().and_then(|count| rest.get(..count)) {
            Some(taken) => {
                self.at += taken.len();
                Ok(taken)
            }
            None => Err(problem(self.bytes.len(), Problem::UnexpectedEnd)),
        }
    }

    /// The next `width` ≤ 8 bytes as a number.
    pub fn number(&mut self, width: u64) -> Result<u64, DecodeProblem> {
        Ok(self
            .take(width)?
            .iter()
            .fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }
}

pub(super) fn problem(offset: usize, kind: Problem) -> DecodeProblem {
    DecodeProblem {
        offset: offset as u64,
        kind,
    }
}

struct Frame {
    container: Container,
    /// Items still due, keys counted; none until a break says so.
    left: Option<u64>,
    key_next: bool,
}

/// Where the next item stands.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Place {
    Key,
    Item,
    /// The innermost container is full.
    End,
    /// The whole value is over.
    Done,
}

#[derive(Default)]
pub(super) struct Frames {
    stack: Vec<Frame>,
    started: bool,
}

impl Frames {
    pub fn place(&self) -> Place {
        match self.stack.last() {
            None if self.started => Place::Done,
            None => Place::Item,
            Some(frame) if frame.left == Some(0) => Place::End,
            Some(frame) if frame.container == Container::Map && frame.key_next => Place::Key,
            Some(_) => Place::Item,
        }
    }

    /// True if a break may end the innermost container here.
    pub fn can_break(&self) -> bool {
        self.stack.last().is_some_and(|frame| {
            frame.left.is_none() && (frame.container == Container::List || frame.key_next)
        })
    }

    /// Counts the item that begins at the place.
    pub fn count(&mut self) {
        self.started = true;
        if let Some(frame) = self.stack.last_mut() {
            frame.left = frame.left.map(|left| left - 1);
            frame.key_next = !frame.key_next;
        }
    }

    /// Opens a container with so many entries at the place.
    pub fn open(
        &mut self,
        at: usize,
        container: Container,
        entries: Option<u64>,
    ) -> Result<(), DecodeProblem> {
        if self.place() == Place::Key {
            return Err(problem(at, Problem::UnsupportedKey));
        }
        if self.stack.len() == MAX_DEPTH {
            return Err(problem(at, Problem::TooDeep));
        }
        self.count();
        let items = if container == Container::Map { 2 } else { 1 };
        let left = entries.map(|entries| entries.saturating_mul(items));
        self.stack.push(Frame {
            container,
            left,
            key_next: true,
        });
        Ok(())
    }

    pub fn close(&mut self) {
        self.stack.pop();
    }
}
