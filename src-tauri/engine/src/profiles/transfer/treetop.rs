//! Our own file: connections as JSON, in the open without secrets, or sealed with them.
//!
//! A sealed file shows nothing of its connections. The key comes from the passphrase through Argon2id
//! (RFC 9106) with a salt of its own, so it is used for one file only; ChaCha20-Poly1305 (RFC 8439)
//! seals, and notices every change. The parameters belong to the version and can't be set by a file,
//! so no file can ask for more memory or time.

use argon2::{Algorithm, Argon2, Params};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::settle::settle;
use super::{Found, Note, Program, TransferError};
use crate::profiles::{Profile, ProfileId, Secret, SignIn};

/// The field with the version, which tells that a file is ours.
pub(super) const MARK: &str = "treetop";
/// The newest version of the file.
pub const VERSION: u64 = 1;
/// The least number of characters of a passphrase.
pub const MIN_PASSPHRASE: usize = 8;
/// Bytes of the salt of a sealed file.
pub const SALT: usize = 16;
/// Argon2id of version 1: 64 MiB, three passes, one lane.
const MEMORY_KIB: u32 = 64 << 10;
const PASSES: u32 = 3;
/// What the seal of version 1 is for.
const PURPOSE: &[u8] = b"treetop connections 1";

/// How to seal a file.
pub struct Seal<'a> {
    /// What opens it again.
    pub passphrase: &'a str,
    /// Random bytes, never used before.
    pub salt: [u8; SALT],
}

#[derive(Serialize, Deserialize)]
struct Entry {
    profile: Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    password: Option<String>,
}

#[derive(Deserialize)]
struct Sealed {
    salt: String,
    data: String,
}

/// The bytes of a file with these connections. Without a seal it has no passwords and no values of
/// headers, which often are tokens.
pub fn write(
    connections: &[(Profile, Option<Secret>)],
    seal: Option<Seal<'_>>,
) -> Result<Vec<u8>, TransferError> {
    let is_sealed = seal.is_some();
    let entry = |(profile, password): &(Profile, Option<Secret>)| {
        let mut profile = profile.clone();
        if !is_sealed {
            profile.headers.iter_mut().for_each(|(_, value)| value.clear());
        }
        let secret = password.as_ref().filter(|_| is_sealed);
        let profile = serde_json::to_value(&profile).unwrap_or_default();
        Entry {
            profile,
            password: secret.map(|secret| secret.reveal().to_owned()),
        }
    };
    let open = json!({
        MARK: VERSION,
        "connections": connections.iter().map(entry).collect::<Vec<_>>(),
    });
    let whole = match seal {
        None => open,
        Some(Seal { passphrase, salt }) => {
            if passphrase.chars().count() < MIN_PASSPHRASE {
                return Err(TransferError::ShortPassphrase {
                    least: MIN_PASSPHRASE,
                });
            }
            let mut data = open.to_string().into_bytes();
            let (key, nonce) = key(passphrase, &salt);
            key.seal_in_place_append_tag(nonce, Aad::from(PURPOSE), &mut data)
                .expect("32 MiB and more can be sealed");
            json!({
                MARK: VERSION,
                "sealed": { "salt": STANDARD.encode(salt), "data": STANDARD.encode(data) },
            })
        }
    };
    Ok(format!("{whole:#}\n").into_bytes())
}

/// Reads a file, sealed or not.
pub(super) fn read(whole: &Map<String, Value>, passphrase: Option<&str>) -> Result<Found, TransferError> {
    let wrong = |at: &str| TransferError::WrongShape { at: at.into() };
    let version = whole
        .get(MARK)
        .and_then(Value::as_u64)
        .ok_or_else(|| wrong(MARK))?;
    if version > VERSION {
        return Err(TransferError::NewerVersion {
            found: version,
            known: VERSION,
        });
    }
    if version == 0 {
        return Err(wrong(MARK));
    }
    if let Some(sealed) = whole.get("sealed") {
        let opened = open(sealed, passphrase.ok_or(TransferError::Sealed)?)?;
        return connections(&opened);
    }
    connections(whole)
}

fn open(sealed: &Value, passphrase: &str) -> Result<Map<String, Value>, TransferError> {
    let wrong = || TransferError::WrongShape { at: "sealed".into() };
    let Sealed { salt, data } = Sealed::deserialize(sealed).map_err(|_| wrong())?;
    let salt = STANDARD.decode(salt).map_err(|_| wrong())?;
    let salt: [u8; SALT] = salt.try_into().map_err(|_| wrong())?;
    let mut data = STANDARD.decode(data).map_err(|_| wrong())?;
    let (key, nonce) = key(passphrase, &salt);
    let opened = key
        .open_in_place(nonce, Aad::from(PURPOSE), &mut data)
        .map_err(|_| TransferError::WrongPassphrase)?;
    serde_json::from_slice(opened).map_err(|_| wrong())
}

fn key(passphrase: &str, salt: &[u8; SALT]) -> (LessSafeKey, Nonce) {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).expect("the parameters are within Argon2's limits");
    let mut bytes = [0; 32];
    Argon2::new(Algorithm::Argon2id, argon2::Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), salt, &mut bytes)
        .expect("salt and key are within Argon2's limits");
    let key = UnboundKey::new(&CHACHA20_POLY1305, &bytes).expect("a key of ChaCha20-Poly1305 has 32 bytes");
    // The salt makes the key one for this file only, so its first nonce serves.
    (LessSafeKey::new(key), Nonce::assume_unique_for_key([0; 12]))
}

fn connections(whole: &Map<String, Value>) -> Result<Found, TransferError> {
    let entries = whole.get("connections").and_then(Value::as_array);
    let at = || "connections".to_owned();
    let entries = entries.ok_or_else(|| TransferError::WrongShape { at: at() })?;
    let mut found = Found {
        program: Program::Treetop,
        connections: Vec::new(),
        unreadable: Vec::new(),
    };
    for (number, entry) in entries.iter().enumerate() {
        let name = entry["profile"]["name"].as_str().filter(|name| !name.is_empty());
        let name = name.map_or_else(|| format!("#{}", number + 1), str::to_owned);
        let read = Entry::deserialize(entry)
            .ok()
            .and_then(|Entry { profile, password }| {
                // What is no object would become a connection to this computer.
                let profile: Profile = serde_json::from_value(profile.as_object()?.clone().into()).ok()?;
                Some((profile, password))
            });
        let candidate = read
            .ok_or_else(|| name.clone())
            .and_then(|(mut profile, password)| {
                profile.id = ProfileId::default();
                let notes = match &profile.sign_in {
                    SignIn::TokenCommand { command } => vec![Note::RunsCommand {
                        command: command.clone(),
                    }],
                    _ => Vec::new(),
                };
                settle(profile, password.map(Secret::new), notes)
            });
        match candidate {
            Ok(candidate) => found.connections.push(candidate),
            Err(_) => found.unreadable.push(name),
        }
    }
    Ok(found)
}
