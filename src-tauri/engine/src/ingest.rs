//! Takes what a session delivers and gives it to history, tree, retained index and series: the only
//! place that fans out.
//!
//! The tree is updated first and never waits for the history, so it stays live when the disk is slow.
//! A QoS 1 or 2 message is acknowledged by the history's commit. It decodes no payload except the fields
//! of pinned series, and knows no window.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use crate::history::{History, IdChange, PacketIds, Refused, Row, Submission, marks};
use crate::intake::{Arrival, Intake};
use crate::message::Timestamp;
use crate::rate::Rate;
use crate::recent::Recent;
use crate::retained::{Entry, RetainedIndex};
use crate::series::PinnedSeries;
use crate::session::{Ack, Delivery, Event, Release, Released};
use crate::tree::Tree;

/// Messages taken in under one lock of the tree, so that a view never waits long for it.
const PIECE: usize = 500;

/// What is kept in memory of one connection. Locks are held for microseconds and never across an await.
pub struct Live {
    /// All topics since the history began.
    pub tree: Mutex<Tree>,
    /// What the broker holds retained, by the nodes of `tree`, which is locked before it.
    pub retained: Mutex<RetainedIndex>,
    /// The charted fields.
    pub series: Mutex<PinnedSeries>,
    /// Messages per second.
    pub rate: Mutex<Rate>,
    /// Messages received since the connection was opened.
    pub messages: AtomicU64,
    /// QoS 0 messages that the history could not take.
    pub not_stored: AtomicU64,
    /// Grows with every piece taken in; views wait on it.
    pub changed: watch::Sender<u64>,
    /// What `changed` was at the last change that is not a message, such as a lost connection: never more than
    /// `changed`. Such a change does not wait for the pace at which messages are shown.
    pub standing: watch::Sender<u64>,
}

impl Live {
    /// With the topics of an earlier run.
    pub fn new(tree: Tree) -> Self {
        Self {
            tree: Mutex::new(tree),
            retained: Mutex::default(),
            series: Mutex::default(),
            rate: Mutex::default(),
            messages: AtomicU64::new(0),
            not_stored: AtomicU64::new(0),
            changed: watch::Sender::new(0),
            standing: watch::Sender::new(0),
        }
    }

    /// Wakes every view that waits for a change.
    pub fn touch(&self) {
        self.arrived();
        self.standing
            .send_modify(|at| *at = (*at).max(*self.changed.borrow()));
    }

    /// Wakes the views that follow what arrives.
    fn arrived(&self) {
        self.changed.send_modify(|revision| *revision += 1);
    }

    /// The retained message that the broker holds with exactly this topic.
    pub fn held(&self, topic: &str) -> Option<Entry> {
        let tree = lock(&self.tree);
        let node = tree.find(topic)?;
        lock(&self.retained).get(node).cloned()
    }

    /// The broker is about to say again what it holds retained: until it does, nothing is known to be.
    pub fn read_retained_anew(&self) {
        let mut tree = lock(&self.tree);
        let mut retained = lock(&self.retained);
        for node in retained.nodes() {
            tree.set_retained(node, false);
        }
        retained.begin();
    }

    /// True if nothing has arrived for so long that no rate is above zero and no mark of activity is left.
    pub fn is_calm(&self, now: Timestamp) -> bool {
        lock(&self.rate).is_silent(now)
    }
}

/// Locks; what a panicking thread left behind is still counters and text.
pub fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The session whose messages are taken in, if its broker keeps it over a loss.
#[derive(Clone)]
pub struct Kept {
    /// Its name in the history.
    pub session: Arc<str>,
    /// What the broker may deliver again.
    pub recent: Arc<Mutex<Recent>>,
}

/// Runs until the intake is closed and empty. `tell` is called with every event in its place.
pub async fn run(
    intake: Arc<Intake>,
    live: Arc<Live>,
    history: History,
    kept: Option<Kept>,
    tell: impl Fn(Timestamp, &Event) + Send,
) {
    while let Some(arrival) = intake.next().await {
        match arrival {
            Arrival::Messages(batch) => {
                let mut rest = batch.into_iter();
                loop {
                    let piece: Vec<Delivery> = rest.by_ref().take(PIECE).collect();
                    if piece.is_empty() {
                        break;
                    }
                    take_in(piece, &live, &history, kept.as_ref());
                    // Others on this thread get their turn in a flood.
                    tokio::task::yield_now().await;
                }
            }
            Arrival::Releases(releases) => release(releases, &history, kept.as_ref()),
            Arrival::Event(at, event) => {
                if let Event::Connected {
                    session_present: false,
                    ..
                } = event
                {
                    live.read_retained_anew();
                }
                lock(&live.series).connection(at, &event);
                tell(at, &event);
                live.touch();
            }
        }
    }
}

/// Has the history forget packet identifiers, and the broker answered after that.
fn release(releases: Vec<Release>, history: &History, kept: Option<&Kept>) {
    let Some(Kept { session, .. }) = kept else {
        return releases.into_iter().for_each(Release::done);
    };
    let mut changes = Vec::with_capacity(releases.len());
    for release in &releases {
        match release.what {
            Released::All => changes.push(IdChange::AllForgotten),
            Released::One { id, order, forgotten } => {
                changes.push(IdChange::Released { id, order });
                changes.extend(forgotten.map(IdChange::Forgotten));
            }
        }
    }
    let packet_ids = Some(PacketIds {
        session: session.clone(),
        changes,
    });
    let committed = Box::new(move |result: Result<(), _>| {
        if result.is_ok() {
            releases.into_iter().for_each(Release::done);
        }
    });
    // Where nothing is written, nothing is answered: the broker asks again in a later session.
    if let Err(refused) = history.submit(Submission {
        rows: Vec::new(),
        packet_ids,
        committed,
    }) {
        log::debug!("history: packet identifiers were not forgotten: {refused:?}");
    }
}

fn take_in(piece: Vec<Delivery>, live: &Live, history: &History, kept: Option<&Kept>) {
    let count = piece.len() as u64;
    let mut rows = Vec::with_capacity(piece.len());
    let mut acks = Vec::new();
    {
        let mut tree = lock(&live.tree);
        let mut retained = lock(&live.retained);
        let mut series = lock(&live.series);
        let mut rate = lock(&live.rate);
        let mut recent = kept.map(|kept| lock(&kept.recent));
        for Delivery {
            message,
            received,
            ack,
            late,
        } in piece
        {
            let again = recent.as_mut().is_some_and(|recent| recent.take_in(&message));
            let id = history.next_id(received);
            rate.add(received, 1);
            let node = tree.apply(id, &message);
            if let Some(held) = retained.apply(node, id, &message) {
                tree.set_retained(node, held);
            }
            series.take_in(id, &message);
            acks.extend(ack.map(|ack| *ack));
            rows.push(Row {
                id,
                message,
                marks: (u16::from(again) * marks::REDELIVERED) | (u16::from(late) * marks::LATE),
            });
        }
    }
    live.messages.fetch_add(count, Ordering::Relaxed);
    live.arrived();
    let packet_ids = kept.and_then(|kept| {
        let ids = acks.iter().filter_map(Ack::packet_id);
        let changes: Vec<_> = ids.map(|(id, digest)| IdChange::Stored { id, digest }).collect();
        let session = kept.session.clone();
        (!changes.is_empty()).then_some(PacketIds { session, changes })
    });
    let committed = Box::new(move |result: Result<(), _>| {
        if result.is_ok() {
            acks.into_iter().for_each(Ack::send);
        }
    });
    match history.submit(Submission {
        rows,
        packet_ids,
        committed,
    }) {
        Ok(()) => {}
        Err(Refused::Backlog(rows)) => {
            live.not_stored.fetch_add(rows.len() as u64, Ordering::Relaxed);
        }
        // What is not stored is not acknowledged: the broker keeps QoS 1 and 2 for a later session.
        Err(Refused::ReadOnly(submission) | Refused::Closed(submission)) => {
            live.not_stored
                .fetch_add(submission.rows.len() as u64, Ordering::Relaxed);
        }
        Err(Refused::OutOfOrder(submission)) => {
            live.not_stored
                .fetch_add(submission.rows.len() as u64, Ordering::Relaxed);
            log::error!("history: rows out of order were refused; ids come from one place only");
        }
    }
}
