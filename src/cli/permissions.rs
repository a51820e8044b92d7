//! Whether others could change the learner's files.
//!
//! Unix only: elsewhere folders of a user are closed to others by what they inherit, and nothing is
//! claimed.

use super::app::Places;

/// Returns what is wrong with whose the files are and who may write them, each with its mend.
/// Nothing when there is nothing yet, or no file can be made to see who we are.
#[cfg(unix)]
pub(super) fn complaints(places: &Places, journal: &std::path::Path) -> Vec<String> {
    use std::os::unix::fs::MetadataExt;

    let Some(us) = us(places) else { return Vec::new() };
    let mut complaints = Vec::new();
    for path in belongings(places, journal) {
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
pub(super) fn complaints(_: &Places, _: &std::path::Path) -> Vec<String> {
    Vec::new()
}

/// Returns the number of the user that we are: the owner of a file that we make.
#[cfg(unix)]
fn us(places: &Places) -> Option<u32> {
    let folder = places.journals.ancestors().find(|folder| folder.is_dir())?;
    let probe = tempfile::tempfile_in(folder).and_then(|file| file.metadata()).ok()?;
    Some(std::os::unix::fs::MetadataExt::uid(&probe))
}

/// Returns the learner's folders and files, those of one journal among them.
#[cfg(unix)]
fn belongings(places: &Places, journal: &std::path::Path) -> Vec<std::path::PathBuf> {
    let above = |path: &std::path::Path| path.parent().map(std::path::Path::to_owned);
    let mut paths: Vec<_> = [&places.config, &places.journals].into_iter().filter_map(|path| above(path)).collect();
    paths.extend([places.config.clone(), places.device.clone(), places.journals.clone(), journal.to_owned()]);
    paths.extend(std::fs::read_dir(journal).into_iter().flatten().flatten().map(|entry| entry.path()));
    paths.sort();
    paths.dedup();
    paths
}
