//! Progress and memory as one fold over the journal, which a checkpoint can hold.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::curriculum::{Curriculum, TopicIx};
use crate::journal::{self, Fold, Journal};
use crate::progress::{self, Progress};
use crate::study::memory::{self, Memory, Scheduler};
use crate::text::Text;

/// Where the learner stands, as far as that does not depend on the day.
#[derive(Clone, Debug)]
pub struct Standing {
    curriculum: Rc<Curriculum>,
    /// What was done.
    pub progress: Progress,
    /// What is remembered.
    pub memory: Memory,
}

/// A [`Standing`] in a checkpoint.
#[derive(Debug, Serialize, Deserialize)]
pub struct Kept {
    progress: progress::Kept,
    memory: memory::Kept,
}

impl Standing {
    /// Returns where somebody stands who has done nothing yet.
    pub fn none(curriculum: Rc<Curriculum>, scheduler: Scheduler) -> Self {
        let progress = Progress::none(&curriculum);
        let memory = Memory::none(&curriculum, scheduler);
        Self { curriculum, progress, memory }
    }

    /// Returns where `journal` leads to.
    pub fn replay<S: AsRef<str>>(curriculum: Rc<Curriculum>, scheduler: Scheduler, journal: &Journal<S>) -> Self {
        let mut standing = Self::none(curriculum, scheduler);
        standing.take(journal);
        standing
    }

    /// Takes in the entries of `journal` that count, which are newer than all before.
    pub fn take<S: AsRef<str>>(&mut self, journal: &Journal<S>) {
        // Entries about one topic often come one after the other.
        let mut about: Option<(&str, Option<TopicIx>)> = None;
        for entry in journal.effective() {
            let topic = entry.topic_id().and_then(|id| match about {
                Some((same, ix)) if same == id => ix,
                _ => about.insert((id, self.curriculum.find_ever(id))).1,
            });
            self.progress.take_about(topic, entry);
            if let Some(ix) = topic {
                self.memory.take_about(&self.curriculum, ix, entry);
            }
        }
        self.progress.settle(&self.curriculum);
    }
}

/// Returns what a checkpoint holds of `standing`, for [`resume_anything`] to be tried on.
#[doc(hidden)]
pub fn checkpointed(standing: &Standing) -> Vec<u8> {
    journal::bytes_of(standing)
}

/// Does with `bytes` whatever a start does with a checkpoint, but for its checksum; must never panic.
/// Returns where somebody stands who had it, `None` if nothing can be made of them.
#[doc(hidden)]
pub fn resume_anything(mut standing: Standing, bytes: &[u8]) -> Option<Standing> {
    let kept = journal::kept_in::<Standing>(bytes)?;
    standing.resume(kept).then_some(standing)
}

impl Fold for Standing {
    type Kept = Kept;

    fn key(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        // Another build might make something else of the same entries.
        env!("ROADMAP_FORM").hash(&mut hasher);
        self.curriculum.hash_topics(&mut hasher);
        self.memory.scheduler().key().hash(&mut hasher);
        hasher.finish()
    }

    fn follow(&mut self, journal: &Journal<Text<'_>>) {
        self.take(journal);
    }

    fn keep(&self) -> Kept {
        Kept { progress: self.progress.keep(), memory: self.memory.keep() }
    }

    fn resume(&mut self, kept: Kept) -> bool {
        let progress = Progress::resume(&self.curriculum, kept.progress);
        let memory = Memory::resume(&self.curriculum, kept.memory, self.memory.scheduler().clone());
        let (Some(progress), Some(memory)) = (progress, memory) else { return false };
        self.progress = progress;
        self.memory = memory;
        true
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Duration};
    use proptest::prelude::*;

    use super::*;
    use crate::curriculum::load_text;
    use crate::journal::{Entry, Event, Grade, Score};
    use crate::study::memory::RETENTION;

    fn curriculum() -> Rc<Curriculum> {
        let topics: String = (0..6)
            .map(|i| {
                let below: Vec<String> = (0..i).filter(|b| (i + b) % 2 == 1).map(|b| format!("t{b}")).collect();
                let below = below.join(", ");
                format!("      - {{id: t{i}, title: T, hours: 2, requires: [{below}], exercises: [{below}], formerly: [old-{i}]}}\n")
            })
            .collect();
        let text = format!("id: c\ntitle: C\nphases:\n  - id: p\n    title: P\n    topics:\n{topics}");
        Rc::new(load_text("c", &text).curriculum.expect("sound"))
    }

    fn entry(at: usize, (event, topic, number): (usize, usize, u32)) -> Entry {
        use Event::*;
        let events =
            [Start, Done, Known, Skip, Reopen, Note, Time, Quiz, Review, AddEvidence, RemoveEvidence, Tick, Untick];
        let name = [format!("t{topic}"), format!("old-{topic}"), "gone".to_owned()][number as usize % 3].clone();
        let mut entry = Entry::new(events[event % events.len()], &name);
        entry.id = format!("{at:05}");
        entry.at = DateTime::from_timestamp(1_790_000_000, 0).expect("2026").fixed_offset()
            + Duration::hours(at as i64 * i64::from(number % 50));
        entry.hours = (number % 4 == 0).then_some(f64::from(number));
        entry.evidence = vec![format!("e{}", number % 3)];
        entry.rubric = vec![format!("r{}", number % 3)];
        entry.grade = Some(Grade::ALL[number as usize % 4]);
        entry.quiz = Some(Score { right: number % 3, asked: 3, of: 3 });
        entry.placed = (number % 5 == 0).then_some(0.9);
        entry
    }

    proptest! {
        /// Whatever the entries and wherever the fold is broken off, written down and gone on with.
        #[test]
        fn a_fold_broken_off_and_resumed_is_the_fold(
            steps in prop::collection::vec((0usize..13, 0usize..6, 0u32..60), 0..60),
            cut in 0usize..60,
        ) {
            let curriculum = curriculum();
            let none = || Standing::none(curriculum.clone(), Scheduler::new(RETENTION));
            let mut entries: Vec<Entry> = steps.into_iter().enumerate().map(|(at, step)| entry(at, step)).collect();
            entries.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
            let cut = cut.min(entries.len());
            let whole = Standing::replay(curriculum.clone(), Scheduler::new(RETENTION), &Journal::new(entries.clone()));
            let mut first = none();
            first.take(&Journal::new(entries[..cut].to_vec()));
            let bytes = postcard::to_allocvec(&first.keep()).expect("plain data");
            let mut second = none();
            prop_assert!(second.resume(postcard::from_bytes(&bytes).expect("just written")));
            second.take(&Journal::new(entries[cut..].to_vec()));
            prop_assert_eq!(&second.progress, &whole.progress);
            prop_assert_eq!(format!("{:?}", second.memory), format!("{:?}", whole.memory));
        }

        #[test]
        fn a_damaged_checkpoint_is_refused_or_harmless(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let curriculum = curriculum();
            let mut standing = Standing::none(curriculum.clone(), Scheduler::new(RETENTION));
            if let Ok(kept) = postcard::from_bytes(&bytes) && standing.resume(kept) {
                let more: Vec<Entry> = (0..40).map(|at| entry(at, (at, at % 6, at as u32))).collect();
                standing.take(&Journal::new(more));
                prop_assert!(curriculum.indices().all(|ix| standing.memory.due(ix).is_none_or(|day| day.to_string().len() > 3)));
            }
        }
    }
}
