//! The one task that polls the event loop: connects, gathers, acknowledges, waits and tries again.
//!
//! It awaits nothing but the loop, its channels and its clock. Requests wait in tasks of their own.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::{Duration, Instant};

use hashbrown::HashSet;
use rumqttc::{
    AsyncClient, ConnectionError, Error as MqttError, Event as MqttEvent, EventLoop, Incoming, ManualAck,
    NoticeFailureReason, Outgoing, StateError,
};
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::{AbortHandle, JoinHandle};
use tokio::time::{Sleep, sleep};

use super::explain::explain;
use super::failure::Failure;
use super::flights::Flights;
use super::options::SessionOptions;
use super::receipts::Receipts;
use super::reconnect::Reconnect;
use super::status::{Event, Phase, Status, Step};
use super::stream::Wire;
use super::{Ack, Delivery, Following, Shared, Sink, convert, late, receive, token};
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
    following: Following,
    random: impl FnMut() -> f64 + Send + 'static,
) -> (Arc<Shared>, JoinHandle<()>) {
    let (status, _) = watch::channel(Status::new(Timestamp::now()));
    let reconnect = Reconnect::new(options.backoff);
    let options = Arc::new(options);
    let steps = status.clone();
    let Following {
        progress,
        resumed,
        receipts,
        packets,
    } = following;
    let flights = Flights::new(progress, &resumed);
    let mut wire = Wire::with(flights, move |now| {
        steps.send_modify(|status| {
            if let Phase::Connecting { step, .. } = &mut status.phase {
                *step = now;
            }
        });
    });
    if options.keeps_session() {
        let (receipts, sink) = (receipts.clone(), sink.clone());
        wire = wire.holding(move |id, gate| receive::release(&receipts, sink.as_ref(), id, gate));
    }
    let wire = Arc::new(wire.logged(packets));
    receipts.bound(options.receive_maximum.max(1));
    let mut mqtt = convert::options(&options, &wire);
    if !options.clean_start {
        convert::resume(&mut mqtt, receipts.clone(), &resumed);
    }
    let (client, events) = AsyncClient::builder(mqtt).unbounded().build();
    let shared = Arc::new(Shared {
        client,
        status,
        flights: wire.flights.clone(),
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
        receipts,
        wire,
        random: Box::new(random),
        ack_sender,
        acks,
        generation: 0,
        reconnect,
        lost: None,
    };
    (shared, tokio::spawn(driver.run(events)))
}

pub(super) struct Driver {
    pub(super) options: Arc<SessionOptions>,
    pub(super) sink: Arc<dyn Sink>,
    pub(super) shared: Arc<Shared>,
    pub(super) receipts: Arc<Receipts>,
    pub(super) wire: Arc<Wire>,
    random: Box<dyn FnMut() -> f64 + Send>,
    ack_sender: mpsc::UnboundedSender<(u64, ManualAck)>,
    acks: mpsc::UnboundedReceiver<(u64, ManualAck)>,
    pub(super) generation: u64,
    reconnect: Reconnect,
    /// When the broker was last heard before the connection was lost; `None` once it is back.
    pub(super) lost: Option<Timestamp>,
}

/// One connection, from the first step to its end.
pub(super) struct Connection {
    batch: Vec<Delivery>,
    /// Packet identifiers of QoS 1 messages that were not acknowledged.
    pub(super) owed: HashSet<u16>,
    /// Packet identifiers of QoS 2 messages that came, and came before, and are not kept yet.
    pub(super) repeated: HashSet<u16>,
    /// Packet identifiers of QoS 2 messages between PUBREC and PUBREL.
    pub(super) recorded: HashSet<u16>,
    /// QoS 2 messages that were delivered and are not acknowledged.
    pub(super) unrecorded: usize,
    pub(super) began: Instant,
    /// What the broker queued while we were away; `None` if it kept no session.
    pub(super) queue: Option<late::Queue>,
    connected: Option<Instant>,
    /// When the broker was last heard.
    heard: Option<Timestamp>,
    pub(super) subscribing: Option<AbortHandle>,
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
            let attempt = self.reconnect.current();
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
                repeated: HashSet::new(),
                recorded: HashSet::new(),
                unrecorded: 0,
                began: Instant::now(),
                queue: None,
                connected: None,
                heard: None,
                subscribing: None,
            };
            let end = self.connection(&mut connection, &mut events).await;
            self.settle_flights(&mut events);
            self.deliver(&mut connection);
            self.refresh();
            let lasted = connection.connected.map(|since| since.elapsed());
            if lasted.is_some() {
                self.lost = connection.heard;
            }
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
            let attempt = self.reconnect.ended(Instant::now(), lasted);
            if !self.wait(attempt, failure).await {
                return self.stopped(None);
            }
        }
    }

    pub(super) fn event(&self, event: Event) {
        self.sink.event(Timestamp::now(), event);
    }

    fn stopped(&self, failure: Option<Failure>) {
        self.wire.flights.stopped();
        self.shared.phase(Phase::Stopped { failure });
        self.event(Event::Stopped);
    }

    /// Waits for the next try; false if the session is to end.
    async fn wait(&mut self, attempt: u32, failure: Failure) -> bool {
        let now = Instant::now();
        let delay = self.reconnect.delay(now, (self.random)());
        let flapping = self.reconnect.flapping(now);
        let micros = i64::try_from(delay.as_micros()).unwrap_or(i64::MAX);
        let retry_at = Timestamp(Timestamp::now().0.saturating_add(micros));
        let retry = self.shared.retry.notified();
        let mut retry = pin!(retry);
        // Listening before the status says so: a retry asked for at once is not missed.
        retry.as_mut().enable();
        self.shared
            .status
            .send_modify(|status| status.flapping = flapping);
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
                flapping,
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
                Ok(MqttEvent::Outgoing(Outgoing::Publish(packet))) => self.wire.flights.numbered(packet),
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

    fn incoming(&mut self, connection: &mut Connection, events: &mut EventLoop, packet: Incoming) {
        let now = Timestamp::now();
        connection.heard = Some(now);
        match packet {
            Incoming::Publish(publish) => {
                let ack = self.shared.client.prepare_ack(&publish).map(|packet| Ack {
                    generation: self.generation,
                    packet,
                    driver: self.ack_sender.clone(),
                    receipt: None,
                });
                let late = self.is_late(connection, &publish);
                let Some(ack) = self.take(connection, &publish, ack) else {
                    return;
                };
                let message = convert::message(publish, &self.wire);
                connection.batch.push(Delivery {
                    message,
                    received: now,
                    ack: ack.map(Box::new),
                    late,
                });
            }
            Incoming::PubRel(pubrel) => {
                connection.recorded.remove(&pubrel.pkid);
                // Where PUBREL waits, this was done before it came here.
                if let Some(releasing) = self.receipts.releasing(pubrel.pkid) {
                    self.receipts.release(pubrel.pkid, releasing.serial);
                }
            }
            Incoming::PubAck(_) | Incoming::PubRec(_) | Incoming::PubComp(_) => self.flown(packet),
            Incoming::ConnAck(connack) => {
                connection.connected = Some(Instant::now());
                self.connected(connection, events, connack.session_present);
            }
            _ => {}
        }
    }

    fn deliver(&self, connection: &mut Connection) {
        if !connection.batch.is_empty() {
            self.sink.deliver(std::mem::take(&mut connection.batch));
        }
    }

    /// Renews the counters in the status. Bytes alone wake nobody: they change with all that comes.
    fn refresh(&self) {
        let (bytes_in, bytes_out) = self.wire.bytes();
        let ping = self
            .wire
            .ping()
            .and_then(|ping| u64::try_from(ping.as_micros()).ok());
        let flapping = self.reconnect.flapping(Instant::now());
        self.shared.status.send_if_modified(|status| {
            let ping = ping.or(status.ping_micros);
            let changed = (ping, flapping) != (status.ping_micros, status.flapping);
            (status.bytes_in, status.bytes_out) = (bytes_in, bytes_out);
            (status.ping_micros, status.flapping) = (ping, flapping);
            changed
        });
    }

    fn failure(&self, events: &mut EventLoop, error: ConnectionError) -> Failure {
        self.settle_flights(events);
        if let ConnectionError::MqttState(StateError::Deserialization(MqttError::OutgoingPacketTooLarge {
            ..
        })) = &error
        {
            // The broker takes smaller packets than before the loss; sending this one again on
            // every connection would never end.
            events.drain_pending_as_failed(NoticeFailureReason::SessionReset);
            self.wire.flights.lost();
        }
        let keep_alive = events.options.keep_alive().as_secs();
        explain(&self.wire, error, u16::try_from(keep_alive).unwrap_or(u16::MAX))
    }
}
