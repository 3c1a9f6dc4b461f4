//! Publishing: checks as typed, sending, what was sent.

use bytes::Bytes;
use treetop_engine::history;
use treetop_engine::message::{Message, Properties, QoS, Timestamp};
use treetop_engine::payload;
use treetop_engine::session::{Outgoing, PacketKind};
use treetop_engine::topic::{TopicFilter, TopicName};

use crate::api::Api;
use crate::types::connection::TopicProblem;
use crate::types::error::ApiError;
use crate::types::publish::{Draft, DraftProperties, InputFormat, PayloadCheck, Sent};
use crate::wire;

impl Api {
    /// What is wrong with a topic name, or with a topic filter.
    pub async fn topic_check(&self, topic: String, filter: bool) -> Result<Option<TopicProblem>, ApiError> {
        let problem = match filter {
            true => TopicFilter::new(topic).err(),
            false => TopicName::new(topic).err(),
        };
        Ok(problem.map(wire::error::topic_problem))
    }

    pub async fn payload_check(
        &self,
        payload: String,
        format: InputFormat,
    ) -> Result<PayloadCheck, ApiError> {
        Ok(
            match payload::encode(&payload, wire::message::input_format(format)) {
                Ok(bytes) => PayloadCheck {
                    bytes: bytes.len() as f64,
                    problem: None,
                },
                Err(error) => PayloadCheck {
                    bytes: payload.len() as f64,
                    problem: Some(wire::error::payload_problem(error)),
                },
            },
        )
    }

    pub async fn publish(&self, id: String, draft: Draft) -> Result<Sent, ApiError> {
        let connection = self.connection(&id)?;
        let session = connection.session().ok_or(ApiError::NotConnected)?;
        let topic = TopicName::new(draft.topic.as_str()).map_err(wire::error::topic)?;
        let payload = payload::encode(&draft.payload, wire::message::input_format(draft.format))
            .map_err(wire::error::payload)?;
        let qos = QoS::from_level(draft.qos).unwrap_or_default();
        let properties = properties(&draft.properties)?;
        let at = Timestamp::now();
        let outgoing = Outgoing {
            topic,
            payload: payload.clone(),
            qos,
            retain: draft.retain,
            properties: properties.clone(),
        };
        let published = session.publish(outgoing).await.map_err(wire::error::publish)?;
        let sent = history::Sent {
            at,
            message: Message {
                topic: draft.topic.clone(),
                payload: payload.clone(),
                qos,
                retain: draft.retain,
                dup: false,
                properties: Some(properties).filter(|p| !p.is_empty()).map(Box::new),
            },
            reason_code: (qos != QoS::AtMostOnce).then_some(published.code),
            reason_string: published.reason_string.clone(),
            round_trip: (qos != QoS::AtMostOnce).then_some(published.round_trip),
        };
        let number = match connection.history.add_sent(sent.clone()).await {
            Ok(number) => number,
            // It was sent; that it is not in the list of sent ones must not read as a failure to send.
            Err(error) => {
                log::warn!("a sent message is not kept: {error}");
                0
            }
        };
        Ok(wire_sent(number, sent, Some(draft)))
    }

    pub async fn sent(&self, id: String, limit: u32) -> Result<Vec<Sent>, ApiError> {
        let rows = self
            .connection(&id)?
            .history
            .sent(None, limit)
            .await
            .map_err(wire::error::history)?;
        Ok(rows
            .into_iter()
            .map(|row| wire_sent(row.id, row.sent, None))
            .collect())
    }
}

fn wire_sent(id: i64, sent: history::Sent, typed: Option<Draft>) -> Sent {
    let packet = match sent.message.qos {
        QoS::ExactlyOnce => PacketKind::Pubcomp,
        _ => PacketKind::Puback,
    };
    let reason = sent.reason_code.map(|code| {
        let mut reason = wire::session::bare_reason(code, packet);
        reason.reason_string = sent.reason_string.clone();
        reason
    });
    Sent {
        id: id as f64,
        at: sent.at.millis(),
        size: sent.message.payload.len() as f64,
        reason,
        round_trip_millis: sent.round_trip.map(|took| took.as_secs_f64() * 1000.0),
        draft: typed.unwrap_or_else(|| wire::message::draft(&sent.message)),
    }
}

fn properties(draft: &DraftProperties) -> Result<Properties, ApiError> {
    let text = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let response_topic = text(&draft.response_topic);
    if let Some(topic) = &response_topic {
        // A response topic has no wildcards (MQTT 5, 3.3.2.3.5).
        TopicName::new(topic.as_str()).map_err(wire::error::topic)?;
    }
    let correlation_data = match &draft.correlation {
        Some(typed) if !typed.text.is_empty() => {
            let format = if typed.hex {
                payload::InputFormat::Hex
            } else {
                payload::InputFormat::Text
            };
            Some(payload::encode(&typed.text, format).map_err(wire::error::payload)?)
        }
        _ => None::<Bytes>,
    };
    Ok(Properties {
        payload_format: draft.payload_format,
        expiry: draft.expiry_secs,
        content_type: text(&draft.content_type),
        response_topic,
        correlation_data,
        subscription_ids: Vec::new(),
        user: draft
            .user
            .iter()
            .map(|pair| (pair.name.clone(), pair.value.clone()))
            .collect(),
    })
}
