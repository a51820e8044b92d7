//! The rules of extending, as tables: over a small curriculum, what comes of what is written.

use crate::curriculum::{Curriculum, load_text_over};
use crate::diagnostic::render::Record;

/// Three phases: `c` stands on `b` on `a`, `d` on `b`; one track to `c`, one to `d`.
const BASE: &str = "id: base
title: Base
edition: 7
phases:
  - {id: p, title: P, topics: [{id: a, title: A, hours: 1, resources: &r [{title: R, url: 'https://e.org'}], outcomes: &o [Can]}]}
  - id: q
    title: Q
    topics:
      - {id: b, title: B, hours: 2, requires: {a: ra}, exercises: [a], resources: *r, outcomes: *o}
      - {id: c, title: C, hours: 3, requires: {b: rb}, exercises: [b], resources: *r, outcomes: *o}
  - {id: s, title: S, topics: [{id: d, title: D, hours: 4, requires: {b: rd}, resources: *r, outcomes: *o}]}
tracks:
  - {id: to-c, title: To c, goals: [c]}
  - {id: to-d, title: To d, goals: [d, c]}
";

/// Returns phases with topics, hours and prerequisites, and tracks with goals, as one line.
fn outline(curriculum: &Curriculum) -> String {
    let mut words = Vec::new();
    for phase in curriculum.phases() {
        words.push(format!("{}:", phase.id));
        for n in phase.topics.clone() {
            let ix = crate::curriculum::TopicIx(n);
            let topic = curriculum.topic(ix);
            let mut requires: Vec<&str> = curriculum.requires(ix).map(|ix| curriculum.topic(ix).id.as_str()).collect();
            requires.sort_unstable();
            words.push(format!("{}={}({})", topic.id, topic.hours, requires.join(" ")));
        }
    }
    for track in curriculum.tracks() {
        let goals: Vec<&str> = track.goals.iter().map(|&ix| curriculum.topic(ix).id.as_str()).collect();
        words.push(format!("{}->{}", track.id, goals.join(",")));
    }
    words.join(" ")
}

fn with(own: &str) -> String {
    format!("extends: generative-ai-engineer\n{own}\n")
}

#[track_caller]
fn gives(own: &str, wanted: &str) {
    let checked = load_text_over(BASE, &with(own));
    let said: Vec<String> = checked.diagnostics.iter().map(|d| format!("{} {}", d.code.id(), d.message)).collect();
    let made = checked.curriculum.as_ref().map(outline);
    assert_eq!((made.as_deref(), said), (Some(wanted), Vec::new()), "{own}");
}

/// Checks that there is one problem: its code and message, and where its places lie.
#[track_caller]
fn fails(own: &str, message: &str, places: &[&str]) {
    let checked = load_text_over(BASE, &with(own));
    assert!(checked.curriculum.is_none(), "{own}");
    let said: Vec<String> = checked
        .diagnostics
        .iter()
        .map(|d| {
            let record = Record::new(d, &checked.sources);
            assert!(record.help.is_some(), "{} leaves no next step", record.message);
            format!("{} {}", record.code, record.message)
        })
        .collect();
    assert_eq!(said, [message], "{own}");
    let labels = checked.diagnostics[0].primary.iter().chain(&checked.diagnostics[0].others);
    let found: Vec<String> = labels
        .map(|label| {
            let source = &checked.sources.0[label.place.source];
            let file = if label.place.source == 0 { "own" } else { "base" };
            format!("{file} {}", &source.text[label.place.span.clone()])
        })
        .collect();
    assert_eq!(found, places, "{own}");
}

const ALL: &str = "p: a=1() q: b=2(a) c=3(b) s: d=4(b) to-c->c to-d->d,c";

#[test]
fn what_is_not_said_stays() {
    gives("", ALL);
    let checked = load_text_over(BASE, &with("title: Own"));
    let own = checked.curriculum.expect("sound");
    assert_eq!((own.id(), own.title(), own.edition()), ("base", "Own", Some("7")));
    let extension = checked.extension.expect("it extends");
    assert!(extension.shares_progress);
    let apart = load_text_over(BASE, &with("id: own\nedition: 8"));
    assert!(!apart.extension.expect("it extends").shares_progress);
    assert_eq!(
        apart.curriculum.map(|c| (c.id().to_owned(), c.edition().map(str::to_owned))),
        Some(("own".into(), Some("8".into())))
    );
}

const NEW: &str = "topics: [{id: n, title: N, hours: 9, requires: [a], resources: [{title: R, url: 'https://e.org'}], outcomes: [Can]}]";

#[test]
fn phases_and_topics_are_added() {
    gives(&format!("phases: [{{id: q, {NEW}}}]"), "p: a=1() q: b=2(a) c=3(b) n=9(a) s: d=4(b) to-c->c to-d->d,c");
    for (place, wanted) in [
        ("", "p: a=1() q: b=2(a) c=3(b) s: d=4(b) new: n=9(a) to-c->c to-d->d,c"),
        ("after: p, ", "p: a=1() new: n=9(a) q: b=2(a) c=3(b) s: d=4(b) to-c->c to-d->d,c"),
        ("before: s, ", "p: a=1() q: b=2(a) c=3(b) new: n=9(a) s: d=4(b) to-c->c to-d->d,c"),
    ] {
        gives(&format!("phases: [{{id: new, title: New, {place}{NEW}}}]"), wanted);
    }
    let second = NEW.replace("id: n", "id: m");
    gives(
        &format!("phases: [{{id: n1, title: N, after: p, {NEW}}}, {{id: n2, title: M, after: p, {second}}}]"),
        "p: a=1() n1: n=9(a) n2: m=9(a) q: b=2(a) c=3(b) s: d=4(b) to-c->c to-d->d,c",
    );
    gives(
        &format!(
            "phases: [{{id: n1, title: N, before: q, {NEW}}}, {{id: n2, title: M, after: n1, {second}}}]\ntracks: [{{id: own, title: O, goals: [n, d]}}]"
        ),
        "p: a=1() n1: n=9(a) n2: m=9(a) q: b=2(a) c=3(b) s: d=4(b) to-c->c to-d->d,c own->n,d",
    );
}

#[test]
fn what_is_given_replaces_and_also_adds() {
    gives("change: {topics: [{id: c, hours: 8}]}", "p: a=1() q: b=2(a) c=8(b) s: d=4(b) to-c->c to-d->d,c");
    // Replaced prerequisites take the exercises with them that are no longer required.
    gives(
        "change: {topics: [{id: d, requires: [c]}], tracks: [{id: to-d, goals: [b]}]}",
        "p: a=1() q: b=2(a) c=3(b) s: d=4(c) to-c->c to-d->b",
    );
    gives("change: {topics: [{id: c, requires: [a]}]}", "p: a=1() q: b=2(a) c=3(a) s: d=4(b) to-c->c to-d->d,c");
    gives(
        "change: {topics: [{id: c, requires: []}], tracks: [{id: to-c, also: {goals: [d]}}]}",
        "p: a=1() q: b=2(a) c=3() s: d=4(b) to-c->c,d to-d->d,c",
    );
    let checked = load_text_over(
        BASE,
        &with("change: {phases: [{id: q, title: Other}], topics: [{id: c, kind: project, also: {outcomes: [More]}}]}"),
    );
    let own = checked.curriculum.expect("sound");
    let c = own.find("c").expect("there");
    assert_eq!((own.phases()[1].title.as_str(), own.topic(c).value), ("Other", 8.0));
    assert_eq!((own.topic(c).title.as_str(), own.details(c).outcomes.len()), ("C", 2));
}

#[test]
fn removed_topics_leave_the_order_as_it_was() {
    gives("remove: {topics: [b]}", "p: a=1() q: c=3(a) s: d=4(a) to-c->c to-d->d,c");
    gives("remove: {topics: [a, b]}", "q: c=3() s: d=4() to-c->c to-d->d,c");
    gives("remove: {topics: [d]}", "p: a=1() q: b=2(a) c=3(b) to-c->c to-d->c");
    gives("remove: {phases: [s], tracks: [to-d]}", "p: a=1() q: b=2(a) c=3(b) to-c->c");
    gives("remove: {phases: [q]}\nchange: {tracks: [{id: to-c, goals: [a]}]}", "p: a=1() s: d=4(a) to-c->a to-d->d");
    // Removed and written anew: what led to it still does.
    gives(
        &format!("remove: {{topics: [b]}}\nphases: [{{id: p, {}}}]", NEW.replace("id: n", "id: b")),
        "p: a=1() b=9(a) q: c=3(b) s: d=4(b) to-c->c to-d->d,c",
    );
}

#[test]
fn a_removed_edge_that_others_imply_is_not_inherited() {
    let base = "id: base\ntitle: B\nphases:\n  - id: p\n    title: P\n    topics:\n      - &t {id: a, title: A, hours: 1, resources: [{title: R, url: 'https://e.org'}], outcomes: [Can]}\n      - {id: b, title: B, hours: 1, requires: [a], resources: &r [{title: R, url: 'https://e.org'}], outcomes: &o [Can]}\n      - {id: g, title: G, hours: 1, requires: [a], resources: *r, outcomes: *o}\n      - {id: z, title: Z, hours: 1, requires: [b, g], resources: *r, outcomes: *o}\n";
    let checked = load_text_over(base, &with("remove: {topics: [g]}"));
    assert_eq!(checked.diagnostics, []);
    assert_eq!(checked.curriculum.as_ref().map(outline).as_deref(), Some("p: a=1() b=1(a) z=1(b)"));
}

#[test]
fn what_is_added_in_between_makes_no_warning_about_the_base() {
    gives(
        &format!("phases: [{{id: p, {NEW}}}]\nchange: {{topics: [{{id: b, also: {{requires: {{n: rn}}}}}}]}}"),
        "p: a=1() n=9(a) q: b=2(a n) c=3(b) s: d=4(b) to-c->c to-d->d,c",
    );
    // What is written here is warned about as ever.
    let checked = load_text_over(BASE, &with("change: {topics: [{id: c, also: {requires: [a]}}]}"));
    let codes: Vec<&str> = checked.diagnostics.iter().map(|d| d.code.id()).collect();
    assert_eq!(codes, ["R201"]);
    assert_eq!(checked.diagnostics[0].primary.as_ref().map(|label| label.place.source), Some(0));
}

#[test]
fn slips_point_to_both_places() {
    fails("change: {topics: [{id: bb, hours: 1}]}", "R021 unknown topic `bb` to change", &["own bb"]);
    fails("change: {phases: [{id: x, title: X}]}", "R021 unknown phase `x` to change", &["own x"]);
    fails("change: {tracks: [{id: to-x, title: X}]}", "R021 unknown track `to-x` to change", &["own to-x"]);
    fails("remove: {topics: [x]}", "R021 unknown topic `x` to remove", &["own x"]);
    fails("remove: {phases: [x]}", "R021 unknown phase `x` to remove", &["own x"]);
    fails("remove: {tracks: [x]}", "R021 unknown track `x` to remove", &["own x"]);
    fails("remove: {topics: [d, d]}", "R017 topic `d` is named twice", &["own d", "own d"]);
    fails(
        "remove: {topics: [d]}\nchange: {topics: [{id: d, hours: 1}]}",
        "R021 topic `d` is changed and removed",
        &["own d", "own d"],
    );
    fails("remove: {topics: [c]}", "R018 track `to-c` loses its last goal", &["own c", "base to-c"]);
    fails(&format!("phases: [{{id: n, {NEW}}}]"), "R021 unknown phase `n` to add to", &["own n"]);
    fails(
        &format!("phases: [{{id: q, title: Q2, {NEW}}}]"),
        "R004 the extended curriculum has a phase `q` already",
        &["own q", "base q"],
    );
    fails(
        &format!("phases: [{{id: q, after: s, {NEW}}}]"),
        "R021 a phase that is there keeps its place",
        &["own s", "own q"],
    );
    fails(&format!("phases: [{{id: n, title: N, after: x, {NEW}}}]"), "R021 unknown phase `x`", &["own x"]);
    fails(
        &format!("phases: [{{id: n, title: N, after: p, before: s, {NEW}}}]"),
        "R021 `after` and `before` in one phase",
        &["own s", "own p"],
    );
    fails(
        &format!("phases: [{{id: s, {}}}]", NEW.replace("id: n", "id: b")),
        "R004 the extended curriculum has a topic `b` already",
        &["own b", "base b"],
    );
    fails(
        "tracks: [{id: to-c, title: T, goals: [d]}]",
        "R004 the extended curriculum has a track `to-c` already",
        &["own to-c", "base to-c"],
    );
    fails(
        &format!("phases: [{{id: p, {NEW}}}]\nremove: {{topics: [a]}}"),
        "R001 prerequisite `a` is removed",
        &["own a", "own a"],
    );
    fails(
        "tracks: [{id: o, title: O, goals: [d]}]\nremove: {topics: [d]}",
        "R010 goal `d` is removed",
        &["own d", "own d"],
    );
    fails("change: {topics: [{id: c, also: {requires: [b]}}]}", "R017 `b` is required twice", &["own b", "base b"]);
    fails(
        "change: {topics: [{id: c, hours: -1}]}",
        "R007 `hours` must be above 0 and at most 10000, not -1",
        &["own -1"],
    );
    fails(
        "change: {topics: [{id: c, hours: 1}, {id: c, hours: 2}]}",
        "R017 topic `c` is named twice",
        &["own c", "own c"],
    );
    fails(
        &format!("phases: [{{id: p, {NEW}}}]\nchange: {{topics: [{{id: n, hours: 1}}]}}"),
        "R021 topic `n` is new here and cannot be changed",
        &["own n", "own n"],
    );
}

#[test]
fn a_cycle_through_both_files_shows_both() {
    fails(
        "change: {topics: [{id: a, requires: [c]}]}",
        "R003 topics require each other: a -> c -> b -> a",
        &["own c", "base b", "base a"],
    );
}
