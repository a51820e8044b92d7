//! What the learner can show: projects with evidence, and the topics that they stand on.
//!
//! The rule: a project is shown when it is done (or known) and has evidence. Any other topic is shown
//! when it is done or known and has evidence of its own, or when a shown project stands on it,
//! directly or through topics that are no projects. The walk ends at other projects, for what they
//! stand on they show themselves; otherwise one capstone would show the whole curriculum.

use std::collections::VecDeque;

use crate::curriculum::{Curriculum, Kind, TopicIx, fault_of_address};
use crate::progress::{Progress, State};

/// How far something can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Done or known, with something that proves it.
    Shown,
    /// Done or known, and nothing proves it.
    Claimed,
    /// Begun.
    Begun,
    /// Neither begun nor done.
    Missing,
}

impl Standing {
    /// Returns its name, as JSON has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::Claimed => "claimed",
            Self::Begun => "begun",
            Self::Missing => "missing",
        }
    }
}

/// A project in the portfolio.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// Which.
    pub topic: TopicIx,
    /// How far it can be shown.
    pub standing: Standing,
    /// The topics done or known that it shows, nearest first; none unless it is shown itself.
    pub shows: Vec<TopicIx>,
}

/// A topic that is no project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skill {
    /// Which.
    pub topic: TopicIx,
    /// How far it can be shown.
    pub standing: Standing,
    /// The projects that show it, nearest first.
    pub shown_by: Vec<TopicIx>,
    /// For a claimed topic, the project that would show it with the least left to do.
    pub could_show: Option<TopicIx>,
}

/// Everything that can be shown, could be, or is missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Portfolio {
    /// The projects, in the order of the curriculum.
    pub projects: Vec<Project>,
    /// All other topics, in the order of the curriculum.
    pub skills: Vec<Skill>,
}

/// Returns whether evidence is an address that others can open; anything else is a private file.
pub fn is_address(evidence: &str) -> bool {
    fault_of_address(evidence).is_none()
}

/// Returns the portfolio. What was begun or done is always in it, what is missing only where
/// `scope` says so, what was skipped never.
pub fn portfolio(curriculum: &Curriculum, progress: &Progress, scope: &[bool]) -> Portfolio {
    let is_project = |ix: TopicIx| curriculum.topic(ix).kind == Kind::Project;
    let own_standing = |ix: TopicIx| match progress.state(ix) {
        State::Skipped => None,
        state if state.is_had() && progress.mark(ix).evidence.is_empty() => Some(Standing::Claimed),
        state if state.is_had() => Some(Standing::Shown),
        State::Started => Some(Standing::Begun),
        _ => scope[ix.0 as usize].then_some(Standing::Missing),
    };
    let mut projects = Vec::new();
    let mut reached_by: Vec<Vec<(Standing, u32, TopicIx)>> = vec![Vec::new(); curriculum.topics().len()];
    for topic in curriculum.indices().filter(|&ix| is_project(ix)) {
        let Some(standing) = own_standing(topic) else { continue };
        let below = below(curriculum, topic);
        for &(skill, steps) in &below {
            reached_by[skill.0 as usize].push((standing, steps, topic));
        }
        let had = below.into_iter().map(|(ix, _)| ix).filter(|&ix| progress.state(ix).is_had());
        let shows = if standing == Standing::Shown { had.collect() } else { Vec::new() };
        projects.push(Project { topic, standing, shows });
    }
    let skill = |topic: TopicIx| {
        let mut standing = own_standing(topic)?;
        let mut reached = std::mem::take(&mut reached_by[topic.0 as usize]);
        reached.sort();
        let is_had = matches!(standing, Standing::Shown | Standing::Claimed);
        let by = reached.iter().filter(|(of_project, ..)| is_had && *of_project == Standing::Shown);
        let shown_by: Vec<TopicIx> = by.map(|&(.., project)| project).collect();
        if !shown_by.is_empty() {
            standing = Standing::Shown;
        }
        let nearest = reached.first().map(|&(.., project)| project);
        let could_show = nearest.filter(|_| standing == Standing::Claimed);
        Some(Skill { topic, standing, shown_by, could_show })
    };
    let skills = curriculum.indices().filter(|&ix| !is_project(ix)).filter_map(skill).collect();
    Portfolio { projects, skills }
}

/// Returns what a project stands on up to other projects, nearest first, with the steps to it.
fn below(curriculum: &Curriculum, project: TopicIx) -> Vec<(TopicIx, u32)> {
    let mut seen = vec![false; curriculum.topics().len()];
    let mut waiting = VecDeque::from([(project, 0)]);
    let mut found = Vec::new();
    while let Some((ix, steps)) = waiting.pop_front() {
        for parent in curriculum.requires(ix) {
            let is_new = !std::mem::replace(&mut seen[parent.0 as usize], true);
            if is_new && curriculum.topic(parent).kind != Kind::Project {
                found.push((parent, steps + 1));
                waiting.push_back((parent, steps + 1));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::curriculum::load_text;
    use crate::journal::{Entry, Event, Journal};

    /// a, b and c in a row; project p on b, project q on p and c.
    fn road() -> Curriculum {
        let text = "id: road\ntitle: Road\nphases:\n  - id: one\n    title: One\n    topics:\n\
            \x20     - {id: a, title: A, hours: 1}\n      - {id: b, title: B, hours: 1, requires: [a]}\n\
            \x20     - {id: c, title: C, hours: 1, requires: [b]}\n\
            \x20     - {id: p, title: P, kind: project, hours: 1, requires: [b]}\n\
            \x20     - {id: q, title: Q, kind: project, hours: 1, requires: [p, c]}\n\
            \x20     - {id: r, title: R, kind: project, hours: 1, requires: [p]}\n";
        load_text("road", text).curriculum.expect("sound")
    }

    /// Returns the progress after `steps`: an event, a topic, and whether with evidence.
    fn after(curriculum: &Curriculum, steps: &[(Event, &str, bool)]) -> Progress {
        let entry = |(i, &(event, topic, proven)): (usize, &(Event, &str, bool))| {
            let evidence = if proven { vec!["https://example.org".to_owned()] } else { Vec::new() };
            Entry { id: format!("{i:04}"), evidence, ..Entry::new(event, topic) }
        };
        Progress::replay(curriculum, &Journal::new(steps.iter().enumerate().map(entry).collect()))
    }

    #[track_caller]
    fn case(steps: &[(Event, &str, bool)], expected: &str) {
        let curriculum = road();
        let found = portfolio(&curriculum, &after(&curriculum, steps), &[true; 6]);
        let id = |ix: &TopicIx| curriculum.topic(*ix).id.as_str();
        let ids = |of: &[TopicIx]| of.iter().map(id).collect::<Vec<_>>().join("");
        let projects = found.projects.iter().map(|p| format!("{}:{}", id(&p.topic), p.standing.name()));
        let skills = found.skills.iter().map(|s| {
            let could = s.could_show.map_or_else(String::new, |ix| format!("?{}", id(&ix)));
            format!("{}:{}({}{could})", id(&s.topic), s.standing.name(), ids(&s.shown_by))
        });
        assert_eq!(skills.chain(projects).collect::<Vec<_>>().join(" "), expected);
    }

    #[test]
    fn projects_with_evidence_show_what_they_stand_on() {
        use Event::*;
        let (abc, p) = ([(Done, "a", false), (Known, "b", false), (Done, "c", false)], (Done, "p", true));
        let with = |more: &[(Event, &'static str, bool)]| [&abc[..], more].concat();
        case(&[], "a:missing() b:missing() c:missing() p:missing q:missing r:missing");
        case(&with(&[]), "a:claimed(?p) b:claimed(?p) c:claimed(?q) p:missing q:missing r:missing");
        case(&with(&[p]), "a:shown(p) b:shown(p) c:claimed(?q) p:shown q:missing r:missing");
        case(&with(&[(Done, "p", false)]), "a:claimed(?p) b:claimed(?p) c:claimed(?q) p:claimed q:missing r:missing");
        case(&with(&[p, (Done, "q", true)]), "a:shown(pq) b:shown(pq) c:shown(q) p:shown q:shown r:missing");
        case(&with(&[(Start, "p", true)]), "a:claimed(?p) b:claimed(?p) c:claimed(?q) p:begun q:missing r:missing");
        case(&with(&[(Skip, "p", false), (Skip, "c", false)]), "a:claimed(?q) b:claimed(?q) q:missing r:missing");
    }

    #[test]
    fn a_walk_ends_at_other_projects() {
        use Event::*;
        case(
            &[(Done, "a", false), (Done, "b", false), (Done, "p", false), (Done, "r", true)],
            "a:claimed(?p) b:claimed(?p) c:missing() p:claimed q:missing r:shown",
        );
    }

    #[test]
    fn nothing_is_shown_that_the_learner_does_not_have() {
        use Event::*;
        case(&[(Done, "p", true)], "a:missing() b:missing() c:missing() p:shown q:missing r:missing");
        case(&[(Done, "a", true)], "a:shown() b:missing() c:missing() p:missing q:missing r:missing");
    }

    #[test]
    fn what_is_missing_is_missing_for_the_scope() {
        let curriculum = road();
        let scope = [true, true, false, true, false, false];
        let found = portfolio(&curriculum, &after(&curriculum, &[(Event::Done, "c", false)]), &scope);
        assert_eq!(found.skills.len(), 3, "c is done, and listed although out of scope");
        assert_eq!(found.projects.len(), 1);
    }

    proptest! {
        #[test]
        fn evidence_only_ever_adds(
            steps in prop::collection::vec((0usize..4, 0usize..6, any::<bool>()), 0..16),
            proven in 0usize..6,
        ) {
            let curriculum = road();
            let (events, ids) = ([Event::Start, Event::Done, Event::Known, Event::Skip], ["a", "b", "c", "p", "q", "r"]);
            let mut named: Vec<_> = steps.iter().map(|&(e, t, proof)| (events[e], ids[t], proof)).collect();
            let shown = |steps: &[(Event, &str, bool)]| {
                let found = portfolio(&curriculum, &after(&curriculum, steps), &[true; 6]);
                let projects = found.projects.iter().map(|p| (p.topic, p.standing));
                let all = projects.chain(found.skills.iter().map(|s| (s.topic, s.standing)));
                all.filter(|(_, standing)| *standing == Standing::Shown).map(|(ix, _)| ix).collect::<Vec<_>>()
            };
            let before = shown(&named);
            named.push((Event::AddEvidence, ids[proven], true));
            let after = shown(&named);
            prop_assert!(before.iter().all(|ix| after.contains(ix)));
        }
    }
}
