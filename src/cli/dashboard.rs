//! `roadmap` alone: where you are, what is next, how the week goes.

use anyhow::Result;

use super::app::{App, Desk};
use super::style::{self, FAINT, STRONG};
use super::{next, status};
use crate::curriculum::TopicIx;
use crate::progress::State;
use crate::report::{Brief, SuggestionView, VERSION};
use crate::study::next::{Limits, next as suggest};
use crate::study::pace;
use crate::text;

pub(super) fn run(app: &mut App) -> Result<()> {
    let (desk, journal) = app.desk_and_journal()?;
    let aim = app.aim(&desk.curriculum, None, false, None)?;
    let Desk { curriculum, progress, .. } = &desk;
    let suggestion = suggest(curriculum, progress, &aim, &Limits::default()).pop();
    let suggestion = suggestion.map(|s| SuggestionView::new(curriculum, &s));
    let status = status::status(app, &desk, &journal, &aim);
    let started: Vec<TopicIx> = curriculum.indices().filter(|&ix| progress.state(ix) == State::Started).collect();
    let studied = pace::this_week(curriculum, progress, &journal, app.today);
    let planned = app.config.hours_per_week();
    let monday = pace::monday(app.today);
    let done_this_week: Vec<TopicIx> = curriculum
        .indices()
        .filter(|&ix| {
            progress.is_studied(ix) && progress.mark(ix).since.is_some_and(|day| (monday..=app.today).contains(&day))
        })
        .collect();
    if app.json {
        let briefs = |of: &[TopicIx]| of.iter().map(|&ix| Brief::new(curriculum, ix)).collect::<Vec<_>>();
        let week = serde_json::json!({"hours": pace_round(studied), "hours_planned": planned, "done": briefs(&done_this_week)});
        let object = serde_json::json!({"version": VERSION, "started": briefs(&started), "next": suggestion, "week": week, "status": status});
        return app.print_json(&object);
    }
    if progress.is_fresh() {
        welcome(app, &desk, &status);
        return Ok(());
    }
    let width = app.width;
    let mut out = String::new();
    if let Some(name) = &app.config.name {
        out.push_str(&format!("{}\n\n", style::paint(STRONG, format!("Good to see you, {}.", text::line(name)))));
    }
    if started.len() > 1 {
        let ids: Vec<&str> = started.iter().map(|&ix| curriculum.topic(ix).id.as_str()).collect();
        out.push_str(&style::paragraph(&format!("In progress: {}", text::list(&ids)), "", width));
        out.push('\n');
    }
    if let Some(suggestion) = &suggestion {
        out.push_str(&format!("{}\n", style::paint(FAINT, "Next")));
        out.push_str(&next::draw(suggestion, width));
        out.push('\n');
    }
    let names = status.phases.iter().map(|p| text::width(&p.title)).max().unwrap_or(0).min(width / 2);
    let columns = (width - names - 20).clamp(10, 30);
    for phase in status.phases.iter().filter(|phase| phase.total > 0) {
        let title = text::line(&phase.title).into_owned();
        let title = text::fit(&title, names).into_owned();
        let pad = " ".repeat(names - text::width(&title));
        let whole = phase.done == phase.total;
        let bar = style::paint(
            if whole { style::DONE } else { style::READY },
            style::bar(phase.hours_done, phase.hours_total, columns),
        );
        out.push_str(&format!("{title}{pad}  {bar}  {}/{}\n", phase.done, phase.total));
    }
    out.push('\n');
    let done = match done_this_week.len() {
        0 => String::new(),
        n => format!(", {} done", text::count(n, "topic")),
    };
    out.push_str(&format!("This week: {} of {}{done}\n", text::hours(pace_round(studied)), text::hours(planned)));
    let reviews = app.reviews_today(&desk);
    if !reviews.is_empty() {
        out.push_str(&style::paragraph(&reviews, "", width));
    }
    out.push_str(&status::finish(&status, width));
    app.print(out);
    Ok(())
}

fn pace_round(hours: f64) -> f64 {
    (hours * 100.0).round() / 100.0
}

fn welcome(app: &mut App, desk: &Desk, status: &crate::report::Status) {
    let mut out = format!("{}\n\n", style::paint(STRONG, text::line(desk.curriculum.title())));
    let size = format!(
        "{} in {}, {} of study. Each stands on others, so there is always a good next step.",
        text::count(desk.curriculum.topics().len(), "topic"),
        text::count(desk.curriculum.phases().len(), "phase"),
        text::hours(status.hours_total),
    );
    out.push_str(&style::paragraph(&size, "", app.width));
    out.push('\n');
    for (command, about) in [
        ("roadmap next", "the first thing to study, and why"),
        ("roadmap place", "where you stand, if you know some of it"),
        ("roadmap track", "where the road may lead you"),
        ("roadmap --help", "everything else"),
    ] {
        out.push_str(&format!("  {}  {about}\n", style::paint(style::READY, format!("{command:<20}"))));
    }
    app.print(out);
}
