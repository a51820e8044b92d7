//! `roadmap completions`, and what completes: topics, phases and tracks of the curriculum in use.

use std::ffi::OsStr;

use anyhow::Result;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use clap_complete::env::Shells;

use super::Globals;
use super::app::{App, Desk};
use crate::progress::State;
use crate::text;

/// Print the completion script for a shell
///
/// It completes the ids of topics, phases and tracks as well, topics that you can mark now first.
///
///   roadmap completions bash > ~/.local/share/bash-completion/completions/roadmap
///   roadmap completions zsh > ~/.zfunc/_roadmap
///   roadmap completions fish > ~/.config/fish/completions/roadmap.fish
///
/// The folder must exist. zsh looks into it when `fpath+=~/.zfunc` stands in ~/.zshrc, before the line
/// `autoload -Uz compinit && compinit`. Then open a new shell.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// The shell
    #[arg(value_parser = ["bash", "zsh", "fish", "elvish", "powershell"])]
    shell: String,
}

pub(super) fn run(args: &Args, app: &mut App) -> Result<()> {
    let shells = Shells::builtins();
    let shell = shells.completer(&args.shell).expect("clap accepts no other name");
    let command = super::command();
    let mut script = Vec::new();
    shell.write_registration("COMPLETE", command.get_name(), "roadmap", "roadmap", &mut script)?;
    app.print(String::from_utf8(script)?);
    if args.shell == "zsh" {
        app.print(ZSH_FIRST_TIME);
    }
    Ok(())
}

/// zsh loads the script as the completing function itself; without this the first Tab completes nothing.
const ZSH_FIRST_TIME: &str =
    "if [[ \"$funcstack[1]\" = _roadmap ]]; then\n    _clap_dynamic_completer_roadmap \"$@\"\nfi\n";

/// Returns the desk that the environment chooses; completion must never fail, so none is fine.
fn desk() -> Option<Desk> {
    let path = |name| std::env::var_os(name).map(Into::into);
    let globals = Globals {
        home: path("ROADMAP_HOME"),
        curriculum: path("ROADMAP_CURRICULUM"),
        today: None,
        json: false,
        quiet: true,
        color: clap::ColorChoice::Never,
    };
    App::new(globals).ok()?.desk().ok()
}

fn candidates(current: &OsStr, of: impl Fn(&Desk) -> Vec<(String, String, usize)>) -> Vec<CompletionCandidate> {
    let typed = current.to_string_lossy().to_lowercase();
    let all = desk().map_or_else(Vec::new, |desk| of(&desk));
    let candidate = |(id, title, rank): (String, String, usize)| {
        CompletionCandidate::new(id).help(Some(text::line(&title).into_owned().into())).display_order(Some(rank))
    };
    all.into_iter().filter(|(id, ..)| id.starts_with(&typed)).map(candidate).collect()
}

/// Returns the completer of a topic that is to be looked at: all of them.
pub(super) fn topics() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| candidates(current, |desk| ranked(desk, |_| 0)))
}

/// Returns the completer of a topic that is to be marked: begun and ready ones first.
pub(super) fn topics_to_mark() -> ArgValueCompleter {
    let rank = |state| match state {
        State::Started => 0,
        State::Ready => 1,
        State::Locked => 2,
        _ => 3,
    };
    ArgValueCompleter::new(move |current: &OsStr| candidates(current, |desk| ranked(desk, rank)))
}

fn ranked(desk: &Desk, rank: impl Fn(State) -> usize) -> Vec<(String, String, usize)> {
    let topic = |ix| {
        let topic = desk.curriculum.topic(ix);
        (topic.id.to_string(), topic.title.to_string(), rank(desk.progress.state(ix)))
    };
    let mut all: Vec<_> = desk.curriculum.indices().map(topic).collect();
    all.sort_by_key(|(_, _, rank)| *rank);
    // The order of a rank's members is the curriculum's.
    for (at, entry) in all.iter_mut().enumerate() {
        entry.2 = at;
    }
    all
}

/// Returns the completer of a phase.
pub(super) fn phases() -> ArgValueCompleter {
    let phases = |desk: &Desk| {
        desk.curriculum.phases().iter().enumerate().map(|(at, p)| (p.id.to_string(), p.title.to_string(), at)).collect()
    };
    ArgValueCompleter::new(move |current: &OsStr| candidates(current, phases))
}

/// Returns the completer of a track.
pub(super) fn tracks() -> ArgValueCompleter {
    let tracks = |desk: &Desk| {
        desk.curriculum.tracks().iter().enumerate().map(|(at, t)| (t.id.to_string(), t.title.to_string(), at)).collect()
    };
    ArgValueCompleter::new(move |current: &OsStr| candidates(current, tracks))
}
