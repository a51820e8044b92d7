//! `roadmap list`: topics in table form.

use anyhow::Result;
use clap::builder::PossibleValuesParser;

use super::app::App;
use super::completions::{phases, tracks};
use super::pick;
use super::style::{self, Table};
use crate::curriculum::{Kind, TopicIx};
use crate::progress::State;
use crate::report::{ListView, RowView, VERSION, sign};
use crate::study::next::Aim;
use crate::study::search;
use crate::text;

/// List topics
///
/// All of them, or those that match: every word of SEARCH in id, title or summary.
///
///   roadmap list --state ready
///   roadmap list --phase safety --kind project
///   roadmap list attention
#[derive(Debug, Default, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// Words to search for
    search: Vec<String>,
    /// Only topics of this phase
    #[arg(long, value_name = "PHASE", add = phases())]
    phase: Option<String>,
    /// Only topics in this state
    #[arg(long, value_parser = PossibleValuesParser::new(State::ALL.map(State::name)))]
    state: Option<String>,
    /// Only topics of this kind
    #[arg(long, value_parser = PossibleValuesParser::new(Kind::NAMES))]
    kind: Option<String>,
    /// Only this track's goals and what they stand on
    #[arg(long, value_name = "TRACK", add = tracks())]
    track: Option<String>,
}

pub(super) fn run(args: &Args, app: &mut App) -> Result<()> {
    let desk = app.desk()?;
    let (curriculum, progress) = (&desk.curriculum, &desk.progress);
    let phase = args.phase.as_deref().map(|typed| pick::phase(curriculum, typed)).transpose()?;
    let track = args.track.as_deref().map(|typed| pick::track(curriculum, typed)).transpose()?;
    let scope = Aim::new(track, track.is_some(), Default::default()).scope(curriculum);
    let words = search::words(&args.search.join(" "));
    let found = |ix: &TopicIx| {
        let topic = curriculum.topic(*ix);
        scope[ix.0 as usize]
            && phase.is_none_or(|phase| topic.phase as usize == phase)
            && args.kind.as_deref().is_none_or(|kind| topic.kind.name() == kind)
            && args.state.as_deref().is_none_or(|state| progress.state(*ix).name() == state)
            && (words.is_empty() || search::holds(&search::text(curriculum, *ix), &words))
    };
    let topics: Vec<TopicIx> = curriculum.indices().filter(found).collect();
    if app.json {
        let topics = topics.iter().map(|&ix| RowView::new(curriculum, progress, ix)).collect();
        return app.print_json(&ListView { version: VERSION, topics });
    }
    if topics.is_empty() {
        app.remark("No topic matches.");
        return Ok(());
    }
    // Where a phase was asked for, its name needs no column.
    let mut table = match phase {
        Some(_) => Table::new(&["", "topic", "title", "hours"], 2, &[3]),
        None => Table::new(&["", "topic", "title", "hours", "phase"], 2, &[3]),
    };
    for &ix in &topics {
        let (topic, state) = (curriculum.topic(ix), progress.state(ix));
        let mut row =
            vec![sign(state).to_owned(), topic.id.to_string(), topic.title.to_string(), text::number(topic.hours)];
        row.extend(phase.is_none().then(|| curriculum.phase_of(ix).id.to_string()));
        table.row(style::of_state(state), &row);
    }
    app.print(table.draw(app.width));
    let hours: f64 = topics.iter().map(|&ix| curriculum.topic(ix).hours).sum();
    let there = |state: &State| topics.iter().any(|&ix| progress.state(ix) == *state);
    let legend = State::ALL.into_iter().filter(there).map(|state| format!("{} {}", sign(state), state.name()));
    app.remark(style::paint(
        style::FAINT,
        format!(
            "{}, {}   {}",
            text::count(topics.len(), "topic"),
            text::hours(hours),
            legend.collect::<Vec<_>>().join("  ")
        ),
    ));
    Ok(())
}
