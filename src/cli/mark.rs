//! `start`, `done`, `known`, `skip`, `reopen`: what changes a topic's state.
//!
//! One step each, all topics or none, decided while the journal is locked.

use anyhow::Result;
use chrono::NaiveDate;

use super::app::{App, Desk};
use super::completions::topics_to_mark;
use super::{pick, style};
use crate::curriculum::{Curriculum, TopicIx};
use crate::error::{self, Error};
use crate::journal::{Entry, Event, Score};
use crate::progress::{Progress, State};
use crate::text;

/// Begin a topic
///
/// Topics you have begun come first in `next`. A locked topic is refused unless you say `--force`.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct StartArgs {
    /// Ids, beginnings of ids, or words of titles
    #[arg(required = true, value_name = "TOPIC", add = topics_to_mark())]
    topics: Vec<String>,
    /// Begin even what is locked
    #[arg(long)]
    force: bool,
    /// The day it happened, if not today (YYYY-MM-DD)
    #[arg(long, value_name = "DATE")]
    on: Option<NaiveDate>,
}

/// Mark topics done
///
/// Several topics in one call are one step: all are marked or none, and one `undo` takes all back.
/// A locked topic is refused, with what is missing; `--with-prerequisites` marks that too, `--force`
/// only the topic itself.
///
///   roadmap done vectors
///   roadmap done backpropagation --hours 5.5 --evidence https://github.com/me/micrograd
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct DoneArgs {
    /// Ids, beginnings of ids, or words of titles
    #[arg(required = true, value_name = "TOPIC", add = topics_to_mark())]
    topics: Vec<String>,
    /// Hours it took in all; your plan learns from them
    #[arg(long, value_parser = hours)]
    hours: Option<f64>,
    /// The day it happened, if not today (YYYY-MM-DD)
    #[arg(long, value_name = "DATE")]
    on: Option<NaiveDate>,
    /// An address or file that proves it; may be repeated
    #[arg(long, value_name = "URL|FILE")]
    evidence: Vec<String>,
    /// A note to keep with it
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Mark every open prerequisite done as well
    #[arg(long, conflicts_with = "force")]
    with_prerequisites: bool,
    /// Mark it although prerequisites are open
    #[arg(long)]
    force: bool,
}

/// Mark topics that you knew before
///
/// They unlock others as done ones do, and count no hours of study.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct KnownArgs {
    /// Ids, beginnings of ids, or words of titles
    #[arg(required = true, value_name = "TOPIC", add = topics_to_mark())]
    topics: Vec<String>,
    /// Mark every open prerequisite as known as well
    #[arg(long)]
    with_prerequisites: bool,
}

/// Leave topics out that you do not want
///
/// A skipped topic is never suggested and no longer locks others. `reopen` brings it back.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct SkipArgs {
    /// Ids, beginnings of ids, or words of titles
    #[arg(required = true, value_name = "TOPIC", add = topics_to_mark())]
    topics: Vec<String>,
}

/// Take back that topics were started, done, known or skipped
///
/// For a topic that you want to study after all, or again. Hours, notes and evidence stay.
/// To take back the latest step whatever it was, use `undo`.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct ReopenArgs {
    /// Ids, beginnings of ids, or words of titles
    #[arg(required = true, value_name = "TOPIC", add = topics_to_mark())]
    topics: Vec<String>,
}

/// Hours above this in one entry are a slip of the keyboard.
pub(super) const MOST_HOURS: f64 = 10_000.0;

/// Returns hours as they are typed.
pub(super) fn hours(typed: &str) -> std::result::Result<f64, String> {
    let hours = typed.strip_suffix('h').unwrap_or(typed).parse::<f64>().ok();
    hours.filter(|h| *h > 0.0 && *h <= MOST_HOURS).ok_or_else(|| "give hours above 0, such as 3.5".to_owned())
}

/// Refuses a day that has not come yet.
pub(super) fn check_day(app: &App, on: Option<NaiveDate>) -> Result<()> {
    match on {
        Some(day) if day > app.today => {
            Err(Error::new(format!("{day} has not come yet")).hint("leave `--on` out for today").into())
        }
        _ => Ok(()),
    }
}

/// Refuses when a topic of `topics` is locked by something that is not among them.
pub(super) fn refuse_locked(
    curriculum: &Curriculum,
    progress: &Progress,
    topics: &[TopicIx],
    ways_out: &str,
) -> error::Result<()> {
    for &ix in topics.iter().filter(|&&ix| progress.state(ix) == State::Locked) {
        let missing: Vec<&str> = progress
            .missing(curriculum, ix)
            .filter(|parent| !topics.contains(parent))
            .map(|parent| curriculum.topic(parent).id.as_str())
            .collect();
        if !missing.is_empty() {
            let verb = if missing.len() == 1 { "is" } else { "are" };
            let id = &curriculum.topic(ix).id;
            let message = format!("topic `{id}` is locked: {} {verb} not done", text::list(&missing));
            return Err(Error::new(message).hint(format!("{ways_out}; `roadmap why {id}` shows the way")));
        }
    }
    Ok(())
}

/// Refuses when one of `topics` has a quiz that was not passed.
fn refuse_untested(curriculum: &Curriculum, progress: &Progress, topics: &[TopicIx]) -> error::Result<()> {
    let untested = |&&ix: &&TopicIx| {
        !progress.state(ix).is_closed()
            && !progress.mark(ix).quiz.is_some_and(Score::is_passed)
            && !curriculum.details(ix).quiz.is_empty()
    };
    let Some(&ix) = topics.iter().find(untested) else { return Ok(()) };
    let id = &curriculum.topic(ix).id;
    let message = format!("the quiz of `{id}` is not passed, and your setting `done_needs_quiz` asks for it");
    Err(Error::new(message).hint(format!("`roadmap quiz {id}` takes it; `--force` marks the topic all the same")))
}

/// What a marking command asks for.
struct Marking<'a> {
    event: Event,
    already: State,
    topics: &'a [String],
    on: Option<NaiveDate>,
    with_prerequisites: bool,
    locked_is_fine: bool,
    ways_out: &'static str,
    word: &'static str,
    /// Whether a topic that has a quiz must have passed it.
    needs_quiz: bool,
}

/// Marks topics as one step and says what came of it. `extra` adds hours and the like.
fn mark(app: &mut App, marking: &Marking<'_>, extra: impl Fn(&mut Entry)) -> Result<()> {
    check_day(app, marking.on)?;
    let curriculum = app.curriculum()?;
    let topics = pick::topics(&curriculum, marking.topics)?;
    let before = std::cell::RefCell::new(None);
    let (desk, entries) = app.append(curriculum, |curriculum, _, progress| {
        let mut wanted = Vec::new();
        if marking.with_prerequisites {
            wanted = progress.missing_closure(curriculum, &topics);
        } else if !marking.locked_is_fine {
            refuse_locked(curriculum, progress, &topics, marking.ways_out)?;
        }
        if marking.needs_quiz {
            refuse_untested(curriculum, progress, &topics)?;
        }
        wanted.extend(&topics);
        let entries = wanted
            .iter()
            .filter_map(|&ix| {
                let mut entry = Entry::new(marking.event, &curriculum.topic(ix).id);
                entry.on = marking.on;
                if topics.contains(&ix) {
                    extra(&mut entry);
                }
                let says_more = entry.hours.is_some() || entry.note.is_some() || !entry.evidence.is_empty();
                let is_open =
                    marking.event == Event::Reopen && matches!(progress.state(ix), State::Locked | State::Ready);
                ((progress.state(ix) != marking.already && !is_open) || says_more).then_some(entry)
            })
            .collect();
        *before.borrow_mut() = Some(progress.clone());
        Ok(entries)
    })?;
    let before = before.into_inner();
    answer(app, &desk, &entries, before.as_ref(), &topics, marking.word)
}

fn answer(
    app: &mut App,
    desk: &Desk,
    entries: &[Entry],
    before: Option<&Progress>,
    asked: &[TopicIx],
    word: &str,
) -> Result<()> {
    let Desk { curriculum, progress, .. } = desk;
    let changed: Vec<TopicIx> = entries.iter().filter_map(|e| curriculum.find(e.topic.as_deref()?)).collect();
    let now_ready =
        |ix: &TopicIx| progress.state(*ix) == State::Ready && before.is_some_and(|b| b.state(*ix) == State::Locked);
    let unlocked: Vec<TopicIx> = curriculum.indices().filter(now_ready).collect();
    let ids = |of: &[TopicIx]| of.iter().map(|&ix| curriculum.topic(ix).id.clone()).collect::<Vec<_>>();
    if app.json {
        let object = serde_json::json!({"version": 1, "step": entries.first().map(|e| &e.id), "changed": ids(&changed), "unlocked": ids(&unlocked)});
        return app.print_json(&object);
    }
    let unchanged: Vec<TopicIx> = asked.iter().copied().filter(|ix| !changed.contains(ix)).collect();
    if !unchanged.is_empty() {
        let states: Vec<String> = unchanged
            .iter()
            .map(|&ix| format!("`{}` is {} already.", curriculum.topic(ix).id, progress.state(ix).name()))
            .collect();
        app.remark(states.join("\n"));
    }
    if changed.is_empty() {
        return Ok(());
    }
    let mut words = format!("Marked {} {}", text::list(&ids(&changed)), style::paint(style::DONE, word));
    match unlocked.len() {
        0 => words.push('.'),
        n => words.push_str(&format!("; {} unlocked: {}.", text::count(n, "topic"), text::list(&ids(&unlocked)))),
    }
    app.remark(words);
    let projects: Vec<TopicIx> = changed
        .iter()
        .copied()
        .filter(|&ix| {
            curriculum.topic(ix).kind == crate::curriculum::Kind::Project
                && progress.is_studied(ix)
                && progress.mark(ix).evidence.is_empty()
        })
        .collect();
    if let Some(&project) = projects.first() {
        app.remark(format!(
            "Show what you built: `roadmap evidence add {} URL` keeps its address.",
            curriculum.topic(project).id
        ));
    }
    let untested = changed.iter().find(|&&ix| {
        asked == [ix]
            && progress.is_studied(ix)
            && progress.mark(ix).quiz.is_none()
            && !curriculum.details(ix).quiz.is_empty()
    });
    if let Some(&ix) = untested {
        let topic = curriculum.topic(ix);
        let questions = text::count(curriculum.details(ix).quiz.len(), "question");
        app.remark(format!("Do you really know it? `roadmap quiz {}` asks {questions}.", topic.id));
    }
    Ok(())
}

pub(super) fn start(args: &StartArgs, app: &mut App) -> Result<()> {
    let marking = Marking {
        event: Event::Start,
        already: State::Started,
        topics: &args.topics,
        on: args.on,
        with_prerequisites: false,
        locked_is_fine: args.force,
        ways_out: "`--force` begins it all the same",
        word: "started",
        needs_quiz: false,
    };
    mark(app, &marking, |_| {})
}

pub(super) fn done(args: &DoneArgs, app: &mut App) -> Result<()> {
    if args.hours.is_some() && args.topics.len() > 1 {
        return Err(Error::new("`--hours` belongs to one topic").hint("mark the topics one by one").into());
    }
    let marking = Marking {
        event: Event::Done,
        already: State::Done,
        topics: &args.topics,
        on: args.on,
        with_prerequisites: args.with_prerequisites,
        locked_is_fine: args.force,
        ways_out: "`--with-prerequisites` marks what is missing too, `--force` only this one",
        word: "done",
        needs_quiz: app.config.done_needs_quiz && !args.force,
    };
    let evidence = args.evidence.iter().map(|typed| super::evidence::kept(typed)).collect::<error::Result<Vec<_>>>()?;
    mark(app, &marking, |entry| {
        entry.hours = args.hours;
        entry.evidence.clone_from(&evidence);
        entry.note.clone_from(&args.note);
    })
}

/// Marks one topic done, today and with nothing else to say.
pub(super) fn done_now(app: &mut App, id: &str) -> Result<()> {
    let args = DoneArgs {
        topics: vec![id.to_owned()],
        hours: None,
        on: None,
        evidence: Vec::new(),
        note: None,
        with_prerequisites: false,
        force: false,
    };
    done(&args, app)
}

pub(super) fn known(args: &KnownArgs, app: &mut App) -> Result<()> {
    let marking = Marking {
        event: Event::Known,
        already: State::Known,
        topics: &args.topics,
        on: None,
        with_prerequisites: args.with_prerequisites,
        locked_is_fine: true,
        ways_out: "",
        word: "known",
        needs_quiz: false,
    };
    mark(app, &marking, |_| {})
}

pub(super) fn skip(args: &SkipArgs, app: &mut App) -> Result<()> {
    let marking = Marking {
        event: Event::Skip,
        already: State::Skipped,
        topics: &args.topics,
        on: None,
        with_prerequisites: false,
        locked_is_fine: true,
        ways_out: "",
        word: "skipped",
        needs_quiz: false,
    };
    mark(app, &marking, |_| {})
}

pub(super) fn reopen(args: &ReopenArgs, app: &mut App) -> Result<()> {
    let marking = Marking {
        event: Event::Reopen,
        already: State::Ready,
        topics: &args.topics,
        on: None,
        with_prerequisites: false,
        locked_is_fine: true,
        ways_out: "",
        word: "open again",
        needs_quiz: false,
    };
    mark(app, &marking, |_| {})
}
