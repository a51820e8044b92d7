//! The portfolio as others may see it: what is shown, without a single private path.
//!
//! Made from a [`PortfolioView`]; the page, the profile and the résumé know nothing else, so what is
//! not in here cannot be published. All texts are made safe here, and every link is http or https.

use chrono::NaiveDate;

use super::portfolio::{EvidenceView, PortfolioView, ProjectView, SkillView};
use crate::text;

pub mod html;
pub mod json_resume;
pub mod markdown;

/// Stands in every published file, so that a later run knows the file as its own. The zeros are
/// replaced by a checksum of the file when it is written.
pub const SEAL: &str = "roadmap-portfolio:0000000000000000";

/// What is published.
#[derive(Clone, Debug, PartialEq)]
pub struct Showcase {
    /// Whose portfolio it is, if they said so.
    pub name: Option<String>,
    /// The curriculum's title.
    pub curriculum: String,
    /// The day on which it was made.
    pub day: NaiveDate,
    /// Projects with evidence, the newest first.
    pub projects: Vec<ShownProject>,
    /// Titles of projects that are done and not proved.
    pub claimed: Vec<String>,
    /// Titles of projects that are begun.
    pub begun: Vec<String>,
    /// Phases of which something is done.
    pub phases: Vec<ShownPhase>,
    /// How many topics that are no projects are shown.
    pub skills_shown: usize,
    /// How many files were left out, because they are private.
    pub left_out: usize,
}

/// A project that is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownProject {
    /// Its id, in lower case words and hyphens.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it is; may be empty.
    pub summary: String,
    /// The day it was begun, if that is known.
    pub started: Option<NaiveDate>,
    /// The day it was finished.
    pub finished: Option<NaiveDate>,
    /// Where to see it; empty if all its evidence is private.
    pub links: Vec<Link>,
    /// What it was found to meet.
    pub met: Vec<String>,
    /// What it was not found to meet; empty while nothing is ticked, for then nobody looked.
    pub unmet: Vec<String>,
    /// How many topics it shows.
    pub shows: usize,
    /// Titles of the topics to which it is the nearest project that shows them.
    pub skills: Vec<String>,
}

/// A link to evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The address as a URI: ASCII only, and nothing that quotes or brackets could end.
    pub href: String,
    /// The address as people read it.
    pub label: String,
}

/// A phase of which something is done.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownPhase {
    /// Its title.
    pub title: String,
    /// Topics with evidence of their own.
    pub proved: Vec<ProvedSkill>,
    /// The other topics that are shown, by the nearest project that shows them.
    pub by_project: Vec<ProjectSkills>,
    /// Titles of topics that are done or known, with nothing to show for it.
    pub studied: Vec<String>,
    /// Titles of all topics that are done or known.
    pub keywords: Vec<String>,
}

/// A topic with evidence of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct ProvedSkill {
    /// Its title.
    pub title: String,
    /// Where to see it; empty if all its evidence is private.
    pub links: Vec<Link>,
}

/// Topics that a project shows.
#[derive(Clone, Debug, PartialEq)]
pub struct ProjectSkills {
    /// The project's id.
    pub id: String,
    /// The project's title.
    pub title: String,
    /// The topics' titles.
    pub skills: Vec<String>,
}

impl Showcase {
    /// Returns what of a portfolio may be published.
    pub fn new(view: &PortfolioView, name: Option<&str>, day: NaiveDate) -> Self {
        let safe = |words: &str| text::line(words).trim().to_owned();
        let titles = |standing: &str| {
            view.projects.iter().filter(|p| p.standing == standing).map(|p| project_title(&p.title)).collect::<Vec<_>>()
        };
        let all_skills = || view.phases.iter().flat_map(|phase| &phase.skills);
        let mut projects: Vec<ShownProject> =
            view.projects.iter().filter(|p| p.standing == "shown").map(|p| shown_project(p, all_skills())).collect();
        projects.sort_by_key(|project| std::cmp::Reverse(project.finished));
        let is_had = |skill: &&SkillView| matches!(skill.standing, "shown" | "claimed");
        let phases = view.phases.iter().map(|phase| {
            let of = |standing: &'static str| phase.skills.iter().filter(move |skill| skill.standing == standing);
            let (proved, by_project) = shown_skills(of("shown"));
            ShownPhase {
                title: safe(&phase.title),
                proved,
                by_project,
                studied: of("claimed").map(|skill| safe(&skill.title)).collect(),
                keywords: phase.skills.iter().filter(is_had).map(|skill| safe(&skill.title)).collect(),
            }
        });
        let published = view.projects.iter().filter(|p| p.standing == "shown").map(|p| &p.evidence);
        let evidence = published.chain(all_skills().filter(is_had).map(|skill| &skill.evidence));
        Self {
            name: name.map(safe).filter(|name| !name.is_empty()),
            curriculum: safe(&view.curriculum),
            day,
            projects,
            claimed: titles("claimed"),
            begun: titles("begun"),
            phases: phases.filter(|phase| !phase.keywords.is_empty()).collect(),
            skills_shown: view.skill_count.shown,
            left_out: evidence.flatten().filter(|evidence| !evidence.public).count(),
        }
    }

    /// Returns whether there is nothing to see.
    pub fn is_empty(&self) -> bool {
        self.projects.is_empty() && self.claimed.is_empty() && self.begun.is_empty() && self.phases.is_empty()
    }

    /// Returns the heading: whose portfolio it is, or of what.
    pub fn heading(&self) -> &str {
        self.name.as_deref().unwrap_or("Portfolio")
    }
}

impl ShownProject {
    /// Returns what there is to say in a line, such as `2026-11-20 · 4 of 5 checks met · 9 skills`.
    pub fn facts(&self) -> String {
        let checks = match self.met.len() + self.unmet.len() {
            0 => String::new(),
            all => format!("{} of {} met", self.met.len(), text::count(all, "check")),
        };
        let skills = if self.shows > 0 { text::count(self.shows, "skill") } else { String::new() };
        [self.days(), checks, skills].into_iter().filter(|fact| !fact.is_empty()).collect::<Vec<_>>().join(" · ")
    }

    /// Returns the days, such as `2026-09-01 to 2026-11-20`; empty if none is known.
    fn days(&self) -> String {
        match (self.started, self.finished) {
            (Some(from), Some(to)) if from < to => format!("{from} to {to}"),
            (_, Some(day)) => day.to_string(),
            _ => String::new(),
        }
    }
}

fn shown_project<'v>(view: &ProjectView, skills: impl Iterator<Item = &'v SkillView>) -> ShownProject {
    let safe = |words: &str| text::line(words).trim().to_owned();
    let of = |ticked: bool| view.rubric.iter().filter(move |c| c.ticked == ticked).map(|c| safe(&c.text)).collect();
    let is_nearest = |skill: &&SkillView| skill.shown_by.first().is_some_and(|nearest| nearest.id == view.id);
    ShownProject {
        id: view.id.clone(),
        title: project_title(&view.title),
        summary: safe(&view.summary),
        started: view.started,
        finished: view.since,
        links: links(&view.evidence),
        met: of(true),
        unmet: if view.ticked > 0 { of(false) } else { Vec::new() },
        shows: view.shows.len(),
        skills: skills.filter(is_nearest).map(|skill| safe(&skill.title)).collect(),
    }
}

/// Returns the topics with evidence of their own, and the others by project in the order of the topics.
fn shown_skills<'v>(skills: impl Iterator<Item = &'v SkillView>) -> (Vec<ProvedSkill>, Vec<ProjectSkills>) {
    let (mut proved, mut by_project) = (Vec::new(), Vec::<ProjectSkills>::new());
    for skill in skills {
        let title = text::line(&skill.title).trim().to_owned();
        match skill.shown_by.first() {
            Some(project) if skill.evidence.is_empty() => match by_project.iter_mut().find(|g| g.id == project.id) {
                Some(group) => group.skills.push(title),
                None => by_project.push(ProjectSkills {
                    id: project.id.clone(),
                    title: project_title(&project.title),
                    skills: vec![title],
                }),
            },
            _ => proved.push(ProvedSkill { title, links: links(&skill.evidence) }),
        }
    }
    (proved, by_project)
}

fn links(evidence: &[EvidenceView]) -> Vec<Link> {
    evidence.iter().filter(|one| one.public).map(|one| link(&one.at)).collect()
}

/// Returns a project's title without the word "Project", which stands above it in every form.
fn project_title(title: &str) -> String {
    let title = text::line(title);
    let rest = title.trim().strip_prefix("Project: ").unwrap_or(&title).trim();
    let mut letters = rest.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn link(address: &str) -> Link {
    let label = address.split_once("://").map_or(address, |(_, rest)| rest).trim_end_matches('/');
    Link { href: uri(address), label: text::line(label).into_owned() }
}

/// Returns an address with everything escaped that RFC 3986 does not allow in a URI, and with the
/// quotes, brackets and parentheses that a page or a Markdown file could take for its own.
fn uri(address: &str) -> String {
    let is_hex = |at: usize| address.as_bytes().get(at).is_some_and(u8::is_ascii_hexdigit);
    let mut uri = String::with_capacity(address.len());
    let mut in_fragment = false;
    for (at, byte) in address.bytes().enumerate() {
        let allowed = match byte {
            b'%' => is_hex(at + 1) && is_hex(at + 2),
            b'#' => !std::mem::replace(&mut in_fragment, true),
            _ => byte.is_ascii_alphanumeric() || b"-._~:/?@!$&*+,;=".contains(&byte),
        };
        if allowed {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_uris() {
        assert_eq!(uri("https://example.org/a?b=c&d#e"), "https://example.org/a?b=c&d#e");
        assert_eq!(uri("https://bücher.example/ä"), "https://b%C3%BCcher.example/%C3%A4");
        assert_eq!(uri("https://e.org/a%20b%zz'(x)[y]#1#2"), "https://e.org/a%20b%25zz%27%28x%29%5By%5D#1%232");
        assert_eq!(link("https://github.com/me/x/").label, "github.com/me/x");
    }

    #[test]
    fn titles_of_projects_stand_alone() {
        assert_eq!(project_title("Project: an agent"), "An agent");
        assert_eq!(project_title("Capstone: all of it"), "Capstone: all of it");
        assert_eq!(project_title("Project:"), "Project:");
    }

    #[test]
    fn days_are_one_or_two() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 11, d);
        let project = |started, finished| ShownProject {
            id: "p".into(),
            title: "P".into(),
            summary: String::new(),
            started,
            finished,
            links: Vec::new(),
            met: vec!["a".into()],
            unmet: Vec::new(),
            shows: 0,
            skills: Vec::new(),
        };
        assert_eq!(project(day(1), day(3)).days(), "2026-11-01 to 2026-11-03");
        assert_eq!(project(day(3), day(3)).days(), "2026-11-03");
        assert_eq!(project(None, day(3)).days(), "2026-11-03");
        assert_eq!(project(None, None).days(), "");
        assert_eq!(project(None, day(3)).facts(), "2026-11-03 · 1 of 1 check met");
    }
}
