//! What every command is handed: where things lie, the day, the width, and where output goes.
//!
//! The only file that asks the environment, the clock and the terminal.

use std::cell::RefCell;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::Result;
use chrono::{DateTime, FixedOffset, Local, NaiveDate};

use super::config::Config;
use super::{Globals, style};
use crate::cache::Cache;
use crate::curriculum::{Curriculum, TopicIx};
use crate::error::Error;
use crate::journal::{Entry, Folder, Journal, Remark};
use crate::progress::{Progress, State};
use crate::study::memory::Memory;
use crate::study::next::{Aim, Order};
use crate::study::pace::Pace;
use crate::study::plan::Load;
use crate::study::standing::Standing;
use crate::study::upcoming::Upcoming;
use crate::text;

/// The context of a run.
pub(super) struct App {
    pub(super) today: NaiveDate,
    pub(super) width: usize,
    pub(super) json: bool,
    pub(super) quiet: bool,
    pub(super) config: Config,
    pub(super) places: Places,
    color: clap::ColorChoice,
    curriculum: Option<PathBuf>,
    day_is_told: bool,
    out: String,
    remarks: RefCell<Vec<String>>,
    /// Warnings that wait, while the whole screen is drawn on.
    held: RefCell<Option<Vec<String>>>,
    /// The curriculum that was laid out last. The end of the process frees it at once, and not topic by
    /// topic: see `cli::main`.
    laid_out: RefCell<Option<Rc<Curriculum>>>,
}

/// The file of the device id holds a word.
const LARGEST_DEVICE: u64 = 4096;

/// Where the files lie.
#[derive(Clone, Debug)]
pub(super) struct Places {
    pub(super) config: PathBuf,
    pub(super) journals: PathBuf,
    pub(super) device: PathBuf,
    /// What can be made again from the rest, and be deleted at any time.
    pub(super) cache: PathBuf,
}

/// A curriculum with the learner's progress and memory in it.
pub(super) struct Desk {
    pub(super) curriculum: Rc<Curriculum>,
    pub(super) progress: Progress,
    pub(super) memory: Memory,
}

impl Desk {
    /// Returns how many topics are due for review.
    pub(super) fn due(&self) -> usize {
        self.curriculum.indices().filter(|&ix| self.progress.state(ix) == State::Due).count()
    }
}

impl App {
    pub(super) fn new(globals: Globals) -> Result<Self> {
        let places = Places::find(globals.home.as_deref())?;
        let config = Config::load(&places.config)?;
        let curriculum = globals.curriculum.or_else(|| config.curriculum.clone().map(PathBuf::from));
        Ok(Self {
            today: globals.today.unwrap_or_else(|| Local::now().date_naive()),
            day_is_told: globals.today.is_some(),
            width: width(),
            json: globals.json,
            quiet: globals.quiet,
            color: globals.color,
            config,
            places,
            curriculum,
            out: String::new(),
            remarks: RefCell::default(),
            held: RefCell::default(),
            laid_out: RefCell::default(),
        })
    }

    /// Adds to the result, which goes to standard output when the command has ended.
    pub(super) fn print(&mut self, words: impl AsRef<str>) {
        self.out.push_str(words.as_ref());
    }

    /// Prints a value as the whole result.
    pub(super) fn print_json(&mut self, value: &impl serde::Serialize) -> Result<()> {
        self.out = text::json(&serde_json::to_string_pretty(value)?).into_owned();
        self.out.push('\n');
        Ok(())
    }

    /// Says something about what was done, after the result; silent under `--quiet` and `--json`.
    pub(super) fn remark(&self, words: impl AsRef<str>) {
        if !self.quiet && !self.json {
            self.remarks.borrow_mut().push(words.as_ref().to_owned());
        }
    }

    /// Warns, under `--json` too, for standard error is not the result.
    pub(super) fn warn(&self, words: impl AsRef<str>) {
        if self.quiet {
            return;
        }
        let words = format!("{} {}", style::paint(style::WARN, "warning:"), words.as_ref());
        match self.held.borrow_mut().as_mut() {
            Some(held) => held.push(words),
            None => self.say(&words),
        }
    }

    /// Keeps warnings back from now on, and returns those kept since the last call.
    pub(super) fn hold_warnings(&self) -> Vec<String> {
        self.held.replace(Some(Vec::new())).unwrap_or_default()
    }

    /// Lets warnings through again.
    pub(super) fn release_warnings(&self) {
        for words in self.held.take().unwrap_or_default() {
            self.say(&words);
        }
    }

    /// Looks at the calendar again, for what runs past midnight.
    pub(super) fn wake(&mut self) {
        if !self.day_is_told {
            self.today = Local::now().date_naive();
        }
    }

    fn say(&self, words: &str) {
        let mut stderr = anstream::AutoStream::new(std::io::stderr(), style::choice(self.color));
        // A remark that nobody can read is no reason to fail.
        let _ = writeln!(stderr, "{}", style::wrap(words, self.width));
    }

    /// Takes back what was printed so far and not yet written.
    pub(super) fn take_out(&mut self) -> String {
        std::mem::take(&mut self.out)
    }

    /// Returns what `--color` says.
    pub(super) fn color(&self) -> clap::ColorChoice {
        self.color
    }

    /// Returns whether the result may hold colour.
    pub(super) fn colour(&self) -> bool {
        match style::choice(self.color) {
            anstream::ColorChoice::Auto => {
                anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never
            }
            choice => choice != anstream::ColorChoice::Never,
        }
    }

    /// Writes the result in one go, then the remarks.
    pub(super) fn flush(&mut self) -> Result<()> {
        let out = self.take_out();
        if !out.is_empty() {
            let mut stdout = anstream::AutoStream::new(std::io::stdout().lock(), style::choice(self.color));
            match stdout.write_all(out.as_bytes()).and_then(|()| stdout.flush()) {
                Ok(()) => {}
                Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => return Err(error.into()),
                Err(error) => return Err(Error::io("cannot write to standard output", error).into()),
            }
        }
        for words in self.remarks.take() {
            self.say(&words);
        }
        Ok(())
    }

    /// Returns the path of the chosen curriculum, `None` for the shipped one.
    pub(super) fn curriculum_path(&self) -> Option<&Path> {
        self.curriculum.as_deref()
    }

    /// Returns the chosen curriculum.
    pub(super) fn curriculum(&self) -> Result<Curriculum> {
        let Some(path) = &self.curriculum else { return Ok(crate::shipped()) };
        let checked = Cache::new(&self.places.cache).open(path);
        checked.curriculum.ok_or_else(|| {
            let errors: Vec<_> = checked.diagnostics.iter().filter(|d| d.is_error()).collect();
            let first =
                errors.first().map_or_else(String::new, |d| crate::diagnostic::render::concise(d, &checked.sources));
            let shown = text::line(&path.display().to_string()).into_owned();
            let message = format!(
                "the curriculum {shown} has {}; the first:\n  {}",
                text::count(errors.len(), "error"),
                first.trim_end()
            );
            Error::new(message).hint(format!("`roadmap check {shown}` shows all of them")).into()
        })
    }

    /// Returns the journal's folder for a curriculum.
    pub(super) fn folder(&self, curriculum: &Curriculum) -> Result<Folder> {
        Ok(Folder::new(&self.places.journals, curriculum.id(), &self.places.device_id()?))
    }

    /// Returns curriculum and progress, with the reader's remarks said.
    pub(super) fn desk(&self) -> Result<Desk> {
        self.desk_of(self.curriculum()?)
    }

    /// Returns this curriculum with the progress as it is now.
    pub(super) fn desk_of(&self, curriculum: impl Into<Rc<Curriculum>>) -> Result<Desk> {
        let curriculum = curriculum.into();
        let (fold, cache) = self.fold(&curriculum);
        let folded = self.known_folder(&curriculum).fold(fold, &cache)?;
        self.pass_on(&folded.remarks);
        Ok(self.lay_out(curriculum, folded.fold))
    }

    /// Returns curriculum and progress with the journal they come from, for whoever needs its entries.
    pub(super) fn desk_and_journal(&self) -> Result<(Desk, Journal)> {
        self.desk_and_journal_of(self.curriculum()?)
    }

    /// As [`Self::desk_and_journal`], for this curriculum.
    pub(super) fn desk_and_journal_of(&self, curriculum: impl Into<Rc<Curriculum>>) -> Result<(Desk, Journal)> {
        let curriculum = curriculum.into();
        let (journal, remarks) = self.known_folder(&curriculum).read()?;
        self.pass_on(&remarks);
        Ok((self.lay_out_journal(curriculum, &journal), journal))
    }

    /// Returns the journal's folder as readers see it, who need no device id.
    fn known_folder(&self, curriculum: &Curriculum) -> Folder {
        Folder::new(&self.places.journals, curriculum.id(), &self.places.known_device_id())
    }

    /// Returns the fold over the journal, still empty, and the file for its checkpoint.
    fn fold(&self, curriculum: &Rc<Curriculum>) -> (Standing, PathBuf) {
        let file = self.places.cache.join("progress").join(format!("{}.fold", curriculum.id()));
        (Standing::none(curriculum.clone(), self.config.scheduler()), file)
    }

    fn lay_out_journal(&self, curriculum: Rc<Curriculum>, journal: &Journal) -> Desk {
        let standing = Standing::replay(curriculum.clone(), self.config.scheduler(), journal);
        self.lay_out(curriculum, standing)
    }

    /// Returns the desk as it is today.
    fn lay_out(&self, curriculum: Rc<Curriculum>, Standing { progress, memory, .. }: Standing) -> Desk {
        let wanted = self.config.reviews_per_day() > 0;
        let progress = progress.with_due(|ix| wanted && memory.is_due(ix, self.today));
        self.laid_out.replace(Some(curriculum.clone()));
        Desk { curriculum, progress, memory }
    }

    /// Appends what `decide` returns as one step. Returns the desk as it is afterwards and the entries.
    pub(super) fn append(
        &self,
        curriculum: impl Into<Rc<Curriculum>>,
        decide: impl FnOnce(&Curriculum, &Progress) -> crate::error::Result<Vec<Entry>>,
    ) -> Result<(Desk, Vec<Entry>)> {
        let curriculum = curriculum.into();
        let folder = self.folder(&curriculum)?;
        let (fold, cache) = self.fold(&curriculum);
        let decide = |standing: &Standing| decide(&curriculum, &standing.progress);
        let (mut folded, entries) = folder.append_to_fold(self.now(), self.today, (fold, &cache), decide)?;
        self.pass_on(&folded.remarks);
        folded.fold.take(&Journal::new(entries.clone()));
        Ok((self.lay_out(curriculum, folded.fold), entries))
    }

    /// Appends what `decide` returns as one step, which may undo or redo another one. Returns the desk
    /// and the journal as they are afterwards, and the entries.
    pub(super) fn append_to_journal(
        &self,
        curriculum: impl Into<Rc<Curriculum>>,
        decide: impl FnOnce(&Journal) -> crate::error::Result<Vec<Entry>>,
    ) -> Result<(Desk, Journal, Vec<Entry>)> {
        let curriculum = curriculum.into();
        let (journal, entries, remarks) = self.folder(&curriculum)?.append(self.now(), self.today, decide)?;
        self.pass_on(&remarks);
        let all = journal.entries().map(|(entry, _)| entry.clone()).chain(entries.iter().cloned()).collect();
        let journal = Journal::new(all);
        Ok((self.lay_out_journal(curriculum, &journal), journal, entries))
    }

    /// Returns what a plan of this order has to find days for, the reviews between included.
    pub(super) fn load<'d>(&self, desk: &'d Desk, order: &'d [TopicIx], pace: Pace) -> Load<'d> {
        let Desk { curriculum, progress, memory, .. } = desk;
        let reviews = Upcoming::new(curriculum, memory, self.config.reviews_per_day());
        Load { curriculum, progress, order, pace, reviews }
    }

    /// Returns a sentence about the reviews for today; empty if none is due, or there were enough today.
    pub(super) fn reviews_today(&self, desk: &Desk) -> String {
        let due = desk.due();
        let room = self.config.reviews_per_day().saturating_sub(desk.memory.reviewed_on(self.today));
        match due.min(room) {
            0 => String::new(),
            n if n < due => format!("{n} of {due} topics due for review are for today: `roadmap review`."),
            n => format!("{} due for review: `roadmap review`.", text::count(n, "topic")),
        }
    }

    fn pass_on(&self, remarks: &[Remark]) {
        for Remark(words) in remarks {
            self.warn(words);
        }
    }

    /// Returns the time to write into the journal: the clock's, on the day that counts as today.
    pub(super) fn now(&self) -> DateTime<FixedOffset> {
        let now = Local::now();
        let pinned = self.today.and_time(now.time()).and_local_timezone(Local).earliest();
        pinned.unwrap_or(now).fixed_offset()
    }

    /// Returns what the environment says to those who log in to a database: what libpq looks at.
    #[cfg(feature = "hub")]
    pub(super) fn database_environment(&self) -> crate::hub::Environment {
        let named = std::env::var_os("PGPASSFILE").filter(|name| !name.is_empty()).map(PathBuf::from);
        let usual = || {
            let dirs = directories::BaseDirs::new()?;
            let windows = || dirs.config_dir().join("postgresql").join("pgpass.conf");
            Some(if cfg!(windows) { windows() } else { dirs.home_dir().join(".pgpass") })
        };
        crate::hub::Environment {
            password: std::env::var("PGPASSWORD").ok(),
            passfile: named.or_else(usual),
            patience: std::env::var("ROADMAP_HUB_TIMEOUT").ok().and_then(|s| s.parse().ok()).filter(|s| *s > 0),
        }
    }

    /// Returns the aim of the track that the config names, or of `track` and `only` if they are given.
    pub(super) fn aim(
        &self,
        curriculum: &Curriculum,
        track: Option<&str>,
        only: bool,
        order: Option<Order>,
    ) -> Result<Aim> {
        let order = order.or(self.config.order).unwrap_or_default();
        let named = track.or(self.config.track.as_deref().filter(|id| curriculum.find_track(id).is_some()));
        if let (None, Some(gone)) = (named, &self.config.track) {
            self.warn(format!("this curriculum has no track `{}`; the whole road counts", text::line(gone)));
        }
        let found = named.map(|id| super::pick::track(curriculum, id)).transpose()?;
        if only && found.is_none() {
            return Err(Error::new("`--only` needs a track")
                .hint("name one with `--track`, or choose one with `roadmap track NAME`")
                .into());
        }
        let only = only || (track.is_none() && found.is_some() && self.config.track_only);
        Ok(Aim::new(found, only, order))
    }
}

impl Places {
    fn find(home: Option<&Path>) -> Result<Self> {
        if let Some(home) = home {
            // An absolute path, so that a later `cd` cannot make two homes of one.
            let home = std::path::absolute(home)?;
            return Ok(Self {
                config: home.join("config.toml"),
                journals: home.join("journal"),
                device: home.join("device"),
                cache: home.join("cache"),
            });
        }
        let dirs = directories::ProjectDirs::from("", "", "roadmap").ok_or_else(|| {
            Error::new("there is no home folder to keep the journal in")
                .hint("name a folder with `--home DIR` or ROADMAP_HOME")
        })?;
        Ok(Self {
            config: dirs.config_dir().join("config.toml"),
            journals: dirs.data_dir().join("journal"),
            device: dirs.data_dir().join("device"),
            cache: dirs.cache_dir().to_owned(),
        })
    }

    /// Returns this device's id if it has one already; readers need none.
    pub(super) fn known_device_id(&self) -> String {
        crate::bounded::read_text(&self.device, LARGEST_DEVICE)
            .ok()
            .map(|id| id.trim().to_owned())
            .filter(|id| text::is_kebab_case(id))
            .unwrap_or_default()
    }

    /// Returns this device's id, made at its first entry. It lies outside the journal, so that a
    /// synced journal does not make two devices one.
    pub(super) fn device_id(&self) -> Result<String> {
        let known = self.known_device_id();
        if !known.is_empty() {
            return Ok(known);
        }
        let cannot =
            |error| Error::io(format!("cannot write {}", text::line(&self.device.display().to_string())), error);
        let folder = self.device.parent().unwrap_or(Path::new("."));
        crate::private::create_dir(folder).map_err(cannot)?;
        let id = uuid::Uuid::now_v7().simple().to_string();
        let file = crate::private::staged(folder, format!("device-{}\n", &id[20..]).as_bytes()).map_err(cannot)?;
        // Of several processes at once the first one wins, and the others read what it wrote.
        if let Err(error) = file.persist_noclobber(&self.device)
            && error.error.kind() != std::io::ErrorKind::AlreadyExists
        {
            return Err(cannot(error.error).into());
        }
        let id = self.known_device_id();
        if id.is_empty() {
            let message = format!("{} does not hold a device id", text::line(&self.device.display().to_string()));
            return Err(Error::new(message).hint("remove that file; the journal is not in it").into());
        }
        Ok(id)
    }
}

/// Returns the columns to fit: COLUMNS, the terminal's width, or 80.
pub(super) fn width() -> usize {
    let told = std::env::var("COLUMNS").ok().and_then(|c| c.parse::<usize>().ok());
    let seen =
        || std::io::stdout().is_terminal().then(terminal_size::terminal_size).flatten().map(|(w, _)| usize::from(w.0));
    told.or_else(seen).unwrap_or(80).clamp(40, 200)
}
