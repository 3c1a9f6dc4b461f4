//! One message, its payload as lines, its history, its differences.

use treetop_engine::connection::Connection;
use treetop_engine::history::{Stored, marks};
use treetop_engine::ingest::lock;
use treetop_engine::message::{Message, MessageId, Timestamp};
use treetop_engine::payload;
use treetop_engine::series::hint;

use crate::api::{Api, SHORTEST_WAIT, longest_wait};
use crate::commands::time::later_than_shown;
use crate::types::chart::{NumberField, Saved};
use crate::types::error::ApiError;
use crate::types::message::{
    Format, HistoryPage, HistoryRow, MessageInfo, PayloadLook, RenderedPayload, TopicFrame,
};
use crate::types::publish::Draft;
use crate::wire;

/// Bytes of a payload shown at first: 64 kB.
const SHOWN: usize = 64_000;
/// Lines shown at first; a payload of shorter ones shows less than 64 kB.
const SHOWN_LINES: usize = 4_000;
/// Changed fields named in a row of the history.
const MOST_CHANGES: usize = 4;
/// Rows of one page of the history.
const MOST_ROWS: u32 = 200;

impl Api {
    /// The selected topic, with the payload of its latest message if a look is given: what a click shows comes
    /// with one answer. Answers at once if nothing is known; then when a newer message than the known one (0 for
    /// none) is stored, or after a second, without a payload that is known already.
    pub async fn topic_frame(
        &self,
        id: String,
        topic: String,
        known: Option<f64>,
        look: Option<PayloadLook>,
    ) -> Result<TopicFrame, ApiError> {
        let looks = self.looks(&id)?;
        let connection = &looks.connection;
        let began = Timestamp::now();
        let mut changed = connection.changed();
        let mut paced = known.is_some();
        let (newest, unchanged) = loop {
            if paced {
                tokio::select! {
                    () = tokio::time::sleep(SHORTEST_WAIT) => {}
                    // Another time may be shown.
                    () = looks.turned.notified() => {}
                }
            }
            paced = true;
            changed.mark_unchanged();
            let newest = connection
                .history
                .page_heads(&topic, later_than_shown(&looks), 1)
                .await
                .map_err(wire::error::history)?
                .pop();
            let id = newest.as_ref().map_or(0.0, |head| wire::message::id(head.id));
            let unchanged = known == Some(id);
            let waited = Timestamp::now().since(began);
            let longest = longest_wait(&connection.live);
            if !unchanged || waited >= longest {
                break (newest, unchanged);
            }
            // What arrived is stored a moment later, and other topics change too: look again at the pace.
            tokio::select! {
                _ = tokio::time::timeout(longest.saturating_sub(waited), changed.changed()) => {}
                () = looks.turned.notified() => {}
            }
        };
        // This is asked each second, and a payload can have 256 MB: what is known is not read again.
        let told = lock(&looks.told).take();
        let told = told.filter(|told| {
            unchanged
                && told.topic == topic
                && newest
                    .as_ref()
                    .is_some_and(|head| wire::message::id(head.id) == told.id)
        });
        let stored = match (&told, newest) {
            (None, Some(head)) => {
                let message = connection.history.message(head.id).await;
                message.map_err(wire::error::history)?
            }
            _ => None,
        };
        let message = told.or_else(|| stored.as_ref().map(wire::message::info));
        lock(&looks.told).clone_from(&message);
        let now = Timestamp::now();
        let past = looks.past().map(|past| past.moment.at);
        let count = match past {
            Some(at) => {
                let history = &connection.history;
                history.topic_count_between(&topic, Timestamp(i64::MIN), at).await
            }
            // Asked with every change: the sum by topic, not a walk over its messages.
            None => connection.history.count(&topic).await,
        };
        let count = count.map_err(wire::error::history)?;
        let mut retained = connection.live.held(&topic).is_some();
        let node = looks.see(|tree, _| {
            let node = tree.node(tree.find(&topic)?);
            if past.is_some() {
                retained = node.retained;
            }
            Some((
                node.latest.map_or(0, |latest| latest.messages),
                node.topics,
                node.messages,
            ))
        });
        let (own, topics, messages) = node.unwrap_or_default();
        let payload = match (stored, look) {
            (Some(stored), Some(look)) if !unchanged => Some(self.rendered(&id, stored, look).await?),
            _ => None,
        };
        Ok(TopicFrame {
            message,
            payload,
            count: count as f64,
            rate: match past {
                Some(at) => self.rate_at(connection, &topic, at).await?,
                None => lock(&looks.topic).of(&topic, own, now),
            },
            retained,
            topics: topics as f64,
            messages: if past.is_some() { 0.0 } else { messages as f64 },
            topic,
        })
    }

    /// Messages per second in the ten seconds before a time.
    async fn rate_at(&self, connection: &Connection, topic: &str, at: Timestamp) -> Result<f64, ApiError> {
        let from = Timestamp(at.0.saturating_sub(10_000_000) + 1);
        let count = connection.history.topic_count_between(topic, from, at).await;
        Ok(count.map_err(wire::error::history)? as f64 / 10.0)
    }

    pub async fn message_info(&self, id: String, message: f64) -> Result<MessageInfo, ApiError> {
        let stored = self.stored(&id, message).await?;
        Ok(wire::message::info(&stored))
    }

    pub async fn message_payload(
        &self,
        id: String,
        message: f64,
        look: PayloadLook,
    ) -> Result<RenderedPayload, ApiError> {
        let stored = self.stored(&id, message).await?;
        self.rendered(&id, stored, look).await
    }

    async fn rendered(
        &self,
        id: &str,
        stored: Stored,
        look: PayloadLook,
    ) -> Result<RenderedPayload, ApiError> {
        let against = if look.changes {
            let history = &self.connection(id)?.history;
            let before = history.page(&stored.message.topic, Some(stored.id), 1).await;
            before
                .map_err(wire::error::history)?
                .pop()
                .map(|before| before.message.payload)
        } else {
            None
        };
        let known = self.known(id, &stored.message.topic, Some(stored.id)).await?;
        let rule = self.rule(id, &stored.message.topic).await?;
        // A large payload takes a while to lay out; the threads that move messages don't wait for it.
        let rendered = tokio::task::spawn_blocking(move || {
            let limit = (!look.whole).then_some(SHOWN);
            let format = look.format.map(wire::message::format_from);
            let hint = payload::Hint {
                known: Some(&known),
                ..hint(&stored.message)
            };
            let payload = &stored.message.payload;
            let shown = |limit| payload::render(payload, hint, format, limit, against.as_deref());
            let mut rendered = shown(limit);
            let lines = rendered.lines.len();
            if !look.whole && lines > SHOWN_LINES {
                rendered = shown(Some((rendered.shown_bytes as usize * SHOWN_LINES / lines).max(1)));
            }
            wire::message::rendered(wire::message::id(stored.id), rendered, rule)
        });
        rendered.await.map_err(|error| ApiError::History {
            detail: error.to_string(),
        })
    }

    pub async fn message_page(
        &self,
        id: String,
        topic: String,
        before: Option<f64>,
        limit: u32,
    ) -> Result<HistoryPage, ApiError> {
        let looks = self.looks(&id)?;
        let connection = &looks.connection;
        let before = before.map(wire::message::id_from);
        let before = match (before, later_than_shown(&looks)) {
            (Some(before), Some(later)) => Some(before.min(later)),
            (before, later) => before.or(later),
        };
        let limit = limit.clamp(1, MOST_ROWS);
        // One more than asked for: the last row needs the message before it for its gap and changes.
        let heads = connection
            .history
            .page_heads(&topic, before, limit + 1)
            .await
            .map_err(wire::error::history)?;
        let more = heads.len() > limit as usize;
        let ids: Vec<MessageId> = heads.iter().map(|head| head.id).collect();
        let known = self.known_by(&id, &topic, &ids).await?;
        // What is packed takes a while to look into.
        let rows = tokio::task::spawn_blocking(move || {
            let hint = |at: usize| payload::Hint {
                topic: &topic,
                known: known.get(at),
                ..payload::Hint::default()
            };
            let rows = heads.iter().enumerate().take(limit as usize).map(|(at, head)| {
                let earlier = heads.get(at + 1);
                let both = earlier.filter(|earlier| head.whole && earlier.whole);
                let changes = both.map(|earlier| {
                    let before = (&*earlier.prefix, hint(at + 1));
                    payload::change_summary(before, (&head.prefix, hint(at)), MOST_CHANGES)
                });
                HistoryRow {
                    id: wire::message::id(head.id),
                    received: head.id.received().millis(),
                    gap_millis: earlier.map(|earlier| {
                        head.id.received().since(earlier.id.received()).as_secs_f64() * 1000.0
                    }),
                    qos: head.qos.level(),
                    retain: head.retain,
                    dup: head.dup,
                    redelivered: head.marks & marks::REDELIVERED != 0,
                    late: head.marks & marks::LATE != 0,
                    size: head.size as f64,
                    preview: wire::message::preview_of(&head.prefix, head.size as usize, hint(at)),
                    changes: changes
                        .map(|changes| changes.into_iter().map(wire::message::field_change).collect()),
                }
            });
            rows.collect()
        });
        let rows = rows.await.map_err(|error| ApiError::History {
            detail: error.to_string(),
        })?;
        Ok(HistoryPage { rows, more })
    }

    /// Puts the whole payload as text in a format into the clipboard. It does not go through the window, which
    /// would stand still for a large one.
    pub async fn message_copy(
        &self,
        id: String,
        message: f64,
        format: Option<Format>,
    ) -> Result<(), ApiError> {
        let text = self.message_text(id, message, format).await?;
        let desktop = self.desktop.clone();
        let copied = tokio::task::spawn_blocking(move || desktop.copy(text)).await;
        copied
            .unwrap_or_else(|error| Err(error.to_string()))
            .map_err(|detail| ApiError::Clipboard { detail })
    }

    /// The whole payload as text in a format.
    pub async fn message_text(
        &self,
        id: String,
        message: f64,
        format: Option<Format>,
    ) -> Result<String, ApiError> {
        let stored = self.stored(&id, message).await?;
        let Message { payload, .. } = &stored.message;
        let known = self.known(&id, &stored.message.topic, Some(stored.id)).await?;
        // Text is copied as it was sent; everything else as it is laid out.
        if (format == Some(Format::Text) || (format.is_none() && known.format.is_none()))
            && let Ok(text) = std::str::from_utf8(payload)
        {
            return Ok(text.to_owned());
        }
        let laid_out = tokio::task::spawn_blocking(move || {
            let format = format.map(wire::message::format_from);
            let hint = payload::Hint {
                known: Some(&known),
                ..hint(&stored.message)
            };
            let rendered = payload::render(&stored.message.payload, hint, format, None, None);
            if !rendered.complete {
                return None;
            }
            let lines = rendered.lines.iter();
            let mut text = String::new();
            for line in lines {
                if !line.continues {
                    if !text.is_empty() {
                        text.push('\n');
                    }
                    text.push_str(&"  ".repeat(line.indent.into()));
                }
                text.push_str(&line.text());
            }
            text.push('\n');
            Some(text)
        });
        let text = laid_out.await.map_err(|error| ApiError::History {
            detail: error.to_string(),
        })?;
        text.ok_or(ApiError::TooLong)
    }

    /// A message as it would be typed to publish it again.
    pub async fn message_draft(&self, id: String, message: f64) -> Result<Draft, ApiError> {
        let stored = self.stored(&id, message).await?;
        Ok(wire::message::draft(&stored.message))
    }

    pub async fn message_numbers(&self, id: String, message: f64) -> Result<Vec<NumberField>, ApiError> {
        let stored = self.stored(&id, message).await?;
        let known = self.known(&id, &stored.message.topic, Some(stored.id)).await?;
        let found = tokio::task::spawn_blocking(move || {
            let hint = payload::Hint {
                known: Some(&known),
                ..hint(&stored.message)
            };
            let found = payload::numbers(&stored.message.payload, hint);
            found.into_iter().map(wire::message::number_field).collect()
        });
        found.await.map_err(|error| ApiError::History {
            detail: error.to_string(),
        })
    }

    pub async fn message_save(&self, id: String, message: f64) -> Result<Saved, ApiError> {
        let stored = self.stored(&id, message).await?;
        let last = stored.message.topic.rsplit('/').next().unwrap_or_default();
        let name: String = last
            .chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
            .collect();
        let known = self.known(&id, &stored.message.topic, Some(stored.id)).await?;
        let hint = payload::Hint {
            known: Some(&known),
            ..hint(&stored.message)
        };
        let extension = wire::message::extension(&payload::open(&stored.message.payload, hint, None, SHOWN));
        let name = format!("{}.{extension}", if name.is_empty() { "payload" } else { &name });
        self.save(&name, &stored.message.payload).await
    }

    /// Asks where to, and writes.
    pub(crate) async fn save(&self, name: &str, bytes: &[u8]) -> Result<Saved, ApiError> {
        let Some(path) = self.desktop.save_as(name).await else {
            return Ok(Saved { path: None });
        };
        let shown = path.display().to_string();
        match tokio::fs::write(&path, bytes).await {
            Ok(()) => Ok(Saved { path: Some(shown) }),
            Err(error) => Err(ApiError::File {
                path: shown,
                detail: error.to_string(),
            }),
        }
    }

    pub(crate) async fn stored(&self, id: &str, message: f64) -> Result<Stored, ApiError> {
        let connection = self.connection(id)?;
        let message: MessageId = wire::message::id_from(message);
        let stored = connection
            .history
            .message(message)
            .await
            .map_err(wire::error::history)?;
        stored.ok_or(ApiError::UnknownMessage)
    }
}
