//! The report as a page of Markdown: what one would paste into a message or a repository.

use super::Report;
use crate::text::{count, hours, markdown, number, percent};

/// Returns the summary.
pub fn render(report: &Report) -> String {
    let status = &report.status;
    let mut out = format!("# {}\n\n", markdown(&report.title));
    let who = report.name.iter().chain(&status.track).map(|words| markdown(words));
    let line: Vec<String> = who.chain([report.today.to_string()]).collect();
    out.push_str(&format!("{}\n\n", line.join(" · ")));
    out.push_str(&format!(
        "{} of {} topics, {} of {} ({}).",
        status.done,
        status.total,
        number(status.hours_done),
        hours(status.hours_total),
        percent(status.hours_done, status.hours_total)
    ));
    if let (Some(likely), Some(late)) = (status.likely, status.late) {
        out.push_str(&format!(
            " At {} a week the rest is likely done by {likely}, nearly surely by {late}.",
            hours(status.hours_per_week)
        ));
    }
    out.push_str(&format!(
        " {} of study in the last year, {}.\n",
        count(report.year.studied, "day"),
        hours((report.year.hours * 10.0).round() / 10.0)
    ));
    if let Some(next) = &report.next {
        out.push_str(&format!(
            "\n## Next\n\n**{}** (`{}`, {})\n\n",
            markdown(&next.title),
            next.id,
            hours(next.hours_left)
        ));
        for because in &next.because {
            out.push_str(&format!("- {}\n", markdown(&because.replace('`', ""))));
        }
    }
    if !report.due.is_empty() {
        out.push_str("\n## Due for review\n\n");
        for topic in &report.due {
            out.push_str(&format!("- {} (`{}`)\n", markdown(&topic.title), topic.id));
        }
    }
    out.push_str("\n## Progress\n\n| phase | topics | hours |\n| --- | ---: | ---: |\n");
    for phase in status.phases.iter().filter(|phase| phase.total > 0) {
        out.push_str(&format!(
            "| {} | {}/{} | {}/{} |\n",
            markdown(&phase.title),
            phase.done,
            phase.total,
            number(phase.hours_done),
            number(phase.hours_total)
        ));
    }
    for phase in &report.phases {
        let had: Vec<_> = phase.topics.iter().filter(|topic| matches!(topic.state, "done" | "known" | "due")).collect();
        if had.is_empty() {
            continue;
        }
        out.push_str(&format!("\n### {}\n\n", markdown(&phase.title)));
        for topic in had {
            let since = topic.since.map_or_else(String::new, |day| format!(" {day}"));
            out.push_str(&format!("- [x] {} ({}{since})\n", markdown(&topic.title), topic.state));
        }
    }
    out
}
