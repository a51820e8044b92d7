//! What large curricula of one's own cost: `cargo run --release --example curriculum_bench`.
//!
//! Times whole processes, taking turns, and prints medians: `roadmap next` with an empty cache and with
//! a warm one, the YAML library reading the same file into plain structs (`bare`), and `tsort` over the
//! same edges. Build the program first (`cargo build --release`). Peak memory is what GNU time says.
//!
//!   curriculum_bench                  1,000 and 10,000 topics
//!   curriculum_bench 100000           so many
//!   curriculum_bench generate full 50 print a curriculum (thin: what must be there; full: every key)

#![allow(dead_code, reason = "the plain structs are filled and not read")]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use serde::Deserialize;
use serde::de::DeserializeOwned;

const WORDS: &str = "the of a gradient matrix vector token layer model data loss training attention learns from with \
                     each step value weight network and makes small sums over many examples";
const ROUNDS: usize = 7;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        ["bare", "full", file] => bare::<BTreeMap<String, String>>(file),
        ["bare", "thin", file] => bare::<Vec<String>>(file),
        ["generate", kind, topics] => print!("{}", generate(topics.parse().expect("a number"), kind == "full").0),
        [] => [1_000, 10_000].into_iter().for_each(compare),
        [topics] => compare(topics.parse().expect("a number of topics")),
        _ => panic!("see the head of this file"),
    }
}

/// Returns a curriculum and its edges as `tsort` reads them.
fn generate(topics: usize, full: bool) -> (String, String) {
    let mut chance = fastrand::Rng::with_seed(7);
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let mut some = |count: usize| {
        let words: Vec<&str> = (0..count).map(|_| words[chance.usize(..words.len())]).collect();
        words.join(" ")
    };
    let mut chance = fastrand::Rng::with_seed(8);
    let (mut yaml, mut edges) = ("id: big\ntitle: Big\nphases:\n".to_owned(), String::new());
    let mut say = |line: String| yaml.push_str(&line);
    for at in 0..topics {
        if at % (topics / 20).max(1) == 0 {
            say(format!("  - id: phase-{at}\n    title: Phase {at}\n    topics:\n"));
        }
        let hours = chance.u32(1..=12);
        say(format!("      - id: topic-{at:06}\n        title: {}\n        hours: {hours}\n", some(4)));
        writeln!(edges, "topic-{at:06} topic-{at:06}").expect("memory");
        let mut parents: Vec<usize> = (0..if at == 0 { 0 } else { chance.usize(1..=3) })
            .map(|_| chance.usize(at.saturating_sub(200)..at))
            .collect();
        parents.sort_unstable();
        parents.dedup();
        parents.iter().for_each(|p| writeln!(edges, "topic-{p:06} topic-{at:06}").expect("memory"));
        if !full {
            let parents: Vec<String> = parents.iter().map(|p| format!("topic-{p:06}")).collect();
            say(format!("        requires: [{}]\n", parents.join(", ")));
            continue;
        }
        say(format!("        kind: skill\n        summary: >-\n{}", format!("          {}\n", some(12)).repeat(3)));
        if !parents.is_empty() {
            say("        requires:\n".to_owned());
            parents.iter().for_each(|p| say(format!("          topic-{p:06}: {}\n", some(9))));
        }
        say("        outcomes:\n".to_owned());
        (0..3).for_each(|_| say(format!("          - Can {}\n", some(8))));
        say("        resources:\n".to_owned());
        for n in 0..3 {
            let (title, by) = (some(4), some(1));
            say(format!(
                "          - {{title: {title}, by: {by}, kind: article, url: 'https://example.org/{at}/{n}'}}\n"
            ));
        }
        say("        quiz:\n".to_owned());
        for _ in 0..3 {
            say(format!("          - ask: {}?\n            options:\n", some(10)));
            (0..4).for_each(|n| say(format!("              - {} {n}\n", some(6))));
            say(format!("            answer: {}\n            because: {}\n", chance.u32(1..=4), some(12)));
        }
    }
    (yaml, edges)
}

fn compare(topics: usize) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    println!("{topics} topics");
    println!(
        "{:<24} {:>10} {:>10} {:>10} {:>10} {:>12}",
        "", "median ms", "/ bare", "/ tsort", "peak MB", "/ the YAML"
    );
    for full in [false, true] {
        let (yaml, edges) = generate(topics, full);
        let (file, list) = (folder.path().join("c.yaml"), folder.path().join("edges"));
        std::fs::write(&file, &yaml).expect("written");
        std::fs::write(&list, edges).expect("written");
        let home = folder.path().join(format!("home-{full}"));
        // A file that is younger than a moment is not kept.
        std::thread::sleep(std::time::Duration::from_millis(100));
        let roadmap = || {
            let here = std::env::current_exe().expect("known");
            let mut command = Command::new(here.parent().and_then(Path::parent).expect("below target").join("roadmap"));
            command.args(["next", "--quiet", "--home"]).arg(&home).arg("--curriculum").arg(&file);
            command
        };
        let mut bare = Command::new(std::env::current_exe().expect("known"));
        bare.args(["bare", if full { "full" } else { "thin" }]).arg(&file);
        let mut tsort = Command::new("tsort");
        tsort.arg(&list);
        let (mut cold, mut warm) = (roadmap(), roadmap());
        let mut times: [Vec<f64>; 4] = Default::default();
        for _ in 0..ROUNDS {
            let _ = std::fs::remove_dir_all(home.join("cache"));
            for (command, times) in [&mut cold, &mut warm, &mut bare, &mut tsort].into_iter().zip(&mut times) {
                times.extend(time(command));
            }
        }
        let medians = times.map(|mut times| {
            times.sort_by(f64::total_cmp);
            times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
        });
        let _ = std::fs::remove_dir_all(home.join("cache"));
        let peaks = [&cold, &warm, &bare, &tsort].map(peak);
        let kind = if full { "full" } else { "thin" };
        for (at, what) in ["next, cold", "next, warm", "bare", "tsort"].into_iter().enumerate() {
            println!(
                "{:<24} {:>10.1} {:>10.2} {:>10.2} {:>10.1} {:>12.2}",
                format!("{kind}: {what}"),
                medians[at],
                medians[at] / medians[2],
                medians[at] / medians[3],
                peaks[at] / 1e6,
                peaks[at] / yaml.len() as f64
            );
        }
    }
}

/// Returns the milliseconds that a process takes, `None` if there is no such program.
fn time(command: &mut Command) -> Option<f64> {
    let start = Instant::now();
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status().ok()?;
    assert!(status.success(), "{command:?}");
    Some(start.elapsed().as_secs_f64() * 1e3)
}

/// Returns the most bytes that a process holds, NaN if nobody can tell.
fn peak(command: &Command) -> f64 {
    let mut timed = Command::new("/usr/bin/time");
    timed.args(["-f", "%M"]).arg(command.get_program()).args(command.get_args());
    let Ok(output) = timed.stdin(Stdio::null()).stdout(Stdio::null()).output() else { return f64::NAN };
    let said = String::from_utf8_lossy(&output.stderr);
    said.lines()
        .last()
        .and_then(|last| last.trim().parse::<f64>().ok())
        .map_or(f64::NAN, |kilobytes| kilobytes * 1024.0)
}

#[derive(Deserialize)]
#[serde(bound = "R: Default + DeserializeOwned")]
struct Bare<R: Default> {
    id: String,
    title: String,
    phases: Vec<BarePhase<R>>,
}

#[derive(Deserialize)]
#[serde(bound = "R: Default + DeserializeOwned")]
struct BarePhase<R: Default> {
    id: String,
    title: String,
    topics: Vec<BareTopic<R>>,
}

#[derive(Deserialize)]
#[serde(bound = "R: Default + DeserializeOwned")]
struct BareTopic<R: Default> {
    id: String,
    title: String,
    #[serde(default)]
    kind: String,
    hours: f64,
    #[serde(default)]
    summary: String,
    #[serde(default)]
    requires: R,
    #[serde(default)]
    outcomes: Vec<String>,
    #[serde(default)]
    resources: Vec<BareResource>,
    #[serde(default)]
    quiz: Vec<BareQuestion>,
}

#[derive(Deserialize)]
struct BareResource {
    title: String,
    by: String,
    kind: String,
    url: String,
}

#[derive(Deserialize)]
struct BareQuestion {
    ask: String,
    options: Vec<String>,
    answer: u32,
    because: String,
}

/// Reads a curriculum as somebody would who wants nothing but the values.
fn bare<R: Default + DeserializeOwned>(file: &str) {
    let text = std::fs::read_to_string(file).expect("readable");
    let mut options = serde_yaml::options! {};
    options.budget = serde_yaml::budget! {
        max_nodes: text.len(),
        max_events: text.len(),
        max_total_scalar_bytes: 2 * text.len(),
    };
    let bare: Bare<R> = serde_yaml::from_str_with_options(&text, options).expect("plain YAML");
    println!("{}", bare.phases.iter().map(|phase| phase.topics.len()).sum::<usize>());
}
