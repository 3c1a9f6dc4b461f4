//! What is published from here: kept until it is answered, sent in order, never lost in silence.
//!
//! A QoS 1 or 2 publish is in the history before it is sent. It waits there while there is no
//! connection, goes out in the order of publishing (which MQTT 5, 4.6 makes the order of arrival for
//! one topic and QoS), and is finished after a loss of the connection
//! or of the process as far as MQTT 5 allows (4.4): with the session, under its packet identifier;
//! without it, QoS 1 is sent again, and of QoS 2 it is said that nobody knows. The outbox is bounded
//! and refuses when it is full. It validates no topic, and QoS 0 does not wait in it.

mod book;
mod courier;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinHandle;

pub use self::book::{Listed, Listing, Room};

use self::book::Book;
use crate::history::{Health, History, HistoryError, Sent, SentId, SentMark, SentRow, Standing};
use crate::ingest::lock;
use crate::message::{Message, QoS, Timestamp};
use crate::session::{Progress, Resumed, Session};

/// Finished messages that are listed, newest first.
const LISTED: u32 = 50;

/// Why a message was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PostError {
    /// The outbox has no room for it.
    #[error("the outbox is full: {} messages, {} bytes", limit.messages, limit.bytes)]
    Full {
        /// What it has room for.
        limit: Room,
    },
}

/// The outbox of one connection.
#[derive(Debug)]
pub struct Outbox {
    inner: Arc<Inner>,
    /// Ends with the outbox.
    expiring: JoinHandle<()>,
}

#[derive(Debug)]
struct Inner {
    history: History,
    /// New messages are written to the history.
    keeps: AtomicBool,
    book: Mutex<Book>,
    /// Held while one is taken, so that they are in order and within the limit.
    posting: tokio::sync::Mutex<()>,
    /// Something waits, or waits no longer.
    wake: Notify,
    /// The soonest expiry may have changed.
    expiry: Notify,
    changed: watch::Sender<u64>,
}

impl Outbox {
    /// Takes up what the history has: waiting messages wait on, and those under way are finished by
    /// the next session.
    pub async fn open(history: History, limit: Room) -> Result<Self, HistoryError> {
        let mut book = Book::new(limit);
        let finished = history.sent(None, LISTED).await?;
        let writable = *history.health().borrow() != Health::ReadOnly;
        // In a file that can't be changed nothing can be finished; it would be sent at each start.
        let open = match writable {
            true => history.sent_open().await?,
            false => Vec::new(),
        };
        for row in finished.into_iter().rev().chain(open) {
            book.restore(row);
        }
        let inner = Arc::new(Inner {
            history,
            keeps: AtomicBool::new(writable),
            book: Mutex::new(book),
            posting: tokio::sync::Mutex::default(),
            wake: Notify::new(),
            expiry: Notify::new(),
            changed: watch::Sender::new(1),
        });
        let expiring = tokio::spawn(expire(inner.clone()));
        Ok(Self { inner, expiring })
    }

    /// Whether new messages outlive the process.
    pub fn keep(&self, keep: bool) {
        let writable = *self.inner.history.health().borrow() != Health::ReadOnly;
        self.inner.keeps.store(keep && writable, Ordering::Relaxed);
        self.inner.touch();
    }

    /// Takes a QoS 1 or 2 message, to be sent as soon as it can be. When this returns it outlives
    /// the process, unless [`Listed::kept`] says otherwise.
    pub async fn post(&self, message: Message, now: Timestamp) -> Result<SentId, PostError> {
        debug_assert_ne!(message.qos, QoS::AtMostOnce, "QoS 0 does not wait");
        self.inner.add(Sent::waiting(now, message)).await
    }

    /// Adds a message that was sent, at QoS 0, to the list.
    pub async fn note(&self, message: Message, at: Timestamp) -> Result<SentId, PostError> {
        let sent = Sent {
            standing: Standing::Ended,
            ..Sent::waiting(at, message)
        };
        self.inner.add(sent).await
    }

    /// Takes back a message that waits; false if it does not wait any more.
    pub async fn cancel(&self, id: SentId) -> Result<bool, HistoryError> {
        let Some(row) = lock(&self.inner.book).cancel(id) else {
            return Ok(false);
        };
        self.inner.touch();
        if row.kept
            && let Err(error) = self.inner.history.drop_sent(id).await
        {
            // It would come back at the next start; so it stays, to be seen.
            lock(&self.inner.book).put(row);
            self.inner.wake.notify_one();
            self.inner.touch();
            return Err(error);
        }
        Ok(true)
    }

    /// What waits, is under way, and was finished last.
    pub fn list(&self) -> Listing {
        let mut listing = lock(&self.inner.book).list();
        listing.keeps = self.inner.keeps.load(Ordering::Relaxed);
        listing
    }

    /// One message of the list.
    pub fn listed(&self, id: SentId) -> Option<Listed> {
        lock(&self.inner.book).listed(id)
    }

    /// A message of the list, whole.
    pub async fn message(&self, id: SentId) -> Result<Option<Message>, HistoryError> {
        let Some(listed) = self.listed(id) else {
            return Ok(None);
        };
        if listed.size == listed.sent.message.payload.len() as u64 {
            return Ok(Some(listed.sent.message));
        }
        let row = self.inner.history.sent(Some(SentId(id.0 + 1)), 1).await?.pop();
        Ok(row.filter(|row| row.id == id).map(|row| row.sent.message))
    }

    /// Grows with every change of the list.
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.inner.changed.subscribe()
    }

    /// What the next session has to finish. Call it while there is none.
    pub async fn left_under_way(&self, now: Timestamp) -> Vec<Resumed> {
        let (resumed, marks) = lock(&self.inner.book).left_under_way(now);
        self.inner.keep_marks(marks).await;
        self.inner.touch();
        resumed
    }

    /// Sends over a session until it ends. `news` is what that session tells of publishes.
    pub fn serve(&self, session: Arc<Session>, news: mpsc::UnboundedReceiver<Progress>) -> JoinHandle<()> {
        tokio::spawn(courier::run(self.inner.clone(), session, news))
    }
}

impl Drop for Outbox {
    fn drop(&mut self) {
        self.expiring.abort();
    }
}

impl Inner {
    fn touch(&self) {
        self.changed.send_modify(|revision| *revision += 1);
    }

    async fn add(&self, sent: Sent) -> Result<SentId, PostError> {
        let _in_order = self.posting.lock().await;
        let id = lock(&self.book).admit(&sent)?;
        let row = SentRow { id, sent };
        let mut kept = self.keeps.load(Ordering::Relaxed);
        if kept && let Err(error) = self.history.put_sent(row.clone()).await {
            // It is sent all the same; that it would not outlive the process is shown.
            log::warn!("a published message is not kept: {error}");
            kept = false;
        }
        lock(&self.book).put(Listed::new(row, kept));
        self.wake.notify_one();
        self.expiry.notify_one();
        self.touch();
        Ok(id)
    }

    /// Writes down where messages stand; those that are not kept have no place there.
    async fn keep_marks(&self, marks: Vec<SentMark>) -> bool {
        if marks.is_empty() {
            return true;
        }
        match self.history.mark_sent(marks).await {
            Ok(()) => true,
            Err(error) => {
                log::warn!("the state of published messages is not kept: {error}");
                // Nothing is written here any more, so waiting for it would never end.
                matches!(error, HistoryError::Closed | HistoryError::ReadOnly)
            }
        }
    }
}

/// Drops what waited longer than its expiry interval (MQTT 5, 3.3.2.3.3), connected or not.
async fn expire(inner: Arc<Inner>) {
    loop {
        let now = Timestamp::now();
        let (marks, next) = {
            let mut book = lock(&inner.book);
            (book.expire(now), book.next_expiry())
        };
        if !marks.is_empty() {
            inner.keep_marks(marks).await;
            inner.touch();
        }
        let pause = async {
            match next {
                // Not before it is over, or this would turn in circles.
                Some(at) => tokio::time::sleep(at.since(now) + Duration::from_millis(1)).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = pause => {}
            () = inner.expiry.notified() => {}
        }
    }
}
