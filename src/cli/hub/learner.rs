//! `roadmap sync postgres://…`: a learner's machine and the hub.

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

use anyhow::Result;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use super::database::connect;
use crate::cli::app::App;
use crate::cli::sync::{Change, own_curricula};
use crate::hub::{Address, Exchanged};
use crate::journal::{Folder, Remark};
use crate::report::VERSION;
use crate::text;

/// What is over sooner needs no bar.
const SOON: Duration = Duration::from_secs(1);

/// Exchanges entries with the hub at `url`, or says what would be exchanged. `is_set` is whether the
/// config names it.
pub(in crate::cli) fn sync(url: &str, dry_run: bool, is_set: bool, app: &mut App) -> Result<()> {
    let address = Address::parse(url)?;
    let hub = connect(&address, app)?;
    let greeting = hub.greet()?;
    let device = if dry_run { app.places.known_device_id() } else { app.places.device_id()? };
    // What was closed before is only asked to say what came of it, so that it fails is no matter.
    let before = app.desk().ok();
    // An id becomes a folder's name here, so only what is an id counts.
    let theirs = greeting.curricula().filter(|id| text::is_kebab_case(id)).map(str::to_owned);
    let curricula: BTreeSet<String> = own_curricula(&app.places.journals)?.into_iter().chain(theirs).collect();
    let mut bar = Bar::new(app);
    let mut all: Vec<Exchanged> = Vec::new();
    for id in &curricula {
        let journal = Folder::new(&app.places.journals, id, &device);
        all.push(if dry_run {
            hub.compare(&greeting, &journal)?
        } else {
            hub.exchange(&greeting, &journal, |through, of| bar.show(through, of))?
        });
    }
    drop(bar);
    if greeting.shares_notes != app.config.share_notes && !dry_run {
        hub.share_notes(app.config.share_notes)?;
        app.remark(if app.config.share_notes {
            "Teachers of the hub may read your notes from now on."
        } else {
            "Teachers of the hub may not read your notes any more."
        });
    }
    let came = |id: &str| all.iter().any(|one| one.curriculum == id && one.came > 0);
    let change = Change::since(before.filter(|_| !dry_run), app, came);
    for Remark(words) in all.iter().flat_map(|one| &one.remarks) {
        app.warn(words);
    }
    tell(&address, dry_run, is_set, &all, &change, app)
}

fn tell(
    address: &Address,
    dry_run: bool,
    is_set: bool,
    all: &[Exchanged],
    change: &Change,
    app: &mut App,
) -> Result<()> {
    let sum = |of: fn(&Exchanged) -> usize| all.iter().map(of).sum::<usize>();
    let (sent, came) = (sum(|one| one.sent), sum(|one| one.came));
    let (unfit, unread) = (sum(|one| one.unfit), sum(|one| one.unread));
    if unfit > 0 {
        app.warn(format!(
            "{} stayed here: the hub holds no id of more than 500 letters and no year of five digits",
            text::count(unfit, "entry")
        ));
    }
    if unread > 0 {
        app.warn(format!("{} of the hub cannot be read; update roadmap", text::count(unread, "entry")));
    }
    if app.json {
        let came: Vec<_> = all
            .iter()
            .filter(|one| one.came > 0)
            .map(|one| json!({"curriculum": one.curriculum, "device": null, "entries": one.came}))
            .collect();
        return app.print_json(&json!({
            "version": VERSION, "hub": address.to_string(), "dry_run": dry_run, "sent": sent, "passed_on": 0,
            "came": came, "closed": change.closed, "opened": change.opened, "half_synced": [], "problems": [],
        }));
    }
    let [send, come] = if dry_run { ["Would send", "would come"] } else { ["Sent", "came"] };
    if sent > 0 {
        app.remark(format!("{send} {} to {address}.", text::count(sent, "entry")));
    }
    if came > 0 {
        let hub = if sent > 0 { "it".to_owned() } else { address.to_string() };
        app.remark(format!("{} {come} from {hub}.", text::count(came, "entry")));
    }
    if sent + came == 0 {
        app.remark("Nothing new.");
    }
    for sentence in change.sentences() {
        app.remark(sentence);
    }
    if !is_set && !dry_run {
        app.remark("`roadmap config hub URL` makes this `roadmap sync`.");
    }
    Ok(())
}

/// A bar on a terminal, for what lasts.
struct Bar {
    began: Instant,
    bar: Option<ProgressBar>,
    is_wanted: bool,
}

impl Bar {
    fn new(app: &App) -> Self {
        let is_wanted = !app.quiet && !app.json && std::io::stderr().is_terminal();
        Self { began: Instant::now(), bar: None, is_wanted }
    }

    fn show(&mut self, through: usize, of: usize) {
        if !self.is_wanted || (self.bar.is_none() && (self.began.elapsed() < SOON || through == of)) {
            return;
        }
        let bar = self.bar.get_or_insert_with(|| {
            let style = ProgressStyle::with_template("{bar:30} {pos} of {len} entries");
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar
        });
        bar.set_length(of as u64);
        bar.set_position(through as u64);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
