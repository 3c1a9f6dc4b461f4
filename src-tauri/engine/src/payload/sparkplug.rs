//! Reads a Sparkplug B payload: a map of its metrics by name. It reads only the protocol buffer
//! fields that carry values; data sets, templates and property sets are shown as bytes.
//!
//! A metric without a name is known by its alias and appears as `#alias`; aliases are not resolved,
//! because that needs the birth message of the node.

use std::vec::IntoIter;

use super::event::{Container, DecodeProblem, Event, Problem, Scalar, Source};
use super::frames::problem;

/// True for the topics on which Sparkplug B payloads travel. `STATE` carries JSON.
pub(super) fn is_topic(topic: &str) -> bool {
    topic
        .strip_prefix("spBv1.0/")
        .is_some_and(|rest| !rest.starts_with("STATE/"))
}

/// A reader that has decoded the payload as far as it goes.
pub(super) struct Reader<'a> {
    events: IntoIter<Event<'a>>,
    problem: Option<DecodeProblem>,
    end: usize,
}

/// How many metrics a payload has, if it is one.
pub(super) fn count_metrics(bytes: &[u8]) -> Option<u32> {
    let mut fields = Fields::new(bytes, 0);
    let mut count = 0;
    while let Some(field) = fields.next().ok()? {
        if let (2, Data::Bytes(at, metric)) = field {
            parse_metric(metric, at).ok()?;
            count += 1;
        }
    }
    Some(count)
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        let mut payload = Payload::default();
        let problem = payload.read(bytes).err();
        Self {
            events: payload.events().into_iter(),
            problem,
            end: bytes.len(),
        }
    }
}

impl<'a> Source<'a> for Reader<'a> {
    fn next(&mut self) -> Result<Option<Event<'a>>, DecodeProblem> {
        match (self.events.next(), self.problem) {
            (Some(event), _) => Ok(Some(event)),
            (None, Some(problem)) => Err(problem),
            (None, None) => Ok(None),
        }
    }

    fn offset(&self) -> usize {
        self.problem.map_or(self.end, |problem| problem.offset as usize)
    }
}

/// The content of a protocol buffer field; bytes with their offset.
enum Data<'a> {
    Varint(u64),
    Fixed32(u32),
    Fixed64(u64),
    Bytes(usize, &'a [u8]),
}

struct Fields<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Where the message begins in the payload.
    base: usize,
}

impl<'a> Fields<'a> {
    fn new(bytes: &'a [u8], base: usize) -> Self {
        Self { bytes, at: 0, base }
    }

    fn fail<T>(&self, at: usize, kind: Problem) -> Result<T, DecodeProblem> {
        Err(problem(self.base + at, kind))
    }

    fn varint(&mut self) -> Result<u64, DecodeProblem> {
        let start = self.at;
        let mut value = 0u64;
        for shift in (0..70).step_by(7) {
            let Some(byte) = self.bytes.get(self.at).copied() else {
                return self.fail(self.at, Problem::UnexpectedEnd);
            };
            self.at += 1;
            value |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        self.fail(start, Problem::UnexpectedByte)
    }

    fn take(&mut self, count: u64) -> Result<&'a [u8], DecodeProblem> {
        let rest = &self.bytes[self.at..];
        match usize::try_from(count).ok().and_then(|count| rest.get(..count)) {
            Some(taken) => {
                self.at += taken.len();
                Ok(taken)
            }
            None => self.fail(self.bytes.len(), Problem::UnexpectedEnd),
        }
    }

    fn next(&mut self) -> Result<Option<(u64, Data<'a>)>, DecodeProblem> {
        if self.at == self.bytes.len() {
            return Ok(None);
        }
        let start = self.at;
        let tag = self.varint()?;
        let little = |bytes: &[u8]| bytes.iter().rev().fold(0, |n, byte| n << 8 | u64::from(*byte));
        let data = match tag & 7 {
            0 => Data::Varint(self.varint()?),
            1 => Data::Fixed64(little(self.take(8)?)),
            2 => {
                let length = self.varint()?;
                let at = self.base + self.at;
                Data::Bytes(at, self.take(length)?)
            }
            5 => Data::Fixed32(little(self.take(4)?) as u32),
            _ => return self.fail(start, Problem::UnexpectedByte),
        };
        match tag >> 3 {
            0 => self.fail(start, Problem::UnexpectedByte),
            number => Ok(Some((number, data))),
        }
    }
}

struct Metric<'a> {
    name: Scalar<'a>,
    tag: String,
    value: Scalar<'a>,
}

#[derive(Default)]
struct Payload<'a> {
    timestamp: Option<u64>,
    metrics: Vec<Metric<'a>>,
    seq: Option<u64>,
    uuid: Option<&'a [u8]>,
    body: Option<&'a [u8]>,
}

impl<'a> Payload<'a> {
    fn read(&mut self, bytes: &'a [u8]) -> Result<(), DecodeProblem> {
        let mut fields = Fields::new(bytes, 0);
        while let Some(field) = fields.next()? {
            match field {
                (1, Data::Varint(value)) => self.timestamp = Some(value),
                (2, Data::Bytes(at, metric)) => self.metrics.push(parse_metric(metric, at)?),
                (3, Data::Varint(value)) => self.seq = Some(value),
                (4, Data::Bytes(_, value)) => self.uuid = Some(value),
                (5, Data::Bytes(_, value)) => self.body = Some(value),
                _ => {}
            }
        }
        Ok(())
    }

    fn events(self) -> Vec<Event<'a>> {
        let key = |name: &'static str| Event::Key(Scalar::Text(name.as_bytes().into()));
        let mut events = vec![Event::Begin(Container::Map)];
        let mut field = |name, value: Option<Scalar<'a>>| {
            events.extend(
                value
                    .into_iter()
                    .flat_map(|value| [key(name), Event::Value(value)]),
            );
        };
        field("timestamp", self.timestamp.map(|value| Scalar::Int(value.into())));
        field("seq", self.seq.map(|value| Scalar::Int(value.into())));
        field("uuid", self.uuid.map(|value| Scalar::Text(value.into())));
        field("body", self.body.map(|value| Scalar::Bytes(value.into())));
        events.extend([key("metrics"), Event::Begin(Container::Map)]);
        for metric in self.metrics {
            events.push(Event::Key(metric.name));
            if !metric.tag.is_empty() {
                events.push(Event::Tag(metric.tag));
            }
            events.push(Event::Value(metric.value));
        }
        events.extend([Event::End, Event::End]);
        events
    }
}

fn parse_metric(bytes: &[u8], base: usize) -> Result<Metric<'_>, DecodeProblem> {
    let (mut name, mut alias, mut kind, mut time) = (None, None, 0, None);
    let (mut value, mut words) = (Scalar::Null, Vec::new());
    let mut fields = Fields::new(bytes, base);
    while let Some(field) = fields.next()? {
        match field {
            (1, Data::Bytes(_, text)) => name = Some(text),
            (2, Data::Varint(number)) => alias = Some(number),
            (3, Data::Varint(number)) => time = Some(number),
            (4, Data::Varint(number)) => kind = number,
            (5, Data::Varint(1)) => words.push("historical".to_string()),
            (6, Data::Varint(1)) => words.push("transient".to_string()),
            (7, Data::Varint(1)) => value = Scalar::Null,
            (10 | 11, Data::Varint(number)) => value = integer(kind, number),
            (12, Data::Fixed32(bits)) => value = Scalar::F32(f32::from_bits(bits)),
            (13, Data::Fixed64(bits)) => value = Scalar::F64(f64::from_bits(bits)),
            (14, Data::Varint(number)) => value = Scalar::Bool(number != 0),
            (15, Data::Bytes(_, text)) => value = Scalar::Text(text.into()),
            (16..=19, Data::Bytes(_, raw)) => value = Scalar::Bytes(raw.into()),
            _ => {}
        }
    }
    let mut tag: Vec<String> = type_name(kind).map(str::to_string).into_iter().collect();
    let name = match (name, alias) {
        (Some(name), _) => {
            tag.extend(alias.map(|alias| format!("#{alias}")));
            Scalar::Text(name.into())
        }
        (None, alias) => Scalar::Text(format!("#{}", alias.unwrap_or(0)).into_bytes().into()),
    };
    tag.extend(time.map(|time| format!("@{time}")));
    tag.append(&mut words);
    Ok(Metric {
        name,
        tag: tag.join(" "),
        value,
    })
}

/// Signed integers travel as the unsigned number with the same bits.
fn integer<'a>(kind: u64, number: u64) -> Scalar<'a> {
    Scalar::Int(match kind {
        1 => i128::from(number as i8),
        2 => i128::from(number as i16),
        3 => i128::from(number as i32),
        4 => i128::from(number as i64),
        _ => i128::from(number),
    })
}

fn type_name(kind: u64) -> Option<&'static str> {
    const NAMES: [&str; 20] = [
        "Unknown", "Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64", "Float",
        "Double", "Boolean", "String", "DateTime", "Text", "UUID", "DataSet", "Bytes", "File", "Template",
    ];
    NAMES
        .get(usize::try_from(kind).ok()?)
        .copied()
        .filter(|_| kind != 0)
}

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::payload::nasty::events;

    fn varint(mut value: u64) -> Vec<u8> {
        let mut out = Vec::new();
        while value >= 0x80 {
            out.push(value as u8 | 0x80);
            value >>= 7;
        }
        out.push(value as u8);
        out
    }

    fn number(field: u64, value: u64) -> Vec<u8> {
        [varint(field << 3), varint(value)].concat()
    }

    fn bytes(field: u64, value: &[u8]) -> Vec<u8> {
        [varint(field << 3 | 2), varint(value.len() as u64), value.to_vec()].concat()
    }

    pub fn sample() -> Vec<u8> {
        let current = [
            bytes(1, b"Motor/Current"),
            number(4, 9),
            [&[0x65][..], &2.7f32.to_le_bytes()].concat(),
        ]
        .concat();
        let level = [number(2, 5), number(4, 3), number(10, u64::from(-7i32 as u32))].concat();
        let on = [
            bytes(1, b"On"),
            number(3, 99),
            number(4, 11),
            number(14, 1),
            number(5, 1),
        ]
        .concat();
        [
            number(1, 1_700_000_000_000),
            bytes(2, &current),
            bytes(2, &level),
            bytes(2, &on),
            number(3, 41),
        ]
        .concat()
    }

    #[test]
    fn metrics_come_with_type_alias_and_time() {
        assert_eq!(
            events(Reader::new(&sample())).unwrap(),
            "{ \"timestamp\": 1700000000000 \"seq\": 41 \"metrics\": { \"Motor/Current\": <Float> 2.7 \"#5\": \
             <Int32> -7 \"On\": <Boolean @99 historical> true ] ]"
        );
        assert_eq!(count_metrics(&sample()), Some(3));
    }

    #[test]
    fn a_cut_payload_shows_the_metrics_before_the_cut() {
        let whole = sample();
        let mut reader = Reader::new(&whole[..whole.len() - 10]);
        let mut names = Vec::new();
        let problem = loop {
            match reader.next() {
                Ok(Some(Event::Key(key))) => names.push(key.name().into_owned()),
                Ok(Some(_)) => {}
                Ok(None) => panic!("no problem found"),
                Err(problem) => break problem,
            }
        };
        assert_eq!(names, ["timestamp", "metrics", "Motor/Current", "#5"]);
        assert_eq!(problem.kind, Problem::UnexpectedEnd);
        assert_eq!(count_metrics(b"\xff\xff"), None);
    }

    #[test]
    fn state_is_not_protocol_buffers() {
        assert!(is_topic("spBv1.0/Plant7/DDATA/edge-02"));
        assert!(!is_topic("spBv1.0/STATE/host"));
        assert!(!is_topic("a/spBv1.0/x"));
    }
}
