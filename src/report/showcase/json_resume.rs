//! The portfolio as a résumé for programs: jsonresume.org's schema, version 1.0.0.

use chrono::NaiveDate;
use serde::Serialize;

use super::{SEAL, Showcase};

#[derive(Serialize)]
struct Resume<'s> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    // Before anything that the learner or a curriculum wrote, so that the seal is the first of its kind.
    meta: Meta,
    #[serde(skip_serializing_if = "Option::is_none")]
    basics: Option<Basics<'s>>,
    projects: Vec<Project<'s>>,
    skills: Vec<Skill<'s>>,
}

#[derive(Serialize)]
struct Meta {
    version: &'static str,
    #[serde(rename = "lastModified")]
    last_modified: String,
    generator: &'static str,
}

#[derive(Serialize)]
struct Basics<'s> {
    name: &'s str,
}

#[derive(Serialize)]
struct Project<'s> {
    name: &'s str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'s str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'s str>,
    #[serde(rename = "startDate", skip_serializing_if = "Option::is_none")]
    started: Option<NaiveDate>,
    #[serde(rename = "endDate", skip_serializing_if = "Option::is_none")]
    finished: Option<NaiveDate>,
    highlights: &'s [String],
    keywords: &'s [String],
}

#[derive(Serialize)]
struct Skill<'s> {
    name: &'s str,
    keywords: &'s [String],
}

/// Returns the résumé, ending in a line break.
pub fn render(showcase: &Showcase) -> String {
    let resume = Resume {
        schema: "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json",
        meta: Meta { version: "v1.0.0", last_modified: format!("{}T00:00:00", showcase.day), generator: SEAL },
        basics: showcase.name.as_deref().map(|name| Basics { name }),
        projects: showcase
            .projects
            .iter()
            .map(|project| Project {
                name: &project.title,
                description: &project.summary,
                url: project.links.first().map(|link| link.href.as_str()),
                started: project.started,
                finished: project.finished,
                highlights: &project.met,
                keywords: &project.skills,
            })
            .collect(),
        skills: showcase.phases.iter().map(|phase| Skill { name: &phase.title, keywords: &phase.keywords }).collect(),
    };
    let json = serde_json::to_string_pretty(&resume).expect("texts, dates and lists are JSON");
    let mut json = crate::text::json(&json).into_owned();
    json.push('\n');
    json
}
