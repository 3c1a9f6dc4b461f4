#![allow(clippy::unwrap_used)]
//! Packets made by hand from the specification, one of every kind, and every way to break them.

use super::keeping::kept;
use super::*;

/// A packet from its first byte and its body of less than 128 bytes.
pub(super) fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    [&[first, body.len() as u8], body].concat()
}

pub(super) fn string(text: &str) -> Vec<u8> {
    [&(text.len() as u16).to_be_bytes()[..], text.as_bytes()].concat()
}

/// The fields as `name=value`, those of a valid packet.
fn fields(bytes: &[u8]) -> Vec<String> {
    let decoded = decode(bytes);
    assert_eq!(
        (&decoded.problems[..], decoded.whole),
        (&[][..], true),
        "{decoded:?}"
    );
    let field = |field: &Field| format!("{}={}", field.name, field.value);
    decoded.fields.iter().map(field).collect()
}

/// Where, and what.
pub(super) type Problems = Vec<(usize, Wrong)>;

pub(super) fn problems(bytes: &[u8]) -> Problems {
    let problems = decode(bytes).problems.into_iter();
    problems.map(|problem| (problem.at, problem.wrong)).collect()
}

pub(super) fn connect(flags: u8, properties: &[u8], payload: &[Vec<u8>]) -> Vec<u8> {
    let head = [
        &string("MQTT")[..],
        &[5, flags, 0, 60, properties.len() as u8],
        properties,
    ]
    .concat();
    packet(0x10, &[head, payload.concat()].concat())
}

#[test]
fn connect_with_everything() {
    let properties = [
        &[
            0x11, 0, 0, 14, 16, 0x21, 0, 20, 0x27, 0, 1, 0, 0, 0x22, 0, 10, 0x19, 1, 0x17, 0,
        ][..],
        &[0x15, 0, 1, b'S', 0x16, 0, 1, b'x', 0x26, 0, 1, b'a', 0, 1, b'b'],
    ]
    .concat();
    let will = [
        &[12, 0x18, 0, 0, 0, 5, 0x01, 1, 0x02, 0, 0, 0, 9][..],
        &string("w/t"),
    ]
    .concat();
    let bytes = connect(
        0b1111_0110,
        &properties,
        &[
            string("me"),
            will,
            string("gone"),
            string("ann"),
            string("canary"),
        ],
    );
    assert_eq!(
        fields(&bytes),
        [
            "Protocol Name=MQTT",
            "Protocol Version=5",
            "Connect Flags=246",
            "User Name Flag=1",
            "Password Flag=1",
            "Will Retain=1",
            "Will QoS=2",
            "Will Flag=1",
            "Clean Start=1",
            "Keep Alive=60 s",
            "Properties=35 B",
            "Session Expiry Interval=3600 s",
            "Receive Maximum=20",
            "Maximum Packet Size=65536 B",
            "Topic Alias Maximum=10",
            "Request Response Information=1",
            "Request Problem Information=0",
            "Authentication Method=S",
            "Authentication Data=***",
            "User Property=a: b",
            "Client Identifier=me",
            "Will Properties=12 B",
            "Will Delay Interval=5 s",
            "Payload Format Indicator=1",
            "Message Expiry Interval=9 s",
            "Will Topic=w/t",
            "Will Payload=4 B",
            "User Name=ann",
            "Password=***",
        ]
    );
}

#[test]
fn connack_with_everything() {
    let properties = [
        &[0x11, 0, 0, 0, 1, 0x21, 0, 9, 0x24, 1, 0x25, 0, 0x27, 0, 0, 4, 0][..],
        &[
            0x12, 0, 2, b'i', b'd', 0x22, 0, 3, 0x1f, 0, 2, b'o', b'k', 0x26, 0, 1, b'k', 0, 1, b'v',
        ],
        &[
            0x28, 1, 0x29, 0, 0x2a, 1, 0x13, 0, 30, 0x1a, 0, 1, b'r', 0x1c, 0, 1, b's',
        ],
        &[0x15, 0, 1, b'S', 0x16, 0, 2, 1, 2],
    ]
    .concat();
    let bytes = packet(0x20, &[&[1, 0, properties.len() as u8][..], &properties].concat());
    assert_eq!(
        fields(&bytes),
        [
            "Session Present=1",
            "Reason Code=0 Success",
            "Properties=63 B",
            "Session Expiry Interval=1 s",
            "Receive Maximum=9",
            "Maximum QoS=1",
            "Retain Available=0",
            "Maximum Packet Size=1024 B",
            "Assigned Client Identifier=id",
            "Topic Alias Maximum=3",
            "Reason String=ok",
            "User Property=k: v",
            "Wildcard Subscription Available=1",
            "Subscription Identifiers Available=0",
            "Shared Subscription Available=1",
            "Server Keep Alive=30 s",
            "Response Information=r",
            "Server Reference=s",
            "Authentication Method=S",
            "Authentication Data=***",
        ]
    );
}

#[test]
fn publish_with_everything() {
    let properties = [
        &[
            0x01, 1, 0x02, 0, 0, 0, 60, 0x23, 0, 7, 0x08, 0, 1, b'r', 0x09, 0, 2, 1, 2,
        ][..],
        &[
            0x26, 0, 1, b'k', 0, 1, b'v', 0x26, 0, 1, b'k', 0, 1, b'w', 0x0b, 1, 0x0b, 0x81, 1, 0x03, 0, 1,
            b'j',
        ],
    ]
    .concat();
    let body = [
        &string("a/b")[..],
        &[0, 12, properties.len() as u8],
        &properties,
        b"payload",
    ]
    .concat();
    assert_eq!(
        fields(&packet(0x3d, &body)),
        [
            "DUP=1",
            "QoS=2",
            "RETAIN=1",
            "Topic Name=a/b",
            "Packet Identifier=12",
            "Properties=42 B",
            "Payload Format Indicator=1",
            "Message Expiry Interval=60 s",
            "Topic Alias=7",
            "Response Topic=r",
            "Correlation Data=2 B",
            "User Property=k: v",
            "User Property=k: w",
            "Subscription Identifier=1",
            "Subscription Identifier=129",
            "Content Type=j",
            "Payload=7 B",
        ]
    );
    assert_eq!(
        fields(&packet(0x30, &[0, 1, b'a', 0])).last().unwrap(),
        "Payload=0 B"
    );
}

#[test]
fn acknowledgements_in_all_their_lengths() {
    for (first, name) in [
        (0x40, "Success"),
        (0x50, "Success"),
        (0x62, "Success"),
        (0x70, "Success"),
    ] {
        assert_eq!(fields(&packet(first, &[0, 7])), ["Packet Identifier=7"]);
        let short = format!("Reason Code=0 {name}");
        assert_eq!(
            fields(&packet(first, &[0, 7, 0])),
            ["Packet Identifier=7", &short]
        );
        let long = packet(first, &[0, 7, 0x92, 5, 0x1f, 0, 2, b'n', b'o']);
        let expected = [
            "Packet Identifier=7",
            "Reason Code=146 Packet Identifier not found",
            "Properties=5 B",
            "Reason String=no",
        ];
        assert_eq!(fields(&long), expected);
    }
}

#[test]
fn subscribing_and_its_answers() {
    let body = [
        &[0, 3, 2, 0x0b, 5][..],
        &string("a/#"),
        &[0x2d],
        &string("b"),
        &[0x02],
    ]
    .concat();
    assert_eq!(
        fields(&packet(0x82, &body)),
        [
            "Packet Identifier=3",
            "Properties=2 B",
            "Subscription Identifier=5",
            "Topic Filter=a/#",
            "Maximum QoS=1",
            "No Local=1",
            "Retain As Published=1",
            "Retain Handling=2",
            "Topic Filter=b",
            "Maximum QoS=2",
            "No Local=0",
            "Retain As Published=0",
            "Retain Handling=0",
        ]
    );
    assert_eq!(
        fields(&packet(0x90, &[0, 3, 0, 1, 0x87])),
        [
            "Packet Identifier=3",
            "Properties=0 B",
            "Reason Code=1 Granted QoS 1",
            "Reason Code=135 Not authorized"
        ]
    );
    let body = [&[0, 4, 7, 0x26, 0, 1, b'k', 0, 1, b'v'][..], &string("a/#")].concat();
    assert_eq!(
        fields(&packet(0xa2, &body)),
        [
            "Packet Identifier=4",
            "Properties=7 B",
            "User Property=k: v",
            "Topic Filter=a/#"
        ]
    );
    assert_eq!(
        fields(&packet(0xb0, &[0, 4, 0, 0x11])),
        [
            "Packet Identifier=4",
            "Properties=0 B",
            "Reason Code=17 No subscription existed"
        ]
    );
}

#[test]
fn pings_and_endings() {
    assert!(fields(&[0xc0, 0]).is_empty() && fields(&[0xd0, 0]).is_empty());
    assert!(fields(&[0xe0, 0]).is_empty() && fields(&[0xf0, 0]).is_empty());
    assert_eq!(fields(&[0xe0, 1, 0x8b]), ["Reason Code=139 Server shutting down"]);
    let body = [
        &[0x9d, 14, 0x11, 0, 0, 0, 0][..],
        &[0x1c],
        &string("b2"),
        &[0x1f],
        &string("m"),
    ]
    .concat();
    assert_eq!(
        fields(&packet(0xe0, &body)),
        [
            "Reason Code=157 Server moved",
            "Properties=14 B",
            "Session Expiry Interval=0 s",
            "Server Reference=b2",
            "Reason String=m"
        ]
    );
    let body = [&[0x18, 9, 0x15][..], &string("S"), &[0x16], &string("dd")].concat();
    assert_eq!(
        fields(&packet(0xf0, &body)),
        [
            "Reason Code=24 Continue authentication",
            "Properties=9 B",
            "Authentication Method=S",
            "Authentication Data=***"
        ]
    );
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    let cases: Vec<(Vec<u8>, Problems)> = vec![
        (vec![], vec![(0, Wrong::Missing)]),
        (vec![0x00, 0], vec![(0, Wrong::Type)]),
        (vec![0x30, 0xff, 0xff, 0xff, 0xff], vec![(1, Wrong::Length)]),
        (vec![0xc1, 0], vec![(0, Wrong::Reserved)]),
        (vec![0xc0, 1, 9], vec![(2, Wrong::Trailing)]),
        (packet(0x40, &[0]), vec![(2, Wrong::Short)]),
        (
            packet(0x40, &[0, 0]),
            vec![(2, Wrong::Value("Packet Identifier"))],
        ),
        (vec![0x40, 9, 0], vec![(2, Wrong::Missing)]),
        (packet(0x20, &[0, 0]), vec![(4, Wrong::Short)]),
        (packet(0x20, &[2, 0, 0]), vec![(2, Wrong::Reserved)]),
        (
            packet(0x20, &[0, 0, 2, 0x7e, 0]),
            vec![(5, Wrong::UnknownProperty(0x7e))],
        ),
        (packet(0x20, &[0, 0, 9, 0x25]), vec![(4, Wrong::Short)]),
        (
            packet(0x20, &[0, 0, 2, 0x25, 2]),
            vec![(5, Wrong::Value("Retain Available"))],
        ),
        (
            packet(0x20, &[0, 0, 3, 0x21, 0, 0]),
            vec![(5, Wrong::Value("Receive Maximum"))],
        ),
        (
            packet(0x20, &[0, 0, 4, 0x25, 1, 0x25, 1]),
            vec![(7, Wrong::Repeated("Retain Available"))],
        ),
        (
            packet(0x20, &[0, 0, 3, 0x23, 0, 1]),
            vec![(5, Wrong::Misplaced("Topic Alias"))],
        ),
        (packet(0x20, &[0, 0, 3, 0x1f, 0, 9]), vec![(6, Wrong::Short)]),
        (packet(0x30, &[0, 1, 0xff, 0]), vec![(2, Wrong::Text)]),
        (packet(0x30, &[0, 1, 0, 0]), vec![(2, Wrong::Null)]),
        (
            packet(0x30, &[0, 1, b'#', 0]),
            vec![(2, Wrong::Value("Topic Name"))],
        ),
        (
            packet(0x36, &[0, 1, b'a', 0, 1, 0]),
            vec![(0, Wrong::Value("QoS"))],
        ),
        (packet(0x38, &[0, 1, b'a', 0]), vec![(0, Wrong::Value("DUP"))]),
        (packet(0x82, &[0, 1, 0]), vec![(5, Wrong::Short)]),
        (
            packet(0x82, &[0, 1, 0, 0, 1, b'a', 0xf3]),
            vec![
                (8, Wrong::Reserved),
                (8, Wrong::Value("Maximum QoS")),
                (8, Wrong::Value("Retain Handling")),
            ],
        ),
        (
            packet(0x82, &[0, 1, 2, 0x0b, 0, 0, 1, b'a', 0]),
            vec![(5, Wrong::Value("Subscription Identifier"))],
        ),
    ];
    for (bytes, expected) in cases {
        assert_eq!(problems(&bytes), expected, "{bytes:02x?}");
    }
}

#[test]
fn a_row_says_what_sets_the_packet_apart() {
    let of = |bytes: &[u8]| summary(&decode(bytes));
    assert_eq!(
        of(&packet(0x33, &[0, 1, b'a', 0, 9, 0, b'!'])),
        "a  QoS 1  #9  RETAIN  1 B"
    );
    assert_eq!(
        of(&packet(0x90, &[0, 3, 0, 1, 0x87])),
        "#3  1 Granted QoS 1  135 Not authorized"
    );
    assert_eq!(of(&[0xc0, 0]), "");
    let many = [&[0, 3, 0][..], &[0x80; 120]].concat();
    assert!(of(&packet(0x90, &many)).chars().count() <= 201);
}

#[test]
fn no_bytes_make_it_panic() {
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed as usize
    };
    let log = PacketLog::bounded(100, 10_000);
    log.keep_messages(true);
    for round in 0..20_000 {
        let mut bytes: Vec<u8> = (0..next() % 60).map(|_| next() as u8).collect();
        if round % 2 == 0 && bytes.len() > 2 {
            bytes[1] = (bytes.len() - 2) as u8;
        }
        let decoded = decode(&bytes);
        assert_eq!(decoded.whole, decoded.problems.is_empty() || decoded.whole);
        assert!(decoded.fields.iter().all(|field| field.at.start <= field.at.end));
        summary(&decoded);
        kept(&log, Direction::In, &bytes);
    }
    assert!(log.overview().kept <= 100);
}
