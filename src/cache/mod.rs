//! Curricula of one's own as they were compiled when they were last read, so that a start need not
//! parse them again.
//!
//! Only ever a copy: the YAML stays the truth. What is kept is believed if this very build wrote it, if
//! every file that it came from is what it was, and if it is whole; else it is as if it were not there.
//! Nothing here fails, and anything here may be deleted at any time. Looks at the clock only to tell
//! whether a file is too young to be sure of.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::curriculum::{self, Checked, Curriculum, SourceFile};

mod form;
mod shelf;
mod source;

use form::Head;
use source::Source;

/// What was not used for so long is removed when something else is written.
const UNUSED: Duration = Duration::from_secs(90 * 24 * 60 * 60);
/// A file that a process left half written is removed after this.
const LEFT: Duration = Duration::from_secs(24 * 60 * 60);
const ENDING: &str = "curriculum";
const HALF: &str = ".half-";

/// The folder of compiled curricula.
#[derive(Debug)]
pub(crate) struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// Returns the cache below `folder`, which need not be there.
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.join("curricula") }
    }

    /// Returns the curriculum at `path` as [`curriculum::load`] does, from the cache if it is there.
    /// Without warnings if it has no error.
    pub(crate) fn open(&self, path: &Path) -> Checked {
        let root = Root::of(path);
        if let Some(curriculum) = root.as_ref().and_then(|root| self.find(root)) {
            return Checked::sound(curriculum, Vec::new());
        }
        let checked = curriculum::open(path);
        if let (Some(root), Some(curriculum)) = (&root, &checked.curriculum) {
            // It is as well without: the next start reads the files again.
            let _ = self.keep(root, curriculum, &checked.files);
        }
        checked
    }

    /// Tries to write, and leaves no trace. The error says why nothing can be kept.
    pub(crate) fn try_out(&self) -> io::Result<()> {
        match self.folder.ancestors().find(|folder| folder.exists()) {
            Some(folder) => tempfile::tempfile_in(folder).map(drop),
            None => Ok(()),
        }
    }

    fn find(&self, root: &Root) -> Option<Curriculum> {
        let path = self.path(root);
        // Whoever opens a pipe waits for somebody at its other end.
        let used = fs::metadata(&path).ok().filter(fs::Metadata::is_file)?.modified().ok()?;
        let file = File::open(&path).ok()?;
        let (head, rest) = form::read(file.try_clone().ok()?)?;
        if head.root != root.name || !head.sources.iter().all(Source::still_holds) {
            return None;
        }
        let curriculum = form::decode(&rest, |starts| shelf::Kept::new(file, starts, path.clone(), root.file()))?;
        if used.elapsed().is_ok_and(|age| age > LEFT) {
            // So that it counts as used; a cache that cannot be written to is one all the same.
            let _ = File::options().append(true).open(&path).and_then(|file| file.set_modified(SystemTime::now()));
        }
        Some(curriculum)
    }

    fn keep(&self, root: &Root, curriculum: &Curriculum, files: &[SourceFile]) -> io::Result<()> {
        let sources = files.iter().map(|file| Source::of(&root.folder.join(&file.name), file));
        let Some(sources) = sources.collect::<Option<Vec<Source>>>() else { return Ok(()) };
        // What changed while it was read is read again the next time.
        if sources.is_empty() || !sources.iter().all(Source::still_holds) {
            return Ok(());
        }
        crate::private::create_dir(&self.folder)?;
        let mut file = tempfile::Builder::new().prefix(HALF).tempfile_in(&self.folder)?;
        form::write(file.as_file_mut(), &Head { root: root.name.clone(), sources }, curriculum)?;
        file.persist(self.path(root))?;
        self.clear(SystemTime::now());
        Ok(())
    }

    fn path(&self, root: &Root) -> PathBuf {
        let mut hasher = DefaultHasher::new();
        root.name.hash(&mut hasher);
        self.folder.join(format!("{:016x}.{ENDING}", hasher.finish()))
    }

    /// Removes what nobody used for long. Only files that are named as ours are.
    fn clear(&self, now: SystemTime) {
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let Some(name) = name.to_str() else { continue };
            let kept = name.strip_suffix(ENDING).and_then(|name| name.strip_suffix('.'));
            let most = match kept {
                Some(name) if name.len() == 16 && name.bytes().all(|b| b.is_ascii_hexdigit()) => UNUSED,
                None if name.starts_with(HALF) => LEFT,
                _ => continue,
            };
            let modified = entry.metadata().and_then(|data| data.modified());
            if modified.is_ok_and(|then| now.duration_since(then).is_ok_and(|age| age > most)) {
                // Another process may have been faster.
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// Which curriculum it is: the file that is read first, below the real path of its folder. The file
/// itself may be a link, for its phases lie beside the link.
struct Root {
    folder: PathBuf,
    name: String,
}

impl Root {
    fn of(path: &Path) -> Option<Self> {
        let file = curriculum::root_file(path);
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = folder.canonicalize().ok()?;
        let name = folder.join(file.file_name()?).to_str()?.to_owned();
        Some(Self { folder, name })
    }

    fn file(&self) -> PathBuf {
        PathBuf::from(&self.name)
    }
}

/// Returns what a start reads of this curriculum, for [`decode_anything`] to be tried on.
#[doc(hidden)]
pub fn encoded(curriculum: &Curriculum) -> Vec<u8> {
    curriculum.hot()
}

/// Does with `bytes` whatever a start does with a file of the cache, but for the checksums; must never
/// panic. Returns whether something could be made of them.
#[doc(hidden)]
pub fn decode_anything(bytes: &[u8]) -> bool {
    let head = form::head(bytes).is_some();
    let texts = curriculum::unpack_for(bytes.len() % 4, bytes).is_some();
    let whole = form::decode_hot(bytes).is_some_and(|curriculum| {
        let shown = curriculum.indices().all(|ix| {
            curriculum.find(&curriculum.topic(ix).id) == Some(ix)
                && curriculum.details(ix).reasons.len() == curriculum.requires(ix).len()
        });
        let progress = crate::progress::Progress::replay(&curriculum, &crate::journal::Journal::default());
        let picks = crate::study::next::next(&curriculum, &progress, &Default::default(), &Default::default());
        shown && picks.len() <= curriculum.topics().len()
    });
    head | texts | whole
}

#[cfg(test)]
mod tests;
