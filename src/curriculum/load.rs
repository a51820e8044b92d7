//! Reads a curriculum from a folder, a file or a text, with those that it extends, and checks it.
//!
//! The only place that opens a curriculum's files. A phase's file never lies outside its
//! curriculum's folder, and what may be extended is for `extend::base` to say, so that a curriculum
//! from a stranger can be checked without a second thought.

use std::path::{Path, PathBuf};

use super::extend::base::{self, Base};
use super::extend::{Extension, Whole, extend};
use super::node::{Node, Value};
use super::raw::{PhaseItem, RawPhase, Reader, Text};
use super::{Curriculum, check, node};
use crate::bundle;
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
    /// Every file that was read, those of extended curricula too.
    pub files: Vec<PathBuf>,
    /// What it does to the curriculum that it extends, if it extends one that can be read.
    pub extension: Option<Extension>,
}

/// Loads the curriculum at `path`: a folder with `roadmap.yaml`, or one file that holds it all.
///
/// Never fails as such: a file that cannot be read is a problem like any other.
pub fn load(path: &Path) -> Checked {
    let file = if path.is_dir() { path.join("roadmap.yaml") } else { path.to_owned() };
    let mut loader = Loader::default();
    let name = file.display().to_string();
    let whole = match loader.read(&file) {
        Ok(bytes) => {
            let home = Home::Folder(file.parent().map_or_else(PathBuf::new, Path::to_owned));
            let real = file.canonicalize().unwrap_or(file);
            loader.curriculum(name, bytes, &home, &mut vec![Step { real, extends: None }])
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
    Loader::default().text(name, text)
}

/// Loads a text like [`load_text`], with `shipped` as the one file of the shipped curriculum.
#[cfg(test)]
pub(crate) fn load_text_over(shipped: &str, text: &str) -> Checked {
    let shipped = Some(vec![("roadmap.yaml".to_owned(), shipped.to_owned())]);
    Loader { shipped, ..Loader::default() }.text("own", text)
}

#[derive(Default)]
struct Loader {
    sources: Sources,
    out: Vec<Diagnostic>,
    files: Vec<PathBuf>,
    extension: Option<Extension>,
    /// The files of the shipped curriculum, once they were needed.
    shipped: Option<Vec<(String, String)>>,
}

/// Where the phases' files of a curriculum lie.
enum Home {
    Nowhere,
    Folder(PathBuf),
    Shipped,
}

/// One curriculum on the way from the one that was asked for to its last base.
struct Step {
    real: PathBuf,
    /// Where it says what it extends.
    extends: Option<Place>,
}

impl Loader {
    fn text(mut self, name: &str, text: &str) -> Checked {
        let first = Step { real: PathBuf::new(), extends: None };
        let whole = self.curriculum(name.to_owned(), text.as_bytes().to_vec(), &Home::Nowhere, &mut vec![first]);
        self.finish(whole)
    }

    /// Reads a file; every file goes through here.
    fn read(&mut self, path: &Path) -> std::io::Result<Vec<u8>> {
        let bytes = std::fs::read(path)?;
        self.files.push(path.to_owned());
        Ok(bytes)
    }

    /// Reads a file that a curriculum names, which must not be a pipe or a device: those may never end.
    fn read_named(&mut self, path: &Path) -> std::io::Result<Vec<u8>> {
        let kind = std::fs::metadata(path)?;
        if !kind.is_file() && !kind.is_dir() {
            return Err(std::io::Error::other("not a file"));
        }
        self.read(path)
    }

    /// Reads a curriculum with its phases and what it extends. The last of `chain` is itself.
    fn curriculum(&mut self, name: String, bytes: Vec<u8>, home: &Home, chain: &mut Vec<Step>) -> Option<Whole> {
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
                PhaseItem::File(file) => phases.extend(self.phase_file(&file, home, head.extending)),
            }
        }
        let own = Whole { head, phases };
        if !own.head.extending {
            return Some(own);
        }
        let base = self.base(own.head.extends.as_ref()?, home, chain)?;
        let (whole, extension) = extend(base, own, &mut self.out);
        self.extension = Some(extension);
        Some(whole)
    }

    /// Reads the curriculum that is extended.
    fn base(&mut self, extends: &Text, home: &Home, chain: &mut Vec<Step>) -> Option<Whole> {
        let folder = match home {
            Home::Folder(folder) => Some(folder.as_path()),
            Home::Nowhere | Home::Shipped => None,
        };
        let found = base::find(extends, folder).and_then(|base| match base {
            Base::Shipped => {
                let shipped = self.shipped.get_or_insert_with(bundle::files);
                let (name, text) =
                    shipped.first().map(|(name, text)| (name.as_str(), text.as_str())).unwrap_or_default();
                Ok((format!("{}/{name}", bundle::ID), text.as_bytes().to_vec(), Home::Shipped, PathBuf::new()))
            }
            Base::File { path, real } => {
                let bytes = self.read_named(&real).map_err(|error| {
                    (
                        format!("cannot read `{}`: {}", extends.value, plain(&error)),
                        "see that it is a file you may read".to_owned(),
                    )
                })?;
                let folder = path.parent().map_or_else(PathBuf::new, Path::to_owned);
                Ok((path.display().to_string(), bytes, Home::Folder(folder), real))
            }
        });
        let (name, bytes, home, real) = match found {
            Ok(found) => found,
            Err((message, help)) => {
                self.out.push(Diagnostic::new(Code::NoBase, message, extends.place.clone()).help(help));
                return None;
            }
        };
        let again = chain.iter().position(|step| step.real == real && !real.as_os_str().is_empty());
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
        if let Some(last) = chain.last_mut() {
            last.extends = Some(extends.place.clone());
        }
        chain.push(Step { real, extends: None });
        self.curriculum(name, bytes, &home, chain)
    }

    fn phase_file(&mut self, file: &Text, home: &Home, extending: bool) -> Option<RawPhase> {
        let (name, bytes) = match self.phase_bytes(file, home) {
            Ok(read) => read,
            Err((message, help)) => {
                self.out.push(Diagnostic::new(Code::MissingFile, message, file.place.clone()).help(help));
                return None;
            }
        };
        let index = self.add(name, bytes)?;
        let tree = self.parse(index)?;
        let text = self.sources.0[index].text.clone();
        Reader { source: &text, out: &mut self.out, extending }.phase(tree)
    }

    /// Returns the name and the bytes of a phase's file, or why there are none and the next step.
    fn phase_bytes(&mut self, file: &Text, home: &Home) -> Result<(String, Vec<u8>), (String, String)> {
        let named = &file.value;
        let folder = match home {
            Home::Folder(folder) => folder,
            Home::Nowhere => {
                let message = format!("phase file `{named}` in a text without a folder");
                return Err((message, "write the phase in place".to_owned()));
            }
            Home::Shipped => {
                let files = self.shipped.iter().flatten();
                let found = files.into_iter().find(|(name, _)| name == named).map(|(_, text)| text.as_bytes().to_vec());
                let found = found.map(|bytes| (format!("{}/{named}", bundle::ID), bytes));
                return found.ok_or_else(|| (format!("`{named}` is not in this program"), "build it anew".to_owned()));
            }
        };
        let path = folder.join(named);
        let outside = || "a curriculum's files lie in its own folder; copy the file there".to_owned();
        if !Path::new(named).components().all(|c| matches!(c, std::path::Component::Normal(_))) {
            return Err((format!("`{named}` leaves the curriculum's folder"), outside()));
        }
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let bytes = match (path.canonicalize(), folder.canonicalize()) {
            (Ok(real), Ok(root)) if !real.starts_with(&root) => {
                return Err((format!("`{named}` is a link out of the curriculum's folder"), outside()));
            }
            (Ok(real), Ok(_)) => self.read_named(&real),
            (Err(error), _) | (_, Err(error)) => Err(error),
        };
        bytes.map(|bytes| (path.display().to_string(), bytes)).map_err(|error| {
            let siblings = siblings(folder);
            let near = crate::text::nearest(named, siblings.iter().map(String::as_str));
            let help = near.map_or_else(
                || "names under `phases:` are relative to `roadmap.yaml`".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            (format!("cannot read `{named}`: {}", plain(&error)), help)
        })
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

    fn finish(mut self, whole: Option<Whole>) -> Checked {
        let curriculum = whole.and_then(|whole| check::check(whole.head, &whole.phases, &mut self.out));
        let place = |d: &Diagnostic| d.primary.as_ref().map(|l| (l.place.source, l.place.span.start));
        self.out.sort_by_key(|d| (place(d), d.code));
        let sound = !self.out.iter().any(Diagnostic::is_error);
        Checked {
            curriculum: curriculum.filter(|_| sound),
            diagnostics: self.out,
            sources: self.sources,
            files: self.files,
            extension: self.extension,
        }
    }
}

/// Returns whether a file has what makes a curriculum, be it broken.
fn is_curriculum(tree: &Node) -> bool {
    matches!(&tree.value, Value::Map(entries) if entries.iter().any(|(key, _)| matches!(key.name.as_str(), "phases" | "extends")))
}

fn siblings(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let files = entries.filter(|entry| entry.file_type().is_ok_and(|kind| !kind.is_dir()));
    files.filter_map(|entry| entry.file_name().into_string().ok()).filter(|name| name != "roadmap.yaml").collect()
}

/// Returns an I/O error without the number that the system gives it.
pub(super) fn plain(error: &std::io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut chars = text.chars();
    chars.next().map(|c| c.to_lowercase().collect::<String>() + chars.as_str()).unwrap_or_default()
}
