//! Attackers with plain SQL, through each role that logs in.

use roadmap::hub::Hub;

use crate::school::{CURRICULUM, School, connect, machine, refused, see};

/// The tables of learners' data.
const TABLES: [&str; 6] = ["learners", "entries", "entry_parts", "topic_progress", "learner_progress", "week_progress"];

/// A hub with two learners who did something each, and a teacher.
struct Scene {
    school: School,
    ada: Hub,
    teacher: Hub,
    bob: String,
    before: String,
}

const EVERYTHING: &str = "SELECT md5(string_agg(r::text, ',' ORDER BY r::text)) FROM (
    SELECT e::text AS r FROM roadmap.entries e UNION ALL SELECT t::text FROM roadmap.topic_progress t
    UNION ALL SELECT l::text FROM roadmap.learners l UNION ALL SELECT p::text FROM roadmap.learner_progress p
    UNION ALL SELECT w::text FROM roadmap.week_progress w UNION ALL SELECT x::text FROM roadmap.entry_parts x
    UNION ALL SELECT c::text FROM roadmap.curriculum_topics c UNION ALL SELECT v::text FROM roadmap.version v
    UNION ALL SELECT k::text FROM roadmap.teachers k UNION ALL SELECT u::text FROM roadmap.curricula u) all_rows(r)";

impl Scene {
    fn set() -> Option<Self> {
        let school = School::open()?;
        let urls = [school.invite("ada"), school.invite("bob")];
        for url in &urls {
            let laptop = machine();
            laptop.ok("start tokens");
            laptop.ok("note tokens \"a secret\"");
            laptop.ok("done tokens");
            laptop.ok(&format!("sync {url}"));
        }
        let teacher = connect(&school.invite_teacher("turing"));
        let before = school.see(EVERYTHING);
        Some(Self { ada: connect(&urls[0]), teacher, bob: school.named("bob"), before, school })
    }

    /// Nothing of anybody changed.
    #[track_caller]
    fn nothing_changed(&self) {
        assert_eq!(self.school.see(EVERYTHING), self.before);
    }
}

#[track_caller]
fn denied(hub: &Hub, statement: &str) {
    let said = refused(hub, statement);
    let known = [
        "permission denied",
        "must be",
        "cannot update view",
        "row-level security",
        "does not allow",
        "is not unique",
        "nobody invited",
    ];
    assert!(known.iter().any(|words| said.contains(words)), "{statement}: {said}");
}

#[test]
fn a_learner_sees_only_what_is_their_own() {
    let Some(scene) = Scene::set() else { return };
    for table in TABLES {
        let all = format!("SELECT string_agg(DISTINCT learner, ' ') FROM roadmap.{table}");
        assert_eq!(see(&scene.ada, &all), Ok(scene.school.named("ada")), "{table}");
        let theirs = format!("SELECT count(*)::text FROM roadmap.{table} WHERE learner = '{}'", scene.bob);
        assert_eq!(see(&scene.ada, &theirs), Ok("0".into()), "{table}");
        // A subquery, a join, another order of evaluation: the policy comes first.
        let leak = format!(
            "SELECT count(*)::text FROM roadmap.{table} t WHERE 1 / (CASE WHEN learner = '{}' THEN 0 ELSE 1 END) = 1",
            scene.bob
        );
        assert_eq!(see(&scene.ada, &leak).map(|n| n != "0"), Ok(true), "{table}");
    }
    for statement in [
        "SELECT * FROM roadmap.teachers",
        "SELECT * FROM roadmap.shared_entries",
        "SET row_security = off; SELECT * FROM roadmap.entries",
        "COPY roadmap.entries FROM '/etc/passwd'",
        "COPY (SELECT 1) TO PROGRAM 'id'",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT rolpassword FROM pg_authid",
    ] {
        let said = refused(&scene.ada, statement);
        assert!(!said.contains("secret"), "{said}");
    }
    assert_eq!(
        see(
            &scene.ada,
            "SELECT count(*)::text FROM pg_stats WHERE schemaname = 'roadmap' AND most_common_vals::text LIKE '%bob%'"
        ),
        Ok("0".into())
    );
}

#[test]
fn a_learner_changes_no_past_and_forges_nobody() {
    let Some(scene) = Scene::set() else { return };
    for table in TABLES.into_iter().chain(["version", "curricula", "curriculum_topics", "teachers"]) {
        for statement in [
            format!("DELETE FROM roadmap.{table}"),
            format!("TRUNCATE roadmap.{table}"),
            format!("DROP TABLE roadmap.{table}"),
            format!("ALTER TABLE roadmap.{table} DISABLE ROW LEVEL SECURITY"),
            format!("ALTER TABLE roadmap.{table} OWNER TO CURRENT_USER"),
            format!("BEGIN; LOCK TABLE roadmap.{table} IN ACCESS EXCLUSIVE MODE"),
            format!("CREATE POLICY mine ON roadmap.{table} USING (true)"),
            format!("GRANT ALL ON roadmap.{table} TO PUBLIC"),
            format!("COPY roadmap.{table} FROM STDIN"),
            format!("SELECT * FROM roadmap.{table} FOR UPDATE"),
        ] {
            // A grant of what one does not have grants nothing, and is no error.
            if statement.starts_with("GRANT") {
                let _ = scene.ada.run(&statement);
            } else {
                denied(&scene.ada, &statement);
            }
        }
    }
    let (ada, bob) = (scene.school.named("ada"), &scene.bob);
    for statement in [
        format!("UPDATE roadmap.entries SET learner = '{bob}'"),
        "UPDATE roadmap.entries SET day = '2020-01-01'".to_owned(),
        "UPDATE roadmap.learners SET name = 'x'".to_owned(),
        "UPDATE roadmap.topic_progress SET state = 'done'".to_owned(),
        format!("INSERT INTO roadmap.entries SELECT * FROM roadmap.entries WHERE learner = '{ada}'"),
        format!(
            "INSERT INTO roadmap.learners (learner, name) VALUES ('{ada}', 'x') ON CONFLICT (learner) DO UPDATE SET name = 'x'"
        ),
        format!("SELECT roadmap.fold('{bob}', '{CURRICULUM}', '{{tokens}}')"),
        "ALTER FUNCTION roadmap.push(TEXT, JSONB) RESET ALL".to_owned(),
        "CREATE OR REPLACE FUNCTION roadmap.push(TEXT, JSONB) RETURNS BIGINT LANGUAGE sql AS 'SELECT 1::bigint'"
            .to_owned(),
        "CREATE OR REPLACE VIEW roadmap.shared_entries AS SELECT 1".to_owned(),
        "CREATE TRIGGER t BEFORE INSERT ON roadmap.entries EXECUTE FUNCTION suppress_redundant_updates_trigger()"
            .to_owned(),
        "CREATE RULE r AS ON SELECT TO roadmap.entries DO INSTEAD SELECT 1".to_owned(),
    ] {
        denied(&scene.ada, &statement);
    }
    scene.nothing_changed();
}

#[test]
fn nobody_becomes_somebody_else() {
    let Some(scene) = Scene::set() else { return };
    for hub in [&scene.ada, &scene.teacher] {
        for statement in [
            "SET ROLE postgres".to_owned(),
            "SET ROLE roadmap_owner".to_owned(),
            "SET ROLE roadmap_admin".to_owned(),
            format!("SET ROLE \"{}\"", scene.bob),
            format!("SET SESSION AUTHORIZATION \"{}\"", scene.bob),
            "GRANT roadmap_owner TO CURRENT_USER".to_owned(),
            "GRANT roadmap_teacher TO CURRENT_USER".to_owned(),
            "CREATE ROLE mallory LOGIN".to_owned(),
            format!("ALTER ROLE \"{}\" PASSWORD 'x'", scene.bob),
            "ALTER ROLE CURRENT_USER SUPERUSER".to_owned(),
            "CREATE TABLE public.t (x INT)".to_owned(),
            "CREATE TABLE roadmap.t (x INT)".to_owned(),
            "CREATE FUNCTION public.f() RETURNS INT LANGUAGE sql AS 'SELECT 1'".to_owned(),
            "CREATE FUNCTION roadmap.f() RETURNS INT LANGUAGE sql AS 'SELECT 1'".to_owned(),
            "CREATE SCHEMA mine".to_owned(),
            "CREATE TEMPORARY TABLE entries (x INT)".to_owned(),
            "CREATE EXTENSION dblink SCHEMA roadmap".to_owned(),
        ] {
            denied(hub, &statement);
        }
    }
    denied(&scene.ada, "SET ROLE roadmap_teacher");
    // One's own group is no other person: rows go by who logged in.
    scene.ada.run("SET ROLE roadmap_learner").expect("PostgreSQL 15 lets members do that");
    let all = "SELECT string_agg(DISTINCT learner, ' ') FROM roadmap.entries";
    assert_eq!(see(&scene.ada, all), Ok(scene.school.named("ada")));
    denied(&scene.ada, "DELETE FROM roadmap.entries");
    scene.nothing_changed();
}

#[test]
fn a_push_is_always_ones_own() {
    let Some(scene) = Scene::set() else { return };
    let entry = |id: &str, more: &str| {
        format!(
            "{{\"id\":\"{id}\",\"at\":1790000000,\"nanos\":0,\"offset\":0,\"day\":\"2026-09-21\",\"act\":\"done\",\"topic\":\"ranking\",\"step\":\"{id}\",\"payload\":{{}}{more}}}"
        )
    };
    let push = |curriculum: &str, entries: &str| {
        format!(
            "SELECT roadmap.push('{}', '[{}]'::jsonb)::text",
            curriculum.replace('\'', "''"),
            entries.replace('\'', "''")
        )
    };
    // What it says of a learner is not even read.
    let forged = entry("f1", &format!(",\"learner\":\"{}\"", scene.bob));
    assert_eq!(see(&scene.ada, &push(CURRICULUM, &forged)), Ok("1".into()));
    assert_eq!(scene.school.see("SELECT learner FROM roadmap.entries WHERE id = 'f1'"), scene.school.named("ada"));
    // The past is not replaced: the same id again changes nothing.
    assert_eq!(see(&scene.ada, &push(CURRICULUM, &entry("f1", ",\"hours\":9"))), Ok("0".into()));
    assert_eq!(scene.school.see("SELECT hours::text FROM roadmap.entries WHERE id = 'f1'"), "");
    // Bob's ids are free for Ada: they are in another key.
    let theirs = scene.school.see(&format!("SELECT min(id) FROM roadmap.entries WHERE learner = '{}'", scene.bob));
    let of_bob = format!(
        "SELECT md5(string_agg(e::text, ',' ORDER BY id)) FROM roadmap.entries e WHERE learner = '{}'",
        scene.bob
    );
    let before = scene.school.see(&of_bob);
    assert_eq!(see(&scene.ada, &push(CURRICULUM, &entry(&theirs, ""))), Ok("1".into()));
    let undo = entry("f2", &format!(",\"cancels\":\"{theirs}\"")).replace("\"done\"", "\"undo\"");
    assert_eq!(see(&scene.ada, &push(CURRICULUM, &undo)), Ok("1".into()));
    assert_eq!(scene.school.see(&of_bob), before);
    assert_eq!(
        scene.school.see(&format!(
            "SELECT state FROM roadmap.topic_progress WHERE topic = 'tokens' AND learner = '{}'",
            scene.bob
        )),
        "done"
    );
    // Text is text.
    for (at, evil) in [
        "'; DROP TABLE roadmap.entries; --",
        "\\\\'; SELECT 1; --",
        "$$; DELETE FROM roadmap.entries; $$",
        "%s{}",
        "\\\"; COMMIT; --",
    ]
    .iter()
    .enumerate()
    {
        let evil_entry = entry(&format!("e{at}"), "")
            .replace("ranking", evil)
            .replace("\"payload\":{}", &format!("\"payload\":{{\"note\":\"{evil}\"}}"));
        assert_eq!(see(&scene.ada, &push(CURRICULUM, &evil_entry)), Ok("1".into()), "{evil}");
        assert_eq!(see(&scene.ada, &push(evil, &entry("x", ""))), Ok("1".into()), "{evil}");
    }
    // What is no entry is refused whole.
    for bad in [
        entry("b1", ",\"hours\":\"NaN\""),
        entry("b2", "").replace("2026-09-21", "infinity"),
        entry("b3", "").replace("1790000000", "9999999999999"),
        entry("b4", "").replace("\"payload\":{}", "\"payload\":[]"),
        entry(&"b".repeat(501), ""),
        entry("b5", ",\"quiz_right\":-1"),
        "{}".to_owned(),
        "null".to_owned(),
    ] {
        assert!(see(&scene.ada, &push(CURRICULUM, &format!("{},{bad}", entry("b0", "")))).is_err(), "{bad}");
    }
    assert_eq!(scene.school.see("SELECT count(*)::text FROM roadmap.entries WHERE id LIKE 'b%'"), "0");
    // Whatever is found first by the caller's search path, the functions do not look there.
    denied(
        &scene.ada,
        "CREATE FUNCTION pg_temp.to_timestamp(bigint) RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'",
    );
    scene.ada.run("SET search_path = pg_temp, public, pg_catalog").expect("anybody may");
    assert_eq!(see(&scene.ada, &push(CURRICULUM, &entry("s1", ""))), Ok("1".into()));
    // A teacher adds nothing at all.
    denied(&scene.teacher, &push(CURRICULUM, &entry("t1", "")));
}

#[test]
fn a_teacher_sees_progress_and_no_notes() {
    let Some(scene) = Scene::set() else { return };
    let both = format!("{} {}", scene.school.named("ada"), scene.bob);
    for table in ["learners", "topic_progress", "learner_progress", "week_progress", "shared_entries"] {
        let all = format!("SELECT string_agg(DISTINCT learner, ' ' ORDER BY learner) FROM roadmap.{table}");
        assert_eq!(see(&scene.teacher, &all), Ok(both.clone()), "{table}");
    }
    let shared = see(&scene.teacher, "SELECT string_agg(e::text, ' ') FROM roadmap.shared_entries e").expect("allowed");
    assert!(shared.contains("note") && !shared.contains("secret"), "{shared}");
    for statement in [
        "SELECT * FROM roadmap.entries",
        "SELECT payload FROM roadmap.entries",
        "SELECT * FROM roadmap.entry_parts",
        "SELECT * FROM roadmap.teachers",
        "DELETE FROM roadmap.topic_progress",
        "UPDATE roadmap.learners SET shares_notes = true",
        "UPDATE roadmap.shared_entries SET note = ''",
        "SELECT roadmap.share_notes(true)",
        "INSERT INTO roadmap.curricula (curriculum, title, revision) VALUES ('x', 'x', 1)",
    ] {
        denied(&scene.teacher, statement);
    }
    // Who teaches elsewhere on the same server, and not here, sees nobody.
    scene.school.boss().run("DELETE FROM roadmap.teachers").expect("the superuser may");
    for table in ["learners", "topic_progress", "shared_entries"] {
        assert_eq!(see(&scene.teacher, &format!("SELECT count(*)::text FROM roadmap.{table}")), Ok("0".into()));
    }
}

#[test]
fn who_was_not_invited_sees_nothing_and_gets_nowhere() {
    let Some(scene) = Scene::set() else { return };
    let stranger = scene.school.named("mallory");
    scene.school.boss().run(&format!("CREATE ROLE \"{stranger}\" LOGIN PASSWORD 'm'")).expect("made");
    let (_, place) = scene.school.url().rsplit_once('@').map(|(a, b)| (a.to_owned(), b.to_owned())).expect("a host");
    let url = format!("postgres://{stranger}:m@{place}");
    let laptop = machine();
    laptop.ok("done tokens");
    for line in [
        format!("sync {url}"),
        format!("hub status --hub {url}"),
        format!("hub invite x.{} --hub {url}", scene.school.name),
    ] {
        let seen = laptop.run(&line);
        assert!(seen.contains("permission denied") && seen.ends_with("--- status 1\n"), "{seen}");
    }
    // A learner keeps no hub.
    let ada = scene.ada.address().for_user("x", "y");
    assert!(!ada.is_empty());
    for statement in ["CREATE ROLE x", "UPDATE roadmap.version SET number = 2"] {
        denied(&scene.ada, statement);
    }
    scene.nothing_changed();
}
