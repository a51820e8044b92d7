//! `roadmap man`: the manual pages, made from the same text as `--help`.

use std::path::PathBuf;

use anyhow::Result;
use clap_mangen::Man;

use super::app::App;
use crate::error::Error;
use crate::text;

/// Print a manual page, or write them all
///
///   roadmap man | man -l -
///   roadmap man evidence add | man -l -
///   roadmap man --dir ~/.local/share/man/man1
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// The command whose page to print; without it the main page
    command: Vec<String>,
    /// Write every page into this folder instead
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    dir: Option<PathBuf>,
}

pub(super) fn run(args: &Args, app: &mut App) -> Result<()> {
    let mut root = super::command().disable_help_subcommand(true);
    root.build();
    if let Some(dir) = &args.dir {
        let shown = text::line(&dir.display().to_string()).into_owned();
        std::fs::create_dir_all(dir).map_err(|error| Error::io(format!("cannot create {shown}"), error))?;
        let count = write_all(&root, dir)?;
        app.remark(format!("Wrote {} to {shown}.", text::count(count, "page")));
        return Ok(());
    }
    let mut command = &root;
    for name in &args.command {
        let names: Vec<&str> = pages_below(command).map(clap::Command::get_name).collect();
        let path = command.get_bin_name().unwrap_or("roadmap");
        let hint = text::nearest(name, names.iter().copied())
            .map_or_else(|| format!("`{path} --help` shows what there is"), |near| format!("did you mean `{near}`?"));
        command = pages_below(command)
            .find(|command| command.get_name() == name)
            .ok_or_else(|| Error::new(format!("there is no command `{}`", text::line(name))).hint(hint))?;
    }
    app.print(String::from_utf8(page(command)?)?);
    Ok(())
}

/// Returns the commands of a command that have pages: all but `help`, which has none of its own.
fn pages_below(command: &clap::Command) -> impl Iterator<Item = &clap::Command> {
    command.get_subcommands().filter(|command| !command.is_hide_set() && command.get_name() != "help")
}

/// Writes the pages of a command and of all below it, and returns how many.
fn write_all(command: &clap::Command, dir: &std::path::Path) -> Result<usize> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name());
    // Not by `files`: others read the pages too.
    let path = dir.join(format!("{name}.1"));
    std::fs::write(&path, page(command)?)
        .map_err(|error| Error::io(format!("cannot write {}", text::line(&path.display().to_string())), error))?;
    pages_below(command).try_fold(1, |count, below| Ok(count + write_all(below, dir)?))
}

fn page(command: &clap::Command) -> Result<Vec<u8>> {
    let mut page = Vec::new();
    let source = concat!("roadmap ", env!("CARGO_PKG_VERSION"));
    Man::new(command.clone()).source(source).manual("Manual of roadmap").render(&mut page)?;
    Ok(page)
}
