//! Finds topics by a part of their name, for a list to choose from. It keeps nothing between searches.

use super::filter::Filter;
use crate::tree::{NodeId, Tree};

/// At most `limit` topics that contain a text in any case, in the order they were first seen.
pub fn find(tree: &Tree, text: &str, limit: usize) -> Vec<String> {
    let Some(mut filter) = Filter::new(text) else {
        return Vec::new();
    };
    filter.follow(tree);
    let nodes = (1..tree.len()).map(|index| NodeId(index as u32));
    let topics = nodes.filter(|node| filter.names(*node) && tree.node(*node).latest.is_some());
    topics.take(limit).map(|node| tree.topic(node)).collect()
}
