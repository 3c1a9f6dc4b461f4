//! What is open on behalf of the window, and the state that all commands share.
//!
//! The bodies of the commands are in `commands`, one file for each part of the window.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::watch;
use treetop_engine::connection::Connection;
use treetop_engine::engine::Engine;
use treetop_engine::history::OpenError;
use treetop_engine::ingest::{Live, lock};
use treetop_engine::message::Timestamp;

use crate::commands::decoders::AllDecoding;
use crate::commands::testing::Testing;
use crate::commands::transfer::Imports;
use crate::desktop::Desktop;
use crate::jobs::Jobs;
use crate::looks::Looks;
use crate::types::app::OpenRequest;
use crate::types::error::ApiError;
use crate::wire;

/// A long poll answers after this time even if nothing changed.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(1);
/// The same where nothing changes by itself, because nothing has arrived for a while.
pub(crate) const LONGEST_CALM: Duration = Duration::from_secs(10);
/// The pace of a view: at most ten answers a second.
pub(crate) const SHORTEST_WAIT: Duration = Duration::from_millis(100);

/// Everything a window can ask.
pub struct Api {
    pub(crate) engine: Arc<Engine>,
    pub(crate) desktop: Arc<dyn Desktop>,
    pub(crate) request: OpenRequest,
    /// What the window looks at, by connection.
    looks: Mutex<HashMap<String, Arc<Looks>>>,
    pub(crate) testing: Mutex<Testing>,
    /// Connections read from a file, until they are taken.
    pub(crate) imports: Mutex<Imports>,
    /// How payloads are read, by connection.
    pub(crate) decoding: Mutex<AllDecoding>,
    /// Work that goes on by itself.
    pub(crate) jobs: Mutex<Jobs>,
}

impl Api {
    /// Opens the saved connections in a folder.
    pub async fn open(
        folder: PathBuf,
        desktop: Arc<dyn Desktop>,
        request: OpenRequest,
    ) -> Result<Self, OpenError> {
        let engine = Engine::open(folder, wire::session::encode_event, Timestamp::now()).await?;
        Ok(Self {
            engine: Arc::new(engine),
            desktop,
            request,
            looks: Mutex::default(),
            testing: Mutex::default(),
            imports: Mutex::default(),
            decoding: Mutex::default(),
            jobs: Mutex::default(),
        })
    }

    /// Ends every session; what was received is committed.
    pub async fn shutdown(&self) {
        lock(&self.jobs).stop_all();
        self.engine.shutdown().await;
        self.desktop.stop_demo().await;
    }

    pub(crate) fn connection(&self, id: &str) -> Result<Arc<Connection>, ApiError> {
        self.engine
            .connection(id)
            .ok_or_else(|| ApiError::NotOpen { id: id.to_owned() })
    }

    /// Forgets what the window looked at in a connection that was closed; a search in it ends.
    pub(crate) fn look_away(&self, id: &str) {
        lock(&self.looks).remove(id);
    }

    /// What the window looks at in an open connection.
    pub(crate) fn looks(&self, id: &str) -> Result<Arc<Looks>, ApiError> {
        let connection = self.connection(id)?;
        let mut all = lock(&self.looks);
        let looks = all
            .entry(id.to_owned())
            .or_insert_with(|| Arc::new(Looks::new(connection.clone())));
        // Closed and opened again it is another connection, with another tree.
        if !Arc::ptr_eq(&looks.connection, &connection) {
            *looks = Arc::new(Looks::new(connection));
        }
        Ok(looks.clone())
    }
}

/// How long a view of what arrives waits for a change: rates and marks fade for a while after the last message.
pub(crate) fn longest_wait(live: &Live) -> Duration {
    if live.is_calm(Timestamp::now()) {
        LONGEST_CALM
    } else {
        LONGEST_WAIT
    }
}

/// Waits until `changed` moves, but at least `SHORTEST_WAIT` since the caller's last answer and at most
/// `LONGEST_WAIT`.
pub(crate) async fn wait(changed: &mut watch::Receiver<u64>, last: Timestamp) {
    let since = Timestamp::now().since(last);
    if since < SHORTEST_WAIT {
        tokio::time::sleep(SHORTEST_WAIT - since).await;
    }
    // Either a change or the end of the wait is an answer; a closed connection answers at once.
    let _ = tokio::time::timeout(LONGEST_WAIT, changed.changed()).await;
}
