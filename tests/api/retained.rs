//! Retained messages: listed, deleted with proof, brought back.

use std::time::Duration;

use treetop_api::types::retained::{RetainedGroup, RetainedHint, RetainedSort, RetainedWindow};
use treetop_api::types::tree::Preview;

use crate::house::{House, until};

fn window(filter: &str) -> RetainedWindow {
    RetainedWindow {
        filter: filter.into(),
        only: RetainedGroup::All,
        sort: RetainedSort::Topic,
        descending: false,
        first: 0.0,
        count: 100,
        revision: 0.0,
    }
}

async fn topics(house: &House, id: &str, count: usize) -> Vec<String> {
    until(async || {
        let topics = house
            .api
            .retained_topics(id.to_owned(), window("#"))
            .await
            .unwrap();
        (topics.len() == count).then_some(topics)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_is_proved_and_undone_even_after_a_new_start() {
    let (house, broker, clients, id) = House::connected().await;
    let properties = ["-q", "1", "-r", "-D", "publish", "content-type", "text/x"];
    clients.publish("line/cmd", b"start", &properties).await.unwrap();
    clients
        .publish("line/state", b"on", &["-q", "1", "-r"])
        .await
        .unwrap();
    assert_eq!(topics(&house, &id, 2).await, ["line/cmd", "line/state"]);
    house.until_stored(&id, "line/state", 1.0).await;
    let frame = house
        .api
        .retained_frame(id.clone(), window("#"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(frame.rows[0].hint, Some(RetainedHint::Command));
    assert_eq!((frame.all, frame.mistakes), (2.0, 1.0));

    let change = house
        .api
        .retained_delete(id.clone(), vec!["line/cmd".into()])
        .await
        .unwrap();
    assert_eq!(
        (change.done.as_slice(), change.verified),
        (&["line/cmd".to_owned()][..], true)
    );
    assert!(change.failed.is_empty());
    assert_eq!(topics(&house, &id, 1).await, ["line/state"]);
    let mut fresh = clients.subscribe("#", &["-q", "1"]).await.unwrap();
    assert_eq!(fresh.next().await.unwrap().topic, "line/state");
    assert!(
        tokio::time::timeout(Duration::from_millis(300), fresh.next())
            .await
            .is_err(),
        "only one is left"
    );

    let house = house.again().await;
    house.api.connection_connect(id.clone()).await.unwrap();
    house.until_connected(&id).await;
    let deletions = house.api.retained_deletions(id.clone()).await.unwrap();
    assert_eq!(deletions[0].topics, ["line/cmd"]);
    let change = house
        .api
        .retained_undo(id.clone(), deletions[0].id)
        .await
        .unwrap();
    assert_eq!(
        (change.done.as_slice(), change.verified),
        (&["line/cmd".to_owned()][..], true)
    );
    let mut fresh = clients.subscribe("line/cmd", &["-q", "1"]).await.unwrap();
    let back = fresh.next().await.unwrap();
    assert_eq!(
        (back.payload.as_slice(), back.retain, back.content_type.as_str()),
        (&b"start"[..], true, "text/x")
    );
    drop(broker);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_are_deleted_at_once_and_the_filter_is_kept_to() {
    let (house, _broker, clients, id) = House::connected().await;
    for n in 0..60 {
        clients
            .publish(&format!("old/{n}"), b"x", &["-q", "1", "-r"])
            .await
            .unwrap();
    }
    clients.publish("keep", b"x", &["-q", "1", "-r"]).await.unwrap();
    topics(&house, &id, 61).await;
    house.until_stored(&id, "keep", 1.0).await;
    let old = house
        .api
        .retained_topics(id.clone(), window("old/#"))
        .await
        .unwrap();
    assert_eq!(old.len(), 60);
    let change = house.api.retained_delete(id.clone(), old).await.unwrap();
    assert_eq!(
        (change.done.len(), change.failed.len(), change.verified),
        (60, 0, true)
    );
    assert_eq!(topics(&house, &id, 1).await, ["keep"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_shows_the_retained_message_and_not_a_later_one() {
    let (house, _broker, clients, id) = House::connected().await;
    let retained = ["-q", "1", "-r"];
    clients.publish("a", b"held before", &retained).await.unwrap();
    clients.publish("b", b"held still", &retained).await.unwrap();
    house.until_stored(&id, "b", 1.0).await;
    clients.publish("a", b"gone by", &["-q", "1"]).await.unwrap();
    house.until_stored(&id, "a", 2.0).await;
    let frame = house.api.retained_frame(id, window("#")).await.unwrap().unwrap();
    let text = |text: &str| Preview::Text { text: text.into() };
    let shown: Vec<_> = frame.rows.into_iter().map(|row| row.preview).collect();
    assert_eq!(shown, [text("held before"), text("held still")]);
}
