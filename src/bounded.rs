//! Reads a file whole, but never one that would fill the memory or never end.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// No file of ours comes near this many bytes: a hundred thousand full topics, a million entries.
pub(crate) const LARGEST_FILE: u64 = 256 << 20;

/// Returns the bytes of the file at `path`, of which there may be `most`.
///
/// # Errors
///
/// When it cannot be read, is larger, or is no file with an end: a pipe, a device, a socket. Such are
/// not even opened, for opening a pipe waits for somebody to write.
pub(crate) fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let metadata = std::fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
    }
    if !metadata.is_file() {
        return Err(io::Error::other("it is a pipe or a device, not a file with an end"));
    }
    let too_large = || io::Error::other(format!("it is larger than {} megabytes", most >> 20));
    if metadata.len() > most {
        return Err(too_large());
    }
    let mut bytes = Vec::with_capacity(metadata.len() as usize);
    // It may grow while it is read.
    File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most { Err(too_large()) } else { Ok(bytes) }
}

/// As [`read`], for a file that must be UTF-8 text.
///
/// # Errors
///
/// As [`read`], and when it is not.
#[allow(dead_code, reason = "build.rs, which includes this file, reads curricula only")]
pub(crate) fn read_text(path: &Path, most: u64) -> io::Result<String> {
    String::from_utf8(read(path, most)?).map_err(|_| io::Error::other("it is not UTF-8 text"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read_up_to_a_size_and_folders_not_at_all() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("f");
        std::fs::write(&path, vec![b'x'; 3 << 20]).expect("written");
        assert_eq!(read(&path, 3 << 20).expect("it fits").len(), 3 << 20);
        assert_eq!(read(&path, 2 << 20).expect_err("too large").to_string(), "it is larger than 2 megabytes");
        assert!(read(folder.path(), 9).is_err());
        assert_eq!(read(&folder.path().join("none"), 9).expect_err("missing").kind(), io::ErrorKind::NotFound);
        #[cfg(unix)]
        assert!(read(Path::new("/dev/zero"), 9).expect_err("endless").to_string().contains("device"));
    }
}
