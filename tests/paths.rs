//! No path that somebody else wrote leads anywhere: what is read lies in the curriculum's folder, what is
//! written in the home and at the places that the user named.

#![cfg(unix)]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::Place;

/// A home, a curriculum, a place for what the user names, and a neighbour whom nobody may touch.
struct Street {
    root: tempfile::TempDir,
    place: Place,
}

const CURRICULUM: &str = "id: c\ntitle: ../../neighbour/title\nedition: ../../neighbour/edition\nphases:
  - id: p
    title: ../../../neighbour/phase
    topics:
      - {id: a, title: ../../neighbour/a, hours: 2, kind: project, rubric: [../../neighbour/rubric]}
      - {id: b, title: /neighbour/b, hours: 2, requires: [a], formerly: [old-b],
         quiz: [{ask: ../x?, options: [../y, ../z], answer: 1}], resources: [{title: T, url: 'https://x.org/../../a'}]}
tracks: [{id: t, title: ../../neighbour/track, goals: [b]}]
";

const COMMANDS: [&str; 30] = [
    "next",
    "start a",
    "done a --evidence https://x.org/../../neighbour/kept --note ../../neighbour/note",
    "done ../../neighbour/kept",
    "quiz b --answers 1 --seed 1",
    "undo",
    "redo",
    "note b ../../neighbour",
    "config name ../../neighbour/kept",
    "track t",
    "status",
    "plan --ics NAMED/plan.ics",
    "report --html NAMED/report.html",
    "report --markdown NAMED/report.md",
    "report --csv NAMED/report.csv",
    "portfolio --html NAMED/portfolio.html",
    "portfolio --json-resume NAMED/resume.json",
    "export --format csv --to NAMED/list.csv",
    "export --format markdown --to NAMED/list.md",
    "import NAMED/list.csv --to NAMED/imported",
    "new NAMED/fresh",
    "export --all NAMED/backup",
    "import NAMED/backup",
    "sync NAMED/carried",
    "sync NAMED/carried",
    "doctor",
    "doctor --mend",
    "schema curriculum",
    "completions bash",
    "next --home HOME/another",
];

impl Street {
    fn new() -> Self {
        let root = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &str| root.path().join(name);
        for folder in ["neighbour", "named/carried/c", "curriculum"] {
            fs::create_dir_all(at(folder)).expect("made");
        }
        fs::write(at("neighbour/kept"), "as it was").expect("written");
        fs::write(at("curriculum/roadmap.yaml"), CURRICULUM).expect("written");
        let mut place = Place::with(at("curriculum"));
        place.home = tempfile::tempdir_in(root.path()).expect("a temporary folder");
        // What others carried here.
        let entry =
            r#"{"id":"../../neighbour/id","at":"2026-11-20T10:00:00Z","do":"done","topic":"../../neighbour/kept"}"#;
        let header = r#"{"roadmap":"journal","version":1,"curriculum":"c","device":"../../neighbour/kept"}"#;
        fs::write(at("named/carried/c/far.jsonl"), format!("{header}\n{entry}\nbroken\n{entry}\n{{")).expect("written");
        Self { root, place }
    }

    fn command(&self, line: &str) -> Command {
        let named = self.root.path().join("named");
        let line = line.replace("NAMED", &named.display().to_string());
        self.place.command(&line.replace("HOME", &self.place.home.path().display().to_string()))
    }

    /// Returns what lies outside of home and the named folder.
    fn others(&self) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.root.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("readable") {
                let path = entry.expect("readable").path();
                if path == self.place.home.path() || path == self.root.path().join("named") {
                    continue;
                }
                found.insert(path.clone(), fs::read(&path).ok());
                if path.is_dir() {
                    folders.push(path);
                }
            }
        }
        found
    }
}

#[test]
fn no_name_in_a_file_leads_out_of_home() {
    let street = Street::new();
    let before = street.others();
    let mut done = 0;
    for line in COMMANDS {
        let output = street.command(line).output().expect("the binary runs");
        assert!(output.status.code().is_some_and(|code| code < 2), "`{line}`: {output:?}");
        if !output.status.success() {
            eprintln!("{line}: {}", String::from_utf8_lossy(&output.stderr));
        }
        done += usize::from(output.status.success());
    }
    assert!(done >= COMMANDS.len() - 3, "{done} commands did something");
    assert_eq!(street.others(), before);
}

#[test]
fn the_name_of_this_machine_is_no_path() {
    let street = Street::new();
    let before = street.others();
    fs::write(street.place.home.path().join("device"), "../../neighbour/device\n").expect("written");
    let told = street.place.run("done a");
    assert!(told.contains("does not hold a device id") && told.contains("status 1"), "{told}");
    assert_eq!(street.others(), before);
}

/// Every call that changes something names a path in the home or one that the user named. Told by `strace`,
/// so that folders for temporary files are seen too.
#[test]
#[cfg(target_os = "linux")]
fn the_system_is_asked_to_change_nothing_else() {
    let street = Street::new();
    let log = street.root.path().join("named/calls");
    let (home, named) = (street.place.home.path().to_owned(), street.root.path().join("named"));
    for line in COMMANDS {
        let plain = street.command(line);
        let mut traced = Command::new("strace");
        traced.args(["-f", "-qq", "-s", "4096", "-e", "trace=%file", "-o"]).arg(&log);
        traced.arg(plain.get_program()).args(plain.get_args()).env_clear();
        traced.envs(plain.get_envs().filter_map(|(key, value)| Some((key, value?))));
        traced.current_dir(street.root.path().join("curriculum"));
        if !traced.output().is_ok_and(|output| output.status.code().is_some_and(|code| code < 2) && log.exists()) {
            return eprintln!("skipped: no strace that works here");
        }
        let calls = fs::read_to_string(&log).expect("strace wrote it");
        assert!(calls.contains("openat("), "{calls}");
        for call in calls.lines().filter(|call| changes(call)) {
            for path in call.split('"').skip(1).step_by(2) {
                let path = Path::new(path);
                let fine = path.starts_with(&home) || path.starts_with(&named) || path.starts_with("/dev");
                assert!(fine, "`{line}`: {call}");
            }
        }
    }
}

/// Returns whether a call of the system, as `strace` prints it, changed something.
fn changes(call: &str) -> bool {
    let call = call.split_once(' ').map_or(call, |(_, call)| call.trim_start());
    let name = call.split('(').next().unwrap_or_default();
    let harmless = ["access", "readlink", "stat", "newfstatat", "getcwd", "execve", "faccessat", "statfs", "chdir"];
    match name {
        "open" | "openat" => ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC"].iter().any(|flag| call.contains(flag)),
        _ => call.contains('(') && !harmless.iter().any(|harmless| name.contains(harmless)),
    }
}

#[test]
fn no_phase_is_read_from_outside_of_the_folder() {
    let street = Street::new();
    let folder = street.root.path().join("curriculum");
    let outside = street.root.path().join("neighbour/phase.yaml");
    fs::write(&outside, "id: q\ntitle: Q\ntopics: [{id: secret, title: Secret, hours: 1}]\n").expect("written");
    symlink(&outside, folder.join("link.yaml")).expect("linked");
    symlink(street.root.path().join("neighbour"), folder.join("deep")).expect("linked");
    let absolute = outside.display().to_string();
    for name in ["../neighbour/phase.yaml", "link.yaml", "deep/phase.yaml", "x/../../neighbour/phase.yaml", &absolute] {
        fs::write(folder.join("roadmap.yaml"), format!("id: c\ntitle: C\nphases: ['{name}']\n")).expect("written");
        for line in ["check", "next", "list", "report", "graph", "export"] {
            let output = street.command(line).output().expect("the binary runs");
            let told = [output.stdout, output.stderr].concat();
            let told = String::from_utf8_lossy(&told);
            assert_eq!(output.status.code(), Some(1), "`{line}` with {name}: {told}");
            assert!(!told.contains("Secret"), "`{line}` with {name}: {told}");
        }
    }
}
