//! Compares texts line by line and bytes row by row, where values have no paths.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::diff::{Row, pair, single};
use super::hex;
use super::model::{Change, Line, LineChange, Token, TokenKind};

/// Texts with more lines in their differing middle are compared line by line in place.
const MAX_ALIGNED_LINES: usize = 4_000;

/// The rows of two texts.
pub(super) fn by_line(left: Vec<Line>, right: Vec<Line>) -> Vec<Row> {
    let texts = |lines: &[Line]| lines.iter().map(Line::text).collect::<Vec<_>>();
    let (was, is) = (texts(&left), texts(&right));
    let front = was.iter().zip(&is).take_while(|(a, b)| a == b).count();
    let back = was[front..]
        .iter()
        .rev()
        .zip(is[front..].iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let (old, new) = (&was[front..was.len() - back], &is[front..is.len() - back]);
    let mut ops = vec![DiffOp::Equal {
        old_index: 0,
        new_index: 0,
        len: front,
    }];
    if old.len() + new.len() <= MAX_ALIGNED_LINES {
        ops.extend(capture_diff_slices(Algorithm::Myers, old, new));
    } else {
        ops.push(DiffOp::Replace {
            old_index: 0,
            old_len: old.len(),
            new_index: 0,
            new_len: new.len(),
        });
    }
    ops.push(DiffOp::Equal {
        old_index: 0,
        new_index: 0,
        len: back,
    });
    let mut rows = Vec::with_capacity(is.len());
    let (mut left, mut right) = (left.into_iter(), right.into_iter());
    for op in ops {
        let (old, new) = (op.old_range().len(), op.new_range().len());
        let is_equal = matches!(op, DiffOp::Equal { .. });
        let both = old.min(new);
        for (a, b) in left.by_ref().take(both).zip(right.by_ref().take(both)) {
            rows.push(if is_equal {
                pair(a, b, false)
            } else {
                compare_texts(a, b)
            });
        }
        rows.extend(
            left.by_ref()
                .take(old - both)
                .map(|line| single(line, LineChange::Removed)),
        );
        rows.extend(
            right
                .by_ref()
                .take(new - both)
                .map(|line| single(line, LineChange::Added)),
        );
    }
    rows
}

/// Marks the differing middle of two lines of text.
fn compare_texts(mut left: Line, mut right: Line) -> Row {
    let (was, is) = (left.text(), right.text());
    if was == is {
        return pair(left, right, false);
    }
    let front: usize = was
        .chars()
        .zip(is.chars())
        .take_while(|(a, b)| a == b)
        .map(|(a, _)| a.len_utf8())
        .sum();
    let ends = was[front..].chars().rev().zip(is[front..].chars().rev());
    let back: usize = ends.take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    for (line, text, other) in [(&mut left, &was, &is), (&mut right, &is, &was)] {
        let middle = text.len() - back;
        let was = other[front..other.len() - back].to_string();
        if let [token] = line.tokens.as_mut_slice()
            && token.chartable
        {
            token.change = Some(Change::Was(other.clone()));
            continue;
        }
        let parts = [
            (&text[..front], None),
            (&text[front..middle], Some(Change::Was(was))),
            (&text[middle..], None),
        ];
        line.tokens = parts
            .into_iter()
            .filter(|(part, change)| !part.is_empty() || change.is_some())
            .map(|(part, change)| Token {
                change,
                ..Token::plain(TokenKind::Text, part)
            })
            .collect();
    }
    pair(left, right, true)
}

/// The rows of two payloads as bytes, by position.
pub(super) fn hex_rows(a: &[u8], b: &[u8], lines: (&[Line], &[Line])) -> Vec<Row> {
    let (mut old, mut new) = (a.chunks(hex::ROW), b.chunks(hex::ROW));
    let count = lines.0.len().max(lines.1.len());
    (0..count)
        .map(|index| match (old.next(), new.next()) {
            (Some(old), Some(new)) => {
                let line = |row, other| {
                    let line = hex::line(index * hex::ROW, row, Some(other));
                    Line {
                        no: u32::try_from(index + 1).ok(),
                        ..line
                    }
                };
                pair(line(old, new), line(new, old), old != new)
            }
            (Some(_), None) => single(lines.0[index].clone(), LineChange::Removed),
            _ => single(lines.1[index].clone(), LineChange::Added),
        })
        .collect()
}
