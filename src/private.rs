//! The learner's own files: readable by their owner only, replaced whole or not at all, and changed
//! by one process at a time.
//!
//! Knows nothing of what is in them. What the user asks to have written elsewhere is `cli::files`.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

/// Creates a folder and those above it, readable by the owner only where they are new.
pub(crate) fn create_dir(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Opens for reading and appending, created readable by its owner only.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Opens and locks a file, made if there is none. Whoever waited while another process put a new
/// file in its place gets the new one.
pub(crate) fn lock(path: &Path) -> io::Result<File> {
    loop {
        let file = open(path)?;
        file.lock()?;
        if is_at(&file, path)? {
            return Ok(file);
        }
    }
}

/// Returns whether the file that is open is still the one at `path`.
pub(crate) fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    let there = match std::fs::metadata(path) {
        Ok(there) => there,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    let open = file.metadata()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        Ok((open.dev(), open.ino()) == (there.dev(), there.ino()))
    }
    // Nobody else writes to a locked file, so one of another length or age is another file.
    #[cfg(not(unix))]
    Ok(open.len() == there.len() && open.modified()? == there.modified()?)
}

/// Returns the content in a file of its own in `folder`, private and synced, to be renamed.
pub(crate) fn staged(folder: &Path, content: &[u8]) -> io::Result<NamedTempFile> {
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Writes a file in place of the one that is there, whole or not at all. A link stays a link; what
/// it names is replaced.
pub(crate) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = target.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
    staged(folder, content)?.persist(&target).map(drop).map_err(|error| error.error)
}

/// Makes what was created in a folder survive a power cut, where the system can say so.
pub(crate) fn sync_dir(path: &Path) -> io::Result<()> {
    // Elsewhere a folder cannot be opened as a file; NTFS keeps its own journal of names.
    #[cfg(unix)]
    if let Err(error) = File::open(path).and_then(|folder| folder.sync_all()) {
        use io::ErrorKind::{InvalidInput, PermissionDenied, Unsupported};
        // Some network file systems have no such call for folders, and one above ours may be closed to us.
        return if matches!(error.kind(), InvalidInput | Unsupported | PermissionDenied) { Ok(()) } else { Err(error) };
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_was_replaced_is_not_the_one_at_its_place() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let path = home.path().join("f");
        let old = lock(&path).expect("made and locked");
        assert!(is_at(&old, &path).expect("there"));
        replace(&path, b"new").expect("replaced");
        assert!(!is_at(&old, &path).expect("there"));
        assert!(is_at(&lock(&path).expect("the new one is free"), &path).expect("there"));
        std::fs::remove_file(&path).expect("removed");
        assert!(!is_at(&old, &path).expect("gone"));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let (real, link) = (home.path().join("real"), home.path().join("link"));
        std::fs::write(&real, "old").expect("written");
        std::os::unix::fs::symlink(&real, &link).expect("linked");
        replace(&link, b"new").expect("replaced");
        assert!(link.is_symlink());
        assert_eq!(std::fs::read(&real).expect("there"), b"new");
    }
}
