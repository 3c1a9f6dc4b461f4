//! A text or a regular expression, and what SQLite can say about it beforehand.
//!
//! Everything is a regular expression over bytes, which runs in linear time whatever is typed. Beside it
//! stands a [`Sieve`]: a condition that each match fulfils and that SQLite checks without handing rows
//! over, which is twenty times cheaper. A sieve may let through too much, never too little.

use regex::bytes::{Regex, RegexBuilder};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Hir, HirKind};

use crate::expression::{self, RegexError};

/// The longest text in bytes. SQLite refuses longer conditions.
const MOST_BYTES: usize = 8_192;

/// What somebody typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// A text or a regular expression.
    pub text: String,
    /// It is a regular expression, in the syntax of the crate `regex`.
    pub regex: bool,
    /// Upper and lower case are the same, in every script.
    pub any_case: bool,
}

/// Why nothing can be looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// Not a regular expression.
    #[error(transparent)]
    Regex(#[from] RegexError),
    /// Longer than anything reasonable, or a repetition too large.
    #[error("the text is too large")]
    TooLarge,
}

/// A condition that every match fulfils.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sieve {
    /// Nothing is known.
    None,
    /// These bytes are in it.
    Contains(Vec<u8>),
    /// A pattern for LIKE with `\` as its escape.
    Like(String),
}

/// Something to look for in bytes.
#[derive(Clone, Debug)]
pub struct Pattern {
    regex: Regex,
    pub(super) sieve: Sieve,
}

impl Pattern {
    /// Reads what somebody typed.
    pub fn new(wanted: &Wanted) -> Result<Self, PatternError> {
        if wanted.text.len() > MOST_BYTES {
            return Err(PatternError::TooLarge);
        }
        let sieve = if wanted.regex {
            let mut parser = ParserBuilder::new();
            parser.utf8(false).case_insensitive(wanted.any_case);
            let parsed = expression::read(&wanted.text, &parser)?;
            contains(required(&parsed))
        } else if wanted.any_case {
            like(&wanted.text)
        } else {
            contains(wanted.text.clone().into_bytes())
        };
        let source = if wanted.regex {
            wanted.text.clone()
        } else {
            regex::escape(&wanted.text)
        };
        let regex = RegexBuilder::new(&source)
            .case_insensitive(wanted.any_case)
            .build()
            .map_err(|_| PatternError::TooLarge)?;
        Ok(Self { regex, sieve })
    }

    /// The first match, as a range of bytes.
    pub(super) fn find(&self, bytes: &[u8]) -> Option<std::ops::Range<usize>> {
        self.regex.find(bytes).map(|found| found.range())
    }
}

fn contains(bytes: Vec<u8>) -> Sieve {
    if bytes.is_empty() {
        Sieve::None
    } else {
        Sieve::Contains(bytes)
    }
}

/// LIKE folds only ASCII, and two letters of it have relatives elsewhere (K, the Kelvin sign; S, the long
/// s): those and all that is not ASCII stand for any one character.
fn like(text: &str) -> Sieve {
    // LIKE reads up to the first NUL.
    if text.contains('\0') || text.is_empty() {
        return Sieve::None;
    }
    let mut pattern = String::from("%");
    for character in text.chars() {
        match character {
            '%' | '_' | '\\' => pattern.extend(['\\', character]),
            'k' | 'K' | 's' | 'S' => pattern.push('_'),
            _ if character.is_ascii() => pattern.push(character),
            _ => pattern.push('_'),
        }
    }
    pattern.push('%');
    Sieve::Like(pattern)
}

/// The longest bytes that are in every match, as far as that is easily seen.
fn required(part: &Hir) -> Vec<u8> {
    match part.kind() {
        HirKind::Literal(literal) => literal.0.to_vec(),
        HirKind::Capture(group) => required(&group.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => required(&repetition.sub),
        HirKind::Concat(parts) => {
            let parts = parts.iter().map(required);
            parts.max_by_key(Vec::len).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::expression::RegexFault;

    fn pattern(text: &str, regex: bool, any_case: bool) -> Result<Pattern, PatternError> {
        Pattern::new(&Wanted {
            text: text.into(),
            regex,
            any_case,
        })
    }

    #[test]
    fn text_is_found_as_it_is_and_in_any_case() {
        let exact = pattern("a.b*", false, false).unwrap();
        assert_eq!(exact.find(b"xxa.b*"), Some(2..6));
        assert_eq!(exact.find(b"xxA.b*"), None);
        assert_eq!(exact.find(b"xxaxbb"), None);
        let any = pattern("Ölkanne", false, true).unwrap();
        assert!(any.find("die öLKANNE".as_bytes()).is_some());
        assert!(any.find("die \u{212a}anne".as_bytes()).is_none());
        assert!(
            pattern("kelvin", false, true)
                .unwrap()
                .find("\u{212a}elvin".as_bytes())
                .is_some()
        );
    }

    #[test]
    fn bytes_that_are_no_text_are_found_too() {
        let bytes = pattern(r"(?-u)\xff\x00[\x10-\x1f]", true, false).unwrap();
        assert_eq!(bytes.find(&[1, 0xff, 0, 0x12]), Some(1..4));
        assert_eq!(bytes.sieve, Sieve::Contains(vec![0xff, 0]));
    }

    #[test]
    fn a_sieve_holds_what_every_match_has() {
        let sieve = |text, regex, any_case| pattern(text, regex, any_case).unwrap().sieve;
        assert_eq!(sieve("temp", false, false), Sieve::Contains(b"temp".to_vec()));
        assert_eq!(
            sieve("50%_Ä\\s", false, true),
            Sieve::Like(r"%50\%\__\\_%".into())
        );
        assert_eq!(sieve("", false, true), Sieve::None);
        assert_eq!(sieve("a\0b", false, true), Sieve::None);
        let temp = Sieve::Contains(b"\"temp\":".to_vec());
        assert_eq!(sieve(r#""temp":\s*[89]\d"#, true, false), temp);
        assert_eq!(sieve("ab|abc", true, false), Sieve::None);
        assert_eq!(sieve("(foo)+|bar", true, false), Sieve::None);
        assert_eq!(
            sieve("(long(er)?)+x*", true, false),
            Sieve::Contains(b"long".to_vec())
        );
        assert_eq!(sieve("x{0,3}", true, false), Sieve::None);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let fault = |text| match pattern(text, true, true) {
            Err(PatternError::Regex(RegexError { fault, at })) => (fault, at),
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(fault("ab(c"), (RegexFault::OpenGroup, 2));
        assert_eq!(fault("ab)c"), (RegexFault::ExtraClose, 2));
        assert_eq!(fault("[a-"), (RegexFault::OpenClass, 0));
        assert_eq!(fault("x[z-a]"), (RegexFault::BadRange, 2));
        assert_eq!(fault("*a"), (RegexFault::NothingToRepeat, 0));
        assert_eq!(fault(r"a\y"), (RegexFault::BadEscape, 1));
        assert_eq!(fault("(?q)a"), (RegexFault::BadFlag, 2));
        assert_eq!(fault(r"\p{Nope}"), (RegexFault::UnknownClass, 0));
        assert_eq!(fault("a(?=b)"), (RegexFault::Unsupported, 1));
        assert_eq!(fault(r"(a)\1"), (RegexFault::Unsupported, 3));
        assert_eq!(fault(&"(".repeat(2_000)).0, RegexFault::OpenGroup);
        assert_eq!(
            pattern(r"(\w{1000}){1000}", true, false).unwrap_err(),
            PatternError::TooLarge
        );
        assert_eq!(
            pattern(&"a".repeat(9_000), false, false).unwrap_err(),
            PatternError::TooLarge
        );
    }
}
