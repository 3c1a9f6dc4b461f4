//! Rows of the tree, as the window gets them.

use treetop_engine::message::Timestamp;
use treetop_engine::payload::Known;
use treetop_engine::{tree, view};

use crate::types::tree::{Activity, Preview, TreeRow, Trend};
use crate::wire;

/// In the last second; in the last ten.
fn activity(last: Option<Timestamp>, now: Timestamp) -> Activity {
    match last.map(|last| now.since(last).as_secs_f64()) {
        Some(age) if age < 1.0 => Activity::Now,
        Some(age) if age < 10.0 => Activity::Recent,
        _ => Activity::Quiet,
    }
}

/// A row with its full topic, its value read as was chosen. `found` tells the bytes of a value that the filter found.
pub(crate) fn row(
    (topic, row): (String, view::Row),
    known: Option<&Known>,
    now: Timestamp,
    found: &dyn Fn(&str) -> Vec<(u32, u32)>,
) -> TreeRow {
    let preview = row
        .value
        .as_ref()
        .map(|value| wire::message::preview(&value.bytes, value.size as usize, &topic, None, known));
    let preview_hits = match &preview {
        Some(
            Preview::Text { text }
            | Preview::Number { text }
            | Preview::Json { text }
            | Preview::Packed { text },
        ) => utf16_all(text, &found(text)),
        _ => Vec::new(),
    };
    TreeRow {
        node: row.node.raw(),
        depth: row.depth.into(),
        has_children: row.has_children,
        expanded: row.expanded,
        topics: row.topics as f64,
        messages: row.messages as f64,
        bytes: row.bytes as f64,
        rate: row.flow.messages,
        byte_rate: row.flow.bytes,
        preview,
        trend: match row.trend {
            tree::Trend::None => Trend::None,
            tree::Trend::Up => Trend::Up,
            tree::Trend::Down => Trend::Down,
            tree::Trend::Changed => Trend::Changed,
        },
        changed_at: row.changed_at.map(|at| at.millis()),
        activity: activity(row.last_message, now),
        retained: row.retained,
        pos_in_set: row.pos_in_set.into(),
        set_size: row.set_size.into(),
        hits: utf16_all(&row.segment, &row.hits),
        preview_hits,
        segment: row.segment,
        topic,
    }
}

fn utf16_all(text: &str, ranges: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let one = |(from, to): &(u32, u32)| wire::message::utf16(text, *from as usize, *to as usize);
    ranges.iter().map(one).collect()
}
