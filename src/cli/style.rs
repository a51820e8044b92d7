//! How things look: the palette, bars, tables and paragraphs.
//!
//! Colour only adds; signs and words say everything without it. A table's one flexible column
//! gives way until the table fits the width.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use comfy_table::{CellAlignment, Table as Grid, presets};

use crate::progress::State;
use crate::text;

/// Headings and names.
pub(super) const STRONG: Style = Style::new().bold();
/// What matters less.
pub(super) const FAINT: Style = Style::new().dimmed();
/// What can be done now.
pub(super) const READY: Style = AnsiColor::Cyan.on_default();
/// What is finished.
pub(super) const DONE: Style = AnsiColor::Green.on_default();
/// What was begun.
pub(super) const BEGUN: Style = AnsiColor::Yellow.on_default();
/// The next step after an error.
pub(super) const HINT: Style = AnsiColor::Cyan.on_default().bold();
/// Something to look at.
pub(super) const WARN: Style = AnsiColor::Yellow.on_default().bold();
/// As the terminal prints anyway.
pub(super) const PLAIN: Style = Style::new();

/// Returns the stream choice of `--color`.
pub(super) fn choice(color: clap::ColorChoice) -> anstream::ColorChoice {
    match color {
        clap::ColorChoice::Auto => anstream::ColorChoice::Auto,
        clap::ColorChoice::Always => anstream::ColorChoice::Always,
        clap::ColorChoice::Never => anstream::ColorChoice::Never,
    }
}

/// Returns the colour of a state.
pub(super) fn of_state(state: State) -> Style {
    match state {
        State::Locked | State::Skipped => FAINT,
        State::Ready => READY,
        State::Started | State::Due => BEGUN,
        State::Done | State::Known => DONE,
    }
}

/// Returns `words` in `style`.
pub(super) fn paint(style: Style, words: impl std::fmt::Display) -> String {
    format!("{style}{words}{style:#}")
}

/// Returns a bar of `columns` columns, filled as far as `part` of `whole`. Anything begun shows,
/// and only the whole fills it.
pub(super) fn bar(part: f64, whole: f64, columns: usize) -> String {
    let share = if whole > 0.0 { (part / whole).clamp(0.0, 1.0) } else { 0.0 };
    let mut full = (share * columns as f64).round() as usize;
    if share > 0.0 {
        full = full.max(1);
    }
    if share < 1.0 {
        full = full.min(columns.saturating_sub(1));
    }
    format!("{}{}", "█".repeat(full), "░".repeat(columns - full))
}

/// Returns a paragraph wrapped to `width` columns, each line indented by `indent`, ending in a line break.
pub(super) fn paragraph(words: &str, indent: &str, width: usize) -> String {
    hanging(words, indent, indent, width)
}

/// Returns a paragraph whose first line begins with `first` and whose others with `rest`.
pub(super) fn hanging(words: &str, first: &str, rest: &str, width: usize) -> String {
    let safe = text::line(words);
    let options = textwrap::Options::new(width.max(20))
        .initial_indent(first)
        .subsequent_indent(rest)
        .break_words(false)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    let mut wrapped = textwrap::fill(&safe, options);
    wrapped.push('\n');
    wrapped
}

/// Returns lines wrapped to `width` columns, each as it stands if it fits. Escape codes take no room.
pub(super) fn wrap(words: &str, width: usize) -> String {
    let wrapped = |line: &str| {
        if text::width(line) <= width {
            line.to_owned()
        } else {
            textwrap::fill(
                line,
                textwrap::Options::new(width).break_words(false).word_splitter(textwrap::WordSplitter::NoHyphenation),
            )
        }
    };
    words.split('\n').map(wrapped).collect::<Vec<_>>().join("\n")
}

/// A table: a header and rows of one line each.
pub(super) struct Table {
    header: Vec<&'static str>,
    flexible: usize,
    right: Vec<usize>,
    rows: Vec<(Style, Vec<String>)>,
}

impl Table {
    /// Returns a table in which column `flexible` is cut to fit and the columns `right` are numbers.
    pub(super) fn new(header: &[&'static str], flexible: usize, right: &[usize]) -> Self {
        Self { header: header.to_vec(), flexible, right: right.to_vec(), rows: Vec::new() }
    }

    /// Adds a row. Cells come as plain text and are made safe here.
    pub(super) fn row(&mut self, style: Style, cells: &[String]) {
        debug_assert_eq!(cells.len(), self.header.len());
        self.rows.push((style, cells.iter().map(|cell| text::line(cell).into_owned()).collect()));
    }

    /// Returns the table drawn into `width` columns, ending in a line break.
    pub(super) fn draw(mut self, width: usize) -> String {
        const GAP: usize = 2;
        const LEAST: usize = 12;
        let columns = self.header.len();
        let widest = |column: usize, rows: &[(Style, Vec<String>)]| {
            rows.iter()
                .map(|(_, row)| text::width(&row[column]))
                .chain([text::width(self.header[column])])
                .max()
                .unwrap_or(0)
        };
        let mut widths: Vec<usize> = (0..columns).map(|column| widest(column, &self.rows)).collect();
        // First the flexible column gives way, then whichever is the widest.
        while widths.iter().sum::<usize>() + GAP * (columns - 1) > width {
            let shrink = if widths[self.flexible] > LEAST {
                self.flexible
            } else {
                (0..columns).filter(|c| !self.right.contains(c)).max_by_key(|&c| widths[c]).unwrap_or(self.flexible)
            };
            if widths[shrink] <= 4 {
                break;
            }
            widths[shrink] -= 1;
        }
        let mut grid = Grid::new();
        grid.load_style(presets::NOTHING);
        grid.set_header(self.header.iter().zip(&widths).map(|(name, &w)| text::fit(name, w).into_owned()));
        for (_, row) in &mut self.rows {
            for (cell, &columns) in row.iter_mut().zip(&widths) {
                *cell = text::fit(cell, columns).into_owned();
            }
            grid.add_row(row.iter());
        }
        for column in 0..columns {
            if let Some(column_of) = grid.column_mut(column) {
                column_of.set_padding((0, if column + 1 < columns { GAP as u16 } else { 0 }));
                if self.right.contains(&column) {
                    column_of.set_cell_alignment(CellAlignment::Right);
                }
            }
        }
        let styles = std::iter::once(FAINT).chain(self.rows.iter().map(|(style, _)| *style));
        let mut drawn = String::new();
        for (line, style) in grid.lines().zip(styles) {
            let _ = writeln!(drawn, "{}", paint(style, line.trim_end()));
        }
        drawn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_tell_begun_from_nothing_and_nearly_from_done() {
        assert_eq!(bar(0.0, 10.0, 5), "░░░░░");
        assert_eq!(bar(0.1, 100.0, 5), "█░░░░");
        assert_eq!(bar(99.9, 100.0, 5), "████░");
        assert_eq!(bar(3.0, 3.0, 5), "█████");
        assert_eq!(bar(0.0, 0.0, 5), "░░░░░");
    }

    #[test]
    fn tables_fit_any_width() {
        for width in [40, 60, 80, 120, 200] {
            let mut table = Table::new(&["", "id", "title", "h"], 2, &[3]);
            table.row(
                PLAIN,
                &["✓".into(), "a-long-id-of-a-topic".into(), "線形代数入門と行列の分解について".repeat(3), "5".into()],
            );
            table.row(PLAIN, &["○".into(), "b".into(), "Short".into(), "10.5".into()]);
            let drawn = anstream::adapter::strip_str(&table.draw(width)).to_string();
            assert_eq!(drawn.lines().count(), 3);
            assert!(drawn.lines().all(|line| text::width(line) <= width), "{width}:\n{drawn}");
        }
    }
}
