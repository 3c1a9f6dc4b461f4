//! Makes the list of retained messages: which of them a question names, in which order.
//!
//! It goes through the tree in steps, between which others have it: nodes are never removed, so a step finds its
//! place again. What comes meanwhile where it has been is in the next list.

use std::cmp::Ordering;

use super::list::{Counts, Group, Query, Sort};
use super::{Entry, Hint, LARGE_BYTES, OLD_MICROS, RetainedIndex};
use crate::message::{QoS, Timestamp};
use crate::topic::TopicFilter;
use crate::tree::{NodeId, Tree};

/// Nodes that one step looks at.
pub(super) const STEP: usize = 4_096;

/// What a list is ordered by.
#[derive(Debug)]
struct Found {
    node: NodeId,
    size: usize,
    qos: QoS,
    first_seen: Timestamp,
}

/// A list that is being made.
#[derive(Debug)]
pub struct Making {
    query: Query,
    matcher: Matcher,
    /// Of the index when it began.
    revision: u64,
    began: Timestamp,
    /// Nodes to look at, the next one last.
    waiting: Vec<NodeId>,
    found: Vec<Found>,
    counts: Counts,
    /// The topic that is looked at.
    topic: String,
}

/// A list that was made.
#[derive(Debug)]
pub struct Made {
    pub(super) query: Query,
    pub(super) revision: u64,
    pub(super) began: Timestamp,
    /// The nodes of its topics.
    pub order: Vec<NodeId>,
    pub(super) counts: Counts,
    /// Of all payloads.
    pub(super) bytes: u64,
}

impl Making {
    /// Ready for the first step.
    pub fn begin(index: &RetainedIndex, query: &Query, now: Timestamp) -> Self {
        Self {
            query: query.clone(),
            matcher: Matcher::new(&query.text),
            revision: index.revision(),
            began: now,
            waiting: vec![NodeId::ROOT],
            found: Vec::new(),
            counts: Counts::default(),
            topic: String::new(),
        }
    }

    /// Looks at some more of the tree, the one that the index goes by; true once it was all.
    pub fn step(&mut self, tree: &Tree, index: &RetainedIndex) -> bool {
        let mut left = STEP;
        while let Some(node) = self.waiting.pop() {
            if let Some(entry) = index.get(node) {
                self.look_at(tree, node, entry);
            }
            let first = self.waiting.len();
            self.waiting.extend(tree.children(node));
            self.waiting[first..].reverse();
            left -= 1;
            if left == 0 {
                return self.waiting.is_empty();
            }
        }
        true
    }

    fn look_at(&mut self, tree: &Tree, node: NodeId, entry: &Entry) {
        tree.write_topic(node, &mut self.topic);
        if !self.matcher.matches(&self.topic) {
            return;
        }
        let is_in = |group| in_group(group, &self.topic, entry, self.began);
        self.counts.all += 1;
        self.counts.mistakes += usize::from(is_in(Group::Mistakes));
        self.counts.old += usize::from(is_in(Group::Old));
        self.counts.large += usize::from(is_in(Group::Large));
        if is_in(self.query.group) {
            self.found.push(Found {
                node,
                size: entry.size,
                qos: entry.qos,
                first_seen: entry.first_seen,
            });
        }
    }

    /// The list, ordered; to be asked for after the last step, and without a lock.
    pub fn made(mut self) -> Made {
        let by = |a: &Found, b: &Found| match self.query.sort {
            Sort::Topic => Ordering::Equal,
            Sort::Size => a.size.cmp(&b.size),
            Sort::Qos => a.qos.cmp(&b.qos),
            Sort::Age => b.first_seen.cmp(&a.first_seen),
        };
        // They are in the order of topics already, and the sort is stable.
        if self.query.sort != Sort::Topic {
            self.found.sort_by(by);
        }
        if self.query.descending {
            self.found.reverse();
        }
        Made {
            bytes: self.found.iter().map(|found| found.size as u64).sum(),
            order: self.found.iter().map(|found| found.node).collect(),
            query: self.query,
            revision: self.revision,
            began: self.began,
            counts: self.counts,
        }
    }
}

#[derive(Debug)]
enum Matcher {
    /// Every topic but those of the broker.
    Everything,
    Filter(TopicFilter),
    Part(String),
}

impl Matcher {
    fn new(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() || text == "#" {
            return Self::Everything;
        }
        match TopicFilter::new(text) {
            Ok(filter) if text.contains(['+', '#']) => Self::Filter(filter),
            _ => Self::Part(text.to_lowercase()),
        }
    }

    fn matches(&self, topic: &str) -> bool {
        match self {
            Self::Everything => !topic.starts_with('$'),
            Self::Filter(filter) => filter.matches(topic),
            Self::Part(part) => topic.to_lowercase().contains(part),
        }
    }
}

fn in_group(group: Group, topic: &str, entry: &Entry, now: Timestamp) -> bool {
    match group {
        Group::All => true,
        Group::Mistakes => matches!(entry.hint(topic), Some(Hint::Command | Hint::Event)),
        Group::Old => now.0 - entry.first_seen.0 > OLD_MICROS,
        Group::Large => entry.size > LARGE_BYTES,
    }
}
