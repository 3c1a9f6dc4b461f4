//! The properties of a message as the bytes of one column.
//!
//! Identifiers are those of MQTT 5 (2.2.2.2); numbers and lengths are base-128, least significant
//! group first, so that a length has no limit of its own. The order of user properties and
//! subscription identifiers is kept. It knows no SQL.

use bytes::Bytes;

use crate::message::Properties;

const PAYLOAD_FORMAT: u8 = 0x01;
const EXPIRY: u8 = 0x02;
const CONTENT_TYPE: u8 = 0x03;
const RESPONSE_TOPIC: u8 = 0x08;
const CORRELATION_DATA: u8 = 0x09;
const SUBSCRIPTION_ID: u8 = 0x0b;
const USER: u8 = 0x26;

/// The bytes are not what `encode` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Malformed;

/// The bytes of a message's properties.
pub(super) fn encode(properties: &Properties) -> Vec<u8> {
    let mut out = Vec::with_capacity(64);
    if let Some(format) = properties.payload_format {
        out.extend([PAYLOAD_FORMAT, format]);
    }
    if let Some(seconds) = properties.expiry {
        out.push(EXPIRY);
        put_number(&mut out, u64::from(seconds));
    }
    if let Some(text) = &properties.content_type {
        out.push(CONTENT_TYPE);
        put_bytes(&mut out, text.as_bytes());
    }
    if let Some(topic) = &properties.response_topic {
        out.push(RESPONSE_TOPIC);
        put_bytes(&mut out, topic.as_bytes());
    }
    if let Some(data) = &properties.correlation_data {
        out.push(CORRELATION_DATA);
        put_bytes(&mut out, data);
    }
    for id in &properties.subscription_ids {
        out.push(SUBSCRIPTION_ID);
        put_number(&mut out, u64::from(*id));
    }
    for (name, value) in &properties.user {
        out.push(USER);
        put_bytes(&mut out, name.as_bytes());
        put_bytes(&mut out, value.as_bytes());
    }
    out
}

/// The properties of stored bytes.
pub(super) fn decode(bytes: &[u8]) -> Result<Properties, Malformed> {
    let mut input = Input(bytes);
    let mut properties = Properties::default();
    while let Some(identifier) = input.byte() {
        match identifier {
            PAYLOAD_FORMAT => properties.payload_format = Some(input.byte().ok_or(Malformed)?),
            EXPIRY => properties.expiry = Some(input.small()?),
            CONTENT_TYPE => properties.content_type = Some(input.text()?),
            RESPONSE_TOPIC => properties.response_topic = Some(input.text()?),
            CORRELATION_DATA => {
                properties.correlation_data = Some(Bytes::copy_from_slice(input.bytes()?));
            }
            SUBSCRIPTION_ID => properties.subscription_ids.push(input.small()?),
            USER => properties.user.push((input.text()?, input.text()?)),
            _ => return Err(Malformed),
        }
    }
    Ok(properties)
}

fn put_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_number(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn number(&mut self) -> Result<u64, Malformed> {
        let mut number = 0;
        for shift in (0..63).step_by(7) {
            let byte = self.byte().ok_or(Malformed)?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Malformed)
    }

    fn small(&mut self) -> Result<u32, Malformed> {
        u32::try_from(self.number()?).map_err(|_| Malformed)
    }

    fn bytes(&mut self) -> Result<&'a [u8], Malformed> {
        let length = usize::try_from(self.number()?).map_err(|_| Malformed)?;
        let (bytes, rest) = self.0.split_at_checked(length).ok_or(Malformed)?;
        self.0 = rest;
        Ok(bytes)
    }

    fn text(&mut self) -> Result<String, Malformed> {
        std::str::from_utf8(self.bytes()?)
            .map(str::to_owned)
            .map_err(|_| Malformed)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use rand::rngs::StdRng;
    use rand::{Rng, SeedableRng};

    use super::*;

    fn text(random: &mut StdRng) -> String {
        let longest = if random.random_ratio(1, 20) { 70_000 } else { 12 };
        (0..random.random_range(0..=longest))
            .map(|_| random.random::<char>())
            .collect()
    }

    fn some_properties(random: &mut StdRng) -> Properties {
        let mut properties = Properties::default();
        if random.random() {
            properties.payload_format = Some(random.random());
            properties.expiry = Some(random.random());
        }
        if random.random() {
            properties.content_type = Some(text(random));
            properties.response_topic = Some(text(random));
        }
        if random.random() {
            properties.correlation_data = Some(Bytes::from(text(random)));
        }
        properties.subscription_ids = (0..random.random_range(0..4)).map(|_| random.random()).collect();
        for _ in 0..random.random_range(0..4) {
            properties.user.push((text(random), text(random)));
        }
        properties
    }

    #[test]
    fn duplicates_and_their_order_survive() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let properties = Properties {
            user: vec![
                pair("a", "2"),
                pair("b", ""),
                pair("a", "1"),
                pair("a", "2"),
                pair("", ""),
            ],
            subscription_ids: vec![268_435_455, 1, 1],
            ..Properties::default()
        };
        assert_eq!(decode(&encode(&properties)), Ok(properties));
    }

    #[test]
    fn whatever_goes_in_comes_out() {
        let mut random = StdRng::seed_from_u64(5);
        for _ in 0..500 {
            let properties = some_properties(&mut random);
            assert_eq!(decode(&encode(&properties)), Ok(properties));
        }
    }

    #[test]
    fn damaged_bytes_are_refused_or_read_but_never_panic() {
        let mut random = StdRng::seed_from_u64(6);
        for _ in 0..2_000 {
            let mut bytes = encode(&some_properties(&mut random));
            bytes.truncate(200);
            for _ in 0..3 {
                if !bytes.is_empty() {
                    let at = random.random_range(0..bytes.len());
                    bytes[at] = random.random();
                }
            }
            let _ = decode(&bytes);
        }
        assert_eq!(decode(&[0x7e]), Err(Malformed));
        assert_eq!(decode(&[USER, 1, b'a']), Err(Malformed));
        assert_eq!(decode(&[CONTENT_TYPE, 2, 0xff, 0xfe]), Err(Malformed));
        assert_eq!(decode(&[EXPIRY, 0xff, 0xff, 0xff, 0xff, 0xff, 1]), Err(Malformed));
    }
}
