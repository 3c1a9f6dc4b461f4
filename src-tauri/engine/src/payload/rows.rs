//! A payload of any size as rows that are laid out when somebody looks at them. One reading counts the
//! rows and leaves marks; from the nearest mark any stretch is laid out again. So a payload of 256 MB
//! costs marks and folds, never its lines. What a payload unpacks to is kept, because the rows are of that. It
//! does not compare and does not search.

use std::borrow::Cow;
use std::collections::HashSet;

use super::event::{DecodeProblem, Problem, Source};
use super::hex::BASE64_ROW;
use super::json::Scanner;
use super::layer::MOST_UNPACKED;
use super::layout::{Fold, Layout};
use super::model::{Format, Hint, Line, TokenKind};
use super::open::open;
use super::{hex, render, text};

/// Rows between two marks. Fewer marks are left where each would be large.
const STRIDE: usize = 8_192;

/// Settled lines wait for so many others, because taking them costs a move of the rest.
const BATCH: usize = 128;

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
    problem: Option<DecodeProblem>,
    problem_inside: usize,
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
            columns: columns.unwrap_or(text::COLUMNS).max(16),
            total: 0,
            marks: Vec::new(),
            folds: Vec::new(),
            held: None,
            problem: None,
            problem_inside: opened.problem_inside,
            complete: true,
        };
        match format {
            Format::Json => outline.read_json(bytes, stop)?,
            Format::Text => {
                let rows = TextRows::new(bytes, outline.columns);
                outline.read_text(rows, stop)?;
            }
            Format::Base64 => outline.total = bytes.len().div_ceil(BASE64_ROW),
            _ => {
                let laid = render::lay_out(bytes, format, hint.known, usize::MAX, &HashSet::new());
                outline.complete = laid.covered >= bytes.len();
                outline.problem = laid.problem;
                outline.hold(laid.lines);
            }
        }
        // What a layer lost is the cause of what is then missing inside of it.
        if opened.problem.is_some() {
            outline.problem = opened.problem;
        } else {
            outline.problem_inside = opened.layers.len();
        }
        outline.inside = inside;
        Some(outline)
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

    fn read_json(&mut self, bytes: &[u8], stop: &dyn Fn() -> bool) -> Option<()> {
        let mut rows = JsonRows::new(bytes, self.columns);
        let mut next_mark = 0;
        loop {
            if self.total >= next_mark && rows.ready.is_empty() {
                self.marks
                    .push((self.total, Mark::Json(Box::new(rows.onto(&[])))));
                next_mark = self.total + STRIDE.max(rows.layout.depth() * 8);
            }
            if self.total.is_multiple_of(STRIDE) && stop() {
                return None;
            }
            if rows.next().is_none() {
                break;
            }
            self.total += 1;
            if self.total == MAX_ROWS {
                self.complete = false;
                break;
            }
        }
        self.problem = rows.problem.or_else(|| {
            let error = std::str::from_utf8(bytes).err()?;
            Some(super::frames::problem(error.valid_up_to(), Problem::InvalidUtf8))
        });
        self.folds = std::mem::take(&mut rows.layout.folds);
        self.folds.sort_unstable_by_key(|fold| fold.open);
        Some(())
    }

    fn read_text(&mut self, mut rows: TextRows<'_>, stop: &dyn Fn() -> bool) -> Option<()> {
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
            if self.total == MAX_ROWS {
                self.complete = false;
                break;
            }
        }
        self.problem = std::str::from_utf8(rows.bytes)
            .err()
            .map(|error| super::frames::problem(error.valid_up_to(), Problem::InvalidUtf8));
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
    pub fn problem(&self) -> Option<DecodeProblem> {
        self.problem
    }

    /// How many layers are off where the offset of the problem counts.
    pub fn problem_inside(&self) -> usize {
        self.problem_inside
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

/// The rows of a text.
struct TextRows<'a> {
    bytes: &'a [u8],
    columns: usize,
    at: usize,
    no: u32,
    continues: bool,
}

impl<'a> TextRows<'a> {
    fn new(bytes: &'a [u8], columns: usize) -> Self {
        Self {
            bytes,
            columns,
            at: 0,
            no: 0,
            continues: false,
        }
    }

    fn onto<'b>(&self, bytes: &'b [u8]) -> TextRows<'b> {
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

/// The rows of a JSON document.
struct JsonRows<'a> {
    source: Scanner<'a>,
    layout: Layout<'static>,
    /// The end of each line of the layout.
    ends: Vec<usize>,
    ready: std::collections::VecDeque<Row>,
    /// Bytes that have been read well.
    covered: usize,
    over: bool,
    problem: Option<DecodeProblem>,
    bytes: &'a [u8],
    columns: usize,
    /// What follows a fault, as text.
    rest: Option<TextRows<'a>>,
}

impl<'a> JsonRows<'a> {
    fn new(bytes: &'a [u8], columns: usize) -> Self {
        Self {
            source: Scanner::new(bytes),
            layout: Layout::new(columns, None),
            ends: Vec::new(),
            ready: std::collections::VecDeque::new(),
            covered: 0,
            over: false,
            problem: None,
            bytes,
            columns,
            rest: None,
        }
    }

    fn onto<'b>(&self, bytes: &'b [u8]) -> JsonRows<'b> {
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
                    let rest = TextRows::new(self.bytes, self.columns);
                    self.rest = Some(TextRows {
                        at: self.covered,
                        ..rest
                    });
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

/// A text that can be looked at without a copy where there is one piece of it.
pub(super) fn text_of(line: &Line) -> Cow<'_, str> {
    match line.tokens.as_slice() {
        [one] => Cow::Borrowed(&one.text),
        _ => Cow::Owned(line.text()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::payload::Known;
    use crate::payload::layer::tests::gzip;

    fn read(bytes: &[u8], format: Option<Format>, columns: usize) -> Outline {
        Outline::read(bytes, Hint::default(), format, Some(columns), &|| false).unwrap()
    }

    /// A window of rows anywhere is the same as that part of all of them.
    fn agrees(bytes: &[u8], format: Option<Format>, columns: usize) -> Outline {
        let outline = read(bytes, format, columns);
        let all = outline.rows(bytes, 0, usize::MAX);
        assert_eq!(all.len(), outline.total());
        let total = outline.total();
        for first in [
            0,
            1,
            7,
            total / 3,
            total / 2,
            STRIDE - 1,
            STRIDE,
            STRIDE + 1,
            total.saturating_sub(3),
            total,
        ] {
            let part = outline.rows(bytes, first, 40);
            let expected = all.get(first..).unwrap_or_default();
            assert_eq!(part, expected[..expected.len().min(40)], "from {first}");
        }
        outline
    }

    #[test]
    fn a_window_shows_what_the_whole_would() {
        let mut json = String::from("{\"list\":[");
        for n in 0..20_000 {
            json += &format!("{{\"n\":{n},\"name\":\"sensor {n}\",\"deep\":[[{n}],{{\"x\":[{n},{{}}]}}]}},");
        }
        json += "null]}";
        let outline = agrees(json.as_bytes(), None, 4096);
        let whole = render::render(json.as_bytes(), Hint::default(), None, None, None);
        assert_eq!(outline.total(), whole.lines.len());
        let rows = outline.rows(json.as_bytes(), 0, usize::MAX);
        for (row, line) in rows.iter().zip(&whole.lines) {
            assert_eq!(
                (row.text(), row.fold, row.children, row.no),
                (line.text(), line.fold, line.children, line.no)
            );
        }
        assert_eq!(outline.fold(0), Some((outline.total() - 1, 1)));
    }

    #[test]
    fn ten_megabytes_on_one_line_are_cut_into_rows() {
        let text = "가나다 abc ".repeat(10_000_000 / 14);
        let outline = agrees(text.as_bytes(), Some(Format::Text), 100);
        let rows = outline.rows(text.as_bytes(), 0, usize::MAX);
        let joined: String = rows.iter().map(Line::text).collect();
        assert!(joined == text && rows[0].no == Some(1) && rows[1..].iter().all(|row| row.no.is_none()));
        let quoted = format!("[\"{}\",2]", "x".repeat(10_000_000));
        let outline = agrees(quoted.as_bytes(), None, 100);
        assert_eq!(outline.total(), 102_041 + 3);
        assert_eq!(
            outline.rows(quoted.as_bytes(), outline.total() - 2, 1)[0].text(),
            "2"
        );
    }

    #[test]
    fn depth_and_faults_cost_nothing() {
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        let outline = agrees(deep.as_bytes(), None, 4096);
        assert_eq!((outline.total(), outline.fold(1)), (199_999, Some((199_997, 1))));
        let open = "[".repeat(300_000);
        assert!(
            read(open.as_bytes(), Some(Format::Json), 4096)
                .problem()
                .is_some()
        );
        let wrong = format!("[{}oops\nand more]", "1,".repeat(20_000));
        let outline = agrees(wrong.as_bytes(), Some(Format::Json), 4096);
        let rows = outline.rows(wrong.as_bytes(), outline.total() - 2, 2);
        assert_eq!([rows[0].text(), rows[1].text()], [",oops", "and more]"]);
        assert_eq!(outline.problem().unwrap().offset, 40_001);
    }

    #[test]
    fn texts_nobody_should_send_are_rows_too() {
        let mut text = b"a\r\nb\0\x1b[31m\n\n".to_vec();
        text.extend("\u{202e}txet\u{2066}".as_bytes());
        text.extend(b"\xff\xfe\xff".repeat(50));
        text.push(b'\n');
        let outline = agrees(&text, Some(Format::Text), 20);
        let rows = outline.rows(&text, 0, 4);
        let texts: Vec<String> = rows.iter().map(Line::text).collect();
        assert_eq!(texts[..3], ["a", "b␀␛[31m", ""]);
        assert!(texts[3].starts_with("\u{fffd}txet\u{fffd}"));
        assert_eq!(
            rows.iter().map(|row| row.no).collect::<Vec<_>>(),
            [Some(1), Some(2), Some(3), Some(4)]
        );
        assert_eq!(outline.total(), 4 + 7, "{texts:?}");
        agrees(b"\n\n\n", Some(Format::Text), 20);
        agrees(b"", Some(Format::Text), 20);
    }

    #[test]
    fn other_formats_are_rows_as_well() {
        let bytes: Vec<u8> = (0..=255).cycle().take(5_000).collect();
        assert_eq!(agrees(&bytes, Some(Format::Base64), 80).total(), 88);
        let mut cbor = Vec::new();
        ciborium::into_writer(&vec![vec![1, 2], vec![3]], &mut cbor).unwrap();
        let outline = agrees(&cbor, None, 80);
        assert_eq!(
            (outline.format(), outline.total(), outline.fold(0)),
            (Format::Cbor, 4, Some((3, 2)))
        );
        let xml = format!("<a><b x=\"{}\"><c>1</c></b><d/></a>", "y".repeat(10_000));
        let outline = agrees(xml.as_bytes(), None, 80);
        // <a> <b x="… three rows, <c>1</c> </b> <d/> </a>
        assert_eq!(
            (
                outline.format(),
                outline.total(),
                outline.fold(0),
                outline.fold(1)
            ),
            (Format::Xml, 8, Some((7, 2)), Some((5, 1)))
        );
        assert!(outline.rows(xml.as_bytes(), 3, 1)[0].continues);
    }

    #[test]
    fn rows_are_of_what_is_inside_and_of_the_bytes_as_they_came_only_by_choice() {
        let json = format!("{{\"list\":[{}null]}}", "[1,[2]],".repeat(20_000));
        let packed = gzip(json.as_bytes());
        let outline = agrees(&packed, None, 80);
        let plain = agrees(json.as_bytes(), None, 80);
        assert_eq!(
            (outline.format(), outline.total(), outline.bytes(&packed)),
            (Format::Json, plain.total(), json.as_bytes())
        );
        assert_eq!(
            outline.rows(&packed, 50_000, 9),
            plain.rows(json.as_bytes(), 50_000, 9)
        );
        let raw = agrees(&packed, Some(Format::Base64), 80);
        assert_eq!(
            (raw.format(), raw.bytes(&packed)),
            (Format::Base64, packed.as_slice())
        );
        let cut = read(&packed[..packed.len() / 2], None, 80);
        assert_eq!(
            (cut.problem().unwrap().kind, cut.problem_inside()),
            (Problem::UnexpectedEnd, 0)
        );
        let wrong = read(&gzip(b"{\"a\": 1, b}"), Some(Format::Json), 80);
        assert_eq!((wrong.problem().unwrap().offset, wrong.problem_inside()), (9, 1));
    }

    #[test]
    fn what_is_chosen_for_the_topic_counts_unless_something_is_chosen_for_now() {
        let known = Known {
            format: Some(Format::Text),
            ..Known::default()
        };
        let hint = Hint {
            known: Some(&known),
            ..Hint::default()
        };
        let read = |choice| Outline::read(b"[[1],[2]]", hint, choice, None, &|| false).unwrap();
        assert_eq!((read(None).format(), read(None).total()), (Format::Text, 1));
        assert_eq!(read(Some(Format::Json)).total(), 4);
    }
}
