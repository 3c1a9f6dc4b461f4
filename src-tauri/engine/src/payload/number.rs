//! Numbers in payloads: which ones there are, and the one at a path, which every message of a charted
//! topic is asked for. Numbers are read as `f64`; text keeps them exact elsewhere.

use super::event::{Container, Event, Scalar, Source};
use super::model::{Format, Hint};
use super::open::open;
use super::path::{FieldPath, Segment};
use super::quantity::{parse, unit_of_key};
use super::reader::{aliases, message, source};
use super::track::Tracker;
use super::{cbor, json, msgpack, proto, sparkplug, xml};

/// At most so many numbers are listed.
const MAX_FOUND: usize = 10_000;

/// Numbers are looked for in the first megabytes of what a payload unpacks to.
const MOST_UNPACKED: usize = 4_000_000;

/// A number in a payload.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Where it stands, as [`FieldPath::parse`] reads it; `$` for a payload that is a number.
    pub path: String,
    /// Its value; booleans and on/off are 1 and 0.
    pub value: f64,
    /// From the text (`20.0 °C`), a `unit` beside it, or the end of the key (`oil_temp_c`).
    pub unit: Option<String>,
}

/// The numbers of a payload in the order they were sent; at most 10,000. What comes before a cut or a
/// fault counts.
pub fn numbers(bytes: &[u8], hint: Hint<'_>) -> Vec<Found> {
    let opened = open(bytes, hint, None, MOST_UNPACKED);
    let (bytes, format) = (opened.bytes.as_ref(), opened.format);
    if format == Format::Xml {
        let mut found = Vec::new();
        xml::each_number(bytes, |value| {
            found.push(Found {
                path: value.path.into(),
                value: value.number,
                unit: value.unit,
            });
            found.len() < MAX_FOUND
        });
        return found;
    }
    let Some(mut source) = source(bytes, format, hint.known) else {
        let found = plain(bytes, format).map(|(value, unit)| Found {
            path: "$".into(),
            value,
            unit,
        });
        return found.into_iter().collect();
    };
    let mut found: Vec<Found> = Vec::new();
    let mut tracker = Tracker::new();
    let mut key_unit = None;
    // For each open container: the first number found in it, and the unit that a sibling names.
    let mut open: Vec<(usize, Option<String>)> = Vec::new();
    while let Ok(Some(event)) = source.next() {
        tracker.see(&event);
        match &event {
            Event::Begin(_) => open.push((found.len(), None)),
            Event::End => {
                if let Some((first, Some(unit))) = open.pop() {
                    for number in found[first..].iter_mut().filter(|number| number.unit.is_none()) {
                        number.unit = Some(unit.clone());
                    }
                }
            }
            Event::Key(key) => key_unit = Some(key.name().into_owned()),
            Event::Value(value) => {
                let name = key_unit.take();
                if let (Scalar::Quoted(_) | Scalar::Text(_), Some("unit" | "units" | "uom"), Some(level)) =
                    (value, name.as_deref(), open.last_mut())
                {
                    level.1 = Some(value.name().into_owned()).filter(|unit| unit.len() <= 16);
                    continue;
                }
                if let (Some((value, unit)), Some(path)) = (value.number(), tracker.path()) {
                    let unit = unit.or_else(|| unit_of_key(name.as_deref()?));
                    found.push(Found {
                        path: path.into(),
                        value,
                        unit,
                    });
                }
            }
            Event::Tag(_) => {}
        }
        if found.len() == MAX_FOUND {
            break;
        }
    }
    found
}

/// A payload that is one number as text.
pub(super) fn plain(bytes: &[u8], format: Format) -> Option<(f64, Option<String>)> {
    if format != Format::Text || bytes.len() > 64 {
        return None;
    }
    parse(std::str::from_utf8(bytes).ok()?)
}

/// The number at a path, or nothing. Of keys that repeat the last one counts, as JSON readers have it.
/// The metrics of Sparkplug B are also found by their bare name.
pub fn number_at(bytes: &[u8], hint: Hint<'_>, path: &FieldPath) -> Option<f64> {
    let segments = path.segments();
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    // Looking at one byte spares the detection; anything else is rare enough to be detected.
    let is_told = hint.content_type.is_some() || hint.known.is_some_and(|known| known.format.is_some());
    if let Some(b'{' | b'[') = first
        && !segments.is_empty()
        && !is_told
        && let Some(value) = find(&mut json::Scanner::new(bytes), segments)
    {
        return Some(value);
    }
    let opened = open(bytes, hint, None, MOST_UNPACKED);
    let bytes = opened.bytes.as_ref();
    let (aliases, message) = (aliases(hint.known), message(hint.known));
    match (opened.format, segments) {
        (Format::Text, []) => plain(bytes, Format::Text).map(|(value, _)| value),
        (Format::SparkplugB, [name @ Segment::Key(_)]) => {
            let inside = [Segment::Key("metrics".into()), name.clone()];
            find(&mut sparkplug::Reader::new(bytes, aliases), &inside)
                .or_else(|| find(&mut sparkplug::Reader::new(bytes, aliases), segments))
        }
        (Format::Json, _) => find(&mut json::Scanner::new(bytes), segments),
        (Format::Cbor, _) => find(&mut cbor::Reader::new(bytes), segments),
        (Format::MessagePack, _) => find(&mut msgpack::Reader::new(bytes), segments),
        (Format::SparkplugB, _) => find(&mut sparkplug::Reader::new(bytes, aliases), segments),
        (Format::Protobuf, _) => find(&mut proto::Reader::new(bytes, message), segments),
        // To `FieldPath`, a path into a document is one key.
        (Format::Xml, [Segment::Key(path)]) => {
            let mut found = None;
            xml::each_number(bytes, |value| {
                found = (value.path == path).then_some(value.number);
                found.is_none()
            });
            found
        }
        _ => None,
    }
}

/// Walks the events and looks only into the containers on the way.
fn find<'a>(source: &mut impl Source<'a>, segments: &[Segment]) -> Option<f64> {
    let mut found = None;
    // The containers that are on the way, with the index of the next item in them.
    let mut on_way: Vec<(Container, usize)> = Vec::new();
    let mut beside = 0usize;
    let mut key_hit = false;
    while let Ok(Some(event)) = source.next() {
        match event {
            Event::Key(key) => {
                key_hit = beside == 0
                    && on_way
                        .len()
                        .checked_sub(1)
                        .and_then(|at| segments.get(at))
                        .is_some_and(
                            |segment| matches!(segment, Segment::Key(name) if key.name() == name.as_str()),
                        );
            }
            Event::End if beside > 0 => beside -= 1,
            Event::End => drop(on_way.pop()),
            Event::Tag(_) => {}
            Event::Begin(_) | Event::Value(_) => {
                let depth = on_way.len();
                let hit = beside == 0
                    && match on_way.last_mut() {
                        None => true,
                        Some((Container::Map, _)) => key_hit,
                        Some((Container::List, next)) => {
                            *next += 1;
                            segments.get(depth - 1) == Some(&Segment::Index(*next - 1))
                        }
                    };
                match event {
                    Event::Begin(container) if hit && depth < segments.len() => on_way.push((container, 0)),
                    Event::Begin(_) => beside += 1,
                    Event::Value(value) if hit && depth == segments.len() => {
                        found = value.number().map(|(value, _)| value);
                    }
                    _ => {}
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use ciborium::cbor;

    use super::*;

    fn at(json: &str, path: &str) -> Option<f64> {
        number_at(json.as_bytes(), Hint::default(), &FieldPath::parse(path).unwrap())
    }

    #[test]
    fn finds_the_number_at_a_path() {
        let json = r#"{"a":{"b":[1,{"c":2.5},true]},"odd key":"12,5","a.b":7,"s":"on","x":null}"#;
        assert_eq!(at(json, "$.a.b[0]"), Some(1.0));
        assert_eq!(at(json, "$.a.b[1].c"), Some(2.5));
        assert_eq!(at(json, "$.a.b[2]"), Some(1.0));
        assert_eq!(at(json, "$[\"odd key\"]"), Some(12.5));
        assert_eq!(at(json, "$[\"a.b\"]"), Some(7.0));
        assert_eq!(at(json, "$.s"), Some(1.0));
        for missing in [
            "$.a", "$.a.b", "$.a.b[3]", "$.x", "$.c", "$.a.c", "$", "$[0]", "$.a[0]",
        ] {
            assert_eq!(at(json, missing), None, "{missing}");
        }
        assert_eq!(at("61.4", "value"), Some(61.4));
        assert_eq!(at("\"20.0 °C\"", "$"), Some(20.0));
        assert_eq!(at("[[1,2],[3,4]]", "$[1][0]"), Some(3.0));
    }

    #[test]
    fn of_repeated_keys_the_last_counts() {
        assert_eq!(at(r#"{"a":1,"a":2}"#, "$.a"), Some(2.0));
        assert_eq!(at(r#"{"a":1,"a":[3]}"#, "$.a"), Some(1.0));
    }

    #[test]
    fn lists_numbers_with_units_and_paths() {
        let json = r#"{"oil_temp_c":61.4,"in":{"value":3,"unit":"bar"},"ok":true,"id":"T-1","v":["20 %"]}"#;
        let found: Vec<_> = numbers(json.as_bytes(), Hint::default())
            .into_iter()
            .map(|found| (found.path, found.value, found.unit.unwrap_or_default()))
            .collect();
        assert_eq!(
            found,
            [
                ("$.oil_temp_c".to_string(), 61.4, "°C".to_string()),
                ("$.in.value".into(), 3.0, "bar".into()),
                ("$.ok".into(), 1.0, String::new()),
                ("$.v[0]".into(), 20.0, "%".into()),
            ]
        );
        assert!(numbers(b"RUNNING", Hint::default()).is_empty());
        assert_eq!(numbers(b"5 kN", Hint::default())[0].unit.as_deref(), Some("kN"));
        assert_eq!(numbers(&b"[1".repeat(20_000), Hint::default()).len(), 0);
    }

    #[test]
    fn every_listed_path_leads_to_its_number() {
        let mut cbor = Vec::new();
        let value = cbor!({"a b" => [1, {"c" => 2.5}], 7 => 1.5, "t" => true}).unwrap();
        ciborium::into_writer(&value, &mut cbor).unwrap();
        let mut msgpack = Vec::new();
        let value = rmpv::Value::Map(vec![("x".into(), rmpv::Value::Array(vec![1.into(), 2.into()]))]);
        rmpv::encode::write_value(&mut msgpack, &value).unwrap();
        let sparkplug = sparkplug::tests::sample();
        let hint = Hint {
            topic: "spBv1.0/Plant7/DDATA/edge-02",
            ..Hint::default()
        };
        for (bytes, count) in [(&cbor, 4), (&msgpack, 2), (&sparkplug, 5)] {
            let found = numbers(bytes, hint);
            assert_eq!(found.len(), count);
            for number in found {
                let path = FieldPath::parse(&number.path).unwrap();
                assert_eq!(
                    number_at(bytes, hint, &path),
                    Some(number.value),
                    "{}",
                    number.path
                );
            }
        }
        let metric = FieldPath::parse("Motor/Current").unwrap();
        assert_eq!(number_at(&sparkplug, hint, &metric), Some(f64::from(2.7f32)));
    }
}
