//! README tells the truth: its sessions are run and compared, its links lead somewhere.
//!
//! `README_UPDATE=1 cargo test --test readme` writes the sessions anew.

mod common;

use std::path::Path;

use common::Place;

fn readme() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("it is there")
}

/// Returns what a terminal shows after `$ roadmap ARGUMENTS`: results, then remarks. The shell makes a
/// path of `~`.
fn on_screen(place: &Place, user: &Path, arguments: &str) -> String {
    let user = format!("{}/", user.display());
    let mut command = place.command(&arguments.replace("~/", &user));
    if arguments.contains("~/") {
        // No line breaks because of where temporary folders lie.
        command.env("COLUMNS", "200");
    }
    let output = command.output().expect("it runs");
    let shown = [output.stdout, output.stderr].concat();
    String::from_utf8(shown).expect("UTF-8").replace(&user, "~/")
}

#[test]
fn every_session_runs_as_shown() {
    let place = Place::shipped();
    let user = tempfile::tempdir().expect("a temporary folder");
    std::fs::create_dir_all(user.path().join("Dropbox/roadmap")).expect("made");
    let readme = readme();
    let mut renewed = String::new();
    let mut inside = false;
    for line in readme.lines() {
        let command = line.strip_prefix("$ roadmap").filter(|_| inside);
        match (line, command) {
            ("```console", _) => inside = true,
            ("```", _) => inside = false,
            _ => {}
        }
        if let Some(arguments) = command {
            renewed.push_str(&format!("{line}\n{}", on_screen(&place, user.path(), arguments)));
        } else if !inside || line == "```console" {
            renewed.push_str(line);
            renewed.push('\n');
        }
    }
    if std::env::var_os("README_UPDATE").is_some() {
        std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"), &renewed).expect("written");
    } else {
        assert!(renewed == readme, "README's sessions differ; README_UPDATE=1 cargo test --test readme renews them");
    }
}

#[test]
fn every_command_of_the_table_exists() {
    let place = Place::shipped();
    let help = place.ok("--help");
    let readme = readme();
    for word in readme.split("`roadmap ").skip(1).filter_map(|rest| rest.split([' ', '`', ',']).next()) {
        if !word.starts_with('-') && word.chars().all(|c| c.is_ascii_lowercase() || c == '-') {
            assert!(help.contains(&format!("  {word}")), "README names `roadmap {word}`, help does not");
        }
    }
}

#[test]
fn links_lead_to_files() {
    for target in readme().split("](").skip(1).filter_map(|rest| rest.split(')').next()).filter(|t| !t.contains("://"))
    {
        assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(target).exists(), "{target}");
    }
}

#[test]
fn the_library_example_runs() {
    let folder = Path::new(env!("CARGO_BIN_EXE_roadmap")).parent().expect("a folder").join("examples");
    let example = folder.join(format!("next{}", std::env::consts::EXE_SUFFIX));
    let output = std::process::Command::new(example)
        .arg("examples/workshop")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo test builds the examples");
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("Cutting text into words (1.5 h)"));
}
