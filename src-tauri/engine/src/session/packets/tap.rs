//! Follows the bytes of one direction, finds the packets in them, and gives the log those it wants.
//!
//! A packet that is only counted is stepped over by its length: nothing of it is copied.

use std::mem;

use super::super::decode::{self, Short};
use super::field::{Direction, Kind};
use super::log::PacketLog;
use crate::message::Timestamp;

/// Bytes kept of one packet at most.
const KEPT: usize = 64 * 1024;

/// Bytes kept of a PUBLISH at most: its properties and the start of its payload.
const KEPT_OF_PUBLISH: usize = 4 * 1024;

/// Bytes kept of what is no packet.
const KEPT_OF_GARBAGE: usize = 64;

/// One direction of one network connection.
pub(in super::super) struct Listener {
    direction: Direction,
    /// Bytes of the packet under way that are still to come.
    to_come: usize,
    /// The start of a fixed header that has not come whole.
    head: Vec<u8>,
    open: Option<Open>,
    /// What came is no MQTT; where the next packet would start is not known.
    lost: bool,
}

/// A packet that is being kept.
struct Open {
    at: Timestamp,
    size: usize,
    limit: usize,
    bytes: Vec<u8>,
}

impl Open {
    fn add(&mut self, bytes: &[u8]) {
        let room = self.limit - self.bytes.len();
        self.bytes.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }
}

impl Listener {
    pub(in super::super) fn new(direction: Direction) -> Self {
        Self {
            direction,
            to_come: 0,
            head: Vec::new(),
            open: None,
            lost: false,
        }
    }

    /// Takes in bytes as they came. True if a packet of the kind `wanted` began among them.
    pub(in super::super) fn feed(
        &mut self,
        mut bytes: &[u8],
        log: &PacketLog,
        wanted: Kind,
        now: fn() -> Timestamp,
    ) -> bool {
        let mut found = false;
        while !bytes.is_empty() && !self.lost {
            if self.to_come == 0 {
                let Some(kind) = self.begin(&mut bytes, log, now) else {
                    continue;
                };
                found |= kind == wanted as u8;
            }
            let (part, rest) = bytes.split_at(self.to_come.min(bytes.len()));
            if let Some(open) = &mut self.open {
                open.add(part);
            }
            self.to_come -= part.len();
            bytes = rest;
            if self.to_come == 0 {
                self.finish(log);
            }
        }
        found
    }

    /// Reads a fixed header; `None` if more of it is needed or it is none.
    fn begin(&mut self, bytes: &mut &[u8], log: &PacketLog, now: fn() -> Timestamp) -> Option<u8> {
        // Most headers come whole and are read where they are.
        let read = if self.head.is_empty() {
            decode::head(bytes)
        } else {
            let before = self.head.len();
            self.head.extend_from_slice(&bytes[..bytes.len().min(5)]);
            let read = decode::head(&self.head);
            if let Ok(head) = read {
                self.head.truncate(head.len);
            }
            *bytes = &bytes[(self.head.len() - before).min(bytes.len())..];
            read
        };
        match read {
            Ok(head) => {
                let start = if self.head.is_empty() {
                    let (start, rest) = bytes.split_at(head.len);
                    *bytes = rest;
                    start
                } else {
                    &self.head
                };
                self.open = log
                    .saw(self.direction, head.kind)
                    .then(|| Open::of(head, start, now()));
                self.head.clear();
                self.to_come = head.body;
                if head.body == 0 {
                    self.finish(log);
                }
                Some(head.kind)
            }
            Err(Short::Incomplete) => {
                self.head.extend_from_slice(bytes);
                *bytes = &[];
                None
            }
            Err(Short::Malformed) => {
                let mut garbage = mem::take(&mut self.head);
                garbage.extend_from_slice(&bytes[..bytes.len().min(KEPT_OF_GARBAGE)]);
                garbage.truncate(KEPT_OF_GARBAGE);
                log.keep(now(), self.direction, garbage.len(), garbage);
                self.lost = true;
                None
            }
        }
    }

    fn finish(&mut self, log: &PacketLog) {
        if let Some(open) = self.open.take() {
            log.keep(open.at, self.direction, open.size, open.bytes);
        }
    }

    /// The connection ends; a packet that did not come whole is kept as far as it came.
    pub(in super::super) fn end(&mut self, log: &PacketLog) {
        self.finish(log);
    }
}

impl Open {
    fn of(head: decode::Head, start: &[u8], at: Timestamp) -> Self {
        Self {
            at,
            size: head.len + head.body,
            limit: if head.kind == Kind::Publish as u8 {
                KEPT_OF_PUBLISH
            } else {
                KEPT
            },
            bytes: start.to_vec(),
        }
    }
}
