//! `roadmap rubric`: how to know that a project is good, and which of it the learner found so.

use anyhow::Result;
use serde::Serialize;

use super::app::App;
use super::completions::topics_to_mark;
use super::pick;
use super::style::{self, FAINT, STRONG};
use crate::curriculum::{Curriculum, TopicIx};
use crate::error::{self, Error};
use crate::journal::{Entry, Event};
use crate::progress::Progress;
use crate::report::{CheckView, VERSION, checks};
use crate::text;

/// Check a project against its rubric
///
/// The list of what makes it a good one, with what you found met ticked. Ticks are your own word;
/// `portfolio` counts them. They change no state, and `undo` takes them back.
///
///   roadmap rubric project-nn-from-scratch
///   roadmap rubric project-nn-from-scratch --tick 1 3
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// Id, beginning of an id, or words of the title
    #[arg(add = topics_to_mark())]
    topic: String,
    /// The numbers of the checks that it meets
    #[arg(long, value_name = "N", num_args = 1.., value_delimiter = ',')]
    tick: Vec<usize>,
    /// The numbers of the checks that it does not meet after all
    #[arg(long, value_name = "N", num_args = 1.., value_delimiter = ',')]
    untick: Vec<usize>,
}

/// `roadmap rubric --json`.
#[derive(Serialize)]
struct RubricView {
    version: u32,
    id: String,
    title: String,
    /// The step that was written, if one was.
    step: Option<String>,
    rubric: Vec<CheckView>,
    ticked: usize,
    /// Checks that were ticked and are no longer in the rubric.
    formerly_ticked: Vec<String>,
}

pub(super) fn run(args: &Args, app: &mut App) -> Result<()> {
    if args.tick.is_empty() && args.untick.is_empty() {
        let desk = app.desk()?;
        let ix = pick::topic(&desk.curriculum, &args.topic)?;
        let rubric = desk.curriculum.details(ix).rubric.clone();
        refuse_without(&desk.curriculum, ix, &rubric)?;
        return show(app, &view(&desk.curriculum, &desk.progress, ix, &rubric, None));
    }
    let curriculum = app.curriculum()?;
    let ix = pick::topic(&curriculum, &args.topic)?;
    let rubric = curriculum.details(ix).rubric.clone();
    refuse_without(&curriculum, ix, &rubric)?;
    let (tick, untick) = (texts(&rubric, &args.tick)?, texts(&rubric, &args.untick)?);
    if let Some(both) = args.tick.iter().find(|number| args.untick.contains(number)) {
        return Err(Error::new(format!("check {both} is to be ticked and unticked at once"))
            .hint("say one of them")
            .into());
    }
    let (desk, entries) = app.append(curriculum, |curriculum, progress| {
        let ticked = &progress.mark(ix).ticked;
        let entry = |event, rubric: Vec<String>| {
            (!rubric.is_empty()).then(|| Entry { rubric, ..Entry::new(event, &curriculum.topic(ix).id) })
        };
        let new = tick.iter().filter(|text| !ticked.contains(text)).cloned().collect();
        let gone = untick.iter().filter(|text| ticked.contains(text)).cloned().collect();
        Ok(entry(Event::Tick, new).into_iter().chain(entry(Event::Untick, gone)).collect())
    })?;
    let step = entries.first().map(|entry| entry.id.clone());
    if step.is_none() {
        app.remark("That is so already.");
    }
    show(app, &view(&desk.curriculum, &desk.progress, ix, &rubric, step))
}

fn refuse_without(curriculum: &Curriculum, ix: TopicIx, rubric: &[String]) -> error::Result<()> {
    if !rubric.is_empty() {
        return Ok(());
    }
    let id = &curriculum.topic(ix).id;
    Err(Error::new(format!("topic `{id}` has no rubric")).hint("projects have one: `roadmap list --kind project`"))
}

/// Returns the texts of the checks with these numbers, each once.
fn texts(rubric: &[String], numbers: &[usize]) -> error::Result<Vec<String>> {
    let mut texts: Vec<String> = Vec::new();
    for &number in numbers {
        let text = number.checked_sub(1).and_then(|at| rubric.get(at)).ok_or_else(|| {
            let hint = match rubric.len() {
                1 => "there is only check 1".to_owned(),
                last => format!("the checks are 1 to {last}"),
            };
            Error::new(format!("there is no check {number}")).hint(hint)
        })?;
        if !texts.contains(text) {
            texts.push(text.clone());
        }
    }
    Ok(texts)
}

fn view(
    curriculum: &Curriculum,
    progress: &Progress,
    ix: TopicIx,
    rubric: &[String],
    step: Option<String>,
) -> RubricView {
    let topic = curriculum.topic(ix);
    let ticked = &progress.mark(ix).ticked;
    let checks = checks(rubric, ticked);
    RubricView {
        version: VERSION,
        id: topic.id.to_string(),
        title: topic.title.to_string(),
        step,
        ticked: checks.iter().filter(|check| check.ticked).count(),
        rubric: checks,
        formerly_ticked: ticked.iter().filter(|text| !rubric.contains(text)).cloned().collect(),
    }
}

fn show(app: &mut App, view: &RubricView) -> Result<()> {
    if app.json {
        return app.print_json(view);
    }
    // Long lines are hard to read, however wide the terminal.
    let width = app.width.min(100);
    let count = format!("{} of {} met", view.ticked, text::count(view.rubric.len(), "check"));
    let title = style::paint(STRONG, text::fit(&text::line(&view.title), width));
    app.print(format!("{title}\n{}\n\n", style::paint(FAINT, count)));
    let digits = view.rubric.len().to_string().len();
    let indent = " ".repeat(digits + 6);
    for check in &view.rubric {
        let sign = if check.ticked { "✓" } else { "○" };
        let lines = style::hanging(&check.text, &format!("  {sign} {:>digits$}  ", check.number), &indent, width);
        app.print(if check.ticked { style::paint(style::DONE, lines) } else { lines });
    }
    for text in &view.formerly_ticked {
        app.print(style::paint(FAINT, style::hanging(text, &format!("  ✓ {:>digits$}  ", "-"), &indent, width)));
    }
    if !view.formerly_ticked.is_empty() {
        app.remark("Checks without a number were ticked in an earlier edition and are no longer asked for.");
    }
    if view.ticked == 0 {
        app.remark(format!("`roadmap rubric {} --tick 1` ticks what it meets.", view.id));
    }
    Ok(())
}
