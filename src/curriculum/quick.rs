//! The quick way to a curriculum, for those who want nothing else.
//!
//! Reads straight into structs, without places, and packs each topic's long texts as soon as they are
//! read: half the time and a quarter of the memory of the tree that exact messages need. It makes no
//! message itself. Whatever is wrong, or might be read otherwise by the thorough way, it leaves to that
//! one; so there is one truth about what a curriculum may be, and a test that the two agree.

use std::borrow::Cow;
use std::fmt;
use std::path::Path;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::compiled::Texts;
use super::files::{self, Files, SourceFile};
use super::load::{MOST_FILES, root_file};
use super::{Curriculum, Details, Kind, ResourceKind, check, node};
use crate::bounded;

mod wire;

/// Returns the curriculum at `path` and the files it was read from, if it has no error and nothing
/// unusual.
pub(super) fn load(path: &Path) -> Option<(Curriculum, Vec<SourceFile>)> {
    let file = root_file(path);
    let folder = file.parent().unwrap_or(Path::new(""));
    let mut files = Vec::new();
    let mut left = bounded::LARGEST_FILE;
    let text = self::text(&file, file.file_name()?.as_ref(), &mut left, &mut files)?;
    let curriculum = of_text(&text, |name| {
        if files.len() > MOST_FILES {
            return None;
        }
        let real = files::inside(folder, name).ok()??;
        self::text(&real, name.as_ref(), &mut left, &mut files)
    })?;
    Some((curriculum, files))
}

/// Returns the curriculum of these files as [`load`] does.
pub(super) fn load_files(files: &[(&str, &[u8])]) -> Option<Curriculum> {
    let read = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok().map(files::bare);
    of_text(&read(files.first()?.1)?, |name| {
        read(&Files::Given(files).read(name, bounded::LARGEST_FILE, &mut Vec::new()).ok()?.1)
    })
}

/// Returns the curriculum of `text`, its phases' files read by `read`.
fn of_text(text: &str, read: impl FnMut(&str) -> Option<String>) -> Option<Curriculum> {
    let root: Root<'_> = node::read(text)?;
    let named = root.phases.iter().filter_map(|item| match item {
        Item::File(name) => Some(&*name.0),
        Item::Here(_) => None,
    });
    let files: Vec<String> = named.map(read).collect::<Option<_>>()?;
    wire::curriculum(root, &files)
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
struct Root<'t> {
    #[serde(borrow)]
    id: Words<'t>,
    title: Words<'t>,
    #[serde(default, deserialize_with = "given")]
    edition: Option<Words<'t>>,
    #[serde(default, deserialize_with = "given")]
    description: Option<Words<'t>>,
    phases: Vec<Item<'t>>,
    #[serde(default)]
    tracks: Vec<Track<'t>>,
}

/// An item under `phases:`.
enum Item<'t> {
    File(Words<'t>),
    Here(Phase<'t>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Phase<'t> {
    #[serde(borrow)]
    id: Words<'t>,
    title: Words<'t>,
    #[serde(default, deserialize_with = "given")]
    summary: Option<Words<'t>>,
    topics: Topics<'t>,
}

/// Topics, their long texts packed already. What they name is still to be looked up.
#[derive(Default)]
struct Topics<'t> {
    hot: Vec<super::Topic>,
    named: Vec<Named<'t>>,
    texts: Texts,
}

/// The ids that a topic names.
struct Named<'t> {
    requires: Vec<Words<'t>>,
    exercises: Vec<Words<'t>>,
    formerly: Vec<Words<'t>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Topic<'t> {
    #[serde(borrow)]
    id: Words<'t>,
    title: Words<'t>,
    #[serde(default, deserialize_with = "given")]
    kind: Option<Words<'t>>,
    hours: Number,
    #[serde(default, deserialize_with = "given")]
    value: Option<Number>,
    #[serde(default, deserialize_with = "given")]
    summary: Option<Words<'t>>,
    #[serde(default)]
    requires: Requires<'t>,
    #[serde(default)]
    outcomes: Vec<Words<'t>>,
    #[serde(default)]
    includes: Vec<Words<'t>>,
    #[serde(default)]
    rubric: Vec<Words<'t>>,
    #[serde(default, deserialize_with = "given")]
    publish: Option<Words<'t>>,
    #[serde(default)]
    resources: Vec<Resource<'t>>,
    #[serde(default)]
    quiz: Vec<Question<'t>>,
    #[serde(default)]
    exercises: Vec<Words<'t>>,
    #[serde(default)]
    formerly: Vec<Words<'t>>,
}

#[derive(Default)]
struct Requires<'t> {
    ids: Vec<Words<'t>>,
    /// One for each id.
    reasons: Vec<Cow<'t, str>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Resource<'t> {
    #[serde(borrow)]
    title: Words<'t>,
    #[serde(default, deserialize_with = "given")]
    by: Option<Words<'t>>,
    #[serde(default, deserialize_with = "given")]
    kind: Option<Words<'t>>,
    url: Words<'t>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question<'t> {
    #[serde(borrow)]
    ask: Words<'t>,
    options: Vec<Words<'t>>,
    answer: Number,
    #[serde(default, deserialize_with = "given")]
    because: Option<Words<'t>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Track<'t> {
    #[serde(borrow)]
    id: Words<'t>,
    title: Words<'t>,
    #[serde(default, deserialize_with = "given")]
    summary: Option<Words<'t>>,
    goals: Vec<Words<'t>>,
}

/// A text that is not blank. It lies in the file, unless it is written otherwise there.
struct Words<'t>(Cow<'t, str>);

/// A number that is not in quotes.
struct Number(f64);

/// A key that is there has a value; only one that is not there may do without.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

impl<'t> Topics<'t> {
    /// Adds a topic, `None` if something about it is wrong.
    fn push(&mut self, topic: Topic<'t>) -> Option<()> {
        let kind = topic.kind.map_or(Some(Kind::Concept), |name| one_of(Kind::ALL, &Kind::NAMES, &name))?;
        let (hours, value) = (topic.hours.0, topic.value.map_or(check::ordinary_value(kind), |value| value.0));
        if !check::are_hours(hours) || !check::is_value(value) {
            return None;
        }
        self.texts.push(&Details {
            summary: trimmed_if(topic.summary),
            reasons: topic.requires.reasons,
            outcomes: all_trimmed(topic.outcomes),
            includes: all_trimmed(topic.includes),
            rubric: all_trimmed(topic.rubric),
            publish: trimmed_if(topic.publish),
            resources: topic.resources.into_iter().map(Resource::sound).collect::<Option<_>>()?,
            quiz: topic.quiz.into_iter().map(Question::sound).collect::<Option<_>>()?,
        });
        self.hot.push(super::Topic {
            id: wire::lasting(topic.id.0),
            title: wire::lasting(topic.title.trimmed()),
            kind,
            hours,
            value,
            phase: 0,
            exercises: Vec::new(),
        });
        self.named.push(Named { requires: topic.requires.ids, exercises: topic.exercises, formerly: topic.formerly });
        Some(())
    }

    /// Adds the topics of a later phase.
    fn append(&mut self, mut later: Self) {
        self.hot.append(&mut later.hot);
        self.named.append(&mut later.named);
        self.texts.append(later.texts);
    }
}

impl<'t> Resource<'t> {
    fn sound(self) -> Option<super::Resource<Cow<'t, str>>> {
        let kind = match self.kind {
            Some(name) => Some(one_of(ResourceKind::ALL, &ResourceKind::NAMES, &name)?),
            None => None,
        };
        let (title, by) = (self.title.trimmed(), trimmed_if(self.by));
        super::is_web_address(&self.url.0).then(|| super::Resource { title, by, kind, url: self.url.trimmed() })
    }
}

impl<'t> Question<'t> {
    fn sound(self) -> Option<super::Question<Cow<'t, str>>> {
        let Self { ask, options, answer: Number(answer), because } = self;
        let different = wire::distinct(options.iter().map(|option| &*option.0));
        (different && check::is_answer(answer, options.len())).then(|| super::Question {
            ask: ask.trimmed(),
            options: all_trimmed(options),
            answer: (answer - 1.0) as u32,
            because: trimmed_if(because),
        })
    }
}

fn one_of<T: Copy>(all: &[T], names: &[&str], name: &Words<'_>) -> Option<T> {
    names.iter().position(|known| *known == name.0).map(|at| all[at])
}

/// Declares how a type is read: by which call, and from what.
macro_rules! read {
    ($type:ident $(<$text:lifetime>)?, $result:ty, $call:ident, $($visit:item)*) => {
        impl<'de $(: $text, $text)?> Deserialize<'de> for $type $(<$text>)? {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Reader;
                impl<'de> Visitor<'de> for Reader {
                    type Value = $result;
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

read! { Words<'t>, Words<'de>, deserialize_string,
    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Words<'de>, E> {
        Words::of(Cow::Borrowed(text))
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<Words<'de>, E> {
        Words::of(Cow::Owned(text.to_owned()))
    }
    fn visit_string<E: Error>(self, text: String) -> Result<Words<'de>, E> {
        Words::of(Cow::Owned(text))
    }
}

impl<'t> Words<'t> {
    fn of<E: Error>(text: Cow<'t, str>) -> Result<Self, E> {
        if text.trim().is_empty() || may_be_odd_number(&text) {
            return Err(E::custom("left to the thorough way"));
        }
        Ok(Self(text))
    }

    fn trimmed(self) -> Cow<'t, str> {
        match self.0 {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim_end()),
            Cow::Owned(mut text) => {
                text.truncate(text.trim_end().len());
                Cow::Owned(text)
            }
        }
    }
}

fn trimmed_if(words: Option<Words<'_>>) -> Cow<'_, str> {
    words.map_or(Cow::Borrowed(""), Words::trimmed)
}

fn all_trimmed(words: Vec<Words<'_>>) -> Vec<Cow<'_, str>> {
    words.into_iter().map(Words::trimmed).collect()
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
read! { Number, Number, deserialize_any,
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

read! { Item<'t>, Item<'de>, deserialize_any,
    fn visit_str<E: Error>(self, name: &str) -> Result<Item<'de>, E> {
        Words::of(Cow::Owned(name.to_owned())).map(Item::File)
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Item<'de>, A::Error> {
        Phase::deserialize(MapAccessDeserializer::new(map)).map(Item::Here)
    }
}

read! { Requires<'t>, Requires<'de>, deserialize_any,
    fn visit_seq<A: SeqAccess<'de>>(self, mut ids: A) -> Result<Requires<'de>, A::Error> {
        let mut requires = Requires::default();
        while let Some(id) = ids.next_element()? {
            requires.ids.push(id);
        }
        requires.reasons.resize(requires.ids.len(), Cow::Borrowed(""));
        Ok(requires)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut reasons: A) -> Result<Requires<'de>, A::Error> {
        let mut requires = Requires::default();
        while let Some((id, reason)) = reasons.next_entry()? {
            requires.ids.push(id);
            requires.reasons.push(trimmed_if(reason));
        }
        Ok(requires)
    }
}

read! { Topics<'t>, Topics<'de>, deserialize_seq,
    fn visit_seq<A: SeqAccess<'de>>(self, mut topics: A) -> Result<Topics<'de>, A::Error> {
        let mut all = Topics::default();
        while let Some(topic) = topics.next_element()? {
            all.push(topic).ok_or_else(|| A::Error::custom("left to the thorough way"))?;
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests;
