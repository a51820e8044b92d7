//! `roadmap log-time`: time studied, from which the plan learns.

use anyhow::Result;
use chrono::NaiveDate;

use super::app::App;
use super::completions::topics_to_mark;
use super::mark::{MOST_HOURS, check_day, refuse_locked};
use super::pick;
use crate::journal::{Entry, Event};
use crate::progress::State;
use crate::text;

/// Log time studied on a topic
///
/// The topic counts as begun, its hours left shrink, and the plan learns your pace.
///
///   roadmap log-time backpropagation 45m
///   roadmap log-time vectors 1h30m --on 2026-11-20
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// Id, beginning of an id, or words of the title
    #[arg(add = topics_to_mark())]
    topic: String,
    /// How long: 45m, 1.5h, 1h30m
    #[arg(value_parser = duration)]
    time: f64,
    /// The day it happened, if not today (YYYY-MM-DD)
    #[arg(long, value_name = "DATE")]
    on: Option<NaiveDate>,
}

/// Returns the hours in `45m`, `1.5h`, `1h30m`.
pub(super) fn duration(typed: &str) -> std::result::Result<f64, String> {
    let wrong = || "give a time such as 45m, 1.5h or 1h30m".to_owned();
    let (whole, rest) = typed.split_once('h').map_or(("0", typed), |(whole, rest)| (whole, rest));
    let minutes = match rest {
        "" => "0",
        rest => rest.strip_suffix('m').or((whole != "0").then_some(rest)).ok_or_else(wrong)?,
    };
    let number = |text: &str| text.parse::<f64>().ok().filter(|n| *n >= 0.0);
    let hours = number(whole).ok_or_else(wrong)? + number(minutes).ok_or_else(wrong)? / 60.0;
    if hours > 0.0 && hours <= MOST_HOURS { Ok(hours) } else { Err(wrong()) }
}

pub(super) fn run(args: &Args, app: &mut App) -> Result<()> {
    check_day(app, args.on)?;
    let curriculum = app.curriculum()?;
    let ix = pick::topic(&curriculum, &args.topic)?;
    let (desk, entries) = app.append(curriculum, |curriculum, progress| {
        let id = &curriculum.topic(ix).id;
        refuse_locked(curriculum, progress, &[ix], "`roadmap start --force` begins it all the same")?;
        let begun = (progress.state(ix) == State::Ready).then(|| Entry { on: args.on, ..Entry::new(Event::Start, id) });
        let time = Entry { hours: Some(args.time), on: args.on, ..Entry::new(Event::Time, id) };
        Ok(begun.into_iter().chain([time]).collect())
    })?;
    let topic = desk.curriculum.topic(ix);
    let left = desk.progress.hours_left(&desk.curriculum, ix);
    if app.json {
        let spent = desk.progress.mark(ix).spent;
        return app.print_json(&serde_json::json!({"version": 1, "step": entries[0].id, "changed": [topic.id], "unlocked": [], "hours_spent": spent, "hours_left": left}));
    }
    let spent = text::hours(desk.progress.mark(ix).spent);
    let rest = if desk.progress.state(ix) == State::Started {
        format!("; about {} left", text::hours(left))
    } else {
        String::new()
    };
    app.remark(format!(
        "Logged {} on `{}`: {spent} of {} so far{rest}.",
        text::hours(args.time),
        topic.id,
        text::hours(topic.hours)
    ));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn times_are_read_as_people_write_them() {
        for (typed, hours) in [("45m", 0.75), ("1.5h", 1.5), ("1h30m", 1.5), ("2h", 2.0), ("1h30", 1.5)] {
            assert_eq!(duration(typed), Ok(hours), "{typed}");
        }
        for wrong in ["", "45", "h", "m", "-1h", "0m", "1d", "nan", "1hm", "infh"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
