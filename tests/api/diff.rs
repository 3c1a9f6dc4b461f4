//! Two messages of a topic, compared.

use treetop_api::types::message::Format;

use crate::house::House;
use crate::payload::stored;

#[tokio::test(flavor = "multi_thread")]
async fn two_messages_are_compared_by_value_by_line_or_byte_by_byte() {
    let (house, _broker, clients, id) = House::connected().await;
    let compare = async |topic: &str, a: &[u8], b: &[u8]| {
        let older = stored(&house, &clients, &id, topic, a).await;
        clients.publish(topic, b, &["-q", "1"]).await.unwrap();
        let newer = house.until_stored(&id, topic, 2.0).await;
        let diff = house.api.message_diff(id.clone(), older, newer).await.unwrap();
        let rows = house
            .api
            .message_diff_rows(id.clone(), older, newer, false, 0.0, 500)
            .await
            .unwrap();
        let lines = house
            .api
            .message_diff_rows(id.clone(), older, newer, true, 0.0, 500)
            .await
            .unwrap();
        assert_eq!(
            (rows.len() as f64, lines.len() as f64),
            (diff.rows.min(500.0), diff.lines.min(500.0))
        );
        (diff, rows)
    };
    let (diff, rows) = compare("json", br#"{"b":1,"a":[1,2]}"#, br#"{"a":[1,3],"b":1,"c":0}"#).await;
    assert_eq!(
        (diff.format, diff.changed, diff.added, diff.removed),
        (Format::Json, 1.0, 1.0, 0.0)
    );
    assert_eq!((diff.differences, diff.compared), (vec![(1, 1), (3, 4)], None));
    assert_eq!(
        rows[1].b.as_ref().unwrap().differs,
        [false, false, false, false, false, true, false, false]
    );
    let (diff, _) = compare("text", b"one\ntwo\n", b"one\nzwei\nthree\n").await;
    assert_eq!((diff.format, diff.changed, diff.added), (Format::Text, 1.0, 1.0));
    let (diff, rows) = compare("bytes", b"\xff\x00\x01\x02", b"\xff\x00\x09\x02").await;
    assert_eq!((diff.format, diff.changed), (Format::Hex, 1.0));
    let side = rows[0].b.as_ref().unwrap();
    let differs = side
        .line
        .tokens
        .iter()
        .zip(&side.differs)
        .find(|(_, differs)| **differs)
        .unwrap()
        .0;
    assert_eq!((differs.text.trim(), differs.was.as_deref()), ("09", Some("01")));
    let large = |n: u8| format!("[{}{n}]", "\"some words\",".repeat(770_000));
    let (diff, _) = compare("large", large(1).as_bytes(), large(2).as_bytes()).await;
    assert_eq!(diff.compared, Some(1_000_000.0));
    assert!(!diff.same && diff.rows > 70_000.0);
}
