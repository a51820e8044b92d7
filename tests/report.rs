//! The report page: what is in it, and how it behaves in a browser.

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use common::Place;

const ATTACK: &str =
    "\"><script>attacked=1</script><img src=x onerror=attacked=1> ' {{7*7}} &lt; \u{202e}evil \u{1b}[31m";

/// Returns the page of a learner who did a few things.
fn page(place: &Place) -> PathBuf {
    place.ok("config name Ada");
    place.ok("done genai-engineering math-notation vectors --on 2026-10-20");
    place.ok("done command-line python-basics --on 2026-11-10 --evidence https://example.org/proof --note \"the shell is a language\"");
    place.ok("start matrices");
    place.ok("log-time matrices 1h30m --on 2026-11-22");
    place.ok("skip tensorflow");
    place.ok("known probability");
    place.ok("quiz vectors --seed 1 --answers 1,2,3,4");
    let file = place.home.path().join("report.html");
    place.ok(&format!("report --html {}", file.display()));
    file
}

/// Returns the page of a curriculum and journal in which every text is an attack.
fn hostile() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let text = serde_json::to_string(ATTACK).expect("a string");
    let topic = |id: &str, more: &str| {
        format!(
            "{{id: {id}, title: {text}, hours: 2, summary: {text}, outcomes: [{text}], includes: [{text}], \
             rubric: [{text}], publish: {text}, resources: [{{title: {text}, by: {text}, url: 'https://example.org/?a=%22%3E'}}]{more}}}"
        )
    };
    let topics = [topic("a", ""), topic("b", &format!(", requires: {{a: {text}}}"))].join(", ");
    let yaml = format!(
        "{{id: hostile, title: {text}, edition: {text}, description: {text}, phases: [{{id: p, title: {text}, summary: {text}, topics: [{topics}]}}], \
         tracks: [{{id: t, title: {text}, goals: [b]}}]}}"
    );
    let curriculum = folder.path().join("hostile.yaml");
    std::fs::write(&curriculum, yaml).expect("written");
    let place = Place::with(&curriculum);
    let run =
        |args: &[&str]| assert!(place.command("").args(args).output().expect("it runs").status.success(), "{args:?}");
    run(&["config", "name", ATTACK]);
    run(&["track", "t"]);
    run(&["done", "a", "--note", ATTACK, "--evidence", "https://example.org/proof"]);
    // The command would refuse this evidence; a journal from elsewhere may hold it.
    let journals = place.home.path().join("journal/hostile");
    let journal = std::fs::read_dir(journals).expect("there").next().expect("a file").expect("readable").path();
    let lines = std::fs::read_to_string(&journal).expect("there");
    let evidence = serde_json::json!(["javascript:attacked=1", ATTACK]).to_string();
    std::fs::write(&journal, lines.replace("[\"https://example.org/proof\"]", &evidence)).expect("written");
    let file = folder.path().join("hostile.html");
    run(&["report", "--html", &file.display().to_string()]);
    (folder, file)
}

#[test]
fn the_page_is_one_file_with_everything_and_nothing_from_outside() {
    let place = Place::shipped();
    let html = std::fs::read_to_string(page(&place)).expect("written");
    assert!(html.len() < 1_000_000, "{} bytes", html.len());
    assert!(html.starts_with("<!doctype html>\n<html lang=\"en\">"));
    for id in ["lora", "project-capstone", "tensorflow"] {
        assert!(html.contains(&format!("id=\"t-{id}\"")), "{id} has no card");
    }
    for words in
        ["the shell is a language", "https://example.org/proof", "Ada", "Content-Security-Policy", "1.5 h logged"]
    {
        assert!(html.contains(words), "no `{words}`");
    }
    // Nothing is loaded: no source, no import, no style from elsewhere.
    for outside in [" src=", "@import", "url(", "<link", "<iframe", "<img", " onclick", " style="] {
        assert!(!html.contains(outside), "`{outside}` in the page");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(place.home.path().join("report.html")).expect("there").permissions().mode();
        assert_eq!(mode & 0o600, 0o600);
    }
}

#[test]
fn the_policy_allows_this_style_and_script_by_their_hashes() {
    use base64::Engine;
    use sha2::Digest;
    let place = Place::with("examples/workshop");
    let file = place.home.path().join("report.html");
    place.ok(&format!("report --html {}", file.display()));
    let html = std::fs::read_to_string(file).expect("written");
    for tag in ["style", "script"] {
        let inside = html.split(&format!("<{tag}>")).nth(1).and_then(|rest| rest.split(&format!("</{tag}>")).next());
        let digest = sha2::Sha256::digest(inside.expect("there").as_bytes());
        let hash = format!("sha256-{}", base64::engine::general_purpose::STANDARD.encode(digest));
        assert!(
            html.contains(&format!("{tag}-src '{hash}'")),
            "the hash of the {tag} in src/report/page.rs must be {hash}"
        );
    }
}

#[test]
fn the_summary_reads_and_json_has_the_whole() {
    let place = Place::with("examples/workshop");
    place.ok("done tokens --hours 2");
    insta::assert_snapshot!(place.run("report"));
    let report = place.json("report");
    assert_eq!(report["phases"][0]["topics"][0]["state"], "done");
    assert_eq!(report["burn_up"]["points"][0]["hours"], 1.5);
    assert_eq!(report["year"]["days"].as_array().map(Vec::len), Some(52 * 7 + 1));
    assert_eq!(report["way"][0], "inverted-index");
    let table = place.home.path().join("progress.csv");
    assert!(place.run(&format!("report --csv {}", table.display())).contains("Wrote"));
    assert_eq!(std::fs::read_to_string(&table).expect("written"), place.ok("export --format csv"));
    for (line, says) in [
        ("report --html /nowhere/at/all.html", "cannot write"),
        ("report --html .", "is a folder"),
        ("report --open", "--html"),
    ] {
        let seen = place.run(line);
        assert!(seen.contains(says) && !seen.contains("status 0"), "{seen}");
    }
}

#[test]
fn hostile_texts_stay_texts() {
    let (_folder, file) = hostile();
    let html = std::fs::read_to_string(file).expect("written");
    assert!(!html.contains("<script>attacked") && !html.contains("<img") && !html.contains('\u{202e}'));
    assert!(!html.contains('\u{1b}') && !html.contains("href=\"javascript"));
    assert_eq!(html.matches("<script>").count(), 1);
}

#[cfg(unix)]
#[test]
fn the_page_opens_in_the_browser_that_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::with("examples/workshop");
    let home = place.home.path();
    let script = |name: &str, text: &str| {
        let file = home.join(name);
        std::fs::write(&file, format!("#!/bin/sh\n{text}\n")).expect("written");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).expect("ours");
        file.display().to_string()
    };
    let seen = home.join("seen");
    let browser = script("browser", &format!("printf '%s|' \"$@\" > '{}'; echo chatter", seen.display()));
    let broken = script("broken", "exit 3");
    let page = home.join("my page.html");
    let open = |browser: &str, more: &str| {
        let _ = std::fs::remove_file(&seen);
        let _ = std::fs::remove_file(&page);
        let mut command = place.command(&format!("report --html \"{}\" --open{more}", page.display()));
        let output = command.env("BROWSER", browser).env("PATH", home).output().expect("it runs");
        assert!(page.exists(), "the page is written in any case");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&home.display().to_string(), "[HOME]");
        (text(&output.stdout), text(&output.stderr), std::fs::read_to_string(&seen).unwrap_or_default())
    };
    let path = page.display();
    assert_eq!(open(&browser, ""), (String::new(), "Wrote [HOME]/my page.html.\n".to_owned(), format!("{path}|")));
    assert_eq!(open(&format!("{browser} --new %s -x"), "").2, format!("--new|{path}|-x|"));
    assert_eq!(open(&format!("/nowhere/at/all:{broken}:{browser}"), "").2, format!("{path}|"));
    let (json, ..) = open(&browser, " --json");
    serde_json::from_str::<serde_json::Value>(&json).expect("no word of the browser in the result");
    for (browser, why) in [
        ("/nowhere/at/all", "there is no program `/nowhere/at/all`"),
        (broken.as_str(), "`[HOME]/broken` failed"),
        // The system's own, of which there is none on this path.
        ("", "none was found"),
    ] {
        let said = open(browser, "").1.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(&format!("error: cannot open [HOME]/my page.html in a browser: {why} hint: ")), "{said}");
        assert!(said.contains("BROWSER=firefox"), "{said}");
    }
}

#[test]
fn it_works_in_a_browser() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/page");
    let chromium =
        std::env::var_os("ROADMAP_TEST_CHROMIUM").map_or_else(|| PathBuf::from("/usr/bin/chromium"), PathBuf::from);
    if !chromium.exists() || !tests.join("node_modules/playwright-core").exists() {
        eprintln!("skipped: the page is tested where Chromium is and `npm install --prefix tests/page` was run");
        return;
    }
    let place = Place::shipped();
    let (_folder, hostile) = hostile();
    let pictures = std::env::var("ROADMAP_TEST_PICTURES").unwrap_or_else(|_| "-".to_owned());
    let output = Command::new("node")
        .arg(tests.join("check.mjs"))
        .args([page(&place), hostile])
        .arg(pictures)
        .output()
        .expect("node runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
}
