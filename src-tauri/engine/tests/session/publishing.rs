//! A publish ends with what the broker said to it.

use treetop_engine::message::QoS;
use treetop_engine::session::{PublishError, Session};

use super::support::*;

#[tokio::test]
async fn every_qos_ends_with_its_reason_code() {
    let broker = Mosquitto::open();
    let mut options = broker.options("writer");
    options.subscriptions = vec![subscription("heard", QoS::AtMostOnce)];
    let (session, _recorder) = start(options).await;
    let codes = [
        (QoS::AtMostOnce, "unheard", 0),
        (QoS::AtLeastOnce, "heard", 0),
        (QoS::AtLeastOnce, "unheard", 0x10),
        (QoS::ExactlyOnce, "heard", 0),
    ];
    for (qos, topic, code) in codes {
        let published = session.publish(outgoing(topic, "x", qos)).await.unwrap();
        assert_eq!(published.code, code, "QoS {qos} to {topic}");
        assert!(!published.round_trip.is_zero());
    }
    session.stop().await;
}

#[tokio::test]
async fn what_the_access_list_denies_is_an_answer_and_leaves_the_connection_alone() {
    let broker = Mosquitto::with(|port, dir| {
        let acl = dir.path().join("acl");
        std::fs::write(&acl, "topic readwrite open/#\n").unwrap();
        let acl = acl.display();
        format!("listener {port} 127.0.0.1\nallow_anonymous true\nacl_file {acl}\n")
    });
    let (session, _recorder) = start(broker.options("denied")).await;
    // More than any window of messages under way: a refusal must free its place.
    for n in 0..60 {
        let qos = if n % 2 == 0 { QoS::AtLeastOnce } else { QoS::ExactlyOnce };
        let published = session.publish(outgoing("closed", "x", qos)).await.unwrap();
        assert_eq!(published.code, 0x87);
    }
    session.publish(outgoing("open/a", "x", QoS::ExactlyOnce)).await.unwrap();
    session.stop().await;
}

#[tokio::test]
async fn what_the_broker_does_not_take_is_not_sent() {
    let broker = Mosquitto::with(|port, _| {
        format!("listener {port} 127.0.0.1\nallow_anonymous true\nmax_packet_size 200\n")
    });
    let (session, _recorder) = start(broker.options("big")).await;
    let big = "x".repeat(300);
    let error = session.publish(outgoing("a", &big, QoS::AtLeastOnce)).await.unwrap_err();
    assert!(matches!(error, PublishError::TooLarge { max: 200, .. }), "{error:?}");
    let small = session.publish(outgoing("a", "x", QoS::AtLeastOnce)).await.unwrap();
    assert_eq!(small.code, 0x10);
    session.stop().await;
}

#[tokio::test]
async fn without_a_connection_nothing_is_sent() {
    let session = Session::start(options(free_port(), "lonely"), Recorder::acknowledging());
    let error = session.publish(outgoing("a", "x", QoS::AtMostOnce)).await.unwrap_err();
    assert_eq!(error, PublishError::NotConnected);
    session.stop().await;
}
