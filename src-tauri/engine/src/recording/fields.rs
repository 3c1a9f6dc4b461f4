//! A message as fields of text and numbers: what both formats have in common.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

use super::read::Wrong;
use crate::history::{Stored, marks};
use crate::message::{Message, MessageId, Properties, QoS};
use crate::topic::MAX_TOPIC_BYTES;

/// The last moment of the year 9999: later times are mistakes, and a time can be made unique behind it.
const LAST_TIME: i64 = 253_402_300_799_999_999;

/// The names of marks, as they are written.
const MARKS: [(u16, &str); 2] = [(marks::REDELIVERED, "redelivered"), (marks::LATE, "late")];

pub(super) fn mark_names(marks: u16) -> Vec<&'static str> {
    let set = MARKS.iter().filter(|(bit, _)| marks & bit != 0);
    set.map(|(_, name)| *name).collect()
}

/// Names that this version does not know say nothing.
pub(super) fn marks_of<'a>(names: impl Iterator<Item = &'a str>) -> u16 {
    names.fold(0, |marks, name| {
        let known = MARKS.iter().find(|(_, known)| *known == name);
        marks | known.map_or(0, |(bit, _)| *bit)
    })
}

pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

pub(super) fn bytes_of(text: &str, field: &'static str) -> Result<Bytes, Wrong> {
    let bytes = STANDARD.decode(text).map_err(|_| Wrong::Value { field })?;
    Ok(bytes.into())
}

/// A payload as it is written, by the name of its encoding.
pub(super) fn payload(text: String, encoding: &str) -> Result<Bytes, Wrong> {
    match encoding {
        "" | "text" => Ok(text.into()),
        "base64" => bytes_of(&text, "payload"),
        _ => Err(Wrong::Value { field: "encoding" }),
    }
}

/// The parts of a message that need no encoding.
pub(super) struct Parts {
    pub(super) time: i64,
    pub(super) topic: String,
    pub(super) qos: u8,
    pub(super) retain: bool,
    pub(super) dup: bool,
    pub(super) marks: u16,
    pub(super) payload: Bytes,
    pub(super) properties: Properties,
}

pub(super) fn message(parts: Parts) -> Result<Stored, Wrong> {
    if !(1..=LAST_TIME).contains(&parts.time) {
        return Err(Wrong::Value { field: "time" });
    }
    if parts.topic.is_empty() || parts.topic.len() > MAX_TOPIC_BYTES {
        return Err(Wrong::Value { field: "topic" });
    }
    Ok(Stored {
        id: MessageId(parts.time),
        message: Message {
            topic: parts.topic,
            payload: parts.payload,
            qos: QoS::from_level(parts.qos).ok_or(Wrong::Value { field: "qos" })?,
            retain: parts.retain,
            dup: parts.dup,
            properties: (!parts.properties.is_empty()).then(|| Box::new(parts.properties)),
        },
        marks: parts.marks,
    })
}
