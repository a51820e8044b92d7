//! `roadmap plan`: weeks and dates, as table, calendar, checklist or JSON.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use anyhow::Result;
use chrono::{Days, NaiveDate, Weekday};
use clap::builder::PossibleValuesParser;
use icalendar::{Component, EventLike};
use serde::Serialize;

use super::app::{App, Desk};
use super::completions::{topics, tracks};
use super::style::{self, FAINT, STRONG, Table};
use super::{config, files, pick};
use crate::curriculum::{Kind, TopicIx};
use crate::error::Error;
use crate::report::{Brief, VERSION, round};
use crate::study::next::{Aim, Order, walk};
use crate::study::pace::Pace;
use crate::study::plan::{Calendar, Forecast, Load, Plan, forecast, hours_per_week_needed, plan};
use crate::study::upcoming::REVIEW_HOURS;
use crate::text;

/// Lay the road into weeks, with dates
///
/// The order of `next`, hour by hour, at your own pace: how long topics really took you and how
/// much you really study show in the journal, and count more the more of it there is. Dates are a
/// range, for nobody knows the day.
///
///   roadmap plan --weeks 4
///   roadmap plan --to project-rag-qa --by 2027-06-30
///   roadmap plan --days mon,wed,sat --away 2026-12-20..2027-01-03 --ics study.ics
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// Toward the goals of this track only
    #[arg(long, value_name = "TRACK", conflicts_with = "to", add = tracks())]
    track: Option<String>,
    /// To these topics and what they stand on
    #[arg(long, value_name = "TOPIC", num_args = 1.., add = topics())]
    to: Vec<String>,
    /// Hours to study in a week, instead of your pace
    #[arg(long, value_name = "H", value_parser = week_hours)]
    hours_per_week: Option<f64>,
    /// The first day (YYYY-MM-DD), today if not given
    #[arg(long, value_name = "DATE")]
    from: Option<NaiveDate>,
    /// Ask what it takes to be finished by this day
    #[arg(long, value_name = "DATE")]
    by: Option<NaiveDate>,
    /// The days you study, such as mon,wed,sat
    #[arg(long, value_name = "DAYS", value_parser = days)]
    days: Option<DayList>,
    /// Days without study; may be repeated
    #[arg(long, value_name = "FROM..TO", value_parser = away)]
    away: Vec<RangeInclusive<NaiveDate>>,
    /// Show only this many weeks
    #[arg(long, value_name = "N")]
    weeks: Option<usize>,
    /// Across phases by value per hour, or phase by phase
    #[arg(long, value_parser = PossibleValuesParser::new(Order::NAMES))]
    order: Option<String>,
    /// Write an iCalendar file; a later export updates the same events
    #[arg(long, value_name = "FILE")]
    ics: Option<PathBuf>,
    /// Print a Markdown checklist
    #[arg(long, conflicts_with = "ics")]
    markdown: bool,
}

/// A list of days, in a type of its own because clap would take a `Vec` apart.
#[derive(Clone, Debug)]
struct DayList(Vec<Weekday>);

fn days(typed: &str) -> std::result::Result<DayList, String> {
    config::days(typed).map(DayList).ok_or_else(|| "separate days by commas: mon,wed,sat".to_owned())
}

fn week_hours(typed: &str) -> std::result::Result<f64, String> {
    let hours = typed.parse::<f64>().ok().filter(|h| *h > 0.0 && *h <= 168.0);
    hours.ok_or_else(|| "a week has hours above 0 and at most 168".to_owned())
}

fn away(typed: &str) -> std::result::Result<RangeInclusive<NaiveDate>, String> {
    let day = |text: &str| {
        text.trim().parse::<NaiveDate>().map_err(|_| "write FROM..TO, such as 2026-12-20..2027-01-03".to_owned())
    };
    let (from, to) = match typed.split_once("..") {
        Some((from, to)) => (day(from)?, day(to)?),
        None => (day(typed)?, day(typed)?),
    };
    if from > to { Err("the first day away comes after the last".to_owned()) } else { Ok(from..=to) }
}

/// `roadmap plan --json`.
#[derive(Serialize)]
struct PlanView {
    version: u32,
    topics_left: usize,
    /// Hours at the learner's pace.
    hours_left: f64,
    hours_per_week: f64,
    /// Actual hours for each estimated one, as the plan assumes.
    pace: f64,
    likely: Option<NaiveDate>,
    late: Option<NaiveDate>,
    weeks: Vec<WeekView>,
    by: Option<ByView>,
}

#[derive(Serialize)]
struct WeekView {
    from: NaiveDate,
    to: NaiveDate,
    /// Hours of study, without reviews.
    hours: f64,
    /// Reviews there is time for.
    reviews: usize,
    topics: Vec<PieceView>,
}

#[derive(Serialize)]
struct PieceView {
    #[serde(flatten)]
    topic: Brief,
    kind: &'static str,
    hours: f64,
    /// Whether it is finished in this week.
    finished: bool,
    /// The phase that is complete with it, if one is.
    completes: Option<String>,
}

/// What it takes to be finished by a day.
#[derive(Serialize)]
struct ByView {
    date: NaiveDate,
    /// Reviews included; `None` when no week has so many.
    hours_per_week_needed: Option<f64>,
    reached: bool,
    /// What is finished until then at the plan's pace.
    fits: Vec<Brief>,
}

pub(super) fn run(args: &Args, app: &mut App) -> Result<()> {
    let (desk, journal) = app.desk_and_journal()?;
    let Desk { curriculum, progress, .. } = &desk;
    let order = args.order.as_deref().and_then(Order::parse);
    let aim = if args.to.is_empty() {
        app.aim(curriculum, args.track.as_deref(), args.track.is_some(), order)?
    } else {
        let goals = pick::topics(curriculum, &args.to)?;
        Aim { goals, only: true, order: order.or(app.config.order).unwrap_or_default() }
    };
    let order = walk(curriculum, progress, &aim);
    let learned = Pace::learned(curriculum, progress, &journal, app.today, app.config.hours_per_week());
    let pace = args.hours_per_week.map_or(learned, |hours| learned.with_hours_per_week(hours));
    let calendar = Calendar {
        from: args.from.unwrap_or(app.today),
        hours_per_week: pace.hours_per_week,
        days: args.days.clone().map_or_else(|| app.config.study_days.clone(), |DayList(days)| days),
        away: args.away.clone(),
    };
    if let Some(by) = args.by.filter(|&by| by < calendar.from) {
        return Err(Error::new(format!("{by} lies before {}", calendar.from))
            .hint("`--by` names a day to come")
            .into());
    }
    let load = app.load(&desk, &order, pace);
    let laid = plan(&load, &calendar);
    let range = forecast(&load, &calendar);
    let by = args.by.map(|date| by_view(&load, &laid, &calendar, date));
    if let Some(file) = &args.ics {
        return write_ics(app, &desk, &laid, file);
    }
    if app.json {
        let view = view(&desk, &laid, &pace, range, by, args.weeks);
        return app.print_json(&view);
    }
    if order.is_empty() {
        app.print("Nothing is left to plan: everything is done.\n");
        return Ok(());
    }
    let drawn =
        if args.markdown { markdown(&desk, &laid, args.weeks) } else { table(&desk, &laid, args.weeks, app.width) };
    app.print(drawn);
    if !args.markdown {
        let end = ending(&pace, range, by.as_ref(), order.len(), laid.hours, app.width);
        app.print(end);
    }
    Ok(())
}

fn by_view(load: &Load<'_>, laid: &Plan, calendar: &Calendar, date: NaiveDate) -> ByView {
    ByView {
        date,
        hours_per_week_needed: hours_per_week_needed(load, calendar, date).map(round),
        reached: laid.end().is_none_or(|end| end <= date) && laid.beyond == 0.0,
        fits: laid.stretches.iter().filter(|s| s.to <= date).map(|s| Brief::new(load.curriculum, s.topic)).collect(),
    }
}

fn view(
    desk: &Desk,
    laid: &Plan,
    pace: &Pace,
    range: Option<Forecast>,
    by: Option<ByView>,
    weeks: Option<usize>,
) -> PlanView {
    let last = last_of_phases(desk, laid);
    let piece = |p: &crate::study::plan::Piece| PieceView {
        topic: Brief::new(&desk.curriculum, p.topic),
        kind: desk.curriculum.topic(p.topic).kind.name(),
        hours: round(p.hours),
        finished: !p.continues,
        completes: last
            .contains(&p.topic)
            .then(|| desk.curriculum.phase_of(p.topic).id.to_string())
            .filter(|_| !p.continues),
    };
    let week = |w: &crate::study::plan::Week| WeekView {
        from: w.monday,
        to: w.monday + Days::new(6),
        hours: round(w.pieces.iter().map(|p| p.hours).sum()),
        reviews: w.reviews,
        topics: w.pieces.iter().map(piece).collect(),
    };
    PlanView {
        version: VERSION,
        topics_left: laid.stretches.len(),
        hours_left: round(laid.hours),
        hours_per_week: round(pace.hours_per_week),
        pace: round(pace.ratio),
        likely: range.map(|r| r.likely),
        late: range.map(|r| r.late),
        weeks: laid.weeks.iter().take(weeks.unwrap_or(usize::MAX)).map(week).collect(),
        by,
    }
}

/// Returns the topic with which each phase is complete: milestones of the plan. A phase of which
/// something is left out of the plan has none.
fn last_of_phases(desk: &Desk, laid: &Plan) -> Vec<TopicIx> {
    let planned: Vec<TopicIx> = laid.stretches.iter().map(|s| s.topic).collect();
    let is_whole = |phase: &crate::curriculum::Phase| {
        phase.topics.clone().map(TopicIx).all(|ix| desk.progress.state(ix).is_closed() || planned.contains(&ix))
    };
    let phases = desk.curriculum.phases().iter().filter(|phase| is_whole(phase));
    phases.filter_map(|phase| planned.iter().rev().find(|ix| phase.topics.contains(&ix.0)).copied()).collect()
}

fn table(desk: &Desk, laid: &Plan, weeks: Option<usize>, width: usize) -> String {
    let mut table = Table::new(&["week of", "hours", "topic", "", ""], 2, &[1]);
    let last = last_of_phases(desk, laid);
    let shown = weeks.unwrap_or(usize::MAX);
    for week in laid.weeks.iter().take(shown) {
        for (at, piece) in week.pieces.iter().enumerate() {
            let topic = desk.curriculum.topic(piece.topic);
            let project = topic.kind == Kind::Project;
            let milestone = !piece.continues && last.contains(&piece.topic);
            let monday = if at == 0 { week.monday.format("%-d %b %Y").to_string() } else { String::new() };
            let hours = text::number((piece.hours * 10.0).round() / 10.0);
            let done = if piece.continues { "…" } else { "✓" };
            let mark = format!("{}{}", if project { "★" } else { "" }, if milestone { "◆" } else { "" });
            let style = if project || milestone { style::BEGUN } else { style::PLAIN };
            table.row(style, &[monday, hours, topic.title.to_string(), done.to_owned(), mark]);
        }
        if week.reviews > 0 {
            let hours = text::number(week.reviews as f64 * REVIEW_HOURS);
            let words = text::count(week.reviews, "review");
            table.row(FAINT, &[String::new(), hours, words, String::new(), String::new()]);
        }
    }
    let mut drawn = table.draw(width);
    if laid.weeks.len() > shown {
        drawn.push_str(&style::paint(FAINT, format!("and {} more\n", text::count(laid.weeks.len() - shown, "week"))));
    }
    let legend = "✓ finished in this week   … goes on   ★ project   ◆ completes a phase";
    drawn.push_str(&style::paint(FAINT, style::paragraph(legend, "", width)));
    drawn.push('\n');
    drawn
}

fn ending(
    pace: &Pace,
    range: Option<Forecast>,
    by: Option<&ByView>,
    topics: usize,
    hours: f64,
    width: usize,
) -> String {
    let date = |day: NaiveDate| day.format("%-d %B %Y").to_string();
    let week = text::hours((pace.hours_per_week * 10.0).round() / 10.0);
    let mut out = String::new();
    let left = format!(
        "{} and {} left, at {week} a week",
        text::count(topics, "topic"),
        text::hours(hours.round().max(hours.min(1.0)))
    );
    let words = match range {
        Some(range) => {
            format!("{left}: likely finished by {}, nearly surely by {}.", date(range.likely), date(range.late))
        }
        None => format!("{left}: no end within sixty years."),
    };
    out.push_str(&style::paint(STRONG, style::paragraph(&words, "", width)));
    if pace.topics_seen > 0 {
        let words = format!(
            "Your pace: {} for each hour estimated, from {} with hours logged.",
            text::hours((pace.ratio * 100.0).round() / 100.0),
            text::count(pace.topics_seen, "topic")
        );
        out.push_str(&style::paint(FAINT, style::paragraph(&words, "", width)));
    }
    if let Some(by) = by {
        let needed = match by.hours_per_week_needed {
            Some(hours) => format!(
                "To be finished by {} takes {} a week",
                date(by.date),
                text::hours((hours * 10.0).ceil() / 10.0)
            ),
            None => format!("No week has enough hours to be finished by {}", date(by.date)),
        };
        let rest = if by.reached {
            "; this plan reaches it.".to_owned()
        } else {
            let ids: Vec<&str> = by.fits.iter().map(|topic| topic.id.as_str()).collect();
            let list = if ids.is_empty() { String::new() } else { format!(": {}", text::list(&ids)) };
            format!("; at {week} a week {} of {topics} fit until then, the most worthwhile first{list}.", ids.len())
        };
        out.push_str(&style::paragraph(&(needed + &rest), "", width));
    }
    out
}

fn markdown(desk: &Desk, laid: &Plan, weeks: Option<usize>) -> String {
    let mut out = format!("# {}\n", text::markdown(desk.curriculum.title()));
    for week in laid.weeks.iter().take(weeks.unwrap_or(usize::MAX)) {
        out.push_str(&format!("\n## Week of {}\n\n", week.monday));
        for piece in &week.pieces {
            let topic = desk.curriculum.topic(piece.topic);
            let rest = if piece.continues { ", goes on next week" } else { "" };
            let hours = text::hours((piece.hours * 10.0).round() / 10.0);
            out.push_str(&format!("- [ ] {} (`{}`, {hours}{rest})\n", text::markdown(&topic.title), topic.id));
        }
        if week.reviews > 0 {
            out.push_str(&format!("- [ ] {}\n", text::count(week.reviews, "review")));
        }
    }
    out
}

/// Writes one all-day event a topic. The uid is made of the ids, so that a later export replaces
/// the events of an earlier one.
fn write_ics(app: &mut App, desk: &Desk, laid: &Plan, file: &Path) -> Result<()> {
    let mut calendar = icalendar::Calendar::new();
    calendar.name(&text::line(desk.curriculum.title()));
    let stamp = app.now().to_utc();
    for stretch in &laid.stretches {
        let topic = desk.curriculum.topic(stretch.topic);
        let mut event = icalendar::Event::new();
        event
            .uid(&format!("{}@{}.roadmap", topic.id, desk.curriculum.id()))
            .timestamp(stamp)
            .sequence(u32::try_from(stamp.timestamp() / 60).unwrap_or(0))
            .summary(&text::line(&topic.title))
            .description(&format!(
                "{} of study. `roadmap show {}` says what to read.",
                text::hours((stretch.hours * 10.0).round() / 10.0),
                topic.id
            ))
            // The end of an all-day event is the day after (RFC 5545, 3.6.1).
            .starts(stretch.from)
            .ends(stretch.to + Days::new(1));
        calendar.push(event);
    }
    let shown = files::write(file, calendar.to_string().as_bytes())?;
    app.remark(format!("Wrote {} to {shown}.", text::count(laid.stretches.len(), "event")));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_away_are_ranges_or_single_days() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
        assert_eq!(away("2026-12-20..2027-01-03"), Ok(day("2026-12-20")..=day("2027-01-03")));
        assert_eq!(away("2026-12-24"), Ok(day("2026-12-24")..=day("2026-12-24")));
        assert!(away("2027-01-03..2026-12-20").is_err() && away("soon").is_err());
    }
}
