//! Machines that exchange their progress through a folder: in any order, at once, with half of it
//! missing, with copies and with hostile files in it. Nothing is lost, nothing is there twice, and in
//! the end the progress is the same everywhere.

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use common::Place;
use serde_json::Value;
use tempfile::TempDir;

/// A machine with a home of its own, whose journal files have this name.
fn machine(name: &str) -> Place {
    // So wide that no path breaks a line.
    let place = Place::shipped().wide(200);
    fs::write(place.home.path().join("device"), format!("{name}\n")).expect("written");
    place
}

/// A folder that something carries between machines.
struct Carried(TempDir);

impl Carried {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Returns where a file lies in the folder of the shipped curriculum.
    fn file(&self, name: &str) -> PathBuf {
        self.path().join(roadmap::shipped().id()).join(name)
    }

    /// Runs a command in which `FOLDER` stands for it, and returns everything the user sees.
    fn run(&self, place: &Place, line: &str) -> String {
        let folder = self.path().to_string_lossy().into_owned();
        place.run(&line.replace("FOLDER", &folder)).replace(&folder, "[FOLDER]")
    }

    #[track_caller]
    fn sync(&self, place: &Place) -> String {
        let seen = self.run(place, "sync FOLDER");
        assert!(seen.ends_with("--- status 0\n"), "{seen}");
        seen
    }

    /// Returns every file with its content and its time of change.
    fn state(&self) -> Vec<(PathBuf, Vec<u8>, SystemTime)> {
        files(self.path())
    }
}

fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>, SystemTime)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            found.extend(files(&entry.path()));
        } else {
            let changed = entry.metadata().and_then(|meta| meta.modified()).expect("there");
            found.push((entry.path(), fs::read(entry.path()).expect("readable"), changed));
        }
    }
    found.sort();
    found
}

fn journal(place: &Place) -> PathBuf {
    place.home.path().join("journal").join(roadmap::shipped().id())
}

fn entries(place: &Place) -> Vec<Value> {
    place.json("log -n 0")["entries"].as_array().expect("a list").clone()
}

/// Returns the notes, oldest first.
fn notes(place: &Place) -> Vec<String> {
    entries(place).iter().rev().filter_map(|entry| Some(entry["note"].as_str()?.to_owned())).collect()
}

#[track_caller]
fn same_progress(places: &[&Place]) {
    for line in ["list", "log -n 0", "status", "next"] {
        let first = places[0].json(line);
        for place in &places[1..] {
            assert_eq!(place.json(line), first, "{line}");
        }
    }
}

#[test]
fn two_machines_exchange_what_was_done() {
    let (laptop, desktop, folder) = (machine("laptop"), machine("desktop"), Carried::new());
    let mut session = String::new();
    for (name, place, line) in [
        ("laptop", &laptop, "done genai-engineering --hours 3"),
        ("laptop", &laptop, "sync FOLDER --dry-run"),
        ("laptop", &laptop, "sync FOLDER"),
        ("laptop", &laptop, "sync FOLDER"),
        ("desktop", &desktop, "sync FOLDER --dry-run"),
        ("desktop", &desktop, "sync FOLDER"),
        ("desktop", &desktop, "start command-line"),
        ("desktop", &desktop, "config hub FOLDER"),
        ("desktop", &desktop, "--json sync"),
        ("laptop", &laptop, "sync FOLDER --quiet"),
        ("laptop", &laptop, "log"),
        ("desktop", &desktop, "sync"),
    ] {
        session.push_str(&format!("{name}$ roadmap {line}\n{}", folder.run(place, line)));
    }
    insta::assert_snapshot!(session);
    same_progress(&[&laptop, &desktop]);
}

#[test]
fn a_folder_that_cannot_be_is_refused_and_nothing_is_made() {
    let (laptop, folder) = (machine("laptop"), Carried::new());
    laptop.ok("done genai-engineering");
    fs::write(folder.path().join("file"), "x").expect("written");
    let home = laptop.home.path().to_string_lossy().into_owned();
    fs::create_dir(laptop.home.path().join("inside")).expect("made");
    let before = (folder.state(), files(laptop.home.path()));
    let mut session = String::new();
    for line in [
        "sync".to_owned(),
        "sync \"\"".to_owned(),
        "sync FOLDER/stick".to_owned(),
        "sync FOLDER/file".to_owned(),
        format!("sync {home}"),
        format!("sync {home}/inside"),
        format!("sync {home}/journal"),
        format!("sync {home}/journal/{}", roadmap::shipped().id()),
        "sync https://ada:secret@example.org/x".to_owned(),
        "--json sync FOLDER/stick".to_owned(),
    ] {
        let shown = line.replace(&home, "[HOME]");
        session.push_str(&format!("$ roadmap {shown}\n{}", folder.run(&laptop, &line)));
    }
    insta::assert_snapshot!(session);
    assert_eq!((folder.state(), files(laptop.home.path())), before);
    // The journal may lie elsewhere, behind a link.
    #[cfg(unix)]
    {
        let real = Carried::new();
        let journals = laptop.home.path().join("journal");
        fs::remove_dir_all(&journals).expect("there");
        std::os::unix::fs::symlink(real.path(), &journals).expect("linked");
        laptop.ok("done genai-engineering");
        assert!(real.run(&laptop, "sync FOLDER").contains("part of what roadmap itself keeps"), "it is the journal");
    }
}

#[test]
fn a_stick_carries_from_the_first_to_the_third() {
    let (first, second, third) = (machine("first"), machine("second"), machine("third"));
    let (red, blue) = (Carried::new(), Carried::new());
    first.ok("done genai-engineering --note red");
    red.sync(&first);
    red.sync(&second);
    second.ok("start command-line");
    let seen = blue.sync(&second);
    assert!(seen.contains("Sent 1 entry and passed on 1 entry of other machines"), "{seen}");
    blue.sync(&third);
    third.ok("undo");
    blue.sync(&third);
    blue.sync(&second);
    red.sync(&second);
    red.sync(&first);
    same_progress(&[&first, &second, &third]);
    assert_eq!(entries(&first).len(), 3);
    for folder in [&red, &blue] {
        for place in [&first, &second, &third] {
            folder.sync(place);
        }
        let before = folder.state();
        for place in [&first, &second, &third] {
            assert!(folder.sync(place).contains("Nothing new."));
        }
        assert_eq!(folder.state(), before, "where nothing is new, nothing is touched");
    }
}

#[test]
fn an_undo_reaches_what_another_machine_did() {
    let (laptop, desktop, folder) = (machine("laptop"), machine("desktop"), Carried::new());
    laptop.ok("done genai-engineering");
    folder.sync(&laptop);
    folder.sync(&desktop);
    // Its clock is three days behind.
    assert!(desktop.run("--today 2026-11-20 undo").contains("Undone: done `genai-engineering`"));
    folder.sync(&desktop);
    let seen = folder.sync(&laptop);
    assert!(seen.contains("Open again by that: `genai-engineering`."), "{seen}");
    assert_eq!(laptop.json("status")["done"], 0);
    laptop.ok("redo");
    desktop.ok("--today 2026-11-19 note genai-engineering behind");
    folder.sync(&laptop);
    folder.sync(&desktop);
    folder.sync(&laptop);
    same_progress(&[&laptop, &desktop]);
    assert_eq!(desktop.json("status")["done"], 1);
}

#[test]
fn conflict_copies_are_read_and_double_nothing() {
    let (laptop, desktop, folder) = (machine("laptop"), machine("desktop"), Carried::new());
    for note in ["one", "two"] {
        laptop.ok(&format!("note genai-engineering {note}"));
        folder.sync(&laptop);
        let copy = folder.file(&format!("laptop (conflicted copy 2026-11-2{}).jsonl", note.len()));
        fs::copy(folder.file("laptop.jsonl"), copy).expect("copied");
    }
    laptop.ok("note genai-engineering three");
    folder.sync(&laptop);
    // What carries it keeps the oldest under the name, as the loser of a conflict does.
    fs::rename(folder.file("laptop.jsonl"), folder.file("laptop.sync-conflict-20261128-101112-ABCDEFG.jsonl"))
        .expect("renamed");
    assert!(folder.sync(&desktop).contains("3 entries came from `laptop`."));
    assert_eq!(notes(&desktop), ["one", "two", "three"]);
    let before = folder.state();
    assert!(folder.sync(&laptop).contains("Nothing new."), "all of it is there, under whatever name");
    assert_eq!(folder.state(), before);
    // Whoever tidies up takes entries away, and they come back.
    for (path, ..) in before {
        fs::remove_file(path).expect("there");
    }
    assert!(folder.sync(&desktop).contains("Passed on 3 entries"));
    assert!(folder.sync(&laptop).contains("Nothing new."));
    same_progress(&[&laptop, &desktop]);
}

#[test]
fn half_a_file_is_no_error_and_the_rest_comes_later() {
    let (laptop, folder) = (machine("laptop"), Carried::new());
    for note in ["one", "two", "three"] {
        laptop.ok(&format!("note genai-engineering {note}"));
    }
    folder.sync(&laptop);
    let file = folder.file("laptop.jsonl");
    let whole = fs::read(&file).expect("there");
    let ends: Vec<usize> = whole.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(at, _)| at + 1).collect();
    for cut in [0, 1, ends[0] - 1, ends[0], ends[0] + 1, ends[1] - 2, ends[1] - 1, ends[2] + 40, whole.len() - 1] {
        let desktop = machine("desktop");
        fs::write(&file, &whole[..cut]).expect("written");
        let seen = folder.sync(&desktop);
        let here = ends[1..].iter().filter(|&&end| cut + 1 >= end).count();
        let torn = cut > 0 && whole[cut - 1] != b'\n' && !ends[1..].contains(&(cut + 1));
        assert_eq!(seen.contains("laptop.jsonl is half-synced; the rest comes with"), torn, "{cut}: {seen}");
        assert_eq!(notes(&desktop).len(), here, "{cut}: {seen}");
        fs::write(&file, &whole).expect("written");
        folder.sync(&desktop);
        assert_eq!(notes(&desktop), ["one", "two", "three"], "{cut}");
        // The machine whose file it is need not wait for the rest.
        fs::write(&file, &whole[..cut]).expect("written");
        folder.sync(&laptop);
        // A line that lacks nothing but its break is whole.
        let left = if cut == whole.len() - 1 { cut } else { whole.len() };
        assert_eq!(fs::read(&file).expect("there"), whole[..left], "{cut}");
        for (path, ..) in folder.state().into_iter().filter(|(path, ..)| *path != file) {
            fs::remove_file(path).expect("there");
        }
    }
}

#[test]
fn many_at_once_lose_nothing_and_double_nothing() {
    const WORKERS: usize = 4;
    const ROUNDS: usize = 4;
    let (laptop, desktop, folder) = (machine("laptop"), machine("desktop"), Carried::new());
    std::thread::scope(|scope| {
        for worker in 0..WORKERS {
            let place = [&laptop, &desktop][worker % 2];
            let folder = &folder;
            scope.spawn(move || {
                for round in 0..ROUNDS {
                    place.ok(&format!("note genai-engineering n-{worker}-{round}"));
                    folder.sync(place);
                }
            });
        }
    });
    for place in [&laptop, &desktop, &laptop] {
        folder.sync(place);
    }
    same_progress(&[&laptop, &desktop]);
    let expected: BTreeSet<String> =
        (0..WORKERS).flat_map(|worker| (0..ROUNDS).map(move |round| format!("n-{worker}-{round}"))).collect();
    let mut found = notes(&laptop);
    found.sort();
    assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "each once");
    let mut ids = BTreeSet::new();
    for (path, content, _) in files(&journal(&laptop)).iter().chain(&folder.state()) {
        let text = String::from_utf8_lossy(content).into_owned();
        let place = path.starts_with(folder.path());
        for line in text.lines().filter(|line| line.starts_with("{\"id\"")) {
            let entry: Value = serde_json::from_str(line).expect("whole");
            let own = !path.to_string_lossy().contains(".others.");
            assert!(!own || ids.insert((place, entry["id"].to_string())), "{} holds {line} again", path.display());
        }
    }
}

#[test]
fn what_cannot_be_written_is_said_and_the_rest_is_done() {
    let (laptop, desktop, folder) = (machine("laptop"), machine("desktop"), Carried::new());
    desktop.ok("note genai-engineering hers");
    folder.sync(&desktop);
    laptop.ok("note genai-engineering his");
    fs::create_dir(folder.file("laptop.jsonl")).expect("made");
    insta::assert_snapshot!(folder.run(&laptop, "sync FOLDER") + &folder.run(&laptop, "--json sync FOLDER"));
    assert_eq!(notes(&laptop).len(), 2, "what came is there");
    fs::remove_dir(folder.file("laptop.jsonl")).expect("there");
    folder.sync(&laptop);
    folder.sync(&desktop);
    same_progress(&[&laptop, &desktop]);
}

#[cfg(unix)]
#[test]
fn a_write_that_is_cut_short_leaves_what_was_there() {
    let (laptop, folder) = (machine("laptop"), Carried::new());
    laptop.ok("note genai-engineering small");
    folder.sync(&laptop);
    laptop.ok(&format!("note genai-engineering {}", "large".repeat(1000)));
    let before = folder.state();
    let limited = |line: &str| {
        let mut command = std::process::Command::new("sh");
        let inner = laptop.command("");
        command.env_clear().envs(inner.get_envs().filter_map(|(key, value)| Some((key, value?))));
        let script = "ulimit -f 4; exec \"$0\" sync \"$1\"";
        command.args(["-c", script, env!("CARGO_BIN_EXE_roadmap"), line]).output().expect("sh is there")
    };
    let output = limited(&folder.path().to_string_lossy());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("cannot write") && said.contains("your journal has all"), "{said}");
    let content = |state: Vec<(PathBuf, Vec<u8>, SystemTime)>| -> Vec<(PathBuf, Vec<u8>)> {
        state.into_iter().map(|(path, content, _)| (path, content)).collect()
    };
    assert_eq!(content(folder.state()), content(before));
    assert!(folder.sync(&laptop).contains("Sent 1 entry"));
}

#[cfg(unix)]
#[test]
fn a_folder_that_is_closed_for_writing_is_read() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
    use std::os::unix::process::CommandExt;
    const NOBODY: u32 = 65534;
    let (laptop, desktop, folder) = (machine("laptop"), machine("desktop"), Carried::new());
    desktop.ok("note genai-engineering hers");
    folder.sync(&desktop);
    laptop.ok("note genai-engineering his");
    let is_root = fs::metadata(folder.path()).expect("there").uid() == 0;
    fn all(path: &Path, of: &mut dyn FnMut(&Path)) {
        of(path);
        for entry in fs::read_dir(path).into_iter().flatten().flatten() {
            all(&entry.path(), of);
        }
    }
    // Root may write anywhere, so it lends its rights away.
    if is_root {
        all(laptop.home.path(), &mut |path| chown(path, Some(NOBODY), None).expect("root may"));
        all(folder.path(), &mut |path| chown(path, Some(NOBODY), None).expect("root may"));
    }
    let mode = |mode: u32| {
        all(&folder.path().join(roadmap::shipped().id()), &mut |path| {
            let mode = if path.is_dir() { mode } else { mode & 0o666 };
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("ours");
        });
    };
    mode(0o555);
    let mut command = laptop.command(&format!("sync {}", folder.path().display()));
    if is_root {
        command.uid(NOBODY);
    }
    match command.output() {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(1), "{said}");
            assert!(said.contains("1 entry came from `desktop`."), "{said}");
            assert!(said.contains("cannot write") && said.contains("see that you may write there"), "{said}");
        }
        Err(error) => eprintln!("skipped: nobody cannot run the program: {error}"),
    }
    mode(0o755);
}

const HEADER: &str =
    "{\"roadmap\":\"journal\",\"version\":1,\"curriculum\":\"generative-ai-engineer\",\"device\":\"DEVICE\"}\n";

fn line(id: &str, note: &str) -> String {
    let entry = serde_json::json!({"id": id, "at": "2026-11-22T10:00:00+00:00", "do": "note",
        "topic": "genai-engineering", "note": note});
    format!("{entry}\n")
}

#[test]
fn broken_lines_and_strange_files_are_passed_over() {
    let (laptop, folder) = (machine("laptop"), Carried::new());
    laptop.ok("note genai-engineering mine");
    folder.sync(&laptop);
    let damaged = HEADER.to_owned() + &line("1", "one") + "<<<<<<< HEAD\n{\"id\":\"2\"}\n\n" + &line("3", "three");
    fs::write(folder.file("desktop.jsonl"), damaged.replace('\n', "\r\n")).expect("written");
    fs::write(folder.file("list.jsonl"), "{\"some\": \"data\"}\n").expect("written");
    fs::write(folder.file("other.jsonl"), HEADER.replace("generative-ai", "another")).expect("written");
    fs::write(folder.file("._desktop.jsonl"), b"\0\x05\x16\x07").expect("written");
    fs::write(folder.file("notes.txt"), "hands off").expect("written");
    fs::create_dir(folder.file("folder.jsonl")).expect("made");
    fs::create_dir_all(folder.path().join("photos/2026")).expect("made");
    fs::write(folder.path().join("photos/data.jsonl"), "{}\n").expect("written");
    insta::assert_snapshot!(folder.run(&laptop, "sync FOLDER"));
    assert_eq!(notes(&laptop), ["one", "three", "mine"]);
    assert!(!laptop.home.path().join("journal/photos").exists());
}

#[test]
fn a_newer_version_is_refused_and_the_rest_is_synced() {
    let (laptop, desktop, folder) = (machine("laptop"), machine("desktop"), Carried::new());
    desktop.ok("note genai-engineering hers");
    folder.sync(&desktop);
    laptop.ok("note genai-engineering his");
    let newer = HEADER.replace("\"version\":1", "\"version\":9") + "what only a newer version reads\n";
    fs::write(folder.file("phone.jsonl"), &newer).expect("written");
    insta::assert_snapshot!(folder.run(&laptop, "sync FOLDER"));
    assert_eq!(notes(&laptop), ["hers", "his"]);
    assert_eq!(fs::read_to_string(folder.file("phone.jsonl")).expect("there"), newer);
}

#[test]
fn an_entry_that_was_changed_on_its_way_changes_nothing() {
    let (laptop, folder) = (machine("laptop"), Carried::new());
    laptop.ok("note genai-engineering truth");
    folder.sync(&laptop);
    let forged = fs::read_to_string(folder.file("laptop.jsonl")).expect("there").replace("truth", "lies!");
    fs::write(folder.file("laptop.jsonl"), forged).expect("written");
    let seen = folder.sync(&laptop);
    assert!(seen.contains("laptop.jsonl has another text for 1 entry than is here"), "{seen}");
    assert_eq!(notes(&laptop), ["truth"]);
}

#[test]
fn nothing_that_comes_steers_the_terminal() {
    const STEERING: &str = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}31m\u{202e}evil";
    let (laptop, folder) = (machine("laptop"), Carried::new());
    laptop.ok("note genai-engineering mine");
    folder.sync(&laptop);
    let device = serde_json::to_string(STEERING).expect("a text");
    let header = HEADER.replace("\"DEVICE\"", &device);
    let mut text = header.clone() + &line(STEERING, STEERING) + "\u{1b}[2Jbroken\n{\"half";
    fs::write(folder.file("a\u{1b}[2J\u{202e}.jsonl"), &text).expect("written");
    text = header.replace("\"version\":1", "\"version\":2");
    fs::write(folder.file("b\u{1b}]0;x\u{7}.jsonl"), &text).expect("written");
    fs::write(folder.file("c\n\u{1b}[1m.jsonl"), "nonsense\n").expect("written");
    for lines in ["sync FOLDER --dry-run", "sync FOLDER", "--json sync FOLDER", "log", "show genai-engineering"] {
        let seen = folder.run(&laptop, lines);
        let bad = |c: char| c.is_control() && c != '\n' || "\u{202e}\u{9b}".contains(c);
        assert!(!seen.contains(bad), "{lines}: {seen:?}");
    }
    assert_eq!(notes(&laptop), [STEERING, "mine"], "what it says is kept as it is");
}

#[cfg(unix)]
#[test]
fn links_that_lead_out_are_not_written_through() {
    use std::os::unix::fs::symlink;
    let (laptop, folder, elsewhere) = (machine("laptop"), Carried::new(), Carried::new());
    laptop.ok("note genai-engineering mine");
    let victim = elsewhere.path().join("victim");
    fs::write(&victim, "precious").expect("written");
    let curriculum = folder.file("");
    symlink(elsewhere.path(), folder.path().join(roadmap::shipped().id())).expect("linked");
    let seen = folder.run(&laptop, "sync FOLDER");
    assert!(seen.contains("leads out of the folder") && seen.ends_with("--- status 1\n"), "{seen}");
    fs::remove_file(folder.path().join(roadmap::shipped().id())).expect("a link");
    fs::create_dir(&curriculum).expect("made");
    // To a file that is there, and to one that would be made.
    for target in [victim.clone(), elsewhere.path().join("new")] {
        symlink(&target, folder.file("laptop.jsonl")).expect("linked");
        let seen = folder.run(&laptop, "sync FOLDER");
        assert!(seen.contains("it is a link") && seen.ends_with("--- status 1\n"), "{seen}");
        fs::remove_file(folder.file("laptop.jsonl")).expect("a link");
    }
    assert_eq!(elsewhere.state().len(), 1);
    assert_eq!(fs::read_to_string(&victim).expect("there"), "precious");
    // A pipe is not waited for.
    let made = std::process::Command::new("mkfifo").arg(folder.file("pipe.jsonl")).status();
    if made.is_ok_and(|status| status.success()) {
        let seen = folder.run(&laptop, "sync FOLDER");
        assert!(seen.contains("a pipe or a device") && seen.contains("Sent 1 entry"), "{seen}");
    }
}

#[test]
fn the_journals_own_torn_line_is_set_aside_first() {
    let (laptop, desktop, folder) = (machine("laptop"), machine("desktop"), Carried::new());
    laptop.ok("note genai-engineering mine");
    let own = journal(&laptop).join("laptop.jsonl");
    let whole = fs::read(&own).expect("there");
    fs::write(&own, [&whole[..], b"{\"id\":\"0193"].concat()).expect("written");
    let seen = folder.sync(&laptop);
    assert!(seen.contains("was cut off by a crash; it was set aside in"), "{seen}");
    assert_eq!(fs::read(&own).expect("there"), whole);
    assert_eq!(fs::read(folder.file("laptop.jsonl")).expect("there"), whole);
    assert!(folder.sync(&desktop).contains("1 entry came"));
    // A journal that is broken elsewhere is left alone, and the folder with it.
    fs::write(&own, [&whole[..], b"nonsense\n"].concat()).expect("written");
    let before = folder.state();
    let seen = folder.run(&laptop, "sync FOLDER");
    assert!(seen.contains("laptop.jsonl:3 is not a journal entry") && seen.contains("--mend"), "{seen}");
    assert!(seen.ends_with("--- status 1\n"), "{seen}");
    assert_eq!(folder.state(), before);
}

#[test]
fn answers_after_a_sync_are_right_though_a_checkpoint_is_there() {
    let (laptop, desktop, folder) = (machine("laptop"), machine("desktop"), Carried::new());
    desktop.ok("--today 2026-11-20 done genai-engineering");
    folder.sync(&desktop);
    // Long enough for a checkpoint.
    for part in 0..8 {
        laptop.ok(&format!("note command-line {part}-{}", "x".repeat(6000)));
    }
    laptop.ok("status");
    let checkpoint = laptop.home.path().join("cache/progress/generative-ai-engineer.fold");
    assert!(checkpoint.exists(), "else nothing is tested");
    folder.sync(&laptop);
    let views = |place: &Place| ["status", "next", "list"].map(|line| place.json(line));
    let seen = views(&laptop);
    assert_eq!(seen[0]["done"], 1, "the older entry counts");
    laptop.ok("start command-line");
    let then = views(&laptop);
    fs::remove_dir_all(laptop.home.path().join("cache")).expect("there");
    assert_eq!(views(&laptop), then);
    folder.sync(&laptop);
    folder.sync(&desktop);
    same_progress(&[&laptop, &desktop]);
}

#[test]
fn all_curricula_are_synced_also_one_that_is_not_here() {
    let folder = Carried::new();
    let own = tempfile::tempdir().expect("a temporary folder");
    let path = own.path().join("c.yaml");
    let text = "id: mine\ntitle: M\nphases:\n  - {id: p, title: P, topics: [{id: a, title: A, hours: 2}]}\n";
    fs::write(&path, text).expect("written");
    let laptop = machine("laptop");
    laptop.ok(&format!("--curriculum {} done a", path.display()));
    laptop.ok("done genai-engineering");
    folder.sync(&laptop);
    // A machine that has neither: the first curriculum is not even on it.
    let desktop = machine("desktop");
    assert!(folder.sync(&desktop).contains("2 entries came from `laptop`."));
    assert_eq!(desktop.json(&format!("--curriculum {} status", path.display()))["done"], 1);
    assert_eq!(desktop.json("status")["done"], 1);
}

#[test]
fn a_password_is_stored_and_never_shown() {
    let laptop = machine("laptop");
    let url = "postgres://ada:hushhush@localhost/db?password=hushhush";
    let mut seen = laptop.run(&format!("config hub {url}"));
    for line in ["config", "config hub", "--json config", "--json config hub", "doctor", "--json doctor", "sync"] {
        seen.push_str(&laptop.run(line));
    }
    assert!(!seen.contains("hush"), "{seen}");
    assert!(seen.contains("postgres://ada:***@localhost/db?password=***"), "{seen}");
    let config = fs::read_to_string(laptop.home.path().join("config.toml")).expect("there");
    assert!(config.contains(url), "{config}");
    assert!(laptop.run("config hub ftp://ada:hushhush@x").contains("`ftp://ada:***@x` is no hub"));
}
