//! Completions in the real shells, where they are installed.

mod common;

use std::process::Command;

use common::Place;

/// Completes `words` in bash, the last of them unfinished, and returns what bash would offer.
fn complete_in_bash(place: &Place, words: &[&str]) -> Vec<String> {
    let script = place.ok("completions bash");
    let folder = std::path::Path::new(env!("CARGO_BIN_EXE_roadmap")).parent().expect("a folder").display().to_string();
    let line = words.join(" ");
    let run = format!(
        "export PATH={folder}:$PATH\n{script}\nCOMP_WORDS=({})\nCOMP_CWORD={}\nCOMP_LINE='{line}'\nCOMP_POINT={}\nCOMP_TYPE=9\n_clap_complete_roadmap roadmap '{}' ''\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"",
        words.iter().map(|w| format!("'{w}'")).collect::<Vec<_>>().join(" "),
        words.len() - 1,
        line.len(),
        words.last().expect("a word"),
    );
    let inner = place.command("");
    let mut shell = Command::new("bash");
    shell.args(["--norc", "-c", &run]).env_clear().envs(inner.get_envs().filter_map(|(k, v)| Some((k, v?))));
    let output = shell.output().expect("bash runs");
    let offered = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(!offered.trim().is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    offered.lines().map(|line| line.trim().to_owned()).collect()
}

#[cfg(unix)]
#[test]
fn bash_completes_commands_and_topics() {
    let place = Place::with("examples/workshop");
    place.ok("done tokens");
    place.ok("start inverted-index");
    assert_eq!(complete_in_bash(&place, &["roadmap", "reo"]), ["reopen"]);
    assert_eq!(complete_in_bash(&place, &["roadmap", "show", "em"]), ["embeddings"]);
    let offered = complete_in_bash(&place, &["roadmap", "done", ""]);
    let topics: Vec<&str> = offered.iter().map(String::as_str).filter(|word| !word.starts_with('-')).collect();
    assert_eq!(topics[0], "inverted-index", "what was begun comes first: {topics:?}");
    assert!(topics.contains(&"ranking"));
    assert_eq!(complete_in_bash(&place, &["roadmap", "next", "--phase", "m"]), ["meaning"]);
    assert_eq!(complete_in_bash(&place, &["roadmap", "track", "w"]), ["words-only"]);
}

#[test]
fn every_shell_has_a_script_and_every_command_a_page() {
    let place = Place::shipped();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(place.ok(&format!("completions {shell}")).contains("roadmap"), "{shell}");
    }
    let folder = place.home.path().join("man");
    place.ok(&format!("man --dir {}", folder.display()));
    let pages = std::fs::read_dir(&folder).expect("made").count();
    assert!(pages >= 22, "{pages} pages");
    assert!(place.ok("man next").contains(".TH"));
    assert!(place.run("man nxt").contains("did you mean `next`?"));
}

#[test]
fn help_teaches() {
    let place = Place::shipped();
    let mut all = place.ok("--help");
    for command in [
        "next",
        "show",
        "why",
        "list",
        "status",
        "plan",
        "start",
        "done",
        "known",
        "skip",
        "reopen",
        "note",
        "log-time",
        "portfolio",
        "evidence",
        "rubric",
        "undo",
        "redo",
        "log",
        "track",
        "config",
        "check",
        "doctor",
        "completions",
        "man",
    ] {
        all.push_str(&format!("\n$ roadmap {command} -h\n{}", place.ok(&format!("{command} -h"))));
        assert!(place.ok(&format!("{command} --help")).lines().count() > 5);
    }
    insta::assert_snapshot!(all);
}
