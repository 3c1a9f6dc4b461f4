//! The machines' answers: a request on `factory/<line>/<machine>/cmd/get_status` that names a
//! response topic gets the machine's status there, with the same correlation data.
//!
//! Requests without a response topic get no answer; no command changes anything in the plant.

use bytes::Bytes;
use mqtt5::broker::router::LaneReceivers;
use mqtt5::packet::publish::PublishPacket;
use mqtt5::{MqttError, PropertyId, PropertyValue, QoS};
use serde_json::json;

use crate::broker::Inlet;
use crate::moment::{Clock, Moment};
use crate::plant::Machine;

const NAME: &str = "demo-plant-responder";
const REQUESTS: &str = "factory/+/+/cmd/get_status";
const SUFFIX: &str = "/cmd/get_status";

/// A subscriber inside the broker.
pub struct Responder {
    machines: Vec<Box<dyn Machine>>,
    inlet: Inlet,
    requests: LaneReceivers,
}

impl Responder {
    pub async fn register(machines: Vec<Box<dyn Machine>>, inlet: Inlet) -> Result<Responder, MqttError> {
        let requests = inlet.subscribe(NAME, REQUESTS).await?;
        Ok(Responder {
            machines,
            inlet,
            requests,
        })
    }

    pub async fn run(mut self, clock: Clock) {
        while let Some(request) = self.requests.recv().await {
            match self.answer(&request.publish, clock.now(0)) {
                Some(answer) => self.inlet.publish(&answer).await,
                None => log::debug!("no answer to a request on {}", request.publish.topic_name),
            }
        }
    }

    fn answer(&self, request: &PublishPacket, moment: Moment) -> Option<PublishPacket> {
        let response_topic = response_topic(request)?;
        let base = request.topic_name.strip_suffix(SUFFIX)?;
        let (code, status) = match self.machines.iter().find(|machine| machine.base() == base) {
            Some(machine) => ("200", machine.status(&moment)),
            None => ("404", json!({ "error": "no such machine", "machine": base })),
        };
        let mut answer = PublishPacket::new(response_topic, status.to_string(), QoS::AtLeastOnce)
            .with_payload_format_indicator(true)
            .with_content_type("application/json".to_owned())
            .with_user_property("status".to_owned(), code.to_owned());
        if let Some(correlation) = correlation_data(request) {
            answer.properties.set_correlation_data(correlation);
        }
        Some(answer)
    }
}

/// Response Topic, MQTT 5 section 3.3.2.3.5: it must be a topic name, so no wildcards.
fn response_topic(request: &PublishPacket) -> Option<&str> {
    match request.properties.get(PropertyId::ResponseTopic) {
        Some(PropertyValue::Utf8String(topic)) if mqtt5::is_valid_topic_name(topic) => Some(topic),
        _ => None,
    }
}

/// Correlation Data, MQTT 5 section 3.3.2.3.6.
fn correlation_data(request: &PublishPacket) -> Option<Bytes> {
    match request.properties.get(PropertyId::CorrelationData) {
        Some(PropertyValue::BinaryData(data)) => Some(data.clone()),
        _ => None,
    }
}
