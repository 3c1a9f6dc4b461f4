//! Messages of all topics in the order in which they came: what a stream shows and a recording holds.
//!
//! A step first reads which messages there are, with their topics and sizes and without their bytes, so
//! that what is not wanted costs little; the chosen ones are read after that. Every answer is bounded and
//! nothing stays open between two, as in [`super::read`].

use bytes::Bytes;

use super::History;
use super::error::HistoryError;
use super::read::{Flags, Head, Stored, stored, unsigned};
use crate::message::MessageId;

/// The most rows of one step.
pub const MAX_STEP: u32 = 20_000;
/// The most messages read whole or in part at once.
pub const MAX_READ: usize = 1_000;

/// The number of a topic inside one history file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TopicNo(pub i64);

/// A message as it passed by: which, on which topic, how large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passed {
    /// Its id.
    pub id: MessageId,
    /// Its topic.
    pub topic: TopicNo,
    /// The retain flag as delivered.
    pub retain: bool,
    /// The length of its payload in bytes.
    pub size: u64,
}

/// A message with its topic and the beginning of its payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glimpse {
    /// The topic name.
    pub topic: String,
    /// The rest of it.
    pub head: Head,
}

type PassedRow = (i64, i64, i64, i64);

fn passed((id, topic, flags, size): PassedRow) -> Passed {
    Passed {
        id: MessageId(id),
        topic: TopicNo(topic),
        retain: Flags::from(flags).retain,
        size: unsigned(size),
    }
}

/// A list of numbers as the JSON array that `json_each` takes: one statement for every length.
fn list(ids: impl Iterator<Item = i64>) -> String {
    let ids: Vec<String> = ids.map(|id| id.to_string()).collect();
    format!("[{}]", ids.join(","))
}

impl History {
    /// The newest message that is committed; zero if there is none. Later commits have larger ids.
    pub async fn committed(&self) -> Result<MessageId, HistoryError> {
        super::last_id(&self.0.readers).await
    }

    /// What passed after `after` until `to` (included), oldest first, of one topic or of all.
    pub async fn passed_after(
        &self,
        after: MessageId,
        to: MessageId,
        only: Option<TopicNo>,
        limit: u32,
    ) -> Result<Vec<Passed>, HistoryError> {
        let sql = match only {
            None => {
                "SELECT id, topic_id, flags, length(payload) FROM messages
                 WHERE id > ?1 AND id <= ?2 ORDER BY id LIMIT ?3"
            }
            Some(_) => {
                "SELECT id, topic_id, flags, length(payload) FROM messages
                 WHERE id > ?1 AND id <= ?2 AND topic_id = ?4 ORDER BY id LIMIT ?3"
            }
        };
        let mut query = sqlx::query_as(sql)
            .bind(after.0)
            .bind(to.0)
            .bind(limit.min(MAX_STEP));
        if let Some(TopicNo(topic)) = only {
            query = query.bind(topic);
        }
        let rows: Vec<PassedRow> = query.fetch_all(&self.0.readers).await?;
        Ok(rows.into_iter().map(passed).collect())
    }

    /// What passed before `before` and after `after`, newest first.
    pub async fn passed_before(
        &self,
        before: MessageId,
        after: MessageId,
        limit: u32,
    ) -> Result<Vec<Passed>, HistoryError> {
        let rows: Vec<PassedRow> = sqlx::query_as(
            "SELECT id, topic_id, flags, length(payload) FROM messages
             WHERE id < ? AND id > ? ORDER BY id DESC LIMIT ?",
        )
        .bind(before.0)
        .bind(after.0)
        .bind(limit.min(MAX_STEP))
        .fetch_all(&self.0.readers)
        .await?;
        Ok(rows.into_iter().map(passed).collect())
    }

    /// The names of topics by their numbers, in no order; those that are gone are left out.
    pub async fn topic_names(&self, topics: &[TopicNo]) -> Result<Vec<(TopicNo, String)>, HistoryError> {
        let rows: Vec<(i64, String)> =
            sqlx::query_as("SELECT id, name FROM topics WHERE id IN (SELECT value FROM json_each(?))")
                .bind(list(topics.iter().map(|topic| topic.0)))
                .fetch_all(&self.0.readers)
                .await?;
        Ok(rows.into_iter().map(|(id, name)| (TopicNo(id), name)).collect())
    }

    /// The number of a topic; `None` if nothing of it was ever stored.
    pub async fn topic_number(&self, name: &str) -> Result<Option<TopicNo>, HistoryError> {
        let number: Option<i64> = sqlx::query_scalar("SELECT id FROM topics WHERE name = ?")
            .bind(name.to_owned())
            .fetch_optional(&self.0.readers)
            .await?;
        Ok(number.map(TopicNo))
    }

    /// Messages with the first `bytes` of their payloads, oldest first; those that are gone are left out.
    /// At most the first [`MAX_READ`] of the ids are read.
    pub async fn glimpses(&self, ids: &[MessageId], bytes: u32) -> Result<Vec<Glimpse>, HistoryError> {
        type Columns = (String, i64, i64, i64, Vec<u8>, bool);
        let mut rows: Vec<Columns> = sqlx::query_as(
            "SELECT t.name, m.id, m.flags, length(m.payload), substr(m.payload, 1, ?2), m.properties IS NOT NULL
             FROM json_each(?1) AS wanted
             CROSS JOIN messages m ON m.id = wanted.value
             CROSS JOIN topics t ON t.id = m.topic_id",
        )
        .bind(list(ids.iter().take(MAX_READ).map(|id| id.0)))
        .bind(bytes)
        .fetch_all(&self.0.readers)
        .await?;
        rows.sort_unstable_by_key(|row| row.1);
        let glimpse = |(topic, id, flags, size, prefix, has_properties): Columns| {
            let Flags {
                qos,
                retain,
                dup,
                marks,
            } = flags.into();
            let size = unsigned(size);
            let head = Head {
                id: MessageId(id),
                qos,
                retain,
                dup,
                marks,
                size,
                whole: prefix.len() as u64 == size,
                prefix: Bytes::from(prefix),
                has_properties,
            };
            Glimpse { topic, head }
        };
        Ok(rows.into_iter().map(glimpse).collect())
    }

    /// Whole messages, oldest first; those that are gone are left out. At most the first [`MAX_READ`] of
    /// the ids are read: who asks bounds the bytes by the sizes in [`Passed`].
    pub async fn messages(&self, ids: &[MessageId]) -> Result<Vec<Stored>, HistoryError> {
        type Columns = (String, i64, i64, Vec<u8>, Option<Vec<u8>>);
        let rows: Vec<Columns> = sqlx::query_as(
            "SELECT t.name, m.id, m.flags, m.payload, m.properties
             FROM json_each(?) AS wanted
             CROSS JOIN messages m ON m.id = wanted.value
             CROSS JOIN topics t ON t.id = m.topic_id",
        )
        .bind(list(ids.iter().take(MAX_READ).map(|id| id.0)))
        .fetch_all(&self.0.readers)
        .await?;
        let mut found = rows
            .into_iter()
            .map(|(topic, id, flags, payload, encoded)| stored(topic, (id, flags, payload, encoded)))
            .collect::<Result<Vec<_>, _>>()?;
        found.sort_unstable_by_key(|stored| stored.id);
        Ok(found)
    }
}
