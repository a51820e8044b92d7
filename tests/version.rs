//! `--version`: the commit that was built, and when the build script must look again.

#[path = "../src/build/commit.rs"]
mod commit;
mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use common::Place;
use tempfile::TempDir;

/// Runs git in a folder, untouched by the settings of whoever runs the tests, and returns what it prints.
#[track_caller]
fn git(folder: &Path, line: &str) -> String {
    let mut git = Command::new("git");
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        git.env_remove(name);
    }
    git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    git.args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]).args(common::words(line));
    git.env("GIT_COMMITTER_DATE", "2025-03-04T23:30:00+0200").env("GIT_AUTHOR_DATE", "2020-01-01T00:00:00+0000");
    let output = git.current_dir(folder).output().expect("git runs");
    assert!(output.status.success(), "git {line}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned()
}

fn have_git() -> bool {
    let have = Command::new("git").arg("--version").output().is_ok();
    if !have {
        eprintln!("skipped: git is not installed");
    }
    have
}

/// Returns a repository with one commit on `main`.
fn repository() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    git(folder.path(), "init --quiet --initial-branch main");
    git(folder.path(), "commit --quiet --allow-empty -m first");
    folder
}

/// Returns the watched files below the folder, by their names.
#[track_caller]
fn watched(root: &Path, below: &Path) -> Vec<String> {
    let below = below.canonicalize().expect("there");
    let name = |path: PathBuf| {
        let path = path.canonicalize().expect("what is watched exists");
        path.strip_prefix(&below).expect("below").display().to_string()
    };
    commit::watched(root).into_iter().map(name).collect()
}

#[test]
fn the_version_names_a_commit_and_its_day() {
    let place = Place::shipped();
    let number = env!("CARGO_PKG_VERSION");
    assert_eq!(place.ok("-V"), format!("roadmap {number}\n"));
    let long = place.ok("--version");
    let rest = long.strip_prefix(&format!("roadmap {number}")).and_then(|rest| rest.strip_suffix('\n')).expect(&long);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    if rest.is_empty() {
        assert_eq!(commit::name(root), None, "the commit can be found out and is not named");
        return;
    }
    let named = rest.strip_prefix(" (").and_then(|rest| rest.strip_suffix(')')).expect(&long);
    let (hash, day) = named.split_once(' ').expect(&long);
    assert!(hash.len() >= 7 && hash.chars().all(|c| c.is_ascii_hexdigit()), "{long}");
    // Somebody may commit while the tests run, so that it need not be the head any more.
    assert_eq!(git(root, &format!("log -1 --format=%cs {hash}")), day);
}

#[test]
fn a_commit_has_the_day_on_which_it_was_made_where_it_was_made() {
    if !have_git() {
        return;
    }
    let folder = repository();
    let hash = git(folder.path(), "rev-parse --short=7 HEAD");
    assert_eq!(commit::name(folder.path()), Some(format!("{hash} 2025-03-04")));
}

#[test]
fn where_there_is_no_commit_there_is_no_name() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    assert_eq!((commit::name(folder.path()), commit::watched(folder.path())), (None, vec![]));
    // Broken in every way that is not ours to mend.
    for text in ["", "gitdir: ", "gitdir: /nowhere/at/all", "words", "gitdir: .git\n"] {
        std::fs::write(folder.path().join(".git"), text).expect("written");
        assert_eq!(commit::name(folder.path()), None, "{text}");
        assert!(commit::watched(folder.path()).iter().all(|path| path.exists()), "{text}");
    }
    if !have_git() {
        return;
    }
    let fresh = tempfile::tempdir().expect("a temporary folder");
    git(fresh.path(), "init --quiet --initial-branch main");
    assert_eq!(commit::name(fresh.path()), None);
    assert_eq!(watched(fresh.path(), fresh.path()), [".git/refs/heads", ".git/HEAD"]);
    // A tarball that was unpacked in somebody's repository.
    let theirs = repository();
    let tarball = theirs.path().join("roadmap-0.1.0");
    std::fs::create_dir(&tarball).expect("made");
    assert_eq!((commit::name(&tarball), commit::watched(&tarball)), (None, vec![]));
}

#[test]
fn what_is_watched_changes_with_the_commit_and_nothing_else_does() {
    if !have_git() {
        return;
    }
    let folder = repository();
    let root = folder.path();
    let all = |root: &Path| watched(root, folder.path());
    assert_eq!(all(root), [".git/refs/heads/main", ".git/HEAD"]);
    git(root, "pack-refs --all");
    assert_eq!(all(root), [".git/packed-refs", ".git/refs/heads", ".git/HEAD"]);
    git(root, "commit --quiet --allow-empty -m second");
    assert_eq!(all(root), [".git/refs/heads/main", ".git/HEAD"]);
    git(root, "switch --quiet -c topic/of/mine");
    assert_eq!(all(root), [".git/refs/heads/topic/of/mine", ".git/HEAD"]);
    git(root, "checkout --quiet --detach");
    assert_eq!(all(root), [".git/HEAD"]);
}

#[test]
fn a_worktree_has_a_head_of_its_own() {
    if !have_git() {
        return;
    }
    let folder = repository();
    git(folder.path(), "worktree add --quiet -b side tree");
    let tree = folder.path().join("tree");
    git(&tree, "commit --quiet --allow-empty -m aside");
    let hash = git(&tree, "rev-parse --short=7 HEAD");
    assert_eq!(commit::name(&tree), Some(format!("{hash} 2025-03-04")));
    assert_ne!(commit::name(&tree), commit::name(folder.path()));
    assert_eq!(watched(&tree, folder.path()), ["tree/.git", ".git/refs/heads/side", ".git/worktrees/tree/HEAD"]);
}
