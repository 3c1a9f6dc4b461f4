//! A topic filter with `+` and `#` as a filter of the tree, by the rules of MQTT 5, 4.7.

use super::levels::FOUND;
use crate::topic::TopicFilter;

/// The bit of a state that says: the levels up to here fit.
const FITS: u32 = 1;

#[derive(Debug)]
pub(super) struct Wildcards {
    /// Without the `#` at the end.
    levels: Vec<String>,
    /// It ends with `#`.
    open_end: bool,
}

impl Wildcards {
    /// The state of the root.
    pub const ROOT: u32 = FITS;

    pub fn new(filter: &TopicFilter) -> Self {
        let text = filter.as_str();
        let text = match text.strip_prefix("$share/").and_then(|rest| rest.split_once('/')) {
            Some((_, text)) => text,
            None => text,
        };
        let mut levels: Vec<String> = text.split('/').map(str::to_owned).collect();
        let open_end = levels.pop_if(|last| last == "#").is_some();
        Self { levels, open_end }
    }

    /// The state of a node with `depth` levels above it, whose parent has the state `before`.
    pub fn read<'a>(&self, before: u32, depth: usize, segment: impl FnOnce() -> &'a str) -> u32 {
        if before & FITS == 0 {
            return 0;
        }
        let level = self.levels.get(depth).map(String::as_str);
        let any = level.is_none_or(|level| level == "+");
        let fits = match level {
            None if !self.open_end => false,
            // Wildcards in the first level leave out topics of the broker itself (4.7.2).
            _ if any => depth > 0 || !segment().starts_with('$'),
            level => level == Some(segment()),
        };
        match (fits, depth + 1 >= self.levels.len()) {
            (true, true) => FITS | FOUND,
            (true, false) => FITS,
            (false, _) => 0,
        }
    }

    /// True if the level was written out, not left to a wildcard.
    pub fn writes(&self, depth: usize, state: u32) -> bool {
        state & FITS != 0 && self.levels.get(depth).is_some_and(|level| level != "+")
    }
}
