//! Rows of the stream, as the window gets them.

use treetop_engine::history::marks;
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

pub(crate) fn row(shown: &Shown) -> StreamRow {
    match shown {
        Shown::Gap { count } => StreamRow::Gap { count: *count as f64 },
        Shown::Gone(_) => StreamRow::Gone,
        Shown::Message(glimpse) => {
            let head = &glimpse.head;
            let size = usize::try_from(head.size).unwrap_or(usize::MAX);
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
                    preview: wire::message::preview(&head.prefix, size, &glimpse.topic, None),
                    topic: glimpse.topic.clone(),
                },
            }
        }
    }
}
