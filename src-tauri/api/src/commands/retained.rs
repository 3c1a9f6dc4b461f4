//! Retained messages: the rows in view, deleting with proof, undo.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::watch;
use treetop_engine::connection::Connection;
use treetop_engine::history::DeletionId;
use treetop_engine::ingest::{Live, lock};
use treetop_engine::message::{MessageId, Timestamp};
use treetop_engine::payload::Known;
use treetop_engine::retained::removal;
use treetop_engine::retained::{Change, Entry, Going, Group, Hint, Made, Making, Query, Sort, WhyNot};
use treetop_engine::session::{AskError, PacketKind};
use treetop_engine::topic::TopicFilter;
use treetop_engine::tree::PREFIX_BYTES;

use crate::api::{Api, SHORTEST_WAIT, wait};
use crate::types::error::ApiError;
use crate::types::recording::JobState;
use crate::types::retained::{
    Deletion, RetainedAgain, RetainedChange, RetainedDetail, RetainedFailure, RetainedFailureKind,
    RetainedFrame, RetainedGoing, RetainedGroup, RetainedHint, RetainedRow, RetainedSort, RetainedWindow,
};
use crate::wire;

/// Rows that one frame holds at most.
const MOST_ROWS: usize = 500;
/// Deletions that can be undone, newest first.
const MOST_DELETIONS: u32 = 20;
/// Topics named of one deletion.
const MOST_TOPICS: u32 = 100;
/// How long others have the tree between two looks at a part of it.
const BREATH: Duration = Duration::from_millis(1);
/// Topics that are named under one lock of the tree.
const TOPICS_AT_ONCE: usize = 10_000;
/// How long one message may take that the broker is asked for.
const ANSWER: Duration = Duration::from_secs(3);

impl Api {
    pub async fn retained_frame(
        &self,
        id: String,
        window: RetainedWindow,
    ) -> Result<Option<RetainedFrame>, ApiError> {
        let looks = self.looks(&id)?;
        let live = &looks.connection.live;
        let mut changed = looks.connection.changed();
        changed.mark_unchanged();
        if lock(&live.retained).revision() as f64 + 1.0 == window.revision {
            wait(&mut changed, Timestamp::now()).await;
        } else if window.revision != 0.0 {
            tokio::time::sleep(SHORTEST_WAIT).await;
        }
        let (first, count) = (
            window.first.max(0.0) as usize,
            (window.count as usize).min(MOST_ROWS),
        );
        let query = query(&window);
        let begun = {
            let index = lock(&live.retained);
            if index.revision() as f64 + 1.0 == window.revision {
                return Ok(None);
            }
            lock(&looks.retained).begin(&index, &query, Timestamp::now())
        };
        if let Some(making) = begun {
            let made = made(making, live).await;
            lock(&looks.retained).take(made, Timestamp::now());
        }
        let (mut frame, found) = {
            let tree = lock(&live.tree);
            let index = lock(&live.retained);
            let page = lock(&looks.retained).page(&tree, &index, first, count);
            // Zero is "nothing known yet", so revisions on the wire begin at one. The order of a large list may be
            // of an earlier revision than the index has; it is asked for again until it is of the last.
            let revision = page.revision as f64 + 1.0;
            if revision == window.revision {
                return Ok(None);
            }
            let rows = page.rows.into_iter();
            let found: Vec<(String, Entry)> = rows.map(|(topic, entry)| (topic, entry.clone())).collect();
            let frame = RetainedFrame {
                revision,
                total_rows: page.total as f64,
                total_bytes: page.bytes as f64,
                all: page.counts.all as f64,
                mistakes: page.counts.mistakes as f64,
                old: page.counts.old as f64,
                large: page.counts.large as f64,
                first: first as f64,
                rows: Vec::new(),
            };
            (frame, found)
        };
        let prefixes = prefixes(&looks.connection, &found).await?;
        let decoding = self.decoding(&id).await?;
        let rows = found.iter().zip(&prefixes);
        frame.rows = rows
            .map(|((topic, entry), prefix)| row(topic, entry, prefix, decoding.known(topic)))
            .collect();
        Ok(Some(frame))
    }

    /// Every topic of the list, for "select all".
    pub async fn retained_topics(&self, id: String, window: RetainedWindow) -> Result<Vec<String>, ApiError> {
        let connection = self.connection(&id)?;
        let live = &connection.live;
        let making = Making::begin(&lock(&live.retained), &query(&window), Timestamp::now());
        let order = made(making, live).await.order;
        let mut topics = Vec::with_capacity(order.len());
        for some in order.chunks(TOPICS_AT_ONCE) {
            let tree = lock(&live.tree);
            topics.extend(some.iter().map(|node| tree.topic(*node)));
        }
        Ok(topics)
    }

    pub async fn retained_detail(&self, id: String, topic: String) -> Result<RetainedDetail, ApiError> {
        let connection = self.connection(&id)?;
        let entry = connection.live.held(&topic).ok_or(ApiError::UnknownMessage)?;
        let stored = connection
            .history
            .message(entry.message)
            .await
            .map_err(wire::error::history)?;
        let message = stored.map(|stored| wire::message::info(&stored));
        let found = [(topic, entry)];
        let prefix = prefixes(&connection, &found).await?;
        let decoding = self.decoding(&id).await?;
        let [(topic, entry)] = &found;
        let prefix = prefix.first().map_or(&[][..], |prefix| prefix);
        Ok(RetainedDetail {
            row: row(topic, entry, prefix, decoding.known(topic)),
            message,
        })
    }

    /// Begins to delete. The answer is the job.
    pub async fn retained_delete(&self, id: String, topics: Vec<String>) -> Result<f64, ApiError> {
        let connection = self.connected(&id)?;
        // Without kept copies nothing is deleted.
        let deletion = connection.history.add_deletion(Timestamp::now(), "").await;
        let deletion = deletion.map_err(wire::error::history)?;
        let (number, job) = lock(&self.jobs).begin(deleting(&Going::default()));
        tokio::spawn(async move {
            let (progress, told) = watch::channel(Going::default());
            let work = async {
                let deleted = removal::delete(connection, deletion, topics, job.orders(), &progress);
                let change = wire_change(deleted.await);
                JobState::Deleted { id, change }
            };
            job.follow(told, deleting, work).await;
        });
        Ok(number.into())
    }

    /// Begins to publish the copies of a deletion again. The answer is the job.
    pub async fn retained_undo(&self, id: String, deletion: f64) -> Result<f64, ApiError> {
        let connection = self.connected(&id)?;
        let deletion = DeletionId(deletion as i64);
        let copies = connection.history.count_copies(deletion).await;
        let of = copies.map_err(wire::error::history)?;
        if of == 0 {
            return Err(ApiError::NothingToUndo);
        }
        let (number, job) = lock(&self.jobs).begin(restoring(&Going::default()));
        tokio::spawn(async move {
            let (progress, told) = watch::channel(Going::default());
            let work = async {
                let restored = removal::restore(connection, deletion, of, job.orders(), &progress);
                let change = wire_change(restored.await);
                JobState::Restored { id, change }
            };
            job.follow(told, restoring, work).await;
        });
        Ok(number.into())
    }

    pub async fn retained_deletions(&self, id: String) -> Result<Vec<Deletion>, ApiError> {
        let history = &self.connection(&id)?.history;
        let mut deletions = Vec::new();
        for deletion in history
            .deletions(MOST_DELETIONS)
            .await
            .map_err(wire::error::history)?
        {
            let copies = history
                .copies(deletion.id, None, MOST_TOPICS)
                .await
                .map_err(wire::error::history)?;
            deletions.push(Deletion {
                id: deletion.id.0 as f64,
                at: deletion.at.millis(),
                count: deletion.copies as f64,
                topics: copies.into_iter().map(|copy| copy.topic).collect(),
            });
        }
        Ok(deletions)
    }

    /// Asks the broker again: subscribes anew, so that it sends every retained message once more.
    pub async fn retained_refresh(&self, id: String) -> Result<f64, ApiError> {
        let connection = self.connection(&id)?;
        let session = connection.session().ok_or(ApiError::NotConnected)?;
        let present = connection
            .status()
            .map(|status| status.subscriptions)
            .unwrap_or_default();
        let granted = present
            .into_iter()
            .filter(|answer| answer.code < 0x80)
            .map(|answer| answer.subscription);
        connection.live.read_retained_anew();
        session
            .subscribe(granted.collect())
            .await
            .map_err(wire::error::request)?;
        let held = lock(&connection.live.retained).len();
        Ok(held as f64)
    }

    /// Has the broker send what it retains on one topic, of which the history has nothing. All others are left
    /// alone: to subscribe anew would bring every one of them.
    pub async fn retained_again(&self, id: String, topic: String) -> Result<RetainedAgain, ApiError> {
        let connection = self.connection(&id)?;
        let session = connection.session().ok_or(ApiError::NotConnected)?;
        let filter = TopicFilter::new(topic.as_str()).map_err(wire::error::topic)?;
        let held = || connection.live.held(&topic).map(|entry| entry.message);
        let before = held();
        let mut changed = connection.changed();
        let came = async {
            while held() == before {
                changed.changed().await.ok()?;
            }
            Some(())
        };
        match session
            .ask_again(filter, tokio::time::timeout(ANSWER, came))
            .await
        {
            Ok(Ok(Some(()))) => Ok(RetainedAgain::Came),
            Ok(Ok(None) | Err(_)) => Ok(RetainedAgain::Nothing),
            Err(AskError::Refused(reason)) => Ok(RetainedAgain::Refused {
                reason: wire::session::reason(&reason, PacketKind::Suback),
            }),
            Err(AskError::Request(error)) => Err(wire::error::request(error)),
        }
    }

    /// A connection that has a session; what is begun on it waits where that has no connection now.
    fn connected(&self, id: &str) -> Result<Arc<Connection>, ApiError> {
        let connection = self.connection(id)?;
        match connection.session() {
            Some(_) => Ok(connection),
            None => Err(ApiError::NotConnected),
        }
    }
}

/// Makes a list, and lets others have the tree between its steps.
async fn made(mut making: Making, live: &Live) -> Made {
    while !making.step(&lock(&live.tree), &lock(&live.retained)) {
        tokio::time::sleep(BREATH).await;
    }
    // A million rows take a while to order.
    let made = tokio::task::spawn_blocking(|| making.made()).await;
    made.expect("a list is ordered without a panic")
}

fn deleting(now: &Going) -> JobState {
    JobState::Deleting { going: going(now) }
}

fn restoring(now: &Going) -> JobState {
    JobState::Restoring { going: going(now) }
}

fn going(now: &Going) -> RetainedGoing {
    RetainedGoing {
        of: now.of as f64,
        done: now.done as f64,
        failed: now.failed as f64,
        waits: now.waits,
    }
}

fn query(window: &RetainedWindow) -> Query {
    Query {
        text: window.filter.clone(),
        group: match window.only {
            RetainedGroup::All => Group::All,
            RetainedGroup::Mistakes => Group::Mistakes,
            RetainedGroup::Old => Group::Old,
            RetainedGroup::Large => Group::Large,
        },
        sort: match window.sort {
            RetainedSort::Topic => Sort::Topic,
            RetainedSort::Size => Sort::Size,
            RetainedSort::Qos => Sort::Qos,
            RetainedSort::Age => Sort::Age,
        },
        descending: window.descending,
    }
}

/// The start of each payload: from the tree while the message is its topic's latest, otherwise from the
/// history. Empty for one that neither has, as when a flood kept it out of the history.
async fn prefixes(connection: &Connection, found: &[(String, Entry)]) -> Result<Vec<Bytes>, ApiError> {
    let mut prefixes: Vec<Option<Bytes>> = {
        let tree = lock(&connection.live.tree);
        let latest = |(topic, entry): &(String, Entry)| {
            let node = tree.node(tree.find(topic)?);
            (node.latest?.id == entry.message).then(|| Bytes::copy_from_slice(node.prefix))
        };
        found.iter().map(latest).collect()
    };
    let missing: Vec<MessageId> = found
        .iter()
        .zip(&prefixes)
        .filter(|(_, prefix)| prefix.is_none())
        .map(|((_, entry), _)| entry.message)
        .collect();
    if !missing.is_empty() {
        let glimpses = connection.history.glimpses(&missing, PREFIX_BYTES as u32).await;
        let glimpses = glimpses.map_err(wire::error::history)?;
        for ((_, entry), prefix) in found.iter().zip(&mut prefixes) {
            if prefix.is_none() {
                let found = glimpses.binary_search_by_key(&entry.message, |glimpse| glimpse.head.id);
                *prefix = found.ok().map(|at| glimpses[at].head.prefix.clone());
            }
        }
    }
    Ok(prefixes.into_iter().map(Option::unwrap_or_default).collect())
}

fn row(topic: &str, entry: &Entry, prefix: &[u8], known: Option<&Known>) -> RetainedRow {
    RetainedRow {
        topic: topic.to_owned(),
        message: wire::message::id(entry.message),
        preview: wire::message::preview(prefix, entry.size, topic, entry.content_type.as_deref(), known),
        size: entry.size as f64,
        qos: entry.qos.level(),
        first_seen: entry.first_seen.millis(),
        or_older: entry.or_older,
        content_type: entry.content_type.as_deref().map(str::to_owned),
        hint: entry.hint(topic).map(|hint| match hint {
            Hint::Command => RetainedHint::Command,
            Hint::Event => RetainedHint::Event,
            Hint::Large => RetainedHint::Large,
        }),
    }
}

fn wire_change(change: Change) -> RetainedChange {
    let why = |why: WhyNot| match why {
        WhyNot::Refused(reason) => RetainedFailureKind::Refused {
            reason: wire::session::reason(&reason, PacketKind::Puback),
        },
        WhyNot::StillThere => RetainedFailureKind::StillThere,
        WhyNot::Missing => RetainedFailureKind::Missing,
        WhyNot::NotSent => RetainedFailureKind::NotSent,
    };
    let failed = change.failed.into_iter().map(|failed| RetainedFailure {
        why: why(failed.why),
        count: failed.count as f64,
        topics: failed.topics,
    });
    RetainedChange {
        deletion: change.deletion.0 as f64,
        done: change.done as f64,
        failed: failed.collect(),
        left: change.left as f64,
        verified: change.verified,
        broken: change.broken.map(wire::error::history),
    }
}
