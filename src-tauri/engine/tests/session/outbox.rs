//! What is published is kept until it is answered: offline, over a lost session, over a death.

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use treetop_engine::connection::Connection;
use treetop_engine::history::{SentId, Standing};
use treetop_engine::message::{Message, Properties, QoS, Timestamp};
use treetop_engine::outbox::{Listed, Listing};
use treetop_engine::session::SessionOptions;

use super::support::*;

/// CONNACK that continues the session.
const CONTINUED: &[u8] = &[0x20, 3, 1, 0, 0];

fn message(topic: &str, payload: &str, qos: QoS) -> Message {
    Message {
        topic: topic.into(),
        payload: payload.to_owned().into(),
        qos,
        retain: false,
        dup: false,
        properties: None,
    }
}

async fn open(path: &Path) -> Connection {
    Connection::open(path, |_| None, Timestamp::now()).await.unwrap()
}

fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db");
    (folder, path)
}

/// The file as a process that is killed now would leave it.
fn as_killed(path: &Path, folder: &TempDir) -> PathBuf {
    let to = folder.path().join("killed.db");
    for suffix in ["", "-wal"] {
        let part = |path: &Path| PathBuf::from(format!("{}{suffix}", path.display()));
        std::fs::copy(part(path), part(&to)).unwrap();
    }
    to
}

async fn post(connection: &Connection, topic: &str, payload: &str, qos: QoS) -> SentId {
    let message = message(topic, payload, qos);
    connection.outbox.post(message, Timestamp::now()).await.unwrap()
}

async fn until(connection: &Connection, what: &str, is: impl Fn(&Listing) -> bool) -> Listing {
    let mut changed = connection.outbox.changed();
    let wait = async {
        loop {
            let listing = connection.outbox.list();
            if is(&listing) {
                return listing;
            }
            changed.changed().await.unwrap();
        }
    };
    match tokio::time::timeout(LIMIT, wait).await {
        Ok(listing) => listing,
        Err(_) => panic!("no {what}: {:?}", connection.outbox.list()),
    }
}

async fn ended(connection: &Connection, id: SentId) -> Listed {
    let of = |listing: &Listing| listing.rows.iter().find(|row| row.id == id).cloned();
    let is = |listing: &Listing| of(listing).is_some_and(|row| !row.sent.standing.is_open());
    of(&until(connection, "end", is).await).unwrap()
}

/// A session that the broker keeps.
fn kept(port: u16, client_id: &str) -> SessionOptions {
    let mut options = options(port, client_id);
    options.session_expiry_secs = 100;
    options.clean_start = false;
    options
}

/// The packet identifier of a PUBLISH to the topic "a".
fn id_of(body: &[u8]) -> [u8; 2] {
    [body[3], body[4]]
}

#[tokio::test]
async fn what_is_published_offline_arrives_in_order_and_is_answered() {
    let broker = Mosquitto::open();
    let mut listening = broker.options("listener");
    listening.subscriptions = vec![subscription("a/#", QoS::ExactlyOnce)];
    let (listener, heard) = start(listening).await;
    let (_folder, path) = place();
    let connection = open(&path).await;
    let mut last = SentId(0);
    for n in 0..50 {
        let qos = if n % 2 == 0 {
            QoS::AtLeastOnce
        } else {
            QoS::ExactlyOnce
        };
        last = post(&connection, "a/b", &n.to_string(), qos).await;
    }
    assert_eq!(connection.outbox.list().waiting, 50);
    // The program is closed before it was ever connected.
    connection.close().await;
    let connection = open(&path).await;
    assert_eq!(connection.outbox.list().waiting, 50);
    connection.connect(broker.options("writer")).await;
    ended(&connection, last).await;
    let listing = until(&connection, "end of all", |listing| listing.used.messages == 0).await;
    assert_eq!(listing.rows.len(), 50);
    for row in listing.rows {
        assert_eq!(
            (row.sent.standing, row.sent.reason_code),
            (Standing::Ended, Some(0))
        );
        assert!(row.sent.round_trip.is_some());
    }
    let heard = heard.messages(50).await;
    // A broker passes QoS 2 on when it is released: the order is that of a topic and a QoS (MQTT 5, 4.6).
    for odd in 0..2 {
        let numbers = heard
            .iter()
            .map(|m| String::from_utf8_lossy(&m.payload).parse::<i32>().unwrap());
        let numbers: Vec<_> = numbers.filter(|number| number % 2 == odd).collect();
        assert_eq!(numbers, (odd..50).step_by(2).collect::<Vec<_>>());
    }
    connection.close().await;
    listener.stop().await;
}

#[tokio::test]
async fn a_death_before_puback_is_made_good() {
    let (listener, port) = listener().await;
    let (folder, path) = place();
    let connection = open(&path).await;
    let id = post(&connection, "a", "x", QoS::AtLeastOnce).await;
    connection.connect(options(port, "dies")).await;
    let mut peer = Peer::greet(&listener, CONNACK).await;
    assert_eq!(peer.packet().await.0, 0x32);

    let again = open(&as_killed(&path, &folder)).await;
    again.connect(options(port, "dies")).await;
    let mut peer = Peer::greet(&listener, CONNACK).await;
    let (first, body) = peer.packet().await;
    assert_eq!((first, &body[6..]), (0x32, &b"x"[..]));
    peer.send(&packet(0x40, &id_of(&body))).await;
    assert_eq!(ended(&again, id).await.sent.reason_code, Some(0));
}

#[tokio::test]
async fn a_death_before_pubrec_goes_on_with_the_same_identifier() {
    let (listener, port) = listener().await;
    let (folder, path) = place();
    let connection = open(&path).await;
    // So that it is not the first identifier of a new session.
    let first = post(&connection, "a", "w", QoS::AtLeastOnce).await;
    let id = post(&connection, "a", "x", QoS::ExactlyOnce).await;
    connection.connect(kept(port, "dies")).await;
    let mut peer = Peer::greet(&listener, CONNACK).await;
    let (_, body) = peer.packet().await;
    peer.send(&packet(0x40, &id_of(&body))).await;
    let (kind, sent) = peer.packet().await;
    assert_eq!(kind, 0x34);
    ended(&connection, first).await;
    let number = Some(u16::from_be_bytes(id_of(&sent)));
    until(&connection, "number", |listing| {
        let standing = Standing::UnderWay {
            packet: number,
            received: false,
        };
        listing.rows[0].sent.standing == standing
    })
    .await;
    // The number is shown once it is written, or a moment before.
    connection
        .history
        .add_event(Timestamp(0), "barrier", String::new())
        .await
        .unwrap();

    let again = open(&as_killed(&path, &folder)).await;
    again.connect(kept(port, "dies")).await;
    let mut peer = Peer::greet(&listener, CONTINUED).await;
    let (kind, body) = peer.packet().await;
    assert_eq!((kind, &body), (0x3c, &sent), "the same PUBLISH, as a duplicate");
    peer.send(&packet(0x50, &id_of(&body))).await;
    assert_eq!(peer.packet().await, (0x62, id_of(&body).to_vec()));
    peer.send(&packet(0x70, &id_of(&body))).await;
    assert_eq!(ended(&again, id).await.sent.reason_code, Some(0));
    // The identifier is free again, and what follows is a message of its own.
    let next = post(&again, "a", "y", QoS::ExactlyOnce).await;
    let (kind, body) = peer.packet().await;
    assert_eq!((kind, &body[6..]), (0x34, &b"y"[..]));
    peer.send(&packet(0x50, &[&id_of(&body)[..], &[0x87, 0]].concat()))
        .await;
    assert_eq!(ended(&again, next).await.sent.reason_code, Some(0x87));
}

#[tokio::test]
async fn after_pubrel_a_death_repeats_pubrel_and_nothing_else() {
    let (listener, port) = listener().await;
    let (folder, path) = place();
    let connection = open(&path).await;
    let id = post(&connection, "a", "x", QoS::ExactlyOnce).await;
    connection.connect(kept(port, "dies")).await;
    let mut peer = Peer::greet(&listener, CONNACK).await;
    let (_, body) = peer.packet().await;
    let number = id_of(&body);
    peer.send(&packet(0x50, &number)).await;
    assert_eq!(peer.packet().await, (0x62, number.to_vec()));
    // PUBREL is out: from this moment on a second PUBLISH would be a second message.
    let killed = as_killed(&path, &folder);

    let again = open(&killed).await;
    again.connect(kept(port, "dies")).await;
    let mut peer = Peer::greet(&listener, CONTINUED).await;
    assert_eq!(peer.packet().await, (0x62, number.to_vec()));
    // The broker finished with it before: the message has arrived all the same.
    peer.send(&packet(0x70, &[&number[..], &[0x92, 0]].concat()))
        .await;
    let row = ended(&again, id).await;
    assert_eq!(
        (row.sent.standing, row.sent.reason_code),
        (Standing::Ended, Some(0))
    );
}

#[tokio::test]
async fn without_the_session_qos_1_goes_again_and_of_qos_2_nobody_knows() {
    let (listener, port) = listener().await;
    let (_folder, path) = place();
    let connection = open(&path).await;
    let once = post(&connection, "a", "2", QoS::ExactlyOnce).await;
    let least = post(&connection, "a", "1", QoS::AtLeastOnce).await;
    connection.connect(options(port, "loses")).await;
    let mut peer = Peer::greet(&listener, CONNACK).await;
    assert_eq!(peer.packet().await.0, 0x34);
    assert_eq!(peer.packet().await.0, 0x32);
    let later = post(&connection, "a", "3", QoS::AtLeastOnce).await;
    assert_eq!(peer.packet().await.0, 0x32);
    drop(peer);
    let mut peer = Peer::greet(&listener, CONNACK).await;
    for expected in [b"1", b"3"] {
        let (kind, body) = peer.packet().await;
        assert_eq!((kind, &body[6..]), (0x32, &expected[..]));
        peer.send(&packet(0x40, &id_of(&body))).await;
    }
    assert_eq!(ended(&connection, once).await.sent.standing, Standing::Unknown);
    for id in [least, later] {
        assert_eq!(ended(&connection, id).await.sent.reason_code, Some(0));
    }
    // It is still listed so after a restart, and nothing is sent of it.
    connection.close().await;
    let again = open(&path).await;
    assert_eq!(
        again.outbox.listed(once).unwrap().sent.standing,
        Standing::Unknown
    );
    assert_eq!(again.outbox.list().used.messages, 0);
}

#[tokio::test]
async fn what_waits_too_long_is_dropped_and_what_is_left_is_sent() {
    let broker = Mosquitto::open();
    let mut listening = broker.options("listener");
    listening.subscriptions = vec![subscription("a", QoS::AtLeastOnce)];
    let (listener, heard) = start(listening).await;
    let (_folder, path) = place();
    let connection = open(&path).await;
    let now = Timestamp::now();
    let expiring = |payload: &str, seconds| Message {
        properties: Some(Box::new(Properties {
            expiry: Some(seconds),
            ..Properties::default()
        })),
        ..message("a", payload, QoS::AtLeastOnce)
    };
    let earlier = |seconds: i64| Timestamp(now.0 - seconds * 1_000_000);
    let late = connection
        .outbox
        .post(expiring("late", 30), earlier(31))
        .await
        .unwrap();
    let good = connection
        .outbox
        .post(expiring("good", 1_000), earlier(400))
        .await
        .unwrap();
    assert_eq!(ended(&connection, late).await.sent.standing, Standing::Expired);
    assert_eq!(connection.outbox.list().expired, 1);
    connection.connect(broker.options("writer")).await;
    assert_eq!(ended(&connection, good).await.sent.reason_code, Some(0));
    let heard = heard.messages(1).await;
    assert_eq!(heard[0].payload.as_ref(), b"good");
    let left = heard[0].properties.as_ref().unwrap().expiry.unwrap();
    assert!(left <= 600, "{left} s of 600 left");
    connection.close().await;
    listener.stop().await;
}

#[tokio::test]
async fn what_is_taken_back_is_not_sent() {
    let broker = Mosquitto::open();
    let mut listening = broker.options("listener");
    listening.subscriptions = vec![subscription("a", QoS::AtLeastOnce)];
    let (listener, heard) = start(listening).await;
    let (_folder, path) = place();
    let connection = open(&path).await;
    let back = post(&connection, "a", "back", QoS::AtLeastOnce).await;
    let sent = post(&connection, "a", "sent", QoS::AtLeastOnce).await;
    assert!(connection.outbox.cancel(back).await.unwrap());
    assert!(!connection.outbox.cancel(back).await.unwrap());
    connection.close().await;
    let connection = open(&path).await;
    assert_eq!(connection.outbox.list().waiting, 1);
    connection.connect(broker.options("writer")).await;
    ended(&connection, sent).await;
    assert!(!connection.outbox.cancel(sent).await.unwrap());
    assert_eq!(heard.messages(1).await[0].payload.as_ref(), b"sent");
    connection.close().await;
    listener.stop().await;
}

#[tokio::test]
async fn what_the_broker_does_not_take_is_said_when_it_is_known() {
    let broker = Mosquitto::with(|port, _| {
        format!("listener {port} 127.0.0.1\nallow_anonymous true\nmax_packet_size 200\n")
    });
    let (_folder, path) = place();
    let connection = open(&path).await;
    let big = post(&connection, "a", &"x".repeat(300), QoS::AtLeastOnce).await;
    let small = post(&connection, "a", "x", QoS::AtLeastOnce).await;
    connection.connect(broker.options("writer")).await;
    assert_eq!(ended(&connection, small).await.sent.reason_code, Some(0x10));
    let big = ended(&connection, big).await.sent.standing;
    assert!(matches!(big, Standing::NotTaken(_)), "{big:?}");
    connection.close().await;
}
