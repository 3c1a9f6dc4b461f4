//! The view and its naive model tell the same after any operations.
#![allow(clippy::unwrap_used)]

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::model::{Line, Model};
use super::*;
use crate::message::{Message, MessageId, QoS};

fn message(topic: &str, bytes: usize) -> Message {
    Message {
        topic: topic.into(),
        payload: vec![b'1'; bytes].into(),
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
        let bytes = self.random.random_range(0..5);
        self.tree.apply(MessageId(self.clock), &message(topic, bytes));
        self.model.add(topic, self.clock, bytes as u64);
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
                let sorts = [Sort::Name, Sort::Messages, Sort::Latest, Sort::Size];
                let sort = sorts[self.random.random_range(0..4)];
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
            // Enough at a time that chunks split between two looks, and too few to count anew.
            if pair.random.random_bool(0.3) {
                for _ in 0..300 {
                    let topic = topic(&mut pair.random);
                    pair.receive(&topic);
                }
            }
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
