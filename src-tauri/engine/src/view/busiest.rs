//! The busiest topics and branches: messages and bytes per second.
//!
//! Only what had a message in the last five to ten seconds is gone over, so a survey costs what
//! arrives and not what the tree holds. It is made in steps, so that what arrives does not wait for
//! it either. Rates of topics are of the topic alone; those of branches cover everything below. It
//! keeps nothing between surveys.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use hashbrown::HashMap;

use crate::message::Timestamp;
use crate::tree::children::Children;
use crate::tree::{Flow, Node, NodeId, Span, Tree};

/// Levels that one step goes over at most.
const STEP: usize = 16_384;

/// A topic or branch and what flows through it.
#[derive(Clone, Debug, PartialEq)]
pub struct Busy {
    /// Its full name.
    pub topic: String,
    /// Of a topic: its own messages. Of a branch: all below and its own.
    pub flow: Flow,
}

/// What a survey found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Busiest {
    /// Topics, the busiest first.
    pub topics: Vec<Busy>,
    /// Branches, the busiest first. One that only passes on what a single branch below it has is left
    /// out.
    pub branches: Vec<Busy>,
    /// Everything.
    pub total: Flow,
    /// The seconds that the rates cover.
    pub seconds: f64,
}

/// What a level had in the span.
#[derive(Clone, Copy, Debug)]
struct Gain {
    node: NodeId,
    parent: NodeId,
    messages: u32,
    bytes: u32,
    is_topic: bool,
    is_branch: bool,
}

/// What the children of a branch had.
#[derive(Clone, Copy, Debug, Default)]
struct Below {
    messages: u32,
    bytes: u32,
    /// The most messages that a child which is a branch itself had.
    branch: u32,
}

/// A survey under way.
#[derive(Debug)]
pub struct Survey {
    now: Timestamp,
    by_bytes: bool,
    span: Option<Span>,
    next: usize,
    gains: Vec<Gain>,
}

impl Survey {
    /// By messages per second, or by bytes per second.
    pub fn new(by_bytes: bool, now: Timestamp) -> Self {
        Self {
            now,
            by_bytes,
            span: None,
            next: 0,
            gains: Vec::new(),
        }
    }

    /// Goes on by a step; true once all is gone over. Numbers are those of the step: between two
    /// steps messages may arrive.
    pub fn step(&mut self, tree: &Tree) -> bool {
        let span = tree.span(self.now);
        if self.span.is_some_and(|known| known.period != span.period) {
            // The list is another one now.
            (self.next, self.gains) = (0, Vec::new());
        }
        self.span = Some(span);
        let end = tree.lately_len(span).min(self.next + STEP);
        for node in (self.next..end).filter_map(|index| tree.lately(span, index)) {
            let raw = tree.raw_node(node);
            let (messages, bytes) = tree.gained(node, span);
            self.gains.push(Gain {
                node,
                parent: raw.parent,
                messages,
                bytes,
                is_topic: raw.topic != Node::NOWHERE,
                is_branch: !matches!(raw.children, Children::None),
            });
        }
        self.next = end;
        end == tree.lately_len(span)
    }

    /// The first so many topics and branches. Without the tree: this may take its time.
    pub fn rank(self, most: usize) -> Ranking {
        let mut below: HashMap<NodeId, Below> = HashMap::new();
        for gain in self.gains.iter().filter(|gain| gain.node != NodeId::ROOT) {
            let sum = below.entry(gain.parent).or_default();
            sum.messages = sum.messages.saturating_add(gain.messages);
            sum.bytes = sum.bytes.saturating_add(gain.bytes);
            if gain.is_branch {
                sum.branch = sum.branch.max(gain.messages);
            }
        }
        let mut total = (0, 0);
        let (mut topics, mut branches) = (Best::new(most, self.by_bytes), Best::new(most, self.by_bytes));
        for gain in &self.gains {
            let all = (gain.messages, gain.bytes);
            if gain.node == NodeId::ROOT {
                total = all;
                continue;
            }
            let children = below.get(&gain.node).copied().unwrap_or_default();
            if gain.is_topic {
                // Below it things may have gone on since its own step.
                let own = (
                    gain.messages.saturating_sub(children.messages),
                    gain.bytes.saturating_sub(children.bytes),
                );
                topics.take(gain.node, own);
            }
            if gain.is_branch && children.branch < gain.messages {
                branches.take(gain.node, all);
            }
        }
        Ranking {
            seconds: self.span.map_or(1.0, |span| span.seconds),
            topics: topics.ranked(),
            branches: branches.ranked(),
            total,
        }
    }
}

/// A ranking without names.
#[derive(Debug)]
pub struct Ranking {
    seconds: f64,
    topics: Vec<(NodeId, (u32, u32))>,
    branches: Vec<(NodeId, (u32, u32))>,
    total: (u32, u32),
}

impl Ranking {
    /// Puts the names to it.
    pub fn named(self, tree: &Tree) -> Busiest {
        let flow = |(messages, bytes): (u32, u32)| Flow {
            messages: f64::from(messages) / self.seconds,
            bytes: f64::from(bytes) / self.seconds,
        };
        let named = |list: &[(NodeId, (u32, u32))]| {
            list.iter()
                .map(|(node, gained)| Busy {
                    topic: tree.topic(*node),
                    flow: flow(*gained),
                })
                .collect()
        };
        Busiest {
            topics: named(&self.topics),
            branches: named(&self.branches),
            total: flow(self.total),
            seconds: self.seconds,
        }
    }
}

/// What a level had, with what counts first, and the level.
type Weighed = ((u32, u32), Reverse<NodeId>);

/// The greatest so many of any number. Of equals, those that were seen first in the life of the tree.
struct Best {
    most: usize,
    by_bytes: bool,
    least_first: BinaryHeap<Reverse<Weighed>>,
}

impl Best {
    fn new(most: usize, by_bytes: bool) -> Self {
        Self {
            most,
            by_bytes,
            least_first: BinaryHeap::with_capacity(most + 1),
        }
    }

    /// What counts stands first.
    fn weight(&self, (messages, bytes): (u32, u32)) -> (u32, u32) {
        if self.by_bytes {
            (bytes, messages)
        } else {
            (messages, bytes)
        }
    }

    fn take(&mut self, node: NodeId, gained: (u32, u32)) {
        if gained.0 == 0 {
            return;
        }
        self.least_first
            .push(Reverse((self.weight(gained), Reverse(node))));
        if self.least_first.len() > self.most {
            self.least_first.pop();
        }
    }

    fn ranked(mut self) -> Vec<(NodeId, (u32, u32))> {
        let heap = std::mem::take(&mut self.least_first);
        let ranked = heap.into_sorted_vec().into_iter();
        ranked
            .map(|Reverse((weight, Reverse(node)))| (node, self.weight(weight)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::message::{Message, MessageId, QoS};
    use bytes::Bytes;

    const START: i64 = 100_000_000;
    const NOW: Timestamp = Timestamp(START + 2_000_000);

    fn send(tree: &mut Tree, topic: &str, times: i64, payload: &'static [u8]) {
        for i in 0..times {
            let message = Message {
                topic: topic.into(),
                payload: Bytes::from_static(payload),
                qos: QoS::AtMostOnce,
                retain: false,
                dup: false,
                properties: None,
            };
            tree.apply(MessageId(START + i), &message);
        }
    }

    fn survey(tree: &Tree, by_bytes: bool, most: usize, now: Timestamp) -> Busiest {
        let mut survey = Survey::new(by_bytes, now);
        while !survey.step(tree) {}
        survey.rank(most).named(tree)
    }

    fn listed(list: &[Busy]) -> Vec<(&str, f64)> {
        list.iter()
            .map(|busy| (&*busy.topic, busy.flow.messages))
            .collect()
    }

    #[test]
    fn topics_count_their_own_messages_and_branches_all_below() {
        let mut tree = Tree::new();
        send(&mut tree, "plant/a/x", 10, b"1");
        send(&mut tree, "plant/a/y", 4, b"123456");
        send(&mut tree, "plant/a", 6, b"1");
        send(&mut tree, "plant/b/z", 2, b"1");
        send(&mut tree, "only/one/way/t", 8, b"1");
        let found = survey(&tree, false, 20, NOW);
        assert_eq!(
            listed(&found.topics),
            [
                ("plant/a/x", 5.0),
                ("only/one/way/t", 4.0),
                ("plant/a", 3.0),
                ("plant/a/y", 2.0),
                ("plant/b/z", 1.0)
            ]
        );
        assert_eq!(
            listed(&found.branches),
            [
                ("plant", 11.0),
                ("plant/a", 10.0),
                ("only/one/way", 4.0),
                ("plant/b", 1.0)
            ]
        );
        assert_eq!((found.total.messages, found.seconds), (15.0, 2.0));
        let found = survey(&tree, true, 2, NOW);
        assert_eq!(
            listed(&found.topics),
            [("plant/a/y", 2.0), ("plant/a/x", 5.0)],
            "by bytes, and no more than asked for"
        );
        assert_eq!(found.topics[0].flow.bytes, 12.0);
    }

    #[test]
    fn silence_leaves_nothing() {
        let mut tree = Tree::new();
        assert_eq!(survey(&tree, false, 20, NOW).topics, []);
        send(&mut tree, "a/b", 5, b"1");
        let found = survey(&tree, false, 20, Timestamp(START + 60_000_000));
        assert_eq!((found.topics, found.branches), (vec![], vec![]));
        assert_eq!(found.total, Flow::default());
    }

    #[test]
    fn a_flood_is_surveyed_in_steps_and_the_first_are_found() {
        let mut tree = Tree::new();
        for i in 0..(3 * STEP as i64) {
            send(
                &mut tree,
                &format!("wide/{i}"),
                1 + i64::from(i % 10_007 == 5),
                b"1",
            );
        }
        let mut survey = Survey::new(false, NOW);
        let mut steps = 1;
        while !survey.step(&tree) {
            steps += 1;
            send(&mut tree, "wide/7", 1, b"1");
        }
        assert_eq!(steps, 4, "a step goes over a part");
        let found = survey.rank(6).named(&tree);
        assert_eq!(
            listed(&found.topics)[..5],
            [
                ("wide/5", 1.0),
                ("wide/10012", 1.0),
                ("wide/20019", 1.0),
                ("wide/30026", 1.0),
                ("wide/40033", 1.0)
            ]
        );
        assert_eq!(found.topics.len(), 6);
        assert_eq!(listed(&found.branches)[0].0, "wide");
    }
}
