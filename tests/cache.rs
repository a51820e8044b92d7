//! Curricula of one's own are parsed once; what is kept of them never shows but in speed.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use common::Place;

const YAML: &str = "id: c\ntitle: C\nphases:\n  - one.yaml\n";
const ONE: &str = "id: one\ntitle: One\ntopics:\n  - {id: a, title: First title, hours: 3, summary: All about it}\n";

/// A folder with a curriculum that is old enough to be kept, and a place that uses it.
fn own() -> (tempfile::TempDir, Place) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("roadmap.yaml"), YAML).expect("written");
    fs::write(folder.path().join("one.yaml"), ONE).expect("written");
    settle();
    let place = Place::with(folder.path());
    (folder, place)
}

/// Waits until files count as written some time ago.
fn settle() {
    std::thread::sleep(Duration::from_millis(70));
}

fn kept(place: &Place) -> Vec<PathBuf> {
    let entries = fs::read_dir(place.home.path().join("cache/curricula")).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// Returns what is different whenever a file was written anew.
fn mark(path: &Path) -> (std::time::SystemTime, u64) {
    let data = fs::metadata(path).expect("there");
    #[cfg(unix)]
    let number = std::os::unix::fs::MetadataExt::ino(&data);
    #[cfg(not(unix))]
    let number = 0;
    (data.modified().expect("known"), number)
}

#[test]
fn the_first_run_keeps_it_and_the_next_ones_use_it() {
    let (folder, place) = own();
    let first = place.run("next");
    let [file] = &kept(&place)[..] else { panic!("{:?}", kept(&place)) };
    let before = mark(file);
    assert_eq!(place.run("next"), first);
    assert!(place.ok("show a").contains("All about it"));
    assert!(place.ok("list about").contains("First title"));
    place.ok("done a");
    place.ok("check");
    assert_eq!(mark(file), before, "it was written anew");
    // Whichever way one names it.
    let mut relative = place.command("next");
    relative.env_remove("ROADMAP_CURRICULUM").current_dir(folder.path()).args(["--curriculum", "roadmap.yaml"]);
    assert!(relative.output().expect("it runs").status.success());
    assert_eq!((kept(&place).len(), mark(file)), (1, before));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
        assert_eq!(mode(file), 0o600);
        assert_eq!(mode(&place.home.path().join("cache")), 0o700);
    }
}

#[test]
fn a_change_shows_at_once() {
    let (folder, place) = own();
    for title in ["Second title", "Third titles"] {
        place.ok("next");
        fs::write(folder.path().join("one.yaml"), ONE.replace("First title", title)).expect("written");
        // At once, when nothing can be kept, and afterwards, when it is.
        for _ in 0..2 {
            assert!(place.ok("next").contains(title));
            settle();
        }
        assert!(place.ok("next").contains(title));
    }
    fs::write(folder.path().join("one.yaml"), ONE.replace("hours: 3", "hours: 0")).expect("written");
    for _ in 0..2 {
        let seen = place.run("next");
        assert!(seen.contains("`hours` must be above 0") && seen.contains("status 1"), "{seen}");
        settle();
    }
    fs::remove_file(folder.path().join("one.yaml")).expect("there");
    assert!(place.run("next").contains("cannot read `one.yaml`"));
}

#[test]
fn check_reads_the_files_and_writes_nothing() {
    let (_folder, place) = own();
    let checked = place.run("check");
    assert!(checked.contains("R203"), "{checked}");
    assert!(kept(&place).is_empty());
    place.ok("next");
    assert_eq!(place.run("check"), checked);
}

#[test]
fn the_shipped_curriculum_needs_no_cache() {
    let place = Place::shipped();
    place.ok("next");
    assert!(!place.home.path().join("cache").exists());
}

#[test]
fn garbage_in_its_place_does_no_harm() {
    let (_folder, place) = own();
    let good = place.run("next");
    let [file] = &kept(&place)[..] else { panic!("{:?}", kept(&place)) };
    let bytes = fs::read(file).expect("there");
    let mut garbled = bytes.clone();
    let last = garbled.len() - 1;
    garbled[last] ^= 1;
    for bad in [&b""[..], b"garbage", &bytes[..bytes.len() / 2], &garbled] {
        fs::write(file, bad).expect("written");
        assert_eq!(place.run("next"), good);
        assert_eq!(fs::read(file).expect("there"), bytes);
    }
    fs::remove_file(file).expect("there");
    fs::create_dir(file).expect("made");
    assert_eq!(place.run("next"), good);
}

#[test]
fn a_cache_that_cannot_be_written_disturbs_nobody_but_doctor() {
    let (_folder, place) = own();
    assert!(place.ok("doctor").contains("cache (can be deleted at any time)"));
    let good = place.run("next");
    fs::remove_dir_all(place.home.path().join("cache")).expect("there");
    // A file where the folder should be: nobody, not even root, can write into it.
    fs::write(place.home.path().join("cache"), "in the way").expect("written");
    assert_eq!(place.run("next"), good);
    let seen = place.run("doctor");
    assert!(seen.contains("cache cannot be written to") && seen.contains("status 1"), "{seen}");
    fs::remove_file(place.home.path().join("cache")).expect("there");
    assert_eq!(place.run("next"), good);
    assert_eq!(kept(&place).len(), 1);
}

#[cfg(unix)]
#[test]
fn a_read_only_cache_is_used_and_not_written() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, place) = own();
    let good = place.run("next");
    let [file] = &kept(&place)[..] else { panic!("{:?}", kept(&place)) };
    let curricula = place.home.path().join("cache/curricula");
    fs::set_permissions(&curricula, fs::Permissions::from_mode(0o500)).expect("set");
    assert_eq!(place.run("next"), good);
    fs::write(folder.path().join("one.yaml"), ONE.replace("First", "Other")).expect("written");
    settle();
    let before = mark(file);
    assert!(place.ok("next").contains("Other title"));
    // Root may write everywhere.
    let root = tempfile::tempfile_in(&curricula).is_ok();
    assert!(root || mark(file) == before);
    fs::set_permissions(&curricula, fs::Permissions::from_mode(0o700)).expect("set");
}

#[test]
fn many_processes_at_once_write_it_and_read_it() {
    let (folder, place) = own();
    for round in 0..4 {
        let children: Vec<_> = (0..8)
            .map(|_| place.command("next -q").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts"))
            .collect();
        for child in children {
            let output = child.wait_with_output().expect("it ends");
            assert!(output.status.success() && output.stderr.is_empty());
            assert!(String::from_utf8_lossy(&output.stdout).contains("title"));
        }
        let names = kept(&place);
        assert!(names.len() == 1 && names[0].extension().is_some(), "{names:?}");
        fs::write(folder.path().join("one.yaml"), ONE.replace("First", &format!("Round-{round}"))).expect("written");
        settle();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_second_run_opens_no_yaml() {
    let (_folder, place) = own();
    opens_no_yaml_again(&place);
    opens_no_yaml_again(&Place::with("examples/extended"));
}

/// With a tool that tells every file that is opened, where it is at hand.
#[cfg(target_os = "linux")]
fn opens_no_yaml_again(place: &Place) {
    let opened = || {
        let plain = place.command("next -q");
        let mut traced = std::process::Command::new("strace");
        traced.args(["-f", "-e", "trace=open,openat,openat2"]).arg(plain.get_program()).args(plain.get_args());
        for (name, value) in plain.get_envs() {
            value.map(|value| traced.env(name, value));
        }
        let output = traced.stdin(Stdio::null()).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stderr).matches(".yaml").count())
    };
    let Some(first) = opened() else { return eprintln!("skipped: no strace that works here") };
    assert!(first >= 2, "{first}");
    assert_eq!(opened(), Some(0));
}

/// An extending curriculum is kept as well, and a change of what it extends shows at once.
#[test]
fn a_change_of_the_base_shows_at_once() {
    let (base, _) = own();
    let folder = tempfile::tempdir_in(base.path()).expect("a temporary folder");
    let change = |hours: u32| format!("extends: ..\nchange: {{topics: [{{id: a, hours: {hours}}}]}}\n");
    fs::write(folder.path().join("roadmap.yaml"), change(5)).expect("written");
    settle();
    let place = Place::with(folder.path());
    let first = place.ok("next");
    assert!(first.contains("First title") && first.contains("5 h"), "{first}");
    let [file] = &kept(&place)[..] else { panic!("{:?}", kept(&place)) };
    let before = mark(file);
    assert_eq!(place.ok("next"), first);
    assert_eq!(mark(file), before, "it was written anew");
    for (path, text, shown) in [
        (base.path().join("one.yaml"), ONE.replace("First title", "Other title"), "Other title"),
        (folder.path().join("roadmap.yaml"), change(7), "7 h"),
        (base.path().join("roadmap.yaml"), YAML.replace("id: c", "id: d"), "7 h"),
    ] {
        fs::write(path, text).expect("written");
        settle();
        assert!(place.ok("next").contains(shown), "{shown}");
    }
    assert_eq!(place.json("export --format json")["id"], "d");
    fs::remove_file(base.path().join("one.yaml")).expect("there");
    let seen = place.run("next");
    assert!(seen.contains("has 1 error") && seen.contains("cannot read `one.yaml`"), "{seen}");
}
