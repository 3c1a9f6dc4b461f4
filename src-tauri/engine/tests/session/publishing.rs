//! A publish ends with what the broker said to it.

use tokio::sync::mpsc;
use treetop_engine::message::QoS;
use treetop_engine::session::{Following, Progress, PublishError, Session};

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
    for _ in 0..60 {
        let message = outgoing("closed", "x", QoS::AtLeastOnce);
        assert_eq!(session.publish(message).await.unwrap().code, 0x87);
    }
    session
        .publish(outgoing("open/a", "x", QoS::ExactlyOnce))
        .await
        .unwrap();
    session.stop().await;
}

#[tokio::test]
async fn a_denied_qos_2_publish_frees_its_place() {
    let (listener, port) = listener().await;
    let session = Session::start(options(port, "denied"), Recorder::acknowledging());
    let mut peer = Peer::greet(&listener, &[0x20, 6, 0, 0, 3, 0x21, 0, 2]).await;
    connected(&session).await;
    let broker = async {
        for _ in 0..20 {
            let (first, body) = peer.packet().await;
            assert_eq!(first, 0x34);
            // Topic "a" takes three bytes; the packet identifier follows.
            let answer = [&[body[3], body[4], 0x87, 5, 0x1f, 0, 2][..], b"no"].concat();
            peer.send(&packet(0x50, &answer)).await;
        }
    };
    let publisher = async {
        for _ in 0..20 {
            let denied = session
                .publish(outgoing("a", "x", QoS::ExactlyOnce))
                .await
                .unwrap();
            assert_eq!((denied.code, denied.reason_string.as_deref()), (0x87, Some("no")));
        }
    };
    tokio::join!(broker, publisher);
    session.stop().await;
}

#[tokio::test]
async fn a_publish_is_finished_on_the_next_connection() {
    let (listener, port) = listener().await;
    let mut options = options(port, "resumed");
    options.session_expiry_secs = 100;
    let session = Session::start(options, Recorder::acknowledging());
    let mut peer = Peer::greet(&listener, CONNACK).await;
    connected(&session).await;
    let broker = async {
        let (_, body) = peer.packet().await;
        let id = [body[3], body[4]];
        peer.send(&packet(0x50, &id)).await;
        assert_eq!(peer.packet().await, (0x62, id.to_vec()));
        drop(peer);
        let mut peer = Peer::greet(&listener, &[0x20, 3, 1, 0, 0]).await;
        assert_eq!(peer.packet().await, (0x62, id.to_vec()));
        peer.send(&packet(0x70, &id)).await;
        peer
    };
    let message = outgoing("a", "x", QoS::ExactlyOnce);
    let (_peer, published) = tokio::join!(broker, session.publish(message));
    assert_eq!(published.unwrap().code, 0);
    session.stop().await;
}

#[tokio::test]
async fn a_publish_whose_session_is_gone_is_told() {
    let (listener, port) = listener().await;
    let session = Session::start(options(port, "gone"), Recorder::acknowledging());
    let mut peer = Peer::greet(&listener, CONNACK).await;
    connected(&session).await;
    let broker = async {
        peer.packet().await;
        drop(peer);
        Peer::greet(&listener, CONNACK).await
    };
    let message = outgoing("a", "x", QoS::AtLeastOnce);
    let (_peer, published) = tokio::join!(broker, session.publish(message));
    assert_eq!(published, Err(PublishError::Unknown));
    session.stop().await;
}

#[tokio::test]
async fn pubrel_waits_until_it_is_released() {
    let (listener, port) = listener().await;
    let mut options = options(port, "followed");
    options.session_expiry_secs = 100;
    let (progress, mut news) = mpsc::unbounded_channel();
    let following = Following {
        progress: Some(progress),
        resumed: Vec::new(),
        ..Default::default()
    };
    let session = Session::start_following(options, Recorder::acknowledging(), following);
    let mut peer = Peer::greet(&listener, CONNACK).await;
    connected(&session).await;
    let send = async |token, payload, qos| {
        let turn = session.turn().await.unwrap();
        session.send(turn, token, outgoing("a", payload, qos)).unwrap();
    };
    let id_of = |body: &[u8]| [body[3], body[4]];

    send(7, "x", QoS::ExactlyOnce).await;
    let (_, body) = peer.packet().await;
    let number = id_of(&body);
    let Some(Progress::Numbered {
        token: 7,
        packet: told,
    }) = news.recv().await
    else {
        panic!("not numbered")
    };
    assert_eq!(told, u16::from_be_bytes(number));
    peer.send(&packet(0x50, &number)).await;
    let Some(Progress::Received {
        token: 7,
        release: void,
    }) = news.recv().await
    else {
        panic!("not received")
    };
    // What comes and goes after PUBREC is not held up by it.
    send(8, "y", QoS::AtLeastOnce).await;
    let (kind, body) = peer.packet().await;
    assert_eq!(kind, 0x32);
    peer.send(&packet(0x40, &id_of(&body))).await;
    assert!(matches!(
        news.recv().await,
        Some(Progress::Numbered { token: 8, .. })
    ));
    let Some(Progress::Ended {
        token: 8,
        result: Ok(answer),
    }) = news.recv().await
    else {
        panic!("not answered")
    };
    assert_eq!(answer.code, 0);

    // A release is for one connection; on the next one PUBLISH goes again.
    drop(peer);
    let mut peer = Peer::greet(&listener, &[0x20, 3, 1, 0, 0]).await;
    assert_eq!(peer.packet().await.0, 0x3c);
    peer.send(&packet(0x50, &number)).await;
    let Some(Progress::Received { token: 7, release }) = news.recv().await else {
        panic!("not received again")
    };
    void.send();
    send(9, "z", QoS::AtLeastOnce).await;
    assert_eq!(peer.packet().await.0, 0x32);
    release.send();
    assert_eq!(peer.packet().await, (0x62, number.to_vec()));
    session.stop().await;
}

#[tokio::test]
async fn what_the_broker_does_not_take_is_not_sent() {
    let broker = Mosquitto::with(|port, _| {
        format!("listener {port} 127.0.0.1\nallow_anonymous true\nmax_packet_size 200\n")
    });
    let (session, _recorder) = start(broker.options("big")).await;
    let big = "x".repeat(300);
    let error = session
        .publish(outgoing("a", &big, QoS::AtLeastOnce))
        .await
        .unwrap_err();
    assert!(
        matches!(error, PublishError::TooLarge { max: 200, .. }),
        "{error:?}"
    );
    let small = session
        .publish(outgoing("a", "x", QoS::AtLeastOnce))
        .await
        .unwrap();
    assert_eq!(small.code, 0x10);
    session.stop().await;
}

#[tokio::test]
async fn without_a_connection_nothing_is_sent() {
    let session = Session::start(options(free_port(), "lonely"), Recorder::acknowledging());
    let error = session
        .publish(outgoing("a", "x", QoS::AtMostOnce))
        .await
        .unwrap_err();
    assert_eq!(error, PublishError::NotConnected);
    session.stop().await;
}
