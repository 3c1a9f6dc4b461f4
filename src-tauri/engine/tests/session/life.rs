//! A link is cut and comes back: what the broker kept decides what happens next, and what may have
//! been missed is said.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use treetop_engine::message::QoS;
use treetop_engine::session::{Event, Failure, Missed, Phase, Session, Why};
use treetop_engine::topic::TopicFilter;

use super::support::*;

/// A way to a broker that can be cut and closed for a while.
struct Link {
    port: u16,
    target: u16,
    carried: JoinSet<()>,
}

impl Link {
    async fn to(broker: &Mosquitto) -> Self {
        let mut link = Self {
            port: free_port(),
            target: broker.port,
            carried: JoinSet::new(),
        };
        link.open().await;
        link
    }

    async fn open(&mut self) {
        let listener = TcpListener::bind(("127.0.0.1", self.port)).await.unwrap();
        let target = self.target;
        self.carried.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((mut here, _)) = listener.accept().await {
                connections.spawn(async move {
                    let mut there = TcpStream::connect(("127.0.0.1", target)).await.unwrap();
                    // However it ends, it is over.
                    let _ended = copy_bidirectional(&mut here, &mut there).await;
                });
            }
        });
    }

    /// Ends what is connected and lets nobody in.
    async fn cut(&mut self) {
        self.carried.shutdown().await;
    }
}

fn subscriptions(seen: &Seen) -> usize {
    let of = |event: &&Event| matches!(event, Event::Subscribed { .. });
    seen.events.iter().filter(of).count()
}

fn missed(seen: &Seen) -> Option<Missed> {
    seen.events.iter().find_map(|event| match event {
        Event::Missed { missed } => Some(*missed),
        _ => None,
    })
}

async fn waiting(session: &Session) {
    status(session, "waiting", |s| matches!(s.phase, Phase::Waiting { .. })).await;
}

async fn returned(recorder: &Arc<Recorder>) -> Seen {
    let again = |seen: &Seen| {
        let of = |event: &&Event| matches!(event, Event::Connected { away: Some(_), .. });
        seen.events.iter().filter(of).count() == 1
    };
    recorder.until("return", again).await
}

#[tokio::test]
async fn without_a_session_everything_is_subscribed_and_read_again() {
    let broker = Mosquitto::open();
    let mut link = Link::to(&broker).await;
    let mut options = options(link.port, "anew");
    options.subscriptions = vec![subscription("plant/#", QoS::AtMostOnce)];
    let (session, recorder) = start(options).await;
    link.cut().await;
    waiting(&session).await;
    let (other, _) = start(broker.options("other")).await;
    let mut kept = outgoing("plant/state", "on", QoS::AtLeastOnce);
    kept.retain = true;
    other.publish(kept).await.unwrap();
    link.open().await;
    returned(&recorder).await;
    recorder.messages(1).await;
    let seen = recorder
        .until("subscribed again", |seen| subscriptions(seen) == 2)
        .await;
    let missed = missed(&seen).unwrap();
    assert_eq!(missed.why, Why::NotKept);
    assert!(missed.from < missed.to);
    assert_eq!(session.status().borrow().missed, Some(missed));
    assert!(seen.messages[0].retain, "the retained message is read again");
    session.stop().await;
    other.stop().await;
}

#[tokio::test]
async fn a_session_that_is_kept_brings_what_was_sent_meanwhile_and_subscribes_nothing() {
    let broker = Mosquitto::open();
    let mut link = Link::to(&broker).await;
    let mut options = options(link.port, "resumed");
    options.session_expiry_secs = 100;
    options.subscriptions = vec![subscription("plant/#", QoS::AtLeastOnce)];
    let (session, recorder) = start(options).await;
    link.cut().await;
    waiting(&session).await;
    let (other, _) = start(broker.options("other")).await;
    other
        .publish(outgoing("plant/a", "meanwhile", QoS::AtLeastOnce))
        .await
        .unwrap();
    link.open().await;
    returned(&recorder).await;
    recorder.messages(1).await;
    let seen = recorder.now();
    assert_eq!((subscriptions(&seen), missed(&seen)), (1, None));
    assert_eq!(&seen.messages[0].payload[..], b"meanwhile");
    let answers = session.status().borrow().subscriptions.clone();
    assert_eq!(answers.len(), 1, "what was granted before still holds");
    session.stop().await;
    other.stop().await;
}

#[tokio::test]
async fn a_kept_session_still_says_that_qos_0_may_be_missing() {
    let broker = Mosquitto::open();
    let mut link = Link::to(&broker).await;
    let mut options = options(link.port, "half");
    options.session_expiry_secs = 100;
    options.subscriptions = vec![
        subscription("a", QoS::AtLeastOnce),
        subscription("b", QoS::AtMostOnce),
    ];
    let (session, recorder) = start(options).await;
    link.cut().await;
    waiting(&session).await;
    link.open().await;
    let seen = recorder.until("missed", |seen| missed(seen).is_some()).await;
    assert_eq!(missed(&seen).unwrap().why, Why::OnlyQos0);
    assert_eq!(subscriptions(&seen), 1);
    session.stop().await;
}

#[tokio::test]
async fn a_session_that_expired_is_told_from_one_that_was_not_kept() {
    let broker = Mosquitto::open();
    let mut link = Link::to(&broker).await;
    let mut options = options(link.port, "late");
    options.session_expiry_secs = 1;
    // The next try comes after the broker has forgotten the session.
    options.backoff.first = Duration::from_secs(4);
    options.backoff.longest = options.backoff.first;
    options.subscriptions = vec![subscription("plant/#", QoS::AtLeastOnce)];
    let (session, recorder) = start(options).await;
    link.cut().await;
    waiting(&session).await;
    link.open().await;
    let seen = recorder
        .until("subscribed again", |seen| subscriptions(seen) == 2)
        .await;
    assert_eq!(missed(&seen).unwrap().why, Why::Expired { after: 1 });
    session.stop().await;
}

#[tokio::test]
async fn a_broker_that_forgot_the_session_is_subscribed_to_again() {
    let mut broker = Mosquitto::open();
    let mut options = broker.options("forgotten");
    options.session_expiry_secs = 1000;
    options.subscriptions = vec![subscription("plant/#", QoS::AtLeastOnce)];
    let (session, recorder) = start(options).await;
    // A filter added meanwhile belongs to the connection's list from then on.
    session
        .subscribe(vec![subscription("added", QoS::ExactlyOnce)])
        .await
        .unwrap();
    broker.stop();
    waiting(&session).await;
    broker.start();
    let seen = recorder
        .until("subscribed again", |seen| subscriptions(seen) == 2)
        .await;
    assert_eq!(missed(&seen).unwrap().why, Why::Forgotten);
    assert_eq!(seen.events.last(), Some(&Event::Subscribed { filters: 2 }));
    session.stop().await;
}

#[tokio::test]
async fn changed_subscriptions_are_events() {
    let broker = Mosquitto::open();
    let (session, recorder) = start(broker.options("changing")).await;
    let wanted = subscription("a/+", QoS::AtLeastOnce);
    session.subscribe(vec![wanted.clone()]).await.unwrap();
    let filters = || vec![TopicFilter::new("a/+").unwrap()];
    assert_eq!(session.unsubscribe(filters()).await.unwrap(), [0]);
    assert_eq!(session.unsubscribe(filters()).await.unwrap(), [0x11]);
    let changed: Vec<_> = recorder
        .now()
        .events
        .into_iter()
        .filter(|event| matches!(event, Event::Granted { .. } | Event::Unsubscribed { .. }))
        .collect();
    let unsubscribed = |code| Event::Unsubscribed {
        filter: wanted.filter.clone(),
        code,
    };
    let granted = Event::Granted {
        subscription: wanted.clone(),
        code: 1,
    };
    assert_eq!(changed, [granted, unsubscribed(0), unsubscribed(0x11)]);
    session.stop().await;
}

#[tokio::test]
async fn a_session_taken_over_is_left_to_the_other_client() {
    let (listener, port) = listener().await;
    let recorder = Recorder::acknowledging();
    let session = Session::start(options(port, "twin"), recorder.clone());
    let mut peer = Peer::greet(&listener, CONNACK).await;
    connected(&session).await;
    peer.send(&[0xe0, 2, 0x8e, 0]).await;
    let stopped = status(&session, "stop", |s| matches!(s.phase, Phase::Stopped { .. })).await;
    let Phase::Stopped {
        failure: Some(Failure::Disconnected(reason)),
    } = stopped.phase
    else {
        panic!("{stopped:?}")
    };
    assert_eq!(reason.code, 0x8e);
    session.stop().await;
}

#[tokio::test]
async fn a_link_that_comes_and_goes_is_recognised() {
    let (listener, port) = listener().await;
    let recorder = Recorder::acknowledging();
    let session = Session::start(options(port, "flapping"), recorder.clone());
    for _ in 0..3 {
        drop(Peer::greet(&listener, CONNACK).await);
    }
    let steady = Peer::greet(&listener, CONNACK).await;
    connected(&session).await;
    assert_eq!(session.status().borrow().flapping, None);
    drop(steady);
    let flapping = status(&session, "flapping", |s| s.flapping.is_some()).await;
    assert_eq!(flapping.flapping.unwrap().drops, 4);
    let told = |seen: &Seen| {
        let of = |event: &Event| {
            matches!(
                event,
                Event::Waiting {
                    flapping: Some(_),
                    ..
                }
            )
        };
        seen.events.iter().any(of)
    };
    recorder.until("flapping in the timeline", told).await;
    session.stop().await;
}
