//! Orders other than by name: most messages first, newest first.
//!
//! Such an order is made only for branches that are looked at, again at most once a second, and not
//! while it is held: rows must not run away under the pointer. Only the first ten thousand of a
//! branch are ranked; the others, and those that came since, follow by name.

use std::cmp::Reverse;

use hashbrown::{HashMap, HashSet};

use crate::message::Timestamp;
use crate::tree::children::Children;
use crate::tree::{NodeId, Tree};

/// Most children of a branch that are ranked.
pub(super) const RANKED: usize = 10_000;
/// Microseconds that an order stays as it is.
const STEADY: u64 = 1_000_000;

/// The order of siblings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Sort {
    /// By name, numbers by value.
    #[default]
    Name,
    /// Most messages first, by name where they are equal.
    Messages,
    /// Last message first, by name where they are equal.
    Latest,
}

#[derive(Debug)]
struct Rank {
    order: Vec<NodeId>,
    members: HashSet<NodeId>,
    made: Timestamp,
    revision: u64,
}

#[derive(Debug, Default)]
pub(super) struct Ranks {
    sort: Sort,
    /// The time of the last look.
    pub now: Timestamp,
    pub held: bool,
    ranks: HashMap<NodeId, Rank>,
}

impl Ranks {
    pub fn sort(&self) -> Sort {
        self.sort
    }

    pub fn set_sort(&mut self, sort: Sort) {
        if self.sort != sort {
            self.sort = sort;
            self.ranks.clear();
        }
    }

    /// Ranks the children of a node, if that is due.
    pub fn prepare(&mut self, tree: &Tree, parent: NodeId) {
        let Children::Many(_) = tree.raw_node(parent).children else {
            return;
        };
        if self.sort == Sort::Name {
            return;
        }
        if let Some(rank) = self.ranks.get(&parent) {
            let steady = self.now.0.abs_diff(rank.made.0) < STEADY;
            if self.held || steady || rank.revision == tree.revision() {
                return;
            }
        }
        let order = self.order(tree, parent);
        let members = order.iter().copied().collect();
        let rank = Rank {
            order,
            members,
            made: self.now,
            revision: tree.revision(),
        };
        self.ranks.insert(parent, rank);
    }

    fn order(&self, tree: &Tree, parent: NodeId) -> Vec<NodeId> {
        let weight = |node: NodeId| {
            let node = tree.raw_node(node);
            match self.sort {
                Sort::Name => 0,
                Sort::Messages => i64::try_from(node.messages).unwrap_or(i64::MAX),
                Sort::Latest => node.last.0,
            }
        };
        // The place in the order by name decides between equals.
        let mut children: Vec<(Reverse<i64>, u32, NodeId)> = tree
            .children(parent)
            .zip(0..)
            .map(|(node, place)| (Reverse(weight(node)), place, node))
            .collect();
        if children.len() > RANKED {
            children.select_nth_unstable(RANKED);
            children.truncate(RANKED);
        }
        children.sort_unstable();
        children.into_iter().map(|(_, _, node)| node).collect()
    }

    /// The ranked children of a node; none when sorted by name.
    pub fn order_of(&self, parent: NodeId) -> &[NodeId] {
        self.ranks.get(&parent).map_or(&[], |rank| &rank.order)
    }

    pub fn is_ranked(&self, parent: NodeId, node: NodeId) -> bool {
        self.sort != Sort::Name
            && self
                .ranks
                .get(&parent)
                .is_some_and(|rank| rank.members.contains(&node))
    }
}
