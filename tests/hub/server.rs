//! A server that is killed, or whose disk is full, in the middle of a push.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::cluster::{Cluster, Disk};
use crate::common::Place;
use crate::learner::{read, same_as_here};
use crate::network::entries;
use crate::school::{School, history, journal, machine, words, write_journal};

/// Begins a sync.
fn begin(place: &Place, url: &str) -> Child {
    let mut command = place.command(&format!("sync {url}"));
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs")
}

/// Returns what a sync said, and asserts that it said that something failed.
#[track_caller]
fn failed(child: Child) -> String {
    let output = child.wait_with_output().expect("it ran");
    let seen = words(&output);
    assert_eq!(output.status.code(), Some(1), "{seen}");
    assert!(seen.contains("hint: ") && seen.matches("error: ").count() == 1, "{seen}");
    seen
}

/// Returns an expression of the id of a line.
fn id(line: &str) -> String {
    let (id, _) = line.split_once(',').expect("an id");
    id.replace("{\"id\":", "").replace('"', "'")
}

#[test]
fn a_server_that_is_killed_in_the_middle_of_a_push_has_all_of_it_or_nothing() {
    let Some(cluster) = Cluster::open() else { return };
    let school = School::at(&cluster.url);
    let url = school.invite("ada");
    let (laptop, desktop) = (machine(), machine());
    let lines = history(1300);
    write_journal(&laptop, "laptop", &lines);
    // In the third batch of 500, 500 and 300 the server stops to think.
    school
        .boss()
        .run(&format!(
            "CREATE FUNCTION public.think() RETURNS BOOLEAN LANGUAGE plpgsql AS
                 'BEGIN PERFORM pg_catalog.pg_sleep(120); RETURN true; END';
             ALTER TABLE roadmap.entries ADD CONSTRAINT slow CHECK (id <> {} OR public.think())",
            id(&lines[1200])
        ))
        .expect("altered");
    let syncing = begin(&laptop, &url);
    let began = Instant::now();
    while school.see("SELECT count(*)::text FROM pg_stat_activity WHERE wait_event = 'PgSleep'") != "1" {
        assert!(began.elapsed() < Duration::from_secs(60), "it never came to the third batch");
        std::thread::sleep(Duration::from_millis(20));
    }
    cluster.kill();
    let seen = failed(syncing);
    assert!(seen.contains("the connection to the hub") && seen.contains("nothing is sent twice"), "{seen}");
    // While it is down.
    let seen = laptop.run(&format!("sync {url}"));
    assert!(seen.contains("cannot reach the hub") && seen.ends_with("--- status 1\n"), "{seen}");
    assert_eq!(journal(&laptop), lines);
    cluster.start();
    assert_eq!(entries(&school, "ada"), 1000);
    school.boss().run("ALTER TABLE roadmap.entries DROP CONSTRAINT slow").expect("altered");
    let seen = laptop.run(&format!("sync {url}"));
    assert!(seen.contains("Sent 300 entries") && seen.ends_with("--- status 0\n"), "{seen}");
    assert!(desktop.run(&format!("sync {url}")).contains("1300 entries came"));
    assert_eq!((entries(&school, "ada"), journal(&desktop)), (1300, lines));
    same_as_here(&school, "ada", &read(&desktop));
}

#[test]
fn a_server_may_be_killed_at_any_moment() {
    let Some(cluster) = Cluster::open() else { return };
    let school = School::at(&cluster.url);
    let lines = history(2000);
    let begun = |name: &str| {
        let laptop = machine();
        write_journal(&laptop, "laptop", &lines);
        let url = school.invite(name);
        (begin(&laptop, &url), laptop, url, Instant::now())
    };
    let (whole, _laptop, _, began) = begun("whole");
    assert!(whole.wait_with_output().expect("it ran").status.success());
    let lasts = began.elapsed();
    let rounds = if std::env::var_os("ROADMAP_TEST_THOROUGH").is_some() { 60 } else { 6 };
    let mut broken = 0;
    for round in 0..rounds {
        let name = format!("l{round}");
        let (syncing, laptop, url, began) = begun(&name);
        std::thread::sleep((lasts * (2 * round + 1) / (2 * rounds)).saturating_sub(began.elapsed()));
        cluster.kill();
        let output = syncing.wait_with_output().expect("it ran");
        cluster.start();
        let there = entries(&school, &name);
        assert!(there.is_multiple_of(500), "{there}: a batch is whole or not there");
        // What was acknowledged is there.
        assert!(!output.status.success() || there == lines.len(), "{}", words(&output));
        broken += usize::from(!output.status.success());
        let seen = laptop.run(&format!("sync {url}"));
        let left = lines.len() - there;
        assert!(
            seen.contains(&if left == 0 { "Nothing new.".to_owned() } else { format!("Sent {left} entries") }),
            "{seen}"
        );
        assert_eq!((journal(&laptop).len(), entries(&school, &name)), (lines.len(), lines.len()));
        same_as_here(&school, &name, &read(&laptop));
    }
    assert!(broken > 0, "every sync was over before its server was killed");
}

#[test]
fn a_full_disk_of_the_data_is_said_and_the_next_sync_goes_on() {
    let (Some(cluster), Some(disk)) = (Cluster::open(), Disk::of(48)) else { return };
    let folder = disk.path().join("tables");
    std::fs::create_dir(&folder).expect("made");
    cluster.give(&folder);
    let school = School::at(&cluster.url);
    let url = school.invite("ada");
    let server = crate::school::connect(&cluster.url);
    server.run(&format!("CREATE TABLESPACE small LOCATION '{}'", folder.display())).expect("made");
    server.run(&format!("ALTER DATABASE {} SET TABLESPACE small", school.name)).expect("moved");
    let laptop = machine();
    let lines = history(4000);
    write_journal(&laptop, "laptop", &lines);
    disk.fill(600_000);
    let seen = failed(begin(&laptop, &url));
    assert!(seen.contains("is full") && seen.contains("tell its administrator"), "{seen}");
    let there = entries(&school, "ada");
    assert!(there.is_multiple_of(500) && there < lines.len(), "{there}");
    assert_eq!(journal(&laptop), lines);
    // Full is full, however often.
    let seen = failed(begin(&laptop, &url));
    assert!(seen.contains("is full"), "{seen}");
    disk.make_room();
    let seen = laptop.run(&format!("sync {url}"));
    assert!(seen.contains("Sent ") && seen.ends_with("--- status 0\n"), "{seen}");
    assert_eq!((entries(&school, "ada"), journal(&laptop)), (lines.len(), lines));
    same_as_here(&school, "ada", &read(&laptop));
    drop(school);
    server.run("DROP TABLESPACE small").expect("dropped");
}

#[test]
fn a_full_disk_of_the_log_stops_the_server_and_loses_nothing() {
    let Some(disk) = Disk::of(24) else { return };
    let Some(cluster) = Cluster::with_log_on(&disk) else { return };
    let school = School::at(&cluster.url);
    let url = school.invite("ada");
    let (laptop, desktop) = (machine(), machine());
    let lines = history(6000);
    write_journal(&laptop, "laptop", &lines);
    disk.fill(0);
    let seen = failed(begin(&laptop, &url));
    assert!(["the connection to the hub", "is full", "going down"].iter().any(|words| seen.contains(words)), "{seen}");
    assert_eq!(journal(&laptop), lines);
    disk.make_room();
    cluster.stop();
    cluster.start();
    let there = entries(&school, "ada");
    assert!(there.is_multiple_of(500) && there < lines.len(), "{there}");
    let seen = laptop.run(&format!("sync {url}"));
    assert!(seen.contains(&format!("Sent {} entries", lines.len() - there)), "{seen}");
    assert!(desktop.run(&format!("sync {url}")).contains("6000 entries came"));
    assert_eq!((entries(&school, "ada"), journal(&desktop)), (lines.len(), lines));
    same_as_here(&school, "ada", &read(&desktop));
}
