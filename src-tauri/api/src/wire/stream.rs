//! Rows of the stream, as the window gets them.

use treetop_engine::history::marks;
use treetop_engine::payload::Known;
use treetop_engine::stream::{Beginning, Shown};

use crate::types::stream::{StreamBeginning, StreamMessage, StreamRow};
use crate::wire;

pub(crate) fn beginning(beginning: Beginning) -> StreamBeginning {
    match beginning {
        Beginning::Looking => StreamBeginning::Looking,
        Beginning::Whole => StreamBeginning::Whole,
        Beginning::Cut => StreamBeginning::Cut,
    }
}

/// A row, its payload read as `known` says of its topic.
pub(crate) fn row<'a>(shown: &Shown, known: impl Fn(&str) -> Option<&'a Known>) -> StreamRow {
    match shown {
        Shown::Gap { count } => StreamRow::Gap { count: *count as f64 },
        Shown::Gone(_) => StreamRow::Gone,
        Shown::Message(glimpse) => {
            let head = &glimpse.head;
            let size = usize::try_from(head.size).unwrap_or(usize::MAX);
            let topic = glimpse.topic.as_str();
            StreamRow::Message {
                message: StreamMessage {
                    id: wire::message::id(head.id),
                    received: head.id.received().millis(),
                    qos: head.qos.level(),
                    retain: head.retain,
                    dup: head.dup,
                    redelivered: head.marks & marks::REDELIVERED != 0,
                    late: head.marks & marks::LATE != 0,
                    size: head.size as f64,
                    preview: wire::message::preview(&head.prefix, size, topic, None, known(topic)),
                    topic: topic.to_owned(),
                },
            }
        }
    }
}
