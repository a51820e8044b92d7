//! Where a password comes from when the address has none: as in libpq, `PGPASSWORD`, then the file that
//! `PGPASSFILE` names or `~/.pgpass`.

use std::path::{Path, PathBuf};

use super::url::Address;
use crate::bounded;
use crate::text;

/// A file of passwords is a few lines.
const LARGEST_FILE: u64 = 1 << 20;

/// What the environment says to those who log in. `Debug` leaves out the password.
#[derive(Clone, Default)]
pub struct Environment {
    /// `PGPASSWORD`.
    pub password: Option<String>,
    /// The file of passwords, if there may be one.
    pub passfile: Option<PathBuf>,
    /// Seconds that an answer may take; `None` for the default.
    pub patience: Option<u64>,
}

impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Environment({:?}, {:?})", self.passfile, self.patience)
    }
}

/// Returns the password for an address, and what the user should know about the file it was looked for in.
pub(super) fn password(address: &Address, environment: &Environment) -> (Option<Vec<u8>>, Option<String>) {
    if let Some(password) = address.config.get_password() {
        return (Some(password.to_vec()), None);
    }
    if let Some(password) = environment.password.as_ref().filter(|password| !password.is_empty()) {
        return (Some(password.clone().into_bytes()), None);
    }
    let Some(path) = &environment.passfile else { return (None, None) };
    if let Some(complaint) = complaint(path) {
        return (None, Some(complaint));
    }
    let Ok(lines) = bounded::read_text(path, LARGEST_FILE) else { return (None, None) };
    let hosts = address.hosts();
    let first = hosts
        .iter()
        .find_map(|(host, port)| find(&lines, [host, &port.to_string(), address.database(), address.user()]));
    (first.map(String::into_bytes), None)
}

/// Returns what is wrong with a file that others could read, as libpq sees it.
#[cfg(unix)]
fn complaint(path: &Path) -> Option<String> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = std::fs::metadata(path).ok()?;
    let shown = text::line(&path.display().to_string()).into_owned();
    if !metadata.is_file() {
        return Some(format!("{shown} is not a file; no password was taken from it"));
    }
    let open = metadata.permissions().mode() & 0o077 != 0;
    open.then(|| format!("{shown} can be read by others and was left out; `chmod 600` makes it count"))
}

#[cfg(not(unix))]
fn complaint(_: &Path) -> Option<String> {
    None
}

/// Returns the password of the first line whose host, port, database and user fit.
fn find(lines: &str, wanted: [&str; 4]) -> Option<String> {
    lines.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let fields = fields(line);
        let [host, port, database, user, password] = fields.as_slice() else { return None };
        let fits = [host, port, database, user].into_iter().zip(wanted);
        fits.into_iter()
            .all(|((field, written), wanted)| *written == "*" || field == wanted)
            .then(|| password.0.clone())
    })
}

/// Returns the fields of a line, each read and as it was written: an escaped `*` is no wildcard. The
/// fifth goes to the end.
fn fields(line: &str) -> Vec<(String, &str)> {
    let mut fields = Vec::new();
    let (mut field, mut start, mut escaped) = (String::new(), 0, false);
    for (at, c) in line.char_indices() {
        match c {
            '\\' if !escaped => {
                escaped = true;
                continue;
            }
            ':' if !escaped && fields.len() < 4 => {
                fields.push((std::mem::take(&mut field), &line[start..at]));
                start = at + 1;
            }
            _ => field.push(c),
        }
        escaped = false;
    }
    fields.push((field, &line[start..]));
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(lines: &str, expected: Option<&str>) {
        assert_eq!(find(lines, ["h", "5432", "db", "ada"]).as_deref(), expected, "{lines}");
    }

    #[test]
    fn the_first_line_that_fits() {
        case("h:5432:db:ada:pw", Some("pw"));
        case("# h:5432:db:ada:no\n\nx:5432:db:ada:no\n*:*:*:ada:yes\nh:5432:db:ada:late", Some("yes"));
        case("h:5432:db:ada:a\\:b\\\\c", Some("a:b\\c"));
        case("h:5432:db:ada:a:b", Some("a:b"));
        case("\\*:5432:db:ada:pw", None);
        case("h:5432:db", None);
        case("", None);
    }
}
