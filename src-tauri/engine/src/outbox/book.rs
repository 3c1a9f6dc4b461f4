//! The list in memory: what waits, what is under way, what was finished last, and the rules between.
//!
//! Pure: it reads no clock, writes nothing and sends nothing.

use std::collections::BTreeMap;

use bytes::Bytes;
use hashbrown::HashSet;

use super::{LISTED, PostError};
use crate::history::{NotTaken, Sent, SentId, SentMark, SentRow, Standing};
use crate::message::Timestamp;
use crate::session::{Answer, Outgoing, PublishError, Resumed};
use crate::topic::TopicName;

/// What a message costs beside its topic and payload, in bytes; an estimate.
const ROW_BYTES: u64 = 200;

/// PUBCOMP to an identifier that the broker no longer knows (MQTT 5, 3.7.2.1).
const IDENTIFIER_NOT_FOUND: u8 = 0x92;

/// How much may wait and be under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Messages.
    pub messages: usize,
    /// Bytes; a single message may have more.
    pub bytes: u64,
}

impl Default for Room {
    /// A thousand messages, 32 MB.
    fn default() -> Self {
        Self {
            messages: 1_000,
            bytes: 32_000_000,
        }
    }
}

/// A message in the list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its number.
    pub id: SentId,
    /// What was published; a finished one that the history has is without its payload here.
    pub sent: Sent,
    /// Bytes of the payload.
    pub size: u64,
    /// It is in the history, so it outlives the process.
    pub kept: bool,
}

impl Listed {
    pub(super) fn new(row: SentRow, kept: bool) -> Self {
        Self {
            id: row.id,
            size: row.sent.message.payload.len() as u64,
            sent: row.sent,
            kept,
        }
    }

    fn cost(&self) -> u64 {
        cost(&self.sent)
    }
}

fn cost(sent: &Sent) -> u64 {
    ROW_BYTES + (sent.message.topic.len() + sent.message.payload.len()) as u64
}

/// The list as it is now.
#[derive(Clone, Debug)]
pub struct Listing {
    /// Newest first.
    pub rows: Vec<Listed>,
    /// Messages that wait.
    pub waiting: usize,
    /// What waits and is under way, against the limit.
    pub used: Room,
    /// What there is room for.
    pub limit: Room,
    /// Messages that expired unsent since the connection was opened.
    pub expired: u64,
    /// New messages outlive the process.
    pub keeps: bool,
}

#[derive(Debug)]
pub(super) struct Book {
    limit: Room,
    rows: BTreeMap<SentId, Listed>,
    used: Room,
    expired: u64,
    last: SentId,
}

impl Book {
    pub(super) fn new(limit: Room) -> Self {
        Self {
            limit,
            rows: BTreeMap::new(),
            used: Room {
                messages: 0,
                bytes: 0,
            },
            expired: 0,
            last: SentId(0),
        }
    }

    /// Takes a row of an earlier run.
    pub(super) fn restore(&mut self, row: SentRow) {
        self.last = self.last.max(row.id);
        self.put(Listed::new(row, true));
    }

    /// A number for a new message, if there is room.
    pub(super) fn admit(&mut self, sent: &Sent) -> Result<SentId, PostError> {
        let (used, limit) = (self.used, self.limit);
        let full = used.messages >= limit.messages || used.bytes + cost(sent) > limit.bytes;
        if sent.standing.is_open() && full && used.messages > 0 {
            return Err(PostError::Full { limit });
        }
        self.last.0 += 1;
        Ok(self.last)
    }

    pub(super) fn put(&mut self, mut row: Listed) {
        self.take(row.id);
        if row.sent.standing.is_open() {
            self.used.messages += 1;
            self.used.bytes += row.cost();
        } else if row.kept {
            row.sent.message.payload = Bytes::new();
        }
        self.rows.insert(row.id, row);
        self.forget_old();
    }

    fn take(&mut self, id: SentId) -> Option<Listed> {
        let row = self.rows.remove(&id)?;
        if row.sent.standing.is_open() {
            self.used.messages -= 1;
            self.used.bytes -= row.cost();
        }
        Some(row)
    }

    fn forget_old(&mut self) {
        let finished = self.rows.len() - self.used.messages;
        let surplus = finished.saturating_sub(LISTED as usize);
        let oldest = self.rows.values().filter(|row| !row.sent.standing.is_open());
        let oldest: Vec<_> = oldest.take(surplus).map(|row| row.id).collect();
        for id in oldest {
            self.rows.remove(&id);
        }
    }

    /// Changes one row; the answer is what to write down.
    fn change(&mut self, id: SentId, change: impl FnOnce(&mut Sent)) -> Option<SentMark> {
        let mut row = self.take(id)?;
        change(&mut row.sent);
        let mark = row.kept.then(|| SentMark {
            id,
            standing: row.sent.standing,
            reason_code: row.sent.reason_code,
            reason_string: row.sent.reason_string.clone(),
            round_trip: row.sent.round_trip,
        });
        self.put(row);
        mark
    }

    fn stand(&mut self, id: SentId, standing: Standing) -> Option<SentMark> {
        self.change(id, |sent| sent.standing = standing)
    }

    pub(super) fn cancel(&mut self, id: SentId) -> Option<Listed> {
        let waits = self.rows.get(&id)?.sent.standing == Standing::Waiting;
        if waits { self.take(id) } else { None }
    }

    fn waiting(&self) -> impl Iterator<Item = &Listed> {
        let rows = self.rows.values();
        rows.filter(|row| row.sent.standing == Standing::Waiting)
    }

    pub(super) fn has_waiting(&self) -> bool {
        self.waiting().next().is_some()
    }

    pub(super) fn next_expiry(&self) -> Option<Timestamp> {
        self.waiting().filter_map(|row| row.sent.expires()).min()
    }

    /// Gives up what waited too long.
    pub(super) fn expire(&mut self, now: Timestamp) -> Vec<SentMark> {
        let late: Vec<_> = self
            .waiting()
            .filter(|row| row.sent.expires().is_some_and(|at| at <= now))
            .map(|row| row.id)
            .collect();
        self.expired += late.len() as u64;
        late.into_iter()
            .filter_map(|id| self.stand(id, Standing::Expired))
            .collect()
    }

    /// Takes the next one to be sent, the oldest that waits, and what to write down before that.
    pub(super) fn next(&mut self, now: Timestamp) -> (Option<(SentId, Outgoing)>, Vec<SentMark>) {
        let mut marks = self.expire(now);
        let next = self
            .waiting()
            .next()
            .map(|row| (row.id, outgoing(&row.sent, now)));
        let Some((id, outgoing)) = next else {
            return (None, marks);
        };
        let Some(outgoing) = outgoing else {
            // Only a file changed by something else can hold such a topic.
            marks.extend(self.stand(id, Standing::Unknown));
            return (None, marks);
        };
        let standing = Standing::UnderWay {
            packet: None,
            received: false,
        };
        marks.extend(self.stand(id, standing));
        (Some((id, outgoing)), marks)
    }

    pub(super) fn numbered(&mut self, id: SentId, packet: u16) -> Option<SentMark> {
        let standing = Standing::UnderWay {
            packet: Some(packet),
            received: false,
        };
        self.stand(id, standing)
    }

    pub(super) fn received(&mut self, id: SentId) -> Option<SentMark> {
        self.change(id, |sent| {
            if let Standing::UnderWay { received, .. } = &mut sent.standing {
                *received = true;
            }
        })
    }

    pub(super) fn answered(&mut self, id: SentId, answer: Answer) -> Option<SentMark> {
        self.change(id, |sent| {
            // After PUBREC the message has arrived: a broker that no longer knows the identifier has
            // finished with it.
            let received = matches!(sent.standing, Standing::UnderWay { received: true, .. });
            let code = match answer.code {
                IDENTIFIER_NOT_FOUND if received => 0,
                code => code,
            };
            sent.standing = Standing::Ended;
            sent.reason_code = Some(code);
            sent.reason_string = answer.reason_string;
            sent.round_trip = answer.round_trip;
        })
    }

    /// It ended without an answer; nothing was sent, except where that is unknown.
    pub(super) fn failed(&mut self, id: SentId, why: &PublishError) -> Option<SentMark> {
        self.change(id, |sent| {
            sent.standing = match why {
                PublishError::NotConnected | PublishError::Stopped => Standing::Waiting,
                PublishError::TooLarge { .. } | PublishError::BadProperty => {
                    Standing::NotTaken(NotTaken::TooLarge)
                }
                PublishError::QosNotSupported { .. } => Standing::NotTaken(NotTaken::Qos),
                PublishError::RetainNotSupported => Standing::NotTaken(NotTaken::Retain),
                PublishError::Unknown => after_loss(sent),
            };
        })
    }

    /// What a session left under way: what the next one finishes under its packet identifier, and
    /// what has none.
    pub(super) fn left_under_way(&mut self, now: Timestamp) -> (Vec<Resumed>, Vec<SentMark>) {
        let (mut resumed, mut lost, mut packets) = (Vec::new(), Vec::new(), HashSet::new());
        for row in self.rows.values().rev() {
            let Standing::UnderWay { packet, received } = row.sent.standing else {
                continue;
            };
            // An identifier is used again once its publish has ended: the latest has it.
            match (
                packet.filter(|packet| packets.insert(*packet)),
                outgoing(&row.sent, now),
            ) {
                (Some(packet), Some(outgoing)) => resumed.push(Resumed {
                    token: row.id.0,
                    packet,
                    received,
                    outgoing,
                }),
                _ => lost.push(row.id),
            }
        }
        resumed.reverse();
        let marks = lost
            .into_iter()
            .filter_map(|id| self.change(id, |sent| sent.standing = after_loss(sent)));
        (resumed, marks.collect())
    }

    pub(super) fn listed(&self, id: SentId) -> Option<Listed> {
        self.rows.get(&id).cloned()
    }

    pub(super) fn list(&self) -> Listing {
        Listing {
            rows: self.rows.values().rev().cloned().collect(),
            waiting: self.waiting().count(),
            used: self.used,
            limit: self.limit,
            expired: self.expired,
            keeps: false,
        }
    }
}

/// Where a message stands whose session is gone before the answer.
fn after_loss(sent: &Sent) -> Standing {
    if sent.may_repeat() {
        Standing::Waiting
    } else {
        Standing::Unknown
    }
}

/// The packet for a message, with what is left of its expiry interval.
fn outgoing(sent: &Sent, now: Timestamp) -> Option<Outgoing> {
    let message = &sent.message;
    let mut properties = message.properties.as_deref().cloned().unwrap_or_default();
    properties.expiry = sent.expires().map(|at| {
        let left = at.since(now).as_micros().div_ceil(1_000_000);
        u32::try_from(left).unwrap_or(u32::MAX).max(1)
    });
    Some(Outgoing {
        topic: TopicName::new(message.topic.as_str()).ok()?,
        payload: message.payload.clone(),
        qos: message.qos,
        retain: message.retain,
        properties,
    })
}
