//! Everything about one topic.

use chrono::NaiveDate;
use serde::Serialize;

use super::{Brief, VERSION, round};
use crate::curriculum::{Curriculum, TopicIx};
use crate::journal::{Event, Grade, Journal, Score};
use crate::progress::Progress;
use crate::study::memory::Memory;

/// `roadmap show --json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TopicView {
    /// Always [`VERSION`].
    pub version: u32,
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its phase's id.
    pub phase: String,
    /// Its phase's title.
    pub phase_title: String,
    /// `concept`, `skill` or `project`.
    pub kind: &'static str,
    /// Estimated hours.
    pub hours: f64,
    /// Hours logged.
    pub hours_spent: f64,
    /// Hours still to study.
    pub hours_left: f64,
    /// What it is worth to the planner.
    pub value: f64,
    /// Its state.
    pub state: &'static str,
    /// The day of the last change of state.
    pub since: Option<NaiveDate>,
    /// What it is.
    pub summary: String,
    /// What one can do afterwards.
    pub outcomes: Vec<String>,
    /// Its direct prerequisites.
    pub requires: Vec<PrerequisiteView>,
    /// The topics that require it directly.
    pub required_by: Vec<LinkView>,
    /// What a project must have in it.
    pub includes: Vec<String>,
    /// How to know that a project is good.
    pub rubric: Vec<String>,
    /// Which of the rubric was found met, counted from 1.
    pub ticked: Vec<usize>,
    /// What of a project to show.
    pub publish: String,
    /// What to learn from.
    pub resources: Vec<ResourceView>,
    /// Its questions.
    pub quiz: Vec<QuestionView>,
    /// Ids of the prerequisites that studying it really practises.
    pub exercises: Vec<String>,
    /// What the learner wrote.
    pub notes: Vec<HistoryView>,
    /// When it is due for review, if it is done or known.
    pub due: Option<NaiveDate>,
    /// How probable it is that it is remembered today, 0 to 1.
    pub retrievability: Option<f64>,
    /// What counted as half a review of it since its own last one.
    pub credited: Option<CreditView>,
    /// How its quiz went last.
    pub score: Option<Score>,
    /// For a topic known by placement: how probable that is, 0 to 1.
    pub placed: Option<f64>,
    /// What proves it.
    pub evidence: Vec<String>,
    /// What happened to it, oldest first.
    pub history: Vec<HistoryView>,
}

/// A topic that counted as half a review of another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CreditView {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// When.
    pub on: NaiveDate,
}

/// A prerequisite.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PrerequisiteView {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its state.
    pub state: &'static str,
    /// What of it is used; may be empty.
    pub reason: String,
}

/// A topic and its state.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LinkView {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its state.
    pub state: &'static str,
}

/// A resource.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ResourceView {
    /// Its title.
    pub title: String,
    /// Author or publisher; may be empty.
    pub by: String,
    /// What it is, such as `book`.
    pub kind: Option<&'static str>,
    /// Its address.
    pub url: String,
}

/// A quiz question.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct QuestionView {
    /// The question.
    pub ask: String,
    /// The options.
    pub options: Vec<String>,
    /// The number of the right one, counted from 1.
    pub answer: u32,
    /// Why.
    pub because: String,
}

/// Something that happened on a day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HistoryView {
    /// The day.
    pub on: NaiveDate,
    /// The event, such as `done`.
    #[serde(rename = "do")]
    pub event: &'static str,
    /// Hours, if they were logged with it.
    pub hours: Option<f64>,
    /// A note, if one was written with it.
    pub note: Option<String>,
    /// The score, if it was a quiz.
    pub quiz: Option<Score>,
    /// The grade, if it was a review.
    pub grade: Option<Grade>,
}

impl TopicView {
    /// Returns everything about a topic, as it is `today`.
    pub fn new(
        curriculum: &Curriculum,
        progress: &Progress,
        journal: &Journal,
        memory: &Memory,
        today: NaiveDate,
        ix: TopicIx,
    ) -> Self {
        let topic = curriculum.topic(ix);
        let details = curriculum.details(ix).into_owned();
        let mark = progress.mark(ix);
        let entries =
            || journal.effective().filter(|e| e.topic.as_deref().and_then(|id| curriculum.find_ever(id)) == Some(ix));
        let happened = |e: &crate::journal::Entry| HistoryView {
            on: e.day(),
            event: e.event.name(),
            hours: e.hours,
            note: e.note.clone(),
            quiz: e.quiz,
            grade: e.grade,
        };
        let reasons = details.reasons.iter().cloned().chain(std::iter::repeat(String::new()));
        Self {
            version: VERSION,
            id: topic.id.to_string(),
            title: topic.title.to_string(),
            phase: curriculum.phase_of(ix).id.to_string(),
            phase_title: curriculum.phase_of(ix).title.to_string(),
            kind: topic.kind.name(),
            hours: topic.hours,
            hours_spent: mark.spent,
            hours_left: progress.hours_left(curriculum, ix),
            value: topic.value,
            state: progress.state(ix).name(),
            since: mark.since,
            summary: details.summary,
            outcomes: details.outcomes,
            requires: curriculum
                .requires(ix)
                .zip(reasons)
                .map(|(p, reason)| {
                    let Brief { id, title } = Brief::new(curriculum, p);
                    PrerequisiteView { id, title, state: progress.state(p).name(), reason }
                })
                .collect(),
            required_by: curriculum
                .required_by(ix)
                .map(|c| {
                    let Brief { id, title } = Brief::new(curriculum, c);
                    LinkView { id, title, state: progress.state(c).name() }
                })
                .collect(),
            includes: details.includes,
            ticked: (1..)
                .zip(&details.rubric)
                .filter(|(_, text)| mark.ticked.contains(text))
                .map(|(number, _)| number)
                .collect(),
            rubric: details.rubric,
            publish: details.publish,
            resources: details
                .resources
                .into_iter()
                .map(|r| ResourceView {
                    title: r.title,
                    by: r.by,
                    kind: r.kind.map(crate::curriculum::ResourceKind::name),
                    url: r.url,
                })
                .collect(),
            quiz: details
                .quiz
                .into_iter()
                .map(|q| QuestionView { ask: q.ask, options: q.options, answer: q.answer + 1, because: q.because })
                .collect(),
            exercises: topic.exercises.iter().map(|&p| curriculum.topic(p).id.to_string()).collect(),
            notes: entries().filter(|e| e.note.is_some()).map(happened).collect(),
            due: memory.due(ix),
            retrievability: memory.retrievability(ix, today).map(round),
            credited: memory.last_credit(ix).map(|credit| {
                let Brief { id, title } = Brief::new(curriculum, credit.from);
                CreditView { id, title, on: credit.on }
            }),
            score: mark.quiz,
            placed: mark.placed,
            evidence: mark.evidence.clone(),
            history: entries().filter(|e| e.event != Event::Note).map(happened).collect(),
        }
    }
}
