//! From errors of the client library to failures a person can act on.

use rumqttc::{ConnectionError, Error as MqttError, StateError};

use super::failure::{Failure, ProtocolFailure};
use super::stream::Wire;

/// Turns an error of the library into a failure, unless the wire knows better.
pub(super) fn explain(wire: &Wire, error: ConnectionError, keep_alive: u16) -> Failure {
    if let Some(failure) = wire.failure() {
        return failure;
    }
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
