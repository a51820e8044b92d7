use std::fmt::Write as _;

use chrono::DateTime;
use proptest::prelude::*;

use super::*;
use crate::curriculum::load_text;
use crate::journal::{Entry, Event, Journal};

/// Returns a curriculum of `(id, phase, hours, requires)`.
fn curriculum(topics: &[(&str, usize, f64, &str)]) -> Curriculum {
    let mut yaml = "id: c\ntitle: C\nphases:\n".to_owned();
    let mut phase = usize::MAX;
    for &(id, of, hours, requires) in topics {
        if of != phase {
            phase = of;
            let _ = writeln!(yaml, "  - id: p{of}\n    title: P\n    topics:");
        }
        let _ = writeln!(yaml, "      - {{id: {id}, title: T, hours: {hours}, requires: [{requires}]}}");
    }
    load_text("test", &yaml).curriculum.expect("the tests' curricula are sound")
}

fn progress(curriculum: &Curriculum, marks: &[(Event, &str)]) -> Progress {
    let at = DateTime::from_timestamp(1_790_000_000, 0).expect("2026").fixed_offset();
    let entry =
        |(i, &(event, topic)): (usize, &(Event, &str))| Entry { id: format!("{i:04}"), at, ..Entry::new(event, topic) };
    Progress::replay(curriculum, &Journal::new(marks.iter().enumerate().map(entry).collect()))
}

fn ids(curriculum: &Curriculum, suggestions: &[Suggestion]) -> String {
    suggestions.iter().map(|s| curriculum.topic(s.topic).id.as_str()).collect::<Vec<_>>().join(" ")
}

const ROAD: [(&str, usize, f64, &str); 5] =
    [("a", 0, 4.0, ""), ("b", 0, 2.0, "a"), ("c", 1, 1.0, ""), ("d", 1, 2.0, "b, c"), ("e", 1, 8.0, "c")];

#[track_caller]
fn case(marks: &[(Event, &str)], aim: &Aim, limits: &Limits, expected: &str) -> Vec<Suggestion> {
    let curriculum = curriculum(&ROAD);
    let suggestions = next(&curriculum, &progress(&curriculum, marks), aim, limits);
    assert_eq!(ids(&curriculum, &suggestions), expected);
    suggestions
}

fn up_to(count: usize) -> Limits {
    Limits { count, ..Limits::default() }
}

#[test]
fn the_densest_goal_comes_first_and_says_so() {
    let found = case(&[], &Aim::default(), &up_to(9), "c a d b e".replace("d b", "b d").as_str());
    assert_eq!(found[0].because, Reason::Itself);
    assert_eq!((found[1].because, found[1].way.goal.0, found[1].way.topics_left), (Reason::Toward, 3, 3));
    assert_eq!(found[1].runner_up, Some(TopicIx(4)));
    assert_eq!(found[2].after, [TopicIx(0)]);
    assert_eq!(found[2].unlocks, [TopicIx(3)]);
}

#[test]
fn what_was_begun_comes_first_and_closed_topics_never() {
    case(&[(Event::Start, "a")], &Aim::default(), &up_to(2), "a c");
    case(&[(Event::Done, "c"), (Event::Skip, "a")], &Aim::default(), &up_to(9), "b d e");
    case(
        &[(Event::Known, "a"), (Event::Known, "b"), (Event::Done, "c"), (Event::Done, "d"), (Event::Skip, "e")],
        &Aim::default(),
        &up_to(9),
        "",
    );
}

#[test]
fn a_phase_an_order_and_hours_narrow_the_choice() {
    let phases = Aim { order: Order::Phases, ..Aim::default() };
    case(&[], &phases, &up_to(9), "a b c d e");
    case(&[], &Aim::default(), &Limits { phase: Some(0), ..up_to(9) }, "a b");
    case(&[], &Aim::default(), &Limits { phase: Some(1), ..up_to(9) }, "c e");
    case(&[], &Aim::default(), &Limits { hours: Some(5.0), ..up_to(9) }, "c a");
    case(&[], &Aim::default(), &Limits { hours: Some(0.5), ..up_to(9) }, "");
}

#[test]
fn a_track_draws_and_a_hard_goal_restricts() {
    let goals = vec![TopicIx(4)];
    case(&[], &Aim { goals: goals.clone(), ..Aim::default() }, &up_to(9), "c e a b d");
    case(&[], &Aim { goals, only: true, ..Aim::default() }, &up_to(9), "c e");
}

#[test]
fn a_goal_that_was_overtaken_is_named() {
    // `x` alone is worth 1/4 an hour; `y` behind `s` 2/9, and with `s` done 1/3.
    let curriculum = curriculum(&[("s", 0, 6.0, ""), ("y", 0, 3.0, "s"), ("x", 0, 4.0, "")]);
    let before = next(&curriculum, &progress(&curriculum, &[]), &Aim::default(), &up_to(1));
    assert_eq!(before[0].way.goal, TopicIx(2));
    let after = next(&curriculum, &progress(&curriculum, &[(Event::Done, "s")]), &Aim::default(), &up_to(1));
    assert_eq!(after[0].goal_before, Some(Change { from: TopicIx(2), by: TopicIx(0) }));
}

proptest! {
    #[test]
    fn walking_next_and_done_visits_everything_once_in_a_valid_order(
        edges in prop::collection::vec((0usize..14, 0usize..14), 0..30),
        hours in prop::collection::vec(1u8..12, 14),
        begun in prop::collection::vec(0usize..14, 0..3),
        phases in any::<bool>(),
    ) {
        let names: Vec<String> = (0..14).map(|i| format!("t{i}")).collect();
        let requires: Vec<String> = (0..14).map(|to| {
            let mut from: Vec<&str> = edges.iter().filter(|(a, b)| *b == to && a < b).map(|(a, _)| names[*a].as_str()).collect();
            from.sort_unstable();
            from.dedup();
            from.join(", ")
        }).collect();
        let topics: Vec<_> = (0..14).map(|i| (names[i].as_str(), i / 7, f64::from(hours[i]), requires[i].as_str())).collect();
        let curriculum = curriculum(&topics);
        let mut marks: Vec<(Event, &str)> = Vec::new();
        for &i in &begun {
            if curriculum.requires(TopicIx(i as u32)).len() == 0 {
                marks.push((Event::Start, &names[i]));
            }
        }
        let aim = Aim { order: if phases { Order::Phases } else { Order::Value }, ..Aim::default() };
        let planned = walk(&curriculum, &progress(&curriculum, &marks), &aim);
        let mut walked = Vec::new();
        loop {
            let now = progress(&curriculum, &marks);
            let Some(suggestion) = next(&curriculum, &now, &aim, &up_to(1)).pop() else { break };
            prop_assert!(matches!(now.state(suggestion.topic), State::Ready | State::Started));
            prop_assert!(!walked.contains(&suggestion.topic));
            walked.push(suggestion.topic);
            marks.push((Event::Done, &names[suggestion.topic.0 as usize]));
        }
        prop_assert_eq!(walked.len(), 14);
        prop_assert_eq!(walked, planned);
    }
}
