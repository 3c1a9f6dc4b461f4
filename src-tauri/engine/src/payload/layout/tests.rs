#![allow(clippy::unwrap_used)]
use super::*;
use crate::payload::json::Scanner;

fn lay(json: &str) -> Laid {
    lay_out(&mut Scanner::new(json.as_bytes()), &HashSet::new(), 1_000_000)
}

fn shown(laid: &Laid) -> Vec<String> {
    laid.lines
        .iter()
        .map(|line| "  ".repeat(line.indent.into()) + &line.text())
        .collect()
}

#[test]
fn looks_like_the_value_pane() {
    let json = r#"{"seq":41882,"vibration":{"x":0.041,"y":0.038,"z":0.112},"tool":{"id":"T-118","wear":0.37,
        "changed":"2026-03-09"},"alarms":[],"list":[1,2],"deep":[[1],{}],"ok":true}"#;
    let laid = lay(json);
    assert_eq!(
        shown(&laid),
        [
            "{",
            "  \"seq\": 41882,",
            "  \"vibration\": { \"x\": 0.041, \"y\": 0.038, \"z\": 0.112 },",
            "  \"tool\": {",
            "    \"id\": \"T-118\",",
            "    \"wear\": 0.37,",
            "    \"changed\": \"2026-03-09\"",
            "  },",
            "  \"alarms\": [],",
            "  \"list\": [1, 2],",
            "  \"deep\": [",
            "    [1],",
            "    {}",
            "  ],",
            "  \"ok\": true",
            "}",
        ]
    );
    let tool = &laid.lines[3];
    assert_eq!((tool.no, tool.fold, tool.children), (Some(4), Some(8), 3));
    assert_eq!((laid.lines[0].fold, laid.lines[0].children), (Some(16), 7));
}

#[test]
fn every_number_of_a_line_has_its_path() {
    let laid = lay(r#"{"v":{"x":1,"y":[2]},"l":[{"a":"12,5"},true,null,"no"]}"#);
    let paths = laid
        .lines
        .iter()
        .flat_map(|line| &line.tokens)
        .filter(|token| token.chartable);
    let paths: Vec<_> = paths.map(|token| token.path.as_deref().unwrap()).collect();
    assert_eq!(paths, ["$.v.x", "$.v.y[0]", "$.l[0].a", "$.l[1]"]);
}

#[test]
fn repeated_keys_and_exact_numbers_are_shown_as_sent() {
    let laid = lay(r#"{"a":1.10,"a":12345678901234567890123,"b":-0e0,"u":"\u00e9"}"#);
    assert_eq!(
        shown(&laid)[1..5],
        [
            "  \"a\": 1.10,",
            "  \"a\": 12345678901234567890123,",
            "  \"b\": -0e0,",
            "  \"u\": \"\\u00e9\""
        ]
    );
}

#[test]
fn depth_costs_no_stack_and_paths_stay_short() {
    let laid = lay(&("[".repeat(100_000) + &"]".repeat(100_000)));
    assert_eq!(laid.lines.len(), 199_999);
    assert!(
        laid.lines
            .iter()
            .filter_map(|line| line.path.as_ref())
            .all(|path| path.len() <= 1024)
    );
    let deep = lay(&(r#"{"key":"#.repeat(50_000) + "1"));
    assert_eq!(deep.lines.len(), 50_001);
    assert!(deep.problem.is_some());
}

#[test]
fn a_limit_of_lines_ends_it() {
    let laid = lay_out(&mut Scanner::new(b"[1,2,3,4,5]"), &HashSet::new(), 3);
    assert_eq!((laid.lines.len(), laid.finished, laid.covered), (3, false, 4));
}

#[test]
fn a_broken_scalar_stays_as_it_was_sent() {
    let json = br#"{"ids":["550e8400-e29b-41d4-a716-446655440000"],"n":[1]}"#;
    let mut scanner = Scanner::new(json);
    let mut layout = Layout::new(40, None);
    while let Some(event) = scanner.next().unwrap() {
        layout.add(event);
    }
    let lines: Vec<_> = layout.lines.iter().map(Line::text).collect();
    assert_eq!(
        lines,
        [
            "{",
            "\"ids\": [",
            "\"550e8400-e29b-41d4-a716-44665544000",
            "0\"",
            "],",
            "\"n\": [1]",
            "}"
        ]
    );
}
