//! The JSON export of MQTTX: one connection or a list of them.
//!
//! Its database has the same fields, so that both come together here.

use serde_json::{Map, Value};

use super::fields::Fields;
use super::settle::settle;
use super::{Candidate, Found, Note, Program, TransferError};
use crate::message::QoS;
use crate::profiles::{Profile, ProfileId, ProfileSubscription, ProfileWill, Secret, Transport};

/// What belongs to its window, its messages or its publish form.
const NOT_OURS: [&str; 25] = [
    "id",
    "parentId",
    "parent",
    "orderId",
    "isCollection",
    "createAt",
    "updateAt",
    "unreadMessageCount",
    "messages",
    "connectTimeout",
    "reconnect",
    "reconnectPeriod",
    "certType",
    "client",
    "will",
    "properties",
    "pushProps",
    "pushPropsPayloadFormatIndicator",
    "pushPropsMessageExpiryInterval",
    "pushPropsTopicAlias",
    "pushPropsResponseTopic",
    "pushPropsCorrelationData",
    "pushPropsUserProperties",
    "pushPropsContentType",
    "pushPropsSubscriptionIdentifier",
];

pub(super) fn read(value: &Value) -> Result<Found, TransferError> {
    let one = std::slice::from_ref(value);
    let entries = match value {
        Value::Array(entries) => entries.as_slice(),
        Value::Object(map) if map.contains_key("host") && map.contains_key("clientId") => one,
        _ => return Err(TransferError::NotRecognized),
    };
    // A list of anything is JSON; at least one entry must look like a connection.
    let is_ours = |entry: &Value| entry.get("host").is_some() || entry.get("clientId").is_some();
    if !entries.is_empty() && !entries.iter().any(is_ours) {
        return Err(TransferError::NotRecognized);
    }
    let mut found = Found {
        program: Program::Mqttx,
        connections: Vec::new(),
        unreadable: Vec::new(),
    };
    for (at, entry) in entries.iter().enumerate() {
        let number = || format!("#{}", at + 1);
        match entry {
            // A group of connections is none itself.
            Value::Object(map) if map.get("isCollection") == Some(&Value::Bool(true)) => {}
            Value::Object(map) => match connection(map) {
                Ok(candidate) => found.connections.push(candidate),
                Err(name) if name.is_empty() => found.unreadable.push(number()),
                Err(name) => found.unreadable.push(name),
            },
            _ => found.unreadable.push(number()),
        }
    }
    Ok(found)
}

pub(super) fn connection(map: &Map<String, Value>) -> Result<Candidate, String> {
    let mut fields = Fields::new(map);
    fields.ignore(&NOT_OURS);
    let encrypted = fields.flag("ssl").unwrap_or(false);
    let transport = match (fields.text("protocol").as_deref(), encrypted) {
        (None | Some("mqtt"), false) => Transport::Mqtt,
        (None | Some("mqtt"), true) | (Some("mqtts"), _) => Transport::Mqtts,
        (Some("ws"), false) => Transport::Ws,
        (Some("ws"), true) | (Some("wss"), _) => Transport::Wss,
        (Some(_), _) => return Err(fields.text("name").unwrap_or_default()),
    };
    let client_id = fields.text("clientId").unwrap_or_default();
    let mut profile = Profile::new(ProfileId::default(), client_id);
    profile.transport = transport;
    profile.name = fields.text("name").unwrap_or_default();
    profile.host = fields.text("host").unwrap_or_default();
    profile.port = fields.number("port").unwrap_or(transport.default_port());
    let path = fields.text("path").unwrap_or_default();
    profile.path = format!("/{}", path.trim_start_matches('/'));
    profile.username = fields.text("username").unwrap_or_default();
    let password = fields.text("password").map(Secret::new);
    profile.keep_alive_secs = fields.number("keepalive").unwrap_or(60);
    profile.verify_certificate = fields.flag("rejectUnauthorized").unwrap_or(true);
    profile.alpn = fields.text("ALPNProtocols").unwrap_or_default();
    (profile.ca_file, profile.client_cert_file, profile.client_key_file) =
        (fields.text("ca"), fields.text("cert"), fields.text("key"));
    profile.clean_start = fields.flag("clean").unwrap_or(true);
    let version = fields.text("mqttVersion").unwrap_or_else(|| "5.0".into());
    if !version.starts_with('5') {
        fields.notes.push(Note::OlderMqtt { version });
        // Without a clean session, MQTT 3.1.1 keeps it for ever.
        profile.session_expiry_secs = if profile.clean_start { 0 } else { u32::MAX };
    }
    profile.subscriptions.clear();
    for one in fields.list("subscriptions") {
        match one.as_object().and_then(subscription) {
            Some(one) => profile.subscriptions.push(one),
            None => fields.not_usable("subscriptions"),
        }
    }
    let will = fields.object("will");
    let grouped = fields.object("properties").unwrap_or_default();
    // The export has them as a group, the database beside everything else.
    let mut notes = properties(&mut profile, Fields::new(&grouped)).finish();
    fields = properties(&mut profile, fields);
    if let Some(will) = will {
        let mut will_fields = Fields::new(&will);
        profile.will = read_will(&mut will_fields);
        notes.extend(will_fields.finish());
    }
    notes.splice(0..0, fields.finish());
    settle(profile, password, notes)
}

/// Properties of CONNECT (MQTT 5, 3.1.2.11).
fn properties<'a>(profile: &mut Profile, mut fields: Fields<'a>) -> Fields<'a> {
    if let Some(seconds) = fields.number("sessionExpiryInterval") {
        profile.session_expiry_secs = seconds;
    }
    if let Some(count) = fields.number("receiveMaximum") {
        profile.receive_maximum = count;
    }
    if let Some(bytes) = fields.number("maximumPacketSize") {
        profile.maximum_packet_size = bytes;
    }
    if let Some(count) = fields.number("topicAliasMaximum") {
        profile.topic_alias_maximum = count;
    }
    if let Some(asked) = fields.flag("requestResponseInformation") {
        profile.request_response_information = asked;
    }
    if let Some(asked) = fields.flag("requestProblemInformation") {
        profile.request_problem_information = asked;
    }
    profile.user_properties.extend(fields.pairs("userProperties"));
    fields
}

fn subscription(map: &Map<String, Value>) -> Option<ProfileSubscription> {
    let mut fields = Fields::new(map);
    Some(ProfileSubscription {
        enabled: !fields.flag("disabled").unwrap_or(false),
        filter: fields.text("topic")?,
        qos: QoS::from_level(fields.number("qos").unwrap_or(0))?,
        no_local: fields.flag("nl").unwrap_or(false),
        retain_as_published: fields.flag("rap").unwrap_or(false),
        retain_handling: fields.number("rh").unwrap_or(0),
        // Zero stands for none in its form.
        id: fields.number("subscriptionIdentifier").filter(|id| *id != 0),
        ..Default::default()
    })
}

/// The will; none without a topic, which is how it writes that there is none.
fn read_will(fields: &mut Fields<'_>) -> Option<ProfileWill> {
    fields.ignore(&["id", "properties"]);
    let mut will = ProfileWill {
        topic: fields.text("lastWillTopic").unwrap_or_default(),
        payload: fields.text("lastWillPayload").unwrap_or_default().into_bytes(),
        qos: fields
            .number("lastWillQos")
            .and_then(QoS::from_level)
            .unwrap_or_default(),
        retain: fields.flag("lastWillRetain").unwrap_or(false),
        ..Default::default()
    };
    let grouped = fields.object("properties").unwrap_or_default();
    let mut group = Fields::new(&grouped);
    will_properties(&mut will, &mut group);
    will_properties(&mut will, fields);
    if will.topic.is_empty() {
        // Its form leaves the other fields behind; they are no loss.
        fields.notes.clear();
        return None;
    }
    fields.notes.extend(group.finish());
    Some(will)
}

/// Properties of the will (MQTT 5, 3.1.3.2).
fn will_properties(will: &mut ProfileWill, fields: &mut Fields<'_>) {
    will.delay_secs = fields.number("willDelayInterval").unwrap_or(will.delay_secs);
    will.expiry_secs = fields.number("messageExpiryInterval").or(will.expiry_secs);
    will.is_text |= fields.flag("payloadFormatIndicator").unwrap_or(false);
    if let Some(kind) = fields.text("contentType") {
        will.content_type = kind;
    }
    if let Some(topic) = fields.text("responseTopic") {
        will.response_topic = topic;
    }
    if let Some(data) = fields.text("correlationData") {
        will.correlation_data = data.into_bytes();
    }
    will.user_properties.extend(fields.pairs("userProperties"));
}
