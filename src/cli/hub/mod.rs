//! `roadmap hub`: for whoever keeps a hub on PostgreSQL for many learners.
//!
//! The commands are there in every build, so that help and manual are the same; what they do needs the
//! feature `hub`.

use anyhow::Result;

use super::app::App;

#[cfg(feature = "hub")]
mod database;
#[cfg(feature = "hub")]
mod keep;
#[cfg(feature = "hub")]
mod learner;

/// Keep a hub for many learners on PostgreSQL
///
/// A hub is a database that holds copies of the learners' entries: each learner syncs the own machines
/// through it, sees nobody else's, and can change or delete nothing; a teacher sees everybody's progress,
/// and notes only of those who share them. Give it a database of its own.
///
///   createdb school
///   roadmap hub init postgres://postgres@db.example.org/school
///   roadmap config hub postgres://postgres@db.example.org/school
///   roadmap hub publish
///   roadmap hub invite ada
///
/// Ada then runs `roadmap sync` with the address that `invite` printed.
///
/// A password that is not in the address comes from PGPASSWORD or ~/.pgpass, as for psql. A server that is
/// not on this machine must prove who it is by a certificate that the system trusts, for its own name: in
/// this roadmap is stricter than psql. `?sslrootcert=FILE` behind the address trusts those in a file, and
/// `?sslmode=` takes disable, prefer, require, verify-ca and verify-full (the default).
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
    Init(InitArgs),
    Status(StatusArgs),
    Migrate(MigrateArgs),
    Publish(PublishArgs),
    Invite(InviteArgs),
    Forget(ForgetArgs),
}

/// Make a database a hub
///
/// Makes the schema `roadmap` and the roles that it needs, and closes the database to everybody who is
/// not invited. Safe to repeat. Takes a user who may make roles and owns the database.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
#[cfg_attr(not(feature = "hub"), allow(dead_code, reason = "read by what this build lacks"))]
struct InitArgs {
    /// postgres://USER@HOST/DATABASE
    url: String,
}

/// Show what a hub holds
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
struct StatusArgs {
    #[command(flatten)]
    at: At,
}

/// Bring a hub's schema up to date
///
/// After an update of roadmap. Each version is one transaction, so what is broken off goes on later.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
struct MigrateArgs {
    #[command(flatten)]
    at: At,
}

/// Put the chosen curriculum into a hub
///
/// So that reports know its phases, topics and hours. Again after each edition; learners' progress
/// follows ids that changed.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
struct PublishArgs {
    #[command(flatten)]
    at: At,
}

/// Let a learner in, or a teacher
///
/// Makes a role with a password of its own, and prints the address with which it logs in. That is shown
/// once: not even the server knows the password.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
#[cfg_attr(not(feature = "hub"), allow(dead_code, reason = "read by what this build lacks"))]
struct InviteArgs {
    /// How they log in: small letters, digits and -_.
    name: String,
    /// Sees everybody's progress, and has none in this hub
    #[arg(long)]
    teacher: bool,
    #[command(flatten)]
    at: At,
}

/// Remove somebody and everything the hub has of them
///
/// Says what was removed. The files on their own machines stay.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
#[cfg_attr(not(feature = "hub"), allow(dead_code, reason = "read by what this build lacks"))]
struct ForgetArgs {
    /// How they log in
    name: String,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    at: At,
}

/// Which hub.
#[derive(Debug, clap::Args)]
#[cfg_attr(not(feature = "hub"), allow(dead_code, reason = "read by what this build lacks"))]
pub(super) struct At {
    /// The hub's address; without it the one that the setting `hub` names
    #[arg(long = "hub", value_name = "URL")]
    pub(super) url: Option<String>,
}

#[cfg(feature = "hub")]
pub(super) fn run(args: &Args, app: &mut App) -> Result<()> {
    match &args.what {
        What::Init(args) => keep::init(args, app),
        What::Status(args) => keep::status(args, app),
        What::Migrate(args) => keep::migrate(args, app),
        What::Publish(args) => keep::publish(args, app),
        What::Invite(args) => keep::invite(args, app),
        What::Forget(args) => keep::forget(args, app),
    }
}

#[cfg(feature = "hub")]
pub(super) use database::open;
#[cfg(feature = "hub")]
pub(super) use learner::sync;

#[cfg(not(feature = "hub"))]
pub(super) fn run(args: &Args, _: &mut App) -> Result<()> {
    let what = match &args.what {
        What::Init(InitArgs { .. }) => "init",
        What::Status(StatusArgs { at: At { .. } }) => "status",
        What::Migrate(MigrateArgs { at: At { .. } }) => "migrate",
        What::Publish(PublishArgs { at: At { .. } }) => "publish",
        What::Invite(InviteArgs { at: At { .. }, .. }) => "invite",
        What::Forget(ForgetArgs { at: At { .. }, .. }) => "forget",
    };
    Err(lacking(&format!("`roadmap hub {what}`")).into())
}

/// Returns the error of a build that has no hub.
#[cfg(not(feature = "hub"))]
pub(super) fn lacking(what: &str) -> crate::error::Error {
    crate::error::Error::new(format!("this roadmap was built without PostgreSQL, which {what} needs"))
        .hint("build it with `cargo install --path . --features hub`, or sync through a folder: `roadmap sync FOLDER`")
}
