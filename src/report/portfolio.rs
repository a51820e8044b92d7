//! The portfolio as the learner sees it: all of it, private files included.

use chrono::NaiveDate;
use serde::Serialize;

use super::{Brief, VERSION};
use crate::curriculum::{Curriculum, TopicIx, Track};
use crate::progress::Progress;
use crate::study::next::{Aim, Order};
use crate::study::portfolio::{self, Project, Skill, Standing, is_address};

/// `roadmap portfolio --json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PortfolioView {
    /// Always [`VERSION`].
    pub version: u32,
    /// The curriculum's title.
    pub curriculum: String,
    /// The track, if one is chosen.
    pub track: Option<TrackView>,
    /// How many projects stand where.
    pub project_count: StandingCount,
    /// How many other topics stand where.
    pub skill_count: StandingCount,
    /// The projects, in the order of the curriculum.
    pub projects: Vec<ProjectView>,
    /// The other topics, phase by phase.
    pub phases: Vec<PhaseSkills>,
}

/// A track.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrackView {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
}

/// How many of some topics can be shown, and how many not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct StandingCount {
    /// Done or known, and proved.
    pub shown: usize,
    /// Done or known, and not proved.
    pub claimed: usize,
    /// Begun.
    pub begun: usize,
    /// Neither begun nor done.
    pub missing: usize,
}

impl StandingCount {
    fn of(standings: impl Iterator<Item = Standing>) -> Self {
        let mut count = Self::default();
        for standing in standings {
            *match standing {
                Standing::Shown => &mut count.shown,
                Standing::Claimed => &mut count.claimed,
                Standing::Begun => &mut count.begun,
                Standing::Missing => &mut count.missing,
            } += 1;
        }
        count
    }
}

/// A project.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProjectView {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its phase's id.
    pub phase: String,
    /// What it is.
    pub summary: String,
    /// What of it to show.
    pub publish: String,
    /// Its state.
    pub state: &'static str,
    /// `shown`, `claimed`, `begun` or `missing`.
    pub standing: &'static str,
    /// The day it was begun, if that is known.
    pub started: Option<NaiveDate>,
    /// The day of the last change of state.
    pub since: Option<NaiveDate>,
    /// What proves it.
    pub evidence: Vec<EvidenceView>,
    /// How to know that it is good, and whether that was found so.
    pub rubric: Vec<CheckView>,
    /// How many checks of the rubric are ticked.
    pub ticked: usize,
    /// Checks that were ticked and are no longer in the rubric.
    pub formerly_ticked: Vec<String>,
    /// The topics that it shows, nearest first.
    pub shows: Vec<Brief>,
}

/// An item of a rubric.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CheckView {
    /// Its number, counted from 1.
    pub number: usize,
    /// What it asks for.
    pub text: String,
    /// Whether the learner found it met.
    pub ticked: bool,
}

/// Something that proves a topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EvidenceView {
    /// The address or path.
    pub at: String,
    /// Whether it is an address; files are never published.
    pub public: bool,
}

impl EvidenceView {
    /// Returns the view of what a topic's mark holds.
    pub fn all(evidence: &[String]) -> Vec<Self> {
        evidence.iter().map(|at| Self { at: at.clone(), public: is_address(at) }).collect()
    }
}

/// A phase and its topics that are no projects.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PhaseSkills {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// How many of them stand where.
    pub count: StandingCount,
    /// The topics.
    pub skills: Vec<SkillView>,
}

/// A topic that is no project.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SkillView {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its state.
    pub state: &'static str,
    /// `shown`, `claimed`, `begun` or `missing`.
    pub standing: &'static str,
    /// What proves the topic itself.
    pub evidence: Vec<EvidenceView>,
    /// The projects that show it, nearest first.
    pub shown_by: Vec<Brief>,
    /// For a claimed topic, the project that would show it with the least left to do.
    pub could_show: Option<Brief>,
}

impl PortfolioView {
    /// Returns the portfolio; what is missing is what `track` lacks, or the whole curriculum.
    pub fn new(curriculum: &Curriculum, progress: &Progress, track: Option<&Track>) -> Self {
        let scope = Aim::new(track, track.is_some(), Order::default()).scope(curriculum);
        let found = portfolio::portfolio(curriculum, progress, &scope);
        let phase_of = |skill: &&Skill| curriculum.topic(skill.topic).phase as usize;
        let phases = curriculum.phases().iter().enumerate().map(|(at, phase)| {
            let skills: Vec<&Skill> = found.skills.iter().filter(|skill| phase_of(skill) == at).collect();
            PhaseSkills {
                id: phase.id.to_string(),
                title: phase.title.to_string(),
                count: StandingCount::of(skills.iter().map(|skill| skill.standing)),
                skills: skills.into_iter().map(|skill| skill_view(curriculum, progress, skill)).collect(),
            }
        });
        Self {
            version: VERSION,
            curriculum: curriculum.title().to_owned(),
            track: track.map(|track| TrackView { id: track.id.to_string(), title: track.title.to_string() }),
            project_count: StandingCount::of(found.projects.iter().map(|project| project.standing)),
            skill_count: StandingCount::of(found.skills.iter().map(|skill| skill.standing)),
            phases: phases.filter(|phase| !phase.skills.is_empty()).collect(),
            projects: found.projects.iter().map(|project| project_view(curriculum, progress, project)).collect(),
        }
    }
}

fn project_view(curriculum: &Curriculum, progress: &Progress, project: &Project) -> ProjectView {
    let Brief { id, title } = Brief::new(curriculum, project.topic);
    let mark = progress.mark(project.topic);
    let details = curriculum.details(project.topic).into_owned();
    let rubric = checks(&details.rubric, &mark.ticked);
    ProjectView {
        id,
        title,
        phase: curriculum.phase_of(project.topic).id.to_string(),
        publish: details.publish,
        summary: details.summary,
        state: progress.state(project.topic).name(),
        standing: project.standing.name(),
        started: mark.started,
        since: mark.since,
        evidence: EvidenceView::all(&mark.evidence),
        ticked: rubric.iter().filter(|check| check.ticked).count(),
        formerly_ticked: mark.ticked.iter().filter(|text| !details.rubric.contains(text)).cloned().collect(),
        rubric,
        shows: briefs(curriculum, &project.shows),
    }
}

fn skill_view(curriculum: &Curriculum, progress: &Progress, skill: &Skill) -> SkillView {
    let Brief { id, title } = Brief::new(curriculum, skill.topic);
    SkillView {
        id,
        title,
        state: progress.state(skill.topic).name(),
        standing: skill.standing.name(),
        evidence: EvidenceView::all(&progress.mark(skill.topic).evidence),
        shown_by: briefs(curriculum, &skill.shown_by),
        could_show: skill.could_show.map(|ix| Brief::new(curriculum, ix)),
    }
}

/// Returns the items of a rubric, those ticked whose text is in `ticked`.
pub fn checks(rubric: &[String], ticked: &[String]) -> Vec<CheckView> {
    let check =
        |(number, text): (usize, &String)| CheckView { number, text: text.clone(), ticked: ticked.contains(text) };
    (1..).zip(rubric).map(check).collect()
}

fn briefs(curriculum: &Curriculum, of: &[TopicIx]) -> Vec<Brief> {
    of.iter().map(|&ix| Brief::new(curriculum, ix)).collect()
}
