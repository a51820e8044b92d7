//! The long texts of a kept curriculum, read from its file when somebody asks for them.
//!
//! The file stays open, so that nothing changes for a running program when another one replaces it.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock};

use crate::curriculum::{self, Curriculum, Shelf, TopicIx};

/// Where a topic's texts are in the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    pub(super) start: u64,
    pub(super) len: u32,
    pub(super) sum: u32,
}

/// An open file of the cache.
#[derive(Debug)]
pub(super) struct Kept {
    file: Mutex<File>,
    slots: Vec<Slot>,
    path: PathBuf,
    /// What it was made from.
    source: PathBuf,
    again: OnceLock<Option<Curriculum>>,
}

impl Kept {
    pub(super) fn new(file: File, slots: Vec<Slot>, path: PathBuf, source: PathBuf) -> Self {
        Self { file: Mutex::new(file), slots, path, source, again: OnceLock::new() }
    }

    fn read(&self, slot: Slot) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut file = self.file.lock().map_err(|_| io::Error::other("another thread panicked"))?;
        file.seek(SeekFrom::Start(slot.start))?;
        // Not made as long as the slot says at once: it has no checksum that another has not.
        (&mut *file).take(u64::from(slot.len)).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

impl Shelf for Kept {
    fn packed(&self, ix: TopicIx) -> Option<Vec<u8>> {
        let slot = *self.slots.get(ix.0 as usize)?;
        self.read(slot).ok().filter(|bytes| bytes.len() == slot.len as usize && crc32fast::hash(bytes) == slot.sum)
    }

    fn again(&self) -> Option<&Curriculum> {
        let again = self.again.get_or_init(|| {
            // It is damaged; the next start writes a new one.
            let _ = std::fs::remove_file(&self.path);
            curriculum::open(&self.source).curriculum
        });
        again.as_ref()
    }
}
