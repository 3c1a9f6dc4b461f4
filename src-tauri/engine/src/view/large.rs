//! Branches that are too large to be ranked, opened or closed in one go.
#![allow(clippy::unwrap_used)]

use super::tests::{NOW, expand, segments, send};
use super::*;

#[test]
fn a_hundred_thousand_siblings_come_in_while_rows_are_read() {
    let mut tree = Tree::new();
    let mut view = TreeView::new();
    let count = 100_000_u64;
    for i in 0..count {
        send(&mut tree, i as i64, &format!("wide/{}", i * 7_919 % count), "");
        if i == 0 {
            view.set_expanded(&tree, tree.find("wide").unwrap(), true, false);
        }
        if i == 0 || i % 97 != 0 {
            continue;
        }
        let frame = view.rows(&tree, i / 2, 20, NOW);
        assert_eq!(frame.total_rows, i + 2);
        let numbers: Vec<u64> = frame
            .rows
            .iter()
            .map_while(|row| row.segment.parse().ok())
            .collect();
        assert!(numbers.is_sorted(), "{numbers:?}");
        assert_eq!(u64::from(frame.rows[1].pos_in_set), i / 2 + 1);
    }
    let frame = view.rows(&tree, 50_000, 3, NOW);
    assert_eq!(segments(&frame), ["49999", "50000", "50001"]);
    assert_eq!(
        (frame.rows[0].pos_in_set, frame.rows[0].set_size),
        (50_000, 100_000)
    );
}

fn wide(count: usize) -> Tree {
    let mut tree = Tree::new();
    for i in 0..count {
        send(&mut tree, i as i64 + 1, &format!("wide/t{i}/v"), "1");
    }
    tree
}

#[test]
fn the_busiest_and_the_largest_come_first() {
    let mut tree = Tree::new();
    let at = |millis: i64| NOW.0 + millis * 1_000;
    for i in 0..20 {
        send(&mut tree, at(i), "often", "1");
    }
    send(
        &mut tree,
        at(30),
        "large",
        "a long payload, longer than all the others together",
    );
    send(&mut tree, at(7_000), "now", "1");
    send(&mut tree, at(7_001), "now", "1");
    let mut view = TreeView::new();
    view.set_sort(Sort::Rate);
    let frame = view.rows(&tree, 0, 60, Timestamp(at(7_500)));
    assert_eq!(segments(&frame), ["often", "now", "large"]);
    assert_eq!(frame.rows[1].flow.messages, 2.0 / 7.5);
    // What came earlier is past; nothing came since, and the order is made again all the same.
    let frame = view.rows(&tree, 0, 60, Timestamp(at(12_000)));
    assert_eq!(segments(&frame), ["now", "large", "often"]);
    assert_eq!(frame.rows[2].flow.messages, 0.0);
    view.set_sort(Sort::Size);
    let frame = view.rows(&tree, 0, 60, Timestamp(at(12_000)));
    assert_eq!(segments(&frame), ["large", "often", "now"]);
}

#[test]
fn a_wide_branch_is_ranked_over_several_looks() {
    let count = 3 * sort::LOOK;
    let mut tree = wide(count);
    send(&mut tree, 1 << 30, &format!("wide/t{}/v", count - 1), "1");
    let mut view = TreeView::new();
    expand(&mut view, &tree, "wide");
    view.set_sort(Sort::Messages);
    let frame = view.rows(&tree, 0, 2, NOW);
    assert_eq!(segments(&frame), ["wide", "t0"], "by name until it is known");
    let mut looks = 1;
    while view.is_unfinished() {
        looks += 1;
        // Children that come meanwhile split chunks before and behind.
        send(&mut tree, (1 << 30) + looks, &format!("wide/t5x{looks}/v"), "1");
        view.rows(&tree, 0, 2, NOW);
    }
    assert!(looks >= 3, "{looks}");
    let frame = view.rows(&tree, 0, 3, NOW);
    assert_eq!(segments(&frame), ["wide", &format!("t{}", count - 1), "t0"]);
    // It is made again over several looks as well, and the old order stays meanwhile.
    send(&mut tree, 1 << 31, "wide/t70000/v", "1");
    send(&mut tree, 1 << 31 | 1, "wide/t70000/v", "1");
    let later = Timestamp(NOW.0 + 2_000_000);
    let frame = view.rows(&tree, 0, 2, later);
    assert_eq!(frame.rows[1].segment, format!("t{}", count - 1));
    assert!(!view.is_unfinished(), "there is an order to show");
    for _ in 0..4 {
        view.rows(&tree, 0, 2, later);
    }
    assert_eq!(view.rows(&tree, 0, 2, later).rows[1].segment, "t70000");
}

#[test]
fn a_large_branch_opens_and_closes_in_steps() {
    let count = 2 * unfold::STEP;
    let mut tree = wide(count);
    let mut view = TreeView::new();
    let branch = tree.find("wide").unwrap();
    view.set_expanded(&tree, branch, true, true);
    let rows = view.total_rows(&tree);
    assert!(
        rows > count as u64 && rows < 2 * count as u64,
        "a part at once: {rows}"
    );
    let mut looks = 0;
    while view.is_unfinished() {
        looks += 1;
        send(&mut tree, (1 << 30) + looks, &format!("wide/t{looks}x/v"), "1");
        let frame = view.rows(&tree, 0, 3, NOW);
        assert_eq!(segments(&frame), ["wide", "t0", "v"]);
    }
    assert!(looks > 1);
    assert!(view.total_rows(&tree) >= 1 + 2 * count as u64 + looks as u64);
    for i in [0, 1, count / 2, count - 1] {
        let node = tree.find(&format!("wide/t{i}/v")).unwrap();
        assert!(view.row_of(&tree, node).is_some(), "{i}");
    }
    // Closed, it is one row at once; what was open below goes on closing.
    view.set_expanded(&tree, branch, false, true);
    assert_eq!(view.total_rows(&tree), 1);
    while view.is_unfinished() {
        view.rows(&tree, 0, 3, NOW);
    }
    view.set_expanded(&tree, branch, true, false);
    assert_eq!(view.total_rows(&tree), 1 + count as u64 + looks as u64);
    // Closing all ends what is under way.
    view.set_expanded(&tree, branch, true, true);
    assert!(view.is_unfinished());
    view.collapse_all();
    assert!(!view.is_unfinished());
    assert_eq!(segments(&view.rows(&tree, 0, 60, NOW)), ["wide"]);
    send(&mut tree, 1 << 31, "wide2", "1");
    expand(&mut view, &tree, "wide");
    assert_eq!(view.total_rows(&tree), 2 + count as u64 + looks as u64);
}

#[test]
fn a_topic_of_65_535_levels_opens_and_closes_as_a_whole() {
    let mut tree = Tree::new();
    send(&mut tree, 1, &format!("m{}", "/".repeat(65_534)), "1");
    send(&mut tree, 2, &format!("m{}side", "/".repeat(30_000)), "1");
    let mut view = TreeView::new();
    let top = tree.find("m").unwrap();
    // Opened level by level from above, each would be told to all levels above it: billions of steps.
    for (expanded, rows) in [(true, 65_536), (false, 1), (true, 65_536)] {
        view.set_expanded(&tree, top, expanded, true);
        while view.is_unfinished() {
            view.rows(&tree, 0, 3, NOW);
        }
        assert_eq!(view.total_rows(&tree), rows);
    }
    assert_eq!(segments(&view.rows(&tree, 65_534, 2, NOW)), ["", "side"]);
}
