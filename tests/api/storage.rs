//! What is kept, what uses the space, and forgetting, while a broker goes on.

use treetop_api::types::chart::{ChartRange, ChartRequest};
use treetop_api::types::storage::{
    ClearingStage, Forget, Retention, StorageFrame, StorageLook, StorageOrder, StorageUsage,
};

use crate::house::{House, until};

async fn usage(house: &House, id: &str, branch: &str, flat: bool) -> StorageUsage {
    let look = StorageLook {
        branch: branch.to_owned(),
        flat,
        order: StorageOrder::Bytes,
        limit: 100,
    };
    house.api.storage_usage(id.to_owned(), look).await.unwrap()
}

pub async fn forgotten(house: &House, id: &str, what: Forget) -> StorageFrame {
    assert!(house.api.storage_forget(id.to_owned(), what).await.unwrap());
    until(async || {
        let frame = house.api.storage(id.to_owned()).await.unwrap();
        let over = frame
            .clearing
            .as_ref()
            .is_some_and(|clearing| clearing.freed_bytes.is_some());
        over.then_some(frame)
    })
    .await
}

fn branch(topic: &str) -> Forget {
    Forget::Branch {
        topic: topic.to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_branch_is_forgotten_and_its_neighbour_and_what_comes_next_stay() {
    let (house, _broker, clients, id) = House::connected().await;
    for topic in ["a/x/1", "a/x/2", "a/y", "ab"] {
        for _ in 0..3 {
            clients.publish(topic, b"12345", &["-q", "1"]).await.unwrap();
        }
        house.until_stored(&id, topic, 3.0).await;
    }
    let below = usage(&house, &id, "a", false).await;
    let seen: Vec<_> = below
        .rows
        .iter()
        .map(|row| (&*row.topic, row.amount.messages, row.is_topic))
        .collect();
    assert_eq!(seen, [("a/x", 6.0, false), ("a/y", 3.0, true)]);
    assert_eq!((below.count, below.all.bytes, below.own), (2.0, 45.0, None));
    let amount = house.api.storage_amount(id.clone(), branch("a")).await.unwrap();
    assert_eq!((amount.topics, amount.messages, amount.bytes), (3.0, 9.0, 45.0));

    let frame = forgotten(&house, &id, branch("a")).await;
    let clearing = frame.clearing.unwrap();
    assert_eq!(clearing.stage, ClearingStage::Done);
    assert_eq!((clearing.messages, clearing.topics), (9.0, 3.0));
    let left = usage(&house, &id, "", true).await;
    assert!(
        left.rows.iter().any(|row| row.topic == "ab")
            && left.rows.iter().all(|row| !row.topic.starts_with("a/"))
    );
    // The tree shows what was received; what the broker sends next is stored again.
    assert!(house.until_row(&id, "a/y", 3.0).await.messages >= 3.0);
    clients.publish("a/y", b"back", &["-q", "1"]).await.unwrap();
    house.until_stored(&id, "a/y", 1.0).await;

    let house = house.again().await;
    house.api.connection_browse(id.clone()).await.unwrap();
    let row = house.until_row(&id, "a/y", 1.0).await;
    assert_eq!(row.messages, 1.0, "an opening tree has what is stored");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_is_saved_with_the_connection_and_takes_effect_at_once() {
    let (house, _broker, clients, id) = House::connected().await;
    for n in 0..12 {
        clients
            .publish("busy", n.to_string().as_bytes(), &["-q", "1"])
            .await
            .unwrap();
    }
    house.until_stored(&id, "busy", 12.0).await;
    let retention = Retention {
        max_age_secs: 3_600.0,
        max_bytes: f64::INFINITY,
        max_per_topic: 5.0,
    };
    house.api.retention_save(id.clone(), retention).await.unwrap();
    until(async || {
        let busy = usage(&house, &id, "", true).await;
        let busy = busy.rows.into_iter().find(|row| row.topic == "busy")?;
        (busy.amount.messages == 5.0).then_some(())
    })
    .await;
    let tidied = until(async || {
        let tidied = house.api.storage(id.clone()).await.unwrap().tidied;
        (!tidied.running && tidied.removed.is_some()).then_some(tidied)
    })
    .await;
    let removed = tidied.removed.unwrap();
    assert_eq!((removed.messages, removed.topics), (7.0, 0.0));
    assert!(tidied.at >= Some(removed.at) && tidied.error.is_none());
    // Editing the connection elsewhere does not change it.
    let entry = house.api.profile(id.clone()).await.unwrap();
    house
        .api
        .profile_save(entry.profile, Default::default())
        .await
        .unwrap();
    let house = house.again().await;
    house.api.connection_browse(id.clone()).await.unwrap();
    let kept = house.api.storage(id.clone()).await.unwrap();
    assert_eq!(
        kept.retention,
        Retention {
            max_age_secs: 3_600.0,
            max_bytes: 0.0,
            max_per_topic: 5.0
        }
    );
    assert!(kept.oldest < kept.newest && kept.file_bytes >= kept.used_bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn charts_lose_what_is_forgotten() {
    let (house, _broker, clients, id) = House::connected().await;
    for n in 0..4 {
        clients
            .publish("v", n.to_string().as_bytes(), &["-q", "1"])
            .await
            .unwrap();
    }
    house.until_stored(&id, "v", 4.0).await;
    house
        .api
        .series_add(id.clone(), "v".into(), "$".into())
        .await
        .unwrap();
    let points = async |wanted: f64| {
        let request = ChartRequest {
            range: ChartRange::All,
            columns: 500,
            revision: 0.0,
        };
        let frame = house.api.chart_frame(id.clone(), request).await.unwrap()?;
        (frame.series[0].count == wanted).then_some(())
    };
    until(async || points(4.0).await).await;
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs_f64()
        * 1_000.0;
    forgotten(&house, &id, Forget::Before { at: now + 1_000.0 }).await;
    until(async || points(0.0).await).await;
}
