//! `roadmap evidence`: what proves that the learner has a topic.

use std::path::{Component, Path};

use anyhow::Result;
use serde::Serialize;

use super::app::App;
use super::completions::{topics, topics_to_mark};
use super::pick;
use super::style::{self, FAINT, STRONG};
use crate::curriculum::{Curriculum, Kind, TopicIx, fault_of_address};
use crate::error::{self, Error};
use crate::journal::{Entry, Event};
use crate::progress::Progress;
use crate::report::{EvidenceView, VERSION};
use crate::text;

/// Keep what proves that you have a topic
///
/// An address that others can open, or a file or folder of yours. `portfolio` makes something of it;
/// addresses are published there, files stay private.
///
///   roadmap evidence add project-nn-from-scratch https://github.com/me/micrograd
///   roadmap evidence list
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Add(AddArgs),
    List(ListArgs),
    Remove(RemoveArgs),
}

/// Add evidence to a topic
///
/// Files must exist, and are kept by their whole path. The topic's state stays as it is.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
struct AddArgs {
    /// Id, beginning of an id, or words of the title
    #[arg(add = topics_to_mark())]
    topic: String,
    /// http or https addresses, files or folders
    #[arg(required = true, value_name = "URL|FILE", value_hint = clap::ValueHint::AnyPath)]
    evidence: Vec<String>,
}

/// List evidence, of one topic or of all
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
struct ListArgs {
    /// Id, beginning of an id, or words of the title
    #[arg(add = topics())]
    topic: Option<String>,
}

/// Take evidence off a topic
///
/// The journal keeps that it was there, and `undo` brings it back. Files of yours are not touched.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
struct RemoveArgs {
    /// Id, beginning of an id, or words of the title
    #[arg(add = topics())]
    topic: String,
    /// Addresses or files, as `evidence list` shows them
    #[arg(required = true, value_name = "URL|FILE", value_hint = clap::ValueHint::AnyPath)]
    evidence: Vec<String>,
}

pub(super) fn run(args: &Args, app: &mut App) -> Result<()> {
    match &args.command {
        Command::Add(args) => add(args, app),
        Command::List(args) => list(args, app),
        Command::Remove(args) => remove(args, app),
    }
}

/// Returns `typed` as the journal keeps it: an address, or the whole path of something that exists.
pub(super) fn kept(typed: &str) -> error::Result<String> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(Error::new("the evidence is empty").hint("name an address or a file"));
    }
    let address = lower_scheme(typed);
    let shown = text::line(typed);
    match fault_of_address(&address) {
        None => return Ok(address),
        Some(fault) if address.contains("://") => {
            return Err(Error::new(format!("bad address `{shown}`: {fault}"))
                .hint("write a whole address, such as `https://github.com/me/project`, or the path of a file"));
        }
        Some(_) => {}
    }
    if Path::new(typed).exists() {
        return whole_path(typed)
            .ok_or_else(|| Error::new(format!("cannot tell the whole path of `{shown}`")).hint("give the whole path"));
    }
    let as_address = format!("https://{typed}");
    let host = typed.split('/').next().unwrap_or_default();
    let hint = if host.contains('.') && !host.starts_with('.') && fault_of_address(&as_address).is_none() {
        format!("if it is an address, write `{as_address}`")
    } else {
        "name a file that exists, or an address that begins with `https://`".to_owned()
    };
    Err(Error::new(format!("there is no file `{shown}`")).hint(hint))
}

/// Returns an address with its scheme in lower case, as browsers read it.
fn lower_scheme(typed: &str) -> String {
    match typed.split_once("://") {
        Some((scheme, rest)) => format!("{}://{rest}", scheme.to_ascii_lowercase()),
        None => typed.to_owned(),
    }
}

fn whole_path(typed: &str) -> Option<String> {
    let whole = std::path::absolute(typed).ok()?;
    // Links stay as the learner knows them; only what `..` means takes a look at the disk.
    let climbs = whole.components().any(|part| part == Component::ParentDir);
    let whole = if climbs { whole.canonicalize().ok()? } else { whole };
    whole.into_os_string().into_string().ok()
}

/// Returns which of `there` is meant by `typed`; the file itself may be gone.
fn find<'m>(typed: &str, there: &'m [String]) -> Option<&'m String> {
    let typed = typed.trim();
    let whole = whole_path(typed);
    let is_meant = |kept: &&String| {
        kept.as_str() == typed || **kept == lower_scheme(typed) || Some(kept.as_str()) == whole.as_deref()
    };
    there.iter().find(is_meant)
}

fn add(args: &AddArgs, app: &mut App) -> Result<()> {
    let curriculum = app.curriculum()?;
    let ix = pick::topic(&curriculum, &args.topic)?;
    let evidence = args.evidence.iter().map(|typed| kept(typed)).collect::<error::Result<Vec<_>>>()?;
    let (desk, entries) = app.append(curriculum, |curriculum, progress| {
        let there = &progress.mark(ix).evidence;
        let new: Vec<String> = evidence.iter().filter(|one| !there.contains(one)).cloned().collect();
        Ok(step(curriculum, ix, Event::AddEvidence, new))
    })?;
    if app.json {
        return answer(app, &desk.curriculum, &desk.progress, ix, &entries);
    }
    let id = &desk.curriculum.topic(ix).id;
    let Some(entry) = entries.first() else {
        app.remark(format!("`{id}` has it already."));
        return Ok(());
    };
    app.remark(format!("Added to `{id}`: {}.", text::list(&entry.evidence)));
    let is_project = desk.curriculum.topic(ix).kind == Kind::Project;
    match (is_project, desk.progress.state(ix)) {
        (true, state) if state.is_had() => app.remark("`roadmap portfolio` shows what comes of it."),
        (_, state) if state.is_closed() => {}
        _ => app.remark(format!("It counts once the topic is done: `roadmap done {id}`.")),
    }
    Ok(())
}

fn remove(args: &RemoveArgs, app: &mut App) -> Result<()> {
    let curriculum = app.curriculum()?;
    let ix = pick::topic(&curriculum, &args.topic)?;
    let (desk, entries) = app.append(curriculum, |curriculum, progress| {
        let there = &progress.mark(ix).evidence;
        let id = &curriculum.topic(ix).id;
        let mut gone = Vec::new();
        for typed in &args.evidence {
            let found = find(typed, there).ok_or_else(|| {
                let hint = match text::nearest(typed, there.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean `{}`?", text::line(near)),
                    None => format!("`roadmap evidence list {id}` shows what there is"),
                };
                Error::new(format!("`{id}` has no evidence `{}`", text::line(typed))).hint(hint)
            })?;
            if !gone.contains(found) {
                gone.push(found.clone());
            }
        }
        Ok(step(curriculum, ix, Event::RemoveEvidence, gone))
    })?;
    if app.json {
        return answer(app, &desk.curriculum, &desk.progress, ix, &entries);
    }
    let gone = entries.first().map_or(&[][..], |entry| &entry.evidence);
    app.remark(format!(
        "Removed from `{}`: {}; `roadmap undo` brings it back.",
        desk.curriculum.topic(ix).id,
        text::list(gone)
    ));
    Ok(())
}

/// Returns the entry of an event about evidence, or none if nothing is to be written.
fn step(curriculum: &Curriculum, ix: TopicIx, event: Event, evidence: Vec<String>) -> Vec<Entry> {
    let mut unique: Vec<String> = Vec::new();
    for one in evidence {
        if !unique.contains(&one) {
            unique.push(one);
        }
    }
    if unique.is_empty() {
        return Vec::new();
    }
    vec![Entry { evidence: unique, ..Entry::new(event, &curriculum.topic(ix).id) }]
}

fn answer(app: &mut App, curriculum: &Curriculum, progress: &Progress, ix: TopicIx, entries: &[Entry]) -> Result<()> {
    let changed: Vec<&str> = entries.iter().filter_map(|entry| entry.topic.as_deref()).collect();
    app.print_json(&serde_json::json!({
        "version": VERSION,
        "step": entries.first().map(|entry| &entry.id),
        "changed": changed,
        "unlocked": [],
        "topic": curriculum.topic(ix).id,
        "evidence": EvidenceView::all(&progress.mark(ix).evidence),
    }))
}

/// `roadmap evidence list --json`.
#[derive(Serialize)]
struct EvidenceList {
    version: u32,
    topics: Vec<TopicEvidence>,
}

/// A topic and what proves it.
#[derive(Serialize)]
struct TopicEvidence {
    id: String,
    title: String,
    state: &'static str,
    evidence: Vec<EvidenceView>,
}

fn list(args: &ListArgs, app: &mut App) -> Result<()> {
    let desk = app.desk()?;
    let wanted = args.topic.as_deref().map(|typed| pick::topic(&desk.curriculum, typed)).transpose()?;
    let found = desk.curriculum.indices().filter(|&ix| wanted.is_none_or(|wanted| wanted == ix));
    let proven = found.filter(|&ix| !desk.progress.mark(ix).evidence.is_empty());
    let view = |ix: TopicIx| TopicEvidence {
        id: desk.curriculum.topic(ix).id.to_string(),
        title: desk.curriculum.topic(ix).title.to_string(),
        state: desk.progress.state(ix).name(),
        evidence: EvidenceView::all(&desk.progress.mark(ix).evidence),
    };
    let list = EvidenceList { version: VERSION, topics: proven.map(view).collect() };
    if app.json {
        return app.print_json(&list);
    }
    if list.topics.is_empty() {
        app.remark("There is none. `roadmap evidence add TOPIC URL` adds some.");
    }
    for topic in &list.topics {
        let title =
            style::paint(FAINT, text::fit(&text::line(&topic.title), app.width.saturating_sub(topic.id.len() + 2)));
        app.print(format!("{}  {title}\n", style::paint(STRONG, &topic.id)));
        for evidence in &topic.evidence {
            // Whole, however long: it is there to be copied.
            app.print(format!("  {}\n", shown(evidence)));
        }
    }
    Ok(())
}

/// Returns evidence as one line, with a word where it is private.
pub(super) fn shown(evidence: &EvidenceView) -> String {
    let private = if evidence.public { String::new() } else { style::paint(FAINT, "  private") };
    format!("{}{private}", text::line(&evidence.at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(typed: &str, expected: &str) {
        let found = match kept(typed) {
            Ok(kept) => kept,
            Err(error) => format!("{error} ({})", error.next_step().unwrap_or_default()),
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn evidence_is_an_address_or_a_file_that_exists() {
        case(" https://github.com/me/x ", "https://github.com/me/x");
        case("HTTPS://github.com/me/X", "https://github.com/me/X");
        case("/", "/");
        case(
            "ftp://e.org/x",
            "bad address `ftp://e.org/x`: it must begin with `https://` or `http://` (write a whole address, such as `https://github.com/me/project`, or the path of a file)",
        );
        case(
            "github.com/me/x",
            "there is no file `github.com/me/x` (if it is an address, write `https://github.com/me/x`)",
        );
        for bad in ["javascript:alert(1)", "nowhere.pdf/", "./nowhere.pdf"] {
            assert!(kept(bad).is_err(), "{bad}");
        }
        assert!(kept("https://me:secret@github.com/me/x").is_err(), "a password is not for others");
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        let path = file.path().to_str().expect("UTF-8");
        case(path, path);
        let around = format!("{}/../{}", file.path().parent().expect("a folder").display(), "..");
        assert!(kept(&around).is_ok_and(|whole| !whole.contains("..")), "{around}");
    }

    #[test]
    fn what_is_there_is_found_as_it_was_typed() {
        let there = ["https://e.org".to_owned(), "/gone/report.pdf".to_owned()];
        assert_eq!(find("HTTPS://e.org", &there), Some(&there[0]));
        assert_eq!(find("/gone/./report.pdf", &there), Some(&there[1]));
        assert_eq!(find("/gone/other.pdf", &there), None);
    }
}
