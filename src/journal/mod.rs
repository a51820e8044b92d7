//! What the learner did: entries in order, and which of them count.
//!
//! Nothing is ever erased. Undo and redo are entries that name what they cancel; whether an entry
//! counts is worked out here, once, from all devices' entries together, so the order in which
//! files are read can make no difference.

use std::collections::HashSet;

mod entry;
mod file;
mod mend;

pub use entry::{Entry, Event, Grade, Score};
pub use file::{Folder, Remark, VERSION};

/// All entries of all devices, oldest first, each once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Journal {
    entries: Vec<Entry>,
    counts: Vec<bool>,
}

impl Journal {
    /// Returns the journal of `entries` in any order, with repetitions or without.
    ///
    /// Order is by (time, id). An undo counts unless a redo names it; anything else counts unless
    /// an undo that counts names its step.
    pub fn new(mut entries: Vec<Entry>) -> Self {
        entries.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        entries.dedup_by(|a, b| a.id == b.id);
        let named_by = |event| {
            let of_event = entries.iter().filter(move |e| e.event == event);
            of_event.filter_map(|e| e.cancels.as_deref().map(|target| (e.id.as_str(), target)))
        };
        let redone: HashSet<&str> = named_by(Event::Redo).map(|(_, undo)| undo).collect();
        let undone: HashSet<&str> =
            named_by(Event::Undo).filter(|(undo, _)| !redone.contains(undo)).map(|(_, step)| step).collect();
        let counts = entries
            .iter()
            .map(|entry| match entry.event {
                Event::Undo => !redone.contains(entry.id.as_str()),
                Event::Redo => true,
                _ => !undone.contains(entry.step_id()),
            })
            .collect();
        Self { entries, counts }
    }

    /// Returns every entry and whether it counts, oldest first.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = (&Entry, bool)> {
        self.entries.iter().zip(self.counts.iter().copied())
    }

    /// Returns the entries that count, oldest first, undos and redos left out.
    pub fn effective(&self) -> impl DoubleEndedIterator<Item = &Entry> {
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
    pub fn last(&self) -> Option<&Entry> {
        self.entries.last()
    }

    /// Returns the id of the step that `undo` would cancel: the newest that counts.
    pub fn undoable(&self) -> Option<&str> {
        self.effective().next_back().map(Entry::step_id)
    }

    /// Returns the undo that `redo` would cancel: the newest that counts, unless a step was made since.
    pub fn redoable(&self) -> Option<&Entry> {
        let newest = self.entries().rev().find(|(entry, counts)| *counts && entry.event != Event::Redo);
        newest.map(|(entry, _)| entry).filter(|entry| entry.event == Event::Undo)
    }

    /// Returns the entries of the step with this id, in order.
    pub fn step<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a Entry> {
        self.entries.iter().filter(move |entry| entry.step_id() == id)
    }
}

impl Entry {
    /// Returns whether it is an undo or a redo.
    pub fn is_cancel(&self) -> bool {
        matches!(self.event, Event::Undo | Event::Redo)
    }
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
