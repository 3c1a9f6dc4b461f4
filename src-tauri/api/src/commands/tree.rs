//! The tree: only the rows in view, when they changed, at the pace of the view.

use std::time::{Duration, Instant};

use treetop_engine::ingest::lock;
use treetop_engine::message::Timestamp;
use treetop_engine::tree::Tree;
use treetop_engine::view;

use crate::api::{Api, LONGEST_WAIT, SHORTEST_WAIT};
use crate::looks::{Answered, Looks};
use crate::types::error::ApiError;
use crate::types::tree::{FilterMode, TreeFilter, TreeFrame, TreeSort, TreeTarget, TreeWindow};
use crate::wire;

/// Rows that one frame holds at most.
const MOST_ROWS: u32 = 500;
/// Topics that a search answers at most.
const MOST_FOUND: usize = 100;

/// How long a filter may search before what it has found so far is answered.
const LONGEST_SEARCH: Duration = Duration::from_millis(40);
/// How long it holds the tree at a time.
const SEARCH_PIECE: Duration = Duration::from_millis(2);
/// How long it lets others have it.
const SEARCH_PAUSE: Duration = Duration::from_micros(50);

impl Api {
    /// The rows in view. Answers when they may have changed against the known revision, at once after a
    /// command, and with nothing if they did not change for a second.
    pub async fn tree_frame(&self, id: String, window: TreeWindow) -> Result<Option<TreeFrame>, ApiError> {
        let looks = self.looks(&id)?;
        let live = &looks.connection.live;
        let mut changed = live.changed.subscribe();
        let asked = (window.first.max(0.0) as u64, window.count.min(MOST_ROWS));
        let answered = *lock(&looks.answered);
        if answered.window == asked && revision(&looks) == window.revision {
            let wake = async {
                // A change of what arrives keeps the pace; a command does not wait.
                tokio::time::sleep(SHORTEST_WAIT.saturating_sub(Timestamp::now().since(answered.at))).await;
                let _ = changed.changed().await;
            };
            tokio::select! {
                () = wake => {}
                () = looks.turned.notified() => {}
                () = tokio::time::sleep(LONGEST_WAIT) => {}
            }
        }
        search(&looks);
        let now = Timestamp::now();
        let revision = revision(&looks);
        let (first, count) = asked;
        let frame = {
            let tree = lock(&live.tree);
            let mut view = lock(&looks.tree);
            let frame = view.rows(&tree, first, count, now);
            let row = |row: view::Row| wire::message::tree_row(&tree, &view, row, now);
            TreeFrame {
                revision,
                total_rows: frame.total_rows as f64,
                total_topics: tree.topics() as f64,
                first: frame.first as f64,
                rows: frame.rows.into_iter().map(row).collect(),
                sticky: frame.sticky.into_iter().map(row).collect(),
                hits: frame.hits.map(|hits| hits as f64),
                searching: frame.searching,
                paused: view.is_paused(),
                sort: wire_sort(view.sort()),
            }
        };
        if frame.searching.is_some() {
            // The next frame goes on with the search and does not wait.
            *lock(&looks.turns) += 1;
        }
        *lock(&looks.answered) = Answered {
            at: now,
            window: asked,
        };
        Ok(Some(frame))
    }

    pub async fn tree_expand(
        &self,
        id: String,
        node: u32,
        expanded: bool,
        branch: bool,
    ) -> Result<(), ApiError> {
        self.turn(&id, |looks| {
            let tree = lock(&looks.connection.live.tree);
            // A number from before the connection was opened again names nothing.
            if let Some(node) = tree.node_id(node) {
                lock(&looks.tree).set_expanded(&tree, node, expanded, branch);
            }
        })
    }

    pub async fn tree_collapse_all(&self, id: String) -> Result<(), ApiError> {
        self.turn(&id, |looks| lock(&looks.tree).collapse_all())
    }

    /// Answers how the filter is read. What it finds comes with the next frames; one that cannot be read
    /// changes nothing.
    pub async fn tree_filter(&self, id: String, filter: TreeFilter) -> Result<FilterMode, ApiError> {
        let text = filter.text.clone();
        let wanted = wire::filter::wanted(filter);
        let mut read_as = Ok(view::FilterMode::Text);
        self.turn(&id, |looks| {
            let tree = lock(&looks.connection.live.tree);
            read_as = lock(&looks.tree).narrow(&tree, wanted);
        })?;
        read_as
            .map(wire::filter::mode)
            .map_err(|problem| wire::filter::problem(problem, &text))
    }

    /// The next topic that the filter names, or the one before, with the branches above it opened.
    pub async fn tree_hit(
        &self,
        id: String,
        from: Option<String>,
        backwards: bool,
    ) -> Result<Option<TreeTarget>, ApiError> {
        let looks = self.looks(&id)?;
        search(&looks);
        let mut found = None;
        self.turn(&id, |looks| {
            let tree = lock(&looks.connection.live.tree);
            let mut view = lock(&looks.tree);
            let from = from.and_then(|topic| tree.find(&topic));
            if let Some(hit) = view.next_hit(&tree, from, backwards) {
                let topic = tree.topic(hit);
                found = view.expand_to(&tree, &topic).map(|row| TreeTarget {
                    row: row as f64,
                    node: hit.raw(),
                    topic,
                });
            }
        })?;
        Ok(found)
    }

    pub async fn tree_sort(&self, id: String, sort: TreeSort) -> Result<(), ApiError> {
        let sort = match sort {
            TreeSort::Name => view::Sort::Name,
            TreeSort::Messages => view::Sort::Messages,
            TreeSort::Latest => view::Sort::Latest,
        };
        self.turn(&id, |looks| lock(&looks.tree).set_sort(sort))
    }

    pub async fn tree_hold(&self, id: String, held: bool) -> Result<(), ApiError> {
        lock(&self.looks(&id)?.tree).hold(held);
        Ok(())
    }

    pub async fn tree_pause(&self, id: String, paused: bool) -> Result<(), ApiError> {
        self.turn(&id, |looks| lock(&looks.tree).pause(paused))
    }

    /// Expands the branches above a topic; answers with its row.
    pub async fn tree_reveal(&self, id: String, topic: String) -> Result<Option<TreeTarget>, ApiError> {
        let looks = self.looks(&id)?;
        search(&looks);
        let mut found = None;
        self.turn(&id, |looks| {
            let tree = lock(&looks.connection.live.tree);
            let row = lock(&looks.tree).expand_to(&tree, &topic);
            found = row.zip(tree.find(&topic));
        })?;
        Ok(found.map(|(row, node)| TreeTarget {
            row: row as f64,
            node: node.raw(),
            topic,
        }))
    }

    pub async fn tree_parent(&self, id: String, row: f64) -> Result<Option<TreeTarget>, ApiError> {
        let looks = self.looks(&id)?;
        let tree = lock(&looks.connection.live.tree);
        let mut view = lock(&looks.tree);
        let node = view.node_at(&tree, row.max(0.0) as u64);
        Ok(node
            .and_then(|node| view.parent_row(&tree, node))
            .and_then(|row| target(&mut view, &tree, row)))
    }

    pub async fn tree_type_ahead(
        &self,
        id: String,
        row: f64,
        prefix: String,
    ) -> Result<Option<TreeTarget>, ApiError> {
        let looks = self.looks(&id)?;
        let tree = lock(&looks.connection.live.tree);
        let mut view = lock(&looks.tree);
        let node = view.node_at(&tree, row.max(0.0) as u64);
        Ok(node
            .and_then(|node| view.type_ahead(&tree, node, &prefix))
            .and_then(|row| target(&mut view, &tree, row)))
    }

    /// Topics that have a text in them, for the finder.
    pub async fn tree_find(&self, id: String, text: String, limit: u32) -> Result<Vec<String>, ApiError> {
        let connection = self.connection(&id)?;
        let tree = lock(&connection.live.tree);
        Ok(view::find(&tree, &text, (limit as usize).min(MOST_FOUND)))
    }

    /// Changes the view, and lets its frame come at once.
    fn turn(&self, id: &str, change: impl FnOnce(&Looks)) -> Result<(), ApiError> {
        let looks = self.looks(id)?;
        change(&looks);
        *lock(&looks.turns) += 1;
        looks.turned.notify_waiters();
        Ok(())
    }
}

/// Goes on with what the filter has not looked at, as long as an answer may take. In pieces, and after each
/// the lock of the tree is given away for a moment, so that what arrives does not wait for a search.
fn search(looks: &Looks) {
    let began = Instant::now();
    while began.elapsed() < LONGEST_SEARCH {
        let piece = Instant::now();
        let done = {
            let tree = lock(&looks.connection.live.tree);
            lock(&looks.tree).work(&tree, &mut || piece.elapsed() > SEARCH_PIECE)
        };
        if done {
            return;
        }
        // Without a pause the one who waits would wake up too late each time.
        std::thread::sleep(SEARCH_PAUSE);
    }
}

/// Grows with what arrives and with every command. Both only grow, so their sum never repeats; it begins
/// at one, since zero on the wire is "nothing known yet".
fn revision(looks: &Looks) -> f64 {
    (*looks.connection.live.changed.borrow() + *lock(&looks.turns) + 1) as f64
}

fn target(view: &mut view::TreeView, tree: &Tree, row: u64) -> Option<TreeTarget> {
    let node = view.node_at(tree, row)?;
    Some(TreeTarget {
        row: row as f64,
        node: node.raw(),
        topic: tree.topic(node),
    })
}

fn wire_sort(sort: view::Sort) -> TreeSort {
    match sort {
        view::Sort::Name => TreeSort::Name,
        view::Sort::Messages => TreeSort::Messages,
        view::Sort::Latest => TreeSort::Latest,
    }
}
