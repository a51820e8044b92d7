use std::io::Write;

use chrono::{DateTime, FixedOffset};
use proptest::prelude::*;

use super::super::Event;
use super::*;

fn now(minute: i64) -> DateTime<FixedOffset> {
    DateTime::from_timestamp(1_790_000_000 + 60 * minute, 0).expect("a time of 2026").fixed_offset()
}

struct Two {
    home: tempfile::TempDir,
}

impl Two {
    fn new() -> Self {
        Self { home: tempfile::tempdir().expect("a temporary folder") }
    }

    /// Returns the journal of a device with a home of its own.
    fn of(&self, device: &str) -> Folder {
        Folder::new(&self.home.path().join(device), "c", device)
    }
}

fn mark(folder: &Folder, minute: i64, topic: &str) {
    let at = now(minute);
    folder.append(at, at.date_naive(), |_| Ok(vec![Entry::new(Event::Done, topic)])).expect("a writable folder");
}

fn topics(folder: &Folder) -> Vec<String> {
    folder.read().expect("sound").0.effective().filter_map(|e| e.topic.clone()).collect()
}

fn all(folder: &Folder) -> Vec<Line> {
    folder.lines().expect("sound").all().cloned().collect()
}

#[test]
fn what_is_taken_in_is_there_once_and_byte_for_byte() {
    let two = Two::new();
    let (laptop, desktop) = (two.of("laptop"), two.of("desktop"));
    mark(&laptop, 0, "a");
    mark(&desktop, 1, "b");
    let lines = all(&laptop);
    let lacking = desktop.lines().expect("sound");
    assert_eq!(laptop.lines().expect("sound").lacking(&lacking.ids()).len(), 1);
    let doubled = [lines.clone(), lines.clone()].concat();
    assert_eq!(desktop.take_in(&doubled).expect("written").0, lines);
    assert_eq!(desktop.take_in(&lines).expect("nothing to write").0, []);
    assert_eq!(topics(&desktop), ["a", "b"]);
    let text = std::fs::read_to_string(desktop.others_file()).expect("there");
    let line = String::from_utf8(lines[0].bytes().to_vec()).expect("JSON");
    assert_eq!(text, format!("{}{line}\n", String::from_utf8_lossy(&lines::header("c", "desktop"))));
    let here = desktop.lines().expect("sound");
    assert_eq!((here.own.len(), here.others.len()), (1, 1));
    // A step made now is newer than what came, though the clock here is behind.
    mark(&desktop, -500, "c");
    assert_eq!(topics(&desktop), ["a", "b", "c"]);
}

#[test]
fn a_line_of_an_id_that_is_here_changes_nothing() {
    let two = Two::new();
    let laptop = two.of("laptop");
    mark(&laptop, 0, "a");
    let line = all(&laptop).remove(0);
    let text = String::from_utf8(line.bytes().to_vec()).expect("JSON").replace("\"a\"", "\"x\"");
    let forged = Line::read(text.as_bytes()).expect("an entry");
    assert_eq!((forged.id(), forged.says_the_same(&line)), (line.id(), false));
    assert_eq!(laptop.take_in(&[forged]).expect("nothing to write").0, []);
    assert_eq!(topics(&laptop), ["a"]);
    assert!(!laptop.others_file().exists());
}

#[test]
fn a_cut_off_line_of_what_was_taken_in_is_set_aside_and_comes_again() {
    let two = Two::new();
    let (laptop, desktop) = (two.of("laptop"), two.of("desktop"));
    mark(&laptop, 0, "a");
    mark(&laptop, 1, "b");
    let lines = all(&laptop);
    desktop.take_in(&lines).expect("written");
    let bytes = std::fs::read(desktop.others_file()).expect("there");
    std::fs::write(desktop.others_file(), &bytes[..bytes.len() - 9]).expect("cut");
    let (taken, remarks) = desktop.take_in(&lines).expect("written");
    assert_eq!((taken.len(), remarks.len()), (1, 1), "{remarks:?}");
    assert!(remarks[0].0.contains("set aside in"), "{remarks:?}");
    assert_eq!(topics(&desktop), ["a", "b"]);
    assert_eq!(std::fs::read(desktop.others_file()).expect("there"), bytes);
    assert!(desktop.path().join("desktop.others.jsonl.torn").exists());
    // So does a reader, for nobody else writes that file.
    std::fs::OpenOptions::new()
        .append(true)
        .open(desktop.others_file())
        .and_then(|mut file| file.write_all(b"{\"id\":"))
        .expect("written");
    assert_eq!(desktop.read().expect("sound").1.len(), 1);
    assert_eq!(std::fs::read(desktop.others_file()).expect("there"), bytes);
}

#[test]
fn a_broken_journal_takes_nothing_in() {
    let two = Two::new();
    let (laptop, desktop) = (two.of("laptop"), two.of("desktop"));
    mark(&laptop, 0, "a");
    mark(&desktop, 0, "b");
    let good = std::fs::read_to_string(desktop.own_file()).expect("there");
    std::fs::write(desktop.own_file(), format!("{good}nonsense\n")).expect("written");
    let error = desktop.take_in(&all(&laptop)).expect_err("line 3 is broken");
    assert!(error.to_string().contains("desktop.jsonl:3"), "{error}");
    assert!(!desktop.others_file().exists());
}

const HEADER: &str = "{\"roadmap\":\"journal\",\"version\":1,\"curriculum\":\"c\",\"device\":\"d\"}\n";

fn entry(id: &str) -> String {
    format!("{{\"id\":\"{id}\",\"at\":\"2026-11-25T10:00:00+00:00\",\"do\":\"done\",\"topic\":\"t\"}}\n")
}

#[track_caller]
fn sheet(text: &str) -> Option<(Vec<String>, Vec<usize>, bool)> {
    let sheet = Sheet::read("f", text.as_bytes(), "c").expect("of this version")?;
    Some((sheet.lines.iter().map(|line| line.id().to_owned()).collect(), sheet.broken, sheet.is_torn))
}

#[test]
fn a_file_from_elsewhere_is_read_as_far_as_it_has_come() {
    let (one, two) = (entry("1"), entry("2"));
    let ids = |ids: &[&str]| ids.iter().map(|&id| id.to_owned()).collect::<Vec<_>>();
    let whole = format!("{HEADER}{one}{two}");
    for cut in 0..whole.len() {
        let (found, broken, torn) = sheet(&whole[..cut]).expect("it may be ours");
        assert!(broken.is_empty(), "{cut}");
        // A line is whole with its last brace.
        let lines = [HEADER.len() + one.len() - 1, whole.len() - 1].iter().filter(|&&end| cut >= end).count();
        let at_brace = lines > 0 && whole[..cut].ends_with('}');
        assert_eq!((found.len(), torn), (lines, cut > 0 && !whole[..cut].ends_with('\n') && !at_brace), "{cut}");
    }
    assert_eq!(sheet(&whole), Some((ids(&["1", "2"]), vec![], false)));
    assert_eq!(sheet(&whole.replace('\n', "\r\n")), Some((ids(&["1", "2"]), vec![], false)), "as git may leave it");
    let marked = format!("{HEADER}<<<<<<< mine\n{one}\n=======\n{two}>>>>>>> theirs\n");
    assert_eq!(sheet(&marked), Some((ids(&["1", "2"]), vec![2, 5, 7], false)));
    assert_eq!(sheet(&HEADER.replace("\"c\"", "\"other\"")), None);
    assert_eq!(sheet(&HEADER.replace("journal", "backup")), None);
    assert_eq!(sheet("{\"some\":\"data\"}\n"), None);
    let newer = HEADER.replace("\"version\":1", "\"version\":2");
    assert!(Sheet::read("f", newer.as_bytes(), "c").expect_err("newer").to_string().contains("newer version"));
}

proptest! {
    #[test]
    fn what_is_taken_for_a_line_is_one_in_a_journal(
        at in any::<prop::sample::Index>(),
        put in prop::sample::select(vec!["", " ", "\t", "\r", "\n", "\u{c}", "\0", "{", "}", "[", "\"", "\\", ",", "1", "é", "\u{feff}"]),
        cut in 0usize..3,
    ) {
        let mut text = entry("1").into_bytes();
        let at = at.index(text.len());
        text.splice(at..(at + cut).min(text.len()), put.bytes());
        if let Some(line) = Line::read(&text) {
            let file = [HEADER.as_bytes(), line.bytes(), b"\n"].concat();
            let read = lines::read("f", &file).expect("sound");
            prop_assert_eq!(read.len(), 1);
            prop_assert_eq!(&read[0], &line.entry().expect("it was read"));
            prop_assert_eq!(read[0].id.as_str(), line.id());
        }
    }
}
