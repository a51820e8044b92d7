//! Putting a curriculum into the hub, so that reports know its phases, topics and hours.

use tokio_postgres::types::Type;

use super::connect::{Answer, Hub};
use crate::curriculum::Curriculum;
use crate::error::Error;

/// What came of publishing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Published {
    /// Whether anything about the curriculum was new to the hub.
    pub is_new: bool,
    /// Learners whose progress was added up anew.
    pub refolded: usize,
}

impl Hub {
    /// Puts a curriculum in the place of the one of its id, and adds up anew what learners did in it. What
    /// was cut off goes on when it is called again.
    ///
    /// # Errors
    ///
    /// When whoever logged in may not, or the hub does not answer.
    pub fn publish(&self, curriculum: &Curriculum) -> Answer<Published> {
        let version: i32 = self.value("SELECT number FROM roadmap.version", &[])?;
        self.check_version(version)?;
        let topics = topics(curriculum)?;
        let id = curriculum.id();
        let is_new = self.transaction(|hub| hub.replace(curriculum, &topics))?;
        let behind = "SELECT p.learner FROM roadmap.learner_progress p JOIN roadmap.curricula c USING (curriculum)
            WHERE p.curriculum = $1 AND p.revision <> c.revision ORDER BY 1";
        let learners = self.rows(behind, &[(&id, Type::TEXT)])?;
        for row in &learners {
            let learner: &str = row.get(0);
            self.transaction(|hub| {
                // A push of theirs waits, or is waited for.
                hub.rows("SELECT 1 FROM roadmap.learners WHERE learner = $1 FOR UPDATE", &[(&learner, Type::TEXT)])?;
                let fold = "SELECT roadmap.fold($1, $2, '{}')";
                hub.rows(fold, &[(&learner, Type::TEXT), (&id, Type::TEXT)]).map(drop)
            })?;
        }
        Ok(Published { is_new, refolded: learners.len() })
    }

    /// Returns whether anything was new.
    fn replace(&self, curriculum: &Curriculum, topics: &str) -> Answer<bool> {
        let id = curriculum.id();
        // What is the same already is left, so that nothing has to be added up.
        let same = "SELECT EXISTS (SELECT 1 FROM roadmap.curricula WHERE curriculum = $1 AND title = $2
                AND edition IS NOT DISTINCT FROM $3)
            AND coalesce((SELECT jsonb_agg(jsonb_build_object('topic', topic, 'phase', phase, 'phase_position',
                phase_position, 'phase_title', phase_title, 'position', position, 'title', title, 'hours', hours,
                'formerly', to_jsonb(formerly)) ORDER BY position)
                FROM roadmap.curriculum_topics WHERE curriculum = $1), '[]') = $4::jsonb";
        let (title, edition) = (curriculum.title(), curriculum.edition());
        let whole: [super::Value<'_>; 4] =
            [(&id, Type::TEXT), (&title, Type::TEXT), (&edition, Type::TEXT), (&topics, Type::TEXT)];
        if self.value(same, &whole)? {
            return Ok(false);
        }
        let head = "INSERT INTO roadmap.curricula AS c (curriculum, title, edition, revision) VALUES ($1, $2, $3, 1)
            ON CONFLICT (curriculum) DO UPDATE SET title = excluded.title, edition = excluded.edition,
                revision = c.revision + 1, published = now()";
        self.rows(head, &whole[..3])?;
        self.rows("DELETE FROM roadmap.curriculum_topics WHERE curriculum = $1", &whole[..1])?;
        let body = "INSERT INTO roadmap.curriculum_topics (curriculum, topic, phase, phase_position, phase_title,
                position, title, hours, formerly)
            SELECT $1, t.topic, t.phase, t.phase_position, t.phase_title, t.position, t.title, t.hours,
                ARRAY(SELECT jsonb_array_elements_text(t.formerly))
            FROM jsonb_to_recordset($2::jsonb) AS t(topic TEXT, phase TEXT, phase_position INT, phase_title TEXT,
                position INT, title TEXT, hours DOUBLE PRECISION, formerly JSONB)";
        self.rows(body, &[(&id, Type::TEXT), (&topics, Type::TEXT)])?;
        Ok(true)
    }
}

/// Returns the topics as an array of JSON, in order.
fn topics(curriculum: &Curriculum) -> Answer<String> {
    let mut rows = Vec::new();
    for (at, ix) in curriculum.indices().enumerate() {
        let (topic, phase) = (curriculum.topic(ix), curriculum.phase_of(ix));
        let formerly: Vec<&str> = curriculum.former().filter(|(_, now)| *now == ix).map(|(old, _)| old).collect();
        rows.push(serde_json::json!({
            "topic": topic.id, "phase": phase.id, "phase_position": topic.phase, "phase_title": phase.title,
            "position": at, "title": topic.title, "hours": topic.hours, "formerly": formerly,
        }));
    }
    let text =
        serde_json::to_string(&rows).map_err(|_| Error::new("the curriculum is no JSON").hint("please report it"))?;
    if text.contains("\\u0000") {
        return Err(Error::new("a text of the curriculum holds the character U+0000, which no database keeps")
            .hint("take it out; `roadmap check` says where the curriculum lies")
            .into());
    }
    Ok(text)
}
