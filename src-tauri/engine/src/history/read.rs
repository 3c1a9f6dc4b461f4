//! What can be asked of a history: pages of a topic, single messages, counts, scans.
//!
//! Every answer is bounded by rows and by bytes, whatever is asked for. Nothing is held open between
//! two questions, so that a slow reader never keeps the write-ahead log from being folded in.

use bytes::Bytes;

use super::error::HistoryError;
use super::file::beside;
use super::{History, properties};
use crate::message::{Message, MessageId, Properties, QoS};

/// The most rows of one page.
pub const MAX_PAGE: u32 = 1_000;
/// How much of a payload a [`Head`] carries.
pub const HEAD_BYTES: usize = 4_096;
/// Payload bytes of one page or one step of a scan; a single larger message is still given.
const PAGE_BYTES: i64 = 32 << 20;
/// Rows of one step of a scan.
const SCAN_ROWS: i64 = 4_096;

/// A message with its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its id, which is when it was received.
    pub id: MessageId,
    /// The message as received.
    pub message: Message,
    /// The bits it was submitted with.
    pub marks: u16,
}

/// A message as a list shows it: the beginning of its payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its id.
    pub id: MessageId,
    /// The QoS it was delivered with.
    pub qos: QoS,
    /// The retain flag as delivered.
    pub retain: bool,
    /// The duplicate flag as delivered.
    pub dup: bool,
    /// The bits it was submitted with.
    pub marks: u16,
    /// The length of the whole payload in bytes.
    pub size: u64,
    /// At most the first [`HEAD_BYTES`] of the payload.
    pub prefix: Bytes,
    /// True if the prefix is the whole payload.
    pub whole: bool,
    /// True if the message has properties.
    pub has_properties: bool,
}

/// The parts of the flags column.
pub(super) struct Flags {
    pub(super) qos: QoS,
    pub(super) retain: bool,
    pub(super) dup: bool,
    pub(super) marks: u16,
}

impl From<i64> for Flags {
    fn from(flags: i64) -> Self {
        Self {
            qos: QoS::from_level((flags & 3) as u8).unwrap_or_default(),
            retain: flags & 4 != 0,
            dup: flags & 8 != 0,
            marks: (flags >> 8) as u16,
        }
    }
}

type MessageRow = (i64, i64, Vec<u8>, Option<Vec<u8>>);

pub(super) fn stored(topic: String, row: MessageRow) -> Result<Stored, HistoryError> {
    let (id, flags, payload, encoded) = row;
    let Flags {
        qos,
        retain,
        dup,
        marks,
    } = flags.into();
    let properties = encoded.map(|bytes| decoded(&topic, &bytes)).transpose()?;
    let properties = properties.map(Box::new);
    let message = Message {
        topic,
        payload: Bytes::from(payload),
        qos,
        retain,
        dup,
        properties,
    };
    Ok(Stored {
        id: MessageId(id),
        message,
        marks,
    })
}

fn decoded(topic: &str, bytes: &[u8]) -> Result<Properties, HistoryError> {
    properties::decode(bytes).map_err(|properties::Malformed| HistoryError::BadProperties {
        topic: topic.to_owned(),
    })
}

pub(super) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

impl History {
    /// The newest message of a topic.
    pub async fn latest(&self, topic: &str) -> Result<Option<Stored>, HistoryError> {
        Ok(self.page(topic, None, 1).await?.pop())
    }

    /// One message, whole.
    pub async fn message(&self, id: MessageId) -> Result<Option<Stored>, HistoryError> {
        type Columns = (String, i64, i64, Vec<u8>, Option<Vec<u8>>);
        let row: Option<Columns> = sqlx::query_as(
            "SELECT t.name, m.id, m.flags, m.payload, m.properties
             FROM messages m JOIN topics t ON t.id = m.topic_id WHERE m.id = ?",
        )
        .bind(id.0)
        .fetch_optional(&self.0.readers)
        .await?;
        row.map(|(topic, id, flags, payload, encoded)| stored(topic, (id, flags, payload, encoded)))
            .transpose()
    }

    /// Messages of a topic that are older than `before`, newest first, whole. A page ends early when
    /// its payloads are large; only an empty page says that there is nothing older.
    pub async fn page(
        &self,
        topic: &str,
        before: Option<MessageId>,
        limit: u32,
    ) -> Result<Vec<Stored>, HistoryError> {
        let rows: Vec<MessageRow> = sqlx::query_as(
            "WITH fitting AS MATERIALIZED (
                 SELECT id, sum(length(payload)) OVER (ORDER BY id DESC) - length(payload) AS earlier
                 FROM messages WHERE topic_id = (SELECT id FROM topics WHERE name = ?) AND id < ?
                 ORDER BY id DESC LIMIT ?)
             SELECT m.id, m.flags, m.payload, m.properties
             FROM fitting CROSS JOIN messages m ON m.id = fitting.id WHERE fitting.earlier < ?",
        )
        .bind(topic.to_owned())
        .bind(before.map_or(i64::MAX, |id| id.0))
        .bind(limit.min(MAX_PAGE))
        .bind(PAGE_BYTES)
        .fetch_all(&self.0.readers)
        .await?;
        let mut page = rows
            .into_iter()
            .map(|row| stored(topic.to_owned(), row))
            .collect::<Result<Vec<_>, _>>()?;
        // A join promises no order, although this one keeps it.
        page.sort_unstable_by_key(|stored| std::cmp::Reverse(stored.id));
        Ok(page)
    }

    /// As [`History::page`], with the beginning of each payload instead of all of it.
    pub async fn page_heads(
        &self,
        topic: &str,
        before: Option<MessageId>,
        limit: u32,
    ) -> Result<Vec<Head>, HistoryError> {
        let rows: Vec<(i64, i64, i64, Vec<u8>, bool)> = sqlx::query_as(
            "SELECT id, flags, length(payload), substr(payload, 1, ?), properties IS NOT NULL
             FROM messages WHERE topic_id = (SELECT id FROM topics WHERE name = ?) AND id < ?
             ORDER BY id DESC LIMIT ?",
        )
        .bind(HEAD_BYTES as i64)
        .bind(topic.to_owned())
        .bind(before.map_or(i64::MAX, |id| id.0))
        .bind(limit.min(MAX_PAGE))
        .fetch_all(&self.0.readers)
        .await?;
        let head = |(id, flags, size, prefix, has_properties): (i64, i64, i64, Vec<u8>, bool)| {
            let Flags {
                qos,
                retain,
                dup,
                marks,
            } = flags.into();
            let size = unsigned(size);
            let whole = prefix.len() as u64 == size;
            let prefix = Bytes::from(prefix);
            Head {
                id: MessageId(id),
                qos,
                retain,
                dup,
                marks,
                size,
                prefix,
                whole,
                has_properties,
            }
        };
        Ok(rows.into_iter().map(head).collect())
    }

    /// The size on disk in bytes, the write-ahead log included.
    pub async fn file_bytes(&self) -> u64 {
        let mut bytes = 0;
        for path in [self.0.path.clone(), beside(&self.0.path, "-wal")] {
            bytes += tokio::fs::metadata(path).await.map_or(0, |file| file.len());
        }
        bytes
    }

    /// Calls `each` with the id, payload and properties of every message of a topic from `from` to `to`, both
    /// included, oldest first. Messages that arrive meanwhile are seen if they are in the range.
    pub async fn scan(
        &self,
        topic: &str,
        from: Option<MessageId>,
        to: Option<MessageId>,
        mut each: impl FnMut(MessageId, &[u8], Option<&Properties>) + Send,
    ) -> Result<(), HistoryError> {
        let mut from = from.map_or(i64::MIN, |id| id.0);
        let to = to.map_or(i64::MAX, |id| id.0);
        loop {
            let mut rows: Vec<(i64, Vec<u8>, Option<Vec<u8>>)> = sqlx::query_as(
                "WITH fitting AS MATERIALIZED (
                     SELECT id, sum(length(payload)) OVER (ORDER BY id) - length(payload) AS earlier
                     FROM messages WHERE topic_id = (SELECT id FROM topics WHERE name = ?)
                     AND id BETWEEN ? AND ? ORDER BY id LIMIT ?)
                 SELECT m.id, m.payload, m.properties
                 FROM fitting CROSS JOIN messages m ON m.id = fitting.id WHERE fitting.earlier < ?",
            )
            .bind(topic.to_owned())
            .bind(from)
            .bind(to)
            .bind(SCAN_ROWS)
            .bind(PAGE_BYTES)
            .fetch_all(&self.0.readers)
            .await?;
            // A join promises no order, although this one keeps it.
            rows.sort_unstable_by_key(|row| row.0);
            let Some(last) = rows.last().map(|row| row.0) else {
                return Ok(());
            };
            for (id, payload, encoded) in rows {
                let properties = encoded.map(|bytes| decoded(topic, &bytes)).transpose()?;
                each(MessageId(id), &payload, properties.as_ref());
            }
            if last == to {
                return Ok(());
            }
            from = last + 1;
        }
    }
}
