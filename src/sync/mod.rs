//! Entries on their way between machines.
//!
//! What carries them only has to hold lines: what it lacks goes there, what is lacking here comes from
//! there, by union over the ids. So it does not matter who syncs first, how often, or what was cut off
//! in between. Knows lines, never what they mean.

use std::ffi::OsStr;
use std::fmt;
use std::path::PathBuf;

use crate::error::{Error, Result};
use crate::text;

pub mod folder;
mod mask;

pub use mask::masked;

/// What a learner's machines sync with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hub {
    /// A folder that something else carries between them.
    Folder(PathBuf),
    /// A PostgreSQL database with this URL, which may hold a password.
    Postgres(String),
}

impl Hub {
    /// Returns what these words name: a folder, unless they are a URL.
    ///
    /// # Errors
    ///
    /// When they are empty, or a URL that no hub has.
    pub fn parse(words: &OsStr) -> Result<Self> {
        let hint = "name a folder, or a database as postgres://USER@HOST/DATABASE";
        if words.is_empty() {
            return Err(Error::new("an empty name is no hub").hint(hint));
        }
        let Some(url) = words.to_str() else { return Ok(Self::Folder(words.into())) };
        match url.split_once("://") {
            Some((scheme, _)) if ["postgres", "postgresql"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) => {
                Ok(Self::Postgres(url.to_owned()))
            }
            None if !url.starts_with("postgres:") && !url.starts_with("postgresql:") => Ok(Self::Folder(url.into())),
            _ => Err(Error::new(format!("`{}` is no hub", text::line(&masked(url)))).hint(hint)),
        }
    }
}

impl fmt::Display for Hub {
    /// Writes it as it may be shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => f.write_str(&text::line(&path.display().to_string())),
            Self::Postgres(url) => f.write_str(&text::line(&masked(url))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hub_is_a_folder_unless_it_is_a_url() {
        let parse = |words: &str| Hub::parse(OsStr::new(words));
        for folder in ["/media/stick", "stick", "C:\\Users\\ada", "../a:b@c", "~/Dropbox", "postgres"] {
            assert_eq!(parse(folder).expect(folder), Hub::Folder(folder.into()));
        }
        for url in ["postgres://ada:secret@host/db", "postgresql:///db", "POSTGRES://h"] {
            let hub = parse(url).expect(url);
            assert_eq!(hub, Hub::Postgres(url.to_owned()));
            assert!(!hub.to_string().contains("secret"));
        }
        for other in ["", "https://ada:secret@host/x", "file:///home/ada", "postgres:ada:secret@host"] {
            let error = parse(other).expect_err(other);
            assert!(!error.to_string().contains("secret") && error.next_step().is_some(), "{error}");
        }
    }
}
