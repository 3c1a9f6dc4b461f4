//! The tree as a window asks for it.

use treetop_api::types::tree::{Preview, TreeSort, TreeWindow, Trend};

use crate::house::House;

#[tokio::test(flavor = "multi_thread")]
async fn rows_show_counts_values_and_changes() {
    let (house, _broker, clients, id) = House::connected().await;
    clients.publish("a/line-10/t", b"1", &["-q", "1"]).await.unwrap();
    clients
        .publish("a/line-2/t", b"20.5", &["-q", "1", "-r"])
        .await
        .unwrap();
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
    house.api.tree_filter(id.clone(), "OIL".into()).await.unwrap();
    let frame = house.frame(&id).await;
    let topics: Vec<&str> = frame.rows.iter().map(|row| &*row.topic).collect();
    assert_eq!(
        (topics, frame.hits),
        (vec!["plant", "plant/press", "plant/press/oil"], Some(1.0))
    );
    assert_eq!(frame.rows[2].hit, Some((0, 3)));
    house.api.tree_filter(id.clone(), String::new()).await.unwrap();
    house.api.tree_sort(id.clone(), TreeSort::Messages).await.unwrap();
    assert_eq!(house.frame(&id).await.sort, TreeSort::Messages);
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
    let target = house.api.tree_type_ahead(id, 0.0, "fl".into()).await.unwrap();
    assert_eq!(target.map(|target| target.topic).as_deref(), Some("flood"));
}
