//! Graphs to plan on, rules to compare with, and orders to compare against. Seeded; no clock.

use roadmap::graph::Graph;
use roadmap::study::work::Work;

/// A planning problem.
pub(crate) struct Problem {
    pub(crate) graph: Graph,
    pub(crate) value: Vec<f64>,
    pub(crate) hours: Vec<f64>,
    pub(crate) phase: Vec<usize>,
}

/// SplitMix64 (Steele, Lea & Flood 2014): small, seeded, the same everywhere.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Returns a number in 0..1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Returns a number in 0..n.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.unit() * n as f64) as usize
    }

    pub(crate) fn normal(&mut self) -> f64 {
        (-2.0 * (1.0 - self.unit()).ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos()
    }
}

/// Returns a layered problem: phases of topics, 1 to 3 prerequisites from this phase or the ones
/// before, lognormal hours around 5, and one or two projects of 15 hours or more and value 8 a phase.
pub(crate) fn layered(topics: usize, phases: usize, seed: u64) -> Problem {
    let mut random = Random(seed);
    let mut edges = Vec::new();
    let (mut value, mut hours, mut phase) = (Vec::new(), Vec::new(), Vec::new());
    for of in 0..phases {
        let (start, end) = (of * topics / phases, (of + 1) * topics / phases);
        let projects = 1 + random.below(2);
        for at in start..end {
            let project = end - at <= projects;
            value.push(if project { 8.0 } else { 1.0 });
            hours.push(if project { 15.0 + 10.0 * random.unit() } else { (5f64.ln() + 0.4 * random.normal()).exp() });
            phase.push(of);
            let mut parents = Vec::new();
            for _ in 0..1 + random.below(3) {
                let same = random.unit() < 0.7 && at > start;
                let from = if same {
                    start + random.below(at - start)
                } else if start > 0 {
                    random.below(start)
                } else {
                    continue;
                };
                if !parents.contains(&from) {
                    parents.push(from);
                }
            }
            edges.extend(parents.into_iter().map(|from| (from as u32, at as u32)));
        }
    }
    Problem { graph: Graph::new(topics, &edges).expect("edges lead upwards"), value, hours, phase }
}

impl Problem {
    pub(crate) fn work(&self) -> Work<'_> {
        Work::new(&self.graph, self.value.clone(), self.hours.clone(), vec![true; self.graph.len()])
    }

    pub(crate) fn cost(&self, order: &[u32]) -> f64 {
        let mut hour = 0.0;
        order.iter().fold(0.0, |sum, &node| {
            hour += self.hours[node as usize];
            sum + self.value[node as usize] * hour
        })
    }

    /// Returns the order that takes the ready topic with the largest key, again and again.
    fn greedy(&self, key: impl Fn(u32, &[u32]) -> f64) -> Vec<u32> {
        let n = self.graph.len();
        let mut needs: Vec<u32> = (0..n as u32).map(|i| self.graph.parents(i).len() as u32).collect();
        let mut done = vec![false; n];
        let mut order = Vec::new();
        while order.len() < n {
            let ready = (0..n as u32).filter(|&i| !done[i as usize] && needs[i as usize] == 0);
            // `max_by` keeps the last of equals; the first in the file should win.
            let next = ready.rev().max_by(|&a, &b| key(a, &needs).total_cmp(&key(b, &needs))).expect("no cycle");
            done[next as usize] = true;
            order.push(next);
            for &child in self.graph.children(next) {
                needs[child as usize] -= 1;
            }
        }
        order
    }

    /// Returns the rules by name, ours last.
    pub(crate) fn rules(&self) -> Vec<(&'static str, Vec<u32>)> {
        let own = |i: u32| self.value[i as usize] / self.hours[i as usize];
        let freed = |i: u32, needs: &[u32]| -> Vec<u32> {
            self.graph.children(i).iter().copied().filter(|&c| needs[c as usize] == 1).collect()
        };
        let n = self.graph.len();
        let mut tail = vec![0.0f64; n];
        for &node in self.graph.order().iter().rev() {
            let below = self.graph.children(node).iter().map(|&c| tail[c as usize]).fold(0.0, f64::max);
            tail[node as usize] = self.hours[node as usize] + below;
        }
        let phases = |i: u32| -(self.phase[i as usize] as f64);
        vec![
            ("file order", self.greedy(|i, _| -f64::from(i))),
            ("phase by phase, value per hour", self.greedy(|i, _| 1e6 * phases(i) + own(i))),
            ("critical path", self.greedy(|i, _| tail[i as usize])),
            (
                "unlocks the most topics per hour",
                self.greedy(|i, needs| freed(i, needs).len() as f64 / self.hours[i as usize]),
            ),
            (
                "value made ready at once per hour",
                self.greedy(|i, needs| {
                    let made: f64 = freed(i, needs).iter().map(|&c| self.value[c as usize]).sum();
                    (self.value[i as usize] + made) / self.hours[i as usize]
                }),
            ),
            ("goal per hour (ours)", self.work().walk()),
        ]
    }

    /// Returns the best cost that annealing from each rule's order finds: `steps` moves each of one
    /// topic within what its prerequisites allow, or of it with the topics right before it.
    pub(crate) fn best_found(&self, steps: usize, seed: u64) -> f64 {
        let mut random = Random(seed);
        let mut best = f64::INFINITY;
        for (_, order) in self.rules() {
            best = best.min(self.anneal(order, steps, &mut random));
        }
        best
    }

    fn anneal(&self, mut order: Vec<u32>, steps: usize, random: &mut Random) -> f64 {
        let n = order.len();
        let mut at = vec![0usize; n];
        for (i, &node) in order.iter().enumerate() {
            at[node as usize] = i;
        }
        let mut cost = self.cost(&order);
        let mut best = cost;
        let start = 0.002 * cost / n as f64;
        for step in 0..steps {
            let heat = start * (1.0 - step as f64 / steps as f64).powi(2) + 1e-9;
            // A block of up to eight topics moves as one, so that a chain can follow its head.
            let first = random.below(n);
            let len = (1 + random.below(8)).min(n - first);
            let block = &order[first..first + len];
            let low = block
                .iter()
                .flat_map(|&b| self.graph.parents(b))
                .map(|&p| at[p as usize])
                .filter(|&p| p < first)
                .max()
                .map_or(0, |p| p + 1);
            let high = block
                .iter()
                .flat_map(|&b| self.graph.children(b))
                .map(|&c| at[c as usize])
                .filter(|&c| c >= first + len)
                .min()
                .unwrap_or(n)
                - len;
            let to = low + random.below(high - low + 1);
            if to == first {
                continue;
            }
            let (left, right) = if to < first { (to, first + len) } else { (first, to + len) };
            let sums = |of: &[u32]| {
                of.iter().fold((0.0, 0.0), |(v, h), &i| (v + self.value[i as usize], h + self.hours[i as usize]))
            };
            let (block_value, block_hours) = sums(&order[first..first + len]);
            let (other_value, other_hours) =
                if to < first { sums(&order[to..first]) } else { sums(&order[first + len..to + len]) };
            let earlier = other_value * block_hours - block_value * other_hours;
            let delta = if to < first { earlier } else { -earlier };
            if delta <= 0.0 || random.unit() < (-delta / heat).exp() {
                if to < first {
                    order[left..right].rotate_right(len);
                } else {
                    order[left..right].rotate_left(len);
                }
                for (i, &node) in order.iter().enumerate().take(right).skip(left) {
                    at[node as usize] = i;
                }
                cost += delta;
                best = best.min(cost);
            }
        }
        best.min(self.cost(&order))
    }

    /// Returns the least cost there is, by dynamic programming over the sets that are closed under
    /// prerequisites; for at most some twenty topics.
    pub(crate) fn optimum(&self) -> f64 {
        let n = self.graph.len();
        let needs: Vec<u32> = (0..n as u32).map(|i| self.graph.parents(i).iter().map(|&p| 1 << p).sum()).collect();
        let mut best = vec![f64::INFINITY; 1 << n];
        best[0] = 0.0;
        for set in 0..1usize << n {
            if best[set].is_finite() {
                let hours: f64 = (0..n).filter(|i| set & (1 << i) != 0).map(|i| self.hours[i]).sum();
                for i in (0..n).filter(|&i| set & (1 << i) == 0 && needs[i] & !(set as u32) == 0) {
                    let cost = best[set] + self.value[i] * (hours + self.hours[i]);
                    let with = &mut best[set | 1 << i];
                    *with = with.min(cost);
                }
            }
        }
        best[(1 << n) - 1]
    }
}

/// Returns the problem of a curriculum from its first day.
pub(crate) fn of(curriculum: &roadmap::curriculum::Curriculum) -> Problem {
    let topics = curriculum.topics();
    Problem {
        graph: curriculum.graph().clone(),
        value: topics.iter().map(|t| t.value).collect(),
        hours: topics.iter().map(|t| t.hours).collect(),
        phase: topics.iter().map(|t| t.phase as usize).collect(),
    }
}
