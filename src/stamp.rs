//! What tells whether a file is still what it was, without reading it: size, times and number.

use std::fs::Metadata;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

/// Seconds and nanoseconds since 1970.
pub(crate) type Time = (i64, u32);

/// What a file was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    /// How many bytes it had.
    pub(crate) len: u64,
    modified: Time,
    /// When anything about it changed, where the system says so.
    changed: Option<Time>,
    /// On which device and under which number, where the system says so.
    number: Option<(u64, u64)>,
}

impl Stamp {
    /// Returns the stamp of a file, `None` where the system knows no times.
    pub(crate) fn of(data: &Metadata) -> Option<Self> {
        #[cfg(unix)]
        let (changed, number) = {
            use std::os::unix::fs::MetadataExt;
            (Some((data.ctime(), data.ctime_nsec() as u32)), Some((data.dev(), data.ino())))
        };
        #[cfg(not(unix))]
        let (changed, number) = (None, None);
        Some(Self { len: data.len(), modified: since_1970(data.modified().ok()?), changed, number })
    }

    /// Returns when the file, or anything about it, was changed last.
    pub(crate) fn times(&self) -> impl Iterator<Item = Time> {
        [Some(self.modified), self.changed].into_iter().flatten()
    }
}

/// Returns a time in seconds and nanoseconds.
pub(crate) fn since_1970(time: SystemTime) -> Time {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => (after.as_secs() as i64, after.subsec_nanos()),
        Err(before) => (-(before.duration().as_secs() as i64), before.duration().subsec_nanos()),
    }
}
