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

/// The chunks of one node. The keys of their first children lie beside, so that the search for a chunk
/// among thousands stays in a few kilobytes and reads no names.
#[derive(Debug)]
struct List {
    chunks: Vec<u32>,
    heads: Vec<Prefix>,
}

#[derive(Debug, Default)]
pub(crate) struct Families {
    lists: Vec<List>,
    chunks: Vec<Chunk>,
}

impl Families {
    /// A new list with one entry, and the number of its chunk.
    pub fn start(&mut self, first: Entry) -> (u32, u32) {
        let chunk = self.add_chunk(vec![first], None);
        self.lists.push(List {
            chunks: vec![chunk],
            heads: vec![first.prefix],
        });
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
        let mut index = self.chunk_for(list, &entry, &is_before);
        let mut chunk = self.lists[list].chunks[index];
        let entries = &mut self.chunks[chunk as usize].entries;
        let mut at = entries.partition_point(&is_before);
        let mut split = None;
        if entries.len() == CHUNK {
            // Names that arrive in order leave full chunks behind instead of half-full ones.
            let cut = if at == CHUNK { CHUNK } else { CHUNK / 2 };
            let moved = entries.split_off(cut);
            let head = moved.first().map_or(entry.prefix, |first| first.prefix);
            let right = self.add_chunk(moved, Some(chunk));
            self.lists[list].chunks.insert(index + 1, right);
            self.lists[list].heads.insert(index + 1, head);
            split = Some(right);
            if at >= cut {
                (chunk, index, at) = (right, index + 1, at - cut);
            }
        }
        if at == 0 {
            self.lists[list].heads[index] = entry.prefix;
        }
        self.chunks[chunk as usize].entries.insert(at, entry);
        Placed { chunk, split }
    }

    /// Where in a list the chunk is that an entry belongs into.
    fn chunk_for(&self, list: usize, entry: &Entry, is_before: impl Fn(&Entry) -> bool) -> usize {
        let List { chunks, heads } = &self.lists[list];
        // Topics often arrive in order, so the end is looked at first.
        if let Some(&last) = chunks.last()
            && self.chunks[last as usize].entries.last().is_some_and(&is_before)
        {
            return chunks.len() - 1;
        }
        let from = heads.partition_point(|head| *head < entry.prefix);
        let equal = heads[from..].partition_point(|head| *head == entry.prefix);
        let named = &chunks[from..from + equal];
        let later = named.partition_point(|&chunk| is_before(&self.chunks[chunk as usize].entries[0]));
        (from + later).saturating_sub(1)
    }

    /// The chunks of a list, in order. None of them is empty.
    pub fn chunks_of(&self, list: u32) -> &[u32] {
        &self.lists[list as usize].chunks
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
            .map(|list| {
                let keys = list.heads.capacity() * size_of::<Prefix>();
                size_of::<List>() + list.chunks.capacity() * 4 + keys
            })
            .sum();
        let chunks: usize = self
            .chunks
            .iter()
            .map(|chunk| size_of::<Chunk>() + chunk.entries.capacity() * size_of::<Entry>())
            .sum();
        lists + chunks
    }
}
