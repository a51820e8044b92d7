//! `roadmap new`: a curriculum to start from.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::app::App;
use super::folder;
use crate::authoring;
use crate::error::Error;
use crate::report::VERSION;
use crate::text;

/// Begin a curriculum of your own
///
/// Makes a folder with a roadmap.yaml and a phase whose comments teach every key, and the schemas by
/// which editors complete and check them. NAME is the folder, or a title from which its name is made.
///
///   roadmap new my-course
///   roadmap new "Search in Four Evenings"
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// The folder to make, or the curriculum's title
    name: PathBuf,
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
    folder::create(&path, &authoring::start(&id, &title))?;
    let (shown, typed) = (folder::show(&path), folder::typed(&path));
    if app.json {
        return app.print_json(&serde_json::json!({"version": VERSION, "folder": shown, "id": id, "title": title}));
    }
    app.print(format!("Made {shown} with a small curriculum to change.\n"));
    app.remark(format!(
        "\nNext:\n  change {typed}/*.yaml; comments there teach each key\n  roadmap check {typed}\n  roadmap --curriculum {typed} next"
    ));
    Ok(())
}

/// Returns a title for an id: `my-course` is `My course`.
fn titled(id: &str) -> String {
    let words = id.replace('-', " ");
    let mut chars = words.chars();
    chars.next().map(|first| first.to_ascii_uppercase().to_string() + chars.as_str()).unwrap_or_default()
}
