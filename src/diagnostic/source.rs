//! The texts that a curriculum was read from, and lines and columns in them.

use std::sync::OnceLock;

/// One text that was read: a file's, or a text handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The name to show: the path as the user would type it.
    pub name: String,
    /// The whole text, which does not change.
    pub text: String,
    marks: OnceLock<Vec<Mark>>,
}

/// Every text that a curriculum was read from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources(pub Vec<Source>);

/// A place of which line and column are known, one every [`STRIDE`] bytes, so that a hundred thousand
/// problems in a long file, or in a long line, do not walk it a hundred thousand times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Mark {
    at: usize,
    /// Line breaks before it.
    breaks: usize,
    /// Characters before it.
    chars: usize,
    line_start: usize,
}

const STRIDE: usize = 4096;

impl Source {
    /// Returns the source of this name with this text.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into(), marks: OnceLock::new() }
    }

    /// Returns line and column of the byte at `offset`, both counted from 1, columns in characters.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let here = self.walk(self.mark(offset), offset);
        let head = self.walk(self.mark(here.line_start), here.line_start);
        (here.breaks + 1, here.chars - head.chars + 1)
    }

    /// Returns the byte offset of `line` and `column`, both counted from 1, at most the text's end.
    pub fn offset(&self, line: usize, column: usize) -> usize {
        let start: usize = self.text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
        let rest = &self.text[start..];
        start + rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(at, _)| at)
    }

    /// Returns the last mark that is not behind `offset`.
    fn mark(&self, offset: usize) -> Mark {
        let marks = self.marks.get_or_init(|| {
            let mut marks = vec![Mark::default()];
            for at in (STRIDE..self.text.len()).step_by(STRIDE) {
                marks.push(self.walk(marks[marks.len() - 1], at));
            }
            marks
        });
        marks[marks.partition_point(|mark| mark.at <= offset).saturating_sub(1)]
    }

    /// Returns the mark at the character that `offset` lies in, which is not before `from`.
    fn walk(&self, from: Mark, offset: usize) -> Mark {
        let mut at = offset.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        let between = &self.text[from.at..at];
        Mark {
            at,
            breaks: from.breaks + between.bytes().filter(|&byte| byte == b'\n').count(),
            chars: from.chars + between.chars().count(),
            line_start: between.rfind('\n').map_or(from.line_start, |found| from.at + found + 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn places_turn_into_lines_and_columns_and_back() {
        let source = Source::new("x", "id: ä\ntöpic: 日本\nlast");
        for (offset, _) in source.text.char_indices() {
            let (line, column) = source.line_column(offset);
            assert_eq!(source.offset(line, column), offset);
        }
        assert_eq!(source.line_column(7), (2, 1));
        assert_eq!(source.offset(99, 99), source.text.len());
    }

    proptest! {
        #[test]
        fn marks_change_nothing(text in "([a-zä日\n]{0,9}\n?){0,3000}", places in prop::collection::vec(any::<prop::sample::Index>(), 20)) {
            let source = Source::new("x", text.clone());
            for place in places {
                let at = place.index(text.len() + 1);
                let at = (0..=at).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
                let before = &text[..at];
                let start = before.rfind('\n').map_or(0, |found| found + 1);
                let expected = (before.matches('\n').count() + 1, before[start..].chars().count() + 1);
                prop_assert_eq!(source.line_column(at), expected);
            }
        }
    }
}
