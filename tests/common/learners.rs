//! Learners to place: what they know, made by processes other than the placement's own, and how
//! they answer. Seeded; no clock.

use roadmap::graph::Graph;
use roadmap::study::place::{Noise, Placement, Share};

use crate::simulation::{Problem, Random};

/// The kinds of learners, by how they came by what they know.
pub(crate) const KINDS: [&str; 7] = [
    "stuck behind prerequisites",
    "picked up on the way",
    "by phase",
    "by chance",
    "by goals",
    "by ability",
    "by value",
];

/// Returns what a learner of this kind knows: a set closed under prerequisites, by topic.
pub(crate) fn knowledge(problem: &Problem, kind: usize, random: &mut Random) -> Vec<bool> {
    let graph = &problem.graph;
    let topics = graph.len();
    let wanted = random.below(topics + 1);
    let mut known = vec![false; topics];
    match kind {
        // The placement's own two processes, from other numbers.
        0 | 1 => {
            let slope = 3.0 * random.unit();
            let last = *problem.phase.iter().max().expect("there are topics") as f64;
            let mut effort: Vec<f64> = problem.phase.iter().map(|&p| slope * p as f64 / last + random.unit()).collect();
            let order = graph.order();
            for &node in order {
                for &p in graph.parents(node).iter().filter(|_| kind == 0) {
                    effort[node as usize] = effort[node as usize].max(effort[p as usize]);
                }
            }
            for &node in order.iter().rev() {
                for &p in graph.parents(node).iter().filter(|_| kind == 1) {
                    effort[p as usize] = effort[p as usize].min(effort[node as usize]);
                }
            }
            grow(graph, &mut known, wanted, |t, _| effort[t]);
        }
        // Walks phase by phase, now and then looking ahead.
        2 => {
            let rank: Vec<f64> = (0..topics).map(|t| problem.phase[t] as f64 + 1.5 * random.unit()).collect();
            grow(graph, &mut known, wanted, |t, _| rank[t]);
        }
        // Takes whatever is ready.
        3 => {
            let mut dice = Random(random.next());
            grow(graph, &mut known, wanted, move |_, _| dice.unit());
        }
        // Works towards one goal after the other.
        4 => {
            while known.iter().filter(|k| **k).count() < wanted {
                let goal = random.below(topics) as u32;
                for node in graph.closure(&[goal], |_| true) {
                    known[node as usize] = true;
                }
            }
        }
        // Knows what is easy enough, if what it stands on is.
        5 => {
            let ability = 4.0 * random.unit() - 1.0;
            for &node in graph.order() {
                let difficulty = 2.0 * problem.phase[node as usize] as f64 / 8.0 + random.normal() * 0.5;
                let stands = graph.parents(node).iter().all(|&p| known[p as usize]);
                known[node as usize] = stands && difficulty < ability;
            }
        }
        // Follows `next` from the start.
        _ => {
            for node in problem.work().walk().into_iter().take(wanted) {
                known[node as usize] = true;
            }
        }
    }
    known
}

/// Adds the ready topic of the lowest rank until `wanted` are known.
fn grow(graph: &Graph, known: &mut [bool], wanted: usize, mut rank: impl FnMut(usize, &[bool]) -> f64) {
    for _ in 0..wanted {
        let ready: Vec<usize> = (0..known.len())
            .filter(|&t| !known[t] && graph.parents(t as u32).iter().all(|&p| known[p as usize]))
            .collect();
        let ranks: Vec<f64> = ready.iter().map(|&t| rank(t, known)).collect();
        let best = (0..ready.len()).min_by(|&a, &b| ranks[a].total_cmp(&ranks[b])).expect("something is ready");
        known[ready[best]] = true;
    }
}

/// How a placement went.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outcome {
    /// After each question, the share of topics judged rightly.
    pub(crate) right: Vec<f64>,
    /// After each question, how well the known set was found (the harmonic mean of precision and recall).
    pub(crate) f1: Vec<f64>,
    /// What it expected to have judged rightly when it ended by itself.
    pub(crate) expected: f64,
    /// The question after which it would have ended by itself.
    pub(crate) ended: usize,
}

/// Places a learner with this knowledge, who answers with `noise`, and asks 30 questions whether it
/// would end earlier or not.
pub(crate) fn place(
    problem: &Problem,
    imagined: &Placement,
    known: &[bool],
    noise: Noise,
    opener: bool,
    seed: u64,
) -> Outcome {
    let phase: Vec<u32> = problem.phase.iter().map(|&p| p as u32).collect();
    let mut placement = imagined.clone();
    let mut random = Random(seed ^ 0x5eed);
    if opener {
        for of in 0..=*phase.iter().max().expect("there are topics") {
            let topics: Vec<usize> = (0..known.len()).filter(|&t| phase[t] == of).collect();
            let share = topics.iter().filter(|&&t| known[t]).count() as f64 / topics.len() as f64;
            // People misjudge themselves by about a sixth of a phase.
            let felt = share + 0.15 * random.normal();
            let answer = if felt < 0.25 {
                Share::None
            } else if felt < 0.75 {
                Share::Some
            } else {
                Share::Most
            };
            placement.answer_phase(of, answer);
        }
    }
    let mut outcome = Outcome::default();
    while placement.asked() < 30 {
        let ends = placement.question().is_none();
        if outcome.ended == 0 && ends {
            outcome.ended = placement.asked();
            outcome.expected = placement.expected_right();
        }
        let Some(topic) = placement.most_doubtful() else { break };
        let slipped = random.unit() < if known[topic as usize] { noise.slip } else { noise.guess };
        placement.answer(topic, Some(known[topic as usize] != slipped), Noise::SELF);
        let believed: Vec<bool> = (0..known.len() as u32).map(|t| placement.is_known(t)).collect();
        let count = |of: &dyn Fn(bool, bool) -> bool| believed.iter().zip(known).filter(|&(&b, &k)| of(b, k)).count();
        let (hits, wrong) = (count(&|b, k| b && k), count(&|b, k| b != k));
        outcome.right.push(1.0 - wrong as f64 / known.len() as f64);
        outcome.f1.push(if hits + wrong == 0 { 1.0 } else { 2.0 * hits as f64 / (2 * hits + wrong) as f64 });
    }
    if outcome.ended == 0 {
        outcome.ended = placement.asked();
        outcome.expected = placement.expected_right();
    }
    outcome
}

/// Returns the placement that nobody has answered yet.
pub(crate) fn imagine(problem: &Problem, seed: u64) -> Placement {
    let phase: Vec<u32> = problem.phase.iter().map(|&p| p as u32).collect();
    Placement::imagine(&problem.graph, &phase, vec![true; phase.len()], seed)
}

/// Places so many learners of each kind in `kinds`.
pub(crate) fn many(
    problem: &Problem,
    kinds: std::ops::Range<usize>,
    learners: u64,
    noise: Noise,
    opener: bool,
) -> Vec<Outcome> {
    let imagined = imagine(problem, 1);
    let learner = |kind: usize, seed: u64| {
        let known = knowledge(problem, kind, &mut Random(1000 * seed + kind as u64));
        place(problem, &imagined, &known, noise, opener, seed)
    };
    kinds.flat_map(|kind| (0..learners).map(move |seed| (kind, seed))).map(|(kind, seed)| learner(kind, seed)).collect()
}

/// Means over many learners.
#[derive(Clone, Debug)]
pub(crate) struct Summary {
    pub(crate) right: Vec<f64>,
    pub(crate) f1: Vec<f64>,
    pub(crate) questions: f64,
    /// The share judged rightly at the end less the share expected.
    pub(crate) surprise: f64,
    /// The share judged rightly where it ended by itself.
    pub(crate) at_end: f64,
}

pub(crate) fn summary(outcomes: &[Outcome]) -> Summary {
    let n = outcomes.len() as f64;
    let mean = |of: &dyn Fn(&Outcome) -> f64| outcomes.iter().map(of).sum::<f64>() / n;
    let by_question = |of: &dyn Fn(&Outcome) -> &Vec<f64>| -> Vec<f64> {
        (0..30).map(|q| mean(&|o| *of(o).get(q).or(of(o).last()).expect("asked"))).collect()
    };
    let at_end = |o: &Outcome| o.right[o.ended - 1];
    Summary {
        right: by_question(&|o| &o.right),
        f1: by_question(&|o| &o.f1),
        questions: mean(&|o| o.ended as f64),
        surprise: mean(&|o| at_end(o) - o.expected),
        at_end: mean(&at_end),
    }
}

/// Little noise: a learner who judges well.
pub(crate) const LOW: Noise = Noise { slip: 0.05, guess: 0.10 };
/// Much noise.
pub(crate) const HIGH: Noise = Noise { slip: 0.10, guess: 0.25 };
