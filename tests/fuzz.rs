//! The properties of the fuzz targets, tried without a nightly toolchain: on the seeds, on what the
//! fuzzers ever found, and on a few hundred mutations of both.

#[path = "../fuzz/properties.rs"]
#[allow(unreachable_pub, reason = "the fuzz targets call it too")]
mod properties;

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: PathBuf) -> Vec<(PathBuf, Vec<u8>)> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path()).collect();
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), std::fs::read(path).expect("readable"))).collect()
}

/// Returns the words of a dictionary of the fuzzers.
fn words(name: &str) -> Vec<Vec<u8>> {
    let text = std::fs::read_to_string(root().join("fuzz").join(name)).expect("it is there");
    let word = |line: &str| {
        let mut bytes = Vec::new();
        let mut rest = line.strip_prefix('"')?.strip_suffix('"')?.as_bytes();
        while let Some((&first, after)) = rest.split_first() {
            rest = after;
            match (first, rest.first()) {
                (b'\\', Some(b'x')) => {
                    let hex = std::str::from_utf8(&rest[1..3]).ok()?;
                    bytes.push(u8::from_str_radix(hex, 16).ok()?);
                    rest = &rest[3..];
                }
                (b'\\', Some(&escaped)) => {
                    bytes.push(escaped);
                    rest = &rest[1..];
                }
                _ => bytes.push(first),
            }
        }
        Some(bytes)
    };
    text.lines().filter(|line| !line.is_empty()).map(|line| word(line).expect(line)).collect()
}

#[derive(Clone, Debug)]
enum Change {
    Put(Index, Index),
    Byte(Index, u8),
    Cut(Index, usize),
    Double(Index, usize, Index),
    End(Index),
}

fn change() -> impl Strategy<Value = Change> {
    let index = any::<Index>;
    prop_oneof![
        4 => (index(), index()).prop_map(|(at, word)| Change::Put(at, word)),
        3 => (index(), any::<u8>()).prop_map(|(at, byte)| Change::Byte(at, byte)),
        2 => (index(), 1usize..60).prop_map(|(at, n)| Change::Cut(at, n)),
        2 => (index(), 1usize..200, index()).prop_map(|(at, n, to)| Change::Double(at, n, to)),
        1 => index().prop_map(Change::End),
    ]
}

fn changed(seed: &[u8], changes: &[Change], words: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for change in changes {
        let len = bytes.len();
        let at = |index: &Index| index.index(len + 1);
        match change {
            Change::Put(place, word) => {
                let place = at(place);
                bytes.splice(place..place, words[word.index(words.len())].iter().copied());
            }
            Change::Byte(place, byte) => {
                let place = at(place);
                bytes.splice(place..(place + 1).min(len), [*byte]);
            }
            Change::Cut(place, n) => drop(bytes.drain(at(place)..(at(place) + n).min(len))),
            Change::Double(from, n, to) => {
                let piece = bytes[at(from)..(at(from) + n).min(len)].to_vec();
                let to = at(to);
                bytes.splice(to..to, piece);
            }
            Change::End(place) => bytes.truncate(at(place)),
        }
    }
    bytes
}

/// Tries a property on all that is known, and on so many mutations of it.
fn tried(target: &str, more: &str, dictionary: &str, cases: u32, property: fn(&[u8])) {
    let known = files(root().join("fuzz/seeds").join(target));
    assert!(!known.is_empty(), "there are seeds for {target}");
    tried_on(known, target, more, dictionary, cases, property);
}

fn tried_on(
    mut known: Vec<(PathBuf, Vec<u8>)>,
    target: &str,
    more: &str,
    dictionary: &str,
    cases: u32,
    property: fn(&[u8]),
) {
    known.extend(files(root().join("tests/found").join(target)));
    if !more.is_empty() {
        known.extend(files(root().join(more)));
    }
    for (path, bytes) in &known {
        // The name of the file, should it fail.
        println!("{}", path.display());
        property(bytes);
    }
    let words = words(dictionary);
    let strategy = (any::<Index>(), prop::collection::vec(change(), 1..8))
        .prop_map(|(seed, changes)| changed(&known[seed.index(known.len())].1, &changes, &words));
    // What is found is kept in tests/found, in a form that outlives this generator.
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&strategy, |bytes| {
            property(&bytes);
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn any_bytes_are_a_sound_curriculum_or_refused() {
    tried("curriculum", "examples/broken", "yaml.dict", 400, properties::curriculum);
}

#[test]
fn any_files_are_a_sound_curriculum_or_refused() {
    tried("folder", "", "yaml.dict", 400, properties::folder);
}

#[test]
fn any_journals_lose_no_byte_and_merge_in_any_order() {
    tried("journal", "", "journal.dict", 400, properties::journal);
}

#[test]
fn any_config_can_be_changed_setting_by_setting_or_is_refused() {
    tried("config", "", "config.dict", 400, properties::config);
}

#[test]
fn any_file_of_the_cache_is_a_curriculum_or_nothing() {
    tried("cache", "", "yaml.dict", 2_000, properties::cache);
}

#[test]
fn any_import_passes_check_or_is_refused() {
    tried("import", "", "import.dict", 400, properties::import);
}

#[test]
fn any_checkpoint_is_where_a_learner_stood_or_nothing() {
    let known = properties::checkpoints().into_iter().map(|bytes| ("as it is written".into(), bytes)).collect();
    tried_on(known, "checkpoint", "", "journal.dict", 2_000, properties::checkpoint);
}
