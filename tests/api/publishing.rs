//! Publishing, with the broker's answer, and the list of what was sent.

use treetop_api::types::connection::{TopicProblem, UserProperty};
use treetop_api::types::error::{ApiError, PayloadProblemKind};
use treetop_api::types::publish::{Correlation, Draft, DraftProperties, InputFormat};

use crate::house::House;

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
    let sent = house.api.publish(id.clone(), message.clone()).await.unwrap();
    assert_eq!(sent.reason.as_ref().unwrap().code, 0);
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
    let listed = house.api.sent(id, 10).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].draft.payload, "ff0061");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_listening_is_said() {
    let (house, _broker, _clients, id) = House::connected().await;
    // The connection itself listens to everything; without that nobody does.
    house.api.topic_unsubscribe(id.clone(), "#".into()).await.unwrap();
    let sent = house.api.publish(id, draft("nobody/here", "x")).await.unwrap();
    let reason = sent.reason.unwrap();
    assert_eq!(
        (reason.code, reason.name.as_str()),
        (0x10, "No matching subscribers")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_is_refused_before_it_is_sent() {
    let (house, _broker, _clients, id) = House::connected().await;
    let wildcard = house.api.publish(id.clone(), draft("a/#", "x")).await;
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
    house.api.connection_disconnect(id.clone()).await.unwrap();
    assert_eq!(
        house.api.publish(id, draft("a", "x")).await,
        Err(ApiError::NotConnected)
    );
}
