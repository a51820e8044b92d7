//! What must hold for any bytes, reader by reader.
//!
//! Each property is tried by a fuzz target of the same name, guided by coverage, and by
//! `tests/fuzz.rs` with known inputs and mutations of them, which needs no nightly toolchain.

#![allow(dead_code, reason = "each fuzz target tries one property")]

use std::collections::HashSet;
use std::rc::Rc;
use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate};
use roadmap::authoring::{self, Form};

use roadmap::cli::{config_settings, config_with};
use roadmap::curriculum::{Checked, Curriculum, TopicIx, load_files, load_text, open_files};
use roadmap::diagnostic::render::{self, Record};
use roadmap::error::Error;
use roadmap::journal::{Entry, Event, Grade, Journal, Score, lines};
use roadmap::progress::Progress;
use roadmap::report::map::Map;

use roadmap::report::{Report, Sources, Status, page, summary};
use roadmap::study::memory::Scheduler;
use roadmap::study::next::{Aim, Limits, next, walk};
use roadmap::study::pace::Pace;
use roadmap::study::plan::{Calendar, Load, forecast, plan};
use roadmap::study::standing::Standing;
use roadmap::study::upcoming::Upcoming;
use roadmap::text;

/// A curriculum in one file: refused with problems that can be drawn, or sound.
pub fn curriculum(bytes: &[u8]) {
    judge(&[("roadmap.yaml", bytes)]);
}

/// A curriculum in several files: the bytes parted at lines `=== NAME`.
pub fn folder(bytes: &[u8]) {
    let mut files: Vec<(String, &[u8])> = Vec::new();
    let mut rest = bytes;
    let mut name = "roadmap.yaml".to_owned();
    while let Some(at) = rest.windows(5).position(|window| window == b"\n=== ") {
        files.push((name, &rest[..=at]));
        let after = &rest[at + 5..];
        let end = after.iter().position(|&byte| byte == b'\n').unwrap_or(after.len());
        name = String::from_utf8_lossy(&after[..end]).into_owned();
        rest = after.get(end + 1..).unwrap_or_default();
    }
    files.push((name, rest));
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    judge(&files);
}

/// What a file of the cache holds: a curriculum that can be used, or nothing.
pub fn cache(bytes: &[u8]) {
    roadmap::decode_anything(bytes);
}

fn judge(files: &[(&str, &[u8])]) -> Checked {
    let checked = load_files(files);
    if let Some(quick) = open_files(files) {
        assert_eq!(checked.curriculum.as_ref(), Some(&quick), "the quick way and the thorough way agree");
    }
    judged(&checked);
    checked
}

fn judged(checked: &Checked) {
    for problem in &checked.diagnostics {
        for label in problem.primary.iter().chain(&problem.others) {
            let source = &checked.sources.0[label.place.source];
            assert!(label.place.span.end <= source.text.len(), "a place past the end of {}", source.name);
        }
        harmless(&render::concise(problem, &checked.sources));
        let record = Record::new(problem, &checked.sources);
        assert!(record.line != Some(0) && record.column != Some(0));
        serde_json::to_string(&record).expect("a record is JSON");
    }
    // Drawing takes longer than loading: one of each rule will do.
    let mut drawn = HashSet::new();
    for problem in checked.diagnostics.iter().filter(|problem| drawn.insert(problem.code)) {
        harmless(&render::full(problem, &checked.sources, 40, false));
        harmless(&without_colour(&render::full(problem, &checked.sources, 120, true)));
    }
    let refused = checked.diagnostics.iter().any(|problem| problem.is_error());
    assert_eq!(checked.curriculum.is_none(), refused, "it loads exactly if nothing is wrong with it");
    if let Some(curriculum) = &checked.curriculum {
        sound(curriculum);
    }
}

/// What the rest of the program relies on without looking again.
fn sound(curriculum: &Curriculum) {
    let topics = curriculum.topics();
    assert!(!topics.is_empty() && !curriculum.title().trim().is_empty() && text::is_kebab_case(curriculum.id()));
    let order = curriculum.graph().order();
    assert_eq!(order.len(), topics.len());
    let mut rank = vec![usize::MAX; topics.len()];
    for (at, &node) in order.iter().enumerate() {
        rank[node as usize] = at;
    }
    let mut ids = HashSet::new();
    for ix in curriculum.indices() {
        let topic = curriculum.topic(ix);
        assert!(text::is_kebab_case(&topic.id) && ids.insert(&topic.id), "ids are plain and unique");
        assert_eq!(curriculum.find(&topic.id), Some(ix));
        assert!(topic.hours > 0.0 && topic.hours.is_finite() && topic.value >= 0.0 && topic.value.is_finite());
        assert!(curriculum.phase_of(ix).topics.contains(&ix.0));
        let requires: Vec<TopicIx> = curriculum.requires(ix).collect();
        assert!(requires.iter().all(|from| rank[from.0 as usize] < rank[ix.0 as usize]), "no cycle");
        assert_eq!(requires.iter().collect::<HashSet<_>>().len(), requires.len(), "no edge twice");
        assert!(topic.exercises.iter().all(|exercised| requires.contains(exercised)));
        let details = curriculum.details(ix);
        assert_eq!(details.reasons.len(), requires.len(), "a reason for each edge, if an empty one");
        for resource in &details.resources {
            assert!(resource.url.starts_with("https://") || resource.url.starts_with("http://"));
            harmless(&resource.url);
        }
        for question in &details.quiz {
            assert!(question.options.len() >= 2 && (question.answer as usize) < question.options.len());
            assert_eq!(question.options.iter().collect::<HashSet<_>>().len(), question.options.len());
        }
    }
    let mut first = 0;
    for phase in curriculum.phases() {
        assert!(phase.topics.start == first && !phase.topics.is_empty(), "phases lie side by side");
        first = phase.topics.end;
    }
    assert_eq!(first as usize, topics.len());
    for track in curriculum.tracks() {
        assert!(!track.goals.is_empty() && track.goals.iter().all(|goal| (goal.0 as usize) < topics.len()));
    }
    assert!(roadmap::decode_anything(&roadmap::encoded(curriculum)), "what is kept in the cache is found again");
    // Whatever is sound can be studied to its end.
    if topics.len() <= 60 {
        let progress = Progress::replay(curriculum, &Journal::default());
        let order = walk(curriculum, &progress, &Aim::default());
        assert_eq!(order.len(), topics.len());
        for suggestion in next(curriculum, &progress, &Aim::default(), &Limits::default()) {
            assert_eq!(curriculum.requires(suggestion.topic).len(), 0, "what is offered first needs nothing");
        }
    }
}

static TINY: LazyLock<Curriculum> = LazyLock::new(|| {
    let text = "{id: tiny, title: Tiny, phases: [{id: p, title: P, topics: [\
        {id: a, title: A, hours: 4, rubric: [Good]}, \
        {id: b, title: B, hours: 2, requires: [a], exercises: [a], formerly: [old-b]}, \
        {id: c, title: C, hours: 1, kind: project, requires: [b], exercises: [b]}]}], \
        tracks: [{id: t, title: T, goals: [c]}]}";
    load_text("tiny", text).curriculum.expect("it is sound")
});

/// The journals of several devices: the bytes parted at the byte 255.
pub fn journal(bytes: &[u8]) {
    let mut files: Vec<Vec<Entry>> = Vec::new();
    for file in bytes.split(|&byte| byte == 0xff) {
        let (whole, torn) = lines::split_torn(file);
        assert_eq!([whole, torn].concat(), file, "every byte is either whole or torn");
        assert!(!torn.contains(&b'\n') && (whole.is_empty() || whole.ends_with(b"\n")));
        let read = lines::read("laptop.jsonl", whole);
        mends(file, read.is_ok());
        match read {
            Ok(entries) => {
                written_and_read(&entries);
                files.push(entries);
            }
            Err(error) => answered(&error),
        }
    }
    // However the files are read and merged, it is the same journal.
    let merged = Journal::new(files.concat());
    files.reverse();
    assert_eq!(Journal::new([files.concat(), files.concat()].concat()), merged, "order and repetition change nothing");
    if !merged.is_empty() {
        let standing = standing(&merged);
        let resumed = roadmap::resume_anything(nothing_done(), &roadmap::checkpointed(&standing));
        let resumed = resumed.expect("what is kept in a checkpoint is found again");
        assert_eq!(resumed.progress, standing.progress);
        assert_eq!(format!("{:?}", resumed.memory), format!("{:?}", standing.memory));
        told(&merged, standing);
    }
}

/// `doctor --mend` keeps every byte, and what it leaves can be read.
fn mends(file: &[u8], sound: bool) {
    let (kept, broken) = lines::sort_out(file, "tiny", "laptop");
    let added = lines::header("tiny", "laptop").len();
    let all = kept.len() + broken.len();
    assert!(all == file.len() || all == file.len() + added, "{all} bytes of {}", file.len());
    // One of a newer version is left as it is, be its header torn.
    let newer = |error: &Error| error.to_string().contains("newer version");
    let of_newer = lines::read("laptop.jsonl", &[file, b"\n"].concat()).is_err_and(|error| newer(&error));
    if sound && !of_newer {
        assert!(broken.ends_with(lines::split_torn(file).1), "only what is torn or there twice is set aside");
    }
    match lines::read("laptop.jsonl", &kept) {
        Ok(_) => assert!(lines::sort_out(&kept, "tiny", "laptop").1.is_empty(), "mended once is mended"),
        Err(error) => assert!(newer(&error), "a mended file is read: {error}"),
    }
}

fn written_and_read(entries: &[Entry]) {
    let mut bytes = lines::header("tiny", "laptop");
    for entry in entries {
        let line = lines::write(entry);
        assert_eq!(line.iter().filter(|&&byte| byte == b'\n').count(), 1, "one line is one entry");
        bytes.extend(line);
    }
    let again = lines::read("laptop.jsonl", &bytes).expect("what is written is read");
    assert_eq!(again, entries, "what is read is what was written");
    for (one, other) in again.iter().zip(entries) {
        assert_eq!(one.at.offset(), other.at.offset(), "the learner's own time of day is kept");
    }
}

/// What a checkpoint holds: where a learner stood, who then goes on, or nothing.
pub fn checkpoint(bytes: &[u8]) {
    let Some(mut resumed) = roadmap::resume_anything(nothing_done(), bytes) else { return };
    told(&Journal::default(), resumed.clone());
    let kept = roadmap::checkpointed(&resumed);
    let again = roadmap::resume_anything(nothing_done(), &kept).expect("what was resumed can be kept");
    assert_eq!(roadmap::checkpointed(&again), kept, "what is kept twice is the same");
    let since = Journal::new(ALL_EVENTS.clone());
    resumed.take(&since);
    told(&since, resumed);
}

/// Entries of every kind about every topic, newer than any checkpoint.
static ALL_EVENTS: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    use Event::*;
    let events =
        [Start, Done, Quiz, Review, Time, Note, Known, AddEvidence, RemoveEvidence, Tick, Untick, Reopen, Skip, Start];
    let topics = ["a", "b", "c", "old-b", "gone"].into_iter();
    let pairs = topics.flat_map(|topic| events.map(|event| (event, topic))).enumerate();
    let entries = pairs.map(|(at, (event, topic))| {
        let mut entry = Entry::new(event, topic);
        entry.id = format!("{at:05}");
        entry.at = DateTime::from_timestamp(1_795_000_000 + 7_000 * at as i64, 0).expect("2026").fixed_offset();
        entry.hours = Some(1.5);
        entry.evidence = vec!["https://example.org".to_owned()];
        entry.rubric = vec!["Good".to_owned()];
        entry.grade = Some(Grade::ALL[at % 4]);
        entry.quiz = Some(Score { right: 1, asked: 2, of: 3 });
        entry
    });
    entries.collect()
});

/// What checkpoints really hold, at several points of a journal.
pub fn checkpoints() -> Vec<Vec<u8>> {
    let points = (0..=ALL_EVENTS.len()).step_by(7);
    points.map(|end| roadmap::checkpointed(&standing(&Journal::new(ALL_EVENTS[..end].to_vec())))).collect()
}

fn nothing_done() -> Standing {
    Standing::none(Rc::new(TINY.clone()), Scheduler::new(0.9))
}

fn standing(journal: &Journal) -> Standing {
    let mut standing = nothing_done();
    standing.take(journal);
    standing
}

/// Wherever somebody stands after whatever journal, everything that is made of it can be made.
fn told(journal: &Journal, standing: Standing) {
    let curriculum = &*TINY;
    let today = NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day");
    let Standing { progress, memory, .. } = standing;
    let progress = progress.with_due(|ix| memory.is_due(ix, today));
    let aim = Aim::default();
    let order = walk(curriculum, &progress, &aim);
    let pace = Pace::learned(curriculum, &progress, journal, today, 6.0);
    assert!(pace.hours_per_week.is_finite() && pace.ratio.is_finite(), "{pace:?}");
    let calendar = Calendar { from: today, hours_per_week: pace.hours_per_week, days: Vec::new(), away: Vec::new() };
    let reviews = Upcoming::new(curriculum, &memory, 5);
    let load = Load { curriculum, progress: &progress, order: &order, pace, reviews };
    plan(&load, &calendar);
    let forecast = forecast(&load, &calendar);
    let suggestion = next(curriculum, &progress, &aim, &Limits::default()).pop();
    let status = Status {
        likely: forecast.map(|forecast| forecast.likely),
        late: forecast.map(|forecast| forecast.late),
        ..Status::new(curriculum, &progress, &aim, &order)
    };
    let sources = Sources { curriculum, journal, progress: &progress, memory: &memory, aim: &aim, today };
    let report = Report::new(sources, status, suggestion.as_ref(), None);
    harmless(&text::block(&summary::render(&report)));
    let topics: Vec<TopicIx> = curriculum.indices().collect();
    let page = page::render(&report, &Map::new(curriculum, &topics));
    assert!(!page.contains("href=\"javascript:"));
    // Numbers that are none come from sums gone wrong, unless the learner wrote such a word.
    let typed = |word: &str| journal.entries().any(|(entry, _)| format!("{entry:?}").contains(word));
    assert!(!page.contains("NaN") || typed("NaN"));
    assert!(!page.contains("=\"inf") || typed("inf"));
    serde_json::to_string(&report).expect("a report is JSON");
}

/// A config: refused with a next step, or it can be changed setting by setting.
pub fn config(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let settings = match config_settings(text, "config.toml") {
        Ok(settings) => settings,
        Err(error) => return answered(&error),
    };
    for (key, value) in &settings {
        let set = (!value.is_empty()).then_some(value.as_str());
        let changed = config_with(text, "config.toml", key, set).expect("what was read can be set");
        let again = config_settings(&changed, "config.toml").expect("what is written is read");
        assert_eq!(again, settings, "nothing changes where `{key}` is set to what it is:\n{changed}");
        let removed = config_with(text, "config.toml", key, None).expect("whatever is set can be removed");
        let again = config_settings(&removed, "config.toml").expect("what is written is read");
        for ((name, now), (_, before)) in again.iter().zip(&settings) {
            assert_eq!(now, if name == key { "" } else { before }, "`{name}` after removing `{key}`");
        }
    }
    let named = config_with(text, "config.toml", "name", Some("\"Ada\" # \u{1b}[31m\n[x]")).expect("any name will do");
    let again = config_settings(&named, "config.toml").expect("what is written is read");
    assert!(again.contains(&("name", "\"Ada\" # \u{1b}[31m\n[x]".to_owned())));
}

/// Something to import: refused with its line, or a curriculum that `check` accepts. The first byte
/// chooses the form.
pub fn import(bytes: &[u8]) {
    let Some((first, bytes)) = bytes.split_first() else { return };
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let form = match first {
        b'm' => Form::Markdown,
        b'c' => Form::Csv,
        b'j' => Form::RoadmapSh,
        _ => Form::guess("list", text),
    };
    let draft = match authoring::read(form, "list\u{1b}", text) {
        Ok(draft) => draft,
        Err(error) => return answered(&error),
    };
    let files = draft.files("imported", "a file: # \n\u{1b}", 4.0);
    let files: Vec<(&str, &[u8])> = files.iter().map(|file| (file.name.as_str(), file.text.as_bytes())).collect();
    assert!(files.iter().all(|(name, _)| !name.contains("..") && !name.starts_with('/') && !name.contains('\\')));
    let checked = judge(&files);
    let first = checked.diagnostics.iter().find(|problem| problem.is_error());
    assert_eq!(first, None, "what is imported passes `check`");
    let curriculum = checked.curriculum.expect("nothing is wrong with it");
    let ids: Vec<&str> = curriculum.topics().iter().map(|topic| topic.id.as_str()).collect();
    assert_eq!(ids, draft.topics().map(|topic| topic.id.as_str()).collect::<Vec<_>>(), "no topic is lost");
    for (topic, drafted) in curriculum.topics().iter().zip(draft.topics()) {
        assert_eq!(topic.title, drafted.title, "titles are kept");
    }
}

/// An error that can be printed and says what to do.
fn answered(error: &Error) {
    harmless(&error.to_string());
    assert!(error.next_step().is_some_and(|step| !step.is_empty()), "no next step: {error}");
}

/// Nothing in it moves a cursor, turns text around, or hides.
#[track_caller]
fn harmless(shown: &str) {
    assert_eq!(text::block(shown), shown);
}

fn without_colour(shown: &str) -> String {
    let mut plain = String::new();
    let mut parts = shown.split("\u{1b}[");
    plain.push_str(parts.next().unwrap_or_default());
    for part in parts {
        match part.split_once('m') {
            Some((colour, rest)) if colour.bytes().all(|byte| byte.is_ascii_digit() || byte == b';') => {
                plain.push_str(rest);
            }
            _ => panic!("an escape that is no colour: {part:?}"),
        }
    }
    plain
}
