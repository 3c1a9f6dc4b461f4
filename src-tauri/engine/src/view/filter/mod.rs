//! Which topics a filter names, by their names or by the beginning of their latest values.
//!
//! It takes in the tree bit by bit and stops whenever it is told to, so that nobody waits long for
//! the tree. Afterwards it looks only at topics that are new and, if values count, at those whose
//! value became another one. It does not know rows.

mod bits;
mod fuzzy;
mod levels;
mod needle;
mod text;
mod wanted;
mod wildcards;

#[cfg(test)]
mod tests;

use std::ops::Range;

use crate::topic::TopicFilter;
use crate::tree::{NodeId, Tree};
use bits::Bits;
use fuzzy::Fuzzy;
use levels::{Levels, Pattern};
use needle::Needle;
use text::Text;
pub(super) use text::lower;
pub use wanted::{FilterMode, FilterProblem, FilterScope, Wanted};
use wildcards::Wildcards;

/// Topics that are looked at between two looks at the clock.
const STEP: usize = 32;
/// Longer topics are not marked by an expression: each row would have it read again.
const MARKED_BYTES: usize = 4_096;

#[derive(Debug)]
pub(super) struct Filter {
    /// What reads names level by level.
    levels: Option<Levels>,
    /// What reads whole texts.
    needle: Option<Needle>,
    scope: FilterScope,
    /// Nodes that are topics and named.
    hits: Bits,
    /// Nodes whose bit was set or unset after they were taken in.
    turned: Vec<NodeId>,
    /// Topics when it began: they are seen when the levels are read.
    began: usize,
    /// Topics taken in.
    topics: usize,
    /// Changes of values taken in.
    changes: u64,
    /// The next topic to look at again, since more values changed than the tree remembers.
    again: Option<usize>,
    topic: String,
    folded: String,
}

impl Filter {
    /// `None` for an empty text, which filters nothing.
    pub fn new(wanted: &Wanted, tree: &Tree) -> Result<Option<Self>, FilterProblem> {
        wanted::check_length(wanted, 0)?;
        if wanted.text.is_empty() {
            return Ok(None);
        }
        let text = || Text::new(&wanted.text, wanted.match_case);
        let (mut levels, mut needle, mut scope) = (None, None, wanted.scope);
        match wanted.read_as() {
            FilterMode::Text => {
                if scope != FilterScope::Value {
                    levels = text().map(Box::new).map(Pattern::Text);
                }
                if scope != FilterScope::Topic {
                    needle = text().map(Box::new).map(Needle::Text);
                }
            }
            FilterMode::Wildcards => {
                let filter = TopicFilter::new(wanted.text.as_str()).map_err(FilterProblem::Wildcards)?;
                levels = Some(Pattern::Wildcards(Wildcards::new(&filter)));
                scope = FilterScope::Topic;
            }
            FilterMode::Regex => needle = Some(Needle::regex(&wanted.text, wanted.match_case)?),
            FilterMode::Fuzzy => {
                let Some(fuzzy) = Fuzzy::new(&wanted.text) else {
                    return Ok(None);
                };
                wanted::check_length(wanted, fuzzy.count())?;
                needle = Some(Needle::Fuzzy(fuzzy));
            }
        }
        Ok(Some(Self {
            levels: levels.map(Levels::new),
            needle,
            scope,
            hits: Bits::default(),
            turned: Vec::new(),
            began: tree.topic_count(),
            topics: 0,
            changes: tree.changes().count(),
            again: None,
            topic: String::new(),
            folded: String::new(),
        }))
    }

    /// Topics taken in so far, in the order they were first seen.
    pub fn topics(&self) -> usize {
        self.topics
    }

    /// True if the topic of a node is named; only for topics that are taken in.
    pub fn names(&self, node: NodeId) -> bool {
        self.hits.get(node.index())
    }

    /// Nodes that came to be named or no longer are, since the last time. Some may be in it twice.
    pub fn take_turned(&mut self) -> Vec<NodeId> {
        std::mem::take(&mut self.turned)
    }

    /// Takes in new topics where that is quick: without texts to be read as a whole.
    pub fn follow(&mut self, tree: &Tree) {
        if self.needle.is_none() {
            self.take_in(tree, &mut || false);
        }
    }

    /// Takes in new topics until there are none or it is enough. True if there are none.
    pub fn take_in(&mut self, tree: &Tree, enough: &mut dyn FnMut() -> bool) -> bool {
        while self.levels_behind(tree) {
            if enough() {
                return false;
            }
            self.read_levels(tree);
        }
        if self.needle.is_none() {
            // Levels name topics as they are read; later topics may have been branches then.
            self.topics = self.topics.max(self.began);
        }
        while self.topics < tree.topic_count() {
            if self.needle.is_some() && enough() {
                return false;
            }
            let end = tree.topic_count().min(self.topics + STEP);
            for index in self.topics..end {
                let named = self.evaluate(tree, index);
                self.hits.put(tree.nth_topic(index).index(), named);
            }
            self.topics = end;
        }
        true
    }

    /// Looks again at topics whose values changed, until there are none or it is enough. True if
    /// there are none.
    pub fn look_again(&mut self, tree: &Tree, enough: &mut dyn FnMut() -> bool) -> bool {
        if self.scope == FilterScope::Topic {
            return true;
        }
        let now = tree.changes().count();
        if tree.changes().forgot(self.changes) {
            (self.again, self.changes) = (Some(0), now);
        }
        while self.changes < now || self.again.is_some() {
            if enough() {
                return false;
            }
            for _ in 0..STEP {
                if self.changes < now {
                    self.reconsider(tree, tree.changes().nth(self.changes));
                    self.changes += 1;
                } else if let Some(next) = self.again {
                    self.again = (next + 1 < self.topics).then_some(next + 1);
                    self.reconsider(tree, next);
                } else {
                    break;
                }
            }
        }
        true
    }

    fn reconsider(&mut self, tree: &Tree, index: usize) {
        if index >= self.topics {
            return;
        }
        let node = tree.nth_topic(index);
        let named = self.evaluate(tree, index);
        if named != self.names(node) {
            self.hits.put(node.index(), named);
            self.turned.push(node);
        }
    }

    fn levels_behind(&self, tree: &Tree) -> bool {
        self.levels
            .as_ref()
            .is_some_and(|levels| levels.known() < tree.len())
    }

    fn read_levels(&mut self, tree: &Tree) {
        let Some(levels) = &mut self.levels else { return };
        let known = levels.known();
        levels.take_in(tree);
        if self.needle.is_some() {
            return;
        }
        for index in known..levels.known() {
            let node = NodeId(index as u32);
            if levels.names(node) && tree.is_topic(node) {
                self.hits.put(index, true);
            }
        }
    }

    fn evaluate(&mut self, tree: &Tree, index: usize) -> bool {
        let node = tree.nth_topic(index);
        if let Some(levels) = &self.levels
            && levels.names(node)
        {
            return true;
        }
        let Some(needle) = &self.needle else { return false };
        if self.levels.is_none() && self.scope != FilterScope::Value {
            tree.write_topic(node, &mut self.topic);
            if needle.is_in(&self.topic, &mut self.folded) {
                return true;
            }
        }
        self.scope != FilterScope::Topic && {
            let value = String::from_utf8_lossy(tree.nth_value(index));
            needle.is_in(&value, &mut self.folded)
        }
    }

    /// The bytes of a level that the filter found, in order.
    pub fn ranges(&self, tree: &Tree, node: NodeId) -> Vec<Range<usize>> {
        if let Some(levels) = &self.levels {
            return levels.range(tree, node).into_iter().collect();
        }
        let Some(needle) = self.needle.as_ref().filter(|_| self.scope != FilterScope::Value) else {
            return Vec::new();
        };
        let topic = tree.topic(node);
        if topic.len() > MARKED_BYTES {
            return Vec::new();
        }
        let start = topic.len() - tree.segment(node).len();
        let marks = needle.marks(&topic).into_iter();
        marks
            .filter(|mark| mark.end > start)
            .map(|mark| mark.start.saturating_sub(start)..mark.end - start)
            .collect()
    }

    /// The bytes it found in a value as it is shown.
    pub fn ranges_in_value(&self, text: &str) -> Vec<Range<usize>> {
        match &self.needle {
            Some(needle) if self.scope != FilterScope::Topic => needle.marks(text),
            _ => Vec::new(),
        }
    }
}
