//! How far the learner is: per phase and in all.

use serde::Serialize;

use super::{Brief, VERSION, round};
use crate::curriculum::{Curriculum, TopicIx};
use crate::journal::Score;
use crate::progress::{Progress, State};
use crate::study::next::Aim;

/// `roadmap status --json`. Topics that were skipped count nowhere.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Status {
    /// Always [`VERSION`].
    pub version: u32,
    /// The curriculum's title.
    pub curriculum: String,
    /// The chosen track's title, if one is chosen.
    pub track: Option<String>,
    /// Topics done or known.
    pub done: usize,
    /// Topics in all.
    pub total: usize,
    /// Estimated hours of the topics done or known.
    pub hours_done: f64,
    /// Estimated hours of all topics.
    pub hours_total: f64,
    /// Topics skipped.
    pub skipped: usize,
    /// Topics due for review.
    pub due: usize,
    /// Topics whose quiz was answered to the end.
    pub quizzes: usize,
    /// Topics whose quiz was passed: all right, the last time.
    pub quizzes_passed: usize,
    /// The mean share of right answers over these quizzes, 0 to 1; none without a quiz.
    pub quiz_score: Option<f64>,
    /// Phase by phase.
    pub phases: Vec<PhaseStatus>,
    /// The date when everything in scope is likely finished, at the learner's pace.
    pub likely: Option<chrono::NaiveDate>,
    /// The date that is exceeded in about one case of ten.
    pub late: Option<chrono::NaiveDate>,
    /// The hours in a week that the dates rest on.
    pub hours_per_week: f64,
}

/// A phase's row.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PhaseStatus {
    /// The phase's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Topics done or known.
    pub done: usize,
    /// Topics in all.
    pub total: usize,
    /// Estimated hours of the topics done or known.
    pub hours_done: f64,
    /// Estimated hours of all topics.
    pub hours_total: f64,
    /// The first of its topics, in the order of study, that can be studied now.
    pub next: Option<Brief>,
}

impl Status {
    /// Returns the status over the aim's scope. `order` is the order of study of what is open.
    pub fn new(curriculum: &Curriculum, progress: &Progress, aim: &Aim, order: &[TopicIx]) -> Self {
        let scope = aim.scope(curriculum);
        let phases: Vec<PhaseStatus> = curriculum
            .phases()
            .iter()
            .map(|phase| {
                let topics = phase.topics.clone().map(TopicIx).filter(|ix| scope[ix.0 as usize]);
                let wanted: Vec<TopicIx> = topics.filter(|&ix| progress.state(ix) != State::Skipped).collect();
                let had: Vec<TopicIx> = wanted.iter().copied().filter(|&ix| progress.state(ix).is_had()).collect();
                // Folded from 0, for the sum of nothing is -0.
                let hours = |of: &[TopicIx]| {
                    of.iter().map(|&ix| curriculum.topic(ix).hours).fold(0.0, |sum, hours| sum + hours)
                };
                let now = |ix: &&TopicIx| {
                    phase.topics.contains(&ix.0) && matches!(progress.state(**ix), State::Ready | State::Started)
                };
                PhaseStatus {
                    id: phase.id.to_string(),
                    title: phase.title.to_string(),
                    done: had.len(),
                    total: wanted.len(),
                    hours_done: hours(&had),
                    hours_total: hours(&wanted),
                    next: order.iter().find(now).map(|&ix| Brief::new(curriculum, ix)),
                }
            })
            .collect();
        let skipped =
            curriculum.indices().filter(|&ix| scope[ix.0 as usize] && progress.state(ix) == State::Skipped).count();
        let scores: Vec<Score> =
            curriculum.indices().filter(|ix| scope[ix.0 as usize]).filter_map(|ix| progress.mark(ix).quiz).collect();
        let mean = scores.iter().map(|score| score.share()).sum::<f64>() / scores.len().max(1) as f64;
        let due = curriculum.indices().filter(|&ix| scope[ix.0 as usize] && progress.state(ix) == State::Due).count();
        Self {
            version: VERSION,
            curriculum: curriculum.title().to_owned(),
            track: None,
            done: phases.iter().map(|p| p.done).sum(),
            total: phases.iter().map(|p| p.total).sum(),
            hours_done: phases.iter().fold(0.0, |sum, p| sum + p.hours_done),
            hours_total: phases.iter().fold(0.0, |sum, p| sum + p.hours_total),
            skipped,
            due,
            quizzes: scores.len(),
            quizzes_passed: scores.iter().filter(|score| score.is_passed()).count(),
            quiz_score: (!scores.is_empty()).then(|| round(mean)),
            phases,
            likely: None,
            late: None,
            hours_per_week: 0.0,
        }
    }
}
