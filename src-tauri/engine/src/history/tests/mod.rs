//! Real files: what is committed is there, and what fails is seen.
#![allow(clippy::unwrap_used)]

mod blocks;
mod failure;
mod forgetting;
mod giving_back;
mod keeping;
mod reading;
mod scale;
mod search;
mod side;
mod stats;
mod writing;

use std::path::PathBuf;

use bytes::Bytes;
use tempfile::TempDir;
use tokio::sync::oneshot;

use super::*;
use crate::message::{Message, QoS};

/// Some time in 2023.
const NOW: Timestamp = Timestamp(1_700_000_000_000_000);

/// A fresh folder and the name of a file in it.
fn place() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("history.db");
    (folder, path)
}

fn message(topic: &str, payload: impl Into<Bytes>, qos: QoS) -> Message {
    Message {
        topic: topic.into(),
        payload: payload.into(),
        qos,
        retain: false,
        dup: false,
        properties: None,
    }
}

/// Submits messages with ids given by the history; the receiver has the answer of the writer.
fn submit(
    history: &History,
    messages: Vec<Message>,
) -> (Vec<MessageId>, oneshot::Receiver<Result<(), HistoryError>>) {
    let rows: Vec<Row> = messages
        .into_iter()
        .map(|message| Row {
            id: history.next_id(NOW),
            message,
            marks: 0,
        })
        .collect();
    let ids = rows.iter().map(|row| row.id).collect();
    let (answer, answered) = oneshot::channel();
    let committed: Committed = Box::new(|result| drop(answer.send(result)));
    history
        .submit(Submission {
            rows,
            packet_ids: None,
            committed,
        })
        .unwrap();
    (ids, answered)
}

/// A row received at [`NOW`].
pub(crate) fn old_row(history: &History) -> Row {
    Row {
        id: history.next_id(NOW),
        message: message("t", "x", QoS::AtLeastOnce),
        marks: 0,
    }
}

/// Rows of fifty topics in turn, half of them below `gone`; now and then one with pages of its own.
pub(crate) fn scattered_rows(history: &History, count: usize) -> Vec<Row> {
    let row = |message| Row {
        id: history.next_id(NOW),
        message,
        marks: 0,
    };
    giving_back::scattered(count).into_iter().map(row).collect()
}

/// Submits rows as they are and waits for the commit.
pub(crate) async fn commit(history: &History, rows: Vec<Row>) {
    let (answer, answered) = oneshot::channel();
    history
        .submit(Submission {
            rows,
            packet_ids: None,
            committed: Box::new(|result| drop(answer.send(result))),
        })
        .unwrap();
    answered.await.unwrap().unwrap();
}

/// Submits and waits for the commit.
async fn store(history: &History, messages: Vec<Message>) -> Vec<MessageId> {
    let (ids, answered) = submit(history, messages);
    answered.await.unwrap().unwrap();
    ids
}

async fn opened(path: &Path) -> History {
    History::open(path, NOW).await.unwrap()
}

/// Damages the page of a closed file that has the sums by topic, which opening the file alone does not read.
pub(crate) async fn spoil_sums(path: &Path) {
    let mut connection = file::reading(path, false).connect().await.unwrap();
    let root: i64 = sqlx::query_scalar("SELECT rootpage FROM sqlite_master WHERE name = 'topic_stats'")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    let mut bytes = std::fs::read(path).unwrap();
    let page = (root as usize - 1) * 4_096;
    bytes[page..page + 4_096].fill(0xff);
    std::fs::write(path, bytes).unwrap();
}

/// Renames a table of an open file, so that what uses it fails until it has its name again.
pub(crate) async fn rename_table(path: &Path, from: &str, to: &str) {
    let mut connection = file::writing(path).connect().await.unwrap();
    let sql = sqlx::AssertSqlSafe(format!("ALTER TABLE {from} RENAME TO {to}"));
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}
