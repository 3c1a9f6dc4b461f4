//! What uses the space of a file: all of it, by branch and by topic.
//!
//! It reads the sums by topic, so an answer costs as many steps as there are topics in question, and it runs on a
//! reader: the writer never waits for it. Lists are cut; what is cut off is in the sum of all. It deletes nothing.

use std::time::Duration;

use sqlx::AssertSqlSafe;

use super::blocks;
use super::forget::Forget;
use super::read::unsigned;
use super::stats::Counting;
use super::topics::Totals;
use super::{History, HistoryError};
use crate::message::{MessageId, Timestamp};

/// The most rows of one list.
pub const MAX_BRANCHES: u32 = 500;
/// Newest messages that tell how fast the file grows.
const SAMPLE: i64 = 50_000;
/// Messages of an older file, not yet summed up, that are counted at most for what lies before a time.
const COUNTED: i64 = 1_000_000;

/// The space of a file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Space {
    /// Bytes on disk, the write-ahead log included.
    pub file: u64,
    /// Bytes of the file that hold something.
    pub used: u64,
    /// Bytes of the file that hold nothing and can be given back.
    pub free: u64,
    /// What it holds.
    pub totals: Totals,
    /// How fast it grows; `None` with too few messages to tell.
    pub growth: Option<Growth>,
    /// How far an older file is counted; until then `totals` are what is counted by now.
    pub counting: Option<Counting>,
}

/// How fast a file grows, if it goes on like its newest messages; an estimate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Growth {
    /// Bytes on disk.
    pub bytes_per_day: f64,
    /// The time that was looked at.
    pub over: Duration,
}

/// How a list is ordered, largest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// By payload bytes.
    #[default]
    Bytes,
    /// By messages.
    Messages,
}

/// How much that is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amount {
    /// Topics.
    pub topics: u64,
    /// Messages.
    pub messages: u64,
    /// Their payload bytes.
    pub bytes: u64,
    /// There is more than this; counting all of it would take long.
    pub more: bool,
}

/// One row: the next level below a branch, or a whole topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// One level, or the whole topic name.
    pub name: String,
    /// What it holds, with everything below it.
    pub amount: Amount,
    /// It is a topic with messages of its own.
    pub is_topic: bool,
    /// Its newest message.
    pub last: MessageId,
}

/// The largest rows of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Largest first.
    pub rows: Vec<Branch>,
    /// How many rows there are without the cut.
    pub count: u64,
    /// All of them together.
    pub all: Amount,
}

impl History {
    /// How much space the file takes and what for.
    pub async fn space(&self, now: Timestamp) -> Result<Space, HistoryError> {
        let used = unsigned(self.used_bytes().await?);
        let totals = self.totals().await?;
        Ok(Space {
            file: self.file_bytes().await,
            used,
            free: unsigned(self.free_bytes().await?),
            totals,
            growth: self.growth(used, totals.messages, now).await?,
            counting: self.counting().await?,
        })
    }

    async fn growth(&self, used: u64, messages: u64, now: Timestamp) -> Result<Option<Growth>, HistoryError> {
        let (count, first): (i64, Option<i64>) = sqlx::query_as(
            "SELECT count(*), min(id) FROM (SELECT id FROM messages ORDER BY id DESC LIMIT ?)",
        )
        .bind(SAMPLE)
        .fetch_one(&self.0.readers)
        .await?;
        let over = first.map_or(Duration::ZERO, |first| now.since(Timestamp(first)));
        // Of a moment nothing follows for a day.
        if over < Duration::from_secs(60) || messages == 0 {
            return Ok(None);
        }
        let a_message = used as f64 / messages as f64;
        let bytes_per_day = a_message * count as f64 / over.as_secs_f64() * 86_400.0;
        Ok(Some(Growth { bytes_per_day, over }))
    }

    /// The levels below a branch, or the top levels for the empty name, largest first, at most `limit` and
    /// [`MAX_BRANCHES`]. The branch's own messages are not among them.
    pub async fn branches(&self, branch: &str, order: Order, limit: u32) -> Result<Usage, HistoryError> {
        // The prefix and its slash, counted in bytes, from one.
        let skip = if branch.is_empty() {
            1
        } else {
            branch.len() as i64 + 2
        };
        let level =
            "CASE instr(rest, x'2f') WHEN 0 THEN rest ELSE substr(rest, 1, instr(rest, x'2f') - 1) END";
        self.usage(branch, level, order, limit, skip).await
    }

    /// The largest topics of a branch, or of all for the empty name, as [`History::branches`].
    pub async fn largest(&self, branch: &str, order: Order, limit: u32) -> Result<Usage, HistoryError> {
        self.usage(branch, "rest", order, limit, 1).await
    }

    async fn usage(
        &self,
        branch: &str,
        name: &str,
        order: Order,
        limit: u32,
        skip: i64,
    ) -> Result<Usage, HistoryError> {
        let (from, end) = Forget::below(branch);
        // All topics are read in the order of the sums, a branch in the order of names.
        let (tables, range) = if branch.is_empty() {
            ("topic_stats s CROSS JOIN topics t", "")
        } else {
            (
                "topics t CROSS JOIN topic_stats s",
                "AND t.name >= ?1 AND t.name < ?2",
            )
        };
        let order = match order {
            Order::Bytes => "bytes",
            Order::Messages => "messages",
        };
        // Names are bytes here: SQLite's functions for text stop at NUL.
        let sql = format!(
            "WITH below AS (
                 SELECT substr(CAST(t.name AS BLOB), ?4) AS rest, s.messages AS messages, s.bytes AS bytes, s.last_id AS last
                 FROM {tables} ON s.topic_id = t.id WHERE s.messages > 0 {range}),
             level AS (
                 SELECT {name} AS name, count(*) AS topics, sum(messages) AS messages, sum(bytes) AS bytes,
                        max(last) AS last, max({name} = rest) AS is_topic
                 FROM below GROUP BY 1)
             SELECT name, topics, messages, bytes, last, is_topic, count(*) OVER (), sum(topics) OVER (),
                    sum(messages) OVER (), sum(bytes) OVER ()
             FROM level ORDER BY {order} DESC, name LIMIT ?3"
        );
        type Row = (Vec<u8>, i64, i64, i64, i64, bool, i64, i64, i64, i64);
        let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(sql))
            .bind(from)
            .bind(end)
            .bind(limit.min(MAX_BRANCHES))
            .bind(skip)
            .fetch_all(&self.0.readers)
            .await?;
        let mut usage = Usage::default();
        for (name, topics, messages, bytes, last, is_topic, count, all_topics, all_messages, all_bytes) in
            rows
        {
            usage.count = unsigned(count);
            usage.all = amount(all_topics, all_messages, all_bytes);
            usage.rows.push(Branch {
                name: String::from_utf8_lossy(&name).into_owned(),
                amount: amount(topics, messages, bytes),
                is_topic,
                last: MessageId(last),
            });
        }
        Ok(usage)
    }

    /// How much would be forgotten. Before a time no topics are counted.
    pub async fn amount(&self, what: &Forget) -> Result<Amount, HistoryError> {
        let (name, (from, end)) = match what {
            Forget::Before(at) => {
                return self.amount_before(at.0).await;
            }
            // No name is from one to before the same.
            Forget::Topic(name) => (name, (name.clone(), name.clone())),
            Forget::Branch(name) => (name, Forget::below(name)),
        };
        let (topics, messages, bytes): (i64, i64, i64) = sqlx::query_as(
            "SELECT count(*), coalesce(sum(s.messages), 0), coalesce(sum(s.bytes), 0) FROM (
                 SELECT id FROM topics WHERE name = ?1
                 UNION ALL SELECT id FROM topics WHERE name >= ?2 AND name < ?3) AS t
             CROSS JOIN topic_stats s ON s.topic_id = t.id WHERE s.messages > 0",
        )
        .bind(name.clone())
        .bind(from)
        .bind(end)
        .fetch_one(&self.0.readers)
        .await?;
        Ok(amount(topics, messages, bytes))
    }
}

impl History {
    async fn amount_before(&self, at: i64) -> Result<Amount, HistoryError> {
        let unknown = self.ungathered().await?.map_or(i64::MIN, |last| last + 1);
        let row: (i64, i64) = sqlx::query_as(
            "SELECT count(*), coalesce(sum(length(payload)), 0)
             FROM (SELECT payload FROM messages WHERE id < ? ORDER BY id LIMIT ?)",
        )
        .bind(at.min(unknown))
        .bind(COUNTED)
        .fetch_one(&self.0.readers)
        .await?;
        let (messages, bytes) = blocks::between(&self.0.readers, unknown, at).await?;
        Ok(Amount {
            topics: 0,
            messages: unsigned(row.0) + messages,
            bytes: unsigned(row.1) + bytes,
            more: row.0 == COUNTED,
        })
    }
}

fn amount(topics: i64, messages: i64, bytes: i64) -> Amount {
    Amount {
        topics: unsigned(topics),
        messages: unsigned(messages),
        bytes: unsigned(bytes),
        more: false,
    }
}
