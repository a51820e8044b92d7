//! Every key of the format: its shape, whether it must be there, and what it is for.
//!
//! The one list that both the reader (`raw`) and the JSON Schema of editors
//! (`authoring/schema.rs`) go by, so that they cannot drift apart.

use super::{Kind, ResourceKind};

/// More hours than this are a slip of the keyboard.
pub(crate) const MOST_HOURS: f64 = 10_000.0;
/// A topic worth more than this many others makes the rest of the plan noise.
pub(crate) const MOST_VALUE: f64 = 1_000.0;

/// The keys that one sort of map may have.
#[derive(Debug)]
pub(crate) struct Keys {
    /// The noun for such a map in messages, one word.
    pub(crate) what: &'static str,
    pub(crate) about: &'static str,
    pub(crate) keys: &'static [Key],
}

/// A key of a map.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    /// Whether the map cannot do without it.
    pub(crate) needed: bool,
    pub(crate) shape: Shape,
    /// What editors show when one points at it.
    pub(crate) about: &'static str,
}

/// What may stand under a key.
#[derive(Debug)]
pub(crate) enum Shape {
    /// An id of one's own.
    Id,
    Text,
    Choice(&'static [&'static str]),
    Hours,
    Value,
    Url,
    /// The number of an option.
    Answer,
    Texts,
    /// Two options or more, all different.
    Options,
    /// Ids of topics, one at least.
    Goals,
    /// Ids of prerequisites.
    Exercises,
    /// Ids that topics had.
    FormerIds,
    /// Ids of topics, or a map of ids and reasons.
    Requires,
    /// Files, and phases in place.
    Phases(&'static Keys),
    /// A list of maps, at least so many.
    Maps {
        of: &'static Keys,
        least: usize,
    },
}

impl Keys {
    /// Returns the key with this name.
    pub(crate) fn find(&self, name: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// Returns the names of all keys.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> + Clone + use<> {
        self.keys.iter().map(|key| key.name)
    }
}

const fn need(name: &'static str, shape: Shape, about: &'static str) -> Key {
    Key { name, needed: true, shape, about }
}

const fn may(name: &'static str, shape: Shape, about: &'static str) -> Key {
    Key { name, needed: false, shape, about }
}

pub(crate) const CURRICULUM: Keys = Keys {
    what: "curriculum",
    about: "A curriculum: phases of topics that build on each other, and tracks through them.",
    keys: &[
        need(
            "id",
            Shape::Id,
            "The id under which progress is kept: lower-case words joined by hyphens. Don't change it later.",
        ),
        need("title", Shape::Text, "The title that learners see."),
        may("edition", Shape::Text, "Which edition this is, such as 2026-11."),
        may("description", Shape::Text, "What it is about and whom it is for."),
        need(
            "phases",
            Shape::Phases(&PHASE),
            "The parts of the road, in order: names of files beside this one, or phases written in place.",
        ),
        may(
            "tracks",
            Shape::Maps { of: &TRACK, least: 0 },
            "Ways through the curriculum that not everybody goes to the end.",
        ),
    ],
};

pub(crate) const PHASE: Keys = Keys {
    what: "phase",
    about: "A phase: a part of the road, such as deep learning.",
    keys: &[
        need("id", Shape::Id, "The phase's id, unique among phases: lower-case words joined by hyphens."),
        need("title", Shape::Text, "The title that learners see."),
        may("summary", Shape::Text, "What the phase is for."),
        need(
            "topics",
            Shape::Maps { of: &TOPIC, least: 1 },
            "What learners study and mark done. What orders them is `requires`, not their place in the list.",
        ),
    ],
};

pub(crate) const TOPIC: Keys = Keys {
    what: "topic",
    about: "A topic: what a learner studies in some hours and marks done.",
    keys: &[
        need(
            "id",
            Shape::Id,
            "The topic's id, unique in the curriculum: lower-case words joined by hyphens. Learners type it. To rename it, keep the old one under `formerly`.",
        ),
        need("title", Shape::Text, "The title that learners see."),
        may(
            "kind",
            Shape::Choice(&Kind::NAMES),
            "What sort of topic it is: a concept to understand (if the key is left out), a skill to have, or a project to build and show.",
        ),
        need(
            "hours",
            Shape::Hours,
            "The hours that a working adult needs, reading and exercises included. 2 to 12 work best.",
        ),
        may(
            "value",
            Shape::Value,
            "What having it is worth to the planner. An ordinary topic has 1, a project 8 unless it says otherwise.",
        ),
        may("summary", Shape::Text, "What it is, and where one meets it."),
        may(
            "requires",
            Shape::Requires,
            "The topics that must be done before. A map gives each its reason, which learners see: `vectors: a matrix acts on vectors`. A plain list of ids will do.",
        ),
        may(
            "outcomes",
            Shape::Texts,
            "What the learner can do afterwards, observable: Can derive …, Can choose between …",
        ),
        may("includes", Shape::Texts, "For a project: what must be in it."),
        may("rubric", Shape::Texts, "For a project: how to know that it is good."),
        may("publish", Shape::Text, "For a project: what of it to show publicly."),
        may("resources", Shape::Maps { of: &RESOURCE, least: 0 }, "What to learn from, best first."),
        may("quiz", Shape::Maps { of: &QUESTION, least: 0 }, "Questions that test understanding."),
        may(
            "exercises",
            Shape::Exercises,
            "Which of its own `requires` studying it really practises: a review of this topic counts as half a review of those.",
        ),
        may("formerly", Shape::FormerIds, "Ids that earlier editions used for this topic; learners' progress follows."),
    ],
};

pub(crate) const RESOURCE: Keys = Keys {
    what: "resource",
    about: "Something to read, watch or do.",
    keys: &[
        need("title", Shape::Text, "Its title."),
        may("by", Shape::Text, "Author or publisher."),
        may("kind", Shape::Choice(&ResourceKind::NAMES), "What sort of resource it is."),
        need("url", Shape::Url, "Its whole address, beginning with https:// or http://."),
    ],
};

pub(crate) const QUESTION: Keys = Keys {
    what: "question",
    about: "A multiple-choice question.",
    keys: &[
        need("ask", Shape::Text, "The question. Lines of code are kept under `ask: |-`."),
        need(
            "options",
            Shape::Options,
            "The answers to choose from; four work best, the wrong ones being real misconceptions.",
        ),
        need("answer", Shape::Answer, "The number of the right option, counted from 1."),
        may("because", Shape::Text, "Why it is right; shown afterwards."),
    ],
};

pub(crate) const TRACK: Keys = Keys {
    what: "track",
    about: "A track: goal topics and everything they stand on.",
    keys: &[
        need("id", Shape::Id, "The track's id, unique among tracks: lower-case words joined by hyphens."),
        need("title", Shape::Text, "The title that learners see."),
        may("summary", Shape::Text, "The work it leads to."),
        need("goals", Shape::Goals, "Ids of the topics where it leads; what they stand on belongs to it too."),
    ],
};
