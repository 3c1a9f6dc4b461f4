//! What stands on one row of a payload, to be copied: the path of its value, and the value itself as
//! somebody would type it elsewhere.

use super::json;
use super::model::{Line, Token, TokenKind};
use super::rows::Outline;

/// A value has at most so many rows; those of a larger one are left out.
const MOST_ROWS: usize = 200_000;

/// A value of a payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Where it stands; none in a format without paths, and where it would be longer than 1 KiB.
    pub path: Option<String>,
    /// A string without its quotes, a map or list as it is laid out, anything else as it is shown.
    pub value: String,
    /// False where rows were left out.
    pub complete: bool,
}

impl Outline {
    /// The value that begins on a row; of a row that goes on another the rest of it, of a closing bracket
    /// nothing.
    pub fn field(&self, bytes: &[u8], row: usize) -> Option<Field> {
        let close = self.fold(row).map(|(close, _)| close);
        let mut rows = self.rows(bytes, row, 1);
        let mut complete = true;
        if let Some(close) = close {
            let count = close - row;
            complete = count <= MOST_ROWS;
            rows.extend(self.rows(bytes, row + 1, count.min(MOST_ROWS)));
        } else {
            let mut at = row + 1;
            // A long scalar goes on in the rows after it.
            while at < self.total() {
                let next = self.rows(bytes, at, 512);
                let more: Vec<Line> = next.into_iter().take_while(|line| line.continues).collect();
                let count = more.len();
                rows.extend(more);
                at += count;
                if count < 512 {
                    break;
                }
                if rows.len() > MOST_ROWS {
                    complete = false;
                    break;
                }
            }
        }
        let first = rows.first()?;
        let path = first.path.clone();
        if !self.format().is_structured() {
            return Some(Field {
                path: None,
                value: laid_out(&rows),
                complete,
            });
        }
        if path.is_none() && is_closing(first) {
            return None;
        }
        let value = value_of(rows);
        Some(Field {
            path,
            value,
            complete,
        })
    }
}

fn is_closing(line: &Line) -> bool {
    !line.continues && line.tokens.iter().all(|token| token.kind == TokenKind::Punct)
}

/// The text of a value on its rows, without its key and the comma after it.
fn value_of(mut rows: Vec<Line>) -> String {
    if let Some(first) = rows.first_mut()
        && let Some(key) = first.tokens.iter().position(|token| token.kind == TokenKind::Key)
        && key == 0
    {
        let colon = first.tokens.iter().position(|token| token.text == ": ");
        first.tokens.drain(..=colon.unwrap_or(key));
    }
    if let Some(last) = rows.last_mut()
        && last.tokens.last().is_some_and(is_comma)
    {
        last.tokens.pop();
    }
    let scalar = rows
        .iter()
        .flat_map(|line| &line.tokens)
        .all(|token| token.kind == TokenKind::Str);
    if scalar {
        let text: String = rows.iter().map(Line::text).collect();
        let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        return inner.map_or(text.clone(), |inner| {
            json::unescape(inner.as_bytes()).into_owned()
        });
    }
    let text = laid_out(&rows);
    // The comma may stand in the same piece as the bracket before it.
    text.strip_suffix(',').map_or(text.clone(), str::to_owned)
}

/// The text of rows, the first one at the left.
fn laid_out(rows: &[Line]) -> String {
    let base = rows.first().map_or(0, |line| line.indent);
    let mut text = String::new();
    for (at, line) in rows.iter().enumerate() {
        if at > 0 && !line.continues {
            text.push('\n');
            text.push_str(&"  ".repeat(line.indent.saturating_sub(base).into()));
        }
        text.push_str(&line.text());
    }
    text
}

fn is_comma(token: &Token) -> bool {
    token.kind == TokenKind::Punct && token.text == ","
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::payload::Hint;

    fn field(json: &str, row: usize) -> Option<(Option<String>, String)> {
        let outline = Outline::read(json.as_bytes(), Hint::default(), None, Some(40), &|| false).unwrap();
        let field = outline.field(json.as_bytes(), row)?;
        Some((field.path, field.value))
    }

    #[test]
    fn a_row_knows_its_path_and_value() {
        let json = r#"{"a b":"x\n\"y\"","n":1.10,"v":{"x":1,"y":2},"l":[[1],{}],"e":[],"last":null}"#;
        let expect = |row, path: &str, value: &str| {
            assert_eq!(
                field(json, row),
                Some((Some(path.into()), value.into())),
                "row {row}"
            );
        };
        expect(1, "$[\"a b\"]", "x\n\"y\"");
        expect(2, "$.n", "1.10");
        expect(3, "$.v", "{ \"x\": 1, \"y\": 2 }");
        expect(4, "$.l", "[\n  [1],\n  {}\n]");
        expect(5, "$.l[0]", "[1]");
        assert_eq!(field(json, 7), None);
        expect(8, "$.e", "[]");
        expect(9, "$.last", "null");
        assert!(field(json, 0).unwrap().1.starts_with("{\n  \"a b\": \"x\\n"));
        assert_eq!(field(json, 99), None);
    }

    #[test]
    fn a_long_value_is_whole() {
        let long = "abc가".repeat(5_000);
        let json = format!("[\"{long}\",1]");
        assert_eq!(field(&json, 1), Some((Some("$[0]".into()), long)));
        assert_eq!(field("one\ntwo", 1), Some((None, "two".into())));
        assert_eq!(
            field("<a><b><c>1</c></b></a>", 1),
            Some((None, "<b>\n  <c>1</c>\n</b>".into()))
        );
    }
}
