//! `doctor --mend` deletes nothing: whatever the damage, every byte of before is still in the journal's
//! folder, the sound entries are what they were, and every command works again.

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use common::Place;

const CURRICULUM: &str = "id: c\ntitle: C\nphases:\n  - id: p\n    title: P\n    topics:\n      - {id: a, title: A, hours: 2}\n      - {id: b, title: B, hours: 2}\n";

struct Damage {
    place: Place,
    file: PathBuf,
    _folder: tempfile::TempDir,
}

/// Returns a home with two entries whose file was then changed.
fn damaged(change: impl Fn(&str) -> Vec<u8>) -> Damage {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("c.yaml");
    std::fs::write(&path, CURRICULUM).expect("written");
    let place = Place::with(&path).wide(200);
    place.ok("done a");
    place.ok("start b");
    let journal = place.home.path().join("journal/c");
    let file = std::fs::read_dir(journal).expect("there").next().expect("a file").expect("readable").path();
    let text = std::fs::read_to_string(&file).expect("there");
    std::fs::write(&file, change(&text)).expect("written");
    Damage { place, file, _folder: folder }
}

/// Returns how often each line stands in any file of the folder.
fn lines(folder: &Path) -> BTreeMap<Vec<u8>, usize> {
    let mut lines: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
    let entries = std::fs::read_dir(folder).expect("there").map(|entry| entry.expect("readable"));
    for entry in entries.filter(|entry| entry.path().is_file()) {
        let bytes = std::fs::read(entry.path()).expect("readable");
        for line in bytes.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
            *lines.entry(line.to_vec()).or_default() += 1;
        }
    }
    lines
}

/// Mends, and returns the topics of the entries that are there then, with how many findings there were.
#[track_caller]
fn mended(what: &str, damage: &Damage) -> Vec<String> {
    let folder = damage.file.parent().expect("a folder");
    let before = lines(folder);
    damage.place.ok("doctor --mend");
    let after = lines(folder);
    for (line, times) in before {
        let now = after.get(&line).copied().unwrap_or(0);
        assert!(now >= times, "{what}: {} of {times} times {}", now, String::from_utf8_lossy(&line));
    }
    for line in ["doctor", "next", "status", "undo", "redo"] {
        let seen = damage.place.run(line);
        assert!(seen.ends_with("--- status 0\n") || seen.contains("nothing to"), "{what}, `{line}`: {seen}");
    }
    let log = damage.place.json("log -n 0");
    let entries = log["entries"].as_array().expect("a list").iter().rev();
    entries.filter_map(|entry| Some(format!("{} {}", entry["do"].as_str()?, entry["topic"].as_str()?))).collect()
}

#[test]
fn every_damage_is_mended_and_every_byte_kept() {
    let line = |text: &str, at: usize| text.split_inclusive('\n').nth(at).expect("a line").to_owned();
    type Change = dyn Fn(&str) -> Vec<u8>;
    let damages: Vec<(&str, Box<Change>)> = vec![
        ("nothing at all", Box::new(|text: &str| text.into())),
        ("a torn tail", Box::new(|text: &str| format!("{text}{{\"id\":\"01").into())),
        ("a tail of zeros", Box::new(|text: &str| [text.as_bytes(), &[0; 600]].concat())),
        ("a broken line", Box::new(move |text: &str| text.replacen('\n', "\nnonsense\n", 1).into())),
        (
            "bytes that are no text",
            Box::new(move |text: &str| {
                [line(text, 0).as_bytes(), b"\xff\xfe\n", &text.as_bytes()[line(text, 0).len()..]].concat()
            }),
        ),
        ("an entry twice", Box::new(move |text: &str| (text.to_owned() + &line(text, 1)).into())),
        (
            "an id twice",
            Box::new(move |text: &str| (text.to_owned() + &line(text, 1).replace("\"a\"", "\"b\"")).into()),
        ),
        ("two headers", Box::new(move |text: &str| (text.to_owned() + &line(text, 0)).into())),
        ("no header", Box::new(move |text: &str| text[line(text, 0).len()..].into())),
        ("a foreign header", Box::new(move |text: &str| text.replacen("roadmap", "other", 1).into())),
        ("a header that is cut off", Box::new(move |text: &str| text.replacen(",\"version\":1", "", 1).into())),
        ("line ends of Windows", Box::new(|text: &str| text.replace('\n', "\r\n").into())),
        (
            "all at once",
            Box::new(move |text: &str| {
                let rest = &text[line(text, 0).len()..];
                [b"# mine\n", rest.as_bytes(), line(text, 0).as_bytes(), b"\xff\n{}\n[]\nnull\n", rest.as_bytes(), b"{"]
                    .concat()
            }),
        ),
    ];
    for (what, change) in damages {
        let damage = damaged(change);
        assert_eq!(mended(what, &damage), ["done a", "start b"], "{what}");
    }
}

#[test]
fn an_empty_file_is_no_damage() {
    let damage = damaged(|_| Vec::new());
    assert!(mended("an empty file", &damage).is_empty());
    damage.place.ok("done a");
    assert_eq!(mended("an empty file", &damage), ["done a"]);
}

#[test]
fn what_a_newer_version_wrote_is_left_alone() {
    let damage = damaged(|text| (text.replace("\"version\":1", "\"version\":2") + "something new\n").into());
    let before = std::fs::read(&damage.file).expect("there");
    let seen = damage.place.run("doctor --mend");
    assert!(
        seen.contains("newer version") && seen.contains("update roadmap") && seen.ends_with("status 1\n"),
        "{seen}"
    );
    assert_eq!(std::fs::read(&damage.file).expect("there"), before);
    assert_eq!(std::fs::read_dir(damage.file.parent().expect("a folder")).expect("readable").count(), 1);
}

/// Root reads everything, so a folder in the file's place stands for what cannot be read as one.
#[test]
fn a_file_that_cannot_be_read_is_named_and_left_alone() {
    let damage = damaged(|text| text.into());
    std::fs::create_dir(damage.file.with_file_name("phone.jsonl")).expect("made");
    assert_eq!(mended("a folder", &damage), ["done a", "start b"]);
    #[cfg(target_os = "linux")]
    {
        // Reading this one fails whoever we are.
        std::os::unix::fs::symlink("/proc/self/mem", damage.file.with_file_name("tablet.jsonl")).expect("linked");
        let seen = damage.place.run("next");
        assert!(seen.contains("tablet.jsonl") && seen.contains("hint: ") && seen.ends_with("status 1\n"), "{seen}");
        let seen = damage.place.run("doctor --mend");
        assert!(seen.contains("tablet.jsonl") && seen.contains("hint: ") && seen.ends_with("status 1\n"), "{seen}");
        std::fs::remove_file(damage.file.with_file_name("tablet.jsonl")).expect("removed");
        assert_eq!(mended("a link", &damage), ["done a", "start b"]);
    }
}
