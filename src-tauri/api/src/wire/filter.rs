//! The filter of the tree, as the window asks for it.

use treetop_engine::view;

use crate::types::error::ApiError;
use crate::types::tree::{FilterMode, FilterProblem, FilterScope, TreeFilter};
use crate::wire;

pub(crate) fn wanted(filter: TreeFilter) -> view::Wanted {
    view::Wanted {
        text: filter.text,
        mode: match filter.mode {
            FilterMode::Text => view::FilterMode::Text,
            FilterMode::Wildcards => view::FilterMode::Wildcards,
            FilterMode::Regex => view::FilterMode::Regex,
            FilterMode::Fuzzy => view::FilterMode::Fuzzy,
        },
        scope: match filter.scope {
            FilterScope::Topic => view::FilterScope::Topic,
            FilterScope::Value => view::FilterScope::Value,
            FilterScope::Both => view::FilterScope::Both,
        },
        match_case: filter.match_case,
    }
}

pub(crate) fn mode(mode: view::FilterMode) -> FilterMode {
    match mode {
        view::FilterMode::Text => FilterMode::Text,
        view::FilterMode::Wildcards => FilterMode::Wildcards,
        view::FilterMode::Regex => FilterMode::Regex,
        view::FilterMode::Fuzzy => FilterMode::Fuzzy,
    }
}

/// `text` is what the problem was found in.
pub(crate) fn problem(problem: view::FilterProblem, text: &str) -> ApiError {
    use view::FilterProblem as From;
    let problem = match problem {
        From::TooLong { most } => FilterProblem::TooLong { most: most as u32 },
        From::Wildcards(error) => FilterProblem::Wildcards {
            problem: wire::error::topic_problem(error),
        },
        From::Regex(error) => FilterProblem::Regex(wire::error::regex(error, text)),
        From::TooLarge => FilterProblem::TooLarge,
    };
    ApiError::Filter { problem }
}
