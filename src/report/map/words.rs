//! Titles broken into lines by the width of their letters, which no font is asked for.
//!
//! The widths are those of common sans-serif faces, rounded up: a line may look short, but it does
//! not leave its box.

use unicode_width::UnicodeWidthChar;

/// Returns `text` in at most `most` lines no wider than `width`, in units of the letters' size. What
/// does not fit is cut, with `…` in its place.
pub(in crate::report) fn wrap(text: &str, width: f64, most: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0.0;
    for word in text.split_whitespace() {
        // A line may end behind a hyphen or slash, and only what is still too long breaks anywhere.
        for (at, part) in word.split_inclusive(['-', '/']).enumerate() {
            let space = if at == 0 && used > 0.0 { " " } else { "" };
            if used > 0.0 && used + measure(space) + measure(part) > width {
                lines.push(String::new());
                used = 0.0;
            } else {
                lines.last_mut().expect("there is a line from the start").push_str(space);
                used += measure(space);
            }
            for c in part.chars() {
                if used > 0.0 && used + letter(c) > width {
                    lines.push(String::new());
                    used = 0.0;
                }
                lines.last_mut().expect("there is a line from the start").push(c);
                used += letter(c);
            }
        }
    }
    if lines.len() > most {
        lines.truncate(most);
        let last = lines.last_mut().expect("most is above 0");
        while measure(last) + letter('…') > width && last.pop().is_some() {}
        last.truncate(last.trim_end().len());
        last.push('…');
    }
    lines
}

/// Returns how wide `text` is, in units of the letters' size.
pub(in crate::report) fn measure(text: &str) -> f64 {
    text.chars().map(letter).sum()
}

fn letter(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '\'' | '|' | '.' | ',' | ':' | ';' | '!' => 0.27,
        ' ' | 'f' | 't' | 'r' | 'I' | '-' | '/' | '(' | ')' | '[' | ']' => 0.34,
        'c' | 'k' | 's' | 'v' | 'x' | 'y' | 'z' => 0.51,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '…' | '—' => 0.92,
        'A'..='Z' | '&' | '+' | '=' => 0.7,
        c if c.is_ascii() => 0.56,
        c => [0.0, 0.7, 1.05][c.width().unwrap_or(0).min(2)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_break_between_words_then_behind_hyphens_then_anywhere() {
        assert_eq!(wrap("Short", 9.0, 3), ["Short"]);
        assert_eq!(wrap("Vectors, norms and dot products", 9.0, 3), ["Vectors, norms", "and dot products"]);
        assert_eq!(wrap("Sequence-to-sequence models", 6.0, 3), ["Sequence-to-", "sequence", "models"]);
        assert_eq!(wrap("Donaudampfschifffahrt", 6.0, 4), ["Donaudampfs", "chifffahrt"]);
        assert_eq!(wrap("線形代数入門と応用", 4.3, 4), ["線形代数", "入門と応", "用"]);
        assert_eq!(wrap("one two three four five six", 4.0, 2), ["one two", "three…"]);
        assert_eq!(wrap("", 4.0, 2), [""]);
    }

    #[test]
    fn no_line_is_wider_than_asked_for() {
        let long = "Wide WWWWWWWWWWWW and narrow iiiiiiiiiiiiiiiiii/lllllll-tttttttt, 線形代数 …………";
        for width in 2..30 {
            for most in 1..6 {
                let lines = wrap(long, f64::from(width), most);
                assert!(lines.len() <= most && lines.iter().all(|line| measure(line) <= f64::from(width)), "{lines:?}");
            }
        }
    }
}
