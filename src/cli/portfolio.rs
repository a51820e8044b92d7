//! `roadmap portfolio`: what the learner can show, on the terminal and for others.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::app::App;
use super::completions::tracks;
use super::style::{self, FAINT, STRONG, Table};
use super::{evidence, pick, sealed};
use crate::error::Error;
use crate::progress::State;
use crate::report::showcase::{Showcase, html, json_resume, markdown};
use crate::report::{PortfolioView, ProjectView, SkillView, VERSION, sign};
use crate::text;

/// Where no file is named, a form goes to standard output.
const STDOUT: &str = "-";

/// Show what you can show: projects, their evidence, and the skills in them
///
/// A project is shown when it is done and has evidence (`evidence add`); without evidence it is only
/// claimed. Any other topic that is done or known is shown by its own evidence, or by a shown project
/// that stands on it, directly or through topics that are no projects. What is missing is what your
/// track lacks, or `--track`; without a track, the whole curriculum.
///
/// `--html`, `--markdown` and `--json-resume` make a page, a profile README and a résumé
/// (jsonresume.org) for others: with addresses as links, without any file of yours, and without what
/// is missing. They go to standard output, or into a FILE. A file is replaced only if an earlier
/// export is in it and nobody edited it since; `--force` replaces any file.
///
///   roadmap evidence add project-nn-from-scratch https://github.com/me/micrograd
///
///   roadmap portfolio --html portfolio.html
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("form"))]
pub(super) struct Args {
    /// Take what this track lacks as missing
    #[arg(long, value_name = "TRACK", add = tracks())]
    track: Option<String>,
    /// Make a page of it
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = STDOUT, group = "form")]
    html: Option<PathBuf>,
    /// Make a profile README of it
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = STDOUT, group = "form")]
    markdown: Option<PathBuf>,
    /// Make a résumé for programs of it
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = STDOUT, group = "form")]
    json_resume: Option<PathBuf>,
    /// Replace FILE whatever is in it
    #[arg(long, requires = "form")]
    force: bool,
}

/// A form: everything that is published, as text.
type Render = fn(&Showcase) -> String;

pub(super) fn run(args: &Args, app: &mut App) -> Result<()> {
    let desk = app.desk()?;
    let chosen = match &args.track {
        Some(typed) => Some(pick::track(&desk.curriculum, typed)?),
        None => {
            // Says so where the config names a track that this curriculum does not have.
            app.aim(&desk.curriculum, None, false, None)?;
            app.config.track.as_deref().and_then(|id| desk.curriculum.find_track(id))
        }
    };
    let view = PortfolioView::new(&desk.curriculum, &desk.progress, chosen);
    let form: Option<(&Path, Render)> = match args {
        Args { html: Some(file), .. } => Some((file, html::render)),
        Args { markdown: Some(file), .. } => Some((file, markdown::render)),
        Args { json_resume: Some(file), .. } => Some((file, json_resume::render)),
        _ => None,
    };
    if let Some((file, render)) = form {
        if app.json && file == Path::new(STDOUT) && args.json_resume.is_none() {
            return Err(Error::new("`--json` and this form both want standard output")
                .hint("name a FILE for the form, or leave `--json` out")
                .into());
        }
        let show = Showcase::new(&view, app.config.name.as_deref(), app.today);
        return publish(app, &show, file, &render(&show), args.force);
    }
    if app.json {
        return app.print_json(&view);
    }
    let drawn = draw(&view, app.width);
    app.print(drawn);
    Ok(())
}

fn publish(app: &mut App, show: &Showcase, file: &Path, content: &str, force: bool) -> Result<()> {
    if file == Path::new(STDOUT) {
        app.print(sealed::seal(content));
    } else {
        sealed::write(file, content, force)?;
        if app.json {
            let written = serde_json::json!({"version": VERSION, "file": file, "left_out": show.left_out});
            return app.print_json(&written);
        }
        let projects = text::count(show.projects.len(), "project");
        let skills = text::count(show.skills_shown, "skill");
        app.remark(format!("Wrote {}: {projects} and {skills}.", text::line(&file.display().to_string())));
    }
    match show.left_out {
        0 => {}
        1 => app.remark("One private file was left out: only addresses are published."),
        n => app.remark(format!("{n} private files were left out: only addresses are published.")),
    }
    if show.is_empty() {
        app.remark("There is nothing in it yet; `roadmap done` and `roadmap evidence add` change that.");
    }
    if show.name.is_none() {
        app.remark("`roadmap config name \"Your Name\"` puts your name on it.");
    }
    Ok(())
}

fn draw(view: &PortfolioView, width: usize) -> String {
    let mut title = text::line(&view.curriculum).into_owned();
    if let Some(track) = &view.track {
        title.push_str(&format!(" · {}", text::line(&track.title)));
    }
    let mut out = format!("{}\n", style::paint(STRONG, text::fit(&title, width)));
    let of = |standing: &'static str| view.projects.iter().filter(move |project| project.standing == standing);
    let mut section = |heading: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            out.push_str(&format!("\n{}\n", style::paint(STRONG, heading)));
            out.extend(lines);
        }
    };
    section("Shown", of("shown").map(|project| shown(project, width)).collect());
    section("Claimed without evidence", of("claimed").map(|project| claimed(project, width)).collect());
    for (heading, standing) in [("Begun", "begun"), ("Missing", "missing")] {
        let widest = of(standing).map(|project| text::width(&project.id)).max().unwrap_or(0);
        section(heading, of(standing).map(|project| line(project, widest, width)).collect());
    }
    let skills = skills(view, width);
    section("Skills", skills);
    section("By phase", vec![phases(view, width)]);
    out
}

/// Returns a project as one line: sign, id in `columns` columns, title.
fn line(project: &ProjectView, columns: usize, width: usize) -> String {
    let state = State::parse(project.state).unwrap_or(State::Locked);
    let title = text::line(&project.title);
    let title = style::paint(FAINT, text::fit(&title, width.saturating_sub(columns.max(text::width(&project.id)) + 6)));
    format!("  {} {:columns$}  {title}\n", style::paint(style::of_state(state), sign(state)), project.id)
}

fn claimed(project: &ProjectView, width: usize) -> String {
    let way = format!("`roadmap evidence add {} URL` shows it", project.id);
    format!("{}{}{}", line(project, 0, width), rubric(project, width), style::paragraph(&way, "    ", width))
}

fn shown(project: &ProjectView, width: usize) -> String {
    let mut out = line(project, 0, width);
    out.push_str(&rubric(project, width));
    for evidence in &project.evidence {
        out.push_str(&format!("    {}\n", evidence::shown(evidence)));
    }
    let shows: Vec<&str> = project.shows.iter().map(|topic| topic.id.as_str()).collect();
    if !shows.is_empty() {
        out.push_str(&style::paragraph(&format!("shows {}", text::list(&shows)), "    ", width));
    }
    out
}

fn rubric(project: &ProjectView, width: usize) -> String {
    if project.rubric.is_empty() {
        return String::new();
    }
    let count = format!("{} of {} met", project.ticked, text::count(project.rubric.len(), "check"));
    let way = if project.ticked == 0 { format!("; `roadmap rubric {}` lists them", project.id) } else { String::new() };
    style::paragraph(&format!("{count}{way}"), "    ", width)
}

fn skills(view: &PortfolioView, width: usize) -> Vec<String> {
    let mut table = Table::new(&["", "topic", "shown by"], 2, &[]);
    let mut any = false;
    for skill in view.phases.iter().flat_map(|phase| &phase.skills) {
        let (style, words) = match skill.standing {
            "shown" => (style::DONE, proof(skill)),
            "claimed" => (style::PLAIN, way(skill)),
            _ => continue,
        };
        let sign = sign(State::parse(skill.state).unwrap_or(State::Known));
        table.row(style, &[sign.to_owned(), skill.id.clone(), words]);
        any = true;
    }
    if any { vec![table.draw(width)] } else { Vec::new() }
}

fn proof(skill: &SkillView) -> String {
    let own = skill.evidence.first().map(|evidence| evidence.at.as_str());
    let by = skill.shown_by.first().map(|project| project.id.as_str());
    let more = (skill.evidence.len() + skill.shown_by.len()).saturating_sub(1);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", own.or(by).unwrap_or_default())
}

fn way(skill: &SkillView) -> String {
    match &skill.could_show {
        Some(project) => format!("nothing yet; {} would", project.id),
        None => "nothing yet".to_owned(),
    }
}

fn phases(view: &PortfolioView, width: usize) -> String {
    let mut table = Table::new(&["phase", "shown", "claimed", "begun", "missing"], 0, &[1, 2, 3, 4]);
    let mut row = |style, title: &str, count: &crate::report::StandingCount| {
        let numbers = [count.shown, count.claimed, count.begun, count.missing].map(|n| n.to_string());
        let [shown, claimed, begun, missing] = numbers;
        table.row(style, &[title.to_owned(), shown, claimed, begun, missing]);
    };
    for phase in &view.phases {
        row(style::PLAIN, &phase.title, &phase.count);
    }
    row(STRONG, "skills", &view.skill_count);
    row(STRONG, "projects", &view.project_count);
    table.draw(width)
}
