//! What a learner sees, command by command, in a small curriculum.

mod common;

use common::Place;

/// Runs commands one after another and returns the whole session as it looks on a terminal.
fn session(place: &Place, lines: &[&str]) -> String {
    lines.iter().map(|line| format!("$ roadmap {line}\n{}\n", place.run(line))).collect()
}

#[test]
fn a_first_evening() {
    let place = Place::with("examples/workshop");
    insta::assert_snapshot!(session(
        &place,
        &[
            "",
            "next",
            "show tokens",
            "start tokens",
            "next",
            "log-time tokens 45m",
            "done tokens --hours 2 --note \"harder than it looks\"",
            "status",
            "",
            "log",
            "show tokens",
        ]
    ));
}

#[test]
fn locked_topics_are_refused_with_two_ways_out() {
    let place = Place::with("examples/workshop");
    insta::assert_snapshot!(session(
        &place,
        &[
            "done ranking",
            "start ranking",
            "why ranking",
            "done tokens ranking",
            "list --state done",
            "done ranking --with-prerequisites",
            "list --state done",
            "undo",
            "done ranking --force",
            "list",
            "why ranking",
            "why embeddings",
            "why tokens",
        ]
    ));
}

#[test]
fn undo_and_redo_go_as_far_as_one_likes() {
    let place = Place::with("examples/workshop");
    insta::assert_snapshot!(session(
        &place,
        &[
            "undo",
            "done tokens",
            "known inverted-index",
            "skip ranking",
            "undo",
            "undo",
            "undo",
            "undo",
            "redo",
            "redo",
            "redo",
            "redo",
            "undo",
            "reopen tokens",
            "redo",
            "log -n 3",
            "list --state ready",
        ]
    ));
}

#[test]
fn topics_are_typed_as_people_type() {
    let place = Place::with("examples/workshop");
    insta::assert_snapshot!(session(
        &place,
        &[
            "show inv --quiet",
            "why \"Ranking by BM25\"",
            "why bm25",
            "why search",
            "why embedings",
            "why kubernetes",
            "why \"\"",
            "next --phase meanin",
            "next --phase sauces",
            "track wurds",
        ]
    ));
}

#[test]
fn next_narrows_orders_and_ends() {
    let place = Place::with("examples/workshop");
    insta::assert_snapshot!(session(
        &place,
        &[
            "next -n 9",
            "next -n 9 --order phases",
            "next --hours 1",
            "next --hours 4 -n 5",
            "next --phase meaning",
            "next --phase words -n 9",
            "next --track words-only --only -n 9",
            "next --only",
            "next -n 0",
            "known project-search --with-prerequisites",
            "next",
            "skip ranking",
            "next",
            "",
        ]
    ));
}

#[test]
fn tracks_and_settings_are_kept() {
    let place = Place::with("examples/workshop");
    insta::assert_snapshot!(session(
        &place,
        &[
            "track",
            "track words --only",
            "track",
            "status",
            "config",
            "config hours_per_week",
            "config hours_per_week 0",
            "config hours_per_week 3.5",
            "config study_days mon,sat",
            "config study_days someday",
            "config order best",
            "config name Ada",
            "config colour red",
            "config hours_per_week --unset",
            "config",
            "track --none",
            "track",
        ]
    ));
    let file = place.home.path().join("config.toml");
    std::fs::write(&file, "# mine\nname = \"Ada\" # me\nhours_per_weak = 3\n").expect("written");
    insta::assert_snapshot!("a_config_with_a_slip", place.run("next"));
    std::fs::write(&file, "# mine\nname = \"Ada\" # me\n").expect("written");
    place.ok("config hours_per_week 4");
    insta::assert_snapshot!("a_config_keeps_its_comments", std::fs::read_to_string(&file).expect("there"));
}

#[test]
fn plans_have_weeks_dates_and_forms() {
    let place = Place::with("examples/workshop");
    insta::assert_snapshot!(session(
        &place,
        &[
            "plan",
            "plan --weeks 1 --hours-per-week 4 --days mon,sat",
            "plan --to ranking --by 2026-11-26",
            "plan --track words-only --markdown",
            "plan --away 2026-11-23..2026-12-24 --weeks 1",
            "plan --by 2026-01-01",
            "plan --away soon",
            "plan --hours-per-week 0",
            "plan --to nothing",
        ]
    ));
    let file = place.home.path().join("study.ics");
    place.ok(&format!("plan --ics {}", file.display()));
    let first = std::fs::read_to_string(&file).expect("written");
    place.ok("done tokens");
    place.ok(&format!("plan --ics {}", file.display()));
    let second = std::fs::read_to_string(&file).expect("written");
    let uids = |text: &str| text.lines().filter(|l| l.starts_with("UID:")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(uids(&first).len(), 5);
    assert_eq!(uids(&first)[1..], uids(&second)[..], "a second export has the same events under the same names");
    assert!(second.contains("DTSTART;VALUE=DATE:20261123") && second.contains("\r\n"));
}

#[test]
fn json_keeps_its_keys() {
    let place = Place::with("examples/workshop");
    place.ok("done tokens --hours 2 --on 2026-11-20 --evidence https://example.org/tokens");
    let mut shown = String::new();
    for line in [
        "next -n 2",
        "list --phase words",
        "status",
        "show ranking",
        "why project-search",
        "plan --weeks 1",
        "track",
        "",
        "done inverted-index",
    ] {
        let mut value = place.json(line);
        if let Some(step) = value.get_mut("step") {
            *step = "[ID]".into();
        }
        assert_eq!(value["version"], 1, "{line}");
        shown.push_str(&format!("$ roadmap --json {line}\n{value:#}\n"));
    }
    insta::assert_snapshot!(shown);
    assert_eq!(place.json("log")["entries"][0]["do"], "done");
    assert_eq!(place.json("doctor")["sound"], true);
}

#[test]
fn tables_fit_the_terminal() {
    for columns in [60, 80, 120, 200] {
        let place = Place::with("examples/workshop").wide(columns);
        place.ok("done tokens");
        for line in [
            "list",
            "status",
            "",
            "plan",
            "track",
            "log",
            "config",
            "next -n 3",
            "show project-search",
            "why project-search",
        ] {
            for shown in place.ok(line).lines().filter(|l| !l.contains("://")) {
                assert!(unicode_width::UnicodeWidthStr::width(shown) <= columns, "`{line}` at {columns}: {shown}");
            }
        }
        insta::assert_snapshot!(format!("status_at_{columns}"), place.run("status"));
    }
}

#[test]
fn exit_status_and_quiet_are_as_scripts_expect() {
    let place = Place::with("examples/workshop");
    let status = |line: &str| place.command(line).output().expect("it runs").status.code();
    assert_eq!(
        (status("next"), status("show nothing"), status("next --count many"), status("frobnicate")),
        (Some(0), Some(1), Some(2), Some(2))
    );
    assert_eq!(status("--curriculum examples/broken/R001-unknown-prerequisite.yaml next"), Some(1));
    let quiet = place.command("--quiet done tokens").output().expect("it runs");
    assert!(quiet.stdout.is_empty() && quiet.stderr.is_empty());
    let coloured = place.command("--color always status").output().expect("it runs");
    assert!(String::from_utf8_lossy(&coloured.stdout).contains('\x1b'));
    let plain = place.command("--color always status").env("NO_COLOR", "1").output().expect("it runs");
    assert!(!plain.stdout.is_empty());
    let piped = place.command("status").output().expect("it runs");
    assert!(!String::from_utf8_lossy(&piped.stdout).contains('\x1b'));
}

#[test]
fn a_future_day_and_hours_for_many_are_refused() {
    let place = Place::with("examples/workshop");
    insta::assert_snapshot!(session(
        &place,
        &[
            "done tokens --on 2026-12-01",
            "done tokens inverted-index --hours 3",
            "done tokens --hours 0",
            "done tokens --hours -2",
            "log-time tokens 45",
            "note tokens \"\"",
            "--today yesterday next",
            "done tokens tokens",
            "done tokens",
            "start ranking --force",
            "note ranking \"half way\"",
            "log",
        ]
    ));
}
