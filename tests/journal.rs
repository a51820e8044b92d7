//! What the learner did is never lost: many processes, crashes, full disks, folders that cannot be written.

mod common;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use common::Place;

/// Writes a curriculum of `count` topics without prerequisites and returns a place that uses it.
fn wide(count: usize) -> (tempfile::TempDir, Place) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("c.yaml");
    let topics: String = (0..count).map(|i| format!("      - {{id: t{i}, title: T{i}, hours: 2}}\n")).collect();
    std::fs::write(&path, format!("id: c\ntitle: C\nphases:\n  - id: p\n    title: P\n    topics:\n{topics}"))
        .expect("written");
    (folder, Place::with(&path).wide(200))
}

fn done(place: &Place) -> BTreeSet<String> {
    let list = place.json("list --state done");
    list["topics"].as_array().expect("a list").iter().map(|t| t["id"].as_str().expect("an id").to_owned()).collect()
}

fn own_file(place: &Place) -> PathBuf {
    let folder = place.home.path().join("journal/c");
    let files = std::fs::read_dir(folder).expect("there").map(|e| e.expect("readable").path());
    files.into_iter().find(|p| p.extension().is_some_and(|e| e == "jsonl")).expect("a journal")
}

#[test]
fn forty_processes_at_once_lose_nothing() {
    let (_folder, place) = wide(40);
    let children: Vec<_> = (0..40)
        .map(|i| place.command(&format!("done t{i}")).stderr(Stdio::null()).spawn().expect("it starts"))
        .collect();
    for mut child in children {
        assert!(child.wait().expect("it ends").success());
    }
    assert_eq!(done(&place).len(), 40);
    assert_eq!(place.json("log -n 0")["entries"].as_array().expect("a list").len(), 40);
    for _ in 0..40 {
        place.ok("undo");
    }
    assert_eq!(done(&place).len(), 0);
}

#[test]
fn a_hundred_processes_mark_undo_and_read_at_once() {
    let (_folder, place) = wide(60);
    // Two devices that share a folder: each has its own file, as after a sync.
    let devices = [tempfile::tempdir().expect("a temporary folder"), tempfile::tempdir().expect("a temporary folder")];
    for device in &devices {
        std::fs::create_dir_all(place.home.path().join("journal")).expect("made");
        #[cfg(unix)]
        std::os::unix::fs::symlink(place.home.path().join("journal"), device.path().join("journal")).expect("linked");
    }
    let on = |i: usize, line: &str| {
        let device = if cfg!(unix) { devices[i % 2].path() } else { place.home.path() };
        let mut command = place.command(&format!("--home {} {line}", device.display()));
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    };
    let running: Vec<_> = (0..100)
        .map(|i| {
            let line = match i % 5 {
                0..=2 => format!("done t{}", i / 5 * 3 + i % 5),
                3 => "undo".to_owned(),
                _ => "--json log -n 0".to_owned(),
            };
            (on(i, &line).spawn().expect("it starts"), line)
        })
        .collect();
    let (mut undone, mut seen) = (0, Vec::new());
    for (child, line) in running {
        let output = child.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if line == "undo" {
            undone += usize::from(output.status.success());
            assert!(output.status.success() || said.contains("nothing to undo"), "{said}");
            continue;
        }
        assert!(output.status.success(), "{line}: {said}");
        if line.starts_with("--json") {
            let log: serde_json::Value = serde_json::from_slice(&output.stdout).expect("whole JSON");
            let ids = log["entries"].as_array().expect("a list").iter().map(|entry| entry["id"].to_string());
            seen.push(ids.collect::<BTreeSet<String>>());
        }
    }
    let output = on(0, "--json log -n 0").output().expect("it runs");
    let log: serde_json::Value = serde_json::from_slice(&output.stdout).expect("whole JSON");
    let entries = log["entries"].as_array().expect("a list");
    let count = |event: &str| entries.iter().filter(|entry| entry["do"] == event).count();
    assert_eq!((count("done"), count("undo")), (60, undone), "each is there once");
    let all: BTreeSet<String> = entries.iter().map(|entry| entry["id"].to_string()).collect();
    assert_eq!(all.len(), entries.len());
    assert!(seen.iter().all(|ids| ids.is_subset(&all)), "what was seen once is there for good");
    // Two devices may have undone the same step; otherwise each undo took one back.
    let counting = entries.iter().filter(|entry| entry["do"] == "done" && entry["counts"] == true).count();
    let cancelled: BTreeSet<String> =
        entries.iter().filter(|entry| entry["do"] == "undo").map(|entry| entry["cancels"].to_string()).collect();
    assert_eq!(counting, 60 - cancelled.len());
}

#[test]
fn readers_see_the_count_grow_while_others_write() {
    let (_folder, place) = wide(60);
    let writing = std::sync::atomic::AtomicUsize::new(3);
    std::thread::scope(|scope| {
        for writer in 0..3 {
            let (place, writing) = (&place, &writing);
            scope.spawn(move || {
                for i in 0..20 {
                    place.ok(&format!("done t{}", writer * 20 + i));
                }
                writing.fetch_sub(1, std::sync::atomic::Ordering::Relaxed);
            });
        }
        for _ in 0..2 {
            scope.spawn(|| {
                let mut before = 0;
                while writing.load(std::sync::atomic::Ordering::Relaxed) > 0 {
                    let now = place.json("status")["done"].as_u64().expect("a number");
                    assert!(now >= before, "{now} after {before}");
                    before = now;
                }
            });
        }
    });
    assert_eq!(done(&place).len(), 60);
}

#[test]
fn a_process_killed_at_any_moment_loses_nothing_acknowledged() {
    let (_folder, place) = wide(60);
    let mut acknowledged = BTreeSet::new();
    let mut killed = 0;
    for i in 0..60u64 {
        let mut child = place.command(&format!("done t{i}")).stderr(Stdio::null()).spawn().expect("it starts");
        // From before the first system call to after the last one.
        std::thread::sleep(Duration::from_micros(i * i * 3));
        let _ = child.kill();
        if child.wait().expect("it ends").success() {
            acknowledged.insert(format!("t{i}"));
        } else {
            killed += 1;
        }
    }
    assert!(killed > 0, "nothing was killed, so nothing was tested");
    place.ok("done t59");
    acknowledged.insert("t59".to_owned());
    assert!(done(&place).is_superset(&acknowledged));
    assert_eq!(place.json("doctor")["sound"], true);
}

#[test]
fn a_torn_line_is_reported_and_kept() {
    let (_folder, place) = wide(3);
    place.ok("done t0");
    let file = own_file(&place);
    let sound = std::fs::read_to_string(&file).expect("there");
    std::fs::write(&file, format!("{sound}{{\"id\":\"019")).expect("written");
    let seen = place.run("list --state done");
    assert!(seen.contains("was cut off by a crash") && seen.contains("t0"), "{seen}");
    assert_eq!(std::fs::read_to_string(&file).expect("there"), sound);
    assert!(!place.run("list").contains("warning"), "reported once");
    assert!(place.run("doctor").contains("cut off or broken"));
    // In the middle it is an error that names its line, and doctor has the mend.
    std::fs::write(&file, sound.replace('\n', "\nnonsense\n")).expect("written");
    let seen = place.run("next");
    assert!(
        seen.contains(":2 is not a journal entry") && seen.contains("doctor --mend") && seen.contains("status 1"),
        "{seen}"
    );
    assert!(place.run("done t1").contains("status 1"));
    place.ok("doctor --mend");
    assert_eq!(done(&place), BTreeSet::from(["t0".to_owned()]));
}

#[cfg(unix)]
#[test]
fn a_full_disk_is_an_error_and_keeps_the_old_state() {
    let (_folder, place) = wide(3);
    place.ok("done t0");
    let before = std::fs::read(own_file(&place)).expect("there");
    // A file-size limit of one block stands for a full disk: the write stops half way.
    let long = "x".repeat(5000);
    let mut shell = Command::new("bash");
    let inner = place.command("");
    shell.env_clear().args([
        "-c",
        "ulimit -f 1; exec \"$0\" done t1 --note \"$1\"",
        env!("CARGO_BIN_EXE_roadmap"),
        &long,
    ]);
    shell.envs(inner.get_envs().filter_map(|(k, v)| Some((k, v?))));
    let output = shell.output().expect("bash runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("cannot write the journal") && said.contains("nothing was changed"), "{said}");
    assert_eq!(std::fs::read(own_file(&place)).expect("there"), before);
    assert_eq!(done(&place).len(), 1);
    place.ok("done t1");
}

#[cfg(target_os = "linux")]
#[test]
fn a_home_that_cannot_be_written_and_a_full_output_are_errors() {
    let (_folder, place) = wide(3);
    for home in ["/proc/roadmap", "/dev/null/x"] {
        let output = place.command(&format!("--home {home} done t0")).output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("error: cannot ") && said.contains(home), "{said}");
        assert!(place.command(&format!("--home {home} next")).output().expect("it runs").status.code() <= Some(1));
    }
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("there");
    let output = place.command("list").stdout(full).output().expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot write to standard output"));
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_a_quiet_success() {
    let (_folder, place) = wide(2000);
    let mut child = place.command("list").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success());
    assert!(!String::from_utf8_lossy(&output.stderr).contains("error"));
}

#[cfg(unix)]
#[test]
fn the_journal_is_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, place) = wide(1);
    place.ok("done t0");
    assert_eq!(std::fs::metadata(own_file(&place)).expect("there").permissions().mode() & 0o077, 0);
}

#[test]
fn entries_about_unknown_topics_are_kept() {
    let (_folder, place) = wide(2);
    place.ok("done t0 t1");
    let file = own_file(&place);
    let text = std::fs::read_to_string(&file).expect("there").replace("\"t1\"", "\"gone\"");
    std::fs::write(&file, &text).expect("written");
    assert_eq!(done(&place).len(), 1);
    assert!(place.run("doctor").contains("entries about 1 topic that this curriculum does not have: `gone`"));
    assert_eq!(std::fs::read_to_string(&file).expect("there"), text);
}

#[test]
fn ten_thousand_topics_work_in_every_command() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("c.yaml");
    let mut yaml = "id: big\ntitle: Big\nphases:\n".to_owned();
    for phase in 0..10 {
        yaml.push_str(&format!("  - id: p{phase}\n    title: Phase {phase}\n    topics:\n"));
        for i in phase * 1000..(phase + 1) * 1000 {
            let requires = if i == 0 { String::new() } else { format!("t{}", (i * 7919) % i) };
            yaml.push_str(&format!(
                "      - {{id: t{i}, title: Topic {i}, hours: {}, requires: [{requires}]}}\n",
                2 + i % 9
            ));
        }
    }
    yaml.push_str("tracks: [{id: end, title: End, goals: [t9999]}]\n");
    std::fs::write(&path, yaml).expect("written");
    let place = Place::with(&path);
    for line in [
        "",
        "next -n 5",
        "next --hours 2 -n 3",
        "next --phase p3",
        "show t9999",
        "why t9999",
        "list --phase p9",
        "status",
        "plan --weeks 2",
        "plan --to t9999 --by 2027-06-01",
        "start t0",
        "done t0",
        "done t9999 --with-prerequisites",
        "known t5 --with-prerequisites",
        "skip t77",
        "reopen t77",
        "note t1 text",
        "log-time t9998 1h --on 2026-11-22",
        "undo",
        "redo",
        "log",
        "track",
        "track end --only",
        "next",
        "review --due",
        "quiz t0",
        "place --dry-run --seed 1 --answers /dev/null",
        "portfolio",
        "evidence list",
        "graph",
        "report",
        "export",
        "doctor",
        "check",
    ] {
        let seen = place.run(line);
        // A locked topic may be refused, and one without a quiz; nothing may fail in any other way.
        let refused = seen.contains("is locked") || seen.contains("has no quiz");
        assert!(seen.contains("--- status 0") || refused, "`{line}`: {seen}");
    }
}
