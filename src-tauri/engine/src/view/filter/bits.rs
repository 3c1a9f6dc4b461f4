//! One bit a node, all unset at first.

#[derive(Debug, Default)]
pub(in crate::view) struct Bits(Vec<u64>);

impl Bits {
    pub fn get(&self, index: usize) -> bool {
        self.0
            .get(index / 64)
            .is_some_and(|word| word >> (index % 64) & 1 == 1)
    }

    pub fn put(&mut self, index: usize, value: bool) {
        let word = index / 64;
        if self.0.len() <= word {
            if !value {
                return;
            }
            self.0.resize(word + 1, 0);
        }
        let bit = 1 << (index % 64);
        if value {
            self.0[word] |= bit;
        } else {
            self.0[word] &= !bit;
        }
    }
}
