//! The time machine: going back, forth and to the present, and what changed between two times.
//!
//! Only what is shown goes back. What arrives is received and stored all the while, and charts, retained
//! messages and publishing stay in the present.

use std::sync::Arc;

use treetop_engine::connection::Connection;
use treetop_engine::history::{Changed, LISTED, Toward};
use treetop_engine::ingest::lock;
use treetop_engine::message::{MessageId, Timestamp};

use crate::api::Api;
use crate::looks::{Looks, Past};
use crate::types::error::ApiError;
use crate::types::session::TimelineEvent;
use crate::types::time::{TimeComparison, TimeShown, TimeSpan, TimeStep, TopicChange, TopicFate};
use crate::wire;
use crate::wire::time::{self, Offline, timestamp};

/// Entries of the timeline that are read for marks and gaps, newest first, in pages.
const MOST_EVENTS: usize = 10_000;
const EVENTS_PAGE: u32 = 1_000;
/// Connections whose gap before them is looked up, newest first.
const MOST_UNCLEAR: usize = 100;
const SECOND: i64 = 1_000_000;

impl Api {
    /// What was recorded, with marks and gaps.
    pub async fn time_span(&self, id: String) -> Result<TimeSpan, ApiError> {
        let looks = self.looks(&id)?;
        let connection = &looks.connection;
        let ends = connection.history.ends().await.map_err(wire::error::history)?;
        let at = looks.past().map(|past| past.moment.at.millis());
        let now = Timestamp::now();
        let Some((first, last)) = ends else {
            return Ok(TimeSpan {
                first: None,
                last: now.millis(),
                marks: Vec::new(),
                gaps: Vec::new(),
                at,
            });
        };
        let end = match connection.session() {
            Some(_) => now.max(last.received()),
            None => last.received(),
        };
        let events = events(connection).await?;
        let mut offline = Offline::of(&events);
        for back in offline.unclear.iter().rev().take(MOST_UNCLEAR) {
            let before = connection.history.neighbour(*back, Toward::Past).await;
            if let Some(before) = before.map_err(wire::error::history)? {
                offline.gaps.push((before.received(), *back));
            }
        }
        offline.gaps.extend(offline.since.map(|since| (since, end)));
        let (from, to) = (first.received().millis(), end.millis());
        let mut marks = time::marks(&events);
        marks.retain(|mark| (from..=to).contains(&mark.at));
        Ok(TimeSpan {
            first: Some(from),
            last: to,
            marks: time::thinned(marks, from, to),
            gaps: time::joined(offline.gaps, from, to),
            at,
        })
    }

    /// Shows the tree as it stood at a time, messages of that microsecond included. Nothing if a newer
    /// command for another time came meanwhile.
    pub async fn time_go(&self, id: String, at: f64) -> Result<Option<TimeShown>, ApiError> {
        let looks = self.looks(&id)?;
        let live = &looks.connection.live;
        let now = Timestamp::now();
        let at = timestamp(at).min(now);
        let arrival = looks
            .time
            .go(&looks.connection.history, live, at, now)
            .await
            .map_err(wire::error::history)?;
        let Some(arrival) = arrival else { return Ok(None) };
        let packed = {
            let tree = lock(&live.tree);
            lock(&looks.tree).packed(&tree)
        };
        let past = Past::new(arrival.moment, packed, *live.changed.borrow());
        let shown = TimeShown {
            at: past.moment.at.millis(),
            topics: past.moment.tree.topics() as f64,
        };
        {
            let mut place = lock(&looks.past);
            if !looks.time.is_latest(arrival.journey) {
                return Ok(None);
            }
            *place = Some(Arc::new(past));
        }
        looks.turn();
        Ok(Some(shown))
    }

    /// Shows the present again.
    pub async fn time_live(&self, id: String) -> Result<(), ApiError> {
        let looks = self.looks(&id)?;
        {
            let mut place = lock(&looks.past);
            looks.time.back();
            *place = None;
        }
        looks.turn();
        Ok(())
    }

    /// The time that a step from a time leads to; nothing if there is no message on that side.
    pub async fn time_step(
        &self,
        id: String,
        at: f64,
        forward: bool,
        step: TimeStep,
    ) -> Result<Option<f64>, ApiError> {
        let connection = self.connection(&id)?;
        let toward = if forward { Toward::Future } else { Toward::Past };
        let at = timestamp(at);
        let second = |at: i64| at.div_euclid(SECOND) * SECOND;
        let found = match step {
            TimeStep::Second => {
                // What is shown includes its second as far as it goes.
                let from = if forward { at.0 } else { second(at.0) };
                let next = connection.history.neighbour(Timestamp(from), toward).await;
                next.map(|next| next.map(|next| second(next.0) + SECOND - 1))
            }
            TimeStep::Change { topic } => {
                let next = connection.history.change_of(&topic, at, toward).await;
                next.map(|next| next.map(|next| next.0))
            }
        };
        let found = found.map_err(wire::error::history)?;
        Ok(found.map(|micros| Timestamp(micros).millis()))
    }

    /// Compares two times, for [`Api::time_changes`] to look at. Nothing if it was ended meanwhile.
    pub async fn time_compare(
        &self,
        id: String,
        from: f64,
        to: f64,
    ) -> Result<Option<TimeComparison>, ApiError> {
        let looks = self.looks(&id)?;
        let asked = looks.comparison.begin();
        let (from, to) = (timestamp(from.min(to)), timestamp(from.max(to)));
        let wanted = || looks.comparison.is_latest(asked);
        let found = looks.connection.history.compare(from, to, wanted).await;
        let Some(found) = found.map_err(wire::error::history)? else {
            return Ok(None);
        };
        let total = |fate| found.total(time::fate(fate)) as f64;
        let answer = TimeComparison {
            from: from.millis(),
            to: to.millis(),
            messages: found.messages as f64,
            appeared: total(TopicFate::Appeared),
            updated: total(TopicFate::Updated),
            silent: total(TopicFate::Silent),
            listed: LISTED as f64,
        };
        Ok(looks.comparison.put(asked, found).then_some(answer))
    }

    /// Ends a comparison that is under way, and forgets the last one.
    pub async fn time_compare_end(&self, id: String) -> Result<(), ApiError> {
        self.looks(&id)?.comparison.begin();
        Ok(())
    }

    /// The rows in view of the last comparison.
    pub async fn time_changes(
        &self,
        id: String,
        fate: TopicFate,
        first: f64,
        count: u32,
    ) -> Result<Vec<TopicChange>, ApiError> {
        let looks = self.looks(&id)?;
        let Some(comparison) = looks.comparison.get() else {
            return Ok(Vec::new());
        };
        let rows = looks
            .connection
            .history
            .changed(
                &comparison,
                time::fate(fate),
                first.max(0.0) as usize,
                count as usize,
            )
            .await
            .map_err(wire::error::history)?;
        let decoding = self.decoding(&id).await?;
        let change = |row: Changed| {
            let topic = row.topic.clone();
            time::change(row, decoding.known(&topic))
        };
        Ok(rows.into_iter().map(change).collect())
    }
}

/// The timeline, oldest first, as far as it is read.
async fn events(connection: &Connection) -> Result<Vec<(Timestamp, TimelineEvent)>, ApiError> {
    let mut events = Vec::new();
    let mut before = None;
    while events.len() < MOST_EVENTS {
        let page = connection.history.events(before, EVENTS_PAGE).await;
        let page = page.map_err(wire::error::history)?;
        let Some(last) = page.last() else { break };
        before = Some(last.id);
        let known = page
            .iter()
            .filter_map(|event| Some((event.at, wire::session::decode_event(&event.data)?)));
        events.extend(known);
    }
    // What happens at once is not always written in that order.
    events.sort_by_key(|(at, _)| *at);
    Ok(events)
}

/// The first id that is later than what is shown; none in the present.
pub(crate) fn later_than_shown(looks: &Looks) -> Option<MessageId> {
    looks.past().map(|past| MessageId(past.moment.at.0 + 1))
}
