//! What is kept, and how long: by age, by size and by count of a topic.
//!
//! Deletes go through the writer task in pieces of at most 10,000 rows, so that nothing that arrives
//! waits longer than such a piece takes. It has no timer: whoever has a clock calls [`History::tidy`].

use std::ops::ControlFlow;
use std::time::Duration;

use super::History;
use super::aside::Aside;
use super::blocks;
use super::error::HistoryError;
use super::forget::delete_first;
use super::give_back::UNASKED;
use super::stats::{self, Taken};
use super::writer::Desk;
use crate::message::Timestamp;

/// Rows deleted in one piece.
pub(super) const PIECE_ROWS: i64 = 10_000;
/// Payload bytes deleted in one piece; a single larger message is still deleted.
pub(super) const PIECE_BYTES: i64 = 64 << 20;
/// Topics of which something is deleted in one piece.
const PIECE_TOPICS: usize = 200;
/// What was published and copies for undo may each take one part in so many of the size.
const ASIDE_PART: i64 = 4;
/// What a row costs on disk beside topic, payload and properties; an estimate.
pub(super) const ROW_BYTES: i64 = 40;

/// What is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Messages older than this go; zero keeps every age.
    pub max_age: Duration,
    /// While the file has more bytes than this in use, the oldest go: first of what was published from here and of the
    /// copies for undo, where these take more than a quarter of it each, then messages, with the timeline up to the
    /// first that stays. What is not sent yet and the copies of the newest deletion stay and don't count. Zero has no
    /// limit.
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
    /// Bytes given back to the file system.
    pub freed: u64,
}

impl History {
    /// Removes what is not to be kept at `now`, and gives the space back. Safe to call at any time.
    pub async fn tidy(&self, retention: &Retention, now: Timestamp) -> Result<Removed, HistoryError> {
        let mut removed = Removed::default();
        self.tidy_into(retention, now, &mut removed).await?;
        Ok(removed)
    }

    /// As [`History::tidy`]; `removed` has what is gone by then also where it fails.
    pub(crate) async fn tidy_into(
        &self,
        retention: &Retention,
        now: Timestamp,
        removed: &mut Removed,
    ) -> Result<(), HistoryError> {
        self.count_topics_of_older().await?;
        if !retention.max_age.is_zero() {
            let age = i64::try_from(retention.max_age.as_micros()).unwrap_or(i64::MAX);
            let oldest = now.0.saturating_sub(age);
            while let piece @ 1.. = self.delete_older_piece(oldest).await? {
                removed.messages += piece;
            }
            for aside in [Aside::Events, Aside::Sent, Aside::Deletions] {
                self.delete_aside_older(aside, oldest).await?;
            }
        }
        if retention.max_bytes > 0 {
            self.delete_excess(retention.max_bytes, removed).await?;
        }
        if retention.max_per_topic > 0 {
            self.delete_per_topic(retention.max_per_topic, removed).await?;
        }
        if removed.messages > 0 {
            removed.topics = self.delete_empty_topics().await?;
        }
        removed.freed = self.give_back(UNASKED, |_| ControlFlow::Continue(())).await?;
        Ok(())
    }

    /// Deletes a piece of what is older; the answer is how much that was, 0 at the end.
    pub(super) async fn delete_older_piece(&self, oldest: i64) -> Result<u64, HistoryError> {
        self.write(move |desk| Box::pin(delete_oldest(desk, oldest, PIECE_BYTES)))
            .await
    }

    async fn delete_excess(&self, max_bytes: u64, removed: &mut Removed) -> Result<(), HistoryError> {
        let max_bytes = i64::try_from(max_bytes).unwrap_or(i64::MAX);
        if self.used_bytes().await? <= max_bytes {
            return Ok(());
        }
        self.delete_sent_beyond(max_bytes / ASIDE_PART).await?;
        self.delete_deletions_beyond(max_bytes / ASIDE_PART).await?;
        // Messages must not go for bytes that stay however many of them go.
        let most = max_bytes.saturating_add(self.held_bytes().await?);
        loop {
            let excess = self.used_bytes().await? - most;
            if excess <= 0 {
                break;
            }
            let bytes = excess.min(PIECE_BYTES);
            let piece = self
                .write(move |desk| Box::pin(delete_oldest(desk, i64::MAX, bytes)))
                .await?;
            removed.messages += piece;
            if piece == 0 {
                break;
            }
        }
        let first: Option<i64> = sqlx::query_scalar("SELECT min(id) FROM messages")
            .fetch_one(&self.0.readers)
            .await?;
        match first {
            Some(first) => self.delete_aside_older(Aside::Events, first).await,
            None => Ok(()),
        }
    }

    async fn delete_per_topic(&self, most: u64, removed: &mut Removed) -> Result<(), HistoryError> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let mut over: Vec<i64> = sqlx::query_scalar("SELECT topic_id FROM topic_stats WHERE messages > ?")
            .bind(most)
            .fetch_all(&self.0.readers)
            .await?;
        while !over.is_empty() {
            let piece = over.split_off(over.len().saturating_sub(PIECE_TOPICS));
            let (gone, still) = self
                .write(move |desk| Box::pin(delete_beyond(desk, piece, most)))
                .await?;
            removed.messages += gone;
            over.extend(still);
        }
        Ok(())
    }

    pub(super) async fn delete_empty_topics(&self) -> Result<u64, HistoryError> {
        let last: Option<i64> = sqlx::query_scalar("SELECT max(id) FROM topics")
            .fetch_one(&self.0.readers)
            .await?;
        let mut removed = 0;
        let mut from = 0;
        while from <= last.unwrap_or(-1) {
            removed += self
                .write(move |desk| {
                    Box::pin(async move { Ok(stats::drop_empty(desk, from, from + PIECE_ROWS).await?) })
                })
                .await?;
            from += PIECE_ROWS;
        }
        Ok(removed)
    }

    /// The bytes of the file that hold something.
    pub(super) async fn used_bytes(&self) -> Result<i64, HistoryError> {
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
    let last: Option<i64> = sqlx::query_scalar(
        "SELECT max(id) FROM (
             SELECT id, sum(cost) OVER (ORDER BY id) - cost AS earlier FROM (
                 SELECT id, length(payload) + coalesce(length(properties), 0) + ? AS cost
                 FROM messages WHERE id < ? ORDER BY id LIMIT ?))
         WHERE earlier < ?",
    )
    .bind(ROW_BYTES)
    .bind(oldest)
    .bind(PIECE_ROWS)
    .bind(bytes)
    .fetch_one(&mut desk.connection)
    .await?;
    let Some(last) = last else { return Ok(0) };
    stats::take_until(&mut desk.connection, last).await?;
    let done = sqlx::query("DELETE FROM messages WHERE id <= ?")
        .bind(last)
        .execute(&mut desk.connection)
        .await?;
    blocks::cut_until(&mut desk.connection, last).await?;
    Ok(done.rows_affected())
}

/// Deletes a piece of what these topics have beyond so many messages. The answer is how many went, and the topics
/// that may still have too many.
async fn delete_beyond(
    desk: &mut Desk,
    mut topics: Vec<i64>,
    most: i64,
) -> Result<(u64, Vec<i64>), HistoryError> {
    let mut taken = Taken::default();
    let mut rows = PIECE_ROWS;
    while rows > 0
        && taken.bytes() < PIECE_BYTES
        && let Some(topic) = topics.last().copied()
    {
        // Asked here, because something else may have deleted of it since it was listed.
        let excess: Option<i64> =
            sqlx::query_scalar("SELECT messages - ? FROM topic_stats WHERE topic_id = ?")
                .bind(most)
                .bind(topic)
                .fetch_optional(&mut desk.connection)
                .await?;
        let excess = excess.unwrap_or_default().max(0);
        let before = taken.messages();
        delete_first(desk, topic, i64::MAX, excess.min(rows), &mut taken).await?;
        let gone = (taken.messages() - before) as i64;
        rows -= gone;
        // With room left, it has no more than that, whatever its sum says.
        if gone == excess || rows > 0 && taken.bytes() < PIECE_BYTES {
            topics.pop();
        }
    }
    taken.write(&mut desk.connection).await?;
    Ok((taken.messages(), topics))
}
