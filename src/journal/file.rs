//! The journal's files: one folder per curriculum, one append-only file per device.
//!
//! A device writes its own file only and reads all, so any folder sync can carry them. A step is
//! appended under a lock in one write of whole lines and synced before it is acknowledged; when the
//! write fails, the file is cut back to what it was. Knows lines, not what they mean.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Duration, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};
use uuid::{ContextV7, Timestamp, Uuid};

use super::mend::keep_aside;
use super::{Entry, Journal};
use crate::error::{Error, Result};
use crate::{private, text};

/// The version of the format that this program writes, and the newest it reads.
pub const VERSION: u32 = 1;

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

/// The first line of every file.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Header {
    pub(super) roadmap: String,
    pub(super) version: u32,
    pub(super) curriculum: String,
    pub(super) device: String,
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
    pub(super) fn curriculum(&self) -> &str {
        &self.curriculum
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
        let mut entries = Vec::new();
        let mut remarks = Vec::new();
        for path in self.files()? {
            let text = read_file(&path)?;
            let (whole, torn) = split_torn(&text);
            if !torn.is_empty() {
                remarks.push(self.torn(&path, torn));
            }
            parse(&path, whole, &mut entries)?;
        }
        Ok((Journal::new(entries), remarks))
    }

    /// A line without its end: on our own file the rest of a write that was cut off, to be set
    /// aside; on another device's, most likely a sync in progress.
    fn torn(&self, path: &Path, torn: &[u8]) -> Remark {
        if path != self.own_file() {
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
        let path = self.own_file();
        let cannot = |error| Error::io(format!("cannot write the journal {}", show(&path)), error);
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
        let (journal, more) = self.read()?;
        remarks.extend(more);
        let mut entries = decide(&journal)?;
        if entries.is_empty() {
            return Ok((journal, entries, remarks));
        }
        stamp(&mut entries, now, today, &journal);
        let mut lines = Vec::new();
        if file.metadata().map_err(cannot)?.len() == 0 {
            // The file is young: a power cut must not take its name, nor those of the folders it lies in.
            let mut young = self.path.ancestors().take(NEW_FOLDERS).filter(|folder| folder.is_dir());
            young.try_for_each(private::sync_dir).map_err(cannot)?;
            line(&mut lines, &self.header(&self.device));
        }
        for entry in &entries {
            line(&mut lines, entry);
        }
        write_whole(&mut file, &lines).map_err(cannot)?;
        Ok((journal, entries, remarks))
    }
}

pub(super) fn line(lines: &mut Vec<u8>, value: &impl Serialize) {
    serde_json::to_writer(&mut *lines, value).expect("plain data always serialises into memory");
    lines.push(b'\n');
}

/// Appends and syncs, or leaves the file as it was.
fn write_whole(file: &mut File, bytes: &[u8]) -> std::io::Result<()> {
    let before = file.metadata()?.len();
    let written = file.write_all(bytes).and_then(|()| file.sync_data());
    if written.is_err() {
        // Best effort: should this fail too, the torn tail is set aside by whoever comes next.
        let _ = file.set_len(before).and_then(|()| file.sync_data());
    }
    written
}

fn stamp(entries: &mut [Entry], now: DateTime<FixedOffset>, today: NaiveDate, journal: &Journal) {
    let newest = journal.last().map(|entry| entry.at + Duration::milliseconds(1));
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
    std::fs::read(path).map_err(|error| Error::io(format!("cannot read the journal {}", show(path)), error))
}

/// Returns the whole lines, and what stands behind the last line break.
fn split_torn(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
    bytes.split_at(end)
}

fn parse(path: &Path, bytes: &[u8], entries: &mut Vec<Entry>) -> Result<()> {
    let broken = |number: usize, why: &str| {
        Error::new(format!("{}:{number} is not a journal entry: {why}", show(path)))
            .hint("`roadmap doctor --mend` sets the line aside in a file beside it and keeps the rest")
    };
    for (at, line) in bytes.split(|&b| b == b'\n').enumerate() {
        if line.is_empty() {
            continue;
        }
        if at == 0 {
            let header: Header =
                serde_json::from_slice(line).map_err(|_| broken(1, "the first line must be the header"))?;
            refuse_newer(path, &header)?;
            continue;
        }
        let entry = serde_json::from_slice(line).map_err(|error| {
            let why = error.to_string();
            broken(at + 1, &text::line(why.split(" at line ").next().unwrap_or_default()))
        })?;
        entries.push(entry);
    }
    Ok(())
}

/// Refuses a file that a newer version of this program wrote.
pub(super) fn refuse_newer(path: &Path, header: &Header) -> Result<()> {
    if header.version <= VERSION {
        return Ok(());
    }
    let message = format!(
        "{} was written by a newer version of roadmap (format {}; this one reads up to {VERSION})",
        show(path),
        header.version
    );
    Err(Error::new(message).hint("update roadmap; the journal is left as it is"))
}

/// Cuts a torn last line off `file`, whose lock the caller holds, and keeps it in a file beside it.
fn set_torn_aside(file: &mut File, path: &Path) -> std::io::Result<Option<PathBuf>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.read_to_end(&mut bytes)?;
    let (whole, torn) = split_torn(&bytes);
    if torn.is_empty() {
        return Ok(None);
    }
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
        std::fs::write(folder.own_file(), &text).expect("written");
        assert!(folder.read().expect_err("too new").to_string().contains("newer version"));
        assert!(folder.append(now(1), now(1).date_naive(), |_| Ok(vec![Entry::new(Event::Done, "b")])).is_err());
        assert_eq!(std::fs::read_to_string(folder.own_file()).expect("it exists"), text);
    }
}
