#![allow(clippy::unwrap_used)]
use std::path::Path;

use bytes::Bytes;
use tempfile::TempDir;
use tokio::sync::watch;

use super::*;
use crate::history::tests::commit;
use crate::history::{History, Row, Stored, marks};
use crate::message::{Message, MessageId, Properties, QoS, Timestamp};
use crate::orders::{Order, Orders};
use crate::topic::TopicFilter;

const NOW: Timestamp = Timestamp(1_700_000_000_000_000);

fn message(topic: &str, payload: impl Into<Bytes>) -> Message {
    Message {
        topic: topic.into(),
        payload: payload.into(),
        qos: QoS::AtMostOnce,
        retain: false,
        dup: false,
        properties: None,
    }
}

/// Everything that has gone wrong in some file format.
fn nasty() -> Vec<(Message, u16)> {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let payloads: Vec<Vec<u8>> = vec![
        b"21.5".to_vec(),
        b"-21.5".to_vec(),
        Vec::new(),
        b"nul \0 inside".to_vec(),
        vec![0xff, 0xfe, 0, 1, 2],
        b"a,b;\"c\"\r\nd\n".to_vec(),
        b"=HYPERLINK(\"http://x\")".to_vec(),
        b"'quoted".to_vec(),
        b"'=1+1".to_vec(),
        b" spaces ".to_vec(),
        b"\"".to_vec(),
        b"+AAA".to_vec(),
        "한글 \u{202e}bidi\u{202c} \u{1f980} \u{2028}".into(),
        b"{\"a\":[1,2,{\"b\":null}]}\n".to_vec(),
        b"\r".to_vec(),
        b"\x1b[31mred".to_vec(),
        vec![1; 100],
        (0..5_000_000_u32)
            .map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8)
            .collect(),
        vec![b'"'; 5_000_000],
    ];
    let mut all: Vec<(Message, u16)> = payloads
        .into_iter()
        .map(|payload| (message("plain", payload), 0))
        .collect();
    for topic in [
        "a//b ",
        "=cmd|' /C calc'!A0",
        "한/글",
        "a\"b,c",
        "$SYS/uptime",
        "tab\there",
    ] {
        all.push((message(topic, "x"), 0));
    }
    let properties = Properties {
        payload_format: Some(1),
        expiry: Some(u32::MAX),
        content_type: Some("text/plain; a=\"b\"".into()),
        response_topic: Some("-reply/,to".into()),
        correlation_data: Some(Bytes::from_static(&[0, 0xff, 7])),
        subscription_ids: vec![3, 1, 3],
        user: vec![pair("a", "1"), pair("a", "=2"), pair("", ""), pair("한", "\"\n")],
    };
    all.push((
        Message {
            qos: QoS::ExactlyOnce,
            retain: true,
            dup: true,
            properties: Some(Box::new(properties)),
            ..message("all", "of it")
        },
        marks::LATE | marks::REDELIVERED,
    ));
    all
}

async fn stored(path: &Path, messages: Vec<(Message, u16)>) -> History {
    let history = History::open(path, NOW).await.unwrap();
    let rows = messages
        .into_iter()
        .map(|(message, marks)| Row {
            id: history.next_id(NOW),
            message,
            marks,
        })
        .collect();
    commit(&history, rows).await;
    history
}

async fn all(history: &History) -> Vec<Stored> {
    let passed = history
        .passed_after(MessageId(0), MessageId(i64::MAX), None, u32::MAX)
        .await
        .unwrap();
    let ids: Vec<_> = passed.iter().map(|passed| passed.id).collect();
    let mut all = Vec::new();
    for ids in ids.chunks(500) {
        all.extend(history.messages(ids).await.unwrap());
    }
    all
}

fn orders(order: Order) -> Orders {
    watch::channel(order).1
}

async fn written(history: &History, selection: Selection, format: Format, path: &Path) -> Exported {
    let (progress, _) = watch::channel(Exported::default());
    let running = orders(Order::Run);
    export(history.clone(), selection, format, path, running, &progress)
        .await
        .unwrap()
}

async fn taken(recording: &Path, target: &Path) -> Result<Imported, ImportError> {
    let (progress, _) = watch::channel(Imported::default());
    import(recording, target, NOW, orders(Order::Run), &progress).await
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn what_is_exported_is_imported_as_it_was() {
    let folder = TempDir::new().unwrap();
    let history = stored(&folder.path().join("from.db"), nasty()).await;
    let expected = all(&history).await;
    assert_eq!(expected.len(), nasty().len());
    for (format, name) in [(Format::JsonLines, "r.jsonl"), (Format::Csv, "r.csv")] {
        let path = folder.path().join(name);
        let exported = written(&history, Selection::default(), format, &path).await;
        assert_eq!(exported.messages, expected.len() as u64);
        assert_eq!(exported.bytes, std::fs::metadata(&path).unwrap().len());
        let target = folder.path().join(format!("{name}.db"));
        let imported = taken(&path, &target).await.unwrap();
        assert_eq!((imported.messages, imported.moved), (expected.len() as u64, 0));
        let again = History::open_read_only(&target).await.unwrap();
        assert!(all(&again).await == expected, "{format:?} came back changed");
        again.close().await.unwrap();
    }
    let left: Vec<_> = names(folder.path())
        .into_iter()
        .filter(|name| name.contains(".part"))
        .collect();
    assert!(left.is_empty(), "left behind: {left:?}");
}

#[test]
fn a_line_of_the_largest_payload_is_not_too_long() {
    const LARGEST: u64 = 268_435_455;
    const SAMPLE: u64 = 30_000;
    type Write = fn(&Stored, &mut Vec<u8>);
    for (format, write) in [("JSON Lines", json::write as Write), ("CSV", csv::write)] {
        let written = |payload: Vec<u8>| {
            let stored = Stored {
                id: MessageId(NOW.0),
                message: message("t", payload),
                marks: 0,
            };
            let mut line = Vec::new();
            write(&stored, &mut line);
            line.len() as u64
        };
        let rest = written(Vec::new());
        for byte in 0..=u8::MAX {
            let payload = written(vec![byte; SAMPLE as usize]) - rest;
            let line = payload * LARGEST / SAMPLE + rest;
            assert!(line < read::LONGEST_LINE, "{byte} in {format}: {line} bytes");
        }
    }
}

#[tokio::test]
async fn a_selection_is_a_filter_a_span_and_a_list() {
    let folder = TempDir::new().unwrap();
    let messages = (0..30_000)
        .map(|i| (message(&format!("t/{}", i % 3), i.to_string()), 0))
        .collect();
    let history = stored(&folder.path().join("from.db"), messages).await;
    let everything: Vec<MessageId> = history
        .passed_after(MessageId(0), MessageId(i64::MAX), None, u32::MAX)
        .await
        .unwrap()
        .iter()
        .map(|passed| passed.id)
        .collect();
    assert_eq!(everything.len(), 20_000, "a step is bounded");
    let count = async |selection| {
        let path = folder.path().join("r.jsonl");
        written(&history, selection, Format::JsonLines, &path)
            .await
            .messages
    };
    let filter = |text: &str| Some(TopicFilter::new(text).unwrap());
    let of = |text| Selection {
        filter: filter(text),
        ..Selection::default()
    };
    assert_eq!(count(of("t/1")).await, 10_000);
    assert_eq!(count(of("+/2")).await, 10_000);
    assert_eq!(count(of("nowhere")).await, 0);
    assert_eq!(count(Selection::default()).await, 30_000);
    let span = Selection {
        filter: filter("t/0"),
        from: Some(everything[3]),
        to: Some(everything[300]),
        only: None,
    };
    assert_eq!(count(span.clone()).await, 100);
    let list = Selection {
        only: Some(vec![everything[9], everything[3], everything[4], everything[9]]),
        ..Selection::default()
    };
    assert_eq!(count(list).await, 3);

    let (progress, _) = watch::channel(Survey::default());
    let survey = survey(
        Source::History(history.clone(), span),
        orders(Order::Run),
        &progress,
    )
    .await
    .unwrap();
    assert_eq!((survey.messages, survey.topics), (100, 1));
    assert_eq!(
        (survey.first, survey.last),
        (Some(everything[3]), Some(everything[300]))
    );
}

#[tokio::test]
async fn a_stopped_export_leaves_nothing_and_spares_what_was_there() {
    let folder = TempDir::new().unwrap();
    let history = stored(&folder.path().join("from.db"), vec![(message("t", "x"), 0)]).await;
    let path = folder.path().join("r.jsonl");
    std::fs::write(&path, "older").unwrap();
    let (progress, _) = watch::channel(Exported::default());
    let stopped = export(
        history,
        Selection::default(),
        Format::Csv,
        &path,
        orders(Order::Stop),
        &progress,
    );
    assert_eq!(stopped.await, Err(ExportError::Stopped));
    assert_eq!(std::fs::read(&path).unwrap(), b"older");
    assert!(!folder.path().join("r.jsonl.part").exists());
}

#[tokio::test]
async fn times_are_put_in_order_and_made_unique() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("r.jsonl");
    let line =
        |time: i64, payload: &str| format!("{{\"time\":{time},\"topic\":\"t\",\"payload\":\"{payload}\"}}\n");
    let text = [
        line(50, "d"),
        "\n".to_owned(),
        line(10, "a"),
        line(10, "b"),
        line(11, "c"),
        line(60, "e"),
    ];
    std::fs::write(&path, text.concat()).unwrap();
    let target = folder.path().join("to.db");
    let imported = taken(&path, &target).await.unwrap();
    assert_eq!((imported.messages, imported.moved), (5, 2));
    let history = History::open_read_only(&target).await.unwrap();
    let found: Vec<_> = all(&history)
        .await
        .into_iter()
        .map(|stored| {
            (
                stored.id.0,
                String::from_utf8(stored.message.payload.to_vec()).unwrap(),
            )
        })
        .collect();
    let expected = [(10, "a"), (11, "b"), (12, "c"), (50, "d"), (60, "e")];
    assert_eq!(found, expected.map(|(time, payload)| (time, payload.to_owned())));
}

#[tokio::test]
async fn a_wrong_line_is_named_and_nothing_is_imported() {
    let folder = TempDir::new().unwrap();
    let good = "{\"time\":5,\"topic\":\"t\",\"payload\":\"\"}\n";
    let head = "time_us,topic,payload,qos,encoding\r\n";
    let cases: [(String, u64, Wrong); 12] = [
        (format!("{good}{good}nonsense\n"), 3, Wrong::NotJson { column: 2 }),
        (
            format!("{good}{{\"time\":5,\"topic\":\"t\""),
            2,
            Wrong::NotJson { column: 21 },
        ),
        (
            format!("{good}{{\"topic\":\"t\",\"payload\":\"\"}}\n"),
            2,
            Wrong::Shape {
                said: "missing field `time`".into(),
            },
        ),
        (
            "{\"time\":-5,\"topic\":\"t\",\"payload\":\"\"}".into(),
            1,
            Wrong::Value { field: "time" },
        ),
        (
            "{\"time\":5,\"topic\":\"\",\"payload\":\"\"}".into(),
            1,
            Wrong::Value { field: "topic" },
        ),
        (
            "{\"time\":5,\"topic\":\"t\",\"qos\":3,\"payload\":\"\"}".into(),
            1,
            Wrong::Value { field: "qos" },
        ),
        (
            "{\"time\":5,\"topic\":\"t\",\"payload\":\"!\",\"encoding\":\"base64\"}".into(),
            1,
            Wrong::Value { field: "payload" },
        ),
        (
            "{\"time\":5,\"topic\":\"t\",\"payload\":\"\",\"encoding\":\"rot13\"}".into(),
            1,
            Wrong::Value { field: "encoding" },
        ),
        (
            "topic,payload\nt,x\n".into(),
            1,
            Wrong::NoColumn { column: "time_us" },
        ),
        (
            format!("{head}5,t,\"two\r\nlines\",0,\r\nsoon,t,x,0,\r\n"),
            4,
            Wrong::Value { field: "time_us" },
        ),
        (
            format!("{head}5,t,\"open,0,\r\n6,t,x,0,\r\n"),
            2,
            Wrong::OpenQuote,
        ),
        (String::new(), 1, Wrong::Empty),
    ];
    for (text, line, wrong) in cases {
        let path = folder.path().join("r");
        std::fs::write(&path, &text).unwrap();
        let target = folder.path().join("to.db");
        let Err(ImportError::Line(found)) = taken(&path, &target).await else {
            panic!("{text} was taken")
        };
        assert_eq!(found, UnreadableLine { line, wrong }, "{text}");
        assert_eq!(names(folder.path()), ["r"], "{text}");
    }
    std::fs::write(folder.path().join("r"), [b'{', 0xff, b'\n']).unwrap();
    let result = taken(&folder.path().join("r"), &folder.path().join("to.db")).await;
    assert!(matches!(
        result,
        Err(ImportError::Line(UnreadableLine {
            line: 1,
            wrong: Wrong::NotText
        }))
    ));
}

#[tokio::test]
async fn a_spreadsheet_may_have_been_there() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("r.csv");
    // Another order, a column of its own, a byte order mark, line ends of Unix, other words for true.
    let text = "\u{feff}note,payload,topic,time_us,retain\nmine,21.5,a/b,1700000000000000,TRUE\n,,,,\n";
    std::fs::write(&path, text).unwrap();
    let target = folder.path().join("to.db");
    assert_eq!(taken(&path, &target).await.unwrap().messages, 1);
    let history = History::open_read_only(&target).await.unwrap();
    let expected = Message {
        retain: true,
        ..message("a/b", "21.5")
    };
    assert_eq!(
        all(&history).await,
        [Stored {
            id: MessageId(1_700_000_000_000_000),
            message: expected,
            marks: 0
        }]
    );
}

#[test]
fn no_cell_is_a_formula() {
    let mut row = Vec::new();
    let stored = Stored {
        id: MessageId(NOW.0),
        message: message("=cmd|x", "@SUM(1)"),
        marks: 0,
    };
    csv::write(&stored, &mut row);
    let row = String::from_utf8(row).unwrap();
    assert!(
        row.starts_with("2023-11-14T22:13:20.000000Z,1700000000000000,'=cmd|x,0,false,false,,'@SUM(1),text,"),
        "{row}"
    );
}
