//! Which names of Sparkplug B metrics counted when: after a rebirth the same alias may name another metric.
//!
//! Births are read from the history, like everything before now; what is born from now on is the ingest's.

use treetop_engine::history::{History, HistoryError};
use treetop_engine::message::MessageId;
use treetop_engine::payload::{Aliases, birth_topics};

/// The names that were told for the metrics of one topic, over the whole history.
pub(crate) struct Births {
    /// Of the node, then of its device: the names of each birth that told others than the one before.
    born: Vec<Vec<(MessageId, Aliases)>>,
}

impl Births {
    /// Reads the births of the node and the device of a topic; a topic of another kind has none.
    pub(crate) async fn of(history: &History, topic: &str) -> Result<Self, HistoryError> {
        let mut born = Vec::new();
        for topic in birth_topics(topic) {
            let mut names: Vec<(MessageId, Aliases)> = Vec::new();
            let take = |id, payload: &[u8], _: Option<&_>| {
                let told = Aliases::from_births([payload]);
                if names.last().is_none_or(|(_, before)| *before != told) {
                    names.push((id, told));
                }
            };
            history.scan(&topic, None, None, take).await?;
            born.push(names);
        }
        Ok(Self { born })
    }

    /// The names that counted when a message came.
    pub(crate) fn before(&self, message: MessageId) -> Option<Aliases> {
        let last = self.born.iter().filter_map(|names| {
            let after = names.partition_point(|(id, _)| *id < message);
            Some(&names[after.checked_sub(1)?].1)
        });
        last.cloned().reduce(|node, device| node.with(&device))
    }

    /// The first birth after a message, up to which the same names count.
    pub(crate) fn after(&self, message: MessageId) -> Option<MessageId> {
        let next = self.born.iter().filter_map(|names| {
            let after = names.partition_point(|(id, _)| *id <= message);
            names.get(after).map(|(id, _)| *id)
        });
        next.min()
    }
}
