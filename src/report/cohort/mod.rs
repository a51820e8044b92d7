//! Where a cohort stands: what a teacher is shown. The numbers come from the hub's database; here they are
//! only put in order.

use chrono::NaiveDate;
use serde::Serialize;

use super::VERSION;

pub mod page;

/// `roadmap cohort status --json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CohortStatus {
    /// Always [`VERSION`].
    pub version: u32,
    /// The curriculum's id.
    pub curriculum: String,
    /// Its title.
    pub title: String,
    /// The day it shows.
    pub today: NaiveDate,
    /// Learners who have synced anything of it.
    pub learners: i64,
    /// Learners who were invited and have not synced anything of it.
    pub not_synced: i64,
    /// Learners with an entry in the last 7 days.
    pub active_7: i64,
    /// Learners with an entry in the last 28 days.
    pub active_28: i64,
    /// Learners who have synced and begun nothing yet.
    pub not_begun: CohortPhase,
    /// Learners by the phase they are in.
    pub phases: Vec<CohortPhase>,
    /// Learners who have nothing left to do.
    pub finished: CohortPhase,
    /// Topics done, all learners together.
    pub done: i64,
    /// Topics known before.
    pub known: i64,
    /// Hours logged.
    pub hours: f64,
    /// Week by week, the current one last.
    pub weeks: Vec<CohortWeek>,
}

/// Those who are in one phase: that of the topic whose state changed last.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CohortPhase {
    /// The phase's title; empty where it is none.
    pub title: String,
    /// Its topics.
    pub topics: i64,
    /// Learners in it.
    pub learners: i64,
    /// Those with an entry in the last 7 days.
    pub active_7: i64,
    /// Those with an entry in the last 28 days.
    pub active_28: i64,
}

/// A week's work.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CohortWeek {
    /// Its Monday.
    pub week: NaiveDate,
    /// Topics that were done in it.
    pub done: i64,
    /// Learners who did any.
    pub learners: i64,
}

/// What a cohort does in one topic.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CohortTopic {
    /// The topic's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its phase's title.
    pub phase: String,
    /// Its estimated hours.
    pub hours: f64,
    /// Learners who have begun and not finished it.
    pub started: i64,
    /// Learners who have done it.
    pub done: i64,
    /// Learners who knew it before.
    pub known: i64,
    /// Learners who do not want it.
    pub skipped: i64,
    /// Those of `done` who logged hours.
    pub timed: i64,
    /// The mean of these hours; none without any.
    pub mean_hours: Option<f64>,
    /// The mean of the days from start to end of those who are done.
    pub mean_days: Option<f64>,
    /// Learners who took or take longer than the estimate.
    pub over: i64,
    /// Those of them who are still at it.
    pub over_now: i64,
    /// Hours beyond the estimate, all of them together.
    pub hours_over: f64,
    /// Learners who answered its quiz to the end.
    pub quizzed: i64,
    /// How often they did.
    pub quiz_tries: i64,
    /// How often with a wrong answer.
    pub quiz_fails: i64,
    /// Learners whose last try had a wrong answer.
    pub failing: i64,
    /// Learners who stopped here: topics left, and no entry for 28 days.
    pub stopped: i64,
}

/// `roadmap cohort stuck --json`: topics by what keeps learners at them, the worst first.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stuck {
    /// Always [`VERSION`].
    pub version: u32,
    /// The curriculum's id.
    pub curriculum: String,
    /// Its title.
    pub title: String,
    /// The day it shows.
    pub today: NaiveDate,
    /// By hours beyond the estimate.
    pub long: Vec<CohortTopic>,
    /// By learners whose last try at the quiz had a wrong answer.
    pub quizzes: Vec<CohortTopic>,
    /// By learners who stopped there.
    pub stopped: Vec<CohortTopic>,
}

/// `roadmap cohort topic --json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CohortTopicView {
    /// Always [`VERSION`].
    pub version: u32,
    /// The day it shows.
    pub today: NaiveDate,
    /// The topic.
    pub topic: CohortTopic,
    /// Who is at it, those first who began first; the first of them only.
    pub at_it: Vec<AtTopic>,
}

/// Somebody who is at a topic.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AtTopic {
    /// The name by which they log in.
    pub learner: String,
    /// What they are called.
    pub name: String,
    /// When they began.
    pub started: Option<NaiveDate>,
    /// Hours logged on it.
    pub hours: f64,
    /// The day of their last entry about anything.
    pub last_day: Option<NaiveDate>,
    /// Whether they have stopped.
    pub has_stopped: bool,
}

/// How far one learner is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CohortLearner {
    /// The name by which they log in.
    pub learner: String,
    /// What they are called.
    pub name: String,
    /// Whether teachers may read the notes.
    pub shares_notes: bool,
    /// Whether anything of the curriculum was synced.
    pub has_synced: bool,
    /// The title of the phase they are in.
    pub phase: Option<String>,
    /// Topics begun and not finished.
    pub started: i64,
    /// Topics done.
    pub done: i64,
    /// Topics known before.
    pub known: i64,
    /// Topics not wanted.
    pub skipped: i64,
    /// Hours logged.
    pub hours: f64,
    /// Hours a week at which they do topics, as `roadmap cohort stuck` reckons it.
    pub pace: f64,
    /// The day of the first start.
    pub first_day: Option<NaiveDate>,
    /// The day of the last entry.
    pub last_day: Option<NaiveDate>,
    /// Whether they have topics left and no entry for 28 days.
    pub has_stopped: bool,
}

/// `roadmap cohort learner --json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CohortLearnerView {
    /// Always [`VERSION`].
    pub version: u32,
    /// The curriculum's id.
    pub curriculum: String,
    /// Its title.
    pub title: String,
    /// The day it shows.
    pub today: NaiveDate,
    /// How far they are.
    pub learner: CohortLearner,
    /// Every topic of the curriculum, in order.
    pub topics: Vec<LearnerTopic>,
    /// The last notes; empty unless they are shared.
    pub notes: Vec<SharedNote>,
}

/// What a learner did in one topic.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LearnerTopic {
    /// The topic's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its phase's title.
    pub phase: String,
    /// Its estimated hours.
    pub estimate: f64,
    /// open, started, done, known or skipped.
    pub state: String,
    /// Hours logged.
    pub hours: f64,
    /// When it was begun, while it is started or done.
    pub started: Option<NaiveDate>,
    /// When it was done, known or skipped.
    pub closed: Option<NaiveDate>,
    /// The day of the last entry about it.
    pub last_day: Option<NaiveDate>,
    /// Quizzes answered to the end.
    pub quiz_tries: i64,
    /// Those with a wrong answer.
    pub quiz_fails: i64,
    /// Right answers in the last one.
    pub quiz_right: Option<i64>,
    /// Questions in the last one.
    pub quiz_asked: Option<i64>,
}

/// A note that its writer shares.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SharedNote {
    /// The day.
    pub day: Option<NaiveDate>,
    /// The topic's id, as the entry has it.
    pub topic: Option<String>,
    /// The text.
    pub note: String,
}

/// `roadmap cohort report --json`: everything.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CohortReport {
    /// Always [`VERSION`].
    pub version: u32,
    /// Where everybody is.
    pub status: CohortStatus,
    /// Every topic, in order.
    pub topics: Vec<CohortTopic>,
    /// Every learner, by name.
    pub learners: Vec<CohortLearner>,
}

impl Stuck {
    /// Returns the topics with the most of each trouble, at most `count` of each.
    pub fn new(status: (&str, &str), today: NaiveDate, topics: &[CohortTopic], count: usize) -> Self {
        let most = |of: fn(&CohortTopic) -> (f64, i64)| {
            let mut found: Vec<&CohortTopic> = topics.iter().filter(|topic| of(topic).0 > 0.0).collect();
            found.sort_by(|a, b| {
                let (a, b) = (of(a), of(b));
                b.0.total_cmp(&a.0).then(b.1.cmp(&a.1))
            });
            found.into_iter().take(count).cloned().collect()
        };
        Self {
            version: VERSION,
            curriculum: status.0.to_owned(),
            title: status.1.to_owned(),
            today,
            long: most(|topic| (topic.hours_over, topic.over)),
            quizzes: most(|topic| (topic.failing as f64, topic.quiz_fails)),
            stopped: most(|topic| (topic.stopped as f64, topic.started)),
        }
    }

    /// Returns whether nobody is stuck anywhere.
    pub fn is_empty(&self) -> bool {
        self.long.is_empty() && self.quizzes.is_empty() && self.stopped.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topic(id: &str, hours_over: f64, failing: i64, stopped: i64) -> CohortTopic {
        CohortTopic {
            id: id.to_owned(),
            title: id.to_owned(),
            phase: String::new(),
            hours: 1.0,
            started: 0,
            done: 0,
            known: 0,
            skipped: 0,
            timed: 0,
            mean_hours: None,
            mean_days: None,
            over: 0,
            over_now: 0,
            hours_over,
            quizzed: 0,
            quiz_tries: 0,
            quiz_fails: 0,
            failing,
            stopped,
        }
    }

    #[test]
    fn each_trouble_has_its_own_order() {
        let topics =
            [topic("a", 1.0, 0, 3), topic("b", 5.0, 2, 0), topic("c", 0.0, 2, 3), topic("d", f64::INFINITY, 1, 0)];
        let today = NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day");
        let ids = |topics: &[CohortTopic]| topics.iter().map(|topic| topic.id.clone()).collect::<Vec<_>>();
        let stuck = Stuck::new(("x", "X"), today, &topics, 2);
        assert_eq!(
            (ids(&stuck.long), ids(&stuck.quizzes)),
            (vec!["d".into(), "b".into()], vec!["b".into(), "c".into()])
        );
        assert_eq!(ids(&stuck.stopped), ["a", "c"], "equals stay in the curriculum's order");
        assert!(Stuck::new(("x", "X"), today, &topics[..0], 2).is_empty());
    }
}
