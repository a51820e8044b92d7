//! The portfolio: evidence and rubric as a learner keeps them, and what others get to see of it.

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use common::Place;

/// Runs commands one after another and returns the whole session as it looks on a terminal.
fn session(place: &Place, lines: &[&str]) -> String {
    lines.iter().map(|line| format!("$ roadmap {line}\n{}\n", place.run(line))).collect()
}

/// Returns a home in which one project is shown, with a public and a private piece of evidence.
fn workshop() -> (Place, String) {
    let place = Place::with("examples/workshop").wide(200);
    let file = place.home.path().join("report.pdf");
    std::fs::write(&file, "a report").expect("it can be written");
    let file = file.display().to_string();
    place.ok("known tokens inverted-index");
    place.ok("start ranking --on 2026-11-02");
    place.ok("done ranking --on 2026-11-05");
    place.ok("done embeddings --evidence https://example.org/certificate");
    place.ok("start project-search --on 2026-11-10");
    place.ok("done project-search --on 2026-11-20");
    place.ok(&format!("evidence add project-search https://github.com/me/search {file}"));
    place.ok("rubric project-search --tick 1");
    (place, file)
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("it is there")
}

#[test]
fn evidence_is_added_listed_removed_and_undone() {
    // Wide, so that the temporary folder's name cannot change where lines break.
    let place = Place::with("examples/workshop").wide(200);
    std::fs::write(place.home.path().join("report.pdf"), "a report").expect("it can be written");
    let file = place.home.path().join("report.pdf").display().to_string();
    let add_file = format!("evidence add project-search {file}");
    let remove_file = format!("evidence remove project-search {file}");
    let seen = session(
        &place,
        &[
            "evidence list",
            "evidence add tokens https://example.org/words",
            "evidence add tokens https://example.org/words",
            "evidence add tokens github.com/me/words",
            "evidence add tokens no/such/file.pdf",
            "evidence add tokens ftp://example.org/words",
            "done tokens --evidence no/such/file.pdf",
            "done tokens --evidence https://example.org/more",
            &add_file,
            "evidence list",
            "evidence remove tokens https://example.org/wrds",
            "evidence remove tokens https://example.org/words",
            &remove_file,
            "evidence list",
            "undo",
            "undo",
            "redo",
            "evidence list",
            "log -n 4",
        ],
    );
    insta::assert_snapshot!(seen.replace(&place.home.path().display().to_string(), "[HOME]"));
}

#[test]
fn rubrics_are_ticked_by_number_and_kept_by_text() {
    let place = Place::with("examples/workshop");
    insta::assert_snapshot!(session(
        &place,
        &[
            "rubric project-search",
            "rubric project-search --tick 1",
            "rubric project-search --tick 1",
            "rubric project-search --tick 2",
            "rubric project-search --tick 0",
            "rubric project-search --tick 1 --untick 1",
            "rubric tokens",
            "rubric project-search --untick 1 --quiet",
            "undo",
            "rubric project-search --json",
        ]
    ));
    // A later edition asks for something else first: what was ticked stays ticked, by its words.
    let old = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/workshop/roadmap.yaml"));
    let new = old.replace("        rubric:\n", "        rubric:\n          - The page loads in a second\n");
    assert_ne!(old, new);
    let folder = place.home.path().join("later");
    std::fs::create_dir(&folder).expect("it can be made");
    std::fs::write(folder.join("roadmap.yaml"), &new).expect("it can be written");
    let words = "examples/workshop/01-words.yaml";
    std::fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join(words), folder.join("01-words.yaml")).expect("a copy");
    let later = place.json(&format!("rubric project-search --curriculum {}", folder.display()));
    assert_eq!(later["rubric"][0]["ticked"], false);
    assert_eq!(later["rubric"][1]["ticked"], true);
    // And one that asks for it no more says so.
    std::fs::write(folder.join("roadmap.yaml"), new.replace("At least eight", "Nearly eight")).expect("written");
    insta::assert_snapshot!(
        "checks_of_an_earlier_edition",
        place.run(&format!("rubric project-search --curriculum {}", folder.display()))
    );
}

#[test]
fn a_portfolio_grows() {
    let place = Place::with("examples/workshop");
    insta::assert_snapshot!(session(
        &place,
        &[
            "portfolio",
            "portfolio --markdown",
            "done embeddings --with-prerequisites",
            "start project-search --force",
            "portfolio",
            "done project-search --force",
            "portfolio --track words-only",
            "evidence add project-search https://github.com/me/search",
            "portfolio",
            "portfolio --track nowhere",
            "portfolio --html --markdown",
            "portfolio --force",
            "portfolio --json --html",
            "skip project-search",
            "portfolio --json",
        ]
    ));
}

#[test]
fn a_portfolio_is_shown_to_others_without_private_files() {
    let (place, file) = workshop();
    place.ok("config name \"Ada Lovelace\"");
    insta::assert_snapshot!(session(&place, &["portfolio", "portfolio --markdown", "portfolio --json-resume"]));
    for form in ["--html", "--markdown", "--json-resume"] {
        let made = place.ok(&format!("portfolio {form}"));
        assert!(!made.contains(&file) && !made.contains("report.pdf"), "{form}");
        assert!(made.contains("https://github.com/me/search"), "{form}");
    }
    insta::assert_snapshot!("a_page", place.ok("portfolio --html"));
}

#[test]
fn files_of_others_are_not_replaced() {
    let (place, _) = workshop();
    let readme = place.home.path().join("README.md");
    let write = format!("portfolio --markdown {}", readme.display());
    let run = |line: &str| place.run(line);
    let mut seen = run(&write);
    place.ok("config name Ada");
    seen.push_str(&run(&write));
    std::fs::write(&readme, read(&readme) + "\nMy own words.\n").expect("it can be written");
    seen.push_str(&run(&write));
    assert!(read(&readme).ends_with("My own words.\n"));
    std::fs::write(&readme, "# Me\n").expect("it can be written");
    seen.push_str(&run(&write));
    assert_eq!(read(&readme), "# Me\n");
    seen.push_str(&run(&format!("{write} --force --json")));
    assert!(read(&readme).contains("# Ada"));
    seen.push_str(&run(&format!("portfolio --html {}", place.home.path().display())));
    seen.push_str(&run(&format!("portfolio --html {}", place.home.path().join("no/such/place.html").display())));
    let left: Vec<_> = std::fs::read_dir(place.home.path()).expect("it is there").flatten().collect();
    assert!(left.iter().all(|entry| !entry.file_name().to_string_lossy().starts_with(".tmp")), "{left:?}");
    insta::assert_snapshot!(seen);
}

/// Checks a résumé against jsonresume.org's schema.
#[track_caller]
fn assert_resume(resume: &str) -> serde_json::Value {
    let schema = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemas/json-resume-1.0.0.json"));
    let schema = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).expect("a schema");
    let resume: serde_json::Value = serde_json::from_str(resume).expect("JSON");
    let faults: Vec<String> = validator.iter_errors(&resume).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    resume
}

#[test]
fn a_resume_follows_the_schema() {
    let schema_refuses = std::panic::catch_unwind(|| assert_resume("{\"projects\": [{\"url\": \"no address\"}]}"));
    assert!(schema_refuses.is_err(), "the validator looks at formats");
    assert_resume(&Place::shipped().ok("portfolio --json-resume"));
    let (place, _) = workshop();
    place.ok("config name \"Ada Lovelace\"");
    place.ok("evidence add project-search https://bücher.example/[a]?x={y}");
    let resume = assert_resume(&place.ok("portfolio --json-resume"));
    assert_eq!(resume["basics"]["name"], "Ada Lovelace");
    assert_eq!(resume["projects"][0]["url"], "https://github.com/me/search");
    assert_eq!(resume["projects"][0]["highlights"].as_array().map(Vec::len), Some(1));
    assert_eq!(resume["skills"][1]["keywords"][0], "Embeddings");
    place.ok("evidence remove project-search https://github.com/me/search");
    let resume = assert_resume(&place.ok("portfolio --json-resume"));
    assert_eq!(resume["projects"][0]["url"], "https://b%C3%BCcher.example/%5Ba%5D?x=%7By%7D");
    assert_resume(&whole_road().ok("portfolio --json-resume"));
}

/// Returns a home in which every topic of the shipped curriculum is done, every project with evidence.
fn whole_road() -> Place {
    let place = Place::shipped();
    let list = place.json("list");
    let topics = list["topics"].as_array().expect("topics");
    let ids: Vec<&str> = topics.iter().filter_map(|topic| topic["id"].as_str()).collect();
    place.ok(&format!("known {}", ids.join(" ")));
    for topic in topics.iter().filter(|topic| topic["kind"] == "project") {
        let id = topic["id"].as_str().expect("an id");
        place.ok(&format!("evidence add {id} https://github.com/me/{id}"));
        place.ok(&format!("rubric {id} --tick 1 2"));
    }
    place
}

#[test]
fn the_shipped_projects_show_every_skill_below_them() {
    let view = whole_road().json("portfolio");
    assert_eq!(view["project_count"]["missing"], 0);
    assert_eq!(view["skill_count"]["missing"], 0);
    let skills = || view["phases"].as_array().into_iter().flatten().flat_map(|p| p["skills"].as_array()).flatten();
    let by: Vec<usize> = skills().filter_map(|s| s["shown_by"].as_array()).map(Vec::len).collect();
    let most = by.iter().max().expect("there are skills");
    assert!(*most < 19, "no skill is shown by every project: the walk ends at other projects");
}

const HOSTILE: &str = r##"
id: hostile
title: "<script>document.title='broken'</script>"
phases:
  - id: p
    title: "](javascript:alert(1)) <img src=x onerror=alert(1)>"
    topics:
      - id: a
        title: "\e[2Ja & </li></ul><script>alert(2)</script> roadmap-portfolio:0000000000000000"
        hours: 1
      - id: b
        title: "--> <!-- {{ 7 * 7 }} [x](https://evil.example) \u202Ereversed"
        kind: project
        hours: 1
        summary: "# no heading\n- no list\n\n<h1>no HTML</h1> https://evil.example www.evil.example"
        rubric:
          - "</style><style>body { display: none }</style>"
        requires: [a]
"##;

fn hostile() -> Place {
    let home = tempfile::tempdir().expect("a temporary folder").keep();
    let file = home.join("hostile.yaml");
    std::fs::write(&file, HOSTILE).expect("it can be written");
    let place = Place::with(&file);
    place.ok("config name \"<b onmouseover=alert(3)>Ada</b>\"");
    place.ok("known a");
    place.ok("done b --evidence https://example.org/?a='onmouseover=alert(4)&b=)**x**");
    place.ok("rubric b --tick 1");
    place
}

#[test]
fn hostile_text_stays_text_in_every_form() {
    let place = hostile();
    let terminal = place.ok("portfolio");
    assert!(!terminal.contains('\u{1b}') && !terminal.contains('\u{202e}'));
    let page = place.ok("portfolio --html");
    for markup in ["<script", "<img", "<h1>no", "<b ", "'onmouseover", "</style><style>", "\u{202e}", "\u{1b}"] {
        assert!(!page.contains(markup), "{markup} is in the page");
    }
    assert_eq!(page.matches("<style>").count(), 1);
    assert_resume(&place.ok("portfolio --json-resume"));
    insta::assert_snapshot!(place.ok("portfolio --markdown"));
    // The seal is the file's own, although a title pretends to be one.
    let file = place.home.path().join("README.md");
    let write = format!("portfolio --markdown {}", file.display());
    place.ok(&write);
    place.ok(&write);
}

/// Returns the browser, if there is one on the path.
fn browser() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome"];
    std::env::split_paths(&path).flat_map(|folder| names.map(|name| folder.join(name))).find(|file| file.is_file())
}

#[test]
fn a_browser_runs_nothing_and_loads_nothing() {
    let Some(browser) = browser() else {
        eprintln!("skipped: no browser is installed");
        return;
    };
    let place = hostile();
    let page = place.home.path().join("page.html");
    place.ok(&format!("portfolio --html {}", page.display()));
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--enable-logging=stderr", "--dump-dom"])
        .arg(format!("--user-data-dir={}", place.home.path().join("browser").display()))
        .arg(format!("file://{}", page.display()))
        .output()
        .expect("the browser runs");
    let (dom, log) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(dom.contains("</main>"), "{log}");
    assert!(!dom.contains("<script") && !dom.contains("<img") && dom.contains("portfolio</title>"));
    // A style that the page's own policy refuses would be reported here.
    let said: Vec<&str> = log.lines().filter(|line| line.contains("CONSOLE")).collect();
    assert!(said.is_empty(), "{said:#?}");
}
