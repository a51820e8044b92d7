//! `roadmap check`: what is wrong with a curriculum.

use std::path::PathBuf;

use anyhow::Result;
use clap::ValueEnum;
use serde::Serialize;

use super::app::App;
use super::{folder, style};
use crate::curriculum::{self, Checked, Curriculum, Extension};
use crate::diagnostic::{Code, Severity, render};
use crate::error::Error;
use crate::report::VERSION;
use crate::text;

/// Check a curriculum and report every problem
///
/// Each problem has a severity, a code, a place and a way out. Without PATH the curriculum in use is
/// checked. Errors make the exit status 1, warnings do not unless you say `--strict`.
///
///   roadmap check my-curriculum/
///   roadmap check --explain R003
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// Folders with a roadmap.yaml, or files that hold a whole curriculum
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How to print: with source lines, a line each, or for programs
    #[arg(long, value_enum, default_value_t = Format::Full)]
    format: Format,
    /// Fail on warnings too
    #[arg(long)]
    strict: bool,
    /// Explain a code, such as R003, and exit
    #[arg(long, value_name = "CODE", conflicts_with = "paths")]
    explain: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
enum Format {
    /// With source lines and carets
    Full,
    /// One line for each problem
    Concise,
    /// For programs
    Json,
}

/// So many problems are drawn with their lines.
const MOST_DRAWN: usize = 1_000;

/// `roadmap check --json`.
#[derive(Serialize)]
struct Records {
    version: u32,
    diagnostics: Vec<render::Record>,
    /// Problems beyond the 100,000 errors and as many warnings that are listed.
    unlisted: usize,
}

pub(super) fn run(args: &Args, app: &mut App) -> Result<()> {
    if let Some(code) = &args.explain {
        return explain(code, app);
    }
    let format = if app.json { Format::Json } else { args.format };
    let mut paths = args.paths.clone();
    if paths.is_empty() {
        paths.extend(app.curriculum_path().map(PathBuf::from));
    }
    if paths.is_empty() {
        if format == Format::Json {
            return app.print_json(&Records { version: VERSION, diagnostics: Vec::new(), unlisted: 0 });
        }
        let topics = text::count(crate::shipped().topics().len(), "topic");
        app.remark(format!("The shipped curriculum ({topics}) was checked when this program was built. `roadmap check PATH` checks yours."));
        return Ok(());
    }
    let checked: Vec<Checked> = paths.iter().map(|path| curriculum::load(path)).collect();
    let all = || checked.iter().flat_map(|one| one.diagnostics.iter().map(move |problem| (problem, &one.sources)));
    let errors = all().filter(|(problem, _)| problem.is_error()).count();
    let warnings = all().count() - errors;
    let mut records = Vec::new();
    // Errors first in what is drawn, should not all of it be; the order stays that of the files.
    let (mut errors_to_draw, mut warnings_to_draw) = (MOST_DRAWN, MOST_DRAWN.saturating_sub(errors));
    for (diagnostic, sources) in all() {
        match format {
            Format::Full => {
                let left = if diagnostic.is_error() { &mut errors_to_draw } else { &mut warnings_to_draw };
                if *left > 0 {
                    *left -= 1;
                    let drawn = render::full(diagnostic, sources, app.width, app.colour());
                    app.print(drawn + "\n");
                }
            }
            Format::Concise => app.print(render::concise(diagnostic, sources)),
            Format::Json => records.push(render::Record::new(diagnostic, sources)),
        }
    }
    let unlisted: usize = checked.iter().map(|one| one.unlisted).sum();
    if format == Format::Full && errors + warnings > MOST_DRAWN {
        let more = text::count(errors + warnings - MOST_DRAWN, "problem");
        app.remark(format!("Another {more}: `--format concise` has a line for each."));
    }
    if unlisted > 0 {
        app.remark(format!("And {} beyond those that are listed.", text::count(unlisted, "problem")));
    }
    if format == Format::Json {
        app.print_json(&Records { version: VERSION, diagnostics: records, unlisted })?;
    }
    let found = format!("{} and {}", text::count(errors, "error"), text::count(warnings, "warning"));
    if errors > 0 || (args.strict && warnings > 0) {
        if format == Format::Json {
            // The document is the whole answer; the status says the rest.
            app.flush()?;
            return Err(anyhow::Error::msg(""));
        }
        let mut failed = Error::new(format!("found {found}"));
        if let Some(code) = checked.iter().flat_map(|c| &c.diagnostics).map(|d| d.code).next() {
            failed = failed.hint(format!("`roadmap check --explain {}` says more about a code", code.id()));
        }
        return Err(failed.into());
    }
    if format != Format::Json {
        let topics: usize = checked.iter().filter_map(|c| c.curriculum.as_ref()).map(|c| c.topics().len()).sum();
        let sound = format!(
            "{} in {}: ",
            text::count(topics, "topic"),
            text::count(paths.len(), "curriculum").replace("curriculums", "curricula")
        );
        app.remark(sound + if warnings > 0 { &found } else { "no problems" });
        for (path, checked) in paths.iter().zip(&checked) {
            if let (Some(extension), Some(curriculum)) = (&checked.extension, &checked.curriculum) {
                app.remark(format!("{} extends {}.", folder::show(path), extends(extension, curriculum)));
            }
        }
    }
    Ok(())
}

/// Returns in words what a curriculum extends, what it does to it, and where progress is kept.
pub(super) fn extends(extension: &Extension, curriculum: &Curriculum) -> String {
    let Extension { base, shares_progress, added, changed, removed } = extension;
    let topics = |n: &usize| text::count(*n, "topic");
    let progress = if *shares_progress {
        "progress is shared with it".to_owned()
    } else {
        format!("progress is kept apart, under `{}`", curriculum.id())
    };
    format!("`{base}`: {} added, {changed} changed, {removed} removed; {progress}", topics(added))
}

fn explain(typed: &str, app: &mut App) -> Result<()> {
    let Some(code) = Code::parse(typed) else {
        let ids: Vec<&str> = Code::ALL.iter().map(|code| code.id()).collect();
        let hint = text::nearest(&typed.to_uppercase(), ids.iter().copied())
            .map_or_else(|| format!("the codes are {}", ids.join(", ")), |near| format!("did you mean `{near}`?"));
        return Err(Error::new(format!("there is no code `{}`", text::line(typed))).hint(hint).into());
    };
    let severity = match code.severity() {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    if app.json {
        return app.print_json(&serde_json::json!({"version": VERSION, "code": code.id(), "severity": severity, "title": code.title(), "explanation": code.explanation()}));
    }
    let mut out = format!("{}\n", style::paint(style::STRONG, format!("{severity}[{}]: {}", code.id(), code.title())));
    for paragraph in code.explanation().split("\n\n") {
        out.push('\n');
        out.push_str(&style::paragraph(paragraph, "", app.width.min(100)));
    }
    app.print(out);
    Ok(())
}
