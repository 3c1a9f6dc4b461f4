//! The history of one connection: every message, in one SQLite file.
//!
//! One file per connection, so that it can be deleted, moved, opened read-only and mended by itself.
//! One task writes; readers use their own connections (WAL), so a slow query never holds the writer.
//! A message of QoS 1 or 2 is acknowledged by the callback of its [`Submission`], which runs after
//! the commit. A commit survives the end of the process at any moment; after a power failure the
//! file is whole, but commits of the last moments may be missing (`synchronous = NORMAL`). It decodes no payload, and it has no clock: time comes in with ids and parameters.

mod aside;
mod at;
mod between;
mod blocks;
mod error;
pub(crate) mod file;
mod forget;
mod give_back;
mod insert;
mod journal;
pub mod marks;
mod packet_ids;
mod passage;
mod properties;
mod queue;
mod read;
mod retention;
pub mod search;
mod sent;
mod space;
mod stats;
mod submission;
mod topics;
mod undo;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use sqlx::sqlite::SqlitePoolOptions;
use sqlx::{ConnectOptions, Connection, SqlitePool};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

pub use self::at::{TopicAt, Toward};
pub use self::between::{Changed, Comparison, Fate, LISTED, MAX_CHANGED, Value};
pub use self::error::{Health, HistoryError, Notice, OpenError};
pub use self::forget::{Forget, Forgotten};
pub use self::journal::Event;
pub use self::packet_ids::{IdChange, PacketIds, StoredId};
pub use self::passage::{Glimpse, MAX_READ, MAX_STEP, Passed, TopicNo};
pub use self::queue::{Backlog, Limits};
pub use self::read::{HEAD_BYTES, Head, MAX_PAGE, Stored};
pub use self::retention::{Removed, Retention};
pub use self::sent::{NotTaken, Sent, SentId, SentMark, SentRow, Standing};
pub use self::space::{Amount, Branch, Growth, MAX_BRANCHES, Order, Space, Usage};
pub use self::stats::Counting;
pub use self::submission::{Committed, Refused, Row, Submission};
pub use self::topics::{SUMMARY_BYTES, TopicSummary, Totals};
pub use self::undo::{Deletion, DeletionId, RetainedCopy};

use self::insert::Inserts;
use self::queue::{Gate, Queue};
use self::writer::{Desk, Job, Work};
use crate::message::{MessageId, Timestamp};

const MIGRATIONS: [&str; 6] = [
    include_str!("../../migrations/history/0001.sql"),
    include_str!("../../migrations/history/0002.sql"),
    include_str!("../../migrations/history/0003.sql"),
    include_str!("../../migrations/history/0004.sql"),
    include_str!("../../migrations/history/0005.sql"),
    include_str!("../../migrations/history/0006.sql"),
];
/// Readers at the same time; more wait.
const READERS: u32 = 4;
/// Jobs that may wait for the writer; whoever brings more waits.
const WAITING_JOBS: usize = 64;

/// The history of one connection. Cheap to clone; the file is closed after the last clone is gone
/// and what was submitted is written.
#[derive(Clone, Debug)]
pub struct History(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    readers: SqlitePool,
    queue: Arc<Queue>,
    /// The last id given out, which is at least the last id submitted.
    given: AtomicI64,
    jobs: mpsc::Sender<Job>,
    health: watch::Receiver<Health>,
    notice: Option<Notice>,
    /// `None` where nothing is written, and after closing.
    writer: Mutex<Option<JoinHandle<Result<(), HistoryError>>>>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.queue.close();
    }
}

impl History {
    /// Opens a file, creates it if there is none, migrates it if it is older. A damaged file is set
    /// aside as `NAME.damaged-<unix seconds of now>` and a new one begun; a file of a newer version
    /// or without write permission opens read-only. [`History::notice`] tells either.
    pub async fn open(path: &Path, now: Timestamp) -> Result<Self, OpenError> {
        Self::open_with(path, now, Limits::default()).await
    }

    /// As [`History::open`], with other bounds of the backlog.
    pub async fn open_with(path: &Path, now: Timestamp, limits: Limits) -> Result<Self, OpenError> {
        match Self::try_open(path, limits, None).await {
            Err(HistoryError::Damaged) => Self::begin_anew(path, now, limits).await,
            other => other.map_err(|source| OpenError::Refused {
                path: path.to_owned(),
                source,
            }),
        }
    }

    /// Sets this file aside, because damage in it came to light after it was opened, and begins a new one in its
    /// place. No other copy of this history may be used any more.
    pub(crate) async fn replace_damaged(self, now: Timestamp) -> Result<Self, OpenError> {
        let path = self.0.path.clone();
        if let Err(error) = self.close().await {
            log::warn!("history: the damaged file was not closed well: {error}");
        }
        Self::begin_anew(&path, now, Limits::default()).await
    }

    async fn begin_anew(path: &Path, now: Timestamp, limits: Limits) -> Result<Self, OpenError> {
        let to = file::set_aside(path, now)?;
        log::warn!(
            "history: {} is damaged, set aside as {}",
            path.display(),
            to.display()
        );
        Self::try_open(path, limits, Some(Notice::SetAside { to }))
            .await
            .map_err(|source| OpenError::Refused {
                path: path.to_owned(),
                source,
            })
    }

    /// Opens a file without ever changing it. A damaged file is an error here.
    pub async fn open_read_only(path: &Path) -> Result<Self, OpenError> {
        Self::try_open_read_only(path, None)
            .await
            .map_err(|source| OpenError::Refused {
                path: path.to_owned(),
                source,
            })
    }

    async fn try_open(path: &Path, limits: Limits, notice: Option<Notice>) -> Result<Self, HistoryError> {
        let known = MIGRATIONS.len() as i64;
        let found = file::version(path).await?;
        if let Some(found) = found {
            if found > known {
                return Self::try_open_read_only(path, Some(Notice::NewerVersion { found, known })).await;
            }
            if found == known && std::fs::metadata(path).is_ok_and(|file| file.permissions().readonly()) {
                return Self::try_open_read_only(path, Some(Notice::WriteProtected)).await;
            }
        }
        let mut connection = match file::writing(path).connect().await.map_err(HistoryError::from) {
            Ok(connection) => connection,
            // A folder that nobody may write to has no place for SQLite's own files.
            Err(HistoryError::CannotOpen | HistoryError::ReadOnly) if found == Some(known) => {
                return Self::try_open_read_only(path, Some(Notice::WriteProtected)).await;
            }
            Err(error) => return Err(error),
        };
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_lazy_with(file::reading(path, false));
        let begun = async {
            file::migrate(&mut connection, &MIGRATIONS).await?;
            Ok::<_, HistoryError>((last_id(&readers).await?, Inserts::begin(&mut connection).await?))
        };
        let (last, inserts) = match begun.await {
            Ok(begun) => begun,
            Err(error) => {
                // A damaged file is moved next, which some systems allow only once it is closed.
                readers.close().await;
                drop(connection.close().await);
                return Err(error);
            }
        };
        let queue = Arc::new(Queue::new(last, limits, Gate::Open));
        let (jobs, waiting_jobs) = mpsc::channel(WAITING_JOBS);
        let (tell, health) = watch::channel(Health::Ok);
        let desk = Desk { connection, inserts };
        let writer = tokio::spawn(writer::run(desk, queue.clone(), waiting_jobs, tell));
        let path = path.to_owned();
        let given = AtomicI64::new(last.0);
        let writer = Mutex::new(Some(writer));
        Ok(Self(Arc::new(Inner {
            path,
            readers,
            queue,
            given,
            jobs,
            health,
            notice,
            writer,
        })))
    }

    async fn try_open_read_only(path: &Path, notice: Option<Notice>) -> Result<Self, HistoryError> {
        if !path.exists() {
            return Err(HistoryError::CannotOpen);
        }
        let options = file::reading(path, file::is_immutable(path).await);
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_lazy_with(options);
        let last = last_id(&readers).await?;
        let queue = Arc::new(Queue::new(last, Limits::default(), Gate::ReadOnly));
        // Nobody receives, so every job answers that nothing is written.
        let (jobs, _) = mpsc::channel(1);
        let (_, health) = watch::channel(Health::ReadOnly);
        let path = path.to_owned();
        let given = AtomicI64::new(last.0);
        let writer = Mutex::new(None);
        Ok(Self(Arc::new(Inner {
            path,
            readers,
            queue,
            given,
            jobs,
            health,
            notice,
            writer,
        })))
    }

    /// What a person should know about how the file was opened.
    pub fn notice(&self) -> Option<&Notice> {
        self.0.notice.as_ref()
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// The id of the newest message, stored or submitted; zero if there is none.
    pub fn last_id(&self) -> MessageId {
        self.0.queue.last_id()
    }

    /// The id of a message received now: `max(now, last + 1)`, never given twice.
    pub fn next_id(&self, now: Timestamp) -> MessageId {
        let next = |given: i64| now.0.max(given + 1);
        match self
            .0
            .given
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |given| Some(next(given)))
        {
            Ok(given) | Err(given) => MessageId(next(given)),
        }
    }

    /// Hands rows to the writer. Never blocks. Rows of QoS 0 that find the backlog full come back to
    /// be counted; whatever was taken is answered once through `committed`.
    pub fn submit(&self, submission: Submission) -> Result<(), Refused> {
        self.0.queue.submit(submission)
    }

    /// What waits to be written.
    pub fn backlog(&self) -> Backlog {
        self.0.queue.backlog()
    }

    /// Whether what arrives is being kept.
    pub fn health(&self) -> watch::Receiver<Health> {
        self.0.health.clone()
    }

    /// Takes nothing more, writes what waits, and closes the file. What could not be written is the
    /// error, and was answered with it. Safe to call again.
    pub async fn close(&self) -> Result<(), HistoryError> {
        // Readers first: the writer, as the last one, then folds the write-ahead log into the file.
        self.0.readers.close().await;
        self.0.queue.close();
        let writer = self
            .0
            .writer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        match writer {
            Some(writer) => writer.await.unwrap_or(Err(HistoryError::Closed)),
            None => Ok(()),
        }
    }

    /// Runs a write in one transaction of the writer task, between two batches.
    async fn write<T: Send + 'static>(
        &self,
        work: impl for<'c> FnOnce(&'c mut Desk) -> Work<'c, Result<T, HistoryError>> + Send + 'static,
    ) -> Result<T, HistoryError> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |desk| {
            Box::pin(async move {
                let result = match desk.begin().await {
                    Ok(()) => {
                        let result = work(desk).await;
                        desk.end(result).await
                    }
                    Err(error) => Err(error),
                };
                // Whoever asked may have stopped waiting; the write is done all the same.
                let _ = reply.send(result);
            })
        });
        let closed = match *self.0.health.borrow() {
            Health::ReadOnly => HistoryError::ReadOnly,
            _ => HistoryError::Closed,
        };
        self.0.jobs.send(job).await.map_err(|_| closed.clone())?;
        answer.await.map_err(|_| closed)?
    }
}

async fn last_id(readers: &SqlitePool) -> Result<MessageId, HistoryError> {
    let last: Option<i64> = sqlx::query_scalar("SELECT max(id) FROM messages")
        .fetch_one(readers)
        .await?;
    Ok(MessageId(last.unwrap_or(0)))
}

#[cfg(test)]
pub(crate) mod tests;
