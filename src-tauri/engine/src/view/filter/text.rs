//! A text that is looked for anywhere, across levels of a topic or in a value.
//!
//! Full names are never put together. A text within one level is searched for in the blocks of
//! names as they lie in memory. One that spans levels is read by a search automaton (Knuth, Morris,
//! Pratt), which reads each level once and goes on where it stopped at the end of the parent. It
//! does not know rows.

use std::ops::Range;

use memchr::memmem::Finder;

use super::levels::{FOUND, PIECE};
use crate::tree::children::Children;
use crate::tree::{NodeId, Tree};

#[derive(Debug)]
pub(super) struct Text {
    /// In lower case unless the case matters; never empty.
    pattern: Vec<u8>,
    /// For each length of a matched start, the longest shorter one that also ends there.
    shorter: Vec<u32>,
    finder: Finder<'static>,
    /// Upper and lower case are the same.
    folds: bool,
    /// It spans levels.
    pub(super) spans: bool,
}

impl Text {
    /// `None` for an empty text, which filters nothing.
    pub fn new(text: &str, match_case: bool) -> Option<Self> {
        let pattern = if match_case {
            text.as_bytes().to_vec()
        } else {
            lower(text).collect::<String>().into_bytes()
        };
        if pattern.is_empty() {
            return None;
        }
        let mut new = Self {
            shorter: vec![0; pattern.len() + 1],
            finder: Finder::new(&pattern).into_owned(),
            spans: pattern.contains(&b'/'),
            pattern,
            folds: !match_case,
        };
        for length in 1..new.pattern.len() {
            let state = new.step(new.shorter[length], new.pattern[length]);
            new.shorter[length + 1] = state;
        }
        Some(new)
    }

    /// True if the text is in another one. `folded` is room to work in.
    pub fn is_in(&self, text: &str, folded: &mut String) -> bool {
        if !self.folds {
            return self.finder.find(text.as_bytes()).is_some();
        }
        folded.clear();
        if text.is_ascii() {
            folded.push_str(text);
            folded.make_ascii_lowercase();
        } else {
            folded.extend(lower(text));
        }
        self.finder.find(folded.as_bytes()).is_some()
    }

    /// What the text covers of another one, the first time.
    pub fn first_in(&self, text: &str) -> Option<Range<usize>> {
        self.read_marking(text, 0).ok()
    }

    /// The states of nodes that follow one after the other and whose names lie in one block,
    /// [`PIECE`] at most. Only for a text within one level.
    pub fn read_block(&self, tree: &Tree, states: &mut Vec<u32>, folded: &mut Vec<u8>) {
        let first = states.len();
        let place = tree.name_place(NodeId(first as u32));
        let start = place.range().start;
        let text = &tree.name_block(place.block())[start..];
        let simple = !self.folds || text.is_ascii();
        folded.clear();
        folded.extend_from_slice(text.as_bytes());
        if self.folds {
            folded.make_ascii_lowercase();
        }
        let find = |from: usize| self.finder.find(&folded[from..]).map(|at| from + at);
        let mut next = if simple { find(0) } else { None };
        for index in first..tree.len().min(first + PIECE) {
            let node = NodeId(index as u32);
            let name = tree.name_place(node);
            if name.block() != place.block() {
                return;
            }
            let inherited = states[tree.raw_node(node).parent.index()] & FOUND;
            let found = if simple {
                let (from, to) = (name.range().start - start, name.range().end - start);
                // What begins before this name lies across two names, or in one that is done.
                if next.is_some_and(|at| at < from) {
                    next = find(from);
                }
                next.is_some_and(|at| at + self.pattern.len() <= to)
            } else {
                self.read(0, tree.segment(node)) & FOUND != 0
            };
            states.push(inherited | if found { FOUND } else { 0 });
        }
    }

    /// The state of a node whose parent has the state `before`.
    pub fn read_node(&self, before: u32, parent: NodeId, segment: &str) -> u32 {
        let before = self.at_start(before, parent);
        before & FOUND | self.read(before, segment)
    }

    /// The bytes of a level that the first match in it covers. A match that goes on in the next
    /// level covers the end of this one.
    pub fn range(&self, tree: &Tree, node: NodeId, above: u32) -> Option<Range<usize>> {
        let segment = tree.segment(node);
        let raw = tree.raw_node(node);
        let start = self.at_start(above, raw.parent) & !FOUND;
        let (state, origins) = match self.read_marking(segment, start) {
            Ok(range) => return Some(range),
            Err(rest) => rest,
        };
        if matches!(raw.children, Children::None) {
            return None;
        }
        let over_the_slash = self.step(state, b'/') as usize;
        let from = origins.len().saturating_sub(over_the_slash.checked_sub(1)?);
        origins.get(from).map(|start| *start..segment.len())
    }

    /// The first match, or the state at the end and where the character begins that each byte
    /// read came from.
    fn read_marking(&self, text: &str, mut state: u32) -> Result<Range<usize>, (u32, Vec<usize>)> {
        let mut origins: Vec<usize> = Vec::with_capacity(text.len());
        let mut utf8 = [0; 4];
        for (start, character) in text.char_indices() {
            let mut take = |read: char| {
                for &byte in read.encode_utf8(&mut utf8).as_bytes() {
                    origins.push(start);
                    state = self.step(state, byte);
                    if state as usize == self.pattern.len() {
                        let from = origins.len().saturating_sub(self.pattern.len());
                        return Some(origins[from]..start + character.len_utf8());
                    }
                }
                None
            };
            let found = if self.folds {
                character.to_lowercase().find_map(&mut take)
            } else {
                take(character)
            };
            if let Some(found) = found {
                return Ok(found);
            }
        }
        Err((state, origins))
    }

    /// The state before the first byte of a level below a parent with a state.
    fn at_start(&self, state: u32, parent: NodeId) -> u32 {
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
        if !self.folds {
            segment.bytes().for_each(take);
        } else if segment.is_ascii() {
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
pub(in crate::view) fn lower(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}
