//! `start`, `done`, `known`, `skip`, `reopen`: what changes a topic's state.
//!
//! One step each, all topics or none, decided while the journal is locked.

use std::rc::Rc;

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

/// What a marking asks for.
pub(super) struct Marking {
    event: Event,
    already: State,
    on: Option<NaiveDate>,
    with_prerequisites: bool,
    locked_is_fine: bool,
    ways_out: &'static str,
    word: &'static str,
    /// Whether a topic that has a quiz must have passed it.
    needs_quiz: bool,
}

impl Marking {
    fn new(event: Event, already: State, word: &'static str) -> Self {
        Self {
            event,
            already,
            on: None,
            with_prerequisites: false,
            locked_is_fine: true,
            ways_out: "",
            word,
            needs_quiz: false,
        }
    }

    /// Begins topics; a locked one is refused.
    pub(super) fn start() -> Self {
        Self {
            locked_is_fine: false,
            ways_out: "`--force` begins it all the same",
            ..Self::new(Event::Start, State::Started, "started")
        }
    }

    /// Marks topics done; a locked one is refused, as is one whose quiz the settings ask for.
    pub(super) fn done(app: &App) -> Self {
        Self {
            locked_is_fine: false,
            ways_out: "`--with-prerequisites` marks what is missing too, `--force` only this one",
            needs_quiz: app.config.done_needs_quiz,
            ..Self::new(Event::Done, State::Done, "done")
        }
    }

    /// Marks topics known before.
    pub(super) fn known() -> Self {
        Self::new(Event::Known, State::Known, "known")
    }

    /// Leaves topics out.
    pub(super) fn skip() -> Self {
        Self::new(Event::Skip, State::Skipped, "skipped")
    }

    /// Takes back what was marked.
    pub(super) fn reopen() -> Self {
        Self::new(Event::Reopen, State::Ready, "open again")
    }

    /// Returns it marking every open prerequisite too.
    pub(super) fn with_prerequisites(self) -> Self {
        Self { with_prerequisites: true, ..self }
    }

    /// Returns it taking locked topics as they are.
    pub(super) fn forced(self) -> Self {
        Self { locked_is_fine: true, ..self }
    }

    /// Returns it naming these ways out where a topic is locked.
    pub(super) fn with_ways_out(self, ways_out: &'static str) -> Self {
        Self { ways_out, ..self }
    }
}

/// What came of a marking.
pub(super) struct Marked {
    /// Everything as it is now.
    pub(super) desk: Desk,
    /// The entries that were made; none if all was so already.
    pub(super) entries: Vec<Entry>,
    /// The topics that became ready.
    unlocked: Vec<TopicIx>,
    /// What to say, a remark each.
    pub(super) words: Vec<String>,
}

/// Marks topics as one step. `extra` adds hours and the like.
pub(super) fn carry_out(
    app: &App,
    curriculum: impl Into<Rc<Curriculum>>,
    topics: &[TopicIx],
    marking: &Marking,
    extra: impl Fn(&mut Entry),
) -> Result<Marked> {
    let before = std::cell::RefCell::new(None);
    let (desk, entries) = app.append(curriculum, |curriculum, progress| {
        let mut wanted = Vec::new();
        if marking.with_prerequisites {
            wanted = progress.missing_closure(curriculum, topics);
        } else if !marking.locked_is_fine {
            refuse_locked(curriculum, progress, topics, marking.ways_out)?;
        }
        if marking.needs_quiz {
            refuse_untested(curriculum, progress, topics)?;
        }
        wanted.extend(topics);
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
    let now_ready = |ix: &TopicIx| {
        desk.progress.state(*ix) == State::Ready && before.as_ref().is_some_and(|b| b.state(*ix) == State::Locked)
    };
    let unlocked: Vec<TopicIx> = desk.curriculum.indices().filter(now_ready).collect();
    let words = words(&desk, &changed(&desk, &entries), &unlocked, topics, marking.word);
    Ok(Marked { desk, entries, unlocked, words })
}

/// Marks topics as one step and says what came of it.
fn mark(app: &mut App, typed: &[String], marking: &Marking, extra: impl Fn(&mut Entry)) -> Result<()> {
    check_day(app, marking.on)?;
    let curriculum = app.curriculum()?;
    let topics = pick::topics(&curriculum, typed)?;
    let Marked { desk, entries, unlocked, words } = carry_out(app, curriculum, &topics, marking, extra)?;
    if app.json {
        let object = serde_json::json!({"version": 1, "step": entries.first().map(|e| &e.id), "changed": ids(&desk, &changed(&desk, &entries)), "unlocked": ids(&desk, &unlocked)});
        return app.print_json(&object);
    }
    words.iter().for_each(|words| app.remark(words));
    Ok(())
}

fn changed(desk: &Desk, entries: &[Entry]) -> Vec<TopicIx> {
    entries.iter().filter_map(|e| desk.curriculum.find(e.topic.as_deref()?)).collect()
}

fn ids(desk: &Desk, of: &[TopicIx]) -> Vec<String> {
    of.iter().map(|&ix| desk.curriculum.topic(ix).id.to_string()).collect()
}

/// Returns what to say of a marking.
fn words(desk: &Desk, changed: &[TopicIx], unlocked: &[TopicIx], asked: &[TopicIx], word: &str) -> Vec<String> {
    let Desk { curriculum, progress, .. } = desk;
    let mut said = Vec::new();
    let unchanged: Vec<String> = asked
        .iter()
        .filter(|ix| !changed.contains(ix))
        .map(|&ix| format!("`{}` is {} already.", curriculum.topic(ix).id, progress.state(ix).name()))
        .collect();
    if !unchanged.is_empty() {
        said.push(unchanged.join("\n"));
    }
    if changed.is_empty() {
        return said;
    }
    let mut words = format!("Marked {} {}", text::list(&ids(desk, changed)), style::paint(style::DONE, word));
    match unlocked.len() {
        0 => words.push('.'),
        n => words.push_str(&format!("; {} unlocked: {}.", text::count(n, "topic"), text::list(&ids(desk, unlocked)))),
    }
    said.push(words);
    let is_unproven_project = |ix: &&TopicIx| {
        curriculum.topic(**ix).kind == crate::curriculum::Kind::Project
            && progress.is_studied(**ix)
            && progress.mark(**ix).evidence.is_empty()
    };
    if let Some(&project) = changed.iter().find(is_unproven_project) {
        said.push(format!(
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
        said.push(format!("Do you really know it? `roadmap quiz {}` asks {questions}.", topic.id));
    }
    said
}

pub(super) fn start(args: &StartArgs, app: &mut App) -> Result<()> {
    let marking = Marking { locked_is_fine: args.force, on: args.on, ..Marking::start() };
    mark(app, &args.topics, &marking, |_| {})
}

pub(super) fn done(args: &DoneArgs, app: &mut App) -> Result<()> {
    if args.hours.is_some() && args.topics.len() > 1 {
        return Err(Error::new("`--hours` belongs to one topic").hint("mark the topics one by one").into());
    }
    let marking = Marking {
        on: args.on,
        with_prerequisites: args.with_prerequisites,
        locked_is_fine: args.force,
        needs_quiz: app.config.done_needs_quiz && !args.force,
        ..Marking::done(app)
    };
    let evidence = args.evidence.iter().map(|typed| super::evidence::kept(typed)).collect::<error::Result<Vec<_>>>()?;
    mark(app, &args.topics, &marking, |entry| {
        entry.hours = args.hours;
        entry.evidence.clone_from(&evidence);
        entry.note.clone_from(&args.note);
    })
}

/// Marks one topic done, today and with nothing else to say.
pub(super) fn done_now(app: &mut App, id: &str) -> Result<()> {
    mark(app, &[id.to_owned()], &Marking::done(app), |_| {})
}

pub(super) fn known(args: &KnownArgs, app: &mut App) -> Result<()> {
    let marking = Marking { with_prerequisites: args.with_prerequisites, ..Marking::known() };
    mark(app, &args.topics, &marking, |_| {})
}

pub(super) fn skip(args: &SkipArgs, app: &mut App) -> Result<()> {
    mark(app, &args.topics, &Marking::skip(), |_| {})
}

pub(super) fn reopen(args: &ReopenArgs, app: &mut App) -> Result<()> {
    mark(app, &args.topics, &Marking::reopen(), |_| {})
}
