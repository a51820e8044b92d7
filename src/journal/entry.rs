//! One line of the journal: what the learner did, and when.

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

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
    /// An earlier step no longer counts: `cancels` names it. Undone by a redo that names this entry.
    Undo,
    /// An undo no longer counts: `cancels` names it.
    Redo,
    /// Written by a newer version; kept, and without effect here.
    #[serde(other)]
    Unknown,
}

/// One entry. Entries are never changed and never removed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Unique, and sorting by time (UUID version 7).
    pub id: String,
    /// When it was written.
    pub at: DateTime<FixedOffset>,
    /// What was done.
    #[serde(rename = "do")]
    pub event: Event,
    /// The topic's id, for events about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// The day it happened, where that is not the day of `at`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<NaiveDate>,
    /// Hours studied: for `done` those of the whole topic, for `time` those to add.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<f64>,
    /// Addresses or files that prove it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
    /// What the learner wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The first entry of the step this one belongs to; absent in that entry itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    /// The step or undo that an undo or redo cancels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancels: Option<String>,
}

impl Event {
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
            note: None,
            step: None,
            cancels: None,
        }
    }

    /// Returns the day it happened.
    pub fn day(&self) -> NaiveDate {
        self.on.unwrap_or_else(|| self.at.date_naive())
    }

    /// Returns the id of the step it belongs to.
    pub fn step_id(&self) -> &str {
        self.step.as_deref().unwrap_or(&self.id)
    }
}
