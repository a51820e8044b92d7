//! The placement's promises, in the short form of `examples/placement_bench.rs`.

#[allow(dead_code, reason = "shared with the example")]
#[path = "common/learners.rs"]
mod learners;
#[allow(dead_code, reason = "shared with the example")]
#[path = "common/simulation.rs"]
mod simulation;

use learners::{HIGH, KINDS, LOW, Summary, many, summary};
use roadmap::study::place::Noise;
use simulation::{layered, of};

fn placed(noise: Noise, opener: bool) -> Summary {
    let graphs = [layered(150, 8, 1), of(&roadmap::shipped())];
    let outcomes: Vec<_> = graphs.iter().flat_map(|graph| many(graph, 0..KINDS.len(), 12, noise, opener)).collect();
    assert!(outcomes.iter().all(|outcome| outcome.ended <= 30));
    summary(&outcomes)
}

#[track_caller]
fn at_least(what: &str, is: f64, bar: f64) {
    assert!(is >= bar, "{what}: {is:.4}, wanted {bar}");
}

#[test]
fn with_little_noise_it_is_nearly_always_right_and_knows_how_often() {
    let placed = placed(LOW, false);
    at_least("after 15", placed.right[14], 0.93);
    at_least("after 20", placed.right[19], 0.94);
    at_least("after 25", placed.right[24], 0.95);
    at_least("F1 after 20", placed.f1[19], 0.92);
    assert!(placed.questions <= 18.0, "{} questions on average", placed.questions);
    assert!(placed.surprise.abs() <= 0.02, "off by {}", placed.surprise);
}

#[test]
fn with_much_noise_it_holds_up() {
    let placed = placed(HIGH, false);
    at_least("after 20", placed.right[19], 0.90);
    at_least("after 25", placed.right[24], 0.91);
    // 17.6 over all the graphs of the example; this sample is small.
    assert!(placed.questions <= 19.0, "{} questions on average", placed.questions);
}

#[test]
fn a_word_about_each_phase_saves_questions() {
    at_least("little noise, after 12", placed(LOW, true).right[11], 0.94);
    at_least("much noise, after 15", placed(HIGH, true).right[14], 0.925);
}
