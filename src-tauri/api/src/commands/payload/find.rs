//! What is found in a payload, and which of it is on the rows and bytes in view.

use std::sync::Arc;

use treetop_engine::payload::{self, Folded, Hits, Outline, Query, QueryProblem};

use super::failed;
use crate::api::Api;
use crate::opened::{OpenPayload, Part, Sought};
use crate::types::error::ApiError;
use crate::types::payload::{FoundPlace, PayloadFound, PayloadQuery, QueryKind, SearchPlace};
use crate::wire;

impl Api {
    /// Searches a payload, as far as it has rows that can be shown, and answers with the count and one place. None
    /// if something else was searched for meanwhile.
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
            Err(QueryProblem::NotRegex(error)) => {
                return Ok(Some(PayloadFound::NotRegex(wire::error::regex(
                    error,
                    &query.text,
                ))));
            }
            Err(QueryProblem::TooLarge) => return Ok(Some(PayloadFound::TooLarge)),
        };
        let looks = self.looks(&id)?;
        let open = &looks.payload;
        let (part, folded) = match place {
            SearchPlace::Rows { shape, folded } => (Part::Rows(shape), folded),
            SearchPlace::Bytes { format } => (Part::Bytes(format), Vec::new()),
        };
        let sought = Sought { message, query, part };
        let turn = open.seek(&sought);
        let (bytes, outline) = match part {
            Part::Rows(shape) => match self.outline(&id, open, message, shape).await? {
                Some((held, outline)) => (held.stored.message.payload.clone(), Some(outline)),
                None => return Ok(None),
            },
            Part::Bytes(format) => (self.inside(&id, open, message, format, false).await?.bytes, None),
        };
        let mut found = open.found.lock().await;
        let hits = match &*found {
            Some((known, hits)) if *known == sought => hits.clone(),
            _ => {
                let outline = outline.clone();
                let search = tokio::task::spawn_blocking(move || {
                    let stop = || turn.is_over();
                    match outline {
                        Some(outline) => compiled.in_rows(&outline, &bytes, &stop),
                        None => compiled.in_bytes(&bytes, &stop),
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
        let cut = outline.filter(|outline| !outline.is_complete());
        Ok(Some(PayloadFound::Found {
            count: count as f64,
            more: hits.more || cut.is_some(),
            searched: cut.map(|outline| outline.total() as f64),
            place,
        }))
    }
}

/// What was found of a query, if that is known already.
pub(super) fn found(open: &OpenPayload, message: f64, query: &PayloadQuery, part: Part) -> Option<Arc<Hits>> {
    let found = open.found.try_lock().ok()?;
    let (sought, hits) = found.as_ref()?;
    let same = sought.message == message && sought.query == *query && sought.part == part;
    same.then(|| hits.clone())
}

/// What was found on a row, as UTF-16 units of its text.
pub(super) fn hits_on(hits: &Hits, row: usize, line: &payload::Line) -> Vec<(u32, u32)> {
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
