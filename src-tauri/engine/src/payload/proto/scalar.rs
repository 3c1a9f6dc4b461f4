//! What the wire says as a value of the type that a field has.

use protox::prost_reflect::Kind;

use super::fields::{Data, Fields};
use crate::payload::event::{DecodeProblem, Scalar};

/// How the elements of a packed list are written.
enum Wire {
    Varint,
    Fixed32,
    Fixed64,
}

fn wire_of(kind: &Kind) -> Option<Wire> {
    match kind {
        Kind::Fixed32 | Kind::Sfixed32 | Kind::Float => Some(Wire::Fixed32),
        Kind::Fixed64 | Kind::Sfixed64 | Kind::Double => Some(Wire::Fixed64),
        Kind::String | Kind::Bytes | Kind::Message(_) => None,
        _ => Some(Wire::Varint),
    }
}

/// Whether elements of this type can stand in a list without a number before each.
pub(super) fn can_be_packed(kind: &Kind) -> bool {
    wire_of(kind).is_some()
}

/// The next element of a packed list.
pub(super) fn element<'a>(kind: &Kind, fields: &mut Fields<'a>) -> Result<Data<'a>, DecodeProblem> {
    Ok(match wire_of(kind) {
        Some(Wire::Fixed32) => Data::Fixed32(fields.fixed32()?),
        Some(Wire::Fixed64) => Data::Fixed64(fields.fixed64()?),
        _ => Data::Varint(fields.varint()?),
    })
}

/// Nothing if what was sent is not of this type.
pub(super) fn scalar<'a>(kind: &Kind, data: Data<'a>) -> Option<Scalar<'a>> {
    let zigzag = |value: u64| (value >> 1) as i64 ^ -((value & 1) as i64);
    Some(match (kind, data) {
        (Kind::Int32 | Kind::Enum(_), Data::Varint(value)) => Scalar::Int((value as i32).into()),
        (Kind::Int64, Data::Varint(value)) => Scalar::Int((value as i64).into()),
        (Kind::Uint32, Data::Varint(value)) => Scalar::Int((value as u32).into()),
        (Kind::Uint64, Data::Varint(value)) => Scalar::Int(value.into()),
        (Kind::Sint32 | Kind::Sint64, Data::Varint(value)) => Scalar::Int(zigzag(value).into()),
        (Kind::Bool, Data::Varint(value)) => Scalar::Bool(value != 0),
        (Kind::Fixed32, Data::Fixed32(value)) => Scalar::Int(value.into()),
        (Kind::Sfixed32, Data::Fixed32(value)) => Scalar::Int((value as i32).into()),
        (Kind::Float, Data::Fixed32(value)) => Scalar::F32(f32::from_bits(value)),
        (Kind::Fixed64, Data::Fixed64(value)) => Scalar::Int(value.into()),
        (Kind::Sfixed64, Data::Fixed64(value)) => Scalar::Int((value as i64).into()),
        (Kind::Double, Data::Fixed64(value)) => Scalar::F64(f64::from_bits(value)),
        (Kind::String, Data::Bytes(_, bytes)) => Scalar::Text(bytes.into()),
        (Kind::Bytes, Data::Bytes(_, bytes)) => Scalar::Bytes(bytes.into()),
        _ => return None,
    })
}
