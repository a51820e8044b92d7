//! The quick way to an entry: a line just as this program writes it.
//!
//! A start without a checkpoint reads years of lines. Those with their keys in the order of the writer,
//! no space between and no escape in a text are taken apart here, for a quarter of the price. Whatever
//! looks different is left to the JSON library, which alone says what is wrong; a property holds that
//! the two agree.

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::Deserialize;
use serde::de::value::{BorrowedStrDeserializer, Error};

use super::entry::{Entry, Score};
use super::time;

/// Returns the entry at the start of `lines` and what follows its line break; `None` if it is to be
/// read by the library, or not at all.
pub(super) fn read<'l, S: Default + Deserialize<'l>>(lines: &'l str) -> Option<(Entry<S>, &'l str)> {
    let mut line = Line(lines);
    let id = line.after("{\"id\":\"")?.text()?;
    let at: DateTime<FixedOffset> = time::written(line.after(",\"at\":\"")?.words()?.as_bytes())?;
    let event = line.after(",\"do\":\"")?.text()?;
    let topic = line.optional(",\"topic\":\"", Line::text)?;
    let on = line.optional(",\"on\":\"", Line::day)?;
    let hours = line.optional(",\"hours\":", Line::number)?;
    let evidence = line.optional(",\"evidence\":[", Line::texts)?.unwrap_or_default();
    let rubric = line.optional(",\"rubric\":[", Line::texts)?.unwrap_or_default();
    let note = line.optional(",\"note\":\"", Line::text)?;
    let quiz = line.optional(",\"quiz\":{\"right\":", Line::score)?;
    let grade = line.optional(",\"grade\":\"", Line::text)?;
    let placed = line.optional(",\"placed\":", Line::number)?;
    let step = line.optional(",\"step\":\"", Line::text)?;
    let cancels = line.optional(",\"cancels\":\"", Line::text)?;
    line.after("}\n")?;
    let entry = Entry { id, at, event, topic, on, hours, evidence, rubric, note, quiz, grade, placed, step, cancels };
    Some((entry, line.0))
}

/// What is left of a line, and all lines after it.
struct Line<'l>(&'l str);

impl<'l> Line<'l> {
    fn after(&mut self, prefix: &str) -> Option<&mut Self> {
        self.0 = self.0.strip_prefix(prefix)?;
        Some(self)
    }

    /// Reads what follows `key` if that is what comes next.
    fn optional<T>(&mut self, key: &str, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        // No two keys begin with the same letter, so that one look tells most of them apart.
        let at_key = self.0.as_bytes().get(2) == key.as_bytes().get(2);
        match at_key.then(|| self.0.strip_prefix(key)).flatten() {
            Some(rest) => {
                self.0 = rest;
                read(self).map(Some)
            }
            None => Some(None),
        }
    }

    /// Reads up to the next quotation mark and past it.
    fn words(&mut self) -> Option<&'l str> {
        let end = end_of_text(self.0.as_bytes())?;
        let text = &self.0[..end];
        self.0 = &self.0[end + 1..];
        Some(text)
    }

    /// Reads a text, or what is named by one.
    fn text<T: Deserialize<'l>>(&mut self) -> Option<T> {
        T::deserialize(BorrowedStrDeserializer::<Error>::new(self.words()?)).ok()
    }

    fn texts<S: Deserialize<'l>>(&mut self) -> Option<Vec<S>> {
        let mut texts = Vec::new();
        loop {
            texts.push(self.after("\"")?.text()?);
            if self.after("]").is_some() {
                return Some(texts);
            }
            self.after(",")?;
        }
    }

    fn day(&mut self) -> Option<NaiveDate> {
        time::day(self.words()?.as_bytes())
    }

    /// Reads a number, as the library reads it.
    fn number(&mut self) -> Option<f64> {
        // The library would take blanks around it too, and a line break is one.
        let end = self.0.bytes().position(|byte| !matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E'))?;
        let number = serde_json::from_str(&self.0[..end]).ok()?;
        self.0 = &self.0[end..];
        Some(number)
    }

    fn score(&mut self) -> Option<Score> {
        let right = self.count()?;
        let asked = self.after(",\"asked\":")?.count()?;
        let of = self.after(",\"of\":")?.count()?;
        self.after("}")?;
        Some(Score { right, asked, of })
    }

    /// Reads a whole number of a few digits, none of which leads with a zero.
    fn count(&mut self) -> Option<u32> {
        let digits = self.0.bytes().take(10).take_while(u8::is_ascii_digit).count();
        let number = &self.0[..digits];
        if digits > 1 && number.starts_with('0') {
            return None;
        }
        let number = number.parse().ok()?;
        self.0 = &self.0[digits..];
        Some(number)
    }
}

/// Returns where the quotation mark is that ends a text, if no escape and no control character stands
/// before it. Eight bytes at a time, by the carries of a subtraction (Mycroft 1987).
fn end_of_text(bytes: &[u8]) -> Option<usize> {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGH: u64 = ONES << 7;
    let zero = |word: u64| word.wrapping_sub(ONES) & !word;
    let (eights, rest) = bytes.as_chunks::<8>();
    for (nth, eight) in eights.iter().enumerate() {
        let word = u64::from_le_bytes(*eight);
        let below_space = word.wrapping_sub(ONES * 0x20) & !word;
        let found =
            (zero(word ^ (ONES * u64::from(b'"'))) | zero(word ^ (ONES * u64::from(b'\\'))) | below_space) & HIGH;
        if found != 0 {
            // A carry reaches upwards only: the lowest mark is right.
            let at = 8 * nth + found.trailing_zeros() as usize / 8;
            return (bytes[at] == b'"').then_some(at);
        }
    }
    let at = rest.iter().position(|&byte| byte == b'"' || byte == b'\\' || byte < 0x20)?;
    (rest[at] == b'"').then_some(8 * eights.len() + at)
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;
    use proptest::prelude::*;

    use super::super::entry::{Event, Grade};
    use super::super::lines;
    use super::*;

    fn entries() -> impl Strategy<Value = Entry> {
        let text = || prop_oneof![3 => "[a-z0-9-]{1,40}", 1 => "[ -~äß→\u{7f}\u{80}]{0,20}", 1 => any::<String>()];
        let number = || prop_oneof![(0u32..400).prop_map(|n| f64::from(n) / 4.0), any::<f64>()];
        let texts = || prop::collection::vec(text(), 0..3);
        let head = (text(), 0i64..4_000_000_000, 0u32..1_000_000_000, 0usize..Event::ALL.len());
        let about = (prop::option::of(text()), prop::option::of(0i32..40_000), prop::option::of(number()));
        let lists = (texts(), texts(), prop::option::of(text()));
        let graded = (prop::option::of(any::<[u32; 3]>()), prop::option::of(0usize..4), prop::option::of(number()));
        let named = (prop::option::of(text()), prop::option::of(text()));
        (head, about, lists, graded, named).prop_map(|(head, about, lists, graded, named)| Entry {
            id: head.0,
            at: FixedOffset::east_opt(3600).expect("a zone").timestamp_opt(head.1, head.2).single().expect("a time"),
            event: Event::ALL[head.3],
            topic: about.0,
            on: about.1.and_then(|day| NaiveDate::from_num_days_from_ce_opt(700_000 + day)),
            hours: about.2.filter(|hours| hours.is_finite()),
            evidence: lists.0,
            rubric: lists.1,
            note: lists.2,
            quiz: graded.0.map(|[right, asked, of]| Score { right, asked, of }),
            grade: graded.1.map(|at| Grade::ALL[at]),
            placed: graded.2.filter(|placed| placed.is_finite()),
            step: named.0,
            cancels: named.1,
        })
    }

    /// What the library makes of the first line.
    fn by_library(lines: &str) -> Option<Entry> {
        serde_json::from_str(lines.split_once('\n')?.0).ok()
    }

    #[test]
    fn what_looks_otherwise_is_left_to_the_library() {
        let plain = "{\"id\":\"a\",\"at\":\"2026-11-23T17:31:02+01:00\",\"do\":\"done\",\"hours\":1.5}\n";
        assert!(read::<String>(plain).is_some());
        for (from, to) in [
            (":1.5", ":1.5\n"),
            (":1.5", ": 1.5"),
            (":1.5", ":01.5"),
            (":1.5", ":1.5,\"hours\":2"),
            (":1.5", ":null"),
            ("}\n", "}"),
            ("}\n", "} \n"),
            ("\"a\"", "\"\\u0061\""),
            (",\"do\"", ", \"do\""),
            ("T17", "t17"),
        ] {
            assert!(read::<String>(&plain.replace(from, to)).is_none(), "{to:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_plainly_is_read(entry in entries()) {
            let mut bytes = lines::write(&entry);
            bytes.extend(b"{}\n");
            let text = String::from_utf8(bytes).expect("JSON");
            match read::<String>(&text) {
                Some((read, rest)) => prop_assert_eq!((Some(read), rest), (by_library(&text), "{}\n")),
                None => prop_assert!(text.contains('\\'), "{text}"),
            }
        }

        #[test]
        fn whatever_it_takes_the_library_takes_as_the_same(
            entry in entries(),
            changes in prop::collection::vec((any::<prop::sample::Index>(), 0usize..3, "[\"\\\\,:{}\\[\\]0-9eE.+\\- a-z\n\t]{0,2}"), 1..4),
        ) {
            let mut text = String::from_utf8(lines::write(&entry)).expect("JSON");
            for (at, cut, put) in changes {
                let mut from = at.index(text.len() + 1);
                while !text.is_char_boundary(from) {
                    from -= 1;
                }
                let mut to = (from + cut).min(text.len());
                while !text.is_char_boundary(to) {
                    to += 1;
                }
                text.replace_range(from..to, &put);
            }
            if let Some((read, _)) = read::<String>(&text) {
                prop_assert_eq!(Some(read), by_library(&text), "{}", text);
            }
        }

        #[test]
        fn texts_end_where_they_end(text in "[a-z\"\\\\\n\u{1f}\u{20}äß\u{7f}→]{0,40}") {
            let bytes = text.as_bytes();
            let first = bytes.iter().position(|&byte| byte == b'"' || byte == b'\\' || byte < 0x20);
            prop_assert_eq!(end_of_text(bytes), first.filter(|&at| bytes[at] == b'"'));
        }
    }
}
