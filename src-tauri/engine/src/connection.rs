//! One open connection: its history, what is kept in memory of it, and its session while it has one.
//!
//! It can be open without a session, to browse what was stored. It holds no view: a window brings its own.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use hashbrown::HashMap;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::clearing::Clearings;
use crate::history::{Forget, Health, History, HistoryError, Notice, OpenError, Retention, StoredId};
use crate::ingest::{self, Kept, Live, lock};
use crate::intake::Intake;
use crate::message::Timestamp;
use crate::outbox::{Outbox, Room};
use crate::recent::Recent;
use crate::session::packets::PacketLog;
use crate::session::{Event, Following, KeptBefore, Receipts, Session, SessionOptions, Status};
use crate::tidying::Tidying;
use crate::tree::{Restored, Tree};

/// Turns an event into the JSON the history keeps, or into nothing if it is not for the log. The engine
/// has no wire form of its own.
pub type EncodeEvent = fn(&Event) -> Option<String>;

/// QoS 1 messages that are remembered to know them when they come again: far more than the usual receive
/// maximum, because mosquitto 2.0 sends all it has at once after a restart.
const RECENT: usize = 20_000;

/// A session with what it feeds.
struct Running {
    session: Arc<Session>,
    /// The short connections that look at the broker use the same options.
    options: SessionOptions,
    intake: Arc<Intake>,
    /// Ends once the intake is closed and empty.
    ingest: JoinHandle<()>,
    /// Ends with the session.
    watcher: JoinHandle<()>,
    /// Ends with the session.
    courier: JoinHandle<()>,
}

/// An open connection.
pub struct Connection {
    /// Every stored message.
    pub history: History,
    /// What is published from here.
    pub outbox: Outbox,
    /// Tree, retained messages, series and counters.
    pub live: Arc<Live>,
    /// What went over the wire.
    pub packets: Arc<PacketLog>,
    /// QoS 0 messages that earlier sessions of this run dropped at the intake.
    dropped_before: Mutex<u64>,
    /// What was received in each session that a broker keeps, by its name.
    receipts: Mutex<HashMap<Arc<str>, Arc<Receipts>>>,
    /// The last QoS 1 messages; `None` until a session is kept.
    recent: Mutex<Option<Arc<Mutex<Recent>>>>,
    running: Mutex<Option<Running>>,
    /// What is being forgotten.
    pub clearings: Clearings,
    /// The turn to delete or restore retained messages.
    pub(crate) removals: tokio::sync::Mutex<()>,
    closed: AtomicBool,
    /// What is kept of it.
    pub tidying: Tidying,
    encode: EncodeEvent,
    /// Events added to the log since the connection was opened.
    logged: Arc<AtomicU64>,
}

impl Connection {
    /// Opens the history and fills the tree from it. A damaged file is set aside and a new one begun, also where
    /// only this reading meets the damage.
    pub async fn open(path: &Path, encode: EncodeEvent, now: Timestamp) -> Result<Self, OpenError> {
        let history = History::open(path, now).await?;
        match Self::over(history.clone(), path, encode).await {
            Err(OpenError::Refused {
                source: HistoryError::Damaged,
                ..
            }) => Self::over(history.replace_damaged(now).await?, path, encode).await,
            opened => opened,
        }
    }

    /// Opens a history that is only read.
    pub async fn open_read_only(path: &Path, encode: EncodeEvent) -> Result<Self, OpenError> {
        Self::over(History::open_read_only(path).await?, path, encode).await
    }

    async fn over(history: History, path: &Path, encode: EncodeEvent) -> Result<Self, OpenError> {
        let mut tree = Tree::new();
        let refused = |source| OpenError::Refused {
            path: path.to_owned(),
            source,
        };
        let restored = history
            .topics(|topic| {
                tree.restore(Restored {
                    topic: &topic.topic,
                    messages: topic.count,
                    bytes: topic.bytes,
                    id: topic.last_id,
                    qos: topic.qos,
                    retain: topic.retain,
                    size: u32::try_from(topic.size).unwrap_or(u32::MAX),
                    prefix: &topic.prefix,
                });
            })
            .await;
        restored.map_err(refused)?;
        let outbox = Outbox::open(history.clone(), Room::default())
            .await
            .map_err(refused)?;
        let live = Arc::new(Live::new(tree));
        let tidying = Tidying::begin(history.clone());
        Ok(Self {
            history,
            outbox,
            live,
            packets: Arc::default(),
            dropped_before: Mutex::default(),
            receipts: Mutex::default(),
            recent: Mutex::default(),
            running: Mutex::default(),
            clearings: Clearings::default(),
            removals: tokio::sync::Mutex::default(),
            closed: AtomicBool::new(false),
            tidying,
            encode,
            logged: Arc::default(),
        })
    }

    /// Starts a session, in place of the one there may be.
    pub async fn connect(&self, options: SessionOptions) {
        self.disconnect().await;
        let intake = Arc::new(Intake::default());
        let (kept, receipts) = self.kept(&options).await;
        let ingest = self.ingest(intake.clone(), kept);
        let (progress, news) = mpsc::unbounded_channel();
        let following = Following {
            progress: Some(progress),
            resumed: self.outbox.left_under_way(Timestamp::now()).await,
            receipts,
            packets: self.packets.clone(),
        };
        let session = Session::start_following(options.clone(), intake.clone(), following);
        let session = Arc::new(session);
        let courier = self.outbox.serve(session.clone(), news);
        let mut status = session.status();
        let live = self.live.clone();
        let watcher = tokio::spawn(async move {
            live.touch();
            while status.changed().await.is_ok() {
                live.touch();
            }
        });
        *lock(&self.running) = Some(Running {
            session,
            options,
            intake,
            ingest,
            watcher,
            courier,
        });
        self.live.touch();
    }

    /// What is known of the session that these options continue. Of a file that can't be read nothing is
    /// known; then messages may be stored again, and none is lost.
    async fn kept(&self, options: &SessionOptions) -> (Option<Kept>, Arc<Receipts>) {
        if !options.keeps_session() {
            return (None, Arc::default());
        }
        let session: Arc<str> = options.session_key().into();
        let known = lock(&self.receipts).get(&session).cloned();
        let receipts = match known {
            Some(receipts) => receipts,
            None => {
                let ids = self.history.packet_ids(&session).await.unwrap_or_else(|error| {
                    log::warn!("what the broker may deliver again is not known: {error}");
                    Vec::new()
                });
                let before = ids
                    .into_iter()
                    .map(|StoredId { id, digest, released }| KeptBefore { id, digest, released });
                let receipts = Arc::new(Receipts::kept_before(before));
                lock(&self.receipts).insert(session.clone(), receipts.clone());
                receipts
            }
        };
        let recent = self.recent().await;
        (Some(Kept { session, recent }), receipts)
    }

    async fn recent(&self) -> Arc<Mutex<Recent>> {
        let known = lock(&self.recent).clone();
        if let Some(recent) = known {
            return recent;
        }
        let mut recent = Recent::new(RECENT);
        let read = self
            .history
            .recent_qos1(RECENT, |topic, payload| recent.add_older(topic, payload));
        if let Err(error) = read.await {
            log::warn!("messages that are delivered again will not be marked: {error}");
        }
        let recent = Arc::new(Mutex::new(recent));
        *lock(&self.recent) = Some(recent.clone());
        recent
    }

    fn ingest(&self, intake: Arc<Intake>, kept: Option<Kept>) -> JoinHandle<()> {
        let (encode, history) = (self.encode, self.history.clone());
        let (logged, live) = (self.logged.clone(), self.live.clone());
        let tell = move |at: Timestamp, event: &Event| {
            let Some(data) = encode(event) else { return };
            let (history, logged, live) = (history.clone(), logged.clone(), live.clone());
            // The log waits for the writer; what arrives does not wait for the log.
            tokio::spawn(async move {
                if let Err(error) = history.add_event(at, "connection", data).await {
                    log::warn!("the connection log is not kept: {error}");
                }
                logged.fetch_add(1, Ordering::Relaxed);
                live.touch();
            });
        };
        let (live, history) = (self.live.clone(), self.history.clone());
        tokio::spawn(ingest::run(intake, live, history, kept, tell))
    }

    /// Ends the session, if there is one, and takes in all that it delivered.
    pub async fn disconnect(&self) {
        let running = lock(&self.running).take();
        let Some(Running {
            session,
            intake,
            ingest,
            watcher,
            courier,
            ..
        }) = running
        else {
            return;
        };
        session.stop().await;
        watcher.abort();
        if let Err(error) = courier.await {
            log::error!("the outbox ended badly: {error}");
        }
        intake.close();
        if let Err(error) = ingest.await {
            log::error!("the ingest ended badly: {error}");
        }
        *lock(&self.dropped_before) += intake.dropped();
        self.live.touch();
    }

    /// Ends the session and closes the history; what was received is committed.
    pub async fn close(&self) {
        self.closed.store(true, Ordering::Release);
        self.live.touch();
        self.disconnect().await;
        self.clearings.stop();
        self.tidying.stop();
        if let Err(error) = self.history.close().await {
            log::error!("the history was not closed: {error}");
        }
    }

    /// True once it is being closed: there will be no session any more.
    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// Says what is kept from now on; what is more than that goes at once.
    pub fn keep_for(&self, retention: Retention) {
        self.tidying.keep(retention);
    }

    /// Begins to forget what is stored; false if something is being forgotten already.
    pub fn forget(&self, what: Forget) -> bool {
        self.clearings
            .begin(self.history.clone(), self.live.clone(), what)
    }

    /// The running session.
    pub fn session(&self) -> Option<Arc<Session>> {
        lock(&self.running)
            .as_ref()
            .map(|running| running.session.clone())
    }

    /// The options of the running session.
    pub fn options(&self) -> Option<SessionOptions> {
        lock(&self.running)
            .as_ref()
            .map(|running| running.options.clone())
    }

    /// What the session says of itself; `None` while there is none.
    pub fn status(&self) -> Option<Status> {
        lock(&self.running)
            .as_ref()
            .map(|running| running.session.status().borrow().clone())
    }

    /// QoS 0 messages dropped before the ingest, since the connection was opened.
    pub fn dropped_at_intake(&self) -> u64 {
        let now = lock(&self.running)
            .as_ref()
            .map_or(0, |running| running.intake.dropped());
        *lock(&self.dropped_before) + now
    }

    /// QoS 0 messages shown but not stored.
    pub fn not_stored(&self) -> u64 {
        self.live.not_stored.load(Ordering::Relaxed)
    }

    /// How many events were added to the log since the connection was opened.
    pub fn logged(&self) -> u64 {
        self.logged.load(Ordering::Relaxed)
    }

    /// Whether what arrives is kept.
    pub fn health(&self) -> Health {
        self.history.health().borrow().clone()
    }

    /// What a person should know of how the history was opened.
    pub fn notice(&self) -> Option<Notice> {
        self.history.notice().cloned()
    }

    /// Grows with every change of what is kept in memory.
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.live.changed.subscribe()
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.clearings.stop();
        if let Some(running) = lock(&self.running).as_ref() {
            // It would hold the session.
            running.courier.abort();
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::history::tests::{commit, old_row, spoil_sums};

    const NOW: Timestamp = Timestamp(1_700_000_000_000_000);

    #[tokio::test]
    async fn damage_that_only_the_reading_of_topics_meets_is_set_aside_too() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history.db");
        let history = History::open(&path, NOW).await.unwrap();
        commit(&history, vec![old_row(&history)]).await;
        history.close().await.unwrap();
        spoil_sums(&path).await;
        let connection = Connection::open(&path, |_| None, NOW).await.unwrap();
        assert!(matches!(connection.notice(), Some(Notice::SetAside { .. })));
        commit(&connection.history, vec![old_row(&connection.history)]).await;
        assert_eq!(connection.history.count("t").await.unwrap(), 1);
        connection.close().await;
    }
}
