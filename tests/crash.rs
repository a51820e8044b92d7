//! Kills at random moments during thousands of writes, from several processes at once, while settings,
//! curriculum, exports and reports are written too: what was acknowledged is there, nothing is there
//! twice, and every command works.
//!
//! `ROADMAP_TEST_KILLS=3000` sets the number of commands, `ROADMAP_TEST_SEED=7` the seed, and
//! `--nocapture` shows how many were hit. What happens at each single call is in `faults.rs`.

#![cfg(unix)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use common::Place;
use fastrand::Rng;

const TOPICS: usize = 40;

fn curriculum(comment: u32) -> String {
    let topics: String = (0..TOPICS).map(|i| format!("      - {{id: t{i}, title: T{i}, hours: 2}}\n")).collect();
    format!(
        "# Change {comment}\nid: c\ntitle: C\nphases:\n  - id: p\n    title: P\n    topics:\n{topics}tracks: [{{id: end, title: End, goals: [t1]}}]\n"
    )
}

/// What one process after the other has tried.
#[derive(Default)]
struct Ledger {
    /// Notes tried, and whether they were acknowledged.
    notes: BTreeMap<String, bool>,
    undos: (usize, usize),
    settings: (usize, usize),
    killed: usize,
    /// Commands that were killed although they had written what they had to.
    killed_late: usize,
    strange: Vec<String>,
}

/// A home that is written to from all sides.
struct Siege {
    place: Place,
    /// Another machine, which gets everything in the end.
    far: Place,
    folder: tempfile::TempDir,
    /// How long a command takes when nobody kills it.
    usual: Duration,
    /// Who sets `name` and `hours_per_week` waits for the other, so that the last one is known.
    name: Mutex<String>,
}

impl Siege {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("c.yaml");
        std::fs::write(&path, curriculum(0)).expect("written");
        let place = Place::with(&path);
        place.ok("config hours_per_week 6");
        let carried = folder.path().join("carried");
        std::fs::create_dir(&carried).expect("made");
        let far = Place::with(&path);
        far.ok("note t1 warm-far");
        far.ok(&format!("sync {}", carried.display()));
        let begun = Instant::now();
        for i in 0..8 {
            place.ok(&format!("note t0 warm-{i}"));
        }
        Self { usual: begun.elapsed() / 8, place, far, folder, name: Mutex::default() }
    }

    /// Runs a command and kills it after a while, or not.
    fn strike(&self, line: &str, rng: &mut Rng, ledger: &mut Ledger) -> ExitStatus {
        let mut command = self.place.command(line);
        command.current_dir(self.folder.path()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        // From the first instruction until a little after the usual end.
        std::thread::sleep(self.usual.mul_f64(1.2 * rng.f64()));
        let _ = child.kill();
        let output = child.wait_with_output().expect("it ends");
        if output.status.signal() == Some(9) {
            ledger.killed += 1;
        } else if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            // Another process may have undone everything, or be the first to write this file.
            if !said.contains("nothing to undo") && !said.contains("is there already") {
                ledger.strange.push(format!("`{line}`: {said}"));
            }
        }
        output.status
    }

    /// Gives `count` commands, one after the other, and kills most of them.
    fn lay(&self, who: usize, count: usize, seed: u64) -> Ledger {
        let mut rng = Rng::with_seed(seed ^ (who as u64) << 32);
        let mut ledger = Ledger::default();
        for i in 0..count {
            match rng.u8(0..21) {
                0..12 => {
                    let note = format!("n-{who}-{i}");
                    let line = format!("note t{} {note}", rng.usize(0..TOPICS));
                    let status = self.strike(&line, &mut rng, &mut ledger);
                    ledger.notes.insert(note, status.success());
                }
                12 | 13 => {
                    ledger.undos.0 += 1;
                    ledger.undos.1 += usize::from(self.strike("undo", &mut rng, &mut ledger).success());
                }
                14 | 15 => {
                    let mut last = self.name.lock().expect("nobody panicked");
                    let name = format!("s-{who}-{i}");
                    let status = self.strike(&format!("config name {name}"), &mut rng, &mut ledger);
                    let now = self.place.ok("config name").trim().to_owned();
                    ledger.settings.0 += 1;
                    ledger.settings.1 += usize::from(status.success());
                    assert!(
                        now == name || (!status.success() && now == *last),
                        "seed {seed}: {now} after {last}, {name}"
                    );
                    *last = now;
                }
                16 => {
                    self.strike(["track end", "track --none"][i % 2], &mut rng, &mut ledger);
                }
                17 => {
                    self.strike(&format!("report --html r-{who}.html"), &mut rng, &mut ledger);
                }
                18 => {
                    self.strike(&format!("export --all b-{who}-{i}.tar"), &mut rng, &mut ledger);
                }
                19 => {
                    self.strike("sync carried", &mut rng, &mut ledger);
                }
                _ => {
                    // Whoever keeps something of the curriculum must notice, or write it anew.
                    let changed = tempfile::NamedTempFile::new_in(self.folder.path()).expect("a file");
                    std::fs::write(changed.path(), curriculum(rng.u32(..))).expect("written");
                    changed.persist(self.folder.path().join("c.yaml")).expect("in place");
                    self.strike("next", &mut rng, &mut ledger);
                }
            }
        }
        ledger
    }

    fn check(&self, mut ledgers: Vec<Ledger>, seed: u64) {
        let log = self.place.json("log -n 0");
        let entries = log["entries"].as_array().expect("a list");
        let mut ids = BTreeSet::new();
        let mut notes: BTreeMap<&str, usize> = BTreeMap::new();
        let mut undos = 0;
        for entry in entries {
            assert!(ids.insert(entry["id"].as_str().expect("an id")), "seed {seed}: {entry} is there twice");
            undos += usize::from(entry["do"] == "undo");
            if let Some(note) = entry["note"].as_str() {
                *notes.entry(note).or_default() += 1;
            }
        }
        for ledger in &mut ledgers {
            assert!(ledger.strange.is_empty(), "seed {seed}: {:#?}", ledger.strange);
            for (note, acknowledged) in &ledger.notes {
                let times = notes.remove(note.as_str()).unwrap_or(0);
                assert!(times == 1 || (!acknowledged && times == 0), "seed {seed}: {note} is there {times} times");
                ledger.killed_late += usize::from(!acknowledged && times == 1);
            }
        }
        assert!(notes.keys().all(|note| note.starts_with("warm-")), "seed {seed}: {notes:?} came from nowhere");
        let sum = |of: fn(&Ledger) -> usize| ledgers.iter().map(of).sum::<usize>();
        let (tried, acknowledged) = (sum(|l| l.undos.0), sum(|l| l.undos.1));
        assert!((acknowledged..=tried).contains(&undos), "seed {seed}: {undos} undos of {acknowledged} to {tried}");
        assert_eq!(self.place.ok("config hours_per_week").trim(), "6", "seed {seed}: another setting was lost");
        for line in ["", "next", "status", "list", "plan", "doctor", "undo", "redo", "done t3", "export"] {
            assert!(
                self.place.run(line).ends_with("--- status 0\n"),
                "seed {seed}: `{line}`: {}",
                self.place.run(line)
            );
        }
        let sync = format!("sync {}", self.folder.path().join("carried").display());
        self.place.ok(&sync);
        self.far.ok(&sync);
        assert_eq!(self.far.json("log -n 0"), self.place.json("log -n 0"), "seed {seed}: another machine has it all");
        self.check_files(seed);
        eprintln!(
            "seed {seed}: {} of {} notes acknowledged, {} commands killed, {} of them after their write; {} entries, {} settings",
            sum(|l| l.notes.values().filter(|acknowledged| **acknowledged).count()),
            sum(|l| l.notes.len()),
            sum(|l| l.killed),
            sum(|l| l.killed_late),
            entries.len(),
            sum(|l| l.settings.0),
        );
        assert!(sum(|l| l.killed) > 0, "nothing was killed, so nothing was tested");
    }

    /// What has its name is whole.
    fn check_files(&self, seed: u64) {
        let names = std::fs::read_dir(self.folder.path()).expect("readable");
        for path in names.map(|entry| entry.expect("readable").path()).filter(|path| !is_staged(path) && path.is_file())
        {
            let content = std::fs::read(&path).expect("readable");
            let fresh = tempfile::tempdir().expect("a temporary folder");
            let whole = match path.extension().and_then(|ending| ending.to_str()) {
                Some("html") => content.ends_with(b"</html>\n") || content.ends_with(b"</html>"),
                Some("tar") => {
                    let line = format!("--home {} import {}", fresh.path().join("h").display(), path.display());
                    self.place.command(&line).output().expect("it runs").status.success()
                }
                _ => true,
            };
            assert!(whole, "seed {seed}: {} is not whole", path.display());
        }
    }
}

/// A file that has not got its name yet when its writer is killed.
fn is_staged(path: &PathBuf) -> bool {
    Path::new(path).file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
}

fn asked(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|number| number.parse().ok()).unwrap_or(usual)
}

#[test]
fn one_process_after_the_other_is_killed_and_loses_nothing() {
    let (count, seed) = (asked("ROADMAP_TEST_KILLS", 300) as usize, asked("ROADMAP_TEST_SEED", 7));
    let siege = Siege::new();
    let ledger = siege.lay(0, count, seed);
    siege.check(vec![ledger], seed);
}

#[test]
fn several_at_once_are_killed_and_lose_nothing() {
    let (count, seed) = (asked("ROADMAP_TEST_KILLS", 400) as usize, asked("ROADMAP_TEST_SEED", 8));
    let siege = Siege::new();
    let ledgers = std::thread::scope(|scope| {
        let siege = &siege;
        let workers: Vec<_> = (1..=4).map(|who| scope.spawn(move || siege.lay(who, count / 4, seed))).collect();
        workers.into_iter().map(|worker| worker.join().expect("it ends")).collect()
    });
    siege.check(ledgers, seed);
}
