//! A learner's machines, which find each other over the hub.

use roadmap::hub::Environment;
use roadmap::journal::{Entry, Event, Folder, Journal};
use roadmap::progress::Progress;

use crate::school::{CURRICULUM, School, history, journal, machine, see, words, write_journal};

/// Compares the rollups of a learner with the fold over the journal of a machine that is in sync.
#[track_caller]
pub(crate) fn same_as_here(school: &School, name: &str, journal: &Journal) {
    let curriculum = roadmap::curriculum::load(std::path::Path::new("examples/workshop")).curriculum.expect("sound");
    let progress = Progress::replay(&curriculum, journal);
    let mut here = Vec::new();
    for ix in curriculum.indices() {
        let (mark, id) = (progress.mark(ix), &curriculum.topic(ix).id);
        let about = |entry: &&Entry| entry.topic.as_deref().and_then(|t| curriculum.find_ever(t)) == Some(ix);
        let counting: Vec<&Entry> = journal.effective().filter(about).collect();
        let Some(last) = counting.iter().map(|entry| entry.day()).max() else { continue };
        let state = match progress.state(ix).name() {
            "locked" | "ready" => "open",
            name => name,
        };
        let day = |day: Option<chrono::NaiveDate>| day.map_or("-".to_owned(), |day| day.to_string());
        let first = counting.iter().find(|entry| entry.event == Event::Start).map(|entry| entry.day());
        let whole = |entry: &&&Entry| entry.event == Event::Quiz && entry.quiz.is_some_and(|quiz| quiz.is_whole());
        let tries = counting.iter().filter(whole).count();
        let fails = counting.iter().filter(whole).filter(|e| !e.quiz.is_some_and(|quiz| quiz.is_passed())).count();
        let quiz = mark.quiz.map_or("-".to_owned(), |quiz| format!("{}/{}", quiz.right, quiz.asked));
        let closed = mark.since.filter(|_| ["done", "known", "skipped"].contains(&state));
        here.push(format!(
            "{id} {state} {} {} {} {} {} {} {tries} {fails} {quiz}",
            day(first),
            day(mark.started),
            day(mark.since),
            day(closed),
            mark.spent,
            last
        ));
    }
    here.sort();
    let there = school.see(&format!(
        "SELECT concat_ws(' ', topic, state, coalesce(first_started::text, '-'), coalesce(started::text, '-'),
            coalesce(since::text, '-'), coalesce(closed::text, '-'), hours::text, last_day::text, quiz_tries, quiz_fails,
            coalesce(quiz_right || '/' || quiz_asked, '-'))
         FROM roadmap.topic_progress p WHERE learner = '{}' AND EXISTS (
            SELECT 1 FROM roadmap.curriculum_topics t WHERE t.curriculum = p.curriculum AND t.topic = p.topic)
         ORDER BY topic COLLATE \"C\"",
        school.named(name)
    ));
    assert_eq!(there.lines().collect::<Vec<_>>(), here);
    let count = |state: &str| here.iter().filter(|row| row.split(' ').nth(1) == Some(state)).count();
    let counts = school.see(&format!(
        "SELECT concat_ws(' ', started, done, known, skipped, entries) FROM roadmap.learner_progress WHERE learner = '{}'",
        school.named(name)
    ));
    let all = [count("started"), count("done"), count("known"), count("skipped"), journal.len()];
    assert_eq!(counts, all.map(|n| n.to_string()).join(" "));
    let done: usize = school
        .see(&format!("SELECT sum(done)::text FROM roadmap.week_progress WHERE learner = '{}'", school.named(name)))
        .parse()
        .unwrap_or(0);
    assert_eq!(done, count("done"));
}

/// Returns a machine's journal.
pub(crate) fn read(place: &crate::common::Place) -> Journal {
    Folder::new(&place.home.path().join("journal"), CURRICULUM, "x").read().expect("sound").0
}

#[test]
fn two_machines_find_each_other() {
    let Some(school) = School::open() else { return };
    let url = school.invite("ada");
    let (laptop, desktop) = (machine(), machine());
    laptop.ok("start tokens --on 2026-11-02");
    laptop.ok("log-time tokens 1.5h");
    laptop.ok("done tokens");
    let sync = format!("sync {url}");
    let seen = laptop.run(&sync);
    assert!(seen.contains("Sent 3 entries to postgres://ada."), "{seen}");
    assert!(laptop.run(&sync).contains("Nothing new."));
    desktop.ok("start inverted-index --force");
    let seen = desktop.run(&sync);
    assert!(
        seen.contains("Sent 1 entry") && seen.contains("3 entries came") && seen.contains("Closed by that: `tokens`"),
        "{seen}"
    );
    assert_eq!(journal(&desktop).len(), 4);
    same_as_here(&school, "ada", &read(&desktop));
    desktop.ok("undo");
    desktop.ok("undo");
    desktop.ok(&sync);
    let seen = laptop.run(&sync);
    assert!(seen.contains("3 entries came") && seen.contains("Open again by that: `tokens`"), "{seen}");
    assert_eq!(journal(&laptop), journal(&desktop));
    same_as_here(&school, "ada", &read(&laptop));
    laptop.ok("redo");
    laptop.ok(&sync);
    // Nothing was sent before, so that "from it" would be from nothing.
    assert!(desktop.run(&sync).contains("1 entry came from postgres://ada."));
    same_as_here(&school, "ada", &read(&desktop));
    assert!(desktop.run(&format!("{sync} --dry-run")).contains("Nothing new."));
}

#[test]
fn what_comes_late_or_twice_or_was_lost_is_found() {
    let Some(school) = School::open() else { return };
    let url = school.invite("ada");
    let (laptop, desktop) = (machine(), machine());
    let lines = history(40);
    write_journal(&laptop, "laptop", &lines[20..]);
    laptop.ok(&format!("sync {url}"));
    desktop.ok(&format!("sync {url}"));
    // Entries that are older than all that is there, through another machine.
    write_journal(&desktop, "stick", &lines[..20]);
    assert!(desktop.run(&format!("sync {url}")).contains("Sent 20 entries"));
    assert!(laptop.run(&format!("sync {url}")).contains("20 entries came"));
    assert_eq!(journal(&laptop), journal(&desktop));
    same_as_here(&school, "ada", &read(&laptop));
    // A hub that was brought back from an old backup lacks what came since.
    school
        .boss()
        .run("DELETE FROM roadmap.entries WHERE act = 'note'; DELETE FROM roadmap.entry_parts")
        .expect("the superuser may");
    assert!(laptop.run(&format!("sync {url}")).contains("Sent 10 entries"));
    assert_eq!(school.see("SELECT count(*)::text FROM roadmap.entries"), "40");
    assert!(desktop.run(&format!("sync {url}")).contains("Nothing new."));
}

#[test]
fn any_line_comes_back_byte_for_byte() {
    let Some(school) = School::open() else { return };
    let url = school.invite("ada");
    let (laptop, desktop) = (machine(), machine());
    let at = "\"at\":\"2026-11-23T17:31:02+01:00\"";
    let lines = vec![
        format!(r#"{{"id":"0001",{at},"do":"done","topic":"tokens","hours":5.5,"evidence":["https://a.example/?x='"],"note":"'; DROP TABLE roadmap.entries; --"}}"#),
        format!(r#"{{"id":"0002",{at},"do":"note","topic":"tokens","note":"a\u0000b \u0001 \\u0000"}}"#),
        format!(r#"{{"id":"0003\u0000",{at},"do":"note","topic":"\u0000\u0001","note":"x","step":"\u0001"}}"#),
        format!(r#"{{ "id":"0004",{at}, "do":"dance", "topic":"tokens", "with":{{"b":[1,2.50]}} }}"#),
        r#"{"id":"0005","at":"2026-11-23T23:59:60.25Z","do":"time","topic":"tokens","hours":1e300}"#.to_owned(),
        r#"{"id":"0006","at":"2026-11-23T17:31:02.123456789+05:45","do":"time","topic":"tokens","hours":0.1,"on":"2026-11-20"}"#.to_owned(),
        format!(r#"{{"id":"0007",{at},"do":"known","topic":"ranking","placed":1e-7}}"#),
        format!(r#"{{"id":"0008",{at},"do":"known","topic":"x'; DROP ROLE postgres; --\"","placed":-0.0}}"#),
        format!(r#"{{"id":"0009",{at},"do":"tick","topic":"project-search","rubric":["ü 😀","b"],"step":"0009"}}"#),
        format!(r#"{{"id":"000a",{at},"do":"review","topic":"tokens","grade":"hard"}}"#),
        format!(r#"{{"id":"000b",{at},"do":"quiz","topic":"tokens","quiz":{{"right":1,"asked":4294967295,"of":2}}}}"#),
        format!(r#"{{"id":"",{at},"do":"done","topic":"","future":"\ud83d"}}"#),
    ];
    write_journal(&laptop, "laptop", &lines);
    let seen = laptop.run(&format!("sync {url}"));
    assert!(seen.contains("Sent 12 entries"), "{seen}");
    let seen = desktop.run(&format!("sync {url}"));
    assert!(seen.contains("12 entries came"), "{seen}");
    let mut expected = lines;
    expected.sort();
    assert_eq!(journal(&desktop), expected);
    assert!(laptop.run(&format!("sync {url}")).contains("Nothing new."));
    // What no hub can hold stays, and is said.
    let long = format!(r#"{{"id":"{}",{at},"do":"done","topic":"tokens"}}"#, "x".repeat(600));
    write_journal(&laptop, "odd", &[long]);
    let seen = laptop.run(&format!("sync {url}"));
    assert!(seen.contains("1 entry stayed here") && seen.ends_with("--- status 0\n"), "{seen}");
}

#[test]
fn what_was_cut_off_goes_on() {
    let Some(school) = School::open() else { return };
    let url = school.invite("ada");
    let (laptop, desktop) = (machine(), machine());
    let lines = history(1300);
    write_journal(&laptop, "laptop", &lines);
    // The server refuses the third batch.
    let (third, _) = lines[1200].split_once(',').expect("an id");
    let third = third.replace("{\"id\":", "").replace('"', "'");
    school
        .boss()
        .run(&format!("ALTER TABLE roadmap.entries ADD CONSTRAINT cut CHECK (id <> {third})"))
        .expect("altered");
    let seen = laptop.run(&format!("sync {url}"));
    assert!(seen.ends_with("--- status 1\n") && seen.contains("hint:"), "{seen}");
    assert_eq!(school.see("SELECT count(*)::text FROM roadmap.entries"), "1000");
    assert_eq!(school.see("SELECT sum(entries)::text FROM roadmap.entry_parts"), "1000");
    school.boss().run("ALTER TABLE roadmap.entries DROP CONSTRAINT cut").expect("altered");
    assert!(laptop.run(&format!("sync {url}")).contains("Sent 300 entries"));
    assert!(desktop.run(&format!("sync {url}")).contains("1300 entries came"));
    assert_eq!(journal(&desktop), journal(&laptop));
    same_as_here(&school, "ada", &read(&desktop));
}

#[test]
fn many_machines_at_once_lose_and_double_nothing() {
    let Some(school) = School::open() else { return };
    let url = school.invite("ada");
    let lines = history(400);
    let machines: Vec<_> = (0..4).map(|_| machine()).collect();
    std::thread::scope(|scope| {
        for (at, place) in machines.iter().enumerate() {
            let (url, own) = (&url, &lines[at * 100..(at + 1) * 100]);
            scope.spawn(move || {
                for (n, part) in own.chunks(25).enumerate() {
                    write_journal(place, &format!("m{at}-{n}"), part);
                    place.ok(&format!("sync {url}"));
                }
            });
        }
    });
    for place in &machines {
        place.ok(&format!("sync {url}"));
        assert_eq!(journal(place).len(), 400);
    }
    same_as_here(&school, "ada", &read(&machines[0]));
}

#[test]
fn a_hub_that_cannot_be_reached_changes_nothing() {
    let place = machine();
    place.ok("done tokens");
    let before = journal(&place);
    let port = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("bound").port();
    let seen = place.run(&format!("sync postgres://ada:s3cret@127.0.0.1:{port}/school"));
    assert!(
        seen.contains("cannot reach the hub") && seen.contains("hint:") && seen.ends_with("--- status 1\n"),
        "{seen}"
    );
    assert!(!seen.contains("s3cret"));
    assert_eq!(journal(&place), before);
    // One that takes the call and says nothing.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = silent.local_addr().expect("bound").port();
    let seen = place.run(&format!("sync postgres://ada:s3cret@127.0.0.1:{port}/school?connect_timeout=1"));
    assert!(seen.contains("did not answer within 1 second") && seen.ends_with("--- status 1\n"), "{seen}");
}

#[test]
fn a_password_is_taken_from_where_psql_takes_it_and_never_shown() {
    let Some(school) = School::open() else { return };
    let url = school.invite("ada");
    let (start, rest) = url.split_once("://").expect("an address");
    let (user, rest) = rest.split_once(':').expect("a password");
    let (password, place_of) = rest.split_once('@').expect("a host");
    let bare = format!("{start}://{user}@{place_of}");
    let laptop = machine();
    laptop.ok("done tokens");
    let mut all = laptop.run(&format!("sync {bare}"));
    assert!(all.contains("none was found") && all.contains("~/.pgpass") && all.ends_with("--- status 1\n"), "{all}");
    let wrong = laptop.run(&format!("sync {start}://{user}:wr0ng@{place_of}"));
    assert!(wrong.contains("does not let") && !wrong.contains("wr0ng") && wrong.ends_with("--- status 1\n"), "{wrong}");
    let file = laptop.home.path().join(".pgpass");
    let (host, database) = place_of.split_once('/').expect("a database");
    std::fs::write(&file, format!("# mine\n{host}:{database}:{user}:{password}\n")).expect("written");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let set = |mode| std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).expect("set");
        set(0o644);
        let seen = laptop.run(&format!("sync {bare}"));
        assert!(seen.contains("can be read by others") && seen.ends_with("--- status 1\n"), "{seen}");
        set(0o600);
    }
    let seen = laptop.run(&format!("sync {bare}"));
    assert!(seen.contains("Sent 1 entry"), "{seen}");
    std::fs::remove_file(&file).expect("removed");
    let told = laptop.command(&format!("sync {bare}")).env("PGPASSWORD", password).output().expect("it runs");
    assert!(told.status.success(), "{}", words(&told));
    laptop.ok(&format!("config hub {url}"));
    for line in [
        "config",
        "--json config",
        "config hub",
        "doctor",
        "--json doctor",
        "sync",
        "--json sync",
        "hub status",
        "hub invite x",
    ] {
        all.push_str(&laptop.run(line));
    }
    assert!(!all.contains(password) && !wrong.contains(password), "{all}");
    assert!(
        !format!(
            "{:?} {:?}",
            Environment { password: Some(password.into()), ..Environment::default() },
            crate::school::connect(&url)
        )
        .contains(password)
    );
}

#[test]
fn notes_are_shared_by_those_who_say_so() {
    let Some(school) = School::open() else { return };
    let (url, teacher) = (school.invite("ada"), school.invite_teacher("turing"));
    let laptop = machine();
    laptop.ok("note tokens \"my own words\"");
    laptop.ok(&format!("sync {url}"));
    let notes = "SELECT note FROM roadmap.shared_entries";
    assert_eq!(see(&crate::school::connect(&teacher), notes), Ok(String::new()));
    laptop.ok("config share_notes true");
    let seen = laptop.run(&format!("sync {url}"));
    assert!(seen.contains("may read your notes from now on"), "{seen}");
    assert_eq!(see(&crate::school::connect(&teacher), notes), Ok("my own words".into()));
    laptop.ok("config share_notes false");
    laptop.ok(&format!("sync {url}"));
    assert_eq!(see(&crate::school::connect(&teacher), notes), Ok(String::new()));
}
