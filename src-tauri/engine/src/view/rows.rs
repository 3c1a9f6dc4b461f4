//! From a row's number to its node and back, and from a row to the next.
//!
//! Going down costs one look per level at the sums of its siblings, so the time grows with the
//! depth and the window, not with the topics. Nothing recurses: a topic may have 65,536 levels.

use hashbrown::HashMap;

use super::open::Open;
use super::picture::{Picture, Sum};
use super::sort::Ranks;
use crate::tree::children::Children;
use crate::tree::{Node, NodeId, Tree};

/// Where a node stands among its siblings.
#[derive(Clone, Copy, Debug)]
enum Spot {
    Only,
    Ranked(usize),
    Named { chunk: usize, entry: usize },
}

/// A child of a node and what the siblings before it stand for.
#[derive(Clone, Copy, Debug)]
struct Step {
    node: NodeId,
    spot: Spot,
    before: Sum,
}

/// A row: its node, its place among the siblings that are shown, counted from 1, and their number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub node: NodeId,
    pub position: u64,
    pub siblings: u64,
}

/// One level of the way from the root to a row.
struct Level {
    parent: NodeId,
    spot: Spot,
    place: Place,
}

pub(super) struct Walk<'a> {
    pub tree: &'a Tree,
    pub picture: &'a Picture,
    pub open: &'a Open,
    pub ranks: &'a mut Ranks,
}

impl Walk<'_> {
    /// The branches around row `first`, outermost first, and the rows from there on.
    pub fn window(&mut self, first: u64, count: usize) -> (Vec<Place>, Vec<Place>) {
        let mut path = self.descend(first);
        let around = match path.split_last() {
            Some((_, above)) => above.iter().map(|level| level.place).collect(),
            None => Vec::new(),
        };
        let mut rows = Vec::new();
        while let Some(level) = path.last().filter(|_| rows.len() < count) {
            rows.push(level.place);
            self.advance(&mut path);
        }
        (around, rows)
    }

    pub fn node_at(&mut self, row: u64) -> Option<NodeId> {
        self.descend(row).last().map(|level| level.place.node)
    }

    /// The row of a node; `None` if the filter or a closed branch hides it.
    pub fn row_of(&mut self, node: NodeId) -> Option<u64> {
        let mut row = 0;
        let mut at = node;
        while self.picture.rows(at) > 0 && at != NodeId::ROOT {
            let parent = self.tree.raw_node(at).parent;
            if !self.open.is_open(parent) {
                return None;
            }
            row += self.find(parent, at)?.before.rows;
            if parent == NodeId::ROOT {
                return Some(row);
            }
            row += 1;
            at = parent;
        }
        None
    }

    /// The next sibling that `accept`s, from the start again after the last; the node itself comes
    /// last, or first if `stay`.
    pub fn sibling(&mut self, node: NodeId, stay: bool, accept: impl Fn(&str) -> bool) -> Option<NodeId> {
        if self.picture.rows(node) == 0 || node == NodeId::ROOT {
            return None;
        }
        if stay && accept(self.tree.segment(node)) {
            return Some(node);
        }
        let parent = self.tree.raw_node(node).parent;
        let mut next = {
            let spot = self.find(parent, node)?.spot;
            self.after(parent, spot)
        };
        let mut wrapped = false;
        loop {
            let (found, spot) = match next {
                Some(found) => found,
                None if wrapped => return None,
                None => {
                    wrapped = true;
                    let first = self.nth_row(parent, 0)?;
                    (first.node, first.spot)
                }
            };
            if accept(self.tree.segment(found)) {
                return Some(found);
            }
            if found == node {
                return None;
            }
            next = self.after(parent, spot);
        }
    }

    fn descend(&mut self, row: u64) -> Vec<Level> {
        let mut path = Vec::new();
        if row >= self.picture.total() {
            return path;
        }
        let (mut parent, mut left) = (NodeId::ROOT, row);
        while let Some(step) = self.nth_row(parent, left) {
            path.push(self.level(parent, step));
            if left == step.before.rows {
                break;
            }
            left -= step.before.rows + 1;
            parent = step.node;
        }
        path
    }

    fn level(&self, parent: NodeId, step: Step) -> Level {
        let siblings = self.picture.below(self.tree, parent).items;
        let place = Place {
            node: step.node,
            position: step.before.items + 1,
            siblings,
        };
        Level {
            parent,
            spot: step.spot,
            place,
        }
    }

    /// Goes on to the next row: into the branch, to the next sibling, or to that of a level above.
    fn advance(&mut self, path: &mut Vec<Level>) {
        if let Some(node) = path.last().map(|level| level.place.node)
            && self.open.is_open(node)
            && self.picture.rows(node) > 1
            && let Some(first) = self.nth_row(node, 0)
        {
            path.push(self.level(node, first));
            return;
        }
        while let Some(level) = path.last_mut() {
            if let Some((node, spot)) = self.after(level.parent, level.spot) {
                level.spot = spot;
                level.place.node = node;
                level.place.position += 1;
                return;
            }
            path.pop();
        }
    }

    /// The child of a node in whose rows the row `row` lies, counted from its first child.
    fn nth_row(&mut self, parent: NodeId, row: u64) -> Option<Step> {
        self.scan(parent, |_, after| row < after.rows, |_, after| row < after.rows)
    }

    /// The child of a node at a place among those that are shown, counted from 0.
    pub fn child(&mut self, parent: NodeId, place: u64) -> Option<NodeId> {
        let found = self.scan(
            parent,
            |_, after| place < after.items,
            |_, after| place < after.items,
        );
        found.map(|step| step.node)
    }

    /// The place of a node among its siblings that are shown, counted from 0.
    pub fn place(&mut self, node: NodeId) -> Option<u64> {
        let parent = self.tree.raw_node(node).parent;
        self.find(parent, node).map(|step| step.before.items)
    }

    fn find(&mut self, parent: NodeId, node: NodeId) -> Option<Step> {
        let home = self.tree.raw_node(node).chunk;
        self.scan(parent, |chunk, _| chunk == home, |child, _| child == node)
    }

    /// Goes over the children of a node with the sum up to and including each, chunk by chunk,
    /// until one is `wanted`. Ranked children lie in chunks too and are left out there.
    fn scan(
        &mut self,
        parent: NodeId,
        in_chunk: impl Fn(u32, Sum) -> bool,
        wanted: impl Fn(NodeId, Sum) -> bool,
    ) -> Option<Step> {
        self.ranks.prepare(self.tree, parent);
        let list = match self.tree.raw_node(parent).children {
            Children::None => return None,
            Children::One(node) => {
                let step = Step {
                    node,
                    spot: Spot::Only,
                    before: Sum::default(),
                };
                return wanted(node, self.picture.of(node)).then_some(step);
            }
            Children::Many(list) => list,
        };
        let mut before = Sum::default();
        let order = self.ranks.order_of(parent);
        for (index, &node) in order.iter().enumerate() {
            let after = before + self.picture.of(node);
            if wanted(node, after) {
                return Some(Step {
                    node,
                    spot: Spot::Ranked(index),
                    before,
                });
            }
            before = after;
        }
        let mut ranked: HashMap<u32, Sum> = HashMap::new();
        for &node in order {
            let chunk = self.tree.raw_node(node).chunk;
            debug_assert_ne!(chunk, Node::NOWHERE, "a node with siblings lies in a chunk");
            *ranked.entry(chunk).or_default() += self.picture.of(node);
        }
        for (index, &chunk) in self.tree.chunks_of(list).iter().enumerate() {
            let mut sum = self.picture.sum(chunk);
            if let Some(ranked) = ranked.get(&chunk) {
                sum = Sum {
                    rows: sum.rows - ranked.rows,
                    items: sum.items - ranked.items,
                };
            }
            if !in_chunk(chunk, before + sum) {
                before += sum;
                continue;
            }
            for (entry, child) in self.tree.chunk(chunk).entries.iter().enumerate() {
                if self.ranks.is_ranked(parent, child.node) {
                    continue;
                }
                let after = before + self.picture.of(child.node);
                if wanted(child.node, after) {
                    let spot = Spot::Named { chunk: index, entry };
                    return Some(Step {
                        node: child.node,
                        spot,
                        before,
                    });
                }
                before = after;
            }
        }
        None
    }

    /// The next sibling that is shown.
    fn after(&self, parent: NodeId, spot: Spot) -> Option<(NodeId, Spot)> {
        let Children::Many(list) = self.tree.raw_node(parent).children else {
            return None;
        };
        let is_shown = |node: NodeId| self.picture.rows(node) > 0;
        let (mut chunk, mut from) = match spot {
            Spot::Only => return None,
            Spot::Named { chunk, entry } => (chunk, entry + 1),
            Spot::Ranked(index) => {
                let mut later = self.ranks.order_of(parent).iter().enumerate().skip(index + 1);
                if let Some((index, node)) = later.find(|(_, node)| is_shown(**node)) {
                    return Some((*node, Spot::Ranked(index)));
                }
                (0, 0)
            }
        };
        let chunks = self.tree.chunks_of(list);
        while let Some(&id) = chunks.get(chunk) {
            if self.picture.sum(id).items > 0 {
                let mut entries = self.tree.chunk(id).entries.iter().enumerate().skip(from);
                let next = entries
                    .find(|(_, child)| is_shown(child.node) && !self.ranks.is_ranked(parent, child.node));
                if let Some((entry, child)) = next {
                    return Some((child.node, Spot::Named { chunk, entry }));
                }
            }
            (chunk, from) = (chunk + 1, 0);
        }
        None
    }
}
