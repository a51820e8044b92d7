//! A small curriculum to start from, whose comments teach every key.

use super::yaml::scalar;
use super::{NewFile, SCHEMA_FILES, hint, schema_files};

/// Returns the files of a new curriculum.
pub fn start(id: &str, title: &str) -> Vec<NewFile> {
    let [curriculum_schema, phase_schema] = SCHEMA_FILES;
    let main = include_str!("start/roadmap.yaml").replace("ID", &scalar(id)).replace("TITLE", &scalar(title));
    let phase = include_str!("start/01-basics.yaml");
    let mut files = vec![
        NewFile::new("roadmap.yaml", hint(curriculum_schema) + &main),
        NewFile::new("01-basics.yaml", hint(phase_schema) + phase),
    ];
    files.extend(schema_files());
    files
}

#[cfg(test)]
mod tests {
    use super::start;
    use crate::curriculum::keys;

    #[test]
    fn the_start_teaches_every_key() {
        let text: String = start("my-course", "My course").into_iter().take(2).map(|file| file.text).collect();
        let taught = |key: &str| {
            text.lines().any(|line| line.trim_start_matches(['#', ' ', '-', '{']).starts_with(&format!("{key}:")))
        };
        let all = [&keys::CURRICULUM, &keys::PHASE, &keys::TOPIC, &keys::RESOURCE, &keys::QUESTION, &keys::TRACK];
        for keys in all {
            for name in keys.names() {
                assert!(taught(name), "`{name}` of a {} is not in the start", keys.what);
            }
        }
    }
}
