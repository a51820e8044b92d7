//! Phases in a row, into which others are put after or before one that is there.
//!
//! Nothing is moved before all are put, for there may be a hundred thousand.

use std::collections::HashMap;

use super::super::raw::RawPhase;

pub(super) struct Row {
    places: Vec<Place>,
    /// Of several with an id, the first.
    by_id: HashMap<String, usize>,
    /// So many were there from the start.
    theirs: usize,
    /// Those that were not put beside another.
    last: Vec<usize>,
}

/// A phase, and those that were put beside it.
struct Place {
    phase: RawPhase,
    before: Vec<usize>,
    after: Vec<usize>,
}

impl Row {
    pub(super) fn new(phases: Vec<RawPhase>) -> Self {
        let theirs = phases.len();
        let mut row = Self { places: Vec::with_capacity(theirs), by_id: HashMap::new(), theirs, last: Vec::new() };
        phases.into_iter().for_each(|phase| row.put_last(phase));
        row
    }

    /// Returns the phase with this id, if it was there from the start.
    pub(super) fn theirs(&mut self, id: &str) -> Option<&mut RawPhase> {
        let at = self.find(id).filter(|&at| at < self.theirs)?;
        Some(&mut self.places[at].phase)
    }

    /// Returns by what the phase with this id is known here.
    pub(super) fn find(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.places.iter().filter_map(|place| place.phase.id.as_ref()).map(|id| id.value.as_str())
    }

    pub(super) fn put_last(&mut self, phase: RawPhase) {
        let at = self.put(phase);
        self.last.push(at);
    }

    /// Puts a phase after another; several after the same one keep their order.
    pub(super) fn put_after(&mut self, other: usize, phase: RawPhase) {
        let at = self.put(phase);
        self.places[other].after.push(at);
    }

    /// As [`Self::put_after`], before another.
    pub(super) fn put_before(&mut self, other: usize, phase: RawPhase) {
        let at = self.put(phase);
        self.places[other].before.push(at);
    }

    fn put(&mut self, phase: RawPhase) -> usize {
        let at = self.places.len();
        if let Some(id) = &phase.id {
            self.by_id.entry(id.value.clone()).or_insert(at);
        }
        self.places.push(Place { phase, before: Vec::new(), after: Vec::new() });
        at
    }

    pub(super) fn in_order(self) -> Vec<RawPhase> {
        enum Step {
            Beside(usize),
            Itself(Box<RawPhase>),
        }
        let mut ordered = Vec::with_capacity(self.places.len());
        let mut places: Vec<Option<Place>> = self.places.into_iter().map(Some).collect();
        let mut open: Vec<Step> = self.last.into_iter().rev().map(Step::Beside).collect();
        while let Some(step) = open.pop() {
            match step {
                Step::Itself(phase) => ordered.push(*phase),
                Step::Beside(at) => {
                    let Some(Place { phase, before, after }) = places[at].take() else { continue };
                    open.extend(after.into_iter().rev().map(Step::Beside));
                    open.push(Step::Itself(Box::new(phase)));
                    open.extend(before.into_iter().rev().map(Step::Beside));
                }
            }
        }
        ordered
    }
}
