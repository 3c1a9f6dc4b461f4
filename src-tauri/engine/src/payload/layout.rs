//! Lays out the events of a structured format as lines: two levels of brackets never share a line, but
//! a small map or list of scalars stays on one.

#[cfg(test)]
mod tests;

use std::collections::HashSet;

use super::event::{Container, DecodeProblem, Event, Source};
use super::model::{Line, Token, TokenKind};
use super::text::{pieces, split_at_columns};
use super::track::Tracker;

/// A line that holds a whole map or list is at most so wide, two columns a level included.
const INLINE_WIDTH: usize = 60;

/// More lines than this cannot fold into one, so they need no measuring.
pub(super) const INLINE_LINES: usize = 30;

/// Lines, and how the reading ended.
pub(super) struct Laid {
    pub lines: Vec<Line>,
    /// Paths of the maps and lists that stand on one line.
    pub inline: HashSet<String>,
    /// Paths of the maps and lists that do not.
    pub open: HashSet<String>,
    pub problem: Option<DecodeProblem>,
    /// Bytes read.
    pub covered: usize,
    /// False if the limit of lines ended it.
    pub finished: bool,
}

/// Deeper lines are drawn as if they were so deep.
const DRAWN_INDENT: u16 = 40;

/// Columns of a piece of a scalar at least.
const LEAST_ROOM: usize = 16;

/// A map or list that takes several lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fold {
    /// Index of the line that opens it.
    pub open: u32,
    /// Index of the line that closes it.
    pub close: u32,
    /// How many entries it holds.
    pub entries: u32,
}

#[derive(Clone)]
struct Level {
    container: Container,
    /// Index among all lines, those that were taken included.
    line: usize,
    entries: u32,
    /// Holds no map or list that has entries.
    is_flat: bool,
}

#[derive(Clone)]
pub(super) struct Layout<'o> {
    pub lines: Vec<Line>,
    /// Lines that were taken away at the front.
    taken: usize,
    levels: Vec<Level>,
    tracker: Tracker,
    /// How many values have begun.
    values: u32,
    tag: Option<String>,
    /// A scalar goes on on a line of its own after so many columns.
    columns: usize,
    keep_open: Option<&'o HashSet<String>>,
    inline: HashSet<String>,
    open: HashSet<String>,
    /// What was closed after the line that opens it was taken, or before.
    pub folds: Vec<Fold>,
}

/// Lays out everything a source gives, at most so many lines. Maps and lists at the paths of
/// `keep_open` never fold into one line.
pub(super) fn lay_out<'a>(
    source: &mut dyn Source<'a>,
    keep_open: &HashSet<String>,
    max_lines: usize,
) -> Laid {
    let mut layout = Layout::new(super::text::COLUMNS, Some(keep_open));
    let mut covered = 0;
    let (problem, finished) = loop {
        if layout.lines.len() >= max_lines {
            break (None, false);
        }
        match source.next() {
            Ok(Some(event)) => layout.add(event),
            Ok(None) => break (None, true),
            Err(problem) => break (Some(problem), true),
        }
        covered = source.offset();
    };
    for (index, line) in layout.lines.iter_mut().enumerate() {
        line.no = u32::try_from(index + 1).ok();
    }
    let Layout {
        lines, inline, open, ..
    } = layout;
    Laid {
        lines,
        inline,
        open,
        problem,
        covered,
        finished,
    }
}

fn punct(text: &str) -> Token {
    Token::plain(TokenKind::Punct, text)
}

fn brackets(container: Container) -> (&'static str, &'static str) {
    match container {
        Container::Map => ("{", "}"),
        Container::List => ("[", "]"),
    }
}

impl<'o> Layout<'o> {
    /// A layout whose scalars break after so many columns. Without a set of maps and lists to keep open it
    /// does not note either which ones are.
    pub fn new(columns: usize, keep_open: Option<&'o HashSet<String>>) -> Self {
        Self {
            lines: Vec::new(),
            taken: 0,
            levels: Vec::new(),
            tracker: Tracker::new(),
            values: 0,
            tag: None,
            columns,
            keep_open,
            inline: HashSet::new(),
            open: HashSet::new(),
            folds: Vec::new(),
        }
    }

    /// How many levels are open.
    pub fn depth(&self) -> usize {
        self.levels.len()
    }

    /// Takes away all lines that nothing which follows can change, apart from folds.
    pub fn take_settled(&mut self) -> std::vec::Drain<'_, Line> {
        // A map or list that began on such a line has more lines than would fit into one.
        let settled = self.lines.len().saturating_sub(INLINE_LINES + 1);
        self.taken += settled;
        self.lines.drain(..settled)
    }

    pub fn add(&mut self, event: Event<'_>) {
        self.tracker.see(&event);
        match event {
            Event::Key(key) => {
                self.start_entry();
                self.name_value();
                self.put_tag();
                self.put_broken(Token::plain(TokenKind::Key, key.text()));
                self.put(punct(": "));
            }
            Event::Tag(tag) => {
                let joined = self
                    .tag
                    .take()
                    .map_or(tag.clone(), |outer| format!("{outer} {tag}"));
                self.tag = Some(joined);
            }
            Event::Value(value) => {
                self.start_value();
                let path = self.tracker.path().map(str::to_string);
                let chartable = path.is_some() && value.number().is_some();
                self.put_broken(Token {
                    kind: value.kind(),
                    text: value.text(),
                    path,
                    chartable,
                    change: None,
                });
            }
            Event::Begin(container) => {
                // The tracker already counts the container that begins here.
                self.start_value();
                self.put(punct(brackets(container).0));
                let line = (self.taken + self.lines.len()).saturating_sub(1);
                self.levels.push(Level {
                    container,
                    line,
                    entries: 0,
                    is_flat: true,
                });
            }
            Event::End => self.end(),
        }
    }

    fn put(&mut self, token: Token) {
        if let Some(line) = self.lines.last_mut() {
            line.tokens.push(token);
        }
    }

    /// Puts a scalar on as many lines as it needs.
    fn put_broken(&mut self, token: Token) {
        let (indent, value) = self
            .lines
            .last()
            .map_or((0, None), |line| (line.indent, line.value));
        let margin = usize::from(indent.min(DRAWN_INDENT)) * 2;
        let before = self
            .lines
            .last()
            .map_or(0, |line| line.tokens.iter().map(|token| token.text.len()).sum());
        if margin + before + token.text.len() <= self.columns {
            return self.put(token);
        }
        let room = self.columns.saturating_sub(margin).max(LEAST_ROOM);
        let (first, rest) = split_at_columns(&token.text, room.saturating_sub(before).max(LEAST_ROOM));
        let piece = |text: &str| Token {
            text: text.to_owned(),
            ..token.clone_without_text()
        };
        self.put(piece(first));
        for text in pieces(rest, room) {
            self.lines.push(Line {
                indent,
                value,
                continues: true,
                ..Line::default()
            });
            self.put(piece(text));
        }
    }

    fn put_tag(&mut self) {
        if let Some(tag) = self.tag.take() {
            self.put(Token::plain(TokenKind::Tag, tag));
            self.put(punct(" "));
        }
    }

    fn start_line(&mut self, depth: usize) {
        let indent = u16::try_from(depth).unwrap_or(u16::MAX);
        self.lines.push(Line {
            indent,
            ..Line::default()
        });
    }

    /// A new line for the next entry of the innermost container.
    fn start_entry(&mut self) {
        let depth = self.levels.len();
        if let Some(level) = self.levels.last_mut() {
            level.entries = level.entries.saturating_add(1);
            if level.entries > 1 {
                self.put(punct(","));
            }
        }
        self.start_line(depth);
    }

    /// Notes which value it is that the line is about.
    fn name_value(&mut self) {
        if let Some(line) = self.lines.last_mut() {
            line.value = Some(self.values);
        }
    }

    /// The place for a value: behind its key, or on a line of its own.
    fn start_value(&mut self) {
        if !matches!(
            self.levels.last(),
            Some(Level {
                container: Container::Map,
                ..
            })
        ) {
            self.start_entry();
            self.name_value();
        }
        self.values = self.values.saturating_add(1);
        self.put_tag();
        let path = self.tracker.path().map(str::to_string);
        if let Some(line) = self.lines.last_mut() {
            line.path = path;
        }
    }

    fn end(&mut self) {
        let Some(level) = self.levels.pop() else { return };
        let (_, close) = brackets(level.container);
        let is_root = self.levels.is_empty();
        if level.entries == 0 {
            if let Some(token) = self.lines.last_mut().and_then(|line| line.tokens.last_mut()) {
                token.text.push_str(close);
            }
            return;
        }
        if let Some(outer) = self.levels.last_mut() {
            outer.is_flat = false;
        }
        let at = level.line.checked_sub(self.taken);
        let path = at
            .filter(|_| self.keep_open.is_some())
            .and_then(|at| self.lines[at].path.clone());
        let kept_open = path
            .as_ref()
            .is_some_and(|path| self.keep_open.is_some_and(|open| open.contains(path)));
        if let Some(at) = at
            && level.is_flat
            && !is_root
            && !kept_open
            && self.fits(at, level.container)
        {
            self.fold(at, level.container, close);
            self.inline.extend(path);
            return;
        }
        self.open.extend(path);
        self.start_line(self.levels.len());
        self.put(punct(close));
        let count = self.taken + self.lines.len();
        if let (Ok(open), Ok(close)) = (u32::try_from(level.line), u32::try_from(count - 1)) {
            let entries = level.entries;
            self.folds.push(Fold { open, close, entries });
        }
        if let Some(at) = at {
            let opening = &mut self.lines[at];
            opening.fold = u32::try_from(count).ok();
            opening.children = level.entries;
        }
    }

    fn fits(&self, at: usize, container: Container) -> bool {
        let lines = &self.lines[at..];
        let width = |line: &Line| {
            line.tokens
                .iter()
                .map(|token| token.text.chars().count())
                .sum::<usize>()
        };
        let gaps = if container == Container::Map { 3 } else { 1 } + lines.len().saturating_sub(2);
        // A broken scalar stays so: on one line its pieces would look like several.
        lines.len() <= INLINE_LINES
            && !lines[1..].iter().any(|line| line.continues)
            && usize::from(lines[0].indent) * 2 + lines.iter().map(width).sum::<usize>() + gaps
                <= INLINE_WIDTH
    }

    fn fold(&mut self, at: usize, container: Container, close: &str) {
        let space = if container == Container::Map { " " } else { "" };
        let entries = self.lines.split_off(at + 1);
        let Some(line) = self.lines.last_mut() else { return };
        if let Some(open) = line.tokens.last_mut() {
            open.text.push_str(space);
        }
        let last = entries.len() - 1;
        for (index, mut entry) in entries.into_iter().enumerate() {
            line.tokens.append(&mut entry.tokens);
            if let Some(comma) = line.tokens.last_mut().filter(|_| index < last) {
                comma.text.push(' ');
            }
        }
        line.tokens.push(punct(&format!("{space}{close}")));
    }
}
