//! What changed in the history between two times: which topics appeared, which had messages, which fell
//! silent.
//!
//! A short stretch is read once, message by message; of a long one each topic is asked for its part of the
//! index, which is cheaper than reading the messages. What is found is numbers only, a few bytes a topic;
//! names and payloads are read for the rows that somebody looks at.

use bytes::Bytes;
use hashbrown::HashMap;

use super::History;
use super::error::HistoryError;
use super::read::unsigned;
use super::topics::SUMMARY_BYTES;
use crate::message::{MessageId, Timestamp};

/// Messages of one step over a short stretch.
const PIECE: i64 = 20_000;
/// Pieces until a stretch is no longer short.
const SHORT: usize = 10;
/// Topics of one step over a long stretch.
const STEP: i64 = 4_096;
/// Most topics of one kind that are listed; all are counted.
pub const LISTED: usize = 100_000;
/// Most topics of one page.
pub const MAX_CHANGED: usize = 500;

/// What became of a topic between two times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fate {
    /// Its first message is in between.
    Appeared,
    /// It had messages before and in between.
    Updated,
    /// It had messages before and none in between.
    Silent,
}

/// A topic in a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Change {
    topic: i64,
    /// Messages in between.
    messages: u64,
    /// The message that stood at the first time.
    before: Option<MessageId>,
    /// The newest message in between.
    after: Option<MessageId>,
}

/// Two times compared.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// The first time.
    pub from: Timestamp,
    /// The second time.
    pub to: Timestamp,
    /// Messages in between.
    pub messages: u64,
    /// Topics that appeared, in the order in which they did.
    appeared: Listed,
    /// Topics with messages before and in between, most messages first.
    updated: Listed,
    /// Topics that fell silent, the last heard first.
    silent: Listed,
}

#[derive(Clone, Debug, Default)]
struct Listed {
    total: u64,
    list: Vec<Change>,
}

impl Listed {
    fn add(&mut self, change: Change) {
        self.total += 1;
        if self.list.len() < LISTED {
            self.list.push(change);
        }
    }
}

/// A topic of a comparison as a row shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The topic name.
    pub topic: String,
    /// Messages in between.
    pub messages: u64,
    /// What stood at the first time.
    pub before: Option<Value>,
    /// What stood at the second time, if it is another message.
    pub after: Option<Value>,
    /// The whole payloads of both are the same.
    pub same: bool,
}

/// A message of a [`Changed`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// The message.
    pub id: MessageId,
    /// The length of its payload in bytes.
    pub size: u64,
    /// At most the first [`SUMMARY_BYTES`] of its payload.
    pub prefix: Bytes,
}

impl Comparison {
    fn of(&self, fate: Fate) -> &Listed {
        match fate {
            Fate::Appeared => &self.appeared,
            Fate::Updated => &self.updated,
            Fate::Silent => &self.silent,
        }
    }

    /// How many topics have a fate.
    pub fn total(&self, fate: Fate) -> u64 {
        self.of(fate).total
    }

    /// How many of them can be listed.
    pub fn listed(&self, fate: Fate) -> usize {
        self.of(fate).list.len()
    }
}

/// Messages of a topic in a stretch of time.
#[derive(Clone, Copy, Default)]
struct Part {
    messages: u64,
    last: i64,
}

impl History {
    /// Compares two times: all messages after `from`, up to and including `to`. `None` once `wanted` says so;
    /// it is asked before each step.
    pub async fn compare(
        &self,
        from: Timestamp,
        to: Timestamp,
        wanted: impl Fn() -> bool + Send,
    ) -> Result<Option<Comparison>, HistoryError> {
        let mut comparison = Comparison {
            from,
            to,
            ..Comparison::default()
        };
        let Some(short) = self.short_stretch(from, to, &wanted).await? else {
            return Ok(None);
        };
        let mut after = 0;
        loop {
            if !wanted() {
                return Ok(None);
            }
            // Of a long stretch the parts come with the question for what stood before.
            type Found = (i64, Option<i64>, i64, Option<i64>);
            let rows: Vec<Found> = sqlx::query_as(
                "SELECT t.id,
                     (SELECT max(m.id) FROM messages m WHERE m.topic_id = t.id AND m.id <= ?1),
                     CASE WHEN ?3 THEN (SELECT count(*) FROM messages m
                         WHERE m.topic_id = t.id AND m.id > ?1 AND m.id <= ?2) ELSE 0 END,
                     CASE WHEN ?3 THEN (SELECT max(m.id) FROM messages m
                         WHERE m.topic_id = t.id AND m.id > ?1 AND m.id <= ?2) END
                 FROM topics t WHERE t.id > ?4 ORDER BY t.id LIMIT ?5",
            )
            .bind(from.0)
            .bind(to.0)
            .bind(short.is_none())
            .bind(after)
            .bind(STEP)
            .fetch_all(&self.0.readers)
            .await?;
            let Some(last) = rows.last().map(|row| row.0) else {
                break;
            };
            after = last;
            for (topic, before, count, last) in rows {
                let part = match &short {
                    Some(parts) => parts.get(&topic).copied().unwrap_or_default(),
                    None => Part {
                        messages: unsigned(count),
                        last: last.unwrap_or_default(),
                    },
                };
                comparison.take(topic, before, part);
            }
        }
        comparison.appeared.list.sort_by_key(|change| change.after);
        comparison
            .updated
            .list
            .sort_by_key(|change| std::cmp::Reverse((change.messages, change.after)));
        comparison
            .silent
            .list
            .sort_by_key(|change| std::cmp::Reverse(change.before));
        Ok(Some(comparison))
    }

    /// The parts of all topics in a stretch that is short; otherwise none. The outer `None` says that it is
    /// not wanted any more.
    async fn short_stretch(
        &self,
        from: Timestamp,
        to: Timestamp,
        wanted: &(impl Fn() -> bool + Send),
    ) -> Result<Option<Option<HashMap<i64, Part>>>, HistoryError> {
        let mut parts: HashMap<i64, Part> = HashMap::new();
        let mut at = from.0;
        for _ in 0..SHORT {
            if !wanted() {
                return Ok(None);
            }
            let rows: Vec<(i64, i64, i64)> = sqlx::query_as(
                "SELECT topic_id, count(*), max(id) FROM (
                     SELECT id, topic_id FROM messages WHERE id > ? AND id <= ? ORDER BY id LIMIT ?)
                 GROUP BY topic_id",
            )
            .bind(at)
            .bind(to.0)
            .bind(PIECE)
            .fetch_all(&self.0.readers)
            .await?;
            let mut read = 0;
            for (topic, count, last) in rows {
                let part = parts.entry(topic).or_default();
                part.messages += unsigned(count);
                part.last = last;
                read += count;
                at = at.max(last);
            }
            if read < PIECE {
                return Ok(Some(Some(parts)));
            }
        }
        Ok(Some(None))
    }

    /// The topics of a comparison with one fate, from `first` on, at most [`MAX_CHANGED`].
    pub async fn changed(
        &self,
        comparison: &Comparison,
        fate: Fate,
        first: usize,
        count: usize,
    ) -> Result<Vec<Changed>, HistoryError> {
        let list = &comparison.of(fate).list;
        let rows = list.iter().skip(first).take(count.min(MAX_CHANGED));
        let mut found = Vec::new();
        for change in rows {
            type Read = (
                Option<String>,
                Option<i64>,
                Option<Vec<u8>>,
                Option<i64>,
                Option<Vec<u8>>,
                bool,
            );
            let (topic, old_size, old, new_size, new, same): Read = sqlx::query_as(
                "SELECT (SELECT name FROM topics WHERE id = ?1),
                     length(a.payload), substr(a.payload, 1, ?4), length(b.payload), substr(b.payload, 1, ?4),
                     ifnull(a.payload = b.payload, 0)
                 FROM (SELECT 1) LEFT JOIN messages a ON a.id = ?2 LEFT JOIN messages b ON b.id = ?3",
            )
            .bind(change.topic)
            .bind(change.before.map(|id| id.0))
            .bind(change.after.map(|id| id.0))
            .bind(SUMMARY_BYTES as i64)
            .fetch_one(&self.0.readers)
            .await?;
            let value = |id: Option<MessageId>, size: Option<i64>, prefix: Option<Vec<u8>>| {
                // What was removed since the comparison has no value any more.
                Some(Value {
                    id: id?,
                    size: unsigned(size?),
                    prefix: Bytes::from(prefix?),
                })
            };
            let Some(topic) = topic else { continue };
            found.push(Changed {
                topic,
                messages: change.messages,
                before: value(change.before, old_size, old),
                after: value(change.after, new_size, new),
                same,
            });
        }
        Ok(found)
    }
}

impl Comparison {
    fn take(&mut self, topic: i64, before: Option<i64>, part: Part) {
        self.messages += part.messages;
        let change = Change {
            topic,
            messages: part.messages,
            before: before.map(MessageId),
            after: (part.messages > 0).then_some(MessageId(part.last)),
        };
        match (before, part.messages) {
            (None, 0) => {}
            (None, _) => self.appeared.add(change),
            (Some(_), 0) => self.silent.add(change),
            (Some(_), _) => self.updated.add(change),
        }
    }
}
