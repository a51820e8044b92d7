//! Writes the files that the user names.

use std::io::Write;
use std::path::Path;

use anyhow::Result;

use crate::error::Error;
use crate::text;

/// Writes a file whole or not at all, readable as the user's other files are. Returns its path, safe to print.
pub(super) fn write(path: &Path, content: &[u8]) -> Result<String> {
    let shown = text::line(&path.display().to_string()).into_owned();
    let cannot = |error| Error::io(format!("cannot write {shown}"), error);
    if path.is_dir() {
        return Err(Error::new(format!("{shown} is a folder")).hint("name a file in it").into());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    // What is exported is for others to read; the user's mask still counts.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut whole = builder.tempfile_in(folder).map_err(cannot)?;
    whole.write_all(content).and_then(|()| whole.as_file().sync_all()).map_err(cannot)?;
    whole.persist(path).map_err(|error| cannot(error.error))?;
    Ok(shown)
}
