//! The tree as a window asks for it.

use std::time::Duration;

use treetop_api::types::error::{ApiError, RegexFault, RegexProblem};
use treetop_api::types::tree::{
    BusyBy, FilterMode, FilterProblem, FilterScope, Preview, TreeAnchor, TreeFilter, TreeFrom, TreeRow,
    TreeSort, TreeWindow, Trend,
};

use crate::house::{House, until};

#[tokio::test(flavor = "multi_thread")]
async fn rows_show_counts_values_and_changes() {
    let (house, _broker, clients, id) = House::connected().await;
    clients.publish("a/line-10/t", b"1", &["-q", "1"]).await.unwrap();
    clients
        .publish("a/line-2/t", b"20.5", &["-q", "1", "-r"])
        .await
        .unwrap();
    // What is in view is compared with what came before.
    house.until_row(&id, "a/line-2/t", 1.0).await;
    clients
        .publish("a/line-2/t", b"21.5", &["-q", "1", "-r"])
        .await
        .unwrap();
    let row = house.until_row(&id, "a/line-2/t", 2.0).await;
    assert_eq!(
        (row.preview, row.trend, row.retained),
        (Some(Preview::Number { text: "21.5".into() }), Trend::Up, true)
    );
    house.until_row(&id, "a/line-10/t", 1.0).await;
    let rows = house.frame(&id).await.rows;
    let of_a: Vec<&str> = rows
        .iter()
        .filter(|row| row.topic.starts_with("a"))
        .map(|row| &*row.topic)
        .collect();
    assert_eq!(of_a, ["a", "a/line-2", "a/line-2/t", "a/line-10", "a/line-10/t"]);
    let a = rows.iter().find(|row| row.topic == "a").unwrap();
    assert_eq!((a.topics, a.messages, a.has_children), (2.0, 3.0, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_keeps_the_branches_of_its_hits() {
    let (house, _broker, clients, id) = House::connected().await;
    for topic in ["plant/press/oil", "plant/press/force", "office/lamp"] {
        clients.publish(topic, b"1", &["-q", "1"]).await.unwrap();
        house.until_row(&id, topic, 1.0).await;
    }
    let mode = house.api.tree_filter(id.clone(), text("OIL")).await.unwrap();
    assert_eq!(mode, FilterMode::Text);
    let frame = house.frame(&id).await;
    let topics: Vec<&str> = frame.rows.iter().map(|row| &*row.topic).collect();
    assert_eq!(
        (topics, frame.hits),
        (vec!["plant", "plant/press", "plant/press/oil"], Some(1.0))
    );
    assert_eq!(frame.rows[2].hits, [(0, 3)]);
    house.api.tree_filter(id.clone(), text("")).await.unwrap();
    house.api.tree_sort(id.clone(), TreeSort::Messages).await.unwrap();
    assert_eq!(house.frame(&id).await.sort, TreeSort::Messages);
}

fn text(text: &str) -> TreeFilter {
    TreeFilter {
        text: text.into(),
        mode: FilterMode::Text,
        scope: FilterScope::Topic,
        match_case: false,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_follows_values_and_goes_from_hit_to_hit() {
    let (house, _broker, clients, id) = House::connected().await;
    for (topic, value) in [("a/x", "fine"), ("b/y", "Error 7"), ("c", "error 9")] {
        clients
            .publish(topic, value.as_bytes(), &["-q", "1"])
            .await
            .unwrap();
        house.until_row(&id, topic, 1.0).await;
    }
    let values = TreeFilter {
        mode: FilterMode::Regex,
        scope: FilterScope::Value,
        ..text("error [7-9]")
    };
    house.api.tree_filter(id.clone(), values.clone()).await.unwrap();
    let frame = house.frame(&id).await;
    assert_eq!((frame.hits, frame.searching), (Some(2.0), None));
    assert_eq!(frame.rows[1].preview_hits, [(0, 7)]);
    let hit = |from: Option<&str>, backwards| {
        let (api, id, from) = (&house.api, id.clone(), from.map(str::to_owned));
        async move { api.tree_hit(id, from, backwards).await.unwrap().unwrap().topic }
    };
    assert_eq!(hit(None, false).await, "b/y");
    assert_eq!(hit(Some("b/y"), false).await, "c");
    assert_eq!(hit(Some("b/y"), true).await, "c");
    clients.publish("a/x", b"error 8", &["-q", "1"]).await.unwrap();
    house.until_row(&id, "a/x", 2.0).await;
    assert_eq!(house.frame(&id).await.hits, Some(3.0));
    // One that cannot be read says where, and what was there stays.
    let broken = TreeFilter {
        text: "\u{1f600}[a".into(),
        ..values
    };
    let error = house.api.tree_filter(id.clone(), broken).await.unwrap_err();
    let problem = FilterProblem::Regex(RegexProblem {
        fault: RegexFault::OpenClass,
        at: 2,
    });
    assert_eq!(error, ApiError::Filter { problem });
    assert_eq!(house.frame(&id).await.hits, Some(3.0));
    let mode = house.api.tree_filter(id.clone(), text("+/y")).await.unwrap();
    assert_eq!(
        (mode, house.frame(&id).await.hits),
        (FilterMode::Wildcards, Some(1.0))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_rows_in_view_cross_over() {
    let (house, _broker, clients, id) = House::connected().await;
    let lines: String = (0..2_000).map(|n| format!("{n}\n")).collect();
    clients
        .publish_lines("flood", &lines, &["-q", "1"])
        .await
        .unwrap();
    house.until_row(&id, "flood", 2_000.0).await;
    let window = TreeWindow {
        first: 0.0,
        count: 2,
        revision: 0.0,
        anchor: None,
    };
    let frame = house.api.tree_frame(id.clone(), window).await.unwrap().unwrap();
    assert!(frame.rows.len() <= 2);
    assert!(frame.total_rows >= 2.0);
    let found = house.api.tree_find(id.clone(), "loo".into(), 5).await.unwrap();
    assert_eq!(found, ["flood"]);
    let target = house
        .api
        .tree_type_ahead(id, TreeFrom::Row { row: 0.0 }, "fl".into())
        .await
        .unwrap();
    assert_eq!(target.map(|target| target.topic).as_deref(), Some("flood"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_busiest_are_named_and_come_first() {
    let (house, _broker, clients, id) = House::connected().await;
    let lines: String = (0..500).map(|n| format!("{n}\n")).collect();
    let by = |by: BusyBy| house.api.tree_busiest(id.clone(), by, 1, false);
    house.api.tree_sort(id.clone(), TreeSort::Rate).await.unwrap();
    clients
        .publish("plant/a-quiet", b"1", &["-q", "1"])
        .await
        .unwrap();
    // Rates are of the last seconds: on a slow machine they may be over before the question.
    let (messages, bytes) = until(async || {
        clients
            .publish("plant/large", &[b'x'; 5_000], &["-q", "1"])
            .await
            .unwrap();
        clients
            .publish_lines("plant/line/busy", &lines, &["-q", "1"])
            .await
            .unwrap();
        let answers = (
            by(BusyBy::Messages).await.unwrap(),
            by(BusyBy::Bytes).await.unwrap(),
        );
        let both = answers.0.topics.first()?.topic == "plant/line/busy"
            && answers.1.topics.first()?.topic == "plant/large";
        let row = house.until_row(&id, "plant/line/busy", 1.0).await;
        let rows = house.frame(&id).await.rows;
        let below: Vec<&TreeRow> = rows.iter().filter(|row| row.depth == 1).collect();
        (both && below.first()?.topic == "plant/line" && row.rate > 0.0).then_some(answers)
    })
    .await;
    assert_eq!(
        (messages.topics.len(), bytes.topics.len()),
        (1, 1),
        "no more than asked for"
    );
    assert_eq!(messages.branches[0].topic, "plant");
    assert!(messages.branches[0].rate >= messages.topics[0].rate && messages.topics[0].rate > 0.0);
    assert!(messages.rate >= messages.branches[0].rate);

    house.api.tree_sort(id.clone(), TreeSort::Size).await.unwrap();
    let frame = house.frame(&id).await;
    let first = frame.rows.iter().find(|row| row.depth == 1).unwrap();
    assert_eq!(first.topic, "plant/large");
    assert!(first.bytes >= 5_000.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_stays_in_place_while_topics_come_above_it() {
    let (house, _broker, clients, id) = House::connected().await;
    for topic in ["m", "n"] {
        clients.publish(topic, b"1", &["-q", "1"]).await.unwrap();
        house.until_row(&id, topic, 1.0).await;
    }
    let frame = house.frame(&id).await;
    let at = frame.rows.iter().position(|row| row.topic == "n").unwrap();
    let anchor = TreeAnchor {
        topic: "n".into(),
        row: at as f64,
    };
    for topic in ["a", "b", "z"] {
        clients.publish(topic, b"1", &["-q", "1"]).await.unwrap();
        house.until_row(&id, topic, 1.0).await;
    }
    let window = TreeWindow {
        first: at as f64,
        count: 1,
        revision: 0.0,
        anchor: Some(anchor),
    };
    let frame = house.api.tree_frame(id.clone(), window.clone()).await.unwrap();
    let frame = frame.unwrap();
    assert_eq!((frame.moved, frame.first), (2.0, at as f64 + 2.0));
    assert_eq!(frame.rows[0].topic, "n");
    // Where it has moved to is answered by this: the next answer waits for its pace.
    let next = TreeWindow {
        first: frame.first,
        revision: frame.revision,
        ..window
    };
    let next = house.api.tree_frame(id, next);
    let early = tokio::time::timeout(Duration::from_millis(100), next).await;
    assert!(early.is_err(), "{early:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_begins_at_the_selected_topic_wherever_its_row_is_now() {
    let (house, _broker, clients, id) = House::connected().await;
    for topic in ["m/x", "m/y", "b/1", "b/2"] {
        clients.publish(topic, b"1", &["-q", "1"]).await.unwrap();
        house.until_row(&id, topic, 1.0).await;
    }
    let from = |topic: &str| TreeFrom::Topic { topic: topic.into() };
    let parent = house.api.tree_parent(id.clone(), from("m/x")).await.unwrap();
    assert_eq!(parent.map(|target| target.topic).as_deref(), Some("m"));
    let typed = house.api.tree_type_ahead(id.clone(), from("m/x"), "y".into());
    let typed = typed.await.unwrap();
    assert_eq!(typed.map(|target| target.topic).as_deref(), Some("m/y"));
    let gone = house.api.tree_parent(id, from("never")).await.unwrap();
    assert_eq!(gone, None);
}
