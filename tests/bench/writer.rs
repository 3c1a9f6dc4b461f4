//! The history's writer alone, beside a prepared insert loop in the same schema with the same pragmas.

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use bytes::Bytes;
use treetop_engine::history::{History, Limits, Row, Submission};
use treetop_engine::message::{Message, MessageId, QoS, Timestamp};

use crate::Size;
use crate::marks::Marks;

/// Messages of a transaction, as they come from a busy network.
const BATCH: u64 = 5_000;

/// The message of a number; ids are their numbers, in microseconds from an arbitrary beginning.
pub fn message(number: u64, topics: u64) -> Message {
    let topic = number % topics;
    Message {
        topic: format!(
            "plant/line-{}/cell-{}/sensor-{topic}/state",
            topic % 10,
            topic % 100
        ),
        payload: Bytes::from(format!(
            r#"{{"seq":{number},"ts":"2026-03-12T05:32:08.411Z","force_kn":{}.{},"oil_temp_c":61.4,"ok":true}}"#,
            500 + number % 120,
            number % 10
        )),
        qos: QoS::AtMostOnce,
        retain: false,
        dup: false,
        properties: None,
    }
}

/// The first id.
pub const BEGIN: i64 = 1_700_000_000_000_000;

/// Writes messages through the history's writer and closes it.
pub async fn fill(path: &Path, messages: u64, topics: u64) -> Result<Duration, Box<dyn Error>> {
    let history = History::open_with(path, Timestamp(BEGIN), Limits::default()).await?;
    let began = Instant::now();
    for first in (0..messages).step_by(BATCH as usize) {
        let rows = (first..messages.min(first + BATCH)).map(|number| Row {
            id: MessageId(BEGIN + number as i64),
            message: message(number, topics),
            marks: 0,
        });
        while history.backlog().rows > 4 * BATCH as usize {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let submission = Submission {
            rows: rows.collect(),
            packet_ids: None,
            committed: Box::new(drop),
        };
        history
            .submit(submission)
            .map_err(|refused| format!("{refused:?}"))?;
    }
    while history.backlog().rows > 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let took = began.elapsed();
    history.close().await?;
    Ok(took)
}

/// The same rows through prepared statements, a transaction for each batch.
fn plain(path: &Path, messages: u64, topics: u64) -> Result<Duration, Box<dyn Error>> {
    let mut file = rusqlite::Connection::open(path)?;
    for (name, value) in [
        ("auto_vacuum", "INCREMENTAL"),
        ("journal_mode", "WAL"),
        ("synchronous", "NORMAL"),
        ("wal_autocheckpoint", "4000"),
        ("cache_size", "-65536"),
        ("mmap_size", "268435456"),
        ("temp_store", "MEMORY"),
    ] {
        file.pragma_update(None, name, value)?;
    }
    file.execute_batch(
        "CREATE TABLE topics(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
         CREATE TABLE messages(id INTEGER PRIMARY KEY, topic_id INTEGER NOT NULL, flags INTEGER NOT NULL,
                               payload BLOB NOT NULL, properties BLOB);
         CREATE INDEX messages_topic ON messages(topic_id);",
    )?;
    let mut ids = std::collections::HashMap::new();
    let began = Instant::now();
    for first in (0..messages).step_by(BATCH as usize) {
        let transaction = file.transaction()?;
        for number in first..messages.min(first + BATCH) {
            let message = message(number, topics);
            let topic = match ids.get(&message.topic) {
                Some(id) => *id,
                None => {
                    transaction.execute("INSERT INTO topics(name) VALUES (?)", [&message.topic])?;
                    let id = transaction.last_insert_rowid();
                    ids.insert(message.topic.clone(), id);
                    id
                }
            };
            transaction
                .prepare_cached("INSERT INTO messages VALUES (?, ?, ?, ?, NULL)")?
                .execute((BEGIN + number as i64, topic, 0, &message.payload[..]))?;
        }
        transaction.commit()?;
    }
    Ok(began.elapsed())
}

/// Measures both and prints them.
pub async fn measure(size: &Size, marks: &mut Marks) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let (loop_file, file) = (folder.path().join("plain.db"), folder.path().join("history.db"));
    let (messages, topics) = (size.messages, size.topics);
    let reference = tokio::task::spawn_blocking(move || {
        plain(&loop_file, messages, topics).map_err(|error| error.to_string())
    });
    let reference = reference.await??;
    let took = fill(&file, messages, topics).await?;
    let rate = |took: Duration| format!("{:>9.0} rows/s", messages as f64 / took.as_secs_f64());
    marks.title(&format!(
        "history's writer alone: {messages} rows on {topics} topics"
    ));
    marks.line("a prepared insert loop", &rate(reference));
    marks.line("the writer, committed", &rate(took));
    marks.at_least(
        "the writer over the loop",
        reference.as_secs_f64() / took.as_secs_f64(),
        0.7,
    );
    Ok(())
}
