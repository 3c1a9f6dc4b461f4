//! The texts of topic levels, one after the other in large blocks.
//!
//! A name costs its bytes and nothing else; blocks never move, so a growing tree never copies its
//! names. Nothing is shared or removed.

/// Bytes in a block; a longer name gets a block of its own.
const BLOCK: usize = 256 * 1024;

/// Where a name lies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Name {
    block: u32,
    start: u32,
    length: u32,
}

impl Name {
    pub fn block(self) -> usize {
        self.block as usize
    }

    /// The bytes of its block that it covers.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..(self.start + self.length) as usize
    }
}

#[derive(Debug, Default)]
pub(crate) struct Names {
    blocks: Vec<String>,
}

impl Names {
    pub fn add(&mut self, text: &str) -> Name {
        if self
            .blocks
            .last()
            .is_none_or(|block| block.capacity() - block.len() < text.len())
        {
            self.blocks.push(String::with_capacity(BLOCK.max(text.len())));
        }
        let index = self.blocks.len() - 1;
        let block = &mut self.blocks[index];
        let start = block.len();
        block.push_str(text);
        Name {
            block: index as u32,
            start: start as u32,
            length: text.len() as u32,
        }
    }

    pub fn get(&self, name: Name) -> &str {
        let start = name.start as usize;
        &self.blocks[name.block as usize][start..start + name.length as usize]
    }

    pub fn block(&self, block: usize) -> &str {
        &self.blocks[block]
    }

    pub fn memory_bytes(&self) -> usize {
        self.blocks.iter().map(String::capacity).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_survive_block_ends_and_blocks_of_their_own() {
        let mut names = Names::default();
        let texts: Vec<String> = (0..2_000)
            .map(|i| format!("{i}-{}", "한".repeat(i % 300)))
            .chain(["x".repeat(BLOCK + 1)])
            .collect();
        let kept: Vec<Name> = texts.iter().map(|text| names.add(text)).collect();
        let empty = names.add("");
        assert!(names.blocks.len() > 2);
        for (text, name) in texts.iter().zip(kept) {
            assert_eq!(names.get(name), text);
        }
        assert_eq!(names.get(empty), "");
    }
}
