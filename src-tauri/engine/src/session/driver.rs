//! The one task that polls the event loop: connects, gathers, acknowledges, waits and tries again.
//!
//! It awaits nothing but the loop, its channels and its clock. Requests wait in tasks of their own.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::{Duration, Instant};

use hashbrown::HashSet;
use rumqttc::{
    AsyncClient, ConnectionError, Error as MqttError, Event as MqttEvent, EventLoop, Incoming, ManualAck,
    NoticeFailureReason, QoS, StateError,
};
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::{AbortHandle, JoinHandle};
use tokio::time::{Sleep, sleep};

use super::explain::explain;
use super::failure::Failure;
use super::options::SessionOptions;
use super::reconnect::Attempts;
use super::status::{Event, Phase, Status, Step};
use super::stream::Wire;
use super::{Ack, Delivery, Shared, Sink, convert, subscribe, token};
use crate::message::Timestamp;

/// Messages handed to the sink at once at most.
const BATCH: usize = 1000;

/// Acknowledgements taken from callers at once.
const ACKS: usize = 1000;

/// How often the counters in the status are renewed.
const TICK: Duration = Duration::from_millis(500);

/// How long publishes under way may take to end before DISCONNECT is sent anyway.
const GRACE: Duration = Duration::from_secs(1);

/// How long the end may take after that.
const LAST_GRACE: Duration = Duration::from_secs(1);

/// Starts the driver. `random` gives numbers from 0 to 1.
pub(super) fn start(
    options: SessionOptions,
    sink: Arc<dyn Sink>,
    random: impl FnMut() -> f64 + Send + 'static,
) -> (Arc<Shared>, JoinHandle<()>) {
    let (status, _) = watch::channel(Status {
        phase: Phase::Connecting {
            attempt: 1,
            step: Step::Resolve,
        },
        since: Timestamp::now(),
        bytes_in: 0,
        bytes_out: 0,
        ping_micros: None,
        connack: None,
        subscriptions: Vec::new(),
    });
    let options = Arc::new(options);
    let steps = status.clone();
    let wire = Arc::new(Wire::new(move |now| {
        steps.send_modify(|status| {
            if let Phase::Connecting { step, .. } = &mut status.phase {
                *step = now;
            }
        });
    }));
    let mqtt = convert::options(&options, &wire);
    let (client, events) = AsyncClient::builder(mqtt).unbounded().build();
    let shared = Arc::new(Shared {
        client,
        status,
        wanted: Mutex::new(options.subscriptions.clone()),
        subscribed: AtomicBool::new(false),
        retry: Notify::new(),
        stop: Notify::new(),
    });
    let (ack_sender, acks) = mpsc::unbounded_channel();
    let driver = Driver {
        options,
        sink,
        shared: shared.clone(),
        wire,
        random: Box::new(random),
        ack_sender,
        acks,
        generation: 0,
        attempts: Attempts::default(),
    };
    (shared, tokio::spawn(driver.run(events)))
}

struct Driver {
    options: Arc<SessionOptions>,
    sink: Arc<dyn Sink>,
    shared: Arc<Shared>,
    wire: Arc<Wire>,
    random: Box<dyn FnMut() -> f64 + Send>,
    ack_sender: mpsc::UnboundedSender<(u64, ManualAck)>,
    acks: mpsc::UnboundedReceiver<(u64, ManualAck)>,
    generation: u64,
    attempts: Attempts,
}

/// One connection, from the first step to its end.
struct Connection {
    batch: Vec<Delivery>,
    /// Packet identifiers of QoS 1 messages that were not acknowledged.
    owed: HashSet<u16>,
    /// Packet identifiers of QoS 2 messages between PUBLISH and PUBREL.
    open: HashSet<u16>,
    connected: Option<Instant>,
    subscribing: Option<AbortHandle>,
}

/// How a connection ended.
enum End {
    Failed(Failure),
    Stopped,
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(subscribing) = &self.subscribing {
            subscribing.abort();
        }
    }
}

impl Driver {
    async fn run(mut self, mut events: EventLoop) {
        loop {
            let attempt = self.attempts.current();
            self.shared.phase(Phase::Connecting {
                attempt,
                step: Step::Resolve,
            });
            self.event(Event::Connecting { attempt });
            self.generation += 1;
            self.wire.reset();
            let mut connection = Connection {
                batch: Vec::new(),
                owed: HashSet::new(),
                open: HashSet::new(),
                connected: None,
                subscribing: None,
            };
            let end = self.connection(&mut connection, &mut events).await;
            self.deliver(&mut connection);
            self.refresh();
            let lasted = connection.connected.map(|since| since.elapsed());
            drop(connection);
            let failure = match end {
                End::Stopped => return self.stopped(None),
                End::Failed(failure) => failure,
            };
            if lasted.is_some() {
                self.event(Event::Lost {
                    failure: failure.clone(),
                });
            }
            if failure.stops_retry() {
                self.event(Event::Refused {
                    failure: failure.clone(),
                });
                return self.stopped(Some(failure));
            }
            let attempt = self.attempts.ended(lasted);
            if !self.wait(attempt, failure).await {
                return self.stopped(None);
            }
        }
    }

    fn event(&self, event: Event) {
        self.sink.event(Timestamp::now(), event);
    }

    fn stopped(&self, failure: Option<Failure>) {
        self.shared.phase(Phase::Stopped { failure });
        self.event(Event::Stopped);
    }

    /// Waits for the next try; false if the session is to end.
    async fn wait(&mut self, attempt: u32, failure: Failure) -> bool {
        let delay = self.options.backoff.delay(attempt, (self.random)());
        let micros = i64::try_from(delay.as_micros()).unwrap_or(i64::MAX);
        let retry_at = Timestamp(Timestamp::now().0.saturating_add(micros));
        let retry = self.shared.retry.notified();
        let mut retry = pin!(retry);
        // Listening before the status says so: a retry asked for at once is not missed.
        retry.as_mut().enable();
        self.shared.phase(Phase::Waiting {
            attempt,
            retry_at,
            failure: failure.clone(),
        });
        self.sink.event(
            Timestamp::now(),
            Event::Waiting {
                attempt,
                retry_at,
                failure,
            },
        );
        let mut delay = pin!(sleep(delay));
        loop {
            tokio::select! {
                () = &mut delay => return true,
                () = &mut retry => return true,
                () = self.shared.stop.notified() => return false,
                // Acknowledgements of the connection that is gone are void.
                Some(_void) = self.acks.recv() => {}
            }
        }
    }

    async fn connection(&mut self, connection: &mut Connection, events: &mut EventLoop) -> End {
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut stopping: Option<Pin<Box<Sleep>>> = None;
        let mut hurried = false;
        let mut acks = Vec::new();
        tokio::select! {
            signed = token::renew(&self.options, &self.wire, &mut events.options) => {
                if let Err(failure) = signed {
                    return End::Failed(failure);
                }
            }
            () = self.shared.stop.notified() => return End::Stopped,
        }
        loop {
            let polled = {
                let mut poll = pin!(events.poll());
                loop {
                    // The poll is never dropped half way: it may hold packets that were read.
                    let now = poll_fn(|cx| Poll::Ready(poll.as_mut().poll(cx))).await;
                    if let Poll::Ready(polled) = now {
                        break polled;
                    }
                    self.deliver(connection);
                    tokio::select! {
                        biased;
                        _ = self.acks.recv_many(&mut acks, ACKS) => self.acknowledge(connection, &mut acks),
                        () = self.shared.stop.notified(), if stopping.is_none() => {
                            if connection.connected.is_none() {
                                return End::Stopped;
                            }
                            // A closed channel means that the loop is about to end as well.
                            let _ending = self.shared.client.try_disconnect();
                            stopping = Some(Box::pin(sleep(GRACE)));
                        }
                        () = poll_fn(|cx| match &mut stopping {
                            Some(grace) => grace.as_mut().poll(cx),
                            None => Poll::Pending,
                        }) => {
                            if hurried {
                                return End::Stopped;
                            }
                            hurried = true;
                            let _ending = self.shared.client.try_disconnect_now();
                            stopping = Some(Box::pin(sleep(LAST_GRACE)));
                        }
                        _ = tick.tick() => self.refresh(),
                        polled = &mut poll => break polled,
                    }
                }
            };
            match polled {
                Ok(MqttEvent::Incoming(packet)) => self.incoming(connection, events, packet),
                Ok(MqttEvent::Outgoing(_) | MqttEvent::Auth(_)) => {}
                Err(_) if stopping.is_some() => return End::Stopped,
                Err(error) => return End::Failed(self.failure(events, error)),
            }
            if connection.batch.len() >= BATCH {
                self.deliver(connection);
                while let Ok(ack) = self.acks.try_recv() {
                    acks.push(ack);
                }
                self.acknowledge(connection, &mut acks);
            }
        }
    }

    fn incoming(&self, connection: &mut Connection, events: &mut EventLoop, packet: Incoming) {
        match packet {
            Incoming::Publish(publish) => {
                // A broker that repeats an identifier before we acknowledged it repeats the message
                // (MQTT 5, 4.3.3); it was delivered, and its acknowledgement is on its way.
                if publish.qos == QoS::ExactlyOnce && !connection.open.insert(publish.pkid) {
                    return;
                }
                if publish.qos == QoS::AtLeastOnce {
                    connection.owed.insert(publish.pkid);
                }
                let ack = self.shared.client.prepare_ack(&publish).map(|packet| Ack {
                    generation: self.generation,
                    packet,
                    driver: self.ack_sender.clone(),
                });
                let message = convert::message(publish, &self.wire);
                connection.batch.push(Delivery {
                    message,
                    received: Timestamp::now(),
                    ack,
                });
            }
            Incoming::PubRel(pubrel) => {
                connection.open.remove(&pubrel.pkid);
            }
            Incoming::ConnAck(connack) => {
                connection.connected = Some(Instant::now());
                self.connected(connection, events, connack.session_present);
            }
            _ => {}
        }
    }

    fn connected(&self, connection: &mut Connection, events: &mut EventLoop, session_present: bool) {
        // From now on our own state is right, and a session worth keeping is continued.
        events.options.clear_session_store();
        if self.options.session_expiry_secs > 0 {
            events.options.set_clean_start(false);
        }
        let connack = self.wire.connack();
        self.shared.status.send_modify(|status| {
            status.phase = Phase::Connected { session_present };
            status.since = Timestamp::now();
            status.connack.clone_from(&connack);
            status.ping_micros = None;
        });
        self.event(Event::Connected { session_present });
        let wanted = self.shared.wanted().clone();
        if wanted.is_empty() || session_present && self.shared.has_subscriptions() {
            return;
        }
        self.shared.subscribed.store(false, Ordering::Release);
        let (shared, sink) = (self.shared.clone(), self.sink.clone());
        let task = tokio::spawn(subscribe::all(shared, sink, wanted, connack));
        connection.subscribing = Some(task.abort_handle());
    }

    fn deliver(&self, connection: &mut Connection) {
        if !connection.batch.is_empty() {
            self.sink.deliver(std::mem::take(&mut connection.batch));
        }
    }

    /// Passes on the acknowledgements of this connection; older ones are void. A broker that repeats
    /// a QoS 1 message on one connection is answered once: the library takes a second answer for a
    /// breach of the protocol and ends the connection.
    fn acknowledge(&self, connection: &mut Connection, acks: &mut Vec<(u64, ManualAck)>) {
        for (generation, packet) in acks.drain(..) {
            if generation != self.generation {
                continue;
            }
            let owed = match &packet {
                ManualAck::PubAck(ack) => connection.owed.remove(&ack.pkid),
                ManualAck::PubRec(_) => true,
            };
            if owed {
                // The channel is unbounded and the loop is alive: only the broker's receive maximum
                // bounds what is in it.
                let _only_a_dead_loop_refuses = self.shared.client.try_manual_ack(packet);
            }
        }
    }

    /// Renews the counters in the status.
    fn refresh(&self) {
        let (bytes_in, bytes_out) = self.wire.bytes();
        let ping = self
            .wire
            .ping()
            .and_then(|ping| u64::try_from(ping.as_micros()).ok());
        self.shared.status.send_if_modified(|status| {
            let ping = ping.or(status.ping_micros);
            let new = (bytes_in, bytes_out, ping);
            let changed = new != (status.bytes_in, status.bytes_out, status.ping_micros);
            (status.bytes_in, status.bytes_out, status.ping_micros) = new;
            changed
        });
    }

    fn failure(&self, events: &mut EventLoop, error: ConnectionError) -> Failure {
        if let ConnectionError::MqttState(StateError::Deserialization(MqttError::OutgoingPacketTooLarge {
            ..
        })) = &error
        {
            // The broker takes smaller packets than before the loss; sending this one again on
            // every connection would never end.
            events.drain_pending_as_failed(NoticeFailureReason::SessionReset);
        }
        let keep_alive = events.options.keep_alive().as_secs();
        explain(&self.wire, error, u16::try_from(keep_alive).unwrap_or(u16::MAX))
    }
}
