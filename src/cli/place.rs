//! `roadmap place`: where you stand, in about a dozen questions.

use std::collections::HashMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::Serialize;

use super::app::{App, Desk};
use super::ask::{Asker, Question, Reply, Script, Terminal, seed};
use super::style::{self, FAINT, STRONG, Table};
use super::{pick, quiz};
use crate::curriculum::{Curriculum, TopicIx};
use crate::error::Error;
use crate::journal::{Entry, Event};
use crate::progress::State;
use crate::report::{Brief, VERSION, round};
use crate::study::place::{MOST_QUESTIONS, Noise, Placement, Share};
use crate::study::quiz::{Posed, paper};
use crate::text;

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

/// `roadmap place --json`.
#[derive(Serialize)]
struct PlaceView {
    version: u32,
    /// Topics asked about, the control not counted.
    asked: usize,
    /// The share of topics that it expects to have judged rightly.
    expected_right: f64,
    control: Option<ControlView>,
    phases: Vec<PhaseView>,
    /// Open topics that it takes as known, with their probability.
    known: Vec<BelievedView>,
    /// Open topics that it is not sure of, known or not.
    unsure: Vec<BelievedView>,
    /// The step in the journal; none if nothing was recorded.
    step: Option<String>,
}

/// A topic asked outside of the sequence, which measures the placement itself.
#[derive(Clone, Serialize)]
struct ControlView {
    #[serde(flatten)]
    topic: Brief,
    /// The probability that it is known, as believed before it was asked.
    probability: f64,
    answer: &'static str,
    agrees: Option<bool>,
}

#[derive(Serialize)]
struct PhaseView {
    id: String,
    title: String,
    /// Topics known, by placement or before.
    known: usize,
    unsure: usize,
    total: usize,
}

#[derive(Clone, Serialize)]
struct BelievedView {
    #[serde(flatten)]
    topic: Brief,
    probability: f64,
}

/// What the learner quit before the end.
struct BrokenOff;

pub(super) fn run(args: &Args, app: &mut App) -> Result<()> {
    let desk = app.desk()?;
    let corrections = corrections(&desk.curriculum, &args.correct)?;
    let chance = args.seed.unwrap_or_else(seed);
    let mut asker: Box<dyn Asker> = match &args.answers {
        Some(path) => Box::new(Script::Named(read_answers(&desk.curriculum, path)?)),
        None => {
            Box::new(Terminal::new(app.color(), "`--answers FILE` answers from a file of lines such as `vectors yes`")?)
        }
    };
    let mut session = Session::new(&desk, asker.as_mut(), chance, args.quiz, app.width.min(100));
    if session.placement.most_doubtful().is_none() {
        app.print("Every topic is marked already; there is nothing to place.\n");
        return Ok(());
    }
    let Ok(control) = session.dialogue()? else {
        app.remark("Broken off; nothing was recorded.");
        return Ok(());
    };
    let placement = session.placement;
    let mut known: Vec<bool> = desk.curriculum.indices().map(|ix| placement.is_known(ix.0)).collect();
    let mut probability: Vec<f64> = desk.curriculum.indices().map(|ix| placement.probability(ix.0)).collect();
    let mut correct = |list: &[(TopicIx, bool)]| {
        for &(ix, yes) in list {
            known[ix.0 as usize] = yes;
            // Whoever says so himself is taken at his word.
            probability[ix.0 as usize] = f64::from(u8::from(yes));
        }
        (known.clone(), probability.clone())
    };
    let mut believed = correct(&corrections);
    let mut record = !args.dry_run;
    if args.answers.is_none() && record {
        loop {
            let view = view(&desk, &placement, &believed, control.as_ref());
            asker.say(&draw(&view, app.width));
            let words = "\nMark this as known?\n".to_owned();
            let answers = vec![('y', "yes"), ('c', "correct single topics first"), ('n', "no, keep nothing")];
            let question = Question::new("record", words, answers);
            match asker.ask(&question)? {
                Reply::Chosen(0) => break,
                Reply::Chosen(1) => believed = correct(&choose(&desk, &believed.0)?),
                _ => {
                    record = false;
                    break;
                }
            }
        }
    }
    let mut view = view(&desk, &placement, &believed, control.as_ref());
    let on_terminal = args.answers.is_none() && !args.dry_run;
    if record && !view.known.is_empty() {
        let probable: HashMap<String, f64> = view.known.iter().map(|b| (b.topic.id.clone(), b.probability)).collect();
        let (_, entries) = app.append(desk.curriculum, |curriculum, _, progress| {
            // Marked by somebody else meanwhile, it is left alone.
            let open = curriculum.indices().filter(|&ix| !progress.state(ix).is_closed());
            let entry = |ix| {
                let id = &curriculum.topic(ix).id;
                let placed = Some(*probable.get(id)?);
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

/// The questions and what came of them.
struct Session<'a> {
    desk: &'a Desk,
    asker: &'a mut dyn Asker,
    placement: Placement,
    seed: u64,
    quiz: bool,
    width: usize,
}

impl<'a> Session<'a> {
    fn new(desk: &'a Desk, asker: &'a mut dyn Asker, seed: u64, quiz: bool, width: usize) -> Self {
        let Desk { curriculum, progress, .. } = desk;
        let phase: Vec<u32> = curriculum.topics().iter().map(|topic| topic.phase).collect();
        let open = curriculum.indices().map(|ix| !progress.state(ix).is_closed()).collect();
        let mut placement = Placement::imagine(curriculum.graph(), &phase, open, seed);
        for ix in curriculum.indices().filter(|&ix| progress.state(ix).is_had()) {
            placement.learn(ix.0, Some(true), Noise::SELF);
        }
        Self { desk, asker, placement, seed, quiz, width }
    }

    /// Asks until enough is known, and once more as a control.
    fn dialogue(&mut self) -> Result<std::result::Result<Option<ControlView>, BrokenOff>> {
        let curriculum = &self.desk.curriculum;
        self.asker.say("How much of each phase do you know? A key is enough; you can quit at any time.\n\n");
        for (at, phase) in curriculum.phases().iter().enumerate() {
            let open = phase.topics.clone().any(|t| !self.desk.progress.state(TopicIx(t)).is_closed());
            if !open {
                continue;
            }
            let words = format!("{}\n  ", style::paint(STRONG, text::line(&phase.title)));
            let answers = vec![('n', "none"), ('s', "some"), ('m', "most")];
            let question = Question { enter: Some("skip"), ..Question::new(&phase.id, words, answers) };
            let share = match self.asker.ask(&question)? {
                Reply::Quit => return Ok(Err(BrokenOff)),
                Reply::Passed => continue,
                Reply::Chosen(at) => [Share::None, Share::Some, Share::Most][at],
            };
            self.placement.answer_phase(at as u32, share);
        }
        while let Some(topic) = self.placement.question() {
            let number = format!("{} of at most {MOST_QUESTIONS}", self.placement.asked() + 1);
            let Ok((yes, noise)) = self.topic(TopicIx(topic), &number)? else { return Ok(Err(BrokenOff)) };
            self.placement.answer(topic, yes, noise);
        }
        let Some(topic) = self.placement.control(self.seed) else { return Ok(Ok(None)) };
        let Ok((yes, _)) = self.topic(TopicIx(topic), "one more, to check the placement itself")? else {
            return Ok(Err(BrokenOff));
        };
        let probability = self.placement.probability(topic);
        Ok(Ok(Some(ControlView {
            topic: Brief::new(curriculum, TopicIx(topic)),
            probability: round(probability),
            answer: match yes {
                Some(true) => "yes",
                Some(false) => "no",
                None => "not sure",
            },
            agrees: yes.map(|yes| yes == self.placement.is_known(topic)),
        })))
    }

    /// Asks about a topic, and returns the answer and how far it can be trusted.
    fn topic(&mut self, ix: TopicIx, number: &str) -> Result<std::result::Result<(Option<bool>, Noise), BrokenOff>> {
        let topic = self.desk.curriculum.topic(ix);
        let posed = if self.quiz { paper(&self.desk.curriculum, ix, self.seed) } else { Vec::new() };
        // Which of its questions, by chance.
        if let Some(posed) = fastrand::Rng::with_seed(self.seed ^ u64::from(ix.0)).choice(&posed) {
            let noise = Noise::quiz(posed.question.options.len());
            let dont_know = posed.order.len();
            return Ok(match self.asker.ask(&quiz_question(topic, posed, number, self.width))? {
                Reply::Quit => Err(BrokenOff),
                Reply::Chosen(at) if at < dont_know => Ok((Some(posed.is_right(at)), noise)),
                Reply::Chosen(_) | Reply::Passed => Ok((Some(false), noise)),
            });
        }
        let mut words =
            format!("\n{}  {}\n", style::paint(STRONG, text::line(&topic.title)), style::paint(FAINT, number));
        for outcome in &self.desk.curriculum.details(ix).outcomes {
            words.push_str(&style::hanging(outcome, "  - ", "    ", self.width));
        }
        words.push_str("Could you do this today?\n  ");
        let answers = vec![('y', "yes"), ('n', "no"), ('?', "not sure")];
        let question = Question { for_scripts: vec![("unsure", 2)], ..Question::new(&topic.id, words, answers) };
        Ok(match self.asker.ask(&question)? {
            Reply::Quit => Err(BrokenOff),
            Reply::Chosen(0) => Ok((Some(true), Noise::SELF)),
            Reply::Chosen(1) => Ok((Some(false), Noise::SELF)),
            Reply::Chosen(_) | Reply::Passed => Ok((None, Noise::SELF)),
        })
    }
}

fn quiz_question<'q>(
    topic: &'q crate::curriculum::Topic,
    posed: &'q Posed,
    number: &str,
    width: usize,
) -> Question<'q> {
    let title = style::paint(STRONG, text::line(&topic.title)).clone();
    let words = format!("\n{title}{}", quiz::draw(posed, number, width));
    let mut answers: Vec<(char, &str)> = ('1'..='9').zip(posed.options()).collect();
    answers.push(('?', "I don't know"));
    // A script cannot know how the options stand: `yes` is the right one, `no` another.
    let right = posed.answer();
    let wrong = usize::from(right == 0);
    let for_scripts = vec![("yes", right), ("no", wrong), ("unsure", posed.order.len())];
    Question { for_scripts, ..Question::new(&topic.id, words, answers) }
}

fn corrections(curriculum: &Curriculum, typed: &[(String, bool)]) -> Result<Vec<(TopicIx, bool)>> {
    typed.iter().map(|(typed, yes)| Ok((pick::topic(curriculum, typed)?, *yes))).collect()
}

/// Reads lines of an id and an answer, such as `vectors yes`. `#` begins a comment.
fn read_answers(curriculum: &Curriculum, path: &Path) -> Result<HashMap<String, String>> {
    let shown = text::line(&path.display().to_string()).into_owned();
    let cannot = |error| Error::io(format!("cannot read the answers in {shown}"), error);
    let mut text = String::new();
    if path == Path::new("-") {
        std::io::stdin().read_to_string(&mut text).map_err(cannot)?;
    } else {
        text = std::fs::read_to_string(path).map_err(cannot)?;
    }
    let mut answers = HashMap::new();
    for (at, line) in (1..).zip(text.lines()) {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() {
            continue;
        }
        let wrong = |what: String| Error::new(format!("{shown}:{at}: {what}"));
        let Some((id, answer)) = line.split_once([' ', '\t', '=', ':']) else {
            let what = format!("`{}` has no answer", text::line(line));
            return Err(wrong(what)
                .hint("write a topic and `yes`, `no` or `unsure`, or a phase and `none`, `some` or `most`")
                .into());
        };
        let answer = answer.trim_matches([' ', '\t', '=', ':']).to_lowercase();
        let allowed: &[&str] = if curriculum.find_phase(id).is_some() && curriculum.find(id).is_none() {
            &["none", "some", "most"]
        } else if curriculum.find(id).is_some() {
            &["yes", "no", "unsure", "none", "some", "most"]
        } else {
            let ids = curriculum
                .topics()
                .iter()
                .map(|t| t.id.as_str())
                .chain(curriculum.phases().iter().map(|p| p.id.as_str()));
            let hint = text::nearest(id, ids).map_or_else(
                || "`roadmap list` prints the topics".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            return Err(wrong(format!("no topic or phase is called `{}`", text::line(id))).hint(hint).into());
        };
        if !allowed.contains(&answer.as_str()) {
            let what = format!("`{}` is no answer to `{id}`", text::line(&answer));
            return Err(wrong(what).hint(format!("answer one of {}", allowed.join(", "))).into());
        }
        answers.insert(id.to_owned(), answer);
    }
    Ok(answers)
}

/// Lets the person at the terminal tick what is known, and returns what was changed.
fn choose(desk: &Desk, known: &[bool]) -> Result<Vec<(TopicIx, bool)>> {
    let open: Vec<TopicIx> = desk.curriculum.indices().filter(|&ix| !desk.progress.state(ix).is_closed()).collect();
    let names: Vec<String> = open
        .iter()
        .map(|&ix| {
            let topic = desk.curriculum.topic(ix);
            format!("{}  {}", topic.id, text::line(&topic.title))
        })
        .collect();
    let ticked: Vec<usize> = (0..open.len()).filter(|&at| known[open[at].0 as usize]).collect();
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

fn view(
    desk: &Desk,
    placement: &Placement,
    believed: &(Vec<bool>, Vec<f64>),
    control: Option<&ControlView>,
) -> PlaceView {
    let Desk { curriculum, progress, .. } = desk;
    let (known, probability) = believed;
    let is_open = |ix: TopicIx| !progress.state(ix).is_closed();
    let is_known = |ix: TopicIx| if is_open(ix) { known[ix.0 as usize] } else { progress.state(ix).is_had() };
    let is_unsure = |ix: TopicIx| is_open(ix) && crate::study::place::is_unsure(probability[ix.0 as usize]);
    let of = |ix: TopicIx| BelievedView {
        topic: Brief::new(curriculum, ix),
        probability: round(probability[ix.0 as usize]),
    };
    let phases = curriculum.phases().iter().map(|phase| {
        let wanted = || phase.topics.clone().map(TopicIx).filter(|&ix| progress.state(ix) != State::Skipped);
        PhaseView {
            id: phase.id.clone(),
            title: phase.title.clone(),
            known: wanted().filter(|&ix| is_known(ix)).count(),
            unsure: wanted().filter(|&ix| is_unsure(ix)).count(),
            total: wanted().count(),
        }
    });
    PlaceView {
        version: VERSION,
        asked: placement.asked(),
        expected_right: round(placement.expected_right()),
        control: control.cloned(),
        phases: phases.collect(),
        known: curriculum.indices().filter(|&ix| is_open(ix) && is_known(ix)).map(of).collect(),
        unsure: curriculum.indices().filter(|&ix| is_unsure(ix)).map(of).collect(),
        step: None,
    }
}

fn draw(view: &PlaceView, width: usize) -> String {
    let mut out = String::from("\n");
    let mut table = Table::new(&["phase", "", "known", "unsure"], 0, &[2, 3]);
    let columns = if width < 72 { 8 } else { 16 };
    for phase in view.phases.iter().filter(|phase| phase.total > 0) {
        table.row(
            style::PLAIN,
            &[
                phase.title.clone(),
                style::bar(phase.known as f64, phase.total as f64, columns),
                format!("{}/{}", phase.known, phase.total),
                if phase.unsure > 0 { phase.unsure.to_string() } else { String::new() },
            ],
        );
    }
    out.push_str(&table.draw(width));
    out.push('\n');
    let words = format!(
        "After {} it expects to be right about {} of the topics.",
        text::count(view.asked, "question"),
        style::percent(view.expected_right, 1.0)
    );
    out.push_str(&style::paragraph(&words, "", width));
    if let Some(control) = &view.control {
        let believed = style::percent(control.probability, 1.0);
        let words = match control.agrees {
            Some(true) => format!(
                "Asked about `{}` outside the sequence you said {}, as it had expected ({believed} known).",
                control.topic.id, control.answer
            ),
            Some(false) => format!(
                "Asked about `{}` outside the sequence you said {}, which it had not expected ({believed} known): look the list over.",
                control.topic.id, control.answer
            ),
            None => format!(
                "Asked about `{}` outside the sequence you were not sure; it had believed {believed} known.",
                control.topic.id
            ),
        };
        out.push_str(&style::paragraph(&words, "", width));
    }
    if !view.unsure.is_empty() {
        let unsure: Vec<String> =
            view.unsure.iter().map(|b| format!("{} {}", b.topic.id, style::percent(b.probability, 1.0))).collect();
        out.push_str(&style::paragraph(&format!("Not sure of: {}.", unsure.join(", ")), "", width));
    }
    out
}
