//! Reads a curriculum from a folder, a file or a text, with those that it extends, and checks it.
//!
//! What a curriculum's files are and where they may lie is the business of `files`, what may be
//! extended that of `extend::base`, so that a curriculum from a stranger can be checked without a
//! second thought.

use std::path::{Path, PathBuf};

use super::extend::base::{self, Base};
use super::extend::{Extension, Whole, extend};
use super::files::{self, Files, Refusal, SourceFile, bare, plain};
use super::node::{Node, Value};
use super::raw::{PhaseItem, RawPhase, Reader, Text};
use super::{Curriculum, check, node, quick};
use crate::bounded;
use crate::bundle;
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
    /// The files that were read, those of extended curricula too.
    pub(crate) files: Vec<SourceFile>,
    /// What it does to the curriculum that it extends, if it extends one that can be read.
    pub extension: Option<Extension>,
}

impl Checked {
    /// Returns a curriculum without a problem, read from these files.
    pub(crate) fn sound(curriculum: Curriculum, files: Vec<SourceFile>) -> Self {
        let (diagnostics, sources) = (Vec::new(), Sources::default());
        Self { curriculum: Some(curriculum), diagnostics, unlisted: 0, sources, files, extension: None }
    }
}

/// Returns the curriculum at `path` as [`load`] does, faster and in less memory, but without warnings
/// if it has no error.
pub(crate) fn open(path: &Path) -> Checked {
    quick::load(path).map_or_else(|| load(path), |(curriculum, files)| Checked::sound(curriculum, files))
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
    let whole = match files::read(&file, file.file_name().unwrap_or_default(), loader.left(), &mut loader.files) {
        Ok(bytes) => {
            let folder = file.parent().map_or_else(PathBuf::new, Path::to_owned);
            let files = Files::Folder { folder, way: PathBuf::new() };
            let real = file.canonicalize().unwrap_or(file);
            loader.curriculum(name, bytes, &files, &mut vec![Step { real, extends: None }])
        }
        Err(error) => {
            let problem = Diagnostic::placeless(Code::MissingFile, format!("cannot read `{name}`: {}", plain(&error)));
            loader.out.push(
                problem.help("name a folder with a `roadmap.yaml`, or one YAML file that holds the whole curriculum"),
            );
            None
        }
    };
    loader.finish(whole)
}

/// Loads the curriculum that `text` holds; `name` is shown where a file name would be. Phases in
/// files of their own are refused, for there is no folder to look in.
pub fn load_text(name: &str, text: &str) -> Checked {
    Loader::default().given(name, text.as_bytes(), &Files::Nowhere)
}

/// Loads a text like [`load_text`], with `shipped` as the one file of the shipped curriculum.
#[cfg(test)]
pub(crate) fn load_text_over(shipped: &str, text: &str) -> Checked {
    let shipped = Some(vec![("roadmap.yaml".to_owned(), shipped.to_owned())]);
    Loader { shipped, ..Loader::default() }.given("own", text.as_bytes(), &Files::Nowhere)
}

/// Loads the curriculum of these files, names and bytes; the first is the one that names the others.
/// Nothing is read from a disk.
pub fn load_files(files: &[(&str, &[u8])]) -> Checked {
    let loader = Loader::default();
    match files.first() {
        Some((name, bytes)) => loader.given(name, bytes, &Files::Given(files)),
        None => loader.finish(None),
    }
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
    bytes: u64,
    /// Files named under `phases`.
    named: usize,
    extension: Option<Extension>,
    /// The files of the shipped curriculum, if they are others than those in the binary.
    shipped: Option<Vec<(String, String)>>,
}

/// One curriculum on the way from the one that was asked for to its last base.
struct Step {
    real: PathBuf,
    /// Where it says what it extends.
    extends: Option<Place>,
}

impl Loader {
    fn given(mut self, name: &str, bytes: &[u8], files: &Files<'_>) -> Checked {
        let first = Step { real: PathBuf::new(), extends: None };
        let whole = self.curriculum(name.to_owned(), bytes.to_vec(), files, &mut vec![first]);
        self.finish(whole)
    }

    /// Returns how many bytes may still be read.
    fn left(&self) -> u64 {
        bounded::LARGEST_FILE.saturating_sub(self.bytes)
    }

    /// Reads a curriculum with its phases and what it extends. The last of `chain` is itself.
    fn curriculum(&mut self, name: String, bytes: Vec<u8>, files: &Files<'_>, chain: &mut Vec<Step>) -> Option<Whole> {
        let index = self.add(name, bytes)?;
        let tree = self.parse(index)?;
        if let [.., Step { extends: Some(place), .. }, _] = chain.as_slice()
            && !is_curriculum(&tree)
        {
            // Nothing of it is shown, for it may be a file that is nobody's business.
            let problem = Diagnostic::new(Code::NoBase, "what is extended is no curriculum", place.clone());
            self.out
                .push(problem.help("name a folder with a `roadmap.yaml`, or a file with `id`, `title` and `phases`"));
            return None;
        }
        let text = self.sources.0[index].text.clone();
        let mut head = Reader { source: &text, out: &mut self.out, extending: false }.curriculum(tree);
        let mut phases = Vec::new();
        for item in std::mem::take(&mut head.phases) {
            match item {
                PhaseItem::Here(phase) => phases.push(*phase),
                PhaseItem::File(file) => phases.extend(self.phase_file(&file, files, head.extending)),
            }
        }
        let own = Whole { head, phases };
        if !own.head.extending {
            return Some(own);
        }
        let errors = self.out.errors();
        let base = self.base(own.head.extends.as_ref()?, files, chain)?;
        if self.out.errors() > errors {
            // What a broken base lost would be missed wherever it is named here; its own errors come first.
            return Some(base);
        }
        let (whole, extension) = extend(base, own, &mut self.out);
        self.extension = Some(extension);
        Some(whole)
    }

    /// Reads the curriculum that is extended.
    fn base(&mut self, extends: &Text, files: &Files<'_>, chain: &mut Vec<Step>) -> Option<Whole> {
        let found = match base::find(extends, files) {
            Ok(found) => found,
            Err(Refusal { message, help }) => {
                self.out.push(Diagnostic::new(Code::NoBase, message, extends.place.clone()).help(help));
                return None;
            }
        };
        let real = match &found {
            Base::Shipped => PathBuf::new(),
            Base::File { real, .. } => real.clone(),
        };
        self.refuse_circles(extends, &real, chain)?;
        if let Some(last) = chain.last_mut() {
            last.extends = Some(extends.place.clone());
        }
        chain.push(Step { real, extends: None });
        match found {
            Base::Shipped => {
                let shipped = self.shipped.take().unwrap_or_else(bundle::files);
                let (name, text) = shipped.first()?;
                let (name, bytes) = (format!("{}/{name}", bundle::ID), text.as_bytes().to_vec());
                self.curriculum(name, bytes, &Files::Shipped(&shipped), chain)
            }
            Base::File { path, way, real } => {
                let above = |path: &Path| path.parent().map_or_else(PathBuf::new, Path::to_owned);
                match files::read(&real, &way, self.left(), &mut self.files) {
                    Ok(bytes) => {
                        let files = Files::Folder { folder: above(&path), way: above(&way) };
                        self.curriculum(path.display().to_string(), bytes, &files, chain)
                    }
                    Err(error) => {
                        let message = format!("cannot read `{}`: {}", extends.value, plain(&error));
                        let problem = Diagnostic::new(Code::NoBase, message, extends.place.clone());
                        self.out.push(problem.help("see that it is a file you may read"));
                        None
                    }
                }
            }
        }
    }

    /// Refuses a base from which the way leads back, or that is too far down; `None` if so.
    fn refuse_circles(&mut self, extends: &Text, real: &Path, chain: &[Step]) -> Option<()> {
        let again = chain.iter().position(|step| step.real == *real && !real.as_os_str().is_empty());
        if let Some(at) = again {
            let message =
                if at + 1 == chain.len() { "the curriculum extends itself" } else { "curricula extend each other" };
            let mut problem = Diagnostic::new(Code::ExtendsItself, message, extends.place.clone());
            for place in chain[at..].iter().filter_map(|step| step.extends.clone()) {
                problem = problem.other(place, "and here");
            }
            self.out.push(problem.help("let one of them extend nothing, or something else"));
            return None;
        }
        if chain.len() > base::LONGEST_CHAIN {
            let message = format!("more than {} curricula extend one another in a row", base::LONGEST_CHAIN);
            let problem = Diagnostic::new(Code::ExtendsItself, message, extends.place.clone());
            self.out.push(problem.help("put what some of them change into one"));
            return None;
        }
        Some(())
    }

    fn phase_file(&mut self, file: &Text, files: &Files<'_>, extending: bool) -> Option<RawPhase> {
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
        match files.read(&file.value, self.left(), &mut self.files) {
            Ok((name, bytes)) => {
                let index = self.add(name, bytes)?;
                let tree = self.parse(index)?;
                let text = self.sources.0[index].text.clone();
                Reader { source: &text, out: &mut self.out, extending }.phase(tree)
            }
            Err(Refusal { message, help }) => {
                self.out.push(Diagnostic::new(Code::MissingFile, message, file.place.clone()).help(help));
                None
            }
        }
    }

    fn add(&mut self, name: String, bytes: Vec<u8>) -> Option<usize> {
        let index = self.sources.0.len();
        self.bytes += bytes.len() as u64;
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

    fn finish(mut self, whole: Option<Whole>) -> Checked {
        let curriculum = whole.and_then(|whole| check::check(whole.head, whole.phases, &mut self.out));
        let curriculum = curriculum.filter(|_| !self.out.has_error());
        let (diagnostics, unlisted) = self.out.finish();
        let Self { sources, files, extension, .. } = self;
        Checked { curriculum, diagnostics, unlisted, sources, files, extension }
    }
}

/// Returns whether a file has what makes a curriculum, be it broken.
fn is_curriculum(tree: &Node) -> bool {
    matches!(&tree.value, Value::Map(entries) if entries.iter().any(|(key, _)| matches!(key.name.as_str(), "phases" | "extends")))
}
