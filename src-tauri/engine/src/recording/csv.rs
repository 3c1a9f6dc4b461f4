//! CSV (RFC 4180) with a header: one message a row, its parts in columns.
//!
//! Columns: `time` (ISO 8601, UTC), `time_us` (microseconds since the Unix epoch), `topic`, `qos`,
//! `retain`, `dup`, `marks`, `payload`, `encoding` (`text` or `base64`), `payload_format`, `expiry`,
//! `content_type`, `response_topic`, `correlation_data` (Base64), `subscription_ids` (separated by
//! spaces), `user_properties` (JSON: pairs). A text property that is there and empty is not told from one
//! that is not there; JSON Lines does tell them apart.
//!
//! A payload is text if it is UTF-8 and has no control characters but tab and line ends. A cell that a
//! spreadsheet would run as a formula gets an apostrophe in front, unless it is a plain number, because
//! brokers are not trusted; so does one that begins with an apostrophe, and reading takes it off again.
//!
//! Reading needs `time_us`, `topic` and `payload`; columns may come in any order, unknown ones are
//! passed over.

use std::fmt::Write as _;

use super::fields::{self, Parts};
use super::read::Wrong;
use crate::chart::iso;
use crate::history::Stored;
use crate::message::Properties;

const COLUMNS: [&str; 16] = [
    "time",
    "time_us",
    "topic",
    "qos",
    "retain",
    "dup",
    "marks",
    "payload",
    "encoding",
    "payload_format",
    "expiry",
    "content_type",
    "response_topic",
    "correlation_data",
    "subscription_ids",
    "user_properties",
];

/// The first row.
pub fn header() -> String {
    format!("{}\r\n", COLUMNS.join(","))
}

/// Appends one message as a row.
pub fn write(stored: &Stored, out: &mut Vec<u8>) {
    let message = &stored.message;
    let (payload, encoding) = match std::str::from_utf8(&message.payload) {
        Ok(text) if is_printable(text) => (cell(text), "text"),
        _ => (cell(&fields::base64(&message.payload)), "base64"),
    };
    let mut row = String::with_capacity(payload.len() + message.topic.len() + 100);
    // Writing to a String can't fail.
    let _ = write!(
        row,
        "{},{},{},{},{},{},{},{payload},{encoding}",
        iso(stored.id.received()),
        stored.id.0,
        cell(&message.topic),
        message.qos,
        message.retain,
        message.dup,
        fields::mark_names(stored.marks).join(" "),
    );
    let none = Properties::default();
    let properties = message.properties.as_deref().unwrap_or(&none);
    let number = |number: Option<u32>| number.map_or_else(String::new, |number| number.to_string());
    let text = |text: &Option<String>| text.as_deref().map_or_else(String::new, cell);
    let ids: Vec<String> = properties.subscription_ids.iter().map(u32::to_string).collect();
    let user = match properties.user.is_empty() {
        true => String::new(),
        false => serde_json::json!(properties.user).to_string(),
    };
    let _ = write!(
        row,
        ",{},{},{},{},{},{},{}\r\n",
        number(properties.payload_format.map(u32::from)),
        number(properties.expiry),
        text(&properties.content_type),
        text(&properties.response_topic),
        properties
            .correlation_data
            .as_deref()
            .map_or_else(String::new, |data| cell(&fields::base64(data))),
        ids.join(" "),
        cell(&user),
    );
    out.extend_from_slice(row.as_bytes());
}

fn is_printable(text: &str) -> bool {
    let odd = |c: char| c.is_control() && !matches!(c, '\t' | '\r' | '\n');
    !text.chars().any(odd)
}

fn is_formula(text: &str) -> bool {
    let plain_number = || {
        let digits = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
        text.chars().all(digits) && text.parse::<f64>().is_ok()
    };
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\'']) && !plain_number()
}

fn cell(text: &str) -> String {
    let mark = if is_formula(text) { "'" } else { "" };
    if text.contains([',', '"', '\n', '\r']) || text.starts_with(' ') || text.ends_with(' ') {
        format!("\"{mark}{}\"", text.replace('"', "\"\""))
    } else {
        format!("{mark}{text}")
    }
}

/// Takes off the apostrophe that [`write()`] puts in front.
fn unmarked(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if is_formula(rest) => rest,
        _ => cell,
    }
}

/// Which column of a file holds what.
#[derive(Clone, Debug)]
pub struct Columns([Option<usize>; COLUMNS.len()]);

impl Columns {
    /// Reads the first row.
    pub fn read(cells: &[String]) -> Result<Self, Wrong> {
        let place = |name: &str| cells.iter().position(|cell| cell.trim() == name);
        let columns = Self(COLUMNS.map(place));
        for needed in ["time_us", "topic", "payload"] {
            if columns.place(needed).is_none() {
                return Err(Wrong::NoColumn { column: needed });
            }
        }
        Ok(columns)
    }

    fn place(&self, name: &str) -> Option<usize> {
        let at = COLUMNS.iter().position(|column| *column == name)?;
        self.0[at]
    }

    fn get<'a>(&self, cells: &'a [String], name: &str) -> &'a str {
        let cell = self.place(name).and_then(|at| cells.get(at));
        cell.map_or("", |cell| unmarked(cell))
    }

    /// Reads one row.
    pub fn message(&self, cells: &[String]) -> Result<Stored, Wrong> {
        let get = |name| self.get(cells, name);
        let text = |name| Some(get(name).to_owned()).filter(|text| !text.is_empty());
        let flag = |field| match get(field) {
            "" | "false" | "FALSE" | "0" => Ok(false),
            "true" | "TRUE" | "1" => Ok(true),
            _ => Err(Wrong::Value { field }),
        };
        let wrong = |field| move |_| Wrong::Value { field };
        let number = |field| match get(field) {
            "" => Ok(None),
            cell => cell.parse::<u32>().map(Some).map_err(wrong(field)),
        };
        let small = |field| match number(field)? {
            Some(number) => u8::try_from(number).map(Some).map_err(|_| Wrong::Value { field }),
            None => Ok(None),
        };
        let ids = get("subscription_ids").split_ascii_whitespace();
        let user = get("user_properties");
        fields::message(Parts {
            time: get("time_us")
                .parse()
                .map_err(|_| Wrong::Value { field: "time_us" })?,
            topic: get("topic").to_owned(),
            qos: small("qos")?.unwrap_or(0),
            retain: flag("retain")?,
            dup: flag("dup")?,
            marks: fields::marks_of(get("marks").split_ascii_whitespace()),
            payload: fields::payload(get("payload").to_owned(), get("encoding"))?,
            properties: Properties {
                payload_format: small("payload_format")?,
                expiry: number("expiry")?,
                content_type: text("content_type"),
                response_topic: text("response_topic"),
                correlation_data: match get("correlation_data") {
                    "" => None,
                    data => Some(fields::bytes_of(data, "correlation_data")?),
                },
                subscription_ids: ids
                    .map(|id| id.parse().map_err(wrong("subscription_ids")))
                    .collect::<Result<_, _>>()?,
                user: match user {
                    "" => Vec::new(),
                    user => serde_json::from_str(user).map_err(|_| Wrong::Value {
                        field: "user_properties",
                    })?,
                },
            },
        })
    }
}
