//! Looking through everything that was received: by topic, time, flags, properties and bytes of payload.
//!
//! A search goes back in time in steps of bounded rows and bytes, each on a reader of its own accord, so
//! that nothing is held open between two of them and a commit never waits. SQLite throws out what can't
//! match; what may is looked at here, off the threads that move messages. It decodes no payload: text is
//! found as the bytes it is.

mod pattern;
#[cfg(test)]
mod plans;
mod run;
mod snippet;
mod sought;
mod source;

use std::sync::Arc;

use bytes::Bytes;

pub use self::pattern::{Pattern, PatternError, Wanted};
pub use self::run::{Progress, Search, Standing};
pub use self::snippet::Snippet;
pub use self::sought::{Property, PropertyQuery};
#[cfg(test)]
use super::History;
use crate::message::{MessageId, QoS, Timestamp};
use crate::topic::TopicFilter;

/// Hits kept at first, and how many more each time more are asked for.
pub const KEEP: usize = 10_000;
/// Hits kept at most, however often more are asked for.
pub const MOST_KEPT: usize = 100_000;
/// How much of a payload a hit carries where no text was looked for in it.
pub const HEAD_BYTES: usize = 256;

/// What is looked for. Everything given must hold.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Topics; all without one, those that begin with `$` included.
    pub topic: Option<TopicFilter>,
    /// Received at this time or later.
    pub from: Option<Timestamp>,
    /// Received at this time or earlier.
    pub to: Option<Timestamp>,
    /// Somewhere in the payload.
    pub payload: Option<Pattern>,
    /// Somewhere in a property.
    pub property: Option<PropertyQuery>,
    /// Delivered with one of these; with any if empty.
    pub qos: Vec<QoS>,
    /// The retain flag as delivered.
    pub retain: Option<bool>,
    /// The bits of [`super::marks`] that a message must have.
    pub marks: u16,
}

/// A message that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Its id, which is when it was received.
    pub id: MessageId,
    /// Its topic.
    pub topic: Arc<str>,
    /// The QoS it was delivered with.
    pub qos: QoS,
    /// The retain flag as delivered.
    pub retain: bool,
    /// The bits it was submitted with.
    pub marks: u16,
    /// The length of the whole payload in bytes.
    pub size: u64,
    /// What of its payload is shown.
    pub found: Found,
    /// The property that matched, where one was looked for.
    pub property: Option<(Property, Snippet)>,
}

/// What a hit shows of its payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// At most the first [`HEAD_BYTES`]: no text was looked for.
    Head(Bytes),
    /// The text around the first match.
    Match(Snippet),
}
