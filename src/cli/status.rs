//! `roadmap status`: the progress table, and when it will be full.

use anyhow::Result;

use super::app::{App, Desk};
use super::style::{self, FAINT, STRONG, Table};
use crate::journal::Journal;
use crate::report::Status;
use crate::study::next::{Aim, walk};
use crate::study::pace::Pace;
use crate::study::plan::{Calendar, forecast};
use crate::text;

/// Show the progress table
///
/// A row for each phase: topics done or known of those you did not skip, hours done and left, and
/// its next topic. The last line says when you are finished at your own pace: the likely date, and
/// one that is exceeded in about one case of ten.
#[derive(Debug, Default, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {}

pub(super) fn run(_: &Args, app: &mut App) -> Result<()> {
    let (desk, journal) = app.desk_and_journal()?;
    let aim = app.aim(&desk.curriculum, None, false, None)?;
    let status = status(app, &desk, &journal, &aim);
    if app.json {
        return app.print_json(&status);
    }
    let drawn = draw(&status, &app.reviews_today(&desk), app.width);
    app.print(drawn);
    Ok(())
}

/// Returns the status with its forecast.
pub(super) fn status(app: &App, desk: &Desk, journal: &Journal, aim: &Aim) -> Status {
    let Desk { curriculum, progress, .. } = desk;
    let order = walk(curriculum, progress, aim);
    let pace = Pace::learned(curriculum, progress, journal, app.today, app.config.hours_per_week());
    let calendar = Calendar {
        from: app.today,
        hours_per_week: pace.hours_per_week,
        days: app.config.study_days.clone(),
        away: Vec::new(),
    };
    let forecast = forecast(&app.load(desk, &order, pace), &calendar);
    let track = curriculum.tracks().iter().find(|track| track.goals == aim.goals && !aim.goals.is_empty());
    Status {
        track: track.map(|track| track.title.to_string()),
        likely: forecast.map(|f| f.likely),
        late: forecast.map(|f| f.late),
        hours_per_week: crate::report::round(pace.hours_per_week),
        ..Status::new(curriculum, progress, aim, &order)
    }
}

pub(super) fn draw(status: &Status, reviews: &str, width: usize) -> String {
    let mut title = text::line(&status.curriculum).into_owned();
    if let Some(track) = &status.track {
        title.push_str(&format!(" · {}", text::line(track)));
    }
    let mut out = format!("{}\n\n", style::paint(STRONG, text::fit(&title, width)));
    // On a narrow terminal the bar goes first: the numbers say the same.
    let bars = if width < 72 { 6 } else { (width / 8).min(20) };
    let mut table = Table::new(&["phase", "", "topics", "hours", "next"], 4, &[2, 3]);
    let row = |done: usize, total: usize, hours_done: f64, hours_total: f64| {
        [
            style::bar(hours_done, hours_total, bars),
            format!("{done}/{total}"),
            format!("{}/{}", text::number(hours_done), text::number(hours_total)),
        ]
    };
    for phase in status.phases.iter().filter(|phase| phase.total > 0) {
        let next = phase
            .next
            .as_ref()
            .map_or_else(|| if phase.done == phase.total { "✓" } else { "" }.to_owned(), |next| next.id.clone());
        let style = if phase.done == phase.total { style::DONE } else { style::PLAIN };
        let [bar, topics, hours] = row(phase.done, phase.total, phase.hours_done, phase.hours_total);
        table.row(style, &[phase.title.clone(), bar, topics, hours, next]);
    }
    let [bar, topics, hours] = row(status.done, status.total, status.hours_done, status.hours_total);
    table.row(STRONG, &["in all".to_owned(), bar, topics, hours, text::percent(status.hours_done, status.hours_total)]);
    out.push_str(&table.draw(width));
    if status.skipped > 0 {
        out.push_str(&style::paint(FAINT, format!("{} skipped\n", text::count(status.skipped, "topic"))));
    }
    let kept = [quizzes(status), reviews.to_owned()].join(" ");
    if !kept.trim().is_empty() {
        out.push('\n');
        out.push_str(&style::paragraph(kept.trim(), "", width));
    }
    out.push('\n');
    out.push_str(&finish(status, width));
    out
}

/// Returns what the quizzes say; empty if none was taken.
pub(super) fn quizzes(status: &Status) -> String {
    status.quiz_score.map_or_else(String::new, |share| {
        format!(
            "{} taken, {} passed, {} right.",
            text::count(status.quizzes, "quiz"),
            status.quizzes_passed,
            text::percent(share, 1.0)
        )
    })
}

/// Returns the forecast as a sentence.
pub(super) fn finish(status: &Status, width: usize) -> String {
    let words = match (status.likely, status.late) {
        _ if status.done == status.total => "Everything is done.".to_owned(),
        (Some(likely), Some(late)) => format!(
            "At {} a week you are likely finished by {}, and nearly surely by {}.",
            text::hours((status.hours_per_week * 10.0).round() / 10.0),
            likely.format("%-d %B %Y"),
            late.format("%-d %B %Y"),
        ),
        _ => format!(
            "At {} a week there is no end in sight; `roadmap config hours_per_week` sets the hours.",
            text::hours(status.hours_per_week)
        ),
    };
    style::paragraph(&words, "", width)
}
