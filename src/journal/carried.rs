//! Lines as they stand on the disk, for whoever carries them between machines.
//!
//! An entry of another machine is taken in byte for byte, once for each id, and goes to a file that
//! only this device writes; nothing that is here is ever replaced. Knows nothing of where lines come
//! from or go to.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::file::{Folder, Remark, cannot_write, set_torn_aside, show, write_whole};
use super::{Entry, lines};
use crate::bounded;
use crate::error::{Error, Result};
use crate::private;
use crate::text::Text;

/// One entry as its writer wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    id: String,
    bytes: Vec<u8>,
}

impl Line {
    /// Returns the line of these bytes if they are one entry, which a journal can hold. White space
    /// around it, such as the carriage return that git may add, is no part of it.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let bytes = bytes.trim_ascii();
        // What breaks a line would be two lines in a file.
        if bytes.contains(&b'\n') {
            return None;
        }
        let entry: Entry<Text<'_>> = serde_json::from_str(std::str::from_utf8(bytes).ok()?).ok()?;
        Some(Self { id: entry.id.as_ref().to_owned(), bytes: bytes.to_vec() })
    }

    /// Returns the entry's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns its bytes, a JSON object without a line break.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns what it says.
    ///
    /// # Errors
    ///
    /// Never for a line that was read: it was an entry then.
    pub fn entry(&self) -> serde_json::Result<Entry> {
        serde_json::from_slice(&self.bytes)
    }

    /// Returns whether two lines of one id say the same. If not, one of them was changed afterwards.
    pub fn says_the_same(&self, other: &Self) -> bool {
        self.bytes == other.bytes || matches!((self.entry(), other.entry()), (Ok(one), Ok(another)) if one == another)
    }
}

/// What a journal's file holds that came from anywhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// The device whose file it is, as its header says; empty if that has not come yet.
    pub device: String,
    /// Its entries, in order.
    pub lines: Vec<Line>,
    /// The numbers of the lines that are no entries, counted from 1.
    pub broken: Vec<usize>,
    /// Whether it ends in half a line, as a file does that is not all here yet.
    pub is_torn: bool,
}

impl Sheet {
    /// Returns what the file `name` with these bytes holds if it is a journal of `curriculum`. A file
    /// of which not even the header has come yet may be one.
    ///
    /// # Errors
    ///
    /// When a newer version of this program wrote it.
    pub fn read(name: &str, bytes: &[u8], curriculum: &str) -> Result<Option<Self>> {
        let Some(end) = bytes.iter().position(|&byte| byte == b'\n') else {
            return Ok(Some(Self { is_torn: !bytes.is_empty(), ..Self::default() }));
        };
        let Some(header) = lines::Header::read(&bytes[..end]) else { return Ok(None) };
        header.refuse_newer(name)?;
        if header.curriculum() != curriculum {
            return Ok(None);
        }
        let mut sheet = Self { device: header.device().to_owned(), ..Self::default() };
        for (at, line) in bytes.split(|&byte| byte == b'\n').enumerate().skip(1) {
            // What is whole JSON is a whole line, though its line break has not come.
            let is_last = at_end(line, bytes);
            match Line::read(line) {
                Some(line) => sheet.lines.push(line),
                None if line.trim_ascii().is_empty() => {}
                None if is_last => sheet.is_torn = true,
                None => sheet.broken.push(at + 1),
            }
        }
        Ok(Some(sheet))
    }
}

/// Returns whether `line`, which lies in `bytes`, ends where they end.
fn at_end(line: &[u8], bytes: &[u8]) -> bool {
    line.as_ptr_range().end == bytes.as_ptr_range().end
}

/// Every entry that is here, each id once.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    /// Those that were made on this device, oldest first.
    pub own: Vec<Line>,
    /// Those of all other devices.
    pub others: Vec<Line>,
    /// What the reader noticed.
    pub remarks: Vec<Remark>,
}

impl Lines {
    /// Returns all of them, this device's first.
    pub fn all(&self) -> impl Iterator<Item = &Line> {
        self.own.iter().chain(&self.others)
    }

    /// Returns the ids of all of them.
    pub fn ids(&self) -> HashSet<&str> {
        self.all().map(Line::id).collect()
    }

    /// Returns those that somebody lacks who has the entries with the ids in `there`.
    pub fn lacking<'l>(&'l self, there: &HashSet<&str>) -> Vec<&'l Line> {
        self.all().filter(|line| !there.contains(line.id())).collect()
    }
}

impl Folder {
    /// Returns the file for what others wrote and this device took in. Its name is that of no device,
    /// which has no dot in it.
    pub fn others_file(&self) -> PathBuf {
        self.own_file().with_extension("others.jsonl")
    }

    /// Returns the first line of a file of this device.
    pub(crate) fn header(&self) -> Vec<u8> {
        lines::header(self.curriculum(), self.device())
    }

    /// Returns whether only this device writes the file at `path`.
    pub(super) fn is_ours(&self, path: &Path) -> bool {
        path == self.own_file() || path == self.others_file()
    }

    /// Returns every entry that is here, line by line as they stand in the files.
    ///
    /// # Errors
    ///
    /// As [`Folder::read`].
    pub fn lines(&self) -> Result<Lines> {
        let pages = self.pages()?;
        let mut all = Lines::default();
        let own_file = self.own_file();
        let mut theirs = Vec::new();
        for (path, bytes) in pages.files() {
            let whole = lines::split_torn(bytes).0;
            let mut entries: Vec<Entry<Text<'_>>> = Vec::new();
            lines::read_into(&mut entries, &show(path), whole)?;
            let bytes = whole.split(|&byte| byte == b'\n').skip(1).filter(|line| !line.is_empty());
            let found = entries
                .iter()
                .zip(bytes)
                .map(|(entry, bytes)| Line { id: entry.id.as_ref().to_owned(), bytes: bytes.trim_ascii().to_vec() });
            if *path == own_file { &mut all.own } else { &mut theirs }.extend(found);
        }
        let mut ids = HashSet::new();
        all.own.retain(|line| ids.insert(line.id().to_owned()));
        theirs.retain(|line| ids.insert(line.id().to_owned()));
        all.others = theirs;
        all.remarks = pages.remarks;
        Ok(all)
    }

    /// Takes in entries that were made elsewhere, those whose ids are not here yet, and returns these
    /// with remarks. All are on the disk, or none; what is here already stays as it is, also where a
    /// line of the same id says something else.
    ///
    /// # Errors
    ///
    /// When the journal cannot be read or written; then nothing changed.
    pub fn take_in(&self, lines: &[Line]) -> Result<(Vec<Line>, Vec<Remark>)> {
        if lines.is_empty() {
            return Ok((Vec::new(), Vec::new()));
        }
        // Whoever marks something sees all of these entries or none, and no two take the same ones in.
        let own = self.lock()?;
        let here = self.lines()?;
        let mut remarks = [own.remarks(), &here.remarks].concat();
        let mut ids = here.ids();
        let new: Vec<Line> = lines.iter().filter(|line| ids.insert(line.id())).cloned().collect();
        if new.is_empty() {
            return Ok((new, remarks));
        }
        let path = self.others_file();
        let cannot = |error| cannot_write(&path, error);
        // `doctor --mend` replaces a file under the file's own lock.
        let mut file = private::lock(&path).map_err(cannot)?;
        if let Some(aside) = set_torn_aside(&mut file, &path).map_err(cannot)? {
            remarks.push(Remark(format!("the last line of {} was set aside in {}", show(&path), show(&aside))));
        }
        let before = file.metadata().map_err(cannot)?.len();
        let mut bytes = Vec::new();
        if before == 0 {
            self.keep_names().map_err(cannot)?;
            bytes = self.header();
        }
        for line in &new {
            bytes.extend_from_slice(line.bytes());
            bytes.push(b'\n');
        }
        if before + bytes.len() as u64 > bounded::LARGEST_FILE {
            let message = format!("{} would grow beyond {} megabytes", show(&path), bounded::LARGEST_FILE >> 20);
            return Err(Error::new(message).hint("no learner has so many entries; look what came with the others'"));
        }
        write_whole(&mut file, &bytes).map_err(cannot)?;
        Ok((new, remarks))
    }
}

#[cfg(test)]
mod tests;
