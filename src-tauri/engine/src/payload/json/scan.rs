//! Reads JSON (RFC 8259) one event at a time: no document, no recursion, numbers and strings left as
//! they were sent. It does not check UTF-8; whoever shows a text does that.

use memchr::memchr2;

use crate::payload::event::{Container, DecodeProblem, Event, MAX_DEPTH, Problem, Scalar, Source};

#[derive(Clone, Copy)]
enum State {
    Value,
    /// A value, or the end of a list that has none yet.
    First,
    /// A key, or the end of a map that has none yet.
    FirstKey,
    Key,
    After,
    Done,
}

/// A JSON reader over bytes.
pub struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    state: State,
    stack: Vec<Container>,
    strict: bool,
}

impl<'a> Scanner<'a> {
    /// Reads what senders really send: `NaN` and `Infinity` are let through as words.
    pub fn new(bytes: &'a [u8]) -> Self {
        let at = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        Self {
            bytes,
            at,
            state: State::Value,
            stack: Vec::new(),
            strict: false,
        }
    }

    /// Reads only what the standard allows.
    pub fn strict(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            state: State::Value,
            stack: Vec::new(),
            strict: true,
        }
    }

    /// The same place in the same document, wherever its bytes are now.
    pub fn onto<'b>(&self, bytes: &'b [u8]) -> Scanner<'b> {
        Scanner {
            bytes,
            at: self.at,
            state: self.state,
            stack: self.stack.clone(),
            strict: self.strict,
        }
    }

    fn fail<T>(&self, at: usize, kind: Problem) -> Result<T, DecodeProblem> {
        let kind = if at >= self.bytes.len() {
            Problem::UnexpectedEnd
        } else {
            kind
        };
        Err(DecodeProblem {
            offset: at.min(self.bytes.len()) as u64,
            kind,
        })
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.bytes.get(self.at) {
            self.at += 1;
        }
    }

    fn peek(&mut self) -> Option<u8> {
        self.skip_space();
        self.bytes.get(self.at).copied()
    }

    fn after(&self) -> State {
        if self.stack.is_empty() {
            State::Done
        } else {
            State::After
        }
    }

    fn begin(&mut self, container: Container) -> Result<Event<'a>, DecodeProblem> {
        if self.stack.len() == MAX_DEPTH {
            return self.fail(self.at, Problem::TooDeep);
        }
        self.at += 1;
        self.stack.push(container);
        self.state = match container {
            Container::Map => State::FirstKey,
            Container::List => State::First,
        };
        Ok(Event::Begin(container))
    }

    fn end(&mut self) -> Event<'a> {
        self.at += 1;
        self.stack.pop();
        self.state = self.after();
        Event::End
    }

    fn key(&mut self) -> Result<Event<'a>, DecodeProblem> {
        let raw = self.string()?;
        if self.peek() != Some(b':') {
            return self.fail(self.at, Problem::UnexpectedByte);
        }
        self.at += 1;
        self.state = State::Value;
        Ok(Event::Key(Scalar::Quoted(raw)))
    }

    fn value(&mut self, first: u8) -> Result<Event<'a>, DecodeProblem> {
        let scalar = match first {
            b'{' => return self.begin(Container::Map),
            b'[' => return self.begin(Container::List),
            b'"' => Scalar::Quoted(self.string()?),
            b'0'..=b'9' => self.number()?,
            b'-' if self.bytes.get(self.at + 1) == Some(&b'I') => {
                self.word("-Infinity", Scalar::Word("-Infinity".into()))?
            }
            b'-' => self.number()?,
            b't' => self.word("true", Scalar::Bool(true))?,
            b'f' => self.word("false", Scalar::Bool(false))?,
            b'n' => self.word("null", Scalar::Null)?,
            b'N' => self.word("NaN", Scalar::Word("NaN".into()))?,
            b'I' => self.word("Infinity", Scalar::Word("Infinity".into()))?,
            _ => return self.fail(self.at, Problem::UnexpectedByte),
        };
        self.state = self.after();
        Ok(Event::Value(scalar))
    }

    fn word(&mut self, word: &str, scalar: Scalar<'a>) -> Result<Scalar<'a>, DecodeProblem> {
        if self.strict && matches!(scalar, Scalar::Word(_)) {
            return self.fail(self.at, Problem::UnexpectedByte);
        }
        let rest = &self.bytes[self.at..];
        let same = rest
            .iter()
            .zip(word.bytes())
            .take_while(|(a, b)| **a == *b)
            .count();
        if same < word.len() {
            return self.fail(self.at + same, Problem::UnexpectedByte);
        }
        self.at += same;
        Ok(scalar)
    }

    fn digits(&self, mut at: usize) -> Result<usize, DecodeProblem> {
        let start = at;
        while self.bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        if at == start {
            self.fail(at, Problem::BadNumber)
        } else {
            Ok(at)
        }
    }

    fn number(&mut self) -> Result<Scalar<'a>, DecodeProblem> {
        let start = self.at;
        let whole = start + usize::from(self.bytes[start] == b'-');
        let mut at = self.digits(whole)?;
        if self.bytes[whole] == b'0' && at > whole + 1 {
            return self.fail(whole + 1, Problem::BadNumber);
        }
        if self.bytes.get(at) == Some(&b'.') {
            at = self.digits(at + 1)?;
        }
        if let Some(b'e' | b'E') = self.bytes.get(at) {
            let sign = matches!(self.bytes.get(at + 1), Some(b'+' | b'-'));
            at = self.digits(at + 1 + usize::from(sign))?;
        }
        self.at = at;
        Ok(Scalar::Number(self.bytes[start..at].into()))
    }

    /// A string from its opening quote; the cursor ends behind the closing one.
    fn string(&mut self) -> Result<&'a [u8], DecodeProblem> {
        let start = self.at + 1;
        let mut from = start;
        loop {
            let Some(found) = memchr2(b'"', b'\\', &self.bytes[from..]) else {
                return self.fail(self.bytes.len(), Problem::UnexpectedEnd);
            };
            let stop = from + found;
            if let Some(control) = self.bytes[from..stop].iter().position(|b| *b < 0x20) {
                return self.fail(from + control, Problem::ControlCharacter);
            }
            if self.bytes[stop] == b'"' {
                self.at = stop + 1;
                return Ok(&self.bytes[start..stop]);
            }
            from = match self.bytes.get(stop + 1) {
                Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => stop + 2,
                Some(b'u') => {
                    let digits = self.bytes[stop + 2..].iter().take(4);
                    let good = digits.take_while(|b| b.is_ascii_hexdigit()).count();
                    if good < 4 {
                        return self.fail(stop + 2 + good, Problem::BadEscape);
                    }
                    stop + 6
                }
                _ => return self.fail(stop + 1, Problem::BadEscape),
            };
        }
    }
}

impl<'a> Source<'a> for Scanner<'a> {
    fn next(&mut self) -> Result<Option<Event<'a>>, DecodeProblem> {
        let next = self.peek();
        let state = self.state;
        let Some(mut byte) = next else {
            return match state {
                State::Done => Ok(None),
                _ => self.fail(self.at, Problem::UnexpectedEnd),
            };
        };
        let event = match state {
            State::Done => return self.fail(self.at, Problem::TrailingBytes),
            State::Value => self.value(byte)?,
            State::First if byte == b']' => self.end(),
            State::First => self.value(byte)?,
            State::FirstKey if byte == b'}' => self.end(),
            State::FirstKey | State::Key if byte == b'"' => self.key()?,
            State::FirstKey | State::Key => return self.fail(self.at, Problem::UnexpectedByte),
            State::After => match (byte, self.stack.last()) {
                (b'}', Some(Container::Map)) | (b']', Some(Container::List)) => self.end(),
                (b',', Some(container)) => {
                    let container = *container;
                    self.at += 1;
                    self.state = if container == Container::Map {
                        State::Key
                    } else {
                        State::Value
                    };
                    match self.peek() {
                        None => return self.fail(self.at, Problem::UnexpectedEnd),
                        Some(next) => byte = next,
                    }
                    match container {
                        Container::Map if byte == b'"' => self.key()?,
                        Container::Map => return self.fail(self.at, Problem::UnexpectedByte),
                        Container::List => self.value(byte)?,
                    }
                }
                _ => return self.fail(self.at, Problem::UnexpectedByte),
            },
        };
        Ok(Some(event))
    }

    fn offset(&self) -> usize {
        self.at
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn problem(text: &str) -> Option<(u64, Problem)> {
        let mut scanner = Scanner::strict(text.as_bytes());
        loop {
            match scanner.next() {
                Ok(Some(_)) => {}
                Ok(None) => return None,
                Err(problem) => return Some((problem.offset, problem.kind)),
            }
        }
    }

    #[test]
    fn agrees_with_serde_json_on_what_is_json() {
        let texts = [
            "1",
            "-0",
            "-",
            "01",
            "1.",
            "1.5e",
            "1e+9",
            ".5",
            "+1",
            "\"\"",
            "\"a",
            "\"\\u00e9\"",
            "\"\\x\"",
            "\"\t\"",
            "[]",
            "[1,]",
            "[,1]",
            "[1 2]",
            "{}",
            "{\"a\":1}",
            "{\"a\" 1}",
            "{a:1}",
            "{\"a\":1,}",
            "nul",
            "null",
            "true x",
            "[1}",
            "{\"a\":[1,{\"b\":null}]}",
            "",
            "  ",
            "NaN",
            "]",
            "[[[]]",
            "\"\\u12\"",
            "{\"a\":1 \"b\":2}",
            "[1],",
        ];
        for text in texts {
            let theirs = serde_json::from_str::<serde_json::Value>(text).is_ok();
            assert_eq!(problem(text).is_none(), theirs, "{text}");
        }
    }

    #[test]
    fn problems_name_the_place() {
        assert_eq!(problem("{\"a\":1,}"), Some((7, Problem::UnexpectedByte)));
        assert_eq!(problem("[01]"), Some((2, Problem::BadNumber)));
        assert_eq!(problem("[\"\\q\"]"), Some((3, Problem::BadEscape)));
        assert_eq!(problem("[1] x"), Some((4, Problem::TrailingBytes)));
        assert_eq!(problem("{\"a\":tru"), Some((8, Problem::UnexpectedEnd)));
        assert_eq!(problem("\"a\nb\""), Some((2, Problem::ControlCharacter)));
    }

    #[test]
    fn depth_is_no_danger() {
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        assert_eq!(problem(&deep), None);
        assert_eq!(problem(&deep[..150_000]), Some((150_000, Problem::UnexpectedEnd)));
    }

    #[test]
    fn numbers_stay_as_sent_and_python_words_pass_when_lenient() {
        let mut scanner = Scanner::new(b"[1.00000000000000000001,NaN]");
        scanner.next().unwrap();
        assert_eq!(
            scanner.next().unwrap(),
            Some(Event::Value(Scalar::Number(b"1.00000000000000000001".into())))
        );
        assert_eq!(
            scanner.next().unwrap(),
            Some(Event::Value(Scalar::Word("NaN".into())))
        );
        assert_eq!(scanner.next().unwrap(), Some(Event::End));
        assert_eq!(scanner.next().unwrap(), None);
    }
}
