//! Publishing: checks as typed, sending, what was sent.

use bytes::Bytes;
use treetop_engine::connection::Connection;
use treetop_engine::history::SentId;
use treetop_engine::message::{Message, Properties, QoS, Timestamp};
use treetop_engine::payload;
use treetop_engine::session::{self, Outgoing, PublishError};
use treetop_engine::topic::{TopicFilter, TopicName};

use crate::api::{Api, LONGEST_CALM, LONGEST_WAIT, SHORTEST_WAIT};
use crate::types::connection::TopicProblem;
use crate::types::error::ApiError;
use crate::types::publish::{
    Draft, DraftProperties, InputFormat, PayloadCheck, Sent, SentFrame, WhileOffline,
};
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

    /// Publishes, and waits a moment for the answer. Without one the message waits or is under way;
    /// what becomes of it is in `sent`.
    pub async fn publish(&self, id: String, draft: Draft, offline: WhileOffline) -> Result<Sent, ApiError> {
        let connection = self.connection(&id)?;
        let topic = TopicName::new(draft.topic.as_str()).map_err(wire::error::topic)?;
        let payload = payload::encode(&draft.payload, wire::message::input_format(draft.format))
            .map_err(wire::error::payload)?;
        let outgoing = Outgoing {
            topic,
            payload,
            qos: QoS::from_level(draft.qos).unwrap_or_default(),
            retain: draft.retain,
            properties: properties(&draft.properties)?,
        };
        let message = message(&outgoing);
        let connack = connack(&connection);
        session::sendable(&outgoing, connack.as_ref()).map_err(wire::error::publish)?;
        let at = Timestamp::now();
        let number = if outgoing.qos == QoS::AtMostOnce {
            let session = connection.session().ok_or(ApiError::OfflineQos0)?;
            session.publish(outgoing).await.map_err(|error| match error {
                PublishError::NotConnected => ApiError::OfflineQos0,
                error => wire::error::publish(error),
            })?;
            connection.outbox.note(message, at).await
        } else {
            if connack.is_none() && offline == WhileOffline::Refuse {
                return Err(ApiError::NotConnected);
            }
            connection.outbox.post(message, at).await
        };
        let number = number.map_err(wire::error::post)?;
        let mut changed = connection.outbox.changed();
        let settled = async {
            while let Some(listed) = connection.outbox.listed(number)
                && listed.sent.standing.is_open()
                && changed.changed().await.is_ok()
            {}
        };
        if connack.is_some() {
            // Without an answer in time, the list goes on to tell.
            let _ = tokio::time::timeout(LONGEST_WAIT, settled).await;
        }
        let listed = connection.outbox.listed(number).ok_or(ApiError::UnknownMessage)?;
        Ok(wire::sent::sent(&listed))
    }

    pub async fn sent(&self, id: String, revision: f64) -> Result<SentFrame, ApiError> {
        let connection = self.connection(&id)?;
        let mut changed = connection.outbox.changed();
        if *changed.borrow_and_update() as f64 == revision {
            let _ = tokio::time::timeout(LONGEST_CALM, changed.changed()).await;
        } else if revision != 0.0 {
            tokio::time::sleep(SHORTEST_WAIT).await;
        }
        let revision = *changed.borrow() as f64;
        Ok(wire::sent::frame(revision, &connection.outbox.list()))
    }

    /// A message that was published, to be used again.
    pub async fn sent_draft(&self, id: String, sent: f64) -> Result<Draft, ApiError> {
        let message = self.connection(&id)?.outbox.message(SentId(sent as i64)).await;
        let message = message.map_err(wire::error::history)?;
        message
            .as_ref()
            .map(wire::message::draft)
            .ok_or(ApiError::UnknownMessage)
    }

    /// Takes back a message that waits; false if it does not wait any more.
    pub async fn sent_cancel(&self, id: String, sent: f64) -> Result<bool, ApiError> {
        let cancelled = self.connection(&id)?.outbox.cancel(SentId(sent as i64)).await;
        cancelled.map_err(wire::error::history)
    }
}

/// What the broker takes, while there is a connection.
fn connack(connection: &Connection) -> Option<session::Connack> {
    let status = connection.status()?;
    let connected = matches!(status.phase, session::Phase::Connected { .. });
    status.connack.filter(|_| connected)
}

fn message(outgoing: &Outgoing) -> Message {
    Message {
        topic: outgoing.topic.as_str().to_owned(),
        payload: outgoing.payload.clone(),
        qos: outgoing.qos,
        retain: outgoing.retain,
        dup: false,
        properties: Some(outgoing.properties.clone())
            .filter(|properties| !properties.is_empty())
            .map(Box::new),
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
