//! `roadmap cohort report`: everything as a page, a table or JSON.

use anyhow::Result;

use super::{ReportArgs, status, stuck};
use crate::cli::app::App;
use crate::cli::export::disarmed;
use crate::cli::files;
use crate::cli::hub::open;
use crate::report::VERSION;
use crate::report::cohort::{CohortLearner, CohortReport, Stuck, page};
use crate::text;

/// How many weeks are shown, and how many topics of each list.
const WEEKS: u32 = 12;
const LISTED: usize = 10;

pub(super) fn run(args: &ReportArgs, app: &mut App) -> Result<()> {
    let curriculum = app.curriculum()?;
    let hub = open(args.at.url.as_deref(), app)?;
    let wants_learners = app.json || args.csv.is_some();
    let report = hub.cohort(curriculum.id(), app.today)?.at_once(|cohort| {
        Ok(CohortReport {
            version: VERSION,
            status: cohort.status(WEEKS)?,
            topics: cohort.topics(None)?,
            learners: if wants_learners { cohort.learners()? } else { Vec::new() },
        })
    })?;
    let CohortReport { status, topics, learners, .. } = &report;
    let stuck = Stuck::new((&status.curriculum, &status.title), app.today, topics, LISTED);
    if let Some(file) = &args.html {
        let shown = files::write(file, page::render(status, &stuck, topics).as_bytes())?;
        app.remark(format!("Wrote {shown}."));
    }
    if let Some(file) = &args.csv {
        let shown = files::write(file, table(learners)?.as_bytes())?;
        let people = text::count(learners.len(), "learner");
        app.remark(format!("Wrote {people} to {shown}."));
    }
    if app.json {
        return app.print_json(&report);
    }
    if args.html.is_none() && args.csv.is_none() {
        app.print(format!("{}\n{}", status::draw(status, app.width), stuck::draw(&stuck, app.width)));
        app.remark("`--html FILE` writes a page, `--csv FILE` a table of the learners.");
    }
    Ok(())
}

/// Returns a table with a row for each learner.
fn table(learners: &[CohortLearner]) -> Result<String> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record([
        "learner",
        "name",
        "phase",
        "started",
        "done",
        "known",
        "skipped",
        "hours",
        "hours_per_week",
        "first_day",
        "last_day",
        "stopped",
    ])?;
    let day = |day: Option<chrono::NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
    for learner in learners {
        let [started, done, known, skipped] =
            [learner.started, learner.done, learner.known, learner.skipped].map(|n| n.to_string());
        let stopped = if learner.has_stopped { "yes" } else { "no" }.to_owned();
        out.write_record([
            &disarmed(&learner.learner),
            &disarmed(&learner.name),
            &disarmed(learner.phase.as_deref().unwrap_or_default()),
            &started,
            &done,
            &known,
            &skipped,
            &learner.hours.to_string(),
            &learner.pace.to_string(),
            &day(learner.first_day),
            &day(learner.last_day),
            &stopped,
        ])?;
    }
    Ok(String::from_utf8(out.into_inner().map_err(csv::IntoInnerError::into_error)?)?)
}
