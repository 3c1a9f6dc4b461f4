//! Connections from and to files: those of MQTT Explorer and MQTTX come in, our own go both ways.
//!
//! Reading turns bytes into what could be saved, with notes on what could not be taken over. It saves
//! nothing, and it writes to nothing that belongs to another program. Recorded messages stay where
//! they are: only connections are read.

mod fields;
mod mqtt_explorer;
mod mqttx;
mod mqttx_database;
mod places;
mod settle;
mod treetop;

#[cfg(test)]
mod nasty;

use std::io;
use std::path::Path;

use serde_json::Value;
use tokio::io::AsyncReadExt;

pub use self::places::{Folders, Place, System, places};
pub use self::treetop::{MIN_PASSPHRASE, SALT, Seal, VERSION, write};
use super::{Profile, Secret};
use crate::history::HistoryError;

/// The largest file that is read, in bytes; databases are not limited, because they are not read whole.
pub const MAX_BYTES: u64 = 32 << 20;
/// How every SQLite file begins.
const SQLITE: &[u8] = b"SQLite format 3\0";

/// The program a file comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// MQTT Explorer.
    MqttExplorer,
    /// MQTTX.
    Mqttx,
    /// Treetop.
    Treetop,
}

/// A file that takes part in TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsFile {
    /// Certificate authorities.
    Authority,
    /// The client's certificate.
    Certificate,
    /// Its private key.
    Key,
}

/// What a person should know about one connection before it is taken over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// It was made for an older MQTT and will speak MQTT 5.
    OlderMqtt {
        /// The version as written.
        version: String,
    },
    /// The content of a file is inside the settings; Treetop reads it from a file, so it stays behind.
    Embedded {
        /// Which.
        file: TlsFile,
        /// Its name as written, maybe empty.
        name: String,
    },
    /// A file that it needs is not there.
    Missing {
        /// Which.
        file: TlsFile,
        /// Its path.
        path: String,
    },
    /// A filter that is none, or is there twice; it is left out.
    BadFilter {
        /// The filter as written.
        filter: String,
    },
    /// A value that can't be used; a new connection's value takes its place.
    NotUsable {
        /// The field's name in the file.
        field: String,
    },
    /// A value that Treetop has no place for.
    NotTaken {
        /// The field's name in the file.
        field: String,
    },
    /// The broker's certificate is not checked.
    Unverified,
    /// It runs a program to sign in.
    RunsCommand {
        /// Program and arguments.
        command: String,
    },
}

/// A connection that could be saved. Its profile has no id yet and no problems.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The connection.
    pub profile: Profile,
    /// Its password.
    pub password: Option<Secret>,
    /// What was not taken over as it was, and what to look out for.
    pub notes: Vec<Note>,
}

impl Candidate {
    /// True if a saved connection has the same name, host, port and client id.
    pub fn is_among(&self, saved: &[Profile]) -> bool {
        let key = |profile: &Profile| {
            let Profile {
                name,
                host,
                port,
                client_id,
                ..
            } = profile;
            (name.clone(), host.to_ascii_lowercase(), *port, client_id.clone())
        };
        let mine = key(&self.profile);
        saved.iter().any(|other| key(other) == mine)
    }

    /// Notes the files that it needs and that are not there.
    fn look_for_files(&mut self, is_there: impl Fn(&Path) -> bool) {
        let profile = &self.profile;
        let files = [
            (TlsFile::Authority, &profile.ca_file),
            (TlsFile::Certificate, &profile.client_cert_file),
            (TlsFile::Key, &profile.client_key_file),
        ];
        for (file, path) in files {
            if let Some(path) = path.as_ref().filter(|path| !is_there(Path::new(path))) {
                let path = path.clone();
                self.notes.push(Note::Missing { file, path });
            }
        }
    }
}

/// What a file has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Whose file it is.
    pub program: Program,
    /// The connections in the order of the file, at least one if nothing is unreadable.
    pub connections: Vec<Candidate>,
    /// Names of entries that are no connection Treetop could use: without a host, or of a wrong shape.
    pub unreadable: Vec<String>,
}

/// Why a file can't be read.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// The system refused.
    #[error("the file can't be read: {0}")]
    File(#[from] io::Error),
    /// Larger than [`MAX_BYTES`].
    #[error("the file has {bytes} bytes, {most} at most are read")]
    TooLarge {
        /// Its size.
        bytes: u64,
        /// The limit.
        most: u64,
    },
    /// Nothing in it, or only white space.
    #[error("the file is empty")]
    Empty,
    /// It ends in the middle.
    #[error("the file ends too early")]
    CutOff,
    /// Not JSON, counted from 1.
    #[error("not JSON at line {line}, column {column}")]
    NotJson {
        /// Line.
        line: usize,
        /// Column.
        column: usize,
    },
    /// Proper JSON or a proper database, but of none of the programs.
    #[error("not a file of MQTT Explorer, MQTTX or Treetop")]
    NotRecognized,
    /// The file of a program has something else where its connections should be.
    #[error("{at} is not what it should be")]
    WrongShape {
        /// Where, by the field's name.
        at: String,
    },
    /// Written by a newer Treetop.
    #[error("version {found} of the file, {known} is the newest known")]
    NewerVersion {
        /// Of the file.
        found: u64,
        /// Of this program.
        known: u64,
    },
    /// It is encrypted and no passphrase was given.
    #[error("the file needs a passphrase")]
    Sealed,
    /// The passphrase is not the one it was written with, or somebody changed the file.
    #[error("the passphrase does not open the file")]
    WrongPassphrase,
    /// The passphrase to write with is too short.
    #[error("the passphrase has less than {least} characters")]
    ShortPassphrase {
        /// The least number of characters.
        least: usize,
    },
    /// There is no connection in it.
    #[error("no connections in the file")]
    NoConnections,
    /// MQTTX has changes that are not in its database file yet.
    #[error("the database is in use")]
    InUse,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] HistoryError),
}

/// Reads connections from the bytes of a text file.
pub fn read(bytes: &[u8], passphrase: Option<&str>) -> Result<Found, TransferError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.trim_ascii().is_empty() {
        return Err(TransferError::Empty);
    }
    let value: Value = serde_json::from_slice(bytes).map_err(|error| match error.is_eof() {
        true => TransferError::CutOff,
        false => TransferError::NotJson {
            line: error.line(),
            column: error.column(),
        },
    })?;
    let found = match &value {
        Value::Object(whole) if whole.contains_key(treetop::MARK) => treetop::read(whole, passphrase)?,
        Value::Object(whole) if whole.contains_key(mqtt_explorer::CONNECTIONS) => mqtt_explorer::read(whole)?,
        value => mqttx::read(value)?,
    };
    match found.connections.is_empty() && found.unreadable.is_empty() {
        true => Err(TransferError::NoConnections),
        false => Ok(found),
    }
}

/// Reads connections from a file of any of the programs and looks whether the files they need are there.
pub async fn read_file(path: &Path, passphrase: Option<&str>) -> Result<Found, TransferError> {
    let mut file = tokio::fs::File::open(path).await?;
    let mut bytes = Vec::new();
    (&mut file)
        .take(SQLITE.len() as u64)
        .read_to_end(&mut bytes)
        .await?;
    let mut found = if bytes == SQLITE {
        drop(file);
        mqttx_database::read(path).await?
    } else {
        // Read one byte more than allowed, because a size told beforehand can be wrong.
        file.take(MAX_BYTES + 1 - bytes.len() as u64)
            .read_to_end(&mut bytes)
            .await?;
        if bytes.len() as u64 > MAX_BYTES {
            let bytes = tokio::fs::metadata(path).await?.len();
            return Err(TransferError::TooLarge {
                bytes,
                most: MAX_BYTES,
            });
        }
        let passphrase = passphrase.map(str::to_owned);
        // A passphrase takes long to try, on purpose.
        let read = move || read(&bytes, passphrase.as_deref());
        tokio::task::spawn_blocking(read)
            .await
            .map_err(io::Error::from)??
    };
    for candidate in &mut found.connections {
        candidate.look_for_files(Path::exists);
    }
    Ok(found)
}
