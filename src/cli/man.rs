//! `roadmap man`: the manual pages, made from the same text as `--help`.

use std::path::PathBuf;

use anyhow::Result;

use super::app::App;
use crate::error::Error;
use crate::text;

/// Print a manual page, or write them all
///
///   roadmap man | man -l -
///   roadmap man --dir ~/.local/share/man/man1
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// The command whose page to print; without it the main page
    command: Option<String>,
    /// Write every page into this folder instead
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    dir: Option<PathBuf>,
}

pub(super) fn run(args: &Args, app: &mut App) -> Result<()> {
    let mut root = super::command();
    if let Some(dir) = &args.dir {
        let shown = text::line(&dir.display().to_string()).into_owned();
        std::fs::create_dir_all(dir).map_err(|error| Error::io(format!("cannot create {shown}"), error))?;
        clap_mangen::generate_to(root, dir)
            .map_err(|error| Error::io(format!("cannot write the pages to {shown}"), error))?;
        app.remark(format!("Wrote the pages to {shown}."));
        return Ok(());
    }
    root.build();
    let command = match &args.command {
        None => root,
        Some(name) => {
            let names: Vec<&str> = root.get_subcommands().map(clap::Command::get_name).collect();
            let hint = text::nearest(name, names.iter().copied()).map_or_else(
                || "`roadmap --help` lists the commands".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            root.find_subcommand(name)
                .cloned()
                .ok_or_else(|| Error::new(format!("there is no command `{}`", text::line(name))).hint(hint))?
        }
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page)?;
    app.print(String::from_utf8(page)?);
    Ok(())
}
