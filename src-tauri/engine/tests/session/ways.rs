//! Addresses, headers, tokens, and everything CONNECT can carry.

use std::path::PathBuf;

use bytes::Bytes;
use tokio::io::AsyncWriteExt;
use treetop_engine::message::{Properties, QoS};
use treetop_engine::session::{
    Failure, Headers, Phase, Secret, Session, Step, TokenFailure, TokenSource, Transport, Will, test,
    test_telling,
};
use treetop_engine::topic::TopicName;

use super::proxies::head;
use super::support::*;
use super::transports::{plain_listener, round_trip, tls_broker, tls_options, websockets};

#[tokio::test]
async fn an_ipv6_address_is_reached_on_every_transport() {
    let broker = Mosquitto::with(|port, _| {
        let web = free_port();
        format!(
            "allow_anonymous true\n{}listener {port} ::1\nlistener {port} 127.0.0.1\nlistener {web} ::1\nprotocol websockets\n# web {web}\n",
            plain_listener()
        )
    });
    let config = std::fs::read_to_string(broker.path("mosquitto.conf")).unwrap();
    let web = config.rsplit("# web ").next().unwrap().trim().parse().unwrap();
    for host in ["::1", "[::1]"] {
        let mut options = broker.options("six");
        options.host = host.to_owned();
        round_trip(options.clone()).await;
        options.port = web;
        options.transport = Transport::Ws {
            path: "/mqtt".to_owned(),
        };
        round_trip(options).await;
    }
}

#[tokio::test]
async fn headers_are_sent_with_the_request_for_a_websocket() {
    let broker =
        Mosquitto::with(|port, _| format!("{}allow_anonymous true\n{}", plain_listener(), websockets(port)));
    let mut options = broker.options("web");
    options.transport = Transport::Ws {
        path: "/mqtt".to_owned(),
    };
    options.headers = Headers(vec![("X-Plant".to_owned(), "7".to_owned())]);
    round_trip(options.clone()).await;

    let (listener, port) = listener().await;
    options.port = port;
    let server = tokio::spawn(async move {
        let (mut client, _) = listener.accept().await.unwrap();
        let head = head(&mut client).await;
        client
            .write_all(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")
            .await
            .unwrap();
        head
    });
    let steps = test(options).await;
    assert!(matches!(
        steps.last().unwrap().result,
        Err(Failure::WebSocket {
            status: Some(403),
            ..
        })
    ));
    let request = server.await.unwrap().to_ascii_lowercase();
    assert!(request.contains("\r\nx-plant: 7\r\n"), "{request}");
    assert!(
        request.contains("\r\nsec-websocket-protocol: mqtt\r\n"),
        "{request}"
    );
}

/// The two-byte length and the bytes at `at`, and where they end.
fn binary(body: &[u8], at: usize) -> (&[u8], usize) {
    let length = usize::from(body[at]) << 8 | usize::from(body[at + 1]);
    let end = at + 2 + length;
    (&body[at + 2..end], end)
}

/// The password field of a CONNECT with client id and perhaps user name, without a will.
fn password(connect: &[u8]) -> String {
    let flags = connect[7];
    assert!(flags & 0x40 != 0, "no password in {connect:?}");
    let properties = usize::from(connect[10]);
    let (_client_id, mut at) = binary(connect, 11 + properties);
    if flags & 0x80 != 0 {
        at = binary(connect, at).1;
    }
    String::from_utf8(binary(connect, at).0.to_vec()).unwrap()
}

#[tokio::test]
async fn a_token_is_read_again_before_each_try() {
    let (listener, port) = listener().await;
    let dir = tempfile::tempdir().unwrap();
    let path: PathBuf = dir.path().join("token");
    std::fs::write(&path, "first\n").unwrap();
    let mut options = options(port, "token");
    options.token = Some(TokenSource::File(path.clone()));
    let session = Session::start(options.clone(), Recorder::acknowledging());
    let mut peer = Peer::accept(&listener).await;
    assert_eq!(password(&peer.packet().await.1), "first");
    peer.send(CONNACK).await;
    connected(&session).await;
    std::fs::write(&path, "second").unwrap();
    drop(peer);
    let mut peer = Peer::accept(&listener).await;
    assert_eq!(password(&peer.packet().await.1), "second");
    std::fs::remove_file(&path).unwrap();
    drop(peer);
    status(&session, "missing token", |s| {
        matches!(
            &s.phase,
            Phase::Waiting {
                failure: Failure::Token {
                    kind: TokenFailure::UnreadableFile { .. },
                    ..
                },
                ..
            }
        )
    })
    .await;
    session.stop().await;

    options.username = Some("me".to_owned());
    options.token = Some(TokenSource::Command("printf third".to_owned()));
    let tested = tokio::spawn(test(options));
    let mut peer = Peer::accept(&listener).await;
    assert_eq!(password(&peer.packet().await.1), "third");
    drop(peer);
    let steps = tested.await.unwrap();
    assert_eq!(steps[0].step, Step::Token);
    assert!(steps[0].result.is_ok());
}

#[tokio::test]
async fn a_token_whose_time_is_over_is_not_tried() {
    let mut options = options(free_port(), "token");
    // {"exp":1700000000}
    options.token = Some(TokenSource::Given(Secret::new(
        "e30.eyJleHAiOjE3MDAwMDAwMDB9.c2ln",
    )));
    let steps = test(options).await;
    assert_eq!(steps.len(), 1, "{steps:?}");
    assert!(matches!(
        &steps[0].result,
        Err(Failure::Token { kind: TokenFailure::Expired { at }, .. }) if at.0 == 1_700_000_000_000_000
    ));
}

#[tokio::test]
async fn all_of_connect_is_on_the_wire() {
    let (listener, port) = listener().await;
    let mut options = options(port, "me");
    options.clean_start = true;
    options.session_expiry_secs = u32::MAX;
    options.receive_maximum = 7;
    options.maximum_packet_size = 70_000;
    options.topic_alias_maximum = 9;
    options.request_response_information = false;
    options.request_problem_information = false;
    options.user_properties = vec![("a".to_owned(), "1".to_owned()), ("a".to_owned(), "2".to_owned())];
    options.username = Some("user".to_owned());
    options.password = Some(Secret::new("pass"));
    options.will = Some(Will {
        topic: TopicName::new("gone").unwrap(),
        payload: Bytes::from_static(b"bye"),
        qos: QoS::ExactlyOnce,
        retain: true,
        delay: 5,
        properties: Properties {
            payload_format: Some(1),
            expiry: Some(60),
            content_type: Some("text".to_owned()),
            response_topic: Some("r".to_owned()),
            correlation_data: Some(Bytes::from_static(&[0, 1])),
            subscription_ids: Vec::new(),
            user: vec![("w".to_owned(), "v".to_owned())],
        },
    });
    let session = Session::start(options, Recorder::acknowledging());
    let mut peer = Peer::accept(&listener).await;
    let (first, body) = peer.packet().await;
    assert_eq!(first, 0x10);
    let properties = usize::from(body[10]);
    assert_eq!(body[..10], [0, 4, b'M', b'Q', b'T', b'T', 5, 0b1111_0110, 0, 60]);
    let mut found: Vec<&[u8]> = Vec::new();
    let mut at = 11;
    while at < 11 + properties {
        let length = match body[at] {
            0x17 | 0x19 => 2,
            0x21 | 0x22 => 3,
            0x11 | 0x27 => 5,
            0x26 => binary(&body, binary(&body, at + 1).1).1 - at,
            other => panic!("property {other:#x}"),
        };
        found.push(&body[at..at + length]);
        at += length;
    }
    for expected in [
        &[0x11, 0xff, 0xff, 0xff, 0xff][..],
        &[0x21, 0, 7],
        &[0x22, 0, 9],
        &[0x27, 0, 1, 0x11, 0x70],
        &[0x19, 0],
        &[0x17, 0],
        b"\x26\0\x01a\0\x011",
        b"\x26\0\x01a\0\x012",
    ] {
        assert!(found.contains(&expected), "{expected:?} in {found:?}");
    }
    let (client_id, at) = binary(&body, at);
    assert_eq!(client_id, b"me");
    let will = &body[at + 1..at + 1 + usize::from(body[at])];
    for expected in [
        &[0x18, 0, 0, 0, 5][..],
        &[0x01, 1],
        &[0x02, 0, 0, 0, 60],
        b"\x03\0\x04text",
        b"\x08\0\x01r",
        b"\x09\0\x02\0\x01",
        b"\x26\0\x01w\0\x01v",
    ] {
        assert!(
            will.windows(expected.len()).any(|part| part == expected),
            "{expected:?} in {will:?}"
        );
    }
    let (topic, at) = binary(&body, at + 1 + will.len());
    let (payload, at) = binary(&body, at);
    let (user, at) = binary(&body, at);
    let (pass, at) = binary(&body, at);
    assert_eq!(
        (topic, payload, user, pass),
        (&b"gone"[..], &b"bye"[..], &b"user"[..], &b"pass"[..])
    );
    assert_eq!(at, body.len());
    peer.send(CONNACK).await;
    connected(&session).await;
    session.stop().await;
}

#[tokio::test]
async fn a_test_tells_each_step_as_it_begins() {
    let broker = tls_broker("server", "");
    let mut options = tls_options(&broker);
    options.subscriptions = vec![
        subscription("a", QoS::AtMostOnce),
        subscription("b", QoS::AtMostOnce),
    ];
    let (sender, receiver) = std::sync::mpsc::channel();
    let steps = test_telling(options, move |done, now| sender.send((done, now)).unwrap()).await;
    let told: Vec<_> = receiver.iter().collect();
    let running: Vec<Step> = told.iter().map(|(_, now)| *now).collect();
    // Two that follow at once may be told as one.
    assert_eq!(running.last(), Some(&Step::Suback));
    assert!(running.is_sorted(), "{running:?}");
    for (done, now) in &told {
        assert!(
            done.iter().all(|step| step.step < *now && step.result.is_ok()),
            "{done:?}"
        );
    }
    let notes: Vec<_> = steps
        .iter()
        .map(|step| (step.step, step.result.clone().unwrap()))
        .collect();
    let shown = |step| notes.iter().find(|(of, _)| *of == step).unwrap().1.clone();
    assert!(
        shown(Step::Resolve).is_some_and(|address| address.contains("127.0.0.1") || address.contains("::1"))
    );
    assert_eq!(shown(Step::Tls), Some("TLS 1.3".to_owned()));
    assert_eq!(shown(Step::Suback), Some("2".to_owned()));
}
