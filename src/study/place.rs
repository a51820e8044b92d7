//! Finds out what a learner knows already, in about a dozen questions.
//!
//! Knowledge space theory (Doignon and Falmagne, "Spaces for the assessment of knowledge", 1985, and
//! "Learning Spaces", 2011) takes what somebody knows as one of the sets that are closed under
//! prerequisites, and each answer as evidence for some of these sets. There are too many of them to
//! list, so thousands of learners are imagined, each with such a set; their weights are the belief.
//! The next question is the half-split rule: the topic that half of the weight knows. An answer
//! weighs by the basic local independence model (BLIM), with a slip (no, although known) and a
//! guess (yes, although not).
//!
//! Limits: the belief can only be as good as the imagined learners; somebody who knows odd corners
//! of the field shows as unsure topics, not as known ones. `examples/placement_bench.rs` measures it
//! on learners made by other processes. Pure: takes chance as a seed and answers as values, knows
//! no terminal.

use crate::graph::Graph;

/// Learners imagined for a small curriculum.
const MOST_LEARNERS: usize = 16_384;
/// Learners imagined for a large one.
const FEWEST_LEARNERS: usize = 2_048;
/// About so many bits are kept in all.
const BITS: usize = 2_500_000;
/// Questions at most.
pub const MOST_QUESTIONS: usize = 30;
/// Questions before it may end by itself.
const FEWEST_QUESTIONS: usize = 8;
/// It ends when so large a share of the topics is expected to be judged rightly.
const SURE: f64 = 0.95;

/// What a learner says of a phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// Knows next to nothing of it.
    None,
    /// Knows some of it.
    Some,
    /// Knows most of it.
    Most,
}

/// How far an answer about a topic can be trusted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Noise {
    /// The probability of "no" (or a wrong answer) although the topic is known.
    pub slip: f64,
    /// The probability of "yes" (or a right answer) although it is not.
    pub guess: f64,
}

impl Noise {
    /// What we assume of people who judge themselves.
    pub const SELF: Self = Self { slip: 0.08, guess: 0.17 };

    /// Returns what a quiz question with this many options is worth: whoever does not know guesses.
    pub fn quiz(options: usize) -> Self {
        Self { slip: Self::SELF.slip, guess: 1.0 / options.max(2) as f64 }
    }
}

/// The belief about what a learner knows.
#[derive(Clone, Debug)]
pub struct Placement {
    /// Bit `s` of a topic's words: imagined learner `s` knows it.
    bits: Vec<u64>,
    words: usize,
    /// The weights of the learners; they add up to 1.
    weight: Vec<f64>,
    /// By topic, the weight of the learners who know it: the probability that it is known.
    known: Vec<f64>,
    phase: Vec<u32>,
    may_ask: Vec<bool>,
    asked: usize,
}

impl Placement {
    /// Imagines learners for a graph whose topics lie in the phases `phase`, counted from 0.
    /// Questions are asked of the topics for which `may_ask` holds.
    ///
    /// Half of them are stuck behind prerequisites, a quarter picked prerequisites up on the way, and
    /// a quarter worked towards one goal after the other; how many topics they know is any number.
    pub fn imagine(graph: &Graph, phase: &[u32], may_ask: Vec<bool>, seed: u64) -> Self {
        let topics = graph.len();
        let learners = (BITS / topics.max(1)).clamp(FEWEST_LEARNERS, MOST_LEARNERS) / 64 * 64;
        let words = learners / 64;
        let mut bits = vec![0u64; topics * words];
        let mut imagination = Imagination::new(graph, phase, seed);
        for learner in 0..learners {
            let known = match learner % 4 {
                0 | 2 => imagination.stuck_behind_prerequisites(),
                1 => imagination.picked_up_on_the_way(),
                _ => imagination.toward_goals(),
            };
            for &topic in known {
                bits[topic as usize * words + learner / 64] |= 1 << (learner % 64);
            }
        }
        let mut placement = Self {
            bits,
            words,
            weight: vec![1.0 / learners as f64; learners],
            known: vec![0.0; topics],
            phase: phase.to_vec(),
            may_ask,
            asked: 0,
        };
        placement.sum_up();
        placement
    }

    /// Takes what the learner says of a whole phase.
    ///
    /// The answer is likely for those who know about that share of it: a normal distribution of
    /// deviation .3 around the share, cut at a quarter and at three quarters.
    pub fn answer_phase(&mut self, phase: u32, answer: Share) {
        let below = |cut: f64, share: f64| 0.5 * (1.0 + libm::erf((cut - share) / (0.3 * std::f64::consts::SQRT_2)));
        let of_phase: Vec<usize> = (0..self.phase.len()).filter(|&t| self.phase[t] == phase).collect();
        if of_phase.is_empty() {
            return;
        }
        for learner in 0..self.weight.len() {
            let knows = |&&topic: &&usize| self.bits[topic * self.words + learner / 64] >> (learner % 64) & 1 == 1;
            let share = of_phase.iter().filter(knows).count() as f64 / of_phase.len() as f64;
            let (low, high) = (below(0.25, share), below(0.75, share));
            let likely = match answer {
                Share::None => low,
                Share::Some => high - low,
                Share::Most => 1.0 - high,
            };
            self.weight[learner] *= 0.02 + likely;
        }
        self.sum_up();
    }

    /// Returns the topic to ask about next, `None` when enough is known.
    pub fn question(&self) -> Option<u32> {
        let enough = self.asked >= MOST_QUESTIONS || (self.asked >= FEWEST_QUESTIONS && self.expected_right() >= SURE);
        if enough { None } else { self.most_doubtful() }
    }

    /// Returns the topic about which the belief is nearest to one half; of equals the first.
    pub fn most_doubtful(&self) -> Option<u32> {
        let doubt = |&topic: &usize| (self.known[topic] - 0.5).abs();
        (0..self.known.len())
            .filter(|&topic| self.may_ask[topic])
            .min_by(|a, b| doubt(a).total_cmp(&doubt(b)))
            .map(|topic| topic as u32)
    }

    /// Returns a topic that was not asked about, by chance: an answer to it measures the placement.
    pub fn control(&self, seed: u64) -> Option<u32> {
        let left: Vec<usize> = (0..self.known.len()).filter(|&topic| self.may_ask[topic]).collect();
        fastrand::Rng::with_seed(seed).choice(left).map(|topic| topic as u32)
    }

    /// Takes an answer about a topic: `Some(true)` for yes or right, `None` for not sure, which
    /// changes no belief. It is not asked about again.
    pub fn answer(&mut self, topic: u32, yes: Option<bool>, noise: Noise) {
        self.asked += 1;
        self.learn(topic, yes, noise);
    }

    /// As [`Self::answer`], for what is known from elsewhere: it counts as no question.
    pub fn learn(&mut self, topic: u32, yes: Option<bool>, noise: Noise) {
        self.may_ask[topic as usize] = false;
        let Some(yes) = yes else { return };
        let (knows, does_not) = if yes { (1.0 - noise.slip, noise.guess) } else { (noise.slip, 1.0 - noise.guess) };
        let words = &self.bits[topic as usize * self.words..][..self.words];
        for (learner, weight) in self.weight.iter_mut().enumerate() {
            *weight *= if words[learner / 64] >> (learner % 64) & 1 == 1 { knows } else { does_not };
        }
        self.sum_up();
    }

    /// Returns the probability that a topic is known. A topic's is never above that of what it
    /// stands on.
    pub fn probability(&self, topic: u32) -> f64 {
        self.known[topic as usize]
    }

    /// Returns whether a topic is more likely known than not. What is known so is closed under
    /// prerequisites.
    pub fn is_known(&self, topic: u32) -> bool {
        is_known(self.probability(topic))
    }

    /// Returns whether the belief about a topic is weak.
    pub fn is_unsure(&self, topic: u32) -> bool {
        is_unsure(self.probability(topic))
    }

    /// Returns the share of topics that it expects to have judged rightly.
    pub fn expected_right(&self) -> f64 {
        let sum: f64 = self.known.iter().map(|p| p.max(1.0 - p)).sum();
        sum / self.known.len().max(1) as f64
    }

    /// Returns how many questions were answered.
    pub fn asked(&self) -> usize {
        self.asked
    }

    /// Makes the weights add up to 1 and sums them by topic: four learners at a time, whose sums lie
    /// in a table. Sums are taken in the same order for every topic, so that rounding cannot make a
    /// topic likelier than what it stands on.
    fn sum_up(&mut self) {
        let total: f64 = self.weight.iter().sum();
        for weight in &mut self.weight {
            *weight /= total;
        }
        self.known.fill(0.0);
        let mut tables = [[0f64; 16]; 16];
        for (word, weights) in self.weight.chunks(64).enumerate() {
            for (table, four) in tables.iter_mut().zip(weights.chunks(4)) {
                for mask in 1..16usize {
                    table[mask] = table[mask & (mask - 1)] + four[mask.trailing_zeros() as usize];
                }
            }
            for (topic, known) in self.known.iter_mut().enumerate() {
                let bits = self.bits[topic * self.words + word];
                if bits != 0 {
                    *known += (0..16).map(|n| tables[n][(bits >> (4 * n) & 15) as usize]).sum::<f64>();
                }
            }
        }
    }
}

/// Makes up what somebody might know: sets of topics that are closed under prerequisites.
///
/// Counts topics by their place in the topological order.
struct Imagination<'g> {
    order: &'g [u32],
    parents: Vec<Vec<u32>>,
    /// The phase of each topic, scaled to 0..=1.
    level: Vec<f64>,
    effort: Vec<f64>,
    by_effort: Vec<(u64, u32)>,
    known: Vec<u32>,
    chance: fastrand::Rng,
}

impl<'g> Imagination<'g> {
    fn new(graph: &'g Graph, phase: &[u32], seed: u64) -> Self {
        let order = graph.order();
        let mut place = vec![0u32; graph.len()];
        for (at, &node) in (0..).zip(order) {
            place[node as usize] = at;
        }
        let last = f64::from(phase.iter().copied().max().unwrap_or(0).max(1));
        Self {
            order,
            parents: order.iter().map(|&n| graph.parents(n).iter().map(|&p| place[p as usize]).collect()).collect(),
            level: order.iter().map(|&node| f64::from(phase[node as usize]) / last).collect(),
            effort: vec![0.0; graph.len()],
            by_effort: Vec::with_capacity(graph.len()),
            known: Vec::with_capacity(graph.len()),
            chance: fastrand::Rng::with_seed(seed),
        }
    }

    /// Nothing is easier than what it stands on.
    fn stuck_behind_prerequisites(&mut self) -> &[u32] {
        self.draw_effort();
        for (at, parents) in self.parents.iter().enumerate() {
            self.effort[at] = parents.iter().fold(self.effort[at], |most, &p| most.max(self.effort[p as usize]));
        }
        self.easiest()
    }

    /// Nothing is harder than what stands on it.
    fn picked_up_on_the_way(&mut self) -> &[u32] {
        self.draw_effort();
        for (at, parents) in self.parents.iter().enumerate().rev() {
            for &p in parents {
                self.effort[p as usize] = self.effort[p as usize].min(self.effort[at]);
            }
        }
        self.easiest()
    }

    /// Goals by chance, each with all that it stands on, until enough is known.
    fn toward_goals(&mut self) -> &[u32] {
        let topics = self.order.len();
        let wanted = self.chance.usize(0..=topics);
        let mut has = vec![false; topics];
        let mut stack = Vec::new();
        self.known.clear();
        while self.known.len() < wanted {
            stack.push(self.chance.u32(0..topics as u32));
            while let Some(at) = stack.pop() {
                if !std::mem::replace(&mut has[at as usize], true) {
                    self.known.push(self.order[at as usize]);
                    stack.extend(&self.parents[at as usize]);
                }
            }
        }
        &self.known
    }

    /// Draws what each topic costs: more in later phases, for some people much more.
    fn draw_effort(&mut self) {
        let slope = 3.0 * self.chance.f64();
        for (effort, level) in self.effort.iter_mut().zip(&self.level) {
            *effort = slope * level + self.chance.f64();
        }
    }

    /// Returns the easiest topics, any number of them. Of equals the earlier one is easier, so the
    /// set is closed under prerequisites.
    fn easiest(&mut self) -> &[u32] {
        let many = self.chance.usize(0..=self.order.len());
        self.by_effort.clear();
        // The bits of floats that are not negative sort as the floats do.
        self.by_effort.extend(self.effort.iter().zip(0..).map(|(effort, at)| (effort.to_bits(), at)));
        if many < self.order.len() {
            self.by_effort.select_nth_unstable(many);
        }
        self.known.clear();
        self.known.extend(self.by_effort[..many].iter().map(|&(_, at)| self.order[at as usize]));
        &self.known
    }
}

/// Returns whether a probability of knowing something makes knowing it the likelier case.
pub fn is_known(probability: f64) -> bool {
    probability >= 0.5
}

/// Returns whether a probability of knowing something is too near to one half to build on.
pub fn is_unsure(probability: f64) -> bool {
    probability > 0.2 && probability < 0.8
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn chain(n: u32) -> Graph {
        Graph::new(n as usize, &(1..n).map(|b| (b - 1, b)).collect::<Vec<_>>()).expect("a chain")
    }

    #[test]
    fn on_a_chain_it_searches_by_halves() {
        let graph = chain(64);
        let mut placement = Placement::imagine(&graph, &[0; 64], vec![true; 64], 1);
        for _ in 0..12 {
            let topic = placement.question().expect("it is in doubt still");
            placement.answer(topic, Some(topic < 20), Noise { slip: 0.01, guess: 0.01 });
            if placement.expected_right() > 0.99 {
                break;
            }
        }
        assert!(placement.asked() <= 8, "{} questions for 64 topics in a row", placement.asked());
        let known = (0..64).filter(|&t| placement.is_known(t)).count();
        assert!((19..=21).contains(&known), "{known}");
    }

    #[test]
    fn not_sure_changes_nothing_and_is_not_asked_again() {
        let mut placement = Placement::imagine(&chain(30), &[0; 30], vec![true; 30], 1);
        let before = placement.known.clone();
        let topic = placement.question().expect("in doubt");
        placement.answer(topic, None, Noise::SELF);
        assert_eq!(placement.known, before);
        assert_ne!(placement.question(), Some(topic));
    }

    #[test]
    fn a_phase_known_raises_it_and_what_it_stands_on() {
        let phase: Vec<u32> = (0..40).map(|t| t / 20).collect();
        let imagined = Placement::imagine(&chain(40), &phase, vec![true; 40], 1);
        let mut most = imagined.clone();
        most.answer_phase(1, Share::Most);
        let mut none = imagined.clone();
        none.answer_phase(0, Share::None);
        assert!(most.probability(0) > 0.95 && most.probability(30) > imagined.probability(30));
        assert!(none.probability(39) < 0.05 && none.probability(10) < imagined.probability(10));
    }

    #[test]
    fn it_ends_by_itself() {
        let mut placement = Placement::imagine(&chain(50), &[0; 50], vec![true; 50], 1);
        while let Some(topic) = placement.question() {
            // Contradictions all along.
            let yes = placement.asked().is_multiple_of(2);
            placement.answer(topic, Some(yes), Noise::SELF);
        }
        assert!(placement.asked() <= MOST_QUESTIONS);
        let mut empty = Placement::imagine(&chain(3), &[0; 3], vec![false; 3], 1);
        assert_eq!((empty.question(), empty.control(1)), (None, None));
        empty.learn(0, Some(true), Noise::SELF);
        assert_eq!(empty.asked(), 0);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn beliefs_are_closed_under_prerequisites_whatever_is_answered(
            edges in prop::collection::vec((0u32..40, 0u32..40), 0..70),
            answers in prop::collection::vec(prop::option::of(any::<bool>()), 30),
            seed in any::<u64>(),
        ) {
            let mut edges: Vec<(u32, u32)> = edges.into_iter().filter(|(a, b)| a < b).collect();
            edges.sort_unstable();
            edges.dedup();
            let graph = Graph::new(40, &edges).expect("edges lead upwards");
            let phase: Vec<u32> = (0..40).map(|t| t / 10).collect();
            let mut placement = Placement::imagine(&graph, &phase, vec![true; 40], seed);
            for answer in answers {
                let Some(topic) = placement.question() else { break };
                placement.answer(topic, answer, Noise::SELF);
                for &(before, after) in &edges {
                    prop_assert!(placement.probability(before) >= placement.probability(after));
                }
            }
            prop_assert!((placement.weight.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        }
    }
}
