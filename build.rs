//! Checks the shipped curriculum and compiles it into the binary, and names the commit for `--version`.
//!
//! The loader's own files are included, so that there is one loader and a curriculum that
//! `roadmap check` would refuse does not build.

#![allow(dead_code, unreachable_pub, reason = "the loader is used here for one of its purposes")]

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

#[path = "src/bounded.rs"]
mod bounded;
#[path = "src/build/commit.rs"]
mod commit;
#[path = "src/curriculum/mod.rs"]
mod curriculum;
#[path = "src/diagnostic/mod.rs"]
mod diagnostic;
#[path = "src/graph.rs"]
mod graph;
#[path = "src/held.rs"]
mod held;
#[path = "src/text.rs"]
mod text;

/// The shipped curriculum extends no other, so here there is nothing to unpack.
mod bundle {
    pub(crate) const ID: &str = "";

    pub(crate) fn files() -> Vec<(String, String)> {
        Vec::new()
    }
}

fn main() {
    let decisive = [
        "roadmap",
        "Cargo.toml",
        "Cargo.lock",
        "src/bounded.rs",
        "src/bundle.rs",
        "src/curriculum",
        "src/cache",
        "src/graph.rs",
        "src/held.rs",
        "src/text.rs",
        "src/journal",
        "src/progress.rs",
        "src/stamp.rs",
        "src/study/memory.rs",
        "src/study/standing.rs",
    ];
    for watched in ["build.rs", "src/build", "src/diagnostic"].iter().chain(&decisive) {
        println!("cargo::rerun-if-changed={watched}");
    }
    // A build reads from the cache only what the same code wrote with the same libraries.
    let mut form = DefaultHasher::new();
    decisive.iter().for_each(|path| hash(Path::new(path), &mut form));
    println!("cargo::rustc-env=ROADMAP_FORM={:016x}", form.finish());
    name_version();
    let checked = curriculum::load(Path::new("roadmap"));
    for diagnostic in &checked.diagnostics {
        eprint!("{}", diagnostic::render::full(diagnostic, &checked.sources, 100, false));
    }
    let Some(curriculum) = checked.curriculum else {
        eprintln!("the shipped curriculum in roadmap/ has errors, see above");
        std::process::exit(1);
    };
    let (hot, texts) = curriculum.compile();
    let out = std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR");
    // The texts too, for curricula that extend this one.
    let name = |name: &str| name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    let files: Vec<(String, &str)> =
        checked.sources.0.iter().map(|source| (name(&source.name), source.text.as_str())).collect();
    let files = postcard::to_allocvec(&files).expect("plain data always encodes");
    let packed = miniz_oxide::deflate::compress_to_vec(&files, 9);
    println!("cargo::rustc-env=SHIPPED_ID={}", curriculum.id());
    for (name, bytes) in [("shipped.hot", hot), ("shipped.texts", texts), ("shipped.yaml.packed", packed)] {
        let path = Path::new(&out).join(name);
        std::fs::write(&path, bytes).unwrap_or_else(|error| panic!("cannot write {}: {error}", path.display()));
    }
}

/// Hands the version to the compiler, with the commit and its day where they can be found out.
fn name_version() {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    for watched in commit::watched(&root) {
        println!("cargo::rerun-if-changed={}", watched.display());
    }
    let number = std::env::var("CARGO_PKG_VERSION").expect("cargo sets it");
    let version = commit::name(&root).map_or_else(|| number.clone(), |commit| format!("{number} ({commit})"));
    println!("cargo::rustc-env=ROADMAP_VERSION={version}");
}

/// Feeds what lies at `path` to the hasher: a file, or all that is in a folder, in the order of names.
fn hash(path: &Path, hasher: &mut DefaultHasher) {
    if let Ok(bytes) = fs::read(path) {
        (path.file_name(), bytes).hash(hasher);
    }
    let mut inside: Vec<PathBuf> =
        fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    inside.sort();
    inside.iter().for_each(|path| hash(path, hasher));
}
