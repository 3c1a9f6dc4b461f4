//! Phases, failures, limits and events of a session, as the window gets them.

use treetop_engine::history::Health;
use treetop_engine::session as engine;
use treetop_engine::session::PacketKind;

use crate::types::connection::{TestStep, UserProperty};
use crate::types::session::{
    Connack, Failure, Flapping, HistoryHealth, Missed, MissedWhy, Phase, ProxyProblem, Reason, Step,
    Subscribed, TimelineEvent, TlsProblem, TokenProblem,
};

pub(crate) fn user_properties(pairs: &[(String, String)]) -> Vec<UserProperty> {
    pairs
        .iter()
        .map(|(name, value)| UserProperty {
            name: name.clone(),
            value: value.clone(),
        })
        .collect()
}

pub(crate) fn phase(status: &engine::Status) -> Phase {
    match &status.phase {
        engine::Phase::Connecting { attempt, step: at } => Phase::Connecting {
            attempt: *attempt,
            step: step(*at),
        },
        engine::Phase::Connected { session_present } => Phase::Connected {
            since: status.since.millis(),
            session_present: *session_present,
        },
        engine::Phase::Waiting {
            attempt,
            retry_at,
            failure: why,
        } => Phase::Waiting {
            attempt: *attempt,
            retry_at: retry_at.millis(),
            failure: failure(why),
        },
        engine::Phase::Stopped { failure: Some(why) } => Phase::Refused {
            at: status.since.millis(),
            failure: failure(why),
        },
        engine::Phase::Stopped { failure: None } => Phase::Offline,
    }
}

pub(crate) fn step(step: engine::Step) -> Step {
    match step {
        engine::Step::Token => Step::Token,
        engine::Step::Proxy => Step::Proxy,
        engine::Step::Resolve => Step::Resolve,
        engine::Step::Tcp => Step::Tcp,
        engine::Step::Tls => Step::Tls,
        engine::Step::WebSocket => Step::WebSocket,
        engine::Step::Connack => Step::Connack,
        engine::Step::Suback => Step::Suback,
    }
}

pub(crate) fn reason(reason: &engine::Reason, packet: PacketKind) -> Reason {
    Reason {
        code: reason.code,
        name: engine::name(reason.code, packet).to_owned(),
        reason_string: reason.reason_string.clone(),
        server_reference: reason.server_reference.clone(),
        user_properties: user_properties(&reason.user_properties),
    }
}

pub(crate) fn bare_reason(code: u8, packet: PacketKind) -> Reason {
    reason(
        &engine::Reason {
            code,
            ..engine::Reason::default()
        },
        packet,
    )
}

pub(crate) fn failure(why: &engine::Failure) -> Failure {
    let text = why.to_string();
    match why {
        engine::Failure::Resolve { host, detail } => Failure::Resolve {
            host: host.clone(),
            detail: detail.clone(),
        },
        engine::Failure::Tcp { address, detail, .. } => Failure::Tcp {
            address: address.map(|address| address.to_string()).unwrap_or_default(),
            detail: detail.clone(),
        },
        engine::Failure::Tls { kind, detail } => Failure::Tls {
            problem: tls(kind),
            detail: detail.clone(),
        },
        engine::Failure::Proxy {
            address,
            kind,
            detail,
        } => Failure::Proxy {
            address: address.clone(),
            problem: proxy(*kind),
            detail: detail.clone(),
        },
        engine::Failure::Token { kind, detail } => Failure::Token {
            problem: token(kind),
            detail: detail.clone(),
        },
        engine::Failure::WebSocket { status, detail } => Failure::WebSocket {
            status: *status,
            detail: detail.clone(),
        },
        engine::Failure::Timeout { step: at, .. } => Failure::Timeout { step: step(*at) },
        engine::Failure::Refused(why) => Failure::Refused {
            reason: reason(why, PacketKind::Connack),
        },
        engine::Failure::Disconnected(why) => Failure::Disconnected {
            reason: reason(why, PacketKind::Disconnect),
        },
        engine::Failure::Unanswered { detail } => Failure::Unanswered {
            detail: detail.clone(),
        },
        engine::Failure::ConnectionLost { .. } | engine::Failure::KeepAlive { .. } => {
            Failure::Lost { detail: text }
        }
        engine::Failure::Protocol { .. } => Failure::Protocol { detail: text },
    }
}

fn tls(kind: &engine::TlsFailure) -> TlsProblem {
    match kind {
        engine::TlsFailure::UnknownIssuer { issuer } => TlsProblem::UnknownIssuer {
            issuer: issuer.clone(),
        },
        engine::TlsFailure::WrongName { asked, presented } => TlsProblem::NameMismatch {
            asked: asked.clone(),
            presented: presented.clone(),
        },
        engine::TlsFailure::Expired {
            not_before,
            not_after,
        } => TlsProblem::Expired {
            from: not_before.map(|at| at.millis()),
            at: not_after.map(|at| at.millis()),
        },
        engine::TlsFailure::NotYetValid {
            not_before,
            not_after,
        } => TlsProblem::NotYetValid {
            at: not_before.map(|at| at.millis()),
            until: not_after.map(|at| at.millis()),
        },
        engine::TlsFailure::SelfSigned { subject } => TlsProblem::SelfSigned {
            subject: subject.clone(),
        },
        engine::TlsFailure::Revoked => TlsProblem::Revoked,
        engine::TlsFailure::BadCertificate => TlsProblem::BadCertificate,
        engine::TlsFailure::ClientCertificateRequired => TlsProblem::ClientCertificateRequired,
        engine::TlsFailure::ClientCertificateRejected => TlsProblem::ClientCertificateRejected,
        engine::TlsFailure::Alert { name } => TlsProblem::Alert { name: name.clone() },
        engine::TlsFailure::NotTls => TlsProblem::NotTls,
        engine::TlsFailure::TlsExpected => TlsProblem::TlsExpected,
        engine::TlsFailure::NoCommonParameters => TlsProblem::NoCommonParameters,
        engine::TlsFailure::Closed => TlsProblem::Closed,
        engine::TlsFailure::NoRoots => TlsProblem::NoRoots,
        engine::TlsFailure::UnreadableCa => TlsProblem::UnreadableCa,
        engine::TlsFailure::UnreadableClientCertificate => TlsProblem::UnreadableClientCertificate,
        engine::TlsFailure::UnreadableClientKey => TlsProblem::UnreadableClientKey,
        engine::TlsFailure::KeyMismatch => TlsProblem::KeyMismatch,
        engine::TlsFailure::PassphraseNeeded => TlsProblem::PassphraseNeeded,
        engine::TlsFailure::WrongPassphrase => TlsProblem::WrongPassphrase,
        engine::TlsFailure::OldKeyProtection => TlsProblem::OldKeyProtection,
        engine::TlsFailure::BadServerName => TlsProblem::BadServerName,
        engine::TlsFailure::Other => TlsProblem::Other,
    }
}

fn proxy(kind: engine::ProxyFailure) -> ProxyProblem {
    match kind {
        engine::ProxyFailure::Unreachable => ProxyProblem::Unreachable,
        engine::ProxyFailure::NotAProxy => ProxyProblem::NotAProxy,
        engine::ProxyFailure::SignIn => ProxyProblem::SignIn,
        engine::ProxyFailure::RefusedHttp { status } => ProxyProblem::RefusedHttp { status },
        engine::ProxyFailure::RefusedSocks { reply } => ProxyProblem::RefusedSocks { reply },
        engine::ProxyFailure::Closed => ProxyProblem::Closed,
    }
}

fn token(kind: &engine::TokenFailure) -> TokenProblem {
    match kind {
        engine::TokenFailure::UnreadableFile { path } => TokenProblem::UnreadableFile { path: path.clone() },
        engine::TokenFailure::BadCommand => TokenProblem::BadCommand,
        engine::TokenFailure::NoSuchCommand { program } => TokenProblem::NoSuchCommand {
            program: program.clone(),
        },
        engine::TokenFailure::CommandFailed { code } => TokenProblem::CommandFailed { code: *code },
        engine::TokenFailure::CommandTimeout => TokenProblem::CommandTimeout,
        engine::TokenFailure::NotText => TokenProblem::NotText,
        engine::TokenFailure::Empty => TokenProblem::Empty,
        engine::TokenFailure::TooLong { bytes } => TokenProblem::TooLong {
            bytes: u32::try_from(*bytes).unwrap_or(u32::MAX),
        },
        engine::TokenFailure::Expired { at } => TokenProblem::Expired { at: at.millis() },
        engine::TokenFailure::NotYetValid { at } => TokenProblem::NotYetValid { at: at.millis() },
    }
}

pub(crate) fn connack(connack: &engine::Connack) -> Connack {
    Connack {
        session_present: connack.session_present,
        maximum_qos: connack.maximum_qos.level(),
        retain_available: connack.retain_available,
        wildcard_available: connack.wildcard_available,
        subscription_ids_available: connack.subscription_ids_available,
        shared_available: connack.shared_available,
        server_keep_alive: connack.server_keep_alive,
        assigned_client_id: connack.assigned_client_id.clone(),
        receive_maximum: connack.receive_maximum,
        maximum_packet_size: connack.maximum_packet_size,
        topic_alias_maximum: connack.topic_alias_maximum,
        session_expiry_secs: connack.session_expiry,
        reason_string: connack.reason_string.clone(),
        server_reference: connack.server_reference.clone(),
        user_properties: user_properties(&connack.user_properties),
    }
}

pub(crate) fn subscribed(answer: &engine::Subscribed) -> Subscribed {
    let why = engine::Reason {
        code: answer.code,
        reason_string: answer.reason_string.clone(),
        ..Default::default()
    };
    let asked = &answer.subscription;
    Subscribed {
        filter: asked.filter.as_str().to_owned(),
        qos: asked.qos.level(),
        no_local: asked.no_local,
        retain_as_published: asked.retain_as_published,
        retain_handling: match asked.retain_handling {
            engine::RetainHandling::EverySubscribe => 0,
            engine::RetainHandling::NewSubscribe => 1,
            engine::RetainHandling::Never => 2,
        },
        identifier: asked.id,
        reason: reason(&why, PacketKind::Suback),
    }
}

pub(crate) fn flapping(flapping: engine::Flapping) -> Flapping {
    Flapping {
        drops: flapping.drops,
        within_millis: flapping.within.as_secs_f64() * 1000.0,
    }
}

pub(crate) fn missed(missed: engine::Missed) -> Missed {
    Missed {
        from: missed.from.millis(),
        to: missed.to.millis(),
        why: match missed.why {
            engine::Why::NotKept => MissedWhy::NotKept,
            engine::Why::Expired { after } => MissedWhy::Expired { after_secs: after },
            engine::Why::Forgotten => MissedWhy::Forgotten,
            engine::Why::OnlyQos0 => MissedWhy::OnlyQos0,
        },
    }
}

pub(crate) fn test_step(step: engine::TestStep) -> TestStep {
    let (detail, why) = match step.result {
        Ok(detail) => (detail, None),
        Err(why) => (None, Some(failure(&why))),
    };
    TestStep {
        step: self::step(step.step),
        took_millis: step.took.as_secs_f64() * 1000.0,
        detail,
        failure: why,
    }
}

pub(crate) fn health(health: Health) -> HistoryHealth {
    match health {
        Health::Ok => HistoryHealth::Well,
        Health::DiskFull => HistoryHealth::DiskFull,
        Health::ReadOnly => HistoryHealth::ReadOnly,
        Health::Failed(error) => HistoryHealth::Failed {
            detail: error.to_string(),
        },
    }
}

/// The entry of the log, or nothing for what the log does not show.
fn event(event: &engine::Event) -> Option<TimelineEvent> {
    Some(match event {
        engine::Event::Connecting { .. } => return None,
        engine::Event::NotSubscribed { error } => TimelineEvent::NotSubscribed {
            detail: error.to_string(),
        },
        engine::Event::Connected {
            session_present,
            away,
        } => TimelineEvent::Connected {
            session_present: *session_present,
            away_millis: away.map(|away| away.as_secs_f64() * 1000.0),
        },
        engine::Event::Missed { missed: span } => TimelineEvent::Missed {
            missed: missed(*span),
        },
        engine::Event::Subscribed { filters } => TimelineEvent::Subscribed {
            filters: *filters as f64,
        },
        engine::Event::Granted { subscription, code } => TimelineEvent::Granted {
            filter: subscription.filter.as_str().to_owned(),
            reason: bare_reason(*code, PacketKind::Suback),
        },
        engine::Event::Unsubscribed { filter, code } => TimelineEvent::Unsubscribed {
            filter: filter.as_str().to_owned(),
            reason: bare_reason(*code, PacketKind::Unsuback),
        },
        engine::Event::SubscriptionRefused {
            filter,
            code,
            reason_string,
        } => {
            let why = engine::Reason {
                code: *code,
                reason_string: reason_string.clone(),
                ..Default::default()
            };
            TimelineEvent::SubscriptionRefused {
                filter: filter.as_str().to_owned(),
                reason: reason(&why, PacketKind::Suback),
            }
        }
        engine::Event::Lost { failure: why } => TimelineEvent::Lost {
            failure: failure(why),
        },
        engine::Event::Waiting {
            attempt,
            retry_at,
            failure: why,
            flapping: comes_and_goes,
        } => TimelineEvent::Waiting {
            attempt: *attempt,
            retry_at: retry_at.millis(),
            failure: Some(failure(why)),
            flapping: comes_and_goes.map(flapping),
        },
        engine::Event::Refused { failure: why } => TimelineEvent::Refused {
            failure: failure(why),
        },
        engine::Event::Stopped => TimelineEvent::Stopped,
    })
}

/// What the history keeps of an event; `None` for what the log does not show.
pub(crate) fn encode_event(happened: &engine::Event) -> Option<String> {
    let event = event(happened)?;
    Some(serde_json::to_string(&event).expect("an event has no map with keys that are not text"))
}

/// An entry as the history kept it; `None` for one of a later version that this one does not know.
pub(crate) fn decode_event(kept: &str) -> Option<TimelineEvent> {
    // Numbers keep every digit in this program, and a tagged enum read straight from text takes
    // those with a fraction for something else; through a value it does not.
    let value: serde_json::Value = serde_json::from_str(kept).ok()?;
    serde_json::from_value(value).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn entries_of_an_earlier_version_are_still_read() {
        let read = |text: &str| decode_event(text).unwrap();
        assert_eq!(
            read(r#"{"kind":"connected","sessionPresent":true}"#),
            TimelineEvent::Connected {
                session_present: true,
                away_millis: None
            }
        );
        assert_eq!(
            read(r#"{"kind":"waiting","attempt":2,"retryAt":1773293533417.127}"#),
            TimelineEvent::Waiting {
                attempt: 2,
                retry_at: 1_773_293_533_417.127,
                failure: None,
                flapping: None
            }
        );
    }

    #[test]
    fn what_happened_is_kept_and_read_as_it_was() {
        let happened = engine::Event::Connected {
            session_present: false,
            away: Some(std::time::Duration::from_secs(39)),
        };
        let kept = encode_event(&happened).unwrap();
        assert_eq!(
            decode_event(&kept).unwrap(),
            TimelineEvent::Connected {
                session_present: false,
                away_millis: Some(39_000.0)
            }
        );
        assert_eq!(decode_event(r#"{"kind":"later","n":1.5}"#), None);
        assert_eq!(encode_event(&engine::Event::Connecting { attempt: 1 }), None);
    }
}
