//! A connection comes back by itself, unless the broker says that it should not.

use treetop_engine::message::QoS;
use treetop_engine::session::{Event, Failure, Phase, Secret, Session, Step, TcpFailure, retained, test};
use treetop_engine::topic::TopicFilter;

use super::support::*;

#[tokio::test]
async fn a_restarted_broker_is_found_again_and_subscribed_again() {
    let mut broker = Mosquitto::open();
    let mut options = broker.options("patient");
    options.subscriptions = vec![subscription("#", QoS::AtMostOnce)];
    let (session, recorder) = start(options).await;
    broker.stop();
    let waiting = status(&session, "waiting", |s| {
        matches!(s.phase, Phase::Waiting { attempt: 3, .. })
    })
    .await;
    let Phase::Waiting { failure, .. } = waiting.phase else {
        unreachable!()
    };
    assert!(
        matches!(
            failure,
            Failure::Tcp {
                kind: TcpFailure::Refused,
                ..
            }
        ),
        "{failure:?}"
    );
    broker.start();
    let twice = |seen: &Seen| {
        let of = |event: &&Event| matches!(event, Event::Subscribed { .. });
        seen.events.iter().filter(of).count() == 2
    };
    let seen = recorder.until("second subscription", twice).await;
    assert!(
        seen.events
            .iter()
            .any(|event| matches!(event, Event::Lost { .. }))
    );
    session
        .publish(outgoing("back", "x", QoS::AtLeastOnce))
        .await
        .unwrap();
    recorder.messages(1).await;
    session.stop().await;
    assert_eq!(recorder.now().events.last(), Some(&Event::Stopped));
}

#[tokio::test]
async fn a_wrong_password_stops() {
    let broker = Mosquitto::with(|port, dir| {
        let file = dir.path().join("passwords");
        std::fs::write(&file, "ann:right\n").unwrap();
        let made = std::process::Command::new("mosquitto_passwd")
            .arg("-U")
            .arg(&file)
            .status();
        assert!(made.unwrap().success());
        format!(
            "listener {port} 127.0.0.1\nallow_anonymous false\npassword_file {}\n",
            file.display()
        )
    });
    let mut options = broker.options("ann");
    options.username = Some("ann".to_owned());
    options.password = Some(Secret::new("wrong"));
    let recorder = Recorder::acknowledging();
    let session = Session::start(options.clone(), recorder.clone());
    let stopped = status(&session, "stop", |s| matches!(s.phase, Phase::Stopped { .. })).await;
    let Phase::Stopped {
        failure: Some(Failure::Refused(reason)),
    } = stopped.phase
    else {
        panic!("{stopped:?}")
    };
    assert_eq!(reason.code, 0x87);
    let attempts = |event: &&Event| matches!(event, Event::Connecting { .. });
    assert_eq!(recorder.now().events.iter().filter(attempts).count(), 1);
    session.stop().await;

    options.password = Some(Secret::new("right"));
    let (session, _recorder) = start(options).await;
    session.stop().await;
}

#[tokio::test]
async fn the_waiting_can_be_ended_by_hand() {
    let mut broker = Mosquitto::open();
    broker.stop();
    let mut options = broker.options("hasty");
    options.backoff.first = std::time::Duration::from_secs(3600);
    options.backoff.longest = options.backoff.first;
    let session = Session::start(options, Recorder::acknowledging());
    status(&session, "waiting", |s| matches!(s.phase, Phase::Waiting { .. })).await;
    broker.start();
    session.retry_now();
    connected(&session).await;
    session.stop().await;
}

#[tokio::test]
async fn a_stop_sends_disconnect_and_no_will() {
    let (listener, port) = listener().await;
    let session = Session::start(options(port, "polite"), Recorder::acknowledging());
    let mut peer = Peer::greet(&listener, CONNACK).await;
    connected(&session).await;
    session.stop().await;
    assert_eq!(peer.packet().await.0, 0xe0);
}

#[tokio::test]
async fn a_dropped_session_ends_in_order() {
    let (listener, port) = listener().await;
    let session = Session::start(options(port, "dropped"), Recorder::acknowledging());
    let mut peer = Peer::greet(&listener, CONNACK).await;
    connected(&session).await;
    drop(session);
    assert_eq!(peer.packet().await.0, 0xe0);
}

#[tokio::test]
async fn a_kept_session_is_not_subscribed_again() {
    let (listener, port) = listener().await;
    let mut options = options(port, "kept");
    options.session_expiry_secs = 100;
    options.subscriptions = vec![subscription("a", QoS::AtLeastOnce)];
    let recorder = Recorder::acknowledging();
    let session = Session::start(options, recorder.clone());
    let mut peer = Peer::accept(&listener).await;
    let (_, connect) = peer.packet().await;
    assert_eq!(connect[7] & 2, 2, "the first connect asks for a clean start");
    peer.send(CONNACK).await;
    let (first, subscribe) = peer.packet().await;
    assert_eq!(first, 0x82);
    peer.send(&packet(0x90, &[subscribe[0], subscribe[1], 0, 1]))
        .await;
    recorder.subscribed().await;
    drop(peer);

    let mut peer = Peer::accept(&listener).await;
    let (_, connect) = peer.packet().await;
    assert_eq!(connect[7] & 2, 0, "later ones continue the session");
    peer.send(&[0x20, 3, 1, 0, 0]).await;
    let held = status(&session, "kept session", |s| {
        s.phase
            == Phase::Connected {
                session_present: true,
            }
    });
    held.await;
    session.stop().await;
    assert_eq!(peer.packet().await.0, 0xe0, "nothing but the end");
}

#[tokio::test]
async fn a_test_tells_every_step_and_stops_at_the_first_that_fails() {
    let broker = Mosquitto::open();
    let mut options = broker.options("tester");
    options.subscriptions = vec![subscription("#", QoS::AtMostOnce)];
    let (session, _recorder) = start(options.clone()).await;
    let steps = test(options.clone()).await;
    let names: Vec<_> = steps.iter().map(|step| step.step).collect();
    assert_eq!(names, [Step::Resolve, Step::Tcp, Step::Connack, Step::Suback]);
    assert!(steps.iter().all(|step| step.result.is_ok()), "{steps:?}");
    let phase = session.status().borrow().phase.clone();
    assert_eq!(
        phase,
        Phase::Connected {
            session_present: false
        },
        "the session is left alone"
    );
    session.stop().await;

    options.port = free_port();
    let steps = test(options).await;
    let last = steps.last().unwrap();
    assert_eq!((steps.len(), last.step), (2, Step::Tcp));
    assert!(matches!(
        last.result,
        Err(Failure::Tcp {
            kind: TcpFailure::Refused,
            ..
        })
    ));
}

#[tokio::test]
async fn what_is_retained_is_asked_of_the_broker() {
    let broker = Mosquitto::open();
    let (session, _recorder) = start(broker.options("writer")).await;
    for topic in ["kept/a", "kept/b", "other"] {
        let mut message = outgoing(topic, "x", QoS::AtLeastOnce);
        message.retain = true;
        session.publish(message).await.unwrap();
    }
    let quiet = std::time::Duration::from_millis(200);
    let ask = |filter: &str, limit| {
        retained(
            broker.options("asker"),
            vec![TopicFilter::new(filter).unwrap()],
            quiet,
            limit,
        )
    };
    let mut topics: Vec<_> = ask("kept/#", 100)
        .await
        .unwrap()
        .into_iter()
        .map(|m| m.topic)
        .collect();
    topics.sort();
    assert_eq!(topics, ["kept/a", "kept/b"]);
    assert_eq!(ask("#", 1).await.unwrap().len(), 1);
    assert!(ask("nothing", 10).await.unwrap().is_empty());
    session.stop().await;
}
