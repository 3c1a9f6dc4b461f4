//! `settings.json` of MQTT Explorer. It speaks MQTT 3.1.1 only and has certificates inside.

use serde_json::{Map, Value};

use super::fields::Fields;
use super::settle::settle;
use super::{Candidate, Found, Note, Program, TlsFile, TransferError};
use crate::message::QoS;
use crate::profiles::{Profile, ProfileId, ProfileSubscription, Secret, Transport};

/// The field with all connections by id.
pub(super) const CONNECTIONS: &str = "ConnectionManager_connections";

pub(super) fn read(whole: &Map<String, Value>) -> Result<Found, TransferError> {
    let connections = match whole.get(CONNECTIONS) {
        Some(Value::Object(connections)) => connections,
        Some(Value::Null) | None => return Err(TransferError::NoConnections),
        Some(_) => {
            return Err(TransferError::WrongShape {
                at: CONNECTIONS.into(),
            });
        }
    };
    let mut ordered: Vec<_> = connections.iter().collect();
    // Without a place a connection comes last, in the order of the file.
    ordered.sort_by_key(|(_, value)| value.get("order").and_then(Value::as_u64).unwrap_or(u64::MAX));
    let mut found = Found {
        program: Program::MqttExplorer,
        connections: Vec::new(),
        unreadable: Vec::new(),
    };
    for (id, value) in ordered {
        match value.as_object().map_or_else(|| Err(id.clone()), connection) {
            Ok(candidate) => found.connections.push(candidate),
            Err(name) if name.is_empty() => found.unreadable.push(id.clone()),
            Err(name) => found.unreadable.push(name),
        }
    }
    Ok(found)
}

fn connection(map: &Map<String, Value>) -> Result<Candidate, String> {
    let mut fields = Fields::new(map);
    fields.ignore(&["configVersion", "type", "id", "order"]);
    let encrypted = fields.flag("encryption").unwrap_or(false);
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
    // It puts the slash between host and path itself.
    let path = fields.text("basePath").unwrap_or_default();
    profile.path = format!("/{}", path.trim_start_matches('/'));
    profile.username = fields.text("username").unwrap_or_default();
    profile.verify_certificate = fields.flag("certValidation").unwrap_or(true);
    let password = fields.text("password").map(Secret::new);
    profile.subscriptions.clear();
    for one in fields.list("subscriptions") {
        match subscription(one) {
            Some(one) => profile.subscriptions.push(one),
            None => fields.not_usable("subscriptions"),
        }
    }
    for (key, file) in [
        ("selfSignedCertificate", TlsFile::Authority),
        ("clientCertificate", TlsFile::Certificate),
        ("clientKey", TlsFile::Key),
    ] {
        if let Some(embedded) = fields.value(key) {
            let name = embedded
                .get("name")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .into();
            fields.notes.push(Note::Embedded { file, name });
        }
    }
    let mut notes = fields.finish();
    notes.insert(
        0,
        Note::OlderMqtt {
            version: "3.1.1".into(),
        },
    );
    settle(profile, password, notes)
}

/// `{"topic": …, "qos": …}`, or before version 1 of its settings just the filter.
fn subscription(value: &Value) -> Option<ProfileSubscription> {
    let (filter, qos) = match value {
        Value::String(filter) => (filter.as_str(), 0),
        value => (
            value.get("topic")?.as_str()?,
            value.get("qos").and_then(Value::as_u64).unwrap_or(0),
        ),
    };
    Some(ProfileSubscription {
        filter: filter.to_owned(),
        qos: QoS::from_level(u8::try_from(qos).ok()?)?,
        ..Default::default()
    })
}
