//! The packets that were kept: bounded by count and by bytes, the oldest leave, and how many left
//! is known.
//!
//! A packet is masked before it is kept: passwords and tokens never are. Messages and their
//! acknowledgements are kept only while somebody asked for it; until then they are counted.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::decode::decode;
use super::field::{Direction, Kind};
use crate::message::Timestamp;

/// Packets kept at most.
const MOST: usize = 10_000;

/// Bytes kept at most, with what keeping a packet costs.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// What an entry costs beside its bytes.
const COST: usize = 96;

/// What a byte of a secret is replaced by.
const MASK: u8 = b'*';

/// A kept packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// Its number, from 0; without gaps.
    pub id: u64,
    /// When its first byte was seen.
    pub at: Timestamp,
    /// Which way it went.
    pub direction: Direction,
    /// Bytes on the wire, with the fixed header.
    pub size: usize,
    /// What was kept of it, from its start; secrets are masked.
    pub bytes: Box<[u8]>,
}

impl Logged {
    /// Its kind; `None` for the reserved type.
    pub fn kind(&self) -> Option<Kind> {
        Kind::from_number(self.bytes.first()? >> 4)
    }
}

/// How many packets of a kind were seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// From the broker.
    pub incoming: u64,
    /// To the broker.
    pub outgoing: u64,
}

/// The log without its packets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// Packets kept.
    pub kept: usize,
    /// Older ones that had to leave.
    pub left: u64,
    /// Messages and their acknowledgements are kept.
    pub messages: bool,
    /// By kind, in the order of [`Kind::ALL`], kept or not.
    pub counts: [Counts; 15],
}

/// The packets of one connection, over all its network connections.
#[derive(Debug)]
pub struct PacketLog {
    kept: Mutex<Kept>,
    messages: AtomicBool,
    /// By direction and number of the kind.
    counts: [[AtomicU64; 16]; 2],
    changed: watch::Sender<u64>,
    most: usize,
    most_bytes: usize,
}

#[derive(Debug, Default)]
struct Kept {
    packets: VecDeque<Arc<Logged>>,
    bytes: usize,
    next: u64,
}

impl Default for PacketLog {
    fn default() -> Self {
        Self::bounded(MOST, MOST_BYTES)
    }
}

impl PacketLog {
    pub(super) fn bounded(most: usize, most_bytes: usize) -> Self {
        Self {
            kept: Mutex::default(),
            messages: AtomicBool::new(false),
            counts: Default::default(),
            changed: watch::Sender::new(0),
            most,
            most_bytes,
        }
    }

    // An entry is whole before it is let in, so a panic elsewhere leaves the log right.
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a packet; true if it is to be kept.
    pub(super) fn saw(&self, direction: Direction, kind: u8) -> bool {
        self.counts[direction as usize][usize::from(kind & 0x0f)].fetch_add(1, Ordering::Relaxed);
        let carries = Kind::from_number(kind).is_some_and(Kind::carries_messages);
        !carries || self.messages.load(Ordering::Relaxed)
    }

    /// Lets a packet in, masked; older ones make room for it.
    pub(super) fn keep(&self, at: Timestamp, direction: Direction, size: usize, bytes: Vec<u8>) {
        let bytes = masked(bytes);
        let mut kept = self.kept();
        let id = kept.next;
        kept.next += 1;
        kept.bytes += bytes.len() + COST;
        kept.packets.push_back(Arc::new(Logged {
            id,
            at,
            direction,
            size,
            bytes: bytes.into(),
        }));
        while kept.packets.len() > self.most || kept.bytes > self.most_bytes {
            let Some(oldest) = kept.packets.pop_front() else {
                break;
            };
            kept.bytes -= oldest.bytes.len() + COST;
        }
        drop(kept);
        self.changed.send_modify(|revision| *revision += 1);
    }

    /// Whether messages and their acknowledgements are kept from now on. What was kept stays.
    pub fn keep_messages(&self, keep: bool) {
        self.messages.store(keep, Ordering::Relaxed);
        self.changed.send_modify(|revision| *revision += 1);
    }

    /// A kept packet by its number; `None` if it left.
    pub fn packet(&self, id: u64) -> Option<Arc<Logged>> {
        let kept = self.kept();
        let first = kept.packets.front()?.id;
        kept.packets
            .get(usize::try_from(id.checked_sub(first)?).ok()?)
            .cloned()
    }

    /// The kept packets from a number on, oldest first.
    pub fn since(&self, id: u64) -> Vec<Arc<Logged>> {
        let kept = self.kept();
        let first = kept.packets.front().map_or(kept.next, |packet| packet.id);
        let skip = usize::try_from(id.saturating_sub(first)).unwrap_or(usize::MAX);
        kept.packets.iter().skip(skip).cloned().collect()
    }

    /// The number of the oldest kept packet; the next number if there is none. So many have left.
    pub fn first(&self) -> u64 {
        let kept = self.kept();
        kept.packets.front().map_or(kept.next, |packet| packet.id)
    }

    /// Everything but the packets.
    pub fn overview(&self) -> Overview {
        let (kept, left) = {
            let kept = self.kept();
            (
                kept.packets.len(),
                kept.packets.front().map_or(kept.next, |oldest| oldest.id),
            )
        };
        let count = |direction: Direction, kind: Kind| {
            self.counts[direction as usize][kind as usize].load(Ordering::Relaxed)
        };
        Overview {
            kept,
            left,
            messages: self.messages.load(Ordering::Relaxed),
            counts: Kind::ALL.map(|kind| Counts {
                incoming: count(Direction::In, kind),
                outgoing: count(Direction::Out, kind),
            }),
        }
    }

    /// Moves with every packet that is kept. Packets that are only counted do not move it.
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }
}

/// The bytes of a packet without its secrets. In a packet that may hold some, what cannot be read is
/// not kept: a secret could be in it.
fn masked(mut bytes: Vec<u8>) -> Vec<u8> {
    let may_hold = |first: &u8| Kind::from_number(first >> 4).is_some_and(Kind::may_hold_secrets);
    if !bytes.first().is_some_and(may_hold) {
        return bytes;
    }
    let decoded = decode(&bytes);
    if let Some(problem) = decoded.problems.last().filter(|_| !decoded.whole) {
        bytes.truncate(problem.at);
    }
    for field in decoded.fields {
        if let Some(secret) = field.secret
            && let Some(secret) = bytes.get_mut(secret)
        {
            secret.fill(MASK);
        }
    }
    bytes
}
