#![allow(clippy::unwrap_used)]
use protox::prost_reflect::prost::Message as _;
use protox::prost_reflect::{DynamicMessage, MapKey, Value};

use super::schema::tests::{PLANT, schemas};
use super::{MessageType, Reader};
use crate::payload::event::{DecodeProblem, Problem};
use crate::payload::nasty::events;

fn plant() -> MessageType {
    schemas(&[("plant.proto", PLANT)]).message("plant.Press").unwrap()
}

/// Written by another encoder.
fn sample() -> Vec<u8> {
    let plant = plant();
    let mut press = DynamicMessage::new(plant.0.clone());
    let mut set = |name: &str, value| press.set_field_by_name(name, value);
    set("name", Value::String("P-1 온도".into()));
    set("force", Value::F64(611.5));
    set("count", Value::U64(u64::MAX));
    set("offset", Value::I32(-3));
    set("state", Value::EnumNumber(2));
    set(
        "codes",
        Value::List(vec![Value::I32(1), Value::I32(-2), Value::I32(300)]),
    );
    set(
        "notes",
        Value::List(vec![Value::String("a".into()), Value::String("b".into())]),
    );
    set(
        "limits",
        Value::Map(
            [(MapKey::String("max".into()), Value::F32(2.5))]
                .into_iter()
                .collect(),
        ),
    );
    let axis = plant.0.get_field_by_name("axes").unwrap().kind();
    let mut axis = DynamicMessage::new(axis.as_message().unwrap().clone());
    axis.set_field_by_name("x", Value::F32(0.5));
    set(
        "axes",
        Value::List(vec![Value::Message(axis.clone()), Value::Message(axis)]),
    );
    press.encode_to_vec()
}

const SHOWN: &str = "{ \"name\": \"P-1 온도\" \"force\": 611.5 \"count\": 18446744073709551615 \"offset\": -3 \
                     \"state\": <RUNNING> 2 \"codes\": [ 1 -2 300 ] \"notes\": [ \"a\" \"b\" ] \
                     \"limits\": { \"max\": 2.5 ] \"axes\": [ { \"x\": 0.5 ] { \"x\": 0.5 ] ] ]";

#[test]
fn fields_have_their_names_and_types() {
    assert_eq!(events(Reader::new(&sample(), Some(&plant()))).unwrap(), SHOWN);
}

#[test]
fn without_a_type_numbers_and_the_wire_are_shown() {
    let bytes = b"\x0a\x02hi\x11\0\0\0\0\0\0\xf8\x3f\x18\xac\x02\x25\0\0\x20\x40\x2a\x02\x08\x01\x32\x01\xff";
    assert_eq!(
        events(Reader::new(bytes, None)).unwrap(),
        "{ \"1\": <len> \"hi\" \"2\": <i64 1.5> 4609434218613702656 \"3\": <varint> 300 \
         \"4\": <i32 2.5> 1075838976 \"5\": { \"1\": <varint> 1 ] \"6\": <len> h'ff' ]"
    );
    assert_eq!(
        events(Reader::new(b"\x0b\x10\x05\x0c\x18\x01", None)).unwrap(),
        "{ \"1\": { \"2\": <varint> 5 ] \"3\": <varint> 1 ]"
    );
}

#[test]
fn what_the_type_does_not_know_is_shown_by_number() {
    let odd = [&sample()[..], b"\xf8\x07\x05", b"\x10\x07"].concat();
    assert_eq!(
        events(Reader::new(&odd, Some(&plant()))).unwrap(),
        SHOWN.strip_suffix(" ]").unwrap().to_owned() + " \"127\": <varint> 5 \"force\": <varint> 7 ]"
    );
}

#[test]
fn faults_have_a_place() {
    let cases: [(&[u8], u64, Problem); 6] = [
        (b"\x08", 1, Problem::UnexpectedEnd),
        (b"\x0a\x05ab", 4, Problem::UnexpectedEnd),
        (b"\x08\x01\x00\x01", 2, Problem::BadField),
        (b"\x08\x01\x0f", 2, Problem::BadField),
        (b"\x0c", 0, Problem::BadField),
        (b"\x0b\x10\x01", 3, Problem::UnexpectedEnd),
    ];
    for (bytes, offset, kind) in cases {
        let read = events(Reader::new(bytes, None));
        assert_eq!(read, Err(DecodeProblem { offset, kind }), "{bytes:02x?}");
    }
    assert_eq!(
        events(Reader::new(&vec![0x0b; 300_000], None)).unwrap_err().kind,
        Problem::TooDeep
    );
}
