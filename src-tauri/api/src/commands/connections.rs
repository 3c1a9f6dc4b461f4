//! Saved connections: list and edit.

use treetop_engine::message::Timestamp;
use treetop_engine::profiles::{Profile as Saved, ProfileId, Secret, SecretPart};

use super::app::DEMO;
use crate::address;
use crate::api::{Api, LONGEST_CALM, SHORTEST_WAIT};
use crate::types::connection::{
    ConnectionRow, ConnectionsFrame, PasswordChange, Profile, ProfileEntry, ProfileProblem, SecretChanges,
};
use crate::types::error::ApiError;
use crate::types::session::Phase;
use crate::wire;

impl Api {
    pub async fn connections(&self, revision: f64) -> Result<ConnectionsFrame, ApiError> {
        let mut changed = self.engine.changed();
        if *changed.borrow_and_update() as f64 == revision {
            let _ = tokio::time::timeout(LONGEST_CALM, changed.changed()).await;
        } else if revision != 0.0 {
            tokio::time::sleep(SHORTEST_WAIT).await;
        }
        let revision = *changed.borrow() as f64;
        let mut connections = Vec::new();
        // A connection that can't be read is left in its file and out of the list.
        for entry in self
            .engine
            .profiles
            .list()
            .await
            .map_err(wire::error::profiles)?
            .saved
        {
            let profile = entry.profile;
            let id = profile.id.0.clone();
            let open = self.engine.connection(&id);
            let status = open.as_ref().and_then(|connection| connection.status());
            let history_bytes = match &open {
                Some(connection) => connection.history.file_bytes().await,
                None => std::fs::metadata(self.engine.history_path(&id)).map_or(0, |file| file.len()),
            };
            connections.push(ConnectionRow {
                name: profile.name.clone(),
                address: wire::profile::address(&profile),
                demo: id == DEMO,
                unverified: wire::profile::is_unverified(&profile),
                steps: wire::profile::steps(&profile),
                phase: status.as_ref().map_or(Phase::Offline, wire::session::phase),
                open: open.is_some(),
                last_connected: entry.last_connected.map(|at| at.millis()),
                ping_millis: status
                    .and_then(|status| status.ping_micros)
                    .map(|micros| micros as f64 / 1000.0),
                history_bytes: history_bytes as f64,
                recording: profile.recording.map(|recording| recording.file),
                id,
            });
        }
        Ok(ConnectionsFrame {
            revision,
            connections,
        })
    }

    /// A connection with the usual values, not saved yet.
    pub async fn profile_new(&self) -> Result<Profile, ApiError> {
        Ok(wire::profile::to_wire(&wire::profile::new(
            &wire::profile::fresh_id(),
        )))
    }

    /// The saved connection with this address, the one used last if there are several, so that its history
    /// goes on; otherwise a new one, not saved yet.
    pub async fn profile_from_address(&self, address: String) -> Result<Profile, ApiError> {
        // The window got the address of the command line without its password.
        let whole = self.request.whole(&address);
        let (mut profile, password) = wire::profile::from_address(whole).map_err(|_| ApiError::Address {
            // What is shown of a wrong address must not show the password in it.
            address: address::split(whole).0,
        })?;
        let listing = self.engine.profiles.list().await.map_err(wire::error::profiles)?;
        let known = listing.saved.into_iter().filter(|entry| {
            let saved = &entry.profile;
            let user = profile.username.is_empty() || profile.username == saved.username;
            user && (profile.transport, &profile.host, profile.port, &profile.path)
                == (saved.transport, &saved.host, saved.port, &saved.path)
        });
        if let Some(entry) = known.max_by_key(|entry| entry.last_connected) {
            profile = entry.profile;
        }
        if let Some(password) = password {
            // A password in an address goes where passwords go, not back to the window.
            self.engine.secrets.set(&profile.id, password).await;
        }
        Ok(wire::profile::to_wire(&profile))
    }

    pub async fn profile(&self, id: String) -> Result<ProfileEntry, ApiError> {
        let saved = self.saved(&id).await?;
        // A keyring that does not answer must not keep the connection from being edited.
        let stored = self.engine.secrets.all(&saved.id).await.unwrap_or_default();
        Ok(ProfileEntry {
            profile: wire::profile::to_wire(&saved),
            has_password: stored.sign_in.is_some(),
            has_key_passphrase: stored.key.is_some(),
            has_proxy_password: stored.proxy.is_some(),
        })
    }

    pub async fn profile_check(&self, profile: Profile) -> Result<Vec<ProfileProblem>, ApiError> {
        let edited = wire::profile::from_wire(&profile, None);
        Ok(wire::profile::problems(&profile, &edited))
    }

    pub async fn profile_save(&self, profile: Profile, secrets: SecretChanges) -> Result<(), ApiError> {
        let before = match self.saved(&profile.id).await {
            Ok(before) => Some(before),
            Err(ApiError::UnknownConnection { .. }) => None,
            Err(error) => return Err(error),
        };
        let saved = wire::profile::from_wire(&profile, before);
        let problems = wire::profile::problems(&profile, &saved);
        if !problems.is_empty() {
            return Err(ApiError::Profile { problems });
        }
        self.engine
            .save(&saved, Timestamp::now())
            .await
            .map_err(wire::error::engine)?;
        self.keep(&saved.id, SecretPart::SignIn, secrets.sign_in).await?;
        self.keep(&saved.id, SecretPart::Key, secrets.key).await?;
        self.keep(&saved.id, SecretPart::Proxy, secrets.proxy).await
    }

    pub async fn profile_duplicate(&self, id: String) -> Result<String, ApiError> {
        let mut copy = self.saved(&id).await?;
        copy.id = ProfileId(wire::profile::fresh_id());
        // Two clients with one id would disconnect each other.
        copy.client_id = wire::profile::fresh_client_id();
        let new = copy.id.0.clone();
        self.engine
            .secrets
            .copy(&ProfileId(id), &copy.id)
            .await
            .map_err(wire::error::secrets)?;
        self.engine
            .save(&copy, Timestamp::now())
            .await
            .map_err(wire::error::engine)?;
        Ok(new)
    }

    pub async fn profile_delete(&self, id: String, with_history: bool) -> Result<(), ApiError> {
        self.engine
            .delete(&id, with_history)
            .await
            .map_err(wire::error::engine)?;
        self.forget_decoding(&id).await
    }

    pub async fn profile_pick_file(&self) -> Result<Option<String>, ApiError> {
        Ok(self
            .desktop
            .open_file()
            .await
            .map(|path| path.display().to_string()))
    }

    pub(crate) async fn saved(&self, id: &str) -> Result<Saved, ApiError> {
        let saved = self
            .engine
            .profiles
            .get(&ProfileId(id.to_owned()))
            .await
            .map_err(wire::error::profiles)?;
        Ok(saved.profile)
    }

    async fn keep(&self, id: &ProfileId, part: SecretPart, change: PasswordChange) -> Result<(), ApiError> {
        let secrets = &self.engine.secrets;
        match change {
            PasswordChange::Keep => Ok(()),
            PasswordChange::Set { password } => {
                secrets.set_part(id, part, Secret::new(password)).await;
                Ok(())
            }
            PasswordChange::Clear => secrets.delete_part(id, part).await.map_err(wire::error::secrets),
        }
    }
}
