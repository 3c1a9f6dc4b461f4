//! Whether one message is what was looked for, as far as SQLite does not know already.

use std::sync::Arc;

use super::pattern::Pattern;
use super::snippet::Snippet;
use super::source::Candidate;
use super::{Found, Hit, Query};
use crate::history::properties;
use crate::history::read::{Flags, unsigned};
use crate::message::{MessageId, Properties};

/// A property of a message (MQTT 5, 3.3.2.3) that can be looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Property {
    /// Its MIME type.
    ContentType,
    /// Where an answer is expected.
    ResponseTopic,
    /// What ties an answer to its request: as bytes, and as the hexadecimal text of them.
    CorrelationData,
    /// A user property, as `name=value`.
    User,
}

/// Something to look for in properties.
#[derive(Clone, Debug)]
pub struct PropertyQuery {
    /// In this one; in any without.
    pub property: Option<Property>,
    /// What is in it.
    pub pattern: Pattern,
}

/// What has to be looked at in Rust.
#[derive(Debug)]
pub(super) struct Sought {
    pub(super) payload: Option<Pattern>,
    pub(super) property: Option<PropertyQuery>,
}

impl Sought {
    pub(super) fn of(query: &Query) -> Self {
        Self {
            payload: query.payload.clone(),
            property: query.property.clone(),
        }
    }

    /// The hit that a candidate is, if it is one.
    pub(super) fn examine(&self, candidate: Candidate, topic: Arc<str>) -> Option<Hit> {
        let found = match &self.payload {
            Some(pattern) => {
                let range = pattern.find(&candidate.body)?;
                Found::Match(Snippet::around(&candidate.body, range))
            }
            None => Found::Head(candidate.body.into()),
        };
        let property = match &self.property {
            // Properties that can't be read hold nothing that could be found.
            Some(query) => Some(query.find(&properties::decode(&candidate.properties?).ok()?)?),
            None => None,
        };
        let Flags {
            qos, retain, marks, ..
        } = candidate.flags.into();
        Some(Hit {
            id: MessageId(candidate.id),
            topic,
            qos,
            retain,
            marks,
            size: unsigned(candidate.size),
            found,
            property,
        })
    }
}

impl PropertyQuery {
    fn find(&self, properties: &Properties) -> Option<(Property, Snippet)> {
        let text = |property, text: &Option<String>| self.in_bytes(property, text.as_deref()?.as_bytes());
        text(Property::ContentType, &properties.content_type)
            .or_else(|| text(Property::ResponseTopic, &properties.response_topic))
            .or_else(|| {
                let bytes = properties.correlation_data.as_deref()?;
                let hex = || -> String { bytes.iter().map(|byte| format!("{byte:02x}")).collect() };
                self.in_bytes(Property::CorrelationData, bytes)
                    .or_else(|| self.in_bytes(Property::CorrelationData, hex().as_bytes()))
            })
            .or_else(|| {
                let mut pairs = properties.user.iter();
                pairs.find_map(|(name, value)| {
                    self.in_bytes(Property::User, format!("{name}={value}").as_bytes())
                })
            })
    }

    fn in_bytes(&self, property: Property, bytes: &[u8]) -> Option<(Property, Snippet)> {
        if self.property.is_some_and(|only| only != property) {
            return None;
        }
        let range = self.pattern.find(bytes)?;
        Some((property, Snippet::around(bytes, range)))
    }
}
