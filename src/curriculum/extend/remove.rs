//! Removals by id, and the mend of what they tear.
//!
//! What required a removed topic requires instead what that one did, so that the order of all
//! others stays as it was. Goals and exercises that name it go with it.

use std::collections::{HashMap, HashSet};

use super::super::raw::{RawPhase, RawTopic, RawTrack, Text};
use super::{Whole, twice, unknown};
use crate::diagnostic::{Code, Diagnostic, Place, Problems};
use crate::graph::Graph;

/// What was removed, and where that is written.
#[derive(Debug, Default)]
pub(super) struct Removed {
    pub(super) topics: HashMap<String, Place>,
    pub(super) phases: HashMap<String, Place>,
    pub(super) tracks: HashMap<String, Place>,
    /// Phases that lost topics one by one.
    thinned: HashSet<String>,
    /// Tracks that lost their last goal.
    aimless: HashMap<String, Place>,
}

impl Removed {
    /// Returns how many topics were removed.
    pub(super) fn len(&self) -> usize {
        self.topics.len()
    }

    /// Returns whether this phase has no topics because all were removed.
    pub(super) fn left_empty(&self, phase: &RawPhase) -> bool {
        phase.id.as_ref().is_some_and(|id| self.thinned.contains(&id.value))
    }

    /// Reports the tracks whose goals were all removed, unless they were given new ones.
    pub(super) fn tracks_without_goals(&self, tracks: &[RawTrack], out: &mut Problems) {
        for track in tracks.iter().filter(|track| track.goals.is_empty()) {
            if let Some(place) = self.aimless.get(&track.id.value) {
                let message = format!("track `{}` loses its last goal", track.id.value);
                let problem = Diagnostic::new(Code::EmptyTrack, message, place.clone()).label("removed here");
                let problem = problem.other(track.id.place.clone(), "this track");
                out.push(problem.help("remove the track too, or give it other `goals` under `change: tracks:`"));
            }
        }
    }
}

/// Takes out of `base` what `own` removes.
pub(super) fn remove(base: &mut Whole, own: &mut Whole, out: &mut Problems) -> Removed {
    let removals = std::mem::take(&mut own.head.removals);
    twice(removals.topics.iter(), "topic", out);
    twice(removals.phases.iter(), "phase", out);
    twice(removals.tracks.iter(), "track", out);
    let mut removed = Removed::default();

    let known: HashSet<&str> =
        base.phases.iter().flat_map(|phase| &phase.topics).map(|topic| topic.id.value.as_str()).collect();
    for id in &removals.topics {
        if known.contains(id.value.as_str()) {
            removed.topics.insert(id.value.clone(), id.place.clone());
        } else {
            let sorted = || {
                let mut known: Vec<&str> = known.iter().copied().collect();
                known.sort_unstable();
                known
            };
            out.push(unknown("topic", id, sorted, " to remove", out));
        }
    }
    let mut taken: Vec<RawTopic> = Vec::new();
    let known: HashSet<&str> =
        base.phases.iter().filter_map(|phase| phase.id.as_ref()).map(|id| id.value.as_str()).collect();
    for id in &removals.phases {
        if known.contains(id.value.as_str()) {
            removed.phases.entry(id.value.clone()).or_insert_with(|| id.place.clone());
        } else {
            let known = || base.phases.iter().filter_map(|phase| phase.id.as_ref()).map(|id| id.value.as_str());
            out.push(unknown("phase", id, known, " to remove", out));
        }
    }
    base.phases.retain_mut(|phase| {
        let Some(place) = phase.id.as_ref().and_then(|id| removed.phases.get(&id.value)) else { return true };
        removed.topics.extend(phase.topics.iter().map(|topic| (topic.id.value.clone(), place.clone())));
        taken.append(&mut phase.topics);
        false
    });
    for phase in &mut base.phases {
        let (gone, kept) = std::mem::take(&mut phase.topics)
            .into_iter()
            .partition::<Vec<_>, _>(|topic| removed.topics.contains_key(&topic.id.value));
        removed.thinned.extend(phase.id.iter().filter(|_| !gone.is_empty()).map(|id| id.value.clone()));
        phase.topics = kept;
        taken.extend(gone);
    }
    let tracks = &mut base.head.tracks;
    let known: HashSet<&str> = tracks.iter().map(|track| track.id.value.as_str()).collect();
    for id in &removals.tracks {
        if known.contains(id.value.as_str()) {
            removed.tracks.entry(id.value.clone()).or_insert_with(|| id.place.clone());
        } else {
            let known = || tracks.iter().map(|track| track.id.value.as_str());
            out.push(unknown("track", id, known, " to remove", out));
        }
    }
    tracks.retain(|track| !removed.tracks.contains_key(&track.id.value));
    // A topic that is removed and written anew is replaced; what leads to it stays.
    let anew: HashSet<&str> =
        own.phases.iter().flat_map(|phase| &phase.topics).map(|topic| topic.id.value.as_str()).collect();
    let gone: HashMap<String, Place> = removed
        .topics
        .iter()
        .filter(|(id, _)| !anew.contains(id.as_str()))
        .map(|(id, p)| (id.clone(), p.clone()))
        .collect();
    if !gone.is_empty() {
        refuse_references(own, &gone, out);
        mend(base, &taken, &gone, &mut removed.aimless, out);
    }
    removed
}

/// Reports where `own` itself names what it removes, and takes the names out.
fn refuse_references(own: &mut Whole, gone: &HashMap<String, Place>, out: &mut Problems) {
    let mut keep = |id: &Text, code: Code, what: &str| {
        let Some(removed) = gone.get(&id.value) else { return true };
        let problem = Diagnostic::new(code, format!("{what} `{}` is removed", id.value), id.place.clone());
        out.push(
            problem
                .label("needed here")
                .other(removed.clone(), "removed here")
                .help("keep it, or leave it out here too"),
        );
        false
    };
    let new = own.phases.iter_mut().flat_map(|phase| &mut phase.topics).map(|topic| &mut topic.lists);
    let changed = own.head.changes.topics.iter_mut().flat_map(|change| [&mut change.topic.lists, &mut change.also]);
    for lists in new.chain(changed) {
        lists.requires.retain(|(id, _)| keep(id, Code::UnknownPrerequisite, "prerequisite"));
        lists.exercises.retain(|id| !gone.contains_key(&id.value));
    }
    let new = own.head.tracks.iter_mut().map(|track| &mut track.goals);
    let changed = own.head.changes.tracks.iter_mut().flat_map(|change| [&mut change.track.goals, &mut change.also]);
    for goals in new.chain(changed) {
        goals.retain(|id| keep(id, Code::UnknownGoal, "goal"));
    }
}

/// So many prerequisites of removed topics are led on to others …
const MOST_INHERITED: usize = 300_000;
/// … over so many steps. Who removes half of ten thousand topics needs a tenth of that.
const MOST_STEPS: usize = 10_000_000;

/// Leads every edge to a topic that is gone on to what that one required.
fn mend(
    base: &mut Whole,
    taken: &[RawTopic],
    gone: &HashMap<String, Place>,
    aimless: &mut HashMap<String, Place>,
    out: &mut Problems,
) {
    for track in &mut base.head.tracks {
        let last = track.goals.iter().find_map(|id| gone.get(&id.value)).cloned();
        track.goals.retain(|id| !gone.contains_key(&id.value));
        if let (true, Some(place)) = (track.goals.is_empty(), last) {
            aimless.insert(track.id.value.clone(), place);
        }
    }
    let through: HashMap<&str, &RawTopic> = taken.iter().map(|topic| (topic.id.value.as_str(), topic)).collect();
    let mut inherited: HashSet<(String, String)> = HashSet::new();
    let mut steps = MOST_STEPS;
    for topic in base.phases.iter_mut().flat_map(|phase| &mut phase.topics) {
        topic.lists.exercises.retain(|id| !gone.contains_key(&id.value));
        if topic.lists.requires.iter().all(|(id, _)| !gone.contains_key(&id.value)) {
            continue;
        }
        let (torn, mut requires): (Vec<_>, Vec<_>) =
            std::mem::take(&mut topic.lists.requires).into_iter().partition(|(id, _)| gone.contains_key(&id.value));
        let mut there: HashSet<String> = requires.iter().map(|(id, _)| id.value.clone()).collect();
        for (at, _) in torn {
            for id in standing(&at.value, &through, gone, &mut steps) {
                if id != topic.id.value && there.insert(id.clone()) {
                    inherited.insert((id.clone(), topic.id.value.clone()));
                    // Said where the removed topic was named; its reason was for that one.
                    requires.push((Text { value: id, place: at.place.clone() }, None));
                }
            }
            if let (true, Some(place)) = (steps == 0 || inherited.len() > MOST_INHERITED, gone.get(&at.value)) {
                let message = "too much stands on what is removed";
                let problem = Diagnostic::new(Code::TooBig, message, place.clone()).label("removed here");
                out.push(problem.help("remove less, or what stands on it too"));
                return;
            }
        }
        topic.lists.requires = requires;
    }
    drop_implied(&mut base.phases, &inherited);
}

/// Returns what the topic `id` stands on, through all that is gone, in so many `steps` at most.
fn standing(
    id: &str,
    through: &HashMap<&str, &RawTopic>,
    gone: &HashMap<String, Place>,
    steps: &mut usize,
) -> Vec<String> {
    let mut found = Vec::new();
    let mut seen: HashSet<&str> = HashSet::new();
    let mut open: Vec<&str> = vec![id];
    while let Some(id) = open.pop() {
        let Some(topic) = through.get(id) else { continue };
        *steps = steps.saturating_sub(topic.lists.requires.len() + 1);
        if *steps == 0 {
            break;
        }
        for (next, _) in &topic.lists.requires {
            let (&id, _) = match through.get_key_value(next.value.as_str()) {
                Some((id, topic)) if gone.contains_key(*id) => (id, topic),
                _ => {
                    found.push(next.value.clone());
                    continue;
                }
            };
            if seen.insert(id) {
                open.push(id);
            }
        }
    }
    found
}

/// Takes back inherited edges that say what others say already.
fn drop_implied(phases: &mut [RawPhase], inherited: &HashSet<(String, String)>) {
    let id = |id: &Text| id.value.clone();
    let implied: HashSet<(String, String)> = implied(phases)
        .into_iter()
        .map(|(from, to)| (id(from), id(&to.id)))
        .filter(|edge| inherited.contains(edge))
        .collect();
    for topic in phases.iter_mut().flat_map(|phase| &mut phase.topics) {
        let to = &topic.id.value;
        topic.lists.requires.retain(|(from, _)| !implied.contains(&(from.value.clone(), to.clone())));
    }
}

/// Returns the prerequisites that others imply already, each with its topic.
pub(super) fn implied(phases: &[RawPhase]) -> Vec<(&Text, &RawTopic)> {
    let topics: Vec<&RawTopic> = phases.iter().flat_map(|phase| &phase.topics).collect();
    let number: HashMap<&str, u32> = topics.iter().zip(0..).map(|(topic, at)| (topic.id.value.as_str(), at)).collect();
    let mut edges: HashMap<(u32, u32), &Text> = HashMap::new();
    for (topic, to) in topics.iter().zip(0..) {
        for (id, _) in &topic.lists.requires {
            if let Some(&from) = number.get(id.value.as_str()).filter(|&&from| from != to) {
                edges.entry((from, to)).or_insert(id);
            }
        }
    }
    let mut pairs: Vec<(u32, u32)> = edges.keys().copied().collect();
    pairs.sort_unstable();
    // A cycle is an error that `check` reports; then nothing depends on this.
    let Ok(graph) = Graph::new(topics.len(), &pairs) else { return Vec::new() };
    graph.implied_edges().into_iter().map(|(from, to, _)| (edges[&(from, to)], topics[to as usize])).collect()
}
