//! Which QoS 2 messages are stored, and which of them the broker has released, as the file knows it.
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

/// A change of what is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdChange {
    /// The message with this identifier is among the rows.
    Stored {
        /// Its packet identifier.
        id: u16,
        /// Tells it from other messages.
        digest: i64,
    },
    /// The broker sent PUBREL: the identifier may stand for another message from now on.
    Released {
        /// The packet identifier.
        id: u16,
        /// Later ones are larger.
        order: i64,
    },
    /// The identifier was released long ago.
    Forgotten(u16),
    /// The broker began a new session: all identifiers are free.
    AllForgotten,
}

/// A stored message, by its packet identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredId {
    /// Its packet identifier.
    pub id: u16,
    /// Tells it from other messages.
    pub digest: i64,
    /// Where it is in the order of releases; `None` if it was not released.
    pub released: Option<i64>,
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
    all_forgotten: bool,
    ids: HashMap<u16, Change>,
}

/// What is left of the changes of one identifier.
#[derive(Clone, Copy)]
enum Change {
    Stored { digest: i64, released: Option<i64> },
    Released(i64),
    Forgotten,
}

impl Net {
    fn add(&mut self, changes: &[IdChange]) {
        for change in changes {
            match *change {
                IdChange::Stored { id, digest } => {
                    let released = None;
                    self.ids.insert(id, Change::Stored { digest, released });
                }
                IdChange::Released { id, order } => match self.ids.get_mut(&id) {
                    Some(Change::Stored { released, .. }) => *released = Some(order),
                    _ => drop(self.ids.insert(id, Change::Released(order))),
                },
                IdChange::Forgotten(id) => drop(self.ids.insert(id, Change::Forgotten)),
                IdChange::AllForgotten => {
                    self.all_forgotten = true;
                    self.ids.clear();
                }
            }
        }
    }

    /// A JSON list of what `item` makes of the changes; `None` if that is nothing.
    fn list(&self, item: impl Fn(u16, Change) -> Option<String>) -> Option<String> {
        let items: Vec<_> = self
            .ids
            .iter()
            .filter_map(|(id, change)| item(*id, *change))
            .collect();
        (!items.is_empty()).then(|| format!("[{}]", items.join(",")))
    }

    async fn write(&self, connection: &mut SqliteConnection, session: &str) -> Result<(), sqlx::Error> {
        let all = self.all_forgotten.then(String::new);
        let forgotten = self.list(|id, change| matches!(change, Change::Forgotten).then(|| id.to_string()));
        let released = self.list(|id, change| match change {
            Change::Released(order) => Some(format!("[{id},{order}]")),
            _ => None,
        });
        let stored = self.list(|id, change| match change {
            Change::Stored {
                digest,
                released: Some(order),
            } => Some(format!("[{id},{digest},{order}]")),
            Change::Stored { digest, .. } => Some(format!("[{id},{digest},null]")),
            _ => None,
        });
        for (sql, list) in [
            ("DELETE FROM incoming_qos2 WHERE session = ?1 AND ?2 = ''", all),
            (
                "DELETE FROM incoming_qos2
                 WHERE session = ?1 AND packet_id IN (SELECT value FROM json_each(?2))",
                forgotten,
            ),
            (
                // CROSS JOIN keeps the order: each change finds its row by the key.
                "INSERT OR REPLACE INTO incoming_qos2
                 SELECT ?1, known.packet_id, known.digest, change.value ->> 1
                 FROM json_each(?2) AS change CROSS JOIN incoming_qos2 AS known
                 ON known.session = ?1 AND known.packet_id = CAST(change.value ->> 0 AS INTEGER)",
                released,
            ),
            (
                "INSERT OR REPLACE INTO incoming_qos2
                 SELECT ?1, value ->> 0, value ->> 1, value ->> 2 FROM json_each(?2)",
                stored,
            ),
        ] {
            if let Some(list) = list {
                let query = sqlx::query(sql).bind(session.to_owned()).bind(list);
                query.execute(&mut *connection).await?;
            }
        }
        Ok(())
    }
}

impl History {
    /// What is known of a session, as committed; what was released comes in that order.
    pub async fn packet_ids(&self, session: &str) -> Result<Vec<StoredId>, HistoryError> {
        let rows: Vec<(u16, i64, Option<i64>)> = sqlx::query_as(
            "SELECT packet_id, digest, released FROM incoming_qos2 WHERE session = ? ORDER BY released",
        )
        .bind(session.to_owned())
        .fetch_all(&self.0.readers)
        .await?;
        let stored = |(id, digest, released)| StoredId { id, digest, released };
        Ok(rows.into_iter().map(stored).collect())
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
