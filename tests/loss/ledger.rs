//! What the history holds in the end, counted from the file itself.

use std::path::Path;

use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use treetop_engine::history::marks;

use crate::Failed;

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
    pub out_of_order: u64,
}

/// Reads a file that an engine may be writing.
pub async fn read(file: &Path, prefix: &str, messages: u64) -> Result<Found, Failed> {
    let options = SqliteConnectOptions::new().filename(file).read_only(true);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    let rows: Vec<(String, i64, Vec<u8>)> = sqlx::query_as(
        "SELECT t.name, m.flags, m.payload FROM messages m JOIN topics t ON t.id = m.topic_id
         WHERE t.name LIKE ? || '/%' ORDER BY m.id",
    )
    .bind(prefix.to_owned())
    .fetch_all(&mut connection)
    .await?;
    connection.close().await?;
    let mut seen = vec![false; usize::try_from(messages)?];
    let mut largest = std::collections::HashMap::new();
    let mut found = Found::default();
    for (topic, flags, payload) in rows {
        let number: usize = std::str::from_utf8(&payload)?.parse()?;
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
        found.out_of_order += u64::from(number < *largest);
        *largest = number.max(*largest);
    }
    Ok(found)
}
