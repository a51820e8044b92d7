//! What a start costs: `cargo build --release && cargo run --release --example start_bench`.
//!
//! Times whole processes, taking turns, and prints medians and their ratio to a hello world in Rust:
//! `roadmap next` in a fresh home, after 2,000 and 100,000 entries, `done`, and Taskwarrior's `next`
//! with as many tasks where it is installed.
//!
//!   start_bench               the table
//!   start_bench instructions  counts instructions instead, by valgrind, and fails above the bars

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

const ROUNDS: usize = 200;
/// In minutes.
const THREE_YEARS: usize = 3 * 365 * 24 * 60;
/// Entries in the journal, and the instructions that `next` may take then: 2.5 million with none, 8
/// million after three years of study, whether a checkpoint is there or not, and no more after fifty
/// times as many if it is.
const BARS: [(usize, bool, u64); 4] =
    [(0, false, 2_500_000), (2_000, true, 3_000_000), (2_000, false, 8_000_000), (100_000, true, 3_000_000)];

fn main() -> ExitCode {
    let scratch = Scratch::new();
    match std::env::args().nth(1).as_deref() {
        None => {
            scratch.compare();
            ExitCode::SUCCESS
        }
        Some("instructions") => scratch.instructions(),
        Some(_) => panic!("see the head of this file"),
    }
}

/// A folder for homes and programs, removed at the end.
struct Scratch {
    folder: tempfile::TempDir,
    roadmap: PathBuf,
    topics: Vec<String>,
}

impl Scratch {
    fn new() -> Self {
        let program = std::env::current_exe().expect("this program's path");
        let roadmap = program.ancestors().nth(2).expect("it lies in target/PROFILE/examples").join("roadmap");
        assert!(roadmap.exists(), "build the program first: cargo build --release");
        let topics = roadmap::shipped().topics().iter().map(|topic| topic.id.to_string()).collect();
        Self { folder: tempfile::tempdir().expect("a temporary folder"), roadmap, topics }
    }

    /// Returns a home with so many entries about the shipped curriculum.
    fn home(&self, entries: usize) -> PathBuf {
        let home = self.folder.path().join(format!("after-{entries}"));
        let journal = home.join("journal/generative-ai-engineer");
        std::fs::create_dir_all(&journal).expect("made");
        std::fs::write(home.join("device"), "laptop\n").expect("written");
        if entries > 0 {
            std::fs::write(journal.join("laptop.jsonl"), self.journal(entries)).expect("written");
        }
        home
    }

    fn journal(&self, entries: usize) -> String {
        let mut lines =
            "{\"roadmap\":\"journal\",\"version\":1,\"curriculum\":\"generative-ai-engineer\",\"device\":\"laptop\"}\n"
                .to_owned();
        let start = chrono::DateTime::from_timestamp(1_690_000_000, 250_000_000).expect("a time of 2023");
        let kinds = ["start", "time", "note", "done", "quiz", "review"];
        for n in 0..entries {
            let kind = kinds[n % kinds.len()];
            // Most of the road, so that something is left to suggest.
            let topic = &self.topics[n / kinds.len() % (self.topics.len() - 20)];
            let more = match kind {
                "time" => ",\"hours\":1.5",
                "note" => ",\"note\":\"a thought about it, as long as thoughts are\"",
                "quiz" => ",\"quiz\":{\"right\":3,\"asked\":4,\"of\":4}",
                "review" => ",\"grade\":\"good\"",
                _ => "",
            };
            let at = start + chrono::Duration::minutes((n * THREE_YEARS / entries) as i64);
            writeln!(
                lines,
                "{{\"id\":\"0193{n:08}-0000-7000-8000-000000000000\",\"at\":\"{}\",\"do\":\"{kind}\",\"topic\":\"{topic}\"{more}}}",
                at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
            )
            .expect("memory");
        }
        lines
    }

    fn next(&self, home: &Path) -> Command {
        self.command(home, &["next"])
    }

    fn command(&self, home: &Path, args: &[&str]) -> Command {
        let mut command = Command::new(&self.roadmap);
        command.env_remove("ROADMAP_CURRICULUM").env("ROADMAP_HOME", home).args(args);
        command
    }

    fn compare(&self) {
        let [fresh, years, decades] = [0, 2_000, 100_000].map(|entries| self.home(entries));
        let marked = self.home(3);
        let last = self.topics.last().expect("topics");
        let mut runs: Vec<(&str, Command)> = vec![
            ("hello world", Command::new(self.hello())),
            ("next, fresh home", self.next(&fresh)),
            ("next, 2,000 entries", self.next(&years)),
            ("next, 100,000 entries", self.next(&decades)),
            ("note, 2,000 entries", self.command(&years, &["note", last, "a word"])),
            ("note, 100,000 entries", self.command(&decades, &["note", last, "a word"])),
            ("note, few entries", self.command(&marked, &["note", last, "a word"])),
        ];
        let tasks = self.tasks();
        if let Some(task) = &tasks {
            let mut next = Command::new("task");
            next.env("TASKDATA", task).env("TASKRC", "/dev/null").args(["rc.verbose=nothing", "limit:1", "next"]);
            runs.push(("Taskwarrior, as many tasks", next));
        }
        let mut times = vec![Vec::with_capacity(ROUNDS); runs.len()];
        for round in 0..ROUNDS + 3 {
            for ((_, command), times) in runs.iter_mut().zip(&mut times) {
                let start = Instant::now();
                command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
                command.status().expect("it starts");
                // The first rounds fill caches.
                if round >= 3 {
                    times.push(start.elapsed().as_secs_f64() * 1e3);
                }
            }
        }
        let medians: Vec<f64> = times
            .iter_mut()
            .map(|times| {
                times.sort_by(f64::total_cmp);
                times[times.len() / 2]
            })
            .collect();
        println!("| work | ms | × hello world |\n| --- | --- | --- |");
        for ((name, _), median) in runs.iter().zip(&medians) {
            println!("| {name} | {median:.2} | {:.2} |", median / medians[0]);
        }
        if tasks.is_none() {
            println!("\nTaskwarrior is not installed");
        }
    }

    /// Returns a program that prints a line, compiled as ours is.
    fn hello(&self) -> PathBuf {
        let (source, program) = (self.folder.path().join("hello.rs"), self.folder.path().join("hello"));
        std::fs::write(&source, "fn main() { println!(\"Hello, world!\"); }").expect("written");
        let options =
            ["-O", "-C", "lto=fat", "-C", "codegen-units=1", "-C", "panic=abort", "-C", "strip=symbols", "-o"];
        let built = Command::new("rustc").args(options).arg(&program).arg(&source).status();
        assert!(built.is_ok_and(|status| status.success()), "rustc compiles a hello world");
        program
    }

    /// Returns Taskwarrior's data with as many tasks as the shipped curriculum has topics, and their
    /// dependencies; `None` where it is not installed.
    fn tasks(&self) -> Option<PathBuf> {
        let data = self.folder.path().join("tasks");
        std::fs::create_dir_all(&data).expect("made");
        let curriculum = roadmap::shipped();
        let uuid = |n: u32| format!("00000000-0000-4000-8000-{n:012}");
        let tasks: Vec<_> = curriculum
            .indices()
            .map(|ix| {
                let depends: Vec<String> = curriculum.requires(ix).map(|p| uuid(p.0)).collect();
                let title = &curriculum.topic(ix).title;
                serde_json::json!({"uuid": uuid(ix.0), "description": title, "status": "pending", "entry": "20261101T120000Z", "depends": depends})
            })
            .collect();
        let file = self.folder.path().join("tasks.json");
        std::fs::write(&file, serde_json::to_vec(&tasks).expect("plain data")).expect("written");
        let mut import = Command::new("task");
        import.env("TASKDATA", &data).env("TASKRC", "/dev/null").args(["rc.confirmation=off", "rc.verbose=nothing"]);
        let imported = import.arg("import").arg(&file).stdout(Stdio::null()).stderr(Stdio::null()).status();
        imported.is_ok_and(|status| status.success()).then_some(data)
    }

    fn instructions(&self) -> ExitCode {
        if Command::new("valgrind").arg("--version").stdout(Stdio::null()).status().is_err() {
            println!("skipped: valgrind is not installed");
            return ExitCode::SUCCESS;
        }
        let mut sound = true;
        for (entries, warm, most) in BARS {
            let home = self.home(entries);
            let _ = std::fs::remove_dir_all(home.join("cache"));
            if warm {
                let ran = self.next(&home).stdout(Stdio::null()).stderr(Stdio::null()).status();
                assert!(ran.is_ok_and(|status| status.success()), "`roadmap next` runs");
            }
            let count = self.count(&home);
            let verdict = if count <= most { "within" } else { "MORE THAN" };
            let state = if warm { "with a checkpoint" } else { "from the journal" };
            println!("next after {entries} entries, {state}: {count} instructions, {verdict} {most}");
            sound &= count <= most;
        }
        if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    /// Returns the instructions that `next` takes.
    fn count(&self, home: &Path) -> u64 {
        let out = self.folder.path().join("callgrind.out");
        let mut valgrind = Command::new("valgrind");
        valgrind.args(["--tool=callgrind", &format!("--callgrind-out-file={}", out.display())]).arg(&self.roadmap);
        valgrind.env_remove("ROADMAP_CURRICULUM").env("ROADMAP_HOME", home).arg("next");
        let ran = valgrind.stdout(Stdio::null()).stderr(Stdio::null()).status();
        assert!(ran.is_ok_and(|status| status.success()), "valgrind runs `roadmap next`");
        let profile = std::fs::read_to_string(&out).expect("written by valgrind");
        let total = profile.lines().find_map(|line| line.strip_prefix("summary: ").or(line.strip_prefix("totals: ")));
        total.and_then(|count| count.trim().parse().ok()).expect("a profile has its total")
    }
}
