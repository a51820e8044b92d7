//! What ids lead to, where nothing is wrong; `check` and `edges` say what is, where something is.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::Hash;

use super::{Item, Named, Root, Topics, Track, trimmed_if};
use crate::curriculum::seen::ById;
use crate::curriculum::{self, Curriculum, Hot, Phase, Store, TopicIx, node};
use crate::graph::Graph;
use crate::text::{self, Text};

/// Returns the curriculum of `root`, whose phases in files of their own are `files`.
pub(super) fn curriculum<'t>(root: Root<'t>, files: &'t [String]) -> Option<Curriculum> {
    let mut files = files.iter();
    let (mut topics, mut phases) = (Topics::default(), Vec::with_capacity(root.phases.len()));
    for (item, at) in root.phases.into_iter().zip(0..) {
        let mut phase = match item {
            Item::File(_) => node::read(files.next()?)?,
            Item::Here(phase) => phase,
        };
        phase.topics.hot.iter_mut().for_each(|topic| topic.phase = at);
        let start = topics.hot.len() as u32;
        topics.append(phase.topics);
        let range = start..topics.hot.len() as u32;
        if range.is_empty() {
            return None;
        }
        phases.push(Phase {
            id: lasting(phase.id.0),
            title: lasting(phase.title.trimmed()),
            summary: lasting(trimmed_if(phase.summary)),
            topics: range,
        });
    }
    let Topics { hot: mut topics, named, texts } = topics;
    let index = Index::new(&topics)?;
    let graph = Graph::new(topics.len(), &edges(&named, &index)?).ok()?;
    let exercises = exercises(&named, &index, &graph)?;
    let former = former(&named, &index)?;
    let tracks: Vec<curriculum::Track> =
        root.tracks.into_iter().map(|track| index.track(track)).collect::<Option<_>>()?;
    let id = root.id.0.into_owned();
    let sound = !phases.is_empty()
        && text::is_kebab_case(&id)
        && are_ids(phases.iter().map(|phase| phase.id.as_str()))
        && are_ids(tracks.iter().map(|track| track.id.as_str()));
    if !sound {
        return None;
    }
    for (ix, exercised) in exercises {
        topics[ix].exercises = exercised;
    }
    let mut by_id: Vec<TopicIx> = (0..topics.len() as u32).map(TopicIx).collect();
    by_id.sort_by(|a, b| topics[a.0 as usize].id.cmp(&topics[b.0 as usize].id));
    let hot = Hot {
        id,
        title: root.title.0.into_owned(),
        edition: root.edition.map(|edition| edition.0.into_owned()),
        description: trimmed_if(root.description).into_owned(),
        phases,
        topics,
        tracks,
        graph,
        by_id,
        former,
    };
    Some(Curriculum { hot, details: Store::Packed(texts) })
}

/// Topics by id.
struct Index<'c>(ById<'c, TopicIx>);

impl<'c> Index<'c> {
    /// Returns the index, `None` if an id is none, or there twice.
    fn new(topics: &'c [curriculum::Topic]) -> Option<Self> {
        let mut by_id: ById<'c, TopicIx> = ById::default();
        by_id.reserve(topics.len());
        let fits = |(at, topic): (u32, &'c curriculum::Topic)| {
            text::is_kebab_case(&topic.id) && by_id.insert(&topic.id, TopicIx(at)).is_none()
        };
        (0..).zip(topics).all(fits).then_some(Self(by_id))
    }

    fn get(&self, id: &str) -> Option<TopicIx> {
        self.0.get(id).copied()
    }

    fn track(&self, track: Track<'_>) -> Option<curriculum::Track> {
        let goals: Vec<TopicIx> = track.goals.iter().map(|goal| self.get(&goal.0)).collect::<Option<_>>()?;
        let (id, title, summary) = (track.id.0, track.title.trimmed(), trimmed_if(track.summary));
        let sound = !goals.is_empty() && distinct(goals.iter().copied());
        sound.then(|| curriculum::Track { id: lasting(id), title: lasting(title), summary: lasting(summary), goals })
    }
}

/// Returns the edges, from what is needed to what needs it; `None` if one leads nowhere, or to where it
/// comes from, or is there twice.
fn edges(named: &[Named<'_>], index: &Index<'_>) -> Option<Vec<(u32, u32)>> {
    let mut edges = Vec::with_capacity(named.iter().map(|topic| topic.requires.len()).sum());
    let mut last = vec![u32::MAX; named.len()];
    for (to, topic) in (0..).zip(named) {
        for id in &topic.requires {
            let from = index.get(&id.0)?.0;
            if from == to || std::mem::replace(&mut last[from as usize], to) == to {
                return None;
            }
            edges.push((from, to));
        }
    }
    Some(edges)
}

/// Returns what each topic exercises, those left out that exercise nothing; `None` if one exercises what
/// it does not require.
fn exercises(named: &[Named<'_>], index: &Index<'_>, graph: &Graph) -> Option<Vec<(usize, Vec<TopicIx>)>> {
    let some = named.iter().enumerate().filter(|(_, topic)| !topic.exercises.is_empty());
    some.map(|(at, topic)| {
        let required: HashSet<u32> = graph.parents(at as u32).iter().copied().collect();
        let exercised = topic.exercises.iter().map(|id| index.get(&id.0).filter(|ix| required.contains(&ix.0)));
        Some((at, exercised.collect::<Option<_>>()?))
    })
    .collect()
}

/// Returns the former ids with what became of them, sorted; `None` if one is in use.
fn former(named: &[Named<'_>], index: &Index<'_>) -> Option<Vec<(String, TopicIx)>> {
    let former = (0..).zip(named).flat_map(|(at, topic)| topic.formerly.iter().map(move |old| (old, TopicIx(at))));
    let mut former: Vec<(String, TopicIx)> = former.map(|(old, ix)| (old.0.clone().into_owned(), ix)).collect();
    former.sort();
    let free = former.iter().all(|(old, _)| index.get(old).is_none()) && former.is_sorted_by(|a, b| a.0 < b.0);
    free.then_some(former)
}

/// Returns a text that needs the file no longer.
pub(super) fn lasting(text: Cow<'_, str>) -> Text<'static> {
    text.into_owned().into()
}

/// Returns whether these can be the ids of things of one kind.
fn are_ids<'i>(ids: impl Iterator<Item = &'i str> + Clone) -> bool {
    ids.clone().all(text::is_kebab_case) && distinct(ids)
}

/// Returns whether no two are equal.
pub(super) fn distinct<T: Eq + Hash>(all: impl Iterator<Item = T>) -> bool {
    /// So many are compared one by one.
    const FEW: usize = 16;
    let all: Vec<T> = all.collect();
    if all.len() <= FEW {
        return all.iter().enumerate().all(|(at, one)| !all[..at].contains(one));
    }
    let mut seen = HashSet::with_capacity(all.len());
    all.iter().all(|one| seen.insert(one))
}
