//! What is kept, and how long: by age, by size and by count of a topic.
//!
//! Deletes go through the writer task in pieces of at most 10,000 rows, so that nothing that arrives
//! waits longer than such a piece takes. It has no timer: whoever has a clock calls [`History::tidy`].

use std::time::Duration;

use super::History;
use super::error::HistoryError;
use super::writer::Desk;
use crate::message::Timestamp;

/// Rows deleted in one piece.
const PIECE_ROWS: i64 = 10_000;
/// Payload bytes deleted in one piece; a single larger message is still deleted.
const PIECE_BYTES: i64 = 64 << 20;
/// Pages given back to the file system in one piece.
const VACUUM_PAGES: i64 = 1_000;
/// What a row costs on disk beside topic, payload and properties; an estimate.
const ROW_BYTES: i64 = 40;

/// What is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Messages older than this go; zero keeps every age.
    pub max_age: Duration,
    /// The oldest messages go while the file has more bytes than this in use; zero has no limit.
    pub max_bytes: u64,
    /// The oldest messages of a topic with more than this go; zero has no limit.
    pub max_per_topic: u64,
}

impl Default for Retention {
    /// Thirty days and two gigabytes.
    fn default() -> Self {
        Self {
            max_age: Duration::from_secs(30 * 86_400),
            max_bytes: 2_000_000_000,
            max_per_topic: 0,
        }
    }
}

/// What tidying removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// Messages.
    pub messages: u64,
    /// Topics that have no message any more.
    pub topics: u64,
}

impl History {
    /// Removes what is not to be kept at `now`, and gives the space back. Safe to call at any time.
    pub async fn tidy(&self, retention: &Retention, now: Timestamp) -> Result<Removed, HistoryError> {
        let mut removed = Removed::default();
        if !retention.max_age.is_zero() {
            let age = i64::try_from(retention.max_age.as_micros()).unwrap_or(i64::MAX);
            let oldest = now.0.saturating_sub(age);
            removed.messages += self.delete_older(oldest).await?;
            self.write(move |desk| Box::pin(delete_journal(desk, oldest)))
                .await?;
        }
        if retention.max_bytes > 0 {
            removed.messages += self.delete_excess(retention.max_bytes).await?;
        }
        if retention.max_per_topic > 0 {
            removed.messages += self.delete_per_topic(retention.max_per_topic).await?;
        }
        if removed.messages > 0 {
            removed.topics = self.delete_empty_topics().await?;
        }
        self.give_back().await?;
        Ok(removed)
    }

    /// Deletes every message of a topic and the topic itself; the answer is how many there were.
    pub async fn forget_topic(&self, topic: &str) -> Result<u64, HistoryError> {
        let mut removed = 0;
        loop {
            let topic = topic.to_owned();
            let piece = self
                .write(move |desk| Box::pin(delete_topic(desk, topic)))
                .await?;
            removed += piece;
            if piece == 0 {
                return Ok(removed);
            }
        }
    }

    async fn delete_older(&self, oldest: i64) -> Result<u64, HistoryError> {
        let mut removed = 0;
        loop {
            let piece = self
                .write(move |desk| Box::pin(delete_oldest(desk, oldest, PIECE_BYTES)))
                .await?;
            removed += piece;
            if piece == 0 {
                return Ok(removed);
            }
        }
    }

    async fn delete_excess(&self, max_bytes: u64) -> Result<u64, HistoryError> {
        let max_bytes = i64::try_from(max_bytes).unwrap_or(i64::MAX);
        let mut removed = 0;
        loop {
            let excess = self.used_bytes().await? - max_bytes;
            if excess <= 0 {
                return Ok(removed);
            }
            let bytes = excess.min(PIECE_BYTES);
            let piece = self
                .write(move |desk| Box::pin(delete_oldest(desk, i64::MAX, bytes)))
                .await?;
            removed += piece;
            if piece == 0 {
                return Ok(removed);
            }
        }
    }

    async fn delete_per_topic(&self, most: u64) -> Result<u64, HistoryError> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let mut over: Vec<(i64, i64)> = sqlx::query_as(
            "SELECT topic_id, count(*) - ?1 FROM messages GROUP BY topic_id HAVING count(*) > ?1",
        )
        .bind(most)
        .fetch_all(&self.0.readers)
        .await?;
        let mut removed = 0;
        while !over.is_empty() {
            let mut piece = Vec::new();
            let mut room = PIECE_ROWS;
            while room > 0
                && let Some((topic, excess)) = over.pop()
            {
                let now = excess.min(room);
                room -= now;
                piece.push((topic, now));
                if excess > now {
                    over.push((topic, excess - now));
                }
            }
            removed += self
                .write(move |desk| Box::pin(delete_first(desk, piece)))
                .await?;
        }
        Ok(removed)
    }

    async fn delete_empty_topics(&self) -> Result<u64, HistoryError> {
        let last: Option<i64> = sqlx::query_scalar("SELECT max(id) FROM topics")
            .fetch_one(&self.0.readers)
            .await?;
        let mut removed = 0;
        let mut from = 0;
        while from <= last.unwrap_or(-1) {
            removed += self
                .write(move |desk| Box::pin(delete_empty(desk, from, from + PIECE_ROWS)))
                .await?;
            from += PIECE_ROWS;
        }
        Ok(removed)
    }

    /// Gives free pages back to the file system.
    async fn give_back(&self) -> Result<(), HistoryError> {
        let mut free = self.free_pages().await?;
        while free > 0 {
            self.write(|desk| Box::pin(vacuum(desk))).await?;
            let now = self.free_pages().await?;
            if now >= free {
                return Ok(());
            }
            free = now;
        }
        Ok(())
    }

    async fn free_pages(&self) -> Result<i64, HistoryError> {
        Ok(sqlx::query_scalar("PRAGMA freelist_count")
            .fetch_one(&self.0.readers)
            .await?)
    }

    /// The bytes of the file that hold something.
    async fn used_bytes(&self) -> Result<i64, HistoryError> {
        let bytes = sqlx::query_scalar(
            "SELECT (page_count - freelist_count) * page_size
             FROM pragma_page_count, pragma_freelist_count, pragma_page_size",
        )
        .fetch_one(&self.0.readers)
        .await?;
        Ok(bytes)
    }
}

/// Deletes the first rows older than `oldest` until a piece is full or `bytes` are freed.
async fn delete_oldest(desk: &mut Desk, oldest: i64, bytes: i64) -> Result<u64, HistoryError> {
    let done = sqlx::query(
        "DELETE FROM messages WHERE id <= (
             SELECT max(id) FROM (
                 SELECT id, sum(cost) OVER (ORDER BY id) - cost AS earlier FROM (
                     SELECT id, length(payload) + coalesce(length(properties), 0) + ? AS cost
                     FROM messages WHERE id < ? ORDER BY id LIMIT ?))
             WHERE earlier < ?)",
    )
    .bind(ROW_BYTES)
    .bind(oldest)
    .bind(PIECE_ROWS)
    .bind(bytes)
    .execute(&mut desk.connection)
    .await?;
    Ok(done.rows_affected())
}

async fn delete_first(desk: &mut Desk, topics: Vec<(i64, i64)>) -> Result<u64, HistoryError> {
    let mut removed = 0;
    for (topic, rows) in topics {
        let done = sqlx::query(
            "DELETE FROM messages WHERE id IN (SELECT id FROM messages WHERE topic_id = ? ORDER BY id LIMIT ?)",
        )
        .bind(topic)
        .bind(rows)
        .execute(&mut desk.connection)
        .await?;
        removed += done.rows_affected();
    }
    Ok(removed)
}

async fn delete_topic(desk: &mut Desk, topic: String) -> Result<u64, HistoryError> {
    let id: Option<i64> = sqlx::query_scalar("SELECT id FROM topics WHERE name = ?")
        .bind(topic)
        .fetch_optional(&mut desk.connection)
        .await?;
    let Some(id) = id else { return Ok(0) };
    let removed = delete_first(desk, vec![(id, PIECE_ROWS)]).await?;
    if removed < PIECE_ROWS as u64 {
        delete_empty(desk, id, id + 1).await?;
    }
    Ok(removed)
}

/// Deletes topics without messages whose row is in a range.
async fn delete_empty(desk: &mut Desk, from: i64, until: i64) -> Result<u64, HistoryError> {
    let done = sqlx::query(
        "DELETE FROM topics WHERE id >= ? AND id < ?
         AND NOT EXISTS (SELECT 1 FROM messages WHERE topic_id = topics.id)",
    )
    .bind(from)
    .bind(until)
    .execute(&mut desk.connection)
    .await?;
    // The writer must not use the id of a topic that is gone.
    desk.inserts.forget_topics();
    Ok(done.rows_affected())
}

async fn delete_journal(desk: &mut Desk, oldest: i64) -> Result<(), HistoryError> {
    for sql in [
        "DELETE FROM events WHERE at < ?",
        // What still waits or is under way is not old.
        "DELETE FROM sent WHERE at < ? AND standing NOT BETWEEN 1 AND 3",
        "DELETE FROM deletions WHERE at < ?",
    ] {
        sqlx::query(sql)
            .bind(oldest)
            .execute(&mut desk.connection)
            .await?;
    }
    Ok(())
}

async fn vacuum(desk: &mut Desk) -> Result<(), HistoryError> {
    let sql = sqlx::AssertSqlSafe(format!("PRAGMA incremental_vacuum({VACUUM_PAGES})"));
    sqlx::raw_sql(sql).execute(&mut desk.connection).await?;
    Ok(())
}
