//! Curricula that extend another: what learners and authors see, and which files are read.

mod common;

use std::path::Path;

use common::Place;
use roadmap::curriculum::{load, load_files, open_files};
use roadmap::diagnostic::Code;

const TOPIC: &str = "topics: [{id: own, title: Own, hours: 2, requires: [a], outcomes: [Can], resources: [{title: R, url: 'https://e.org'}]}]";

/// The file of a phase.
const PHASE: &str = "{id: q, title: Q, topics: [{id: own, title: Own, hours: 2}]}";

/// Writes files below a new folder.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("below")).expect("made");
        std::fs::write(path, text).expect("written");
    }
    folder
}

fn base(id: &str) -> String {
    format!(
        "id: {id}\ntitle: Base\nphases: [{{id: p, title: P, topics: [{{id: a, title: A, hours: 1, outcomes: [Can], resources: [{{title: R, url: 'https://e.org'}}]}}]}}]\n"
    )
}

/// Returns code and message of each problem.
fn said(path: &Path) -> Vec<String> {
    load(path).diagnostics.iter().map(|d| format!("{} {}", d.code.id(), d.message)).collect()
}

#[test]
fn the_example_adds_changes_and_removes() {
    let place = Place::with("examples/extended");
    let session: String = [
        "check --strict examples/extended",
        "doctor",
        "show library-records",
        "next",
        "why rag-frameworks",
        "list --phase desk",
    ]
    .map(|line| format!("$ roadmap {line}\n{}\n", place.run(line)))
    .concat();
    insta::assert_snapshot!(session);
    assert_eq!(place.json("show rag")["hours"], 10.0);
}

#[test]
fn progress_goes_along_there_and_back() {
    let place = Place::shipped();
    place.ok("done genai-engineering");
    place.ok("--curriculum examples/extended known library-records --with-prerequisites");
    let own = place.json("--curriculum examples/extended show genai-engineering");
    assert_eq!(own["state"], "done");
    place.ok("done math-notation --force");
    assert_eq!(place.json("--curriculum examples/extended show library-records")["state"], "known");
    assert!(place.run("doctor").contains("`library-records`"), "entries that the shipped one does not have are kept");
}

#[test]
fn an_id_of_its_own_keeps_progress_apart() {
    let own = folder(&[("roadmap.yaml", "extends: generative-ai-engineer\nid: apart\n")]);
    let place = Place::shipped();
    place.ok("done genai-engineering");
    let path = own.path().display();
    assert_eq!(place.json(&format!("--curriculum {path} show genai-engineering"))["state"], "ready");
    assert!(place.run(&format!("check {path}")).replace('\n', " ").contains("progress is kept apart, under `apart`"));
}

#[test]
fn extending_by_nothing_shows_the_same_in_every_command() {
    for (base, own) in
        [(None, "extends: generative-ai-engineer\n"), (Some("examples/workshop"), "extends: ./workshop\n")]
    {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let file = |name: &str| std::fs::read_to_string(root.join("examples/workshop").join(name)).expect("there");
        let (main, phase) = (file("roadmap.yaml"), file("01-words.yaml"));
        let own =
            folder(&[("roadmap.yaml", own), ("workshop/roadmap.yaml", &main), ("workshop/01-words.yaml", &phase)]);
        let (plain, extended) = (base.map_or_else(Place::shipped, Place::with), Place::with(own.path()));
        let topic = base.map_or("rag", |_| "ranking");
        for line in
            ["next -n 9", "list", "status", "plan", "report", "graph", "portfolio", "track", "export --format json"]
                .map(str::to_owned)
                .into_iter()
                .chain([format!("show {topic}"), format!("why {topic}"), format!("quiz {topic} --seed 1")])
        {
            assert_eq!(plain.json(&line), extended.json(&line), "{line}");
        }
    }
}

#[test]
fn bases_of_bases_are_read_and_circles_refused() {
    let mut files = vec![("0.yaml".to_owned(), base("base"))];
    for n in 1..=9 {
        files.push((
            format!("{n}.yaml"),
            format!("extends: ./{}.yaml\nchange: {{topics: [{{id: a, hours: {n}}}]}}\n", n - 1),
        ));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let chain = folder(&files);
    let checked = load(&chain.path().join("8.yaml"));
    assert_eq!(checked.curriculum.map(|c| (c.id().to_owned(), c.topics()[0].hours)), Some(("base".to_owned(), 8.0)));
    assert_eq!(said(&chain.path().join("9.yaml")), ["R020 more than 8 curricula extend one another in a row"]);

    let circle = folder(&[("a/roadmap.yaml", "extends: ../b\n"), ("b/roadmap.yaml", "extends: ../a\n")]);
    assert_eq!(said(&circle.path().join("a")), ["R020 curricula extend each other"]);
}

#[test]
fn problems_lie_in_the_file_they_come_from() {
    let cycle = folder(&[(
        "own.yaml",
        "extends: generative-ai-engineer\nchange: {topics: [{id: vectors, also: {requires: [matrices]}}]}\n",
    )]);
    let drawn = Place::shipped().run(&format!("check {}", cycle.path().join("own.yaml").display()));
    insta::assert_snapshot!(drawn.replace(&cycle.path().display().to_string(), "[PATH]"));
    let broken = folder(&[
        ("own.yaml", "extends: ./base.yaml\n"),
        ("base.yaml", "id: b\ntitle: B\nphases: [{id: p, title: P, topics: [{id: a, title: A}]}]\n"),
    ]);
    let checked = load(&broken.path().join("own.yaml"));
    let first = &checked.diagnostics[0];
    let source = &checked.sources.0[first.primary.as_ref().expect("a place").place.source];
    assert!(first.code == Code::MissingKey && source.name.ends_with("base.yaml"), "{first:?}");
    // What the base lost is not missed in what extends it as well.
    let lost = folder(&[
        ("own.yaml", "extends: ./base.yaml\nchange: {topics: [{id: a, hours: 2}]}\nremove: {phases: [p]}\n"),
        ("base.yaml", "id: b\ntitle: B\nphases: [{id: q, title: Q, topics: [{id: b, title: B, hours: 1}]}, p.yaml]\n"),
    ]);
    let checked = load(&lost.path().join("own.yaml"));
    let errors = checked.diagnostics.iter().filter(|d| d.is_error()).map(|d| d.message.as_str());
    assert_eq!(errors.collect::<Vec<_>>(), ["cannot read `p.yaml`: no such file or directory"]);
}

#[test]
fn only_relative_yaml_is_opened_and_nothing_else_is_shown() {
    let secret = "password: hunter2\n";
    let files = folder(&[("secret.txt", secret), ("secret.yaml", secret), ("base/roadmap.yaml", &base("b"))]);
    let own = files.path().join("own");
    std::fs::create_dir(&own).expect("made");
    let absolute = files.path().join("base").display().to_string();
    #[cfg(unix)]
    std::os::unix::fs::symlink("../secret.txt", own.join("link.yaml")).expect("linked");
    for (named, message) in [
        ("../secret.txt", "R019 `../secret.txt` is not a YAML file"),
        ("../secret.yaml", "R019 what is extended is no curriculum"),
        #[cfg(unix)]
        ("./link.yaml", "R019 `./link.yaml` is not a YAML file"),
        ("../none", "R019 cannot extend `../none`: no such file or directory"),
        (&absolute, &format!("R019 `{absolute}` is not a relative path")),
        ("base", "R019 no curriculum `base` to extend"),
    ] {
        std::fs::write(own.join("roadmap.yaml"), format!("extends: {named}\n")).expect("written");
        assert_eq!(said(&own), [message]);
        let seen = Place::shipped().run(&format!("check {}", own.display()));
        assert!(!seen.contains("hunter2"), "{seen}");
    }
    // A phase's file still never leaves the folder of its own curriculum.
    std::fs::write(own.join("roadmap.yaml"), "extends: ../base\nphases: [../secret.yaml]\n").expect("written");
    assert_eq!(said(&own), ["R011 `../secret.yaml` leaves the curriculum's folder"]);
    std::fs::write(own.join("roadmap.yaml"), format!("extends: ../base\nphases: [{{id: p, {TOPIC}}}]\n"))
        .expect("written");
    assert_eq!(said(&own), [""; 0]);
}

#[test]
fn among_given_files_only_the_shipped_one_is_extended() {
    let one = |text: &'static str| load_files(&[("roadmap.yaml", text.as_bytes()), ("phase.yaml", PHASE.as_bytes())]);
    let refused = one("extends: ./base.yaml\n");
    let said: Vec<&str> = refused.diagnostics.iter().map(|d| d.message.as_str()).collect();
    assert_eq!(said, ["`extends: ./base.yaml` in a text without a folder"]);
    assert!(refused.curriculum.is_none() && refused.diagnostics[0].help.is_some());
    let text = "extends: generative-ai-engineer\nphases: [phase.yaml]\n";
    let topics = one(text).curriculum.expect("sound").topics().len();
    assert_eq!(topics, roadmap::shipped().topics().len() + 1);
    assert!(open_files(&[("roadmap.yaml", text.as_bytes())]).is_none(), "the quick way leaves it to the thorough one");
}

/// Neither may end, so neither is opened, be it the base or a phase of it.
#[cfg(unix)]
#[test]
fn pipes_and_devices_are_not_opened() {
    let files = folder(&[
        ("own/roadmap.yaml", "extends: ../pipe.yaml\n"),
        ("second/roadmap.yaml", "extends: ../base\n"),
        ("base/roadmap.yaml", "id: b\ntitle: B\nphases: [pipe.yaml]\n"),
    ]);
    for pipe in ["pipe.yaml", "base/pipe.yaml"] {
        let made = std::process::Command::new("mkfifo").arg(files.path().join(pipe)).status();
        assert!(made.is_ok_and(|status| status.success()));
    }
    let why = "it is a pipe or a device, not a file with an end";
    assert_eq!(said(&files.path().join("own")), [format!("R019 cannot read `../pipe.yaml`: {why}")]);
    assert_eq!(said(&files.path().join("second")), [format!("R011 cannot read `pipe.yaml`: {why}")]);
}

/// Files and bytes are counted over the curriculum and what it extends.
#[test]
fn the_bounds_hold_for_all_files_together() {
    let files = folder(&[("own/roadmap.yaml", ""), ("base/roadmap.yaml", "")]);
    let phases = |name: &str, count: usize| -> String {
        let write = |n: usize| {
            let text = format!(
                "{{id: {name}-{n}, title: P, topics: [{{id: t-{name}-{n}, title: T, hours: 1, outcomes: [Can], resources: [{{title: R, url: 'https://e.org'}}]}}]}}\n"
            );
            std::fs::write(files.path().join(name).join(format!("{n}.yaml")), text).expect("written");
            format!("  - {n}.yaml\n")
        };
        (0..count).map(write).collect()
    };
    let base = format!("id: b\ntitle: B\nphases:\n{}", phases("base", 600));
    std::fs::write(files.path().join("base/roadmap.yaml"), base).expect("written");
    let own = files.path().join("own/roadmap.yaml");
    for (count, wanted) in [(400, &[][..]), (401, &["R108 more than 1000 files under `phases`"])] {
        std::fs::write(&own, format!("extends: ../base\nphases:\n{}", phases("own", count))).expect("written");
        assert_eq!(said(&own), wanted);
    }
    // A hole takes no space, but its bytes count: alone it would just fit.
    std::fs::write(&own, "extends: ../base\n").expect("written");
    std::fs::write(files.path().join("base/roadmap.yaml"), "id: b\ntitle: B\nphases: [big.yaml]\n").expect("written");
    let big = std::fs::File::create(files.path().join("base/big.yaml")).expect("made");
    big.set_len((256 << 20) - 40).expect("set");
    assert_eq!(said(&own), ["R011 cannot read `big.yaml`: it is larger than 255 megabytes"]);
}

#[test]
fn new_begins_one() {
    let here = folder(&[("deeper/base.yaml", &base("base"))]);
    let place = Place::shipped();
    let run = |line: &str| {
        let output = place.command(line).current_dir(here.path()).output().expect("it runs");
        let text = [output.stdout, output.stderr].concat();
        format!("$ roadmap {line}\n{}\n", String::from_utf8_lossy(&text))
    };
    let session: String = [
        "new my-road --extends generative-ai-engineer",
        "check --strict my-road",
        "new deeper/second --extends my-road",
        "check --strict deeper/second",
        "new third --extends deeper/base.yaml",
        "check --strict third",
        "new fourth --extends nowhere",
        "new no/where --extends my-road",
    ]
    .map(run)
    .concat();
    insta::assert_snapshot!(session);
    let written = std::fs::read_to_string(here.path().join("deeper/second/roadmap.yaml")).expect("there");
    insta::assert_snapshot!("a_new_one", written);
}
