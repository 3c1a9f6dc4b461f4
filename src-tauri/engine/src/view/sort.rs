//! Orders other than by name: most messages first, the busiest, the newest, the largest.
//!
//! Such an order is made only for branches that are looked at, again at most once a second, and not
//! while it is held: rows must not run away under the pointer. A look goes over so many children at
//! most, so that what arrives never waits; an order of a wider branch is made over several looks,
//! and the one before stays until then. Only the first ten thousand of a branch are ranked; the
//! others, and those that came since, follow by name.

use std::cmp::Reverse;

use hashbrown::{HashMap, HashSet};

use crate::message::Timestamp;
use crate::tree::children::Children;
use crate::tree::{NodeId, Span, Tree};

/// Most children of a branch that are ranked.
pub(super) const RANKED: usize = 10_000;
/// Children that one look goes over at most; a chunk that was begun is finished.
pub(super) const LOOK: usize = 32_768;
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
    /// Most messages per second first, by name where they are equal.
    Rate,
    /// Last message first, by name where they are equal.
    Latest,
    /// Most payload bytes first, by name where they are equal.
    Size,
}

impl Sort {
    fn weight(self, tree: &Tree, node: NodeId, span: Span) -> i64 {
        let raw = tree.raw_node(node);
        let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        match self {
            Self::Name => 0,
            Self::Messages => count(raw.messages),
            Self::Rate => tree.gained(node, span).0.into(),
            Self::Latest => raw.last.0,
            Self::Size => count(raw.bytes),
        }
    }
}

/// A child with what decides its place: its weight, and between equals its place by name.
type Candidate = (Reverse<i64>, u32, NodeId);

/// An order in the making.
#[derive(Debug, Default)]
struct Pass {
    /// The chunk of children that comes next. A chunk that is split before it moves it back, so that
    /// some children may come twice, but none is left out.
    chunk: usize,
    place: u32,
    best: Vec<Candidate>,
    /// The last candidate that was good enough, once there were too many.
    bar: Option<Candidate>,
}

impl Pass {
    fn take(&mut self, candidate: Candidate) {
        if self.bar.is_some_and(|bar| candidate > bar) {
            return;
        }
        self.best.push(candidate);
        if self.best.len() == 2 * RANKED {
            let (_, bar, _) = self.best.select_nth_unstable(RANKED - 1);
            self.bar = Some(*bar);
            self.best.truncate(RANKED);
        }
    }

    /// The first ten thousand in order, each once.
    fn finish(mut self) -> (Vec<NodeId>, HashSet<NodeId>) {
        self.best.sort_unstable();
        let mut members = HashSet::with_capacity(self.best.len().min(RANKED));
        let mut order: Vec<NodeId> = self.best.into_iter().map(|(_, _, node)| node).collect();
        order.retain(|node| members.len() < RANKED && members.insert(*node));
        (order, members)
    }
}

#[derive(Debug, Default)]
struct Rank {
    order: Vec<NodeId>,
    members: HashSet<NodeId>,
    made: Option<(Timestamp, u64)>,
    pass: Option<Pass>,
}

#[derive(Debug, Default)]
pub(super) struct Ranks {
    sort: Sort,
    /// The time of the last look.
    pub now: Timestamp,
    pub held: bool,
    /// Children that may still be gone over in this look.
    left: usize,
    ranks: HashMap<NodeId, Rank>,
    unfinished: bool,
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

    /// Another look begins.
    pub fn begin(&mut self) {
        self.left = LOOK;
        self.unfinished = false;
    }

    /// A branch in view has no order yet, only a part of it.
    pub fn is_unfinished(&self) -> bool {
        self.unfinished
    }

    /// Ranks the children of a node, if that is due, as far as this look may.
    pub fn prepare(&mut self, tree: &Tree, parent: NodeId) {
        let Children::Many(list) = tree.raw_node(parent).children else {
            return;
        };
        if self.sort == Sort::Name {
            return;
        }
        let rank = self.ranks.entry(parent).or_default();
        if let Some((made, revision)) = rank.made {
            let steady = self.now.0.abs_diff(made.0) < STEADY;
            // What flows runs dry by itself.
            let same = revision == tree.revision() && self.sort != Sort::Rate;
            if self.held || rank.pass.is_none() && (steady || same) {
                return;
            }
        }
        if self.left == 0 {
            self.unfinished |= rank.made.is_none();
            return;
        }
        let span = tree.span(self.now);
        let pass = rank.pass.get_or_insert_default();
        let chunks = tree.chunks_of(list);
        while let Some(&chunk) = chunks.get(pass.chunk).filter(|_| self.left > 0) {
            let entries = &tree.chunk(chunk).entries;
            for entry in entries {
                let weight = self.sort.weight(tree, entry.node, span);
                pass.take((Reverse(weight), pass.place, entry.node));
                pass.place = pass.place.saturating_add(1);
            }
            pass.chunk += 1;
            self.left = self.left.saturating_sub(entries.len());
        }
        if pass.chunk < chunks.len() {
            self.unfinished |= rank.made.is_none();
            return;
        }
        if let Some(pass) = rank.pass.take() {
            (rank.order, rank.members) = pass.finish();
            rank.made = Some((self.now, tree.revision()));
        }
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
