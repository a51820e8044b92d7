//! The command line: one file per command, each with its help, arguments and behaviour.
//!
//! A command gathers, asks the core one question and shows the answer. Errors are printed here and
//! nowhere else; exit status 0 is done, 1 could not be met, 2 usage.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use chrono::NaiveDate;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

mod app;
mod ask;
mod backup;
mod browse;
mod browser;
mod check;
mod cohort;
mod completions;
mod config;
mod dashboard;
mod doctor;
mod everyday;
mod evidence;
mod export;
mod files;
mod folder;
mod graph;
mod help;
mod hub;
mod import;
mod list;
mod log;
mod log_time;
mod man;
mod mark;
mod new;
mod next;
mod note;
mod permissions;
mod pick;
mod place;
mod plan;
mod portfolio;
mod quiz;
mod report;
mod review;
mod rubric;
mod schema;
mod sealed;
mod show;
mod status;
mod style;
mod sync;
mod track;
mod undo;
mod why;

use app::App;
pub use config::{config_settings, config_with};

use crate::text;

/// Find out what to study next on the way to being a generative-AI engineer, and why
///
/// roadmap holds a curriculum of topics that build on each other, keeps your progress, and works out
/// the next step. Start with `roadmap next`, study what it names, then `roadmap done TOPIC`.
///
/// A TOPIC may be typed as its id, the beginning of its id, or words of its title.
#[derive(Debug, Parser)]
#[command(name = "roadmap", version, long_version = env!("ROADMAP_VERSION"), max_term_width = 100, after_help = AFTER_HELP)]
struct Cli {
    #[command(flatten)]
    globals: Globals,
    #[command(subcommand)]
    command: Option<Command>,
}

const AFTER_HELP: &str = "Day by day:
  roadmap                 where you are and what is next
  roadmap next            the next topic, and why
  roadmap show TOPIC      what it is, what to read, how to know that you have it
  roadmap done TOPIC      mark it done; `roadmap undo` takes it back
  roadmap status          the progress table
  roadmap plan            weeks and dates";

/// Options that every command takes.
#[derive(Clone, Debug, clap::Args)]
struct Globals {
    /// Keep config, journal and cache under this folder
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "ROADMAP_HOME",
        help_heading = "Global options",
        hide_env_values = true
    )]
    home: Option<PathBuf>,
    /// Use the curriculum in this folder or file instead of the shipped one
    #[arg(
        long,
        global = true,
        value_name = "PATH",
        env = "ROADMAP_CURRICULUM",
        help_heading = "Global options",
        hide_env_values = true
    )]
    curriculum: Option<PathBuf>,
    /// Take this day as today (YYYY-MM-DD)
    #[arg(
        long,
        global = true,
        value_name = "DATE",
        env = "ROADMAP_TODAY",
        help_heading = "Global options",
        hide_env_values = true
    )]
    today: Option<NaiveDate>,
    /// Print JSON for programs
    #[arg(long, global = true, help_heading = "Global options")]
    json: bool,
    /// Print results only, no remarks and hints
    #[arg(long, short, global = true, help_heading = "Global options")]
    quiet: bool,
    /// When to use colour
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = "Global options")]
    color: clap::ColorChoice,
}

#[derive(Debug, Subcommand)]
enum Command {
    Next(next::Args),
    Show(show::Args),
    Why(why::Args),
    List(list::Args),
    Status(status::Args),
    Browse(browse::Args),
    Plan(plan::Args),
    Graph(graph::Args),
    Start(mark::StartArgs),
    Done(mark::DoneArgs),
    Known(mark::KnownArgs),
    Skip(mark::SkipArgs),
    Reopen(mark::ReopenArgs),
    Note(note::Args),
    LogTime(log_time::Args),
    Place(place::Args),
    Quiz(quiz::Args),
    Review(review::Args),
    Report(report::Args),
    Portfolio(portfolio::Args),
    Evidence(evidence::Args),
    Rubric(rubric::Args),
    Undo(undo::UndoArgs),
    Redo(undo::RedoArgs),
    Log(log::Args),
    Sync(sync::Args),
    Hub(hub::Args),
    Cohort(cohort::Args),
    Track(track::Args),
    Config(config::Args),
    New(new::Args),
    Import(import::Args),
    Export(export::Args),
    Check(check::Args),
    Schema(schema::Args),
    Doctor(doctor::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// Returns the command line, its help texts with paragraphs that fit any width and examples that keep
/// their lines.
fn command() -> clap::Command {
    fn flow(command: clap::Command) -> clap::Command {
        let Some(long) = command.get_long_about().map(ToString::to_string) else { return command };
        let mut flowed = String::new();
        for line in long.lines() {
            // What is indented stands as it is; the rest is prose.
            let continues = !flowed.is_empty() && !flowed.ends_with('\n') && !line.is_empty() && !line.starts_with(' ');
            if continues {
                flowed.push(' ');
            } else if !flowed.is_empty() {
                flowed.push('\n');
            }
            flowed.push_str(line);
        }
        command.long_about(flowed).mut_subcommands(flow)
    }
    Cli::command().mut_subcommands(flow).after_help(format!("{AFTER_HELP}\n\n{}", help::list()))
}

/// Returns what the whole command line says.
fn parse(args: &[OsString]) -> Result<Cli, clap::Error> {
    // The texts are only made to flow where they are read: that takes longer than `next`.
    let matches = match Cli::command().try_get_matches_from(args) {
        Err(error) if error.kind() == clap::error::ErrorKind::DisplayHelp => command().try_get_matches_from(args),
        parsed => parsed,
    };
    Cli::from_arg_matches(&matches?)
}

/// Runs the program and returns its exit status.
pub fn main() -> ExitCode {
    #[cfg(unix)]
    ignore_file_size_signal();
    if std::env::var_os("COMPLETE").is_some() {
        clap_complete::CompleteEnv::with_factory(command).complete();
    }
    let args: Vec<OsString> = std::env::args_os().collect();
    match help::asked(&args, Cli::command) {
        Some((help::Asked::Text(name), color)) => return tell(name, color),
        Some((help::Asked::Unknown { word, near }, color)) => {
            complain(&help::unknown(&word, near), false, color);
            return ExitCode::from(2);
        }
        None => {}
    }
    let cli = match everyday::parse(&args).map_or_else(|| parse(&args), Ok) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version come this way too; where they cannot be printed, nobody reads them.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let json = cli.globals.json;
    let result = App::new(cli.globals.clone()).and_then(|mut app| {
        let ran = run(cli.command, &mut app);
        // What was found before something went wrong is still worth having.
        let flushed = app.flush();
        std::mem::forget(app);
        flushed.and(ran)
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error, json, cli.globals.color);
            ExitCode::from(1)
        }
    }
}

/// Prints a help text.
fn tell(name: &str, color: clap::ColorChoice) -> ExitCode {
    use std::io::Write;
    let mut stdout = anstream::AutoStream::new(std::io::stdout().lock(), style::choice(color));
    match stdout.write_all(help::draw(name, app::width()).as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            complain(&crate::error::Error::io("cannot write to standard output", error).into(), false, color);
            ExitCode::from(1)
        }
        _ => ExitCode::SUCCESS,
    }
}

fn run(command: Option<Command>, app: &mut App) -> anyhow::Result<()> {
    match command {
        None => dashboard::run(app),
        Some(Command::Next(args)) => next::run(&args, app),
        Some(Command::Show(args)) => show::run(&args, app),
        Some(Command::Why(args)) => why::run(&args, app),
        Some(Command::List(args)) => list::run(&args, app),
        Some(Command::Status(args)) => status::run(&args, app),
        Some(Command::Browse(args)) => browse::run(&args, app),
        Some(Command::Plan(args)) => plan::run(&args, app),
        Some(Command::Graph(args)) => graph::run(&args, app),
        Some(Command::Start(args)) => mark::start(&args, app),
        Some(Command::Done(args)) => mark::done(&args, app),
        Some(Command::Known(args)) => mark::known(&args, app),
        Some(Command::Skip(args)) => mark::skip(&args, app),
        Some(Command::Reopen(args)) => mark::reopen(&args, app),
        Some(Command::Note(args)) => note::run(&args, app),
        Some(Command::LogTime(args)) => log_time::run(&args, app),
        Some(Command::Place(args)) => place::run(&args, app),
        Some(Command::Quiz(args)) => quiz::run(&args, app),
        Some(Command::Review(args)) => review::run(&args, app),
        Some(Command::Report(args)) => report::run(&args, app),
        Some(Command::Portfolio(args)) => portfolio::run(&args, app),
        Some(Command::Evidence(args)) => evidence::run(&args, app),
        Some(Command::Rubric(args)) => rubric::run(&args, app),
        Some(Command::Undo(_)) => undo::undo(app),
        Some(Command::Redo(_)) => undo::redo(app),
        Some(Command::Log(args)) => log::run(&args, app),
        Some(Command::Sync(args)) => sync::run(&args, app),
        Some(Command::Hub(args)) => hub::run(&args, app),
        Some(Command::Cohort(args)) => cohort::run(&args, app),
        Some(Command::Track(args)) => track::run(&args, app),
        Some(Command::Config(args)) => config::run(&args, app),
        Some(Command::New(args)) => new::run(&args, app),
        Some(Command::Import(args)) => import::run(&args, app),
        Some(Command::Export(args)) => export::run(&args, app),
        Some(Command::Check(args)) => check::run(&args, app),
        Some(Command::Schema(args)) => schema::run(&args, app),
        Some(Command::Doctor(args)) => doctor::run(&args, app),
        Some(Command::Completions(args)) => completions::run(&args, app),
        Some(Command::Man(args)) => man::run(&args, app),
    }
}

/// Without this a write beyond `ulimit -f` kills the process; with it the write fails and is reported.
#[cfg(unix)]
fn ignore_file_size_signal() {
    const SIGXFSZ: i32 = if cfg!(any(target_arch = "mips", target_arch = "mips64")) { 31 } else { 25 };
    let caught = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let _ = signal_hook::flag::register(SIGXFSZ, caught);
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .any(|cause| cause.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe))
}

fn complain(error: &anyhow::Error, json: bool, color: clap::ColorChoice) {
    use std::io::Write;
    let message = format!("{error:#}");
    let message = text::block(&message);
    // The command has said it all.
    if message.is_empty() {
        return;
    }
    let hint = error.downcast_ref::<crate::error::Error>().and_then(crate::error::Error::next_step);
    if json {
        let object = serde_json::json!({"version": 1, "error": message, "hint": hint});
        let _ = writeln!(std::io::stdout(), "{}", text::json(&format!("{object:#}")));
        return;
    }
    let mut stderr = anstream::AutoStream::new(std::io::stderr(), style::choice(color));
    // Nothing can be done about an error that cannot be printed.
    let _ = writeln!(stderr, "{}", style::wrap(&spoken(error), app::width()));
}

/// Returns an error and its next step as they are printed.
fn spoken(error: &anyhow::Error) -> String {
    let red = anstyle::AnsiColor::Red.on_default().bold();
    let message = format!("{error:#}");
    let mut words = format!("{red}error:{red:#} {}", text::block(&message));
    if let Some(hint) = error.downcast_ref::<crate::error::Error>().and_then(crate::error::Error::next_step) {
        words.push_str(&format!("\n{}hint:{:#} {}", style::HINT, style::HINT, text::block(hint)));
    }
    words
}
