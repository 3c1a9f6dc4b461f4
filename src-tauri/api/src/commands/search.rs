//! Searches of the history: one at a time in each connection, pulled like every other view.

use std::sync::Arc;

use treetop_engine::history::search::{Hit, Search};
use treetop_engine::ingest::lock;

use crate::api::{Api, LONGEST_WAIT, SHORTEST_WAIT};
use crate::types::error::ApiError;
use crate::types::search::{SearchFrame, SearchProblem, SearchQuery, SearchWindow};
use crate::wire;

/// Rows that one frame holds at most.
const MOST_ROWS: usize = 500;

/// The search that was started last; the one before ended with it.
#[derive(Default)]
pub(crate) struct Searching {
    number: u64,
    latest: Option<Arc<Search>>,
}

impl Api {
    /// Begins to look, in place of the search there may be.
    pub async fn search_start(&self, id: String, query: SearchQuery) -> Result<f64, ApiError> {
        let looks = self.looks(&id)?;
        let query = wire::search::query(query)?;
        let mut searching = lock(&looks.searching);
        searching.number += 1;
        searching.latest = Some(Arc::new(looks.connection.history.search(query)));
        Ok(searching.number as f64)
    }

    /// How far it is, with the hits in view. Answers at once where something is new against the known
    /// revision and the last answer is a while ago; with nothing if nothing changed for a second.
    pub async fn search_frame(
        &self,
        id: String,
        search: f64,
        window: SearchWindow,
    ) -> Result<Option<SearchFrame>, ApiError> {
        let search = self.search(&id, search)?;
        let mut changed = search.changed();
        // Revision 0 is no search's state: it asks for what there is now.
        let revision = |changed: &tokio::sync::watch::Receiver<u64>| (*changed.borrow() + 1) as f64;
        if window.revision > 0.0 {
            let seen = window.revision as u64;
            tokio::time::sleep(SHORTEST_WAIT).await;
            let news = changed.wait_for(|now| now + 1 != seen);
            // The end of the wait and the end of the search are answers as well.
            let _ = tokio::time::timeout(LONGEST_WAIT, news).await;
        }
        let revision = revision(&changed);
        if revision == window.revision {
            return Ok(None);
        }
        let first = window.first.max(0.0) as usize;
        let count = (window.count as usize).min(MOST_ROWS);
        let progress = search.progress();
        let decoding = self.decoding(&id).await?;
        let row = |hit: Hit| {
            let topic = hit.topic.clone();
            wire::search::row(hit, decoding.known(&topic))
        };
        Ok(Some(SearchFrame {
            revision,
            standing: wire::search::standing(progress.standing),
            looked: progress.looked as f64,
            total: progress.total.map(|total| total as f64),
            reached: progress.reached.map(|id| id.received().millis()),
            kept: progress.kept as f64,
            can_go_on: progress.can_go_on,
            busy_millis: progress.busy.as_secs_f64() * 1000.0,
            first: first as f64,
            rows: search.hits(first, count).into_iter().map(row).collect(),
        }))
    }

    /// Rests; what was found stays.
    pub async fn search_stop(&self, id: String, search: f64) -> Result<(), ApiError> {
        self.search(&id, search)?.stop();
        Ok(())
    }

    /// Goes on after a rest, or for more hits.
    pub async fn search_go_on(&self, id: String, search: f64) -> Result<(), ApiError> {
        self.search(&id, search)?.go_on();
        Ok(())
    }

    /// The search of that number, unless another took its place.
    pub(super) fn search(&self, id: &str, number: f64) -> Result<Arc<Search>, ApiError> {
        let looks = self.looks(id)?;
        let searching = lock(&looks.searching);
        let latest = searching
            .latest
            .clone()
            .filter(|_| searching.number as f64 == number);
        latest.ok_or_else(|| wire::search::problem(SearchProblem::Gone))
    }
}
