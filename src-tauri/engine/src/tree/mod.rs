//! The topic tree of one connection: what was received, counted per level.
//!
//! Every node counts the topics, messages and payload bytes below it, so a branch answers without a
//! walk. It is built for a million topics: nodes lie in an arena and are never removed, one hash
//! table finds the child of a node by its text, and children stand in natural order in chunks.
//! A parent always has a smaller number than its children; views rely on it.
//!
//! It does no input or output, takes no lock and reads no clock. What is expanded, filtered or
//! sorted otherwise is [`crate::view`]'s.

mod arena;
mod changes;
pub(crate) mod children;
mod names;
mod node;
pub(crate) mod order;
mod pulse;
mod read;
mod values;

#[cfg(test)]
mod tests;

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::message::{Message, MessageId, QoS, Timestamp};
pub(crate) use arena::Arena;
use changes::Changes;
use children::{Children, Entry, Families};
use names::Names;
pub(crate) use node::Node;
pub use node::{LEAN_PREFIX_BYTES, Latest, NodeFacts, NodeId, PREFIX_BUDGET, PREFIX_BYTES, Trend};
pub use pulse::Flow;
use pulse::Pulse;
pub(crate) use pulse::Span;
use values::{Value, Values};

/// A slot of the look-up table. The hash is kept so that the table grows without reading the nodes.
#[derive(Clone, Copy, Debug)]
struct Slot {
    hash: u32,
    node: NodeId,
}

impl Slot {
    /// The table takes the place from the low bits and a tag from the highest seven.
    fn spread(hash: u32) -> u64 {
        u64::from(hash).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }
}

/// What the history knows about a topic when it is opened.
#[derive(Clone, Copy, Debug)]
pub struct Restored<'a> {
    /// The topic name.
    pub topic: &'a str,
    /// Stored messages.
    pub messages: u64,
    /// Their payload bytes; 0 if nobody counted them.
    pub bytes: u64,
    /// The id of the last one.
    pub id: MessageId,
    /// Its QoS.
    pub qos: QoS,
    /// Its retain flag.
    pub retain: bool,
    /// The size of its whole payload in bytes.
    pub size: u32,
    /// The start of its payload, at least [`PREFIX_BYTES`] of it or all.
    pub prefix: &'a [u8],
}

/// All topics of a connection.
#[derive(Debug)]
pub struct Tree {
    nodes: Arena<Node>,
    latest: Arena<Latest>,
    values: Values,
    changes: Changes,
    names: Names,
    families: Families,
    table: HashTable<Slot>,
    hasher: DefaultHashBuilder,
    pulse: Pulse,
    /// The topics that are watched; each is marked so, and no other is.
    watched: Vec<u32>,
    revision: u64,
    prefix_bytes: usize,
    prefix_budget: usize,
}

impl Default for Tree {
    fn default() -> Self {
        Self::new()
    }
}

impl Tree {
    /// A tree without topics.
    pub fn new() -> Self {
        let mut names = Names::default();
        let mut nodes = Arena::new();
        nodes.push(Node {
            parent: NodeId::ROOT,
            name: names.add(""),
            chunk: Node::NOWHERE,
            topic: Node::NOWHERE,
            beat: Node::NOWHERE,
            topics: 0,
            depth: 0,
            retained: false,
            children: Children::None,
            messages: 0,
            bytes: 0,
            last: Timestamp(i64::MIN),
        });
        Self {
            nodes,
            latest: Arena::new(),
            values: Values::default(),
            changes: Changes::default(),
            names,
            families: Families::default(),
            table: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
            pulse: Pulse::default(),
            watched: Vec::new(),
            revision: 0,
            prefix_bytes: 0,
            prefix_budget: PREFIX_BUDGET,
        }
    }

    /// Takes in a message: makes its path, counts it on every level and keeps it as the latest. A
    /// message with the retain flag also tells that the broker holds it now, or, if it is empty,
    /// that the broker holds nothing any more (MQTT 5, 3.3.1.3).
    pub fn apply(&mut self, id: MessageId, message: &Message) -> NodeId {
        let node = self.path(&message.topic);
        let first = self.keep_latest(node, id, message.qos, message.retain, &message.payload, true);
        self.latest.get_mut(self.nodes.get(node.0).topic).messages += 1;
        self.pulse.go_on(id.received());
        self.count(node, first, 1, message.payload.len() as u64, id.received(), true);
        if message.retain {
            self.nodes.get_mut(node.0).retained = !message.payload.is_empty();
        }
        node
    }

    /// Takes in what the history holds of a topic. Counts are added; nothing is marked as changed.
    /// Where a newer message is known already, it stays the latest.
    pub fn restore(&mut self, stored: Restored<'_>) -> NodeId {
        let node = self.path(stored.topic);
        let first = self.keep_latest(node, stored.id, stored.qos, stored.retain, stored.prefix, false);
        let latest = self.latest.get_mut(self.nodes.get(node.0).topic);
        latest.messages += stored.messages;
        if latest.id == stored.id {
            latest.size = stored.size;
        }
        self.count(
            node,
            first,
            stored.messages,
            stored.bytes,
            stored.id.received(),
            false,
        );
        node
    }

    /// Has payloads of these nodes, and of no others, compared with those before them from now on: a mark of
    /// change is worth its cost only where somebody looks.
    pub fn watch(&mut self, nodes: impl IntoIterator<Item = NodeId>) {
        for topic in self.watched.drain(..) {
            self.latest.get_mut(topic).watched = false;
        }
        for node in nodes {
            let topic = self.nodes.get(node.0).topic;
            if topic != Node::NOWHERE {
                self.latest.get_mut(topic).watched = true;
                self.watched.push(topic);
            }
        }
    }

    /// Whether the broker is known to hold a retained message with the topic of this node.
    pub fn set_retained(&mut self, node: NodeId, retained: bool) {
        let node = self.nodes.get_mut(node.0);
        if node.retained != retained {
            node.retained = retained;
            self.revision += 1;
        }
    }

    fn hash(&self, parent: NodeId, segment: &str) -> u32 {
        self.hasher.hash_one((parent.0, segment)) as u32
    }

    fn child(&self, parent: NodeId, segment: &str, hash: u32) -> Option<NodeId> {
        let same = |slot: &Slot| {
            slot.hash == hash && {
                let node = self.nodes.get(slot.node.0);
                node.parent == parent && self.names.get(node.name) == segment
            }
        };
        self.table.find(Slot::spread(hash), same).map(|slot| slot.node)
    }

    /// The node of a topic, made if it is new.
    fn path(&mut self, topic: &str) -> NodeId {
        let mut node = NodeId::ROOT;
        for segment in topic.split('/') {
            let hash = self.hash(node, segment);
            node = match self.child(node, segment, hash) {
                Some(child) => child,
                None => self.add_child(node, segment, hash),
            };
        }
        node
    }

    fn add_child(&mut self, parent: NodeId, segment: &str, hash: u32) -> NodeId {
        let above = self.nodes.get(parent.0);
        let siblings = above.children;
        let depth = if parent == NodeId::ROOT {
            0
        } else {
            above.depth.saturating_add(1)
        };
        let node = NodeId(self.nodes.push(Node {
            parent,
            name: self.names.add(segment),
            chunk: Node::NOWHERE,
            topic: Node::NOWHERE,
            beat: Node::NOWHERE,
            topics: 0,
            depth,
            retained: false,
            children: Children::None,
            messages: 0,
            bytes: 0,
            last: Timestamp(i64::MIN),
        }));
        self.table
            .insert_unique(Slot::spread(hash), Slot { hash, node }, |slot| {
                Slot::spread(slot.hash)
            });
        let list = match siblings {
            Children::None => {
                self.nodes.get_mut(parent.0).children = Children::One(node);
                return node;
            }
            Children::One(first) => {
                let prefix = order::prefix(self.segment(first));
                let (list, chunk) = self.families.start(Entry { prefix, node: first });
                self.nodes.get_mut(first.0).chunk = chunk;
                self.nodes.get_mut(parent.0).children = Children::Many(list);
                list
            }
            Children::Many(list) => list,
        };
        let prefix = order::prefix(segment);
        let placed = self.families.insert(list, Entry { prefix, node }, |entry| {
            let by_name = || order::compare(self.names.get(self.nodes.get(entry.node.0).name), segment);
            entry.prefix.cmp(&prefix).then_with(by_name).is_lt()
        });
        self.nodes.get_mut(node.0).chunk = placed.chunk;
        if let Some(split) = placed.split {
            for entry in &self.families.chunk(split).entries {
                self.nodes.get_mut(entry.node.0).chunk = split;
            }
        }
        node
    }

    /// Keeps a payload as the latest of its topic, unless a newer one is known. True if the topic
    /// had no message before.
    fn keep_latest(
        &mut self,
        node: NodeId,
        id: MessageId,
        qos: QoS,
        retain: bool,
        payload: &[u8],
        live: bool,
    ) -> bool {
        let keep = if self.prefix_bytes < self.prefix_budget {
            PREFIX_BYTES
        } else {
            LEAN_PREFIX_BYTES
        };
        let values = &mut self.values;
        let topic = self.nodes.get(node.0).topic;
        let first = topic == Node::NOWHERE;
        let (latest, before) = if first {
            let index = self.latest.push(Latest {
                messages: 0,
                id,
                size: 0,
                qos,
                retain,
                value: Value::default(),
                trend: Trend::None,
                watched: false,
                changed_at: Latest::NEVER,
                tail: Latest::UNHASHED,
                node,
            });
            self.nodes.get_mut(node.0).topic = index;
            let latest = self.latest.get_mut(index);
            latest.set(values, payload, keep);
            (latest, 0)
        } else {
            let latest = self.latest.get_mut(topic);
            let before = latest.value.len();
            if live {
                let hash = |rest: &[u8]| self.hasher.hash_one(rest);
                latest.replace(values, payload, keep, hash, id.received());
            } else if id > latest.id {
                latest.set(values, payload, keep);
            } else {
                return false;
            }
            self.changes.add(topic);
            (latest, before)
        };
        (latest.id, latest.qos, latest.retain) = (id, qos, retain);
        self.prefix_bytes = self.prefix_bytes + latest.value.len() - before;
        first
    }

    /// Counts messages on a node and on everything above it.
    fn count(&mut self, node: NodeId, first: bool, messages: u64, bytes: u64, at: Timestamp, live: bool) {
        self.revision += 1;
        let mut up = node;
        loop {
            let node = self.nodes.get_mut(up.0);
            if live && node.last < self.pulse.open_since() {
                node.beat = self.pulse.note(up, node);
            }
            node.topics += u32::from(first);
            node.messages += messages;
            node.bytes += bytes;
            node.last = node.last.max(at);
            if up == NodeId::ROOT {
                return;
            }
            up = node.parent;
        }
    }
}
