//! A range of time has as many messages as a walk over them says, whatever happened before.
use std::ops::ControlFlow;

use super::stats::as_before;
use super::*;
use crate::history::blocks::{self, ROWS};
use crate::history::search::{Pattern, Query, Standing, Wanted};

/// How many messages there are in a range, walked, and their bytes.
async fn walked(history: &History, from: i64, before: i64) -> (u64, u64) {
    let row: (i64, i64) = sqlx::query_as(
        "SELECT count(*), coalesce(sum(length(payload)), 0) FROM messages WHERE id >= ? AND id < ?",
    )
    .bind(from)
    .bind(before)
    .fetch_one(&history.0.readers)
    .await
    .unwrap();
    (row.0 as u64, row.1 as u64)
}

async fn firsts(history: &History) -> Vec<i64> {
    sqlx::query_scalar("SELECT first FROM blocks ORDER BY first")
        .fetch_all(&history.0.readers)
        .await
        .unwrap()
}

/// Ranges that begin and end at, beside and between the beginnings of blocks and outside of everything.
pub(super) async fn check(history: &History, when: &str) {
    let mut ends = vec![i64::MIN, 0, i64::MAX];
    let firsts = firsts(history).await;
    for pair in firsts.windows(2) {
        ends.extend([pair[0] - 1, pair[0], pair[0] + 1, (pair[0] + pair[1]) / 2]);
    }
    if let Some((first, last)) = history.ends().await.unwrap() {
        ends.extend([first.0, last.0, last.0 + 1, (first.0 + last.0) / 2]);
    }
    ends.sort_unstable();
    // Of many ends some, so that the pairs stay few.
    let some: Vec<i64> = ends.iter().copied().step_by(ends.len().div_ceil(24)).collect();
    for from in &some {
        for before in some.iter().chain(ends.last()) {
            let kept = blocks::between(&history.0.readers, *from, *before).await.unwrap();
            let counted = walked(history, *from, *before).await;
            assert_eq!(kept, counted, "{when}: from {from} before {before}");
        }
    }
    // No block is empty, and none is larger than it may be.
    let wrong: i64 = sqlx::query_scalar("SELECT count(*) FROM blocks WHERE messages NOT BETWEEN 1 AND ?")
        .bind(ROWS)
        .fetch_one(&history.0.readers)
        .await
        .unwrap();
    assert_eq!(wrong, 0, "{when}");
}

fn many(topic: &str, count: usize) -> Vec<Message> {
    let payload = |i: usize| vec![1; i % 11];
    (0..count)
        .map(|i| message(topic, payload(i), QoS::AtMostOnce))
        .collect()
}

#[tokio::test]
async fn a_range_is_counted_from_blocks_that_fill_up() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    for _ in 0..10 {
        store(&history, many("t", 1)).await;
    }
    assert_eq!(firsts(&history).await.len(), 1);
    for round in 0..6 {
        store(&history, many("a", 3_000)).await;
        store(&history, many("b", 5_000)).await;
        check(&history, &format!("round {round}")).await;
    }
    let blocks = firsts(&history).await.len();
    assert!((12..=24).contains(&blocks), "{blocks}");
    let (first, last) = history.ends().await.unwrap().unwrap();
    let (first, last) = (Timestamp(first.0), Timestamp(last.0));
    assert_eq!(history.count_between(first, last).await.unwrap(), 48_010);
    assert_eq!(history.count_between(first, first).await.unwrap(), 1);
    assert_eq!(history.count_between(last, first).await.unwrap(), 0);
    history.forget_topic("a").await.unwrap();
    check(&history, "a topic was forgotten").await;
    let before = Forget::Before(Timestamp((first.0 + last.0) / 2));
    history
        .forget(&before, |_| ControlFlow::Continue(()))
        .await
        .unwrap();
    check(&history, "the older half was forgotten").await;
}

#[tokio::test]
async fn a_clock_that_was_set_back_on_an_emptied_file_is_no_matter() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    store(&history, many("t", 9_000)).await;
    history.forget_topic("t").await.unwrap();
    assert_eq!(firsts(&history).await, [0; 0]);
    history.close().await.unwrap();

    let history = opened(&path).await;
    let row = |id| Row {
        id: MessageId(id),
        message: message("u", "x", QoS::AtLeastOnce),
        marks: 0,
    };
    let (answer, answered) = oneshot::channel();
    history
        .submit(Submission {
            rows: vec![row(5), row(7)],
            packet_ids: None,
            committed: Box::new(|result| drop(answer.send(result))),
        })
        .unwrap();
    answered.await.unwrap().unwrap();
    store(&history, many("u", 10)).await;
    check(&history, "set back").await;
    assert_eq!(
        history.count_between(Timestamp(5), Timestamp(6)).await.unwrap(),
        1
    );
}

#[tokio::test]
async fn ranges_of_an_older_file_are_right_though_it_is_in_no_blocks() {
    for version in [3, 4] {
        let (_folder, path) = place();
        as_before(&path, 50_000, version).await;
        let history = opened(&path).await;
        // Opening does nothing that takes as long as the file is large.
        assert_eq!(firsts(&history).await, [0; 0]);
        check(&history, "as it was").await;
        store(&history, many("t/3", 100)).await;
        check(&history, "something came").await;
        assert!(history.ungathered().await.unwrap().is_some());
        // In the part that is in no blocks, on both sides of its end, and in that part again.
        for what in [
            Forget::Before(Timestamp(3_000)),
            Forget::Topic("t/3".into()),
            Forget::Before(Timestamp(45_000)),
        ] {
            history
                .forget(&what, |_| ControlFlow::Continue(()))
                .await
                .unwrap();
            check(&history, &format!("{what:?}")).await;
        }
        history.close().await.unwrap();

        let history = opened(&path).await;
        store(&history, many("t/3", 100)).await;
        check(&history, "opened again").await;
    }
}

#[tokio::test]
async fn what_lies_before_a_time_is_told_with_its_bytes_at_once() {
    let (_folder, path) = place();
    as_before(&path, 30_000, 4).await;
    let history = opened(&path).await;
    store(&history, many("t/3", 9_000)).await;
    let (_, last) = history.ends().await.unwrap().unwrap();
    for at in [0, 1_001, 9_000, last.0 - 7_000, i64::MAX] {
        let amount = history.amount(&Forget::Before(Timestamp(at))).await.unwrap();
        let counted = walked(&history, i64::MIN, at).await;
        assert_eq!((amount.messages, amount.bytes), counted, "{at}");
        assert!(!amount.more);
    }
}

#[tokio::test]
async fn a_range_walks_only_the_blocks_at_its_ends() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    let sql = format!("EXPLAIN QUERY PLAN {}", blocks::BETWEEN);
    let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .fetch_all(&history.0.readers)
        .await
        .unwrap();
    let text: Vec<_> = plan.into_iter().map(|step| step.3).collect();
    let text = text.join("\n");
    assert!(
        !text.contains("SCAN messages") && !text.contains("SCAN blocks"),
        "{text}"
    );
    assert!(!text.contains("messages_topic"), "{text}");
}

#[tokio::test]
async fn a_search_that_goes_from_block_to_block_looks_at_every_message_once() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    let messages = |i: usize| message(["a", "b"][i % 2], format!("{i};"), QoS::AtMostOnce);
    let ids = store(&history, (0..30_000).map(messages).collect()).await;
    // Every block is thinned, and the first ones are gone.
    history.forget_topic("b").await.unwrap();
    let before = Forget::Before(Timestamp(ids[7_000].0));
    history
        .forget(&before, |_| ControlFlow::Continue(()))
        .await
        .unwrap();
    for (from, to) in [(0, 29_999), (9_001, 25_555), (12_000, 12_003), (6_000, 7_003)] {
        for text in ["8;", "no such text"] {
            let wanted = Wanted {
                text: text.into(),
                regex: false,
                any_case: false,
            };
            let search = history.search(Query {
                from: Some(Timestamp(ids[from].0)),
                to: Some(Timestamp(ids[to].0)),
                payload: Some(Pattern::new(&wanted).unwrap()),
                ..Query::default()
            });
            let mut changed = search.changed();
            changed
                .wait_for(|_| search.progress().standing == Standing::Done)
                .await
                .unwrap();
            let left: Vec<usize> = (from.max(7_000)..=to).filter(|i| i % 2 == 0).collect();
            let expected: Vec<_> = left
                .iter()
                .rev()
                .filter(|i| format!("{i};").contains(text))
                .map(|i| ids[*i])
                .collect();
            let found: Vec<_> = search.hits(0, 30_000).into_iter().map(|hit| hit.id).collect();
            assert_eq!(found, expected, "{text} {from} {to}");
            assert_eq!(search.progress().looked, left.len() as u64, "{text} {from} {to}");
        }
    }
}
