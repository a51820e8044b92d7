//! Changes by id: a key that is given replaces what was there, what stands under `also` is added.

use std::collections::HashMap;

use super::super::raw::change::{ChangedTopic, ChangedTrack};
use super::super::raw::{RawTopic, RawTrack, Text, TopicLists};
use super::remove::Removed;
use super::{Whole, twice, unknown};
use crate::diagnostic::{Code, Diagnostic, Place, Problems};

/// Makes the changes of `own` to `base`. Returns how many topics were changed.
pub(super) fn change(base: &mut Whole, own: &mut Whole, removed: &Removed, out: &mut Problems) -> usize {
    let changes = std::mem::take(&mut own.head.changes);
    twice(changes.topics.iter().map(|change| &change.topic.id), "topic", out);
    twice(changes.phases.iter().map(|change| &change.id), "phase", out);
    twice(changes.tracks.iter().map(|change| &change.track.id), "track", out);

    let mut changed = 0;
    let new_topics = by_id(own.phases.iter().flat_map(|phase| &phase.topics).map(|topic| &topic.id));
    let mut at: HashMap<String, (usize, usize)> = HashMap::new();
    for (phase, topics) in base.phases.iter().enumerate().map(|(at, phase)| (at, &phase.topics)) {
        at.extend(topics.iter().enumerate().map(|(topic, raw)| (raw.id.value.clone(), (phase, topic))));
    }
    for change in changes.topics {
        let id = &change.topic.id;
        if let Some(&(phase, topic)) = at.get(&id.value) {
            change_topic(&mut base.phases[phase].topics[topic], change);
            changed += 1;
        } else if let Some(place) = removed.topics.get(&id.value) {
            out.push(gone("topic", id, place));
        } else {
            // Sorted, because a map's order changes from run to run and the first of equals wins.
            let known = || {
                let mut known: Vec<&str> = at.keys().map(String::as_str).collect();
                known.sort_unstable();
                known
            };
            out.push(not_theirs("topic", id, new_topics.get(id.value.as_str()), known, out));
        }
    }
    let new_phases = by_id(own.phases.iter().filter_map(|phase| phase.id.as_ref()));
    let mut at: HashMap<String, usize> = HashMap::new();
    for (phase, place) in base.phases.iter().zip(0..) {
        at.entry(phase.id.as_ref().map_or_else(String::new, |id| id.value.clone())).or_insert(place);
    }
    for change in changes.phases {
        let id = &change.id;
        if let Some(&at) = at.get(&id.value) {
            let phase = &mut base.phases[at];
            phase.title = change.title.or(phase.title.take());
            phase.summary = change.summary.or(phase.summary.take());
        } else if let Some(place) = removed.phases.get(&id.value) {
            out.push(gone("phase", id, place));
        } else {
            let known = || base.phases.iter().filter_map(|phase| phase.id.as_ref()).map(|id| id.value.as_str());
            out.push(not_theirs("phase", id, new_phases.get(id.value.as_str()), known, out));
        }
    }
    let new_tracks = by_id(own.head.tracks.iter().map(|track| &track.id));
    let tracks = &mut base.head.tracks;
    let mut at: HashMap<String, usize> = HashMap::new();
    for (track, place) in tracks.iter().zip(0..) {
        at.entry(track.id.value.clone()).or_insert(place);
    }
    for change in changes.tracks {
        let id = &change.track.id;
        if let Some(&at) = at.get(&id.value) {
            if change.given.has("goals") && change.track.goals.is_empty() && !out.has_error_in(id.place.source) {
                let message = format!("no goals in place of those of track `{}`", id.value);
                let problem = Diagnostic::new(Code::EmptyTrack, message, id.place.clone());
                out.push(problem.help("name the new ones, or remove the key to keep the old ones"));
            }
            change_track(&mut tracks[at], change);
        } else if let Some(place) = removed.tracks.get(&id.value) {
            out.push(gone("track", id, place));
        } else {
            let known = || tracks.iter().map(|track| track.id.value.as_str());
            out.push(not_theirs("track", id, new_tracks.get(id.value.as_str()), known, out));
        }
    }
    changed
}

fn change_topic(there: &mut RawTopic, ChangedTopic { given, topic, also }: ChangedTopic) {
    there.title = topic.title.or(there.title.take());
    there.hours = topic.hours.or(there.hours.take());
    there.value = topic.value.or(there.value.take());
    there.summary = topic.summary.or(there.summary.take());
    there.publish = topic.publish.or(there.publish.take());
    if given.has("kind") {
        there.kind = topic.kind;
    }
    let TopicLists { requires, outcomes, includes, rubric, resources, quiz, exercises, formerly } = topic.lists;
    let lists = &mut there.lists;
    replace(&mut lists.requires, given.has("requires"), requires, also.requires);
    replace(&mut lists.outcomes, given.has("outcomes"), outcomes, also.outcomes);
    replace(&mut lists.includes, given.has("includes"), includes, also.includes);
    replace(&mut lists.rubric, given.has("rubric"), rubric, also.rubric);
    replace(&mut lists.resources, given.has("resources"), resources, also.resources);
    replace(&mut lists.quiz, given.has("quiz"), quiz, also.quiz);
    replace(&mut lists.formerly, given.has("formerly"), formerly, also.formerly);
    if given.has("requires") {
        // What is no longer required is no longer practised; nobody should have to say so.
        lists.exercises.retain(|id| lists.requires.iter().any(|(required, _)| required.value == id.value));
    }
    replace(&mut lists.exercises, given.has("exercises"), exercises, also.exercises);
}

fn change_track(there: &mut RawTrack, ChangedTrack { given, track, also }: ChangedTrack) {
    there.title = track.title.or(there.title.take());
    there.summary = track.summary.or(there.summary.take());
    replace(&mut there.goals, given.has("goals"), track.goals, also);
}

fn replace<T>(there: &mut Vec<T>, given: bool, new: Vec<T>, also: Vec<T>) {
    if given {
        *there = new;
    }
    there.extend(also);
}

fn by_id<'a>(ids: impl Iterator<Item = &'a Text>) -> HashMap<&'a str, &'a Text> {
    ids.map(|id| (id.value.as_str(), id)).collect()
}

fn gone(what: &str, id: &Text, removed: &Place) -> Diagnostic {
    let message = format!("{what} `{}` is changed and removed", id.value);
    let problem = Diagnostic::new(Code::BadChange, message, id.place.clone()).label("changed here");
    problem.other(removed.clone(), "removed here").help("keep one of the two")
}

fn not_theirs<'a, I: IntoIterator<Item = &'a str>>(
    what: &str,
    id: &Text,
    own: Option<&&Text>,
    known: impl FnOnce() -> I,
    out: &Problems,
) -> Diagnostic {
    let Some(own) = own else { return unknown(what, id, known, " to change", out) };
    let message = format!("{what} `{}` is new here and cannot be changed", id.value);
    let problem = Diagnostic::new(Code::BadChange, message, id.place.clone());
    problem.other(own.place.clone(), "new here").help("write it there as it should be")
}
