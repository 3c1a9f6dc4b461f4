//! The rows of a JSON document: what has been read is laid out line by line, and given away once nothing
//! that follows can change it. Behind a fault the rest is text.

use std::collections::VecDeque;

use super::text::TextRows;
use super::{Row, Rows};
use crate::payload::event::{DecodeProblem, Source};
use crate::payload::json::Scanner;
use crate::payload::layout::{Fold, Layout};
use crate::payload::model::{Line, TokenKind};

/// Settled lines wait for so many others, because taking them costs a move of the rest.
const BATCH: usize = 128;

/// The rows of a JSON document.
pub(super) struct JsonRows<'a> {
    source: Scanner<'a>,
    layout: Layout<'static>,
    /// The end of each line of the layout.
    ends: Vec<usize>,
    ready: VecDeque<Row>,
    /// Bytes that have been read well.
    covered: usize,
    over: bool,
    pub problem: Option<DecodeProblem>,
    bytes: &'a [u8],
    columns: usize,
    /// What follows a fault, as text.
    rest: Option<TextRows<'a>>,
}

impl<'a> JsonRows<'a> {
    pub fn new(bytes: &'a [u8], columns: usize) -> Self {
        Self {
            source: Scanner::new(bytes),
            layout: Layout::new(columns, None),
            ends: Vec::new(),
            ready: VecDeque::new(),
            covered: 0,
            over: false,
            problem: None,
            bytes,
            columns,
            rest: None,
        }
    }

    pub fn onto<'b>(&self, bytes: &'b [u8]) -> JsonRows<'b> {
        let mut layout = self.layout.clone();
        layout.folds = Vec::new();
        JsonRows {
            source: self.source.onto(bytes),
            layout,
            ends: self.ends.clone(),
            ready: self.ready.clone(),
            covered: self.covered,
            over: self.over,
            problem: self.problem,
            bytes,
            columns: self.columns,
            rest: self.rest.as_ref().map(|rest| rest.onto(bytes)),
        }
    }

    /// Nothing that was read waits to be given away.
    pub fn is_between(&self) -> bool {
        self.ready.is_empty()
    }

    /// Maps and lists that are open where it has read to.
    pub fn depth(&self) -> usize {
        self.layout.depth()
    }

    /// The maps and lists met that take several rows.
    pub fn take_folds(&mut self) -> Vec<Fold> {
        std::mem::take(&mut self.layout.folds)
    }

    fn fill(&mut self) {
        while !self.over && self.layout.lines.len() < BATCH {
            match self.source.next() {
                Ok(Some(event)) => {
                    self.layout.add(event);
                    self.covered = self.source.offset();
                    self.mark_ends();
                }
                Ok(None) => self.over = true,
                Err(problem) => {
                    self.over = true;
                    self.problem = Some(problem);
                    self.rest = Some(TextRows::from(self.covered, self.bytes, self.columns));
                }
            }
        }
        let lines: Box<dyn Iterator<Item = Line>> = if self.over {
            Box::new(std::mem::take(&mut self.layout.lines).into_iter())
        } else {
            Box::new(self.layout.take_settled())
        };
        let taken = lines.size_hint().0;
        let ends = self.ends.drain(..taken.min(self.ends.len()));
        self.ready
            .extend(lines.zip(ends).map(|(line, end)| Row { line, end }));
    }

    /// The end of what was read belongs to the last line; the pieces of a long scalar end before each other.
    fn mark_ends(&mut self) {
        let lines = &self.layout.lines;
        let mut end = self.source.offset();
        let known = self.ends.len().min(lines.len().saturating_sub(1));
        self.ends.resize(lines.len(), end);
        for at in (known..lines.len()).rev() {
            self.ends[at] = end;
            if !lines[at].continues {
                break;
            }
            end = end.saturating_sub(lines[at].tokens.iter().map(|token| token.text.len()).sum());
        }
    }
}

impl Rows for JsonRows<'_> {
    fn next(&mut self) -> Option<Row> {
        if self.ready.is_empty() {
            self.fill();
        }
        if let Some(row) = self.ready.pop_front() {
            return Some(row);
        }
        let mut row = self.rest.as_mut()?.next()?;
        for token in &mut row.line.tokens {
            token.kind = TokenKind::Invalid;
        }
        Some(row)
    }
}
