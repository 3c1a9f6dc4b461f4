//! A payload larger than every bound of what may wait: it comes through whole.

use treetop_api::types::message::{Format, PayloadLook};
use treetop_api::types::payload::BytesWindow;
use treetop_tests::{Clients, Mosquitto};

use crate::house::House;

#[tokio::test(flavor = "multi_thread")]
async fn a_payload_larger_than_what_may_wait_comes_through_whole() {
    const SIZE: usize = 130 << 20;
    let broker = Mosquitto::start().await.unwrap();
    let house = House::new().await;
    let id = house
        .saved(broker.port(), |profile| profile.maximum_packet_size = 268_435_460)
        .await;
    house.api.connection_connect(id.clone()).await.unwrap();
    house.until_connected(&id).await;
    let mut payload = vec![0; SIZE];
    payload[SIZE - 4..].copy_from_slice(b"last");
    let clients = Clients::new(broker.port());
    clients.publish("big", &payload, &["-q", "1"]).await.unwrap();
    drop(payload);
    let message = house.until_stored(&id, "big", 1.0).await;
    let window = BytesWindow {
        format: Some(Format::Hex),
        from: (SIZE - 4) as f64,
        count: 16,
        changes: false,
        query: None,
    };
    let end = house
        .api
        .payload_bytes(id.clone(), message, window)
        .await
        .unwrap();
    assert_eq!(end.hex, "6c617374");
    // What is asked each second tells of it without it.
    let look = PayloadLook {
        format: None,
        whole: false,
        changes: true,
    };
    for known in [None, Some(message), Some(message)] {
        let frame = house
            .api
            .topic_frame(id.clone(), "big".into(), known, Some(look))
            .await;
        let frame = frame.unwrap();
        assert_eq!(frame.message.unwrap().size, SIZE as f64);
        assert_eq!(frame.payload.is_some(), known.is_none());
    }
}
