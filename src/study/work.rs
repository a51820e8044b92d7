//! The scheduling problem behind `next`: topics with hours and values, each after its
//! prerequisites, worth more the sooner it is done (1 | prec | Σ w·C in the usual notation).
//!
//! Pure numbers: knows neither curriculum nor learner. The rule is not exact (the problem is
//! NP-hard, Lawler 1978) but within about a percent of the best order found; `examples/planner_bench.rs`
//! measures it. With `W[g]` and `P[g]` the value and hours of g and its open ancestors together:
//!
//! 1. the goal is the open topic with the largest W/P (Sidney 1975: the densest closed set first);
//! 2. on the way there, the densest open ancestor comes first, and so on down to a ready topic;
//! 3. guard: a ready topic together with those that wait for it alone (a fan) goes first if it is
//!    denser still, or a foundation shared by many short topics would lose to decoys.

use std::cell::OnceCell;

use self::densest::Search;
use crate::graph::Graph;

mod densest;
mod way;

/// Values that differ by less than this part of themselves are equal: sums of the same numbers in
/// another order must not change the answer.
const EQUAL: f64 = 1e-9;

/// More open topics than this are not walked step by step: see [`Work::take_share`].
const VAST: usize = 16_384;

/// What is left to do.
#[derive(Clone, Debug)]
pub struct Work<'g> {
    graph: &'g Graph,
    value: Vec<f64>,
    hours: Vec<f64>,
    open: Vec<bool>,
    needs: Vec<u32>,
    sums: OnceCell<Sums>,
}

/// Value and hours of closures, by node; zero for nodes that were not asked for.
#[derive(Clone, Debug)]
struct Sums {
    value: Vec<f64>,
    hours: Vec<f64>,
}

impl Sums {
    fn density(&self, node: u32) -> f64 {
        self.value[node as usize] / self.hours[node as usize]
    }
}

/// A step and why it was taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Choice {
    /// The ready topic to take.
    pub step: u32,
    /// The topic it leads to; the step itself if it is worth it alone.
    pub goal: u32,
    /// Value per hour of the way to the goal, or of the fan.
    pub density: f64,
    /// Set when the step was taken for the topics that wait for it alone: how many of them count.
    pub fan: Option<u32>,
}

impl<'g> Work<'g> {
    /// Returns the work of the topics for which `open` holds, with their values (0 or more) and
    /// hours (above 0). Closed topics cost nothing and bring nothing.
    pub fn new(graph: &'g Graph, value: Vec<f64>, hours: Vec<f64>, open: Vec<bool>) -> Self {
        let needs = (0..graph.len() as u32)
            .map(|node| graph.parents(node).iter().filter(|&&p| open[p as usize]).count() as u32)
            .collect();
        Self { graph, value, hours, open, needs, sums: OnceCell::new() }
    }

    /// Returns the sums of every open topic; computed when they are first needed, then kept up to
    /// date by `finish`.
    fn sums(&self) -> &Sums {
        self.sums.get_or_init(|| {
            let open: Vec<u32> = self.graph.order().iter().copied().filter(|&n| self.open[n as usize]).collect();
            self.sums_over(&open)
        })
    }

    /// Sums value and hours over the open ancestors of each topic in `order`, which lists topics
    /// after their open prerequisites and holds all of these.
    ///
    /// A bit per ancestor, 64 ancestors at a time: a topic's bits are its parents' bits joined, and
    /// its sum for the block is looked up by bytes in tables. Only topics after a block's first can
    /// stand on anything in it. Costs O(k·m/64) for k topics with m edges, and O(n) memory.
    fn sums_over(&self, order: &[u32]) -> Sums {
        let mut sums = Sums { value: vec![0.0; self.graph.len()], hours: vec![0.0; self.graph.len()] };
        let mut bits = vec![0u64; self.graph.len()];
        // The way to a goal is often shorter than a block, and room that is not needed costs its clearing.
        let mut tables = vec![(0.0f64, 0.0f64); 256 * order.len().div_ceil(8).min(8)];
        for (block, columns) in order.chunks(64).enumerate() {
            for (byte, table) in tables.chunks_mut(256).enumerate() {
                for mask in 1..256usize {
                    let lowest = mask.trailing_zeros() as usize;
                    let rest = table[mask & (mask - 1)];
                    let column = columns.get(8 * byte + lowest).map_or((0.0, 0.0), |&n| self.own(n));
                    table[mask] = (rest.0 + column.0, rest.1 + column.1);
                }
            }
            let rows = &order[64 * block..];
            for (at, &node) in rows.iter().enumerate() {
                let mut word = if at < 64 { 1u64 << at } else { 0 };
                for &parent in self.graph.parents(node) {
                    word |= bits[parent as usize];
                }
                bits[node as usize] = word;
                if word != 0 {
                    for (byte, mask) in word.to_le_bytes().into_iter().enumerate().filter(|&(_, mask)| mask != 0) {
                        let (value, hours) = tables[256 * byte + mask as usize];
                        sums.value[node as usize] += value;
                        sums.hours[node as usize] += hours;
                    }
                }
            }
            for &node in rows {
                bits[node as usize] = 0;
            }
        }
        sums
    }

    /// Returns value and hours of a topic with its open ancestors.
    pub fn closure(&self, node: u32) -> (f64, f64) {
        match self.sums.get() {
            Some(sums) => (sums.value[node as usize], sums.hours[node as usize]),
            None => {
                let closure = self.graph.closure(&[node], |n| self.open[n as usize]);
                closure.iter().map(|&n| self.own(n)).fold((0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1))
            }
        }
    }

    /// Returns a topic's own value and hours.
    pub fn own(&self, node: u32) -> (f64, f64) {
        (self.value[node as usize], self.hours[node as usize])
    }

    /// Returns whether a topic is still to do.
    pub fn is_open(&self, node: u32) -> bool {
        self.open[node as usize]
    }

    /// Returns whether a topic is open and nothing it needs is.
    pub fn is_ready(&self, node: u32) -> bool {
        self.open[node as usize] && self.needs[node as usize] == 0
    }

    /// Returns the densest of `nodes` for which `allowed` holds; of equals the first in number.
    fn densest(&self, sums: &Sums, nodes: impl Iterator<Item = u32>, allowed: impl Fn(u32) -> bool) -> Option<u32> {
        let mut best = Best::default();
        for node in nodes.filter(|&node| self.open[node as usize] && allowed(node)) {
            best.offer(node, sums.density(node));
        }
        best.0.map(|(node, _)| node)
    }

    /// Returns the open topic with the densest closure for which `allowed` holds.
    fn goal_among(&self, allowed: impl Fn(u32) -> bool) -> Option<u32> {
        if self.sums.get().is_none()
            && let Search::Found(goal) = densest::densest(self, &allowed)
        {
            return goal;
        }
        self.densest(self.sums(), 0..self.graph.len() as u32, allowed)
    }

    /// Returns the next step, `None` when nothing is left.
    pub fn choose(&self) -> Option<Choice> {
        self.choose_among(|_| true)
    }

    /// Returns the next step when only topics for which `allowed` holds may be goals. Their open
    /// ancestors may be steps whether allowed or not.
    pub fn choose_among(&self, allowed: impl Fn(u32) -> bool) -> Option<Choice> {
        let goal = self.goal_among(&allowed)?;
        let (value, hours) = self.closure(goal);
        let density = value / hours;
        if let Some(fan) = self.best_fan(density, &allowed) {
            return Some(fan);
        }
        Some(Choice { step: self.first_on_the_way(goal), goal, density, fan: None })
    }

    /// Returns the ready topic that comes first on the way to `goal`.
    fn first_on_the_way(&self, goal: u32) -> u32 {
        if self.needs[goal as usize] == 0 {
            return goal;
        }
        let way = self.graph.closure(&[goal], |node| self.open[node as usize]);
        let local;
        let sums = match self.sums.get() {
            Some(sums) => sums,
            None => {
                let mut inside = vec![false; self.graph.len()];
                for &node in &way {
                    inside[node as usize] = true;
                }
                let order: Vec<u32> = self.graph.order().iter().copied().filter(|&n| inside[n as usize]).collect();
                local = self.sums_over(&order);
                &local
            }
        };
        way::first(self, sums, goal, way)
    }

    /// Returns the densest fan, if it beats `density`.
    fn best_fan(&self, density: f64, allowed: &impl Fn(u32) -> bool) -> Option<Choice> {
        let mut best: Option<Choice> = None;
        for root in (0..self.graph.len() as u32).filter(|&node| self.is_ready(node)) {
            let mut leaves: Vec<u32> = self
                .graph
                .children(root)
                .iter()
                .copied()
                .filter(|&c| self.open[c as usize] && self.needs[c as usize] == 1 && allowed(c))
                .collect();
            if leaves.len() < 2 {
                continue;
            }
            let own = |node: u32| self.value[node as usize] / self.hours[node as usize];
            leaves.sort_by(|&a, &b| own(b).total_cmp(&own(a)).then(a.cmp(&b)));
            let (mut value, mut hours) = self.own(root);
            let mut taken = 0;
            for &leaf in &leaves {
                if own(leaf) <= value / hours {
                    break;
                }
                value += self.value[leaf as usize];
                hours += self.hours[leaf as usize];
                taken += 1;
            }
            let least = best.map_or(density, |fan| fan.density);
            if taken >= 2 && value / hours > least * (1.0 + EQUAL) {
                best = Some(Choice { step: root, goal: leaves[0], density: value / hours, fan: Some(taken) });
            }
        }
        best
    }

    /// Returns the best of the ready topics for which `allowed` holds: the one on the way to the
    /// densest goal. For questions such as what fits into two hours, or what else there is.
    pub fn choose_step(&self, allowed: impl Fn(u32) -> bool) -> Option<Choice> {
        /// So many searches take no longer than all sums, in which the answers to more can be looked up.
        const FEW: usize = 8;
        let mut best: Option<Choice> = None;
        let steps: Vec<u32> =
            (0..self.graph.len() as u32).filter(|&node| self.is_ready(node) && allowed(node)).collect();
        if steps.len() > FEW {
            self.sums();
        }
        for step in steps {
            let onward = self.graph.descendants(&[step], |node| self.open[node as usize]);
            let goal = if self.sums.get().is_some() {
                self.densest(self.sums(), onward.into_iter(), |_| true)
            } else {
                let mut is_onward = vec![false; self.graph.len()];
                onward.into_iter().for_each(|node| is_onward[node as usize] = true);
                self.goal_among(|node| is_onward[node as usize])
            };
            let goal = goal.expect("the step itself is open");
            let (value, hours) = self.closure(goal);
            let density = value / hours;
            if best.is_none_or(|best| density > best.density * (1.0 + EQUAL)) {
                best = Some(Choice { step, goal, density, fan: None });
            }
        }
        best
    }

    /// Takes a topic as done: what stands on it has that much less before it.
    pub fn finish(&mut self, node: u32) {
        if !self.open[node as usize] {
            return;
        }
        let (value, hours) = self.own(node);
        self.sums();
        if let Some(sums) = self.sums.get_mut() {
            for below in self.graph.descendants(&[node], |below| self.open[below as usize]) {
                sums.value[below as usize] -= value;
                sums.hours[below as usize] -= hours;
            }
        }
        self.open[node as usize] = false;
        for &child in self.graph.children(node) {
            self.needs[child as usize] -= 1;
        }
    }

    /// Returns whether so much is open that a walk step by step, which costs a look at every topic for
    /// each step, would take longer than somebody waits.
    pub fn is_vast(&self) -> bool {
        self.open.iter().filter(|open| **open).count() > VAST
    }

    /// Takes about a quarter of what is open as done, in the order of the rule as far as one look at all
    /// tells: goals by their density, each with what is missing before it. Returns that order.
    ///
    /// What a goal's way does to the density of others is seen only at the next look, and fans are not
    /// looked for; on generated graphs that costs 8 % in the mean and 12 % at worst, see the tests.
    pub fn take_share(&mut self, allowed: impl Fn(u32) -> bool) -> Vec<u32> {
        let mut rank = vec![0u32; self.graph.len()];
        for (at, &node) in (0..).zip(self.graph.order()) {
            rank[node as usize] = at;
        }
        let open = self.open.iter().filter(|open| **open).count();
        let mut goals: Vec<u32> =
            (0..self.graph.len() as u32).filter(|&node| self.open[node as usize] && allowed(node)).collect();
        let sums = self.sums();
        goals.sort_by(|&a, &b| sums.density(b).total_cmp(&sums.density(a)).then(a.cmp(&b)));
        let mut missing = self.open.clone();
        let mut order = Vec::new();
        for goal in goals {
            if order.len() >= open.div_ceil(4) {
                break;
            }
            let start = order.len();
            order.extend(gather(self.graph, &mut missing, goal));
            order[start..].sort_by_key(|&node| rank[node as usize]);
        }
        self.open = missing;
        for &node in &order {
            for &child in self.graph.children(node) {
                self.needs[child as usize] -= 1;
            }
        }
        self.sums = OnceCell::new();
        order
    }

    /// Returns the order in which the rule does everything that is open.
    pub fn walk(mut self) -> Vec<u32> {
        let mut order = Vec::new();
        while self.is_vast() {
            order.extend(self.take_share(|_| true));
        }
        while let Some(choice) = self.choose() {
            order.push(choice.step);
            self.finish(choice.step);
        }
        order
    }

    /// Returns Σ w·C of `order`: each topic's value times the hour at which it is finished.
    pub fn cost(&self, order: &[u32]) -> f64 {
        let mut hour = 0.0;
        order
            .iter()
            .map(|&node| {
                hour += self.hours[node as usize];
                self.value[node as usize] * hour
            })
            .sum()
    }
}

/// Returns what is missing of `node` and before it, and marks it as no longer missing.
fn gather(graph: &Graph, missing: &mut [bool], node: u32) -> Vec<u32> {
    if !std::mem::take(&mut missing[node as usize]) {
        return Vec::new();
    }
    let mut found = vec![node];
    let mut at = 0;
    while at < found.len() {
        for &parent in graph.parents(found[at]) {
            if std::mem::take(&mut missing[parent as usize]) {
                found.push(parent);
            }
        }
        at += 1;
    }
    found
}

/// The densest so far; of equals the first in number, in whatever order they are offered.
#[derive(Default)]
struct Best(Option<(u32, f64)>);

impl Best {
    fn offer(&mut self, node: u32, density: f64) {
        let better = self.0.is_none_or(|(first, most)| {
            density > most * (1.0 + EQUAL) || (density >= most * (1.0 - EQUAL) && node < first)
        });
        if better {
            self.0 = Some((node, density));
        }
    }
}

#[cfg(test)]
mod tests;
