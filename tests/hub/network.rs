//! A network that stalls or breaks, at any byte of a sync: the program gives up in time and says what to do,
//! and afterwards nothing is lost and nothing is there twice.

use std::process::Output;

use roadmap::hub::Part;

use crate::common::Place;
use crate::learner::{read, same_as_here};
use crate::proxy::{Fault, Proxy};
use crate::school::{School, history, journal, machine, words, write_journal};

/// So many entries the hub has and the machine lacks, and the other way round: two batches each.
const HALF: usize = 600;
/// Seconds that an answer may take when the network stalls.
const PATIENCE: &str = "2";
/// So many machines sync at once.
const AT_ONCE: usize = 6;

/// Many learners with the same past, half of it in the hub and half of it on a machine.
struct Class {
    school: School,
    lines: Vec<String>,
}

impl Class {
    fn gather() -> Option<Self> {
        let class = Self { school: School::open()?, lines: history(2 * HALF) };
        let first = machine();
        write_journal(&first, "first", &class.lines[..HALF]);
        first.ok(&format!("sync {}", class.school.invite("model")));
        Some(class)
    }

    /// Lets one more in, and returns the address and the machine.
    fn learner(&self, name: &str, mode: &str) -> (String, Place) {
        let boss = self.school.boss();
        let name = self.school.named(name);
        let url = boss.invite(&name, Part::Learner).expect("invited");
        for table in ["entries", "entry_parts", "topic_progress", "learner_progress", "week_progress"] {
            let copy = format!(
                "INSERT INTO roadmap.{table}
                 SELECT (jsonb_populate_record(t, jsonb_build_object('learner', '{name}'))).*
                 FROM roadmap.{table} t WHERE learner = '{}'",
                self.school.named("model")
            );
            boss.run(&copy).expect("copied");
        }
        let laptop = machine();
        write_journal(&laptop, "laptop", &self.lines[HALF..]);
        (format!("{url}?sslmode={mode}"), laptop)
    }

    /// Returns how many bytes a whole sync sends and gets.
    fn bytes(&self, mode: &str) -> [usize; 2] {
        let (url, laptop) = self.learner(&format!("whole-{mode}"), mode);
        let proxy = Proxy::to(&url, Fault::None);
        laptop.ok(&format!("sync {}", proxy.address(&url)));
        assert_eq!(journal(&laptop).len(), 2 * HALF);
        proxy.passed()
    }

    /// Syncs over a way with a fault, looks at what came of it, and syncs again without.
    fn try_fault(&self, name: &str, mode: &str, fault: Fault) -> Output {
        let (url, laptop) = self.learner(name, mode);
        let proxy = Proxy::to(&url, fault);
        let way = proxy.address(&url);
        let mut command = if matches!(fault, Fault::Stall(..)) {
            let mut command = laptop.command(&format!("sync {way}&connect_timeout={PATIENCE}"));
            command.env("ROADMAP_HUB_TIMEOUT", PATIENCE);
            command
        } else {
            laptop.command(&format!("sync {way}"))
        };
        let output = command.output().expect("it runs");
        drop(proxy);
        let here = journal(&laptop);
        assert!(self.lines[HALF..].iter().all(|line| here.contains(line)), "{fault:?}: lost");
        assert!(here.iter().all(|line| self.lines.contains(line)), "{fault:?}: changed");
        let there = entries(&self.school, name);
        assert!((HALF..=2 * HALF).contains(&there), "{fault:?}: {there}");
        let seen = laptop.run(&format!("sync {url}"));
        assert!(seen.ends_with("--- status 0\n"), "{fault:?}: {seen}");
        assert_eq!((journal(&laptop).len(), entries(&self.school, name)), (2 * HALF, 2 * HALF), "{fault:?}");
        same_as_here(&self.school, name, &read(&laptop));
        assert!(laptop.run(&format!("sync {url}")).contains("Nothing new."), "{fault:?}");
        output
    }
}

/// Returns how many entries of a learner are in the hub, with which everything that was added up agrees.
#[track_caller]
pub(crate) fn entries(school: &School, name: &str) -> usize {
    let name = school.named(name);
    let counts = school.see(&format!(
        "SELECT concat_ws(' ', (SELECT count(*) FROM roadmap.entries WHERE learner = '{name}'),
            (SELECT coalesce(sum(entries), 0) FROM roadmap.entry_parts WHERE learner = '{name}'),
            (SELECT coalesce(sum(entries), 0) FROM roadmap.learner_progress WHERE learner = '{name}'))"
    ));
    let counts: Vec<usize> = counts.split(' ').map(|count| count.parse().expect("a number")).collect();
    assert!(counts.iter().all(|count| *count == counts[0]), "{counts:?}");
    counts[0]
}

/// Returns where a conversation of so many bytes is broken: half of the places are where messages are small.
fn places(bytes: usize) -> Vec<usize> {
    let wanted = if std::env::var_os("ROADMAP_TEST_THOROUGH").is_some() { 100 } else { 6 };
    let early = (0..wanted).map(|n| n * n * 1500 / (wanted * wanted));
    let all = (1..=wanted).map(|n| n * (bytes - 300) / wanted);
    early.chain(all).collect()
}

#[test]
fn a_network_that_stalls_or_breaks_at_any_byte_loses_and_doubles_nothing() {
    let Some(class) = Class::gather() else { return };
    let mut faults = Vec::new();
    for (at, mode) in ["disable", "prefer"].into_iter().enumerate() {
        let bytes = class.bytes(mode);
        for direction in [0, 1] {
            // Each place is broken in one way without TLS, and in the other with it.
            faults.extend(places(bytes[direction]).into_iter().enumerate().map(|(n, place)| {
                let stalls = (n + at) % 2 == 0;
                (mode, if stalls { Fault::Stall(direction, place) } else { Fault::Cut(direction, place) })
            }));
        }
    }
    std::thread::scope(|scope| {
        for thread in 0..AT_ONCE {
            let (class, faults) = (&class, &faults);
            scope.spawn(move || {
                for (n, (mode, fault)) in faults.iter().enumerate().skip(thread).step_by(AT_ONCE) {
                    let output = class.try_fault(&format!("l{n}"), mode, *fault);
                    let seen = words(&output);
                    let says = match fault {
                        Fault::Stall(..) => vec!["did not answer within 2 seconds"],
                        _ => vec!["the connection to the hub", "cannot reach the hub", "could not be asked"],
                    };
                    assert_eq!(output.status.code(), Some(1), "{mode} {fault:?}: {seen}");
                    assert!(says.iter().any(|words| seen.contains(words)), "{mode} {fault:?}: {seen}");
                    assert!(seen.contains("hint: "), "{mode} {fault:?}: {seen}");
                    // Not twice: the error is one.
                    assert_eq!(seen.matches("error: ").count(), 1, "{mode} {fault:?}: {seen}");
                }
            });
        }
    });
}

#[test]
fn an_answer_that_was_lost_after_the_commit_costs_a_repetition() {
    let Some(class) = Class::gather() else { return };
    for (n, there) in [(1, HALF + 500), (2, 2 * HALF)] {
        let name = format!("push-{n}");
        let (url, laptop) = class.learner(&name, "disable");
        let proxy = Proxy::to(&url, Fault::LoseAnswer("roadmap.push", n));
        let seen = laptop.run(&format!("sync {}", proxy.address(&url)));
        assert!(seen.contains("the connection to the hub") && seen.contains("nothing is sent twice"), "{seen}");
        assert!(seen.ends_with("--- status 1\n"), "{seen}");
        drop(proxy);
        assert_eq!(entries(&class.school, &name), there, "the server had committed");
        let seen = laptop.run(&format!("sync {url}"));
        let left = 2 * HALF - there;
        assert!(
            seen.contains(&if left == 0 { "Nothing new.".to_owned() } else { format!("Sent {left} entries") }),
            "{seen}"
        );
        assert_eq!((journal(&laptop).len(), entries(&class.school, &name)), (2 * HALF, 2 * HALF));
        same_as_here(&class.school, &name, &read(&laptop));
    }
}

#[test]
fn an_administrator_is_not_kept_waiting_twice() {
    let Some(school) = School::open() else { return };
    let url = format!("{}?sslmode=disable", school.url());
    let proxy = Proxy::to(&url, Fault::LoseAnswer("CREATE ROLE", 1));
    let seen = school.office.run(&format!("hub invite {} --hub {}", school.named("ada"), proxy.address(&url)));
    assert!(seen.contains("the connection to the hub") && seen.ends_with("--- status 1\n"), "{seen}");
    drop(proxy);
    let began = std::time::Instant::now();
    let proxy = Proxy::to(&url, Fault::HoldAnswer("CREATE ROLE", 1));
    let mut command =
        school.office.command(&format!("hub invite {} --hub {}", school.named("ada"), proxy.address(&url)));
    let output = command.env("ROADMAP_HUB_TIMEOUT", "4").output().expect("it runs");
    let seen = words(&output);
    assert!(seen.contains("did not answer within 4 seconds") && output.status.code() == Some(1), "{seen}");
    // Nor is the server asked to roll back, over a way on which nothing comes.
    assert!(began.elapsed().as_secs_f64() < 7.5, "{:?}", began.elapsed());
    drop(proxy);
    assert_eq!(school.see("SELECT count(*)::text FROM roadmap.learners"), "0");
    school.invite("ada");
}
