//! `roadmap cohort`: what a teacher sees of the learners of a hub.
//!
//! As with `roadmap hub`, the commands are there in every build; what they do needs the feature `hub`.

use std::path::PathBuf;

use anyhow::Result;

use super::app::App;
use super::hub::At;

#[cfg(feature = "hub")]
mod learner;
#[cfg(feature = "hub")]
mod report;
#[cfg(feature = "hub")]
mod status;
#[cfg(feature = "hub")]
mod stuck;
#[cfg(feature = "hub")]
mod topic;

/// See where the learners of a hub stand
///
/// For teachers, who log in with the address that `roadmap hub invite NAME --teacher` printed. It shows what
/// learners have synced of the chosen curriculum, once that was put into the hub by `roadmap hub publish`.
/// The database does the reckoning; no entry and no private note leaves it.
///
///   roadmap config hub postgres://teacher@db.example.org/school
///   roadmap cohort status
///   roadmap cohort stuck
///   roadmap cohort report --html cohort.html --csv learners.csv
///
/// Needs a roadmap that was built with it: cargo install --path . --features hub
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    Status(StatusArgs),
    Stuck(StuckArgs),
    Topic(TopicArgs),
    Learner(LearnerArgs),
    Report(ReportArgs),
}

/// Show where everybody is
///
/// A row for each phase: the learners in it, and those of them with an entry in the last 7 and 28 days. A
/// learner is in the phase of the topic that was begun, done, known, skipped or reopened last. Then the
/// topics done in each of the last weeks, and by how many learners.
///
///   roadmap cohort status --weeks 12
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
#[cfg_attr(not(feature = "hub"), allow(dead_code, reason = "read by what this build lacks"))]
struct StatusArgs {
    /// How many weeks to show
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=520))]
    weeks: u32,
    #[command(flatten)]
    at: At,
}

/// Show where learners are stuck
///
/// Three lists of topics, the worst first.
///
/// Longer than the estimate: by the hours beyond the topic's estimate, all learners together. Who is done
/// counts with the hours logged. Who is still at it counts with the hours logged or, without any, with the
/// days since the start at the learner's own pace. The pace is the estimated hours of the topics they have
/// done over the days from their first to their last entry, drawn towards 6 hours a week by three such weeks.
///
/// Quizzes not passed: by the learners whose last try had a wrong answer.
///
/// Stopped here: by the learners who have topics left and no entry for 28 days, at what they had begun or,
/// if nothing was begun, at the topic they last marked. They do not count as still at it.
///
///   roadmap cohort stuck -n 10
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
#[cfg_attr(not(feature = "hub"), allow(dead_code, reason = "read by what this build lacks"))]
struct StuckArgs {
    /// How many topics of each list
    #[arg(long, short = 'n', value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    count: u32,
    #[command(flatten)]
    at: At,
}

/// Show what learners do in one topic
///
/// How many have it, how long it took them, how its quiz went, and who has been at it the longest.
///
///   roadmap cohort topic backpropagation
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
#[cfg_attr(not(feature = "hub"), allow(dead_code, reason = "read by what this build lacks"))]
struct TopicArgs {
    /// Its id, the beginning of it, or words of its title
    #[arg(value_name = "TOPIC", add = super::completions::topics())]
    topic: String,
    /// How many learners to name
    #[arg(long, short = 'n', value_name = "N", default_value_t = 10)]
    count: u32,
    #[command(flatten)]
    at: At,
}

/// Show how far one learner is
///
/// By phase, with what is begun and which quizzes were not passed. Notes are shown only of those who share
/// them with `roadmap config share_notes true`.
///
///   roadmap cohort learner ada
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
#[cfg_attr(not(feature = "hub"), allow(dead_code, reason = "read by what this build lacks"))]
struct LearnerArgs {
    /// The name by which they log in
    name: String,
    #[command(flatten)]
    at: At,
}

/// Write all of it to a page or a table
///
/// The page has the numbers of `status` and `stuck` and a row for each topic. It names no learner, is one file
/// that loads nothing, and can be shown around. The table has a row for each learner, with names. --json
/// prints everything, with names. Without a FILE it prints what `status` and `stuck` print.
///
///   roadmap cohort report --html cohort.html --csv learners.csv
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
#[cfg_attr(not(feature = "hub"), allow(dead_code, reason = "read by what this build lacks"))]
struct ReportArgs {
    /// Write the page to this file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write the table of learners to this file
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    #[command(flatten)]
    at: At,
}

#[cfg(feature = "hub")]
pub(super) fn run(args: &Args, app: &mut App) -> Result<()> {
    match &args.what {
        What::Status(args) => status::run(args, app),
        What::Stuck(args) => stuck::run(args, app),
        What::Topic(args) => topic::run(args, app),
        What::Learner(args) => learner::run(args, app),
        What::Report(args) => report::run(args, app),
    }
}

#[cfg(not(feature = "hub"))]
pub(super) fn run(args: &Args, _: &mut App) -> Result<()> {
    let what = match &args.what {
        What::Status(StatusArgs { .. }) => "status",
        What::Stuck(StuckArgs { .. }) => "stuck",
        What::Topic(TopicArgs { .. }) => "topic",
        What::Learner(LearnerArgs { .. }) => "learner",
        What::Report(ReportArgs { .. }) => "report",
    };
    Err(super::hub::lacking(&format!("`roadmap cohort {what}`")).into())
}
