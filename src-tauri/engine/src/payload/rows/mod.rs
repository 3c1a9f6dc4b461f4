//! A payload of any size as rows that are laid out when somebody looks at them. One reading counts the
//! rows and leaves marks; from the nearest mark any stretch is laid out again. So a payload of 256 MB
//! costs marks and folds, never its lines. What a payload unpacks to is kept, because the rows are of that. It
//! does not compare and does not search.

mod json;
#[cfg(test)]
mod tests;
mod text;

use std::borrow::Cow;
use std::collections::HashSet;

use self::json::JsonRows;
use self::text::TextRows;
use super::event::{DecodeProblem, Problem};
use super::hex::BASE64_ROW;
use super::layer::MOST_UNPACKED;
use super::layout::Fold;
use super::model::{Format, Hint, Line, Unread};
use super::open::open;
use super::text::COLUMNS;
use super::{frames, hex, render};

/// Rows between two marks. Fewer marks are left where each would be large.
const STRIDE: usize = 8_192;

/// More rows than these are not counted.
const MAX_ROWS: usize = 20_000_000;

/// One row, and the bytes up to its end.
#[derive(Clone)]
pub(super) struct Row {
    pub line: Line,
    pub end: usize,
}

/// Reads a payload row by row.
pub(super) trait Rows {
    fn next(&mut self) -> Option<Row>;
}

/// All rows of a payload, without holding them.
pub struct Outline {
    format: Format,
    /// What the payload unpacks to, where it is wrapped in something.
    inside: Option<Vec<u8>>,
    columns: usize,
    total: usize,
    marks: Vec<(usize, Mark)>,
    folds: Vec<Fold>,
    /// The rows of a format that is not read from marks.
    held: Option<Vec<Line>>,
    /// How many layers are off.
    layers: usize,
    problem: Option<Unread>,
    complete: bool,
}

enum Mark {
    Json(Box<JsonRows<'static>>),
    Text(TextRows<'static>),
}

impl Outline {
    /// Reads a payload in a format, or in the one that is chosen for its topic or that it has; what it is
    /// wrapped in comes off. Rows break after so many columns. It ends early, with nothing, once `stop` is
    /// true.
    pub fn read(
        bytes: &[u8],
        hint: Hint<'_>,
        format: Option<Format>,
        columns: Option<usize>,
        stop: &dyn Fn() -> bool,
    ) -> Option<Self> {
        Self::read_up_to(bytes, hint, format, columns, MAX_ROWS, stop)
    }

    pub(super) fn read_up_to(
        bytes: &[u8],
        hint: Hint<'_>,
        format: Option<Format>,
        columns: Option<usize>,
        most: usize,
        stop: &dyn Fn() -> bool,
    ) -> Option<Self> {
        let opened = open(bytes, hint, format, MOST_UNPACKED);
        if stop() {
            return None;
        }
        let format = opened.format;
        let inside = match opened.bytes {
            Cow::Owned(inside) => Some(inside),
            Cow::Borrowed(_) => None,
        };
        let bytes = inside.as_deref().unwrap_or(bytes);
        let mut outline = Self {
            format,
            inside: None,
            columns: columns.unwrap_or(COLUMNS).max(16),
            total: 0,
            marks: Vec::new(),
            folds: Vec::new(),
            held: None,
            problem: None,
            layers: opened.layers.len(),
            complete: true,
        };
        match format {
            Format::Json => outline.read_json(bytes, most, stop)?,
            Format::Text => {
                let rows = TextRows::new(bytes, outline.columns);
                outline.read_text(rows, most, stop)?;
            }
            Format::Base64 => outline.total = bytes.len().div_ceil(BASE64_ROW),
            _ => {
                let laid = render::lay_out(bytes, format, hint.known, usize::MAX, &HashSet::new());
                outline.complete = laid.covered >= bytes.len();
                outline.note(laid.problem);
                outline.hold(laid.lines);
            }
        }
        // What a layer lost is the cause of what is then missing inside of it.
        outline.problem = opened.problem.or(outline.problem);
        outline.inside = inside;
        Some(outline)
    }

    fn note(&mut self, problem: Option<DecodeProblem>) {
        self.problem = problem.map(|problem| Unread {
            decoder: self.format,
            problem,
            inside: self.layers,
        });
    }

    fn hold(&mut self, lines: Vec<Line>) {
        self.total = lines.len();
        self.folds = lines
            .iter()
            .filter_map(|line| {
                Some(Fold {
                    open: line.no?.checked_sub(1)?,
                    close: line.fold?.checked_sub(1)?,
                    entries: line.children,
                })
            })
            .collect();
        self.held = Some(lines);
    }

    fn read_json(&mut self, bytes: &[u8], most: usize, stop: &dyn Fn() -> bool) -> Option<()> {
        let mut rows = JsonRows::new(bytes, self.columns);
        let mut next_mark = 0;
        loop {
            if self.total >= next_mark && rows.is_between() {
                self.marks
                    .push((self.total, Mark::Json(Box::new(rows.onto(&[])))));
                next_mark = self.total + STRIDE.max(rows.depth() * 8);
            }
            if self.total.is_multiple_of(STRIDE) && stop() {
                return None;
            }
            if rows.next().is_none() {
                break;
            }
            self.total += 1;
            if self.total == most {
                self.complete = false;
                break;
            }
        }
        self.note(rows.problem.or_else(|| {
            let error = std::str::from_utf8(bytes).err()?;
            Some(frames::problem(error.valid_up_to(), Problem::InvalidUtf8))
        }));
        self.folds = rows.take_folds();
        self.folds.sort_unstable_by_key(|fold| fold.open);
        Some(())
    }

    fn read_text(&mut self, mut rows: TextRows<'_>, most: usize, stop: &dyn Fn() -> bool) -> Option<()> {
        loop {
            if self.total.is_multiple_of(STRIDE) {
                if stop() {
                    return None;
                }
                self.marks.push((self.total, Mark::Text(rows.onto(&[]))));
            }
            if rows.next().is_none() {
                break;
            }
            self.total += 1;
            if self.total == most {
                self.complete = false;
                break;
            }
        }
        let error = std::str::from_utf8(rows.bytes).err();
        self.note(error.map(|error| frames::problem(error.valid_up_to(), Problem::InvalidUtf8)));
        Some(())
    }

    /// How many rows there are.
    pub fn total(&self) -> usize {
        self.total
    }

    /// What it was read as.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Where and why decoding stopped.
    pub fn problem(&self) -> Option<Unread> {
        self.problem
    }

    /// What the rows are of: the payload, or what is inside of it.
    pub fn bytes<'a>(&'a self, payload: &'a [u8]) -> &'a [u8] {
        self.inside.as_deref().unwrap_or(payload)
    }

    /// False if there are more rows than are counted.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// The fold that a row opens: the row that closes it, and its entries.
    pub fn fold(&self, row: usize) -> Option<(usize, u32)> {
        let at = self
            .folds
            .binary_search_by_key(&row, |fold| fold.open as usize)
            .ok()?;
        let fold = self.folds[at];
        Some((fold.close as usize, fold.entries))
    }

    /// A stretch of rows of the same payload.
    pub fn rows(&self, bytes: &[u8], first: usize, count: usize) -> Vec<Line> {
        let mut reader = self.from(bytes, first);
        let mut lines = Vec::with_capacity(count.min(self.total.saturating_sub(first)));
        for row in first..first.saturating_add(count).min(self.total) {
            let Some(Row { mut line, .. }) = reader.next() else {
                break;
            };
            if self.held.is_none() && self.format == Format::Json {
                line.no = u32::try_from(row + 1).ok();
                let fold = self.fold(row);
                line.fold = fold.and_then(|(close, _)| u32::try_from(close + 1).ok());
                line.children = fold.map_or(0, |(_, entries)| entries);
            }
            lines.push(line);
        }
        lines
    }

    /// All rows from one on.
    pub(super) fn from<'a>(&'a self, payload: &'a [u8], first: usize) -> Box<dyn Rows + 'a> {
        let bytes = self.bytes(payload);
        if let Some(held) = &self.held {
            return Box::new(Held {
                lines: held.get(first..).unwrap_or_default(),
                left: self.total.saturating_sub(first),
                end: bytes.len(),
            });
        }
        if self.format == Format::Base64 {
            return Box::new(Base64Rows {
                bytes,
                at: first * BASE64_ROW,
            });
        }
        let at = self
            .marks
            .partition_point(|(row, _)| *row <= first)
            .saturating_sub(1);
        let Some((row, mark)) = self.marks.get(at) else {
            return Box::new(Held {
                lines: &[],
                left: 0,
                end: 0,
            });
        };
        let mut rows: Box<dyn Rows + 'a> = match mark {
            Mark::Json(rows) => Box::new(rows.onto(bytes)),
            Mark::Text(rows) => Box::new(rows.onto(bytes)),
        };
        for _ in *row..first {
            rows.next();
        }
        rows
    }
}

struct Held<'a> {
    lines: &'a [Line],
    left: usize,
    end: usize,
}

impl Rows for Held<'_> {
    fn next(&mut self) -> Option<Row> {
        let (line, rest) = self.lines.split_first()?;
        self.lines = rest;
        self.left -= 1;
        // Which bytes a row of such a format stands for is not known; the last has them all.
        let end = if self.left == 0 { self.end } else { 0 };
        Some(Row {
            line: line.clone(),
            end,
        })
    }
}

struct Base64Rows<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Rows for Base64Rows<'_> {
    fn next(&mut self) -> Option<Row> {
        let rest = self.bytes.get(self.at..).filter(|rest| !rest.is_empty())?;
        let row = &rest[..rest.len().min(BASE64_ROW)];
        let no = u32::try_from(self.at / BASE64_ROW + 1).ok();
        self.at += row.len();
        let line = hex::base64(row, 1).0.pop().unwrap_or_default();
        Some(Row {
            line: Line { no, ..line },
            end: self.at,
        })
    }
}

/// A text that can be looked at without a copy where there is one piece of it.
pub(super) fn text_of(line: &Line) -> Cow<'_, str> {
    match line.tokens.as_slice() {
        [one] => Cow::Borrowed(&one.text),
        _ => Cow::Owned(line.text()),
    }
}
