//! `roadmap report`: the learner's progress as a page, a text, or JSON.

use std::path::PathBuf;

use anyhow::Result;

use super::app::App;
use super::{browser, export, files, status};
use crate::curriculum::TopicIx;
use crate::report::map::Map;
use crate::report::{Outline, Report, Sources, page, summary};
use crate::study::next::{Limits, next};
use crate::text;

/// Make a page of your progress, to show or to print
///
/// The page has the map of all topics with their states, the way to the next goal, progress and
/// forecast, the days of study of a year, and a card for each topic with your notes and evidence. It
/// is one file that loads nothing, and works without a network and without JavaScript. Without a
/// FILE a summary is printed as Markdown.
///
///   roadmap report --html progress.html --open
///   roadmap report --markdown PROGRESS.md --csv progress.csv
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// Write the page to this file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write the summary as Markdown to this file
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Write a table with a row for each topic to this file
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Open the page in the browser: the one that BROWSER names, else the system's
    #[arg(long, requires = "html")]
    open: bool,
}

pub(super) fn run(args: &Args, app: &mut App) -> Result<()> {
    let (desk, journal) = app.desk_and_journal()?;
    let aim = app.aim(&desk.curriculum, None, false, None)?;
    let status = status::status(app, &desk, &journal, &aim);
    let suggestion = next(&desk.curriculum, &desk.progress, &aim, &Limits::default()).pop();
    let sources = Sources {
        curriculum: &desk.curriculum,
        journal: &journal,
        progress: &desk.progress,
        memory: &desk.memory,
        aim: &aim,
        today: app.today,
    };
    let report = Report::new(sources, status, suggestion.as_ref(), app.config.name.clone());
    if let Some(file) = &args.html {
        let scope = aim.scope(&desk.curriculum);
        let topics: Vec<TopicIx> = desk.curriculum.indices().filter(|ix| scope[ix.0 as usize]).collect();
        let page = page::render(&report, &Map::new(&desk.curriculum, &topics));
        let shown = files::write(file, page.as_bytes())?;
        app.remark(format!("Wrote {shown}."));
    }
    if let Some(file) = &args.markdown {
        let shown = files::write(file, summary::render(&report).as_bytes())?;
        app.remark(format!("Wrote {shown}."));
    }
    if let Some(file) = &args.csv {
        let table = export::table(&Outline::new(&desk.curriculum, &desk.progress))?;
        let shown = files::write(file, table.as_bytes())?;
        app.remark(format!("Wrote {shown}."));
    }
    if args.open
        && let Some(file) = &args.html
    {
        browser::open(file)?;
    }
    if app.json {
        return app.print_json(&report);
    }
    if args.html.is_none() && args.markdown.is_none() && args.csv.is_none() {
        app.print(text::block(&summary::render(&report)));
    }
    Ok(())
}
