//! Messages arrive whole, and are acknowledged when told so, not before.

use bytes::Bytes;
use treetop_engine::message::{Properties, QoS};
use treetop_engine::session::{Ack, Phase, Session};
use treetop_engine::topic::TopicFilter;

use super::support::*;

#[tokio::test]
async fn a_message_arrives_with_every_property() {
    let broker = Mosquitto::open();
    let mut options = broker.options("reader");
    let mut wanted = subscription("plant/#", QoS::ExactlyOnce);
    wanted.id = Some(300);
    options.subscriptions = vec![wanted];
    let (session, recorder) = start(options).await;
    let properties = Properties {
        payload_format: Some(1),
        expiry: Some(1000),
        content_type: Some("text/plain".to_owned()),
        response_topic: Some("plant/answers".to_owned()),
        correlation_data: Some(Bytes::from_static(&[0, 255, 7])),
        subscription_ids: Vec::new(),
        user: vec![
            ("unit".to_owned(), "°C".to_owned()),
            ("unit".to_owned(), "K".to_owned()),
        ],
    };
    for qos in [QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce] {
        let mut message = outgoing("plant/한/ü", "21.5", qos);
        message.properties = properties.clone();
        session.publish(message).await.unwrap();
    }
    let messages = recorder.messages(3).await;
    for (message, level) in messages.iter().zip(0..) {
        assert_eq!(message.topic, "plant/한/ü");
        assert_eq!(message.payload, "21.5");
        assert_eq!(message.qos.level(), level);
        let mut received = message.properties.as_deref().unwrap().clone();
        assert_eq!(received.subscription_ids, [300]);
        received.subscription_ids.clear();
        assert_eq!(received, properties);
    }
    session.stop().await;
}

#[tokio::test]
async fn a_message_is_not_acknowledged_before_it_is_told_so() {
    let broker = Mosquitto::open();
    let mut options = broker.options("keeper");
    options.clean_start = false;
    options.session_expiry_secs = 3600;
    options.subscriptions = vec![
        subscription("one", QoS::AtLeastOnce),
        subscription("two", QoS::ExactlyOnce),
    ];
    let recorder = Recorder::holding();
    let session = Session::start(options.clone(), recorder.clone());
    connected(&session).await;
    recorder.subscribed().await;
    let (publisher, _) = start(broker.options("publisher")).await;
    publisher
        .publish(outgoing("one", "first", QoS::AtLeastOnce))
        .await
        .unwrap();
    publisher
        .publish(outgoing("two", "second", QoS::ExactlyOnce))
        .await
        .unwrap();
    recorder.messages(2).await;
    session.stop().await;

    // The acknowledgements of the connection before are void in the next one.
    let late = recorder.take_acks();
    assert_eq!(late.len(), 2);
    let recorder = Recorder::holding();
    let session = Session::start(options.clone(), recorder.clone());
    let status = connected(&session).await;
    assert_eq!(
        status.phase,
        Phase::Connected {
            session_present: true
        }
    );
    late.into_iter().for_each(Ack::send);
    let again = recorder.messages(2).await;
    assert!(again.iter().all(|message| message.dup), "{again:?}");
    recorder.take_acks().into_iter().for_each(Ack::send);
    recorder.subscribed().await;
    // A publish after the acknowledgements shows that they did not end the connection, and one
    // that comes back shows that the broker has them.
    publisher
        .publish(outgoing("one", "third", QoS::AtLeastOnce))
        .await
        .unwrap();
    recorder.messages(3).await;
    recorder.take_acks().into_iter().for_each(Ack::send);
    session.stop().await;

    let (session, recorder) = start(options).await;
    publisher
        .publish(outgoing("one", "last", QoS::AtLeastOnce))
        .await
        .unwrap();
    let rest: Vec<_> = recorder
        .messages(1)
        .await
        .into_iter()
        .map(|m| m.payload)
        .collect();
    assert_eq!(rest, ["last"]);
    session.stop().await;
    publisher.stop().await;
}

#[tokio::test]
async fn a_late_acknowledgement_is_not_sent_on_the_next_connection() {
    let (listener, port) = listener().await;
    let mut options = options(port, "late");
    options.session_expiry_secs = 100;
    let recorder = Recorder::holding();
    let session = Session::start(options, recorder.clone());
    let mut peer = Peer::greet(&listener, CONNACK).await;
    peer.send(&packet(0x32, &[0, 1, b'a', 0, 1, 0, b'1'])).await;
    recorder.messages(1).await;
    let late = recorder.take_acks();
    drop(peer);

    let mut peer = Peer::greet(&listener, &[0x20, 3, 1, 0, 0]).await;
    peer.send(&packet(0x32, &[0, 1, b'b', 0, 1, 0, b'2'])).await;
    recorder.messages(2).await;
    late.into_iter().for_each(Ack::send);
    // The first publish may overtake the late acknowledgement; the second would come after it.
    for _ in 0..2 {
        session
            .publish(outgoing("c", "x", QoS::AtMostOnce))
            .await
            .unwrap();
        assert_eq!(peer.packet().await.0, 0x30);
    }
    recorder.take_acks().into_iter().for_each(Ack::send);
    assert_eq!(peer.packet().await, (0x40, vec![0, 1]));
    session.stop().await;
}

#[tokio::test]
async fn filters_come_and_go_while_connected() {
    let broker = Mosquitto::open();
    let (session, recorder) = start(broker.options("changing")).await;
    let many = (0..500)
        .map(|n| subscription(&format!("many/{n}"), QoS::AtMostOnce))
        .collect();
    let answers = session.subscribe(many).await.unwrap();
    assert_eq!(answers.len(), 500);
    assert!(answers.iter().all(|answer| answer.code == 0));
    assert_eq!(session.status().borrow().subscriptions.len(), 500);
    session
        .publish(outgoing("many/499", "x", QoS::AtLeastOnce))
        .await
        .unwrap();
    recorder.messages(1).await;
    let filters = vec![
        TopicFilter::new("many/499").unwrap(),
        TopicFilter::new("no").unwrap(),
    ];
    assert_eq!(session.unsubscribe(filters).await.unwrap(), [0, 0x11]);
    assert_eq!(session.status().borrow().subscriptions.len(), 499);
    let gone = session
        .publish(outgoing("many/499", "y", QoS::AtLeastOnce))
        .await
        .unwrap();
    assert_eq!(gone.code, 0x10);
    session.stop().await;
}

#[tokio::test]
async fn a_flood_arrives_in_order_and_in_few_calls() {
    let broker = Mosquitto::open();
    let mut options = broker.options("flooded");
    options.subscriptions = vec![subscription("flood", QoS::AtLeastOnce)];
    let (session, recorder) = start(options).await;
    for n in 0..3000 {
        let session = &session;
        let message = outgoing("flood", &n.to_string(), QoS::AtMostOnce);
        session.publish(message).await.unwrap();
    }
    let numbers: Vec<_> = recorder
        .messages(3000)
        .await
        .into_iter()
        .map(|m| m.payload)
        .collect();
    assert!(
        numbers
            .iter()
            .enumerate()
            .all(|(n, payload)| *payload == n.to_string())
    );
    session.stop().await;
}
