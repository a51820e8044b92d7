//! The quick way and the thorough way agree: whatever the first takes, the second takes, as the same.

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde::de::value::Error as ValueError;

use super::super::keys::{self, Keys};
use super::*;
use crate::curriculum::load_text;

/// Returns whether the quick way took it.
#[track_caller]
fn agree(text: &str) -> bool {
    let Some(quick) = of_text(text, |_| None) else { return false };
    let thorough = load_text("test", text);
    let errors: Vec<_> = thorough.diagnostics.iter().filter(|d| d.is_error()).map(|d| &d.message).collect();
    assert_eq!(Some(quick), thorough.curriculum, "{errors:?} in\n{text}");
    true
}

const WHOLE: &str = r#"
id: whole
title: "Whole: all keys"
edition: 2026-11
description: |
  Two lines
  of text
tracks:
  - {id: way, title: Way, summary: 5, goals: [b]}
phases:
  - id: one
    title: One
    summary: true
    topics:
      - {id: a, title: 1.10, kind: skill, hours: 2, value: 0.5, formerly: [old-a, 7]}
      - id: b
        title: B
        hours: 1e1
        summary: >-
          folded
          text
        requires: {a: because}
        exercises: [a]
        outcomes: [Can do it, 3]
        includes: ['quoted ''text''']
        rubric: [a]
        publish: p
        resources: [{title: R, by: X, kind: book, url: 'https://example.org/'}]
        quiz:
          - ask: |-
              if a != b:
                  pass
            options: [2, 4, "8"]
            answer: 3
            because: of that
      - id: c
        title: C
        hours: 1
        requires: [a, b]
      - {id: d, title: D, hours: 1, requires: {a: , b: ~, c: null}}
"#;

#[test]
fn it_takes_a_curriculum_with_every_key() {
    assert!(agree(WHOLE));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("roadmap");
    let (quick, files) = load(&path).expect("the shipped one is nothing unusual");
    let thorough = crate::curriculum::load(&path);
    assert_eq!(thorough.files.len(), files.len());
    assert!(thorough.files.iter().zip(&files).all(|(a, b)| a.name == b.name));
    assert_eq!(Some(quick), thorough.curriculum);
}

/// What a struct asks for is told to its reader before anything is read.
fn fields<T: Deserialize<'static>>() -> Vec<String> {
    struct Listen;
    impl Deserializer<'static> for Listen {
        type Error = ValueError;
        fn deserialize_any<V: Visitor<'static>>(self, _: V) -> Result<V::Value, ValueError> {
            Err(ValueError::custom(""))
        }
        fn deserialize_struct<V: Visitor<'static>>(
            self,
            _: &'static str,
            fields: &'static [&'static str],
            _: V,
        ) -> Result<V::Value, ValueError> {
            Err(ValueError::custom(fields.join(" ")))
        }
        serde::forward_to_deserialize_any! {
            <V: Visitor<'static>>
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
            unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
        }
    }
    let error = T::deserialize(Listen).err().expect("nothing was read");
    error.to_string().split(' ').map(str::to_owned).collect()
}

#[test]
fn it_knows_the_keys_of_the_format() {
    /// Keys that make a file one for the thorough way.
    const THOROUGH: &[&str] = &["extends", "change", "remove", "after", "before"];
    fn same<T: Deserialize<'static>>(of: &Keys) {
        let mut known: Vec<String> = of.names().filter(|key| !THOROUGH.contains(key)).map(str::to_owned).collect();
        let mut read = fields::<T>();
        known.sort();
        read.sort();
        assert_eq!(read, known, "of a {}", of.what);
    }
    same::<Root<'_>>(&keys::CURRICULUM);
    same::<Phase<'_>>(&keys::PHASE);
    same::<Topic<'_>>(&keys::TOPIC);
    same::<Resource<'_>>(&keys::RESOURCE);
    same::<Question<'_>>(&keys::QUESTION);
    same::<Track<'_>>(&keys::TRACK);
}

#[test]
fn it_leaves_what_is_wrong_or_unusual_to_the_thorough_way() {
    let change = |from: &str, to: &str| {
        assert!(WHOLE.contains(from), "{from}");
        WHOLE.replacen(from, to, 1)
    };
    for (from, to) in [
        ("hours: 2", "hours: '2'"),
        ("hours: 2", "hours: .inf"),
        ("hours: 2", "hours: 0"),
        ("hours: 2,", ""),
        ("title: 1.10", "title: .nan"),
        ("title: 1.10", "title: 1e999"),
        ("title: 1.10", "title: ~"),
        ("title: 1.10", "title: ' '"),
        ("title: 1.10", "title: [x]"),
        ("title: 1.10", "title: !x y"),
        ("title: 1.10", "title: &x y"),
        ("title: 1.10", "title: x, title: y"),
        ("title: 1.10", "title: x, <<: {value: 1}"),
        ("kind: skill", "kind: skil"),
        ("kind: skill", "kind: "),
        ("formerly: [old-a, 7]", "formerly: [b]"),
        ("formerly: [old-a, 7]", "formerly: "),
        ("formerly: [old-a, 7]", "formerly: x"),
        ("requires: [a, b]", "requires: [a, a]"),
        ("requires: [a, b]", "requires: [a, c]"),
        ("requires: [a, b]", "requires: [a, x]"),
        ("requires: [a, b]", "requires: [a, d]"),
        ("requires: [a, b]", "requires: "),
        ("requires: {a: because}", "requires: {a: because, a: x}"),
        ("requires: {a: because}", "requires: {a: ''}"),
        ("exercises: [a]", "exercises: [c]"),
        ("exercises: [a]", "exercises: [x]"),
        ("formerly: [old-a, 7]", "formerly: [old-a, old-a]"),
        ("hours: 2,", "hours: 1e6,"),
        ("value: 0.5", "value: -1"),
        ("value: 0.5", "value: 1e9"),
        ("answer: 3", "answer: 4"),
        ("answer: 3", "answer: 0"),
        ("answer: 3", "answer: 1.5"),
        ("options: [2, 4, \"8\"]", "options: [2]"),
        ("options: [2, 4, \"8\"]", "options: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 2]"),
        ("answer: 3", "answer: two"),
        ("options: [2, 4, \"8\"]", "options: [2, 4, \"2\"]"),
        ("https://", "ftp://"),
        ("goals: [b]", "goals: []"),
        ("goals: [b]", "goals: [x]"),
        ("goals: [b]", "goals: [b, b]"),
        ("id: way", "id: Way"),
        ("goals: [b]}", "goals: [b]}\n  - {id: way, title: Again, goals: [b]}"),
        ("id: whole", "id: Whole"),
        ("id: one", "id: One"),
        ("phases:", "phases:\n  - {id: one, title: First, topics: [{id: e, title: E, hours: 1}]}"),
        ("phases:", "phases:\n  - {id: zero, title: Zero, topics: []}"),
        ("id: a,", "id: A,"),
        ("id: a,", "id: b,"),
        ("rubric: [a]", "rubrik: [a]"),
        ("phases:", "more: 1\nphases:"),
        ("phases:", "change: {}\nphases:"),
        ("phases:", "remove: {topics: [d]}\nphases:"),
        ("    title: One\n", ""),
        ("    title: One\n", "    title: One\n    after: one\n"),
        ("phases:", "--- \nphases:"),
        ("  - id: one", "  - other.yaml\n  - id: one"),
        ("id: whole", "- id: whole"),
    ] {
        let text = change(from, to);
        assert!(of_text(&text, |_| None).is_none(), "{to}");
        assert!(
            load_text("test", &text).curriculum.is_none() || to.contains('&') || to.contains("!x") || to.contains("<<"),
            "{to}"
        );
    }
    assert!(of_text("", |_| None).is_none() && of_text("[]", |_| None).is_none() && of_text("id", |_| None).is_none());
}

fn seeds() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<PathBuf> = Vec::new();
    for folder in ["examples/broken", "examples/extended", "examples/workshop", "roadmap", "tests/found"] {
        let entries = std::fs::read_dir(root.join(folder)).into_iter().flatten().flatten();
        files.extend(entries.map(|entry| entry.path()).filter(|path| path.is_file()));
    }
    files.sort();
    let texts = files.iter().filter_map(|path| std::fs::read_to_string(path).ok());
    // A phase's file alone is no curriculum; with a head it is.
    let headed = |text: String| {
        let indented: String = text.lines().map(|line| format!("    {line}\n")).collect();
        let whole = format!("id: h\ntitle: H\nphases:\n  -\n{indented}");
        [text, whole]
    };
    texts.filter(|text| text.len() < 200_000).flat_map(headed).chain([WHOLE.to_owned()]).collect()
}

#[test]
fn the_two_ways_agree_on_every_example() {
    let seeds = seeds();
    assert!(seeds.len() > 60, "{}", seeds.len());
    let taken = seeds.iter().filter(|text| agree(text)).count();
    assert!(taken >= 5, "{taken}");
}

/// Words that change what a YAML text means.
const BITS: &[&str] = &[
    "",
    "~",
    "null",
    "[]",
    "{}",
    "''",
    "\"\"",
    "1",
    "-1",
    "1.5",
    ".inf",
    "-.INF",
    ".nan",
    "1e999",
    "0x1F",
    "0o17",
    "1_000",
    "true",
    "yes",
    "&a ",
    "*a",
    "!!str ",
    "!!int ",
    "! ",
    "!x ",
    "<<: ",
    ": ",
    "- ",
    "? ",
    "# ",
    "|",
    ">",
    "\t",
    "\r",
    "\n",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "{",
    "}",
    "[",
    "]",
    ",",
    "'",
    "\"",
    "---\n",
    "...\n",
    "%TAG ! x\n",
    "2026-11",
    "07",
    "1:30",
    "+1",
    "9999999999999999999999",
    "id: a\n",
    "topic",
    "=",
];

proptest! {
    #[test]
    fn the_two_ways_agree_on_whatever_becomes_of_an_example(
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0usize..12, any::<prop::sample::Index>()), 1..4)
    ) {
        let mut text = WHOLE.to_owned();
        for (at, len, bit) in changes {
            let floor = |mut at: usize| { while !text.is_char_boundary(at) { at -= 1; } at };
            let start = floor(at.index(text.len()));
            let end = floor((start + len).min(text.len()));
            text.replace_range(start..end.max(start), BITS[bit.index(BITS.len())]);
        }
        agree(&text);
    }
}
