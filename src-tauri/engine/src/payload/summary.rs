//! The few words that tell one message from the one before, for the rows of the history.

use std::collections::HashMap;

use super::diff::common_format;
use super::event::Event;
use super::model::{Format, Hint, Known};
use super::open::{TASTE, open};
use super::preview::preview;
use super::reader::source;
use super::render::DEFAULT_LIMIT;
use super::track::Tracker;

/// Longer values are shortened; the value pane has them whole.
const MAX_CHARS: usize = 80;

/// A value that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// Its path; `$` where the payloads have no structure in common.
    pub path: String,
    /// Its text before; none if it is new.
    pub before: Option<String>,
    /// Its text after; none if it is gone.
    pub after: Option<String>,
}

/// At most `max` values that differ, in the order of the newer payload. Counters and times, which
/// differ in every message, come last. Each is read by its own hint, since names may have changed between
/// them. Looks at the first 64 KiB.
pub fn change_summary(
    (before, before_hint): (&[u8], Hint<'_>),
    (after, after_hint): (&[u8], Hint<'_>),
    max: usize,
) -> Vec<FieldChange> {
    if before == after {
        return Vec::new();
    }
    let was = open(before, before_hint, None, TASTE);
    let is = open(after, after_hint, None, TASTE);
    let format = common_format(&was, &is);
    if !format.is_structured() {
        let text = |bytes: &[u8], hint| Some(preview(bytes, bytes.len(), hint, MAX_CHARS).text);
        let change = FieldChange {
            path: "$".into(),
            before: text(before, before_hint),
            after: text(after, after_hint),
        };
        return Some(change).into_iter().take(max).collect();
    }
    let (old, new) = (
        values(&was.bytes, format, before_hint.known),
        values(&is.bytes, format, after_hint.known),
    );
    let mut was: HashMap<&str, &str> = old
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    let mut changes = Vec::new();
    let short = |text: &str| Some(shorten(text));
    for (path, text) in &new {
        match was.remove(path.as_str()) {
            Some(same) if same == text => {}
            old => changes.push(FieldChange {
                path: path.clone(),
                before: old.and_then(short),
                after: short(text),
            }),
        }
    }
    let gone = old.iter().filter(|(path, _)| was.contains_key(path.as_str()));
    changes.extend(gone.map(|(path, text)| FieldChange {
        path: path.clone(),
        before: short(text),
        after: None,
    }));
    changes.sort_by_key(|change| always_differs(&change.path));
    changes.truncate(max);
    changes
}

fn values(bytes: &[u8], format: Format, known: Option<&Known>) -> Vec<(String, String)> {
    let head = &bytes[..bytes.len().min(DEFAULT_LIMIT)];
    let Some(mut source) = source(head, format, known) else {
        return Vec::new();
    };
    let mut tracker = Tracker::new();
    let mut values = Vec::new();
    while let Ok(Some(event)) = source.next() {
        tracker.see(&event);
        if let (Event::Value(value), Some(path)) = (&event, tracker.path()) {
            values.push((path.to_string(), value.text()));
        }
    }
    // Of keys that repeat the last one counts.
    let last: HashMap<String, usize> = values
        .iter()
        .enumerate()
        .map(|(at, (path, _))| (path.clone(), at))
        .collect();
    let mut at = 0;
    values.retain(|(path, _)| {
        at += 1;
        last.get(path) == Some(&(at - 1))
    });
    values
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into(),
    }
}

fn always_differs(path: &str) -> bool {
    const NAMES: [&str; 14] = [
        "seq",
        "sequence",
        "ts",
        "t",
        "time",
        "timestamp",
        "date",
        "datetime",
        "counter",
        "uptime",
        "id",
        "msgid",
        "last_seen",
        "updated",
    ];
    let name = path
        .rsplit(['.', '['])
        .next()
        .unwrap_or(path)
        .trim_matches(['"', ']']);
    NAMES.iter().any(|known| name.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(before: &str, after: &str, max: usize) -> Vec<String> {
        let changes = change_summary(
            (before.as_bytes(), Hint::default()),
            (after.as_bytes(), Hint::default()),
            max,
        );
        let text = |side: Option<String>| side.unwrap_or("∅".into());
        changes
            .into_iter()
            .map(|c| format!("{} {}→{}", c.path, text(c.before), text(c.after)))
            .collect()
    }

    #[test]
    fn counters_come_last() {
        let before = r#"{"seq":1,"ts":"a","force_kn":611.9,"gone":null,"v":{"z":0.109,"x":1}}"#;
        let after = r#"{"seq":2,"ts":"b","force_kn":612.4,"v":{"x":1,"z":0.112},"new":true}"#;
        assert_eq!(
            changes(before, after, 10),
            [
                "$.force_kn 611.9→612.4",
                "$.v.z 0.109→0.112",
                "$.new ∅→true",
                "$.gone null→∅",
                "$.seq 1→2",
                "$.ts \"a\"→\"b\""
            ]
        );
        assert_eq!(changes(before, after, 1).len(), 1);
        assert!(changes(before, before, 5).is_empty());
    }

    #[test]
    fn payloads_without_structure_change_as_a_whole() {
        assert_eq!(changes("61.4", "61.5", 3), ["$ 61.4→61.5"]);
        assert_eq!(changes("", "on", 3), ["$ →on"]);
        assert_eq!(changes("\u{1}\u{2}", "\u{1}\u{3}", 3), ["$ 01 02→01 03"]);
        assert_eq!(changes("{\"a\":1}", "off", 3), ["$ {\"a\":1}→off"]);
    }

    #[test]
    fn of_repeated_keys_the_last_is_compared() {
        assert_eq!(changes(r#"{"a":1,"a":2}"#, r#"{"a":9,"a":2}"#, 3), [""; 0]);
        assert_eq!(changes(r#"{"a":1,"a":2}"#, r#"{"a":1,"a":3}"#, 3), ["$.a 2→3"]);
    }
}
