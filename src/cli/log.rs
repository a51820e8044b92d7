//! `roadmap log`: what was done, newest first.

use anyhow::Result;

use super::app::App;
use super::completions::topics;
use super::pick;
use super::style::{self, Table};
use crate::journal::{Entry, Event};
use crate::text;

/// Show what was done, newest first
///
/// Steps that were undone are shown as such. With a TOPIC only what concerns it.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// Id, beginning of an id, or words of the title
    #[arg(add = topics())]
    topic: Option<String>,
    /// How many entries; 0 means all
    #[arg(short = 'n', long = "count", value_name = "N", default_value_t = 20)]
    count: usize,
}

pub(super) fn run(args: &Args, app: &mut App) -> Result<()> {
    let (desk, journal) = app.desk_and_journal()?;
    let wanted = args.topic.as_deref().map(|typed| pick::topic(&desk.curriculum, typed)).transpose()?;
    let concerns = |entry: &Entry| {
        let about = |e: &Entry| e.topic.as_deref().and_then(|id| desk.curriculum.find_ever(id));
        wanted.is_none() || about(entry) == wanted
    };
    let all: Vec<(&Entry, bool)> = journal.entries().rev().filter(|(e, _)| concerns(e)).collect();
    let shown = if args.count == 0 { all.len() } else { args.count.min(all.len()) };
    if app.json {
        let entries: Vec<serde_json::Value> = all[..shown]
            .iter()
            .map(|(entry, counts)| {
                let mut value = serde_json::to_value(entry)?;
                value["counts"] = (*counts).into();
                Ok(value)
            })
            .collect::<Result<_>>()?;
        return app.print_json(&serde_json::json!({"version": 1, "entries": entries}));
    }
    if all.is_empty() {
        app.remark("Nothing yet. `roadmap next` suggests where to begin.");
        return Ok(());
    }
    let mut table = Table::new(&["day", "what", "topic", ""], 3, &[]);
    for (entry, counts) in &all[..shown] {
        let mut about = Vec::new();
        about.extend((!counts).then(|| "(undone)".to_owned()));
        about.extend(entry.hours.map(text::hours));
        about.extend(entry.quiz.map(|score| format!("{} of {} right", score.right, score.asked)));
        about.extend(entry.grade.map(|grade| grade.name().to_owned()));
        about.extend(entry.placed.map(|_| "by placement".to_owned()));
        about.extend(entry.note.as_ref().map(|note| format!("\"{note}\"")));
        about.extend(entry.evidence.iter().chain(&entry.rubric).cloned());
        let style = match entry.event {
            _ if !counts => style::FAINT,
            Event::Done | Event::Known => style::DONE,
            Event::Start | Event::Time => style::BEGUN,
            _ => style::PLAIN,
        };
        let undone = || {
            let named = entry.cancels.as_deref()?;
            // A redo names an undo, which names the step.
            let inner = journal.step(named).find_map(|e| e.cancels.as_deref());
            let step = inner.unwrap_or(named);
            let topics: Vec<&str> = journal.step(step).filter_map(|e| e.topic.as_deref()).collect();
            Some(topics.join(", "))
        };
        let topic = entry.topic.clone().or_else(undone).unwrap_or_default();
        table.row(style, &[entry.day().to_string(), entry.event.name().to_owned(), topic, about.join("  ")]);
    }
    app.print(table.draw(app.width));
    if shown < all.len() {
        app.remark(format!("and {} before; `roadmap log -n 0` shows all", text::count(all.len() - shown, "entry")));
    }
    Ok(())
}
