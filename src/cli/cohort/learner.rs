//! `roadmap cohort learner`: how far one learner is.

use anyhow::Result;

use super::LearnerArgs;
use super::status::topics;
use super::topic::called;
use crate::cli::app::App;
use crate::cli::hub::open;
use crate::cli::style::{self, BEGUN, DONE, FAINT, PLAIN, STRONG, Table};
use crate::report::VERSION;
use crate::report::cohort::{CohortLearner, CohortLearnerView, LearnerTopic};
use crate::text;

/// How many notes are shown.
const NOTES: u32 = 20;

pub(super) fn run(args: &LearnerArgs, app: &mut App) -> Result<()> {
    let curriculum = app.curriculum()?;
    let hub = open(args.at.url.as_deref(), app)?;
    let view = hub.cohort(curriculum.id(), app.today)?.at_once(|cohort| {
        let (id, title) = cohort.curriculum();
        let learner = cohort.learner(&args.name)?;
        Ok(CohortLearnerView {
            version: VERSION,
            curriculum: id.to_owned(),
            title: title.to_owned(),
            today: app.today,
            topics: cohort.topics_of(&learner.learner)?,
            notes: cohort.notes_of(&learner.learner, NOTES)?,
            learner,
        })
    })?;
    if app.json {
        return app.print_json(&view);
    }
    let drawn = draw(&view, app.width);
    app.print(drawn);
    if view.learner.has_synced && !view.learner.shares_notes {
        app.remark("The notes are not shared.");
    }
    Ok(())
}

fn draw(view: &CohortLearnerView, width: usize) -> String {
    let learner = &view.learner;
    let title = format!("{} · {}", called(&learner.learner, &learner.name), view.title);
    let mut out = format!("{}\n\n", style::paint(STRONG, text::fit(&text::line(&title), width)));
    if !learner.has_synced {
        out.push_str(&style::paragraph("Invited, and nothing of it synced yet.", "", width));
        return out;
    }
    out.push_str(&style::paragraph(&sentence(learner, view.topics.len()), "", width));
    out.push('\n');
    let mut table = Table::new(&["phase", "", "topics", "begun"], 0, &[2, 3]);
    let bars = if width < 72 { 6 } else { (width / 8).min(20) };
    for phase in view.topics.chunk_by(|a, b| a.phase == b.phase) {
        let had = phase.iter().filter(|topic| ["done", "known"].contains(&topic.state.as_str())).count();
        let wanted = phase.iter().filter(|topic| topic.state != "skipped").count();
        let begun = phase.iter().filter(|topic| topic.state == "started").count();
        let look = if had == wanted { DONE } else { PLAIN };
        let bar = style::bar(had as f64, wanted as f64, bars);
        let begun = if begun == 0 { String::new() } else { begun.to_string() };
        table.row(look, &[phase[0].phase.clone(), bar, format!("{had}/{wanted}"), begun]);
    }
    out.push_str(&table.draw(width));
    let day = |day: Option<chrono::NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
    let begun: Vec<&LearnerTopic> = view.topics.iter().filter(|topic| topic.state == "started").collect();
    if !begun.is_empty() {
        let mut table = Table::new(&["begun", "since", "logged", "estimate", "last entry"], 0, &[2, 3]);
        for topic in begun {
            let hours = if topic.hours > 0.0 { text::hours(topic.hours) } else { "-".to_owned() };
            let look = if topic.hours > topic.estimate { BEGUN } else { PLAIN };
            let row = [topic.id.clone(), day(topic.started), hours, text::hours(topic.estimate), day(topic.last_day)];
            table.row(look, &row);
        }
        out.push_str(&format!("\n{}", table.draw(width)));
    }
    let failing = |topic: &&LearnerTopic| topic.quiz_right < topic.quiz_asked;
    let failing: Vec<&LearnerTopic> = view.topics.iter().filter(failing).collect();
    if !failing.is_empty() {
        let mut table = Table::new(&["quiz not passed", "last try", "tries", "failed"], 0, &[1, 2, 3]);
        for topic in failing {
            let last = format!("{}/{}", topic.quiz_right.unwrap_or(0), topic.quiz_asked.unwrap_or(0));
            table.row(PLAIN, &[topic.id.clone(), last, topic.quiz_tries.to_string(), topic.quiz_fails.to_string()]);
        }
        out.push_str(&format!("\n{}", table.draw(width)));
    }
    if !view.notes.is_empty() {
        out.push_str(&format!("\n{}\n", style::paint(STRONG, "Notes that are shared")));
        for note in &view.notes {
            let about = note.topic.as_deref().map_or_else(String::new, |topic| format!(" {topic}"));
            out.push_str(&style::paint(FAINT, format!("{}{}\n", day(note.day), text::line(&about))));
            out.push_str(&style::paragraph(&note.note, "  ", width));
        }
    }
    out
}

fn sentence(learner: &CohortLearner, of: usize) -> String {
    let mut words = format!("{} done", topics(learner.done));
    for (n, what) in [(learner.known, "known before"), (learner.started, "begun"), (learner.skipped, "skipped")] {
        if n > 0 {
            words.push_str(&format!(", {n} {what}"));
        }
    }
    words.push_str(&format!(" of {of}; {} logged.", text::hours((learner.hours * 100.0).round() / 100.0)));
    if let Some(day) = learner.last_day {
        words.push_str(&format!(" The last entry is of {}", day.format("%-d %B %Y")));
        words.push_str(if learner.has_stopped { ": stopped." } else { "." });
    }
    words
}
