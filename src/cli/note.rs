//! `roadmap note`: the learner's own words about a topic.

use anyhow::Result;

use super::app::App;
use super::completions::topics_to_mark;
use super::pick;
use crate::error::Error;
use crate::journal::{Entry, Event};

/// Write a note about a topic
///
///   roadmap note backpropagation "the transpose comes from the outer product"
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// Id, beginning of an id, or words of the title
    #[arg(add = topics_to_mark())]
    topic: String,
    /// What to write
    #[arg(required = true)]
    text: Vec<String>,
}

pub(super) fn run(args: &Args, app: &mut App) -> Result<()> {
    let words = args.text.join(" ");
    if words.trim().is_empty() {
        return Err(Error::new("the note is empty").hint("write it behind the topic: roadmap note TOPIC \"…\"").into());
    }
    let curriculum = app.curriculum()?;
    let ix = pick::topic(&curriculum, &args.topic)?;
    let (desk, entries) = app.append(curriculum, |curriculum, _| {
        Ok(vec![Entry { note: Some(words), ..Entry::new(Event::Note, &curriculum.topic(ix).id) }])
    })?;
    let id = &desk.curriculum.topic(ix).id;
    if app.json {
        return app
            .print_json(&serde_json::json!({"version": 1, "step": entries[0].id, "changed": [id], "unlocked": []}));
    }
    app.remark(format!("Noted on `{id}`; `roadmap show {id}` prints it."));
    Ok(())
}
