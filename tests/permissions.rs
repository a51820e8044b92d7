//! The learner's files are the learner's: created for the owner only, whatever the mask, and `doctor`
//! says who else could change them.

#![cfg(unix)]

mod common;

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;

use common::Place;

fn all(folder: &Path) -> Vec<PathBuf> {
    let mut paths = vec![folder.to_owned()];
    for entry in std::fs::read_dir(folder).expect("readable").map(|entry| entry.expect("readable")) {
        if entry.path().is_dir() {
            paths.extend(all(&entry.path()));
        } else {
            paths.push(entry.path());
        }
    }
    paths
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).expect("there").permissions().mode() & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("set");
}

#[test]
fn every_file_and_folder_is_made_for_its_owner_only() {
    for mask in ["000", "022", "077"] {
        let place = Place::shipped().wide(200);
        let home = place.home.path().join("deep/home");
        let run = |line: &str| {
            let inner = place.command(line);
            let mut shell = Command::new("sh");
            shell.env_clear().envs(inner.get_envs().filter_map(|(key, value)| Some((key, value?))));
            shell.env("ROADMAP_HOME", &home).current_dir(env!("CARGO_MANIFEST_DIR"));
            let script = format!("umask {mask}; exec \"$0\" {line}");
            let output = shell.args(["-c", &script, env!("CARGO_BIN_EXE_roadmap")]).output().expect("sh runs");
            assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        };
        run("done genai-engineering");
        run("config name Ada");
        run("--curriculum examples/workshop next");
        let folder = home.join("journal").join(roadmap::shipped().id());
        let own = std::fs::read_dir(&folder).expect("there").next().expect("a file").expect("readable").path();
        let text = std::fs::read_to_string(&own).expect("there");
        std::fs::write(&own, text + "{\"torn").expect("written");
        run("next");
        run("undo");
        run("doctor --mend");
        let backup = place.home.path().join("b.tar");
        run(&format!("export --all {}", backup.display()));
        assert_eq!(mode(&backup), 0o600, "mask {mask}");
        let paths = all(&place.home.path().join("deep"));
        assert!(paths.len() >= 7, "{paths:?}");
        for path in paths {
            let wanted = if path.is_dir() { 0o700 } else { 0o600 };
            assert_eq!(mode(&path), wanted, "mask {mask}: {}", path.display());
        }
    }
}

#[test]
fn doctor_names_what_others_could_change_and_the_mend_works() {
    let place = Place::shipped().wide(200);
    place.ok("done genai-engineering");
    place.ok("config name Ada");
    assert!(place.run("doctor").ends_with("--- status 0\n"));
    let folder = place.home.path().join("journal").join(roadmap::shipped().id());
    let own = std::fs::read_dir(&folder).expect("there").next().expect("a file").expect("readable").path();
    for (path, open, who) in [
        (own.clone(), 0o620, "by your group"),
        (own.clone(), 0o602, "by every user"),
        (folder, 0o777, "by every user"),
        (place.home.path().join("journal"), 0o770, "by your group"),
        (place.home.path().to_owned(), 0o777, "by every user"),
        (place.home.path().join("config.toml"), 0o666, "by every user"),
    ] {
        let before = mode(&path);
        set_mode(&path, open);
        let seen = place.command("doctor").env("COLUMNS", "200").output().expect("it runs");
        let said = String::from_utf8_lossy(&seen.stdout).into_owned();
        assert_eq!(seen.status.code(), Some(1), "{said}");
        assert!(said.contains(who), "{said}");
        let mend = said.split('`').find(|words| words.starts_with("chmod")).expect("a command");
        assert!(Command::new("sh").args(["-c", mend]).status().expect("sh runs").success(), "{mend}");
        assert!(place.run("doctor").ends_with("--- status 0\n"), "{}", place.run("doctor"));
        set_mode(&path, before);
    }
    // Read by others is not changed by others.
    set_mode(&own, 0o644);
    assert!(place.run("doctor").ends_with("--- status 0\n"));
}

#[test]
fn doctor_names_a_journal_that_belongs_to_somebody_else() {
    let place = Place::shipped().wide(200);
    place.ok("done genai-engineering");
    if std::fs::metadata(place.home.path()).expect("there").uid() != 0 {
        eprintln!("skipped: only root can give files away");
        return;
    }
    let folder = place.home.path().join("journal").join(roadmap::shipped().id());
    let own = std::fs::read_dir(&folder).expect("there").next().expect("a file").expect("readable").path();
    std::os::unix::fs::chown(&own, Some(12_345), None).expect("given away");
    let seen = place.run("doctor");
    assert!(seen.contains("belongs to another user, number 12345") && seen.contains("sudo chown"), "{seen}");
    assert!(seen.ends_with("--- status 1\n"), "{seen}");
    std::os::unix::fs::chown(&own, Some(0), None).expect("taken back");
    assert!(place.run("doctor").ends_with("--- status 0\n"));
}

#[test]
fn a_linked_data_folder_is_fine() {
    let place = Place::shipped().wide(200);
    let real = tempfile::tempdir().expect("a temporary folder");
    let home = place.home.path().join("link");
    std::os::unix::fs::symlink(real.path(), &home).expect("linked");
    std::fs::create_dir(real.path().join("elsewhere")).expect("made");
    std::os::unix::fs::symlink(real.path().join("elsewhere"), real.path().join("journal")).expect("linked");
    std::fs::write(real.path().join("dotfile.toml"), "name = \"Ada\"\n").expect("written");
    std::os::unix::fs::symlink(real.path().join("dotfile.toml"), real.path().join("config.toml")).expect("linked");
    set_mode(&real.path().join("elsewhere"), 0o700);
    let line = |line: &str| place.ok(&format!("--home {} {line}", home.display()));
    line("done genai-engineering");
    line("config hours_per_week 9");
    line("undo");
    line("doctor");
    assert!(real.path().join("config.toml").is_symlink(), "a link stays a link");
    let settings = std::fs::read_to_string(real.path().join("dotfile.toml")).expect("there");
    assert!(settings.contains("Ada") && settings.contains("hours_per_week = 9"), "{settings}");
    let backup = real.path().join("b.tar");
    line(&format!("export --all {}", backup.display()));
    assert!(line(&format!("import {}", backup.display())).contains("Restored 0 files"));
}
