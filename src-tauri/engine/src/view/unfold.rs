//! Opening and closing a branch with everything below it, in steps.
//!
//! A branch may hold a million topics. A step goes over so many nodes at most, and the picture is
//! true after each: what arrives never waits for the whole branch, and rows can be read between the
//! steps. It keeps the way down to where it is and no list of what it found; a topic that comes while
//! it is under way may be left out.

use super::open::Open;
use super::picture::Picture;
use crate::tree::children::Children;
use crate::tree::{NodeId, Tree};

/// Nodes that one step goes over at most.
pub(super) const STEP: usize = 20_000;

/// A node on the way down, and which of its children comes next. Children are only put in between,
/// so that one may come twice, but none that was there is left out.
#[derive(Debug)]
struct Level {
    node: NodeId,
    chunk: usize,
    entry: usize,
}

/// A branch that is being opened or closed.
#[derive(Debug)]
pub(super) struct Unfold {
    opens: bool,
    way: Vec<Level>,
}

impl Level {
    fn at(node: NodeId) -> Self {
        Self {
            node,
            chunk: 0,
            entry: 0,
        }
    }

    fn next(&mut self, tree: &Tree) -> Option<NodeId> {
        match tree.raw_node(self.node).children {
            Children::None => None,
            Children::One(child) => {
                self.entry += 1;
                (self.entry == 1).then_some(child)
            }
            Children::Many(list) => loop {
                let chunk = *tree.chunks_of(list).get(self.chunk)?;
                if let Some(entry) = tree.chunk(chunk).entries.get(self.entry) {
                    self.entry += 1;
                    return Some(entry.node);
                }
                (self.chunk, self.entry) = (self.chunk + 1, 0);
            },
        }
    }
}

impl Unfold {
    /// Everything below a node; the node itself is not touched.
    pub fn below(node: NodeId, opens: bool) -> Self {
        Self {
            opens,
            way: vec![Level::at(node)],
        }
    }

    /// Goes on by a step; true once all is done.
    pub fn step(&mut self, tree: &Tree, open: &mut Open, picture: &mut Picture) -> bool {
        for _ in 0..STEP {
            let Some(level) = self.way.last_mut() else {
                return true;
            };
            let node = level.node;
            // A change is told to everything above that is open. Branches are opened from below and closed from
            // above, so that there is nothing to tell: of 65,535 levels each would tell all the others.
            let Some(child) = level.next(tree) else {
                self.way.pop();
                if self.opens && !self.way.is_empty() && open.set(node, true) {
                    picture.toggled(tree, open, node);
                }
                continue;
            };
            if matches!(tree.raw_node(child).children, Children::None) {
                continue;
            }
            if !self.opens && open.set(child, false) {
                picture.toggled(tree, open, child);
            }
            self.way.push(Level::at(child));
        }
        self.way.is_empty()
    }
}
