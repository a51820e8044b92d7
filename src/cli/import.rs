//! `roadmap import`: a curriculum out of a checklist, a table or a roadmap.sh drawing; or a backup.

use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::ValueEnum;
use serde::Serialize;

use super::app::App;
use super::{backup, folder, mark};
use crate::authoring::{self, Draft, Form};
use crate::curriculum::Curriculum;
use crate::error::Error;
use crate::journal::{Entry, Event};
use crate::report::VERSION;
use crate::text;

/// Make a curriculum out of a list that you have, or bring back a backup
///
/// Markdown: headings are phases, list items topics; an item requires the one that it is indented
/// under, `(3 h)` at its end gives its hours, and links become resources.
///
/// CSV: the first line names the columns id, title, phase, hours, requires, kind, state, summary in
/// any order; only title must be there. Several ids under requires are separated by `;`.
///
/// roadmap.sh: the JSON of a roadmap; its topics and subtopics are ordered by position.
///
/// Writes a folder of YAML files for you to read and change; an existing folder is refused.
///
/// A backup that `roadmap export --all` made is brought back: all of it or nothing. What is there
/// already and holds the same or more stays as it is; what differs is refused.
///
///   roadmap import reading-list.md --mark
///   roadmap import topics.csv --to my-course --hours 2
///   roadmap import roadmap-backup.tar
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// The file to read
    file: PathBuf,
    /// The folder to make; without it one named after the file, here
    #[arg(long, value_name = "FOLDER")]
    to: Option<PathBuf>,
    /// What the file is, if its name and text do not show it
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Hours for topics that give none
    #[arg(long, value_name = "H", default_value = "4", value_parser = mark::hours)]
    hours: f64,
    /// Mark what is checked as done in your journal, as one step
    #[arg(long)]
    mark: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// A Markdown checklist
    Markdown,
    /// A table with a line of column names
    Csv,
    /// What roadmap.sh stores
    RoadmapSh,
}

/// `roadmap import --json`.
#[derive(Serialize)]
struct Imported {
    version: u32,
    folder: String,
    id: String,
    title: String,
    phases: usize,
    topics: usize,
    /// Topics whose hours are a guess.
    guessed: usize,
    /// Ids of the topics that were checked.
    checked: Vec<String>,
    /// Whether these were marked done.
    marked: bool,
    remarks: Vec<String>,
}

/// Files beyond this many bytes are refused.
const LARGEST_FILE: u64 = 64 << 20;

pub(super) fn run(args: &Args, app: &mut App) -> Result<()> {
    let name = args.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if args.format.is_none() && backup::is_backup(&args.file) {
        if args.to.is_some() || args.mark {
            return Err(Error::new(format!("{} is a backup", folder::show(&args.file)))
                .hint("it goes back to where it came from, without `--to` and `--mark`")
                .into());
        }
        return backup::restore(&args.file, app);
    }
    let text = read(&args.file)?;
    let form = match args.format {
        Some(Format::Markdown) => Form::Markdown,
        Some(Format::Csv) => Form::Csv,
        Some(Format::RoadmapSh) => Form::RoadmapSh,
        None => Form::guess(&name, &text),
    };
    let mut draft = authoring::read(form, &folder::show(&args.file), &text)?;
    let stem = args.file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let path = args.to.clone().unwrap_or_else(|| PathBuf::from(first_id(&[&stem, &draft.title])));
    let last = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let id = first_id(&[&last, &draft.title]);
    folder::refuse_shipped_id(&id, "name another folder with `--to`; the id is made of its name")?;
    if draft.title.is_empty() {
        draft.title = text::line(stem.trim()).into_owned();
    }
    let checked = folder::create(&path, &draft.files(&id, &name, args.hours))?;
    let mut marked = false;
    if args.mark
        && let Some(curriculum) = checked.curriculum
    {
        // All or nothing: with the folder there, the same command could not be tried again.
        marked = mark_done(app, curriculum, &draft).inspect_err(|_| folder::take_back(&path))?;
    }
    let title = if draft.title.is_empty() { id.clone() } else { draft.title.clone() };
    let imported = Imported {
        version: VERSION,
        folder: folder::show(&path),
        id,
        title,
        phases: draft.phases.len(),
        topics: draft.topics().count(),
        guessed: draft.topics().filter(|topic| topic.hours.is_none()).count(),
        checked: draft.topics().filter(|topic| topic.done).map(|topic| topic.id.clone()).collect(),
        marked,
        remarks: draft.remarks,
    };
    if app.json {
        return app.print_json(&imported);
    }
    tell(app, &imported, &folder::typed(&path), args.hours);
    Ok(())
}

fn read(file: &Path) -> Result<String> {
    let shown = folder::show(file);
    let cannot = |error| Error::io(format!("cannot read {shown}"), error);
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(file).map_err(cannot)?;
    opened.take(LARGEST_FILE + 1).read_to_end(&mut bytes).map_err(cannot)?;
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(Error::new(format!("{shown} is larger than 64 MiB")).hint("import it in parts").into());
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..at].iter().filter(|&&byte| byte == b'\n').count() + 1;
        Error::new(format!("{shown}:{line}: not UTF-8 text"))
            .hint("save the file as UTF-8; spreadsheets offer \"CSV UTF-8\"")
            .into()
    })
}

/// Returns the id of the first of these of which one can be made.
fn first_id(words: &[&str]) -> String {
    let mut ids = words.iter().map(|words| text::kebab_case(words));
    ids.find(|id| !id.is_empty()).unwrap_or_else(|| "imported".to_owned())
}

/// Marks what was checked; returns whether anything was.
fn mark_done(app: &App, curriculum: Curriculum, draft: &Draft) -> Result<bool> {
    let done = draft.topics().filter(|topic| topic.done);
    let entries: Vec<Entry> = done.map(|topic| Entry::new(Event::Done, &topic.id)).collect();
    if entries.is_empty() {
        return Ok(false);
    }
    app.append(curriculum, |_, _| Ok(entries))?;
    Ok(true)
}

fn tell(app: &mut App, imported: &Imported, folder: &str, hours: f64) {
    let Imported { topics, guessed, checked, .. } = imported;
    app.print(format!(
        "Imported {} in {} into {}.\n",
        text::count(*topics, "topic"),
        text::count(imported.phases, "phase"),
        imported.folder
    ));
    for remark in &imported.remarks {
        app.remark(remark);
    }
    if *guessed > 0 {
        let which = match guessed {
            all if all == topics => "No topic gives".to_owned(),
            1 => "1 of them gives no".to_owned(),
            some => format!("{some} of them give no"),
        };
        app.remark(format!("{which} hours; {} each is a guess, and marked as one.", text::hours(hours)));
    }
    let count =
        if checked.len() == 1 { "checked topic".to_owned() } else { format!("{} checked topics", checked.len()) };
    if imported.marked {
        app.remark(format!("Marked the {count} done; `roadmap --curriculum {folder} undo` takes it back."));
    } else if !checked.is_empty() && checked.len() <= 6 {
        let ids = checked.join(" ");
        app.remark(format!("To mark the {count}: `roadmap --curriculum {folder} done {ids} --force`."));
    } else if !checked.is_empty() {
        app.remark(format!("To mark the {count}, remove the folder and import again with `--mark`."));
    }
    app.remark(format!(
        "\nNext:\n  roadmap check {folder}\n  roadmap --curriculum {folder} next\n  roadmap config curriculum {folder}"
    ));
}
