//! The topics of a connection as they stood at an earlier time.
//!
//! A moment is a tree of its own beside the live one, made from the history and never changed: going back in
//! time stops neither receiving nor storing. It holds the last message of each topic by then and counts
//! none of the earlier ones, because that would cost a look at all of them. A newer journey ends the one
//! under way, and the last few moments are kept for the way back.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::history::{History, HistoryError};
use crate::ingest::{Live, lock};
use crate::message::Timestamp;
use crate::tree::{Restored, Tree};

/// Moments that are kept.
const KEPT: usize = 4;
/// Bytes of kept moments; the newest is kept whatever it takes.
const KEPT_BYTES: usize = 64 << 20;
/// How long a moment is taken for true: retention and "forget" change the past too.
const KEPT_FOR: Duration = Duration::from_secs(60);
/// What was received this short before may still be on its way into the history.
const UNSETTLED: Duration = Duration::from_secs(10);

/// All topics at one time.
#[derive(Debug)]
pub struct Moment {
    /// The time: messages up to and including it.
    pub at: Timestamp,
    /// The topics that had a message by then. Each counts one message, whatever it had.
    pub tree: Tree,
    made: Timestamp,
}

/// A journey that came through.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// Its number; later journeys have larger ones.
    pub journey: u64,
    /// Where it led.
    pub moment: Arc<Moment>,
}

/// The journeys of one window through one connection.
#[derive(Debug, Default)]
pub struct TimeMachine {
    journeys: AtomicU64,
    kept: Mutex<VecDeque<Arc<Moment>>>,
}

impl TimeMachine {
    /// The topics at `at`, which takes about as long as it takes to read them. `None` if a newer journey was
    /// begun meanwhile. `now` decides what may be kept.
    pub async fn go(
        &self,
        history: &History,
        live: &Live,
        at: Timestamp,
        now: Timestamp,
    ) -> Result<Option<Arrival>, HistoryError> {
        let journey = self.journeys.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(moment) = self.known(at, now) {
            return Ok(Some(Arrival { journey, moment }));
        }
        let wanted = || self.is_latest(journey);
        let Some(moment) = Moment::read(history, live, at, now, wanted).await? else {
            return Ok(None);
        };
        let moment = Arc::new(moment);
        self.keep(&moment, now);
        Ok(wanted().then_some(Arrival { journey, moment }))
    }

    /// No journey was begun, and nobody went back, since this one.
    pub fn is_latest(&self, journey: u64) -> bool {
        self.journeys.load(Ordering::Relaxed) == journey
    }

    /// Ends the journey under way, and keeps nothing.
    pub fn back(&self) {
        self.journeys.fetch_add(1, Ordering::Relaxed);
        lock(&self.kept).clear();
    }

    fn known(&self, at: Timestamp, now: Timestamp) -> Option<Arc<Moment>> {
        let mut kept = lock(&self.kept);
        kept.retain(|moment| now.since(moment.made) < KEPT_FOR);
        kept.iter().find(|moment| moment.at == at).cloned()
    }

    fn keep(&self, moment: &Arc<Moment>, now: Timestamp) {
        if now.since(moment.at) < UNSETTLED {
            return;
        }
        let mut kept = lock(&self.kept);
        kept.push_front(moment.clone());
        kept.truncate(KEPT);
        let bytes = |kept: &VecDeque<Arc<Moment>>| -> usize {
            kept.iter().map(|moment| moment.tree.memory_bytes()).sum()
        };
        while kept.len() > 1 && bytes(&kept) > KEPT_BYTES {
            kept.pop_back();
        }
    }
}

impl Moment {
    async fn read(
        history: &History,
        live: &Live,
        at: Timestamp,
        now: Timestamp,
        wanted: impl Fn() -> bool + Send,
    ) -> Result<Option<Self>, HistoryError> {
        let mut tree = Tree::new();
        let done = history
            .topics_at(at, wanted, |found| {
                let node = tree.restore(Restored {
                    topic: &found.topic,
                    messages: 1,
                    bytes: found.size,
                    id: found.id,
                    qos: found.qos,
                    retain: found.retain,
                    size: u32::try_from(found.size).unwrap_or(u32::MAX),
                    prefix: &found.prefix,
                });
                // As far as it is known: the message says it itself, or the broker holds now what it held
                // then. An empty one says the opposite.
                let held = match (found.retain, found.size) {
                    (true, size) => size > 0,
                    (false, _) => live
                        .held(&found.topic)
                        .is_some_and(|entry| entry.first_seen <= at),
                };
                tree.set_retained(node, held);
            })
            .await?;
        Ok(done.then_some(Self { at, tree, made: now }))
    }
}

#[cfg(test)]
mod tests;
