//! What a history keeps beside the messages and what goes by itself: the timeline, what was published, copies for undo.
//!
//! Their numbers ascend with time, so what goes is what has a smaller number than the first that stays, in pieces from
//! the oldest on. What still waits to be sent or is under way never goes. It knows no limit; [`super::retention`] does.

use sqlx::AssertSqlSafe;

use super::History;
use super::error::HistoryError;
use super::retention::{PIECE_BYTES, PIECE_ROWS, ROW_BYTES};
use super::writer::Desk;

/// What is kept beside the messages.
#[derive(Clone, Copy, Debug)]
pub(super) enum Aside {
    /// The timeline.
    Events,
    /// What was published and is finished.
    Sent,
    /// What was deleted from the broker, with its copies.
    Deletions,
}

/// What goes: that with smaller numbers and earlier times than these.
#[derive(Clone, Copy, Debug)]
struct Before {
    id: i64,
    at: i64,
}

impl Aside {
    fn table(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Sent => "sent",
            Self::Deletions => "deletions",
        }
    }
}

/// About what a published message takes on disk.
fn sent_bytes() -> String {
    format!("length(topic) + length(payload) + coalesce(length(properties), 0) + {ROW_BYTES}")
}

/// Deletions, and about what each of their copies takes on disk: a row of more than some thousand bytes has pages of
/// its own in this table, because its rows are found by their topics.
fn copies() -> String {
    format!(
        "(SELECT deletion, iif(n > 1000, (n + 3000) / 4092 * 4096 + 1000, n * 11 / 10 + {ROW_BYTES}) AS bytes FROM (
             SELECT deletion, length(topic) + length(payload) + coalesce(length(properties), 0) AS n
             FROM deleted_retained))"
    )
}

impl History {
    /// Deletes what is older than `oldest`.
    pub(super) async fn delete_aside_older(&self, aside: Aside, oldest: i64) -> Result<(), HistoryError> {
        let table = aside.table();
        // From the first row on, so that it looks at no more than what goes.
        let sql = format!(
            "WITH kept(first) AS (SELECT coalesce((SELECT id FROM {table} WHERE at >= ? ORDER BY id LIMIT 1),
                 (SELECT max(id) + 1 FROM {table})))
             SELECT first FROM kept WHERE first > (SELECT min(id) FROM {table})"
        );
        let first: Option<i64> = sqlx::query_scalar(AssertSqlSafe(sql))
            .bind(oldest)
            .fetch_optional(&self.0.readers)
            .await?;
        match first {
            Some(id) => self.delete_aside(aside, Before { id, at: oldest }).await,
            None => Ok(()),
        }
    }

    /// Deletes the oldest of what was published while that takes more than so many bytes.
    pub(super) async fn delete_sent_beyond(&self, bytes: i64) -> Result<(), HistoryError> {
        let bytes_each = sent_bytes();
        let sql = format!(
            "SELECT coalesce(
                 (SELECT min(id) FROM (
                      SELECT id, sum({bytes_each}) OVER (ORDER BY id DESC) AS kept FROM sent
                      WHERE standing NOT BETWEEN 1 AND 3) WHERE kept <= ?),
                 (SELECT max(id) + 1 FROM sent WHERE standing NOT BETWEEN 1 AND 3))"
        );
        self.delete_aside_before_answer(Aside::Sent, sql, bytes).await
    }

    /// Deletes the oldest deletions while their copies take more than so many bytes; the newest stays.
    pub(super) async fn delete_deletions_beyond(&self, bytes: i64) -> Result<(), HistoryError> {
        let copies = copies();
        let sql = format!(
            "SELECT min(deletion) FROM (
                 SELECT deletion, bytes, sum(bytes) OVER (ORDER BY deletion DESC) AS kept FROM (
                     SELECT deletion, sum(bytes) AS bytes FROM {copies} GROUP BY deletion))
             WHERE kept = bytes OR kept <= ?"
        );
        self.delete_aside_before_answer(Aside::Deletions, sql, bytes)
            .await
    }

    /// Deletes what has a smaller number than this query about some bytes answers.
    async fn delete_aside_before_answer(
        &self,
        aside: Aside,
        sql: String,
        bytes: i64,
    ) -> Result<(), HistoryError> {
        let first: Option<i64> = sqlx::query_scalar(AssertSqlSafe(sql))
            .bind(bytes)
            .fetch_one(&self.0.readers)
            .await?;
        match first {
            Some(id) => self.delete_aside(aside, Before { id, at: i64::MAX }).await,
            None => Ok(()),
        }
    }

    async fn delete_aside(&self, aside: Aside, before: Before) -> Result<(), HistoryError> {
        while self
            .write(move |desk| Box::pin(delete_piece(desk, aside, before)))
            .await?
        {}
        Ok(())
    }

    /// The bytes that no limit of the size may take: what is not finished, and the copies of the newest deletion.
    pub(super) async fn held_bytes(&self) -> Result<i64, HistoryError> {
        let (bytes_each, copies) = (sent_bytes(), copies());
        let sql = format!(
            "SELECT (SELECT coalesce(sum({bytes_each}), 0) FROM sent WHERE standing BETWEEN 1 AND 3)
                  + (SELECT coalesce(sum(bytes), 0) FROM {copies}
                     WHERE deletion = (SELECT max(deletion) FROM deleted_retained))"
        );
        Ok(sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_one(&self.0.readers)
            .await?)
    }
}

/// Deletes a piece; the answer is whether there was something.
async fn delete_piece(desk: &mut Desk, aside: Aside, before: Before) -> Result<bool, HistoryError> {
    let (content, finished) = match aside {
        Aside::Events => ("data", "true"),
        Aside::Sent => ("payload", "standing NOT BETWEEN 1 AND 3"),
        Aside::Deletions => return delete_copies(desk, before).await,
    };
    let table = aside.table();
    let sql = format!(
        "DELETE FROM {table} WHERE id IN (
             SELECT id FROM (
                 SELECT id, sum(bytes) OVER (ORDER BY id) - bytes AS earlier FROM (
                     SELECT id, length({content}) AS bytes FROM {table}
                     WHERE id < ? AND at < ? AND {finished} ORDER BY id LIMIT ?))
             WHERE earlier < ?)"
    );
    let done = sqlx::query(AssertSqlSafe(sql))
        .bind(before.id)
        .bind(before.at)
        .bind(PIECE_ROWS)
        .bind(PIECE_BYTES)
        .execute(&mut desk.connection)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Deletes a piece of the copies of the oldest deletion, and the deletion with its last copy.
async fn delete_copies(desk: &mut Desk, before: Before) -> Result<bool, HistoryError> {
    let deletion: Option<i64> =
        sqlx::query_scalar("SELECT id FROM deletions WHERE id < ? AND at < ? ORDER BY id LIMIT 1")
            .bind(before.id)
            .bind(before.at)
            .fetch_optional(&mut desk.connection)
            .await?;
    let Some(deletion) = deletion else {
        return Ok(false);
    };
    sqlx::query(
        "DELETE FROM deleted_retained WHERE deletion = ?1 AND topic IN (
             SELECT topic FROM (
                 SELECT topic, sum(bytes) OVER (ORDER BY topic) - bytes AS earlier FROM (
                     SELECT topic, length(payload) AS bytes FROM deleted_retained
                     WHERE deletion = ?1 ORDER BY topic LIMIT ?2))
             WHERE earlier < ?3)",
    )
    .bind(deletion)
    .bind(PIECE_ROWS)
    .bind(PIECE_BYTES)
    .execute(&mut desk.connection)
    .await?;
    sqlx::query(
        "DELETE FROM deletions WHERE id = ?1
         AND NOT EXISTS (SELECT 1 FROM deleted_retained WHERE deletion = ?1)",
    )
    .bind(deletion)
    .execute(&mut desk.connection)
    .await?;
    Ok(true)
}
