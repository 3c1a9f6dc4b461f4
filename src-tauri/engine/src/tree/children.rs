//! Which nodes stand below which, in natural order.
//!
//! A node with one child keeps it in itself. More children lie in chunks of at most 512, so that a
//! node with a million of them takes a new one in the time of one chunk. A view keeps sums per
//! chunk beside this; for that, chunks are numbered and each knows the one it was split from.

use super::NodeId;
use super::order::Prefix;

/// Most children in a chunk.
pub(crate) const CHUNK: usize = 512;

/// The children of one node.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Children {
    None,
    One(NodeId),
    /// The index of a list of chunks.
    Many(u32),
}

/// A child and the start of its natural key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub prefix: Prefix,
    pub node: NodeId,
}

#[derive(Debug)]
pub(crate) struct Chunk {
    pub entries: Vec<Entry>,
    /// The chunk this one was split from; itself for the first of a list.
    pub origin: u32,
}

/// Where an entry went.
pub(crate) struct Placed {
    /// The chunk that holds it now.
    pub chunk: u32,
    /// A new chunk, whose entries were in another one before.
    pub split: Option<u32>,
}

#[derive(Debug, Default)]
pub(crate) struct Families {
    lists: Vec<Vec<u32>>,
    chunks: Vec<Chunk>,
}

impl Families {
    /// A new list with one entry, and the number of its chunk.
    pub fn start(&mut self, first: Entry) -> (u32, u32) {
        let chunk = self.add_chunk(vec![first], None);
        self.lists.push(vec![chunk]);
        ((self.lists.len() - 1) as u32, chunk)
    }

    fn add_chunk(&mut self, entries: Vec<Entry>, origin: Option<u32>) -> u32 {
        let id = self.chunks.len() as u32;
        self.chunks.push(Chunk {
            entries,
            origin: origin.unwrap_or(id),
        });
        id
    }

    /// Puts an entry in its place; `is_before` tells whether an entry stands before the new one.
    pub fn insert(&mut self, list: u32, entry: Entry, is_before: impl Fn(&Entry) -> bool) -> Placed {
        let list = list as usize;
        // Topics often arrive in order, so the end is looked at first.
        let index = match self.lists[list].last() {
            Some(&last) if self.chunks[last as usize].entries.last().is_some_and(&is_before) => {
                self.lists[list].len() - 1
            }
            _ => self.lists[list]
                .partition_point(|&chunk| is_before(&self.chunks[chunk as usize].entries[0]))
                .saturating_sub(1),
        };
        let mut chunk = self.lists[list][index];
        let entries = &mut self.chunks[chunk as usize].entries;
        let mut at = entries.partition_point(&is_before);
        let mut split = None;
        if entries.len() == CHUNK {
            // Names that arrive in order leave full chunks behind instead of half-full ones.
            let cut = if at == CHUNK { CHUNK } else { CHUNK / 2 };
            let moved = entries.split_off(cut);
            let right = self.add_chunk(moved, Some(chunk));
            self.lists[list].insert(index + 1, right);
            split = Some(right);
            if at >= cut {
                (chunk, at) = (right, at - cut);
            }
        }
        self.chunks[chunk as usize].entries.insert(at, entry);
        Placed { chunk, split }
    }

    /// The chunks of a list, in order. None of them is empty.
    pub fn chunks_of(&self, list: u32) -> &[u32] {
        &self.lists[list as usize]
    }

    pub fn chunk(&self, chunk: u32) -> &Chunk {
        &self.chunks[chunk as usize]
    }

    pub fn chunk_count(&self) -> usize {
        self.chunks.len()
    }

    pub fn memory_bytes(&self) -> usize {
        let lists: usize = self
            .lists
            .iter()
            .map(|list| size_of::<Vec<u32>>() + list.capacity() * 4)
            .sum();
        let chunks: usize = self
            .chunks
            .iter()
            .map(|chunk| size_of::<Chunk>() + chunk.entries.capacity() * size_of::<Entry>())
            .sum();
        lists + chunks
    }
}
