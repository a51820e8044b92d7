//! One line of the journal: what the learner did, and when.

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

use super::time;

/// What an entry says was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Event {
    /// Began a topic. Undo: as before.
    Start,
    /// Finished a topic, with `hours`, `evidence` and `note` if given. Undo: as before.
    Done,
    /// Knew a topic before. Undo: as before.
    Known,
    /// Does not want a topic; it no longer locks others. Undo: as before.
    Skip,
    /// Took back that a topic was started, done, known or skipped. Undo: as before.
    Reopen,
    /// Wrote a `note` about a topic. Undo: the note is gone.
    Note,
    /// Studied a topic for `hours`. Undo: the hours are gone.
    Time,
    /// Answered a topic's quiz, with the `quiz` score. Undo: it was never taken.
    Quiz,
    /// Looked whether a topic is remembered, with the `grade`. Undo: as before.
    Review,
    /// Added `evidence` to a topic. Undo: it is gone, unless it was there before.
    AddEvidence,
    /// Took `evidence` off a topic. Undo: it is back.
    RemoveEvidence,
    /// Found that a project meets what `rubric` says. Undo: as before.
    Tick,
    /// Found that it does not after all. Undo: as before.
    Untick,
    /// An earlier step no longer counts: `cancels` names it. Undone by a redo that names this entry.
    Undo,
    /// An undo no longer counts: `cancels` names it.
    Redo,
    /// Written by a newer version; kept, and without effect here.
    #[serde(other)]
    Unknown,
}

/// How well something was remembered, as the learner judges or a quiz shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grade {
    /// Not remembered.
    Again,
    /// Remembered in part, or with effort.
    Hard,
    /// Remembered.
    Good,
    /// Remembered at once.
    Easy,
}

impl Grade {
    /// Every one, from worst to best.
    pub const ALL: [Self; 4] = [Self::Again, Self::Hard, Self::Good, Self::Easy];

    /// Returns its name, as the journal writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Again => "again",
            Self::Hard => "hard",
            Self::Good => "good",
            Self::Easy => "easy",
        }
    }
}

/// How a quiz went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// Questions answered rightly.
    pub right: u32,
    /// Questions answered.
    pub asked: u32,
    /// Questions there were; more than were answered if the quiz was broken off.
    pub of: u32,
}

impl Score {
    /// Returns whether every question was answered.
    pub fn is_whole(self) -> bool {
        self.of > 0 && self.asked >= self.of
    }

    /// Returns whether every question was answered rightly.
    pub fn is_passed(self) -> bool {
        self.is_whole() && self.right >= self.asked
    }

    /// Returns the share answered rightly, 0 to 1.
    pub fn share(self) -> f64 {
        f64::from(self.right) / f64::from(self.asked.max(1))
    }

    /// Returns the grade that the share stands for: all right is good, more than half is hard.
    pub fn grade(self) -> Grade {
        match self.share() {
            share if share >= 1.0 => Grade::Good,
            share if share > 0.5 => Grade::Hard,
            _ => Grade::Again,
        }
    }
}

/// One entry. Entries are never changed and never removed.
///
/// `S` holds its texts: [`String`], or [`Text`](crate::text::Text) where entries are only folded over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry<S = String> {
    /// Unique, and sorting by time (UUID version 7).
    pub id: S,
    /// When it was written.
    #[serde(deserialize_with = "time::read")]
    pub at: DateTime<FixedOffset>,
    /// What was done.
    #[serde(rename = "do")]
    pub event: Event,
    /// The topic's id, for events about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<S>,
    /// The day it happened, where that is not the day of `at`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<NaiveDate>,
    /// Hours studied: for `done` those of the whole topic, for `time` those to add.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<f64>,
    /// Addresses or files that prove it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<S>,
    /// Texts of the rubric, word for word, so that a reordered rubric cannot tick something else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rubric: Vec<S>,
    /// What the learner wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<S>,
    /// How a quiz went.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quiz: Option<Score>,
    /// How well it was remembered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    /// For `known` by placement: how probable that is, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placed: Option<f64>,
    /// The first entry of the step this one belongs to; absent in that entry itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<S>,
    /// The step or undo that an undo or redo cancels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancels: Option<S>,
}

impl Event {
    /// Every one.
    pub const ALL: [Self; 16] = [
        Self::Start,
        Self::Done,
        Self::Known,
        Self::Skip,
        Self::Reopen,
        Self::Note,
        Self::Time,
        Self::Quiz,
        Self::Review,
        Self::AddEvidence,
        Self::RemoveEvidence,
        Self::Tick,
        Self::Untick,
        Self::Undo,
        Self::Redo,
        Self::Unknown,
    ];

    /// Returns its name, as the journal writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Done => "done",
            Self::Known => "known",
            Self::Skip => "skip",
            Self::Reopen => "reopen",
            Self::Note => "note",
            Self::Time => "time",
            Self::Quiz => "quiz",
            Self::Review => "review",
            Self::AddEvidence => "add-evidence",
            Self::RemoveEvidence => "remove-evidence",
            Self::Tick => "tick",
            Self::Untick => "untick",
            Self::Undo => "undo",
            Self::Redo => "redo",
            Self::Unknown => "unknown",
        }
    }
}

impl Entry {
    /// Returns an entry about `topic` that holds nothing else yet; `append` gives it id and time.
    pub fn new(event: Event, topic: &str) -> Self {
        Self { topic: Some(topic.to_owned()), ..Self::bare(event) }
    }

    /// Returns an undo or redo of the step or undo `cancels`.
    pub fn cancel(event: Event, cancels: &str) -> Self {
        Self { cancels: Some(cancels.to_owned()), ..Self::bare(event) }
    }

    fn bare(event: Event) -> Self {
        Self {
            id: String::new(),
            at: DateTime::UNIX_EPOCH.fixed_offset(),
            event,
            topic: None,
            on: None,
            hours: None,
            evidence: Vec::new(),
            rubric: Vec::new(),
            note: None,
            quiz: None,
            grade: None,
            placed: None,
            step: None,
            cancels: None,
        }
    }
}

impl<S: AsRef<str>> Entry<S> {
    /// Returns the day it happened.
    pub fn day(&self) -> NaiveDate {
        self.on.unwrap_or_else(|| self.at.date_naive())
    }

    /// Returns the id of the step it belongs to.
    pub fn step_id(&self) -> &str {
        self.step.as_ref().unwrap_or(&self.id).as_ref()
    }

    /// Returns the id of the topic it is about.
    pub fn topic_id(&self) -> Option<&str> {
        self.topic.as_ref().map(AsRef::as_ref)
    }

    /// Returns the id of the step or undo that it cancels.
    pub fn cancels_id(&self) -> Option<&str> {
        self.cancels.as_ref().map(AsRef::as_ref)
    }

    /// Returns it with texts of its own.
    pub fn to_owned(&self) -> Entry {
        let own = |text: &S| text.as_ref().to_owned();
        let all = |texts: &[S]| texts.iter().map(own).collect();
        Entry {
            id: own(&self.id),
            at: self.at,
            event: self.event,
            topic: self.topic.as_ref().map(own),
            on: self.on,
            hours: self.hours,
            evidence: all(&self.evidence),
            rubric: all(&self.rubric),
            note: self.note.as_ref().map(own),
            quiz: self.quiz,
            grade: self.grade,
            placed: self.placed,
            step: self.step.as_ref().map(own),
            cancels: self.cancels.as_ref().map(own),
        }
    }

    /// Returns whether it is an undo or a redo.
    pub fn is_cancel(&self) -> bool {
        matches!(self.event, Event::Undo | Event::Redo)
    }
}
