//! A new curriculum's folder: made, filled, and checked, or not there at all.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;

use crate::authoring::NewFile;
use crate::curriculum::{self, Checked};
use crate::diagnostic::render;
use crate::error::{Error, Result};
use crate::text;

/// Writes a curriculum into a folder that is not there yet, and loads it. It is made beside under
/// another name and gets its own when it is whole; what was written is taken away if something fails.
pub(super) fn create(folder: &Path, files: &[NewFile]) -> Result<Checked> {
    let shown = show(folder);
    if folder.symlink_metadata().is_ok() {
        return Err(
            Error::new(format!("{shown} is there already")).hint("name another folder; nothing is ever overwritten")
        );
    }
    let above = folder.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".roadmap-");
    // A curriculum is for others to read; the user's mask still counts.
    #[cfg(unix)]
    let public = std::os::unix::fs::PermissionsExt::from_mode(0o777);
    #[cfg(unix)]
    builder.permissions(public);
    let staged = builder.tempdir_in(above).map_err(|error| match error.kind() {
        ErrorKind::NotFound => Error::new(format!("there is no folder to make {shown} in"))
            .hint("make the folder above it first, or name another place"),
        _ => Error::io(format!("cannot make {shown}"), error),
    })?;
    let cannot = |error| Error::io(format!("cannot write into {shown}"), error);
    fill(staged.path(), files).map_err(cannot)?;
    let checked = sound(staged.path())?;
    fs::rename(staged.path(), folder).map_err(cannot)?;
    Ok(checked)
}

/// Takes away a folder that was made a moment ago and holds nothing but ours.
pub(super) fn take_back(folder: &Path) {
    let _ = fs::remove_dir_all(folder);
}

fn fill(folder: &Path, files: &[NewFile]) -> std::io::Result<()> {
    for file in files {
        let path = folder.join(&file.name);
        if let Some(above) = path.parent().filter(|above| *above != folder) {
            fs::create_dir_all(above)?;
        }
        let mut out = OpenOptions::new().write(true).create_new(true).open(path)?;
        out.write_all(file.text.as_bytes())?;
        out.sync_all()?;
    }
    Ok(())
}

/// Loads what was written; that it has no error is a promise of those who made the files.
fn sound(folder: &Path) -> Result<Checked> {
    let checked = curriculum::load(folder);
    match checked.diagnostics.iter().find(|diagnostic| diagnostic.is_error()) {
        None => Ok(checked),
        Some(first) => {
            let first = render::concise(first, &checked.sources);
            Err(Error::new(format!("what was read makes no sound curriculum: {}", first.trim_end()))
                .hint("this is a fault of roadmap; please report it with the file"))
        }
    }
}

/// Returns a path as it may be shown.
pub(super) fn show(path: &Path) -> String {
    text::line(&path.display().to_string()).into_owned()
}

/// Returns a path as it is typed on a command line.
pub(super) fn typed(path: &Path) -> String {
    let shown = show(path);
    let plain = |c: char| c.is_alphanumeric() || "/._-".contains(c);
    if shown.chars().all(plain) && !shown.starts_with('-') {
        return shown;
    }
    format!("'{}'", shown.replace('\'', r"'\''"))
}

/// Refuses an id under which another curriculum's progress is kept.
pub(super) fn refuse_shipped_id(id: &str, hint: &str) -> Result<()> {
    if id == crate::shipped().id() {
        let message = format!("`{id}` is the id of the shipped curriculum, and the two would share their progress");
        return Err(Error::new(message).hint(hint));
    }
    Ok(())
}
