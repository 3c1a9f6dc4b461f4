//! Turns what a person typed into the bytes to publish. JSON is checked and then sent as typed.

use base64::Engine as _;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;

use super::event::{Problem, Source};
use super::json;

/// How the typed text is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InputFormat {
    /// JSON, checked by RFC 8259.
    Json,
    /// Sent as UTF-8.
    Text,
    /// Pairs of hex digits; white space between them is left out.
    Hex,
    /// Base64 with or without padding; white space is left out.
    Base64,
}

/// Why a text cannot be sent in its format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {kind}")]
pub struct EncodeError {
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
    /// What is wrong there.
    pub kind: EncodeProblem,
}

/// What can be wrong with a typed text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum EncodeProblem {
    /// It is not JSON.
    #[error("{0}")]
    Json(Problem),
    /// A character that is no hex digit.
    #[error("not a hex digit")]
    NotHex,
    /// A hex digit without its partner.
    #[error("half a byte")]
    HalfByte,
    /// A character that is not in the alphabet of Base64.
    #[error("not a Base64 character")]
    NotBase64,
    /// Base64 that ends amid a group, or whose last bits are not zero.
    #[error("Base64 ends too early")]
    Base64End,
}

/// The bytes of a typed text.
pub fn encode(input: &str, format: InputFormat) -> Result<Bytes, EncodeError> {
    let bytes = match format {
        InputFormat::Text => Ok(input.as_bytes().to_vec()),
        InputFormat::Json => check_json(input).map(|()| input.as_bytes().to_vec()),
        InputFormat::Hex => hex(input),
        InputFormat::Base64 => base64(input),
    };
    bytes.map(Bytes::from).map_err(|(offset, kind)| {
        let before = input.get(..offset).unwrap_or(input);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        EncodeError {
            line: count(line),
            column: count(column),
            kind,
        }
    })
}

fn check_json(input: &str) -> Result<(), (usize, EncodeProblem)> {
    let mut scanner = json::Scanner::strict(input.as_bytes());
    loop {
        match scanner.next() {
            Ok(Some(_)) => {}
            Ok(None) => return Ok(()),
            Err(problem) => return Err((problem.offset as usize, EncodeProblem::Json(problem.kind))),
        }
    }
}

fn hex(input: &str) -> Result<Vec<u8>, (usize, EncodeProblem)> {
    let mut bytes = Vec::with_capacity(input.len() / 2);
    let mut half: Option<(usize, u32)> = None;
    for (at, c) in input.char_indices() {
        match (c.to_digit(16), half.take()) {
            (Some(low), Some((_, high))) => bytes.push((high << 4 | low) as u8),
            (Some(high), None) => half = Some((at, high)),
            (None, None) if c.is_whitespace() => {}
            (None, Some((at, _))) if c.is_whitespace() => return Err((at, EncodeProblem::HalfByte)),
            (None, _) => return Err((at, EncodeProblem::NotHex)),
        }
    }
    match half {
        Some((at, _)) => Err((at, EncodeProblem::HalfByte)),
        None => Ok(bytes),
    }
}

fn base64(input: &str) -> Result<Vec<u8>, (usize, EncodeProblem)> {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let digits: String = input.chars().filter(|c| !c.is_whitespace()).collect();
    let is_digit = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    if let Some((at, _)) = input
        .char_indices()
        .find(|(_, c)| !c.is_whitespace() && !is_digit(*c))
    {
        return Err((at, EncodeProblem::NotBase64));
    }
    let engine = GeneralPurpose::new(&ALPHABET, config);
    engine
        .decode(digits)
        .map_err(|_| (input.trim_end().len(), EncodeProblem::Base64End))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn error(input: &str, format: InputFormat) -> (u32, u32, EncodeProblem) {
        let error = encode(input, format).unwrap_err();
        (error.line, error.column, error.kind)
    }

    #[test]
    fn what_was_typed_is_what_is_sent() {
        let json = "{ \"a\": 1.00,\n \"a\": 2 }\n";
        assert_eq!(encode(json, InputFormat::Json).unwrap(), json);
        assert_eq!(encode("한\r\n", InputFormat::Text).unwrap(), "한\r\n");
        assert_eq!(
            encode("de AD\nbeef", InputFormat::Hex).unwrap(),
            &b"\xde\xad\xbe\xef"[..]
        );
        assert_eq!(encode("aGk=", InputFormat::Base64).unwrap(), "hi");
        assert_eq!(encode("aG k", InputFormat::Base64).unwrap(), "hi");
        assert!(encode("", InputFormat::Hex).unwrap().is_empty());
    }

    #[test]
    fn errors_name_line_and_column() {
        use EncodeProblem::*;
        assert_eq!(
            error("{\n \"한\": x}", InputFormat::Json),
            (2, 7, Json(Problem::UnexpectedByte))
        );
        assert_eq!(error("", InputFormat::Json), (1, 1, Json(Problem::UnexpectedEnd)));
        assert_eq!(
            error("NaN", InputFormat::Json),
            (1, 1, Json(Problem::UnexpectedByte))
        );
        assert_eq!(error("00 0\n11", InputFormat::Hex), (1, 4, HalfByte));
        assert_eq!(error("00\n1g", InputFormat::Hex), (2, 2, NotHex));
        assert_eq!(error("aG!k", InputFormat::Base64), (1, 3, NotBase64));
        assert_eq!(error("a", InputFormat::Base64), (1, 2, Base64End));
    }
}
