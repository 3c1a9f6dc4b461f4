//! The past against a naive model: random messages, and every topic's last one by each time.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::AtomicUsize;

use bytes::Bytes;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tempfile::TempDir;

use super::*;
use crate::history::tests::commit;
use crate::history::{Fate, Row, Toward};
use crate::message::{Message, MessageId, QoS};

/// Some time in 2023, and one long after all messages.
const BEGIN: i64 = 1_700_000_000_000_000;
const LATER: Timestamp = Timestamp(BEGIN + 1_000_000_000_000);

async fn opened(folder: &TempDir) -> History {
    let path: &Path = folder.path();
    History::open(&path.join("history.db"), Timestamp(BEGIN))
        .await
        .unwrap()
}

async fn store(history: &History, messages: Vec<(i64, Message)>) {
    let rows = messages.into_iter().map(|(id, message)| Row {
        id: MessageId(id),
        message,
        marks: 0,
    });
    commit(history, rows.collect()).await;
}

fn message(topic: &str, payload: impl Into<Bytes>, retain: bool) -> Message {
    Message {
        topic: topic.to_owned(),
        payload: payload.into(),
        qos: QoS::AtLeastOnce,
        retain,
        dup: false,
        properties: None,
    }
}

/// Messages at random times to random topics, in the order of time.
fn random_messages(seed: u64, count: usize) -> Vec<(i64, Message)> {
    let mut random = StdRng::seed_from_u64(seed);
    let mut at = BEGIN;
    let mut next = || {
        at += random.random_range(1..2_000_000);
        let topic = format!(
            "plant/{}/{}",
            random.random_range(0..6),
            random.random_range(0..12)
        );
        let payload = random.random_range(0..4).to_string();
        (at, message(&topic, payload, random.random_bool(0.2)))
    };
    (0..count).map(|_| next()).collect()
}

fn last_by(messages: &[(i64, Message)], at: i64) -> BTreeMap<&str, (i64, &Message)> {
    let by_then = messages.iter().filter(|(id, _)| *id <= at);
    by_then
        .map(|(id, message)| (message.topic.as_str(), (*id, message)))
        .collect()
}

async fn go(history: &History, at: i64) -> Arc<Moment> {
    let machine = TimeMachine::default();
    let live = Live::new(Tree::new());
    let moment = machine.go(history, &live, Timestamp(at), LATER).await;
    moment.unwrap().unwrap().moment
}

#[tokio::test]
async fn a_moment_holds_the_last_message_of_each_topic() {
    let folder = TempDir::new().unwrap();
    let history = opened(&folder).await;
    let messages = random_messages(1, 2_000);
    store(&history, messages.clone()).await;
    let times = [0, 1, 17, 500, 1_999].map(|i: usize| messages[i].0);
    for at in times.into_iter().flat_map(|at| [at - 1, at, at + 1]) {
        let expected = last_by(&messages, at);
        let moment = go(&history, at).await;
        assert_eq!(moment.tree.topics(), expected.len() as u64, "at {at}");
        for (topic, (id, message)) in expected {
            let facts = moment.tree.node(moment.tree.find(topic).unwrap());
            let latest = facts.latest.unwrap();
            assert_eq!((latest.id.0, facts.prefix), (id, &*message.payload), "{topic}");
            assert_eq!(facts.retained, message.retain, "{topic}");
        }
    }
}

#[tokio::test]
async fn what_the_broker_holds_now_it_held_since_it_was_first_seen() {
    let folder = TempDir::new().unwrap();
    let history = opened(&folder).await;
    let held = message("t", "kept", true);
    store(
        &history,
        vec![
            (BEGIN + 10, held.clone()),
            (BEGIN + 20, message("t", "live", false)),
            (BEGIN + 30, message("t", "", true)),
        ],
    )
    .await;
    let live = Live::new(Tree::new());
    let node = lock(&live.tree).apply(MessageId(BEGIN + 10), &held);
    lock(&live.retained).apply(node, MessageId(BEGIN + 10), &held);
    let machine = TimeMachine::default();
    for (at, expected) in [(10, true), (20, true), (30, false)] {
        let at = Timestamp(BEGIN + at);
        let moment = machine
            .go(&history, &live, at, LATER)
            .await
            .unwrap()
            .unwrap()
            .moment;
        let node = moment.tree.find("t").unwrap();
        assert_eq!(moment.tree.node(node).retained, expected, "{at:?}");
    }
}

#[tokio::test]
async fn a_newer_journey_ends_the_older_one() {
    let folder = TempDir::new().unwrap();
    let history = opened(&folder).await;
    store(&history, random_messages(2, 100)).await;
    let machine = TimeMachine::default();
    let live = Live::new(Tree::new());
    let at = |micros| Timestamp(BEGIN + micros);
    let (older, newer) = tokio::join!(
        machine.go(&history, &live, at(50_000_000), LATER),
        machine.go(&history, &live, at(40_000_000), LATER)
    );
    assert!(older.unwrap().is_none());
    let newer = newer.unwrap().unwrap().moment;
    // The way back is known, until somebody leaves.
    let again = machine.go(&history, &live, at(40_000_000), LATER).await;
    assert!(Arc::ptr_eq(&newer, &again.unwrap().unwrap().moment));
    machine.back();
    let again = machine.go(&history, &live, at(40_000_000), LATER).await;
    assert!(!Arc::ptr_eq(&newer, &again.unwrap().unwrap().moment));
}

#[tokio::test]
async fn what_may_still_be_on_its_way_is_read_again() {
    let folder = TempDir::new().unwrap();
    let history = opened(&folder).await;
    let machine = TimeMachine::default();
    let live = Live::new(Tree::new());
    let at = Timestamp(BEGIN + 5);
    let early = machine.go(&history, &live, at, Timestamp(BEGIN + 6)).await;
    assert_eq!(early.unwrap().unwrap().moment.tree.topics(), 0);
    store(&history, vec![(BEGIN + 5, message("t", "1", false))]).await;
    let settled = machine.go(&history, &live, at, Timestamp(BEGIN + 7)).await;
    assert_eq!(settled.unwrap().unwrap().moment.tree.topics(), 1);
}

#[tokio::test]
async fn a_comparison_finds_what_the_model_finds() {
    let folder = TempDir::new().unwrap();
    let history = opened(&folder).await;
    let mut messages = random_messages(3, 600);
    store(&history, messages.clone()).await;
    for (from, to) in [(0, 599), (100, 101), (20, 300), (300, 300), (590, 599)] {
        compare(&history, &messages, messages[from].0, messages[to].0).await;
    }
    // So many more that the stretch is no longer short.
    let last = messages[599].0;
    let more: Vec<_> = (1..=210_000)
        .map(|i| {
            (
                last + i,
                message(&format!("flood/{}", i % 7), i.to_string(), false),
            )
        })
        .collect();
    store(&history, more.clone()).await;
    messages.extend(more);
    compare(&history, &messages, messages[100].0, last + 210_000).await;
}

async fn compare(history: &History, messages: &[(i64, Message)], from: i64, to: i64) {
    let found = history.compare(Timestamp(from), Timestamp(to), || true).await;
    let found = found.unwrap().unwrap();
    let before = last_by(messages, from);
    let mut between: BTreeMap<&str, (u64, &Message)> = BTreeMap::new();
    for (_, message) in messages.iter().filter(|(id, _)| *id > from && *id <= to) {
        let entry = between.entry(&message.topic).or_insert((0, message));
        *entry = (entry.0 + 1, message);
    }
    assert_eq!(found.messages, between.values().map(|part| part.0).sum::<u64>());
    for fate in [Fate::Appeared, Fate::Updated, Fate::Silent] {
        let expected: BTreeSet<&str> = match fate {
            Fate::Silent => before.keys().filter(|topic| !between.contains_key(*topic)),
            Fate::Appeared | Fate::Updated => {
                let known = fate == Fate::Updated;
                let fits = between
                    .keys()
                    .filter(|topic| before.contains_key(*topic) == known);
                let rows = history.changed(&found, fate, 0, 500).await.unwrap();
                check(&rows, fits.copied().collect(), &before, &between);
                continue;
            }
        }
        .copied()
        .collect();
        let rows = history.changed(&found, fate, 0, 500).await.unwrap();
        assert_eq!(found.total(fate), expected.len() as u64);
        check(&rows, expected, &before, &between);
    }
}

fn check(
    rows: &[crate::history::Changed],
    expected: BTreeSet<&str>,
    before: &BTreeMap<&str, (i64, &Message)>,
    between: &BTreeMap<&str, (u64, &Message)>,
) {
    let topics: BTreeSet<&str> = rows.iter().map(|row| row.topic.as_str()).collect();
    assert_eq!(topics, expected);
    for row in rows {
        let old = before
            .get(row.topic.as_str())
            .map(|(_, message)| &message.payload);
        let (messages, new) = match between.get(row.topic.as_str()) {
            Some((messages, message)) => (*messages, Some(&message.payload)),
            None => (0, None),
        };
        assert_eq!(row.messages, messages, "{}", row.topic);
        assert_eq!(row.before.as_ref().map(|value| &value.prefix), old);
        assert_eq!(row.after.as_ref().map(|value| &value.prefix), new);
        assert_eq!(row.same, old.is_some() && old == new);
    }
}

#[tokio::test]
async fn a_comparison_that_nobody_wants_ends() {
    let folder = TempDir::new().unwrap();
    let history = opened(&folder).await;
    store(&history, random_messages(4, 100)).await;
    let asked = AtomicUsize::new(0);
    let wanted = || asked.fetch_add(1, Ordering::Relaxed) < 1;
    let found = history.compare(Timestamp(0), LATER, wanted).await.unwrap();
    assert!(found.is_none());
    assert_eq!(asked.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn steps_lead_to_the_next_message_and_the_next_value() {
    let folder = TempDir::new().unwrap();
    let history = opened(&folder).await;
    let mut messages = vec![(1, "a"), (2, "a"), (3, "b"), (5, "b"), (8, "c")];
    // Equal ones over more than one step.
    messages.extend((10..10_000).map(|at| (at, "c")));
    messages.push((10_000, "d"));
    let rows = messages
        .into_iter()
        .map(|(at, payload)| (BEGIN + at, message("t", payload, false)));
    store(&history, rows.collect()).await;
    let t = |at: i64| Timestamp(BEGIN + at);
    let step = async |at: i64, toward| {
        let found = history.change_of("t", t(at), toward).await.unwrap();
        found.map(|id| id.0 - BEGIN)
    };
    assert_eq!(step(0, Toward::Future).await, Some(1));
    assert_eq!(step(0, Toward::Past).await, None);
    assert_eq!(step(1, Toward::Future).await, Some(3));
    assert_eq!(step(2, Toward::Past).await, None);
    assert_eq!(step(4, Toward::Past).await, Some(2));
    assert_eq!(step(4, Toward::Future).await, Some(8));
    assert_eq!(step(8, Toward::Future).await, Some(10_000));
    assert_eq!(step(9_999, Toward::Past).await, Some(5));
    assert_eq!(step(10_001, Toward::Future).await, None);
    assert_eq!(
        history.change_of("nowhere", t(5), Toward::Past).await.unwrap(),
        None
    );

    let next = async |at: i64, toward| {
        let found = history.neighbour(t(at), toward).await.unwrap();
        found.map(|id| id.0 - BEGIN)
    };
    assert_eq!(next(5, Toward::Past).await, Some(3));
    assert_eq!(next(5, Toward::Future).await, Some(8));
    assert_eq!(next(1, Toward::Past).await, None);
    let ends = history.ends().await.unwrap();
    assert_eq!(ends, Some((MessageId(BEGIN + 1), MessageId(BEGIN + 10_000))));
    assert_eq!(history.topic_count_between("t", t(2), t(8)).await.unwrap(), 4);
}

/// Prints how long it takes to put a hundred thousand topics back: `--ignored --nocapture a_hundred_thousand`.
#[tokio::test]
#[ignore = "prints a measure"]
async fn a_hundred_thousand_topics() {
    let folder = TempDir::new().unwrap();
    let history = opened(&folder).await;
    let mut at = BEGIN;
    for round in 0..5 {
        let rows = (0..100_000).map(|i| {
            at += 10;
            let topic = format!(
                "site-{}/line-{}/machine-{}/value",
                i % 10,
                i / 10 % 100,
                i / 1_000
            );
            let payload = format!("{{\"round\":{round},\"value\":{i},\"unit\":\"bar\",\"state\":\"ok\"}}");
            (at, message(&topic, payload, false))
        });
        store(&history, rows.collect()).await;
    }
    for share in [1, 2, 3] {
        let began = std::time::Instant::now();
        let moment = go(&history, BEGIN + 1_300_000 * share).await;
        println!(
            "{} topics at T: {:.0} ms, {:.1} MB",
            moment.tree.topics(),
            began.elapsed().as_secs_f64() * 1e3,
            moment.tree.memory_bytes() as f64 / 1e6
        );
    }
    for (from, to) in [(4_990_000, 5_000_000), (1_000_000, 5_000_000)] {
        let began = std::time::Instant::now();
        let found = history
            .compare(Timestamp(BEGIN + from), Timestamp(BEGIN + to), || true)
            .await;
        let found = found.unwrap().unwrap();
        println!(
            "{} messages between: {:.0} ms, {} topics updated",
            found.messages,
            began.elapsed().as_secs_f64() * 1e3,
            found.total(Fate::Updated)
        );
    }
}
