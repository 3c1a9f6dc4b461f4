//! How much each topic has: messages, payload bytes, its newest message.
//!
//! Kept in step by the transactions that add and delete messages, summed up per batch, so that a message
//! costs no statement of its own. Of a file from before these sums, the messages are counted once, in pieces
//! and from where the last run got to. A sum that can't be right is counted again. It deletes no message.

use hashbrown::{HashMap, HashSet};
use sqlx::SqliteConnection;

use super::History;
use super::blocks;
use super::error::HistoryError;
use super::insert::{GROUPS, group, query, statement};
use super::writer::Desk;

/// Messages of an older file counted in one piece.
const PIECE_ROWS: i64 = 10_000;

/// Counts the messages of a topic afresh; those of an older file that are still to be counted come later.
const RECOUNT: &str = "INSERT OR REPLACE INTO topic_stats
    SELECT ?1, count(*), coalesce(sum(length(payload)), 0), coalesce(max(id), 0) FROM messages
    WHERE topic_id = ?1 AND NOT EXISTS (SELECT 1 FROM uncounted WHERE messages.id > after AND messages.id <= until)";

/// Messages and bytes of one topic.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    messages: i64,
    bytes: i64,
    last: i64,
}

/// What a transaction adds, until it is written at its end.
#[derive(Debug)]
pub(super) struct Tally {
    sums: HashMap<i64, Sum>,
    /// Topics with rows that may have been there before.
    doubtful: HashSet<i64>,
    statements: [String; 4],
}

impl Tally {
    pub(super) fn new() -> Self {
        Self {
            sums: HashMap::new(),
            doubtful: HashSet::new(),
            statements: statement(
                "INSERT INTO topic_stats(topic_id, messages, bytes, last_id) VALUES ",
                "(?,?,?,?)",
                " ON CONFLICT(topic_id) DO UPDATE SET messages = messages + excluded.messages,
                  bytes = bytes + excluded.bytes, last_id = max(last_id, excluded.last_id)",
            ),
        }
    }

    /// Adds a row that goes into the open transaction. Ids ascend.
    pub(super) fn add(&mut self, topic: i64, id: i64, bytes: usize) {
        let sum = self.sums.entry(topic).or_default();
        sum.messages += 1;
        sum.bytes += bytes as i64;
        sum.last = id;
    }

    /// Has a topic counted afresh instead of added to.
    pub(super) fn doubt(&mut self, topic: i64) {
        self.doubtful.insert(topic);
    }

    /// The transaction was undone.
    pub(super) fn clear(&mut self) {
        self.sums.clear();
        self.doubtful.clear();
    }

    /// Writes the sums into the open transaction.
    pub(super) async fn write(&mut self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        for topic in std::mem::take(&mut self.doubtful) {
            self.sums.remove(&topic);
            sqlx::query(RECOUNT).bind(topic).execute(&mut *connection).await?;
        }
        // In the order of the table, so that neighbours are on one page.
        let mut sums: Vec<(i64, Sum)> = self.sums.drain().collect();
        sums.sort_unstable_by_key(|(topic, _)| *topic);
        let mut rest = &sums[..];
        while !rest.is_empty() {
            let size = group(rest.len(), rest.len());
            let (now, later) = rest.split_at(GROUPS[size]);
            rest = later;
            let mut query = query(&self.statements[size]);
            for (topic, sum) in now {
                query = query
                    .bind(*topic)
                    .bind(sum.messages)
                    .bind(sum.bytes)
                    .bind(sum.last);
            }
            query.execute(&mut *connection).await?;
        }
        Ok(())
    }
}

/// What a piece of deleting took away.
#[derive(Debug, Default)]
pub(super) struct Taken {
    topics: HashMap<i64, Sum>,
    /// Ids and bytes.
    messages: Vec<(i64, i64)>,
}

impl Taken {
    pub(super) fn add(&mut self, topic: i64, id: i64, bytes: i64) {
        let sum = self.topics.entry(topic).or_default();
        sum.messages += 1;
        sum.bytes += bytes;
        self.messages.push((id, bytes));
    }

    pub(super) fn messages(&self) -> u64 {
        self.messages.len() as u64
    }

    /// Of payloads.
    pub(super) fn bytes(&self) -> i64 {
        self.topics.values().map(|sum| sum.bytes).sum()
    }

    /// Takes it from the sums, in the open transaction.
    pub(super) async fn write(&self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        if self.messages.is_empty() {
            return Ok(());
        }
        let gone = self.topics.iter();
        let gone: Vec<_> = gone
            .map(|(topic, sum)| format!("[{topic},{},{}]", sum.messages, sum.bytes))
            .collect();
        sqlx::query(
            "UPDATE topic_stats SET messages = topic_stats.messages - gone.messages,
             bytes = topic_stats.bytes - gone.bytes
             FROM (SELECT value ->> 0 AS topic, value ->> 1 AS messages, value ->> 2 AS bytes FROM json_each(?))
             AS gone WHERE topic_id = gone.topic",
        )
        .bind(format!("[{}]", gone.join(",")))
        .execute(&mut *connection)
        .await?;
        blocks::take(connection, &self.messages).await
    }
}

/// Takes every message up to `last` from the sums, in the open transaction, before it is deleted there.
pub(super) async fn take_until(connection: &mut SqliteConnection, last: i64) -> Result<(), sqlx::Error> {
    // The plus keeps it from walking the whole index by topic.
    sqlx::query(
        "UPDATE topic_stats SET messages = topic_stats.messages - gone.messages,
             bytes = topic_stats.bytes - gone.bytes
         FROM (SELECT topic_id AS topic, count(*) AS messages, sum(length(payload)) AS bytes
               FROM messages WHERE id <= ? GROUP BY +topic_id) AS gone WHERE topic_id = gone.topic",
    )
    .bind(last)
    .execute(connection)
    .await?;
    Ok(())
}

/// Deletes topics that have no message any more, among those with such a row number; a topic whose sum says so
/// and that has messages is counted afresh. The answer is how many were deleted.
pub(super) async fn drop_empty(desk: &mut Desk, from: i64, until: i64) -> Result<u64, sqlx::Error> {
    let done = sqlx::query(
        "DELETE FROM topics WHERE id IN (
             SELECT topic_id FROM topic_stats WHERE topic_id >= ? AND topic_id < ? AND messages <= 0)
         AND NOT EXISTS (SELECT 1 FROM messages WHERE topic_id = topics.id)",
    )
    .bind(from)
    .bind(until)
    .execute(&mut desk.connection)
    .await?;
    sqlx::query(
        "DELETE FROM topic_stats WHERE topic_id >= ? AND topic_id < ? AND messages <= 0
         AND NOT EXISTS (SELECT 1 FROM topics WHERE id = topic_id)",
    )
    .bind(from)
    .bind(until)
    .execute(&mut desk.connection)
    .await?;
    let wrong: Vec<i64> = sqlx::query_scalar(
        "SELECT topic_id FROM topic_stats WHERE topic_id >= ? AND topic_id < ? AND messages <= 0",
    )
    .bind(from)
    .bind(until)
    .fetch_all(&mut desk.connection)
    .await?;
    for topic in wrong {
        sqlx::query(RECOUNT)
            .bind(topic)
            .execute(&mut desk.connection)
            .await?;
    }
    if done.rows_affected() > 0 {
        // The writer must not use the id of a topic that is gone.
        desk.inserts.forget_topics();
    }
    Ok(done.rows_affected())
}

/// How far the messages of an older file are counted, by their time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counting {
    /// From 0 to 1,000.
    pub permille: u16,
}

impl History {
    /// How far an older file is counted; `None` if nothing is left to count.
    pub async fn counting(&self) -> Result<Option<Counting>, HistoryError> {
        let row: Option<(i64, i64, i64)> = sqlx::query_as("SELECT first, after, until FROM uncounted")
            .fetch_optional(&self.0.readers)
            .await?;
        Ok(row.map(|(first, after, until)| Counting {
            permille: u16::try_from((after - first).saturating_mul(1_000) / (until - first).max(1))
                .unwrap_or_default(),
        }))
    }

    /// Counts what an older file has, which must be done before something is deleted. Safe to call again and from
    /// several places.
    pub(super) async fn count_topics_of_older(&self) -> Result<(), HistoryError> {
        while self.counting().await?.is_some() {
            self.write(|desk| Box::pin(count_piece(desk))).await?;
        }
        Ok(())
    }

    /// Counts topics afresh.
    pub(super) async fn recount(&self, topics: Vec<i64>) -> Result<(), HistoryError> {
        for topic in topics {
            self.write(move |desk| {
                Box::pin(async move {
                    sqlx::query(RECOUNT)
                        .bind(topic)
                        .execute(&mut desk.connection)
                        .await?;
                    Ok(())
                })
            })
            .await?;
        }
        Ok(())
    }
}

pub(super) async fn count_piece(desk: &mut Desk) -> Result<(), HistoryError> {
    let range: Option<(i64, i64)> = sqlx::query_as("SELECT after, until FROM uncounted")
        .fetch_optional(&mut desk.connection)
        .await?;
    let Some((after, until)) = range else {
        return Ok(());
    };
    let last: Option<i64> = sqlx::query_scalar(
        "SELECT max(id) FROM (SELECT id FROM messages WHERE id > ? AND id <= ? ORDER BY id LIMIT ?)",
    )
    .bind(after)
    .bind(until)
    .bind(PIECE_ROWS)
    .fetch_one(&mut desk.connection)
    .await?;
    let Some(last) = last else {
        sqlx::query("DELETE FROM uncounted")
            .execute(&mut desk.connection)
            .await?;
        return Ok(());
    };
    sqlx::query(
        "INSERT INTO topic_stats SELECT topic_id, count(*), sum(length(payload)), max(id) FROM messages
         WHERE id > ? AND id <= ? GROUP BY +topic_id
         ON CONFLICT(topic_id) DO UPDATE SET messages = messages + excluded.messages,
         bytes = bytes + excluded.bytes, last_id = max(last_id, excluded.last_id)",
    )
    .bind(after)
    .bind(last)
    .execute(&mut desk.connection)
    .await?;
    sqlx::query("UPDATE uncounted SET after = ?")
        .bind(last)
        .execute(&mut desk.connection)
        .await?;
    Ok(())
}
