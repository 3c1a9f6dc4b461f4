//! The text around a match, short and safe to draw.
//!
//! Bytes that are no text, control characters and others that nobody sees are replaced by signs, so that a
//! payload can't disturb the list it is shown in.

use std::ops::Range;

use crate::unseen::characters;

/// Bytes shown before a match.
const BEFORE: usize = 40;
/// Bytes shown of a match and after it.
const AFTER: usize = 160;

/// A piece of text with a match in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// At most a few hundred bytes of text in one line.
    pub text: String,
    /// Where the match is, in bytes of `text`; it ends where the piece ends.
    pub found: Range<usize>,
    /// There is more before it.
    pub cut_before: bool,
    /// There is more after it.
    pub cut_after: bool,
}

impl Snippet {
    /// The surroundings of a match in bytes.
    pub(super) fn around(bytes: &[u8], found: Range<usize>) -> Self {
        let inside = |at: usize| bytes.get(at).is_some_and(|byte| byte & 0xc0 == 0x80);
        let mut start = found.start.saturating_sub(BEFORE);
        while start < found.start && inside(start) {
            start += 1;
        }
        let mut end = bytes.len().min(found.start + AFTER);
        while end > found.start && inside(end) {
            end -= 1;
        }
        let shown = found.start..found.end.min(end);
        let mut text = String::with_capacity(end - start);
        draw(&mut text, &bytes[start..shown.start]);
        let from = text.len();
        draw(&mut text, &bytes[shown.clone()]);
        let to = text.len();
        draw(&mut text, &bytes[shown.end..end]);
        Self {
            text,
            found: from..to,
            cut_before: start > 0,
            cut_after: end < bytes.len(),
        }
    }
}

fn draw(text: &mut String, bytes: &[u8]) {
    for chunk in bytes.utf8_chunks() {
        text.extend(characters(chunk.valid()).map(visible));
        if !chunk.invalid().is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
}

fn visible((character, unseen): (char, bool)) -> char {
    match character {
        '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}' => ' ',
        // Unicode has pictures of the control characters of ASCII.
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)).unwrap_or(' '),
        '\u{7f}' => '\u{2421}',
        _ if unseen => char::REPLACEMENT_CHARACTER,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_match_stands_in_its_surroundings() {
        let bytes = "x".repeat(100) + "한 needle\n글" + &"y".repeat(300);
        let at = bytes.find("needle").unwrap_or_default();
        let snippet = Snippet::around(bytes.as_bytes(), at..at + 6);
        assert_eq!(&snippet.text[snippet.found.clone()], "needle");
        assert!(snippet.text.contains("한 needle 글y"));
        assert!(snippet.cut_before && snippet.cut_after);
        assert!(snippet.text.len() <= BEFORE + AFTER);
    }

    #[test]
    fn ends_are_whole_and_characters_are_not_cut() {
        let short = Snippet::around(b"abc", 1..2);
        assert_eq!((short.text.as_str(), short.found.clone()), ("abc", 1..2));
        assert!(!short.cut_before && !short.cut_after);
        let korean = "가".repeat(200);
        let snippet = Snippet::around(korean.as_bytes(), 300..303);
        assert!(
            snippet.text.chars().all(|character| character == '가'),
            "{}",
            snippet.text
        );
        let long = Snippet::around(&[b'a'; 1_000], 0..1_000);
        assert_eq!((long.found, long.cut_after), (0..AFTER, true));
    }

    #[test]
    fn nothing_in_it_can_disturb_a_list() {
        let snippet = Snippet::around(b"\xff\x00\x1b[31m\xe2\x80\xae<b>", 1..2);
        assert_eq!(snippet.text, "\u{fffd}\u{2400}\u{241b}[31m\u{fffd}<b>");
        assert_eq!(&snippet.text[snippet.found], "\u{2400}");
    }
}
