//! Recordings sent again to a real broker: at their pace, bounded, and through a lost connection.

use std::collections::BTreeMap;
use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tempfile::TempDir;
use tokio::sync::watch;
use treetop_api::types::recording::{
    JobOrder, JobState, NotSent, ReplayConfirmed, ReplayOptions, ReplaySource,
};
use treetop_engine::connection::Connection;
use treetop_engine::message::Timestamp;
use treetop_engine::orders::Order;
use treetop_engine::recording::{self, Clock, Replay, ReplayEnd, Replayed, Source, Speed};
use treetop_engine::session::{Phase, SessionOptions};
use treetop_tests::proxy::{Direction, Line};
use treetop_tests::{Clients, Mosquitto, Proxy};

use crate::house::{House, until};
use crate::recording::end;

/// A clock on which waiting takes no time, and that remembers how long it was waited.
#[derive(Default)]
struct QuickClock {
    micros: AtomicU64,
    waits: Mutex<Vec<Duration>>,
}

impl Clock for QuickClock {
    fn now(&self) -> Duration {
        Duration::from_micros(self.micros.load(Ordering::SeqCst))
    }

    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.micros.fetch_add(time.as_micros() as u64, Ordering::SeqCst);
        self.waits.lock().unwrap().push(time);
        Box::pin(tokio::task::yield_now())
    }
}

async fn connected(folder: &Path, port: u16) -> Arc<Connection> {
    let connection = Connection::open(&folder.join("target.db"), |_| None, Timestamp::now())
        .await
        .unwrap();
    connection
        .connect(SessionOptions::new("127.0.0.1", port, "replay".to_owned()))
        .await;
    until(async || {
        let status = connection.status()?;
        matches!(status.phase, Phase::Connected { .. }).then_some(())
    })
    .await;
    Arc::new(connection)
}

fn recording(folder: &Path, lines: &[(i64, &str, u8)]) -> Source {
    let path = folder.join("r.jsonl");
    let text: String = lines
        .iter()
        .enumerate()
        .map(|(number, (millis, topic, qos))| {
            let time = 1_700_000_000_000_000 + millis * 1_000;
            format!("{{\"time\":{time},\"topic\":\"{topic}\",\"qos\":{qos},\"payload\":\"{number}\"}}\n")
        })
        .collect();
    std::fs::write(&path, text).unwrap();
    Source::File(path)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_keeps_the_order_and_the_time_between_messages() {
    let broker = Mosquitto::start().await.unwrap();
    let folder = TempDir::new().unwrap();
    let target = connected(folder.path(), broker.port()).await;
    let mut listener = Clients::new(broker.port())
        .subscribe("p/#", &["-q", "2"])
        .await
        .unwrap();
    // A broker keeps the order of messages with the same QoS only (MQTT 5, 4.6).
    let lines = [
        (0, "t", 1),
        (0, "t", 1),
        (1_000, "t", 1),
        (61_000, "u", 1),
        (3_661_000, "t", 1),
    ];
    let source = recording(folder.path(), &lines);
    let clock = QuickClock::default();
    let (_order, orders) = watch::channel(Order::Run);
    let (progress, told) = watch::channel(Replayed::default());
    let replay = Replay {
        speed: Speed::Times(10.0),
        prefix: "p/".into(),
        qos: true,
        retain: false,
    };
    let ended = recording::replay(source, target.clone(), replay, &clock, orders, &progress).await;
    assert_eq!(ended, Ok(ReplayEnd::Done));
    assert_eq!(
        clock.now(),
        Duration::from_millis(366_100),
        "an hour at ten times the speed"
    );
    let waited: Duration = clock.waits.lock().unwrap().iter().sum();
    assert_eq!(waited, clock.now(), "nothing but the waits took time");
    let done = told.borrow().clone();
    assert_eq!((done.sent, done.taken, done.unknown), (5, 5, 0));
    let came: Vec<_> = listener
        .take(5)
        .await
        .unwrap()
        .into_iter()
        .map(|message| message.payload)
        .collect();
    assert_eq!(came, [b"0", b"1", b"2", b"3", b"4"]);
    target.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_is_bounded_and_what_the_broker_refuses_is_counted() {
    let folder = TempDir::new().unwrap();
    let acl = folder.path().join("acl");
    std::fs::write(&acl, "topic read #\ntopic write ok/#\n").unwrap();
    let broker = Mosquitto::builder()
        .line(&format!("acl_file {}", acl.display()))
        .start()
        .await
        .unwrap();
    let target = connected(folder.path(), broker.port()).await;
    let mut lines = vec![(0, "$SYS/x", 1), (0, "no", 1), (0, "bad/#", 1)];
    lines.extend((0..3_000).map(|number| (number, "ok/t", (number % 3) as u8)));
    let source = recording(folder.path(), &lines);
    let clock = QuickClock::default();
    let (_order, orders) = watch::channel(Order::Run);
    let (progress, told) = watch::channel(Replayed::default());
    let replay = Replay {
        speed: Speed::Fastest,
        prefix: String::new(),
        qos: true,
        retain: false,
    };
    let ended = recording::replay(source, target.clone(), replay, &clock, orders, &progress).await;
    assert_eq!(ended, Ok(ReplayEnd::Done));
    let done = told.borrow().clone();
    assert_eq!((done.sent, done.taken, done.unknown), (3_001, 3_000, 0));
    assert_eq!(done.refused, BTreeMap::from([(0x87, 1)]));
    let left = BTreeMap::from([(recording::NotSent::OfBroker, 1), (recording::NotSent::Topic, 1)]);
    assert_eq!(done.not_sent, left);
    assert!((done.share - 1.0).abs() < 1e-9);
    target.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_to_a_broker_that_answers_nothing_pauses_and_stops() {
    let broker = Mosquitto::start().await.unwrap();
    let proxy = Proxy::start(broker.port()).await.unwrap();
    let folder = TempDir::new().unwrap();
    let target = connected(folder.path(), proxy.port()).await;
    let mut listener = Clients::new(broker.port())
        .subscribe("t", &["-q", "1"])
        .await
        .unwrap();
    proxy.set(Line::StalledOneWay(Direction::ToClient));
    let source = recording(folder.path(), &vec![(0, "t", 1); 100]);
    let clock = QuickClock::default();
    let (order, orders) = watch::channel(Order::Run);
    let (progress, mut told) = watch::channel(Replayed::default());
    let replay = Replay {
        speed: Speed::Fastest,
        prefix: String::new(),
        qos: true,
        retain: false,
    };
    let replaying = recording::replay(source, target.clone(), replay, &clock, orders, &progress);
    let ordering = async {
        // As many as mosquitto takes without having answered; the next one waits for its turn.
        listener.take(20).await.unwrap();
        order.send_replace(Order::Pause);
        let paused = told.wait_for(|told| told.sent >= 20).await;
        assert_eq!(paused.unwrap().taken, 0);
        order.send_replace(Order::Stop);
    };
    let ended = async { tokio::join!(replaying, ordering).0 };
    let ended = tokio::time::timeout(Duration::from_secs(20), ended).await;
    assert_eq!(ended.expect("it hears nothing"), Ok(ReplayEnd::Stopped));
    let done = told.borrow().clone();
    assert_eq!((done.taken, done.unknown), (0, done.sent));
    proxy.set(Line::Clear);
    target.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_waits_for_a_lost_broker_pauses_and_stops() {
    let (house, mut broker, _clients, id) = House::connected().await;
    let folder = TempDir::new().unwrap();
    let lines: Vec<_> = (0..1_000).map(|number| (number * 3_600_000, "t", 1)).collect();
    let Source::File(path) = recording(folder.path(), &lines) else {
        panic!("a file")
    };
    broker.kill();
    house
        .until_status(&id, |status| {
            matches!(status.phase, treetop_api::types::session::Phase::Waiting { .. })
        })
        .await;
    let source = ReplaySource::File {
        path: path.display().to_string(),
    };
    let options = ReplayOptions {
        speed: Some(1_000.0),
        prefix: "again/".into(),
        qos: true,
        retain: false,
    };
    let none = ReplayConfirmed {
        same_topics: false,
        retained: false,
    };
    let job = house
        .api
        .replay_start(id.clone(), source, options, none)
        .await
        .unwrap();
    let state = async || house.api.job_frame(job, 0.0).await.unwrap().state;
    until(async || match state().await {
        JobState::Replaying { replay, .. } if replay.waits => Some(()),
        _ => None,
    })
    .await;
    broker.restart().await.unwrap();
    until(async || match state().await {
        JobState::Replaying { replay, .. } if replay.taken >= 2.0 => Some(()),
        _ => None,
    })
    .await;
    house.api.job_order(job, JobOrder::Pause).await.unwrap();
    until(async || match state().await {
        JobState::Replaying { paused: true, .. } => Some(()),
        _ => None,
    })
    .await;
    house.api.job_order(job, JobOrder::Stop).await.unwrap();
    let JobState::Replayed { replay, stopped } = end(&house, job).await else {
        panic!("it goes on")
    };
    assert!(stopped);
    assert!(replay.sent < 1_000.0);
    assert!(replay.not_sent.iter().all(|one| one.why != NotSent::OfBroker));
}
