//! What is known of the wire: shared by the stream that learns it and the driver that reports it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use hashbrown::HashMap;

use super::super::failure::Failure;
use super::super::flights::Flights;
use super::super::packets::PacketLog;
use super::super::status::{Connack, Step};
use super::gate::Gate;
use crate::message::MAX_SUBSCRIPTION_ID;

/// Subscription identifiers from here on are not given to a broker: they stand for a set of
/// identifiers, because the client library misreads a PUBLISH that carries several.
const FIRST_SET_ID: u32 = MAX_SUBSCRIPTION_ID + 1;

/// More sets than combinations of real subscriptions; past it only the first identifier is kept.
const MAX_SETS: usize = 4096;

/// The most identifiers in a set that is kept.
const MAX_SET_LEN: usize = 64;

/// Counters and findings of the connections of one session.
pub(in super::super) struct Wire {
    bytes_in: AtomicU64,
    bytes_out: AtomicU64,
    known: Mutex<Known>,
    /// The publishes whose PUBREC is held back until it is kept.
    pub(in super::super) flights: Arc<Flights>,
    on_step: Box<dyn Fn(Step) + Send + Sync>,
    on_release: Option<OnRelease>,
    packets: Arc<PacketLog>,
}

/// Hears of each PUBREL that waits at a gate, and opens it.
type OnRelease = Box<dyn Fn(u16, Arc<Gate>) + Send + Sync>;

#[derive(Default)]
struct Known {
    steps: Vec<(Step, Instant)>,
    notes: Vec<(Step, String)>,
    failure: Option<Failure>,
    connack: Option<Connack>,
    ping_sent: Option<Instant>,
    ping: Option<Duration>,
    sets: HashMap<Vec<u32>, u32>,
    set_list: Vec<Vec<u32>>,
}

impl Wire {
    /// `on_step` hears of each step as it begins.
    pub(in super::super) fn new(on_step: impl Fn(Step) + Send + Sync + 'static) -> Self {
        Self::with(Flights::new(None, &[]), on_step)
    }

    /// As [`Wire::new`], for publishes that somebody follows.
    pub(in super::super) fn with(flights: Flights, on_step: impl Fn(Step) + Send + Sync + 'static) -> Self {
        Self {
            bytes_in: AtomicU64::new(0),
            bytes_out: AtomicU64::new(0),
            known: Mutex::default(),
            flights: Arc::new(flights),
            on_step: Box::new(on_step),
            on_release: None,
            packets: Arc::default(),
        }
    }

    /// With PUBRELs that wait until `on_release` opens the gate for their packet identifiers.
    pub(in super::super) fn holding(
        self,
        on_release: impl Fn(u16, Arc<Gate>) + Send + Sync + 'static,
    ) -> Self {
        Self {
            on_release: Some(Box::new(on_release)),
            ..self
        }
    }

    pub(super) fn holds(&self) -> bool {
        self.on_release.is_some()
    }

    pub(super) fn release(&self, id: u16, gate: Arc<Gate>) {
        if let Some(on_release) = &self.on_release {
            on_release(id, gate);
        }
    }

    /// With the log that gets the packets.
    pub(in super::super) fn logged(self, packets: Arc<PacketLog>) -> Self {
        Self { packets, ..self }
    }

    pub(super) fn packets(&self) -> &PacketLog {
        &self.packets
    }

    // The findings are plain data that is never left half written, so a panic elsewhere does not
    // make them wrong.
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets what belongs to the connection before; the byte counters go on.
    pub(in super::super) fn reset(&self) {
        *self.known() = Known::default();
    }

    pub(in super::super) fn step(&self, step: Step) {
        self.known().steps.push((step, Instant::now()));
        (self.on_step)(step);
    }

    /// What the step under way found out, if anything.
    pub(super) fn note(&self, note: Option<String>) {
        let mut known = self.known();
        if let (Some((step, _)), Some(note)) = (known.steps.last().copied(), note) {
            known.notes.push((step, note));
        }
    }

    /// What a step of this connection found out.
    pub(in super::super) fn noted(&self, step: Step) -> Option<String> {
        let known = self.known();
        known
            .notes
            .iter()
            .find(|(of, _)| *of == step)
            .map(|(_, note)| note.clone())
    }

    /// The steps begun in this connection, and when.
    pub(in super::super) fn steps(&self) -> Vec<(Step, Instant)> {
        self.known().steps.clone()
    }

    pub(in super::super) fn current_step(&self) -> Step {
        self.known().steps.last().map_or(Step::Resolve, |(step, _)| *step)
    }

    /// Keeps the first failure of a connection: what follows from it explains less.
    pub(in super::super) fn fail(&self, failure: Failure) {
        self.known().failure.get_or_insert(failure);
    }

    pub(in super::super) fn failure(&self) -> Option<Failure> {
        self.known().failure.clone()
    }

    pub(in super::super) fn connack(&self) -> Option<Connack> {
        self.known().connack.clone()
    }

    pub(super) fn set_connack(&self, connack: Connack) {
        self.known().connack = Some(connack);
    }

    pub(super) fn ping_sent(&self) {
        self.known().ping_sent = Some(Instant::now());
    }

    pub(super) fn ping_answered(&self) {
        let mut known = self.known();
        if let Some(sent) = known.ping_sent.take() {
            known.ping = Some(sent.elapsed());
        }
    }

    pub(in super::super) fn ping(&self) -> Option<Duration> {
        self.known().ping
    }

    pub(super) fn count_in(&self, bytes: usize) {
        self.bytes_in.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(super) fn count_out(&self, bytes: usize) {
        self.bytes_out.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(in super::super) fn bytes(&self) -> (u64, u64) {
        (
            self.bytes_in.load(Ordering::Relaxed),
            self.bytes_out.load(Ordering::Relaxed),
        )
    }

    /// One identifier that stands for these; the first of them if there are too many sets.
    pub(super) fn set_id(&self, ids: Vec<u32>) -> u32 {
        let mut known = self.known();
        if let Some(id) = known.sets.get(&ids) {
            return *id;
        }
        if known.set_list.len() >= MAX_SETS || ids.len() > MAX_SET_LEN {
            return ids.first().copied().unwrap_or(1);
        }
        let id = FIRST_SET_ID + known.set_list.len() as u32;
        known.set_list.push(ids.clone());
        known.sets.insert(ids, id);
        id
    }

    /// The identifiers behind one that came through the tap.
    pub(in super::super) fn ids(&self, id: u32) -> Vec<u32> {
        let set = id
            .checked_sub(FIRST_SET_ID)
            .and_then(|index| self.known().set_list.get(index as usize).cloned());
        set.unwrap_or_else(|| vec![id])
    }
}
