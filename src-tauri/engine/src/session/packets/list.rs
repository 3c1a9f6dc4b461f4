//! What of the log is looked at: the packets that match, newest first, a page at a time.
//!
//! Only new packets are looked through; only those of the page are decoded for it.

use std::collections::VecDeque;
use std::sync::Arc;

use super::decode::decode;
use super::field::{Decoded, Direction, Kind};
use super::log::{Logged, PacketLog};
use super::text;

/// Which packets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Of these kinds; all if empty.
    pub kinds: Vec<Kind>,
    /// One way only.
    pub direction: Option<Direction>,
    /// With this in a name or a value, in any case.
    pub text: String,
}

/// A page of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Packets that match.
    pub total: usize,
    /// Packets that matched since the question was first asked, with those that left since: by how
    /// much it grew, rows moved down.
    pub matched: u64,
    /// Newest first.
    pub rows: Vec<(Arc<Logged>, Decoded)>,
}

/// The list under one question.
#[derive(Debug, Default)]
pub struct PacketList {
    query: Query,
    /// The first number that was not looked at.
    next: u64,
    matches: VecDeque<u64>,
    matched: u64,
}

impl PacketList {
    /// A page of what matches now, from the `first` newest on.
    pub fn page(&mut self, log: &PacketLog, query: &Query, first: usize, count: usize) -> Page {
        if self.query != *query {
            *self = Self {
                query: query.clone(),
                ..Self::default()
            };
        }
        let text = query.text.to_lowercase();
        for packet in log.since(self.next) {
            self.next = packet.id + 1;
            if matches(&packet, query, &text) {
                self.matches.push_back(packet.id);
                self.matched += 1;
            }
        }
        let oldest = log.first();
        while self.matches.front().is_some_and(|id| *id < oldest) {
            self.matches.pop_front();
        }
        let page = self.matches.iter().rev().skip(first).take(count);
        let rows = page
            .filter_map(|id| log.packet(*id))
            .map(|packet| {
                let decoded = decode(&packet.bytes);
                (packet, decoded)
            })
            .collect();
        Page {
            total: self.matches.len(),
            matched: self.matched,
            rows,
        }
    }

    /// Every packet that matches, oldest first.
    pub fn all(log: &PacketLog, query: &Query) -> Vec<Arc<Logged>> {
        let text = query.text.to_lowercase();
        let mut packets = log.since(0);
        packets.retain(|packet| matches(packet, query, &text));
        packets
    }
}

fn matches(packet: &Logged, query: &Query, text: &str) -> bool {
    query
        .direction
        .is_none_or(|direction| direction == packet.direction)
        && (query.kinds.is_empty() || packet.kind().is_some_and(|kind| query.kinds.contains(&kind)))
        && (text.is_empty() || text::contains(&decode(&packet.bytes), text))
}
