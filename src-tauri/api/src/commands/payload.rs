//! A payload in stretches: rows, bytes, what is found in it, what is copied of it, how two differ. What is
//! asked for is capped; what takes long ends when something else is asked for.

use std::sync::Arc;

use treetop_engine::payload::{self, Folded, Hits, Outline, Query, QueryProblem};
use treetop_engine::series::hint;

use crate::api::Api;
use crate::opened::{Compared, Held, OpenPayload, Sought};
use crate::types::error::ApiError;
use crate::types::payload::{
    DiffRow, FoundPlace, MessageDiff, PayloadBytes, PayloadField, PayloadFound, PayloadQuery, PayloadRows,
    PayloadWindow, PublishCommand, QueryKind, RowShape, SearchPlace,
};
use crate::wire;

/// Rows of one answer.
const MOST_ROWS: usize = 500;
/// Bytes of one answer.
const MOST_BYTES: usize = 32 * 1024;
/// Bytes of each payload that are compared at most: 1 MB.
const DIFFED: usize = 1_000_000;
/// Characters of a value that is copied.
const MOST_COPIED: usize = 16_000_000;

impl Api {
    /// A stretch of rows of a message; none if rows of another were asked for meanwhile.
    pub async fn payload_rows(
        &self,
        id: String,
        message: f64,
        window: PayloadWindow,
    ) -> Result<Option<PayloadRows>, ApiError> {
        let looks = self.looks(&id)?;
        let Some((held, outline)) = self.outline(&id, &looks.payload, message, window.shape).await? else {
            return Ok(None);
        };
        // What is still being searched for is marked with the next answer.
        let hits = window
            .query
            .as_ref()
            .and_then(|query| known(&looks.payload, message, query, Some(window.shape)));
        let rows = tokio::task::spawn_blocking(move || {
            let folded = Folded::new(&outline, &window.folded);
            let total = folded.visible(outline.total());
            let first = (window.first as usize).min(total);
            let count = (window.count as usize).min(MOST_ROWS).min(total - first);
            let bytes = &held.stored.message.payload;
            let mut rows = Vec::with_capacity(count);
            let (mut place, end) = (first, first + count);
            while place < end {
                // Rows between two closed ones follow each other, so they are read in one go.
                let row = folded.row_at(place);
                let run = (place..end)
                    .position(|other| folded.row_at(other) != row + other - place)
                    .unwrap_or(end - place);
                let lines = outline.rows(bytes, row, run);
                rows.extend(lines.into_iter().enumerate().map(|(at, line)| {
                    let row = row + at;
                    let hits = hits
                        .as_deref()
                        .map_or(Vec::new(), |hits| hits_on(hits, row, &line));
                    wire::message::row(row, line, folded.is_closed(row), hits)
                }));
                place += run;
            }
            PayloadRows {
                format: wire::message::format(outline.format()),
                first: first as f64,
                total: total as f64,
                rows,
                complete: outline.is_complete(),
                problem: outline.problem().map(wire::message::problem),
            }
        });
        rows.await.map(Some).map_err(failed)
    }

    /// A stretch of bytes; with `changes`, what differs from the topic's message before.
    pub async fn payload_bytes(
        &self,
        id: String,
        message: f64,
        from: f64,
        count: u32,
        changes: bool,
        query: Option<PayloadQuery>,
    ) -> Result<PayloadBytes, ApiError> {
        let looks = self.looks(&id)?;
        let held = self.held(&id, &looks.payload, message, changes).await?;
        let bytes = &held.stored.message.payload;
        let from = (from as usize).min(bytes.len());
        let part = &bytes[from..from
            .saturating_add((count as usize).min(MOST_BYTES))
            .min(bytes.len())];
        let before = held.before.flatten().filter(|_| changes);
        let changed = before.map_or(Vec::new(), |before| {
            runs((0..part.len()).map(|at| before.get(from + at) != Some(&part[at])))
        });
        let hits = query
            .and_then(|query| known(&looks.payload, message, &query, None))
            .map_or(Vec::new(), |hits| {
                let (start, end) = (from, from + part.len());
                let near = hits.places.partition_point(|hit| hit.end <= start);
                let near = hits.places[near..].iter().take_while(|hit| hit.start < end);
                near.map(|hit| (hit.start.max(start) - start, hit.end.min(end) - start))
                    .map(|(from, to)| (from as u32, to as u32))
                    .collect()
            });
        Ok(PayloadBytes {
            from: from as f64,
            total: bytes.len() as f64,
            hex: wire::message::hex(part),
            changed,
            hits,
        })
    }

    /// Searches all of a payload, and answers with the count and one place. None if something else was
    /// searched for meanwhile.
    pub async fn payload_find(
        &self,
        id: String,
        message: f64,
        place: SearchPlace,
        query: PayloadQuery,
        index: f64,
    ) -> Result<Option<PayloadFound>, ApiError> {
        let kind = match query.kind {
            QueryKind::Text => payload::QueryKind::Text,
            QueryKind::Regex => payload::QueryKind::Regex,
            QueryKind::Hex => payload::QueryKind::Hex,
        };
        let compiled = match Query::new(&query.text, kind, query.case) {
            Ok(compiled) => compiled,
            Err(QueryProblem::NotHex) => return Ok(Some(PayloadFound::NotHex)),
            Err(QueryProblem::NotRegex { detail }) => return Ok(Some(PayloadFound::NotRegex { detail })),
        };
        let looks = self.looks(&id)?;
        let open = &looks.payload;
        let (shape, folded) = match place {
            SearchPlace::Rows { shape, folded } => (Some(shape), folded),
            SearchPlace::Bytes => (None, Vec::new()),
        };
        let sought = Sought {
            message,
            query,
            shape,
        };
        let turn = open.seek(&sought);
        let (held, outline) = match shape {
            Some(shape) => match self.outline(&id, open, message, shape).await? {
                Some((held, outline)) => (held, Some(outline)),
                None => return Ok(None),
            },
            None => (self.held(&id, open, message, false).await?, None),
        };
        let mut found = open.found.lock().await;
        let hits = match &*found {
            Some((known, hits)) if *known == sought => hits.clone(),
            _ => {
                let outline = outline.clone();
                let search = tokio::task::spawn_blocking(move || {
                    let (bytes, stop) = (&held.stored.message.payload, || turn.is_over());
                    match outline {
                        Some(outline) => compiled.in_rows(&outline, bytes, &stop),
                        None => compiled.in_bytes(bytes, &stop),
                    }
                });
                let Some(hits) = search.await.map_err(failed)? else {
                    return Ok(None);
                };
                let hits = Arc::new(hits);
                *found = Some((sought, hits.clone()));
                hits
            }
        };
        drop(found);
        let count = hits.places.len();
        let place = hits
            .places
            .get((index as usize).min(count.saturating_sub(1)))
            .map(|hit| {
                let (opened, row) = match &outline {
                    Some(outline) => unfold(outline, folded, hit.row),
                    None => (Vec::new(), 0),
                };
                FoundPlace {
                    index: (index as usize).min(count - 1) as f64,
                    row: row as f64,
                    opened,
                    from: hit.start as f64,
                    to: hit.end as f64,
                }
            });
        Ok(Some(PayloadFound::Found {
            count: count as f64,
            more: hits.more,
            place,
        }))
    }

    /// The value that begins on a row, to be copied.
    pub async fn payload_field(
        &self,
        id: String,
        message: f64,
        shape: RowShape,
        row: f64,
    ) -> Result<Option<PayloadField>, ApiError> {
        let looks = self.looks(&id)?;
        let Some((held, outline)) = self.outline(&id, &looks.payload, message, shape).await? else {
            return Ok(None);
        };
        let field = tokio::task::spawn_blocking(move || {
            let field = outline.field(&held.stored.message.payload, row as usize)?;
            let whole = field.value.len() <= MOST_COPIED;
            let value = if whole {
                field.value
            } else {
                field.value.chars().take(MOST_COPIED).collect()
            };
            Some(PayloadField {
                path: field.path,
                value,
                complete: field.complete && whole,
            })
        });
        field.await.map_err(failed)
    }

    /// Nobody looks at a payload any more, so none is held.
    pub async fn payload_close(&self, id: String) -> Result<(), ApiError> {
        self.looks(&id)?.payload.close().await;
        Ok(())
    }

    /// The message as a call of `mosquitto_pub` to the broker of its connection.
    pub async fn message_command(&self, id: String, message: f64) -> Result<PublishCommand, ApiError> {
        let stored = self.stored(&id, message).await?;
        let profile = self.saved(&id).await?;
        let signs_in = self
            .engine
            .secrets
            .all(&profile.id)
            .await
            .unwrap_or_default()
            .sign_in
            .is_some();
        Ok(wire::command_line::mosquitto_pub(
            &profile,
            signs_in,
            &stored.message,
        ))
    }

    pub async fn message_diff(&self, id: String, a: f64, b: f64) -> Result<MessageDiff, ApiError> {
        let looks = self.looks(&id)?;
        let (older, newer) = (self.stored(&id, a).await?, self.stored(&id, b).await?);
        let compare = tokio::task::spawn_blocking(move || {
            let (x, y) = (&older.message.payload, &newer.message.payload);
            let diff = payload::diff(x, y, hint(&newer.message), Some(DIFFED));
            let compared = wire::diff::compared(diff);
            let summary = wire::diff::summary(&compared, &older, &newer, DIFFED);
            (compared, summary)
        });
        let (compared, summary) = compare.await.map_err(failed)?;
        *looks.payload.compared.lock().await = Some(((a, b), Arc::new(compared)));
        Ok(summary)
    }

    /// A stretch of the comparison that was made last: rows side by side, or lines below each other.
    pub async fn message_diff_rows(
        &self,
        id: String,
        a: f64,
        b: f64,
        inline: bool,
        first: f64,
        count: u32,
    ) -> Result<Vec<DiffRow>, ApiError> {
        let looks = self.looks(&id)?;
        let compared: Arc<Compared> = match &*looks.payload.compared.lock().await {
            Some((known, compared)) if *known == (a, b) => compared.clone(),
            _ => return Ok(Vec::new()),
        };
        let (first, count) = (first as usize, (count as usize).min(MOST_ROWS));
        Ok(wire::diff::rows(&compared, inline, first, count))
    }

    /// The message, read once for as long as it is looked at.
    async fn held(&self, id: &str, open: &OpenPayload, message: f64, before: bool) -> Result<Held, ApiError> {
        let mut held = open.held.lock().await;
        self.hold(id, &mut held, message, before).await
    }

    async fn hold(
        &self,
        id: &str,
        slot: &mut Option<Held>,
        message: f64,
        before: bool,
    ) -> Result<Held, ApiError> {
        let mut held = match slot.take() {
            Some(held) if held.message == message => held,
            _ => Held {
                message,
                stored: Arc::new(self.stored(id, message).await?),
                outline: None,
                before: None,
            },
        };
        if before && held.before.is_none() {
            let history = &self.connection(id)?.history;
            let page = history
                .page(&held.stored.message.topic, Some(held.stored.id), 1)
                .await;
            let earlier = page.map_err(wire::error::history)?.pop();
            held.before = Some(earlier.map(|earlier| earlier.message.payload));
        }
        *slot = Some(held.clone());
        Ok(held)
    }

    async fn outline(
        &self,
        id: &str,
        open: &OpenPayload,
        message: f64,
        shape: RowShape,
    ) -> Result<Option<(Held, Arc<Outline>)>, ApiError> {
        let turn = open.want(message, shape);
        let mut slot = open.held.lock().await;
        if turn.is_over() {
            return Ok(None);
        }
        let held = self.hold(id, &mut slot, message, false).await?;
        if let Some((known, outline)) = &held.outline
            && *known == shape
        {
            let outline = outline.clone();
            return Ok(Some((held, outline)));
        }
        let stored = held.stored.clone();
        // A large payload takes a while to read; the threads that move messages don't wait for it.
        let read = tokio::task::spawn_blocking(move || {
            let format = shape.format.map(wire::message::format_from);
            let columns = shape.columns.map(|columns| columns as usize);
            let message = &stored.message;
            Outline::read(&message.payload, hint(message), format, columns, &|| {
                turn.is_over()
            })
        });
        let Some(outline) = read.await.map_err(failed)?.map(Arc::new) else {
            return Ok(None);
        };
        let held = Held {
            outline: Some((shape, outline.clone())),
            ..held
        };
        *slot = Some(held.clone());
        Ok(Some((held, outline)))
    }
}

fn failed(error: tokio::task::JoinError) -> ApiError {
    ApiError::History {
        detail: error.to_string(),
    }
}

/// What was found of a query, if that is known already.
fn known(
    open: &OpenPayload,
    message: f64,
    query: &PayloadQuery,
    shape: Option<RowShape>,
) -> Option<Arc<Hits>> {
    let found = open.found.try_lock().ok()?;
    let (sought, hits) = found.as_ref()?;
    let same = sought.message == message && sought.query == *query && sought.shape == shape;
    same.then(|| hits.clone())
}

/// What was found on a row, as UTF-16 units of its text.
fn hits_on(hits: &Hits, row: usize, line: &payload::Line) -> Vec<(u32, u32)> {
    let near = hits.places.partition_point(|hit| hit.row < row);
    let mut on = hits.places[near..]
        .iter()
        .take_while(|hit| hit.row == row)
        .peekable();
    if on.peek().is_none() {
        return Vec::new();
    }
    let text = line.text();
    on.map(|hit| wire::message::utf16(&text, hit.start, hit.end.min(text.len())))
        .collect()
}

/// Opens what hides a row, and says where it stands then.
fn unfold(outline: &Outline, folded: Vec<u32>, row: usize) -> (Vec<u32>, usize) {
    let hides = |open: &u32| {
        let open = *open as usize;
        outline
            .fold(open)
            .is_some_and(|(close, _)| open < row && row <= close)
    };
    let (opened, left): (Vec<u32>, Vec<u32>) = folded.into_iter().partition(hides);
    (opened, Folded::new(outline, &left).place_of(row))
}

/// Where runs of true begin and end.
fn runs(flags: impl Iterator<Item = bool>) -> Vec<(u32, u32)> {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for (at, flag) in (0u32..).zip(flags) {
        match runs.last_mut() {
            Some(last) if flag && last.1 == at => last.1 = at + 1,
            _ if flag => runs.push((at, at + 1)),
            _ => {}
        }
    }
    runs
}
