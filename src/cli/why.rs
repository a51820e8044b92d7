//! `roadmap why`: why a topic is locked, or why it would be taken.

use anyhow::Result;
use serde::Serialize;

use super::app::{App, Desk};
use super::completions::topics;
use super::style::{self, STRONG};
use super::{next, pick};
use crate::curriculum::TopicIx;
use crate::progress::State;
use crate::report::{Brief, SuggestionView, VERSION, sign};
use crate::study::next::{Aim, Limits, Suggestion, next as suggest, work};
use crate::text;

/// Say why a topic is locked, or why it is recommended
///
/// For a locked topic: the tree of what is missing, the hours to it, and which step comes first.
/// For a ready one: what speaks for it, and what would be taken instead.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// Id, beginning of an id, or words of the title
    #[arg(add = topics())]
    topic: String,
}

/// `roadmap why --json`.
#[derive(Serialize)]
struct WhyView {
    version: u32,
    id: String,
    title: String,
    state: &'static str,
    /// Everything open that it stands on, in an order that works.
    missing: Vec<Brief>,
    /// Open topics to it, itself included.
    topics_left: usize,
    hours_left: f64,
    value_per_hour: f64,
    /// The first step on the way.
    first: Option<Brief>,
    /// The suggestion that `next` makes now.
    next: Option<SuggestionView>,
}

/// A tree longer than this is cut; the list in `--json` is whole.
const MOST_LINES: usize = 100;

pub(super) fn run(args: &Args, app: &mut App) -> Result<()> {
    let desk = app.desk()?;
    let ix = pick::topic(&desk.curriculum, &args.topic)?;
    let aim = app.aim(&desk.curriculum, None, false, None)?;
    let Desk { curriculum, progress, .. } = &desk;
    let state = progress.state(ix);
    let missing = progress.missing_closure(curriculum, &[ix]);
    // The way to this topic alone, by the same numbers as `next` and with the aim's values.
    let toward = Aim { only: true, goals: vec![ix], order: aim.order };
    let (value, hours) = if state.is_closed() {
        (0.0, 0.0)
    } else {
        work(curriculum, progress, &Aim { only: false, ..aim.clone() }).closure(ix.0)
    };
    let first = suggest(curriculum, progress, &toward, &Limits::default()).pop().filter(|_| !state.is_closed());
    let now = suggest(curriculum, progress, &aim, &Limits::default()).pop();
    let view = WhyView {
        version: VERSION,
        id: curriculum.topic(ix).id.to_string(),
        title: curriculum.topic(ix).title.to_string(),
        state: state.name(),
        missing: missing.iter().map(|&m| Brief::new(curriculum, m)).collect(),
        topics_left: if state.is_closed() { 0 } else { missing.len() + 1 },
        hours_left: crate::report::round(hours),
        value_per_hour: if hours > 0.0 { crate::report::round(value / hours) } else { 0.0 },
        first: first.as_ref().map(|s| Brief::new(curriculum, s.topic)),
        next: now.as_ref().map(|s| SuggestionView::new(curriculum, s)),
    };
    if app.json {
        return app.print_json(&view);
    }
    let drawn = draw(&desk, ix, &view, first.as_ref(), now.as_ref(), app.width);
    app.print(drawn);
    Ok(())
}

fn draw(
    desk: &Desk,
    ix: TopicIx,
    view: &WhyView,
    first: Option<&Suggestion>,
    now: Option<&Suggestion>,
    width: usize,
) -> String {
    let Desk { curriculum, progress, .. } = desk;
    let id = style::paint(STRONG, &view.id);
    let state = progress.state(ix);
    if state.is_closed() {
        let since = progress.mark(ix).since.map_or_else(String::new, |day| format!(" since {day}"));
        return format!("{id} is {}{since}. `roadmap reopen {}` opens it again.\n", state.name(), view.id);
    }
    let mut out = String::new();
    if state == State::Locked {
        let words = format!(
            "{} is locked: {} and {} to it, itself included.",
            view.id,
            text::count(view.topics_left, "topic"),
            text::hours(view.hours_left)
        );
        out.push_str(&(style::paragraph(&words, "", width) + "\n"));
        out.push_str(&tree(desk, ix, first.map(|s| s.topic), width));
        return out;
    }
    match now {
        Some(now) if now.topic == ix => {
            out.push_str(&format!("{id} is what `roadmap next` suggests:\n\n"));
            out.push_str(&next::draw(&SuggestionView::new(curriculum, now), width));
        }
        Some(now) => {
            let words = format!(
                "{} is {}, and brings {} of value an hour by itself.",
                view.id,
                state.name(),
                text::number(view.value_per_hour)
            );
            out.push_str(&style::paragraph(&words, "", width));
            let (goal, step) = (curriculum.topic(now.way.goal), curriculum.topic(now.topic));
            let instead =
                if now.way.goal == now.topic { String::new() } else { format!(", on the way to `{}`", goal.id) };
            out.push_str(&style::paragraph(
                &format!(
                    "Before it comes `{}`{instead}, which brings {}.",
                    step.id,
                    text::number(now.way.value_per_hour)
                ),
                "",
                width,
            ));
        }
        None => {}
    }
    out
}

/// Draws what is missing as a tree, each topic once: where it is needed again, its id stands behind
/// the `+`. Walks with a stack of its own, for a chain may be of any length.
fn tree(desk: &Desk, root: TopicIx, first: Option<TopicIx>, width: usize) -> String {
    let Desk { curriculum, progress, .. } = desk;
    let mut drawn = vec![false; curriculum.topics().len()];
    drawn[root.0 as usize] = true;
    let mut lines: Vec<String> = Vec::new();
    let mut more = 0usize;
    let mut stack: Vec<(TopicIx, String, String)> = vec![(root, String::new(), String::new())];
    while let Some((ix, lead, indent)) = stack.pop() {
        let (again, fresh): (Vec<TopicIx>, Vec<TopicIx>) =
            progress.missing(curriculum, ix).partition(|parent| drawn[parent.0 as usize]);
        if lines.len() >= MOST_LINES {
            more += 1;
        } else {
            let mut plain = format!(
                "{lead}{} {}  {}",
                sign(progress.state(ix)),
                curriculum.topic(ix).id,
                text::hours(progress.hours_left(curriculum, ix))
            );
            if !again.is_empty() {
                let ids: Vec<&str> = again.iter().map(|&p| curriculum.topic(p).id.as_str()).collect();
                plain.push_str(&format!("  + {}", ids.join(", ")));
            }
            let mark = if first == Some(ix) { "  <- start here" } else { "" };
            let plain = text::fit(&plain, width.saturating_sub(mark.len())).into_owned();
            let state = style::of_state(progress.state(ix));
            lines.push(format!("{}{}\n", style::paint(state, plain), style::paint(STRONG, mark)));
        }
        for (at, &parent) in fresh.iter().enumerate().rev() {
            drawn[parent.0 as usize] = true;
            let last = at + 1 == fresh.len();
            // Deep trees would run out of the screen; from there on they go straight down.
            let deep = indent.chars().count() > width / 2;
            let (branch, line) = match (deep, last) {
                (true, _) => ("", ""),
                (false, true) => ("└ ", "  "),
                (false, false) => ("├ ", "│ "),
            };
            stack.push((parent, format!("{indent}{branch}"), format!("{indent}{line}")));
        }
    }
    if more > 0 {
        let left = text::count(more, "topic");
        let words =
            format!("… and {left} more below; `roadmap plan --to {}` lists all in order", curriculum.topic(root).id);
        lines.push(style::paragraph(&words, "", width));
    }
    lines.concat()
}
