//! The timeline of a connection and the list of what was sent from here.
//!
//! Both are written by the writer task and read newest first. The data of an event is JSON that this
//! module does not look into.

use std::time::Duration;

use super::error::HistoryError;
use super::read::{self, MAX_PAGE};
use super::{History, insert, properties};
use crate::message::{Message, Timestamp};

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

/// A message published from here and how the broker answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// When it was published.
    pub at: Timestamp,
    /// The message.
    pub message: Message,
    /// The reason code of PUBACK, PUBREC or PUBCOMP (MQTT 5, 2.4); `None` at QoS 0.
    pub reason_code: Option<u8>,
    /// The broker's own words.
    pub reason_string: Option<String>,
    /// From publishing to the last acknowledgement.
    pub round_trip: Option<Duration>,
}

/// A [`Sent`] with its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentRow {
    /// Its number; later ones are larger.
    pub id: i64,
    /// What was sent.
    pub sent: Sent,
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

    /// Adds to the list of what was sent; the answer is its number.
    pub async fn add_sent(&self, sent: Sent) -> Result<i64, HistoryError> {
        self.write(move |desk| {
            Box::pin(async move {
                let flags = insert::flags(&sent.message, 0);
                let round_trip = sent
                    .round_trip
                    .map(|time| i64::try_from(time.as_micros()).unwrap_or(i64::MAX));
                let done = sqlx::query(
                    "INSERT INTO sent(at, topic, flags, payload, properties, reason_code, reason_string,
                                      round_trip_micros) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                )
                .bind(sent.at.0)
                .bind(sent.message.topic)
                .bind(flags)
                .bind(sent.message.payload.to_vec())
                .bind(sent.message.properties.as_deref().map(properties::encode))
                .bind(sent.reason_code)
                .bind(sent.reason_string)
                .bind(round_trip)
                .execute(&mut desk.connection)
                .await?;
                Ok(done.last_insert_rowid())
            })
        })
        .await
    }

    /// What was sent before number `before`, newest first, at most [`MAX_PAGE`].
    pub async fn sent(&self, before: Option<i64>, limit: u32) -> Result<Vec<SentRow>, HistoryError> {
        type Columns = (
            i64,
            i64,
            String,
            i64,
            Vec<u8>,
            Option<Vec<u8>>,
            Option<u8>,
            Option<String>,
            Option<i64>,
        );
        let rows: Vec<Columns> = sqlx::query_as(
            "SELECT id, at, topic, flags, payload, properties, reason_code, reason_string, round_trip_micros
             FROM sent WHERE id < ? ORDER BY id DESC LIMIT ?",
        )
        .bind(before.unwrap_or(i64::MAX))
        .bind(limit.min(MAX_PAGE))
        .fetch_all(&self.0.readers)
        .await?;
        rows.into_iter()
            .map(
                |(id, at, topic, flags, payload, encoded, reason_code, reason_string, round_trip)| {
                    let message = read::stored(topic, (id, flags, payload, encoded))?.message;
                    let micros = round_trip.and_then(|micros| u64::try_from(micros).ok());
                    let round_trip = micros.map(Duration::from_micros);
                    let at = Timestamp(at);
                    Ok(SentRow {
                        id,
                        sent: Sent {
                            at,
                            message,
                            reason_code,
                            reason_string,
                            round_trip,
                        },
                    })
                },
            )
            .collect()
    }
}
