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
/// Nodes that are counted in one go.
const PIECE: usize = 1 << 13;

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
    closed: bool,
    /// Nodes below this number are not counted yet, except the root.
    uncounted: usize,
}

impl Picture {
    /// Every branch was closed; told at the next look, in time for the rows and not for the tree.
    pub fn close(&mut self) {
        self.closed = true;
    }

    /// Takes in what the tree has gained, `topics` of all at most, and what the filter has come to
    /// see otherwise. It always follows siblings that were moved to other chunks.
    pub fn follow(&mut self, tree: &Tree, open: &Open, filter: Option<&mut Filter>, topics: usize) {
        let known_chunks = self.sums.len();
        self.shown.resize(tree.len(), 0);
        self.sums.resize(tree.chunk_count(), Sum::default());
        let before = self.topics;
        self.topics = before.max(topics);
        let news = self.topics - before;
        let (filter, turned) = match filter {
            Some(filter) => {
                let turned = filter.take_turned();
                (Some(&*filter), turned)
            }
            None => (None, Vec::new()),
        };
        if news > FEW && news > self.topics / ANEW {
            self.count_anew(tree, open, filter);
            return;
        }
        if let Some(filter) = filter {
            self.turn(tree, open, filter, before, turned);
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

    /// True if a node is a topic in the picture that the filter names.
    pub fn is_hit(&self, tree: &Tree, node: NodeId, filter: &Filter) -> bool {
        filter.names(node) && (tree.raw_node(node).topic as usize) < self.topics
    }

    /// Shows or hides topics that the filter sees otherwise than before, of the first `known` ones.
    fn turn(&mut self, tree: &Tree, open: &Open, filter: &Filter, known: usize, mut turned: Vec<NodeId>) {
        turned.sort_unstable();
        for same in turned.chunk_by(|a, b| a == b) {
            let node = same[0];
            // Twice is there and back again.
            if same.len() % 2 == 0 || tree.raw_node(node).topic as usize >= known {
                continue;
            }
            if filter.names(node) {
                self.hits += 1;
                self.reveal(tree, open, node);
            } else {
                self.hits -= 1;
                self.conceal(tree, open, filter, node);
            }
        }
    }

    /// Hides a node that is no hit any more, and the branches around it that are empty without it.
    fn conceal(&mut self, tree: &Tree, open: &Open, filter: &Filter, node: NodeId) {
        let mut at = node;
        while at != NodeId::ROOT && !self.is_hit(tree, at, filter) && self.below(tree, at).items == 0 {
            let raw = tree.raw_node(at);
            let rows = self.rows(at);
            self.shown[at.index()] = 0;
            if raw.chunk != Node::NOWHERE {
                let sum = &mut self.sums[raw.chunk as usize];
                (sum.rows, sum.items) = (sum.rows - rows, sum.items - 1);
            }
            if open.is_open(raw.parent) {
                self.change(tree, open, raw.parent, self.rows(raw.parent) - rows);
            }
            at = raw.parent;
        }
    }

    fn count_anew(&mut self, tree: &Tree, open: &Open, filter: Option<&Filter>) {
        self.closed = false;
        self.hits = 0;
        self.shown.fill(0);
        self.sums.fill(Sum::default());
        self.uncounted = tree.len();
        self.count(tree, open, filter, &mut || false);
    }

    /// A picture of the first `topics` topics, to be counted before anything else.
    pub fn begin(tree: &Tree, topics: usize) -> Self {
        Self {
            shown: vec![0; tree.len()],
            sums: vec![Sum::default(); tree.chunk_count()],
            topics,
            uncounted: tree.len(),
            ..Self::default()
        }
    }

    /// Goes over the nodes, children before parents, until it is `enough`; true at the end. The
    /// tree may grow in between, the filter must not.
    pub fn count(
        &mut self,
        tree: &Tree,
        open: &Open,
        filter: Option<&Filter>,
        enough: &mut dyn FnMut() -> bool,
    ) -> bool {
        while self.uncounted > 1 {
            if enough() {
                return false;
            }
            let end = self.uncounted;
            self.uncounted = end.saturating_sub(PIECE).max(1);
            for index in (self.uncounted..end).rev() {
                let node = NodeId(index as u32);
                // Most nodes are hidden under most filters, and not worth a look.
                if self.shown[index] == 0 && filter.is_some_and(|filter| !filter.names(node)) {
                    continue;
                }
                self.count_node(tree, open, filter, node);
            }
        }
        true
    }

    fn count_node(&mut self, tree: &Tree, open: &Open, filter: Option<&Filter>, node: NodeId) {
        let raw = tree.raw_node(node);
        let shown = &mut self.shown[node.index()];
        if (raw.topic as usize) < self.topics && filter.is_none_or(|filter| filter.names(node)) {
            self.hits += 1;
            *shown = (*shown).max(1);
        }
        let rows = *shown;
        if rows == 0 {
            return;
        }
        // A chunk that came since is summed when it is followed.
        if let Some(sum) = self.sums.get_mut(raw.chunk as usize) {
            *sum += Sum {
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
