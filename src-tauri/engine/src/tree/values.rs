//! The starts of payloads that rows show, in slots of a few sizes within large blocks.
//!
//! A topic keeps its value for good, while messages beside it come and go. As allocations of their own, a million
//! values would lie between messages and hold the pages that those leave. A slot that has become too small or too
//! large is used again for the value of another topic. It does not know which topic a value belongs to.

use super::node::PREFIX_BYTES;

/// Bytes in a slot, smallest first.
const SIZES: [usize; 15] = [
    8,
    16,
    24,
    32,
    48,
    64,
    80,
    96,
    112,
    128,
    144,
    160,
    192,
    224,
    PREFIX_BYTES,
];
/// Bytes in a block at most.
const BLOCK: usize = 64 * 1024;

/// Where a value lies. Good for one [`Values`], until it is set to something else.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Value {
    slot: u32,
    length: u16,
    /// The place of its size in [`SIZES`]; means nothing for an empty one, which has no slot.
    shelf: u8,
}

impl Value {
    pub fn len(self) -> usize {
        self.length.into()
    }
}

/// All slots of one size.
#[derive(Debug, Default)]
struct Shelf {
    blocks: Vec<Box<[u8]>>,
    /// Slots that were ever used; those from here on are new.
    used: u32,
    /// Slots below `used` that no value has.
    free: Vec<u32>,
}

impl Shelf {
    fn take(&mut self, size: usize) -> u32 {
        self.free.pop().unwrap_or_else(|| {
            let slot = self.used;
            if slot as usize == self.blocks.len() * (BLOCK / size) {
                self.blocks.push(vec![0; BLOCK / size * size].into());
            }
            self.used += 1;
            slot
        })
    }
}

/// The block of a slot, and the bytes of it that a value takes.
fn place(slot: u32, size: usize, length: usize) -> (usize, std::ops::Range<usize>) {
    let (block, at) = (slot as usize / (BLOCK / size), slot as usize % (BLOCK / size));
    (block, at * size..at * size + length)
}

#[derive(Debug, Default)]
pub(crate) struct Values {
    shelves: [Shelf; SIZES.len()],
}

impl Values {
    pub fn get(&self, value: Value) -> &[u8] {
        if value.length == 0 {
            return &[];
        }
        let shelf = usize::from(value.shelf);
        let (block, range) = place(value.slot, SIZES[shelf], value.len());
        &self.shelves[shelf].blocks[block][range]
    }

    /// Makes a value these bytes, at most [`PREFIX_BYTES`].
    pub fn set(&mut self, value: &mut Value, bytes: &[u8]) {
        let fitting = SIZES.partition_point(|size| *size < bytes.len());
        if value.length > 0 && (bytes.is_empty() || usize::from(value.shelf) != fitting) {
            self.shelves[usize::from(value.shelf)].free.push(value.slot);
            value.length = 0;
        }
        if bytes.is_empty() {
            return;
        }
        let shelf = &mut self.shelves[fitting];
        if value.length == 0 {
            value.slot = shelf.take(SIZES[fitting]);
        }
        value.shelf = fitting as u8;
        value.length = bytes.len() as u16;
        let (block, range) = place(value.slot, SIZES[fitting], bytes.len());
        shelf.blocks[block][range].copy_from_slice(bytes);
    }

    pub fn memory_bytes(&self) -> usize {
        let blocks = self.shelves.iter().flat_map(|shelf| &shelf.blocks);
        let free = self
            .shelves
            .iter()
            .map(|shelf| shelf.free.capacity() * size_of::<u32>());
        blocks.map(|block| block.len()).sum::<usize>() + free.sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_any_length_stay_apart_while_they_change() {
        let mut values = Values::default();
        let mut kept = vec![(Value::default(), Vec::new()); 3_000];
        // Lengths come back to each topic in another order, and through nothing at all.
        for round in 0..7 {
            for (topic, (value, bytes)) in kept.iter_mut().enumerate() {
                *bytes = vec![(topic + round) as u8; (topic * 131 + round * 89) % (PREFIX_BYTES + 1)];
                values.set(value, bytes);
            }
            for (value, bytes) in &kept {
                assert_eq!((values.get(*value), value.len()), (&bytes[..], bytes.len()));
            }
        }
    }

    #[test]
    fn a_slot_is_used_again() {
        let mut values = Values::default();
        let mut value = Value::default();
        values.set(&mut value, &[1; 200]);
        let once = values.memory_bytes();
        for round in 0..10_000 {
            values.set(&mut value, &vec![2; if round % 2 == 0 { 250 } else { 200 }]);
        }
        let blocks = 2 * BLOCK;
        assert!(
            once <= BLOCK && values.memory_bytes() <= blocks,
            "{}",
            values.memory_bytes()
        );
    }
}
