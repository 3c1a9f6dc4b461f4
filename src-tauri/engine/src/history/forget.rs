//! Forgetting on a person's wish: a topic, a branch, everything before a time.
//!
//! What is stored when it begins goes, oldest first, in pieces between two batches, so that the newest id of a
//! topic stays true and nothing that arrives waits long; what arrives meanwhile stays. The log of the connection,
//! what was published from here, copies for undo and packet identifiers are none of its business.

use std::ops::ControlFlow;

use super::History;
use super::error::HistoryError;
use super::give_back::WISHED;
use super::retention::{PIECE_BYTES, Removed};
use super::stats::Taken;
use super::writer::Desk;
use crate::message::{MessageId, Timestamp};

/// Rows deleted in one piece where they lie scattered over the file.
const SCATTERED_ROWS: i64 = 2_000;
/// Topics deleted in one piece.
const PIECE_TOPICS: usize = 500;
/// Topics read at a time.
const STEP: i64 = 4_096;

/// What is to be forgotten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Forget {
    /// One topic.
    Topic(String),
    /// A topic and everything below it.
    Branch(String),
    /// Every message received before this.
    Before(Timestamp),
}

impl Forget {
    /// True if messages of this topic are among it.
    pub fn covers(&self, topic: &str) -> bool {
        match self {
            Self::Topic(name) => topic == name,
            Self::Branch(name) => topic
                .strip_prefix(name.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
            Self::Before(_) => true,
        }
    }

    /// The names of topics below it: from the first, until before the second. In the order of bytes `0` is what
    /// follows `/`.
    pub(super) fn below(name: &str) -> (String, String) {
        (format!("{name}/"), format!("{name}0"))
    }
}

/// How far forgetting is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// The newest message there was at the start; later ones stay.
    pub until: MessageId,
    /// What is gone.
    pub removed: Removed,
    /// How much of giving the space back is done, in thousandths; `None` while something is still deleted.
    pub giving_back: Option<u16>,
}

/// A topic to be deleted: its number, and its messages and bytes as the sums say.
type Listed = (i64, i64, i64);

impl History {
    /// Deletes what is stored of `what` now, and gives the space back. `each` is called after every piece and may
    /// end it; what is deleted by then stays deleted.
    pub async fn forget(
        &self,
        what: &Forget,
        mut each: impl FnMut(Forgotten) -> ControlFlow<()> + Send,
    ) -> Result<Removed, HistoryError> {
        self.count_topics_of_older().await?;
        let mut state = Forgotten::default();
        let last: Option<i64> = sqlx::query_scalar("SELECT max(id) FROM messages")
            .fetch_one(&self.0.readers)
            .await?;
        let until = last.unwrap_or(0);
        state.until = MessageId(until);
        let ended = match what {
            Forget::Before(at) => self.forget_before(at.0, &mut state, &mut each).await?,
            Forget::Topic(name) => {
                let names = (name.clone(), format!("{name}\0"));
                self.forget_topics(names, until, &mut state, &mut each).await?
            }
            Forget::Branch(name) => {
                let names = (name.clone(), format!("{name}\0"));
                match self.forget_topics(names, until, &mut state, &mut each).await? {
                    ControlFlow::Continue(()) => {
                        let names = Forget::below(name);
                        self.forget_topics(names, until, &mut state, &mut each).await?
                    }
                    ended => ended,
                }
            }
        };
        if ended.is_continue() && state.removed.messages > 0 {
            state.removed.freed = self
                .give_back(WISHED, |permille| {
                    let giving_back = Some(permille);
                    each(Forgotten { giving_back, ..state })
                })
                .await?;
        }
        Ok(state.removed)
    }

    async fn forget_before(
        &self,
        oldest: i64,
        state: &mut Forgotten,
        each: &mut (impl FnMut(Forgotten) -> ControlFlow<()> + Send),
    ) -> Result<ControlFlow<()>, HistoryError> {
        loop {
            let piece = self.delete_older_piece(oldest).await?;
            if piece == 0 {
                break;
            }
            state.removed.messages += piece;
            if each(*state).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        if state.removed.messages > 0 {
            state.removed.topics += self.delete_empty_topics().await?;
        }
        Ok(each(*state))
    }

    /// Forgets the topics with names from the first to before the second.
    async fn forget_topics(
        &self,
        (from, end): (String, String),
        until: i64,
        state: &mut Forgotten,
        each: &mut (impl FnMut(Forgotten) -> ControlFlow<()> + Send),
    ) -> Result<ControlFlow<()>, HistoryError> {
        let mut after: Option<String> = None;
        loop {
            let page: Vec<(i64, String, Option<i64>, Option<i64>)> = sqlx::query_as(
                "SELECT t.id, t.name, s.messages, s.bytes FROM topics t
                 LEFT JOIN topic_stats s ON s.topic_id = t.id
                 WHERE t.name >= ?1 AND t.name < ?2 AND (?3 IS NULL OR t.name > ?3) ORDER BY t.name LIMIT ?4",
            )
            .bind(from.clone())
            .bind(end.clone())
            .bind(after.take())
            .bind(STEP)
            .fetch_all(&self.0.readers)
            .await?;
            let Some((_, name, ..)) = page.last() else {
                return Ok(ControlFlow::Continue(()));
            };
            after = Some(name.clone());
            let mut listed: Vec<Listed> = page
                .into_iter()
                .rev()
                // A topic without a sum is taken for a large one: it goes in pieces.
                .map(|(id, _, messages, bytes)| (id, messages.unwrap_or(i64::MAX), bytes.unwrap_or(0)))
                .collect();
            while let Some(group) = next_group(&mut listed) {
                loop {
                    let group = group.clone();
                    let (messages, topics, more) = self
                        .write(move |desk| Box::pin(delete_topics(desk, group, until)))
                        .await?;
                    state.removed.messages += messages;
                    state.removed.topics += topics;
                    if each(*state).is_break() {
                        return Ok(ControlFlow::Break(()));
                    }
                    if !more {
                        break;
                    }
                }
            }
        }
    }

    /// Deletes every message of a topic and the topic itself; the answer is how many there were.
    pub async fn forget_topic(&self, topic: &str) -> Result<u64, HistoryError> {
        let what = Forget::Topic(topic.to_owned());
        Ok(self.forget(&what, |_| ControlFlow::Continue(())).await?.messages)
    }
}

/// The next topics from the end of a list that make one piece: several small ones, or a large one alone.
fn next_group(listed: &mut Vec<Listed>) -> Option<Vec<i64>> {
    let (first, mut rows, mut bytes) = listed.pop()?;
    let mut group = vec![first];
    while group.len() < PIECE_TOPICS
        && let Some((next, more_rows, more_bytes)) = listed.last().copied()
    {
        rows = rows.saturating_add(more_rows.max(0));
        bytes = bytes.saturating_add(more_bytes.max(0));
        if rows > SCATTERED_ROWS || bytes > PIECE_BYTES {
            break;
        }
        group.push(next);
        listed.pop();
    }
    Some(group)
}

fn list(topics: &[i64]) -> String {
    let topics: Vec<_> = topics.iter().map(i64::to_string).collect();
    format!("[{}]", topics.join(","))
}

/// Deletes a piece of the messages of these topics up to `until`, and those of them that have none any more. The
/// answer is how many messages and topics went, and whether messages are left.
async fn delete_topics(
    desk: &mut Desk,
    topics: Vec<i64>,
    until: i64,
) -> Result<(u64, u64, bool), HistoryError> {
    let mut taken = Taken::default();
    let full = if let [topic] = topics[..] {
        delete_first(desk, topic, until, SCATTERED_ROWS, &mut taken).await?;
        taken.messages() > 0
    } else {
        let rows: Vec<(i64, i64, i64)> = sqlx::query_as(
            "DELETE FROM messages WHERE topic_id IN (SELECT value FROM json_each(?)) AND id <= ?
             RETURNING topic_id, id, length(payload)",
        )
        .bind(list(&topics))
        .bind(until)
        .fetch_all(&mut desk.connection)
        .await?;
        rows.into_iter()
            .for_each(|(topic, id, bytes)| taken.add(topic, id, bytes));
        false
    };
    taken.write(&mut desk.connection).await?;
    if full {
        return Ok((taken.messages(), 0, true));
    }
    let done = sqlx::query(
        "DELETE FROM topics WHERE id IN (SELECT value FROM json_each(?))
         AND NOT EXISTS (SELECT 1 FROM messages WHERE topic_id = topics.id)",
    )
    .bind(list(&topics))
    .execute(&mut desk.connection)
    .await?;
    sqlx::query(
        "DELETE FROM topic_stats WHERE topic_id IN (SELECT value FROM json_each(?))
         AND NOT EXISTS (SELECT 1 FROM topics WHERE id = topic_id)",
    )
    .bind(list(&topics))
    .execute(&mut desk.connection)
    .await?;
    // The writer must not use the id of a topic that is gone.
    desk.inserts.forget_topics();
    Ok((taken.messages(), done.rows_affected(), false))
}

/// Deletes at most so many of the first rows of a topic up to `until`, and less if with them `taken`, to which they
/// are added, has the bytes of a piece.
pub(super) async fn delete_first(
    desk: &mut Desk,
    topic: i64,
    until: i64,
    rows: i64,
    taken: &mut Taken,
) -> Result<(), HistoryError> {
    let rows: Vec<(i64, i64)> = sqlx::query_as(
        "DELETE FROM messages WHERE id IN (
             SELECT id FROM (
                 SELECT id, sum(length(payload)) OVER (ORDER BY id) - length(payload) AS earlier
                 FROM messages WHERE topic_id = ? AND id <= ? ORDER BY id LIMIT ?)
             WHERE earlier < ?) RETURNING id, length(payload)",
    )
    .bind(topic)
    .bind(until)
    .bind(rows)
    .bind(PIECE_BYTES - taken.bytes())
    .fetch_all(&mut desk.connection)
    .await?;
    rows.into_iter()
        .for_each(|(id, bytes)| taken.add(topic, id, bytes));
    Ok(())
}
