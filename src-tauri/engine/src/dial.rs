//! From a saved connection to the options of a session: files are read, topics are checked.
//!
//! It opens no connection and keeps no secret.

use std::time::Duration;

use bytes::Bytes;

use crate::message::Properties;
use crate::profiles::{self, ClientIdMode, Profile, ProfileProxy, ProfileSecrets, SignIn, Transport};
use crate::session::{
    Backoff, Headers, Proxy, ProxyKind, RetainHandling, Secret, SessionOptions, Subscription, TlsOptions,
    TokenSource, Transport as Wire, Will,
};
use crate::topic::{TopicError, TopicFilter, TopicName};

/// Why a saved connection can't be used as it is.
#[derive(Debug, thiserror::Error)]
pub enum DialError {
    /// A certificate or key can't be read.
    #[error("{path}: {source}")]
    File {
        /// The file as saved.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// A password is longer than CONNECT can carry (MQTT 5, 3.1.3.6).
    #[error("a password of {bytes} bytes")]
    PasswordTooLong {
        /// Its length.
        bytes: usize,
    },
    /// There is no token to sign in with.
    #[error("no token is stored")]
    NoToken,
    /// A topic filter or the topic of the last will breaks a rule.
    #[error("{topic}: {problem}")]
    Topic {
        /// The text as saved.
        topic: String,
        /// The rule.
        problem: TopicError,
    },
}

async fn file(path: Option<&str>) -> Result<Option<Vec<u8>>, DialError> {
    let Some(path) = path.filter(|path| !path.is_empty()) else {
        return Ok(None);
    };
    match tokio::fs::read(path).await {
        Ok(bytes) => Ok(Some(bytes)),
        Err(source) => Err(DialError::File {
            path: path.to_owned(),
            source,
        }),
    }
}

fn secret(secret: Option<profiles::Secret>) -> Option<Secret> {
    secret.map(|secret| Secret::new(secret.reveal().to_owned()))
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

/// Where the token of a connection comes from; `None` if it signs in with a password.
pub fn token(profile: &Profile, stored: Option<profiles::Secret>) -> Result<Option<TokenSource>, DialError> {
    Ok(match &profile.sign_in {
        SignIn::Password => None,
        SignIn::Token => Some(TokenSource::Given(secret(stored).ok_or(DialError::NoToken)?)),
        SignIn::TokenFile { path } => Some(TokenSource::File(path.into())),
        SignIn::TokenCommand { command } => Some(TokenSource::Command(command.clone())),
    })
}

/// The longest password of CONNECT (MQTT 5, 3.1.3.6).
const LONGEST_PASSWORD: usize = 65_535;

fn password(stored: Option<profiles::Secret>) -> Result<Option<Secret>, DialError> {
    match stored.as_ref().map(|stored| stored.reveal().len()) {
        Some(bytes) if bytes > LONGEST_PASSWORD => Err(DialError::PasswordTooLong { bytes }),
        _ => Ok(secret(stored)),
    }
}

fn proxy(saved: &ProfileProxy, password: Option<profiles::Secret>) -> Proxy {
    Proxy {
        kind: match saved.kind {
            profiles::ProxyKind::Http => ProxyKind::Http,
            profiles::ProxyKind::Socks5 => ProxyKind::Socks5,
        },
        host: saved.host.clone(),
        port: saved.port,
        username: text(&saved.username),
        password: secret(password),
    }
}

fn client_id(profile: &Profile) -> String {
    match profile.client_id_mode {
        ClientIdMode::Fixed => profile.client_id.clone(),
        ClientIdMode::Random => {
            let random = uuid::Uuid::new_v4().simple().to_string();
            format!("treetop-{}", &random[..12])
        }
    }
}

/// The options of a session for a saved connection.
pub async fn options(profile: &Profile, secrets: ProfileSecrets) -> Result<SessionOptions, DialError> {
    let transport = match profile.transport {
        Transport::Mqtt => Wire::Tcp,
        Transport::Mqtts => Wire::Tls,
        Transport::Ws => Wire::Ws {
            path: profile.path.clone(),
        },
        Transport::Wss => Wire::Wss {
            path: profile.path.clone(),
        },
    };
    let mut options = SessionOptions::new(&profile.host, profile.port, client_id(profile));
    // Files of TLS are not looked at where there is none: one that is gone would stand in the way.
    if profile.transport.is_encrypted() {
        options.tls = TlsOptions {
            ca: file(profile.ca_file.as_deref()).await?,
            client_cert: file(profile.client_cert_file.as_deref()).await?,
            client_key: file(profile.client_key_file.as_deref()).await?,
            passphrase: secret(secrets.key),
            verify: profile.verify_certificate,
            check_name: profile.check_host_name,
            server_name: text(&profile.server_name),
            alpn: text(&profile.alpn),
        };
    }
    options.transport = transport;
    options.headers = Headers(profile.headers.clone());
    options.proxy = profile.proxy.as_ref().map(|saved| proxy(saved, secrets.proxy));
    options.username = text(&profile.username);
    match &profile.sign_in {
        SignIn::Password => options.password = password(secrets.sign_in)?,
        _ => options.token = token(profile, secrets.sign_in)?,
    }
    options.keep_alive_secs = profile.keep_alive_secs;
    options.clean_start = profile.clean_start;
    options.session_expiry_secs = profile.session_expiry_secs;
    options.receive_maximum = profile.receive_maximum;
    options.maximum_packet_size = profile.maximum_packet_size;
    options.topic_alias_maximum = profile.topic_alias_maximum;
    options.request_response_information = profile.request_response_information;
    options.request_problem_information = profile.request_problem_information;
    options.user_properties = profile.user_properties.clone();
    options.subscriptions = subscriptions(profile)?;
    options.will = will(profile)?;
    options.backoff = Backoff {
        first: Duration::from_secs(profile.first_retry_secs.max(1).into()),
        longest: Duration::from_secs(profile.longest_retry_secs.max(1).into()),
    };
    Ok(options)
}

fn subscriptions(profile: &Profile) -> Result<Vec<Subscription>, DialError> {
    let enabled = profile
        .subscriptions
        .iter()
        .filter(|subscription| subscription.enabled);
    enabled
        .map(|saved| {
            let filter = TopicFilter::new(saved.filter.as_str()).map_err(|problem| DialError::Topic {
                topic: saved.filter.clone(),
                problem,
            })?;
            Ok(Subscription {
                no_local: saved.no_local,
                retain_as_published: saved.retain_as_published,
                retain_handling: retain_handling(saved.retain_handling),
                id: saved.id,
                ..Subscription::new(filter, saved.qos)
            })
        })
        .collect()
}

/// Retain handling by its number (MQTT 5, 3.8.3.1).
pub fn retain_handling(number: u8) -> RetainHandling {
    match number {
        1 => RetainHandling::NewSubscribe,
        2 => RetainHandling::Never,
        _ => RetainHandling::EverySubscribe,
    }
}

fn will(profile: &Profile) -> Result<Option<Will>, DialError> {
    let Some(saved) = &profile.will else {
        return Ok(None);
    };
    let topic = TopicName::new(saved.topic.as_str()).map_err(|problem| DialError::Topic {
        topic: saved.topic.clone(),
        problem,
    })?;
    Ok(Some(Will {
        topic,
        payload: Bytes::from(saved.payload.clone()),
        qos: saved.qos,
        retain: saved.retain,
        delay: saved.delay_secs,
        properties: Properties {
            payload_format: saved.is_text.then_some(1),
            expiry: saved.expiry_secs,
            content_type: text(&saved.content_type),
            response_topic: text(&saved.response_topic),
            correlation_data: (!saved.correlation_data.is_empty())
                .then(|| Bytes::from(saved.correlation_data.clone())),
            subscription_ids: Vec::new(),
            user: saved.user_properties.clone(),
        },
    }))
}
