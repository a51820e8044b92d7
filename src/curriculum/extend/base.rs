//! Finds the curriculum that another extends: the shipped one by its id, others by a path.
//!
//! A path is the one way out of a curriculum's folder, and the folder may come from a stranger. So
//! only YAML files are opened, also at the end of a link, and only relative ones, which on no
//! system name a machine on the network.

use std::path::{Component, Path, PathBuf};

use super::super::files::{Files, Refusal, plain};
use super::super::raw::Text;
use crate::bundle;
use crate::text;

/// So many curricula may extend one another in a row.
pub(crate) const LONGEST_CHAIN: usize = 8;

/// Where a base lies.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Base {
    Shipped,
    File {
        /// As one would type it.
        path: PathBuf,
        /// From the folder of the curriculum that was asked for, as it is written.
        way: PathBuf,
        /// Without links and detours.
        real: PathBuf,
    },
}

/// Returns where the base lies that `extends` names, in a curriculum with these files.
pub(crate) fn find(extends: &Text, files: &Files<'_>) -> Result<Base, Refusal> {
    let named = extends.value.as_str();
    if named == bundle::ID {
        return Ok(Base::Shipped);
    }
    let refuse = |message: String, help: &str| Err(Refusal { message, help: help.to_owned() });
    let folder = match files {
        Files::Folder { folder, way } => Some((folder, way)),
        Files::Nowhere | Files::Given(_) | Files::Shipped(_) => None,
    };
    let is_yaml = |path: &Path| {
        path.extension().is_some_and(|end| end.eq_ignore_ascii_case("yaml") || end.eq_ignore_ascii_case("yml"))
    };
    let path = Path::new(named);
    let is_path = named.contains(['/', '\\']) || named.starts_with('.') || is_yaml(path);
    if !is_path {
        let help = match text::nearest(named, [bundle::ID]) {
            Some(near) => format!("did you mean `{near}`?"),
            None if folder.is_some_and(|(folder, _)| folder.join(path).is_dir()) => {
                format!("write `./{named}` for the folder")
            }
            None => format!("the shipped curriculum is `{}`; a path to another has a `/` in it", bundle::ID),
        };
        return Err(Refusal { message: format!("no curriculum `{named}` to extend"), help });
    }
    let Some((folder, way)) = folder else {
        return refuse(
            format!("`extends: {named}` in a text without a folder"),
            "save it as a file, or name the shipped curriculum",
        );
    };
    if !path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir | Component::ParentDir)) {
        return refuse(
            format!("`{named}` is not a relative path"),
            "write the path from this file to the other curriculum, such as `../theirs`",
        );
    }
    let (mut path, mut way) = (tidy(&folder.join(path)), way.join(path));
    if path.is_dir() {
        path.push("roadmap.yaml");
        way.push("roadmap.yaml");
    }
    let real = match path.canonicalize() {
        Ok(real) => real,
        Err(error) => {
            return refuse(
                format!("cannot extend `{named}`: {}", plain(&error)),
                "the path is relative to this file, and leads to a folder with a `roadmap.yaml` or to a YAML file",
            );
        }
    };
    if !is_yaml(&path) || !is_yaml(&real) {
        return refuse(
            format!("`{named}` is not a YAML file"),
            "name a folder with a `roadmap.yaml`, or a file that ends in `.yaml`",
        );
    }
    Ok(Base::File { path, way, real })
}

/// Returns the path without `a/..`, where that leads to the same place.
fn tidy(path: &Path) -> PathBuf {
    let mut short = PathBuf::new();
    for part in path.components() {
        let back = part == Component::ParentDir && matches!(short.components().next_back(), Some(Component::Normal(_)));
        if back {
            short.pop();
        } else if part != Component::CurDir {
            short.push(part);
        }
    }
    // Past a link, `..` is not the folder before it.
    let same = matches!((path.canonicalize(), short.canonicalize()), (Ok(long), Ok(short)) if long == short);
    if same { short } else { path.to_owned() }
}
