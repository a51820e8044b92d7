//! Measures the placement: `cargo run --release --example placement_bench`.
//!
//! Places simulated learners of five kinds, on the shipped curriculum and on generated graphs, and
//! prints the share of topics judged rightly after so many questions. Seeded, so it prints the
//! same everywhere, but for the times at the end.

#[allow(dead_code, reason = "shared with the tests")]
#[path = "../tests/common/learners.rs"]
mod learners;
#[allow(dead_code, reason = "shared with the tests")]
#[path = "../tests/common/simulation.rs"]
mod simulation;

use std::time::Instant;

use learners::{HIGH, KINDS, LOW, Outcome, many, summary};
use roadmap::study::place::{Noise, Placement};
use simulation::{Problem, layered, of};

/// Learners of each kind on each graph.
const LEARNERS: u64 = 40;

fn main() {
    let mut graphs: Vec<Problem> = (0..4).map(|seed| layered(150, 8, seed)).collect();
    graphs.push(of(&roadmap::shipped()));
    println!(
        "| learners | noise | phases asked | 8 | 12 | 15 | 20 | 25 | F1 at 20 | ends after | right then | expected |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    for (name, noise) in [("low", LOW), ("high", HIGH)] {
        for opener in [false, true] {
            let mut all = Vec::new();
            for (kind, kind_name) in KINDS.iter().enumerate() {
                let outcomes: Vec<Outcome> =
                    graphs.iter().flat_map(|g| many(g, kind..kind + 1, LEARNERS, noise, opener)).collect();
                row(kind_name, name, opener, &outcomes);
                all.extend(outcomes);
            }
            row("**all**", name, opener, &all);
            let shipped = many(&graphs[4], 0..KINDS.len(), LEARNERS, noise, opener);
            row("all, shipped curriculum", name, opener, &shipped);
        }
    }
    for topics in [150, 1000] {
        let problem = layered(topics, 8, 1);
        let phase: Vec<u32> = problem.phase.iter().map(|&p| p as u32).collect();
        let start = Instant::now();
        let mut placement = Placement::imagine(&problem.graph, &phase, vec![true; topics], 1);
        let imagined = start.elapsed();
        let start = Instant::now();
        for _ in 0..20 {
            let topic = placement.most_doubtful().expect("there are topics");
            placement.answer(topic, Some(!topic.is_multiple_of(3)), Noise::SELF);
        }
        eprintln!("{topics} topics: start {imagined:.1?}, a question {:.2?}", start.elapsed() / 20);
    }
}

fn row(kind: &str, noise: &str, opener: bool, outcomes: &[Outcome]) {
    let s = summary(outcomes);
    let after: Vec<String> = [8, 12, 15, 20, 25].iter().map(|&q| format!("{:.3}", s.right[q - 1])).collect();
    let asked = if opener { "yes" } else { "no" };
    println!(
        "| {kind} | {noise} | {asked} | {} | {:.3} | {:.1} | {:.3} | {:+.3} |",
        after.join(" | "),
        s.f1[19],
        s.questions,
        s.at_end,
        s.at_end - s.surprise
    );
}
