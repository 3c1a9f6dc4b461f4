//! How a view comes to be narrowed: beside what is shown, a bit at a time, until it can be shown.
//!
//! What was shown before stays until then, so that nobody sees half an answer of a quick filter or
//! waits for a slow one: that one is shown with the topics it has looked at, and goes on. Another
//! filter simply takes the place of one that is still on its way.

use super::filter::{Filter, FilterMode, FilterProblem, FilterScope, Wanted};
use super::open::Open;
use super::picture::Picture;
use super::{Narrowed, TreeView};
use crate::tree::Tree;

/// Topics after which a slow filter is shown.
const FIRST: usize = 1 << 15;

/// A filter on its way.
#[derive(Debug)]
pub(super) struct Coming {
    wanted: Wanted,
    filter: Filter,
    open: Open,
    /// Counted once enough topics are found.
    picture: Option<Picture>,
}

impl TreeView {
    /// Shows only topics that a filter names, with the branches around them, open; an empty one
    /// shows all again, open as they were before. Answers how the filter is read. It takes
    /// [`Self::work`] until it is seen; a broken one changes nothing.
    pub fn narrow(&mut self, tree: &Tree, wanted: Wanted) -> Result<FilterMode, FilterProblem> {
        let read_as = wanted.read_as();
        if self.coming.as_ref().is_some_and(|coming| coming.wanted == wanted) {
            return Ok(read_as);
        }
        let filter = Filter::new(&wanted, tree)?;
        self.coming = None;
        match filter {
            None => {
                if let Some(narrowed) = self.narrowed.take() {
                    self.unfolding.clear();
                    self.picture = narrowed.before;
                }
            }
            Some(_) if self.narrowed.as_ref().is_some_and(|shown| shown.wanted == wanted) => {}
            Some(filter) => {
                self.coming = Some(Coming {
                    wanted,
                    filter,
                    open: Open::all(true),
                    picture: None,
                });
            }
        }
        Ok(read_as)
    }

    /// Goes on with what the filter has not looked at: all topics for a new one, otherwise new
    /// topics and changed values. Stops when it is `enough`, which is asked every few microseconds.
    /// True if nothing is left.
    pub fn work(&mut self, tree: &Tree, enough: &mut dyn FnMut() -> bool) -> bool {
        if !self.bring(tree, enough) {
            return false;
        }
        let Some(narrowed) = &mut self.narrowed else {
            return true;
        };
        let is_paused = self.paused.is_some();
        let all =
            narrowed.filter.take_in(tree, enough) && (is_paused || narrowed.filter.look_again(tree, enough));
        self.follow(tree);
        all
    }

    /// True if no filter is on its way any more.
    fn bring(&mut self, tree: &Tree, enough: &mut dyn FnMut() -> bool) -> bool {
        let Some(coming) = &mut self.coming else {
            return true;
        };
        let picture = match &mut coming.picture {
            Some(picture) => picture,
            none => {
                let all = coming.filter.take_in(tree, enough);
                if !all && coming.filter.topics() < FIRST {
                    return false;
                }
                let most = if self.paused.is_some() {
                    self.seen
                } else {
                    usize::MAX
                };
                none.insert(Picture::begin(tree, coming.filter.topics().min(most)))
            }
        };
        if !picture.count(tree, &coming.open, Some(&coming.filter), enough) {
            return false;
        }
        if let Some(Coming {
            wanted,
            filter,
            open,
            picture: Some(picture),
        }) = self.coming.take()
        {
            self.unfolding.clear();
            let shown = std::mem::replace(&mut self.picture, picture);
            let before = match self.narrowed.take() {
                Some(narrowed) => narrowed.before,
                None => shown,
            };
            self.narrowed = Some(Narrowed {
                wanted,
                filter,
                open,
                before,
            });
        }
        true
    }

    /// How much of the topics the filter has looked at, from 0 to 1; `None` if all of them.
    pub fn searching(&self, tree: &Tree) -> Option<f64> {
        let filter = match (&self.coming, &self.narrowed) {
            (Some(coming), _) => &coming.filter,
            (None, Some(narrowed)) if narrowed.filter.topics() < self.seen => &narrowed.filter,
            _ => return None,
        };
        Some(filter.topics() as f64 / tree.topic_count().max(1) as f64)
    }

    /// True if there is a filter, be it on its way.
    pub fn is_narrowed(&self) -> bool {
        self.coming.is_some() || self.narrowed.is_some()
    }

    /// True if values are looked into, and may have to be marked.
    pub fn looks_into_values(&self) -> bool {
        let narrowed = self.narrowed.as_ref();
        narrowed.is_some_and(|narrowed| narrowed.wanted.scope != FilterScope::Topic)
    }

    /// What is wanted of the topics, also while it is on its way.
    pub(super) fn wanted(&self) -> Option<&Wanted> {
        let shown = self.narrowed.as_ref().map(|narrowed| &narrowed.wanted);
        self.coming.as_ref().map(|coming| &coming.wanted).or(shown)
    }

    /// The bytes that the filter found in a value as it is shown.
    pub fn found_in_value(&self, text: &str) -> Vec<(u32, u32)> {
        let narrowed = self.narrowed.as_ref();
        let ranges = narrowed.map(|narrowed| narrowed.filter.ranges_in_value(text));
        let pairs = ranges.into_iter().flatten();
        pairs
            .map(|range| (range.start as u32, range.end as u32))
            .collect()
    }
}

#[cfg(test)]
impl TreeView {
    /// A text as filter, at once.
    pub fn set_filter(&mut self, tree: &Tree, text: &str) {
        self.narrow_now(tree, Wanted::text(text));
    }

    pub fn narrow_now(&mut self, tree: &Tree, wanted: Wanted) {
        self.narrow(tree, wanted).expect("a usable filter");
        assert!(self.work(tree, &mut || false));
    }
}
