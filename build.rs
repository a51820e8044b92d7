//! Checks the shipped curriculum and compiles it into the binary.
//!
//! The loader's own files are included, so that there is one loader and a curriculum that
//! `roadmap check` would refuse does not build.

#![allow(dead_code, unreachable_pub, reason = "the loader is used here for one of its purposes")]

use std::path::Path;

#[path = "src/curriculum/mod.rs"]
mod curriculum;
#[path = "src/diagnostic/mod.rs"]
mod diagnostic;
#[path = "src/graph.rs"]
mod graph;
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
    for watched in ["roadmap", "build.rs", "src/curriculum", "src/diagnostic", "src/graph.rs", "src/text.rs"] {
        println!("cargo::rerun-if-changed={watched}");
    }
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
