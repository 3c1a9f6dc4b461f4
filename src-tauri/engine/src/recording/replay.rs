//! Sends a recording again, in its order and at its pace, to a broker that a person confirmed.
//!
//! Messages go through the session of the target one after the other: each waits for its turn, which the
//! receive maximum of the broker delays, and for room among those without an answer. So nothing piles up
//! however fast it is to go. It is not in the outbox: what a replay sends is in the recording, and a replay
//! that ends early says how far it came. Without a connection it waits for one.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use tokio::sync::watch;

use super::pace::{Clock, Pace, Speed};
use super::selection::{Pieces, Source, SourceError};
use crate::connection::Connection;
use crate::history::Stored;
use crate::message::{Properties, QoS};
use crate::orders::{Order, Orders};
use crate::session::{Outgoing, PublishError, Published};
use crate::topic::TopicName;

/// Messages without an answer at most.
const MOST_OPEN: usize = 200;
/// Their payload bytes at most; a single larger message is still sent.
const MOST_OPEN_BYTES: usize = 16 << 20;
/// The longest sleep before it looks at what is wanted and tells how it stands.
const TELL_EVERY: Duration = Duration::from_millis(250);

/// How a recording is sent again.
#[derive(Clone, Debug, PartialEq)]
pub struct Replay {
    /// How fast.
    pub speed: Speed,
    /// Put in front of each topic as it is, such as `replay/`; may be empty. Without one, topics that begin
    /// with `$` are left out: they belong to the broker.
    pub prefix: String,
    /// With the QoS of the recording; else with QoS 0.
    pub qos: bool,
    /// With the retain flag of the recording; else without.
    pub retain: bool,
}

/// Why a message was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotSent {
    /// Its topic belongs to the broker.
    OfBroker,
    /// With the prefix its topic breaks a rule.
    Topic,
    /// The broker takes no packet of this size.
    TooLarge,
    /// The broker takes no such QoS.
    Qos,
    /// The broker has no retained messages.
    Retain,
    /// A property can't be sent.
    Property,
}

/// How far a replay is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Replayed {
    /// Handed over to the connection.
    pub sent: u64,
    /// Answered without an error; for QoS 0: written to the network.
    pub taken: u64,
    /// Refused by the broker, by reason code (PUBACK, PUBREC or PUBCOMP).
    pub refused: BTreeMap<u8, u64>,
    /// Nobody knows: the connection was lost before the answer.
    pub unknown: u64,
    /// Not sent.
    pub not_sent: BTreeMap<NotSent, u64>,
    /// How long after its time the last message went, beyond what the speed makes of it.
    pub behind: Duration,
    /// Until the next message is due, while it waits for that.
    pub next: Option<Duration>,
    /// It waits for a connection.
    pub waits: bool,
    /// How much of the recording lies behind, 0 to 1.
    pub share: f64,
}

/// How a replay ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplayEnd {
    /// Everything was sent.
    Done,
    /// It was stopped.
    Stopped,
}

type Answers = FuturesUnordered<BoxFuture<'static, (usize, Result<Published, PublishError>)>>;

struct Sender<'a> {
    target: Arc<Connection>,
    replay: Replay,
    clock: &'a dyn Clock,
    pace: Pace,
    orders: Orders,
    progress: &'a watch::Sender<Replayed>,
    answers: Answers,
    open_bytes: usize,
    done: Replayed,
}

/// Sends the messages of a source. `progress` follows. It ends when everything is sent and answered.
pub async fn replay(
    source: Source,
    target: Arc<Connection>,
    replay: Replay,
    clock: &dyn Clock,
    orders: Orders,
    progress: &watch::Sender<Replayed>,
) -> Result<ReplayEnd, SourceError> {
    let mut pieces = Pieces::of(source).await?;
    let mut sender = Sender {
        target,
        pace: Pace::new(replay.speed, clock.now()),
        replay,
        clock,
        orders,
        progress,
        answers: FuturesUnordered::new(),
        open_bytes: 0,
        done: Replayed::default(),
    };
    let mut end = ReplayEnd::Done;
    'all: while let Some(piece) = pieces.next().await? {
        let before = sender.done.share;
        let count = piece.messages.len().max(1) as f64;
        let mut waiting = VecDeque::from(piece.messages);
        while let Some(stored) = waiting.pop_front() {
            if sender.send(stored).await == ReplayEnd::Stopped {
                end = ReplayEnd::Stopped;
                break 'all;
            }
            let sent = count - waiting.len() as f64;
            sender.done.share = before + (piece.share - before) * sent / count;
        }
        sender.done.share = piece.share;
        sender.tell();
    }
    if end == ReplayEnd::Done && sender.settle().await == ReplayEnd::Stopped {
        end = ReplayEnd::Stopped;
    }
    // Those without an answer are on their way; nobody will hear what became of them.
    sender.done.unknown += sender.answers.len() as u64;
    sender.done.next = None;
    sender.done.waits = false;
    sender.tell();
    Ok(end)
}

impl Sender<'_> {
    fn tell(&self) {
        self.progress.send_replace(self.done.clone());
    }

    /// Sends one message when it is due and there is room, or says that it is to end.
    async fn send(&mut self, stored: Stored) -> ReplayEnd {
        let bytes = stored.message.payload.len();
        let due = self.pace.due(stored.id.received());
        let outgoing = match self.outgoing(stored) {
            Ok(outgoing) => outgoing,
            Err(why) => {
                *self.done.not_sent.entry(why).or_default() += 1;
                return ReplayEnd::Done;
            }
        };
        loop {
            if self.wait_until(due).await == ReplayEnd::Stopped
                || self.room(bytes).await == ReplayEnd::Stopped
            {
                return ReplayEnd::Stopped;
            }
            match self.hand_over(&outgoing, bytes).await {
                Ok(true) => break,
                // Something else is wanted.
                Ok(false) => {}
                Err(PublishError::NotConnected | PublishError::Stopped) => {
                    if self.connected().await == ReplayEnd::Stopped {
                        return ReplayEnd::Stopped;
                    }
                }
                Err(error) => {
                    *self.done.not_sent.entry(why(&error)).or_default() += 1;
                    return ReplayEnd::Done;
                }
            }
        }
        self.done.sent += 1;
        if self.replay.speed != Speed::Fastest {
            self.done.behind = self.clock.now().saturating_sub(due);
        }
        ReplayEnd::Done
    }

    /// Waits for the turn of a message and hands it over; false if another order came before, because a broker
    /// that is silent may never give it its turn.
    async fn hand_over(&mut self, outgoing: &Outgoing, bytes: usize) -> Result<bool, PublishError> {
        let session = self.target.session().ok_or(PublishError::NotConnected)?;
        let turn = session.turn();
        tokio::pin!(turn);
        let turn = loop {
            tokio::select! {
                turn = &mut turn => break turn?,
                Ok(()) = self.orders.changed() => return Ok(false),
                Some(answer) = self.answers.next() => {
                    count(&mut self.done, &mut self.open_bytes, answer);
                }
            }
        };
        let answer = session.publish_next(turn, outgoing.clone())?;
        self.open_bytes += bytes;
        self.answers.push(Box::pin(async move { (bytes, answer.await) }));
        Ok(true)
    }

    fn outgoing(&self, stored: Stored) -> Result<Outgoing, NotSent> {
        let message = stored.message;
        if self.replay.prefix.is_empty() && message.topic.starts_with('$') {
            return Err(NotSent::OfBroker);
        }
        let topic = TopicName::new(format!("{}{}", self.replay.prefix, message.topic));
        Ok(Outgoing {
            topic: topic.map_err(|_| NotSent::Topic)?,
            payload: message.payload,
            qos: match self.replay.qos {
                true => message.qos,
                false => QoS::AtMostOnce,
            },
            retain: message.retain && self.replay.retain,
            properties: message
                .properties
                .map_or_else(Properties::default, |properties| *properties),
        })
    }

    /// Waits for the time of a message, and as long as a person wants it to wait.
    async fn wait_until(&mut self, due: Duration) -> ReplayEnd {
        let mut due = due;
        loop {
            let order = *self.orders.borrow_and_update();
            match order {
                Order::Stop => return ReplayEnd::Stopped,
                Order::Pause => {
                    let began = self.clock.now();
                    self.done.next = None;
                    self.tell();
                    self.hear().await;
                    let paused = self.clock.now().saturating_sub(began);
                    self.pace.shift(paused);
                    due += paused;
                    continue;
                }
                Order::Run => {}
            }
            let left = due.saturating_sub(self.clock.now());
            if left.is_zero() {
                self.done.next = None;
                return ReplayEnd::Done;
            }
            self.done.next = Some(left);
            self.tell();
            tokio::select! {
                () = self.clock.sleep(left.min(TELL_EVERY)) => {}
                _ = self.orders.changed() => {}
                Some(answer) = self.answers.next() => {
                    count(&mut self.done, &mut self.open_bytes, answer);
                }
            }
        }
    }

    /// Waits for another order; takes in answers meanwhile.
    async fn hear(&mut self) {
        loop {
            tokio::select! {
                changed = self.orders.changed() => {
                    if changed.is_err() {
                        // Nobody is left who could let it go on.
                        std::future::pending::<()>().await;
                    }
                    return;
                }
                Some(answer) = self.answers.next() => {
                    count(&mut self.done, &mut self.open_bytes, answer);
                    self.progress.send_replace(self.done.clone());
                }
            }
        }
    }

    /// Waits until there is room for one more without an answer.
    async fn room(&mut self, bytes: usize) -> ReplayEnd {
        while self.answers.len() >= MOST_OPEN
            || (self.open_bytes + bytes > MOST_OPEN_BYTES && !self.answers.is_empty())
        {
            if self.answer().await == ReplayEnd::Stopped {
                return ReplayEnd::Stopped;
            }
        }
        ReplayEnd::Done
    }

    /// Waits for the answers that are still to come.
    async fn settle(&mut self) -> ReplayEnd {
        while !self.answers.is_empty() {
            if self.answer().await == ReplayEnd::Stopped {
                return ReplayEnd::Stopped;
            }
        }
        ReplayEnd::Done
    }

    async fn answer(&mut self) -> ReplayEnd {
        if *self.orders.borrow_and_update() == Order::Stop {
            return ReplayEnd::Stopped;
        }
        tokio::select! {
            Some(answer) = self.answers.next() => {
                count(&mut self.done, &mut self.open_bytes, answer);
            }
            Ok(()) = self.orders.changed() => {}
            else => {}
        }
        self.tell();
        ReplayEnd::Done
    }

    /// Waits for a connection. The time without one is no time of the recording.
    async fn connected(&mut self) -> ReplayEnd {
        let began = self.clock.now();
        let mut changed = self.target.changed();
        self.done.waits = true;
        self.tell();
        loop {
            changed.mark_unchanged();
            if *self.orders.borrow_and_update() == Order::Stop {
                return ReplayEnd::Stopped;
            }
            let status = self.target.status();
            if status.is_some_and(|status| matches!(status.phase, crate::session::Phase::Connected { .. })) {
                break;
            }
            tokio::select! {
                Ok(()) = changed.changed() => {}
                Ok(()) = self.orders.changed() => {}
                Some(answer) = self.answers.next() => {
                    count(&mut self.done, &mut self.open_bytes, answer);
                }
                else => return ReplayEnd::Stopped,
            }
        }
        self.done.waits = false;
        self.pace.shift(self.clock.now().saturating_sub(began));
        self.tell();
        ReplayEnd::Done
    }
}

fn count(done: &mut Replayed, open_bytes: &mut usize, answer: (usize, Result<Published, PublishError>)) {
    let (bytes, answer) = answer;
    *open_bytes -= bytes;
    match answer {
        Ok(published) if published.code < 0x80 => done.taken += 1,
        Ok(published) => *done.refused.entry(published.code).or_default() += 1,
        Err(_) => done.unknown += 1,
    }
}

fn why(error: &PublishError) -> NotSent {
    match error {
        PublishError::TooLarge { .. } => NotSent::TooLarge,
        PublishError::QosNotSupported { .. } => NotSent::Qos,
        PublishError::RetainNotSupported => NotSent::Retain,
        PublishError::BadProperty
        | PublishError::NotConnected
        | PublishError::Unknown
        | PublishError::Stopped => NotSent::Property,
    }
}
