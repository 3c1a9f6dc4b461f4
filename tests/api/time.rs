//! The time machine as a window asks for it, over a real broker.

use treetop_api::types::message::PayloadLook;
use treetop_api::types::storage::Forget;
use treetop_api::types::time::{TimeMarkKind, TimeStep, TopicFate};
use treetop_api::types::tree::{Preview, TreeAnchor, TreeSort, TreeWindow};

use treetop_tests::{Clients, Mosquitto};

use crate::house::House;
use crate::storage::forgotten;

const LOOK: PayloadLook = PayloadLook {
    format: None,
    whole: true,
    changes: false,
};

/// A house that is connected to a new broker and hears only what the test publishes, not the broker itself.
async fn connected() -> (House, Mosquitto, Clients, String) {
    let broker = Mosquitto::start().await.unwrap();
    let house = House::new().await;
    let id = house
        .saved(broker.port(), |profile| profile.subscriptions.truncate(1))
        .await;
    house.api.connection_connect(id.clone()).await.unwrap();
    house.until_connected(&id).await;
    let clients = Clients::new(broker.port());
    (house, broker, clients, id)
}

fn number(text: &str) -> Option<Preview> {
    Some(Preview::Number { text: text.into() })
}

async fn shown(house: &House, id: &str) -> Vec<(String, Option<Preview>)> {
    let rows = house.frame(id).await.rows.into_iter();
    rows.map(|row| (row.topic, row.preview)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tree_goes_back_while_messages_arrive() {
    let (house, _broker, clients, id) = connected().await;
    let api = &house.api;
    for (topic, payload) in [("a/x", "1"), ("a/y", "10")] {
        clients
            .publish(topic, payload.as_bytes(), &["-q", "1"])
            .await
            .unwrap();
        house.until_row(&id, topic, 1.0).await;
    }
    let between = house.until_stored(&id, "a/y", 1.0).await / 1000.0;
    clients.publish("a/x", b"2", &["-q", "1"]).await.unwrap();
    clients.publish("b/new", b"3", &["-q", "1"]).await.unwrap();
    house.until_row(&id, "b/new", 1.0).await;
    house.until_stored(&id, "a/x", 2.0).await;
    house.until_stored(&id, "b/new", 1.0).await;

    let went = api.time_go(id.clone(), between).await.unwrap().unwrap();
    assert_eq!((went.at, went.topics), (between, 2.0));
    let frame = house.frame(&id).await;
    assert_eq!((frame.at, frame.total_topics), (Some(between), 2.0));
    // The branch is open as it was, with the values of then.
    let rows = shown(&house, &id).await;
    let of_a = [
        ("a".to_owned(), None),
        ("a/x".to_owned(), number("1")),
        ("a/y".to_owned(), number("10")),
    ];
    assert_eq!(rows, of_a);

    // Recording goes on: what arrives is stored, and what is shown stays.
    clients.publish("a/x", b"4", &["-q", "1"]).await.unwrap();
    house.until_status(&id, |status| status.messages >= 5.0).await;
    assert_eq!(shown(&house, &id).await, of_a);
    let topic = api
        .topic_frame(id.clone(), "a/x".into(), None, Some(LOOK))
        .await
        .unwrap();
    assert_eq!((topic.count, topic.message.unwrap().size), (1.0, 1.0));
    assert_eq!(topic.payload.unwrap().lines[0].tokens[0].text, "1");
    let page = api
        .message_page(id.clone(), "a/x".into(), None, 10)
        .await
        .unwrap();
    assert_eq!((page.rows.len(), page.more), (1, false));
    let newer = api
        .topic_frame(id.clone(), "b/new".into(), None, Some(LOOK))
        .await
        .unwrap();
    assert!(newer.message.is_none() && newer.topics == 0.0);
    assert!(
        api.tree_reveal(id.clone(), "b/new".into())
            .await
            .unwrap()
            .is_none()
    );

    // What is turned in the past is so in the present.
    api.tree_sort(id.clone(), TreeSort::Latest).await.unwrap();
    let a = house
        .frame(&id)
        .await
        .rows
        .into_iter()
        .find(|row| row.topic == "a")
        .unwrap();
    api.tree_expand(id.clone(), a.node, false, false).await.unwrap();
    assert_eq!(shown(&house, &id).await.len(), 1);
    api.time_live(id.clone()).await.unwrap();
    let frame = house.frame(&id).await;
    assert_eq!(
        (frame.at, frame.total_topics, frame.sort),
        (None, 3.0, TreeSort::Latest)
    );
    assert!(frame.rows.iter().all(|row| row.topic != "a/x"));
    let row = house.until_row(&id, "a/x", 3.0).await;
    assert_eq!(row.preview, number("4"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_stays_in_place_when_the_past_lacks_topics_that_were_forgotten() {
    let (house, _broker, clients, id) = connected().await;
    let api = &house.api;
    for topic in ["gone", "m", "n", "o"] {
        clients.publish(topic, b"1", &["-q", "1"]).await.unwrap();
        house.until_stored(&id, topic, 1.0).await;
    }
    let then = house.until_stored(&id, "o", 1.0).await / 1000.0;
    let gone = Forget::Branch { topic: "gone".into() };
    forgotten(&house, &id, gone).await;
    let rows = house.frame(&id).await.rows;
    let row = rows.iter().position(|row| row.topic == "n").unwrap() as f64;
    api.time_go(id.clone(), then).await.unwrap();
    let window = TreeWindow {
        first: row,
        count: 1,
        revision: 0.0,
        anchor: Some(TreeAnchor {
            topic: "n".into(),
            row,
        }),
    };
    let frame = api.tree_frame(id, window).await.unwrap().unwrap();
    assert_eq!(frame.rows[0].topic, "n", "{frame:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_and_comparisons_follow_what_was_stored() {
    let (house, _broker, clients, id) = connected().await;
    let api = &house.api;
    let mut ids = Vec::new();
    for (at, payload) in ["1", "1", "2", "3"].into_iter().enumerate() {
        clients
            .publish("t", payload.as_bytes(), &["-q", "1"])
            .await
            .unwrap();
        ids.push(house.until_stored(&id, "t", at as f64 + 1.0).await / 1000.0);
    }
    clients.publish("late", b"x", &["-q", "1"]).await.unwrap();
    house.until_stored(&id, "late", 1.0).await;
    let change = TimeStep::Change { topic: "t".into() };
    let step = async |at: f64, forward| {
        api.time_step(id.clone(), at, forward, change.clone())
            .await
            .unwrap()
    };
    assert_eq!(step(ids[2], false).await, Some(ids[1]));
    assert_eq!(step(ids[0], true).await, Some(ids[2]));
    assert_eq!(step(ids[0], false).await, None);
    assert_eq!(step(ids[3], true).await, None);
    let second = api
        .time_step(id.clone(), ids[0] - 1.0, true, TimeStep::Second)
        .await;
    let second = second.unwrap().unwrap();
    assert!(second >= ids[0] && second % 1000.0 > 999.9);

    let now = ids[3] + 60_000.0;
    let found = api.time_compare(id.clone(), now, ids[0]).await.unwrap().unwrap();
    let totals = (found.messages, found.appeared, found.updated, found.silent);
    assert_eq!(totals, (4.0, 1.0, 1.0, 0.0));
    let rows = api
        .time_changes(id.clone(), TopicFate::Updated, 0.0, 10)
        .await
        .unwrap();
    let row = &rows[0];
    assert_eq!(
        (rows.len(), &*row.topic, row.messages, row.same),
        (1, "t", 3.0, false)
    );
    let previews = [&row.before, &row.after].map(|value| value.as_ref().map(|value| value.preview.clone()));
    assert_eq!(previews, [number("1"), number("3")]);
    let rows = api
        .time_changes(id.clone(), TopicFate::Appeared, 0.0, 10)
        .await
        .unwrap();
    assert_eq!((rows[0].topic.as_str(), rows[0].before.is_none()), ("late", true));
    api.time_compare_end(id.clone()).await.unwrap();
    let rows = api
        .time_changes(id.clone(), TopicFate::Updated, 0.0, 10)
        .await
        .unwrap();
    assert!(rows.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_span_tells_when_nothing_was_connected() {
    let (house, broker, clients, id) = connected().await;
    let api = &house.api;
    let empty = api.time_span(id.clone()).await.unwrap();
    assert!(empty.first.is_none() && empty.at.is_none());
    clients.publish("t", b"1", &["-q", "1"]).await.unwrap();
    let first = house.until_stored(&id, "t", 1.0).await / 1000.0;
    api.connection_disconnect(id.clone()).await.unwrap();
    api.connection_connect(id.clone()).await.unwrap();
    house.until_connected(&id).await;
    clients.publish("t", b"2", &["-q", "1"]).await.unwrap();
    house.until_stored(&id, "t", 2.0).await;
    let span = crate::house::until(async || {
        let span = api.time_span(id.clone()).await.unwrap();
        (span.gaps.len() == 1 && span.marks.len() >= 2).then_some(span)
    })
    .await;
    assert_eq!(span.first, Some(first));
    let gap = &span.gaps[0];
    assert!(first <= gap.from && gap.from < gap.to && gap.to <= span.last);
    let kinds: Vec<TimeMarkKind> = span.marks.iter().map(|mark| mark.kind).collect();
    assert!(kinds.contains(&TimeMarkKind::Stopped), "{kinds:?}");

    // Closed and opened again without a session: the span ends with what was stored, and it can be gone back.
    let house = house.again().await;
    house.api.connection_browse(id.clone()).await.unwrap();
    let span = house.api.time_span(id.clone()).await.unwrap();
    assert_eq!(span.first, Some(first));
    let went = house.api.time_go(id.clone(), first).await.unwrap().unwrap();
    assert_eq!(went.topics, 1.0);
    let row = house.frame(&id).await.rows.remove(0);
    assert_eq!((row.preview, row.messages), (number("1"), 0.0));
    drop(broker);
}
