use proptest::prelude::*;

use super::*;

fn all_open(graph: &Graph, value: Vec<f64>, hours: Vec<f64>) -> Work<'_> {
    let open = vec![true; graph.len()];
    Work::new(graph, value, hours, open)
}

/// The best Σ w·C by dynamic programming over the sets that are closed under prerequisites.
fn optimum(work: &Work<'_>) -> f64 {
    let n = work.graph.len();
    let needs: Vec<u32> = (0..n as u32).map(|i| work.graph.parents(i).iter().map(|&p| 1 << p).sum()).collect();
    let mut best = vec![f64::INFINITY; 1 << n];
    best[0] = 0.0;
    for set in 0..1usize << n {
        if best[set].is_infinite() {
            continue;
        }
        let hours: f64 = (0..n).filter(|i| set & (1 << i) != 0).map(|i| work.hours[i]).sum();
        for i in (0..n).filter(|&i| set & (1 << i) == 0 && needs[i] & !(set as u32) == 0) {
            let cost = best[set] + work.value[i] * (hours + work.hours[i]);
            let with = &mut best[set | 1 << i];
            *with = with.min(cost);
        }
    }
    best[(1 << n) - 1]
}

/// A graph in which whatever lies deep stands on most of what lies before it.
fn entangled(nodes: u32, back: u32, worth: u32, seed: u64) -> Problem {
    let mut chance = fastrand::Rng::with_seed(seed);
    let mut edges: Vec<(u32, u32)> = (1..nodes)
        .flat_map(|to| {
            (0..chance.u32(1..=3)).map(|_| (chance.u32(to.saturating_sub(back)..to), to)).collect::<Vec<_>>()
        })
        .collect();
    edges.sort_unstable();
    edges.dedup();
    let value = (0..nodes).map(|_| f64::from(chance.u32(1..=worth))).collect();
    let hours = (0..nodes).map(|_| f64::from(chance.u32(1..=12))).collect();
    (edges, value, hours)
}

type Problem = (Vec<(u32, u32)>, Vec<f64>, Vec<f64>);

fn problem(n: u32) -> impl Strategy<Value = Problem> {
    let edges = prop::collection::vec((0..n, 0..n), 0..2 * n as usize).prop_map(|pairs| {
        let mut edges: Vec<(u32, u32)> =
            pairs.into_iter().filter(|(a, b)| a != b).map(|(a, b)| (a.min(b), a.max(b))).collect();
        edges.sort_unstable();
        edges.dedup();
        edges
    });
    let values = prop::collection::vec((1u32..9).prop_map(f64::from), n as usize);
    let hours = prop::collection::vec((1u32..13).prop_map(f64::from), n as usize);
    (edges, values, hours)
}

proptest! {
    #[test]
    fn sums_are_those_of_the_closure((edges, value, hours) in problem(90), closed in prop::collection::vec(any::<bool>(), 90)) {
        let graph = Graph::new(90, &edges).expect("edges lead upwards");
        let open: Vec<bool> = closed.iter().map(|c| !c).collect();
        let work = Work::new(&graph, value.clone(), hours.clone(), open.clone());
        for node in (0..90u32).filter(|&n| open[n as usize]) {
            let closure = graph.closure(&[node], |n| open[n as usize]);
            let sum = |of: &[f64]| closure.iter().map(|&n| of[n as usize]).sum::<f64>();
            prop_assert_eq!(work.closure(node), (sum(&value), sum(&hours)));
        }
    }

    #[test]
    fn the_bounds_find_what_the_sums_find(
        (edges, value, hours) in problem(60),
        closed in prop::collection::vec(any::<bool>(), 60),
    ) {
        let graph = Graph::new(60, &edges).expect("edges lead upwards");
        let work = Work::new(&graph, value, hours, closed.iter().map(|c| !c).collect());
        let odd = |n: u32| n % 2 == 1;
        let found = [densest::densest(&work, |_| true), densest::densest(&work, odd), densest::densest(&work, |_| false)];
        let by_sums = [work.densest(work.sums(), 0..60, |_| true), work.densest(work.sums(), 0..60, odd), None];
        prop_assert_eq!(found, by_sums.map(Search::Found));
    }

    #[test]
    fn anchors_rule_out_nothing_that_the_sums_find(seed in any::<u64>(), back in 1u32..60, worth in 1u32..9) {
        let (edges, value, hours) = entangled(400, back, worth, seed);
        let graph = Graph::new(400, &edges).expect("edges lead upwards");
        let work = all_open(&graph, value, hours);
        let late = |n: u32| n > 250;
        let found = [densest::densest(&work, |_| true), densest::densest(&work, late)];
        let by_sums = [work.densest(work.sums(), 0..400, |_| true), work.densest(work.sums(), 0..400, late)];
        for (found, by_sums) in found.into_iter().zip(by_sums) {
            prop_assert!(found == Search::Found(by_sums) || found == Search::GivenUp, "{found:?} {by_sums:?}");
        }
    }

    #[test]
    fn a_walk_visits_every_topic_once_and_never_what_is_blocked((edges, value, hours) in problem(30)) {
        let graph = Graph::new(30, &edges).expect("edges lead upwards");
        let mut work = all_open(&graph, value, hours);
        let mut seen = vec![false; 30];
        while let Some(choice) = work.choose() {
            prop_assert!(graph.parents(choice.step).iter().all(|&p| seen[p as usize]));
            prop_assert!(!std::mem::replace(&mut seen[choice.step as usize], true));
            prop_assert!(choice.fan.is_some() || graph.closure(&[choice.goal], |_| true).contains(&choice.step));
            work.finish(choice.step);
            let fresh = Work::new(&graph, work.value.clone(), work.hours.clone(), work.open.clone());
            prop_assert_eq!(fresh.choose().map(|c| c.step), work.choose().map(|c| c.step));
        }
        prop_assert!(seen.into_iter().all(|s| s));
    }

    #[test]
    fn scaling_values_or_hours_changes_nothing((edges, value, hours) in problem(25), by in 1u32..6) {
        let graph = Graph::new(25, &edges).expect("edges lead upwards");
        // Powers of two, for which floating point scales exactly.
        let scale = |of: &[f64]| of.iter().map(|x| x * f64::from(1 << by)).collect::<Vec<_>>();
        let plain = all_open(&graph, value.clone(), hours.clone()).walk();
        prop_assert_eq!(&all_open(&graph, scale(&value), hours.clone()).walk(), &plain);
        prop_assert_eq!(&all_open(&graph, value, scale(&hours)).walk(), &plain);
    }

    #[test]
    fn without_edges_it_is_smiths_rule(values in prop::collection::vec(1u32..50, 12), hours in prop::collection::vec(1u32..50, 12)) {
        let graph = Graph::new(12, &[]).expect("no edges");
        let (value, hours): (Vec<f64>, Vec<f64>) = (values.into_iter().map(f64::from).collect(), hours.into_iter().map(f64::from).collect());
        let mut smith: Vec<u32> = (0..12).collect();
        smith.sort_by(|&a, &b| (value[b as usize] / hours[b as usize]).total_cmp(&(value[a as usize] / hours[a as usize])));
        prop_assert_eq!(all_open(&graph, value, hours).walk(), smith);
    }

    #[test]
    fn it_is_close_to_the_optimum((edges, value, hours) in problem(12)) {
        let graph = Graph::new(12, &edges).expect("edges lead upwards");
        let work = all_open(&graph, value, hours);
        let best = optimum(&work);
        let cost = work.cost(&work.clone().walk());
        prop_assert!(cost >= best - 1e-6);
        prop_assert!(cost <= 1.15 * best, "{cost} against {best}");
    }
}

#[test]
fn where_all_is_entangled_few_closures_are_summed() {
    let (edges, _, hours) = entangled(20_000, 200, 1, 3);
    let graph = Graph::new(20_000, &edges).expect("edges lead upwards");
    let work = all_open(&graph, vec![1.0; 20_000], hours);
    assert!(matches!(densest::densest(&work, |_| true), Search::Found(Some(_))));
}

#[test]
fn a_chain_is_walked_as_a_chain() {
    let edges: Vec<(u32, u32)> = (1..20).map(|n| (n - 1, n)).collect();
    let graph = Graph::new(20, &edges).expect("a chain");
    let values = (0..20).map(|n| f64::from(n * 7 % 5)).collect();
    assert_eq!(all_open(&graph, values, vec![3.0; 20]).walk(), (0..20).collect::<Vec<_>>());
}

/// The known trap: twenty short topics behind one long foundation, beside decoys that are a
/// little denser than any single one of them with the foundation.
#[test]
fn a_shared_foundation_is_not_lost_to_decoys() {
    let (short, decoys) = (20u32, 20u32);
    let edges: Vec<(u32, u32)> = (1..=short).map(|n| (0, n)).collect();
    let graph = Graph::new((1 + short + decoys) as usize, &edges).expect("no cycle");
    let mut value = vec![0.0];
    value.resize(1 + short as usize, 1.0);
    value.resize((1 + short + decoys) as usize, 1.0);
    let mut hours = vec![10.0];
    hours.resize(1 + short as usize, 0.1);
    hours.resize((1 + short + decoys) as usize, 9.0);
    let work = all_open(&graph, value, hours);
    let best: Vec<u32> = (0..1 + short + decoys).collect();
    let choice = work.choose().expect("there is work");
    assert_eq!((choice.step, choice.fan), (0, Some(20)));
    assert!(work.cost(&work.clone().walk()) <= 1.05 * work.cost(&best));
}

/// Takes share after share until nothing is open.
fn in_shares(mut work: Work<'_>) -> Vec<u32> {
    let mut order = Vec::new();
    while work.open.contains(&true) {
        order.extend(work.take_share(|_| true));
    }
    order
}

proptest! {
    #[test]
    fn shares_are_an_order_of_everything_open((edges, value, hours) in problem(60), closed in prop::collection::vec(any::<bool>(), 60)) {
        let graph = Graph::new(60, &edges).expect("edges lead upwards");
        let open: Vec<bool> = closed.iter().map(|c| !c).collect();
        let order = in_shares(Work::new(&graph, value, hours, open));
        let mut done = closed;
        for &node in &order {
            prop_assert!(graph.parents(node).iter().all(|&p| done[p as usize]), "{node} comes before what it needs");
            prop_assert!(!std::mem::replace(&mut done[node as usize], true), "{node} comes twice");
        }
        prop_assert!(done.iter().all(|done| *done));
    }
}

#[test]
fn shares_cost_some_percent_more_than_steps() {
    let mut chance = fastrand::Rng::with_seed(11);
    let (mut worst, mut sum) = (0.0f64, 0.0);
    for _ in 0..8 {
        let n = 600u32;
        let mut edges: Vec<(u32, u32)> = (1..n)
            .flat_map(|node| {
                (0..chance.u32(1..=3)).map(|_| (chance.u32(node.saturating_sub(60)..node), node)).collect::<Vec<_>>()
            })
            .collect();
        edges.sort_unstable();
        edges.dedup();
        let graph = Graph::new(n as usize, &edges).expect("edges lead upwards");
        let value = (0..n).map(|_| if chance.u32(0..10) == 0 { 8.0 } else { 1.0 }).collect();
        let hours = (0..n).map(|_| f64::from(chance.u32(1..=12))).collect();
        let work = all_open(&graph, value, hours);
        let ratio = work.cost(&in_shares(work.clone())) / work.cost(&work.clone().walk());
        worst = worst.max(ratio);
        sum += ratio;
    }
    assert!(sum / 8.0 < 1.09 && worst < 1.13, "mean {} worst {worst}", sum / 8.0);
}
