//! What is known of the wire: shared by the stream that learns it and the driver that reports it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use hashbrown::HashMap;

use super::super::failure::Failure;
use super::super::status::{Connack, Step};

/// Subscription identifiers from here on are not given to a broker: they stand for a set of
/// identifiers, because the client library misreads a PUBLISH that carries several.
pub(in super::super) const FIRST_SET_ID: u32 = 0x0fff_0000;

/// More sets than combinations of real subscriptions; past it only the first identifier is kept.
const MAX_SETS: usize = 4096;

/// The most identifiers in a set that is kept.
const MAX_SET_LEN: usize = 64;

/// Counters and findings of the connections of one session.
pub(in super::super) struct Wire {
    bytes_in: AtomicU64,
    bytes_out: AtomicU64,
    known: Mutex<Known>,
    on_step: Box<dyn Fn(Step) + Send + Sync>,
}

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
        Self {
            bytes_in: AtomicU64::new(0),
            bytes_out: AtomicU64::new(0),
            known: Mutex::default(),
            on_step: Box::new(on_step),
        }
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
