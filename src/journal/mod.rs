//! What the learner did: entries in order, and which of them count.
//!
//! Nothing is ever erased. Undo and redo are entries that name what they cancel; whether an entry
//! counts is worked out here, once, from all devices' entries together, so the order in which
//! files are read can make no difference.

use std::collections::HashSet;

mod carried;
mod checkpoint;
mod entry;
mod file;
pub mod lines;
mod mend;
mod plain;
mod time;

pub use carried::{Line, Lines, Sheet};
pub use checkpoint::{Fold, Folded};
pub(crate) use checkpoint::{bytes_of, kept_in};
pub use entry::{Entry, Event, Grade, Score};
pub(crate) use file::write_whole;
pub use file::{Folder, Remark};
pub use lines::VERSION;

/// All entries of all devices, oldest first, each once.
#[derive(Clone, Debug, PartialEq)]
pub struct Journal<S = String> {
    entries: Vec<Entry<S>>,
    counts: Vec<bool>,
}

impl Default for Journal {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl<S: AsRef<str>> Journal<S> {
    /// Returns the journal of `entries` in any order, with repetitions or without.
    ///
    /// Order is by (time, id), and of two entries with the same of both, which only a damaged or
    /// edited copy has, the same one stays on every machine. An undo counts unless a redo names it; anything else counts unless
    /// an undo that counts names its step.
    pub fn new(mut entries: Vec<Entry<S>>) -> Self {
        // One device's file is in order already; entries are large, so it is worth to look first.
        let order = |a: &Entry<S>, b: &Entry<S>| (a.at, a.id.as_ref()).cmp(&(b.at, b.id.as_ref()));
        if !entries.is_sorted_by(|a, b| order(a, b).is_lt()) {
            entries.sort_by(|a, b| order(a, b).then_with(|| told_apart(a, b)));
            // Not by the id alone: whether two of another time lie side by side is a matter of what else there is.
            entries.dedup_by(|a, b| order(a, b).is_eq());
        }
        let named_by = |event| {
            let of_event = entries.iter().filter(move |e| e.event == event);
            of_event.filter_map(|e| Some((e.id.as_ref(), e.cancels_id()?)))
        };
        let redone: HashSet<&str> = named_by(Event::Redo).map(|(_, undo)| undo).collect();
        let undone: HashSet<&str> =
            named_by(Event::Undo).filter(|(undo, _)| !redone.contains(undo)).map(|(_, step)| step).collect();
        let counts = entries
            .iter()
            .map(|entry| match entry.event {
                Event::Undo => !redone.contains(entry.id.as_ref()),
                Event::Redo => true,
                _ => !undone.contains(entry.step_id()),
            })
            .collect();
        Self { entries, counts }
    }

    /// Returns every entry and whether it counts, oldest first.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = (&Entry<S>, bool)> {
        self.entries.iter().zip(self.counts.iter().copied())
    }

    /// Returns the entries that count, oldest first, undos and redos left out.
    pub fn effective(&self) -> impl DoubleEndedIterator<Item = &Entry<S>> {
        self.entries().filter(|(entry, counts)| *counts && !entry.is_cancel()).map(|(entry, _)| entry)
    }

    /// Returns whether there is no entry at all.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns the number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns the newest entry.
    pub fn last(&self) -> Option<&Entry<S>> {
        self.entries.last()
    }

    /// Returns the id of the step that `undo` would cancel: the newest that counts.
    pub fn undoable(&self) -> Option<&str> {
        self.effective().next_back().map(Entry::step_id)
    }

    /// Returns the undo that `redo` would cancel: the newest that counts, unless a step was made since.
    pub fn redoable(&self) -> Option<&Entry<S>> {
        let newest = self.entries().rev().find(|(entry, counts)| *counts && entry.event != Event::Redo);
        newest.map(|(entry, _)| entry).filter(|entry| entry.event == Event::Undo)
    }

    /// Returns the entries of the step with this id, in order.
    pub fn step<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a Entry<S>> {
        self.entries.iter().filter(move |entry| entry.step_id() == id)
    }
}

/// Orders entries of one id: copies are equal, whatever else goes by its words.
fn told_apart<S: AsRef<str>>(a: &Entry<S>, b: &Entry<S>) -> std::cmp::Ordering {
    lines::write(&a.to_owned()).cmp(&lines::write(&b.to_owned()))
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use proptest::prelude::*;

    use super::*;

    fn entry(minute: u32, event: Event, name: &str) -> Entry {
        let at = DateTime::from_timestamp(i64::from(minute) * 60, 0).expect("a small number").fixed_offset();
        let mut entry = if matches!(event, Event::Undo | Event::Redo) {
            Entry::cancel(event, name)
        } else {
            Entry::new(event, name)
        };
        entry.id = format!("{minute:04}-{name}");
        entry.at = at;
        entry
    }

    fn topics(journal: &Journal) -> Vec<&str> {
        journal.effective().filter_map(|e| e.topic.as_deref()).collect()
    }

    #[test]
    fn undo_of_undo_restores() {
        let mut entries = vec![entry(1, Event::Done, "a"), entry(2, Event::Done, "b")];
        assert_eq!(Journal::new(entries.clone()).undoable(), Some("0002-b"));
        entries.push(entry(3, Event::Undo, "0002-b"));
        let journal = Journal::new(entries.clone());
        assert_eq!(topics(&journal), ["a"]);
        assert_eq!(journal.undoable(), Some("0001-a"));
        assert_eq!(journal.redoable().map(|e| e.id.as_str()), Some("0003-0002-b"));
        entries.push(entry(4, Event::Redo, "0003-0002-b"));
        let journal = Journal::new(entries.clone());
        assert_eq!(topics(&journal), ["a", "b"]);
        assert_eq!(journal.redoable(), None);
        entries.push(entry(5, Event::Undo, "0002-b"));
        assert_eq!(topics(&Journal::new(entries.clone())), ["a"]);
        entries.push(entry(6, Event::Start, "c"));
        assert_eq!(Journal::new(entries).redoable(), None, "a new step ends what can be redone");
    }

    #[test]
    fn several_topics_in_one_step_fall_together() {
        let mut second = entry(1, Event::Done, "b");
        second.step = Some("0001-a".into());
        let undo = entry(2, Event::Undo, "0001-a");
        assert!(topics(&Journal::new(vec![entry(1, Event::Done, "a"), second, undo])).is_empty());
    }

    proptest! {
        #[test]
        fn the_order_of_reading_makes_no_difference(
            steps in prop::collection::vec((0u32..50, 0u8..6, 0usize..8), 0..40),
            seed in any::<u64>(),
        ) {
            let mut entries: Vec<Entry> = Vec::new();
            for (minute, what, of) in steps {
                let made = match (what, entries.get(of)) {
                    (0, Some(target)) => entry(minute, Event::Undo, &target.id.clone()),
                    (1, Some(target)) => entry(minute, Event::Redo, &target.id.clone()),
                    _ => entry(minute, Event::Done, &format!("t{of}")),
                };
                entries.push(made);
            }
            entries.sort_by(|a, b| a.id.cmp(&b.id));
            entries.dedup_by(|a, b| a.id == b.id);
            let expected = Journal::new(entries.clone());
            let mut shuffled: Vec<Entry> = [entries.clone(), entries].concat();
            let mut state = seed | 1;
            for i in (1..shuffled.len()).rev() {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                shuffled.swap(i, (state % (i as u64 + 1)) as usize);
            }
            prop_assert_eq!(Journal::new(shuffled), expected);
        }
    }
}
