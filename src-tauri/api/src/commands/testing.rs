//! "Test connection": runs beside everything else and is asked how far it is.

use tokio::sync::watch;
use treetop_engine::dial;
use treetop_engine::ingest::lock;
use treetop_engine::message::Timestamp;
use treetop_engine::profiles::{Profile as Saved, ProfileSecrets, Secret, SecretPart};
use treetop_engine::session;

use crate::api::{Api, LONGEST_WAIT};
use crate::types::connection::{PasswordChange, Profile, SecretChanges, TestFrame, TokenInfo, UserProperty};
use crate::types::error::ApiError;
use crate::wire;

/// The test that was started last; only one is of interest at a time.
#[derive(Default)]
pub(crate) struct Testing {
    number: u64,
    latest: Option<Run>,
}

struct Run {
    progress: watch::Receiver<Progress>,
    task: tokio::task::AbortHandle,
}

impl Drop for Run {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[derive(Clone, Default)]
struct Progress {
    steps: Vec<session::TestStep>,
    running: Option<session::Step>,
    over: bool,
}

impl Api {
    /// Starts a test of what is typed, saved or not; one that runs ends.
    pub async fn profile_test(&self, profile: Profile, secrets: SecretChanges) -> Result<f64, ApiError> {
        let edited = self.usable(&profile)?;
        let secrets = self.changed_secrets(&edited, secrets).await?;
        let options = dial::options(&edited, secrets).await.map_err(wire::error::dial)?;
        let (tell, progress) = watch::channel(Progress::default());
        let task = tokio::spawn(async move {
            let steps = session::test_telling(options, |steps, running| {
                tell.send_modify(|progress| {
                    progress.steps = steps;
                    progress.running = Some(running);
                });
            })
            .await;
            tell.send_modify(|progress| {
                progress.steps = steps;
                progress.running = None;
                progress.over = true;
            });
        });
        let mut testing = lock(&self.testing);
        testing.number += 1;
        testing.latest = Some(Run {
            progress,
            task: task.abort_handle(),
        });
        Ok(testing.number as f64)
    }

    /// How far a test is, as soon as it is farther than `revision`.
    pub async fn profile_test_frame(&self, test: f64, revision: f64) -> Result<TestFrame, ApiError> {
        let mut progress = {
            let testing = lock(&self.testing);
            let latest = testing.latest.as_ref().filter(|_| testing.number as f64 == test);
            // Another test took its place: this one is over.
            match latest {
                Some(run) => run.progress.clone(),
                None => {
                    return Ok(TestFrame {
                        revision,
                        steps: Vec::new(),
                        running: None,
                        over: true,
                    });
                }
            }
        };
        let farther = |progress: &Progress| progress.over || progress.revision() > revision;
        // The end of the wait is an answer as well: nothing new.
        let _waited = tokio::time::timeout(LONGEST_WAIT, progress.wait_for(farther))
            .await
            .is_ok();
        let now = progress.borrow().clone();
        Ok(TestFrame {
            revision: now.revision(),
            steps: now.steps.into_iter().map(wire::session::test_step).collect(),
            running: now.running.map(wire::session::step),
            over: now.over,
        })
    }

    /// Reads the token a connection would sign in with, and what it says about itself.
    pub async fn profile_token(
        &self,
        profile: Profile,
        secret: PasswordChange,
    ) -> Result<TokenInfo, ApiError> {
        let edited = wire::profile::from_wire(&profile, None);
        let stored = self.changed_secret(&edited, SecretPart::SignIn, secret).await?;
        let failed = |failure: session::Failure| ApiError::Connection {
            failure: wire::session::failure(&failure),
        };
        let source = dial::token(&edited, stored).map_err(wire::error::dial)?;
        let Some(source) = source else {
            return Ok(TokenInfo {
                claims: None,
                expires: None,
                not_before: None,
            });
        };
        let claims = session::read_token(&source).await.map_err(failed)?.claims;
        let millis = |at: Option<Timestamp>| at.map(Timestamp::millis);
        Ok(TokenInfo {
            expires: millis(claims.as_ref().and_then(|claims| claims.expires)),
            not_before: millis(claims.as_ref().and_then(|claims| claims.not_before)),
            claims: claims.map(|claims| {
                let pair = |(name, value)| UserProperty { name, value };
                claims.all.into_iter().map(pair).collect()
            }),
        })
    }

    /// What is typed as a connection, or what is wrong with it.
    pub(crate) fn usable(&self, profile: &Profile) -> Result<Saved, ApiError> {
        let edited = wire::profile::from_wire(profile, None);
        match wire::profile::problems(profile, &edited) {
            problems if problems.is_empty() => Ok(edited),
            problems => Err(ApiError::Profile { problems }),
        }
    }

    async fn changed_secrets(
        &self,
        profile: &Saved,
        changes: SecretChanges,
    ) -> Result<ProfileSecrets, ApiError> {
        let SecretChanges { sign_in, key, proxy } = changes;
        Ok(ProfileSecrets {
            sign_in: self.changed_secret(profile, SecretPart::SignIn, sign_in).await?,
            key: self.changed_secret(profile, SecretPart::Key, key).await?,
            proxy: self.changed_secret(profile, SecretPart::Proxy, proxy).await?,
        })
    }

    /// A secret as it will be after a change that is not saved.
    async fn changed_secret(
        &self,
        profile: &Saved,
        part: SecretPart,
        change: PasswordChange,
    ) -> Result<Option<Secret>, ApiError> {
        match change {
            PasswordChange::Keep => {
                let stored = self.engine.secrets.needed(profile).await;
                Ok(stored.map_err(wire::error::secrets)?.part(part).take())
            }
            PasswordChange::Set { password } => Ok(Some(Secret::new(password))),
            PasswordChange::Clear => Ok(None),
        }
    }
}

impl Progress {
    /// Grows with each step that begins, and at the end.
    fn revision(&self) -> f64 {
        (2 * self.steps.len() + usize::from(self.running.is_some()) + usize::from(self.over)) as f64
    }
}
