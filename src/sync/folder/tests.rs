use chrono::{DateTime, FixedOffset};
use proptest::prelude::*;

use super::*;
use crate::journal::{Entry, Event, Folder, Journal};
use crate::progress::Progress;

const DEVICES: usize = 3;
const FOLDERS: usize = 2;

#[derive(Clone, Debug)]
enum Act {
    Mark(Event, usize),
    Undo,
    Redo,
    Sync,
    /// What carries a folder keeps a copy of a file, or has got only a part of one, or loses it.
    Copy(usize),
    Cut(usize, usize),
    Lose(usize),
}

fn act() -> impl Strategy<Value = Act> {
    let events = prop::sample::select(vec![Event::Start, Event::Done, Event::Known, Event::Skip, Event::Reopen]);
    prop_oneof![
        6 => (events, 0..6usize).prop_map(|(event, topic)| Act::Mark(event, topic)),
        2 => Just(Act::Undo),
        2 => Just(Act::Redo),
        6 => Just(Act::Sync),
        1 => any::<usize>().prop_map(Act::Copy),
        2 => (any::<usize>(), any::<usize>()).prop_map(|(which, at)| Act::Cut(which, at)),
        1 => any::<usize>().prop_map(Act::Lose),
    ]
}

/// Devices whose clocks are wrong by so many minutes, and the folders between them.
struct World {
    home: tempfile::TempDir,
    skews: Vec<i64>,
    /// Entries that were acknowledged.
    made: usize,
}

impl World {
    fn new(skews: Vec<i64>) -> Self {
        let world = Self { home: tempfile::tempdir().expect("a temporary folder"), skews, made: 0 };
        for number in 0..FOLDERS {
            std::fs::create_dir(world.folder(number)).expect("made");
        }
        world
    }

    fn folder(&self, number: usize) -> PathBuf {
        self.home.path().join(format!("folder-{number}"))
    }

    fn journal(&self, device: usize) -> Folder {
        let journals = self.home.path().join(format!("home-{device}")).join("journal");
        Folder::new(&journals, "c", &format!("device-{device}"))
    }

    fn clock(&self, act: usize, device: usize) -> DateTime<FixedOffset> {
        let minutes = act as i64 * 7 + self.skews[device];
        DateTime::from_timestamp(1_790_000_000 + 60 * minutes, 0).expect("a time of 2026").fixed_offset()
    }

    fn sync(&self, device: usize, folder: usize) -> Exchange {
        let journal = self.journal(device);
        let synced = Synced::open(&self.folder(folder), journal.path()).expect("there");
        let exchange = synced.sync(&journal);
        assert!(exchange.problems.is_empty(), "{exchange:?}");
        exchange
    }

    fn file(&self, folder: usize, which: usize) -> Option<PathBuf> {
        let files = journal_files(&self.folder(folder).join("c")).ok().filter(|files| !files.is_empty())?;
        Some(files[which % files.len()].clone())
    }

    fn live(&mut self, number: usize, device: usize, folder: usize, act: &Act) {
        let now = self.clock(number, device);
        let append = |decide: &dyn Fn(&Journal) -> Option<Entry>| {
            let decide = |journal: &Journal| Ok(decide(journal).into_iter().collect());
            self.journal(device).append(now, now.date_naive(), decide).expect("writable").1.len()
        };
        match act {
            Act::Mark(event, topic) => self.made += append(&|_| Some(Entry::new(*event, &format!("t{topic}")))),
            Act::Undo => self.made += append(&|journal| Some(Entry::cancel(Event::Undo, journal.undoable()?))),
            Act::Redo => self.made += append(&|journal| Some(Entry::cancel(Event::Redo, &journal.redoable()?.id))),
            Act::Sync => drop(self.sync(device, folder)),
            Act::Copy(which) => {
                if let Some(file) = self.file(folder, *which) {
                    let copy = file.with_extension(format!("sync-conflict-{number}.jsonl"));
                    std::fs::copy(&file, copy).expect("copied");
                }
            }
            Act::Cut(which, at) => {
                if let Some(file) = self.file(folder, *which) {
                    let bytes = std::fs::read(&file).expect("there");
                    std::fs::write(&file, &bytes[..at % (bytes.len() + 1)]).expect("written");
                }
            }
            Act::Lose(which) => {
                if let Some(file) = self.file(folder, *which) {
                    std::fs::remove_file(file).expect("there");
                }
            }
        }
    }
}

fn curriculum() -> crate::curriculum::Curriculum {
    let home = tempfile::tempdir().expect("a temporary folder");
    let path = home.path().join("c.yaml");
    let topic = |i: usize| {
        let requires = if i > 2 { format!("t{}", i - 3) } else { String::new() };
        format!("      - {{id: t{i}, title: T{i}, hours: 2, requires: [{requires}]}}\n")
    };
    let topics: String = (0..6).map(topic).collect();
    std::fs::write(&path, format!("id: c\ntitle: C\nphases:\n  - id: p\n    title: P\n    topics:\n{topics}"))
        .expect("written");
    crate::curriculum::load(&path).curriculum.expect("sound")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn however_they_sync_the_progress_is_the_same_in_the_end(
        acts in prop::collection::vec((0..DEVICES, 0..FOLDERS, act()), 1..40),
        skews in prop::collection::vec(-600i64..600, DEVICES),
        order in Just((0..DEVICES * FOLDERS).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let mut world = World::new(skews);
        for (number, (device, folder, act)) in acts.iter().enumerate() {
            world.live(number, *device, *folder, act);
        }
        // Whoever is last in the first round has all, and in the second each gets it.
        for pair in order.iter().chain(&order) {
            world.sync(pair / FOLDERS, pair % FOLDERS);
        }
        let journals: Vec<Journal> =
            (0..DEVICES).map(|device| world.journal(device).read().expect("sound").0).collect();
        prop_assert_eq!(journals[0].len(), world.made, "nothing is lost and nothing is there twice");
        prop_assert!(journals.iter().all(|journal| *journal == journals[0]));
        let curriculum = curriculum();
        let seen: Vec<String> = journals
            .iter()
            .map(|journal| {
                let outline = crate::report::Outline::new(&curriculum, &Progress::replay(&curriculum, journal));
                serde_json::to_string(&outline).expect("plain data")
            })
            .collect();
        prop_assert!(seen.iter().all(|one| *one == seen[0]), "{:?}", seen);
        // Then everybody has everything, and nothing is written any more.
        for pair in order {
            let exchange = world.sync(pair / FOLDERS, pair % FOLDERS);
            let counts = (exchange.sent, exchange.passed_on, exchange.came.len());
            prop_assert_eq!(counts, (0, 0, 0));
        }
    }
}

#[test]
fn a_disk_that_was_taken_away_is_not_made_anew() {
    let mut world = World::new(vec![0]);
    world.live(0, 0, 0, &Act::Mark(Event::Done, 1));
    let journal = world.journal(0);
    let synced = Synced::open(&world.folder(0), journal.path()).expect("there");
    std::fs::remove_dir(world.folder(0)).expect("empty");
    let exchange = synced.sync(&journal);
    assert_eq!((exchange.sent, exchange.problems.len()), (0, 1));
    assert!(exchange.problems[0].next_step().is_some_and(|step| step.contains("still connected")));
    assert!(!world.folder(0).exists());
}
