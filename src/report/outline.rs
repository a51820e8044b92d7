//! The whole curriculum with the learner's progress, a line a topic: what `export` writes.

use chrono::NaiveDate;
use serde::Serialize;

use super::{VERSION, round};
use crate::curriculum::{Curriculum, TopicIx};
use crate::progress::Progress;

/// `roadmap export --format json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Outline {
    /// Always [`VERSION`].
    pub version: u32,
    /// The curriculum's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its edition, if it has one.
    pub edition: Option<String>,
    /// Its phases, in order.
    pub phases: Vec<PhaseOutline>,
}

/// A phase and its topics.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PhaseOutline {
    /// The phase's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its topics, in the order of the files.
    pub topics: Vec<TopicOutline>,
}

/// A topic and where the learner stands with it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TopicOutline {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// `concept`, `skill` or `project`.
    pub kind: &'static str,
    /// Its estimated hours.
    pub hours: f64,
    /// Ids of its direct prerequisites.
    pub requires: Vec<String>,
    /// What it is; may be empty.
    pub summary: String,
    /// Where the learner stands, such as `ready`.
    pub state: &'static str,
    /// Whether the learner has it: done or known, due for review or not.
    pub had: bool,
    /// The day of the last change of state.
    pub since: Option<NaiveDate>,
    /// Hours logged on it.
    pub hours_spent: f64,
    /// What proves it.
    pub evidence: Vec<String>,
}

impl Outline {
    /// Returns the outline of a curriculum.
    pub fn new(curriculum: &Curriculum, progress: &Progress) -> Self {
        let topic = |ix: TopicIx| {
            let topic = curriculum.topic(ix);
            let mark = progress.mark(ix);
            TopicOutline {
                id: topic.id.to_string(),
                title: topic.title.to_string(),
                kind: topic.kind.name(),
                hours: topic.hours,
                requires: curriculum.requires(ix).map(|p| curriculum.topic(p).id.to_string()).collect(),
                summary: curriculum.details(ix).summary.clone(),
                state: progress.state(ix).name(),
                had: progress.state(ix).is_had(),
                since: mark.since,
                hours_spent: round(mark.spent),
                evidence: mark.evidence.clone(),
            }
        };
        Self {
            version: VERSION,
            id: curriculum.id().to_owned(),
            title: curriculum.title().to_owned(),
            edition: curriculum.edition().map(str::to_owned),
            phases: curriculum
                .phases()
                .iter()
                .map(|phase| PhaseOutline {
                    id: phase.id.to_string(),
                    title: phase.title.to_string(),
                    topics: phase.topics.clone().map(|at| topic(TopicIx(at))).collect(),
                })
                .collect(),
        }
    }
}
