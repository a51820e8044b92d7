//! The curriculum in the form that the binary and the cache carry: postcard, the long texts apart.
//!
//! `build.rs` checks `roadmap/` and writes two files; at run time the hot one is decoded at every
//! start (a tenth of a millisecond) and the texts of a topic when somebody asks for them. What the
//! cache keeps of other curricula comes from a file that anybody may have written to, so it is
//! looked over before it is believed.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Curriculum, Details, Hot, Phase, Question, Shelf, Store, Topic, TopicIx, Track};

/// The long texts of all topics, one after the other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Texts {
    starts: Vec<u64>,
    bytes: Cow<'static, [u8]>,
}

impl Texts {
    /// Adds those of the next topic.
    pub(super) fn push<S: Serialize>(&mut self, details: &Details<S>) {
        let bytes = std::mem::take(&mut self.bytes).into_owned();
        self.starts.push(bytes.len() as u64);
        self.bytes = Cow::Owned(postcard::to_extend(details, bytes).expect("plain data always encodes"));
    }

    /// Adds those of all topics of a later phase.
    pub(super) fn append(&mut self, other: Self) {
        if self.starts.is_empty() {
            *self = other;
            return;
        }
        let bytes = self.bytes.to_mut();
        let before = bytes.len() as u64;
        self.starts.extend(other.starts.iter().map(|start| before + start));
        bytes.extend_from_slice(&other.bytes);
    }

    /// Returns those of a topic.
    pub(super) fn details(&self, ix: TopicIx) -> Details {
        unpack(self.packed(ix)).expect("the bytes were written by `push` of this very build")
    }

    fn packed(&self, ix: TopicIx) -> &[u8] {
        let at = ix.0 as usize;
        let end = self.starts.get(at + 1).map_or(self.bytes.len(), |&end| end as usize);
        &self.bytes[self.starts[at] as usize..end]
    }
}

#[derive(Serialize, Deserialize)]
struct Packed<H> {
    hot: H,
    starts: Vec<u64>,
}

impl Curriculum {
    /// Returns the compiled form: what every start needs, and the long texts.
    #[allow(dead_code, reason = "build.rs, which includes this file, calls it")]
    pub(crate) fn compile(&self) -> (Vec<u8>, Vec<u8>) {
        let mut texts = Texts::default();
        for ix in self.indices() {
            texts.push(&self.details(ix));
        }
        let packed = Packed { hot: &self.hot, starts: texts.starts };
        (postcard::to_allocvec(&packed).expect("plain data always encodes"), texts.bytes.into_owned())
    }

    /// Returns the curriculum from the two parts that [`Curriculum::compile`] gave.
    ///
    /// # Errors
    ///
    /// When `hot` was not written by this very version of the program.
    pub(crate) fn decode(hot: &'static [u8], texts: Cow<'static, [u8]>) -> postcard::Result<Self> {
        let Packed { hot, starts } = postcard::from_bytes::<Packed<Hot>>(hot)?;
        Ok(Self { hot, details: Store::Packed(Texts { starts, bytes: texts }) })
    }

    /// Returns what every start needs, in the form that [`Curriculum::shelved`] takes.
    pub(crate) fn hot(&self) -> Vec<u8> {
        postcard::to_allocvec(&self.hot).expect("plain data always encodes")
    }

    /// Returns a topic's long texts, in the form that [`unpack_for`] takes.
    pub(crate) fn packed(&self, ix: TopicIx) -> Cow<'_, [u8]> {
        match &self.details {
            Store::Packed(texts) => Cow::Borrowed(texts.packed(ix)),
            _ => Cow::Owned(postcard::to_allocvec(&*self.details(ix)).expect("plain data always encodes")),
        }
    }

    /// Returns the curriculum whose [`Curriculum::hot`] is `hot` and whose long texts are on a shelf;
    /// `None` if it cannot be one, whatever the bytes are.
    pub(crate) fn shelved(hot: &[u8], shelf: impl FnOnce(&Self) -> Option<Arc<dyn Shelf>>) -> Option<Self> {
        let hot = postcard::from_bytes::<Hot<String>>(hot).ok()?.lasting();
        let mut bare = Self { hot, details: Store::Loaded(Vec::new()) };
        if !bare.hot.is_whole() {
            return None;
        }
        bare.details = Store::Shelved(shelf(&bare)?);
        Some(bare)
    }

    /// Returns a topic's long texts from a shelf, or from the files again; empty if those are gone too.
    pub(super) fn fetch(&self, shelf: &dyn Shelf, ix: TopicIx) -> Details {
        let requires = self.requires(ix).len();
        let again = || {
            let again = shelf.again()?;
            let details = again.details(again.find(&self.topic(ix).id)?).into_owned();
            (details.reasons.len() == requires).then_some(details)
        };
        let there = shelf.packed(ix).and_then(|packed| unpack_for(requires, &packed));
        there.or_else(again).unwrap_or_else(|| Details { reasons: vec![String::new(); requires], ..Details::default() })
    }
}

/// Returns the details that `bytes` are.
fn unpack(bytes: &[u8]) -> Option<Details> {
    postcard::from_bytes(bytes).ok()
}

/// Returns the details that `bytes` are of a topic with so many prerequisites, `None` if they cannot be.
pub(crate) fn unpack_for(requires: usize, bytes: &[u8]) -> Option<Details> {
    let details = unpack(bytes)?;
    let asks = |question: &Question| question.options.len() >= 2 && (question.answer as usize) < question.options.len();
    (details.reasons.len() == requires && details.quiz.iter().all(asks)).then_some(details)
}

impl Hot<String> {
    /// Returns it as the shipped one is, whose texts lie in the program.
    fn lasting(self) -> Hot {
        let Self { id, title, edition, description, phases, topics, tracks, graph, by_id, former } = self;
        let phase = |Phase { id, title, summary, topics }: Phase<String>| Phase {
            id: id.into(),
            title: title.into(),
            summary: summary.into(),
            topics,
        };
        let topic = |Topic { id, title, kind, hours, value, phase, exercises }: Topic<String>| Topic {
            id: id.into(),
            title: title.into(),
            kind,
            hours,
            value,
            phase,
            exercises,
        };
        let track = |Track { id, title, summary, goals }: Track<String>| Track {
            id: id.into(),
            title: title.into(),
            summary: summary.into(),
            goals,
        };
        Hot {
            id,
            title,
            edition,
            description,
            phases: phases.into_iter().map(phase).collect(),
            topics: topics.into_iter().map(topic).collect(),
            tracks: tracks.into_iter().map(track).collect(),
            graph,
            by_id,
            former,
        }
    }
}

impl Hot {
    /// Returns whether every number in it leads to something, and every search in it finds.
    fn is_whole(&self) -> bool {
        let topics = &self.topics;
        let there = |ix: &TopicIx| (ix.0 as usize) < topics.len();
        let mut end = 0;
        let phases_tile = self.phases.iter().zip(0u32..).all(|(phase, at)| {
            let range = std::mem::replace(&mut end, phase.topics.end)..phase.topics.end;
            let own = topics.get(range.start as usize..range.end as usize).unwrap_or_default();
            phase.topics == range && !own.is_empty() && own.iter().all(|topic| topic.phase == at)
        });
        let id = |ix: &TopicIx| topics[ix.0 as usize].id.as_str();
        let exercised = |(topic, at): (&Topic, u32)| {
            topic.exercises.iter().all(|ix| there(ix) && self.graph.parents(at).contains(&ix.0))
        };
        // The journal's folder has this name.
        crate::text::is_kebab_case(&self.id)
            && phases_tile
            && end as usize == topics.len()
            && self.graph.len() == topics.len()
            && topics.iter().all(|topic| {
                topic.hours > 0.0 && topic.hours.is_finite() && topic.value >= 0.0 && topic.value.is_finite()
            })
            && topics.iter().zip(0u32..).all(exercised)
            && self.tracks.iter().flat_map(|track| &track.goals).all(there)
            && self.by_id.len() == topics.len()
            && self.by_id.iter().all(there)
            && self.by_id.is_sorted_by(|a, b| id(a) < id(b))
            && self.former.iter().all(|(_, ix)| there(ix))
            && self.former.is_sorted_by(|(a, _), (b, _)| a < b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compiling_and_decoding_gives_the_same_curriculum() {
        let curriculum = crate::shipped();
        let (hot, texts) = curriculum.compile();
        let hot: &'static [u8] = hot.leak();
        let again = Curriculum::decode(hot, Cow::Owned(texts)).expect("just compiled");
        assert_eq!(again, curriculum);
        assert!(Curriculum::decode(&hot[..hot.len() / 2], Cow::Borrowed(&[])).is_err());
    }
}
