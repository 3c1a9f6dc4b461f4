//! How many messages lie between two times: sums of blocks of some thousand messages, in the order they came in.
//!
//! Ids only ascend, so a message always goes into the last block, and a range is the sum of the blocks inside it and
//! the messages of the two blocks at its ends, counted. The sums are changed in the transactions that add and delete
//! messages. What lies before the first block, in an older file, is counted message by message, so every answer is
//! exact. It knows no topic; [`super::stats`] does.

use sqlx::SqliteConnection;

use super::History;
use super::error::HistoryError;
use super::give_back::OWN_PAGE;
use super::read::unsigned;
use super::retention::ROW_BYTES;
use crate::message::Timestamp;

/// Messages of a block at most. The ends of a range cost twice that, the middle one row for each block.
pub(super) const ROWS: i64 = 4_096;

/// Messages with `?1 <= id < ?2`, and their bytes.
pub(super) const BETWEEN: &str = "WITH ends(low, high) AS (SELECT
         coalesce((SELECT min(first) FROM blocks WHERE first >= ?1), ?2),
         coalesce((SELECT max(first) FROM blocks WHERE first <= ?2), ?1)),
     middle(low, high) AS (SELECT iif(low < high, low, ?2), iif(low < high, high, ?2) FROM ends)
     SELECT sum(messages), sum(bytes) FROM (
         SELECT count(*) AS messages, coalesce(sum(length(payload)), 0) AS bytes FROM messages
         WHERE id >= ?1 AND id < (SELECT low FROM middle)
         UNION ALL SELECT count(*), coalesce(sum(length(payload)), 0) FROM messages
         WHERE id >= (SELECT high FROM middle) AND id < ?2
         UNION ALL SELECT coalesce(sum(messages), 0), coalesce(sum(bytes), 0) FROM blocks
         WHERE first >= (SELECT low FROM middle) AND first < (SELECT high FROM middle))";

/// Messages that follow each other.
#[derive(Clone, Copy, Debug)]
struct Block {
    first: i64,
    messages: i64,
    bytes: i64,
}

/// What a transaction adds, until it is written at its end.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    new: Vec<Block>,
    /// Some of the rows may have been there before.
    doubtful: bool,
}

impl Blocks {
    /// Adds a row that goes into the open transaction. Ids ascend.
    pub(super) fn add(&mut self, id: i64, bytes: usize) {
        match self.new.last_mut() {
            Some(block) if block.messages < ROWS => {
                block.messages += 1;
                block.bytes += bytes as i64;
            }
            _ => self.new.push(Block {
                first: id,
                messages: 1,
                bytes: bytes as i64,
            }),
        }
    }

    /// Has the blocks counted afresh instead of added to.
    pub(super) fn doubt(&mut self) {
        self.doubtful = true;
    }

    /// The transaction was undone.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Writes the blocks into the open transaction.
    pub(super) async fn write(&mut self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        let Self { new, doubtful } = std::mem::take(self);
        if let (true, Some(block)) = (doubtful, new.first()) {
            return recount(connection, block.first).await;
        }
        for block in new {
            // The last block takes it if there is room.
            sqlx::query(
                "INSERT INTO blocks(first, messages, bytes) VALUES (coalesce(
                     (SELECT first FROM blocks WHERE first = (SELECT max(first) FROM blocks) AND messages + ?2 <= ?4),
                     ?1), ?2, ?3)
                 ON CONFLICT(first) DO UPDATE SET messages = messages + excluded.messages,
                 bytes = bytes + excluded.bytes",
            )
            .bind(block.first)
            .bind(block.messages)
            .bind(block.bytes)
            .bind(ROWS)
            .execute(&mut *connection)
            .await?;
        }
        Ok(())
    }
}

/// Makes the block that has `id`, and all later ones, anew.
async fn recount(connection: &mut SqliteConnection, id: i64) -> Result<(), sqlx::Error> {
    let first: i64 = sqlx::query_scalar("SELECT coalesce(max(first), ?1) FROM blocks WHERE first <= ?1")
        .bind(id)
        .fetch_one(&mut *connection)
        .await?;
    sqlx::query("DELETE FROM blocks WHERE first >= ?")
        .bind(first)
        .execute(&mut *connection)
        .await?;
    sqlx::query(
        "INSERT INTO blocks(first, messages, bytes) SELECT min(id), count(*), sum(bytes) FROM (
             SELECT id, length(payload) AS bytes, (row_number() OVER (ORDER BY id) - 1) / ? AS block
             FROM messages WHERE id >= ?)
         GROUP BY block",
    )
    .bind(ROWS)
    .bind(first)
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes every message up to `last` from the blocks, in the open transaction, after it was deleted there.
pub(super) async fn cut_until(connection: &mut SqliteConnection, last: i64) -> Result<(), sqlx::Error> {
    // Of the block where the cut is, what is left is counted.
    for sql in [
        "DELETE FROM blocks WHERE first < (SELECT max(first) FROM blocks WHERE first <= ?1)",
        "UPDATE blocks SET (messages, bytes) = (
             SELECT count(*), coalesce(sum(length(payload)), 0) FROM messages
             WHERE id > ?1 AND id < coalesce((SELECT min(first) FROM blocks WHERE first > ?1), 9223372036854775807))
         WHERE first <= ?1",
        "DELETE FROM blocks WHERE first <= ?1 AND messages <= 0",
    ] {
        sqlx::query(sql).bind(last).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Takes messages with these ids and payload bytes from the blocks, in the open transaction. What they leave free
/// between those that stay is kept there too.
pub(super) async fn take(connection: &mut SqliteConnection, gone: &[(i64, i64)]) -> Result<(), sqlx::Error> {
    let gone: Vec<_> = gone.iter().map(|(id, bytes)| format!("[{id},{bytes}]")).collect();
    sqlx::query(
        "UPDATE blocks SET messages = blocks.messages - taken.messages, bytes = blocks.bytes - taken.bytes,
             gone = gone + taken.scattered
         FROM (SELECT (SELECT max(first) FROM blocks WHERE first <= value ->> 0) AS block, count(*) AS messages,
                      sum(value ->> 1) AS bytes, sum(iif(value ->> 1 < ?1, value ->> 1, 0) + ?2) AS scattered
               FROM json_each(?3) GROUP BY 1)
         AS taken WHERE first = taken.block",
    )
    .bind(OWN_PAGE)
    .bind(ROW_BYTES)
    .bind(format!("[{}]", gone.join(",")))
    .execute(&mut *connection)
    .await?;
    // An empty one must go: after all messages went and the clock was set back, ids may begin before it.
    sqlx::query("DELETE FROM blocks WHERE messages <= 0")
        .execute(connection)
        .await?;
    Ok(())
}

/// How many messages there are with `from <= id < before`, and their payload bytes.
pub(super) async fn between(
    readers: &sqlx::SqlitePool,
    from: i64,
    before: i64,
) -> Result<(u64, u64), HistoryError> {
    let (messages, bytes): (i64, i64) = sqlx::query_as(BETWEEN)
        .bind(from)
        // What is before its beginning is an empty range.
        .bind(before.max(from))
        .fetch_one(readers)
        .await?;
    Ok((unsigned(messages), unsigned(bytes)))
}

/// Whole blocks just before a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Whole {
    pub(super) first: i64,
    pub(super) messages: u64,
    /// Of payloads.
    pub(super) bytes: u64,
}

/// The newest blocks that begin at `from` or later and follow each other up to `before`, with at most so many
/// messages and bytes together. `None` if `before` is within a block, or the newest one is larger than that.
pub(super) async fn whole_before(
    readers: &sqlx::SqlitePool,
    from: i64,
    before: i64,
    messages: i64,
    bytes: u64,
) -> Result<Option<Whole>, HistoryError> {
    let blocks: Vec<(i64, i64, i64)> = sqlx::query_as(
        "SELECT first, messages, bytes FROM blocks
         WHERE first >= ?1 AND first < ?2 AND EXISTS (SELECT 1 FROM blocks WHERE first = ?2)
         ORDER BY first DESC LIMIT ?3",
    )
    .bind(from)
    .bind(before)
    .bind(messages / ROWS)
    .fetch_all(readers)
    .await?;
    let mut whole: Option<Whole> = None;
    for (first, messages, more) in blocks {
        let (had, held) = whole.map_or((0, 0), |whole| (whole.messages, whole.bytes));
        if held + unsigned(more) > bytes {
            break;
        }
        whole = Some(Whole {
            first,
            messages: had + unsigned(messages),
            bytes: held + unsigned(more),
        });
    }
    Ok(whole)
}

/// The beginning of the block that has what is just before a time.
pub(super) async fn beginning(readers: &sqlx::SqlitePool, before: i64) -> Result<Option<i64>, HistoryError> {
    Ok(
        sqlx::query_scalar("SELECT max(first) FROM blocks WHERE first < ?")
            .bind(before)
            .fetch_one(readers)
            .await?,
    )
}

impl History {
    /// How many messages were received from one time to another, both included.
    pub async fn count_between(&self, from: Timestamp, to: Timestamp) -> Result<u64, HistoryError> {
        let before = to.0.saturating_add(1);
        Ok(between(&self.0.readers, from.0, before).await?.0)
    }

    /// The newest id that is in no block, if there is one.
    pub(super) async fn ungathered(&self) -> Result<Option<i64>, HistoryError> {
        Ok(sqlx::query_scalar(
            "SELECT max(id) FROM messages
             WHERE id < (SELECT coalesce(min(first), 9223372036854775807) FROM blocks)",
        )
        .fetch_one(&self.0.readers)
        .await?)
    }
}
