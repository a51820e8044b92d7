//! Two or three devices whose clocks are wrong by hours, and whose files a sync carries at any moment
//! and in any order: the progress is the same on each, undo and redo across devices included.

mod common;

use std::path::Path;

use chrono::{DateTime, FixedOffset};
use common::Place;
use proptest::prelude::*;
use roadmap::journal::{Entry, Event, Folder};

const DEVICES: usize = 3;

#[derive(Clone, Debug)]
enum Act {
    Mark(Event, usize),
    Undo,
    Redo,
    /// Carries the file of one device to another.
    Sync {
        of: usize,
        to: usize,
    },
    /// Leaves a copy as it is now, as a sync does that sees a conflict.
    Copy {
        of: usize,
    },
}

fn act() -> impl Strategy<Value = Act> {
    let events = prop::sample::select(vec![Event::Start, Event::Done, Event::Known, Event::Skip, Event::Reopen]);
    prop_oneof![
        5 => (events, 0..6usize).prop_map(|(event, topic)| Act::Mark(event, topic)),
        2 => Just(Act::Undo),
        2 => Just(Act::Redo),
        4 => (0..DEVICES, 0..DEVICES).prop_map(|(of, to)| Act::Sync { of, to }),
        1 => (0..DEVICES).prop_map(|of| Act::Copy { of }),
    ]
}

/// A device: its home, and by how much its clock is wrong.
struct Device {
    place: Place,
    skew: i64,
}

impl Device {
    fn folder(&self, number: usize) -> Folder {
        Folder::new(&self.place.home.path().join("journal"), "c", &format!("device-{number}"))
    }
}

/// The real time of the act with this number, as a wrong clock shows it.
fn clock(number: usize, skew: i64) -> DateTime<FixedOffset> {
    let minutes = number as i64 * 7 + skew;
    DateTime::from_timestamp(1_790_000_000 + 60 * minutes, 0).expect("a time of 2026").fixed_offset()
}

fn carry(from: &Path, to: &Path) {
    std::fs::create_dir_all(to.parent().expect("a folder")).expect("made");
    if from.exists() {
        std::fs::copy(from, to).expect("copied");
    }
}

fn live(devices: &[Device], acts: &[(usize, Act)]) {
    for (number, (who, act)) in acts.iter().enumerate() {
        let folder = devices[*who].folder(*who);
        let now = clock(number, devices[*who].skew);
        let decide = |event: Event| {
            folder.append(now, now.date_naive(), |journal| {
                Ok(match event {
                    Event::Undo => journal.undoable().map(|step| Entry::cancel(Event::Undo, step)),
                    _ => journal.redoable().map(|undo| Entry::cancel(Event::Redo, &undo.id)),
                }
                .into_iter()
                .collect())
            })
        };
        match act {
            Act::Mark(event, topic) => {
                let marked =
                    folder.append(now, now.date_naive(), |_| Ok(vec![Entry::new(*event, &format!("t{topic}"))]));
                marked.expect("written");
            }
            Act::Undo => drop(decide(Event::Undo).expect("written")),
            Act::Redo => drop(decide(Event::Redo).expect("written")),
            Act::Sync { of, to } if of != to => {
                let file = devices[*of].folder(*of).own_file();
                carry(&file, &devices[*to].folder(*to).path().join(file.file_name().expect("a name")));
            }
            Act::Sync { .. } => {}
            Act::Copy { of } => {
                let copy = devices[*who].folder(*who).path().join(format!("{number} (conflicted copy).jsonl"));
                carry(&devices[*of].folder(*of).own_file(), &copy);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn progress_is_the_same_on_each_device(
        acts in prop::collection::vec((0..DEVICES, act()), 1..40),
        skews in prop::collection::vec(-600i64..600, DEVICES),
        order in Just(vec![0, 1, 2, 3, 4, 5, 6, 7, 8]).prop_shuffle(),
    ) {
        let curriculum = tempfile::tempdir().expect("a temporary folder");
        let path = curriculum.path().join("c.yaml");
        let topics: String = (0..6)
            .map(|i| format!("      - {{id: t{i}, title: T{i}, hours: 2, requires: [{}]}}\n",
                if i > 2 { format!("t{}", i - 3) } else { String::new() }))
            .collect();
        std::fs::write(&path, format!("id: c\ntitle: C\nphases:\n  - id: p\n    title: P\n    topics:\n{topics}"))
            .expect("written");
        let devices: Vec<Device> =
            skews.iter().map(|&skew| Device { place: Place::with(&path), skew }).collect();
        live(&devices, &acts);
        // In the end everything has come everywhere, in whatever order.
        for pair in order {
            let (of, to) = (pair / DEVICES, pair % DEVICES);
            if of != to {
                let file = devices[of].folder(of).own_file();
                carry(&file, &devices[to].folder(to).path().join(file.file_name().expect("a name")));
            }
        }
        let seen = |line: &str| -> Vec<String> {
            devices.iter().map(|device| device.place.ok(&format!("--json --today 2026-09-25 {line}"))).collect()
        };
        for line in ["list", "log -n 0", "status"] {
            let seen = seen(line);
            prop_assert!(seen.iter().all(|one| *one == seen[0]), "{line}: {seen:#?}");
        }
        // What was acknowledged on any device is there once.
        let acts = acts.iter().filter(|(_, act)| matches!(act, Act::Mark(..))).count();
        let log: serde_json::Value = serde_json::from_str(&seen("log -n 0")[0]).expect("JSON");
        let marks = log["entries"].as_array().expect("a list").iter().filter(|entry| entry["topic"].is_string());
        prop_assert_eq!(marks.count(), acts);
    }
}

#[test]
fn the_real_program_on_two_machines_agrees_with_itself() {
    let [laptop, desktop] = [Place::shipped(), Place::shipped()];
    let exchange = || {
        for (from, to) in [(&laptop, &desktop), (&desktop, &laptop)] {
            let id = format!("journal/{}", roadmap::shipped().id());
            let folder = from.home.path().join(&id);
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let there = to.home.path().join(&id).join(entry.file_name());
                if std::fs::metadata(&there).map_or(0, |meta| meta.len()) < entry.metadata().expect("there").len() {
                    carry(&entry.path(), &there);
                }
            }
        }
    };
    let on = |place: &Place, line: &str| {
        assert!(place.command(line).output().expect("it runs").status.success(), "{line}");
    };
    on(&laptop, "--today 2026-11-20 done genai-engineering");
    on(&desktop, "--today 2026-11-22 start command-line");
    exchange();
    on(&desktop, "--today 2026-11-19 undo");
    on(&laptop, "--today 2026-11-23 done command-line");
    exchange();
    on(&laptop, "undo");
    on(&desktop, "undo");
    exchange();
    for line in ["list", "log -n 0", "status"] {
        assert_eq!(laptop.json(line), desktop.json(line), "{line}");
    }
    assert_eq!(laptop.json("log -n 0")["entries"].as_array().expect("a list").len(), 6);
}
