//! Whether others could change the learner's files.
//!
//! Unix only: elsewhere folders of a user are closed to others by what they inherit, and nothing is
//! claimed.

#[cfg(unix)]
use std::path::{Path, PathBuf};

use super::app::Places;

/// Returns what is wrong with whose the files are and who may write them, each with its mend.
/// Nothing when there is nothing yet, or no file can be made to see who we are.
#[cfg(unix)]
pub(super) fn complaints(places: &Places) -> Vec<String> {
    use std::os::unix::fs::MetadataExt;

    let Some(us) = us(places) else { return Vec::new() };
    let mut complaints = Vec::new();
    for path in belongings(places) {
        // What a link names, for that is what is written to.
        let Ok(meta) = path.metadata() else { continue };
        let (shown, typed) = (super::folder::show(&path), super::folder::typed(&path));
        if meta.uid() != us {
            complaints.push(format!(
                "{shown} belongs to another user, number {}; `sudo chown \"$(id -un)\" {typed}` makes it yours",
                meta.uid()
            ));
        }
        let who = match meta.mode() & 0o022 {
            0 => continue,
            0o020 => "your group",
            _ => "every user",
        };
        complaints.push(format!("{shown} can be written by {who}; `chmod go-w {typed}` keeps them out"));
    }
    complaints
}

#[cfg(not(unix))]
pub(super) fn complaints(_: &Places) -> Vec<String> {
    Vec::new()
}

/// Returns the number of the user that we are: the owner of a file that we make.
#[cfg(unix)]
fn us(places: &Places) -> Option<u32> {
    let folder = places.journals.ancestors().find(|folder| folder.is_dir())?;
    let probe = tempfile::tempfile_in(folder).and_then(|file| file.metadata()).ok()?;
    Some(std::os::unix::fs::MetadataExt::uid(&probe))
}

/// Returns the learner's folders and files, those of every curriculum's journal among them.
#[cfg(unix)]
fn belongings(places: &Places) -> Vec<PathBuf> {
    let inside = |folder: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        // What begins with a dot is a sync's or git's, and they look after it themselves.
        let ours = entries.filter(|entry| !entry.file_name().as_encoded_bytes().starts_with(b"."));
        ours.map(|entry| entry.path()).collect()
    };
    let above = [&places.config, &places.journals].into_iter().filter_map(|path| path.parent());
    let mut paths: Vec<PathBuf> = above.map(Path::to_owned).collect();
    paths.extend([places.config.clone(), places.device.clone(), places.journals.clone()]);
    for folder in inside(&places.journals) {
        paths.extend(inside(&folder));
        paths.push(folder);
    }
    paths.sort();
    paths.dedup();
    paths
}
