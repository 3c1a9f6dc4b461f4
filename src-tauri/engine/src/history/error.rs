//! What can go wrong with a history file, as closed enums.
//!
//! SQLite's result codes are turned into these once, here; nobody else reads them. Nothing here
//! decides what to do about an error.

use std::path::PathBuf;

/// Why a read or a write did not happen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HistoryError {
    /// No space left, on the disk or by a limit of the file.
    #[error("no space left for the file")]
    DiskFull,
    /// The file can't be written.
    #[error("the file is read-only")]
    ReadOnly,
    /// The file is not a database, or a damaged one.
    #[error("the file is damaged")]
    Damaged,
    /// Somebody else holds the file, or every reader is busy.
    #[error("the file is in use")]
    Busy,
    /// The history was closed.
    #[error("the file is closed")]
    Closed,
    /// The file does not exist or may not be opened.
    #[error("the file can't be opened")]
    CannotOpen,
    /// Reading or writing the disk failed.
    #[error("the disk failed (SQLite code {code})")]
    Disk {
        /// SQLite's extended result code.
        code: i32,
    },
    /// The stored properties of a message can't be decoded.
    #[error("the properties of a message of {topic} can't be read")]
    BadProperties {
        /// The topic of the message.
        topic: String,
    },
    /// Anything else SQLite or the driver said.
    #[error("SQLite: {text} (code {code})")]
    Other {
        /// SQLite's extended result code; 0 where the error came from the driver.
        code: i32,
        /// The text as given, for a log; not meant for a window.
        text: String,
    },
}

impl From<sqlx::Error> for HistoryError {
    fn from(error: sqlx::Error) -> Self {
        let database = match &error {
            sqlx::Error::Database(database) => database,
            sqlx::Error::PoolTimedOut => return Self::Busy,
            sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => return Self::Closed,
            _ => {
                return Self::Other {
                    code: 0,
                    text: error.to_string(),
                };
            }
        };
        let code = database
            .code()
            .and_then(|code| code.parse::<i32>().ok())
            .unwrap_or(0);
        // The low byte is the primary result code (https://sqlite.org/rescode.html).
        match code & 0xff {
            5 | 6 => Self::Busy,
            8 => Self::ReadOnly,
            10 => Self::Disk { code },
            11 | 26 => Self::Damaged,
            13 => Self::DiskFull,
            14 => Self::CannotOpen,
            _ => Self::Other {
                code,
                text: database.message().to_owned(),
            },
        }
    }
}

/// Why a file could not be opened at all.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// SQLite refused it.
    #[error("{}: {source}", path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// Why.
        source: HistoryError,
    },
    /// The file is damaged and could not be moved aside.
    #[error("{} is damaged and can't be set aside: {source}", path.display())]
    NotSetAside {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// Something a person should know about how a file was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The file was damaged; it was moved, a new one begun.
    SetAside {
        /// Where the damaged file is now.
        to: PathBuf,
    },
    /// A newer version of the program wrote it; it is open read-only.
    NewerVersion {
        /// The version of the file.
        found: i64,
        /// The newest version this program can write.
        known: i64,
    },
    /// The file is write-protected; it is open read-only.
    WriteProtected,
}

/// Whether what arrives is being kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Health {
    /// Every commit went through.
    #[default]
    Ok,
    /// Waiting for space; what must not be lost is held in memory and tried again.
    DiskFull,
    /// Nothing can be written.
    ReadOnly,
    /// The last commit failed and is tried again.
    Failed(HistoryError),
}

impl From<HistoryError> for Health {
    fn from(error: HistoryError) -> Self {
        match error {
            HistoryError::DiskFull => Self::DiskFull,
            HistoryError::ReadOnly => Self::ReadOnly,
            other => Self::Failed(other),
        }
    }
}
