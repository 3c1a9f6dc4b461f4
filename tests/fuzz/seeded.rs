//! The fuzzed functions on a fixed way: bytes at random, and good ones damaged at random.
#![allow(clippy::unwrap_used)]

mod entry;

/// Bytes of each sort, to be damaged.
const GOOD: [&[u8]; 23] = [
    b"a/+/c/#\na/b/c",
    b"$share/group/a/#\na/b",
    br#"{"a":[1,2.5e3,-0,true,null,"\u00e9\n"],"b":{"c":{}}}"#,
    b"\xa2\x61a\x9f\x01\xfb\x40\x09\x21\xfb\x54\x44\x2d\x18\xff\x61b\xc1\x1a\x51\x4b\x67\xb0",
    b"\x82\xa1a\x93\x01\xcb\x40\x09\x21\xfb\x54\x44\x2d\x18\xc0\xa1b\xc4\x03\x01\x02\x03",
    b"\x08\x90\xb8\xaf\xa8\xc4\x32\x12\x0d\x0a\x04temp\x20\x09\x6d\x00\x00\xac\x41\x18\x05",
    b"\x10\x1d\x00\x04MQTT\x05\xc2\x00\x3c\x05\x11\x00\x00\x0e\x10\x00\x02me\x00\x01u\x00\x02pw",
    b"\x20\x0d\x00\x00\x0a\x21\x00\x14\x22\x00\x0a\x1f\x00\x01k",
    b"\x3d\x13\x00\x03a/b\x00\x0c\x08\x01\x01\x23\x00\x07\x03\x00\x01j1234",
    b"\x82\x0b\x00\x03\x02\x0b\x05\x00\x03a/#\x2d",
    b"\x90\x05\x00\x03\x00\x01\x87",
    b"\xb0\x05\x00\x04\x00\x11\x00",
    b"\xe0\x0a\x9d\x08\x1c\x00\x05b2:18",
    b"\xf0\x0b\x18\x09\x15\x00\x01S\x16\x00\x02dd",
    b"<?xml version='1.0'?><a b=\"1\"><c>1 &amp; 2</c><![CDATA[<]]><!-- d --><e/></a>",
    b"\x0a\x04plan\x12\x02\x03\x04\x1a\x07\x0a\x01k\x12\x02\x0a\0\x22\x08\0\0\0\0\0\0\xf8\x3f\x28\x01\x32\x03\x0a\x01x",
    b"\x28\xb5\x2f\xfd\x04\x68\xf9\0\0{\"level\": 7, \"list\": [1, 2, 3]}\xe9\x29\xc0\xfc",
    b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\x56\xca\x49\x2d\x4b\xcd\x51\xb2\x32\xd7\x51\xca\xc9\x2c\x2e\x51\xb2\x8a\x36\xd4\x31\xd2\x31\x8e\xd5\x51\x4a\x4c\x4f\xcc\xcc\x83\xf3\x6b\x01\xcd\xab\xff\x6c\x2a\x00\x00\x00",
    b"\x78\x9c\xab\x56\xca\x49\x2d\x4b\xcd\x51\xb2\x32\xd7\x51\xca\xc9\x2c\x2e\x51\xb2\x8a\x36\xd4\x31\xd2\x31\x8e\xd5\x51\x4a\x4c\x4f\xcc\xcc\x83\xf3\x6b\x01\x0e\x86\x0c\x22",
    b"\xff\xfe{\0\"\0a\0\"\0:\x001\0}\0",
    b"syntax = \"proto3\"; package p; message A { string b = 1; map<int32, A> c = 2; }",
    include_bytes!("../../src-tauri/engine/src/profiles/transfer/fixtures/mqtt-explorer.json"),
    include_bytes!("../../src-tauri/engine/src/profiles/transfer/fixtures/mqttx.json"),
];

#[test]
fn nothing_of_any_bytes_panics() {
    let mut seed = 0x853c_49e6_748f_ea9b_u64;
    let mut next = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed as usize
    };
    for (name, entry) in entry::ENTRIES {
        for (round, good) in GOOD.iter().cycle().take(2_000).enumerate() {
            let mut bytes = match round % 4 {
                0 => (0..next() % 100).map(|_| next() as u8).collect(),
                _ => good.to_vec(),
            };
            for _ in 0..next() % 4 {
                if bytes.is_empty() {
                    break;
                }
                let at = next() % bytes.len();
                match next() % 5 {
                    0 => bytes[at] = next() as u8,
                    1 => bytes[at] ^= 1 << (next() % 8),
                    2 => bytes.truncate(at),
                    3 => bytes.insert(at, next() as u8),
                    _ => bytes.extend_from_within(at..),
                }
            }
            let shown = bytes.clone();
            if std::panic::catch_unwind(|| entry(&bytes)).is_err() {
                panic!("{name} of {shown:02x?}");
            }
        }
    }
}
