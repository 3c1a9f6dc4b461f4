//! Reads the few packets that the tap must understand itself: CONNACK, PUBREC and DISCONNECT. Pure, bounded
//! by the slice it is given, and without panics on any bytes.
//!
//! It does not decode anything else: that is the client library's part.

use super::failure::Reason;
use super::status::Connack;
use crate::message::QoS;

pub(super) const CONNACK: u8 = 2;
pub(super) const PUBLISH: u8 = 3;
pub(super) const PUBREC: u8 = 5;
pub(super) const PUBREL: u8 = 6;
pub(super) const PINGRESP: u8 = 13;
pub(super) const DISCONNECT: u8 = 14;

pub(super) const SUBSCRIPTION_ID: u8 = 0x0b;

/// The fixed header of a packet (MQTT 5, 2.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) kind: u8,
    pub(super) flags: u8,
    /// Bytes of the fixed header.
    pub(super) len: usize,
    /// Bytes after it.
    pub(super) body: usize,
}

/// Bytes that are not there yet, or never can be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Short {
    Incomplete,
    Malformed,
}

/// Reads a fixed header from the start of `bytes`.
pub(super) fn head(bytes: &[u8]) -> Result<Head, Short> {
    let first = *bytes.first().ok_or(Short::Incomplete)?;
    let mut rest = Bytes(&bytes[1..]);
    let body = rest.varint()?;
    Ok(Head {
        kind: first >> 4,
        flags: first & 0x0f,
        len: bytes.len() - rest.0.len(),
        body: body as usize,
    })
}

/// The packet identifier of a PUBREC that is no refusal, from its body (MQTT 5, 3.5.2).
pub(super) fn pubrec(body: &[u8]) -> Option<u16> {
    let (id, rest) = body.split_first_chunk()?;
    let accepted = rest.first().is_none_or(|code| *code < 0x80);
    accepted.then_some(u16::from_be_bytes(*id))
}

/// A cursor over bytes.
#[derive(Clone, Copy)]
pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

impl<'a> Bytes<'a> {
    pub(super) fn take(&mut self, n: usize) -> Result<&'a [u8], Short> {
        let (taken, rest) = self.0.split_at_checked(n).ok_or(Short::Incomplete)?;
        self.0 = rest;
        Ok(taken)
    }

    pub(super) fn u8(&mut self) -> Result<u8, Short> {
        Ok(self.take(1)?[0])
    }

    pub(super) fn u16(&mut self) -> Result<u16, Short> {
        let b = self.take(2)?;
        Ok(u16::from_be_bytes([b[0], b[1]]))
    }

    fn u32(&mut self) -> Result<u32, Short> {
        let b = self.take(4)?;
        Ok(u32::from_be_bytes([b[0], b[1], b[2], b[3]]))
    }

    /// Variable byte integer (MQTT 5, 1.5.5).
    pub(super) fn varint(&mut self) -> Result<u32, Short> {
        let mut value = 0;
        for shift in [0, 7, 14, 21] {
            let byte = self.u8()?;
            value |= u32::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Short::Malformed)
    }

    pub(super) fn binary(&mut self) -> Result<&'a [u8], Short> {
        let len = self.u16()?;
        self.take(usize::from(len))
    }

    fn text(&mut self) -> Result<String, Short> {
        std::str::from_utf8(self.binary()?)
            .map(str::to_owned)
            .map_err(|_| Short::Malformed)
    }

    fn properties(&mut self) -> Result<Bytes<'a>, Short> {
        let len = self.varint()?;
        Ok(Bytes(self.take(len as usize)?))
    }

    /// Steps over the value of a property (MQTT 5, 2.2.2.2).
    pub(super) fn skip(&mut self, property: u8) -> Result<(), Short> {
        match property {
            0x01 | 0x17 | 0x19 | 0x24 | 0x25 | 0x28 | 0x29 | 0x2a => self.take(1).map(drop),
            0x13 | 0x21 | 0x22 | 0x23 => self.take(2).map(drop),
            0x02 | 0x11 | 0x18 | 0x27 => self.take(4).map(drop),
            SUBSCRIPTION_ID => self.varint().map(drop),
            0x03 | 0x08 | 0x09 | 0x12 | 0x15 | 0x16 | 0x1a | 0x1c | 0x1f => self.binary().map(drop),
            0x26 => {
                self.binary()?;
                self.binary().map(drop)
            }
            _ => Err(Short::Malformed),
        }
    }
}

/// Reads the body of a CONNACK (MQTT 5, 3.2). `None` if it cannot be one.
pub(super) fn connack(body: &[u8]) -> Option<Connack> {
    read_connack(Bytes(body)).ok()
}

fn read_connack(mut bytes: Bytes<'_>) -> Result<Connack, Short> {
    let flags = bytes.u8()?;
    let mut connack = Connack {
        code: bytes.u8()?,
        session_present: flags & 1 == 1,
        maximum_qos: QoS::ExactlyOnce,
        retain_available: true,
        wildcard_available: true,
        subscription_ids_available: true,
        shared_available: true,
        server_keep_alive: None,
        assigned_client_id: None,
        receive_maximum: u16::MAX,
        maximum_packet_size: None,
        topic_alias_maximum: 0,
        session_expiry: None,
        server_reference: None,
        reason_string: None,
        user_properties: Vec::new(),
        response_information: None,
    };
    if bytes.0.is_empty() {
        connack.code = from_version_3(connack.code);
        return Ok(connack);
    }
    let mut properties = bytes.properties()?;
    while !properties.0.is_empty() {
        match properties.u8()? {
            0x11 => connack.session_expiry = Some(properties.u32()?),
            0x12 => connack.assigned_client_id = Some(properties.text()?),
            0x13 => connack.server_keep_alive = Some(properties.u16()?),
            0x1a => connack.response_information = Some(properties.text()?),
            0x1c => connack.server_reference = Some(properties.text()?),
            0x1f => connack.reason_string = Some(properties.text()?),
            0x21 => connack.receive_maximum = properties.u16()?,
            0x22 => connack.topic_alias_maximum = properties.u16()?,
            0x24 => {
                let level = properties.u8()?;
                connack.maximum_qos = QoS::from_level(level).ok_or(Short::Malformed)?;
            }
            0x25 => connack.retain_available = properties.u8()? == 1,
            0x26 => connack
                .user_properties
                .push((properties.text()?, properties.text()?)),
            0x27 => connack.maximum_packet_size = Some(properties.u32()?),
            0x28 => connack.wildcard_available = properties.u8()? == 1,
            0x29 => connack.subscription_ids_available = properties.u8()? == 1,
            0x2a => connack.shared_available = properties.u8()? == 1,
            other => properties.skip(other)?,
        }
    }
    Ok(connack)
}

/// A broker of MQTT 3.1.1 answers CONNECT of MQTT 5 with a two-byte CONNACK and a code of its own
/// (MQTT 3.1.1, 3.2.2.3); the same is said with codes of MQTT 5.
fn from_version_3(code: u8) -> u8 {
    match code {
        1 => 0x84,
        2 => 0x85,
        3 => 0x88,
        4 => 0x86,
        5 => 0x87,
        other => other,
    }
}

/// Reads the body of a DISCONNECT in all its lengths (MQTT 5, 3.14.2): nothing at all is 0x00, and
/// a code may stand without properties. What follows the code is kept as far as it can be read.
pub(super) fn disconnect(body: &[u8]) -> Reason {
    let mut bytes = Bytes(body);
    let mut reason = Reason {
        code: bytes.u8().unwrap_or(0),
        ..Reason::default()
    };
    let _ends_at_the_first_unreadable_property = read_disconnect(&mut bytes, &mut reason);
    reason
}

fn read_disconnect(bytes: &mut Bytes<'_>, reason: &mut Reason) -> Result<(), Short> {
    let mut properties = bytes.properties()?;
    while !properties.0.is_empty() {
        match properties.u8()? {
            0x1c => reason.server_reference = Some(properties.text()?),
            0x1f => reason.reason_string = Some(properties.text()?),
            0x26 => reason
                .user_properties
                .push((properties.text()?, properties.text()?)),
            other => properties.skip(other)?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::identifiers;
    use super::*;

    #[test]
    fn heads_of_any_length_are_read() {
        assert_eq!(head(&[]), Err(Short::Incomplete));
        assert_eq!(head(&[0x30]), Err(Short::Incomplete));
        assert_eq!(head(&[0x30, 0x80]), Err(Short::Incomplete));
        assert_eq!(head(&[0x30, 0xff, 0xff, 0xff, 0xff]), Err(Short::Malformed));
        assert_eq!(
            head(&[0x32, 0x80, 0x01]),
            Ok(Head {
                kind: 3,
                flags: 2,
                len: 3,
                body: 128
            })
        );
    }

    #[test]
    fn every_form_of_disconnect_is_understood() {
        assert_eq!(disconnect(&[]).code, 0);
        assert_eq!(disconnect(&[0x8b]).code, 0x8b);
        assert_eq!(disconnect(&[0x8b, 0]).code, 0x8b);
        let body = [&[0x9d, 10, 0x1f, 0, 2][..], b"no", &[0x1c, 0, 2], b"b2"].concat();
        let reason = disconnect(&body);
        assert_eq!(reason.reason_string.as_deref(), Some("no"));
        assert_eq!(reason.server_reference.as_deref(), Some("b2"));
    }

    #[test]
    fn connack_keeps_text_and_fills_in_defaults() {
        let body = [&[1, 0, 8, 0x24, 1, 0x1f, 0, 3][..], b"hey"].concat();
        let connack = connack(&body).unwrap();
        assert!(connack.session_present && connack.retain_available);
        assert_eq!(connack.maximum_qos, QoS::AtLeastOnce);
        assert_eq!(connack.reason_string.as_deref(), Some("hey"));
        assert_eq!(connack.receive_maximum, u16::MAX);
        assert_eq!(super::connack(&[0, 1]).unwrap().code, 0x84);
        assert_eq!(super::connack(&[0, 0, 9, 0x1f]), None);
    }

    #[test]
    fn no_bytes_make_it_panic() {
        let mut seed = 0x2545_f491_u32;
        let mut next = || {
            seed ^= seed << 13;
            seed ^= seed >> 17;
            seed ^= seed << 5;
            seed as u8
        };
        for round in 0..20_000 {
            let bytes: Vec<u8> = (0..round % 40).map(|_| next()).collect();
            connack(&bytes);
            disconnect(&bytes);
            identifiers::subscription_ids(&bytes);
            if let Ok(head) = head(&bytes)
                && let Ok(Some(at)) = identifiers::publish(&bytes, head)
            {
                identifiers::with_one_id(&bytes, head, at, 5);
            }
        }
    }
}
