//! Rows into tables: many rows per statement, topic ids from memory.
//!
//! Single-row statements cost eight times as much as rows in groups of a thousand. It neither begins
//! nor commits a transaction; the writer does.

use hashbrown::{HashMap, HashSet};
use sqlx::{AssertSqlSafe, Sqlite, SqliteConnection, query::Query, sqlite::SqliteArguments};

use super::blocks::Blocks;
use super::properties;
use super::stats::Tally;
use super::submission::Row;
use crate::message::Message;

/// Rows per statement, largest first. Few sizes, so that each statement is prepared once.
pub(super) const GROUPS: [usize; 4] = [1_000, 100, 10, 1];
/// Payload bytes per statement, so that large payloads are not all copied at once.
const GROUP_BYTES: usize = 4 << 20;
/// Topic ids kept in memory; beyond it they are read again.
const CACHED_TOPICS: usize = 200_000;

/// The integer that holds QoS, retain, duplicate and marks.
pub(super) fn flags(message: &Message, marks: u16) -> i64 {
    i64::from(message.qos.level())
        | i64::from(message.retain) << 2
        | i64::from(message.dup) << 3
        | i64::from(marks) << 8
}

/// The statements of each group size, and the ids of topics seen.
#[derive(Debug)]
pub(super) struct Inserts {
    messages: [String; 4],
    new_topics: [String; 4],
    find_topics: [String; 4],
    ids: HashMap<String, i64>,
    /// The highest topic id there was since the file was opened. Who looks on remembers topics by their ids, so
    /// none is given again when its topic is gone.
    last_topic: i64,
    /// What the open transaction adds to each topic.
    tally: Tally,
    /// What it adds to the sums in the order of time.
    blocks: Blocks,
}

pub(super) fn statement(head: &str, one: &str, tail: &str) -> [String; 4] {
    GROUPS.map(|rows| format!("{head}{}{one}{tail}", format!("{one},").repeat(rows - 1)))
}

impl Inserts {
    /// Ready to write into a file.
    pub(super) async fn begin(connection: &mut SqliteConnection) -> Result<Self, sqlx::Error> {
        Ok(Self {
            // A row that is already there comes from an attempt whose commit succeeded although it
            // was reported as failed: ids are unique, so it is the same row.
            messages: statement(
                "INSERT OR IGNORE INTO messages(id, topic_id, flags, payload, properties) VALUES ",
                "(?,?,?,?,?)",
                "",
            ),
            new_topics: statement("INSERT INTO topics(id, name) VALUES ", "(?,?)", ""),
            find_topics: statement("SELECT name, id FROM topics WHERE name IN (", "?", ")"),
            ids: HashMap::new(),
            last_topic: last_topic(connection).await?,
            tally: Tally::new(),
            blocks: Blocks::default(),
        })
    }

    /// Forgets topic ids, because topics were deleted.
    pub(super) fn forget_topics(&mut self) {
        self.ids.clear();
    }

    /// Forgets what belongs to a transaction that was undone.
    pub(super) fn undone(&mut self) {
        self.ids.clear();
        self.tally.clear();
        self.blocks.clear();
    }

    /// Adds what was written since the last call to the sums, in the open transaction.
    pub(super) async fn count(&mut self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        self.tally.write(connection).await?;
        self.blocks.write(connection).await
    }

    /// Writes rows into the open transaction.
    pub(super) async fn write(
        &mut self,
        connection: &mut SqliteConnection,
        rows: &[&Row],
    ) -> Result<(), sqlx::Error> {
        for rows in rows.chunks(GROUPS[0]) {
            self.find_topic_ids(connection, rows).await?;
            let mut rest = rows;
            while !rest.is_empty() {
                let group = group(rest.len(), fitting(rest));
                let (now, later) = rest.split_at(GROUPS[group]);
                rest = later;
                let mut query = query(&self.messages[group]);
                for row in now {
                    let topic = self.ids.get(row.message.topic.as_str()).copied();
                    if let Some(topic) = topic {
                        self.tally.add(topic, row.id.0, row.message.payload.len());
                    }
                    self.blocks.add(row.id.0, row.message.payload.len());
                    query = bind(query, row, topic);
                }
                let done = query.execute(&mut *connection).await?;
                if done.rows_affected() < now.len() as u64 {
                    self.blocks.doubt();
                    for row in now {
                        let topic = self.ids.get(row.message.topic.as_str());
                        topic.into_iter().for_each(|topic| self.tally.doubt(*topic));
                    }
                }
            }
        }
        Ok(())
    }

    async fn find_topic_ids(
        &mut self,
        connection: &mut SqliteConnection,
        rows: &[&Row],
    ) -> Result<(), sqlx::Error> {
        if self.ids.len() > CACHED_TOPICS {
            self.ids.clear();
        }
        let unknown: HashSet<&str> = rows
            .iter()
            .map(|row| row.message.topic.as_str())
            .filter(|topic| !self.ids.contains_key(*topic))
            .collect();
        let mut unknown: Vec<&str> = unknown.into_iter().collect();
        let mut rest = &unknown[..];
        while !rest.is_empty() {
            let group = group(rest.len(), rest.len());
            let (now, later) = rest.split_at(GROUPS[group]);
            rest = later;
            let mut find = sqlx::query_as(AssertSqlSafe(self.find_topics[group].as_str()));
            for topic in now {
                find = find.bind((*topic).to_owned());
            }
            let found: Vec<(String, i64)> = find.fetch_all(&mut *connection).await?;
            self.ids.extend(found);
        }
        unknown.retain(|topic| !self.ids.contains_key(*topic));
        self.add_topics(connection, &unknown).await
    }

    /// Adds topics that the file does not have. Their ids are given here, because reading a thousand back costs
    /// as much as writing them; nobody else adds topics while this transaction is open.
    async fn add_topics(
        &mut self,
        connection: &mut SqliteConnection,
        topics: &[&str],
    ) -> Result<(), sqlx::Error> {
        if topics.is_empty() {
            return Ok(());
        }
        let last = last_topic(connection).await?.max(self.last_topic);
        self.last_topic = last + topics.len() as i64;
        let mut numbered = (last + 1..).zip(topics.iter().copied());
        let mut left = topics.len();
        while left > 0 {
            let group = group(left, left);
            let mut insert = query(&self.new_topics[group]);
            for (id, topic) in numbered.by_ref().take(GROUPS[group]) {
                insert = insert.bind(id).bind(topic.to_owned());
                self.ids.insert(topic.to_owned(), id);
            }
            insert.execute(&mut *connection).await?;
            left -= GROUPS[group];
        }
        Ok(())
    }
}

async fn last_topic(connection: &mut SqliteConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT coalesce(max(id), 0) FROM topics")
        .fetch_one(connection)
        .await
}

fn bind<'q>(
    query: Query<'q, Sqlite, SqliteArguments>,
    row: &Row,
    topic: Option<i64>,
) -> Query<'q, Sqlite, SqliteArguments> {
    let message = &row.message;
    query
        .bind(row.id.0)
        .bind(topic)
        .bind(flags(message, row.marks))
        .bind(message.payload.to_vec())
        .bind(message.properties.as_deref().map(properties::encode))
}

pub(super) fn query(sql: &str) -> Query<'_, Sqlite, SqliteArguments> {
    sqlx::query(AssertSqlSafe(sql))
}

/// The index of the largest group not larger than `rows` and `fitting`; the smallest if none is.
pub(super) fn group(rows: usize, fitting: usize) -> usize {
    GROUPS
        .iter()
        .position(|size| *size <= rows.min(fitting))
        .unwrap_or(GROUPS.len() - 1)
}

/// How many of the first rows have at most [`GROUP_BYTES`] of payload.
fn fitting(rows: &[&Row]) -> usize {
    let mut bytes = 0;
    rows.iter()
        .take_while(|row| {
            bytes += row.message.payload.len();
            bytes <= GROUP_BYTES
        })
        .count()
}
