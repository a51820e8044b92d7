//! The portfolio as a profile README.
//!
//! Reads well as plain text too; what learner and curriculum wrote can never become markup.

use super::{Link, SEAL, Showcase, ShownProject};
use crate::text;

/// Returns the Markdown, ending in a line break.
pub fn render(showcase: &Showcase) -> String {
    let mut out = format!("<!-- {SEAL} -->\n# {}\n", text::markdown(showcase.heading()));
    let counts = format!(
        "{} and {} with evidence, from the curriculum {}.",
        text::count(showcase.projects.len(), "project"),
        text::count(showcase.skills_shown, "skill"),
        text::markdown(&showcase.curriculum)
    );
    let intro = if showcase.is_empty() { "There is nothing to show yet." } else { &counts };
    out.push_str(&format!("\n{intro}\n"));
    if !showcase.projects.is_empty() {
        out.push_str("\n## Projects\n");
        for project in &showcase.projects {
            out.push_str(&one(project));
        }
    }
    let mut list = |title: &str, items: &[String]| {
        if !items.is_empty() {
            out.push_str(&format!("\n## {title}\n\n"));
            out.extend(items.iter().map(|item| format!("- {}\n", text::markdown(item))));
        }
    };
    list("In progress", &showcase.begun);
    list("Done, to be published", &showcase.claimed);
    if !showcase.phases.is_empty() {
        out.push_str("\n## Skills\n");
    }
    for phase in &showcase.phases {
        out.push_str(&format!("\n### {}\n\n", text::markdown(&phase.title)));
        for skill in &phase.proved {
            let links: String = skill.links.iter().map(|one| format!(" · {}", link(one))).collect();
            out.push_str(&format!("- {}{links}\n", text::markdown(&skill.title)));
        }
        for project in &phase.by_project {
            out.push_str(&format!("- **{}**: {}\n", text::markdown(&project.title), joined(&project.skills)));
        }
        if !phase.studied.is_empty() {
            out.push_str(&format!("- Studied: {}\n", joined(&phase.studied)));
        }
    }
    out.push_str(&format!("\n---\n\nMade by `roadmap portfolio` on {}.\n", showcase.day));
    out
}

fn one(project: &ShownProject) -> String {
    let mut out = match project.links.first() {
        Some(Link { href, .. }) => format!("\n### [{}](<{href}>)\n", text::markdown(&project.title)),
        None => format!("\n### {}\n", text::markdown(&project.title)),
    };
    let facts = project.facts();
    if !facts.is_empty() {
        out.push_str(&format!("\n{facts}\n"));
    }
    if !project.summary.is_empty() {
        out.push_str(&format!("\nThe task: {}\n", text::markdown(&project.summary)));
    }
    let links = project.links.iter().skip(1).map(|more| format!("- See also {}\n", link(more)));
    let items: Vec<String> =
        project.met.iter().map(|met| format!("- ✓ {}\n", text::markdown(met))).chain(links).collect();
    if !items.is_empty() {
        out.push('\n');
        out.extend(items);
    }
    out
}

fn link(link: &Link) -> String {
    format!("[{}](<{}>)", text::markdown(&link.label), link.href)
}

/// Returns titles in a row. They may hold commas themselves.
fn joined(titles: &[String]) -> String {
    titles.iter().map(|title| text::markdown(title)).collect::<Vec<_>>().join(" · ")
}
