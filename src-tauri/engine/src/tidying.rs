//! Keeping an open connection within its limits: at once, from time to time, and when they change.
//!
//! It says when it last ran and what that came to, so that nothing is deleted unseen. What is beyond a limit, and how
//! it goes, is the history's business.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::history::{Health, History, HistoryError, Removed, Retention};
use crate::ingest::lock;
use crate::message::Timestamp;

/// How often old messages are looked for.
const EVERY: Duration = Duration::from_secs(60);

/// What came of it by now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tidied {
    /// It is at work.
    pub running: bool,
    /// When it was last through, or failed.
    pub at: Option<Timestamp>,
    /// When something last went, and what.
    pub removed: Option<(Timestamp, Removed)>,
    /// Why it failed the last time.
    pub error: Option<HistoryError>,
}

/// The one tidying of a connection; it ends with this.
#[derive(Debug)]
pub struct Tidying {
    /// What is kept; nothing is deleted until somebody says so.
    retention: watch::Sender<Option<Retention>>,
    now: Arc<Mutex<Tidied>>,
    task: JoinHandle<()>,
}

impl Tidying {
    /// Waits for the limits.
    pub(crate) fn begin(history: History) -> Self {
        let retention = watch::Sender::new(None);
        let now = Arc::<Mutex<Tidied>>::default();
        let task = tokio::spawn(run(history, retention.subscribe(), now.clone()));
        Self { retention, now, task }
    }

    /// What came of it by now.
    pub fn now(&self) -> Tidied {
        lock(&self.now).clone()
    }

    /// Says what is kept from now on; what is more than that goes at once.
    pub(crate) fn keep(&self, retention: Retention) {
        self.retention.send_if_modified(|kept| {
            let changed = *kept != Some(retention);
            *kept = Some(retention);
            changed
        });
    }

    /// Ends it; what was deleted stays deleted.
    pub(crate) fn stop(&self) {
        self.task.abort();
    }
}

impl Drop for Tidying {
    fn drop(&mut self) {
        self.stop();
    }
}

async fn run(history: History, mut retention: watch::Receiver<Option<Retention>>, told: Arc<Mutex<Tidied>>) {
    if *history.health().borrow() == Health::ReadOnly {
        return;
    }
    loop {
        let wanted = *retention.borrow_and_update();
        if let Some(retention) = wanted {
            tidy(&history, &retention, &told).await;
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            changed = retention.changed() => if changed.is_err() { return },
        }
    }
}

async fn tidy(history: &History, retention: &Retention, told: &Mutex<Tidied>) {
    lock(told).running = true;
    let mut removed = Removed::default();
    let done = history.tidy_into(retention, Timestamp::now(), &mut removed).await;
    if let Err(error) = &done {
        log::warn!("old messages can't be removed: {error}");
    }
    let at = Timestamp::now();
    let mut now = lock(told);
    now.running = false;
    now.at = Some(at);
    now.error = done.err();
    if removed != Removed::default() {
        now.removed = Some((at, removed));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::history::tests::{commit, old_row, rename_table};

    async fn until(tidying: &Tidying, is: impl Fn(&Tidied) -> bool) -> Tidied {
        let wait = async {
            loop {
                let now = tidying.now();
                if is(&now) {
                    return now;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), wait).await.unwrap()
    }

    #[tokio::test]
    async fn what_went_is_told_also_where_the_rest_failed_and_stays_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history.db");
        let history = History::open(&path, Timestamp::now()).await.unwrap();
        let rows = (0..3).map(|_| old_row(&history)).collect();
        commit(&history, rows).await;
        rename_table(&path, "events", "elsewhere").await;

        let tidying = Tidying::begin(history.clone());
        assert_eq!(tidying.now(), Tidied::default());
        let mut retention = Retention {
            max_age: Duration::from_secs(3_600),
            max_bytes: 0,
            max_per_topic: 0,
        };
        tidying.keep(retention);
        let failed = until(&tidying, |now| now.error.is_some()).await;
        assert!(!failed.running && failed.at.is_some());
        let (at, removed) = failed.removed.unwrap();
        assert_eq!((Some(at), removed.messages), (failed.at, 3));

        rename_table(&path, "elsewhere", "events").await;
        retention.max_per_topic = 9;
        tidying.keep(retention);
        let well = until(&tidying, |now| !now.running && now.error.is_none()).await;
        assert!(well.at > failed.at);
        assert_eq!(well.removed.unwrap().1.messages, 3);
    }
}
