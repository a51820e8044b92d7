//! Finds the files of phases that a curriculum names: in a folder, among given texts, or nowhere.
//!
//! No such path leaves the curriculum's folder, so that a curriculum from a stranger can be checked
//! without a second thought.

use std::io;
use std::path::{Component, Path, PathBuf};
use std::time::SystemTime;

use crate::bounded;

/// Where the files of a curriculum lie.
pub(super) enum Files<'a> {
    Nowhere,
    Folder {
        folder: PathBuf,
        /// The path to it from the folder of the curriculum that was asked for, as `extends` says it.
        way: PathBuf,
    },
    /// Names and texts of the shipped curriculum, which is extended.
    Shipped(&'a [(String, String)]),
    /// Names and bytes.
    Given(&'a [(&'a str, &'a [u8])]),
}

/// A file that was read, and what it was just before that.
#[derive(Debug)]
pub(crate) struct SourceFile {
    /// Its path from the folder of the curriculum that was asked for, as curricula say it, so that it is
    /// seen when a link on that way leads elsewhere.
    pub(crate) name: PathBuf,
    pub(crate) before: std::fs::Metadata,
    /// When that was asked.
    pub(crate) at: SystemTime,
}

/// Why a file is not read, in a sentence, and what to do.
pub(super) struct Refusal {
    pub(super) message: String,
    pub(super) help: String,
}

impl Files<'_> {
    /// Returns the file `name`, as `phases:` has it: the name to show and its bytes,
    /// of which there may be `most`.
    pub(super) fn read(
        &self,
        name: &str,
        most: u64,
        read_so_far: &mut Vec<SourceFile>,
    ) -> Result<(String, Vec<u8>), Refusal> {
        let refuse = |message: String, help: &str| Err(Refusal { message, help: help.to_owned() });
        let outside = "a curriculum's files lie in its own folder; copy the file there";
        if leaves(name) {
            return refuse(format!("`{name}` leaves the curriculum's folder"), outside);
        }
        let (shown, read) = match self {
            Self::Nowhere => {
                return refuse(format!("phase file `{name}` in a text without a folder"), "write the phase in place");
            }
            Self::Folder { folder, way } => {
                let read = match inside(folder, name) {
                    Ok(Some(real)) => self::read(&real, way.join(name), most, read_so_far),
                    Ok(None) => return refuse(format!("`{name}` is a link out of the curriculum's folder"), outside),
                    Err(error) => Err(error),
                };
                (folder.join(name).display().to_string(), read)
            }
            Self::Shipped(files) => {
                let found = files.iter().find(|(there, _)| there == name).map(|(_, text)| text.as_bytes().to_vec());
                let missing = || io::Error::new(io::ErrorKind::NotFound, "it is not in this program");
                (format!("{}/{name}", crate::bundle::ID), found.ok_or_else(missing))
            }
            Self::Given(files) => {
                let found = files.iter().find(|(given, _)| *given == name).map(|(_, bytes)| bytes.to_vec());
                (name.to_owned(), found.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "there is no such text")))
            }
        };
        let error = match read {
            Ok(bytes) => return Ok((shown, bytes)),
            Err(error) => error,
        };
        let names = self.names();
        let near = crate::text::nearest(name, names.iter().map(String::as_str));
        let help = near.map_or_else(
            || "names under `phases:` are relative to `roadmap.yaml`".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        Err(Refusal { message: format!("cannot read `{name}`: {}", plain(&error)), help })
    }

    /// Returns the names that could have been meant.
    fn names(&self) -> Vec<String> {
        match self {
            Self::Nowhere | Self::Shipped(_) => Vec::new(),
            Self::Folder { folder, .. } => {
                let entries = std::fs::read_dir(here(folder)).into_iter().flatten().flatten();
                let files = entries.filter(|entry| entry.file_type().is_ok_and(|kind| !kind.is_dir()));
                files
                    .filter_map(|entry| entry.file_name().into_string().ok())
                    .filter(|name| name != "roadmap.yaml")
                    .collect()
            }
            Self::Given(files) => files.iter().skip(1).map(|(name, _)| (*name).to_owned()).collect(),
        }
    }
}

/// Returns whether a name leads out of the folder. A backslash parts folders on Windows, and what is
/// refused there is refused everywhere.
fn leaves(name: &str) -> bool {
    let inner = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
    !inner || name.contains(['\\', '\0'])
}

/// Returns where the file that a curriculum in `folder` calls `name` really is, `None` if that is
/// outside.
pub(super) fn inside(folder: &Path, name: &str) -> io::Result<Option<PathBuf>> {
    if leaves(name) {
        return Ok(None);
    }
    let real = folder.join(name).canonicalize()?;
    let root = here(folder).canonicalize()?;
    Ok(real.starts_with(&root).then_some(real))
}

/// Returns what is in the file that a curriculum calls `name`, and adds it to those that were read.
pub(super) fn read(path: &Path, name: impl AsRef<Path>, most: u64, files: &mut Vec<SourceFile>) -> io::Result<Vec<u8>> {
    let at = SystemTime::now();
    let before = std::fs::metadata(path)?;
    files.push(SourceFile { name: name.as_ref().to_owned(), before, at });
    bounded::read(path, most)
}

/// Returns a text without the mark that some editors put before it.
pub(super) fn bare(text: String) -> String {
    text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)
}

/// The folder of `roadmap.yaml` alone has no name.
fn here(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() { Path::new(".") } else { folder }
}

/// Returns an I/O error without the number that the system gives it.
pub(super) fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut chars = text.chars();
    chars.next().map(|c| c.to_lowercase().collect::<String>() + chars.as_str()).unwrap_or_default()
}
