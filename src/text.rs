//! Words and numbers as people read them, and text made safe to print.
//!
//! Knows nothing of the curriculum. Whatever came from a file goes through [`line()`] or [`block`]
//! before it reaches a terminal, so that no title can move the cursor or turn the text around.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

pub use crate::held::Text;

/// Returns whether a terminal or a bidi renderer could be misled by `c`.
///
/// These are the control characters, the bidirectional overrides and isolates (Trojan Source,
/// CVE-2021-42574), characters without any width, behind which text can hide, and the two that XML
/// has no place for.
pub(crate) fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e007f}')
}

/// Returns `text` for a place that holds one line: line breaks and tabs become spaces, unsafe
/// characters the replacement character `\u{fffd}`.
pub fn line(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let safe = |c| match c {
        '\n' | '\r' | '\t' => ' ',
        c if is_unsafe(c) => '\u{fffd}',
        c => c,
    };
    Cow::Owned(text.chars().map(safe).collect())
}

/// Returns `text` for a place of several lines: line breaks stay, the rest is as in [`line()`].
pub fn block(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| c != '\n' && is_unsafe(c)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.split('\n').map(line).collect::<Vec<_>>().join("\n"))
}

/// Returns JSON that says the same, in which what could mislead a terminal is escaped: a program reads
/// every character, and a reader who looks at it sees each.
pub fn json(text: &str) -> Cow<'_, str> {
    let raw = |c: char| c != '\n' && is_unsafe(c);
    if !text.contains(raw) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 64);
    for c in text.chars() {
        if raw(c) {
            // Outside of its strings JSON has no such characters.
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| escaped.push_str(&format!("\\u{unit:04x}")));
        } else {
            escaped.push(c);
        }
    }
    Cow::Owned(escaped)
}

/// Returns how many columns `text` takes on a terminal.
pub fn width(text: &str) -> usize {
    text.width()
}

/// Returns `text` cut to at most `columns` columns, with `…` where something was left out.
pub fn fit(text: &str, columns: usize) -> Cow<'_, str> {
    if text.len() <= columns || text.width() <= columns {
        return Cow::Borrowed(text);
    }
    let mut cut = String::new();
    let mut used = 0;
    for c in text.chars() {
        let wide = c.width().unwrap_or(0);
        if used + wide + 1 > columns {
            break;
        }
        used += wide;
        cut.push(c);
    }
    cut.truncate(cut.trim_end().len());
    cut.push('…');
    Cow::Owned(cut)
}

/// Returns one line of text in which nothing is Markdown, HTML, an entity or a link of its own,
/// wherever in a document it stands.
pub fn markdown(words: &str) -> String {
    let safe = line(words);
    let safe = safe.trim();
    let mut escaped = String::with_capacity(safe.len());
    for (at, c) in safe.char_indices() {
        let before = &safe[..at];
        // A list, a rule or a heading of what stands at the head of a line.
        let begins_block =
            at == 0 && "+-=".contains(c) || matches!(c, '.' | ')') && before.bytes().all(|b| b.is_ascii_digit());
        // GitHub makes links and mentions of bare addresses.
        let begins_link = c == ':' && safe[at..].starts_with("://")
            || c == '.' && before.get(at.saturating_sub(3)..).is_some_and(|www| www.eq_ignore_ascii_case("www"));
        if begins_block || begins_link || "\\`*_[]<>#|!&~$@".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// Returns `1 topic`, `2 topics`, `2 entries`, `2 quizzes`.
pub fn count(n: usize, noun: &str) -> String {
    match (n, noun.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        _ if noun.ends_with('z') => format!("{n} {noun}zes"),
        (_, Some(stem)) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{n} {stem}ies"),
        _ => format!("{n} {noun}s"),
    }
}

/// Returns hours as people write them: `4 h`, `2.5 h`, `0.25 h`.
pub fn hours(hours: f64) -> String {
    format!("{} h", number(hours))
}

/// Returns a number with at most two decimals and no zeros behind them.
pub fn number(number: f64) -> String {
    let text = format!("{number:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Returns a part as a percentage; 100 % only when it is the whole.
pub fn percent(part: f64, whole: f64) -> String {
    let share = if whole > 0.0 { part / whole * 100.0 } else { 0.0 };
    // An empty sum is -0, which nobody wants to read.
    let shown = if share < 100.0 { share.round().clamp(0.0, 99.0).abs() } else { 100.0 };
    format!("{shown} %")
}

/// Returns `` `a` ``, `` `a` and `b` ``, `` `a`, `b` and `c` ``; from the seventh on, how many more.
pub fn list<S: AsRef<str>>(items: &[S]) -> String {
    const SHOWN: usize = 6;
    let mut parts: Vec<String> = items.iter().take(SHOWN).map(|s| format!("`{}`", line(s.as_ref()))).collect();
    if items.len() > SHOWN {
        parts.push(format!("{} more", items.len() - SHOWN));
    }
    match parts.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// Returns the candidate that `word` was most likely meant to be, if one is near enough: at most a
/// third of its letters wrong, as rustc judges names.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // The distance takes time and memory by the product of the lengths, and nobody types so long a word.
    const LONGEST: usize = 100;
    if word.len() > LONGEST {
        return None;
    }
    let allowed = (word.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .filter(|c| c.len().abs_diff(word.len()) <= 4 * (allowed + 1))
        .map(|c| (strsim::damerau_levenshtein(word, c), c))
        .filter(|&(distance, c)| distance <= allowed && distance < c.len().min(word.len()))
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, c)| c)
}

/// Returns whether `id` is lower-case words of letters and digits joined by single hyphens.
pub fn is_kebab_case(id: &str) -> bool {
    !id.is_empty()
        && id
            .split('-')
            .all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()))
}

/// Returns the kebab-case id nearest to `text`, empty if nothing of it can stand in one.
pub fn kebab_case(text: &str) -> String {
    let words: Vec<String> = text
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    words.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_files_cannot_steer_a_terminal() {
        assert_eq!(line("plain – ünï 日本"), "plain – ünï 日本");
        assert_eq!(line("a\x1b[31mred\x07"), "a\u{fffd}[31mred\u{fffd}");
        assert_eq!(line("abc\u{202e}fdp.exe\u{200b}"), "abc\u{fffd}fdp.exe\u{fffd}");
        assert_eq!(line("two\nlines\tand\r\u{85}"), "two lines and \u{fffd}");
        assert_eq!(line("no\u{fffe}character"), "no\u{fffd}character");
        assert_eq!(block("two\nlines\x1b"), "two\nlines\u{fffd}");
    }

    #[test]
    fn json_says_the_same_in_plain_characters() {
        let words = "a\n\u{7f}\u{9b}31m\u{202e}b\u{e0041}\u{feff} ä 日 🙂";
        let written = serde_json::to_string_pretty(&[words]).expect("a text");
        let safe = json(&written);
        assert!(!safe.contains(|c| c != '\n' && is_unsafe(c)) && safe.contains("🙂"));
        assert_eq!(serde_json::from_str::<Vec<String>>(&safe).expect("JSON"), [words]);
    }

    #[test]
    fn fit_counts_columns_not_characters() {
        assert_eq!(fit("short", 10), "short");
        assert_eq!(fit("a longer text", 8), "a longe…");
        assert_eq!(fit("線形代数入門", 7), "線形代…");
        assert!((1..20).all(|n| width(&fit("線形 algebra 代数 and more", n)) <= n));
    }

    #[test]
    fn counts_and_lists_agree_with_their_number() {
        assert_eq!(count(1, "topic"), "1 topic");
        assert_eq!(count(0, "topic"), "0 topics");
        assert_eq!(count(2, "entry"), "2 entries");
        assert_eq!(count(3, "day"), "3 days");
        assert_eq!(count(2, "quiz"), "2 quizzes");
        assert_eq!(list(&["a"]), "`a`");
        assert_eq!(list(&["a", "b", "c"]), "`a`, `b` and `c`");
        assert_eq!(list(&["a", "b", "c", "d", "e", "f", "g", "h"]), "`a`, `b`, `c`, `d`, `e`, `f` and 2 more");
        assert_eq!(hours(4.0), "4 h");
        assert_eq!(hours(2.50), "2.5 h");
        assert_eq!(number(-0.001), "0");
        assert_eq!((percent(999.0, 1000.0), percent(2.0, 2.0)), ("99 %".into(), "100 %".into()));
    }

    #[test]
    fn nearest_finds_slips_and_not_strangers() {
        let ids = ["chain-rule", "matrices", "backpropagation"];
        assert_eq!(nearest("chian-rule", ids), Some("chain-rule"));
        assert_eq!(nearest("backpropogation", ids), Some("backpropagation"));
        assert_eq!(nearest("kubernetes", ids), None);
        assert_eq!(nearest("c", ["a"]), None, "a letter is no slip of another");
        let long = "x".repeat(100_000);
        assert_eq!(nearest(&long, [long.as_str()]), None, "this would take 80 GB");
    }

    #[test]
    fn kebab_case_is_judged_and_made() {
        assert!(is_kebab_case("svd-pca") && is_kebab_case("gpt2"));
        for bad in ["", "-a", "a-", "a--b", "Aa", "a_b", "a b", "ä"] {
            assert!(!is_kebab_case(bad), "{bad}");
        }
        assert_eq!(kebab_case("My first_Topic (draft)"), "my-first-topic-draft");
    }

    #[test]
    fn texts_are_not_markdown() {
        let cases = [
            ("a [link](x) *b* <i>\n# c", r"a \[link\](x) \*b\* \<i\> \# c"),
            ("https://e.org and WWW.e.org", r"https\://e.org and WWW\.e.org"),
            ("- list", r"\- list"),
            ("12. list", r"12\. list"),
            ("1) list (2) e.g. 3.5", r"1\) list (2) e.g. 3.5"),
            ("&lt; $x$ ~~y~~ @me", r"\&lt; \$x\$ \~\~y\~\~ \@me"),
            ("Embeddings: what they are", "Embeddings: what they are"),
        ];
        for (words, expected) in cases {
            assert_eq!(markdown(words), expected);
        }
    }
}
