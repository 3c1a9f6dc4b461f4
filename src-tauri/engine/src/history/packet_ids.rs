//! Which QoS 2 messages are stored and not yet released by the broker, as the file knows it.
//!
//! The identifiers change in the same transactions as the messages, in the order in which both were
//! submitted: a process that dies between two packets finds exactly what it had promised (MQTT 5,
//! 4.3.3 and 4.4). It knows no session; whoever submits names one.

use std::sync::Arc;

use hashbrown::HashMap;
use sqlx::{Row as _, SqliteConnection};

use super::History;
use super::error::HistoryError;

/// The most bytes of messages that [`History::recent_qos1`] reads, and the most rows.
const RECENT_BYTES: usize = 64 << 20;
const RECENT_ROWS: i64 = 100_000;

/// A change of what is stored and not released.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdChange {
    /// The message with this identifier is among the rows.
    Stored(u16),
    /// The broker sent PUBREL: the identifier may stand for another message from now on.
    Released(u16),
    /// The broker began a new session: all identifiers are free.
    AllReleased,
}

/// Changes of one session, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PacketIds {
    /// The session, in the words of whoever submits.
    pub session: Arc<str>,
    /// What changes.
    pub changes: Vec<IdChange>,
}

/// Writes changes into the open transaction, in their order.
pub(super) async fn write(
    connection: &mut SqliteConnection,
    changes: &[&PacketIds],
) -> Result<(), sqlx::Error> {
    let mut changes = changes.iter().peekable();
    while let Some(first) = changes.next() {
        let mut net = Net::default();
        net.add(&first.changes);
        while let Some(next) = changes.next_if(|next| next.session == first.session) {
            net.add(&next.changes);
        }
        net.write(connection, &first.session).await?;
    }
    Ok(())
}

/// What is left of many changes.
#[derive(Default)]
struct Net {
    all_released: bool,
    stored: HashMap<u16, bool>,
}

impl Net {
    fn add(&mut self, changes: &[IdChange]) {
        for change in changes {
            match change {
                IdChange::Stored(id) => drop(self.stored.insert(*id, true)),
                IdChange::Released(id) => drop(self.stored.insert(*id, false)),
                IdChange::AllReleased => {
                    self.all_released = true;
                    self.stored.clear();
                }
            }
        }
    }

    /// The identifiers that are stored, or those that are not, as a JSON list.
    fn list(&self, stored: bool) -> Option<String> {
        let ids: Vec<String> = self
            .stored
            .iter()
            .filter(|(_, is)| **is == stored)
            .map(|(id, _)| id.to_string())
            .collect();
        (!ids.is_empty()).then(|| format!("[{}]", ids.join(",")))
    }

    async fn write(&self, connection: &mut SqliteConnection, session: &str) -> Result<(), sqlx::Error> {
        if self.all_released {
            sqlx::query("DELETE FROM incoming_qos2 WHERE session = ?")
                .bind(session.to_owned())
                .execute(&mut *connection)
                .await?;
        }
        if let Some(ids) = self.list(false) {
            sqlx::query(
                "DELETE FROM incoming_qos2
                 WHERE session = ? AND packet_id IN (SELECT value FROM json_each(?))",
            )
            .bind(session.to_owned())
            .bind(ids)
            .execute(&mut *connection)
            .await?;
        }
        if let Some(ids) = self.list(true) {
            sqlx::query("INSERT OR IGNORE INTO incoming_qos2 SELECT ?, value FROM json_each(?)")
                .bind(session.to_owned())
                .bind(ids)
                .execute(&mut *connection)
                .await?;
        }
        Ok(())
    }
}

impl History {
    /// The identifiers that are stored and not released in a session, as committed.
    pub async fn packet_ids(&self, session: &str) -> Result<Vec<u16>, HistoryError> {
        let ids = sqlx::query_scalar("SELECT packet_id FROM incoming_qos2 WHERE session = ?")
            .bind(session.to_owned())
            .fetch_all(&self.0.readers)
            .await?;
        Ok(ids)
    }

    /// Calls `each` with topic and payload of the last `count` messages of QoS 1, newest first; with fewer
    /// if they are large or far back.
    pub async fn recent_qos1(
        &self,
        count: usize,
        mut each: impl FnMut(&str, &[u8]) + Send,
    ) -> Result<(), HistoryError> {
        use futures_util::TryStreamExt;
        let mut rows = sqlx::query(
            "SELECT t.name, m.payload, m.flags FROM messages m JOIN topics t ON t.id = m.topic_id
             ORDER BY m.id DESC LIMIT ?",
        )
        .bind(RECENT_ROWS)
        .fetch(&self.0.readers);
        let (mut seen, mut bytes) = (0, 0);
        while seen < count
            && bytes < RECENT_BYTES
            && let Some(row) = rows.try_next().await?
        {
            let payload: &[u8] = row.try_get(1)?;
            bytes += payload.len();
            if row.try_get::<i64, _>(2)? & 3 == 1 {
                each(row.try_get(0)?, payload);
                seen += 1;
            }
        }
        Ok(())
    }
}
