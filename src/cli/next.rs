//! `roadmap next`: what to study now, and why.

use anyhow::Result;
use clap::builder::PossibleValuesParser;

use super::app::{App, Desk};
use super::completions::{phases, tracks};
use super::style::{self, STRONG};
use super::{log_time, pick};
use crate::progress::State;
use crate::report::{NextView, SuggestionView, VERSION};
use crate::study::next::{Limits, Order, next};
use crate::text;

/// Print the next topic to study, and why
///
/// What you have begun comes first. Otherwise the goal is the topic that brings the most for the
/// hours to it, everything it stands on included, and the best step on the way there is taken. A
/// locked topic is never suggested; with `-n 5` the later ones may wait for the earlier ones, and say so.
///
///   roadmap next --hours 2            what can be finished in two hours
///   roadmap next -n 5 --phase python  the next five of one phase
///   roadmap next --track applied-research --only
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// How many, in the order of study
    #[arg(short = 'n', long = "count", value_name = "N", default_value_t = 1)]
    count: usize,
    /// Only topics of this phase
    #[arg(long, value_name = "PHASE", add = phases())]
    phase: Option<String>,
    /// Toward the goals of this track instead of the chosen one
    #[arg(long, value_name = "TRACK", add = tracks())]
    track: Option<String>,
    /// Nothing but the track's goals and what they stand on
    #[arg(long)]
    only: bool,
    /// Only what can be finished in this time: 2, 45m, 1h30m
    #[arg(long, value_name = "H", value_parser = time)]
    hours: Option<f64>,
    /// Across phases by value per hour, or phase by phase
    #[arg(long, value_parser = PossibleValuesParser::new(Order::NAMES))]
    order: Option<String>,
}

impl Default for Args {
    fn default() -> Self {
        Self { count: 1, phase: None, track: None, only: false, hours: None, order: None }
    }
}

fn time(typed: &str) -> std::result::Result<f64, String> {
    match typed.parse::<f64>() {
        Ok(hours) if hours > 0.0 && hours.is_finite() => Ok(hours),
        _ => log_time::duration(typed),
    }
}

pub(super) fn run(args: &Args, app: &mut App) -> Result<()> {
    let desk = app.desk()?;
    let order = args.order.as_deref().and_then(Order::parse);
    let aim = app.aim(&desk.curriculum, args.track.as_deref(), args.only, order)?;
    let phase = args.phase.as_deref().map(|typed| pick::phase(&desk.curriculum, typed)).transpose()?;
    let limits = Limits { count: args.count, phase, hours: args.hours };
    let suggestions = next(&desk.curriculum, &desk.progress, &aim, &limits);
    let scope = aim.scope(&desk.curriculum);
    let view = NextView {
        version: VERSION,
        topics: suggestions.iter().map(|s| SuggestionView::new(&desk.curriculum, s)).collect(),
        due: desk.due(),
        nothing: suggestions.is_empty().then(|| nothing(&desk, &limits, &scope)),
    };
    if app.json {
        return app.print_json(&view);
    }
    if let Some(nothing) = &view.nothing {
        app.print(style::paragraph(nothing, "", app.width));
        remind(app, &desk);
        return Ok(());
    }
    for (at, suggestion) in view.topics.iter().enumerate() {
        if at > 0 {
            app.print("\n");
        }
        let drawn = draw(suggestion, app.width);
        app.print(drawn);
    }
    if let [only] = view.topics.as_slice() {
        let step = match only.state {
            "started" => format!("`roadmap done {}` when you have it", only.id),
            _ => format!("`roadmap show {0}` to study it, `roadmap done {0}` when you have it", only.id),
        };
        app.remark(style::paint(style::FAINT, format!("\n{step}.")));
    }
    remind(app, &desk);
    Ok(())
}

/// Reminds of what is due for review, as far as there is room for it today.
fn remind(app: &App, desk: &Desk) {
    let words = app.reviews_today(desk);
    if !words.is_empty() {
        app.remark(words);
    }
}

/// Returns a suggestion as a few lines: the topic, and its reasons indented.
pub(super) fn draw(suggestion: &SuggestionView, width: usize) -> String {
    let state = State::parse(suggestion.state).unwrap_or(State::Ready);
    let sign = crate::report::sign(if suggestion.after.is_empty() { state } else { State::Locked });
    let sign = style::paint(style::of_state(state), sign);
    let hours = if (suggestion.hours_left - suggestion.hours).abs() < 0.005 {
        text::hours(suggestion.hours)
    } else {
        format!("{} of {} left", text::hours(suggestion.hours_left), text::hours(suggestion.hours))
    };
    let title = text::line(&suggestion.title).into_owned();
    let mut drawn = format!("{sign} {}\n", style::paint(STRONG, text::fit(&title, width - 2)));
    let place = format!("{} · {} · {hours}", text::line(&suggestion.id), text::line(&suggestion.phase_title));
    drawn.push_str(&format!("  {}\n", style::paint(style::FAINT, text::fit(&place, width - 2))));
    for because in &suggestion.because {
        drawn.push_str(&style::hanging(because, "  - ", "    ", width));
    }
    if let Some(other) = &suggestion.runner_up {
        drawn.push_str(&style::hanging(&format!("instead you could take `{}`", other.id), "  - ", "    ", width));
    }
    drawn
}

/// Returns why there is nothing to suggest.
pub(super) fn nothing(desk: &Desk, limits: &Limits, scope: &[bool]) -> String {
    let Desk { curriculum, progress, .. } = desk;
    let open: Vec<_> =
        curriculum.indices().filter(|&ix| scope[ix.0 as usize] && !progress.state(ix).is_closed()).collect();
    if open.is_empty() {
        let skipped =
            curriculum.indices().filter(|&ix| scope[ix.0 as usize] && progress.state(ix) == State::Skipped).count();
        let but = if skipped > 0 { format!(" ({} skipped)", text::count(skipped, "topic")) } else { String::new() };
        return format!(
            "All done{but}: nothing is left on this road. `roadmap status` shows how far you came; `roadmap track` where else you could go."
        );
    }
    if limits.count == 0 {
        return "You asked for none.".to_owned();
    }
    let in_phase: Vec<_> = match limits.phase {
        Some(phase) => open.iter().copied().filter(|&ix| curriculum.topic(ix).phase as usize == phase).collect(),
        None => open,
    };
    let phase = limits.phase.map(|phase| curriculum.phases()[phase].id.as_str());
    match (in_phase.first(), phase, limits.hours) {
        (None, Some(phase), _) => format!("All of `{phase}` is done."),
        (Some(_), _, Some(hours)) => format!(
            "Nothing that is ready fits into {}. `roadmap next` without `--hours` shows the next step.",
            text::hours(hours)
        ),
        (Some(&first), Some(phase), None) => {
            format!(
                "Nothing of `{phase}` is ready yet. `roadmap why {}` shows the way there.",
                curriculum.topic(first).id
            )
        }
        _ => "Nothing is ready.".to_owned(),
    }
}
