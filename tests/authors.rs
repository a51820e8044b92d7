//! What those who write curricula see: the schema, a new folder, imports and exports.

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use common::Place;
use proptest::prelude::*;
use roadmap::authoring::{Form, NewFile, read, start};
use roadmap::curriculum::{Curriculum, load};
use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs commands one after another in a folder and returns the whole session.
fn session(place: &Place, folder: &Path, lines: &[&str]) -> String {
    let run = |line: &&str| {
        let output = place.command(line).current_dir(folder).output().expect("the binary runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let status = output.status.code().map_or_else(|| "killed".to_owned(), |code| code.to_string());
        format!("$ roadmap {line}\n{}{}--- status {status}\n\n", text(&output.stdout), text(&output.stderr))
    };
    lines.iter().map(run).collect()
}

/// Returns every file below a folder with its text, schemas apart.
fn tree(folder: &Path) -> String {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(at) = folders.pop() {
        for entry in std::fs::read_dir(at).expect("readable") {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("below").display().to_string();
                files.insert(name, std::fs::read_to_string(path).expect("text"));
            }
        }
    }
    let shown = |(name, text): (String, String)| match name.ends_with(".json") {
        true => format!("== {name}\n"),
        false => format!("== {name}\n{text}"),
    };
    files.into_iter().map(shown).collect()
}

fn validator(of: &str) -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(&Place::shipped().ok(&format!("schema {of}"))).expect("JSON");
    assert!(jsonschema::meta::is_valid(&schema), "the schema of a {of} is no schema");
    jsonschema::draft7::new(&schema).expect("a schema")
}

/// Returns a YAML file as the JSON that an editor judges; `None` if it is not YAML at all.
fn as_json(path: &Path) -> Option<Value> {
    serde_yaml::from_str(&std::fs::read_to_string(path).ok()?).ok()
}

fn yaml_files(folder: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join(folder)).expect("it is there");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("readable").path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "yaml"));
    files.sort();
    files
}

#[test]
fn the_schema_accepts_every_shipped_file_and_each_names_it() {
    let (curriculum, phase) = (validator("curriculum"), validator("phase"));
    for path in ["roadmap", "examples/workshop", "examples/extended"].into_iter().flat_map(yaml_files) {
        let main = path.ends_with("roadmap.yaml");
        let value = as_json(&path).expect("YAML");
        let judge = if main { &curriculum } else { &phase };
        let faults: Vec<String> =
            judge.iter_errors(&value).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
        assert!(faults.is_empty(), "{}: {faults:#?}", path.display());
        let text = std::fs::read_to_string(&path).expect("text");
        let schema = text.lines().next().and_then(|line| line.strip_prefix("# yaml-language-server: $schema="));
        let schema = path.with_file_name(schema.expect("the first line names the schema"));
        let wanted = root().join("roadmap/schema").join(if main { "curriculum.json" } else { "phase.json" });
        assert_eq!(schema.canonicalize().expect("it is there"), wanted.canonicalize().expect("it is there"));
    }
}

#[test]
fn the_committed_schemas_are_what_the_program_prints() {
    for of in ["curriculum", "phase"] {
        let path = root().join(format!("roadmap/schema/{of}.json"));
        let committed = std::fs::read_to_string(&path).expect("it is there").replace("\r\n", "\n");
        let printed = Place::shipped().ok(&format!("schema {of}"));
        assert!(committed == printed, "renew it: roadmap schema {of} > roadmap/schema/{of}.json");
    }
}

#[test]
fn the_schema_refuses_every_shape_error() {
    let judge = validator("curriculum");
    // What needs the whole curriculum, or is only a warning.
    const BEYOND_A_SCHEMA: [&str; 12] =
        ["R001", "R002", "R003", "R004", "R010", "R013", "R014", "R019", "R020", "R021", "R201", "R2"];
    for path in yaml_files("examples/broken") {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let accepted = as_json(&path).is_some_and(|value| judge.is_valid(&value));
        let expected = BEYOND_A_SCHEMA.iter().any(|code| name.starts_with(code));
        assert_eq!(accepted, expected, "{name}");
    }
}

#[test]
fn a_new_curriculum_is_sound_and_nothing_is_overwritten() {
    let place = Place::shipped();
    let here = tempfile::tempdir().expect("a folder");
    let seen = session(
        &place,
        here.path(),
        &[
            "new my-course",
            "new my-course",
            "check --strict my-course",
            "--curriculum my-course next",
            "new \"Search in Four: 'Evenings'\"",
            "--json new second",
            "new 日本",
            "new generative-ai-engineer",
            "new nowhere/at-all",
        ],
    );
    insta::assert_snapshot!(seen);
    insta::assert_snapshot!("the_start", tree(&here.path().join("my-course")));
    let (curriculum, phase) = (validator("curriculum"), validator("phase"));
    for (file, judge) in [("roadmap.yaml", &curriculum), ("01-basics.yaml", &phase)] {
        let value = as_json(&here.path().join("my-course").join(file)).expect("YAML");
        assert!(judge.is_valid(&value), "{file}");
    }
    let titled = load(&here.path().join("search-in-four-evenings")).curriculum.expect("sound");
    assert_eq!(titled.title(), "Search in Four: 'Evenings'");
}

const CHECKLIST: &str = "# Data by Friday\n\nSome words.\n\n## Tables\n\n- [x] SQL: joins & more (3 h)\n  - [ ] Window functions\n    - [x] \"Quoted\" #1\n- [x] [CSV](https://example.org/csv) by hand\n\n## Charts\n\n1. Bars\n2. Bars\n3. - no\n";

#[test]
fn a_checklist_becomes_a_curriculum() {
    let place = Place::shipped();
    let here = tempfile::tempdir().expect("a folder");
    std::fs::write(here.path().join("Data list.md"), CHECKLIST).expect("written");
    let seen = session(
        &place,
        here.path(),
        &[
            "import \"Data list.md\"",
            "import \"Data list.md\"",
            "--curriculum data-list list",
            "import \"Data list.md\" --to marked --mark --hours 2",
            "--curriculum marked list",
            "--curriculum marked undo",
            "--json import \"Data list.md\" --to third",
            "import \"Data list.md\" --to generative-ai-engineer",
        ],
    );
    insta::assert_snapshot!(seen);
    insta::assert_snapshot!("a_checklist_as_yaml", tree(&here.path().join("data-list")));
    let mut left: Vec<_> =
        std::fs::read_dir(here.path()).expect("readable").map(|e| e.expect("readable").file_name()).collect();
    left.sort();
    assert_eq!(left, ["Data list.md", "data-list", "marked", "third"]);
}

#[test]
fn tables_and_drawings_become_curricula() {
    let place = Place::shipped();
    let here = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &[u8]| std::fs::write(here.path().join(name), text).expect("written");
    write("topics.csv", b"\xef\xbb\xbfid;title;phase;hours;requires;owner\r\nv;Vectors;Maths;5;;me\r\nm;Matrices;;2,5;v;\r\n;Networks;Learning;;Matrices;you\r\n");
    write("drawing.json", br#"{"nodes":[{"type":"topic","position":{"x":0,"y":9},"data":{"label":"Later"}},{"type":"topic","position":{"x":0,"y":1},"data":{"label":"Earlier"}},{"type":"subtopic","position":{"x":5,"y":2},"data":{"label":"Part"}}],"edges":[]}"#);
    let lines = [
        "import topics.csv",
        "check topics",
        "--curriculum topics list",
        "import drawing.json --to drawn",
        "--curriculum drawn next -n 3 --order phases -q",
    ];
    insta::assert_snapshot!(session(&place, here.path(), &lines));
}

#[test]
fn broken_input_is_named_by_its_line() {
    let place = Place::shipped();
    let here = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &[u8]| std::fs::write(here.path().join(name), text).expect("written");
    write("empty.md", b"# Nothing here\n");
    write("bad.csv", b"title,hours\nA,1\nB,soon\n");
    write("typo.csv", b"title,requires\nVectors,\nMatrices,vectros\n");
    write("circle.csv", b"title,requires\nA,B\nB,A\n");
    write("open.csv", b"title,hours\nA,1\n\"B,2\nC,3\n");
    write("bad.json", b"{\n\"nodes\": [\n}");
    write("latin1.csv", b"title\nVektor\nVekt\xf6ren\n");
    write("evil.csv", b"title,\x1b[2Jb\nA\x1b[31m,1\nB\n");
    std::fs::create_dir(here.path().join("folder.md")).expect("made");
    let lines = [
        "import empty.md",
        "import bad.csv",
        "import typo.csv",
        "import circle.csv",
        "import open.csv",
        "import bad.json",
        "import latin1.csv",
        "import evil.csv",
        "import folder.md",
        "import nowhere.md",
        "import bad.csv --hours 0",
        "--json import bad.csv",
        "import evil.csv --to no/such/folder",
    ];
    let seen = session(&place, here.path(), &lines);
    assert!(!seen.contains('\u{1b}'));
    insta::assert_snapshot!(seen);
}

#[cfg(unix)]
#[test]
fn an_import_follows_no_link_out_of_its_folder() {
    let here = tempfile::tempdir().expect("a folder");
    std::fs::write(here.path().join("list.md"), CHECKLIST).expect("written");
    std::os::unix::fs::symlink(here.path().join("elsewhere"), here.path().join("link")).expect("linked");
    let seen = session(&Place::shipped(), here.path(), &["import list.md --to link"]);
    assert!(seen.contains("is there already"), "{seen}");
    assert!(!here.path().join("elsewhere").exists());
}

/// What must survive an export and an import.
fn essence(curriculum: &Curriculum) -> Vec<(String, String, f64, String)> {
    let requires =
        |ix| curriculum.requires(ix).map(|p| curriculum.topic(p).id.to_string()).collect::<Vec<_>>().join(" ");
    let topic = |ix| {
        (
            curriculum.topic(ix).title.to_string(),
            curriculum.phase_of(ix).title.to_string(),
            curriculum.topic(ix).hours,
            requires(ix),
        )
    };
    curriculum.indices().map(topic).collect()
}

#[test]
fn what_is_exported_can_be_imported() {
    let here = tempfile::tempdir().expect("a folder");
    for (number, from) in ["roadmap", "examples/workshop", "examples/extended"].into_iter().enumerate() {
        let place = Place::with(from);
        let original = load(&root().join(from)).curriculum.expect("sound");
        let first = original.topics()[0].id.clone();
        place.ok(&format!("known {first} --with-prerequisites"));
        for ending in ["csv", "md"] {
            let name = format!("export-{number}.{ending}");
            let lines = [format!("export --to {name}"), format!("import {name} --to again-{number}-{ending} --mark")];
            let seen = session(&place, here.path(), &lines.each_ref().map(String::as_str));
            assert!(!seen.contains("error"), "{seen}");
            let folder = here.path().join(format!("again-{number}-{ending}"));
            let again = load(&folder).curriculum.expect("sound");
            let (mut expected, mut found) = (essence(&original), essence(&again));
            if ending == "md" {
                // A checklist has no ids and no graph.
                expected.iter_mut().chain(&mut found).for_each(|topic| topic.3.clear());
            }
            assert_eq!(found, expected, "{from} as {ending}");
            let listed =
                place.command("--json list --state done").env("ROADMAP_CURRICULUM", &folder).output().expect("runs");
            let listed: Value = serde_json::from_slice(&listed.stdout).expect("JSON");
            assert_eq!(listed["topics"].as_array().map(Vec::len), Some(1), "{listed}");
        }
    }
}

#[test]
fn exports_are_safe_and_look_right() {
    let here = tempfile::tempdir().expect("a folder");
    let path = here.path().join("c.yaml");
    let text = "id: c\ntitle: \"# *C* [x](y)\"\nphases:\n  - id: p\n    title: \"=P|\"\n    topics:\n\
        \x20     - {id: a, title: \"=HYPERLINK(\\\"http://x\\\")\", hours: 2, summary: \"-1+1, \\\"said\\\" \\e[2J\"}\n\
        \x20     - {id: b, title: \"1. `code` <b> & @me (3 h)\", hours: 1.5, requires: [a]}\n\
        \x20     - {id: d, title: \"@SUM(1)\", hours: 1, requires: [a, b]}\n      - {id: e, title: \"- [ ] +1\", hours: 1}\n";
    std::fs::write(&path, text).expect("written");
    let place = Place::with(&path);
    place.ok("done a --hours 1.5 --evidence https://example.org/me");
    let lines = [
        "export",
        "export --format markdown",
        "export --format json",
        "export --to out.md",
        "export --to out.md",
        "import out.md --to again",
        "--curriculum again list",
    ];
    let seen = session(&place, here.path(), &lines);
    assert!(!seen.contains('\u{1b}'));
    insta::assert_snapshot!(seen);
}

/// Writes files and loads them, as the commands do.
fn written(files: &[NewFile]) -> Curriculum {
    let folder = tempfile::tempdir().expect("a folder");
    for file in files {
        let path = folder.path().join(&file.name);
        assert!(Path::new(&file.name).components().all(|part| matches!(part, std::path::Component::Normal(_))));
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        assert!(!path.exists(), "{} twice", file.name);
        std::fs::write(path, &file.text).expect("written");
    }
    let checked = load(folder.path());
    let errors: Vec<_> = checked.diagnostics.iter().filter(|d| d.is_error()).collect();
    checked.curriculum.unwrap_or_else(|| panic!("{errors:#?}\n{files:#?}"))
}

fn import_holds(form: Form, text: &str) {
    let Ok(draft) = read(form, "test", text) else { return };
    let curriculum = written(&draft.files("test", "test", 4.0));
    let titles: Vec<&str> = draft.topics().map(|topic| topic.title.as_str()).collect();
    let loaded: Vec<&str> = curriculum.topics().iter().map(|topic| topic.title.as_str()).collect();
    assert_eq!(loaded, titles);
    for (topic, ix) in draft.topics().zip(curriculum.indices()) {
        let requires: Vec<&str> = curriculum.requires(ix).map(|p| curriculum.topic(p).id.as_str()).collect();
        assert_eq!(requires, topic.requires, "{}", topic.title);
        assert_eq!(curriculum.topic(ix).hours, topic.hours.unwrap_or(4.0));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn whatever_is_imported_loads_without_an_error(text in "(?s).{0,200}|\\PC{0,80}") {
        for form in [Form::Markdown, Form::Csv, Form::RoadmapSh] {
            import_holds(form, &text);
        }
    }

    #[test]
    fn whatever_checklist_is_imported_loads_without_an_error(
        lines in prop::collection::vec(("( {0,2}){0,3}", "(#{1,3} |- |\\* |\\d\\. |- \\[[ x]\\] |> |```|\\|)?", "[-a-c:#&*!|>%@`'\"\\[\\]{}()<~?\\\\0-9 ä\u{85}\u{202e}]{0,9}( \\([0-9.]{1,4} h\\))?"), 0..12)
    ) {
        let text: String = lines.iter().map(|(indent, mark, words)| format!("{indent}{mark}{words}\n")).collect();
        import_holds(Form::Markdown, &text);
    }

    #[test]
    fn whatever_table_is_imported_loads_without_an_error(
        rows in prop::collection::vec(("[a-cA-C1:\u{e4} ]{0,3}", "\\PC{0,6}", "[PQ]?", "[0-9]{0,2}", prop::collection::vec("[a-cA-C]", 0..3)), 1..8)
    ) {
        let mut table = csv::Writer::from_writer(Vec::new());
        table.write_record(["id", "title", "phase", "hours", "requires"]).expect("in memory");
        for (id, title, phase, hours, requires) in &rows {
            table.write_record([id, title, phase, hours, &requires.join(";")]).expect("in memory");
        }
        let text = String::from_utf8(table.into_inner().expect("in memory")).expect("text");
        import_holds(Form::Csv, &text);
    }

    #[test]
    fn whatever_drawing_is_imported_loads_without_an_error(
        nodes in prop::collection::vec((0usize..4, "\\PC{0,8}", prop::option::of((-9i32..9, -9i32..9))), 0..9)
    ) {
        let kinds = ["topic", "subtopic", "title", "vertical"];
        let nodes: Vec<Value> = nodes
            .iter()
            .map(|(kind, label, at)| serde_json::json!({"type": kinds[*kind], "data": {"label": label}, "position": at.map(|(x, y)| serde_json::json!({"x": x, "y": y}))}))
            .collect();
        import_holds(Form::RoadmapSh, &serde_json::json!({"nodes": nodes}).to_string());
    }

    #[test]
    fn any_title_makes_a_sound_start(title in "\\PC{0,20}[a-z]\\PC{0,9}") {
        let curriculum = written(&start("my-course", &title));
        prop_assert_eq!(curriculum.title(), title);
    }
}
