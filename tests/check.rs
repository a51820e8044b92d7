//! `roadmap check`: every code has its file, every file gives exactly its code.

mod common;

use std::collections::BTreeSet;
use std::path::Path;

use common::Place;
use roadmap::curriculum::load;
use roadmap::diagnostic::Code;

fn broken() -> Vec<std::path::PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/broken");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect("it is there").map(|entry| entry.expect("readable").path()).collect();
    files.sort();
    files
}

#[test]
fn every_code_has_its_file_and_every_file_exactly_its_code() {
    let mut seen = BTreeSet::new();
    for file in broken() {
        let name = file.file_name().expect("a file").to_string_lossy().into_owned();
        let checked = load(&file);
        let codes: BTreeSet<&str> = checked.diagnostics.iter().map(|d| d.code.id()).collect();
        assert_eq!(codes, BTreeSet::from([&name[..4]]), "{name}");
        assert_eq!(checked.curriculum.is_some(), !checked.diagnostics.iter().any(|d| d.is_error()), "{name}");
        assert!(checked.diagnostics.iter().all(|d| d.help.is_some()), "{name} leaves no next step");
        seen.insert(name[..4].to_owned());
    }
    assert_eq!(seen, Code::ALL.iter().map(|code| code.id().to_owned()).collect());
}

#[test]
fn every_problem_is_drawn_with_its_place() {
    let place = Place::shipped();
    let drawn: String = broken()
        .iter()
        .map(|file| {
            let name = file.file_name().expect("a file").to_string_lossy().into_owned();
            place.run(&format!("check examples/broken/{name}")) + "\n"
        })
        .collect();
    insta::assert_snapshot!(drawn);
}

#[test]
fn all_problems_of_a_file_come_at_once_and_in_every_format() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(
        folder.path().join("roadmap.yaml"),
        "id: many\ntitle: Many\nlevel: 3\nphases:\n  - one.yaml\n  - tow.yaml\n",
    )
    .expect("written");
    std::fs::write(
        folder.path().join("one.yaml"),
        "id: One\ntitle: One\ntopics:\n  - id: a\n    title: A\n    hours: -1\n    requires: [b, c]\n  - id: b\n    titel: B\n    hours: soon\n    requires:\n      a:\n      a: twice\n  - just text\n",
    )
    .expect("written");
    std::fs::write(folder.path().join("two.yaml"), "id: two\n").expect("written");
    let place = Place::shipped();
    let path = folder.path().display().to_string();
    for format in ["full", "concise", "json"] {
        let seen = place.run(&format!("check --format {format} {path}")).replace(&path, "[PATH]");
        insta::assert_snapshot!(format!("many_{format}"), seen);
    }
}

#[test]
fn as_json_it_is_one_document_whatever_was_found() {
    let place = Place::shipped();
    for file in ["R003-cycle.yaml", "R203-no-outcomes.yaml"] {
        let output = place.command(&format!("--json check --strict examples/broken/{file}")).output().expect("it runs");
        let found: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one document");
        assert_eq!((found["diagnostics"].as_array().map(Vec::len), output.status.code()), (Some(1), Some(1)), "{file}");
    }
}

#[test]
fn codes_are_explained() {
    let place = Place::shipped();
    insta::assert_snapshot!(
        [
            place.run("check --explain r003"),
            place.run("check --explain R99"),
            place.run("check nowhere"),
            place.run("check"),
            place.run("check examples/workshop")
        ]
        .concat()
    );
}

#[test]
fn paths_do_not_leave_the_folder() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let secret = folder.path().join("secret.yaml");
    std::fs::write(&secret, "id: secret\ntitle: Secret\ntopics: []\n").expect("written");
    let inside = folder.path().join("curriculum");
    std::fs::create_dir(&inside).expect("made");
    for phase in ["../secret.yaml", &secret.display().to_string(), "./../secret.yaml"] {
        std::fs::write(inside.join("roadmap.yaml"), format!("id: c\ntitle: C\nphases: [\"{phase}\"]\n"))
            .expect("written");
        let checked = load(&inside);
        assert_eq!(checked.diagnostics[0].code, Code::MissingFile, "{phase}");
        assert_eq!(checked.sources.0.len(), 1, "{phase} was read");
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&secret, inside.join("link.yaml")).expect("linked");
        std::fs::write(inside.join("roadmap.yaml"), "id: c\ntitle: C\nphases: [link.yaml]\n").expect("written");
        let checked = load(&inside);
        assert!(checked.diagnostics[0].message.contains("a link out of"), "{:?}", checked.diagnostics);
    }
}

#[test]
fn bombs_are_refused_quickly() {
    let brackets = "[".repeat(100_000);
    let deep = "- ".repeat(50_000);
    let mut laughs = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (name, of) in ('b'..='i').zip('a'..) {
        laughs.push_str(&format!("{name}: &{name} [*{of}, *{of}, *{of}, *{of}, *{of}, *{of}, *{of}, *{of}, *{of}]\n"));
    }
    let long = format!("text: &t {}\nall: [{}]\n", "x".repeat(100_000), "*t, ".repeat(20_000));
    for bomb in [brackets, deep, laughs, long] {
        let checked = roadmap::curriculum::load_text("bomb", &bomb);
        assert!(checked.curriculum.is_none());
        assert!(!checked.diagnostics.is_empty());
    }
    let keys: String = (0..100_000).map(|_| "id: x\n").collect();
    assert!(roadmap::curriculum::load_text("keys", &keys).curriculum.is_none());
}

#[test]
fn hostile_text_cannot_steer_the_terminal() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("c.yaml");
    let evil = "\\e[2J\\e]0;owned\\a\\u202eevil\\u200b\\r";
    std::fs::write(
        &path,
        format!(
            "id: c\ntitle: \"C{evil}\"\nphases:\n  - id: p\n    title: \"P{evil}\"\n    summary: \"{evil}\"\n    topics:\n      - id: a\n        title: \"A{evil}\"\n        hours: 2\n        summary: \"S{evil}\"\n        outcomes: [\"O{evil}\"]\n        resources: [{{title: \"R{evil}\", by: \"B{evil}\", url: \"https://example.org\"}}]\n      - id: b\n        title: B\n        hours: 1\n        requires: {{a: \"because {evil}\"}}\ntracks: [{{id: t, title: \"T{evil}\", summary: \"{evil}\", goals: [b]}}]\n"
        ),
    )
    .expect("written");
    let place = Place::with(&path);
    place.ok("note a \"\u{1b}[31mred\u{7}\"");
    let proof = folder.path().join("evil\u{202e}fdp.exe");
    std::fs::write(&proof, "").expect("written");
    place.ok(&format!("done a --evidence {}", proof.display()));
    for line in [
        "",
        "next -n 2",
        "show a",
        "why b",
        "list",
        "status",
        "plan",
        "plan --markdown",
        "track",
        "log",
        "doctor",
        "check",
        "portfolio",
        "portfolio --markdown",
        "portfolio --html",
        "evidence list",
        "evidence remove a \u{1b}[2J",
        "done a --evidence https://e.org/\u{1b}[2J",
        "rubric a",
        "why \u{1b}[2J",
        "show b",
        "config name \u{1b}[2J",
        "config",
    ] {
        let seen = place.run(line);
        let bad =
            |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}');
        assert!(!seen.contains(bad), "`{line}` prints {seen:?}");
    }
}
