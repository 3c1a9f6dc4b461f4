//! Publishing, with the broker's answer, and the list of what was sent.

use treetop_api::types::connection::{TopicProblem, UserProperty};
use treetop_api::types::error::{ApiError, PayloadProblemKind};
use treetop_api::types::publish::{
    Correlation, Draft, DraftProperties, InputFormat, Sent, SentState, WhileOffline,
};
use treetop_api::types::session::{Phase, StatusFrame};
use treetop_tests::proxy::{Direction, Line};
use treetop_tests::{Clients, Mosquitto, Proxy};

use crate::house::{House, until};

fn code(sent: &Sent) -> u8 {
    match &sent.state {
        SentState::Answered { reason } => reason.code,
        state => panic!("not answered: {state:?}"),
    }
}

fn draft(topic: &str, payload: &str) -> Draft {
    Draft {
        topic: topic.into(),
        payload: payload.into(),
        format: InputFormat::Text,
        qos: 1,
        retain: false,
        properties: DraftProperties {
            content_type: None,
            payload_format: None,
            expiry_secs: None,
            response_topic: None,
            correlation: None,
            user: vec![],
        },
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_published_arrives_with_its_properties() {
    let (house, _broker, clients, id) = House::connected().await;
    let mut other = clients.subscribe("out/#", &["-q", "2"]).await.unwrap();
    let mut message = draft("out/a", "ff 00 61");
    message.format = InputFormat::Hex;
    message.qos = 2;
    message.properties.content_type = Some("x/y".into());
    message.properties.response_topic = Some("reply".into());
    message.properties.correlation = Some(Correlation {
        text: "0a0b".into(),
        hex: true,
    });
    message.properties.user = vec![UserProperty {
        name: "k".into(),
        value: "v".into(),
    }];
    let sent = house
        .api
        .publish(id.clone(), message.clone(), WhileOffline::Keep)
        .await
        .unwrap();
    assert_eq!(code(&sent), 0);
    assert!(sent.round_trip_millis.is_some());
    let arrived = other.next().await.unwrap();
    assert_eq!(
        (arrived.topic.as_str(), arrived.payload.as_slice(), arrived.qos),
        ("out/a", &b"\xff\0a"[..], 2)
    );
    assert_eq!(
        (arrived.content_type.as_str(), arrived.response_topic.as_str()),
        ("x/y", "reply")
    );
    let listed = house.api.sent(id.clone(), 0.0).await.unwrap().sent;
    assert_eq!(listed, [sent]);
    let used_again = house.api.sent_draft(id, listed[0].id).await.unwrap();
    assert_eq!(used_again.payload, "ff0061");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_listening_is_said() {
    let (house, _broker, _clients, id) = House::connected().await;
    // The connection itself listens to everything; without that nobody does.
    house.api.topic_unsubscribe(id.clone(), "#".into()).await.unwrap();
    let sent = house
        .api
        .publish(id, draft("nobody/here", "x"), WhileOffline::Keep)
        .await
        .unwrap();
    let SentState::Answered { reason } = sent.state else {
        panic!("{:?}", sent.state)
    };
    assert_eq!(
        (reason.code, reason.name.as_str()),
        (0x10, "No matching subscribers")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_is_refused_before_it_is_sent() {
    let (house, _broker, _clients, id) = House::connected().await;
    let wildcard = house
        .api
        .publish(id.clone(), draft("a/#", "x"), WhileOffline::Keep)
        .await;
    let problem = TopicProblem::WildcardInName {
        character: "#".into(),
    };
    assert_eq!(wildcard, Err(ApiError::Topic { problem }));
    let check = house
        .api
        .payload_check("{\n  \"a\": nope }".into(), InputFormat::Json)
        .await
        .unwrap();
    let problem = check.problem.unwrap();
    assert_eq!((problem.kind, problem.line), (PayloadProblemKind::Json, 2));
    assert!(
        house
            .api
            .payload_check("{\"a\": 1e400}".into(), InputFormat::Json)
            .await
            .unwrap()
            .problem
            .is_none()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn offline_a_message_waits_or_is_refused_as_asked() {
    let (house, _broker, clients, id) = House::connected().await;
    house.api.connection_disconnect(id.clone()).await.unwrap();
    let publish = async |draft, offline| house.api.publish(id.clone(), draft, offline).await;
    let mut at_most_once = draft("out/a", "x");
    at_most_once.qos = 0;
    let refused = publish(at_most_once, WhileOffline::Keep).await;
    assert_eq!(refused, Err(ApiError::OfflineQos0));
    let refused = publish(draft("out/a", "x"), WhileOffline::Refuse).await;
    assert_eq!(refused, Err(ApiError::NotConnected));
    let back = publish(draft("out/a", "back"), WhileOffline::Keep).await.unwrap();
    assert_eq!((&back.state, back.kept), (&SentState::Waiting, true));
    let waiting = publish(draft("out/a", "later"), WhileOffline::Keep)
        .await
        .unwrap();
    assert!(house.api.sent_cancel(id.clone(), back.id).await.unwrap());

    // The program is closed and opened again before there is a connection.
    let house = house.again().await;
    house.api.connection_browse(id.clone()).await.unwrap();
    let frame = house.api.sent(id.clone(), 0.0).await.unwrap();
    assert_eq!((frame.waiting, frame.open, frame.sent.len()), (1.0, 1.0, 1));
    let mut other = clients.subscribe("out/#", &["-q", "1"]).await.unwrap();
    house.api.connection_connect(id.clone()).await.unwrap();
    assert_eq!(other.next().await.unwrap().payload, b"later");
    let sent = until(async || {
        let frame = house.api.sent(id.clone(), 0.0).await.unwrap();
        frame
            .sent
            .into_iter()
            .find(|sent| matches!(sent.state, SentState::Answered { .. }))
    })
    .await;
    assert_eq!((sent.id, code(&sent)), (waiting.id, 0));
    assert!(!house.api.sent_cancel(id, waiting.id).await.unwrap());
}

/// A line that is cut again and again, and a session that the broker keeps: at QoS 2 each message
/// arrives exactly once, at QoS 1 at least once, and each is answered.
#[tokio::test(flavor = "multi_thread")]
async fn a_bad_line_loses_nothing_and_doubles_no_qos_2() {
    const MESSAGES: usize = 60;
    let broker = Mosquitto::builder().unlimited_queues().start().await.unwrap();
    let proxy = Proxy::start(broker.port()).await.unwrap();
    let house = House::new().await;
    let id = house
        .saved(proxy.port(), |profile| {
            profile.session_expiry_secs = 1_000;
            profile.clean_start = false;
            profile.first_retry_secs = 1;
            profile.subscriptions.clear();
        })
        .await;
    let clients = Clients::new(broker.port());
    let mut other = clients.subscribe("out/#", &["-q", "2"]).await.unwrap();
    house.api.connection_connect(id.clone()).await.unwrap();
    let connected = |status: &StatusFrame| matches!(status.phase, Phase::Connected { .. });
    house.until_status(&id, connected).await;
    let mut before = 0;
    for n in 0..MESSAGES {
        if n % 20 == 10 {
            before = proxy.accepted();
            // Packets of both ways are cut off wherever they are.
            let direction = if n == 30 {
                Direction::ToBroker
            } else {
                Direction::ToClient
            };
            proxy.set(Line::Truncated { direction, after: 37 });
        }
        let mut message = draft("out/two", &n.to_string());
        message.qos = 2;
        house
            .api
            .publish(id.clone(), message, WhileOffline::Keep)
            .await
            .unwrap();
        let message = draft("out/one", &n.to_string());
        house
            .api
            .publish(id.clone(), message, WhileOffline::Keep)
            .await
            .unwrap();
        if n % 20 == 15 {
            // By now more than that was to be carried: the line was cut, and is tried again.
            until(async || {
                house.api.connection_retry(id.clone()).await.unwrap();
                (proxy.accepted() > before).then_some(())
            })
            .await;
            proxy.set(Line::Clear);
        }
    }
    until(async || {
        house.api.connection_retry(id.clone()).await.unwrap();
        let frame = house.api.sent(id.clone(), 0.0).await.unwrap();
        (frame.open == 0.0).then_some(())
    })
    .await;
    let frame = house.api.sent(id.clone(), 0.0).await.unwrap();
    assert!(frame.sent.iter().all(|sent| code(sent) == 0), "{frame:?}");
    clients.publish("out/end", b"", &["-q", "2"]).await.unwrap();
    let (mut once, mut least) = (Vec::new(), Vec::new());
    loop {
        let message = other.next().await.unwrap();
        let number = || {
            String::from_utf8_lossy(&message.payload)
                .parse::<usize>()
                .unwrap()
        };
        match message.topic.as_str() {
            "out/two" => once.push(number()),
            "out/one" => least.push(number()),
            _ => break,
        }
    }
    assert_eq!(once, (0..MESSAGES).collect::<Vec<_>>());
    least.sort_unstable();
    least.dedup();
    assert_eq!(least, (0..MESSAGES).collect::<Vec<_>>());
}
