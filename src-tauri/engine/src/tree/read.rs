//! What can be asked of a tree.
//!
//! The second half is for views: numbers of nodes, topics and chunks only grow, so a view takes in
//! news by counting on.

use super::changes::Changes;
use super::children::{Children, Chunk};
use super::names::Name;
use super::{Flow, Node, NodeFacts, NodeId, Span, Tree};
use crate::message::Timestamp;

impl Tree {
    /// The node of a topic or of a branch, such as `factory/line-2`.
    pub fn find(&self, topic: &str) -> Option<NodeId> {
        topic.split('/').try_fold(NodeId::ROOT, |parent, segment| {
            self.child(parent, segment, self.hash(parent, segment))
        })
    }

    /// The node of a number that [`NodeId::raw`] gave; `None` for the root and for unknown ones.
    pub fn node_id(&self, raw: u32) -> Option<NodeId> {
        (raw > 0 && (raw as usize) < self.nodes.len()).then_some(NodeId(raw))
    }

    /// The full name of a node; empty for the root.
    pub fn topic(&self, node: NodeId) -> String {
        let mut path = Vec::new();
        let mut at = Some(node).filter(|node| *node != NodeId::ROOT);
        while let Some(node) = at {
            path.push(self.segment(node));
            at = self.parent(node);
        }
        path.reverse();
        path.join("/")
    }

    /// Everything known about a node.
    pub fn node(&self, node: NodeId) -> NodeFacts<'_> {
        let at = self.nodes.get(node.0);
        let latest = (at.topic != Node::NOWHERE).then(|| self.latest.get(at.topic));
        NodeFacts {
            segment: self.names.get(at.name),
            depth: at.depth,
            children: self.child_count(node),
            topics: at.topics.into(),
            messages: at.messages,
            bytes: at.bytes,
            last_message: (at.messages > 0).then_some(at.last),
            retained: at.retained,
            latest,
            prefix: latest.map_or(&[], |latest| self.values.get(latest.value)),
        }
    }

    /// The text of one level.
    pub fn segment(&self, node: NodeId) -> &str {
        self.names.get(self.nodes.get(node.0).name)
    }

    /// The node above; `None` at the top level.
    pub fn parent(&self, node: NodeId) -> Option<NodeId> {
        Some(self.nodes.get(node.0).parent).filter(|parent| *parent != NodeId::ROOT)
    }

    /// Levels above a node; 0 at the top.
    pub fn depth(&self, node: NodeId) -> u16 {
        self.nodes.get(node.0).depth
    }

    /// The children of a node in natural order.
    pub fn children(&self, node: NodeId) -> impl Iterator<Item = NodeId> {
        let (only, chunks) = match self.nodes.get(node.0).children {
            Children::None => (None, &[][..]),
            Children::One(child) => (Some(child), &[][..]),
            Children::Many(list) => (None, self.families.chunks_of(list)),
        };
        let entries = chunks
            .iter()
            .flat_map(|chunk| &self.families.chunk(*chunk).entries);
        only.into_iter().chain(entries.map(|entry| entry.node))
    }

    /// How many children a node has.
    pub fn child_count(&self, node: NodeId) -> usize {
        match self.nodes.get(node.0).children {
            Children::None => 0,
            Children::One(_) => 1,
            Children::Many(list) => self
                .families
                .chunks_of(list)
                .iter()
                .map(|chunk| self.families.chunk(*chunk).entries.len())
                .sum(),
        }
    }

    /// What flows through a node, here and below, over the last five to ten seconds.
    pub fn flow(&self, node: NodeId, now: Timestamp) -> Flow {
        let span = self.span(now);
        let (messages, bytes) = self.gained(node, span);
        Flow {
            messages: f64::from(messages) / span.seconds,
            bytes: f64::from(bytes) / span.seconds,
        }
    }

    /// Topics that had a message.
    pub fn topics(&self) -> u64 {
        self.nodes.get(0).topics.into()
    }

    /// Messages counted.
    pub fn messages(&self) -> u64 {
        self.nodes.get(0).messages
    }

    /// Payload bytes counted.
    pub fn bytes(&self) -> u64 {
        self.nodes.get(0).bytes
    }

    /// Grows with everything that can change a row.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// An estimate of the memory it takes, in bytes.
    pub fn memory_bytes(&self) -> usize {
        self.nodes.memory_bytes()
            + self.latest.memory_bytes()
            + self.values.memory_bytes()
            + self.names.memory_bytes()
            + self.families.memory_bytes()
            + self.changes.memory_bytes()
            + self.table.allocation_size()
            + self.pulse.memory_bytes()
    }
}

impl Tree {
    /// Nodes with the root; node numbers are below it.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(crate) fn raw_node(&self, node: NodeId) -> &Node {
        self.nodes.get(node.0)
    }

    pub(crate) fn chunk_count(&self) -> usize {
        self.families.chunk_count()
    }

    pub(crate) fn chunk(&self, chunk: u32) -> &Chunk {
        self.families.chunk(chunk)
    }

    pub(crate) fn chunks_of(&self, list: u32) -> &[u32] {
        self.families.chunks_of(list)
    }

    /// Topics in the order of their first message.
    pub(crate) fn topic_count(&self) -> usize {
        self.latest.len()
    }

    pub(crate) fn nth_topic(&self, index: usize) -> NodeId {
        self.latest.get(index as u32).node
    }

    /// The time that flows cover now.
    pub(crate) fn span(&self, now: Timestamp) -> Span {
        self.pulse.span(now)
    }

    /// Messages and bytes that a node had in that time, here and below.
    pub(crate) fn gained(&self, node: NodeId, span: Span) -> (u32, u32) {
        self.pulse.gained(node, self.nodes.get(node.0), span)
    }

    /// How long the list of nodes is that had a message in that time.
    pub(crate) fn lately_len(&self, span: Span) -> usize {
        self.pulse.len(span)
    }

    /// A node of that list; `None` where it has another place in it.
    pub(crate) fn lately(&self, span: Span, index: usize) -> Option<NodeId> {
        self.pulse.nth(span, index)
    }

    /// Whether a node had a message of its own.
    pub(crate) fn is_topic(&self, node: NodeId) -> bool {
        self.nodes.get(node.0).topic != Node::NOWHERE
    }

    /// The start of the last payload of a topic.
    pub(crate) fn nth_value(&self, index: usize) -> &[u8] {
        self.values.get(self.latest.get(index as u32).value)
    }

    /// Which topics got a value lately.
    pub(crate) fn changes(&self) -> &Changes {
        &self.changes
    }

    /// Where the text of a level lies. Later nodes never lie before it.
    pub(crate) fn name_place(&self, node: NodeId) -> Name {
        self.nodes.get(node.0).name
    }

    /// All names of a block, one after the other.
    pub(crate) fn name_block(&self, block: usize) -> &str {
        self.names.block(block)
    }

    /// Writes the full name of a node into a text that is used again.
    pub(crate) fn write_topic(&self, node: NodeId, into: &mut String) {
        into.clear();
        let mut path = [NodeId::ROOT; 16];
        let depth = usize::from(self.depth(node));
        if depth >= path.len() {
            return into.push_str(&self.topic(node));
        }
        let mut at = node;
        for place in path[..=depth].iter_mut().rev() {
            *place = at;
            at = self.nodes.get(at.0).parent;
        }
        for (index, node) in path[..=depth].iter().enumerate() {
            if index > 0 {
                into.push('/');
            }
            into.push_str(self.segment(*node));
        }
    }
}
