//! Compares two payloads: values by their path, text by lines, bytes by position. Order of keys is no
//! difference. The rows go side by side or below each other as the window likes.

use std::collections::{HashMap, HashSet};

use super::detect::is_utf8;
use super::diff_lines::{by_line, hex_rows};
use super::layer::MOST_UNPACKED;
use super::model::{Change, Format, Hint, Known, Line, LineChange, Token, TokenKind};
use super::open::{Opened, open};
use super::render::{self, Laid};

/// A line of each payload, side by side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Of the older payload; none where a line was added.
    pub left: Option<Line>,
    /// Of the newer payload; none where a line was removed.
    pub right: Option<Line>,
    /// None where both are the same.
    pub change: Option<LineChange>,
}

/// Two payloads compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diff {
    /// How both were read.
    pub format: Format,
    /// The rows from the first.
    pub rows: Vec<Row>,
    /// Rows that differ.
    pub changed: usize,
    /// Rows only on the right.
    pub added: usize,
    /// Rows only on the left.
    pub removed: usize,
    /// False if a payload goes on after what was compared.
    pub complete: bool,
}

/// Compares the first `limit` bytes of two payloads (all without a limit), `a` being the older.
pub fn diff(a: &[u8], b: &[u8], hint: Hint<'_>, limit: Option<usize>) -> Diff {
    let limit = limit.unwrap_or(usize::MAX);
    let (left, right) = (
        open(a, hint, None, MOST_UNPACKED),
        open(b, hint, None, MOST_UNPACKED),
    );
    let format = common_format(&left, &right);
    // Where nothing else is in common the bytes as they came are compared.
    let (a, b) = if format == Format::Hex {
        (a, b)
    } else {
        (left.bytes.as_ref(), right.bytes.as_ref())
    };
    let none = HashSet::new();
    let (left, right) = (
        render::lay_out(a, format, hint.known, limit, &none),
        render::lay_out(b, format, hint.known, limit, &none),
    );
    let complete = (left.covered >= a.len(), right.covered >= b.len());
    let rows = rows((a, left), (b, right), (format, hint.known), limit, complete);
    let count = |change| rows.iter().filter(|row| row.change == Some(change)).count();
    Diff {
        format,
        changed: count(LineChange::Changed),
        added: count(LineChange::Added),
        removed: count(LineChange::Removed),
        complete: complete.0 && complete.1,
        rows,
    }
}

/// The most that two payloads have in common: a structure, text, or bytes.
pub(super) fn common_format(a: &Opened<'_>, b: &Opened<'_>) -> Format {
    let is_readable = |opened: &Opened<'_>| match opened.format {
        Format::Empty => true,
        Format::Text | Format::Json | Format::Xml => is_utf8(&opened.bytes, false),
        _ => false,
    };
    match (a.format, b.format) {
        (left, right) if left == right && left.is_structured() => left,
        (Format::Xml, Format::Xml) => Format::Xml,
        _ if is_readable(a) && is_readable(b) => Format::Text,
        _ => Format::Hex,
    }
}

/// The rows of two payloads laid out in one format. A side that is not complete leaves open what
/// follows its last common line, so nothing there counts as added or removed.
pub(super) fn rows(
    (a, mut left): (&[u8], Laid),
    (b, mut right): (&[u8], Laid),
    (format, known): (Format, Option<&Known>),
    limit: usize,
    complete: (bool, bool),
) -> Vec<Row> {
    let mut rows = match format {
        Format::Hex => hex_rows(
            &a[..left.covered],
            &b[..right.covered],
            (&left.lines, &right.lines),
        ),
        format if format.is_structured() => {
            // What is folded on one side only could not be compared entry by entry.
            let apart: HashSet<String> = left
                .inline
                .intersection(&right.open)
                .chain(right.inline.intersection(&left.open))
                .cloned()
                .collect();
            if !apart.is_empty() {
                left = render::lay_out(a, format, known, limit, &apart);
                right = render::lay_out(b, format, known, limit, &apart);
            }
            by_path(left.lines, right.lines)
        }
        _ => by_line(left.lines, right.lines),
    };
    let last_common = rows
        .iter()
        .rposition(|row| row.left.is_some() && row.right.is_some());
    for row in &mut rows[last_common.map_or(0, |last| last + 1)..] {
        let open = match row.change {
            Some(LineChange::Added) => !complete.0,
            Some(LineChange::Removed) => !complete.1,
            _ => false,
        };
        if open {
            row.change = None;
            for line in [&mut row.left, &mut row.right].into_iter().flatten() {
                line.change = None;
                line.tokens.iter_mut().for_each(|token| token.change = None);
            }
        }
    }
    rows
}

fn is_value(token: &Token) -> bool {
    matches!(
        token.kind,
        TokenKind::Str
            | TokenKind::Num
            | TokenKind::Bool
            | TokenKind::Null
            | TokenKind::Invalid
            | TokenKind::Text
    )
}

/// A row of a line that only one side has.
pub(super) fn single(mut line: Line, change: LineChange) -> Row {
    line.change = Some(change);
    let (mark, is_left) = match change {
        LineChange::Removed => (Change::Removed, true),
        _ => (Change::Added, false),
    };
    line.tokens
        .iter_mut()
        .filter(|token| is_value(token))
        .for_each(|token| token.change = Some(mark.clone()));
    let (left, right) = if is_left {
        (Some(line), None)
    } else {
        (None, Some(line))
    };
    Row {
        left,
        right,
        change: Some(change),
    }
}

/// A row of two lines.
pub(super) fn pair(mut left: Line, mut right: Line, is_changed: bool) -> Row {
    let change = is_changed.then_some(LineChange::Changed);
    left.change = change;
    right.change = change;
    Row {
        left: Some(left),
        right: Some(right),
        change,
    }
}

/// What names each line: the path of its value, or of the value that it closes; with a count where
/// keys repeat.
fn names(lines: &[Line]) -> Vec<(String, u32)> {
    let mut closing: HashMap<u32, &str> = HashMap::new();
    let mut seen: HashMap<String, u32> = HashMap::new();
    let mut names = Vec::with_capacity(lines.len());
    for line in lines {
        let name = match (&line.path, line.no.and_then(|no| closing.get(&no))) {
            (Some(path), _) => path.clone(),
            (None, Some(path)) => format!("end {path}"),
            (None, None) => line.text(),
        };
        if let (Some(path), Some(fold)) = (&line.path, line.fold) {
            closing.insert(fold, path);
        }
        let count = seen.entry(name.clone()).or_default();
        names.push((name, *count));
        *count += 1;
    }
    names
}

/// Rows in the order of the right side; what only the left has follows what preceded it there.
fn by_path(left: Vec<Line>, right: Vec<Line>) -> Vec<Row> {
    let right_names = names(&right);
    let places: HashMap<&(String, u32), usize> = right_names
        .iter()
        .enumerate()
        .map(|(place, name)| (name, place))
        .collect();
    let mut partners: Vec<Option<Line>> = vec![None; right.len()];
    // Index 0 holds what comes before the first line of the right side.
    let mut removed: Vec<Vec<Line>> = vec![Vec::new(); right.len() + 1];
    let mut after = 0;
    let left_names = names(&left);
    for (line, name) in left.into_iter().zip(&left_names) {
        match places.get(name) {
            Some(place) => {
                partners[*place] = Some(line);
                after = place + 1;
            }
            None => removed[after].push(line),
        }
    }
    let mut removed = removed.into_iter();
    let mut gone = || {
        removed
            .next()
            .into_iter()
            .flatten()
            .map(|line| single(line, LineChange::Removed))
    };
    let mut rows: Vec<Row> = gone().collect();
    for (line, partner) in right.into_iter().zip(partners) {
        rows.push(match partner {
            Some(partner) => compare_values(partner, line),
            None => single(line, LineChange::Added),
        });
        rows.extend(gone());
    }
    rows
}

/// Marks the values that differ between two lines for the same path.
fn compare_values(mut left: Line, mut right: Line) -> Row {
    // On a line a key may repeat too.
    type Place = (Option<String>, u32);
    let places = |line: &Line| -> Vec<Place> {
        let mut seen: HashMap<&Option<String>, u32> = HashMap::new();
        let values = line.tokens.iter().filter(|token| is_value(token));
        let places = values.map(|token| {
            let count = seen.entry(&token.path).or_default();
            *count += 1;
            (token.path.clone(), *count)
        });
        places.collect()
    };
    let texts = |line: &Line| -> HashMap<Place, String> {
        let values = line.tokens.iter().filter(|token| is_value(token));
        let texts = values.map(|token| token.text.clone());
        places(line).into_iter().zip(texts).collect()
    };
    let tags = |line: &Line| -> Vec<String> {
        let tags = line.tokens.iter().filter(|token| token.kind == TokenKind::Tag);
        tags.map(|token| token.text.clone()).collect()
    };
    let (was, is) = (texts(&left), texts(&right));
    let mut is_changed = tags(&left) != tags(&right);
    let mut mark = |line: &mut Line, others: &HashMap<Place, String>, alone: Change| {
        let places = places(line);
        let values = line.tokens.iter_mut().filter(|token| is_value(token));
        for (token, place) in values.zip(&places) {
            token.change = match others.get(place) {
                Some(other) if *other == token.text => None,
                Some(other) => Some(Change::Was(other.clone())),
                None => Some(alone.clone()),
            };
            is_changed |= token.change.is_some();
        }
    };
    mark(&mut left, &is, Change::Removed);
    mark(&mut right, &was, Change::Added);
    pair(left, right, is_changed)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn compare(a: &str, b: &str) -> Diff {
        diff(a.as_bytes(), b.as_bytes(), Hint::default(), None)
    }

    fn marks(diff: &Diff) -> String {
        let mark = |row: &Row| match row.change {
            None => '=',
            Some(LineChange::Changed) => '~',
            Some(LineChange::Added) => '+',
            Some(LineChange::Removed) => '-',
        };
        diff.rows.iter().map(mark).collect()
    }

    #[test]
    fn values_are_compared_by_path() {
        let diff = compare(
            r#"{"seq":1,"mode":"manual","jog":0.5,"tool":{"id":"T","long":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}}"#,
            r#"{"mode":"auto","seq":1,"tool":{"id":"T","long":"a"},"target":42000}"#,
        );
        assert_eq!(marks(&diff), "=~-===~=+=");
        assert_eq!(
            (diff.changed, diff.added, diff.removed, diff.complete),
            (2, 1, 1, true)
        );
        let mode = diff.rows[1].clone();
        let value = |line: Option<Line>| line.unwrap().tokens[2].change.clone();
        assert_eq!(value(mode.left), Some(Change::Was("\"auto\"".into())));
        assert_eq!(value(mode.right), Some(Change::Was("\"manual\"".into())));
        assert_eq!(diff.rows[2].left.as_ref().unwrap().no, Some(4));
    }

    #[test]
    fn a_value_that_becomes_a_map_is_a_change_with_new_lines() {
        let diff = compare(r#"{"a":5}"#, r#"{"a":{"b":[[1]]}}"#);
        assert_eq!(marks(&diff), "=~++++=");
        assert_eq!(
            diff.rows[1].left.as_ref().unwrap().tokens[2].change,
            Some(Change::Removed)
        );
    }

    #[test]
    fn repeated_keys_are_compared_in_turn() {
        let diff = compare(r#"{"a":1,"a":2}"#, r#"{"a":1,"a":3}"#);
        assert_eq!(marks(&diff), "==~=");
        let on_a_line = |second| format!("{{\"v\":{{\"a\":1,\"a\":{second}}}}}");
        assert_eq!(marks(&compare(&on_a_line(2), &on_a_line(2))), "===");
        let diff = compare(&on_a_line(2), &on_a_line(3));
        assert_eq!(marks(&diff), "=~=");
        let line = diff.rows[1].right.clone().unwrap();
        let changes: Vec<_> = line.tokens.into_iter().filter_map(|token| token.change).collect();
        assert_eq!(changes, [Change::Was("2".into())]);
    }

    #[test]
    fn the_same_is_the_same() {
        for text in ["{\"a\":[1,[2]]}", "x\ny", "", "\u{1}\u{2}"] {
            assert!(
                compare(text, text).rows.iter().all(|row| row.change.is_none()),
                "{text}"
            );
        }
        assert_eq!(marks(&compare("[1, 2]", "[1,2]")), "====");
    }

    #[test]
    fn texts_are_compared_by_line_and_the_middle_is_marked() {
        let diff = compare("a\nold\nb", "a\nb\nnew");
        assert_eq!(marks(&diff), "=-=+");
        let line = compare("state=RUN", "state=STOP").rows[0].right.clone().unwrap();
        let tokens: Vec<_> = line
            .tokens
            .iter()
            .map(|token| (token.text.as_str(), token.change.is_some()))
            .collect();
        assert_eq!(tokens, [("state=", false), ("STOP", true)]);
        let number = compare("61.4", "61.5").rows[0].right.clone().unwrap();
        assert_eq!(number.tokens[0].change, Some(Change::Was("61.4".into())));
        assert_eq!(compare("{\"a\":1}", "plain").format, Format::Text);
    }

    #[test]
    fn many_lines_do_not_take_forever() {
        let a: String = (0..50_000).map(|n| format!("a{n}\n")).collect();
        let b: String = (0..50_000).map(|n| format!("b{n}\n")).collect();
        assert_eq!(compare(&a, &b).changed, 50_000);
    }

    #[test]
    fn bytes_are_compared_by_position() {
        let a = [0x80u8, 1, 2, 0xff].repeat(5);
        let mut b = a.clone();
        b[2] = 9;
        b.extend([0u8; 16]);
        let diff = diff(&a, &b, Hint::default(), None);
        assert_eq!((diff.format, marks(&diff)), (Format::Hex, "~~+".into()));
    }

    #[test]
    fn what_follows_a_cut_is_neither_added_nor_removed() {
        let list = |count: usize| format!("[{}[0]]", "\"some words\",".repeat(count));
        let cut = diff(
            list(10).as_bytes(),
            list(1000).as_bytes(),
            Hint::default(),
            Some(1000),
        );
        assert!(!cut.complete);
        assert_eq!(cut.removed, 0);
        let cut = diff(
            list(1000).as_bytes(),
            list(1000).as_bytes(),
            Hint::default(),
            Some(1000),
        );
        assert_eq!((cut.changed, cut.added, cut.removed), (0, 0, 0));
    }
}
