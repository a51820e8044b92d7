//! The mend of damaged journal files: what is no entry is set aside in a file beside, never deleted.
//!
//! The sound lines stay byte for byte. A mended file takes the place of the old one in one step, so
//! that no reader sees half of it; whoever waits for the old one's lock then takes the new one.

use std::collections::HashSet;
use std::io::Write;
use std::path::Path;

use super::file::{self, Folder, Header, Remark, show};
use super::{Entry, VERSION};
use crate::error::{Error, Result};
use crate::private;

/// A file's lines, told apart.
#[derive(Debug, Default, PartialEq)]
struct Sorted {
    header: Vec<u8>,
    kept: Vec<u8>,
    broken: Vec<u8>,
}

impl Folder {
    /// Sets every line aside that is no entry, and every entry that is there twice, and returns where
    /// to, file by file: the mend that `doctor` offers. The rest of each file stays byte for byte.
    ///
    /// # Errors
    ///
    /// When a file cannot be read or replaced, or comes from a newer version; it is then as it was.
    pub fn mend(&self) -> Result<Vec<Remark>> {
        let mut remarks = Vec::new();
        for path in self.files()? {
            let cannot = |error| Error::io(format!("cannot mend {}", show(&path)), error);
            let _locked = private::lock(&path).map_err(cannot)?;
            let bytes = file::read_file(&path)?;
            let sorted = sort(&path, &bytes)?;
            // A file in which nothing was ever written is no damage; the next entry brings its header.
            if sorted.broken.is_empty() && (bytes.is_empty() || !sorted.header.is_empty()) {
                continue;
            }
            let mut mended = sorted.header;
            if mended.is_empty() {
                let device = path.file_stem().unwrap_or_default().to_string_lossy();
                file::line(&mut mended, &self.header(&device));
            }
            mended.extend_from_slice(&sorted.kept);
            let aside = path.with_extension("jsonl.torn");
            if !sorted.broken.is_empty() {
                keep_aside(&aside, &sorted.broken).map_err(cannot)?;
            }
            private::replace(&path, &mended).map_err(cannot)?;
            remarks.push(Remark(if sorted.broken.is_empty() {
                format!("gave {} the header that it had lost", show(&path))
            } else {
                format!("set {} bytes of {} aside in {}", sorted.broken.len(), show(&path), show(&aside))
            }));
        }
        Ok(remarks)
    }
}

/// Tells the lines of a file apart: each stands in exactly one part, in the order of before.
fn sort(path: &Path, bytes: &[u8]) -> Result<Sorted> {
    let mut sorted = Sorted::default();
    let mut ids = HashSet::new();
    for (at, line) in bytes.split_inclusive(|&b| b == b'\n').enumerate() {
        let text = std::str::from_utf8(line).ok().filter(|line| line.ends_with('\n'));
        if at == 0
            && let Some(header) = text.and_then(|line| serde_json::from_str::<Header>(line).ok())
        {
            // What we take for broken may be what a newer version knows.
            file::refuse_newer(path, &header)?;
            sorted.header.extend_from_slice(line);
            continue;
        }
        let entry = text.and_then(|line| serde_json::from_str::<Entry>(line).ok());
        let good = text == Some("\n") || entry.is_some_and(|entry| ids.insert(entry.id));
        if good { &mut sorted.kept } else { &mut sorted.broken }.extend_from_slice(line);
    }
    Ok(sorted)
}

/// Adds bytes, and a line break, to a file beside the journal.
pub(super) fn keep_aside(aside: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut kept = private::open(aside)?;
    let before = kept.metadata()?.len();
    let lines = [bytes, b"\n"].concat();
    let named = || if before == 0 { private::sync_dir(aside.parent().unwrap_or(Path::new("."))) } else { Ok(()) };
    let written = kept.write_all(&lines).and_then(|()| kept.sync_data()).and_then(|()| named());
    if written.is_err() {
        // Those bytes are still where they were.
        let _ = kept.set_len(before);
    }
    written
}

impl Folder {
    /// Returns the first line of a device's file.
    pub(super) fn header(&self, device: &str) -> Header {
        Header {
            roadmap: "journal".to_owned(),
            version: VERSION,
            curriculum: self.curriculum().to_owned(),
            device: device.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HEADER: &str = "{\"roadmap\":\"journal\",\"version\":1,\"curriculum\":\"c\",\"device\":\"d\"}\n";

    fn entry(id: &str) -> String {
        format!("{{\"id\":\"{id}\",\"at\":\"2026-11-25T10:00:00+00:00\",\"do\":\"done\",\"topic\":\"t\"}}\n")
    }

    proptest! {
        #[test]
        fn each_line_goes_to_one_part_and_the_good_ones_are_read_again(
            picks in prop::collection::vec(0usize..8, 0..20),
            cut in 0usize..40,
        ) {
            let lines: [Vec<u8>; 8] = [
                HEADER.into(), entry("1").into(), entry("2").into(), entry("3").into(), b"nonsense\n".to_vec(),
                b"\n".to_vec(), b"{\"id\":\"4\",\"at\":\"\xff\"}\n".to_vec(), entry("5").replace("done", "\0").into(),
            ];
            let mut bytes: Vec<u8> = picks.iter().flat_map(|&pick| lines[pick].clone()).collect();
            bytes.truncate(bytes.len().saturating_sub(cut));
            let sorted = sort(Path::new("f"), &bytes).expect("no newer version");
            let mut parts: Vec<&[u8]> = [&sorted.header, &sorted.kept, &sorted.broken]
                .into_iter().flat_map(|part| part.split_inclusive(|&b| b == b'\n')).collect();
            let mut before: Vec<&[u8]> = bytes.split_inclusive(|&b| b == b'\n').collect();
            parts.sort_unstable();
            before.sort_unstable();
            prop_assert_eq!(parts, before);
            let mended = [HEADER.as_bytes(), &sorted.kept].concat();
            let again = sort(Path::new("f"), &mended).expect("no newer version");
            prop_assert!(again.broken.is_empty());
            prop_assert_eq!(again.kept, sorted.kept);
        }
    }

    #[test]
    fn a_newer_version_is_not_mended() {
        let newer = HEADER.replace("\"version\":1", "\"version\":2") + "something new\n";
        assert!(sort(Path::new("f"), newer.as_bytes()).is_err());
    }
}
