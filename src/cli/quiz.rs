//! `roadmap quiz`: do you really know it?

use anyhow::Result;
use serde::Serialize;

use super::app::{App, Desk};
use super::ask::{Asker, Question, Reply, Script, Terminal, seed};
use super::completions::topics_to_mark;
use super::style::{self, STRONG};
use super::{mark, pick};
use crate::curriculum::TopicIx;
use crate::error::Error;
use crate::journal::{Entry, Event, Score};
use crate::progress::State;
use crate::report::{Brief, VERSION, WeaknessView};
use crate::study::quiz::{Posed, paper, weakest_prerequisite};
use crate::text;

/// Answer a topic's questions
///
/// Without TOPIC: the one in progress. Options are shuffled; after each answer you see whether it was
/// right, and why. The score is kept, also of a quiz that you break off. With all right you may
/// mark the topic done; otherwise you see what to look at again. For a topic that is done already,
/// the quiz counts as a review.
///
///   roadmap quiz backpropagation
///   roadmap quiz backpropagation --seed 7 --answers 2,4,1,1,3
///
/// With `--json` and no answers the questions are printed, for another program to ask: it hands the
/// answers in with the same seed.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// Id, beginning of an id, or words of the title
    #[arg(add = topics_to_mark())]
    topic: Option<String>,
    /// Shuffle the options by this number instead of by chance
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Answer without a dialogue: the numbers of the options, as this seed puts them
    #[arg(long, value_name = "LIST", requires = "seed")]
    answers: Option<String>,
    /// Mark the topic done if all answers are right
    #[arg(long)]
    done: bool,
}

/// What to read where nobody can be asked.
const INSTEAD: &str = "`--seed N --answers 2,1,4` answers without a dialogue, `--json --seed N` prints the questions";

/// `roadmap quiz --json` without answers.
#[derive(Serialize)]
struct PaperView {
    version: u32,
    topic: Brief,
    seed: u64,
    questions: Vec<PosedView>,
}

#[derive(Serialize)]
struct PosedView {
    ask: String,
    options: Vec<String>,
}

/// `roadmap quiz --json` with answers.
#[derive(Serialize)]
struct ResultView {
    version: u32,
    topic: Brief,
    seed: u64,
    right: u32,
    asked: u32,
    of: u32,
    passed: bool,
    /// The questions that were answered, in their order.
    questions: Vec<AnsweredView>,
    /// The step in the journal.
    step: Option<String>,
    /// The prerequisite that is most likely missing, if the quiz was not passed.
    weakest: Option<WeaknessView>,
}

#[derive(Serialize)]
struct AnsweredView {
    right: bool,
    /// The number of the right option, as put.
    answer: usize,
    because: String,
}

pub(super) fn run(args: &Args, app: &mut App) -> Result<()> {
    let desk = app.desk()?;
    let ix = match &args.topic {
        Some(typed) => pick::topic(&desk.curriculum, typed)?,
        None => in_progress(&desk)?,
    };
    let id = desk.curriculum.topic(ix).id.clone();
    let seed = args.seed.unwrap_or_else(seed);
    let paper = paper(&desk.curriculum, ix, seed);
    if paper.is_empty() {
        return Err(Error::new(format!("`{id}` has no quiz"))
            .hint(format!("`roadmap show {id}` lists outcomes to hold yourself against"))
            .into());
    }
    let topic = Brief::new(&desk.curriculum, ix);
    if app.json && args.answers.is_none() {
        let questions = paper
            .iter()
            .map(|posed| PosedView {
                ask: posed.question.ask.clone(),
                options: posed.options().map(str::to_owned).collect(),
            })
            .collect();
        return app.print_json(&PaperView { version: VERSION, topic, seed, questions });
    }
    let mut asker: Box<dyn Asker> = match &args.answers {
        Some(answers) => Box::new(Script::listed(answers)),
        None => Box::new(Terminal::new(app.color(), INSTEAD)?),
    };
    let title = style::paint(STRONG, text::fit(&text::line(&topic.title), app.width));
    asker.say(&format!("{title}\n"));
    let answers = take(asker.as_mut(), &paper, app.width)?;
    let Some(score) = score(&answers, &paper) else {
        app.remark("No question was answered; nothing was recorded.");
        return Ok(());
    };
    let entry = Entry { quiz: Some(score), ..Entry::new(Event::Quiz, &id) };
    let (desk, entries) = app.append(desk.curriculum, |_, _| Ok(vec![entry]))?;
    let weakest = (!score.is_passed())
        .then(|| weakest_prerequisite(&desk.curriculum, &desk.progress, &desk.memory, ix, app.today))
        .flatten();
    if app.json {
        let step = entries.first().map(|entry| entry.id.clone());
        let weakest = weakest.map(|weakness| WeaknessView::new(&desk.curriculum, weakness));
        let Score { right, asked, of } = score;
        let answered = |(posed, &right): (&Posed, &bool)| AnsweredView {
            right,
            answer: posed.answer() + 1,
            because: posed.question.because.clone(),
        };
        let questions = paper.iter().zip(&answers).map(answered).collect();
        let passed = score.is_passed();
        let view = ResultView { version: VERSION, topic, seed, right, asked, of, passed, questions, step, weakest };
        app.print_json(&view)?;
    } else {
        let words = verdict(&desk, ix, score, app);
        app.print(words);
    }
    if score.is_passed() && !desk.progress.state(ix).is_closed() {
        offer(args, app, &desk, ix, asker.as_mut())?;
    }
    Ok(())
}

fn in_progress(desk: &Desk) -> Result<TopicIx> {
    let begun = |ix: &TopicIx| desk.progress.state(*ix) == State::Started;
    let newest = desk.curriculum.indices().filter(begun).max_by_key(|&ix| desk.progress.mark(ix).started);
    newest.ok_or_else(|| {
        Error::new("no topic is in progress")
            .hint("name one: `roadmap quiz TOPIC`; `roadmap start TOPIC` puts one in progress")
            .into()
    })
}

/// Puts the questions of a paper, and returns for each one that was answered whether that was right.
pub(super) fn take(asker: &mut dyn Asker, paper: &[Posed], width: usize) -> Result<Vec<bool>> {
    let mut answers = Vec::new();
    for (at, posed) in paper.iter().enumerate() {
        let number = format!("{} of {}", at + 1, paper.len());
        let Some(right) = put(asker, posed, &number, width)? else { break };
        answers.push(right);
    }
    Ok(answers)
}

/// Returns the score of the answers to a paper; `None` if there are none.
pub(super) fn score(answers: &[bool], paper: &[Posed]) -> Option<Score> {
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let right = answers.iter().filter(|right| **right).count();
    let score = Score { right: number(right), asked: number(answers.len()), of: number(paper.len()) };
    (!answers.is_empty()).then_some(score)
}

/// Puts one question, shows the answer, and returns whether it was right; `None` if it was not answered.
fn put(asker: &mut dyn Asker, posed: &Posed, number: &str, width: usize) -> Result<Option<bool>> {
    let width = width.min(100);
    let keys: Vec<(char, &str)> = ('1'..='9').zip(posed.options()).collect();
    let words = draw(posed, number, width);
    let Reply::Chosen(place) = asker.ask(&Question::new(number, words, keys))? else {
        return Ok(None);
    };
    let right = posed.is_right(place);
    asker.say(&feedback(posed, right, width));
    Ok(Some(right))
}

/// Returns a question with its numbered options.
pub(super) fn draw(posed: &Posed, number: &str, width: usize) -> String {
    let mut words = format!("\n{}\n", style::paint(style::FAINT, number));
    // Code keeps its lines; prose comes as one line from the file.
    for line in posed.question.ask.lines() {
        if line.starts_with(' ') {
            words.push_str(&format!("{}\n", text::line(line)));
        } else {
            words.push_str(&style::paragraph(line, "", width));
        }
    }
    words.push('\n');
    for (place, option) in posed.options().enumerate() {
        words.push_str(&style::hanging(option, &format!("  {} ", place + 1), "    ", width));
    }
    words
}

fn feedback(posed: &Posed, right: bool, width: usize) -> String {
    let mut words = if right {
        format!("{}\n", style::paint(style::DONE, "Right."))
    } else {
        let answer = &posed.question.options[posed.question.answer as usize];
        let words = format!("No. Right is {}: {answer}", posed.answer() + 1);
        style::paint(style::BEGUN, style::paragraph(&words, "", width).trim_end()) + "\n"
    };
    if !posed.question.because.is_empty() {
        words.push_str(&style::paragraph(&posed.question.because, "", width));
    }
    words
}

/// Returns the score, and what to look at again if something was wrong.
fn verdict(desk: &Desk, ix: TopicIx, score: Score, app: &App) -> String {
    let width = app.width.min(100);
    let broken_off = if score.is_whole() { String::new() } else { format!(" ({} left out)", score.of - score.asked) };
    let mut out = format!("\n{} of {} right{broken_off}.\n", score.right, score.asked);
    if let Some(due) = desk.memory.due(ix).filter(|_| score.is_whole()) {
        out.push_str(&style::paragraph(&format!("It counts as a review; the next one is due on {due}."), "", width));
    }
    if score.is_passed() {
        return out;
    }
    out.push_str(&again(desk, ix, app.today, width));
    out
}

/// Returns what to look at again: outcomes, the best resources, and the prerequisite in doubt.
pub(super) fn again(desk: &Desk, ix: TopicIx, today: chrono::NaiveDate, width: usize) -> String {
    let details = desk.curriculum.details(ix);
    let mut out = String::new();
    if !details.outcomes.is_empty() {
        out.push_str(&format!("\n{}\n", style::paint(STRONG, "Can you do this?")));
        for outcome in &details.outcomes {
            out.push_str(&style::hanging(outcome, "  - ", "    ", width));
        }
    }
    if !details.resources.is_empty() {
        out.push_str(&format!("\n{}\n", style::paint(STRONG, "Look again at")));
        for resource in details.resources.iter().take(2) {
            out.push_str(&style::hanging(&resource.title, "  - ", "    ", width));
            out.push_str(&format!("    {}\n", text::line(&resource.url)));
        }
    }
    if let Some(weakness) = weakest_prerequisite(&desk.curriculum, &desk.progress, &desk.memory, ix, today) {
        let view = WeaknessView::new(&desk.curriculum, weakness);
        out.push('\n');
        out.push_str(&style::paragraph(&view.words(), "", width));
    }
    out
}

/// Marks the topic done if that was asked for, or is wanted now.
fn offer(args: &Args, app: &mut App, desk: &Desk, ix: TopicIx, asker: &mut dyn Asker) -> Result<()> {
    let id = &desk.curriculum.topic(ix).id;
    if desk.progress.state(ix) == State::Locked {
        app.remark(format!("`{id}` is locked still; `roadmap why {id}` shows what is missing."));
        return Ok(());
    }
    let wanted = args.done
        || (args.answers.is_none() && {
            // The verdict first, then the question.
            app.flush()?;
            let words = format!("Mark `{id}` done?\n");
            let question = Question::new("done", words, vec![('y', "yes"), ('n', "no")]);
            asker.ask(&question)? == Reply::Chosen(0)
        });
    if wanted {
        let out = app.take_out();
        mark::done_now(app, id)?;
        if app.json {
            // The result of the quiz stays the one document.
            app.take_out();
        }
        app.print(out);
    } else {
        app.remark(format!("`roadmap done {id}` marks it done."));
    }
    Ok(())
}
