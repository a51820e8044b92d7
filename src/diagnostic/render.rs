//! Draws diagnostics: in full as rustc does, one per line, or for programs.
//!
//! Knows nothing of the rules. All text from files is made safe here; of source lines
//! `annotate-snippets` shows the control characters of ASCII as pictures.

use std::borrow::Cow;
use std::fmt::Write as _;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use serde::Serialize;

use super::{Diagnostic, Label, Severity, Sources};
use crate::text;

/// A label longer than this is cut to its first line, so that pointing at a topic does not print it.
const LONGEST_SPAN: usize = 400;
/// Places further apart than this many bytes are drawn apart.
const FAR: usize = 256 << 10;
/// A line in which a problem lies behind this many characters is not drawn.
const LONGEST_LINE: usize = 16 << 10;

/// Returns `diagnostic` with its source lines and carets, ending in a line break. `columns` is the
/// width to fit; `colour` adds escape codes.
pub fn full(diagnostic: &Diagnostic, sources: &Sources, columns: usize, colour: bool) -> String {
    let level = match diagnostic.code.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let message = text::line(&diagnostic.message);
    let mut group = Group::with_title(level.primary_title(message).id(diagnostic.code.id()));
    let labels: Vec<(AnnotationKind, &Label)> = (diagnostic.primary.iter().map(|l| (AnnotationKind::Primary, l)))
        .chain(diagnostic.others.iter().map(|l| (AnnotationKind::Context, l)))
        .collect();
    for near in neighbours(&labels) {
        let source = &sources.0[near[0].1.place.source];
        // A window of the text: the renderer must not walk a whole file for each of its problems.
        let starts = near.iter().map(|(_, label)| label.place.span.start);
        let (first, last) = (starts.clone().min().unwrap_or(0), starts.max().unwrap_or(0));
        let (line, column) = source.line_column(near[0].1.place.span.start);
        if column > LONGEST_LINE {
            let origin = Origin::path(text::line(&source.name)).line(line).char_column(column);
            group = group.element(origin);
            continue;
        }
        let start = source.text[..floor(&source.text, first)].rfind('\n').map_or(0, |at| at + 1);
        let end = floor(&source.text, (last + 4 * LONGEST_SPAN).min(source.text.len()));
        let (window, moved) = shown(&source.text[start..end]);
        let line_start = source.line_column(start).0;
        let mut snippet = Snippet::source(window).path(text::line(&source.name)).line_start(line_start);
        for (kind, label) in near {
            let span = shorten(&source.text, label);
            let annotation = kind.span(moved.at(span.start - start)..moved.at(span.end.min(end) - start));
            let label = (!label.text.is_empty()).then(|| text::line(&label.text));
            snippet = snippet.annotation(annotation.label(label));
        }
        group = group.element(snippet);
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(text::line(help)));
    }
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut drawn = renderer.term_width(columns).render(&[group]);
    drawn.push('\n');
    drawn
}

/// Returns the labels in groups that are drawn together: of one file, and not far from each other.
/// The group of the first label comes first.
fn neighbours<'l>(labels: &[(AnnotationKind, &'l Label)]) -> Vec<Vec<(AnnotationKind, &'l Label)>> {
    let mut groups: Vec<Vec<(AnnotationKind, &Label)>> = Vec::new();
    for (kind, label) in labels {
        let near = groups.iter_mut().find(|group| {
            let place = |label: &Label| (label.place.source, label.place.span.start / FAR);
            let ((file, at), (other_file, other)) = (place(group[0].1), place(label));
            file == other_file && at.abs_diff(other) <= 1
        });
        match near {
            Some(group) => group.push((*kind, label)),
            None => groups.push(vec![(*kind, label)]),
        }
    }
    groups
}

/// Where the places of a text have moved to: behind each replaced character, where that was before
/// and where it is now.
struct Moved(Vec<(usize, usize)>);

/// Returns a piece of a source in which nothing hides.
fn shown(text: &str) -> (Cow<'_, str>, Moved) {
    let hides = |c: char| !c.is_ascii() && text::is_unsafe(c);
    let mut moved = Vec::new();
    if !text.contains(hides) {
        return (Cow::Borrowed(text), Moved(moved));
    }
    let mut safe = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        if hides(c) {
            safe.push(char::REPLACEMENT_CHARACTER);
            moved.push((at + c.len_utf8(), safe.len()));
        } else {
            safe.push(c);
        }
    }
    (Cow::Owned(safe), Moved(moved))
}

impl Moved {
    /// Returns where the character at `at` stands now.
    fn at(&self, at: usize) -> usize {
        let before = self.0.partition_point(|&(was, _)| was <= at);
        before.checked_sub(1).map_or(at, |last| at - self.0[last].0 + self.0[last].1)
    }
}

fn floor(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn shorten(text: &str, label: &Label) -> std::ops::Range<usize> {
    let span = &label.place.span;
    let (start, end) = (floor(text, span.start), floor(text, span.end));
    let first_line = text[start..end].find('\n').map_or(end, |at| start + at);
    start..floor(text, first_line.min(start + LONGEST_SPAN))
}

/// Returns `file:line:column: severity[code]: message`, ending in a line break.
pub fn concise(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let record = Record::new(diagnostic, sources);
    let mut line = String::new();
    if let Some(file) = &record.file {
        let _ = write!(line, "{}:{}:{}: ", text::line(file), record.line.unwrap_or(1), record.column.unwrap_or(1));
    }
    let _ = writeln!(line, "{}[{}]: {}", record.severity, record.code, text::line(&record.message));
    line
}

/// A diagnostic as `--format json` gives it. Fields are added, never changed.
#[derive(Debug, Serialize)]
pub struct Record {
    /// `error` or `warning`.
    pub severity: &'static str,
    /// The stable code, such as `R001`.
    pub code: &'static str,
    /// One sentence.
    pub message: String,
    /// The file, if the problem lies in one.
    pub file: Option<String>,
    /// Line in it, counted from 1.
    pub line: Option<usize>,
    /// Column in the line, in characters, counted from 1.
    pub column: Option<usize>,
    /// The next step, if there is one to tell.
    pub help: Option<String>,
}

impl Record {
    /// Returns the record of `diagnostic`.
    pub fn new(diagnostic: &Diagnostic, sources: &Sources) -> Self {
        let place = diagnostic.primary.as_ref().map(|label| {
            let source = &sources.0[label.place.source];
            (source.name.clone(), source.line_column(label.place.span.start))
        });
        Self {
            severity: match diagnostic.code.severity() {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            code: diagnostic.code.id(),
            message: diagnostic.message.clone(),
            line: place.as_ref().map(|p| p.1.0),
            column: place.as_ref().map(|p| p.1.1),
            file: place.map(|p| p.0),
            help: diagnostic.help.clone(),
        }
    }
}
