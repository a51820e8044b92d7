//! The problems of one curriculum while they are found.

use std::collections::HashSet;

use super::Diagnostic;

/// So many errors, and so many warnings, are kept; who has more reads the first of them.
const MOST: usize = 100_000;

/// Problems in the order in which they were found. A file of nothing but problems fills no memory:
/// beyond a hundred thousand of each severity they are counted only.
#[derive(Debug, Default)]
pub struct Problems {
    kept: Vec<Diagnostic>,
    errors: usize,
    warnings: usize,
    /// The sources with errors.
    faulty: HashSet<usize>,
}

impl Problems {
    /// Adds a problem.
    pub fn push(&mut self, problem: Diagnostic) {
        let so_far = if problem.is_error() { &mut self.errors } else { &mut self.warnings };
        *so_far += 1;
        if problem.is_error() {
            self.faulty.extend(problem.primary.as_ref().map(|label| label.place.source));
        }
        if *so_far <= MOST {
            self.kept.push(problem);
        }
    }

    /// Returns whether there was none.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// Returns whether there was an error.
    pub fn has_error(&self) -> bool {
        self.errors > 0
    }

    /// Returns how many errors there were.
    pub fn errors(&self) -> usize {
        self.errors
    }

    /// Returns whether there was an error in this source.
    pub fn has_error_in(&self, source: usize) -> bool {
        self.faulty.contains(&source)
    }

    /// Returns those that were kept, by their places, and how many more there were.
    pub fn finish(mut self) -> (Vec<Diagnostic>, usize) {
        let more = self.errors + self.warnings - self.kept.len();
        let place = |d: &Diagnostic| d.primary.as_ref().map(|l| (l.place.source, l.place.span.start));
        self.kept.sort_by_key(|d| (place(d), d.code));
        (self.kept, more)
    }
}

impl Extend<Diagnostic> for Problems {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, problems: I) {
        problems.into_iter().for_each(|problem| self.push(problem));
    }
}

#[cfg(test)]
mod tests {
    use super::super::Code;
    use super::*;

    #[test]
    fn a_flood_of_warnings_drowns_no_error() {
        let mut problems = Problems::default();
        problems.extend((0..MOST + 5).map(|n| Diagnostic::placeless(Code::NoOutcomes, n.to_string())));
        assert!(!problems.has_error());
        problems.push(Diagnostic::placeless(Code::Cycle, "an error"));
        assert!(problems.has_error() && problems.errors() == 1);
        let (kept, more) = problems.finish();
        assert_eq!((kept.len(), more, kept.iter().filter(|d| d.is_error()).count()), (MOST + 1, 5, 1));
    }
}
