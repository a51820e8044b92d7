//! Writes YAML, the little of it that a new curriculum needs.
//!
//! One line for each value, in block style. A text stands plain only if nothing in it could mean
//! anything else; whatever could hide or steer is escaped, so that the file shows what it holds.

use crate::text;

/// Returns `words` as one YAML value that reads back as exactly that text.
pub(super) fn scalar(words: &str) -> String {
    if is_plain(words) {
        return words.to_owned();
    }
    let mut quoted = String::with_capacity(words.len() + 2);
    quoted.push('"');
    for c in words.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if must_escape(c) && u32::from(c) <= 0xffff => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
            c if must_escape(c) => quoted.push_str(&format!("\\U{:08X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

fn must_escape(c: char) -> bool {
    text::line(c.encode_utf8(&mut [0; 4])) != *c.encode_utf8(&mut [0; 4]) || matches!(c, '\u{fffe}' | '\u{ffff}')
}

fn is_plain(words: &str) -> bool {
    const WORDS_OF_YAML: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let harmless = |c: char| c.is_alphanumeric() || " -_.,()/'+&;!?%*=…–—’".contains(c);
    words.starts_with(char::is_alphabetic)
        && !words.ends_with(' ')
        && words.chars().all(|c| harmless(c) && !must_escape(c))
        && !WORDS_OF_YAML.contains(&words.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::scalar;
    use crate::curriculum::load_text;

    #[test]
    fn what_could_mean_something_else_is_quoted() {
        for plain in ["Vectors", "Self-attention (by hand)", "chain-rule", "Don't panic", "Überblick", "x1 = y, 100 %"]
        {
            assert_eq!(scalar(plain), plain);
        }
        for (words, written) in [
            ("", "\"\""),
            ("no", "\"no\""),
            ("NULL", "\"NULL\""),
            ("1.10", "\"1.10\""),
            ("- a", "\"- a\""),
            ("a: b", "\"a: b\""),
            ("a #b", "\"a #b\""),
            ("a ", "\"a \""),
            ("say \"a\\b\"", "\"say \\\"a\\\\b\\\"\""),
            ("&a", "\"&a\""),
            ("a\u{202e}b\n\u{1b}", "\"a\\u202Eb\\u000A\\u001B\""),
            ("\u{e0041}", "\"\\U000E0041\""),
        ] {
            assert_eq!(scalar(words), written);
        }
    }

    proptest! {
        #[test]
        fn every_text_reads_back_as_it_was(words in "\\PC*|.{0,8}|[-:#&*!|>%@`'\"\\[\\]{}, a-c0-9~?\\\\]{0,12}") {
            let yaml = format!("id: c\ntitle: {}\nphases:\n  - {{id: p, title: P, topics: [{{id: a, title: A, hours: 1}}]}}\n", scalar(&words));
            let checked = load_text("test", &yaml);
            match checked.curriculum {
                Some(curriculum) => prop_assert_eq!(curriculum.title(), words),
                None => prop_assert!(words.trim().is_empty(), "{:?} is refused as {}: {:?}", words, yaml, checked.diagnostics),
            }
        }
    }
}
