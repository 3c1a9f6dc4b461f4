//! Control packets, as the window and an export get them.

use treetop_engine::session::packets::{self as engine, Decoded, Logged};

use crate::types::packets::{
    PacketDetail, PacketDirection, PacketField, PacketKind, PacketProblem, PacketQuery, PacketRow,
    PacketValue, PacketWrong,
};

/// Fields of one packet that are shown at most.
const MOST_FIELDS: usize = 500;
/// Bytes of one packet that are shown as hex at most.
const MOST_HEX: usize = 4096;

pub(crate) fn kind(kind: engine::Kind) -> PacketKind {
    match kind {
        engine::Kind::Connect => PacketKind::Connect,
        engine::Kind::Connack => PacketKind::Connack,
        engine::Kind::Publish => PacketKind::Publish,
        engine::Kind::Puback => PacketKind::Puback,
        engine::Kind::Pubrec => PacketKind::Pubrec,
        engine::Kind::Pubrel => PacketKind::Pubrel,
        engine::Kind::Pubcomp => PacketKind::Pubcomp,
        engine::Kind::Subscribe => PacketKind::Subscribe,
        engine::Kind::Suback => PacketKind::Suback,
        engine::Kind::Unsubscribe => PacketKind::Unsubscribe,
        engine::Kind::Unsuback => PacketKind::Unsuback,
        engine::Kind::Pingreq => PacketKind::Pingreq,
        engine::Kind::Pingresp => PacketKind::Pingresp,
        engine::Kind::Disconnect => PacketKind::Disconnect,
        engine::Kind::Auth => PacketKind::Auth,
    }
}

pub(crate) fn query(query: PacketQuery) -> engine::Query {
    let wanted = |one: &engine::Kind| query.kinds.contains(&kind(*one));
    engine::Query {
        kinds: engine::Kind::ALL.into_iter().filter(wanted).collect(),
        direction: query.direction.map(|direction| match direction {
            PacketDirection::In => engine::Direction::In,
            PacketDirection::Out => engine::Direction::Out,
        }),
        text: query.text.trim().to_owned(),
    }
}

pub(crate) fn row(packet: &Logged, decoded: &Decoded) -> PacketRow {
    PacketRow {
        id: packet.id as f64,
        at: packet.at.millis(),
        direction: match packet.direction {
            engine::Direction::In => PacketDirection::In,
            engine::Direction::Out => PacketDirection::Out,
        },
        kind: decoded.kind.map(kind),
        size: packet.size as f64,
        summary: engine::summary(decoded),
        broken: broken(packet, decoded),
    }
}

/// What was not kept is not held against the packet.
fn broken(packet: &Logged, decoded: &Decoded) -> bool {
    let cut = packet.bytes.len() < packet.size;
    decoded
        .problems
        .iter()
        .any(|problem| !(cut && problem.wrong == engine::Wrong::Missing))
}

pub(crate) fn detail(packet: &Logged) -> PacketDetail {
    let decoded = engine::decode(&packet.bytes);
    let shown = &packet.bytes[..packet.bytes.len().min(MOST_HEX)];
    PacketDetail {
        row: row(packet, &decoded),
        more_fields: decoded.fields.len().saturating_sub(MOST_FIELDS) as f64,
        fields: decoded
            .fields
            .iter()
            .take(MOST_FIELDS)
            .map(|field| PacketField {
                name: field.name.into(),
                depth: field.depth,
                at: field.at.start as f64,
                value: value(&field.value),
            })
            .collect(),
        problems: decoded.problems.iter().map(problem).collect(),
        hex: hex(shown),
        kept: packet.bytes.len() as f64,
    }
}

fn value(value: &engine::Value) -> PacketValue {
    match value {
        engine::Value::Number(value) => PacketValue::Number { value: *value },
        engine::Value::Seconds(value) => PacketValue::Seconds { value: *value },
        engine::Value::Bytes(value) => PacketValue::Bytes { value: *value },
        engine::Value::Flag(value) => PacketValue::Flag { value: *value },
        engine::Value::Text(text) => PacketValue::Text { text: text.clone() },
        engine::Value::Binary { len, start } => PacketValue::Binary {
            size: *len as f64,
            hex: hex(start),
            text: std::str::from_utf8(start).ok().map(str::to_owned),
        },
        engine::Value::Pair(name, value) => PacketValue::Pair {
            name: name.clone(),
            value: value.clone(),
        },
        engine::Value::Reason(code, name) => PacketValue::Reason {
            code: *code,
            name: (*name).into(),
        },
        engine::Value::Secret => PacketValue::Secret,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn problem(problem: &engine::Problem) -> PacketProblem {
    let wrong = match &problem.wrong {
        engine::Wrong::Short => PacketWrong::Short,
        engine::Wrong::Missing => PacketWrong::Missing,
        engine::Wrong::Length => PacketWrong::Length,
        engine::Wrong::Text => PacketWrong::Text,
        engine::Wrong::Null => PacketWrong::Null,
        engine::Wrong::Type => PacketWrong::Type,
        engine::Wrong::Reserved => PacketWrong::Reserved,
        engine::Wrong::UnknownProperty(id) => PacketWrong::UnknownProperty { id: *id },
        engine::Wrong::Misplaced(name) => PacketWrong::Misplaced { name: (*name).into() },
        engine::Wrong::Repeated(name) => PacketWrong::Repeated { name: (*name).into() },
        engine::Wrong::Value(name) => PacketWrong::Value { name: (*name).into() },
        engine::Wrong::Trailing => PacketWrong::Trailing,
    };
    PacketProblem {
        at: problem.at as f64,
        wrong,
    }
}

/// A packet as one line of JSON: the time in milliseconds since the Unix epoch, the way, the kind, the
/// size on the wire, every field that was kept, and what is wrong with it.
pub(crate) fn json(packet: &Logged) -> serde_json::Value {
    let decoded = engine::decode(&packet.bytes);
    let row = row(packet, &decoded);
    let fields = decoded.fields.iter().map(|field| {
        serde_json::json!({
            "name": field.name, "depth": field.depth, "at": field.at.start, "value": value(&field.value),
        })
    });
    serde_json::json!({
        "at": row.at,
        "direction": row.direction,
        "packet": decoded.kind.map(engine::Kind::name),
        "size": packet.size,
        "kept": packet.bytes.len(),
        "fields": fields.collect::<Vec<_>>(),
        "problems": decoded.problems.iter().map(problem).collect::<Vec<_>>(),
    })
}
