//! How many rows each node stands for in one view, kept as topics appear and branches open.
//!
//! A node that the filter hides stands for none, a closed one for itself, an open one for itself
//! and what its children stand for. The same is summed per chunk of siblings, so that a row of a
//! wide node is found without a look at each sibling. News come from the tree's growing numbers of
//! topics and chunks; nothing is asked twice.

use super::filter::Filter;
use super::open::Open;
use crate::tree::children::Children;
use crate::tree::{Node, NodeId, Tree};

/// More news than this share of all topics are counted anew in one pass.
const ANEW: usize = 8;
/// Fewer news than this are never worth a pass over everything.
const FEW: usize = 1_000;

/// A chunk of siblings: their rows, and how many of them are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sum {
    pub rows: u64,
    pub items: u64,
}

impl std::ops::Add for Sum {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            rows: self.rows + other.rows,
            items: self.items + other.items,
        }
    }
}

impl std::ops::AddAssign for Sum {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

#[derive(Debug, Default)]
pub(super) struct Picture {
    shown: Vec<u32>,
    sums: Vec<Sum>,
    /// Topics taken in so far; later ones are not in the picture.
    topics: usize,
    /// Those of them that the filter names.
    hits: u64,
    stale: bool,
    closed: bool,
}

impl Picture {
    /// The filter or the default of what is open is another one: count anew at the next look.
    pub fn spoil(&mut self) {
        self.stale = true;
    }

    /// Every branch was closed; told at the next look, in time for the rows and not for the tree.
    pub fn close(&mut self) {
        self.closed = true;
    }

    /// Takes in what the tree has gained. A frozen picture takes in no topics, but follows siblings
    /// that were moved to other chunks.
    pub fn follow(&mut self, tree: &Tree, open: &Open, filter: Option<&Filter>, frozen: bool) {
        let known_chunks = self.sums.len();
        self.shown.resize(tree.len(), 0);
        self.sums.resize(tree.chunk_count(), Sum::default());
        let before = self.topics;
        if !frozen {
            self.topics = tree.topic_count();
        }
        let news = self.topics - before;
        if self.stale || (news > FEW && news > self.topics / ANEW) {
            self.count_anew(tree, open, filter);
            return;
        }
        for index in before..self.topics {
            let node = tree.nth_topic(index);
            if filter.is_none_or(|filter| filter.names(node)) {
                self.hits += 1;
                self.reveal(tree, open, node);
            }
        }
        for chunk in known_chunks..self.sums.len() {
            self.sum_anew(tree, chunk as u32);
            self.sum_anew(tree, tree.chunk(chunk as u32).origin);
        }
        if std::mem::take(&mut self.closed) {
            self.stand_alone(tree);
        }
    }

    /// The rows a node stands for; 0 if it is hidden.
    pub fn rows(&self, node: NodeId) -> u64 {
        self.shown[node.index()].into()
    }

    pub fn total(&self) -> u64 {
        self.shown
            .first()
            .map_or(0, |rows| u64::from(*rows).saturating_sub(1))
    }

    pub fn hits(&self) -> u64 {
        self.hits
    }

    pub fn sum(&self, chunk: u32) -> Sum {
        self.sums[chunk as usize]
    }

    /// What the children of a node stand for together, and how many are shown.
    pub fn below(&self, tree: &Tree, node: NodeId) -> Sum {
        let mut sum = Sum::default();
        match tree.raw_node(node).children {
            Children::None => {}
            Children::One(child) => sum = self.of(child),
            Children::Many(list) => tree
                .chunks_of(list)
                .iter()
                .for_each(|chunk| sum += self.sum(*chunk)),
        }
        sum
    }

    /// True if a node has a child that is shown, or would be if it were open.
    pub fn has_children(&self, tree: &Tree, node: NodeId) -> bool {
        match tree.raw_node(node).children {
            Children::None => false,
            Children::One(child) => self.rows(child) > 0,
            Children::Many(list) => tree
                .chunks_of(list)
                .iter()
                .any(|chunk| self.sum(*chunk).items > 0),
        }
    }

    pub fn of(&self, node: NodeId) -> Sum {
        let rows = self.rows(node);
        Sum {
            rows,
            items: u64::from(rows > 0),
        }
    }

    /// A node was opened or closed.
    pub fn toggled(&mut self, tree: &Tree, open: &Open, node: NodeId) {
        if self.rows(node) == 0 {
            return;
        }
        let below = if open.is_open(node) {
            self.below(tree, node).rows
        } else {
            0
        };
        self.change(tree, open, node, 1 + below);
    }

    /// Gives a shown node another number of rows and tells everything above it that is open.
    fn change(&mut self, tree: &Tree, open: &Open, node: NodeId, rows: u64) {
        let before = self.rows(node);
        let mut at = node;
        loop {
            let raw = tree.raw_node(at);
            self.shown[at.index()] = (self.rows(at) + rows - before) as u32;
            if raw.chunk != Node::NOWHERE {
                let sum = &mut self.sums[raw.chunk as usize];
                sum.rows = sum.rows + rows - before;
            }
            if at == NodeId::ROOT || !open.is_open(raw.parent) {
                return;
            }
            at = raw.parent;
        }
    }

    /// Shows a node and whatever above it was hidden.
    fn reveal(&mut self, tree: &Tree, open: &Open, node: NodeId) {
        let mut at = node;
        let mut rows = 0;
        while self.rows(at) == 0 {
            let raw = tree.raw_node(at);
            // Nothing else below it was shown before, so what comes from below is all there is.
            rows = 1 + if open.is_open(at) { rows } else { 0 };
            self.shown[at.index()] = rows;
            if at == NodeId::ROOT {
                return;
            }
            if raw.chunk != Node::NOWHERE {
                self.sums[raw.chunk as usize] += Sum {
                    rows: rows.into(),
                    items: 1,
                };
            }
            at = raw.parent;
        }
        if at != node && open.is_open(at) {
            self.change(tree, open, at, self.rows(at) + u64::from(rows));
        }
    }

    /// Each node that is shown stands for itself, the root for the top level.
    fn stand_alone(&mut self, tree: &Tree) {
        self.shown.iter_mut().for_each(|rows| *rows = (*rows).min(1));
        self.sums.iter_mut().for_each(|sum| sum.rows = sum.items);
        let top = self.below(tree, NodeId::ROOT).rows;
        if let Some(root) = self.shown.first_mut()
            && top > 0
        {
            *root = 1 + top as u32;
        }
    }

    fn sum_anew(&mut self, tree: &Tree, chunk: u32) {
        let mut sum = Sum::default();
        tree.chunk(chunk)
            .entries
            .iter()
            .for_each(|entry| sum += self.of(entry.node));
        self.sums[chunk as usize] = sum;
    }

    /// One pass over all nodes, children before parents.
    fn count_anew(&mut self, tree: &Tree, open: &Open, filter: Option<&Filter>) {
        (self.stale, self.closed) = (false, false);
        self.hits = 0;
        self.shown.fill(0);
        self.sums.fill(Sum::default());
        for index in (1..tree.len()).rev() {
            let node = NodeId(index as u32);
            let raw = tree.raw_node(node);
            if (raw.topic as usize) < self.topics && filter.is_none_or(|filter| filter.names(node)) {
                self.hits += 1;
                self.shown[index] = self.shown[index].max(1);
            }
            let rows = self.shown[index];
            if rows == 0 {
                continue;
            }
            if raw.chunk != Node::NOWHERE {
                self.sums[raw.chunk as usize] += Sum {
                    rows: rows.into(),
                    items: 1,
                };
            }
            let above = &mut self.shown[raw.parent.index()];
            *above = (*above).max(1);
            if open.is_open(raw.parent) {
                *above += rows;
            }
        }
    }
}
