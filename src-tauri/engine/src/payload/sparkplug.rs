//! Reads a Sparkplug B payload: a map of its metrics by name. It reads only the protocol buffer
//! fields that carry values; data sets, templates and property sets are shown as bytes.
//!
//! A metric without a name is known by its alias. Names, and the data types that are left out with them,
//! come from the birth messages of its node; without one it appears as `#alias`.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::event::{Container, DecodeProblem, Event, Scalar, Source};
use super::proto::{Data, Fields};

/// True for the topics on which Sparkplug B payloads travel. `STATE` carries JSON.
pub(super) fn is_topic(topic: &str) -> bool {
    topic
        .strip_prefix("spBv1.0/")
        .is_some_and(|rest| !rest.starts_with("STATE/"))
}

/// The topics of the birth messages that name the metrics of a topic: of its node, then of its device.
pub fn birth_topics(topic: &str) -> Vec<String> {
    let levels: Vec<&str> = topic.split('/').collect();
    match levels[..] {
        ["spBv1.0", group, "NDATA" | "NCMD", node] => vec![format!("spBv1.0/{group}/NBIRTH/{node}")],
        ["spBv1.0", group, "DDATA" | "DCMD", node, device] => vec![
            format!("spBv1.0/{group}/NBIRTH/{node}"),
            format!("spBv1.0/{group}/DBIRTH/{node}/{device}"),
        ],
        _ => Vec::new(),
    }
}

/// Aliases kept of one node; more than any node has, and a bound for memory.
const MOST_ALIASES: usize = 100_000;

/// What birth messages tell: the names and data types of metrics by alias. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Aliases(Arc<HashMap<u64, (String, u64)>>);

impl Aliases {
    /// Reads birth messages; of an alias that repeats, the later one counts. What does not decode tells
    /// nothing.
    pub fn from_births<'a>(births: impl IntoIterator<Item = &'a [u8]>) -> Self {
        Self::default().and(births)
    }

    /// What is known after a birth on this topic. That of a node begins anew: its devices are born after it.
    pub fn born(before: Option<&Self>, topic: &str, birth: &[u8]) -> Self {
        let before = before.filter(|_| topic.split('/').nth(2) != Some("NBIRTH"));
        before.cloned().unwrap_or_default().and([birth])
    }

    /// What is known with these in addition.
    pub fn with(&self, later: &Self) -> Self {
        let mut known = self.0.clone();
        Arc::make_mut(&mut known).extend(later.0.iter().map(|(alias, named)| (*alias, named.clone())));
        Self(known)
    }

    fn and<'a>(self, births: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut known = Arc::unwrap_or_clone(self.0);
        for birth in births {
            let mut fields = Fields::new(birth, 0);
            while let Ok(Some((number, data))) = fields.next_without_groups() {
                let (2, Data::Bytes(_, metric)) = (number, data) else {
                    continue;
                };
                let (mut name, mut alias, mut kind) = (None, None, 0);
                let mut fields = Fields::new(metric, 0);
                while let Ok(Some(field)) = fields.next_without_groups() {
                    match field {
                        (1, Data::Bytes(_, text)) => name = Some(text),
                        (2, Data::Varint(number)) => alias = Some(number),
                        (4, Data::Varint(number)) => kind = number,
                        _ => {}
                    }
                }
                if let (Some(name), Some(alias)) = (name, alias)
                    && known.len() < MOST_ALIASES
                {
                    known.insert(alias, (String::from_utf8_lossy(name).into_owned(), kind));
                }
            }
        }
        Self(Arc::new(known))
    }

    /// True if nothing is known.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Reads metrics one at a time, after what stands beside them.
pub(super) struct Reader<'a> {
    fields: Fields<'a>,
    aliases: Aliases,
    /// Events that were read together and not given away yet.
    ready: VecDeque<Event<'a>>,
    is_over: bool,
    problem: Option<DecodeProblem>,
}

/// How many metrics a payload has, or why it is none.
pub(super) fn count_metrics(bytes: &[u8]) -> Result<u32, DecodeProblem> {
    let mut fields = Fields::new(bytes, 0);
    let mut count = 0;
    while let Some(field) = fields.next_without_groups()? {
        if let (2, Data::Bytes(at, metric)) = field {
            let mut inside = Fields::new(metric, at);
            while inside.next_without_groups()?.is_some() {}
            count += 1;
        }
    }
    Ok(count)
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8], aliases: Option<&Aliases>) -> Self {
        Self::up_to(bytes, bytes.len(), aliases)
    }

    /// Reads the metrics of the first bytes, and what stands beside them wherever it is, each up to so many bytes.
    pub fn up_to(bytes: &'a [u8], end: usize, aliases: Option<&Aliases>) -> Self {
        Self {
            fields: Fields::new(&bytes[..end], 0),
            aliases: aliases.cloned().unwrap_or_default(),
            ready: beside_metrics(bytes, end),
            is_over: false,
            problem: None,
        }
    }

    fn next_metric(&mut self) -> Result<Option<Metric<'a>>, DecodeProblem> {
        while let Some(field) = self.fields.next_without_groups()? {
            if let (2, Data::Bytes(at, metric)) = field {
                return parse_metric(metric, at, &self.aliases).map(Some);
            }
        }
        Ok(None)
    }
}

impl<'a> Source<'a> for Reader<'a> {
    fn next(&mut self) -> Result<Option<Event<'a>>, DecodeProblem> {
        if self.ready.is_empty() && !self.is_over {
            match self.next_metric() {
                Ok(Some(Metric { name, tag, value })) => {
                    let tag = Some(tag).filter(|tag| !tag.is_empty());
                    self.ready.push_back(Event::Key(name));
                    self.ready.extend(tag.map(Event::Tag));
                    self.ready.push_back(Event::Value(value));
                }
                end => {
                    self.is_over = true;
                    self.problem = end.err();
                    self.ready.extend([Event::End, Event::End]);
                }
            }
        }
        match (self.ready.pop_front(), self.problem) {
            (Some(event), _) => Ok(Some(event)),
            (None, Some(problem)) => Err(problem),
            (None, None) => Ok(None),
        }
    }

    fn offset(&self) -> usize {
        self.problem
            .map_or(self.fields.offset(), |problem| problem.offset as usize)
    }
}

struct Metric<'a> {
    name: Scalar<'a>,
    tag: String,
    value: Scalar<'a>,
}

/// Everything up to the first metric. A fault only ends it here; it is told where the metrics end.
fn beside_metrics(bytes: &[u8], most: usize) -> VecDeque<Event<'_>> {
    let (mut timestamp, mut seq, mut uuid, mut body) = (None, None, None, None);
    let mut fields = Fields::new(bytes, 0);
    let part = |value: &[u8]| value.len().min(most);
    while let Ok(Some(field)) = fields.next_without_groups() {
        match field {
            (1, Data::Varint(value)) => timestamp = Some(Scalar::Int(value.into())),
            (3, Data::Varint(value)) => seq = Some(Scalar::Int(value.into())),
            (4, Data::Bytes(_, value)) => uuid = Some(Scalar::Text(value[..part(value)].into())),
            (5, Data::Bytes(_, value)) => body = Some(Scalar::Bytes(value[..part(value)].into())),
            _ => {}
        }
    }
    let key = |name: &'static str| Event::Key(Scalar::Text(name.as_bytes().into()));
    let mut events = VecDeque::from([Event::Begin(Container::Map)]);
    for (name, value) in [
        ("timestamp", timestamp),
        ("seq", seq),
        ("uuid", uuid),
        ("body", body),
    ] {
        events.extend(
            value
                .into_iter()
                .flat_map(|value| [key(name), Event::Value(value)]),
        );
    }
    events.extend([key("metrics"), Event::Begin(Container::Map)]);
    events
}

fn parse_metric<'a>(bytes: &'a [u8], base: usize, aliases: &Aliases) -> Result<Metric<'a>, DecodeProblem> {
    let (mut name, mut alias, mut kind, mut time) = (None, None, 0, None);
    let (mut value, mut words) = (Scalar::Null, Vec::new());
    let mut whole = None;
    let mut fields = Fields::new(bytes, base);
    while let Some(field) = fields.next_without_groups()? {
        match field {
            (1, Data::Bytes(_, text)) => name = Some(text),
            (2, Data::Varint(number)) => alias = Some(number),
            (3, Data::Varint(number)) => time = Some(number),
            (4, Data::Varint(number)) => kind = number,
            (5, Data::Varint(1)) => words.push("historical".to_string()),
            (6, Data::Varint(1)) => words.push("transient".to_string()),
            (7, Data::Varint(1)) => value = Scalar::Null,
            (10 | 11, Data::Varint(number)) => whole = Some(number),
            (12, Data::Fixed32(bits)) => value = Scalar::F32(f32::from_bits(bits)),
            (13, Data::Fixed64(bits)) => value = Scalar::F64(f64::from_bits(bits)),
            (14, Data::Varint(number)) => value = Scalar::Bool(number != 0),
            (15, Data::Bytes(_, text)) => value = Scalar::Text(text.into()),
            (16..=19, Data::Bytes(_, raw)) => value = Scalar::Bytes(raw.into()),
            _ => {}
        }
    }
    let born = alias.and_then(|alias| aliases.0.get(&alias));
    if kind == 0 {
        kind = born.map_or(0, |(_, kind)| *kind);
    }
    // The data type may follow the value, or stand in the birth message alone.
    if let Some(number) = whole {
        value = integer(kind, number);
    }
    let mut tag: Vec<String> = type_name(kind).map(str::to_string).into_iter().collect();
    let name = match (name, alias) {
        (Some(name), _) => {
            tag.extend(alias.map(|alias| format!("#{alias}")));
            Scalar::Text(name.into())
        }
        (None, Some(alias)) if born.is_some() => {
            tag.push(format!("#{alias}"));
            let name = born.map(|(name, _)| name.clone()).unwrap_or_default();
            Scalar::Text(name.into_bytes().into())
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
    use crate::payload::{Format, Hint, Problem, render};

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
            events(Reader::new(&sample(), None)).unwrap(),
            "{ \"timestamp\": 1700000000000 \"seq\": 41 \"metrics\": { \"Motor/Current\": <Float> 2.7 \"#5\": \
             <Int32> -7 \"On\": <Boolean @99 historical> true ] ]"
        );
        assert_eq!(count_metrics(&sample()), Ok(3));
    }

    #[test]
    fn a_cut_payload_shows_the_metrics_before_the_cut() {
        let whole = sample();
        let mut reader = Reader::new(&whole[..whole.len() - 10], None);
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
        assert!(count_metrics(b"\xff\xff").is_err());
    }

    #[test]
    fn metrics_are_read_as_they_are_asked_for() {
        let empty = b"\x12\0".repeat(300_000);
        let whole = [number(3, 41), empty, number(1, 7)].concat();
        let mut reader = Reader::new(&whole, None);
        let mut next = || match reader.next().unwrap() {
            Some(Event::Key(key)) => (key.text(), reader.offset()),
            Some(_) => (String::new(), reader.offset()),
            None => panic!("no more events"),
        };
        let mut keys = std::iter::repeat_with(&mut next).filter(|(key, _)| !key.is_empty());
        // What stands behind the metrics comes before them.
        let names: Vec<_> = keys.by_ref().take(3).map(|(key, _)| key).collect();
        assert_eq!(names, ["\"timestamp\"", "\"seq\"", "\"metrics\""]);
        assert_eq!(keys.nth(9), Some(("\"#0\"".into(), 22)));
        let hint = Hint {
            topic: "spBv1.0/g/DDATA/n/d",
            ..Hint::default()
        };
        let shown = render(&whole, hint, None, None, None);
        assert_eq!(shown.format, Format::SparkplugB);
        assert!(shown.lines.len() <= 250_001 && !shown.complete);
        let body = [&whole[..], &bytes(5, &[7; 100_000])].concat();
        let shown = render(&body, hint, None, Some(1_000), None);
        let text: usize = shown.lines.iter().map(|line| line.text().len()).sum();
        assert!(text < 15_000 && !shown.complete, "{text}");
    }

    #[test]
    fn births_give_names_and_types() {
        let metric = |parts: &[Vec<u8>]| bytes(2, &parts.concat());
        let node = metric(&[bytes(1, b"Node Control/Rebirth"), number(2, 1), number(4, 11)]);
        let device = [
            metric(&[bytes(1, b"Level"), number(2, 5), number(4, 3)]),
            metric(&[bytes(1, b"Nameless")]),
        ]
        .concat();
        let aliases = Aliases::from_births([&node[..], &device, b"\xff\xff broken"]);
        let data = [
            metric(&[number(2, 5), number(10, u64::from(-7i32 as u32))]),
            metric(&[number(2, 1), number(14, 1)]),
            metric(&[number(2, 9), number(10, 3)]),
        ]
        .concat();
        assert_eq!(
            events(Reader::new(&data, Some(&aliases))).unwrap(),
            "{ \"metrics\": { \"Level\": <Int32 #5> -7 \"Node Control/Rebirth\": <Boolean #1> true \"#9\": 3 ] ]"
        );
        assert_eq!(birth_topics("spBv1.0/g/NDATA/n"), ["spBv1.0/g/NBIRTH/n"]);
        assert_eq!(
            birth_topics("spBv1.0/g/DDATA/n/d"),
            ["spBv1.0/g/NBIRTH/n", "spBv1.0/g/DBIRTH/n/d"]
        );
        assert!(birth_topics("spBv1.0/g/NBIRTH/n").is_empty() && birth_topics("a/b").is_empty());
    }

    #[test]
    fn state_is_not_protocol_buffers() {
        assert!(is_topic("spBv1.0/Plant7/DDATA/edge-02"));
        assert!(!is_topic("spBv1.0/STATE/host"));
        assert!(!is_topic("a/spBv1.0/x"));
    }
}
