//! `roadmap browse`: the curriculum on the whole screen.

use std::io::IsTerminal;

use anyhow::Result;

use super::app::{App, Desk};
use super::mark::{Marking, carry_out};
use super::style::{self, FAINT, STRONG};
use super::{next, show, undo};
use crate::curriculum::TopicIx;
use crate::error::Error;
use crate::progress::State;
use crate::report::{SuggestionView, TopicView, sign};
use crate::study::next::{Aim, Limits, next as suggest};
use crate::text;
use crate::tui::{self, Deed, Host, Look, Row, Scene};

/// Browse the curriculum on the whole screen
///
/// Phases and topics on the left, with their states; the selected topic on the right, as `show` has
/// it; what is next and what is due on top. Search, mark and undo with single keys; the rules are
/// those of the commands. `?` shows the keys, `q` quits. The mouse works too.
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

pub(super) fn run(_: &Args, app: &mut App) -> Result<()> {
    if app.json {
        return Err(Error::new("`browse` is for people and has no JSON")
            .hint("`roadmap list --json` and `roadmap show TOPIC --json` are for programs")
            .into());
    }
    let is_dumb = std::env::var_os("TERM").is_some_and(|kind| kind == "dumb");
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() || is_dumb {
        return Err(Error::new("there is no screen to browse on: this is not a terminal")
            .hint("`roadmap list` prints the topics, `roadmap show TOPIC` one of them")
            .into());
    }
    let desk = app.desk()?;
    let aim = app.aim(&desk.curriculum, None, false, None)?;
    let look = Look { colour: app.colour(), of_state: style::of_state };
    app.hold_warnings();
    let browsed = tui::run(&mut Shelf { app, desk, aim }, look);
    app.release_warnings();
    browsed
}

/// The browser's view of the program.
struct Shelf<'a> {
    app: &'a mut App,
    desk: Desk,
    aim: Aim,
}

impl Host for Shelf<'_> {
    fn scene(&self) -> Scene {
        let Desk { curriculum, progress, .. } = &self.desk;
        let states: Vec<State> = curriculum.indices().map(|ix| progress.state(ix)).collect();
        let count = |of: &mut dyn Iterator<Item = State>| {
            of.fold((0, 0), |(had, all), state| {
                (had + usize::from(state.is_had()), all + usize::from(state != State::Skipped))
            })
        };
        let of_phase = |topics: &std::ops::Range<u32>| {
            count(&mut states[topics.start as usize..topics.end as usize].iter().copied())
        };
        let tally = curriculum.phases().iter().map(|phase| of_phase(&phase.topics)).collect();
        let suggestion = suggest(curriculum, progress, &self.aim, &Limits::default()).pop();
        let (done, all) = count(&mut states.iter().copied());
        let reviews = self.app.reviews_today(&self.desk);
        let reviews = if reviews.is_empty() { "Nothing is due for review.".to_owned() } else { reviews };
        let kept = format!("{done} of {} done. {reviews}", text::count(all, "topic"));
        let (head, reasons) = match &suggestion {
            Some(suggestion) => {
                let view = SuggestionView::new(curriculum, suggestion);
                let sign = style::paint(style::of_state(suggestion.state), sign(suggestion.state));
                let name = style::paint(STRONG, text::line(&view.title));
                let about = format!("{} · {}", text::line(&view.id), text::hours(view.hours_left));
                let reasons: Vec<String> = view.because.iter().map(|because| text::line(because).into_owned()).collect();
                let head = vec![
                    format!(" Next {sign} {name}  {}", style::paint(FAINT, about)),
                    format!("      {}", reasons.first().map_or("", String::as_str)),
                    format!(" {kept}"),
                ];
                (head, reasons.iter().map(|because| format!("- {because}\n")).collect())
            }
            None => {
                let nothing = next::nothing(&self.desk, &Limits::default(), &self.aim.scope(curriculum));
                (vec![format!(" {nothing}"), format!(" {kept}")], nothing)
            }
        };
        Scene { curriculum: curriculum.clone(), states, tally, next: suggestion.map(|s| s.topic), head, reasons }
    }

    fn page(&self, row: Row, width: usize) -> String {
        let Desk { curriculum, progress, journal, memory } = &self.desk;
        match row {
            Row::Topic(ix) => {
                show::draw(&TopicView::new(curriculum, progress, journal, memory, self.app.today, ix), width)
            }
            Row::Phase(at) => {
                let phase = &curriculum.phases()[at];
                let hours: f64 = phase.topics.clone().map(|n| curriculum.topic(TopicIx(n)).hours).sum();
                let size = format!("{} · {}", text::count(phase.topics.len(), "topic"), text::hours(hours));
                let mut drawn = format!("{}\n", style::paint(STRONG, text::line(&phase.title)));
                drawn.push_str(&format!("{}\n", style::paint(FAINT, size)));
                if !phase.summary.is_empty() {
                    drawn.push_str(&format!("\n{}", style::paragraph(&phase.summary, "", width)));
                }
                drawn
            }
        }
    }

    fn act(&mut self, deed: Deed) -> String {
        self.app.wake();
        let acted = self.dare(deed);
        let mut words = self.app.hold_warnings();
        match acted {
            Ok(said) => words.extend(said),
            Err(error) => words.push(super::spoken(&error)),
        }
        words.join("\n")
    }
}

impl Shelf<'_> {
    fn dare(&mut self, deed: Deed) -> Result<Vec<String>> {
        let (ix, marking) = match deed {
            Deed::Start(ix) => (ix, Marking::start().with_ways_out("`S` begins it all the same")),
            Deed::StartAnyway(ix) => (ix, Marking::start().forced()),
            Deed::Done(ix) => (ix, Marking::done(self.app).with_ways_out("`D` marks what is missing too")),
            Deed::DoneWithPrerequisites(ix) => (ix, Marking::done(self.app).with_prerequisites()),
            Deed::Known(ix) => (ix, Marking::known()),
            Deed::Skip(ix) => (ix, Marking::skip()),
            Deed::Reopen(ix) => (ix, Marking::reopen()),
            Deed::Undo | Deed::Redo => {
                let curriculum = self.desk.curriculum.clone();
                let cancelled = match deed {
                    Deed::Undo => undo::take_back(self.app, curriculum)?,
                    _ => undo::bring_back(self.app, curriculum)?,
                };
                let words = cancelled.words();
                self.desk = cancelled.desk;
                return Ok(vec![words]);
            }
            Deed::Read => {
                self.desk = self.app.desk_of(self.desk.curriculum.clone())?;
                return Ok(Vec::new());
            }
        };
        let marked = carry_out(self.app, self.desk.curriculum.clone(), &[ix], &marking, |_| {})?;
        self.desk = marked.desk;
        Ok(marked.words)
    }
}
