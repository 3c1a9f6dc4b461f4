//! What stands on one row of a payload, to be copied: the path of its value, and the value itself as
//! somebody would type it elsewhere. A row is one of the whole payload; a line of its beginning, or of a comparison,
//! may be laid out otherwise and is found by the value that it begins.

use super::event::{Container, Event};
use super::json;
use super::layer::MOST_UNPACKED;
use super::layout::Layout;
use super::model::{Format, Hint, Line, Token, TokenKind};
use super::open::open;
use super::reader;
use super::rows::Outline;
use super::text::COLUMNS;
use super::track::Tracker;

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

/// The value that [`Line::value`] counts so, of a payload in a format or in the one it has.
pub fn field(bytes: &[u8], hint: Hint<'_>, format: Option<Format>, value: u32) -> Option<Field> {
    let opened = open(bytes, hint, format, MOST_UNPACKED);
    let mut source = reader::source(&opened.bytes, opened.format, hint.known)?;
    let mut tracker = Tracker::new();
    let mut before = value;
    let mut tags = Vec::new();
    let mut event = loop {
        let event = source.next().ok()??;
        tracker.see(&event);
        match event {
            Event::Tag(_) => tags.push(event),
            Event::Begin(_) | Event::Value(_) if before == 0 => break event,
            Event::Begin(_) | Event::Value(_) => {
                before -= 1;
                tags.clear();
            }
            Event::Key(_) | Event::End => tags.clear(),
        }
    };
    // Inside of a list a small map or list stays on one line.
    let mut layout = Layout::new(COLUMNS, None);
    layout.add(Event::Begin(Container::List));
    tags.into_iter().for_each(|tag| layout.add(tag));
    let mut depth = 0usize;
    let complete = loop {
        match event {
            Event::Begin(_) => depth += 1,
            Event::End => depth -= 1,
            _ => {}
        }
        layout.add(event);
        if depth == 0 {
            break true;
        }
        event = match source.next() {
            Ok(Some(event)) if layout.lines.len() <= MOST_ROWS => event,
            _ => break false,
        };
    };
    Some(Field {
        path: tracker.path().map(str::to_owned),
        value: value_of(layout.lines.split_off(1)),
        complete,
    })
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
    use crate::payload::render;

    fn field(json: &str, row: usize) -> Option<(Option<String>, String)> {
        let outline = Outline::read(json.as_bytes(), Hint::default(), None, Some(40), &|| false).unwrap();
        let field = outline.field(json.as_bytes(), row)?;
        Some((field.path, field.value))
    }

    #[test]
    fn a_line_of_a_comparison_knows_its_path_and_value() {
        let rest = r#""b":5,"c":[{"x":[]},{"x":{"y":null}}],"c":"twice"}"#;
        let before = format!(r#"{{"v":{{"x":1,"y":"{}"}},{rest}"#, "a".repeat(60));
        let now = format!(r#"{{"v":{{"x":1,"y":"a"}},{rest}"#);
        let hint = Hint::default();
        let shown = render(now.as_bytes(), hint, None, None, Some(before.as_bytes()));
        let of = |line: &Line| super::field(now.as_bytes(), hint, None, line.value?);
        let fields: Vec<_> = shown
            .lines
            .iter()
            .map(|line| {
                of(line).map_or((line.text(), String::new()), |field| {
                    (field.path.unwrap(), field.value)
                })
            })
            .collect();
        let fields: Vec<_> = fields
            .iter()
            .map(|(path, value)| (path.as_str(), value.as_str()))
            .collect();
        let c = "[\n  { \"x\": [] },\n  {\n    \"x\": { \"y\": null }\n  }\n]";
        assert_eq!(
            fields[1..],
            [
                ("$.v", "{ \"x\": 1, \"y\": \"a\" }"),
                ("$.v.x", "1"),
                ("$.v.y", "a"),
                ("},", ""),
                ("$.b", "5"),
                ("$.c", c),
                ("$.c[0]", "{ \"x\": [] }"),
                ("$.c[1]", "{\n  \"x\": { \"y\": null }\n}"),
                ("$.c[1].x", "{ \"y\": null }"),
                ("}", ""),
                ("],", ""),
                ("$.c", "twice"),
                ("}", ""),
            ]
        );
    }

    #[test]
    fn a_line_of_a_beginning_knows_the_whole_value() {
        let long = "x".repeat(9_000);
        let json = format!(r#"{{"a":{{"n":1,"m":2}},"long":"{long}","b":[1,2]}}"#);
        let hint = Hint::default();
        let of = |limit, at: usize| {
            let shown = render(json.as_bytes(), hint, None, Some(limit), None);
            super::field(json.as_bytes(), hint, None, shown.lines[at].value?)
        };
        let field = of(14, 2).unwrap();
        assert_eq!(
            (field.path.as_deref(), field.value.as_str()),
            (Some("$.a.n"), "1")
        );
        for (limit, at) in [(5_000, 2), (json.len(), 2), (json.len(), 3), (json.len(), 4)] {
            let field = of(limit, at).unwrap();
            assert_eq!(
                (field.path.as_deref(), field.value == long, field.complete),
                (Some("$.long"), true, true)
            );
        }
        // What stands behind the metrics of Sparkplug B is shown before them.
        let metric = b"\x12\x05\x0a\x01m\x50\x07";
        let whole = [metric.repeat(20), b"\x18\x29".to_vec()].concat();
        let hint = Hint {
            topic: "spBv1.0/g/DDATA/n/d",
            ..hint
        };
        for limit in [None, Some(50)] {
            let shown = render(&whole, hint, None, limit, None);
            let line = shown
                .lines
                .iter()
                .find(|line| line.text().contains("\"m\""))
                .unwrap();
            let field = super::field(&whole, hint, None, line.value.unwrap()).unwrap();
            assert_eq!(
                (field.path.as_deref(), field.value.as_str()),
                (Some("$.metrics.m"), "7")
            );
        }
        // A tag belongs to the value.
        let field = super::field(b"\x82\x01\xc1\x02", Hint::default(), Some(Format::Cbor), 2).unwrap();
        assert_eq!(field.value, "tag 1 1970-01-01T00:00:02Z 2");
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
