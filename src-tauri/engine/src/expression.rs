//! What is wrong with a regular expression, and where: one answer for the filter of the tree, the search of
//! the history and the search of a payload.
//!
//! It only reads. How an expression is built, and how large it may become, is up to who looks with it.

use regex_syntax::ParserBuilder;
use regex_syntax::ast::ErrorKind;
use regex_syntax::hir::{ErrorKind as MeaningKind, Hir};

/// Why a text is no regular expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a regular expression from character {at}: {fault:?}")]
pub struct RegexError {
    /// What is wrong.
    pub fault: RegexFault,
    /// The character where it is, counted from 0.
    pub at: usize,
}

/// What is wrong with a regular expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RegexFault {
    /// `(` without `)`.
    OpenGroup,
    /// `)` without `(`.
    ExtraClose,
    /// `[` without `]`.
    OpenClass,
    /// `*`, `+` or `?` with nothing before it.
    NothingToRepeat,
    /// `{…}` is not a count.
    BadCount,
    /// A range such as `z-a`.
    BadRange,
    /// `\` with something it does not know, or at the end.
    BadEscape,
    /// `\p{…}` with a class of characters that does not exist.
    UnknownClass,
    /// `(?…)` with something it does not know.
    BadFlag,
    /// Look-around or a back reference: not supported, because no bound on the time could be kept.
    Unsupported,
    /// Groups in groups, too deep.
    TooDeep,
    /// Anything else.
    Other,
}

/// Reads a regular expression with the options of `parser`.
pub(crate) fn read(text: &str, parser: &ParserBuilder) -> Result<Hir, RegexError> {
    parser.build().parse(text).map_err(|error| {
        let (fault, byte) = match &error {
            regex_syntax::Error::Parse(error) => (written(error.kind()), error.span().start.offset),
            regex_syntax::Error::Translate(error) => (meant(error.kind()), error.span().start.offset),
            // The list of the library is open; nothing else is known of it.
            _ => (RegexFault::Other, 0),
        };
        let at = text.get(..byte).map_or(0, |before| before.chars().count());
        RegexError { fault, at }
    })
}

fn written(kind: &ErrorKind) -> RegexFault {
    match kind {
        ErrorKind::GroupUnclosed => RegexFault::OpenGroup,
        ErrorKind::GroupUnopened => RegexFault::ExtraClose,
        ErrorKind::ClassUnclosed => RegexFault::OpenClass,
        ErrorKind::RepetitionMissing => RegexFault::NothingToRepeat,
        ErrorKind::RepetitionCountInvalid
        | ErrorKind::RepetitionCountDecimalEmpty
        | ErrorKind::RepetitionCountUnclosed
        | ErrorKind::DecimalEmpty
        | ErrorKind::DecimalInvalid => RegexFault::BadCount,
        ErrorKind::ClassRangeInvalid | ErrorKind::ClassRangeLiteral => RegexFault::BadRange,
        ErrorKind::EscapeHexEmpty
        | ErrorKind::EscapeHexInvalid
        | ErrorKind::EscapeHexInvalidDigit
        | ErrorKind::EscapeUnexpectedEof
        | ErrorKind::EscapeUnrecognized
        | ErrorKind::ClassEscapeInvalid => RegexFault::BadEscape,
        ErrorKind::UnicodeClassInvalid => RegexFault::UnknownClass,
        ErrorKind::FlagDanglingNegation
        | ErrorKind::FlagDuplicate { .. }
        | ErrorKind::FlagRepeatedNegation { .. }
        | ErrorKind::FlagUnexpectedEof
        | ErrorKind::FlagUnrecognized
        | ErrorKind::GroupNameDuplicate { .. }
        | ErrorKind::GroupNameEmpty
        | ErrorKind::GroupNameInvalid
        | ErrorKind::GroupNameUnexpectedEof => RegexFault::BadFlag,
        ErrorKind::UnsupportedBackreference | ErrorKind::UnsupportedLookAround => RegexFault::Unsupported,
        ErrorKind::NestLimitExceeded(_) => RegexFault::TooDeep,
        _ => RegexFault::Other,
    }
}

fn meant(kind: &MeaningKind) -> RegexFault {
    match kind {
        MeaningKind::UnicodePropertyNotFound | MeaningKind::UnicodePropertyValueNotFound => {
            RegexFault::UnknownClass
        }
        _ => RegexFault::BadEscape,
    }
}
