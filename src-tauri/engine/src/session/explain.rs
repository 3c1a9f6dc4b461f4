//! From errors of the client library to failures a person can act on.

use rumqttc::{ConnectionError, Error as MqttError, StateError};

use super::failure::{Failure, ProtocolFailure};
use super::status::Step;
use super::stream::Wire;

/// Turns an error of the library into a failure, unless the wire knows better.
pub(super) fn explain(wire: &Wire, error: ConnectionError, keep_alive: u16) -> Failure {
    let failure = wire.failure().unwrap_or_else(|| known(wire, error, keep_alive));
    match failure {
        Failure::ConnectionLost { detail }
            if wire.current_step() == Step::Connack && wire.connack().is_none() =>
        {
            Failure::Unanswered { detail }
        }
        failure => failure,
    }
}

fn known(wire: &Wire, error: ConnectionError, keep_alive: u16) -> Failure {
    let detail = error.to_string();
    let protocol = |kind| Failure::Protocol {
        kind,
        detail: detail.clone(),
    };
    match error {
        ConnectionError::Timeout(_) => Failure::Timeout {
            step: wire.current_step(),
        },
        ConnectionError::MqttState(StateError::AwaitPingResp) => Failure::KeepAlive { seconds: keep_alive },
        ConnectionError::MqttState(StateError::Deserialization(MqttError::Io(_)))
        | ConnectionError::MqttState(StateError::Io(_) | StateError::ConnectionAborted)
        | ConnectionError::Io(_) => Failure::ConnectionLost { detail },
        ConnectionError::MqttState(StateError::Deserialization(_)) => protocol(ProtocolFailure::Malformed),
        ConnectionError::SessionStateMismatch { .. } => protocol(ProtocolFailure::SessionPresent),
        ConnectionError::NotConnAck(_) => protocol(ProtocolFailure::NotMqtt),
        _ => protocol(ProtocolFailure::Unexpected),
    }
}
