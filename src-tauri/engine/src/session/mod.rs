//! A connection to a broker that comes back by itself and acknowledges only what was kept.
//!
//! It alone knows the MQTT client library. One task polls the event loop and waits for nothing that
//! could wait for that loop: messages go to a [`Sink`] that never blocks, acknowledgements and
//! requests come through channels.
//!
//! It keeps no messages, decodes no payloads, and knows no saved connection.

mod convert;
mod decode;
mod driver;
mod explain;
mod failure;
mod identifiers;
mod options;
mod publish;
mod reason;
mod reconnect;
mod retained;
mod status;
mod stream;
mod subscribe;
mod test_steps;
mod token;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rumqttc::{AsyncClient, ManualAck};
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinHandle;

pub use failure::{Failure, ProtocolFailure, ProxyFailure, Reason, TcpFailure, TlsFailure, TokenFailure};
pub use options::{
    Headers, Proxy, ProxyKind, RetainHandling, Secret, SessionOptions, Subscription, TlsOptions, TokenSource,
    Transport, Will,
};
pub use publish::{Outgoing, PublishError, Published};
pub use reason::{PacketKind, name, stops_retry};
pub use reconnect::Backoff;
pub use retained::retained;
pub use status::{Connack, Event, Phase, Status, Step, Subscribed};
pub use subscribe::RequestError;
pub use test_steps::{TestStep, test, test_telling};
pub(crate) use token::words;
pub use token::{Claims, Token, read as read_token};

use crate::message::{Message, Timestamp};
use crate::topic::TopicFilter;

/// How long [`Session::stop`] waits for the end.
const STOP_LIMIT: Duration = Duration::from_secs(4);

/// Takes what a session receives. Both are called from the task that polls and must not block.
pub trait Sink: Send + Sync + 'static {
    /// What came at once, in order.
    fn deliver(&self, batch: Vec<Delivery>);
    /// What happened.
    fn event(&self, at: Timestamp, event: Event);
}

/// A received message.
#[derive(Debug)]
pub struct Delivery {
    /// The message.
    pub message: Message,
    /// When it was taken from the network.
    pub received: Timestamp,
    /// Owed to the broker for QoS 1 and 2; `None` for QoS 0.
    pub ack: Option<Ack>,
}

/// The right to acknowledge one message: PUBACK or PUBREC goes out after [`Ack::send`] and not
/// before. Dropping it makes the broker deliver the message again, if the session is kept.
#[derive(Debug)]
pub struct Ack {
    /// Packet identifiers begin anew with each connection; an older one's are void.
    generation: u64,
    packet: ManualAck,
    driver: mpsc::UnboundedSender<(u64, ManualAck)>,
}

impl Ack {
    /// Acknowledges. Never blocks; void if the connection it belongs to is gone.
    pub fn send(self) {
        // Without a driver there is no connection left to acknowledge on.
        let _void = self.driver.send((self.generation, self.packet));
    }
}

/// A running session; dropping it ends it.
#[derive(Debug)]
pub struct Session {
    shared: Arc<Shared>,
    /// Taken by whoever stops the session first.
    driver: Mutex<Option<JoinHandle<()>>>,
}

/// What callers and the driver have in common.
struct Shared {
    client: AsyncClient,
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
        let (shared, driver) = driver::start(options, sink, rand::random::<f64>);
        Self {
            shared,
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
        let options = publish::options(&publish);
        let notice = self
            .shared
            .client
            .publish_tracked(publish.topic.as_str(), publish.payload, options)
            .await
            .map_err(|_closed| PublishError::Stopped)?;
        let result = self
            .shared
            .or_stopped(notice.wait_async())
            .await
            .ok_or(PublishError::Stopped)?;
        publish::published(result, began.elapsed())
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
            self.shared.phase(Phase::Stopped { failure: None });
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.shared.stop.notify_one();
    }
}
