//! A broker that breaks every rule it can: each known violation has its reason, and what nobody
//! thought of ends a connection and nothing else.

use std::time::Duration;

use treetop_engine::session::{Event, Failure, Phase, ProtocolFailure, Session, Step};

use super::hostile::failure_after;
use super::support::*;

/// What a failure says, without its details.
fn told(failure: &Failure) -> String {
    match failure {
        Failure::Protocol { kind, .. } => match kind {
            ProtocolFailure::PacketTooLarge { .. } => "too large".into(),
            kind => format!("{kind:?}"),
        },
        Failure::Refused(reason) => format!("refused {:#04x}", reason.code),
        Failure::Disconnected(reason) => format!("disconnected {:#04x}", reason.code),
        Failure::Tls { kind, .. } => format!("{kind:?}"),
        Failure::ConnectionLost { .. } => "lost".into(),
        other => format!("{other:?}"),
    }
}

#[tokio::test]
async fn every_known_violation_has_its_reason() {
    let after = |bytes: &[u8]| [CONNACK, bytes].concat();
    let huge = &[0xff, 0xff, 0xff, 0x7f][..];
    let text = |first: u8, body: &[u8]| after(&packet(first, body));
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        // Before the connection stands.
        ("SSH", b"SSH-2.0-OpenSSH_9.2\r\n".to_vec(), "NotMqtt"),
        ("TLS alert", vec![0x15, 3, 1, 0, 2, 2, 10], "TlsExpected"),
        ("endless length", vec![0x20, 0xff, 0xff, 0xff, 0xff], "NotMqtt"),
        ("PUBLISH first", vec![0x30, 4, 0, 1, b'a', 0], "NotMqtt"),
        ("huge CONNACK", [&[0x20], huge].concat(), "too large"),
        ("empty CONNACK", vec![0x20, 0], "Malformed"),
        (
            "CONNACK that ends in its properties",
            vec![0x20, 3, 0, 0, 9],
            "Malformed",
        ),
        (
            "CONNACK with an unknown property",
            vec![0x20, 5, 0, 0, 2, 0x7e, 0],
            "Malformed",
        ),
        (
            "CONNACK with maximum QoS 3",
            vec![0x20, 5, 0, 0, 2, 0x24, 3],
            "Malformed",
        ),
        ("CONNACK of MQTT 3.1.1", vec![0x20, 2, 0, 1], "refused 0x84"),
        ("session from nowhere", vec![0x20, 3, 1, 0, 0], "SessionPresent"),
        // After it.
        ("second CONNACK", after(CONNACK), "Unexpected"),
        ("type 0", after(&[0x00, 0]), "Malformed"),
        (
            "CONNECT",
            text(0x10, &[0, 4, b'M', b'Q', b'T', b'T', 5, 0, 0, 9, 0, 0, 0]),
            "Unexpected",
        ),
        ("SUBSCRIBE", text(0x82, &[0, 1, 0, 0, 1, b'a', 0]), "Unexpected"),
        ("UNSUBSCRIBE", text(0xa2, &[0, 1, 0, 0, 1, b'a']), "Unexpected"),
        ("PINGREQ", after(&[0xc0, 0]), "Unexpected"),
        ("AUTH", after(&[0xf0, 0]), "Malformed"),
        ("PUBACK of nothing", text(0x40, &[0, 9]), "Unexpected"),
        ("PUBREC of nothing", text(0x50, &[0, 9]), "Unexpected"),
        ("PUBCOMP of nothing", text(0x70, &[0, 9]), "Unexpected"),
        ("SUBACK of nothing", text(0x90, &[0, 9, 0, 0]), "Unexpected"),
        ("UNSUBACK of nothing", text(0xb0, &[0, 9, 0, 0]), "Unexpected"),
        (
            "PUBLISH with QoS 3",
            text(0x36, &[0, 1, b'a', 0, 1, 0]),
            "Malformed",
        ),
        (
            "PUBLISH with packet identifier 0",
            text(0x32, &[0, 1, b'a', 0, 0, 0]),
            "Malformed",
        ),
        ("PUBLISH without a topic", text(0x30, &[0, 0, 0]), "Malformed"),
        (
            "PUBLISH without a topic and an alias",
            text(0x30, &[0, 0, 2, 1, 1]),
            "Malformed",
        ),
        (
            "PUBLISH with a wildcard",
            text(0x30, &[0, 1, b'#', 0]),
            "Malformed",
        ),
        (
            "PUBLISH that is not UTF-8",
            text(0x30, &[0, 1, 0xff, 0]),
            "Malformed",
        ),
        (
            "PUBLISH with alias 0",
            text(0x30, &[0, 1, b'a', 3, 0x23, 0, 0]),
            "Malformed",
        ),
        (
            "PUBLISH with an alias too high",
            text(0x30, &[0, 1, b'a', 3, 0x23, 0xff, 0xff]),
            "Malformed",
        ),
        (
            "PUBLISH with an alias of nothing",
            text(0x30, &[0, 0, 3, 0x23, 0, 1]),
            "Malformed",
        ),
        (
            "properties without an end",
            text(0x30, &[0, 1, b'a', 0xff, 0xff, 0xff, 0xff]),
            "Malformed",
        ),
        (
            "properties longer than the packet",
            text(0x30, &[0, 1, b'a', 50, 1]),
            "Malformed",
        ),
        (
            "endless length of a packet",
            after(&[0x30, 0xff, 0xff, 0xff, 0xff]),
            "Malformed",
        ),
        ("huge packet", after(&[&[0x30][..], huge].concat()), "too large"),
        ("DISCONNECT", after(&[0xe0, 2, 0x93, 0]), "disconnected 0x93"),
    ];
    let mut wrong = Vec::new();
    for (name, bytes, expected) in cases {
        let answer = tokio::time::timeout(Duration::from_secs(5), failure_after(bytes)).await;
        let answer = answer.map_or("nothing".into(), |failure| told(&failure));
        if answer != expected {
            wrong.push(format!("{name}: {answer}, expected {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_packet_cut_off_is_a_loss() {
    let (listener, port) = listener().await;
    let recorder = Recorder::acknowledging();
    let session = Session::start(options(port, "cut"), recorder.clone());
    let mut peer = Peer::greet(&listener, CONNACK).await;
    peer.send(&[0x30, 100, 0, 1, b'a', 0, b'h', b'a', b'l', b'f'])
        .await;
    drop(peer);
    let seen = recorder.until("loss", |s| {
        s.events.iter().any(|e| matches!(e, Event::Lost { .. }))
    });
    let seen = seen.await;
    let lost = |event: &Event| {
        matches!(
            event,
            Event::Lost {
                failure: Failure::ConnectionLost { .. }
            }
        )
    };
    assert!(seen.events.iter().any(lost), "{:?}", seen.events);
    assert!(seen.messages.is_empty());
    session.stop().await;
}

#[tokio::test]
async fn a_broker_that_never_finishes_its_connack_is_left() {
    let (listener, port) = listener().await;
    let mut options = options(port, "patient");
    options.connect_timeout = Duration::from_millis(500);
    let session = Session::start(options, Recorder::acknowledging());
    let mut peer = Peer::accept(&listener).await;
    peer.packet().await;
    // Byte for byte, and never the last one.
    let mut drip = Vec::from([0x20, 120, 0, 0, 117]);
    drip.extend_from_slice(&[0x26, 0, 1, b'k', 0, 100]);
    for byte in drip.into_iter().chain(std::iter::repeat_n(b'v', 40)) {
        if tokio::io::AsyncWriteExt::write_all(&mut peer.0, &[byte])
            .await
            .is_err()
        {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let ended = status(&session, "timeout", |s| matches!(s.phase, Phase::Waiting { .. })).await;
    let Phase::Waiting { failure, .. } = ended.phase else {
        unreachable!()
    };
    assert_eq!(failure, Failure::Timeout { step: Step::Connack });
    session.stop().await;
}

#[tokio::test]
async fn a_broker_that_stops_in_the_middle_of_a_packet_is_missed() {
    let (listener, port) = listener().await;
    let recorder = Recorder::acknowledging();
    let session = Session::start(options(port, "waiting"), recorder.clone());
    // A keep alive of one second; then half a packet, drop by drop, and never a PINGRESP.
    let mut peer = Peer::greet(&listener, &[0x20, 6, 0, 0, 3, 0x13, 0, 1]).await;
    let dripping = tokio::spawn(async move {
        let head = [0x30, 0xff, 0xff, 1, 0, 1, b'a', 0];
        for byte in head.into_iter().chain(std::iter::repeat_n(0, 1000)) {
            if tokio::io::AsyncWriteExt::write_all(&mut peer.0, &[byte])
                .await
                .is_err()
            {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let missed = |event: &Event| {
        matches!(
            event,
            Event::Lost {
                failure: Failure::KeepAlive { seconds: 1 }
            }
        )
    };
    recorder
        .until("missed ping", |s| s.events.iter().any(missed))
        .await;
    session.stop().await;
    dripping.abort();
}

#[tokio::test]
async fn floods_are_taken_or_end_the_connection() {
    let floods: [(&str, Vec<u8>); 5] = [
        ("PINGRESP", vec![0xd0, 0]),
        ("CONNACK", CONNACK.to_vec()),
        ("SUBACK", vec![0x90, 4, 0, 9, 0, 0]),
        ("PUBREL", vec![0x62, 2, 0, 9]),
        ("empty PUBLISH", vec![0x30, 4, 0, 1, b'a', 0]),
    ];
    for (name, one) in floods {
        let (listener, port) = listener().await;
        let packets = std::sync::Arc::new(treetop_engine::session::packets::PacketLog::default());
        packets.keep_messages(true);
        let mut options = options(port, "flooded");
        options.backoff.first = Duration::from_secs(3600);
        options.backoff.longest = options.backoff.first;
        let session = Session::start_following(options, Recorder::acknowledging(), logging(&packets));
        let mut peer = Peer::greet(&listener, CONNACK).await;
        let chunk = one.repeat(1000);
        for _ in 0..30 {
            let sent = tokio::io::AsyncWriteExt::write_all(&mut peer.0, &chunk);
            // A connection that was given up reads no more.
            let sent = tokio::time::timeout(Duration::from_secs(2), sent).await;
            if !matches!(sent, Ok(Ok(()))) {
                break;
            }
        }
        drop(peer);
        status(&session, name, |s| matches!(s.phase, Phase::Waiting { .. })).await;
        let overview = packets.overview();
        assert!(overview.kept <= 10_000, "{name}: {overview:?}");
        session.stop().await;
    }
}

/// Packets as brokers send them, to be damaged.
const GOOD: [&[u8]; 9] = [
    &[0x20, 6, 0, 0, 3, 0x21, 0, 9],
    &[0x30, 7, 0, 1, b'a', 2, 1, 1, b'x'],
    &[0x32, 9, 0, 1, b'a', 0, 7, 2, 0x0b, 5, b'x'],
    &[0x34, 10, 0, 1, b'a', 0, 8, 3, 0x23, 0, 1, b'x'],
    &[0x62, 2, 0, 8],
    &[0x40, 4, 0, 1, 0x10, 0],
    &[0x90, 4, 0, 1, 0, 0],
    &[0xd0, 0],
    &[0xe0, 7, 0x8b, 5, 0x1f, 0, 2, b'h', b'i'],
];

#[tokio::test]
async fn damaged_packets_end_a_connection_and_nothing_else() {
    let (listener, port) = listener().await;
    let mut options = options(port, "damaged");
    options.topic_alias_maximum = 4;
    options.backoff.first = Duration::from_millis(1);
    options.backoff.longest = options.backoff.first;
    let session = Session::start(options, Recorder::acknowledging());
    let mut seed = 0x5dee_ce66_d1ce_4e5b_u64;
    let mut next = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed as usize
    };
    for round in 0..300 {
        let mut peer = Peer::accept(&listener).await;
        peer.packet().await;
        let mut bytes = if round % 5 == 0 {
            Vec::new()
        } else {
            CONNACK.to_vec()
        };
        let whole = bytes.len();
        for _ in 0..1 + next() % 4 {
            bytes.extend_from_slice(GOOD[next() % GOOD.len()]);
        }
        for _ in 0..1 + next() % 3 {
            let at = whole + next() % (bytes.len() - whole);
            match next() % 4 {
                0 => bytes[at] = next() as u8,
                1 => bytes[at] ^= 1 << (next() % 8),
                2 => bytes.truncate(at.max(whole + 1)),
                _ => bytes.insert(at, next() as u8),
            }
        }
        // A refusal or a DISCONNECT that says "do not come back" would end the test, not the session's fault.
        for byte in &mut bytes[whole..] {
            if matches!(*byte, 132..=135 | 138 | 140 | 142 | 149 | 155) {
                *byte = 0x80;
            }
        }
        let _sent_or_refused = tokio::io::AsyncWriteExt::write_all(&mut peer.0, &bytes).await;
        drop(peer);
    }
    let mut peer = Peer::greet(&listener, CONNACK).await;
    connected(&session).await;
    session.stop().await;
    assert_eq!(peer.packet().await.0, 0xe0);
}
