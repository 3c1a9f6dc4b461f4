//! Payloads in stretches: rows and bytes of the worst there are, what is found in them, what is copied.

use std::io::Write;
use std::process::Stdio;

use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::process::Command;
use treetop_api::types::decoders::DecoderRule;
use treetop_api::types::message::{DecodeProblem, DecodeProblemKind, Format, PayloadLook};
use treetop_api::types::payload::{
    BytesWindow, CommandNote, PayloadFound, PayloadQuery, PayloadRows, PayloadWindow, QueryKind, RowShape,
    SearchPlace,
};
use treetop_tests::Clients;

use crate::house::{House, until};

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

fn stretch(from: f64, count: u32, changes: bool, query: Option<PayloadQuery>) -> BytesWindow {
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

async fn stored(house: &House, clients: &Clients, id: &str, topic: &str, payload: &[u8]) -> f64 {
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
        .payload_field(id.clone(), message, SHAPE, 2.0)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(field.path.as_deref(), Some("$[1]"));
    assert_eq!(field.value, "{ \"n\": 1, \"value\": 12345678901234567890.10 }");
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
            offset: 9.0,
            unpacked: true,
            kind: DecodeProblemKind::UnexpectedByte,
        })
    );
}

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

#[tokio::test(flavor = "multi_thread")]
async fn the_copied_command_publishes_the_same_message() {
    let (house, _broker, clients, id) = House::connected().await;
    let payloads: [&[u8]; 9] = [
        b"plain",
        b"it's \"quoted\" `id` $HOME $(id) \\n \\ ! * ? ~ # ; & | < >",
        b"two\nlines\n\n",
        b"NUL \0 inside",
        b"\xff\xfe\x00%d %s \\ 7'\"\x01\x0a",
        "가나다 \u{202e} é".as_bytes(),
        b"-m -t -h",
        b"",
        b"{\"a\": [1, 2.50]}",
    ];
    let properties = [
        "-q",
        "2",
        "-r",
        "-D",
        "publish",
        "content-type",
        "it's; text",
        "-D",
        "publish",
        "response-topic",
        "reply/it's here",
        "-D",
        "publish",
        "correlation-data",
        "c 'x' $y",
        "-D",
        "publish",
        "message-expiry-interval",
        "600",
        "-D",
        "publish",
        "payload-format-indicator",
        "0",
        "-D",
        "publish",
        "user-property",
        "it's",
        "a \"b\" `c`",
        "-D",
        "publish",
        "user-property",
        "it's",
        "again",
    ];
    for (at, payload) in payloads.into_iter().enumerate() {
        let topic = format!("it's/$(n)/{at} \"é\"");
        clients.publish(&topic, payload, &properties).await.unwrap();
        let first = house.until_stored(&id, &topic, 1.0).await;
        let command = house.api.message_command(id.clone(), first).await.unwrap();
        assert_eq!(command.notes, [], "{}", command.text);
        let output = Command::new("sh")
            .arg("-c")
            .arg(&command.text)
            .stdin(Stdio::null())
            .output()
            .await
            .unwrap();
        assert!(
            output.status.success(),
            "{}\n{}",
            command.text,
            String::from_utf8_lossy(&output.stderr)
        );
        let second = house.until_stored(&id, &topic, 2.0).await;
        let (mut was, mut is) = (
            house.api.message_info(id.clone(), first).await.unwrap(),
            house.api.message_info(id.clone(), second).await.unwrap(),
        );
        for info in [&mut was, &mut is] {
            (info.id, info.received) = (0.0, 0.0);
            assert!(info.properties.expiry_secs.take().is_some_and(|left| left > 500));
        }
        assert_eq!(was, is, "{}", command.text);
        let bytes = house
            .api
            .payload_bytes(id.clone(), second, stretch(0.0, 1000, false, None))
            .await
            .unwrap();
        let expected: String = payload.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(bytes.hex, expected, "{}", command.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_says_what_it_leaves_out_and_never_holds_a_password() {
    let (house, broker, clients, _) = House::connected().await;
    let id = house
        .saved(broker.port(), |profile| {
            profile.username = "ann o'neil".into();
        })
        .await;
    house.api.connection_connect(id.clone()).await.unwrap();
    house.until_connected(&id).await;
    let mut profile = house.api.profile(id.clone()).await.unwrap().profile;
    let message = stored(&house, &clients, &id, "large", &vec![b'x'; 70_000]).await;
    let command = house.api.message_command(id.clone(), message).await.unwrap();
    assert_eq!(
        command.notes,
        [CommandNote::File {
            name: "payload.bin".into()
        }]
    );
    assert!(command.text.contains(r"-u 'ann o'\''neil'") && command.text.ends_with("-f payload.bin"));

    profile.transport = treetop_api::types::connection::Transport::Mqtts;
    profile.ca_file = Some("/etc/it's a ca.pem".into());
    profile.check_host_name = false;
    profile.alpn = "mqtt".into();
    let secrets = treetop_api::types::connection::SecretChanges {
        sign_in: treetop_api::types::connection::PasswordChange::Set {
            password: "hush-hush".into(),
        },
        ..Default::default()
    };
    house.api.profile_save(profile, secrets).await.unwrap();
    let command = until(async || {
        let command = house.api.message_command(id.clone(), message).await.unwrap();
        command.notes.contains(&CommandNote::Password).then_some(command)
    })
    .await;
    assert!(
        command
            .text
            .contains(r"--cafile '/etc/it'\''s a ca.pem' --tls-alpn mqtt --insecure"),
        "{}",
        command.text
    );
    assert!(!command.text.contains("hush"));
}
