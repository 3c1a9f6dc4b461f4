//! Retained messages: listed, deleted with proof, brought back.

use std::time::Duration;

use tempfile::TempDir;
use treetop_api::types::error::ApiError;
use treetop_api::types::message::TopicFrame;
use treetop_api::types::recording::{JobOrder, JobState};
use treetop_api::types::retained::{
    RetainedAgain, RetainedChange, RetainedFailureKind, RetainedGoing, RetainedGroup, RetainedHint,
    RetainedSort, RetainedWindow,
};
use treetop_api::types::session::Phase;
use treetop_api::types::storage::Forget;
use treetop_api::types::tree::Preview;
use treetop_tests::proxy::Line;
use treetop_tests::publisher::Plan;
use treetop_tests::{Clients, Mosquitto, Proxy, Publisher};

use crate::house::{House, until};
use crate::recording::end;
use crate::storage::forgotten;

/// A thousand messages are deleted in about a second.
const SLOW: Line = Line::Slow {
    bytes_per_second: 20_000,
};

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

async fn delete(house: &House, id: &str, topics: Vec<String>) -> RetainedChange {
    let job = house.api.retained_delete(id.to_owned(), topics).await.unwrap();
    deleted(house, job).await
}

async fn deleted(house: &House, job: f64) -> RetainedChange {
    match end(house, job).await {
        JobState::Deleted { change, .. } => change,
        other => panic!("{other:?}"),
    }
}

async fn undo(house: &House, id: &str, deletion: f64) -> RetainedChange {
    let job = house.api.retained_undo(id.to_owned(), deletion).await.unwrap();
    match end(house, job).await {
        JobState::Restored { change, .. } => change,
        other => panic!("{other:?}"),
    }
}

/// Waits until deleting is so far.
async fn until_going(house: &House, job: f64, far: impl Fn(&RetainedGoing) -> bool) -> RetainedGoing {
    until(async || {
        let state = house.api.job_frame(job, 0.0).await.unwrap().state;
        let JobState::Deleting { going } = state else {
            panic!("it is over: {state:?}")
        };
        far(&going).then_some(going)
    })
    .await
}

/// The broker gets retained messages on the topics `many/0`, `many/1` and so on, each with its number.
async fn furnish(port: u16, count: usize) {
    let plan = Plan {
        client_id: "furnisher".into(),
        prefix: "many".into(),
        topics: count as u64,
        qos: 1,
        retain: true,
        messages: count as u64,
    };
    let publisher = Publisher::start(port, plan);
    publisher.allow(count as u64);
    tokio::task::spawn_blocking(|| publisher.finish())
        .await
        .unwrap()
        .unwrap();
}

/// The numbers of the topics `many/…` that a new client gets, in order.
async fn kept(clients: &Clients) -> Vec<usize> {
    let mut fresh = clients.subscribe("many/#", &["-q", "0"]).await.unwrap();
    let mut numbers = Vec::new();
    while let Ok(message) = tokio::time::timeout(Duration::from_millis(500), fresh.next()).await {
        let message = message.unwrap();
        let number = message.topic.strip_prefix("many/").unwrap().to_owned();
        assert_eq!(message.payload, number.as_bytes(), "each has its number");
        numbers.push(number.parse().unwrap());
    }
    numbers.sort_unstable();
    numbers
}

/// A house that is connected through a proxy to a broker with many retained messages, and all their topics.
async fn furnished(broker: &Mosquitto, count: usize) -> (House, Proxy, Clients, String, Vec<String>) {
    furnish(broker.port(), count).await;
    let proxy = Proxy::start(broker.port()).await.unwrap();
    let house = House::new().await;
    let id = house.saved(proxy.port(), |_| {}).await;
    house.api.connection_connect(id.clone()).await.unwrap();
    house.until_connected(&id).await;
    let topics = topics(&house, &id, count).await;
    house.until_stored(&id, &topics[count - 1], 1.0).await;
    (house, proxy, Clients::new(broker.port()), id, topics)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_of_the_tree_says_retained_only_as_long_as_the_broker_holds_it() {
    let (house, _broker, clients, id) = House::connected().await;
    for topic in ["gone", "kept"] {
        clients.publish(topic, b"1", &["-q", "1", "-r"]).await.unwrap();
    }
    topics(&house, &id, 2).await;
    assert!(house.until_row(&id, "gone", 1.0).await.retained);
    house.api.connection_disconnect(id.clone()).await.unwrap();
    clients.publish("gone", b"", &["-q", "1", "-r"]).await.unwrap();
    house.api.connection_connect(id.clone()).await.unwrap();
    assert_eq!(topics(&house, &id, 1).await, ["kept"]);
    assert!(!house.until_row(&id, "gone", 1.0).await.retained);
    assert!(house.until_row(&id, "kept", 1.0).await.retained);
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

    let change = delete(&house, &id, vec!["line/cmd".into()]).await;
    assert_eq!((change.done, change.left, change.verified), (1.0, 0.0, true));
    assert_eq!((change.failed, change.broken), (vec![], None));
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
    let change = undo(&house, &id, deletions[0].id).await;
    assert_eq!((change.done, change.left, change.verified), (1.0, 0.0, true));
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
    let change = delete(&house, &id, old).await;
    assert_eq!(
        (change.done, change.failed.len(), change.verified),
        (60.0, 0, true)
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

#[tokio::test(flavor = "multi_thread")]
async fn what_is_stopped_leaves_the_rest_on_the_broker_and_undo_brings_back_what_went() {
    const COUNT: usize = 3_000;
    let broker = Mosquitto::builder().unlimited_queues().start().await.unwrap();
    let (house, proxy, clients, id, topics) = furnished(&broker, COUNT).await;
    proxy.set(SLOW);
    let job = house.api.retained_delete(id.clone(), topics).await.unwrap();
    let going = until_going(&house, job, |going| going.done > 600.0).await;
    assert_eq!((going.of, going.failed, going.waits), (COUNT as f64, 0.0, false));
    house.api.job_order(job, JobOrder::Stop).await.unwrap();
    let change = deleted(&house, job).await;
    proxy.set(Line::Clear);
    assert_eq!(change.failed, vec![]);
    assert_eq!(change.done + change.left, COUNT as f64);
    assert!(
        change.done > 600.0 && change.left > 0.0 && !change.verified,
        "{change:?}"
    );
    let left = kept(&clients).await;
    assert_eq!(left.len() as f64, change.left);

    // Undo brings back what went and leaves the others alone.
    let another = format!("many/{}", left[0]);
    let mut listener = clients.subscribe(&another, &["-q", "1", "-R"]).await.unwrap();
    let deletions = house.api.retained_deletions(id.clone()).await.unwrap();
    assert_eq!(
        (deletions[0].id, deletions[0].count),
        (change.deletion, change.done)
    );
    let back = undo(&house, &id, change.deletion).await;
    assert_eq!((back.done, back.left, back.verified), (change.done, 0.0, true));
    assert_eq!(kept(&clients).await, (0..COUNT).collect::<Vec<_>>());
    assert!(house.api.retained_deletions(id.clone()).await.unwrap().is_empty());
    let quiet = tokio::time::timeout(Duration::from_millis(300), listener.next()).await;
    assert!(quiet.is_err(), "what was left alone is not published again");
    let again = house.api.retained_undo(id, change.deletion).await;
    assert_eq!(again, Err(ApiError::NothingToUndo));
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_waits_for_a_broker_that_restarts_and_keeps_what_changed_meanwhile() {
    const COUNT: usize = 2_000;
    let mut broker = Mosquitto::builder()
        .unlimited_queues()
        .persistent()
        .start()
        .await
        .unwrap();
    let (house, proxy, clients, id, topics) = furnished(&broker, COUNT).await;
    let last = topics.last().unwrap().clone();
    proxy.set(SLOW);
    let job = house.api.retained_delete(id.clone(), topics).await.unwrap();
    until_going(&house, job, |going| going.done > 100.0).await;
    broker.stop().await.unwrap();
    until_going(&house, job, |going| going.waits).await;
    // Nobody can reach it through the proxy: what happens now is not seen before the reconnect.
    proxy.set(Line::HangingUp);
    broker.restart().await.unwrap();
    clients.publish(&last, b"news", &["-q", "1", "-r"]).await.unwrap();
    proxy.set(Line::Clear);
    house.api.connection_retry(id.clone()).await.unwrap();
    let change = deleted(&house, job).await;
    assert_eq!((change.done, change.left), (COUNT as f64, 0.0), "{change:?}");
    assert!(change.failed.is_empty() && change.verified, "{change:?}");
    assert_eq!(kept(&clients).await, Vec::<usize>::new());

    let back = undo(&house, &id, change.deletion).await;
    assert_eq!((back.done, back.verified), (COUNT as f64, true), "{back:?}");
    let mut fresh = clients.subscribe(&last, &["-q", "1"]).await.unwrap();
    assert_eq!(fresh.next().await.unwrap().payload, b"news");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_waits_for_a_connection_can_be_stopped_and_another_waits_for_its_end() {
    let mut broker = Mosquitto::builder().persistent().start().await.unwrap();
    let (house, _proxy, clients, id, topics) = furnished(&broker, 20).await;
    broker.stop().await.unwrap();
    house
        .until_status(&id, |status| matches!(status.phase, Phase::Waiting { .. }))
        .await;
    let first = house
        .api
        .retained_delete(id.clone(), topics.clone())
        .await
        .unwrap();
    until_going(&house, first, |going| going.waits).await;
    let second = house
        .api
        .retained_delete(id.clone(), topics[..5].to_vec())
        .await
        .unwrap();
    house.api.job_order(first, JobOrder::Stop).await.unwrap();
    let change = deleted(&house, first).await;
    assert_eq!((change.done, change.left), (0.0, 20.0));
    until_going(&house, second, |going| going.waits).await;
    broker.restart().await.unwrap();
    house.api.connection_retry(id.clone()).await.unwrap();
    let change = deleted(&house, second).await;
    assert_eq!((change.done, change.left, change.verified), (5.0, 0.0, true));
    assert_eq!(kept(&clients).await.len(), 15);
    let deletions = house.api.retained_deletions(id.clone()).await.unwrap();
    assert_eq!(deletions.len(), 1, "nothing came of the first");
    // Closed, it ends by itself.
    broker.stop().await.unwrap();
    let third = house
        .api
        .retained_delete(id.clone(), topics[5..].to_vec())
        .await
        .unwrap();
    house.api.connection_close(id).await.unwrap();
    assert_eq!(deleted(&house, third).await.left, 15.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_broker_refuses_is_counted_with_its_reason_and_not_undone() {
    let folder = TempDir::new().unwrap();
    let acl = folder.path().join("acl");
    std::fs::write(
        &acl,
        "topic read #\ntopic write ok/#\nuser owner\ntopic readwrite #\n",
    )
    .unwrap();
    let broker = Mosquitto::builder()
        .line(&format!("acl_file {}", acl.display()))
        .start()
        .await
        .unwrap();
    let owner = Clients::new(broker.port()).user("owner", "");
    for n in 0..120 {
        let topic = format!("{}/{n}", if n < 110 { "no" } else { "ok" });
        owner.publish(&topic, b"x", &["-q", "1", "-r"]).await.unwrap();
    }
    let house = House::new().await;
    let id = house.saved(broker.port(), |_| {}).await;
    house.api.connection_connect(id.clone()).await.unwrap();
    house.until_connected(&id).await;
    let topics = topics(&house, &id, 120).await;
    house.until_stored(&id, "ok/119", 1.0).await;
    let change = delete(&house, &id, topics).await;
    assert_eq!((change.done, change.left, change.verified), (10.0, 0.0, true));
    let [failure] = change.failed.as_slice() else {
        panic!("{change:?}")
    };
    let RetainedFailureKind::Refused { reason } = &failure.why else {
        panic!("{failure:?}")
    };
    assert_eq!(
        (reason.code, failure.count, failure.topics.len()),
        (0x87, 110.0, 100)
    );
    let back = undo(&house, &id, change.deletion).await;
    assert_eq!((back.done, back.failed), (10.0, vec![]), "only what was deleted");
}
