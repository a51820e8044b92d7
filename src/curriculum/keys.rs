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

/// Whether a key must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    Always,
    /// Only where no other curriculum is extended, which would have it.
    UnlessExtending,
    Never,
    /// It says something about the curriculum that is extended, so there must be one.
    OnlyExtending,
}

/// A key of a map.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) need: Need,
    pub(crate) shape: Shape,
    /// What editors show when one points at it.
    pub(crate) about: &'static str,
}

/// What may stand under a key.
#[derive(Clone, Copy, Debug)]
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
    /// Ids, all different, of what is there already.
    TheirIds,
    /// The id of the shipped curriculum, or a relative path to another.
    Base,
    /// Files, and phases in place.
    Phases(&'static Keys),
    Map(&'static Keys),
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

    /// Returns the names of the keys with this need.
    pub(crate) fn with(&self, need: Need) -> impl Iterator<Item = &'static str> + '_ {
        self.keys.iter().filter(move |key| key.need == need).map(|key| key.name)
    }
}

const fn need(name: &'static str, shape: Shape, about: &'static str) -> Key {
    Key { name, need: Need::Always, shape, about }
}

const fn own(name: &'static str, shape: Shape, about: &'static str) -> Key {
    Key { name, need: Need::UnlessExtending, shape, about }
}

const fn may(name: &'static str, shape: Shape, about: &'static str) -> Key {
    Key { name, need: Need::Never, shape, about }
}

const fn extending(name: &'static str, shape: Shape, about: &'static str) -> Key {
    Key { name, need: Need::OnlyExtending, shape, about }
}

/// Returns the keys by which a thing is changed: its id, whichever others change, and `also`.
const fn changed<const N: usize, const M: usize>(of: &[Key; N], also: Key) -> [Key; M] {
    let mut keys = [also; M];
    keys[0] = Key { shape: Shape::Id, about: "The id of what is changed.", ..of[0] };
    let mut at = 1;
    while at < N {
        keys[at] = Key { need: Need::Never, ..of[at] };
        at += 1;
    }
    keys
}

pub(crate) const CURRICULUM: Keys = Keys {
    what: "curriculum",
    about: "A curriculum: phases of topics that build on each other, and tracks through them.",
    keys: &[
        may(
            "extends",
            Shape::Base,
            "Another curriculum that this one changes and adds to: the id of the shipped one, or a path relative to this file, such as ../theirs.",
        ),
        own(
            "id",
            Shape::Id,
            "The id under which progress is kept: lower-case words joined by hyphens. Don't change it later. Without it, a curriculum that extends another shares the other's progress.",
        ),
        own("title", Shape::Text, "The title that learners see."),
        may("edition", Shape::Text, "Which edition this is, such as 2026-11."),
        may("description", Shape::Text, "What it is about and whom it is for."),
        own(
            "phases",
            Shape::Phases(&PHASE),
            "The parts of the road, in order: names of files beside this one, or phases written in place. A phase without a title adds its topics to the phase that the extended curriculum has under that id.",
        ),
        may(
            "tracks",
            Shape::Maps { of: &TRACK, least: 0 },
            "Ways through the curriculum that not everybody goes to the end.",
        ),
        extending("change", Shape::Map(&CHANGE), "What to change of the extended curriculum, by id."),
        extending("remove", Shape::Map(&REMOVE), "What to leave out of the extended curriculum, by id."),
    ],
};

pub(crate) const PHASE: Keys = Keys {
    what: "phase",
    about: "A phase: a part of the road, such as deep learning.",
    keys: &[
        need("id", Shape::Id, "The phase's id, unique among phases: lower-case words joined by hyphens."),
        own(
            "title",
            Shape::Text,
            "The title that learners see. Without it, the topics are added to the phase that the extended curriculum has under that id.",
        ),
        may("summary", Shape::Text, "What the phase is for."),
        extending("after", Shape::Id, "The phase after which this new one comes; without it, it comes last."),
        extending("before", Shape::Id, "The phase before which this new one comes."),
        need(
            "topics",
            Shape::Maps { of: &TOPIC, least: 1 },
            "What learners study and mark done. What orders them is `requires`, not their place in the list.",
        ),
    ],
};

pub(crate) const TOPIC: Keys =
    Keys { what: "topic", about: "A topic: what a learner studies in some hours and marks done.", keys: &TOPIC_KEYS };

const TOPIC_KEYS: [Key; 15] = [
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
    may("outcomes", Shape::Texts, "What the learner can do afterwards, observable: Can derive …, Can choose between …"),
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
];

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

pub(crate) const TRACK: Keys =
    Keys { what: "track", about: "A track: goal topics and everything they stand on.", keys: &TRACK_KEYS };

const TRACK_KEYS: [Key; 4] = [
    need("id", Shape::Id, "The track's id, unique among tracks: lower-case words joined by hyphens."),
    need("title", Shape::Text, "The title that learners see."),
    may("summary", Shape::Text, "The work it leads to."),
    need("goals", Shape::Goals, "Ids of the topics where it leads; what they stand on belongs to it too."),
];

pub(crate) const CHANGE: Keys = Keys {
    what: "set of changes",
    about: "Changes to the extended curriculum, by id. A key that is given replaces what was there.",
    keys: &[
        may("topics", Shape::Maps { of: &CHANGED_TOPIC, least: 0 }, "Topics to change, in whatever phase they are."),
        may("phases", Shape::Maps { of: &CHANGED_PHASE, least: 0 }, "Phases whose title or summary to change."),
        may("tracks", Shape::Maps { of: &CHANGED_TRACK, least: 0 }, "Tracks to change."),
    ],
};

pub(crate) const REMOVE: Keys = Keys {
    what: "set of removals",
    about: "What to leave out of the extended curriculum. What required a removed topic requires instead what that one did.",
    keys: &[
        may("topics", Shape::TheirIds, "Ids of topics to leave out."),
        may("phases", Shape::TheirIds, "Ids of phases to leave out with all of their topics."),
        may("tracks", Shape::TheirIds, "Ids of tracks to leave out."),
    ],
};

pub(crate) const CHANGED_TOPIC: Keys = Keys {
    what: "changed topic",
    about: "A topic of the extended curriculum: each key given replaces the whole of what was there.",
    keys: &changed::<15, 16>(
        &TOPIC_KEYS,
        may("also", Shape::Map(&MORE_OF_TOPIC), "What to add to the lists of the topic, keeping what is there."),
    ),
};

pub(crate) const CHANGED_PHASE: Keys = Keys {
    what: "changed phase",
    about: "A phase of the extended curriculum: each key given replaces what was there.",
    keys: &[
        need("id", Shape::Id, "The id of what is changed."),
        may("title", Shape::Text, "The title that learners see."),
        may("summary", Shape::Text, "What the phase is for."),
    ],
};

pub(crate) const CHANGED_TRACK: Keys = Keys {
    what: "changed track",
    about: "A track of the extended curriculum: each key given replaces the whole of what was there.",
    keys: &changed::<4, 5>(
        &TRACK_KEYS,
        may("also", Shape::Map(&MORE_OF_TRACK), "What to add to the lists of the track, keeping what is there."),
    ),
};

pub(crate) const MORE_OF_TOPIC: Keys = Keys {
    what: "topic's `also`",
    about: "What a changed topic has besides what it had.",
    keys: &[
        may("requires", Shape::Requires, "Further prerequisites, with or without reasons."),
        may("outcomes", Shape::Texts, "Further outcomes."),
        may("includes", Shape::Texts, "For a project: what else must be in it."),
        may("rubric", Shape::Texts, "For a project: how else to know that it is good."),
        may("resources", Shape::Maps { of: &RESOURCE, least: 0 }, "Further things to learn from."),
        may("quiz", Shape::Maps { of: &QUESTION, least: 0 }, "Further questions."),
        may("exercises", Shape::Exercises, "Further prerequisites that studying it really practises."),
        may("formerly", Shape::FormerIds, "Further ids that it had."),
    ],
};

pub(crate) const MORE_OF_TRACK: Keys = Keys {
    what: "track's `also`",
    about: "What a changed track has besides what it had.",
    keys: &[may("goals", Shape::TheirIds, "Further goals.")],
};
