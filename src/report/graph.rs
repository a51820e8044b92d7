//! `roadmap graph`: topics and what they stand on, for programs that draw.
//!
//! The view is made once; [`dot`], [`mermaid`] and [`svg`] write it down and compute nothing. Titles
//! in it are safe to print; each form escapes them for its own syntax.

use serde::Serialize;

use super::{VERSION, sign};
use crate::curriculum::{Curriculum, TopicIx};
use crate::progress::{Progress, State};
use crate::text;

pub mod dot;
mod look;
pub mod mermaid;
pub mod svg;

/// `roadmap graph --format json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GraphView {
    /// Always [`VERSION`].
    pub version: u32,
    /// What is shown: the curriculum's title, and what of it.
    pub title: String,
    /// The phases that have a topic here, in order.
    pub phases: Vec<GraphPhase>,
    /// The topics, in the order of the curriculum.
    pub nodes: Vec<GraphNode>,
    /// The prerequisites of which both ends are here.
    pub edges: Vec<GraphEdge>,
    /// The states that occur, and how often.
    #[serde(skip)]
    pub states: Vec<(State, usize)>,
}

/// A phase of the graph.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GraphPhase {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its topics, as places in `nodes`.
    #[serde(skip)]
    pub nodes: std::ops::Range<usize>,
}

/// A topic of the graph.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GraphNode {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its phase's id.
    pub phase: String,
    /// Its state.
    #[serde(serialize_with = "by_name")]
    pub state: State,
    /// Its estimated hours.
    pub hours: f64,
    /// The title in lines of about twenty letters.
    #[serde(skip)]
    pub lines: Vec<String>,
    /// Title, state and hours as a sentence.
    #[serde(skip)]
    pub words: String,
}

/// A prerequisite.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GraphEdge {
    /// The prerequisite's id.
    pub from: String,
    /// The id of the topic that needs it.
    pub to: String,
    /// What of it is used; may be empty.
    pub reason: String,
    /// Places of both in `nodes`.
    #[serde(skip)]
    pub ends: (usize, usize),
}

/// The forms of a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// For Graphviz
    Dot,
    /// For Mermaid, as in Markdown on GitHub
    Mermaid,
    /// A picture for browsers, laid out as a map
    Svg,
    /// For programs
    Json,
}

fn by_name<S: serde::Serializer>(state: &State, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(state.name())
}

impl GraphView {
    /// Returns the graph of `topics`, which are in the curriculum's order, each once. `what` says what
    /// of the curriculum they are; it may be empty.
    pub fn new(curriculum: &Curriculum, progress: &Progress, topics: &[TopicIx], what: &str) -> Self {
        const WIDTH: f64 = 11.0;
        let mut place = vec![usize::MAX; curriculum.topics().len()];
        for (at, topic) in topics.iter().enumerate() {
            place[topic.0 as usize] = at;
        }
        let line = |words: &str| text::line(words).into_owned();
        let node = |&ix: &TopicIx| {
            let topic = curriculum.topic(ix);
            let (title, state) = (line(&topic.title), progress.state(ix));
            GraphNode {
                id: topic.id.to_string(),
                lines: super::map::words::wrap(&title, WIDTH, usize::MAX),
                words: format!("{title}: {}, {}", state.name(), text::hours(topic.hours)),
                title,
                phase: curriculum.phase_of(ix).id.to_string(),
                state,
                hours: topic.hours,
            }
        };
        let nodes: Vec<GraphNode> = topics.iter().map(node).collect();
        let mut phases: Vec<GraphPhase> = Vec::new();
        for (at, &ix) in topics.iter().enumerate() {
            let phase = curriculum.phase_of(ix);
            match phases.last_mut() {
                Some(last) if last.id == phase.id.as_str() => last.nodes.end = at + 1,
                _ => {
                    phases.push(GraphPhase { id: phase.id.to_string(), title: line(&phase.title), nodes: at..at + 1 });
                }
            }
        }
        let mut edges = Vec::new();
        for (to, &ix) in topics.iter().enumerate() {
            let details = curriculum.details(ix);
            for (at, parent) in curriculum.requires(ix).enumerate() {
                let from = place[parent.0 as usize];
                if from != usize::MAX {
                    edges.push(GraphEdge {
                        from: nodes[from].id.clone(),
                        to: nodes[to].id.clone(),
                        reason: details.reasons.get(at).map_or_else(String::new, |reason| line(reason)),
                        ends: (from, to),
                    });
                }
            }
        }
        let count = |state| nodes.iter().filter(|node| node.state == state).count();
        Self {
            version: VERSION,
            title: [line(curriculum.title()), line(what)]
                .into_iter()
                .filter(|s| !s.is_empty())
                .collect::<Vec<_>>()
                .join(": "),
            states: State::ALL.into_iter().map(|state| (state, count(state))).filter(|&(_, n)| n > 0).collect(),
            phases,
            nodes,
            edges,
        }
    }
}
