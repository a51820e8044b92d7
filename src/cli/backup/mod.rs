//! Backups: one tar file that holds all that a learner has, and the way back.
//!
//! In it are the journals of all curricula and devices, with what was set aside of them, and the
//! config; never this device's name, so that the machine a backup is restored on does not write
//! into another one's file, and nothing that can be made again. The first member lists the others
//! with their sizes and checksums.

use serde::{Deserialize, Serialize};

use super::app::Places;
use crate::text;

mod restore;
mod write;

pub(super) use restore::{is_backup, restore};
pub(super) use write::write;

/// The version of the format that this program writes, and the newest it reads.
const VERSION: u32 = 1;
/// The name of the first member.
const CONTENTS: &str = "roadmap-backup.json";

/// The first member: what else there must be.
#[derive(Debug, Serialize, Deserialize)]
struct Contents {
    roadmap: String,
    version: u32,
    files: Vec<Listed>,
}

/// A member as the list of contents has it.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Listed {
    name: String,
    bytes: u64,
    crc32: u32,
}

impl Listed {
    fn new(name: String, content: &[u8]) -> Self {
        Self { name, bytes: content.len() as u64, crc32: crc32fast::hash(content) }
    }
}

/// What a member of a backup is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// The settings.
    Config,
    /// A journal's file, or one with what was set aside of it.
    Journal { curriculum: String, file: String },
}

impl Part {
    /// Returns what a member with this name is; `None` for a name that no backup of ours has.
    fn named(name: &str) -> Option<Self> {
        if name == "config.toml" {
            return Some(Self::Config);
        }
        let (curriculum, file) = name.strip_prefix("journal/")?.split_once('/')?;
        let fits = text::is_kebab_case(curriculum) && is_journal(file) && is_portable(file);
        fits.then(|| Self::Journal { curriculum: curriculum.to_owned(), file: file.to_owned() })
    }

    fn name(&self) -> String {
        match self {
            Self::Config => "config.toml".to_owned(),
            Self::Journal { curriculum, file } => format!("journal/{curriculum}/{file}"),
        }
    }

    /// Returns where it belongs on this machine.
    fn place(&self, places: &Places) -> std::path::PathBuf {
        match self {
            Self::Config => places.config.clone(),
            Self::Journal { curriculum, file } => places.journals.join(curriculum).join(file),
        }
    }
}

/// Returns whether a file of a journal's folder is the program's: a device's, a copy that a sync made
/// of one, or what was set aside of one.
fn is_journal(file: &str) -> bool {
    !file.starts_with('.') && (file.ends_with(".jsonl") || file.contains(".jsonl."))
}

/// Returns whether every system can have a file of this name, in its folder and nowhere else.
fn is_portable(file: &str) -> bool {
    let odd = |c: char| c.is_control() || "/\\:*?\"<>|".contains(c);
    file.len() <= 200 && !file.contains(odd) && !file.ends_with(['.', ' '])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_ours_are_parts() {
        for name in [
            "config.toml",
            "journal/genai-engineer/device-1f.jsonl",
            "journal/c/device-1f.jsonl.torn",
            "journal/c/laptop (conflicted copy).jsonl",
            "journal/c/gerät.sync-conflict-20261125.jsonl",
        ] {
            assert_eq!(Part::named(name).map(|part| part.name()).as_deref(), Some(name));
        }
        for name in [
            "",
            "device",
            "/etc/passwd",
            "/config.toml",
            "./config.toml",
            "../config.toml",
            "config.toml/",
            "journal/c/../../x.jsonl",
            "journal/../x.jsonl",
            "journal/c/d/x.jsonl",
            "journal//x.jsonl",
            "journal/C/x.jsonl",
            "journal/c/.jsonl",
            "journal/c/x.toml",
            "journal/c/..\\x.jsonl",
            "journal/c/c:x.jsonl",
            "journal/c/x.jsonl.",
            "journal/c/x\n.jsonl",
            "journal\\c\\x.jsonl",
        ] {
            assert_eq!(Part::named(name), None, "{name:?}");
        }
    }
}
