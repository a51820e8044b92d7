//! Measures the reviews: `cargo run --release --example review_bench`.
//!
//! Simulated learners study a whole curriculum, six hours a week, and review what is due: with the
//! credit for exercised prerequisites and without, in worlds in which the true credit is what we
//! assume, half of it, or nothing. Seeded, so it prints the same everywhere.

#[allow(dead_code, reason = "shared with the tests")]
#[path = "../tests/common/reviews.rs"]
mod reviews;
#[allow(dead_code, reason = "shared with the tests")]
#[path = "../tests/common/simulation.rs"]
mod simulation;

use reviews::{Years, study, world};
use roadmap::study::memory::{CREDIT, RETENTION, Scheduler};
use simulation::{Problem, layered, of};

fn main() {
    let mut problems: Vec<Problem> = (0..4).map(|seed| layered(150, 8, seed)).collect();
    problems.push(of(&roadmap::shipped()));
    println!(
        "| edges marked | true credit | reviews a week without credit | with | fewer | remembered without | with |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    for share in [0.3, 0.6] {
        for truth in [CREDIT, CREDIT / 2.0, 0.0] {
            let (without, with) = (mean(&problems, share, truth, 0.0), mean(&problems, share, truth, CREDIT));
            println!(
                "| {:.0} % | {truth} | {:.2} | {:.2} | {:.0} % | {:.3} | {:.3} |",
                share * 100.0,
                without.per_week,
                with.per_week,
                (1.0 - with.per_week / without.per_week) * 100.0,
                without.retention,
                with.retention
            );
        }
    }
}

fn mean(problems: &[Problem], share: f64, truth: f64, assumed: f64) -> Years {
    let scheduler = Scheduler::with_credit(RETENTION, assumed);
    let years: Vec<Years> = problems
        .iter()
        .zip(0..)
        .map(|(problem, seed)| study(problem, &world(&problem.graph, share, truth, seed), &scheduler, seed))
        .collect();
    let mean = |of: fn(&Years) -> f64| years.iter().map(of).sum::<f64>() / years.len() as f64;
    Years { per_week: mean(|y| y.per_week), retention: mean(|y| y.retention), success: mean(|y| y.success) }
}
