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

/// Returns whether a shell is there, and says so if not.
fn have(shell: &str) -> bool {
    let have = Command::new(shell).arg("--version").output().is_ok();
    if !have {
        eprintln!("skipped: {shell} is not installed");
    }
    have
}

/// Returns the search path on which this binary is `roadmap`.
#[cfg(unix)]
fn search_path() -> String {
    let folder = std::path::Path::new(env!("CARGO_BIN_EXE_roadmap")).parent().expect("a folder");
    format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default())
}

/// What is typed, and a word that the shell then offers, the only one or one of several.
const TYPED: [(&str, &str); 9] = [
    ("roadmap reo", "reopen"),
    ("roadmap show em", "embeddings"),
    ("roadmap done inv", "inverted-index"),
    ("roadmap next --phase m", "meaning"),
    ("roadmap graph --phase=m", "--phase=meaning"),
    ("roadmap track w", "words-only"),
    ("roadmap next --track w", "words-only"),
    ("roadmap plan --ic", "--ics"),
    ("roadmap evidence rem", "remove"),
];

#[cfg(unix)]
#[test]
fn fish_completes_commands_flags_and_ids() {
    if !have("fish") {
        return;
    }
    let place = Place::with("examples/workshop");
    place.ok("done tokens");
    place.ok("start inverted-index");
    // Where the help says that the script goes; fish finds it there by itself.
    let folder = place.home.path().join(".config/fish/completions");
    std::fs::create_dir_all(&folder).expect("made");
    std::fs::write(folder.join("roadmap.fish"), place.ok("completions fish")).expect("written");
    let complete = |typed: &str| -> Vec<String> {
        let inner = place.command("");
        let mut shell = Command::new("fish");
        shell.env_clear().envs(inner.get_envs().filter_map(|(k, v)| Some((k, v?)))).env("PATH", search_path());
        let output = shell.args(["-c", "complete -C $argv[1]", typed]).output().expect("fish runs");
        String::from_utf8(output.stdout).expect("UTF-8").lines().map(str::to_owned).collect()
    };
    for (typed, word) in TYPED {
        let offered = complete(typed);
        let words: Vec<&str> = offered.iter().filter_map(|line| line.split('\t').next()).collect();
        assert_eq!(words, [word], "{typed}");
    }
    let offered = complete("roadmap done ");
    assert!(offered[0].starts_with("inverted-index\t"), "what was begun comes first, with its title: {offered:?}");
    assert!(offered.len() > 4, "{offered:?}");
}

#[cfg(unix)]
#[test]
fn zsh_completes_commands_flags_and_ids() {
    use rexpect::session::spawn_command;
    if !have("zsh") {
        return;
    }
    let place = Place::with("examples/workshop");
    place.ok("done tokens");
    place.ok("start inverted-index");
    // As the help says: the script in a folder of functions, loaded by the first Tab.
    let functions = place.home.path().join(".zfunc");
    std::fs::create_dir_all(&functions).expect("made");
    std::fs::write(functions.join("_roadmap"), place.ok("completions zsh")).expect("written");
    // Ctrl-O says what stands in the line and empties it.
    let settings = "PS1='ready> '\nfpath+=~/.zfunc\nautoload -Uz compinit && compinit -u\n\
        tell() { zle -I; print -r -- \"<<$BUFFER>>\"; BUFFER=; }\nzle -N tell\nbindkey '^O' tell\n\
        unsetopt zle_bracketed_paste prompt_cr prompt_sp beep\n";
    std::fs::write(place.home.path().join(".zshrc"), settings).expect("written");
    for (typed, word) in TYPED {
        // A shell of its own for each, for the first Tab is another one than the second.
        let mut command = place.command_on_terminal("");
        let environment: Vec<_> = command.get_envs().filter_map(|(k, v)| Some((k.to_owned(), v?.to_owned()))).collect();
        command = Command::new("zsh");
        command.arg("-o").arg("no_global_rcs").arg("-i").env_clear().envs(environment);
        command.env("PATH", search_path()).env("ZDOTDIR", place.home.path());
        let mut shell = spawn_command(command, Some(20_000)).expect("a terminal");
        shell.exp_string("ready> ").expect("a prompt");
        shell.send(&format!("{typed}\t\u{f}")).expect("sent");
        shell.flush().expect("sent");
        shell.exp_string("<<").expect(typed);
        let line = shell.exp_string(">>").expect(typed);
        let start = typed.rsplit_once(' ').expect("words").0;
        assert_eq!(line.trim_end(), format!("{start} {word}"), "{typed}");
        if typed == "roadmap reo" {
            shell.send("roadmap done \t").expect("sent");
            shell.flush().expect("sent");
            shell.exp_string("inverted-index").expect("what was begun is offered");
            shell.exp_string("ranking").expect("and later what comes later");
        }
        // It would wait for a signal that an interactive shell does not heed.
        shell.send("\u{15}exit\r").expect("sent");
        shell.flush().expect("sent");
        shell.exp_eof().expect("it ends");
    }
}

#[test]
fn every_shell_has_a_script() {
    let place = Place::shipped();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(place.ok(&format!("completions {shell}")).contains("roadmap"), "{shell}");
    }
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
        "sync",
        "track",
        "config",
        "new",
        "import",
        "export",
        "check",
        "schema",
        "doctor",
        "completions",
        "man",
    ] {
        all.push_str(&format!("\n$ roadmap {command} -h\n{}", place.ok(&format!("{command} -h"))));
        assert!(place.ok(&format!("{command} --help")).lines().count() > 5);
    }
    insta::assert_snapshot!(all);
}
