//! Text that attacks: in every field of curriculum, journal and config and in file names, shown by
//! every command in every form, and harmless there.

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use common::Place;
use serde_json::{Value, json};

/// What steers terminals: CSI, OSC 8 and 52, DCS, C0, C1, DEL; what turns text around; what has no width.
const STEERING: &str = "\u{1b}[2J\u{1b}[31m\u{1b}]0;owned\u{7}\u{1b}]8;;https://evil.example\u{1b}\\x\u{1b}]52;c;ZXZpbA==\u{7}\
    \u{1b}Pq#0\u{1b}\\\u{8}\u{c}\r\u{0}\u{7f}\u{80}\u{9b}31m\u{9d}0;x\u{9c}\u{90}q\u{85}\u{202e}evil\u{202c}\u{2066}x\u{2069}\
    \u{200e}\u{200b}\u{200d}\u{2060}\u{feff}\u{ad}\u{61c}\u{180e}\u{2028}\u{fff9}\u{e0041}end";
/// What would be markup, a link or a property where it is put.
const MARKUP: &str = "\"><script>alert(1)</script><img src=x onerror=alert(1)> </title></style>--><!-- '{{7*7}} &lt; \
    [click](javascript:alert(1)) ![i](https://evil.example/i) <https://evil.example> | a | `x` ```\n# head\n- [x] item\n\n\
    BEGIN:VEVENT\r\nATTENDEE:mailto:evil@evil.example\r\n\\\"; click a \"https://evil.example\" ];} %%{init}%% *b* _i_ $x$ @me";
/// What spreadsheets would run.
const FORMULAS: [&str; 6] =
    ["=HYPERLINK(\"https://evil.example\")", "+1+cmd|'/c calc'!A0", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1+1"];

/// Every key of the format, with `text` wherever it takes any.
fn curriculum(text: &str) -> Value {
    let topic = |id: &str, kind: &str, requires: Value, exercises: Value| {
        json!({
            "id": id, "title": text, "kind": kind, "hours": 2, "value": 3, "summary": text, "requires": requires,
            "outcomes": [text], "includes": [text], "rubric": [text, format!("{text} too")], "publish": text,
            "resources": [{"title": text, "by": text, "kind": "video", "url": "https://example.org/a?b=c&d='e'"}],
            "quiz": [{"ask": text, "options": [text, format!("not {text}")], "answer": 1, "because": text}],
            "exercises": exercises, "formerly": [format!("old-{id}")],
        })
    };
    json!({
        "id": "hostile", "title": text, "edition": text, "description": text,
        "phases": [{"id": "p", "title": text, "summary": text, "topics": [
            topic("a", "concept", json!([]), json!([])),
            topic("b", "project", json!({"a": text}), json!(["a"])),
            topic("c", "skill", json!({"b": text}), json!([])),
            topic("gone", "concept", json!([]), json!([])),
        ]}],
        "tracks": [{"id": "t", "title": text, "summary": text, "goals": ["b"]}],
    })
}

/// What only a curriculum has that extends another, with `text` wherever it takes any.
fn extending(text: &str) -> Value {
    let phase = |id: &str, key: &str| {
        let topics = json!([{"id": format!("in-{id}"), "title": text, "hours": 1, "requires": {"c": text}}]);
        json!({"id": id, "title": text, "summary": text, key: "p", "topics": topics})
    };
    json!({
        "extends": "./base.yaml", "title": text, "edition": text, "description": text,
        "phases": [phase("later", "after"), phase("sooner", "before")],
        "change": {
            "topics": [{"id": "c", "summary": text, "also": {"outcomes": [text], "formerly": ["older-c"]}}],
            "phases": [{"id": "p", "title": text, "summary": text}],
            "tracks": [{"id": "t", "title": text, "also": {"goals": ["c"]}}],
        },
        "remove": {"topics": ["gone"]},
    })
}

/// Every field of every kind of entry.
fn journal(text: &str) -> String {
    let mut lines = vec![json!({"roadmap": "journal", "version": 1, "curriculum": text, "device": text})];
    let events = [
        "start",
        "note",
        "time",
        "done",
        "add-evidence",
        "tick",
        "quiz",
        "review",
        "untick",
        "tick",
        "known",
        "skip",
        "reopen",
        "remove-evidence",
        "undo",
        "redo",
        "of-tomorrow",
    ];
    for (at, (event, topic)) in events.iter().flat_map(|event| [(event, "b"), (event, text)]).enumerate() {
        if topic == "b" && ["known", "skip", "reopen", "remove-evidence"].contains(event) {
            continue;
        }
        lines.push(json!({
            "id": format!("{at:02}-{text}"), "at": format!("2026-11-20T10:{at:02}:00+01:00"), "do": event,
            "topic": topic, "on": "2026-11-20", "hours": 1.5, "evidence": [text, "javascript:alert(1)"],
            "rubric": [text], "note": text, "quiz": {"right": 1, "asked": 2, "of": 2}, "grade": "hard", "placed": 0.9,
            "step": format!("step-{at}-{text}"), "cancels": format!("nothing {text}"),
        }));
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// Returns JSON as YAML, which takes only some of these characters as they are.
fn yaml(value: &Value) -> String {
    let escaped = |c: char| if misleads(c) { format!("\\U{:08x}", c as u32) } else { c.to_string() };
    value.to_string().chars().map(escaped).collect()
}

/// A home and a curriculum full of `text`.
fn place(text: &str) -> (tempfile::TempDir, Place) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("c.yaml");
    fs::write(folder.path().join("base.yaml"), yaml(&curriculum(text))).expect("written");
    fs::write(&file, yaml(&extending(text))).expect("written");
    let place = Place::with(&file);
    let journals = place.home.path().join("journal/hostile");
    fs::create_dir_all(&journals).expect("made");
    fs::write(journals.join("other.jsonl"), journal(text)).expect("written");
    fs::write(journals.join("torn.jsonl"), journal(text) + "{\"id\":\"\u{1b}[2J").expect("written");
    let config = format!("name = {0}\ntrack = {0}\n", toml_edit::Value::from(text));
    fs::write(place.home.path().join("config.toml"), config).expect("written");
    (folder, place)
}

/// One line for every command, and for every form that it has.
fn commands(folder: &Path) -> Vec<String> {
    let file = |name: &str| folder.join(name).display().to_string();
    fs::write(folder.join("answers"), "a yes\nb no\n").expect("written");
    let mut lines: Vec<String> = [
        "",
        "next -n 3",
        "next --track t",
        "show a",
        "show b",
        "show c",
        "why a",
        "why c",
        "list",
        "list --state ready",
        "list evil",
        "status",
        "plan",
        "plan --markdown",
        "plan --track t",
        "graph",
        "graph --format mermaid",
        "graph --format svg",
        "graph --format json",
        "place --answers - --dry-run",
        "quiz a --answers 1 --seed 1",
        "quiz b --answers 2 --seed 1",
        "review --ahead 90 --answers 1,1,1 --seed 1",
        "review --due",
        "report",
        "portfolio",
        "portfolio --html",
        "portfolio --markdown",
        "portfolio --json-resume",
        "evidence list",
        "evidence list b",
        "rubric b",
        "rubric b --tick 1",
        "rubric b --untick 1",
        "log -n 0",
        "track",
        "track t",
        "track --none",
        "config",
        "config name",
        "export",
        "export --format markdown",
        "export --format json",
        "check",
        "check --format concise",
        "check --format json",
        "schema curriculum",
        "doctor",
        "completions bash",
        "man",
        "browse",
        "start b --force",
        "done a --note x",
        "known c",
        "skip c",
        "reopen c",
        "undo",
        "redo",
        "note a words",
        "log-time a 1h",
        "evidence add a https://example.org/proof",
        "evidence remove a https://example.org/proof",
        "hub status",
        "cohort stuck",
        "help next",
    ]
    .map(str::to_owned)
    .to_vec();
    lines.push(format!("place --answers {} --dry-run", file("answers")));
    for (line, name) in [
        ("plan --ics", "plan.ics"),
        ("report --html", "report.html"),
        ("report --markdown", "report.md"),
        ("report --csv", "report.csv"),
        ("portfolio --html", "portfolio.html"),
        ("portfolio --markdown", "portfolio.md"),
        ("portfolio --json-resume", "resume.json"),
        ("export --format csv --to", "export.csv"),
        ("export --format markdown --to", "export.md"),
        ("export --format json --to", "export.json"),
    ] {
        lines.push(format!("{line} {}", file(name)));
    }
    for (name, form) in [("export.md", "markdown"), ("export.csv", "csv")] {
        lines.push(format!("import {} --format {form} --to {}", file(name), file(&format!("from-{form}"))));
    }
    lines.push(format!("new {}", file("new")));
    lines.push(format!("sync {}", file("carried")));
    lines
}

/// Returns whether a terminal or a reader could be misled. Told here apart from the program's own list.
fn misleads(c: char) -> bool {
    c.is_control() && c != '\n'
        || matches!(c as u32, 0xad | 0x61c | 0x180e | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfeff
            | 0xfff9..=0xfffb | 0xe0000..=0xe007f)
}

/// Returns what is left without the program's own colours: bold, faint, and the sixteen.
fn without_colour(shown: &str) -> String {
    let mut parts = shown.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, rest) = part.split_once('m').unwrap_or_default();
        let ours =
            code.split(';').all(|n| ["0", "1", "2", "4"].contains(&n) || (n.len() == 2 && "39".contains(&n[..1])));
        plain.push_str(if ours { rest } else { "\u{1b}" });
    }
    plain
}

#[track_caller]
fn harmless(shown: &str, line: &str) {
    if let Some(at) = shown.find(misleads) {
        let from = (0..=at.saturating_sub(60)).rev().find(|&at| shown.is_char_boundary(at)).unwrap_or(0);
        panic!("`{line}` prints {:?}", shown[from..].chars().take(120).collect::<String>());
    }
}

/// Runs every command in a place full of `text`, plain, coloured and as JSON, and returns the folder
/// with the files that they wrote.
fn every_command(text: &str) -> (tempfile::TempDir, Place) {
    let (folder, place) = place(text);
    for more in ["--color always ", "--json ", ""] {
        // What another machine left, the same text in it.
        let carried = folder.path().join("carried/hostile");
        fs::create_dir_all(&carried).expect("made");
        let header = json!({"roadmap": "journal", "version": 1, "curriculum": "hostile", "device": text});
        let entries = journal(text).split_once('\n').map_or_else(String::new, |(_, rest)| rest.to_owned());
        let entries = entries.replace("\"id\":\"", "\"id\":\"far-");
        let left = format!("{header}\n{entries}\u{1b}[2Jbroken\n{{\"id\":\"\u{1b}[2J");
        fs::write(carried.join("far\u{202e}.jsonl"), left).expect("written");
        for line in commands(folder.path()) {
            let output = place.command(&format!("{more}{line}")).output().expect("the binary runs");
            let line = format!("{more}{line}");
            assert!(output.status.code().is_some_and(|code| code < 2), "`{line}`: {output:?}");
            for stream in [&output.stdout, &output.stderr] {
                let shown = std::str::from_utf8(stream).unwrap_or_else(|_| panic!("`{line}` prints UTF-8"));
                let plain = if more.starts_with("--color") { without_colour(shown) } else { shown.to_owned() };
                let plain = if line.contains("completions") { plain.replace('\t', " ") } else { plain };
                harmless(&plain, &line);
            }
        }
        if !more.is_empty() {
            for written in files(folder.path()).iter().filter(|path| path.extension().is_none_or(|end| end != "yaml")) {
                if written.is_dir() { fs::remove_dir_all(written) } else { fs::remove_file(written) }.expect("removed");
            }
        }
    }
    (folder, place)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).expect("readable").map(|entry| entry.expect("readable").path()).collect()
}

fn read(folder: &tempfile::TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).unwrap_or_else(|_| panic!("{name} was written"))
}

#[test]
fn no_key_field_or_command_is_forgotten_here() {
    let place = Place::shipped();
    let mut schema = place.json("schema curriculum");
    let mut wanted: BTreeSet<String> = BTreeSet::new();
    fn properties(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(map) => {
                if let Some(Value::Object(keys)) = map.get("properties") {
                    found.extend(keys.keys().cloned());
                }
                map.values().for_each(|value| properties(value, found));
            }
            Value::Array(items) => items.iter().for_each(|item| properties(item, found)),
            _ => {}
        }
    }
    properties(&schema.take(), &mut wanted);
    let mut tried = BTreeSet::new();
    fn keys(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(map) => map.iter().for_each(|(key, value)| {
                found.insert(key.clone());
                if key != "requires" {
                    keys(value, found);
                }
            }),
            Value::Array(items) => items.iter().for_each(|item| keys(item, found)),
            _ => {}
        }
    }
    keys(&curriculum("x"), &mut tried);
    keys(&extending("x"), &mut tried);
    assert_eq!(tried, wanted, "`curriculum` and `extending` above have every key of the format");

    let folder = tempfile::tempdir().expect("a temporary folder");
    let lines = commands(folder.path());
    let help = place.ok("--help");
    let listed =
        help.lines().skip_while(|line| !line.starts_with("Commands:")).skip(1).take_while(|line| !line.is_empty());
    for name in listed.filter(|line| line.starts_with("  ") && !line.starts_with("   ")) {
        let name = name.split_whitespace().next().expect("a name");
        assert!(lines.iter().any(|line| line.split(' ').next() == Some(name)), "`commands` above has `{name}`");
    }
}

#[test]
fn what_steers_terminals_reaches_none() {
    let (folder, place) = every_command(STEERING);
    // What programs read keeps the text, escaped.
    let shown = place.json("show a");
    assert_eq!(shown["title"], STEERING);
    for name in ["report.html", "report.md", "portfolio.html", "portfolio.md", "export.md"] {
        harmless(&read(&folder, name), name);
    }
    for name in ["report.csv", "export.csv", "plan.ics"] {
        harmless(&read(&folder, name).replace("\r\n", "\n"), name);
    }
    serde_json::from_str::<Value>(&read(&folder, "resume.json")).expect("JSON");
    harmless(&read(&folder, "resume.json"), "resume.json");
    harmless(&read(&folder, "export.json"), "export.json");
}

#[test]
fn markup_stays_text() {
    let (folder, place) = every_command(MARKUP);
    assert_eq!(place.json("show a")["title"], MARKUP);
    for name in ["report.html", "portfolio.html"] {
        let page = read(&folder, name).to_lowercase();
        for tag in ["<script>alert", "<img", "javascript:", "onerror=alert(1)>", "</style>--"] {
            let text = page.replace("[click](javascript:", "").replace("&#34;", "");
            assert!(
                !text.contains(tag) || tag == "javascript:" && !text.contains("href=\"javascript:"),
                "{tag} in {name}"
            );
        }
        let links = page.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap_or_default());
        for link in links {
            assert!(link.starts_with('#') || link.starts_with("https://example.org/"), "{name} links {link}");
        }
    }
    let outputs = [
        ("report.md", read(&folder, "report.md")),
        ("portfolio.md", read(&folder, "portfolio.md")),
        ("export.md", read(&folder, "export.md")),
        ("plan", place.ok("plan --markdown")),
        ("report", place.ok("report")),
    ];
    for (name, markdown) in outputs {
        use pulldown_cmark::{Event, Options, Parser, Tag};
        for event in Parser::new_ext(&markdown, Options::all()) {
            match event {
                Event::Html(html) | Event::InlineHtml(html) => {
                    let ours = html.starts_with("<!-- roadmap") || html.trim().is_empty();
                    assert!(ours, "{name} has HTML: {html}");
                }
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    assert!(dest_url.starts_with("https://example.org/"), "{name} links {dest_url}");
                }
                Event::Start(Tag::CodeBlock(_)) => panic!("{name} has a block of code"),
                _ => {}
            }
        }
    }
    let calendar = read(&folder, "plan.ics");
    let lines: Vec<&str> = calendar.split("\r\n").collect();
    assert!(lines.iter().all(|line| line.len() <= 75 && !line.contains('\n')), "lines are folded");
    let names: BTreeSet<&str> = lines
        .iter()
        .filter(|line| !line.is_empty() && !line.starts_with(' '))
        .map(|line| line.split([':', ';']).next().unwrap_or_default())
        .collect();
    assert!(!names.contains("ATTENDEE"), "{names:?}");
    let events = |word: &str| lines.iter().filter(|line| **line == word).count();
    assert_eq!((events("BEGIN:VEVENT"), events("END:VEVENT")), (4, 4), "one for each topic that is open");
    let drawing = place.ok("graph --format svg");
    let drawing = roxmltree::Document::parse(&drawing).expect("XML");
    assert!(drawing.descendants().all(|node| !["script", "img", "foreignObject"].contains(&node.tag_name().name())));
}

#[test]
fn no_cell_is_a_formula() {
    for formula in FORMULAS {
        let (folder, place) = place(formula);
        for (name, line) in [("export.csv", "export --format csv --to"), ("report.csv", "report --csv")] {
            place.ok(&format!("{line} {}", folder.path().join(name).display()));
            let text = read(&folder, name);
            let mut table = csv::Reader::from_reader(text.as_bytes());
            let rows: Vec<csv::StringRecord> = table.records().map(|row| row.expect("as wide as the head")).collect();
            assert_eq!(rows.len(), 5);
            for cell in rows.iter().flatten() {
                assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{name}: {cell:?}");
            }
        }
    }
}

#[test]
fn ten_thousand_characters_fit_everywhere() {
    let (folder, place) = every_command(&"long 題 ".repeat(1_700));
    let (_wide_folder, wide) = every_command(&"x".repeat(10_000));
    for place in [&place, &wide] {
        for line in ["", "next", "list", "status", "plan", "track", "evidence list"] {
            let lines = place.ok(line);
            assert!(lines.len() < 400_000, "`{line}` prints {} bytes", lines.len());
        }
    }
    assert!(read(&folder, "plan.ics").split("\r\n").all(|line| line.len() <= 75));
}

#[test]
#[cfg(unix)]
fn names_of_files_and_folders_are_shown_safely() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evil = folder.path().join("c\u{1b}[2J\u{202e}\n\u{9b}31m'x; y");
    fs::create_dir(&evil).expect("made");
    let name = "01-\u{1b}]0;x\u{7}\u{200b}.yaml";
    let main = json!({"id": "c", "title": "C", "phases": [name, "missing\u{1b}[2J.yaml", "../\u{1b}[2J", "/\u{202e}"]});
    fs::write(evil.join("roadmap.yaml"), main.to_string()).expect("written");
    fs::write(evil.join(name), "id: p\ntitle: P\ntopics: [{id: a, title: A, hours: x}]\n").expect("written");
    fs::write(evil.join("list\u{1b}[2J\u{202e}.md"), "- [ ] A\n").expect("written");
    let place = Place::with(&evil);
    let quoted = |path: &Path| format!("\"{}\"", path.display());
    let import = format!(
        "import {} --to {}",
        quoted(&evil.join("list\u{1b}[2J\u{202e}.md")),
        quoted(&evil.join("new\u{1b}[1m"))
    );
    let lines = [
        "next".to_owned(),
        "check".to_owned(),
        "check --format concise".to_owned(),
        "check --format json".to_owned(),
        "doctor".to_owned(),
        format!("config curriculum {}", quoted(&evil)),
        import,
        format!("new {}", quoted(&evil.join("fresh\u{1b}[2J"))),
        format!("--curriculum examples/workshop report --html {}", quoted(&evil.join("r\u{1b}[2J.html"))),
        format!("--curriculum examples/workshop export --to {}", quoted(&evil.join("r\u{9b}2J.csv"))),
        format!("--curriculum examples/workshop done tokens --evidence {}", quoted(&evil.join(name))),
        "--curriculum examples/workshop show tokens".to_owned(),
        format!("--curriculum {} next", quoted(&evil.join("none\u{1b}[2J"))),
    ];
    for line in lines.iter().flat_map(|line| [line.clone(), format!("--json {line}")]) {
        harmless(&place.run(&line), &line);
    }
    let home = Place::with("examples/workshop");
    let inside = home.home.path().join("home\u{1b}[2J");
    for line in ["done tokens", "doctor", "config", "--json config", "log", "config order best", "doctor --mend"] {
        let line = format!("{line} --home {}", quoted(&inside));
        harmless(&home.run(&line), &line);
    }
}
