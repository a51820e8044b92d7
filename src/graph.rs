//! The dependency graph: which node stands on which, in compressed rows.
//!
//! Knows numbers only, no topics. Two flat arrays per direction (compressed sparse rows) rather
//! than a graph library: half the time of petgraph, the order of the file kept, and a cycle
//! reported as its whole path. Nothing here recurses, so a chain of any length is fine.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A graph without cycles over the nodes `0..len()`.
///
/// An edge leads from a node to the one that stands on it; `parents` are what a node needs,
/// `children` what it leads to. Both keep the order in which the edges were given. In writing it is the
/// parents only; the rest follows from them, so that whatever is read is a graph.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graph {
    parents: Rows,
    children: Rows,
    order: Vec<u32>,
}

/// A list of lists in two arrays: row `i` is `items[starts[i]..starts[i + 1]]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Rows {
    starts: Vec<u32>,
    items: Vec<u32>,
}

impl Serialize for Graph {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.parents.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Graph {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let parents = Rows::deserialize(deserializer)?;
        let rows = parents.starts.len().saturating_sub(1);
        let whole = parents.starts.first() == Some(&0)
            && parents.starts.is_sorted()
            && parents.starts.last().is_some_and(|&end| end as usize == parents.items.len())
            && parents.items.iter().all(|&item| (item as usize) < rows);
        if !whole {
            return Err(D::Error::custom("not the rows of a graph"));
        }
        let children = Rows::new(rows, parents.pairs());
        let order = order(rows, &parents).map_err(|()| D::Error::custom("a graph with a cycle"))?;
        Ok(Self { parents, children, order })
    }
}

impl Rows {
    /// Returns each item and the row that it is in.
    fn pairs(&self) -> impl Iterator<Item = (u32, u32)> + Clone {
        let rows = (0..self.starts.len() as u32 - 1).flat_map(|row| self.row(row).iter().map(move |&item| (row, item)));
        rows.map(|(row, item)| (item, row))
    }

    fn new(rows: usize, pairs: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut starts = vec![0u32; rows + 1];
        for (row, _) in pairs.clone() {
            starts[row as usize + 1] += 1;
        }
        for row in 0..rows {
            starts[row + 1] += starts[row];
        }
        let mut free = starts.clone();
        let mut items = vec![0; starts[rows] as usize];
        for (row, item) in pairs {
            items[free[row as usize] as usize] = item;
            free[row as usize] += 1;
        }
        Self { starts, items }
    }

    fn row(&self, row: u32) -> &[u32] {
        let row = row as usize;
        &self.items[self.starts[row] as usize..self.starts[row + 1] as usize]
    }
}

impl Graph {
    /// Returns the graph of `nodes` nodes with `edges` (from what is needed, to what needs it).
    ///
    /// # Errors
    ///
    /// Every cycle found, each as the path of its nodes in which the first is not repeated; no two
    /// of them share a node.
    pub fn new(nodes: usize, edges: &[(u32, u32)]) -> Result<Self, Vec<Vec<u32>>> {
        let parents = Rows::new(nodes, edges.iter().map(|&(from, to)| (to, from)));
        let children = Rows::new(nodes, edges.iter().copied());
        match order(nodes, &parents) {
            Ok(order) => Ok(Self { parents, children, order }),
            Err(()) => Err(cycles(nodes, &parents, &children)),
        }
    }

    /// Returns the number of nodes.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Returns whether there is no node at all.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Returns what `node` stands on directly.
    pub fn parents(&self, node: u32) -> &[u32] {
        self.parents.row(node)
    }

    /// Returns what stands on `node` directly.
    pub fn children(&self, node: u32) -> &[u32] {
        self.children.row(node)
    }

    /// Returns all nodes, each after its parents, otherwise in the order of their numbers.
    pub fn order(&self) -> &[u32] {
        &self.order
    }

    /// Returns the ancestors of `nodes` for which `enter` holds, with `nodes` themselves, in no
    /// particular order. The walk does not pass through a node that `enter` refuses.
    pub fn closure(&self, nodes: &[u32], enter: impl Fn(u32) -> bool) -> Vec<u32> {
        reach(self.len(), nodes, |node| self.parents(node), enter)
    }

    /// Returns the descendants of `nodes` for which `enter` holds, with `nodes` themselves, in no
    /// particular order. The walk does not pass through a node that `enter` refuses.
    pub fn descendants(&self, nodes: &[u32], enter: impl Fn(u32) -> bool) -> Vec<u32> {
        reach(self.len(), nodes, |node| self.children(node), enter)
    }

    /// Returns the ancestors and the descendants of `node` that are at most `steps` edges away, with
    /// `node` itself, in the order of their numbers. What is reached by going up and then down again
    /// is not among them.
    pub fn around(&self, node: u32, steps: usize) -> Vec<u32> {
        let mut found = vec![node];
        for next in [Self::parents, Self::children] {
            let mut seen = vec![false; self.len()];
            seen[node as usize] = true;
            let mut edge = vec![node];
            for _ in 0..steps {
                let step = edge.iter().flat_map(|&from| next(self, from)).copied();
                edge = step.filter(|&to| !std::mem::replace(&mut seen[to as usize], true)).collect();
                if edge.is_empty() {
                    break;
                }
                found.extend(&edge);
            }
        }
        found.sort_unstable();
        found
    }

    /// Returns the edges (from, to, through) that others already imply: `through` is another
    /// parent of `to` that stands on `from`.
    ///
    /// The ancestors of all nodes are worked out as bits, a few hundred of them at a time, so that
    /// neither time nor memory goes by the square of the nodes for any graph.
    pub fn implied_edges(&self) -> Vec<(u32, u32, u32)> {
        const WORDS: usize = 4;
        const BITS: usize = 64 * WORDS;
        let has = |set: &[u64; WORDS], at: usize| set[at / 64] >> (at % 64) & 1 == 1;
        let mut rank = vec![0u32; self.len()];
        for (at, &node) in (0..).zip(&self.order) {
            rank[node as usize] = at;
        }
        // Of each node, which of the ranks `first..first + BITS` stand above it.
        let mut above = vec![[0u64; WORDS]; self.len()];
        let mut implied = Vec::new();
        for first in (0..self.len()).step_by(BITS) {
            let place = |node: u32| (rank[node as usize] as usize).checked_sub(first);
            for &to in &self.order[first..] {
                let parents = self.parents(to);
                let (mut found, mut direct) = ([0u64; WORDS], [0u64; WORDS]);
                for &parent in parents {
                    let Some(at) = place(parent) else { continue };
                    for (word, more) in found.iter_mut().zip(above[parent as usize]) {
                        *word |= more;
                    }
                    if at < BITS {
                        direct[at / 64] |= 1 << (at % 64);
                    }
                }
                if found.iter().zip(&direct).any(|(found, direct)| found & direct != 0) {
                    for (nth, &from) in parents.iter().enumerate() {
                        let Some(at) = place(from).filter(|&at| at < BITS && has(&found, at)) else { continue };
                        let stands_on_it =
                            |&&parent: &&u32| place(parent).is_some() && has(&above[parent as usize], at);
                        implied.extend(parents.iter().find(stands_on_it).map(|&through| (to, nth, from, through)));
                    }
                }
                above[to as usize] = std::array::from_fn(|word| found[word] | direct[word]);
            }
        }
        implied.sort_unstable();
        implied.into_iter().map(|(to, _, from, through)| (from, to, through)).collect()
    }
}

fn reach<'g>(len: usize, nodes: &[u32], next: impl Fn(u32) -> &'g [u32], enter: impl Fn(u32) -> bool) -> Vec<u32> {
    let mut seen = vec![false; len];
    let mut found: Vec<u32> = Vec::new();
    let visit = |node: u32, seen: &mut Vec<bool>, found: &mut Vec<u32>| {
        if !seen[node as usize] && enter(node) {
            seen[node as usize] = true;
            found.push(node);
        }
    };
    for &node in nodes {
        visit(node, &mut seen, &mut found);
    }
    let mut at = 0;
    while at < found.len() {
        for &up in next(found[at]) {
            visit(up, &mut seen, &mut found);
        }
        at += 1;
    }
    found
}

/// Depth first over the parents, in the order of the nodes: each node comes right after what it needs.
fn order(nodes: usize, parents: &Rows) -> Result<Vec<u32>, ()> {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Closed,
    }
    let mut mark = vec![Mark::New; nodes];
    let mut order = Vec::with_capacity(nodes);
    let mut stack: Vec<(u32, usize)> = Vec::new();
    for root in 0..nodes as u32 {
        if mark[root as usize] != Mark::New {
            continue;
        }
        mark[root as usize] = Mark::Open;
        stack.push((root, 0));
        while let Some((node, at)) = stack.last_mut() {
            if let Some(&parent) = parents.row(*node).get(*at) {
                *at += 1;
                match mark[parent as usize] {
                    Mark::New => {
                        mark[parent as usize] = Mark::Open;
                        stack.push((parent, 0));
                    }
                    Mark::Open => return Err(()),
                    Mark::Closed => {}
                }
            } else {
                mark[*node as usize] = Mark::Closed;
                order.push(*node);
                stack.pop();
            }
        }
    }
    Ok(order)
}

/// Peels away what can be ordered from above and below; in what is left everything lies on a cycle
/// or between two. Each walk up from there closes a cycle, whose nodes are then taken out.
fn cycles(nodes: usize, parents: &Rows, children: &Rows) -> Vec<Vec<u32>> {
    let mut alive = vec![true; nodes];
    let mut needs: Vec<usize> = (0..nodes as u32).map(|n| parents.row(n).len()).collect();
    let mut leads: Vec<usize> = (0..nodes as u32).map(|n| children.row(n).len()).collect();
    let mut bare: Vec<u32> = (0..nodes as u32).filter(|&n| needs[n as usize] == 0 || leads[n as usize] == 0).collect();
    let mut found = Vec::new();
    let mut start = 0;
    loop {
        while let Some(node) = bare.pop() {
            if !std::mem::take(&mut alive[node as usize]) {
                continue;
            }
            for &child in children.row(node) {
                needs[child as usize] -= 1;
                if needs[child as usize] == 0 {
                    bare.push(child);
                }
            }
            for &parent in parents.row(node) {
                leads[parent as usize] -= 1;
                if leads[parent as usize] == 0 {
                    bare.push(parent);
                }
            }
        }
        let Some(first) = (start..nodes).find(|&n| alive[n]) else { return found };
        start = first;
        let mut at: Vec<u32> = Vec::new();
        let mut place = std::collections::HashMap::new();
        let mut node = first as u32;
        let cycle = loop {
            if let Some(&from) = place.get(&node) {
                break at.split_off(from);
            }
            place.insert(node, at.len());
            at.push(node);
            node = *parents
                .row(node)
                .iter()
                .find(|&&p| alive[p as usize])
                .expect("a node that was not peeled away has a parent that was not either");
        };
        bare.extend(&cycle);
        found.push(cycle);
    }
}

#[cfg(test)]
mod tests {
    use petgraph::algo::{is_cyclic_directed, toposort};
    use petgraph::graph::DiGraph;
    use proptest::prelude::*;

    use super::*;

    fn edges(nodes: u32, acyclic: bool) -> impl Strategy<Value = (usize, Vec<(u32, u32)>)> {
        prop::collection::vec((0..nodes, 0..nodes), 0..60).prop_map(move |pairs| {
            let mut edges: Vec<(u32, u32)> = pairs
                .into_iter()
                .filter(|(a, b)| !acyclic || a != b)
                .map(|(a, b)| if acyclic { (a.min(b), a.max(b)) } else { (a, b) })
                .collect();
            edges.sort_unstable();
            edges.dedup();
            (nodes as usize, edges)
        })
    }

    fn oracle(nodes: usize, edges: &[(u32, u32)]) -> DiGraph<(), ()> {
        let mut graph = DiGraph::new();
        for _ in 0..nodes {
            graph.add_node(());
        }
        graph.extend_with_edges(edges);
        graph
    }

    proptest! {
        #[test]
        fn order_respects_every_edge((nodes, edges) in edges(20, true)) {
            let graph = Graph::new(nodes, &edges).expect("edges lead upwards");
            let mut rank = vec![0; nodes];
            for (at, &node) in graph.order().iter().enumerate() {
                rank[node as usize] = at;
            }
            prop_assert_eq!(graph.order().len(), nodes);
            prop_assert!(edges.iter().all(|&(a, b)| rank[a as usize] < rank[b as usize]));
            prop_assert!(toposort(&oracle(nodes, &edges), None).is_ok());
        }

        #[test]
        fn around_goes_up_and_down_and_no_further((nodes, edges) in edges(20, true), node in 0u32..20) {
            prop_assume!((node as usize) < nodes);
            let graph = Graph::new(nodes, &edges).expect("edges lead upwards");
            prop_assert_eq!(graph.around(node, 0), [node]);
            let sorted = |mut found: Vec<u32>| { found.sort_unstable(); found.dedup(); found };
            let near = [graph.parents(node), graph.children(node), &[node]].concat();
            prop_assert_eq!(graph.around(node, 1), sorted(near));
            let all = [graph.closure(&[node], |_| true), graph.descendants(&[node], |_| true)].concat();
            prop_assert_eq!(graph.around(node, usize::MAX), sorted(all));
        }

        #[test]
        fn cycles_are_found_exactly_when_petgraph_finds_one((nodes, edges) in edges(12, false)) {
            let ours = Graph::new(nodes, &edges);
            prop_assert_eq!(ours.is_err(), is_cyclic_directed(&oracle(nodes, &edges)));
            for cycle in ours.err().into_iter().flatten() {
                let next = cycle.iter().cycle().skip(1);
                // The path climbs from a node to a parent of it.
                prop_assert!(cycle.iter().zip(next).all(|(&node, &parent)| edges.contains(&(parent, node))));
            }
        }

        #[test]
        fn an_edge_is_implied_when_another_path_leads_there((nodes, edges) in edges(10, true)) {
            let graph = Graph::new(nodes, &edges).expect("edges lead upwards");
            let implied: Vec<_> = graph.implied_edges().iter().map(|&(from, to, _)| (from, to)).collect();
            for &(from, to) in &edges {
                let others = graph.parents(to).iter().filter(|&&p| p != from).copied().collect::<Vec<_>>();
                let longer = graph.closure(&others, |_| true).contains(&from);
                prop_assert_eq!(implied.contains(&(from, to)), longer);
            }
        }
    }

    #[test]
    fn a_chain_of_a_hundred_thousand_needs_no_deep_stack() {
        let edges: Vec<(u32, u32)> = (1..100_000).map(|n| (n, n - 1)).collect();
        let graph = Graph::new(100_000, &edges).expect("a chain");
        assert_eq!(graph.order()[0], 99_999);
        assert_eq!(graph.closure(&[0], |_| true).len(), 100_000);
        let ring: Vec<(u32, u32)> = (0..50_000).map(|n| (n, (n + 1) % 50_000)).collect();
        assert_eq!(Graph::new(50_000, &ring).expect_err("a ring")[0].len(), 50_000);
    }

    #[test]
    fn implied_edges_of_two_million_are_found_at_once() {
        let edges: Vec<(u32, u32)> = (0..2_000).flat_map(|to| (0..to).map(move |from| (from, to))).collect();
        let graph = Graph::new(2_000, &edges).expect("upwards");
        // All but the edge from each node to the next one.
        assert_eq!(graph.implied_edges().len(), edges.len() - 1_999);
    }

    #[test]
    fn what_is_read_is_a_graph_or_an_error() {
        let graph = Graph::new(4, &[(3, 0), (2, 3), (0, 1), (2, 1)]).expect("no cycle");
        let written = serde_json::to_string(&graph).expect("plain data");
        assert_eq!(written, r#"{"starts":[0,1,3,3,4],"items":[3,0,2,2]}"#);
        let read: Graph = serde_json::from_str(&written).expect("just written");
        assert_eq!((read.order(), read.parents(1), read.children(2)), (graph.order(), &[0, 2][..], &[1, 3][..]));
        for broken in [
            r#"{"starts":[],"items":[]}"#,
            r#"{"starts":[0,1],"items":[]}"#,
            r#"{"starts":[0,1],"items":[0]}"#,
            r#"{"starts":[0,0],"items":[0]}"#,
            r#"{"starts":[1,1],"items":[0]}"#,
            r#"{"starts":[0,2,1],"items":[0]}"#,
            r#"{"starts":[0,1,2],"items":[1,0]}"#,
            r#"{"starts":[0,1,1],"items":[2]}"#,
        ] {
            assert!(serde_json::from_str::<Graph>(broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn parents_and_children_keep_the_order_given() {
        let graph = Graph::new(4, &[(2, 3), (0, 3), (0, 1)]).expect("no cycle");
        assert_eq!(graph.parents(3), [2, 0]);
        assert_eq!(graph.children(0), [3, 1]);
        assert_eq!(graph.order(), [0, 1, 2, 3]);
    }
}
