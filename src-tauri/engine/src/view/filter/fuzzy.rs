//! Letters in their order with gaps between them: `f2press` finds `factory/line-2/press-04`.
//!
//! Any long topic has most short words somewhere in it, so gaps are counted. A letter that follows
//! the one before at once, or that begins a word, is no gap. What needs more gaps than a quarter of
//! its letters and one is no hit. The case never matters.

use std::ops::Range;

use super::text::lower;

/// Most letters that are looked for; the work grows with them.
pub const MOST_LETTERS: usize = 64;

#[derive(Debug)]
pub(super) struct Fuzzy {
    letters: Vec<char>,
}

/// A character of a topic: in lower case, its bytes, and whether it begins a word.
struct Letter {
    lower: char,
    range: Range<usize>,
    begins: bool,
}

impl Fuzzy {
    /// `None` if nothing but space is left, which filters nothing.
    pub fn new(text: &str) -> Option<Self> {
        let letters: Vec<char> = lower(text).filter(|letter| !letter.is_whitespace()).collect();
        (!letters.is_empty()).then_some(Self { letters })
    }

    /// Letters that are looked for.
    pub fn count(&self) -> usize {
        self.letters.len()
    }

    fn most_gaps(&self) -> u32 {
        1 + self.letters.len() as u32 / 4
    }

    pub fn is_in(&self, text: &str) -> bool {
        if !self.is_spread_in(text) {
            return false;
        }
        let read = read(text);
        let mut gaps = self.first(&read);
        for letter in &self.letters[1..] {
            gaps = next(&gaps, &read, *letter);
        }
        gaps.iter()
            .flatten()
            .min()
            .is_some_and(|least| *least <= self.most_gaps())
    }

    /// True if the letters come in their order, whatever the gaps: quickly told, and mostly not so.
    fn is_spread_in(&self, text: &str) -> bool {
        if text.is_ascii() {
            let mut rest = text.bytes();
            let mut letters = self.letters.iter();
            return letters.all(|letter| rest.any(|read| char::from(read.to_ascii_lowercase()) == *letter));
        }
        let mut rest = lower(text);
        let mut letters = self.letters.iter();
        letters.all(|letter| rest.any(|read| read == *letter))
    }

    /// The bytes of the letters in a text where they need the fewest gaps; empty if it is no hit.
    pub fn marks(&self, text: &str) -> Vec<Range<usize>> {
        let read = read(text);
        let mut table = vec![self.first(&read)];
        for letter in &self.letters[1..] {
            table.push(next(&table[table.len() - 1], &read, *letter));
        }
        let ends = table[table.len() - 1].iter().enumerate();
        let last = ends.filter_map(|(at, gaps)| Some(((*gaps)?, at))).min();
        let Some((mut gaps, mut at)) = last.filter(|(gaps, _)| *gaps <= self.most_gaps()) else {
            return Vec::new();
        };
        let mut marks = vec![read[at].range.clone()];
        for row in table[..table.len() - 1].iter().rev() {
            let beside = at.checked_sub(1).filter(|before| row[*before] == Some(gaps));
            let before = beside.or_else(|| {
                gaps -= u32::from(!read[at].begins);
                row[..at].iter().rposition(|found| *found == Some(gaps))
            });
            let Some(before) = before else { break };
            at = before;
            marks.push(read[at].range.clone());
        }
        marks.reverse();
        join(marks)
    }

    /// The fewest gaps with which the first letter ends at each place: it may be anywhere.
    fn first(&self, read: &[Letter]) -> Vec<Option<u32>> {
        read.iter()
            .map(|at| (at.lower == self.letters[0]).then_some(0))
            .collect()
    }
}

/// The same with one more letter.
fn next(gaps: &[Option<u32>], read: &[Letter], letter: char) -> Vec<Option<u32>> {
    let mut least: Option<u32> = None;
    let mut beside = None;
    read.iter()
        .zip(gaps)
        .map(|(at, here)| {
            let far = least.map(|least| least + u32::from(!at.begins));
            let found = [beside, far]
                .into_iter()
                .flatten()
                .min()
                .filter(|_| at.lower == letter);
            beside = *here;
            least = [least, *here].into_iter().flatten().min();
            found
        })
        .collect()
}

fn read(text: &str) -> Vec<Letter> {
    let mut before = '/';
    text.char_indices()
        .flat_map(|(start, character)| {
            let begins = character.is_alphanumeric()
                && (!before.is_alphanumeric()
                    || before.is_numeric() != character.is_numeric()
                    || before.is_lowercase() && character.is_uppercase());
            before = character;
            let range = start..start + character.len_utf8();
            character.to_lowercase().map(move |lower| Letter {
                lower,
                range: range.clone(),
                begins,
            })
        })
        .collect()
}

/// Neighbours as one.
fn join(marks: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut joined: Vec<Range<usize>> = Vec::new();
    for mark in marks {
        match joined.last_mut() {
            Some(last) if last.end >= mark.start => last.end = last.end.max(mark.end),
            _ => joined.push(mark),
        }
    }
    joined
}
