//! What an administrator does with a hub: who is in it, who comes and who goes.

use tokio_postgres::types::Type;

use super::connect::{Answer, Hub};
use super::schema::{VERSION, identifier};
use crate::error::{Error, Result};
use crate::text;

/// What somebody is in a hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Keeps own progress there.
    Learner,
    /// Sees everybody's.
    Teacher,
}

/// What a hub is, as far as whoever asks may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The version of its schema.
    pub version: i32,
    /// The version that this program knows.
    pub known: i32,
    /// Whether whoever asks may do everything.
    pub is_admin: bool,
    /// Learners; for a learner, only that one.
    pub learners: i64,
    /// Teachers; 0 for whoever may not see them.
    pub teachers: i64,
    /// Entries.
    pub entries: i64,
    /// The curricula that were published: id, topics.
    pub curricula: Vec<(String, i64)>,
}

/// What was removed of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forgotten {
    /// Entries of the journal.
    pub entries: u64,
    /// Rows that they added up to.
    pub rollups: u64,
    /// Whether the role by which they logged in was there.
    pub role: bool,
}

impl Hub {
    /// Returns what the hub is.
    ///
    /// # Errors
    ///
    /// When there is none, or it does not answer.
    pub fn status(&self) -> Answer<Status> {
        let version: i32 = self.value("SELECT number FROM roadmap.version", &[])?;
        let is_admin: bool = self.value("SELECT pg_has_role(current_user, 'roadmap_admin', 'MEMBER')", &[])?;
        let mut status =
            Status { version, known: VERSION, is_admin, learners: 0, teachers: 0, entries: 0, curricula: Vec::new() };
        // Of another version the tables may be others.
        if version != VERSION {
            return Ok(status);
        }
        status.learners = self.value("SELECT count(*) FROM roadmap.learners", &[])?;
        status.entries = self.value("SELECT coalesce(sum(entries), 0)::bigint FROM roadmap.learner_progress", &[])?;
        if is_admin {
            status.teachers = self.value("SELECT count(*) FROM roadmap.teachers", &[])?;
        }
        let curricula = "SELECT c.curriculum, count(t.topic) FROM roadmap.curricula c
            LEFT JOIN roadmap.curriculum_topics t ON t.curriculum = c.curriculum GROUP BY 1 ORDER BY 1";
        status.curricula = self.rows(curricula, &[])?.iter().map(|row| (row.get(0), row.get(1))).collect();
        Ok(status)
    }

    /// Lets somebody in and returns the address with which they log in. It is known to nobody else: the
    /// server keeps what a password can be checked by, not the password.
    ///
    /// # Errors
    ///
    /// When the name is none, is taken, or the user may not invite.
    pub fn invite(&self, name: &str, part: Part) -> Answer<String> {
        check_name(name)?;
        self.check_current_version()?;
        let password = password()?;
        // Never the password itself, which would stand in the server's log.
        let verifier = postgres_protocol::password::scram_sha_256(password.as_bytes());
        let role = identifier(name);
        let (group, insert) = match part {
            Part::Learner => ("roadmap_learner", "INSERT INTO roadmap.learners (learner, name) VALUES ($1, $1)"),
            Part::Teacher => ("roadmap_teacher", "INSERT INTO roadmap.teachers (teacher) VALUES ($1)"),
        };
        self.transaction(|hub| {
            if hub.has_role(name)? {
                return Err(Error::new(format!("the database server has a role `{name}` already"))
                    .hint("choose another name, or let that one go with `roadmap hub forget`")
                    .into());
            }
            hub.run(&format!(
                "CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
                     CONNECTION LIMIT 16 PASSWORD '{verifier}';
                 GRANT {group} TO {role}"
            ))?;
            hub.rows(insert, &[(&name, Type::TEXT)]).map(drop)
        })?;
        // A machine that fell asleep in the middle would hold its connection, and what it locked, for two hours.
        // Not every engine knows these, and none needs them.
        for setting in ["tcp_keepalives_idle = 60", "tcp_keepalives_interval = 10", "tcp_keepalives_count = 3"] {
            let _ = self.run(&format!("ALTER ROLE {role} SET {setting}"));
        }
        Ok(self.address().for_user(name, &password))
    }

    /// Returns what the hub has of somebody: entries, rows that they add up to; `None` if there is nobody
    /// of that name.
    ///
    /// # Errors
    ///
    /// When the user may not see that.
    pub fn has(&self, name: &str) -> Answer<Option<(i64, Part)>> {
        self.check_current_version()?;
        let learner = "SELECT (SELECT count(*) FROM roadmap.entries e WHERE e.learner = $1)
            FROM roadmap.learners l WHERE l.learner = $1";
        if let Some(row) = self.rows(learner, &[(&name, Type::TEXT)])?.first() {
            return Ok(Some((row.get(0), Part::Learner)));
        }
        let teacher = self.rows("SELECT 1 FROM roadmap.teachers WHERE teacher = $1", &[(&name, Type::TEXT)])?;
        Ok((!teacher.is_empty()).then_some((0, Part::Teacher)))
    }

    /// Removes everything the hub has of somebody, and their role, all or nothing.
    ///
    /// # Errors
    ///
    /// When there is nobody of that name, or the user may not remove them.
    pub fn forget(&self, name: &str) -> Answer<Forgotten> {
        self.check_current_version()?;
        self.transaction(|hub| {
            let gone = |table: &str, column: &str| -> Answer<u64> {
                // The tables are named above, never by a user.
                let statement = format!(
                    "WITH gone AS (DELETE FROM roadmap.{table} WHERE {column} = $1 RETURNING 1)
                     SELECT count(*) FROM gone"
                );
                hub.value::<i64>(&statement, &[(&name, Type::TEXT)]).map(|rows| u64::try_from(rows).unwrap_or(0))
            };
            // First who they are: from now on nothing of theirs can be added.
            let people = gone("learners", "learner")? + gone("teachers", "teacher")?;
            if people == 0 {
                return Err(Error::new(format!("nobody in the hub is called `{}`", text::line(name)))
                    .hint("a name is that of the address: postgres://NAME@…; nothing was changed")
                    .into());
            }
            let entries = gone("entries", "learner")?;
            let mut rollups = gone("entry_parts", "learner")?;
            for table in ["topic_progress", "learner_progress", "week_progress"] {
                rollups += gone(table, "learner")?;
            }
            let role = hub.has_role(name)?;
            if role {
                hub.run(&format!("DROP ROLE {}", identifier(name)))?;
            }
            Ok(Forgotten { entries, rollups, role })
        })
    }

    fn has_role(&self, name: &str) -> Answer<bool> {
        let rows = self.rows("SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = $1", &[(&name, Type::TEXT)])?;
        Ok(!rows.is_empty())
    }

    fn check_current_version(&self) -> Answer<()> {
        let version: i32 = self.value("SELECT number FROM roadmap.version", &[])?;
        self.check_version(version)
    }
}

/// Refuses what is not fit to log in by: names are typed into addresses and files of passwords.
///
/// # Errors
///
/// When it is too long, has other characters, or is kept for the server.
pub fn check_name(name: &str) -> Result<()> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c);
    let fits = name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(plain) && name.len() <= 60;
    let kept = ["pg_", "roadmap_"].iter().any(|start| name.starts_with(start));
    if fits && !kept && !["public", "none", "postgres"].contains(&name) {
        return Ok(());
    }
    Err(Error::new(format!("`{}` cannot be a name to log in by", text::line(name)))
        .hint("take small letters, digits and -_. with a letter first, such as ada.lovelace; nothing was changed"))
}

/// Returns a password that nobody guesses: 160 random bits.
fn password() -> Result<String> {
    let mut bytes = [0; 20];
    getrandom::fill(&mut bytes)
        .map_err(|_| Error::new("the system gives no random numbers").hint("try again; nothing was changed"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain() {
        for good in ["ada", "ada.lovelace", "a-1_b"] {
            assert!(check_name(good).is_ok(), "{good}");
        }
        let long = "a".repeat(61);
        for bad in ["", "Ada", "1a", "x'; drop", "a\"b", "pg_monitor", "roadmap_owner", "postgres", "ä", "a b", &long]
        {
            assert!(check_name(bad).is_err_and(|error| error.next_step().is_some()), "{bad}");
        }
    }

    #[test]
    fn passwords_differ() {
        let (one, other) = (password().expect("random"), password().expect("random"));
        assert!(one.len() == 40 && one != other);
    }
}
