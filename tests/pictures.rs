//! The pictures in README show what the program prints.

#[allow(dead_code, reason = "its `main` writes the pictures; here they are compared")]
#[path = "../examples/pictures.rs"]
mod pictures;

use std::path::Path;

#[test]
fn what_can_be_drawn_again_is_the_same() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/pictures");
    let learner = pictures::Learner::new(env!("CARGO_BIN_EXE_roadmap").into());
    for (name, drawn) in [("terminal.svg", learner.terminal()), ("map.svg", learner.map())] {
        let kept = std::fs::read_to_string(folder.join(name)).expect("there");
        assert!(kept == drawn, "{name} is old: cargo build --release && cargo run --release --example pictures");
        roxmltree::Document::parse(&kept).expect("XML");
    }
}

#[test]
fn every_picture_of_the_readme_is_there_and_small() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).expect("there");
    let named: Vec<&str> =
        readme.split("](examples/pictures/").skip(1).filter_map(|rest| rest.split(')').next()).collect();
    assert!(named.len() >= 3, "{named:?}");
    for name in named {
        let bytes = std::fs::read(root.join("examples/pictures").join(name)).expect("there");
        assert!(bytes.len() < 300_000, "{name} has {} bytes", bytes.len());
        assert!(!name.ends_with(".png") || bytes.starts_with(b"\x89PNG\r\n"), "{name} is no PNG");
    }
}
