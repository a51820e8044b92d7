//! Every call that the program makes on its files fails once, in each way: short writes, full and
//! broken disks, closed doors, and a kill where it stands. The progress is then the one of before or
//! the one of after, the exit status says which, and everything works again.
//!
//! `faults/inject.c` makes the calls fail, below the C library; where it cannot be built or run the
//! tests say so and pass. By default each call fails in a few of the ways, taken in turn;
//! `ROADMAP_TEST_THOROUGH=1` lets each fail in all of them.

#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

mod common;

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use common::{Place, words};
use serde_json::Value;

/// What can happen to any call, and what only to a write.
const ANY: [&str; 5] = ["enospc", "kill", "eio", "sticky", "eacces"];
const WRITE: [&str; 2] = ["short", "kill-short"];

const CURRICULUM: &str = "id: c\ntitle: C\nphases:\n  - id: p\n    title: P\n    topics:
      - {id: a, title: A, hours: 2}
      - {id: b, title: B, hours: 2, requires: [a]}
      - id: q
        title: Q
        hours: 2
        quiz:
          - {ask: One?, options: [right, wrong, worse], answer: 1, because: So it is.}
          - {ask: Two?, options: [wrong, right], answer: 2, because: So it is.}
tracks: [{id: end, title: End, goals: [b]}]
";

/// Returns the injector, built once; `None`, with a word why, where that is not possible.
fn injector() -> Option<&'static Path> {
    static INJECTOR: OnceLock<Option<PathBuf>> = OnceLock::new();
    let built = INJECTOR.get_or_init(|| {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/inject.c");
        let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("inject");
        let compiled = Command::new("cc").args(["-O1", "-o"]).arg(&program).arg(source).output();
        if !compiled.is_ok_and(|output| output.status.success()) {
            eprintln!("skipped: there is no C compiler");
            return None;
        }
        let tried = Command::new(&program).args(["/nowhere", "1", "eio", "/bin/true"]).status();
        if tried.ok().and_then(|status| status.code()) != Some(124) {
            eprintln!("skipped: no process may be traced here");
            return None;
        }
        Some(program)
    });
    built.as_deref()
}

/// A folder with a home and a place for what is written elsewhere, as often as it is wanted.
struct Bench {
    place: Place,
    curriculum: tempfile::TempDir,
    before: PathBuf,
}

impl Bench {
    /// Returns a bench on which these commands were run.
    fn after(lines: &[&str]) -> Self {
        let curriculum = tempfile::tempdir().expect("a temporary folder");
        let path = curriculum.path().join("c.yaml");
        std::fs::write(&path, CURRICULUM).expect("written");
        let bench = Self { place: Place::with(&path), before: curriculum.path().join("before"), curriculum };
        std::fs::create_dir_all(bench.root().join("out")).expect("made");
        for line in lines {
            let output = bench.run(line);
            assert!(output.status.success(), "`{line}`: {}", String::from_utf8_lossy(&output.stderr));
        }
        copy(&bench.root(), &bench.before);
        bench
    }

    fn root(&self) -> PathBuf {
        self.place.home.path().join("root")
    }

    /// Returns to where it began.
    fn reset(&self) {
        std::fs::remove_dir_all(self.root()).expect("it is there");
        copy(&self.before, &self.root());
    }

    fn prepare(&self, mut command: Command, line: &str) -> Command {
        let inner = self.place.command(line);
        command.env_clear().envs(inner.get_envs().filter_map(|(key, value)| Some((key, value?))));
        command.env("ROADMAP_HOME", self.root().join("home"));
        command.current_dir(self.root().join("out")).stdin(Stdio::null());
        command
    }

    fn run(&self, line: &str) -> Output {
        let mut command = self.prepare(Command::new(env!("CARGO_BIN_EXE_roadmap")), line);
        command.args(words(line)).output().expect("the binary runs")
    }

    fn injected(&self, line: &str, number: usize, kind: &str) -> Output {
        let injector = injector().expect("asked before");
        let mut command = self.prepare(Command::new(injector), line);
        command.arg(self.root()).arg(number.to_string()).arg(kind).arg(env!("CARGO_BIN_EXE_roadmap"));
        command.args(words(line)).output().expect("the injector runs")
    }

    /// Returns the names of the calls that a command makes on its files.
    fn calls(&self, line: &str) -> Vec<String> {
        self.reset();
        let injector = injector().expect("asked before");
        let mut command = self.prepare(Command::new(injector), line);
        command.env("INJECT_TRACE", "1").arg(self.root()).args(["1000000", "eio", env!("CARGO_BIN_EXE_roadmap")]);
        let output = command.args(words(line)).output().expect("the injector runs");
        assert_eq!(output.status.code(), Some(124), "`{line}`: {}", String::from_utf8_lossy(&output.stderr));
        let traced = String::from_utf8_lossy(&output.stderr).into_owned();
        let names = traced.lines().filter_map(|line| line.strip_prefix("inject: ")?.split(' ').nth(1));
        names.map(str::to_owned).collect()
    }

    /// Returns all that the learner has: entries without ids and times, settings, and files written elsewhere.
    fn state(&self) -> State {
        let output = self.run("--json log -n 0");
        let log: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
            panic!("{error}: {}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
        });
        let mut entries = log["entries"].as_array().expect("a list").clone();
        for entry in &mut entries {
            let entry = entry.as_object_mut().expect("an object");
            for key in ["id", "at", "step", "cancels"] {
                entry.remove(key);
            }
        }
        let settings = std::fs::read_to_string(self.root().join("home/config.toml")).unwrap_or_default();
        let mut files: BTreeMap<String, String> = BTreeMap::new();
        gather(&self.root().join("out"), "", &mut files);
        State { entries, settings, files }
    }
}

#[derive(Debug, PartialEq)]
struct State {
    entries: Vec<Value>,
    settings: String,
    files: BTreeMap<String, String>,
}

/// Collects a folder's files; what begins with a dot was left by a kill and has not got its name yet.
fn gather(folder: &Path, prefix: &str, files: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).expect("readable").map(|entry| entry.expect("readable")) {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let named = format!("{prefix}{name}");
        if entry.path().is_dir() {
            gather(&entry.path(), &format!("{named}/"), files);
        } else {
            let content = std::fs::read(entry.path()).expect("readable");
            let mut hash = std::hash::DefaultHasher::new();
            content.hash(&mut hash);
            files.insert(named, format!("{} bytes, hash {:x}", content.len(), hash.finish()));
        }
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("made");
    for entry in std::fs::read_dir(from).expect("readable").map(|entry| entry.expect("readable")) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("copied");
        }
    }
}

/// Lets each call of a command fail; it does all or nothing.
fn suffer(bench: &Bench, line: &str) {
    suffer_and(bench, line, |now, before, after| now == before || now == after);
}

/// Lets each call of a command fail; `whole` says whether a kill may leave what there is now.
fn suffer_and(bench: &Bench, line: &str, whole: impl Fn(&State, &State, &State) -> bool) {
    suffer_or(bench, line, whole, |now, before, _| now == before);
}

/// As [`suffer_and`]; `failed` says whether what there is now may be called a failure.
fn suffer_or(
    bench: &Bench,
    line: &str,
    whole: impl Fn(&State, &State, &State) -> bool,
    failed: impl Fn(&State, &State, &State) -> bool,
) {
    let calls = bench.calls(line);
    assert!(!calls.is_empty(), "`{line}` touches no file, so nothing was tested");
    bench.reset();
    let before = bench.state();
    bench.reset();
    assert!(bench.run(line).status.success(), "`{line}`");
    let after = bench.state();
    let thorough = std::env::var_os("ROADMAP_TEST_THOROUGH").is_some();
    let mut faults = 0;
    for (at, name) in calls.iter().enumerate() {
        let mut kinds: Vec<&str> = if thorough { ANY.to_vec() } else { vec![ANY[at % 5], ANY[(at + 1) % 5]] };
        if name == "write" || name == "pwrite64" {
            kinds.extend(WRITE);
        }
        for kind in kinds {
            faults += 1;
            let what = format!("`{line}` with {kind} at call {} of {}, {name}", at + 1, calls.len());
            bench.reset();
            let output = bench.injected(line, at + 1, kind);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            // Before anything else writes there.
            let now = bench.state();
            match output.status.code() {
                // 124: a fault changed what the program did, and it made fewer calls.
                Some(0 | 124) => assert_eq!(now, after, "{what}: it said that it had succeeded; {said}"),
                Some(1) => {
                    assert!(said.contains("error: ") && said.contains("hint: "), "{what}: {said}");
                    assert!(!said.contains("os error"), "{what}: {said}");
                    assert!(
                        failed(&now, &before, &after),
                        "{what}: it said that it had failed; {said}; {now:#?} after {before:#?}"
                    );
                }
                Some(137) if kind.starts_with("kill") => {
                    assert!(whole(&now, &before, &after), "{what}: {now:#?} is neither before nor after");
                }
                other => panic!("{what}: exit status {other:?}; {said}"),
            }
            if now != after {
                let output = bench.run(line);
                assert!(output.status.success(), "{what}, then again: {}", String::from_utf8_lossy(&output.stderr));
                assert_eq!(bench.state(), after, "{what}, then again");
            }
            let doctor = bench.run("doctor");
            assert!(doctor.status.success(), "{what}, then `doctor`: {}", String::from_utf8_lossy(&doctor.stdout));
        }
    }
    eprintln!("`{line}`: {faults} faults at {} calls", calls.len());
}

#[test]
fn marking_in_a_fresh_home_suffers_every_fault() {
    if injector().is_some() {
        let bench = Bench::after(&[]);
        suffer(&bench, "start a");
        suffer(&bench, "config hours_per_week 8");
    }
}

#[test]
fn marking_and_taking_back_suffer_every_fault() {
    if injector().is_some() {
        let bench = Bench::after(&["done a --note first", "log-time q 1h"]);
        for line in ["done b --hours 3 --evidence https://example.org", "undo", "note a words", "log-time q 2h"] {
            suffer(&bench, line);
        }
    }
}

#[test]
fn dialogues_given_their_answers_suffer_every_fault() {
    if injector().is_some() {
        let bench = Bench::after(&["done a"]);
        std::fs::write(bench.curriculum.path().join("answers"), "a yes\nb yes\nq no\n").expect("written");
        let answers = bench.curriculum.path().join("answers");
        suffer(&bench, "quiz q --seed 1 --answers 1,1");
        suffer(&bench, &format!("place --seed 1 --answers {}", answers.display()));
    }
}

#[test]
fn settings_suffer_every_fault() {
    if injector().is_some() {
        let bench = Bench::after(&["done a", "config name Ada"]);
        for line in ["config hours_per_week 8", "config name --unset", "track end --only"] {
            suffer(&bench, line);
        }
    }
}

#[test]
fn files_for_others_suffer_every_fault() {
    if injector().is_some() {
        let bench = Bench::after(&["done a", "config name Ada"]);
        std::fs::write(bench.curriculum.path().join("list.md"), "# L\n\n- [x] one\n- two\n").expect("written");
        for line in ["export --to t.csv", "report --html r.html", "export --all b.tar", "new course"] {
            suffer(&bench, line);
        }
        suffer(&bench, &format!("import {} --to list", bench.curriculum.path().join("list.md").display()));
    }
}

#[test]
fn readers_say_the_truth_or_fail_and_change_nothing() {
    if injector().is_none() {
        return;
    }
    let bench = Bench::after(&["done a", "config name Ada", "undo", "start a"]);
    for line in ["next", "status", "log -n 0", "export", "--json list", "config", ""] {
        let calls = bench.calls(line);
        bench.reset();
        let truth = bench.run(line).stdout;
        let before = bench.state();
        for (at, name) in calls.iter().enumerate() {
            for kind in ["eio", "eacces", "enospc", "kill", "short"] {
                let what = format!("`{line}` with {kind} at call {} of {}, {name}", at + 1, calls.len());
                bench.reset();
                let output = bench.injected(line, at + 1, kind);
                let shown = String::from_utf8_lossy(&output.stdout).into_owned();
                let said = format!("{shown}{}", String::from_utf8_lossy(&output.stderr));
                match output.status.code() {
                    Some(0 | 124) => assert_eq!(shown, String::from_utf8_lossy(&truth), "{what}: {said}"),
                    Some(1) if line.starts_with("--json") => assert!(said.contains("\"hint\": \""), "{what}: {said}"),
                    Some(1) => assert!(said.contains("error: ") && said.contains("hint: "), "{what}: {said}"),
                    Some(137) if kind == "kill" => {}
                    other => panic!("{what}: exit status {other:?}; {said}"),
                }
                assert_eq!(bench.state(), before, "{what}");
                assert_eq!(bench.run(line).stdout, truth, "{what}, then again");
            }
        }
    }
}

#[test]
fn a_backup_suffers_every_fault_on_its_way_back() {
    if injector().is_none() {
        return;
    }
    let from = Bench::after(&["done a", "config name Ada", "undo"]);
    let backup = from.curriculum.path().join("b.tar");
    assert!(from.run(&format!("export --all {}", backup.display())).status.success());
    // Settings and progress are two files: a kill may come between them, but not between entries.
    let whole = |now: &State, before: &State, after: &State| {
        [&before.entries, &after.entries].contains(&&now.entries)
            && [&before.settings, &after.settings].contains(&&now.settings)
    };
    let line = format!("import {}", backup.display());
    suffer_and(&Bench::after(&[]), &line, whole);
    // A home that has another device's entries.
    suffer_and(&Bench::after(&["start q"]), &line, whole);
}

#[test]
fn a_sync_suffers_every_fault() {
    if injector().is_none() {
        return;
    }
    // What came and what was sent are two files: each is whole, also where only one was written. The next
    // sync brings both to what they would be.
    let whole = |now: &State, before: &State, after: &State| {
        [&before.entries, &after.entries].contains(&&now.entries) && now.settings == before.settings
    };
    // After an error not even half a line is in the folder, except where nothing can be cut back any more.
    let failed = |now: &State, before: &State, after: &State| {
        let one_of = |(name, content): (&String, &String)| {
            [before.files.get(name), after.files.get(name)].contains(&Some(content)) || content.starts_with("0 bytes")
        };
        whole(now, before, after) && now.files.iter().all(one_of)
    };
    let other = Bench::after(&["start q", "note q words"]);
    for lines in [&["config name Ada"][..], &["done a"]] {
        let mut bench = Bench::after(lines);
        let folder = bench.root().join("out/carried");
        std::fs::create_dir(&folder).expect("made");
        if lines[0] == "done a" {
            // A file of this device is there, and the folder lacks what it took in from elsewhere.
            assert!(bench.run("sync carried").status.success());
            assert!(bench.run("note a more").status.success());
        }
        assert!(other.run(&format!("sync {}", folder.display())).status.success());
        std::fs::remove_dir_all(&bench.before).expect("there");
        bench.before = bench.curriculum.path().join("carried");
        copy(&bench.root(), &bench.before);
        suffer_or(&bench, "sync carried", whole, failed);
    }
}

#[test]
fn the_mend_suffers_every_fault() {
    if injector().is_none() {
        return;
    }
    let mut bench = Bench::after(&["done a", "start q"]);
    let folder = bench.root().join("home/journal/c");
    let file = std::fs::read_dir(folder).expect("there").next().expect("a file").expect("readable").path();
    let text = std::fs::read_to_string(&file).expect("there");
    let mut lines = text.lines();
    let header = lines.next().expect("a header");
    let sound: String = std::iter::once(header).chain(lines).flat_map(|line| [line, "\n"]).collect();
    std::fs::write(&file, sound.replacen("\n{", "\nnonsense\n{", 2)).expect("written");
    std::fs::remove_dir_all(&bench.before).expect("there");
    bench.before = bench.curriculum.path().join("broken");
    copy(&bench.root(), &bench.before);
    let calls = bench.calls("doctor --mend");
    for at in 0..calls.len() {
        for kind in ["enospc", "eio", "eacces", "short", "kill", "kill-short", "sticky"] {
            let what = format!("{kind} at call {} of {}, {}", at + 1, calls.len(), calls[at]);
            bench.reset();
            let output = bench.injected("doctor --mend", at + 1, kind);
            assert!(matches!(output.status.code(), Some(0 | 1 | 124 | 137)), "{what}: {:?}", output.status);
            assert!(bench.run("doctor --mend").status.success(), "{what}");
            assert_eq!(bench.state().entries.len(), 2, "{what}");
            let aside = std::fs::read_to_string(file.with_extension("jsonl.torn")).expect("set aside");
            assert!(aside.matches("nonsense").count() >= 2, "{what}: {aside}");
        }
    }
}
