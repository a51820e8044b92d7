//! `undo` and `redo`: entries that cancel a step, and that cancel the cancelling.

use anyhow::Result;

use super::app::{App, Desk};
use crate::error::Error;
use crate::journal::{Entry, Event};
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

pub(super) fn undo(app: &mut App) -> Result<()> {
    let (desk, entries) = app.append(app.curriculum()?, |_, journal, _| {
        let step = journal
            .undoable()
            .ok_or_else(|| Error::new("there is nothing to undo").hint("`roadmap log` shows what was done"))?;
        Ok(vec![Entry::cancel(Event::Undo, step)])
    })?;
    let step = entries[0].cancels.clone().unwrap_or_default();
    answer(app, &desk, &step, "Undone", &entries[0])
}

pub(super) fn redo(app: &mut App) -> Result<()> {
    let (desk, entries) = app.append(app.curriculum()?, |_, journal, _| {
        let undo = journal.redoable().ok_or_else(|| {
            Error::new("there is nothing to redo")
                .hint("only what was undone last can be redone, and only until something new is marked")
        })?;
        Ok(vec![Entry::cancel(Event::Redo, &undo.id)])
    })?;
    let undo = entries[0].cancels.clone().unwrap_or_default();
    let step = desk.journal.step(&undo).find_map(|e| e.cancels.clone()).unwrap_or_default();
    answer(app, &desk, &step, "Redone", &entries[0])
}

fn answer(app: &mut App, desk: &Desk, step: &str, word: &str, entry: &Entry) -> Result<()> {
    let entries: Vec<&Entry> = desk.journal.step(step).collect();
    let topics: Vec<&str> = entries.iter().filter_map(|e| e.topic.as_deref()).collect();
    let what = entries.last().map_or("", |e| e.event.name());
    if app.json {
        return app.print_json(
            &serde_json::json!({"version": 1, "step": entry.id, "cancels": step, "do": what, "changed": topics}),
        );
    }
    let day = entries.first().map_or_else(String::new, |e| format!(" of {}", e.day()));
    app.remark(format!("{word}: {what} {}{day}.", text::list(&topics)));
    Ok(())
}
