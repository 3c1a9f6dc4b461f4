//! "Test connection": every step to a subscription, with its time, up to the first that fails.
//!
//! It uses a client identifier of its own, so that it never takes over a session that runs, and
//! leaves nothing at the broker.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rumqttc::{AsyncClient, Event, Incoming};

use super::explain::explain;
use super::failure::{Failure, Reason};
use super::options::SessionOptions;
use super::status::{Step, Subscribed};
use super::stream::Wire;
use super::{convert, subscribe};

/// One step of a test.
#[derive(Clone, Debug, PartialEq)]
pub struct TestStep {
    /// Which.
    pub step: Step,
    /// How long it took.
    pub took: Duration,
    /// `Ok` may carry the broker's reason string; a filter that is not granted is
    /// [`Failure::Refused`] with the code of the SUBACK.
    pub result: Result<Option<String>, Failure>,
}

/// Tries every step once.
pub async fn test(options: SessionOptions) -> Vec<TestStep> {
    let subscriptions = options.subscriptions.clone();
    let options = Arc::new(visitor(options, "test"));
    let wire = Arc::new(Wire::new(|_| {}));
    let (client, mut events) = AsyncClient::builder(convert::options(&options, &wire))
        .unbounded()
        .build();
    let connected = loop {
        match events.poll().await {
            Ok(Event::Incoming(Incoming::ConnAck(_))) => break Ok(()),
            Ok(_) => {}
            Err(error) => break Err(explain(&wire, error, 0)),
        }
    };
    let reason = wire.connack().and_then(|connack| connack.reason_string);
    let mut steps = finished(&wire.steps(), Instant::now(), connected.map(|()| reason));
    let failed = steps.last().is_none_or(|last| last.result.is_err());
    if failed || subscriptions.is_empty() {
        return steps;
    }
    let began = Instant::now();
    let connack = wire.connack();
    let subscribing = subscribe::subscribe(&client, subscriptions, connack.as_ref());
    let answer = tokio::time::timeout(options.connect_timeout, async {
        tokio::pin!(subscribing);
        loop {
            tokio::select! {
                answers = &mut subscribing => break answers.map_err(|error| error.to_string()),
                polled = events.poll() => if let Err(error) = polled {
                    break Err(explain(&wire, error, 0).to_string());
                },
            }
        }
    })
    .await;
    let result = match answer {
        Err(_elapsed) => Err(Failure::Timeout { step: Step::Suback }),
        Ok(Err(detail)) => Err(wire.failure().unwrap_or(Failure::ConnectionLost { detail })),
        Ok(Ok(answers)) => granted(answers),
    };
    steps.push(TestStep {
        step: Step::Suback,
        took: began.elapsed(),
        result,
    });
    leave(&client, &mut events).await;
    steps
}

/// The same connection for a short visit: no session before or after, no will, and an identifier
/// that nobody else has.
pub(super) fn visitor(mut options: SessionOptions, purpose: &str) -> SessionOptions {
    if !options.client_id.is_empty() {
        let unique = uuid::Uuid::new_v4().simple().to_string();
        options.client_id = format!("{}-{purpose}-{}", options.client_id, &unique[..8]);
    }
    options.clean_start = true;
    options.session_expiry_secs = 0;
    options.will = None;
    options.subscriptions = Vec::new();
    options
}

/// Sends DISCONNECT, within a second.
pub(super) async fn leave(client: &AsyncClient, events: &mut rumqttc::EventLoop) {
    // A loop that cannot take it has no connection left to end in order.
    let _ending = client.try_disconnect_now();
    let end = async { while events.poll().await.is_ok() {} };
    let _ended_or_cut = tokio::time::timeout(Duration::from_secs(1), end).await;
}

fn finished(begun: &[(Step, Instant)], end: Instant, last: Result<Option<String>, Failure>) -> Vec<TestStep> {
    let ends = begun.iter().skip(1).map(|(_, at)| *at).chain([end]);
    let mut steps: Vec<_> = begun
        .iter()
        .zip(ends)
        .map(|((step, at), end)| TestStep {
            step: *step,
            took: end.duration_since(*at),
            result: Ok(None),
        })
        .collect();
    if let Some(step) = steps.last_mut() {
        step.result = last;
    }
    steps
}

fn granted(answers: Vec<Subscribed>) -> Result<Option<String>, Failure> {
    match answers.into_iter().find(|answer| answer.code >= 0x80) {
        None => Ok(None),
        Some(refused) => Err(Failure::Refused(Reason {
            code: refused.code,
            reason_string: refused.reason_string,
            ..Reason::default()
        })),
    }
}
