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
    app.remark("`roadmap cohort topic TOPIC` says more, and names who is at it.");
    Ok(())
}

pub(super) fn draw(stuck: &Stuck, width: usize) -> String {
    if stuck.is_empty() {
        let words = format!("Nobody is stuck anywhere in {}.", text::line(&stuck.title));
        return style::paragraph(&words, "", width);
    }
    let mut parts = Vec::new();
    let number = |n: i64| n.to_string();
    let list =
        |title: &str, header: [&'static str; 5], topics: &[CohortTopic], row: &dyn Fn(&CohortTopic) -> [String; 4]| {
            // A column that no row fills is left out with its header.
            let columns: Vec<usize> = (0..4).filter(|&at| !header[at + 1].is_empty()).collect();
            let heads: Vec<&'static str> =
                std::iter::once(0).chain(columns.iter().map(|at| at + 1)).map(|at| header[at]).collect();
            let mut table = Table::new(&heads, 0, &(1..heads.len()).collect::<Vec<_>>());
            for topic in topics {
                let cells = row(topic);
                let cells = columns.iter().map(|&at| cells[at].clone());
                table.row(PLAIN, &std::iter::once(topic.id.clone()).chain(cells).collect::<Vec<_>>());
            }
            format!("{}\n{}", style::paint(STRONG, title), table.draw(width))
        };
    if !stuck.long.is_empty() {
        let header = ["topic", "estimate", "logged", "learners over", "hours beyond"];
        parts.push(list("Longer than the estimate", header, &stuck.long, &|topic| {
            let logged = topic.mean_hours.map_or_else(|| "-".to_owned(), |h| text::hours((h * 10.0).round() / 10.0));
            let over = match topic.over_now {
                0 => number(topic.over),
                now => format!("{}, {now} still at it", topic.over),
            };
            [text::hours(topic.hours), logged, over, text::number((topic.hours_over * 10.0).round() / 10.0)]
        }));
    }
    if !stuck.quizzes.is_empty() {
        let header = ["topic", "learners tried", "not passed", "tries", "failed"];
        parts.push(list("Quizzes not passed", header, &stuck.quizzes, &|topic| {
            let failed = text::percent(topic.quiz_fails as f64, topic.quiz_tries as f64);
            [number(topic.quizzed), number(topic.failing), number(topic.quiz_tries), failed]
        }));
    }
    if !stuck.stopped.is_empty() {
        let header = ["topic", "learners", "", "", ""];
        let table = list("Stopped here", header, &stuck.stopped, &|topic| {
            [number(topic.stopped), String::new(), String::new(), String::new()]
        });
        parts.push(format!("{table}{}", style::paint(FAINT, "topics left, and no entry for 28 days\n")));
    }
    parts.join("\n")
}
