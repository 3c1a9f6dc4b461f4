#![allow(clippy::unwrap_used)]
use super::*;
use crate::payload::Known;
use crate::payload::layer::tests::gzip;

fn read(bytes: &[u8], format: Option<Format>, columns: usize) -> Outline {
    Outline::read(bytes, Hint::default(), format, Some(columns), &|| false).unwrap()
}

/// A window of rows anywhere is the same as that part of all of them.
fn agrees(bytes: &[u8], format: Option<Format>, columns: usize) -> Outline {
    let outline = read(bytes, format, columns);
    let all = outline.rows(bytes, 0, usize::MAX);
    assert_eq!(all.len(), outline.total());
    let total = outline.total();
    for first in [
        0,
        1,
        7,
        total / 3,
        total / 2,
        STRIDE - 1,
        STRIDE,
        STRIDE + 1,
        total.saturating_sub(3),
        total,
    ] {
        let part = outline.rows(bytes, first, 40);
        let expected = all.get(first..).unwrap_or_default();
        assert_eq!(part, expected[..expected.len().min(40)], "from {first}");
    }
    outline
}

#[test]
fn a_window_shows_what_the_whole_would() {
    let mut json = String::from("{\"list\":[");
    for n in 0..20_000 {
        json += &format!("{{\"n\":{n},\"name\":\"sensor {n}\",\"deep\":[[{n}],{{\"x\":[{n},{{}}]}}]}},");
    }
    json += "null]}";
    let outline = agrees(json.as_bytes(), None, 4096);
    let whole = render::render(json.as_bytes(), Hint::default(), None, None, None);
    assert_eq!(outline.total(), whole.lines.len());
    let rows = outline.rows(json.as_bytes(), 0, usize::MAX);
    for (row, line) in rows.iter().zip(&whole.lines) {
        assert_eq!(
            (row.text(), row.fold, row.children, row.no),
            (line.text(), line.fold, line.children, line.no)
        );
    }
    assert_eq!(outline.fold(0), Some((outline.total() - 1, 1)));
}

#[test]
fn ten_megabytes_on_one_line_are_cut_into_rows() {
    let text = "가나다 abc ".repeat(10_000_000 / 14);
    let outline = agrees(text.as_bytes(), Some(Format::Text), 100);
    let rows = outline.rows(text.as_bytes(), 0, usize::MAX);
    let joined: String = rows.iter().map(Line::text).collect();
    assert!(joined == text && rows[0].no == Some(1) && rows[1..].iter().all(|row| row.no.is_none()));
    let quoted = format!("[\"{}\",2]", "x".repeat(10_000_000));
    let outline = agrees(quoted.as_bytes(), None, 100);
    assert_eq!(outline.total(), 102_041 + 3);
    assert_eq!(
        outline.rows(quoted.as_bytes(), outline.total() - 2, 1)[0].text(),
        "2"
    );
}

#[test]
fn depth_and_faults_cost_nothing() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let outline = agrees(deep.as_bytes(), None, 4096);
    assert_eq!((outline.total(), outline.fold(1)), (199_999, Some((199_997, 1))));
    let open = "[".repeat(300_000);
    assert!(
        read(open.as_bytes(), Some(Format::Json), 4096)
            .problem()
            .is_some()
    );
    let wrong = format!("[{}oops\nand more]", "1,".repeat(20_000));
    let outline = agrees(wrong.as_bytes(), Some(Format::Json), 4096);
    let rows = outline.rows(wrong.as_bytes(), outline.total() - 2, 2);
    assert_eq!([rows[0].text(), rows[1].text()], [",oops", "and more]"]);
    assert_eq!(outline.problem().unwrap().problem.offset, 40_001);
}

#[test]
fn texts_nobody_should_send_are_rows_too() {
    let mut text = b"a\r\nb\0\x1b[31m\n\n".to_vec();
    text.extend("\u{202e}txet\u{2066}".as_bytes());
    text.extend(b"\xff\xfe\xff".repeat(50));
    text.push(b'\n');
    let outline = agrees(&text, Some(Format::Text), 20);
    let rows = outline.rows(&text, 0, 4);
    let texts: Vec<String> = rows.iter().map(Line::text).collect();
    assert_eq!(texts[..3], ["a", "b␀␛[31m", ""]);
    assert!(texts[3].starts_with("\u{fffd}txet\u{fffd}"));
    assert_eq!(
        rows.iter().map(|row| row.no).collect::<Vec<_>>(),
        [Some(1), Some(2), Some(3), Some(4)]
    );
    assert_eq!(outline.total(), 4 + 7, "{texts:?}");
    agrees(b"\n\n\n", Some(Format::Text), 20);
    agrees(b"", Some(Format::Text), 20);
}

#[test]
fn other_formats_are_rows_as_well() {
    let bytes: Vec<u8> = (0..=255).cycle().take(5_000).collect();
    assert_eq!(agrees(&bytes, Some(Format::Base64), 80).total(), 88);
    let mut cbor = Vec::new();
    ciborium::into_writer(&vec![vec![1, 2], vec![3]], &mut cbor).unwrap();
    let outline = agrees(&cbor, None, 80);
    assert_eq!(
        (outline.format(), outline.total(), outline.fold(0)),
        (Format::Cbor, 4, Some((3, 2)))
    );
    let xml = format!("<a><b x=\"{}\"><c>1</c></b><d/></a>", "y".repeat(10_000));
    let outline = agrees(xml.as_bytes(), None, 80);
    // <a> <b x="… three rows, <c>1</c> </b> <d/> </a>
    assert_eq!(
        (
            outline.format(),
            outline.total(),
            outline.fold(0),
            outline.fold(1)
        ),
        (Format::Xml, 8, Some((7, 2)), Some((5, 1)))
    );
    assert!(outline.rows(xml.as_bytes(), 3, 1)[0].continues);
}

#[test]
fn rows_are_of_what_is_inside_and_of_the_bytes_as_they_came_only_by_choice() {
    let json = format!("{{\"list\":[{}null]}}", "[1,[2]],".repeat(20_000));
    let packed = gzip(json.as_bytes());
    let outline = agrees(&packed, None, 80);
    let plain = agrees(json.as_bytes(), None, 80);
    assert_eq!(
        (outline.format(), outline.total(), outline.bytes(&packed)),
        (Format::Json, plain.total(), json.as_bytes())
    );
    assert_eq!(
        outline.rows(&packed, 50_000, 9),
        plain.rows(json.as_bytes(), 50_000, 9)
    );
    let raw = agrees(&packed, Some(Format::Base64), 80);
    assert_eq!(
        (raw.format(), raw.bytes(&packed)),
        (Format::Base64, packed.as_slice())
    );
    let cut = read(&packed[..packed.len() / 2], None, 80);
    let cut = cut.problem().unwrap();
    assert_eq!((cut.problem.kind, cut.inside), (Problem::UnexpectedEnd, 0));
    let wrong = read(&gzip(b"{\"a\": 1, b}"), Some(Format::Json), 80);
    let wrong = wrong.problem().unwrap();
    assert_eq!((wrong.problem.offset, wrong.inside), (9, 1));
}

#[test]
fn what_is_chosen_for_the_topic_counts_unless_something_is_chosen_for_now() {
    let known = Known {
        format: Some(Format::Text),
        ..Known::default()
    };
    let hint = Hint {
        known: Some(&known),
        ..Hint::default()
    };
    let read = |choice| Outline::read(b"[[1],[2]]", hint, choice, None, &|| false).unwrap();
    assert_eq!((read(None).format(), read(None).total()), (Format::Text, 1));
    assert_eq!(read(Some(Format::Json)).total(), 4);
}
