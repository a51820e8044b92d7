//! `roadmap schema`: the JSON Schema by which editors complete and check a curriculum.

use anyhow::Result;
use clap::ValueEnum;

use super::app::App;
use crate::authoring::{curriculum_schema, phase_schema};

/// Print the JSON Schema of a curriculum's files
///
/// With it an editor completes keys, explains them and marks slips as you type. `roadmap new` and
/// `import` write it into the folder, and the first line of each file there names it. To renew it:
///
///   roadmap schema curriculum > schema/curriculum.json
///   roadmap schema phase > schema/phase.json
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// Of which file
    #[arg(value_enum, default_value_t = File::Curriculum)]
    file: File,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum File {
    /// Of roadmap.yaml, or of a file that holds the whole curriculum
    Curriculum,
    /// Of a phase's file
    Phase,
}

pub(super) fn run(args: &Args, app: &mut App) -> Result<()> {
    let schema = match args.file {
        File::Curriculum => curriculum_schema(),
        File::Phase => phase_schema(),
    };
    // JSON already, so `--json` changes nothing.
    app.print(schema.to_string());
    Ok(())
}
