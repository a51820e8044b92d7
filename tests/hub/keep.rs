//! What an administrator does: making, inviting, publishing, removing; and whom a machine trusts.

use crate::learner;
use crate::school::{CURRICULUM, School, connect, history, journal, machine, see, words, write_journal};

#[test]
fn a_hub_is_made_once_however_often_and_by_however_many() {
    let Some(school) = School::empty() else { return };
    let url = school.url();
    let seen = school.office.run(&format!("hub status --hub {url}"));
    assert!(seen.contains("there is no hub in") && seen.contains("roadmap hub init"), "{seen}");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| school.office.ok(&format!("hub init {url}")));
        }
    });
    let seen = school.office.run(&format!("hub init {url}"));
    assert!(seen.contains("is up to date, schema 1") && seen.ends_with("--- status 0\n"), "{seen}");
    assert!(school.office.run(&format!("hub migrate --hub {url}")).contains("up to date"));
    assert!(school.office.run(&format!("hub publish --hub {url}")).contains("Published `search-workshop`: 5 topics."));
    assert!(school.office.run(&format!("hub publish --hub {url}")).contains("there already as it is"));
    let status = school.office.json(&format!("hub status --hub {url}"));
    assert_eq!(
        (&status["schema"], &status["learners"], &status["curricula"][0]["topics"]),
        (&1.into(), &0.into(), &5.into())
    );
    let closed = "SELECT concat_ws(' ', has_database_privilege('public', current_database(), 'CONNECT'),
        has_database_privilege('public', current_database(), 'TEMPORARY'),
        has_schema_privilege('public', 'public', 'USAGE'), has_schema_privilege('public', 'roadmap', 'USAGE'))";
    assert_eq!(school.see(closed), "f f f f");
    let open =
        "SELECT string_agg(relname, ' ') FROM pg_class WHERE relnamespace = 'roadmap'::regnamespace AND relkind = 'r'
        AND NOT (relrowsecurity AND relforcerowsecurity)";
    assert_eq!(school.see(open), "", "every table forces row-level security");
    let callable = "SELECT string_agg(proname, ' ') FROM pg_proc WHERE pronamespace = 'roadmap'::regnamespace
        AND has_function_privilege('public', oid, 'EXECUTE')";
    assert_eq!(school.see(callable), "");
}

#[test]
fn a_newer_or_foreign_schema_is_left_alone() {
    let Some(school) = School::open() else { return };
    let (url, ada) = (school.url(), school.invite("ada"));
    school.boss().run("UPDATE roadmap.version SET number = 7").expect("the superuser may");
    let laptop = machine();
    laptop.ok("done tokens");
    for line in [
        format!("hub migrate --hub {url}"),
        format!("hub init {url}"),
        format!("sync {ada}"),
        format!("hub publish --hub {url}"),
    ] {
        let seen = laptop.run(&line);
        assert!(seen.contains("newer version of roadmap (schema 7"), "{line}: {seen}");
        assert!(seen.contains("update roadmap") && seen.ends_with("--- status 1\n"), "{seen}");
    }
    assert!(laptop.run(&format!("hub status --hub {url}")).contains("newer than this program"));
    // Whatever it calls things.
    school.boss().run("ALTER TABLE roadmap.entry_parts RENAME TO digests").expect("the superuser may");
    let seen = laptop.run(&format!("sync {ada}"));
    assert!(seen.contains("newer version of roadmap (schema 7") && seen.ends_with("--- status 1\n"), "{seen}");
    assert_eq!((school.see("SELECT count(*)::text FROM roadmap.entries").as_str(), journal(&laptop).len()), ("0", 1));
    school.boss().run("ALTER TABLE roadmap.digests RENAME TO entry_parts").expect("the superuser may");
    school.boss().run("UPDATE roadmap.version SET number = 0").expect("the superuser may");
    let seen = laptop.run(&format!("sync {ada}"));
    assert!(seen.contains("older version") && seen.contains("roadmap hub migrate"), "{seen}");
    let Some(other) = School::empty() else { return };
    other.boss().run("CREATE SCHEMA roadmap; CREATE TABLE roadmap.version (x INT)").expect("made");
    let seen = other.office.run(&format!("hub init {}", other.url()));
    assert!(seen.contains("that is no hub") && seen.ends_with("--- status 1\n"), "{seen}");
    assert_eq!(other.see("SELECT count(*)::text FROM pg_class WHERE relnamespace = 'roadmap'::regnamespace"), "1");
}

#[test]
fn whoever_is_invited_gets_in_and_whoever_is_forgotten_leaves_nothing() {
    let Some(school) = School::open() else { return };
    let url = school.url();
    let (ada, bob) = (school.invite("ada"), school.invite("bob"));
    let output =
        school.office.command(&format!("hub invite {} --hub {url}", school.named("ada"))).output().expect("it runs");
    assert!(words(&output).contains("already") && output.stdout.is_empty() && output.status.code() == Some(1));
    for bad in ["\"x'; DROP TABLE roadmap.entries; --\"", "Ada", "roadmap_owner", "postgres", "pg_x"] {
        let seen = school.office.run(&format!("hub invite {bad} --hub {url}"));
        assert!(seen.contains("cannot be a name") && seen.ends_with("--- status 1\n"), "{seen}");
    }
    for (place, lines) in [(&ada, history(30)), (&bob, history(20))] {
        let laptop = machine();
        write_journal(&laptop, "laptop", &lines);
        laptop.ok(&format!("sync {place}"));
    }
    let name = school.named("ada");
    let seen = school.office.run(&format!("hub forget {name} --hub {url}"));
    assert!(seen.contains("nobody to ask") && seen.contains("--yes"), "{seen}");
    let session = connect(&ada);
    let seen = school.office.run(&format!("hub forget {name} --yes --hub {url}"));
    assert!(seen.starts_with(&format!("Removed `{name}`: 30 entries, ")) && seen.contains("and the role"), "{seen}");
    for table in ["learners", "entries", "entry_parts", "topic_progress", "learner_progress", "week_progress"] {
        assert_eq!(school.see(&format!("SELECT count(*)::text FROM roadmap.{table} WHERE learner = '{name}'")), "0");
    }
    assert_eq!(school.see("SELECT count(*)::text FROM roadmap.entries"), "20");
    // Who is logged in still can add nothing, and nobody gets in again.
    assert!(see(&session, "SELECT roadmap.push('c', '[]')::text").is_err());
    assert!(machine().run(&format!("sync {ada}")).contains("does not let"));
    let seen = school.office.run(&format!("hub forget {name} --yes --hub {url}"));
    assert!(seen.contains("nobody in the hub is called") && seen.ends_with("--- status 1\n"), "{seen}");
    assert!(school.office.run(&format!("hub forget postgres --yes --hub {url}")).ends_with("--- status 1\n"));
}

#[test]
fn progress_follows_ids_that_an_edition_changed() {
    let Some(school) = School::open() else { return };
    let (url, ada) = (school.url(), school.invite("ada"));
    let laptop = machine();
    laptop.ok("done tokens");
    laptop.ok(&format!("sync {ada}"));
    let folder = tempfile::tempdir().expect("a folder");
    for file in ["roadmap.yaml", "01-words.yaml"] {
        let text = std::fs::read_to_string(format!("examples/workshop/{file}")).expect("there");
        let text = text.replace("- id: tokens\n", "- id: words\n    formerly: [tokens]\n").replace("tokens:", "words:");
        std::fs::write(folder.path().join(file), text).expect("written");
    }
    let seen = school.office.run(&format!("hub publish --hub {url} --curriculum {}", folder.path().display()));
    assert!(seen.contains("Added up anew: the progress of 1 learner"), "{seen}");
    let rollups =
        format!("SELECT concat_ws(' ', topic, state) FROM roadmap.topic_progress WHERE curriculum = '{CURRICULUM}'");
    assert_eq!(school.see(&rollups), "words done");
    // An old machine says the old id, and its undo is about the new one.
    laptop.ok("undo");
    laptop.ok(&format!("sync {ada}"));
    assert_eq!(school.see(&rollups), "");
    laptop.ok("redo");
    laptop.ok(&format!("sync {ada}"));
    assert_eq!(school.see(&rollups), "words done");
    assert_eq!(school.see("SELECT done::text FROM roadmap.learner_progress"), "1");
}

#[test]
fn without_a_published_curriculum_every_topic_counts() {
    let Some(school) = School::empty() else { return };
    school.office.ok(&format!("hub init {}", school.url()));
    let ada = school.invite("ada");
    let laptop = machine();
    laptop.ok("done tokens");
    laptop.ok(&format!("sync {ada}"));
    assert_eq!(school.see("SELECT done::text FROM roadmap.learner_progress"), "1");
    assert_eq!(journal(&laptop).len(), 1);
}

#[test]
fn a_hub_may_be_made_by_who_is_no_superuser() {
    let Some(school) = School::empty() else { return };
    let (url, keeper) = (school.url(), school.named("keeper"));
    school
        .boss()
        .run(&format!(
            "CREATE ROLE \"{keeper}\" LOGIN CREATEROLE PASSWORD 'k'; ALTER DATABASE {} OWNER TO \"{keeper}\"",
            school.name
        ))
        .expect("made");
    let (_, place) = url.rsplit_once('@').expect("a host");
    let own = format!("postgres://{keeper}:k@{place}");
    let seen = school.office.run(&format!("hub init {own}"));
    assert!(seen.contains("Made the hub") && !seen.contains("warning"), "{seen}");
    school.office.ok(&format!("hub publish --hub {own}"));
    let ada = school.office.ok(&format!("hub invite {} --hub {own}", school.named("ada")));
    let laptop = machine();
    write_journal(&laptop, "laptop", &history(20));
    laptop.ok(&format!("sync {}", ada.trim()));
    learner::same_as_here(
        &school,
        "ada",
        &roadmap::journal::Folder::new(&laptop.home.path().join("journal"), CURRICULUM, "x").read().expect("sound").0,
    );
    let seen = school.office.run(&format!("hub forget {} --yes --hub {own}", school.named("ada")));
    assert!(seen.starts_with("Removed"), "{seen}");
    // Roles that own or belong to something cannot be dropped.
    school
        .boss()
        .run(&format!("ALTER DATABASE {} OWNER TO postgres; DROP OWNED BY \"{keeper}\"", school.name))
        .expect("done");
}

#[test]
fn a_server_must_prove_who_it_is() {
    let Some(school) = School::open() else { return };
    let Ok(files) = std::env::var("ROADMAP_TEST_POSTGRES_FILES") else {
        eprintln!("skipped: ROADMAP_TEST_POSTGRES_FILES does not name the server's certificates");
        return;
    };
    let ada = school.invite("ada");
    let elsewhere = ada.replace("127.0.0.1", "127.0.0.2");
    let laptop = machine();
    laptop.ok("done tokens");
    let case = |url: &str, query: &str, expected: &str| {
        let seen = laptop.run(&format!("sync {url}{query}"));
        let status = if expected.is_empty() { "--- status 0\n" } else { "--- status 1\n" };
        assert!(seen.contains(expected) && seen.ends_with(status), "{query}: {seen}");
    };
    // On this machine nothing has to be proved; asked to, nobody trusts this server.
    case(&ada, "", "");
    case(&ada, "?sslmode=disable", "");
    case(&ada, "?sslmode=require", "");
    case(&ada, "?sslmode=verify-full", "certificate");
    case(&ada, "?sslmode=verify-ca", "certificate");
    let ca = format!("&sslrootcert={files}/ca.crt");
    let own = format!("&sslrootcert={files}/server.crt");
    case(&ada, &format!("?sslmode=verify-full{ca}"), "");
    case(&ada, &format!("?sslmode=verify-full{own}"), "");
    case(&ada, &format!("?{}", &ca[1..]), "");
    // The certificate does not say this name.
    case(&elsewhere, &format!("?sslmode=verify-full{ca}"), "certificate");
    case(&elsewhere, &format!("?sslmode=verify-full{own}"), "certificate");
    case(&elsewhere, &format!("?sslmode=verify-ca{ca}"), "");
    case(&elsewhere, &format!("?sslmode=require{ca}"), "");
    case(&ada, "?sslmode=verify-full&sslrootcert=/nowhere.crt", "cannot read /nowhere.crt");
    case(&ada, "?sslmode=verify-full&sslrootcert=Cargo.toml", "no certificate in Cargo.toml");
    // A socket of this machine needs no TLS, and takes none.
    let socket = ada.replace("127.0.0.1", &files.replace('/', "%2F"));
    case(&socket, "", "");
}
