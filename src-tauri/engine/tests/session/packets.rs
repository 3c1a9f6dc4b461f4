//! The packets of a real broker are kept as they were, and nothing secret with them.

use std::sync::Arc;

use bytes::Bytes;
use treetop_engine::message::{Properties, QoS};
use treetop_engine::session::packets::{Direction, Kind, PacketLog, Value, decode};
use treetop_engine::session::{Secret, Session, SessionOptions, Will};
use treetop_engine::topic::{TopicFilter, TopicName};

use super::support::*;

/// A connected session, its packets, and what it receives.
async fn logged(options: SessionOptions) -> (Session, Arc<PacketLog>, Arc<Recorder>) {
    let packets = Arc::new(PacketLog::default());
    let recorder = Recorder::acknowledging();
    let session = Session::start_following(options, recorder.clone(), logging(&packets));
    connected(&session).await;
    (session, packets, recorder)
}

/// One of every packet that a client and mosquitto say to each other in an ordinary life.
async fn life(options: SessionOptions, keep_messages: bool) -> Arc<PacketLog> {
    let (session, packets, recorder) = logged(options).await;
    packets.keep_messages(keep_messages);
    let mut wanted = subscription("life/#", QoS::ExactlyOnce);
    wanted.id = Some(7);
    session.subscribe(vec![wanted]).await.unwrap();
    for qos in [QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce] {
        let mut message = outgoing("life/a", "hello", qos);
        message.properties = Properties {
            payload_format: Some(1),
            expiry: Some(60),
            content_type: Some("text/plain".into()),
            response_topic: Some("life/back".into()),
            correlation_data: Some(Bytes::from_static(&[0, 255])),
            subscription_ids: Vec::new(),
            user: vec![("k".into(), "v".into())],
        };
        session.publish(message).await.unwrap();
    }
    recorder.messages(3).await;
    session
        .unsubscribe(vec![TopicFilter::new("life/#").unwrap()])
        .await
        .unwrap();
    session.stop().await;
    packets
}

#[tokio::test]
async fn every_packet_of_a_life_with_mosquitto_is_read_to_its_end() {
    let broker = Mosquitto::open();
    let mut options = broker.options("alive");
    options.will = Some(Will {
        topic: TopicName::new("life/gone").unwrap(),
        payload: Bytes::from_static(b"gone"),
        qos: QoS::AtLeastOnce,
        retain: true,
        delay: 3,
        properties: Properties::default(),
    });
    let log = life(options, true).await;
    let packets = log.since(0);
    for packet in &packets {
        let decoded = decode(&packet.bytes);
        assert_eq!(
            (decoded.whole, &decoded.problems[..]),
            (true, &[][..]),
            "{decoded:?}"
        );
        assert_eq!(packet.size, packet.bytes.len());
    }
    let seen = |kind: Kind, direction: Direction| {
        let is = |packet: &&Arc<_>| {
            let packet: &treetop_engine::session::packets::Logged = packet;
            packet.kind() == Some(kind) && packet.direction == direction
        };
        packets.iter().filter(is).count()
    };
    use Direction::{In, Out};
    use Kind::*;
    let ones = [
        (Connect, Out),
        (Connack, In),
        (Subscribe, Out),
        (Suback, In),
        (Unsubscribe, Out),
        (Unsuback, In),
        (Disconnect, Out),
    ];
    for (kind, way) in ones {
        assert_eq!(seen(kind, way), 1, "{kind:?}");
    }
    assert_eq!((seen(Publish, Out), seen(Publish, In)), (3, 3));
    for (kind, out, back) in [(Puback, 1, 1), (Pubrec, 1, 1), (Pubrel, 1, 1), (Pubcomp, 1, 1)] {
        assert_eq!((seen(kind, Out), seen(kind, In)), (out, back), "{kind:?}");
    }
    let received = packets.iter().rev().find(|p| p.kind() == Some(Publish)).unwrap();
    let received = decode(&received.bytes);
    let value = |name| received.field(name).map(|field| field.value.clone());
    assert_eq!(value("Topic Name"), Some(Value::Text("life/a".into())));
    assert_eq!(value("Subscription Identifier"), Some(Value::Number(7)));
    assert_eq!(
        value("User Property"),
        Some(Value::Pair("k".into(), Some("v".into())))
    );
    let start = b"hello".to_vec();
    assert_eq!(value("Payload"), Some(Value::Binary { len: 5, start }));
}

#[tokio::test]
async fn messages_cost_nothing_until_they_are_asked_for() {
    let broker = Mosquitto::open();
    let log = life(broker.options("quiet"), false).await;
    let kinds: Vec<_> = log.since(0).iter().filter_map(|packet| packet.kind()).collect();
    use Kind::*;
    assert_eq!(
        kinds,
        [
            Connect,
            Connack,
            Subscribe,
            Suback,
            Unsubscribe,
            Unsuback,
            Disconnect
        ]
    );
    let publish = log.overview().counts[Publish as usize - 1];
    assert_eq!((publish.incoming, publish.outgoing), (3, 3));
}

#[tokio::test]
async fn a_password_is_not_in_the_log() {
    let broker = Mosquitto::open();
    let mut options = broker.options("secretive");
    options.username = Some("ann".into());
    options.password = Some(Secret::new("canary-of-the-wire"));
    options.user_properties = vec![("api-token".into(), "canary-of-the-wire".into())];
    let (session, log, _recorder) = logged(options).await;
    session.stop().await;
    let text = format!("{log:?}");
    assert!(!text.contains("canary-of-the-wire"));
    let bytes = b"canary-of-the-wire";
    for packet in log.since(0) {
        assert!(!packet.bytes.windows(bytes.len()).any(|part| part == bytes));
    }
    let connect = decode(&log.packet(0).unwrap().bytes);
    assert!(connect.whole);
    let value = |name| connect.field(name).map(|field| field.value.clone());
    assert_eq!(value("User Name"), Some(Value::Text("ann".into())));
    assert_eq!(value("Password"), Some(Value::Secret));
    assert_eq!(
        value("User Property"),
        Some(Value::Pair("api-token".into(), None))
    );
}
