//! "Test connection": every step to a subscription, with its time, up to the first that fails.
//!
//! It uses a client identifier of its own, so that it never takes over a session that runs, and
//! leaves nothing at the broker.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rumqttc::{AsyncClient, Event, Incoming};
use tokio::sync::Notify;

use super::explain::explain;
use super::failure::{Failure, Reason};
use super::options::SessionOptions;
use super::status::{Step, Subscribed};
use super::stream::{self, Wire};
use super::{convert, subscribe, token};

/// One step of a test.
#[derive(Clone, Debug, PartialEq)]
pub struct TestStep {
    /// Which.
    pub step: Step,
    /// How long it took.
    pub took: Duration,
    /// `Ok` may carry what was found: an address, the version of TLS, the broker's reason string,
    /// how many filters were granted. A filter that is not granted is
    /// [`Failure::Refused`] with the code of the SUBACK.
    pub result: Result<Option<String>, Failure>,
}

/// Tries every step once.
pub async fn test(options: SessionOptions) -> Vec<TestStep> {
    test_telling(options, |_, _| {}).await
}

/// Tries every step once and tells, as each begins, those that are done and the one under way.
pub async fn test_telling(
    options: SessionOptions,
    tell: impl Fn(Vec<TestStep>, Step) + Send,
) -> Vec<TestStep> {
    let stepped = Arc::new(Notify::new());
    let begun = stepped.clone();
    let wire = Arc::new(Wire::new(move |_| begun.notify_one()));
    let telling = async {
        loop {
            stepped.notified().await;
            let mut steps = finished(&wire, Instant::now(), Ok(None));
            if let Some(now) = steps.pop() {
                tell(steps, now.step);
            }
        }
    };
    tokio::select! {
        biased;
        steps = run(options, &wire) => steps,
        () = telling => Vec::new(),
    }
}

async fn run(options: SessionOptions, wire: &Arc<Wire>) -> Vec<TestStep> {
    let subscriptions = options.subscriptions.clone();
    let options = Arc::new(visitor(options, "test"));
    let (client, mut events) = AsyncClient::builder(convert::options(&options, wire))
        .unbounded()
        .build();
    let connected = match token::renew(&options, wire, &mut events.options).await {
        Ok(()) => loop {
            match events.poll().await {
                Ok(Event::Incoming(Incoming::ConnAck(_))) => break Ok(()),
                Ok(_) => {}
                Err(error) => break Err(stream::behind(&options, explain(wire, error, 0)).await),
            }
        },
        Err(failure) => Err(failure),
    };
    let reason = wire.connack().and_then(|connack| connack.reason_string);
    let failed = connected.is_err();
    if failed || subscriptions.is_empty() {
        let steps = finished(wire, Instant::now(), connected.map(|()| reason));
        if !failed {
            leave(&client, &mut events).await;
        }
        return steps;
    }
    let mut steps = finished(wire, Instant::now(), Ok(reason));
    wire.step(Step::Suback);
    let began = Instant::now();
    let connack = wire.connack();
    let subscribing = subscribe::subscribe(&client, subscriptions, connack.as_ref());
    let answer = tokio::time::timeout(options.connect_timeout, async {
        tokio::pin!(subscribing);
        loop {
            tokio::select! {
                answers = &mut subscribing => break answers.map_err(|error| error.to_string()),
                polled = events.poll() => if let Err(error) = polled {
                    break Err(explain(wire, error, 0).to_string());
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

/// The steps begun so far: all but the last went well.
fn finished(wire: &Wire, end: Instant, last: Result<Option<String>, Failure>) -> Vec<TestStep> {
    let begun = wire.steps();
    let ends = begun.iter().skip(1).map(|(_, at)| *at).chain([end]);
    let mut steps: Vec<_> = begun
        .iter()
        .zip(ends)
        .map(|((step, at), end)| TestStep {
            step: *step,
            took: end.duration_since(*at),
            result: Ok(wire.noted(*step)),
        })
        .collect();
    if let Some(step) = steps.last_mut() {
        step.result = last;
    }
    steps
}

/// Every filter was granted: how many. Otherwise the first that was not.
fn granted(answers: Vec<Subscribed>) -> Result<Option<String>, Failure> {
    let count = answers.len();
    match answers.into_iter().find(|answer| answer.code >= 0x80) {
        None => Ok(Some(count.to_string())),
        Some(refused) => Err(Failure::Refused(Reason {
            code: refused.code,
            reason_string: refused.reason_string,
            ..Reason::default()
        })),
    }
}
