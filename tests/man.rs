//! The manual pages: each command has one, it says what `--help` says, and groff has nothing to complain of.

mod common;

use std::collections::BTreeMap;
use std::process::Command;

use common::Place;

/// Writes all pages, and returns them by the words of their commands.
fn pages(place: &Place) -> BTreeMap<Vec<String>, String> {
    let folder = place.home.path().join("new/man1");
    place.ok(&format!("man --dir {}", folder.display()));
    let mut pages = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("made") {
        let path = entry.expect("readable").path();
        let page = std::fs::read_to_string(&path).expect("UTF-8");
        // The synopsis has the command as it is typed: `log-time` is one word, `evidence-add` two.
        let synopsis = page.split(".SH SYNOPSIS\n\\fB").nth(1).and_then(|rest| rest.split("\\fR").next());
        let command: Vec<String> =
            synopsis.expect("a synopsis").replace("\\-", "-").split(' ').map(str::to_owned).collect();
        assert_eq!(path.file_stem().and_then(|stem| stem.to_str()), Some(command.join("-").as_str()));
        pages.insert(command[1..].to_vec(), page);
    }
    pages
}

/// Returns the words of a text, without roff's marks.
fn words(text: &str) -> String {
    let mut plain = String::new();
    for line in text.lines().filter(|line| !line.starts_with('.') || line.starts_with("...")) {
        plain.push_str(line);
        plain.push(' ');
    }
    for (mark, letter) in [
        ("\\fB", ""),
        ("\\fI", ""),
        ("\\fR", ""),
        ("\\-", "-"),
        ("\\*(Aq", "'"),
        ("\\&", ""),
        ("\\\\", "\\"),
        ("\\e", "\\"),
    ] {
        plain = plain.replace(mark, letter);
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the paragraphs and the examples of a help text, each in one line.
fn paragraphs(help: &str) -> Vec<String> {
    let mut paragraphs = vec![String::new()];
    for line in help.lines() {
        let line = line.trim();
        let given = ["[default:", "[possible", "[env:"].iter().any(|mark| line.starts_with(mark));
        let named = line.starts_with(['-', '<', '[']) && !given;
        if line.is_empty() || named || line.starts_with("roadmap ") {
            paragraphs.push(String::new());
        }
        if named || line.starts_with("Usage:") {
            // The page writes the names in its own way; they are compared one by one.
            let text = line.split_once("  ").map_or("", |(_, text)| text);
            let text = text.split(" [default:").next().and_then(|text| text.split(" [").next());
            paragraphs.push(text.unwrap_or_default().trim().to_owned());
            continue;
        }
        let last = paragraphs.last_mut().expect("one");
        *last = format!("{last} {line}").trim().to_owned();
    }
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    paragraphs
}

#[test]
fn every_command_has_a_page_that_says_what_its_help_says() {
    let place = Place::shipped().wide(100);
    let pages = pages(&place);
    assert!(pages.contains_key(&vec![]) && pages.contains_key(&vec!["evidence".to_owned(), "add".to_owned()]));
    let mut waiting = vec![Vec::<String>::new()];
    let mut seen = 0;
    while let Some(command) = waiting.pop() {
        let line = command.join(" ");
        let help = place.ok(format!("{line} --help").trim_start());
        let source = &pages.get(&command).unwrap_or_else(|| panic!("`{line}` has no page"));
        assert_eq!(place.ok(format!("man {line}").trim_end()), ***source, "{line}");
        let page = words(source);
        for name in help.lines().map(str::trim).filter(|line| line.starts_with('-')) {
            for option in name.split([' ', ',', '=']).filter(|word| word.starts_with('-')) {
                assert!(page.contains(option), "`{line}`: `{option}` is not in the page");
            }
        }
        // What stands before the usage and after the options is prose, and below the options their texts.
        let (about, rest) = help.split_once("\nUsage:").expect("a usage");
        let commands = rest.split_once("\nCommands:\n").map(|(_, rest)| rest.split("\n\n").next().unwrap_or_default());
        for text in [about, rest.split_once("\n\n").map_or("", |(_, rest)| rest)] {
            let text = commands.map_or_else(|| text.to_owned(), |commands| text.replace(commands, ""));
            for paragraph in paragraphs(&text) {
                let heading = paragraph.ends_with(':') && !paragraph.contains(' ') || paragraph == "Global options:";
                let listed = paragraph.starts_with("[possible values:") || paragraph.starts_with("Possible values:");
                let given = paragraph.starts_with("[default:") || paragraph.starts_with("[env:");
                if heading || listed || given || paragraph.starts_with("Print help") {
                    continue;
                }
                let paragraph = words(paragraph.split(" [").next().unwrap_or_default());
                assert!(page.contains(&paragraph), "`{line}`: not in the page: {paragraph}\n{page}");
            }
        }
        for below in commands.into_iter().flat_map(str::lines) {
            let name = below.strip_prefix("  ").filter(|rest| !rest.starts_with(' ')).and_then(|l| l.split(' ').next());
            if let Some(name) = name.filter(|name| *name != "help") {
                waiting.push([command.clone(), vec![name.to_owned()]].concat());
            }
        }
        seen += 1;
    }
    assert_eq!(seen, pages.len(), "a page for each command and no other");
    assert!(seen > 35, "{seen}");
}

#[test]
fn groff_reads_every_page_without_a_warning() {
    if Command::new("groff").arg("--version").output().is_err() {
        eprintln!("skipped: groff is not installed");
        return;
    }
    let place = Place::shipped();
    let count = pages(&place).len();
    let folder = place.home.path().join("new/man1");
    for entry in std::fs::read_dir(folder).expect("made") {
        let path = entry.expect("readable").path();
        let run = |form: &[&str]| {
            let output = Command::new("groff").args(["-man", "-ww", "-Tutf8"]).args(form).arg(&path).output();
            let output = output.expect("groff runs");
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success() && said.is_empty(), "{}: {said}", path.display());
        };
        run(&["-z"]);
    }
    assert!(count > 35);
}

#[test]
fn a_page_that_is_not_there_is_refused_with_a_hint() {
    let place = Place::shipped();
    assert!(place.run("man nxt").contains("did you mean `next`?"));
    assert!(place.run("man evidence ad").contains("did you mean `add`?"));
    assert!(place.run("man next more").contains("`roadmap next --help`"));
    assert!(place.ok("man evidence add").contains(".TH roadmap-evidence-add 1"));
}
