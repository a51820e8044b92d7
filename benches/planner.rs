//! What the planner costs: `cargo bench`. The first step and the whole walk, from 100 topics on.

#[allow(dead_code, reason = "shared with the tests")]
#[path = "../tests/common/simulation.rs"]
mod simulation;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use roadmap::journal::Journal;
use roadmap::progress::Progress;
use roadmap::study::next::{Aim, Limits, next, walk};
use simulation::layered;

fn planner(criterion: &mut Criterion) {
    let curriculum = roadmap::shipped();
    let progress = Progress::replay(&curriculum, &Journal::default());
    let aim = Aim::default();
    criterion.bench_function("next, shipped curriculum", |b| {
        b.iter(|| next(&curriculum, &progress, &aim, &Limits::default()))
    });
    criterion.bench_function("walk, shipped curriculum", |b| b.iter(|| walk(&curriculum, &progress, &aim)));
    let mut group = criterion.benchmark_group("first step");
    group.sample_size(10);
    for topics in [100, 1_000, 10_000, 100_000] {
        let problem = layered(topics, 8, 1);
        group.bench_with_input(BenchmarkId::from_parameter(topics), &problem, |b, problem| {
            b.iter(|| problem.work().choose())
        });
    }
    group.finish();
}

criterion_group!(benches, planner);
criterion_main!(benches);
