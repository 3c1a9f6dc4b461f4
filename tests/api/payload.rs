//! Payloads in stretches: rows and bytes of the worst there are, what is found in them, what is copied.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use treetop_api::types::decoders::DecoderRule;
use treetop_api::types::message::{DecodeProblem, DecodeProblemKind, Format, PayloadLook};
use treetop_api::types::payload::{
    BytesWindow, FieldAt, PayloadFound, PayloadQuery, PayloadRows, PayloadWindow, QueryKind, RowShape,
    SearchPlace,
};
use treetop_tests::Clients;

use crate::house::House;

const SHAPE: RowShape = RowShape {
    format: None,
    columns: None,
};

const RAW: SearchPlace = SearchPlace::Bytes {
    format: Some(Format::Hex),
};

fn window(first: f64) -> PayloadWindow {
    PayloadWindow {
        shape: SHAPE,
        folded: Vec::new(),
        first,
        count: 50,
        query: None,
    }
}

pub fn stretch(from: f64, count: u32, changes: bool, query: Option<PayloadQuery>) -> BytesWindow {
    BytesWindow {
        format: Some(Format::Hex),
        from,
        count,
        changes,
        query,
    }
}

fn text(rows: &PayloadRows, at: usize) -> String {
    let tokens = rows.rows[at].line.tokens.iter();
    tokens.map(|token| token.text.as_str()).collect()
}

fn query(text: &str, kind: QueryKind) -> PayloadQuery {
    PayloadQuery {
        text: text.into(),
        kind,
        case: false,
    }
}

pub async fn stored(house: &House, clients: &Clients, id: &str, topic: &str, payload: &[u8]) -> f64 {
    clients.publish(topic, payload, &["-q", "1"]).await.unwrap();
    house.until_stored(id, topic, 1.0).await
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_megabytes_on_one_line_are_read_row_by_row() {
    let (house, _broker, clients, id) = House::connected().await;
    let mut json = String::from("[");
    let mut count = 0;
    while json.len() < 10_000_000 {
        json += &format!("{{\"n\":{count},\"value\":12345678901234567890.10}},");
        count += 1;
    }
    json += "{\"last\":true}]";
    let message = stored(&house, &clients, &id, "big", json.as_bytes()).await;
    let first = house
        .api
        .payload_rows(id.clone(), message, window(0.0))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(first.format, Format::Json);
    assert_eq!((first.total, first.rows.len()), (f64::from(count) + 3.0, 50));
    let end = first.total - 2.0;
    let last = house
        .api
        .payload_rows(id.clone(), message, window(end))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (text(&last, 0).as_str(), last.rows.len()),
        ("{ \"last\": true }", 2)
    );

    // The whole of it, closed.
    let closed = PayloadWindow {
        folded: vec![0],
        ..window(0.0)
    };
    let closed = house
        .api
        .payload_rows(id.clone(), message, closed)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((closed.total, text(&closed, 0)), (1.0, "[]".into()));

    // What is found far behind what is on screen is where it says, also inside what is closed.
    let place = SearchPlace::Rows {
        shape: SHAPE,
        folded: vec![0],
    };
    let sought = query("\"LAST\"", QueryKind::Text);
    let found = house
        .api
        .payload_find(id.clone(), message, place, sought.clone(), 0.0)
        .await
        .unwrap();
    let Some(PayloadFound::Found {
        count,
        more,
        searched: None,
        place: Some(place),
    }) = found
    else {
        panic!("{found:?}");
    };
    assert_eq!((count, more, place.row, place.opened), (1.0, false, end, vec![0]));
    let marked = PayloadWindow {
        query: Some(sought),
        ..window(end)
    };
    let marked = house
        .api
        .payload_rows(id.clone(), message, marked)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(marked.rows[0].hits, [(2, 8)]);

    let field = house
        .api
        .payload_field(
            id.clone(),
            message,
            FieldAt::Row {
                shape: SHAPE,
                row: 2.0,
            },
        )
        .await
        .unwrap()
        .unwrap();
    assert_eq!(field.path.as_deref(), Some("$[1]"));
    assert_eq!(field.value, "{ \"n\": 1, \"value\": 12345678901234567890.10 }");
    let named = FieldAt::Value {
        format: None,
        value: marked.rows[0].line.value.unwrap(),
    };
    let last = house.api.payload_field(id.clone(), message, named).await;
    let last = last.unwrap().unwrap();
    assert_eq!(last.path, Some(format!("$[{}]", end - 1.0)));
    assert_eq!(last.value, "{ \"last\": true }");
    house.api.payload_close(id).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worst_payloads_are_rows_like_any_other() {
    let (house, _broker, clients, id) = House::connected().await;
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let mut nasty = b"NUL \0 bell \x07 ".to_vec();
    nasty.extend("turn \u{202e}txet\u{2069} ".as_bytes());
    nasty.extend(b"invalid \xff\xfe end\n");
    let long = "x".repeat(10_000_000);
    let payloads: [(&str, &[u8], f64, Format); 3] = [
        ("deep", deep.as_bytes(), 199_999.0, Format::Json),
        ("nasty", &nasty, 1.0, Format::Text),
        ("long", long.as_bytes(), 100_000.0, Format::Text),
    ];
    for (topic, payload, total, format) in payloads {
        let message = stored(&house, &clients, &id, topic, payload).await;
        let shape = RowShape {
            format: Some(format),
            columns: Some(100),
        };
        for first in [0.0, total / 2.0, total - 1.0] {
            let window = PayloadWindow {
                shape,
                ..window(first.floor())
            };
            let rows = house
                .api
                .payload_rows(id.clone(), message, window)
                .await
                .unwrap()
                .unwrap();
            assert_eq!(rows.total, total, "{topic}");
            assert!(!rows.rows.is_empty() && rows.rows.len() <= 50);
            assert!(
                rows.rows
                    .iter()
                    .all(|row| row.line.tokens.iter().all(|token| token.text.len() < 1_000))
            );
        }
        let look = PayloadLook {
            format: None,
            whole: false,
            changes: true,
        };
        let shown = house
            .api
            .message_payload(id.clone(), message, look)
            .await
            .unwrap();
        assert!(
            shown.lines.len() <= 4_100 && shown.shown_bytes <= 64_000.0,
            "{topic}: {}",
            shown.lines.len()
        );
        if topic == "nasty" {
            let shape = RowShape {
                format: Some(Format::Text),
                columns: None,
            };
            let rows = house
                .api
                .payload_rows(id.clone(), message, PayloadWindow { shape, ..window(0.0) });
            let rows = rows.await.unwrap().unwrap();
            assert_eq!(
                text(&rows, 0),
                "NUL ␀ bell ␇ turn \u{fffd}txet\u{fffd} invalid \u{fffd}\u{fffd} end"
            );
            assert!(rows.problem.is_some());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_come_as_they_are_asked_for_with_what_changed_and_what_was_found() {
    let (house, _broker, clients, id) = House::connected().await;
    let mut bytes: Vec<u8> = (0..=255).cycle().take(1_000_000).collect();
    stored(&house, &clients, &id, "bin", &bytes).await;
    bytes[500_001..500_004].copy_from_slice(b"\xaa\xbb\xcc");
    clients.publish("bin", &bytes, &["-q", "1"]).await.unwrap();
    let message = house.until_stored(&id, "bin", 2.0).await;
    let sought = query("aa bb cc", QueryKind::Hex);
    let found = house
        .api
        .payload_find(id.clone(), message, RAW, sought.clone(), 0.0)
        .await
        .unwrap();
    let Some(PayloadFound::Found {
        count,
        place: Some(place),
        ..
    }) = found
    else {
        panic!("{found:?}");
    };
    assert_eq!((count, place.from, place.to), (1.0, 500_001.0, 500_004.0));
    let part = house
        .api
        .payload_bytes(id.clone(), message, stretch(499_998.0, 8, true, Some(sought)))
        .await
        .unwrap();
    assert_eq!((part.total, part.hex.as_str()), (1_000_000.0, "1e1f20aabbcc2425"));
    assert_eq!((part.changed, part.hits), (vec![(3, 6)], vec![(3, 6)]));
    let much = house
        .api
        .payload_bytes(id.clone(), message, stretch(0.0, u32::MAX, false, None))
        .await
        .unwrap();
    assert_eq!(much.hex.len(), 2 * 32 * 1024);
    let behind = house
        .api
        .payload_bytes(id.clone(), message, stretch(2e6, 16, false, None))
        .await
        .unwrap();
    assert_eq!(behind.hex, "");
    for (wrong, kind) in [("abc", QueryKind::Hex), ("(", QueryKind::Regex)] {
        let wrong = query(wrong, kind);
        let found = house
            .api
            .payload_find(id.clone(), message, RAW, wrong, 0.0)
            .await
            .unwrap();
        assert!(
            matches!(found, Some(PayloadFound::NotHex | PayloadFound::NotRegex { .. })),
            "{found:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_packed_is_read_searched_and_compared_inside_and_its_bytes_stay_as_they_came() {
    let (house, _broker, clients, id) = House::connected().await;
    let packed = |word: &str| {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        write!(gzip, "{{\"list\":[[1],{{\"state\":\"{word}\"}}]}}").unwrap();
        gzip.finish().unwrap()
    };
    let older = stored(&house, &clients, &id, "packed", &packed("idle")).await;
    clients
        .publish("packed", &packed("running"), &["-q", "1"])
        .await
        .unwrap();
    let message = house.until_stored(&id, "packed", 2.0).await;
    let read = async |shape: RowShape| {
        let window = PayloadWindow { shape, ..window(0.0) };
        let rows = house.api.payload_rows(id.clone(), message, window).await;
        rows.unwrap().unwrap()
    };
    let rows = read(SHAPE).await;
    assert_eq!(
        (rows.format, rows.total, text(&rows, 3).as_str()),
        (Format::Json, 6.0, "{ \"state\": \"running\" }")
    );
    let find = async |place: SearchPlace, text: &str, kind: QueryKind| {
        let found = house
            .api
            .payload_find(id.clone(), message, place, query(text, kind), 0.0);
        match found.await.unwrap() {
            Some(PayloadFound::Found { count, .. }) => count,
            other => panic!("{other:?}"),
        }
    };
    let in_rows = || SearchPlace::Rows {
        shape: SHAPE,
        folded: Vec::new(),
    };
    let inside = || SearchPlace::Bytes { format: None };
    assert_eq!(find(in_rows(), "RUNNING", QueryKind::Text).await, 1.0);
    assert_eq!(find(inside(), "running", QueryKind::Text).await, 1.0);
    assert_eq!(find(inside(), "1f 8b 08", QueryKind::Hex).await, 0.0);
    assert_eq!(find(RAW, "1f 8b 08", QueryKind::Hex).await, 1.0);
    let bytes = async |window| {
        let bytes = house.api.payload_bytes(id.clone(), message, window).await;
        bytes.unwrap()
    };
    let raw = bytes(stretch(0.0, 3, false, None)).await;
    assert_eq!(
        (raw.hex.as_str(), raw.total),
        ("1f8b08", packed("running").len() as f64)
    );
    let unpacked = BytesWindow {
        format: None,
        ..stretch(20.0, 6, true, None)
    };
    let unpacked = bytes(unpacked).await;
    assert_eq!(
        (unpacked.hex.as_str(), unpacked.changed),
        ("223a2272756e", vec![(3, 6)])
    );
    let diff = house.api.message_diff(id.clone(), older, message).await.unwrap();
    assert_eq!((diff.format, diff.changed, diff.same), (Format::Json, 1.0, false));
    let command = house.api.message_command(id.clone(), message).await.unwrap();
    assert!(command.text.contains("\\037\\213"), "{}", command.text);

    // A choice for the topic counts from the next look on, also for what is open.
    let rule = DecoderRule {
        filter: "packed".into(),
        format: Format::Text,
        message_type: None,
    };
    house.api.decoders_save(id.clone(), vec![rule]).await.unwrap();
    let rows = read(SHAPE).await;
    assert_eq!((rows.format, rows.total), (Format::Text, 1.0));
    assert_eq!(find(in_rows(), "[[1],{", QueryKind::Text).await, 1.0);
    let diff = house.api.message_diff(id.clone(), older, message).await.unwrap();
    assert_eq!(diff.format, Format::Text);
    let json = RowShape {
        format: Some(Format::Json),
        ..SHAPE
    };
    assert_eq!(read(json).await.total, 6.0);

    // Where a problem is counts inside.
    let mut wrong = GzEncoder::new(Vec::new(), Compression::default());
    wrong.write_all(b"{\"a\": 1, b}").unwrap();
    let message = stored(&house, &clients, &id, "wrong", &wrong.finish().unwrap()).await;
    let window = PayloadWindow {
        shape: json,
        ..window(0.0)
    };
    let rows = house
        .api
        .payload_rows(id, message, window)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        rows.problem,
        Some(DecodeProblem {
            decoder: Format::Json,
            offset: 9.0,
            unpacked: true,
            kind: DecodeProblemKind::UnexpectedByte,
        })
    );
}
