//! Writes a backup. The same state gives the same bytes.

use std::fs::File;
use std::io::{self, IsTerminal, Read, Write};
use std::path::Path;

use anyhow::Result;

use super::super::app::{App, Places};
use super::super::files;
use super::super::folder::{show, typed};
use super::{CONTENTS, Contents, Listed, Part, VERSION, is_journal, is_portable};
use crate::error::{self, Error};
use crate::text;

/// Writes everything the learner has to a file that is not there yet, or to standard output for `-`.
pub(in super::super) fn write(to: &Path, app: &mut App) -> Result<()> {
    let parts = gather(&app.places)?;
    let archive = pack(&parts).map_err(|error| Error::io("cannot make the backup", error))?;
    if to == Path::new("-") {
        let mut out = io::stdout().lock();
        if out.is_terminal() {
            return Err(Error::new("a backup is not for the terminal")
                .hint("name a file, or send it to a program")
                .into());
        }
        out.write_all(&archive).and_then(|()| out.flush()).map_err(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => anyhow::Error::from(error),
            _ => Error::io("cannot write to standard output", error).into(),
        })?;
    } else {
        files::write_new_private(to, &archive)?;
        if app.json {
            let names: Vec<String> = parts.iter().map(|(part, _)| part.name()).collect();
            let view = serde_json::json!({"version": crate::report::VERSION, "file": show(to), "files": names});
            return app.print_json(&view);
        }
        let (files, them) = (text::count(parts.len(), "file"), if parts.len() == 1 { "it" } else { "them" });
        app.remark(format!("Wrote {files} to {}; `roadmap import {}` brings {them} back.", show(to), typed(to)));
    }
    if let Some(path) = app.curriculum_path() {
        app.remark(format!("Your own curriculum is not among them; keep a copy of {} too.", show(path)));
    }
    Ok(())
}

/// Returns everything that belongs into a backup, in the order of names.
fn gather(places: &Places) -> error::Result<Vec<(Part, Vec<u8>)>> {
    let mut parts = Vec::new();
    if kind(&places.config)?.is_some() {
        parts.push((Part::Config, read(&places.config)?));
    }
    for curriculum in names(&places.journals)?.into_iter().filter(|name| text::is_kebab_case(name)) {
        let folder = places.journals.join(&curriculum);
        if !kind(&folder)?.is_some_and(|kind| kind.is_dir()) {
            continue;
        }
        for file in names(&folder)?.into_iter().filter(|name| is_journal(name)) {
            let path = folder.join(&file);
            if !kind(&path)?.is_some_and(|kind| kind.is_file()) {
                continue;
            }
            if !is_portable(&file) {
                let message = format!("{} has a name that not every system can have", show(&path));
                return Err(Error::new(message).hint("rename it to plain letters, digits and `-`; it ends in .jsonl"));
            }
            let content = read(&path)?;
            parts.push((Part::Journal { curriculum: curriculum.clone(), file }, content));
        }
    }
    Ok(parts)
}

/// Returns what lies at a path, `None` for nothing. What cannot be seen is an error: a backup without
/// it would look whole.
fn kind(path: &Path) -> error::Result<Option<std::fs::FileType>> {
    match path.metadata() {
        Ok(meta) => Ok(Some(meta.file_type())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io(format!("cannot read {}", show(path)), error)),
    }
}

/// Returns the names in a folder, sorted; none if it is not there. What is not UTF-8 is not ours.
fn names(folder: &Path) -> error::Result<Vec<String>> {
    let cannot = |error| Error::io(format!("cannot read {}", show(folder)), error);
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(cannot(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry.map_err(cannot)?.file_name();
        if let Some(name) = name.to_str() {
            names.push(name.to_owned());
        } else if name.to_string_lossy().contains(".jsonl") {
            let message = format!("{} has a name that is not UTF-8", show(&folder.join(&name)));
            return Err(Error::new(message).hint("rename it to plain letters, digits and `-`; it ends in .jsonl"));
        }
    }
    names.sort();
    Ok(names)
}

/// Returns a file's bytes, never with half of an entry that is being written.
fn read(path: &Path) -> error::Result<Vec<u8>> {
    let read = || {
        let mut file = File::open(path)?;
        file.lock_shared()?;
        let mut content = Vec::new();
        file.read_to_end(&mut content).map(|_| content)
    };
    read().map_err(|error| Error::io(format!("cannot read {}", show(path)), error))
}

fn pack(parts: &[(Part, Vec<u8>)]) -> io::Result<Vec<u8>> {
    let files = parts.iter().map(|(part, content)| Listed::new(part.name(), content)).collect();
    let contents = Contents { roadmap: "backup".to_owned(), version: VERSION, files };
    let mut contents = serde_json::to_vec_pretty(&contents)?;
    contents.push(b'\n');
    let mut archive = tar::Builder::new(Vec::new());
    append(&mut archive, CONTENTS, &contents)?;
    for (part, content) in parts {
        append(&mut archive, &part.name(), content)?;
    }
    archive.into_inner()
}

fn append(archive: &mut tar::Builder<Vec<u8>>, name: &str, content: &[u8]) -> io::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_size(content.len() as u64);
    header.set_mode(0o600);
    // No owner and no time: they would make two backups of one state differ.
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    archive.append_data(&mut header, name, content)
}
