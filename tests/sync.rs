//! Machines that exchange their progress through a folder: in any order, at once, with half of it
//! missing, with copies and with hostile files in it. Nothing is lost, nothing is there twice, and in
//! the end the progress is the same everywhere.

mod common;
#[path = "common/machines.rs"]
mod machines;

use std::collections::BTreeSet;
use std::fs;

use machines::{Carried, entries, files, journal, machine, notes, same_progress};
use serde_json::Value;

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
#[cfg(all(unix, not(feature = "hub")))]
#[ignore = "the hub needs PostgreSQL: ROADMAP_TEST_POSTGRES=postgres://… cargo test --features hub"]
fn the_hub_is_tried_beside_a_postgresql_of_its_own() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let tests = ["test", "--features", "hub", "--test", "hub", "--test", "hub_fold", "--test", "cohort"];
    let ran = std::process::Command::new(root.join(".ci/postgres")).arg("cargo").args(tests).current_dir(root).status();
    assert!(ran.is_ok_and(|status| status.success()));
}
