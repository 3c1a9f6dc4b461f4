//! Passwords: in the keyring of the operating system, or in memory where there is none.
//!
//! They are never in a file of ours, a log or the debug text of anything. Whatever the keyring says
//! is reduced to closed enums here, because its own errors can carry what it read. Each call to it
//! runs on a thread that may block and is given up after a while.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use keyring::{Entry, Error};

use super::ProfileId;

const SERVICE: &str = "treetop";
/// How long the keyring may take to be found or to answer a read.
const QUICK: Duration = Duration::from_secs(10);
/// How long a write may take: a person may have to unlock the keyring first.
const PATIENT: Duration = Duration::from_secs(120);

/// A password. Shown only on purpose.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a password.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The password itself, for the connection that needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Where passwords are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretPlace {
    /// In the keyring.
    Keyring,
    /// In memory, until the program ends.
    Memory {
        /// Why not in the keyring.
        why: WhyMemory,
    },
}

/// Why passwords are not in the keyring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyMemory {
    /// There is no keyring.
    NoKeyring,
    /// It did not answer in time.
    Silent,
    /// It is locked, or does not let us in.
    Locked,
    /// It failed otherwise.
    Failed,
}

/// Why a password was not read or deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// The keyring did not answer in time.
    #[error("the keyring does not answer")]
    Silent,
    /// The keyring is locked, or does not let us in.
    #[error("the keyring is locked")]
    Locked,
    /// The keyring has something under this name that is not a password, or more than one.
    #[error("the keyring's entry can't be read")]
    Unreadable,
    /// The keyring failed.
    #[error("the keyring failed")]
    Failed,
}

impl From<Error> for SecretError {
    fn from(error: Error) -> Self {
        match error {
            Error::NoStorageAccess(_) => Self::Locked,
            Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::Ambiguous(_) => Self::Unreadable,
            _ => Self::Failed,
        }
    }
}

impl From<SecretError> for WhyMemory {
    fn from(error: SecretError) -> Self {
        match error {
            SecretError::Silent => Self::Silent,
            SecretError::Locked => Self::Locked,
            SecretError::Unreadable | SecretError::Failed => Self::Failed,
        }
    }
}

/// The passwords of saved connections. Cheap to clone; clones share what is in memory.
#[derive(Clone)]
pub struct Secrets(Arc<Mutex<State>>);

struct State {
    place: SecretPlace,
    /// What could not go into the keyring; it counts before what is there.
    memory: HashMap<ProfileId, Secret>,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secrets")
            .field("place", &self.place())
            .finish_non_exhaustive()
    }
}

impl Secrets {
    /// Looks for the keyring. What is found holds for this run of the program.
    pub async fn open() -> Self {
        let place = match ask(QUICK, || Ok(Entry::store_status().is_ok())).await {
            Ok(true) => SecretPlace::Keyring,
            Ok(false) => SecretPlace::Memory {
                why: WhyMemory::NoKeyring,
            },
            Err(error) => SecretPlace::Memory { why: error.into() },
        };
        if place != SecretPlace::Keyring {
            log::warn!("secrets: passwords are kept in memory only: {place:?}");
        }
        Self::at(place)
    }

    /// Keeps passwords in memory and leaves the keyring alone.
    pub fn in_memory() -> Self {
        Self::at(SecretPlace::Memory {
            why: WhyMemory::NoKeyring,
        })
    }

    fn at(place: SecretPlace) -> Self {
        Self(Arc::new(Mutex::new(State {
            place,
            memory: HashMap::new(),
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it is held, so a poisoned lock is still good.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the last password went, so that a window can say so.
    pub fn place(&self) -> SecretPlace {
        self.state().place
    }

    /// True if there is a keyring in this run, even if its last write failed.
    fn has_keyring(&self) -> bool {
        !matches!(
            self.place(),
            SecretPlace::Memory {
                why: WhyMemory::NoKeyring
            }
        )
    }

    /// Keeps a password; the answer is where. What the keyring refuses is kept in memory.
    pub async fn set(&self, id: &ProfileId, secret: Secret) -> SecretPlace {
        let place = if self.has_keyring() {
            let (account, text) = (id.clone(), secret.clone());
            let write = move || Entry::new(SERVICE, &account.0)?.set_password(text.reveal());
            match ask(PATIENT, write).await {
                Ok(()) => SecretPlace::Keyring,
                Err(error) => SecretPlace::Memory { why: error.into() },
            }
        } else {
            self.place()
        };
        let mut state = self.state();
        state.place = place;
        match place {
            SecretPlace::Keyring => state.memory.remove(id),
            SecretPlace::Memory { .. } => state.memory.insert(id.clone(), secret),
        };
        place
    }

    /// The password of a connection. `None` if none was kept, and also if the keyring is locked:
    /// some keyrings don't tell these apart.
    pub async fn get(&self, id: &ProfileId) -> Result<Option<Secret>, SecretError> {
        let in_memory = self.state().memory.get(id).cloned();
        if in_memory.is_some() || !self.has_keyring() {
            return Ok(in_memory);
        }
        let account = id.clone();
        ask(QUICK, move || {
            match Entry::new(SERVICE, &account.0)?.get_password() {
                Ok(text) => Ok(Some(Secret(text))),
                Err(Error::NoEntry) => Ok(None),
                Err(error) => Err(error),
            }
        })
        .await
    }

    /// Forgets a password; there need not be one.
    pub async fn delete(&self, id: &ProfileId) -> Result<(), SecretError> {
        self.state().memory.remove(id);
        if !self.has_keyring() {
            return Ok(());
        }
        let account = id.clone();
        ask(PATIENT, move || {
            match Entry::new(SERVICE, &account.0)?.delete_credential() {
                Ok(()) | Err(Error::NoEntry) => Ok(()),
                Err(error) => Err(error),
            }
        })
        .await
    }
}

/// Asks the keyring on a thread that may block. A call that is given up may still end later.
async fn ask<T: Send + 'static>(
    limit: Duration,
    call: impl FnOnce() -> keyring::Result<T> + Send + 'static,
) -> Result<T, SecretError> {
    match tokio::time::timeout(limit, tokio::task::spawn_blocking(call)).await {
        Ok(Ok(answer)) => answer.map_err(SecretError::from),
        // The call panicked, or the program is ending.
        Ok(Err(_)) => Err(SecretError::Failed),
        Err(_) => Err(SecretError::Silent),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::process::Command;

    use super::*;

    const ROLE: &str = "TREETOP_TEST_SECRETS";

    fn id(text: &str) -> ProfileId {
        ProfileId(text.into())
    }

    fn secret(text: &str) -> Secret {
        Secret::new(text.into())
    }

    /// Runs one test of this program again in a process of its own, because a process looks for the
    /// keyring once. `before` are the programs it runs under.
    fn again(before: &[&str], test: &str) {
        let folder = tempfile::TempDir::new().unwrap();
        let this = std::env::current_exe().unwrap();
        let test = format!("profiles::secrets::tests::{test}");
        let this = [this.to_str().unwrap(), "--exact", &test, "--nocapture"];
        let mut words = before.iter().chain(&this);
        let output = Command::new(words.next().unwrap())
            .args(words)
            .env(ROLE, "inside")
            .env("HOME", folder.path())
            .env("XDG_RUNTIME_DIR", folder.path())
            .env("XDG_DATA_HOME", folder.path())
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && said.contains("1 passed"),
            "{said}\n{output:?}"
        );
    }

    fn is_inside() -> bool {
        std::env::var_os(ROLE).is_some()
    }

    async fn keeps_passwords(secrets: &Secrets, place: SecretPlace) {
        assert_eq!(secrets.place(), place);
        assert_eq!(secrets.get(&id("a")).await, Ok(None));
        assert_eq!(secrets.set(&id("a"), secret("first")).await, place);
        assert_eq!(secrets.set(&id("a"), secret("pä ss\"")).await, place);
        assert_eq!(secrets.set(&id("b"), secret("other")).await, place);
        assert_eq!(secrets.get(&id("a")).await, Ok(Some(secret("pä ss\""))));
        assert_eq!(secrets.delete(&id("a")).await, Ok(()));
        assert_eq!(secrets.delete(&id("a")).await, Ok(()));
        assert_eq!(secrets.get(&id("a")).await, Ok(None));
        assert_eq!(secrets.get(&id("b")).await, Ok(Some(secret("other"))));
    }

    #[tokio::test]
    async fn without_a_keyring_passwords_last_for_the_run() {
        if !is_inside() {
            return again(&[], "without_a_keyring_passwords_last_for_the_run");
        }
        let secrets = Secrets::open().await;
        keeps_passwords(
            &secrets,
            SecretPlace::Memory {
                why: WhyMemory::NoKeyring,
            },
        )
        .await;
        assert_eq!(secrets.clone().get(&id("b")).await, Ok(Some(secret("other"))));
        assert_eq!(Secrets::open().await.get(&id("b")).await, Ok(None));
    }

    fn keyring_is_installed() -> bool {
        let there = |program: &str| Command::new(program).arg("--version").output().is_ok();
        cfg!(target_os = "linux") && there("dbus-run-session") && there("gnome-keyring-daemon")
    }

    /// A session bus with a keyring that was unlocked, or was not.
    fn session(start: &str) -> [String; 5] {
        let script = format!("{start} >/dev/null && exec \"$@\"");
        ["dbus-run-session", "--", "sh", "-c", &script].map(str::to_owned)
    }

    fn again_in(session: [String; 5], test: &str) {
        let words: Vec<&str> = session.iter().map(String::as_str).chain(["sh"]).collect();
        again(&words, test);
    }

    #[tokio::test]
    async fn with_a_keyring_passwords_outlive_what_is_in_memory() {
        if !is_inside() {
            let test = "with_a_keyring_passwords_outlive_what_is_in_memory";
            return match keyring_is_installed() {
                true => {
                    let start = "printf secret | gnome-keyring-daemon --unlock --components=secrets";
                    again_in(session(start), test);
                }
                false => keeps_passwords(&Secrets::in_memory(), Secrets::in_memory().place()).await,
            };
        }
        keeps_passwords(&Secrets::open().await, SecretPlace::Keyring).await;
        let later = Secrets::open().await;
        assert_eq!(later.get(&id("b")).await, Ok(Some(secret("other"))));
        assert!(later.state().memory.is_empty());
    }

    #[tokio::test]
    async fn what_a_locked_keyring_refuses_stays_in_memory() {
        if !is_inside() {
            let test = "what_a_locked_keyring_refuses_stays_in_memory";
            return match keyring_is_installed() {
                true => again_in(session("gnome-keyring-daemon --start --components=secrets"), test),
                false => keeps_passwords(&Secrets::in_memory(), Secrets::in_memory().place()).await,
            };
        }
        let secrets = Secrets::open().await;
        assert_eq!(secrets.place(), SecretPlace::Keyring);
        let locked = SecretPlace::Memory {
            why: WhyMemory::Locked,
        };
        assert_eq!(secrets.set(&id("a"), secret("kept")).await, locked);
        assert_eq!(secrets.place(), locked);
        assert_eq!(secrets.get(&id("a")).await, Ok(Some(secret("kept"))));
        assert_eq!(secrets.get(&id("b")).await, Ok(None));
    }

    #[test]
    fn a_password_shows_in_no_debug_text() {
        let secrets = Secrets::in_memory();
        secrets.state().memory.insert(id("a"), secret("hidden"));
        let error = SecretError::from(Error::BadEncoding(b"hidden".to_vec()));
        let text = format!("{secrets:?} {:?} {error:?} {error}", secret("hidden"));
        assert!(!text.contains("hidden") && !text.contains("104, 105"), "{text}");
    }
}
