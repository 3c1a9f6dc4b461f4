//! A file of either format, message by message. A mistake names its line.
//!
//! It reads one message at a time, so a file may be larger than memory. What it reads is not trusted:
//! lines are bounded, and every field is checked.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek, SeekFrom};
use std::path::Path;

use super::{Format, csv, json};
use crate::history::Stored;

/// The longest line: the largest payload of the protocol as text in which every byte is escaped by another, and
/// room for the rest.
pub(super) const LONGEST_LINE: u64 = 600 << 20;
/// Bytes read at once.
const BUFFER: usize = 1 << 20;
/// What some spreadsheets put at the start of a file.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// The file can't be read on.
    #[error("the file can't be read: {detail}")]
    File {
        /// In the words of the system.
        detail: String,
    },
    /// Longer than a message can be.
    #[error("the line is too long")]
    TooLong,
    /// Not UTF-8.
    #[error("not UTF-8 text")]
    NotText,
    /// Not JSON.
    #[error("not JSON at column {column}")]
    NotJson {
        /// Counted from 1.
        column: u64,
    },
    /// JSON, but not a message.
    #[error("not a message: {said}")]
    Shape {
        /// In the words of the parser.
        said: String,
    },
    /// A field has a value it can't have.
    #[error("{field} has a value it can't have")]
    Value {
        /// The field as it is named in the file.
        field: &'static str,
    },
    /// The header has no such column.
    #[error("there is no column {column}")]
    NoColumn {
        /// Its name.
        column: &'static str,
    },
    /// A quote is not closed.
    #[error("a quote is not closed")]
    OpenQuote,
    /// There is nothing in the file.
    #[error("the file is empty")]
    Empty,
}

/// A line that can't be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {wrong}")]
pub struct UnreadableLine {
    /// Counted from 1; the first line of a row that has several.
    pub line: u64,
    /// What is wrong.
    pub wrong: Wrong,
}

/// An open recording.
#[derive(Debug)]
pub struct Reader {
    input: BufReader<File>,
    columns: Option<csv::Columns>,
    /// Where the next message begins.
    offset: u64,
    /// The line the next message begins in, counted from 1.
    line: u64,
    size: u64,
}

impl Reader {
    /// Opens a file. A JSON object in the first line makes it JSON Lines, anything else CSV.
    pub fn open(path: &Path) -> Result<Self, UnreadableLine> {
        let failed = |error: io::Error| UnreadableLine {
            line: 1,
            wrong: file(&error),
        };
        let input = File::open(path).map_err(failed)?;
        let size = input.metadata().map_err(failed)?.len();
        let mut reader = Self {
            input: BufReader::with_capacity(BUFFER, input),
            columns: None,
            offset: 0,
            line: 1,
            size,
        };
        let start = reader.input.fill_buf().map_err(failed)?;
        let start = start.strip_prefix(BYTE_ORDER_MARK.as_bytes()).unwrap_or(start);
        match start.iter().find(|byte| !byte.is_ascii_whitespace()) {
            None if size == 0 => return Err(reader.wrong(1, Wrong::Empty)),
            Some(b'{') => {}
            _ => {
                let cells = reader.row()?.unwrap_or_default();
                let columns = csv::Columns::read(&cells);
                reader.columns = Some(columns.map_err(|wrong| reader.wrong(1, wrong))?);
            }
        }
        Ok(reader)
    }

    /// The format of the file.
    pub fn format(&self) -> Format {
        match self.columns {
            Some(_) => Format::Csv,
            None => Format::JsonLines,
        }
    }

    /// Bytes of the file.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Where the next message begins, in bytes; with [`Reader::line`] it can be gone back to.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The line where it begins, counted from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Goes on with the message that begins there.
    pub fn seek(&mut self, offset: u64, line: u64) -> Result<(), UnreadableLine> {
        let sought = self.input.seek(SeekFrom::Start(offset));
        sought.map_err(|error| self.wrong(line, file(&error)))?;
        (self.offset, self.line) = (offset, line);
        Ok(())
    }

    fn wrong(&self, line: u64, wrong: Wrong) -> UnreadableLine {
        UnreadableLine { line, wrong }
    }

    /// The next message; its id is the time in the file, which others may have too. `None` at the end.
    /// Empty lines are passed over.
    #[allow(
        clippy::should_implement_trait,
        reason = "it is not an iterator: it can be gone back in"
    )]
    pub fn next(&mut self) -> Result<Option<Stored>, UnreadableLine> {
        loop {
            let line = self.line;
            let read = match &self.columns {
                Some(columns) => {
                    let columns = columns.clone();
                    let Some(cells) = self.row()? else { return Ok(None) };
                    if cells.iter().all(String::is_empty) {
                        continue;
                    }
                    columns.message(&cells)
                }
                None => {
                    let Some(text) = self.text()? else { return Ok(None) };
                    if text.trim().is_empty() {
                        continue;
                    }
                    json::read(text.trim_start_matches(BYTE_ORDER_MARK))
                }
            };
            return read.map(Some).map_err(|wrong| self.wrong(line, wrong));
        }
    }

    /// The next line with its end; `None` at the end of the file.
    fn text(&mut self) -> Result<Option<String>, UnreadableLine> {
        let line = self.line;
        let mut bytes = Vec::new();
        let mut input = io::Read::take(&mut self.input, LONGEST_LINE);
        let read = input.read_until(b'\n', &mut bytes);
        let read = read.map_err(|error| self.wrong(line, file(&error)))? as u64;
        if read == 0 {
            return Ok(None);
        }
        if read == LONGEST_LINE {
            return Err(self.wrong(line, Wrong::TooLong));
        }
        self.offset += read;
        self.line += 1;
        let text = String::from_utf8(bytes);
        text.map(Some).map_err(|_| self.wrong(line, Wrong::NotText))
    }

    /// The cells of the next row; `None` at the end of the file. Line ends within quotes belong to a cell.
    fn row(&mut self) -> Result<Option<Vec<String>>, UnreadableLine> {
        let first = self.line;
        let Some(mut text) = self.text()? else {
            return Ok(None);
        };
        // An odd number of quotes leaves one open; the row goes on in the next line.
        let mut quotes = quotes_in(&text);
        while quotes % 2 == 1 {
            let Some(more) = self.text()? else {
                return Err(self.wrong(first, Wrong::OpenQuote));
            };
            quotes += quotes_in(&more);
            text.push_str(&more);
            if text.len() as u64 > LONGEST_LINE {
                return Err(self.wrong(first, Wrong::TooLong));
            }
        }
        let text = text.strip_suffix('\n').unwrap_or(&text);
        let text = text.strip_suffix('\r').unwrap_or(text);
        Ok(Some(cells(text.trim_start_matches(BYTE_ORDER_MARK))))
    }
}

fn quotes_in(text: &str) -> usize {
    memchr::memchr_iter(b'"', text.as_bytes()).count()
}

fn file(error: &io::Error) -> Wrong {
    Wrong::File {
        detail: error.to_string(),
    }
}

/// The cells of a row whose quotes are closed (RFC 4180, 2).
fn cells(row: &str) -> Vec<String> {
    let mut cells = Vec::new();
    let mut rest = row;
    loop {
        let mut cell = String::new();
        if let Some(quoted) = rest.strip_prefix('"') {
            rest = quoted;
            // A doubled quote is one that belongs to the cell.
            while let Some(at) = memchr::memchr(b'"', rest.as_bytes()) {
                cell.push_str(&rest[..at]);
                rest = &rest[at + 1..];
                match rest.strip_prefix('"') {
                    Some(more) => {
                        cell.push('"');
                        rest = more;
                    }
                    None => break,
                }
            }
        }
        let end = memchr::memchr(b',', rest.as_bytes()).unwrap_or(rest.len());
        cell.push_str(&rest[..end]);
        cells.push(cell);
        match rest.get(end + 1..) {
            Some(more) => rest = more,
            None => return cells,
        }
    }
}
