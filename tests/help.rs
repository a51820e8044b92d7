//! The longer help texts are there, fit, and say what is so.

mod common;

use std::collections::BTreeSet;

use common::Place;

const TEXTS: [&str; 9] =
    ["curriculum", "journal", "planner", "reviews", "placement", "settings", "environment", "exit-status", "json"];

fn texts(place: &Place) -> Vec<(&'static str, String)> {
    TEXTS.iter().map(|&name| (name, place.ok(&format!("help {name}")))).collect()
}

/// Returns the first words of the lines that are indented.
fn keys(text: &str) -> BTreeSet<&str> {
    let indented = text.lines().filter(|line| line.starts_with("    "));
    indented.filter_map(|line| line.split_whitespace().next()).collect()
}

#[test]
fn a_text_reads_well() {
    let place = Place::shipped();
    insta::assert_snapshot!(
        ["help planner", "help plannr", "help nothing-like-it"]
            .map(|line| format!("$ roadmap {line}\n{}", place.run(line)))
            .join("\n")
    );
}

#[test]
fn every_text_is_listed_and_every_listed_text_is_there() {
    let place = Place::shipped();
    let help = place.ok("--help");
    let listed: Vec<&str> = help
        .lines()
        .skip_while(|line| !line.starts_with("More to read"))
        .skip(1)
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(listed, TEXTS);
    assert!(place.ok("help").contains("More to read"));
    assert!(place.ok("help done").contains("roadmap done"), "help of commands goes on as before");
}

#[test]
fn what_they_name_exists() {
    let place = Place::shipped();
    let help = place.ok("--help");
    let commands: BTreeSet<&str> = help
        .lines()
        .skip_while(|line| !line.starts_with("Commands:"))
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter(|line| !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    for (name, text) in texts(&place) {
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for after in flat.split("roadmap ").skip(1) {
            let word: String = after.chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect();
            // As a command only where it stands as one, in backticks or at the start of a line.
            if flat.contains(&format!("`roadmap {word}")) {
                assert!(commands.contains(word.as_str()), "`roadmap {word}` in {name}");
            }
        }
    }
}

#[test]
fn settings_and_variables_are_all_there() {
    let place = Place::shipped();
    let config = place.json("config");
    let settings: BTreeSet<&str> = config["settings"].as_object().expect("a map").keys().map(String::as_str).collect();
    let text = place.ok("help settings");
    assert_eq!(keys(&text), settings);
    for (key, value) in config["settings"].as_object().expect("a map") {
        let line = text.lines().find(|line| line.trim_start().starts_with(key)).expect("listed");
        assert!(line.contains(value.as_str().expect("text")), "{key} has the default {value}");
    }
    let text = place.ok("help environment");
    let help = place.ok("--help");
    for name in help.split("[env: ").skip(1).map(|rest| rest.split([']', '=']).next().expect("a name")) {
        assert!(keys(&text).contains(name), "{name}");
    }
}

#[test]
fn the_format_that_is_shown_is_the_format() {
    let place = Place::shipped();
    let text = place.ok("help curriculum");
    let yaml: String = text
        .lines()
        .filter(|line| line.starts_with("    ") && !line.contains("01-beans.yaml"))
        .map(|line| format!("{}\n", &line[4..]))
        .collect();
    let yaml = yaml.replace("grinding: the", "boiling: the");
    let topic = "      - {id: boiling, title: Boiling water, hours: 1}\n";
    let yaml = yaml.replacen("    topics:\n", &format!("    topics:\n{topic}"), 1);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("brewing.yaml");
    std::fs::write(&file, yaml).expect("written");
    place.ok(&format!("check {}", file.display()));
}

#[test]
fn the_statuses_are_those_that_are_given() {
    let place = Place::shipped();
    let text = place.ok("help exit-status");
    for (line, status) in [("next", "0"), ("done agents", "1"), ("next --hours", "2"), ("help plannr", "2")] {
        assert!(place.run(line).ends_with(&format!("--- status {status}\n")), "{line}");
        assert!(keys(&text).contains(status));
    }
}
