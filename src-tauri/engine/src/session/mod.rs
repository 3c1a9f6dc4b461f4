//! A connection to a broker that comes back by itself and acknowledges only what was kept.
//!
//! It alone knows the MQTT client library. One task polls the event loop and waits for nothing that
//! could wait for that loop: messages go to a [`Sink`] that never blocks, acknowledgements and
//! requests come through channels.
//!
//! It keeps no messages, decodes no payloads, and knows no saved connection.

mod again;
mod arrive;
mod convert;
mod decode;
mod driver;
mod explain;
mod failure;
mod flights;
mod identifiers;
mod late;
mod missed;
mod options;
pub mod packets;
mod publish;
mod reason;
mod receipts;
mod receive;
mod reconnect;
mod retained;
mod send;
mod status;
mod stream;
mod subscribe;
mod test_steps;
mod token;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rumqttc::{AsyncClient, ManualAck, PublishNoticeError, PublishResult};
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinHandle;

pub use again::AskError;
pub use failure::{Failure, ProtocolFailure, ProxyFailure, Reason, TcpFailure, TlsFailure, TokenFailure};
pub use flights::{Answer, Progress, Pubrel, Resumed};
pub use missed::{Missed, Why};
pub use options::{
    Headers, Proxy, ProxyKind, RetainHandling, Secret, SessionOptions, Subscription, TlsOptions, TokenSource,
    Transport, Will,
};
pub use publish::{Outgoing, PublishError, Published, check as sendable};
pub use reason::{PacketKind, name, stops_retry};
pub use receipts::{KeptBefore, Receipts};
pub use reconnect::{Backoff, Flapping};
pub use retained::retained;
pub use status::{Connack, Event, Phase, Status, Step, Subscribed};
pub use subscribe::RequestError;
pub use test_steps::{TestStep, test, test_telling};
pub(crate) use token::words;
pub use token::{Claims, Token, read as read_token};

use self::flights::Flights;
use crate::message::{Message, QoS, Timestamp};
use crate::topic::TopicFilter;
use packets::PacketLog;

/// How long [`Session::stop`] waits for the end.
const STOP_LIMIT: Duration = Duration::from_secs(4);

/// Takes what a session receives. Both are called where nothing may block.
pub trait Sink: Send + Sync + 'static {
    /// What came at once, in order.
    fn deliver(&self, batch: Vec<Delivery>);
    /// What happened.
    fn event(&self, at: Timestamp, event: Event);
    /// What need not be known any more of QoS 2 messages. Whoever keeps it over the end of the process
    /// answers once that is done; the broker is not answered before.
    fn release(&self, release: Release) {
        release.done();
    }
}

/// A received message.
#[derive(Debug)]
pub struct Delivery {
    /// The message.
    pub message: Message,
    /// When it was taken from the network.
    pub received: Timestamp,
    /// Owed to the broker for QoS 1 and 2; `None` for QoS 0. In a box, because a million messages at QoS 0
    /// may wait, and this would be half of what each of them takes.
    pub ack: Option<Box<Ack>>,
    /// Delivered from the broker's queue: it was published while we were away, as well as can be told.
    pub late: bool,
}

/// The right to acknowledge one message: PUBACK or PUBREC goes out after [`Ack::send`] and not
/// before. Dropping it makes the broker deliver the message again, if the session is kept.
#[derive(Debug)]
pub struct Ack {
    /// The connection it belongs to. On a later one the broker delivers a QoS 1 message again.
    generation: u64,
    packet: ManualAck,
    driver: mpsc::UnboundedSender<(u64, ManualAck)>,
    /// Of a QoS 2 message, which is acknowledged on a later connection too.
    receipt: Option<(Arc<Receipts>, u64)>,
}

impl Ack {
    /// Acknowledges. Never blocks; void for QoS 1 if the connection it belongs to is gone.
    pub fn send(self) {
        if let (Some(id), Some((receipts, serial))) = (self.qos2_id(), &self.receipt) {
            receipts.keep(id, *serial);
        }
        // Without a driver there is no connection left to acknowledge on.
        let _void = self.driver.send((self.generation, self.packet));
    }

    /// Packet identifier and digest of a QoS 2 message: to be kept with it until it is released.
    pub fn packet_id(&self) -> Option<(u16, i64)> {
        let id = self.qos2_id()?;
        let (receipts, _) = self.receipt.as_ref()?;
        Some((id, receipts.digest(id)?))
    }

    fn qos2_id(&self) -> Option<u16> {
        match &self.packet {
            ManualAck::PubRec(pubrec) => Some(pubrec.pkid),
            ManualAck::PubAck(_) => None,
        }
    }
}

/// QoS 2 messages that the broker will not deliver again (MQTT 5, 4.3.3): from the answer to it on, their
/// packet identifiers may stand for other messages. Dropping it leaves the broker without an answer.
pub struct Release {
    /// Which.
    pub what: Released,
    done: Box<dyn FnOnce() + Send>,
}

/// What was released.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Released {
    /// One message.
    One {
        /// Its packet identifier.
        id: u16,
        /// Its place in the order of releases.
        order: i64,
        /// An identifier that was released so long ago that it need not be known any more.
        forgotten: Option<u16>,
    },
    /// All of them, because the broker began a new session.
    All,
}

impl Release {
    /// The identifiers are forgotten for good. Never blocks.
    pub fn done(self) {
        (self.done)();
    }
}

impl std::fmt::Debug for Release {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Release")
            .field("what", &self.what)
            .finish_non_exhaustive()
    }
}

/// A running session; dropping it ends it.
#[derive(Debug)]
pub struct Session {
    shared: Arc<Shared>,
    /// Hears of subscriptions that change while connected.
    sink: SinkRef,
    /// Taken by whoever stops the session first.
    driver: Mutex<Option<JoinHandle<()>>>,
}

/// For whoever keeps messages beyond the end of the process.
#[derive(Debug, Default)]
pub struct Following {
    /// Hears what happens to publishes with a token. Only what is under way bounds what is in it.
    pub progress: Option<mpsc::UnboundedSender<Progress>>,
    /// What an earlier session left under way, in the order it was sent. Each ends in `progress`.
    pub resumed: Vec<Resumed>,
    /// What an earlier session received and was not released.
    pub receipts: Arc<Receipts>,
    /// Gets every packet.
    pub packets: Arc<PacketLog>,
}

/// The right to hand over the next publish.
#[derive(Debug)]
pub struct Turn(flights::Place);

/// A sink in a type that can be shown.
struct SinkRef(Arc<dyn Sink>);

impl std::fmt::Debug for SinkRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sink")
    }
}

/// What callers and the driver have in common.
struct Shared {
    client: AsyncClient,
    flights: Arc<Flights>,
    status: watch::Sender<Status>,
    /// What to subscribe to after a connect that brought no session.
    wanted: Mutex<Vec<Subscription>>,
    /// The broker has the wanted subscriptions, as long as it keeps the session.
    subscribed: AtomicBool,
    retry: Notify,
    stop: Notify,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared")
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

impl Shared {
    // A list of subscriptions is never left half written, so a panic elsewhere leaves it right.
    fn wanted(&self) -> MutexGuard<'_, Vec<Subscription>> {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn phase(&self, phase: Phase) {
        self.status.send_modify(|status| {
            status.phase = phase;
            status.since = Timestamp::now();
        });
    }

    /// The CONNACK in effect, if connected.
    fn connected(&self) -> Option<Connack> {
        let status = self.status.borrow();
        match status.phase {
            Phase::Connected { .. } => status.connack.clone(),
            _ => None,
        }
    }

    fn has_subscriptions(&self) -> bool {
        self.subscribed.load(Ordering::Acquire)
    }

    /// Waits for `answer`; `None` if the session ends first. A request that came too late for the
    /// driver would otherwise wait for ever.
    async fn or_stopped<T>(&self, answer: impl Future<Output = T>) -> Option<T> {
        let mut status = self.status.subscribe();
        tokio::select! {
            biased;
            answer = answer => Some(answer),
            _ = status.wait_for(|status| matches!(status.phase, Phase::Stopped { .. })) => None,
        }
    }

    /// Writes down what the broker said to filters, in place of what it said before.
    fn record(&self, answers: &[Subscribed]) {
        self.status.send_modify(|status| {
            status.subscriptions.retain(|old| {
                !answers
                    .iter()
                    .any(|new| new.subscription.filter == old.subscription.filter)
            });
            status.subscriptions.extend_from_slice(answers);
        });
    }
}

impl Session {
    /// Starts the driver task; needs a tokio runtime.
    pub fn start(options: SessionOptions, sink: Arc<dyn Sink>) -> Self {
        Self::start_following(options, sink, Following::default())
    }

    /// As [`Session::start`], and goes on with what an earlier one left: publishes under way are finished, and
    /// a QoS 2 message of it that comes again is acknowledged and not delivered.
    pub fn start_following(options: SessionOptions, sink: Arc<dyn Sink>, following: Following) -> Self {
        let (shared, driver) = driver::start(options, sink.clone(), following, rand::random::<f64>);
        Self {
            shared,
            sink: SinkRef(sink),
            driver: Mutex::new(Some(driver)),
        }
    }

    /// The state now and from now on.
    pub fn status(&self) -> watch::Receiver<Status> {
        self.shared.status.subscribe()
    }

    /// Publishes and waits for the end of it (MQTT 5, 4.3). A refusal by the broker is a
    /// [`Published`] with a code of 0x80 or more. Waits through a loss of the connection, as the
    /// broker does, if the session is kept.
    pub async fn publish(&self, publish: Outgoing) -> Result<Published, PublishError> {
        let connack = self.shared.connected().ok_or(PublishError::NotConnected)?;
        publish::check(&publish, Some(&connack))?;
        let began = Instant::now();
        let turn = match publish.qos {
            QoS::AtMostOnce => None,
            _ => Some(self.turn().await?),
        };
        let result = self.hand_over(turn, None, publish)?.await;
        publish::published(result.unwrap_or(Err(PublishNoticeError::Recv)), began.elapsed())
    }

    /// As [`Session::publish`] in two steps, so that many can be under way in a known order: now it is handed
    /// over, which an error denies; what is answered waits for the end of it.
    pub fn publish_next(
        &self,
        turn: Turn,
        publish: Outgoing,
    ) -> Result<impl Future<Output = Result<Published, PublishError>> + Send + use<>, PublishError> {
        let connack = self.shared.connected().ok_or(PublishError::NotConnected)?;
        publish::check(&publish, Some(&connack))?;
        let began = Instant::now();
        // QoS 0 has no identifier to wait for: its turn is over with the handing over.
        let held = (publish.qos != QoS::AtMostOnce).then_some(turn);
        let result = self.hand_over(held, None, publish)?;
        Ok(async move {
            let result = result.await.unwrap_or(Err(PublishNoticeError::Recv));
            publish::published(result, began.elapsed())
        })
    }

    /// Waits until a publish can be handed over: one at a time, each once the one before it is on
    /// its way, which the broker's receive maximum may delay (MQTT 5, 3.3.4).
    pub async fn turn(&self) -> Result<Turn, PublishError> {
        let place = self.shared.or_stopped(self.shared.flights.place()).await;
        place.map(Turn).ok_or(PublishError::Stopped)
    }

    /// Publishes with QoS 1 or 2 and does not wait: what happens is told with the token, to whoever
    /// follows. An error here means that nothing was sent, and nothing is told.
    pub fn send(&self, turn: Turn, token: i64, publish: Outgoing) -> Result<(), PublishError> {
        let connack = self.shared.connected().ok_or(PublishError::NotConnected)?;
        publish::check(&publish, Some(&connack))?;
        self.hand_over(Some(turn), Some(token), publish).map(drop)
    }

    /// The task goes on if nobody waits for it: a turn must be given back.
    fn hand_over(
        &self,
        turn: Option<Turn>,
        token: Option<i64>,
        publish: Outgoing,
    ) -> Result<JoinHandle<Result<PublishResult, PublishNoticeError>>, PublishError> {
        let shared = self.shared.clone();
        let options = publish::options(&publish);
        // The number is announced first: the loop may be faster than this thread.
        let serial = turn.map(|Turn(place)| shared.flights.handed_over(place, token));
        let sent = shared
            .client
            .try_publish_tracked(publish.topic.as_str(), publish.payload, options);
        let Ok(notice) = sent else {
            serial.inspect(|serial| shared.flights.withdraw(*serial));
            return Err(PublishError::Stopped);
        };
        Ok(tokio::spawn(async move {
            let stopped = Err(PublishNoticeError::Recv);
            let result = shared.or_stopped(notice.wait_async()).await.unwrap_or(stopped);
            if let (Some(serial), Err(error)) = (serial, &result) {
                shared.flights.not_sent(serial, publish::unsent(error));
            }
            result
        }))
    }

    /// Subscribes and waits for the reason code of each filter. They are subscribed again after a
    /// connect that brought no session, until they are unsubscribed.
    pub async fn subscribe(&self, subscriptions: Vec<Subscription>) -> Result<Vec<Subscribed>, RequestError> {
        let connack = self.shared.connected().ok_or(RequestError::NotConnected)?;
        let answers = subscribe::subscribe(&self.shared.client, subscriptions, Some(&connack)).await?;
        let mut wanted = self.shared.wanted();
        for answer in &answers {
            wanted.retain(|old| old.filter != answer.subscription.filter);
            wanted.push(answer.subscription.clone());
        }
        drop(wanted);
        self.shared.record(&answers);
        for answer in &answers {
            self.sink.0.event(Timestamp::now(), answer.event());
        }
        Ok(answers)
    }

    /// Unsubscribes and waits for the reason code of each filter (MQTT 5, 3.11.3).
    pub async fn unsubscribe(&self, filters: Vec<TopicFilter>) -> Result<Vec<u8>, RequestError> {
        let connack = self.shared.connected().ok_or(RequestError::NotConnected)?;
        let codes = subscribe::unsubscribe(&self.shared.client, &filters, Some(&connack));
        let codes = self
            .shared
            .or_stopped(codes)
            .await
            .ok_or(RequestError::Stopped)??;
        for (filter, code) in filters.iter().zip(&codes) {
            let (filter, code) = (filter.clone(), *code);
            self.sink
                .0
                .event(Timestamp::now(), Event::Unsubscribed { filter, code });
        }
        let gone: Vec<_> = filters
            .iter()
            .zip(&codes)
            .filter(|(_, code)| **code < 0x80)
            .map(|(f, _)| f)
            .collect();
        self.shared
            .wanted()
            .retain(|wanted| !gone.contains(&&wanted.filter));
        self.shared.status.send_modify(|status| {
            status
                .subscriptions
                .retain(|old| !gone.contains(&&old.subscription.filter));
        });
        Ok(codes)
    }

    /// True once the broker has the wanted subscriptions.
    pub fn is_subscribed(&self) -> bool {
        self.shared.has_subscriptions()
    }

    /// Ends the waiting between tries.
    pub fn retry_now(&self) {
        self.shared.retry.notify_waiters();
    }

    /// Sends DISCONNECT and ends, within four seconds.
    pub async fn stop(&self) {
        self.shared.stop.notify_one();
        let driver = self.driver.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(mut driver) = driver
            && tokio::time::timeout(STOP_LIMIT, &mut driver).await.is_err()
        {
            driver.abort();
        }
        // One that was aborted or failed did not say so itself.
        let ended = matches!(self.shared.status.borrow().phase, Phase::Stopped { .. });
        if !ended {
            self.shared.phase(Phase::Stopped { failure: None });
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.shared.stop.notify_one();
    }
}
