//! Deletes retained messages and proves it; publishes the kept copies again and proves that.
//!
//! A retained message is deleted by an empty one with the retain flag (MQTT 5, 3.3.1.3). The broker's
//! acknowledgement does not say that it is gone, so a short connection of its own subscribes afresh and
//! looks. The copies are in the history before anything is deleted.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::history::{DeletionId, History, HistoryError, RetainedCopy};
use crate::message::{Message, MessageId, Properties, QoS, Timestamp};
use crate::session::{self, Failure, Outgoing, Reason, Session, SessionOptions};
use crate::topic::{TopicFilter, TopicName};

/// Publishes under way at the same time.
const ABREAST: usize = 32;
/// The fresh subscription is read until nothing came for this long.
const QUIET: Duration = Duration::from_millis(500);
/// Copies read from the history at a time.
const COPIES: u32 = 500;

/// Why one topic was not changed.
#[derive(Clone, Debug, PartialEq)]
pub enum WhyNot {
    /// The broker refused the publish.
    Refused(Reason),
    /// A fresh subscription still delivers it.
    StillThere,
    /// A fresh subscription does not deliver what was restored.
    Missing,
    /// It could not be sent or was not confirmed.
    NotSent,
}

/// What came of deleting or restoring.
#[derive(Debug)]
pub struct Change {
    /// Names the kept copies.
    pub deletion: DeletionId,
    /// Topics changed as asked.
    pub done: Vec<String>,
    /// Topics that were not, and why.
    pub failed: Vec<(String, WhyNot)>,
    /// The proof; its failure if the broker could not be asked.
    pub verified: Result<(), Failure>,
}

/// Why nothing was even tried.
#[derive(Debug, thiserror::Error)]
pub enum RemovalError {
    /// Without kept copies nothing is deleted.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The copies were restored before, or never made.
    #[error("nothing to restore")]
    NoCopies,
}

/// Keeps copies, deletes, and looks whether they are gone. `proof` are the options of the short
/// connection that looks.
pub async fn delete(
    session: &Arc<Session>,
    proof: SessionOptions,
    history: &History,
    copies: Vec<RetainedCopy>,
    now: Timestamp,
) -> Result<Change, RemovalError> {
    let topics: Vec<String> = copies.iter().map(|copy| copy.topic.clone()).collect();
    let deletion = history.add_deletion(now, "").await?;
    history.add_copies(deletion, copies).await?;
    let empty = topics
        .iter()
        .map(|topic| (topic.clone(), Bytes::new(), QoS::AtLeastOnce, None))
        .collect();
    let mut failed = send(session, empty).await;
    let verified = match held(proof, &topics).await {
        Ok(held) => {
            let known: HashSet<String> = failed.iter().map(|(topic, _)| topic.clone()).collect();
            let there = topics
                .iter()
                .filter(|topic| held.contains(*topic) && !known.contains(*topic));
            failed.extend(there.map(|topic| (topic.clone(), WhyNot::StillThere)));
            Ok(())
        }
        Err(failure) => Err(failure),
    };
    Ok(Change {
        deletion,
        done: without(topics, &failed),
        failed,
        verified,
    })
}

/// Publishes the kept copies again, retained, and looks whether they are there.
pub async fn restore(
    session: &Arc<Session>,
    proof: SessionOptions,
    history: &History,
    deletion: DeletionId,
) -> Result<Change, RemovalError> {
    let mut topics: Vec<String> = Vec::new();
    let mut failed = Vec::new();
    loop {
        let copies = history
            .copies(deletion, topics.last().map(String::as_str), COPIES)
            .await?;
        if copies.is_empty() {
            break;
        }
        topics.extend(copies.iter().map(|copy| copy.topic.clone()));
        let messages = copies
            .into_iter()
            .map(|copy| (copy.topic, copy.payload, copy.qos, copy.properties))
            .collect();
        failed.extend(send(session, messages).await);
    }
    if topics.is_empty() {
        return Err(RemovalError::NoCopies);
    }
    let verified = match held(proof, &topics).await {
        Ok(held) => {
            let known: HashSet<String> = failed.iter().map(|(topic, _)| topic.clone()).collect();
            let gone = topics
                .iter()
                .filter(|topic| !held.contains(*topic) && !known.contains(*topic));
            failed.extend(gone.map(|topic| (topic.clone(), WhyNot::Missing)));
            Ok(())
        }
        Err(failure) => Err(failure),
    };
    let done = without(topics, &failed);
    history.drop_copies(deletion, done.clone()).await?;
    Ok(Change {
        deletion,
        done,
        failed,
        verified,
    })
}

fn without(topics: Vec<String>, failed: &[(String, WhyNot)]) -> Vec<String> {
    let failed: HashSet<&str> = failed.iter().map(|(topic, _)| topic.as_str()).collect();
    topics
        .into_iter()
        .filter(|topic| !failed.contains(topic.as_str()))
        .collect()
}

/// A message to be sent with the retain flag.
type Retained = (String, Bytes, QoS, Option<Box<Properties>>);

/// Sends all of them, some abreast; answers with those that failed.
async fn send(session: &Arc<Session>, messages: Vec<Retained>) -> Vec<(String, WhyNot)> {
    let mut failed = Vec::new();
    let mut waiting = messages.into_iter();
    loop {
        let some: Vec<Retained> = waiting.by_ref().take(ABREAST).collect();
        if some.is_empty() {
            return failed;
        }
        let mut under_way = Vec::with_capacity(some.len());
        for (topic, payload, qos, properties) in some {
            let session = session.clone();
            under_way.push(tokio::spawn(async move {
                let why = publish(&session, &topic, payload, qos, properties).await;
                why.map(|why| (topic, why))
            }));
        }
        for task in under_way {
            match task.await {
                Ok(result) => failed.extend(result),
                Err(error) => log::error!("a retained message was not sent: {error}"),
            }
        }
    }
}

async fn publish(
    session: &Session,
    topic: &str,
    payload: Bytes,
    qos: QoS,
    properties: Option<Box<Properties>>,
) -> Option<WhyNot> {
    let Ok(topic) = TopicName::new(topic) else {
        return Some(WhyNot::NotSent);
    };
    let outgoing = Outgoing {
        topic,
        payload,
        qos,
        retain: true,
        properties: properties.map(|p| *p).unwrap_or_default(),
    };
    match session.publish(outgoing).await {
        // 0x10, no matching subscribers, is a success.
        Ok(published) if published.code < 0x80 => None,
        Ok(published) => Some(WhyNot::Refused(Reason {
            code: published.code,
            reason_string: published.reason_string,
            ..Reason::default()
        })),
        Err(error) => {
            log::info!("a retained message was not changed: {error}");
            Some(WhyNot::NotSent)
        }
    }
}

/// Which of the topics the broker holds a retained message for.
async fn held(proof: SessionOptions, topics: &[String]) -> Result<HashSet<String>, Failure> {
    let filters = topics
        .iter()
        .filter_map(|topic| TopicFilter::new(topic.as_str()).ok())
        .collect();
    let messages: Vec<Message> = session::retained(proof, filters, QUIET, topics.len()).await?;
    Ok(messages.into_iter().map(|message| message.topic).collect())
}

/// Copies of retained messages that the index names, as far as the history has them.
pub async fn copies(history: &History, ids: &[MessageId]) -> Result<Vec<RetainedCopy>, HistoryError> {
    let mut copies = Vec::with_capacity(ids.len());
    for ids in ids.chunks(COPIES as usize) {
        let stored = history.messages(ids).await?.into_iter();
        copies.extend(stored.map(|stored| RetainedCopy {
            topic: stored.message.topic,
            payload: stored.message.payload,
            qos: stored.message.qos,
            properties: stored.message.properties,
        }));
    }
    Ok(copies)
}
