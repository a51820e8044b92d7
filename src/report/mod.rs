//! What is shown, computed once: plain serialisable values that tables and JSON both come from.
//!
//! The structs are the JSON contract: keys are added, never renamed or removed while `version` is 1.
//! Times are RFC 3339, hours are numbers. Renderers do not compute; if one needs a number, the
//! field is missing here.

use serde::Serialize;

use crate::curriculum::{Curriculum, TopicIx};
use crate::progress::{Progress, State};
use crate::study::next::{Reason, Suggestion};
use crate::study::quiz::{Doubt, Weakness};
use crate::text;

pub mod charts;
#[cfg(feature = "hub")]
pub mod cohort;
pub mod graph;
pub mod map;
mod outline;
pub mod page;
mod portfolio;
pub mod showcase;
mod status;
pub mod summary;
mod topic;
mod whole;

pub use outline::{Outline, PhaseOutline, TopicOutline};
pub use portfolio::{
    CheckView, EvidenceView, PhaseSkills, PortfolioView, ProjectView, SkillView, StandingCount, TrackView, checks,
};
pub use status::{PhaseStatus, Status};
pub use topic::{CreditView, HistoryView, LinkView, PrerequisiteView, QuestionView, ResourceView, TopicView};
pub use whole::{PhaseCards, Report, Sources};

/// The version of every JSON document.
pub const VERSION: u32 = 1;

/// A topic where one line is enough.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Brief {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
}

impl Brief {
    /// Returns the brief of a topic.
    pub fn new(curriculum: &Curriculum, ix: TopicIx) -> Self {
        let topic = curriculum.topic(ix);
        Self { id: topic.id.to_string(), title: topic.title.to_string() }
    }
}

/// `roadmap next --json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NextView {
    /// Always [`VERSION`].
    pub version: u32,
    /// What to study, best first.
    pub topics: Vec<SuggestionView>,
    /// How many topics are due for review.
    pub due: usize,
    /// Why there is nothing, if there is nothing.
    pub nothing: Option<String>,
}

/// A suggestion with its reasons.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SuggestionView {
    /// The topic's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its phase's id.
    pub phase: String,
    /// Its phase's title.
    pub phase_title: String,
    /// Its estimated hours.
    pub hours: f64,
    /// Hours still to study on it.
    pub hours_left: f64,
    /// `ready`, `started`, or `locked` for a later one of several.
    pub state: &'static str,
    /// The reasons, in words, the weightiest first.
    pub because: Vec<String>,
    /// Earlier ones of these suggestions that it waits for.
    pub after: Vec<String>,
    /// The goal it leads to: the topic itself if it is one.
    pub goal: Brief,
    /// Open topics to the goal, the goal included.
    pub goal_topics_left: usize,
    /// Hours to the goal.
    pub goal_hours_left: f64,
    /// What the way to the goal brings for each hour, in ordinary topics.
    pub value_per_hour: f64,
    /// What would be suggested instead.
    pub runner_up: Option<Brief>,
    /// Topics that it unlocks at once.
    pub unlocks: Vec<Brief>,
    /// The goal until a step made this one cheaper.
    pub goal_before: Option<Brief>,
    /// Prerequisites of which placement was not sure.
    pub unsure: Vec<UnsureView>,
}

/// A prerequisite that placement took as known without being sure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UnsureView {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// How probable it is that it is known, 0 to 1.
    pub probability: f64,
}

impl SuggestionView {
    /// Returns the view of a suggestion.
    pub fn new(curriculum: &Curriculum, suggestion: &Suggestion) -> Self {
        let topic = curriculum.topic(suggestion.topic);
        let phase = curriculum.phase_of(suggestion.topic);
        let id = |ix: TopicIx| curriculum.topic(ix).id.to_string();
        Self {
            id: topic.id.to_string(),
            title: topic.title.to_string(),
            phase: phase.id.to_string(),
            phase_title: phase.title.to_string(),
            hours: topic.hours,
            hours_left: suggestion.hours_left,
            state: suggestion.state.name(),
            because: reasons(curriculum, suggestion),
            after: suggestion.after.iter().map(|&ix| id(ix)).collect(),
            goal: Brief::new(curriculum, suggestion.way.goal),
            goal_topics_left: suggestion.way.topics_left,
            goal_hours_left: round(suggestion.way.hours_left),
            value_per_hour: round(suggestion.way.value_per_hour),
            runner_up: suggestion.runner_up.map(|ix| Brief::new(curriculum, ix)),
            unlocks: suggestion.unlocks.iter().map(|&ix| Brief::new(curriculum, ix)).collect(),
            goal_before: suggestion.goal_before.map(|change| Brief::new(curriculum, change.from)),
            unsure: suggestion
                .unsure
                .iter()
                .map(|&(ix, probability)| {
                    let Brief { id, title } = Brief::new(curriculum, ix);
                    UnsureView { id, title, probability: round(probability) }
                })
                .collect(),
        }
    }
}

/// Returns a number rounded to four decimals, so that JSON shows no dust of binary fractions.
pub fn round(number: f64) -> f64 {
    (number * 1e4).round() / 1e4
}

fn reasons(curriculum: &Curriculum, suggestion: &Suggestion) -> Vec<String> {
    let title = |ix: TopicIx| curriculum.topic(ix).title.as_str();
    let way = &suggestion.way;
    let mut because = Vec::new();
    if !suggestion.after.is_empty() {
        let after: Vec<&str> = suggestion.after.iter().map(|&ix| curriculum.topic(ix).id.as_str()).collect();
        because.push(format!("after {}", text::list(&after)));
    }
    let worth = format!("{} of value an hour", text::number(way.value_per_hour));
    match suggestion.because {
        Reason::Started => {
            because.push(format!("you have begun it; {} left", text::hours(suggestion.hours_left)));
            if way.goal != suggestion.topic {
                because.push(format!(
                    "it leads to \"{}\": {} and {} to go",
                    title(way.goal),
                    text::count(way.topics_left, "topic"),
                    text::hours(way.hours_left)
                ));
            }
        }
        Reason::Itself => because.push(format!("it brings the most for its hours by itself: {worth}")),
        Reason::Toward => because.push(format!(
            "it leads to \"{}\", the most worthwhile goal now: {} and {} to go, {worth}",
            title(way.goal),
            text::count(way.topics_left, "topic"),
            text::hours(way.hours_left),
        )),
        Reason::Fan(count) => {
            because.push(format!("{} wait for it alone and are worth it together", text::count(count, "topic")))
        }
    }
    if let Some(change) = suggestion.goal_before {
        because.push(format!(
            "the goal was \"{}\" until `{}` made this one cheaper",
            title(change.from),
            curriculum.topic(change.by).id
        ));
    }
    let unlocks: Vec<&str> = suggestion.unlocks.iter().map(|&ix| curriculum.topic(ix).id.as_str()).collect();
    if !unlocks.is_empty() {
        because.push(format!("it unlocks {}", text::list(&unlocks)));
    }
    let unsure: Vec<&str> = suggestion.unsure.iter().map(|&(ix, _)| curriculum.topic(ix).id.as_str()).collect();
    if let [first, ..] = unsure[..] {
        because.push(format!(
            "it rests on {}, of which placement was not sure: `roadmap reopen {first}` if you do not have {}",
            text::list(&unsure),
            if unsure.len() == 1 { "it" } else { "one of them" }
        ));
    }
    because
}

/// A prerequisite that may be missing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WeaknessView {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// How probable it is that the learner has it, 0 to 1.
    pub probability: f64,
    /// `open`, `placed`, `quiz` or `forgotten`: why it is doubted.
    pub because: &'static str,
}

impl WeaknessView {
    /// Returns the view of a weakness.
    pub fn new(curriculum: &Curriculum, weakness: Weakness) -> Self {
        let Brief { id, title } = Brief::new(curriculum, weakness.topic);
        let because = match weakness.because {
            Doubt::Open => "open",
            Doubt::Placed => "placed",
            Doubt::Quiz => "quiz",
            Doubt::Forgotten => "forgotten",
        };
        Self { id, title, probability: round(weakness.probability), because }
    }

    /// Returns it as a sentence.
    pub fn words(&self) -> String {
        let because = match self.because {
            "open" => "it is not done".to_owned(),
            "placed" => format!(
                "placement was only {} % sure of it; `roadmap reopen {}` if you do not have it",
                (self.probability * 100.0).round(),
                self.id
            ),
            "quiz" => "its own quiz went wrong in part".to_owned(),
            _ => format!("it was not practised for a while; `roadmap show {}` to look it up", self.id),
        };
        format!("Of what it stands on, \"{}\" is the likeliest to be missing: {because}.", self.title)
    }
}

/// `roadmap list --json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ListView {
    /// Always [`VERSION`].
    pub version: u32,
    /// The topics found, in the order of the curriculum.
    pub topics: Vec<RowView>,
}

/// A topic as a row of a list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RowView {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its phase's id.
    pub phase: String,
    /// `concept`, `skill` or `project`.
    pub kind: &'static str,
    /// Its estimated hours.
    pub hours: f64,
    /// Its state.
    pub state: &'static str,
    /// Ids of its direct prerequisites.
    pub requires: Vec<String>,
}

impl RowView {
    /// Returns the row of a topic.
    pub fn new(curriculum: &Curriculum, progress: &Progress, ix: TopicIx) -> Self {
        let topic = curriculum.topic(ix);
        Self {
            id: topic.id.to_string(),
            title: topic.title.to_string(),
            phase: curriculum.phase_of(ix).id.to_string(),
            kind: topic.kind.name(),
            hours: topic.hours,
            state: progress.state(ix).name(),
            requires: curriculum.requires(ix).map(|p| curriculum.topic(p).id.to_string()).collect(),
        }
    }
}

/// Returns a sign for a state that tells it without colour.
pub fn sign(state: State) -> &'static str {
    match state {
        State::Locked => "·",
        State::Ready => "○",
        State::Started => "▶",
        State::Done => "✓",
        State::Known => "≡",
        State::Due => "↻",
        State::Skipped => "–",
    }
}
