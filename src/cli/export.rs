//! `roadmap export`: curriculum and progress as a table, a checklist or JSON, or everything as a backup.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::ValueEnum;

use super::app::App;
use super::folder::show;
use super::{backup, files};
use crate::report::Outline;
use crate::text;

/// Write curriculum and progress for other programs, or a backup
///
/// CSV has a line for each topic and opens in any spreadsheet; a text that a spreadsheet would take
/// for a formula gets an apostrophe before it. Markdown is a checklist with a box for each topic.
/// `roadmap import` reads both.
///
/// `--all` writes a backup instead: the journals of all curricula and devices, with what was set
/// aside of them, and the config, in one tar file for your eyes only. `roadmap import` brings them
/// back, byte for byte. A curriculum of your own is a folder of yours, and is not in it.
///
///   roadmap export --to topics.csv
///   roadmap export --format markdown
///   roadmap export --all roadmap-backup.tar
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// What to write; without it what the name of FILE says, or CSV
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Write this file, which must not be there, instead of printing
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// Write everything you have to this file, which must not be there; `-` is standard output
    #[arg(long, value_name = "FILE", conflicts_with_all = ["format", "to"])]
    all: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
enum Format {
    /// A table
    Csv,
    /// A checklist
    Markdown,
    /// For programs
    Json,
}

pub(super) fn run(args: &Args, app: &mut App) -> Result<()> {
    if let Some(file) = &args.all {
        return backup::write(file, app);
    }
    let desk = app.desk()?;
    let outline = Outline::new(&desk.curriculum, &desk.progress);
    let format = args.format.unwrap_or_else(|| match &args.to {
        Some(file) => by_name(file),
        None if app.json => Format::Json,
        None => Format::Csv,
    });
    let written = match format {
        Format::Csv => table(&outline)?,
        Format::Markdown => checklist(&outline),
        Format::Json => text::json(&serde_json::to_string_pretty(&outline)?).into_owned() + "\n",
    };
    let Some(file) = &args.to else {
        app.print(written);
        return Ok(());
    };
    files::write_new(file, written.as_bytes())?;
    let topics = outline.phases.iter().map(|phase| phase.topics.len()).sum();
    if app.json {
        let view = serde_json::json!({"version": outline.version, "file": show(file), "topics": topics});
        return app.print_json(&view);
    }
    app.remark(format!("Wrote {} to {}.", text::count(topics, "topic"), show(file)));
    Ok(())
}

fn by_name(file: &Path) -> Format {
    match file.extension().and_then(|ending| ending.to_str()) {
        Some("md" | "markdown") => Format::Markdown,
        Some("json") => Format::Json,
        _ => Format::Csv,
    }
}

/// Returns a table with a row for each topic.
pub(super) fn table(outline: &Outline) -> Result<String> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record([
        "id",
        "title",
        "phase",
        "hours",
        "requires",
        "kind",
        "state",
        "since",
        "hours_spent",
        "evidence",
        "summary",
    ])?;
    for phase in &outline.phases {
        for topic in &phase.topics {
            let since = topic.since.map_or_else(String::new, |day| day.to_string());
            out.write_record([
                &disarmed(&topic.id),
                &disarmed(&topic.title),
                &disarmed(&phase.title),
                &topic.hours.to_string(),
                &topic.requires.join("; "),
                topic.kind,
                topic.state,
                &since,
                &topic.hours_spent.to_string(),
                &disarmed(&topic.evidence.join(" ")),
                &disarmed(&topic.summary),
            ])?;
        }
    }
    Ok(String::from_utf8(out.into_inner().map_err(csv::IntoInnerError::into_error)?)?)
}

/// Returns a cell that no spreadsheet takes for a formula (OWASP, CSV injection), and no terminal
/// for a command.
pub(super) fn disarmed(words: &str) -> String {
    let apostrophe = if words.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("{apostrophe}{}", text::line(words))
}

fn checklist(outline: &Outline) -> String {
    let mut out = format!("# {}\n", text::markdown(&outline.title));
    for phase in &outline.phases {
        out.push_str(&format!("\n## {}\n\n", text::markdown(&phase.title)));
        for topic in &phase.topics {
            let mark = if topic.had { 'x' } else { ' ' };
            out.push_str(&format!("- [{mark}] {} ({} h)\n", text::markdown(&topic.title), topic.hours));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::disarmed;
    use crate::authoring::{Form, read};

    #[test]
    fn no_cell_is_a_formula() {
        for cell in ["=1", "+1", "-1", "@A1", "\t=1", "\r=1"] {
            assert!(disarmed(cell).starts_with('\''), "{cell:?}");
        }
        assert_eq!(disarmed("a=1"), "a=1");
    }

    proptest! {
        #[test]
        fn a_checklist_reads_back_as_it_was(
            titles in prop::collection::vec("\\PC{0,12}|[-+*_`\\[\\](){}<>#&|~!.=:;\\\\0-9a-c /\"'@]{0,12}", 1..5),
        ) {
            let shown = |title: &String| crate::text::line(title).split_whitespace().collect::<Vec<_>>().join(" ");
            let titles: Vec<String> = titles.iter().map(shown).filter(|title| !title.is_empty()).collect();
            prop_assume!(!titles.is_empty());
            let items: String = titles.iter().map(|title| format!("- [x] {} (2 h)\n", crate::text::markdown(title))).collect();
            let text = format!("# {}\n\n## {}\n\n{items}", crate::text::markdown(&titles[0]), crate::text::markdown(&titles[0]));
            let draft = read(Form::Markdown, "test", &text).expect("items");
            prop_assert_eq!(&draft.title, &titles[0], "{}", text);
            prop_assert_eq!(&draft.phases[0].title, &titles[0], "{}", text);
            let found: Vec<&String> = draft.topics().map(|topic| &topic.title).collect();
            prop_assert_eq!(found, titles.iter().collect::<Vec<_>>(), "{}", text);
            prop_assert!(draft.topics().all(|topic| topic.done && topic.hours == Some(2.0)));
        }
    }
}
