//! From a row to the next topic that the filter names, and to the one before.
//!
//! What lies in closed branches counts too. A branch is shown only if there is a hit in it, so the
//! way to the next is at most as long as the tree is deep.

use super::TreeView;
use super::rows::Walk;
use crate::tree::{NodeId, Tree};

impl TreeView {
    /// The next hit after a node in the order of rows, or the one before it; from the other end
    /// again where there is none. Without a node, or with one that is hidden, the first or the
    /// last. `None` without a filter and without hits.
    pub fn next_hit(&mut self, tree: &Tree, from: Option<NodeId>, backwards: bool) -> Option<NodeId> {
        self.follow(tree);
        self.narrowed.as_ref().filter(|_| self.picture.hits() > 0)?;
        let mut at = from
            .filter(|node| self.picture.rows(*node) > 0)
            .unwrap_or(NodeId::ROOT);
        loop {
            let mut walk = self.walk(tree);
            at = if backwards {
                walk.before(at)
            } else {
                walk.behind(at)
            };
            if at != NodeId::ROOT && self.is_hit(tree, at) {
                return Some(at);
            }
        }
    }

    fn is_hit(&self, tree: &Tree, node: NodeId) -> bool {
        self.narrowed
            .as_ref()
            .is_some_and(|narrowed| self.picture.is_hit(tree, node, &narrowed.filter))
    }
}

impl Walk<'_> {
    /// The node after another one, parents before children; the root after the last.
    fn behind(&mut self, node: NodeId) -> NodeId {
        if let Some(first) = self.child(node, 0) {
            return first;
        }
        let mut at = node;
        while at != NodeId::ROOT {
            let parent = self.tree.raw_node(at).parent;
            if let Some(next) = self.place(at).and_then(|place| self.child(parent, place + 1)) {
                return next;
            }
            at = parent;
        }
        at
    }

    /// The node before another one; the last one before the root.
    fn before(&mut self, node: NodeId) -> NodeId {
        let mut at = node;
        if node != NodeId::ROOT {
            let parent = self.tree.raw_node(node).parent;
            let place = self.place(node).and_then(|place| place.checked_sub(1));
            match place.and_then(|place| self.child(parent, place)) {
                Some(sibling) => at = sibling,
                None => return parent,
            }
        }
        while let Some(last) = self.last_child(at) {
            at = last;
        }
        at
    }

    fn last_child(&mut self, node: NodeId) -> Option<NodeId> {
        let count = self.picture.below(self.tree, node).items;
        self.child(node, count.checked_sub(1)?)
    }
}
