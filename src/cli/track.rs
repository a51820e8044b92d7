//! `roadmap track`: where the road leads.

use anyhow::Result;

use super::app::App;
use super::completions::tracks;
use super::style::{self, STRONG};
use super::{config, pick};
use crate::report::{Brief, VERSION};
use crate::study::next::Aim;
use crate::text;

/// Show the tracks, or choose one
///
/// A track is a set of goals. Once chosen, its goals weigh ten times in `next` and `plan`; with
/// `--only` nothing else counts. `--none` goes back to the whole road.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// The track to choose: its id, or the beginning of it
    #[arg(add = tracks())]
    name: Option<String>,
    /// Let nothing but its goals and what they stand on count
    #[arg(long, requires = "name")]
    only: bool,
    /// Go back to the whole road
    #[arg(long, conflicts_with_all = ["name", "only"])]
    none: bool,
}

pub(super) fn run(args: &Args, app: &mut App) -> Result<()> {
    if args.none {
        config::change(app, &[("track", None), ("track_only", None)])?;
        app.remark("The whole road counts again.");
        return Ok(());
    }
    let desk = app.desk()?;
    let (curriculum, progress) = (&desk.curriculum, &desk.progress);
    if let Some(name) = &args.name {
        let track = pick::track(curriculum, name)?;
        config::change(app, &[("track", Some(&track.id)), ("track_only", args.only.then_some("true"))])?;
        let how = if args.only {
            "Only its goals and what they stand on count now."
        } else {
            "Its goals weigh ten times now."
        };
        app.remark(format!("You are on the way to \"{}\". {how}", text::line(&track.title)));
        return Ok(());
    }
    let mut rows = Vec::new();
    for track in curriculum.tracks() {
        let scope = Aim::new(Some(track), true, Default::default()).scope(curriculum);
        let inside: Vec<_> = curriculum.indices().filter(|ix| scope[ix.0 as usize]).collect();
        let had = inside.iter().filter(|&&ix| progress.state(ix).is_had()).count();
        let hours: f64 = inside.iter().map(|&ix| curriculum.topic(ix).hours).sum();
        rows.push((track, had, inside.len(), hours, app.config.track.as_deref() == Some(&track.id)));
    }
    if app.json {
        let tracks: Vec<serde_json::Value> = rows
            .iter()
            .map(|(track, had, total, hours, chosen)| {
                let goals: Vec<Brief> = track.goals.iter().map(|&ix| Brief::new(curriculum, ix)).collect();
                serde_json::json!({"id": track.id, "title": track.title, "summary": track.summary, "goals": goals,
                    "done": had, "total": total, "hours_total": hours, "chosen": chosen})
            })
            .collect();
        return app
            .print_json(&serde_json::json!({"version": VERSION, "tracks": tracks, "only": app.config.track_only}));
    }
    if rows.is_empty() {
        app.remark("This curriculum has no tracks; the whole road counts.");
        return Ok(());
    }
    let mut out = String::new();
    for (track, had, total, hours, chosen) in rows {
        let mark = if chosen { style::paint(style::DONE, "▶") } else { " ".to_owned() };
        let only = if chosen && app.config.track_only { ", nothing else counts" } else { "" };
        out.push_str(&format!(
            "{mark} {}  {}{}\n",
            style::paint(STRONG, text::line(&track.id)),
            text::line(&track.title),
            if chosen { format!(" (chosen{only})") } else { String::new() }
        ));
        out.push_str(&format!("    {had}/{total} topics, {}\n", text::hours(hours)));
        if !track.summary.is_empty() {
            out.push_str(&style::paragraph(&track.summary, "    ", app.width.min(100)));
        }
    }
    app.print(out);
    if app.config.track.is_none() {
        app.remark(style::paint(style::FAINT, "\n`roadmap track NAME` chooses one."));
    }
    Ok(())
}
