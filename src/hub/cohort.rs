//! What a teacher asks of a hub: one statement for each report, over the rollups that the sync keeps.
//!
//! The statements lie in `reports/`; the database reckons, nothing here adds up entries. The day comes from
//! the caller, never from the server's clock.

use chrono::NaiveDate;
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, Type};

use super::connect::{Answer, Hub, Value};
use crate::error::Error;
use crate::report::cohort::{
    AtTopic, CohortLearner, CohortPhase, CohortStatus, CohortTopic, CohortWeek, LearnerTopic, SharedNote,
};
use crate::report::{VERSION, round};
use crate::text;

const PHASES: &str = include_str!("reports/phases.sql");
const WEEKS: &str = include_str!("reports/weeks.sql");
const TOPICS: &str = include_str!("reports/topics.sql");
const AT_TOPIC: &str = include_str!("reports/at-topic.sql");
const LEARNERS: &str = include_str!("reports/learners.sql");
const LEARNER_TOPICS: &str = include_str!("reports/learner-topics.sql");
const NOTES: &str = include_str!("reports/notes.sql");

/// Every statement that adds up what a cohort did, by its name, for whoever wants to see its plan: `$1` is the
/// curriculum, `$2` the day or the learner, `$3` a topic or a learner or a number, `$4` a number.
#[doc(hidden)]
pub const STATEMENTS: [(&str, &str); 6] = [
    ("phases", PHASES),
    ("weeks", WEEKS),
    ("topics", TOPICS),
    ("at-topic", AT_TOPIC),
    ("learners", LEARNERS),
    ("learner-topics", LEARNER_TOPICS),
];

/// The learners of a hub in one curriculum, as a teacher sees them on one day.
#[derive(Debug)]
pub struct Cohort<'h> {
    hub: &'h Hub,
    curriculum: String,
    title: String,
    today: NaiveDate,
    /// Whether notes may be asked for: an administrator, who is no teacher, has no business with them.
    is_teacher: bool,
}

impl Hub {
    /// Returns the cohort of a curriculum.
    ///
    /// # Errors
    ///
    /// When whoever logged in is no teacher, or the curriculum was not published.
    pub fn cohort(&self, curriculum: &str, today: NaiveDate) -> Answer<Cohort<'_>> {
        let who = "SELECT v.number, pg_has_role(current_user, 'roadmap_admin', 'MEMBER'),
                pg_has_role(current_user, 'roadmap_teacher', 'MEMBER')
            FROM roadmap.version v";
        let rows = self.rows(who, &[])?;
        let (version, is_admin, may_teach) =
            rows.first().map_or((0, false, false), |row| (row.get(0), row.get(1), row.get(2)));
        self.check_version(version)?;
        // A teacher of another hub of the same server is none here.
        let is_teacher = may_teach && self.value("SELECT roadmap.is_teacher()", &[])?;
        if !is_admin && !is_teacher {
            let message =
                format!("`{}` is no teacher of the hub {}", text::line(self.address().user()), self.address());
            return Err(Error::new(message)
                .hint("`roadmap hub invite NAME --teacher` makes one; for your own progress there is `roadmap status`")
                .into());
        }
        let title = "SELECT title FROM roadmap.curricula WHERE curriculum = $1";
        let rows = self.rows(title, &[(&curriculum, Type::TEXT)])?;
        let Some(row) = rows.first() else {
            let shown = text::line(curriculum);
            return Err(Error::new(format!(
                "the curriculum `{shown}` was not published in the hub {}",
                self.address()
            ))
            .hint("its administrator does it: `roadmap hub publish`; `roadmap hub status` lists those that were")
            .into());
        };
        Ok(Cohort { hub: self, curriculum: curriculum.to_owned(), title: row.get(0), today, is_teacher })
    }
}

impl Cohort<'_> {
    /// Returns the curriculum's id and title.
    pub fn curriculum(&self) -> (&str, &str) {
        (&self.curriculum, &self.title)
    }

    /// Runs `work` so that all its answers are of the same moment.
    ///
    /// # Errors
    ///
    /// Whatever `work` or the server refuses.
    pub fn at_once<T>(&self, work: impl FnOnce(&Self) -> Answer<T>) -> Answer<T> {
        self.hub.transaction(|hub| {
            hub.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")?;
            work(self)
        })
    }

    /// Returns where everybody is, and what was done in the last `weeks` weeks.
    ///
    /// # Errors
    ///
    /// When the hub does not answer.
    pub fn status(&self, weeks: u32) -> Answer<CohortStatus> {
        let invited: i64 = self.hub.value("SELECT count(*) FROM roadmap.learners", &[])?;
        let day = self.day();
        let places = self.ask(PHASES, &[(&day, Type::TEXT)])?;
        let weeks = i32::try_from(weeks).unwrap_or(i32::MAX);
        let weeks = self.ask(WEEKS, &[(&day, Type::TEXT), (&weeks, Type::INT4)])?;
        let mut status = CohortStatus {
            version: VERSION,
            curriculum: self.curriculum.clone(),
            title: self.title.clone(),
            today: self.today,
            learners: 0,
            not_synced: 0,
            active_7: 0,
            active_28: 0,
            not_begun: CohortPhase::default(),
            phases: Vec::new(),
            finished: CohortPhase::default(),
            done: 0,
            known: 0,
            hours: 0.0,
            weeks: Vec::new(),
        };
        for row in &places {
            let phase = CohortPhase {
                title: self.get::<Option<String>>(row, "title")?.unwrap_or_default(),
                topics: self.get(row, "topics")?,
                learners: self.get(row, "learners")?,
                active_7: self.get(row, "active_7")?,
                active_28: self.get(row, "active_28")?,
            };
            status.learners += phase.learners;
            status.active_7 += phase.active_7;
            status.active_28 += phase.active_28;
            status.done += self.get::<i64>(row, "done")?;
            status.known += self.get::<i64>(row, "known")?;
            status.hours += self.get::<f64>(row, "hours")?;
            match self.get::<i32>(row, "place")? {
                -1 => status.not_begun = phase,
                i32::MAX => status.finished = phase,
                _ => status.phases.push(phase),
            }
        }
        status.hours = round(status.hours);
        status.not_synced = (invited - status.learners).max(0);
        for row in &weeks {
            let Some(week) = self.date(row, "week")? else { continue };
            status.weeks.push(CohortWeek { week, done: self.get(row, "done")?, learners: self.get(row, "learners")? });
        }
        Ok(status)
    }

    /// Returns what is done in each topic, or in one, in the curriculum's order.
    ///
    /// # Errors
    ///
    /// When the hub does not answer.
    pub fn topics(&self, only: Option<&str>) -> Answer<Vec<CohortTopic>> {
        let rows = self.ask(TOPICS, &[(&self.day(), Type::TEXT), (&only, Type::TEXT)])?;
        rows.iter().map(|row| self.topic(row)).collect()
    }

    fn topic(&self, row: &Row) -> Answer<CohortTopic> {
        let count = |name| self.get::<i64>(row, name);
        let mean = |name| self.get::<Option<f64>>(row, name).map(|mean| mean.map(round));
        Ok(CohortTopic {
            id: self.get(row, "topic")?,
            title: self.get(row, "title")?,
            phase: self.get(row, "phase_title")?,
            hours: self.get(row, "hours")?,
            started: count("started")?,
            done: count("done")?,
            known: count("known")?,
            skipped: count("skipped")?,
            timed: count("timed")?,
            mean_hours: mean("mean_hours")?,
            mean_days: mean("mean_days")?,
            over: count("over")?,
            over_now: count("over_now")?,
            hours_over: round(self.get(row, "hours_over")?),
            quizzed: count("quizzed")?,
            quiz_tries: count("quiz_tries")?,
            quiz_fails: count("quiz_fails")?,
            failing: count("failing")?,
            stopped: count("stopped")?,
        })
    }

    /// Returns the first `count` of those who are at a topic, by when they began.
    ///
    /// # Errors
    ///
    /// When the hub does not answer.
    pub fn at_topic(&self, topic: &str, count: u32) -> Answer<Vec<AtTopic>> {
        let values: [Value<'_>; 3] = [(&self.day(), Type::TEXT), (&topic, Type::TEXT), (&i64::from(count), Type::INT8)];
        let rows = self.ask(AT_TOPIC, &values)?;
        let person = |row: &Row| {
            Ok(AtTopic {
                learner: self.get(row, "learner")?,
                name: self.get(row, "name")?,
                started: self.date(row, "started")?,
                hours: round(self.get(row, "hours")?),
                last_day: self.date(row, "last_day")?,
                has_stopped: self.get::<Option<bool>>(row, "has_stopped")?.unwrap_or(false),
            })
        };
        rows.iter().map(person).collect()
    }

    /// Returns how far each learner is, by the name by which they log in.
    ///
    /// # Errors
    ///
    /// When the hub does not answer.
    pub fn learners(&self) -> Answer<Vec<CohortLearner>> {
        self.learners_called(None)
    }

    /// Returns how far one learner is.
    ///
    /// # Errors
    ///
    /// When there is none of that name; the message names the nearest.
    pub fn learner(&self, name: &str) -> Answer<CohortLearner> {
        if let Some(learner) = self.learners_called(Some(name))?.pop() {
            return Ok(learner);
        }
        let alike = "SELECT learner FROM roadmap.learners WHERE left(learner, 1) = left($1, 1) ORDER BY 1 LIMIT 5000";
        let rows = self.hub.rows(alike, &[(&name, Type::TEXT)])?;
        let names: Vec<String> = rows.iter().filter_map(|row| row.try_get(0).ok()).collect();
        let hint = text::nearest(name, names.iter().map(String::as_str)).map_or_else(
            || "`roadmap cohort report --csv FILE` lists the learners".to_owned(),
            |near| format!("did you mean `{}`?", text::line(near)),
        );
        Err(Error::new(format!("the hub has no learner `{}`", text::line(name))).hint(hint).into())
    }

    fn learners_called(&self, name: Option<&str>) -> Answer<Vec<CohortLearner>> {
        let rows = self.ask(LEARNERS, &[(&self.day(), Type::TEXT), (&name, Type::TEXT)])?;
        let person = |row: &Row| {
            Ok(CohortLearner {
                learner: self.get(row, "learner")?,
                name: self.get(row, "name")?,
                shares_notes: self.get(row, "shares_notes")?,
                has_synced: self.get(row, "has_synced")?,
                phase: self.get(row, "phase")?,
                started: self.get(row, "started")?,
                done: self.get(row, "done")?,
                known: self.get(row, "known")?,
                skipped: self.get(row, "skipped")?,
                hours: round(self.get(row, "hours")?),
                pace: round(self.get(row, "pace")?),
                first_day: self.date(row, "first_day")?,
                last_day: self.date(row, "last_day")?,
                has_stopped: self.get(row, "has_stopped")?,
            })
        };
        rows.iter().map(person).collect()
    }

    /// Returns what one learner did in each topic, in the curriculum's order.
    ///
    /// # Errors
    ///
    /// When the hub does not answer.
    pub fn topics_of(&self, learner: &str) -> Answer<Vec<LearnerTopic>> {
        let rows = self.ask(LEARNER_TOPICS, &[(&learner, Type::TEXT)])?;
        let topic = |row: &Row| {
            Ok(LearnerTopic {
                id: self.get(row, "topic")?,
                title: self.get(row, "title")?,
                phase: self.get(row, "phase")?,
                estimate: self.get(row, "estimate")?,
                state: self.get(row, "state")?,
                hours: round(self.get(row, "hours")?),
                started: self.date(row, "started")?,
                closed: self.date(row, "closed")?,
                last_day: self.date(row, "last_day")?,
                quiz_tries: self.get(row, "quiz_tries")?,
                quiz_fails: self.get(row, "quiz_fails")?,
                quiz_right: self.get(row, "quiz_right")?,
                quiz_asked: self.get(row, "quiz_asked")?,
            })
        };
        rows.iter().map(topic).collect()
    }

    /// Returns the last `count` notes of a learner, the newest first; none unless they are shared, and none
    /// to somebody who is no teacher.
    ///
    /// # Errors
    ///
    /// When the hub does not answer.
    pub fn notes_of(&self, learner: &str, count: u32) -> Answer<Vec<SharedNote>> {
        if !self.is_teacher {
            return Ok(Vec::new());
        }
        let rows = self.ask(NOTES, &[(&learner, Type::TEXT), (&i64::from(count), Type::INT8)])?;
        let note = |row: &Row| {
            Ok(SharedNote { day: self.date(row, "day")?, topic: self.get(row, "topic")?, note: self.get(row, "note")? })
        };
        rows.iter().map(note).collect()
    }

    fn day(&self) -> String {
        self.today.format("%Y-%m-%d").to_string()
    }

    /// Returns the rows of a statement whose first value is the curriculum.
    fn ask(&self, statement: &str, more: &[Value<'_>]) -> Answer<Vec<Row>> {
        let first: Value<'_> = (&self.curriculum, Type::TEXT);
        let values: Vec<Value<'_>> = std::iter::once(first).chain(more.iter().cloned()).collect();
        self.hub.rows(statement, &values)
    }

    fn get<'r, T: FromSql<'r>>(&self, row: &'r Row, name: &str) -> Answer<T> {
        row.try_get(name).map_err(|_| self.hub.misunderstood())
    }

    fn date(&self, row: &Row, name: &str) -> Answer<Option<NaiveDate>> {
        Ok(self.get::<Option<&str>>(row, name)?.and_then(|day| day.parse().ok()))
    }
}
