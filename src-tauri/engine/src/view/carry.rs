//! The same look at another tree, as at the topics of another time.
//!
//! Numbers of nodes mean nothing in another tree, so what is open is packed by name. Packing and unpacking
//! are two steps, because the two trees need not be at hand at once.

use super::{Sort, TreeView, Wanted};
use crate::tree::Tree;

/// Most open branches that are packed, so that it stays a matter of milliseconds.
const PACKED: usize = 2_000;

/// How a view looks at a tree, without the tree.
#[derive(Clone, Debug)]
pub struct Packed {
    open: Vec<String>,
    filter: Option<Wanted>,
    sort: Sort,
    held: bool,
}

impl TreeView {
    /// The branches that are open, up to two thousand, the filter and the order.
    pub fn packed(&self, tree: &Tree) -> Packed {
        let known = |node: &crate::tree::NodeId| tree.node_id(node.raw()).is_some();
        let open = self.open.flipped().filter(known).take(PACKED);
        Packed {
            open: open.map(|node| tree.topic(node)).collect(),
            filter: self.wanted().cloned(),
            sort: self.sort(),
            held: self.held,
        }
    }
}

impl Packed {
    /// A view of this tree. Branches that are not in it stay behind.
    pub fn unpacked(self, tree: &Tree) -> TreeView {
        let mut view = TreeView::new();
        for node in self.open.iter().filter_map(|topic| tree.find(topic)) {
            view.open.set(node, true);
        }
        view.set_sort(self.sort);
        view.hold(self.held);
        if let Some(wanted) = self.filter
            && let Err(problem) = view.narrow(tree, wanted)
        {
            log::warn!("a filter that was read before can't be read again: {problem:?}");
        }
        view
    }
}

#[cfg(test)]
mod tests {
    use crate::message::{MessageId, QoS, Timestamp};
    use crate::tree::{Restored, Tree};
    use crate::view::{Sort, TreeView};

    fn tree_of(topics: &[&str]) -> Tree {
        let mut tree = Tree::new();
        for topic in topics {
            tree.restore(Restored {
                topic,
                messages: 1,
                bytes: 0,
                id: MessageId(1),
                qos: QoS::AtMostOnce,
                retain: false,
                size: 0,
                prefix: b"",
            });
        }
        tree
    }

    fn drawn(view: &mut TreeView, tree: &Tree) -> Vec<String> {
        let rows = view.rows(tree, 0, 100, Timestamp(0)).rows;
        rows.iter().map(|row| tree.topic(row.node)).collect()
    }

    #[test]
    fn a_view_is_the_same_on_another_tree() {
        let from = tree_of(&["a/b/c", "a/x", "k/l", "z/only/here"]);
        // Other numbers, and one branch less.
        let to = tree_of(&["new/one", "k/l", "a/x", "a/b/c"]);
        let mut view = TreeView::new();
        for branch in ["a", "a/b", "z"] {
            let node = from.find(branch).expect("it is there");
            view.set_expanded(&from, node, true, false);
        }
        view.set_sort(Sort::Latest);
        let mut carried = view.packed(&from).unpacked(&to);
        let mut topics = drawn(&mut carried, &to);
        topics.sort();
        assert_eq!(topics, ["a", "a/b", "a/b/c", "a/x", "k", "new"]);
        assert_eq!(carried.sort(), Sort::Latest);

        view.set_filter(&from, "L");
        let mut carried = view.packed(&from).unpacked(&to);
        assert!(carried.work(&to, &mut || false));
        assert_eq!(drawn(&mut carried, &to), ["k", "k/l"]);
        carried.set_filter(&to, "");
        assert_eq!(carried.total_rows(&to), 6);
    }
}
