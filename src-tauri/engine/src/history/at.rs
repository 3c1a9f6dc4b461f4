//! What stood in the history at an earlier time.
//!
//! The id of a message is its time, so "the newest of a topic at or before T" is one seek in the index of
//! topics. All topics are gone through in steps; nothing is held open between two of them, so that neither a
//! slow reader nor a long journey keeps the write-ahead log from being folded in.

use bytes::Bytes;

use super::History;
use super::error::HistoryError;
use super::read::{Flags, unsigned};
use super::topics::SUMMARY_BYTES;
use crate::message::{MessageId, QoS, Timestamp};

/// Topics of one step.
const STEP: i64 = 4_096;
/// Messages of a topic that one step looks through for another payload.
const CHANGE_STEP: i64 = 4_096;
/// Steps until the search for another payload ends where it is.
const CHANGE_STEPS: usize = 50;

/// A topic with its newest message at some time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicAt {
    /// The topic name.
    pub topic: String,
    /// The message.
    pub id: MessageId,
    /// Its QoS.
    pub qos: QoS,
    /// Its retain flag.
    pub retain: bool,
    /// The length of its payload in bytes.
    pub size: u64,
    /// At most the first [`SUMMARY_BYTES`] of its payload.
    pub prefix: Bytes,
}

/// Which way to look from a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toward {
    /// To what came before.
    Past,
    /// To what came after.
    Future,
}

impl History {
    /// Calls `each` with every topic that had a message at or before `at`, and its newest one by then. Ends
    /// early with `false` once `wanted` says so; it is asked before each step of a few thousand topics.
    pub async fn topics_at(
        &self,
        at: Timestamp,
        wanted: impl Fn() -> bool + Send,
        mut each: impl FnMut(TopicAt) + Send,
    ) -> Result<bool, HistoryError> {
        let last: Option<i64> = sqlx::query_scalar("SELECT max(id) FROM topics")
            .fetch_one(&self.0.readers)
            .await?;
        let last = last.unwrap_or(0);
        let mut after = 0;
        while after < last {
            if !wanted() {
                return Ok(false);
            }
            // Two readers share the work: most of it is seeking, which each does on a thread of its own.
            let middle = after + STEP;
            let (first, second) = tokio::try_join!(self.step_at(at, after), self.step_at(at, middle))?;
            after = middle + STEP;
            first.into_iter().chain(second).for_each(&mut each);
        }
        Ok(true)
    }

    /// The topics with the next [`STEP`] numbers.
    async fn step_at(&self, at: Timestamp, after: i64) -> Result<Vec<TopicAt>, HistoryError> {
        let rows: Vec<(String, i64, i64, i64, Vec<u8>)> = sqlx::query_as(
            "SELECT t.name, m.id, m.flags, length(m.payload), substr(m.payload, 1, ?)
             FROM topics t CROSS JOIN messages m ON m.id = (
                 SELECT max(n.id) FROM messages n WHERE n.topic_id = t.id AND n.id <= ?)
             WHERE t.id > ? AND t.id <= ?",
        )
        .bind(SUMMARY_BYTES as i64)
        .bind(at.0)
        .bind(after)
        .bind(after + STEP)
        .fetch_all(&self.0.readers)
        .await?;
        let topic = |(topic, id, flags, size, prefix): (String, i64, i64, i64, Vec<u8>)| {
            let Flags { qos, retain, .. } = Flags::from(flags);
            TopicAt {
                topic,
                id: MessageId(id),
                qos,
                retain,
                size: unsigned(size),
                prefix: Bytes::from(prefix),
            }
        };
        Ok(rows.into_iter().map(topic).collect())
    }

    /// How many messages a topic has from `from` to `to`, both included.
    pub async fn topic_count_between(
        &self,
        topic: &str,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<u64, HistoryError> {
        let count = sqlx::query_scalar(
            "SELECT count(*) FROM messages
             WHERE topic_id = (SELECT id FROM topics WHERE name = ?) AND id BETWEEN ? AND ?",
        )
        .bind(topic.to_owned())
        .bind(from.0)
        .bind(to.0)
        .fetch_one(&self.0.readers)
        .await?;
        Ok(unsigned(count))
    }

    /// The oldest and the newest message, without counting those between.
    pub async fn ends(&self) -> Result<Option<(MessageId, MessageId)>, HistoryError> {
        let ends: (Option<i64>, Option<i64>) =
            sqlx::query_as("SELECT (SELECT min(id) FROM messages), (SELECT max(id) FROM messages)")
                .fetch_one(&self.0.readers)
                .await?;
        Ok(match ends {
            (Some(first), Some(last)) => Some((MessageId(first), MessageId(last))),
            _ => None,
        })
    }

    /// The message of any topic that is next to a time: before it, or after it.
    pub async fn neighbour(&self, at: Timestamp, toward: Toward) -> Result<Option<MessageId>, HistoryError> {
        let question = match toward {
            Toward::Past => "SELECT max(id) FROM messages WHERE id < ?",
            Toward::Future => "SELECT min(id) FROM messages WHERE id > ?",
        };
        let found: Option<i64> = sqlx::query_scalar(question)
            .bind(at.0)
            .fetch_one(&self.0.readers)
            .await?;
        Ok(found.map(MessageId))
    }

    /// The nearest message of a topic whose payload differs from the one that stood at `at`: toward the
    /// past the end of the value before, toward the future the start of the next. After some two hundred
    /// thousand equal messages it answers with the last one seen. `None` if there is no other.
    pub async fn change_of(
        &self,
        topic: &str,
        at: Timestamp,
        toward: Toward,
    ) -> Result<Option<MessageId>, HistoryError> {
        // Nearest first: of the messages of one step the nearest other one, and the farthest of all.
        let step = match toward {
            Toward::Past => {
                "WITH near AS MATERIALIZED (
                     SELECT id FROM messages WHERE topic_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3)
                 SELECT (SELECT max(m.id) FROM near CROSS JOIN messages m ON m.id = near.id
                         WHERE m.payload <> (SELECT payload FROM messages WHERE id = ?4)),
                        (SELECT min(id) FROM near)"
            }
            Toward::Future => {
                "WITH near AS MATERIALIZED (
                     SELECT id FROM messages WHERE topic_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3)
                 SELECT (SELECT min(m.id) FROM near CROSS JOIN messages m ON m.id = near.id
                         WHERE m.payload <> (SELECT payload FROM messages WHERE id = ?4)),
                        (SELECT max(id) FROM near)"
            }
        };
        let stood: Option<(i64, i64)> = sqlx::query_as(
            "SELECT topic_id, id FROM messages
             WHERE topic_id = (SELECT id FROM topics WHERE name = ?) AND id <= ? ORDER BY id DESC LIMIT 1",
        )
        .bind(topic.to_owned())
        .bind(at.0)
        .fetch_optional(&self.0.readers)
        .await?;
        let Some((topic_id, stood)) = stood else {
            // Nothing stood there yet: the next change is the first message.
            return match toward {
                Toward::Past => Ok(None),
                Toward::Future => self.first_of(topic).await,
            };
        };
        let mut from = stood;
        for _ in 0..CHANGE_STEPS {
            let (other, reached): (Option<i64>, Option<i64>) = sqlx::query_as(step)
                .bind(topic_id)
                .bind(from)
                .bind(CHANGE_STEP)
                .bind(stood)
                .fetch_one(&self.0.readers)
                .await?;
            if other.is_some() {
                return Ok(other.map(MessageId));
            }
            match reached {
                Some(reached) => from = reached,
                None => return Ok(None),
            }
        }
        Ok(Some(MessageId(from)))
    }

    async fn first_of(&self, topic: &str) -> Result<Option<MessageId>, HistoryError> {
        let first: Option<i64> = sqlx::query_scalar(
            "SELECT min(id) FROM messages WHERE topic_id = (SELECT id FROM topics WHERE name = ?)",
        )
        .bind(topic.to_owned())
        .fetch_one(&self.0.readers)
        .await?;
        Ok(first.map(MessageId))
    }
}
