//! Restores a backup: all of it or nothing, and over nothing that differs.
//!
//! Everything is read and checked before anything is touched: only files of the names that we write
//! ourselves, each once, complete and with their checksums. A file that is there already and holds
//! the same, or more, stays; one that holds only the beginning gets the rest; any other is a conflict.
//!
//! What fails half way is taken back. A machine without a journal gets all entries in one step; a kill
//! can come between the settings and that step, or between the files of a home that has a journal.
//! Each file is then old or new, and the same command again completes it.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use anyhow::Result;
use tempfile::NamedTempFile;

use super::super::app::{App, Places};
use super::super::config::Config;
use super::super::folder::show;
use super::{CONTENTS, Contents, Listed, Part, VERSION};
use crate::error::{self, Error};
use crate::{private, text};

/// Backups beyond this many bytes are refused: a journal of a hundred years is far below.
const LARGEST: u64 = 256 << 20;

/// A member and what is to be done with it.
struct Member {
    part: Part,
    content: Vec<u8>,
}

/// A file that was put in its place, to be taken back if a later one cannot be.
struct Placed {
    path: PathBuf,
    before: Option<Vec<u8>>,
    /// The file as it was and as it is, both locked until all are in their places.
    _locked: (Option<File>, File),
}

/// Returns whether a file is a tar archive.
pub(in super::super) fn is_backup(file: &Path) -> bool {
    let mut start = [0; 512];
    File::open(file).and_then(|mut file| file.read_exact(&mut start)).is_ok() && start[257..].starts_with(b"ustar")
}

/// Brings back what a backup holds.
pub(in super::super) fn restore(file: &Path, app: &mut App) -> Result<()> {
    let members = unpack(file)?;
    let places = app.places.clone();
    let mut missing = Vec::new();
    let mut kept = Vec::new();
    for member in members {
        if is_there(&member, &places)? { &mut kept } else { &mut missing }.push(member);
    }
    if let Some(settings) = missing.iter().find(|member| member.part == Part::Config) {
        readable(settings, file)?;
    }
    place_all(&missing, &places)?;
    let names: Vec<String> = missing.iter().map(|member| member.part.name()).collect();
    if app.json {
        let kept: Vec<String> = kept.iter().map(|member| member.part.name()).collect();
        let view = serde_json::json!({"version": crate::report::VERSION, "restored": names, "kept": kept});
        return app.print_json(&view);
    }
    let also = match kept.len() {
        0 => String::new(),
        1 => "; 1 was there already".to_owned(),
        more => format!("; {more} were there already"),
    };
    app.print(format!("Restored {} from {}{also}.\n", text::count(names.len(), "file"), show(file)));
    // All is in its place; what is only said does not fail.
    let own = Config::load(&places.config).ok().and_then(|config| config.curriculum);
    if let Some(path) = own.filter(|path| !Path::new(path).exists()) {
        let shown = text::line(&path).into_owned();
        app.remark(format!(
            "The config names your own curriculum {shown}, which is not here; copy it there, or name its new place: `roadmap config curriculum PATH`."
        ));
    }
    app.remark("`roadmap status` shows where you are; `roadmap doctor` looks whether all is well.");
    Ok(())
}

/// Returns every member, checked.
fn unpack(path: &Path) -> error::Result<Vec<Member>> {
    let shown = show(path);
    let cannot = |error| Error::io(format!("cannot read {shown}"), error);
    let file = File::open(path).map_err(cannot)?;
    if file.metadata().map_err(cannot)?.len() > LARGEST {
        return Err(Error::new(format!("{shown} is larger than 256 MiB"))
            .hint("no backup of `roadmap` is; nothing was changed"));
    }
    let foreign = |what: String| {
        Error::new(format!("{shown} is not a backup of roadmap: {what}"))
            .hint("`roadmap export --all FILE` makes one; nothing was changed")
    };
    let damaged = |what: String| {
        Error::new(format!("{shown} is damaged: {what}")).hint("take another copy of the backup; nothing was changed")
    };
    let mut archive = tar::Archive::new(file);
    let mut contents: Option<Contents> = None;
    let mut members: Vec<Member> = Vec::new();
    let mut seen = BTreeSet::new();
    for entry in archive.entries().map_err(cannot)? {
        let mut entry = entry.map_err(|error| damaged(text::line(&error.to_string()).into_owned()))?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let words = text::line(&name).into_owned();
        if entry.header().entry_type() != tar::EntryType::Regular {
            return Err(foreign(format!("`{words}` is not a plain file")));
        }
        if entry.size() > LARGEST {
            return Err(damaged(format!("`{words}` cannot be that large")));
        }
        let mut content = Vec::new();
        entry.read_to_end(&mut content).map_err(|error| damaged(text::line(&error.to_string()).into_owned()))?;
        let Some(contents) = &contents else {
            if name != CONTENTS {
                return Err(foreign(format!("it does not begin with {CONTENTS}")));
            }
            let read: Contents = serde_json::from_slice(&content)
                .map_err(|_| foreign(format!("{CONTENTS} is not a list of its contents")))?;
            if read.version > VERSION {
                let message = format!(
                    "{shown} was written by a newer version of roadmap (format {}; this one reads up to {VERSION})",
                    read.version
                );
                return Err(Error::new(message).hint("update roadmap; nothing was changed"));
            }
            contents = Some(read);
            continue;
        };
        let part = Part::named(&name).ok_or_else(|| foreign(format!("it has no business with `{words}`")))?;
        if !seen.insert(name.clone()) {
            return Err(foreign(format!("`{words}` is in it twice")));
        }
        if !contents.files.contains(&Listed::new(name, &content)) {
            return Err(damaged(format!("`{words}` is not as it was written")));
        }
        members.push(Member { part, content });
    }
    let contents = contents.ok_or_else(|| foreign("it is empty".to_owned()))?;
    match contents.files.iter().find(|listed| !seen.contains(&listed.name)) {
        Some(lost) => Err(damaged(format!("`{}` is missing", text::line(&lost.name)))),
        None => Ok(members),
    }
}

/// Returns whether all of a member is there already.
///
/// # Errors
///
/// When something else is there.
fn is_there(member: &Member, places: &Places) -> error::Result<bool> {
    let path = member.part.place(places);
    let cannot = |error| Error::io(format!("cannot read {}", show(&path)), error);
    if !path.try_exists().map_err(cannot)? {
        return Ok(false);
    }
    let present = std::fs::read(&path).map_err(cannot)?;
    if present.starts_with(&member.content) {
        return Ok(true);
    }
    if extends(&member.content, &present) {
        return Ok(false);
    }
    Err(conflict(&path))
}

/// Returns whether `content` begins with all of `present`, which ends with a line.
fn extends(content: &[u8], present: &[u8]) -> bool {
    content.starts_with(present) && (present.is_empty() || present.ends_with(b"\n"))
}

fn conflict(path: &Path) -> Error {
    Error::new(format!("{} is there already and differs from the one in the backup", show(path)))
        .hint("move it to another folder and try again; nothing was changed")
}

/// Refuses settings that no command could be run with.
fn readable(config: &Member, file: &Path) -> error::Result<()> {
    let refused = |what: &str| {
        Error::new(format!("the config in {} cannot be read: {what}", show(file)))
            .hint("update roadmap, if a newer version made the backup; nothing was changed")
    };
    let settings = std::str::from_utf8(&config.content).map_err(|_| refused("it is not UTF-8 text"))?;
    Config::parse(settings, "config.toml").map(drop).map_err(|error| refused(&error.to_string()))
}

/// Puts every member in its place, or none.
fn place_all(members: &[Member], places: &Places) -> error::Result<()> {
    let mut placed: Vec<Placed> = Vec::new();
    let result = try_place_all(members, places, &mut placed);
    if result.is_err() {
        for Placed { path, before, .. } in placed.iter().rev() {
            let _ = match before {
                Some(before) => private::replace(path, before),
                None => std::fs::remove_file(path),
            };
            // Folders that we made are empty now; others are not, and stay.
            let folder = path.parent().unwrap_or(Path::new("."));
            let _ = std::fs::remove_dir(folder).and_then(|()| std::fs::remove_dir(&places.journals));
        }
    }
    result
}

fn try_place_all(members: &[Member], places: &Places, placed: &mut Vec<Placed>) -> error::Result<()> {
    // The config first: a machine without a journal gets that in one step, as the last one.
    let (config, journals): (Vec<_>, Vec<_>) = members.iter().partition(|member| member.part == Part::Config);
    for member in config {
        placed.push(place(member, places)?);
    }
    let cannot = |error| Error::io(format!("cannot write {}", show(&places.journals)), error);
    if journals.is_empty() {
        return Ok(());
    }
    let home = places.journals.parent().unwrap_or(Path::new("."));
    private::create_dir(home).map_err(cannot)?;
    if places.journals.exists() {
        for member in journals {
            placed.push(place(member, places)?);
        }
        return Ok(());
    }
    let staged = tempfile::Builder::new().prefix(".roadmap-restore-").tempdir_in(home).map_err(cannot)?;
    let whole = Places { journals: staged.path().join("journal"), ..places.clone() };
    let mut made = Vec::new();
    for member in journals {
        let Placed { before, _locked, .. } = place(member, &whole)?;
        made.push(Placed { path: member.part.place(places), before, _locked });
    }
    private::sync_dir(&whole.journals).map_err(cannot)?;
    std::fs::rename(&whole.journals, &places.journals).map_err(cannot)?;
    placed.extend(made);
    private::sync_dir(home).map_err(cannot)
}

/// Puts one member in its place, if nothing else is there or what is there is its beginning.
fn place(member: &Member, places: &Places) -> error::Result<Placed> {
    let path = member.part.place(places);
    let cannot = |error: io::Error| Error::io(format!("cannot write {}", show(&path)), error);
    let folder = path.parent().unwrap_or(Path::new("."));
    private::create_dir(folder).map_err(cannot)?;
    let (locked, before) = if path.exists() {
        let mut file = private::lock(&path).map_err(cannot)?;
        let mut before = Vec::new();
        file.seek(SeekFrom::Start(0)).and_then(|_| file.read_to_end(&mut before)).map_err(cannot)?;
        if !extends(&member.content, &before) {
            return Err(conflict(&path));
        }
        (Some(file), Some(before))
    } else {
        (None, None)
    };
    let staged = private::staged(folder, &member.content).map_err(cannot)?;
    staged.as_file().lock().map_err(cannot)?;
    let file = persist(staged, &path, before.is_some()).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => conflict(&path),
        _ => cannot(error),
    })?;
    let placed = Placed { path: path.clone(), before, _locked: (locked, file) };
    match private::sync_dir(folder) {
        Ok(()) => Ok(placed),
        Err(error) => {
            let _ = match &placed.before {
                Some(before) => private::replace(&path, before),
                None => std::fs::remove_file(&path),
            };
            Err(cannot(error))
        }
    }
}

fn persist(staged: NamedTempFile, path: &Path, replaces: bool) -> io::Result<File> {
    if !replaces {
        return staged.persist_noclobber(path).map_err(|error| error.error);
    }
    // A link stays a link; what it names is replaced.
    let target = path.canonicalize()?;
    staged.persist(target).map_err(|error| error.error)
}
