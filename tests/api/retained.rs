//! Retained messages: listed, deleted with proof, brought back.

use std::time::Duration;

use treetop_api::types::error::ApiError;
use treetop_api::types::message::TopicFrame;
use treetop_api::types::retained::{
    RetainedAgain, RetainedGroup, RetainedHint, RetainedSort, RetainedWindow,
};
use treetop_api::types::storage::Forget;
use treetop_api::types::tree::Preview;

use crate::house::{House, until};
use crate::storage::forgotten;

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

/// What the window sees of a topic whose messages are forgotten.
async fn emptied(house: &House, id: &str, topic: &str) -> TopicFrame {
    house.until_stored(id, topic, 1.0).await;
    let what = Forget::Topic {
        topic: topic.to_owned(),
    };
    forgotten(house, id, what).await;
    let frame = house.api.topic_frame(id.to_owned(), topic.to_owned(), None, None);
    frame.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retained_message_that_the_history_lost_comes_back_alone() {
    let (house, _broker, clients, id) = House::connected().await;
    let subscribed = house.until_connected(&id).await.subscriptions;
    clients.publish("line/state", b"on", &["-r"]).await.unwrap();
    clients.publish("line/other", b"off", &["-r"]).await.unwrap();
    house.until_stored(&id, "line/other", 1.0).await;
    let gone = emptied(&house, &id, "line/state").await;
    assert!(gone.message.is_none() && gone.retained);

    let again = house.api.retained_again(id.clone(), "line/state".into());
    assert_eq!(again.await.unwrap(), RetainedAgain::Came);
    let message = house.until_stored(&id, "line/state", 1.0).await;
    let text = house.api.message_text(id.clone(), message, None).await.unwrap();
    assert_eq!(text, "on");
    let other = house.api.topic_frame(id.clone(), "line/other".into(), None, None);
    assert_eq!(other.await.unwrap().count, 1.0);
    // It was for this one message: what is published next comes once.
    clients.publish("line/state", b"off", &["-q", "1"]).await.unwrap();
    house.until_stored(&id, "line/state", 2.0).await;
    clients.publish("line/end", b"", &["-q", "1"]).await.unwrap();
    house.until_stored(&id, "line/end", 1.0).await;
    let frame = house.api.topic_frame(id.clone(), "line/state".into(), None, None);
    assert_eq!(frame.await.unwrap().count, 2.0);
    let status = house.api.status(id, 0.0).await.unwrap();
    assert_eq!(status.subscriptions, subscribed);
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_for_a_message_says_when_there_is_none_and_needs_a_connection() {
    let (house, _broker, clients, id) = House::connected().await;
    let short = ["-r", "-D", "publish", "message-expiry-interval", "1"];
    clients.publish("line/brief", b"on", &short).await.unwrap();
    let gone = emptied(&house, &id, "line/brief").await;
    assert!(gone.message.is_none() && gone.retained);
    tokio::time::sleep(Duration::from_secs(2)).await;
    let again = house.api.retained_again(id.clone(), "line/brief".into());
    assert_eq!(again.await.unwrap(), RetainedAgain::Nothing);

    house.api.connection_disconnect(id.clone()).await.unwrap();
    let again = house.api.retained_again(id, "line/brief".into()).await;
    assert_eq!(again, Err(ApiError::NotConnected));
}
