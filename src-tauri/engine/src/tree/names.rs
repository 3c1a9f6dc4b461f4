//! The texts of topic levels, one after the other in large blocks.
//!
//! A name costs its bytes and nothing else; blocks never move, so a growing tree never copies its
//! names. Nothing is shared or removed.

/// Bytes in a block; a level has at most 65,535 (MQTT 5, 1.5.4).
const BLOCK: usize = 256 * 1024;

/// Where a name lies: its first byte, with all blocks seen as one text, and its length.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Name {
    start: u32,
    length: u32,
}

impl Name {
    pub fn block(self) -> usize {
        self.start as usize / BLOCK
    }

    /// The bytes of its block that it covers.
    pub fn range(self) -> std::ops::Range<usize> {
        let start = self.start as usize % BLOCK;
        start..start + self.length as usize
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
            .is_none_or(|block| BLOCK - block.len() < text.len())
        {
            debug_assert!(text.len() <= BLOCK, "a level of a topic is shorter than a block");
            self.blocks.push(String::with_capacity(BLOCK));
        }
        let index = self.blocks.len() - 1;
        let block = &mut self.blocks[index];
        let start = index * BLOCK + block.len();
        block.push_str(text);
        Name {
            start: u32::try_from(start).expect("four billion bytes of names do not fit into memory"),
            length: text.len() as u32,
        }
    }

    pub fn get(&self, name: Name) -> &str {
        // An empty one may lie behind the end of the last block.
        if name.length == 0 {
            return "";
        }
        let (block, start) = (name.start as usize / BLOCK, name.start as usize % BLOCK);
        &self.blocks[block][start..start + name.length as usize]
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
    fn names_survive_block_ends() {
        let mut names = Names::default();
        let texts: Vec<String> = (0..2_000)
            .map(|i| format!("{i}-{}", "한".repeat(i % 300)))
            .chain(["x".repeat(65_535), "y".repeat(65_535)])
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
