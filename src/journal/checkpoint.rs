//! Where a fold over the journal stood, so that a start need not read years of entries again.
//!
//! Only a cache, and never trusted on a guess: it covers whole files, each known by size, times and
//! (where there is one) number, and what was appended since only if this program did it and said so.
//! That is what the seal is for, a few bytes beside the checkpoint, written under the journal's lock.
//! In any doubt everything is read. Knows files and entries, not what they are folded into.

use std::collections::HashSet;
use std::fs::{File, Metadata};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use chrono::{DateTime, FixedOffset};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::lines::{self, split_torn};
use super::{Entry, Folder, Journal, Remark};
use crate::bounded;
use crate::error::Result;
use crate::private;
use crate::stamp::{Stamp, since_1970};
use crate::text::Text;

/// From so many bytes on a journal is worth a checkpoint, and what came since worth a new one: less
/// is read faster than a second file is opened.
const WORTHWHILE: u64 = if cfg!(test) { 300 } else { 32 << 10 };
/// A file of another device that changed within this time may change again without looking different.
/// In seconds.
const TICK: i64 = if cfg!(test) { 0 } else { 2 };

/// Something that entries add up to.
pub trait Fold {
    /// The form in which a later run of the program gets it back.
    type Kept: Serialize + DeserializeOwned;

    /// Returns a number that differs whenever anything but the entries would give another result.
    fn key(&self) -> u64;

    /// Takes in the entries of `journal` that count. They are newer than all before.
    fn follow(&mut self, journal: &Journal<Text<'_>>);

    /// Returns what was taken in so far.
    fn keep(&self) -> Self::Kept;

    /// Puts what was kept in the place of nothing taken in, and returns whether that made sense.
    fn resume(&mut self, kept: Self::Kept) -> bool;
}

/// A fold over the whole journal.
#[derive(Debug)]
pub struct Folded<F> {
    /// What it came to.
    pub fold: F,
    /// What the reader noticed.
    pub remarks: Vec<Remark>,
    pub(super) newest: Option<DateTime<FixedOffset>>,
    /// The checkpoint that covers all of the journal but what a seal may vouch for.
    seal: Option<Seal>,
}

/// A file of the journal as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    name: String,
    /// `None` if it is not there yet.
    stamp: Option<Stamp>,
}

/// What a checkpoint file holds, behind its checksum.
#[derive(Debug, Serialize, Deserialize)]
struct Checkpoint<K> {
    key: u64,
    files: Vec<Seen>,
    newest: (DateTime<FixedOffset>, String),
    kept: K,
}

/// The own file as this program left it, after appending to what a checkpoint covers.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Seal {
    path: PathBuf,
    checkpoint: u32,
    own: Seen,
}

impl Seen {
    fn new(name: String, metadata: &Metadata) -> Option<Self> {
        Some(Self { name, stamp: Some(Stamp::of(metadata)?) })
    }

    fn len(&self) -> u64 {
        self.stamp.as_ref().map_or(0, |stamp| stamp.len)
    }

    /// Returns whether it changed so lately that it might have done so again since.
    fn is_fresh(&self) -> bool {
        let (now, _) = since_1970(SystemTime::now());
        let latest = self.stamp.iter().flat_map(Stamp::times).map(|(seconds, _)| seconds).max();
        latest.is_some_and(|latest| now < latest.saturating_add(TICK))
    }
}

impl Folder {
    /// Returns what `fold`, into which nothing was taken yet, comes to over all entries. `cache` is
    /// the file in which a checkpoint may lie and may be left.
    ///
    /// # Errors
    ///
    /// As [`Folder::read`]; that the cache cannot be read or written is none.
    pub fn fold<F: Fold>(&self, mut fold: F, cache: &Path) -> Result<Folded<F>> {
        let seen = self.survey()?;
        let worthwhile = seen.iter().map(Seen::len).sum::<u64>() >= WORTHWHILE;
        if worthwhile && let Some(found) = load::<F>(cache, fold.key()) {
            match self.resume(fold, found, &seen, cache) {
                Ok(folded) => return Ok(folded),
                // Nothing was taken in, or nothing that is still in it.
                Err(untouched) => fold = untouched,
            }
        }
        let pages = self.pages()?;
        let journal: Journal<Text<'_>> = pages.journal()?;
        fold.follow(&journal);
        let newest = journal.last().map(|entry| (entry.at, entry.id.as_ref().to_owned()));
        let is_own = |file: &Seen| self.own_name() == file.name;
        let settled = || {
            pages.remarks.is_empty()
                && seen.iter().all(|file| is_own(file) || !file.is_fresh())
                && pages.lengths().eq(seen.iter().map(Seen::len))
                && self.survey().is_ok_and(|now| now == seen)
                && names_what_is_there(&journal)
        };
        let seal = match &newest {
            Some(newest) if worthwhile && settled() => self.save(cache, &fold, seen, newest.clone()),
            _ => None,
        };
        Ok(Folded { newest: newest.map(|(at, _)| at), fold, remarks: pages.remarks, seal })
    }

    /// Returns the files as they are, sorted by name.
    fn survey(&self) -> Result<Vec<Seen>> {
        let files = self.files()?;
        // A file that vanishes meanwhile is looked for in vain by whoever reads it.
        let seen = |path: &PathBuf| {
            let name = path.file_name()?.to_string_lossy().into_owned();
            Seen::new(name, &std::fs::metadata(path).ok()?)
        };
        Ok(files.iter().filter_map(seen).collect())
    }

    fn own_name(&self) -> String {
        self.own_file().file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Returns this device's own file, which may not be there yet.
    fn own_among(&self, files: &[Seen]) -> Seen {
        let name = self.own_name();
        files.iter().find(|file| file.name == name).cloned().unwrap_or(Seen { name, stamp: None })
    }

    /// Goes on from a checkpoint, or gives `fold` back as it was.
    fn resume<F: Fold>(
        &self,
        mut fold: F,
        (checkpoint, sum): (Checkpoint<F::Kept>, u32),
        seen: &[Seen],
        cache: &Path,
    ) -> std::result::Result<Folded<F>, F> {
        let own = self.own_name();
        let same_files = seen.len() == checkpoint.files.len()
            && seen
                .iter()
                .zip(&checkpoint.files)
                .all(|(now, then)| now == then || (now.name == own && then.name == own));
        if !same_files {
            return Err(fold);
        }
        let grown = seen.iter().zip(&checkpoint.files).find(|(now, then)| now != then);
        let mut bytes = String::new();
        let mut seal = Seal { path: cache.to_owned(), checkpoint: sum, own: self.own_among(seen) };
        if let Some((now, then)) = grown {
            if Seal::load(cache).as_ref() != Some(&seal) || now.len() < then.len() {
                return Err(fold);
            }
            match tail(&self.own_file(), then.len(), now.len()) {
                Some(tail) => bytes = tail,
                None => return Err(fold),
            }
        }
        let Some(since) = newer(&bytes, &checkpoint.newest) else { return Err(fold) };
        if !fold.resume(checkpoint.kept) {
            return Err(fold);
        }
        let last = since.last().map(|entry| (entry.at, entry.id.as_ref().to_owned()));
        let newest = last.unwrap_or(checkpoint.newest);
        fold.follow(&since);
        if bytes.len() as u64 >= WORTHWHILE && self.survey().is_ok_and(|now| now == seen) {
            seal = self.save(cache, &fold, seen.to_vec(), newest.clone()).unwrap_or(seal);
        }
        Ok(Folded { fold, remarks: Vec::new(), newest: Some(newest.0), seal: Some(seal) })
    }

    /// Leaves a checkpoint; that this fails costs only time.
    fn save<F: Fold>(
        &self,
        cache: &Path,
        fold: &F,
        files: Vec<Seen>,
        newest: (DateTime<FixedOffset>, String),
    ) -> Option<Seal> {
        let own = self.own_among(&files);
        let bytes = postcard::to_allocvec(&Checkpoint { key: fold.key(), files, newest, kept: fold.keep() }).ok()?;
        let sum = crc32fast::hash(&bytes);
        let folder = cache.parent()?;
        private::create_dir(folder).ok()?;
        let mut file = tempfile::NamedTempFile::new_in(folder).ok()?;
        file.write_all(&sum.to_le_bytes()).ok()?;
        file.write_all(&bytes).ok()?;
        file.persist(cache).ok()?;
        Some(Seal { path: cache.to_owned(), checkpoint: sum, own })
    }
}

impl<F> Folded<F> {
    /// Vouches for what was just appended to `own`, whose lock the caller holds since before this fold.
    pub(super) fn seal(&mut self, own: &File) {
        let Some(seal) = &mut self.seal else { return };
        let Ok(metadata) = own.metadata() else { return };
        let Some(own) = Seen::new(seal.own.name.clone(), &metadata) else { return };
        seal.own = own;
        let Ok(bytes) = postcard::to_allocvec(&seal) else { return };
        let mut whole = crc32fast::hash(&bytes).to_le_bytes().to_vec();
        whole.extend(bytes);
        // Torn or missing, it is not believed.
        let _ = std::fs::write(seal_path(&seal.path), whole);
    }
}

impl Seal {
    fn load(cache: &Path) -> Option<Self> {
        decode(&bounded::read(&seal_path(cache), 1 << 20).ok()?).map(|(seal, _)| seal)
    }
}

fn seal_path(cache: &Path) -> PathBuf {
    cache.with_extension("seal")
}

fn load<F: Fold>(cache: &Path, key: u64) -> Option<(Checkpoint<F::Kept>, u32)> {
    let (checkpoint, sum) = decode::<Checkpoint<F::Kept>>(&bounded::read(cache, bounded::LARGEST_FILE).ok()?)?;
    (checkpoint.key == key).then_some((checkpoint, sum))
}

/// Returns what `bytes` hold behind their checksum, and that.
fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Option<(T, u32)> {
    let (sum, bytes) = bytes.split_first_chunk::<4>()?;
    let sum = u32::from_le_bytes(*sum);
    if crc32fast::hash(bytes) != sum {
        return None;
    }
    Some((postcard::from_bytes(bytes).ok()?, sum))
}

/// Returns what a checkpoint with these bytes behind its checksum keeps, if anything; a seal is looked at
/// on the way. Must never panic.
pub(crate) fn kept_in<F: Fold>(bytes: &[u8]) -> Option<F::Kept> {
    let seal: Option<Seal> = postcard::from_bytes(bytes).ok();
    let survives = seal.is_none_or(|seal| !seal.own.is_fresh() || seal.own.stamp.is_some());
    postcard::from_bytes::<Checkpoint<F::Kept>>(bytes).ok().filter(|_| survives).map(|checkpoint| checkpoint.kept)
}

/// Returns what stands in a checkpoint of `fold` behind the checksum.
pub(crate) fn bytes_of<F: Fold>(fold: &F) -> Vec<u8> {
    let newest = (DateTime::UNIX_EPOCH.fixed_offset(), String::new());
    let checkpoint = Checkpoint { key: fold.key(), files: Vec::new(), newest, kept: fold.keep() };
    postcard::to_allocvec(&checkpoint).expect("plain data always serialises into memory")
}

/// Returns the whole lines that the file holds from one byte to another.
fn tail(path: &Path, from: u64, to: u64) -> Option<String> {
    let mut file = File::open(path).ok()?;
    file.seek(SeekFrom::Start(from)).ok()?;
    let mut text = String::new();
    file.take(to - from).read_to_string(&mut text).ok()?;
    let is_whole = text.len() as u64 == to - from && split_torn(text.as_bytes()).1.is_empty();
    is_whole.then_some(text)
}

/// Returns the journal of these lines alone, if all are newer than `than` and cancel only each other.
fn newer<'t>(text: &'t str, than: &(DateTime<FixedOffset>, String)) -> Option<Journal<Text<'t>>> {
    let entries = lines::parse(text).map(|(_, entry)| entry.ok()).collect::<Option<Vec<Entry<Text<'t>>>>>()?;
    let is_newer = |entry: &Entry<Text<'_>>| (entry.at, entry.id.as_ref()) > (than.0, than.1.as_str());
    let journal = Journal::new(entries);
    let all_newer = journal.entries().all(|(entry, _)| is_newer(entry));
    (all_newer && names_what_is_there(&journal)).then_some(journal)
}

/// Returns whether every undo and redo names an entry of this journal, so that none to come can be
/// what it names.
fn names_what_is_there<S: AsRef<str>>(journal: &Journal<S>) -> bool {
    let mut cancels = journal.entries().filter_map(|(entry, _)| entry.cancels_id()).peekable();
    if cancels.peek().is_none() {
        return true;
    }
    let ids: HashSet<&str> = journal.entries().map(|(entry, _)| entry.id.as_ref()).collect();
    cancels.all(|id| ids.contains(id))
}

#[cfg(test)]
mod tests;
