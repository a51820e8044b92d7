//! `roadmap graph`: the dependency graph for programs that draw, and as a picture.

use anyhow::Result;

use super::app::{App, Desk};
use super::completions::{phases, topics, tracks};
use super::pick;
use crate::curriculum::TopicIx;
use crate::error::Error;
use crate::report::graph::{Form, GraphView, dot, mermaid, svg};
use crate::report::map::Map;
use crate::study::next::Aim;
use crate::text;

const EXAMPLES: &str = "Examples:
  roadmap graph --format svg > map.svg
  roadmap graph --around lora | dot -Tpdf > lora.pdf
  roadmap graph --format mermaid --phase safety > safety.mmd";

/// Draw the dependency graph
///
/// Topics in bands or clusters by phase, each with its state in colour and by a sign, and lines from
/// what is needed to what needs it. Prints a document for Graphviz, Mermaid, browsers or programs.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "dot")]
    format: Form,
    /// Only this track's goals and what they stand on
    #[arg(long, value_name = "TRACK", add = tracks())]
    track: Option<String>,
    /// Only topics of this phase
    #[arg(long, value_name = "PHASE", add = phases())]
    phase: Option<String>,
    /// Only this topic, what it stands on and what stands on it
    #[arg(long, value_name = "TOPIC", add = topics())]
    around: Option<String>,
    /// How many steps to go from that topic, in both directions
    #[arg(long, value_name = "N", default_value_t = 2, requires = "around")]
    depth: usize,
}

pub(super) fn run(args: &Args, app: &mut App) -> Result<()> {
    let desk = app.desk()?;
    let (topics, what) = select(args, &desk)?;
    let Desk { curriculum, progress, .. } = &desk;
    let view = GraphView::new(curriculum, progress, &topics, &what);
    match if app.json { Form::Json } else { args.format } {
        Form::Json => app.print_json(&view)?,
        Form::Dot => app.print(dot::render(&view)),
        Form::Svg => app.print(svg::render(&view, &Map::new(curriculum, &topics))),
        Form::Mermaid => {
            let text = mermaid::render(&view);
            let (edges, letters) = mermaid::LIMITS;
            if view.edges.len() > edges || text.len() > letters {
                let have = format!("{} lines and {} characters", view.edges.len(), text.len());
                app.warn(format!(
                    "Mermaid draws {edges} lines and {letters} characters unless its settings allow more; these are \
                     {have}. `--track`, `--phase` or `--around` make it smaller."
                ));
            }
            app.print(text);
        }
    }
    Ok(())
}

/// Returns the topics that are asked for, and what they are in words.
fn select(args: &Args, desk: &Desk) -> Result<(Vec<TopicIx>, String)> {
    let curriculum = &desk.curriculum;
    let phase = args.phase.as_deref().map(|typed| pick::phase(curriculum, typed)).transpose()?;
    let track = args.track.as_deref().map(|typed| pick::track(curriculum, typed)).transpose()?;
    let around = args.around.as_deref().map(|typed| pick::topic(curriculum, typed)).transpose()?;
    let mut chosen = Aim::new(track, track.is_some(), Default::default()).scope(curriculum);
    if let Some(ix) = around {
        let near = curriculum.graph().around(ix.0, args.depth);
        for (at, chosen) in (0..).zip(&mut chosen) {
            *chosen &= near.binary_search(&at).is_ok();
        }
    }
    let wanted =
        |ix: &TopicIx| chosen[ix.0 as usize] && phase.is_none_or(|phase| curriculum.topic(*ix).phase as usize == phase);
    let topics: Vec<TopicIx> = curriculum.indices().filter(wanted).collect();
    if topics.is_empty() {
        let error = Error::new("no topic is left").hint("leave out one of `--track`, `--phase` and `--around`");
        return Err(error.into());
    }
    let parts = [
        track.map(|track| track.title.to_string()),
        phase.map(|at| curriculum.phases()[at].title.to_string()),
        around.map(|ix| {
            format!("{} and what is within {} of it", curriculum.topic(ix).title, text::count(args.depth, "step"))
        }),
    ];
    Ok((topics, parts.into_iter().flatten().collect::<Vec<_>>().join(", ")))
}
