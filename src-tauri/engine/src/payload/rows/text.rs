//! The rows of a text, each cut off where the next begins. What was read before a row is its place and its
//! number, so a mark is as small as that.

use super::{Row, Rows};
use crate::payload::model::TokenKind;
use crate::payload::{render, text};

/// The rows of a text.
pub(super) struct TextRows<'a> {
    pub bytes: &'a [u8],
    columns: usize,
    at: usize,
    no: u32,
    continues: bool,
}

impl<'a> TextRows<'a> {
    pub fn new(bytes: &'a [u8], columns: usize) -> Self {
        Self::from(0, bytes, columns)
    }

    /// Those that begin at a byte or behind it.
    pub fn from(at: usize, bytes: &'a [u8], columns: usize) -> Self {
        Self {
            bytes,
            columns,
            at,
            no: 0,
            continues: false,
        }
    }

    pub fn onto<'b>(&self, bytes: &'b [u8]) -> TextRows<'b> {
        TextRows {
            bytes,
            columns: self.columns,
            at: self.at,
            no: self.no,
            continues: self.continues,
        }
    }
}

impl Rows for TextRows<'_> {
    fn next(&mut self) -> Option<Row> {
        let rest = self.bytes.get(self.at..).filter(|rest| !rest.is_empty())?;
        // No character has more than four bytes, and none fewer columns than one; one byte more shows
        // whether the line is over.
        let look = &rest[..rest.len().min(self.columns * 4 + 8)];
        let feed = memchr::memchr(b'\n', look);
        let mut head = &look[..feed.unwrap_or(look.len())];
        if feed.is_none() && look.len() < rest.len() {
            head = render::without_cut_character(head, true);
        }
        let taken = text::first_columns(head, self.columns);
        let is_whole = feed.is_some_and(|feed| taken == feed) || (feed.is_none() && taken == rest.len());
        let mut shown = &head[..taken];
        if is_whole && feed.is_some() {
            shown = shown.strip_suffix(b"\r").unwrap_or(shown);
        }
        let mut line = text::split(shown, 1, TokenKind::Text)
            .lines
            .pop()
            .unwrap_or_default();
        line.continues = self.continues;
        if !self.continues {
            self.no += 1;
            line.no = Some(self.no);
        }
        self.at += taken + usize::from(is_whole && feed.is_some());
        self.continues = !is_whole;
        Some(Row { line, end: self.at })
    }
}
