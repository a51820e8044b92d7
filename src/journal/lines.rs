//! The lines of one device's file, as bytes: header, entries, what is torn and what is broken.
//!
//! Knows what a line may be and touches no file, so that a reader of any bytes can be tried without
//! one.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::{Entry, plain};
use crate::error::{Error, Result};
use crate::text;

/// The version of the format that this program writes, and the newest it reads.
pub const VERSION: u32 = 1;

/// The first line of every file.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Header {
    roadmap: String,
    version: u32,
    curriculum: String,
    device: String,
}

/// Returns the first line of the file of `device`.
pub fn header(curriculum: &str, device: &str) -> Vec<u8> {
    let (roadmap, curriculum, device) = ("journal".to_owned(), curriculum.to_owned(), device.to_owned());
    line(&Header { roadmap, version: VERSION, curriculum, device })
}

/// Returns the line that says `entry`.
pub fn write(entry: &Entry) -> Vec<u8> {
    line(entry)
}

fn line(value: &impl Serialize) -> Vec<u8> {
    let mut line = serde_json::to_vec(value).expect("plain data always serialises into memory");
    line.push(b'\n');
    line
}

/// Returns the whole lines, and what stands behind the last line break.
pub fn split_torn(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
    bytes.split_at(end)
}

/// Returns the entries in the whole lines of the file `name`.
///
/// # Errors
///
/// When a line is no entry, or the file comes from a newer version.
pub fn read(name: &str, whole: &[u8]) -> Result<Vec<Entry>> {
    read_as(name, whole)
}

/// As [`read`], with texts that may lie in the lines.
pub(super) fn read_as<'l, S: Default + Deserialize<'l>>(name: &str, whole: &'l [u8]) -> Result<Vec<Entry<S>>> {
    let broken = |number: usize, why: &str| {
        Error::new(format!("{name}:{number} is not a journal entry: {why}"))
            .hint("`roadmap doctor --mend` sets the line aside in a file beside it and keeps the rest")
    };
    let Some(end) = whole.iter().position(|&byte| byte == b'\n') else { return Ok(Vec::new()) };
    let (header, rest) = (&whole[..end], &whole[end + 1..]);
    let header: Header = serde_json::from_slice(header).map_err(|_| broken(1, "the first line must be the header"))?;
    header.refuse_newer(name)?;
    // Once for the whole file, not once for each text in it.
    let lines = std::str::from_utf8(rest).map_err(|error| {
        let before = &rest[..error.valid_up_to()];
        broken(before.iter().filter(|&&byte| byte == b'\n').count() + 2, "it is not UTF-8 text")
    })?;
    parse(lines)
        .map(|(at, entry)| {
            entry.map_err(|error| {
                let why = error.to_string();
                broken(at + 2, &text::line(why.split(" at line ").next().unwrap_or_default()))
            })
        })
        .collect()
}

/// Returns each line that is not empty, read as an entry, with its number counted from 0.
pub(super) fn parse<'l, S: Default + Deserialize<'l>>(
    mut lines: &'l str,
) -> impl Iterator<Item = (usize, serde_json::Result<Entry<S>>)> {
    let mut next = 0;
    std::iter::from_fn(move || {
        loop {
            let at = next;
            next += 1;
            if let Some((entry, rest)) = plain::read(lines) {
                lines = rest;
                return Some((at, Ok(entry)));
            }
            let (line, rest) = lines.split_once('\n').unwrap_or((lines, ""));
            lines = rest;
            match line {
                "" if rest.is_empty() => return None,
                "" => {}
                line => return Some((at, serde_json::from_str(line))),
            }
        }
    })
}

/// Refuses the file `name` if a newer version of this program wrote it.
///
/// # Errors
///
/// When it did.
pub(super) fn refuse_newer(name: &str, bytes: &[u8]) -> Result<()> {
    let header = bytes.split(|&byte| byte == b'\n').next().unwrap_or_default();
    serde_json::from_slice::<Header>(header).map_or(Ok(()), |header| header.refuse_newer(name))
}

impl Header {
    /// Returns the header in this line, if it is the one of a journal.
    pub(super) fn read(line: &[u8]) -> Option<Self> {
        serde_json::from_slice::<Self>(line).ok().filter(|header| header.roadmap == "journal")
    }

    pub(super) fn curriculum(&self) -> &str {
        &self.curriculum
    }

    pub(super) fn device(&self) -> &str {
        &self.device
    }

    pub(super) fn refuse_newer(&self, name: &str) -> Result<()> {
        if self.version <= VERSION {
            return Ok(());
        }
        let message = format!(
            "{name} was written by a newer version of roadmap (format {}; this one reads up to {VERSION})",
            self.version
        );
        Err(Error::new(message).hint("update roadmap; the journal is left as it is"))
    }
}

/// Parts the bytes of a file into the lines that stay and those that `doctor --mend` sets aside, in
/// order: what is no entry, and entries that are there twice. Entries that stay without a header get
/// the one of `device`. A file of a newer version stays as it is: what looks broken may not be.
pub fn sort_out(bytes: &[u8], curriculum: &str, device: &str) -> (Vec<u8>, Vec<u8>) {
    if refuse_newer("", bytes).is_err() {
        return (bytes.to_vec(), Vec::new());
    }
    let mut kept: Vec<u8> = Vec::new();
    let mut broken: Vec<u8> = Vec::new();
    let mut headed = false;
    let mut ids = HashSet::new();
    for (at, line) in bytes.split_inclusive(|&b| b == b'\n').enumerate() {
        let text = std::str::from_utf8(line).ok().filter(|line| line.ends_with('\n'));
        let is_header = at == 0 && line.ends_with(b"\n") && serde_json::from_slice::<Header>(line).is_ok();
        headed |= is_header;
        let entry = || text.and_then(|line| serde_json::from_str::<Entry>(line).ok());
        let good = is_header || text == Some("\n") || entry().is_some_and(|entry| ids.insert(entry.id));
        if good { &mut kept } else { &mut broken }.extend_from_slice(line);
    }
    // A file in which nothing was ever written is no damage; the next entry brings its header.
    if !headed && !bytes.is_empty() {
        kept.splice(0..0, self::header(curriculum, device));
    }
    (kept, broken)
}
