//! A small curriculum to start from, whose comments teach every key.

use super::yaml::scalar;
use super::{NewFile, SCHEMA_FILES, hint, schema_files};
use crate::curriculum::Curriculum;

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

/// Returns the file of a new curriculum that extends `base`, which is written as `path` there. Its
/// topic stands on the first of the base, in the last phase.
pub fn start_extending(base: &Curriculum, path: &str, title: &str) -> Vec<NewFile> {
    let phase = base.phases().last().map_or("", |phase| &phase.id);
    let topic = base.topics().first().map_or("", |topic| &topic.id);
    let own = free("my-topic", |id| base.find_ever(id).is_some());
    let track = free("my-track", |id| base.find_track(id).is_some());
    let texts =
        [("BASE", path), ("TITLE", title), ("PHASE", phase), ("TOPIC", topic), ("OWN", &own), ("TRACK", &track)];
    let mut main = String::new();
    // Word by word, so that nothing is replaced in what was put in.
    for line in include_str!("start/extending.yaml").split_inclusive('\n') {
        let found = texts.iter().filter_map(|(word, text)| Some((line.find(word)?, word, text)));
        match found.min_by_key(|(at, ..)| *at) {
            Some((at, word, text)) => {
                main.push_str(&(line[..at].to_owned() + &scalar(text) + &line[at + word.len()..]))
            }
            None => main.push_str(line),
        }
    }
    let mut files = vec![NewFile::new("roadmap.yaml", hint(SCHEMA_FILES[0]) + &main)];
    files.extend(schema_files());
    files
}

/// Returns `id`, with a number if it is taken.
fn free(id: &str, taken: impl Fn(&str) -> bool) -> String {
    let numbered = (2..).map(|n| format!("{id}-{n}"));
    std::iter::once(id.to_owned()).chain(numbered).find(|id| !taken(id)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{start, start_extending};
    use crate::curriculum::keys;

    #[test]
    fn the_start_teaches_every_key() {
        let own = start("my-course", "My course").into_iter().take(2);
        let extending = start_extending(&crate::shipped(), "base", "My course").into_iter().take(1);
        let text: String = own.chain(extending).map(|file| file.text).collect();
        let taught = |key: &str| {
            text.lines().any(|line| line.trim_start_matches(['#', ' ', '-', '{']).starts_with(&format!("{key}:")))
        };
        let own = [&keys::CURRICULUM, &keys::PHASE, &keys::TOPIC, &keys::RESOURCE, &keys::QUESTION, &keys::TRACK];
        let extending =
            [&keys::CHANGE, &keys::REMOVE, &keys::CHANGED_TOPIC, &keys::CHANGED_PHASE, &keys::CHANGED_TRACK];
        let all = own.into_iter().chain(extending);
        for keys in all {
            for name in keys.names() {
                assert!(taught(name), "`{name}` of a {} is not in the start", keys.what);
            }
        }
    }
}
