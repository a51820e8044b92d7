//! Where the learner stands: a fold over the journal, nothing stored twice.
//!
//! Knows no day: what is due for review is told to it by whoever knows the date. Entries about topics that the
//! curriculum no longer has are kept and reported, never dropped.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::curriculum::{Curriculum, TopicIx};
use crate::journal::{Entry, Event, Journal, Score};

/// Where a learner stands with one topic. See "States" in ARCHITECTURE.md.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Some prerequisite is open.
    Locked,
    /// No prerequisite is open.
    Ready,
    /// Begun and not finished.
    Started,
    /// Finished.
    Done,
    /// Known before.
    Known,
    /// Done or known, and due for review.
    Due,
    /// Not wanted; locks nothing.
    Skipped,
}

impl State {
    /// Every state, in the order of a topic's life.
    pub const ALL: [Self; 7] =
        [Self::Locked, Self::Ready, Self::Started, Self::Done, Self::Known, Self::Due, Self::Skipped];

    /// Returns its name, as JSON and the command line have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Locked => "locked",
            Self::Ready => "ready",
            Self::Started => "started",
            Self::Done => "done",
            Self::Known => "known",
            Self::Due => "due",
            Self::Skipped => "skipped",
        }
    }

    /// Returns the state with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Returns whether nothing is left to do: done, known or skipped.
    pub fn is_closed(self) -> bool {
        self.is_had() || self == Self::Skipped
    }

    /// Returns whether the learner has it: done or known, due for review or not.
    pub fn is_had(self) -> bool {
        matches!(self, Self::Done | Self::Known | Self::Due)
    }
}

/// What the journal says of one topic.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    status: Option<Status>,
    /// The day of the last change of state.
    #[serde(with = "days")]
    pub since: Option<NaiveDate>,
    /// The day it was last begun, while it is started or done.
    #[serde(with = "days")]
    pub started: Option<NaiveDate>,
    /// Hours logged on it.
    pub spent: f64,
    /// What proves it, each once, in the order in which it was added.
    pub evidence: Vec<String>,
    /// The texts of its rubric that the learner found met.
    pub ticked: Vec<String>,
    /// While it is known by placement: how probable that is, 0 to 1.
    pub placed: Option<f64>,
    /// How its quiz went last, if it was answered to the end.
    pub quiz: Option<Score>,
    /// Whether any entry is about it.
    touched: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Status {
    Started,
    Done,
    Known,
    Skipped,
}

/// The learner's progress through one curriculum.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    marks: Vec<Mark>,
    due: Vec<bool>,
    open_parents: Vec<u32>,
    latest: Vec<TopicIx>,
    latest_step: Option<String>,
    strangers: BTreeSet<String>,
}

/// The progress without what follows from the curriculum, topics that no entry is about left out.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Kept {
    marks: Vec<(TopicIx, Mark)>,
    latest: Vec<TopicIx>,
    latest_step: Option<String>,
    strangers: BTreeSet<String>,
}

impl Progress {
    /// Returns the progress of somebody who has done nothing yet.
    pub fn none(curriculum: &Curriculum) -> Self {
        let topics = curriculum.topics().len();
        let mut progress = Self {
            marks: vec![Mark::default(); topics],
            due: vec![false; topics],
            open_parents: Vec::new(),
            latest: Vec::new(),
            latest_step: None,
            strangers: BTreeSet::new(),
        };
        progress.unlock(curriculum);
        progress
    }

    /// Returns the progress that `journal` tells. Former ids of topics count as their new ones.
    pub fn replay<S: AsRef<str>>(curriculum: &Curriculum, journal: &Journal<S>) -> Self {
        let mut progress = Self::none(curriculum);
        progress.follow(curriculum, journal.effective());
        progress
    }

    /// Takes in further entries that count, oldest first. What is due is for the caller to say anew.
    pub fn follow<'e, S: AsRef<str> + 'e>(
        &mut self,
        curriculum: &Curriculum,
        entries: impl IntoIterator<Item = &'e Entry<S>>,
    ) {
        for entry in entries {
            self.take_about(entry.topic_id().and_then(|id| curriculum.find_ever(id)), entry);
        }
        self.settle(curriculum);
    }

    /// Takes in an entry about a topic of the curriculum, `None` if it has none like that.
    /// [`Self::settle`] comes after the last.
    pub(crate) fn take_about<S: AsRef<str>>(&mut self, topic: Option<TopicIx>, entry: &Entry<S>) {
        match (topic, entry.topic_id()) {
            (Some(ix), _) => self.take(ix, entry),
            (None, Some(id)) => drop(self.strangers.insert(id.to_owned())),
            (None, None) => {}
        }
    }

    /// Works out what follows from the entries taken in.
    pub(crate) fn settle(&mut self, curriculum: &Curriculum) {
        self.due.fill(false);
        self.unlock(curriculum);
    }

    fn take<S: AsRef<str>>(&mut self, ix: TopicIx, entry: &Entry<S>) {
        let mark = &mut self.marks[ix.0 as usize];
        mark.touched = true;
        match entry.event {
            Event::RemoveEvidence => remove(&mut mark.evidence, &entry.evidence),
            Event::Untick => remove(&mut mark.ticked, &entry.rubric),
            // What a newer version meant by its lists is not known here.
            Event::Unknown => return,
            _ => {
                add(&mut mark.evidence, &entry.evidence);
                add(&mut mark.ticked, &entry.rubric);
            }
        }
        let status = match entry.event {
            Event::Start => Some(Status::Started),
            Event::Done => Some(Status::Done),
            Event::Known => Some(Status::Known),
            Event::Skip => Some(Status::Skipped),
            Event::Reopen => None,
            Event::Time => {
                mark.spent += entry.hours.unwrap_or(0.0);
                return;
            }
            Event::Quiz => {
                mark.quiz = entry.quiz.filter(|score| score.is_whole()).or(mark.quiz);
                return;
            }
            _ => return,
        };
        match status {
            Some(Status::Started) => mark.started = Some(entry.day()),
            Some(Status::Done) => mark.spent = entry.hours.unwrap_or(mark.spent),
            _ => mark.started = None,
        }
        mark.placed = entry.placed.filter(|_| status == Some(Status::Known));
        mark.status = status;
        mark.since = Some(entry.day());
        if self.latest_step.as_deref() != Some(entry.step_id()) {
            let step = self.latest_step.get_or_insert_default();
            step.clear();
            step.push_str(entry.step_id());
            self.latest.clear();
        }
        if matches!(status, Some(Status::Done | Status::Known | Status::Skipped)) {
            self.latest.push(ix);
        }
    }

    /// Counts the open prerequisites of each topic anew.
    fn unlock(&mut self, curriculum: &Curriculum) {
        let open = |ix: TopicIx| {
            !matches!(self.marks[ix.0 as usize].status, Some(Status::Done | Status::Known | Status::Skipped))
        };
        self.open_parents =
            curriculum.indices().map(|ix| curriculum.requires(ix).filter(|&p| open(p)).count() as u32).collect();
    }

    /// Returns what a later run of the program needs to go on from here.
    pub(crate) fn keep(&self) -> Kept {
        let touched = self.marks.iter().zip(0..).filter(|(mark, _)| mark.touched);
        Kept {
            marks: touched.map(|(mark, ix)| (TopicIx(ix), mark.clone())).collect(),
            latest: self.latest.clone(),
            latest_step: self.latest_step.clone(),
            strangers: self.strangers.clone(),
        }
    }

    /// Returns the progress as it was kept, `None` if that names topics which are not there.
    pub(crate) fn resume(curriculum: &Curriculum, kept: Kept) -> Option<Self> {
        let mut progress = Self::none(curriculum);
        for (ix, mark) in kept.marks {
            *progress.marks.get_mut(ix.0 as usize)? = mark;
        }
        if kept.latest.iter().any(|ix| ix.0 as usize >= progress.marks.len()) {
            return None;
        }
        progress.unlock(curriculum);
        Some(Self { latest: kept.latest, latest_step: kept.latest_step, strangers: kept.strangers, ..progress })
    }

    /// Returns it with those of the done and known topics due for which `is_due` holds.
    #[must_use]
    pub fn with_due(mut self, is_due: impl Fn(TopicIx) -> bool) -> Self {
        for (due, ix) in self.due.iter_mut().zip(0..) {
            *due = is_due(TopicIx(ix));
        }
        self
    }

    /// Returns where the learner stands with a topic.
    pub fn state(&self, ix: TopicIx) -> State {
        match self.marks[ix.0 as usize].status {
            Some(Status::Started) => State::Started,
            Some(Status::Done | Status::Known) if self.due[ix.0 as usize] => State::Due,
            Some(Status::Done) => State::Done,
            Some(Status::Known) => State::Known,
            Some(Status::Skipped) => State::Skipped,
            None if self.open_parents[ix.0 as usize] == 0 => State::Ready,
            None => State::Locked,
        }
    }

    /// Returns whether a topic was finished by studying it, due for review or not.
    pub fn is_studied(&self, ix: TopicIx) -> bool {
        self.marks[ix.0 as usize].status == Some(Status::Done)
    }

    /// Returns what the journal says of a topic.
    pub fn mark(&self, ix: TopicIx) -> &Mark {
        &self.marks[ix.0 as usize]
    }

    /// Returns the prerequisites of a topic that are open, directly.
    pub fn missing<'a>(&'a self, curriculum: &'a Curriculum, ix: TopicIx) -> impl Iterator<Item = TopicIx> + 'a {
        curriculum.requires(ix).filter(|&parent| !self.state(parent).is_closed())
    }

    /// Returns every open topic that the given ones stand on, directly or not, in an order in which
    /// they can be done. The given ones themselves are not among them.
    pub fn missing_closure(&self, curriculum: &Curriculum, of: &[TopicIx]) -> Vec<TopicIx> {
        let graph = curriculum.graph();
        let nodes: Vec<u32> = of.iter().flat_map(|ix| graph.parents(ix.0)).copied().collect();
        let open = graph.closure(&nodes, |node| !self.state(TopicIx(node)).is_closed());
        let wanted: std::collections::HashSet<u32> = open.into_iter().filter(|&n| !of.contains(&TopicIx(n))).collect();
        graph.order().iter().filter(|node| wanted.contains(node)).map(|&node| TopicIx(node)).collect()
    }

    /// Returns the hours still to study: none for closed topics, for others the estimate less what
    /// was logged, but never less than a tenth of it.
    pub fn hours_left(&self, curriculum: &Curriculum, ix: TopicIx) -> f64 {
        let hours = curriculum.topic(ix).hours;
        match self.state(ix) {
            state if state.is_closed() => 0.0,
            State::Started => (hours - self.mark(ix).spent).max(hours / 10.0),
            _ => hours,
        }
    }

    /// Returns the topics that the newest step closed; empty if it closed none.
    pub fn latest(&self) -> &[TopicIx] {
        &self.latest
    }

    /// Returns the ids of topics in the journal that the curriculum does not have, sorted.
    pub fn strangers(&self) -> impl ExactSizeIterator<Item = &str> {
        self.strangers.iter().map(String::as_str)
    }

    /// Returns whether nothing was ever marked.
    pub fn is_fresh(&self) -> bool {
        !self.marks.iter().any(|mark| mark.touched)
    }
}

fn add<S: AsRef<str>>(all: &mut Vec<String>, more: &[S]) {
    for new in more.iter().map(AsRef::as_ref) {
        if !all.iter().any(|kept| kept == new) {
            all.push(new.to_owned());
        }
    }
}

fn remove<S: AsRef<str>>(all: &mut Vec<String>, gone: &[S]) {
    all.retain(|kept| !gone.iter().any(|gone| gone.as_ref() == kept));
}

/// A day as a number, which is shorter and read faster than its text.
pub(crate) mod days {
    use chrono::{Datelike, NaiveDate};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<S: Serializer>(day: &Option<NaiveDate>, serializer: S) -> Result<S::Ok, S::Error> {
        day.map(|day| day.num_days_from_ce()).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
        let number = Option::<i32>::deserialize(deserializer)?;
        let day = |number| NaiveDate::from_num_days_from_ce_opt(number).ok_or(serde::de::Error::custom("no such day"));
        number.map(day).transpose()
    }
}

#[cfg(test)]
mod tests;
