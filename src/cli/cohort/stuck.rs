//! `roadmap cohort stuck`: the topics that keep learners.

use anyhow::Result;

use super::StuckArgs;
use crate::cli::app::App;
use crate::cli::hub::open;
use crate::cli::style::{self, FAINT, PLAIN, STRONG, Table};
use crate::report::cohort::{CohortTopic, Stuck};
use crate::text;

pub(super) fn run(args: &StuckArgs, app: &mut App) -> Result<()> {
    let curriculum = app.curriculum()?;
    let hub = open(args.at.url.as_deref(), app)?;
    let cohort = hub.cohort(curriculum.id(), app.today)?;
    let topics = cohort.topics(None)?;
    let stuck = Stuck::new(cohort.curriculum(), app.today, &topics, args.count as usize);
    if app.json {
        return app.print_json(&stuck);
    }
    let drawn = draw(&stuck, app.width);
    app.print(drawn);
    if !stuck.is_empty() {
        app.remark("`roadmap cohort topic TOPIC` says more, and names who is at it.");
    }
    Ok(())
}

pub(super) fn draw(stuck: &Stuck, width: usize) -> String {
    if stuck.is_empty() {
        let words = format!("Nobody is stuck anywhere in {}.", text::line(&stuck.title));
        return style::paragraph(&words, "", width);
    }
    let mut parts = Vec::new();
    if !stuck.long.is_empty() {
        let header = ["topic", "estimate", "logged", "over", "at it", "beyond"];
        let rows = list("Longer than the estimate", &header, &stuck.long, width, |topic| {
            let logged = topic.mean_hours.map_or_else(|| "-".to_owned(), tenths);
            let [over, now] = [topic.over, topic.over_now].map(|n| n.to_string());
            vec![text::hours(topic.hours), logged, over, now, tenths(topic.hours_over)]
        });
        let what = "over: learners, and those of them who are still at it; beyond: their hours in all";
        parts.push(rows + &style::paint(FAINT, style::paragraph(what, "", width)));
    }
    if !stuck.quizzes.is_empty() {
        let header = ["topic", "tried", "not passed", "tries", "failed"];
        parts.push(list("Quizzes not passed", &header, &stuck.quizzes, width, |topic| {
            let failed = text::percent(topic.quiz_fails as f64, topic.quiz_tries as f64);
            vec![topic.quizzed.to_string(), topic.failing.to_string(), topic.quiz_tries.to_string(), failed]
        }));
    }
    if !stuck.stopped.is_empty() {
        let header = ["topic", "learners"];
        let rows = list("Stopped here", &header, &stuck.stopped, width, |topic| vec![topic.stopped.to_string()]);
        parts.push(rows + &style::paint(FAINT, style::paragraph("topics left, and no entry for 28 days", "", width)));
    }
    parts.join("\n")
}

/// Returns a heading and a table with a row for each topic.
fn list(
    title: &str,
    header: &[&'static str],
    topics: &[CohortTopic],
    width: usize,
    cells: impl Fn(&CohortTopic) -> Vec<String>,
) -> String {
    let mut table = Table::new(header, 0, &(1..header.len()).collect::<Vec<_>>());
    for topic in topics {
        let row: Vec<String> = std::iter::once(topic.id.clone()).chain(cells(topic)).collect();
        table.row(PLAIN, &row);
    }
    format!("{}\n{}", style::paint(STRONG, title), table.draw(width))
}

/// Returns hours to the tenth.
pub(super) fn tenths(hours: f64) -> String {
    text::hours((hours * 10.0).round() / 10.0)
}
