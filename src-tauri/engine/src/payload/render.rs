//! A payload as lines, in a chosen format or in the one it has, with what changed since another.

use std::collections::HashSet;

use super::detect::is_utf8;
use super::diff::{self, Row};
use super::event::{DecodeProblem, Problem};
use super::frames::problem;
use super::layer::MOST_UNPACKED;
use super::model::{Format, Hint, Known, Line, LineChange, Rendered, TokenKind, Unread};
use super::open::{TASTE, open};
use super::{hex, layout, reader, text, xml};

/// What is shown at first, in bytes of payload.
pub const DEFAULT_LIMIT: usize = 64 * 1024;

/// The largest picture that is shown as one.
const MOST_PICTURE: usize = 8_000_000;

/// However much is asked for, no more lines than this are made: a line costs some hundred bytes.
const MAX_LINES: usize = 250_000;
/// A JSON text whose end is not there yet is shown from so many bytes on.
const LONG_TEXT: usize = 1_000;

/// The first part of a payload, laid out.
pub(super) struct Laid {
    pub lines: Vec<Line>,
    pub covered: usize,
    pub problem: Option<DecodeProblem>,
    /// Paths of maps and lists on one line, and of those that are open.
    pub inline: HashSet<String>,
    pub open: HashSet<String>,
}

/// Lays out the first `limit` bytes, all of it without one. `format` is `None` for the detected one.
/// Against a `previous` payload of the same topic, changed tokens say what they were and removed lines
/// stand between the others without a number.
pub fn render(
    bytes: &[u8],
    hint: Hint<'_>,
    format: Option<Format>,
    limit: Option<usize>,
    previous: Option<&[u8]>,
) -> Rendered {
    let opened = open(bytes, hint, format, MOST_UNPACKED);
    let (detected, detected_layers) = if format.is_none() {
        (opened.format, opened.layers.clone())
    } else {
        let detected = open(bytes, hint, None, TASTE);
        (detected.format, detected.layers)
    };
    let (choice, format) = (format, opened.format);
    let bytes = opened.bytes.as_ref();
    let limit = limit.unwrap_or(usize::MAX);
    let mut laid = lay_out(bytes, format, hint.known, limit, &HashSet::new());
    if let Some(previous) = previous {
        let previous = open(previous, hint, choice, MOST_UNPACKED);
        let previous = previous.bytes.as_ref();
        let older = lay_out(previous, format, hint.known, limit, &HashSet::new());
        let complete = (older.covered >= previous.len(), laid.covered >= bytes.len());
        let (covered, problem) = (laid.covered, laid.problem);
        let rows = diff::rows(
            (previous, older),
            (bytes, laid),
            (format, hint.known),
            limit,
            complete,
        );
        let lines = rows.into_iter().filter_map(shown).collect();
        laid = Laid {
            lines,
            covered,
            problem,
            inline: HashSet::new(),
            open: HashSet::new(),
        };
    }
    let is_picture = matches!(format, Format::Image(_)) && bytes.len() <= MOST_PICTURE;
    Rendered {
        format,
        detected,
        detected_layers,
        lines: laid.lines,
        shown_bytes: laid.covered as u64,
        total_bytes: bytes.len() as u64,
        complete: laid.covered >= bytes.len(),
        // What a layer lost is the cause of what is then missing inside of it.
        problem: opened.problem.or(laid.problem.map(|problem| Unread {
            decoder: format,
            problem,
            inside: opened.layers.len(),
        })),
        picture: is_picture.then(|| bytes.to_vec()),
        layers: opened.layers,
    }
}

/// The line of a comparison as the value pane shows it.
fn shown(row: Row) -> Option<Line> {
    row.right.or_else(|| {
        let left = row.left.filter(|left| left.change == Some(LineChange::Removed))?;
        Some(Line {
            no: None,
            fold: None,
            ..left
        })
    })
}

/// Lays out the beginning of a payload, with the maps and lists of `keep_open` never on one line.
pub(super) fn lay_out(
    bytes: &[u8],
    format: Format,
    known: Option<&Known>,
    limit: usize,
    keep_open: &HashSet<String>,
) -> Laid {
    let mut head = &bytes[..bytes.len().min(limit)];
    let is_cut = head.len() < bytes.len();
    let (mut inline, mut open) = (HashSet::new(), HashSet::new());
    let (mut lines, covered, problem) = if let Some(mut source) =
        reader::source_up_to(bytes, head.len(), format, known)
    {
        let laid = layout::lay_out(source.as_mut(), keep_open, MAX_LINES);
        (inline, open) = (laid.inline, laid.open);
        let mut lines = laid.lines;
        match laid.problem {
            Some(problem) if is_cut && problem.kind == Problem::UnexpectedEnd => {
                let rest = &head[laid.covered..];
                // The end lies inside one long text, such as a picture in Base64: its beginning is shown.
                if format == Format::Json && rest.len() > LONG_TEXT {
                    let rest = without_cut_character(rest, true);
                    lines.extend(
                        text::split(rest, MAX_LINES.saturating_sub(lines.len()), TokenKind::Str).lines,
                    );
                    (lines, laid.covered + rest.len(), None)
                } else {
                    (lines, laid.covered, None)
                }
            }
            Some(problem) => {
                let mut covered = head.len();
                if format == Format::Json {
                    let room = MAX_LINES.saturating_sub(lines.len());
                    let rest = text::split(&head[laid.covered..], room, TokenKind::Invalid);
                    covered = laid.covered + rest.covered;
                    lines.extend(rest.lines);
                }
                (lines, covered, Some(problem))
            }
            None if laid.finished && format == Format::Json => (lines, head.len(), not_utf8(head, is_cut)),
            None if laid.finished => (lines, head.len(), None),
            None => (lines, laid.covered, None),
        }
    } else {
        match format {
            Format::Text => {
                head = without_cut_character(head, is_cut);
                let text = text::lay_out(head, MAX_LINES);
                (text.lines, text.covered, text.problem)
            }
            Format::Xml => {
                let laid = xml::lay_out(head, MAX_LINES);
                let mut lines = laid.lines;
                match laid.problem {
                    Some(problem) if is_cut && problem.kind == Problem::UnexpectedEnd => {
                        (lines, laid.covered, None)
                    }
                    Some(problem) => {
                        let room = MAX_LINES.saturating_sub(lines.len());
                        let rest = text::split(&head[laid.covered..], room, TokenKind::Invalid);
                        lines.extend(rest.lines);
                        (lines, laid.covered + rest.covered, Some(problem))
                    }
                    None if laid.finished => (lines, head.len(), not_utf8(head, is_cut)),
                    None => (lines, laid.covered, None),
                }
            }
            Format::Base64 => {
                let (lines, covered) = hex::base64(head, MAX_LINES);
                (lines, covered, None)
            }
            Format::Hex => {
                let (lines, covered) = hex::lay_out(head, MAX_LINES);
                (lines, covered, None)
            }
            _ => (Vec::new(), bytes.len(), None),
        }
    };
    // A row of hex is found by its offset.
    if format != Format::Hex {
        let mut no = 0;
        for line in &mut lines {
            // Lines of a structure are found by their number, so each has one.
            let counts = format.is_structured() || format == Format::Xml || !line.continues;
            no += u32::from(counts);
            line.no = counts.then_some(no);
        }
    }
    Laid {
        lines,
        covered,
        problem,
        inline,
        open,
    }
}

/// JSON and XML are read without looking at their encoding; it is looked at here.
fn not_utf8(head: &[u8], is_cut: bool) -> Option<DecodeProblem> {
    if is_utf8(head, is_cut) {
        return None;
    }
    std::str::from_utf8(head)
        .err()
        .map(|error| problem(error.valid_up_to(), Problem::InvalidUtf8))
}

pub(super) fn without_cut_character(head: &[u8], is_cut: bool) -> &[u8] {
    match std::str::from_utf8(head) {
        Err(error) if is_cut && error.error_len().is_none() => &head[..error.valid_up_to()],
        _ => head,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::payload::{Change, ImageKind};

    fn texts(rendered: &Rendered) -> Vec<String> {
        rendered.lines.iter().map(Line::text).collect()
    }

    #[test]
    fn a_cut_is_no_fault() {
        let json = format!("[{}1]", "\"some words\",".repeat(100_000));
        let shown = render(json.as_bytes(), Hint::default(), None, Some(DEFAULT_LIMIT), None);
        assert_eq!(
            (shown.format, shown.complete, shown.problem),
            (Format::Json, false, None)
        );
        assert_eq!(shown.total_bytes, json.len() as u64);
        assert!(shown.shown_bytes <= DEFAULT_LIMIT as u64 && shown.shown_bytes > 65_000);
        let whole = render(json.as_bytes(), Hint::default(), None, None, None);
        assert!(whole.complete);
        assert_eq!(whole.lines.len(), 100_003);
        let korean = "가".repeat(100);
        let text = render(korean.as_bytes(), Hint::default(), None, Some(100), None);
        assert_eq!((text.shown_bytes, text.problem), (99, None));
    }

    #[test]
    fn a_long_text_that_is_cut_shows_its_beginning() {
        let json = format!(
            "{{\"id\":1,\"image\":\"{}\",\"after\":2}}",
            "iVBOR가".repeat(20_000)
        );
        let shown = render(json.as_bytes(), Hint::default(), None, Some(DEFAULT_LIMIT), None);
        assert!(!shown.complete && shown.problem.is_none());
        assert!(
            shown.shown_bytes > DEFAULT_LIMIT as u64 - 4,
            "{}",
            shown.shown_bytes
        );
        let text = texts(&shown).concat();
        assert!(
            text.contains("\"id\": 1") && text.contains("iVBOR가iVBOR가"),
            "{}",
            &text[..80]
        );
    }

    #[test]
    fn a_fault_shows_what_came_before_and_what_is_left() {
        let hint = Hint {
            content_type: Some("application/json"),
            ..Hint::default()
        };
        let shown = render(b"{\"a\": 1, b}", hint, None, None, None);
        assert_eq!(texts(&shown), ["{", "\"a\": 1", ", b}"]);
        assert_eq!(shown.lines[2].tokens[0].kind, TokenKind::Invalid);
        let unread = |problem| {
            Some(Unread {
                decoder: Format::Json,
                problem,
                inside: 0,
            })
        };
        assert_eq!(shown.problem, unread(problem(9, Problem::UnexpectedByte)));
        let wrong = render(b"{\"a\":\"\xff\"}", hint, None, None, None);
        assert_eq!(wrong.problem, unread(problem(6, Problem::InvalidUtf8)));
    }

    #[test]
    fn changes_say_what_was() {
        let before = br#"{"seq":1,"gone":true,"v":{"x":1,"y":2},"same":0}"#;
        let after = br#"{"seq":2,"v":{"x":1,"y":3},"same":0,"new":null}"#;
        let shown = render(after, Hint::default(), None, None, Some(before));
        assert_eq!(
            texts(&shown),
            [
                "{",
                "\"seq\": 2,",
                "\"gone\": true,",
                "\"v\": { \"x\": 1, \"y\": 3 },",
                "\"same\": 0,",
                "\"new\": null",
                "}"
            ]
        );
        let changes: Vec<_> = shown.lines.iter().map(|line| line.change).collect();
        use LineChange::{Added, Changed, Removed};
        assert_eq!(
            changes,
            [
                None,
                Some(Changed),
                Some(Removed),
                Some(Changed),
                None,
                Some(Added),
                None
            ]
        );
        assert_eq!(shown.lines[2].no, None);
        assert_eq!(shown.lines[3].no, Some(3));
        let was = shown
            .lines
            .iter()
            .flat_map(|line| &line.tokens)
            .filter_map(|token| token.change.clone());
        let was: Vec<_> = was.collect();
        assert_eq!(
            was,
            [
                Change::Was("1".into()),
                Change::Removed,
                Change::Was("2".into()),
                Change::Added
            ]
        );
    }

    #[test]
    fn a_chosen_format_is_used_and_the_detected_one_told() {
        let shown = render(b"{}", Hint::default(), Some(Format::Hex), None, None);
        assert_eq!((shown.format, shown.detected), (Format::Hex, Format::Json));
        assert_eq!(texts(&shown), [format!("00000000  7b 7d {}{{}}", " ".repeat(44))]);
        assert_eq!(shown.lines[0].no, None);
        let image = render(b"\xff\xd8\xff\xe0", Hint::default(), None, Some(2), None);
        assert_eq!(
            (image.format, image.complete),
            (Format::Image(ImageKind::Jpeg), true)
        );
        assert_eq!(
            texts(&render(b"hi", Hint::default(), Some(Format::Base64), None, None)),
            ["aGk="]
        );
        assert!(render(b"", Hint::default(), None, None, None).lines.is_empty());
    }
}
