//! Limits are held, in pieces, and cost nothing else.

use std::cell::Cell;
use std::time::Duration;

use super::*;

const NO_LIMIT: Retention = Retention {
    max_age: Duration::ZERO,
    max_bytes: 0,
    max_per_topic: 0,
};

/// What a query finds before, between and after the pieces of tidying.
async fn watched(history: &History, retention: &Retention, now: Timestamp, sql: &'static str) -> Vec<i64> {
    let look = || {
        history.write(move |desk| {
            Box::pin(async move { Ok(sqlx::query_scalar(sql).fetch_one(&mut desk.connection).await?) })
        })
    };
    let mut seen = vec![look().await.unwrap()];
    let done = Cell::new(false);
    let tidying = async {
        history.tidy(retention, now).await.unwrap();
        done.set(true);
    };
    let looking = async {
        while !done.get() {
            seen.push(look().await.unwrap());
        }
    };
    tokio::join!(tidying, looking);
    seen.push(look().await.unwrap());
    seen
}

fn largest_step(seen: &[i64]) -> i64 {
    seen.windows(2).map(|pair| pair[0] - pair[1]).max().unwrap()
}

#[tokio::test]
async fn a_topic_with_large_payloads_keeps_its_newest_in_pieces_of_bounded_bytes() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    let large = Bytes::from(vec![0; 1 << 20]);
    for topic in ["a", "b"] {
        let count = if topic == "a" { 81 } else { 41 };
        store(
            &history,
            vec![message(topic, large.clone(), QoS::AtMostOnce); count],
        )
        .await;
    }
    let retention = Retention {
        max_per_topic: 1,
        ..NO_LIMIT
    };
    let seen = watched(&history, &retention, NOW, "SELECT count(*) FROM messages").await;
    assert_eq!((seen.first(), seen.last()), (Some(&122), Some(&2)));
    assert!(largest_step(&seen) <= 64, "{seen:?}");
    for topic in ["a", "b"] {
        assert_eq!(history.count(topic).await.unwrap(), 1);
    }
}

#[tokio::test]
async fn a_trickle_is_written_between_jobs_that_follow_each_other() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    let jobs = async || {
        for _ in 0..1_000 {
            let job = history.write(|_| {
                Box::pin(async {
                    tokio::time::sleep(Duration::from_millis(2)).await;
                    Ok(())
                })
            });
            job.await.unwrap();
        }
    };
    let (_, answered) = submit(&history, vec![message("t", "x", QoS::AtMostOnce)]);
    // With two of them, the next job always waits when one is done.
    tokio::select! {
        answer = answered => answer.unwrap().unwrap(),
        _ = async { tokio::join!(jobs(), jobs()) } => panic!("every job came first"),
    }
}

#[tokio::test]
async fn what_is_old_beside_the_messages_goes_in_pieces() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    history
        .write(|desk| {
            Box::pin(async move {
                sqlx::raw_sql(
                    "CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
                         WHERE i < 25000) SELECT i FROM n;
                     INSERT INTO events(id, at, kind, data) SELECT i, i, 'k', '{}' FROM n;
                     INSERT INTO sent(id, at, topic, flags, payload) SELECT i, i, 't', 0, 'x' FROM n;
                     INSERT INTO deletions(id, at, label) VALUES (1, 1, 'a'), (2, 2, 'b'), (3, 30000, 'c');
                     INSERT INTO deleted_retained(deletion, topic, payload, qos)
                         SELECT iif(i < 15000, 1, iif(i < 24999, 2, 3)), i, 'x', 0 FROM n;",
                )
                .execute(&mut desk.connection)
                .await?;
                Ok(())
            })
        })
        .await
        .unwrap();
    let retention = Retention {
        max_age: Duration::from_micros(1_000),
        ..NO_LIMIT
    };
    // Everything up to 24,998 is older than that.
    let seen = watched(
        &history,
        &retention,
        Timestamp(25_999),
        "SELECT (SELECT count(*) FROM events) + (SELECT count(*) FROM sent)
              + (SELECT count(*) FROM deletions) + (SELECT count(*) FROM deleted_retained)",
    )
    .await;
    assert_eq!((seen.first(), seen.last()), (Some(&75_003), Some(&7)));
    assert!(largest_step(&seen) <= 10_001, "{seen:?}");
}

/// Two megabytes of messages.
async fn some_messages(history: &History) {
    store(
        history,
        vec![message("t", vec![0; 1_000], QoS::AtMostOnce); 2_000],
    )
    .await;
}

async fn publish(history: &History, id: i64, bytes: usize, standing: Standing) {
    let sent = Sent {
        standing,
        ..Sent::waiting(NOW, message("t", vec![0; bytes], QoS::AtLeastOnce))
    };
    history.put_sent(SentRow { id: SentId(id), sent }).await.unwrap();
}

async fn published(history: &History) -> Vec<i64> {
    let rows = history.sent(None, 100).await.unwrap();
    rows.iter().map(|row| row.id.0).collect()
}

const EIGHT_MEGABYTES: Retention = Retention {
    max_bytes: 8_000_000,
    ..NO_LIMIT
};

#[tokio::test]
async fn what_was_published_goes_before_the_messages_where_it_takes_much() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    some_messages(&history).await;
    for (id, bytes) in [(1, 1_000_000), (2, 9_000_000), (3, 1_000_000), (4, 10)] {
        publish(&history, id, bytes, Standing::Ended).await;
    }
    history.tidy(&EIGHT_MEGABYTES, NOW).await.unwrap();
    assert_eq!(history.count("t").await.unwrap(), 2_000);
    assert_eq!(published(&history).await, [4, 3]);
    history.close().await.unwrap();
    assert!(std::fs::metadata(&path).unwrap().len() <= 8_000_000);
}

#[tokio::test]
async fn what_waits_to_be_sent_costs_no_messages() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    some_messages(&history).await;
    publish(&history, 1, 10_000_000, Standing::Waiting).await;
    history.tidy(&EIGHT_MEGABYTES, NOW).await.unwrap();
    assert_eq!(history.count("t").await.unwrap(), 2_000);
    assert_eq!(published(&history).await, [1]);
}

#[tokio::test]
async fn the_newest_deletion_can_be_undone_and_costs_no_messages() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    some_messages(&history).await;
    let mut ids = Vec::new();
    // A copy of 1,100 bytes takes a page.
    for (count, bytes) in [(1, 1_000), (1, 9_000_000), (2_000, 1_100)] {
        let id = history.add_deletion(NOW, "a").await.unwrap();
        let copy = |i| RetainedCopy {
            topic: format!("plant/{i:08}"),
            payload: vec![0; bytes].into(),
            qos: QoS::AtMostOnce,
            properties: None,
        };
        history
            .add_copies(id, (0..count).map(copy).collect())
            .await
            .unwrap();
        ids.push(id);
    }
    history.tidy(&EIGHT_MEGABYTES, NOW).await.unwrap();
    assert_eq!(history.count("t").await.unwrap(), 2_000);
    let left = history.deletions(10).await.unwrap();
    assert_eq!(
        left.iter().map(|deletion| deletion.id).collect::<Vec<_>>(),
        ids[2..]
    );
}

#[tokio::test]
async fn the_timeline_goes_with_its_messages_where_there_is_no_age() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    for i in [0, 10_000_000] {
        let at = Timestamp(NOW.0 - 1 + i);
        history.add_event(at, "k", "{}".into()).await.unwrap();
    }
    history.tidy(&EIGHT_MEGABYTES, NOW).await.unwrap();
    assert_eq!(history.events(None, 10).await.unwrap().len(), 2);
    store(
        &history,
        vec![message("t", vec![0; 1_000], QoS::AtMostOnce); 10_000],
    )
    .await;
    history.tidy(&EIGHT_MEGABYTES, NOW).await.unwrap();
    let left = history.events(None, 10).await.unwrap();
    assert_eq!((left.len(), left[0].at.0), (1, NOW.0 + 9_999_999));
}
