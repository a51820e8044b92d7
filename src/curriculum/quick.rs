//! The quick way to a curriculum, for those who want nothing else.
//!
//! Reads straight into structs, without places, and packs each topic's long texts as soon as they are
//! read: half the time and a quarter of the memory of the tree that exact messages need. It makes no
//! message itself. Whatever is wrong, or might be read otherwise by the thorough way, it leaves to that
//! one; so there is one truth about what a curriculum may be, and a test that the two agree.

use std::fmt;
use std::path::Path;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::compiled::Texts;
use super::files::{self, Files, SourceFile};
use super::load::{MOST_FILES, root_file};
use super::raw::{At, RawCurriculum, RawPhase, RawQuestion, RawResource, RawTopic, RawTrack, Text, TopicLists};
use super::{Curriculum, Kind, ResourceKind, check, node};
use crate::bounded;
use crate::diagnostic::{Place, Problems};

/// Returns the curriculum at `path` and the files it was read from, if it has no error and nothing
/// unusual.
pub(super) fn load(path: &Path) -> Option<(Curriculum, Vec<SourceFile>)> {
    let file = root_file(path);
    let folder = file.parent().unwrap_or(Path::new(""));
    let mut files = Vec::new();
    let mut left = bounded::LARGEST_FILE;
    let root: Root = node::read(&text(&file, file.file_name()?.as_ref(), &mut left, &mut files)?)?;
    let curriculum = root.curriculum(|name| {
        if files.len() > MOST_FILES {
            return None;
        }
        let real = files::inside(folder, name).ok()??;
        node::read(&text(&real, name.as_ref(), &mut left, &mut files)?)
    })?;
    Some((curriculum, files))
}

/// Returns the curriculum of these files as [`load`] does.
pub(super) fn load_files(files: &[(&str, &[u8])]) -> Option<Curriculum> {
    let read = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok().map(files::bare);
    let root: Root = node::read(&read(files.first()?.1)?)?;
    root.curriculum(|name| {
        let files = Files::Given(files);
        node::read(&read(&files.read(name, bounded::LARGEST_FILE, &mut Vec::new()).ok()?.1)?)
    })
}

/// Returns the text of a file of at most `left` bytes, and takes its own off them. What has no end is
/// left to the thorough way, which says so.
fn text(path: &Path, name: &Path, left: &mut u64, files: &mut Vec<SourceFile>) -> Option<String> {
    let bytes = files::read(path, name, *left, files).ok()?;
    *left -= bytes.len() as u64;
    String::from_utf8(bytes).ok().map(files::bare)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Root {
    id: Words,
    title: Words,
    #[serde(default, deserialize_with = "given")]
    edition: Option<Words>,
    #[serde(default, deserialize_with = "given")]
    description: Option<Words>,
    phases: Vec<Item>,
    #[serde(default)]
    tracks: Vec<Track>,
}

/// An item under `phases:`.
enum Item {
    File(Words),
    Here(Phase),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Phase {
    id: Words,
    title: Words,
    #[serde(default, deserialize_with = "given")]
    summary: Option<Words>,
    topics: Topics,
}

/// The topics of a phase, their long texts packed already.
struct Topics {
    rest: Vec<RawTopic>,
    texts: Texts,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Topic {
    id: Words,
    title: Words,
    #[serde(default, deserialize_with = "given")]
    kind: Option<Words>,
    hours: Number,
    #[serde(default, deserialize_with = "given")]
    value: Option<Number>,
    #[serde(default, deserialize_with = "given")]
    summary: Option<Words>,
    #[serde(default)]
    requires: Requires,
    #[serde(default)]
    outcomes: Vec<Words>,
    #[serde(default)]
    includes: Vec<Words>,
    #[serde(default)]
    rubric: Vec<Words>,
    #[serde(default, deserialize_with = "given")]
    publish: Option<Words>,
    #[serde(default)]
    resources: Vec<Resource>,
    #[serde(default)]
    quiz: Vec<Question>,
    #[serde(default)]
    exercises: Vec<Words>,
    #[serde(default)]
    formerly: Vec<Words>,
}

#[derive(Default)]
struct Requires(Vec<(Text, Option<Text>)>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Resource {
    title: Words,
    #[serde(default, deserialize_with = "given")]
    by: Option<Words>,
    #[serde(default, deserialize_with = "given")]
    kind: Option<Words>,
    url: Words,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    ask: Words,
    options: Vec<Words>,
    answer: Number,
    #[serde(default, deserialize_with = "given")]
    because: Option<Words>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Track {
    id: Words,
    title: Words,
    #[serde(default, deserialize_with = "given")]
    summary: Option<Words>,
    goals: Vec<Words>,
}

/// A text that is not blank.
struct Words(String);

/// A number that is not in quotes.
struct Number(f64);

/// A key that is there has a value; only one that is not there may do without.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

const NOWHERE: Place = Place { source: 0, span: 0..0 };

impl<T> At<T> {
    fn nowhere(value: T) -> Self {
        Self { value, place: NOWHERE }
    }
}

impl From<Words> for Text {
    fn from(words: Words) -> Self {
        Self::nowhere(words.0)
    }
}

fn texts(words: Vec<Words>) -> Vec<Text> {
    words.into_iter().map(Text::from).collect()
}

impl Root {
    fn curriculum(self, mut read: impl FnMut(&str) -> Option<Phase>) -> Option<Curriculum> {
        let mut phases = Vec::with_capacity(self.phases.len());
        let mut texts = Texts::default();
        for item in self.phases {
            let phase = match item {
                Item::File(name) => read(&name.0)?,
                Item::Here(phase) => phase,
            };
            texts.append(phase.topics.texts);
            phases.push(RawPhase {
                place: NOWHERE,
                id: Some(phase.id.into()),
                title: Some(phase.title.into()),
                summary: phase.summary.map(Text::from),
                after: None,
                before: None,
                topics: phase.topics.rest,
                topics_place: Some(NOWHERE),
            });
        }
        let raw = RawCurriculum {
            id: Some(self.id.into()),
            title: Some(self.title.into()),
            edition: self.edition.map(Text::from),
            description: self.description.map(Text::from),
            phases_place: Some(NOWHERE),
            tracks: self.tracks.into_iter().map(Track::raw).collect(),
            ..RawCurriculum::default()
        };
        check::check_rest(raw, phases, texts)
    }
}

impl Topic {
    /// Returns it as the thorough way has it, `None` if it has a word that is not one of those allowed.
    fn raw(self) -> Option<RawTopic> {
        let kind = self.kind.map_or(Some(Kind::Concept), |name| one_of(Kind::ALL, &Kind::NAMES, &name))?;
        Some(RawTopic {
            id: self.id.into(),
            title: Some(self.title.into()),
            kind,
            hours: Some(At::nowhere(self.hours.0)),
            value: self.value.map(|value| At::nowhere(value.0)),
            summary: self.summary.map(Text::from),
            publish: self.publish.map(Text::from),
            lists: TopicLists {
                requires: self.requires.0,
                outcomes: texts(self.outcomes),
                includes: texts(self.includes),
                rubric: texts(self.rubric),
                resources: self.resources.into_iter().map(Resource::raw).collect::<Option<_>>()?,
                quiz: self.quiz.into_iter().map(Question::raw).collect(),
                exercises: texts(self.exercises),
                formerly: texts(self.formerly),
            },
        })
    }
}

impl Resource {
    fn raw(self) -> Option<RawResource> {
        let kind = match self.kind {
            Some(name) => Some(one_of(ResourceKind::ALL, &ResourceKind::NAMES, &name)?),
            None => None,
        };
        let by = self.by.map(Text::from);
        Some(RawResource { title: Some(self.title.into()), by, kind, url: Some(self.url.into()) })
    }
}

impl Question {
    fn raw(self) -> RawQuestion {
        RawQuestion {
            place: NOWHERE,
            ask: Some(self.ask.into()),
            options: texts(self.options),
            answer: Some(At::nowhere(self.answer.0)),
            because: self.because.map(Text::from),
        }
    }
}

impl Track {
    fn raw(self) -> RawTrack {
        let (title, summary) = (Some(self.title.into()), self.summary.map(Text::from));
        RawTrack { id: self.id.into(), title, summary, goals: texts(self.goals) }
    }
}

fn one_of<T: Copy>(all: &[T], names: &[&str], name: &Words) -> Option<T> {
    names.iter().position(|known| *known == name.0).map(|at| all[at])
}

/// Declares how a type is read: by which call, and from what.
macro_rules! read {
    ($type:ty, $call:ident, $($visit:item)*) => {
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Reader;
                impl<'de> Visitor<'de> for Reader {
                    type Value = $type;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("what the thorough way will name")
                    }
                    $($visit)*
                }
                deserializer.$call(Reader)
            }
        }
    };
}

read! { Words, deserialize_string,
    fn visit_str<E: Error>(self, text: &str) -> Result<Words, E> {
        Words::of(text.to_owned())
    }
    fn visit_string<E: Error>(self, text: String) -> Result<Words, E> {
        Words::of(text)
    }
}

impl Words {
    fn of<E: Error>(text: String) -> Result<Self, E> {
        if text.trim().is_empty() || may_be_odd_number(&text) {
            return Err(E::custom("left to the thorough way"));
        }
        Ok(Self(text))
    }
}

/// Returns whether a text may be a number of another kind than 3, -1.5 or 127.0.0.1:80. The thorough way takes a
/// number for a text as it is written, but refuses such as `.inf` and `1e999`.
fn may_be_odd_number(text: &str) -> bool {
    let number = |c: char| c.is_ascii_hexdigit() || "+-._xXoObBiInNfFtTyY:".contains(c);
    let plain = |c: char| c.is_ascii_digit() || "+-.:".contains(c);
    text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c))
        && text.trim().chars().all(number)
        && !(text.len() < 30 && text.chars().all(plain))
}

// `deserialize_f64` would take a number in quotes.
read! { Number, deserialize_any,
    fn visit_i64<E: Error>(self, number: i64) -> Result<Number, E> {
        Ok(Number(number as f64))
    }
    fn visit_u64<E: Error>(self, number: u64) -> Result<Number, E> {
        Ok(Number(number as f64))
    }
    fn visit_f64<E: Error>(self, number: f64) -> Result<Number, E> {
        Ok(Number(number))
    }
}

read! { Item, deserialize_any,
    fn visit_str<E: Error>(self, name: &str) -> Result<Item, E> {
        Words::of(name.to_owned()).map(Item::File)
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Item, A::Error> {
        Phase::deserialize(MapAccessDeserializer::new(map)).map(Item::Here)
    }
}

read! { Requires, deserialize_any,
    fn visit_seq<A: SeqAccess<'de>>(self, mut ids: A) -> Result<Requires, A::Error> {
        let mut requires = Vec::new();
        while let Some(id) = ids.next_element::<Words>()? {
            requires.push((id.into(), None));
        }
        Ok(Requires(requires))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut reasons: A) -> Result<Requires, A::Error> {
        let mut requires = Vec::new();
        while let Some((id, reason)) = reasons.next_entry::<String, Option<Words>>()? {
            requires.push((At::nowhere(id), reason.map(Text::from)));
        }
        Ok(Requires(requires))
    }
}

read! { Topics, deserialize_seq,
    fn visit_seq<A: SeqAccess<'de>>(self, mut topics: A) -> Result<Topics, A::Error> {
        let (mut rest, mut texts, mut out) = (Vec::new(), Texts::default(), Problems::default());
        while let Some(topic) = topics.next_element::<Topic>()? {
            let mut topic = topic.raw().ok_or_else(|| A::Error::custom("left to the thorough way"))?;
            check::alone(&topic, &mut out);
            if !out.is_empty() {
                return Err(A::Error::custom("left to the thorough way"));
            }
            texts.push(&check::details(&mut topic));
            rest.push(topic);
        }
        Ok(Topics { rest, texts })
    }
}

#[cfg(test)]
mod tests;
