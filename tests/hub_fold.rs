//! What the hub adds up is what a learner's machine adds up: on random histories of several machines, with
//! undo and redo, whatever comes when.
//!
//! `.ci/postgres cargo test --features hub --test hub_fold` runs it on a throwaway server.
#![cfg(feature = "hub")]

mod common;
#[path = "hub/school.rs"]
#[allow(dead_code, reason = "each test file uses its part")]
mod school;

use std::cell::Cell;
use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDate};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use roadmap::curriculum::Curriculum;
use roadmap::hub::Hub;
use roadmap::journal::{Entry, Event, Journal, Score};
use roadmap::progress::{Progress, State};
use tokio_postgres::types::Type;

use school::{School, connect, see};

/// What may happen, and how often beside the others.
const EVENTS: [Event; 20] = [
    Event::Start,
    Event::Start,
    Event::Done,
    Event::Done,
    Event::Done,
    Event::Known,
    Event::Skip,
    Event::Reopen,
    Event::Note,
    Event::Time,
    Event::Time,
    Event::Quiz,
    Event::Quiz,
    Event::Review,
    Event::AddEvidence,
    Event::Tick,
    Event::Undo,
    Event::Undo,
    Event::Redo,
    Event::Unknown,
];
/// Topics as entries name them: those of the curriculum, an id of an earlier edition, and one of another.
const NAMED: [&str; 7] = ["alpha", "beta", "beta-of-old", "gamma", "delta", "echo", "of-another"];
/// Fractions of a second, some of which differ by less than a database's microsecond.
const NANOS: [u32; 5] = [0, 1, 999, 1_000, 123_456_789];
/// Clocks of the machines, in seconds east of Greenwich.
const CLOCKS: [i32; 3] = [0, 3600, -34_200];

/// One thing that a learner did: numbers from which [`history`] makes an entry.
#[derive(Clone, Debug)]
struct Deed {
    event: usize,
    topic: usize,
    /// Ten minutes each, so that some are at the same time.
    time: u32,
    nanos: usize,
    machine: usize,
    /// Tenths of an hour; 0 for none told.
    hours: u32,
    quiz: (u32, u32, u32),
    /// How many days before it happened, if it was told later.
    earlier: Option<u32>,
    /// Which of the others an undo or a redo names, or whose step it belongs to.
    of: usize,
    is_of_a_step: bool,
    letter: u8,
}

fn deed() -> impl Strategy<Value = Deed> {
    let numbers = (0..EVENTS.len(), 0..NAMED.len(), 0..2000u32, 0..NANOS.len(), 0..CLOCKS.len());
    let more = (0..60u32, (0..4u32, 0..4u32, 0..4u32), prop::option::weighted(0.2, 0..40u32));
    (numbers, more, any::<prop::sample::Index>(), prop::bool::weighted(0.2), any::<u8>()).prop_map(
        |((event, topic, time, nanos, machine), (hours, quiz, earlier), of, is_of_a_step, letter)| Deed {
            event,
            topic,
            time,
            nanos,
            machine,
            hours,
            quiz,
            earlier,
            of: of.index(1000),
            is_of_a_step,
            letter,
        },
    )
}

/// Returns the entries of these deeds. Undos name steps, undos and what is nowhere; redos likewise.
fn history(deeds: &[Deed]) -> Vec<Entry> {
    let id = |at: usize| format!("{}{at:03}", char::from(b'a' + deeds[at].letter % 26));
    let entry = |(at, deed): (usize, &Deed)| {
        let event = EVENTS[deed.event];
        let zone = FixedOffset::east_opt(CLOCKS[deed.machine]).expect("within a day");
        let time = DateTime::from_timestamp(1_780_000_000 + 600 * i64::from(deed.time), NANOS[deed.nanos]);
        let time = time.expect("2026").with_timezone(&zone);
        let other = id(deed.of % deeds.len());
        let mut entry = match event {
            Event::Undo | Event::Redo => Entry::cancel(event, &other),
            _ => Entry::new(event, NAMED[deed.topic]),
        };
        entry.id = id(at);
        entry.at = time;
        entry.on = deed.earlier.and_then(|days| time.date_naive().checked_sub_days(Days::new(days.into())));
        entry.hours = (deed.hours > 0 && matches!(event, Event::Done | Event::Time | Event::Review))
            .then(|| f64::from(deed.hours) / 10.0);
        let (right, asked, of) = deed.quiz;
        entry.quiz = (event == Event::Quiz).then_some(Score { right: right.min(asked), asked, of });
        entry.step = (deed.is_of_a_step && other != entry.id && !entry.is_cancel()).then_some(other);
        entry
    };
    deeds.iter().enumerate().map(entry).collect()
}

/// Returns the entries as `roadmap.push` takes them.
fn rows(entries: &[&Entry]) -> String {
    let row = |entry: &&Entry| {
        serde_json::json!({
            "id": entry.id, "at": entry.at.timestamp(), "nanos": entry.at.timestamp_subsec_nanos(),
            "offset": entry.at.offset().local_minus_utc(), "day": entry.day(), "act": entry.event.name(),
            "topic": entry.topic, "step": entry.step_id(), "cancels": entry.cancels, "hours": entry.hours,
            "quiz_right": entry.quiz.map(|quiz| quiz.right), "quiz_asked": entry.quiz.map(|quiz| quiz.asked),
            "quiz_of": entry.quiz.map(|quiz| quiz.of), "payload": {},
        })
    };
    serde_json::Value::Array(entries.iter().map(row).collect()).to_string()
}

/// Returns a curriculum of this id, the second edition of which has other ids and hours.
fn curriculum(id: &str) -> Curriculum {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("roadmap.yaml");
    let yaml = format!(
        "id: {id}\ntitle: Random\nphases:\n  - id: one\n    title: One\n    topics:\n      \
         - {{id: alpha, title: Alpha, hours: 1.1}}\n      - {{id: beta, title: Beta, hours: 2.3, formerly: [beta-of-old]}}\n      \
         - {{id: gamma, title: Gamma, hours: 0.7, requires: [alpha]}}\n  - id: two\n    title: Two\n    topics:\n      \
         - {{id: delta, title: Delta, hours: 5, requires: [beta]}}\n      - {{id: echo, title: Echo, hours: 0.1}}\n"
    );
    std::fs::write(&file, yaml).expect("written");
    roadmap::curriculum::load(&file).curriculum.expect("sound")
}

/// Returns the rows that the rollups of these entries should be, by the library's own fold.
fn expected(curriculum: &Curriculum, entries: &[&Entry]) -> Vec<String> {
    let journal = Journal::new(entries.iter().map(|&entry| entry.clone()).collect());
    let progress = Progress::replay(curriculum, &journal);
    let day = |day: Option<NaiveDate>| day.map_or("-".to_owned(), |day| day.to_string());
    let mut topics = Vec::new();
    let mut weeks: BTreeMap<NaiveDate, usize> = BTreeMap::new();
    let mut counts = [0; 4];
    let (mut first_day, mut last_day, mut latest, mut hours_done) = (None, None, None, 0.0);
    let mut hours = BTreeMap::new();
    for ix in curriculum.indices() {
        let (mark, topic) = (progress.mark(ix), curriculum.topic(ix));
        let about = |entry: &&Entry| entry.topic.as_deref().and_then(|t| curriculum.find_ever(t)) == Some(ix);
        let counting: Vec<&Entry> = journal.effective().filter(about).collect();
        let Some(last) = counting.iter().map(|entry| entry.day()).max() else { continue };
        let state = match progress.state(ix) {
            State::Locked | State::Ready => "open",
            state => state.name(),
        };
        let first = counting.iter().find(|entry| entry.event == Event::Start).map(|entry| entry.day());
        let closed = mark.since.filter(|_| progress.state(ix).is_closed());
        let is_whole = |entry: &&&Entry| entry.event == Event::Quiz && entry.quiz.is_some_and(Score::is_whole);
        let tries = counting.iter().filter(is_whole).count();
        let fails = counting.iter().filter(is_whole).filter(|e| !e.quiz.is_some_and(Score::is_passed)).count();
        let quiz = mark.quiz.map_or("-".to_owned(), |quiz| format!("{}/{}", quiz.right, quiz.asked));
        topics.push(format!(
            "{} {state} {} {} {} {} {} {last} {tries} {fails} {quiz}",
            topic.id,
            day(first),
            day(mark.started),
            day(mark.since),
            day(closed),
            mark.spent
        ));
        hours.insert(topic.id.clone(), mark.spent);
        let done = mark.since.filter(|_| progress.is_studied(ix));
        if let Some(on) = done {
            *weeks.entry(on - Days::new(on.weekday().num_days_from_monday().into())).or_default() += 1;
            hours_done += topic.hours;
        }
        for on in first.into_iter().chain(done) {
            first_day = Some(first_day.map_or(on, |first: NaiveDate| first.min(on)));
        }
        last_day = last_day.max(Some(last));
        if let Some(at) = ["started", "done", "known", "skipped"].iter().position(|name| *name == state) {
            counts[at] += 1;
        }
        let changes = [Event::Start, Event::Done, Event::Known, Event::Skip, Event::Reopen];
        let change = counting.iter().rev().find(|entry| changes.contains(&entry.event));
        latest = latest.max(change.map(|entry| (entry.at.timestamp_micros(), topic.id.clone())));
    }
    topics.sort();
    // Folded from 0, for the sum of nothing is -0.
    let hours = hours.values().fold(0.0, |sum, hours| sum + hours);
    let latest = latest.map_or("-".to_owned(), |(_, id)| id.to_string());
    topics.push(format!(
        "all {} {} {} {} {} {} {hours} {hours_done} {latest} {}",
        counts[0],
        counts[1],
        counts[2],
        counts[3],
        day(first_day),
        day(last_day),
        entries.len()
    ));
    topics.extend(weeks.iter().map(|(week, done)| format!("week {week} {done}")));
    topics
}

/// Returns the rows that the rollups are.
fn rolled_up(boss: &Hub, learner: &str, curriculum: &str) -> Vec<String> {
    let mine = format!("learner = '{learner}' AND p.curriculum = '{curriculum}'");
    let parts = [
        format!(
            "SELECT concat_ws(' ', p.topic, state, coalesce(first_started::text, '-'), coalesce(started::text, '-'),
                coalesce(since::text, '-'), coalesce(closed::text, '-'), p.hours::text, last_day::text, quiz_tries,
                quiz_fails, coalesce(quiz_right || '/' || quiz_asked, '-'))
             FROM roadmap.topic_progress p JOIN roadmap.curriculum_topics t
                ON t.curriculum = p.curriculum AND t.topic = p.topic
             WHERE {mine} ORDER BY p.topic COLLATE \"C\""
        ),
        format!(
            "SELECT concat_ws(' ', 'all', started, done, known, skipped, coalesce(first_day::text, '-'),
                coalesce(last_day::text, '-'), hours::text, hours_done::text, coalesce(latest_topic, '-'), entries)
             FROM roadmap.learner_progress p WHERE {mine}"
        ),
        format!(
            "SELECT concat_ws(' ', 'week', week::text, done) FROM roadmap.week_progress p WHERE {mine} ORDER BY week"
        ),
    ];
    let lines = parts.iter().map(|part| see(boss, part).expect("the rollups"));
    lines.flat_map(|lines| lines.lines().map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// One learner's machines push in batches, in any order, some twice, and the curriculum is published before
/// one of them; after each that follows, both sides say the same.
#[test]
fn the_hub_adds_up_what_the_learners_machine_adds_up() {
    let Some(school) = School::open() else { return };
    let (boss, learner, another) = (school.boss(), school.named("ada"), school.named("bob"));
    let (ada, bob) = (connect(&school.invite("ada")), connect(&school.invite("bob")));
    let push = |hub: &Hub, id: &str, entries: &[&Entry]| {
        let rows = rows(entries);
        hub.value::<i64>("SELECT roadmap.push($1, $2::jsonb)", &[(&id, Type::TEXT), (&rows, Type::TEXT)])
    };
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(48);
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    let number = Cell::new(0);
    let strategy = prop::collection::vec(deed(), 1..60).prop_flat_map(|deeds| {
        let order: Vec<usize> = (0..deeds.len()).collect();
        let cuts = prop::collection::vec(1..12usize, deeds.len());
        (Just(deeds), Just(order).prop_shuffle(), cuts, 0..6usize, any::<bool>())
    });
    let outcome = TestRunner::new(config).run(&strategy, |(deeds, order, cuts, published_before, twice)| {
        number.set(number.get() + 1);
        let curriculum = curriculum(&format!("random-{}", number.get()));
        let id = curriculum.id();
        let entries = history(&deeds);
        let mut left = order.as_slice();
        let mut there: Vec<&Entry> = Vec::new();
        for (at, cut) in cuts.into_iter().enumerate() {
            let (batch, rest) = left.split_at(cut.min(left.len()));
            left = rest;
            if at == published_before || batch.is_empty() {
                boss.publish(&curriculum).map_err(|failure| TestCaseError::fail(format!("{failure:?}")))?;
            }
            let batch: Vec<&Entry> = batch.iter().map(|&at| &entries[at]).collect();
            let added = push(&ada, id, &batch).map_err(|failure| TestCaseError::fail(format!("{failure:?}")))?;
            prop_assert_eq!(added as usize, batch.len());
            if twice && !there.is_empty() {
                // What was not acknowledged is sent again, with others.
                let again = push(&ada, id, &there[there.len() / 2..]);
                prop_assert_eq!(again.map_err(|failure| TestCaseError::fail(format!("{failure:?}")))?, 0);
            }
            there.extend(batch);
            if at >= published_before || left.is_empty() {
                if at < published_before {
                    boss.publish(&curriculum).map_err(|failure| TestCaseError::fail(format!("{failure:?}")))?;
                }
                prop_assert_eq!(rolled_up(&boss, &learner, id), expected(&curriculum, &there), "batch {}", at);
            }
            if left.is_empty() {
                break;
            }
        }
        // Somebody else's entries of the same ids are somebody else's.
        let all: Vec<&Entry> = entries.iter().collect();
        push(&bob, id, &all).map_err(|failure| TestCaseError::fail(format!("{failure:?}")))?;
        prop_assert_eq!(rolled_up(&boss, &another, id), expected(&curriculum, &all), "in one batch");
        prop_assert_eq!(rolled_up(&boss, &learner, id), expected(&curriculum, &all), "after another's");
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}
