//! From words with the escape codes of our own palette to lines of the terminal browser.
//!
//! Text from files has been made safe before it came into such words, so codes in it are ours.

use ansi_to_tui::IntoText;
use ratatui::style::Color;
use ratatui::text::Line;

/// Returns the lines of `words`, those that are longer than `width` wrapped, their indent kept.
pub(super) fn lines(words: &str, width: usize, colour: bool) -> Vec<Line<'static>> {
    let mut wrapped: Vec<String> = Vec::new();
    for line in words.trim_end_matches('\n').split('\n') {
        let indent: String = line.chars().take_while(|c| *c == ' ').take(width / 2).collect();
        let options = textwrap::Options::new(width.max(1))
            .subsequent_indent(&indent)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        wrapped.extend(textwrap::wrap(line, options).into_iter().map(std::borrow::Cow::into_owned));
    }
    let words = wrapped.join("\n");
    let Ok(mut text) = words.into_text() else {
        return wrapped.iter().map(|line| Line::raw(anstream::adapter::strip_str(line).to_string())).collect();
    };
    for style in text.lines.iter_mut().flat_map(|line| &mut line.spans).map(|span| &mut span.style) {
        // The palette sets letters only; what the parser says of the ground is the terminal's own.
        style.bg = None;
        style.fg = style.fg.filter(|fg| colour && *fg != Color::Reset);
    }
    text.lines
}

/// Returns `words`, which are one line, as they are.
pub(super) fn line(words: &str, colour: bool) -> Line<'static> {
    lines(words, usize::MAX, colour).pop().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(words: &str, width: usize) -> Vec<String> {
        lines(words, width, true).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn long_lines_are_wrapped_under_their_own_beginning() {
        assert_eq!(
            plain("one two three\n\n    https://example.org/long\n", 10),
            ["one two", "three", "", "    https:", "    //exam", "    ple.or", "    g/long"]
        );
        assert_eq!(plain("", 0), [""]);
        assert!(plain("\x1b[1mab cd\x1b[0m 日本", 1).iter().all(|line| line.chars().count() <= 1));
    }

    #[test]
    fn without_colour_only_weight_is_left() {
        let words = "\x1b[36m○\x1b[0m \x1b[1mbold\x1b[0m plain";
        let styles = |colour| -> Vec<_> { line(words, colour).spans.iter().map(|span| span.style.fg).collect() };
        assert!(styles(true).contains(&Some(Color::Cyan)));
        assert!(styles(false).iter().all(Option::is_none));
        assert_eq!(line(words, false).to_string(), "○ bold plain");
    }
}
