#![allow(clippy::unwrap_used)]
use super::*;
use bytes::Bytes;

fn message(topic: &str, payload: &[u8]) -> Message {
    Message {
        topic: topic.into(),
        payload: Bytes::copy_from_slice(payload),
        qos: QoS::AtLeastOnce,
        retain: false,
        dup: false,
        properties: None,
    }
}

fn names(tree: &Tree, node: NodeId) -> Vec<&str> {
    tree.children(node).map(|child| tree.segment(child)).collect()
}

#[test]
fn counters_go_up_the_path() {
    let mut tree = Tree::new();
    let press = tree.apply(MessageId(10), &message("factory/line-2/press", b"12345"));
    tree.apply(MessageId(20), &message("factory/line-2/press", b"1"));
    tree.apply(MessageId(30), &message("factory/line-2", b"22"));
    tree.apply(MessageId(5), &message("other", b""));
    assert_eq!((tree.topics(), tree.messages(), tree.bytes()), (3, 4, 8));
    let facts = tree.node(press);
    assert_eq!(
        (facts.topics, facts.messages, facts.bytes, facts.depth),
        (1, 2, 6, 2)
    );
    let line = tree.find("factory/line-2").unwrap();
    let facts = tree.node(line);
    assert_eq!((facts.topics, facts.messages, facts.bytes), (2, 3, 8));
    assert_eq!(facts.last_message, Some(Timestamp(30)));
    assert_eq!(facts.latest.unwrap().messages, 1);
    let factory = tree.node(tree.find("factory").unwrap());
    assert_eq!((factory.topics, factory.messages, factory.children), (2, 3, 1));
    assert!(factory.latest.is_none());
    assert_eq!(tree.parent(press), Some(line));
    assert_eq!(tree.topic(press), "factory/line-2/press");
    assert_eq!(tree.find("factory/line"), None);
    assert_eq!(tree.find("press"), None);
}

#[test]
fn any_text_is_a_level() {
    let mut tree = Tree::new();
    let long = "x".repeat(65_535);
    for topic in [
        "/",
        "//",
        "a//b",
        " a ",
        "a",
        "\u{1}\u{7f}",
        "한/국",
        &long,
        "$SYS/x",
    ] {
        let node = tree.apply(MessageId(1), &message(topic, b"1"));
        assert_eq!(tree.topic(node), topic);
        assert_eq!(tree.find(topic), Some(node));
    }
    assert_eq!(tree.topics(), 9);
    assert_eq!(tree.find("").map(|node| tree.depth(node)), Some(0));
    assert_eq!(tree.node_id(0), None);
    assert_eq!(tree.node_id(u32::MAX), None);
    let node = tree.find("a//b").unwrap();
    assert_eq!(tree.node_id(node.raw()), Some(node));
}

#[test]
fn the_deepest_topic_that_mqtt_allows_fits() {
    let mut tree = Tree::new();
    let topic = "/".repeat(65_535);
    let node = tree.apply(MessageId(1), &message(&topic, b"1"));
    assert_eq!(tree.depth(node), u16::MAX);
    assert_eq!(tree.topic(node).len(), 65_535);
    assert_eq!(tree.node(NodeId(1)).topics, 1);
}

#[test]
fn many_children_stay_in_natural_order() {
    for step in [1, 7_919] {
        let mut tree = Tree::new();
        for i in 0..20_000_u64 {
            tree.apply(
                MessageId(1),
                &message(&format!("wide/n{}", i * step % 20_000), b""),
            );
        }
        let wide = tree.find("wide").unwrap();
        let expected: Vec<String> = (0..20_000).map(|i| format!("n{i}")).collect();
        assert_eq!(names(&tree, wide), expected);
        assert_eq!(tree.child_count(wide), 20_000);
        for child in tree.children(wide) {
            let chunk = tree.chunk(tree.raw_node(child).chunk);
            assert!(chunk.entries.len() <= children::CHUNK);
            assert!(chunk.entries.iter().any(|entry| entry.node == child));
        }
    }
}

#[test]
fn the_latest_message_tells_what_changed() {
    let mut tree = Tree::new();
    tree.apply(MessageId(0), &message("t", b"20"));
    tree.watch(tree.find("t"));
    let mut seen = |id: i64, payload: &[u8]| {
        let node = tree.apply(MessageId(id), &message("t", payload));
        let latest = tree.node(node).latest.unwrap();
        (
            latest.trend,
            latest.changed_at().map(|at| at.0),
            latest.size,
            latest.is_whole(),
        )
    };
    assert_eq!(seen(1, b"20"), (Trend::None, None, 2, true));
    assert_eq!(seen(2, b"20"), (Trend::None, None, 2, true));
    assert_eq!(seen(3, b"20.5"), (Trend::Up, Some(3), 4, true));
    assert_eq!(seen(4, b"9"), (Trend::Down, Some(4), 1, true));
    assert_eq!(seen(5, b"9.0"), (Trend::Changed, Some(5), 3, true));
    assert_eq!(seen(6, b"9.0"), (Trend::None, Some(5), 3, true));
    assert_eq!(seen(7, b"on"), (Trend::Changed, Some(7), 2, true));
    let mut long = vec![b'x'; 100_000];
    assert_eq!(seen(8, &long), (Trend::Changed, Some(8), 100_000, false));
    assert_eq!(seen(9, &long), (Trend::None, Some(8), 100_000, false));
    long[99_999] = b'y';
    assert_eq!(seen(10, &long), (Trend::Changed, Some(10), 100_000, false));
    assert_eq!(tree.node(tree.find("t").unwrap()).prefix.len(), PREFIX_BYTES);
}

#[test]
fn only_what_is_watched_is_compared() {
    let mut tree = Tree::new();
    for topic in ["a", "b"] {
        tree.apply(MessageId(1), &message(topic, b"1"));
    }
    let at = |tree: &Tree, topic: &str| tree.find(topic).unwrap();
    let marks = |tree: &Tree| {
        ["a", "b"].map(|topic| {
            let latest = tree.node(at(tree, topic)).latest.unwrap();
            (latest.trend, latest.changed_at().map(|at| at.0))
        })
    };
    tree.watch([at(&tree, "a"), NodeId::ROOT]);
    for topic in ["a", "b"] {
        tree.apply(MessageId(2), &message(topic, b"2"));
    }
    assert_eq!(marks(&tree), [(Trend::Up, Some(2)), (Trend::None, None)]);
    // The mark of the last message stays until there is another, which nobody compares.
    tree.watch([at(&tree, "b")]);
    assert_eq!(marks(&tree)[0], (Trend::Up, Some(2)));
    for topic in ["a", "b"] {
        tree.apply(MessageId(3), &message(topic, b"1"));
    }
    assert_eq!(marks(&tree), [(Trend::None, None), (Trend::Down, Some(3))]);
    // The end of a long one that came unwatched is not known, so that the next can't be told from it.
    let long = |end: &str| format!("{}{end}", "x".repeat(1_000)).into_bytes();
    tree.apply(MessageId(4), &message("a", &long("1")));
    tree.watch([at(&tree, "a")]);
    for (id, end, mark) in [
        (5, "2", (Trend::None, None)),
        (6, "2", (Trend::None, None)),
        (7, "1", (Trend::Changed, Some(7))),
    ] {
        tree.apply(MessageId(id), &message("a", &long(end)));
        assert_eq!(marks(&tree)[0], mark, "{id}");
    }
}

#[test]
fn retained_follows_the_flag_and_an_empty_payload_clears_it() {
    let mut tree = Tree::new();
    let mut retained = message("t", b"1");
    retained.retain = true;
    let node = tree.apply(MessageId(1), &retained);
    assert!(tree.node(node).retained);
    tree.apply(MessageId(2), &message("t", b"2"));
    assert!(
        tree.node(node).retained,
        "a live message leaves the retained one alone"
    );
    retained.payload = Bytes::new();
    tree.apply(MessageId(3), &retained);
    assert!(!tree.node(node).retained);
    let revision = tree.revision();
    tree.set_retained(node, true);
    assert!(tree.node(node).retained && tree.revision() > revision);
}

#[test]
fn restored_topics_count_but_are_not_marked() {
    let mut tree = Tree::new();
    let stored = Restored {
        topic: "a/b",
        messages: 41,
        bytes: 410,
        id: MessageId(100),
        qos: QoS::ExactlyOnce,
        retain: false,
        size: 1,
        prefix: b"7",
    };
    let node = tree.restore(stored);
    tree.restore(Restored {
        topic: "a/live",
        messages: 5,
        ..stored
    });
    assert_eq!((tree.topics(), tree.messages(), tree.bytes()), (2, 46, 820));
    let latest = tree.node(node).latest.unwrap();
    assert_eq!(
        (latest.messages, latest.trend, latest.changed_at()),
        (41, Trend::None, None)
    );
    tree.watch([node]);
    tree.apply(MessageId(200), &message("a/b", b"8"));
    assert_eq!(tree.node(node).latest.unwrap().trend, Trend::Up);
    // A live message may come before the history was read; it stays the latest.
    tree.apply(MessageId(300), &message("early", b"new"));
    let early = tree.restore(Restored {
        topic: "early",
        size: 3,
        prefix: b"old",
        ..stored
    });
    let early = tree.node(early);
    let latest = early.latest.unwrap();
    assert_eq!(
        (early.prefix, latest.messages, latest.id),
        (&b"new"[..], 42, MessageId(300))
    );
}

#[test]
fn the_memory_estimate_grows_with_what_is_kept() {
    let mut tree = Tree::new();
    let empty = tree.memory_bytes();
    for i in 0..10_000 {
        tree.apply(MessageId(i), &message(&format!("a/{i}/value"), &[7; 200]));
    }
    let grown = tree.memory_bytes() - empty;
    assert!(grown > 10_000 * (200 + 2 * 64), "{grown}");
    assert!(size_of::<Node>() <= 64, "a node fits into a cache line");
}

#[test]
fn over_the_budget_starts_of_payloads_are_shorter_and_changes_are_still_seen() {
    let mut tree = Tree::new();
    tree.prefix_budget = 10 * PREFIX_BYTES;
    let long = |number: usize| format!("{}{number}", "x".repeat(1_000)).into_bytes();
    for i in 0..1_000 {
        tree.apply(MessageId(i), &message(&format!("t/{i}"), &long(1)));
    }
    let kept = |tree: &Tree, i: usize| {
        let facts = tree.node(tree.find(&format!("t/{i}")).unwrap());
        let latest = facts.latest.unwrap();
        (facts.prefix.len(), latest.size, latest.trend)
    };
    assert_eq!(kept(&tree, 0), (PREFIX_BYTES, 1_001, Trend::None));
    assert_eq!(kept(&tree, 999), (LEAN_PREFIX_BYTES, 1_001, Trend::None));
    assert!(tree.prefix_bytes <= 10 * PREFIX_BYTES + 1_000 * LEAN_PREFIX_BYTES);
    // The same again is the same, whatever was kept; another end is another payload.
    let ends = ["t/0", "t/999"].map(|topic| tree.find(topic).unwrap());
    tree.watch(ends);
    for i in [0, 999] {
        tree.apply(MessageId(2_000), &message(&format!("t/{i}"), &long(1)));
        assert_eq!(kept(&tree, i).2, Trend::None, "{i}");
        tree.apply(MessageId(2_001), &message(&format!("t/{i}"), &long(2)));
        assert_eq!(kept(&tree, i), (LEAN_PREFIX_BYTES, 1_001, Trend::Changed), "{i}");
    }
}

/// A million topics take at most so many bytes each, names and a payload of 20 bytes included.
const BYTES_PER_TOPIC: usize = 320;

#[test]
fn a_million_topics_stay_within_the_stated_memory() {
    for wide in [false, true] {
        let mut tree = Tree::new();
        for i in 0..1_000_000_u64 {
            // Neither in the order of names nor in that of numbers.
            let n = i * 611_953 % 1_000_000;
            let topic = if wide {
                format!("plant/sensor-{n}")
            } else {
                format!(
                    "plant/line-{}/cell-{}/sensor-{}",
                    n % 100,
                    n / 100 % 1_000,
                    n / 100_000
                )
            };
            tree.apply(MessageId(i as i64), &message(&topic, b"{\"value\": 21.512345}"));
        }
        let bytes = tree.memory_bytes() / 1_000_000;
        assert_eq!(tree.topics(), 1_000_000);
        assert!(bytes <= BYTES_PER_TOPIC, "{bytes} bytes per topic, wide: {wide}");
        let siblings = names(&tree, tree.find("plant").unwrap());
        assert!(siblings.is_sorted_by(|a, b| order::compare(a, b).is_lt()));
    }
}
