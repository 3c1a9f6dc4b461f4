use std::time::Duration;

use super::*;
use crate::message::Properties;

#[tokio::test]
async fn the_timeline_is_read_newest_first() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    for i in 0..5 {
        history
            .add_event(Timestamp(i), "connected", format!("{{\"n\":{i}}}"))
            .await
            .unwrap();
    }
    let first = history.events(None, 2).await.unwrap();
    let rest = history
        .events(first.last().map(|event| event.id), 100)
        .await
        .unwrap();
    let times: Vec<_> = first.iter().chain(&rest).map(|event| event.at.0).collect();
    assert_eq!(times, [4, 3, 2, 1, 0]);
    assert_eq!(
        (first[0].kind.as_str(), first[0].data.as_str()),
        ("connected", "{\"n\":4}")
    );
}

#[tokio::test]
async fn what_was_sent_keeps_its_answer() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    let user = vec![("k".to_owned(), "v".to_owned())];
    let properties = Some(Box::new(Properties {
        user,
        ..Properties::default()
    }));
    let waiting = Sent::waiting(
        NOW,
        Message {
            retain: true,
            properties,
            ..message("a/b", vec![0xff], QoS::ExactlyOnce)
        },
    );
    let plain = Sent {
        standing: Standing::Ended,
        ..Sent::waiting(NOW, message("c", "", QoS::AtMostOnce))
    };
    let (first, second) = (SentId(1), SentId(2));
    let put = |id, sent: &Sent| {
        history.put_sent(SentRow {
            id,
            sent: sent.clone(),
        })
    };
    put(first, &waiting).await.unwrap();
    put(second, &plain).await.unwrap();
    let open = history.sent_open().await.unwrap();
    assert_eq!(
        open,
        [SentRow {
            id: first,
            sent: waiting.clone()
        }]
    );

    let mut denied = open.into_iter().next().unwrap();
    for standing in [
        Standing::UnderWay {
            packet: None,
            received: false,
        },
        Standing::UnderWay {
            packet: Some(65_535),
            received: true,
        },
        Standing::Expired,
        Standing::Unknown,
        Standing::NotTaken(NotTaken::Qos),
        Standing::Ended,
    ] {
        denied.sent.standing = standing;
        denied.sent.reason_code = Some(0x87);
        denied.sent.reason_string = Some("no".into());
        denied.sent.round_trip = Some(Duration::from_micros(1_234));
        history.mark_sent(vec![(&denied).into()]).await.unwrap();
        let rows = history.sent(Some(second), 10).await.unwrap();
        assert_eq!(rows, std::slice::from_ref(&denied));
        assert_eq!(
            history.sent_open().await.unwrap().len(),
            usize::from(standing.is_open())
        );
    }
    let rows = history.sent(None, 10).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [second, first]);
    history.drop_sent(first).await.unwrap();
    assert_eq!(history.sent(None, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_an_older_file_has_of_sent_messages_is_finished() {
    let (_folder, path) = place();
    let mut connection = file::writing(&path).connect().await.unwrap();
    file::migrate(&mut connection, &MIGRATIONS[..1]).await.unwrap();
    sqlx::query(
        "INSERT INTO sent(id, at, topic, flags, payload, reason_code) VALUES (7, 1, 'a', 1, 'x', 16)",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    connection.close().await.unwrap();
    let history = opened(&path).await;
    let rows = history.sent(None, 10).await.unwrap();
    assert_eq!((rows.len(), rows[0].id), (1, SentId(7)));
    assert_eq!(
        (rows[0].sent.standing, rows[0].sent.reason_code),
        (Standing::Ended, Some(16))
    );
    assert_eq!(history.sent_open().await.unwrap(), []);
}

#[tokio::test]
async fn what_is_not_finished_does_not_grow_old() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    for (id, standing) in [
        (1, Standing::Waiting),
        (2, Standing::Ended),
        (
            3,
            Standing::UnderWay {
                packet: Some(7),
                received: true,
            },
        ),
    ] {
        let sent = Sent {
            standing,
            ..Sent::waiting(NOW, message("a", "", QoS::ExactlyOnce))
        };
        history.put_sent(SentRow { id: SentId(id), sent }).await.unwrap();
    }
    let later = Timestamp(NOW.0 + 3_600_000_000);
    let retention = Retention {
        max_age: Duration::from_secs(60),
        ..Retention::default()
    };
    history.tidy(&retention, later).await.unwrap();
    let left: Vec<_> = history
        .sent(None, 10)
        .await
        .unwrap()
        .iter()
        .map(|row| row.id.0)
        .collect();
    assert_eq!(left, [3, 1]);
}

#[tokio::test]
async fn cleared_messages_can_be_had_back_after_a_restart() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    let copy = |topic: &str| RetainedCopy {
        topic: topic.into(),
        payload: Bytes::from_static(b"\0on"),
        qos: QoS::AtLeastOnce,
        properties: Some(Box::new(Properties {
            expiry: Some(9),
            ..Properties::default()
        })),
    };
    let id = history.add_deletion(NOW, "plant/#").await.unwrap();
    assert_eq!(history.deletions(10).await.unwrap(), []);
    history.add_copies(id, vec![copy("b"), copy("c")]).await.unwrap();
    history.add_copies(id, vec![copy("a"), copy("b")]).await.unwrap();
    history.close().await.unwrap();

    let history = opened(&path).await;
    let deletion = Deletion {
        id,
        at: NOW,
        label: "plant/#".into(),
        copies: 3,
        bytes: 9,
    };
    assert_eq!(history.deletions(10).await.unwrap(), [deletion]);
    assert_eq!(history.copies(id, None, 2).await.unwrap(), [copy("a"), copy("b")]);
    assert_eq!(history.copies(id, Some("b"), 2).await.unwrap(), [copy("c")]);
    history
        .drop_copies(id, vec!["a".into(), "c".into()])
        .await
        .unwrap();
    assert_eq!(history.copies(id, None, 9).await.unwrap(), [copy("b")]);
    history.drop_copies(id, vec!["b".into()]).await.unwrap();
    assert_eq!(history.deletions(10).await.unwrap(), []);
    assert!(
        history.add_copies(id, vec![copy("a")]).await.is_err(),
        "the deletion is gone"
    );

    let id = history.add_deletion(NOW, "x").await.unwrap();
    history.add_copies(id, vec![copy("a")]).await.unwrap();
    history.drop_deletion(id).await.unwrap();
    assert_eq!(history.copies(id, None, 9).await.unwrap(), []);
}

#[tokio::test]
async fn age_removes_what_is_too_old_and_nothing_else() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    let messages = vec![message("old", vec![0; 300], QoS::AtMostOnce); 25_000];
    let ids = store(&history, messages).await;
    store(&history, vec![message("new", "x", QoS::AtMostOnce); 5]).await;
    history
        .add_event(Timestamp(NOW.0 - 1), "k", "{}".into())
        .await
        .unwrap();
    history
        .add_event(Timestamp(NOW.0 + 30_000), "k", "{}".into())
        .await
        .unwrap();
    let before = history.file_bytes().await;

    // Ids are a microsecond apart: at this time only the first 25,000 are more than an hour old.
    let retention = Retention {
        max_age: Duration::from_secs(3_600),
        max_bytes: 0,
        max_per_topic: 0,
    };
    let now = Timestamp(ids[24_999].0 + 1 + 3_600_000_000);
    let removed = history.tidy(&retention, now).await.unwrap();
    assert_eq!((removed.messages, removed.topics), (25_000, 1));
    assert_eq!(history.count("new").await.unwrap(), 5);
    assert_eq!(history.totals().await.unwrap().messages, 5);
    assert_eq!(history.events(None, 10).await.unwrap().len(), 1);
    assert_eq!(history.tidy(&retention, now).await.unwrap(), Removed::default());
    history.close().await.unwrap();
    assert!(std::fs::metadata(&path).unwrap().len() < before / 4);

    // A topic that was removed can come back.
    let history = opened(&path).await;
    store(&history, vec![message("old", "back", QoS::AtMostOnce)]).await;
    assert_eq!(history.count("old").await.unwrap(), 1);
}

#[tokio::test]
async fn size_removes_the_oldest_and_stops_at_the_limit() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    let ids = store(
        &history,
        vec![message("t", vec![0; 1_000], QoS::AtMostOnce); 20_000],
    )
    .await;
    let max_bytes = 8_000_000;
    let retention = Retention {
        max_age: Duration::ZERO,
        max_bytes,
        max_per_topic: 0,
    };
    let removed = history.tidy(&retention, NOW).await.unwrap();
    let totals = history.totals().await.unwrap();
    assert_eq!(totals.messages + removed.messages, 20_000);
    assert!((5_000..8_000).contains(&totals.messages), "{totals:?}");
    assert_eq!(
        (totals.first, totals.last),
        (Some(ids[removed.messages as usize]), ids.last().copied())
    );
    history.close().await.unwrap();
    let length = std::fs::metadata(&path).unwrap().len();
    assert!(length <= max_bytes, "{length}");
}

#[tokio::test]
async fn a_topic_keeps_its_newest() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    let messages =
        (0..22_000).map(|i| message(if i < 21_500 { "busy" } else { "calm" }, "x", QoS::AtMostOnce));
    let ids = store(&history, messages.collect()).await;
    let retention = Retention {
        max_age: Duration::ZERO,
        max_bytes: 0,
        max_per_topic: 600,
    };
    let removed = history.tidy(&retention, NOW).await.unwrap();
    assert_eq!((removed.messages, removed.topics), (20_900, 0));
    assert_eq!(
        (
            history.count("busy").await.unwrap(),
            history.count("calm").await.unwrap()
        ),
        (600, 500)
    );
    let page = history.page("busy", None, 1_000).await.unwrap();
    assert_eq!((page[0].id, page[599].id), (ids[21_499], ids[20_900]));
}

#[tokio::test]
async fn a_forgotten_topic_is_gone_and_may_come_back() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    for _ in 0..2 {
        store(&history, vec![message("secret", "x", QoS::AtMostOnce); 10_000]).await;
        store(&history, vec![message("other", "x", QoS::AtMostOnce)]).await;
        assert_eq!(history.forget_topic("secret").await.unwrap(), 10_000);
        assert_eq!(history.count("secret").await.unwrap(), 0);
        assert_eq!(history.totals().await.unwrap().topics, 1);
    }
    assert_eq!(history.count("other").await.unwrap(), 2);
    assert_eq!(history.forget_topic("nowhere").await.unwrap(), 0);
}
