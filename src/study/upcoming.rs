//! The reviews to come, day by day, if each of them is a success.
//!
//! For plans: reviews take time that is then not there for new topics. Nobody knows which reviews
//! will fail, so the load is that of a learner who remembers.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use chrono::NaiveDate;

use super::memory::{Memory, Scheduler, Trace};
use crate::curriculum::{Curriculum, TopicIx};
use crate::journal::Grade;

/// Hours that a review takes: a handful of questions.
pub const REVIEW_HOURS: f64 = 0.1;

/// The reviews to come.
#[derive(Clone, Debug)]
pub struct Upcoming<'a> {
    curriculum: &'a Curriculum,
    scheduler: &'a Scheduler,
    per_day: usize,
    traces: Vec<Option<Trace>>,
    /// When each topic was due when it was put here; the trace knows better.
    queue: BinaryHeap<Reverse<(NaiveDate, TopicIx)>>,
}

impl<'a> Upcoming<'a> {
    /// Returns the reviews that `memory` asks for, at most `per_day` on a day.
    pub fn new(curriculum: &'a Curriculum, memory: &'a Memory, per_day: usize) -> Self {
        let traces: Vec<Option<Trace>> = curriculum.indices().map(|ix| memory.trace(ix)).collect();
        let due = curriculum.indices().filter_map(|ix| Some(Reverse((memory.due(ix)?, ix))));
        let queue = if per_day == 0 { BinaryHeap::new() } else { due.collect() };
        Self { curriculum, scheduler: memory.scheduler(), per_day, traces, queue }
    }

    /// Does the reviews of a study day, `most` of them at the most, and returns how many these are.
    pub fn review(&mut self, day: NaiveDate, most: usize) -> usize {
        let mut done = 0;
        while done < most.min(self.per_day) {
            let Some(&Reverse((queued, ix))) = self.queue.peek() else { break };
            if queued > day {
                break;
            }
            self.queue.pop();
            let Some(trace) = self.traces[ix.0 as usize] else { continue };
            let due = self.scheduler.due(trace);
            if due > day {
                // A credit moved it since it was queued.
                self.queue.push(Reverse((due, ix)));
                continue;
            }
            self.remember(ix, self.scheduler.reviewed(trace, Grade::Good, day), day);
            done += 1;
        }
        done
    }

    /// Takes a topic as finished on this day; it will have to be reviewed.
    pub fn finish(&mut self, ix: TopicIx, day: NaiveDate) {
        self.remember(ix, self.scheduler.first(Grade::Good, day), day);
    }

    fn remember(&mut self, ix: TopicIx, trace: Trace, day: NaiveDate) {
        if self.per_day == 0 {
            return;
        }
        self.traces[ix.0 as usize] = Some(trace);
        self.queue.push(Reverse((self.scheduler.due(trace), ix)));
        for &exercised in &self.curriculum.topic(ix).exercises {
            let trace = &mut self.traces[exercised.0 as usize];
            *trace = trace.map(|trace| self.scheduler.credited(trace, day));
        }
    }
}
