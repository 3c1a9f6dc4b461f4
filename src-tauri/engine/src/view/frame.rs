//! What a window receives: the rows it asked for and no others.
//!
//! Values stay bytes; nothing here is formatted or translated.

use crate::message::Timestamp;
use crate::tree::{Flow, Latest, NodeId, Tree, Trend};

/// Rows of the tree as one window sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// All rows that could be scrolled to.
    pub total_rows: u64,
    /// The number of the first row, from 0: what was asked for or, behind the end, the last window.
    pub first: u64,
    /// The rows from `first` on.
    pub rows: Vec<Row>,
    /// The branches around the first row that are above the window, outermost first. Of more than
    /// [`super::STICKY_ROWS`] only the innermost.
    pub sticky: Vec<Row>,
    /// Topics that the filter names; `None` without a filter.
    pub hits: Option<u64>,
    /// How much of the topics the filter has looked at, from 0 to 1; `None` once it is all.
    pub searching: Option<f64>,
    /// The revision of the tree that the frame shows. It stays while the view is paused.
    pub revision: u64,
}

/// One row.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its node.
    pub node: NodeId,
    /// Levels above it, 0 at the top.
    pub depth: u16,
    /// The text of its level; may be empty.
    pub segment: String,
    /// It can be opened or closed.
    pub has_children: bool,
    /// It is open.
    pub expanded: bool,
    /// Topics that had a message, here or below, whatever the filter hides.
    pub topics: u64,
    /// Messages, here and below.
    pub messages: u64,
    /// Payload bytes, here and below.
    pub bytes: u64,
    /// What flows through it, here and below.
    pub flow: Flow,
    /// The last payload with exactly this topic.
    pub value: Option<ValuePrefix>,
    /// How that payload differs from the one before.
    pub trend: Trend,
    /// When it last did.
    pub changed_at: Option<Timestamp>,
    /// When the last message was received, here or below.
    pub last_message: Option<Timestamp>,
    /// The broker is known to hold a retained message with exactly this topic.
    pub retained: bool,
    /// How many siblings are shown, itself included (`aria-setsize`).
    pub set_size: u32,
    /// Its place among them, from 1 (`aria-posinset`).
    pub pos_in_set: u32,
    /// The bytes of `segment` that the filter found, start and end, in order.
    pub hits: Vec<(u32, u32)>,
}

/// The start of a payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValuePrefix {
    /// At most [`crate::tree::PREFIX_BYTES`] bytes.
    pub bytes: Vec<u8>,
    /// The size of the whole payload in bytes.
    pub size: u64,
    /// `bytes` is the whole payload.
    pub whole: bool,
}

impl Row {
    /// What the tree knows about a node; what only a view knows is left empty.
    pub(super) fn of(tree: &Tree, node: NodeId, now: Timestamp) -> Self {
        let facts = tree.node(node);
        let latest = facts.latest;
        Self {
            node,
            depth: facts.depth,
            segment: facts.segment.to_owned(),
            has_children: false,
            expanded: false,
            topics: facts.topics,
            messages: facts.messages,
            bytes: facts.bytes,
            flow: tree.flow(node, now),
            value: latest.map(|latest| ValuePrefix {
                bytes: facts.prefix.to_vec(),
                size: latest.size.into(),
                whole: latest.is_whole(),
            }),
            trend: latest.map_or(Trend::None, |latest| latest.trend),
            changed_at: latest.and_then(Latest::changed_at),
            last_message: facts.last_message,
            retained: facts.retained,
            set_size: 0,
            pos_in_set: 0,
            hits: Vec::new(),
        }
    }
}
