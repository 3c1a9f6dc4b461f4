//! The payload that a window reads row by row: held once, laid out once, searched once. It belongs to one
//! message at a time; asking for another ends what is under way for the one before.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use treetop_engine::history::Stored;
use treetop_engine::ingest::lock;
use treetop_engine::payload::{Diff, Hits, Known, Outline};

use crate::types::message::Format;
use crate::types::payload::{PayloadQuery, RowShape};

/// What is searched, and where.
#[derive(Clone, PartialEq)]
pub(crate) struct Sought {
    pub(crate) message: f64,
    pub(crate) query: PayloadQuery,
    pub(crate) part: Part,
}

/// What is looked at of a payload.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Part {
    Rows(RowShape),
    /// The bytes in a format: those that came, or those inside.
    Bytes(Option<Format>),
}

/// Two messages, by their numbers on the wire, and how they differ.
type Pair = ((f64, f64), Arc<Compared>);

/// One payload, with what was made of it.
#[derive(Default)]
pub(crate) struct OpenPayload {
    pub(crate) held: tokio::sync::Mutex<Option<Held>>,
    /// What the outline is wanted of; a change of it ends the reading of another.
    wanted: Turns<(f64, RowShape)>,
    pub(crate) found: tokio::sync::Mutex<Option<(Sought, Arc<Hits>)>>,
    sought: Turns<Sought>,
    pub(crate) compared: tokio::sync::Mutex<Option<Pair>>,
}

/// A message that is held.
#[derive(Clone)]
pub(crate) struct Held {
    pub(crate) message: f64,
    pub(crate) stored: Arc<Stored>,
    /// What is known about the payloads of its topic.
    pub(crate) known: Arc<Known>,
    pub(crate) outline: Option<(RowShape, Arc<Outline>)>,
    pub(crate) inside: Option<Inside>,
}

/// The bytes of a message that is held.
#[derive(Clone)]
pub(crate) struct Inside {
    pub(crate) format: Option<Format>,
    pub(crate) bytes: Bytes,
    /// Those of the topic's message before, once they were asked for.
    pub(crate) before: Option<Option<Bytes>>,
}

/// A comparison with its lines below each other: the row of each, and whether it is its left side.
pub(crate) struct Compared {
    pub(crate) diff: Diff,
    pub(crate) lines: Vec<(u32, bool)>,
}

impl OpenPayload {
    /// Notes what rows are wanted of, and answers with what says that this is no longer so.
    pub(crate) fn want(&self, message: f64, shape: RowShape) -> Turn {
        self.wanted.take((message, shape))
    }

    pub(crate) fn seek(&self, sought: &Sought) -> Turn {
        self.sought.take(sought.clone())
    }

    /// Lets go of everything; what is under way ends.
    pub(crate) async fn close(&self) {
        self.wanted.end();
        self.sought.end();
        *self.held.lock().await = None;
        *self.found.lock().await = None;
        *self.compared.lock().await = None;
    }
}

/// Says whether work is still wanted.
#[derive(Clone)]
pub(crate) struct Turn {
    count: Arc<AtomicU64>,
    mine: u64,
}

impl Turn {
    pub(crate) fn is_over(&self) -> bool {
        self.count.load(Ordering::Relaxed) != self.mine
    }
}

struct Turns<T> {
    count: Arc<AtomicU64>,
    last: Mutex<Option<T>>,
}

impl<T> Default for Turns<T> {
    fn default() -> Self {
        Self {
            count: Arc::default(),
            last: Mutex::default(),
        }
    }
}

impl<T: PartialEq> Turns<T> {
    fn take(&self, wish: T) -> Turn {
        let mut last = lock(&self.last);
        if last.as_ref() != Some(&wish) {
            *last = Some(wish);
            self.count.fetch_add(1, Ordering::Relaxed);
        }
        Turn {
            count: self.count.clone(),
            mine: self.count.load(Ordering::Relaxed),
        }
    }

    fn end(&self) {
        *lock(&self.last) = None;
        self.count.fetch_add(1, Ordering::Relaxed);
    }
}
