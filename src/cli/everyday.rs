//! The command line of every day, taken apart without building what it does not name.
//!
//! Building the arguments of all commands takes clap longer than everything else that `next` does. A
//! name alone needs nothing of it, a few commands only what is their own. Whatever is not sound goes the
//! whole way, for its message.

use std::ffi::OsString;

use clap::Parser;

use super::{Cli, Command, Globals, list, next, status};

/// Returns what the command line says if it begins with a command of every day and is sound.
pub(super) fn parse(args: &[OsString]) -> Option<Cli> {
    name_alone(args, |name| std::env::var_os(name)).or_else(|| alone(args))
}

/// Returns what a line says that is no more than a command's name, or not even that.
fn name_alone(args: &[OsString], environment: impl Fn(&str) -> Option<OsString>) -> Option<Cli> {
    let command = match args {
        [_] => None,
        [_, name] => Some(match name.to_str()? {
            "next" => Command::Next(next::Args::default()),
            "list" => Command::List(list::Args::default()),
            "status" => Command::Status(status::Args::default()),
            _ => return None,
        }),
        _ => return None,
    };
    let path = |name: &str| match environment(name) {
        Some(empty) if empty.is_empty() => None,
        named => Some(named.map(Into::into)),
    };
    let today = match environment("ROADMAP_TODAY") {
        Some(day) => Some(day.to_str()?.parse().ok()?),
        None => None,
    };
    let globals = Globals {
        home: path("ROADMAP_HOME")?,
        curriculum: path("ROADMAP_CURRICULUM")?,
        today,
        json: false,
        quiet: false,
        color: clap::ColorChoice::Auto,
    };
    Some(Cli { globals, command })
}

/// One command and the options that all take.
#[derive(Debug, Parser)]
struct Alone<A: clap::Args> {
    #[command(flatten)]
    globals: Globals,
    #[command(flatten)]
    args: A,
}

/// Returns what a line says whose command is one of a few.
fn alone(args: &[OsString]) -> Option<Cli> {
    fn of<A: clap::Args>(args: &[OsString], command: fn(A) -> Command) -> Option<Cli> {
        let (globals, args) = arguments(args)?;
        Some(Cli { globals, command: Some(command(args)) })
    }
    let args: &[OsString] = &command_first(args)?;
    match args.first()?.to_str()? {
        "next" => of(args, Command::Next),
        "show" => of(args, Command::Show),
        "list" => of(args, Command::List),
        "status" => of(args, Command::Status),
        "start" => of(args, Command::Start),
        "done" => of(args, Command::Done),
        _ => None,
    }
}

/// Returns what a line says that begins with a command's name, as [`command_first`] has it.
pub(super) fn arguments<A: clap::Args>(args: &[OsString]) -> Option<(Globals, A)> {
    let Alone { globals, args } = Alone::<A>::try_parse_from(args).ok()?;
    Some((globals, args))
}

/// Returns the line with the command's name in the place of the program's, and the options that all
/// commands take, where they stand before it, behind.
pub(super) fn command_first(args: &[OsString]) -> Option<Vec<OsString>> {
    let mut at = 1;
    while let Some(option) = args.get(at)?.to_str().filter(|word| word.starts_with('-')) {
        at += match option {
            "--home" | "--curriculum" | "--today" | "--color" => 2,
            "--json" | "--quiet" | "-q" => 1,
            _ if option.starts_with("--") && option.contains('=') => 1,
            _ => return None,
        };
    }
    Some([args.get(at..=at)?, &args[1..at], &args[at + 1..]].concat())
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;

    fn args(line: &str) -> Vec<OsString> {
        ["roadmap"].into_iter().chain(line.split_whitespace()).map(OsString::from).collect()
    }

    #[test]
    fn the_short_way_reads_what_the_whole_way_reads() {
        for line in [
            "",
            "next",
            "list",
            "status",
            "next -n 5 --phase python --json --quiet --color never",
            "next --hours 1h30m --home /somewhere --today 2026-11-25 --order phases",
            "show backpropagation",
            "list attention maps --state ready --kind project --curriculum c.yaml",
            "status -q",
            "start a b --force --on 2026-11-20",
            "--json next",
            "--home /somewhere --color=never -q list maps",
            "done a --hours 3.5 --evidence https://example.org --note words --with-prerequisites",
        ] {
            let args = args(line);
            let (short, whole) = (parse(&args).expect(line), super::super::parse(&args).expect(line));
            assert_eq!(format!("{short:?}"), format!("{whole:?}"), "{line}");
        }
        for line in
            ["next --help", "next --hours", "nxt", "--json", "--home next", "-x next", "plan", "done", "help next"]
        {
            assert!(parse(&args(line)).is_none(), "{line}");
        }
    }

    #[test]
    fn a_name_alone_takes_the_rest_from_the_environment() {
        // What is set stands for the option of the same name; clap says what is wrong with it.
        for (set, option, sound) in [
            (("ROADMAP_HOME", "/some where"), "--home", true),
            (("ROADMAP_CURRICULUM", "c.yaml"), "--curriculum", true),
            (("ROADMAP_TODAY", "2026-11-25"), "--today", true),
            (("ROADMAP_HOME", ""), "--home", false),
            (("ROADMAP_CURRICULUM", ""), "--curriculum", false),
            (("ROADMAP_TODAY", ""), "--today", false),
            (("ROADMAP_TODAY", "tomorrow"), "--today", false),
        ] {
            let environment = |name: &str| (name == set.0).then(|| OsString::from(set.1));
            let short = name_alone(&args("next"), environment);
            let typed: [&OsStr; 4] = ["roadmap".as_ref(), "next".as_ref(), option.as_ref(), set.1.as_ref()];
            let whole = super::super::parse(&typed.map(OsStr::to_owned));
            assert_eq!((short.is_some(), whole.is_ok()), (sound, sound), "{set:?}");
            if let (Some(short), Ok(whole)) = (short, whole) {
                assert_eq!(format!("{short:?}"), format!("{whole:?}"));
            }
        }
    }
}
