//! Reads XML piece by piece and lays it out indented. It checks that elements close in the order they
//! were opened and nothing more: entities are shown as sent and never expanded, and nothing that a
//! document names is loaded.

use memchr::{memchr, memchr3, memmem};

use super::event::{DecodeProblem, MAX_DEPTH, Problem};
use super::frames::problem;
use super::model::{Line, Token, TokenKind};
use super::number;
use super::text::{COLUMNS, broken, visible};

/// An element with nothing but text stays on one line up to so many bytes of text.
const INLINE_TEXT: usize = 200;

enum Piece<'a> {
    Open {
        name: &'a [u8],
        attributes: &'a [u8],
        is_empty: bool,
    },
    Close(&'a [u8]),
    Text(&'a [u8]),
    /// A comment, a declaration, a processing instruction: shown as it is.
    Aside(&'a [u8]),
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    open: Vec<&'a [u8]>,
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

impl<'a> Scanner<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        let at = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        Self {
            bytes,
            at,
            open: Vec::new(),
        }
    }

    fn end<T>(&self) -> Result<T, DecodeProblem> {
        Err(problem(self.bytes.len(), Problem::UnexpectedEnd))
    }

    fn next(&mut self) -> Result<Option<Piece<'a>>, DecodeProblem> {
        let rest = &self.bytes[self.at..];
        if rest.is_empty() {
            return if self.open.is_empty() {
                Ok(None)
            } else {
                self.end()
            };
        }
        if rest[0] != b'<' {
            let length = memchr(b'<', rest).unwrap_or(rest.len());
            self.at += length;
            return Ok(Some(Piece::Text(&rest[..length])));
        }
        if let Some(data) = rest.strip_prefix(b"<![CDATA[") {
            let Some(length) = memmem::find(data, b"]]>") else {
                return self.end();
            };
            self.at += 9 + length + 3;
            return Ok(Some(Piece::Text(&data[..length])));
        }
        let aside = match rest {
            [b'<', b'?', ..] => memmem::find(rest, b"?>").map(|end| end + 2),
            [b'<', b'!', b'-', b'-', after @ ..] => memmem::find(after, b"-->").map(|end| end + 7),
            [b'<', b'!', ..] => declaration(rest),
            _ => return self.tag(rest).map(Some),
        };
        let Some(length) = aside else { return self.end() };
        self.at += length;
        Ok(Some(Piece::Aside(&rest[..length])))
    }

    fn tag(&mut self, rest: &'a [u8]) -> Result<Piece<'a>, DecodeProblem> {
        let is_close = rest.get(1) == Some(&b'/');
        let from = 1 + usize::from(is_close);
        let name = &rest[from.min(rest.len())..];
        let length = name
            .iter()
            .position(|byte| is_space(*byte) || matches!(byte, b'/' | b'>' | b'<'))
            .unwrap_or(name.len());
        let name = &name[..length];
        match name.first() {
            None if from >= rest.len() => return self.end(),
            Some(first) if first.is_ascii_alphabetic() || matches!(first, b'_' | b':' | 0x80..) => {}
            _ => return Err(problem(self.at + from, Problem::UnexpectedByte)),
        }
        let mut inside = from + length;
        let end = loop {
            match memchr3(b'>', b'"', b'\'', &rest[inside..]) {
                None => return self.end(),
                Some(at) if rest[inside + at] == b'>' => break inside + at,
                Some(at) => match memchr(rest[inside + at], &rest[inside + at + 1..]) {
                    None => return self.end(),
                    Some(length) => inside += at + 1 + length + 1,
                },
            }
        };
        let attributes = rest[from + length..end].trim_ascii();
        if is_close {
            if self.open.last() != Some(&name) {
                return Err(problem(self.at, Problem::WrongClosingTag));
            }
            self.open.pop();
            self.at += end + 1;
            return Ok(Piece::Close(name));
        }
        let is_empty = attributes.ends_with(b"/");
        if !is_empty {
            if self.open.len() == MAX_DEPTH {
                return Err(problem(self.at, Problem::TooDeep));
            }
            self.open.push(name);
        }
        self.at += end + 1;
        Ok(Piece::Open {
            name,
            attributes: attributes.strip_suffix(b"/").unwrap_or(attributes).trim_ascii(),
            is_empty,
        })
    }
}

/// The length of `<!DOCTYPE …>`, its internal part included.
fn declaration(rest: &[u8]) -> Option<usize> {
    let (mut quote, mut depth) = (None, 0usize);
    for (at, byte) in rest.iter().enumerate() {
        match (quote, byte) {
            (Some(open), byte) if open == *byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(*byte),
            (None, b'[') => depth += 1,
            (None, b']') => depth = depth.saturating_sub(1),
            (None, b'>') if depth == 0 => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// What the beginning of a payload tells about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Xml,
    /// XML whose outermost element is an SVG picture.
    Svg,
}

/// XML if it begins with a tag and is well nested as far as it goes.
pub(super) fn kind(head: &[u8], is_cut: bool) -> Option<Kind> {
    let text = head
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(head)
        .trim_ascii_start();
    if text.first() != Some(&b'<') {
        return None;
    }
    let mut scanner = Scanner::new(text);
    let mut found = None;
    loop {
        match scanner.next() {
            Ok(Some(Piece::Open { name, attributes, .. })) => {
                found.get_or_insert(
                    match (name, memmem::find(attributes, b"http://www.w3.org/2000/svg")) {
                        (b"svg" | b"svg:svg", Some(_)) => Kind::Svg,
                        _ => Kind::Xml,
                    },
                );
            }
            Ok(Some(_)) => {}
            Ok(None) => return found,
            Err(fault) => return found.filter(|_| is_cut && fault.kind == Problem::UnexpectedEnd),
        }
    }
}

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
    let mut covered = 0;
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
                lines.push(opening(name, attributes, is_empty, indent));
            }
            Ok(Some(Piece::Close(name))) => {
                if let Some(level) = levels.pop() {
                    close(&mut lines, &level, name, indent.saturating_sub(1));
                }
            }
            Ok(Some(Piece::Text(text))) => {
                if let (Some(level), true) = (levels.last_mut(), text.len() > INLINE_TEXT) {
                    level.has_aside = true;
                }
                push_text(&mut lines, text, indent, max_lines, None);
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

fn opening(name: &[u8], attributes: &[u8], is_empty: bool, indent: u16) -> Line {
    let mut tokens = vec![punct("<"), Token::plain(TokenKind::Key, lossy(name))];
    let mut rest = attributes;
    while !rest.is_empty() {
        let name = rest.iter().position(|byte| *byte == b'=').unwrap_or(rest.len());
        let (before, after) = rest.split_at(name);
        tokens.push(Token::plain(
            TokenKind::Tag,
            format!(" {}", lossy(before.trim_ascii())),
        ));
        let value = after.strip_prefix(b"=").unwrap_or(after).trim_ascii_start();
        let end = match value.first() {
            Some(quote @ (b'"' | b'\'')) => memchr(*quote, &value[1..]).map_or(value.len(), |end| end + 2),
            _ => value
                .iter()
                .position(|byte| is_space(*byte))
                .unwrap_or(value.len()),
        };
        if !after.is_empty() {
            tokens.push(punct("="));
            tokens.push(Token::plain(TokenKind::Str, lossy(&value[..end])));
        }
        rest = value[end..].trim_ascii_start();
    }
    tokens.push(punct(if is_empty { "/>" } else { ">" }));
    Line {
        indent,
        tokens,
        ..Line::default()
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
        let kind = kind.unwrap_or(if number::parse(&shown).is_some() {
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
    fn depth_costs_no_stack_and_lines_have_a_limit() {
        let deep = "<a>".repeat(100_000) + &"</a>".repeat(100_000);
        let laid = lay_out(deep.as_bytes(), 1_000_000);
        assert_eq!((laid.lines.len(), laid.problem), (199_999, None));
        let laid = lay_out(b"<a><b/><b/><b/></a>", 3);
        assert_eq!((laid.lines.len(), laid.finished, laid.covered), (3, false, 11));
    }

    #[test]
    fn what_is_xml_and_what_is_a_picture() {
        let kind = |xml: &str| kind(xml.as_bytes(), false);
        assert_eq!(kind(" <a>1</a>\n"), Some(Kind::Xml));
        assert_eq!(kind("<svg/>"), Some(Kind::Xml));
        assert_eq!(
            kind("<?xml version='1.0'?><svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
            Some(Kind::Svg)
        );
        for no in [
            "",
            "<",
            "<p>line<br></p>",
            "< 5",
            "<<EOF",
            "{}",
            "<?php",
            "<!-- only -->",
        ] {
            assert_eq!(kind(no), None, "{no}");
        }
    }
}
