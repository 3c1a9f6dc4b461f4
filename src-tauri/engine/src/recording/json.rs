//! JSON Lines: one message a line, nothing lost.
//!
//! ```json
//! {"time":1700000000000000,"topic":"a/b","qos":1,"retain":false,"dup":false,"payload":"21.5"}
//! ```
//!
//! - `time`: when it was received, microseconds since the Unix epoch (UTC).
//! - `topic`, `qos` (0 to 2), `retain`, `dup`: as delivered.
//! - `marks`: how it came, where there is something to say: `"redelivered"`, `"late"`.
//! - `payload`: the text, where it is valid UTF-8 and at most twice as long with its escapes; otherwise
//!   Base64 (RFC 4648), and `encoding` is `"base64"`.
//! - `properties`, where there are any (MQTT 5, 3.3.2.3): `payloadFormat`, `expiry` in seconds,
//!   `contentType`, `responseTopic`, `correlationData` as Base64, `subscriptionIds`, and `user` as pairs
//!   in received order.
//!
//! `time`, `topic` and `payload` are needed; the rest has a usual value. Fields that are unknown are
//! passed over.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::fields::{self, Parts};
use super::read::Wrong;
use crate::history::Stored;
use crate::message::Properties;

#[derive(Serialize, Deserialize)]
struct Line<'a> {
    time: i64,
    #[serde(borrow)]
    topic: Cow<'a, str>,
    #[serde(default)]
    qos: u8,
    #[serde(default)]
    retain: bool,
    #[serde(default)]
    dup: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty", borrow)]
    marks: Vec<Cow<'a, str>>,
    payload: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    encoding: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    properties: Option<LineProperties<'a>>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct LineProperties<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    payload_format: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiry: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_type: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_topic: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    correlation_data: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    subscription_ids: Vec<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    user: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

/// Appends one message and the end of its line.
pub fn write(stored: &Stored, out: &mut Vec<u8>) {
    let message = &stored.message;
    let (payload, encoding) = match std::str::from_utf8(&message.payload) {
        Ok(text) if escaped(text) <= 2 * text.len() => (Cow::Borrowed(text), None),
        _ => (
            Cow::Owned(fields::base64(&message.payload)),
            Some(Cow::Borrowed("base64")),
        ),
    };
    let line = Line {
        time: stored.id.0,
        topic: Cow::Borrowed(&message.topic),
        qos: message.qos.level(),
        retain: message.retain,
        dup: message.dup,
        marks: fields::mark_names(stored.marks)
            .into_iter()
            .map(Cow::Borrowed)
            .collect(),
        payload,
        encoding,
        properties: message.properties.as_deref().map(written),
    };
    serde_json::to_writer(&mut *out, &line)
        .expect("a line has no keys that are not text, and a Vec takes it");
    out.push(b'\n');
}

/// How long a text is between its quotes (RFC 8259, 7). A control character takes six bytes, so a large payload of
/// them would make a line that nobody reads again.
fn escaped(text: &str) -> usize {
    let long = |byte: u8| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0c => 2,
        ..0x20 => 6,
        _ => 1,
    };
    text.bytes().map(long).sum()
}

fn written(properties: &Properties) -> LineProperties<'_> {
    let text = |text: &'_ Option<String>| text.clone().map(Cow::Owned);
    LineProperties {
        payload_format: properties.payload_format,
        expiry: properties.expiry,
        content_type: text(&properties.content_type),
        response_topic: text(&properties.response_topic),
        correlation_data: properties
            .correlation_data
            .as_deref()
            .map(|bytes| Cow::Owned(fields::base64(bytes))),
        subscription_ids: properties.subscription_ids.clone(),
        user: properties
            .user
            .iter()
            .map(|(name, value)| (Cow::Borrowed(name.as_str()), Cow::Borrowed(value.as_str())))
            .collect(),
    }
}

/// Reads one line.
pub fn read(line: &str) -> Result<Stored, Wrong> {
    let line: Line<'_> = serde_json::from_str(line).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => Wrong::Shape { said: said(&error) },
        _ => Wrong::NotJson {
            column: error.column() as u64,
        },
    })?;
    let read = line.properties.unwrap_or_default();
    let text = |text: Option<Cow<'_, str>>| text.map(Cow::into_owned);
    let correlation_data = match &read.correlation_data {
        Some(data) => Some(fields::bytes_of(data, "correlationData")?),
        None => None,
    };
    fields::message(Parts {
        time: line.time,
        topic: line.topic.into_owned(),
        qos: line.qos,
        retain: line.retain,
        dup: line.dup,
        marks: fields::marks_of(line.marks.iter().map(AsRef::as_ref)),
        payload: fields::payload(
            line.payload.into_owned(),
            line.encoding.as_deref().unwrap_or_default(),
        )?,
        properties: Properties {
            payload_format: read.payload_format,
            expiry: read.expiry,
            content_type: text(read.content_type),
            response_topic: text(read.response_topic),
            correlation_data,
            subscription_ids: read.subscription_ids,
            user: read
                .user
                .into_iter()
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
        },
    })
}

/// What the parser says of a wrong field, without the place: the line is known, and it has no others.
fn said(error: &serde_json::Error) -> String {
    let said = error.to_string();
    said.split(" at line ").next().unwrap_or_default().to_owned()
}
