//! The escapes of JSON strings, both ways. Lone surrogates become U+FFFD.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::unseen::{characters, has_unseen};

/// A text in quotes, with what JSON must escape escaped.
pub fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for (c, unseen) in characters(text) {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c => push_seen(&mut out, c, unseen),
        }
    }
    out.push('"');
    out
}

/// JSON text in which every character is seen: one that is not is written as its escape, which means the same.
pub fn seen(text: &str) -> Cow<'_, str> {
    if !has_unseen(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    characters(text).for_each(|(c, unseen)| push_seen(&mut out, c, unseen));
    Cow::Owned(out)
}

fn push_seen(out: &mut String, c: char, unseen: bool) {
    if !unseen {
        return out.push(c);
    }
    for unit in c.encode_utf16(&mut [0; 2]) {
        // Writing to a String can't fail.
        let _ = write!(out, "\\u{unit:04x}");
    }
}

/// The text of a JSON string given without its quotes.
pub fn unescape(raw: &[u8]) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(raw);
    if memchr::memchr(b'\\', raw).is_none() {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest: &str = &text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some(c) = rest.chars().next() else { break };
        rest = &rest[c.len_utf8()..];
        match c {
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            'n' => out.push('\n'),
            'r' => out.push('\r'),
            't' => out.push('\t'),
            'u' => rest = push_unit(&mut out, rest),
            other => out.push(other),
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn unit(text: &str) -> Option<u32> {
    let digits = text
        .get(..4)
        .filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}

fn push_unit<'a>(out: &mut String, rest: &'a str) -> &'a str {
    let Some(high) = unit(rest) else {
        out.push(char::REPLACEMENT_CHARACTER);
        return rest;
    };
    let after = &rest[4..];
    if (0xd800..0xdc00).contains(&high)
        && let Some(low) = after.strip_prefix("\\u").and_then(unit)
        && (0xdc00..0xe000).contains(&low)
    {
        let joined = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
        out.push(char::from_u32(joined).unwrap_or(char::REPLACEMENT_CHARACTER));
        return &after[6..];
    }
    out.push(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER));
    after
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_go_both_ways() {
        let text = "a\"b\\c\n\t\u{1}\u{1f333}한";
        let quoted = quote(text);
        assert_eq!(quoted, "\"a\\\"b\\\\c\\n\\t\\u0001\u{1f333}한\"");
        assert_eq!(unescape(&quoted.as_bytes()[1..quoted.len() - 1]), text);
    }

    #[test]
    fn what_nobody_would_see_is_written_as_its_escape() {
        let text = "\u{202e}evil\u{202c} a\u{200b}b \u{e0041} 가 👨\u{200d}👩 a\u{200d}";
        assert_eq!(
            seen(text),
            "\\u202eevil\\u202c a\\u200bb \\udb40\\udc41 가 👨\u{200d}👩 a\\u200d"
        );
        assert_eq!(unescape(seen(text).as_bytes()), text);
        assert!(matches!(seen("plain 가"), Cow::Borrowed(_)));
    }

    #[test]
    fn surrogates_join_or_become_replacements() {
        assert_eq!(unescape(br"\ud83c\udf33!"), "\u{1f333}!");
        assert_eq!(unescape(br"\ud83c!"), "\u{fffd}!");
        assert_eq!(unescape(br"\u12"), "\u{fffd}12");
        assert_eq!(unescape(b"tail\\"), "tail");
    }
}
