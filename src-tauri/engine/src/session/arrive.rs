//! What a CONNACK means for what was before: what goes on, what is gone, what may have been missed, and what is
//! to be subscribed to (MQTT 5, 3.2.2.1.1).
//!
//! It waits for nothing: forgetting and subscribing go on in a task of their own.

use std::sync::atomic::Ordering;
use std::time::Instant;

use rumqttc::EventLoop;

use super::driver::{Connection, Driver};
use super::status::{Event, Phase};
use super::{late, missed, subscribe};
use crate::message::Timestamp;

impl Driver {
    pub(super) fn connected(
        &mut self,
        connection: &mut Connection,
        events: &mut EventLoop,
        session_present: bool,
    ) {
        // From now on our own state is right, and a session worth keeping is continued.
        events.options.clear_session_store();
        if self.options.session_expiry_secs > 0 {
            events.options.set_clean_start(false);
        }
        if !session_present {
            // Before anybody hears of the connection: what may be sent again goes before what waits.
            self.wire.flights.lost();
        }
        let now = Instant::now();
        let connecting = now.saturating_duration_since(connection.began);
        connection.queue = session_present.then(|| late::Queue::resumed(now, connecting));
        let connack = self.wire.connack();
        let now = Timestamp::now();
        let lost = self.lost.take();
        let mut found = None;
        self.shared.status.send_modify(|status| {
            let asked = self.options.session_expiry_secs;
            found = lost.and_then(|lost| missed::on_return(status, lost, now, asked, session_present));
            status.missed = found.or(status.missed);
            status.phase = Phase::Connected { session_present };
            status.since = now;
            status.connack.clone_from(&connack);
            status.ping_micros = None;
        });
        let away = lost.map(|lost| now.since(lost));
        self.sink.event(
            now,
            Event::Connected {
                session_present,
                away,
            },
        );
        if let Some(missed) = found {
            self.event(Event::Missed { missed });
        }
        let forgotten = if session_present { None } else { self.forget() };
        let wanted = self.shared.wanted().clone();
        if wanted.is_empty() || session_present && self.shared.has_subscriptions() {
            return;
        }
        self.shared.subscribed.store(false, Ordering::Release);
        let (shared, sink) = (self.shared.clone(), self.sink.clone());
        let task = tokio::spawn(async move {
            if let Some(forgotten) = forgotten {
                // An error says that nobody keeps it; then there is nothing to wait for.
                let _forgotten_or_not_kept = forgotten.await;
            }
            subscribe::all(shared, sink, wanted, connack).await;
        });
        connection.subscribing = Some(task.abort_handle());
    }
}
