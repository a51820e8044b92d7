//! The form of a file in the cache.
//!
//! ```text
//! header   build, length of the texts, of the head, of the hot part, checksums
//! texts    each topic's long texts, one after the other
//! head     which curriculum, from which files
//! hot      what every start needs
//! slots    length and checksum of each topic's texts
//! ```
//!
//! The texts are neither read nor checked before somebody asks for them.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::shelf::{Kept, Slot};
use super::source::Source;
use crate::curriculum::{Curriculum, Shelf, TopicIx};

/// Names the form: the sources of everything that decides what a file means, as `build.rs` read them.
const BUILD: &[u8] = env!("ROADMAP_FORM").as_bytes();
const _: () = assert!(BUILD.len() == 16);
const HEADER: usize = 16 + 3 * 8 + 2 * 4;
const SLOT: usize = 8;

/// Which curriculum it is, and what it was read from.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) root: String,
    pub(super) sources: Vec<Source>,
}

/// The parts that every start needs.
pub(super) struct Rest {
    bytes: Vec<u8>,
    /// Where the hot part begins and ends.
    hot: std::ops::Range<usize>,
    texts: u64,
}

/// Writes a whole file.
pub(super) fn write(file: &mut File, head: &Head, curriculum: &Curriculum) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, file);
    out.write_all(&[0; HEADER])?;
    let mut texts = 0;
    let mut slots = Vec::with_capacity(SLOT * curriculum.topics().len());
    for ix in curriculum.indices() {
        let packed = curriculum.packed(ix);
        let len = u32::try_from(packed.len()).map_err(io::Error::other)?;
        slots.extend(len.to_le_bytes());
        slots.extend(crc32fast::hash(&packed).to_le_bytes());
        texts += u64::from(len);
        out.write_all(&packed)?;
    }
    let head = postcard::to_allocvec(head).map_err(io::Error::other)?;
    let hot = curriculum.hot();
    let mut sum = crc32fast::Hasher::new();
    for part in [&head, &hot, &slots] {
        sum.update(part);
        out.write_all(part)?;
    }
    let mut header = BUILD.to_vec();
    for len in [texts, head.len() as u64, hot.len() as u64] {
        header.extend(len.to_le_bytes());
    }
    header.extend(sum.finalize().to_le_bytes());
    header.extend(crc32fast::hash(&header).to_le_bytes());
    out.seek(SeekFrom::Start(0))?;
    out.write_all(&header)?;
    out.flush()
}

/// Returns the parts of a file that every start needs, `None` if this build did not write them just so.
pub(super) fn read(mut file: File) -> Option<(Head, Rest)> {
    let mut header = [0; HEADER];
    file.read_exact(&mut header).ok()?;
    let number = |at: usize| header[at..].first_chunk().map(|bytes| u64::from_le_bytes(*bytes));
    let sum = |at: usize| header[at..].first_chunk().map(|bytes| u32::from_le_bytes(*bytes));
    if !header.starts_with(BUILD) || sum(HEADER - 4)? != crc32fast::hash(&header[..HEADER - 4]) {
        return None;
    }
    let (texts, head, hot) = (number(16)?, number(24)?, number(32)?);
    let start = texts.checked_add(HEADER as u64)?;
    let long = file.metadata().ok()?.len().checked_sub(start)?;
    let mut bytes = Vec::with_capacity(usize::try_from(long).ok()?);
    file.seek(SeekFrom::Start(start)).ok()?;
    file.take(long).read_to_end(&mut bytes).ok()?;
    let end = usize::try_from(head.checked_add(hot)?).ok()?;
    if end > bytes.len() || sum(HEADER - 8)? != crc32fast::hash(&bytes) {
        return None;
    }
    let hot = head as usize..end;
    let head = self::head(&bytes[..hot.start])?;
    Some((head, Rest { bytes, hot, texts }))
}

/// Returns the head that `bytes` begin with.
pub(super) fn head(bytes: &[u8]) -> Option<Head> {
    postcard::from_bytes(bytes).ok()
}

/// Returns the curriculum, its long texts where `shelf` finds them by their slots.
pub(super) fn decode(rest: &Rest, shelf: impl FnOnce(Vec<Slot>) -> Kept) -> Option<Curriculum> {
    let mut start = HEADER as u64;
    let slots = rest.bytes[rest.hot.end..].chunks_exact(SLOT).map(|slot| {
        let number = |at: usize| u32::from_le_bytes([slot[at], slot[at + 1], slot[at + 2], slot[at + 3]]);
        let slot = Slot { start, len: number(0), sum: number(4) };
        start += u64::from(slot.len);
        slot
    });
    let slots: Vec<Slot> = slots.collect();
    Curriculum::shelved(&rest.bytes[rest.hot.clone()], |curriculum| {
        let whole = slots.len() == curriculum.topics().len() && start == HEADER as u64 + rest.texts;
        whole.then(|| Arc::new(shelf(slots)) as Arc<dyn Shelf>)
    })
}

/// Returns the curriculum of a hot part without any texts.
pub(super) fn decode_hot(bytes: &[u8]) -> Option<Curriculum> {
    #[derive(Debug)]
    struct Empty;
    impl Shelf for Empty {
        fn packed(&self, _: TopicIx) -> Option<Vec<u8>> {
            None
        }
        fn again(&self) -> Option<&Curriculum> {
            None
        }
    }
    Curriculum::shelved(bytes, |_| Some(Arc::new(Empty)))
}
