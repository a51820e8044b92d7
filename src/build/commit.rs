//! Names the commit that is built, for `roadmap --version`.
//!
//! Asks git, and only of a repository that is this folder's own: a tarball unpacked inside somebody's
//! repository is no commit of theirs. Whatever is missing (git, the repository, a first commit) is no
//! error; the version then stands alone.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Returns the short hash of the commit at `root` and its day, as in `771283b 2026-11-25`.
pub(crate) fn name(root: &Path) -> Option<String> {
    let repository = root.join(".git");
    if !repository.exists() {
        return None;
    }
    let git = Command::new("git")
        .arg("--git-dir")
        .arg(repository)
        .args(["log", "-1", "--no-show-signature", "--no-color", "--abbrev=7", "--format=%h %cs"])
        .output()
        .ok()?;
    let name = String::from_utf8(git.stdout).ok()?.trim().to_owned();
    (git.status.success() && !name.is_empty() && !name.contains('\n')).then_some(name)
}

/// Returns the files whose change means that another commit may be built.
///
/// All exist, for cargo would run the build script each time for one that does not.
pub(crate) fn watched(root: &Path) -> Vec<PathBuf> {
    let Some((own, common)) = repository(root) else { return Vec::new() };
    let head = own.join("HEAD");
    let mut watched = Vec::new();
    if own != root.join(".git") {
        watched.push(root.join(".git"));
    }
    let tables = common.join("reftable/tables.list");
    if tables.exists() {
        watched.push(tables);
    } else if let Some(branch) = fs::read_to_string(&head).ok().as_deref().and_then(|text| text.strip_prefix("ref: ")) {
        let branch = common.join(branch.trim());
        if branch.exists() {
            watched.push(branch);
        } else {
            // A packed branch, or one without a commit: the next commit makes a file in this folder.
            watched.push(common.join("packed-refs"));
            watched.extend(branch.ancestors().skip(1).find(|folder| folder.exists()).map(Path::to_path_buf));
        }
    }
    watched.push(head);
    watched.retain(|path| path.exists());
    watched
}

/// Returns the folder of this working tree's own git files, and the one it shares with others.
fn repository(root: &Path) -> Option<(PathBuf, PathBuf)> {
    let dot = root.join(".git");
    // In a worktree or submodule `.git` is a file that says where the folder is.
    let own = match fs::read_to_string(&dot) {
        Ok(text) => root.join(text.strip_prefix("gitdir: ")?.trim_end_matches(['\n', '\r'])),
        Err(_) if dot.is_dir() => dot,
        Err(_) => return None,
    };
    let common = match fs::read_to_string(own.join("commondir")) {
        Ok(text) => own.join(text.trim_end_matches(['\n', '\r'])),
        Err(_) => own.clone(),
    };
    Some((own, common))
}
