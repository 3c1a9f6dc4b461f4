//! Makes a history file of a recording: everything in it, or nothing.
//!
//! The file is read twice. The first time every line is checked, and nothing is written; the second time
//! the messages go, in order of their times, into a history beside the wanted name, which takes the name
//! when it is whole. It remembers sixteen bytes a message in between, for files that are not in order.

use std::path::{Path, PathBuf};

use tokio::sync::{mpsc, oneshot, watch};

use super::read::{Reader, UnreadableLine};
use crate::history::file::beside;
use crate::history::{Health, History, HistoryError, OpenError, Row, Stored, Submission};
use crate::message::{MessageId, Timestamp};
use crate::orders::{Orders, stopped};

/// Messages written in one transaction.
const BATCH: usize = 5_000;
/// Payload bytes written in one transaction; a single larger message is still written.
const BATCH_BYTES: usize = 16 << 20;
/// Messages between two looks at what is wanted.
const LOOK: u64 = 1_000;

/// How far an import is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Imported {
    /// Messages written.
    pub messages: u64,
    /// Those whose time was taken already: each got the next free microsecond.
    pub moved: u64,
    /// How much of the work lies behind, 0 to 1; the checking is half of it.
    pub share: f64,
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// It was stopped.
    #[error("stopped")]
    Stopped,
    /// A line is wrong.
    #[error(transparent)]
    Line(#[from] UnreadableLine),
    /// There is no message in the file.
    #[error("there is no message in the file")]
    Empty,
    /// The new file can't be made.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The new file can't be written.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The new file can't be put in its place.
    #[error("{path}: {detail}")]
    File {
        /// The file.
        path: String,
        /// In the words of the system.
        detail: String,
    },
}

/// Where a message is in the file.
#[derive(Clone, Copy)]
struct Place {
    time: i64,
    offset: u64,
}

/// Imports a recording as the history file `target`. `progress` follows.
pub async fn import(
    recording: &Path,
    target: &Path,
    now: Timestamp,
    orders: Orders,
    progress: &watch::Sender<Imported>,
) -> Result<Imported, ImportError> {
    let (path, told, heard) = (recording.to_owned(), progress.clone(), orders.clone());
    let checked = tokio::task::spawn_blocking(move || check(&path, &heard, &told));
    let places = checked.await.map_err(|error| ImportError::File {
        path: recording.display().to_string(),
        detail: error.to_string(),
    })??;
    if places.is_empty() {
        return Err(ImportError::Empty);
    }
    let part = beside(target, ".part");
    let _ = remove(&part);
    let history = History::open(&part, now).await?;
    let written = write(recording.to_owned(), places, &history, &orders, progress).await;
    let closed = history.close().await;
    let imported = match written {
        Ok(imported) => imported,
        Err(error) => {
            let _ = remove(&part);
            return Err(error);
        }
    };
    closed?;
    std::fs::rename(&part, target).map_err(|error| {
        let _ = remove(&part);
        ImportError::File {
            path: target.display().to_string(),
            detail: error.to_string(),
        }
    })?;
    progress.send_replace(imported);
    Ok(imported)
}

/// Removes what is left of an import that was not finished.
fn remove(part: &Path) -> std::io::Result<()> {
    for suffix in ["-wal", "-shm"] {
        // Gone with the closing, usually.
        let _ = std::fs::remove_file(beside(part, suffix));
    }
    std::fs::remove_file(part)
}

/// Reads every line; the places of the messages, in order of their times.
fn check(
    path: &Path,
    orders: &Orders,
    progress: &watch::Sender<Imported>,
) -> Result<Vec<Place>, ImportError> {
    let mut reader = Reader::open(path)?;
    let mut places = Vec::new();
    loop {
        let offset = reader.offset();
        let Some(stored) = reader.next()? else { break };
        places.push(Place {
            time: stored.id.0,
            offset,
        });
        if (places.len() as u64).is_multiple_of(LOOK) {
            if stopped(orders) {
                return Err(ImportError::Stopped);
            }
            let share = reader.offset() as f64 / reader.size().max(1) as f64 / 2.0;
            progress.send_modify(|imported| imported.share = share);
        }
    }
    // A stable sort: messages of one moment stay in their order.
    places.sort_by_key(|place| place.time);
    Ok(places)
}

/// Reads the messages in the order of the places.
fn read(path: &Path, places: &[Place], give: &mpsc::Sender<Vec<Stored>>) -> Result<(), UnreadableLine> {
    let mut reader = Reader::open(path)?;
    let (mut batch, mut bytes) = (Vec::new(), 0);
    for place in places {
        if place.offset != reader.offset() {
            reader.seek(place.offset, 1)?;
        }
        let Some(stored) = reader.next()? else { break };
        bytes += stored.message.payload.len();
        batch.push(stored);
        if batch.len() >= BATCH || bytes >= BATCH_BYTES {
            if give.blocking_send(std::mem::take(&mut batch)).is_err() {
                return Ok(());
            }
            bytes = 0;
        }
    }
    // Nobody takes it if the import ended early.
    let _ = give.blocking_send(batch);
    Ok(())
}

async fn write(
    path: PathBuf,
    places: Vec<Place>,
    history: &History,
    orders: &Orders,
    progress: &watch::Sender<Imported>,
) -> Result<Imported, ImportError> {
    let total = places.len() as f64;
    let (give, mut batches) = mpsc::channel(1);
    let reading = tokio::task::spawn_blocking(move || read(&path, &places, &give));
    let mut done = Imported::default();
    let mut last = 0;
    while let Some(batch) = batches.recv().await {
        if stopped(orders) {
            return Err(ImportError::Stopped);
        }
        let rows: Vec<Row> = batch
            .into_iter()
            .map(|stored| {
                let time = stored.id.0;
                last = time.max(last + 1);
                done.moved += u64::from(last != time);
                Row {
                    id: MessageId(last),
                    message: stored.message,
                    marks: stored.marks,
                }
            })
            .collect();
        done.messages += rows.len() as u64;
        store(history, rows).await?;
        done.share = 0.5 + done.messages as f64 / total / 2.0;
        progress.send_replace(done);
    }
    match reading.await {
        Ok(read) => read?,
        Err(error) => {
            return Err(HistoryError::Other {
                code: 0,
                text: error.to_string(),
            }
            .into());
        }
    }
    if (done.messages as f64) < total {
        // It was cut off between the two readings.
        return Err(HistoryError::Other {
            code: 0,
            text: "the file changed while it was read".to_owned(),
        }
        .into());
    }
    done.share = 1.0;
    Ok(done)
}

/// Writes rows and waits for the commit. The writer would try again for ever what a person should know now.
async fn store(history: &History, rows: Vec<Row>) -> Result<(), HistoryError> {
    let (answer, answered) = oneshot::channel();
    let submitted = history.submit(Submission {
        rows,
        packet_ids: None,
        committed: Box::new(|result| drop(answer.send(result))),
    });
    if submitted.is_err() {
        return Err(HistoryError::Closed);
    }
    let mut health = history.health();
    tokio::select! {
        answered = answered => answered.unwrap_or(Err(HistoryError::Closed)),
        ill = health.wait_for(|health| *health != Health::Ok) => Err(match ill.as_deref() {
            Ok(Health::DiskFull) => HistoryError::DiskFull,
            Ok(Health::Failed(error)) => error.clone(),
            Ok(Health::ReadOnly) => HistoryError::ReadOnly,
            Ok(Health::Ok) | Err(_) => HistoryError::Closed,
        }),
    }
}
