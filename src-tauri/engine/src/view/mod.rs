//! What one window looks at: which branches are open, the filter, the order, and the rows in view.
//!
//! A view answers "rows 4,200 to 4,260" in time that grows with the depth and the window, not with
//! the topics: how many rows each node stands for is kept, not counted. It holds no topics itself;
//! each call is given the tree, always the same one. A new tree needs a new view.

mod busiest;
mod carry;
mod filter;
mod find;
mod frame;
mod hits;
mod open;
mod picture;
mod rows;
mod search;
mod sort;
mod unfold;

#[cfg(test)]
mod agreement;
#[cfg(test)]
mod large;
#[cfg(test)]
mod model;
#[cfg(test)]
mod narrowing;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use hashbrown::HashMap;

use crate::message::Timestamp;
use crate::tree::{NodeId, Tree};
pub use busiest::{Busiest, Busy, Survey};
pub use carry::Packed;
use filter::Filter;
pub use filter::{FilterMode, FilterProblem, FilterScope, Wanted};
pub use find::find;
pub use frame::{Frame, Row, ValuePrefix};
use open::Open;
use picture::Picture;
use rows::{Place, Walk};
use search::Coming;
use sort::Ranks;
pub use sort::Sort;
use unfold::Unfold;

/// Most rows in a frame, whatever is asked for.
pub const WINDOW_ROWS: u32 = 1_000;
/// Most branches above the window in a frame.
pub const STICKY_ROWS: usize = 32;
/// Most rows whose values a pause keeps.
const PAUSED_ROWS: usize = 10_000;

/// A filter and what is open under it.
#[derive(Debug)]
struct Narrowed {
    wanted: Wanted,
    filter: Filter,
    open: Open,
    /// What is seen without it.
    before: Picture,
}

/// A frozen picture.
#[derive(Debug)]
struct Paused {
    rows: HashMap<NodeId, Row>,
    revision: u64,
}

/// One window's view of one tree.
#[derive(Debug, Default)]
pub struct TreeView {
    open: Open,
    narrowed: Option<Narrowed>,
    coming: Option<Coming>,
    picture: Picture,
    ranks: Ranks,
    /// Whole branches that are being opened or closed, one after the other.
    unfolding: VecDeque<Unfold>,
    held: bool,
    paused: Option<Paused>,
    /// Topics of the tree when it was last looked at without a pause.
    seen: usize,
    /// The rows of the last frame and its revision, for a pause to keep.
    last: Vec<Row>,
    revision: u64,
}

impl TreeView {
    /// Everything closed, no filter, by name.
    pub fn new() -> Self {
        Self::default()
    }

    /// Opens or closes a branch, on request with all branches below it. A topic without children
    /// stays as it is. Under a filter this lasts as long as the filter.
    ///
    /// Of a large branch only the beginning is done at once; each look goes on, and
    /// [`TreeView::is_unfinished`] tells whether there is more to do.
    pub fn set_expanded(&mut self, tree: &Tree, node: NodeId, expanded: bool, whole_branch: bool) {
        self.follow(tree);
        let open = match &mut self.narrowed {
            Some(narrowed) => &mut narrowed.open,
            None => &mut self.open,
        };
        if tree.child_count(node) > 0 && open.set(node, expanded) {
            self.picture.toggled(tree, open, node);
        }
        if whole_branch {
            self.unfolding.push_back(Unfold::below(node, expanded));
            self.unfold(tree);
        }
    }

    /// Something large is under way: a look right after this one comes further.
    pub fn is_unfinished(&self) -> bool {
        !self.unfolding.is_empty() || self.ranks.is_unfinished()
    }

    fn unfold(&mut self, tree: &Tree) {
        let open = match &mut self.narrowed {
            Some(narrowed) => &mut narrowed.open,
            None => &mut self.open,
        };
        if let Some(first) = self.unfolding.front_mut()
            && first.step(tree, open, &mut self.picture)
        {
            self.unfolding.pop_front();
        }
    }

    /// Closes every branch, under a filter those it left.
    pub fn collapse_all(&mut self) {
        self.unfolding.clear();
        match &mut self.narrowed {
            Some(narrowed) => narrowed.open = Open::all(false),
            None => self.open = Open::all(false),
        }
        self.picture.close();
    }

    /// Opens the branches above a topic and answers its row. `None` if there is no such topic or
    /// the filter hides it.
    pub fn expand_to(&mut self, tree: &Tree, topic: &str) -> Option<u64> {
        self.follow(tree);
        let node = tree.find(topic)?;
        if self.picture.rows(node) == 0 {
            return None;
        }
        // From below: a branch that is still closed above ends the counting early.
        let mut above = tree.parent(node);
        while let Some(branch) = above {
            self.set_expanded(tree, branch, true, false);
            above = tree.parent(branch);
        }
        self.row_of(tree, node)
    }

    /// Another order of siblings.
    pub fn set_sort(&mut self, sort: Sort) {
        self.ranks.set_sort(sort);
    }

    /// While held, as with the pointer over the tree, an order other than by name stays.
    pub fn hold(&mut self, held: bool) {
        self.held = held;
        self.ranks.held = held || self.paused.is_some();
    }

    /// Freezes what is shown. No rows come in, no order changes, and the rows of the last frame
    /// keep their counts and values to the byte. A row that is first scrolled to or opened during
    /// the pause is taken as it is then, and kept from then on, up to ten thousand rows; the tree
    /// keeps no older values. The tree itself goes on.
    pub fn pause(&mut self, paused: bool) {
        if paused == self.paused.is_some() {
            return;
        }
        self.paused = paused.then(|| Paused {
            rows: self.last.drain(..).map(|row| (row.node, row)).collect(),
            revision: self.revision,
        });
        self.ranks.held = self.held || paused;
    }

    /// All rows that could be scrolled to.
    pub fn total_rows(&mut self, tree: &Tree) -> u64 {
        self.follow(tree);
        self.picture.total()
    }

    /// The rows from `first` on, at most [`WINDOW_ROWS`]. `now` decides what flows, and whether an
    /// order other than by name is made again.
    pub fn rows(&mut self, tree: &Tree, first: u64, count: u32, now: Timestamp) -> Frame {
        self.follow(tree);
        self.unfold(tree);
        self.ranks.now = now;
        let total_rows = self.picture.total();
        let count = count.min(WINDOW_ROWS);
        let first = if first < total_rows {
            first
        } else {
            total_rows.saturating_sub(count.into())
        };
        let (around, places) = self.walk(tree).window(first, count as usize);
        let around = &around[around.len().saturating_sub(STICKY_ROWS)..];
        let sticky: Vec<Row> = around.iter().map(|place| self.row(tree, *place, now)).collect();
        let rows: Vec<Row> = places.iter().map(|place| self.row(tree, *place, now)).collect();
        let revision = match &self.paused {
            Some(paused) => paused.revision,
            None => {
                self.last.clear();
                self.last.extend(sticky.iter().chain(&rows).cloned());
                self.revision = tree.revision();
                self.revision
            }
        };
        let hits = self.narrowed.is_some().then(|| self.picture.hits());
        Frame {
            total_rows,
            first,
            rows,
            sticky,
            hits,
            searching: self.searching(tree),
            revision,
        }
    }

    /// The order of siblings.
    pub fn sort(&self) -> Sort {
        self.ranks.sort()
    }

    /// The picture is frozen.
    pub fn is_paused(&self) -> bool {
        self.paused.is_some()
    }

    /// The node of a row.
    pub fn node_at(&mut self, tree: &Tree, row: u64) -> Option<NodeId> {
        self.follow(tree);
        self.walk(tree).node_at(row)
    }

    /// The row of a node; `None` if the filter or a closed branch hides it.
    pub fn row_of(&mut self, tree: &Tree, node: NodeId) -> Option<u64> {
        self.follow(tree);
        self.walk(tree).row_of(node)
    }

    /// Where a row that was at `row` is now, as the number of rows it moved; where a closed branch
    /// hides it, of the branch. `None` if nothing of it is shown, and while rows change places because
    /// of their order: whoever looks would be carried along.
    pub fn moved(&mut self, tree: &Tree, node: NodeId, row: u64) -> Option<i64> {
        if self.ranks.sort() != Sort::Name && !self.ranks.held {
            return None;
        }
        let now = self.nearest(tree, node)?;
        Some(now as i64 - row as i64)
    }

    /// The row of a node, or of the nearest branch around it that is shown, where a closed one hides it.
    pub fn nearest(&mut self, tree: &Tree, node: NodeId) -> Option<u64> {
        let mut at = Some(node);
        while let Some(node) = at {
            if let Some(row) = self.row_of(tree, node) {
                return Some(row);
            }
            at = tree.parent(node);
        }
        None
    }

    /// The row of the branch around a node; `None` at the top.
    pub fn parent_row(&mut self, tree: &Tree, node: NodeId) -> Option<u64> {
        self.row_of(tree, tree.parent(node)?)
    }

    /// The row of the first child of an open branch.
    pub fn first_child(&mut self, tree: &Tree, node: NodeId) -> Option<u64> {
        let row = self.row_of(tree, node)?;
        let is_open = self.current_open().is_open(node) && self.picture.rows(node) > 1;
        is_open.then_some(row + 1)
    }

    /// The row of the next sibling whose name starts with what was typed, in any case, from the
    /// first again after the last. One letter leaves the node it is at; with more letters the node
    /// itself still counts, so that typing on refines.
    pub fn type_ahead(&mut self, tree: &Tree, from: NodeId, typed: &str) -> Option<u64> {
        self.follow(tree);
        let typed: Vec<char> = filter::lower(typed).collect();
        if typed.is_empty() {
            return None;
        }
        let starts = |name: &str| {
            let mut name = filter::lower(name);
            typed.iter().all(|typed| name.next() == Some(*typed))
        };
        let mut walk = self.walk(tree);
        let found = walk.sibling(from, typed.len() > 1, starts)?;
        walk.row_of(found)
    }

    fn follow(&mut self, tree: &Tree) {
        if self.paused.is_none() {
            self.seen = tree.topic_count();
        }
        match &mut self.narrowed {
            Some(narrowed) => {
                let filter = &mut narrowed.filter;
                filter.follow(tree);
                let topics = self.seen.min(filter.topics());
                self.picture.follow(tree, &narrowed.open, Some(filter), topics);
            }
            None => self.picture.follow(tree, &self.open, None, self.seen),
        }
        self.ranks.begin();
    }

    fn current_open(&self) -> &Open {
        self.narrowed
            .as_ref()
            .map_or(&self.open, |narrowed| &narrowed.open)
    }

    fn walk<'a>(&'a mut self, tree: &'a Tree) -> Walk<'a> {
        let open = self
            .narrowed
            .as_ref()
            .map_or(&self.open, |narrowed| &narrowed.open);
        Walk {
            tree,
            picture: &self.picture,
            open,
            ranks: &mut self.ranks,
        }
    }

    fn row(&mut self, tree: &Tree, place: Place, now: Timestamp) -> Row {
        let node = place.node;
        let mut row = match &mut self.paused {
            Some(paused) if paused.rows.len() < PAUSED_ROWS => paused
                .rows
                .entry(node)
                .or_insert_with(|| Row::of(tree, node, now))
                .clone(),
            Some(paused) => paused
                .rows
                .get(&node)
                .cloned()
                .unwrap_or_else(|| Row::of(tree, node, now)),
            None => Row::of(tree, node, now),
        };
        row.has_children = self.picture.has_children(tree, node);
        row.expanded = row.has_children && self.current_open().is_open(node);
        row.set_size = u32::try_from(place.siblings).unwrap_or(u32::MAX);
        row.pos_in_set = u32::try_from(place.position).unwrap_or(u32::MAX);
        let narrowed = self.narrowed.as_ref();
        let ranges = narrowed.map(|narrowed| narrowed.filter.ranges(tree, node));
        // A level has at most 65,535 bytes.
        let pairs = ranges.into_iter().flatten();
        row.hits = pairs
            .map(|range| (range.start as u32, range.end as u32))
            .collect();
        row
    }
}
