//! The stream of all messages: the rows in view, at a calm pace.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;

use treetop_engine::connection::Connection;
use treetop_engine::message::Timestamp;
use treetop_engine::stream::{self, Question, Stream};
use treetop_engine::topic::TopicFilter;

use crate::api::{Api, LONGEST_WAIT, SHORTEST_WAIT};
use crate::commands::decoders::Decoding;
use crate::types::error::ApiError;
use crate::types::stream::{StreamFrame, StreamWindow};
use crate::wire;

/// Rows of one frame at most.
const MOST_ROWS: usize = 300;
/// Bytes of a payload that its line is made of.
const LINE_BYTES: u32 = 512;

/// What one window sees of the stream of a connection.
#[derive(Default)]
pub(crate) struct StreamLook {
    stream: Stream,
    /// The last answer: when, and its window.
    answered: Option<(Timestamp, StreamWindow)>,
    /// How many messages there were when it was paused.
    paused: Option<u64>,
    /// Rows that have come, seen in the last second.
    came: VecDeque<(Timestamp, i64)>,
}

impl StreamLook {
    /// Zero is "nothing known yet".
    fn revision(&self) -> f64 {
        (self.stream.revision() + 1) as f64
    }

    /// Takes in what is asked. The answer: whether the last answer was to the same question, and when it was.
    fn turn_to(&mut self, question: Question, window: &StreamWindow, received: u64) -> (bool, Timestamp) {
        if self.stream.ask(question) {
            self.came.clear();
        }
        self.paused = match window.paused {
            true => self.paused.or(Some(received)),
            false => None,
        };
        let Some((last, before)) = &self.answered else {
            return (false, Timestamp(0));
        };
        let rows = window.follow && before.follow || !before.follow && before.first == window.first;
        let rest = (&before.filter, &before.text, before.paused, before.count)
            == (&window.filter, &window.text, window.paused, window.count);
        (rows && rest, *last)
    }

    async fn frame(
        &mut self,
        connection: &Connection,
        decoding: &Decoding,
        window: StreamWindow,
        behind: bool,
    ) -> Result<StreamFrame, ApiError> {
        let now = Timestamp::now();
        let count = (window.count as usize).min(MOST_ROWS);
        let end = self.stream.first() + self.stream.len() as i64;
        let first = match window.follow {
            true => end - count as i64,
            false => window.first as i64,
        };
        let (first, rows) = self.stream.rows(first, count);
        let shown = stream::shown(&connection.history, &rows, LINE_BYTES)
            .await
            .map_err(wire::error::history)?;
        let received = connection.live.messages.load(Ordering::Relaxed);
        self.answered = Some((now, window));
        Ok(StreamFrame {
            revision: self.revision(),
            start: self.stream.first() as f64,
            total: self.stream.len() as f64,
            beginning: wire::stream::beginning(self.stream.beginning()),
            first: first as f64,
            rows: shown
                .iter()
                .map(|row| wire::stream::row(row, |topic| decoding.known(topic)))
                .collect(),
            rate: self.rate(now),
            waiting: self.paused.map_or(0, |before| received.saturating_sub(before)) as f64,
            behind,
        })
    }

    /// Rows a second, from how far the end moved.
    fn rate(&mut self, now: Timestamp) -> f64 {
        let end = self.stream.first() + self.stream.len() as i64;
        self.came.push_back((now, end));
        while self
            .came
            .front()
            .is_some_and(|(at, _)| now.since(*at).as_secs_f64() > 1.5)
        {
            self.came.pop_front();
        }
        match self.came.front() {
            Some((at, before)) if now > *at => (end - before).max(0) as f64 / now.since(*at).as_secs_f64(),
            _ => 0.0,
        }
    }
}

impl Api {
    /// The rows in view. Answers at once for other rows or another question; else when something came, at most
    /// ten times a second, and after a second with nothing.
    pub async fn stream_frame(&self, id: String, window: StreamWindow) -> Result<StreamFrame, ApiError> {
        let looks = self.looks(&id)?;
        let connection = &looks.connection;
        let filter = match window.filter.as_str() {
            "" => None,
            text => Some(TopicFilter::new(text).map_err(wire::error::topic)?),
        };
        let text = window.text.clone();
        let received = connection.live.messages.load(Ordering::Relaxed);
        let (asked_before, last) =
            looks
                .stream
                .lock()
                .await
                .turn_to(Question { filter, text }, &window, received);
        let began = Timestamp::now();
        let mut changed = connection.changed();
        loop {
            changed.mark_unchanged();
            let since = Timestamp::now().since(last);
            if asked_before && since < SHORTEST_WAIT {
                tokio::time::sleep(SHORTEST_WAIT - since).await;
            }
            // Held for one step at most, so that a question for other rows is answered at once.
            let mut look = looks.stream.lock().await;
            let mut behind = false;
            if !window.paused {
                let dropped = connection.dropped_at_intake() + connection.not_stored();
                let step = look.stream.step(&connection.history, dropped).await;
                behind = step.map_err(wire::error::history)?;
            }
            let news = !asked_before || look.revision() != window.revision;
            let waited = Timestamp::now().since(began);
            if news || waited >= LONGEST_WAIT {
                let decoding = self.decoding(&id).await?;
                return look.frame(connection, &decoding, window, behind).await;
            }
            drop(look);
            // What arrived is committed a moment later.
            tokio::time::sleep(SHORTEST_WAIT).await;
            if !behind {
                let _ = tokio::time::timeout(LONGEST_WAIT.saturating_sub(waited), changed.changed()).await;
            }
        }
    }

    /// Forgets the rows; the history keeps them.
    pub async fn stream_clear(&self, id: String) -> Result<(), ApiError> {
        self.looks(&id)?.stream.lock().await.stream.clear();
        Ok(())
    }
}
