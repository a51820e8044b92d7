//! `roadmap review`: do you still know it?

use anyhow::Result;
use chrono::{Days, NaiveDate};
use serde::Serialize;

use super::app::{App, Desk};
use super::ask::{Asker, Question, Reply, Script, Terminal, seed};
use super::quiz;
use super::style::{self, FAINT, STRONG, Table};
use crate::curriculum::TopicIx;
use crate::journal::{Entry, Event, Grade};
use crate::report::{Brief, VERSION, round};
use crate::study::quiz::paper;
use crate::text;

/// Review what you have learned before you forget it
///
/// Topics that are done fall due: soon at first, then after weeks and months, when you would still
/// know nine of ten. A topic's quiz asks; where there is none, you judge yourself. Studying
/// something that really practises an earlier topic counts as half a review of that one. Each
/// answer is kept at once, so you can stop at any time.
///
///   roadmap review --due         what is due
///   roadmap review -n 3          three of them
///   roadmap review --ahead 7     also what falls due within a week
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// How many topics at most, instead of `reviews_per_day` less today's
    #[arg(short = 'n', long = "count", value_name = "N")]
    count: Option<usize>,
    /// List what is due, and ask nothing
    #[arg(long)]
    due: bool,
    /// Also what falls due within so many days
    #[arg(long, value_name = "DAYS", default_value_t = 0, hide_default_value = true)]
    ahead: u32,
    /// Shuffle the options by this number instead of by chance
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Answer without a dialogue: numbers of options as this seed puts them, or again, hard, good, easy
    #[arg(long, value_name = "LIST", requires = "seed", conflicts_with = "due")]
    answers: Option<String>,
}

/// What to read where nobody can be asked.
const INSTEAD: &str = "`roadmap review --due` lists what is due; `--seed N --answers LIST` answers without a dialogue";

/// `roadmap review --json`.
#[derive(Serialize)]
struct ReviewView {
    version: u32,
    /// What was reviewed just now.
    reviewed: Vec<ReviewedView>,
    /// What is due, in the order of a session.
    due: Vec<DueView>,
}

#[derive(Serialize)]
struct DueView {
    #[serde(flatten)]
    topic: Brief,
    due: NaiveDate,
    /// How probable it is that it is remembered today.
    retrievability: f64,
    /// Topics that a success counts for as half a review.
    exercises: Vec<String>,
}

#[derive(Serialize)]
struct ReviewedView {
    #[serde(flatten)]
    topic: Brief,
    grade: &'static str,
    /// When it is due next.
    due: NaiveDate,
    /// Topics for which it counted as half a review.
    credited: Vec<String>,
}

pub(super) fn run(args: &Args, app: &mut App) -> Result<()> {
    let mut desk = app.desk()?;
    let until = app.today.checked_add_days(Days::new(u64::from(args.ahead))).unwrap_or(NaiveDate::MAX);
    let left_today = app.config.reviews_per_day().saturating_sub(desk.memory.reviewed_on(app.today));
    let count = args.count.unwrap_or(left_today);
    let waiting = desk.memory.session(&desk.curriculum, app.today, until);
    if args.due || waiting.is_empty() || count == 0 || (app.json && args.answers.is_none()) {
        return list(app, &desk, &waiting, count);
    }
    let mut asker: Box<dyn Asker> = match &args.answers {
        Some(answers) => Box::new(Script::listed(answers)),
        None => Box::new(Terminal::new(app.color(), INSTEAD)?),
    };
    let chance = args.seed.unwrap_or_else(seed);
    let mut seen: Vec<TopicIx> = Vec::new();
    let mut reviewed = Vec::new();
    while seen.len() < count {
        // Anew each time: a success may have relieved others.
        let session = desk.memory.session(&desk.curriculum, app.today, until);
        let Some(&ix) = session.iter().find(|ix| !seen.contains(ix)) else { break };
        seen.push(ix);
        let before = desk;
        let Some((entry, whole)) = ask(asker.as_mut(), &before, ix, chance, app.width)? else {
            desk = before;
            break;
        };
        desk = app.append(before.curriculum, |_, _| Ok(vec![entry.clone()]))?.0;
        if !whole {
            app.remark("Broken off: what you answered is kept, but is no review.");
            break;
        }
        let view = outcome(&desk, ix, &entry, app.today);
        if !app.json {
            let words = draw(&desk, ix, &view, app);
            app.print(words);
            // Shown before the next question.
            app.flush()?;
        }
        reviewed.push(view);
    }
    let session = desk.memory.session(&desk.curriculum, app.today, until);
    if app.json {
        let due = session.iter().map(|&ix| due_view(&desk, ix, app.today)).collect();
        return app.print_json(&ReviewView { version: VERSION, reviewed, due });
    }
    let words = match (reviewed.len(), session.len()) {
        (0, _) => "Nothing was reviewed.".to_owned(),
        (n, 0) => format!("Reviewed {}; nothing more is due.", text::count(n, "topic")),
        (n, left) => format!("Reviewed {}; {} still due.", text::count(n, "topic"), text::count(left, "topic")),
    };
    app.remark(words);
    Ok(())
}

/// Asks about one topic. Returns the entry and whether it was answered to the end, `None` if not at all.
fn ask(asker: &mut dyn Asker, desk: &Desk, ix: TopicIx, seed: u64, width: usize) -> Result<Option<(Entry, bool)>> {
    let topic = desk.curriculum.topic(ix);
    let title = style::paint(STRONG, text::fit(&text::line(&topic.title), width));
    asker.say(&format!("\n{title}\n"));
    // Each topic shuffles by its own number, whatever stands before it in the session.
    let paper = paper(&desk.curriculum, ix, seed.wrapping_add(u64::from(ix.0)));
    if !paper.is_empty() {
        let answers = quiz::take(asker, &paper, width)?;
        let Some(score) = quiz::score(&answers, &paper) else { return Ok(None) };
        let entry = Entry { quiz: Some(score), ..Entry::new(Event::Quiz, &topic.id) };
        return Ok(Some((entry, score.is_whole())));
    }
    let mut words = "Recall it without looking. Can you still do this?\n".to_owned();
    for outcome in &desk.curriculum.details(ix).outcomes {
        words.push_str(&style::hanging(outcome, "  - ", "    ", width.min(100)));
    }
    let answers = vec![('a', "again"), ('h', "hard"), ('g', "good"), ('e', "easy")];
    let reply = asker.ask(&Question::new(&topic.id, words, answers))?;
    let Reply::Chosen(at) = reply else { return Ok(None) };
    Ok(Some((Entry { grade: Some(Grade::ALL[at]), ..Entry::new(Event::Review, &topic.id) }, true)))
}

/// Returns what came of a review that was entered just now.
fn outcome(desk: &Desk, ix: TopicIx, entry: &Entry, today: NaiveDate) -> ReviewedView {
    let grade = entry.grade.or(entry.quiz.map(crate::journal::Score::grade)).unwrap_or(Grade::Good);
    let from_this = |&&other: &&TopicIx| desk.memory.last_credit(other).is_some_and(|c| c.from == ix && c.on == today);
    let credited = desk.curriculum.topic(ix).exercises.iter().filter(|_| grade != Grade::Again).filter(from_this);
    ReviewedView {
        topic: Brief::new(&desk.curriculum, ix),
        grade: grade.name(),
        due: desk.memory.due(ix).unwrap_or(today),
        credited: credited.map(|&other| desk.curriculum.topic(other).id.to_string()).collect(),
    }
}

fn draw(desk: &Desk, ix: TopicIx, view: &ReviewedView, app: &App) -> String {
    let width = app.width.min(100);
    let mut out =
        style::paragraph(&format!("`{}`: {}, due again on {}.", view.topic.id, view.grade, view.due), "", width);
    for id in &view.credited {
        let title = desk.curriculum.find(id).map_or(id.as_str(), |ix| &desk.curriculum.topic(ix).title);
        let words = format!("{} counted as half a review of {title}.", view.topic.title);
        out.push_str(&style::paragraph(&words, "", width));
    }
    if view.grade == Grade::Again.name() {
        out.push_str(&quiz::again(desk, ix, app.today, width));
    }
    out
}

fn due_view(desk: &Desk, ix: TopicIx, today: NaiveDate) -> DueView {
    let topic = desk.curriculum.topic(ix);
    DueView {
        topic: Brief::new(&desk.curriculum, ix),
        due: desk.memory.due(ix).unwrap_or(today),
        retrievability: round(desk.memory.retrievability(ix, today).unwrap_or(1.0)),
        exercises: topic.exercises.iter().map(|&other| desk.curriculum.topic(other).id.to_string()).collect(),
    }
}

fn list(app: &mut App, desk: &Desk, waiting: &[TopicIx], count: usize) -> Result<()> {
    let views: Vec<DueView> = waiting.iter().map(|&ix| due_view(desk, ix, app.today)).collect();
    if app.json {
        return app.print_json(&ReviewView { version: VERSION, reviewed: Vec::new(), due: views });
    }
    if views.is_empty() {
        let next = desk.curriculum.indices().filter_map(|ix| desk.memory.due(ix)).min();
        let next = next.map_or_else(
            || "topics fall due some days after they are done".to_owned(),
            |day| format!("the next review is on {day}"),
        );
        app.print(style::paragraph(&format!("Nothing is due: {next}."), "", app.width));
        return Ok(());
    }
    let mut table = Table::new(&["topic", "title", "due", "still known", "counts for"], 1, &[3]);
    for view in &views {
        let known = format!("{} %", (view.retrievability * 100.0).round());
        let row =
            [view.topic.id.clone(), view.topic.title.clone(), view.due.to_string(), known, view.exercises.join(", ")];
        table.row(style::PLAIN, &row);
    }
    app.print(table.draw(app.width));
    let today = views.len().min(count);
    let words = match today {
        0 => "That is enough for today; `roadmap review -n 1` does one more.".to_owned(),
        n => format!("`roadmap review` asks about {} today.", text::count(n, "topic")),
    };
    app.remark(style::paint(FAINT, words));
    Ok(())
}
