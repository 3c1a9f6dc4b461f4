//! Which branches a window has open.
//!
//! Without a filter everything starts closed, under a filter everything starts open; only what
//! differs from that is kept, one bit a node.

use crate::tree::NodeId;

#[derive(Debug, Default)]
pub(super) struct Open {
    by_default: bool,
    flipped: Vec<u64>,
}

impl Open {
    /// Everything open or everything closed.
    pub fn all(by_default: bool) -> Self {
        Self {
            by_default,
            flipped: Vec::new(),
        }
    }

    /// The root is always open.
    pub fn is_open(&self, node: NodeId) -> bool {
        let flipped = self
            .flipped
            .get(node.index() / 64)
            .is_some_and(|word| word >> (node.index() % 64) & 1 == 1);
        flipped != self.by_default || node == NodeId::ROOT
    }

    /// The nodes that are not as by default, branches before what is below them.
    pub fn flipped(&self) -> impl Iterator<Item = NodeId> {
        let words = self.flipped.iter().enumerate().filter(|(_, word)| **word != 0);
        words.flat_map(|(at, word)| {
            let bits = (0..64).filter(move |bit| word >> bit & 1 == 1);
            bits.map(move |bit| NodeId((at * 64 + bit) as u32))
        })
    }

    /// True if this changes anything.
    pub fn set(&mut self, node: NodeId, open: bool) -> bool {
        if self.is_open(node) == open || node == NodeId::ROOT {
            return false;
        }
        let word = node.index() / 64;
        if self.flipped.len() <= word {
            self.flipped.resize(word + 1, 0);
        }
        self.flipped[word] ^= 1 << (node.index() % 64);
        true
    }
}
