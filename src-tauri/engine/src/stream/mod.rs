//! Everything as it comes, in one list: what `mosquitto_sub -v` prints, with a way back.
//!
//! It costs the ingest nothing: what is listed is read from the history, by whoever looks, in steps of
//! bounded size. The list holds ids, sixteen bytes a row, and is bounded; rows are read when they are in
//! view. Messages that were dropped before the history leave a gap with their count in their place. It
//! has no clock and waits for nothing.

mod question;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use hashbrown::HashMap;

pub use self::question::Question;

use self::question::{TEXT_BYTES, Verdict};
use crate::history::{Glimpse, History, HistoryError, MAX_READ, MAX_STEP, Passed, TopicNo};
use crate::message::MessageId;

/// Rows in the list; the oldest leave it for newer ones.
pub const MOST_ROWS: usize = 100_000;
/// Rows it fetches from before it was opened; half, so that what comes does not push them out at once.
const LOOK_BACK: usize = MOST_ROWS / 2;
/// Messages it looks at for them.
const LOOK_BACK_MESSAGES: u64 = 1_000_000;
/// Messages of one step backwards: short, because it goes on with each frame.
const BACK_STEP: u32 = 5_000;
/// Full steps in a row after which it begins anew at the newest message: it is too far behind to follow.
const BEHIND: u32 = 10;

/// A row of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    /// A message of the history.
    Message(MessageId),
    /// Here, messages of QoS 0 were dropped.
    Gap {
        /// How many.
        count: u64,
    },
}

/// A row as it is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// A message with its topic and the beginning of its payload.
    Message(Box<Glimpse>),
    /// A message that is no longer in the history.
    Gone(MessageId),
    /// Here, messages of QoS 0 were dropped.
    Gap {
        /// How many.
        count: u64,
    },
}

/// Why the list begins where it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beginning {
    /// It is still looking further back.
    Looking,
    /// With the first message of the history, or the first after it was cleared.
    Whole,
    /// It looked at a million messages and stopped, or older rows have left it.
    Cut,
}

/// The list of one window.
#[derive(Debug, Default)]
pub struct Stream {
    question: Question,
    /// What the question says to topics met so far.
    verdicts: HashMap<TopicNo, Verdict>,
    rows: VecDeque<Row>,
    /// The number of the first row. Rows keep their numbers while others come and go.
    first: i64,
    /// Nothing up to here is listed.
    cleared: MessageId,
    /// Looked at up to here, included; `None` before the first step.
    newest: Option<MessageId>,
    /// Looked at back to here, included.
    oldest: MessageId,
    looked_back: u64,
    /// Everything between `cleared` and `oldest` was looked at.
    whole: bool,
    /// Rows left it.
    cut: bool,
    /// Dropped messages that are in a gap already.
    dropped: u64,
    /// Full steps in a row.
    behind: u32,
    /// Counts changes.
    revision: u64,
}

impl Stream {
    /// Asks; true if it is something else than before. Then rows are looked up anew, from the newest backwards.
    pub fn ask(&mut self, question: Question) -> bool {
        let other = self.question != question;
        if other {
            self.question = question;
            self.begin_anew();
        }
        other
    }

    fn begin_anew(&mut self) {
        *self = Self {
            question: std::mem::take(&mut self.question),
            first: self.first + self.rows.len() as i64,
            cleared: self.cleared,
            dropped: self.dropped,
            revision: self.revision + 1,
            ..Self::default()
        };
    }

    /// Forgets the rows; only what comes from now on is listed. The history keeps them.
    pub fn clear(&mut self) {
        let newest = self.newest.unwrap_or_default();
        self.first += self.rows.len() as i64;
        self.rows.clear();
        self.cleared = newest;
        self.oldest = newest;
        (self.whole, self.cut) = (true, false);
        self.revision += 1;
    }

    /// Grows with each change of the list.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The number of the first row.
    pub fn first(&self) -> i64 {
        self.first
    }

    /// Rows in the list.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// True without a row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Why it begins where it does.
    pub fn beginning(&self) -> Beginning {
        if self.cut || (!self.whole && !self.looks_back()) {
            Beginning::Cut
        } else if self.whole {
            Beginning::Whole
        } else {
            Beginning::Looking
        }
    }

    fn looks_back(&self) -> bool {
        !self.whole && !self.cut && self.rows.len() < LOOK_BACK && self.looked_back < LOOK_BACK_MESSAGES
    }

    /// Takes in what was committed since the last step, at most [`MAX_STEP`] messages; then looks further
    /// back, if there is reason to. `dropped` counts all messages that did not reach the history so far.
    /// The answer is true if more waits.
    pub async fn step(&mut self, history: &History, dropped: u64) -> Result<bool, HistoryError> {
        let newest = match self.newest {
            Some(newest) => newest,
            None => {
                let newest = history.committed().await?;
                self.newest = Some(newest);
                self.oldest = MessageId(newest.0.saturating_add(1));
                self.dropped = dropped.max(self.dropped);
                newest
            }
        };
        let passed = history
            .passed_after(newest, MessageId(i64::MAX), None, MAX_STEP)
            .await?;
        let more = passed.len() == MAX_STEP as usize;
        self.behind = if more { self.behind + 1 } else { 0 };
        if self.behind > BEHIND {
            self.begin_anew();
            return Ok(true);
        }
        if let Some(last) = passed.last() {
            let matching = self.matching(history, &passed).await?;
            self.newest = Some(last.id);
            self.append(matching.into_iter().map(Row::Message));
        }
        if dropped > self.dropped {
            let count = dropped - self.dropped;
            self.dropped = dropped;
            self.append_gap(count);
        }
        if self.looks_back() && !more {
            self.step_back(history).await?;
        }
        Ok(more || self.looks_back())
    }

    async fn step_back(&mut self, history: &History) -> Result<(), HistoryError> {
        let mut passed = history
            .passed_before(self.oldest, self.cleared, BACK_STEP)
            .await?;
        let Some(oldest) = passed.last().map(|passed| passed.id) else {
            self.whole = true;
            self.revision += 1;
            return Ok(());
        };
        passed.reverse();
        let matching = self.matching(history, &passed).await?;
        self.oldest = oldest;
        self.looked_back += passed.len() as u64;
        self.first -= matching.len() as i64;
        for id in matching.into_iter().rev() {
            self.rows.push_front(Row::Message(id));
        }
        self.revision += 1;
        Ok(())
    }

    fn append(&mut self, rows: impl Iterator<Item = Row>) {
        let before = self.rows.len();
        self.rows.extend(rows);
        if self.rows.len() == before {
            return;
        }
        self.revision += 1;
        let surplus = self.rows.len().saturating_sub(MOST_ROWS);
        if surplus > 0 {
            self.rows.drain(..surplus);
            self.first += surplus as i64;
            self.cut = true;
        }
    }

    /// One gap for all that was dropped in a row.
    fn append_gap(&mut self, count: u64) {
        if let Some(Row::Gap { count: before }) = self.rows.back_mut() {
            *before += count;
            self.revision += 1;
        } else {
            self.append(std::iter::once(Row::Gap { count }));
        }
    }

    /// The ids of those that the question is about, in the given order, which is oldest first.
    async fn matching(
        &mut self,
        history: &History,
        passed: &[Passed],
    ) -> Result<Vec<MessageId>, HistoryError> {
        if self.question.is_everything() {
            return Ok(passed.iter().map(|passed| passed.id).collect());
        }
        self.judge(history, passed).await?;
        // Of those whose topic alone does not decide, the beginning of the payload is read.
        let mut found = Vec::new();
        let mut unsure = Vec::new();
        for passed in passed {
            match self.verdicts.get(&passed.topic) {
                Some(Verdict::Listed) => found.push(passed.id),
                Some(Verdict::ByPayload) if passed.size > 0 => unsure.push(passed.id),
                _ => {}
            }
        }
        for ids in unsure.chunks(MAX_READ) {
            let glimpses = history.glimpses(ids, TEXT_BYTES).await?;
            let has_it = |glimpse: &Glimpse| self.question.is_in(&glimpse.head.prefix);
            found.extend(glimpses.into_iter().filter(has_it).map(|glimpse| glimpse.head.id));
        }
        found.sort_unstable();
        Ok(found)
    }

    async fn judge(&mut self, history: &History, passed: &[Passed]) -> Result<(), HistoryError> {
        let mut new: Vec<TopicNo> = passed.iter().map(|passed| passed.topic).collect();
        new.sort_unstable();
        new.dedup();
        new.retain(|topic| !self.verdicts.contains_key(topic));
        for (topic, name) in history.topic_names(&new).await? {
            self.verdicts.insert(topic, self.question.judge(&name));
        }
        Ok(())
    }

    /// Rows by their numbers, at most [`MAX_READ`]; numbers that are not in the list are left out.
    pub fn rows(&self, first: i64, count: usize) -> (i64, Vec<Row>) {
        let first = first.max(self.first);
        let skip = usize::try_from(first - self.first).unwrap_or(usize::MAX);
        let rows = self.rows.iter().skip(skip).take(count.min(MAX_READ)).copied();
        (first, rows.collect())
    }
}

/// Reads what rows show: at most the first `bytes` of each payload.
pub async fn shown(history: &History, rows: &[Row], bytes: u32) -> Result<Vec<Shown>, HistoryError> {
    let ids: Vec<MessageId> = rows
        .iter()
        .filter_map(|row| match row {
            Row::Message(id) => Some(*id),
            Row::Gap { .. } => None,
        })
        .collect();
    let glimpses = history.glimpses(&ids, bytes).await?;
    let mut found: HashMap<MessageId, Glimpse> = glimpses
        .into_iter()
        .map(|glimpse| (glimpse.head.id, glimpse))
        .collect();
    let show = |row: &Row| match *row {
        Row::Gap { count } => Shown::Gap { count },
        Row::Message(id) => match found.remove(&id) {
            Some(glimpse) => Shown::Message(Box::new(glimpse)),
            None => Shown::Gone(id),
        },
    };
    Ok(rows.iter().map(show).collect())
}
