//! Problems in a curriculum, as data.
//!
//! A rule builds a [`Diagnostic`]; only [`render`] draws one. A place is a byte range in one of
//! the [`Sources`], so that nothing is read twice and any form can be drawn from it.

use std::ops::Range;

mod code;
pub mod render;

pub use code::{Code, Severity};

/// One text that was read: a file's, or a text handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The name to show: the path as the user would type it.
    pub name: String,
    /// The whole text.
    pub text: String,
}

/// Every text that a curriculum was read from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources(pub Vec<Source>);

/// A place in one of the [`Sources`]: bytes `span` of source `source`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// Index into [`Sources`].
    pub source: usize,
    /// Byte range, never past the text's end.
    pub span: Range<usize>,
}

/// A place with a word on what it has to do with the problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// What is there, empty when the message says it all.
    pub text: String,
}

/// One problem: what, where, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which rule was broken.
    pub code: Code,
    /// One sentence without a full stop.
    pub message: String,
    /// The smallest place that is wrong; `None` when there is no text to point into.
    pub primary: Option<Label>,
    /// Other places that make the problem one.
    pub others: Vec<Label>,
    /// The next step.
    pub help: Option<String>,
}

impl Diagnostic {
    /// Returns a problem at `place`.
    pub fn new(code: Code, message: impl Into<String>, place: Place) -> Self {
        let primary = Some(Label { place, text: String::new() });
        Self { code, message: message.into(), primary, others: Vec::new(), help: None }
    }

    /// Returns a problem with no place in a text, such as a file that cannot be read.
    pub fn placeless(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), primary: None, others: Vec::new(), help: None }
    }

    /// Returns it with `text` at its primary place.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        if let Some(primary) = &mut self.primary {
            primary.text = text.into();
        }
        self
    }

    /// Returns it with a second place.
    #[must_use]
    pub fn other(mut self, place: Place, text: impl Into<String>) -> Self {
        self.others.push(Label { place, text: text.into() });
        self
    }

    /// Returns it with the next step.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Returns it with `help` if there is any.
    #[must_use]
    pub fn help_maybe(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }

    /// Returns whether it refuses the curriculum, rather than warn about it.
    pub fn is_error(&self) -> bool {
        self.code.severity() == Severity::Error
    }
}

impl Source {
    /// Returns line and column of the byte at `offset`, both counted from 1, columns in characters.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &self.text[..offset];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        (before.bytes().filter(|&b| b == b'\n').count() + 1, before[line_start..].chars().count() + 1)
    }

    /// Returns the byte offset of `line` and `column`, both counted from 1, at most the text's end.
    pub fn offset(&self, line: usize, column: usize) -> usize {
        let start: usize = self.text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
        let rest = &self.text[start..];
        start + rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(at, _)| at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_turn_into_lines_and_columns_and_back() {
        let source = Source { name: "x".into(), text: "id: ä\ntöpic: 日本\nlast".into() };
        for (offset, _) in source.text.char_indices() {
            let (line, column) = source.line_column(offset);
            assert_eq!(source.offset(line, column), offset);
        }
        assert_eq!(source.line_column(7), (2, 1));
        assert_eq!(source.offset(99, 99), source.text.len());
    }
}
