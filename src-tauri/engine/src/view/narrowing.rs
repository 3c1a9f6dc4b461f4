//! A view that follows a filter tells the same as one that is narrowed just now, and the same as a
//! naive look at every topic.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use bytes::Bytes;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::*;
use crate::message::{Message, MessageId, QoS};
use crate::topic::TopicFilter;

type Naive = fn(&str, &str) -> bool;

fn wanted(text: &str, mode: FilterMode, scope: FilterScope) -> Wanted {
    Wanted {
        text: text.into(),
        mode,
        scope,
        match_case: false,
    }
}

/// Filters, and what each says of a topic and its value.
fn filters() -> Vec<(Wanted, Naive)> {
    use FilterMode::{Fuzzy, Regex, Text, Wildcards};
    use FilterScope::{Both, Topic, Value};
    vec![
        (wanted("", Text, Topic), |_, _| true),
        (wanted("A/b", Text, Topic), |topic, _| topic.contains("a/b")),
        (wanted("1", Text, Value), |_, value| value.contains('1')),
        (wanted("2", Text, Both), |topic, value| {
            topic.contains('2') || value.contains('2')
        }),
        (wanted("a/+/#", Wildcards, Topic), |topic, _| {
            TopicFilter::new("a/+/#").unwrap().matches(topic)
        }),
        (wanted("^1$|^2", Regex, Value), |_, value| {
            value == "1" || value.starts_with('2')
        }),
        (wanted("(a|b)/1$", Regex, Both), |topic, value| {
            [topic, value]
                .iter()
                .any(|text| text.ends_with("a/1") || text.ends_with("b/1"))
        }),
        (wanted("1", Fuzzy, Both), |topic, value| {
            topic.contains('1') || value.contains('1')
        }),
    ]
}

fn send(tree: &mut Tree, id: i64, topic: &str, value: &str) {
    let message = Message {
        topic: topic.into(),
        payload: Bytes::copy_from_slice(value.as_bytes()),
        qos: QoS::AtMostOnce,
        retain: false,
        dup: false,
        properties: None,
    };
    tree.apply(MessageId(id), &message);
}

fn hits_of(tree: &Tree, frame: &Frame, values: &BTreeMap<String, String>, naive: Naive) -> Vec<String> {
    let topics = frame.rows.iter().map(|row| tree.topic(row.node));
    topics
        .filter(|topic| values.get(topic).is_some_and(|value| naive(topic, value)))
        .collect()
}

#[test]
fn a_filter_that_lives_on_agrees_with_a_new_one() {
    let filters = filters();
    let levels = ["a", "b", "1", "2", "", "$x"];
    for seed in 0..12 {
        let mut random = StdRng::seed_from_u64(seed);
        let (mut tree, mut view) = (Tree::new(), TreeView::new());
        let mut values = BTreeMap::new();
        let mut at = 0;
        let mut sort = Sort::Name;
        for step in 0..250_i64 {
            for _ in 0..random.random_range(1..5) {
                let depth = random.random_range(1..5);
                let topic: Vec<&str> = (0..depth)
                    .map(|_| levels[random.random_range(0..levels.len())])
                    .collect();
                let (topic, value) = (topic.join("/"), random.random_range(0..23).to_string());
                send(&mut tree, step + 1, &topic, &value);
                values.insert(topic, value);
            }
            match random.random_range(0..12) {
                0 => at = random.random_range(0..filters.len()),
                1 => sort = [Sort::Name, Sort::Latest][random.random_range(0..2)],
                _ => {}
            }
            let (wanted, naive) = &filters[at];
            view.set_sort(sort);
            view.narrow_now(&tree, wanted.clone());
            let mut fresh = TreeView::new();
            fresh.set_sort(sort);
            fresh.narrow_now(&tree, wanted.clone());
            let now = Timestamp(step * 2_000_000);
            let (lived, anew) = (view.rows(&tree, 0, 500, now), fresh.rows(&tree, 0, 500, now));
            assert_eq!(lived.searching, None);
            if wanted.text.is_empty() {
                assert_eq!((lived.hits, lived.total_rows), (None, anew.total_rows));
                continue;
            }
            assert_eq!(lived, anew, "seed {seed}, step {step}, {wanted:?}");
            let named = values.iter().filter(|(topic, value)| naive(topic, value)).count();
            assert_eq!(lived.hits, Some(named as u64), "{wanted:?}");
            let hits = hits_of(&tree, &lived, &values, *naive);
            assert_eq!(hits.len(), named);
            walk(&tree, &mut view, &hits);
            for row in &lived.rows {
                assert!(row.has_children || hits.contains(&tree.topic(row.node)));
            }
        }
    }
}

/// Forwards and backwards over all hits, and round.
fn walk(tree: &Tree, view: &mut TreeView, hits: &[String]) {
    let mut from = None;
    for topic in hits.iter().chain(hits.first()) {
        from = view.next_hit(tree, from, false);
        assert_eq!(from.map(|node| tree.topic(node)).as_ref(), Some(topic));
    }
    let mut from = None;
    for topic in hits.iter().rev().chain(hits.last()) {
        from = view.next_hit(tree, from, true);
        assert_eq!(from.map(|node| tree.topic(node)).as_ref(), Some(topic));
    }
    if hits.is_empty() {
        assert_eq!(view.next_hit(tree, None, false), None);
    }
}

#[test]
fn a_hit_in_a_closed_branch_is_next_too() {
    let mut tree = Tree::new();
    for (id, topic) in ["a/x/1", "a/y", "b/x/2", "c"].iter().enumerate() {
        send(&mut tree, id as i64, topic, "0");
    }
    let mut view = TreeView::new();
    view.set_filter(&tree, "x");
    view.collapse_all();
    let first = view.next_hit(&tree, None, false);
    assert_eq!(first, tree.find("a/x/1"));
    assert_eq!(view.next_hit(&tree, first, false), tree.find("b/x/2"));
    assert_eq!(view.next_hit(&tree, first, true), tree.find("b/x/2"));
    assert_eq!(view.next_hit(&tree, tree.find("c"), false), first, "hidden");
    view.set_filter(&tree, "");
    assert_eq!(view.next_hit(&tree, None, false), None);
}

#[test]
fn what_is_shown_stays_until_a_filter_is_ready_and_another_takes_its_place() {
    let mut tree = Tree::new();
    for id in 0..3_000 {
        send(&mut tree, id, &format!("a{}/{id}", id % 10), &id.to_string());
    }
    let mut view = TreeView::new();
    view.set_filter(&tree, "a1/");
    let shown = view.rows(&tree, 0, 10, Timestamp(0));
    assert_eq!(shown.hits, Some(300));
    view.narrow(&tree, wanted("a2/.*7", FilterMode::Regex, FilterScope::Topic))
        .unwrap();
    let mut looks = 0;
    assert!(!view.work(&tree, &mut || {
        looks += 1;
        looks > 3
    }));
    let frame = view.rows(&tree, 0, 10, Timestamp(0));
    assert_eq!((frame.rows, frame.hits), (shown.rows.clone(), Some(300)));
    assert!(frame.searching.is_some_and(|share| share < 1.0));
    // A broken one changes nothing, not even the one on its way.
    view.narrow(&tree, wanted("(", FilterMode::Regex, FilterScope::Topic))
        .unwrap_err();
    assert!(view.rows(&tree, 0, 10, Timestamp(0)).searching.is_some());
    view.narrow(&tree, wanted("299", FilterMode::Text, FilterScope::Value))
        .unwrap();
    assert!(view.work(&tree, &mut || false));
    let frame = view.rows(&tree, 0, 10, Timestamp(0));
    assert_eq!((frame.hits, frame.searching), (Some(13), None));
    // Without a filter it is as before at once, with what came since.
    send(&mut tree, 9_000, "new", "1");
    view.narrow(&tree, Wanted::default()).unwrap();
    let frame = view.rows(&tree, 0, 20, Timestamp(0));
    assert_eq!((frame.hits, frame.total_rows), (None, 11));
}

#[test]
fn a_slow_filter_is_shown_before_it_has_looked_at_everything() {
    let mut tree = Tree::new();
    for id in 0..80_000_i64 {
        send(&mut tree, id, &format!("p{}/s-{id}", id % 100), "1");
    }
    let mut view = TreeView::new();
    view.narrow(&tree, wanted("s-.*7$", FilterMode::Regex, FilterScope::Topic))
        .unwrap();
    let mut partial = 0;
    loop {
        let mut looks = 0;
        let done = view.work(&tree, &mut || {
            looks += 1;
            looks > 100
        });
        let frame = view.rows(&tree, 0, 10, Timestamp(0));
        match (done, frame.hits) {
            (true, hits) => {
                assert_eq!((hits, frame.searching), (Some(8_000), None));
                break;
            }
            (false, Some(_)) => partial += 1,
            (false, None) => {}
        }
        assert!(frame.searching.is_some());
    }
    assert!(partial > 0);
    let rows = view.total_rows(&tree);
    let mut anew = TreeView::new();
    anew.narrow_now(&tree, wanted("s-.*7$", FilterMode::Regex, FilterScope::Topic));
    assert_eq!(rows, anew.total_rows(&tree));
}
