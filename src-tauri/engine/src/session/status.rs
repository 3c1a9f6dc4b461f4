//! What a session knows about itself, for the status bar, the connection screen and the timeline.

use std::time::Duration;

use super::failure::Failure;
use super::missed::Missed;
use super::options::Subscription;
use super::reconnect::Flapping;
use super::subscribe::RequestError;
use crate::message::{QoS, Timestamp};
use crate::topic::TopicFilter;

/// A snapshot of a session.
#[derive(Clone, Debug, PartialEq)]
pub struct Status {
    /// What it does.
    pub phase: Phase,
    /// Since when.
    pub since: Timestamp,
    /// MQTT bytes received since the session started, over all its connections.
    pub bytes_in: u64,
    /// MQTT bytes sent.
    pub bytes_out: u64,
    /// Microseconds from the last PINGREQ to its PINGRESP.
    pub ping_micros: Option<u64>,
    /// The CONNACK of the latest connection.
    pub connack: Option<Connack>,
    /// What is subscribed to, and what the broker said to it.
    pub subscriptions: Vec<Subscribed>,
    /// The connection comes and goes.
    pub flapping: Option<Flapping>,
    /// What may have been missed at the latest loss in which anything could be.
    pub missed: Option<Missed>,
}

impl Status {
    /// A session that is about to begin.
    pub(super) fn new(now: Timestamp) -> Self {
        Self {
            phase: Phase::Connecting {
                attempt: 1,
                step: Step::Resolve,
            },
            since: now,
            bytes_in: 0,
            bytes_out: 0,
            ping_micros: None,
            connack: None,
            subscriptions: Vec::new(),
            flapping: None,
            missed: None,
        }
    }
}

/// What a session does.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// On the way to a connection.
    Connecting {
        /// Number of the try, from 1.
        attempt: u32,
        /// The step under way.
        step: Step,
    },
    /// Connected.
    Connected {
        /// The broker continued an earlier session.
        session_present: bool,
    },
    /// Waiting for the next try.
    Waiting {
        /// Number of the try that failed, from 1.
        attempt: u32,
        /// When the next one starts.
        retry_at: Timestamp,
        /// Why it failed.
        failure: Failure,
    },
    /// Ended, and not tried again by itself.
    Stopped {
        /// Why, if it was not asked for.
        failure: Option<Failure>,
    },
}

/// A step on the way to messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The token to sign in with.
    Token,
    /// The proxy, up to its answer.
    Proxy,
    /// The host's name to addresses.
    Resolve,
    /// TCP connection.
    Tcp,
    /// TLS handshake.
    Tls,
    /// WebSocket handshake.
    WebSocket,
    /// CONNECT sent, CONNACK awaited.
    Connack,
    /// SUBSCRIBE sent, SUBACK awaited.
    Suback,
}

/// What the broker said in CONNACK (MQTT 5, 3.2), with the defaults of the protocol filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connack {
    /// Reason code.
    pub code: u8,
    /// The broker continued an earlier session.
    pub session_present: bool,
    /// The highest QoS to publish with.
    pub maximum_qos: QoS,
    /// Retained messages are supported.
    pub retain_available: bool,
    /// Wildcards in filters are supported.
    pub wildcard_available: bool,
    /// Subscription identifiers are supported.
    pub subscription_ids_available: bool,
    /// Shared subscriptions are supported.
    pub shared_available: bool,
    /// Keep alive in seconds, if the broker overrides ours.
    pub server_keep_alive: Option<u16>,
    /// Client identifier, if the broker assigned one.
    pub assigned_client_id: Option<String>,
    /// QoS 1 and 2 messages we may have under way.
    pub receive_maximum: u16,
    /// The largest packet the broker takes; `None` is no limit of its own.
    pub maximum_packet_size: Option<u32>,
    /// Topic aliases we may use.
    pub topic_alias_maximum: u16,
    /// Seconds the session is kept, if the broker overrides ours.
    pub session_expiry: Option<u32>,
    /// Another broker to use.
    pub server_reference: Option<String>,
    /// Reason string, word for word.
    pub reason_string: Option<String>,
    /// User properties in received order.
    pub user_properties: Vec<(String, String)>,
    /// Where to expect answers, if the broker assigns it.
    pub response_information: Option<String>,
}

/// What the broker said to one filter (MQTT 5, 3.9.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscribed {
    /// What was asked for.
    pub subscription: Subscription,
    /// 0 to 2 is the granted QoS, 0x80 and more a refusal.
    pub code: u8,
    /// Reason string of the SUBACK, word for word.
    pub reason_string: Option<String>,
}

impl Subscribed {
    /// What the timeline says of it.
    pub(super) fn event(&self) -> Event {
        let (subscription, code) = (self.subscription.clone(), self.code);
        if code < 0x80 {
            return Event::Granted { subscription, code };
        }
        Event::SubscriptionRefused {
            filter: subscription.filter,
            code,
            reason_string: self.reason_string.clone(),
        }
    }
}

/// Something for the timeline.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A try begins.
    Connecting {
        /// Number of the try, from 1.
        attempt: u32,
    },
    /// Connected.
    Connected {
        /// The broker continued an earlier session.
        session_present: bool,
        /// Since the broker was last heard, if this session was connected before.
        away: Option<Duration>,
    },
    /// Messages of a span may be missing.
    Missed {
        /// Which, and why.
        missed: Missed,
    },
    /// The broker granted filters after a connect.
    Subscribed {
        /// How many.
        filters: usize,
    },
    /// The broker granted one filter that was asked for while connected, or new options of it.
    Granted {
        /// What was asked for.
        subscription: Subscription,
        /// The granted QoS, 0 to 2.
        code: u8,
    },
    /// The broker ended a subscription that was to end, or said why not.
    Unsubscribed {
        /// The filter.
        filter: TopicFilter,
        /// Reason code (MQTT 5, 3.11.3).
        code: u8,
    },
    /// The broker did not grant a filter.
    SubscriptionRefused {
        /// The filter.
        filter: TopicFilter,
        /// Reason code.
        code: u8,
        /// Reason string, word for word.
        reason_string: Option<String>,
    },
    /// The subscriptions as a whole could not be asked for.
    NotSubscribed {
        /// Why.
        error: RequestError,
    },
    /// An established connection ended.
    Lost {
        /// Why.
        failure: Failure,
    },
    /// The next try comes later.
    Waiting {
        /// Number of the try that failed, from 1.
        attempt: u32,
        /// When the next one starts.
        retry_at: Timestamp,
        /// Why it failed.
        failure: Failure,
        /// The connection comes and goes, and the wait is longer for it.
        flapping: Option<Flapping>,
    },
    /// A try failed in a way that another one would not mend.
    Refused {
        /// Why.
        failure: Failure,
    },
    /// The session ended.
    Stopped,
}
