use chrono::{DateTime, Days};
use proptest::prelude::*;

use super::*;
use crate::curriculum::load_text;
use crate::journal::{Entry, Score};

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn start() -> NaiveDate {
    date("2026-11-02")
}

/// `lora` exercises `svd`; `other` stands beside them.
fn curriculum() -> Curriculum {
    let text = "id: c\ntitle: C\nphases:\n  - id: p\n    title: P\n    topics:\n\
        \x20     - {id: svd, title: S, hours: 4}\n      - {id: lora, title: L, hours: 2, requires: [svd], exercises: [svd]}\n\
        \x20     - {id: other, title: O, hours: 1}\n";
    load_text("test", text).curriculum.expect("sound")
}

/// Returns a journal of `(days after the start, entry)`.
fn journal(entries: Vec<(u64, Entry)>) -> Journal {
    let at = DateTime::from_timestamp(1_777_000_000, 0).expect("2026").fixed_offset();
    let stamped = entries.into_iter().enumerate().map(|(i, (days, entry))| Entry {
        id: format!("{i:04}"),
        at: at + chrono::Duration::minutes(i as i64),
        on: Some(start() + Days::new(days)),
        ..entry
    });
    Journal::new(stamped.collect())
}

fn mark(event: Event, topic: &str) -> Entry {
    Entry::new(event, topic)
}

fn review(topic: &str, grade: Grade) -> Entry {
    Entry { grade: Some(grade), ..Entry::new(Event::Review, topic) }
}

fn quiz(topic: &str, right: u32, asked: u32) -> Entry {
    Entry { quiz: Some(Score { right, asked, of: 4 }), ..Entry::new(Event::Quiz, topic) }
}

/// Returns how many days after the start each of the topics is due.
fn due(entries: Vec<(u64, Entry)>) -> Vec<Option<i64>> {
    let curriculum = curriculum();
    let memory = Memory::replay(&curriculum, &journal(entries), Scheduler::new(RETENTION));
    curriculum.indices().map(|ix| memory.due(ix).map(|day| (day - start()).num_days())).collect()
}

#[test]
fn without_credit_the_dates_are_the_crates_own() {
    let scheduler = Scheduler::with_credit(RETENTION, 0.0);
    let grades = [Grade::Good, Grade::Good, Grade::Hard, Grade::Again, Grade::Good, Grade::Easy, Grade::Good];
    for late in [0, 3] {
        let fsrs = FSRS::default();
        let (mut day, mut theirs, mut elapsed) = (start(), None, 0);
        let mut ours = scheduler.first(grades[0], day);
        for &grade in &grades {
            let states = fsrs.next_states(theirs, RETENTION as f32, elapsed).expect("sound");
            let state = [states.again, states.hard, states.good, states.easy][grade as usize].clone();
            if theirs.is_some() {
                ours = scheduler.reviewed(ours, grade, day);
            }
            let days = state.interval.round().max(1.0) as u64;
            assert_eq!(scheduler.due(ours), day + Days::new(days));
            assert_eq!(
                (ours.stability as f32, ours.difficulty as f32),
                (state.memory.stability, state.memory.difficulty)
            );
            theirs = Some(state.memory);
            day = day + Days::new(days + late);
            elapsed = (days + late) as u32;
        }
    }
}

#[test]
fn a_success_counts_as_half_a_review_of_what_it_exercises() {
    let alone = due(vec![(0, mark(Event::Done, "svd"))]);
    assert_eq!(alone, [Some(2), None, None]);
    let with = due(vec![(0, mark(Event::Done, "svd")), (2, mark(Event::Done, "lora"))]);
    let reviewed = due(vec![(0, mark(Event::Done, "svd")), (2, review("svd", Grade::Good))]);
    assert!(with[0] > alone[0] && with[0] < reviewed[0], "{alone:?} {with:?} {reviewed:?}");
    // By the formula: S from 2.3065 half way to what the review gives, last half way to day 2.
    let scheduler = Scheduler::new(RETENTION);
    let first = scheduler.first(Grade::Good, start());
    let (full, half) = (
        scheduler.reviewed(first, Grade::Good, start() + Days::new(2)),
        scheduler.credited(first, start() + Days::new(2)),
    );
    assert!((half.stability - f64::midpoint(first.stability, full.stability)).abs() < 1e-9);
    assert!((half.last - number(start()) - 1.0).abs() < 1e-9 && half.difficulty == first.difficulty);
    // A failure credits nothing, and neither does what is not exercised.
    let failed =
        due(vec![(0, mark(Event::Done, "svd")), (0, mark(Event::Done, "lora")), (2, review("lora", Grade::Again))]);
    assert_eq!(failed[0], alone[0]);
    assert_eq!(due(vec![(0, mark(Event::Done, "svd")), (2, mark(Event::Done, "other"))])[0], alone[0]);
}

#[test]
fn a_quiz_is_a_review_of_what_is_done_and_says_how_well_it_was_learned() {
    let passed = due(vec![(0, mark(Event::Done, "svd")), (2, quiz("svd", 4, 4))]);
    assert_eq!(passed, due(vec![(0, mark(Event::Done, "svd")), (2, review("svd", Grade::Good))]));
    let failed = due(vec![(0, mark(Event::Done, "svd")), (2, quiz("svd", 1, 4))]);
    assert_eq!(failed, due(vec![(0, mark(Event::Done, "svd")), (2, review("svd", Grade::Again))]));
    let broken_off = due(vec![(0, mark(Event::Done, "svd")), (2, quiz("svd", 1, 2))]);
    assert_eq!(broken_off, due(vec![(0, mark(Event::Done, "svd"))]));
    assert_eq!(due(vec![(0, quiz("svd", 1, 4)), (0, mark(Event::Done, "svd"))])[0], Some(1));
}

#[test]
fn opened_again_or_skipped_it_is_not_due() {
    for event in [Event::Reopen, Event::Skip, Event::Start] {
        assert_eq!(due(vec![(0, mark(Event::Done, "svd")), (1, mark(event, "svd"))]), [None; 3]);
    }
    let twice = due(vec![(0, mark(Event::Done, "svd")), (1, mark(Event::Done, "svd"))]);
    assert_eq!(twice[0], Some(2), "hours added later are no review");
    let anew = due(vec![(0, mark(Event::Done, "svd")), (1, mark(Event::Reopen, "svd")), (9, mark(Event::Done, "svd"))]);
    assert_eq!(anew[0], Some(11));
}

#[test]
fn what_was_known_comes_gently() {
    let scheduler = Scheduler::new(RETENTION);
    let days: Vec<i64> = crate::shipped()
        .topics()
        .iter()
        .map(|topic| (scheduler.due(scheduler.gentle(&topic.id, start())) - start()).num_days())
        .collect();
    assert!(days.iter().all(|day| (14..=56).contains(day)));
    let most = (14..=56).map(|day| days.iter().filter(|&&d| d == day).count()).max().expect("days");
    assert!(most <= 12, "{most} of {} on one day", days.len());
}

#[test]
fn a_session_begins_with_what_relieves_most() {
    let curriculum = curriculum();
    let entries = vec![(0, mark(Event::Done, "svd")), (0, mark(Event::Done, "lora")), (0, mark(Event::Done, "other"))];
    let memory = Memory::replay(&curriculum, &journal(entries.clone()), Scheduler::new(RETENTION));
    let today = start() + Days::new(2);
    let ids =
        |memory: &Memory| -> Vec<u32> { memory.session(&curriculum, today, today).iter().map(|ix| ix.0).collect() };
    assert_eq!(ids(&memory), [1, 0, 2]);
    let mut entries = entries;
    entries.push((2, review("lora", Grade::Good)));
    let memory = Memory::replay(&curriculum, &journal(entries), Scheduler::new(RETENTION));
    assert_eq!(ids(&memory), [2], "`lora` counted for `svd`");
    assert_eq!(memory.last_credit(TopicIx(0)), Some(Credit { from: TopicIx(1), on: today }));
    assert_eq!(memory.reviewed_on(today), 1);
}

#[test]
fn clocks_that_jump_back_harm_nothing() {
    let there = due(vec![(30, mark(Event::Done, "svd")), (0, review("svd", Grade::Good))]);
    assert!(there[0].is_some());
}

proptest! {
    #[test]
    fn replaying_gives_the_same_dates_and_undo_takes_them_back(
        steps in prop::collection::vec((0usize..6, 0usize..3, 0u64..20), 1..25),
    ) {
        let mut day = 0;
        let entries: Vec<(u64, Entry)> = steps
            .into_iter()
            .map(|(what, topic, pause)| {
                day += pause;
                let topic = ["svd", "lora", "other"][topic];
                let entry = match what {
                    0 | 1 => mark(Event::Done, topic),
                    2 => review(topic, Grade::ALL[(day % 4) as usize]),
                    3 => quiz(topic, (day % 5) as u32, 4),
                    4 => mark(Event::Known, topic),
                    _ => mark(Event::Reopen, topic),
                };
                (day, entry)
            })
            .collect();
        let whole = due(entries.clone());
        prop_assert_eq!(&whole, &due(entries.clone()));
        for date in whole.into_iter().flatten() {
            prop_assert!((1..200_000).contains(&date));
        }
        let shorter = due(entries[..entries.len() - 1].to_vec());
        let last = format!("{:04}", entries.len() - 1);
        let mut undone = entries;
        undone.push((day, Entry::cancel(Event::Undo, &last)));
        prop_assert_eq!(due(undone), shorter);
    }
}
