//! The whole report: everything a page, a text or a table of the learner's progress shows.
//!
//! Computed once; the renderers only draw it.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Serialize;

use super::charts::{BurnUp, Year};
use super::{Brief, Status, SuggestionView, TopicView, VERSION};
use crate::curriculum::{Curriculum, TopicIx};
use crate::journal::Journal;
use crate::progress::{Progress, State};
use crate::study::memory::Memory;
use crate::study::next::{Aim, Suggestion};
use crate::study::pace::study_days;

/// `roadmap report --json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Always [`VERSION`].
    pub version: u32,
    /// The day it shows.
    pub today: NaiveDate,
    /// The learner's name, if it is set.
    pub name: Option<String>,
    /// The curriculum's title.
    pub title: String,
    /// The curriculum's edition.
    pub edition: Option<String>,
    /// What the curriculum is about; may be empty.
    pub description: String,
    /// How far the learner is, with the forecast.
    pub status: Status,
    /// What to study next, and why.
    pub next: Option<SuggestionView>,
    /// Ids of the open topics on the way to the next goal, the goal included.
    pub way: Vec<String>,
    /// Topics due for review, in the order of a session.
    pub due: Vec<Brief>,
    /// Hours done over time.
    pub burn_up: BurnUp,
    /// The days of study of the last year.
    pub year: Year,
    /// Phase by phase, every topic of the aim's scope.
    pub phases: Vec<PhaseCards>,
}

/// A phase with everything about its topics.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PhaseCards {
    /// The phase's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it is for; may be empty.
    pub summary: String,
    /// Its topics.
    pub topics: Vec<TopicView>,
}

/// What a report is made from.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// The curriculum.
    pub curriculum: &'a Curriculum,
    /// The journal.
    pub journal: &'a Journal,
    /// Where the learner stands.
    pub progress: &'a Progress,
    /// What is remembered.
    pub memory: &'a Memory,
    /// Where the learner wants to go.
    pub aim: &'a Aim,
    /// The day.
    pub today: NaiveDate,
}

impl Report {
    /// Returns the report of a learner who is so far and would study `next`.
    pub fn new(sources: Sources<'_>, status: Status, next: Option<&Suggestion>, name: Option<String>) -> Self {
        let Sources { curriculum, journal, progress, memory, aim, today } = sources;
        let scope = aim.scope(curriculum);
        let inside = |ix: &TopicIx| scope[ix.0 as usize];
        let finished: Vec<(NaiveDate, f64)> = curriculum
            .indices()
            .filter(|ix| inside(ix) && progress.state(*ix).is_had())
            .filter_map(|ix| Some((progress.mark(ix).since?, curriculum.topic(ix).hours)))
            .collect();
        let until = status.likely.zip(status.late);
        let way: BTreeSet<u32> = next.map_or_else(BTreeSet::new, |next| {
            let open = |node: u32| !progress.state(TopicIx(node)).is_closed();
            curriculum.graph().closure(&[next.way.goal.0], open).into_iter().collect()
        });
        let due = memory.session(curriculum, today, today);
        let phases = curriculum.phases().iter().map(|phase| PhaseCards {
            id: phase.id.to_string(),
            title: phase.title.to_string(),
            summary: phase.summary.to_string(),
            topics: phase
                .topics
                .clone()
                .map(TopicIx)
                .filter(inside)
                .map(|ix| TopicView::new(curriculum, progress, journal, memory, today, ix))
                .collect(),
        });
        Self {
            version: VERSION,
            today,
            name,
            title: curriculum.title().to_owned(),
            edition: curriculum.edition().map(str::to_owned),
            description: curriculum.description().to_owned(),
            next: next.map(|next| SuggestionView::new(curriculum, next)),
            way: way.into_iter().map(|node| curriculum.topic(TopicIx(node)).id.to_string()).collect(),
            due: due
                .into_iter()
                .filter(|&ix| progress.state(ix) == State::Due)
                .map(|ix| Brief::new(curriculum, ix))
                .collect(),
            burn_up: BurnUp::new(&finished, status.hours_total, today, until),
            year: Year::new(&study_days(curriculum, progress, journal), today),
            phases: phases.filter(|phase| !phase.topics.is_empty()).collect(),
            status,
        }
    }
}
