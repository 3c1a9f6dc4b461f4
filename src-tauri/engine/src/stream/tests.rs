#![allow(clippy::unwrap_used)]

use tempfile::TempDir;

use super::*;
use crate::history::Row as HistoryRow;
use crate::history::tests::commit;
use crate::message::{Message, QoS, Timestamp};
use crate::topic::TopicFilter;

const NOW: Timestamp = Timestamp(1_700_000_000_000_000);

async fn opened() -> (TempDir, History) {
    let folder = TempDir::new().unwrap();
    let history = History::open(&folder.path().join("h.db"), NOW).await.unwrap();
    (folder, history)
}

async fn store(history: &History, messages: impl IntoIterator<Item = (String, Vec<u8>)>) -> Vec<MessageId> {
    let rows: Vec<HistoryRow> = messages
        .into_iter()
        .map(|(topic, payload)| HistoryRow {
            id: history.next_id(NOW),
            message: Message {
                topic,
                payload: payload.into(),
                qos: QoS::AtLeastOnce,
                retain: false,
                dup: false,
                properties: None,
            },
            marks: 0,
        })
        .collect();
    let ids = rows.iter().map(|row| row.id).collect();
    commit(history, rows).await;
    ids
}

fn lines(from: usize, to: usize) -> impl Iterator<Item = (String, Vec<u8>)> {
    (from..to).map(|i| (format!("t/{}", i % 7), format!("payload {i}").into_bytes()))
}

async fn settle(stream: &mut Stream, history: &History) {
    while stream.step(history, 0).await.unwrap() {}
}

fn ids(stream: &Stream) -> Vec<MessageId> {
    let all = stream.rows.iter();
    all.map(|row| match row {
        Row::Message(id) => *id,
        Row::Gap { .. } => panic!("no gap is expected"),
    })
    .collect()
}

#[tokio::test]
async fn it_begins_with_what_was_there_and_goes_on_with_what_comes() {
    let (_folder, history) = opened().await;
    let mut all = store(&history, lines(0, 12_000)).await;
    let mut stream = Stream::default();
    assert!(
        stream.step(&history, 0).await.unwrap(),
        "one step does not look at everything"
    );
    let first = stream.rows(i64::MIN, 1);
    all.extend(store(&history, lines(12_000, 12_100)).await);
    settle(&mut stream, &history).await;
    assert_eq!(stream.beginning(), Beginning::Whole);
    assert_eq!(ids(&stream), all);
    // The row that was first keeps its number although older ones came before it.
    assert!(stream.first() < first.0);
    assert_eq!(stream.rows(first.0, 1), first);
}

#[tokio::test]
async fn a_question_lists_what_it_is_about() {
    let (_folder, history) = opened().await;
    let all = store(&history, lines(0, 7_000)).await;
    store(&history, [("bin".to_owned(), vec![0, 0xff, b'P', b'A', b'Y'])]).await;
    let mut stream = Stream::default();
    stream.ask(Question {
        filter: Some(TopicFilter::new("t/3").unwrap()),
        text: String::new(),
    });
    settle(&mut stream, &history).await;
    let third: Vec<_> = all.iter().copied().skip(3).step_by(7).collect();
    assert_eq!(ids(&stream), third);

    stream.ask(Question {
        filter: Some(TopicFilter::new("t/+").unwrap()),
        text: "PAYLOAD 10".to_owned(),
    });
    settle(&mut stream, &history).await;
    let expected: Vec<_> = (0..7_000)
        .filter(|i| i.to_string().starts_with("10"))
        .map(|i: usize| all[i])
        .collect();
    assert_eq!(ids(&stream), expected);

    stream.ask(Question {
        filter: None,
        text: "BIN".to_owned(),
    });
    settle(&mut stream, &history).await;
    assert_eq!(stream.len(), 1, "the text is in the topic");
}

#[tokio::test]
async fn what_was_dropped_leaves_one_gap_in_its_place() {
    let (_folder, history) = opened().await;
    let before = store(&history, lines(0, 2)).await;
    let mut stream = Stream::default();
    // What was dropped before it was opened has no place in it.
    stream.step(&history, 10).await.unwrap();
    stream.step(&history, 14).await.unwrap();
    stream.step(&history, 15).await.unwrap();
    let after = store(&history, lines(2, 3)).await;
    while stream.step(&history, 15).await.unwrap() {}
    let expected = [
        Row::Message(before[0]),
        Row::Message(before[1]),
        Row::Gap { count: 5 },
        Row::Message(after[0]),
    ];
    assert_eq!(stream.rows(i64::MIN, 10).1, expected);
    let shown = shown(&history, &expected, 4).await.unwrap();
    assert_eq!(shown[2], Shown::Gap { count: 5 });
    let Shown::Message(last) = &shown[3] else {
        panic!("a message")
    };
    assert_eq!(
        (last.topic.as_str(), &last.head.prefix[..], last.head.whole),
        ("t/2", &b"payl"[..], false)
    );
}

#[tokio::test]
async fn it_is_bounded_and_says_that_rows_left_it() {
    let (_folder, history) = opened().await;
    let mut stream = Stream::default();
    settle(&mut stream, &history).await;
    let count = MOST_ROWS + 1_000;
    let all = store(&history, lines(0, count)).await;
    settle(&mut stream, &history).await;
    assert_eq!((stream.len(), stream.first()), (MOST_ROWS, 1_000));
    assert_eq!(stream.beginning(), Beginning::Cut);
    assert_eq!(ids(&stream), all[1_000..]);
}

#[tokio::test]
async fn cleared_it_lists_only_what_comes() {
    let (_folder, history) = opened().await;
    store(&history, lines(0, 100)).await;
    let mut stream = Stream::default();
    settle(&mut stream, &history).await;
    stream.clear();
    let after = store(&history, lines(100, 105)).await;
    settle(&mut stream, &history).await;
    assert_eq!(ids(&stream), after);
    stream.ask(Question {
        filter: None,
        text: "payload".to_owned(),
    });
    settle(&mut stream, &history).await;
    assert_eq!(ids(&stream), after, "another question does not bring them back");
}

#[tokio::test]
async fn a_new_topic_is_not_taken_for_one_that_was_forgotten() {
    let (folder, history) = opened().await;
    let store_one =
        async |history: &History, topic: &str| store(history, [(topic.to_owned(), vec![1])]).await;
    let mut expected = store_one(&history, "a/old").await;
    store_one(&history, "test/x").await;
    // A number is not given out again either where it was given before the file was opened.
    history.close().await.unwrap();
    let history = History::open(&folder.path().join("h.db"), NOW).await.unwrap();
    let mut stream = Stream::default();
    stream.ask(Question {
        filter: Some(TopicFilter::new("a/#").unwrap()),
        text: String::new(),
    });
    for (forgotten, new) in [("test/x", "a/new"), ("a/new", "test/y"), ("test/y", "a/newer")] {
        settle(&mut stream, &history).await;
        history.forget_topic(forgotten).await.unwrap();
        expected.extend(
            store_one(&history, new)
                .await
                .into_iter()
                .filter(|_| new.starts_with("a/")),
        );
    }
    settle(&mut stream, &history).await;
    assert_eq!(ids(&stream), expected);
}
