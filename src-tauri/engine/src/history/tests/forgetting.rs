//! Forgetting takes what it names and nothing else, and what uses the space is told as it is.
use std::ops::ControlFlow;

use super::stats::check;
use super::*;

fn go_on(_: Forgotten) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

async fn names(history: &History) -> Vec<String> {
    let mut names = Vec::new();
    history.topics(|topic| names.push(topic.topic)).await.unwrap();
    names.sort();
    names
}

#[tokio::test]
async fn a_branch_goes_with_all_below_and_its_neighbours_stay() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    let topics = [
        "a", "a/", "a/b", "a/b/c", "a//d", "a/b\0", "a b", "a-b", "a0", "ab/c", "/a/b", "b",
    ];
    let all = topics
        .iter()
        .flat_map(|topic| vec![message(topic, "xx", QoS::AtMostOnce); 3]);
    store(&history, all.collect()).await;
    let what = Forget::Branch("a".into());
    let amount = history.amount(&what).await.unwrap();
    assert_eq!((amount.topics, amount.messages, amount.bytes), (6, 18, 36));
    for topic in topics {
        let below = topic == "a" || topic.starts_with("a/");
        assert_eq!(what.covers(topic), below, "{topic}");
    }
    let removed = history.forget(&what, go_on).await.unwrap();
    assert_eq!((removed.messages, removed.topics), (18, 6));
    let mut left: Vec<_> = topics
        .iter()
        .filter(|topic| !what.covers(topic))
        .map(ToString::to_string)
        .collect();
    left.sort();
    assert_eq!(names(&history).await, left);
    check(&history, "branch").await;
    assert_eq!(history.amount(&what).await.unwrap(), Amount::default());
    // It can come back.
    store(&history, vec![message("a/b", "x", QoS::AtMostOnce)]).await;
    assert_eq!(history.count("a/b").await.unwrap(), 1);
}

#[tokio::test]
async fn many_small_topics_and_a_large_one_go_in_pieces_and_the_space_comes_back() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    let small = (0..3_000).map(|i| message(&format!("x/small/{i}"), vec![1; 200], QoS::AtMostOnce));
    store(&history, small.collect()).await;
    store(
        &history,
        vec![message("x/large", vec![2; 200], QoS::AtMostOnce); 9_000],
    )
    .await;
    store(&history, vec![message("y", "stays", QoS::AtMostOnce)]).await;
    let before = history.space(NOW).await.unwrap();
    let mut seen = Vec::new();
    let removed = history
        .forget(&Forget::Branch("x".into()), |state| {
            seen.push(state);
            ControlFlow::Continue(())
        })
        .await
        .unwrap();
    assert_eq!((removed.messages, removed.topics), (12_000, 3_001));
    assert!(seen.len() > 8 && seen.last().is_some_and(|state| state.giving_back.is_some()));
    assert!(
        seen.windows(2)
            .all(|pair| pair[0].removed.messages <= pair[1].removed.messages)
    );
    let after = history.space(NOW).await.unwrap();
    assert!(
        after.used < before.used / 4 && after.free == 0,
        "{before:?} {after:?}"
    );
    assert_eq!((after.totals.messages, after.totals.topics), (1, 1));
}

#[tokio::test]
async fn it_stops_where_it_is_told_to_and_nothing_is_half_done() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    let ids = store(&history, vec![message("t", "x", QoS::AtMostOnce); 10_000]).await;
    let stop = |state: Forgotten| {
        if state.removed.messages >= 4_000 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let removed = history.forget(&Forget::Topic("t".into()), stop).await.unwrap();
    assert_eq!((removed.messages, removed.topics), (4_000, 0));
    assert_eq!(history.totals().await.unwrap().first, Some(ids[4_000]));
    check(&history, "stopped").await;
}

#[tokio::test]
async fn what_is_older_goes_and_the_rest_stays() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    store(&history, vec![message("old", "x", QoS::AtMostOnce); 500]).await;
    let ids = store(&history, vec![message("new", "x", QoS::AtMostOnce); 500]).await;
    let what = Forget::Before(Timestamp(ids[100].0));
    assert_eq!(history.amount(&what).await.unwrap().messages, 600);
    let removed = history.forget(&what, go_on).await.unwrap();
    assert_eq!((removed.messages, removed.topics), (600, 1));
    assert_eq!(names(&history).await, ["new"]);
    assert_eq!(history.totals().await.unwrap().first, Some(ids[100]));
}

#[tokio::test]
async fn what_arrives_meanwhile_and_other_books_stay() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    store(&history, vec![message("t", "old", QoS::AtLeastOnce); 6_000]).await;
    let session: Arc<str> = "client@host".into();
    let changes = vec![IdChange::Stored { id: 9, digest: 1 }];
    let packet_ids = Some(PacketIds {
        session: session.clone(),
        changes,
    });
    let (answer, answered) = oneshot::channel();
    let committed: Committed = Box::new(|result| drop(answer.send(result)));
    history
        .submit(Submission {
            rows: Vec::new(),
            packet_ids,
            committed,
        })
        .unwrap();
    answered.await.unwrap().unwrap();
    history.add_event(NOW, "k", "{}".into()).await.unwrap();

    let mut arrived = None;
    let removed = history
        .forget(&Forget::Topic("t".into()), |_| {
            arrived.get_or_insert_with(|| submit(&history, vec![message("t", "new", QoS::AtLeastOnce); 7]).1);
            ControlFlow::Continue(())
        })
        .await
        .unwrap();
    arrived.unwrap().await.unwrap().unwrap();
    assert_eq!(removed.messages, 6_000);
    assert_eq!(history.count("t").await.unwrap(), 7);
    assert_eq!(history.packet_ids(&session).await.unwrap().len(), 1);
    assert_eq!(history.events(None, 9).await.unwrap().len(), 1);
    check(&history, "meanwhile").await;
}

#[tokio::test]
async fn space_is_told_by_branch_and_by_topic() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    let fill = |topic: &str, count: usize, bytes: usize| {
        vec![message(topic, vec![0; bytes], QoS::AtMostOnce); count]
    };
    let mut all = fill("공장/line-1/temp", 10, 5);
    all.extend(fill("공장/line-1", 2, 100));
    all.extend(fill("공장/line-2/temp", 40, 1));
    all.extend(fill("/lead", 1, 7));
    all.extend(fill("flat", 3, 30));
    store(&history, all).await;
    let shape = |usage: &Usage| -> Vec<(String, u64, u64, u64, bool)> {
        let row = |row: &Branch| {
            let amount = row.amount;
            (
                row.name.clone(),
                amount.topics,
                amount.messages,
                amount.bytes,
                row.is_topic,
            )
        };
        usage.rows.iter().map(row).collect()
    };
    let top = history.branches("", Order::Bytes, 10).await.unwrap();
    assert_eq!(
        shape(&top),
        [
            ("공장".to_owned(), 3, 52, 290, false),
            ("flat".to_owned(), 1, 3, 90, true),
            (String::new(), 1, 1, 7, false),
        ]
    );
    assert_eq!(
        (top.count, top.all.messages, top.all.bytes, top.all.topics),
        (3, 56, 387, 5)
    );
    let plant = history.branches("공장", Order::Messages, 1).await.unwrap();
    assert_eq!(shape(&plant), [("line-2".to_owned(), 1, 40, 40, false)]);
    assert_eq!((plant.count, plant.all.messages), (2, 52));
    let line = history.branches("공장/line-1", Order::Bytes, 9).await.unwrap();
    assert_eq!(shape(&line), [("temp".to_owned(), 1, 10, 50, true)]);
    let largest = history.largest("공장", Order::Bytes, 9).await.unwrap();
    assert_eq!(largest.rows[1].name, "공장/line-1/temp");
    let largest = history.largest("", Order::Bytes, 1).await.unwrap();
    assert_eq!((largest.rows[0].name.as_str(), largest.count), ("공장/line-1", 5));
    assert_eq!(
        history.branches("nowhere", Order::Bytes, 9).await.unwrap(),
        Usage::default()
    );
}

#[tokio::test]
async fn growth_is_told_from_the_newest_and_not_from_a_moment() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    store(
        &history,
        vec![message("t", vec![0; 1_000], QoS::AtMostOnce); 1_000],
    )
    .await;
    assert_eq!(history.space(NOW).await.unwrap().growth, None);
    let space = history.space(Timestamp(NOW.0 + 3_600_000_000)).await.unwrap();
    let growth = space.growth.unwrap();
    assert_eq!(growth.over.as_secs(), 3_600);
    let expected = space.used as f64 * 24.0;
    assert!(
        (growth.bytes_per_day / expected - 1.0).abs() < 0.001,
        "{growth:?}"
    );
}
