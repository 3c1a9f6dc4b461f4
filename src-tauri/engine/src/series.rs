//! The charted fields of one connection: fed live by the ingest, filled from the history when pinned.
//!
//! Only pinned topics cost anything per message. Points are thinned when a window asks, never here.

use std::collections::HashMap;

use crate::chart;
use crate::message::{Message, MessageId, Properties, Timestamp};
use crate::payload::{self, Aliases, FieldPath, Hint, Known};
use crate::session::Event;

/// Most series at the same time.
pub const MAX_SERIES: usize = 24;

/// A charted field.
pub struct Pinned {
    /// Its number; never used twice while the connection is open.
    pub id: u32,
    /// The topic.
    pub topic: String,
    /// The field in its payloads.
    pub path: FieldPath,
    /// As typed or clicked.
    pub path_text: String,
    /// How its payloads are read, as far as they do not tell.
    pub known: Known,
    /// What the number counts, as far as the payload says it.
    pub unit: Option<String>,
    /// Colour and marker, 0 to 5.
    pub style: u8,
    /// Not drawn at present.
    pub hidden: bool,
    /// Older points are still being read from the history.
    pub filling: bool,
    /// The points.
    pub points: chart::Series,
}

/// All charted fields.
#[derive(Default)]
pub struct PinnedSeries {
    all: Vec<Pinned>,
    /// Indices into `all` by topic; kept in step with it.
    by_topic: HashMap<String, Vec<usize>>,
    /// Indices into `all` by the topics of births that name their metrics; kept in step with it.
    by_birth: HashMap<String, Vec<usize>>,
    next: u32,
    /// When there was no connection.
    gaps: chart::Gaps,
}

/// What a payload says about itself.
pub fn hint(message: &Message) -> Hint<'_> {
    hint_of(&message.topic, message.properties.as_deref())
}

/// What a payload says about itself by its topic and properties.
pub fn hint_of<'a>(topic: &'a str, properties: Option<&'a Properties>) -> Hint<'a> {
    Hint {
        topic,
        content_type: properties.and_then(|p| p.content_type.as_deref()),
        payload_format: properties.and_then(|p| p.payload_format),
        known: None,
    }
}

impl PinnedSeries {
    /// Pins a field, or answers with the one that is pinned already. `None` if there are too many.
    pub fn add(
        &mut self,
        topic: &str,
        path: FieldPath,
        path_text: &str,
        unit: Option<String>,
    ) -> Option<(u32, bool)> {
        let same = self
            .all
            .iter()
            .find(|pinned| pinned.topic == topic && pinned.path_text == path_text);
        if let Some(pinned) = same {
            return Some((pinned.id, false));
        }
        if self.all.len() >= MAX_SERIES {
            return None;
        }
        self.next += 1;
        let used: Vec<u8> = self.all.iter().map(|pinned| pinned.style).collect();
        let style = (0..6)
            .min_by_key(|style| used.iter().filter(|u| *u == style).count())
            .unwrap_or(0);
        self.all.push(Pinned {
            id: self.next,
            topic: topic.to_owned(),
            path,
            path_text: path_text.to_owned(),
            known: Known::default(),
            unit,
            style,
            hidden: false,
            filling: true,
            points: chart::Series::new(chart::DEFAULT_LIMIT),
        });
        self.index();
        Some((self.next, true))
    }

    /// Tells how the payloads of a field are read from now on.
    pub fn tell(&mut self, id: u32, known: Known) {
        if let Some(pinned) = self.all.iter_mut().find(|pinned| pinned.id == id) {
            pinned.known = known;
        }
    }

    /// Forgets a field.
    pub fn remove(&mut self, id: u32) {
        self.all.retain(|pinned| pinned.id != id);
        self.index();
    }

    fn index(&mut self) {
        self.by_topic.clear();
        self.by_birth.clear();
        for (at, pinned) in self.all.iter().enumerate() {
            self.by_topic.entry(pinned.topic.clone()).or_default().push(at);
            for birth in payload::birth_topics(&pinned.topic) {
                self.by_birth.entry(birth).or_default().push(at);
            }
        }
    }

    /// Adds the points of a message, if one of its fields is charted, and learns the names that a birth gives.
    pub fn take_in(&mut self, id: MessageId, message: &Message) {
        if self.all.is_empty() {
            return;
        }
        for index in self.by_birth.get(&message.topic).into_iter().flatten() {
            let known = &mut self.all[*index].known;
            known.aliases = Some(Aliases::born(
                known.aliases.as_ref(),
                &message.topic,
                &message.payload,
            ));
        }
        let Some(at) = self.by_topic.get(&message.topic) else {
            return;
        };
        for index in at {
            let pinned = &mut self.all[*index];
            let hint = Hint {
                known: Some(&pinned.known),
                ..hint(message)
            };
            if let Some(value) = payload::number_at(&message.payload, hint, &pinned.path) {
                pinned.points.push(id.received(), value);
            }
        }
    }

    /// Adds points from the history to those that came live meanwhile.
    pub fn fill(&mut self, id: u32, older: Vec<chart::Point>) {
        if let Some(pinned) = self.all.iter_mut().find(|pinned| pinned.id == id) {
            pinned.points.fill(older);
            pinned.filling = false;
        }
    }

    /// Forgets the points of some topics up to a time, that included.
    pub fn forget(&mut self, covers: impl Fn(&str) -> bool, until: Timestamp) {
        for pinned in self.all.iter_mut().filter(|pinned| covers(&pinned.topic)) {
            pinned.points.forget(until);
        }
    }

    /// Remembers when there was a connection.
    pub fn connection(&mut self, at: Timestamp, event: &Event) {
        match event {
            Event::Lost { .. } | Event::Stopped => self.gaps.offline(at),
            Event::Connected { .. } => self.gaps.online(at),
            _ => {}
        }
    }

    /// All series in the order they were pinned.
    pub fn iter(&self) -> impl Iterator<Item = &Pinned> {
        self.all.iter()
    }

    /// One series.
    pub fn get(&self, id: u32) -> Option<&Pinned> {
        self.all.iter().find(|pinned| pinned.id == id)
    }

    /// Shows or hides a series.
    pub fn hide(&mut self, id: u32, hidden: bool) {
        if let Some(pinned) = self.all.iter_mut().find(|pinned| pinned.id == id) {
            pinned.hidden = hidden;
        }
    }

    /// When there was no connection.
    pub fn gaps(&self) -> &chart::Gaps {
        &self.gaps
    }
}
