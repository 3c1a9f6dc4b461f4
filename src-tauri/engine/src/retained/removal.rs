//! Deletes retained messages and proves it; publishes the kept copies again and proves that.
//!
//! A retained message is deleted by an empty one with the retain flag (MQTT 5, 3.3.1.3). The broker's
//! acknowledgement does not say that it is gone, so a short connection of its own subscribes afresh and
//! looks. The copies are in the history before anything is deleted. It goes piece by piece and can be stopped:
//! what is changed stays changed, the rest is left alone, and undo knows the one from the other. How a message
//! is sent and what happens without a connection is a matter of `sender`.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::watch;

use super::change::{Change, Going, WhyNot};
use super::sender::{Fate, Sender};
use crate::connection::Connection;
use crate::history::{DeletionId, History, HistoryError, RetainedCopy};
use crate::ingest::{Live, lock};
use crate::message::{MessageId, QoS};
use crate::orders::Orders;
use crate::session::{self, Failure, SessionOptions};
use crate::topic::TopicFilter;

/// Messages that are copied, sent and answered before the next ones are.
const PIECE: usize = 500;
/// Topics that one short connection looks for.
const PROOF: usize = 10_000;
/// The fresh subscription is read until nothing came for this long.
const QUIET: Duration = Duration::from_millis(500);

/// Keeps copies, deletes, and looks whether they are gone. One at a time is done on a connection: what one
/// restores another must not delete.
pub async fn delete(
    connection: Arc<Connection>,
    deletion: DeletionId,
    topics: Vec<String>,
    orders: Orders,
    progress: &watch::Sender<Going>,
) -> Change {
    let mut work = Work::new(
        connection.clone(),
        deletion,
        topics.len() as u64,
        orders,
        progress,
    );
    let _turn = work.sender.unless_over(connection.removals.lock()).await;
    for some in topics.chunks(PROOF) {
        let mut deleted = Vec::new();
        for piece in some.chunks(PIECE) {
            deleted.extend(work.delete(piece).await);
        }
        let gone = work.prove(deleted, WhyNot::StillThere).await;
        forget(&connection.live, &gone);
    }
    let needless = std::mem::take(&mut work.needless);
    work.drop_copies(needless).await;
    work.change
}

/// Publishes the kept copies again, of which there are so many, retained, and looks whether they are there.
pub async fn restore(
    connection: Arc<Connection>,
    deletion: DeletionId,
    of: u64,
    orders: Orders,
    progress: &watch::Sender<Going>,
) -> Change {
    let mut work = Work::new(connection.clone(), deletion, of, orders, progress);
    let _turn = work.sender.unless_over(connection.removals.lock()).await;
    let mut last = None;
    loop {
        let mut restored = Vec::new();
        let mut more = true;
        while more && restored.len() < PROOF {
            let copies = work.copies_after(last.as_deref()).await;
            more = !copies.is_empty();
            last = copies.last().map(|copy| copy.topic.clone()).or(last);
            restored.extend(work.restore(copies).await);
        }
        let back = work.prove(restored, WhyNot::Missing).await;
        work.drop_copies(back).await;
        if !more {
            break;
        }
    }
    work.change.left = of.saturating_sub(work.change.done + work.change.failures());
    work.change
}

struct Work<'a> {
    connection: Arc<Connection>,
    sender: Sender<'a>,
    progress: &'a watch::Sender<Going>,
    change: Change,
    /// Topics of copies of what was not deleted.
    needless: Vec<String>,
}

impl<'a> Work<'a> {
    fn new(
        connection: Arc<Connection>,
        deletion: DeletionId,
        of: u64,
        orders: Orders,
        progress: &'a watch::Sender<Going>,
    ) -> Self {
        progress.send_modify(|going| going.of = of);
        Self {
            sender: Sender::new(connection.clone(), orders, progress),
            connection,
            progress,
            change: Change::new(deletion),
            needless: Vec::new(),
        }
    }

    /// Waits until something can be sent; false if nothing more is to be sent.
    async fn ready(&mut self) -> bool {
        let ready = self.change.broken.is_none() && self.sender.ready().await;
        self.change.verified &= ready;
        ready
    }

    /// Deletes some; answers with those that the broker says it deleted.
    async fn delete(&mut self, topics: &[String]) -> Vec<String> {
        let mut deleted = Vec::new();
        // With each, whether it was on its way when a connection was lost.
        let mut open: Vec<(String, bool)> = topics.iter().map(|topic| (topic.clone(), false)).collect();
        let mut copied = false;
        while !open.is_empty() && self.ready().await {
            copied = true;
            if let Err(error) = self.delete_open(&mut open, &mut deleted).await {
                self.breaks(error);
            }
        }
        for (topic, sent) in open {
            if sent {
                self.fail(topic, WhyNot::NotSent);
            } else {
                self.change.left += 1;
                self.needless.extend(copied.then_some(topic));
            }
        }
        deleted
    }

    /// Deletes what is open on the present connection. What the loss of it leaves open is in `open` again.
    async fn delete_open(
        &mut self,
        open: &mut Vec<(String, bool)>,
        deleted: &mut Vec<String>,
    ) -> Result<(), HistoryError> {
        let live = &self.connection.live;
        let held = open.iter().filter_map(|(topic, _)| live.held(topic));
        let ids: Vec<MessageId> = held.map(|entry| entry.message).collect();
        let copies = copies(&self.connection.history, &ids).await?;
        let with_copy: HashSet<&str> = copies.iter().map(|copy| copy.topic.as_str()).collect();
        let (can_go, can_not): (Vec<_>, Vec<_>) = std::mem::take(open)
            .into_iter()
            .partition(|(topic, _)| with_copy.contains(topic.as_str()));
        for (topic, sent) in can_not {
            if sent && self.connection.live.held(&topic).is_none() {
                self.progress.send_modify(|going| going.done += 1);
                deleted.push(topic);
            } else {
                // Without a kept copy there is no undo; such a message is left alone and named.
                self.fail(topic, WhyNot::NotSent);
            }
        }
        let kept = self
            .connection
            .history
            .add_copies(self.change.deletion, copies)
            .await;
        if let Err(error) = kept {
            *open = can_go;
            return Err(error);
        }
        let empty = can_go.into_iter().map(|(topic, _)| RetainedCopy {
            topic,
            payload: Bytes::new(),
            qos: QoS::AtLeastOnce,
            properties: None,
        });
        for (RetainedCopy { topic, .. }, fate) in self.sender.send(empty.collect()).await {
            match fate {
                Fate::Taken => deleted.push(topic),
                Fate::Failed(why) => {
                    self.needless.push(topic.clone());
                    self.fail(topic, why);
                }
                Fate::Open { sent } => open.push((topic, sent)),
            }
        }
        Ok(())
    }

    /// Publishes some again; answers with those that the broker took.
    async fn restore(&mut self, copies: Vec<RetainedCopy>) -> Vec<String> {
        let mut restored = Vec::new();
        let mut open = copies;
        while !open.is_empty() && self.ready().await {
            for (copy, fate) in self.sender.send(std::mem::take(&mut open)).await {
                match fate {
                    Fate::Taken => restored.push(copy.topic),
                    Fate::Failed(why) => self.fail(copy.topic, why),
                    // It may have arrived, and QoS 2 is never sent again by itself. Its copy stays.
                    Fate::Open { sent: true } if copy.qos == QoS::ExactlyOnce => {
                        self.fail(copy.topic, WhyNot::NotSent);
                    }
                    Fate::Open { .. } => open.push(copy),
                }
            }
        }
        restored
    }

    /// The copies after a topic; none if nothing more is to be restored.
    async fn copies_after(&mut self, topic: Option<&str>) -> Vec<RetainedCopy> {
        if !self.ready().await {
            return Vec::new();
        }
        let history = &self.connection.history;
        let copies = history.copies(self.change.deletion, topic, PIECE as u32).await;
        copies.unwrap_or_else(|error| {
            self.breaks(error);
            Vec::new()
        })
    }

    /// Looks at what the broker holds. What is not as asked has failed for this reason; answers with the rest.
    async fn prove(&mut self, topics: Vec<String>, otherwise: WhyNot) -> Vec<String> {
        let (mut good, mut bad) = (Vec::new(), topics);
        // The broker may not have come to all of it: what was sent at QoS 0 has no answer to wait for. So it looks
        // again as long as it then finds more.
        let mut looked_at = usize::MAX;
        while !bad.is_empty() && bad.len() < looked_at {
            looked_at = bad.len();
            let Some(held) = self.look(&bad).await else {
                self.change.verified = false;
                good.append(&mut bad);
                break;
            };
            let wanted = |topic: &String| held.contains(topic) == (otherwise == WhyNot::Missing);
            let (now_good, still_bad) = bad.into_iter().partition(wanted);
            bad = still_bad;
            good.extend::<Vec<String>>(now_good);
        }
        self.change.done += good.len() as u64;
        self.progress.send_modify(|going| going.done -= bad.len() as u64);
        for topic in bad {
            self.fail(topic, otherwise.clone());
        }
        good
    }

    /// Which of the topics the broker holds a retained message for; `None` if it can't be asked.
    async fn look(&mut self, topics: &[String]) -> Option<HashSet<String>> {
        if !self.ready().await {
            return None;
        }
        let held = held(self.connection.options()?, topics);
        match self.sender.unless_over(held).await? {
            Ok(held) => Some(held),
            Err(failure) => {
                log::info!("the broker can't be asked what it holds: {failure:?}");
                None
            }
        }
    }

    fn fail(&mut self, topic: String, why: WhyNot) {
        self.progress.send_modify(|going| going.failed += 1);
        self.change.fail(topic, why);
    }

    /// The history fails. That it is closed with its connection is no failure: it was wished.
    fn breaks(&mut self, error: HistoryError) {
        if !self.connection.is_closed() {
            self.change.broken = Some(error);
        }
    }

    /// Lets go of copies. One that stays by a failure can be published again, and changes nothing then.
    async fn drop_copies(&mut self, topics: Vec<String>) {
        for piece in topics.chunks(PIECE) {
            let dropped = self
                .connection
                .history
                .drop_copies(self.change.deletion, piece.to_vec());
            if let Err(error) = dropped.await {
                self.breaks(error);
                return;
            }
        }
    }
}

/// Takes out of tree and index what is no longer held, also where the broker does not send that back.
fn forget(live: &Live, topics: &[String]) {
    for piece in topics.chunks(PIECE) {
        let mut tree = lock(&live.tree);
        let mut retained = lock(&live.retained);
        for topic in piece {
            if let Some(node) = tree.find(topic) {
                retained.remove(node);
                tree.set_retained(node, false);
            }
        }
    }
    live.touch();
}

/// Which of the topics the broker holds a retained message for.
async fn held(proof: SessionOptions, topics: &[String]) -> Result<HashSet<String>, Failure> {
    let filters = topics
        .iter()
        .filter_map(|topic| TopicFilter::new(topic.as_str()).ok())
        .collect();
    let messages = session::retained(proof, filters, QUIET, topics.len()).await?;
    Ok(messages.into_iter().map(|message| message.topic).collect())
}

/// Copies of retained messages that the index names, as far as the history has them.
async fn copies(history: &History, ids: &[MessageId]) -> Result<Vec<RetainedCopy>, HistoryError> {
    let stored = history.messages(ids).await?.into_iter();
    Ok(stored
        .map(|stored| RetainedCopy {
            topic: stored.message.topic,
            payload: stored.message.payload,
            qos: stored.message.qos,
            properties: stored.message.properties,
        })
        .collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use tempfile::TempDir;

    use super::*;
    use crate::message::Timestamp;
    use crate::orders::Order;

    #[tokio::test]
    async fn what_a_closed_connection_leaves_is_left_and_no_failure() {
        let folder = TempDir::new().unwrap();
        let now = Timestamp(1);
        let path = folder.path().join("history.db");
        let connection = Connection::open(&path, |_| None, now).await.unwrap();
        let connection = Arc::new(connection);
        let deletion = connection.history.add_deletion(now, "").await.unwrap();
        connection.close().await;
        let (_order, orders) = watch::channel(Order::Run);
        let (progress, _told) = watch::channel(Going::default());
        let topics = vec!["a".to_owned(), "b".to_owned()];
        let change = delete(connection.clone(), deletion, topics, orders.clone(), &progress).await;
        assert_eq!((change.done, change.left, change.broken), (0, 2, None));
        let change = restore(connection, deletion, 3, orders, &progress).await;
        assert_eq!((change.done, change.left, change.broken), (0, 3, None));
    }
}
