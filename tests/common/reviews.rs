//! Years of study and review: what the scheduler believes, and what the learner really remembers.
//! Seeded; no clock.

use chrono::{Days, NaiveDate};
use roadmap::graph::Graph;
use roadmap::journal::Grade;
use roadmap::study::memory::{RETENTION, Scheduler, Trace};

use crate::simulation::{Problem, Random};

/// What is really practised, and what the curriculum says.
pub(crate) struct World {
    /// By topic, the prerequisites that it exercises.
    pub(crate) exercises: Vec<Vec<u32>>,
    /// The true credit of a success for what is exercised.
    pub(crate) truth: Scheduler,
}

/// How years of reviews went.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Years {
    /// Reviews in a week, on average.
    pub(crate) per_week: f64,
    /// The probability of remembering, averaged over topics and days.
    pub(crate) retention: f64,
    /// The share of reviews that succeeded.
    pub(crate) success: f64,
}

/// Returns a world in which this share of all prerequisite edges is exercised.
pub(crate) fn world(graph: &Graph, share: f64, credit: f64, seed: u64) -> World {
    let mut random = Random(seed);
    let exercises = (0..graph.len() as u32)
        .map(|node| graph.parents(node).iter().copied().filter(|_| random.unit() < share).collect())
        .collect();
    World { exercises, truth: Scheduler::with_credit(RETENTION, credit) }
}

/// Studies everything in the order of `next`, six hours a week, and reviews whatever `scheduler` says
/// is due, until half a year after the last topic.
pub(crate) fn study(problem: &Problem, world: &World, scheduler: &Scheduler, seed: u64) -> Years {
    let mut random = Random(seed);
    let start: NaiveDate = "2026-01-05".parse().expect("a date");
    let topics = problem.graph.len();
    let mut believed: Vec<Option<Trace>> = vec![None; topics];
    let mut real: Vec<Option<Trace>> = vec![None; topics];
    let mut order = problem.work().walk().into_iter().peekable();
    let mut hours_left = 0.0;
    let (mut reviews, mut successes, mut remembered, mut topic_days) = (0u32, 0u32, 0.0, 0.0);
    let mut after = 0;
    let mut days = 0;
    while after < 183 {
        let today = start + Days::new(days);
        days += 1;
        hours_left += 6.0 / 7.0;
        while let Some(&next) = order.peek() {
            let hours = problem.hours[next as usize];
            if hours > hours_left {
                break;
            }
            hours_left -= hours;
            order.next();
            believed[next as usize] = Some(scheduler.first(Grade::Good, today));
            real[next as usize] = Some(world.truth.first(Grade::Good, today));
            credit(world, scheduler, next, today, &mut believed, &mut real);
        }
        after += u32::from(order.peek().is_none());
        // What exercises others first, as in a session.
        let mut due: Vec<u32> = (0..topics as u32)
            .filter(|&t| believed[t as usize].is_some_and(|trace| scheduler.due(trace) <= today))
            .collect();
        due.sort_by_key(|&t| std::cmp::Reverse(world.exercises[t as usize].len()));
        for topic in due {
            let trace = believed[topic as usize].expect("it is due");
            if scheduler.due(trace) > today {
                continue;
            }
            let truth = real[topic as usize].expect("it was studied");
            let recalled = random.unit() < world.truth.retrievability(truth, today);
            let grade = if recalled { Grade::Good } else { Grade::Again };
            believed[topic as usize] = Some(scheduler.reviewed(trace, grade, today));
            real[topic as usize] = Some(world.truth.reviewed(truth, grade, today));
            reviews += 1;
            if recalled {
                successes += 1;
                credit(world, scheduler, topic, today, &mut believed, &mut real);
            }
        }
        for trace in real.iter().flatten() {
            remembered += world.truth.retrievability(*trace, today);
            topic_days += 1.0;
        }
    }
    Years {
        per_week: f64::from(reviews) / (days as f64 / 7.0),
        retention: remembered / topic_days,
        success: f64::from(successes) / f64::from(reviews.max(1)),
    }
}

fn credit(
    world: &World,
    scheduler: &Scheduler,
    from: u32,
    today: NaiveDate,
    believed: &mut [Option<Trace>],
    real: &mut [Option<Trace>],
) {
    for &other in &world.exercises[from as usize] {
        let other = other as usize;
        believed[other] = believed[other].map(|trace| scheduler.credited(trace, today));
        real[other] = real[other].map(|trace| world.truth.credited(trace, today));
    }
}
