//! A folder that something else carries: Dropbox, Syncthing, a git work tree, a USB stick.
//!
//! In it lies a folder for each curriculum, and in that journal files as at home. A device writes files
//! of its own name only, and only lines that no file there has; it reads all of them, whatever their
//! names, for conflict copies hold entries too. What it took in from one folder it passes on to another.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use crate::bounded;
use crate::error::{Error, Result};
use crate::journal::{self, Line, Remark, Sheet};
use crate::{private, text};

/// How much of an unknown file is read to see whether it is a journal: more than any header has.
const LONGEST_HEADER: u64 = 64 << 10;

/// How a journal begins.
const BEGINNING: &[u8] = b"{\"roadmap\":\"journal\"";

/// A synced folder that is there.
#[derive(Clone, Debug)]
pub struct Synced {
    root: PathBuf,
}

/// What a sync of one curriculum came to.
#[derive(Debug, Default)]
pub struct Exchange {
    /// The curriculum's id.
    pub curriculum: String,
    /// Entries that went into the folder and were made on this device.
    pub sent: usize,
    /// Entries that went into the folder and were made on others.
    pub passed_on: usize,
    /// Entries that came, by the device that left them in the folder.
    pub came: BTreeMap<String, usize>,
    /// Files that are not all here yet.
    pub half_synced: Vec<PathBuf>,
    /// What was noticed and passed over.
    pub remarks: Vec<Remark>,
    /// What could not be done; the rest was.
    pub problems: Vec<Error>,
}

/// The entries in the folder, each id once.
#[derive(Default)]
struct There {
    lines: Vec<Line>,
    /// For each line the file that it stands in, and that file's device.
    origins: Vec<(PathBuf, String)>,
}

impl Synced {
    /// Returns the folder at `path`, which must be there and not be where the journals lie.
    ///
    /// # Errors
    ///
    /// When it is missing, no folder, or within the folder that `journals` lies in.
    pub fn open(path: &Path, journals: &Path) -> Result<Self> {
        let shown = show(path);
        let root = path.canonicalize().map_err(|error| match error.kind() {
            ErrorKind::NotFound => Error::new(format!("there is no folder {shown}"))
                .hint("connect the disk that it lies on, or make the folder first; nothing was made or changed"),
            _ => Error::io(format!("cannot find {shown}"), error).hint("see that you may look into that folder"),
        })?;
        if !root.is_dir() {
            return Err(Error::new(format!("{shown} is not a folder")).hint("name a folder that something carries"));
        }
        // The journals may themselves lie elsewhere, behind a link.
        let ours = [Some(journals), journals.parent()];
        if ours.into_iter().flatten().filter_map(|ours| ours.canonicalize().ok()).any(|ours| root.starts_with(ours)) {
            return Err(Error::new(format!("{shown} is part of what roadmap itself keeps here"))
                .hint("name a folder elsewhere; a journal that something carries already needs no `sync`"));
        }
        Ok(Self { root })
    }

    /// Returns its path, without links.
    pub fn path(&self) -> &Path {
        &self.root
    }

    /// Returns the ids of the curricula that have a journal in it, sorted.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub fn curricula(&self) -> Result<Vec<String>> {
        let mut names = names(&self.root)?;
        names.retain(|name| text::is_kebab_case(name) && self.may_hold(name));
        Ok(names)
    }

    /// Returns whether a journal of this curriculum is in the folder. What cannot be seen may be one: then
    /// whoever reads it says why it cannot.
    fn may_hold(&self, curriculum: &str) -> bool {
        let folder = self.root.join(curriculum);
        match folder.metadata() {
            Ok(meta) if !meta.is_dir() => false,
            Err(error) if error.kind() == ErrorKind::NotFound => false,
            _ => journal_files(&folder).map_or(true, |files| files.iter().any(|file| may_be_of(file, curriculum))),
        }
    }

    /// Takes in what `journal` lacks and leaves what the folder lacks.
    pub fn sync(&self, journal: &journal::Folder) -> Exchange {
        self.exchange(journal, true)
    }

    /// Returns what [`Self::sync`] would come to, and changes nothing.
    pub fn compare(&self, journal: &journal::Folder) -> Exchange {
        self.exchange(journal, false)
    }

    fn exchange(&self, journal: &journal::Folder, write: bool) -> Exchange {
        let mut exchange = Exchange { curriculum: journal.curriculum().to_owned(), ..Exchange::default() };
        let done = self.try_exchange(journal, write, &mut exchange);
        exchange.problems.extend(done.err());
        exchange
    }

    fn try_exchange(&self, journal: &journal::Folder, write: bool, exchange: &mut Exchange) -> Result<()> {
        // First the folder: what is made here meanwhile is then sent once more at worst, not forgotten.
        let there = self.look(journal.curriculum(), exchange)?;
        let mut here = journal.lines()?;
        exchange.remarks.append(&mut here.remarks);
        let known: HashMap<&str, &Line> = here.all().map(|line| (line.id(), line)).collect();
        let mut coming = Vec::new();
        let mut devices: HashMap<&str, &str> = HashMap::new();
        let mut changed: BTreeMap<&Path, usize> = BTreeMap::new();
        for (line, (file, device)) in there.lines.iter().zip(&there.origins) {
            match known.get(line.id()) {
                None => {
                    devices.insert(line.id(), device);
                    coming.push(line.clone());
                }
                Some(ours) if ours.says_the_same(line) => {}
                Some(_) => *changed.entry(file).or_default() += 1,
            }
        }
        for (file, entries) in changed {
            let entries = text::count(entries, "entry");
            let words =
                format!("{} has another text for {entries} than is here; what is here stays as it is", show(file));
            exchange.remarks.push(Remark(words));
        }
        let came = if write {
            let (came, remarks) = journal.take_in(&coming)?;
            exchange.remarks.extend(remarks);
            came
        } else {
            coming
        };
        for line in &came {
            let device = devices.get(line.id()).copied().unwrap_or_default();
            *exchange.came.entry(device.to_owned()).or_default() += 1;
        }
        let ids: HashSet<&str> = there.lines.iter().map(Line::id).collect();
        let leave = |lines: &[Line], file: &Path| {
            let lacking: Vec<&Line> = lines.iter().filter(|line| !ids.contains(line.id())).collect();
            // Where nothing is new, nothing is touched: whatever carries the folder has nothing to do.
            if lacking.is_empty() || !write { Ok(lacking.len()) } else { self.leave(journal, file, &lacking) }
        };
        exchange.sent = leave(&here.own, &journal.own_file())?;
        exchange.passed_on = leave(&here.others, &journal.others_file())?;
        Ok(())
    }

    /// Reads every journal file of a curriculum.
    fn look(&self, curriculum: &str, exchange: &mut Exchange) -> Result<There> {
        let folder = self.root.join(curriculum);
        let mut there = There::default();
        match folder.canonicalize() {
            Ok(real) if real.starts_with(&self.root) => {}
            Ok(_) => {
                return Err(Error::new(format!("{} is a link that leads out of the folder", show(&folder)))
                    .hint("remove the link; nothing is written through it"));
            }
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(there),
            Err(error) => return Err(cannot_read(&folder, error)),
        }
        let mut ids = HashSet::new();
        for path in journal_files(&folder)? {
            let bytes = match bounded::read(&path, bounded::LARGEST_FILE) {
                Ok(bytes) => bytes,
                // It was taken away meanwhile.
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => {
                    exchange.problems.push(cannot_read(&path, error));
                    continue;
                }
            };
            match Sheet::read(&show(&path), &bytes, curriculum) {
                Ok(Some(sheet)) => {
                    exchange.remarks.extend(on_broken_lines(&path, &sheet.broken));
                    if sheet.is_torn {
                        exchange.half_synced.push(path.clone());
                    }
                    for line in sheet.lines {
                        if ids.insert(line.id().to_owned()) {
                            there.lines.push(line);
                            there.origins.push((path.clone(), sheet.device.clone()));
                        }
                    }
                }
                Ok(None) => exchange
                    .remarks
                    .push(Remark(format!("{} is no journal of `{curriculum}` and was passed over", show(&path)))),
                Err(newer) => exchange.problems.push(newer),
            }
        }
        Ok(there)
    }

    /// Appends lines to this device's file with the name of `file`, and returns how many were not there.
    fn leave(&self, journal: &journal::Folder, file: &Path, lines: &[&Line]) -> Result<usize> {
        let folder = self.root.join(journal.curriculum());
        let cannot = |path: &Path, error| cannot_write(path, error);
        match private_folder().create(&folder) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(cannot(&folder, error)),
            _ => {}
        }
        let path = folder.join(file.file_name().unwrap_or_default());
        let mut file = open_locked(&path).map_err(|error| cannot(&path, error))?;
        let bytes = bounded::read(&path, bounded::LARGEST_FILE).map_err(|error| cannot(&path, error))?;
        let (whole, torn) = journal::lines::split_torn(&bytes);
        let header = journal.header();
        let sheet = Sheet::read(&show(&path), &bytes, journal.curriculum())?;
        let is_ours = sheet.is_some() && (!whole.is_empty() || header.starts_with(torn));
        let Some(sheet) = sheet.filter(|_| is_ours) else {
            return Err(Error::new(format!("{} is no journal of `{}`", show(&path), journal.curriculum()))
                .hint("move that file away; this device's entries go there"));
        };
        let there: HashSet<&str> = sheet.lines.iter().map(Line::id).collect();
        let new: Vec<&Line> = lines.iter().copied().filter(|line| !there.contains(line.id())).collect();
        if new.is_empty() {
            return Ok(0);
        }
        let mut added = Vec::new();
        if whole.is_empty() {
            added = header;
        } else if !torn.is_empty() && !sheet.is_torn {
            added.push(b'\n');
        }
        for line in &new {
            added.extend_from_slice(line.bytes());
            added.push(b'\n');
        }
        if (bytes.len() + added.len()) as u64 > bounded::LARGEST_FILE {
            let message = format!("{} would grow beyond {} megabytes", show(&path), bounded::LARGEST_FILE >> 20);
            return Err(Error::new(message).hint("nobody could read it any more; look what is in it"));
        }
        let mut append = || -> std::io::Result<()> {
            if sheet.is_torn {
                // The rest of a write of ours that was cut off; the whole line follows.
                file.set_len(whole.len() as u64)?;
            }
            journal::write_whole(&mut file, &added)?;
            if bytes.is_empty() {
                private::sync_dir(&folder).and_then(|()| private::sync_dir(&self.root))
            } else {
                Ok(())
            }
        };
        append().map_err(|error| cannot(&path, error))?;
        Ok(new.len())
    }
}

/// Returns what makes one folder, and not those above it: a disk that was taken away is not made anew.
fn private_folder() -> DirBuilder {
    #[allow(unused_mut, reason = "only Unix has a mode")]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

/// Opens a file for appending, made if there is none, and keeps this device's other processes out where
/// the file system has locks. Where it has none, two of them at once may leave a line twice.
fn open_locked(path: &Path) -> std::io::Result<File> {
    const TRIES: usize = 16;
    for _ in 0..TRIES {
        let mut options = OpenOptions::new();
        options.read(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match path.symlink_metadata() {
            Ok(meta) if meta.is_file() => {}
            Ok(_) => return Err(std::io::Error::other("it is a link, a folder or a device")),
            // Made in a way that follows no link.
            Err(error) if error.kind() == ErrorKind::NotFound => drop(options.create_new(true)),
            Err(error) => return Err(error),
        }
        let file = match options.open(path) {
            Ok(file) => file,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::AlreadyExists) => continue,
            Err(error) => return Err(error),
        };
        let _ = file.lock();
        // What carries the folder may have put another file in its place.
        if !path.is_symlink() && private::is_at(&file, path)? {
            return Ok(file);
        }
    }
    Err(std::io::Error::other("it is replaced again and again"))
}

/// Returns the names in a folder, sorted. What is not UTF-8 or hidden is not ours.
fn names(folder: &Path) -> Result<Vec<String>> {
    let cannot = |error| {
        Error::io(format!("cannot read {}", show(folder)), error)
            .hint("see that it is connected and that you may read it; nothing was changed")
    };
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(cannot)? {
        let name = entry.map_err(cannot)?.file_name().into_string().ok();
        names.extend(name.filter(|name| !name.starts_with('.')));
    }
    names.sort();
    Ok(names)
}

/// Returns what may be journal files in a folder.
fn journal_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let cannot = |error| cannot_read(folder, error);
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(cannot)? {
        let path = entry.map_err(cannot)?.path();
        // A name that is not UTF-8 may be a conflict copy's. Hidden ones are what systems leave beside files.
        let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if !hidden && path.extension().is_some_and(|ext| ext == "jsonl") && !path.is_dir() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Returns whether a file begins as a journal of this curriculum does, or cannot be read.
fn may_be_of(path: &Path, curriculum: &str) -> bool {
    match path.metadata() {
        Ok(meta) if !meta.is_file() => return false,
        Err(error) if error.kind() == ErrorKind::NotFound => return false,
        _ => {}
    }
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LONGEST_HEADER).read_to_end(&mut bytes));
    if read.is_err() {
        return true;
    }
    let Some(end) = bytes.iter().position(|&byte| byte == b'\n') else {
        // Not even its first line has come yet.
        let begun = &bytes[..bytes.len().min(BEGINNING.len())];
        return !begun.is_empty() && BEGINNING.starts_with(begun);
    };
    // One of a newer version is reported by whoever reads it all.
    Sheet::read("", &bytes[..=end], curriculum).map_or(true, |sheet| sheet.is_some())
}

fn on_broken_lines(path: &Path, broken: &[usize]) -> Option<Remark> {
    let first = broken.first()?;
    let more = match broken.len() - 1 {
        0 => String::new(),
        more => format!(", and {more} more after it"),
    };
    Some(Remark(format!("{}:{first} is no entry and was passed over{more}", show(path))))
}

fn cannot_read(path: &Path, error: std::io::Error) -> Error {
    Error::io(format!("cannot read {}", show(path)), error)
        .hint("see that you may read it; the rest was synced, and what is missing comes with the next sync")
}

fn cannot_write(path: &Path, error: std::io::Error) -> Error {
    let hint = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "free some space there and sync again",
        ErrorKind::NotFound => "see that the disk is still connected, and sync again",
        _ => "see that you may write there, and sync again",
    };
    Error::io(format!("cannot write {}", show(path)), error).hint(format!("{hint}; your journal has all that it had"))
}

fn show(path: &Path) -> String {
    text::line(&path.display().to_string()).into_owned()
}

#[cfg(test)]
mod tests;
