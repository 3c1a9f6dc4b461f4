//! What is fuzzed: functions of bytes that must hold for any bytes. cargo-fuzz searches with them for
//! as long as it is let; the seeded test walks a fixed way through them.

use treetop_engine::payload::{self, Format, Hint, Known, Layer, SchemaFile, Schemas};
use treetop_engine::profiles::transfer;
use treetop_engine::session::packets::{self, Kind};
use treetop_engine::topic::{TopicFilter, TopicName};

/// A name that is taken is no filter, and a filter that is taken matches without panicking.
pub fn topics(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (filter, name) = text.split_once('\n').unwrap_or((&text, "a/b/c"));
    let taken = TopicName::new(name);
    if let Ok(filter) = TopicFilter::new(filter) {
        assert!(filter.as_str().len() <= 65_535 && !filter.as_str().is_empty());
        filter.matches(name);
        if !filter.as_str().contains(['+', '#']) && !filter.as_str().starts_with('$') {
            assert_eq!(filter.matches(name), filter.as_str() == name);
        }
    }
    if let Ok(name) = taken {
        assert!(!name.as_str().contains(['+', '#', '\0']));
        assert!(
            TopicFilter::new("#")
                .is_ok_and(|all| all.matches(name.as_str()) || name.as_str().starts_with('$'))
        );
    }
}

/// However a payload is looked at, it is covered no further than it goes.
fn payload(bytes: &[u8], format: Format, hint: Hint<'_>) {
    let rendered = payload::render(bytes, hint, Some(format), Some(4096), None);
    assert!(rendered.shown_bytes <= rendered.total_bytes);
    let (before, after) = bytes.split_at(bytes.len() / 2);
    payload::render(after, hint, Some(format), Some(4096), Some(before));
    payload::numbers(bytes, hint);
    let short = payload::preview(bytes, bytes.len(), hint, 40);
    assert!(short.text.chars().count() <= 41, "{:?}", short.text);
    payload::diff(before, after, hint, Some(4096));
    payload::change_summary((before, hint), (after, hint), 4);
}

/// JSON (RFC 8259).
pub fn json(bytes: &[u8]) {
    payload(
        bytes,
        Format::Json,
        Hint {
            content_type: Some("application/json"),
            ..Hint::default()
        },
    );
}

/// CBOR (RFC 8949).
pub fn cbor(bytes: &[u8]) {
    payload(
        bytes,
        Format::Cbor,
        Hint {
            content_type: Some("application/cbor"),
            ..Hint::default()
        },
    );
}

/// MessagePack.
pub fn msgpack(bytes: &[u8]) {
    payload(
        bytes,
        Format::MessagePack,
        Hint {
            content_type: Some("application/msgpack"),
            ..Hint::default()
        },
    );
}

/// Sparkplug B.
pub fn sparkplug(bytes: &[u8]) {
    payload(
        bytes,
        Format::SparkplugB,
        Hint {
            topic: "spBv1.0/a/DDATA/b",
            ..Hint::default()
        },
    );
}

/// XML.
pub fn xml(bytes: &[u8]) {
    payload(bytes, Format::Xml, Hint::default());
}

/// Protocol buffers, by field numbers and by a message type.
pub fn protobuf(bytes: &[u8]) {
    payload(bytes, Format::Protobuf, Hint::default());
    let text = "syntax = \"proto3\"; message M { string a = 1; repeated sint32 b = 2; map<string, M> c = 3; \
                repeated double d = 4; E e = 5; enum E { ZERO = 0; } M f = 6; repeated fixed32 g = 7; }";
    static SCHEMAS: std::sync::OnceLock<Schemas> = std::sync::OnceLock::new();
    let schemas = SCHEMAS.get_or_init(|| {
        Schemas::compile(&[SchemaFile {
            name: "m.proto".into(),
            text: text.into(),
        }])
    });
    let known = Known {
        format: Some(Format::Protobuf),
        message: schemas.message("M"),
        aliases: None,
    };
    assert!(known.message.is_some());
    let hint = Hint {
        known: Some(&known),
        ..Hint::default()
    };
    payload(bytes, Format::Protobuf, hint);
}

/// Everything that can be taken off, and what is inside.
pub fn layers(bytes: &[u8]) {
    for layer in [
        Layer::Gzip,
        Layer::Zlib,
        Layer::Zstd,
        Layer::Brotli,
        Layer::Utf16Le,
        Layer::Utf16Be,
        Layer::Latin1,
        Layer::Windows1252,
    ] {
        let opened = payload::open(bytes, Hint::default(), Some(Format::Inside(layer)), 4096);
        assert!(opened.bytes.len() <= bytes.len().max(4096), "{layer:?}");
        payload(bytes, Format::Inside(layer), Hint::default());
    }
}

/// A `.proto` file of anybody.
pub fn schema(bytes: &[u8]) {
    let file = SchemaFile {
        name: "a.proto".into(),
        text: String::from_utf8_lossy(bytes).into_owned(),
    };
    let schemas = Schemas::compile(&[file]);
    for name in schemas.messages("a.proto") {
        assert!(schemas.message(&name).is_some());
    }
}

/// Fields follow each other inside of the bytes; what is whole has nothing missing.
pub fn packet(bytes: &[u8]) {
    let decoded = packets::decode(bytes);
    packets::summary(&decoded);
    for field in &decoded.fields {
        assert!(field.at.start <= field.at.end, "{field:?}");
        // The rest of a payload need not be there.
        assert!(
            field.at.end <= bytes.len() || decoded.kind == Some(Kind::Publish),
            "{field:?}"
        );
    }
    assert!(decoded.whole || !decoded.problems.is_empty());
    for problem in &decoded.problems {
        assert!(problem.at <= bytes.len(), "{problem:?}");
    }
}

/// A file of connections, of whichever program: each connection that is found can be saved.
pub fn imports(bytes: &[u8]) {
    if let Ok(found) = transfer::read(bytes, None) {
        for one in &found.connections {
            assert_eq!(one.profile.validate(), []);
        }
    }
}

/// A function of bytes by its name.
pub type Entry = (&'static str, fn(&[u8]));

/// All of them.
pub const ENTRIES: [Entry; 11] = [
    ("topics", topics),
    ("json", json),
    ("cbor", cbor),
    ("msgpack", msgpack),
    ("sparkplug", sparkplug),
    ("xml", xml),
    ("protobuf", protobuf),
    ("layers", layers),
    ("schema", schema),
    ("packet", packet),
    ("imports", imports),
];
