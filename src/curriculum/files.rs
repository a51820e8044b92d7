//! Finds the files that a curriculum names: in a folder, among given texts, or nowhere.
//!
//! No path leaves the curriculum's folder, so that a curriculum from a stranger can be checked
//! without a second thought.

use std::io;
use std::path::{Component, Path, PathBuf};

use crate::bounded;

/// Where the files of a curriculum lie.
pub(super) enum Files<'a> {
    Nowhere,
    Folder(PathBuf),
    /// Names and bytes.
    Given(&'a [(&'a str, &'a [u8])]),
}

/// Why a file is not read, in a sentence, and what to do.
pub(super) struct Refusal {
    pub(super) message: String,
    pub(super) help: String,
}

impl Files<'_> {
    /// Returns the file `name`, as `phases:` has it: the name to show and its bytes,
    /// of which there may be `most`.
    pub(super) fn read(&self, name: &str, most: u64) -> Result<(String, Vec<u8>), Refusal> {
        let refuse = |message: String, help: &str| Err(Refusal { message, help: help.to_owned() });
        let outside = "a curriculum's files lie in its own folder; copy the file there";
        // A backslash parts folders on Windows, and what is refused there is refused everywhere.
        let inner = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
        if !inner || name.contains(['\\', '\0']) {
            return refuse(format!("`{name}` leaves the curriculum's folder"), outside);
        }
        let (shown, read) = match self {
            Self::Nowhere => {
                return refuse(format!("phase file `{name}` in a text without a folder"), "write the phase in place");
            }
            Self::Folder(folder) => {
                let path = folder.join(name);
                let read = match (path.canonicalize(), here(folder).canonicalize()) {
                    (Ok(real), Ok(root)) if !real.starts_with(&root) => {
                        return refuse(format!("`{name}` is a link out of the curriculum's folder"), outside);
                    }
                    (Ok(real), Ok(_)) => bounded::read(&real, most),
                    (Err(error), _) | (_, Err(error)) => Err(error),
                };
                (path.display().to_string(), read)
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
            Self::Nowhere => Vec::new(),
            Self::Folder(folder) => {
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
