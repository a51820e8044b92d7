//! A new curriculum's folder: made, filled, and checked, or not there at all.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;

use crate::authoring::NewFile;
use crate::curriculum::{self, Checked};
use crate::diagnostic::render;
use crate::error::{Error, Result};
use crate::text;

/// Writes a curriculum into a folder that is not there yet, and loads it. What was written is
/// taken away again if something fails.
pub(super) fn create(folder: &Path, files: &[NewFile]) -> Result<Checked> {
    let shown = show(folder);
    fs::create_dir(folder).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => {
            Error::new(format!("{shown} is there already")).hint("name another folder; nothing is ever overwritten")
        }
        ErrorKind::NotFound => Error::new(format!("there is no folder to make {shown} in"))
            .hint("make the folder above it first, or name another place"),
        _ => Error::io(format!("cannot make {shown}"), error),
    })?;
    let filled = fill(folder, files).map_err(|error| Error::io(format!("cannot write into {shown}"), error));
    let checked = filled.and_then(|()| sound(folder));
    if checked.is_err() {
        // It was made a moment ago and holds nothing but ours.
        let _ = fs::remove_dir_all(folder);
    }
    checked
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
