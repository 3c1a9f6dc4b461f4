//! A comparison as the window scrolls through it.

use treetop_engine::history::Stored;
use treetop_engine::payload::{self as engine, Diff};

use super::message;
use crate::opened::Compared;
use crate::types::payload::{DiffLine, DiffRow, MessageDiff};

/// Stretches that somebody steps through.
const MOST_DIFFERENCES: usize = 10_000;

/// A comparison with its lines below each other: what is gone above what came.
pub(crate) fn compared(diff: Diff) -> Compared {
    let mut lines = Vec::with_capacity(diff.rows.len());
    for (row, sides) in (0u32..).zip(&diff.rows) {
        if sides.change.is_none() {
            lines.push((row, false));
            continue;
        }
        if sides.left.is_some() {
            lines.push((row, true));
        }
        if sides.right.is_some() {
            lines.push((row, false));
        }
    }
    Compared { diff, lines }
}

pub(crate) fn summary(compared: &Compared, a: &Stored, b: &Stored, limit: usize) -> MessageDiff {
    let diff = &compared.diff;
    let differs = |row: usize| diff.rows.get(row).is_some_and(|row| row.change.is_some());
    let begins = |row: usize| differs(row) && (row == 0 || !differs(row - 1));
    let mut last = None;
    let differences = (0u32..)
        .zip(&compared.lines)
        .filter_map(|(line, (row, _))| {
            let first = last.replace(*row) != Some(*row);
            (first && begins(*row as usize)).then_some((*row, line))
        })
        .take(MOST_DIFFERENCES)
        .collect();
    MessageDiff {
        a: message::info(a),
        b: message::info(b),
        same: a.message.payload == b.message.payload,
        format: message::format(diff.format),
        rows: diff.rows.len() as f64,
        lines: compared.lines.len() as f64,
        changed: diff.changed as f64,
        added: diff.added as f64,
        removed: diff.removed as f64,
        compared: (!diff.complete).then_some(limit as f64),
        differences,
    }
}

/// A stretch of rows, or of lines below each other.
pub(crate) fn rows(compared: &Compared, inline: bool, first: usize, count: usize) -> Vec<DiffRow> {
    let rows = &compared.diff.rows;
    if inline {
        let lines = compared.lines.iter().skip(first).take(count);
        return lines
            .filter_map(|(row, left)| {
                let row = rows.get(*row as usize)?;
                let change = row.change.map(message::line_change);
                Some(if *left {
                    DiffRow {
                        change,
                        a: row.left.clone().map(side),
                        b: None,
                    }
                } else {
                    DiffRow {
                        change,
                        a: None,
                        b: row.right.clone().map(side),
                    }
                })
            })
            .collect();
    }
    let shown = rows.iter().skip(first).take(count);
    shown
        .map(|row| DiffRow {
            change: row.change.map(message::line_change),
            a: row.left.clone().map(side),
            b: row.right.clone().map(side),
        })
        .collect()
}

fn side(line: engine::Line) -> DiffLine {
    let differs = line.tokens.iter().map(|token| token.change.is_some()).collect();
    DiffLine {
        line: message::line(line),
        differs,
    }
}
