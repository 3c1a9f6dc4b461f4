//! Reads the fields of a JSON object leniently and remembers which were asked for.
//!
//! Other programs write numbers as texts, booleans as 0 and 1, and null for nothing. What can't be
//! understood becomes a note, never a failure. Notes name fields, never values: a value may be a
//! password.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::Note;

pub(super) struct Fields<'a> {
    map: &'a Map<String, Value>,
    asked: HashSet<&'static str>,
    pub(super) notes: Vec<Note>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(map: &'a Map<String, Value>) -> Self {
        Self {
            map,
            asked: HashSet::new(),
            notes: Vec::new(),
        }
    }

    /// The value of a field; none if it is null or missing.
    pub(super) fn value(&mut self, key: &'static str) -> Option<&'a Value> {
        self.asked.insert(key);
        self.map.get(key).filter(|value| !value.is_null())
    }

    /// Fields that mean nothing to Treetop and are worth no note.
    pub(super) fn ignore(&mut self, keys: &[&'static str]) {
        self.asked.extend(keys);
    }

    pub(super) fn not_usable(&mut self, key: &str) {
        let field = key.to_owned();
        self.notes.push(Note::NotUsable { field });
    }

    fn read<T>(&mut self, key: &'static str, read: impl Fn(&'a Value) -> Option<T>) -> Option<T> {
        let value = self.value(key)?;
        let found = read(value);
        if found.is_none() {
            self.not_usable(key);
        }
        found
    }

    /// A text that is not empty.
    pub(super) fn text(&mut self, key: &'static str) -> Option<String> {
        self.read(key, text).filter(|text| !text.is_empty())
    }

    pub(super) fn flag(&mut self, key: &'static str) -> Option<bool> {
        self.read(key, flag)
    }

    /// A whole number that fits.
    pub(super) fn number<T: TryFrom<u64>>(&mut self, key: &'static str) -> Option<T> {
        self.read(key, |value| number(value)?.try_into().ok())
    }

    /// An object, or a text that is one.
    pub(super) fn object(&mut self, key: &'static str) -> Option<Map<String, Value>> {
        self.read(key, |value| match value {
            Value::Object(map) => Some(map.clone()),
            Value::String(text) if text.trim().is_empty() => Some(Map::new()),
            Value::String(text) => serde_json::from_str(text).ok(),
            _ => None,
        })
    }

    /// The items of a list.
    pub(super) fn list(&mut self, key: &'static str) -> &'a [Value] {
        self.read(key, Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// Pairs of names and values, as MQTTX writes user properties: `{"a": "1", "b": ["2", "3"]}`.
    pub(super) fn pairs(&mut self, key: &'static str) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        let mut all_texts = true;
        for (name, value) in self.object(key).unwrap_or_default() {
            let values = match value {
                Value::Array(values) => values,
                value => vec![value],
            };
            for value in &values {
                match text(value) {
                    Some(value) => pairs.push((name.clone(), value)),
                    None => all_texts = false,
                }
            }
        }
        if !all_texts {
            self.not_usable(key);
        }
        pairs
    }

    /// All notes; every field with something in it that nobody asked for gets one.
    pub(super) fn finish(mut self) -> Vec<Note> {
        let left = self.map.iter().filter(|(key, value)| {
            let nothing = match value {
                Value::Null | Value::Bool(false) => true,
                Value::String(text) => text.is_empty(),
                Value::Array(items) => items.is_empty(),
                Value::Object(map) => map.is_empty(),
                // Databases have no other word for false.
                Value::Number(number) => number.as_u64() == Some(0),
                Value::Bool(true) => false,
            };
            !nothing && !self.asked.contains(key.as_str())
        });
        let left = left.map(|(key, _)| Note::NotTaken { field: key.clone() });
        self.notes.extend(left.collect::<Vec<_>>());
        self.notes
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

fn flag(value: &Value) -> Option<bool> {
    match text(value)?.trim() {
        "true" | "1" => Some(true),
        "false" | "0" | "" => Some(false),
        _ => None,
    }
}

fn number(value: &Value) -> Option<u64> {
    let text = text(value)?;
    let text = text.trim();
    text.parse().ok().or_else(|| {
        let number: f64 = text.parse().ok()?;
        let whole = number.fract() == 0.0 && (0.0..=u32::MAX.into()).contains(&number);
        // Within 32 bits a whole floating-point number converts exactly.
        whole.then_some(number as u64)
    })
}
