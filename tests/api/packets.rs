//! Control packets: the rows in view, one of them whole, what is kept on demand, the export.

use treetop_api::types::packets::{
    PacketDirection, PacketFrame, PacketKind, PacketQuery, PacketValue, PacketWindow,
};

use crate::house::{House, until};

fn query(kinds: &[PacketKind], direction: Option<PacketDirection>, text: &str) -> PacketQuery {
    PacketQuery {
        kinds: kinds.to_vec(),
        direction,
        text: text.into(),
    }
}

async fn frame(house: &House, id: &str, query: PacketQuery, revision: f64) -> Option<PacketFrame> {
    let window = PacketWindow {
        query,
        first: 0.0,
        count: 100,
        revision,
    };
    house.api.packets_frame(id.to_owned(), window).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_went_over_the_wire_can_be_read() {
    let (house, _broker, clients, id) = House::connected().await;
    let all = query(&[], None, "");
    let shown = frame(&house, &id, all.clone(), 0.0).await.unwrap();
    let kinds: Vec<_> = shown.rows.iter().rev().filter_map(|row| row.kind).collect();
    use PacketKind::*;
    assert_eq!(kinds[..4], [Connect, Connack, Subscribe, Suback], "{shown:?}");
    assert!(shown.rows.iter().all(|row| !row.broken));

    clients.publish("wire/a", b"1", &["-q", "1"]).await.unwrap();
    house.until_row(&id, "wire/a", 1.0).await;
    let messages = query(&[Publish], None, "");
    let counted = frame(&house, &id, messages.clone(), 0.0).await.unwrap();
    assert_eq!((counted.total, counted.messages), (0.0, false));
    let publish = counted.counts.iter().find(|count| count.kind == Publish).unwrap();
    assert!(publish.incoming >= 1.0);

    house.api.packets_keep_messages(id.clone(), true).await.unwrap();
    clients.publish("wire/b", b"2", &["-q", "1"]).await.unwrap();
    let row = until(async || {
        let shown = frame(
            &house,
            &id,
            query(&[Publish], Some(PacketDirection::In), "WIRE/b"),
            0.0,
        )
        .await?;
        shown.rows.into_iter().next()
    })
    .await;
    let detail = house
        .api
        .packet_detail(id.clone(), row.id)
        .await
        .unwrap()
        .unwrap();
    let topic = detail
        .fields
        .iter()
        .find(|field| field.name == "Topic Name")
        .unwrap();
    assert_eq!(
        topic.value,
        PacketValue::Text {
            text: "wire/b".into()
        }
    );
    assert_eq!(detail.kept, detail.row.size);
    assert!(detail.problems.is_empty() && !detail.hex.is_empty());
    assert_eq!(house.api.packet_detail(id.clone(), 1e9).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn packets_are_exported_as_lines_of_json() {
    let (house, _broker, _clients, id) = House::connected().await;
    let file = house.folder.path().join("out.jsonl");
    *house.desk.save_to.lock().unwrap() = Some(file.clone());
    let outgoing = query(&[], Some(PacketDirection::Out), "");
    let saved = house.api.packets_export(id, outgoing).await.unwrap();
    assert_eq!(saved.path, Some(file.display().to_string()));
    let text = std::fs::read_to_string(file).unwrap();
    let lines: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let packets: Vec<_> = lines
        .iter()
        .map(|line| line["packet"].as_str().unwrap())
        .collect();
    assert_eq!(packets[..2], ["CONNECT", "SUBSCRIBE"]);
    assert_eq!(lines[0]["direction"], "out");
    assert_eq!(lines[0]["fields"][0]["value"]["text"], "MQTT");
    assert!(lines[0]["at"].as_f64().unwrap() > 1.6e12);
}
