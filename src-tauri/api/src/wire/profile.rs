//! Saved connections, as the window edits them.

use treetop_engine::message::QoS;
use treetop_engine::profiles as engine;
use treetop_engine::profiles::{AddressError, ProblemKind, ProfileField, ProfileId, WhyMemory};

use crate::types::app::{SecretPlace, WhyInMemory};
use crate::types::connection::{
    FieldProblem, Profile, ProfileProblem, Subscription, Transport, UserProperty, Will,
};
use crate::wire;

/// Characters of the random part of a client identifier.
const RANDOM: usize = 8;

pub(crate) fn fresh_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// A client identifier that no other client has.
pub(crate) fn fresh_client_id() -> String {
    let random = uuid::Uuid::new_v4().simple().to_string();
    format!("treetop-{}", &random[..RANDOM])
}

pub(crate) fn new(id: &str) -> engine::Profile {
    engine::Profile::new(ProfileId(id.to_owned()), fresh_client_id())
}

pub(crate) fn from_address(address: &str) -> Result<(engine::Profile, Option<engine::Secret>), AddressError> {
    let (mut profile, password) =
        engine::Profile::from_address(address, ProfileId(fresh_id()), fresh_client_id())?;
    if profile.name.is_empty() {
        profile.name = profile.host.clone();
    }
    Ok((profile, password))
}

pub(crate) fn is_unverified(profile: &engine::Profile) -> bool {
    let encrypted = matches!(
        profile.transport,
        engine::Transport::Mqtts | engine::Transport::Wss
    );
    encrypted && !profile.verify_certificate
}

pub(crate) fn secret_place(place: engine::SecretPlace) -> SecretPlace {
    match place {
        engine::SecretPlace::Keyring => SecretPlace::Keyring,
        engine::SecretPlace::Memory { why } => SecretPlace::Memory {
            why: match why {
                WhyMemory::NoKeyring => WhyInMemory::NoKeyring,
                WhyMemory::Silent => WhyInMemory::Silent,
                WhyMemory::Locked => WhyInMemory::Locked,
                WhyMemory::Failed => WhyInMemory::Failed,
            },
        },
    }
}

pub(crate) fn to_wire(saved: &engine::Profile) -> Profile {
    Profile {
        id: saved.id.0.clone(),
        name: saved.name.clone(),
        host: saved.host.clone(),
        port: saved.port,
        transport: match saved.transport {
            engine::Transport::Mqtt => Transport::Mqtt,
            engine::Transport::Mqtts => Transport::Mqtts,
            engine::Transport::Ws => Transport::Ws,
            engine::Transport::Wss => Transport::Wss,
        },
        path: saved.path.clone(),
        client_id: saved.client_id.clone(),
        username: saved.username.clone(),
        keep_alive_secs: saved.keep_alive_secs,
        clean_start: saved.clean_start,
        session_expiry_secs: saved.session_expiry_secs,
        receive_maximum: saved.receive_maximum,
        maximum_packet_size: saved.maximum_packet_size,
        topic_alias_maximum: saved.topic_alias_maximum,
        ca_file: saved.ca_file.clone(),
        client_cert_file: saved.client_cert_file.clone(),
        client_key_file: saved.client_key_file.clone(),
        verify_certificate: saved.verify_certificate,
        check_host_name: saved.check_host_name,
        alpn: saved.alpn.clone(),
        user_properties: wire::session::user_properties(&saved.user_properties),
        subscriptions: saved.subscriptions.iter().map(subscription).collect(),
        will: saved.will.as_ref().map(will),
        first_retry_secs: saved.first_retry_secs,
        longest_retry_secs: saved.longest_retry_secs,
    }
}

fn subscription(saved: &engine::ProfileSubscription) -> Subscription {
    Subscription {
        enabled: saved.enabled,
        filter: saved.filter.clone(),
        qos: saved.qos.level(),
        no_local: saved.no_local,
        retain_as_published: saved.retain_as_published,
        retain_handling: saved.retain_handling,
        identifier: saved.id,
    }
}

fn will(saved: &engine::ProfileWill) -> Will {
    Will {
        topic: saved.topic.clone(),
        payload: String::from_utf8_lossy(&saved.payload).into_owned(),
        qos: saved.qos.level(),
        retain: saved.retain,
        delay_secs: saved.delay_secs,
        content_type: Some(saved.content_type.clone()).filter(|text| !text.is_empty()),
    }
}

/// What was edited, over what was saved before: fields that the window does not know are kept.
pub(crate) fn from_wire(edited: &Profile, before: Option<engine::Profile>) -> engine::Profile {
    let mut saved = before.unwrap_or_else(|| new(&edited.id));
    let qos = |level: u8| QoS::from_level(level).unwrap_or_default();
    saved.id = ProfileId(edited.id.clone());
    saved.name = edited.name.trim().to_owned();
    saved.host = edited.host.trim().to_owned();
    saved.port = edited.port;
    saved.transport = match edited.transport {
        Transport::Mqtt => engine::Transport::Mqtt,
        Transport::Mqtts => engine::Transport::Mqtts,
        Transport::Ws => engine::Transport::Ws,
        Transport::Wss => engine::Transport::Wss,
    };
    saved.path = edited.path.clone();
    saved.client_id = edited.client_id.clone();
    saved.username = edited.username.clone();
    saved.keep_alive_secs = edited.keep_alive_secs;
    saved.clean_start = edited.clean_start;
    saved.session_expiry_secs = edited.session_expiry_secs;
    saved.receive_maximum = edited.receive_maximum;
    saved.maximum_packet_size = edited.maximum_packet_size;
    saved.topic_alias_maximum = edited.topic_alias_maximum;
    let file = |path: &Option<String>| path.clone().filter(|path| !path.is_empty());
    saved.ca_file = file(&edited.ca_file);
    saved.client_cert_file = file(&edited.client_cert_file);
    saved.client_key_file = file(&edited.client_key_file);
    saved.verify_certificate = edited.verify_certificate;
    saved.check_host_name = edited.check_host_name;
    saved.alpn = edited.alpn.clone();
    saved.user_properties = edited
        .user_properties
        .iter()
        .map(|UserProperty { name, value }| (name.clone(), value.clone()))
        .collect();
    saved.subscriptions = edited
        .subscriptions
        .iter()
        .map(|edited| engine::ProfileSubscription {
            enabled: edited.enabled,
            filter: edited.filter.clone(),
            qos: qos(edited.qos),
            no_local: edited.no_local,
            retain_as_published: edited.retain_as_published,
            retain_handling: edited.retain_handling,
            id: edited.identifier,
            ..Default::default()
        })
        .collect();
    let will_before = saved.will.take();
    saved.will = edited.will.as_ref().map(|edited| engine::ProfileWill {
        topic: edited.topic.clone(),
        payload: edited.payload.clone().into_bytes(),
        qos: qos(edited.qos),
        retain: edited.retain,
        delay_secs: edited.delay_secs,
        content_type: edited.content_type.clone().unwrap_or_default(),
        ..will_before.unwrap_or_default()
    });
    saved.first_retry_secs = edited.first_retry_secs;
    saved.longest_retry_secs = edited.longest_retry_secs;
    saved
}

pub(crate) fn problems(profile: &engine::Profile) -> Vec<ProfileProblem> {
    profile
        .validate()
        .into_iter()
        .map(|problem| ProfileProblem {
            field: field(problem.field),
            problem: kind(problem.kind),
        })
        .collect()
}

fn field(field: ProfileField) -> String {
    let name = match field {
        ProfileField::Host => "host",
        ProfileField::Port => "port",
        ProfileField::Path => "path",
        ProfileField::ClientId => "clientId",
        ProfileField::Username => "username",
        ProfileField::KeepAlive => "keepAliveSecs",
        ProfileField::ReceiveMaximum => "receiveMaximum",
        ProfileField::MaximumPacketSize => "maximumPacketSize",
        ProfileField::ClientCertFile => "clientCertFile",
        ProfileField::ClientKeyFile => "clientKeyFile",
        ProfileField::Alpn => "alpn",
        ProfileField::UserProperty(at) => return format!("userProperties.{at}"),
        ProfileField::Subscription(at) => return format!("subscriptions.{at}.filter"),
        ProfileField::WillTopic => "will.topic",
        ProfileField::WillPayload => "will.payload",
        ProfileField::WillContentType => "will.contentType",
        ProfileField::WillResponseTopic => "will.responseTopic",
        ProfileField::WillCorrelationData => "will.correlationData",
        ProfileField::WillUserProperty(at) => return format!("will.userProperties.{at}"),
        ProfileField::FirstRetry => "firstRetrySecs",
        ProfileField::LongestRetry => "longestRetrySecs",
    };
    name.to_owned()
}

fn kind(kind: ProblemKind) -> FieldProblem {
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    match kind {
        ProblemKind::Empty => FieldProblem::Empty,
        ProblemKind::TooLong { bytes } => FieldProblem::TooLong { bytes: count(bytes) },
        ProblemKind::BadCharacter { character } => FieldProblem::BadCharacter {
            character: character.to_string(),
        },
        ProblemKind::TooSmall { least } => FieldProblem::TooSmall { least },
        ProblemKind::TooLarge { most } => FieldProblem::TooLarge { most },
        ProblemKind::Topic(problem) => FieldProblem::Topic {
            problem: wire::error::topic_problem(problem),
        },
        ProblemKind::PairIncomplete => FieldProblem::PairIncomplete,
        ProblemKind::NoLocalOnShared => FieldProblem::NoLocalOnShared,
        ProblemKind::SameFilter { first } => FieldProblem::SameFilter { first: count(first) },
    }
}
