//! `undo` and `redo`: entries that cancel a step, and that cancel the cancelling.

use std::rc::Rc;

use anyhow::Result;

use super::app::{App, Desk};
use crate::curriculum::Curriculum;
use crate::error::Error;
use crate::journal::{Entry, Event, Journal};
use crate::text;

/// Take back the latest step
///
/// Whatever the step was, and as often as you like. Nothing is erased: the journal keeps the step
/// and that it was undone, and `redo` brings it back.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct UndoArgs {}

/// Bring back what was undone last
///
/// As often as steps were undone, until something new is marked.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct RedoArgs {}

/// What came of an undo or a redo.
pub(super) struct Cancelled {
    /// Everything as it is now.
    pub(super) desk: Desk,
    pub(super) journal: Journal,
    /// The entry that was made.
    entry: Entry,
    /// The step that was taken back or brought back.
    step: String,
    word: &'static str,
}

impl Cancelled {
    fn entries(&self) -> Vec<&Entry> {
        self.journal.step(&self.step).collect()
    }

    /// Returns the topics of the step.
    pub(super) fn topics(&self) -> Vec<&str> {
        self.entries().into_iter().filter_map(|e| e.topic.as_deref()).collect()
    }

    fn what(&self) -> &'static str {
        self.entries().last().map_or("", |e| e.event.name())
    }

    /// Returns what to say.
    pub(super) fn words(&self) -> String {
        let day = self.entries().first().map_or_else(String::new, |e| format!(" of {}", e.day()));
        format!("{}: {} {}{day}.", self.word, self.what(), text::list(&self.topics()))
    }
}

/// Takes back the latest step.
pub(super) fn take_back(app: &App, curriculum: impl Into<Rc<Curriculum>>) -> Result<Cancelled> {
    let (desk, journal, mut entries) = app.append_to_journal(curriculum, |journal| {
        let step = journal
            .undoable()
            .ok_or_else(|| Error::new("there is nothing to undo").hint("`roadmap log` shows what was done"))?;
        Ok(vec![Entry::cancel(Event::Undo, step)])
    })?;
    let entry = entries.remove(0);
    let step = entry.cancels.clone().unwrap_or_default();
    Ok(Cancelled { desk, journal, entry, step, word: "Undone" })
}

/// Brings back what was undone last.
pub(super) fn bring_back(app: &App, curriculum: impl Into<Rc<Curriculum>>) -> Result<Cancelled> {
    let (desk, journal, mut entries) = app.append_to_journal(curriculum, |journal| {
        let undo = journal.redoable().ok_or_else(|| {
            Error::new("there is nothing to redo")
                .hint("only what was undone last can be redone, and only until something new is marked")
        })?;
        Ok(vec![Entry::cancel(Event::Redo, &undo.id)])
    })?;
    let entry = entries.remove(0);
    let undo = entry.cancels.clone().unwrap_or_default();
    let step = journal.step(&undo).find_map(|e| e.cancels.clone()).unwrap_or_default();
    Ok(Cancelled { desk, journal, entry, step, word: "Redone" })
}

pub(super) fn undo(app: &mut App) -> Result<()> {
    let cancelled = take_back(app, app.curriculum()?)?;
    answer(app, &cancelled)
}

pub(super) fn redo(app: &mut App) -> Result<()> {
    let cancelled = bring_back(app, app.curriculum()?)?;
    answer(app, &cancelled)
}

fn answer(app: &mut App, cancelled: &Cancelled) -> Result<()> {
    if app.json {
        let Cancelled { entry, step, .. } = cancelled;
        return app.print_json(
            &serde_json::json!({"version": 1, "step": entry.id, "cancels": step, "do": cancelled.what(), "changed": cancelled.topics()}),
        );
    }
    app.remark(cancelled.words());
    Ok(())
}
