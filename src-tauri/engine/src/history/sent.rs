//! What was published from here: the list a window shows, and the outbox that outlives the process.
//!
//! A message is in the list before it is sent, and stands there until the broker answered, it
//! expired, or nobody can tell any more. Everything is written by the writer task. It sends nothing
//! and decides nothing: that is the outbox.

use std::time::Duration;

use sqlx::SqliteConnection;

use super::error::HistoryError;
use super::read::{self, MAX_PAGE};
use super::{History, insert, properties};
use crate::message::{Message, QoS, Timestamp};

/// The number of a message in the list; later ones have larger numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SentId(pub i64);

/// Why a message is not sent to a broker that said in CONNACK what it takes (MQTT 5, 3.2.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotTaken {
    /// It takes no packet of this size.
    TooLarge,
    /// It takes no such QoS.
    Qos,
    /// It has no retained messages.
    Retain,
}

/// Where a published message stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// It was sent, and answered if its QoS is answered.
    #[default]
    Ended,
    /// It waits for a connection or for its turn.
    Waiting,
    /// It was handed over and is not answered.
    UnderWay {
        /// Its packet identifier, once that is known to be in use.
        packet: Option<u16>,
        /// The broker sent PUBREC: from here on only PUBREL may be sent (MQTT 5, 4.3.3).
        received: bool,
    },
    /// Its expiry interval passed before it could be sent; it was not.
    Expired,
    /// Whether it arrived cannot be known any more.
    Unknown,
    /// It was not sent: the broker does not take it.
    NotTaken(NotTaken),
}

impl Standing {
    /// Not finished: it waits or is under way.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::UnderWay { .. })
    }

    fn columns(self) -> (i64, Option<u16>) {
        match self {
            Self::Ended => (0, None),
            Self::Waiting => (1, None),
            Self::UnderWay {
                packet,
                received: false,
            } => (2, packet),
            Self::UnderWay {
                packet,
                received: true,
            } => (3, packet),
            Self::Expired => (4, None),
            Self::Unknown => (5, None),
            Self::NotTaken(NotTaken::TooLarge) => (6, None),
            Self::NotTaken(NotTaken::Qos) => (7, None),
            Self::NotTaken(NotTaken::Retain) => (8, None),
        }
    }

    fn from_columns(standing: i64, packet: Option<u16>) -> Self {
        match standing {
            0 => Self::Ended,
            1 => Self::Waiting,
            2 | 3 => Self::UnderWay {
                packet,
                received: standing == 3,
            },
            4 => Self::Expired,
            6 => Self::NotTaken(NotTaken::TooLarge),
            7 => Self::NotTaken(NotTaken::Qos),
            8 => Self::NotTaken(NotTaken::Retain),
            // A number this program does not know says nothing that could be relied on.
            _ => Self::Unknown,
        }
    }
}

/// A message published from here and how the broker answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// When it was published.
    pub at: Timestamp,
    /// The message, with the expiry interval it was published with.
    pub message: Message,
    /// Where it stands.
    pub standing: Standing,
    /// The reason code of PUBACK, PUBREC or PUBCOMP (MQTT 5, 2.4); `None` without an answer.
    pub reason_code: Option<u8>,
    /// The broker's own words.
    pub reason_string: Option<String>,
    /// From sending to the last acknowledgement.
    pub round_trip: Option<Duration>,
}

impl Sent {
    /// A message that is about to be sent.
    pub fn waiting(at: Timestamp, message: Message) -> Self {
        Self {
            at,
            message,
            standing: Standing::Waiting,
            reason_code: None,
            reason_string: None,
            round_trip: None,
        }
    }

    /// When it expires (MQTT 5, 3.3.2.3.3), if it does.
    pub fn expires(&self) -> Option<Timestamp> {
        let seconds = self.message.properties.as_ref()?.expiry?;
        Some(Timestamp(
            self.at.0.saturating_add(i64::from(seconds) * 1_000_000),
        ))
    }

    /// Sent again when the connection under it was lost with its session: only QoS 1 may be.
    pub fn may_repeat(&self) -> bool {
        self.message.qos == QoS::AtLeastOnce
    }
}

/// A [`Sent`] with its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentRow {
    /// Its number.
    pub id: SentId,
    /// What was sent.
    pub sent: Sent,
}

/// What changed of a message in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentMark {
    /// Which one.
    pub id: SentId,
    /// Where it stands now.
    pub standing: Standing,
    /// As in [`Sent`].
    pub reason_code: Option<u8>,
    /// As in [`Sent`].
    pub reason_string: Option<String>,
    /// As in [`Sent`].
    pub round_trip: Option<Duration>,
}

impl From<&SentRow> for SentMark {
    fn from(row: &SentRow) -> Self {
        Self {
            id: row.id,
            standing: row.sent.standing,
            reason_code: row.sent.reason_code,
            reason_string: row.sent.reason_string.clone(),
            round_trip: row.sent.round_trip,
        }
    }
}

fn micros(time: Option<Duration>) -> Option<i64> {
    time.map(|time| i64::try_from(time.as_micros()).unwrap_or(i64::MAX))
}

const COLUMNS: &str = "id, at, topic, flags, payload, properties, reason_code, reason_string, \
                       round_trip_micros, standing, packet";

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
    i64,
    Option<u16>,
);

fn row(columns: Columns) -> Result<SentRow, HistoryError> {
    let (id, at, topic, flags, payload, properties, reason_code, reason_string, took, standing, packet) =
        columns;
    let micros = took.and_then(|micros| u64::try_from(micros).ok());
    Ok(SentRow {
        id: SentId(id),
        sent: Sent {
            at: Timestamp(at),
            message: read::stored(topic, (id, flags, payload, properties))?.message,
            standing: Standing::from_columns(standing, packet),
            reason_code,
            reason_string,
            round_trip: micros.map(Duration::from_micros),
        },
    })
}

async fn put(connection: &mut SqliteConnection, SentRow { id, sent }: SentRow) -> Result<(), HistoryError> {
    let flags = insert::flags(&sent.message, 0);
    let (standing, packet) = sent.standing.columns();
    sqlx::query(
        "INSERT INTO sent(id, at, topic, flags, payload, properties, reason_code, reason_string,
                          round_trip_micros, standing, packet) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(id.0)
    .bind(sent.at.0)
    .bind(sent.message.topic)
    .bind(flags)
    .bind(sent.message.payload.to_vec())
    .bind(sent.message.properties.as_deref().map(properties::encode))
    .bind(sent.reason_code)
    .bind(sent.reason_string)
    .bind(micros(sent.round_trip))
    .bind(standing)
    .bind(packet)
    .execute(connection)
    .await?;
    Ok(())
}

impl History {
    /// Adds to the list. Once this returns, the message outlives the process.
    pub async fn put_sent(&self, row: SentRow) -> Result<(), HistoryError> {
        self.write(move |desk| Box::pin(async move { put(&mut desk.connection, row).await }))
            .await
    }

    /// Changes where messages stand, all of them or none; those not in the list are skipped.
    pub async fn mark_sent(&self, marks: Vec<SentMark>) -> Result<(), HistoryError> {
        self.write(move |desk| {
            Box::pin(async move {
                for mark in marks {
                    let (standing, packet) = mark.standing.columns();
                    sqlx::query(
                        "UPDATE sent SET standing = ?, packet = ?, reason_code = ?, reason_string = ?,
                                         round_trip_micros = ? WHERE id = ?",
                    )
                    .bind(standing)
                    .bind(packet)
                    .bind(mark.reason_code)
                    .bind(mark.reason_string)
                    .bind(micros(mark.round_trip))
                    .bind(mark.id.0)
                    .execute(&mut desk.connection)
                    .await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// Takes a message off the list.
    pub async fn drop_sent(&self, id: SentId) -> Result<(), HistoryError> {
        self.write(move |desk| {
            Box::pin(async move {
                sqlx::query("DELETE FROM sent WHERE id = ?")
                    .bind(id.0)
                    .execute(&mut desk.connection)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// What was sent before number `before`, newest first, at most [`MAX_PAGE`].
    pub async fn sent(&self, before: Option<SentId>, limit: u32) -> Result<Vec<SentRow>, HistoryError> {
        let sql = format!("SELECT {COLUMNS} FROM sent WHERE id < ? ORDER BY id DESC LIMIT ?");
        let rows: Vec<Columns> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(before.map_or(i64::MAX, |before| before.0))
            .bind(limit.min(MAX_PAGE))
            .fetch_all(&self.0.readers)
            .await?;
        rows.into_iter().map(row).collect()
    }

    /// What waits or is under way, oldest first.
    pub async fn sent_open(&self) -> Result<Vec<SentRow>, HistoryError> {
        let sql = format!("SELECT {COLUMNS} FROM sent WHERE standing BETWEEN 1 AND 3 ORDER BY id");
        let rows: Vec<Columns> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .fetch_all(&self.0.readers)
            .await?;
        rows.into_iter().map(row).collect()
    }
}
