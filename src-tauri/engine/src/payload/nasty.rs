//! Bytes that nobody should send, thrown at every entry of this module.
#![allow(clippy::unwrap_used)]

use ciborium::cbor;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::event::{Container, DecodeProblem, Event, Source};
use super::*;

/// The events of a source as words, for tests to read.
pub(super) fn events<'a>(mut source: impl Source<'a>) -> Result<String, DecodeProblem> {
    let mut words = Vec::new();
    while let Some(event) = source.next()? {
        words.push(match event {
            Event::Begin(Container::Map) => "{".into(),
            Event::Begin(Container::List) => "[".into(),
            Event::End => "]".into(),
            Event::Key(key) => format!("{}:", key.text()),
            Event::Value(value) => value.text(),
            Event::Tag(tag) => format!("<{tag}>"),
        });
    }
    Ok(words.join(" "))
}

const FORMATS: [Format; 18] = [
    Format::Json,
    Format::Text,
    Format::Hex,
    Format::Base64,
    Format::MessagePack,
    Format::Cbor,
    Format::SparkplugB,
    Format::Image(ImageKind::Png),
    Format::Xml,
    Format::Protobuf,
    Format::Inside(Layer::Gzip),
    Format::Inside(Layer::Zlib),
    Format::Inside(Layer::Zstd),
    Format::Inside(Layer::Brotli),
    Format::Inside(Layer::Utf16Le),
    Format::Inside(Layer::Utf16Be),
    Format::Inside(Layer::Latin1),
    Format::Inside(Layer::Windows1252),
];

fn throw(bytes: &[u8], other: &[u8], limit: Option<usize>) {
    let hint = Hint {
        topic: "spBv1.0/g/DDATA/e",
        ..Hint::default()
    };
    for hint in [hint, Hint::default()] {
        for format in FORMATS.map(Some).into_iter().chain([None]) {
            let shown = render(bytes, hint, format, limit, Some(other));
            assert!(shown.shown_bytes <= shown.total_bytes, "{bytes:02x?} {format:?}");
            assert!(limit.is_some() || shown.complete, "{bytes:02x?} {format:?}");
            for line in shown.lines.iter().filter(|line| line.fold.is_some()) {
                assert!(line.fold > line.no, "{bytes:02x?} {format:?}");
            }
        }
        for found in numbers(bytes, hint) {
            assert!(found.value.is_finite());
            let path = FieldPath::parse(&found.path).unwrap();
            assert!(
                number_at(bytes, hint, &path).is_some(),
                "{} in {bytes:02x?}",
                found.path
            );
        }
        let part = preview(bytes, bytes.len() + 1, hint, 20);
        let whole = preview(bytes, bytes.len(), hint, 20);
        assert!(part.text.chars().count() <= 20 && whole.text.chars().count() <= 20);
        change_summary((bytes, hint), (other, hint), 5);
        let compared = diff(bytes, other, hint, limit);
        let left = compared.rows.iter().filter(|row| row.left.is_some()).count();
        let right = compared.rows.iter().filter(|row| row.right.is_some()).count();
        assert!(left.max(right) <= compared.rows.len() && compared.rows.len() <= left + right);
    }
    image_dimensions(bytes);
}

#[test]
fn random_bytes() {
    let mut random = StdRng::seed_from_u64(1);
    for _ in 0..3_000 {
        let mut make = || -> Vec<u8> {
            let length = random.random_range(0..80);
            (0..length).map(|_| random.random()).collect()
        };
        throw(&make(), &make(), None);
    }
}

#[test]
fn random_pieces_of_json() {
    const PIECES: [&str; 22] = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"a\"",
        "\"a\":",
        "\"\\u00",
        "\"\\ud800\"",
        "1",
        "-",
        "0.5e3",
        "true",
        "nul",
        " ",
        "\n",
        "\"한",
        "{\"a\":1}",
        "[1,2]",
        "1e999",
        "NaN",
    ];
    let mut random = StdRng::seed_from_u64(2);
    for _ in 0..5_000 {
        let mut make = || -> String {
            let count = random.random_range(0..14);
            (0..count)
                .map(|_| PIECES[random.random_range(0..PIECES.len())])
                .collect()
        };
        throw(make().as_bytes(), make().as_bytes(), None);
    }
}

#[test]
fn every_cut_of_good_payloads() {
    let json = r#"{"a":{"x":1,"y":[true,null,"한글 \u00e9"]},"b":-1.5e3,"a":[[],{}],"s":"20.0 °C"}"#;
    let mut cbor = Vec::new();
    let value = cbor!({"a" => [1, 2.5, "b", null], 7 => {"c" => true}}).unwrap();
    ciborium::into_writer(&value, &mut cbor).unwrap();
    let mut msgpack = Vec::new();
    let value = rmpv::Value::Map(vec![
        ("a".into(), rmpv::Value::Ext(3, vec![1, 2])),
        (1.into(), 2.into()),
    ]);
    rmpv::encode::write_value(&mut msgpack, &value).unwrap();
    let sparkplug = sparkplug::tests::sample();
    let mut random = StdRng::seed_from_u64(3);
    let xml = "<?xml version='1.0'?><a b=\"1\"><c>한글 &amp; 2</c><![CDATA[<]]><!-- d --><e/></a>";
    let proto =
        b"\x0a\x04plan\x12\x04\x08\x01\x10\x02\x1b\x20\x05\x1c\x25\0\0\x20\x40\x29\0\0\0\0\0\0\xf8\x3f";
    let gzip = layer::tests::gzip(json.as_bytes());
    let utf16: Vec<u8> = "\u{feff}{\"온도\": 1}"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for good in [
        json.as_bytes(),
        &cbor,
        &msgpack,
        &sparkplug,
        xml.as_bytes(),
        proto,
        &gzip,
        layer::tests::ZSTD,
        &utf16,
    ] {
        for end in 0..=good.len() {
            throw(&good[..end], good, None);
            throw(good, &good[..end], Some(end));
        }
        for _ in 0..300 {
            let mut bent = good.to_vec();
            let at = random.random_range(0..bent.len());
            bent[at] = random.random();
            throw(&bent, good, None);
        }
    }
}

#[test]
fn repeated_keys_words_that_are_no_numbers_and_nuls_are_shown_as_sent() {
    let json = b"{\"a\":1e400,\"a\":-0.10,\"n\":NaN,\"b\":123456789012345678901234567890}";
    let shown = render(json, Hint::default(), None, None, None);
    let lines: Vec<_> = shown.lines.iter().map(Line::text).collect();
    assert_eq!(
        lines[1..5],
        [
            "\"a\": 1e400,",
            "\"a\": -0.10,",
            "\"n\": NaN,",
            "\"b\": 123456789012345678901234567890"
        ]
    );
    let nul = render(b"a\0b\xff", Hint::default(), Some(Format::Text), None, None);
    assert_eq!(nul.lines[0].text(), "a\u{2400}b\u{fffd}");
    assert_eq!(nul.problem.map(|unread| unread.problem.offset), Some(3));
}

#[test]
fn the_largest_payload_there_is() {
    // 256 MB on one line, and the same of brackets: only what is shown is looked at.
    let mut bytes = vec![b'a'; 268_435_455];
    for fill in [b'a', b'[', 0x00, 0xff] {
        bytes.fill(fill);
        let shown = render(&bytes, Hint::default(), None, Some(DEFAULT_LIMIT), None);
        assert_eq!(shown.total_bytes, bytes.len() as u64);
        assert!(
            !shown.complete && shown.shown_bytes <= DEFAULT_LIMIT as u64,
            "{fill}"
        );
    }
}

#[test]
fn ten_megabytes_on_one_line() {
    let json = format!("[{}0]", "{\"value\":1.25},".repeat(700_000));
    let shown = render(json.as_bytes(), Hint::default(), None, None, None);
    assert!(!shown.complete && shown.lines.len() == 250_000);
    let path = FieldPath::parse("$[699999].value").unwrap();
    assert_eq!(number_at(json.as_bytes(), Hint::default(), &path), Some(1.25));
    let deep = "[".repeat(100_000);
    throw(deep.as_bytes(), b"[]", Some(DEFAULT_LIMIT));
}
