use std::time::Duration;

use proptest::prelude::*;

use super::super::Event;
use super::*;

/// The topics of the entries that count, in order.
#[derive(Clone, Debug, Default, PartialEq)]
struct Topics {
    all: Vec<String>,
    resumed: bool,
}

impl Fold for Topics {
    type Kept = Vec<String>;

    fn key(&self) -> u64 {
        7
    }

    fn follow(&mut self, journal: &Journal<Text<'_>>) {
        self.all.extend(journal.effective().filter_map(|entry| Some(entry.topic_id()?.to_owned())));
    }

    fn keep(&self) -> Vec<String> {
        self.all.clone()
    }

    fn resume(&mut self, kept: Vec<String>) -> bool {
        *self = Self { all: kept, resumed: true };
        true
    }
}

struct Desk {
    home: tempfile::TempDir,
    minute: i64,
}

impl Desk {
    fn new() -> Self {
        Self { home: tempfile::tempdir().expect("a temporary folder"), minute: 0 }
    }

    fn folder(&self, device: &str) -> Folder {
        Folder::new(self.home.path(), "c", device)
    }

    fn cache(&self) -> PathBuf {
        self.home.path().join("cache/c.fold")
    }

    fn now(&mut self) -> DateTime<FixedOffset> {
        self.minute += 1;
        DateTime::from_timestamp(1_790_000_000 + 60 * self.minute, 0).expect("a time of 2026").fixed_offset()
    }

    fn mark(&mut self, topic: &str) -> Topics {
        let now = self.now();
        let fold = (Topics::default(), self.cache());
        let decide = |_: &Topics| Ok(vec![Entry::new(Event::Done, topic)]);
        let appended = self.folder("a").append_to_fold(now, now.date_naive(), (fold.0, &fold.1), decide);
        appended.expect("a writable folder").0.fold
    }

    fn mark_elsewhere(&mut self, topic: &str) {
        let now = self.now();
        let decide = |_: &Journal| Ok(vec![Entry::new(Event::Done, topic)]);
        self.folder("b").append(now, now.date_naive(), decide).expect("a writable folder");
    }

    /// Takes in an entry that a device with another home made `ago` minutes before.
    fn take_in(&mut self, topic: &str, ago: i64) {
        let at = self.now() - chrono::Duration::minutes(ago);
        let elsewhere = tempfile::tempdir().expect("a temporary folder");
        let far = Folder::new(elsewhere.path(), "c", "far");
        far.append(at, at.date_naive(), |_| Ok(vec![Entry::new(Event::Done, topic)])).expect("a writable folder");
        let lines: Vec<_> = far.lines().expect("readable").all().cloned().collect();
        self.folder("a").take_in(&lines).expect("a writable folder");
    }

    fn cancel(&mut self, event: Event) {
        let now = self.now();
        let decide = |journal: &Journal| {
            let target = match event {
                Event::Undo => journal.undoable().map(str::to_owned),
                _ => journal.redoable().map(|undo| undo.id.clone()),
            };
            Ok(target.map(|id| Entry::cancel(event, &id)).into_iter().collect())
        };
        self.folder("a").append(now, now.date_naive(), decide).expect("a writable folder");
    }

    /// Returns what the fold comes to, having compared it with the entries read anew.
    fn fold(&self) -> Topics {
        let folded = self.folder("a").fold(Topics::default(), &self.cache()).expect("readable").fold;
        let journal = self.folder("a").read().expect("readable").0;
        let all: Vec<&str> = journal.effective().filter_map(Entry::topic_id).collect();
        assert_eq!(folded.all, all);
        folded
    }

    fn rewrite(&self, device: &str, change: impl FnOnce(String) -> String) {
        let path = self.folder(device).own_file();
        if let Ok(text) = std::fs::read_to_string(&path) {
            // Past the tick of the file system's clock, as a hand is.
            std::thread::sleep(Duration::from_millis(12));
            std::fs::write(&path, change(text)).expect("writable");
        }
    }
}

#[test]
fn a_long_journal_is_resumed_and_a_short_one_read() {
    let mut desk = Desk::new();
    desk.mark("t0");
    assert!(!desk.fold().resumed && !desk.cache().exists());
    for n in 1..9 {
        desk.mark(&format!("t{n}"));
    }
    assert!(desk.fold().resumed, "the checkpoint was left by one of the writers");
    assert!(desk.mark("t9").resumed, "a writer resumes too");
    assert!(desk.fold().resumed, "its seal is believed");
    let before = std::fs::metadata(desk.cache()).expect("there").len();
    for n in 10..40 {
        assert!(desk.mark(&format!("t{n}")).resumed);
    }
    assert!(std::fs::metadata(desk.cache()).expect("there").len() > before, "a new one now and then");
}

#[test]
fn an_undo_of_what_the_checkpoint_covers_reads_everything_once() {
    let mut desk = Desk::new();
    for n in 0..12 {
        desk.mark(&format!("t{n}"));
    }
    desk.fold();
    desk.cancel(Event::Undo);
    assert!(!desk.fold().resumed, "an undo may reach into it");
    assert!(desk.fold().resumed, "and the next one covers the undo");
    desk.mark("after");
    assert!(desk.fold().resumed);
}

#[test]
fn what_this_program_did_not_append_is_not_believed() {
    let mut desk = Desk::new();
    for n in 0..12 {
        desk.mark(&format!("t{n}"));
    }
    assert!(desk.fold().resumed);
    desk.rewrite("a", |text| text.replace("t3", "x3"));
    assert!(!desk.fold().resumed, "the same size, another time");
    assert!(desk.fold().resumed);
    desk.rewrite("a", |text| text.replace("t4", "x4") + text.lines().last().expect("an entry") + "\n");
    assert!(!desk.fold().resumed, "grown, but not sealed");
    std::fs::copy(desk.folder("a").own_file(), desk.home.path().join("c/a (copy).jsonl")).expect("copied");
    assert!(!desk.fold().resumed, "another file");
    assert!(desk.fold().resumed);
}

#[test]
fn what_is_taken_in_counts_though_a_checkpoint_is_there() {
    let mut desk = Desk::new();
    for n in 0..12 {
        desk.mark(&format!("t{n}"));
    }
    assert!(desk.fold().resumed);
    desk.take_in("older", 5);
    let folded = desk.fold();
    assert!(!folded.resumed && folded.all.contains(&"older".to_owned()), "{folded:?}");
    assert!(desk.fold().resumed, "and the next one covers it");
    desk.take_in("newer", 0);
    assert_eq!(desk.mark("t12").all.last().map(String::as_str), Some("newer"), "a writer sees it too");
    assert_eq!(desk.fold().all.last().map(String::as_str), Some("t12"));
}

#[derive(Clone, Debug)]
enum Deed {
    Mark(u8),
    Elsewhere(u8),
    TakeIn { n: u8, ago: i64 },
    Undo,
    Redo,
    Look,
    Edit { own: bool },
    Shorten { own: bool },
    Garble { seal: bool, at: usize },
    Forget,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = prop_oneof![
        8 => any::<u8>().prop_map(Deed::Mark),
        2 => any::<u8>().prop_map(Deed::Elsewhere),
        2 => (any::<u8>(), 0i64..30).prop_map(|(n, ago)| Deed::TakeIn { n, ago }),
        1 => Just(Deed::Undo),
        1 => Just(Deed::Redo),
        4 => Just(Deed::Look),
        1 => any::<bool>().prop_map(|own| Deed::Edit { own }),
        1 => any::<bool>().prop_map(|own| Deed::Shorten { own }),
        1 => (any::<bool>(), any::<usize>()).prop_map(|(seal, at)| Deed::Garble { seal, at }),
        1 => Just(Deed::Forget),
    ];
    prop::collection::vec(deed, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn with_or_without_a_checkpoint_the_answer_is_the_same(deeds in deeds()) {
        let mut desk = Desk::new();
        for deed in deeds {
            match deed {
                Deed::Mark(n) => drop(desk.mark(&format!("topic-{n:03}"))),
                Deed::Elsewhere(n) => desk.mark_elsewhere(&format!("topic-{n:03}")),
                Deed::TakeIn { n, ago } => desk.take_in(&format!("topic-{n:03}"), ago),
                Deed::Undo => desk.cancel(Event::Undo),
                Deed::Redo => desk.cancel(Event::Redo),
                Deed::Look => drop(desk.fold()),
                Deed::Edit { own } => {
                    desk.rewrite(if own { "a" } else { "b" }, |text| text.replacen("topic-1", "topic-2", 2));
                }
                Deed::Shorten { own } => desk.rewrite(if own { "a" } else { "b" }, |text| {
                    let lines: Vec<&str> = text.split_inclusive('\n').collect();
                    lines[..lines.len().saturating_sub(2).max(1).min(lines.len())].concat()
                }),
                Deed::Garble { seal, at } => {
                    let path = if seal { seal_path(&desk.cache()) } else { desk.cache() };
                    if let Ok(mut bytes) = std::fs::read(&path) {
                        let at = at % bytes.len();
                        bytes[at] ^= 1;
                        std::fs::write(&path, bytes).expect("writable");
                    }
                }
                Deed::Forget => drop(std::fs::remove_dir_all(desk.home.path().join("cache"))),
            }
            desk.fold();
        }
    }
}
