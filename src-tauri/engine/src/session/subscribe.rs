//! SUBSCRIBE and UNSUBSCRIBE: filters grouped by identifier and split by the packet the broker takes.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use rumqttc::{
    AsyncClient, SubscribeFilterInput, SubscribeNotice, SubscribeNoticeError, SubscribeProperties,
    UnsubscribeNoticeError,
};

use super::options::Subscription;
use super::status::{Connack, Event, Subscribed};
use super::{Shared, Sink, convert};
use crate::message::{MAX_SUBSCRIPTION_ID, Timestamp};
use crate::topic::TopicFilter;

/// Filters in one packet at most. Some brokers take only few; the answer per packet is quick.
const FILTERS: usize = 200;

/// Bytes of filters in one packet at most, if the broker says nothing smaller.
const BYTES: usize = 128 * 1024;

/// What a packet needs besides its filters: header, packet identifier and properties.
const OVERHEAD: usize = 16;

/// Why a SUBSCRIBE or UNSUBSCRIBE has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// There is no connection now; nothing was sent.
    #[error("not connected")]
    NotConnected,
    /// Nothing was asked for.
    #[error("no filter")]
    Empty,
    /// A subscription identifier is 0 or 268,369,920 or more.
    #[error("a subscription identifier is 1 to 268,369,919")]
    BadSubscriptionId,
    /// A filter is longer than the packet the broker takes.
    #[error("a filter is longer than the broker takes")]
    TooLarge,
    /// The connection was lost and the session with it.
    #[error("the connection was lost before the answer")]
    Unknown,
    /// The session ended first.
    #[error("the session ended before the answer")]
    Stopped,
}

fn room(connack: Option<&Connack>) -> usize {
    let max = connack
        .and_then(|connack| connack.maximum_packet_size)
        .unwrap_or(u32::MAX);
    BYTES.min(max as usize).saturating_sub(OVERHEAD)
}

/// Splits into packets by size and count, and where `same` says that two do not go together.
fn packets<T>(
    items: &[T],
    room: usize,
    len: impl Fn(&T) -> usize,
    same: impl Fn(&T, &T) -> bool,
) -> Result<Vec<&[T]>, RequestError> {
    let mut packets = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    for (n, item) in items.iter().enumerate() {
        let item_len = len(item) + 3;
        if item_len > room {
            return Err(RequestError::TooLarge);
        }
        let full = n - start == FILTERS || bytes + item_len > room;
        if n > start && (full || !same(&items[start], item)) {
            packets.push(&items[start..n]);
            (start, bytes) = (n, 0);
        }
        bytes += item_len;
    }
    if start < items.len() {
        packets.push(&items[start..]);
    }
    Ok(packets)
}

/// Subscribes to what is wanted after a connect, and tells the status and the timeline.
pub(super) async fn all(
    shared: Arc<Shared>,
    sink: Arc<dyn Sink>,
    wanted: Vec<Subscription>,
    connack: Option<Connack>,
) {
    let answers = match subscribe(&shared.client, wanted, connack.as_ref()).await {
        Ok(answers) => answers,
        // The connection is gone; the next one starts this again.
        Err(RequestError::Unknown | RequestError::Stopped) => return,
        Err(error) => return sink.event(Timestamp::now(), Event::NotSubscribed { error }),
    };
    shared.record(&answers);
    shared.subscribed.store(true, Ordering::Release);
    let (granted, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.code < 0x80);
    let now = Timestamp::now();
    if !granted.is_empty() {
        sink.event(
            now,
            Event::Subscribed {
                filters: granted.len(),
            },
        );
    }
    for answer in refused {
        sink.event(now, answer.event());
    }
}

/// Subscribes and waits for every SUBACK. Not called from the task that polls.
pub(super) async fn subscribe(
    client: &AsyncClient,
    subscriptions: Vec<Subscription>,
    connack: Option<&Connack>,
) -> Result<Vec<Subscribed>, RequestError> {
    if subscriptions.is_empty() {
        return Err(RequestError::Empty);
    }
    if subscriptions
        .iter()
        .filter_map(|s| s.id)
        .any(|id| id == 0 || id > MAX_SUBSCRIPTION_ID)
    {
        return Err(RequestError::BadSubscriptionId);
    }
    let len = |subscription: &Subscription| subscription.filter.as_str().len();
    let same = |a: &Subscription, b: &Subscription| a.id == b.id;
    let mut waiting = Vec::new();
    for packet in packets(&subscriptions, room(connack), len, same)? {
        waiting.push((packet, send(client, packet).await?));
    }
    let mut answers = Vec::with_capacity(subscriptions.len());
    for (packet, notice) in waiting {
        let ack = notice.wait_async().await.map_err(|error| match error {
            SubscribeNoticeError::Recv => RequestError::Stopped,
            _ => RequestError::Unknown,
        })?;
        let reason_string = ack.properties.and_then(|properties| properties.reason_string);
        answers.extend(
            packet
                .iter()
                .zip(ack.return_codes)
                .map(|(subscription, code)| Subscribed {
                    subscription: subscription.clone(),
                    code: convert::suback_code(code),
                    reason_string: reason_string.clone(),
                }),
        );
    }
    Ok(answers)
}

async fn send(client: &AsyncClient, packet: &[Subscription]) -> Result<SubscribeNotice, RequestError> {
    let filters = packet
        .iter()
        .map(|s| SubscribeFilterInput::from(convert::filter(s)));
    let id = packet.first().and_then(|subscription| subscription.id);
    let sent = match id {
        None => client.subscribe_many_tracked(filters).await,
        Some(id) => {
            let properties = SubscribeProperties {
                id: Some(id as usize),
                user_properties: Vec::new(),
            };
            client
                .subscribe_many_with_properties_tracked(filters, properties)
                .await
        }
    };
    sent.map_err(|_closed| RequestError::Stopped)
}

/// Unsubscribes and waits for every UNSUBACK; one reason code per filter.
pub(super) async fn unsubscribe(
    client: &AsyncClient,
    filters: &[TopicFilter],
    connack: Option<&Connack>,
) -> Result<Vec<u8>, RequestError> {
    if filters.is_empty() {
        return Err(RequestError::Empty);
    }
    let mut waiting = Vec::new();
    for packet in packets(
        filters,
        room(connack),
        |filter| filter.as_str().len(),
        |_, _| true,
    )? {
        let texts = packet.iter().map(|filter| filter.as_str().to_owned());
        let notice = client.unsubscribe_many_tracked(texts).await;
        waiting.push(notice.map_err(|_closed| RequestError::Stopped)?);
    }
    let mut codes = Vec::with_capacity(filters.len());
    for notice in waiting {
        let ack = notice.wait_async().await.map_err(|error| match error {
            UnsubscribeNoticeError::Recv => RequestError::Stopped,
            _ => RequestError::Unknown,
        })?;
        codes.extend(ack.reasons.into_iter().map(|reason| reason as u8));
    }
    Ok(codes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn lens(items: &[(u32, usize)], room: usize) -> Result<Vec<usize>, RequestError> {
        let packets = packets(items, room, |(_, len)| *len, |(a, _), (b, _)| a == b)?;
        Ok(packets.into_iter().map(<[_]>::len).collect())
    }

    #[test]
    fn packets_are_split_by_size_count_and_identifier() {
        assert_eq!(lens(&[(1, 10), (1, 10), (1, 10)], 26).unwrap(), [2, 1]);
        assert_eq!(lens(&[(1, 1), (2, 1), (2, 1), (1, 1)], 100).unwrap(), [1, 2, 1]);
        assert_eq!(lens(&[(0, 1); 450], 100_000).unwrap(), [200, 200, 50]);
        assert_eq!(lens(&[(0, 1), (0, 30)], 20), Err(RequestError::TooLarge));
        assert_eq!(lens(&[], 20).unwrap(), [0; 0]);
    }
}
