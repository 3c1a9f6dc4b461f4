//! The list of retained messages a window looks at: filtered, grouped, sorted, and only the rows in view.
//!
//! The order is computed when the index or the question changed, and at most once a second while a large
//! index keeps changing, so that watching the list costs little on a busy broker.

use std::cmp::Ordering;
use std::time::Duration;

use super::{Entry, Hint, LARGE_BYTES, OLD_MICROS, RetainedIndex};
use crate::message::Timestamp;
use crate::topic::TopicFilter;
use crate::tree::{NodeId, Tree};

/// Above this many entries the order is refreshed at most once a second.
const LARGE_INDEX: usize = 5_000;

/// The groups above the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Group {
    /// All of them.
    #[default]
    All,
    /// Commands and events.
    Mistakes,
    /// Older than 30 days.
    Old,
    /// Over 10 kB.
    Large,
}

/// The columns that sort.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// By topic, as the tree stands: `line-2` before `line-10`.
    #[default]
    Topic,
    /// By bytes of payload.
    Size,
    /// By QoS.
    Qos,
    /// By age, youngest first.
    Age,
}

/// What is asked of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// A topic filter if it has a wildcard, otherwise a part of a topic in any case. Empty is `#`, which
    /// leaves out the broker's own topics that begin with `$` (MQTT 5, 4.7.2).
    pub text: String,
    /// Which group.
    pub group: Group,
    /// Which order.
    pub sort: Sort,
    /// The other way round.
    pub descending: bool,
}

/// How many of the filtered messages are in each group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All of them.
    pub all: usize,
    /// Likely mistakes.
    pub mistakes: usize,
    /// Over 30 days.
    pub old: usize,
    /// Over 10 kB.
    pub large: usize,
}

/// The rows in view.
#[derive(Debug)]
pub struct Page<'a> {
    /// The revision of the index that the order is of, which may be an earlier one.
    pub revision: u64,
    /// Rows of the whole list.
    pub total: usize,
    /// Bytes of all payloads in the list.
    pub bytes: u64,
    /// Counts of the groups.
    pub counts: Counts,
    /// Topic and entry of each row in view.
    pub rows: Vec<(String, &'a Entry)>,
}

/// The order of one list, kept between questions.
#[derive(Debug, Default)]
pub struct RetainedList {
    query: Query,
    /// Nodes in the order of `query`, as of `revision`.
    order: Vec<NodeId>,
    counts: Counts,
    bytes: u64,
    revision: Option<u64>,
    refreshed: Timestamp,
}

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

impl RetainedList {
    /// The rows from `first` on, at most `count` of them. The tree is the one that the index goes by.
    pub fn page<'a>(
        &mut self,
        (tree, index): (&Tree, &'a RetainedIndex),
        query: &Query,
        first: usize,
        count: usize,
        now: Timestamp,
    ) -> Page<'a> {
        let stale = self.revision != Some(index.revision());
        let rested = index.len() < LARGE_INDEX || now.since(self.refreshed) >= Duration::from_secs(1);
        if *query != self.query || self.revision.is_none() || (stale && rested) {
            self.refresh(tree, index, query, now);
        }
        // What went since the order was made leaves no hole in view: the next ones take its place.
        let rows = self.order.iter().skip(first);
        let rows = rows.filter_map(|node| Some((tree.topic(*node), index.get(*node)?)));
        Page {
            revision: self.revision.unwrap_or_default(),
            total: self.order.len(),
            bytes: self.bytes,
            counts: self.counts,
            rows: rows.take(count).collect(),
        }
    }

    /// Every topic of the list, in order.
    pub fn topics(
        &mut self,
        tree: &Tree,
        index: &RetainedIndex,
        query: &Query,
        now: Timestamp,
    ) -> Vec<String> {
        self.refresh(tree, index, query, now);
        self.order.iter().map(|node| tree.topic(*node)).collect()
    }

    fn refresh(&mut self, tree: &Tree, index: &RetainedIndex, query: &Query, now: Timestamp) {
        let matcher = Matcher::new(&query.text);
        let mut counts = Counts::default();
        let mut found: Vec<(NodeId, &Entry)> = Vec::new();
        index.each(tree, |node, topic, entry| {
            if !matcher.matches(topic) {
                return;
            }
            counts.all += 1;
            counts.mistakes += usize::from(in_group(Group::Mistakes, topic, entry, now));
            counts.old += usize::from(in_group(Group::Old, topic, entry, now));
            counts.large += usize::from(in_group(Group::Large, topic, entry, now));
            if in_group(query.group, topic, entry, now) {
                found.push((node, entry));
            }
        });
        let by = |a: &(NodeId, &Entry), b: &(NodeId, &Entry)| match query.sort {
            Sort::Topic => Ordering::Equal,
            Sort::Size => a.1.size.cmp(&b.1.size),
            Sort::Qos => a.1.qos.cmp(&b.1.qos),
            Sort::Age => b.1.first_seen.cmp(&a.1.first_seen),
        };
        // They are in the order of topics already, and the sort is stable.
        if query.sort != Sort::Topic {
            found.sort_by(by);
        }
        if query.descending {
            found.reverse();
        }
        self.bytes = found.iter().map(|(_, entry)| entry.size as u64).sum();
        self.order = found.into_iter().map(|(node, _)| node).collect();
        self.counts = counts;
        self.query = query.clone();
        self.revision = Some(index.revision());
        self.refreshed = now;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::message::{Message, MessageId, QoS};
    use bytes::Bytes;

    fn retain(tree: &mut Tree, index: &mut RetainedIndex, id: i64, topic: &str, size: usize) {
        let message = Message {
            topic: topic.into(),
            payload: Bytes::from(vec![b'x'; size]),
            qos: QoS::AtMostOnce,
            retain: true,
            dup: false,
            properties: None,
        };
        let node = tree.apply(MessageId(id), &message);
        index.apply(node, MessageId(id), &message);
    }

    fn held() -> (Tree, RetainedIndex) {
        let (mut tree, mut index) = (Tree::new(), RetainedIndex::default());
        for (id, topic, size) in [
            (1, "a/cmd", 10),
            (2, "a/state", 20_000),
            (3, "B/state-10", 5),
            (4, "B/state-9", 5),
            (5, "$SYS/uptime", 1),
        ] {
            retain(&mut tree, &mut index, id, topic, size);
        }
        (tree, index)
    }

    fn topics(query: Query) -> Vec<String> {
        let (tree, index) = held();
        RetainedList::default().topics(&tree, &index, &query, Timestamp(10))
    }

    #[test]
    fn text_is_a_filter_with_wildcards_and_a_part_without() {
        let with = |text: &str| {
            topics(Query {
                text: text.into(),
                ..Query::default()
            })
        };
        assert_eq!(with("a/#"), ["a/cmd", "a/state"]);
        assert_eq!(with("+/state-9"), ["B/state-9"]);
        assert_eq!(with("STATE"), ["a/state", "B/state-9", "B/state-10"]);
        assert_eq!(with("").len(), 4, "the broker's own topics are left out");
        assert_eq!(with("$SYS/#"), ["$SYS/uptime"]);
        assert_eq!(
            with("a/#/b").len(),
            0,
            "not a filter, and no topic has it as a part"
        );
    }

    #[test]
    fn groups_are_counted_and_sorting_turns_round() {
        let mut list = RetainedList::default();
        let (tree, index) = held();
        let query = Query {
            sort: Sort::Size,
            descending: true,
            ..Query::default()
        };
        let page = list.page((&tree, &index), &query, 1, 2, Timestamp(10));
        assert_eq!(
            page.counts,
            Counts {
                all: 4,
                mistakes: 1,
                old: 0,
                large: 1
            }
        );
        assert_eq!((page.total, page.bytes), (4, 20_020));
        assert_eq!(
            page.rows.iter().map(|row| row.0.as_str()).collect::<Vec<_>>(),
            ["a/cmd", "B/state-10"]
        );
    }

    #[test]
    fn a_large_list_that_rests_says_what_it_is_of_and_has_no_holes_in_view() {
        let (mut tree, mut index) = (Tree::new(), RetainedIndex::default());
        for id in 1..=LARGE_INDEX as i64 + 10 {
            retain(&mut tree, &mut index, id, &format!("t/{id}"), 1);
        }
        let mut list = RetainedList::default();
        let mut page = |index: &RetainedIndex, at| {
            let page = list.page((&tree, index), &Query::default(), 0, 2, Timestamp(at));
            let topics = page.rows.into_iter().map(|row| row.0);
            (page.revision, page.total, topics.collect::<Vec<_>>())
        };
        let (before, all, _) = page(&index, 10);
        for id in 1..=3 {
            index.remove(tree.find(&format!("t/{id}")).unwrap());
        }
        let rows = ["t/4".to_owned(), "t/5".to_owned()].to_vec();
        assert_eq!(page(&index, 11), (before, all, rows.clone()));
        assert_eq!(page(&index, 1_000_011), (index.revision(), all - 3, rows));
    }

    #[test]
    fn a_change_of_the_index_is_seen() {
        let (tree, mut index) = held();
        let mut list = RetainedList::default();
        let mut total = |index: &RetainedIndex, at| {
            list.page((&tree, index), &Query::default(), 0, 9, Timestamp(at))
                .total
        };
        assert_eq!(total(&index, 10), 4);
        index.remove(tree.find("a/cmd").unwrap());
        assert_eq!(total(&index, 11), 3);
    }
}
