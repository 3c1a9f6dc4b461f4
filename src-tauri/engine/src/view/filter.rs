//! Which topics a filter text names: those that contain it anywhere, in any case, across levels.
//!
//! Full names are never put together. A search automaton (Knuth, Morris, Pratt) reads each level
//! once and goes on where it stopped at the end of the parent, so a million topics cost a million
//! short texts, and a new topic costs its new levels. It does not know rows.

use std::ops::Range;

use crate::tree::children::Children;
use crate::tree::{NodeId, Tree};

/// The bit of a state that says: the text lies in the topic up to here.
const FOUND: u32 = 1 << 31;

#[derive(Debug)]
pub(super) struct Filter {
    /// The text in lower case, never empty.
    pattern: Vec<u8>,
    /// For each length of a matched start, the longest shorter one that also ends there.
    shorter: Vec<u32>,
    /// Per node: how much of the pattern its name ends with, and `FOUND`.
    states: Vec<u32>,
}

impl Filter {
    /// `None` for an empty text, which filters nothing.
    pub fn new(text: &str) -> Option<Self> {
        let pattern = lower(text).collect::<String>().into_bytes();
        if pattern.is_empty() {
            return None;
        }
        let mut filter = Self {
            shorter: vec![0; pattern.len() + 1],
            pattern,
            states: Vec::new(),
        };
        for length in 1..filter.pattern.len() {
            let state = filter.step(filter.shorter[length], filter.pattern[length]);
            filter.shorter[length + 1] = state;
        }
        Some(filter)
    }

    /// Takes in nodes that are new since the last time.
    pub fn follow(&mut self, tree: &Tree) {
        let known = self.states.len();
        self.states.reserve(tree.len() - known);
        for index in known..tree.len() {
            let node = NodeId(index as u32);
            let raw = tree.raw_node(node);
            let state = match node {
                NodeId::ROOT => 0,
                _ => {
                    let before = self.at_start(raw.parent);
                    let segment = tree.segment(node);
                    before & FOUND | self.read(before, segment)
                }
            };
            self.states.push(state);
        }
    }

    /// True if the full name of a node contains the text.
    pub fn names(&self, node: NodeId) -> bool {
        self.states[node.index()] & FOUND != 0
    }

    /// The bytes of a level that the first match in it covers. A match that goes on in the next
    /// level covers the end of this one.
    pub fn range(&self, tree: &Tree, node: NodeId) -> Option<Range<usize>> {
        let segment = tree.segment(node);
        let mut state = self.at_start(tree.raw_node(node).parent) & !FOUND;
        // Where the character begins that each byte of lower case came from.
        let mut origins: Vec<usize> = Vec::with_capacity(segment.len());
        let mut utf8 = [0; 4];
        for (start, character) in segment.char_indices() {
            for small in character.to_lowercase() {
                for &byte in small.encode_utf8(&mut utf8).as_bytes() {
                    origins.push(start);
                    state = self.step(state, byte);
                    if state as usize == self.pattern.len() {
                        let from = origins.len().saturating_sub(self.pattern.len());
                        return Some(origins[from]..start + character.len_utf8());
                    }
                }
            }
        }
        if matches!(tree.raw_node(node).children, Children::None) {
            return None;
        }
        let over_the_slash = self.step(state, b'/') as usize;
        let from = origins.len().saturating_sub(over_the_slash.checked_sub(1)?);
        origins.get(from).map(|start| *start..segment.len())
    }

    /// The state before the first byte of a level below `parent`.
    fn at_start(&self, parent: NodeId) -> u32 {
        let state = self.states[parent.index()];
        if parent == NodeId::ROOT {
            return state;
        }
        let next = self.step(state & !FOUND, b'/');
        let found = if next as usize == self.pattern.len() {
            FOUND
        } else {
            state & FOUND
        };
        next | found
    }

    fn read(&self, before: u32, segment: &str) -> u32 {
        let (mut state, mut found) = (before & !FOUND, before & FOUND);
        let mut take = |byte: u8| {
            state = self.step(state, byte);
            if state as usize == self.pattern.len() {
                found = FOUND;
            }
        };
        if segment.is_ascii() {
            segment.bytes().for_each(|byte| take(byte.to_ascii_lowercase()));
        } else {
            let mut utf8 = [0; 4];
            lower(segment).for_each(|small| small.encode_utf8(&mut utf8).bytes().for_each(&mut take));
        }
        state | found
    }

    #[inline]
    fn step(&self, mut state: u32, byte: u8) -> u32 {
        loop {
            if self.pattern.get(state as usize) == Some(&byte) {
                return state + 1;
            }
            if state == 0 {
                return 0;
            }
            state = self.shorter[state as usize];
        }
    }
}

/// Lower case character by character: no context, so that parts of a text give parts of the result.
pub(super) fn lower(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::message::{MessageId, QoS};
    use crate::tree::Restored;
    use rand::rngs::StdRng;
    use rand::{Rng, SeedableRng};

    #[test]
    fn it_finds_what_a_search_in_the_full_name_finds() {
        let mut random = StdRng::seed_from_u64(3);
        let mut text = |most: usize| -> String {
            let length = random.random_range(1..=most);
            (0..length)
                .map(|_| ['a', 'B', 'É', '/'][random.random_range(0..4)])
                .collect()
        };
        let mut tree = Tree::new();
        for id in 0..500 {
            tree.restore(Restored {
                topic: &text(14),
                messages: 1,
                bytes: 0,
                id: MessageId(id),
                qos: QoS::AtMostOnce,
                retain: false,
                size: 0,
                prefix: b"",
            });
        }
        for _ in 0..300 {
            let wanted = text(6);
            let mut filter = Filter::new(&wanted).unwrap();
            filter.follow(&tree);
            for node in (1..tree.len()).map(|index| NodeId(index as u32)) {
                let topic = tree.topic(node);
                let contains = topic.to_lowercase().contains(&wanted.to_lowercase());
                assert_eq!(filter.names(node), contains, "{wanted} in {topic}");
                if let Some(range) = filter.range(&tree, node) {
                    assert!(!range.is_empty());
                    let marked = tree.segment(node)[range].to_lowercase();
                    assert!(
                        wanted.to_lowercase().contains(&marked),
                        "{wanted} marks {marked} in {topic}"
                    );
                }
            }
        }
        assert!(Filter::new("").is_none());
    }
}
