//! What is looked for in a whole text: the full name of a topic or the beginning of a value.

use std::ops::Range;

use regex::{Regex, RegexBuilder};
use regex_syntax::ParserBuilder;

use super::fuzzy::Fuzzy;
use super::text::Text;
use super::wanted::FilterProblem;
use crate::expression;

/// Groups in groups.
const DEEPEST: u32 = 64;
/// Bytes of a compiled expression. The slowest matching takes time in proportion to it.
const COMPILED: usize = 1 << 18;
/// Bytes that speed up an expression.
const CACHE: usize = 1 << 20;
/// Most marks in one text.
const MOST_MARKS: usize = 64;

#[derive(Debug)]
pub(super) enum Needle {
    Text(Box<Text>),
    Regex(Regex),
    Fuzzy(Fuzzy),
}

impl Needle {
    /// The time to match is linear in the text, whatever the expression.
    pub fn regex(text: &str, match_case: bool) -> Result<Self, FilterProblem> {
        let mut parser = ParserBuilder::new();
        parser.nest_limit(DEEPEST).case_insensitive(!match_case);
        expression::read(text, &parser).map_err(FilterProblem::Regex)?;
        RegexBuilder::new(text)
            .nest_limit(DEEPEST)
            .case_insensitive(!match_case)
            .size_limit(COMPILED)
            .dfa_size_limit(CACHE)
            .build()
            .map(Self::Regex)
            .map_err(|_too_large| FilterProblem::TooLarge)
    }

    /// `folded` is room to work in.
    pub fn is_in(&self, text: &str, folded: &mut String) -> bool {
        match self {
            Self::Text(wanted) => wanted.is_in(text, folded),
            Self::Regex(wanted) => wanted.is_match(text),
            Self::Fuzzy(wanted) => wanted.is_in(text),
        }
    }

    /// The bytes it covers in a text.
    pub fn marks(&self, text: &str) -> Vec<Range<usize>> {
        match self {
            Self::Text(wanted) => wanted.first_in(text).into_iter().collect(),
            Self::Regex(wanted) => {
                let found = wanted.find_iter(text).map(|found| found.range());
                found.filter(|range| !range.is_empty()).take(MOST_MARKS).collect()
            }
            Self::Fuzzy(wanted) => wanted.marks(text),
        }
    }
}
