//! From the errors of the engine to the closed list of the window.

use treetop_engine::dial::DialError;
use treetop_engine::engine::EngineError;
use treetop_engine::expression::{self, RegexError};
use treetop_engine::history::{HistoryError, OpenError};
use treetop_engine::outbox::PostError;
use treetop_engine::payload::{EncodeError, EncodeProblem};
use treetop_engine::profiles::{ProfilesError, SecretError};
use treetop_engine::session::{PublishError, RequestError};
use treetop_engine::topic::TopicError;

use crate::types::connection::{FieldProblem, ProfileProblem, TopicProblem};
use crate::types::error::{ApiError, PayloadProblem, PayloadProblemKind, RegexFault, RegexProblem};

pub(crate) fn topic_problem(error: TopicError) -> TopicProblem {
    match error {
        TopicError::Empty => TopicProblem::Empty,
        TopicError::Nul => TopicProblem::Nul,
        TopicError::TooLong { bytes } => TopicProblem::TooLong {
            bytes: u32::try_from(bytes).unwrap_or(u32::MAX),
        },
        TopicError::WildcardInName { character } => TopicProblem::WildcardInName {
            character: character.to_string(),
        },
        TopicError::MultiLevelNotLast => TopicProblem::MultiLevelNotLast,
        TopicError::SingleLevelNotAlone => TopicProblem::SingleLevelNotAlone,
        TopicError::BadShare => TopicProblem::BadShare,
    }
}

pub(crate) fn topic(error: TopicError) -> ApiError {
    ApiError::Topic {
        problem: topic_problem(error),
    }
}

/// `text` is what the error was found in: the window counts in UTF-16 units, as its strings do.
pub(crate) fn regex(error: RegexError, text: &str) -> RegexProblem {
    let units: usize = text.chars().take(error.at).map(char::len_utf16).sum();
    RegexProblem {
        fault: regex_fault(error.fault),
        at: u32::try_from(units).unwrap_or(u32::MAX),
    }
}

fn regex_fault(fault: expression::RegexFault) -> RegexFault {
    use expression::RegexFault as From;
    match fault {
        From::OpenGroup => RegexFault::OpenGroup,
        From::ExtraClose => RegexFault::ExtraClose,
        From::OpenClass => RegexFault::OpenClass,
        From::NothingToRepeat => RegexFault::NothingToRepeat,
        From::BadCount => RegexFault::BadCount,
        From::BadRange => RegexFault::BadRange,
        From::BadEscape => RegexFault::BadEscape,
        From::UnknownClass => RegexFault::UnknownClass,
        From::BadFlag => RegexFault::BadFlag,
        From::Unsupported => RegexFault::Unsupported,
        From::TooDeep => RegexFault::TooDeep,
        From::Other => RegexFault::Other,
    }
}

pub(crate) fn profiles(error: ProfilesError) -> ApiError {
    match error {
        ProfilesError::NoSuchProfile(id) => ApiError::UnknownConnection { id: id.0 },
        error => ApiError::Profiles {
            detail: error.to_string(),
        },
    }
}

pub(crate) fn secrets(error: SecretError) -> ApiError {
    ApiError::Secrets {
        detail: error.to_string(),
    }
}

pub(crate) fn history(error: HistoryError) -> ApiError {
    ApiError::History {
        detail: error.to_string(),
    }
}

pub(crate) fn open(error: OpenError) -> ApiError {
    ApiError::History {
        detail: error.to_string(),
    }
}

pub(crate) fn engine(error: EngineError) -> ApiError {
    match error {
        EngineError::Profiles(error) => profiles(error),
        EngineError::Secret(error) => secrets(error),
        EngineError::History(error) => open(error),
        EngineError::Dial(error) => dial(error),
        EngineError::HistoryFile => ApiError::HistoryFile,
        EngineError::Import(error) => super::recording::import(error),
    }
}

pub(crate) fn dial(error: DialError) -> ApiError {
    let secret = |problem| ApiError::Profile {
        problems: vec![ProfileProblem {
            field: "password".to_owned(),
            problem,
        }],
    };
    match error {
        DialError::File { path, source } => ApiError::File {
            path,
            detail: source.to_string(),
        },
        DialError::Topic { problem, .. } => topic(problem),
        DialError::PasswordTooLong { bytes } => secret(FieldProblem::TooLong {
            bytes: u32::try_from(bytes).unwrap_or(u32::MAX),
        }),
        DialError::NoToken => secret(FieldProblem::Empty),
    }
}

pub(crate) fn request(error: RequestError) -> ApiError {
    match error {
        RequestError::NotConnected => ApiError::NotConnected,
        RequestError::Empty => ApiError::Topic {
            problem: TopicProblem::Empty,
        },
        RequestError::BadSubscriptionId => ApiError::BadIdentifier,
        RequestError::TooLarge => ApiError::Topic {
            problem: TopicProblem::TooLong { bytes: 0 },
        },
        RequestError::Unknown | RequestError::Stopped => ApiError::LostBeforeConfirmed,
    }
}

pub(crate) fn publish(error: PublishError) -> ApiError {
    match error {
        PublishError::NotConnected => ApiError::NotConnected,
        PublishError::TooLarge { size, max } => ApiError::TooLarge {
            bytes: size as f64,
            limit: max as f64,
        },
        PublishError::QosNotSupported { max } => ApiError::QosNotSupported { maximum: max.level() },
        PublishError::RetainNotSupported => ApiError::RetainNotSupported,
        PublishError::BadProperty => ApiError::BadProperty,
        PublishError::Unknown | PublishError::Stopped => ApiError::LostBeforeConfirmed,
    }
}

pub(crate) fn post(error: PostError) -> ApiError {
    let PostError::Full { limit } = error;
    ApiError::OutboxFull {
        messages: limit.messages as f64,
        bytes: limit.bytes as f64,
    }
}

pub(crate) fn payload_problem(error: EncodeError) -> PayloadProblem {
    let kind = match error.kind {
        EncodeProblem::Json(_) => PayloadProblemKind::Json,
        EncodeProblem::NotHex => PayloadProblemKind::HexDigit,
        EncodeProblem::HalfByte => PayloadProblemKind::HexOdd,
        EncodeProblem::NotBase64 | EncodeProblem::Base64End => PayloadProblemKind::Base64,
    };
    PayloadProblem {
        kind,
        line: error.line,
        column: error.column,
    }
}

pub(crate) fn payload(error: EncodeError) -> ApiError {
    ApiError::Payload {
        problem: payload_problem(error),
    }
}
