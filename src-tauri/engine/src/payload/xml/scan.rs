//! The pieces of an XML document. It checks that elements close in the order they were opened and nothing
//! more; what a document declares is passed over.

use memchr::{memchr, memchr3, memmem};

use crate::payload::event::{DecodeProblem, MAX_DEPTH, Problem};
use crate::payload::frames::problem;

pub(super) enum Piece<'a> {
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

pub(super) struct Scanner<'a> {
    bytes: &'a [u8],
    /// Bytes read.
    pub at: usize,
    open: Vec<&'a [u8]>,
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

impl<'a> Scanner<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
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

    pub fn next(&mut self) -> Result<Option<Piece<'a>>, DecodeProblem> {
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

/// The names and values of attributes, the values with their quotes; none where there is no `=`.
pub(super) fn attributes(inside: &[u8]) -> Attributes<'_> {
    Attributes { rest: inside }
}

pub(super) struct Attributes<'a> {
    /// What follows those that were read.
    pub rest: &'a [u8],
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a [u8], Option<&'a [u8]>);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.rest;
        if rest.is_empty() {
            return None;
        }
        let name = rest.iter().position(|byte| *byte == b'=').unwrap_or(rest.len());
        let (before, after) = rest.split_at(name);
        let value = after.strip_prefix(b"=").unwrap_or(after).trim_ascii_start();
        let end = match value.first() {
            Some(quote @ (b'"' | b'\'')) => memchr(*quote, &value[1..]).map_or(value.len(), |end| end + 2),
            _ => value
                .iter()
                .position(|byte| is_space(*byte))
                .unwrap_or(value.len()),
        };
        self.rest = value[end..].trim_ascii_start();
        Some((before.trim_ascii(), (!after.is_empty()).then_some(&value[..end])))
    }
}

/// The value of an attribute without its quotes.
pub(super) fn unquoted(value: &[u8]) -> &[u8] {
    match value {
        [b'"', inside @ .., b'"'] | [b'\'', inside @ .., b'\''] => inside,
        bare => bare,
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
pub(in crate::payload) enum Kind {
    Xml,
    /// XML whose outermost element is an SVG picture.
    Svg,
}

/// XML if it begins with a tag and is well nested as far as it goes.
pub(in crate::payload) fn kind(head: &[u8], is_cut: bool) -> Option<Kind> {
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

#[cfg(test)]
mod tests {
    use super::*;

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
