//! The list of retained messages a window looks at: filtered, grouped, sorted, and only the rows in view.
//!
//! The order is made when the index or the question changed. While the index keeps changing it rests between two
//! makings, so that watching a large list costs little on a busy broker. How it is made is [`Making`]'s.

use std::time::Duration;

use super::making::{Made, Making};
use super::{Entry, RetainedIndex};
use crate::message::Timestamp;
use crate::tree::Tree;

/// A list rests so many times as long as it took to make.
const REST: u32 = 20;

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
#[derive(Debug, Default)]
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
    /// `None` until one was made.
    made: Option<Made>,
    /// Until then a list that only grew stale rests.
    rests_until: Timestamp,
}

impl RetainedList {
    /// Begins to make the list, if it is not of this question or has grown stale and has rested.
    pub fn begin(&self, index: &RetainedIndex, query: &Query, now: Timestamp) -> Option<Making> {
        let is_good = self.made.as_ref().is_some_and(|made| {
            made.query == *query && (made.revision == index.revision() || now < self.rests_until)
        });
        (!is_good).then(|| Making::begin(index, query, now))
    }

    /// Takes a list that was made. An older one of the same question changes nothing.
    pub fn take(&mut self, made: Made, now: Timestamp) {
        let older = |before: &Made| before.query == made.query && before.revision > made.revision;
        if self.made.as_ref().is_some_and(older) {
            return;
        }
        let rest: Duration = now.since(made.began) * REST;
        self.rests_until = Timestamp(now.0 + rest.as_micros() as i64);
        self.made = Some(made);
    }

    /// The rows from `first` on, at most `count` of them. The tree is the one that the index goes by.
    pub fn page<'a>(&self, tree: &Tree, index: &'a RetainedIndex, first: usize, count: usize) -> Page<'a> {
        let Some(made) = &self.made else {
            return Page::default();
        };
        // What went since the order was made leaves no hole in view: the next ones take its place.
        let rows = made.order.iter().skip(first);
        let rows = rows.filter_map(|node| Some((tree.topic(*node), index.get(*node)?)));
        Page {
            revision: made.revision,
            total: made.order.len(),
            bytes: made.bytes,
            counts: made.counts,
            rows: rows.take(count).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::making::STEP;
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
        let mut making = Making::begin(&index, &query, Timestamp(10));
        assert!(making.step(&tree, &index));
        let order = making.made().order;
        order.into_iter().map(|node| tree.topic(node)).collect()
    }

    /// Looks at the list at a time, which is made for it at that time if it is to be.
    fn look<'a>(
        list: &mut RetainedList,
        tree: &Tree,
        index: &'a RetainedIndex,
        query: &Query,
        at: i64,
    ) -> Page<'a> {
        if let Some(mut making) = list.begin(index, query, Timestamp(at)) {
            while !making.step(tree, index) {}
            list.take(making.made(), Timestamp(at + 1_000));
        }
        list.page(tree, index, 0, 2)
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
        let (tree, index) = held();
        let query = Query {
            sort: Sort::Size,
            descending: true,
            ..Query::default()
        };
        let mut list = RetainedList::default();
        look(&mut list, &tree, &index, &query, 10);
        let page = list.page(&tree, &index, 1, 2);
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
    fn a_list_that_rests_says_what_it_is_of_and_has_no_holes_in_view() {
        let (mut tree, mut index) = (Tree::new(), RetainedIndex::default());
        for id in 1..=20 {
            retain(&mut tree, &mut index, id, &format!("t/{id}"), 1);
        }
        let mut list = RetainedList::default();
        let mut page = |index: &RetainedIndex, at| {
            let page = look(&mut list, &tree, index, &Query::default(), at);
            let topics = page.rows.into_iter().map(|row| row.0);
            (page.revision, page.total, topics.collect::<Vec<_>>())
        };
        let (before, all, _) = page(&index, 10);
        for id in 1..=3 {
            index.remove(tree.find(&format!("t/{id}")).unwrap());
        }
        // It took a millisecond to make.
        let rows = ["t/4".to_owned(), "t/5".to_owned()].to_vec();
        assert_eq!(page(&index, 21_009), (before, all, rows.clone()));
        assert_eq!(page(&index, 21_010), (index.revision(), all - 3, rows));
    }

    #[test]
    fn another_question_does_not_rest_and_an_older_answer_comes_too_late() {
        let (tree, mut index) = held();
        let mut list = RetainedList::default();
        let all = Query::default();
        assert_eq!(look(&mut list, &tree, &index, &all, 10).total, 4);
        let of_a = Query {
            text: "a/#".into(),
            ..Query::default()
        };
        assert_eq!(look(&mut list, &tree, &index, &of_a, 11).total, 2);
        let mut late = Making::begin(&index, &of_a, Timestamp(12));
        index.remove(tree.find("a/cmd").unwrap());
        assert_eq!(look(&mut list, &tree, &index, &of_a, 30_000).total, 1);
        late.step(&tree, &index);
        list.take(late.made(), Timestamp(40_000));
        let page = list.page(&tree, &index, 0, 9);
        assert_eq!((page.total, page.revision), (1, index.revision()));
    }

    #[test]
    fn it_is_made_in_steps_while_topics_come() {
        let (mut tree, mut index) = (Tree::new(), RetainedIndex::default());
        let count = 3 * STEP as i64;
        for id in 1..=count {
            retain(&mut tree, &mut index, id, &format!("t/{id}"), 1);
        }
        let mut making = Making::begin(&index, &Query::default(), Timestamp(1));
        let mut steps = 1;
        while !making.step(&tree, &index) {
            steps += 1;
            retain(&mut tree, &mut index, count + steps, &format!("a/{steps}"), 1);
        }
        let order = making.made().order;
        let of_t = order.iter().map(|node| tree.topic(*node));
        let of_t: Vec<_> = of_t.filter(|topic| topic.starts_with("t/")).collect();
        assert!((3..6).contains(&steps), "{steps}");
        assert_eq!(of_t.len(), count as usize);
        assert!(of_t[0] == "t/1" && of_t[count as usize - 1] == format!("t/{count}"));
    }
}
