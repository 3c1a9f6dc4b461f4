//! Writes messages of a history into a file.
//!
//! It writes beside the name and renames when all is written, so a file of that name is whole. Stopped or
//! failed, what was written beside is removed.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tokio::sync::watch;

use super::selection::{Pieces, Selection, Source, SourceError};
use super::{Format, csv, json};
use crate::history::file::beside;
use crate::history::{History, HistoryError, Stored};
use crate::orders::{Orders, stopped};

/// How far an export is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Exported {
    /// Messages written.
    pub messages: u64,
    /// Bytes written.
    pub bytes: u64,
    /// How much of the span lies behind, 0 to 1.
    pub share: f64,
}

/// Why an export did not come to its end; then there is no file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// It was stopped.
    #[error("stopped")]
    Stopped,
    /// The history can't be read.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The file can't be written.
    #[error("{path}: {detail}")]
    File {
        /// The file.
        path: String,
        /// In the words of the system.
        detail: String,
    },
}

/// A file that is not whole yet. Dropped before it is finished, it is removed.
struct Unfinished {
    path: PathBuf,
    file: Option<File>,
}

impl Unfinished {
    fn create(target: &Path) -> io::Result<Self> {
        let path = beside(target, ".part");
        let file = Some(File::create(&path)?);
        Ok(Self { path, file })
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), |file| file.write_all(bytes))
    }

    fn finish(mut self, target: &Path) -> io::Result<()> {
        if let Some(file) = self.file.take() {
            file.sync_all()?;
        }
        std::fs::rename(&self.path, target)
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // Closed first, which some systems need. After the renaming there is nothing to remove.
        self.file = None;
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Writes the selected messages, oldest first. `progress` follows; the answer is how it stands at the end.
pub async fn export(
    history: History,
    selection: Selection,
    format: Format,
    target: &Path,
    orders: Orders,
    progress: &watch::Sender<Exported>,
) -> Result<Exported, ExportError> {
    let failed = |error: io::Error| ExportError::File {
        path: target.display().to_string(),
        detail: error.to_string(),
    };
    let mut file = Unfinished::create(target).map_err(failed)?;
    let mut done = Exported::default();
    if format == Format::Csv {
        let header = csv::header();
        file.write(header.as_bytes()).map_err(failed)?;
        done.bytes += header.len() as u64;
    }
    let mut pieces = Pieces::of(Source::History(history, selection))
        .await
        .map_err(history_error)?;
    while let Some(piece) = pieces.next().await.map_err(history_error)? {
        if stopped(&orders) {
            return Err(ExportError::Stopped);
        }
        done.messages += piece.messages.len() as u64;
        done.share = piece.share;
        // Megabytes of Base64 and the disk; the threads that move messages don't wait for them.
        let written = tokio::task::spawn_blocking(move || {
            let bytes = encoded(&piece.messages, format);
            let written = file.write(&bytes);
            written.map(|()| (file, bytes.len() as u64))
        });
        let bytes;
        (file, bytes) = written
            .await
            .unwrap_or_else(|error| Err(io::Error::from(error)))
            .map_err(failed)?;
        done.bytes += bytes;
        progress.send_replace(done);
    }
    if stopped(&orders) {
        return Err(ExportError::Stopped);
    }
    file.finish(target).map_err(failed)?;
    done.share = 1.0;
    progress.send_replace(done);
    Ok(done)
}

fn encoded(messages: &[Stored], format: Format) -> Vec<u8> {
    let mut bytes = Vec::new();
    for stored in messages {
        match format {
            Format::JsonLines => json::write(stored, &mut bytes),
            Format::Csv => csv::write(stored, &mut bytes),
        }
    }
    bytes
}

fn history_error(error: SourceError) -> ExportError {
    match error {
        SourceError::History(error) => error.into(),
        SourceError::Line(line) => HistoryError::Other {
            code: 0,
            text: line.to_string(),
        }
        .into(),
    }
}
