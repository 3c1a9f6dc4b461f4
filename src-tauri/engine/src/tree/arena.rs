//! A list that grows by blocks: nothing moves when it grows, so no insert ever pays for a copy of
//! a million neighbours. Items are never removed.

/// Items in a block.
const BLOCK: usize = 4096;

#[derive(Debug)]
pub(crate) struct Arena<T> {
    blocks: Vec<Vec<T>>,
}

impl<T> Arena<T> {
    pub fn new() -> Self {
        Self { blocks: Vec::new() }
    }

    /// Adds an item and answers its index.
    pub fn push(&mut self, item: T) -> u32 {
        if self.blocks.last().is_none_or(|block| block.len() == BLOCK) {
            self.blocks.push(Vec::with_capacity(BLOCK));
        }
        let index = self.len();
        let last = self.blocks.len() - 1;
        self.blocks[last].push(item);
        u32::try_from(index).expect("four billion items do not fit into memory")
    }

    pub fn len(&self) -> usize {
        match self.blocks.last() {
            Some(last) => (self.blocks.len() - 1) * BLOCK + last.len(),
            None => 0,
        }
    }

    pub fn get(&self, index: u32) -> &T {
        &self.blocks[index as usize / BLOCK][index as usize % BLOCK]
    }

    pub fn get_mut(&mut self, index: u32) -> &mut T {
        &mut self.blocks[index as usize / BLOCK][index as usize % BLOCK]
    }

    pub fn memory_bytes(&self) -> usize {
        self.blocks.len() * BLOCK * size_of::<T>()
    }
}
