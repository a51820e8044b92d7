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
            let Some(id) = entry.topic_id() else { continue };
            match curriculum.find_ever(id) {
                Some(ix) => self.take(ix, entry),
                None => drop(self.strangers.insert(id.to_owned())),
            }
        }
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
            self.latest_step = Some(entry.step_id().to_owned());
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
mod tests {
    use chrono::{DateTime, Duration};
    use proptest::prelude::*;

    use super::*;
    use crate::curriculum::load_text;
    use crate::journal::Entry;

    fn tiny() -> Curriculum {
        let text = "id: tiny\ntitle: Tiny\nphases:\n  - id: p\n    title: P\n    topics:\n\
            \x20     - {id: a, title: A, hours: 4}\n      - {id: b, title: B, hours: 2, requires: [a], formerly: [old-b]}\n\
            \x20     - {id: c, title: C, hours: 1, requires: [b]}\n";
        load_text("tiny", text).curriculum.expect("sound")
    }

    fn journal(events: &[(Event, &str)]) -> Journal {
        let start = DateTime::from_timestamp(1_790_000_000, 0).expect("2026").fixed_offset();
        let entries = events.iter().enumerate().map(|(i, &(event, topic))| {
            let mut entry = Entry::new(event, topic);
            entry.id = format!("{i:04}");
            entry.at = start + Duration::minutes(i as i64);
            entry
        });
        Journal::new(entries.collect())
    }

    #[track_caller]
    fn case(events: &[(Event, &str)], expected: &str) {
        let curriculum = tiny();
        let progress = Progress::replay(&curriculum, &journal(events));
        let states: Vec<&str> = curriculum.indices().map(|ix| progress.state(ix).name()).collect();
        assert_eq!(states.join(" "), expected);
    }

    #[test]
    fn states_follow_the_journal() {
        use Event::*;
        case(&[], "ready locked locked");
        case(&[(Start, "a")], "started locked locked");
        case(&[(Done, "a")], "done ready locked");
        case(&[(Known, "a"), (Skip, "b")], "known skipped ready");
        case(&[(Done, "b")], "ready done ready");
        case(&[(Done, "a"), (Done, "b"), (Reopen, "a")], "ready done ready");
        case(&[(Done, "a"), (Start, "b"), (Reopen, "b")], "done ready locked");
        case(&[(Known, "old-b")], "ready known ready");
        case(&[(Done, "gone"), (Note, "a")], "ready locked locked");
    }

    #[test]
    fn hours_left_count_what_was_logged() {
        let curriculum = tiny();
        let a = curriculum.find("a").expect("it is there");
        let entries = journal(&[(Event::Start, "a"), (Event::Time, "a")]);
        let logged = |hours| {
            let mut entries: Vec<Entry> = entries.entries().map(|(e, _)| e.clone()).collect();
            entries[1].hours = Some(hours);
            Progress::replay(&curriculum, &Journal::new(entries)).hours_left(&curriculum, a)
        };
        assert_eq!(logged(1.5), 2.5);
        assert_eq!(logged(9.0), 0.4);
        let done = Progress::replay(&curriculum, &journal(&[(Event::Done, "a")]));
        assert_eq!(done.hours_left(&curriculum, a), 0.0);
        assert_eq!(done.latest(), [a]);
    }

    #[test]
    fn evidence_and_ticks_come_and_go() {
        use Event::*;
        let curriculum = tiny();
        let steps = [
            (Done, "x"),
            (AddEvidence, "y"),
            (AddEvidence, "x"),
            (RemoveEvidence, "x"),
            (RemoveEvidence, "never there"),
            (Tick, "x"),
            (Tick, "y"),
            (Untick, "x"),
            (Unknown, "z"),
        ];
        let bare: Vec<(Event, &str)> = steps.iter().map(|&(event, _)| (event, "a")).collect();
        let mut entries: Vec<Entry> = journal(&bare).entries().map(|(e, _)| e.clone()).collect();
        for (entry, (event, what)) in entries.iter_mut().zip(steps) {
            if !matches!(event, Tick | Untick) {
                entry.evidence = vec![what.to_owned()];
            }
            if matches!(event, Tick | Untick | Unknown) {
                entry.rubric = vec![what.to_owned()];
            }
        }
        let seen = |entries: &[Entry]| {
            let progress = Progress::replay(&curriculum, &Journal::new(entries.to_vec()));
            let mark = progress.mark(TopicIx(0)).clone();
            (mark.evidence.join(" "), mark.ticked.join(" "), progress.state(TopicIx(0)))
        };
        assert_eq!(seen(&entries[..3]), ("x y".into(), String::new(), State::Done), "each is there once");
        assert_eq!(seen(&entries), ("y".into(), "y".into(), State::Done));
        let mut undo = Entry::cancel(Undo, &entries[3].id);
        undo.id = "9999".into();
        undo.at = entries[8].at;
        entries.push(undo);
        assert_eq!(seen(&entries), ("x y".into(), "y".into(), State::Done), "undo of the removal brings it back");
    }

    #[test]
    fn topics_the_curriculum_lost_are_reported() {
        let progress = Progress::replay(&tiny(), &journal(&[(Event::Done, "gone"), (Event::Done, "a")]));
        assert_eq!(progress.strangers().collect::<Vec<_>>(), ["gone"]);
    }

    proptest! {
        #[test]
        fn marking_with_prerequisites_marks_exactly_the_open_closure(
            edges in prop::collection::vec((0u32..9, 0u32..9), 0..20),
            closed in prop::collection::vec(0usize..9, 0..5),
            wanted in 0u32..9,
        ) {
            let requires = |to: u32| {
                let mut from: Vec<String> = edges.iter().filter(|(a, b)| *b == to && a < b).map(|(a, _)| format!("t{a}")).collect();
                from.sort_unstable();
                from.dedup();
                from.join(", ")
            };
            let topics: Vec<String> = (0..9).map(|i| format!("{{id: t{i}, title: T, hours: 1, requires: [{}]}}", requires(i))).collect();
            let yaml = format!("id: c\ntitle: C\nphases: [{{id: p, title: P, topics: [{}]}}]", topics.join(", "));
            let curriculum = load_text("test", &yaml).curriculum.expect("sound");
            let names: Vec<String> = (0..9).map(|i| format!("t{i}")).collect();
            let mut marks: Vec<(Event, &str)> = closed.iter().map(|&i| (Event::Known, names[i].as_str())).collect();
            let before = Progress::replay(&curriculum, &journal(&marks));
            let missing = before.missing_closure(&curriculum, &[TopicIx(wanted)]);
            // Brute force: whatever is open and reached without passing through something closed.
            let mut expected: Vec<TopicIx> = Vec::new();
            let mut stack = vec![TopicIx(wanted)];
            while let Some(ix) = stack.pop() {
                for parent in curriculum.requires(ix).filter(|&p| !before.state(p).is_closed()) {
                    if !expected.contains(&parent) {
                        expected.push(parent);
                        stack.push(parent);
                    }
                }
            }
            let mut sorted = missing.clone();
            sorted.sort();
            expected.sort();
            prop_assert_eq!(sorted, expected);
            // Done in this order, none of them is ever locked.
            for ix in missing {
                prop_assert_eq!(Progress::replay(&curriculum, &journal(&marks)).state(ix), State::Ready);
                marks.push((Event::Done, &names[ix.0 as usize]));
            }
        }

        #[test]
        fn undo_after_any_step_restores_the_state(steps in prop::collection::vec((0usize..5, 0usize..3), 1..20)) {
            let curriculum = tiny();
            let events = [Event::Start, Event::Done, Event::Known, Event::Skip, Event::Reopen];
            let named: Vec<(Event, &str)> = steps.iter().map(|&(e, t)| (events[e], ["a", "b", "c"][t])).collect();
            let after = journal(&named);
            let mut entries: Vec<Entry> = after.entries().map(|(e, _)| e.clone()).collect();
            let mut undo = Entry::cancel(Event::Undo, after.undoable().expect("there are steps"));
            undo.id = "9999".into();
            undo.at = after.last().expect("there are steps").at;
            entries.push(undo);
            let undone = Progress::replay(&curriculum, &Journal::new(entries));
            let before = Progress::replay(&curriculum, &journal(&named[..named.len() - 1]));
            prop_assert_eq!(undone, before);
        }
    }
}
