//! Publishes retained messages and waits for their answers, over lost connections, until it is told to end.
//!
//! A message goes out only on the connection on which its sending began: whoever sends looks again at what the
//! broker holds before the rest goes. It neither makes copies nor looks whether a message arrived.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use tokio::sync::watch;
use tokio::time::Instant;

use super::change::{Going, WhyNot};
use crate::connection::Connection;
use crate::history::RetainedCopy;
use crate::ingest::lock;
use crate::orders::{Orders, stopped};
use crate::session::{Outgoing, Phase, PublishError, Published, Reason, Session, Turn};
use crate::topic::TopicName;

/// Publishes without an answer at most.
const ABREAST: usize = 32;
/// What the broker holds is known again once nothing more of it came for this long.
const QUIET: Duration = Duration::from_secs(1);
/// How long that is waited for, on a broker that grants no subscription or never comes to rest.
const PATIENCE: Duration = Duration::from_secs(30);

/// What became of one message.
pub(super) enum Fate {
    /// The broker took it.
    Taken,
    /// It was refused or can't be sent.
    Failed(WhyNot),
    /// The connection was lost first, or it is to end. One that was sent may have arrived.
    Open { sent: bool },
}

type Answers = FuturesUnordered<BoxFuture<'static, (String, Result<Published, PublishError>)>>;

pub(super) struct Sender<'a> {
    connection: Arc<Connection>,
    orders: Orders,
    changed: watch::Receiver<u64>,
    progress: &'a watch::Sender<Going>,
    /// The connection was lost since what the broker holds was known.
    lost: bool,
    /// The session of the index in which that was.
    known: u32,
}

impl<'a> Sender<'a> {
    pub(super) fn new(
        connection: Arc<Connection>,
        orders: Orders,
        progress: &'a watch::Sender<Going>,
    ) -> Self {
        let known = lock(&connection.live.retained).session();
        Self {
            orders,
            changed: connection.changed(),
            progress,
            lost: false,
            known,
            connection,
        }
    }

    /// True if it is to end.
    pub(super) fn is_over(&self) -> bool {
        stopped(&self.orders) || self.connection.is_closed()
    }

    /// Does some work; `None` if it is to end first.
    pub(super) async fn unless_over<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        tokio::pin!(work);
        loop {
            self.changed.mark_unchanged();
            if self.is_over() {
                return None;
            }
            tokio::select! {
                done = &mut work => return Some(done),
                Ok(()) = self.changed.changed() => {}
                Ok(()) = self.orders.changed() => {}
            }
        }
    }

    /// Waits for a connection, and after a loss until the broker has said again what it holds; false if it is
    /// to end.
    pub(super) async fn ready(&mut self) -> bool {
        loop {
            self.changed.mark_unchanged();
            if self.is_over() {
                self.show_waiting(false);
                return false;
            }
            let online = self.is_online();
            self.lost |= !online;
            let session = lock(&self.connection.live.retained).session();
            if online && !self.lost && self.known == session {
                self.show_waiting(false);
                return true;
            }
            self.show_waiting(true);
            if online {
                self.lost = false;
                self.known = session;
                self.read_again().await;
            } else {
                tokio::select! {
                    Ok(()) = self.changed.changed() => {}
                    Ok(()) = self.orders.changed() => {}
                }
            }
        }
    }

    /// Sends all of them on the present connection.
    pub(super) async fn send(&mut self, messages: Vec<RetainedCopy>) -> Vec<(RetainedCopy, Fate)> {
        let mut fates = Vec::with_capacity(messages.len());
        let mut waiting = VecDeque::from(messages);
        let mut open: HashMap<String, RetainedCopy> = HashMap::new();
        let mut answers = Answers::new();
        loop {
            self.changed.mark_unchanged();
            let (online, over) = (self.is_online(), self.is_over());
            self.lost |= !online;
            self.show_waiting(!online);
            let more = !self.lost && !over && !waiting.is_empty();
            // Without a connection nobody knows when an answer comes.
            if (answers.is_empty() && !more) || (over && !online) {
                break;
            }
            let session = self.connection.session();
            tokio::select! {
                Some((topic, answer)) = answers.next() => {
                    let fate = self.fate(answer);
                    fates.extend(open.remove(&topic).map(|message| (message, fate)));
                }
                turn = turn(session.as_deref()), if more && answers.len() < ABREAST => {
                    let Some(message) = waiting.pop_front() else { continue };
                    match self.hand_over(session.as_deref(), turn, &message, &answers) {
                        Ok(()) => { open.insert(message.topic.clone(), message); }
                        Err(fate) => fates.push((message, fate)),
                    }
                }
                Ok(()) = self.changed.changed() => {}
                Ok(()) = self.orders.changed() => {}
            }
        }
        let sent = open
            .into_values()
            .map(|message| (message, Fate::Open { sent: true }));
        fates.extend(sent);
        let waiting = waiting.into_iter();
        fates.extend(waiting.map(|message| (message, Fate::Open { sent: false })));
        fates
    }

    fn hand_over(
        &mut self,
        session: Option<&Session>,
        turn: Result<Turn, PublishError>,
        message: &RetainedCopy,
        answers: &Answers,
    ) -> Result<(), Fate> {
        let Ok(topic) = TopicName::new(message.topic.as_str()) else {
            return Err(Fate::Failed(WhyNot::NotSent));
        };
        let outgoing = Outgoing {
            topic,
            payload: message.payload.clone(),
            qos: message.qos,
            retain: true,
            properties: message.properties.as_deref().cloned().unwrap_or_default(),
        };
        let handed_over = session
            .ok_or(PublishError::NotConnected)
            .and_then(|session| session.publish_next(turn?, outgoing));
        match handed_over {
            Ok(answer) => {
                let topic = message.topic.clone();
                answers.push(Box::pin(async move { (topic, answer.await) }));
                Ok(())
            }
            Err(PublishError::NotConnected | PublishError::Stopped) => {
                self.lost = true;
                Err(Fate::Open { sent: false })
            }
            Err(error) => {
                log::info!("a retained message was not changed: {error}");
                Err(Fate::Failed(WhyNot::NotSent))
            }
        }
    }

    fn fate(&mut self, answer: Result<Published, PublishError>) -> Fate {
        match answer {
            // 0x10, no matching subscribers, is a success.
            Ok(published) if published.code < 0x80 => {
                self.progress.send_modify(|going| going.done += 1);
                Fate::Taken
            }
            Ok(published) => Fate::Failed(WhyNot::Refused(Reason {
                code: published.code,
                reason_string: published.reason_string,
                ..Reason::default()
            })),
            Err(PublishError::RetainNotSupported) => Fate::Failed(WhyNot::NotSent),
            Err(_) => {
                self.lost = true;
                Fate::Open { sent: true }
            }
        }
    }

    fn is_online(&self) -> bool {
        let session = self.connection.session();
        session.is_some_and(|session| matches!(session.status().borrow().phase, Phase::Connected { .. }))
    }

    /// After a reconnect, or because somebody asked, the broker sends what it holds once more: waits for the end
    /// of that.
    async fn read_again(&mut self) {
        let deadline = Instant::now() + PATIENCE;
        let connection = self.connection.clone();
        let held = || lock(&connection.live.retained).len();
        let at_rest = async {
            loop {
                let before = held();
                tokio::time::sleep(QUIET).await;
                let subscribed = connection
                    .session()
                    .is_some_and(|session| session.is_subscribed());
                if (subscribed && held() == before) || Instant::now() > deadline {
                    return;
                }
            }
        };
        self.unless_over(at_rest).await;
    }

    fn show_waiting(&self, waits: bool) {
        self.progress.send_if_modified(|going| {
            let changes = going.waits != waits;
            going.waits = waits;
            changes
        });
    }
}

async fn turn(session: Option<&Session>) -> Result<Turn, PublishError> {
    session.ok_or(PublishError::NotConnected)?.turn().await
}
