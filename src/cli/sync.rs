//! `roadmap sync`: entries of this machine go to a hub, those of the others come from it.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::path::Path;

use anyhow::Result;

use super::app::{App, Desk};
use super::folder::{show, typed};
use crate::error::{self, Error};
use crate::journal::{Folder, Remark};
use crate::report::VERSION;
use crate::sync::Hub;
use crate::sync::folder::{Exchange, Synced};
use crate::text;

/// Exchange progress with your other machines
///
/// FOLDER is any folder that something else carries between them: Dropbox, Syncthing, a git work tree,
/// a USB stick. What this machine has and the folder lacks goes there, what others left comes here, for
/// all your curricula. Nothing is ever overwritten, and it may run on several machines at once.
///
/// In the place of a folder may stand the address of a hub, postgres://USER@HOST/DATABASE, such as
/// `roadmap hub invite` prints.
///
/// A file that has only half arrived is no error: the rest comes with the next sync. What cannot be
/// synced is named, with exit status 1; everything else is then synced all the same.
///
///   roadmap sync ~/Dropbox/roadmap
///   roadmap config hub ~/Dropbox/roadmap     from now on: roadmap sync
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// The folder; without it the one that the setting `hub` names
    #[arg(value_name = "FOLDER", value_hint = clap::ValueHint::AnyPath)]
    hub: Option<OsString>,
    /// Say what would go and come, and change nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(args: &Args, app: &mut App) -> Result<()> {
    match chosen(args, app)? {
        Hub::Folder(path) => with_folder(&path, args, app),
        #[cfg(feature = "hub")]
        Hub::Postgres(url) => super::hub::sync(&url, args.dry_run, app.config.hub.is_some(), app),
        #[cfg(not(feature = "hub"))]
        Hub::Postgres(_) => Err(super::hub::lacking("`roadmap sync postgres://…`").into()),
    }
}

/// Returns what to sync with.
fn chosen(args: &Args, app: &App) -> error::Result<Hub> {
    if let Some(hub) = &args.hub {
        return Hub::parse(hub);
    }
    let Some(hub) = &app.config.hub else {
        return Err(Error::new("no folder to sync with is named")
            .hint("`roadmap sync FOLDER`, or once `roadmap config hub FOLDER`"));
    };
    match Hub::parse(OsStr::new(hub))? {
        // It would be another folder wherever the command is given.
        Hub::Folder(path) if !path.is_absolute() => {
            Err(Error::new(format!("the setting `hub` names {}, which is not a whole path", show(&path)))
                .hint("`roadmap config hub FOLDER` writes the whole path"))
        }
        hub => Ok(hub),
    }
}

fn with_folder(path: &Path, args: &Args, app: &mut App) -> Result<()> {
    let synced = Synced::open(path, &app.places.journals)?;
    let device = if args.dry_run { app.places.known_device_id() } else { app.places.device_id()? };
    // What was closed before is only asked to say what came of it, so that it fails is no matter.
    let before = app.desk().ok();
    let curricula: BTreeSet<String> =
        own_curricula(&app.places.journals)?.into_iter().chain(synced.curricula()?).collect();
    let exchange = |id: &String| {
        let journal = Folder::new(&app.places.journals, id, &device);
        if args.dry_run { synced.compare(&journal) } else { synced.sync(&journal) }
    };
    let exchanges: Vec<Exchange> = curricula.iter().map(exchange).collect();
    for Remark(words) in exchanges.iter().flat_map(|exchange| &exchange.remarks) {
        app.warn(words);
    }
    let came = |id: &str| exchanges.iter().any(|exchange| exchange.curriculum == id && !exchange.came.is_empty());
    let change = Change::since(before.filter(|_| !args.dry_run), app, came);
    tell(path, args, app, exchanges, &change)
}

/// Prints what was exchanged, and returns the first of what could not be.
fn tell(path: &Path, args: &Args, app: &mut App, exchanges: Vec<Exchange>, change: &Change) -> Result<()> {
    let total = Total::of(&exchanges);
    if app.json {
        app.print_json(&as_json(path, args, &exchanges, change))?;
        app.flush()?;
    } else {
        for file in exchanges.iter().flat_map(|exchange| &exchange.half_synced) {
            app.remark(format!("{} is half-synced; the rest comes with the next sync.", show(file)));
        }
        let is_whole = exchanges.iter().all(|exchange| exchange.problems.is_empty());
        for sentence in total.sentences(path, args.dry_run, is_whole) {
            app.remark(sentence);
        }
        for sentence in change.sentences() {
            app.remark(sentence);
        }
        let something = total.sent + total.passed_on > 0 || !total.came.is_empty();
        if args.hub.is_some() && app.config.hub.is_none() && something && is_whole && !args.dry_run {
            let words = format!("`roadmap config hub {}` makes this `roadmap sync`.", typed(path));
            app.remark(super::style::paint(super::style::FAINT, words));
        }
    }
    let mut problems = exchanges.into_iter().flat_map(|exchange| exchange.problems);
    let Some(first) = problems.next() else { return Ok(()) };
    if app.json {
        // They are in what was printed.
        return Err(anyhow::Error::msg(""));
    }
    for problem in problems {
        app.warn(problem.to_string());
    }
    // What was done is said before what was not.
    app.flush()?;
    Err(first.into())
}

/// Returns the ids of the curricula that this machine has a journal of.
pub(super) fn own_curricula(journals: &Path) -> error::Result<Vec<String>> {
    let cannot = |error| Error::io(format!("cannot read {}", show(journals)), error);
    let entries = match std::fs::read_dir(journals) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(cannot(error)),
    };
    let mut curricula = Vec::new();
    for entry in entries {
        let entry = entry.map_err(cannot)?;
        let name = entry.file_name().into_string().unwrap_or_default();
        if text::is_kebab_case(&name) && entry.path().metadata().map_err(cannot)?.is_dir() {
            curricula.push(name);
        }
    }
    Ok(curricula)
}

/// What went and came, over all curricula.
#[derive(Default)]
struct Total {
    sent: usize,
    passed_on: usize,
    came: BTreeMap<String, usize>,
}

impl Total {
    fn of(exchanges: &[Exchange]) -> Self {
        let mut total = Self::default();
        for exchange in exchanges {
            total.sent += exchange.sent;
            total.passed_on += exchange.passed_on;
            for (device, entries) in &exchange.came {
                *total.came.entry(device.clone()).or_default() += entries;
            }
        }
        total
    }

    fn sentences(&self, path: &Path, dry_run: bool, is_whole: bool) -> Vec<String> {
        let [send, pass_on, come] =
            if dry_run { ["Would send", "would pass on", "would come"] } else { ["Sent", "passed on", "came"] };
        let mut sentences = Vec::new();
        let mut went = Vec::new();
        if self.sent > 0 {
            went.push(format!("{send} {}", text::count(self.sent, "entry")));
        }
        if self.passed_on > 0 {
            went.push(format!("{pass_on} {} of other machines", text::count(self.passed_on, "entry")));
        }
        if !went.is_empty() {
            sentences.push(format!("{} to {}.", capital(&went.join(" and ")), show(path)));
        }
        let from: Vec<String> =
            self.came.iter().map(|(device, n)| format!("{n} from `{}`", text::line(device))).collect();
        match (self.came.values().sum::<usize>(), from.as_slice()) {
            (0, _) => {}
            (n, [_]) => {
                let device = self.came.keys().next().map_or("", String::as_str);
                sentences.push(format!("{} {come} from `{}`.", text::count(n, "entry"), text::line(device)));
            }
            (n, from) => sentences.push(format!("{} {come}: {}.", text::count(n, "entry"), from.join(", "))),
        }
        if sentences.is_empty() && is_whole {
            sentences.push("Nothing new.".to_owned());
        }
        sentences
    }
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What came of it for the learner, in the curriculum that is chosen.
#[derive(Default)]
pub(super) struct Change {
    /// Ids of the topics that are done, known or skipped now and were not.
    pub(super) closed: Vec<String>,
    /// Ids of those that were and are not any more.
    pub(super) opened: Vec<String>,
}

impl Change {
    /// Returns what changed since `before`, where something `came` for its curriculum. Nothing is said of what
    /// cannot be known.
    pub(super) fn since(before: Option<Desk>, app: &App, came: impl Fn(&str) -> bool) -> Self {
        let before = before.filter(|desk| came(desk.curriculum.id()));
        before.and_then(|before| Some(Self::between(&before, &app.desk().ok()?))).unwrap_or_default()
    }

    fn between(before: &Desk, after: &Desk) -> Self {
        let mut change = Self::default();
        // It is the same curriculum unless its file was edited within the moment.
        for ix in
            after.curriculum.indices().filter(|_| before.curriculum.topics().len() == after.curriculum.topics().len())
        {
            let list = match (before.progress.state(ix).is_closed(), after.progress.state(ix).is_closed()) {
                (false, true) => &mut change.closed,
                (true, false) => &mut change.opened,
                _ => continue,
            };
            list.push(after.curriculum.topic(ix).id.to_string());
        }
        change
    }

    pub(super) fn sentences(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        if !self.closed.is_empty() {
            sentences.push(format!("Closed by that: {}.", text::list(&self.closed)));
        }
        if !self.opened.is_empty() {
            sentences.push(format!("Open again by that: {}.", text::list(&self.opened)));
        }
        sentences
    }
}

fn as_json(path: &Path, args: &Args, exchanges: &[Exchange], change: &Change) -> serde_json::Value {
    let total = Total::of(exchanges);
    let came: Vec<_> = exchanges
        .iter()
        .flat_map(|exchange| exchange.came.iter().map(|(device, entries)| (&exchange.curriculum, device, entries)))
        .map(|(curriculum, device, entries)| {
            serde_json::json!({"curriculum": curriculum, "device": device, "entries": entries})
        })
        .collect();
    let half_synced: Vec<String> = exchanges.iter().flat_map(|e| &e.half_synced).map(|file| show(file)).collect();
    let problems: Vec<_> = exchanges
        .iter()
        .flat_map(|exchange| &exchange.problems)
        .map(|problem| serde_json::json!({"error": problem.to_string(), "hint": problem.next_step()}))
        .collect();
    serde_json::json!({
        "version": VERSION, "hub": show(path), "dry_run": args.dry_run, "sent": total.sent,
        "passed_on": total.passed_on, "came": came, "closed": change.closed, "opened": change.opened,
        "half_synced": half_synced, "problems": problems,
    })
}
