//! Saved connections, as the window edits them.

use treetop_engine::message::QoS;
use treetop_engine::payload::{InputFormat, encode};
use treetop_engine::profiles as engine;
use treetop_engine::profiles::{AddressError, ProblemKind, ProfileField, ProfileId, WhyMemory};

use crate::types::app::{SecretPlace, WhyInMemory};
use crate::types::connection::{
    ClientIdMode, FieldProblem, Profile, ProfileProblem, Proxy, ProxyKind, SignIn, Subscription, Transport,
    UserProperty, Will,
};
use crate::types::publish::Correlation;
use crate::types::session::Step;
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

/// Where it connects to, without the user; the file, where it is a history file.
pub(crate) fn address(profile: &engine::Profile) -> String {
    match &profile.recording {
        Some(recording) => recording.file.clone(),
        None => profile.place(),
    }
}

pub(crate) fn is_unverified(profile: &engine::Profile) -> bool {
    profile.transport.is_encrypted() && !profile.verify_certificate
}

/// What a try to connect goes through, up to the answer to CONNECT.
pub(crate) fn steps(profile: &engine::Profile) -> Vec<Step> {
    let mut steps = Vec::new();
    if profile.sign_in != engine::SignIn::Password {
        steps.push(Step::Token);
    }
    match profile.proxy {
        Some(_) => steps.push(Step::Proxy),
        None => steps.extend([Step::Resolve, Step::Tcp]),
    }
    if profile.transport.is_encrypted() {
        steps.push(Step::Tls);
    }
    if profile.transport.is_websocket() {
        steps.push(Step::WebSocket);
    }
    steps.push(Step::Connack);
    steps
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
        headers: wire::session::user_properties(&saved.headers),
        proxy: saved.proxy.as_ref().map(|proxy| Proxy {
            kind: match proxy.kind {
                engine::ProxyKind::Http => ProxyKind::Http,
                engine::ProxyKind::Socks5 => ProxyKind::Socks5,
            },
            host: proxy.host.clone(),
            port: proxy.port,
            username: proxy.username.clone(),
        }),
        client_id: saved.client_id.clone(),
        client_id_mode: match saved.client_id_mode {
            engine::ClientIdMode::Fixed => ClientIdMode::Fixed,
            engine::ClientIdMode::Random => ClientIdMode::Random,
        },
        sign_in: match &saved.sign_in {
            engine::SignIn::Password => SignIn::Password,
            engine::SignIn::Token => SignIn::Token,
            engine::SignIn::TokenFile { path } => SignIn::TokenFile { path: path.clone() },
            engine::SignIn::TokenCommand { command } => SignIn::TokenCommand {
                command: command.clone(),
            },
        },
        username: saved.username.clone(),
        keep_alive_secs: saved.keep_alive_secs,
        clean_start: saved.clean_start,
        session_expiry_secs: saved.session_expiry_secs,
        receive_maximum: saved.receive_maximum,
        maximum_packet_size: saved.maximum_packet_size,
        topic_alias_maximum: saved.topic_alias_maximum,
        request_response_information: saved.request_response_information,
        request_problem_information: saved.request_problem_information,
        ca_file: saved.ca_file.clone(),
        client_cert_file: saved.client_cert_file.clone(),
        client_key_file: saved.client_key_file.clone(),
        verify_certificate: saved.verify_certificate,
        check_host_name: saved.check_host_name,
        server_name: saved.server_name.clone(),
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
    let text = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    let (payload, payload_hex) = typed(&saved.payload);
    let correlation = (!saved.correlation_data.is_empty()).then(|| {
        let (text, hex) = typed(&saved.correlation_data);
        Correlation { text, hex }
    });
    Will {
        topic: saved.topic.clone(),
        payload,
        payload_hex,
        qos: saved.qos.level(),
        retain: saved.retain,
        delay_secs: saved.delay_secs,
        expiry_secs: saved.expiry_secs,
        is_text: saved.is_text,
        content_type: text(&saved.content_type),
        response_topic: text(&saved.response_topic),
        correlation,
        user_properties: wire::session::user_properties(&saved.user_properties),
    }
}

/// Bytes as a person types them: text if they are, digits otherwise.
fn typed(bytes: &[u8]) -> (String, bool) {
    match std::str::from_utf8(bytes) {
        Ok(text)
            if !text
                .chars()
                .any(|character| character.is_control() && character != '\n') =>
        {
            (text.to_owned(), false)
        }
        _ => (bytes.iter().map(|byte| format!("{byte:02x}")).collect(), true),
    }
}

/// The bytes of a typed text; `None` if it should be hexadecimal digits and is not.
fn bytes(text: &str, hex: bool) -> Option<Vec<u8>> {
    let format = if hex { InputFormat::Hex } else { InputFormat::Text };
    encode(text, format).ok().map(|bytes| bytes.to_vec())
}

fn pairs(properties: &[UserProperty]) -> Vec<(String, String)> {
    properties
        .iter()
        .map(|UserProperty { name, value }| (name.clone(), value.clone()))
        .collect()
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
    saved.headers = pairs(&edited.headers);
    let proxy_before = saved.proxy.take();
    saved.proxy = edited.proxy.as_ref().map(|proxy| engine::ProfileProxy {
        kind: match proxy.kind {
            ProxyKind::Http => engine::ProxyKind::Http,
            ProxyKind::Socks5 => engine::ProxyKind::Socks5,
        },
        host: proxy.host.trim().to_owned(),
        port: proxy.port,
        username: proxy.username.clone(),
        ..proxy_before.unwrap_or_default()
    });
    saved.client_id = edited.client_id.clone();
    saved.client_id_mode = match edited.client_id_mode {
        ClientIdMode::Fixed => engine::ClientIdMode::Fixed,
        ClientIdMode::Random => engine::ClientIdMode::Random,
    };
    saved.sign_in = match &edited.sign_in {
        SignIn::Password => engine::SignIn::Password,
        SignIn::Token => engine::SignIn::Token,
        SignIn::TokenFile { path } => engine::SignIn::TokenFile {
            path: path.trim().to_owned(),
        },
        SignIn::TokenCommand { command } => engine::SignIn::TokenCommand {
            command: command.clone(),
        },
    };
    saved.username = edited.username.clone();
    saved.keep_alive_secs = edited.keep_alive_secs;
    saved.clean_start = edited.clean_start;
    saved.session_expiry_secs = edited.session_expiry_secs;
    saved.receive_maximum = edited.receive_maximum;
    saved.maximum_packet_size = edited.maximum_packet_size;
    saved.topic_alias_maximum = edited.topic_alias_maximum;
    saved.request_response_information = edited.request_response_information;
    saved.request_problem_information = edited.request_problem_information;
    let file = |path: &Option<String>| path.clone().filter(|path| !path.is_empty());
    saved.ca_file = file(&edited.ca_file);
    saved.client_cert_file = file(&edited.client_cert_file);
    saved.client_key_file = file(&edited.client_key_file);
    saved.verify_certificate = edited.verify_certificate;
    saved.check_host_name = edited.check_host_name;
    saved.server_name = edited.server_name.trim().to_owned();
    saved.alpn = edited.alpn.clone();
    saved.user_properties = pairs(&edited.user_properties);
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
        // Digits that are none are a problem of their own; nothing is saved then.
        payload: bytes(&edited.payload, edited.payload_hex).unwrap_or_default(),
        qos: qos(edited.qos),
        retain: edited.retain,
        delay_secs: edited.delay_secs,
        expiry_secs: edited.expiry_secs,
        is_text: edited.is_text,
        content_type: edited.content_type.clone().unwrap_or_default(),
        response_topic: edited.response_topic.clone().unwrap_or_default(),
        correlation_data: edited
            .correlation
            .as_ref()
            .and_then(|typed| bytes(&typed.text, typed.hex))
            .unwrap_or_default(),
        user_properties: pairs(&edited.user_properties),
        ..will_before.unwrap_or_default()
    });
    saved.first_retry_secs = edited.first_retry_secs;
    saved.longest_retry_secs = edited.longest_retry_secs;
    saved
}

/// What is wrong with what was typed, and with the connection that came of it.
pub(crate) fn problems(edited: &Profile, profile: &engine::Profile) -> Vec<ProfileProblem> {
    let mut problems: Vec<_> = profile
        .validate()
        .into_iter()
        .map(|problem| ProfileProblem {
            field: field(problem.field),
            problem: kind(problem.kind),
        })
        .collect();
    if let Some(will) = &edited.will {
        let not_hex = |field: &str| ProfileProblem {
            field: field.to_owned(),
            problem: FieldProblem::NotHex,
        };
        if bytes(&will.payload, will.payload_hex).is_none() {
            problems.push(not_hex("will.payload"));
        }
        if let Some(typed) = &will.correlation
            && bytes(&typed.text, typed.hex).is_none()
        {
            problems.push(not_hex("will.correlationData"));
        }
    }
    problems
}

fn field(field: ProfileField) -> String {
    let name = match field {
        ProfileField::Host => "host",
        ProfileField::Port => "port",
        ProfileField::Path => "path",
        ProfileField::Header(at) => return format!("headers.{at}"),
        ProfileField::ProxyHost => "proxy.host",
        ProfileField::ProxyPort => "proxy.port",
        ProfileField::ProxyUsername => "proxy.username",
        ProfileField::TokenFile => "signIn.path",
        ProfileField::TokenCommand => "signIn.command",
        ProfileField::ServerName => "serverName",
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
        ProblemKind::NoSlash => FieldProblem::NoSlash,
        ProblemKind::ReservedHeader => FieldProblem::ReservedHeader,
        ProblemKind::NotAServerName => FieldProblem::NotAServerName,
        ProblemKind::OpenQuote => FieldProblem::OpenQuote,
        ProblemKind::PairIncomplete => FieldProblem::PairIncomplete,
        ProblemKind::NoLocalOnShared => FieldProblem::NoLocalOnShared,
        ProblemKind::SameFilter { first } => FieldProblem::SameFilter { first: count(first) },
    }
}
