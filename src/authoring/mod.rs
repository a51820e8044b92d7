//! For those who write curricula: the schema for editors, a start, and what comes from elsewhere.
//!
//! Takes texts and returns values and texts; which folder they go to is the command's business.

mod draft;
mod markdown;
mod roadmap_sh;
mod schema;
mod start;
mod table;
mod yaml;

pub use draft::{Draft, Form, PhaseDraft, TopicDraft, read};
pub use schema::{Schema, curriculum as curriculum_schema, phase as phase_schema};
pub use start::{start, start_extending};

/// Where the schemas lie, seen from a curriculum's folder.
pub const SCHEMA_FILES: [&str; 2] = ["schema/curriculum.json", "schema/phase.json"];

/// Returns the line by which editors find the schema `file`.
fn hint(file: &str) -> String {
    format!("# yaml-language-server: $schema={file}\n")
}

/// A file of a new curriculum: its name below the folder, with `/` between parts, and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    /// Its name.
    pub name: String,
    /// What is in it.
    pub text: String,
}

impl NewFile {
    fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into() }
    }
}

/// Returns the schemas as files of a curriculum's folder, so that editors need no network.
fn schema_files() -> [NewFile; 2] {
    let [curriculum, phase] = SCHEMA_FILES;
    [NewFile::new(curriculum, curriculum_schema().to_string()), NewFile::new(phase, phase_schema().to_string())]
}
