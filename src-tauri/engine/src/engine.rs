//! The house: saved connections, their secrets, and the connections that are open.
//!
//! It starts and ends sessions; what a window sees of them is in `view`.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::{Mutex, watch};

use crate::connection::{Connection, EncodeEvent};
use crate::dial::{self, DialError};
use crate::history::{HistoryError, OpenError};
use crate::ingest::lock;
use crate::message::Timestamp;
use crate::orders::Orders;
use crate::profiles::{Profile, ProfileId, Profiles, ProfilesError, SecretError, Secrets};
use crate::recording::{self, ImportError, Imported};

/// The folder of the history files, inside the folder with everything.
const HISTORIES: &str = "history";

/// Why a connection could not be opened or started.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The saved connections can't be read.
    #[error(transparent)]
    Profiles(#[from] ProfilesError),
    /// The password can't be read or deleted.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The history can't be opened.
    #[error(transparent)]
    History(#[from] OpenError),
    /// The saved connection can't be used as it is.
    #[error(transparent)]
    Dial(#[from] DialError),
    /// It is a history file: there is no broker to connect to.
    #[error("a history file has no broker")]
    HistoryFile,
    /// A recording can't be read as a history.
    #[error(transparent)]
    Import(#[from] ImportError),
}

/// Everything behind the window.
pub struct Engine {
    folder: PathBuf,
    /// Saved connections and settings.
    pub profiles: Profiles,
    /// Their passwords.
    pub secrets: Secrets,
    encode: EncodeEvent,
    /// Held across opening and closing, so that a connection is opened once.
    opening: Mutex<()>,
    open: std::sync::Mutex<HashMap<String, Arc<Connection>>>,
    /// Grows with the list and with where an open connection stands.
    changed: Arc<watch::Sender<u64>>,
}

/// Removes what is left of imports that the end of the process cut off.
async fn sweep(histories: &Path) {
    let Ok(mut entries) = tokio::fs::read_dir(histories).await else {
        return;
    };
    while let Ok(Some(entry)) = entries.next_entry().await {
        let name = entry.file_name();
        let unfinished = name.to_str().is_some_and(|name| name.contains(".db.part"));
        if unfinished && let Err(error) = tokio::fs::remove_file(entry.path()).await {
            log::warn!("{} can't be deleted: {error}", entry.path().display());
        }
    }
}

impl Engine {
    /// Opens the saved connections in a folder, which is made if it is not there.
    pub async fn open(folder: PathBuf, encode: EncodeEvent, now: Timestamp) -> Result<Self, OpenError> {
        let profiles = Profiles::open(&folder, now).await?;
        let histories = folder.join(HISTORIES);
        if let Err(source) = tokio::fs::create_dir_all(&histories).await {
            log::error!("{}: {source}", histories.display());
            return Err(OpenError::Refused {
                path: histories,
                source: HistoryError::CannotOpen,
            });
        }
        sweep(&histories).await;
        Ok(Self {
            folder,
            profiles,
            secrets: Secrets::open().await,
            encode,
            opening: Mutex::default(),
            open: std::sync::Mutex::default(),
            // Zero is what a window says that knows nothing yet.
            changed: Arc::new(watch::Sender::new(1)),
        })
    }

    /// The folder with all files.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The history file of a connection.
    pub fn history_path(&self, id: &str) -> PathBuf {
        self.folder.join(HISTORIES).join(format!("{id}.db"))
    }

    /// An open connection.
    pub fn connection(&self, id: &str) -> Option<Arc<Connection>> {
        lock(&self.open).get(id).cloned()
    }

    /// Opens the history of a saved connection, without a session.
    pub async fn browse(&self, id: &str) -> Result<Arc<Connection>, EngineError> {
        let _one_at_a_time = self.opening.lock().await;
        if let Some(open) = self.connection(id) {
            return Ok(open);
        }
        // Only what is saved has a history of its own.
        let saved = self.profiles.get(&ProfileId(id.to_owned())).await?;
        let path = self.history_path(id);
        let connection = match saved.profile.recording {
            // Its messages are as old as they are; nothing may tidy them away.
            Some(_) => Connection::open_read_only(&path, self.encode).await?,
            None => Connection::open(&path, self.encode, Timestamp::now()).await?,
        };
        connection.outbox.keep(saved.profile.keep_history);
        connection.keep_for((&saved.profile.retention).into());
        let connection = Arc::new(connection);
        self.follow(&connection);
        lock(&self.open).insert(id.to_owned(), connection.clone());
        self.touch();
        Ok(connection)
    }

    /// Opens a saved connection and starts a session with its broker.
    pub async fn connect(&self, id: &str) -> Result<(), EngineError> {
        let id_of = ProfileId(id.to_owned());
        let saved = self.profiles.get(&id_of).await?;
        if saved.profile.recording.is_some() {
            return Err(EngineError::HistoryFile);
        }
        let secrets = self.secrets.needed(&saved.profile).await?;
        let options = dial::options(&saved.profile, secrets).await?;
        let connection = self.browse(id).await?;
        connection.connect(options).await;
        self.touch();
        Ok(())
    }

    /// Ends the session; the history stays open.
    pub async fn disconnect(&self, id: &str) {
        if let Some(connection) = self.connection(id) {
            connection.disconnect().await;
        }
        self.touch();
    }

    /// Ends the session and closes the history.
    pub async fn close(&self, id: &str) {
        let _one_at_a_time = self.opening.lock().await;
        let connection = lock(&self.open).remove(id);
        if let Some(connection) = connection {
            connection.close().await;
        }
        self.touch();
    }

    /// Saves a connection.
    pub async fn save(&self, profile: &Profile, now: Timestamp) -> Result<(), EngineError> {
        self.profiles.save(profile, now).await?;
        if let Some(connection) = self.connection(&profile.id.0) {
            connection.outbox.keep(profile.keep_history);
            connection.keep_for((&profile.retention).into());
            connection.live.touch();
        }
        self.touch();
        Ok(())
    }

    /// Saves new connections, all or none.
    pub async fn save_all(&self, profiles: &[Profile], now: Timestamp) -> Result<(), EngineError> {
        self.profiles.save_all(profiles, now).await?;
        self.touch();
        Ok(())
    }

    /// Reads a recording as the history of a new entry of the list, which is there once all of it is.
    pub async fn import(
        &self,
        profile: &Profile,
        recording: &Path,
        now: Timestamp,
        orders: Orders,
        progress: &watch::Sender<Imported>,
    ) -> Result<Imported, EngineError> {
        let target = self.history_path(&profile.id.0);
        let imported = recording::import(recording, &target, now, orders, progress).await?;
        if let Err(error) = self.save(profile, now).await {
            // Without an entry nobody would find it again.
            if let Err(error) = std::fs::remove_file(&target) {
                log::error!("{} can't be deleted: {error}", target.display());
            }
            return Err(error);
        }
        Ok(imported)
    }

    /// Forgets a connection and its password, with its history if asked.
    pub async fn delete(&self, id: &str, with_history: bool) -> Result<(), EngineError> {
        self.close(id).await;
        let id_of = ProfileId(id.to_owned());
        self.profiles.delete(&id_of).await?;
        self.secrets.delete_all(&id_of).await?;
        if with_history {
            for suffix in ["", "-wal", "-shm"] {
                let mut path = self.history_path(id).into_os_string();
                path.push(suffix);
                match std::fs::remove_file(&path) {
                    Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                        log::error!("{} can't be deleted: {error}", path.display());
                    }
                    _ => {}
                }
            }
        }
        self.touch();
        Ok(())
    }

    /// Ends every session and closes every history.
    pub async fn shutdown(&self) {
        let ids: Vec<String> = lock(&self.open).keys().cloned().collect();
        for id in ids {
            self.close(&id).await;
        }
    }

    /// Tells of a connection's changes as of changes of the list, until it is closed.
    fn follow(&self, connection: &Connection) {
        let mut standing = connection.live.standing.subscribe();
        let changed = self.changed.clone();
        tokio::spawn(async move {
            while standing.changed().await.is_ok() {
                changed.send_modify(|revision| *revision += 1);
            }
        });
    }

    /// Grows when the list of connections changes, or one of them.
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    fn touch(&self) {
        self.changed.send_modify(|revision| *revision += 1);
    }
}
