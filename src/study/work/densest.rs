//! The densest closure, found without summing all of them.
//!
//! With d the best density so far, the surplus of a set is its value less d times its hours, and only
//! a closure whose surplus is not negative can be as dense. Bounds on the surplus rule out nearly all
//! closures; what is left is summed one by one. A bound stays valid as d grows.
//!
//! Two bounds are kept, each in one pass over the topics in an order that respects their edges:
//!
//! - **by parents**: for parents p, q of g, the closure of g is that of p, g itself, and part of that
//!   of q; so its surplus is at most that of p, plus that of g, plus all positive surplus above q.
//!   Exact on chains and trees, good while ways seldom meet.
//! - **by anchors**: the closure of whatever stands on a holds that of a, whose surplus is known, and
//!   else only topics before it; so its surplus is at most that of a, plus all positive surplus before
//!   it that is not in the closure of a. In a graph in which nearly everything deep stands on
//!   nearly everything before it, one anchor rules out the topics up to a multiple of its own depth.

use super::{Best, Work};

/// Topics and edges looked at by exact sums, as a multiple of all topics, before we give up.
const PATIENCE: usize = 64;

/// What came of a search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Search {
    /// The densest, of equals the first in number; `None` if nothing open is allowed.
    Found(Option<u32>),
    /// It would take longer than summing all closures.
    GivenUp,
}

/// Returns the densest closure of an open topic for which `allowed` holds.
pub(super) fn densest(work: &Work<'_>, allowed: impl Fn(u32) -> bool) -> Search {
    let open: Vec<u32> = work.graph.order().iter().copied().filter(|&node| work.is_open(node)).collect();
    let mut best = Best::default();
    for &node in open.iter().filter(|&&node| work.is_ready(node) && allowed(node)) {
        let (value, hours) = work.own(node);
        best.offer(node, value / hours);
    }
    if best.0.is_none() && !open.iter().any(|&node| allowed(node)) {
        return Search::Found(None);
    }
    Bounds::new(work, &open, best).search(allowed)
}

struct Bounds<'w, 'g> {
    work: &'w Work<'g>,
    open: &'w [u32],
    best: Best,
    /// By node: at most so much positive surplus is in its closure.
    gains: Vec<f64>,
    /// By node: the surplus of its closure is no larger.
    surplus: Vec<f64>,
    /// By node: the bound by anchors.
    ceiling: Vec<f64>,
    walk: Walk,
}

/// Room for one walk over ancestors after the other.
struct Walk {
    seen: Vec<u32>,
    round: u32,
    found: Vec<u32>,
}

/// A closure that was summed, as a possible anchor.
#[derive(Clone, Copy)]
struct Summed {
    at: usize,
    surplus: f64,
}

impl<'w, 'g> Bounds<'w, 'g> {
    fn new(work: &'w Work<'g>, open: &'w [u32], best: Best) -> Self {
        let nodes = work.graph.len();
        let walk = Walk { seen: vec![0; nodes], round: 0, found: Vec::new() };
        let (gains, surplus, ceiling) = (vec![0.0; nodes], vec![0.0; nodes], vec![f64::INFINITY; nodes]);
        Self { work, open, best, gains, surplus, ceiling, walk }
    }

    fn search(mut self, allowed: impl Fn(u32) -> bool) -> Search {
        let patience = PATIENCE * self.work.graph.len();
        let (mut spent, mut since_anchor, mut deepest) = (0, 0, None::<Summed>);
        let mut all_gain = 0.0;
        for (at, &node) in self.open.iter().enumerate() {
            let (value, hours) = self.work.own(node);
            let density = self.density();
            all_gain += self.gain(node);
            let bound = self.bound(node, all_gain);
            self.surplus[node as usize] = bound;
            // Rounding must not cost a topic that is equally dense its place.
            if bound < -1e-6 * (1.0 + value) || !allowed(node) {
                continue;
            }
            let looked_at;
            let (value, hours) = match self.work.needs[node as usize] {
                0 => {
                    looked_at = 1;
                    (value, hours)
                }
                _ => {
                    let sum = self.walk.sum(self.work, node);
                    looked_at = sum.1;
                    sum.0
                }
            };
            spent += looked_at;
            since_anchor += looked_at;
            if spent > patience {
                return Search::GivenUp;
            }
            self.best.offer(node, value / hours);
            let surplus = value - density * hours;
            self.surplus[node as usize] = surplus;
            if deepest.is_none_or(|deepest| surplus < deepest.surplus) {
                deepest = Some(Summed { at, surplus });
            }
            // An anchor costs a look at everything: no more of them than of such looks.
            if since_anchor > self.open.len()
                && let Some(anchor) = deepest.take()
            {
                since_anchor = 0;
                self.anchor(anchor);
            }
        }
        Search::Found(self.best.0.map(|(node, _)| node))
    }

    fn density(&self) -> f64 {
        self.best.0.map_or(0.0, |(_, density)| density)
    }

    /// Returns a topic's own surplus if that is positive.
    fn gain(&self, node: u32) -> f64 {
        let (value, hours) = self.work.own(node);
        (value - self.density() * hours).max(0.0)
    }

    /// Returns the bound of a topic whose parents have theirs; `all_gain` is the positive surplus of
    /// everything up to it in the order.
    fn bound(&mut self, node: u32, all_gain: f64) -> f64 {
        let (value, hours) = self.work.own(node);
        let parents = || self.work.graph.parents(node).iter().map(|&p| p as usize).filter(|&p| self.work.open[p]);
        let above: f64 = parents().map(|p| self.gains[p]).sum();
        let through = |p: usize| self.surplus[p] + (above - self.gains[p]).min(all_gain);
        let by_parents = parents().map(through).fold(f64::INFINITY, f64::min);
        self.gains[node as usize] = (self.gain(node) + above).min(all_gain);
        let own = value - self.density() * hours;
        let by_parents = own + if by_parents.is_finite() { by_parents } else { 0.0 };
        by_parents.min(self.ceiling[node as usize])
    }

    /// Lowers the bounds of all that stands on a topic whose closure was summed.
    fn anchor(&mut self, anchor: Summed) {
        let node = self.open[anchor.at];
        self.walk.sum(self.work, node);
        let mut below = vec![false; self.work.graph.len()];
        below[node as usize] = true;
        let mut outside = 0.0;
        for (at, &node) in self.open.iter().enumerate() {
            if !self.walk.holds(node) {
                outside += self.gain(node);
            }
            let stands_on_it = || self.work.graph.parents(node).iter().any(|&parent| below[parent as usize]);
            if at > anchor.at && stands_on_it() {
                below[node as usize] = true;
                let ceiling = &mut self.ceiling[node as usize];
                *ceiling = ceiling.min(anchor.surplus + outside);
            }
        }
    }
}

impl Walk {
    /// Returns value and hours of the closure of a topic, and how many topics and edges that took.
    fn sum(&mut self, work: &Work<'_>, node: u32) -> ((f64, f64), usize) {
        self.round += 1;
        self.found.clear();
        self.found.push(node);
        self.seen[node as usize] = self.round;
        let (mut value, mut hours, mut looked_at, mut at) = (0.0, 0.0, 0, 0);
        while let Some(&node) = self.found.get(at) {
            let own = work.own(node);
            value += own.0;
            hours += own.1;
            let parents = work.graph.parents(node);
            looked_at += 1 + parents.len();
            for &parent in parents {
                let seen = &mut self.seen[parent as usize];
                if *seen != self.round && work.is_open(parent) {
                    *seen = self.round;
                    self.found.push(parent);
                }
            }
            at += 1;
        }
        ((value, hours), looked_at)
    }

    /// Returns whether a topic is in the closure that was summed last.
    fn holds(&self, node: u32) -> bool {
        self.seen[node as usize] == self.round
    }
}
