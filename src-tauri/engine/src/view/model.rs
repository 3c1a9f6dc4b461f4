//! The view against a naive model of itself: the model flattens the whole tree each time, in the
//! simplest way, and both must tell the same after any operations.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::*;
use crate::message::{Message, MessageId, QoS};
use crate::tree::order;

#[derive(Default)]
struct Branch {
    children: BTreeMap<String, Branch>,
    own: u64,
    messages: u64,
    topics: u64,
    last: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    topic: String,
    depth: usize,
    has_children: bool,
    expanded: bool,
    messages: u64,
    topics: u64,
    place: (usize, usize),
    parents: Vec<String>,
}

#[derive(Default)]
struct Model {
    root: Branch,
    expanded: BTreeSet<String>,
    filter: String,
    closed: BTreeSet<String>,
    /// What `collapse_all` makes of the default under a filter.
    filter_closes: bool,
    sort: Sort,
}

impl Model {
    fn add(&mut self, topic: &str, at: i64) {
        let fresh = self.branch(topic).is_none_or(|branch| branch.own == 0);
        let mut branch = &mut self.root;
        for segment in topic.split('/') {
            branch = branch.children.entry(segment.into()).or_default();
            branch.messages += 1;
            branch.last = branch.last.max(at);
            branch.topics += u64::from(fresh);
        }
        branch.own += 1;
    }

    fn branch(&self, topic: &str) -> Option<&Branch> {
        topic
            .split('/')
            .try_fold(&self.root, |branch, segment| branch.children.get(segment))
    }

    fn contains(&self, topic: &str) -> bool {
        topic.to_lowercase().contains(&self.filter.to_lowercase())
    }

    /// Topics below and at a branch that the filter names.
    fn hits(&self, branch: &Branch, topic: &str) -> u64 {
        let own = u64::from(branch.own > 0 && self.contains(topic));
        own + branch
            .children
            .iter()
            .map(|(name, child)| self.hits(child, &join(topic, name, branch, self)))
            .sum::<u64>()
    }

    fn is_open(&self, topic: &str) -> bool {
        match self.filter.as_str() {
            "" => self.expanded.contains(topic),
            _ => self.closed.contains(topic) == self.filter_closes,
        }
    }

    fn set_open(&mut self, topic: &str, open: bool) {
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

    fn flatten(&self) -> Vec<Line> {
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
            Sort::Name => {}
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

    fn all_topics(&self) -> Vec<String> {
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

fn message(topic: &str) -> Message {
    Message {
        topic: topic.into(),
        payload: Bytes::from_static(b"1"),
        qos: QoS::AtMostOnce,
        retain: false,
        dup: false,
        properties: None,
    }
}

fn line(tree: &Tree, row: &Row) -> Line {
    let mut parents = Vec::new();
    let mut above = tree.parent(row.node);
    while let Some(node) = above {
        parents.push(tree.topic(node));
        above = tree.parent(node);
    }
    parents.reverse();
    Line {
        topic: tree.topic(row.node),
        depth: row.depth.into(),
        has_children: row.has_children,
        expanded: row.expanded,
        messages: row.messages,
        topics: row.topics,
        place: (row.pos_in_set as usize, row.set_size as usize),
        parents,
    }
}

/// Both sides, and a clock that goes on two seconds at each look so that orders are made again.
struct Pair {
    tree: Tree,
    view: TreeView,
    model: Model,
    clock: i64,
    random: StdRng,
}

impl Pair {
    fn new(seed: u64) -> Self {
        Self {
            tree: Tree::new(),
            view: TreeView::new(),
            model: Model::default(),
            clock: 0,
            random: StdRng::seed_from_u64(seed),
        }
    }

    fn receive(&mut self, topic: &str) {
        self.clock += 1;
        self.tree.apply(MessageId(self.clock), &message(topic));
        self.model.add(topic, self.clock);
    }

    fn any_topic(&mut self) -> Option<String> {
        let all = self.model.all_topics();
        (!all.is_empty()).then(|| all[self.random.random_range(0..all.len())].clone())
    }

    fn expand(&mut self, topic: &str, open: bool, whole: bool) {
        let node = self.tree.find(topic).unwrap();
        self.view.set_expanded(&self.tree, node, open, whole);
        let below = format!("{topic}/");
        for other in self.model.all_topics() {
            let named = other == topic || whole && other.starts_with(&below);
            if named && !self.model.branch(&other).unwrap().children.is_empty() {
                self.model.set_open(&other, open);
            }
        }
    }

    fn filter(&mut self, text: &str) {
        self.view.set_filter(&self.tree, text);
        if self.model.filter != text {
            self.model.filter = text.into();
            self.model.closed.clear();
            self.model.filter_closes = false;
        }
    }

    fn compare(&mut self) {
        self.clock += 2_000_000;
        let now = Timestamp(self.clock);
        let lines = self.model.flatten();
        assert_eq!(self.view.total_rows(&self.tree), lines.len() as u64);
        let first = self.random.random_range(0..=lines.len());
        let count = self.random.random_range(1..40);
        for (first, count) in [(first, count), (0, lines.len().min(1_000))] {
            let frame = self.view.rows(&self.tree, first as u64, count as u32, now);
            let start = frame.first as usize;
            assert!(start == first || first >= lines.len());
            let expected = &lines[start..lines.len().min(start + count)];
            let rows: Vec<Line> = frame.rows.iter().map(|row| line(&self.tree, row)).collect();
            assert_eq!(rows, expected);
            let sticky: Vec<String> = frame.sticky.iter().map(|row| self.tree.topic(row.node)).collect();
            assert_eq!(sticky, expected.first().map_or(&[][..], |line| &line.parents));
            let hits = (!self.model.filter.is_empty()).then(|| self.model.hits(&self.model.root, ""));
            assert_eq!(frame.hits, hits);
        }
        for topic in (0..3).filter_map(|_| self.any_topic()).collect::<Vec<_>>() {
            let node = self.tree.find(&topic).unwrap();
            let row = lines
                .iter()
                .position(|line| line.topic == topic)
                .map(|row| row as u64);
            assert_eq!(self.view.row_of(&self.tree, node), row, "{topic}");
            if let Some(row) = row {
                assert_eq!(self.view.node_at(&self.tree, row), Some(node));
                let line = &lines[row as usize];
                let parent = line.parents.last();
                let parent = parent.and_then(|parent| lines.iter().position(|line| line.topic == *parent));
                assert_eq!(
                    self.view.parent_row(&self.tree, node),
                    parent.map(|row| row as u64)
                );
                let child = line.expanded.then_some(row + 1);
                assert_eq!(self.view.first_child(&self.tree, node), child);
            }
        }
    }

    fn step(&mut self, topic: impl Fn(&mut StdRng) -> String, filters: &[&str]) {
        match self.random.random_range(0..100) {
            0..60 => {
                for _ in 0..self.random.random_range(1..6) {
                    let topic = topic(&mut self.random);
                    self.receive(&topic);
                }
            }
            60..85 => {
                if let Some(topic) = self.any_topic() {
                    let open = self.random.random_bool(0.7);
                    let whole = self.random.random_bool(0.2);
                    self.expand(&topic, open, whole);
                }
            }
            85..88 => {
                self.view.collapse_all();
                self.model.filter_closes = true;
                let filtered = !self.model.filter.is_empty();
                if filtered {
                    self.model.closed.clear()
                } else {
                    self.model.expanded.clear()
                }
            }
            88..92 => {
                if let Some(topic) = self.any_topic() {
                    let row = self.view.expand_to(&self.tree, &topic);
                    if !self.model.filter.is_empty() && self.hidden(&topic) {
                        assert_eq!(row, None);
                    } else {
                        let levels: Vec<&str> = topic.split('/').collect();
                        for depth in 1..levels.len() {
                            self.model.set_open(&levels[..depth].join("/"), true);
                        }
                        assert!(row.is_some());
                    }
                }
            }
            92..96 => {
                let text = filters[self.random.random_range(0..filters.len())];
                self.filter(text);
            }
            _ => {
                let sort = [Sort::Name, Sort::Messages, Sort::Latest][self.random.random_range(0..3)];
                self.view.set_sort(sort);
                self.model.sort = sort;
            }
        }
    }

    fn hidden(&self, topic: &str) -> bool {
        self.model.hits(self.model.branch(topic).unwrap(), topic) == 0
    }
}

#[test]
fn small_trees_with_odd_levels() {
    let levels = [
        "", "a", "b", "A", " ", "line-2", "line-10", "Ünï", "$x", "10", "9",
    ];
    let topic = |random: &mut StdRng| -> String {
        let depth = random.random_range(1..6);
        let topic: Vec<&str> = (0..depth)
            .map(|_| levels[random.random_range(0..levels.len())])
            .collect();
        topic.join("/")
    };
    let filters = [
        "",
        "",
        "a",
        "A/",
        "/",
        "//",
        "line-1",
        "a/a",
        "b/a/b",
        "ÜN",
        "e-2/",
        "none such",
        " ",
        "1",
    ];
    for seed in 0..30 {
        let mut pair = Pair::new(seed);
        for _ in 0..150 {
            pair.step(topic, &filters);
            pair.compare();
        }
    }
}

#[test]
fn wide_branches_whose_chunks_split() {
    let topic = |random: &mut StdRng| match random.random_range(0..4) {
        0 => format!("wide/{}", random.random_range(0..5_000)),
        1 => format!(
            "wide/{}/x/{}",
            random.random_range(0..5_000),
            random.random_range(0..3)
        ),
        2 => format!("top{}", random.random_range(0..2_000)),
        _ => format!("wide/1/{}", random.random_range(0..2_000)),
    };
    let filters = ["", "", "7", "77", "1/x", "wide", "x/2", "top1"];
    for seed in 0..3 {
        let mut pair = Pair::new(seed);
        for i in 0..1_500 {
            let topic = topic(&mut pair.random);
            pair.receive(&topic);
            if i % 300 == 0 {
                pair.view.total_rows(&pair.tree);
            }
        }
        for _ in 0..80 {
            pair.step(topic, &filters);
            pair.compare();
        }
    }
}

#[test]
fn a_view_that_looks_rarely_counts_anew() {
    let mut pair = Pair::new(5);
    for round in 0..4 {
        for i in 0..2_500 {
            pair.receive(&format!("r{}/{}/{}", i % 7, i % 50, round * 10_000 + i));
        }
        pair.compare();
        pair.expand("r3", true, round % 2 == 0);
        pair.compare();
        pair.filter(["", "1", "r3/1", ""][round]);
        pair.compare();
    }
}
