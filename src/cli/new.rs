//! `roadmap new`: a curriculum to start from.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::app::App;
use super::folder;
use crate::authoring;
use crate::curriculum::{self, Curriculum};
use crate::error::Error;
use crate::report::VERSION;
use crate::text;

/// Begin a curriculum of your own
///
/// Makes a folder with a roadmap.yaml and a phase whose comments teach every key, and the schemas by
/// which editors complete and check them. NAME is the folder, or a title from which its name is made.
///
/// With `--extends` it makes one that adds topics of yours to the shipped curriculum, or to another,
/// without a copy of it: progress is shared, and a new edition of the other reaches you.
///
///   roadmap new my-course
///   roadmap new "Search in Four Evenings"
///   roadmap new my-road --extends generative-ai-engineer
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// The folder to make, or the curriculum's title
    name: PathBuf,
    /// The curriculum to add to: the shipped one's id, or a folder or file
    #[arg(long, value_name = "CURRICULUM")]
    extends: Option<String>,
}

pub(super) fn run(args: &Args, app: &mut App) -> Result<()> {
    let name = args.name.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let id = text::kebab_case(name);
    if id.is_empty() {
        let message = format!("no id can be made of `{}`", text::line(&args.name.display().to_string()));
        return Err(Error::new(message).hint("name it with letters a to z or digits, such as my-course").into());
    }
    folder::refuse_shipped_id(&id, "choose another name, such as my-course")?;
    let title = if id == name { titled(name) } else { name.split_whitespace().collect::<Vec<_>>().join(" ") };
    let path = args.name.parent().unwrap_or(Path::new("")).join(&id);
    let (id, what) = match &args.extends {
        None => {
            folder::create(&path, &authoring::start(&id, &title))?;
            (id, "a small curriculum to change".to_owned())
        }
        Some(base) => {
            let (base, written) = extended(base, &path)?;
            folder::create(&path, &authoring::start_extending(&base, &written, &title))?;
            (base.id().to_owned(), format!("a topic of yours to change, on top of {}", text::line(&written)))
        }
    };
    let (shown, typed) = (folder::show(&path), folder::typed(&path));
    if app.json {
        return app.print_json(&serde_json::json!({"version": VERSION, "folder": shown, "id": id, "title": title}));
    }
    app.print(format!("Made {shown} with {what}.\n"));
    app.remark(format!(
        "\nNext:\n  change {typed}/*.yaml; comments there teach each key\n  roadmap check {typed}\n  roadmap --curriculum {typed} next"
    ));
    Ok(())
}

/// Returns the curriculum that a new one in the folder `new` is to extend, and how it is named there.
fn extended(base: &str, new: &Path) -> Result<(Curriculum, String)> {
    let shipped = crate::shipped();
    if base == shipped.id() {
        return Ok((shipped, base.to_owned()));
    }
    let path = Path::new(base);
    let shown = folder::show(path);
    let Some(curriculum) = curriculum::load(path).curriculum else {
        let hint = match path.exists() {
            true => format!("`roadmap check {}` says why", folder::typed(path)),
            false => format!("name a folder or file, or `{}` for the shipped one", shipped.id()),
        };
        return Err(Error::new(format!("{shown} is not a sound curriculum to extend")).hint(hint).into());
    };
    let parent = new.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let here = parent.canonicalize().map_err(|_| {
        Error::new(format!("there is no folder to make {} in", folder::show(new)))
            .hint("make the folder above it first, or name another place")
    })?;
    let there = path.canonicalize().map_err(|error| Error::io(format!("cannot find {shown}"), error))?;
    let below = here.components().zip(there.components()).take_while(|(a, b)| a == b).count();
    if below == 0 {
        let hint = "make the new curriculum on the same drive";
        return Err(Error::new(format!("there is no relative path to {shown}")).hint(hint).into());
    }
    // One step up out of the new folder itself, and one for each above it that is not shared.
    let up = std::iter::repeat_n("..".to_owned(), 1 + here.components().count() - below);
    let down = there.components().skip(below).map(|part| part.as_os_str().to_string_lossy().into_owned());
    Ok((curriculum, up.chain(down).collect::<Vec<_>>().join("/")))
}

/// Returns a title for an id: `my-course` is `My course`.
fn titled(id: &str) -> String {
    let words = id.replace('-', " ");
    let mut chars = words.chars();
    chars.next().map(|first| first.to_ascii_uppercase().to_string() + chars.as_str()).unwrap_or_default()
}
