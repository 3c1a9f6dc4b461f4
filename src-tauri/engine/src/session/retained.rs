//! Asks the broker what it retains: a short connection of its own that subscribes and collects.
//!
//! It proves what is retained at that moment; it keeps nothing and deletes nothing.

use std::sync::Arc;
use std::time::Duration;

use rumqttc::{AsyncClient, Event, Incoming};
use tokio::time::{Instant, sleep_until};

use super::explain::explain;
use super::failure::{Failure, Reason};
use super::options::{SessionOptions, Subscription};
use super::status::Step;
use super::stream::Wire;
use super::test_steps::{leave, visitor};
use super::{convert, subscribe, token};
use crate::message::{Message, QoS};
use crate::topic::TopicFilter;

/// Collects the retained messages that match, until nothing came for `quiet` or there are `limit`.
///
/// # Errors
///
/// The failure of the connection, or [`Failure::Refused`] with the code of the SUBACK.
pub async fn retained(
    options: SessionOptions,
    filters: Vec<TopicFilter>,
    quiet: Duration,
    limit: usize,
) -> Result<Vec<Message>, Failure> {
    let options = Arc::new(visitor(options, "retained"));
    let wire = Arc::new(Wire::new(|_| {}));
    let (client, mut events) = AsyncClient::builder(convert::options(&options, &wire))
        .unbounded()
        .build();
    let mut found = Vec::new();
    let subscriptions: Vec<_> = filters
        .into_iter()
        .map(|filter| Subscription {
            // A message published while we look comes with the flag cleared and is left out.
            retain_as_published: false,
            ..Subscription::new(filter, QoS::AtMostOnce)
        })
        .collect();
    if subscriptions.is_empty() {
        return Ok(found);
    }
    token::renew(&options, &wire, &mut events.options).await?;
    loop {
        match events.poll().await {
            Ok(Event::Incoming(Incoming::ConnAck(_))) => break,
            Ok(_) => {}
            Err(error) => return Err(explain(&wire, error, 0)),
        }
    }
    let connack = wire.connack();
    let subscribing = subscribe::subscribe(&client, subscriptions, connack.as_ref());
    tokio::pin!(subscribing);
    let mut answered = false;
    let mut end = Instant::now() + options.connect_timeout;
    while found.len() < limit {
        tokio::select! {
            answers = &mut subscribing, if !answered => {
                let answers = answers.map_err(|error| wire.failure().unwrap_or(
                    Failure::ConnectionLost { detail: error.to_string() },
                ))?;
                if let Some(refused) = answers.into_iter().find(|answer| answer.code >= 0x80) {
                    return Err(Failure::Refused(Reason {
                        code: refused.code,
                        reason_string: refused.reason_string,
                        ..Reason::default()
                    }));
                }
                answered = true;
                end = Instant::now() + quiet;
            }
            polled = events.poll() => match polled {
                Ok(Event::Incoming(Incoming::Publish(publish))) if publish.retain => {
                    found.push(convert::message(publish, &wire));
                    if answered {
                        end = Instant::now() + quiet;
                    }
                }
                Ok(_) => {}
                Err(error) => return Err(explain(&wire, error, 0)),
            },
            () = sleep_until(end) => {
                if !answered {
                    return Err(Failure::Timeout { step: Step::Suback });
                }
                break;
            }
        }
    }
    leave(&client, &mut events).await;
    Ok(found)
}
