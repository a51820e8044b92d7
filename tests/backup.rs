//! A backup holds all that a learner has and brings it back byte for byte; a hostile, damaged or
//! conflicting one changes nothing.

mod common;

use std::collections::BTreeMap;
use std::path::Path;

use common::Place;

/// Returns every file of a home by its name, without the device's own name and what can be made again.
fn everything(home: &Path) -> BTreeMap<String, Vec<u8>> {
    fn gather(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.expect("readable")) {
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if name == "device" || name == "cache" {
                continue;
            }
            if entry.path().is_dir() {
                gather(&entry.path(), &format!("{name}/"), files);
            } else {
                files.insert(name, std::fs::read(entry.path()).expect("readable"));
            }
        }
    }
    let mut files = BTreeMap::new();
    gather(home, "", &mut files);
    files
}

/// Returns a home with two curricula, two devices, a damaged tail that was set aside, and settings.
fn lived() -> Place {
    let place = Place::shipped().wide(200);
    for line in [
        "config name Ada",
        "config study_days mon,sat",
        "done genai-engineering --note \"a note, ümlaut\"",
        "start command-line",
        "undo",
        "--curriculum examples/workshop note words nothing",
        "--curriculum tests/schemas done nothing",
    ] {
        place.run(line);
    }
    let folder = place.home.path().join(format!("journal/{}", roadmap::shipped().id()));
    let own = std::fs::read_dir(&folder).expect("there").next().expect("a file").expect("readable").path();
    let text = std::fs::read(&own).expect("there");
    std::fs::write(folder.join("desktop (conflicted copy).jsonl"), &text).expect("written");
    std::fs::write(&own, [&text[..], b"{\"torn"].concat()).expect("written");
    place.run("next");
    std::fs::write(folder.join("phone.jsonl"), [&text[..], b"{\"half"].concat()).expect("written");
    place
}

/// Makes a backup and returns where it lies.
fn backup(place: &Place, to: &Path) -> String {
    let file = to.join("b.tar").display().to_string();
    place.ok(&format!("export --all {file}"));
    file
}

#[test]
fn a_new_machine_has_everything_byte_for_byte() {
    let (old, new, outside) = (lived(), Place::shipped().wide(200), tempfile::tempdir().expect("a temporary folder"));
    let before = everything(old.home.path());
    let names: Vec<&str> = before.keys().map(String::as_str).collect();
    assert!(names.len() >= 5 && names.iter().any(|name| name.ends_with(".torn")), "{names:?}");
    let file = backup(&old, outside.path());
    let said = new.ok(&format!("import {file}"));
    assert!(said.contains(&format!("Restored {} files", before.len())), "{said}");
    assert_eq!(everything(new.home.path()), before);
    assert_eq!(everything(old.home.path()), before, "reading changes nothing");
    for line in ["status", "list", "log -n 0", "config"] {
        let shown = |place: &Place| place.run(line).replace(&*place.home.path().to_string_lossy(), "");
        assert_eq!(shown(&new), shown(&old), "{line}");
    }
    // Its own next entry is another device's.
    new.ok("start command-line");
    assert!(everything(new.home.path()).len() == before.len() + 1);
    let again = new.ok(&format!("import {file}"));
    assert!(again.contains("Restored 0 files") && again.contains("were there already"), "{again}");
}

#[test]
fn the_same_state_gives_the_same_bytes_for_its_owner_only() {
    let (place, outside) = (lived(), tempfile::tempdir().expect("a temporary folder"));
    let file = backup(&place, outside.path());
    let seen = place.run(&format!("export --all {file}"));
    assert!(seen.contains("is there already") && seen.contains("hint: ") && seen.ends_with("--- status 1\n"), "{seen}");
    let piped = place.command("export --all -").output().expect("it runs");
    assert!(piped.status.success());
    assert_eq!(piped.stdout, std::fs::read(&file).expect("there"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&file).expect("there").permissions().mode() & 0o777, 0o600);
    }
    // Any tar reads it.
    if let Ok(listed) = std::process::Command::new("tar").arg("tvf").arg(&file).output() {
        let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
        assert!(listed.lines().count() >= 6 && listed.contains("config.toml"), "{listed}");
        assert!(listed.lines().all(|line| line.starts_with("-rw-------")), "{listed}");
    }
}

#[test]
fn an_older_or_newer_home_is_completed_and_a_conflict_changes_nothing() {
    let (old, outside) = (lived(), tempfile::tempdir().expect("a temporary folder"));
    let file = backup(&old, outside.path());
    // The home went on: what it has more stays.
    old.ok("done command-line");
    let newer = everything(old.home.path());
    assert!(old.ok(&format!("import {file}")).contains("Restored 0 files"));
    assert_eq!(everything(old.home.path()), newer);
    // A home that has the beginning of a file gets the rest, and keeps what is its own.
    let young = Place::shipped().wide(200);
    young.ok("start command-line");
    let id = format!("journal/{}", roadmap::shipped().id());
    let phone = young.home.path().join(&id).join("phone.jsonl");
    let header = "{\"roadmap\":\"journal\",\"version\":1,\"curriculum\":\"c\",\"device\":\"d\"}\n";
    let whole = everything(old.home.path())[&format!("{id}/phone.jsonl")].clone();
    let first = whole.iter().position(|&byte| byte == b'\n').expect("a line") + 1;
    std::fs::write(&phone, &whole[..first]).expect("written");
    young.ok(&format!("import {file}"));
    assert_eq!(std::fs::read(&phone).expect("there"), whole);
    assert_eq!(young.json("log -n 0")["entries"].as_array().expect("a list").len(), 4);
    // One file that differs, and nothing at all is changed.
    for (name, content) in [(format!("{id}/phone.jsonl"), header), ("config.toml".to_owned(), "name = \"Bob\"\n")] {
        let other = Place::shipped().wide(200);
        let path = other.home.path().join(&name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(&path, content).expect("written");
        let before = everything(other.home.path());
        let seen = other.run(&format!("import {file}"));
        assert!(seen.contains("differs from the one in the backup") && seen.contains("hint: move it"), "{seen}");
        assert!(seen.ends_with("--- status 1\n"), "{seen}");
        assert_eq!(everything(other.home.path()), before);
        assert_eq!(std::fs::read_dir(other.home.path()).expect("readable").count(), 1, "nothing is left behind");
    }
}

/// Writes an archive of these members; names and kinds go in as they are.
fn archive(path: &Path, members: &[(&str, tar::EntryType, &[u8])]) {
    let mut builder = tar::Builder::new(std::fs::File::create(path).expect("made"));
    for (name, kind, content) in members {
        let mut header = tar::Header::new_gnu();
        // Past the checks that a well-meant writer makes.
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_entry_type(*kind);
        header.set_size(content.len() as u64);
        header.set_mode(0o777);
        if *kind != tar::EntryType::Regular {
            header.as_old_mut().linkname[..11].copy_from_slice(b"/etc/passwd");
        }
        header.set_cksum();
        builder.append(&header, *content).expect("written");
    }
    builder.finish().expect("written");
}

#[test]
fn a_hostile_or_damaged_archive_changes_nothing() {
    use tar::EntryType::{Block, Char, Continuous, Directory, Fifo, GNUSparse, Link, Regular, Symlink};
    let outside = tempfile::tempdir().expect("a temporary folder");
    let file = outside.path().join("evil.tar");
    let journal = b"{\"roadmap\":\"journal\",\"version\":1,\"curriculum\":\"c\",\"device\":\"d\"}\n";
    let contents = |names: &[&str]| {
        let files: Vec<_> = names
            .iter()
            .map(|name| serde_json::json!({"name": name, "bytes": journal.len(), "crc32": crc32fast::hash(journal)}))
            .collect();
        serde_json::json!({"roadmap": "backup", "version": 1, "files": files}).to_string().into_bytes()
    };
    let good = "journal/c/d.jsonl";
    let refused = |says: &str| {
        let place = Place::shipped().wide(200);
        let seen = place.run(&format!("import {}", file.display()));
        assert!(seen.contains(says) && seen.contains("hint: ") && seen.ends_with("--- status 1\n"), "{says}: {seen}");
        let left = std::fs::read_dir(place.home.path()).expect("readable").count();
        assert_eq!(left, 0, "{says}: nothing is made");
    };
    for name in [
        "../evil.jsonl",
        "/tmp/evil.jsonl",
        "journal/../../evil.jsonl",
        "journal/c/../../../evil.jsonl",
        "./config.toml",
        "device",
        "journal/c/.evil.jsonl",
        "journal/c/d/e.jsonl",
        "journal/c/\u{1b}[31m.jsonl",
        "",
    ] {
        archive(&file, &[("roadmap-backup.json", Regular, &contents(&[name])), (name, Regular, journal)]);
        refused("is not a backup of roadmap: it has no business with");
    }
    for kind in [Symlink, Link, Char, Block, Fifo, Directory, GNUSparse, Continuous] {
        archive(&file, &[("roadmap-backup.json", Regular, &contents(&[good])), (good, kind, b"")]);
        refused(if kind == GNUSparse { "" } else { "is not a plain file" });
    }
    archive(
        &file,
        &[("roadmap-backup.json", Regular, &contents(&[good])), (good, Regular, journal), (good, Regular, journal)],
    );
    refused("is in it twice");
    archive(&file, &[("roadmap-backup.json", Regular, &contents(&[good]))]);
    refused("is missing");
    archive(&file, &[("roadmap-backup.json", Regular, &contents(&[good])), (good, Regular, b"{}\n")]);
    refused("is not as it was written");
    archive(&file, &[(good, Regular, journal)]);
    refused("does not begin with roadmap-backup.json");
    archive(&file, &[]);
    std::fs::write(&file, [&[0; 257][..], b"ustar", &[0; 250]].concat()).expect("written");
    refused("");
    let newer = String::from_utf8(contents(&[])).expect("UTF-8").replace("\"version\":1", "\"version\":2");
    archive(&file, &[("roadmap-backup.json", Regular, newer.as_bytes())]);
    refused("newer version");
    // A config that no command could be run with.
    let bad = b"nonsense = 3\n";
    let listed = serde_json::json!({"name": "config.toml", "bytes": bad.len(), "crc32": crc32fast::hash(bad)});
    let listed = serde_json::json!({"roadmap": "backup", "version": 1, "files": [listed]}).to_string();
    archive(&file, &[("roadmap-backup.json", Regular, listed.as_bytes()), ("config.toml", Regular, bad)]);
    refused("cannot be read: config.toml: unknown setting");
    // A size of eight gigabytes, of which nothing is there.
    archive(&file, &[("roadmap-backup.json", Regular, &contents(&[good])), (good, Regular, journal)]);
    let mut bytes = std::fs::read(&file).expect("there");
    let at = 1024;
    bytes[at + 124..at + 136].copy_from_slice(b"77777777777\0");
    let sum: u32 = bytes[at..at + 512]
        .iter()
        .enumerate()
        .map(|(i, &b)| if (148..156).contains(&i) { 32 } else { u32::from(b) })
        .sum();
    bytes[at + 148..at + 156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    std::fs::write(&file, bytes).expect("written");
    refused("is damaged");
}

#[test]
fn a_backup_cut_short_or_changed_anywhere_changes_nothing() {
    let (place, outside) = (lived(), tempfile::tempdir().expect("a temporary folder"));
    let file = backup(&place, outside.path());
    let bytes = std::fs::read(&file).expect("there");
    // The last 1024 bytes are the mark of the end, without which tar readers do as well.
    for part in 1..24 {
        let cut = (bytes.len() - 1025) * part / 24;
        std::fs::write(&file, &bytes[..cut]).expect("written");
        let fresh = Place::shipped().wide(200);
        let seen = fresh.run(&format!("import {file}"));
        assert!(seen.contains("hint: ") && seen.ends_with("--- status 1\n"), "cut at {cut}: {seen}");
        assert!(everything(fresh.home.path()).is_empty(), "cut at {cut}");
    }
    for part in 1..24 {
        let mut bytes = bytes.clone();
        let at = (bytes.len() - 1025) * part / 24;
        bytes[at] ^= 0x10;
        std::fs::write(&file, &bytes).expect("written");
        let fresh = Place::shipped().wide(200);
        let seen = fresh.run(&format!("import {file}"));
        // Padding between members may hold anything.
        let restored = seen.contains("Restored") && everything(fresh.home.path()) == everything(place.home.path());
        assert!(restored || seen.ends_with("--- status 1\n"), "changed at {at}: {seen}");
        assert!(restored || everything(fresh.home.path()).is_empty(), "changed at {at}");
    }
}
