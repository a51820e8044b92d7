//! The rules of the graph: every edge leads to a topic, none closes a cycle, none says what others
//! say already.

use std::collections::{HashMap, HashSet};

use super::TopicIx;
use super::raw::{RawPhase, RawTopic, Text};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::graph::Graph;
use crate::text;

/// An edge between topics and where it is written.
pub(super) struct Edge<'a> {
    from: u32,
    to: u32,
    at: &'a Text,
}

/// Returns the edges that can be drawn, and adds a problem for each that cannot.
pub(super) fn edges<'a>(
    topics: &[&'a RawTopic],
    index: &HashMap<&str, TopicIx>,
    out: &mut Vec<Diagnostic>,
) -> Vec<Edge<'a>> {
    let mut edges = Vec::new();
    for (to, topic) in topics.iter().enumerate() {
        let mut seen: HashMap<&str, &Place> = HashMap::new();
        for (id, _) in &topic.lists.requires {
            if let Some(first) = seen.insert(&id.value, &id.place) {
                let message = format!("`{}` is required twice", id.value);
                let problem = Diagnostic::new(Code::RequiredTwice, message, id.place.clone());
                out.push(problem.other(first.clone(), "first here").help("remove one of the two"));
            } else if id.value == topic.id.value {
                let message = format!("topic `{}` requires itself", id.value);
                out.push(
                    Diagnostic::new(Code::RequiresItself, message, id.place.clone())
                        .help("remove it, or name the topic that was meant"),
                );
            } else if let Some(from) =
                resolve(id, Code::UnknownPrerequisite, "unknown prerequisite", Some(&topic.id), index, out)
            {
                edges.push(Edge { from: from.0, to: to as u32, at: id });
            }
        }
    }
    edges
}

/// Returns the topic with this id, or adds a problem that names the nearest.
pub(super) fn resolve(
    id: &Text,
    code: Code,
    what: &str,
    by: Option<&Text>,
    index: &HashMap<&str, TopicIx>,
    out: &mut Vec<Diagnostic>,
) -> Option<TopicIx> {
    let found = index.get(id.value.as_str()).copied();
    if found.is_none() {
        // Sorted, because a map's order changes from run to run and the first of equals wins.
        let mut known: Vec<&str> = index.keys().copied().collect();
        known.sort_unstable();
        let help = text::nearest(&id.value, known).map_or_else(
            || "no topic has this id; `roadmap list` prints all of them".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        let mut problem = Diagnostic::new(code, format!("{what} `{}`", id.value), id.place.clone())
            .label("no topic has this id")
            .help(help);
        if let Some(by) = by {
            problem = problem.other(by.place.clone(), "needed by this topic");
        }
        out.push(problem);
    }
    found
}

/// Returns the graph, `None` if it has a cycle; adds a problem for each edge that is not as it should
/// be. Edges at the places `settled` are never called implied.
pub(super) fn graph(
    topics: &[&RawTopic],
    edges: &[Edge<'_>],
    phase_of: &[u32],
    phases: &[RawPhase],
    settled: &HashSet<Place>,
    out: &mut Vec<Diagnostic>,
) -> Option<Graph> {
    let pairs: Vec<(u32, u32)> = edges.iter().map(|edge| (edge.from, edge.to)).collect();
    let at: HashMap<(u32, u32), &Text> = edges.iter().map(|edge| ((edge.from, edge.to), edge.at)).collect();
    let id = |node: u32| topics[node as usize].id.value.as_str();
    let graph = match Graph::new(topics.len(), &pairs) {
        Ok(graph) => graph,
        Err(cycles) => {
            out.extend(cycles.iter().map(|cycle| cycle_problem(cycle, &at, id)));
            return None;
        }
    };
    for (from, to, through) in graph.implied_edges() {
        let edge = at[&(from, to)];
        if settled.contains(&edge.place) {
            continue;
        }
        let message = format!("prerequisite `{}` is already implied by `{}`", id(from), id(through));
        let problem = Diagnostic::new(Code::ImpliedPrerequisite, message, edge.place.clone());
        let problem = match at.get(&(through, to)) {
            Some(other) => problem.other(other.place.clone(), "which stands on it already"),
            None => problem,
        };
        out.push(problem.help("remove it; the order stays the same"));
    }
    for edge in edges {
        let (from, to) = (phase_of[edge.from as usize], phase_of[edge.to as usize]);
        if from > to {
            let name = |phase: u32| phases[phase as usize].id.as_ref().map_or("", |id| &id.value);
            let message = format!("prerequisite `{}` is of the later phase `{}`", id(edge.from), name(from));
            let problem = Diagnostic::new(Code::LaterPhase, message, edge.at.place.clone());
            out.push(problem.help(format!("move it to `{}` or before, or move this topic", name(to))));
        }
    }
    Some(graph)
}

fn cycle_problem<'a>(cycle: &[u32], at: &HashMap<(u32, u32), &Text>, id: impl Fn(u32) -> &'a str) -> Diagnostic {
    /// A longer path would bury the message; its ends say where to look.
    const SHOWN: usize = 12;
    let mut path: Vec<&str> = cycle.iter().map(|&node| id(node)).collect();
    path.push(id(cycle[0]));
    let shown = if path.len() > SHOWN {
        let left_out = format!("({} more)", path.len() - SHOWN);
        let (head, tail) = (&path[..SHOWN / 2], &path[path.len() - SHOWN / 2..]);
        [head, &[left_out.as_str()], tail].concat().join(" -> ")
    } else {
        path.join(" -> ")
    };
    let edge = |i: usize| at[&(cycle[(i + 1) % cycle.len()], cycle[i])];
    let mut problem =
        Diagnostic::new(Code::Cycle, format!("topics require each other: {shown}"), edge(0).place.clone());
    problem = problem.label(format!("`{}` requires this", id(cycle[0])));
    for (i, &node) in cycle.iter().enumerate().skip(1).take(SHOWN / 2) {
        problem = problem.other(edge(i).place.clone(), format!("`{}` requires this", id(node)));
    }
    problem.help("remove the edge that is the least true")
}
