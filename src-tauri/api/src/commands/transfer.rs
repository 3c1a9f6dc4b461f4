//! Connections from files of other programs and our own, and into a file.
//!
//! What was read stays here until it is taken or forgotten: passwords never pass through the window.

use std::path::Path;

use treetop_engine::ingest::lock;
use treetop_engine::message::Timestamp;
use treetop_engine::profiles::transfer::{self, Candidate, SALT, Seal, System};
use treetop_engine::profiles::{Profile, ProfileId};

use super::app::DEMO;
use crate::api::Api;
use crate::types::chart::Saved;
use crate::types::error::ApiError;
use crate::types::transfer::{ImportList, ImportSource, ImportTaken, TransferProblem};
use crate::wire;

/// What was read last, waiting for the choice of a person.
#[derive(Default)]
pub(crate) struct Imports {
    readings: u32,
    waiting: Option<Vec<Candidate>>,
}

impl Api {
    /// What MQTT Explorer and MQTTX have on this computer.
    pub async fn import_sources(&self) -> Result<Vec<ImportSource>, ApiError> {
        let mut sources = Vec::new();
        for place in transfer::places(&self.desktop.folders(), System::here()) {
            if !tokio::fs::try_exists(&place.path).await.unwrap_or(false) {
                continue;
            }
            let found = transfer::read_file(&place.path, None).await;
            sources.push(ImportSource {
                program: wire::transfer::program(place.program),
                path: place.path.display().to_string(),
                connections: found
                    .ok()
                    .map(|found| wire::transfer::count(found.connections.len())),
            });
        }
        Ok(sources)
    }

    /// Reads a file; what was read before and not taken is forgotten.
    pub async fn import_read(
        &self,
        path: String,
        passphrase: Option<String>,
    ) -> Result<ImportList, ApiError> {
        let found = transfer::read_file(Path::new(&path), passphrase.as_deref())
            .await
            .map_err(|error| wire::transfer::error(error, &path))?;
        let saved = self.saved_profiles().await?;
        let rows = found
            .connections
            .iter()
            .map(|one| wire::transfer::row(one, &saved));
        let connections = rows.collect();
        let mut imports = lock(&self.imports);
        imports.readings += 1;
        imports.waiting = Some(found.connections);
        Ok(ImportList {
            import: imports.readings.into(),
            program: wire::transfer::program(found.program),
            connections,
            unreadable: found.unreadable,
        })
    }

    /// Saves the chosen ones of a reading, all or none, with their passwords in the keyring.
    pub async fn import_take(&self, import: f64, chosen: Vec<u32>) -> Result<ImportTaken, ApiError> {
        let forgotten = || ApiError::Transfer {
            problem: TransferProblem::Forgotten,
        };
        let waiting = {
            let imports = lock(&self.imports);
            let current = f64::from(imports.readings) == import;
            imports
                .waiting
                .clone()
                .filter(|_| current)
                .ok_or_else(forgotten)?
        };
        let mut chosen: Vec<usize> = chosen.into_iter().map(|at| at as usize).collect();
        chosen.sort_unstable();
        chosen.dedup();
        let mut profiles: Vec<Profile> = Vec::new();
        let mut passwords = Vec::new();
        for at in chosen {
            let Candidate {
                mut profile,
                password,
                ..
            } = waiting.get(at).cloned().ok_or_else(forgotten)?;
            profile.id = ProfileId(wire::profile::fresh_id());
            passwords.extend(password.map(|password| (profile.id.clone(), password)));
            profiles.push(profile);
        }
        self.engine
            .save_all(&profiles, Timestamp::now())
            .await
            .map_err(wire::error::engine)?;
        let mut secrets = None;
        for (id, password) in passwords {
            let place = self.engine.secrets.set(&id, password).await;
            secrets = Some(wire::profile::secret_place(place));
        }
        self.import_forget().await?;
        Ok(ImportTaken {
            ids: profiles.into_iter().map(|profile| profile.id.0).collect(),
            secrets,
        })
    }

    /// Forgets what was read.
    pub async fn import_forget(&self) -> Result<(), ApiError> {
        lock(&self.imports).waiting = None;
        Ok(())
    }

    /// Writes all connections but the demo broker's into a file that a person chooses: with their
    /// passwords and sealed, or in the open without.
    pub async fn export_write(&self, passphrase: Option<String>) -> Result<Saved, ApiError> {
        let mut connections = Vec::new();
        for profile in self.saved_profiles().await? {
            if profile.id.0 == DEMO || profile.recording.is_some() {
                continue;
            }
            let password = match &passphrase {
                Some(_) => {
                    let password = self.engine.secrets.get(&profile.id).await;
                    password.map_err(wire::error::secrets)?
                }
                None => None,
            };
            connections.push((profile, password));
        }
        if connections.is_empty() {
            return Err(ApiError::Transfer {
                problem: TransferProblem::NoConnections,
            });
        }
        let salt: [u8; SALT] = uuid::Uuid::new_v4().into_bytes();
        let write = move || {
            let seal = passphrase.as_deref().map(|passphrase| Seal { passphrase, salt });
            transfer::write(&connections, seal)
        };
        // Sealing takes long, on purpose.
        let written = tokio::task::spawn_blocking(write).await;
        let bytes = written
            .unwrap_or_else(|error| Err(std::io::Error::from(error).into()))
            .map_err(|error| wire::transfer::error(error, ""))?;
        self.save("treetop-connections.json", &bytes).await
    }

    async fn saved_profiles(&self) -> Result<Vec<Profile>, ApiError> {
        let listing = self.engine.profiles.list().await.map_err(wire::error::profiles)?;
        Ok(listing.saved.into_iter().map(|saved| saved.profile).collect())
    }
}
