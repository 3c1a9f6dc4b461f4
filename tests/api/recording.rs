//! The stream of all messages; recordings written, read, and sent again to a real broker.

use std::collections::BTreeMap;
use std::path::Path;

use tempfile::TempDir;
use treetop_api::types::error::ApiError;
use treetop_api::types::recording::{
    JobState, LineProblem, MessageSelection, RecordingFormat, ReplayConfirmed, ReplayOptions, ReplaySource,
};
use treetop_api::types::search::SearchProblem;
use treetop_api::types::stream::{StreamBeginning, StreamFrame, StreamRow, StreamWindow};
use treetop_tests::{Clients, Mosquitto};

use crate::house::{House, until};
use crate::search;

pub fn follow() -> StreamWindow {
    StreamWindow {
        first: 0.0,
        count: 50,
        follow: true,
        paused: false,
        filter: String::new(),
        text: String::new(),
        revision: 0.0,
    }
}

fn everything() -> MessageSelection {
    MessageSelection {
        filter: String::new(),
        from: None,
        to: None,
        search: None,
    }
}

fn topics(frame: &StreamFrame) -> Vec<String> {
    let rows = frame.rows.iter();
    rows.filter_map(|row| match row {
        StreamRow::Message { message } => Some(message.topic.clone()),
        _ => None,
    })
    .collect()
}

/// How a job ended.
pub async fn end(house: &House, job: f64) -> JobState {
    until(async || {
        let state = house.api.job_frame(job, 0.0).await.unwrap().state;
        let over = !matches!(
            state,
            JobState::Exporting { .. }
                | JobState::Importing { .. }
                | JobState::Surveying { .. }
                | JobState::Replaying { .. }
                | JobState::Deleting { .. }
                | JobState::Restoring { .. }
        );
        over.then_some(state)
    })
    .await
}

async fn exported(house: &House, id: &str, path: &Path) -> JobState {
    *house.desk.save_to.lock().unwrap() = Some(path.to_owned());
    let selection = MessageSelection {
        filter: "a/#".into(),
        ..everything()
    };
    let job = house
        .api
        .recording_export(id.to_owned(), selection, RecordingFormat::JsonLines)
        .await
        .unwrap();
    end(house, job.unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_comes_is_in_the_stream_and_a_question_narrows_it() {
    let (house, _broker, clients, id) = House::connected().await;
    clients
        .publish_lines("a/lines", "one\ntwo\nthree\n", &["-q", "1"])
        .await
        .unwrap();
    clients
        .publish("a/nul", b"x\0y", &["-q", "1", "-r"])
        .await
        .unwrap();
    let frame = until(async || {
        let window = StreamWindow {
            filter: "a/#".into(),
            ..follow()
        };
        let frame = house.api.stream_frame(id.clone(), window).await.unwrap();
        (frame.total >= 4.0 && frame.beginning == StreamBeginning::Whole).then_some(frame)
    })
    .await;
    assert_eq!(topics(&frame), ["a/lines", "a/lines", "a/lines", "a/nul"]);
    let StreamRow::Message { message } = &frame.rows[3] else {
        panic!("{:?}", frame.rows[3])
    };
    assert_eq!((message.qos, message.retain, message.size), (0, true, 3.0));

    let window = StreamWindow {
        filter: "a/#".into(),
        text: "TWO".into(),
        ..follow()
    };
    let frame = until(async || {
        let frame = house.api.stream_frame(id.clone(), window.clone()).await.unwrap();
        (frame.beginning == StreamBeginning::Whole).then_some(frame)
    })
    .await;
    assert_eq!(topics(&frame), ["a/lines"]);

    // Paused, nothing is taken in, and what comes is counted.
    let paused = StreamWindow {
        paused: true,
        filter: "a/#".into(),
        ..follow()
    };
    let before = house.api.stream_frame(id.clone(), paused.clone()).await.unwrap();
    clients.publish("a/later", b"1", &["-q", "1"]).await.unwrap();
    house.until_stored(&id, "a/later", 1.0).await;
    let after = house.api.stream_frame(id.clone(), paused).await.unwrap();
    assert_eq!(after.total, before.total);
    assert!(after.waiting >= 1.0);

    house.api.stream_clear(id.clone()).await.unwrap();
    let wrong = StreamWindow {
        filter: "a/#/b".into(),
        ..follow()
    };
    assert!(matches!(
        house.api.stream_frame(id, wrong).await,
        Err(ApiError::Topic { .. })
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_is_a_history_that_is_browsed_and_never_connected() {
    let (house, _broker, clients, id) = House::connected().await;
    clients
        .publish_lines("a/b", "1\n2\n3\n", &["-q", "1"])
        .await
        .unwrap();
    clients.publish("a/c", b"\xff\0", &["-q", "1"]).await.unwrap();
    house.until_stored(&id, "a/c", 1.0).await;
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("night shift.jsonl");
    let JobState::Exported { messages, .. } = exported(&house, &id, &path).await else {
        panic!("not exported")
    };
    assert_eq!(messages, 4.0);

    *house.desk.open.lock().unwrap() = Some(path.clone());
    let job = house.api.recording_import().await.unwrap().unwrap();
    let JobState::Imported {
        id: file,
        messages,
        moved,
    } = end(&house, job).await
    else {
        panic!("not imported")
    };
    assert_eq!((messages, moved), (4.0, 0.0));
    let row = async |house: &House| {
        let rows = house.api.connections(0.0).await.unwrap().connections;
        rows.into_iter().find(|row| row.id == file).unwrap()
    };
    let listed = row(&house).await;
    assert_eq!(
        (listed.name.as_str(), listed.recording),
        ("night shift", Some(path.display().to_string()))
    );

    // It outlives the program, is browsed like any, and has no broker.
    let house = house.again().await;
    house.api.connection_browse(file.clone()).await.unwrap();
    house.until_row(&file, "a/b", 3.0).await;
    house.until_stored(&file, "a/b", 3.0).await;
    assert!(house.api.status(file.clone(), 0.0).await.unwrap().recording);
    assert_eq!(
        house.api.connection_connect(file.clone()).await,
        Err(ApiError::HistoryFile)
    );

    // A file with a mistake adds nothing.
    let mut text = std::fs::read_to_string(&path).unwrap();
    text.push_str("{\"time\":1}\n");
    std::fs::write(&path, text).unwrap();
    *house.desk.open.lock().unwrap() = Some(path);
    let before = house.api.connections(0.0).await.unwrap().connections.len();
    let job = house.api.recording_import().await.unwrap().unwrap();
    let JobState::Failed { error } = end(&house, job).await else {
        panic!("taken")
    };
    let shape = LineProblem::Shape {
        detail: "missing field `topic`".into(),
    };
    assert_eq!(
        error,
        ApiError::RecordingLine {
            line: 5.0,
            problem: shape
        }
    );
    let after = house.api.connections(0.0).await.unwrap().connections.len();
    assert_eq!(before, after);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_search_found_is_exported_and_nothing_else() {
    let (house, _broker, clients, id) = House::connected().await;
    clients
        .publish_lines("a/b", "needle 1\nhay\nneedle 2\n", &["-q", "1"])
        .await
        .unwrap();
    clients.publish("c", b"needle 3", &["-q", "1"]).await.unwrap();
    house.until_stored(&id, "a/b", 3.0).await;
    house.until_stored(&id, "c", 1.0).await;
    let query = search::query("", "needle", false);
    let number = house.api.search_start(id.clone(), query).await.unwrap();
    assert_eq!(search::ended(&house, &id, number).await.kept, 3.0);

    let folder = TempDir::new().unwrap();
    let path = folder.path().join("found.jsonl");
    *house.desk.save_to.lock().unwrap() = Some(path.clone());
    let export = async |filter: &str| {
        let selection = MessageSelection {
            filter: filter.into(),
            search: Some(number),
            ..everything()
        };
        let export = house
            .api
            .recording_export(id.clone(), selection, RecordingFormat::JsonLines);
        Ok::<_, ApiError>(end(&house, export.await?.unwrap()).await)
    };
    let Ok(JobState::Exported { messages, .. }) = export("").await else {
        panic!("not exported")
    };
    assert_eq!(messages, 3.0);
    let text = std::fs::read_to_string(&path).unwrap();
    let place = |payload| text.find(payload);
    assert!(place("needle 1") < place("needle 2") && place("needle 2") < place("needle 3"));
    assert_eq!((text.lines().count(), place("hay")), (3, None));
    // Further narrowed, both hold.
    let Ok(JobState::Exported { messages, .. }) = export("a/#").await else {
        panic!("not exported")
    };
    assert_eq!(messages, 2.0);

    // What another search found is not taken for it.
    let other = search::query("", "hay", false);
    house.api.search_start(id.clone(), other).await.unwrap();
    let problem = SearchProblem::Gone;
    assert_eq!(export("").await, Err(ApiError::Search { problem }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_is_confirmed_prefixed_and_answered() {
    let (house, _source, clients, id) = House::connected().await;
    for (topic, payload, qos) in [
        ("a/x", "1", "2"),
        ("a/y", "2", "1"),
        ("a/x", "3", "0"),
        ("b", "4", "1"),
    ] {
        clients
            .publish(topic, payload.as_bytes(), &["-q", qos, "-r"])
            .await
            .unwrap();
        house.until_stored(&id, topic, 1.0).await;
    }
    until(async || {
        let frame = house.api.topic_frame(id.clone(), "a/x".into(), None, None).await;
        (frame.unwrap().count == 2.0).then_some(())
    })
    .await;
    let target = Mosquitto::start().await.unwrap();
    let other = house.saved(target.port(), |_| {}).await;
    house.api.connection_connect(other.clone()).await.unwrap();
    house.until_connected(&other).await;
    let mut listener = Clients::new(target.port())
        .subscribe("again/#", &["-q", "2"])
        .await
        .unwrap();

    let source = ReplaySource::History {
        id: id.clone(),
        selection: MessageSelection {
            filter: "a/+".into(),
            ..everything()
        },
    };
    let job = house.api.replay_survey(source.clone()).await.unwrap();
    let JobState::Surveyed { survey } = end(&house, job).await else {
        panic!("not counted")
    };
    assert_eq!((survey.messages, survey.topics), (3.0, 2.0));

    let options = ReplayOptions {
        speed: None,
        prefix: "again/".into(),
        qos: true,
        retain: true,
    };
    let none = ReplayConfirmed {
        same_topics: false,
        retained: false,
    };
    let start = async |to: &str, options: &ReplayOptions, confirmed| {
        let (source, options) = (source.clone(), options.clone());
        house
            .api
            .replay_start(to.to_owned(), source, options, confirmed)
            .await
    };
    assert_eq!(
        start(&other, &options, none).await,
        Err(ApiError::NotConfirmed),
        "retained messages are replaced"
    );
    let plain = ReplayOptions {
        prefix: String::new(),
        retain: false,
        ..options.clone()
    };
    assert_eq!(
        start(&id, &plain, none).await,
        Err(ApiError::NotConfirmed),
        "it would come back"
    );

    let retained = ReplayConfirmed {
        retained: true,
        ..none
    };
    let job = start(&other, &options, retained).await.unwrap();
    let JobState::Replayed { replay, stopped } = end(&house, job).await else {
        panic!("not sent")
    };
    assert!(!stopped);
    assert_eq!((replay.sent, replay.taken, replay.unknown), (3.0, 3.0, 0.0));
    assert_eq!(replay.refused, BTreeMap::new());
    let came: Vec<_> = listener
        .take(3)
        .await
        .unwrap()
        .into_iter()
        .map(|message| (message.topic, message.payload))
        .collect();
    let expected = [("again/a/x", b"1"), ("again/a/y", b"2"), ("again/a/x", b"3")];
    assert_eq!(
        came,
        expected.map(|(topic, payload)| (topic.to_owned(), payload.to_vec()))
    );
}
