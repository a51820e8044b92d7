//! `roadmap show`: everything about a topic.

use anyhow::Result;

use super::app::App;
use super::completions::topics;
use super::pick;
use super::style::{self, FAINT, STRONG};
use crate::progress::State;
use crate::report::{TopicView, sign};
use crate::text;

/// Show everything about a topic
///
/// Its state, what it is, how to know that you have it, what it stands on and why, what it unlocks,
/// what to learn from, and your own notes, evidence and history.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// Id, beginning of an id, or words of the title
    #[arg(add = topics())]
    topic: String,
}

pub(super) fn run(args: &Args, app: &mut App) -> Result<()> {
    let (desk, journal) = app.desk_and_journal()?;
    let ix = pick::topic(&desk.curriculum, &args.topic)?;
    let view = TopicView::new(&desk.curriculum, &desk.progress, &journal, &desk.memory, app.today, ix);
    if app.json {
        return app.print_json(&view);
    }
    let drawn = draw(&view, app.width);
    app.print(drawn);
    Ok(())
}

pub(super) fn draw(view: &TopicView, width: usize) -> String {
    // Long lines are hard to read, however wide the terminal.
    let width = width.min(100);
    let state = State::parse(view.state).unwrap_or(State::Ready);
    let mut out = format!("{}\n", style::paint(STRONG, style::wrap(&text::line(&view.title), width)));
    let since = view.since.map_or_else(String::new, |day| format!(" since {day}"));
    let hours = match view.hours_spent {
        spent if spent > 0.0 => format!("{} of {} logged", text::hours(spent), text::hours(view.hours)),
        _ => text::hours(view.hours),
    };
    let state_words = style::paint(style::of_state(state), format!("{} {}{since}", sign(state), state.name()));
    let place = format!("{} · {} · {} · {hours}", text::line(&view.id), text::line(&view.phase_title), view.kind);
    out.push_str(&format!("{}\n{state_words}\n", style::paint(FAINT, style::wrap(&place, width))));
    if !view.summary.is_empty() {
        out.push('\n');
        out.push_str(&style::paragraph(&view.summary, "", width));
    }
    let mut section = |title: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            out.push_str(&format!("\n{}\n", style::paint(STRONG, title)));
            out.extend(lines);
        }
    };
    let bullets = |items: &[String]| -> Vec<String> {
        items.iter().map(|item| style::hanging(item, "  - ", "    ", width)).collect()
    };
    section("Afterwards you", bullets(&view.outcomes.iter().map(|o| lower_can(o)).collect::<Vec<_>>()));
    section("It must have", bullets(&view.includes));
    let check = |(number, text): (usize, &String)| {
        let sign = if view.ticked.contains(&number) { "✓" } else { "-" };
        style::hanging(text, &format!("  {sign} "), "    ", width)
    };
    section("It is good when", (1..).zip(&view.rubric).map(check).collect());
    section(
        "Show",
        if view.publish.is_empty() { Vec::new() } else { vec![style::paragraph(&view.publish, "  ", width)] },
    );
    let link = |id: &str, title: &str, state: &str| {
        let state = State::parse(state).unwrap_or(State::Locked);
        let words = format!(
            "{} {}",
            text::line(id),
            style::paint(FAINT, text::fit(&text::line(title), width.saturating_sub(text::width(id) + 5)))
        );
        format!("  {} {words}\n", style::paint(style::of_state(state), sign(state)))
    };
    section(
        "It stands on",
        view.requires
            .iter()
            .map(|p| {
                let reason =
                    if p.reason.is_empty() { String::new() } else { style::paragraph(&p.reason, "      ", width) };
                link(&p.id, &p.title, p.state) + &reason
            })
            .collect(),
    );
    section("It leads to", view.required_by.iter().map(|c| link(&c.id, &c.title, c.state)).collect());
    section(
        "Learn from",
        view.resources
            .iter()
            .map(|r| {
                let about: Vec<&str> =
                    [r.by.as_str(), r.kind.unwrap_or_default()].into_iter().filter(|s| !s.is_empty()).collect();
                let about = if about.is_empty() { String::new() } else { format!(" ({})", about.join(", ")) };
                style::hanging(&format!("{}{about}", r.title), "  - ", "    ", width)
                    + &format!("    {}\n", text::line(&r.url))
            })
            .collect(),
    );
    section(
        "Notes",
        view.notes
            .iter()
            .filter_map(|n| {
                n.note.as_ref().map(|note| style::hanging(&format!("{}  {note}", n.on), "  - ", "    ", width))
            })
            .collect(),
    );
    section("Do you know it?", bullets(&remembered(view)));
    section("Evidence", bullets(&view.evidence));
    section(
        "History",
        view.history
            .iter()
            .map(|h| {
                let more = [
                    h.hours.map(text::hours),
                    h.quiz.map(|score| format!("{} of {} right", score.right, score.asked)),
                    h.grade.map(|grade| grade.name().to_owned()),
                ];
                let more: String = more.into_iter().flatten().map(|more| format!("  {more}")).collect();
                format!("  {}  {}{more}\n", h.on, h.event)
            })
            .collect(),
    );
    out
}

/// Returns what is known of how well a topic is known.
fn remembered(view: &TopicView) -> Vec<String> {
    let mut words = Vec::new();
    if let Some(score) = view.score {
        words.push(format!("quiz: {} of {} right", score.right, score.asked));
    } else if !view.quiz.is_empty() {
        words.push(format!("`roadmap quiz {}` asks {}", view.id, text::count(view.quiz.len(), "question")));
    }
    if let Some(placed) = view.placed.filter(|&placed| placed < 1.0) {
        words.push(format!("known by placement, {} sure", text::percent(placed, 1.0)));
    }
    if let (Some(due), Some(now)) = (view.due, view.retrievability) {
        words.push(format!("review due on {due}; remembered with {} today", text::percent(now, 1.0)));
    }
    if let Some(credit) = &view.credited {
        words.push(format!("\"{}\" counted as half a review of it on {}", credit.title, credit.on));
    }
    words
}

/// Returns "can …" for "Can …", to follow "Afterwards you".
fn lower_can(outcome: &str) -> String {
    outcome.strip_prefix("Can ").map_or_else(|| outcome.to_owned(), |rest| format!("can {rest}"))
}
