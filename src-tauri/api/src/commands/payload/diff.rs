//! How two messages differ: the comparison that was made last is held, and its rows are asked for.

use std::sync::Arc;

use treetop_engine::payload;

use super::{MOST_ROWS, failed, hint};
use crate::api::Api;
use crate::opened::Compared;
use crate::types::error::ApiError;
use crate::types::payload::{DiffRow, MessageDiff};
use crate::wire;

/// Bytes of each payload that are compared at most: 1 MB.
const DIFFED: usize = 1_000_000;

impl Api {
    pub async fn message_diff(&self, id: String, a: f64, b: f64) -> Result<MessageDiff, ApiError> {
        let looks = self.looks(&id)?;
        let (older, newer) = (self.stored(&id, a).await?, self.stored(&id, b).await?);
        let known = self.known(&id, &newer.message.topic, Some(newer.id)).await?;
        let compare = tokio::task::spawn_blocking(move || {
            let (x, y) = (&older.message.payload, &newer.message.payload);
            let diff = payload::diff(x, y, hint(&newer, &known), Some(DIFFED));
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
}
