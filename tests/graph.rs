//! The graph in its four forms, read back by the programs they are for.

mod common;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::Place;
use roxmltree::Document;

/// Titles that mean something to Graphviz, Mermaid, XML, a shell or a terminal.
const HOSTILE: [&str; 12] = [
    "\"quoted\" and 'quoted'",
    "<script>alert(1)</script>",
    "]]> --> [brackets] {braces} (and) |bars|",
    "back\\slash \\N \\\" \\",
    "two\nlines\tand a tab",
    "turned \u{202e}around\u{202c} and \u{200b}hidden",
    "&lt;b&gt; &amp; &#39; #quot; #35;",
    "%%{init: {\"theme\": \"dark\"}}%%",
    "1. A list - `code` **bold** _it_ ~x~ $y$",
    "]; end; click t1 \"javascript:alert(1)\"",
    "escape \u{1b}[31m red and \u{fffe}",
    "線形代数 and a_very_long_word_that_does_not_fit_into_any_box_however_wide_it_may_be",
];

/// Returns a home whose curriculum has these titles, and ids that are words of DOT and Mermaid.
fn hostile() -> Place {
    let ids = ["end", "graph", "subgraph", "node", "edge", "strict", "digraph", "class", "style", "default", "t1", "x"];
    let topic = |at: usize| {
        let requires: serde_json::Map<_, _> =
            (at.saturating_sub(2)..at).map(|n| (ids[n].to_owned(), HOSTILE[at].into())).collect();
        serde_json::json!({"id": ids[at], "title": HOSTILE[at], "hours": 1, "requires": requires})
    };
    let topics = |range: std::ops::Range<usize>| range.map(topic).collect::<Vec<_>>();
    let curriculum = serde_json::json!({"id": "hostile", "title": HOSTILE[0], "phases": [
        {"id": "end", "title": HOSTILE[1], "topics": topics(0..4)},
        {"id": "one", "title": "1. First", "topics": topics(4..8)},
        {"id": "two", "title": HOSTILE[8], "topics": topics(8..12)},
    ]});
    // YAML takes this character as an escape only.
    let text = curriculum.to_string().replace('\u{fffe}', "\\ufffe");
    let place = Place::shipped();
    std::fs::write(place.home.path().join("hostile.yaml"), text).expect("a file");
    std::fs::write(
        place.home.path().join("config.toml"),
        format!("curriculum = {:?}\n", place.home.path().join("hostile.yaml")),
    )
    .expect("a config");
    place
}

/// Returns how many nodes, edges and clusters Graphviz sees, `None` where it is not installed.
fn graphviz(dot: &str) -> Option<(usize, usize, usize)> {
    let run = |form: &str| {
        let started =
            Command::new("dot").arg(form).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let Ok(mut child) = started else { return None };
        let mut stdin = child.stdin.take().expect("piped");
        let text = dot.to_owned();
        let writer = std::thread::spawn(move || stdin.write_all(text.as_bytes()));
        let output = child.wait_with_output().expect("dot ends");
        writer.join().expect("no panic").expect("dot reads to the end");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        let complaints: Vec<&str> =
            said.lines().filter(|line| line.contains("rror") || line.contains("yntax")).collect();
        assert!(complaints.is_empty(), "{complaints:?}");
        Some(String::from_utf8(output.stdout).expect("UTF-8"))
    };
    let svg = run("-Tsvg")?;
    let count = |class: &str| svg.matches(&format!("class=\"{class}")).count();
    Document::parse_with_options(&svg, roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() })
        .expect("what dot made of it is XML");
    Some((count("node"), count("edge"), count("cluster")))
}

#[track_caller]
fn check_dot(dot: &str, expected: (usize, usize, usize)) {
    match graphviz(dot) {
        Some(found) => assert_eq!(found, expected, "nodes, edges, clusters"),
        None => eprintln!("skipped: Graphviz (`dot`) is not installed"),
    }
}

/// Checks a picture and returns how many boxes, lines and bands it has.
#[track_caller]
fn check_svg(svg: &str) -> (usize, usize, usize) {
    let document = Document::parse(svg).expect("the picture is XML");
    let allowed = ["svg", "title", "desc", "style", "defs", "marker", "path", "rect", "text", "g"];
    for element in document.descendants().filter(|node| node.is_element()) {
        assert!(allowed.contains(&element.tag_name().name()), "{:?}", element.tag_name());
        for attribute in element.attributes() {
            let name = attribute.name();
            assert!(!name.starts_with("on") && !name.contains("href"), "{name}");
        }
    }
    let root = document.root_element();
    for name in ["title", "desc"] {
        let first = root.children().find(|node| node.has_tag_name(("http://www.w3.org/2000/svg", name)));
        assert!(first.and_then(|node| node.text()).is_some_and(|text| !text.is_empty()), "no {name}");
    }
    let class =
        |node: &roxmltree::Node<'_, '_>, names: &[&str]| node.attribute("class").is_some_and(|c| names.contains(&c));
    let map = document.descendants().find(|node| node.attribute("transform").is_some()).expect("a map");
    (
        map.children().filter(|node| node.has_tag_name(("http://www.w3.org/2000/svg", "g"))).count(),
        map.children().filter(|node| class(node, &["near", "far"])).count(),
        map.children().filter(|node| class(node, &["band"])).count(),
    )
}

/// Returns what Mermaid makes of each document with its default settings, `None` where it is not installed.
fn mermaid(documents: &[String]) -> Option<Vec<serde_json::Value>> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/page");
    let chromium =
        std::env::var_os("ROADMAP_TEST_CHROMIUM").map_or_else(|| PathBuf::from("/usr/bin/chromium"), PathBuf::from);
    let packages = ["playwright-core", "mermaid"].map(|name| tests.join("node_modules").join(name).exists());
    if !chromium.exists() || packages.contains(&false) || Command::new("node").arg("--version").output().is_err() {
        eprintln!("skipped: Mermaid is asked where Chromium is and `npm install --prefix tests/page` was run");
        return None;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut node = Command::new("node");
    node.arg(tests.join("mermaid.mjs"));
    for (at, document) in documents.iter().enumerate() {
        let file = folder.path().join(format!("{at}.mmd"));
        std::fs::write(&file, document).expect("written");
        node.arg(file);
    }
    let output = node.output().expect("node runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).expect("JSON"))
}

#[test]
fn mermaid_itself_draws_all_of_it() {
    let (shipped, workshop) = (Place::shipped(), Place::with("examples/workshop"));
    workshop.ok("start tokens");
    let places = [shipped, workshop, hostile()];
    let documents: Vec<String> = places.iter().map(|place| place.ok("graph --format mermaid")).collect();
    // One line more than Mermaid takes by default.
    let too_many = format!("flowchart LR\n{}", "a --> b\n".repeat(501));
    let Some(seen) = mermaid(&[documents, vec![too_many]].concat()) else { return };
    for (place, picture) in places.iter().zip(&seen) {
        assert!(picture["error"].is_null(), "{}", picture["error"]);
        let view = place.json("graph");
        for (here, there) in [("nodes", "nodes"), ("edges", "edges"), ("clusters", "phases")] {
            let expected = view[there].as_array().expect("a list").len();
            assert_eq!(picture[here], expected, "{here} of {}", view["title"]);
        }
        assert_eq!(picture["scripts"], 0);
    }
    let words = seen[2]["words"].to_string();
    for title in ["<script>alert(1)</script>", "%%{init:", "`code` **bold** _it_", "&lt;b&gt; &amp;", "click t1"] {
        assert!(words.contains(title), "`{title}` is not what the reader sees: {words}");
    }
    assert!(seen[3]["error"].as_str().is_some_and(|error| error.contains("500")), "{}", seen[3]);
}

#[test]
fn a_small_graph_in_every_form() {
    let place = Place::with("examples/workshop");
    place.ok("known tokens");
    place.ok("start inverted-index");
    place.ok("skip embeddings");
    let session: String = ["graph", "graph --format mermaid", "graph --format svg", "graph --format json"]
        .map(|line| format!("$ roadmap {line}\n{}\n", place.run(line)))
        .concat();
    insta::assert_snapshot!(session);
    assert_eq!(place.json("graph --format svg"), place.json("graph"), "--json wins");
}

#[test]
fn a_part_of_the_graph() {
    let place = Place::shipped();
    let ids = |line: &str| -> Vec<String> {
        let view = place.json(&format!("graph {line}"));
        view["nodes"].as_array().expect("nodes").iter().map(|n| n["id"].as_str().expect("an id").to_owned()).collect()
    };
    insta::assert_snapshot!(ids("--around kv-cache --depth 1").join(" "), @"decoding modern-architecture kv-cache long-context project-local-models llm-serving llm-gateways");
    assert_eq!(ids("--around kv-cache --depth 0"), ["kv-cache"]);
    assert_eq!(ids("--around kv-cache"), ids("--around kv-cache --depth 2"));
    assert_eq!(ids("--around kv-cache --depth 99999999999").len(), ids("--around kv-cache --depth 40").len());
    let phase: Vec<String> = ids("--phase safety");
    assert!(phase.len() > 10 && place.json("graph --phase safety")["phases"].as_array().is_some_and(|p| p.len() == 1));
    let track = ids("--track multimodal");
    let both = ids("--track multimodal --phase python");
    assert!(!both.is_empty() && both.len() < track.len() && both.iter().all(|id| track.contains(id)));
    // A track holds whatever its topics stand on.
    let view = place.json("graph --track multimodal");
    let edges = view["edges"].as_array().expect("edges");
    for id in &track {
        let needs = place.json(&format!("show {id}"))["requires"].as_array().expect("a list").len();
        assert_eq!(edges.iter().filter(|edge| edge["to"] == id.as_str()).count(), needs, "{id}");
    }
}

#[test]
fn what_is_not_there_is_refused_with_a_hint() {
    let place = Place::shipped();
    let session: String = [
        "graph --format png",
        "graph --around kv-cash",
        "graph --around kv-cache --phase safety --depth 0",
        "graph --depth 3",
        "graph --track nowhere",
    ]
    .map(|line| format!("$ roadmap {line}\n{}\n", place.run(line)))
    .concat();
    insta::assert_snapshot!(session);
}

#[test]
fn the_shipped_graph_is_whole_for_graphviz_and_browsers() {
    let place = Place::shipped();
    let view = place.json("graph");
    let count = |key: &str| view[key].as_array().expect("a list").len();
    let expected = (count("nodes"), count("edges"), count("phases"));
    assert!(expected.0 > 100 && expected.1 > 200);
    check_dot(&place.ok("graph"), expected);
    assert_eq!(check_svg(&place.ok("graph --format svg")), expected);
    assert_eq!(place.ok("graph --format svg"), place.ok("graph --format svg"));
    let mermaid = place.ok("graph --format mermaid");
    let lines = |part: &str| mermaid.lines().filter(|line| line.contains(part)).count();
    assert_eq!((lines("]:::"), lines(" --> "), lines("subgraph ")), expected);
}

#[test]
fn hostile_titles_stay_titles() {
    let place = hostile();
    let expected = (12, 21, 3);
    let dot = place.ok("graph");
    check_dot(&dot, expected);
    let svg = place.ok("graph --format svg");
    assert_eq!(check_svg(&svg), expected);
    assert!(svg.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    let mermaid = place.ok("graph --format mermaid");
    for text in [&dot, &svg, &mermaid] {
        assert!(!text.contains(|c: char| c != '\n' && (c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c))));
    }
    insta::assert_snapshot!(mermaid);
}

#[test]
fn mermaid_says_when_it_may_be_too_much() {
    let place = Place::shipped();
    let topics: Vec<_> = (0..40)
        .map(|at| {
            let requires: Vec<String> = (0..at).map(|n| format!("t{n}")).collect();
            serde_json::json!({"id": format!("t{at}"), "title": "Topic", "hours": 1, "requires": requires})
        })
        .collect();
    let phases = [serde_json::json!({"id": "p", "title": "P", "topics": topics})];
    let file = place.home.path().join("many.yaml");
    let curriculum = serde_json::json!({"id": "many", "title": "Many", "phases": phases});
    std::fs::write(&file, curriculum.to_string()).expect("a file");
    let line = format!("--curriculum {} graph --format mermaid", file.display());
    let seen = place.run(&line);
    let (_, said) = seen.split_once("--- stderr\n").expect("a warning");
    insta::assert_snapshot!(said, @"
    warning: Mermaid draws 500 lines and 50000 characters unless its settings allow
    more; these are 780 lines and 11875 characters. `--track`, `--phase` or
    `--around` make it smaller.
    --- status 0
    ");
    let quiet = place.run(&format!("{line} --quiet"));
    assert!(!quiet.contains("stderr") && quiet.ends_with("--- status 0\n"));
}
