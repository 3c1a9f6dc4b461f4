//! What comes of deleting or restoring retained messages, in numbers: of however many there are, only some topics
//! are named. It does neither.

use crate::history::{DeletionId, HistoryError};
use crate::session::Reason;

/// Topics that are named for each reason.
const NAMED: usize = 100;

/// Why a message was not changed.
#[derive(Clone, Debug, PartialEq)]
pub enum WhyNot {
    /// The broker refused the publish.
    Refused(Reason),
    /// A fresh subscription still delivers it.
    StillThere,
    /// A fresh subscription does not deliver what was restored.
    Missing,
    /// It could not be sent or was not confirmed.
    NotSent,
}

impl WhyNot {
    /// A reason string may differ from message to message.
    fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Refused(one), Self::Refused(other)) => one.code == other.code,
            (one, other) => one == other,
        }
    }
}

/// Messages that were not changed for one reason.
#[derive(Clone, Debug, PartialEq)]
pub struct Failed {
    /// Why; of several refusals with the same code, the first.
    pub why: WhyNot,
    /// How many.
    pub count: u64,
    /// Some of their topics.
    pub topics: Vec<String>,
}

/// How far deleting or restoring is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Going {
    /// How many it is about.
    pub of: u64,
    /// Confirmed by the broker.
    pub done: u64,
    /// Failed.
    pub failed: u64,
    /// It waits for a connection, or for what the broker says after it.
    pub waits: bool,
}

/// What came of deleting or restoring.
#[derive(Debug)]
pub struct Change {
    /// Names the kept copies.
    pub deletion: DeletionId,
    /// How many were changed as asked.
    pub done: u64,
    /// How many were not, by reason.
    pub failed: Vec<Failed>,
    /// How many were left alone, because it was stopped or the history failed.
    pub left: u64,
    /// A fresh subscription showed all of it; false if the broker could not be asked or it was stopped.
    pub verified: bool,
    /// Without kept copies nothing more is deleted, and what can't be read is not restored.
    pub broken: Option<HistoryError>,
}

impl Change {
    pub(super) fn new(deletion: DeletionId) -> Self {
        Self {
            deletion,
            done: 0,
            failed: Vec::new(),
            left: 0,
            verified: true,
            broken: None,
        }
    }

    /// Counts one that was not changed.
    pub(super) fn fail(&mut self, topic: String, why: WhyNot) {
        let at = self.failed.iter().position(|one| one.why.is_like(&why));
        let at = at.unwrap_or_else(|| {
            self.failed.push(Failed {
                why,
                count: 0,
                topics: Vec::new(),
            });
            self.failed.len() - 1
        });
        let failed = &mut self.failed[at];
        failed.count += 1;
        if failed.topics.len() < NAMED {
            failed.topics.push(topic);
        }
    }

    /// How many were not changed, for whatever reason.
    pub(super) fn failures(&self) -> u64 {
        self.failed.iter().map(|failed| failed.count).sum()
    }
}
