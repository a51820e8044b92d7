//! Writes the files that the user names: whole or not at all, and as readable as the user's others.

use std::io::{ErrorKind, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use super::folder::show;
use crate::error::{Error, Result};

/// Writes a file, in place of one that is there. Returns its path, safe to print.
pub(super) fn write(path: &Path, content: &[u8]) -> Result<String> {
    let whole = beside(path, content)?;
    whole.persist(path).map_err(|error| cannot(path, error.error))?;
    Ok(show(path))
}

/// Writes a file that must not be there yet.
pub(super) fn write_new(path: &Path, content: &[u8]) -> Result<()> {
    settle(beside(path, content)?, path)
}

/// Writes a file that must not be there yet, and that is for its owner only.
pub(super) fn write_new_private(path: &Path, content: &[u8]) -> Result<()> {
    settle(stage(&tempfile::Builder::new(), path, content)?, path)
}

fn settle(whole: NamedTempFile, path: &Path) -> Result<()> {
    match whole.persist_noclobber(path) {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => {
            let message = format!("{} is there already", show(path));
            Err(Error::new(message).hint("name another file; nothing is ever overwritten"))
        }
        Err(error) => Err(cannot(path, error.error)),
    }
}

/// Returns the content in a file beside `path`, synced, to be renamed.
pub(super) fn beside(path: &Path, content: &[u8]) -> Result<NamedTempFile> {
    #[cfg_attr(not(unix), allow(unused_mut, reason = "there is no mode to set"))]
    let mut builder = tempfile::Builder::new();
    // What is exported is for others to read; the user's mask still counts.
    #[cfg(unix)]
    let public = std::os::unix::fs::PermissionsExt::from_mode(0o666);
    #[cfg(unix)]
    builder.permissions(public);
    stage(&builder, path, content)
}

fn stage(builder: &tempfile::Builder<'_, '_>, path: &Path, content: &[u8]) -> Result<NamedTempFile> {
    if path.is_dir() {
        return Err(Error::new(format!("{} is a folder", show(path))).hint("name a file in it"));
    }
    if std::fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        // To put a file in the place of a device would be no kindness.
        let message = format!("{} is a pipe or a device", show(path));
        return Err(Error::new(message).hint("name a file; without one the result goes to standard output"));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        let message = format!("cannot write {}: there is no folder {}", show(path), show(folder));
        return Err(Error::new(message).hint("make it first, or name another place"));
    }
    let mut file = builder.tempfile_in(folder).map_err(|error| cannot(path, error))?;
    file.write_all(content).and_then(|()| file.as_file().sync_all()).map_err(|error| cannot(path, error))?;
    Ok(file)
}

fn cannot(path: &Path, error: std::io::Error) -> Error {
    Error::io(format!("cannot write {}", show(path)), error)
}
