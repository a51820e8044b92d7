//! Reads a curriculum from a folder, a file or a text, and checks it.
//!
//! The only place that opens a curriculum's files. No path leaves the curriculum's folder, so that
//! a curriculum from a stranger can be checked without a second thought.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::raw::{PhaseItem, RawCurriculum, RawPhase, Reader, Text};
use super::{Curriculum, check, node, quick};
use crate::diagnostic::{Code, Diagnostic, Place, Source, Sources};

/// What came of loading: the curriculum if it has no error, and every problem found.
#[derive(Debug)]
pub struct Checked {
    /// The curriculum, unless a problem is an error.
    pub curriculum: Option<Curriculum>,
    /// Every problem, in the order of the files.
    pub diagnostics: Vec<Diagnostic>,
    /// The texts that were read.
    pub sources: Sources,
    /// The files that were read.
    pub(crate) files: Vec<SourceFile>,
}

/// A file that was read, and what it was just before that.
#[derive(Debug)]
pub(crate) struct SourceFile {
    /// Its path from the curriculum's folder.
    pub(crate) name: PathBuf,
    pub(crate) before: std::fs::Metadata,
    /// When that was asked.
    pub(crate) at: SystemTime,
}

/// Returns the curriculum at `path` as [`load`] does, faster and in less memory, but without warnings
/// if it has no error.
pub(crate) fn open(path: &Path) -> Checked {
    match quick::load(path) {
        Some((curriculum, files)) => {
            let (diagnostics, sources) = (Vec::new(), Sources::default());
            Checked { curriculum: Some(curriculum), diagnostics, sources, files }
        }
        None => load(path),
    }
}

/// Returns the file that `path` means: itself, or the `roadmap.yaml` in it.
pub(crate) fn root_file(path: &Path) -> PathBuf {
    if path.is_dir() { path.join("roadmap.yaml") } else { path.to_owned() }
}

/// Loads the curriculum at `path`: a folder with `roadmap.yaml`, or one file that holds it all.
///
/// Never fails as such: a file that cannot be read is a problem like any other.
pub fn load(path: &Path) -> Checked {
    let file = root_file(path);
    let mut loader = Loader::default();
    let name = file.display().to_string();
    let raw = match read(&file, file.file_name().unwrap_or_default(), &mut loader.files) {
        Ok(bytes) => {
            let folder = file.parent().map_or_else(PathBuf::new, Path::to_owned);
            loader.curriculum(name, bytes, Some(&folder))
        }
        Err(error) => {
            let problem = Diagnostic::placeless(Code::MissingFile, format!("cannot read `{name}`: {}", plain(&error)));
            loader.out.push(
                problem.help("name a folder with a `roadmap.yaml`, or one YAML file that holds the whole curriculum"),
            );
            None
        }
    };
    loader.finish(raw)
}

/// Loads the curriculum that `text` holds; `name` is shown where a file name would be. Phases in
/// files of their own are refused, for there is no folder to look in.
pub fn load_text(name: &str, text: &str) -> Checked {
    let mut loader = Loader::default();
    let raw = loader.curriculum(name.to_owned(), text.as_bytes().to_vec(), None);
    loader.finish(raw)
}

#[derive(Default)]
struct Loader {
    sources: Sources,
    files: Vec<SourceFile>,
    out: Vec<Diagnostic>,
}

impl Loader {
    fn curriculum(
        &mut self,
        name: String,
        bytes: Vec<u8>,
        folder: Option<&Path>,
    ) -> Option<(RawCurriculum, Vec<RawPhase>)> {
        let index = self.add(name, bytes)?;
        let tree = self.parse(index)?;
        let text = self.sources.0[index].text.clone();
        let mut raw = Reader { source: &text, out: &mut self.out }.curriculum(tree);
        let mut phases = Vec::new();
        for item in std::mem::take(&mut raw.phases) {
            match item {
                PhaseItem::Here(phase) => phases.push(phase),
                PhaseItem::File(file) => phases.extend(self.phase_file(&file, folder)),
            }
        }
        Some((raw, phases))
    }

    fn phase_file(&mut self, file: &Text, folder: Option<&Path>) -> Option<RawPhase> {
        let mut refuse = |message: String, help: &str| {
            self.out.push(Diagnostic::new(Code::MissingFile, message, file.place.clone()).help(help));
        };
        let Some(folder) = folder else {
            refuse(format!("phase file `{}` in a text without a folder", file.value), "write the phase in place");
            return None;
        };
        let outside = "a curriculum's files lie in its own folder; copy the file there";
        let bytes = match inside(folder, &file.value) {
            Ok(real) => read(&real, &file.value, &mut self.files),
            Err(Outside::Leaves) => {
                refuse(format!("`{}` leaves the curriculum's folder", file.value), outside);
                return None;
            }
            Err(Outside::LinksOut) => {
                refuse(format!("`{}` is a link out of the curriculum's folder", file.value), outside);
                return None;
            }
            Err(Outside::Unreadable(error)) => Err(error),
        };
        match bytes {
            Ok(bytes) => {
                let index = self.add(folder.join(&file.value).display().to_string(), bytes)?;
                let tree = self.parse(index)?;
                let text = self.sources.0[index].text.clone();
                Reader { source: &text, out: &mut self.out }.phase(tree)
            }
            Err(error) => {
                let siblings = siblings(here(folder));
                let near = crate::text::nearest(&file.value, siblings.iter().map(String::as_str));
                let help = near.map_or_else(
                    || "names under `phases:` are relative to `roadmap.yaml`".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                refuse(format!("cannot read `{}`: {}", file.value, plain(&error)), &help);
                None
            }
        }
    }

    fn add(&mut self, name: String, bytes: Vec<u8>) -> Option<usize> {
        let index = self.sources.0.len();
        match String::from_utf8(bytes) {
            Ok(text) => {
                let text = bare(text);
                self.sources.0.push(Source { name, text });
                Some(index)
            }
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                self.sources.0.push(Source { name, text });
                let place = Place { source: index, span: at..at + '\u{fffd}'.len_utf8() };
                let problem = Diagnostic::new(Code::NotText, "not UTF-8 text", place);
                self.out.push(problem.label("this byte").help("save the file as UTF-8"));
                None
            }
        }
    }

    fn parse(&mut self, index: usize) -> Option<node::Node> {
        node::parse(&self.sources.0[index], index).map_err(|problem| self.out.push(*problem)).ok()
    }

    fn finish(mut self, raw: Option<(RawCurriculum, Vec<RawPhase>)>) -> Checked {
        let curriculum = raw.and_then(|(raw, phases)| check::check(raw, phases, &mut self.out));
        let place = |d: &Diagnostic| d.primary.as_ref().map(|l| (l.place.source, l.place.span.start));
        self.out.sort_by_key(|d| (place(d), d.code));
        let sound = !self.out.iter().any(Diagnostic::is_error);
        let curriculum = curriculum.filter(|_| sound);
        Checked { curriculum, diagnostics: self.out, sources: self.sources, files: self.files }
    }
}

/// Why a phase's file is not one of the curriculum's own.
pub(super) enum Outside {
    Leaves,
    LinksOut,
    Unreadable(std::io::Error),
}

/// Returns where the file that a curriculum in `folder` calls `name` really is.
pub(super) fn inside(folder: &Path, name: &str) -> Result<PathBuf, Outside> {
    if !Path::new(name).components().all(|c| matches!(c, std::path::Component::Normal(_))) {
        return Err(Outside::Leaves);
    }
    let real = folder.join(name).canonicalize().map_err(Outside::Unreadable)?;
    let root = here(folder).canonicalize().map_err(Outside::Unreadable)?;
    if real.starts_with(&root) { Ok(real) } else { Err(Outside::LinksOut) }
}

fn here(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() { Path::new(".") } else { folder }
}

/// Returns what is in the file that a curriculum calls `name`, and adds it to those that were read.
pub(super) fn read(path: &Path, name: impl AsRef<Path>, files: &mut Vec<SourceFile>) -> std::io::Result<Vec<u8>> {
    let at = SystemTime::now();
    let before = std::fs::metadata(path)?;
    files.push(SourceFile { name: name.as_ref().to_owned(), before, at });
    std::fs::read(path)
}

/// Returns a text without the mark that some editors put before it.
pub(super) fn bare(text: String) -> String {
    text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)
}

fn siblings(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let files = entries.filter(|entry| entry.file_type().is_ok_and(|kind| !kind.is_dir()));
    files.filter_map(|entry| entry.file_name().into_string().ok()).filter(|name| name != "roadmap.yaml").collect()
}

/// Returns an I/O error without the number that the system gives it.
fn plain(error: &std::io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut chars = text.chars();
    chars.next().map(|c| c.to_lowercase().collect::<String>() + chars.as_str()).unwrap_or_default()
}
