//! `roadmap cohort topic`: what learners do in one topic.

use anyhow::Result;

use super::TopicArgs;
use super::status::people;
use crate::cli::app::App;
use crate::cli::hub::open;
use crate::cli::pick;
use crate::cli::style::{self, BEGUN, FAINT, PLAIN, STRONG, Table};
use crate::error::Error;
use crate::report::VERSION;
use crate::report::cohort::{CohortTopic, CohortTopicView};
use crate::text;

pub(super) fn run(args: &TopicArgs, app: &mut App) -> Result<()> {
    let curriculum = app.curriculum()?;
    let id = &curriculum.topic(pick::topic(&curriculum, &args.topic)?).id;
    let hub = open(args.at.url.as_deref(), app)?;
    let cohort = hub.cohort(curriculum.id(), app.today)?;
    let (topic, at_it) =
        cohort.at_once(|cohort| Ok((cohort.topics(Some(id))?.pop(), cohort.at_topic(id, args.count)?)))?;
    let Some(topic) = topic else {
        return Err(Error::new(format!("the hub knows an edition of the curriculum without `{}`", text::line(id)))
            .hint("its administrator publishes this one: `roadmap hub publish`")
            .into());
    };
    let view = CohortTopicView { version: VERSION, today: app.today, topic, at_it };
    if app.json {
        return app.print_json(&view);
    }
    let drawn = draw(&view, app.width);
    app.print(drawn);
    Ok(())
}

fn draw(view: &CohortTopicView, width: usize) -> String {
    let topic = &view.topic;
    let mut out = format!("{}\n", style::paint(STRONG, text::fit(&text::line(&topic.title), width)));
    let place = format!("{} · {} · {}", topic.phase, topic.id, text::hours(topic.hours));
    out.push_str(&style::paint(FAINT, format!("{}\n\n", text::fit(&text::line(&place), width))));
    for (name, words) in facts(topic) {
        out.push_str(&style::hanging(&words, &format!("{name:<9}"), "         ", width));
    }
    if view.at_it.is_empty() {
        return out;
    }
    out.push('\n');
    let mut table = Table::new(&["at it", "since", "logged", "last entry", ""], 0, &[2]);
    for person in &view.at_it {
        let day = |day: Option<chrono::NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
        let hours = if person.hours > 0.0 { text::hours(person.hours) } else { "-".to_owned() };
        let (look, mark) = if person.has_stopped { (BEGUN, "stopped") } else { (PLAIN, "") };
        let who = called(&person.learner, &person.name);
        table.row(look, &[who, day(person.started), hours, day(person.last_day), mark.to_owned()]);
    }
    out.push_str(&table.draw(width));
    let more = topic.started - view.at_it.len() as i64;
    if more > 0 {
        out.push_str(&style::paint(FAINT, format!("and {more} more\n")));
    }
    out
}

fn facts(topic: &CohortTopic) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    let over = match topic.over_now {
        0 => String::new(),
        n => format!(", {n} of them for longer than the estimate"),
    };
    facts.push(("at it", format!("{}{over}", people(topic.started))));
    let mut done = people(topic.done);
    if let Some(hours) = topic.mean_hours {
        let hours = text::hours((hours * 10.0).round() / 10.0);
        done.push_str(&format!("; {hours} on average of the {} who logged any", topic.timed));
    }
    if let Some(days) = topic.mean_days {
        done.push_str(&format!("; {} days from start to end", text::number((days * 10.0).round() / 10.0)));
    }
    facts.push(("done", done));
    facts.extend((topic.known > 0).then(|| ("known", format!("{}, before", people(topic.known)))));
    facts.extend((topic.skipped > 0).then(|| ("skipped", people(topic.skipped))));
    if topic.quizzed > 0 {
        let words = format!(
            "{} tried, {} not passed yet; {} of {} tries had a wrong answer",
            people(topic.quizzed),
            topic.failing,
            topic.quiz_fails,
            topic.quiz_tries
        );
        facts.push(("quiz", words));
    }
    facts.extend((topic.stopped > 0).then(|| ("stopped", format!("{} here", people(topic.stopped)))));
    facts
}

/// Returns the name by which somebody logs in, and beside it what they are called if that is another.
pub(super) fn called(learner: &str, name: &str) -> String {
    if learner == name { learner.to_owned() } else { format!("{learner} ({name})") }
}
