//! What a connection with a history stores when the broker repeats itself, over lost connections and over the end
//! of the process (a connection that is dropped without being closed, and opened again on its file).

use std::path::Path;
use std::time::Duration;

use tokio::net::TcpListener;
use treetop_engine::connection::Connection;
use treetop_engine::history::marks;
use treetop_engine::message::Timestamp;

use super::support::*;

const RESUMED: &[u8] = &[0x20, 3, 1, 0, 0];

async fn keeper(file: &Path, port: u16) -> Connection {
    let connection = Connection::open(file, |_| None, Timestamp::now()).await.unwrap();
    let mut options = options(port, "keeper");
    options.clean_start = false;
    options.session_expiry_secs = 1_000;
    connection.connect(options).await;
    connection
}

fn publish(first: u8, id: u8, text: &str) -> Vec<u8> {
    packet(first, &[&[0, 1, b'a', 0, id, 0], text.as_bytes()].concat())
}

/// Kind and identifier of the next acknowledgement.
async fn answer(peer: &mut Peer) -> (u8, u8) {
    let (first, body) = peer.packet().await;
    (first, body[1])
}

/// Payloads and marks as stored, oldest first.
async fn stored(connection: &Connection) -> Vec<(String, u16)> {
    let mut page = connection.history.page("a", None, 100).await.unwrap();
    page.reverse();
    let text = |payload: &[u8]| String::from_utf8(payload.to_vec()).unwrap();
    page.iter()
        .map(|stored| (text(&stored.message.payload), stored.marks))
        .collect()
}

fn plain(texts: &[&str]) -> Vec<(String, u16)> {
    texts.iter().map(|text| ((*text).to_owned(), 0)).collect()
}

async fn begin(listener: &TcpListener) -> Peer {
    Peer::greet(listener, RESUMED).await
}

/// Longer than the broker's queue may pause, so that what follows is not taken for late.
async fn pause() {
    tokio::time::sleep(Duration::from_millis(300)).await;
}

#[tokio::test]
async fn a_qos_2_message_is_stored_once_whatever_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("history.db");
    let (listener, port) = listener().await;
    let connection = keeper(&file, port).await;

    // PUBREC is lost with the connection.
    let mut peer = begin(&listener).await;
    pause().await;
    peer.send(&publish(0x34, 7, "first")).await;
    assert_eq!(answer(&mut peer).await, (0x50, 7));
    drop(peer);
    let mut peer = begin(&listener).await;
    peer.send(&publish(0x3c, 7, "first")).await;
    assert_eq!(answer(&mut peer).await, (0x50, 7));

    // PUBREC is lost with the process.
    drop(connection);
    drop(peer);
    let connection = keeper(&file, port).await;
    let mut peer = begin(&listener).await;
    peer.send(&publish(0x3c, 7, "first")).await;
    assert_eq!(answer(&mut peer).await, (0x50, 7));

    // PUBREL comes to another process than PUBLISH.
    drop(connection);
    drop(peer);
    let connection = keeper(&file, port).await;
    let mut peer = begin(&listener).await;
    peer.send(&packet(0x62, &[0, 7])).await;
    let (first, body) = peer.packet().await;
    assert_eq!((first, &body[..2]), (0x70, &[0, 7][..]));
    assert!(body.get(2).is_none_or(|code| *code == 0), "it is known: {body:?}");
    assert_eq!(stored(&connection).await, plain(&["first"]));

    // From PUBCOMP on the identifier is another message's, also if that comes again in the same words.
    drop(connection);
    drop(peer);
    let connection = keeper(&file, port).await;
    let mut peer = begin(&listener).await;
    peer.send(&publish(0x3c, 7, "first")).await;
    assert_eq!(answer(&mut peer).await, (0x50, 7));
    assert_eq!(stored(&connection).await, plain(&["first", "first"]));
    connection.close().await;
}

#[tokio::test]
async fn a_new_session_begins_with_unused_identifiers() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("history.db");
    let (listener, port) = listener().await;
    let connection = keeper(&file, port).await;
    let mut peer = begin(&listener).await;
    pause().await;
    peer.send(&publish(0x34, 7, "old")).await;
    assert_eq!(answer(&mut peer).await, (0x50, 7));
    drop(connection);
    drop(peer);
    let connection = keeper(&file, port).await;
    let mut peer = Peer::greet(&listener, CONNACK).await;
    peer.send(&publish(0x34, 7, "old")).await;
    assert_eq!(answer(&mut peer).await, (0x50, 7));
    assert_eq!(stored(&connection).await, plain(&["old", "old"]));
    connection.close().await;
}

#[tokio::test]
async fn what_comes_again_and_what_comes_late_is_marked() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("history.db");
    let (listener, port) = listener().await;
    let connection = keeper(&file, port).await;
    let mut peer = begin(&listener).await;
    pause().await;
    peer.send(&publish(0x32, 1, "lost on the way back")).await;
    assert_eq!(answer(&mut peer).await, (0x40, 1));
    drop(connection);
    drop(peer);

    let connection = keeper(&file, port).await;
    let mut peer = begin(&listener).await;
    // A duplicate that never came here, one that did, and what was queued meanwhile with what is left of its life.
    for message in [
        publish(0x3a, 1, "lost on the way back"),
        publish(0x3a, 2, "lost on the way here"),
        packet(0x32, b"\x00\x01a\x00\x03\x05\x02\x00\x00\x00\x09queued"),
    ] {
        peer.send(&message).await;
        assert_eq!(answer(&mut peer).await.0, 0x40);
    }
    pause().await;
    peer.send(&publish(0x32, 4, "live")).await;
    assert_eq!(answer(&mut peer).await, (0x40, 4));
    let expected = [
        ("lost on the way back", 0),
        ("lost on the way back", marks::REDELIVERED),
        ("lost on the way here", 0),
        ("queued", marks::LATE),
        ("live", 0),
    ];
    let expected: Vec<_> = expected.map(|(text, marks)| (text.to_owned(), marks)).into();
    assert_eq!(stored(&connection).await, expected);
    let queued = &connection.history.page("a", None, 2).await.unwrap()[1];
    assert_eq!(queued.message.properties.as_ref().unwrap().expiry, Some(9));
    connection.close().await;
}

#[tokio::test]
async fn a_history_that_is_stuck_stops_neither_pings_nor_the_order() {
    use sqlx::{Connection as _, SqliteConnection};
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("history.db");
    let (listener, port) = listener().await;
    let connection = keeper(&file, port).await;
    // The broker asks for a keep alive of one second.
    let mut peer = Peer::greet(&listener, &[0x20, 6, 1, 0, 3, 0x13, 0, 1]).await;
    pause().await;
    let mut other = SqliteConnection::connect(&format!("sqlite:{}", file.display()))
        .await
        .unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    for id in 1..=100 {
        peer.send(&publish(0x32, id, &id.to_string())).await;
    }
    // Nothing is acknowledged while nothing is stored; pings go on.
    for _ in 0..3 {
        assert_eq!(peer.packet().await.0, 0xc0);
        peer.send(&[0xd0, 0]).await;
    }
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    for id in 1..=100 {
        let mut next = peer.packet().await;
        while next.0 == 0xc0 {
            peer.send(&[0xd0, 0]).await;
            next = peer.packet().await;
        }
        assert_eq!((next.0, next.1[1]), (0x40, id));
    }
    let texts: Vec<_> = stored(&connection)
        .await
        .into_iter()
        .map(|(text, _)| text)
        .collect();
    assert_eq!(texts, (1..=100).map(|id| id.to_string()).collect::<Vec<_>>());
    connection.close().await;
}
