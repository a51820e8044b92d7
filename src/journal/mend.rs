//! The mend of damaged journal files: what is no entry is set aside in a file beside, never deleted.
//!
//! The sound lines stay byte for byte. A mended file takes the place of the old one in one step, so
//! that no reader sees half of it; whoever waits for the old one's lock then takes the new one.

use std::io::Write;
use std::path::Path;

use super::file::{self, Folder, Remark, show};
use super::lines;
use crate::error::{Error, Result};
use crate::private;

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
            lines::refuse_newer(&show(&path), &bytes)?;
            let device = path.file_stem().unwrap_or_default().to_string_lossy();
            let (mended, broken) = lines::sort_out(&bytes, self.curriculum(), &device);
            if mended == bytes {
                continue;
            }
            let aside = path.with_extension("jsonl.torn");
            if !broken.is_empty() {
                keep_aside(&aside, &broken).map_err(cannot)?;
            }
            private::replace(&path, &mended).map_err(cannot)?;
            remarks.push(Remark(match broken.len() {
                0 => format!("gave {} the header that it had lost", show(&path)),
                bytes => format!("set {bytes} bytes of {} aside in {}", show(&path), show(&aside)),
            }));
        }
        Ok(remarks)
    }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::lines::sort_out;

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
            let (kept, broken) = sort_out(&bytes, "c", "d");
            let own = if bytes.starts_with(HEADER.as_bytes()) || bytes.is_empty() { 0 } else { HEADER.len() };
            let mut parts: Vec<&[u8]> =
                [&kept[own..], &broken].into_iter().flat_map(|part| part.split_inclusive(|&b| b == b'\n')).collect();
            let mut before: Vec<&[u8]> = bytes.split_inclusive(|&b| b == b'\n').collect();
            parts.sort_unstable();
            before.sort_unstable();
            prop_assert_eq!(parts, before);
            prop_assert_eq!(sort_out(&kept, "c", "d"), (kept.clone(), Vec::new()), "mended once is mended");
        }
    }

    #[test]
    fn a_newer_version_is_not_mended() {
        let newer = HEADER.replace("\"version\":1", "\"version\":2") + "something new\n";
        assert_eq!(sort_out(newer.as_bytes(), "c", "d"), (newer.into_bytes(), Vec::new()));
    }
}
