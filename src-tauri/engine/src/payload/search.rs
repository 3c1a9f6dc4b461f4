//! Finds a text, a regular expression or bytes in all of a payload. In rows it looks at what is shown; in
//! hex it looks at the bytes. It keeps places, never copies, and no more of them than somebody steps
//! through.

use regex::bytes::{Regex, RegexBuilder};
use regex_syntax::ParserBuilder;

use super::rows::{Outline, Row, text_of};
use crate::expression::{self, RegexError};

/// More places than these are not kept; that there are more is said.
pub const MOST_HITS: usize = 100_000;

/// A line that is cut into rows is searched in stretches of so many bytes.
const STRETCH: usize = 4_000_000;

/// Rows, or bytes of a stretch, between two looks at whether somebody still waits.
const LOOK_UP: usize = 4_096;

/// How the words of a search are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QueryKind {
    /// As they stand.
    Text,
    /// A regular expression.
    Regex,
    /// Pairs of hex digits, spaces between them allowed.
    Hex,
}

/// Why something cannot be searched for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryProblem {
    /// Digits that are not hex, or an odd number of them.
    #[error("not pairs of hex digits")]
    NotHex,
    /// Not a regular expression.
    #[error(transparent)]
    NotRegex(#[from] RegexError),
    /// It takes too much memory.
    #[error("what is searched for is too large")]
    TooLarge,
}

/// What is searched for.
#[derive(Clone, Debug)]
pub struct Query {
    kind: QueryKind,
    regex: Regex,
}

/// One place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The row; 0 where bytes were searched.
    pub row: usize,
    /// The first byte, in the text of the row or in the payload.
    pub start: usize,
    /// The byte after the last, which may stand in a later row.
    pub end: usize,
}

/// All places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hits {
    /// In order, without overlaps.
    pub places: Vec<Hit>,
    /// There are more than were kept.
    pub more: bool,
}

impl Query {
    /// Reads what was typed. Nothing typed is found nowhere.
    pub fn new(text: &str, kind: QueryKind, case: bool) -> Result<Self, QueryProblem> {
        let pattern = match kind {
            QueryKind::Text => regex::escape(text),
            QueryKind::Regex => {
                expression::read(text, ParserBuilder::new().utf8(false))?;
                text.to_owned()
            }
            QueryKind::Hex => hex_pattern(text).ok_or(QueryProblem::NotHex)?,
        };
        let regex = RegexBuilder::new(&pattern)
            .case_insensitive(!case && kind != QueryKind::Hex)
            .multi_line(true)
            .size_limit(4_000_000)
            .dfa_size_limit(4_000_000)
            .build()
            .map_err(|_| QueryProblem::TooLarge)?;
        Ok(Self { kind, regex })
    }

    /// True where only bytes can be compared.
    pub fn is_hex(&self) -> bool {
        self.kind == QueryKind::Hex
    }

    /// Searches bytes. Nothing, once `stop` is true.
    pub fn in_bytes(&self, bytes: &[u8], stop: &dyn Fn() -> bool) -> Option<Hits> {
        let mut hits = Hits::default();
        for found in self.regex.find_iter(bytes) {
            if found.is_empty() {
                continue;
            }
            let hit = Hit {
                row: 0,
                start: found.start(),
                end: found.end(),
            };
            if !hits.add(hit) {
                break;
            }
            if hits.places.len().is_multiple_of(LOOK_UP) && stop() {
                return None;
            }
        }
        Some(hits)
    }

    /// Searches the rows of an outline, which may not be all that a payload has: their text, or for a query of
    /// bytes the bytes that they stand for. Nothing, once `stop` is true.
    pub fn in_rows(&self, outline: &Outline, bytes: &[u8], stop: &dyn Fn() -> bool) -> Option<Hits> {
        if self.is_hex() {
            let found = self.in_bytes(outline.bytes(bytes), stop)?;
            return rows_of(found, outline, bytes, stop);
        }
        let mut hits = Hits::default();
        let mut line = Line::default();
        let mut rows = outline.from(bytes, 0);
        for row in 0..outline.total() {
            if row.is_multiple_of(LOOK_UP) && stop() {
                return None;
            }
            let Some(Row { line: next, .. }) = rows.next() else {
                break;
            };
            if !next.continues {
                if !self.in_line(&line, &mut hits) {
                    return Some(hits);
                }
                line.clear();
            } else if line.text.len() > STRETCH {
                if !self.in_line(&line, &mut hits) {
                    return Some(hits);
                }
                // What begins in the last row of a stretch may end in the next stretch.
                line.keep_last(hits.places.last().copied());
            }
            line.rows.push((row, line.text.len()));
            line.text.push_str(&text_of(&next));
        }
        self.in_line(&line, &mut hits);
        Some(hits)
    }

    fn in_line(&self, line: &Line, hits: &mut Hits) -> bool {
        for found in self.regex.find_iter(line.text.as_bytes()) {
            if found.is_empty() || found.start() < line.searched {
                continue;
            }
            let at = line.rows.partition_point(|(_, from)| *from <= found.start());
            let Some((row, from)) = at.checked_sub(1).and_then(|at| line.rows.get(at)) else {
                continue;
            };
            let hit = Hit {
                row: *row,
                start: found.start() - from,
                end: found.end() - from,
            };
            if !hits.add(hit) {
                return false;
            }
        }
        true
    }
}

impl Hits {
    fn add(&mut self, hit: Hit) -> bool {
        if self.places.len() == MOST_HITS {
            self.more = true;
            return false;
        }
        self.places.push(hit);
        true
    }
}

/// A line that may be cut into rows.
#[derive(Default)]
struct Line {
    text: String,
    /// Each row with the byte of the text where it begins.
    rows: Vec<(usize, usize)>,
    /// What begins before has been found already.
    searched: usize,
}

impl Line {
    fn clear(&mut self) {
        self.text.clear();
        self.rows.clear();
        self.searched = 0;
    }

    fn keep_last(&mut self, last_hit: Option<Hit>) {
        let Some((row, from)) = self.rows.last().copied() else {
            return;
        };
        self.searched = last_hit.filter(|hit| hit.row == row).map_or(0, |hit| hit.end);
        self.text.drain(..from);
        self.rows.clear();
        self.rows.push((row, 0));
    }
}

/// The rows in which places of the payload are. Of a format whose rows do not know their bytes it is the last.
fn rows_of(found: Hits, outline: &Outline, bytes: &[u8], stop: &dyn Fn() -> bool) -> Option<Hits> {
    let mut hits = Hits {
        places: Vec::with_capacity(found.places.len()),
        more: found.more,
    };
    let mut rows = outline.from(bytes, 0);
    let mut row = 0usize;
    let mut end = rows.next().map_or(usize::MAX, |row| row.end);
    for place in found.places {
        while end <= place.start {
            if row.is_multiple_of(LOOK_UP) && stop() {
                return None;
            }
            match rows.next() {
                Some(next) => (row, end) = (row + 1, next.end),
                None => end = usize::MAX,
            }
        }
        // What lies behind the last row of the outline cannot be shown.
        if row >= outline.total() {
            break;
        }
        hits.places.push(Hit {
            row,
            start: 0,
            end: 0,
        });
    }
    Some(hits)
}

fn hex_pattern(text: &str) -> Option<String> {
    let digits: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    if !digits.len().is_multiple_of(2) || !digits.iter().all(char::is_ascii_hexdigit) {
        return None;
    }
    let bytes = digits.chunks(2).map(|pair| format!("\\x{}{}", pair[0], pair[1]));
    Some(format!("(?-u){}", bytes.collect::<String>()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::expression::RegexFault;
    use crate::payload::layer::tests::gzip;
    use crate::payload::{Format, Hint};

    const GO_ON: &dyn Fn() -> bool = &|| false;

    fn outline(bytes: &[u8], format: Option<Format>, columns: usize) -> Outline {
        Outline::read(bytes, Hint::default(), format, Some(columns), GO_ON).unwrap()
    }

    fn places(bytes: &[u8], columns: usize, text: &str, kind: QueryKind, case: bool) -> Vec<(usize, usize)> {
        let query = Query::new(text, kind, case).unwrap();
        let hits = query
            .in_rows(&outline(bytes, None, columns), bytes, GO_ON)
            .unwrap();
        hits.places.iter().map(|hit| (hit.row, hit.start)).collect()
    }

    #[test]
    fn text_is_found_in_any_case_unless_told() {
        let json = br#"{"State":"run","list":[{"state":"RUN"},{"a":[[1]]}]}"#;
        assert_eq!(
            places(json, 80, "RUN", QueryKind::Text, false),
            [(1, 10), (3, 12)]
        );
        assert_eq!(places(json, 80, "RUN", QueryKind::Text, true), [(3, 12)]);
        assert_eq!(
            places(json, 80, "^\\{ \"s.*e\"", QueryKind::Regex, false),
            [(3, 0)]
        );
        assert_eq!(places(json, 80, "22 52 55 4e", QueryKind::Hex, false), [(3, 0)]);
        assert_eq!(places(json, 80, "", QueryKind::Text, false), []);
    }

    #[test]
    fn what_is_packed_is_searched_inside() {
        let packed = gzip(br#"{"list":[[1],["needle"]]}"#);
        let look = |format, text: &str, kind| {
            let query = Query::new(text, kind, false).unwrap();
            let outline = outline(&packed, format, 80);
            let hits = query.in_rows(&outline, &packed, GO_ON).unwrap();
            hits.places.iter().map(|hit| hit.row).collect::<Vec<_>>()
        };
        assert_eq!(look(None, "NEEDLE", QueryKind::Text), [3]);
        assert_eq!(look(None, "6e 65 65 64", QueryKind::Hex), [3]);
        assert!(look(None, "1f 8b", QueryKind::Hex).is_empty());
        assert_eq!(look(Some(Format::Base64), "1f 8b", QueryKind::Hex), [0]);
    }

    #[test]
    fn a_search_ends_with_the_rows_that_there_are() {
        let text = "a\n".repeat(300) + "needle\n";
        let json = format!("[{}\"needle\"]", "[[1]],".repeat(300));
        for whole in [text, json] {
            for kind in [QueryKind::Text, QueryKind::Hex] {
                let words = if kind == QueryKind::Text {
                    "needle"
                } else {
                    "6e 65"
                };
                let query = Query::new(words, kind, false).unwrap();
                let look = |most| {
                    let bytes = whole.as_bytes();
                    let outline =
                        Outline::read_up_to(bytes, Hint::default(), None, None, most, GO_ON).unwrap();
                    let hits = query.in_rows(&outline, bytes, GO_ON).unwrap();
                    (outline.is_complete(), hits.places.len())
                };
                assert_eq!(look(usize::MAX), (true, 1), "{kind:?} in {}", &whole[..9]);
                assert_eq!(look(200), (false, 0), "{kind:?} in {}", &whole[..9]);
            }
        }
    }

    #[test]
    fn what_a_cut_divides_is_found() {
        let text = format!("{}needle{}needle", "x".repeat(29), "y".repeat(100));
        assert_eq!(
            places(text.as_bytes(), 32, "needle", QueryKind::Text, true),
            [(0, 29), (4, 7)]
        );
        let quoted = format!("[\"{text}\"]");
        assert_eq!(
            places(quoted.as_bytes(), 32, "needle", QueryKind::Text, true),
            [(2, 0), (5, 16)]
        );
        assert_eq!(
            places(quoted.as_bytes(), 32, "6e6565646c65", QueryKind::Hex, true),
            [(2, 0), (5, 0)]
        );
        let long = format!("{}needle{}", "x".repeat(STRETCH + 13), "x".repeat(10));
        assert_eq!(
            places(long.as_bytes(), 32, "needle", QueryKind::Text, true),
            [(125_000, 13)]
        );
        let many = "needle".repeat(1_400_000 / 6 * 6);
        let query = Query::new("needle", QueryKind::Text, false).unwrap();
        let hits = query
            .in_rows(&outline(many.as_bytes(), None, 32), many.as_bytes(), GO_ON)
            .unwrap();
        assert_eq!((hits.places.len(), hits.more), (MOST_HITS, true));
        assert!(
            hits.places
                .windows(2)
                .all(|pair| (pair[0].row, pair[0].start) < (pair[1].row, pair[1].start))
        );
    }

    #[test]
    fn bytes_are_found_as_hex_and_as_text() {
        let bytes = b"\x00\xff\x00abc\xff\x00";
        let at = |text, kind| {
            let query = Query::new(text, kind, false).unwrap();
            let hits = query.in_bytes(bytes, GO_ON).unwrap();
            hits.places
                .iter()
                .map(|hit| (hit.start, hit.end))
                .collect::<Vec<_>>()
        };
        assert_eq!(at("ff 00", QueryKind::Hex), [(1, 3), (6, 8)]);
        assert_eq!(at("ABC", QueryKind::Text), [(3, 6)]);
        assert_eq!(at("[a-b]+", QueryKind::Regex), [(3, 5)]);
    }

    #[test]
    fn what_cannot_be_searched_for_says_why() {
        assert_eq!(
            Query::new("f", QueryKind::Hex, false).unwrap_err(),
            QueryProblem::NotHex
        );
        assert_eq!(
            Query::new("zz", QueryKind::Hex, false).unwrap_err(),
            QueryProblem::NotHex
        );
        assert_eq!(
            Query::new("한(", QueryKind::Regex, false).unwrap_err(),
            QueryProblem::NotRegex(RegexError {
                fault: RegexFault::OpenGroup,
                at: 1
            })
        );
        assert_eq!(
            Query::new(&"(a{99}){99}".repeat(99), QueryKind::Regex, false).unwrap_err(),
            QueryProblem::TooLarge
        );
    }

    #[test]
    fn nobody_waits_for_an_answer_that_is_not_wanted() {
        let text = "a\n".repeat(100_000);
        let query = Query::new("a", QueryKind::Text, false).unwrap();
        let outline = outline(text.as_bytes(), None, 80);
        assert_eq!(query.in_rows(&outline, text.as_bytes(), &|| true), None);
        assert!(Outline::read(text.as_bytes(), Hint::default(), None, None, &|| true).is_none());
    }
}
