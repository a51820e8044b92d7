//! Compares rules of study with the best order found: `cargo run --release --example planner_bench`.
//!
//! Prints Σ value × hour of completion relative to the best that a long annealing found from any
//! rule, on the shipped curriculum and on twelve generated graphs; then how often the rule is
//! exactly optimal where that can be computed. Seeded, so it prints the same everywhere.

#[allow(dead_code, reason = "shared with the tests")]
#[path = "../tests/common/simulation.rs"]
mod simulation;

use simulation::{Problem, layered, of};

const STEPS: usize = 2_000_000;

fn main() {
    let graphs: Vec<Problem> = (0..12).map(|seed| layered(150, 8, seed)).collect();
    let best: Vec<f64> = graphs.iter().zip(0..).map(|(graph, seed)| graph.best_found(STEPS, seed)).collect();
    let shipped = of(&roadmap::shipped());
    let shipped_best = shipped.best_found(STEPS, 99);
    println!("| rule | shipped curriculum | 12 generated graphs, mean | worst |");
    println!("| --- | --- | --- | --- |");
    for (at, (name, order)) in shipped.rules().iter().enumerate() {
        let ratios: Vec<f64> =
            graphs.iter().zip(&best).map(|(graph, best)| graph.cost(&graph.rules()[at].1) / best).collect();
        let mean = ratios.iter().sum::<f64>() / ratios.len() as f64;
        let worst = ratios.iter().copied().fold(0.0, f64::max);
        println!("| {name} | {:.3} | {mean:.3} | {worst:.3} |", shipped.cost(order) / shipped_best);
    }
    let small: Vec<f64> = (0..200)
        .map(|seed| {
            let problem = layered(14, 3, seed);
            problem.cost(&problem.work().walk()) / problem.optimum()
        })
        .collect();
    let mean = small.iter().sum::<f64>() / small.len() as f64;
    let optimal = small.iter().filter(|&&ratio| ratio < 1.0 + 1e-9).count();
    eprintln!("against the exact optimum of 200 graphs of 14 topics: mean {mean:.4}, optimal in {optimal}");
}
