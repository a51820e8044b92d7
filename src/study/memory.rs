//! How well finished topics are remembered, and when each is due for review.
//!
//! FSRS-6 by the official `fsrs` crate (Ye, Su and Cao, "A stochastic shortest path algorithm for
//! optimizing spaced repetition scheduling", KDD 2022, and its successors), with its default
//! parameters: a topic has a stability S, the days until it is remembered with probability .9, and a
//! difficulty. Ours is the implicit credit: studying a topic practises those it `exercises:`, so a
//! success counts for each of them as half a review, S += c·(S′ − S) and last += c·(now − last)
//! with c = ½, S′ being the stability after a good review now. A failure credits nothing.
//!
//! A fold over the journal by its days; knows no clock, so every machine gets the same dates.

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};
use fsrs::{FSRS, FSRS6_DEFAULT_DECAY, FSRSItem, FSRSReview, MemoryState, current_retrievability};
use serde::{Deserialize, Serialize};

use crate::curriculum::{Curriculum, TopicIx};
use crate::journal::{Entry, Event, Grade, Journal};
use crate::progress::days;

/// The share of a review that an exercised prerequisite is credited.
pub const CREDIT: f64 = 0.5;
/// The probability of remembering at which a review is due.
pub const RETENTION: f64 = 0.9;
/// What was known before comes up for review this many days later at the earliest.
const GENTLE_FROM: u64 = 14;
/// Over so many days the first reviews of known topics are spread.
const GENTLE_SPAN: u64 = 43;

/// The model with its default parameters, made when the first topic was learned.
static MODEL: LazyLock<FSRS> = LazyLock::new(FSRS::default);

/// How the dates are reckoned.
#[derive(Clone, Debug)]
pub struct Scheduler {
    retention: f64,
    credit: f64,
}

/// What is remembered of one topic.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    /// Days until it is remembered with probability .9.
    pub stability: f64,
    /// Between 1, easy, and 10.
    pub difficulty: f64,
    /// The day of the last review, counted from the common era; credit moves it by parts of a day.
    last: f64,
}

impl Scheduler {
    /// Returns the scheduler that brings topics up when they are remembered with this probability
    /// (above 0 and below 1), with [`CREDIT`] for what is exercised.
    pub fn new(retention: f64) -> Self {
        Self::with_credit(retention, CREDIT)
    }

    /// As [`Self::new`], with another credit; 0 leaves the crate's own schedule.
    pub fn with_credit(retention: f64, credit: f64) -> Self {
        Self { retention, credit }
    }

    /// Returns a number that differs between schedulers that give other dates.
    pub fn key(&self) -> u64 {
        self.retention.to_bits() ^ self.credit.to_bits().rotate_left(32)
    }

    /// Returns the trace of a topic finished on this day with this grade.
    pub fn first(&self, grade: Grade, day: NaiveDate) -> Trace {
        self.step(None, grade, 0, day)
    }

    /// Returns the trace of a topic known before: nobody knows how well, so its first review comes
    /// some weeks later, spread by `id` so that not all come at once.
    pub fn gentle(&self, id: &str, day: NaiveDate) -> Trace {
        // FNV-1a, for a number that every machine draws alike.
        let hash = id
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        let first = self.first(Grade::Good, day);
        Trace { stability: (GENTLE_FROM + (hash >> 8) % GENTLE_SPAN) as f64, ..first }
    }

    /// Returns the trace after a review on this day.
    pub fn reviewed(&self, trace: Trace, grade: Grade, day: NaiveDate) -> Trace {
        self.step(Some(trace.state()), grade, trace.days_until(day), day)
    }

    /// Returns the trace of a topic that was exercised by a success with another one on this day. On
    /// the day of its own review nothing is added: nothing was forgotten yet.
    pub fn credited(&self, trace: Trace, day: NaiveDate) -> Trace {
        let after = self.reviewed(trace, Grade::Good, day);
        if trace.days_until(day) == 0 {
            return trace;
        }
        Trace {
            stability: trace.stability + self.credit * (after.stability - trace.stability),
            last: trace.last + self.credit * (after.last - trace.last),
            ..trace
        }
    }

    /// Returns the day on which a review is due, the day after the last one at the earliest.
    pub fn due(&self, trace: Trace) -> NaiveDate {
        let interval = MODEL.next_interval(Some(trace.stability as f32), self.retention as f32, 0);
        let day = (trace.last + f64::from(interval)).round().max(trace.last.floor() + 1.0);
        NaiveDate::from_num_days_from_ce_opt(day as i32).unwrap_or(NaiveDate::MAX)
    }

    /// Returns the probability of remembering on this day.
    pub fn retrievability(&self, trace: Trace, day: NaiveDate) -> f64 {
        let days = (number(day) - trace.last).max(0.0);
        f64::from(current_retrievability(trace.state(), days as f32, FSRS6_DEFAULT_DECAY))
    }

    fn step(&self, before: Option<MemoryState>, grade: Grade, days: u32, day: NaiveDate) -> Trace {
        let review = FSRSReview { rating: grade as u32 + 1, delta_t: days };
        let after = MODEL.memory_state(FSRSItem { reviews: vec![review] }, before);
        let after = after.expect("finite states stay finite, the crate clamps them");
        Trace { stability: f64::from(after.stability), difficulty: f64::from(after.difficulty), last: number(day) }
    }
}

impl Trace {
    fn state(self) -> MemoryState {
        MemoryState { stability: self.stability as f32, difficulty: self.difficulty as f32 }
    }

    /// Returns whether the numbers can have come out of the model.
    fn is_sound(self) -> bool {
        let days = f64::from(NaiveDate::MIN.num_days_from_ce())..=f64::from(NaiveDate::MAX.num_days_from_ce());
        self.stability > 0.0
            && self.stability < 1e9
            && (1.0..=10.0).contains(&self.difficulty)
            && days.contains(&self.last)
    }

    /// Whole days since the last review; none if the clock jumped back.
    fn days_until(self, day: NaiveDate) -> u32 {
        (number(day) - self.last).max(0.0) as u32
    }
}

fn number(day: NaiveDate) -> f64 {
    f64::from(day.num_days_from_ce())
}

/// A topic counted as part of a review because another one exercises it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Credit {
    /// The topic that was studied or reviewed.
    pub from: TopicIx,
    /// When.
    pub on: NaiveDate,
}

/// What the learner remembers of each topic.
#[derive(Clone, Debug)]
pub struct Memory {
    scheduler: Scheduler,
    traces: Vec<Option<Trace>>,
    /// The last credit of each topic since its own last review.
    credits: Vec<Option<Credit>>,
    /// The day of the last review of each topic, its first study not counted.
    reviewed: Vec<Option<NaiveDate>>,
    /// How each topic's newest quiz or review went; it tells how well the topic was learned.
    learned: Vec<Option<Grade>>,
}

/// The memory without its scheduler, topics of which nothing is remembered left out.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Kept(Vec<(TopicIx, KeptTopic)>);

#[derive(Debug, Serialize, Deserialize)]
struct KeptTopic {
    trace: Option<Trace>,
    credit: Option<TopicIx>,
    #[serde(with = "days")]
    credited: Option<NaiveDate>,
    #[serde(with = "days")]
    reviewed: Option<NaiveDate>,
    learned: Option<Grade>,
}

impl Memory {
    /// Returns the memory of somebody who has learned nothing yet.
    pub fn none(curriculum: &Curriculum, scheduler: Scheduler) -> Self {
        let topics = curriculum.topics().len();
        Self {
            scheduler,
            traces: vec![None; topics],
            credits: vec![None; topics],
            reviewed: vec![None; topics],
            learned: vec![None; topics],
        }
    }

    /// Returns what the journal says is remembered. Done and known topics are; a quiz of such a topic
    /// is a review, and one taken before tells how well it was learned.
    pub fn replay<S: AsRef<str>>(curriculum: &Curriculum, journal: &Journal<S>, scheduler: Scheduler) -> Self {
        let mut memory = Self::none(curriculum, scheduler);
        memory.follow(curriculum, journal.effective());
        memory
    }

    /// Takes in further entries that count, oldest first.
    pub fn follow<'e, S: AsRef<str> + 'e>(
        &mut self,
        curriculum: &Curriculum,
        entries: impl IntoIterator<Item = &'e Entry<S>>,
    ) {
        for entry in entries {
            if let Some(ix) = entry.topic_id().and_then(|id| curriculum.find_ever(id)) {
                self.take_about(curriculum, ix, entry);
            }
        }
    }

    /// Takes in an entry about a topic.
    pub(crate) fn take_about<S: AsRef<str>>(&mut self, curriculum: &Curriculum, ix: TopicIx, entry: &Entry<S>) {
        let grade = match entry.event {
            Event::Quiz => entry.quiz.filter(|score| score.is_whole()).map(|score| score.grade()),
            Event::Review => entry.grade,
            Event::Done | Event::Known | Event::Skip | Event::Reopen | Event::Start => None,
            _ => return,
        };
        self.take(curriculum, ix, entry.event, grade, entry.day());
    }

    fn take(&mut self, curriculum: &Curriculum, ix: TopicIx, event: Event, grade: Option<Grade>, day: NaiveDate) {
        let at = ix.0 as usize;
        match event {
            Event::Done if self.traces[at].is_none() => {
                let grade = self.learned[at].unwrap_or(Grade::Good);
                self.traces[at] = Some(self.scheduler.first(grade, day));
                self.credit(curriculum, ix, grade, day);
            }
            Event::Known if self.traces[at].is_none() => {
                self.traces[at] = Some(self.scheduler.gentle(&curriculum.topic(ix).id, day));
            }
            Event::Skip | Event::Reopen | Event::Start => {
                self.traces[at] = None;
                self.credits[at] = None;
                self.reviewed[at] = None;
            }
            _ => {
                let Some(grade) = grade else { return };
                self.learned[at] = Some(grade);
                self.review(curriculum, ix, grade, day);
            }
        }
    }

    /// Returns what a later run of the program needs to go on from here.
    pub(crate) fn keep(&self) -> Kept {
        let topic = |at: usize| {
            let (trace, learned, reviewed) = (self.traces[at], self.learned[at], self.reviewed[at]);
            let credit = self.credits[at];
            (trace.is_some() || learned.is_some()).then(|| KeptTopic {
                trace,
                credit: credit.map(|credit| credit.from),
                credited: credit.map(|credit| credit.on),
                reviewed,
                learned,
            })
        };
        Kept((0..self.traces.len()).filter_map(|at| Some((TopicIx(at as u32), topic(at)?))).collect())
    }

    /// Returns the memory as it was kept, `None` if that names topics which are not there.
    pub(crate) fn resume(curriculum: &Curriculum, kept: Kept, scheduler: Scheduler) -> Option<Self> {
        let mut memory = Self::none(curriculum, scheduler);
        let topics = memory.traces.len();
        for (ix, topic) in kept.0 {
            let at = Some(ix.0 as usize).filter(|&at| at < topics)?;
            if topic.trace.is_some_and(|trace| !trace.is_sound()) {
                return None;
            }
            memory.traces[at] = topic.trace;
            memory.reviewed[at] = topic.reviewed;
            memory.learned[at] = topic.learned;
            memory.credits[at] = match (topic.credit, topic.credited) {
                (Some(from), Some(on)) if (from.0 as usize) < topics => Some(Credit { from, on }),
                (None, None) => None,
                _ => return None,
            };
        }
        Some(memory)
    }

    fn review(&mut self, curriculum: &Curriculum, ix: TopicIx, grade: Grade, day: NaiveDate) {
        let at = ix.0 as usize;
        let Some(trace) = self.traces[at] else { return };
        self.traces[at] = Some(self.scheduler.reviewed(trace, grade, day));
        self.credits[at] = None;
        self.reviewed[at] = Some(day);
        self.credit(curriculum, ix, grade, day);
    }

    fn credit(&mut self, curriculum: &Curriculum, from: TopicIx, grade: Grade, on: NaiveDate) {
        if grade == Grade::Again {
            return;
        }
        for &exercised in &curriculum.topic(from).exercises {
            let at = exercised.0 as usize;
            let Some(trace) = self.traces[at] else { continue };
            let after = self.scheduler.credited(trace, on);
            if after != trace {
                self.traces[at] = Some(after);
                self.credits[at] = Some(Credit { from, on });
            }
        }
    }

    /// Returns how the dates are reckoned.
    pub fn scheduler(&self) -> &Scheduler {
        &self.scheduler
    }

    /// Returns what is remembered of a topic; `None` if it is neither done nor known.
    pub fn trace(&self, ix: TopicIx) -> Option<Trace> {
        self.traces[ix.0 as usize]
    }

    /// Returns the day on which a topic is due for review.
    pub fn due(&self, ix: TopicIx) -> Option<NaiveDate> {
        self.trace(ix).map(|trace| self.scheduler.due(trace))
    }

    /// Returns whether a topic is due for review on this day.
    pub fn is_due(&self, ix: TopicIx, day: NaiveDate) -> bool {
        self.due(ix).is_some_and(|due| due <= day)
    }

    /// Returns the probability that a topic is remembered on this day.
    pub fn retrievability(&self, ix: TopicIx, day: NaiveDate) -> Option<f64> {
        self.trace(ix).map(|trace| self.scheduler.retrievability(trace, day))
    }

    /// Returns the last credit that a topic got since its own last review.
    pub fn last_credit(&self, ix: TopicIx) -> Option<Credit> {
        self.credits[ix.0 as usize]
    }

    /// Returns how many topics were reviewed on this day.
    pub fn reviewed_on(&self, day: NaiveDate) -> usize {
        self.reviewed.iter().filter(|reviewed| **reviewed == Some(day)).count()
    }

    /// Returns the topics due by `day` if reviewed on `today`, in the order of a session: first what
    /// relieves most of the others by its credit, then what is remembered least.
    pub fn session(&self, curriculum: &Curriculum, today: NaiveDate, day: NaiveDate) -> Vec<TopicIx> {
        let mut due: Vec<TopicIx> = curriculum.indices().filter(|&ix| self.is_due(ix, day)).collect();
        due.sort_by_cached_key(|&ix| {
            let relieved = curriculum.topic(ix).exercises.iter().filter(|&&other| self.is_relieved(other, today, day));
            let remembered = self.retrievability(ix, today).unwrap_or(1.0);
            // As a number that sorts: probabilities to nine decimals.
            (std::cmp::Reverse(relieved.count()), (remembered * 1e9) as u64, ix)
        });
        due
    }

    /// Returns whether a topic that is due by `day` no longer is once it is credited `today`.
    fn is_relieved(&self, ix: TopicIx, today: NaiveDate, day: NaiveDate) -> bool {
        let after = |trace| self.scheduler.due(self.scheduler.credited(trace, today));
        self.is_due(ix, day) && self.trace(ix).is_some_and(|trace| after(trace) > day)
    }
}

#[cfg(test)]
mod tests;
