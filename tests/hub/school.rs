//! A database for one test, with a hub in it, and the machines of its learners.

use std::process::Output;
use std::sync::Once;

use roadmap::hub::{Address, Environment, Hub};

use crate::common::Place;

/// The topics of the curriculum that the tests use, in order.
pub(crate) const TOPICS: [&str; 5] = ["tokens", "inverted-index", "ranking", "embeddings", "project-search"];
/// Its id.
pub(crate) const CURRICULUM: &str = "search-workshop";

/// A database of its own. It and the roles of those who were invited are gone with it.
pub(crate) struct School {
    server: String,
    pub(crate) name: String,
    /// Where the administrator works.
    pub(crate) office: Place,
}

impl School {
    /// Returns a database in which nothing is yet; `None` where there is no server, which is said once.
    pub(crate) fn empty() -> Option<Self> {
        let Ok(server) = std::env::var("ROADMAP_TEST_POSTGRES") else {
            static SAID: Once = Once::new();
            SAID.call_once(|| {
                eprintln!("skipped: run `.ci/postgres cargo test --features hub --test hub`, or set ROADMAP_TEST_POSTGRES=postgres://…");
            });
            return None;
        };
        Some(Self::empty_at(&server))
    }

    fn empty_at(server: &str) -> Self {
        let name = format!("t{}", &uuid::Uuid::now_v7().simple().to_string()[16..]);
        let school = Self { server: server.to_owned(), name, office: machine() };
        school
            .server()
            .run(&format!("CREATE DATABASE {} ENCODING UTF8 TEMPLATE template0", school.name))
            .expect("made");
        school
    }

    /// Returns a hub in which the curriculum was published.
    pub(crate) fn open() -> Option<Self> {
        Self::empty().map(Self::filled)
    }

    /// The same on the server with this address.
    pub(crate) fn at(server: &str) -> Self {
        Self::empty_at(server).filled()
    }

    fn filled(self) -> Self {
        let url = self.url();
        self.office.ok(&format!("hub init {url}"));
        self.office.ok(&format!("hub publish --hub {url}"));
        self
    }

    /// Returns the superuser's address of this database.
    pub(crate) fn url(&self) -> String {
        let (place, _) = self.server.rsplit_once('/').expect("an address with a database");
        format!("{place}/{}", self.name)
    }

    /// Returns a connection of the superuser to this database.
    pub(crate) fn boss(&self) -> Hub {
        connect(&self.url())
    }

    fn server(&self) -> Hub {
        connect(&self.server)
    }

    /// Returns a name that nobody has in another test.
    pub(crate) fn named(&self, name: &str) -> String {
        format!("{name}.{}", self.name)
    }

    /// Lets a learner in and returns the address.
    pub(crate) fn invite(&self, name: &str) -> String {
        self.office.ok(&format!("hub invite {} --hub {}", self.named(name), self.url())).trim().to_owned()
    }

    /// Lets a teacher in and returns the address.
    pub(crate) fn invite_teacher(&self, name: &str) -> String {
        self.office.ok(&format!("hub invite {} --teacher --hub {}", self.named(name), self.url())).trim().to_owned()
    }

    /// Returns what the superuser sees, one row a line.
    #[track_caller]
    pub(crate) fn see(&self, statement: &str) -> String {
        see(&self.boss(), statement).expect(statement)
    }
}

impl Drop for School {
    fn drop(&mut self) {
        // It may have been killed.
        let Ok(address) = Address::parse(&self.server) else { return };
        let Ok(server) = Hub::connect(&address, &Environment::default()) else { return };
        let _ = server.run(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
        let mine = format!("SELECT rolname::text FROM pg_roles WHERE rolname LIKE '%.{}'", self.name);
        for row in server.rows(&mine, &[]).unwrap_or_default() {
            let role: String = row.get(0);
            let _ = server.run(&format!("DROP ROLE \"{role}\""));
        }
    }
}

/// Connects with what the address alone says.
#[track_caller]
pub(crate) fn connect(url: &str) -> Hub {
    Hub::connect(&Address::parse(url).expect("an address"), &Environment::default()).expect("a connection")
}

/// Returns what a statement of one column of text answers, one row a line, or what the server says.
pub(crate) fn see(hub: &Hub, statement: &str) -> Result<String, String> {
    let rows = hub.rows(statement, &[]).map_err(|failure| roadmap::error::Error::from(failure).to_string())?;
    let lines = rows.iter().map(|row| row.try_get::<_, Option<String>>(0).expect("text").unwrap_or_default());
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

/// Runs statements and returns what the server says against them.
#[track_caller]
pub(crate) fn refused(hub: &Hub, statements: &str) -> String {
    let failure = hub.run(statements).expect_err(statements);
    // Whatever transaction it left open.
    let _ = hub.run("ROLLBACK");
    roadmap::error::Error::from(failure).to_string()
}

/// Returns a machine of a learner.
pub(crate) fn machine() -> Place {
    // Wide, so that no message is broken where a test looks for it.
    Place::with("examples/workshop").wide(200)
}

/// Returns everything that a command printed.
pub(crate) fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Puts lines into a machine's journal, as the file of some device.
pub(crate) fn write_journal(place: &Place, device: &str, lines: &[String]) {
    let folder = place.home.path().join("journal").join(CURRICULUM);
    std::fs::create_dir_all(&folder).expect("made");
    let mut bytes = roadmap::journal::lines::header(CURRICULUM, device);
    bytes.extend(lines.iter().flat_map(|line| format!("{line}\n").into_bytes()));
    std::fs::write(folder.join(format!("{device}.jsonl")), bytes).expect("written");
}

/// Returns all lines of a machine's journal but the headers, sorted.
pub(crate) fn journal(place: &Place) -> Vec<String> {
    let folder = place.home.path().join("journal").join(CURRICULUM);
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|file| file.path());
    let files = files.filter(|path| path.extension().is_some_and(|ext| ext == "jsonl"));
    let mut lines: Vec<String> = files
        .flat_map(|path| {
            let text = std::fs::read_to_string(path).expect("text");
            text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    lines.sort();
    lines.dedup();
    lines
}

/// Returns so many lines of a learner who studies one topic after the other, from a day in 2026 on.
pub(crate) fn history(entries: usize) -> Vec<String> {
    let line = |at: usize| {
        let time = chrono::DateTime::from_timestamp(1_767_600_000 + 3600 * at as i64, 0).expect("2026");
        let (act, topic) = (["start", "time", "done", "note"][at % 4], TOPICS[at / 4 % TOPICS.len()]);
        let more = match act {
            "time" => ",\"hours\":0.5".to_owned(),
            "note" => format!(",\"note\":\"it's number {at}\""),
            _ => String::new(),
        };
        let id = uuid::Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, time.timestamp() as u64, 0));
        format!(
            "{{\"id\":\"{id}\",\"at\":\"{}\",\"do\":\"{act}\",\"topic\":\"{topic}\"{more}}}",
            time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true).replace('Z', "+00:00")
        )
    };
    (0..entries).map(line).collect()
}
