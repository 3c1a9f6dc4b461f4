//! Giving space back: what deleting left free between other messages is brought together, and free pages go back to
//! the file system.
//!
//! Where messages stay between those that were deleted, hardly a page becomes free: each keeps some rows. The rows of
//! such a block are taken out and put in again in their order, which fills the pages. A piece of it is one transaction
//! between two batches: a reader sees every row at any time, and a death at any moment leaves all of them. How much is
//! free is kept with the blocks, so what was stopped is done at another time. It deletes no message.

use std::ops::ControlFlow;

use super::History;
use super::error::HistoryError;
use super::read::unsigned;
use super::retention::ROW_BYTES;
use super::writer::Desk;

/// Blocks are packed in which at least one part in so many is free, after somebody wished something away …
pub(super) const WISHED: i64 = 10;
/// … and when nobody asked for it: what is freed is then never less than a third of what is written.
pub(super) const UNASKED: i64 = 4;
/// A payload of so much has most of a page or pages of its own, which are free at once when it is deleted.
pub(super) const OWN_PAGE: i64 = 2_700;
/// Less than this is not worth it.
const LEAST_BYTES: i64 = 4 * 4_096;
/// Rows moved in one piece.
const PIECE_ROWS: i64 = 1_000;
/// Payload bytes moved in one piece, and those of the row with which it gets there.
const PIECE_BYTES: i64 = 4 << 20;
/// A row of so much stays where it is: moving it would hold up what arrives. Leaving smaller ones would cut what lies
/// between them into pages that are half full.
const LARGE_BYTES: i64 = 1 << 20;
/// Pages given back to the file system in one piece.
const VACUUM_PAGES: i64 = 1_000;

/// How much is to be written and moved, and how much of it is done, in bytes.
#[derive(Debug)]
struct Progress {
    done: i64,
    whole: i64,
}

impl Progress {
    fn permille(&self) -> u16 {
        let permille = self.done.saturating_mul(1_000) / self.whole.max(1);
        u16::try_from(permille).map_or(1_000, |permille| permille.min(1_000))
    }
}

impl History {
    /// Packs the blocks in which one part in `part` is free, and gives free pages back to the file system, until
    /// `each`, called before every piece with the thousandths that are done, ends it. The answer is how many bytes
    /// the file is shorter.
    pub(super) async fn give_back(
        &self,
        part: i64,
        mut each: impl FnMut(u16) -> ControlFlow<()> + Send,
    ) -> Result<u64, HistoryError> {
        let sparse: Vec<(i64, i64, i64)> = sqlx::query_as(
            "SELECT first, kept, gone FROM (SELECT first, gone, bytes + messages * ? AS kept FROM blocks)
             WHERE gone >= ? AND gone * ? >= gone + kept ORDER BY first",
        )
        .bind(ROW_BYTES)
        .bind(LEAST_BYTES)
        .bind(part)
        .fetch_all(&self.0.readers)
        .await?;
        let mut progress = Progress {
            done: 0,
            whole: self.free_bytes().await? + sparse.iter().map(|(_, kept, gone)| kept + gone).sum::<i64>(),
        };
        for (block, kept, _) in sparse {
            let mut after = block - 1;
            loop {
                if each(progress.permille()).is_break() {
                    return Ok(0);
                }
                let last = self.write(move |desk| Box::pin(pack(desk, block, after))).await?;
                let Some(last) = last else { break };
                after = last;
            }
            progress.done += kept;
        }
        let mut freed = 0;
        while self.free_bytes().await? > 0 && each(progress.permille()).is_continue() {
            let bytes = self.write(|desk| Box::pin(vacuum(desk))).await?;
            // What arrives may have taken the free pages meanwhile.
            if bytes == 0 {
                break;
            }
            progress.done += bytes;
            freed += bytes;
        }
        Ok(unsigned(freed))
    }

    /// The bytes of the file in pages that hold nothing.
    pub(super) async fn free_bytes(&self) -> Result<i64, HistoryError> {
        let bytes = sqlx::query_scalar(
            "SELECT freelist_count * page_size FROM pragma_freelist_count, pragma_page_size",
        )
        .fetch_one(&self.0.readers)
        .await?;
        Ok(bytes)
    }
}

/// Takes a piece of the rows of a block after `after` out and puts them in again. The answer is the last of them;
/// `None` once there are no more, and then the block counts as packed.
async fn pack(desk: &mut Desk, block: i64, after: i64) -> Result<Option<i64>, HistoryError> {
    let last: Option<i64> = sqlx::query_scalar(
        "SELECT max(id) FROM (
             SELECT id, sum(size) OVER (ORDER BY id) - size AS earlier FROM (
                 SELECT id, length(payload) + coalesce(length(properties), 0) AS size FROM messages
                 WHERE id > ? AND id < coalesce((SELECT min(first) FROM blocks WHERE first > ?), 9223372036854775807)
                 AND size < ? ORDER BY id LIMIT ?))
         WHERE earlier < ?",
    )
    .bind(after)
    .bind(block)
    .bind(LARGE_BYTES)
    .bind(PIECE_ROWS)
    .bind(PIECE_BYTES)
    .fetch_one(&mut desk.connection)
    .await?;
    let Some(last) = last else {
        sqlx::query("UPDATE blocks SET gone = 0 WHERE first = ?")
            .bind(block)
            .execute(&mut desk.connection)
            .await?;
        return Ok(None);
    };
    sqlx::query(
        "CREATE TEMP TABLE IF NOT EXISTS moved(id INTEGER PRIMARY KEY, topic_id, flags, payload, properties)",
    )
    .execute(&mut desk.connection)
    .await?;
    sqlx::query(
        "INSERT INTO temp.moved SELECT id, topic_id, flags, payload, properties FROM messages
         WHERE id > ? AND id <= ? AND length(payload) + coalesce(length(properties), 0) < ? ORDER BY id",
    )
    .bind(after)
    .bind(last)
    .bind(LARGE_BYTES)
    .execute(&mut desk.connection)
    .await?;
    for sql in [
        "DELETE FROM messages WHERE id IN (SELECT id FROM temp.moved)",
        "INSERT INTO messages(id, topic_id, flags, payload, properties)
         SELECT id, topic_id, flags, payload, properties FROM temp.moved ORDER BY id",
        "DELETE FROM temp.moved",
    ] {
        sqlx::query(sql).execute(&mut desk.connection).await?;
    }
    Ok(Some(last))
}

/// Gives a piece of the free pages back; the answer is how many bytes the file will be shorter.
async fn vacuum(desk: &mut Desk) -> Result<i64, HistoryError> {
    let before = bytes(desk).await?;
    let sql = sqlx::AssertSqlSafe(format!("PRAGMA incremental_vacuum({VACUUM_PAGES})"));
    sqlx::raw_sql(sql).execute(&mut desk.connection).await?;
    Ok(before - bytes(desk).await?)
}

async fn bytes(desk: &mut Desk) -> Result<i64, HistoryError> {
    let bytes = sqlx::query_scalar("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        .fetch_one(&mut desk.connection)
        .await?;
    Ok(bytes)
}
