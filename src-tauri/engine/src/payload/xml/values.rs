//! Numbers in a document, and where they stand: `/root/item[2]/@t`. Of elements that are alike beside each other
//! the first has no count. An element counts with the first text in it, an attribute with its value; entities are
//! not resolved, so what is written with them is no number.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::scan::{Piece, Scanner, attributes, unquoted};
use crate::payload::quantity;

/// Longer paths are of use to nobody, and would make deep nesting quadratic.
const MAX_PATH_BYTES: usize = 1024;

/// A number, the path to it, and its unit where the text or the element names one.
pub(in crate::payload) struct Value<'a> {
    pub path: &'a str,
    pub number: f64,
    pub unit: Option<String>,
}

/// Gives every number to `take` until that answers false. What comes before a fault counts.
pub(in crate::payload) fn each(bytes: &[u8], mut take: impl FnMut(Value<'_>) -> bool) {
    let mut scanner = Scanner::new(bytes);
    let mut way = Way::default();
    // The unit that each open element names.
    let mut units: Vec<Option<&[u8]>> = Vec::new();
    while let Ok(Some(piece)) = scanner.next() {
        match piece {
            Piece::Open {
                name,
                attributes: inside,
                is_empty,
            } => {
                way.open(name);
                let mut named = None;
                for (name, value) in attributes(inside) {
                    let Some(value) = value.map(unquoted) else {
                        continue;
                    };
                    if name == b"unit" {
                        named = Some(value);
                    } else if let Some((number, unit)) = read(value)
                        && let Some(path) = way.attribute(name)
                        && !take(Value {
                            path: &path,
                            number,
                            unit,
                        })
                    {
                        return;
                    }
                }
                if is_empty {
                    way.close();
                } else {
                    units.push(named);
                }
            }
            Piece::Close(_) => {
                way.close();
                units.pop();
            }
            Piece::Text(text) => {
                let Some(path) = way.text(text) else { continue };
                let named = || {
                    let named = units.last().copied().flatten()?;
                    Some(String::from_utf8_lossy(named).into_owned()).filter(|unit| unit.len() <= 16)
                };
                if let Some((number, unit)) = read(text)
                    && !take(Value {
                        path,
                        number,
                        unit: unit.or_else(named),
                    })
                {
                    return;
                }
            }
            Piece::Aside(_) => {}
        }
    }
}

/// The number that a text is as a whole.
pub(super) fn read(text: &[u8]) -> Option<(f64, Option<String>)> {
    quantity::parse(std::str::from_utf8(text.trim_ascii()).ok()?)
}

/// The way from the top of a document to an element.
#[derive(Default)]
pub(super) struct Way<'a> {
    path: String,
    levels: Vec<Level<'a>>,
    /// How many elements of each name there were at the top.
    tops: HashMap<&'a [u8], u32>,
}

struct Level<'a> {
    /// The length of the path without it.
    base: usize,
    /// How many elements of each name it has had.
    inside: HashMap<&'a [u8], u32>,
    has_text: bool,
}

impl<'a> Way<'a> {
    /// An element begins.
    pub fn open(&mut self, name: &'a [u8]) {
        let beside = match self.levels.last_mut() {
            Some(level) => &mut level.inside,
            None => &mut self.tops,
        };
        let count = beside.entry(name).or_default();
        *count += 1;
        let base = self.path.len();
        if base <= MAX_PATH_BYTES {
            self.path.push('/');
            self.path.push_str(&String::from_utf8_lossy(name));
            if *count > 1 {
                // Writing to a String cannot fail.
                let _ = write!(self.path, "[{count}]");
            }
        }
        self.levels.push(Level {
            base,
            inside: HashMap::new(),
            has_text: false,
        });
    }

    /// The innermost element ends.
    pub fn close(&mut self) {
        if let Some(level) = self.levels.pop() {
            self.path.truncate(level.base);
        }
    }

    /// The path of a text that says something, if it is the first one of its element.
    pub fn text(&mut self, text: &[u8]) -> Option<&str> {
        let level = self.levels.last_mut()?;
        let says = !text.trim_ascii().is_empty();
        let is_first = says && !std::mem::replace(&mut level.has_text, true);
        (is_first && self.path.len() <= MAX_PATH_BYTES).then_some(&*self.path)
    }

    /// The path of an attribute of the innermost element.
    pub fn attribute(&self, name: &[u8]) -> Option<String> {
        let fits = self.path.len() + name.len() <= MAX_PATH_BYTES;
        fits.then(|| format!("{}/@{}", self.path, String::from_utf8_lossy(name)))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::payload::{FieldPath, Hint, number_at, numbers, render};

    const PLANT: &str = "<?xml version=\"1.0\"?><plant id='7'><temp unit=\"bar\">61.4</temp>\
        <item t='1'/><item t=\"2.5 mm\" on='off'> 3 <b>4</b> 5 </item>words <other>6</other></plant>";

    #[test]
    fn numbers_have_a_path_by_which_they_are_found() {
        let found = numbers(PLANT.as_bytes(), Hint::default());
        let list: Vec<_> = found
            .iter()
            .map(|found| (found.path.as_str(), found.value, found.unit.as_deref()))
            .collect();
        assert_eq!(
            list,
            [
                ("/plant/@id", 7.0, None),
                ("/plant/temp", 61.4, Some("bar")),
                ("/plant/item/@t", 1.0, None),
                ("/plant/item[2]/@t", 2.5, Some("mm")),
                ("/plant/item[2]/@on", 0.0, None),
                ("/plant/item[2]", 3.0, None),
                ("/plant/item[2]/b", 4.0, None),
                ("/plant/other", 6.0, None),
            ]
        );
        for found in &found {
            let path = FieldPath::parse(&found.path).unwrap();
            let again = number_at(PLANT.as_bytes(), Hint::default(), &path);
            assert_eq!(again, Some(found.value), "{}", found.path);
        }
        let none = FieldPath::parse("/plant/item[3]/@t").unwrap();
        assert_eq!(number_at(PLANT.as_bytes(), Hint::default(), &none), None);
    }

    #[test]
    fn the_numbers_that_are_shown_are_those_that_are_found() {
        let shown = render(PLANT.as_bytes(), Hint::default(), None, None, None);
        let tokens = shown.lines.iter().flat_map(|line| &line.tokens);
        let paths: Vec<_> = tokens
            .filter(|token| token.chartable)
            .filter_map(|token| token.path.clone())
            .collect();
        let found = numbers(PLANT.as_bytes(), Hint::default());
        let wanted: Vec<_> = found.into_iter().map(|found| found.path).collect();
        assert_eq!(paths, wanted);
    }

    #[test]
    fn depth_does_not_cost_the_square_of_it() {
        let deep = "<abc x='1'>".repeat(50_000) + "1" + &"</abc>".repeat(50_000);
        let found = numbers(deep.as_bytes(), Hint::default());
        assert!(!found.is_empty() && found.len() < 1_000, "{}", found.len());
    }
}
