//! The curriculum: phases of topics, their graph, and the tracks through it.
//!
//! A [`Curriculum`] can only come out of [`load`] (or the compiled form of one that did), which has
//! refused cycles, unknown ids, duplicates and bad values; nobody downstream checks again.
//! What `next` and `status` need lies in the curriculum itself; the long texts of a topic are its
//! [`Details`], decoded only when somebody reads them.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::graph::Graph;
use crate::text::Text;

mod check;
mod compiled;
mod edges;
mod extend;
mod files;
pub(crate) mod keys;
mod load;
mod node;
mod quick;
mod raw;
mod seen;

use compiled::Texts;

#[allow(unused_imports, reason = "build.rs, which includes this file, judges no evidence")]
pub(crate) use check::fault_of_address;
#[allow(unused_imports, reason = "build.rs, which includes this file, keeps no cache")]
pub(crate) use compiled::unpack_for;
#[allow(unused_imports, reason = "build.rs, which includes this file, extends nothing")]
pub use extend::Extension;
#[allow(unused_imports, reason = "build.rs, which includes this file, keeps no cache")]
pub(crate) use files::SourceFile;
#[cfg(test)]
pub(crate) use load::load_text_over;
#[allow(unused_imports, reason = "build.rs, which includes this file, loads a folder only")]
pub use load::{Checked, load, load_files, load_text, open_files};
#[allow(unused_imports, reason = "build.rs, which includes this file, keeps no cache")]
pub(crate) use load::{open, root_file};

/// Returns whether a resource may have this address.
pub(crate) fn is_web_address(url: &str) -> bool {
    check::fault_of_address(url).is_none()
}

/// A topic's number in its curriculum, counted from 0 in the order of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TopicIx(pub u32);

/// A sound curriculum.
#[derive(Clone, Debug)]
pub struct Curriculum {
    hot: Hot,
    details: Store,
}

/// Everything but the long texts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Hot<S = Text<'static>> {
    id: String,
    title: String,
    edition: Option<String>,
    description: String,
    phases: Vec<Phase<S>>,
    topics: Vec<Topic<S>>,
    tracks: Vec<Track<S>>,
    graph: Graph,
    /// Topics by id, for a binary search.
    by_id: Vec<TopicIx>,
    /// Former ids and what became of them, by former id.
    former: Vec<(String, TopicIx)>,
}

/// Where the long texts are.
#[derive(Clone, Debug)]
enum Store {
    Loaded(Vec<Details>),
    Packed(Texts),
    Shelved(Arc<dyn Shelf>),
}

/// A place outside of the memory that has the long texts of each topic.
pub(crate) trait Shelf: std::fmt::Debug + Send + Sync {
    /// Returns what [`Curriculum::packed`] gave for a topic, if it is there and what it was.
    fn packed(&self, ix: TopicIx) -> Option<Vec<u8>>;
    /// Returns the curriculum from the files that it first came from, for when something is not there.
    fn again(&self) -> Option<&Curriculum>;
}

/// Whatever form the long texts are in.
impl PartialEq for Curriculum {
    fn eq(&self, other: &Self) -> bool {
        self.hot == other.hot && self.indices().all(|ix| self.details(ix) == other.details(ix))
    }
}

/// A part of the road, such as deep learning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phase<S = Text<'static>> {
    /// Its id, unique among phases.
    pub id: S,
    /// Its title.
    pub title: S,
    /// What it is for; may be empty.
    pub summary: S,
    /// Its topics, which lie side by side.
    pub topics: std::ops::Range<u32>,
}

/// What a learner studies and marks done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Topic<S = Text<'static>> {
    /// Its id, unique in the curriculum.
    pub id: S,
    /// Its title.
    pub title: S,
    /// What sort of topic it is.
    pub kind: Kind,
    /// Hours that a working adult needs, above 0.
    pub hours: f64,
    /// What having it is worth to the planner, 0 or more; an ordinary topic is 1.
    pub value: f64,
    /// Index of its phase.
    pub phase: u32,
    /// Direct prerequisites that studying or reviewing it really practises.
    pub exercises: Vec<TopicIx>,
}

/// The long texts of a topic. Lists may be empty, texts too.
///
/// `S` holds each text: [`String`], or what lies in the file it is read from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Details<S = String> {
    /// What it is, and where one meets it.
    pub summary: S,
    /// For each prerequisite, in the order of [`Curriculum::requires`], what of it is used; may be empty.
    pub reasons: Vec<S>,
    /// What the learner can do afterwards.
    pub outcomes: Vec<S>,
    /// What a project must have in it.
    pub includes: Vec<S>,
    /// How to know that a project is good.
    pub rubric: Vec<S>,
    /// What of a project to show publicly.
    pub publish: S,
    /// What to learn from, best first.
    pub resources: Vec<Resource<S>>,
    /// Questions that test understanding.
    pub quiz: Vec<Question<S>>,
}

/// Something to read, watch or do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource<S = String> {
    /// Its title.
    pub title: S,
    /// Author or publisher; may be empty.
    pub by: S,
    /// What it is.
    pub kind: Option<ResourceKind>,
    /// An http or https address.
    pub url: S,
}

/// A multiple-choice question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question<S = String> {
    /// The question; may hold lines of code.
    pub ask: S,
    /// Two or more answers to choose from.
    pub options: Vec<S>,
    /// Index of the right one, counted from 0 (the file counts from 1).
    pub answer: u32,
    /// Why it is right; may be empty.
    pub because: S,
}

/// A named set of goal topics.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Track<S = Text<'static>> {
    /// Its id, unique among tracks.
    pub id: S,
    /// Its title.
    pub title: S,
    /// The work it leads to; may be empty.
    pub summary: S,
    /// Where it leads; their prerequisites belong to the track too.
    pub goals: Vec<TopicIx>,
}

macro_rules! named {
    ($(#[$meta:meta])* $type:ident { $($(#[$variant_meta:meta])* $variant:ident $name:literal)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $type {
            $($(#[$variant_meta])* $variant,)*
        }

        impl $type {
            /// Every one, in order.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];
            /// Their names, in the same order.
            pub const NAMES: [&str; Self::ALL.len()] = [$($name,)*];

            /// Returns its name, as the curriculum writes it.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

named! {
    /// What sort of topic it is.
    Kind {
        /// Something to understand.
        Concept "concept"
        /// Something to be able to do.
        Skill "skill"
        /// Something to build and show.
        Project "project"
    }
}

named! {
    /// What sort of resource it is.
    ResourceKind {
        /// To watch.
        Video "video"
        /// To follow over weeks.
        Course "course"
        /// A book or a chapter.
        Book "book"
        /// A blog post or tutorial.
        Article "article"
        /// A research paper.
        Paper "paper"
        /// Official documentation.
        Docs "docs"
        /// To do.
        Exercise "exercise"
        /// A program or library.
        Tool "tool"
    }
}

impl Curriculum {
    /// Returns its id, under which the journal is kept.
    pub fn id(&self) -> &str {
        &self.hot.id
    }

    /// Returns its title.
    pub fn title(&self) -> &str {
        &self.hot.title
    }

    /// Returns its edition, such as `2026-11`.
    pub fn edition(&self) -> Option<&str> {
        self.hot.edition.as_deref()
    }

    /// Returns what it is about; may be empty.
    pub fn description(&self) -> &str {
        &self.hot.description
    }

    /// Returns its phases, in order.
    pub fn phases(&self) -> &[Phase] {
        &self.hot.phases
    }

    /// Returns its tracks.
    pub fn tracks(&self) -> &[Track] {
        &self.hot.tracks
    }

    /// Returns all topics, in the order of the files.
    pub fn topics(&self) -> &[Topic] {
        &self.hot.topics
    }

    /// Returns the numbers of all topics, in the order of the files.
    pub fn indices(&self) -> impl DoubleEndedIterator<Item = TopicIx> + ExactSizeIterator + use<> {
        (0..self.hot.topics.len() as u32).map(TopicIx)
    }

    /// Returns a topic.
    pub fn topic(&self, ix: TopicIx) -> &Topic {
        &self.hot.topics[ix.0 as usize]
    }

    /// Returns a topic's phase.
    pub fn phase_of(&self, ix: TopicIx) -> &Phase {
        &self.hot.phases[self.topic(ix).phase as usize]
    }

    /// Returns the graph over the topics' numbers.
    pub fn graph(&self) -> &Graph {
        &self.hot.graph
    }

    /// Returns a topic's direct prerequisites, as the file orders them.
    pub fn requires(&self, ix: TopicIx) -> impl ExactSizeIterator<Item = TopicIx> + '_ {
        self.hot.graph.parents(ix.0).iter().map(|&n| TopicIx(n))
    }

    /// Returns the topics that require this one directly.
    pub fn required_by(&self, ix: TopicIx) -> impl ExactSizeIterator<Item = TopicIx> + '_ {
        self.hot.graph.children(ix.0).iter().map(|&n| TopicIx(n))
    }

    /// Returns the topic with exactly this id.
    pub fn find(&self, id: &str) -> Option<TopicIx> {
        let topics = &self.hot.topics;
        let found = self.hot.by_id.binary_search_by(|ix| topics[ix.0 as usize].id.as_str().cmp(id));
        found.ok().map(|at| self.hot.by_id[at])
    }

    /// Returns the topic that has this id, or had it in an earlier edition.
    pub fn find_ever(&self, id: &str) -> Option<TopicIx> {
        self.find(id).or_else(|| {
            let former = &self.hot.former;
            former.binary_search_by(|(old, _)| old.as_str().cmp(id)).ok().map(|at| former[at].1)
        })
    }

    /// Returns the ids that topics had in earlier editions, each with the topic.
    #[allow(dead_code, reason = "build.rs, which includes this file, asks for one at most")]
    pub fn former(&self) -> impl Iterator<Item = (&str, TopicIx)> {
        self.hot.former.iter().map(|(old, ix)| (old.as_str(), *ix))
    }

    /// Returns the phase with exactly this id.
    pub fn find_phase(&self, id: &str) -> Option<usize> {
        self.hot.phases.iter().position(|phase| phase.id == id)
    }

    /// Returns the track with exactly this id.
    pub fn find_track(&self, id: &str) -> Option<&Track> {
        self.hot.tracks.iter().find(|track| track.id == id)
    }

    /// Hashes everything by which entries are assigned to topics and remembered.
    #[allow(dead_code, reason = "build.rs, which includes this file, folds no journal")]
    pub(crate) fn hash_topics(&self, hasher: &mut impl std::hash::Hasher) {
        use std::hash::Hash;
        for topic in &self.hot.topics {
            topic.id.hash(hasher);
            topic.exercises.hash(hasher);
        }
        self.hot.former.hash(hasher);
    }

    /// Returns a topic's long texts.
    pub fn details(&self, ix: TopicIx) -> Cow<'_, Details> {
        match &self.details {
            Store::Loaded(all) => Cow::Borrowed(&all[ix.0 as usize]),
            Store::Packed(texts) => Cow::Owned(texts.details(ix)),
            Store::Shelved(shelf) => Cow::Owned(self.fetch(&**shelf, ix)),
        }
    }
}
