//! Connections of files, as the window chooses from them.

use treetop_engine::profiles::Profile;
use treetop_engine::profiles::transfer as engine;

use crate::types::error::ApiError;
use crate::types::transfer::{ImportNote, ImportRow, TlsFile, TransferProblem, TransferProgram};

pub(crate) fn program(program: engine::Program) -> TransferProgram {
    match program {
        engine::Program::MqttExplorer => TransferProgram::MqttExplorer,
        engine::Program::Mqttx => TransferProgram::Mqttx,
        engine::Program::Treetop => TransferProgram::Treetop,
    }
}

pub(crate) fn row(candidate: &engine::Candidate, saved: &[Profile]) -> ImportRow {
    let profile = &candidate.profile;
    ImportRow {
        name: profile.name.clone(),
        address: profile.address(),
        password: candidate.password.is_some(),
        subscriptions: count(profile.subscriptions.len()),
        path: profile.transport.is_websocket() && profile.path != "/",
        will: profile.will.is_some(),
        authority: profile.ca_file.is_some(),
        client_certificate: profile.client_cert_file.is_some(),
        already: candidate.is_among(saved),
        notes: candidate.notes.iter().map(note).collect(),
    }
}

pub(crate) fn count(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn file(file: engine::TlsFile) -> TlsFile {
    match file {
        engine::TlsFile::Authority => TlsFile::Authority,
        engine::TlsFile::Certificate => TlsFile::Certificate,
        engine::TlsFile::Key => TlsFile::Key,
    }
}

fn note(note: &engine::Note) -> ImportNote {
    use engine::Note;
    match note.clone() {
        Note::OlderMqtt { version } => ImportNote::OlderMqtt { version },
        Note::Embedded { file: which, name } => ImportNote::Embedded {
            file: file(which),
            name,
        },
        Note::Missing { file: which, path } => ImportNote::Missing {
            file: file(which),
            path,
        },
        Note::BadFilter { filter } => ImportNote::BadFilter { filter },
        Note::NotUsable { field } => ImportNote::NotUsable { field },
        Note::NotTaken { field } => ImportNote::NotTaken { field },
        Note::Unverified => ImportNote::Unverified,
        Note::RunsCommand { command } => ImportNote::RunsCommand { command },
    }
}

pub(crate) fn error(error: engine::TransferError, path: &str) -> ApiError {
    use engine::TransferError as Error;
    let problem = match error {
        Error::File(error) => {
            return ApiError::File {
                path: path.to_owned(),
                detail: error.to_string(),
            };
        }
        Error::TooLarge { bytes, most } => TransferProblem::TooLarge {
            bytes: bytes as f64,
            most: most as f64,
        },
        Error::Empty => TransferProblem::Empty,
        Error::CutOff => TransferProblem::CutOff,
        Error::NotJson { line, column } => TransferProblem::NotJson {
            line: count(line),
            column: count(column),
        },
        Error::NotRecognized => TransferProblem::NotRecognized,
        Error::WrongShape { at } => TransferProblem::WrongShape { at },
        Error::NewerVersion { found, known } => TransferProblem::NewerVersion {
            found: found as f64,
            known: known as f64,
        },
        Error::Sealed => TransferProblem::Sealed,
        Error::WrongPassphrase => TransferProblem::WrongPassphrase,
        Error::ShortPassphrase { least } => TransferProblem::ShortPassphrase { least: count(least) },
        Error::NoConnections => TransferProblem::NoConnections,
        Error::InUse => TransferProblem::InUse,
        Error::Database(error) => TransferProblem::Database {
            detail: error.to_string(),
        },
    };
    ApiError::Transfer { problem }
}
