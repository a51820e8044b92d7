//! Writes a file that others will see, and never over work that is not ours.
//!
//! Every export holds a seal: a word and the checksum of the rest. A file without it was written by
//! somebody else, one whose checksum does not fit was edited since; both need `--force`.

use std::path::Path;

use super::files;
use super::folder::show;
use crate::error::{Error, Result};
use crate::report::showcase::SEAL;

const DIGITS: usize = 16;

/// What lies at the place where an export is to be written.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Present {
    /// An export that nobody touched.
    Ours,
    /// An export that was edited since.
    Edited,
    /// Something that we did not write.
    Foreign,
}

/// Writes `content` with its seal to `path`, whole or not at all.
///
/// # Errors
///
/// Unless `force`, when a file is there that is not an untouched export of ours.
pub(super) fn write(path: &Path, content: &str, force: bool) -> Result<()> {
    let shown = show(path);
    let cannot = |error| Error::io(format!("cannot write {shown}"), error);
    let present = match std::fs::metadata(path) {
        Ok(meta) if meta.is_file() => Some(meta),
        Ok(_) => return Err(Error::new(format!("{shown} is not a file")).hint("name a file in it, or another place")),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(cannot(error)),
    };
    if present.is_some() && !force {
        let why = match judge(&crate::bounded::read(path, crate::bounded::LARGEST_FILE).map_err(cannot)?) {
            Present::Ours => None,
            Present::Edited => Some("was edited since it was written"),
            Present::Foreign => Some("is there already, and was not written by this command"),
        };
        if let Some(why) = why {
            return Err(Error::new(format!("{shown} {why}"))
                .hint("`--force` replaces it; without a file name the result goes to standard output"));
        }
    }
    // A link stays a link; what it names is replaced.
    let target = if present.is_some() { path.canonicalize().map_err(cannot)? } else { path.to_owned() };
    let file = files::beside(&target, seal(content).as_bytes())?;
    let persisted = match present {
        Some(meta) => {
            file.as_file().set_permissions(meta.permissions()).map_err(cannot)?;
            file.persist(&target)
        }
        // Whoever made a file there meanwhile keeps it.
        None if !force => file.persist_noclobber(&target),
        None => file.persist(&target),
    };
    persisted.map(|_| ()).map_err(|error| cannot(error.error))
}

/// Returns `content` with the checksum in its seal.
pub(super) fn seal(content: &str) -> String {
    let sealed = format!("{}{:016x}", word(), checksum(content.as_bytes()));
    content.replacen(SEAL, &sealed, 1)
}

fn word() -> &'static str {
    &SEAL[..SEAL.len() - DIGITS]
}

fn judge(content: &[u8]) -> Present {
    let Some(at) = content.windows(word().len()).position(|window| window == word().as_bytes()) else {
        return Present::Foreign;
    };
    let digits = at + word().len()..at + SEAL.len();
    let Some(found) = content.get(digits.clone()).and_then(|digits| std::str::from_utf8(digits).ok()) else {
        return Present::Foreign;
    };
    let Ok(found) = u64::from_str_radix(found, 16) else { return Present::Foreign };
    let mut blank = content.to_vec();
    blank[digits].fill(b'0');
    if checksum(&blank) == found { Present::Ours } else { Present::Edited }
}

/// Returns the 64-bit FNV-1a hash, which is enough against edits and the same on every machine.
/// Carriage returns do not count: git may add them.
fn checksum(content: &[u8]) -> u64 {
    const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    let counted = content.iter().filter(|&&byte| byte != b'\r');
    counted.fold(BASIS, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_tells_ours_from_edited_from_foreign() {
        assert_eq!(checksum(b"foobar"), 0x8594_4171_f739_67e8, "the published test value");
        let sealed = seal(&format!("<!-- {SEAL} -->\n# Me\n{SEAL}\n"));
        assert_eq!(judge(sealed.as_bytes()), Present::Ours);
        assert_eq!(judge(sealed.replace('\n', "\r\n").as_bytes()), Present::Ours);
        assert_eq!(judge(sealed.replace("Me", "Myself").as_bytes()), Present::Edited);
        assert_eq!(judge(sealed.replace("-->", "--").as_bytes()), Present::Edited);
        assert_eq!(judge(b"# Me"), Present::Foreign);
        assert_eq!(judge(b""), Present::Foreign);
        assert_eq!(judge(word().as_bytes()), Present::Foreign);
        assert_eq!(judge("roadmap-portfolio:zzzzzzzzzzzzzzzz".as_bytes()), Present::Foreign);
        assert_eq!(judge("roadmap-portfolio:+00000000000000ä".as_bytes()), Present::Foreign);
    }

    #[test]
    fn nothing_of_others_is_replaced_without_force() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("README.md");
        let content = |name: &str| format!("<!-- {SEAL} -->\n# {name}\n");
        write(&path, &content("one"), false).expect("there is nothing yet");
        write(&path, &content("two"), false).expect("it is ours");
        let read = || std::fs::read_to_string(&path).expect("it is there");
        assert!(read().contains("# two"));
        std::fs::write(&path, read() + "my own words\n").expect("it can be written");
        assert!(write(&path, &content("three"), false).is_err());
        assert!(read().ends_with("my own words\n"));
        write(&path, &content("three"), true).expect("force");
        std::fs::write(&path, "mine").expect("it can be written");
        assert!(write(&path, &content("four"), false).is_err());
        assert_eq!(read(), "mine");
        assert!(write(folder.path(), &content("five"), true).is_err(), "a folder is no file");
        assert_eq!(std::fs::read_dir(folder.path()).expect("it is there").count(), 1, "nothing is left behind");
    }
}
