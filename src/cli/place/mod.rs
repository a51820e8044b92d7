//! `roadmap place`: where you stand, in about a dozen questions.

use std::collections::HashMap;
use std::path::PathBuf;

use anyhow::Result;

use super::app::{App, Desk};
use super::ask::{Asker, Question, Reply, Script, Terminal, seed};
use super::pick;
use crate::curriculum::{Curriculum, TopicIx};
use crate::error::Error;
use crate::journal::{Entry, Event};
use crate::study::place::is_known;
use crate::text;

mod answers;
mod session;
mod view;

use session::Session;
use view::{draw, view};

/// Find out where you stand, in about a dozen questions
///
/// First a key for each phase, then topics one by one: could you do this today? It ends by itself,
/// shows what it believes, lets you correct single topics, and marks what you know as known: one
/// step, which one `undo` takes back. Breaking off keeps nothing.
///
///   roadmap place
///   roadmap place --quiz            one quiz question for each topic, harder to fool
///   roadmap place --answers FILE    answers from a file: lines such as `mathematics most` or `vectors yes`
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// Ask a quiz question of each topic instead of taking your word
    #[arg(long)]
    quiz: bool,
    /// Answer from this file (`-` for standard input); what it does not name is passed over
    #[arg(long, value_name = "FILE")]
    answers: Option<PathBuf>,
    /// Correct a topic before it is recorded; may be repeated
    #[arg(long, value_name = "TOPIC=yes|no", value_parser = correction)]
    correct: Vec<(String, bool)>,
    /// Show what it believes, and record nothing
    #[arg(long)]
    dry_run: bool,
    /// Draw the imagined learners and the questions by this number instead of by chance
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

fn correction(typed: &str) -> std::result::Result<(String, bool), String> {
    match typed.rsplit_once('=') {
        Some((topic, "yes")) => Ok((topic.to_owned(), true)),
        Some((topic, "no")) => Ok((topic.to_owned(), false)),
        _ => Err("write TOPIC=yes or TOPIC=no".to_owned()),
    }
}

pub(super) fn run(args: &Args, app: &mut App) -> Result<()> {
    let desk = app.desk()?;
    let corrections = corrections(&desk.curriculum, &args.correct)?;
    let chance = args.seed.unwrap_or_else(seed);
    let mut asker: Box<dyn Asker> = match &args.answers {
        Some(path) => Box::new(Script::Named(answers::read(&desk.curriculum, path)?)),
        None => {
            Box::new(Terminal::new(app.color(), "`--answers FILE` answers from a file of lines such as `vectors yes`")?)
        }
    };
    let mut session = Session::new(&desk, asker.as_mut(), chance, args.quiz, app.width.min(100));
    if session.placement.most_doubtful().is_none() && !app.json {
        app.print("Every topic is marked already; there is nothing to place.\n");
        return Ok(());
    }
    let Ok(control) = session.dialogue()? else {
        app.remark("Broken off; nothing was recorded.");
        return Ok(());
    };
    let placement = session.placement;
    let mut probability: Vec<f64> = desk.curriculum.indices().map(|ix| placement.probability(ix.0)).collect();
    correct(&mut probability, &corrections);
    let mut record = !args.dry_run;
    if args.answers.is_none() && record {
        loop {
            let view = view(&desk, &placement, &probability, control.as_ref());
            asker.say(&draw(&view, app.width));
            let words = "\nMark this as known?\n".to_owned();
            let answers = vec![('y', "yes"), ('c', "correct single topics first"), ('n', "no, keep nothing")];
            let question = Question::new("record", words, answers);
            match asker.ask(&question)? {
                Reply::Chosen(0) => break,
                Reply::Chosen(1) => {
                    let chosen = choose(&desk, &probability)?;
                    correct(&mut probability, &chosen);
                }
                _ => {
                    record = false;
                    break;
                }
            }
        }
    }
    let mut view = view(&desk, &placement, &probability, control.as_ref());
    let on_terminal = args.answers.is_none() && !args.dry_run;
    if record && !view.known.is_empty() {
        let probable: HashMap<String, f64> = view.known.iter().map(|b| (b.topic.id.clone(), b.probability)).collect();
        let (_, entries) = app.append(desk.curriculum, |curriculum, progress| {
            // Marked by somebody else meanwhile, it is left alone.
            let open = curriculum.indices().filter(|&ix| !progress.state(ix).is_closed());
            let entry = |ix| {
                let id = &curriculum.topic(ix).id;
                let placed = Some(*probable.get(id.as_str())?);
                Some(Entry { placed, ..Entry::new(Event::Known, id) })
            };
            Ok(open.filter_map(entry).collect())
        })?;
        view.step = entries.first().map(|entry| entry.id.clone());
    }
    if app.json {
        return app.print_json(&view);
    }
    if !on_terminal {
        let drawn = draw(&view, app.width);
        app.print(drawn);
    }
    app.remark(match (&view.step, view.known.len()) {
        (Some(_), n) => {
            format!(
                "Marked {} known; `roadmap undo` takes all of it back, `roadmap next` goes on from here.",
                text::count(n, "topic")
            )
        }
        (None, 0) => "It knows of nothing to mark; `roadmap next` begins at the beginning.".to_owned(),
        (None, _) => "Nothing was recorded.".to_owned(),
    });
    Ok(())
}

/// Takes what somebody says of single topics as certain.
fn correct(probability: &mut [f64], corrections: &[(TopicIx, bool)]) {
    for &(ix, yes) in corrections {
        probability[ix.0 as usize] = f64::from(u8::from(yes));
    }
}

fn corrections(curriculum: &Curriculum, typed: &[(String, bool)]) -> Result<Vec<(TopicIx, bool)>> {
    typed.iter().map(|(typed, yes)| Ok((pick::topic(curriculum, typed)?, *yes))).collect()
}

/// Lets the person at the terminal tick what is known, and returns what was changed.
fn choose(desk: &Desk, probability: &[f64]) -> Result<Vec<(TopicIx, bool)>> {
    let open: Vec<TopicIx> = desk.curriculum.indices().filter(|&ix| !desk.progress.state(ix).is_closed()).collect();
    let names: Vec<String> = open
        .iter()
        .map(|&ix| {
            let topic = desk.curriculum.topic(ix);
            format!("{}  {}", topic.id, text::line(&topic.title))
        })
        .collect();
    let ticked: Vec<usize> = (0..open.len()).filter(|&at| is_known(probability[open[at].0 as usize])).collect();
    let chosen = inquire::MultiSelect::new("What do you know?", names)
        .with_default(&ticked)
        .with_page_size(15)
        .with_help_message("type to search, space to tick, Enter when done, Esc to leave all as it was")
        .raw_prompt_skippable();
    let chosen: Vec<usize> = match chosen {
        Ok(Some(chosen)) => chosen.into_iter().map(|option| option.index).collect(),
        Ok(None) | Err(inquire::InquireError::OperationInterrupted) => return Ok(Vec::new()),
        Err(error) => {
            return Err(Error::new(format!("cannot ask: {error}"))
                .hint("`--correct TOPIC=yes` corrects without a dialogue")
                .into());
        }
    };
    let changed = (0..open.len()).filter(|at| chosen.contains(at) != ticked.contains(at));
    Ok(changed.map(|at| (open[at], chosen.contains(&at))).collect())
}
