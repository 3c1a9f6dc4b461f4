//! Finds topics by a part of their name, for a list to choose from. It keeps nothing between searches.

use super::filter::{Filter, Wanted};
use crate::tree::{NodeId, Tree};

/// At most `limit` topics that contain a text in any case, in the order they were first seen.
pub fn find(tree: &Tree, text: &str, limit: usize) -> Vec<String> {
    let Ok(Some(mut filter)) = Filter::new(&Wanted::text(text), tree) else {
        // Nothing asked for, or a text that no topic is long enough for.
        return Vec::new();
    };
    filter.take_in(tree, &mut || false);
    let nodes = (1..tree.len()).map(|index| NodeId(index as u32));
    let topics = nodes.filter(|node| filter.names(*node));
    topics.take(limit).map(|node| tree.topic(node)).collect()
}
