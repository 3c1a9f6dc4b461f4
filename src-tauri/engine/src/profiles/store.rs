//! The database of saved connections and settings.
//!
//! One row per connection, its fields as one JSON document. A document that can't be read is listed
//! as such and never overwritten or deleted unasked. Passwords are not here.

use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::sqlite::SqlitePoolOptions;
use sqlx::{ConnectOptions, Connection, SqlitePool};

use super::{Profile, ProfileId};
use crate::history::{HistoryError, Notice, OpenError, file};
use crate::message::Timestamp;

const MIGRATIONS: [&str; 1] = [include_str!("../../migrations/profiles/0001.sql")];
const FILE: &str = "profiles.db";

/// Why saved connections or settings can't be read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProfilesError {
    /// The file failed.
    #[error(transparent)]
    File(#[from] HistoryError),
    /// There is no connection with this id.
    #[error("there is no connection {0}")]
    NoSuchProfile(ProfileId),
    /// There already is a connection with this id.
    #[error("there already is a connection {0}")]
    ProfileExists(ProfileId),
    /// The stored document of this connection can't be read; it is left as it is.
    #[error("connection {0} can't be read")]
    UnreadableProfile(ProfileId),
    /// The stored value of this setting is not what is asked for.
    #[error("setting {key} can't be read")]
    UnreadableSetting {
        /// Its key.
        key: String,
    },
    /// The value can't be written as JSON.
    #[error("setting {key} can't be written")]
    UnwritableSetting {
        /// Its key.
        key: String,
    },
}

impl From<sqlx::Error> for ProfilesError {
    fn from(error: sqlx::Error) -> Self {
        Self::File(error.into())
    }
}

/// A connection with what is known about its use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// The connection.
    pub profile: Profile,
    /// When it was first saved.
    pub created: Timestamp,
    /// When it was last tried.
    pub last_connected: Option<Timestamp>,
    /// What came of it, in the words of whoever told.
    pub last_result: Option<String>,
}

/// Every saved connection in the order a person gave them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// Those that can be read.
    pub saved: Vec<Saved>,
    /// Those that can't, with their names.
    pub unreadable: Vec<(ProfileId, String)>,
}

/// Saved connections and settings. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Profiles {
    pool: SqlitePool,
    notice: Option<Notice>,
}

type Columns = (String, String, String, i64, Option<i64>, Option<String>);

fn saved(columns: Columns) -> Result<Saved, (ProfileId, String)> {
    let (id, name, settings, created, last_connected, last_result) = columns;
    let id = ProfileId(id);
    match serde_json::from_str::<Profile>(&settings) {
        Ok(profile) => Ok(Saved {
            profile: Profile { id, name, ..profile },
            created: Timestamp(created),
            last_connected: last_connected.map(Timestamp),
            last_result,
        }),
        Err(_) => Err((id, name)),
    }
}

impl Profiles {
    /// Opens `profiles.db` in a folder, creating both. A damaged file is set aside and a new one
    /// begun; a file of a newer version opens read-only. [`Profiles::notice`] tells either.
    pub async fn open(folder: &Path, now: Timestamp) -> Result<Self, OpenError> {
        let path = folder.join(FILE);
        let refused = |source| OpenError::Refused {
            path: path.clone(),
            source,
        };
        if tokio::fs::create_dir_all(folder).await.is_err() {
            return Err(refused(HistoryError::CannotOpen));
        }
        match Self::try_open(&path).await {
            Err(HistoryError::Damaged) => {
                let to = file::set_aside(&path, now)?;
                log::warn!(
                    "profiles: {} is damaged, set aside as {}",
                    path.display(),
                    to.display()
                );
                let fresh = Self::try_open(&path).await.map_err(refused)?;
                Ok(Self {
                    notice: Some(Notice::SetAside { to }),
                    ..fresh
                })
            }
            other => other.map_err(refused),
        }
    }

    async fn try_open(path: &Path) -> Result<Self, HistoryError> {
        let known = MIGRATIONS.len() as i64;
        let found = file::version(path).await?.unwrap_or(0);
        let (options, notice) = if found > known {
            let options = file::reading(path, file::is_immutable(path).await);
            (options, Some(Notice::NewerVersion { found, known }))
        } else {
            let options = file::writing(path);
            let mut connection = options.connect().await?;
            let migrated = file::migrate(&mut connection, &MIGRATIONS).await;
            // Small enough to be looked through every time, unlike a history.
            let check = sqlx::query_scalar("PRAGMA quick_check(1)")
                .fetch_one(&mut connection)
                .await;
            let check: Result<String, HistoryError> = check.map_err(HistoryError::from);
            connection.close().await?;
            migrated?;
            if check? != "ok" {
                return Err(HistoryError::Damaged);
            }
            (options, None)
        };
        // One connection is enough for a file that a person edits, and puts writes in a row.
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_lazy_with(options);
        Ok(Self { pool, notice })
    }

    /// What a person should know about how the file was opened.
    pub fn notice(&self) -> Option<&Notice> {
        self.notice.as_ref()
    }

    /// Every connection in order.
    pub async fn list(&self) -> Result<Listing, ProfilesError> {
        let rows: Vec<Columns> = sqlx::query_as(
            "SELECT id, name, settings, created, last_connected, last_result
             FROM connections ORDER BY position, created, id",
        )
        .fetch_all(&self.pool)
        .await?;
        let mut listing = Listing::default();
        for row in rows {
            match saved(row) {
                Ok(saved) => listing.saved.push(saved),
                Err(unreadable) => listing.unreadable.push(unreadable),
            }
        }
        Ok(listing)
    }

    /// One connection.
    pub async fn get(&self, id: &ProfileId) -> Result<Saved, ProfilesError> {
        let row: Option<Columns> = sqlx::query_as(
            "SELECT id, name, settings, created, last_connected, last_result FROM connections WHERE id = ?",
        )
        .bind(id.0.clone())
        .fetch_optional(&self.pool)
        .await?;
        let row = row.ok_or_else(|| ProfilesError::NoSuchProfile(id.clone()))?;
        saved(row).map_err(|(id, _)| ProfilesError::UnreadableProfile(id))
    }

    /// Saves a connection: a new one comes last, one that is there keeps its place.
    pub async fn save(&self, profile: &Profile, now: Timestamp) -> Result<(), ProfilesError> {
        self.save_all(std::slice::from_ref(profile), now).await
    }

    /// Saves connections, all or none; new ones come last in their order.
    pub async fn save_all(&self, profiles: &[Profile], now: Timestamp) -> Result<(), ProfilesError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        for profile in profiles {
            sqlx::query(
                "INSERT INTO connections(id, name, position, settings, created)
                 VALUES (?, ?, (SELECT coalesce(max(position), -1) + 1 FROM connections), ?, ?)
                 ON CONFLICT(id) DO UPDATE SET name = excluded.name, settings = excluded.settings",
            )
            .bind(profile.id.0.clone())
            .bind(profile.name.clone())
            .bind(document(profile)?)
            .bind(now.0)
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Deletes a connection; its password and history are not touched.
    pub async fn delete(&self, id: &ProfileId) -> Result<(), ProfilesError> {
        let done = sqlx::query("DELETE FROM connections WHERE id = ?")
            .bind(id.0.clone())
            .execute(&self.pool)
            .await?;
        found(done.rows_affected(), id)
    }

    /// Copies a connection; the copy comes right after it. It has its own client id, because two
    /// connections with the same one push each other out (MQTT 5, 3.1.4). No password is copied.
    pub async fn duplicate(
        &self,
        id: &ProfileId,
        new_id: ProfileId,
        client_id: String,
        now: Timestamp,
    ) -> Result<Profile, ProfilesError> {
        let original = self.get(id).await?.profile;
        let copy = Profile {
            id: new_id,
            client_id,
            ..original
        };
        let settings = document(&copy)?;
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let place: i64 = sqlx::query_scalar("SELECT position FROM connections WHERE id = ?")
            .bind(id.0.clone())
            .fetch_one(&mut *transaction)
            .await?;
        sqlx::query("UPDATE connections SET position = position + 1 WHERE position > ?")
            .bind(place)
            .execute(&mut *transaction)
            .await?;
        let done = sqlx::query(
            "INSERT OR IGNORE INTO connections(id, name, position, settings, created) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(copy.id.0.clone())
        .bind(copy.name.clone())
        .bind(place + 1)
        .bind(settings)
        .bind(now.0)
        .execute(&mut *transaction)
        .await?;
        if done.rows_affected() == 0 {
            return Err(ProfilesError::ProfileExists(copy.id));
        }
        transaction.commit().await?;
        Ok(copy)
    }

    /// Puts connections in this order. Those that are not named follow in the order they had.
    pub async fn reorder(&self, order: &[ProfileId]) -> Result<(), ProfilesError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query("UPDATE connections SET position = position + ?")
            .bind(order.len() as i64)
            .execute(&mut *transaction)
            .await?;
        for (position, id) in (0i64..).zip(order) {
            sqlx::query("UPDATE connections SET position = ? WHERE id = ?")
                .bind(position)
                .bind(id.0.clone())
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Remembers that a connection was tried and what came of it.
    pub async fn touch(&self, id: &ProfileId, at: Timestamp, result: &str) -> Result<(), ProfilesError> {
        let done = sqlx::query("UPDATE connections SET last_connected = ?, last_result = ? WHERE id = ?")
            .bind(at.0)
            .bind(result.to_owned())
            .bind(id.0.clone())
            .execute(&self.pool)
            .await?;
        found(done.rows_affected(), id)
    }

    /// A setting; `None` if it was never set.
    pub async fn setting<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, ProfilesError> {
        let value: Option<String> = sqlx::query_scalar("SELECT value FROM settings WHERE key = ?")
            .bind(key.to_owned())
            .fetch_optional(&self.pool)
            .await?;
        let unreadable = |_| ProfilesError::UnreadableSetting { key: key.to_owned() };
        value
            .map(|json| serde_json::from_str(&json).map_err(unreadable))
            .transpose()
    }

    /// Sets a setting.
    pub async fn set_setting<T: Serialize + Sync>(&self, key: &str, value: &T) -> Result<(), ProfilesError> {
        let json = serde_json::to_string(value)
            .map_err(|_| ProfilesError::UnwritableSetting { key: key.to_owned() })?;
        sqlx::query(
            "INSERT INTO settings(key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
        )
        .bind(key.to_owned())
        .bind(json)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Forgets a setting, also one that was never set.
    pub async fn remove_setting(&self, key: &str) -> Result<(), ProfilesError> {
        sqlx::query("DELETE FROM settings WHERE key = ?")
            .bind(key.to_owned())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Closes the file.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

fn document(profile: &Profile) -> Result<String, ProfilesError> {
    serde_json::to_string(profile).map_err(|_| ProfilesError::UnreadableProfile(profile.id.clone()))
}

fn found(rows: u64, id: &ProfileId) -> Result<(), ProfilesError> {
    if rows == 0 {
        Err(ProfilesError::NoSuchProfile(id.clone()))
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
