//! `roadmap cohort status`: where everybody is, and what was done week by week.

use anyhow::Result;

use super::StatusArgs;
use crate::cli::app::App;
use crate::cli::hub::open;
use crate::cli::style::{self, DONE, FAINT, PLAIN, STRONG, Table};
use crate::report::cohort::{CohortPhase, CohortStatus};
use crate::text;

pub(super) fn run(args: &StatusArgs, app: &mut App) -> Result<()> {
    let curriculum = app.curriculum()?;
    let hub = open(args.at.url.as_deref(), app)?;
    let status = hub.cohort(curriculum.id(), app.today)?.at_once(|cohort| cohort.status(args.weeks))?;
    if app.json {
        return app.print_json(&status);
    }
    let drawn = draw(&status, app.width);
    app.print(drawn);
    Ok(())
}

pub(super) fn draw(status: &CohortStatus, width: usize) -> String {
    let title = format!("{} · {}", text::line(&status.title), people(status.learners));
    let mut out = format!("{}\n\n", style::paint(STRONG, text::fit(&title, width)));
    if status.learners == 0 {
        out.push_str(&style::paragraph(&nobody(status), "", width));
        return out;
    }
    let bars = if width < 72 { 6 } else { (width / 8).min(20) };
    let most = status.phases.iter().chain([&status.not_begun, &status.finished]).map(|p| p.learners).max().unwrap_or(0);
    let mut table = Table::new(&["phase", "", "learners", "7 days", "28 days"], 0, &[2, 3, 4]);
    let mut row = |look, title: &str, phase: &CohortPhase| {
        let bar = share_bar(phase.learners, most, bars);
        let [learners, week, month] = [phase.learners, phase.active_7, phase.active_28].map(|n| n.to_string());
        table.row(look, &[title.to_owned(), bar, learners, week, month]);
    };
    if status.not_begun.learners > 0 {
        row(FAINT, "nothing begun yet", &status.not_begun);
    }
    for phase in &status.phases {
        row(PLAIN, &phase.title, phase);
    }
    if status.finished.learners > 0 {
        row(DONE, "finished", &status.finished);
    }
    let all = CohortPhase {
        learners: status.learners,
        active_7: status.active_7,
        active_28: status.active_28,
        ..CohortPhase::default()
    };
    let in_all = [all.learners, all.active_7, all.active_28].map(|n| n.to_string());
    let [learners, week, month] = in_all;
    table.row(STRONG, &["in all".to_owned(), String::new(), learners, week, month]);
    out.push_str(&table.draw(width));
    let words = format!(
        "Active in the last 7 days: {}, in the last 28: {}.{}",
        text::percent(status.active_7 as f64, status.learners as f64),
        text::percent(status.active_28 as f64, status.learners as f64),
        not_synced(status)
    );
    out.push('\n');
    out.push_str(&style::paragraph(&words, "", width));
    out.push('\n');
    let most = status.weeks.iter().map(|week| week.done).max().unwrap_or(0);
    let mut table = Table::new(&["week of", "", "topics done", "learners"], 0, &[2, 3]);
    for week in &status.weeks {
        let bar = share_bar(week.done, most, bars);
        table.row(PLAIN, &[week.week.to_string(), bar, week.done.to_string(), week.learners.to_string()]);
    }
    out.push_str(&table.draw(width));
    out.push('\n');
    let known = if status.known > 0 { format!(", {} known before", status.known) } else { String::new() };
    let sum = format!("In all {} done{known}; {} logged.", topics(status.done), text::hours(status.hours));
    out.push_str(&style::paragraph(&sum, "", width));
    out
}

/// Returns what there is to say where nobody has synced.
fn nobody(status: &CohortStatus) -> String {
    match status.not_synced {
        0 => "Nobody was invited yet: `roadmap hub invite NAME`.".to_owned(),
        n => format!("Nobody has synced anything of it yet; {} invited.", people(n)),
    }
}

fn not_synced(status: &CohortStatus) -> String {
    match status.not_synced {
        0 => String::new(),
        n => format!(" {} invited, not synced yet.", people(n)),
    }
}

/// Returns a bar that is empty only for nothing.
fn share_bar(part: i64, most: i64, columns: usize) -> String {
    let full = if most > 0 { (part as f64 / most as f64 * columns as f64).ceil() as usize } else { 0 };
    format!("{}{}", "█".repeat(full.min(columns)), "░".repeat(columns.saturating_sub(full)))
}

/// Returns `1 learner`, `2 learners`.
pub(super) fn people(n: i64) -> String {
    text::count(usize::try_from(n).unwrap_or(0), "learner")
}

/// Returns `1 topic`, `2 topics`.
pub(super) fn topics(n: i64) -> String {
    text::count(usize::try_from(n).unwrap_or(0), "topic")
}
