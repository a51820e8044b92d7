//! Problems in a curriculum, as data.
//!
//! A rule builds a [`Diagnostic`]; only [`render`] draws one. A place is a byte range in one of
//! the [`Sources`], so that nothing is read twice and any form can be drawn from it.

use std::ops::Range;

mod code;
mod problems;
pub mod render;
mod source;

pub use code::{Code, Severity};
pub use problems::Problems;
pub use source::{Source, Sources};

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
