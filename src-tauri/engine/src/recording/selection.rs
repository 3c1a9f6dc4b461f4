//! Which messages go into a recording or are sent again, and where they are read from.
//!
//! Read in steps of bounded size; nothing stays open between two.

use std::collections::VecDeque;
use std::path::PathBuf;

use hashbrown::HashMap;
use tokio::sync::mpsc;

use super::read::{Reader, UnreadableLine};
use crate::history::{History, HistoryError, MAX_STEP, Passed, Stored, TopicNo};
use crate::message::MessageId;
use crate::topic::TopicFilter;

/// Payload bytes read at once; a single larger message is still read.
const READ_BYTES: u64 = 8 << 20;
/// Messages read at once.
const READ_MESSAGES: usize = 500;
/// Pieces that a file is read ahead.
const AHEAD: usize = 2;

/// Messages of a history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Topics; `None` for all.
    pub filter: Option<TopicFilter>,
    /// The first; `None` for the beginning.
    pub from: Option<MessageId>,
    /// The last, included; `None` for the newest there is when the reading begins.
    pub to: Option<MessageId>,
    /// These and no others, such as the hits of a search.
    pub only: Option<Vec<MessageId>>,
}

/// Where messages are read from.
#[derive(Clone, Debug)]
pub enum Source {
    /// A part of a history.
    History(History, Selection),
    /// A recording.
    File(PathBuf),
}

/// Why they can't be read on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// The history says so.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// A line of the file is wrong.
    #[error(transparent)]
    Line(#[from] UnreadableLine),
}

/// A piece of messages, in order.
#[derive(Debug, Default)]
pub(super) struct Piece {
    pub(super) messages: Vec<Stored>,
    /// How much of the source lies behind, 0 to 1.
    pub(super) share: f64,
}

/// Reads a source piece by piece.
pub(super) enum Pieces {
    History(Box<Steps>),
    File(mpsc::Receiver<Result<Piece, UnreadableLine>>),
}

impl Pieces {
    pub(super) async fn of(source: Source) -> Result<Self, SourceError> {
        Ok(match source {
            Source::History(history, selection) => {
                Self::History(Box::new(Steps::new(history, selection).await?))
            }
            Source::File(path) => {
                let (give, take) = mpsc::channel(AHEAD);
                tokio::task::spawn_blocking(move || read_file(&path, &give));
                Self::File(take)
            }
        })
    }

    /// The next piece; `None` at the end. A piece may be empty: then nothing was found in this step.
    pub(super) async fn next(&mut self) -> Result<Option<Piece>, SourceError> {
        match self {
            Self::History(steps) => Ok(steps.next().await?),
            Self::File(pieces) => Ok(pieces.recv().await.transpose()?),
        }
    }
}

/// Ends when the file does, or when nobody takes the pieces any more.
fn read_file(path: &std::path::Path, give: &mpsc::Sender<Result<Piece, UnreadableLine>>) {
    let read = || -> Result<(), UnreadableLine> {
        let mut reader = Reader::open(path)?;
        let (mut piece, mut bytes) = (Piece::default(), 0);
        while let Some(stored) = reader.next()? {
            bytes += stored.message.payload.len() as u64;
            piece.messages.push(stored);
            if piece.messages.len() >= READ_MESSAGES || bytes >= READ_BYTES {
                piece.share = reader.offset() as f64 / reader.size().max(1) as f64;
                if give.blocking_send(Ok(std::mem::take(&mut piece))).is_err() {
                    return Ok(());
                }
                bytes = 0;
            }
        }
        piece.share = 1.0;
        // Nobody takes it if the work was stopped.
        let _ = give.blocking_send(Ok(piece));
        Ok(())
    };
    if let Err(error) = read() {
        let _ = give.blocking_send(Err(error));
    }
}

/// Steps through a history.
pub(super) struct Steps {
    history: History,
    selection: Selection,
    /// The one topic, where the filter names just one: its index is quicker than all messages.
    only: Option<TopicNo>,
    matching: HashMap<TopicNo, bool>,
    begin: MessageId,
    after: MessageId,
    to: MessageId,
    /// Found and not read yet.
    found: VecDeque<Passed>,
    over: bool,
}

impl Steps {
    pub(super) async fn new(history: History, mut selection: Selection) -> Result<Self, HistoryError> {
        let exact = selection.filter.as_ref().and_then(TopicFilter::exact);
        let only = match exact {
            Some(topic) => history.topic_number(topic).await?,
            None => None,
        };
        let newest = history.committed().await?;
        if let Some(only) = &mut selection.only {
            only.sort_unstable();
            only.dedup();
            selection.from = selection.from.max(only.first().copied());
            let last = only.last().copied().unwrap_or_default();
            selection.to = Some(selection.to.map_or(last, |to| to.min(last)));
        }
        let after = MessageId(selection.from.map_or(0, |from| from.0.saturating_sub(1)));
        Ok(Self {
            over: exact.is_some() && only.is_none(),
            to: selection.to.map_or(newest, |to| to.min(newest)),
            begin: after,
            after,
            matching: HashMap::new(),
            found: VecDeque::new(),
            history,
            selection,
            only,
        })
    }

    /// What passed in the next step and is selected, without its bytes; `None` at the end.
    pub(super) async fn passed(&mut self) -> Result<Option<Vec<Passed>>, HistoryError> {
        if self.over {
            return Ok(None);
        }
        let passed = self
            .history
            .passed_after(self.after, self.to, self.only, MAX_STEP)
            .await?;
        match passed.last() {
            Some(last) if passed.len() == MAX_STEP as usize => self.after = last.id,
            _ => {
                self.after = self.to;
                self.over = true;
            }
        }
        self.judge(&passed).await?;
        let chosen = |passed: &Passed| {
            let only = self.selection.only.as_ref();
            self.matching.get(&passed.topic).copied().unwrap_or(true)
                && only.is_none_or(|only| only.binary_search(&passed.id).is_ok())
        };
        Ok(Some(passed.into_iter().filter(chosen).collect()))
    }

    async fn judge(&mut self, passed: &[Passed]) -> Result<(), HistoryError> {
        let Some(filter) = &self.selection.filter else {
            return Ok(());
        };
        let mut new: Vec<TopicNo> = passed.iter().map(|passed| passed.topic).collect();
        new.sort_unstable();
        new.dedup();
        new.retain(|topic| !self.matching.contains_key(topic));
        for (topic, name) in self.history.topic_names(&new).await? {
            self.matching.insert(topic, filter.matches(&name));
        }
        Ok(())
    }

    /// How much of the span lies behind, 0 to 1.
    pub(super) fn share(&self) -> f64 {
        let span = (self.to.0 - self.begin.0).max(1) as f64;
        ((self.after.0 - self.begin.0) as f64 / span).clamp(0.0, 1.0)
    }

    async fn next(&mut self) -> Result<Option<Piece>, HistoryError> {
        if self.found.is_empty() {
            match self.passed().await? {
                Some(passed) => self.found.extend(passed),
                None => return Ok(None),
            }
        }
        let (mut ids, mut bytes) = (Vec::new(), 0);
        while ids.len() < READ_MESSAGES
            && let Some(next) = self.found.front()
            && (ids.is_empty() || bytes + next.size <= READ_BYTES)
        {
            bytes += next.size;
            ids.push(next.id);
            self.found.pop_front();
        }
        let messages = match ids.is_empty() {
            true => Vec::new(),
            false => self.history.messages(&ids).await?,
        };
        let share = match (ids.last(), self.found.is_empty()) {
            (Some(last), false) => {
                let span = (self.to.0 - self.begin.0).max(1) as f64;
                (last.0 - self.begin.0) as f64 / span
            }
            _ => self.share(),
        };
        Ok(Some(Piece { messages, share }))
    }
}
