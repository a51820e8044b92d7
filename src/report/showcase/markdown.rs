//! The portfolio as a profile README.
//!
//! Reads well as plain text too; what learner and curriculum wrote can never become markup.

use super::{Link, SEAL, Showcase, ShownProject};
use crate::text;

/// Returns the Markdown, ending in a line break.
pub fn render(showcase: &Showcase) -> String {
    let mut out = format!("<!-- {SEAL} -->\n# {}\n", escape(showcase.heading()));
    let counts = format!(
        "{} and {} with evidence, from the curriculum {}.",
        text::count(showcase.projects.len(), "project"),
        text::count(showcase.skills_shown, "skill"),
        escape(&showcase.curriculum)
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
            out.extend(items.iter().map(|item| format!("- {}\n", escape(item))));
        }
    };
    list("In progress", &showcase.begun);
    list("Done, to be published", &showcase.claimed);
    if !showcase.phases.is_empty() {
        out.push_str("\n## Skills\n");
    }
    for phase in &showcase.phases {
        out.push_str(&format!("\n### {}\n\n", escape(&phase.title)));
        for skill in &phase.proved {
            let links: String = skill.links.iter().map(|one| format!(" · {}", link(one))).collect();
            out.push_str(&format!("- {}{links}\n", escape(&skill.title)));
        }
        for project in &phase.by_project {
            out.push_str(&format!("- **{}**: {}\n", escape(&project.title), joined(&project.skills)));
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
        Some(Link { href, .. }) => format!("\n### [{}](<{href}>)\n", escape(&project.title)),
        None => format!("\n### {}\n", escape(&project.title)),
    };
    let facts = project.facts();
    if !facts.is_empty() {
        out.push_str(&format!("\n{facts}\n"));
    }
    if !project.summary.is_empty() {
        out.push_str(&format!("\nThe task: {}\n", escape(&project.summary)));
    }
    let links = project.links.iter().skip(1).map(|more| format!("- See also {}\n", link(more)));
    let items: Vec<String> = project.met.iter().map(|met| format!("- ✓ {}\n", escape(met))).chain(links).collect();
    if !items.is_empty() {
        out.push('\n');
        out.extend(items);
    }
    out
}

fn link(link: &Link) -> String {
    format!("[{}](<{}>)", escape(&link.label), link.href)
}

/// Returns titles in a row. They may hold commas themselves.
fn joined(titles: &[String]) -> String {
    titles.iter().map(|title| escape(title)).collect::<Vec<_>>().join(" · ")
}

/// Returns one line of text in which nothing is Markdown, HTML, an entity or a link of its own.
fn escape(words: &str) -> String {
    let mut escaped = String::new();
    let safe = text::line(words);
    for (at, c) in safe.char_indices() {
        let rest = &safe[at..];
        // GitHub makes links and mentions of bare addresses, and a list of what begins like one.
        let starts_link = c == ':' && rest.starts_with("://");
        let before = || safe[..at].to_ascii_lowercase();
        let after_www = c == '.' && before().ends_with("www");
        let starts_block = at == 0 && matches!(c, '-' | '+' | '=') || matches!(c, '.' | ')') && is_number(&safe[..at]);
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '!' | '&' | '~' | '$' | '@')
            || starts_link
            || after_www
            || starts_block
        {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn texts_are_not_markdown() {
        let cases = [
            ("a [link](x) *b* <i>\n# c", "a \\[link\\](x) \\*b\\* \\<i\\> \\# c"),
            ("https://e.org and WWW.e.org", "https\\://e.org and WWW\\.e.org"),
            ("- list", "\\- list"),
            ("12. list", "12\\. list"),
            ("1) list (2) e.g. 3.5", "1\\) list (2) e.g. 3.5"),
            ("&lt; $x$ ~~y~~ @me", "\\&lt; \\$x\\$ \\~\\~y\\~\\~ \\@me"),
            ("Embeddings: what they are", "Embeddings: what they are"),
        ];
        for (words, expected) in cases {
            assert_eq!(escape(words), expected);
        }
    }
}
