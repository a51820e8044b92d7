//! The rules of the graph: every edge leads to a topic, none closes a cycle, none says what others
//! say already.

use std::cell::{Cell, OnceCell};
use std::collections::{HashMap, HashSet};

use super::TopicIx;
use super::raw::{RawPhase, RawTopic, Text};
use super::seen::{ById, Seen};
use crate::diagnostic::{Code, Diagnostic, Place, Problems};
use crate::graph::Graph;
use crate::text;

/// The topics by id.
pub(super) struct Index<'a> {
    by_id: ById<'a, TopicIx>,
    /// Sorted, because a map's order changes from run to run and the first of equals wins. For guesses
    /// only: most curricula need none.
    ids: OnceCell<Vec<&'a str>>,
    /// How many more guesses are made.
    guesses: Cell<usize>,
}

impl<'a> Index<'a> {
    pub(super) fn new(topics: &[&'a RawTopic]) -> Self {
        /// A guess looks at every id. Nobody reads a thousand of them, so that many ids in all will do.
        const LOOKS: usize = 2_000_000;
        let mut by_id: ById<'_, TopicIx> = ById::default();
        by_id.reserve(topics.len());
        for (at, topic) in (0..).zip(topics) {
            by_id.entry(&topic.id.value).or_insert(TopicIx(at));
        }
        let guesses = Cell::new(LOOKS / by_id.len().max(1));
        Self { by_id, ids: OnceCell::new(), guesses }
    }

    pub(super) fn get(&self, id: &str) -> Option<TopicIx> {
        self.by_id.get(id).copied()
    }

    /// Returns the id that `id` was most likely meant to be.
    fn nearest(&self, id: &str) -> Option<&'a str> {
        self.guesses.set(self.guesses.get().checked_sub(1)?);
        let sorted = || {
            let mut ids: Vec<&str> = self.by_id.keys().copied().collect();
            ids.sort_unstable();
            ids
        };
        text::nearest(id, self.ids.get_or_init(sorted).iter().copied())
    }
}

/// An edge between topics and where it is written.
pub(super) struct Edge<'a> {
    from: u32,
    to: u32,
    at: &'a Text,
}

/// Returns the edges that can be drawn, and adds a problem for each that cannot.
pub(super) fn edges<'a>(topics: &[&'a RawTopic], index: &Index<'_>, out: &mut Problems) -> Vec<Edge<'a>> {
    let mut edges = Vec::new();
    let mut seen = Seen::default();
    for (to, topic) in topics.iter().enumerate() {
        seen.clear();
        for (id, _) in &topic.lists.requires {
            if let Some(first) = seen.before(id) {
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
    index: &Index<'_>,
    out: &mut Problems,
) -> Option<TopicIx> {
    let found = index.get(&id.value);
    if found.is_none() {
        let help = index.nearest(&id.value).map_or_else(
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

/// Returns the graph, `None` if it has a cycle; adds a problem for each cycle.
pub(super) fn graph(topics: &[&RawTopic], edges: &[Edge<'_>], out: &mut Problems) -> Option<Graph> {
    let pairs: Vec<(u32, u32)> = edges.iter().map(|edge| (edge.from, edge.to)).collect();
    let id = |node: u32| topics[node as usize].id.value.as_str();
    match Graph::new(topics.len(), &pairs) {
        Ok(graph) => Some(graph),
        Err(cycles) => {
            let at = places(edges);
            out.extend(cycles.iter().map(|cycle| cycle_problem(cycle, &at, id)));
            None
        }
    }
}

fn places<'a>(edges: &[Edge<'a>]) -> HashMap<(u32, u32), &'a Text> {
    edges.iter().map(|edge| ((edge.from, edge.to), edge.at)).collect()
}

/// Adds a problem for each edge that could be left out or that leads back to an earlier phase. Edges
/// at the places `settled` are never called implied.
pub(super) fn remarks(
    graph: &Graph,
    edges: &[Edge<'_>],
    phases: &[RawPhase],
    settled: &HashSet<Place>,
    out: &mut Problems,
) {
    let at = places(edges);
    let topics = phases.iter().zip(0u32..).flat_map(|(phase, at)| phase.topics.iter().map(move |topic| (topic, at)));
    let (topics, phase_of): (Vec<&RawTopic>, Vec<u32>) = topics.unzip();
    let id = |node: u32| topics[node as usize].id.value.as_str();
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
