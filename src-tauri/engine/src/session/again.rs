//! Has the broker send once more what it retains on one topic: a subscription to exactly this topic, which ends
//! when the message is there. The message comes like every other one; it knows neither tree nor history.

use super::failure::Reason;
use super::options::Subscription;
use super::subscribe::{self, RequestError};
use super::{RetainHandling, Session};
use crate::message::QoS;
use crate::topic::TopicFilter;

/// Why the broker was not asked again.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// There was no answer.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// It grants no subscription to this topic.
    #[error("the broker refused with code {:#04x}", .0.code)]
    Refused(Reason),
}

impl Session {
    /// Subscribes to exactly one topic, so that the broker sends what it retains there, and unsubscribes after
    /// `came`. A subscription with just this filter that was there before stays as it was. Not part of what is
    /// subscribed to again after a reconnect.
    pub async fn ask_again<T>(
        &self,
        topic: TopicFilter,
        came: impl Future<Output = T>,
    ) -> Result<T, AskError> {
        let connack = self.shared.connected().ok_or(RequestError::NotConnected)?;
        let before = {
            let status = self.shared.status.borrow();
            let mut present = status.subscriptions.iter();
            let same = present.find(|answer| answer.code < 0x80 && answer.subscription.filter == topic);
            same.map(|answer| answer.subscription.clone())
        };
        let stays = before.is_some();
        // With QoS 1 it is acknowledged only once it is stored, which was missing.
        let subscription = before.unwrap_or_else(|| Subscription {
            retain_as_published: true,
            ..Subscription::new(topic.clone(), QoS::AtLeastOnce)
        });
        let subscription = Subscription {
            retain_handling: RetainHandling::EverySubscribe,
            ..subscription
        };
        let client = self.shared.client.clone();
        let answers = subscribe::subscribe(&client, vec![subscription], Some(&connack)).await?;
        if let Some(refused) = answers.into_iter().find(|answer| answer.code >= 0x80) {
            return Err(AskError::Refused(Reason {
                code: refused.code,
                reason_string: refused.reason_string,
                ..Reason::default()
            }));
        }
        let came = came.await;
        if !stays {
            // Without a connection it waits for the next one, and nobody has to wait with it.
            tokio::spawn(async move {
                if let Err(error) = subscribe::unsubscribe(&client, &[topic], Some(&connack)).await {
                    log::debug!("a subscription for one message was not ended: {error}");
                }
            });
        }
        Ok(came)
    }
}
