//! The timeline of a connection.
//!
//! It is written by the writer task and read newest first. The data of an event is JSON that this
//! module does not look into.

use super::History;
use super::error::HistoryError;
use super::read::MAX_PAGE;
use crate::message::Timestamp;

/// Something that happened to the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its number; later events have larger ones.
    pub id: i64,
    /// When it happened.
    pub at: Timestamp,
    /// What happened, in the words of whoever added it.
    pub kind: String,
    /// Details as JSON.
    pub data: String,
}

impl History {
    /// Adds to the timeline; the answer is the number of the event.
    pub async fn add_event(&self, at: Timestamp, kind: &str, data: String) -> Result<i64, HistoryError> {
        let kind = kind.to_owned();
        self.write(move |desk| {
            Box::pin(async move {
                let done = sqlx::query("INSERT INTO events(at, kind, data) VALUES (?, ?, ?)")
                    .bind(at.0)
                    .bind(kind)
                    .bind(data)
                    .execute(&mut desk.connection)
                    .await?;
                Ok(done.last_insert_rowid())
            })
        })
        .await
    }

    /// Events before event `before`, newest first, at most [`MAX_PAGE`].
    pub async fn events(&self, before: Option<i64>, limit: u32) -> Result<Vec<Event>, HistoryError> {
        let rows: Vec<(i64, i64, String, String)> =
            sqlx::query_as("SELECT id, at, kind, data FROM events WHERE id < ? ORDER BY id DESC LIMIT ?")
                .bind(before.unwrap_or(i64::MAX))
                .bind(limit.min(MAX_PAGE))
                .fetch_all(&self.0.readers)
                .await?;
        let event = |(id, at, kind, data)| Event {
            id,
            at: Timestamp(at),
            kind,
            data,
        };
        Ok(rows.into_iter().map(event).collect())
    }
}
