//! The planner's promises, in the short form of `examples/planner_bench.rs`.

#[path = "common/simulation.rs"]
mod simulation;

use simulation::{layered, of};

#[test]
fn on_layered_graphs_it_is_within_a_percent_of_the_best_found() {
    let ratios: Vec<f64> = (0..12)
        .map(|seed| {
            let problem = layered(150, 8, seed);
            problem.cost(&problem.work().walk()) / problem.best_found(60_000, seed)
        })
        .collect();
    let mean = ratios.iter().sum::<f64>() / 12.0;
    let worst = ratios.iter().copied().fold(0.0, f64::max);
    assert!(mean <= 1.01 && worst <= 1.03, "mean {mean}, worst {worst}: {ratios:?}");
}

#[test]
fn on_small_graphs_it_is_nearly_always_optimal() {
    let ratios: Vec<f64> = (0..100)
        .map(|seed| {
            let problem = layered(14, 3, seed);
            problem.cost(&problem.work().walk()) / problem.optimum()
        })
        .collect();
    let mean = ratios.iter().sum::<f64>() / 100.0;
    let optimal = ratios.iter().filter(|&&r| r < 1.0 + 1e-9).count();
    assert!(mean <= 1.002 && optimal >= 80, "mean {mean}, optimal in {optimal} of 100");
}

#[test]
fn on_the_shipped_curriculum_it_beats_file_order_by_a_tenth() {
    let problem = of(&roadmap::shipped());
    let ours = problem.cost(&problem.work().walk());
    let file = problem.cost(&problem.rules()[0].1);
    assert!(ours <= 0.9 * file, "{ours} against {file} in file order");
    let best = problem.best_found(60_000, 1);
    assert!(ours <= 1.02 * best, "{ours} against {best}");
}
