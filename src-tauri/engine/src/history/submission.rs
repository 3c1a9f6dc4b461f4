//! What is handed in to be stored, and what is handed back. It waits in the [`super::queue`].

use std::fmt;

use super::error::HistoryError;
use super::packet_ids::PacketIds;
use crate::message::{Message, MessageId};

/// What a row costs in memory beside what its message holds: itself, and what two allocations cost by themselves.
const ROW_BYTES: usize = 130;
/// One message to be stored.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its id, from [`super::History::next_id`].
    pub id: MessageId,
    /// The message.
    pub message: Message,
    /// How it came: bits of [`super::marks`]; 0 says nothing.
    pub marks: u16,
}

impl Row {
    pub(super) fn bytes(&self) -> usize {
        ROW_BYTES + self.message.size()
    }
}

/// Called once: after the commit, or with what ended the attempt to write.
pub type Committed = Box<dyn FnOnce(Result<(), HistoryError>) + Send>;

/// Rows that are written together, in ascending order of their ids.
pub struct Submission {
    /// The rows.
    pub rows: Vec<Row>,
    /// What becomes known or unknown of packet identifiers with them; `None` changes nothing.
    pub packet_ids: Option<PacketIds>,
    /// Called by the writer; it must not block. QoS 1 and 2 are acknowledged from here.
    pub committed: Committed,
}

impl fmt::Debug for Submission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Submission")
            .field("rows", &self.rows.len())
            .finish_non_exhaustive()
    }
}

/// What was not taken.
#[derive(Debug)]
pub enum Refused {
    /// The backlog is full: these rows, all of QoS 0, were dropped; the rest was taken.
    Backlog(Vec<Row>),
    /// The history is open read-only; nothing was taken and `committed` was not called.
    ReadOnly(Submission),
    /// The history is closed; nothing was taken and `committed` was not called.
    Closed(Submission),
    /// The ids don't ascend, within it or after those submitted before; nothing was taken.
    OutOfOrder(Submission),
}
