//! What a file was when it was read, to tell whether it still is.
//!
//! Size and time of change are not enough by themselves: a file may change twice within one tick of the
//! clock that stamps it. As in git's index, a file that is younger than a tick is not believed.

use std::fs::Metadata;
use std::path::Path;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::curriculum::SourceFile;
use crate::stamp::{Stamp, Time, since_1970};

/// Longer than the tick of any clock by which a file system stamps files …
const TICK: Duration = Duration::from_millis(50);
/// … that has parts of seconds at all.
const COARSE_TICK: Duration = Duration::from_secs(2);

/// A source as it was.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Source {
    /// Where the curriculum looks for it, below the real path of its folder.
    path: String,
    /// Where it really is.
    real: String,
    stamp: Stamp,
}

impl Source {
    /// Returns what the file at `path` was when it was read; `None` if that says nothing certain, as of
    /// a file that had changed a moment before.
    pub(super) fn of(path: &Path, file: &SourceFile) -> Option<Self> {
        let source = Self::plain(path, &file.before)?;
        let settled = source.stamp.times().all(|time| is_settled(time, file.at));
        settled.then_some(source)
    }

    /// Returns whether the file is what it was.
    pub(super) fn still_holds(&self) -> bool {
        let path = Path::new(&self.path);
        std::fs::metadata(path).ok().and_then(|data| Self::plain(path, &data)).as_ref() == Some(self)
    }

    fn plain(path: &Path, data: &Metadata) -> Option<Self> {
        let real = path.canonicalize().ok()?;
        data.is_file().then_some(())?;
        Some(Self { path: path.to_str()?.to_owned(), real: real.to_str()?.to_owned(), stamp: Stamp::of(data)? })
    }
}

/// Returns whether a change after `now` would give a file another time than this.
fn is_settled((seconds, nanos): Time, now: SystemTime) -> bool {
    let (now, now_nanos) = since_1970(now);
    let age = (i128::from(now) - i128::from(seconds)) * 1_000_000_000 + i128::from(now_nanos) - i128::from(nanos);
    let tick = if nanos == 0 { COARSE_TICK } else { TICK };
    age > tick.as_nanos() as i128
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_young_file_is_not_believed() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_millis(1_790_000_000_500);
        for (time, settled) in [
            ((1_790_000_000, 440_000_000), true),
            ((1_790_000_000, 460_000_000), false),
            ((1_790_000_001, 1), false),
            ((1_789_999_999, 999_999_999), true),
            ((1_790_000_000, 0), false),
            ((1_789_999_999, 0), false),
            ((1_789_999_998, 0), true),
            ((-5, 7), true),
            ((i64::MAX, 7), false),
        ] {
            assert_eq!(is_settled(time, now), settled, "{time:?}");
        }
    }
}
