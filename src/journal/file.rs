//! The journal's files: one folder per curriculum, one append-only file per device.
//!
//! A device writes its own file only and reads all, so any folder sync can carry them. A step is
//! appended under a lock in one write of whole lines and synced before it is acknowledged; when the
//! write fails, the file is cut back to what it was. Knows lines, not what they mean.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Duration, FixedOffset, NaiveDate};
use serde::Deserialize;
use uuid::{ContextV7, Timestamp, Uuid};

use super::checkpoint::{Fold, Folded};
use super::mend::keep_aside;
use super::{Entry, Journal, lines};
use crate::bounded;
use crate::error::{Error, Result};
use crate::{private, text};

/// How many folders the first entry may make that a power cut must not take: the curriculum's, that
/// of all journals, and the home they lie in, whose name is kept by the one above it.
const NEW_FOLDERS: usize = 4;

/// The journal's folder for one curriculum, seen from one device.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
    curriculum: String,
    device: String,
}

/// Something the reader noticed that the user should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark(pub String);

/// The journal's files as they were read.
pub(super) struct Pages {
    files: Vec<(PathBuf, Vec<u8>)>,
    pub(super) remarks: Vec<Remark>,
}

impl Pages {
    /// Returns the entries in all of them, whose texts may lie in the pages.
    pub(super) fn journal<'p, S: AsRef<str> + Default + Deserialize<'p>>(&'p self) -> Result<Journal<S>> {
        let mut entries = Vec::new();
        for (path, bytes) in &self.files {
            entries.extend(lines::read_as(&show(path), lines::split_torn(bytes).0)?);
        }
        Ok(Journal::new(entries))
    }

    /// Returns them as they lie on the disk.
    pub(super) fn files(&self) -> &[(PathBuf, Vec<u8>)] {
        &self.files
    }

    /// Returns how many bytes each of them had.
    pub(super) fn lengths(&self) -> impl Iterator<Item = u64> {
        self.files.iter().map(|(_, bytes)| bytes.len() as u64)
    }
}

impl Folder {
    /// Returns the folder below `journals` of the curriculum with this id, for `device`. Touches no file.
    pub fn new(journals: &Path, curriculum: &str, device: &str) -> Self {
        Self { path: journals.join(curriculum), curriculum: curriculum.to_owned(), device: device.to_owned() }
    }

    /// Returns where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the curriculum's id.
    pub fn curriculum(&self) -> &str {
        &self.curriculum
    }

    /// Returns this device's name.
    pub(super) fn device(&self) -> &str {
        &self.device
    }

    /// Returns this device's own file, which may not exist yet.
    pub fn own_file(&self) -> PathBuf {
        self.path.join(format!("{}.jsonl", self.device))
    }

    /// Returns every device's file, sorted by name. Files in which torn lines were set aside are not among them.
    ///
    /// # Errors
    ///
    /// When the folder cannot be read. A folder that does not exist is an empty one.
    pub fn files(&self) -> Result<Vec<PathBuf>> {
        let cannot = |error| Error::io(format!("cannot read the journal in {}", show(&self.path)), error);
        let entries = match std::fs::read_dir(&self.path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(cannot(error)),
        };
        let mut files = Vec::new();
        // A file that cannot be seen is an error: without its entries the progress would be another one.
        for entry in entries {
            let path = entry.map_err(cannot)?.path();
            if path.extension().is_none_or(|ext| ext != "jsonl") {
                continue;
            }
            match path.metadata() {
                Ok(meta) if meta.is_file() => files.push(path),
                Ok(_) => {}
                // A sync took it away meanwhile.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(cannot(error)),
            }
        }
        files.sort();
        Ok(files)
    }

    /// Returns the journal of all devices, with remarks on what was not whole.
    ///
    /// # Errors
    ///
    /// When a file cannot be read, has a broken line before its last, or comes from a newer version.
    pub fn read(&self) -> Result<(Journal, Vec<Remark>)> {
        let pages = self.pages()?;
        Ok((pages.journal()?, pages.remarks))
    }

    /// Returns the bytes of every file, torn lines apart.
    pub(super) fn pages(&self) -> Result<Pages> {
        let mut pages = Pages { files: Vec::new(), remarks: Vec::new() };
        for path in self.files()? {
            let bytes = read_file(&path)?;
            let torn = lines::split_torn(&bytes).1;
            if !torn.is_empty() {
                pages.remarks.push(self.torn(&path, torn));
            }
            pages.files.push((path, bytes));
        }
        Ok(pages)
    }

    /// A line without its end: on a file of our own the rest of a write that was cut off, to be set
    /// aside; on another device's, most likely a sync in progress.
    fn torn(&self, path: &Path, torn: &[u8]) -> Remark {
        if !self.is_ours(path) {
            return Remark(format!(
                "the last line of {} is incomplete, perhaps still being synced; it was left out",
                show(path)
            ));
        }
        let set_aside = || -> std::io::Result<Option<PathBuf>> {
            let mut file = private::lock(path)?;
            set_torn_aside(&mut file, path)
        };
        match set_aside() {
            Ok(Some(aside)) => Remark(format!(
                "the last line of {} was cut off by a crash; it was set aside in {}",
                show(path),
                show(&aside)
            )),
            Ok(None) => {
                Remark(format!("{} was being written to; run the command again to see the newest entry", show(path)))
            }
            Err(_) => {
                Remark(format!("the last line of {} is cut off ({} bytes) and was left out", show(path), torn.len()))
            }
        }
    }

    /// Lets `decide` see the journal and appends the entries it returns as one step, all or none.
    ///
    /// Other processes on this device wait meanwhile, so that nobody decides on an old state. `now`
    /// is the time to write; entries get ids, and a later time where the newest entry is not older,
    /// so that a clock that jumps back harms nothing. `today` is the day it happened, unless an entry
    /// names another. Returns the journal before the step and the entries as written.
    ///
    /// # Errors
    ///
    /// Whatever `decide` refuses, and when the files cannot be read or written; then nothing changed.
    pub fn append(
        &self,
        now: DateTime<FixedOffset>,
        today: NaiveDate,
        decide: impl FnOnce(&Journal) -> Result<Vec<Entry>>,
    ) -> Result<(Journal, Vec<Entry>, Vec<Remark>)> {
        let mut own = self.lock()?;
        let (journal, more) = self.read()?;
        own.remarks.extend(more);
        let entries = own.write(decide(&journal)?, now, today, journal.last().map(|entry| entry.at))?;
        Ok((journal, entries, own.remarks))
    }

    /// As [`Self::append`], for whoever needs no entries but what they add up to; see [`Self::fold`].
    /// Returns that as it was before the step.
    ///
    /// # Errors
    ///
    /// As [`Self::append`].
    pub fn append_to_fold<F: Fold>(
        &self,
        now: DateTime<FixedOffset>,
        today: NaiveDate,
        (fold, cache): (F, &Path),
        decide: impl FnOnce(&F) -> Result<Vec<Entry>>,
    ) -> Result<(Folded<F>, Vec<Entry>)> {
        let mut own = self.lock()?;
        let mut folded = self.fold(fold, cache)?;
        let entries = own.write(decide(&folded.fold)?, now, today, folded.newest)?;
        if !entries.is_empty() {
            folded.seal(&own.file);
        }
        folded.remarks.splice(0..0, own.remarks);
        Ok((folded, entries))
    }

    /// Opens this device's file, made if there is none, and keeps other processes out.
    pub(super) fn lock(&self) -> Result<Own<'_>> {
        let path = self.own_file();
        let cannot = |error| cannot_write(&path, error);
        private::create_dir(&self.path).map_err(cannot)?;
        let mut file = private::lock(&path).map_err(cannot)?;
        let mut remarks = Vec::new();
        if let Some(aside) = set_torn_aside(&mut file, &path).map_err(cannot)? {
            remarks.push(Remark(format!(
                "the last line of {} was cut off by a crash; it was set aside in {}",
                show(&path),
                show(&aside)
            )));
        }
        Ok(Own { folder: self, path, file, remarks })
    }

    /// Makes the names of the folders that a young file lies in survive a power cut.
    pub(super) fn keep_names(&self) -> std::io::Result<()> {
        let mut young = self.path.ancestors().take(NEW_FOLDERS).filter(|folder| folder.is_dir());
        young.try_for_each(private::sync_dir)
    }
}

/// This device's file, locked.
pub(super) struct Own<'f> {
    folder: &'f Folder,
    path: PathBuf,
    file: File,
    remarks: Vec<Remark>,
}

impl Own<'_> {
    /// Returns what was noticed when it was opened.
    pub(super) fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    /// Appends `entries` as one step and returns them with their ids and times.
    fn write(
        &mut self,
        mut entries: Vec<Entry>,
        now: DateTime<FixedOffset>,
        today: NaiveDate,
        newest: Option<DateTime<FixedOffset>>,
    ) -> Result<Vec<Entry>> {
        if entries.is_empty() {
            return Ok(entries);
        }
        stamp(&mut entries, now, today, newest);
        let cannot = |error| cannot_write(&self.path, error);
        let mut bytes = Vec::new();
        if self.file.metadata().map_err(cannot)?.len() == 0 {
            self.folder.keep_names().map_err(cannot)?;
            bytes = lines::header(&self.folder.curriculum, &self.folder.device);
        }
        for entry in &entries {
            bytes.extend(lines::write(entry));
        }
        write_whole(&mut self.file, &bytes).map_err(cannot)?;
        Ok(entries)
    }
}

pub(super) fn cannot_write(path: &Path, error: std::io::Error) -> Error {
    Error::io(format!("cannot write the journal {}", show(path)), error)
}

/// Appends and syncs, or leaves the file as it was.
pub(crate) fn write_whole(file: &mut File, bytes: &[u8]) -> std::io::Result<()> {
    let before = file.metadata()?.len();
    let written = file.write_all(bytes).and_then(|()| file.sync_data());
    if written.is_err() {
        // Best effort: should this fail too, the torn tail is set aside by whoever comes next.
        let _ = file.set_len(before).and_then(|()| file.sync_data());
    }
    written
}

fn stamp(entries: &mut [Entry], now: DateTime<FixedOffset>, today: NaiveDate, newest: Option<DateTime<FixedOffset>>) {
    let newest = newest.and_then(|newest| newest.checked_add_signed(Duration::milliseconds(1)));
    let at = newest.map_or(now, |newest| newest.with_timezone(now.offset()).max(now));
    let context = ContextV7::new();
    let mut first: Option<String> = None;
    for entry in entries {
        let seconds = u64::try_from(at.timestamp()).unwrap_or(0);
        entry.id = Uuid::new_v7(Timestamp::from_unix(&context, seconds, at.timestamp_subsec_nanos())).to_string();
        entry.at = at;
        let day = entry.on.unwrap_or(today);
        entry.on = (day != at.date_naive()).then_some(day);
        match &first {
            None => first = Some(entry.id.clone()),
            Some(first) => entry.step = Some(first.clone()),
        }
    }
}

pub(super) fn read_file(path: &Path) -> Result<Vec<u8>> {
    bounded::read(path, bounded::LARGEST_FILE).map_err(|error| {
        let hint = "no file of another name is read: rename it if it is not yours";
        let message = format!("cannot read the journal {}", show(path));
        let told = Error::io(message, error);
        if told.next_step().is_some() { told } else { told.hint(hint) }
    })
}

/// Cuts a torn last line off `file`, whose lock the caller holds, and keeps it in a file beside it.
pub(super) fn set_torn_aside(file: &mut File, path: &Path) -> std::io::Result<Option<PathBuf>> {
    let mut last = [b'\n'];
    if file.metadata()?.len() > 0 {
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
    }
    if last == [b'\n'] {
        return Ok(None);
    }
    let bytes = bounded::read(path, bounded::LARGEST_FILE)?;
    let (whole, torn) = lines::split_torn(&bytes);
    let aside = path.with_extension("jsonl.torn");
    keep_aside(&aside, torn)?;
    file.set_len(whole.len() as u64)?;
    file.sync_data()?;
    Ok(Some(aside))
}

pub(super) fn show(path: &Path) -> String {
    text::line(&path.display().to_string()).into_owned()
}

#[cfg(test)]
mod tests {
    use std::fs::OpenOptions;

    use super::super::Event;
    use super::*;

    fn now(minute: i64) -> DateTime<FixedOffset> {
        DateTime::from_timestamp(1_790_000_000 + 60 * minute, 0).expect("a time of 2026").fixed_offset()
    }

    fn mark(folder: &Folder, minute: i64, topic: &str) -> Vec<Entry> {
        let at = now(minute);
        folder.append(at, at.date_naive(), |_| Ok(vec![Entry::new(Event::Done, topic)])).expect("a writable folder").1
    }

    fn topics(folder: &Folder) -> Vec<String> {
        folder.read().expect("sound").0.effective().filter_map(|e| e.topic.clone()).collect()
    }

    #[test]
    fn devices_merge_by_union_in_order_of_time() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let laptop = Folder::new(home.path(), "c", "laptop");
        let desktop = Folder::new(home.path(), "c", "desktop");
        mark(&laptop, 3, "third");
        mark(&desktop, 1, "x");
        assert_eq!(topics(&laptop), ["third", "x"], "an entry is never older than what its writer saw");
        std::fs::copy(laptop.own_file(), home.path().join("c/laptop (conflicted copy).jsonl")).expect("copied");
        assert_eq!(topics(&desktop), ["third", "x"], "a copy doubles nothing");
    }

    #[test]
    fn a_clock_that_jumps_back_keeps_the_order() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let folder = Folder::new(home.path(), "c", "d");
        mark(&folder, 500, "first");
        let second = mark(&folder, 0, "second");
        assert_eq!(topics(&folder), ["first", "second"]);
        assert_eq!(second[0].day(), now(0).date_naive(), "the day is the learner's");
    }

    #[test]
    fn a_torn_line_is_set_aside_and_reported_once() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let folder = Folder::new(home.path(), "c", "d");
        mark(&folder, 0, "a");
        let mut file = OpenOptions::new().append(true).open(folder.own_file()).expect("it exists");
        file.write_all(b"{\"id\":\"0193").expect("written");
        let (journal, remarks) = folder.read().expect("a torn tail stops nobody");
        assert_eq!((journal.len(), remarks.len()), (1, 1));
        assert_eq!(std::fs::read(folder.path().join("d.jsonl.torn")).expect("set aside"), b"{\"id\":\"0193\n");
        mark(&folder, 1, "b");
        let (journal, remarks) = folder.read().expect("sound again");
        assert_eq!((journal.len(), remarks.len()), (2, 0));
    }

    #[test]
    fn a_broken_line_names_itself_and_can_be_mended() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let folder = Folder::new(home.path(), "c", "d");
        mark(&folder, 0, "a");
        let good = std::fs::read_to_string(folder.own_file()).expect("it exists");
        std::fs::write(
            folder.own_file(),
            format!("{good}nonsense\n{}", good.lines().nth(1).expect("an entry").replace("\"a\"", "\"b\"") + "\n"),
        )
        .expect("written");
        let error = folder.read().expect_err("line 3 is broken");
        assert!(error.to_string().contains("d.jsonl:3"), "{error}");
        assert!(folder.append(now(1), now(1).date_naive(), |_| Ok(vec![Entry::new(Event::Done, "c")])).is_err());
        assert_eq!(folder.mend().expect("mended").len(), 1);
        assert_eq!(folder.read().expect("sound").0.len(), 1, "the copied line has the same id");
        let aside = std::fs::read_to_string(folder.path().join("d.jsonl.torn")).expect("kept");
        assert!(aside.starts_with("nonsense\n{") && aside.contains("\"b\""), "{aside}");
    }

    #[test]
    fn a_newer_format_is_refused_and_left_alone() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let folder = Folder::new(home.path(), "c", "d");
        mark(&folder, 0, "a");
        let text =
            std::fs::read_to_string(folder.own_file()).expect("it exists").replace("\"version\":1", "\"version\":2");
        let text = text + "what only a newer version reads\n";
        std::fs::write(folder.own_file(), &text).expect("written");
        assert!(folder.read().expect_err("too new").to_string().contains("newer version"));
        assert!(folder.append(now(1), now(1).date_naive(), |_| Ok(vec![Entry::new(Event::Done, "b")])).is_err());
        assert!(folder.mend().expect_err("too new").to_string().contains("newer version"));
        assert_eq!(std::fs::read_to_string(folder.own_file()).expect("it exists"), text);
    }
}
