//! From a saved connection to the options of a session: files are read, topics are checked.
//!
//! It opens no connection and keeps no secret.

use std::time::Duration;

use bytes::Bytes;

use crate::message::Properties;
use crate::profiles::{self, Profile, Transport};
use crate::session::{
    Backoff, RetainHandling, Secret, SessionOptions, Subscription, TlsOptions, Transport as Wire, Will,
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

/// The options of a session for a saved connection.
pub async fn options(
    profile: &Profile,
    password: Option<profiles::Secret>,
) -> Result<SessionOptions, DialError> {
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
    let mut options = SessionOptions::new(&profile.host, profile.port, &profile.client_id);
    options.transport = transport;
    options.tls = TlsOptions {
        ca: file(profile.ca_file.as_deref()).await?,
        client_cert: file(profile.client_cert_file.as_deref()).await?,
        client_key: file(profile.client_key_file.as_deref()).await?,
        verify: profile.verify_certificate,
        server_name: None,
        alpn: Some(profile.alpn.clone()).filter(|alpn| !alpn.is_empty()),
    };
    options.username = Some(profile.username.clone()).filter(|name| !name.is_empty());
    options.password = password.map(|password| Secret::new(password.reveal().to_owned()));
    options.keep_alive_secs = profile.keep_alive_secs;
    options.clean_start = profile.clean_start;
    options.session_expiry_secs = profile.session_expiry_secs;
    options.receive_maximum = profile.receive_maximum;
    options.maximum_packet_size = profile.maximum_packet_size;
    options.topic_alias_maximum = profile.topic_alias_maximum;
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
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
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
