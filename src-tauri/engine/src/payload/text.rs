//! Lays out text: a line per line, what is not UTF-8 marked. Wrapping is up to the window.

use super::event::{DecodeProblem, Problem};
use super::frames::problem;
use super::model::{Format, Line, Token, TokenKind};
use super::number;
use crate::unseen::characters;

/// Lines, the bytes they cover, and the first byte that is not UTF-8.
pub(super) struct TextLines {
    pub lines: Vec<Line>,
    pub covered: usize,
    pub problem: Option<DecodeProblem>,
}

/// The lines of a text; a text that is one number is chartable at `$`.
pub(super) fn lay_out(bytes: &[u8], max_lines: usize) -> TextLines {
    let mut text = split(bytes, max_lines, TokenKind::Text);
    if number::plain(bytes, Format::Text).is_some()
        && let [line] = text.lines.as_mut_slice()
        && let [token] = line.tokens.as_mut_slice()
    {
        token.kind = if token.text.contains(|c: char| c.is_ascii_digit()) {
            TokenKind::Num
        } else {
            TokenKind::Bool
        };
        token.path = Some("$".into());
        token.chartable = true;
        line.path = Some("$".into());
    }
    text
}

/// The lines of a text whose readable parts are of one kind.
pub(super) fn split(bytes: &[u8], max_lines: usize, kind: TokenKind) -> TextLines {
    let mut text = TextLines {
        lines: Vec::new(),
        covered: 0,
        problem: None,
    };
    while text.covered < bytes.len() && text.lines.len() < max_lines {
        let rest = &bytes[text.covered..];
        let end = memchr::memchr(b'\n', rest);
        let whole = &rest[..end.unwrap_or(rest.len())];
        let shown = if end.is_some() {
            whole.strip_suffix(b"\r").unwrap_or(whole)
        } else {
            whole
        };
        let mut tokens = Vec::new();
        let mut at = text.covered;
        for chunk in shown.utf8_chunks() {
            if !chunk.valid().is_empty() {
                tokens.push(Token::plain(kind, visible(chunk.valid())));
            }
            at += chunk.valid().len();
            if !chunk.invalid().is_empty() {
                text.problem.get_or_insert(problem(at, Problem::InvalidUtf8));
                tokens.push(Token::plain(TokenKind::Invalid, "\u{fffd}"));
            }
            at += chunk.invalid().len();
        }
        text.lines.extend(broken(tokens, COLUMNS));
        text.covered += whole.len() + usize::from(end.is_some());
    }
    text
}

/// The lines that a line of text takes with at most so many columns each.
pub(super) fn broken(tokens: Vec<Token>, columns: usize) -> Vec<Line> {
    let mut lines = vec![Line::default()];
    let mut room = columns;
    for token in tokens {
        let mut rest = token.text.as_str();
        loop {
            let (piece, after) = rest.split_at(fitting(rest, room));
            if !piece.is_empty()
                && let Some(line) = lines.last_mut()
            {
                room -= width_of(piece).min(room);
                line.tokens.push(Token {
                    text: piece.to_owned(),
                    ..token.clone_without_text()
                });
            }
            rest = after;
            if rest.is_empty() {
                break;
            }
            lines.push(Line {
                continues: true,
                ..Line::default()
            });
            room = columns;
        }
    }
    lines
}

/// Columns that a line has at most where nobody says how wide it may be.
pub(super) const COLUMNS: usize = 4096;

/// What of a text fits into so many columns, and the rest.
pub(super) fn split_at_columns(text: &str, columns: usize) -> (&str, &str) {
    text.split_at(fitting(text, columns))
}

/// A text in pieces of at most so many columns.
pub(super) fn pieces(text: &str, columns: usize) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (piece, after) = rest.split_at(fitting(rest, columns));
        rest = after;
        (!piece.is_empty()).then_some(piece)
    })
}

/// Bytes of the beginning of a line that fill at most so many columns, invalid ones counted by the mark that
/// stands for them.
pub(super) fn first_columns(bytes: &[u8], columns: usize) -> usize {
    let (mut room, mut at) = (columns, 0);
    for chunk in bytes.utf8_chunks() {
        let fits = fitting(chunk.valid(), room);
        at += fits;
        if fits < chunk.valid().len() {
            return at;
        }
        room -= width_of(chunk.valid()).min(room);
        if chunk.invalid().is_empty() {
            continue;
        }
        if room == 0 {
            return at;
        }
        room -= 1;
        at += chunk.invalid().len();
    }
    at
}

/// Bytes of the beginning that fits into so many columns; a character at least where there is any room.
fn fitting(text: &str, columns: usize) -> usize {
    let mut used = 0;
    let too_far = text.char_indices().find(|(at, c)| {
        used += width(*c);
        used > columns && (*at > 0 || columns == 0)
    });
    too_far.map_or(text.len(), |(at, _)| at)
}

fn width_of(text: &str) -> usize {
    text.chars().map(width).sum()
}

/// Columns of a character in a fixed-width font: those of East Asia have two, as a tab has.
fn width(c: char) -> usize {
    match c {
        '\t' | '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' => 2,
        '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{1f300}'..='\u{1faff}' => 2,
        _ => 1,
    }
}

/// A text as it is drawn, tabs left alone. So a terminal's escapes and a NUL show.
pub(super) fn visible(text: &str) -> String {
    let drawn = characters(text).map(|(c, unseen)| if c == '\t' { c } else { picture(c, unseen) });
    drawn.collect()
}

/// How a character is drawn: a control as its picture (␀), and what else nobody sees as U+FFFD, so that a payload
/// can neither rearrange the line it stands in nor hide what tells two texts apart.
pub(super) fn picture(c: char, unseen: bool) -> char {
    match c {
        '\0'..='\x1f' => char::from_u32(0x2400 + c as u32).unwrap_or(c),
        '\x7f' => '\u{2421}',
        _ if unseen => '\u{fffd}',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn lines_end_at_line_feeds() {
        let text = lay_out(b"a\r\nb\n\nc", 100);
        assert_eq!(
            text.lines.iter().map(Line::text).collect::<Vec<_>>(),
            ["a", "b", "", "c"]
        );
        assert_eq!(text.covered, 7);
        let first = lay_out(b"a\nb\nc", 2);
        assert_eq!((first.lines.len(), first.covered), (2, 4));
    }

    #[test]
    fn what_is_not_utf8_is_marked_and_named() {
        let text = lay_out(b"ok \xff\xfe end \xed\xa0\x80", 100);
        assert_eq!(text.problem, Some(problem(3, Problem::InvalidUtf8)));
        let invalid = text.lines[0]
            .tokens
            .iter()
            .filter(|token| token.kind == TokenKind::Invalid)
            .count();
        assert_eq!(invalid, 5);
    }

    #[test]
    fn control_characters_become_visible() {
        assert_eq!(visible("a\0\x1b[31m\t\x7f\u{202e}"), "a␀␛[31m\t␡\u{fffd}");
        assert_eq!(visible("👨\u{200d}👩 ok\u{200d}"), "👨\u{200d}👩 ok\u{fffd}");
    }

    #[test]
    fn a_plain_number_can_be_charted() {
        let token = lay_out(b"61.4", 10).lines[0].tokens[0].clone();
        assert_eq!(
            (token.kind, token.chartable, token.path.as_deref()),
            (TokenKind::Num, true, Some("$"))
        );
        assert_eq!(lay_out(b"on", 10).lines[0].tokens[0].kind, TokenKind::Bool);
        assert!(!lay_out(b"61.4 and more", 10).lines[0].tokens[0].chartable);
    }
}
