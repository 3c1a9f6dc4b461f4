//! The subscription identifiers in the head of a PUBLISH (MQTT 5, 3.3.2.3.8), read and replaced.
//!
//! The client library counts each identifier one byte too long, so that with several of them a part
//! of the properties ends up in the payload. One it reads right.

use super::decode::{Bytes, Head, SUBSCRIPTION_ID, Short};

const TOPIC_ALIAS: u8 = 0x23;

/// Where the properties of a PUBLISH are, counted from the start of the packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PublishHead {
    /// Where the variable header starts.
    pub(super) start: usize,
    /// Where the length of the properties stands.
    pub(super) length_at: usize,
    /// Where the properties start.
    pub(super) properties_at: usize,
    /// Where the payload starts.
    pub(super) payload_at: usize,
}

/// Finds the properties of a PUBLISH (MQTT 5, 3.3.2) at the start of `bytes`, which may hold less or
/// more than the packet. `None` if it has none.
pub(super) fn publish(bytes: &[u8], head: Head) -> Result<Option<PublishHead>, Short> {
    let end = head.len + head.body;
    let complete = bytes.len() >= end;
    let packet = &bytes[..bytes.len().min(end)];
    let find = || {
        let mut rest = Bytes(&packet[head.len..]);
        rest.binary()?;
        if head.flags & 0b0110 != 0 {
            rest.u16()?;
        }
        let length_at = packet.len() - rest.0.len();
        let length = rest.varint()? as usize;
        if length == 0 {
            return Ok(None);
        }
        let properties_at = packet.len() - rest.0.len();
        if properties_at + length > end {
            return Err(Short::Malformed);
        }
        rest.take(length)?;
        let payload_at = properties_at + length;
        Ok(Some(PublishHead {
            start: head.len,
            length_at,
            properties_at,
            payload_at,
        }))
    };
    match find() {
        Err(Short::Incomplete) if complete => Err(Short::Malformed),
        found => found,
    }
}

/// The subscription identifiers among the properties of a PUBLISH, in order. `None` if the
/// properties cannot be read.
pub(super) fn subscription_ids(properties: &[u8]) -> Option<Vec<u32>> {
    let mut ids = Vec::new();
    let mut bytes = Bytes(properties);
    while !bytes.0.is_empty() {
        match bytes.u8().ok()? {
            SUBSCRIPTION_ID => ids.push(bytes.varint().ok()?),
            other => bytes.skip(other).ok()?,
        }
    }
    Some(ids)
}

/// True if a topic alias (MQTT 5, 3.3.2.3.4) is among the properties of a PUBLISH.
pub(super) fn has_alias(properties: &[u8]) -> bool {
    let mut bytes = Bytes(properties);
    while let Ok(property) = bytes.u8() {
        if property == TOPIC_ALIAS {
            return true;
        }
        if bytes.skip(property).is_err() {
            return false;
        }
    }
    false
}

/// The head of a PUBLISH again, up to its payload, with `id` in place of all its subscription
/// identifiers. `None` if the properties cannot be read.
pub(super) fn with_one_id(packet: &[u8], head: Head, at: PublishHead, id: u32) -> Option<Vec<u8>> {
    let mut properties = Vec::new();
    let mut rest = Bytes(&packet[at.properties_at..at.payload_at]);
    while !rest.0.is_empty() {
        let before = rest.0;
        let property = rest.u8().ok()?;
        rest.skip(property).ok()?;
        if property != SUBSCRIPTION_ID {
            properties.extend_from_slice(&before[..before.len() - rest.0.len()]);
        }
    }
    properties.push(SUBSCRIPTION_ID);
    put_varint(&mut properties, id);
    let mut variable = packet[at.start..at.length_at].to_vec();
    put_varint(&mut variable, u32::try_from(properties.len()).ok()?);
    variable.append(&mut properties);
    let payload = head.len + head.body - at.payload_at;
    let mut rewritten = vec![packet[0]];
    put_varint(&mut rewritten, u32::try_from(variable.len() + payload).ok()?);
    rewritten.append(&mut variable);
    Some(rewritten)
}

fn put_varint(bytes: &mut Vec<u8>, mut value: u32) {
    while value > 0x7f {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::decode;
    use super::*;

    #[test]
    fn several_identifiers_become_one() {
        let packet = [
            &[0x32, 21, 0, 1, b't', 0, 7, 11][..],
            &[0x0b, 1, 0x01, 1, 0x0b, 2, 0x0b, 0x81, 0x01, 0x24, 1],
            b"data",
        ]
        .concat();
        let mut packet = packet;
        packet[1] = (packet.len() - 2) as u8;
        let head = decode::head(&packet).unwrap();
        let at = publish(&packet, head).unwrap().unwrap();
        let ids = subscription_ids(&packet[at.properties_at..at.payload_at]).unwrap();
        assert_eq!(ids, [1, 2, 129]);
        let mut rewritten = with_one_id(&packet, head, at, 0x0fff_0000).unwrap();
        rewritten.extend_from_slice(&packet[at.payload_at..]);
        let head = decode::head(&rewritten).unwrap();
        assert_eq!(head.len + head.body, rewritten.len());
        let at = publish(&rewritten, head).unwrap().unwrap();
        let properties = &rewritten[at.properties_at..at.payload_at];
        assert_eq!(subscription_ids(properties).unwrap(), [0x0fff_0000]);
        assert_eq!(&rewritten[at.payload_at..], b"data");
    }
}
