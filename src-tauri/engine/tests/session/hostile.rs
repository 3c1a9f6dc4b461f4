//! What a broker may do wrong is told, and harms nothing.

use treetop_engine::message::QoS;
use treetop_engine::session::{Ack, Event, Failure, Phase, ProtocolFailure, Session};

use super::support::*;

pub async fn failure_after(bytes: Vec<u8>) -> Failure {
    let (listener, port) = listener().await;
    let session = Session::start(options(port, "victim"), Recorder::acknowledging());
    let mut peer = Peer::accept(&listener).await;
    peer.packet().await;
    peer.send(&bytes).await;
    let ended = status(&session, "failure", |s| {
        matches!(s.phase, Phase::Waiting { .. } | Phase::Stopped { .. })
    });
    match ended.await.phase {
        Phase::Waiting { failure, .. }
        | Phase::Stopped {
            failure: Some(failure),
        } => failure,
        phase => panic!("{phase:?}"),
    }
}

#[tokio::test]
async fn a_disconnect_of_one_byte_keeps_its_reason() {
    let failure = failure_after([CONNACK, &[0xe0, 1, 0x8b]].concat()).await;
    let Failure::Disconnected(reason) = failure else {
        panic!("{failure:?}")
    };
    assert_eq!(reason.code, 0x8b);
    let failure = failure_after([CONNACK, &[0xe0, 0]].concat()).await;
    assert!(matches!(failure, Failure::Disconnected(reason) if reason.code == 0));
}

#[tokio::test]
async fn a_refusal_keeps_its_words() {
    let body = [&[0, 0x9c, 12, 0x1f, 0, 3][..], b"ask", &[0x1c, 0, 3], b"b:1"].concat();
    let failure = failure_after(packet(0x20, &body)).await;
    let Failure::Refused(reason) = failure else {
        panic!("{failure:?}")
    };
    assert_eq!(reason.code, 0x9c);
    assert_eq!(reason.reason_string.as_deref(), Some("ask"));
    assert_eq!(reason.server_reference.as_deref(), Some("b:1"));
}

#[tokio::test]
async fn nonsense_is_told_from_mqtt() {
    let failure = failure_after(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()).await;
    let kind = ProtocolFailure::NotMqtt;
    assert!(
        matches!(failure, Failure::Protocol { kind: k, .. } if k == kind),
        "{failure:?}"
    );
    let failure = failure_after(vec![0x20, 6, 0, 0, 3, 0x21, 0, 0]).await;
    let kind = ProtocolFailure::ReceiveMaximumZero;
    assert!(
        matches!(failure, Failure::Protocol { kind: k, .. } if k == kind),
        "{failure:?}"
    );
}

#[tokio::test]
async fn messages_before_the_end_are_not_lost_with_it() {
    let endings: [&[u8]; 4] = [
        &[],
        &[0xe0, 1, 0x8b],
        &[0x30, 0xff, 0xff, 0xff, 0xff, 0xff],
        &[0x30, 0xff, 0xff, 0xff, 0x7f],
    ];
    for ending in endings {
        let (listener, port) = listener().await;
        let recorder = Recorder::acknowledging();
        let session = Session::start(options(port, "reader"), recorder.clone());
        let mut peer = Peer::greet(&listener, CONNACK).await;
        let mut bytes: Vec<u8> = (0..50).flat_map(|n| packet(0x30, &[0, 1, b'a', 0, n])).collect();
        bytes.extend_from_slice(ending);
        peer.send(&bytes).await;
        drop(peer);
        let seen = recorder.until("loss", |s| {
            s.events.iter().any(|event| matches!(event, Event::Lost { .. }))
        });
        assert_eq!(seen.await.messages.len(), 50, "before {ending:x?}");
        session.stop().await;
    }
}

#[tokio::test]
async fn several_subscription_identifiers_leave_the_payload_alone() {
    let (listener, port) = listener().await;
    let recorder = Recorder::acknowledging();
    let session = Session::start(options(port, "reader"), recorder.clone());
    let mut peer = Peer::greet(&listener, CONNACK).await;
    let ids = |ids: &[u8]| {
        let block: Vec<u8> = ids.iter().flat_map(|id| [0x0b, *id]).collect();
        let mut body = vec![0, 1, b'a', block.len() as u8 + 2];
        body.extend_from_slice(&block);
        body.extend_from_slice(&[0x01, 1]);
        body.extend_from_slice(b"payload");
        packet(0x30, &body)
    };
    let bytes = [ids(&[1]), ids(&[1, 2]), ids(&[1, 2, 3, 4, 5]), ids(&[1, 2])].concat();
    // In pieces of every size: a packet may come in any number of reads.
    for piece in bytes.chunks(3) {
        peer.send(piece).await;
        tokio::task::yield_now().await;
    }
    let messages = recorder.messages(4).await;
    let expected: [&[u32]; 4] = [&[1], &[1, 2], &[1, 2, 3, 4, 5], &[1, 2]];
    for (message, ids) in messages.iter().zip(expected) {
        assert_eq!(message.payload, "payload");
        let properties = message.properties.as_deref().unwrap();
        assert_eq!(properties.subscription_ids, ids);
        assert_eq!(properties.payload_format, Some(1));
    }
    session.stop().await;
}

#[tokio::test]
async fn a_repeated_qos_2_identifier_is_delivered_once() {
    let (listener, port) = listener().await;
    let recorder = Recorder::holding();
    let session = Session::start(options(port, "once"), recorder.clone());
    let mut peer = Peer::greet(&listener, CONNACK).await;
    let message = |first, text: &[u8]| packet(first, &[&[0, 1, b'a', 0, 9, 0], text].concat());
    peer.send(&message(0x34, b"once")).await;
    peer.send(&message(0x3c, b"once")).await;
    peer.send(&packet(0x30, &[0, 1, b'a', 0, b'!'])).await;
    let seen = recorder.messages(2).await;
    assert_eq!(
        seen.iter().map(|m| m.payload.clone()).collect::<Vec<_>>(),
        ["once", "!"]
    );
    recorder.take_acks().into_iter().for_each(Ack::send);
    let (first, body) = peer.packet().await;
    assert_eq!((first, &body[..2]), (0x50, &[0, 9][..]));
    peer.send(&message(0x3c, b"once")).await;
    assert_eq!(peer.packet().await.0, 0x50, "answered again, not delivered again");
    peer.send(&packet(0x62, &[0, 9])).await;
    assert_eq!(peer.packet().await.0, 0x70);
    peer.send(&message(0x34, b"twice")).await;
    let seen = recorder.messages(3).await;
    assert_eq!(seen[2].payload, "twice");
    session.stop().await;
}

#[tokio::test]
async fn a_repeated_qos_1_identifier_is_acknowledged_once() {
    let (listener, port) = listener().await;
    let recorder = Recorder::holding();
    let session = Session::start(options(port, "twice"), recorder.clone());
    let mut peer = Peer::greet(&listener, CONNACK).await;
    let message = packet(0x32, &[0, 1, b'a', 0, 9, 0, b'!']);
    peer.send(&message).await;
    peer.send(&message).await;
    recorder.messages(2).await;
    recorder.take_acks().into_iter().for_each(Ack::send);
    assert_eq!(peer.packet().await, (0x40, vec![0, 9]));
    peer.send(&message).await;
    recorder.messages(3).await;
    recorder.take_acks().into_iter().for_each(Ack::send);
    assert_eq!(peer.packet().await, (0x40, vec![0, 9]));
    let lost = |event: &Event| matches!(event, Event::Lost { .. });
    assert!(!recorder.now().events.iter().any(lost));
    session.stop().await;
    assert_eq!(peer.packet().await.0, 0xe0);
}

#[tokio::test]
async fn a_topic_alias_is_the_topic_it_stands_for() {
    let (listener, port) = listener().await;
    let mut options = options(port, "alias");
    options.topic_alias_maximum = 5;
    let recorder = Recorder::acknowledging();
    let session = Session::start(options, recorder.clone());
    let mut peer = Peer::greet(&listener, CONNACK).await;
    peer.send(&packet(0x30, &[0, 1, b'a', 3, 0x23, 0, 5, b'1'])).await;
    peer.send(&packet(0x30, &[0, 0, 3, 0x23, 0, 5, b'2'])).await;
    let messages = recorder.messages(2).await;
    assert!(
        messages
            .iter()
            .all(|message| message.topic == "a" && message.properties.is_none())
    );
    session.stop().await;
}

#[tokio::test]
async fn an_unanswered_ping_is_a_loss_and_an_answered_one_is_measured() {
    let (listener, port) = listener().await;
    let recorder = Recorder::acknowledging();
    let session = Session::start(options(port, "pinging"), recorder.clone());
    // The broker asks for a keep alive of one second.
    let mut peer = Peer::greet(&listener, &[0x20, 6, 0, 0, 3, 0x13, 0, 1]).await;
    assert_eq!(peer.packet().await.0, 0xc0);
    peer.send(&[0xd0, 0]).await;
    status(&session, "ping", |s| s.ping_micros.is_some()).await;
    assert_eq!(peer.packet().await.0, 0xc0);
    let lost = |event: &Event| {
        matches!(
            event,
            Event::Lost {
                failure: Failure::KeepAlive { seconds: 1 }
            }
        )
    };
    let seen = recorder.until("loss", |s| {
        s.events.iter().any(|e| matches!(e, Event::Lost { .. }))
    });
    assert!(seen.await.events.iter().any(lost), "{:?}", recorder.now().events);
    session.stop().await;
}

#[tokio::test]
async fn a_refused_filter_is_told_and_the_others_stay() {
    let (listener, port) = listener().await;
    let mut options = options(port, "refused");
    options.subscriptions = vec![
        subscription("open", QoS::AtMostOnce),
        subscription("closed", QoS::AtMostOnce),
    ];
    let recorder = Recorder::acknowledging();
    let session = Session::start(options, recorder.clone());
    let mut peer = Peer::greet(&listener, CONNACK).await;
    let (_, body) = peer.packet().await;
    let answer = [&[body[0], body[1], 5, 0x1f, 0, 2][..], b"no", &[0, 0x87]].concat();
    peer.send(&packet(0x90, &answer)).await;
    let refused = |event: &Event| {
        matches!(event, Event::SubscriptionRefused { filter, code: 0x87, reason_string: Some(why) }
            if filter.as_str() == "closed" && why == "no")
    };
    recorder.until("refusal", |s| s.events.iter().any(refused)).await;
    let codes: Vec<_> = session
        .status()
        .borrow()
        .subscriptions
        .iter()
        .map(|s| s.code)
        .collect();
    assert_eq!(codes, [0, 0x87]);
    session.stop().await;
}

#[tokio::test]
async fn random_bytes_end_a_connection_and_nothing_else() {
    let (listener, port) = listener().await;
    let mut options = options(port, "fuzzed");
    options.backoff.first = std::time::Duration::from_millis(1);
    options.backoff.longest = options.backoff.first;
    let session = Session::start(options, Recorder::acknowledging());
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed
    };
    for round in 0..200 {
        let mut peer = Peer::accept(&listener).await;
        peer.packet().await;
        if round % 4 != 0 {
            peer.send(CONNACK).await;
        }
        let mut bytes: Vec<u8> = (0..next() % 200).map(|_| next() as u8).collect();
        if round % 2 == 0 && bytes.len() > 2 {
            // A good head before a bad body goes further.
            bytes[0] = [0x30, 0x32, 0x40, 0x50, 0x62, 0x70, 0x90, 0xb0][next() as usize % 8];
            bytes[1] = (bytes.len() - 2).min(127) as u8;
        }
        // The other side may have hung up already.
        let _sent_or_refused = tokio::io::AsyncWriteExt::write_all(&mut peer.0, &bytes).await;
        drop(peer);
    }
    let mut peer = Peer::greet(&listener, CONNACK).await;
    connected(&session).await;
    session.stop().await;
    assert_eq!(peer.packet().await.0, 0xe0);
}
