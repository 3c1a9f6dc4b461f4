//! Where a value stands in a payload: `$.a.b[2]["odd key"]`. It knows one place, never a pattern.

use std::fmt;

use super::json;

/// One step into a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Segment {
    /// The entry of a map.
    Key(String),
    /// The item of a list, from 0.
    Index(usize),
}

/// A place in a payload; no segments is the whole payload.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct FieldPath(Vec<Segment>);

/// A text that is not a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a path, at byte {offset}")]
pub struct PathError {
    /// Byte offset in the text.
    pub offset: usize,
}

impl FieldPath {
    /// Reads `$`, `value` and the empty text as the whole payload, `$…` as a path, and anything else
    /// as one key, such as the name of a Sparkplug metric.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        let Some(mut rest) = text.strip_prefix('$') else {
            return Ok(match text {
                "" | "value" => Self::default(),
                name => Self(vec![Segment::Key(name.into())]),
            });
        };
        let mut segments = Vec::new();
        while !rest.is_empty() {
            let error = PathError {
                offset: text.len() - rest.len(),
            };
            if let Some(name) = rest.strip_prefix('.') {
                let end = name.find(['.', '[']).unwrap_or(name.len());
                if end == 0 {
                    return Err(error);
                }
                segments.push(Segment::Key(name[..end].into()));
                rest = &name[end..];
            } else if let Some(quoted) = rest.strip_prefix("[\"") {
                let end = closing_quote(quoted).ok_or(error)?;
                segments.push(Segment::Key(
                    json::unescape(&quoted.as_bytes()[..end]).into_owned(),
                ));
                rest = quoted[end + 1..].strip_prefix(']').ok_or(error)?;
            } else {
                let (index, after) = rest
                    .strip_prefix('[')
                    .and_then(|inner| inner.split_once(']'))
                    .ok_or(error)?;
                segments.push(Segment::Index(index.parse().map_err(|_| error)?));
                rest = after;
            }
        }
        Ok(Self(segments))
    }

    /// The steps from the outside in.
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }
}

fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    })
}

/// Writes a key the way [`FieldPath::parse`] reads it.
pub(super) fn push_key(path: &mut String, name: &str) {
    let mut chars = name.chars();
    let plain = chars.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && chars.all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    if plain {
        path.push('.');
        path.push_str(name);
    } else {
        path.push('[');
        path.push_str(&json::quote(name));
        path.push(']');
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::from("$");
        for segment in &self.0 {
            match segment {
                Segment::Key(name) => push_key(&mut text, name),
                Segment::Index(index) => text.push_str(&format!("[{index}]")),
            }
        }
        f.write_str(&text)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn paths_go_both_ways() {
        for text in [
            "$",
            "$.a.b[2][\"odd key\"]",
            "$[0][1]",
            "$[\"a\\\"]b\"].온도",
            "$[\"\"]",
        ] {
            assert_eq!(FieldPath::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(FieldPath::parse("value").unwrap(), FieldPath::default());
        let metric = FieldPath::parse("Motor/Current").unwrap();
        assert_eq!(metric.segments(), [Segment::Key("Motor/Current".into())]);
        assert_eq!(metric.to_string(), "$[\"Motor/Current\"]");
    }

    #[test]
    fn errors_name_the_place() {
        for (text, offset) in [
            ("$.", 1),
            ("$a", 1),
            ("$.a[x]", 3),
            ("$.a[\"b]", 3),
            ("$[1", 1),
            ("$..a", 1),
        ] {
            assert_eq!(FieldPath::parse(text), Err(PathError { offset }), "{text}");
        }
    }
}
