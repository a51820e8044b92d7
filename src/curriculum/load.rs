//! Reads a curriculum from a folder, a file or a text, and checks it.
//!
//! What a curriculum's files are and where they may lie is the business of `files`.

use std::path::{Path, PathBuf};

use super::files::{self, Files, Refusal, SourceFile, bare, plain};
use super::raw::{PhaseItem, RawCurriculum, RawPhase, Reader, Text};
use super::{Curriculum, check, node, quick};
use crate::bounded;
use crate::diagnostic::{Code, Diagnostic, Place, Problems, Source, Sources};

/// What came of loading: the curriculum if it has no error, and every problem found.
#[derive(Debug)]
pub struct Checked {
    /// The curriculum, unless a problem is an error.
    pub curriculum: Option<Curriculum>,
    /// Every problem, in the order of the files; of very many the first 100,000 errors and as many warnings.
    pub diagnostics: Vec<Diagnostic>,
    /// How many more problems there are.
    pub unlisted: usize,
    /// The texts that were read.
    pub sources: Sources,
    /// The files that were read.
    pub(crate) files: Vec<SourceFile>,
}

/// Returns the curriculum at `path` as [`load`] does, faster and in less memory, but without warnings
/// if it has no error.
pub(crate) fn open(path: &Path) -> Checked {
    match quick::load(path) {
        Some((curriculum, files)) => {
            let (diagnostics, sources) = (Vec::new(), Sources::default());
            Checked { curriculum: Some(curriculum), diagnostics, unlisted: 0, sources, files }
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
    let raw = match files::read(&file, file.file_name().unwrap_or_default(), bounded::LARGEST_FILE, &mut loader.files) {
        Ok(bytes) => {
            let folder = file.parent().map_or_else(PathBuf::new, Path::to_owned);
            loader.curriculum(name, bytes, &Files::Folder(folder))
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
    let raw = loader.curriculum(name.to_owned(), text.as_bytes().to_vec(), &Files::Nowhere);
    loader.finish(raw)
}

/// Loads the curriculum of these files, names and bytes; the first is the one that names the others.
/// Nothing is read from a disk.
pub fn load_files(files: &[(&str, &[u8])]) -> Checked {
    let mut loader = Loader::default();
    let raw = files
        .first()
        .and_then(|(name, bytes)| loader.curriculum((*name).to_owned(), bytes.to_vec(), &Files::Given(files)));
    loader.finish(raw)
}

/// No curriculum has as many files of phases.
pub(super) const MOST_FILES: usize = 1_000;

/// Returns what [`load_files`] does, by the quick way that a start takes; `None` where that leaves the
/// files to the thorough one. So that the two can be compared.
pub fn open_files(files: &[(&str, &[u8])]) -> Option<Curriculum> {
    quick::load_files(files)
}

#[derive(Default)]
struct Loader {
    sources: Sources,
    files: Vec<SourceFile>,
    out: Problems,
    /// Bytes read so far; all files together may be as large as one.
    bytes: usize,
    /// Files named under `phases`.
    named: usize,
}

impl Loader {
    fn curriculum(
        &mut self,
        name: String,
        bytes: Vec<u8>,
        files: &Files<'_>,
    ) -> Option<(RawCurriculum, Vec<RawPhase>)> {
        let index = self.add(name, bytes)?;
        let tree = self.parse(index)?;
        let text = self.sources.0[index].text.clone();
        let mut raw = Reader { source: &text, out: &mut self.out }.curriculum(tree);
        let mut phases = Vec::new();
        for item in std::mem::take(&mut raw.phases) {
            match item {
                PhaseItem::Here(phase) => phases.push(phase),
                PhaseItem::File(file) => phases.extend(self.phase_file(&file, files)),
            }
        }
        Some((raw, phases))
    }

    fn phase_file(&mut self, file: &Text, files: &Files<'_>) -> Option<RawPhase> {
        if self.named == MOST_FILES {
            let message = format!("more than {MOST_FILES} files under `phases`");
            self.out.push(
                Diagnostic::new(Code::TooBig, message, file.place.clone())
                    .help("put several phases into one curriculum file, or make two curricula of it"),
            );
        }
        self.named += 1;
        if self.named > MOST_FILES {
            return None;
        }
        match files.read(&file.value, bounded::LARGEST_FILE.saturating_sub(self.bytes as u64), &mut self.files) {
            Ok((name, bytes)) => {
                let index = self.add(name, bytes)?;
                let tree = self.parse(index)?;
                let text = self.sources.0[index].text.clone();
                Reader { source: &text, out: &mut self.out }.phase(tree)
            }
            Err(Refusal { message, help }) => {
                self.out.push(Diagnostic::new(Code::MissingFile, message, file.place.clone()).help(help));
                None
            }
        }
    }

    fn add(&mut self, name: String, bytes: Vec<u8>) -> Option<usize> {
        let index = self.sources.0.len();
        self.bytes += bytes.len();
        match String::from_utf8(bytes) {
            Ok(text) => {
                let text = bare(text);
                self.sources.0.push(Source::new(name, text));
                Some(index)
            }
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                self.sources.0.push(Source::new(name, text));
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
        let curriculum = curriculum.filter(|_| !self.out.has_error());
        let (diagnostics, unlisted) = self.out.finish();
        Checked { curriculum, diagnostics, unlisted, sources: self.sources, files: self.files }
    }
}
