//! Holds back PUBREL until what it releases is forgotten for good (MQTT 5, 4.3.3).
//!
//! The client library answers a PUBREL with PUBCOMP as soon as it sees it, and from then on the broker may
//! use the packet identifier for another message. If the process died before the history knew, that
//! message would be taken for the old one, and lost. One gate belongs to one connection: what it holds is
//! void with it, because the broker sends it again.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use bytes::Bytes;

/// Whole PUBREL packets of one connection.
#[derive(Default)]
pub(in super::super) struct Gate(Mutex<State>);

#[derive(Default)]
struct State {
    held: Vec<(u16, Bytes)>,
    opened: VecDeque<Bytes>,
    reader: Option<Waker>,
}

impl Gate {
    // No method panics between two changes that belong together.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a packet until its identifier is let through.
    pub(super) fn hold(&self, id: u16, packet: Bytes) {
        self.state().held.push((id, packet));
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

    /// What may pass now; the reader is woken for what follows.
    pub(super) fn pass(&self, reader: &Waker) -> VecDeque<Bytes> {
        let mut state = self.state();
        state.reader = Some(reader.clone());
        std::mem::take(&mut state.opened)
    }
}
