//! What a recording or a selection holds: counted before anything is sent, so that a person can confirm
//! it. It reads all of a file, which finds every mistake in it first.

use hashbrown::HashSet;
use tokio::sync::watch;

use super::selection::{Pieces, Selection, Source, SourceError, Steps};
use crate::history::{History, HistoryError};
use crate::message::MessageId;
use crate::orders::{Orders, stopped};

/// What was counted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Survey {
    /// Messages.
    pub messages: u64,
    /// Topics.
    pub topics: u64,
    /// Messages with the retain flag.
    pub retained: u64,
    /// Messages on topics that begin with `$`, which belong to the broker.
    pub of_broker: u64,
    /// Bytes of payload.
    pub bytes: u64,
    /// The first.
    pub first: Option<MessageId>,
    /// The last.
    pub last: Option<MessageId>,
    /// How much was looked at, 0 to 1.
    pub share: f64,
}

/// Counts; `progress` follows. Stopped, it answers with what it has.
pub async fn survey(
    source: Source,
    orders: Orders,
    progress: &watch::Sender<Survey>,
) -> Result<Survey, SourceError> {
    match source {
        Source::History(history, selection) => Ok(of_history(history, selection, orders, progress).await?),
        file @ Source::File(_) => of_file(file, orders, progress).await,
    }
}

async fn of_history(
    history: History,
    selection: Selection,
    orders: Orders,
    progress: &watch::Sender<Survey>,
) -> Result<Survey, HistoryError> {
    let mut steps = Steps::new(history.clone(), selection).await?;
    let mut survey = Survey::default();
    let mut topics = hashbrown::HashMap::new();
    while let Some(passed) = steps.passed().await? {
        let mut new: Vec<_> = passed.iter().map(|passed| passed.topic).collect();
        new.sort_unstable();
        new.dedup();
        new.retain(|topic| !topics.contains_key(topic));
        for (topic, name) in history.topic_names(&new).await? {
            topics.insert(topic, name.starts_with('$'));
        }
        for one in &passed {
            survey.messages += 1;
            survey.bytes += one.size;
            survey.retained += u64::from(one.retain);
            survey.of_broker += u64::from(topics.get(&one.topic).copied().unwrap_or_default());
        }
        survey.first = survey.first.or(passed.first().map(|passed| passed.id));
        survey.last = passed.last().map(|passed| passed.id).or(survey.last);
        survey.topics = topics.len() as u64;
        survey.share = steps.share();
        progress.send_replace(survey.clone());
        if stopped(&orders) {
            break;
        }
    }
    Ok(survey)
}

async fn of_file(
    source: Source,
    orders: Orders,
    progress: &watch::Sender<Survey>,
) -> Result<Survey, SourceError> {
    let mut pieces = Pieces::of(source).await?;
    let mut survey = Survey::default();
    let mut topics: HashSet<String> = HashSet::new();
    while let Some(piece) = pieces.next().await? {
        for stored in piece.messages {
            let message = stored.message;
            survey.messages += 1;
            survey.bytes += message.payload.len() as u64;
            survey.retained += u64::from(message.retain);
            survey.of_broker += u64::from(message.topic.starts_with('$'));
            survey.first = Some(survey.first.map_or(stored.id, |first| first.min(stored.id)));
            survey.last = survey.last.max(Some(stored.id));
            topics.insert(message.topic);
        }
        survey.topics = topics.len() as u64;
        survey.share = piece.share;
        progress.send_replace(survey.clone());
        if stopped(&orders) {
            break;
        }
    }
    Ok(survey)
}
