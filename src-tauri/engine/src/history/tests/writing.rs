use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use sqlx::Row as _;

use super::*;
use crate::message::Properties;

#[tokio::test]
async fn messages_survive_closing_and_opening_with_every_detail() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    assert_eq!((history.last_id(), history.notice()), (MessageId(0), None));
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let properties = Properties {
        content_type: Some("application/json".into()),
        user: vec![pair("b", "1"), pair("a", "2"), pair("b", "1")],
        ..Properties::default()
    };
    let sent = vec![
        Message {
            retain: true,
            dup: true,
            ..message("plant/온도", vec![0, 0xff, 0], QoS::ExactlyOnce)
        },
        Message {
            properties: Some(Box::new(properties)),
            ..message("plant/a", "{}", QoS::AtLeastOnce)
        },
        message("plant/a", Bytes::new(), QoS::AtMostOnce),
        message("nul\0inside", "x", QoS::AtMostOnce),
    ];
    let ids = store(&history, sent.clone()).await;
    history.close().await.unwrap();
    history.close().await.unwrap();

    let history = opened(&path).await;
    assert_eq!(history.last_id(), *ids.last().unwrap());
    for (id, message) in ids.iter().zip(sent) {
        let stored = history.message(*id).await.unwrap().unwrap();
        assert_eq!(
            stored,
            Stored {
                id: *id,
                message,
                marks: 0
            }
        );
    }
    assert_eq!(history.latest("plant/a").await.unwrap().unwrap().id, ids[2]);
    assert_eq!(history.latest("nul\0inside").await.unwrap().unwrap().id, ids[3]);
    assert_eq!(history.latest("nowhere").await.unwrap(), None);
    assert!(history.file_bytes().await > 4_096);
}

#[tokio::test]
async fn marks_are_kept_beside_the_flags() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    let message = Message {
        retain: true,
        ..message("t", "x", QoS::ExactlyOnce)
    };
    let id = history.next_id(NOW);
    let row = Row {
        id,
        message: message.clone(),
        marks: u16::MAX,
    };
    commit(&history, vec![row]).await;
    assert_eq!(
        history.latest("t").await.unwrap(),
        Some(Stored {
            id,
            message,
            marks: u16::MAX
        })
    );
}

#[tokio::test]
async fn ids_ascend_although_the_clock_stands_or_goes_back() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    assert_eq!(history.next_id(NOW), MessageId(NOW.0));
    assert_eq!(history.next_id(NOW), MessageId(NOW.0 + 1));
    assert_eq!(history.next_id(Timestamp(5)), MessageId(NOW.0 + 2));
    let ids = store(&history, vec![message("t", "x", QoS::AtMostOnce)]).await;
    history.close().await.unwrap();
    let history = opened(&path).await;
    assert_eq!(history.next_id(Timestamp(5)), MessageId(ids[0].0 + 1));
}

#[tokio::test]
async fn fifty_thousand_rows_arrive_once_each() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    let mut answers = Vec::new();
    let mut all = Vec::new();
    for piece in 0..500 {
        let messages = (0..100).map(|i| {
            let number = piece * 100 + i;
            message(
                &format!("line/{}", number % 1_777),
                number.to_string(),
                QoS::AtLeastOnce,
            )
        });
        let (ids, answered) = submit(&history, messages.collect());
        all.extend(ids);
        answers.push(answered);
    }
    for answer in answers {
        answer.await.unwrap().unwrap();
    }
    assert_eq!(history.backlog(), Backlog::default());
    let totals = history.totals().await.unwrap();
    let ends = (all.first().copied(), all.last().copied());
    assert_eq!(
        totals,
        Totals {
            messages: 50_000,
            bytes: 238_890,
            topics: 1_777,
            first: ends.0,
            last: ends.1
        }
    );
    let mut numbers = Vec::new();
    history
        .scan("line/5", None, None, |_, payload, _| {
            numbers.push(std::str::from_utf8(payload).unwrap().parse::<usize>().unwrap());
        })
        .await
        .unwrap();
    assert_eq!(numbers, (5..50_000).step_by(1_777).collect::<Vec<_>>());
}

#[tokio::test]
async fn large_payloads_go_in_and_come_out_whole() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    let payloads: Vec<Bytes> = (0..12u8).map(|i| Bytes::from(vec![i; 3 << 20])).collect();
    let messages = payloads
        .iter()
        .map(|payload| message("big", payload.clone(), QoS::AtLeastOnce));
    store(&history, messages.collect()).await;
    let mut found = Vec::new();
    while let Ok(page) = history
        .page("big", found.last().map(|stored: &Stored| stored.id), 1_000)
        .await
        && !page.is_empty()
    {
        assert!(page.len() < 12, "a page is bounded by bytes");
        found.extend(page);
    }
    assert!(
        found
            .iter()
            .map(|stored| &stored.message.payload)
            .eq(payloads.iter().rev())
    );
}

#[tokio::test]
async fn the_answer_comes_after_the_row_is_readable_elsewhere() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    let (answer, answered) = oneshot::channel();
    let row = Row {
        id: history.next_id(NOW),
        message: message("t", "x", QoS::AtLeastOnce),
        marks: 0,
    };
    let (id, elsewhere) = (row.id, path.clone());
    // The callback itself looks, in a runtime of its own, while the writer waits for it to return.
    let committed: Committed = Box::new(move |result| {
        let look = move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let other = History::open_read_only(&elsewhere).await.unwrap();
                other.message(id).await.unwrap().is_some()
            })
        };
        let found = std::thread::spawn(look).join().unwrap();
        answer.send((result, found)).unwrap();
    });
    history
        .submit(Submission {
            rows: vec![row],
            packet_ids: None,
            committed,
        })
        .unwrap();
    assert_eq!(answered.await.unwrap(), (Ok(()), true));
}

#[tokio::test]
async fn the_last_clone_writes_what_was_submitted() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    let (_, answered) = submit(&history, vec![message("t", "x", QoS::AtMostOnce)]);
    drop(history);
    answered.await.unwrap().unwrap();
    assert_eq!(opened(&path).await.count("t").await.unwrap(), 1);
}

#[test]
fn what_was_answered_survives_a_runtime_that_is_dropped() {
    let (_folder, path) = place();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let answered = runtime.block_on(async {
        let history = opened(&path).await;
        let ids = store(&history, vec![message("t", "x", QoS::AtLeastOnce); 300]).await;
        submit(&history, vec![message("t", "y", QoS::AtLeastOnce); 300]);
        std::mem::forget(history);
        ids
    });
    runtime.shutdown_background();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let history = opened(&path).await;
        for id in answered {
            assert!(history.message(id).await.unwrap().is_some());
        }
    });
}

/// In the process that is killed: writes for ever and prints each id that was answered.
fn write_until_killed(path: &str) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let history = opened(Path::new(path)).await;
        loop {
            let ids = store(&history, vec![message("t", vec![7; 500], QoS::AtLeastOnce); 20]).await;
            println!("\nanswered {}", ids.last().unwrap().0);
        }
    });
}

#[test]
fn what_was_answered_survives_a_kill() {
    const FILE: &str = "TREETOP_TEST_KILLED_FILE";
    if let Ok(path) = std::env::var(FILE) {
        return write_until_killed(&path);
    }
    let (_folder, path) = place();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "history::tests::writing::what_was_answered_survives_a_kill",
            "--nocapture",
        ])
        .env(FILE, &path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok);
    let answered = lines.filter_map(|line| line.strip_prefix("answered ")?.parse().ok());
    let mut answered: Vec<i64> = answered.take(50).collect();
    child.kill().unwrap();
    child.wait().unwrap();
    let last = answered.pop().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let history = opened(&path).await;
        assert_eq!(history.notice(), None);
        assert!(history.message(MessageId(last)).await.unwrap().is_some());
        assert!(history.count("t").await.unwrap() >= 1_000);
    });
}

#[tokio::test]
async fn the_file_is_as_it_was_measured_to_be_fast() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    let pragmas = history
        .write(|desk| {
            Box::pin(async move {
                let mut found = Vec::new();
                for pragma in [
                    "PRAGMA auto_vacuum",
                    "PRAGMA synchronous",
                    "PRAGMA wal_autocheckpoint",
                    "PRAGMA user_version",
                ] {
                    let row = sqlx::query(pragma).fetch_one(&mut desk.connection).await?;
                    found.push(row.get::<i64, _>(0));
                }
                let mode = sqlx::query("PRAGMA journal_mode")
                    .fetch_one(&mut desk.connection)
                    .await?;
                Ok((found, mode.get::<String, _>(0)))
            })
        })
        .await
        .unwrap();
    let version = MIGRATIONS.len() as i64;
    assert_eq!(pragmas, (vec![2, 1, 4_000, version], "wal".to_owned()));
}
