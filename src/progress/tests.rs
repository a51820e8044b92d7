use chrono::{DateTime, Duration};
use proptest::prelude::*;

use super::*;
use crate::curriculum::load_text;
use crate::journal::Entry;

fn tiny() -> Curriculum {
    let text = "id: tiny\ntitle: Tiny\nphases:\n  - id: p\n    title: P\n    topics:\n\
        \x20     - {id: a, title: A, hours: 4}\n      - {id: b, title: B, hours: 2, requires: [a], formerly: [old-b]}\n\
        \x20     - {id: c, title: C, hours: 1, requires: [b]}\n";
    load_text("tiny", text).curriculum.expect("sound")
}

fn journal(events: &[(Event, &str)]) -> Journal {
    let start = DateTime::from_timestamp(1_790_000_000, 0).expect("2026").fixed_offset();
    let entries = events.iter().enumerate().map(|(i, &(event, topic))| {
        let mut entry = Entry::new(event, topic);
        entry.id = format!("{i:04}");
        entry.at = start + Duration::minutes(i as i64);
        entry
    });
    Journal::new(entries.collect())
}

#[track_caller]
fn case(events: &[(Event, &str)], expected: &str) {
    let curriculum = tiny();
    let progress = Progress::replay(&curriculum, &journal(events));
    let states: Vec<&str> = curriculum.indices().map(|ix| progress.state(ix).name()).collect();
    assert_eq!(states.join(" "), expected);
}

#[test]
fn states_follow_the_journal() {
    use Event::*;
    case(&[], "ready locked locked");
    case(&[(Start, "a")], "started locked locked");
    case(&[(Done, "a")], "done ready locked");
    case(&[(Known, "a"), (Skip, "b")], "known skipped ready");
    case(&[(Done, "b")], "ready done ready");
    case(&[(Done, "a"), (Done, "b"), (Reopen, "a")], "ready done ready");
    case(&[(Done, "a"), (Start, "b"), (Reopen, "b")], "done ready locked");
    case(&[(Known, "old-b")], "ready known ready");
    case(&[(Done, "gone"), (Note, "a")], "ready locked locked");
}

#[test]
fn hours_left_count_what_was_logged() {
    let curriculum = tiny();
    let a = curriculum.find("a").expect("it is there");
    let entries = journal(&[(Event::Start, "a"), (Event::Time, "a")]);
    let logged = |hours| {
        let mut entries: Vec<Entry> = entries.entries().map(|(e, _)| e.clone()).collect();
        entries[1].hours = Some(hours);
        Progress::replay(&curriculum, &Journal::new(entries)).hours_left(&curriculum, a)
    };
    assert_eq!(logged(1.5), 2.5);
    assert_eq!(logged(9.0), 0.4);
    let done = Progress::replay(&curriculum, &journal(&[(Event::Done, "a")]));
    assert_eq!(done.hours_left(&curriculum, a), 0.0);
    assert_eq!(done.latest(), [a]);
}

#[test]
fn evidence_and_ticks_come_and_go() {
    use Event::*;
    let curriculum = tiny();
    let steps = [
        (Done, "x"),
        (AddEvidence, "y"),
        (AddEvidence, "x"),
        (RemoveEvidence, "x"),
        (RemoveEvidence, "never there"),
        (Tick, "x"),
        (Tick, "y"),
        (Untick, "x"),
        (Unknown, "z"),
    ];
    let bare: Vec<(Event, &str)> = steps.iter().map(|&(event, _)| (event, "a")).collect();
    let mut entries: Vec<Entry> = journal(&bare).entries().map(|(e, _)| e.clone()).collect();
    for (entry, (event, what)) in entries.iter_mut().zip(steps) {
        if !matches!(event, Tick | Untick) {
            entry.evidence = vec![what.to_owned()];
        }
        if matches!(event, Tick | Untick | Unknown) {
            entry.rubric = vec![what.to_owned()];
        }
    }
    let seen = |entries: &[Entry]| {
        let progress = Progress::replay(&curriculum, &Journal::new(entries.to_vec()));
        let mark = progress.mark(TopicIx(0)).clone();
        (mark.evidence.join(" "), mark.ticked.join(" "), progress.state(TopicIx(0)))
    };
    assert_eq!(seen(&entries[..3]), ("x y".into(), String::new(), State::Done), "each is there once");
    assert_eq!(seen(&entries), ("y".into(), "y".into(), State::Done));
    let mut undo = Entry::cancel(Undo, &entries[3].id);
    undo.id = "9999".into();
    undo.at = entries[8].at;
    entries.push(undo);
    assert_eq!(seen(&entries), ("x y".into(), "y".into(), State::Done), "undo of the removal brings it back");
}

#[test]
fn topics_the_curriculum_lost_are_reported() {
    let progress = Progress::replay(&tiny(), &journal(&[(Event::Done, "gone"), (Event::Done, "a")]));
    assert_eq!(progress.strangers().collect::<Vec<_>>(), ["gone"]);
}

proptest! {
    #[test]
    fn marking_with_prerequisites_marks_exactly_the_open_closure(
        edges in prop::collection::vec((0u32..9, 0u32..9), 0..20),
        closed in prop::collection::vec(0usize..9, 0..5),
        wanted in 0u32..9,
    ) {
        let requires = |to: u32| {
            let mut from: Vec<String> = edges.iter().filter(|(a, b)| *b == to && a < b).map(|(a, _)| format!("t{a}")).collect();
            from.sort_unstable();
            from.dedup();
            from.join(", ")
        };
        let topics: Vec<String> = (0..9).map(|i| format!("{{id: t{i}, title: T, hours: 1, requires: [{}]}}", requires(i))).collect();
        let yaml = format!("id: c\ntitle: C\nphases: [{{id: p, title: P, topics: [{}]}}]", topics.join(", "));
        let curriculum = load_text("test", &yaml).curriculum.expect("sound");
        let names: Vec<String> = (0..9).map(|i| format!("t{i}")).collect();
        let mut marks: Vec<(Event, &str)> = closed.iter().map(|&i| (Event::Known, names[i].as_str())).collect();
        let before = Progress::replay(&curriculum, &journal(&marks));
        let missing = before.missing_closure(&curriculum, &[TopicIx(wanted)]);
        // Brute force: whatever is open and reached without passing through something closed.
        let mut expected: Vec<TopicIx> = Vec::new();
        let mut stack = vec![TopicIx(wanted)];
        while let Some(ix) = stack.pop() {
            for parent in curriculum.requires(ix).filter(|&p| !before.state(p).is_closed()) {
                if !expected.contains(&parent) {
                    expected.push(parent);
                    stack.push(parent);
                }
            }
        }
        let mut sorted = missing.clone();
        sorted.sort();
        expected.sort();
        prop_assert_eq!(sorted, expected);
        // Done in this order, none of them is ever locked.
        for ix in missing {
            prop_assert_eq!(Progress::replay(&curriculum, &journal(&marks)).state(ix), State::Ready);
            marks.push((Event::Done, &names[ix.0 as usize]));
        }
    }

    #[test]
    fn undo_after_any_step_restores_the_state(steps in prop::collection::vec((0usize..5, 0usize..3), 1..20)) {
        let curriculum = tiny();
        let events = [Event::Start, Event::Done, Event::Known, Event::Skip, Event::Reopen];
        let named: Vec<(Event, &str)> = steps.iter().map(|&(e, t)| (events[e], ["a", "b", "c"][t])).collect();
        let after = journal(&named);
        let mut entries: Vec<Entry> = after.entries().map(|(e, _)| e.clone()).collect();
        let mut undo = Entry::cancel(Event::Undo, after.undoable().expect("there are steps"));
        undo.id = "9999".into();
        undo.at = after.last().expect("there are steps").at;
        entries.push(undo);
        let undone = Progress::replay(&curriculum, &Journal::new(entries));
        let before = Progress::replay(&curriculum, &journal(&named[..named.len() - 1]));
        prop_assert_eq!(undone, before);
    }
}
