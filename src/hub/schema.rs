//! The schema in the database, in versions: what is in `migrations/`, each applied once, whole or not at all.
//!
//! Whatever is not transactional or belongs to the whole cluster (roles, who may use the database) is
//! made in a way that can be repeated.

use tokio_postgres::error::SqlState;
use tokio_postgres::types::Type;

use super::connect::{Answer, Failure, Hub};
use crate::error::Error;
use crate::text;

/// What the schema was before its first migration.
const BOOTSTRAP: &str = include_str!("migrations/version.sql");
/// Each migration; the first brings the schema to version 1.
const MIGRATIONS: [&str; 1] = [include_str!("migrations/0001-entries-and-rollups.sql")];
/// The version of the schema that this program knows.
pub const VERSION: i32 = MIGRATIONS.len() as i32;
/// The oldest server that the schema was tried on.
const OLDEST_SERVER: i32 = 150_000;
/// How often something that collided with another process is tried.
const TRIES: u32 = 5;

/// The roles that the schema needs, none of which logs in.
const ROLES: [&str; 4] = ["roadmap_owner", "roadmap_admin", "roadmap_learner", "roadmap_teacher"];

/// What came of bringing a schema up to date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Migrated {
    /// Its version before; 0 if there was none.
    pub from: i32,
    /// Its version now.
    pub to: i32,
    /// Whether everybody may still make objects of their own in the database.
    pub is_open: bool,
}

impl Hub {
    /// Makes the hub in the database, or brings it up to date. Safe to repeat, and for several at once.
    ///
    /// # Errors
    ///
    /// When the database is no place for a hub, the user may not make one, or it is newer than this program.
    pub fn init(&self) -> Answer<Migrated> {
        self.check_server()?;
        let mut tries = 0;
        loop {
            tries += 1;
            match self.prepare().and_then(|()| self.migrate()) {
                Err(failure) if tries < TRIES && is_race(&failure) => {}
                outcome => return outcome,
            }
        }
    }

    /// Brings the schema up to date, one transaction for each version.
    ///
    /// # Errors
    ///
    /// When there is no hub, the user may not change it, or it is newer than this program.
    pub fn migrate(&self) -> Answer<Migrated> {
        let mut from = None;
        loop {
            let (before, after) = self.transaction(|hub| {
                hub.run("SET LOCAL ROLE roadmap_owner")?;
                hub.run(BOOTSTRAP)?;
                let before: i32 = hub.value("SELECT number FROM roadmap.version FOR UPDATE", &[])?;
                let Some(next) = usize::try_from(before).ok().and_then(|at| MIGRATIONS.get(at)) else {
                    return Ok((before, before));
                };
                hub.run(next)?;
                let count = "UPDATE roadmap.version SET number = $1, migrated = now()";
                hub.rows(count, &[(&(before + 1), Type::INT4)])?;
                Ok((before, before + 1))
            })?;
            let from = *from.get_or_insert(before);
            refuse_newer(after, self)?;
            if before == after {
                return Ok(Migrated { from, to: after, is_open: self.is_open()? });
            }
        }
    }

    /// Refuses a schema that is not the one this program knows.
    ///
    /// # Errors
    ///
    /// When it is older or newer.
    pub fn check_version(&self, version: i32) -> Answer<()> {
        refuse_newer(version, self)?;
        if version < VERSION {
            let message =
                format!("the hub {} is of an older version ({version}; this program needs {VERSION})", self.address());
            return Err(Error::new(message)
                .hint("its administrator brings it up to date: `roadmap hub migrate`")
                .into());
        }
        Ok(())
    }

    fn check_server(&self) -> Answer<()> {
        let row = "SELECT current_setting('server_version_num')::int, version(), current_setting('server_encoding')";
        let rows = self.rows(row, &[])?;
        let Some(row) = rows.first() else { return Ok(()) };
        let (number, words, encoding): (i32, String, String) = (row.get(0), row.get(1), row.get(2));
        if words.starts_with("PostgreSQL") && number < OLDEST_SERVER {
            let message = format!("the hub {} runs on {}", self.address(), text::line(&words));
            return Err(Error::new(message).hint("a hub needs PostgreSQL 15 or newer; nothing was changed").into());
        }
        if encoding != "UTF8" {
            let message =
                format!("the database {} keeps texts as {}", self.address().database(), text::line(&encoding));
            return Err(Error::new(message)
                .hint("make one for the hub: `createdb --encoding=UTF8 --template=template0 NAME`; nothing was changed")
                .into());
        }
        Ok(())
    }

    /// Makes roles and schema, and closes the database to whoever was not invited.
    fn prepare(&self) -> Answer<()> {
        self.refuse_foreign_schema()?;
        for role in ROLES {
            let there = self.rows("SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = $1", &[(&role, Type::TEXT)])?;
            if there.is_empty() {
                self.run(&format!("CREATE ROLE {role} NOLOGIN"))?;
            }
        }
        let me: String = self.value("SELECT current_user::text", &[])?;
        let me = identifier(&me);
        for role in ["roadmap_owner", "roadmap_admin"] {
            let is_member: bool =
                self.value("SELECT pg_has_role(current_user, $1, 'MEMBER')", &[(&role, Type::TEXT)])?;
            if !is_member {
                self.run(&format!("GRANT {role} TO {me}"))?;
            }
        }
        let database = identifier(self.address().database());
        self.transaction(|hub| {
            hub.run("CREATE SCHEMA IF NOT EXISTS roadmap AUTHORIZATION roadmap_owner")?;
            // Where the user does not own these, the server warns and leaves them; `is_open` then says so.
            hub.run(&format!(
                "REVOKE ALL ON SCHEMA public FROM PUBLIC;
                 REVOKE ALL ON DATABASE {database} FROM PUBLIC;
                 GRANT CONNECT ON DATABASE {database} TO roadmap_learner, roadmap_teacher, roadmap_admin, roadmap_owner"
            ))
        })
    }

    fn refuse_foreign_schema(&self) -> Answer<()> {
        let owner = "SELECT pg_get_userbyid(nspowner)::text FROM pg_catalog.pg_namespace WHERE nspname = 'roadmap'";
        let rows = self.rows(owner, &[])?;
        let Some(owner) = rows.first().map(|row| row.get::<_, String>(0)) else { return Ok(()) };
        if owner == ROLES[0] {
            return Ok(());
        }
        let message = format!("the database {} has a schema `roadmap` that is no hub", self.address().database());
        Err(Error::new(message).hint("give the hub a database of its own: `createdb NAME`; nothing was changed").into())
    }

    fn is_open(&self) -> Answer<bool> {
        self.value(
            "SELECT has_database_privilege('public', current_database(), 'TEMPORARY')
                 OR has_schema_privilege('public', 'public', 'CREATE')",
            &[],
        )
    }
}

fn refuse_newer(version: i32, hub: &Hub) -> Answer<()> {
    if version <= VERSION {
        return Ok(());
    }
    let message = format!(
        "the hub {} was made by a newer version of roadmap (schema {version}; this one knows up to {VERSION})",
        hub.address()
    );
    Err(Error::new(message).hint("update roadmap; nothing was changed").into())
}

/// Returns whether two processes made the same thing at once, and one more try finds it made.
fn is_race(failure: &Failure) -> bool {
    failure.is_collision()
        || failure.is(&[
            SqlState::UNIQUE_VIOLATION,
            SqlState::DUPLICATE_OBJECT,
            SqlState::DUPLICATE_SCHEMA,
            SqlState::DUPLICATE_TABLE,
            // "tuple concurrently updated": two changed the same privileges.
            SqlState::INTERNAL_ERROR,
        ])
}

/// Returns a name as it stands in a statement.
pub(super) fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
