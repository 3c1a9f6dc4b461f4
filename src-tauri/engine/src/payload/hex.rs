//! Lays out bytes as rows of hex or Base64.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::model::{Change, Line, LineChange, Token, TokenKind};

/// Bytes in a row of hex.
pub(super) const ROW: usize = 16;

/// Columns from the first byte of a row to its text: the digits, the gaps between them, and two more.
const TEXT_AT: usize = ROW * 3 + 2;

/// Bytes in a row of Base64: 76 characters, as in MIME.
pub(super) const BASE64_ROW: usize = 57;

/// Rows of hex and the bytes they cover.
pub(super) fn lay_out(bytes: &[u8], max_lines: usize) -> (Vec<Line>, usize) {
    let rows = bytes.chunks(ROW).take(max_lines).enumerate();
    let lines = rows.map(|(index, row)| line(index * ROW, row, None)).collect();
    (lines, bytes.len().min(max_lines.saturating_mul(ROW)))
}

/// Rows of Base64 and the bytes they cover.
pub(super) fn base64(bytes: &[u8], max_lines: usize) -> (Vec<Line>, usize) {
    let rows = bytes.chunks(BASE64_ROW).take(max_lines);
    let token = |row| Token::plain(TokenKind::Text, STANDARD.encode(row));
    let lines = rows
        .map(|row| Line {
            tokens: vec![token(row)],
            ..Line::default()
        })
        .collect();
    (lines, bytes.len().min(max_lines.saturating_mul(BASE64_ROW)))
}

/// One row: offset, bytes, and what of it can be read, in columns that line up with those of a full
/// row. Against another row, what differs stands in
/// tokens of its own that carry the other side.
pub(super) fn line(offset: usize, row: &[u8], other: Option<&[u8]>) -> Line {
    let mut tokens = vec![Token::plain(TokenKind::Offset, format!("{offset:08x}  "))];
    let differs = |at: usize| other.is_some_and(|other| other.get(at) != row.get(at));
    let mut hex = Vec::new();
    let mut ascii = Vec::new();
    let mut start = 0;
    while start < row.len() {
        let changed = differs(start);
        let end = (start..row.len())
            .find(|at| differs(*at) != changed)
            .unwrap_or(row.len());
        let was = other
            .filter(|_| changed)
            .map(|other| &other[start.min(other.len())..end.min(other.len())]);
        for (kind, out) in [(TokenKind::Byte, &mut hex), (TokenKind::Ascii, &mut ascii)] {
            let write = |bytes: &[u8]| {
                if kind == TokenKind::Byte {
                    spaced(bytes, start)
                } else {
                    readable(bytes)
                }
            };
            let change = was.map(|was| Change::Was(write(was).trim_end().into()));
            out.push(Token {
                change,
                ..Token::plain(kind, write(&row[start..end]))
            });
        }
        start = end;
    }
    let changed =
        hex.iter().any(|token| token.change.is_some()) || other.is_some_and(|other| other.len() != row.len());
    let used: usize = hex.iter().map(|token| token.text.len()).sum();
    let gap = " ".repeat(TEXT_AT.saturating_sub(used));
    tokens.append(&mut hex);
    tokens.push(Token::plain(TokenKind::Punct, gap));
    tokens.append(&mut ascii);
    Line {
        tokens,
        change: changed.then_some(LineChange::Changed),
        ..Line::default()
    }
}

/// Pairs of hex digits, a wider gap after every eighth byte; the gaps belong to the byte before.
fn spaced(bytes: &[u8], start: usize) -> String {
    let mut text = String::with_capacity(bytes.len() * 3 + 2);
    for (at, byte) in bytes.iter().enumerate() {
        let gap = match start + at + 1 {
            ROW => "",
            8 => "  ",
            _ => " ",
        };
        let _ = write!(text, "{byte:02x}{gap}");
    }
    text
}

fn readable(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|byte| {
            if (0x20..0x7f).contains(byte) {
                char::from(*byte)
            } else {
                '·'
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_have_offset_bytes_and_text() {
        let (lines, covered) = lay_out(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00Hxy", 10);
        assert_eq!(
            lines[0].text(),
            "00000000  ff d8 ff e0 00 10 4a 46  49 46 00 01 01 00 00 48  ······JFIF·····H"
        );
        assert_eq!(lines[1].text().find("xy"), lines[0].text().find("······"));
        assert!(lines[1].text().starts_with("00000010  78 79 "));
        assert_eq!((lines.len(), covered), (2, 18));
        assert_eq!(lay_out(&[0; 100], 2).1, 32);
    }

    #[test]
    fn differing_bytes_stand_apart() {
        let row = line(16, b"abcd", Some(b"axxd"));
        let texts: Vec<_> = row.tokens.iter().map(|token| token.text.as_str()).collect();
        let gap = " ".repeat(38);
        let expected = ["00000010  ", "61 ", "62 63 ", "64 ", gap.as_str(), "a", "bc", "d"];
        assert_eq!(texts, expected);
        assert_eq!(row.tokens[2].change, Some(Change::Was("78 78".into())));
        assert_eq!(line(0, b"ab", Some(b"ab")).change, None);
        assert_eq!(line(0, b"ab", Some(b"abc")).change, Some(LineChange::Changed));
    }

    #[test]
    fn base64_rows_join_to_the_whole() {
        let bytes: Vec<u8> = (0..=255).collect();
        let (lines, covered) = base64(&bytes, 100);
        let joined: String = lines.iter().map(Line::text).collect();
        assert_eq!((joined, covered), (STANDARD.encode(&bytes), 256));
    }
}
