//! Opening a database file: options, versions, setting a damaged file aside.
//!
//! The version of a file is its `user_version`: the number of migrations it has seen. Migrations
//! only add; a file with more of them than this program knows is not written to. Used by the
//! history and by the profiles; it knows no table.

use std::path::{Path, PathBuf};

use sqlx::sqlite::{SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, SqliteConnection};

use super::error::{HistoryError, OpenError};
use crate::message::Timestamp;

/// Options of a connection that writes. The file is created if it isn't there.
pub(crate) fn writing(path: &Path) -> SqliteConnectOptions {
    tuned(SqliteConnectOptions::new().filename(path))
        .pragma("mmap_size", "268435456")
        .create_if_missing(true)
        // Takes effect only before the first table.
        .auto_vacuum(SqliteAutoVacuum::Incremental)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .pragma("wal_autocheckpoint", "4000")
        .pragma("journal_size_limit", "67108864")
}

/// Options of a connection that reads; `immutable` reads a file in a place nobody may write to.
pub(crate) fn reading(path: &Path, immutable: bool) -> SqliteConnectOptions {
    // A larger channel between SQLite's thread and ours saves a switch per row. The rows of one topic lie far
    // apart in a long history: mapped, as far as SQLite allows (2 GB), each costs no system call.
    tuned(SqliteConnectOptions::new().filename(path))
        .pragma("mmap_size", "2147418112")
        .read_only(true)
        .immutable(immutable)
        .row_buffer_size(1_024)
}

fn tuned(options: SqliteConnectOptions) -> SqliteConnectOptions {
    // Statements are never logged: they would put topics of the user into a log at debug level.
    options
        .disable_statement_logging()
        .pragma("temp_store", "MEMORY")
        .pragma("cache_size", "-65536")
}

/// How many migrations a file has seen, without changing it; `None` if there is no file.
pub(crate) async fn version(path: &Path) -> Result<Option<i64>, HistoryError> {
    if !path.exists() {
        return Ok(None);
    }
    let mut connection = reading(path, is_immutable(path).await).connect().await?;
    let version = sqlx::query_scalar("PRAGMA user_version")
        .fetch_one(&mut connection)
        .await?;
    connection.close().await?;
    Ok(Some(version))
}

/// True if a file can be read only as one that nobody changes: its folder may not be written to, so
/// SQLite can't put its shared index beside it.
pub(crate) async fn is_immutable(path: &Path) -> bool {
    let Ok(mut connection) = reading(path, false).connect().await else {
        return true;
    };
    let read = sqlx::query("PRAGMA schema_version")
        .execute(&mut connection)
        .await;
    matches!(
        read.map_err(HistoryError::from),
        Err(HistoryError::CannotOpen | HistoryError::ReadOnly)
    )
}

/// Applies the migrations a file has not seen, each in its own transaction.
pub(crate) async fn migrate(
    connection: &mut SqliteConnection,
    migrations: &[&'static str],
) -> Result<(), HistoryError> {
    let seen: i64 = sqlx::query_scalar("PRAGMA user_version")
        .fetch_one(&mut *connection)
        .await?;
    for (number, migration) in (1..).zip(migrations).skip(usize::try_from(seen).unwrap_or(0)) {
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::raw_sql(*migration).execute(&mut *transaction).await?;
        let mark = AssertSqlSafe(format!("PRAGMA user_version = {number}"));
        sqlx::raw_sql(mark).execute(&mut *transaction).await?;
        transaction.commit().await?;
    }
    Ok(())
}

/// Moves a damaged file and what belongs to it out of the way; nothing is deleted. The new name
/// ends in the time in seconds, and in a count if that name is taken.
pub(crate) fn set_aside(path: &Path, now: Timestamp) -> Result<PathBuf, OpenError> {
    let seconds = now.0 / 1_000_000;
    let mut to = beside(path, &format!(".damaged-{seconds}"));
    let mut count = 1;
    while to.exists() {
        count += 1;
        to = beside(path, &format!(".damaged-{seconds}-{count}"));
    }
    let moved = std::fs::rename(path, &to).and_then(|()| {
        ["-wal", "-shm"].into_iter().try_for_each(|suffix| {
            let part = beside(path, suffix);
            if part.exists() {
                std::fs::rename(part, beside(&to, suffix))
            } else {
                Ok(())
            }
        })
    });
    match moved {
        Ok(()) => Ok(to),
        Err(source) => Err(OpenError::NotSetAside {
            path: path.to_owned(),
            source,
        }),
    }
}

/// A path with something appended to its last part.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
