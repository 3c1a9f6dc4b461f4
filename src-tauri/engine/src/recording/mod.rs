//! Recordings: messages of a history in a file, read again as a history, and sent again to a broker.
//!
//! Two formats. **JSON Lines** is lossless: one message a line, see [`json`]. **CSV** (RFC 4180) is for
//! spreadsheets and holds the same in columns, see [`csv`]. A file is written beside its name and takes
//! the name when it is whole; an import makes a history file of everything or of nothing. It shows
//! nothing and asks nobody; what it sends again goes through a session and waits for that session.

pub mod csv;
mod export;
mod fields;
mod import;
pub mod json;
mod pace;
mod read;
mod replay;
mod selection;
mod survey;
#[cfg(test)]
mod tests;

pub use self::export::{ExportError, Exported, export};
pub use self::import::{ImportError, Imported, import};
pub use self::pace::{Clock, Speed, WallClock};
pub use self::read::{Reader, UnreadableLine, Wrong};
pub use self::replay::{NotSent, Replay, ReplayEnd, Replayed, replay};
pub use self::selection::{Selection, Source, SourceError};
pub use self::survey::{Survey, survey};

/// The formats of a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One message a line, lossless.
    JsonLines,
    /// One message a row, for spreadsheets.
    Csv,
}
