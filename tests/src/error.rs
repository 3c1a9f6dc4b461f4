//! What can go wrong while a guard starts or waits, with the foreign program's own words attached.

use std::{fmt, io, process::ExitStatus, time::Duration};

/// Why a guard could not do its work. Tests normally `unwrap` it, so its debug output is written to be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The program is not installed or not executable; `scripts/setup.mjs` installs it.
    #[error("cannot run {program} (scripts/setup.mjs installs it): {source}")]
    Program {
        program: &'static str,
        source: io::Error,
    },
    /// A file, socket or pipe failed.
    #[error("cannot {doing}: {source}")]
    Io { doing: &'static str, source: io::Error },
    /// The program ended although it should have gone on running.
    #[error("{program} ended early: {status}\n{log}")]
    Ended {
        program: &'static str,
        status: ExitStatus,
        log: Log,
    },
    /// Nothing happened in the time a slow, busy machine needs.
    #[error("{what} did not happen within {within:?}\n{log}")]
    TooLate {
        what: &'static str,
        within: Duration,
        log: Log,
    },
    /// A certificate could not be made.
    #[error("cannot make a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// Every port that was tried is taken.
    #[error("no free loopback port")]
    NoPort,
}

impl Error {
    /// For `map_err`: names the step beside the operating system's reason.
    pub(crate) fn io(doing: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { doing, source }
    }

    pub(crate) fn program(program: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Program { program, source }
    }
}

/// Captured output of a program. Its debug form keeps the line breaks, because `unwrap` prints that form.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Log(pub String);

impl fmt::Display for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{}", self.0)
    }
}
