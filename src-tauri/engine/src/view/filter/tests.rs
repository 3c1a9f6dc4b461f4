#![allow(clippy::unwrap_used)]
use super::*;
use crate::expression::{RegexError, RegexFault};
use crate::message::{Message, MessageId, QoS};
use crate::tree::Restored;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

pub(super) fn wanted(text: &str, mode: FilterMode, scope: FilterScope) -> Wanted {
    Wanted {
        text: text.into(),
        mode,
        scope,
        match_case: false,
    }
}

fn send(tree: &mut Tree, id: i64, topic: &str, payload: &[u8]) {
    let message = Message {
        topic: topic.into(),
        payload: bytes::Bytes::copy_from_slice(payload),
        qos: QoS::AtMostOnce,
        retain: false,
        dup: false,
        properties: None,
    };
    tree.apply(MessageId(id), &message);
}

fn tree_of(topics: &[&str]) -> Tree {
    let mut tree = Tree::new();
    for (id, topic) in topics.iter().enumerate() {
        send(&mut tree, id as i64 + 1, topic, b"1");
    }
    tree
}

/// The topics that a filter names, in the order they came.
fn named(tree: &Tree, wanted: &Wanted) -> Vec<String> {
    let mut filter = Filter::new(wanted, tree).unwrap().unwrap();
    assert!(filter.take_in(tree, &mut || false));
    let nodes = (0..tree.topic_count()).map(|index| tree.nth_topic(index));
    nodes
        .filter(|node| filter.names(*node))
        .map(|node| tree.topic(node))
        .collect()
}

fn problem(text: &str, mode: FilterMode) -> FilterProblem {
    Filter::new(&wanted(text, mode, FilterScope::Topic), &Tree::new()).unwrap_err()
}

fn letters(random: &mut StdRng, most: usize) -> String {
    let length = random.random_range(1..=most);
    (0..length)
        .map(|_| ['a', 'B', 'É', '/'][random.random_range(0..4)])
        .collect()
}

#[test]
fn a_text_finds_what_a_search_in_the_full_name_finds() {
    let mut random = StdRng::seed_from_u64(3);
    let mut tree = Tree::new();
    for id in 0..500 {
        tree.restore(Restored {
            topic: &letters(&mut random, 14),
            messages: 1,
            bytes: 0,
            id: MessageId(id),
            qos: QoS::AtMostOnce,
            retain: false,
            size: 0,
            prefix: b"",
        });
    }
    for round in 0..400 {
        let text = letters(&mut random, 6);
        let match_case = round % 2 == 0;
        let wanted = Wanted {
            match_case,
            ..Wanted::text(&text)
        };
        let fold = |text: &str| {
            if match_case {
                text.to_owned()
            } else {
                text.to_lowercase()
            }
        };
        let mut filter = Filter::new(&wanted, &tree).unwrap().unwrap();
        filter.take_in(&tree, &mut || false);
        for node in (0..tree.topic_count()).map(|index| tree.nth_topic(index)) {
            let topic = tree.topic(node);
            let contains = fold(&topic).contains(&fold(&text));
            assert_eq!(filter.names(node), contains, "{text} in {topic}");
            for range in filter.ranges(&tree, node) {
                assert!(!range.is_empty());
                let marked = fold(&tree.segment(node)[range]);
                assert!(fold(&text).contains(&marked), "{text} marks {marked} in {topic}");
            }
        }
    }
}

#[test]
fn names_of_many_blocks_are_searched_without_their_neighbours() {
    let mut tree = Tree::new();
    // A text never lies across two names, though one follows the other in memory.
    for i in 0..60_000 {
        let name = ["ab", "", "Ünab", "cab", "b"][i % 5];
        tree.restore(Restored {
            topic: &format!("{name}{}", if i % 7 == 0 { "" } else { "c" }.repeat(i % 11)),
            messages: 1,
            bytes: 0,
            id: MessageId(i as i64),
            qos: QoS::AtMostOnce,
            retain: false,
            size: 0,
            prefix: b"",
        });
        tree.restore(Restored {
            topic: &format!("{}/{name}", i),
            messages: 1,
            bytes: 0,
            id: MessageId(i as i64),
            qos: QoS::AtMostOnce,
            retain: false,
            size: 0,
            prefix: b"",
        });
    }
    for text in ["cab", "bc", "ü", "B", "9/ab", "3"] {
        let naive: Vec<String> = (0..tree.topic_count())
            .map(|index| tree.topic(tree.nth_topic(index)))
            .filter(|topic| topic.to_lowercase().contains(&text.to_lowercase()))
            .collect();
        assert_eq!(named(&tree, &Wanted::text(text)), naive, "{text}");
    }
}

#[test]
fn wildcards_name_what_the_protocol_says() {
    let topics = [
        "a", "a/b", "a/b/c", "a//c", "/a", "$SYS/a", "$SYS", "/", "A/b", "b/b/c", "a/b/c/d",
    ];
    let tree = tree_of(&topics);
    for text in [
        "#",
        "+",
        "+/#",
        "a/#",
        "a/+/c",
        "+/b",
        "$SYS/#",
        "/#",
        "/+",
        "+/+",
        "a//c",
        "a/+/#",
        "$share/g/a/#",
    ] {
        let filter = TopicFilter::new(text).unwrap();
        let naive: Vec<String> = (0..tree.topic_count())
            .map(|index| tree.topic(tree.nth_topic(index)))
            .filter(|topic| filter.matches(topic))
            .collect();
        let wildcards = wanted(text, FilterMode::Wildcards, FilterScope::Topic);
        assert_eq!(named(&tree, &wildcards), naive, "{text}");
    }
    // Recognised in a text, unless it is none or values are asked for too.
    assert_eq!(Wanted::text("a/+/c").read_as(), FilterMode::Wildcards);
    assert_eq!(Wanted::text("a/x+").read_as(), FilterMode::Text);
    assert_eq!(Wanted::text("a/b").read_as(), FilterMode::Text);
    let both = wanted("a/#", FilterMode::Text, FilterScope::Both);
    assert_eq!(both.read_as(), FilterMode::Text);
}

#[test]
fn an_expression_finds_what_it_finds_in_the_full_name() {
    let mut random = StdRng::seed_from_u64(8);
    let topics: Vec<String> = (0..300).map(|_| letters(&mut random, 14)).collect();
    let tree = tree_of(&topics.iter().map(String::as_str).collect::<Vec<_>>());
    for text in [
        "^a", "b$", "a/b", "é{2}", "a.*/.*a", "(ab|ba)/", "[^/]{5}", "^/+$", "",
    ] {
        let wanted = wanted(text, FilterMode::Regex, FilterScope::Topic);
        if text.is_empty() {
            assert!(Filter::new(&wanted, &tree).unwrap().is_none());
            continue;
        }
        let naive = regex::Regex::new(&format!("(?i){text}")).unwrap();
        let expected: Vec<String> = (0..tree.topic_count())
            .map(|index| tree.topic(tree.nth_topic(index)))
            .filter(|topic| naive.is_match(topic))
            .collect();
        assert_eq!(named(&tree, &wanted), expected, "{text}");
    }
}

#[test]
fn a_broken_expression_says_where_and_why() {
    let regex = |text: &str| match problem(text, FilterMode::Regex) {
        FilterProblem::Regex(RegexError { fault, at }) => (fault, at),
        other => panic!("{text}: {other:?}"),
    };
    assert_eq!(regex("한(b"), (RegexFault::OpenGroup, 1));
    assert_eq!(regex("ab)"), (RegexFault::ExtraClose, 2));
    assert_eq!(regex("x[a-"), (RegexFault::OpenClass, 1));
    assert_eq!(regex("*a"), (RegexFault::NothingToRepeat, 0));
    assert_eq!(regex("a{2,1}").0, RegexFault::BadCount);
    assert_eq!(regex("[z-a]"), (RegexFault::BadRange, 1));
    assert_eq!(regex("a\\"), (RegexFault::BadEscape, 1));
    assert_eq!(regex("\\p{nope}"), (RegexFault::UnknownClass, 0));
    assert_eq!(regex("(?y)").0, RegexFault::BadFlag);
    assert_eq!(regex("(?=a)").0, RegexFault::Unsupported);
    assert_eq!(regex("(a)\\1").0, RegexFault::Unsupported);
    assert_eq!(
        regex(&format!("{}a{}", "(".repeat(5_000), ")".repeat(5_000))).0,
        RegexFault::TooDeep
    );
    let large = problem("((a{1,99}){1,99}){1,99}", FilterMode::Regex);
    assert_eq!(large, FilterProblem::TooLarge);
    let broken = problem("a/#/b", FilterMode::Wildcards);
    assert!(matches!(broken, FilterProblem::Wildcards(_)), "{broken:?}");
    let long = "x".repeat(65_536);
    assert!(matches!(
        problem(&long, FilterMode::Text),
        FilterProblem::TooLong { .. }
    ));
    assert!(matches!(
        problem(&long[..65], FilterMode::Fuzzy),
        FilterProblem::TooLong { most: 64 }
    ));
}

#[test]
fn nasty_texts_and_expressions_end() {
    let long = "a".repeat(10_000);
    let topic = format!("{long}/{long}b");
    let tree = tree_of(&[&topic, "x\u{1}\u{202e}y", "K", "ß", "İ"]);
    assert_eq!(named(&tree, &Wanted::text(&long)), [&*topic]);
    assert_eq!(named(&tree, &Wanted::text(&format!("{}b", &long))), [&*topic]);
    assert!(named(&tree, &Wanted::text(&format!("{long}a"))).is_empty());
    // Would take longer than the universe lasts in an engine that goes back.
    let regex = |text: &str| named(&tree, &wanted(text, FilterMode::Regex, FilterScope::Topic));
    assert!(regex("^(a+)+$").is_empty());
    assert!(regex("^(a|a)*c$").is_empty());
    assert_eq!(regex("\\x01"), ["x\u{1}\u{202e}y"]);
    assert_eq!(named(&tree, &Wanted::text("\u{202e}Y")), ["x\u{1}\u{202e}y"]);
    // The sign for Kelvin is a k in lower case.
    assert_eq!(named(&tree, &Wanted::text("\u{212a}")), ["K"]);
    assert_eq!(named(&tree, &Wanted::text("i\u{307}")), ["İ"]);
}

/// The fewest gaps over every way to find the letters.
fn naive_gaps(letters: &[char], text: &[(char, bool)], from: usize, before: Option<usize>) -> Option<u32> {
    let Some((letter, rest)) = letters.split_first() else {
        return Some(0);
    };
    (from..text.len())
        .filter(|at| text[*at].0 == *letter)
        .filter_map(|at| {
            let gap = match before {
                None => false,
                Some(before) => before + 1 != at && !text[at].1,
            };
            Some(u32::from(gap) + naive_gaps(rest, text, at + 1, Some(at))?)
        })
        .min()
}

#[test]
fn fuzzy_counts_the_fewest_gaps() {
    let mut random = StdRng::seed_from_u64(4);
    let mut hits = 0;
    for _ in 0..3_000 {
        let mut text = |most: usize, from: &[char]| -> String {
            let length = random.random_range(1..=most);
            (0..length)
                .map(|_| from[random.random_range(0..from.len())])
                .collect()
        };
        let topic = text(14, &['a', 'b', 'c', '/', '-', '1']);
        let typed = text(6, &['a', 'b', 'c', '1']);
        let mut before = '/';
        let read: Vec<(char, bool)> = topic
            .chars()
            .map(|c| {
                let begins = c.is_alphanumeric()
                    && (!before.is_alphanumeric() || before.is_numeric() != c.is_numeric());
                before = c;
                (c, begins)
            })
            .collect();
        let typed_letters: Vec<char> = typed.chars().collect();
        let most = 1 + typed_letters.len() as u32 / 4;
        let expected = naive_gaps(&typed_letters, &read, 0, None).is_some_and(|gaps| gaps <= most);
        let fuzzy = Fuzzy::new(&typed).unwrap();
        assert_eq!(fuzzy.is_in(&topic), expected, "{typed} in {topic}");
        let marks = fuzzy.marks(&topic);
        let marked: String = marks.iter().map(|mark| &topic[mark.clone()]).collect();
        assert_eq!(
            marked,
            if expected { &typed[..] } else { "" },
            "{typed} in {topic}"
        );
        hits += u32::from(expected);
    }
    assert!(hits > 100, "{hits}");
}

#[test]
fn fuzzy_finds_what_people_shorten() {
    let tree = tree_of(&[
        "factory/line-2/press-04/oil_temp",
        "factory/line-1/press-14/coil",
        "office/lamp",
    ]);
    let fuzzy = |text: &str| named(&tree, &wanted(text, FilterMode::Fuzzy, FilterScope::Topic)).len();
    assert_eq!(fuzzy("press-4/oil"), 2);
    assert_eq!(fuzzy("F2 press"), 1);
    assert_eq!(fuzzy("tmp"), 1);
    assert_eq!(fuzzy("ftlp"), 2);
    assert_eq!(fuzzy("ofclmp"), 1);
    assert_eq!(fuzzy("zzz"), 0);
}

#[test]
fn values_are_read_as_text_and_looked_at_again_when_they_change() {
    let mut tree = tree_of(&["a", "b", "c/state"]);
    send(&mut tree, 10, "a", "Störung".as_bytes());
    send(&mut tree, 11, "b", b"\xff\xfeerror");
    let both = wanted("STÖR", FilterMode::Text, FilterScope::Value);
    assert_eq!(named(&tree, &both), ["a"]);
    assert_eq!(
        named(&tree, &wanted("state", FilterMode::Text, FilterScope::Both)),
        ["c/state"]
    );
    let error = wanted("^.{2}err", FilterMode::Regex, FilterScope::Value);
    let mut filter = Filter::new(&error, &tree).unwrap().unwrap();
    assert!(filter.take_in(&tree, &mut || false));
    let at = |topic: &str| tree.find(topic).unwrap();
    let (a, b) = (at("a"), at("b"));
    assert_eq!((filter.names(a), filter.names(b)), (false, true));
    send(&mut tree, 12, "a", b"--error");
    send(&mut tree, 13, "b", b"fine");
    assert!(filter.look_again(&tree, &mut || false));
    assert_eq!((filter.names(a), filter.names(b)), (true, false));
    assert_eq!(filter.take_turned(), [a, b]);
    // More changes than the tree remembers.
    for id in 0..100_000 {
        send(
            &mut tree,
            100 + id,
            "c/state",
            if id % 2 == 0 { b"0" } else { b"1" },
        );
    }
    send(&mut tree, 200_000, "b", b"..error");
    for id in 0..100_000 {
        send(
            &mut tree,
            300_000 + id,
            "c/state",
            if id % 2 == 0 { b"0" } else { b"1" },
        );
    }
    assert!(filter.look_again(&tree, &mut || false));
    assert_eq!(filter.take_turned(), [b]);
}

#[test]
fn it_stops_when_it_is_enough_and_goes_on() {
    let topics: Vec<String> = (0..5_000).map(|i| format!("a/{i}/x")).collect();
    let tree = tree_of(&topics.iter().map(String::as_str).collect::<Vec<_>>());
    let regex = wanted("7", FilterMode::Regex, FilterScope::Topic);
    let mut filter = Filter::new(&regex, &tree).unwrap().unwrap();
    let mut looks = 0;
    while !filter.take_in(&tree, &mut || {
        looks += 1;
        looks % 3 == 0
    }) {
        assert!(filter.topics() < 5_000);
    }
    assert!(looks > 5_000 / STEP);
    assert_eq!(filter.topics(), 5_000);
}
