//! All topics with what they hold: as many steps as there are topics, whatever the number of messages.
//!
//! It reads the sums that [`super::stats`] keeps. Only of an older file that is not counted to its end the
//! messages are walked, in the index by topic. A sum that contradicts the messages is counted afresh.

use bytes::Bytes;

use super::History;
use super::error::HistoryError;
use super::read::{Flags, unsigned};
use crate::message::{MessageId, QoS};

/// How much of a payload a [`TopicSummary`] carries.
pub const SUMMARY_BYTES: usize = 256;
/// Topics of one step through all topics.
const STEP: i64 = 4_096;

/// A topic as the tree shows it, with its newest message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicSummary {
    /// The topic name.
    pub topic: String,
    /// Messages stored.
    pub count: u64,
    /// Their payload bytes; 0 in a file that is not counted to its end.
    pub bytes: u64,
    /// The newest message.
    pub last_id: MessageId,
    /// Its QoS.
    pub qos: QoS,
    /// Its retain flag.
    pub retain: bool,
    /// Its marks.
    pub marks: u16,
    /// The length of its payload in bytes.
    pub size: u64,
    /// At most the first [`SUMMARY_BYTES`] of its payload.
    pub prefix: Bytes,
}

/// What a history holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Messages stored.
    pub messages: u64,
    /// Their payload bytes.
    pub bytes: u64,
    /// Topics with a message stored now or before.
    pub topics: u64,
    /// The oldest message.
    pub first: Option<MessageId>,
    /// The newest message.
    pub last: Option<MessageId>,
}

/// Id, flags, length and beginning of a newest message.
type Newest = (i64, i64, i64, Vec<u8>);

/// The messages of a topic, their bytes and the newest of them, counted; the last is 0 if there are none.
const TRUTH: &str = "SELECT count(*), coalesce(sum(length(payload)), 0), coalesce(max(id), 0)
    FROM messages WHERE topic_id = ?";

fn summary(topic: String, count: i64, bytes: i64, (id, flags, size, prefix): Newest) -> TopicSummary {
    let Flags {
        qos, retain, marks, ..
    } = flags.into();
    TopicSummary {
        topic,
        count: unsigned(count),
        bytes: unsigned(bytes),
        last_id: MessageId(id),
        qos,
        retain,
        marks,
        size: unsigned(size),
        prefix: Bytes::from(prefix),
    }
}

impl History {
    /// How many messages a topic has.
    pub async fn count(&self, topic: &str) -> Result<u64, HistoryError> {
        let count: i64 = sqlx::query_scalar(
            "SELECT CASE WHEN EXISTS (SELECT 1 FROM uncounted)
                 THEN (SELECT count(*) FROM messages WHERE topic_id = (SELECT id FROM topics WHERE name = ?1))
                 ELSE coalesce((SELECT messages FROM topic_stats
                                WHERE topic_id = (SELECT id FROM topics WHERE name = ?1)), 0) END",
        )
        .bind(topic.to_owned())
        .fetch_one(&self.0.readers)
        .await?;
        Ok(unsigned(count))
    }

    /// What the whole history holds. In an older file, what is counted by now.
    pub async fn totals(&self) -> Result<Totals, HistoryError> {
        type Row = (i64, i64, i64, Option<i64>, Option<i64>);
        let (messages, bytes, topics, first, last): Row = sqlx::query_as(
            "SELECT coalesce(sum(messages), 0), coalesce(sum(bytes), 0), (SELECT count(*) FROM topics),
                    (SELECT min(id) FROM messages), (SELECT max(id) FROM messages) FROM topic_stats",
        )
        .fetch_one(&self.0.readers)
        .await?;
        Ok(Totals {
            messages: unsigned(messages),
            bytes: unsigned(bytes),
            topics: unsigned(topics),
            first: first.map(MessageId),
            last: last.map(MessageId),
        })
    }

    /// Calls `each` with every topic that has messages, in the order in which topics were first
    /// seen. Meant for filling the tree when a file is opened.
    pub async fn topics(&self, mut each: impl FnMut(TopicSummary) + Send) -> Result<(), HistoryError> {
        if self.counting().await?.is_some() {
            return self.topics_walked(each).await;
        }
        let mut wrong = Vec::new();
        let mut after = 0;
        loop {
            type Row = (
                i64,
                String,
                Option<i64>,
                Option<i64>,
                Option<i64>,
                Option<i64>,
                Option<i64>,
                Option<Vec<u8>>,
            );
            let rows: Vec<Row> = sqlx::query_as(
                "SELECT t.id, t.name, s.messages, s.bytes, m.id, m.flags, length(m.payload),
                        substr(m.payload, 1, ?)
                 FROM (SELECT id, name FROM topics WHERE id > ? ORDER BY id LIMIT ?) AS t
                 LEFT JOIN topic_stats s ON s.topic_id = t.id
                 LEFT JOIN messages m ON m.id = s.last_id AND m.topic_id = t.id ORDER BY t.id",
            )
            .bind(SUMMARY_BYTES as i64)
            .bind(after)
            .bind(STEP)
            .fetch_all(&self.0.readers)
            .await?;
            let Some(last) = rows.last() else { break };
            after = last.0;
            for (number, topic, count, bytes, id, flags, size, prefix) in rows {
                let newest = id.zip(flags).zip(size).zip(prefix);
                match (count, bytes, newest) {
                    (Some(count), Some(bytes), Some((((id, flags), size), prefix)))
                        if count > 0 && bytes >= 0 =>
                    {
                        each(summary(topic, count, bytes, (id, flags, size, prefix)));
                    }
                    _ => {
                        if let Some(counted) = self.counted(number, topic).await? {
                            wrong.push(number);
                            each(counted);
                        }
                    }
                }
            }
        }
        if !wrong.is_empty() {
            log::warn!(
                "history: the sums of {} topics were wrong and are counted afresh",
                wrong.len()
            );
            match self.recount(wrong).await {
                Ok(()) | Err(HistoryError::ReadOnly) => {}
                // What is shown is right; the next opening tries again.
                Err(error) => log::warn!("history: sums can't be put right: {error}"),
            }
        }
        Ok(())
    }

    /// A topic counted from its messages; `None` if it has none.
    async fn counted(&self, number: i64, topic: String) -> Result<Option<TopicSummary>, HistoryError> {
        let (count, bytes, last): (i64, i64, i64) = sqlx::query_as(TRUTH)
            .bind(number)
            .fetch_one(&self.0.readers)
            .await?;
        let newest: Option<Newest> = sqlx::query_as(
            "SELECT id, flags, length(payload), substr(payload, 1, ?) FROM messages WHERE id = ?",
        )
        .bind(SUMMARY_BYTES as i64)
        .bind(last)
        .fetch_optional(&self.0.readers)
        .await?;
        Ok(newest.map(|newest| summary(topic, count, bytes, newest)))
    }

    /// As [`History::topics`], from the messages themselves.
    async fn topics_walked(&self, mut each: impl FnMut(TopicSummary) + Send) -> Result<(), HistoryError> {
        let mut after = 0;
        loop {
            type TopicRow = (i64, String, i64, i64, i64, i64, Vec<u8>);
            let rows: Vec<TopicRow> = sqlx::query_as(
                "WITH newest AS MATERIALIZED (
                     SELECT topic_id, count(*) AS messages, max(id) AS last FROM messages
                     WHERE topic_id > ? GROUP BY topic_id ORDER BY topic_id LIMIT ?)
                 SELECT newest.topic_id, t.name, newest.messages, m.id, m.flags, length(m.payload),
                        substr(m.payload, 1, ?)
                 FROM newest CROSS JOIN topics t ON t.id = newest.topic_id
                 CROSS JOIN messages m ON m.id = newest.last",
            )
            .bind(after)
            .bind(STEP)
            .bind(SUMMARY_BYTES as i64)
            .fetch_all(&self.0.readers)
            .await?;
            let Some(last) = rows.iter().map(|row| row.0).max() else {
                return Ok(());
            };
            after = last;
            for (_, topic, count, id, flags, size, prefix) in rows {
                each(summary(topic, count, 0, (id, flags, size, prefix)));
            }
        }
    }
}
