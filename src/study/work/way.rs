//! The first step on the way to a goal.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::{EQUAL, Sums, Work};

/// Returns the ready topic that comes first on the way to `goal`, whose open closure is `way`.
///
/// From the goal on, each next topic is the densest of those that the last one stands on. The open
/// topics that the last one does not stand on fall away, and never come back: each of them is taken
/// out once, as nothing that is left stands on it any more. So all of it costs a sort and one look at
/// each edge, however long the way is.
pub(super) fn first(work: &Work<'_>, sums: &Sums, goal: u32, mut way: Vec<u32>) -> u32 {
    let nodes = work.graph.len();
    let mut left = vec![false; nodes];
    way.iter().for_each(|&node| left[node as usize] = true);
    let mut below = vec![0u32; nodes];
    for &node in &way {
        let parents = work.graph.parents(node).iter().filter(|&&parent| left[parent as usize]);
        parents.for_each(|&parent| below[parent as usize] += 1);
    }
    way.retain(|&node| node != goal);
    way.sort_by(|&a, &b| sums.density(b).total_cmp(&sums.density(a)).then(a.cmp(&b)));
    let mut rest = way.into_iter().peekable();
    // Those that are as dense as the densest, the first in number on top.
    let mut equals: BinaryHeap<Reverse<u32>> = BinaryHeap::new();
    let mut step = goal;
    while work.needs[step as usize] > 0 {
        while equals.peek().is_some_and(|Reverse(node)| !left[*node as usize]) {
            equals.pop();
        }
        if equals.is_empty() {
            let rest_left = rest.by_ref().find(|&node| left[node as usize]);
            let Some(densest) = rest_left else { return step };
            equals.push(Reverse(densest));
            let least = sums.density(densest) * (1.0 - EQUAL);
            while let Some(node) = rest.next_if(|&node| sums.density(node) >= least) {
                equals.push(Reverse(node));
            }
            continue;
        }
        let Some(Reverse(next)) = equals.pop() else { return step };
        let mut gone = vec![std::mem::replace(&mut step, next)];
        while let Some(node) = gone.pop() {
            left[node as usize] = false;
            for &parent in work.graph.parents(node).iter().filter(|&&parent| left[parent as usize]) {
                below[parent as usize] -= 1;
                if below[parent as usize] == 0 && parent != step {
                    gone.push(parent);
                }
            }
        }
    }
    step
}
