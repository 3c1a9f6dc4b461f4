//! Forgetting in an open connection: one thing at a time, with its progress, and what memory holds of it.
//!
//! Charts lose the points of what is forgotten. The tree counts what was received and keeps its rows until the
//! connection is opened again. Packet identifiers and what tells a message that is delivered again stay: the
//! broker goes on as before.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::watch;

use crate::history::{Amount, Forget, Forgotten, History, HistoryError, Removed};
use crate::ingest::{Live, lock};
use crate::message::Timestamp;

/// Where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Messages are being deleted.
    Deleting,
    /// Free space is being given back to the file system.
    GivingBack {
        /// How much of it is done.
        permille: u16,
    },
    /// All of it is gone.
    Done,
    /// Somebody stopped it; what was deleted stays deleted.
    Stopped,
    /// It failed; what was deleted stays deleted.
    Failed(HistoryError),
}

impl Stage {
    /// True if nothing more happens.
    pub fn is_over(&self) -> bool {
        !matches!(self, Self::Deleting | Self::GivingBack { .. })
    }
}

/// What is being forgotten, or was last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clearing {
    /// What.
    pub what: Forget,
    /// How much it was at the start.
    pub of: Amount,
    /// What is gone by now.
    pub removed: Removed,
    /// Where it is.
    pub stage: Stage,
}

/// The one clearing of a connection.
#[derive(Debug, Default)]
pub struct Clearings {
    now: Arc<watch::Sender<Option<Clearing>>>,
    stop: Arc<AtomicBool>,
}

impl Clearings {
    /// What is under way or was last; `None` before the first.
    pub fn now(&self) -> Option<Clearing> {
        self.now.borrow().clone()
    }

    /// Stops what is under way after the piece that is being deleted.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Begins to forget; false if something is being forgotten already.
    pub(crate) fn begin(&self, history: History, live: Arc<Live>, what: Forget) -> bool {
        let begun = self.now.send_if_modified(|now| {
            let free = now.as_ref().is_none_or(|clearing| clearing.stage.is_over());
            if free {
                *now = Some(Clearing {
                    what: what.clone(),
                    of: Amount::default(),
                    removed: Removed::default(),
                    stage: Stage::Deleting,
                });
            }
            free
        });
        if begun {
            self.stop.store(false, Ordering::Relaxed);
            tokio::spawn(run(self.now.clone(), self.stop.clone(), history, live, what));
        }
        begun
    }
}

type Told = Arc<watch::Sender<Option<Clearing>>>;

async fn run(told: Told, stop: Arc<AtomicBool>, history: History, live: Arc<Live>, what: Forget) {
    let tell = |change: &dyn Fn(&mut Clearing)| {
        told.send_modify(|now| now.iter_mut().for_each(change));
        live.touch();
    };
    let until = std::sync::Mutex::new(Timestamp(0));
    let work = async {
        let of = history.amount(&what).await?;
        tell(&|now| now.of = of);
        history
            .forget(&what, |state: Forgotten| {
                *lock(&until) = state.until.received();
                let stage = match state.giving_back {
                    Some(permille) => Stage::GivingBack { permille },
                    None => Stage::Deleting,
                };
                tell(&|now| (now.removed, now.stage) = (state.removed, stage.clone()));
                if stop.load(Ordering::Relaxed) {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            })
            .await
    };
    let result = work.await;
    // What was deleted before it was stopped can't be told by topic: the points go with all of it or stay.
    let deleting = |now: &Clearing| now.stage == Stage::Deleting;
    let stopped = stop.load(Ordering::Relaxed) && told.borrow().as_ref().is_none_or(deleting);
    if result.is_ok() && !stopped {
        lock(&live.series).forget(|topic| what.covers(topic), until_of(&what, *lock(&until)));
    }
    if let Err(error) = &result {
        log::warn!("forgetting failed: {error}");
    }
    tell(&|now| {
        now.stage = match &result {
            Ok(removed) => {
                now.removed = *removed;
                if stop.load(Ordering::Relaxed) {
                    Stage::Stopped
                } else {
                    Stage::Done
                }
            }
            Err(error) => Stage::Failed(error.clone()),
        };
    });
}

/// The newest point that goes.
fn until_of(what: &Forget, newest: Timestamp) -> Timestamp {
    match what {
        Forget::Before(at) => Timestamp(at.0 - 1).min(newest),
        _ => newest,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::chart::Point;
    use crate::history::tests::{commit, scattered_rows};
    use crate::payload::FieldPath;
    use crate::tree::Tree;

    #[tokio::test]
    async fn stopped_while_giving_back_everything_is_forgotten_all_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history.db");
        let history = History::open(&path, Timestamp(0)).await.unwrap();
        commit(&history, scattered_rows(&history, 12_000)).await;
        let live = Arc::new(Live::new(Tree::new()));
        let charted = lock(&live.series).add("gone/0", FieldPath::default(), "$", None);
        let point = Point {
            at: Timestamp(1),
            value: 1.0,
        };
        let (id, _) = charted.unwrap();
        lock(&live.series).fill(id, vec![point]);

        let clearings = Clearings::default();
        let mut told = clearings.now.subscribe();
        assert!(clearings.begin(history.clone(), live.clone(), Forget::Branch("gone".into())));
        let gives_back = |now: &Option<Clearing>| {
            now.as_ref()
                .is_some_and(|now| matches!(now.stage, Stage::GivingBack { .. }))
        };
        told.wait_for(gives_back).await.unwrap();
        clearings.stop();
        let over = |now: &Option<Clearing>| now.as_ref().is_some_and(|now| now.stage.is_over());
        told.wait_for(over).await.unwrap();
        let now = clearings.now().unwrap();
        assert_eq!((now.stage, now.removed.messages), (Stage::Stopped, 6_000));
        assert!(lock(&live.series).get(id).unwrap().points.is_empty());
    }
}
