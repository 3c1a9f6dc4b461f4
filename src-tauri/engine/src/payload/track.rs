//! Follows events and knows the path of the value that is being read.

use std::fmt::Write as _;

use super::event::{Container, Event};
use super::path::push_key;

/// Longer paths are of use to nobody, and would make deep nesting quadratic.
const MAX_PATH_BYTES: usize = 1024;

#[derive(Clone)]
struct Level {
    container: Container,
    /// Length of the path of the container itself.
    base: usize,
    next: usize,
}

/// The way from the root to the value at hand.
#[derive(Clone)]
pub(super) struct Tracker {
    levels: Vec<Level>,
    path: String,
    /// How many levels deep the path stopped growing.
    too_long: bool,
}

impl Tracker {
    pub fn new() -> Self {
        Self {
            levels: Vec::new(),
            path: "$".into(),
            too_long: false,
        }
    }

    /// The path of the value that the last event was about; none where it grew too long.
    pub fn path(&self) -> Option<&str> {
        (!self.too_long).then_some(&self.path)
    }

    /// To be called with every event before it is used.
    pub fn see(&mut self, event: &Event<'_>) {
        match event {
            Event::Key(key) => {
                if let Some(level) = self.levels.last() {
                    let base = level.base;
                    self.enter(base, |path| push_key(path, &key.name()));
                }
            }
            Event::Value(_) => self.item(),
            Event::Begin(container) => {
                self.item();
                self.levels.push(Level {
                    container: *container,
                    base: self.path.len(),
                    next: 0,
                });
            }
            Event::End => {
                if let Some(level) = self.levels.pop() {
                    self.path.truncate(level.base);
                    self.too_long = self.path.len() > MAX_PATH_BYTES;
                }
            }
            Event::Tag(_) => {}
        }
    }

    fn item(&mut self) {
        if let Some(level) = self.levels.last_mut()
            && level.container == Container::List
        {
            let (base, index) = (level.base, level.next);
            level.next += 1;
            self.enter(base, |path| {
                let _ = write!(path, "[{index}]");
            });
        }
    }

    fn enter(&mut self, base: usize, push: impl FnOnce(&mut String)) {
        self.path.truncate(base);
        if self.path.len() <= MAX_PATH_BYTES {
            push(&mut self.path);
        }
        self.too_long = self.path.len() > MAX_PATH_BYTES;
    }
}
