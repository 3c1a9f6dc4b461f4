//! What the history holds in the end, counted from the file itself.

use std::collections::HashMap;
use std::path::Path;

use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use treetop_engine::history::marks;

use crate::Failed;
use crate::wire::Wire;

/// The mark of a message that was stored before, where it is in the flags.
const REDELIVERED: i64 = (marks::REDELIVERED as i64) << 8;

/// What is found of the numbers under one prefix.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Numbers that are there.
    pub numbers: u64,
    /// Rows that hold a number that an earlier row holds.
    pub doubled: u64,
    /// Those of them that are marked as delivered again.
    pub marked: u64,
    /// Rows with that mark that are the first of their number.
    pub wrongly_marked: u64,
    /// Numbers that came for the first time after a larger one of their topic.
    pub overtaken: u64,
    /// Rows that follow one of their topic that was sent later.
    pub swapped: u64,
}

/// One stored message: topic, microseconds, flags, payload.
type Row = (String, i64, i64, Vec<u8>);

/// Reads a file that an engine may be writing.
pub async fn read(file: &Path, prefix: &str, messages: u64) -> Result<Found, Failed> {
    let mut seen = vec![false; usize::try_from(messages)?];
    let mut largest = HashMap::new();
    let mut found = Found::default();
    for (topic, _, flags, payload) in rows(file, prefix).await? {
        let number = usize::try_from(number(&payload)?)?;
        let seen = seen.get_mut(number).ok_or("a number that nobody published")?;
        let marked = flags & REDELIVERED != 0;
        if std::mem::replace(seen, true) {
            found.doubled += 1;
            found.marked += u64::from(marked);
            continue;
        }
        found.numbers += 1;
        found.wrongly_marked += u64::from(marked);
        let largest = largest.entry(topic).or_insert(0);
        found.overtaken += u64::from(number < *largest);
        *largest = number.max(*largest);
    }
    Ok(found)
}

/// Counts the rows that follow one of their topic that was sent later.
pub async fn swapped(file: &Path, prefix: &str, wire: &Wire) -> Result<u64, Failed> {
    let mut last = HashMap::new();
    let mut swapped = 0;
    for (topic, stored, _, payload) in rows(file, prefix).await? {
        let place = wire.place(&topic, number(&payload)?, stored);
        let place = place.ok_or("a message was stored that the broker had not sent")?;
        let last = last.entry(topic).or_insert(place);
        swapped += u64::from(place < *last);
        *last = place;
    }
    Ok(swapped)
}

async fn rows(file: &Path, prefix: &str) -> Result<Vec<Row>, Failed> {
    let options = SqliteConnectOptions::new().filename(file).read_only(true);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    let rows = sqlx::query_as(
        "SELECT t.name, m.id, m.flags, m.payload FROM messages m JOIN topics t ON t.id = m.topic_id
         WHERE t.name LIKE ? || '/%' ORDER BY m.id",
    )
    .bind(prefix.to_owned())
    .fetch_all(&mut connection)
    .await?;
    connection.close().await?;
    Ok(rows)
}

fn number(payload: &[u8]) -> Result<u64, Failed> {
    Ok(std::str::from_utf8(payload)?.parse()?)
}
