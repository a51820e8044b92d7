//! One curriculum made of two: what another has, changed and added to.
//!
//! Works on the values as written, before the rules are checked, so that every problem of the
//! result points to the file it comes from. First what is removed goes, then what is changed
//! changes, then what is new comes. Nothing is changed by accident: what is new may not have the
//! id of something that is there.

use std::collections::{HashMap, HashSet};

use self::row::Row;
use super::raw::{RawCurriculum, RawPhase, RawTrack, Text};
use crate::diagnostic::{Code, Diagnostic, Place, Problems};
use crate::text;

pub(super) mod base;
mod change;
mod remove;
mod row;
#[cfg(test)]
mod tests;

/// A curriculum as written, with the phases of all its files.
#[derive(Debug)]
pub(super) struct Whole {
    pub(super) head: RawCurriculum,
    pub(super) phases: Vec<RawPhase>,
}

/// What a curriculum does to the one that it extends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// The id of the extended curriculum.
    pub base: String,
    /// Whether progress is kept under the same id, and so in the same journal.
    pub shares_progress: bool,
    /// How many topics it adds.
    pub added: usize,
    /// How many topics it changes.
    pub changed: usize,
    /// How many topics it leaves out.
    pub removed: usize,
}

/// Returns `base` as `own` extends it, and adds what cannot be done to `out`.
pub(super) fn extend(mut base: Whole, mut own: Whole, out: &mut Problems) -> (Whole, Extension) {
    let base_id = base.head.id.as_ref().map_or_else(String::new, |id| id.value.clone());
    let settled = settled(&mut base);
    if let (true, Some(place)) = (own.phases.is_empty(), &own.head.phases_place)
        && !out.has_error_in(place.source)
    {
        let problem = Diagnostic::new(Code::EmptyPhase, "no phases are added", place.clone());
        out.push(problem.help("add a phase, or remove the key"));
    }
    let removed = remove::remove(&mut base, &mut own, out);
    let changed = change::change(&mut base, &mut own, &removed, out);
    let added;
    (base.phases, added) = add_phases(base.phases, own.phases, out);
    base.phases.retain(|phase| !phase.topics.is_empty() || !removed.left_empty(phase));
    add_tracks(&mut base.head.tracks, own.head.tracks, out);
    removed.tracks_without_goals(&base.head.tracks, out);
    // Places are taken; whoever extends this in turn finds phases like any others.
    for phase in &mut base.phases {
        (phase.after, phase.before) = (None, None);
    }

    let shares_progress = own.head.id.as_ref().is_none_or(|id| id.value == base_id);
    let head = RawCurriculum {
        id: own.head.id.or(base.head.id),
        title: own.head.title.or(base.head.title),
        edition: own.head.edition.or(base.head.edition),
        description: own.head.description.or(base.head.description),
        phases_place: own.head.extends.map(|extends| extends.place),
        tracks: base.head.tracks,
        settled,
        ..RawCurriculum::default()
    };
    let extension = Extension { base: base_id, shares_progress, added, changed, removed: removed.len() };
    (Whole { head, phases: base.phases }, extension)
}

/// Returns where `base` names prerequisites that were needed to say what it says by itself. If
/// something new implies one of them, whoever adds that can do nothing about it and is not warned.
fn settled(base: &mut Whole) -> HashSet<Place> {
    let mut settled = std::mem::take(&mut base.head.settled);
    let topics = base.phases.iter().flat_map(|phase| &phase.topics);
    settled.extend(topics.flat_map(|topic| &topic.lists.requires).map(|(id, _)| id.place.clone()));
    for (id, _) in remove::implied(&base.phases) {
        settled.remove(&id.place);
    }
    settled
}

/// Adds phases, and topics to phases that are there. Returns the phases, and how many topics came.
fn add_phases(phases: Vec<RawPhase>, own: Vec<RawPhase>, out: &mut Problems) -> (Vec<RawPhase>, usize) {
    let topics: HashMap<String, Place> = phases
        .iter()
        .flat_map(|phase| &phase.topics)
        .map(|topic| (topic.id.value.clone(), topic.id.place.clone()))
        .collect();
    let mut row = Row::new(phases);
    let mut added = 0;
    for mut phase in own {
        phase.topics.retain(|topic| {
            let there = topics.get(&topic.id.value);
            out.extend(there.map(|there| taken("topic", &topic.id, there)));
            there.is_none()
        });
        added += phase.topics.len();
        match phase.id.as_ref().and_then(|id| row.theirs(&id.value)) {
            Some(there) => add_topics(there, phase, out),
            None => add_phase(&mut row, phase, out),
        }
    }
    (row.in_order(), added)
}

fn add_topics(there: &mut RawPhase, own: RawPhase, out: &mut Problems) {
    let (Some(id), Some(first)) = (&own.id, &there.id) else { return };
    if own.title.is_some() || own.summary.is_some() {
        out.push(
            taken("phase", id, &first.place)
                .help("leave `title` and `summary` out to add topics to that phase; `change: phases:` changes the two"),
        );
    } else if let Some(place) = own.after.as_ref().or(own.before.as_ref()) {
        let problem = Diagnostic::new(Code::BadChange, "a phase that is there keeps its place", place.place.clone());
        out.push(problem.other(id.place.clone(), "this phase").help("remove the key; only new phases can be placed"));
    } else if let (true, Some(place)) = (own.topics.is_empty(), &own.topics_place)
        && !out.has_error_in(place.source)
    {
        let message = format!("nothing is added to phase `{}`", id.value);
        out.push(
            Diagnostic::new(Code::EmptyPhase, message, place.clone()).help("add a topic, or remove the phase here"),
        );
    }
    there.topics.extend(own.topics);
}

fn add_phase(row: &mut Row, phase: RawPhase, out: &mut Problems) {
    if let (None, Some(id)) = (&phase.title, &phase.id) {
        let help = guess(id, || row.ids(), out).map_or_else(
            || "add `title: …` if it is a new phase".to_owned(),
            |near| format!("did you mean `{near}`? If it is a new phase, add `title: …`"),
        );
        out.push(stranger("phase", id, " to add to").help(help));
    }
    if let (Some(after), Some(before)) = (&phase.after, &phase.before) {
        let problem = Diagnostic::new(Code::BadChange, "`after` and `before` in one phase", before.place.clone());
        out.push(problem.other(after.place.clone(), "and here").help("keep one of the two"));
    }
    let anchor = phase.after.as_ref().or(phase.before.as_ref());
    let found = anchor.and_then(|anchor| row.find(&anchor.value));
    if let (Some(anchor), None) = (anchor, found) {
        out.push(unknown("phase", anchor, || row.ids(), "", out));
    }
    match found {
        Some(at) if phase.after.is_some() => row.put_after(at, phase),
        Some(at) => row.put_before(at, phase),
        None => row.put_last(phase),
    }
}

fn add_tracks(tracks: &mut Vec<RawTrack>, own: Vec<RawTrack>, out: &mut Problems) {
    let theirs: HashMap<String, Place> =
        tracks.iter().map(|track| (track.id.value.clone(), track.id.place.clone())).collect();
    for track in own {
        match theirs.get(&track.id.value) {
            Some(there) => out.push(taken("track", &track.id, there)),
            None => tracks.push(track),
        }
    }
}

/// Returns the problem that something new has the id of something that is there.
fn taken(what: &str, id: &Text, there: &Place) -> Diagnostic {
    let message = format!("the extended curriculum has a {what} `{}` already", id.value);
    let problem = Diagnostic::new(Code::DuplicateId, message, id.place.clone()).other(there.clone(), "here");
    problem.help(format!("give yours another id, or change that one under `change: {what}s:`"))
}

/// Returns the problem that there is nothing with this id to `deed`.
fn unknown<'a, I: IntoIterator<Item = &'a str>>(
    what: &str,
    id: &Text,
    known: impl FnOnce() -> I,
    deed: &str,
    out: &Problems,
) -> Diagnostic {
    let help = guess(id, known, out).map_or_else(
        || format!("name a {what} of the extended curriculum by its id"),
        |near| format!("did you mean `{near}`?"),
    );
    stranger(what, id, deed).help(help)
}

fn stranger(what: &str, id: &Text, deed: &str) -> Diagnostic {
    let label = format!("the extended curriculum has no such {what}");
    let message = format!("unknown {what} `{}`{deed}", id.value);
    Diagnostic::new(Code::BadChange, message, id.place.clone()).label(label)
}

/// Returns the id that `id` was most likely meant to be.
fn guess<'a, I: IntoIterator<Item = &'a str>>(id: &Text, known: impl FnOnce() -> I, out: &Problems) -> Option<&'a str> {
    /// A guess looks at every id. Who has more errors than this has another mistake than in spelling.
    const MOST_ERRORS: usize = 100;
    if out.errors() < MOST_ERRORS { text::nearest(&id.value, known()) } else { None }
}

/// Reports each id that stands in a list again.
fn twice<'a>(ids: impl Iterator<Item = &'a Text>, what: &str, out: &mut Problems) {
    let mut seen: HashMap<&str, &Place> = HashMap::new();
    for id in ids {
        if let Some(&first) = seen.get(id.value.as_str()) {
            let problem =
                Diagnostic::new(Code::RequiredTwice, format!("{what} `{}` is named twice", id.value), id.place.clone());
            out.push(problem.other(first.clone(), "first here").help("remove one of the two"));
        } else {
            seen.insert(id.value.as_str(), &id.place);
        }
    }
}
