//! What a hub costs with many learners, on a PostgreSQL of its own:
//!
//!   cargo build --release --features hub
//!   ROADMAP_POSTGRES_SETTINGS='fsync=on shared_buffers=1GB max_wal_size=8GB' \
//!       .ci/postgres cargo run --release --features hub --example hub_bench -- 1000 10000 100000
//!
//! Fills the hub up to each of these numbers of learners, each with 200 entries about the shipped
//! curriculum, undo and redo among them. Entries come from `generate_series`. The rollups of the first 1,000
//! learners are what `roadmap.fold` makes of their entries; every other learner has the same history some
//! weeks earlier under other ids, so that theirs are copied, and a sample is folded anew and compared.
//!
//! At each number, by the real binary: what a teacher waits for the reports on the cohort, and one learner
//! for a sync. Then 50 learners write and sync for a minute, and what the hub holds is held against what they
//! wrote. Prints Markdown. The disk it takes is that of the server: 1 MB for each 10 learners, about.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use roadmap::hub::{Address, Environment, Hub};

const DATABASE: &str = "hub_bench";
/// "Today" for everybody. Nobody's last entry is later.
const TODAY: &str = "2026-11-23";
const ENTRIES: usize = 200;
/// Histories that differ in more than their dates, and learners in one statement.
const HISTORIES: usize = 1_000;
/// Of a learner whose sync is timed.
const LONG_HISTORY: usize = 2_000;
/// Learners who sync at once, how long, and what each writes before each sync.
const CROWD: usize = 50;
const CROWDED: Duration = Duration::from_secs(60);
const WRITTEN: usize = 20;
/// Learners whose rollups are folded anew.
const SAMPLE: usize = 100;
const TABLES: [&str; 6] = ["entries", "topic_progress", "entry_parts", "learner_progress", "week_progress", "learners"];
const ROLLUPS: [&str; 3] = ["topic_progress", "learner_progress", "week_progress"];

fn main() {
    let sizes: Vec<usize> = std::env::args().skip(1).map(|size| size.parse().expect("a number of learners")).collect();
    let sizes = if sizes.is_empty() { vec![1_000] } else { sizes };
    assert!(sizes.is_sorted() && sizes.iter().all(|size| size % HISTORIES == 0), "thousands, the smallest first");
    let bench = Bench::new();
    bench.settings();
    let teacher = bench.invite("teacher", true);
    let mut there = 0;
    for size in sizes {
        println!("\n## {size} learners\n\n| what | |\n| --- | --- |");
        let start = Instant::now();
        for first in (there..size).step_by(HISTORIES) {
            bench.load(first);
        }
        row(&format!("load {} learners × {ENTRIES} entries", size - there), seconds(start.elapsed()));
        there = size;
        let start = Instant::now();
        // What autovacuum would have done some time later.
        TABLES.iter().for_each(|table| bench.boss.run(&format!("VACUUM ANALYZE roadmap.{table}")).expect("done"));
        row("VACUUM ANALYZE", seconds(start.elapsed()));
        bench.sizes();
        bench.check_rollups(&(0..SAMPLE).map(|_| learner(fastrand::usize(..size))).collect::<Vec<_>>());
        for report in ["status", "stuck"] {
            let mut times: Vec<Duration> = (0..7)
                .map(|_| bench.machine("teacher").timed(&["--json", "cohort", report, "--hub", &teacher]).0)
                .collect();
            let first = seconds(times[0]);
            row(
                &format!("`cohort {report}` (7 times)"),
                format!("{first} the first time, then {}", spread(&mut times)),
            );
        }
        bench.sync_one(size);
        row("load of the machine", load());
    }
    bench.crowd();
}

/// The server's database, and a folder for the machines of the learners.
struct Bench {
    boss: Hub,
    url: String,
    folder: tempfile::TempDir,
    curriculum: String,
    topics: Vec<String>,
}

/// One machine of a learner.
struct Machine {
    home: PathBuf,
}

impl Bench {
    fn new() -> Self {
        let server = std::env::var("ROADMAP_TEST_POSTGRES").expect("run it by .ci/postgres, see the head of this file");
        let url = format!("{}/{DATABASE}", server.rsplit_once('/').expect("an address with a database").0);
        connect(&server).run(&format!("CREATE DATABASE {DATABASE} ENCODING UTF8 TEMPLATE template0")).expect("made");
        let curriculum = roadmap::shipped();
        let folder = tempfile::tempdir().expect("a temporary folder");
        let office = Machine::new(folder.path(), "office");
        office.timed(&["hub", "init", &url]);
        office.timed(&["hub", "publish", "--hub", &url]);
        let topics = curriculum.topics().iter().map(|topic| topic.id.to_string()).collect();
        Self { boss: connect(&url), url, folder, curriculum: curriculum.id().to_owned(), topics }
    }

    fn machine(&self, name: &str) -> Machine {
        Machine::new(self.folder.path(), name)
    }

    /// Returns the address of somebody new.
    fn invite(&self, name: &str, is_teacher: bool) -> String {
        let more: &[&str] = if is_teacher { &["--teacher"] } else { &[] };
        let args = [&["hub", "invite", name, "--hub", &self.url], more].concat();
        self.machine("office").timed(&args).1.trim().to_owned()
    }

    /// Returns the one text that the superuser gets for an answer.
    fn see(&self, statement: &str) -> String {
        self.boss.value::<String>(statement, &[]).unwrap_or_else(|failure| panic!("{statement}: {failure:?}"))
    }

    fn settings(&self) {
        let settings = "SELECT string_agg(name || ' ' || current_setting(name), ', ' ORDER BY name) FROM pg_settings
            WHERE name = 'server_version'
                OR source = 'command line' AND name !~ '^(ssl|unix|port|listen|config|data_dir)'";
        let build = if cfg!(debug_assertions) { "a debug build" } else { "a release build" };
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        println!("PostgreSQL: {}; {build} of roadmap; {cores} cores, load {}", self.see(settings), load());
    }

    /// Adds the learners from number `first` on, as if each had pushed.
    fn load(&self, first: usize) {
        let last = first + HISTORIES - 1;
        let mut entries = include_str!("hub_bench/load.sql").to_owned();
        let numbers = [(":first", first), (":last", last), (":entries", ENTRIES), (":histories", HISTORIES)];
        for (name, value) in numbers {
            entries = entries.replace(name, &value.to_string());
        }
        let entries = entries.replace(":today", TODAY).replace(":curriculum", &self.curriculum);
        let rollups = match first {
            0 => self.folded(&format!("learner BETWEEN {} AND {}", learner(0), learner(last))),
            _ => self.copied(first),
        };
        self.boss.run(&format!("BEGIN; {entries} {rollups}; COMMIT")).expect("loaded");
    }

    /// Returns statements that fold everything of some learners.
    fn folded(&self, which: &str) -> String {
        format!(
            "SELECT roadmap.fold(w.learner, w.curriculum, w.topics) FROM (
                SELECT learner, curriculum, array_agg(DISTINCT topic) AS topics FROM roadmap.entries
                WHERE {which} AND curriculum = '{}' AND topic IS NOT NULL GROUP BY 1, 2) w;
             UPDATE roadmap.learner_progress SET entries = {ENTRIES} WHERE {which}",
            self.curriculum
        )
    }

    /// Returns statements that give learners the rollups of the first ones, some weeks earlier.
    fn copied(&self, first: usize) -> String {
        let mut statements = Vec::new();
        for table in ROLLUPS {
            let columns = "SELECT column_name::text, data_type::text FROM information_schema.columns
                WHERE table_schema = 'roadmap' AND table_name = $1 ORDER BY ordinal_position";
            let columns = self.boss.rows(columns, &[(&table, tokio_postgres::types::Type::TEXT)]).expect("columns");
            let (mut names, mut values) = (Vec::new(), Vec::new());
            for row in &columns {
                let (name, kind): (&str, &str) = (row.get(0), row.get(1));
                names.push(name.to_owned());
                values.push(match (name, kind) {
                    ("learner", _) => "'learner-' || lpad(g.i::text, 7, '0')".to_owned(),
                    ("synced_at", _) => "now()".to_owned(),
                    (_, "date") => format!("r.{name} - g.i / {HISTORIES} % 13 * 7"),
                    (_, "timestamp with time zone") => {
                        format!("r.{name} - g.i / {HISTORIES} % 13 * 7 * INTERVAL '24 hours'")
                    }
                    _ => format!("r.{name}"),
                });
            }
            statements.push(format!(
                "INSERT INTO roadmap.{table} ({}) SELECT {} FROM generate_series({first}, {}) AS g(i)
                 JOIN roadmap.{table} r ON r.learner = 'learner-' || lpad((g.i % {HISTORIES})::text, 7, '0')
                 ORDER BY 1, 3",
                names.join(", "),
                values.join(", "),
                first + HISTORIES - 1,
            ));
        }
        statements.join("; ")
    }

    fn sizes(&self) {
        let (mut whole, mut said) = (0.0, String::new());
        for table in TABLES {
            let [all, heap] = ["total_relation_size", "table_size"].map(|what| {
                let bytes = self.see(&format!("SELECT pg_{what}('roadmap.{table}')::text"));
                bytes.parse::<f64>().expect("a number") / 1e6
            });
            whole += all;
            write!(said, "{table} {all:.1} (indexes {:.1}), ", all - heap).expect("memory");
        }
        row("MB", format!("{said}together {whole:.1}"));
    }

    /// Folds the entries of some learners from nothing, and compares with what is there.
    fn check_rollups(&self, names: &[String]) {
        let which = format!("learner IN ({})", names.join(", "));
        let tables = ROLLUPS.map(|table| {
            let row = format!("'{table}' || (to_jsonb(t) - 'synced_at' - 'entries')::text");
            format!("SELECT {row} AS r FROM roadmap.{table} t WHERE {which}")
        });
        let all = format!(
            "SELECT count(*) || ' ' || md5(string_agg(r, '' ORDER BY r)) FROM ({}) u",
            tables.join(" UNION ALL ")
        );
        let before = self.see(&all);
        self.boss.run("BEGIN").expect("begun");
        ROLLUPS
            .iter()
            .for_each(|table| self.boss.run(&format!("DELETE FROM roadmap.{table} WHERE {which}")).expect("gone"));
        let start = Instant::now();
        self.boss.run(&self.folded(&which)).expect("folded");
        let took = start.elapsed() / names.len() as u32;
        assert_eq!(self.see(&all), before, "the rollups of {which}");
        self.boss.run("ROLLBACK").expect("as before");
        let each = took.as_secs_f64() * 1e3;
        row("rollups", format!("{} learners folded anew: equal; {each:.1} ms each", names.len()));
    }

    /// Times the syncs of learners with long histories, and lets a learner that was loaded sync.
    fn sync_one(&self, size: usize) {
        let (mut first, mut nothing, mut second, mut one_more) = (vec![], vec![], vec![], vec![]);
        for at in 0..5 {
            let name = format!("sync-{size}-{at}");
            let url = self.invite(&name, false);
            let laptop = self.machine(&name);
            laptop.write(&self.curriculum, &self.history(&name, LONG_HISTORY));
            first.push(laptop.sync(&url, LONG_HISTORY, 0));
            nothing.extend((0..5).map(|_| laptop.sync(&url, 0, 0)));
            second.push(self.machine(&format!("{name}-second")).sync(&url, 0, LONG_HISTORY));
            laptop.write(&self.curriculum, &self.history("more", 1));
            one_more.push(laptop.sync(&url, 1, 0));
        }
        row("`sync`, 2,000 entries go (5 times)", spread(&mut first));
        row("`sync`, nothing new (25 times)", spread(&mut nothing));
        row("`sync`, 1 entry goes (5 times)", spread(&mut one_more));
        row("`sync`, 2,000 entries come (5 times)", spread(&mut second));
        // What was loaded is what a push would have left: a machine takes it in and has nothing to add.
        let name = learner(size - 1 - fastrand::usize(..HISTORIES)).replace('\'', "");
        let role = format!("CREATE ROLE \"{name}\" LOGIN PASSWORD 'learner'; GRANT roadmap_learner TO \"{name}\"");
        self.boss.run(&role).expect("let in");
        let (_, place) = self.url.rsplit_once('@').expect("an address with a password");
        let (url, laptop) = (format!("postgres://{name}:learner@{place}"), self.machine(&name));
        laptop.sync(&url, 0, ENTRIES);
        laptop.sync(&url, 0, 0);
    }

    /// Lets many learners write and sync at once, and compares what came to the hub.
    fn crowd(&self) {
        let people = (0..CROWD).map(|at| format!("crowd-{at}")).map(|name| (self.invite(&name, false), name));
        let people: Vec<(String, String)> = people.collect();
        let (written, times) = (Mutex::new(BTreeSet::new()), Mutex::new(Vec::new()));
        let start = Instant::now();
        std::thread::scope(|scope| {
            for (url, name) in &people {
                let (written, times) = (&written, &times);
                scope.spawn(move || {
                    let laptop = self.machine(name);
                    let history = self.history(name, 10_000);
                    for lines in history.chunks(WRITTEN) {
                        if start.elapsed() > CROWDED {
                            break;
                        }
                        laptop.write(&self.curriculum, lines);
                        let time = laptop.sync(url, WRITTEN, 0);
                        times.lock().expect("whole").push(time);
                        written.lock().expect("whole").extend(lines.iter().map(|line| line[7..43].to_owned()));
                    }
                });
            }
        });
        let took = start.elapsed();
        let (written, mut times) = (written.into_inner().expect("whole"), times.into_inner().expect("whole"));
        let crowd = "learner LIKE 'crowd-%'";
        let ids = format!("SELECT id FROM roadmap.entries WHERE {crowd}");
        let there: Vec<String> = self.boss.rows(&ids, &[]).expect("ids").iter().map(|row| row.get(0)).collect();
        let there_once: BTreeSet<String> = there.iter().cloned().collect();
        let sum = |table: &str| self.see(&format!("SELECT sum(entries)::text FROM roadmap.{table} WHERE {crowd}"));
        assert_eq!(there_once, written, "lost, or not ours");
        assert_eq!(there.len(), written.len(), "doubled");
        assert_eq!(sum("learner_progress"), written.len().to_string());
        assert_eq!(sum("entry_parts"), written.len().to_string());
        println!("\n## {CROWD} learners at once, {WRITTEN} new entries before each sync\n\n| what | |\n| --- | --- |");
        let rate = written.len() as f64 / took.as_secs_f64();
        row("entries", format!("{} in {} s, {rate:.0} each second", written.len(), took.as_secs()));
        row("lost, doubled", "none");
        self.check_rollups(&people.iter().map(|(_, name)| format!("'{name}'")).collect::<Vec<_>>());
        let middle = spread(&mut times);
        row("`sync`", format!("{} times: {middle}, slowest {}", times.len(), seconds(times[times.len() - 1])));
        row("load of the machine", load());
    }

    /// Returns lines of somebody who studies one topic after the other, an entry each hour until today.
    fn history(&self, name: &str, entries: usize) -> Vec<String> {
        let today: DateTime<Utc> = format!("{TODAY}T00:00:00Z").parse().expect("a day");
        let salt: u64 = name.bytes().fold(fastrand::u64(..), |salt, byte| salt.wrapping_mul(31) + u64::from(byte));
        let line = |n: usize| {
            let at = today - TimeDelta::hours((entries - n) as i64);
            let (act, more) = [
                ("start", ""),
                ("time", ",\"hours\":1.5"),
                ("note", ",\"note\":\"a thought about it, as long as thoughts are\""),
                ("quiz", ",\"quiz\":{\"right\":3,\"asked\":4,\"of\":4}"),
                ("done", ""),
            ][n % 5];
            let (ms, topic) = (at.timestamp_millis(), &self.topics[n / 5 % self.topics.len()]);
            // A UUID of version 7.
            let (early, late, own) = (ms >> 16, ms & 0xffff, salt & 0xffff_ffff_ffff);
            let id = format!("{early:08x}-{late:04x}-7000-{n:04x}-{own:012x}");
            let at = at.to_rfc3339_opts(SecondsFormat::Secs, false);
            format!("{{\"id\":\"{id}\",\"at\":\"{at}\",\"do\":\"{act}\",\"topic\":\"{topic}\"{more}}}\n")
        };
        (0..entries).map(line).collect()
    }
}

impl Machine {
    fn new(folder: &Path, name: &str) -> Self {
        Self { home: folder.join(name) }
    }

    /// Runs the program, which must succeed, and returns how long it took and what it printed.
    fn timed(&self, args: &[&str]) -> (Duration, String) {
        let program = std::env::current_exe().expect("this program's path");
        let roadmap = program.ancestors().nth(2).expect("it lies in target/PROFILE/examples").join("roadmap");
        let mut command = Command::new(roadmap);
        command.env_clear().env("HOME", &self.home).env("ROADMAP_HOME", &self.home).env("ROADMAP_TODAY", TODAY);
        let start = Instant::now();
        let output = command.args(args).stdin(Stdio::null()).output();
        let output = output.expect("build the program first: cargo build --release --features hub");
        let time = start.elapsed();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        (time, String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Syncs, sees that so many entries went and came, and returns how long it took.
    fn sync(&self, url: &str, sent: usize, came: usize) -> Duration {
        let (time, said) = self.timed(&["--json", "sync", url]);
        let said: serde_json::Value = serde_json::from_str(&said).expect("JSON");
        let number = |value: &serde_json::Value| value.as_u64().unwrap_or(0) as usize;
        let entries = said["came"].as_array().map_or(0, |came| came.iter().map(|one| number(&one["entries"])).sum());
        assert_eq!((number(&said["sent"]), entries), (sent, came), "{said}");
        time
    }

    /// Appends lines to the machine's journal.
    fn write(&self, curriculum: &str, lines: &[String]) {
        let file = self.home.join("journal").join(curriculum).join("laptop.jsonl");
        if !file.exists() {
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("made");
            std::fs::write(self.home.join("device"), "laptop\n").expect("written");
            std::fs::write(&file, roadmap::journal::lines::header(curriculum, "laptop")).expect("written");
        }
        let mut file = std::fs::OpenOptions::new().append(true).open(file).expect("there");
        std::io::Write::write_all(&mut file, lines.concat().as_bytes()).expect("written");
    }
}

/// Connects for as long as a load may take.
fn connect(url: &str) -> Hub {
    let patient = Environment { patience: Some(24 * 3600), ..Environment::default() };
    Hub::connect(&Address::parse(url).expect("an address"), &patient).expect("a connection")
}

/// Returns the name of a loaded learner as it stands in a statement.
fn learner(number: usize) -> String {
    format!("'learner-{number:07}'")
}

fn row(what: &str, value: impl std::fmt::Display) {
    println!("| {what} | {value} |");
}

fn seconds(time: Duration) -> String {
    format!("{:.3} s", time.as_secs_f64())
}

/// Returns the median and the fastest, which least was in the way of.
fn spread(times: &mut [Duration]) -> String {
    times.sort();
    format!("median {}, fastest {}", seconds(times[times.len() / 2]), seconds(times[0]))
}

/// Returns how many processes waited for a core in the last minute, on average.
fn load() -> String {
    let average = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    average.split(' ').next().unwrap_or("unknown").to_owned()
}
