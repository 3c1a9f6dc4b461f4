//! Reading messages: payload lines, properties, history pages, differences, charts.

use treetop_api::types::chart::{ChartExport, ChartRange, ChartRequest, ChartWords, ExportFormat};
use treetop_api::types::error::ApiError;
use treetop_api::types::message::{Format, PayloadLook};

use crate::house::{House, until};

const WHOLE: PayloadLook = PayloadLook {
    format: None,
    whole: true,
    changes: false,
};

#[tokio::test(flavor = "multi_thread")]
async fn every_property_arrives_in_order() {
    let (house, _broker, clients, id) = House::connected().await;
    let properties = [
        "-q",
        "1",
        "-D",
        "publish",
        "content-type",
        "application/json",
        "-D",
        "publish",
        "response-topic",
        "reply/here",
        "-D",
        "publish",
        "correlation-data",
        "c-17",
        "-D",
        "publish",
        "message-expiry-interval",
        "600",
        "-D",
        "publish",
        "payload-format-indicator",
        "1",
        "-D",
        "publish",
        "user-property",
        "site",
        "창원",
        "-D",
        "publish",
        "user-property",
        "site",
        "again",
    ];
    clients.publish("p", br#"{"a":1}"#, &properties).await.unwrap();
    let message = house.until_stored(&id, "p", 1.0).await;
    let info = house.api.message_info(id, message).await.unwrap();
    let properties = info.properties;
    assert_eq!(properties.content_type.as_deref(), Some("application/json"));
    assert_eq!(properties.response_topic.as_deref(), Some("reply/here"));
    assert_eq!(properties.correlation_text.as_deref(), Some("c-17"));
    assert!(
        properties
            .expiry_secs
            .is_some_and(|left| (590..=600).contains(&left))
    );
    assert_eq!(properties.payload_format, Some(1));
    let user: Vec<(&str, &str)> = properties
        .user
        .iter()
        .map(|pair| (&*pair.name, &*pair.value))
        .collect();
    assert_eq!(user, [("site", "창원"), ("site", "again")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payload_of_megabytes_is_kept_whole_and_shown_in_part() {
    let (house, _broker, clients, id) = House::connected().await;
    let mut payload = b"[".to_vec();
    while payload.len() < 5_000_000 {
        payload.extend_from_slice(b"{\"n\":12345678901234567890.10},");
    }
    payload.pop();
    payload.push(b']');
    clients.publish("big", &payload, &["-q", "1"]).await.unwrap();
    let message = house.until_stored(&id, "big", 1.0).await;
    let first = PayloadLook {
        whole: false,
        ..WHOLE
    };
    let shown = house
        .api
        .message_payload(id.clone(), message, first)
        .await
        .unwrap();
    assert_eq!(shown.format, Format::Json);
    assert!(!shown.complete && shown.shown_bytes <= 64_000.0 && shown.total_bytes == payload.len() as f64);
    let path = house.folder.path().join("saved.json");
    *house.desk.save_to.lock().unwrap() = Some(path.clone());
    house.api.message_save(id, message).await.unwrap();
    assert_eq!(std::fs::read(path).unwrap(), payload);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payload_is_copied_whole_or_not_at_all() {
    let (house, _broker, clients, id) = House::connected().await;
    let text = "x".repeat(5_000_000);
    clients
        .publish("text", text.as_bytes(), &["-q", "1"])
        .await
        .unwrap();
    let message = house.until_stored(&id, "text", 1.0).await;
    house.api.message_copy(id.clone(), message, None).await.unwrap();
    assert!(*house.desk.copied.lock().unwrap() == text);
    // As hex it has more lines than are laid out.
    let cut = house
        .api
        .message_copy(id.clone(), message, Some(Format::Hex))
        .await;
    assert_eq!(cut, Err(ApiError::TooLong));
    clients.publish("bytes", b"\xff\x00", &["-q", "1"]).await.unwrap();
    let message = house.until_stored(&id, "bytes", 1.0).await;
    house
        .api
        .message_copy(id, message, Some(Format::Hex))
        .await
        .unwrap();
    let copied = house.desk.copied.lock().unwrap().clone();
    assert!(copied.contains("ff 00"), "{copied}");
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_text_are_shown_as_bytes() {
    let (house, _broker, clients, id) = House::connected().await;
    clients
        .publish("bin", b"\xff\x00\x01abc", &["-q", "1"])
        .await
        .unwrap();
    let message = house.until_stored(&id, "bin", 1.0).await;
    let shown = house
        .api
        .message_payload(id.clone(), message, WHOLE)
        .await
        .unwrap();
    assert_eq!(shown.format, Format::Hex);
    let line: String = shown.lines[0]
        .tokens
        .iter()
        .map(|token| token.text.as_str())
        .collect();
    assert!(line.contains("ff") && line.contains("abc"), "{line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn history_pages_go_back_without_gaps_and_name_what_changed() {
    let (house, _broker, clients, id) = House::connected().await;
    for n in 0..25 {
        clients
            .publish(
                "t",
                format!("{{\"n\":{n},\"same\":true}}").as_bytes(),
                &["-q", "1"],
            )
            .await
            .unwrap();
    }
    house.until_stored(&id, "t", 25.0).await;
    let mut seen = Vec::new();
    let mut before = None;
    loop {
        let page = house
            .api
            .message_page(id.clone(), "t".into(), before, 10)
            .await
            .unwrap();
        seen.extend(page.rows.iter().cloned());
        before = page.rows.last().map(|row| row.id);
        if !page.more {
            break;
        }
    }
    assert_eq!(seen.len(), 25);
    assert!(seen.windows(2).all(|pair| pair[0].id > pair[1].id));
    let changes = seen[0].changes.as_deref().unwrap();
    assert_eq!(changes.len(), 1, "{changes:?}");
    let change = &changes[0];
    assert_eq!(
        (change.before.as_deref(), change.after.as_deref()),
        (Some("23"), Some("24"))
    );
    assert!(seen[0].gap_millis.is_some() && seen[24].gap_millis.is_none());
    let diff = house.api.message_diff(id, seen[1].id, seen[0].id).await.unwrap();
    assert!(!diff.same && diff.lines > 0.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_message_is_not_said_to_be_the_same_as_the_one_before() {
    let (house, _broker, clients, id) = House::connected().await;
    for payload in [
        "on".to_owned(),
        "on".to_owned(),
        "a".repeat(10_000),
        "b".repeat(10_000),
    ] {
        clients
            .publish("t", payload.as_bytes(), &["-q", "1"])
            .await
            .unwrap();
    }
    house.until_stored(&id, "t", 4.0).await;
    let page = house.api.message_page(id, "t".into(), None, 10).await.unwrap();
    let compared = page.rows.iter().map(|row| row.changes.as_ref().map(Vec::len));
    assert_eq!(compared.collect::<Vec<_>>(), [None, None, Some(0), None]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pinned_number_is_filled_from_history_and_goes_on_live() {
    let (house, _broker, clients, id) = House::connected().await;
    for n in 1..=5 {
        clients
            .publish("t", format!("{{\"v\":{{\"x\":{n}}}}}").as_bytes(), &["-q", "1"])
            .await
            .unwrap();
    }
    house.until_stored(&id, "t", 5.0).await;
    let series = house
        .api
        .series_add(id.clone(), "t".into(), "$.v.x".into())
        .await
        .unwrap();
    clients
        .publish("t", br#"{"v":{"x":6}}"#, &["-q", "1"])
        .await
        .unwrap();
    let request = || ChartRequest {
        range: ChartRange::All,
        columns: 500,
        revision: 0.0,
    };
    let frame = until(async || {
        let frame = house.api.chart_frame(id.clone(), request()).await.unwrap()?;
        (frame.series[0].count == 6.0).then_some(frame)
    })
    .await;
    assert_eq!(frame.series[0].values, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    assert_eq!((frame.series[0].min, frame.series[0].max), (Some(1.0), Some(6.0)));
    assert_eq!(frame.series[0].series, series);

    let path = house.folder.path().join("chart");
    *house.desk.save_to.lock().unwrap() = Some(path.clone());
    for (format, begins) in [
        (ExportFormat::Png, &b"\x89PNG"[..]),
        (ExportFormat::Svg, b"<svg"),
        (ExportFormat::Csv, b""),
    ] {
        let export = ChartExport {
            format,
            range: ChartRange::All,
            overlay: false,
            dark: true,
            width: 800,
            height: 400,
            utc_offset_minutes: 540,
            words: ChartWords {
                offline: "offline".into(),
                min: "최소".into(),
                mean: "평균".into(),
                max: "최대".into(),
            },
        };
        house.api.chart_export(id.clone(), export).await.unwrap();
        let bytes = std::fs::read(&path).unwrap();
        assert!(bytes.starts_with(begins), "{format:?}");
        if format == ExportFormat::Svg {
            let text = String::from_utf8(bytes.clone()).unwrap();
            assert!(text.contains("최소 1") && text.contains("$.v.x"), "{text}");
        }
        if format == ExportFormat::Csv {
            assert_eq!(String::from_utf8(bytes).unwrap().lines().count(), 7);
        }
    }
}
