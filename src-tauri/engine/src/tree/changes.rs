//! Which topics got a value lately, in order, as far as it is remembered; whether it is another is not looked at.
//!
//! Whoever follows values counts on from where they were; who comes too late looks at all topics.

/// Changes that are remembered.
const REMEMBERED: usize = 1 << 15;

#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// Numbers of topics; change `n` is at `n % REMEMBERED`.
    ring: Vec<u32>,
    count: u64,
}

impl Changes {
    pub(super) fn add(&mut self, topic: u32) {
        if self.ring.len() < REMEMBERED {
            self.ring.push(topic);
        } else {
            self.ring[self.count as usize % REMEMBERED] = topic;
        }
        self.count += 1;
    }

    /// All changes so far.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// True if not all changes since `known` are remembered.
    pub fn forgot(&self, known: u64) -> bool {
        self.count - known > REMEMBERED as u64
    }

    /// The topic of change `n`, one that is remembered.
    pub fn nth(&self, n: u64) -> usize {
        self.ring[n as usize % REMEMBERED] as usize
    }

    pub(super) fn memory_bytes(&self) -> usize {
        self.ring.capacity() * size_of::<u32>()
    }
}
