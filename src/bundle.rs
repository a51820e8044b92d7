//! The YAML files of the shipped curriculum, packed into the binary by `build.rs`.
//!
//! What the program itself shows comes compiled, out of `shipped`. These are for curricula that
//! extend the shipped one: they start from what is written, so that a problem can show its line.

/// The id of the shipped curriculum, by which others extend it.
pub(crate) const ID: &str = env!("SHIPPED_ID");

/// Returns the files, each with its name and text, `roadmap.yaml` first.
pub(crate) fn files() -> Vec<(String, String)> {
    let packed = include_bytes!(concat!(env!("OUT_DIR"), "/shipped.yaml.packed"));
    let bytes =
        miniz_oxide::inflate::decompress_to_vec(packed).expect("build.rs wrote these bytes for this very build");
    postcard::from_bytes(&bytes).expect("build.rs wrote these bytes for this very build")
}

#[cfg(test)]
mod tests {
    use super::{ID, files};
    use crate::curriculum::load_text;

    #[test]
    fn the_files_are_those_that_were_compiled() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("roadmap");
        let files = files();
        assert_eq!(files.len(), 1 + crate::shipped().phases().len());
        assert_eq!(files[0].0, "roadmap.yaml");
        for (name, text) in files {
            assert!(std::fs::read_to_string(folder.join(&name)).is_ok_and(|there| there == text), "{name}");
        }
        assert_eq!(ID, crate::shipped().id());
    }

    #[test]
    fn extending_it_by_nothing_gives_the_curriculum_that_was_compiled() {
        let checked = load_text("own", &format!("extends: {ID}"));
        let (own, shipped) = (checked.curriculum.expect("sound"), crate::shipped());
        assert_eq!(own.topics(), shipped.topics());
        assert_eq!((own.id(), own.phases(), own.tracks()), (shipped.id(), shipped.phases(), shipped.tracks()));
        assert!(own.indices().all(|ix| own.details(ix) == shipped.details(ix)));
        assert!(checked.files.is_empty());
    }
}
