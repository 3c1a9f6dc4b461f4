//! Between the types of the client library and our own.

use std::sync::Arc;

use bytes::Bytes;
use rumqttc::{
    AckMode, ConnectAuth, ConnectProperties, LastWill, LastWillProperties, MqttOptions, PersistedAckMode,
    PersistedIncomingQos2, PersistedPubRel, PersistedPublish, PersistedPublishProperties, PersistedQoS,
    PersistedRequest, PersistedSession, Publish, RetainForwardRule, SessionStore, SessionStoreKey,
    SubscribeFilter, SubscribeReasonCode,
};

use super::flights::Resumed;
use super::options::{RetainHandling, SessionOptions, Subscription, Will};
use super::receipts::Receipts;
use super::stream::{self, Wire};
use crate::message::{Message, Properties, QoS};

/// A larger payload keeps its network buffer; it is most of that buffer.
const COPY_BELOW: usize = 64 * 1024;

/// Publishes of ours that are under way at most. After every read the library walks over as many places, so the
/// protocol's 65,535 (MQTT 5, 3.2.2.3.3) would cost a third of a core in a flood; a thousand keep a line of
/// 50 ms at 20,000 a second.
const MOST_UNDER_WAY: u16 = 1_000;

/// Options for one event loop. The address in them is not used: our own stream is.
pub(super) fn options(options: &Arc<SessionOptions>, wire: &Arc<Wire>) -> MqttOptions {
    let mut mqtt = MqttOptions::new(options.client_id.clone(), (options.host.clone(), options.port));
    let keep_alive = match options.keep_alive_secs {
        0 => 0,
        seconds => seconds.max(5),
    };
    mqtt.set_keep_alive(keep_alive)
        .set_clean_start(options.clean_start)
        .set_connect_timeout(options.connect_timeout)
        .set_connect_properties(ConnectProperties {
            session_expiry_interval: Some(options.session_expiry_secs),
            receive_maximum: Some(options.receive_maximum.max(1)),
            max_packet_size: Some(options.maximum_packet_size.max(1)),
            topic_alias_max: Some(options.topic_alias_maximum),
            request_response_info: Some(options.request_response_information.into()),
            request_problem_info: Some(options.request_problem_information.into()),
            user_properties: options.user_properties.clone(),
            authentication_method: None,
            authentication_data: None,
        })
        .set_ack_mode(AckMode::Manual)
        .set_outgoing_inflight_upper_limit(MOST_UNDER_WAY)
        .set_max_request_batch(128)
        .set_read_batch_size(128)
        .set_auth(auth(
            options.username.clone(),
            options.password.as_ref().map(super::Secret::expose),
        ));
    if let Some(will) = &options.will {
        mqtt.set_last_will(last_will(will));
    }
    let (options, wire) = (options.clone(), wire.clone());
    mqtt.set_socket_connector(move |_address, _network| stream::open(options.clone(), wire.clone()));
    mqtt
}

/// Continues what an earlier process or session received and was publishing, if the broker has kept its
/// session; otherwise it is forgotten.
pub(super) fn resume(mqtt: &mut MqttOptions, receipts: Arc<Receipts>, resumed: &[Resumed]) {
    let client_id = mqtt.client_id();
    let replay = resumed.iter().map(replay).collect();
    // The library refuses identifiers above its limit.
    let largest = resumed.iter().map(|resumed| resumed.packet).max();
    let under_way = MOST_UNDER_WAY.max(largest.unwrap_or(0));
    mqtt.set_outgoing_inflight_upper_limit(under_way);
    mqtt.set_session_store(Earlier {
        client_id,
        under_way,
        replay,
        receipts,
    });
}

pub(super) fn auth(username: Option<String>, password: Option<Bytes>) -> ConnectAuth {
    match (username, password) {
        (None, None) => ConnectAuth::None,
        (Some(username), None) => ConnectAuth::Username { username },
        (None, Some(password)) => ConnectAuth::Password { password },
        (Some(username), Some(password)) => ConnectAuth::UsernamePassword { username, password },
    }
}

fn last_will(will: &Will) -> LastWill {
    let properties = &will.properties;
    let properties = LastWillProperties {
        delay_interval: Some(will.delay).filter(|delay| *delay > 0),
        payload_format_indicator: properties.payload_format,
        message_expiry_interval: properties.expiry,
        content_type: properties.content_type.clone(),
        response_topic: properties.response_topic.clone(),
        correlation_data: properties.correlation_data.clone(),
        user_properties: properties.user.clone(),
    };
    let topic = will.topic.as_str();
    LastWill::new(
        topic,
        will.payload.to_vec(),
        qos(will.qos),
        will.retain,
        Some(properties),
    )
}

/// Says what of ours is under way, and what an earlier process or session received and was not released,
/// when its session is continued.
///
/// Without it the library refuses to continue such a session, or continues it without letting us
/// publish or subscribe.
#[derive(Debug)]
struct Earlier {
    client_id: String,
    /// The limit it was kept with; the library continues with the same only.
    under_way: u16,
    replay: Vec<PersistedRequest>,
    receipts: Arc<Receipts>,
}

/// The packet that goes on with a publish: the same PUBLISH as a duplicate, or PUBREL (MQTT 5, 4.4).
fn replay(resumed: &Resumed) -> PersistedRequest {
    let pkid = resumed.packet;
    if resumed.received {
        return PersistedRequest::PubRel(PersistedPubRel { pkid });
    }
    let outgoing = &resumed.outgoing;
    let properties = &outgoing.properties;
    PersistedRequest::Publish(PersistedPublish {
        dup: true,
        qos: match outgoing.qos {
            QoS::AtMostOnce => PersistedQoS::AtMostOnce,
            QoS::AtLeastOnce => PersistedQoS::AtLeastOnce,
            QoS::ExactlyOnce => PersistedQoS::ExactlyOnce,
        },
        retain: outgoing.retain,
        topic: outgoing.topic.as_str().as_bytes().to_vec(),
        pkid,
        payload: outgoing.payload.to_vec(),
        properties: (!properties.is_empty()).then(|| PersistedPublishProperties {
            payload_format_indicator: properties.payload_format,
            message_expiry_interval: properties.expiry,
            response_topic: properties.response_topic.clone(),
            correlation_data: properties.correlation_data.as_ref().map(|data| data.to_vec()),
            user_properties: properties.user.clone(),
            subscription_identifiers: Vec::new(),
            content_type: properties.content_type.clone(),
        }),
    })
}

impl SessionStore for Earlier {
    fn load<'a>(&'a self, _key: &'a SessionStoreKey) -> rumqttc_future::Future<'a, Option<PersistedSession>> {
        Box::pin(async {
            Ok(Some(PersistedSession {
                format_version: 1,
                client_id: self.client_id.clone(),
                clean_start: false,
                session_expiry_interval: None,
                outgoing_inflight_upper_limit: Some(self.under_way),
                ack_mode: PersistedAckMode::Manual,
                last_pkid: 0,
                last_puback: 0,
                replay: self.replay.clone(),
                incoming_qos2: self
                    .receipts
                    .kept()
                    .into_iter()
                    .map(|pkid| PersistedIncomingQos2 { pkid })
                    .collect(),
            }))
        })
    }

    fn save<'a>(
        &'a self,
        _key: &'a SessionStoreKey,
        _session: &'a PersistedSession,
    ) -> rumqttc_future::Future<'a, ()> {
        Box::pin(async { Ok(()) })
    }

    fn clear<'a>(&'a self, _key: &'a SessionStoreKey) -> rumqttc_future::Future<'a, ()> {
        Box::pin(async { Ok(()) })
    }
}

/// The futures of a session store, whose alias the library does not export.
mod rumqttc_future {
    use std::pin::Pin;

    pub(super) type Future<'a, T> =
        Pin<Box<dyn std::future::Future<Output = Result<T, rumqttc::SessionStoreError>> + Send + 'a>>;
}

pub(super) fn qos(qos: QoS) -> rumqttc::QoS {
    match qos {
        QoS::AtMostOnce => rumqttc::QoS::AtMostOnce,
        QoS::AtLeastOnce => rumqttc::QoS::AtLeastOnce,
        QoS::ExactlyOnce => rumqttc::QoS::ExactlyOnce,
    }
}

fn our_qos(qos: rumqttc::QoS) -> QoS {
    match qos {
        rumqttc::QoS::AtMostOnce => QoS::AtMostOnce,
        rumqttc::QoS::AtLeastOnce => QoS::AtLeastOnce,
        rumqttc::QoS::ExactlyOnce => QoS::ExactlyOnce,
    }
}

pub(super) fn filter(subscription: &Subscription) -> SubscribeFilter {
    SubscribeFilter {
        path: subscription.filter.as_str().to_owned(),
        qos: qos(subscription.qos),
        nolocal: subscription.no_local,
        preserve_retain: subscription.retain_as_published,
        retain_forward_rule: match subscription.retain_handling {
            RetainHandling::EverySubscribe => RetainForwardRule::OnEverySubscribe,
            RetainHandling::NewSubscribe => RetainForwardRule::OnNewSubscribe,
            RetainHandling::Never => RetainForwardRule::Never,
        },
    }
}

/// The reason code of a SUBACK as on the wire (MQTT 5, 3.9.3).
pub(super) fn suback_code(code: SubscribeReasonCode) -> u8 {
    match code {
        SubscribeReasonCode::Success(qos) => our_qos(qos).level(),
        SubscribeReasonCode::Failure | SubscribeReasonCode::Unspecified => 0x80,
        SubscribeReasonCode::ImplementationSpecific => 0x83,
        SubscribeReasonCode::NotAuthorized => 0x87,
        SubscribeReasonCode::TopicFilterInvalid => 0x8f,
        SubscribeReasonCode::PkidInUse => 0x91,
        SubscribeReasonCode::QuotaExceeded => 0x97,
        SubscribeReasonCode::SharedSubscriptionsNotSupported => 0x9e,
        SubscribeReasonCode::SubscriptionIdNotSupported => 0xa1,
        SubscribeReasonCode::WildcardSubscriptionsNotSupported => 0xa2,
    }
}

/// Our message from theirs, without a hold on the network buffer.
pub(super) fn message(publish: Publish, wire: &Wire) -> Message {
    let payload = if publish.payload.len() > COPY_BELOW {
        publish.payload
    } else {
        Bytes::copy_from_slice(&publish.payload)
    };
    Message {
        topic: String::from_utf8_lossy(&publish.topic).into_owned(),
        payload,
        qos: our_qos(publish.qos),
        retain: publish.retain,
        dup: publish.dup,
        properties: publish
            .properties
            .and_then(|properties| self::properties(properties, wire)),
    }
}

fn properties(theirs: rumqttc::PublishProperties, wire: &Wire) -> Option<Box<Properties>> {
    let ids = theirs.subscription_identifiers;
    let properties = Properties {
        payload_format: theirs.payload_format_indicator,
        expiry: theirs.message_expiry_interval,
        content_type: theirs.content_type,
        response_topic: theirs.response_topic,
        correlation_data: theirs.correlation_data.map(|data| Bytes::copy_from_slice(&data)),
        subscription_ids: ids
            .into_iter()
            .filter_map(|id| u32::try_from(id).ok())
            .flat_map(|id| wire.ids(id))
            .collect(),
        user: theirs.user_properties,
    };
    (!properties.is_empty()).then(|| Box::new(properties))
}
