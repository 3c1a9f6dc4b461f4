//! How payloads are read: what they are wrapped in, choices for topics, schemas, names from births.

use treetop_api::types::chart::{ChartRange, ChartRequest};
use treetop_api::types::decoders::DecoderRule;
use treetop_api::types::error::ApiError;
use treetop_api::types::message::{
    DecodeProblem, DecodeProblemKind, FieldChange, Format, PayloadLook, RenderedPayload,
};
use treetop_api::types::search::SearchFound;
use treetop_api::types::stream::{StreamRow, StreamWindow};
use treetop_api::types::tree::Preview;

use crate::house::{House, until};
use crate::recording::follow;
use crate::search::{done, query};

const LOOK: PayloadLook = PayloadLook {
    format: None,
    whole: false,
    changes: false,
};

/// `{"level": 7, "list": [1, 2, 3]}` by zstd's own program.
const ZSTD: &[u8] = b"\x28\xb5\x2f\xfd\x04\x68\xf9\0\0{\"level\": 7, \"list\": [1, 2, 3]}\xe9\x29\xc0\xfc";

/// A message of [`PLANT`]: name "P-1", force 1.5, and field 9, which the schema does not have.
const PRESS: &[u8] = b"\x0a\x03P-1\x11\0\0\0\0\0\0\xf8\x3f\x48\x05";

const PLANT: &str =
    "syntax = \"proto3\";\npackage plant;\nmessage Press { string name = 1; double force = 2; }\n";

async fn shown(house: &House, id: &str, topic: &str, look: PayloadLook) -> RenderedPayload {
    let message = house.until_stored(id, topic, 1.0).await;
    house.api.message_payload(id.into(), message, look).await.unwrap()
}

fn text(payload: &RenderedPayload) -> String {
    let tokens = payload.lines.iter().flat_map(|line| &line.tokens);
    tokens.map(|token| token.text.as_str()).collect()
}

fn rule(filter: &str, format: Format, message_type: Option<&str>) -> DecoderRule {
    DecoderRule {
        filter: filter.into(),
        format,
        message_type: message_type.map(Into::into),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_compressed_shows_what_is_inside_and_the_bytes_stay_one_choice_away() {
    let (house, _broker, clients, id) = House::connected().await;
    clients.publish("packed", ZSTD, &[]).await.unwrap();
    let payload = shown(&house, &id, "packed", LOOK).await;
    assert_eq!(
        (payload.format, payload.layers.as_slice()),
        (Format::Json, &[Format::Zstd][..])
    );
    assert_eq!(text(&payload), "{\"level\": 7,\"list\": [1, 2, 3]}");
    let raw = shown(
        &house,
        &id,
        "packed",
        PayloadLook {
            format: Some(Format::Hex),
            ..LOOK
        },
    )
    .await;
    assert!(text(&raw).starts_with("00000000  28 b5 2f fd"), "{}", text(&raw));
    assert_eq!(
        (raw.layers.len(), raw.detected_layers.as_slice()),
        (0, &[Format::Zstd][..])
    );
    clients.publish("cut", &ZSTD[..30], &[]).await.unwrap();
    let cut = shown(&house, &id, "cut", LOOK).await;
    assert_eq!(cut.problem.unwrap().kind, DecodeProblemKind::UnexpectedEnd);
    // A number inside can be charted.
    let message = house.until_stored(&id, "packed", 1.0).await;
    let numbers = house.api.message_numbers(id, message).await.unwrap();
    assert_eq!(numbers[0].path, "$.level");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_is_kept_with_the_connection_and_the_most_specific_one_counts() {
    let (house, _broker, clients, id) = House::connected().await;
    clients.publish("plant/a/press", PRESS, &[]).await.unwrap();
    clients.publish("plant/b/press", PRESS, &[]).await.unwrap();
    for topic in ["plant/a/press", "plant/b/press"] {
        house.until_stored(&id, topic, 1.0).await;
    }
    let schema = house.folder.path().join("plant.proto");
    std::fs::write(&schema, PLANT).unwrap();
    let loaded = house
        .api
        .schema_add(id.clone(), schema.display().to_string())
        .await
        .unwrap();
    assert_eq!(loaded.schemas[0].message_types, ["plant.Press"]);
    // The text is kept, not the place.
    std::fs::remove_file(&schema).unwrap();
    let rules = vec![
        rule("plant/#", Format::Hex, None),
        rule("plant/a/+", Format::Protobuf, Some("plant.Press")),
    ];
    let saved = house.api.decoders_save(id.clone(), rules.clone()).await.unwrap();
    assert_eq!(saved.rules, rules);

    let house = house.again().await;
    house.api.connection_browse(id.clone()).await.unwrap();
    let known = shown(&house, &id, "plant/a/press", LOOK).await;
    assert_eq!(text(&known), "{\"name\": \"P-1\",\"force\": 1.5,\"9\": varint 5}");
    assert_eq!(known.rule.as_ref(), Some(&rules[1]));
    let other = shown(&house, &id, "plant/b/press", LOOK).await;
    assert_eq!(
        (other.format, other.rule.as_ref()),
        (Format::Hex, Some(&rules[0]))
    );
    let forced = PayloadLook {
        format: Some(Format::Protobuf),
        ..LOOK
    };
    let raw = shown(&house, &id, "plant/b/press", forced).await;
    assert_eq!(
        text(&raw),
        "{\"1\": len \"P-1\",\"2\": i64 1.5 4609434218613702656,\"9\": varint 5}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_counts_in_every_list_of_messages() {
    let (house, _broker, clients, id) = House::connected().await;
    clients.publish("plant/press", PRESS, &["-r"]).await.unwrap();
    house.until_stored(&id, "plant/press", 1.0).await;
    let undecided = house.until_row(&id, "plant/press", 1.0).await.preview;
    assert!(matches!(undecided, Some(Preview::Binary { .. })), "{undecided:?}");

    let rules = vec![
        rule("plant/+", Format::Protobuf, None),
        rule("#", Format::Text, None),
    ];
    house.api.decoders_save(id.clone(), rules).await.unwrap();
    let wanted = Preview::Packed {
        text: "{\"1\":\"P-1\",\"2\":4609434218613702656,\"9\":5}".into(),
    };
    let row = house.until_row(&id, "plant/press", 1.0).await;
    assert_eq!(row.preview.as_ref(), Some(&wanted));
    let window = StreamWindow {
        filter: "plant/#".into(),
        ..follow()
    };
    let line = until(async || {
        let frame = house.api.stream_frame(id.clone(), window.clone()).await.unwrap();
        frame.rows.into_iter().find_map(|row| match row {
            StreamRow::Message { message } => Some(message.preview),
            _ => None,
        })
    });
    assert_eq!(line.await, wanted);
    let found = done(&house, &id, query("plant/#", "", false)).await;
    assert_eq!(
        found.rows[0].found,
        SearchFound::Head {
            preview: wanted.clone()
        }
    );
    let held = house.api.retained_detail(id, "plant/press".into()).await.unwrap();
    assert_eq!(held.row.preview, wanted);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_decoder_that_failed_is_named_with_the_place() {
    let (house, _broker, clients, id) = House::connected().await;
    let file = house.folder.path().join("plant.proto");
    std::fs::write(&file, PLANT).unwrap();
    let file = file.display().to_string();
    house.api.schema_add(id.clone(), file).await.unwrap();
    let rules = vec![rule("plant/#", Format::Protobuf, Some("plant.Press"))];
    house.api.decoders_save(id.clone(), rules).await.unwrap();
    // The name ends before its three bytes; a metric says that it has eleven and has none.
    for (topic, bytes, decoder, offset) in [
        ("plant/press", &PRESS[..4], Format::Protobuf, 4.0),
        ("spBv1.0/g/DDATA/n/d", b"\x08\x01\x12\x0b", Format::Sparkplug, 4.0),
    ] {
        clients.publish(topic, bytes, &[]).await.unwrap();
        let payload = shown(&house, &id, topic, LOOK).await;
        let wanted = DecodeProblem {
            decoder,
            offset,
            unpacked: false,
            kind: DecodeProblemKind::UnexpectedEnd,
        };
        assert_eq!(payload.problem, Some(wanted), "{topic}");
        if decoder == Format::Sparkplug {
            assert!(text(&payload).starts_with("00000000  08 01 12 0b"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_schema_or_a_filter_is_told() {
    let (house, _broker, _clients, id) = House::connected().await;
    let file = house.folder.path().join("wrong.proto");
    std::fs::write(&file, "syntax = \"proto3\";\nmessage A {\n  Missing b = 1;\n}\n").unwrap();
    let loaded = house
        .api
        .schema_add(id.clone(), file.display().to_string())
        .await
        .unwrap();
    let problem = loaded.schemas[0].problem.as_ref().unwrap();
    assert_eq!(
        (problem.file.as_str(), problem.line),
        ("wrong.proto", Some(3)),
        "{}",
        problem.detail
    );
    let left = house
        .api
        .schema_remove(id.clone(), "wrong.proto".into())
        .await
        .unwrap();
    assert!(left.schemas.is_empty());
    let gone = house
        .api
        .schema_add(id.clone(), "/nowhere/at/all.proto".into())
        .await;
    assert!(matches!(gone, Err(ApiError::File { .. })), "{gone:?}");
    let bad = house
        .api
        .decoders_save(id, vec![rule("a#", Format::Text, None)])
        .await;
    assert!(matches!(bad, Err(ApiError::Topic { .. })), "{bad:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_have_the_names_that_their_birth_gave_them() {
    let (house, _broker, clients, id) = House::connected().await;
    let birth = b"\x08\x01\x12\x0b\x0a\x05Level\x10\x05\x20\x03";
    clients.publish("spBv1.0/g/DBIRTH/n/d", birth, &[]).await.unwrap();
    house.until_stored(&id, "spBv1.0/g/DBIRTH/n/d", 1.0).await;
    // Metric 5 is -7 as Int32; metric 6 was never born.
    let data = b"\x08\x02\x12\x08\x10\x05\x50\xf9\xff\xff\xff\x0f\x12\x04\x10\x06\x50\x03";
    clients.publish("spBv1.0/g/DDATA/n/d", data, &[]).await.unwrap();
    let payload = shown(&house, &id, "spBv1.0/g/DDATA/n/d", LOOK).await;
    let text = text(&payload);
    assert!(text.contains("\"Level\": Int32 #5 -7"), "{text}");
    assert!(text.contains("\"#6\": 3"), "{text}");
}

/// A metric of a Sparkplug B payload that is born as an Int32, of a name shorter than 128 bytes.
fn born(name: &str, alias: u8) -> Vec<u8> {
    let mut metric = vec![0x0a, name.len() as u8];
    metric.extend(name.as_bytes());
    metric.extend([0x10, alias, 0x20, 3]);
    [vec![0x12, metric.len() as u8], metric].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_charted_metric_stays_the_same_over_births_that_give_its_alias_to_another() {
    let (house, _broker, clients, id) = House::connected().await;
    let (birth, data) = ("spBv1.0/g/DBIRTH/n/d", "spBv1.0/g/DDATA/n/d");
    let mut sent = 0.0;
    let mut send = async |level: u8, pressure: u8, values: [u8; 2]| {
        let born = [born("Level", level), born("Pressure", pressure)].concat();
        let value = |alias: u8, value: u8| vec![0x12, 4, 0x10, alias, 0x50, value];
        let told = [value(level, values[0]), value(pressure, values[1])].concat();
        sent += 1.0;
        for (topic, payload) in [(birth, born), (data, told)] {
            clients.publish(topic, &payload, &["-q", "1"]).await.unwrap();
            house.until_stored(&id, topic, sent).await;
        }
    };
    send(5, 6, [1, 100]).await;
    send(6, 5, [2, 100]).await;
    let path = "$.metrics.Level".to_owned();
    house.api.series_add(id.clone(), data.into(), path).await.unwrap();
    send(5, 6, [3, 100]).await;
    let values = until(async || values(&house, &id, 3).await).await;
    assert_eq!(values, [1.0, 2.0, 3.0]);
    let page = house
        .api
        .message_page(id.clone(), data.into(), None, 10)
        .await
        .unwrap();
    let changes = page.rows[0].changes.as_ref().unwrap();
    let [FieldChange { path, before, after }] = changes.as_slice() else {
        panic!("{changes:?}")
    };
    let level = ("$.metrics.Level", Some("2"), Some("3"));
    assert_eq!((path.as_str(), before.as_deref(), after.as_deref()), level);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chart_reads_what_is_stored_by_its_content_type_as_what_comes() {
    let (house, _broker, clients, id) = House::connected().await;
    // In CBOR this is -22, as text it is 5.
    let cbor = ["-q", "1", "-D", "publish", "content-type", "application/cbor"];
    clients.publish("c", b"\x35", &cbor).await.unwrap();
    house.until_stored(&id, "c", 1.0).await;
    house
        .api
        .series_add(id.clone(), "c".into(), "$".into())
        .await
        .unwrap();
    clients.publish("c", b"\x35", &cbor).await.unwrap();
    assert_eq!(until(async || values(&house, &id, 2).await).await, [-22.0, -22.0]);
}

/// The values of the only series once it has so many and is filled.
async fn values(house: &House, id: &str, count: usize) -> Option<Vec<f64>> {
    let request = ChartRequest {
        range: ChartRange::All,
        columns: 500,
        revision: 0.0,
    };
    let frame = house.api.chart_frame(id.to_owned(), request).await.unwrap()?;
    let series = frame.series.into_iter().next()?;
    (!series.filling && series.values.len() == count).then_some(series.values)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_connection_takes_its_choices_along() {
    let house = House::new().await;
    let id = house.saved(1883, |_| {}).await;
    let rules = vec![rule("plant/#", Format::Text, None)];
    house.api.decoders_save(id.clone(), rules).await.unwrap();
    house.api.profile_delete(id.clone(), true).await.unwrap();
    assert!(house.api.decoders(id.clone()).await.unwrap().rules.is_empty());
    let house = house.again().await;
    assert!(house.api.decoders(id).await.unwrap().rules.is_empty());
}
