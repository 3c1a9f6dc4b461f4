//! A payload in stretches: rows, bytes, what is found in it, what is copied of it, how two differ. What is
//! asked for is capped; what takes long ends when something else is asked for.

mod diff;
mod find;

use std::sync::Arc;

use bytes::Bytes;
use treetop_engine::history::Stored;
use treetop_engine::payload::{self, Folded, Hint, Known, MOST_UNPACKED, Outline};
use treetop_engine::series;

use self::find::{found, hits_on};
use crate::api::Api;
use crate::opened::{Held, Inside, OpenPayload, Part};
use crate::types::error::ApiError;
use crate::types::message::Format;
use crate::types::payload::{
    BytesWindow, FieldAt, PayloadBytes, PayloadField, PayloadRows, PayloadWindow, PublishCommand, RowShape,
};
use crate::wire;

/// Rows of one answer.
const MOST_ROWS: usize = 500;
/// Bytes of one answer.
const MOST_BYTES: usize = 32 * 1024;
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
            .and_then(|query| found(&looks.payload, message, query, Part::Rows(window.shape)));
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
        window: BytesWindow,
    ) -> Result<PayloadBytes, ApiError> {
        let looks = self.looks(&id)?;
        let BytesWindow {
            format,
            from,
            count,
            changes,
            query,
        } = window;
        let Inside { bytes, before, .. } = self.inside(&id, &looks.payload, message, format, changes).await?;
        let from = (from as usize).min(bytes.len());
        let part = &bytes[from..from
            .saturating_add((count as usize).min(MOST_BYTES))
            .min(bytes.len())];
        let before = before.flatten().filter(|_| changes);
        let changed = before.map_or(Vec::new(), |before| {
            runs((0..part.len()).map(|at| before.get(from + at) != Some(&part[at])))
        });
        let hits = query
            .and_then(|query| found(&looks.payload, message, &query, Part::Bytes(format)))
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

    /// A value, to be copied.
    pub async fn payload_field(
        &self,
        id: String,
        message: f64,
        at: FieldAt,
    ) -> Result<Option<PayloadField>, ApiError> {
        let looks = self.looks(&id)?;
        let (held, outline) = match at {
            FieldAt::Row { shape, .. } => {
                let Some((held, outline)) = self.outline(&id, &looks.payload, message, shape).await? else {
                    return Ok(None);
                };
                (held, Some(outline))
            }
            FieldAt::Value { .. } => {
                let mut slot = looks.payload.held.lock().await;
                (self.hold(&id, &mut slot, message).await?, None)
            }
        };
        let field = tokio::task::spawn_blocking(move || {
            let bytes = &held.stored.message.payload;
            let field = match at {
                FieldAt::Row { row, .. } => outline?.field(bytes, row as usize)?,
                FieldAt::Value { format, value } => {
                    let format = format.map(wire::message::format_from);
                    payload::field(bytes, hint(&held.stored, &held.known), format, value)?
                }
            };
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

    /// The message, read once for as long as it is looked at.
    async fn hold(&self, id: &str, slot: &mut Option<Held>, message: f64) -> Result<Held, ApiError> {
        let held = match slot.take() {
            Some(held) if held.message == message => held,
            _ => {
                let stored = self.stored(id, message).await?;
                let known = self.known(id, &stored.message.topic, Some(stored.id)).await?;
                Held {
                    message,
                    stored: Arc::new(stored),
                    known: Arc::new(known),
                    outline: None,
                    inside: None,
                }
            }
        };
        *slot = Some(held.clone());
        Ok(held)
    }

    /// The bytes of a message, and those of the topic's message before where they are asked for.
    async fn inside(
        &self,
        id: &str,
        open: &OpenPayload,
        message: f64,
        format: Option<Format>,
        before: bool,
    ) -> Result<Inside, ApiError> {
        let mut slot = open.held.lock().await;
        let held = self.hold(id, &mut slot, message).await?;
        let mut inside = match &held.inside {
            Some(inside) if inside.format == format => inside.clone(),
            _ => Inside {
                format,
                bytes: opened(&held, held.stored.message.payload.clone(), format).await?,
                before: None,
            },
        };
        if before && inside.before.is_none() {
            let history = &self.connection(id)?.history;
            let page = history
                .page(&held.stored.message.topic, Some(held.stored.id), 1)
                .await;
            inside.before = Some(match page.map_err(wire::error::history)?.pop() {
                Some(earlier) => Some(opened(&held, earlier.message.payload, format).await?),
                None => None,
            });
        }
        *slot = Some(Held {
            inside: Some(inside.clone()),
            ..held
        });
        Ok(inside)
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
        let held = self.hold(id, &mut slot, message).await?;
        if let Some((known, outline)) = &held.outline
            && *known == shape
        {
            let outline = outline.clone();
            return Ok(Some((held, outline)));
        }
        let (stored, known) = (held.stored.clone(), held.known.clone());
        // A large payload takes a while to read; the threads that move messages don't wait for it.
        let read = tokio::task::spawn_blocking(move || {
            let format = shape.format.map(wire::message::format_from);
            let columns = shape.columns.map(|columns| columns as usize);
            let hint = hint(&stored, &known);
            Outline::read(&stored.message.payload, hint, format, columns, &|| turn.is_over())
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

fn hint<'a>(stored: &'a Stored, known: &'a Known) -> Hint<'a> {
    Hint {
        known: Some(known),
        ..series::hint(&stored.message)
    }
}

/// A payload of the held message's topic in a format: as it came, or without what it is wrapped in.
async fn opened(held: &Held, payload: Bytes, format: Option<Format>) -> Result<Bytes, ApiError> {
    let (stored, known) = (held.stored.clone(), held.known.clone());
    // To unpack takes a while.
    let opened = tokio::task::spawn_blocking(move || {
        let format = format.map(wire::message::format_from);
        let inside = payload::open(&payload, hint(&stored, &known), format, MOST_UNPACKED);
        let is_packed = !inside.layers.is_empty();
        let unpacked = is_packed.then(|| Bytes::from(inside.bytes.into_owned()));
        unpacked.unwrap_or(payload)
    });
    opened.await.map_err(failed)
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
