//! Filters that read a topic level by level: a text, MQTT wildcards.
//!
//! Each node has a state that follows from its parent's and its own level, so that a million
//! topics cost a million short texts and a new topic costs its new levels.

use std::ops::Range;

use super::text::Text;
use super::wildcards::Wildcards;
use crate::tree::{NodeId, Tree};

/// The bit of a state that says: the filter names the node, if it is a topic.
pub(super) const FOUND: u32 = 1 << 31;
/// Nodes that are read in one go.
pub(super) const PIECE: usize = 1 << 16;

#[derive(Debug)]
pub(super) enum Pattern {
    Text(Box<Text>),
    Wildcards(Wildcards),
}

#[derive(Debug)]
pub(super) struct Levels {
    pattern: Pattern,
    /// Per node, the root first.
    states: Vec<u32>,
    folded: Vec<u8>,
}

impl Levels {
    pub fn new(pattern: Pattern) -> Self {
        let root = match &pattern {
            Pattern::Text(_) => 0,
            Pattern::Wildcards(_) => Wildcards::ROOT,
        };
        Self {
            pattern,
            states: vec![root],
            folded: Vec::new(),
        }
    }

    /// Nodes taken in.
    pub fn known(&self) -> usize {
        self.states.len()
    }

    /// Takes in more nodes, [`PIECE`] at most and at least one if there is one.
    pub fn take_in(&mut self, tree: &Tree) {
        if self.states.len() == 1 {
            self.states.reserve(tree.len());
        }
        let end = tree.len().min(self.states.len() + PIECE);
        if self.states.len() >= end {
            return;
        }
        match &self.pattern {
            Pattern::Text(text) if !text.spans => {
                text.read_block(tree, &mut self.states, &mut self.folded);
            }
            Pattern::Text(text) => {
                for index in self.states.len()..end {
                    let node = NodeId(index as u32);
                    let parent = tree.raw_node(node).parent;
                    let state = text.read_node(self.states[parent.index()], parent, tree.segment(node));
                    self.states.push(state);
                }
            }
            Pattern::Wildcards(wildcards) => {
                for index in self.states.len()..end {
                    let node = NodeId(index as u32);
                    let raw = tree.raw_node(node);
                    let before = self.states[raw.parent.index()];
                    self.states
                        .push(wildcards.read(before, raw.depth.into(), || tree.segment(node)));
                }
            }
        }
    }

    /// True if the full name of a node is named.
    pub fn names(&self, node: NodeId) -> bool {
        self.states[node.index()] & FOUND != 0
    }

    /// What of a level the filter names.
    pub fn range(&self, tree: &Tree, node: NodeId) -> Option<Range<usize>> {
        let raw = tree.raw_node(node);
        match &self.pattern {
            Pattern::Text(text) => text.range(tree, node, self.states[raw.parent.index()]),
            Pattern::Wildcards(wildcards) => {
                let is_written = wildcards.writes(raw.depth.into(), self.states[node.index()]);
                let length = tree.segment(node).len();
                (is_written && length > 0).then_some(0..length)
            }
        }
    }
}
