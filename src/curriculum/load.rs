//! Reads a curriculum from a folder, a file or a text, and checks it.
//!
//! The only place that opens a curriculum's files. No path leaves the curriculum's folder, so that
//! a curriculum from a stranger can be checked without a second thought.

use std::path::{Path, PathBuf};

use super::raw::{PhaseItem, RawCurriculum, RawPhase, Reader, Text};
use super::{Curriculum, check, node};
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
}

/// Loads the curriculum at `path`: a folder with `roadmap.yaml`, or one file that holds it all.
///
/// Never fails as such: a file that cannot be read is a problem like any other.
pub fn load(path: &Path) -> Checked {
    let file = if path.is_dir() { path.join("roadmap.yaml") } else { path.to_owned() };
    let mut loader = Loader::default();
    let name = file.display().to_string();
    let raw = match std::fs::read(&file) {
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
        let path = folder.join(&file.value);
        let outside = "a curriculum's files lie in its own folder; copy the file there";
        let inner = Path::new(&file.value).components().all(|c| matches!(c, std::path::Component::Normal(_)));
        if !inner {
            refuse(format!("`{}` leaves the curriculum's folder", file.value), outside);
            return None;
        }
        let folder_or_here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let bytes = match (path.canonicalize(), folder_or_here.canonicalize()) {
            (Ok(real), Ok(root)) if !real.starts_with(&root) => {
                refuse(format!("`{}` is a link out of the curriculum's folder", file.value), outside);
                return None;
            }
            (Ok(real), Ok(_)) => std::fs::read(real),
            (Err(error), _) | (_, Err(error)) => Err(error),
        };
        match bytes {
            Ok(bytes) => {
                let index = self.add(path.display().to_string(), bytes)?;
                let tree = self.parse(index)?;
                let text = self.sources.0[index].text.clone();
                Reader { source: &text, out: &mut self.out }.phase(tree)
            }
            Err(error) => {
                let siblings = siblings(folder_or_here);
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
                let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
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
        let curriculum = raw.and_then(|(raw, phases)| check::check(raw, &phases, &mut self.out));
        let place = |d: &Diagnostic| d.primary.as_ref().map(|l| (l.place.source, l.place.span.start));
        self.out.sort_by_key(|d| (place(d), d.code));
        let sound = !self.out.iter().any(Diagnostic::is_error);
        Checked { curriculum: curriculum.filter(|_| sound), diagnostics: self.out, sources: self.sources }
    }
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
