//! The reader of each structured format: bytes into events. It decides no format and unpacks nothing.

use super::event::Source;
use super::model::{Format, Known};
use super::{cbor, json, msgpack, proto, sparkplug};

/// A reader for a structured format.
pub(super) fn source<'a>(
    bytes: &'a [u8],
    format: Format,
    known: Option<&Known>,
) -> Option<Box<dyn Source<'a> + 'a>> {
    source_up_to(bytes, bytes.len(), format, known)
}

/// A reader for the first bytes of a payload: what it gives is the beginning of what one for all of them gives.
pub(super) fn source_up_to<'a>(
    bytes: &'a [u8],
    end: usize,
    format: Format,
    known: Option<&Known>,
) -> Option<Box<dyn Source<'a> + 'a>> {
    if format == Format::SparkplugB {
        return Some(Box::new(sparkplug::Reader::up_to(bytes, end, aliases(known))));
    }
    let bytes = &bytes[..end];
    match format {
        Format::Json => Some(Box::new(json::Scanner::new(bytes))),
        Format::Cbor => Some(Box::new(cbor::Reader::new(bytes))),
        Format::MessagePack => Some(Box::new(msgpack::Reader::new(bytes))),
        Format::Protobuf => Some(Box::new(proto::Reader::new(bytes, message(known)))),
        _ => None,
    }
}

pub(super) fn aliases(known: Option<&Known>) -> Option<&sparkplug::Aliases> {
    known?.aliases.as_ref()
}

pub(super) fn message(known: Option<&Known>) -> Option<&proto::MessageType> {
    known?.message.as_ref()
}
