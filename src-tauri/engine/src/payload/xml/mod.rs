//! XML, laid out indented. Entities are shown as sent and never expanded, and nothing that a document
//! names is loaded.

mod scan;
mod values;

pub(super) use self::scan::{Kind, kind};
use self::scan::{Piece, Scanner, attributes, unquoted};
pub(super) use self::values::each as each_number;
use self::values::{Way, read};
use super::event::DecodeProblem;
use super::model::{Line, Token, TokenKind};
use super::quantity;
use super::text::{COLUMNS, broken, visible};

/// An element with nothing but text stays on one line up to so many bytes of text.
const INLINE_TEXT: usize = 200;

/// More attributes of a document are not told apart: each costs as much memory as a line.
const MOST_ATTRIBUTES: usize = 250_000;

/// Lines, the bytes they cover, and why there are no more.
pub(super) struct XmlLines {
    pub lines: Vec<Line>,
    pub covered: usize,
    pub problem: Option<DecodeProblem>,
    pub finished: bool,
}

/// An element whose end is not read yet.
struct Level {
    line: usize,
    elements: u32,
    has_aside: bool,
}

/// The lines of a document, at most so many.
pub(super) fn lay_out(bytes: &[u8], max_lines: usize) -> XmlLines {
    let mut scanner = Scanner::new(bytes);
    let mut lines: Vec<Line> = Vec::new();
    let mut levels: Vec<Level> = Vec::new();
    let mut way = Way::default();
    let mut covered = 0;
    let mut room = MOST_ATTRIBUTES;
    let (problem, finished) = loop {
        if lines.len() >= max_lines {
            break (None, false);
        }
        let indent = u16::try_from(levels.len()).unwrap_or(u16::MAX);
        match scanner.next() {
            Ok(Some(Piece::Open {
                name,
                attributes,
                is_empty,
            })) => {
                way.open(name);
                if let Some(level) = levels.last_mut() {
                    level.elements = level.elements.saturating_add(1);
                }
                if !is_empty {
                    levels.push(Level {
                        line: lines.len(),
                        elements: 0,
                        has_aside: false,
                    });
                }
                let mut tokens = vec![punct("<"), Token::plain(TokenKind::Key, lossy(name))];
                push_attributes(&mut tokens, attributes, &way, &mut room);
                tokens.push(punct(if is_empty { "/>" } else { ">" }));
                lines.push(Line {
                    indent,
                    tokens,
                    ..Line::default()
                });
                if is_empty {
                    way.close();
                }
            }
            Ok(Some(Piece::Close(name))) => {
                way.close();
                if let Some(level) = levels.pop() {
                    close(&mut lines, &level, name, indent.saturating_sub(1));
                }
            }
            Ok(Some(Piece::Text(text))) => {
                if let (Some(level), true) = (levels.last_mut(), text.len() > INLINE_TEXT) {
                    level.has_aside = true;
                }
                let from = lines.len();
                push_text(&mut lines, text, indent, max_lines, None);
                if let (Some(path), Some(_), [line]) = (way.text(text), read(text), &mut lines[from..])
                    && let [token] = line.tokens.as_mut_slice()
                {
                    make_chartable(token, path.to_owned());
                }
            }
            Ok(Some(Piece::Aside(aside))) => {
                if let Some(level) = levels.last_mut() {
                    level.has_aside = true;
                }
                push_text(&mut lines, aside, indent, max_lines, Some(TokenKind::Punct));
            }
            Ok(None) => break (None, true),
            Err(problem) => break (Some(problem), true),
        }
        covered = scanner.at;
    };
    XmlLines {
        lines: break_long(lines),
        covered,
        problem,
        finished,
    }
}

/// Lines that nobody could draw become several.
fn break_long(lines: Vec<Line>) -> Vec<Line> {
    // A character has no fewer bytes than half its columns.
    let is_long = |line: &Line| line.tokens.iter().map(|token| token.text.len()).sum::<usize>() > COLUMNS / 2;
    if !lines.iter().any(is_long) {
        return lines;
    }
    let (mut out, mut firsts): (Vec<Line>, Vec<usize>) = (Vec::new(), Vec::new());
    for mut line in lines {
        firsts.push(out.len());
        if !is_long(&line) {
            out.push(line);
            continue;
        }
        let mut rows = broken(std::mem::take(&mut line.tokens), COLUMNS).into_iter();
        line.tokens = rows.next().unwrap_or_default().tokens;
        let indent = line.indent;
        out.push(line);
        out.extend(rows.map(|row| Line { indent, ..row }));
    }
    for line in &mut out {
        // A fold names the number of its last line, which stands further down now.
        line.fold = line
            .fold
            .and_then(|no| u32::try_from(firsts.get(no as usize - 1)? + 1).ok());
    }
    out
}

fn lossy(bytes: &[u8]) -> String {
    visible(&String::from_utf8_lossy(bytes))
}

fn punct(text: &str) -> Token {
    Token::plain(TokenKind::Punct, text)
}

fn make_chartable(token: &mut Token, path: String) {
    token.path = Some(path);
    token.chartable = true;
}

/// As many attributes as there is room for, and the rest in one piece.
fn push_attributes(tokens: &mut Vec<Token>, inside: &[u8], way: &Way<'_>, room: &mut usize) {
    let mut attributes = attributes(inside);
    while *room > 0
        && let Some((name, value)) = attributes.next()
    {
        *room -= 1;
        tokens.push(Token::plain(TokenKind::Tag, format!(" {}", lossy(name))));
        if let Some(value) = value {
            tokens.push(punct("="));
            let mut token = Token::plain(TokenKind::Str, lossy(value));
            if name != b"unit"
                && read(unquoted(value)).is_some()
                && let Some(path) = way.attribute(name)
            {
                make_chartable(&mut token, path);
            }
            tokens.push(token);
        }
    }
    if !attributes.rest.is_empty() {
        let rest = lossy(attributes.rest);
        tokens.push(Token::plain(TokenKind::Tag, format!(" {rest}")));
    }
}

/// Lines of text without the space around them; its own lines stay.
fn push_text(lines: &mut Vec<Line>, text: &[u8], indent: u16, max_lines: usize, kind: Option<TokenKind>) {
    for line in text.trim_ascii().split(|byte| *byte == b'\n') {
        let line = line.trim_ascii();
        if line.is_empty() || lines.len() >= max_lines {
            continue;
        }
        let shown = String::from_utf8_lossy(line);
        let kind = kind.unwrap_or(if quantity::parse(&shown).is_some() {
            TokenKind::Num
        } else {
            TokenKind::Str
        });
        lines.push(Line {
            indent,
            tokens: vec![Token::plain(kind, visible(&shown))],
            ..Line::default()
        });
    }
}

fn close(lines: &mut Vec<Line>, level: &Level, name: &[u8], indent: u16) {
    let tokens = vec![punct("</"), Token::plain(TokenKind::Key, lossy(name)), punct(">")];
    let is_short = level.elements == 0 && !level.has_aside && lines.len() <= level.line + 2;
    if is_short {
        for line in lines.split_off(level.line + 1) {
            lines[level.line].tokens.extend(line.tokens);
        }
        lines[level.line].tokens.extend(tokens);
        return;
    }
    lines.push(Line {
        indent,
        tokens,
        ..Line::default()
    });
    let closing = u32::try_from(lines.len()).ok();
    let opening = &mut lines[level.line];
    opening.fold = closing;
    opening.children = level.elements;
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::payload::event::Problem;

    fn shown(xml: &str) -> Vec<String> {
        let laid = lay_out(xml.as_bytes(), 1_000);
        assert_eq!(laid.problem, None, "{xml}");
        laid.lines
            .iter()
            .map(|line| "  ".repeat(line.indent.into()) + &line.text())
            .collect()
    }

    #[test]
    fn elements_are_indented_and_short_ones_stay_on_a_line() {
        let xml = "<?xml version=\"1.0\"?><plant id='7' on><temp unit=\"°C\">61.4</temp><a/><b></b>\
                   <!-- note --><list><i>1</i> <i>2</i></list>words &amp; &bomb;<![CDATA[<raw>]]></plant>\n";
        assert_eq!(
            shown(xml),
            [
                "<?xml version=\"1.0\"?>",
                "<plant id='7' on>",
                "  <temp unit=\"°C\">61.4</temp>",
                "  <a/>",
                "  <b></b>",
                "  <!-- note -->",
                "  <list>",
                "    <i>1</i>",
                "    <i>2</i>",
                "  </list>",
                "  words &amp; &bomb;",
                "  <raw>",
                "</plant>",
            ]
        );
        let laid = lay_out(xml.as_bytes(), 1_000);
        assert_eq!((laid.lines[6].fold, laid.lines[6].children), (Some(10), 2));
        assert_eq!((laid.lines[1].fold, laid.lines[1].children), (Some(13), 4));
        assert_eq!(laid.lines[2].tokens[6].kind, TokenKind::Num);
    }

    #[test]
    fn entities_are_never_expanded() {
        let bomb = "<!DOCTYPE b [<!ENTITY a \"ha>ha\"><!ENTITY b \"&a;&a;\">]><b>&b;</b>";
        assert_eq!(shown(bomb).last().unwrap(), "<b>&b;</b>");
        let outside = "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><x>&y;</x>";
        assert_eq!(shown(outside)[1], "<x>&y;</x>");
    }

    #[test]
    fn faults_have_a_place() {
        let cases: [(&str, u64, Problem); 8] = [
            ("<a><b></a>", 6, Problem::WrongClosingTag),
            ("<a>", 3, Problem::UnexpectedEnd),
            ("<a><b", 5, Problem::UnexpectedEnd),
            ("<a>1 < 2</a>", 6, Problem::UnexpectedByte),
            ("</a>", 0, Problem::WrongClosingTag),
            ("<a b=\"1>", 8, Problem::UnexpectedEnd),
            ("<!-- ", 5, Problem::UnexpectedEnd),
            ("<a/><", 5, Problem::UnexpectedEnd),
        ];
        for (xml, offset, kind) in cases {
            let laid = lay_out(xml.as_bytes(), 1_000);
            assert_eq!(laid.problem, Some(DecodeProblem { offset, kind }), "{xml}");
        }
    }

    #[test]
    fn a_document_has_a_limit_of_attributes_told_apart() {
        let xml = format!("<a {}/>", "b=1 ".repeat(300_000));
        let laid = lay_out(xml.as_bytes(), 1_000_000);
        assert_eq!((laid.problem, laid.covered), (None, xml.len()));
        let text: String = laid.lines.iter().map(Line::text).collect();
        assert_eq!(text, xml.replace(" />", "/>"));
        let tokens: usize = laid.lines.iter().map(|line| line.tokens.len()).sum();
        assert!(tokens < 800_000, "{tokens}");
    }

    #[test]
    fn depth_costs_no_stack_and_lines_have_a_limit() {
        let deep = "<a>".repeat(100_000) + &"</a>".repeat(100_000);
        let laid = lay_out(deep.as_bytes(), 1_000_000);
        assert_eq!((laid.lines.len(), laid.problem), (199_999, None));
        let laid = lay_out(b"<a><b/><b/><b/></a>", 3);
        assert_eq!((laid.lines.len(), laid.finished, laid.covered), (3, false, 11));
    }
}
