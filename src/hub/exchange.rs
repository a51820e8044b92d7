//! The learner's half of a sync: what the hub lacks goes there, what this machine lacks comes here.
//!
//! Neither side remembers what the other had: both know their entries in parts with a digest each, so
//! with nothing new one small answer is all, and a hub that was brought back from an old backup, or an
//! entry that comes late through a third machine, is found as well.

use std::collections::{BTreeMap, HashSet};

use md5::{Digest, Md5};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::Type;

use super::connect::{Answer, Hub};
use super::row::{self, Row};
use crate::error::Error;
use crate::journal::{Folder, Line, Remark};
use crate::text;

/// Entries in one statement; of a long history a twentieth, for each push folds whole topics.
const BATCH: usize = 500;
/// Entries in one statement at most.
const LARGEST_BATCH: usize = 5000;
/// How many entries are taken in at once: each time the journal is read.
const TAKEN_AT_ONCE: usize = 10_000;
/// How often a push that collided with another one is tried.
const TRIES: u32 = 6;

/// What a hub says when a learner comes.
#[derive(Debug)]
pub struct Greeting {
    /// Whether teachers may read the learner's notes.
    pub shares_notes: bool,
    /// By curriculum and part, the digest of the ids that are there.
    parts: BTreeMap<String, BTreeMap<String, String>>,
}

/// What was exchanged of one curriculum, or would be.
#[derive(Debug, Default)]
pub struct Exchanged {
    /// The curriculum's id.
    pub curriculum: String,
    /// Entries that went to the hub.
    pub sent: usize,
    /// Entries that came from it.
    pub came: usize,
    /// Entries that no hub can hold, and that stay here.
    pub unfit: usize,
    /// Entries of the hub that this program cannot read.
    pub unread: usize,
    /// What was noticed about the files here.
    pub remarks: Vec<Remark>,
}

/// What one curriculum lacks on either side.
#[derive(Debug, Default)]
struct Difference {
    there: Vec<Row>,
    here: Vec<String>,
    unfit: usize,
    remarks: Vec<Remark>,
}

impl Greeting {
    /// Returns the ids of the curricula of which the hub has entries of the learner.
    pub fn curricula(&self) -> impl Iterator<Item = &str> {
        self.parts.keys().map(String::as_str)
    }
}

impl Hub {
    /// Asks what the hub has of whoever logged in, in one round trip.
    ///
    /// # Errors
    ///
    /// When the hub is of another version, or whoever logged in is no learner.
    pub fn greet(&self) -> Answer<Greeting> {
        let statement = "SELECT v.number, l.shares_notes, p.curriculum, p.part, p.digest
            FROM roadmap.version v
            LEFT JOIN roadmap.learners l ON l.learner = session_user::text
            LEFT JOIN roadmap.entry_parts p ON p.learner = session_user::text";
        let rows = match self.rows(statement, &[]) {
            // What a newer schema calls otherwise.
            Err(failure) if failure.is(&[SqlState::UNDEFINED_COLUMN, SqlState::UNDEFINED_TABLE]) => {
                let version: i32 = self.value("SELECT number FROM roadmap.version", &[])?;
                self.check_version(version)?;
                return Err(failure);
            }
            rows => rows?,
        };
        let mut greeting = Greeting { shares_notes: false, parts: BTreeMap::new() };
        let mut is_learner = false;
        for row in &rows {
            self.check_version(row.get(0))?;
            let Some(shares) = row.get::<_, Option<bool>>(1) else { continue };
            (is_learner, greeting.shares_notes) = (true, shares);
            if let (Some(curriculum), Some(part), Some(digest)) = (row.get(2), row.get(3), row.get(4)) {
                greeting.parts.entry(curriculum).or_default().insert(part, digest);
            }
        }
        if !is_learner {
            let message =
                format!("`{}` is no learner of the hub {}", text::line(self.address().user()), self.address());
            return Err(Error::new(message)
                .hint("sync with the address that `roadmap hub invite` printed for the learner; nothing was changed")
                .into());
        }
        Ok(greeting)
    }

    /// Says whether teachers may read the learner's notes from now on.
    ///
    /// # Errors
    ///
    /// When the hub does not answer.
    pub fn share_notes(&self, shares: bool) -> Answer<()> {
        self.rows("SELECT roadmap.share_notes($1)", &[(&shares, Type::BOOL)]).map(drop)
    }

    /// Returns what a sync of this journal would exchange.
    ///
    /// # Errors
    ///
    /// When the journal cannot be read or the hub does not answer.
    pub fn compare(&self, greeting: &Greeting, journal: &Folder) -> Answer<Exchanged> {
        let Difference { there, here, unfit, remarks } = self.difference(greeting, journal)?;
        let curriculum = journal.curriculum().to_owned();
        Ok(Exchanged { curriculum, sent: there.len(), came: here.len(), unfit, unread: 0, remarks })
    }

    /// Exchanges the entries of this journal in batches, each of them whole or not at all, so that what
    /// was cut off goes on where it was. `progress` is told how many of how many are through.
    ///
    /// # Errors
    ///
    /// When the journal cannot be read or written, or the hub does not answer.
    pub fn exchange(
        &self,
        greeting: &Greeting,
        journal: &Folder,
        mut progress: impl FnMut(usize, usize),
    ) -> Answer<Exchanged> {
        let Difference { there, here, unfit, remarks } = self.difference(greeting, journal)?;
        let mut exchanged =
            Exchanged { curriculum: journal.curriculum().to_owned(), unfit, remarks, ..Exchanged::default() };
        let all = there.len() + here.len();
        let mut through = 0;
        for ids in here.chunks(TAKEN_AT_ONCE) {
            let mut lines = Vec::new();
            for ids in ids.chunks(BATCH) {
                let found = self.pull(journal.curriculum(), ids)?;
                exchanged.unread += found.iter().filter(|line| line.is_none()).count();
                lines.extend(found.into_iter().flatten());
                through += ids.len();
                progress(through, all);
            }
            let (new, remarks) = journal.take_in(&lines)?;
            exchanged.came += new.len();
            exchanged.remarks.extend(remarks);
        }
        let batch = (there.len() / 20).clamp(BATCH, LARGEST_BATCH);
        for rows in there.chunks(batch) {
            exchanged.sent += self.push(journal.curriculum(), rows)?;
            through += rows.len();
            progress(through, all);
        }
        Ok(exchanged)
    }

    fn difference(&self, greeting: &Greeting, journal: &Folder) -> Answer<Difference> {
        let lines = journal.lines()?;
        let mut difference = Difference { remarks: lines.remarks.clone(), ..Difference::default() };
        let mut parts: BTreeMap<String, Vec<(String, &Line)>> = BTreeMap::new();
        for line in lines.all() {
            match row::column(line.id()) {
                Some(id) => parts.entry(part(&id)).or_default().push((id, line)),
                None => difference.unfit += 1,
            }
        }
        let none = BTreeMap::new();
        let there = greeting.parts.get(journal.curriculum()).unwrap_or(&none);
        for lines in parts.values_mut() {
            lines.sort_by(|a, b| a.0.cmp(&b.0));
        }
        let same = |part: &str, digest: &str| parts.get(part).is_some_and(|lines| digest == self::digest(lines));
        let differing: Vec<&str> =
            there.iter().filter(|(part, digest)| !same(part, digest)).map(|(part, _)| part.as_str()).collect();
        let keys = if differing.is_empty() { HashSet::new() } else { self.keys(journal.curriculum(), &differing)? };
        for (part, lines) in &parts {
            if there.get(part).is_some_and(|digest| same(part, digest)) {
                continue;
            }
            for (_, line) in lines.iter().filter(|(id, _)| !keys.contains(id)) {
                match Row::of(line) {
                    Some(row) => difference.there.push(row),
                    None => difference.unfit += 1,
                }
            }
        }
        let known: HashSet<&str> = parts.values().flatten().map(|(id, _)| id.as_str()).collect();
        difference.here = keys.iter().filter(|id| !known.contains(id.as_str())).cloned().collect();
        difference.here.sort();
        Ok(difference)
    }

    /// Returns the ids that the hub has in some parts.
    fn keys(&self, curriculum: &str, parts: &[&str]) -> Answer<HashSet<String>> {
        let statement = "SELECT id FROM roadmap.entries
            WHERE learner = session_user::text AND curriculum = $1 AND left(id, 4) = ANY ($2)";
        let rows = self.rows(statement, &[(&curriculum, Type::TEXT), (&parts, Type::TEXT_ARRAY)])?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    /// Returns the entries with these ids, `None` for those that this program cannot read.
    fn pull(&self, curriculum: &str, ids: &[String]) -> Answer<Vec<Option<Line>>> {
        let statement = format!(
            "SELECT {} FROM roadmap.entries
             WHERE learner = session_user::text AND curriculum = $1 AND id = ANY ($2) ORDER BY at, at_nanos, id",
            row::COLUMNS
        );
        let rows = self.rows(&statement, &[(&curriculum, Type::TEXT), (&ids, Type::TEXT_ARRAY)])?;
        Ok(rows.iter().map(row::line).collect())
    }

    /// Adds entries, and returns how many the hub did not have. The statement is its own transaction, and
    /// does nothing when it comes a second time.
    fn push(&self, curriculum: &str, rows: &[Row]) -> Answer<usize> {
        let array = serde_json::to_string(rows)
            .map_err(|_| Error::new("an entry could not be written as JSON").hint("please report it"))?;
        let mut tries = 0;
        loop {
            let values: [super::Value<'_>; 2] = [(&curriculum, Type::TEXT), (&array, Type::TEXT)];
            match self.value::<i64>("SELECT roadmap.push($1, $2::jsonb)", &values) {
                Err(failure) if tries < TRIES && failure.is_collision() => {
                    // The other one was faster; next time it has probably ended.
                    std::thread::sleep(std::time::Duration::from_millis((20 << tries) + fastrand::u64(0..20)));
                    tries += 1;
                }
                added => return added.map(|added| usize::try_from(added).unwrap_or(0)),
            }
        }
    }
}

/// Returns the part that an id belongs to.
fn part(id: &str) -> String {
    id.chars().take(4).collect()
}

/// Returns what the ids of a part come to, as the database reckons it.
fn digest(lines: &[(String, &Line)]) -> String {
    let mut hash = Md5::new();
    for (at, (id, _)) in lines.iter().enumerate() {
        if at > 0 {
            hash.update(b"\n");
        }
        hash.update(id.as_bytes());
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
