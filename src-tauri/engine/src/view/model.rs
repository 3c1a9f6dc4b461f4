//! A naive model of a view for tests: it flattens the whole tree each time, in the simplest way.

use std::collections::{BTreeMap, BTreeSet};

use super::Sort;
use crate::tree::order;

#[derive(Default)]
pub(super) struct Branch {
    pub children: BTreeMap<String, Branch>,
    pub own: u64,
    pub messages: u64,
    pub topics: u64,
    pub last: i64,
    pub bytes: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub topic: String,
    pub depth: usize,
    pub has_children: bool,
    pub expanded: bool,
    pub messages: u64,
    pub topics: u64,
    pub place: (usize, usize),
    pub parents: Vec<String>,
}

#[derive(Default)]
pub(super) struct Model {
    pub root: Branch,
    pub expanded: BTreeSet<String>,
    pub filter: String,
    pub closed: BTreeSet<String>,
    /// What `collapse_all` makes of the default under a filter.
    pub filter_closes: bool,
    pub sort: Sort,
}

impl Model {
    pub fn add(&mut self, topic: &str, at: i64, bytes: u64) {
        let fresh = self.branch(topic).is_none_or(|branch| branch.own == 0);
        let mut branch = &mut self.root;
        for segment in topic.split('/') {
            branch = branch.children.entry(segment.into()).or_default();
            branch.messages += 1;
            branch.bytes += bytes;
            branch.last = branch.last.max(at);
            branch.topics += u64::from(fresh);
        }
        branch.own += 1;
    }

    pub fn branch(&self, topic: &str) -> Option<&Branch> {
        topic
            .split('/')
            .try_fold(&self.root, |branch, segment| branch.children.get(segment))
    }

    fn contains(&self, topic: &str) -> bool {
        topic.to_lowercase().contains(&self.filter.to_lowercase())
    }

    /// Topics below and at a branch that the filter names.
    pub fn hits(&self, branch: &Branch, topic: &str) -> u64 {
        let own = u64::from(branch.own > 0 && self.contains(topic));
        own + branch
            .children
            .iter()
            .map(|(name, child)| self.hits(child, &join(topic, name, branch, self)))
            .sum::<u64>()
    }

    pub fn is_open(&self, topic: &str) -> bool {
        match self.filter.as_str() {
            "" => self.expanded.contains(topic),
            _ => self.closed.contains(topic) == self.filter_closes,
        }
    }

    pub fn set_open(&mut self, topic: &str, open: bool) {
        if self.is_open(topic) != open {
            let set = if self.filter.is_empty() {
                &mut self.expanded
            } else {
                &mut self.closed
            };
            if !set.remove(topic) {
                set.insert(topic.into());
            }
        }
    }

    pub fn flatten(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        self.flatten_below(&self.root, None, &mut Vec::new(), &mut lines);
        lines
    }

    fn flatten_below(
        &self,
        branch: &Branch,
        topic: Option<&str>,
        parents: &mut Vec<String>,
        lines: &mut Vec<Line>,
    ) {
        let full = |name: &str| topic.map_or(name.to_owned(), |topic| format!("{topic}/{name}"));
        let mut shown: Vec<(&String, &Branch)> = branch
            .children
            .iter()
            .filter(|(name, child)| self.hits(child, &full(name)) > 0)
            .collect();
        shown.sort_by(|(a, _), (b, _)| order::compare(a, b));
        match self.sort {
            // A rate needs time: pulse.rs has its own tests.
            Sort::Name | Sort::Rate => {}
            Sort::Size => shown.sort_by_key(|(_, child)| std::cmp::Reverse(child.bytes)),
            Sort::Messages => shown.sort_by_key(|(_, child)| std::cmp::Reverse(child.messages)),
            Sort::Latest => shown.sort_by_key(|(_, child)| std::cmp::Reverse(child.last)),
        }
        for (index, (name, child)) in shown.iter().enumerate() {
            let topic = full(name);
            let has_children = child
                .children
                .iter()
                .any(|(name, below)| self.hits(below, &format!("{topic}/{name}")) > 0);
            let expanded = has_children && self.is_open(&topic);
            lines.push(Line {
                topic: topic.clone(),
                depth: parents.len(),
                has_children,
                expanded,
                messages: child.messages,
                topics: child.topics,
                place: (index + 1, shown.len()),
                parents: parents.clone(),
            });
            if expanded {
                parents.push(topic.clone());
                self.flatten_below(child, Some(&topic), parents, lines);
                parents.pop();
            }
        }
    }

    pub fn all_topics(&self) -> Vec<String> {
        let mut all = Vec::new();
        let mut open: Vec<(String, &Branch)> = self
            .root
            .children
            .iter()
            .map(|(name, branch)| (name.clone(), branch))
            .collect();
        while let Some((topic, branch)) = open.pop() {
            open.extend(
                branch
                    .children
                    .iter()
                    .map(|(name, child)| (format!("{topic}/{name}"), child)),
            );
            all.push(topic);
        }
        all
    }
}

fn join(topic: &str, name: &str, branch: &Branch, model: &Model) -> String {
    if std::ptr::eq(branch, &model.root) {
        name.to_owned()
    } else {
        format!("{topic}/{name}")
    }
}
