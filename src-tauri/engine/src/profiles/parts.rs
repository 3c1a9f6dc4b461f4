//! The secrets of one connection: what it signs in with, what protects its key, what its proxy wants.
//!
//! Each has an entry of its own in the keyring. The first keeps the name of the connection alone.

use super::{Profile, ProfileId, Secret, SecretError, SecretPlace, Secrets, SignIn};

/// What a secret is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretPart {
    /// The password or token of CONNECT.
    SignIn,
    /// The passphrase of the client key.
    Key,
    /// The password of the proxy.
    Proxy,
}

const PARTS: [SecretPart; 3] = [SecretPart::SignIn, SecretPart::Key, SecretPart::Proxy];

impl SecretPart {
    fn entry(self, id: &ProfileId) -> ProfileId {
        match self {
            Self::SignIn => id.clone(),
            Self::Key => ProfileId(format!("{id}/key")),
            Self::Proxy => ProfileId(format!("{id}/proxy")),
        }
    }
}

/// All secrets of a connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfileSecrets {
    /// The password or token of CONNECT.
    pub sign_in: Option<Secret>,
    /// The passphrase of the client key.
    pub key: Option<Secret>,
    /// The password of the proxy.
    pub proxy: Option<Secret>,
}

impl ProfileSecrets {
    /// The place of one of them.
    pub fn part(&mut self, part: SecretPart) -> &mut Option<Secret> {
        match part {
            SecretPart::SignIn => &mut self.sign_in,
            SecretPart::Key => &mut self.key,
            SecretPart::Proxy => &mut self.proxy,
        }
    }
}

impl Secrets {
    /// Every secret of a connection that is kept.
    pub async fn all(&self, id: &ProfileId) -> Result<ProfileSecrets, SecretError> {
        let mut all = ProfileSecrets::default();
        for part in PARTS {
            *all.part(part) = self.get(&part.entry(id)).await?;
        }
        Ok(all)
    }

    /// The secrets that this connection uses as it is. Each that is asked for costs a question to
    /// the keyring, and a person may have to answer it.
    pub async fn needed(&self, profile: &Profile) -> Result<ProfileSecrets, SecretError> {
        let mut needed = ProfileSecrets::default();
        for part in PARTS {
            let uses = match part {
                SecretPart::SignIn => matches!(profile.sign_in, SignIn::Password | SignIn::Token),
                SecretPart::Key => profile.transport.is_encrypted() && profile.client_cert_file.is_some(),
                SecretPart::Proxy => profile
                    .proxy
                    .as_ref()
                    .is_some_and(|proxy| !proxy.username.is_empty()),
            };
            if uses {
                *needed.part(part) = self.get(&part.entry(&profile.id)).await?;
            }
        }
        Ok(needed)
    }

    /// Keeps one of them; the answer is where.
    pub async fn set_part(&self, id: &ProfileId, part: SecretPart, secret: Secret) -> SecretPlace {
        self.set(&part.entry(id), secret).await
    }

    /// Forgets one of them; there need not be one.
    pub async fn delete_part(&self, id: &ProfileId, part: SecretPart) -> Result<(), SecretError> {
        self.delete(&part.entry(id)).await
    }

    /// Keeps the secrets of one connection for another as well.
    pub async fn copy(&self, from: &ProfileId, to: &ProfileId) -> Result<(), SecretError> {
        let mut all = self.all(from).await?;
        for part in PARTS {
            if let Some(secret) = all.part(part).take() {
                self.set_part(to, part, secret).await;
            }
        }
        Ok(())
    }

    /// Forgets every secret of a connection.
    pub async fn delete_all(&self, id: &ProfileId) -> Result<(), SecretError> {
        for part in PARTS {
            self.delete_part(id, part).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test]
    async fn the_parts_do_not_mix_and_go_together() {
        let secrets = Secrets::in_memory();
        let id = |id: &str| ProfileId(id.into());
        let secret = |text: &str| Some(Secret::new(text.into()));
        for (part, text) in PARTS.into_iter().zip(["one", "two", "three"]) {
            secrets.set_part(&id("a"), part, Secret::new(text.into())).await;
        }
        let all = ProfileSecrets {
            sign_in: secret("one"),
            key: secret("two"),
            proxy: secret("three"),
        };
        assert_eq!(secrets.all(&id("a")).await.unwrap(), all);
        assert_eq!(
            secrets.get(&id("a")).await.unwrap(),
            secret("one"),
            "as it was named before"
        );
        secrets.copy(&id("a"), &id("b")).await.unwrap();
        secrets.delete_part(&id("a"), SecretPart::Key).await.unwrap();
        assert_eq!(secrets.all(&id("a")).await.unwrap().key, None);
        secrets.delete_all(&id("a")).await.unwrap();
        assert_eq!(secrets.all(&id("a")).await.unwrap(), ProfileSecrets::default());
        assert_eq!(secrets.all(&id("b")).await.unwrap(), all);
    }
}
