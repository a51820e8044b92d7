//! The promises of implicit credit, in the short form of `examples/review_bench.rs`.

#[allow(dead_code, reason = "shared with the example")]
#[path = "common/reviews.rs"]
mod reviews;
#[allow(dead_code, reason = "shared with the example")]
#[path = "common/simulation.rs"]
mod simulation;

use reviews::{Years, study, world};
use roadmap::study::memory::{CREDIT, RETENTION, Scheduler};
use simulation::{Problem, layered, of};

fn years(problems: &[Problem], truth: f64, assumed: f64) -> Years {
    let scheduler = Scheduler::with_credit(RETENTION, assumed);
    let all: Vec<Years> = problems
        .iter()
        .zip(0..)
        .map(|(problem, seed)| study(problem, &world(&problem.graph, 0.6, truth, seed), &scheduler, seed))
        .collect();
    let mean = |of: fn(&Years) -> f64| all.iter().map(of).sum::<f64>() / all.len() as f64;
    Years { per_week: mean(|y| y.per_week), retention: mean(|y| y.retention), success: mean(|y| y.success) }
}

#[test]
fn credit_saves_reviews_and_keeps_what_was_learned() {
    let problems: Vec<Problem> = (0..4).map(|seed| layered(150, 8, seed)).chain([of(&roadmap::shipped())]).collect();
    for truth in [CREDIT, CREDIT / 2.0] {
        let (without, with) = (years(&problems, truth, 0.0), years(&problems, truth, CREDIT));
        let fewer = 1.0 - with.per_week / without.per_week;
        assert!(fewer >= 0.18, "{fewer:.3} fewer reviews at a true credit of {truth}");
        assert!(with.retention >= 0.94, "{:.3} remembered at a true credit of {truth}", with.retention);
        assert!(without.retention > with.retention && with.success > 0.85, "{without:?} {with:?}");
    }
}
