//! Copies of retained messages that were cleared, kept so that clearing can be undone later.
//!
//! A deletion is written in parts before the messages are cleared, and its copies go only once they
//! are restored. It clears and restores nothing itself.

use bytes::Bytes;

use super::error::HistoryError;
use super::read::{self, MAX_PAGE};
use super::{History, properties};
use crate::message::{Properties, QoS, Timestamp};

/// One act of clearing retained messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeletionId(pub i64);

/// A deletion that can still be undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deletion {
    /// Its number.
    pub id: DeletionId,
    /// When it happened.
    pub at: Timestamp,
    /// What was cleared, as shown to whoever cleared it (a topic or a filter).
    pub label: String,
    /// How many copies are kept.
    pub copies: u64,
    /// Their payload bytes.
    pub bytes: u64,
}

/// A retained message as it was before it was cleared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetainedCopy {
    /// Its topic.
    pub topic: String,
    /// Its payload.
    pub payload: Bytes,
    /// Its QoS.
    pub qos: QoS,
    /// Its properties.
    pub properties: Option<Box<Properties>>,
}

impl History {
    /// Begins a deletion. Its copies follow by [`History::add_copies`].
    pub async fn add_deletion(&self, at: Timestamp, label: &str) -> Result<DeletionId, HistoryError> {
        let label = label.to_owned();
        self.write(move |desk| {
            Box::pin(async move {
                let done = sqlx::query("INSERT INTO deletions(at, label) VALUES (?, ?)")
                    .bind(at.0)
                    .bind(label)
                    .execute(&mut desk.connection)
                    .await?;
                Ok(DeletionId(done.last_insert_rowid()))
            })
        })
        .await
    }

    /// Keeps copies; a topic that is already in the deletion is replaced. When this returns they are
    /// committed, so their messages may be cleared.
    pub async fn add_copies(
        &self,
        deletion: DeletionId,
        copies: Vec<RetainedCopy>,
    ) -> Result<(), HistoryError> {
        self.write(move |desk| {
            Box::pin(async move {
                for copy in copies {
                    sqlx::query(
                        "INSERT OR REPLACE INTO deleted_retained(deletion, topic, payload, qos, properties)
                         VALUES (?, ?, ?, ?, ?)",
                    )
                    .bind(deletion.0)
                    .bind(copy.topic)
                    .bind(copy.payload.to_vec())
                    .bind(copy.qos.level())
                    .bind(copy.properties.as_deref().map(properties::encode))
                    .execute(&mut desk.connection)
                    .await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// Deletions with copies, newest first, at most [`MAX_PAGE`].
    pub async fn deletions(&self, limit: u32) -> Result<Vec<Deletion>, HistoryError> {
        let rows: Vec<(i64, i64, String, i64, i64)> = sqlx::query_as(
            "SELECT d.id, d.at, d.label, count(*), sum(length(r.payload))
             FROM deletions d JOIN deleted_retained r ON r.deletion = d.id
             GROUP BY d.id ORDER BY d.id DESC LIMIT ?",
        )
        .bind(limit.min(MAX_PAGE))
        .fetch_all(&self.0.readers)
        .await?;
        let deletion = |(id, at, label, copies, bytes): (i64, i64, String, i64, i64)| Deletion {
            id: DeletionId(id),
            at: Timestamp(at),
            label,
            copies: read::unsigned(copies),
            bytes: read::unsigned(bytes),
        };
        Ok(rows.into_iter().map(deletion).collect())
    }

    /// Copies of a deletion whose topic comes after `after`, in the order of their topics' bytes, at
    /// most [`MAX_PAGE`]. They stay until [`History::drop_copies`].
    pub async fn copies(
        &self,
        deletion: DeletionId,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<RetainedCopy>, HistoryError> {
        type Columns = (String, Vec<u8>, i64, Option<Vec<u8>>);
        let rows: Vec<Columns> = sqlx::query_as(
            "SELECT topic, payload, qos, properties FROM deleted_retained
             WHERE deletion = ? AND topic > ? ORDER BY topic LIMIT ?",
        )
        .bind(deletion.0)
        .bind(after.unwrap_or_default().to_owned())
        .bind(limit.min(MAX_PAGE))
        .fetch_all(&self.0.readers)
        .await?;
        rows.into_iter()
            .map(|(topic, payload, qos, encoded)| {
                let message = read::stored(topic, (deletion.0, qos, payload, encoded))?.message;
                let crate::message::Message {
                    topic,
                    payload,
                    qos,
                    properties,
                    ..
                } = message;
                Ok(RetainedCopy {
                    topic,
                    payload,
                    qos,
                    properties,
                })
            })
            .collect()
    }

    /// How many copies of a deletion are kept.
    pub async fn count_copies(&self, deletion: DeletionId) -> Result<u64, HistoryError> {
        let count = sqlx::query_scalar("SELECT count(*) FROM deleted_retained WHERE deletion = ?");
        let count: i64 = count.bind(deletion.0).fetch_one(&self.0.readers).await?;
        Ok(read::unsigned(count))
    }

    /// Lets go of copies that were restored, and of the deletion with its last copy.
    pub async fn drop_copies(&self, deletion: DeletionId, topics: Vec<String>) -> Result<(), HistoryError> {
        self.write(move |desk| {
            Box::pin(async move {
                for topic in topics {
                    sqlx::query("DELETE FROM deleted_retained WHERE deletion = ? AND topic = ?")
                        .bind(deletion.0)
                        .bind(topic)
                        .execute(&mut desk.connection)
                        .await?;
                }
                sqlx::query(
                    "DELETE FROM deletions WHERE id = ?1
                     AND NOT EXISTS (SELECT 1 FROM deleted_retained WHERE deletion = ?1)",
                )
                .bind(deletion.0)
                .execute(&mut desk.connection)
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Lets go of a whole deletion; it can't be undone afterwards.
    pub async fn drop_deletion(&self, deletion: DeletionId) -> Result<(), HistoryError> {
        self.write(move |desk| {
            Box::pin(async move {
                sqlx::query("DELETE FROM deletions WHERE id = ?")
                    .bind(deletion.0)
                    .execute(&mut desk.connection)
                    .await?;
                Ok(())
            })
        })
        .await
    }
}
