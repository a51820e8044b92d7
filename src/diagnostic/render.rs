//! Draws diagnostics: in full as rustc does, one per line, or for programs.
//!
//! Knows nothing of the rules. All text from files is made safe here or by `annotate-snippets`,
//! which shows control characters as pictures.

use std::fmt::Write as _;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use serde::Serialize;

use super::{Diagnostic, Label, Severity, Sources};
use crate::text;

/// A label longer than this is cut to its first line, so that pointing at a topic does not print it.
const LONGEST_SPAN: usize = 400;

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
    let mut files: Vec<usize> = Vec::new();
    for (_, label) in &labels {
        if !files.contains(&label.place.source) {
            files.push(label.place.source);
        }
    }
    for file in files {
        let source = &sources.0[file];
        // A window of the text: the renderer must not walk a whole file for each of its problems.
        let spans = labels.iter().filter(|(_, l)| l.place.source == file).map(|(_, l)| &l.place.span);
        let first = spans.clone().map(|s| s.start).min().unwrap_or(0);
        let last = spans.map(|s| s.start).max().unwrap_or(0);
        let start = source.text[..floor(&source.text, first)].rfind('\n').map_or(0, |at| at + 1);
        let end = floor(&source.text, (last + 4 * LONGEST_SPAN).min(source.text.len()));
        let window = &source.text[start..end];
        let line_start = source.text[..start].bytes().filter(|&b| b == b'\n').count() + 1;
        let mut snippet = Snippet::source(window).path(text::line(&source.name)).line_start(line_start);
        for (kind, label) in labels.iter().filter(|(_, l)| l.place.source == file) {
            let span = shorten(&source.text, label);
            let annotation = kind.span(span.start - start..span.end.min(end) - start);
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
