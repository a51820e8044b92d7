//! Loads a curriculum and asks what is next: `cargo run --example next -- examples/workshop`.

use std::path::Path;
use std::process::ExitCode;

use roadmap::curriculum::load;
use roadmap::diagnostic::render;
use roadmap::journal::Journal;
use roadmap::progress::Progress;
use roadmap::study::next::{Aim, Limits, next};

fn main() -> ExitCode {
    let path = std::env::args().nth(1).unwrap_or_else(|| "roadmap".to_owned());
    let checked = load(Path::new(&path));
    for diagnostic in &checked.diagnostics {
        eprint!("{}", render::concise(diagnostic, &checked.sources));
    }
    let Some(curriculum) = checked.curriculum else { return ExitCode::FAILURE };
    let progress = Progress::replay(&curriculum, &Journal::default());
    for suggestion in next(&curriculum, &progress, &Aim::default(), &Limits { count: 3, ..Limits::default() }) {
        let (topic, goal) = (curriculum.topic(suggestion.topic), curriculum.topic(suggestion.way.goal));
        println!("{} ({} h), on the way to {}", topic.title, topic.hours, goal.title);
    }
    ExitCode::SUCCESS
}
