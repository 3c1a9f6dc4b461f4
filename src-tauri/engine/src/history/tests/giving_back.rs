//! What is deleted between other messages makes the file shorter, and what stays is what it was.
use std::ops::ControlFlow;
use std::time::Duration;

use super::stats::{check, left_behind};
use super::*;

const TOPICS: usize = 50;

/// Fifty topics in turn, half of them below `gone`; now and then a payload with pages of its own.
pub(super) fn scattered(count: usize) -> Vec<Message> {
    let topic = |i: usize| {
        let branch = if i.is_multiple_of(2) { "gone" } else { "stays" };
        format!("{branch}/{}", i % TOPICS)
    };
    let bytes = |i: usize| if i % 997 < 2 { 20_000 } else { 60 + i * 7 % 120 };
    (0..count)
        .map(|i| message(&topic(i), vec![i as u8; bytes(i)], QoS::AtLeastOnce))
        .collect()
}

type Kept = Vec<(i64, String, i64, Vec<u8>, Option<Vec<u8>>)>;

/// Every message outside of `gone`.
async fn kept(history: &History) -> Kept {
    sqlx::query_as(
        "SELECT m.id, t.name, m.flags, m.payload, m.properties FROM messages m JOIN topics t ON t.id = m.topic_id
         WHERE t.name NOT GLOB 'gone/*' ORDER BY m.id",
    )
    .fetch_all(&history.0.readers)
    .await
    .unwrap()
}

async fn is_whole(history: &History) {
    let found: String = sqlx::query_scalar("PRAGMA integrity_check")
        .fetch_one(&history.0.readers)
        .await
        .unwrap();
    assert_eq!(found, "ok");
}

fn gone() -> Forget {
    Forget::Branch("gone".into())
}

#[tokio::test]
async fn a_branch_that_lay_between_others_makes_the_file_shorter() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    store(&history, scattered(40_000)).await;
    history.close().await.unwrap();
    let before = std::fs::metadata(&path).unwrap().len();
    let history = opened(&path).await;
    let stays = kept(&history).await;
    let mut done = Vec::new();
    let removed = history
        .forget(&gone(), |state| {
            done.extend(state.giving_back);
            ControlFlow::Continue(())
        })
        .await
        .unwrap();
    assert_eq!((removed.messages, removed.topics), (20_000, 25));
    assert!(done.is_sorted() && done.len() > 20, "{done:?}");
    assert!(kept(&history).await == stays);
    check(&history, "given back").await;
    is_whole(&history).await;
    assert_eq!(history.space(NOW).await.unwrap().free, 0);
    history.close().await.unwrap();
    let after = std::fs::metadata(&path).unwrap().len();
    assert_eq!(before - after, removed.freed);
    assert!(after * 100 < before * 58, "{before} {after}");
}

#[tokio::test]
async fn what_was_stopped_is_given_back_later() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    store(&history, scattered(20_000)).await;
    let stays = kept(&history).await;
    let before = history.space(NOW).await.unwrap();
    let mut pieces = 0;
    let stop = |state: Forgotten| {
        pieces += i32::from(state.giving_back.is_some());
        if pieces > 3 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let removed = history.forget(&gone(), stop).await.unwrap();
    assert_eq!((removed.messages, removed.freed), (10_000, 0));
    assert!(kept(&history).await == stays);
    let retention = Retention {
        max_age: Duration::ZERO,
        max_bytes: 0,
        max_per_topic: 0,
    };
    let removed = history.tidy(&retention, NOW).await.unwrap();
    assert_eq!((removed.messages, removed.topics), (0, 0));
    let after = history.space(NOW).await.unwrap();
    assert!(
        after.free == 0 && after.used * 100 < before.used * 58,
        "{before:?} {after:?}"
    );
    assert!(kept(&history).await == stays);
    assert_eq!(
        history.tidy(&retention, NOW).await.unwrap(),
        Removed::default(),
        "it is done once"
    );
}

#[tokio::test]
async fn what_arrives_between_two_pieces_stays() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    store(&history, scattered(12_000)).await;
    let mut ids: Vec<_> = kept(&history).await.into_iter().map(|row| row.0).collect();
    let mut arrived = Vec::new();
    let removed = history
        .forget(&gone(), |state| {
            if state.giving_back.is_some() {
                let new = vec![message("stays/1", vec![9; 70], QoS::AtLeastOnce); 40];
                arrived.push(submit(&history, new));
            }
            ControlFlow::Continue(())
        })
        .await
        .unwrap();
    assert_eq!(removed.messages, 6_000);
    assert!(arrived.len() > 5);
    for (new, answered) in arrived {
        answered.await.unwrap().unwrap();
        ids.extend(new.into_iter().map(|id| id.0));
    }
    let now: Vec<_> = kept(&history).await.into_iter().map(|row| row.0).collect();
    assert!(now == ids);
    check(&history, "meanwhile").await;
    is_whole(&history).await;
}

#[tokio::test]
async fn a_death_between_any_two_pieces_leaves_every_message() {
    let (folder, path) = place();
    let history = opened(&path).await;
    store(&history, scattered(9_000)).await;
    let stays = kept(&history).await;
    let mut copies = Vec::new();
    history
        .forget(&gone(), |state| {
            if state.giving_back.is_some() {
                let copy = folder.path().join(format!("{}.db", copies.len()));
                left_behind(&path, &copy);
                copies.push(copy);
            }
            ControlFlow::Continue(())
        })
        .await
        .unwrap();
    assert!(copies.len() > 5);
    for copy in copies {
        let history = opened(&copy).await;
        assert_eq!(history.notice(), None);
        assert!(kept(&history).await == stays);
        check(&history, "a death").await;
        is_whole(&history).await;
    }
}

#[tokio::test]
async fn what_a_topic_has_too_much_of_is_given_back_too() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    store(&history, scattered(20_000)).await;
    let calm = (0..1_000).map(|i| message(&format!("calm/{i}"), vec![3; 100], QoS::AtMostOnce));
    store(&history, calm.collect()).await;
    let before = history.space(NOW).await.unwrap();
    let retention = Retention {
        max_age: Duration::ZERO,
        max_bytes: 0,
        max_per_topic: 100,
    };
    let removed = history.tidy(&retention, NOW).await.unwrap();
    assert_eq!(removed.messages, 15_000);
    let after = history.space(NOW).await.unwrap();
    assert!(
        removed.freed > before.used / 2,
        "{before:?} {removed:?} {after:?}"
    );
    check(&history, "too much").await;
}

#[tokio::test]
async fn a_little_is_left_where_it_is_used_again() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    store(&history, scattered(8_000)).await;
    // One of fifty: bringing the rest together would write fifty times what it frees.
    assert_eq!(history.forget_topic("stays/1").await.unwrap(), 160);
    let left: i64 = sqlx::query_scalar("SELECT sum(gone) FROM blocks")
        .fetch_one(&history.0.readers)
        .await
        .unwrap();
    assert!(left > 160 * 60, "{left}");
}
