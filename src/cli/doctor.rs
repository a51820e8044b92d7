//! `roadmap doctor`: where everything lies, what is unsound, and the mend.

use std::ffi::OsStr;

use anyhow::Result;

use super::app::App;
use super::style::{self, DONE, WARN};
use crate::cache::Cache;
use crate::curriculum;
use crate::error::Error;
use crate::journal::{Folder, Remark};
use crate::progress::Progress;
use crate::report::VERSION;
use crate::sync::Hub;
use crate::text;

/// Show where everything lies, and what is unsound
///
/// Looks at config, curriculum and journal, and whether others could change them. `--mend` repairs a
/// damaged journal: broken lines are set aside in a file beside it, never deleted.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// Set broken journal lines aside
    #[arg(long)]
    mend: bool,
}

/// One line of the diagnosis.
struct Finding {
    sound: bool,
    what: &'static str,
    words: String,
}

pub(super) fn run(args: &Args, app: &mut App) -> Result<()> {
    let mut findings: Vec<Finding> = Vec::new();
    let mut find = |sound: bool, what: &'static str, words: String| findings.push(Finding { sound, what, words });
    let config = app.places.config.display().to_string();
    find(
        true,
        "config",
        if app.places.config.exists() { config } else { format!("{config} (not there: the defaults hold)") },
    );
    let curriculum = match app.curriculum_path() {
        None => {
            let shipped = crate::shipped();
            let edition = shipped.edition().map_or_else(String::new, |edition| format!(", edition {edition}"));
            find(
                true,
                "curriculum",
                format!("shipped with this program: {}{edition}", text::count(shipped.topics().len(), "topic")),
            );
            Some(shipped)
        }
        Some(path) => {
            let checked = curriculum::load(path);
            let errors = checked.diagnostics.iter().filter(|d| d.is_error()).count();
            let warnings = checked.diagnostics.len() - errors;
            let path = path.display();
            find(
                errors == 0,
                "curriculum",
                format!("{path}: {}, {}", text::count(errors, "error"), text::count(warnings, "warning")),
            );
            if let (Some(extension), Some(curriculum)) = (&checked.extension, &checked.curriculum) {
                find(true, "extends", super::check::extends(extension, curriculum));
            }
            checked.curriculum
        }
    };
    if let Some(curriculum) = curriculum {
        let folder = Folder::new(&app.places.journals, curriculum.id(), &app.places.known_device_id());
        find(true, "journal", folder.path().display().to_string());
        if args.mend {
            for Remark(words) in folder.mend()? {
                find(true, "mended", words);
            }
        }
        match folder.read() {
            Ok((journal, remarks)) => {
                let files = folder.files()?.len();
                find(
                    true,
                    "entries",
                    format!("{} in {}", text::count(journal.len(), "entry"), text::count(files, "file")),
                );
                for Remark(words) in remarks {
                    find(false, "journal", words);
                }
                let progress = Progress::replay(&curriculum, &journal);
                let strangers: Vec<&str> = progress.strangers().collect();
                if !strangers.is_empty() {
                    find(
                        true,
                        "kept",
                        format!(
                            "entries about {} that this curriculum does not have: {}",
                            text::count(strangers.len(), "topic"),
                            text::list(&strangers)
                        ),
                    );
                }
            }
            Err(error) => {
                let hint = error.next_step().map_or_else(String::new, |hint| format!(" ({hint})"));
                find(false, "journal", format!("{error}{hint}"));
            }
        }
        for complaint in super::permissions::complaints(&app.places) {
            find(false, "privacy", complaint);
        }
        for aside in set_aside(&folder) {
            find(true, "set aside", aside);
        }
        if let Some(track) = app.config.track.as_ref().filter(|id| curriculum.find_track(id).is_none()) {
            find(
                false,
                "track",
                format!("the config names `{track}`, which this curriculum does not have; `roadmap track` lists them"),
            );
        }
    }
    if let Some(hub) = &app.config.hub {
        match Hub::parse(OsStr::new(hub)) {
            Ok(hub) => find(true, "hub", hub.to_string()),
            Err(error) => find(false, "hub", format!("{error}; `roadmap config hub FOLDER` names another")),
        }
    }
    let cache = app.places.cache.display();
    match Cache::new(&app.places.cache).try_out() {
        Ok(()) => find(true, "cache", format!("{cache} (can be deleted at any time)")),
        Err(error) => find(
            false,
            "cache",
            format!("{cache} cannot be written to: {error}; curricula of your own are read anew at every start"),
        ),
    }
    if let Err(error) = writable(app) {
        find(false, "home", format!("cannot be written to: {error}"));
    }
    let unsound = findings.iter().filter(|f| !f.sound).count();
    if app.json {
        let findings: Vec<_> = findings
            .iter()
            .map(|f| serde_json::json!({"sound": f.sound, "what": f.what, "finding": f.words}))
            .collect();
        app.print_json(&serde_json::json!({"version": VERSION, "sound": unsound == 0, "findings": findings}))?;
        app.flush()?;
    } else {
        for finding in &findings {
            let mark = if finding.sound { style::paint(DONE, "✓") } else { style::paint(WARN, "!") };
            app.print(format!("{mark} {:<10} {}\n", finding.what, text::line(&finding.words)));
        }
    }
    if unsound == 0 {
        return Ok(());
    }
    if app.json {
        return Err(anyhow::Error::msg(""));
    }
    Err(Error::new(format!("found {}", text::count(unsound, "problem")))
        .hint("the lines marked `!` say what and how to mend it")
        .into())
}

fn set_aside(folder: &Folder) -> Vec<String> {
    let entries = std::fs::read_dir(folder.path()).into_iter().flatten().flatten();
    let torn = entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|ext| ext == "torn"));
    let mut torn: Vec<String> =
        torn.map(|path| format!("{} holds lines that were cut off or broken", path.display())).collect();
    torn.sort();
    torn
}

/// Tries to write where the journal lies, or where its folder would be made, and leaves no trace.
fn writable(app: &App) -> std::io::Result<()> {
    let folder = app.places.journals.ancestors().find(|folder| folder.is_dir());
    match folder {
        Some(folder) => tempfile::tempfile_in(folder).map(drop),
        None => Ok(()),
    }
}
