//! A topic's questions as they are put: in which order the options stand, and what a failure points at.
//!
//! Takes chance as a seed, so that the same seed puts the same paper and its answers can be handed
//! in later. Knows no terminal.

use chrono::NaiveDate;

use crate::curriculum::{Curriculum, Question, TopicIx};
use crate::progress::{Progress, State};
use crate::study::memory::Memory;

/// A question with its options in the order in which they are put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posed {
    /// The question.
    pub question: Question,
    /// The options as put, by their index in the question.
    pub order: Vec<usize>,
}

impl Posed {
    /// Returns the options as put.
    pub fn options(&self) -> impl ExactSizeIterator<Item = &str> {
        self.order.iter().map(|&at| self.question.options[at].as_str())
    }

    /// Returns whether the option put at this place, counted from 0, is the right one.
    pub fn is_right(&self, place: usize) -> bool {
        self.order.get(place) == Some(&(self.question.answer as usize))
    }

    /// Returns the place of the right option.
    pub fn answer(&self) -> usize {
        self.order.iter().position(|&at| at == self.question.answer as usize).unwrap_or(0)
    }
}

/// Returns a topic's questions as this seed puts them; empty if it has none.
pub fn paper(curriculum: &Curriculum, ix: TopicIx, seed: u64) -> Vec<Posed> {
    let mut chance = fastrand::Rng::with_seed(seed);
    let pose = |question: Question| {
        let mut order: Vec<usize> = (0..question.options.len()).collect();
        chance.shuffle(&mut order);
        Posed { question, order }
    };
    curriculum.details(ix).into_owned().quiz.into_iter().map(pose).collect()
}

/// A prerequisite that may be missing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weakness {
    /// The prerequisite.
    pub topic: TopicIx,
    /// How probable it is that the learner has it today, 0 to 1.
    pub probability: f64,
    /// Why that is doubted.
    pub because: Doubt,
}

/// Above this probability nothing is doubted.
const SURE: f64 = 0.9;

/// Why a prerequisite is doubted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// It was never studied.
    Open,
    /// Placement was not sure of it.
    Placed,
    /// Its quiz went wrong in part.
    Quiz,
    /// It was not practised for some time.
    Forgotten,
}

/// Returns the direct prerequisite that is most likely missing today, of equals the first; `None` if
/// nothing speaks against any of them.
///
/// The probability is that of remembering it, times what placement believed of it, times the share
/// of its last quiz that was right; an open one counts as missing. One that was skipped on purpose
/// is not named.
pub fn weakest_prerequisite(
    curriculum: &Curriculum,
    progress: &Progress,
    memory: &Memory,
    ix: TopicIx,
    today: NaiveDate,
) -> Option<Weakness> {
    let judge = |topic: TopicIx| {
        let mark = progress.mark(topic);
        let remembered = memory.retrievability(topic, today).unwrap_or(0.0);
        let placed = mark.placed.unwrap_or(1.0);
        let quiz = mark.quiz.map_or(1.0, |score| score.share());
        let least = remembered.min(placed).min(quiz);
        let because = match () {
            () if !progress.state(topic).is_had() => Doubt::Open,
            () if quiz < 1.0 && quiz <= least => Doubt::Quiz,
            () if placed < 1.0 && placed <= least => Doubt::Placed,
            () => Doubt::Forgotten,
        };
        Weakness { topic, probability: remembered * placed * quiz, because }
    };
    curriculum
        .requires(ix)
        .filter(|&parent| progress.state(parent) != State::Skipped)
        .map(judge)
        .min_by(|a, b| a.probability.total_cmp(&b.probability))
        .filter(|weakness| weakness.probability < SURE)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Days};

    use super::*;
    use crate::curriculum::load_text;
    use crate::journal::{Entry, Event, Journal, Score};
    use crate::study::memory::{RETENTION, Scheduler};

    #[test]
    fn a_seed_puts_the_same_paper_and_the_answer_moves_with_its_option() {
        let curriculum = crate::shipped();
        let ix = curriculum.find("backpropagation").expect("it is there");
        assert_eq!(paper(&curriculum, ix, 7), paper(&curriculum, ix, 7));
        let mut places = [0; 4];
        for seed in 0..200 {
            for posed in paper(&curriculum, ix, seed) {
                let right = &posed.question.options[posed.question.answer as usize];
                assert_eq!(posed.options().nth(posed.answer()), Some(right.as_str()));
                assert!((0..9).filter(|&place| posed.is_right(place)).eq([posed.answer()]));
                places[posed.answer()] += 1;
            }
        }
        let total: i32 = places.iter().sum();
        assert!(places.iter().all(|&n| (n - total / 4).abs() < total / 16), "{places:?}");
    }

    #[test]
    fn the_weakest_prerequisite_is_named_with_its_reason() {
        let text = "id: c\ntitle: C\nphases:\n  - id: p\n    title: P\n    topics:\n\
            \x20     - {id: a, title: A, hours: 1}\n      - {id: b, title: B, hours: 1}\n      - {id: c, title: C, hours: 1}\n\
            \x20     - {id: x, title: X, hours: 1, requires: [a, b, c]}\n      - {id: first, title: F, hours: 1}\n";
        let curriculum = load_text("test", text).curriculum.expect("sound");
        let start: NaiveDate = "2026-11-02".parse().expect("a date");
        let weakest = |entries: Vec<Entry>, after: u64| {
            let at = DateTime::from_timestamp(1_777_000_000, 0).expect("2026").fixed_offset();
            let stamped = entries.into_iter().enumerate().map(|(i, entry)| Entry {
                id: format!("{i:03}"),
                at,
                on: entry.on.or(Some(start)),
                ..entry
            });
            let journal = Journal::new(stamped.collect());
            let progress = Progress::replay(&curriculum, &journal);
            let memory = Memory::replay(&curriculum, &journal, Scheduler::new(RETENTION));
            let x = curriculum.find("x").expect("it is there");
            weakest_prerequisite(&curriculum, &progress, &memory, x, start + Days::new(after))
                .map(|w| (curriculum.topic(w.topic).id.to_string(), w.because))
        };
        let done = |id: &str| Entry::new(Event::Done, id);
        assert_eq!(weakest(vec![done("a"), done("c")], 0), Some(("b".into(), Doubt::Open)));
        let placed = Entry { placed: Some(0.6), ..Entry::new(Event::Known, "c") };
        assert_eq!(weakest(vec![done("a"), done("b"), placed.clone()], 0), Some(("c".into(), Doubt::Placed)));
        let quiz = Entry { quiz: Some(Score { right: 1, asked: 4, of: 4 }), ..Entry::new(Event::Quiz, "a") };
        assert_eq!(weakest(vec![quiz, done("a"), done("b"), placed], 0), Some(("a".into(), Doubt::Quiz)));
        let later = Entry { on: Some(start + Days::new(90)), ..done("b") };
        let later_too = Entry { on: Some(start + Days::new(90)), ..done("c") };
        assert_eq!(weakest(vec![done("a"), later, later_too], 90), Some(("a".into(), Doubt::Forgotten)));
        let skipped = vec![done("a"), done("c"), Entry::new(Event::Skip, "b")];
        assert_eq!(weakest(skipped.clone(), 0), None);
        assert_eq!(weakest(skipped, 30), Some(("a".into(), Doubt::Forgotten)));
    }
}
