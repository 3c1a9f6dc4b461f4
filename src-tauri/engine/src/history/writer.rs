//! The one task that writes: it takes what waits, commits, then answers.
//!
//! What the broker waits for is committed at once, a trickle of QoS 0 within 50 ms; under load a
//! transaction grows until the queue is drained, or to 20,000 rows, or for 200 ms. When a commit fails,
//! the batch is kept and tried again with a pause; nothing of it is dropped. Other writes and retention
//! run between batches as jobs, so that they go on while a batch waits for space. It knows no table but through `insert`.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use sqlx::{Connection, SqliteConnection};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until};

use super::error::{Health, HistoryError};
use super::insert::Inserts;
use super::packet_ids;
use super::queue::Queue;
use super::submission::Submission;

const BATCH_ROWS: usize = 20_000;
const BATCH_BYTES: usize = 64 << 20;
/// How long a trickle of QoS 0 is gathered.
const GATHER_TIME: Duration = Duration::from_millis(50);
const BATCH_TIME: Duration = Duration::from_millis(200);
/// One take: small enough that the time of a batch is kept.
const TAKE_ROWS: usize = 4_000;
const TAKE_BYTES: usize = 16 << 20;
/// The first pause after a failed commit; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// A write that is not a row of history, run between batches.
pub(super) type Job = Box<dyn for<'c> FnOnce(&'c mut Desk) -> Work<'c, ()> + Send>;
/// What a job is doing.
pub(super) type Work<'c, T> = Pin<Box<dyn Future<Output = T> + Send + 'c>>;

/// What the writer writes with; it alone has it.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) connection: SqliteConnection,
    pub(super) inserts: Inserts,
}

impl Desk {
    pub(super) async fn begin(&mut self) -> Result<(), HistoryError> {
        sqlx::query("BEGIN IMMEDIATE")
            .execute(&mut self.connection)
            .await?;
        Ok(())
    }

    /// Commits if all went well, else undoes all of it.
    pub(super) async fn end<T>(&mut self, result: Result<T, HistoryError>) -> Result<T, HistoryError> {
        let result = match result {
            Ok(value) => match sqlx::query("COMMIT").execute(&mut self.connection).await {
                Ok(_) => return Ok(value),
                Err(error) => Err(error.into()),
            },
            Err(error) => Err(error),
        };
        // SQLite undoes some transactions by itself when they fail; then there is nothing to undo
        // and this fails, which changes nothing.
        let undone = sqlx::query("ROLLBACK").execute(&mut self.connection).await;
        log::debug!("history: transaction undone ({undone:?})");
        self.inserts.undone();
        result
    }

    /// Writes a batch in one transaction, letting it grow by what waits meanwhile.
    async fn write(&mut self, batch: &mut Vec<Submission>, queue: &Queue) -> Result<(), HistoryError> {
        self.begin().await?;
        let result = self.fill(batch, queue).await;
        self.end(result).await
    }

    async fn fill(&mut self, batch: &mut Vec<Submission>, queue: &Queue) -> Result<(), HistoryError> {
        let full_at = Instant::now() + BATCH_TIME;
        // After a failed commit the batch already has its rows; it does not grow further then.
        let grows = batch.is_empty();
        if grows {
            batch.extend(queue.take(TAKE_ROWS, TAKE_BYTES));
        }
        let (mut written, mut rows, mut bytes) = (0, 0, 0);
        loop {
            let next: Vec<_> = batch[written..]
                .iter()
                .flat_map(|submission| &submission.rows)
                .collect();
            self.inserts.write(&mut self.connection, &next).await?;
            let changes: Vec<_> = batch[written..]
                .iter()
                .filter_map(|submission| submission.packet_ids.as_ref())
                .collect();
            packet_ids::write(&mut self.connection, &changes).await?;
            rows += next.len();
            bytes += next.iter().map(|row| row.message.payload.len()).sum::<usize>();
            written = batch.len();
            if !grows || rows >= BATCH_ROWS || bytes >= BATCH_BYTES || Instant::now() >= full_at {
                break;
            }
            batch.extend(queue.take(TAKE_ROWS.min(BATCH_ROWS - rows), TAKE_BYTES));
            if batch.len() == written {
                break;
            }
        }
        self.inserts.count(&mut self.connection).await?;
        Ok(())
    }
}

/// Writes until the queue is closed and drained; then what could not be written is answered with
/// the error that is also returned.
pub(super) async fn run(
    mut desk: Desk,
    queue: Arc<Queue>,
    mut jobs: mpsc::Receiver<Job>,
    health: watch::Sender<Health>,
) -> Result<(), HistoryError> {
    // Empty, except after a failed commit: then it is what is tried again at `retry_at`.
    let mut batch = Vec::new();
    let mut retry_at = Instant::now();
    let mut pause = FIRST_PAUSE;
    let result = loop {
        tokio::select! {
            () = gathered(&queue), if batch.is_empty() => {}
            () = sleep_until(retry_at), if !batch.is_empty() => {}
            () = queue.closed(), if !batch.is_empty() => {}
            Some(job) = jobs.recv() => {
                job(&mut desk).await;
                // However many jobs follow each other, what has waited long enough is written before the next.
                if !batch.is_empty() || !queue.is_gathered(GATHER_TIME) {
                    continue;
                }
            }
        }
        match desk.write(&mut batch, &queue).await {
            Ok(()) => {
                pause = FIRST_PAUSE;
                queue.settle(std::mem::take(&mut batch), &Ok(()));
                tell(&health, Health::Ok);
                if queue.is_closed() && !queue.has_waiting() {
                    break Ok(());
                }
            }
            Err(error) => {
                log::warn!("history: a commit failed: {error}");
                if queue.is_closed() {
                    queue.settle(std::mem::take(&mut batch), &Err(error.clone()));
                    queue.settle(queue.take(usize::MAX, usize::MAX), &Err(error.clone()));
                    break Err(error);
                }
                tell(&health, error.into());
                retry_at = Instant::now() + pause;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    };
    // Whoever waits for a job that is not run is told by its dropped reply.
    drop(jobs);
    if let Err(error) = desk.connection.close().await {
        log::warn!("history: closing the file failed: {error}");
    }
    result
}

async fn gathered(queue: &Queue) {
    queue.ready().await;
    queue.gather(GATHER_TIME).await;
}

fn tell(health: &watch::Sender<Health>, now: Health) {
    health.send_if_modified(|before| {
        let changed = *before != now;
        *before = now;
        changed
    });
}
