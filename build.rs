//! Checks the shipped curriculum and compiles it into the binary.
//!
//! The loader's own files are included, so that there is one loader and a curriculum that
//! `roadmap check` would refuse does not build.

#![allow(dead_code, unreachable_pub, reason = "the loader is used here for one of its purposes")]

use std::path::Path;

#[path = "src/bounded.rs"]
mod bounded;
#[path = "src/curriculum/mod.rs"]
mod curriculum;
#[path = "src/diagnostic/mod.rs"]
mod diagnostic;
#[path = "src/graph.rs"]
mod graph;
#[path = "src/text.rs"]
mod text;

fn main() {
    for watched in
        ["roadmap", "build.rs", "src/bounded.rs", "src/curriculum", "src/diagnostic", "src/graph.rs", "src/text.rs"]
    {
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
    for (name, bytes) in [("shipped.hot", hot), ("shipped.texts", texts)] {
        let path = Path::new(&out).join(name);
        std::fs::write(&path, bytes).unwrap_or_else(|error| panic!("cannot write {}: {error}", path.display()));
    }
}
