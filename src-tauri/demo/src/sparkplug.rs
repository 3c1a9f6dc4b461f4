//! Sparkplug B payloads: a writer for the few protobuf fields that births and data need.
//!
//! Field numbers are those of `sparkplug_b.proto` of Eclipse Tahu. Data sets, templates, property
//! sets and null values are left out; there is no reader.

/// A metric's value with its Sparkplug data type.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Int32(i32),
    UInt64(u64),
    Float(f32),
    Double(f64),
    Boolean(bool),
    Text(String),
}

impl Value {
    fn datatype(&self) -> u64 {
        match self {
            Value::Int32(_) => 3,
            Value::UInt64(_) => 8,
            Value::Float(_) => 9,
            Value::Double(_) => 10,
            Value::Boolean(_) => 11,
            Value::Text(_) => 12,
        }
    }
}

/// One metric. Births carry name and alias, data may carry the alias alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Metric {
    pub name: Option<&'static str>,
    pub alias: Option<u64>,
    pub value: Value,
}

/// Encodes a payload; `timestamp` is in milliseconds since 1970, `seq` runs from 0 to 255.
pub fn payload(timestamp: u64, metrics: &[Metric], seq: u8) -> Vec<u8> {
    let mut payload = Message::default();
    payload.varint(1, timestamp);
    for metric in metrics {
        payload.bytes(2, &encode_metric(metric, timestamp));
    }
    payload.varint(3, u64::from(seq));
    payload.0
}

fn encode_metric(metric: &Metric, timestamp: u64) -> Vec<u8> {
    let mut message = Message::default();
    if let Some(name) = metric.name {
        message.bytes(1, name.as_bytes());
    }
    if let Some(alias) = metric.alias {
        message.varint(2, alias);
    }
    message.varint(3, timestamp);
    message.varint(4, metric.value.datatype());
    match &metric.value {
        // Negative numbers travel as their two's complement in an unsigned field.
        Value::Int32(value) => message.varint(10, u64::from(*value as u32)),
        Value::UInt64(value) => message.varint(11, *value),
        Value::Float(value) => message.fixed32(12, *value),
        Value::Double(value) => message.fixed64(13, *value),
        Value::Boolean(value) => message.varint(14, u64::from(*value)),
        Value::Text(value) => message.bytes(15, value.as_bytes()),
    }
    message.0
}

/// A protobuf message under construction.
#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    fn varint(&mut self, field: u8, value: u64) {
        self.key(field, 0);
        self.raw_varint(value);
    }

    fn fixed64(&mut self, field: u8, value: f64) {
        self.key(field, 1);
        self.0.extend(value.to_le_bytes());
    }

    fn bytes(&mut self, field: u8, value: &[u8]) {
        self.key(field, 2);
        self.raw_varint(value.len() as u64);
        self.0.extend(value);
    }

    fn fixed32(&mut self, field: u8, value: f32) {
        self.key(field, 5);
        self.0.extend(value.to_le_bytes());
    }

    fn key(&mut self, field: u8, wire_type: u8) {
        self.raw_varint(u64::from(field) << 3 | u64::from(wire_type));
    }

    fn raw_varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_uses_its_own_field() {
        let encoded = |value| {
            encode_metric(
                &Metric {
                    name: None,
                    alias: Some(5),
                    value,
                },
                300,
            )
        };
        let head = [0x10, 5, 0x18, 0xac, 0x02, 0x20];
        let with = |rest: &[u8]| [&head[..], rest].concat();
        assert_eq!(
            encoded(Value::Int32(-1)),
            with(&[3, 0x50, 0xff, 0xff, 0xff, 0xff, 0x0f])
        );
        assert_eq!(encoded(Value::UInt64(128)), with(&[8, 0x58, 0x80, 0x01]));
        assert_eq!(encoded(Value::Float(1.5)), with(&[9, 0x65, 0, 0, 0xc0, 0x3f]));
        assert_eq!(
            encoded(Value::Double(1.5)),
            with(&[10, 0x69, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f])
        );
        assert_eq!(encoded(Value::Boolean(true)), with(&[11, 0x70, 1]));
        assert_eq!(
            encoded(Value::Text("ok".to_owned())),
            with(&[12, 0x7a, 2, b'o', b'k'])
        );
    }

    #[test]
    fn a_payload_holds_time_metrics_and_sequence() {
        let metric = Metric {
            name: Some("a"),
            alias: None,
            value: Value::Boolean(false),
        };
        let expected = [
            0x08, 1, 0x12, 9, 0x0a, 1, b'a', 0x18, 1, 0x20, 11, 0x70, 0, 0x18, 0xff, 0x01,
        ];
        assert_eq!(payload(1, &[metric], 255), expected);
    }
}
