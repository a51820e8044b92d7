//! Files made to exhaust: each is answered with a diagnosis or a result, in a gigabyte of memory.
#![cfg(unix)]

mod common;

use std::fs::File;
use std::path::Path;
use std::process::{Command, Output};

use common::{Place, words};

const HEAD: &str = "id: b\ntitle: B\nphases:\n  - id: p\n    title: P\n    topics:\n";

/// Runs a command that may use a gigabyte of addresses and twenty seconds of a processor.
fn bounded(place: &Place, line: &str) -> Output {
    let direct = place.command("");
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -v 1048576; ulimit -t 20; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_roadmap")]);
    command.args(words(line)).env_clear().stdin(std::process::Stdio::null());
    command.envs(direct.get_envs().filter_map(|(key, value)| Some((key, value?))));
    command.output().expect("it runs")
}

#[track_caller]
fn answered(place: &Place, line: &str, status: i32, says: &str) {
    let output = bounded(place, line);
    let seen = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    // However its lines were wrapped.
    let seen = seen.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = seen.chars().take(600).collect();
    assert_eq!(output.status.code(), Some(status), "`{line}`: {short}");
    assert!(seen.contains(says), "`{line}`: {short}");
}

fn topics(count: usize, requires: impl Fn(usize) -> Vec<usize>) -> String {
    let topic = |n: usize| {
        let ids: Vec<String> = requires(n).iter().map(|id| format!("t{id}")).collect();
        format!("      - {{id: t{n}, title: T, hours: 1, requires: [{}]}}\n", ids.join(", "))
    };
    HEAD.to_owned() + &(0..count).map(topic).collect::<String>()
}

#[test]
fn bombs_of_text_are_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let aliases: String =
        (1..12).map(|n| format!("k{n}: &k{n} [{}]\n", vec![format!("*k{}", n - 1); 9].join(","))).collect();
    for (name, text, code) in [
        ("aliases", format!("k0: &k0 [x]\n{aliases}"), "R108"),
        ("lists", format!("id: b\ntitle: {}", "[".repeat(100_000)), "R108"),
        ("maps", format!("id: b\ntitle: {}", "{a: ".repeat(100_000)), "R108"),
        ("items", "- ".repeat(100_000), "R108"),
        ("keys", "id: b\n".repeat(200_000), "R106"),
        ("line", format!("id: b\ntitle: {}\n", "x ".repeat(4 << 20)), "R105"),
        ("cycle", topics(10_000, |n| vec![(n + 1) % 10_000]), "R003"),
        ("unknown", topics(5_000, |n| vec![n + 5_000]), "R001"),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        answered(&Place::shipped(), &format!("check {}", path.display()), 1, code);
    }
}

/// A curriculum that extends another one of many topics, phases or tracks in every way that could take long.
#[test]
fn bombs_of_what_is_extended_are_answered() {
    type Line<'a> = &'a dyn Fn(usize) -> String;
    const MANY: usize = 10_000;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: String| std::fs::write(folder.path().join(name), text).expect("written");
    let lines = |line: Line<'_>| (0..MANY).map(|n| line(n) + "\n").collect::<String>();
    write("topics.yaml", topics(MANY, |_| Vec::new()));
    let phase = |n: usize| format!("- {{id: p{n}, title: P, topics: [{{id: t{n}, title: T, hours: 1}}]}}");
    let track = |n: usize| format!("- {{id: w{n}, title: W, goals: [t{n}]}}");
    write("phases.yaml", format!("id: b\ntitle: B\nphases:\n{}tracks:\n{}", lines(&phase), lines(&track)));
    let own = |n: usize| format!("topics: [{{id: n{n}, title: N, hours: 1}}]");
    // 3,000 stand on one that stands on 3,000 others.
    write(
        "middle.yaml",
        topics(6_001, |n| if n == 3_000 { (0..n).collect() } else { vec![3_000; usize::from(n > 3_000)] }),
    );
    // Beside each link of a long chain stands one more.
    write("chain.yaml", topics(MANY, |n| if n < 2 { Vec::new() } else { vec![n / 2 * 2 - 2 + n % 2 * 2] }));
    let cases: &[(&str, &str, Line<'_>, i32, &str)] = &[
        ("topics", "change:\n  topics:", &|n| format!("  - {{id: u{n}x, hours: 2}}"), 1, "R021"),
        ("topics", "remove:\n  topics:", &|n| format!("  - u{n}x"), 1, "R021"),
        ("phases", "change:\n  phases:", &|n| format!("  - {{id: p{n}, title: Q}}"), 0, "0 errors"),
        ("phases", "change:\n  phases:", &|n| format!("  - {{id: u{n}, title: Q}}"), 1, "R021"),
        ("phases", "change:\n  tracks:", &|n| format!("  - {{id: w{n}, title: Q}}"), 0, "0 errors"),
        ("phases", "remove:\n  tracks:", &|n| format!("  - w{n}"), 0, "0 errors"),
        ("phases", "remove:\n  phases:", &|n| format!("  - u{n}"), 1, "R021"),
        ("phases", "phases:", &|n| format!("- {{id: q{n}, title: Q, after: p7, {}}}", own(n)), 0, "0 errors"),
        ("phases", "phases:", &|n| format!("- {{id: p{n}, {}}}", own(n)), 0, "0 errors"),
        ("phases", "phases:", &|n| format!("- {{id: u{n}, {}}}", own(n)), 1, "R021"),
        ("phases", "tracks:", &|n| format!("- {{id: x{n}, title: X, goals: [t{n}]}}"), 0, "0 errors"),
        ("middle", "remove:\n  topics:\n  - t3000", &|_| String::new(), 1, "R108"),
        (
            "chain",
            "remove:\n  topics:",
            &|n| if n > 0 && n % 2 == 0 { format!("  - t{n}") } else { String::new() },
            1,
            "R108",
        ),
    ];
    for (base, head, line, status, says) in cases {
        write("own.yaml", format!("extends: ./{base}.yaml\n{head}\n{}", lines(line)));
        let path = folder.path().join("own.yaml");
        answered(&Place::shipped(), &format!("check {}", path.display()), *status, says);
    }
}

#[test]
fn what_has_no_end_is_not_read() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    let huge = |path: &Path| File::create(path).and_then(|file| file.set_len(1 << 30)).expect("a sparse file");
    assert!(Command::new("mkfifo").arg(path("pipe")).status().expect("it runs").success());
    std::os::unix::fs::symlink("loop", path("loop")).expect("linked");
    huge(&path("huge"));
    for (name, says) in [("pipe", "a pipe or a device"), ("loop", "cannot read"), ("huge", "larger than 256 megabytes")]
    {
        answered(&Place::with(path(name)), "next", 1, says);
    }
    answered(&Place::with("/dev/zero"), "check", 1, "a pipe or a device");
    let place = Place::with("examples/workshop");
    huge(&place.home.path().join("config.toml"));
    answered(&place, "next", 1, "larger than 1 megabytes");
    let place = Place::with("examples/workshop");
    place.ok("done tokens");
    let id = std::fs::read_dir(place.home.path().join("journal")).expect("there").next().expect("one").expect("there");
    huge(&id.path().join("other.jsonl"));
    answered(&place, "next", 1, "larger than 256 megabytes");
}

#[test]
fn long_chains_and_dense_graphs_are_curricula_like_any() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in [
        ("chain", topics(5_000, |n| n.checked_sub(1).into_iter().collect())),
        ("dense", topics(300, |n| (0..n).collect())),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        let place = Place::with(&path);
        for line in [
            "next",
            "why t299",
            "plan",
            "status",
            "",
            "show t299",
            "list",
            "graph",
            "graph --format mermaid",
            "graph --around t9",
            "graph --format json",
            "report",
            "export",
            "portfolio",
            "review",
            "log",
            "check",
            "place --answers - --dry-run --seed 1",
            "done t299 --with-prerequisites",
            "undo",
        ] {
            answered(&place, line, 0, "");
        }
    }
}
