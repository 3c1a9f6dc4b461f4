//! The life of a connection: connecting, its status, its log, its subscriptions.

use treetop_engine::history::Notice;
use treetop_engine::ingest::lock;
use treetop_engine::message::{QoS, Timestamp};
use treetop_engine::profiles::ProfileId;
use treetop_engine::topic::TopicFilter;
use treetop_engine::{dial, session};

use crate::api::{Api, longest_wait};
use crate::types::connection::Subscription;
use crate::types::error::ApiError;
use crate::types::session::{
    DropCause, Dropped, HistoryHealth, Phase, Reason, StatusFrame, Subscribed, TimelineEntry,
};
use crate::wire;

/// The status bar follows what arrives twice a second.
const PACE: std::time::Duration = std::time::Duration::from_millis(500);

impl Api {
    pub async fn connection_connect(&self, id: String) -> Result<(), ApiError> {
        self.engine.connect(&id).await.map_err(wire::error::engine)?;
        self.engine
            .profiles
            .touch(&ProfileId(id), Timestamp::now(), "")
            .await
            .map_err(wire::error::profiles)
    }

    pub async fn connection_browse(&self, id: String) -> Result<(), ApiError> {
        self.engine
            .browse(&id)
            .await
            .map(|_| ())
            .map_err(wire::error::engine)
    }

    pub async fn connection_disconnect(&self, id: String) -> Result<(), ApiError> {
        self.engine.disconnect(&id).await;
        Ok(())
    }

    pub async fn connection_retry(&self, id: String) -> Result<(), ApiError> {
        let session = self.connection(&id)?.session().ok_or(ApiError::NotConnected)?;
        session.retry_now();
        Ok(())
    }

    pub async fn connection_close(&self, id: String) -> Result<(), ApiError> {
        self.look_away(&id);
        self.engine.close(&id).await;
        Ok(())
    }

    pub async fn status(&self, id: String, revision: f64) -> Result<StatusFrame, ApiError> {
        let connection = self.connection(&id)?;
        let mut changed = connection.changed();
        let mut standing = connection.live.standing.subscribe();
        let mut health = connection.history.health();
        health.mark_unchanged();
        let known = revision != 0.0 && *standing.borrow_and_update() as f64 <= revision;
        if known {
            let arrived = async {
                tokio::time::sleep(PACE).await;
                if *changed.borrow_and_update() as f64 == revision {
                    // Without a change the frame still comes, because rates fall and expiry runs.
                    let longest = longest_wait(&connection.live);
                    let _ = tokio::time::timeout(longest, changed.changed()).await;
                }
            };
            tokio::select! {
                () = arrived => {}
                Ok(()) = standing.changed() => {}
                Ok(()) = health.changed() => {}
            }
        }
        let revision = *connection.changed().borrow() as f64;
        let profile = self.saved(&id).await?;
        let status = connection.status();
        let now = Timestamp::now();
        let (rate, rates) = {
            let rate = lock(&connection.live.rate);
            (rate.last(now), rate.recent(now))
        };
        let (topics, messages) = {
            let tree = lock(&connection.live.tree);
            (tree.topics(), tree.messages())
        };
        let mut dropped = vec![
            Dropped {
                cause: DropCause::Intake,
                count: connection.dropped_at_intake() as f64,
            },
            Dropped {
                cause: DropCause::History,
                count: connection.not_stored() as f64,
            },
        ];
        dropped.retain(|dropped| dropped.count > 0.0);
        let history = match connection.notice() {
            Some(Notice::SetAside { to }) => HistoryHealth::SetAside {
                kept_as: to.display().to_string(),
            },
            Some(Notice::NewerVersion { .. } | Notice::WriteProtected) => HistoryHealth::ReadOnly,
            None => wire::session::health(connection.health()),
        };
        Ok(StatusFrame {
            revision,
            name: profile.name.clone(),
            address: wire::profile::address(&profile),
            recording: profile.recording.is_some(),
            phase: status.as_ref().map_or(Phase::Offline, wire::session::phase),
            unverified: wire::profile::is_unverified(&profile),
            steps: wire::profile::steps(&profile),
            connack: status
                .as_ref()
                .and_then(|s| s.connack.as_ref())
                .map(wire::session::connack),
            subscriptions: status
                .as_ref()
                .map(|s| s.subscriptions.iter().map(wire::session::subscribed).collect())
                .unwrap_or_default(),
            flapping: status
                .as_ref()
                .and_then(|s| s.flapping)
                .map(wire::session::flapping),
            missed: status.as_ref().and_then(|s| s.missed).map(wire::session::missed),
            logged: connection.logged() as f64,
            rate: rate as f64,
            rates: rates.into_iter().map(|count| count as f64).collect(),
            messages: messages as f64,
            topics: topics as f64,
            dropped,
            history_bytes: connection.history.file_bytes().await as f64,
            history,
            ping_millis: status
                .and_then(|s| s.ping_micros)
                .map(|micros| micros as f64 / 1000.0),
        })
    }

    pub async fn timeline(&self, id: String, limit: u32) -> Result<Vec<TimelineEntry>, ApiError> {
        let events = self
            .connection(&id)?
            .history
            .events(None, limit)
            .await
            .map_err(wire::error::history)?;
        // An entry of a later version that this one does not know is left out.
        let mut entries: Vec<TimelineEntry> = events
            .into_iter()
            .filter_map(|event| {
                let known = wire::session::decode_event(&event.data)?;
                Some(TimelineEntry {
                    at: event.at.millis(),
                    event: known,
                })
            })
            .collect();
        // What happens at once is not always written in that order.
        entries.sort_by(|a, b| b.at.total_cmp(&a.at));
        Ok(entries)
    }

    pub async fn topic_subscribe(
        &self,
        id: String,
        subscription: Subscription,
    ) -> Result<Subscribed, ApiError> {
        let session = self.connection(&id)?.session().ok_or(ApiError::NotConnected)?;
        let filter = TopicFilter::new(subscription.filter).map_err(wire::error::topic)?;
        let wanted = session::Subscription {
            no_local: subscription.no_local,
            retain_as_published: subscription.retain_as_published,
            retain_handling: dial::retain_handling(subscription.retain_handling),
            id: subscription.identifier,
            ..session::Subscription::new(filter, QoS::from_level(subscription.qos).unwrap_or_default())
        };
        let answers = session
            .subscribe(vec![wanted])
            .await
            .map_err(wire::error::request)?;
        answers
            .first()
            .map(wire::session::subscribed)
            .ok_or(ApiError::LostBeforeConfirmed)
    }

    pub async fn topic_unsubscribe(&self, id: String, filter: String) -> Result<Reason, ApiError> {
        let session = self.connection(&id)?.session().ok_or(ApiError::NotConnected)?;
        let filter = TopicFilter::new(filter).map_err(wire::error::topic)?;
        let codes = session
            .unsubscribe(vec![filter])
            .await
            .map_err(wire::error::request)?;
        let code = codes.first().copied().ok_or(ApiError::LostBeforeConfirmed)?;
        Ok(wire::session::bare_reason(code, session::PacketKind::Unsuback))
    }
}
