//! What a person asks the tree to be narrowed to, and why it cannot be.

use super::fuzzy::MOST_LETTERS;
use crate::expression::RegexError;
use crate::topic::{TopicError, TopicFilter};

/// Longest text of a filter in bytes: that of a topic.
pub const MOST_BYTES: usize = crate::topic::MAX_TOPIC_BYTES;

/// How the text of a filter is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum FilterMode {
    /// Somewhere in it. A topic filter with wildcards is taken as such where only topics are asked for.
    #[default]
    Text,
    /// A topic filter (MQTT 5, 4.7). Only topics can be asked for.
    Wildcards,
    /// A regular expression, found somewhere.
    Regex,
    /// Letters in their order, with few gaps.
    Fuzzy,
}

/// Where a filter looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum FilterScope {
    /// In the full name of a topic.
    #[default]
    Topic,
    /// In the beginning of its latest payload, as far as the tree keeps it
    /// ([`crate::tree::PREFIX_BYTES`]), read as UTF-8.
    Value,
    /// In one or the other.
    Both,
}

/// A filter as it was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// An empty text filters nothing.
    pub text: String,
    /// How it is read.
    pub mode: FilterMode,
    /// Where it is looked for.
    pub scope: FilterScope,
    /// Upper and lower case differ. Wildcards always match the case, fuzzy never does.
    pub match_case: bool,
}

impl Wanted {
    /// A text somewhere in a topic, in any case.
    pub fn text(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            ..Self::default()
        }
    }

    /// How the text is read in the end.
    pub fn read_as(&self) -> FilterMode {
        let is_filter = self.mode == FilterMode::Text
            && self.scope == FilterScope::Topic
            && self.text.contains(['+', '#'])
            && TopicFilter::new(self.text.as_str()).is_ok();
        if is_filter {
            FilterMode::Wildcards
        } else {
            self.mode
        }
    }
}

/// Why a text cannot be used as a filter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilterProblem {
    /// More than it may have.
    #[error("more than {most} characters")]
    TooLong {
        /// What it may have.
        most: usize,
    },
    /// Not a topic filter.
    #[error("not a topic filter: {0}")]
    Wildcards(TopicError),
    /// Not a regular expression.
    #[error(transparent)]
    Regex(RegexError),
    /// A regular expression that would take too much memory.
    #[error("the regular expression is too large")]
    TooLarge,
}

pub(super) fn check_length(wanted: &Wanted, letters: usize) -> Result<(), FilterProblem> {
    if wanted.text.len() > MOST_BYTES {
        return Err(FilterProblem::TooLong { most: MOST_BYTES });
    }
    if letters > MOST_LETTERS {
        return Err(FilterProblem::TooLong { most: MOST_LETTERS });
    }
    Ok(())
}
