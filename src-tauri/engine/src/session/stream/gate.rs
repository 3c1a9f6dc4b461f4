//! Holds packets back from the client library until what they lead to is safe (MQTT 5, 4.3.3).
//!
//! The library answers a PUBREL with PUBCOMP and a PUBREC with PUBREL as soon as it sees it, and from then on
//! the packet identifier may stand for another message. If the process died before the history knew, that
//! message would be taken for the old one. One gate belongs to one connection and one kind of packet: what
//! it holds is void with the connection, because the broker sends it again.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use bytes::Bytes;

/// Whole packets of one kind and one connection.
#[derive(Debug, Default)]
pub(in super::super) struct Gate {
    state: Mutex<State>,
    /// Packets held, or let through and not read: a reader without any takes no lock.
    waiting: AtomicUsize,
}

#[derive(Debug, Default)]
struct State {
    held: Vec<(u16, Bytes)>,
    opened: VecDeque<Bytes>,
    reader: Option<Waker>,
}

impl Gate {
    // No method panics between two changes that belong together.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a packet until its identifier is let through. One that a broker repeats takes the place of the
    /// one before: one answer is owed for both.
    pub(super) fn hold(&self, id: u16, packet: Bytes) {
        let held = &mut self.state().held;
        match held.iter_mut().find(|held| held.0 == id) {
            Some(held) => held.1 = packet,
            None => {
                held.push((id, packet));
                self.waiting.fetch_add(1, Ordering::AcqRel);
            }
        }
    }

    /// Lets through what is held of an identifier.
    pub(in super::super) fn open(&self, id: u16) {
        let mut state = self.state();
        let State { held, opened, .. } = &mut *state;
        opened.extend(held.extract_if(.., |held| held.0 == id).map(|(_, packet)| packet));
        let reader = state.reader.take();
        drop(state);
        if let Some(reader) = reader {
            reader.wake();
        }
    }

    /// What may pass now; the reader is woken for what follows. Called by whoever holds packets here, so that
    /// none is held between the look and the registration of the reader.
    pub(super) fn pass(&self, reader: &Waker) -> VecDeque<Bytes> {
        if self.waiting.load(Ordering::Acquire) == 0 {
            return VecDeque::new();
        }
        let mut state = self.state();
        state.reader = Some(reader.clone());
        let passed = std::mem::take(&mut state.opened);
        self.waiting.fetch_sub(passed.len(), Ordering::AcqRel);
        passed
    }
}
