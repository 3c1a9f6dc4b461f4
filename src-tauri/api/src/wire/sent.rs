//! What was published, for the window.

use treetop_engine::history::{NotTaken, Standing};
use treetop_engine::message::QoS;
use treetop_engine::outbox::{Listed, Listing};
use treetop_engine::session::PacketKind;

use crate::types::publish::{Sent, SentFrame, SentState};
use crate::wire::session::bare_reason;

fn state(listed: &Listed) -> SentState {
    let sent = &listed.sent;
    match sent.standing {
        Standing::Ended => {
            let packet = match sent.message.qos {
                QoS::ExactlyOnce => PacketKind::Pubcomp,
                _ => PacketKind::Puback,
            };
            match sent.reason_code {
                Some(code) => {
                    let mut reason = bare_reason(code, packet);
                    reason.reason_string.clone_from(&sent.reason_string);
                    SentState::Answered { reason }
                }
                None => SentState::Sent,
            }
        }
        Standing::Waiting => SentState::Waiting,
        Standing::UnderWay { .. } => SentState::UnderWay,
        Standing::Expired => SentState::Expired,
        Standing::Unknown => SentState::Unknown,
        Standing::NotTaken(NotTaken::TooLarge) => SentState::TooLarge,
        Standing::NotTaken(NotTaken::Qos) => SentState::QosNotSupported,
        Standing::NotTaken(NotTaken::Retain) => SentState::RetainNotSupported,
    }
}

pub(crate) fn sent(listed: &Listed) -> Sent {
    let sent = &listed.sent;
    Sent {
        id: listed.id.0 as f64,
        at: sent.at.millis(),
        topic: sent.message.topic.clone(),
        qos: sent.message.qos.level(),
        retain: sent.message.retain,
        size: listed.size as f64,
        state: state(listed),
        round_trip_millis: sent.round_trip.map(|took| took.as_secs_f64() * 1000.0),
        expires_at: sent.expires().map(|at| at.millis()),
        kept: listed.kept,
    }
}

pub(crate) fn frame(revision: f64, listing: &Listing) -> SentFrame {
    SentFrame {
        revision,
        sent: listing.rows.iter().take(LONGEST_LIST).map(sent).collect(),
        waiting: listing.waiting as f64,
        open: listing.used.messages as f64,
        open_limit: listing.limit.messages as f64,
        expired: listing.expired as f64,
        keeps: listing.keeps,
    }
}

/// Messages in one frame: what may be open, and what was finished last.
const LONGEST_LIST: usize = 100;
