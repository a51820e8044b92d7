//! What a teacher sees of a cohort, on a real PostgreSQL.
//!
//! `.ci/postgres cargo test --features hub --test cohort` runs it on a throwaway server.
#![cfg(feature = "hub")]

mod common;
#[path = "hub/school.rs"]
#[allow(dead_code, reason = "each test file uses its part")]
mod school;

use common::Place;
use roadmap::hub::STATEMENTS;
use school::{CURRICULUM, School, machine, refused, write_journal};

/// Returns a teacher's machine.
fn desk() -> Place {
    Place::with("examples/workshop")
}

/// A school with learners who stand at different places, and a teacher's machine.
struct Cohort {
    school: School,
    teacher: Place,
    /// The teacher's address.
    url: String,
    ada: Place,
    ada_url: String,
}

/// What each learner does, before the hub hears of it.
const LIVES: [(&str, &[&str]); 6] = [
    // Logs the hours, and is at something for two months.
    (
        "ada",
        &[
            "start tokens --on 2026-09-01",
            "log-time tokens 4h",
            "done tokens --on 2026-09-08",
            "start inverted-index --on 2026-09-12",
            "note inverted-index \"I do not get this\" --quiet",
        ],
    ),
    // Goes ahead, and does not pass the quiz.
    (
        "bob",
        &[
            "start tokens --on 2026-11-02",
            "done tokens --on 2026-11-04",
            "done inverted-index --hours 3.5 --on 2026-11-12",
            "start ranking --on 2026-11-16",
        ],
    ),
    // Stopped, at what was begun.
    ("cyd", &["done tokens --on 2026-10-02", "start inverted-index --on 2026-10-06"]),
    // Stopped between two topics.
    ("dee", &["start tokens --on 2026-09-28", "done tokens --on 2026-10-01"]),
    // Knew all of it.
    ("eve", &["known tokens inverted-index ranking embeddings project-search"]),
    // Wrote a note and began nothing.
    ("fay", &["note tokens \"when do we start?\""]),
];

impl Cohort {
    fn set() -> Option<Self> {
        let school = School::open()?;
        let mut first = None;
        for (name, life) in LIVES {
            let url = school.invite(name);
            let place = machine();
            for line in life {
                place.ok(line);
            }
            if name == "bob" {
                let quiz = |id: u32, right: u32| {
                    format!(
                        "{{\"id\":\"quiz-{id}\",\"at\":\"2026-11-{}T10:00:00+00:00\",\"do\":\"quiz\",\"topic\":\"ranking\",\
                         \"quiz\":{{\"right\":{right},\"asked\":2,\"of\":2}}}}",
                        16 + id
                    )
                };
                write_journal(&place, "tablet", &[quiz(1, 0), quiz(2, 1)]);
            }
            place.ok(&format!("sync {url}"));
            first = first.or(Some((place, url)));
        }
        school.invite("gus");
        let url = school.invite_teacher("turing");
        let (ada, ada_url) = first?;
        let teacher = desk();
        teacher.ok(&format!("config hub {url} --quiet"));
        Some(Self { school, teacher, url, ada, ada_url })
    }

    /// Runs a command of the teacher's, and returns what is seen with the names that are new each time replaced by
    /// others of the same length.
    fn run(&self, line: &str) -> String {
        self.plain(&self.teacher.run(line))
    }

    fn plain(&self, seen: &str) -> String {
        let server = self.url.rsplit_once('@').map_or("", |(_, place)| place);
        let server = server.split('/').next().unwrap_or_default();
        seen.replace(server, "127.0.0.1:54321").replace(&self.school.name, "workshop-by-night")
    }

    fn snapshot(&self, lines: &[String]) -> String {
        lines
            .iter()
            .map(|line| format!("$ roadmap {}\n{}", self.plain(line), self.run(line)))
            .collect::<Vec<_>>()
            .join("\n")
    }
}

#[test]
fn a_teacher_sees_where_everybody_is() {
    let Some(cohort) = Cohort::set() else { return };
    let learner = |name| format!("cohort learner {}", cohort.school.named(name));
    let lines = [
        "cohort status --weeks 4".to_owned(),
        "cohort stuck".to_owned(),
        "cohort topic inverted-index".to_owned(),
        "cohort topic ranking".to_owned(),
        learner("ada"),
        learner("bob"),
        learner("gus"),
        "cohort report".to_owned(),
    ];
    insta::assert_snapshot!(cohort.snapshot(&lines));
    // A narrow terminal, and a wide one.
    for width in [40, 60, 120] {
        let wide = desk().wide(width);
        wide.ok(&format!("config hub {} --quiet", cohort.url));
        for line in &lines[..6] {
            let seen = wide.ok(line);
            let longest = seen.lines().map(roadmap::text::width).max().unwrap_or(0);
            assert!(longest <= width.max(48), "{width}: {line}\n{seen}");
        }
    }
}

#[test]
fn numbers_are_those_of_the_day_that_is_told() {
    let Some(cohort) = Cohort::set() else { return };
    let then = cohort.teacher.json("--today 2026-11-30 cohort status");
    assert_eq!(
        (then["learners"].as_i64(), then["active_7"].as_i64(), then["active_28"].as_i64()),
        (Some(6), Some(0), Some(4))
    );
    assert_eq!(then["weeks"][7]["week"], "2026-11-30");
    let before = cohort.teacher.json("--today 2026-10-08 cohort status --weeks 2");
    assert_eq!((before["weeks"][0]["done"].as_i64(), before["weeks"][0]["learners"].as_i64()), (Some(2), Some(2)));
    let much_later = cohort.teacher.json("--today 2027-03-01 cohort stuck");
    let stopped: i64 =
        much_later["stopped"].as_array().expect("topics").iter().filter_map(|t| t["stopped"].as_i64()).sum();
    // Fay was never anywhere, Eve has nothing left.
    assert_eq!(stopped, 4, "{much_later:#}");
    assert!(much_later["long"].as_array().expect("topics").iter().all(|topic| topic["over_now"] == 0));
}

/// Ada: 1.5 h of tokens done in 9 days (1 to 8 September, last entry 23 November) is a pace of
/// 7 · (18 + 1.5) / (21 + 83) hours a week; from 12 September to 23 November that is 72 days.
#[test]
fn a_stay_is_reckoned_as_the_help_says() {
    let Some(cohort) = Cohort::set() else { return };
    let topic = &cohort.teacher.json("cohort topic inverted-index")["topic"];
    let by_hand = 72.0 * (18.0 + 1.5) / (21.0 + 83.0) - 2.0 + (3.5 - 2.0);
    assert!((topic["hours_over"].as_f64().expect("hours") - by_hand).abs() < 1e-3, "{topic:#} {by_hand}");
    assert_eq!(
        (topic["over"].as_i64(), topic["over_now"].as_i64(), topic["stopped"].as_i64()),
        (Some(2), Some(1), Some(1))
    );
    let learner = cohort.teacher.json(&format!("cohort learner {}", cohort.school.named("ada")));
    let pace = learner["learner"]["pace"].as_f64().expect("a pace");
    assert!((pace - 7.0 * 19.5 / 104.0).abs() < 1e-3, "{pace}");
}

#[test]
fn undone_is_as_if_it_had_not_been() {
    let Some(cohort) = Cohort::set() else { return };
    let ranking = || cohort.teacher.json("cohort topic inverted-index")["topic"].clone();
    let before = ranking();
    cohort.ada.ok("done inverted-index");
    cohort.ada.ok(&format!("sync {}", cohort.ada_url));
    assert_eq!(ranking()["done"].as_i64(), before["done"].as_i64().map(|n| n + 1));
    cohort.ada.ok("undo");
    cohort.ada.ok(&format!("sync {}", cohort.ada_url));
    assert_eq!(ranking(), before);
}

#[test]
fn notes_are_seen_only_while_they_are_shared() {
    let Some(cohort) = Cohort::set() else { return };
    let ada = format!("cohort learner {}", cohort.school.named("ada"));
    let everything = |line: &str| cohort.run(line) + &cohort.run(&format!("--json {line}"));
    let all = || {
        ["cohort status", "cohort stuck", "cohort topic inverted-index", "cohort report", &ada].map(everything).join("")
    };
    assert!(!all().contains("I do not get this"));
    assert!(!all().contains("when do we start"));
    cohort.ada.ok("config share_notes true");
    cohort.ada.ok("note tokens \"taken back\"");
    cohort.ada.ok("undo");
    cohort.ada.ok(&format!("sync {}", cohort.ada_url));
    insta::assert_snapshot!(cohort.run(&ada));
    assert!(!all().contains("when do we start"), "those of others are not");
    cohort.ada.ok("config share_notes false");
    cohort.ada.ok(&format!("sync {}", cohort.ada_url));
    assert!(!all().contains("I do not get this"));
}

#[test]
fn whoever_is_no_teacher_is_told_so() {
    let Some(cohort) = Cohort::set() else { return };
    for line in ["status", "stuck", "topic tokens", "learner ada", "report"] {
        let seen = cohort.ada.run(&format!("cohort {line} --hub {}", cohort.ada_url));
        assert!(seen.contains("is no teacher of the hub") && seen.contains("hint:"), "{line}: {seen}");
        assert!(seen.ends_with("--- status 1\n"), "{seen}");
    }
    // Who keeps the hub may see the numbers, but no notes.
    cohort.ada.ok("config share_notes true");
    cohort.ada.ok(&format!("sync {}", cohort.ada_url));
    let office = &cohort.school.office;
    let hub = format!("--hub {}", cohort.school.url());
    assert!(office.ok(&format!("cohort status {hub}")).contains("6 learners"));
    let seen = office.ok(&format!("cohort learner {} {hub}", cohort.school.named("ada")));
    assert!(seen.contains("inverted-index") && !seen.contains("I do not get this"), "{seen}");
    // A teacher of another hub on the same server.
    let Some(other) = School::open() else { return };
    let (_, place) = other.url().rsplit_once('/').map(|(a, b)| (a.to_owned(), b.to_owned())).expect("an address");
    let (foreign, _) = cohort.url.rsplit_once('/').expect("an address");
    let seen = office.run(&format!("cohort status --hub {foreign}/{place}"));
    assert!(seen.contains("is no teacher of the hub"), "{seen}");
}

#[test]
fn what_cannot_be_shown_says_what_to_do() {
    let Some(cohort) = Cohort::set() else { return };
    let near = cohort.school.named("adda");
    let typed = ["topic rankings", "topic raknig", "learner zoe"].map(|what| format!("cohort {what}"));
    let lines: Vec<String> = typed.into_iter().chain([format!("cohort learner {near}")]).collect();
    insta::assert_snapshot!(cohort.snapshot(&lines));
    let wide = |place: Place| {
        let place = place.wide(200);
        place.ok(&format!("config hub {} --quiet", cohort.url));
        cohort.plain(&place.run("cohort status"))
    };
    insta::assert_snapshot!(wide(Place::shipped()), @r"
    --- stderr
    error: the curriculum `generative-ai-engineer` was not published in the hub postgres://turing.workshop-by-night@127.0.0.1:54321/workshop-by-night
    hint: its administrator does it: `roadmap hub publish`; `roadmap hub status` lists those that were
    --- status 1
    ");
    // An edition that the hub does not have yet.
    cohort.school.boss().run("DELETE FROM roadmap.curriculum_topics WHERE topic = 'ranking'").expect("an admin");
    let seen = cohort.run("cohort topic ranking");
    assert!(seen.contains("an edition of the curriculum without `ranking`") && seen.contains("hub publish"), "{seen}");
    let seen = machine().run("cohort status");
    assert!(seen.contains("no hub is named"), "{seen}");
}

#[test]
fn a_cohort_of_nobody() {
    let Some(school) = School::open() else { return };
    let url = school.invite_teacher("turing");
    let teacher = desk();
    teacher.ok(&format!("config hub {url} --quiet"));
    let run = |line: &str| format!("$ roadmap {line}\n{}", teacher.run(line));
    let before = ["cohort status", "cohort stuck", "cohort topic tokens"].map(run).join("\n");
    school.invite("ada");
    insta::assert_snapshot!(format!("{before}\n{}", run("cohort status")));
    let page = teacher.home.path().join("page.html");
    teacher.ok(&format!("cohort report --html {} --csv {}.csv", page.display(), page.display()));
    assert!(std::fs::read_to_string(&page).expect("written").contains("Nobody is stuck anywhere."));
    let table = std::fs::read_to_string(format!("{}.csv", page.display())).expect("written");
    assert_eq!(table.lines().count(), 2, "who was invited is in it: {table}");
}

#[test]
fn the_report_as_page_table_and_data() {
    let Some(cohort) = Cohort::set() else { return };
    let home = cohort.teacher.home.path();
    let (page, table) = (home.join("cohort.html"), home.join("learners.csv"));
    let seen = cohort.run(&format!("cohort report --html {} --csv {}", page.display(), table.display()));
    assert!(seen.contains("Wrote 7 learners to"), "{seen}");
    insta::assert_snapshot!(cohort.plain(&std::fs::read_to_string(&table).expect("written")));
    let html = std::fs::read_to_string(&page).expect("written");
    for (name, _) in LIVES {
        assert!(!html.contains(&cohort.school.named(name)), "the page names nobody");
    }
    insta::assert_snapshot!(html.split("</style>").nth(1).expect("a body"));
    let data = cohort.teacher.json("cohort report");
    assert_eq!(data["learners"].as_array().map(Vec::len), Some(7));
    assert_eq!(data["topics"].as_array().map(Vec::len), Some(5));
    assert_eq!(data["status"], cohort.teacher.json("cohort status --weeks 12"));
    let stuck = cohort.teacher.json("cohort stuck -n 1");
    assert_eq!(stuck["long"].as_array().map(Vec::len), Some(1));
    assert_eq!(stuck["long"][0]["id"], "inverted-index");
}

/// Names, titles, topics and notes that mean harm to a terminal, a page, a spreadsheet or a statement.
#[test]
fn hostile_words_are_harmless() {
    let Some(cohort) = Cohort::set() else { return };
    let evil =
        "=HYPERLINK(\"http://evil\")\u{1b}[31m\u{202e}<script>alert(1)</script>'; DROP SCHEMA roadmap CASCADE; --";
    let boss = cohort.school.boss();
    let ada = cohort.school.named("ada");
    boss.run(&format!(
        "UPDATE roadmap.learners SET name = $evil${evil}$evil$ WHERE learner = '{ada}';
         UPDATE roadmap.curricula SET title = $evil${evil}$evil$;
         UPDATE roadmap.curriculum_topics SET title = $evil${evil}$evil$, phase_title = $evil${evil}$evil$
            WHERE topic IN ('tokens', 'inverted-index')"
    ))
    .expect("the superuser may");
    // A topic of no curriculum, through the learner's own role.
    let learner = school::connect(&cohort.ada_url);
    let entry = serde_json::json!([{
        "id": "evil", "at": 1_790_000_000, "nanos": 0, "offset": 0, "day": "2026-11-20", "act": "start",
        "topic": evil, "step": "evil", "payload": {"note": evil},
    }]);
    learner
        .run(&format!("SELECT roadmap.push('{CURRICULUM}', $evil${entry}$evil$::jsonb)"))
        .expect("a learner may push what they like");
    cohort.ada.ok("config share_notes true");
    cohort.ada.ok(&format!("note tokens \"{}\"", "<b>\u{1b}]0;x\u{7}\u{202e}"));
    cohort.ada.ok(&format!("sync {}", cohort.ada_url));
    let (page, table) = (cohort.teacher.home.path().join("x.html"), cohort.teacher.home.path().join("x.csv"));
    let mut seen = String::new();
    for line in [
        "cohort status".to_owned(),
        "cohort stuck".to_owned(),
        "cohort topic inverted-index".to_owned(),
        format!("cohort learner {ada}"),
        format!("cohort report --html {} --csv {}", page.display(), table.display()),
        "--json cohort report".to_owned(),
        format!("--json cohort learner {ada}"),
    ] {
        let shown = cohort.teacher.run(&line);
        assert!(shown.ends_with("--- status 0\n"), "{line}: {shown}");
        seen.push_str(&shown);
    }
    // And what is typed.
    let typed = ["cohort learner \"x'; DROP SCHEMA roadmap; --\"", "cohort topic \"\u{1b}[31mx\u{202e}\""];
    for line in typed {
        let shown = cohort.teacher.run(line);
        assert!(shown.ends_with("--- status 1\n"), "{shown}");
        seen.push_str(&shown);
    }
    let is_harm = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
    assert!(!seen.contains(is_harm), "{seen:?}");
    let html = std::fs::read_to_string(&page).expect("written");
    assert!(!html.contains("<script") && !html.contains(is_harm) && html.contains("&#60;script"), "{html}");
    let csv = std::fs::read_to_string(&table).expect("written");
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let cells: Vec<String> =
        reader.records().flat_map(|row| row.expect("a row").iter().map(str::to_owned).collect::<Vec<_>>()).collect();
    assert!(cells.iter().any(|cell| cell.starts_with("'=HYPERLINK")), "{csv}");
    assert!(!cells.iter().any(|cell| cell.starts_with(['=', '+', '-', '@']) || cell.contains(is_harm)), "{csv}");
    assert_eq!(cohort.school.see("SELECT count(*)::text FROM roadmap.learners"), "7");
}

/// The statements add up rollups: none of them looks at entries, and a teacher's role may run each.
#[test]
fn no_report_reads_entries() {
    let Some(cohort) = Cohort::set() else { return };
    let teacher = school::connect(&cohort.url);
    assert_eq!(STATEMENTS.len(), 6);
    for (name, statement) in STATEMENTS {
        let values = match name {
            "weeks" => "'x', '2026-11-23', 8",
            "phases" => "'x', '2026-11-23'",
            "learner-topics" => "'x', 'ada'",
            "at-topic" => "'x', '2026-11-23', 'tokens', 10",
            _ => "'x', '2026-11-23', NULL",
        };
        let types = match name {
            "weeks" => "text, text, int",
            "at-topic" => "text, text, text, bigint",
            "phases" | "learner-topics" => "text, text",
            _ => "text, text, text",
        };
        teacher.run(&format!("PREPARE asked({types}) AS {statement}")).expect(name);
        let plan = school::see(&teacher, &format!("EXPLAIN EXECUTE asked({values})")).expect(name);
        teacher.run("DEALLOCATE asked").expect("it is there");
        assert!(plan.contains("Scan") && plan.contains("_progress"), "{name}: {plan}");
        assert!(!plan.contains(" entries") && !plan.contains("entry_parts"), "{name}: {plan}");
    }
    let said = refused(&teacher, "SELECT * FROM roadmap.entries");
    assert!(said.contains("permission denied"), "{said}");
}
